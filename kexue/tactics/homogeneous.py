"""Relations that stay the same when all their positive variables are multiplied by one number: one variable is set to 1."""

from __future__ import annotations

from fractions import Fraction

from ..certificates import Certificate, Goal
from ..formula import Formula, free_symbols, heads, lift, parts, substitute
from ..kernel import Rejected
from ..kernel.normal import Normal
from .combine import Tactic, accepted, first_of, lemma, normal, scaled, sign, using

DEGREES = tuple(map(Fraction, ("0", "1", "2", "1/2", "-1", "3", "-2", "-1/2", "3/2", "4")))
VARIABLES = 3
BOUND = frozenset(("sum", "prod", "integral", "limit", "diff", "ndiff", "subs"))


def search(goal: Goal, then: Tactic) -> Certificate | None:
    """The claim at q = 1 as a lemma about what is left, used at p/q, ...; `then` proves it."""
    names = free_symbols(goal.claim)
    positive = [s for s in names.values() if (lift(0) < s) in goal.hyps]
    free = {k for h in goal.hyps for k in free_symbols(h)}
    if goal.claim.head not in ("eq", "lt", "le") or not 2 <= len(names) <= VARIABLES or len(positive) < len(names) or free - names.keys() \
            or len(goal.hyps) > len(names) or any(s.args[1] != "real" for s in positive) or BOUND & heads(goal.claim):
        return None
    degree = degree_of(goal)
    if degree is None:
        return None
    below = [f.args[1] for f in parts(goal.claim) if f.head == "div" and f.args[1].head == "sym"]
    for q in sorted(positive, key=lambda s: (s not in below, str(s.args[0]))):
        others = [s for s in positive if s != q]
        at_one = substitute(goal.claim, {q.args[0]: lift(1)})
        instance = {s.args[0]: s / q for s in others}
        use = first_of(normal, sign, lambda g: accepted(g, lambda: {"rule": "linear", "terms": [[len(g.hyps) - 1, "1"]]}))
        found = using(lemma(at_one, *(lift(0) < s for s in others), by=then, **instance),
                      then=scaled(q ** -degree, substitute(at_one, instance), use))(goal)
        if found is not None:
            return found
        break  # the same claim in other words
    return None


def degree_of(goal: Goal) -> Fraction | None:
    """k with right - left at (l x, l y, ...) equal to l^k times what it is at (x, y, ...)."""
    l = Formula("sym", ("λ", "real"))
    n = Normal((*goal.hyps, lift(0) < l))
    gap = goal.claim.args[1] - goal.claim.args[0]
    try:
        many = n.scalar(substitute(gap, {name: l * s for name, s in free_symbols(gap).items()}))
        one = n.scalar(gap)
        return next((k for k in DEGREES if n.zero(n.sub(many, n.mul(n.scalar(l ** k), one)))), None)
    except (Rejected, RecursionError):
        return None


__all__ = ["search"]
