"""Inequalities with finite sums whose terms form a geometric progression, or do so once they are differentiated: the sum by its closed
form, the rest by signs.  Partial sums of the series of log(1 + x), atan x and the like are bounds of this kind."""

from __future__ import annotations

from ..certificates import Certificate, Goal
from ..formula import Formula, eq, free_symbols, lift, parts, substitute
from ..kernel.branches import reachable
from ..kernel.normal import HOLDS, Normal
from .angles import FAILED, written
from .branches import signed
from .combine import Tactic, antidifference, lemma, monotone, normal, rule, sign, using

SUMS = 2


def search(goal: Goal) -> Certificate | None:
    """At once, or from the derivatives and the values at one point."""
    claim = goal.claim
    sums = endless_free(claim)
    if claim.head not in ("lt", "le") or not 1 <= len(sums) <= SUMS:
        return None
    if (found := closed(goal)) is not None:
        return found
    inside = {name: s for f in sums for name, s in free_symbols(f).items() if s.args[1] == "real"}
    for x in inside.values():
        ends = [g for h in goal.hyps if h.head in ("lt", "le") and x in h.args for g in h.args if g.head == "num"]
        for at in dict.fromkeys((lift(0), *ends)):
            for strict in ("slope", "value") if claim.head == "lt" else (None,):
                if (found := monotone(x, at, strict, slope=closed, value=settled)(goal)) is not None:
                    return found
    return None


def endless_free(f: Formula) -> list[Formula]:
    """The sums over ranges of symbolic length."""
    return list(dict.fromkeys(g for g in reachable(f) if g.head == "sum" and g.args[3].head not in ("const", "neg") and free_symbols(g.args[3])))


def settled(goal: Goal) -> Certificate | None:
    return normal(goal) or sign(goal) or signed(goal)


def closed(goal: Goal) -> Certificate | None:
    """Geometric sums by their closed forms, then the sign of the difference."""
    sums = endless_free(goal.claim)
    if not sums:
        return settled(goal)
    G = antidifference_of(goal, sums[0])
    if G is None:
        return None
    body, k, lo, hi = sums[0].args
    total = eq(sums[0], substitute(G, {k.args[0]: hi + 1}) - substitute(G, {k.args[0]: lo}))
    put_in: Tactic = rule("rewrite", {"hyp": len(goal.hyps)}, then=closed)
    return using(lemma(total, *dict.fromkeys(goal.hyps), by=antidifference(G, step=normal, ends=normal)), then=put_in)(goal)


def antidifference_of(goal: Goal, f: Formula) -> Formula | None:
    """G with t(k) = G(k + 1) - G(k) for terms t(k) of constant ratio r, which is known not to be 1: t(k) / (r - 1)."""
    body, k, lo, _ = f.args
    if k.args[0] in goal.names or any(g.head in ("sum", "prod", "integral") for g in parts(body)):
        return None
    try:
        n = Normal((*goal.hyps, lo <= k))
        r = n.mul(n.scalar(substitute(body, {k.args[0]: k + 1})), n.power(n.scalar(body), -1))
        if any(k.args[0] in a for p in r for m in p for a, _ in m) or n.sign(n.sub(r, n.scalar(lift(1)))) not in HOLDS["ne"]:
            return None
        top, bottom = (written(n, p) for p in r)
    except FAILED:
        return None
    if top is None or bottom is None:
        return None
    G: Formula = body / ((top if bottom == lift(1) else top / bottom) - 1)
    return G


__all__ = ["search"]
