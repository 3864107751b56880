"""Sequences with a recurrence of the second order: near terms by two of them, and both sides of a claim by their recurrence."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from ..certificates import Certificate, Goal
from ..formula import Formula, free_symbols, lift, parts, substitute, to_data
from ..kernel.algebra import Poly
from .combine import Tactic, induction, normal, recurrence, rule, sign
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
        if g.head == "sum" and g.args[3].head != "const":  # its last term comes out where the range grows
            for place, cs in indices(substitute(g.args[0], {g.args[1].args[0]: g.args[3]})).items():
                found.setdefault(place, []).extend(cs)
        if g.head in SEQUENCES and len(g.args) == (1 if g.head == "fibonacci" else 2):
            rest, c = split(g.args[0])
            if c.denominator == 1:
                found.setdefault((g.head, g.args[1] if len(g.args) > 1 else None, rest), []).append(int(c))
    return found


def split(f: Formula) -> tuple[Formula, Fraction]:
    """f as (rest, number), the rest written in one way."""
    r = affine(f)
    if r is None:
        rest, number = shift(simple(f))
        return lift(0) if rest is None else rest, Fraction(number)
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
    free = {name for h in (*goal.hyps, goal.claim) for name in free_symbols(h)}
    for h in (goal.claim, *(h for h in goal.hyps if h.head == "eq")):
        for place, cs in indices(h).items():
            near.setdefault(place, []).extend(cs)
    uses: list[Use] = []
    for (head, z, rest), cs in near.items():
        fixed, at = rest == lift(0), {} if z is None else {"z": z}
        if not free >= {*free_symbols(rest), *(free_symbols(z) if z is not None else ())}:
            continue
        if max(cs) - min(cs) > NEAR or fixed and not 0 <= min(cs) <= max(cs) <= NEAR:
            continue
        uses += [use(f"{head}.zero", **at), use(f"{head}.one", **at)] if fixed else []
        uses += [use(f"{head}.step", n=simple(rest + c), **at) for c in range(0 if fixed else min(cs), max(cs) - 1)]
    return uses


def stepped(goal: Goal, then: Tactic = close) -> Certificate | None:
    """After the recurrences of the sequences."""
    uses = steps(goal)
    return by_laws(uses, then)(goal) if uses else then(goal)


def coefficients(head: str, n: Formula, z: Formula) -> list[Formula]:
    """a_0, a_1, a_2 with a_0 f(n, z) + a_1 f(n + 1, z) + a_2 f(n + 2, z) = 0."""
    one = lift(1)
    return {"legendre": [n + 1, -(2 * n + 3) * z, n + 2], "hermite": [2 * (n + 1), -2 * z, one], "laguerre": [n + 1, -(2 * n + 3 - z), n + 2],
            "chebyshevt": [one, -2 * z, one], "chebyshevu": [one, -2 * z, one], "fibonacci": [-one, -one, one]}[head]


def candidates(goal: Goal, n: Formula) -> Iterator[list[Formula]]:
    """Recurrences that both sides may satisfy."""
    for (head, z, rest), cs in indices(goal.claim).items():
        step = (affine(rest) or {}).get(n, Fraction(0))
        at = z if z is not None else lift(0)
        for c in dict.fromkeys(cs):
            if step == 1:
                yield coefficients(head, n + c if c else n, at)
                yield coefficients(head, n + c if c else n, -at)
            elif step == 2 and at == lift(0) and head != "fibonacci":
                a = coefficients(head, 2 * n + c if c else 2 * n, at)
                yield [a[0], a[2]]


def search(goal: Goal) -> Certificate | None:
    """By the recurrences themselves, by one that both sides satisfy, or by induction."""
    if goal.claim.head not in ("eq", "le", "lt", "ne") or not indices(goal.claim):
        return None
    found = stepped(goal)
    if found is not None or goal.claim.head != "eq":
        return found
    for n, base in bounded(goal):
        if any(h.args[0].head != "num" for h in goal.hyps if n.args[0] in free_symbols(h)):
            continue
        if any(g.head == "sum" for g in parts(goal.claim)):
            found = induction(n, base, first=stepped, step=stepped)(goal)
        tried: list[str] = []
        for a in candidates(goal, n) if found is None else ():
            if repr(a) not in tried and len(tried) < 6:
                tried.append(repr(a))
                starts = {f"initial{j}": stepped for j in range(len(a) - 1)}
                found = found or recurrence(n, a, 0, base=base, left=stepped, right=stepped, lead=sign, **starts)(goal)
        if found is not None:
            return found
    return None
