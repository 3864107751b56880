"""Claims held against points: where a claim of a user fails, where it agrees and to how many digits, where it is not defined.

The points come from `kexue.sample`, with values of our own for complex numbers and for single integers; a failure counts when the
kernel accepts it as a witness.  The same goal always meets the same points."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from math import ceil, floor
from typing import Any

from flint import acb, arb, ctx

from .certificates import Certificate, Goal
from .formula import Formula, I, children, from_data, lift, to_data
from .kernel import Rejected, refutes
from .kernel.balls import MATRIX, UNDEFINED, Point, instances
from .refute import refute
from .refute import shown as shown_real
from .sample import Sampler, Values

F = Fraction
DIGITS, BITS = 30, 160  # what agreement means, and the precision at which points are looked at
PRECISIONS = (64, 256, 1024, 4096)
BRANCHES = 12  # ways to meet disjunctions that are followed
ERRORS = (Rejected, *UNDEFINED, SystemError)
PLANE = [(F(a), F(b)) for a, b in (  # complex points: inside and outside the circle, the axes, both sides of the cuts
    ("1/3", "1/5"), ("-1/2", "3/4"), ("-2", "0"), ("2", "1"), ("0", "1"), ("-1", "-1/3"), ("0", "-2"), ("3", "-2"), ("1/2", "0"),
    ("-1", "0"), ("3/5", "4/5"), ("-5/2", "1/100"), ("-5/2", "-1/100"), ("0", "3"), ("1", "0"), ("-1/3", "0"), ("5", "4"),
    ("-4", "-5"), ("0", "-1/2"), ("1/10", "-7"), ("-7/3", "2/7"), ("-3", "0"), ("9/2", "0"), ("0", "7/2"), ("-1/7", "1/9"),
    ("12", "-1/3"), ("0", "0"), ("2", "-3"))]
STRIDES = (1, 5, 11, 3)


@dataclass
class Looked:
    """What the points said: how many agree, and the first points of each other kind."""

    agree: int = 0
    admissible: int = 0
    undefined: list[tuple[Values, str]] = field(default_factory=list)
    unclear: list[Values] = field(default_factory=list)
    failed: list[tuple[Goal, Values]] = field(default_factory=list)
    points: list[Values] = field(default_factory=list)


@dataclass(frozen=True)
class Counterexample:
    """A certified failure: at which exact values, and the two sides there."""

    goal: Goal
    certificate: Certificate
    at: dict[str, str]
    lhs: str
    rhs: str
    trust: str


def branches(goal: Goal) -> list[Goal]:
    """Goals whose hypotheses have no `or`, each of them a way to meet those of the goal: what fits one of them fits the goal."""
    ways = []
    for h in goal.hyps:
        parts = list(h.args) if h.head == "or" else [h]
        ways.append(sorted(parts, key=lambda p: p.head not in ("ne", "lt")))
    out = []
    for chosen in product(*ways):
        flat: list[Formula] = []
        for h in chosen:
            flat += [x for x in (h.args if h.head == "and" else (h,)) if x not in flat]
        if any(h.head == "or" for h in flat):
            out += branches(Goal(tuple(flat), goal.claim))
        else:
            out.append(Goal(tuple(flat), goal.claim))
        if len(out) >= BRANCHES:
            break
    return out[:BRANCHES]


# --------------------------------------------------------------------------------------------------------------- points
def points(goal: Goal, label: str, count: int, attempts: int) -> Iterator[Values]:
    """Up to `count` different admissible points of a goal without disjunctions."""
    sampler = Sampler(goal, label)
    free = [n for n in sampler.order if n not in sampler.defined and isinstance(sampler.sorts[n], str)]
    said = numbers(goal)
    low = {h.args[1].args[0]: ceil(h.args[0].args[0]) for h in goal.hyps if h.head in ("lt", "le") and h.args[0].head == "num"
           and h.args[1].head == "sym"}
    seen: set[str] = set()
    for i in range(attempts):
        sampler.fixed = fixed = chosen(sampler.sorts, free, said, low, i)
        point = sampler.draw(i)
        if point is None and fixed:
            sampler.fixed = {}
            point = sampler.draw(i)
        if point is not None and (key := repr(sorted(point.items()))) not in seen:
            seen.add(key)
            yield point
            if len(seen) >= count or not sampler.order:
                return


def chosen(sorts: dict[str, Any], free: list[str], said: list[Fraction], low: dict[str, int], i: int) -> Values:
    """Values of our own for the i-th point: the plane for complex numbers, one integer after the other where there is but one,
    and the numbers that the claim itself mentions, where it most easily breaks."""
    out: Values = {}
    for k, name in enumerate(n for n in free if sorts[n] == "complex" and i % 4 != 3):
        u, v = PLANE[(i * STRIDES[k % 4] + 7 * k) % len(PLANE)]
        out[name] = lift(u) + lift(v) * I
    for k, name in enumerate(n for n in free if sorts[n] in ("integer", "real") and said and i % 3 == 2):
        q = said[(i // 3 + 3 * k) % len(said)]
        out[name] = q if sorts[name] == "real" else F(floor(q))
    if len(free) == 1 and sorts[free[0]] == "integer" and i >= 9 and not out:
        out[free[0]] = F(low.get(free[0], 0) + i)
    return out


def numbers(goal: Goal) -> list[Fraction]:
    """The numbers in a goal, their neighbours, and the reciprocals of those between 0 and 1; the greatest at the end."""
    found: set[Fraction] = set()

    def walk(f: Formula) -> None:
        if f.head == "num":
            q = f.args[0]
            found.update(x for x in (q, q - 1, q + 1, 1 / q if 0 < abs(q) < 1 else q, F(q.denominator)) if abs(x) < 10 ** 5)
        elif f.head == "div" and f.args[1].head == "num":
            found.update((f.args[1].args[0], -f.args[1].args[0]))
        for x in children(f):
            walk(x)
    for f in (*goal.hyps, goal.claim):
        walk(f)
    return sorted(found, key=lambda q: (abs(q), q))[:24]


def look(goal: Goal, label: str = "look", count: int = 16, attempts: int = 60, stop: bool = True) -> Looked:
    """Hold the claim against `count` points for each branch; with `stop`, end at the first failure."""
    out = Looked()
    ways = branches(goal)
    for way in ways:
        for values in points(way, label, max(count // len(ways), 4), attempts):
            out.admissible += 1
            out.points.append(values)
            kind, why = judged(goal, values, BITS if out.agree or goal.claim.head == "eq" else PRECISIONS[0])
            if kind == "agree":
                out.agree += 1
            elif kind == "fails":
                out.failed.append((way, values))
                if stop:
                    return out
            elif kind == "unclear":
                out.unclear.append(values)
            else:
                out.undefined.append((values, why))
    return out


def judged(goal: Goal, values: Values, prec: int) -> tuple[str, str]:
    """agree, fails, unclear or undefined (with the reason): the claim at one admissible point."""
    try:
        with ctx.workprec(prec):
            kinds = [_relation(Point(values, bound), f) for f, bound in instances(goal.claim, values)]
    except ERRORS as err:
        return "undefined", str(err)
    return next((k for k in ("fails", "unclear") if k in kinds), "agree"), ""


def _relation(point: Point, f: Formula) -> str:
    holds = point.truth(f)[0]
    if holds is not None:
        return "agree" if holds else "fails"
    if f.head not in ("eq", "le") or not close(point.of(f.args[0]), point.of(f.args[1])):
        return "unclear"
    return "agree"


def close(u: Any, v: Any) -> bool:
    """Whether two values certainly differ by less than 10^-30 of their size (or of 1)."""
    if isinstance(u, MATRIX) or isinstance(v, MATRIX):
        return all(close(x, y) for x, y in zip(u.entries(), v.entries(), strict=True))
    gap, size = acb(u) - acb(v), abs(acb(u)) + 1
    return bool(abs(gap) < size * arb(10) ** -DIGITS)


def agreement(goal: Goal, values: Values, prec: int) -> bool:
    """Whether the claim still agrees at a higher precision."""
    return judged(goal, values, prec)[0] == "agree"


# --------------------------------------------------------------------------------------------------------- counterexamples
def certified(goal: Goal, values: Values) -> tuple[Certificate, str] | None:
    """The witness at this point, accepted by the kernel, with its trust; None where the claim does not certainly fail."""
    for prec in PRECISIONS:
        certificate = {"rule": "witness", "values": {k: _data(v) for k, v in sorted(values.items())}, "prec": prec}
        try:
            return certificate, refutes(goal, certificate).trust
        except ERRORS as err:
            if judged(goal, values, prec)[0] == "agree" and goal.claim.head in ("ne", "lt", "le"):
                return None
            if isinstance(err, Rejected) and "numeric meaning" in str(err):
                return None
    return None


def counterexample(goal: Goal, values: Values) -> Counterexample | None:
    """The failure at this point made as simple as it goes, or None where the kernel does not accept it."""
    if certified(goal, values) is None:
        return None
    values = shrunk(goal, values)
    found = certified(goal, values)
    if found is None:
        return None
    certificate, trust = found
    at, lhs, rhs = sides(goal, certificate)
    return Counterexample(goal, certificate, at, lhs, rhs, trust)


def sides(goal: Goal, certificate: Certificate) -> tuple[dict[str, str], str, str]:
    """The exact point of a witness in words, and both sides of the claim there."""
    from .printing import text
    values = _values(certificate)
    at = {k: _point(v, text) if isinstance(v, Formula) else _plain(v) for k, v in values.items()}
    with ctx.workprec(int(certificate["prec"])):
        claim = goal.claim
        failing = next(((f, b) for f, b in instances(claim, values) if Point(values, b).truth(f)[0] is False), (claim, {}))
        both = [shown(Point(values, failing[1]).of(a)) for a in failing[0].args]
    return at, both[0], both[1] if len(both) > 1 else failing[0].head


def _values(certificate: Certificate) -> Values:
    """The values of a witness: formulas are built, numbers and lists of them stay as they are."""
    return {k: from_data(v) if isinstance(v, list) and v and isinstance(v[0], str) and not _number(v[0]) else v
            for k, v in certificate["values"].items()}


def _point(v: Formula, text: Callable[[Formula], str]) -> str:
    """A complex number as people write it: -1, 2*i, 1/2 - 3*i."""
    pair = parts(v)
    if pair is None:
        return text(v)
    u, w = pair
    turn = "i" if abs(w) == 1 else f"{abs(w)}*i" if w.denominator == 1 else f"({abs(w)})*i"
    if not w:
        return str(u)
    return ("-" if w < 0 else "") + turn if not u else f"{u} {'-' if w < 0 else '+'} {turn}"


def shown(v: Any) -> str:
    """A value in words, a complex one without the part that is exactly 0."""
    if not isinstance(v, acb):
        return shown_real(v)
    if v.imag == 0:
        return shown_real(_exact(v.real))
    turn = f"{shown_real(_exact(abs(v.imag)))}*i"
    sign = "-" if v.imag < 0 else "+"
    return f"{shown_real(_exact(v.real))} {sign} {turn}" if v.real != 0 else ("-" if sign == "-" else "") + turn


def _exact(x: arb) -> Any:
    return x.fmpq() if x.is_exact() and abs(x.man_exp()[1]) < 64 else x


def _number(s: str) -> bool:
    return s.lstrip("-").replace("/", "").isdigit()


def _plain(v: Any) -> str:
    return "(" + ", ".join(map(_plain, v)) + ")" if isinstance(v, list) else str(v)


def _data(v: Any) -> Any:
    return [_data(x) for x in v] if isinstance(v, list) else to_data(v) if isinstance(v, Formula) else str(v)


def downhill(goal: Goal, budget: int) -> Counterexample | None:
    """A counterexample by the longer search of `kexue.refute`, which walks inequalities downhill."""
    for way in branches(goal):
        found = refute(way, budget=budget)
        if found is not None:
            values = {k: v if isinstance(v, Formula) else _fractions(v) for k, v in _values(found.certificate).items()}
            better = counterexample(way, values)
            if better is not None:
                return better
    return None


def _fractions(v: Any) -> Any:
    return [_fractions(x) for x in v] if isinstance(v, list) else Fraction(v)


# ---------------------------------------------------------------------------------------------------------------- shrinking
def shrunk(goal: Goal, values: Values) -> Values:
    """A plainer failure: each number in turn is replaced by plainer ones as long as the kernel accepts the point."""
    for _ in range(2):
        before = values
        for path in list(_paths(values)):
            for q in plainer(_get(values, path)):
                trial = _set(values, path, q)
                if certified(goal, trial) is not None:
                    values = trial
                    break
        if values == before:
            break
    return values


def weight(q: Fraction) -> int:
    return abs(q.numerator) + 3 * (q.denominator - 1)


def plainer(q: Fraction) -> list[Fraction]:
    """Numbers of less weight, small ones and ones near q, the plainest first; a positive number before its negative."""
    small = [F(k) for k in (0, 1, -1, 2, -2, 3, -3)] + [F(1, 2), F(-1, 2)]
    close_by = [q.limit_denominator(k) for k in (1, 2, 4, 10, 100, 1000, 10 ** 4, 10 ** 6)]
    return sorted({x for x in (*small, *close_by) if (weight(x), x < 0) < (weight(q), q < 0)}, key=lambda x: (weight(x), x < 0))


def _paths(values: Values) -> Iterator[tuple[Any, ...]]:
    """The places of the numbers in a point; the two parts of a complex number are numbers 0 and 1 of it."""
    def inner(v: Any, at: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
        if isinstance(v, list):
            for k, x in enumerate(v):
                yield from inner(x, (*at, k))
        elif isinstance(v, Formula):
            if parts(v) is not None:
                yield from ((*at, 1), (*at, 0))
        else:
            yield at
    for name in sorted(values):
        yield from inner(values[name], (name,))


def parts(v: Formula) -> tuple[Fraction, Fraction] | None:
    """(u, w) of u + w i in the form in which complex points are written."""
    if v.head != "add" or v.args[1].head != "mul" or v.args[1].args[1] != I:
        return None
    u, w = v.args[0], v.args[1].args[0]
    return (u.args[0], w.args[0]) if u.head == w.head == "num" else None


def _get(values: Any, path: tuple[Any, ...]) -> Fraction:
    for k in path:
        values = parts(values)[k] if isinstance(values, Formula) else values[k]  # type: ignore[index]
    return Fraction(values)


def _set(values: Any, path: tuple[Any, ...], new: Fraction) -> Any:
    if not path:
        return new
    if isinstance(values, Formula):
        pair = list(parts(values) or ())
        pair[path[0]] = new
        return lift(pair[0]) + lift(pair[1]) * I
    copy = dict(values) if isinstance(values, dict) else list(values)
    copy[path[0]] = _set(values[path[0]], path[1:], new)
    return copy


def holds_at(conditions: tuple[Formula, ...], values: Values) -> bool:
    """Whether no condition certainly fails at the point."""
    for c in conditions:
        try:
            with ctx.workprec(PRECISIONS[0]):
                if Point(values).truth(c)[0] is False:
                    return False
        except ERRORS:
            continue
    return True


__all__ = ["Counterexample", "Looked", "branches", "certified", "counterexample", "downhill", "holds_at", "look", "sides"]
