"""Polynomial inequalities by factors and sums of squares: what is proved, what must not be."""

from __future__ import annotations

from fractions import Fraction

import pytest

from kexue.certificates import Certificate, Goal
from kexue.formula import Formula, complex_, lift, real, sqrt, to_data
from kexue.kernel import Rejected, check
from kexue.tactics import polynomials, sos

x, y, z, a, b, c = real("x y z a b c")
POSITIVE = [a > 0, b > 0, c > 0]


def search(goal: Goal) -> Certificate | None:
    return polynomials.search(goal) or sos.search(goal)


TRUE: dict[str, tuple[list[Formula], Formula]] = {
    "means": ([], x * y + y * z + z * x <= x ** 2 + y ** 2 + z ** 2), "a square": ([], lift(0) <= x ** 4 - x ** 2 + lift("0.25")),
    "quartic": ([], x * y <= (x ** 4 + y ** 4 + 2) / 4), "cubes": ([x + y >= 0], (x + y) ** 3 / 8 <= (x ** 3 + y ** 3) / 2),
    "three means": ([x > 0, y > 0, z > 0], 3 * x * y * z <= x ** 3 + y ** 3 + z ** 3), "square of bounds": ([x >= 0, x <= 1, y >= 0, y <= 1], x + y <= 1 + x * y),
    "strict": ([], lift(0) < x ** 2 + x * y + y ** 2 + 1), "never attained": ([], lift(0) < (x * y - 1) ** 2 + x ** 2),
    "Motzkin": ([], 3 * x ** 2 * y ** 2 <= x ** 4 * y ** 2 + x ** 2 * y ** 4 + 1), "with a zero": ([], x * y <= x ** 4 + y ** 4 + lift("0.125")),
    "Cauchy": ([], (a * x + b * y + c * z) ** 2 <= (a ** 2 + b ** 2 + c ** 2) * (x ** 2 + y ** 2 + z ** 2)), "reciprocals": ([x > 0, y > 0], 2 <= x / y + y / x),
    "Nesbitt": (POSITIVE, lift("1.5") <= a / (b + c) + b / (c + a) + c / (a + b)), "powers": (POSITIVE, a * b * c <= ((a + b + c) / 3) ** 3),
    "Schur": (POSITIVE, 0 <= a * (a - b) * (a - c) + b * (b - a) * (b - c) + c * (c - a) * (c - b)), "strict in a square": ([x > 0, y > 0], 1 < (1 + x) * (1 + y)),
    "quotients": (POSITIVE, a + b + c <= a ** 2 / b + b ** 2 / c + c ** 2 / a), "below its square": ([x > 0], -x < x ** 2),
    "a root": ([a > 0, b > 0], 2 / (1 / a + 1 / b) <= sqrt(a * b)), "cube roots": (POSITIVE, (a * b * c) ** Fraction(1, 3) <= (a + b + c) / 3)}
FALSE: dict[str, tuple[list[Formula], Formula]] = {
    "too small": ([], x * y <= (x ** 4 + y ** 4 + 1) / 4), "strict at a zero": ([], lift(0) < x ** 2 + y ** 2), "without the hypothesis": ([], (x + y) ** 3 / 8 <= (x ** 3 + y ** 3) / 2),
    "strict double root": ([], lift(0) < x ** 4 - x ** 2 + lift("0.25")), "odd": ([], lift(0) <= x ** 3 + y ** 3), "the other way": ([], (x + y) ** 2 <= 4 * x * y),
    "Motzkin with more": ([], lift("3.001") * x ** 2 * y ** 2 <= x ** 4 * y ** 2 + x ** 2 * y ** 4 + 1), "Nesbitt with signs": ([a > 0, b > 0], lift("1.5") <= a / (b + c) + b / (c + a) + c / (a + b)),
    "Nesbitt, strict": (POSITIVE, lift("1.5") < a / (b + c) + b / (c + a) + c / (a + b)), "beyond Cauchy": ([], (a * x + b * y) ** 2 <= (a ** 2 + b ** 2) * (x ** 2 + y ** 2) - x ** 2 / 1000),
    "powers with more": (POSITIVE, a * b * c * lift("1.0001") <= ((a + b + c) / 3) ** 3), "a pole": ([], 2 <= x / y + y / x), "a root": ([a > 0], sqrt(a) <= a / 2 + lift("0.49")), "strict at its end": ([x >= 0], -x < x ** 2),
    "outside": ([x >= 0, y >= 0], x + y <= 1 + x * y), "not a sum": ([], lift(0) <= x ** 4 * y ** 2 + x ** 2 * y ** 4 - 3 * x ** 2 * y ** 2)}


@pytest.mark.parametrize("name", TRUE)
def test_true_inequalities_are_proved(name: str) -> None:
    hyps, claim = TRUE[name]
    goal = Goal(tuple(hyps), claim)
    certificate = search(goal)
    assert certificate is not None and check(goal, certificate).trust == "exact"


@pytest.mark.parametrize("name", FALSE)
def test_false_inequalities_are_not(name: str) -> None:
    hyps, claim = FALSE[name]
    assert search(Goal(tuple(hyps), claim)) is None


def test_only_polynomials_in_real_variables_are_looked_at() -> None:
    assert search(Goal((), sqrt(x) + y <= x + y + 1)) is None
    assert search(Goal((), complex_("w") ** 2 >= 0)) is None


def test_a_changed_square_is_rejected() -> None:
    goal = Goal((), 2 * x * y <= x ** 2 + y ** 2)
    good = {"rule": "sign", "terms": [[to_data(lift(1)), to_data(x - y)]], "rest": to_data(lift(0))}
    check(goal, good)
    for terms in ([[to_data(lift(1)), to_data(x + y)]], [[to_data(lift(-1)), to_data(x - y)]], [[to_data(lift(2)), to_data(x - y)]], []):
        with pytest.raises(Rejected):
            check(goal, {**good, "terms": terms})
