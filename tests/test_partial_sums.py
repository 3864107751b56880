"""Partial sums of alternating and of positive series as bounds of their limits."""

from __future__ import annotations

import pytest

from kexue.certificates import Goal
from kexue.formula import Formula, Sum, atan, call, exp, factorial, integer, lift, log, real
from kexue.kernel import check
from kexue.tactics.partial_sums import search

x, y = real("x y")
n, k = integer("n k")
NATURAL = lift(0) <= n
SIGN = lift(-1) ** k


def alternating(hi: Formula) -> Formula: return Sum(SIGN * x ** (k + 1) / (k + 1), k, 0, hi)
def odd(hi: Formula) -> Formula: return Sum(SIGN * x ** (2 * k + 1) / (2 * k + 1), k, 0, hi)


@pytest.mark.parametrize(("hyps", "claim"), [
    ((lift(0) <= x,), log(1 + x) <= alternating(2 * n)), ((lift(0) <= x,), alternating(2 * n + 1) <= log(1 + x)),
    ((lift(0) < x,), log(1 + x) < alternating(2 * n)), ((lift(0) <= x,), atan(x) <= odd(2 * n)), ((lift(0) <= x,), odd(2 * n + 1) <= atan(x)),
    ((lift(0) <= x, x < 1), Sum(x ** (k + 1) / (k + 1), k, 0, n) <= -log(1 - x)), ((lift(0) <= x, x < 1), Sum(x ** k, k, 0, n) <= 1 / (1 - x)),
    ((lift(0) <= x, x < 1), Sum(x ** (2 * k + 1) / (2 * k + 1), k, 0, n) <= call("atanh", x)),
    ((lift(0) <= x,), 1 / (1 + x) <= Sum(SIGN * x ** k, k, 0, 2 * n))])
def test_partial_sums_are_bounds(hyps: tuple[Formula, ...], claim: Formula) -> None:
    goal = Goal((*hyps, NATURAL), claim)
    certificate = search(goal)
    assert certificate is not None and not check(goal, certificate).conditions


@pytest.mark.parametrize(("hyps", "claim"), [
    ((lift(0) <= x,), log(1 + x) <= alternating(2 * n + 1)), ((lift(0) <= x,), log(1 + x) <= alternating(n)), ((), atan(x) <= odd(2 * n)),
    ((lift(0) <= x,), odd(2 * n) <= atan(x)), ((lift(0) <= x,), log(1 + x) < alternating(2 * n)), ((), Sum(x ** k, k, 0, n) <= 1 / (1 - x)),
    ((lift(0) <= x,), Sum(x ** k, k, 0, n) <= 1 / (1 - x)), ((lift(0) <= x,), Sum(lift(1), k, 0, n) <= n),
    ((lift(0) <= x,), exp(x) <= Sum(x ** k / factorial(k), k, 0, n))])
def test_false_bounds_are_not_proved(hyps: tuple[Formula, ...], claim: Formula) -> None:
    assert search(Goal((*hyps, NATURAL), claim)) is None


def test_what_is_no_finite_sum_or_no_inequality_is_left_alone() -> None:
    for claim in (x <= y, Formula("eq", (odd(n), x)), Sum(x ** k, k, 0, Formula("const", ("oo",))) <= 1, Sum(x ** k, k, 0, 3) <= 1):
        assert search(Goal((), claim)) is None
