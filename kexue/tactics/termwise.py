"""An integral that is equal to a series: the integrand by the series of the exponential function, integrated term by term."""

from __future__ import annotations

from ..certificates import Certificate, Goal
from ..formula import Formula, call, free_symbols, integer, lift, oo, substitute, to_data
from .combine import Tactic, rule
from .inequalities import fresh
from .integrals import search as integrated

BOUNDS = (1, 2)


def search(goal: Goal, then: Tactic) -> Certificate | None:
    """`then` proves what is left when the integral has been replaced by the sum of its terms, which the other side suggests."""
    if goal.claim.head != "eq" or {side.head for side in goal.claim.args} != {"integral", "sum"}:
        return None
    left, right = sorted(goal.claim.args, key=lambda side: side.head)
    body, var, lo, hi = left.args
    term, n, start, end = right.args
    G = exponent(body, var)
    if G is None or end != oo or start.head != "num" or oo in (lo, hi):
        return None
    k: Formula = integer(fresh("k", goal))
    s = substitute(term, {n.args[0]: k + start if start != lift(0) else k})
    data = {"number": 0, "index": k.args[0], "coefficient": to_data(1 / call("factorial", k)), "base": to_data(G), "term": to_data(s)}
    for bound in BOUNDS:
        found = rule("power_series", data | {"bound": to_data(lift(bound)), "from": 2 * bound}, expansion=then, size=then, ratio=then,
                     value=lambda g: integrated(g, then, then), then=then)(goal)
        if found is not None:
            return found
    return None


def exponent(f: Formula, x: Formula) -> Formula | None:
    """G where f = exp(G)."""
    if f.head == "exp":
        G: Formula = f.args[0]
        return G
    return f.args[1] * call("log", f.args[0]) if f.head == "pow" and x.args[0] in free_symbols(f.args[1]) else None


__all__ = ["search"]
