"""Limits by leading terms, and integrals by primitives: proper, improper, between complex ends."""

from __future__ import annotations

from typing import Any

import pytest

from kexue.certificates import Certificate, Goal
from kexue.formula import Formula, Integral, Limit, Si, atan, complex_, cos, eq, erf, exp, lift, log, oo, pi, real, sin, sqrt, tan, tanh, to_data, call, I
from kexue.kernel import Rejected, check, subgoals
from kexue.kernel.ends import limit_at
from kexue.tactics.auto import search

x, t, a, b = real("x t a b")
z, w = complex_("z w")
minus_oo = -oo
LIMITS: dict[str, tuple[Formula, Formula, bool, Formula]] = {
    "x log x": (x * log(x), lift(0), False, lift(0)), "x^x": (x ** x, lift(0), False, lift(1)), "sinc": (call("sinc", x), oo, False, lift(0)),
    "tanh": (tanh(x), minus_oo, False, lift(-1)), "power and exp": (x ** 5 * exp(-x), oo, False, lift(0)), "log and power": (log(x) / sqrt(x), oo, False, lift(0)),
    "at infinity": ((2 * x ** 2 + x) / (x ** 2 + 1), oo, False, lift(2)), "from below": (1 / (1 + exp(1 / x)), lift(0), True, lift(1)),
    "from above": (1 / (1 + exp(1 / x)), lift(0), False, lift(0)), "sine over x": (sin(x) / x, lift(0), False, lift(1)),
    "atan": (atan(x ** 2), minus_oo, False, pi / 2), "error function": (erf(a * x), oo, False, lift(1)), "root": (sqrt(1 - x) / (1 - x) * sqrt(1 - x), lift(1), True, lift(1))}
NO_LIMIT: dict[str, tuple[Formula, Formula, bool]] = {
    "sine": (sin(x), oo, False), "pole": (1 / x, lift(0), False), "growth": (exp(x) / x, oo, False), "unknown sign": (exp(b * x), oo, False),
    "e": ((1 + 1 / x) ** x, oo, False), "cancellation": (x * (sqrt(x ** 2 + 1) - x), oo, False), "log": (log(x), lift(0), False),
    "oscillation": (sin(1 / x), lift(0), False), "tangent": (tan(x), pi / 2, True), "complex sine": (sin(I * x) / x, oo, False),
    "jump": (atan(z + x), oo, False), "power of unknown sign": (x ** b, oo, False)}


@pytest.mark.parametrize("name", LIMITS)
def test_limits(name: str) -> None:
    f, point, below, value = LIMITS[name]
    hyps = (lift(0) < a,)
    found, accepted = limit_at(hyps, f, x, point, below)
    assert check(Goal(hyps, eq(found, value)), search(Goal(hyps, eq(found, value))) or {}).trust == "exact"
    assert accepted.trust == "exact"


@pytest.mark.parametrize("name", NO_LIMIT)
def test_what_has_no_limit_or_none_that_is_seen(name: str) -> None:
    f, point, below = NO_LIMIT[name]
    with pytest.raises(Rejected):
        limit_at((), f, x, point, below)


INTEGRALS: dict[str, tuple[list[Formula], Formula]] = {
    "arctangent": ([], eq(Integral(1 / (1 + t ** 2), t, minus_oo, oo), pi)), "parameter": ([a > 0], eq(Integral(1 / (t ** 2 + a ** 2), t, minus_oo, oo), pi / a)),
    "logarithm": ([], eq(Integral(log(t), t, 0, 1), lift(-1))), "complex ends": ([], eq(Integral(exp(t), t, z, w), exp(w) - exp(z))),
    "half circle": ([], eq(2 * Integral(sqrt(1 - t ** 2), t, -1, 1), pi)), "arcsine": ([], eq(Integral(1 / sqrt(1 - t ** 2), t, -1, 1), pi)),
    "Gauss": ([], eq(Integral(exp(-t ** 2), t, minus_oo, oo), sqrt(pi))), "sine integral": ([], eq(Integral(call("sinc", t), t, 0, oo), pi / 2)),
    "exponential": ([a > 0], eq(Integral(exp(-a * t), t, 0, oo), 1 / a)), "unordered ends": ([], eq(Integral(cos(t), t, a, b), sin(b) - sin(a))),
    "in a formula": ([], eq(1 + 2 * Integral(t, t, 0, 1), lift(2)))}


@pytest.mark.parametrize("name", INTEGRALS)
def test_integrals_are_found(name: str) -> None:
    hyps, claim = INTEGRALS[name]
    goal = Goal(tuple(hyps), claim)
    certificate = search(goal)
    assert certificate is not None
    check(goal, certificate)


FALSE: dict[str, tuple[Formula, Formula]] = {  # an integral, and a primitive that must not be accepted for it
    "a pole inside": (Integral(1 / t ** 2, t, -1, 1), -1 / t), "principal value": (Integral(1 / t, t, -1, 1), log(call("abs", t))),
    "divergent": (Integral(1 / t, t, 1, oo), log(t)), "around a branch point": (Integral(1 / t, t, z, w), log(t)),
    "a jump of the primitive": (Integral(1 / (2 + cos(t)), t, 0, 2 * pi), 2 / sqrt(lift(3)) * atan(tan(t / 2) / sqrt(lift(3)))),
    "no limit": (Integral(cos(t), t, 0, oo), sin(t)), "from infinity": (Integral(exp(-t), t, oo, 0), -exp(-t)),
    "a pole of a parameter": (Integral(1 / (1 + a * t) ** 2, t, 0, 1), -1 / (a * (1 + a * t))),
    "its own variable": (Integral(t, t, 0, t), t ** 2 / 2), "a new variable": (Integral(t, t, 0, 1), t ** 2 / 2 + x),
    "a complex cut": (Integral(1 / (1 + (t + z) ** 2), t, -1, 1), atan(t + z))}


@pytest.mark.parametrize("name", FALSE)
def test_primitives_that_jump_or_diverge_are_rejected(name: str) -> None:
    integral, primitive = FALSE[name]
    with pytest.raises(Rejected):
        subgoals(Goal((), eq(integral, lift(0))), {"rule": "integrate", "number": 0, "primitive": to_data(primitive)})


def good() -> tuple[Goal, Certificate]:
    goal = Goal((a > 0,), eq(Integral(exp(-a * t), t, 0, oo), 1 / a))
    certificate = search(goal)
    assert certificate is not None
    return goal, certificate


@pytest.mark.parametrize("change", [
    {"primitive": to_data(exp(-a * t) / a)}, {"primitive": to_data(-exp(-t))}, {"number": 1}, {"number": "0"}, {"number": True},
    {"primitive": to_data(lift(1) - exp(-a * t) / a * 2)}, {"rule": "approach"}, {"slope": {}}, {"then": {}}])
def test_mutated_certificates_are_rejected(change: dict[str, Any]) -> None:
    goal, certificate = good()
    check(goal, certificate)
    with pytest.raises(Rejected):
        check(goal, {**certificate, **change})


def test_other_values_are_rejected() -> None:
    goal, certificate = good()
    with pytest.raises(Rejected):
        check(Goal(goal.hyps, eq(goal.claim.args[0], 2 / a)), certificate)
    with pytest.raises(Rejected):
        check(Goal((), goal.claim), certificate)
    limit = Goal((), eq(Limit(tanh(x), x, oo), lift(1)))
    proof = search(limit)
    assert proof is not None and proof["rule"] == "approach"
    with pytest.raises(Rejected):
        check(Goal((), eq(Limit(tanh(x), x, oo), lift(2))), proof)


def test_a_primitive_may_be_a_function_that_is_defined_so() -> None:
    goal = Goal((), eq(Integral(call("sinc", t), t, z, w), Si(w) - Si(z)))
    certificate = search(goal)
    assert certificate is not None and check(goal, certificate).trust == "exact"


@pytest.mark.parametrize("point", [t, x, t + 1])
def test_the_exception_is_one_point(point: Formula) -> None:
    goal = Goal((), eq(Integral(call("sinc", t), t, 0, 1), Si(lift(1))))
    good = {"rule": "integrate", "number": 0, "primitive": to_data(Si(t)), "except": to_data(lift(0))}
    _, rest = subgoals(goal, good)
    assert rest["slope"][0].hyps[-1].head == "ne"
    with pytest.raises(Rejected):
        subgoals(goal, {**good, "except": to_data(point)})


def test_an_exception_does_not_hide_a_jump() -> None:
    sign_like = sqrt(t ** 2) / t
    with pytest.raises(Rejected):
        subgoals(Goal((), eq(Integral(lift(0) * t, t, -1, 1), lift(2))), {
            "rule": "integrate", "number": 0, "primitive": to_data(sign_like), "except": to_data(lift(0))})
    with pytest.raises(Rejected):
        subgoals(Goal((), eq(Integral(1 / t, t, z, w), lift(0))), {
            "rule": "integrate", "number": 0, "primitive": to_data(t), "except": to_data(lift(0))})


def test_the_conditions_of_a_primitive_are_not_left_to_its_variable() -> None:
    goal = Goal((), eq(Integral(1 / sqrt(1 - t ** 2), t, 0, lift("0.5")), pi / 6))
    certificate = search(goal)
    assert certificate is not None and not check(goal, certificate).conditions
