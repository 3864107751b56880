"""Search for a change of the index of sums over all integers, under which both sides of an equation read alike."""

from __future__ import annotations

from collections.abc import Iterator

from ..certificates import Certificate, Goal
from ..formula import Formula, children, free_symbols, lift, oo, to_data
from ..kernel import Rejected, subgoals
from ..kernel.infinite import MINUS_OO
from .combine import normal

STEPS = 2  # changes of the index that are tried one after another
GOALS = 60


def count(f: Formula) -> int:
    """How many sums over all integers there are."""
    here = f.head == "sum" and f.args[2] in MINUS_OO and f.args[3] == oo
    return here + sum(map(count, children(f)))


def moves(goal: Goal) -> Iterator[Certificate]:
    whole = [f for f in free_symbols(goal.claim).values() if f.args[1] == "integer"]
    steps = [lift(1), lift(-1), *(s for f in whole for s in (f, -f))]
    for number in range(count(goal.claim)):
        for by in steps:
            yield {"rule": "reindex", "number": number, "by": to_data(by)}
        yield {"rule": "reindex", "number": number, "flip": True}


def search(goal: Goal) -> Certificate | None:
    """Up to STEPS changes, the shortest way first."""
    if goal.claim.head != "eq" or not 0 < count(goal.claim) <= 6:
        return None
    level: list[tuple[Goal, list[Certificate]]] = [(goal, [])]
    tried = 0
    for _ in range(STEPS):
        further: list[tuple[Goal, list[Certificate]]] = []
        for g, path in level:
            for move in moves(g):
                tried += 1
                if tried > GOALS:
                    return None
                try:
                    new = subgoals(g, move)[1]["then"][0]
                except Rejected:
                    continue
                found = normal(new)
                if found is not None:
                    for step in reversed([*path, move]):
                        found = {**step, "then": found}
                    return found
                further.append((new, [*path, move]))
        level = further
    return None
