"""Limits by leading terms, and integrals by primitives: proper, improper, between complex ends."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from kexue.certificates import Certificate, Goal
from kexue.formula import Formula, Integral, Limit, Si, atan, complex_, cos, eq, erf, euler_gamma, exp, integer, lift, log, oo, pi, real, sin, sqrt, tan, tanh, to_data, call, I
from kexue.kernel import Rejected, check, subgoals
from kexue.kernel.ends import limit_at
from kexue.tactics.auto import search
from kexue.tactics.combine import integrated

x, t, a, b = real("x t a b")
z, w = complex_("z w")
n = integer("n")
minus_oo = -oo
LIMITS: dict[str, tuple[Formula, Formula, bool, Formula]] = {
    "x log x": (x * log(x), lift(0), False, lift(0)), "x^x": (x ** x, lift(0), False, lift(1)), "sinc": (call("sinc", x), oo, False, lift(0)),
    "tanh": (tanh(x), minus_oo, False, lift(-1)), "power and exp": (x ** 5 * exp(-x), oo, False, lift(0)), "log and power": (log(x) / sqrt(x), oo, False, lift(0)),
    "at infinity": ((2 * x ** 2 + x) / (x ** 2 + 1), oo, False, lift(2)), "from below": (1 / (1 + exp(1 / x)), lift(0), True, lift(1)),
    "from above": (1 / (1 + exp(1 / x)), lift(0), False, lift(0)), "sine over x": (sin(x) / x, lift(0), False, lift(1)),
    "complex error function": (erf(x - I * b), oo, False, lift(1)), "and below": (erf((x + I * b) / 3), minus_oo, False, lift(-1)),
    "symbolic growth": (exp(a * x + b) / (exp(a * x) + b), oo, False, exp(b)), "and decay": (exp(a * x) / (exp(a * x) + 1), minus_oo, False, lift(0)),
    "turn that falls": (exp(I * b * x) / x, oo, False, lift(0)), "double exponential": (exp(-a * exp(x)), oo, False, lift(0)),
    "atan": (atan(x ** 2), minus_oo, False, pi / 2), "error function": (erf(a * x), oo, False, lift(1)), "root": (sqrt(1 - x) / (1 - x) * sqrt(1 - x), lift(1), True, lift(1)),
    "e": ((1 + 1 / x) ** x, oo, False, exp(lift(1))), "exponential": ((1 + b / x) ** x, oo, False, exp(b)), "a complex one": ((1 + z / x) ** x, oo, False, exp(z)),
    "conjugate": (x * (sqrt(x ** 2 + 1) - x), oo, False, lift("0.5")), "conjugate, turned": (x * (x - sqrt(x ** 2 + 1)), oo, False, lift("-0.5")),
    "two roots": (sqrt(x) * (sqrt(x + 1) - sqrt(x)), oo, False, lift("0.5")), "exp - 1": ((exp(2 * x) - 1) / x, lift(0), False, lift(2)),
    "1 - exp": ((1 - exp(b * x)) / x, lift(0), False, -b), "1 - cos": ((1 - cos(a * x)) / x ** 2, lift(0), False, a ** 2 / 2),
    "a power - 1": (((1 + x) ** b - 1) / x, lift(0), False, b), "log(1 + g)": (log(1 + sin(3 * x)) / x, lift(0), False, lift(3)),
    "n-th root": (x * (2 ** (1 / x) - 1), oo, False, log(lift(2))), "below e": ((1 - 1 / x ** 2) ** x, oo, False, lift(1))}
NO_LIMIT: dict[str, tuple[Formula, Formula, bool]] = {
    "sine": (sin(x), oo, False), "pole": (1 / x, lift(0), False), "growth": (exp(x) / x, oo, False), "unknown sign": (exp(b * x), oo, False),
    "cancellation of the second order": ((sin(x) - x) / x ** 3, lift(0), False), "log": (log(x), lift(0), False),
    "roots that do not cancel": (sqrt(4 * x ** 2 + 1) - x, oo, False), "a power of 1 + g, g growing": ((1 + x) ** x, oo, False),
    "oscillation": (sin(1 / x), lift(0), False), "tangent": (tan(x), pi / 2, True), "complex sine": (sin(I * x) / x, oo, False),
    "error function across the plane": (erf(I * x), oo, False), "turning scale": (erf(exp(x + I * x)), oo, False), "turn": (exp(I * x), oo, False),
    "growth that turns": (exp(a * x + I * b * x) / exp(a * x), oo, False), "growth of unknown sign": (exp(b * x) / (exp(b * x) + 1), oo, False),
    "root of a turn": (log(exp((1 + I) * x)) / x, oo, False), "complex exponent": (exp((1 + I) * x) * exp(-x), oo, False), "double growth": (exp(exp(x) - b), oo, False),
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


J = Integral(cos(t) ** 4, t, 0, pi)
EULER = Integral(exp(-t) * log(t), t, 0, oo)


def with_known(claim: Formula, primitive: Formula, *known: tuple[Formula, Formula], hyps: tuple[Formula, ...] = ()) -> Certificate | None:
    goal = Goal(hyps, claim)
    found = integrated(primitive, *known)(goal)
    if found is not None:
        check(goal, found)
    return found


def test_an_integral_from_another_one() -> None:
    sixth = Integral(cos(t) ** 6, t, 0, pi)
    assert with_known(eq(sixth, Fraction(5, 6) * J), cos(t) ** 5 * sin(t) / 6, (lift(Fraction(5, 6)), J))
    assert with_known(eq(Integral((a - log(t)) * exp(-t), t, 0, oo), a + euler_gamma), -a * exp(-t), (lift(-1), EULER), hyps=(eq(EULER, -euler_gamma),))
    renamed = Integral(cos(x) ** 4, x, 0, pi)
    assert with_known(eq(sixth, Fraction(5, 6) * renamed), cos(t) ** 5 * sin(t) / 6, (lift(Fraction(5, 6)), renamed))


@pytest.mark.parametrize("factor, other", [
    (lift(Fraction(5, 7)), J), (lift(Fraction(5, 6)), Integral(cos(t) ** 4, t, 0, 2 * pi)), (lift(Fraction(5, 6)), Integral(cos(t) ** 2, t, 0, pi)), (x, J), (t, J),
    (lift(Fraction(5, 6)) * J / J, J), (lift(Fraction(5, 6)), cos(t) ** 4), (lift(Fraction(5, 6)), Integral(cos(b) ** 4, t, 0, pi))])
def test_an_integral_that_does_not_give_it(factor: Formula, other: Formula) -> None:
    assert with_known(eq(Integral(cos(t) ** 6, t, 0, pi), Fraction(5, 6) * J), cos(t) ** 5 * sin(t) / 6, (factor, other)) is None


def test_integrals_that_are_not_there_or_not_smooth() -> None:
    assert with_known(eq(Integral(exp(-t), t, 1, oo), lift(2)), lift(0) * t, (lift(-1), Integral(1 / t, t, 1, oo)), (lift(1), Integral(1 / t + exp(-t), t, 1, oo))) is None
    pole = Integral(1 / t ** 2, t, -1, 1)
    assert with_known(eq(Integral(1 / t ** 2 + 1, t, -1, 1), pole + 2), t, (lift(1), pole)) is None
    complex_end = Integral(exp(t), t, 0, z)
    assert with_known(eq(Integral(2 * exp(t), t, 0, z), 2 * complex_end), lift(0) * t, (lift(2), complex_end)) is None


def test_the_normal_law() -> None:
    bell = exp(-t ** 2 / 2) / sqrt(2 * pi)
    assert with_known(eq(Integral(exp(a * t) * bell, t, -oo, oo), exp(a ** 2 / 2)), exp(a ** 2 / 2) * erf((t - a) / sqrt(lift(2))) / 2)
    wave = exp(-a ** 2 / 2) / 4 * (erf((t - I * a) / sqrt(lift(2))) + erf((t + I * a) / sqrt(lift(2))))
    assert with_known(eq(Integral(cos(a * t) * bell, t, -oo, oo), exp(-a ** 2 / 2)), wave)
    assert with_known(eq(Integral(cos(a * t) * bell, t, -oo, oo), exp(-a ** 2)), wave) is None
    assert with_known(eq(Integral(cos(z * t) * bell, t, -oo, oo), exp(-z ** 2)), wave) is None


def seen(f: Formula, *hyps: Formula) -> Formula:
    return limit_at(hyps, f, x, oo, False)[0]


PHI = Formula("const", ("golden_ratio",))


@pytest.mark.parametrize(("f", "value"), [
    (call("fibonacci", x + 1) / call("fibonacci", x), PHI), (call("lucas", x) / call("fibonacci", x), sqrt(lift(5))),
    (call("fibonacci", 2 * x - 1) / call("fibonacci", x) ** 2, sqrt(lift(5)) / PHI), (log(call("lucas", 3 * x)) / x, 3 * log(1 + PHI) / 2),
    (call("uppergamma", a, log(x)), lift(0)), (call("uppergamma", a, x) * x ** 3, lift(0))])
def test_limits_of_sequences_and_of_incomplete_gamma_functions(f: Formula, value: Formula) -> None:
    goal = Goal((lift(0) < a,), eq(seen(f, lift(0) < a), value))
    assert search(goal) is not None


@pytest.mark.parametrize("f", [
    call("fibonacci", -x) / call("fibonacci", x), call("fibonacci", x ** 2) / call("fibonacci", x), call("fibonacci", x / x + 1 / x),
    call("fibonacci", x + a) / call("fibonacci", x), call("fibonacci", a * x) / call("fibonacci", x), call("fibonacci", x) / exp(x),
    call("uppergamma", a, -x), call("uppergamma", a, log(x)) * x, call("uppergamma", x, x)])
def test_other_limits_are_not_seen(f: Formula) -> None:
    with pytest.raises(Rejected):
        seen(f)


def test_the_error_function_along_a_direction() -> None:
    """erf(sqrt(w) x) tends to 1 where re w > 0; sqrt(w) itself may have any argument up to pi/2."""
    right = lift(0) < call("re", w)
    assert seen(erf(sqrt(w) * x), right) == lift(1) and seen(erf(-(sqrt(w) * x)), right) == seen(erf(sqrt(w) * x * -2), right) == lift(-1)
    assert seen(exp(-(w * x)), right) == seen(exp(-(w * x ** 2) + I * x) * x, right) == lift(0)
    for f, h in ((erf(sqrt(w) * x), lift(0) < call("im", w)), (erf(w * x), right), (erf(I * sqrt(w) * x), right), (erf(sqrt(-w) * x), right),
                 (erf(sqrt(w) * z * x), right), (exp(w * x), right), (exp(-(w * x)), lift(0) < call("im", w)), (exp(-(w * x)), lift(0) <= call("re", w)), (call("erfc", sqrt(w) * x), lift(0) < call("im", w))):
        with pytest.raises(Rejected):
            seen(f, h)


def test_an_integral_from_a_complex_end_to_infinity() -> None:
    """Gauss's integral with complex parameters; not where the integrand grows, is not entire, or has another primitive."""
    right = lift(0) < call("re", w)
    value = sqrt(pi / w) / 2 * call("erfc", sqrt(w) * z)
    goal = Goal((right,), eq(Integral(exp(-(w * t ** 2)), t, z, oo), value))
    certificate = search(goal)
    assert certificate is not None and not check(goal, certificate).conditions
    for false in (Goal((right,), eq(goal.claim.args[0], 2 * value)), Goal((call("re", w) < 0,), goal.claim), Goal((), goal.claim),
                  Goal((right,), eq(Integral(exp(-(w * t ** 2)), t, oo, z), -value)), Goal((right,), eq(Integral(1 / t ** 2, t, z, oo), 1 / z))):
        assert search(false) is None
        with pytest.raises(Rejected):
            check(false, certificate)


# ----------------------------------------------------------------------------------------------- polynomials by their degree
def degree(head: str, k: Formula, u: Formula) -> Formula: return call(head, k, u)


@pytest.mark.parametrize(("integral", "value", "least"), [
    (Integral(degree("bernoulli", n, t), t, z, z + 1), z ** n, 0),
    (Integral(degree("bernoulli", n, t), t, z, w), (degree("bernoulli", n + 1, w) - degree("bernoulli", n + 1, z)) / (n + 1), 0),
    (Integral(degree("chebyshevu", n, t), t, a, b), (degree("chebyshevt", n + 1, b) - degree("chebyshevt", n + 1, a)) / (n + 1), 0),
    (Integral(degree("hermite", n, t), t, 0, z), (degree("hermite", n + 1, z) - degree("hermite", n + 1, lift(0))) / (2 * (n + 1)), 0)])
def test_primitives_of_polynomials_by_their_degree(integral: Formula, value: Formula, least: int) -> None:
    goal = Goal((lift(least) <= n,), eq(integral, value))
    certificate = search(goal)
    assert certificate is not None
    check(goal, certificate)
    assert search(Goal(goal.hyps, eq(integral, value + 1))) is None
    if integral.args[0].head != "chebyshevu":  # of degree -1 there is no Bernoulli or Hermite polynomial
        with pytest.raises(Rejected):
            check(Goal((lift(-1) <= n,), goal.claim), certificate)


def test_a_power_or_polynomial_of_an_unknown_degree_is_not_entire() -> None:
    for f in (t ** n, degree("legendre", n, t), degree("chebyshevt", a, t), degree("bernoulli", n, 1 / t), degree("binomial", t, n)):
        with pytest.raises(Rejected):
            subgoals(Goal((), eq(Integral(0 * t, t, 0, z), 0)), {"rule": "integrate", "number": 0, "primitive": to_data(f)})
