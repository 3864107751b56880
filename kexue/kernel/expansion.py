"""Power series that are sums of known ones: the rule that gives the value of an infinite sum."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..certificates import Goal
from ..formula import Formula, I, binomial, call, eq, exp, factorial, free_symbols, lift, log, ne, oo, pi, substitute
from .diff import read
from .generic import names
from .logic import NONE, Result, Subgoals, relation
from .normal import Normal
from .verdict import Accepted, Rejected

Part = Callable[[Formula, Formula, Formula], Formula]
ONE = lift(1)
# kind: (term in k, value, radius or None) with the ratio r and a parameter a.  DLMF 4.6.7, 4.2.19, 4.6.1, 24.2.3, 26.7.5.
KNOWN: dict[str, tuple[Part, Part, Formula | None]] = {
    "geometric": (lambda k, r, a: r ** k, lambda k, r, a: ONE / (ONE - r), ONE),
    "exponential": (lambda k, r, a: r ** k / factorial(k), lambda k, r, a: exp(r), None),
    "binomial": (lambda k, r, a: binomial(a, k) * r ** k, lambda k, r, a: (ONE + r) ** a, ONE),
    "logarithm": (lambda k, r, a: r ** (k + 1) / (k + 1), lambda k, r, a: -log(ONE - r), ONE),
    "bernoulli": (lambda k, r, a: call("bernoulli", k, a) * r ** k / factorial(k), lambda k, r, a: r * exp(a * r) / (exp(r) - 1), 2 * pi),
    "bell": (lambda k, r, a: call("bell", k) * r ** k / factorial(k), lambda k, r, a: exp(exp(r) - 1), None),
}

BELOW = {"geometric": lambda r: ONE - r, "binomial": lambda r: ONE + r, "logarithm": lambda r: ONE - r, "bernoulli": lambda r: exp(r) - 1}  # not 0


def modulus(n: Normal, f: Formula) -> Formula:
    """|f|, factor by factor; |exp(i u)| = 1 for real u."""
    if f.head in ("mul", "div"):
        return Formula(f.head, (modulus(n, f.args[0]), modulus(n, f.args[1])))
    if f.head == "neg":
        return modulus(n, f.args[0])
    if f.head == "exp" and n.real(n.scalar(f.args[0] / I)):
        return ONE
    return call("abs", f)


def expansion(goal: Goal, data: dict[str, Any]) -> Result:
    """sum over k >= lo of t(k) = sum of c_j V(r_j, a_j), if t(k + lo) = sum of c_j T(k, r_j, a_j) for k >= 0, where V is the sum of the
    series of T over k >= 0, and |r_j| is less than its radius of convergence: sums of finitely many convergent series."""
    left, right = relation(goal, "eq")
    if left.head != "sum" or left.args[3] != oo or left.args[2].head != "num" or left.args[2].args[0].denominator != 1:
        raise Rejected("the left side is not a sum from a number to infinity")
    body, k, lo, _ = left.args
    if any(k.args[0] in names(f) for f in (*goal.hyps, right)):
        raise Rejected("the summation index also occurs outside")
    n = Normal(goal.hyps)
    subs: Subgoals = {}
    terms, total, known = lift(0), lift(0), list[Formula]()
    for j, (kind, c, r, a) in enumerate(data["terms"]):
        term, value, radius = KNOWN[kind]
        c, r, a = (read(f, goal) for f in (c, r, a))
        if any(k.args[0] in free_symbols(f) for f in (c, r, a)):
            raise Rejected("the coefficients, ratios and parameters must not depend on the index")
        terms, total = terms + c * term(k, r, a), total + c * value(k, r, a)
        if kind in BELOW:
            known.append(ne(BELOW[kind](r), 0))
        if radius is not None:
            subs[f"inside{j}"] = (Goal(goal.hyps, modulus(n, r) < radius), NONE)
        if kind == "bernoulli":
            subs[f"nonzero{j}"] = (Goal(goal.hyps, ne(r, 0)), NONE)  # so that exp(r) is not 1, by |r| < 2 pi
    shifted = body if lo == lift(0) else substitute(body, {k.args[0]: k + lo})
    subs["body"] = (Goal((*goal.hyps, lift(0) <= k), eq(shifted, terms)), frozenset({k.args[0]}))
    subs["value"] = (Goal((*goal.hyps, *known), eq(total, right)), NONE)
    if n.conditions:
        raise Rejected("a ratio may be undefined")
    return Accepted(), subs

