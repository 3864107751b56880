"""Search for instances of laws: terms of the claim are matched with the terms that laws are about, and again with what those bring in."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

from ..certificates import Certificate, Goal
from ..formula import BINDERS, Formula, children, free_symbols, lift, rebuild, substitute, to_data
from ..kernel import Rejected, check, subgoals
from ..kernel.diff import expanded
from ..kernel.theory import LAWS
from .combine import Tactic, normal, sign

ROUNDS, INSTANCES = 2, 16


def simple(f: Formula) -> Formula:
    """The numbers in sums and products brought together, so that (z + 1) - 1 reads z."""
    kids = children(f)
    if not kids:
        return f
    g = rebuild(f, [simple(k) for k in kids])
    h, a = g.head, g.args
    if h in ("add", "sub"):
        base, c = shift(g)
        return lift(c) if base is None else base if c == 0 else base + lift(c) if c > 0 else base - lift(-c)
    if h == "neg":
        return lift(-a[0].args[0]) if a[0].head == "num" else a[0].args[0] if a[0].head == "neg" else g
    if h == "mul":
        if a[0].head == a[1].head == "num":
            return lift(a[0].args[0] * a[1].args[0])
        return a[1] if a[0] == lift(1) else a[0] if a[1] == lift(1) else g
    if h == "div":
        if a[1] == lift(1):
            return a[0]
        if a[0].head == a[1].head == "num" and a[1].args[0]:
            return lift(a[0].args[0] / a[1].args[0])
        if a[1].head == "num" and a[0].head == "mul" and a[0].args[0] == a[1]:
            return a[0].args[1]
    return g


def shift(f: Formula) -> tuple[Formula | None, int]:
    """f as (rest, number)."""
    if f.head == "num":
        return None, f.args[0]
    if f.head in ("add", "sub"):
        (u, c), (v, d) = shift(f.args[0]), shift(f.args[1])
        if f.head == "sub":
            d, v = -d, None if v is None else v
            if v is not None:
                return (-v if u is None else u - v), c + d
            return u, c + d
        return (u if v is None else v if u is None else u + v), c + d
    return f, 0


def match(pattern: Formula, term: Formula, found: dict[str, Formula]) -> bool:
    """Bind the symbols of the pattern so that it reads as the term; sums, differences and multiples with numbers are solved for them."""
    if not free_symbols(pattern):
        return simple(pattern) == simple(term)
    if pattern.head == "sym":
        name = pattern.args[0]
        if name in found:
            return simple(found[name]) == simple(term)
        found[name] = simple(term)
        return True
    h, a = pattern.head, pattern.args
    fixed = [not free_symbols(x) for x in a if isinstance(x, Formula)]
    if h == "neg":
        return match(a[0], -term, found)
    if h in ("add", "sub", "mul", "div") and fixed == [False, True]:
        back = {"add": term - a[1], "sub": term + a[1], "mul": term / a[1], "div": term * a[1]}[h]
        return match(a[0], back, found)
    if h in ("add", "sub", "mul") and fixed == [True, False]:
        return match(a[1], {"add": term - a[0], "sub": a[0] - term, "mul": term / a[0]}[h], found)
    return h == term.head and len(a) == len(term.args) and all(
        match(p, t, found) if isinstance(p, Formula) else p == t for p, t in zip(a, term.args, strict=True))


def terms(f: Formula, bound: frozenset[str] = frozenset()) -> Iterator[Formula]:
    """The subterms without bound names, the innermost first."""
    if f.head in BINDERS and f.head != "diff":
        bound = bound | {f.args[1].args[0]}
    for g in children(f):
        yield from terms(g, bound)
    if f.head not in ("num", "const", "sym") and bound.isdisjoint(free_symbols(f)):
        yield f


def instances(f: Formula) -> Iterator[tuple[str, dict[str, Formula]]]:
    """Laws whose term occurs in f, and the values of their symbols there."""
    seen = list(dict.fromkeys(terms(f)))
    for name, law in LAWS.items():
        for t in seen:
            found: dict[str, Formula] = {}
            if t.head == law.term.head and match(law.term, t, found) and found.keys() == law.symbols.keys():
                yield name, found


def search(goal: Goal, then: Tactic = lambda g: normal(g) or sign(g)) -> Certificate | None:
    """One round of instances after another, until what is left follows."""
    claim = expanded_or_not(goal.claim)
    uses: list[dict[str, object]] = []
    at, new = {repr_of(n, v) for n, v in ()}, [claim]
    for _ in range(ROUNDS):
        fresh: list[Formula] = []
        for f in new:
            for name, values in instances(f):
                key = repr_of(name, values)
                use = {"law": name, "at": {k: to_data(v) for k, v in values.items()}}
                if key in at or len(uses) >= INSTANCES or not possible(goal, use):
                    continue
                at.add(key)
                uses.append(use)
                fresh.append(substitute(LAWS[name].states, values))
        if not fresh:
            break
        if (found := closed(goal, uses, then)) is not None:
            return found
        new = fresh
    return None


def repr_of(name: str, values: dict[str, Formula]) -> str:
    return name + repr(sorted((k, to_data(v)) for k, v in values.items()))


def expanded_or_not(f: Formula) -> Formula:
    try:
        return expanded(f)
    except Rejected:
        return f


def possible(goal: Goal, use: dict[str, object]) -> bool:
    """The instance is defined and given, as far as that can be seen without a longer proof."""
    try:
        _, rest = subgoals(goal, {"rule": "laws", "uses": [use]})
    except Rejected:
        return False
    return all(normal(g) or sign(g) for part, (g, _) in rest.items() if part != "then")


def closed(goal: Goal, uses: list[dict[str, object]], then: Tactic) -> Certificate | None:
    certificate: Certificate = {"rule": "laws", "uses": list(uses)}
    try:
        _, rest = subgoals(goal, certificate)
        for part, (g, _) in rest.items():
            proof = then(g) if part == "then" else normal(g) or sign(g)
            if proof is None:
                return None
            certificate[part] = proof
        check(goal, certificate)
    except (Rejected, RecursionError, ValueError, TypeError):
        return None
    return certificate


__all__ = ["instances", "match", "reduce", "search", "simple"]
