"""Claims held against points: where a claim of a user fails, where it agrees and to how many digits, where it is not defined.

Goals about numbers are read on the principal branches (`kernel.special`) at the points of `kexue.draw`; goals with vectors and
matrices in the reals (`kernel.balls`) at those of `kexue.sample`.  A failure counts when the kernel accepts it as a witness."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from math import floor
from typing import Any

from flint import acb, arb, ctx, fmpq

from .certificates import Certificate, Goal
from .draw import ERRORS, F, Drawer, Values, about_numbers, at
from .formula import RELATIONS, Formula, children, eq, free_symbols, from_data, substitute, to_data
from .kernel import Accepted, refutes, special
from .kernel.balls import MATRIX, Point, instances
from .kernel.instance import instance
from .printing import text
from .plain import get, in_words, paths, put, shown, simplified
from .refute import Refutation, refute
from .sample import Sampler

UNDEFINED = "not certainly defined"  # what the kernel says of poles; of other points it says why it has no value
DIGITS = 30  # what agreement means
LOW, TIERS, PRECISIONS = 64, (64, 160, 400), (64, 160, 400, 1024, 4096)  # bits: for a first look, for points, for witnesses
COSTLY = frozenset("sum prod integral limit limit_below limit_both diff ndiff".split())
HOPELESS = 6  # undefined points of a costly claim, none agreeing, after which no more are looked at
TRIALS = 150  # points tried to make a counterexample simpler; a tenth of that where each of them is costly
BRANCHES = 12  # ways to meet disjunctions that are followed


@dataclass
class Looked:
    """What the points said: how many agree, and the points of each other kind."""

    agree: int = 0
    admissible: int = 0
    undefined: list[tuple[Values, str]] = field(default_factory=list)
    unclear: list[Values] = field(default_factory=list)
    failed: list[tuple[Goal, Values]] = field(default_factory=list)
    points: list[Values] = field(default_factory=list)


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
def points(goal: Goal, label: str, count: int, attempts: int) -> Iterator[tuple[Goal, Values]]:
    """Up to about `count` different admissible points, each with the goal whose hypotheses it meets."""
    if about_numbers(goal):
        yield from ((goal, values) for values in Drawer(goal, label).points(count, attempts))
        return
    ways = branches(goal)
    for way in ways:
        for values in Sampler(way, label).points(max(count // len(ways), 4), attempts):
            yield way, values


def look(goal: Goal, label: str = "look", count: int = 16, attempts: int = 60, stop: bool = True, into: Looked | None = None) -> Looked:
    """Hold the claim against `count` points that are not in `into` yet, and add what they say to it; with `stop`, end at the first
    failure.  What has been found so far stays in `into` when time runs out."""
    out = Looked() if into is None else into
    seen, dear = [repr(sorted(v.items())) for v in out.points], costly(goal.claim)
    for way, values in points(goal, label, count, attempts):
        if repr(sorted(values.items())) in seen:
            continue
        out.admissible += 1
        out.points.append(values)
        kind, why = judged(goal, values)
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
            if dear and len(out.undefined) >= HOPELESS and not out.agree:
                return out
    return out


def judged(goal: Goal, values: Values, tiers: tuple[int, ...] = TIERS) -> tuple[str, str]:
    """agree, fails, unclear or undefined (with the reason): the claim at one admissible point, at rising precision."""
    kind, why = "unclear", ""
    for bits in tiers:
        try:
            with ctx.workprec(bits):
                kinds = [_relation(here, f) for here, f in _here(goal.claim, values)]
        except ERRORS as err:
            kind, why = "undefined", str(err)
            continue
        kind = next((k for k in ("fails", "unclear") if k in kinds), "agree")
        if kind != "unclear":
            break
    return kind, why


def _here(claim: Formula, values: Values) -> Iterator[tuple[Any, Formula]]:
    """The point, and the relations that the claim makes there."""
    if any(isinstance(v, list) for v in values.values()) or claim.head not in (*RELATIONS, "and", "or", "not"):
        yield from ((Point(values, bound), f) for f, bound in instances(claim, values))
    elif all(isinstance(v, (Fraction, tuple)) for v in values.values()):
        here = at(values)
        yield from ((here, f) for f in (claim.args if claim.head == "and" else (claim,)))
    else:
        yield from ((Point(values, bound), f) for f, bound in instances(claim, values))


def truth(here: Any, f: Formula) -> bool | None:
    """Whether a relation certainly holds or certainly fails at a point."""
    holds: bool | None = here.holds(f) if isinstance(here, special.At) else here.truth(f)[0]
    return holds


def _relation(here: Any, f: Formula) -> str:
    holds = truth(here, f)
    if holds is not None:
        return "agree" if holds else "fails"
    if f.head not in ("eq", "le") or not close(here.of(f.args[0]), here.of(f.args[1])):
        return "unclear"
    return "agree"


def close(u: Any, v: Any) -> bool:
    """Whether two values certainly differ by less than 10^-30 of their size (or of 1)."""
    if isinstance(u, MATRIX) or isinstance(v, MATRIX):
        return all(close(x, y) for x, y in zip(u.entries(), v.entries(), strict=True))
    gap, size = acb(u) - acb(v), abs(acb(u)) + 1
    return bool(abs(gap) < size * arb(10) ** -DIGITS)


# --------------------------------------------------------------------------------------------------------- counterexamples
def accepted(goal: Goal, certificate: Certificate) -> Accepted:
    """The kernel's answer to a witness; raises Rejected."""
    if certificate["rule"] == "instance":
        return instance(goal, certificate)
    return special.witness(goal, certificate) if certificate["rule"] == "point" else refutes(goal, certificate)


def certified(goal: Goal, values: Values, tiers: tuple[int, ...] = PRECISIONS) -> tuple[Certificate, str] | None:
    """The witness at this point, accepted by the kernel, with its trust; None where the claim does not certainly fail."""
    rule = "point" if about_numbers(goal) and all(isinstance(v, (Fraction, tuple)) for v in values.values()) else "witness"
    for prec in tiers:
        certificate = {"rule": rule, "values": {k: _data(v) for k, v in sorted(values.items())}, "prec": prec}
        try:
            return certificate, accepted(goal, certificate).trust
        except ERRORS:
            continue
    return None


def counterexample(goal: Goal, values: Values) -> Refutation | None:
    """The failure at this point made as simple as it goes, or None where the kernel does not accept it."""
    first = certified(goal, values)
    return None if first is None else plainest(goal, values, first)


def plainest(goal: Goal, values: Values, first: tuple[Certificate, str]) -> Refutation:
    """An accepted failure made as simple as it goes."""
    bits = (int(first[0]["prec"]),)
    trials = TRIALS // 10 if costly(goal.claim) else TRIALS
    better = simplified(values, lambda v: certified(goal, v, bits) is not None, trials)
    return presented(goal, *(certified(goal, better, bits) or first))


def presented(goal: Goal, certificate: Certificate, trust: str) -> Refutation:
    """A witness that the kernel accepts, with the point and both sides in words."""
    return Refutation(goal, certificate, *sides(goal, certificate), trust)


def sides(goal: Goal, certificate: Certificate) -> tuple[dict[str, str], str, str]:
    """The exact point of a witness in words, and both sides of the claim there, to as many digits as tell them apart."""
    if certificate["rule"] == "instance":
        exact = {k: from_data(v) for k, v in certificate["values"].items()}
        with ctx.workprec(PRECISIONS[2]):
            left, right = (shown(at({}).of(substitute(side, exact)), 12) for side in goal.claim.args)
        return {k: text(v) for k, v in exact.items()}, left, right
    values = values_of(certificate)
    where = {k: in_words(v) for k, v in values.items()}
    out: tuple[str, ...] = ()
    for bits in (int(certificate["prec"]), *TIERS[1:], *PRECISIONS[3:4]):
        try:
            with ctx.workprec(bits):
                claims = list(_here(goal.claim, values))
                here, f = next((c for c in claims if truth(*c) is False), claims[0])
                both = [here.of(x) for x in f.args]
        except ERRORS:
            continue
        for digits in (12, 20, 40):
            texts = [shown(v, digits) for v in both]
            out = tuple(shown(v, 6, ball=True) for v in both)
            decimals = sorted(shown(v, digits, fraction=False) for v in both)
            if len(both) == 1 or not decimals[1].startswith(decimals[0]):  # 0.6 may be 0.61 cut short
                return where, texts[0], texts[1] if len(texts) > 1 else f.head
    if len(out) != 2:
        raise ValueError("the sides have no value there")
    return where, out[0], out[1]


def values_of(certificate: Certificate) -> Values:
    """The values of a witness: numbers, pairs of them for complex numbers, lists of them, formulas."""
    pairs = certificate["rule"] == "point"

    def of(v: Any) -> Any:
        if isinstance(v, list):
            if pairs:
                return tuple(map(Fraction, v))
            plain_number = not v or not isinstance(v[0], str) or v[0].lstrip("-").replace("/", "").isdigit()
            return [of(x) for x in v] if plain_number else from_data(v)
        return Fraction(v)
    return {k: of(v) for k, v in certificate["values"].items()}


def _data(v: Any) -> Any:
    return [_data(x) for x in v] if isinstance(v, (list, tuple)) else to_data(v) if isinstance(v, Formula) else str(v)


def costly(f: Formula) -> bool:
    """Whether a formula is dear to evaluate."""
    return f.head in COSTLY or any(map(costly, children(f)))


# ------------------------------------------------------------------------------------------------------------- the long way
def downhill(goal: Goal, starts: list[Values], budget: int) -> Refutation | None:
    """A counterexample to an inequality, walked to from the points where it is nearest to failing."""
    if not about_numbers(goal):
        for way in branches(goal):
            found = refute(way, budget=budget)
            if found is not None and (better := counterexample(way, values_of(found.certificate))) is not None:
                return better
        return None
    ranked = sorted((r, i) for i, v in enumerate(starts) if (r := room(goal, v)) is not None)
    for i, step in [(i, F(1)) for _, i in ranked[:3]] + [(i, F(1, 8)) for i in _hollows(starts, ranked)[:4]]:
        if (found_ := _walked(goal, starts[i], step, budget)) is not None:
            return found_
    return None


def _hollows(starts: list[Values], ranked: list[tuple[float, int]]) -> list[int]:
    """Of the points of a single variable those with less room than their neighbours: a long step would leave their hollow."""
    if not ranked or len(starts[0]) != 1 or any(isinstance(v, tuple) for v in starts[0].values()):
        return []
    rooms = {i: r for r, i in ranked}
    line = sorted(rooms, key=lambda i: next(iter(starts[i].values())))
    lowest = [i for k, i in enumerate(line) if all(rooms[i] <= rooms[j] for j in line[max(k - 1, 0):k + 2])]
    return sorted(lowest, key=lambda i: (rooms[i], i))


def _walked(goal: Goal, values: Values, step: Fraction, left: int) -> Refutation | None:
    """Coordinate search for the least room, with steps that halve."""
    best = room(goal, values)
    while best is not None and left > 0 and step > F(1, 2 ** 60):
        moved = False
        for path in paths(values):
            for sign in (1, -1):
                trial = put(values, path, get(values, path) + sign * step)
                left -= 1
                gap = room(goal, trial)
                if gap is not None and gap < best and admissible(goal, trial):
                    best, values, moved = gap, trial, True
                    if best < 0 and (found := counterexample(goal, values)) is not None:
                        return found
                    break
        step = step * 2 if moved else step / 2
    return None


def scan(goal: Goal, most: int) -> Refutation | None:
    """The first counterexample among `most` consecutive values of the only variable, an integer; None where there are other variables."""
    symbols = {n: s for f in (*goal.hyps, goal.claim) for n, s in free_symbols(f).items()}
    if len(symbols) != 1 or next(iter(symbols.values())).args[1] != "integer":
        return None
    (name,) = symbols
    low = [floor(h.args[0].args[0]) for h in goal.hyps if h.head in ("lt", "le") and h.args[0].head == "num" and h.args[1].head == "sym"]
    start = max(low, default=0)
    for n in range(start, start + most):
        values: Values = {name: F(n)}
        if admissible(goal, values) and judged(goal, values, (LOW,))[0] == "fails" and (found := counterexample(goal, values)) is not None:
            return found
    return None


def room(goal: Goal, values: Values) -> float | None:
    """How far an inequality is from failing at a point; None where that has no meaning."""
    try:
        with ctx.workprec(TIERS[1]):
            here = at(values)
            gap = here.of(goal.claim.args[1]) - here.of(goal.claim.args[0])
            return float(arb(gap).mid()) if isinstance(gap, (arb, fmpq)) else None
    except ERRORS:
        return None


def admissible(goal: Goal, values: Values) -> bool:
    try:
        with ctx.workprec(LOW):
            here = at(values)
            return all(here.holds(h) is True for h in goal.hyps)
    except ERRORS:
        return False


def holds_at(conditions: tuple[Formula, ...], values: Values) -> bool:
    """Whether no condition certainly fails at the point; a term that is certainly not defined there fails its condition."""
    for c in conditions:
        try:
            with ctx.workprec(LOW):
                if c.head == "defined":
                    if about_numbers(Goal((), eq(c.args[0], 0))):
                        at(values).of(c.args[0])
                elif any(truth(here, f) is False for here, f in _here(c, values)):
                    return False
        except ERRORS as err:
            if c.head == "defined" and UNDEFINED in str(err):
                return False
    return True
