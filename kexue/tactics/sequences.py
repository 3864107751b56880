"""Sequences with a recurrence of the second order: near terms by two of them, and both sides of a claim by their recurrence."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from ..certificates import Certificate, Goal
from ..formula import Formula, children, free_symbols, lift, to_data
from ..kernel.algebra import Poly
from .combine import Tactic, normal, rule, sign
from .laws import shift, simple

SEQUENCES = ("fibonacci", "chebyshevt", "chebyshevu", "legendre", "hermite", "laguerre")
NEAR = 12
Use = dict[str, Any]


def use(law: str, **at: Formula) -> Use:
    return {"law": law, "at": {name: to_data(value) for name, value in sorted(at.items())}}


def close(goal: Goal) -> Certificate | None:
    return normal(goal) or sign(goal)


def by_laws(uses: list[Use], then: Tactic = close) -> Tactic:
    """Instances of laws whose conditions follow at once."""
    return rule("laws", {"uses": uses}, then=then, **{f"given{k}.{j}": close for k in range(len(uses)) for j in range(5)})


def parts(f: Formula) -> Iterator[Formula]:
    yield f
    for g in children(f):
        yield from parts(g)


def bounded(goal: Goal) -> Iterator[tuple[Formula, int]]:
    """Integer variables of the claim with a numeric lower bound."""
    for h in goal.hyps:
        if h.head in ("le", "lt") and h.args[0].head == "num" and h.args[1].head == "sym" and h.args[1].args[1] == "integer" and \
                h.args[1].args[0] in free_symbols(goal.claim):
            yield h.args[1], int(h.args[0].args[0] // 1) + (h.head == "lt")


def formula(p: Poly, known: dict[str, Formula]) -> Formula | None:
    """A polynomial with integer coefficients in variables, as a formula."""
    out: Formula = lift(0)
    for m, c in p.items():
        if c.denominator > 1 or any(a not in known or k < 0 or k.denominator > 1 for a, k in m):
            return None
        term = lift(c)
        for a, k in m:
            term = term * known[a] ** int(k)
        out = out + term
    return out


def indices(f: Formula) -> dict[tuple[str, Formula | None, Formula], list[int]]:
    """Where the sequences are taken in f: (sequence, argument, rest of the index) -> numbers beside the rest."""
    found: dict[tuple[str, Formula | None, Formula], list[int]] = {}
    for g in parts(f):
        if g.head in SEQUENCES and len(g.args) == (1 if g.head == "fibonacci" else 2):
            rest, c = split(g.args[0])
            if c.denominator == 1:
                found.setdefault((g.head, g.args[1] if len(g.args) > 1 else None, rest), []).append(int(c))
    return found


def split(f: Formula) -> tuple[Formula, Fraction]:
    """f as (rest, number), the rest written in one way."""
    r = affine(f)
    if r is None:
        rest, c = shift(simple(f))
        return lift(0) if rest is None else rest, Fraction(c)
    total: Formula = lift(0)
    for x, c in sorted(r.items(), key=lambda pair: repr(pair[0])):
        if c and x is not None:
            term = x if c == 1 else c * x
            total = term if total == lift(0) else total + term
    return total, r.get(None, Fraction(0))


def affine(f: Formula) -> dict[Formula | None, Fraction] | None:
    """The coefficients of a linear form in symbols; that of None is the constant."""
    h, a = f.head, f.args
    if h == "num":
        return {None: a[0]}
    if h == "sym":
        return {f: Fraction(1)}
    if h not in ("add", "sub", "neg", "mul"):
        return None
    parts_ = [affine(g) for g in a]
    if any(p is None for p in parts_):
        return None
    u, v = parts_[0] or {}, (parts_[1] if len(parts_) > 1 else parts_[0]) or {}
    if h == "neg":
        return {x: -c for x, c in u.items()}
    if h == "mul":
        for p, q in ((u, v), (v, u)):
            if not any(c for x, c in p.items() if x is not None):
                return {x: c * p.get(None, Fraction(0)) for x, c in q.items()}
        return None
    return {x: u.get(x, Fraction(0)) + (1 if h == "add" else -1) * v.get(x, Fraction(0)) for x in {**u, **v}}


def steps(goal: Goal) -> list[Use]:
    """Recurrences that bring terms of near indices to two of them."""
    near: dict[tuple[str, Formula | None, Formula], list[int]] = {}
    for h in (goal.claim, *(h for h in goal.hyps if h.head == "eq")):
        for place, cs in indices(h).items():
            near.setdefault(place, []).extend(cs)
    uses: list[Use] = []
    for (head, z, rest), cs in near.items():
        fixed, at = rest == lift(0), {} if z is None else {"z": z}
        if max(cs) - min(cs) > NEAR or fixed and not 0 <= min(cs) <= max(cs) <= NEAR:
            continue
        uses += [use(f"{head}.zero", **at), use(f"{head}.one", **at)] if fixed else []
        uses += [use(f"{head}.step", n=simple(rest + c), **at) for c in range(0 if fixed else min(cs), max(cs) - 1)]
    return uses


def stepped(goal: Goal, then: Tactic = close) -> Certificate | None:
    """After the recurrences of the sequences."""
    uses = steps(goal)
    return by_laws(uses, then)(goal) if uses else then(goal)
