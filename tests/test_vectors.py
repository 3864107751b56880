"""Inequalities between inner products: how vectors are written, what is proved, what must not be."""

from __future__ import annotations

import pytest

from kexue.certificates import Certificate, Goal
from kexue.formula import Formula, complex_, dot, eq, integer, lift, matrix, real, sqrt, to_data, tr, vector
from kexue.kernel import Rejected, check
from kexue.read.declare import claim, declare
from kexue.read.tokens import Unreadable
from kexue.tactics.vectors import search

n, m = integer("n m")
a, b, c = vector("a b c", n)
A, B = matrix("A B", n, m)
v, t = vector("v", m), real("t")


def norm(f: Formula) -> Formula:
    return sqrt(tr(f.T @ f))


TRUE = {
    "a square": 2 * dot(a, b) <= dot(a, a) + dot(b, b), "three": dot(a + b + c, a + b + c) <= 3 * (dot(a, a) + dot(b, b) + dot(c, c)),
    "with a number": 2 * t * dot(a, b) <= t ** 2 * dot(a, a) + dot(b, b), "Cauchy": dot(a, b) ** 2 <= dot(a, a) * dot(b, b),
    "one side": -dot(a, b) <= sqrt(dot(a, a)) * sqrt(dot(b, b)), "triangle": norm(a + b) <= norm(a) + norm(b), "backwards": norm(a) - norm(b) <= norm(a - b),
    "matrices": tr(A.T @ B) <= norm(A) * norm(B), "a product": norm(A @ v) <= norm(A) * norm(v), "a distance": 0 <= dot(a - 3 * b, a - 3 * b)}
FALSE = {
    "strict": 2 * dot(a, b) < dot(a, a) + dot(b, b), "half": dot(a, b) ** 2 <= dot(a, a) * dot(b, b) / 2, "the other way": norm(a) + norm(b) <= norm(a + b),
    "a difference": norm(a - b) <= norm(a) - norm(b), "too small": dot(a + b + c, a + b + c) <= lift("2.99") * (dot(a, a) + dot(b, b) + dot(c, c)),
    "a trace": tr(A.T @ B) <= norm(A), "a product": norm(A) * norm(v) <= norm(A @ v)}


@pytest.mark.parametrize("name", TRUE)
def test_true_inequalities_are_proved(name: str) -> None:
    goal = Goal((n >= 1, m >= 1), TRUE[name])
    found = search(goal)
    assert found is not None and check(goal, found).trust == "exact"


@pytest.mark.parametrize("name", FALSE)
def test_false_inequalities_are_not(name: str) -> None:
    assert search(Goal((n >= 1, m >= 1), FALSE[name])) is None


def test_unit_vectors() -> None:
    goal = Goal((n >= 1, eq(dot(a, a), 1), eq(dot(b, b), 1)), dot(a, b) <= 1)
    found = search(goal)
    assert found is not None
    check(goal, found)
    assert search(Goal(goal.hyps, dot(a, b) <= lift("0.999"))) is None


def cauchy(*pairs: tuple[Formula, Formula], products: tuple[tuple[Formula, Formula], ...] = ()) -> Certificate:
    return {"rule": "cauchy", "pairs": [[to_data(x) for x in p] for p in pairs], "products": [[to_data(x) for x in p] for p in products],
            "then": {"rule": "sign", "terms": [], "rest": to_data(lift(0))}}


def test_the_rule_wants_real_matrices_of_one_size_in_the_variables_of_the_claim() -> None:
    goal = Goal((n >= 1, m >= 1), dot(a, b) ** 2 <= dot(a, a) * dot(b, b))
    good = {**cauchy((a, b)), "then": {"rule": "linear", "terms": [[2, "1"]]}}
    check(goal, good)
    for bad in (cauchy((a, v)), cauchy((a, c)), cauchy((a, lift(1))), cauchy((complex_("z") * a, b)), cauchy((a, b), products=((a, b),)), cauchy()):
        with pytest.raises(Rejected):
            check(goal, {**bad, "then": good["then"]})
    wider = Goal((n >= 1, m >= 1), dot(a, b) ** 2 <= dot(a, a) * dot(b, b) + 0 * dot(v, v) + 0 * complex_("z"))
    with pytest.raises(Rejected, match="real matrix"):
        check(wider, {**cauchy((complex_("z") * a, b)), "then": good["then"]})


def test_a_square_of_a_matrix_is_that_of_a_real_one() -> None:
    z = complex_("z")
    goal = Goal((n >= 1,), 0 <= dot(a - b, a - b))
    good: Certificate = {"rule": "sign", "terms": [["1", to_data(a - b)]], "rest": "0"}
    check(goal, good)
    for terms in ([["1", to_data(a + b)]], [["-1", to_data(a - b)]], [], [["1", to_data(a)], ["1", to_data(b)]]):
        with pytest.raises(Rejected):
            check(goal, {**good, "terms": terms})
    with pytest.raises(Rejected, match="not known to be real"):
        check(Goal((n >= 1,), 0 <= z ** 2 * dot(a, a)), {**good, "terms": [["1", to_data(z * a)]]})


def read(text: str) -> Formula:
    return claim(text, declare([("vector", "a n"), ("vector", "b n"), ("vector", "v m"), ("matrix", "A n m"), ("real", "x")]))


def test_vectors_are_written_with_dot_norm_and_at() -> None:
    left, right = read("(a.T*b)**2 <= dot(a, a)*(b.T @ b)").args
    assert left == dot(a, b) ** 2 and right == dot(a, a) * dot(b, b)
    assert read("norm(A @ v) == norm(A)").args == (sqrt(dot(A @ v, A @ v)), sqrt(tr(A.T @ A)))
    assert read("tr(A.T @ A) == trace(A.T*A)").args[0] == tr(A.T @ A)
    for text, what in (("x @ x == 1", "numbers are multiplied"), ("dot(a, v*x) == dot(A, a)", "two vectors"), ("norm(x) == 1", "abs for a number"), ("a @ b == 1", "different size")):
        with pytest.raises(Unreadable, match=what):
            read(text)


def test_names_of_machine_learning_are_read() -> None:
    x = real("x")
    assert read("sigmoid(x) == 1/(1 + exp(-x))").args[0] == read("1/(1 + exp(-x)) == 0").args[0]
    assert read("softplus(x) >= relu(x)") == read("Max(x, 0) <= log(1 + exp(x))") and read("arctan(x) == 0").args[0] == read("atan(x) == 0").args[0]
    assert x in read("arcsinh(x) == 0").args[0].args
