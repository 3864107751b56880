"""Functions with a removable singularity: the point by itself, and everything else by the definition."""

from __future__ import annotations

from collections.abc import Iterator

from ..certificates import Certificate, Goal
from ..formula import Formula, children, free_symbols
from .combine import Tactic, rule


def search(goal: Goal, then: Tactic) -> Certificate | None:
    """Split at z = 0 for a variable z that sinc is taken of."""
    for f in parts(goal.claim):
        names = free_symbols(f.args[0]) if f.head == "sinc" else {}
        if len(names) == 1:
            (name, symbol), = names.items()
            if any(h.head == "ne" and symbol in h.args for h in goal.hyps) or symbol.args[1] not in ("complex", "real", "integer"):
                return None
            if name in free_symbols(goal.claim):
                return rule("split", {"zero": name}, case0=then, case1=then)(goal)
    return None


def parts(f: Formula) -> Iterator[Formula]:
    yield f
    for g in children(f):
        yield from parts(g)


__all__ = ["search"]
