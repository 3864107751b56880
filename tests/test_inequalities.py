"""Mean values, far ends, changes of variable, and the search that uses them; false inequalities and mutated certificates."""

from __future__ import annotations

from fractions import Fraction as F
from typing import Any

import pytest

from kexue.certificates import Goal
from kexue.formula import Formula, atan, call, cos, exp, lift, log, pi, real, sin, sqrt, tan, tanh, to_data
from kexue.kernel import Rejected, check, subgoals
from kexue.tactics.inequalities import search

x, y, a, t, w = real("x y a t w")


def size(f: Formula) -> Formula: return call("abs", f)


TRUE: dict[str, tuple[list[Formula], Formula]] = {
    "sine": ([], size(sin(x)) <= 1), "sine below x": ([], size(sin(x)) <= size(x)), "sine between points": ([], size(sin(x + y) - sin(x)) <= size(y)),
    "atan between points": ([], size(atan(x) - atan(y)) <= size(x - y)), "cosine": ([], size(cos(x) - cos(y)) <= size(x - y)),
    "sinc": ([], size(call("sinc", x)) <= 1), "chord": ([x >= 0, x <= pi / 2], 2 * x / pi <= sin(x)),
    "parabola": ([x >= 0, x <= pi], sin(x) <= 4 * x * (pi - x) / pi ** 2), "tangent": ([x >= 0, x < pi / 2], x + x ** 3 / 3 <= tan(x)),
    "equal at infinity": ([x >= 0], atan(x) <= pi / 2 * tanh(x)), "exponentials": ([], size(exp(x + a) - exp(x)) <= exp(x) * (exp(size(a)) - 1)),
    "two bounds": ([], size(sin(x) + cos(y)) <= 2), "x log x": ([x > 0, x < 1], size(x * log(x)) <= 1),
    "atan and a root": ([x >= 0], atan(x) <= pi / 2 * (x / sqrt(1 + x ** 2))), "below": ([x >= 0], x / sqrt(1 + x ** 2) <= atan(x)),
    "Shafer": ([x >= 0], 3 * x / (1 + 2 * sqrt(1 + x ** 2)) <= atan(x)), "atan by distance": ([], size(atan(x + a) - atan(x)) <= size(a) / (
        1 + call("max", lift(0), size(x) - size(a)) ** 2)), "root by distance": ([x > 0, size(a) < x], size(1 / sqrt(x + a) - 1 / sqrt(x)) <= size(a) / (
                2 * (x - size(a)) ** F(3, 2)))}
FALSE: dict[str, tuple[list[Formula], Formula]] = {
    "too small": ([], size(sin(x)) <= F(9, 10)), "too steep": ([], size(sin(2 * x) - sin(2 * y)) <= size(x - y)), "strict": ([], size(sin(x)) < size(x)),
    "strict at infinity": ([x >= 0], atan(x) < F(3, 2)), "other side": ([x >= 0, x <= pi / 2], sin(x) <= 2 * x / pi),
    "jump": ([], size(tan(x) - tan(y)) <= size(x - y)), "outside": ([x >= 0, x <= 4], sin(x) >= 0), "exp": ([], size(exp(x) - exp(y)) <= size(x - y)),
    "log": ([x > 0, y > 0], size(log(x) - log(y)) <= size(x - y)), "x log x too large": ([x > 0, x < 1], size(x * log(x)) <= F(1, 3)),
    "atan and a root": ([x >= 0], atan(x) <= F(3, 2) * (x / sqrt(1 + x ** 2))), "negative x": ([], atan(x) <= pi / 2 * (x / sqrt(1 + x ** 2))),
    "Shafer": ([x >= 0], F(31, 10) * x / (1 + 2 * sqrt(1 + x ** 2)) <= atan(x)), "below": ([x >= 0], atan(x) <= x / sqrt(1 + x ** 2)),
    "farther": ([], size(atan(x + a) - atan(x)) <= size(a) / (1 + (size(x) + size(a)) ** 2)), "signs": ([], size(atan(x + a) - atan(x)) <= size(a) / (
        1 + (size(x) - size(a)) ** 2)), "smaller root": ([x > 0, size(a) < x], size(1 / sqrt(x + a) - 1 / sqrt(x)) <= size(a) / (
            2 * (x + size(a)) ** F(3, 2))), "half": ([x > 0, size(a) < x], size(1 / sqrt(x + a) - 1 / sqrt(x)) <= size(a) / (
                4 * (x - size(a)) ** F(3, 2)))}


@pytest.mark.parametrize("name", TRUE)
def test_true_inequalities_are_proved(name: str) -> None:
    hyps, claim = TRUE[name]
    goal = Goal(tuple(hyps), claim)
    certificate = search(goal)
    assert certificate is not None
    check(goal, certificate)


@pytest.mark.parametrize("name", FALSE)
def test_false_inequalities_are_not(name: str) -> None:
    hyps, claim = FALSE[name]
    assert search(Goal(tuple(hyps), claim)) is None


# ---------------------------------------------------------------------------------------------------------------- the rules
MEAN: dict[str, Any] = {"rule": "lipschitz", "var": "w", "function": to_data(sin(w)), "u": to_data(x), "v": to_data(y), "slope_bound": to_data(lift(1))}


def test_between_positive_points_all_are_positive() -> None:
    data = MEAN | {"function": to_data(sqrt(w))}
    claim = size(sqrt(x) - sqrt(y)) <= size(x - y)
    _, rest = subgoals(Goal((x > 0, y > 0), claim), data)
    assert Formula("lt", (lift(0), w)) in rest["slope"][0].hyps
    for hyps in ((x > 0,), (x > 0, y >= 0), (x > 0, y < 0)):
        with pytest.raises(Rejected):
            subgoals(Goal(hyps, claim), data)


def test_the_mean_value_theorem_leaves_slope_and_bound() -> None:
    _, rest = subgoals(Goal((), size(sin(x) - sin(y)) <= size(x - y)), MEAN)
    assert set(rest) == {"slope", "bound"} and rest["slope"][0].claim.head == "le"


@pytest.mark.parametrize("change", [
    {"function": to_data(cos(w))}, {"u": to_data(y)}, {"var": "x"}, {"function": to_data(tan(w))}, {"function": to_data(sin(w) + a)},
    {"slope_bound": to_data(w)}, {"function": to_data(1 / w)}, {"u": to_data(call("sqrt", x))}, {"v": to_data(a)}])
def test_mean_values_need_a_smooth_real_function_of_a_new_variable(change: dict[str, Any]) -> None:
    with pytest.raises(Rejected):
        subgoals(Goal((), size(sin(x) - sin(y)) <= size(x - y)), {**MEAN, **change})


def test_a_pole_between_the_points() -> None:
    data = {**MEAN, "function": to_data(1 / w)}
    with pytest.raises(Rejected):
        subgoals(Goal((x < 0, y > 0), size(1 / x - 1 / y) <= size(x - y)), data)


DESCENT: dict[str, Any] = {"rule": "descent", "var": "x", "strict": None}


@pytest.mark.parametrize("hyps, claim, change", [
    ([x <= 5], lift(0) <= exp(-x), {}), ([x ** 2 >= 4], lift(0) <= exp(-x), {}), ([], lift(0) <= sin(x), {}), ([], lift(0) < exp(-x), {}),
    ([], lift(0) <= exp(x), {}), ([], lift(0) <= 1 / x, {}), ([], lift(0) <= exp(-x), {"var": "y"}), ([], lift(0) <= exp(-x), {"strict": "value"}),
    ([x + x <= 3], lift(0) <= exp(-x), {}), ([], lift(0) <= exp(-a * x), {})])
def test_descent_needs_an_upward_domain_and_a_limit(hyps: list[Formula], claim: Formula, change: dict[str, Any]) -> None:
    with pytest.raises(Rejected):
        subgoals(Goal(tuple(hyps), claim), {**DESCENT, **change})


def test_descent_keeps_the_limit_and_the_slope() -> None:
    goal = Goal((x >= 1,), exp(-x) <= 2 * exp(-x))
    accepted, rest = subgoals(goal, DESCENT)
    assert accepted.trust == "exact" and set(rest) == {"slope", "limit"}
    _, strict = subgoals(Goal(goal.hyps, exp(-x) < 2 * exp(-x)), {**DESCENT, "strict": "slope"})
    assert strict["slope"][0].claim.head == "lt" and strict["limit"][0].claim.head == "le"


AFFINE: dict[str, Any] = {"rule": "affine", "var": "x", "new": "t", "a": to_data(lift(0)), "b": to_data(pi)}


def test_a_change_of_variable_moves_its_bounds() -> None:
    goal = Goal((x >= 0, x < pi), sin(x) >= 0)
    _, rest = subgoals(goal, AFFINE)
    assert rest["then"][0].hyps == (lift(0) <= t, t < 1)
    _, turned = subgoals(goal, {**AFFINE, "b": to_data(-pi)})
    assert turned["then"][0].hyps == (t <= 0, lift(-1) < t)


@pytest.mark.parametrize("change", [
    {"b": to_data(lift(0))}, {"b": to_data(a)}, {"a": to_data(x)}, {"b": to_data(x ** 2 + 1)}, {"new": "x"}, {"var": "a"}, {"a": to_data(t)},
    {"a": to_data(call("sqrt", lift(-1)))}])
def test_a_change_of_variable_is_a_bijection(change: dict[str, Any]) -> None:
    with pytest.raises(Rejected):
        subgoals(Goal((x >= 0, x < pi), sin(x) + sqrt(x) >= 0), {**AFFINE, **change})
