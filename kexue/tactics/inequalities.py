"""Inequalities between real functions: moduli and cases taken apart, domains scaled, far ends by limits, differences by mean values."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from typing import Any

from ..certificates import Certificate, Goal
from ..formula import I, Formula, call, children, free_symbols, lift, ne, parts, rebuild, replaced, to_data
from ..kernel import Rejected, subgoals
from ..kernel.algebra import UNIT
from ..kernel.normal import HOLDS, Normal
from ..kernel.theory.bounds import BOUNDED
from . import constants, cover
from .angles import multiple_angles, written
from .combine import Tactic, accepted, normal, sign, sturm
from .linear import multipliers
from .mean_values import at_distance, between, mean_values, powers

FAILED = (Rejected, RecursionError, ValueError, ZeroDivisionError)
DEPTH, BUDGET, LEAVES, COVERS = 6, 90, 200, 9
SPLITS = (1, 2, 4, Fraction(1, 2))
CORNERS = frozenset("abs sinc sign max min heaviside".split())


def search(goal: Goal) -> Certificate | None:
    claim = goal.claim
    names = [s for h in (*goal.hyps, claim) for s in free_symbols(h).values()]
    if claim.head not in ("lt", "le") or not free_symbols(claim) or any(s.args[1] != "real" for s in names):
        return None
    if any(f.head in ("sum", "prod", "integral", "limit", "diff", "ndiff") for f in parts(claim)):
        return None
    return Search().prove(goal, DEPTH)


class Search:
    def __init__(self) -> None:
        self.left, self.covers = BUDGET, COVERS

    def rule(self, goal: Goal, data: dict[str, Any], **then: Tactic) -> Certificate | None:
        """One rule of the kernel, each subgoal by its own tactic."""
        self.left -= 1
        try:
            _, rest = subgoals(goal, data)
        except FAILED:
            return None
        out = dict(data)
        for name, (g, _) in rest.items():
            if self.left < 0 or (found := then[name if name in then else "then"](g)) is None:
                return None
            out[name] = found
        return out

    def easy(self, goal: Goal) -> Certificate | None:
        for tactic in (normal, sign, sturm, constants.search):
            if (found := tactic(goal)) is not None:
                return found
        return None

    # ----------------------------------------------------------------------------------------------------------- the claim
    def prove(self, goal: Goal, depth: int) -> Certificate | None:
        if (found := self.easy(goal)) is not None or depth <= 0 or self.left < 0:
            return found
        def deeper(g: Goal) -> Certificate | None:
            return self.prove(g, depth - 1)
        left, right = goal.claim.args
        if (found := self.bounded(goal)) is not None:
            return found
        try:
            n = Normal(goal.hyps)
            new = Formula(goal.claim.head, (unfolded(n, left), unfolded(n, right)))
        except FAILED:
            return None
        if new != goal.claim:
            heads = {f.head for f in parts(goal.claim)}
            if "sinc" in heads and (found := self.rule(goal, {"rule": "definition", "parts": False}, then=deeper)) is not None:
                return found
            return self.rule(goal, {"rule": "scale", "by": to_data(lift(1)), "claim": to_data(new)}, then=deeper)
        variables = sorted(free_symbols(goal.claim).values(), key=lambda s: str(s.args[0]))
        if (data := at_distance(goal, fresh("w", goal))) is not None:
            mean = partial(self.rule, data=data, slope=deeper, bound=deeper)
            sizes = [f.args[0] for h in goal.hyps for f in parts(h) if f.head == "abs"][:2]
            own = [{"law": "abs.re", "at": {"z": to_data(v)}} for u in sizes for v in (u, -u)]
            if (found := mean(goal) or (self.rule(goal, {"rule": "laws", "uses": own}, then=mean) if own else None)) is not None:
                return found
        if between(goal):
            for f in parts(goal.claim):  # the larger or smaller of two whose order is not known
                if f.head in ("max", "min") and len(f.args) == 2 and n.sign_of(f.args[0] - f.args[1]) not in (">", "<", ">=", "<="):
                    return self.rule(goal, {"rule": "cases", "on": to_data(f.args[0] - f.args[1])}, then=deeper)
            scaled = without_denominators(goal)
            found = powers(goal, self.rule) or (scaled and self.rule(goal, scaled, then=lambda g: self.easy(g) or powers(g, self.rule)))
            if found is not None:
                return found
        for x in variables:  # at the corners of |x| and the like
            corner = ne(x, 0) in goal.hyps or any(f.head in CORNERS and f.args[0] == x for f in parts(goal.claim))
            if corner and n.sign_of(x) not in (">", "<", ">=", "<="):
                return self.rule(goal, {"rule": "cases", "on": to_data(x)}, then=deeper)
        if I in set(parts(goal.claim)):
            return self.moduli(goal, variables)
        if left.head == "abs" and len(variables) > 1:
            for data in mean_values(goal, fresh("w", goal)):
                if (found := self.rule(goal, data, slope=deeper, bound=deeper)) is not None:
                    return found
        if left.head == "abs":
            return self.rule(goal, {"rule": "magnitude"}, then=deeper)
        if len(variables) == 1:
            return self.one(goal, variables[0], depth)
        return self.several(goal, variables, depth)

    def moduli(self, goal: Goal, variables: list[Formula], strips: bool = True) -> Certificate | None:
        """Moduli of complex numbers by their squares, which differ by one square of a sine or the like; or by cosh y for sin(x + iy)."""
        def differ(g: Goal) -> Certificate | None:
            bases = [call(h, x) for x in variables for h in ("sin", "cos", "sinh", "cosh")]
            ways = ({"rule": "sign", "terms": [[to_data(lift(1)), to_data(f)]], "rest": to_data(lift(0))} for f in bases)
            return next((c for c in ways if accepted(g, c.copy) is not None), None) or self.easy(g)
        def apart(g: Goal) -> Certificate | None:
            return differ(g) or self.rule(g, {"rule": "definition", "parts": False}, then=differ)
        found = self.rule(goal, {"rule": "squares"}, then=apart, left=lambda g: self.prove(g, 3), right=lambda g: self.prove(g, 3))
        left, right = goal.claim.args
        if left.head != "abs" or left.args[0].head not in ("sin", "cos", "sinh", "cosh") or I in parts(right) or not strips:
            return found
        for y in variables if found is None else []:
            data = {"rule": "chain", "middle": to_data(call("cosh", y)), "heads": ["le", goal.claim.head]}
            found = found or self.rule(goal, data, first=lambda g: self.moduli(g, variables, False), second=lambda g: self.prove(g, 3))
        return found

    def bounded(self, goal: Goal) -> Certificate | None:
        """From the bounds of sines and the like, and the other hypotheses, by a linear combination."""
        found = list(dict.fromkeys(f for f in parts(goal.claim) if f.head in BOUNDED))
        if not found or len(found) > 4 or any(f.head == "abs" for f in parts(goal.claim)):
            return None
        uses = [{"law": law, "at": {"x": to_data(f.args[0])}} for f in found for law in BOUNDED[f.head]]

        def combined(g: Goal) -> Certificate | None:
            terms = multipliers(g)
            return self.rule(g, {"rule": "linear", "terms": terms}) if terms else None
        return self.rule(goal, {"rule": "laws", "uses": uses}, then=combined)

    def logarithms(self, goal: Goal) -> Certificate | None:
        """u log u and the like: divided by u, and by log u <= u - 1, which holds of 1/u too."""
        n = Normal(goal.hyps)
        us = [f.args[0] for f in dict.fromkeys(parts(goal.claim)) if f.head == "log" and free_symbols(f)]
        for u in us if len(us) <= 2 and all(n.sign_of(u) == ">" for u in us) else ():
            laws = {"rule": "laws", "uses": [{"law": "log.tangent", "at": {"x": to_data(v)}} for v in (u, 1 / u)]}
            scaled = {"rule": "scale", "by": to_data(1 / u), "claim": to_data(Formula(goal.claim.head, tuple(side / u for side in goal.claim.args)))}

            def combined(g: Goal) -> Certificate | None:
                return self.rule(g, {"rule": "linear", "terms": terms}) if (terms := multipliers(g)) else None
            if (found := self.rule(goal, scaled, then=partial(self.rule, data=laws, then=combined))) is not None:
                return found
        return None

    def tangent(self, goal: Goal, x: Formula) -> Certificate | None:
        """x = tan t where atan x and sqrt(1 + x^2) meet, and then by the chord of the sine or the tangent of the tangent."""
        seen = set(parts(goal.claim))
        if call("atan", x) not in seen or "sqrt" not in {f.head for f in seen}:
            return None

        def known(g: Goal) -> Certificate | None:
            t = next(iter(free_symbols(g.claim).values()))
            uses = [{"law": law, "at": {"x": to_data(t)}} for law in ("sin.chord", "tan.tangent")]
            found = self.easy(g) or self.rule(g, {"rule": "laws", "uses": uses}, then=self.easy)
            polynomial = None if found is not None else in_sine_and_cosine(g, t)
            return found if polynomial is None else self.rule(g, polynomial, then=lambda h: self.one(h, t, 3))
        found = self.rule(goal, {"rule": "parametrise", "var": x.args[0], "by": "tangent"}, then=known)
        return found if found is not None and accepted(goal, lambda: found or {}) is not None else None

    def one(self, goal: Goal, x: Formula, depth: int) -> Certificate | None:
        """One variable: an interval with rational ends, no denominators; or the far end by a limit."""
        lower, upper = bounds(goal, x)
        if lower is None and upper is not None:
            t = Formula("sym", (fresh("t", goal), "real"))
            return self.rule(goal, {"rule": "affine", "var": x.args[0], "new": t.args[0], "a": to_data(lift(0)), "b": to_data(lift(-1))},
                             then=lambda g: self.one(g, t, depth - 1))
        scaled = without_denominators(goal)
        if scaled is not None and (found := self.rule(goal, scaled, then=lambda g: self.easy(g) or self.bounded(g) or self.cover(g))) is not None:
            return found
        if (found := self.tangent(goal, x) or self.logarithms(goal) or self.cover(goal)) is not None:
            return found
        tangents = [f.args[0] for f in parts(goal.claim) if f.head in ("tan", "sec") and x in parts(f)]
        if tangents and (found := self.times_cosine(goal, tangents[0])) is not None:
            return found
        end = irrational(goal, x)
        if end is not None:
            t = Formula("sym", (fresh("t", goal), "real"))
            return self.rule(goal, {"rule": "affine", "var": x.args[0], "new": t.args[0], "a": to_data(lift(0)), "b": to_data(end)},
                             then=lambda g: self.one(g, t, depth - 1))
        if upper is None and lower is not None and depth > 1 and (found := self.far(goal, x, depth, lower)) is not None:
            return found
        return None

    def times_cosine(self, goal: Goal, u: Formula) -> Certificate | None:
        """Tangents as quotients, where the cosine is positive."""
        claim = goal.claim
        s, c = call("sin", u), call("cos", u)
        new = Formula(claim.head, tuple(replaced(replaced(side, call("tan", u), s / c), call("sec", u), 1 / c) for side in claim.args))

        def scaled(g: Goal) -> Certificate | None:
            data = without_denominators(Goal(g.hyps, new))
            return None if data is None else self.rule(g, data, then=lambda h: self.cover(Goal(goal.hyps, h.claim)))
        return self.rule(goal, {"rule": "laws", "uses": [{"law": "cos.positive", "at": {"x": to_data(u)}}]}, then=scaled)

    def balls(self, goal: Goal) -> Certificate | None:
        self.covers -= 1
        return cover.search(goal, leaves=LEAVES, cuts=(8,)) if self.covers >= 0 else None

    def cover(self, goal: Goal) -> Certificate | None:
        """By balls; powers of sines and cosines as sums of sines and cosines of multiples, whose derivatives do not grow."""
        new = Formula(goal.claim.head, tuple(map(multiple_angles, goal.claim.args)))
        if new != goal.claim:
            return self.rule(goal, {"rule": "scale", "by": to_data(lift(1)), "claim": to_data(new)}, then=lambda g: self.balls(g))
        return self.balls(goal)

    def slope(self, goal: Goal, x: Formula, depth: int = 3) -> Certificate | None:
        """A comparison of derivatives: without denominators first."""
        if (found := self.easy(goal)) is not None:
            return found
        scaled = without_denominators(goal) if depth else None
        return self.cover(goal) if scaled is None else self.rule(goal, scaled, then=lambda g: self.slope(g, x, depth - 1))

    def far(self, goal: Goal, x: Formula, depth: int, lower: Fraction) -> Certificate | None:
        """Split so that the difference falls to its limit beyond the split."""
        for strict in ("slope", "limit") if goal.claim.head == "lt" else (None,):
            data = {"rule": "descent", "var": x.args[0], "strict": strict}
            try:
                subgoals(goal, data)
            except FAILED:
                continue
            for at in (None, *(lift(lower + c) for c in SPLITS)):
                def beyond(g: Goal, data: dict[str, Any] = data) -> Certificate | None:
                    return self.rule(g, data, slope=lambda s: self.slope(s, x), limit=self.easy)
                if at is None:
                    found = beyond(goal)
                else:
                    found = self.rule(goal, {"rule": "cases", "on": to_data(x - at)}, above=beyond, below=self.cover,
                                      at=lambda g: self.easy(g) or self.cover(g))
                if found is not None:
                    return found
        return None

    def several(self, goal: Goal, variables: list[Formula], depth: int) -> Certificate | None:
        """Several variables: monotone in one of them away from a point."""
        for x in variables:
            lower, upper = bounds(goal, x)
            for anchor in dict.fromkeys((lower, upper, Fraction(0))):
                if anchor is None:
                    continue
                for strict in ("slope", "value") if goal.claim.head == "lt" else (None,):
                    data = {"rule": "monotone", "var": x.args[0], "anchor": to_data(lift(anchor)), "strict": strict}
                    found = self.rule(goal, data, slope=lambda g: self.prove(g, depth - 1), value=lambda g: self.prove(g, depth - 1))
                    if found is not None:
                        return found
        return None


def unfolded(n: Normal, f: Formula) -> Formula:
    """f without moduli and the like where the signs are known."""
    kids = children(f)
    g = rebuild(f, [unfolded(n, k) for k in kids]) if kids else f
    a: tuple[Formula, ...] = g.args
    if g.head == "div" and g.args[1].head == "neg":
        below: Formula = a[1].args[0]
        return -(a[0] / below)
    if g.head in ("abs", "sign", "sinc"):
        s = n.sign_of(g.args[0])
        if g.head == "abs" and s in (">", ">=", "<", "<=", "="):
            return a[0] if s in (">", ">=", "=") else -a[0]
        if g.head == "sign" and s in (">", "<"):
            return lift(1 if s == ">" else -1)
        if g.head == "sinc" and s in HOLDS["ne"]:
            return call("sin", a[0]) / a[0]
        if g.head == "sinc" and s == "=":
            return lift(1)
    if g.head in ("max", "min") and len(g.args) == 2:
        s = n.sign_of(g.args[0] - g.args[1])
        if s in (">", ">=", "<", "<="):
            return a[0] if (s[0] == ">") == (g.head == "max") else a[1]
    return g


def in_sine_and_cosine(goal: Goal, t: Formula) -> dict[str, Any] | None:
    """The relation times its denominator, as a polynomial in t, sin t and cos t > 0."""
    s, c = (Formula("sym", (fresh(name, goal), "real")) for name in "sc")
    n = Normal((lift(0) < c, lift(0) <= s, lift(0) <= t))
    try:
        left, right = (n.scalar(replaced(replaced(side, call("tan", t), s / c), call("cos", t), c)) for side in goal.claim.args)
        gap = n.sub(right, left)
        top, bottom = (written(n, p) for p in gap)
        if top is None or bottom is None or n.poly_sign(gap.den) != ">":
            return None
    except FAILED:
        return None
    top, bottom = (replaced(replaced(f, s, call("sin", t)), c, call("cos", t)) for f in (top, bottom))
    return {"rule": "scale", "by": to_data(bottom), "claim": to_data(Formula(goal.claim.head, (lift(0), top)))}


def bounds(goal: Goal, x: Formula) -> tuple[Fraction | None, Fraction | None]:
    """The rational bounds of x among the hypotheses."""
    lower = [h.args[0].args[0] for h in goal.hyps if h.head in ("lt", "le") and h.args[1] == x and h.args[0].head == "num"]
    upper = [h.args[1].args[0] for h in goal.hyps if h.head in ("lt", "le") and h.args[0] == x and h.args[1].head == "num"]
    return max(lower, default=None), min(upper, default=None)


def irrational(goal: Goal, x: Formula) -> Formula | None:
    """An end of the domain that is a positive constant, not a rational number."""
    for h in goal.hyps:
        if h.head in ("lt", "le") and x in h.args:
            other: Formula = h.args[0] if h.args[1] == x else h.args[1]
            if not free_symbols(other):
                r = Normal(()).scalar(other)
                if not r.num.keys() <= {UNIT}:
                    s = Normal(()).sign_of(other)
                    if s in (">", "<"):
                        return other if s == ">" else -other
    return None


def fresh(name: str, goal: Goal) -> str:
    taken = {s for h in (*goal.hyps, goal.claim) for s in free_symbols(h)}
    return next(s for k in range(len(taken) + 1) if (s := f"{name}_{k}") not in taken)


def denominators(f: Formula) -> Iterator[Formula]:
    """What is below a fraction bar in a sum of products, as it is written."""
    if f.head in ("add", "sub", "neg", "mul"):
        for g in f.args:
            yield from denominators(g)
    elif f.head == "div":
        yield from denominators(f.args[0])
        if free_symbols(f.args[1]):
            yield f.args[1]
    elif f.head == "pow" and f.args[0].head == "div" and f.args[1].head == "num" and f.args[1].args[0] > 0:
        for d in denominators(f.args[0]):
            yield d ** f.args[1]


def without_denominators(goal: Goal) -> dict[str, Any] | None:
    """The relation times its denominators."""
    below = list(dict.fromkeys(d for side in goal.claim.args for d in denominators(side)))
    if not below or len(below) > 3:
        return None
    n = Normal(goal.hyps)
    factor = lift(1)
    for d in below:
        s = n.sign_of(d)
        if s not in (">", "<"):
            return None
        factor = factor * (d if s == ">" else -d)
    new = Formula(goal.claim.head, tuple(multiplied(side, factor, below, n) for side in goal.claim.args))
    return {"rule": "scale", "by": to_data(factor), "claim": to_data(new)}


def multiplied(f: Formula, factor: Formula, below: list[Formula], n: Normal) -> Formula:
    """factor * f with the denominators cancelled as they are written."""
    if f.head in ("add", "sub", "neg"):
        return rebuild(f, [multiplied(g, factor, below, n) for g in f.args])
    tops, bottoms = factors(f)
    rest: list[Formula] = []
    for d in below:
        up = d if n.sign_of(d) == ">" else -d
        if d in bottoms:
            bottoms.remove(d)
            if up != d:
                rest.append(lift(-1))
        else:
            rest.append(up)
    for k, g in enumerate(tops):  # what is left may be the denominators inside a sum
        if g.head in ("add", "sub", "neg") and (inner := [d for d in denominators(g) if d in rest]):
            tops[k] = multiplied(g, lift(1), inner, n)
            rest = [d for d in rest if d not in inner]
    out = lift(1)
    for g in (*tops, *rest):
        out = g if out == lift(1) else out * g
    for d in bottoms:
        out = out / d
    return out


def factors(f: Formula) -> tuple[list[Formula], list[Formula]]:
    if f.head == "mul":
        (a, b), (c, d) = factors(f.args[0]), factors(f.args[1])
        return a + c, b + d
    if f.head == "div":
        (a, b), (c, d) = factors(f.args[0]), factors(f.args[1]) if f.args[1].head == "div" else ([f.args[1]], [])
        return a + d, b + c
    if f.head == "pow" and f.args[0].head == "div" and f.args[1].head == "num" and f.args[1].args[0] > 0:
        a, b = factors(f.args[0])
        return [g ** f.args[1] for g in a], [g ** f.args[1] for g in b]
    return [f], []


__all__ = ["search"]
