"""Products, powers, greatest common divisors and least common multiples of integers, decided prime by prime."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import add
from typing import Any

from ..certificates import Goal
from ..formula import Formula, children, lift, ne
from .diff import read
from .logic import NONE, Result, Subgoals
from .normal import HOLDS, Normal
from .primes import Prime, Relation
from .verdict import Accepted, Rejected


def valuations(goal: Goal, data: dict[str, Any]) -> Result:
    """left = right, left <= right, or Mod(left, right) = 0, for products, quotients, powers, |.|, gcd and lcm of integers and Euler's phi.

    Rational numbers of one sign are equal if at each prime p their valuations v agree; an integer is a multiple of another if its
    valuations are at least as large, and then it is not smaller in absolute value unless it is 0.  v(x y) = v(x) + v(y), v(gcd) = min,
    v(lcm) = max, v(0) = oo, v >= 0 for integers, and in a relation 0 = sum of m_i x_i no v(m_i x_i) is less than all the others.  phi(x) has the
    factor p^(v - 1) (p - 1) for each p with v >= 1.  n over k with 0 <= k <= n is whole: v(n!) - v(k!) - v((n - k)!) >= 0.  All cases are
    looked at: which factors are 0, the prime divisors of the constants and one other prime, which term a minimum is; in each the claim
    follows from linear inequalities."""
    goals, signed = targets(goal.claim)
    relations: list[Relation] = [[(read(m, goal), read(x, goal)) for m, x in terms] for terms in data["relations"]]
    n = Normal(goal.hyps)
    n_here = Prime(n, goal, relations)
    for terms in relations:
        total = reduce(add, (m * x for m, x in terms))
        if len(terms) < 2 or not n.zero(n.scalar(total)) or not all(n_here.integral(f) for pair in terms for f in pair):
            raise Rejected("a relation does not hold, or is not between integers")
    n_here.collect([f for g in goals for f in g[1:]])
    before = n_here.constants.copy(), set(n_here.factors)
    conditions = list[Formula]()
    for kind, a, b in goals:
        if n_here.everywhere(kind, a, b):
            conditions += [ne(d, 0) for f in (a, b) for d in denominators(f)] + ([ne(a, 0)] if kind == "divides" else [])
    if before != (n_here.constants, set(n_here.factors)):
        raise Rejected("a factor that was not looked at")
    subs: Subgoals = {f"sign{j}": (Goal(goal.hyps, lift(0) <= f), NONE) for j, f in enumerate(signed) if not plain(n, f)}
    if n.conditions:
        raise Rejected("the terms of the claim may be undefined")
    return Accepted(conditions=tuple(c for c in conditions if n.sign_of(c.args[0]) not in HOLDS["ne"])), subs


def targets(claim: Formula) -> tuple[list[tuple[str, Formula, Formula]], list[Formula]]:
    """What has to be shown, (kind, a, b) with a dividing b or equal to b, and what must not be negative for it."""
    left, right = claim.args
    zero = lift(0)
    if claim.head == "eq" and left.head == "mod" and right == zero:
        return [("divides", left.args[1], left.args[0])], []
    if claim.head == "eq":
        return [("equal", left, right)], [left, right]
    if claim.head == "le":
        tops = list(right.args) if right.head == "min" else [right]
        return [("below", left, t) for t in tops], [left, *tops]
    raise Rejected("valuations prove =, <= and Mod(a, b) = 0")


def plain(n: Normal, f: Formula) -> bool:
    """Visibly not negative."""
    if f.head in ("abs", "gcd", "lcm", "totient"):
        return True
    if f.head in ("mul", "div", "add") or f.head == "pow":
        return all(plain(n, g) for g in (f.args[:1] if f.head == "pow" else f.args))
    return n.sign_of(f) in HOLDS["le"]


def denominators(f: Formula) -> Iterator[Formula]:
    if f.head == "div":
        yield f.args[1]
    for g in children(f):
        yield from denominators(g)
