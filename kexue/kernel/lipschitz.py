"""Inequalities by the mean value theorem, by a limit at the end of the domain, and by an affine change of a variable."""

from __future__ import annotations

from typing import Any

from ..certificates import Goal
from ..formula import Formula, call, free_symbols, lift, oo, substitute
from .calculus import smooth
from .diff import derivative, read
from .ends import limit_at, simple
from .logic import NONE, Result, relation, same
from .normal import Normal
from .verdict import Accepted, Rejected


def lipschitz(goal: Goal, data: dict[str, Any]) -> Result:
    """|f(u) - f(v)| R B from |f'(w)| <= L for every w between u and v, and L |u - v| R B (the mean value theorem).

    f is a real function of `var`, smooth between u and v; w being between them is used in the form |w - u| <= |u - v| >= |w - v|, and w > 0
    where u and v are."""
    left, right = relation(goal, "le", "lt")
    name = data["var"]
    f, u, v, bound = (read(data[k], goal) for k in ("function", "u", "v", "slope_bound"))
    known = {s for g in (*goal.hyps, goal.claim) for s in free_symbols(g)}
    w = Formula("sym", (name, "real"))
    if name in known or set(free_symbols(f)) - known - {name} or free_symbols(f).get(name, w) != w or any(
            set(free_symbols(g)) - known for g in (u, v, bound)):
        raise Rejected("the function needs a new real variable, and nothing else that is new")
    n = Normal(goal.hyps)
    values = [substitute(f, {name: g}) for g in (u, v)]
    if left.head != "abs" or not same(n, left.args[0], values[0] - values[1]) or not all(n.real(n.scalar(g)) for g in (u, v)):
        raise Rejected("the left side is not the modulus of this difference, at real points")
    gap = call("abs", u - v)
    positive = (lift(0) < w,) if n.sign(n.scalar(u)) == n.sign(n.scalar(v)) == ">" else ()
    hyps = (*goal.hyps, *positive, call("abs", w - u) <= gap, call("abs", w - v) <= gap)
    inside = Normal(hyps)
    smooth(inside, f, name)
    if not inside.real(inside.scalar(f)):
        raise Rejected("the mean value theorem is about real functions")
    slope = call("abs", derivative(f, name)) <= bound
    return Accepted(conditions=tuple(n.conditions)), {
        "slope": (Goal(hyps, slope), frozenset({name})), "bound": (Goal(goal.hyps, Formula(goal.claim.head, (bound * gap, right))), NONE)}


def descent(goal: Goal, data: dict[str, Any]) -> Result:
    """left R right for all x above a bound, if right - left falls, and tends to a limit that is not negative as x -> oo.

    The strict claim needs a strict slope or a positive limit.  The hypotheses on x are affine lower bounds, so that with x all that is
    above it is in the domain."""
    left, right = relation(goal, "le", "lt")
    x, strict = data["var"], data["strict"]
    symbol = free_symbols(goal.claim).get(x)
    if symbol is None or symbol.args[1] != "real" or strict not in (None, "slope", "limit") or goal.claim.head == "lt" and strict is None:
        raise Rejected("not a real variable, or nothing strict in a strict claim")
    rest = tuple(h for h in goal.hyps if x not in free_symbols(h))
    at = Normal(rest)
    for h in goal.hyps:
        if h not in rest:
            if h.head not in ("lt", "le"):
                raise Rejected(f"a hypothesis on {x} is not an inequality")
            gap = h.args[1] - h.args[0]
            if at.scalar(derivative(derivative(gap, x), x)).num or not at.nonneg(at.scalar(derivative(gap, x))):
                raise Rejected(f"a hypothesis is not an affine lower bound of {x}")
            smooth(at, gap, x)
    n = Normal(goal.hyps)
    for side in (left, right):
        smooth(n, side, x)
    if not n.real(n.scalar(left)) or not n.real(n.scalar(right)):
        raise Rejected("not real numbers")
    taken = {s for g in (*goal.hyps, goal.claim) for s in free_symbols(g)}
    bound = Formula("sym", (next(s for k in range(len(taken) + 1) if (s := f"v_{k}") not in taken), "real"))
    value, accepted = limit_at(rest, substitute(right - left, {x: bound}), bound, oo, False)
    slope = Formula("lt" if strict == "slope" else "le", (derivative(right, x), derivative(left, x)))
    return accepted, {"slope": (Goal(goal.hyps, slope), frozenset({x})),
                      "limit": (Goal(rest, Formula("lt" if strict == "limit" else "le", (lift(0), value))), NONE)}


def affine(goal: Goal, data: dict[str, Any]) -> Result:
    """x = a + b t with b != 0 runs over all real numbers as t does; bounds of x alone become bounds of t alone."""
    x, new = data["var"], data["new"]
    a, b = read(data["a"], goal), read(data["b"], goal)
    names = {name: s for g in (*goal.hyps, goal.claim) for name, s in free_symbols(g).items()}
    symbol = Formula("sym", (x, "real"))
    if names.get(x) != symbol or new in names or {*free_symbols(a), *free_symbols(b)} - (names.keys() - {x}):
        raise Rejected("the old variable has to be real, the new one new, and the coefficients free of both")
    rest = tuple(h for h in goal.hyps if x not in free_symbols(h))
    n = Normal(rest)
    way = n.sign_of(b)
    if way not in (">", "<") or not n.real(n.scalar(a)):
        raise Rejected("a change of variable needs real coefficients, and a slope of known sign")
    t = Formula("sym", (new, "real"))
    scaled = -t if b == lift(-1) else b * t
    at = {x: scaled if a == lift(0) else a + scaled}

    def moved(h: Formula) -> Formula:
        if h.head in ("lt", "le") and symbol in h.args and sum(x in free_symbols(g) for g in h.args) == 1:
            low = h.args[1] == symbol
            c = simple(n, ((h.args[0] if low else h.args[1]) - a) / b)
            return Formula(h.head, (c, t) if low == (way == ">") else (t, c))
        return substitute(h, at)
    hyps = tuple(h if h in rest else moved(h) for h in goal.hyps)
    return Accepted(conditions=tuple(n.conditions)), {"then": (Goal(hyps, substitute(goal.claim, at)), frozenset({new}))}

