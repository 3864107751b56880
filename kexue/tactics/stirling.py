"""Bounds of factorials by Robbins' inequalities, and of Bernoulli numbers by factorials."""

from __future__ import annotations

from fractions import Fraction

from ..certificates import Certificate, Goal
from ..formula import Formula, exp, factorial, free_symbols, heads, lift, parts, pi, replaced, sqrt, substitute
from ..kernel import Rejected
from ..kernel.algebra import UNIT, poly
from ..kernel.normal import Normal
from . import laws
from .combine import Tactic, first_of, scaled, sign, through
from .sequences import by_laws, use

HALF = lift("0.5")


def robbins(u: Formula) -> Formula:
    """u! without what Robbins' inequalities say of the error."""
    value: Formula = sqrt(2 * pi) * u ** (u + HALF) * exp(-u)
    return value


def front(n: Normal, side: Formula) -> tuple[Formula, Formula] | None:
    """c and u, where the side of a relation is c u! with c > 0."""
    found = [f for f in dict.fromkeys(parts(side)) if f.head == "factorial"]
    if len(found) != 1:
        return None
    f, = found
    c = replaced(side, f, lift(1))
    try:
        product = n.zero(n.sub(n.scalar(side), n.scalar(c * f)))
        return (c, f.args[0]) if product and n.sign_of(c) == ">" and n.sign_of(f.args[0]) == ">" else None
    except (Rejected, RecursionError):
        return None


def bounded(goal: Goal, then: Tactic) -> Certificate | None:
    """c u! against something, which is compared with c times Robbins' bound, divided by all that these have in common."""
    left, right = goal.claim.args
    n = Normal(goal.hyps)
    for upper in (False, True):
        found = front(n, left if upper else right)
        if found is None:
            continue
        c, u = found
        error = exp(1 / (12 * u + int(not upper)))
        bound = robbins(u) * error
        known = Formula("lt", (factorial(u), bound) if upper else (bound, factorial(u)))
        by_law = scaled(1 / c, known, by_laws([use("factorial.above" if upper else "factorial.below", n=u)], sign))
        try:
            ratio = constant(n, (right if upper else left) / (c * robbins(u)))
        except (Rejected, RecursionError):
            return None
        if ratio is None:
            continue
        number = through(lift("1.09" if upper else 1), first=then, second=then)  # exp(1/12) < 1.09, and 1 <= exp(1/(12 u + 1))
        left_over = Formula("le", (error, ratio) if upper else (ratio, error))
        rest = scaled(1 / (c * robbins(u)), left_over, first_of(sign, number, then))
        return through(c * bound, ("lt", "le") if upper else ("le", "lt"), first=by_law if upper else rest, second=rest if upper else by_law)(goal)
    return None


def constant(n: Normal, f: Formula) -> Formula | None:
    """f without its variables, if its value does not depend on them; None if it does."""
    r = n.scalar(f)
    if r.den == poly(1) and r.num.keys() <= {UNIT}:
        return lift(r.num.get(UNIT, Fraction(0)))
    at = [substitute(f, {name: lift(k) for name in free_symbols(f)}) for k in (4, 9)]
    return at[0] if all(n.zero(n.sub(r, n.scalar(g))) for g in at) else None


def search(goal: Goal, then: Tactic) -> Certificate | None:
    """The elementary relation that is left is proved by `then`."""
    claim = goal.claim
    if claim.head not in ("lt", "le") or not {"factorial", "bernoulli"} & heads(claim):
        return None
    right = claim.args[1]
    if right.head == "abs" and right.args[0].head == "bernoulli" and len(right.args[0].args) == 1:
        u = right.args[0].args[0]
        return through(2 * factorial(u) / (2 * pi) ** u, ("lt", "lt"), first=lambda g: bounded(g, then), second=laws.search)(goal)
    return bounded(goal, then)


__all__ = ["search"]
