"""Dirichlet series of arithmetic functions, with the values of the zeta function at even integers."""

from __future__ import annotations

from ..certificates import Certificate, Goal
from ..formula import Formula, heads, lift, oo, parts, replaced
from ..kernel.theory import LAWS
from .laws import closed, simple
from .combine import first_of, normal
from .sequences import Use, use

KNOWN = frozenset(name.partition(".")[0] for name in LAWS if name.endswith(".dirichlet"))


def exponent(f: Formula) -> tuple[str, Formula] | None:
    """The arithmetic function a and s, where f is the sum of a(k)/k^s over k >= 1."""
    body, k, lo, hi = f.args
    found = [g for g in parts(body) if g.head in KNOWN and g.args == (k,)]
    if lo != lift(1) or hi != oo or len(found) != 1:
        return None
    rest = replaced(body, found[0], lift(1))
    if rest.head == "mul" and lift(1) in rest.args:
        rest = rest.args[rest.args[0] == lift(1)]
    below = rest.head == "div" and rest.args[0] == lift(1)
    power = rest.args[1] if below else rest
    if power == k:
        return found[0].head, lift(1 if below else -1)
    if power.head != "pow" or power.args[0] != k:
        return None
    s: Formula = power.args[1]
    return found[0].head, s if below else simple(-s)


def search(goal: Goal) -> Certificate | None:
    if goal.claim.head != "eq" or not KNOWN & heads(goal.claim):
        return None
    uses: list[Use] = []
    for f in dict.fromkeys(f for f in parts(goal.claim) if f.head == "sum"):
        found = exponent(f)
        if found is not None:
            name, s = found
            points = [s, simple(s - 1)] if name == "totient" else [s]
            uses += [use("zeta.even", n=simple(t / 2)) for t in points if t.head == "num" and t.args[0] % 2 == 0 < t.args[0]]
            uses.append(use(f"{name}.dirichlet", s=s))
    return closed(goal, uses, first_of(normal)) if uses else None


__all__ = ["search"]
