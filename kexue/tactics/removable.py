"""Functions with a removable singularity: the point by itself, and everything else by the definition; and parameters of either sign."""

from __future__ import annotations

from functools import partial

from ..certificates import Certificate, Goal
from ..formula import free_symbols, ne, parts, to_data
from ..kernel import Rejected, subgoals
from ..kernel.branches import positive
from .combine import Tactic


def search(goal: Goal, then: Tactic) -> Certificate | None:
    """Split where a case distinction does, or at z = 0 for a variable z that sinc is taken of."""
    heads = {f.head for f in parts(goal.claim)}
    if "integral" in heads:  # of a function with a parameter whose sign matters
        for f in parts(goal.claim):
            if f.head == "abs" and f.args[0].head == "sym" and f.args[0].args[1] == "real" and f.args[0].args[0] in free_symbols(goal.claim):
                return each(goal, {"rule": "cases", "on": to_data(f.args[0])}, then)
    if "sinc" not in heads:
        return None
    if "piecewise" in heads:
        return each(goal, {"rule": "split"}, then)
    for f in parts(goal.claim):
        names = free_symbols(f.args[0]) if f.head == "sinc" else {}
        if len(names) == 1:
            (name, symbol), = names.items()
            if any(h.head == "ne" and symbol in h.args for h in goal.hyps) or symbol.args[1] not in ("complex", "real", "integer"):
                return None
            if name in free_symbols(goal.claim):
                return each(goal, {"rule": "split", "zero": name}, then)
    return None


def at_zero(goal: Goal, then: Tactic) -> Certificate | None:
    """Conditions taken apart, and a complex variable that a hypergeometric function is taken at by itself where it is 0."""
    inside = [s for f in parts(goal.claim) if f.head == "hyper" for s in free_symbols(f.args[-1]).values() if s.args[1] == "complex"]
    for k, h in enumerate(goal.hyps) if inside else ():
        if h.head in ("and", "not") and positive(h).head != "or" and positive(h) != h:
            return each(goal, {"rule": "split", "hyp": k}, lambda g: at_zero(g, then))
    zero = next((s for s in inside if ne(s, 0) not in goal.hyps), None)
    return None if zero is None else each(goal, {"rule": "split", "zero": zero.args[0]}, then)


def on_paths(goal: Goal, then: Tactic, most: int = 8) -> Certificate | None:
    """Conditions on the complex end of an integral taken apart, every alternative by itself."""
    ends = [s for f in parts(goal.claim) if f.head == "integral" for e in f.args[2:] for s in free_symbols(e).values() if s.args[1] == "complex"]
    for k, h in enumerate(goal.hyps) if ends else ():
        if h.head in ("and", "or", "not") and (p := positive(h)).head != "not":
            many = len(p.args) if p.head == "or" else 1
            return each(goal, {"rule": "split", "hyp": k}, partial(on_paths, then=then, most=most // many)) if many <= most else None
    return then(goal) if ends else None


def each(goal: Goal, certificate: Certificate, then: Tactic) -> Certificate | None:
    """One rule, and the same tactic for all its subgoals."""
    try:
        _, rest = subgoals(goal, certificate)
    except Rejected:
        return None
    out = dict(certificate)
    for name, (g, _) in rest.items():
        if (found := then(g)) is None:
            return None
        out[name] = found
    return out


__all__ = ["at_zero", "on_paths", "search"]
