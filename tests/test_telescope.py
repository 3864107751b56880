"""Zeilberger's method: true sums get certificates the kernel accepts, false ones get none, and boundaries matter."""

from __future__ import annotations

import copy

import pytest

from kexue import Sum, binomial, eq, factorial, integer, lift, real
from kexue.certificates import Goal
from kexue.kernel import Rejected, check
from kexue.tactics.telescope import search, zeilberger

n, k = integer("n k")
x = real("x")
C = binomial

TRUE = {
    "row sum": eq(Sum(C(n, k), k, 0, n), 2 ** n),
    "squares": eq(Sum(C(n, k) ** 2, k, 0, n), C(2 * n, n)),
    "lead vanishes at 0": eq(Sum(k * C(n, k), k, 0, n), n * 2 ** n / 2),
    "boundary terms": eq(Sum((-1) ** k * C(n, k) / (k + 1), k, 0, n), 1 / (n + 1)),
    "binomial theorem": eq(Sum(C(n, k) * x ** k, k, 0, n), (1 + x) ** n),
    "Gosper": eq(Sum(k * factorial(k), k, 0, n), factorial(n + 1) - 1),
    "Dixon": eq(Sum((-1) ** k * C(2 * n, k) ** 3, k, 0, 2 * n), (-1) ** n * factorial(3 * n) / factorial(n) ** 3),
}
FALSE = {
    "a boundary term forgotten": eq(Sum(C(n, k), k, 0, n - 1), 2 ** n),
    "true at n = 0, 1, 2 only": eq(Sum(C(n, k) ** 2, k, 0, n), C(2 * n, n) + n * (n - 1) * (n - 2)),
    "wrong initial value": eq(Sum(C(n, k), k, 0, n), 2 * 2 ** n),
    "wrong sign": eq(Sum(C(n, k) * x ** k, k, 0, n), (1 - x) ** n),
}


@pytest.mark.parametrize("name", TRUE)
def test_true_sums_are_proved(name):
    goal = Goal((n >= 0,), TRUE[name])
    certificate = search(goal)
    assert certificate is not None
    assert check(goal, certificate).trust == "exact"


@pytest.mark.parametrize("name", FALSE)
def test_false_sums_are_not(name):
    assert search(Goal((n >= 0,), FALSE[name])) is None


def test_the_recurrence_is_checked_for_every_n():
    goal = Goal((n >= 0,), TRUE["squares"])
    certificate = zeilberger(n)(goal)
    for change in ({"base": 1}, {"var": "k"}, {"coefficients": ["1", "1"]}, {"inhomogeneous": "1"}, {"initial0": {"rule": "sign"}}):
        mutant = copy.deepcopy(certificate)
        mutant.update(change)
        with pytest.raises(Rejected):
            check(goal, mutant)


def test_a_wrong_antidifference_is_rejected():
    goal = Goal((n >= 0,), TRUE["row sum"])
    certificate = zeilberger(n)(goal)
    certificate["left"]["lemma0"]["antidifference"] = ["add", certificate["left"]["lemma0"]["antidifference"], ["sym", "k", "integer"]]
    with pytest.raises(Rejected):
        check(goal, certificate)


def test_terms_that_are_not_hypergeometric_are_left_alone():
    assert search(Goal((n >= 0,), eq(Sum(lift(2) ** (k ** 2), k, 0, n), n))) is None
