"""Search for a cover of an inequality in one real variable: touching points, tails, then bisection."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from flint import arb, ctx, fmpq

from ..certificates import Certificate, Goal
from ..formula import Formula, call, children, free_symbols, to_data
from ..kernel.balls import Point
from ..kernel.cover import Proof, Range, Reach, cover, interval, vanishes_identically
from ..kernel.verdict import Rejected
from .terms import Terms

FAILS = (ZeroDivisionError, OverflowError, ValueError)
PREC, LEAVES, DEPTH, LARGE, TAIL = 64, 1500, 5, 60000, 400
CANDIDATES = [0.0, 1.0, -1.0, 2.0, -2.0, 3.0, -3.0, 0.5, -0.5, 1.5, -1.5, 0.25, -0.25]  # exact: touching points are dyadic
Piece = list[Any]


class Hopeless(Exception):
    """The inequality fails at some point."""


def search(goal: Goal, is_zero: Callable[[Formula], bool] | None = None, leaves: int = LEAVES,
           cuts: tuple[int, ...] = (8, 2, 32)) -> Certificate | None:
    """A `cover` certificate for l < r or l <= r in one real variable, or None, looking at so many pieces; half-lines
    begin at the cuts.  Several variables are not attempted."""
    symbols = free_symbols(goal.claim)
    if goal.claim.head not in ("lt", "le") or [s.args[1] for s in symbols.values()] not in (["real"], ["integer"]):
        return None
    zero = is_zero or vanishes_identically
    for bound in cuts:
        try:
            with ctx.workprec(PREC):
                pieces = Search(goal, next(iter(symbols)), zero, leaves).pieces(Fraction(bound))
            certificate: Certificate = {"rule": "cover", "prec": PREC, "pieces": pieces}
            cover(goal, certificate, zero)
            return certificate
        except Hopeless:
            return None
        except (Rejected, RecursionError, *FAILS):
            continue
    return None


class Search:
    def __init__(self, goal: Goal, name: str, is_zero: Callable[[Formula], bool], leaves: int = LEAVES) -> None:
        self.name, self.strict = name, goal.claim.head == "lt"
        self.f = goal.claim.args[1] - goal.claim.args[0]
        self.x = free_symbols(goal.claim)[name]
        self.domain: Range = interval(goal, name)
        self.proof = Proof(name, self.strict, self.domain, is_zero)
        short = leaves < LEAVES
        self.budget, self.ends, self.most, self.deep = leaves, 12, LARGE if short else LARGE ** 2, 2 if short else DEPTH

    def pieces(self, bound: Fraction) -> list[Piece]:
        lo, hi = self.domain[:2]
        if any(self.refuted(arb(c)) for c in CANDIDATES if lo < arb(c) < hi):
            raise Hopeless
        a = lo if lo.is_finite() else arb(-_dyadic(bound)).min(hi - 1 if hi.is_finite() else arb(0)).lower()
        b = hi if hi.is_finite() else arb(_dyadic(bound)).max(lo + 1 if lo.is_finite() else arb(0)).upper()
        out: list[Piece] = []
        out += [[lo, a, self.tail(self.f, lo, a)]] if not lo.is_finite() else []
        left = a
        for end, start, stop, k in self.touches(a, b):
            out += self.boxes(left, start) if left < start else []
            out.append([start, stop, ["touch", end, k]])
            left = stop
        out += self.boxes(left, b) if left < b else []
        out += [[b, hi, self.tail(self.f, b, hi)]] if not hi.is_finite() else []
        return [[_text(u), _text(v), how] for u, v, how in out]

    def slope(self, f: Formula) -> Formula:
        """f', where it is not too large to be looked at again and again."""
        g = self.proof.slope(f)
        if larger(g, self.most):
            raise Rejected("a derivative of many terms")
        return g

    # --------------------------------------------------------------------------------------------------------- touching
    def touches(self, a: arb, b: arb) -> list[tuple[str, arb, arb, int]]:
        """(end, from, to, order) around every rational point of [a, b] where f vanishes exactly."""
        found = []
        inside = [arb(c) for c in sorted(CANDIDATES) if a < arb(c) < b]
        for at in (a, *inside, b):
            for end, side in (("b", -1), ("a", 1)):
                if (at > a if side < 0 else at < b) and (k := self.order(at)) is not None:
                    for power in range(0, 24):
                        far = at + side * arb(2) ** -power
                        start, stop = (at, far) if side > 0 else (far, at)
                        if a <= start and stop <= b and self.works(self.f, start, stop, ["touch", end, k]):
                            found.append((end, start, stop, k))
                            break
        return found

    def order(self, at: arb) -> int | None:
        """The order of vanishing at a point, if it is positive and at most 8."""
        g = self.f
        for k in range(9):
            try:
                v = arb(Point({}, {self.name: at.fmpq()}).of(g))
                if not v.contains(0):
                    return k or None
                if not self.proof.vanishes(g, at):
                    return None
                g = self.slope(g)
            except (Rejected, *FAILS):
                return None
        return None

    def works(self, f: Formula, a: arb, b: arb, how: list[Any], weak: bool = False) -> bool:
        try:
            return self.proof.positive(f, a, b, how, weak)
        except (Rejected, *FAILS):
            return False

    # ------------------------------------------------------------------------------------------------------------- boxes
    def boxes(self, a: arb, b: arb) -> list[Piece]:
        done: list[Piece] = []
        todo = [(a, b)]
        while todo:
            u, v = todo.pop()
            self.budget -= 1
            if self.budget < 0:
                raise Rejected("too many pieces")
            how = next((h for h in self.ways(u, v) if self.works(self.f, u, v, h)), None)
            if how is not None:
                done.append([u, v, how])
                continue
            if v - u < arb(2) ** -30:
                raise Rejected("the sign is not decided")
            m = arb((u + v) / 2).mid()
            if self.refuted(m):
                raise Hopeless
            todo += [(m, v), (u, m)]
        return done

    def ways(self, u: arb, v: arb) -> Iterator[list[Any]]:
        yield from (["ball"], ["monotone"], ["taylor2"], ["edge"])
        if self.ends > 0 and (u == self.domain[0] and self.domain[2] or v == self.domain[1] and self.domain[3]):
            self.ends -= 1
            end = "b" if u == self.domain[0] else "a"
            how = self.monotone_tail(self.f, u, v, end, 0)
            if how is not None:
                yield how

    def refuted(self, m: arb) -> bool:
        try:
            return bool(self.proof.ball(self.f, m) < 0)
        except (Rejected, *FAILS):
            return False

    # ------------------------------------------------------------------------------------------------------------- tails
    def tail(self, f: Formula, a: arb, b: arb, weak: bool = False, depth: int = 0) -> list[Any]:
        """A way to prove f > 0 (f >= 0 where weak) on a half-line; raises Rejected when none is found."""
        if self.works(f, a, b, ["edge"], weak):
            return ["edge"]
        if depth < self.deep and not (self.deep < DEPTH and larger(f, TAIL)):
            for p, g in self.forms(f, a, b):
                if self.works(f, a, b, how := ["form", to_data(p), to_data(g), ["edge"]], weak):
                    return how
            near, far = ("a", "b") if a.is_finite() else ("b", "a")
            rising = self.monotone_tail(f, a, b, near, depth)
            if rising is not None:
                return rising
            for k, u, v in () if weak or depth else _logs(f):
                try:
                    inside = call("exp", v) * u if k == 1 else call("exp", v) / u
                    how = ["log", k, to_data(u), to_data(v), self.tail(inside - 1, a, b, weak, depth + 1)]
                except Rejected:
                    continue
                if self.works(f, a, b, how, weak):
                    return how
            if self.has_limit(f, a if far == "a" else b):
                slope = self.slope(f)
                try:
                    return ["fall", far, self.tail(slope if far == "a" else -slope, a, b, weak, depth + 1)]
                except Rejected:
                    pass
        raise Rejected("no proof on the half-line")

    def monotone_tail(self, f: Formula, a: arb, b: arb, end: str, depth: int) -> list[Any] | None:
        try:
            if self.proof.ball(f, a if end == "a" else b) > 0:
                slope = self.slope(f)
                return ["rise", end, self.tail(slope if end == "a" else -slope, a, b, True, depth + 1)]
        except (Rejected, *FAILS):
            pass
        return None

    def has_limit(self, f: Formula, end: arb) -> bool:
        try:
            return bool(Reach(self.name, (end, end, True, True)).of(f)[0] >= 0)
        except (Rejected, *FAILS):
            return False

    def forms(self, f: Formula, a: arb, b: arb) -> Iterator[tuple[Formula, Formula]]:
        """f on [a, b] as a positive factor times the rest: with the leading terms split off, and without."""
        for lead in (True, False):
            try:
                yield Terms(self.x).form(f, float(a), float(b), lead)
            except (Rejected, *FAILS):
                continue


def larger(f: Formula, most: int) -> bool:
    """Whether f has more parts than this."""
    todo, count = [f], 0
    while todo and count <= most:
        count += 1
        todo += children(todo.pop())
    return count > most


def _logs(f: Formula) -> Iterator[tuple[int, Formula, Formula]]:
    """(k, u, v) with f = v + k log u, read off a sum."""
    if f.head in ("add", "sub"):
        left, right = f.args
        if left.head == "log":
            yield 1, left.args[0], right if f.head == "add" else -right
        if right.head == "log":
            yield 1 if f.head == "add" else -1, right.args[0], left


def _dyadic(q: Fraction) -> arb:
    return arb(fmpq(q.numerator, q.denominator))


def _text(v: arb) -> str:
    if not v.is_finite():
        return "oo" if v > 0 else "-oo"
    q = v.fmpq()
    k = int(q.q).bit_length() - 1
    return f"{int(q.p)}/2^{k}" if k else str(int(q.p))
