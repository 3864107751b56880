"""The hunt for a counterexample of a claim about numbers: `hunt(goal, seconds)`.

Points of the domain are made from structured values (small numbers, 0, +-1, +-i, both sides of the cuts, ends of the domain, constants of
the claim, large values) and pseudo-random ones, the assumptions being tested rigorously; inequalities are also walked downhill.  A failure
counts when `kernel.special.witness` accepts it, and is then made simple.  The same goal meets the same points in the same order."""

from __future__ import annotations

import random
import time
import zlib
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from flint import acb, arb, ctx, fmpq

from .certificates import Certificate, Goal
from .formula import Formula, children, free_symbols
from .kernel import special
from .kernel.functions import SCALAR, UNDEFINED
from .kernel.verdict import Rejected

F = Fraction
Point = dict[str, Any]  # Fraction, or a pair of Fractions
ERRORS = (Rejected, *UNDEFINED, SystemError)
WHOLE = [F(k) for k in (2, 1, 3, 0, 4, -1, 5, 7, -2, 6, 8, -3, 10, 9, 12, 11, -4, -5, 13, 16, 15, 18, -7, 20, 24, 30, 31, 36, 60, 100, 210, 1000)]
LINE = [F(q) for q in ("1/2 2 -3/4 5/4 3 -2 1/3 1 -1 0 7/3 -1/2 5 1/10 -5/2 10 -7/2 4 1/4 -1/10 -10 1/1000 20 -1/1000 50 -30 100 999/1000 "
                       "1001/1000 1000 1/1000000 -100 31/7 -22/7").split()]
PLANE = [(F(a), F(b)) for a, b in (p.split(",") for p in (
    "1/2,1/4 -3/4,1/2 5/4,3/4 2,1 -3/2,-1/2 1/4,-1/2 -1/2,1/8 3/4,-3/8 3,-2 0,1 1/8,1/8 1,0 -2,0 -1/4,-1/4 1/2,0 0,-2 0,0 -1,0 -1/2,0 2,0 0,1/2 0,-1 "
    "1,1 -1,1 -5/2,1/64 -5/2,-1/64 5/2,1/64 3,4 -4,-5 0,3 1/4,0 -3,0 3/8,5/4 -1/4,3/2 1/16,0 5,1/4 -1/8,1/16 12,-1/4 1/64,-1/32 -10,3 0,20 40,1 -7/2,0 "
    "9/2,0 3/2,0 0,-1/4 1/4,7").split())]
DECIDED, TRIES, SPREAD = 24, 300, 40  # points that are wanted, draws, values kept of each variable
AGREEMENT = 40  # bits to which both sides have to be known


class Hunt:
    def __init__(self, goal: Goal, seconds: float) -> None:
        self.goal, self.until = goal, time.monotonic() + seconds
        self.symbols: dict[str, Formula] = {}
        for f in (goal.claim, *goal.hyps):
            for name, s in free_symbols(f).items():
                self.symbols.setdefault(name, s)
        if any(s.args[1] not in ("real", "integer", "complex") for s in self.symbols.values()):
            raise Rejected("a variable that is no number")
        self.hyps = [g for h in goal.hyps for g in conjuncts(h)]
        self.random = random.Random(zlib.crc32(repr(goal.claim).encode()))
        self.tried = self.agreed = 0
        self.names = special.Names()

    # ------------------------------------------------------------------------------------------------------- evaluation
    def at(self, point: Point) -> special.At:
        return special.At({k: special.value(list(map(str, v)) if isinstance(v, tuple) else str(v)) for k, v in point.items()}, names=self.names)

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
            holds = special.compare(claim.head, u, v)
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
            try:
                if self.judge(point, prec)[0] is not False:
                    continue
                certificate = {"rule": "witness", "values": {k: data(v) for k, v in sorted(point.items())}, "prec": prec}
                special.witness(self.goal, certificate)
                return certificate
            except ERRORS:
                continue
        return None

    # ----------------------------------------------------------------------------------------------------------- points
    def constants(self) -> list[Fraction]:
        found: dict[Fraction, None] = {}

        def walk(f: Formula) -> None:
            if f.head == "num":
                if abs(f.args[0]) > 3 or f.args[0].denominator > 2:
                    found[f.args[0]] = None
            for x in children(f):
                walk(x)
        walk(self.goal.claim)
        for h in self.goal.hyps:
            walk(h)
        return list(found)[:6]

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

    def values(self, name: str) -> list[Any]:
        """Values of one variable that meet the conditions on it alone."""
        sort = self.symbols[name].args[1]
        own = [h for h in self.hyps if self.names.free(h) == {name}]
        extra = [q + d for q in self.constants() for d in (F(0), F(1))]
        if sort == "complex":
            made: list[Any] = [*PLANE, *((q, F(0)) for q in extra if q.denominator & (q.denominator - 1) == 0)]
            made += [(F(self.random.randint(-96, 96), 32), F(self.random.randint(-96, 96), 32)) for _ in range(12)]
            made += [(a / 8, b / 8) for a, b in PLANE[:8]] + [(a / 64, b / 64) for a, b in PLANE[:4]] + [(a * 8, b * 8) for a, b in PLANE[:6]]
        elif sort == "integer":
            low, high = self.bounds(name)
            base = max(map(round, low), default=0)
            made = [*WHOLE[:14], *(F(round(q)) for q in extra), *(F(round(q)) for q in (*low, *high)), *WHOLE[14:], *(F(base + k) for k in range(14))]
        else:
            low, high = self.bounds(name)
            a, b = max(low, default=None), min(high, default=None)
            made = [] if a is None or b is None else [a + (b - a) * F(k, 64) for k in (32, 11, 53, 1, 63, 24, 41, 5, 60, 17)]
            if (a is None) != (b is None):
                end, way = (a, 1) if a is not None else (b, -1)
                made = [end + way * F(q) for q in ("1/2", "2", "1/8", "5", "1/1024", "25", "1")]  # type: ignore[operator]
            made += [*LINE[:12], *extra, *low, *high, *LINE[12:], *(F(self.random.randint(-4000, 4000), 1024) for _ in range(10))]
        out: dict[Any, None] = {}
        for v in made:
            if len(out) < SPREAD and v not in out and self.meets(own, {name: v}):
                out[v] = None
        for scale in (1, 4, 16, F(1, 8), 64, F(1, 64)) if len(out) < 6 and sort != "integer" else ():
            for _ in range(40):
                x, y = (F(self.random.randint(-128, 128), 64) * scale for _ in range(2))
                v = (x, y) if sort == "complex" else x
                if len(out) < 10 and self.meets(own, {name: v}):
                    out[v] = None
        return list(out)

    def draws(self) -> Iterator[Point]:
        names = list(self.symbols)
        if not names:
            yield {}
            return
        lists = {n: self.values(n) for n in names}
        if not all(lists.values()):
            return
        joint = [h for h in self.hyps if len(self.names.free(h)) > 1 or not self.names.free(h)]
        defined = [d for d in map(self.definition, joint) if d is not None]
        seen: set[Any] = set()
        alone = len(names) == 1
        longest = max(map(len, lists.values()))
        for i in range(longest if alone else TRIES):
            point = {}
            for j, n in enumerate(names):
                v = lists[n]
                k = i if alone or i < 4 else int(len(v) * self.random.random() ** 1.5)
                point[n] = v[(k + (j * (i + 1) if i < 4 and not alone else 0)) % len(v)]
            for name, f in defined:
                self.assign(point, name, f)
            key = tuple(point.values())
            if key not in seen:
                seen.add(key)
                if not joint or self.meets(joint, point):
                    yield point

    def definition(self, h: Formula) -> tuple[str, Formula] | None:
        """x = f or f = x with f free of x."""
        if h.head == "eq":
            for x, f in (h.args, h.args[::-1]):
                if x.head == "sym" and x.args[0] not in self.names.free(f):
                    return x.args[0], f
        return None

    def assign(self, point: Point, name: str, f: Formula) -> None:
        try:
            with ctx.workprec(64):
                v = self.at(point).of(f)
            if isinstance(v, fmpq):
                point[name] = F(int(v.p), int(v.q)) if self.symbols[name].args[1] != "complex" else (F(int(v.p), int(v.q)), F(0))
        except ERRORS:
            return

    # ------------------------------------------------------------------------------------------------------------- hunt
    def run(self) -> tuple[str, Certificate | None, int]:
        looked: list[tuple[float, int, Point]] = []
        undefined = 0
        for point in self.draws():
            if time.monotonic() > self.until or self.agreed >= DECIDED:
                break
            self.tried += 1
            try:
                holds, gap, bits = self.judge(point, 64)
                if holds is None and bits < AGREEMENT and self.tried <= 12:
                    holds, gap, bits = self.judge(point, 256)
            except ERRORS:
                undefined += 1
                if undefined > 60 and not self.agreed:
                    break
                continue
            if holds is False and (found := self.fails(point)) is not None:
                return "refuted", self.simple(point, found), self.tried
            if holds or holds is None and bits >= AGREEMENT:
                self.agreed += 1
            if holds is None and bits >= AGREEMENT and self.agreed <= 2:  # both sides close: look closer
                for prec in (256, 1024) if not self.symbols else (256,):
                    if (found := self.fails(point, (prec,))) is not None:
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
        step, left = F(1), 60
        while best is not None and left > 0 and step > F(1, 2 ** 20) and time.monotonic() < self.until:
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
            pool: list[Any] = {"complex": PLANE, "integer": WHOLE, "real": LINE}[self.symbols[name].args[1]]
            for v in sorted((v for v in pool if weight(v) < weight(old)), key=lambda v: (weight(v), str(v))):
                left -= 1
                if left < 0 or time.monotonic() > stop:
                    return found
                trial = {**point, name: v}
                if self.meets(self.hyps, trial) and (better := self.fails(trial, (int(found["prec"]),))) is not None:
                    point, found = trial, better
                    break
        return found


def conjuncts(h: Formula) -> list[Formula]:
    return [g for x in h.args for g in conjuncts(x)] if h.head == "and" else [h]


def data(v: Any) -> Any:
    return list(map(str, v)) if isinstance(v, tuple) else str(v)


def weight(v: Any) -> int:
    """How long a number is to read."""
    parts = v if isinstance(v, tuple) else (v,)
    return sum(abs(x.numerator) * 2 + (x < 0) + 3 * (x.denominator - 1) + (x != 0 and len(parts) > 1) for x in parts)


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


def hunt(goal: Goal, seconds: float) -> tuple[str, Certificate | None, int]:
    """("refuted", witness, points tried), ("agree", None, points) where both sides could be compared and nothing failed, or
    ("unknown", None, points) where no point could be judged."""
    try:
        return Hunt(goal, seconds).run()
    except ERRORS:
        return "unknown", None, 0
