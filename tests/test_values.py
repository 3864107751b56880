"""Exact values inside the normal form against the rigorous evaluation, which is written apart from it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import fmpq

from kexue.kernel.integers import INTEGERS
from kexue.kernel.special import At
from kexue.formula import call, lift
from kexue.kernel.values import VALUES, value

ARGUMENTS = [Fraction(n, d) for n in range(-7, 31) for d in (1, 2, 3)]


@pytest.mark.parametrize("head", sorted(VALUES))
def test_the_value_is_that_of_the_evaluation(head: str) -> None:
    pairs = head in ("mod", "gcd", "lcm", "max", "min", "bernoulli")
    known = 0
    for x in ARGUMENTS:
        for v in [(x, y) for y in (Fraction(3), Fraction(-2), Fraction(1, 2), Fraction(0))] if pairs else [(x,)]:
            found = value(head, *v)
            if found is not None:
                known += 1
                assert At({}).of(call(head, *map(lift, v))) == fmpq(found.numerator, found.denominator), (head, v)
    assert known >= 10 and (head in INTEGERS or known)
