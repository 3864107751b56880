"""Where a refuted claim does hold: a half-line, a half-plane, a disc, whole numbers from somewhere on.

Such a region is told when the claim agrees at every point that is drawn from it, the counterexample lying outside; whether it is also proved there is
said beside it.  Points are no proof, and the answer says so."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from ..certificates import Certificate, Goal
from ..decide import OutOfTime, limited, search, usable
from ..draw import Drawer, Values, about_numbers
from ..formula import Formula, free_symbols, lift
from ..kernel import Rejected, check
from ..witness import costly, holds_at, judged, values_of

POINTS, ATTEMPTS, LEAST = 20, 120, 8  # drawn in a region, attempts at that, and how many have to agree
WHOLE = 40  # whole numbers looked at one after the other
SEARCH = 2.0  # seconds for points, and as many for a proof; enough for what counts bound, so that the answer does not depend on the machine


@dataclass(frozen=True)
class Region:
    """A condition under which the claim holds at `points` points, or is proved: then with the certificate."""

    condition: Formula
    points: int
    certificate: Certificate | None = None


def where(goal: Goal, counterexample: Certificate, seconds: float) -> Region | None:
    """The widest of some plain regions in which no point fails, or None.  Takes no longer than about `seconds`."""
    if not about_numbers(goal) or costly(goal.claim) or counterexample["rule"] != "point":
        return None
    at = values_of(counterexample)
    until = time.monotonic() + min(SEARCH, seconds / 2)
    try:
        with limited(min(SEARCH, seconds / 2)):
            found = next((r for c in conditions(goal) if time.monotonic() < until and (r := region(goal, c, at)) is not None), None)
    except OutOfTime:
        return None
    return found if found is None else proved(goal, found, min(SEARCH, seconds / 2))


def region(goal: Goal, condition: Formula, at: Values) -> Region | None:
    """The region of a condition, where the claim agrees at enough points of it and nowhere fails; the counterexample has to lie outside."""
    if condition == goal.claim or holds_at(parts(condition), at):
        return None
    narrow = Goal((*goal.hyps, *parts(condition)), goal.claim)
    agree = 0
    for values in Drawer(narrow, "where").points(POINTS, ATTEMPTS):
        kind, _ = judged(narrow, values)
        if kind in ("fails", "unclear"):
            return None
        agree += kind == "agree"
    return Region(condition, agree) if agree >= LEAST else None


def proved(goal: Goal, found: Region, seconds: float) -> Region:
    """The region with a certificate, where a proof is found soon that needs nothing more."""
    narrow, used = usable(whole := Goal((*goal.hyps, *parts(found.condition)), goal.claim))
    try:
        with limited(seconds):
            proof = search(narrow)
            if proof is not None and not check(narrow, proof).conditions:
                return Region(found.condition, found.points, {"goal": whole.data(), "hyps": used, "proof": proof})
    except (OutOfTime, Rejected, MemoryError, ArithmeticError, ValueError):
        return found
    return found


def parts(condition: Formula) -> tuple[Formula, ...]:
    return tuple(condition.args) if condition.head == "and" else (condition,)


def conditions(goal: Goal) -> Iterator[Formula]:
    """Plain conditions on the variables of the claim, the wide ones first."""
    names = {n: s for f in (goal.claim, *goal.hyps) for n, s in free_symbols(f).items()}
    symbols = [names[n] for n in sorted(names)]
    if len(symbols) == 1 and symbols[0].args[1] == "integer":
        yield from _from_on(goal, symbols[0])
    single = [list(_of_one(s)) for s in symbols]
    for several in zip(*single, strict=False) if len(single) > 1 and len({s.args[1] for s in symbols}) == 1 else ():
        for few in combinations(several, 1):
            yield from few
    for one in single if len(single) == 1 or len({s.args[1] for s in symbols}) > 1 else ():
        yield from one
    ordered = [s for s in symbols if s.args[1] in ("real", "integer")]
    for a, b in combinations(ordered, 2):
        yield from (a <= b, b <= a)
    if len(single) > 1:
        for joint in zip(*single, strict=False):
            yield Formula("and", joint)


def _of_one(s: Formula) -> Iterator[Formula]:
    zero, one = lift(0), lift(1)
    if s.args[1] == "complex":
        real, imaginary, size = Formula("re", (s,)), Formula("im", (s,)), Formula("abs", (s,))
        yield from (real >= zero, real > zero, real <= zero, imaginary >= zero, imaginary > zero, imaginary <= zero, imaginary < zero)
        yield from (size < one, size > one)
    elif s.args[1] == "real":
        size = Formula("abs", (s,))
        yield from (s >= zero, s > zero, s <= zero, s < zero, s >= one, s <= -one, size <= one, size < one, size > one, s > one)
    else:
        yield from (s >= zero, s >= one, s <= zero, Formula("even", (s,)), Formula("odd", (s,)))


def _from_on(goal: Goal, n: Formula) -> Iterator[Formula]:
    """The whole numbers behind the last one that fails."""
    name = n.args[0]
    points = [{name: Fraction(k)} for k in range(-WHOLE // 4, WHOLE)]
    failing = [int(p[name]) for p in points if holds_at(goal.hyps, p) and judged(goal, p)[0] != "agree"]
    if failing and failing[-1] < WHOLE // 2:
        yield n >= failing[-1] + 1


__all__ = ["Region", "where"]
