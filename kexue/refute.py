"""Counterexamples: a point of the claim's domain where it certainly fails, accepted by the kernel.

Structured and random points come from `kexue.sample`; inequalities are also walked downhill; what is found is made simple
(small sizes, small numerators and denominators).  The same goal always gives the same counterexample."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import acb, arb, ctx, fmpq

from .certificates import Certificate, Goal
from .formula import Formula, free_symbols, to_data
from .kernel.balls import MATRIX, UNDEFINED, Point, instances, witness
from .kernel.verdict import Rejected
from .sample import Sampler, Values

PRECISIONS = (64, 256)


@dataclass(frozen=True)
class Refutation:
    """A certified counterexample: `at` is the point in words, lhs and rhs are the two sides there."""

    goal: Goal
    certificate: Certificate
    at: dict[str, str]
    lhs: str
    rhs: str
    trust: str


def refute(goal: Goal, hint: dict[str, Any] | None = None, budget: int = 400) -> Refutation | None:
    """A counterexample found in about `budget` evaluations, or None.  `hint` gives some of the values to try first.
    Goals with function symbols are not refuted."""
    if goal.claim.head not in ("eq", "ne", "lt", "le", "even", "odd", "every", "spd", "symmetric", "orthogonal", "invertible"):
        return None
    try:
        if any(s.args[1] == ("function",) for f in (*goal.hyps, goal.claim) for s in free_symbols(f).values()):
            return None
        found = next(_candidates(goal, hint or {}, budget), None)
    except TypeError:  # a symbol with two sorts
        return None
    return None if found is None else _report(goal, _simple(goal, found, frozenset(hint or ())))


def _candidates(goal: Goal, hint: dict[str, Any], budget: int) -> Iterator[Values]:
    """Points where the kernel confirms the failure."""
    if hint:
        fixed = {k: _value(v) for k, v in hint.items()}
        for i in range(20):
            point = Sampler(goal, "hint", fixed=fixed).draw(i)
            if point is not None and _accepted(goal, point):
                yield point
    sampler = Sampler(goal, "refute")
    seen: list[tuple[float, int, Values]] = []
    still = not sampler.order
    for i in range(1 if still else budget):
        point = sampler.draw(i)
        if point is None:
            continue
        room = _room(goal, point)
        if room is None:
            continue
        if room <= 0 and _accepted(goal, point):
            yield point
        seen.append((room, i, point))
    if goal.claim.head in ("lt", "le") and not still:
        for _, _, point in sorted(seen, key=lambda s: s[:2])[:3]:
            yield from _downhill(goal, point, budget // 2)


def _room(goal: Goal, point: Values) -> float | None:
    """A number that is at most 0 where the claim may fail, and small where it nearly does; None where it is undefined."""
    try:
        with ctx.workprec(PRECISIONS[0]):
            claim = goal.claim
            if claim.head in ("lt", "le"):
                gap = Point(point).of(claim.args[1]) - Point(point).of(claim.args[0])
                gap = gap if isinstance(gap, (arb, fmpq)) else arb(0)
                return float(arb(gap).lower())
            verdicts = [Point(point, bound).truth(f)[0] for f, bound in instances(claim, point)]
            return 1.0 if verdicts.count(True) == len(verdicts) else 0.0
    except (Rejected, *UNDEFINED):
        return None


def _accepted(goal: Goal, point: Values) -> tuple[Certificate, str] | None:
    for prec in PRECISIONS:
        certificate = {"rule": "witness", "values": {k: _data(v) for k, v in sorted(point.items())}, "prec": prec}
        try:
            return certificate, witness(goal, certificate).trust
        except Rejected:
            continue
    return None


def _downhill(goal: Goal, start: Values, budget: int) -> Iterator[Values]:
    """Coordinate search for the least room, with steps that halve."""
    best, point = _room(goal, start), start
    step = Fraction(1)
    while best is not None and budget > 0 and step > Fraction(1, 2 ** 24):
        improved = False
        for path in _paths(point):
            if isinstance(_get(point, path), Formula):
                continue
            for sign in (1, -1):
                budget -= 1
                moved = _set(point, path, _get(point, path) + sign * step)
                room = _room(goal, moved)
                if room is not None and room < best and _legal(goal, moved):
                    best, point, improved = room, moved, True
                    if best <= 0 and _accepted(goal, point):
                        yield point
                        return
                    break
        step = step if improved else step / 2


def _legal(goal: Goal, point: Values) -> bool:
    try:
        with ctx.workprec(PRECISIONS[0]):
            return all(Point(point, b).truth(f)[0] for h in goal.hyps for f, b in instances(h, point))
    except (Rejected, *UNDEFINED):
        return False


# --------------------------------------------------------------------------------------------------------- simplification
def _simple(goal: Goal, point: Values, keep: frozenset[str]) -> Values:
    """A smaller counterexample: fewer dimensions first, then plainer numbers one at a time.  What the hint gave is kept
    where it is part of a counterexample."""
    sizes = [n for n in Sampler(goal).sizes if n in point and not keep]
    for name in sizes:
        for size in range(1, int(point[name])):
            sampler = Sampler(goal, "shrink", fixed={name: Fraction(size)})
            smaller = next((p for i in range(12) if (p := sampler.draw(i)) is not None and _accepted(goal, p)), None)
            if smaller is not None:
                point = smaller
                break
    for _ in range(2):
        before = point
        for path in _paths(point):
            old = _get(point, path)
            if isinstance(old, Formula) or path[0] in keep:
                continue
            for q in _plainer(old):
                trial = _set(point, path, q)
                if _accepted(goal, trial):
                    point = trial
                    break
        if point == before:
            break
    return point


def _plainer(q: Fraction) -> list[Fraction]:
    """Numbers of less weight near q or small, the plainest first."""
    def weight(x: Fraction) -> int:
        return abs(x.numerator) + 3 * (x.denominator - 1)
    small = [Fraction(k) for k in (0, 1, -1, 2, -2, 3, -3)] + [Fraction(1, 2), Fraction(-1, 2)]
    close = [q.limit_denominator(k) for k in (1, 2, 4, 10, 100, 1000, 10 ** 4, 10 ** 6)]
    return sorted({x for x in (*small, *close) if weight(x) < weight(q)}, key=lambda x: (weight(x), x < 0))


def _paths(values: Values) -> list[tuple[Any, ...]]:
    def inner(v: Any, at: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
        if isinstance(v, list):
            for k, x in enumerate(v):
                yield from inner(x, (*at, k))
        else:
            yield at
    return [p for name in sorted(values) for p in inner(values[name], (name,))]


def _get(values: Any, path: tuple[Any, ...]) -> Any:
    for k in path:
        values = values[k]
    return values


def _set(values: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(values) if isinstance(values, dict) else list(values)
    copy[path[0]] = _set(values[path[0]], path[1:], new)
    return copy


# ---------------------------------------------------------------------------------------------------------------- in words
def _value(v: Any) -> Any:
    """A value of a hint: ints, decimal strings and Fractions become Fractions, lists and formulas stay."""
    return [_value(x) for x in v] if isinstance(v, (list, tuple)) else v if isinstance(v, Formula) else Fraction(v)


def _data(v: Any) -> Any:
    return [_data(x) for x in v] if isinstance(v, list) else to_data(v) if isinstance(v, Formula) else str(v)


def shown(v: Any) -> str:
    """A value in words: 3/5, (1, 0), [[1, 2], [3, 4]], 0.693147180560."""
    if isinstance(v, MATRIX):
        rows = [[shown(x) for x in row] for row in v.tolist()]
        return "(" + ", ".join(r[0] for r in rows) + ")" if len(rows[0]) == 1 else str(rows).replace("'", "")
    if isinstance(v, list):
        return str([[shown(x) for x in r] for r in v]).replace("'", "") if v and isinstance(v[0], list) else \
            "(" + ", ".join(map(shown, v)) + ")"
    if isinstance(v, acb):
        return f"{shown(v.real)} + {shown(v.imag)} i"
    if isinstance(v, (fmpq, Fraction)) and len(str(v)) <= 24:
        return str(v)
    ball = arb(fmpq(v.numerator, v.denominator)) if isinstance(v, Fraction) else arb(v)
    return str(ball.str(12, radius=False))


def _report(goal: Goal, point: Values) -> Refutation | None:
    accepted = _accepted(goal, point)
    if accepted is None:
        return None
    certificate, trust = accepted
    with ctx.workprec(int(certificate["prec"])):
        at = {k: shown(Point(point).of(v) if isinstance(v, Formula) else v) for k, v in point.items()}
        failing = next((f, b) for f, b in instances(goal.claim, point) if Point(point, b).truth(f)[0] is False)
        sides = [shown(Point(point, failing[1]).of(a)) for a in failing[0].args]
    return Refutation(goal, certificate, at, sides[0], sides[1] if len(sides) > 1 else failing[0].head, trust)
