"""Homogeneous relations are reduced to one variable fewer, and only those."""

from __future__ import annotations

from fractions import Fraction

import pytest

from kexue.certificates import Goal
from kexue.formula import Formula, atan, log, real, sqrt
from kexue.kernel import check
from kexue.tactics.auto import search as auto
from kexue.tactics.homogeneous import degree_of, search

p, q, x = real("p q x")
POSITIVE = (p > 0, q > 0)
TRUE = {"divergence": p - q <= p * log(p / q), "quotient": atan(p / q) <= p / q, "convexity": (p + q) * log((p + q) / 2) <= p * log(p) + q * log(q),
        "tangent": log(p) - log(q) <= (p - q) / q}
FALSE = {"too much": p - q / 2 <= p * log(p / q), "strict": p - q < p * log(p / q), "the other way": p * log(p / q) <= p - q}


@pytest.mark.parametrize("name", TRUE)
def test_a_homogeneous_relation_is_proved_at_one(name: str) -> None:
    goal = Goal(POSITIVE, TRUE[name])
    found = search(goal, auto)
    assert found is not None
    check(goal, found)


@pytest.mark.parametrize("name", FALSE)
def test_a_false_one_is_not(name: str) -> None:
    assert search(Goal(POSITIVE, FALSE[name]), auto) is None


@pytest.mark.parametrize("claim, degree", [
    (p - q <= p * log(p / q), 1), (p ** 2 <= p * q, 2), (sqrt(p) <= sqrt(q), Fraction(1, 2)), (1 / p <= 1 / q, -1), (p / q <= 1, 0), (p ** 2 <= q, None), (log(p) <= q, None)])
def test_degrees(claim: Formula, degree: Fraction | None) -> None:
    assert degree_of(Goal(POSITIVE, claim)) == degree


def test_the_variables_have_to_be_positive_and_bound_by_nothing_else() -> None:
    claim = TRUE["divergence"]
    assert search(Goal((p > 0,), claim), auto) is None
    assert search(Goal((*POSITIVE, p < q), claim), auto) is None
    assert search(Goal((*POSITIVE, p < x), claim), auto) is None
