"""Claims with integer parameters: what the searches prove, and that they prove nothing false."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from kexue import Sum, binomial, complex_, eq, exp, factorial, gamma, integer, lift, pi, real, sqrt
from kexue.certificates import Goal
from kexue.formula import Formula, call
from kexue.kernel import Rejected, check, subgoals
from kexue.read.text import read
from kexue.tactics import binomials, divisors, factorials, growth, sequences, telescope

n, m, k = integer("n m k")
z = complex_("z")
x = real("x")
HALF = lift("0.5")
golden = Formula("const", ("golden_ratio",))
NATURAL, POSITIVE = (lift(0) <= n,), (lift(1) <= n,)


def R(u: Any, v: Any) -> Formula: return call("rising", u, v)
def E(u: Any, v: Any) -> Formula: return call("falling", u, v)
def F(u: Any) -> Formula: return call("fibonacci", u)
def T(u: Any, v: Any) -> Formula: return call("chebyshevt", u, v)
def P(u: Any, v: Any) -> Formula: return call("legendre", u, v)
def H(u: Any, v: Any) -> Formula: return call("hermite", u, v)
def floor(u: Any) -> Formula: return call("floor", u)


TRUE: list[tuple[Any, Goal]] = [
    (factorials, Goal(NATURAL, eq(binomial(z, n), lift(-1) ** n * binomial(n - z - 1, n)))),
    (factorials, Goal(NATURAL, eq(R(z, 2 * n), lift(4) ** n * R(z / 2, n) * R((z + 1) / 2, n)))),
    (factorials, Goal(NATURAL, eq(binomial(-HALF, n), lift(-1) ** n * binomial(2 * n, n) / lift(4) ** n))),
    (factorials, Goal(NATURAL, eq(E(z, n + 1), (z - n) * E(z, n)))), (factorials, Goal((), eq(binomial(z, 3), z * (z - 1) * (z - 2) / 6))),
    (factorials, Goal(NATURAL, eq(R(1, n), factorial(n)))), (sequences, Goal(NATURAL, eq(P(n, -z), lift(-1) ** n * P(n, z)))),
    (sequences, Goal(NATURAL, eq(P(n, 1), 1))), (sequences, Goal(NATURAL, eq(H(n, -z), lift(-1) ** n * H(n, z)))),
    (sequences, Goal(NATURAL, eq(P(2 * n, 0), lift(-1) ** n * binomial(2 * n, n) / lift(4) ** n))), (sequences, Goal((), eq(F(n + 7), 13 * F(n + 1) + 8 * F(n)))),
    (sequences, Goal(NATURAL, eq(Sum(F(2 * k + 1), k, 0, n), F(2 * n + 2)))), (sequences, Goal(NATURAL, eq(Sum(F(k) ** 2, k, 0, n), F(n) * F(n + 1)))),
    (binomials, Goal(NATURAL, eq(Sum(binomial(n, k) * F(k), k, 0, n), F(2 * n)))), (binomials, Goal(NATURAL, eq(Sum(binomial(n, k) * lift(3) ** k, k, 0, n), lift(4) ** n))),
    (telescope, Goal(NATURAL, eq(F(n), Sum(binomial(n - k - 1, k), k, 0, floor((n - 1) / 2))))),
    (telescope, Goal(NATURAL, eq(P(n, z), Sum(binomial(n, k) ** 2 * (z - 1) ** (n - k) * (z + 1) ** k, k, 0, n) / lift(2) ** n))),
    (telescope, Goal(POSITIVE, eq(T(n, z), n * Sum(lift(2) ** k * factorial(n + k - 1) / (factorial(n - k) * factorial(2 * k)) * (z - 1) ** k, k, 0, n)))),
    (growth, Goal(NATURAL, factorial(n) <= n ** n)), (growth, Goal((lift(6) <= n,), exp(n) < factorial(n))),
    (growth, Goal(POSITIVE, binomial(2 * n, n) < lift(4) ** n / sqrt(pi * n))), (growth, Goal((lift(2) <= n,), F(2 * n) < F(n + 1) ** 2)),
    (growth, Goal(POSITIVE, (golden ** n - 1) / sqrt(5) < F(n))), (growth, Goal((lift(-1) <= x, x <= 1), call("abs", T(n, x)) <= 1)),
    (growth, Goal((lift(-1) < x, x < 1), lift(0) < T(n, x) ** 2 - T(n - 1, x) * T(n + 1, x)))]
FALSE: list[tuple[Any, Goal]] = [
    (factorials, Goal(NATURAL, eq(binomial(z, n), lift(-1) ** n * binomial(n - z, n)))), (factorials, Goal(NATURAL, eq(R(z, 2 * n), lift(2) ** n * R(z / 2, n) * R((z + 1) / 2, n)))),
    (factorials, Goal(NATURAL, eq(E(z, n + 1), (z - n + 1) * E(z, n)))), (factorials, Goal(NATURAL, eq(R(z, n), gamma(z + n + 1) / gamma(z + 1)))),
    (factorials, Goal((), eq(binomial(z, n), binomial(z, n + 1)))), (sequences, Goal(NATURAL, eq(P(n, -z), P(n, z)))), (sequences, Goal(NATURAL, eq(P(n, 0), 0))),
    (sequences, Goal(NATURAL, eq(P(2 * n, 0), lift(-1) ** n / lift(2) ** n))), (sequences, Goal((), eq(F(n + 7), 13 * F(n + 1) + 9 * F(n)))),
    (sequences, Goal(NATURAL, eq(Sum(F(2 * k + 1), k, 0, n), F(2 * n + 1)))), (binomials, Goal(NATURAL, eq(Sum(binomial(n, k) * F(k), k, 0, n), F(2 * n + 1)))),
    (telescope, Goal(NATURAL, eq(F(n + 1), Sum(binomial(n - k - 1, k), k, 0, floor((n - 1) / 2))))),
    (telescope, Goal(NATURAL, eq(P(n, z), Sum(binomial(n, k) ** 2 * (z - 1) ** (n - k) * (z + 1) ** k, k, 0, n)))), (growth, Goal(NATURAL, n ** n <= factorial(n))),
    (growth, Goal((lift(5) <= n,), exp(n) < factorial(n))), (growth, Goal(NATURAL, factorial(n) < n ** n)), (growth, Goal(NATURAL, F(2 * n) < F(n + 1) ** 2)),
    (growth, Goal(NATURAL, (golden ** n - 1) / sqrt(5) < F(n))), (growth, Goal((), call("abs", T(n, x)) <= 1)), (growth, Goal((lift(-1) <= x, x <= 1), call("abs", T(n, x)) < 1)),
    (growth, Goal((lift(-1) <= x, x <= 1), lift(0) < T(n, x) ** 2 - T(n - 1, x) * T(n + 1, x)))]


@pytest.mark.parametrize("method, goal", TRUE)
def test_true_claims(method: Any, goal: Goal) -> None:
    certificate = method.search(goal)
    assert certificate is not None and check(goal, certificate)


@pytest.mark.parametrize("method, goal", FALSE)
def test_false_claims(method: Any, goal: Goal) -> None:
    assert method.search(goal) is None


def test_quotients_of_successive_terms() -> None:
    goal = Goal((lift(6) <= n,), exp(n) < factorial(n))
    certificate = growth.search(goal)
    assert certificate is not None and certificate["rule"] == "quotients"
    for change in ({"base": 5}, {"base": 7}, {"var": "m"}, {"first": {"rule": "sign"}}, {"positive": {"rule": "normal"}}, {"step": certificate["first"]}):
        with pytest.raises(Rejected):
            check(goal, {**copy.deepcopy(certificate), **change})
    with pytest.raises(Rejected):  # nothing is said for every integer
        subgoals(Goal((), goal.claim), {"rule": "quotients", "var": "n", "base": 6})
    with pytest.raises(Rejected):
        subgoals(Goal(NATURAL, eq(n, 1)), {"rule": "quotients", "var": "n", "base": 0})


@pytest.mark.parametrize("claim, true", [
    ("Mod(n**2, 4) != 2", True), ("Mod(a**2 + b**2, 4) != 3", True), ("Mod(n**2, 8) <= 4", True), ("Mod(n, 2) + Mod(n + 1, 2) == 1", True),
    ("Mod(n**2, 8) <= 3", False), ("Mod(n**2, 4) != 1", False), ("Mod(a + b, 3) == Mod(a, 3) + Mod(b, 3)", False)])
def test_remainders_are_compared_class_by_class(claim: str, true: bool) -> None:
    goal = Goal((), read(claim, {"n": "integer", "a": "integer", "b": "integer"}))
    found = divisors.search(goal)
    assert (found is not None) == true
    if found is not None:
        check(goal, found)
