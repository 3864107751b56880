"""Exact points at which a claim fails: where a strict inequality is attained, where an inequation is an equation.

The point is found in floating point, guessed to be a simple multiple of pi, a root or a logarithm, and believed when the kernel accepts a proof."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import isqrt
from typing import Any

from flint import arb, ctx, fmpq

from .certificates import Certificate, Goal
from .draw import ERRORS, Values, at
from .formula import Formula, I, call, free_symbols, lift, pi, substitute, to_data
from .kernel import Rejected
from .kernel.instance import OPPOSITE, instance

F = Fraction
STEPS, NEAR, BITS, UNCLEAR = 60, 1e-9, 128, 3  # halvings, how close a guess has to be, precision, points that are tried as they are
Proving = Callable[[Goal], Certificate | None]


def guesses() -> Iterator[Formula]:
    """Constants that points of attainment like to be."""
    yield from map(lift, range(4))
    small = sorted({F(a, b) for b in (1, 2, 3, 4, 6, 8, 5) for a in range(1, 3 * b + 1)}, key=lambda q: (q.numerator + q.denominator, q))
    for q in small:
        yield lift(q) * pi if q != 1 else pi
    for q in [*small, *(F(k) for k in range(4, 12))]:
        if isqrt(q.numerator) ** 2 != q.numerator or isqrt(q.denominator) ** 2 != q.denominator:
            yield call("sqrt", q)
    for q in (F(2), F(3), F(1, 2), F(3, 2), F(4), F(5)):
        yield call("log", q)
    yield call("exp", 1)
    for q in (F(1, 2), F(2), F(-1), F(-2), F(-1, 2)):
        yield call("exp", q)
    for q in (F(2), F(3), F(4), F(5), F(6), F(7), F(1, 2), F(1, 4)):
        yield Formula("pow", (lift(q), lift(F(1, 3))))


def value(f: Formula) -> float:
    with ctx.workprec(BITS):
        return float(arb(at({}).of(f)))


def attained(goal: Goal, starts: list[Values], unclear: list[Values], prove: Proving) -> Certificate | None:
    """A certificate of the rule `instance`: where evaluation could not tell the sides apart, or near where they are closest; or None."""
    names = {n: s for f in (*goal.hyps, goal.claim) for n, s in free_symbols(f).items()}
    if goal.claim.head not in ("lt", "ne"):
        return None
    for v in unclear[:UNCLEAR] if names else [{}]:
        if (found := believed(goal, {n: constant(q) for n, q in v.items()}, prove)) is not None:
            return found
    if len(names) != 1 or next(iter(names.values())).args[1] != "real":
        return None
    (name,) = names
    gaps = {F(v[name]): g for v in starts if (g := gap(goal, name, F(v[name]))) is not None}
    line = sorted(gaps)
    low = [q for k, q in enumerate(line) if all(gaps[q] <= gaps[r] for r in line[max(k - 1, 0):k + 2])]
    known = [(value(c), c) for c in guesses()]
    for q in sorted(low, key=lambda q: (gaps[q], q))[:6]:
        here = float(nearest(goal, name, q))
        for number, c in known:
            for sign in (1, -1):
                if abs(sign * number - here) < NEAR * max(abs(here), 1e-3):
                    if (found := believed(goal, {name: c if sign > 0 else -c}, prove)) is not None:
                        return found
    return None


def constant(q: Any) -> Formula:
    """A drawn value as a formula."""
    return lift(q[0]) + lift(q[1]) * I if isinstance(q, tuple) else lift(q)


def believed(goal: Goal, values: dict[str, Formula], prove: Proving) -> Certificate | None:
    """The certificate for these values, if there is a proof that the claim fails there."""
    claim = substitute(goal.claim, values)
    opposite = Goal((), Formula(OPPOSITE[claim.head], claim.args if claim.head == "ne" else claim.args[::-1]))
    proof = prove(opposite)
    if proof is None:
        return None
    certificate = {"rule": "instance", "values": {n: to_data(c) for n, c in values.items()}, "proof": proof}
    try:
        instance(goal, certificate)
    except Rejected:
        return None
    return certificate


def gap(goal: Goal, name: str, q: Fraction) -> arb | None:
    """How far the sides are apart at a rational point."""
    try:
        with ctx.workprec(BITS):
            here = at({name: q})
            if not all(here.holds(h) is True for h in goal.hyps):
                return None
            d = here.of(goal.claim.args[1]) - here.of(goal.claim.args[0])
            return abs(arb(d)).mid() if isinstance(d, (arb, fmpq)) else None
    except ERRORS:
        return None


def nearest(goal: Goal, name: str, q: Fraction) -> Fraction:
    """Where the gap is least near q: steps that halve, until they are far below what a guess has to match."""
    best, step = gap(goal, name, q), F(1, 8)
    for _ in range(8 * STEPS):
        moved = next(((r, g) for r in (q + step, q - step) if (g := gap(goal, name, r)) is not None and best is not None and g < best), None)
        if moved is not None:
            q, best = moved
        else:
            step /= 2
        if step < F(1, 2 ** 44):
            break
    return q
