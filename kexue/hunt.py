"""The hunt for a counterexample of a claim about numbers: `hunt(goal, seconds)`.

Points are made from structured values (small ones, 0, +-1, +-i, both sides of the cuts, ends of the domain, numbers of the claim, large ones)
and pseudo-random ones, the assumptions being tested rigorously; inequalities are also walked downhill.  A failure counts when
`kernel.special.witness` accepts it, and is then made simple.  The same goal meets the same points in the same order."""

from __future__ import annotations

import random
import time
import zlib
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from flint import acb, arb, ctx, fmpq

from .certificates import Certificate, Goal
from .formula import Formula, parts
from .kernel import special
from .kernel.numbers import SCALAR, UNDEFINED
from .kernel.reals import infinite
from .kernel.verdict import Rejected
from .sample.structured import LINE, PLANE, WHOLE, convergents, pell, weight

F = Fraction
Point = dict[str, Any]  # Fraction, or a pair of Fractions
ERRORS = (Rejected, *UNDEFINED, SystemError)
SPREAD = 48  # values kept of each variable
WORK = 120_000  # operations at one point
AGREEMENT = 40  # bits to which both sides have to be known
CONSTANT = {6: (128, 256), 16: (256, 1024, 2048), 80: (256, 1024, 2048)}  # precisions at which a claim without variables is looked at again
LONG, ENDLESS = ("integral",), ("diff", "ndiff", "limit", "limit_below", "limit_both")


class Hunt:
    def __init__(self, goal: Goal, seconds: float) -> None:
        self.goal, self.until, self.early = goal, time.monotonic() + seconds, time.monotonic() + seconds / 5
        self.symbols = special.symbols(goal)
        if any(s.args[1] not in ("real", "integer", "complex") for s in self.symbols.values()):
            raise Rejected("a variable that is no number")
        self.hyps = [g for h in goal.hyps for g in conjuncts(h)]
        self.random = random.Random(zlib.crc32(repr(goal.claim).encode()))
        self.tried = self.agreed = 0
        self.names = special.Names()
        heads = {f.head for g in (goal.claim, *goal.hyps) for f in parts(g)}
        endless = any(f.head in ("sum", "prod") and any(map(infinite, f.args[2:])) for f in parts(goal.claim))
        self.wanted, self.draws_left = (6, 40) if heads & set(LONG) else (16, 80) if endless or heads & set(ENDLESS) else (80, 400)
        self.heads = heads

    # ------------------------------------------------------------------------------------------------------- evaluation
    def at(self, point: Point) -> special.At:
        return special.At({k: special.value(list(map(str, v)) if isinstance(v, tuple) else str(v)) for k, v in point.items()},
                          names=self.names, fuel=[WORK])

    def meets(self, hyps: list[Formula], point: Point) -> bool:
        try:
            with ctx.workprec(64):
                here = self.at(point)
                return all(here.holds(h) is True for h in hyps)
        except ERRORS:
            return False

    def judge(self, point: Point, prec: int) -> tuple[bool | None, float | None, int]:
        """Does the claim hold there, by how much (for inequalities), and to how many bits do the sides agree?"""
        with ctx.workprec(prec):
            here = self.at(point)
            claim = self.goal.claim
            if claim.head not in ("eq", "ne", "lt", "le"):
                return here.holds(claim), None, 0
            u, v = (here.of(a) for a in claim.args)
            holds = here.holds(claim)
            if not isinstance(u, SCALAR) or not isinstance(v, SCALAR):
                return holds, None, prec
            d = acb(u) - acb(v)
            error = arb(abs(d)).abs_upper()
            size = arb.max(arb.max(arb(abs(acb(u))).abs_upper(), arb(abs(acb(v))).abs_upper()), arb(2) ** -200)
            ratio = error / size
            bits = prec if error == 0 or ratio < arb(2) ** -prec else int(-float((ratio.log() / arb(2).log()).mid())) if ratio < 1 else 0
            gap = float((-d.real).lower() / (1 + size)) if claim.head in ("lt", "le") and size < arb(2) ** 900 else None
            return holds, gap, bits

    def fails(self, point: Point, precisions: tuple[int, ...] = (64, 128, 256)) -> Certificate | None:
        for prec in precisions:
            if prec > 256 and time.monotonic() > self.early:  # the next one takes several times as long
                return None
            try:
                certificate = {"rule": "witness", "values": {k: data(v) for k, v in sorted(point.items())}, "prec": prec}
                special.witness(self.goal, certificate)
                return certificate
            except ERRORS:
                continue
        return None

    # ----------------------------------------------------------------------------------------------------------- points
    def constants(self) -> list[Fraction]:
        """Numbers that the claim itself names."""
        found = {f.args[0]: None for g in (self.goal.claim, *self.goal.hyps) for f in parts(g) if f.head == "num"}
        return [q for q in found if abs(q) > 3 or q.denominator > 2][:6]

    def special(self, sort: str) -> list[Any]:
        """Values where the claim may change its behaviour: its own numbers; where sines of integers are extreme; solutions of Pell's equation."""
        own = [q + d for q in self.constants() for d in (F(0), F(1))]
        if sort == "complex":
            return [(q, F(0)) for q in own if q.denominator & (q.denominator - 1) == 0]
        if sort == "real":
            return own
        out = [F(round(q)) for q in own]
        if self.heads & {"sin", "cos", "tan", "cot", "sec", "csc"}:
            out += [F(p) for t in (1, 2) for p, _ in convergents(t, 14)]
        if "sqrt" in self.heads or "pow" in self.heads:
            out += [F(y) for q in self.constants() if q.denominator == 1 and 3 < q < 10 ** 5 for y in pell(int(q))]
        return out

    def bounds(self, name: str) -> tuple[list[Fraction], list[Fraction]]:
        """Rationals inside and near the lower and the upper bounds of a real variable."""
        low: list[Fraction] = []
        high: list[Fraction] = []
        for h in self.hyps:
            for side in (0, 1) if h.head in ("lt", "le") else ():
                if h.args[side].head == "sym" and h.args[side].args[0] == name and not self.names.free(h.args[1 - side]):
                    try:
                        q = special.evaluate(h.args[1 - side], {}, 64)
                        (high, low)[side].append(F(int(q.p), int(q.q)) if isinstance(q, fmpq) else F(float(q)).limit_denominator(10 ** 12))
                    except ERRORS:
                        continue
        return low, high

    def values(self, name: str) -> tuple[list[Any], list[Any]]:
        """Values of one variable that meet the conditions on it alone: ordinary ones, and special ones."""
        sort = self.symbols[name].args[1]
        own = [h for h in self.hyps if self.names.free(h) == {name}]
        made: list[Any] = []
        most = SPREAD
        if sort == "complex":
            made = [*PLANE, *((F(self.random.randint(-96, 96), 32), F(self.random.randint(-96, 96), 32)) for _ in range(12))]
            made += [(a / 8, b / 8) for a, b in PLANE[:8]] + [(a / 64, b / 64) for a, b in PLANE[:4]] + [(a * 8, b * 8) for a, b in PLANE[:6]]
        elif sort == "integer":
            low, high = self.bounds(name)
            base = max(map(round, low), default=0)
            made = [*WHOLE, *(F(base + k) for k in range(14)), *(F(round(q)) for q in high), *(F(self.random.randint(-200, 200)) for _ in range(8))]
            if len(self.symbols) == 1 and any(h.head not in ("lt", "le") for h in own):
                made, most = [*made, *map(F, range(1, 700))], 4 * SPREAD
        else:
            low, high = self.bounds(name)
            a, b = max(low, default=None), min(high, default=None)
            if a is not None and b is not None:
                made = [a + (b - a) * F(k, 64) for k in (32, 11, 53, 1, 63, 24, 41, 5, 60, 17)]
            elif a is not None or b is not None:
                end, way = (a, 1) if a is not None else (b, -1)
                made = [(end or F(0)) + way * F(q) for q in ("1/2", "2", "1/8", "5", "1/1024", "25", "1")]
            made += [*LINE[:12], *low, *high, *LINE[12:], *(F(self.random.randint(-4000, 4000), 1024) for _ in range(10))]
        out: dict[Any, None] = {}
        for v in made:
            if len(out) < most and v not in out and self.meets(own, {name: v}):
                out[v] = None
        for scale in (F(1), F(4), F(16), F(1, 8), F(64), F(1, 64)) if len(out) < 6 and sort != "integer" else ():
            for _ in range(40):
                x, y = (F(self.random.randint(-128, 128), 64) * scale for _ in range(2))
                v = (x, y) if sort == "complex" else x
                if len(out) < 10 and self.meets(own, {name: v}):
                    out[v] = None
        unusual = [v for v in dict.fromkeys(self.special(sort)) if self.meets(own, {name: v})]
        return list(out) or unusual, unusual[:40]

    def draws(self) -> Iterator[tuple[Point, bool]]:
        """Points of the domain, and whether they are special."""
        names = list(self.symbols)
        if not names:
            yield {}, True
            return
        lists = {n: self.values(n) for n in names}
        if not all(ordinary for ordinary, _ in lists.values()):
            return
        joint = [h for h in self.hyps if len(self.names.free(h)) != 1]
        defined = [d for d in map(self.definition, joint) if d is not None]
        seen: set[Any] = set()
        found = 0
        for point, unusual in self.raw(names, lists):
            for name, f in defined:
                self.assign(point, name, f)
            key = tuple(point.values())
            if key not in seen:
                seen.add(key)
                if joint and not self.meets(joint, point):
                    point = next((p for p in self.repaired(point, joint) if self.meets(self.hyps, p)), {}) if found < 20 else {}
                found += bool(point)
                if point:
                    yield point, unusual

    def raw(self, names: list[str], lists: dict[str, tuple[list[Any], list[Any]]]) -> Iterator[tuple[Point, bool]]:
        first = 3 if self.wanted == 6 else 6
        if len(names) == 1:
            ordinary, unusual = lists[names[0]]
            for k, v in enumerate((*ordinary[:first], *unusual, *ordinary[first:])):
                yield {names[0]: v}, first <= k < first + len(unusual)
            return
        for i in range(first):
            if i == 2 and len({self.symbols[n].args[1] for n in names}) == 1:  # all equal, where this is allowed
                same = next((v for v in lists[names[0]][0] if all(v in lists[n][0] for n in names)), None)
                yield {n: lists[n][0][0] if same is None else same for n in names}, False
            yield {n: lists[n][0][(i + j * (i + 1)) % len(lists[n][0])] for j, n in enumerate(names)}, False
        for name in names:
            for v in lists[name][1][:14]:
                for _ in range(2):
                    yield {n: v if n == name else self.random.choice(lists[n][0][:12]) for n in names}, True
        for _ in range(self.draws_left):
            yield {n: lists[n][0][int(len(lists[n][0]) * self.random.random() ** 1.5)] for n in names}, False

    def repaired(self, point: Point, joint: list[Formula]) -> Iterator[Point]:
        """Points near this one where conditions on several variables may be met: x < f moved beyond f, and everything drawn towards 0."""
        for step in (F(1), F(1, 64), F(1, 4096)):
            moved = dict(point)
            for h in joint * 2 if any(h.head in ("lt", "le") for h in joint) else ():
                if h.head not in ("lt", "le") or self.meets([h], moved):
                    continue
                for x, f, way in ((h.args[1], h.args[0], 1), (h.args[0], h.args[1], -1)):
                    if x.head == "sym" and x.args[1] != "complex" and x.args[0] not in self.names.free(f):
                        self.assign(moved, x.args[0], f, way * (step if x.args[1] == "real" else 1))
                        break
            yield moved
        for c in (F(1, 4), F(1, 16), F(4)):
            yield {n: scaled(v, c) if self.symbols[n].args[1] != "integer" else v for n, v in point.items()}

    def definition(self, h: Formula) -> tuple[str, Formula] | None:
        """x = f or f = x with f free of x."""
        if h.head == "eq":
            for x, f in (h.args, h.args[::-1]):
                if x.head == "sym" and x.args[0] not in self.names.free(f):
                    return x.args[0], f
        return None

    def assign(self, point: Point, name: str, f: Formula, more: Fraction | int = 0) -> None:
        """Give the variable the value of f, which has to be rational unless it only bounds it, and more."""
        try:
            with ctx.workprec(64):
                v = self.at(point).of(f)
            if more and isinstance(v, arb):
                v = fmpq(int((v * 2 ** 20).mid().floor().unique_fmpz()), 2 ** 20)
            if isinstance(v, fmpq):
                q = F(int(v.p), int(v.q)) + more
                point[name] = q if self.symbols[name].args[1] != "complex" else (q, F(0))
        except ERRORS:
            return

    # ------------------------------------------------------------------------------------------------------------- hunt
    def run(self) -> tuple[str, Certificate | None, int]:
        looked: list[tuple[float, int, Point]] = []
        undefined = closer = 0
        for point, unusual in self.draws():
            if time.monotonic() > self.until or self.agreed >= (2 * self.wanted if len(self.symbols) == 1 else self.wanted):
                break
            self.tried += 1
            try:
                holds, gap, bits = self.judge(point, 64)
                if holds is None and (bits < AGREEMENT or self.goal.claim.head in ("lt", "le")) and closer < 40:
                    closer += 1
                    holds, gap, bits = self.judge(point, 256)
            except ERRORS:
                undefined += 1
                if undefined > (12 if self.wanted < 10 else 60) and not self.agreed:
                    break
                continue
            if holds is False and (found := self.fails(point)) is not None:
                return "refuted", self.simple(point, found), self.tried
            if holds or holds is None and bits >= AGREEMENT:
                self.agreed += 1
            if holds is None and (unusual and closer < 40 or self.agreed <= 2):  # both sides close: look closer
                closer += 1
                if (found := self.fails(point, (256,) if self.symbols else CONSTANT[self.wanted])) is not None:
                    return "refuted", self.simple(point, found), self.tried
            if gap is not None:
                looked.append((gap, self.tried, point))
        if self.goal.claim.head in ("lt", "le") and self.symbols:
            for _, _, point in sorted(looked, key=lambda t: t[:2])[:2]:
                if (found := self.downhill(point)) is not None:
                    return "refuted", found, self.tried
        return ("agree" if self.agreed else "unknown"), None, self.tried

    def downhill(self, point: Point) -> Certificate | None:
        try:
            best = self.judge(point, 64)[1]
        except ERRORS:
            return None
        step, left = F(1), 60 if self.wanted < 80 else 240
        while best is not None and left > 0 and step > F(1, 2 ** 40) and time.monotonic() < self.until:
            moved = False
            for near in neighbours(point, step, self.symbols):
                left -= 1
                try:
                    if not self.meets(self.hyps, near):
                        continue
                    holds, gap, _ = self.judge(near, 64)
                except ERRORS:
                    continue
                self.tried += 1
                if holds is False and (found := self.fails(near)) is not None:
                    return self.simple(near, found)
                if gap is not None and gap < best:
                    best, point, moved = gap, near, True
                    break
            step = step if moved else step / 4
        return None

    def simple(self, point: Point, found: Certificate) -> Certificate:
        """A plainer counterexample: simpler values, one variable at a time."""
        left = 60
        stop = min(self.until, time.monotonic() + 0.1)
        for name in point:
            old = point[name]
            sort = self.symbols[name].args[1]
            pool: list[Any] = list(PLANE if sort == "complex" else WHOLE if sort == "integer" else LINE)
            for v in sorted((v for v in pool if weight(v) < weight(old)), key=lambda v: (weight(v), str(v))):
                left -= 1
                if left < 0 or time.monotonic() > stop:
                    return found
                trial = {**point, name: v}
                if self.meets(self.hyps, trial) and (better := self.fails(trial, (int(found["prec"]),))) is not None:
                    point, found = trial, better
                    break
        return found


def scaled(v: Any, c: Fraction) -> Any:
    return (v[0] * c, v[1] * c) if isinstance(v, tuple) else v * c


def conjuncts(h: Formula) -> list[Formula]:
    return [g for x in h.args for g in conjuncts(x)] if h.head == "and" else [h]


def data(v: Any) -> Any:
    return list(map(str, v)) if isinstance(v, tuple) else str(v)


def neighbours(point: Point, step: Fraction, symbols: dict[str, Formula]) -> Iterator[Point]:
    for name, v in point.items():
        whole = symbols[name].args[1] == "integer"
        for d in (step, -step):
            if whole and d.denominator != 1:
                continue
            if isinstance(v, tuple):
                yield {**point, name: (v[0] + d, v[1])}
                yield {**point, name: (v[0], v[1] + d)}
            else:
                yield {**point, name: v + d}
    lines = [n for n, v in point.items() if symbols[n].args[1] == "real" and v]
    for a, b in zip(lines, lines[1:] + lines[:1], strict=True) if step <= 1 else ():
        for c in (F(2), F(1, 2)):
            yield {**point, a: point[a] * c, b: point[b] / c} if a != b else {**point, a: point[a] * c}


def hunt(goal: Goal, seconds: float) -> tuple[str, Certificate | None, int]:
    """("refuted", witness, points tried), ("agree", None, points) where both sides could be compared and nothing failed, or
    ("unknown", None, points) where no point could be judged."""
    try:
        return Hunt(goal, seconds).run()
    except ERRORS:
        return "unknown", None, 0
