"""The automatic prover for claims that come without a proof: decision procedures first, then one structural step and again."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ..certificates import Certificate, Goal
from ..formula import Formula, free_symbols, heads, lift, parts
from . import (binomials, branches, combine, constants, convolutions, cover, dirichlet, divisors, expansions, factorials, floors, growth,
               homogeneous, inequalities, integers, integrals, known_series, laws, orders, partial_sums, polynomials, reindex,
               removable, sequences, sos, stirling, telescope, terminating, termwise, vectors)
from .combine import Tactic, accepted, cases, derivative, induction, monotone, normal, rule, sign, sturm

METHODS: tuple[Tactic, ...] = (  # in order of cost
    lambda goal: stirling.search(goal, lambda g: search(g, 1)),
    growth.search,
    cover.search,
    telescope.search,
    terminating.search,
    reindex.search,
    integers.search,
    sequences.search,
    binomials.search,
    expansions.search,
    divisors.search,
    dirichlet.search,
    known_series.search,
    factorials.search,
    convolutions.search,
    orders.search,
    floors.search,
    partial_sums.search,
    laws.search,
    branches.search,
)
DEPTH = 3
DEFINED = {"conj", "re", "im", "sign", "coth", "sech", "csch", "erfc", "sinc", "fibonacci", "lucas", "chebyshevt", "chebyshevu", "abs"}


def algebraic(goal: Goal) -> Certificate | None:
    """A relation between algebraic constants."""
    return None if free_symbols(goal.claim) else accepted(goal, lambda: {"rule": "algebraic"})


def decide(goal: Goal) -> Certificate | None:
    """What is decided at once."""
    for tactic in (normal, sign, sturm, algebraic, constants.search):
        found = tactic(goal)
        if found is not None:
            return found
    return None


def squares(then: Tactic) -> Tactic:
    """Both sides are non-negative: compare their squares."""
    return rule("squares", {}, left=sign, right=sign, then=then)


def after_definitions(goal: Goal) -> Certificate | None:
    """After the definitions are put in, directly or by squares."""
    found = decide(goal)
    if found is None and {"sqrt", "abs"} & heads(goal.claim) and goal.claim.head in ("eq", "le", "lt"):
        found = squares(decide)(goal)
    return found


def definitions(goal: Goal) -> Iterator[Tactic]:
    claim = goal.claim
    names = free_symbols(claim)
    constants = any(f == Formula("const", ("golden_ratio",)) for f in parts(claim))
    if not (DEFINED & heads(claim)) and not constants and not any(f.args[1] == "complex" for f in names.values()):
        return
    for name, f in names.items():
        if f.args[1] in ("complex", "real") and {"chebyshevt", "chebyshevu"} & heads(claim):
            yield rule("definition", {"cheb": name, "parts": False}, then=after_definitions)
    yield rule("definition", {"parts": False}, then=after_definitions)
    if any(f.args[1] == "complex" for f in names.values()):
        yield rule("definition", {"parts": True}, then=after_definitions)


def first_definition(goal: Goal) -> Certificate | None:
    """By the definitions alone."""
    return next((found for tactic in definitions(goal) if (found := tactic(goal)) is not None), None)


def anchors(goal: Goal, x: Formula) -> list[Formula]:
    """Points where the two sides may be compared: ends of the domain of x, 0, 1 and -1."""
    ends = [g for h in goal.hyps if h.head in ("lt", "le") and x in h.args for g in h.args if g != x and not free_symbols(g)]
    return list(dict.fromkeys([*ends, lift(0), lift(1), lift(-1)]))


def structural(goal: Goal, depth: int) -> Iterator[Tactic]:
    claim = goal.claim
    names = free_symbols(claim)

    def again(g: Goal) -> Certificate | None:
        return search(g, depth - 1)
    if {"sqrt", "abs"} & heads(claim) and claim.head in ("eq", "le", "lt"):
        yield squares(again)
    real = [f for f in names.values() if f.args[1] == "real"]
    for x in real if claim.head == "eq" else []:
        for c in anchors(goal, x):
            yield derivative(x, c, slope=decide, value=decide)
    for x in real if claim.head in ("lt", "le") else []:
        for c in anchors(goal, x):
            for strict in ("slope", "value") if claim.head == "lt" else (None,):
                yield monotone(x, c, strict, slope=again, value=decide)
    if claim.head in ("lt", "le") and len(real) == 1 and len(names) == 1 and depth > 1:
        yield cases(real[0], below=again, at=decide, above=again)
    if claim.head == "eq" and claim.args[0].head == "ndiff":
        for base in (0, 1):
            yield rule("orders", {"base": base}, first=again, step=again)
    for on in dict.fromkeys(places(goal)) if claim.head in ("lt", "le") and depth == DEPTH else ():
        yield cases(on, below=laws.search, at=lambda g: decide(g) or laws.search(g), above=laws.search)
    for f in names.values():
        if f.args[1] == "integer" and claim.head != "ne":
            for h in goal.hyps:
                if h.head in ("le", "lt") and h.args[1] == f and h.args[0].head == "num":
                    base = int(h.args[0].args[0]) + (h.head == "lt")
                    yield induction(f, base, first=decide, step=decide)


def places(goal: Goal) -> Iterator[Formula]:
    """n - c for integers c at which the claim may be of another kind: where |n - c| turns, and at the least n."""
    for f in parts(goal.claim):
        place = sequences.affine(f.args[0]) if f.head == "abs" else None
        if place is not None and [c for x, c in place.items() if x is not None and c] in ([1], [-1]):
            (x, c), = [(x, c) for x, c in place.items() if x is not None and c]
            if x is not None and x.args[1] == "integer" and (at := -place.get(None, Fraction(0)) / c).denominator == 1:
                yield x - lift(at)
    for n, base in sequences.bounded(goal) if "abs" in heads(goal.claim) else ():
        yield n - lift(base)


def search(goal: Goal, depth: int = DEPTH) -> Certificate | None:
    """A certificate for the goal, or None.  `depth` bounds how many structural steps are nested."""
    found = decide(goal)
    if found is not None or depth <= 0 or goal.claim.head not in ("eq", "ne", "lt", "le"):
        return found
    for tactic in definitions(goal):  # a condition on a new variable is seen from above only
        if (found := tactic(goal)) is not None and accepted(goal, lambda: found or {}) is not None:
            return found
    found = vectors.search(goal) or polynomials.search(goal) or sos.search(goal)
    if found is None and depth == DEPTH:
        found = homogeneous.search(goal, search) or inequalities.search(goal) or removable.search(goal, lambda g: search(g, 1))
    if found is not None:
        return found
    if depth == DEPTH and (found := termwise.search(goal, lambda g: search(g, 1) or inequalities.search(g))) is not None:
        return found
    if {"integral", "limit"} & heads(goal.claim):
        found = integrals.search(goal, lambda g: search(g, 1), lambda g: decide(g) or first_definition(g) or sequences.stepped(g))
        if found is not None:
            return found
    for tactic in METHODS:
        if (found := tactic(goal)) is not None:
            return found
    if depth == DEPTH:
        found = removable.at_zero(goal, lambda g: search(g, 1)) or removable.on_paths(goal, lambda g: branches.contradictory(g) or laws.search(g))
        if found is not None:
            return found
    for tactic in structural(goal, depth):
        if (found := tactic(goal)) is not None:
            return found
    return None


__all__ = ["combine", "search"]
