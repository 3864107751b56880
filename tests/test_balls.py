"""Ball evaluation and witnesses: values against mpmath, what must be refused, and mutated witnesses."""

from __future__ import annotations

import copy
import random
import struct
from fractions import Fraction as F
from typing import Any

import pytest
from flint import acb, arb, ctx, fmpq
from mpmath import mp

from kexue.certificates import Goal
from kexue.evaluate import Evaluator, Undefined
from kexue.formula import (FUNCTIONS, D, Formula, I, Integral, Product, Sum, binomial, block, call, complex_, det, dot, eq, even, every,
                           exp, expm, eye, factorial, family, function, integer, inv, lift, log, matrix, ne, odd, oo, outer, pi, real,
                           sin, sqrt, tanh, to_data, tr, vector, zeros)
from kexue.kernel.balls import ball, compare, exact, ipow, witness
from kexue.kernel.verdict import Rejected

x, y, t, p, z = real("x y t p z")
n, d, k, j, K = integer("n d k j K")
a, b = vector("a b", d)
M, S = matrix("M S", d)
q = family("q")


def value(f: Formula, **at: Any) -> Any:
    return ball(f, at, 100)


def middle(v: Any) -> Any:
    m = v.mid().fmpq()
    return mp.mpf(int(m.p)) / int(m.q)


@pytest.mark.parametrize("head", [h for h in FUNCTIONS if h not in ("re", "im", "conj")])
def test_functions_agree_with_mpmath(head: str) -> None:
    rng = random.Random(head)
    seen = 0
    for _ in range(30):
        args = [lift(F(rng.randint(-30, 30), rng.choice((1, 2, 3, 5, 31)))) for _ in range(FUNCTIONS[head] or 3)]
        if head == "binomial":
            args[1] = lift(rng.randint(0, 6))
        f = Formula(head, tuple(args))
        with mp.workdps(40):
            try:
                expected = Evaluator({}).of(f)
            except Undefined:
                expected = None
            try:
                got = ball(f, {}, 120)
            except Rejected:
                assert expected is None or head == "uppergamma", f
                continue
            assert expected is not None, f
            assert abs(middle(got) - expected) <= mp.mpf(10) ** -25 * (1 + abs(expected)), f
            seen += 1
    assert seen >= 3


@pytest.mark.parametrize("f, at", [
    (x / x, {"x": "0"}), (log(x), {"x": "0"}), (log(x), {"x": "-1"}), (sqrt(x), {"x": "-1"}), (x ** -1, {"x": "0"}),
    (x ** lift(F(1, 3)), {"x": "-8"}), (call("asin", x), {"x": "2"}), (call("tan", pi / 2), {}), (log(x - x), {"x": "1/3"}),
    (factorial(n), {"n": "-1"}), (Sum(x, k, 1, oo), {"x": "1"}), (call("zeta", x), {"x": "1"}), (binomial(n, k), {"n": "3", "k": "-1"}),
    (Sum(q[k], k, 1, K), {"q": ["1", "2"], "K": "3"}), (q[k], {"q": ["1"], "k": "0"}), (inv(M), {"M": [["1", "2"], ["2", "4"]], "d": 2}),
    (a + M, {"a": ["1", "2"], "M": [["1", "0"], ["0", "1"]], "d": 2}), (call("limit", x, x, oo), {"x": "1"}),
    (function("h")(x), {"x": "1"}), (x + y, {"x": "1"}), (Sum(x, k, 0, 10 ** 6), {"x": "1"}), (D(log(x), x), {"x": "-1"}),
    (M * M, {"M": [["1", "2"], ["3", "4"]], "d": 2}), (M ** 2, {"M": [["1", "2"], ["3", "4"]], "d": 2}),
    (call("hyp1f1", lift(-3), lift(-6), x), {"x": "1"}), (1 / (exp(log(lift(3))) - 3), {}), (call("sign", complex_("w")), {"w": I}),
    (D(call("abs", x), x), {"x": "1"}), (Sum(x, k, 3, 1), {"x": "1"})])
def test_what_is_not_certainly_defined_is_refused(f: Formula, at: dict[str, Any]) -> None:
    with pytest.raises(Rejected):
        ball(f, at, 64)


@pytest.mark.parametrize("values", [
    {"n": "1/2"}, {"n": "x"}, {"n": True}, {"n": 1.0}, {"n": None}, {"n": "1e9"}, {"n": ["sym", "n", "integer"]}, {"n": ["sqrt", "2"]},
    {"n": ["1"]}, {"n": {"a": 1}}, {"n": "1/0"}])
def test_values_of_the_wrong_kind_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(Rejected):
        witness(Goal((), n < n), {"rule": "witness", "values": values, "prec": 64})


@pytest.mark.parametrize("sort, values", [
    ("a", {"a": ["1", "2", "3"], "d": "2"}), ("a", {"a": [["1", "2"]], "d": "2"}), ("M", {"M": [["1", "2"]], "d": "2"}),
    ("M", {"M": [["1", "2"], ["3"]], "d": "2"}), ("a", {"a": [], "d": "0"}), ("a", {"a": ["1", ["const", "i"]], "d": "2"})])
def test_sizes_must_fit(sort: str, values: dict[str, Any]) -> None:
    f = {"a": dot(a, a), "M": tr(M)}[sort]
    with pytest.raises(Rejected):
        ball(f, values, 64)


def test_exact_arithmetic_stays_exact() -> None:
    assert exact(x ** 3 / 7 + factorial(n) - binomial(n, 2), {"x": "2/3", "n": 5}) == F(8, 189) + 120 - 10
    assert exact(sqrt(x), {"x": "4/9"}) == F(2, 3) and exact(sqrt(lift(2)), {}) is None
    assert exact(x ** 0, {"x": 0}) == 1 and exact(exp(x - x) + log(lift(1)), {"x": "1/3"}) == 1
    assert exact(call("floor", x) + call("ceiling", x) + call("sign", x) + call("abs", x), {"x": "-7/2"}) == -4 - 3 - 1 + F(7, 2)
    assert exact(Sum(x ** k / factorial(k), k, 0, 20), {"x": 1}) == sum(F(1, int(mp.factorial(i))) for i in range(21))
    assert exact(Product(k, k, 1, 5) + Sum(k, k, 1, 0) + Product(k, k, 1, 0), {}) == 121
    assert exact(det(M) + tr(M @ inv(M)), {"M": [["1", "2"], ["3", "4"]], "d": 2}) == 0
    assert exact(call("max", x, lift(2), y) - call("min", x, y), {"x": "1/3", "y": "-1/3"}) == F(7, 3)
    assert exact(D(x ** 3 * x, x), {"x": "1/2"}) == F(1, 2)
    assert exact(D(Sum(x ** k, k, 0, n), x), {"x": 0, "n": 4}) == 1


def test_large_rationals_become_balls() -> None:
    assert exact(x ** 10 ** 5, {"x": "1/3"}) is None
    assert value(x ** 10 ** 5, x="1/3") > 0


def test_even_powers_of_balls_around_zero() -> None:
    around, whole = arb(0, 1), arb(1, 2)
    assert ipow(around, 2).contains(1) and ipow(around, 2).lower() > -1e-6 and ipow(around, 3).contains(-1)
    assert ipow(whole, 4).contains(81) and ipow(arb(0), 4) == 0 and ipow(around, 0) == 1
    assert ball(x ** 4 - x + 1, {"x": around}, 64).contains(1)


def test_vectors_matrices_and_blocks() -> None:
    at: dict[str, Any] = {"a": ["3/5", "4/5"], "b": ["1", "0"], "d": 2}
    assert exact(dot(a, b), at) == F(3, 5) and exact(det(eye(d) - 2 * outer(a, a)), at) == -1
    assert exact(tr(block((M, zeros(d)), (zeros(1, d), lift(5)))), {"M": [["1", "2"], ["3", "4"]], "d": 2}) == 10
    turned = ball(expm(t * block((lift(0), lift(-1)), (lift(1), lift(0)))), {"t": 1}, 64)
    assert turned[0][0].overlaps(arb(1).cos()) and turned[1][0].overlaps(arb(1).sin())
    assert exact(a[1] + a[2], at) == F(7, 5)
    mu = family("mu", ("vector", d))
    assert exact(dot(mu[1], mu[2]), {"mu": [["1", "2"], ["3", "4"]], "d": 2}) == 11
    assert exact(det(M) + tr(M) + dot(a, a), {"M": [["2"]], "a": ["3"], "d": 1}) == 13  # size 1: matrices are numbers


def test_complex_values() -> None:
    w = complex_("w")
    assert value(call("abs", w), w=lift(3) + 4 * I).overlaps(arb(5))
    assert value(call("im", exp(w)), w=to_data(pi * I / 2)).overlaps(arb(1))
    assert isinstance(value(sqrt(lift(-1) + 0 * I)), acb) and value(call("im", sqrt(-1 + 0 * I))).overlaps(arb(1))
    with pytest.raises(Rejected):
        value(x, x=I)


def test_rounding_agrees_with_the_machine() -> None:
    rng = random.Random(7)

    def rounded(fmt: str, q: F) -> F | None:
        return exact(Formula("round", (Formula("const", (fmt,)), lift(q))), {})
    for _ in range(400):
        q = F(rng.randint(-10 ** 9, 10 ** 9), rng.randint(1, 10 ** 9)) * F(2) ** rng.randint(-150, 90)
        assert rounded("binary64", q) == F(float(q))
        assert rounded("binary32", F(float(q))) == F(struct.unpack("f", struct.pack("f", float(q)))[0])
        small = F(float(q) * 2.0 ** -60)
        if abs(small) < 60000:
            assert rounded("binary16", small) == F(struct.unpack("e", struct.pack("e", float(small)))[0])
    assert rounded("bfloat16", F(257)) == 256 and rounded("bfloat16", F(259)) == 260
    with pytest.raises(Rejected):
        rounded("binary16", F(65520))
    with pytest.raises(Rejected):
        exact(Formula("round", (Formula("const", ("binary32",)), sqrt(lift(2)))), {})


@pytest.mark.parametrize("f, expected", [
    (Integral(x ** 2, x, 0, 1), "1/3"), (Integral(exp(-x) * log(x), x, 1, 2), None), (Integral(sqrt(2 - x) / sqrt(2 - x), x, 0, 1), "1"),
    (Integral(x ** lift(F(3, 2)), x, 1, 4), "62/5"), (Integral(Integral(x * t, x, 0, 1), t, 0, 1), "1/4"), (Integral(x, x, 1, 0), "-1/2")])
def test_integrals(f: Formula, expected: str | None) -> None:
    got = value(f)
    assert got.rad() < 1e-12 and (expected is None or got.overlaps(arb(fmpq(*map(int, (expected + "/1").split("/")[:2])))))
    with mp.workdps(30):
        assert abs(middle(got) - Evaluator({}).of(f)) < 1e-12


@pytest.mark.parametrize("f", [Integral(sqrt(x), x, -2, -1), Integral(sqrt(x) * sqrt(x), x, -2, -1), Integral(1 / x, x, -1, 1),
                               Integral(call("abs", x), x, -1, 1), Integral(x, x, 0, oo), Integral(call("floor", x), x, 0, 2),
                               Integral(log(x) ** 2, x, -2, -1), Integral(call("asin", x), x, 0, lift(F(1, 2)))])
def test_integrands_with_cuts_poles_or_kinks_are_refused(f: Formula) -> None:
    with pytest.raises(Rejected):
        value(f)


def test_overlapping_balls_decide_nothing() -> None:
    with ctx.workprec(64):
        u = arb(1, 0.5)
        assert compare("lt", u, arb(2)) is True and compare("lt", u, arb(1)) is None and compare("lt", arb(2), u) is False
        assert compare("eq", u, u) is None and compare("ne", u, u) is None and compare("eq", u, arb(3)) is False
        assert compare("le", u, fmpq(3, 2)) is None and compare("le", arb(1), arb(1)) is True
        assert compare("eq", fmpq(1, 3), fmpq(1, 3)) is True and compare("ne", acb(0, 1), fmpq(0)) is True
        assert compare("lt", acb(0, 1), fmpq(1)) is None
        with pytest.raises(Rejected):
            compare("eq", (fmpq(1),), (fmpq(1),))
    assert compare("eq", arb("nan"), fmpq(1)) is None


# ------------------------------------------------------------------------------------------------------------ witnesses
f3 = Sum(x ** k / factorial(k), k, 0, n)
UNIT = (eq(dot(a, a), 1), eq(dot(b, b), 1))
WITNESSES: list[tuple[Goal, dict[str, Any], str]] = [
    (Goal((odd(n), n >= 1), f3 > 0), {"n": "3", "x": "-2"}, "exact"),
    (Goal((x > 0,), tanh(x) > x), {"x": "1"}, "ball"),
    (Goal(UNIT, eq(dot(a, b), 1)), {"d": "2", "a": ["3/5", "4/5"], "b": ["4/5", "3/5"]}, "exact"),
    (Goal((Formula("spd", (S,)),), eq(S, inv(S))), {"d": "2", "S": [["2", "1"], ["1", "2"]]}, "exact"),
    (Goal((every(k, q[k] > 0), eq(Sum(q[k], k, 1, K), 1)), q[1] > F(1, 2)), {"q": ["1/2", "1/2"], "K": "2"}, "exact"),
    (Goal((), every(k, q[k] > 0)), {"q": ["1", "-1"]}, "exact"),
    (Goal((Formula("orthogonal", (M,)),), eq(det(M), 1)), {"d": "2", "M": [["0", "1"], ["1", "0"]]}, "exact"),
    (Goal((Formula("invertible", (M,)), even(n)), eq(M @ M, M)), {"d": "1", "M": [["2"]], "n": "0"}, "exact"),
    (Goal((p > 0, p < 1, z > 0, eq(t, -log(p / (1 - p)) / z)), eq(t * z, 0)),
     {"p": "1/3", "z": "1", "t": to_data(-log(p / (1 - p)) / z)}, "ball"),
    (Goal((x > 0,), ne(x ** 2, 2 * x)), {"x": "2"}, "exact")]


@pytest.mark.parametrize("goal, values, trust", WITNESSES)
def test_witnesses_are_accepted(goal: Goal, values: dict[str, Any], trust: str) -> None:
    assert witness(goal, {"rule": "witness", "values": values, "prec": 64}).trust == trust


@pytest.mark.parametrize("goal, values", [
    (WITNESSES[0][0], {"n": "2", "x": "-2"}), (WITNESSES[0][0], {"n": "3", "x": "2"}), (WITNESSES[0][0], {"n": "3"}),
    (WITNESSES[1][0], {"x": "-1"}), (WITNESSES[1][0], {"x": "0"}),
    (WITNESSES[2][0], {"d": "2", "a": ["3/5", "4/5"], "b": ["4/5", "2/5"]}), (WITNESSES[2][0], {"d": "2", "a": ["1", "0"], "b": ["1", "0"]}),
    (WITNESSES[2][0], {"d": "2", "a": [["sqrt", "1/2"], ["sqrt", "1/2"]], "b": ["1", "0"]}),  # true, but not certainly
    (WITNESSES[3][0], {"d": "2", "S": [["1", "2"], ["2", "1"]]}), (WITNESSES[3][0], {"d": "2", "S": [["2", "1"], ["0", "2"]]}),
    (WITNESSES[4][0], {"q": ["1/2", "3/4", "-1/4"], "K": "3"}), (WITNESSES[4][0], {"q": ["1/2", "1/4"], "K": "2"}),
    (WITNESSES[6][0], {"d": "2", "M": [["1", "0"], ["1", "-1"]]}), (WITNESSES[7][0], {"d": "1", "M": [["0"]], "n": "0"}),
    (WITNESSES[7][0], {"d": "1", "M": [["2"]], "n": "1"}), (WITNESSES[8][0], {"p": "1/3", "z": "1", "t": ["log", "2"]})])
def test_points_outside_the_domain_are_rejected(goal: Goal, values: dict[str, Any]) -> None:
    with pytest.raises(Rejected):
        witness(goal, {"rule": "witness", "values": values, "prec": 64})


def test_an_index_of_every_names_members_only() -> None:
    with pytest.raises(Rejected):
        witness(Goal((every(k, q[k] < 5 - k),), q[1] > 2), {"values": {"q": ["1"]}, "prec": 64})
    with pytest.raises(Rejected):
        witness(Goal((every(k, k <= 3),), x > 2), {"values": {"x": "1"}, "prec": 64})
    with pytest.raises(Rejected):  # the second member breaks the hypothesis
        witness(Goal((every(k, q[k] > 0),), q[1] > 2), {"values": {"q": ["1", "-1"]}, "prec": 64})


@pytest.mark.parametrize("change", [{"prec": 10}, {"prec": "64"}, {"prec": True}, {"prec": 10 ** 6}, {"values": None}, {"values": []}])
def test_malformed_witnesses_are_rejected(change: dict[str, Any]) -> None:
    goal, values, _ = WITNESSES[0]
    certificate = {"rule": "witness", "values": copy.deepcopy(values), "prec": 64, **change}
    with pytest.raises((Rejected, AttributeError)):
        witness(goal, certificate)


def test_two_sorts_under_one_name_are_rejected() -> None:
    with pytest.raises(Rejected):
        witness(Goal((integer("x") > 0,), x < 0), {"values": {"x": "1"}, "prec": 64})


def test_the_precision_is_restored() -> None:
    before = ctx.prec
    with pytest.raises(Rejected):
        ball(log(x), {"x": "0"}, 300)
    assert ctx.prec == before and sin(x).head == "sin"
