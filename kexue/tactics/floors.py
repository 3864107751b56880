"""Relations between whole numbers and floors: n <= floor(x) is n <= x, and floor(x) = n is n <= x < n + 1."""

from __future__ import annotations

from fractions import Fraction

from ..certificates import Certificate, Goal
from ..formula import Formula, eq, heads, lift, parts, replaced, substitute
from ..kernel import Rejected
from ..kernel.algebra import UNIT, poly
from ..kernel.normal import HOLDS, Normal
from .combine import Tactic, accepted, first_of, normal, rule, scaled, sign, through
from .linear import multipliers
from .sequences import Use, by_laws, use

DEPTH, FLOORS = 3, 4


def bounds(goal: Goal) -> Certificate | None:
    """By floor(x) <= x < floor(x) + 1, and floor(x) >= 0 where x is; products factor by factor."""
    n = Normal(goal.hyps)
    uses: list[Use] = []
    for f in dict.fromkeys(f for f in parts(goal.claim) if f.head == "floor"):
        uses += [use("floor.below", x=f.args[0]), use("floor.above", x=f.args[0])]
        if n.sign_of(f.args[0]) in HOLDS["le"]:
            uses.append(use("floor.greatest", n=lift(0), x=f.args[0]))
    return by_laws(uses, factorwise)(goal) if uses else factorwise(goal)


def factorwise(goal: Goal) -> Certificate | None:
    """At once, by adding up hypotheses, or a b R c d by way of a d or c b."""
    def plain(g: Goal) -> Certificate | None:
        return sign(g) or normal(g) or (rule("linear", {"terms": found})(g) if g.claim.head in ("lt", "le") and (found := multipliers(g)) else None)
    found = plain(goal)
    left, right = goal.claim.args
    if found is None and goal.claim.head in ("lt", "le") and left.head == right.head == "mul":
        for middle in (left.args[0] * right.args[1], right.args[0] * left.args[1]):
            found = found or through(middle, ("le", goal.claim.head), first=plain, second=plain)(goal)
    return found


def search(goal: Goal) -> Certificate | None:
    """Ceilings by floors; then a floor against the rest of the relation."""
    claim = goal.claim
    if claim.head not in ("eq", "le", "lt") or not {"floor", "ceiling"} & heads(claim):
        return None
    uses = [use("ceiling.floor", x=f.args[0]) for f in dict.fromkeys(parts(claim)) if f.head == "ceiling"]
    then: Tactic = lambda g: normal(g) or against(g, DEPTH)
    for _ in uses:
        then = rule("rewrite", {"hyp": len(goal.hyps)}, then=then)
    found = by_laws(uses, then)(goal) if uses else then(goal)
    return None if found is None else accepted(goal, lambda: found)


def against(goal: Goal, depth: int) -> Certificate | None:
    """The bounds of its floors, or one floor by what it is compared with."""
    found = bounds(goal)
    if found is not None or depth <= 0:
        return found
    n, h = Normal(goal.hyps), goal.claim.head
    for f in list(dict.fromkeys(f for f in parts(goal.claim) if f.head == "floor"))[:FLOORS]:
        if (other := compared(goal, f)) is None:
            continue
        c, rest = other  # right - left = c f + rest
        left, right = goal.claim.args
        at = left if f == right else right if f == left else -rest / lift(c) if c not in (1, -1) else rest if c < 0 else -rest
        try:
            if not n.whole(n.scalar(at)):
                continue
        except Rejected:
            continue

        def deeper(g: Goal) -> Certificate | None:
            return against(g, depth - 1)
        if h == "eq":
            law, value, new = "floor.unique", at, eq(f, at)
        elif c > 0:
            law, value = "floor.greatest", at + 1 if h == "lt" else at
            new = Formula("le", (value, f)) if h == "le" else Formula("lt", (at, f))
        else:
            law, value = "floor.least", at - 1 if h == "lt" else at
            new = Formula(h, (f, at))
        step = rule("laws", {"uses": [use(law, n=value, x=f.args[0])]}, then=first_of(normal, sign), **{f"given0.{j}": deeper for j in range(2)})
        found = (step if c in (1, -1) and new == goal.claim else scaled(1 / lift(abs(c)), new, step))(goal)
        if found is not None:
            return found
    return None


def compared(goal: Goal, f: Formula) -> tuple[Fraction, Formula] | None:
    """c and the rest, where right - left is c f + rest and the rest is without f."""
    left, right = goal.claim.args
    hole = Formula("sym", ("floor_", "real"))
    gap = replaced(right - left, f, hole)
    values = [substitute(gap, {"floor_": lift(k)}) for k in (0, 1)]
    try:
        n = Normal(goal.hyps)
        slope = n.sub(n.scalar(values[1]), n.scalar(values[0]))
        straight = n.zero(n.sub(n.scalar(gap), n.add(n.scalar(values[0]), n.mul(slope, n.scalar(hole)))))
    except Rejected:
        return None
    c = slope.num.get(UNIT, Fraction(0))
    return (c, values[0]) if straight and c and slope.den == poly(1) and slope.num.keys() <= {UNIT} else None


__all__ = ["search"]
