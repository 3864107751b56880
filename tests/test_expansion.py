"""Sums of power series: true values, false ones, and ratios outside the disc."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from kexue import Sum, binomial, complex_, cos, eq, exp, factorial, integer, lift, log, ne, oo, pi, real, sin, sinh, sqrt
from kexue.certificates import Goal
from kexue.formula import Formula, call, to_data
from kexue.kernel import Rejected, check
from kexue.tactics import expansions

x = real("x")
z, w = complex_("z w")
k, n = integer("k n")
golden = Formula("const", ("golden_ratio",))


def S(body: Formula, lo: Any = 0) -> Formula: return Sum(body, k, lo, oo)
def F(u: Any) -> Formula: return call("fibonacci", u)
def T(u: Any, v: Any) -> Formula: return call("chebyshevt", u, v)
def modulus(u: Formula) -> Formula: return call("abs", u)


DISC = (modulus(z) < 1,)
TRUE = [
    Goal(DISC, eq(S(z ** k), 1 / (1 - z))), Goal((), eq(S(z ** k / factorial(k)), exp(z))), Goal((), eq(S(cos(k * x) * z ** k / factorial(k)), exp(z * cos(x)) * cos(z * sin(x)))),
    Goal((modulus(z) < golden - 1,), eq(S(F(k) * z ** k), z / (1 - z - z ** 2))), Goal((), eq(S(F(k) * z ** k / factorial(k)), 2 / sqrt(5) * exp(z / 2) * sinh(sqrt(5) / 2 * z))),
    Goal((*DISC, lift(-1) <= x, x <= 1), eq(S(T(k, x) * z ** k), (1 - x * z) / (1 - 2 * x * z + z ** 2))), Goal(DISC, eq(S(binomial(w, k) * z ** k), (1 + z) ** w)),
    Goal((modulus(z) < lift(1) / 4,), eq(S(binomial(2 * k, k) * z ** k), 1 / sqrt(1 - 4 * z))), Goal(DISC, eq(S(lift(-1) ** k * z ** k), 1 / (1 + z))),
    Goal((*DISC, lift(-1) <= x, x <= 1), eq(S(call("chebyshevu", k, x) * z ** k), 1 / (1 - 2 * x * z + z ** 2))), Goal(DISC, eq(S((k + 1) * z ** k), 1 / (1 - z) ** 2)),
    Goal((modulus(z) < 2 * pi, ne(z, 0)), eq(S(call("bernoulli", k, w) * z ** k / factorial(k)), z * exp(w * z) / (exp(z) - 1)))]
FALSE = [
    Goal((), eq(S(z ** k), 1 / (1 - z))), Goal((modulus(z) <= 1,), eq(S(z ** k), 1 / (1 - z))), Goal(DISC, eq(S(z ** k), 1 / (1 + z))), Goal(DISC, eq(S((2 * z) ** k), 1 / (1 - 2 * z))),
    Goal((), eq(S(z ** k / factorial(k)), exp(z) + 1)), Goal((modulus(z) < 1,), eq(S(F(k) * z ** k), z / (1 - z - z ** 2))), Goal(DISC, eq(S(z ** k, 1), 1 / (1 - z))),
    Goal((*DISC,), eq(S(T(k, x) * z ** k), (1 - x * z) / (1 - 2 * x * z + z ** 2))), Goal((), eq(S(binomial(w, k) * z ** k), (1 + z) ** w)),
    Goal((modulus(z) < 4,), eq(S(binomial(2 * k, k) * z ** k), 1 / sqrt(1 - 4 * z))), Goal((modulus(z) < 7,), eq(S(call("bernoulli", k, w) * z ** k / factorial(k)), z * exp(w * z) / (exp(z) - 1)))]


@pytest.mark.parametrize("goal", TRUE)
def test_true_sums(goal: Goal) -> None:
    certificate = expansions.search(goal)
    assert certificate is not None and check(goal, certificate).trust == "exact"


@pytest.mark.parametrize("goal", FALSE)
def test_false_sums(goal: Goal) -> None:
    certificate = expansions.search(goal)
    if certificate is not None:
        with pytest.raises(Rejected):
            check(goal, certificate)


def test_every_part_of_the_certificate_counts() -> None:
    goal = TRUE[0]
    certificate = expansions.search(goal)
    assert certificate is not None
    for path, value in ((0, "exponential"), (1, "2"), (2, to_data(z + 1)), (2, to_data(k))):
        mutant = copy.deepcopy(certificate)
        mutant["terms"][0][path] = value
        with pytest.raises(Rejected):
            check(goal, mutant)
    for part in ("inside0", "body", "value"):
        mutant = copy.deepcopy(certificate)
        del mutant[part]
        with pytest.raises(Rejected):
            check(goal, mutant)


def test_the_index_must_not_occur_outside() -> None:
    certificate = expansions.search(TRUE[1])
    assert certificate is not None
    with pytest.raises(Rejected):
        check(Goal((lift(0) <= k,), TRUE[1].claim), certificate)


def test_logarithms() -> None:
    goal = Goal(DISC, eq(S(z ** (k + 1) / (k + 1)), -log(1 - z)))
    certificate = expansions.search(goal)
    assert certificate is not None and check(goal, certificate).trust == "exact"


def test_the_rule_is_used() -> None:
    found = expansions.search(TRUE[1])
    assert found is not None and '"expansion"' in str(found).replace("'", '"')
