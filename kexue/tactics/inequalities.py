"""Inequalities between real functions: moduli and cases taken apart, domains scaled, far ends by limits, differences by mean values."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from ..certificates import Certificate, Goal
from ..formula import I, Formula, call, children, free_symbols, lift, ne, parts, rebuild, replaced, to_data
from ..kernel import Rejected, subgoals
from ..kernel.algebra import UNIT
from ..kernel.normal import HOLDS, Normal
from ..kernel.theory.bounds import BOUNDED
from . import constants, cover
from .combine import Tactic, accepted, normal, sign, sturm
from .linear import multipliers

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
        for x in variables:  # at the corners of |x| and the like
            corner = ne(x, 0) in goal.hyps or any(f.head in CORNERS and f.args[0] == x for f in parts(goal.claim))
            if corner and n.sign_of(x) not in (">", "<", ">=", "<="):
                return self.rule(goal, {"rule": "cases", "on": to_data(x)}, then=deeper)
        if I in set(parts(goal.claim)):
            return self.moduli(goal, variables)
        if left.head == "abs" and len(variables) > 1:
            for data in mean_values(goal):
                if (found := self.rule(goal, data, slope=deeper, bound=deeper)) is not None:
                    return found
        if left.head == "abs":
            return self.rule(goal, {"rule": "magnitude"}, then=deeper)
        if len(variables) == 1:
            return self.one(goal, variables[0], depth)
        return self.several(goal, variables, depth)

    def moduli(self, goal: Goal, variables: list[Formula]) -> Certificate | None:
        """Moduli of complex numbers by their squares, which differ by one square of a sine or the like."""
        def differ(g: Goal) -> Certificate | None:
            bases = [call(h, x) for x in variables for h in ("sin", "cos", "sinh", "cosh")]
            ways = ({"rule": "sign", "terms": [[to_data(lift(1)), to_data(f)]], "rest": to_data(lift(0))} for f in bases)
            return next((c for c in ways if accepted(g, c.copy) is not None), None) or self.easy(g)
        def apart(g: Goal) -> Certificate | None:
            return differ(g) or self.rule(g, {"rule": "definition", "parts": False}, then=differ)
        return self.rule(goal, {"rule": "squares"}, then=apart, left=lambda g: self.prove(g, 3), right=lambda g: self.prove(g, 3))

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
        if (found := self.cover(goal)) is not None:
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


def multiple_angles(f: Formula) -> Formula:
    kids = children(f)
    g = rebuild(f, [multiple_angles(k) for k in kids]) if kids else f
    if g.head != "pow" or g.args[0].head not in ("sin", "cos") or g.args[1] not in (lift(2), lift(3)):
        return g
    h, (u,) = g.args[0].head, g.args[0].args
    if g.args[1] == lift(2):
        return (1 - call("cos", 2 * u)) / 2 if h == "sin" else (1 + call("cos", 2 * u)) / 2
    return (3 * call("sin", u) - call("sin", 3 * u)) / 4 if h == "sin" else (3 * call("cos", u) + call("cos", 3 * u)) / 4


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


def mean_values(goal: Goal) -> Iterator[dict[str, Any]]:
    """|f(u) - f(v)| with one function of two arguments: its slope is bounded by a number, or by the bound divided by the distance."""
    left, right = goal.claim.args
    inner = left.args[0]
    if inner.head != "sub":
        return
    u, v = inner.args
    pair = differing(u, v)
    if pair is None:
        return
    name = fresh("w", goal)
    w = Formula("sym", (name, "real"))
    f = replaced(u, pair[0], w)
    if replaced(v, pair[1], w) != f:
        return
    for bound in (lift(1), right / call("abs", pair[0] - pair[1]), lift(Fraction(1, 2)), lift(2)):
        yield {"rule": "lipschitz", "var": name, "function": to_data(f), "u": to_data(pair[0]), "v": to_data(pair[1]), "slope_bound": to_data(bound)}


def differing(u: Formula, v: Formula) -> tuple[Formula, Formula] | None:
    """The arguments in which two terms of one form differ."""
    if u.head == v.head and u.head not in ("num", "const", "sym", "add", "sub", "mul", "div", "neg") and len(children(u)) == len(children(v)) == 1:
        deeper = differing(*children(u), *children(v))
        return deeper if deeper is not None else (children(u)[0], children(v)[0])
    return None


__all__ = ["search"]
