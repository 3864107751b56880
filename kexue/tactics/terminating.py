"""Hypergeometric functions with an upper parameter 0, -1, -2, ...: finite sums, to which Zeilberger's method applies."""

from __future__ import annotations

from ..certificates import Certificate, Goal
from ..formula import Formula, call, free_symbols, heads, parts, replaced
from ..kernel import Rejected
from ..kernel.normal import Normal
from . import telescope
from .combine import Tactic, normal, rewritten, rule
from .laws import simple
from .sequences import Use, by_laws, use

KINDS = {(1, 1): "hyper.1F1.polynomial", (2, 1): "hyper.2F1.polynomial"}


def degree(n: Normal, u: Formula) -> bool:
    """Whether -u is known to be natural."""
    try:
        r = n.neg(n.scalar(u))
        return n.whole(r) and n.nonneg(r)
    except Rejected:
        return False


def halved(n: Normal, f: Formula) -> Formula | None:
    """An integer variable whose parity decides whether an upper parameter of f is whole."""
    p = int(f.args[0].args[0])
    for u in f.args[1:p + 1]:
        try:
            if not n.whole(n.scalar(u)) and n.whole(n.scalar(2 * u)):
                return next((s for s in free_symbols(u).values() if s.args[1] == "integer"), None)
        except Rejected:
            continue
    return None


def written(goal: Goal, f: Formula, then: Tactic) -> Certificate | None:
    """The claim with a sum for the function f."""
    n, p = Normal(goal.hyps), int(f.args[0].args[0])
    upper, lower, z = list(f.args[1:p + 1]), f.args[p + 1:-1], f.args[-1]
    law = KINDS.get((p, len(lower)))
    at = next((j for j, u in enumerate(upper) if degree(n, u)), None)
    if law is None or at is None:
        return None
    natural = simple(-upper[at]) if upper[at].head != "neg" else upper[at].args[0]
    others = [u for j, u in enumerate(upper) if j != at]
    shown = call("hyper", p, -natural, *others, *lower, z)
    claim = replaced(goal.claim, f, shown)
    values = {"n": natural, "c": lower[0], "z": z, **({"b": others[0]} if others else {})}
    uses: list[Use] = [use(law, **values)]
    count = len(goal.hyps)
    tactic: Tactic = by_laws(uses, rule("rewrite", {"hyp": count}, then=then))
    if at == 0:
        return (tactic if claim == goal.claim else rewritten(claim, tactic))(goal)
    swapped = [use("hyper.symmetric", a=upper[0], b=upper[1], c=lower[0], z=z)]
    first = call("hyper", p, *upper, *lower, z)
    back = rule("rewrite", {"hyp": count}, then=lambda g: (tactic if g.claim == claim else rewritten(claim, tactic))(g))
    return by_laws(swapped, back)(goal) if first == f else None


def summed(goal: Goal) -> Certificate | None:
    return normal(goal) or telescope.search(goal)


def search(goal: Goal) -> Certificate | None:
    """Every such function as a sum, for each parity of a variable if that decides which of them end."""
    if goal.claim.head != "eq" or "hyper" not in heads(goal.claim):
        return None
    found = [f for f in dict.fromkeys(parts(goal.claim)) if f.head == "hyper"]
    if len(found) != 1:
        return None
    f, = found
    n = Normal(goal.hyps)
    certificate = written(goal, f, summed)
    if certificate is None and (x := halved(n, f)) is not None:
        def residue(g: Goal) -> Certificate | None:
            inner = next((h for h in parts(g.claim) if h.head == "hyper"), None)
            return None if inner is None else written(g, inner, summed)
        return rule("residues", {"var": x.args[0], "modulus": 2}, residue0=residue, residue1=residue)(goal)
    return certificate


__all__ = ["search"]
