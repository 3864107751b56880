"""Matrices of any size: exponentials as letters, Jacobi's formula, equality by a norm and by a differential equation."""

from __future__ import annotations

from typing import Any

import pytest

from kexue.certificates import Certificate, Goal
from kexue.formula import (D, Formula, I, Sum, block, call, det, dot, eq, exp, expm, eye, integer, inv, lift, matrix, ne, outer, real, to_data, tr,
                           vector, zeros)
from kexue.kernel import Rejected, check
from kexue.tactics.combine import Tactic, auto, derivative, evolution, lemma, norm, normal, scaled, using

n, m, k = integer("n m k")
t, s, x, y = real("t s x y")
A, B, M, X, S = matrix("A B M X S", n)
P = matrix("P", n, m)
u, v, e = vector("u v e", n)
SIZE, COMMUTE = n >= 1, eq(A @ B, B @ A)
Z, skew = A + I * B, M - M.T
passes = lemma(eq(expm(t * A) @ B, B @ expm(t * A)), SIZE, COMMUTE, by=evolution(t, A))
growth = lemma(eq(det(expm(t * Z)) * exp(-t * tr(Z)), 1), SIZE, by=derivative(t), t=1)
TRUE: dict[str, tuple[Formula, tuple[Formula, ...], Tactic]] = {
    "at 0": (eq(expm(0 * A), eye(n)), (), normal),
    "transposed": (eq(expm(A).T, expm(A.T)), (), normal),
    "inverse": (eq(expm(-A) @ expm(A), eye(n)), (), normal),
    "symmetric": (eq(expm(M + M.T).T, expm(M + M.T)), (), normal),
    "rotation": (eq(expm(x * skew).T @ expm(x * skew), eye(n)), (), normal),
    "rotation the other way": (eq(expm(x * skew) @ expm(-(x * skew)), eye(n)), (), normal),
    "derivative": (eq(D(expm(t * A) @ B, t), A @ expm(t * A) @ B), (), normal),
    "its own power": (eq(expm(t * A) @ A, A @ expm(t * A)), (), evolution(t, A)),
    "commuting letter": (passes[0].claim, (COMMUTE,), passes[1]),
    "sum of exponents": (eq(expm(t * A) @ expm(t * B), expm(t * (A + B))), (COMMUTE,), evolution(t, A + B, left=using(passes))),
    "determinant": (eq(det(expm(Z)), exp(tr(Z))), (), using(growth)),
    "Jacobi": (eq(D(det(X @ expm(t * M)), t), det(X) * det(expm(t * M)) * tr(M)), (call("invertible", X),), normal),
    "inverse of a conjugate": (eq(inv(S @ A @ S.T), S @ inv(A) @ S.T), (call("orthogonal", S), call("invertible", A)), normal),
    "second derivative": (eq(call("subs", D(D(expm(t * A) @ expm(t * B) - expm(t * (A + B)), t), t), t, 0), A @ B - B @ A), (), normal),
    "commuting skew parts": (eq((M - M.T) @ (X - X.T) @ u, (X - X.T) @ (M - M.T) @ u), (eq((M - M.T) @ (X - X.T), (X - X.T) @ (M - M.T)),), normal),
    "square": (lift(0) <= tr(P.T @ P), (m >= 1,), auto),
    "norm": (eq(S, outer(e, e)), (call("symmetric", S), eq(S @ S, S), eq(S @ e, e), eq(dot(e, e), 1), eq(tr(S), 1)), norm()),
}
FALSE: dict[str, tuple[Formula, tuple[Formula, ...], Tactic]] = {
    "sizes": (eq(tr(expm(eye(n))), tr(expm(eye(m)))), (m >= 1,), normal),
    "transposed": (eq(expm(A).T, expm(-A)), (), normal),
    "conjugate transposed": (eq(expm(I * skew).T @ expm(I * skew), expm(2 * I * skew)), (), normal),
    "not commuting": (eq(expm(t * A) @ expm(t * B), expm(t * (A + B))), (), evolution(t, A + B)),
    "inverse by the transpose": (eq(inv(S @ A @ S.T), S @ inv(A) @ S.T), (call("symmetric", S), call("invertible", A), call("invertible", S)), normal),
    "wrong generator": (eq(expm(t * A), expm(t * B)), (), evolution(t, A)),
    "wrong start": (eq(expm(t * A), 2 * expm(t * A)), (), evolution(t, A)),
    "trace of a square": (lift(0) <= tr(A @ A), (), auto),
    "complex square": (lift(0) <= tr(expm(Z) @ expm(Z).T), (), auto),
    "complex trace": (eq(call("im", tr(expm(Z))), 0), (), normal),
    "conjugate trace": (eq(call("conj", tr(expm(Z))), tr(expm(Z))), (), normal),
    "size of a complex trace": (eq(call("abs", tr(expm(Z))) ** 2, tr(expm(Z)) ** 2), (), normal),
    "complex inverse": (lift(0) <= tr(inv(Z + eye(n)) @ inv(Z + eye(n)).T), (call("invertible", A),), auto),
    "complex inner product": (lift(0) <= dot(expm(Z) @ u, expm(Z) @ u), (), auto),
    "complex determinant": (ne(det(expm(Z)), exp(I)), (), auto),
    "determinant of a product": (eq(D(det(X @ expm(t * M)), t), det(X) * tr(M)), (call("invertible", X),), normal),
    "singular": (eq(det(A) * det(inv(A)), 1), (eq(det(A), 0),), normal),
    "norm": (eq(S, outer(e, e)), (call("symmetric", S), eq(S @ S, S), eq(S @ e, e), eq(dot(e, e), 1)), norm()),
    "complex norm": (eq(u + I * v, zeros(n)), (eq(dot(u, u), dot(v, v)), eq(dot(u, v), 0)), norm()),
    "sign of a determinant": (lift(0) < det(A), (call("invertible", A),), auto),
}


@pytest.mark.parametrize("name", TRUE)
def test_true_matrix_goals_are_proved(name: str) -> None:
    claim, hyps, by = TRUE[name]
    goal = Goal((SIZE, *hyps), claim)
    found = by(goal)
    assert found is not None, getattr(by, "reason", None)
    check(goal, found)


@pytest.mark.parametrize("name", FALSE)
def test_false_matrix_goals_are_not(name: str) -> None:
    claim, hyps, by = FALSE[name]
    goal = Goal((SIZE, *hyps), claim)
    found = by(goal)
    if found is not None:  # then a condition says what is missing
        assert check(goal, found).conditions


def refused(goal: Goal, certificate: Certificate, **change: Any) -> None:
    with pytest.raises(Rejected):
        check(goal, {**certificate, **change})


def test_mutants_of_an_evolution_are_rejected() -> None:
    claim, hyps, by = TRUE["sum of exponents"]
    goal = Goal((SIZE, *hyps), claim)
    found = by(goal)
    assert found is not None
    refused(goal, found, generator=to_data(A))
    refused(goal, found, generator=to_data(t * (A + B)))
    refused(goal, found, generator=to_data(matrix("Q", m)))
    refused(goal, found, generator=to_data(x))
    refused(goal, found, var="x")
    refused(goal, found, initial=found["right"])
    refused(goal, {p: c for p, c in found.items() if p != "left"})
    with pytest.raises(Rejected):
        check(Goal((SIZE, *hyps, t > 0), claim), found)  # the uniqueness is used on the whole line


def test_an_evolution_is_about_smooth_matrices_of_one_size() -> None:
    for claim in (eq(abs_t() * A, abs_t() * A), eq(t * u, t * v), eq(P, 2 * P), eq(t * tr(A), 0)):
        with pytest.raises(Rejected):
            check(Goal((SIZE, m >= 1), claim), {"rule": "evolution", "var": "t", "generator": to_data(A)})


def abs_t() -> Formula: return call("abs", t)


def test_a_norm_is_of_two_matrices_of_one_symbolic_size() -> None:
    for claim in (eq(u, P), eq(x, y), eq(block((x, y), (0, 1)), block((x, y), (0, 1))), lift(0) < x, eq(expm(Z), expm(Z))):
        with pytest.raises(Rejected):
            check(Goal((SIZE, m >= 1), claim), {"rule": "norm", "norm": {"rule": "normal", "value": "0"}})
    goal = Goal((SIZE,), eq(A, B))
    refused(goal, {"rule": "norm", "norm": {"rule": "normal", "value": "0"}})


def test_letters_that_are_not_real_are_no_values_of_matrices() -> None:
    claim = lemma(lift(0) <= tr(M.T @ M), SIZE, M=expm(Z))
    assert using(claim)(Goal((SIZE,), lift(0) <= tr(expm(Z).T @ expm(Z)))) is None
    with_sum = eq(Sum(k * expm(k * Z), k, 1, m), Sum(k * expm(k * Z), k, 1, m))
    assert normal(Goal((SIZE, m >= 1), with_sum)) is None


def test_a_condition_on_the_variable_of_the_determinant_is_not_lost() -> None:
    by = derivative(t, slope=normal, value=normal)
    assert by(Goal((SIZE,), eq(det(X + t * M), det(X)))) is None
    assert scaled(det(A), eq(det(A) * x, det(A) * y))(Goal((SIZE,), eq(x, y))) is None
