"""Integrals by primitives: proper and improper ones, between complex ends, and from other integrals over the same range."""

from __future__ import annotations

from typing import Any

from ..certificates import Goal
from ..formula import BINDERS, Formula, children, eq, free_symbols, heads, lift, ne, oo, substitute
from .calculus import polynomial, smooth
from .diff import derivative, read
from .ends import CONTINUOUS, MINUS_OO, UP_TO_ONE, ZERO, limit_at, occurrence, replaced, simple
from .laws import strict
from .normal import Normal
from .verdict import Accepted, Rejected, whole_number


def integrate(goal: Goal, data: dict[str, Any]) -> tuple[Accepted, dict[str, tuple[Goal, frozenset[str]]]]:
    """An integral of f from a to b in the claim is replaced by F(b) - F(a), F' = f.

    Between real or infinite ends a <= b both F and f have to be smooth on the open interval, and F(a), F(b) are limits where F is not
    smooth at the end (the improper integral converges to their difference); where a <= b is not known, they have to be smooth on the whole
    line.  Between complex ends, along the segment, F has to be entire: then the integral of F' is the difference for every path; with an
    infinite end it is the limit along the real line of its other end.
    At one point, `except`, F' = f need not be shown: both are continuous there.
    `known`: numbers c and integrals of g over the same real range, which the claim or a hypothesis has, so that they converge where it has a
    value; then F' = f - sum of c g, and the sum of c times these integrals is added.  (c is free of integrals, so all that is ever said of those
    that diverge is linear and holds of their parts up to o(1): some values of them meet it.)"""
    term, around, hole = occurrence(goal.claim, "integral", whole_number(data["number"]))
    body, var, lo, hi = term.args
    t, F = var.args[0], read(data["primitive"], goal)
    if any(t in free_symbols(g) for g in (*goal.hyps, goal.claim, lo, hi)):
        raise Rejected(f"the integration variable {t} also occurs outside")
    if set(free_symbols(F)) - {t} - {s for g in (goal.claim, *goal.hyps) for s in free_symbols(g)}:
        raise Rejected("a primitive with other variables")
    known = [(read(c, goal), read(g, goal)) for c, g in data.get("known", ())]
    there = {g for f in (goal.claim, *goal.hyps) for g in strict(f)}
    if any(set(free_symbols(c)) - goal.names or heads(c) & {*BINDERS} or g.head != "integral" or g not in there or g.args[2:] != (lo, hi)
           for c, g in known):
        raise Rejected("an integral over another range, or one that neither the claim nor a hypothesis has")
    others = [substitute(g.args[0], {g.args[1].args[0]: var}) for _, g in known]
    rest = sum((c * g for (c, _), g in zip(known, others, strict=True)), ZERO)
    n, trust = Normal(goal.hyps), Accepted()
    ends = {e: None if e == oo or e in MINUS_OO else n.scalar(e) for e in (lo, hi)}
    apart = () if data.get("except") is None else (ne(var, read(data["except"], goal)),)
    if any(s == t or s not in free_symbols(term) for h in apart for s in free_symbols(h.args[1])):
        raise Rejected("the exception has to be one point")
    if lo == oo or hi in MINUS_OO:
        raise Rejected("an integral from oo or to -oo")
    if any(e is not None and not n.real(e) for e in ends.values()):
        polynomial(n, F, t, CONTINUOUS)
        polynomial(n, body if apart else F, t, CONTINUOUS)
        if known:
            raise Rejected("another integral between ends that are not real")
        values = []
        for e in (hi, lo):
            value, more = (substitute(F, {t: e}), Accepted()) if ends[e] is not None else limit_at(goal.hyps, F, var, e, e == hi)
            values.append(value)
            trust = trust & more
        z = Formula("sym", (t, "complex"))
        F, body = (substitute(g, {t: z}) for g in (F, body))
        slope = Goal((*goal.hyps, *(ne(z, h.args[1]) for h in apart)), eq(derivative(F, t), body))
    else:
        infinite = None in ends.values()
        ordered = infinite or n.sign(n.sub(n.scalar(hi), n.scalar(lo))) in (">", ">=")  # not "=": between equal ends nothing would be shown of F
        start = lo if ordered and lo not in MINUS_OO else lift(0)  # counted from the lower end, so that its distance is a positive variable
        above = (() if lo in MINUS_OO else (lift(0) < var,)) + (() if hi == oo else (var < simple(n, hi - start),))
        hyps = (*goal.hyps, *(above if ordered else ()))
        inside, moved = Normal(hyps), {t: start + var if start != lift(0) else var}
        for g in (F, body, *others):
            smooth(inside, substitute(g, moved), t)
        away = tuple(ne(var, h.args[1] - start) for h in apart)
        shown = tuple(dict.fromkeys(h for g in (F, body) for h in needed(substitute(g, moved), t)))  # by `smooth`
        slope = Goal((*hyps, *shown, *away), eq(derivative(substitute(F, moved), t), substitute(body - rest if known else body, moved)))
        values = []
        for e, below in ((hi, True), (lo, False)):
            try:
                if ends[e] is None:
                    raise Rejected("a limit at infinity")
                smooth(Normal((*goal.hyps, eq(var, e))), F, t)
                values.append(substitute(F, {t: e}))
            except Rejected:
                value, more = limit_at(goal.hyps, F, var, e, below)
                values.append(value)
                trust = trust & more
    return trust & Accepted(conditions=tuple(n.conditions)), {
        "slope": (slope, frozenset({t})), "then": (Goal(goal.hyps, replaced(
            around, hole, sum((c * g for c, g in known), values[0] - values[1]))), frozenset())}


def needed(f: Formula, x: str) -> list[Formula]:
    """What `smooth` has shown of the parts of f, so that the slope need not show it again."""
    h, a = f.head, f.args
    if x not in free_symbols(f) or h in BINDERS:
        return []
    own = [lift(0) < a[0]] if h in ("sqrt", "log") else [ne(a[1], 0)] if h == "div" else []
    own += [lift(0) < 1 - a[0], lift(0) < 1 + a[0]] if h in UP_TO_ONE else []
    return [*(c for c in own if x in free_symbols(c)), *(c for g in children(f) for c in needed(g, x))]
