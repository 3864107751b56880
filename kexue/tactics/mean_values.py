"""Differences of one function at two points: bounds of its slope between them, and comparisons of powers that such slopes lead to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from typing import Any

from ..certificates import Certificate, Goal
from ..formula import Formula, call, children, free_symbols, lift, parts, rebuild, replaced, to_data
from ..kernel import Rejected
from ..kernel.algebra import UNIT
from ..kernel.normal import HOLDS, Normal

FAILED = (Rejected, RecursionError, ValueError, ZeroDivisionError)
Rule = Callable[..., Certificate | None]


def mean_values(goal: Goal, name: str) -> Iterator[dict[str, Any]]:
    """|f(u) - f(v)| with one function f of two arguments: its slope is bounded by a number, or by the bound without the distance."""
    left, right = goal.claim.args
    inner = left.args[0]
    pair = differing(*inner.args) if inner.head == "sub" else None
    if pair is None:
        return
    w = Formula("sym", (name, "real"))
    f = replaced(inner.args[0], pair[0], w)
    if replaced(inner.args[1], pair[1], w) != f:
        return
    gap = pair[0] - pair[1]
    shorter = without(goal, right, gap)
    for bound in (lift(1), right / call("abs", gap) if shorter is None else shorter, lift(Fraction(1, 2)), lift(2)):
        yield {"rule": "lipschitz", "var": name, "function": to_data(f), "u": to_data(pair[0]), "v": to_data(pair[1]), "slope_bound": to_data(bound)}


def at_distance(goal: Goal, name: str) -> dict[str, Any] | None:
    """The mean value theorem where the bound has the distance of the two points as a factor, and not just that."""
    left, right = goal.claim.args
    if left.head != "abs" or left.args[0].head != "sub" or right.head not in ("mul", "div") or (pair := differing(*left.args[0].args)) is None:
        return None
    found = list(mean_values(goal, name))
    return found[1] if len(found) > 1 and without(goal, right, pair[0] - pair[1]) is not None else None


def differing(u: Formula, v: Formula) -> tuple[Formula, Formula] | None:
    """The arguments in which two terms of one form differ."""
    if u.head != v.head or u.head in ("num", "const", "sym", "add", "sub", "mul", "neg") or len(children(u)) != len(children(v)):
        return None
    apart = [(a, b) for a, b in zip(children(u), children(v), strict=True) if a != b]
    return (differing(*apart[0]) or apart[0]) if len(apart) == 1 else None


def without(goal: Goal, f: Formula, gap: Formula) -> Formula | None:
    """f without a factor |gap|, as it is written."""
    if f.head == "abs":
        n = Normal(goal.hyps)
        try:
            u, v = n.scalar(f.args[0]), n.scalar(gap)
            return lift(1) if n.zero(n.sub(u, v)) or n.zero(n.add(u, v)) else None
        except FAILED:
            return None
    for j, g in enumerate(f.args if f.head == "mul" else f.args[:1] if f.head == "div" else ()):
        if (rest := without(goal, g, gap)) is not None:
            return rebuild(f, [rest if i == j else h for i, h in enumerate(f.args)])
    return None


def triangle(goal: Goal) -> list[dict[str, Any]]:
    """|x| <= |w| + |x - w| for the point w between the two others, and -|x - w| <= w - x."""
    uses = []
    for h in goal.hyps:
        if h.head == "le" and h.args[0].head == "abs" and h.args[0].args[0].head == "sub":
            w, x = h.args[0].args[0].args
            if w.head == "sym" and w.args[0] in free_symbols(goal.claim):
                uses += [{"law": "abs.triangle", "at": {"z": to_data(w), "w": to_data(x - w)}}, {"law": "abs.re", "at": {"z": to_data(x - w)}}]
    return uses[:4]


def between(goal: Goal) -> bool:
    """Whether a hypothesis places one point between two others."""
    return bool(triangle(goal))


def powers(goal: Goal, rule: Rule) -> Certificate | None:
    """A <= B, where A : B is p^c : w^c for the point w between the two others (0 <= p <= w), or A = p^2 + r and B = w^2 + r."""
    uses, (A, B) = triangle(goal), goal.claim.args
    if not uses or goal.claim.head != "le":
        return None
    n = Normal(goal.hyps)
    for f in dict.fromkeys(f for f in parts(goal.claim) if f.head == "sqrt" or f.head == "pow" and not free_symbols(f.args[1])):
        e = lift(Fraction(1, 2)) if f.head == "sqrt" else f.args[1]
        p, c = f.args[0], n.scalar(e).num.get(UNIT, Fraction(0))
        for w in free_symbols(goal.claim).values():
            try:
                if c == 2 and n.zero(n.sub(n.scalar(B - A), n.scalar(w ** 2 - f))):
                    q = call("abs", w)
                    data: dict[str, Any] = {"rule": "sign", "terms": [["1", to_data(q - p)]], "rest": to_data(2 * p * (q - p))}
                    then: Callable[[Goal], Certificate | None] = partial(rule, data=data)
                elif c > 0 and c.denominator == 2 and n.zero(n.sub(n.scalar(A * w ** e), n.scalar(B * f))) and n.sign_of(w) in HOLDS["lt"]:
                    scaled = {"rule": "scale", "by": to_data(w ** e / B), "claim": to_data(Formula("le", (f, w ** e)))}
                    then = partial(rule, data=scaled, then=partial(ordered, p=p, q=w, k=c.numerator, rule=rule))
                else:
                    continue
                if (found := rule(goal, {"rule": "laws", "uses": uses}, then=then)) is not None:
                    return found
            except FAILED:
                continue
    return None


def ordered(goal: Goal, p: Formula, q: Formula, k: int, rule: Rule) -> Certificate | None:
    """p^(k/2) <= q^(k/2), squared: q^k - p^k = (q - p)(q^(k-1) + ... + p^(k-1))."""
    total = lift(0)
    for j in range(k):
        term = q ** j * p ** (k - 1 - j)
        total = term if j == 0 else total + term
    sides = {side: lambda g: rule(g, {"rule": "sign", "terms": [], "rest": to_data(g.claim.args[1])}) for side in ("left", "right")}
    return rule(goal, {"rule": "squares"}, then=lambda g: rule(g, {"rule": "sign", "terms": [], "rest": to_data((q - p) * total)}), **sides)


__all__ = ["at_distance", "between", "mean_values", "powers"]
