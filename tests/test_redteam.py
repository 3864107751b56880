"""Falsehoods that the kernel once accepted, found by attacking it on purpose; next to each, where there is one, a true neighbour that is
still proved.

As in `test_soundness.py`, a goal says: for all values that meet the hypotheses, wherever both sides are defined."""

from __future__ import annotations

from copy import deepcopy
from fractions import Fraction
from typing import Any

import pytest

from kexue.certificates import Certificate, Goal
from kexue.formula import Abs, D, Formula, I, Integral, Sum, atan, call, delta, eq, exp, function, integer, lift, log, ne, oo, pi, real, sign, sqrt, to_data
from kexue.kernel import Rejected, check
from kexue.kernel.check import subgoals
from kexue.kernel.logic import text_of
from kexue.kernel.normal import Normal
from kexue.tactics.auto import search

x, y, t, s = real("x y t s")
n, k = integer("n k")
f = function("f")
HALF = Fraction(1, 2)
LOOSE = lift(-1) <= n + 0 * n  # n >= -1 in a form that is a fact, not a shift of the symbol


def zeta(*v: Any) -> Formula: return call("zeta", *v)
def ndiff(g: Formula, var: Formula, order: Formula) -> Formula: return Formula("ndiff", (g, var, order))
def subs(g: Formula, var: Formula, at: Any) -> Formula: return Formula("subs", (g, var, lift(at)))


def basic(goal: Goal) -> Certificate:
    """Certificates for `normal` and `sign`, written without asking whether they hold."""
    left, right = goal.claim.args
    if goal.claim.head != "eq":
        return {"rule": "sign", "terms": [], "rest": to_data(right - left)}
    return {"rule": "normal", "value": text_of(Normal(goal.hyps), left)}


def filled(goal: Goal, certificate: Certificate) -> Certificate:
    """The certificate with those of its parts that are not given found by the automatic prover."""
    for name, (sub, _) in subgoals(goal, certificate)[1].items():
        if name in certificate:
            filled(sub, certificate[name])
        elif (found := search(sub)) is not None:
            certificate[name] = found
    return certificate


def accepted(goal: Goal, by: Certificate | None) -> bool:
    """Whether the kernel accepts the goal, by this certificate or, where there is none, by a basic one or one that is searched for."""
    makers = [lambda: filled(goal, deepcopy(by))] if by is not None else [lambda: basic(goal), lambda: search(goal)]
    for make in makers:
        try:
            certificate = make()
            if certificate is not None and check(goal, certificate):
                return True
        except (Rejected, ValueError):
            continue
    return False


def integrate(primitive: Formula) -> Certificate: return {"rule": "integrate", "number": 0, "primitive": to_data(primitive)}


STRANGE = function("arg")
GAMMA = function("uppergamma")
WAVE = sqrt(n + HALF) + I * y
TURN = call("arg", WAVE)
ROOT = sqrt(2 * n + 1)
UNIT = sqrt(lift(-1))
BELL = exp(-t ** 2)
PAIR = exp(x) * exp(-y)
PULSE = x ** 3 / t ** 2 * exp(-x ** 2 / Abs(t))
ORDERS = {"rule": "orders", "base": 1}
LEMMA = Goal((n >= 1,), eq(ndiff(PAIR, x, n), PAIR))

FALSE: list[tuple[str, Formula, tuple[Formula, ...], Certificate | None]] = [
    # ------------------------------------------------------------------------------------------------------- derivatives
    ("zeta(0, x) = 1/2 - x has the derivative -1; -s zeta(s + 1, x) is 0 times a pole there", eq(D(zeta(0, x), x), 0), (x > 0,), None),
    ("the same, s = n - n", eq(D(zeta(n - n, x), x), 0), (x > 0,), None),
    ("x = 0: the integral is x, its derivative 1, but sign(0)^2 = 0", eq(D(Integral(sign(t) ** 2, t, 0, x), x), sign(x) ** 2), (), None),
    ("x = 1: the integral of what is 0 but at one point is 0", eq(D(Integral(delta(t, 1), t, 0, x), x), delta(x, 1)), (), None),
    ("x = 0: log(-1 + it) + log(-1 - it) tends to 0 as t tends to 0, where it is 2 pi i",
     eq(D(Integral(log(-1 + I * t) + log(-1 - I * t), t, 0, x), x), log(-1 + I * x) + log(-1 - I * x)), (), None),
    ("the same without i", eq(D(Integral(log(-1 + UNIT * t) + log(-1 - UNIT * t), t, 0, x), x), log(-1 + UNIT * x) + log(-1 - UNIT * x)), (), None),
    ("x = 0: acot(t) + acot(-t) is 0 but at 0, where it is pi", eq(D(Integral(call("acot", t) + call("acot", -t), t, 0, x), x),
                                                                  call("acot", x) + call("acot", -x)), (), None),
    ("x = 0: 0^(t^2) is 1 at 0 only", eq(D(Integral(lift(0) ** (t ** 2), t, 0, x), x), lift(0) ** (x ** 2)), (), None),
    ("x = 0: the integral is 2 x exp(-x^2), its slope 2, but the slope of the integrand is 0 for all t",
     eq(D(Integral(PULSE, t, -1, 1), x), Integral(D(PULSE, x), t, -1, 1)), (), None),
    ("the same at the point itself", eq(subs(D(Integral(PULSE, t, -1, 1), x), x, 0), Integral(0 * t, t, -1, 1)), (), None),
    ("x = y, n = 1: the derivative in x, not in y, which is another variable that happens to be equal", eq(ndiff(PAIR, x, n), 0), (n >= 1, eq(x, y)),
     {"rule": "rewrite", "hyp": 1, "then": ORDERS}),
    ("exp(x) exp(-x) = 1 has the derivatives 0: y was replaced by x below a derivative in x", eq(ndiff(exp(x) * exp(-x), x, n), 1), (n >= 1,),
     {"rule": "using", "lemmas": [{"goal": LEMMA.data(), "at": {"y": to_data(x)}}], "lemma0": ORDERS, "then": {"rule": "rewrite", "hyp": 1}}),
    ("s = x, t = 0, n = 1: x = s + v was put in below a derivative in s", eq(ndiff(exp(s) * exp(-x), s, n), 0), (n >= 1, eq(t, 0)),
     {"rule": "affine", "var": "x", "new": "v", "a": to_data(s), "b": to_data(lift(1)), "then": ORDERS}),
    # --------------------------------------------------------------------------------------------------- ranges and what is found in them
    ("x = y: log 1 = 0; x > y holds inside the integral only", 0 * Integral(log(1 + x - y) * t, t, y, x) + log(1 + x - y) > 0, (y <= x,), None),
    ("n = -1: exp(i) is not positive", 0 * Sum(k * exp(ROOT), k, 0, n) + exp(ROOT) > 0, (LOOSE,), None),
    ("n = -1, y = 1: |i + y|^2 is not (i + y)^2", eq(0 * Sum(k * Abs(ROOT + y), k, 0, n) + Abs(ROOT + y) ** 2, (ROOT + y) ** 2), (LOOSE,), None),
    ("n = -1, y = 1: sqrt(n + 1/2) is not real, so the modulus of sqrt(n + 1/2) + iy is another one",
     eq(0 * Sum(k * exp(I * TURN / 2), k, 0, n) + exp(I * TURN) * sqrt(n + HALF + y ** 2), WAVE), (LOOSE, ne(y, 0)), None),
    ("n = 0: 0^x = 0; the sum is defined, so that k != 0 is no condition", Sum(k ** x, k, 0, n) > 0, (n >= 0, x > 0), None),
    ("k = 0: sign(0^x) = 0", eq(Sum(sign(k ** x), k, 0, n), n + 1), (n >= 0, x > 0), None),
    ("the same without end", eq(Sum(sign(k ** x) / lift(2) ** k, k, 0, oo), Sum(1 / lift(2) ** k, k, 0, oo)), (x > 0,), None),
    ("t < 1/2: 0^x = 0", eq(Integral(sign(Abs(call("max", t - HALF, 0)) ** x), t, 0, 1), 1 + Integral(0 * t, t, 0, 1)), (x > 0,), None),
    # --------------------------------------------------------------------------------------------------------- integrals
    ("the two have opposite signs", eq(Integral(BELL, t, 0, -oo), Integral(BELL, t, 0, oo)), (), None),
    ("an integral from oo to oo", eq(Integral(BELL, t, oo, oo), Integral(BELL, t, -oo, oo)), (), None),
    ("from oo down to 0", eq(Integral(BELL, t, oo, 0), Integral(BELL, t, -oo, 0)), (), None),
    ("an integral from 1 to 1 is 0; the primitive jumps there, and nothing lies between the ends", eq(Integral(-1 / (1 + (t - 1) ** 2), t, 1, 1), -pi), (),
     integrate(atan(1 / (t - 1)))),
    ("the same with symbols", eq(Integral(-1 / (1 + (t - y) ** 2), t, y, x), -pi), (eq(x, y),), integrate(atan(1 / (t - y)))),
    # ------------------------------------------------------------------------------------------------------------- names
    ("a function symbol that is called arg is not the argument", eq(exp(I * STRANGE(x)) * Abs(x), x), (ne(x, 0),), None),
    ("a function symbol that is called uppergamma need not tend to 0", eq(Integral(D(GAMMA(s, t), t), t, 0, oo), -GAMMA(s, 0)), (),
     integrate(GAMMA(s, t))),
]

TRUE: list[tuple[str, Formula, tuple[Formula, ...], Certificate | None]] = [
    ("the derivative of Hurwitz's zeta function", eq(D(zeta(3, x), x), -3 * zeta(4, x)), (x > 0,), None),
    ("the fundamental theorem", eq(D(Integral(BELL, t, 0, x), x), exp(-x ** 2)), (), None),
    ("for a continuous integrand", eq(D(Integral(Abs(t), t, 0, x), x), Abs(x)), (), None),
    ("for real roots and logarithms", eq(D(Integral(sqrt(t) * log(t), t, 1, x), x), sqrt(x) * log(x)), (x > 0,), None),
    ("below the integral sign", eq(D(Integral(exp(x * t) / (1 + t ** 2), t, 0, 1), x), Integral(t * exp(x * t) / (1 + t ** 2), t, 0, 1)), (), None),
    ("both at once", eq(D(Integral(f(t, x), t, 0, x), x), f(x, x) + Integral(D(f(t, x), x), t, 0, x)), (), None),
    ("a derivative of symbolic order", eq(ndiff(PAIR, x, n), PAIR), (n >= 1,), ORDERS),
    ("x > y outside too", 0 * Integral(log(1 + x - y) * t, t, y, x) + log(1 + x - y) > 0, (y < x,), None),
    ("from k = 1 on", Sum(k ** x, k, 1, n) > 0, (n >= 1, x > 0), None),
    ("n >= 0 outside too", 0 * Sum(k * exp(ROOT), k, 0, n) + exp(ROOT) > 0, (n >= 0,), None),
    ("an improper integral whose primitive jumps at the end", eq(Integral(1 / (1 + (t - 1) ** 2), t, 1, 2), pi / 4), (), integrate(-atan(1 / (t - 1)))),
    ("an integral over the whole line", eq(Integral(2 * BELL, t, -oo, oo), Integral(BELL + BELL, t, -oo, oo)), (), None),
    ("the argument", eq(exp(I * call("arg", x + I * y)) * Abs(x + I * y), x + I * y), (ne(x, 0),), None),
]


@pytest.mark.parametrize(("reason", "claim", "hyps", "by"), FALSE, ids=[r for r, *_ in FALSE])
def test_a_falsehood_is_not_accepted(reason: str, claim: Formula, hyps: tuple[Formula, ...], by: Certificate | None) -> None:
    assert not accepted(Goal(hyps, claim), by), reason


@pytest.mark.parametrize(("reason", "claim", "hyps", "by"), TRUE, ids=[r for r, *_ in TRUE])
def test_a_true_neighbour_is_proved(reason: str, claim: Formula, hyps: tuple[Formula, ...], by: Certificate | None) -> None:
    assert accepted(Goal(hyps, claim), by), reason
