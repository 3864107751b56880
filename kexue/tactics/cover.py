"""Search for a cover of an inequality in one real variable: touching points, tails, then bisection."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import inf, lcm, log, prod
from typing import Any

from flint import arb, ctx, fmpq, fmpq_mpoly_ctx

from ..certificates import Certificate, Goal
from ..formula import Formula, call, children, free_symbols, lift, to_data
from ..kernel.balls import Point
from ..kernel.cover import Proof, Range, Reach, cover, interval, vanishes_identically
from ..kernel.verdict import Rejected

FAILS = (ZeroDivisionError, OverflowError, ValueError)
PREC, LEAVES, DEPTH, LARGE = 64, 1500, 5, 8000
CANDIDATES = [0.0, 1.0, -1.0, 2.0, -2.0, 3.0, -3.0, 0.5, -0.5, 1.5, -1.5, 0.25, -0.25]  # exact: touching points are dyadic
Piece = list[Any]


class Hopeless(Exception):
    """The inequality fails at some point."""


def search(goal: Goal, is_zero: Callable[[Formula], bool] | None = None, leaves: int = LEAVES) -> Certificate | None:
    """A `cover` certificate for l < r or l <= r in one real variable, or None, looking at so many pieces.  Several variables are not attempted."""
    symbols = free_symbols(goal.claim)
    if goal.claim.head not in ("lt", "le") or [s.args[1] for s in symbols.values()] not in (["real"], ["integer"]):
        return None
    zero = is_zero or vanishes_identically
    for bound in (8, 2, 32):
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
        self.budget, self.ends = leaves, 12

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
        if larger(g, LARGE):
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
        if depth < DEPTH:
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


Key = tuple[Fraction, tuple[tuple[int, Fraction], ...], tuple[tuple[int, int], ...]]  # x^k, exp(sum c x^d), powers of atoms
Sum_ = dict[Key, Fraction]
UNIT: Key = (Fraction(0), (), ())
ONE: Sum_ = {UNIT: Fraction(1)}


def times(*fs: Formula) -> Formula:
    kept = [f for f in fs if f != lift(1)]
    out = kept[0] if kept else lift(1)
    for f in kept[1:]:
        out = out * f
    return out


def raised(f: Formula, n: int) -> Formula:
    return f if n == 1 else f ** n


class Terms:
    """Formulas in x as quotients of sums of terms c x^k exp(polynomial) (other subformulas)^j, factored over Q."""

    def __init__(self, x: Formula) -> None:
        self.x = x
        self.atoms: list[Formula] = []

    # ----------------------------------------------------------------------------------------------------- sums of terms
    def product(self, u: Key, v: Key) -> tuple[Key, Fraction]:
        exps, atoms, factor = dict(u[1]), dict(u[2]), Fraction(1)
        for d, c in v[1]:
            exps[d] = exps.get(d, Fraction(0)) + c
        for i, k in v[2]:
            atoms[i] = atoms.get(i, 0) + k
        for i, k in list(atoms.items()):  # sqrt(c)^2 = c
            g = self.atoms[i]
            if g.head == "sqrt" and g.args[0].head == "num":
                factor *= g.args[0].args[0] ** (k // 2)
                atoms[i] = k % 2
        left = tuple(sorted((d, c) for d, c in exps.items() if c)), tuple(sorted((i, k) for i, k in atoms.items() if k))
        return (u[0] + v[0], *left), factor

    def times(self, u: Sum_, v: Sum_) -> Sum_:
        out: Sum_ = {}
        for a, c in u.items():
            for b, d in v.items():
                key, factor = self.product(a, b)
                out[key] = out.get(key, Fraction(0)) + c * d * factor
        if len(out) > 80:
            raise Rejected("too many terms")
        return {k: c for k, c in out.items() if c}

    def quotient(self, n: Sum_, d: Sum_) -> tuple[Sum_, Sum_]:
        if len(d) != 1:
            return n, d
        (x, exps, atoms), c = next(iter(d.items()))
        return self.times(n, {(-x, tuple((i, -q) for i, q in exps), tuple((i, -j) for i, j in atoms)): 1 / c}), ONE

    def parse(self, f: Formula) -> tuple[Sum_, Sum_]:
        h, a = f.head, f.args
        if h == "num":
            return ({UNIT: a[0]} if a[0] else {}), ONE
        if f == self.x:
            return {(Fraction(1), (), ()): Fraction(1)}, ONE
        if h == "neg":
            n, d = self.parse(a[0])
            return {k: -c for k, c in n.items()}, d
        if h == "sub":
            return self.parse(a[0] + -a[1])
        if h in ("add", "mul", "div"):
            (n, d), (m, e) = self.parse(a[0]), self.parse(a[1])
            if h == "div":
                m, e, h = e, m, "mul"
            if h == "mul":
                return self.quotient(self.times(n, m), self.times(d, e))
            out = dict(n if d == e else self.times(n, e))
            for k, c in (m if d == e else self.times(m, d)).items():
                out[k] = out.get(k, Fraction(0)) + c
            return {k: c for k, c in out.items() if c}, d if d == e else self.times(d, e)
        if h == "dpow" and a[1].head == "num":
            p, j = a[1].args[0], int(a[2].args[0])
            factor = prod(p - i for i in range(j))
            return self.parse(lift(factor) * a[0] ** (p - j)) if factor else ({}, ONE)
        if h == "pow" and a[1].head == "num" and a[1].args[0].denominator == 1 and abs(a[1].args[0]) <= 12:
            n, d = self.parse(a[0])
            n, d = (n, d) if a[1].args[0] >= 0 else (d, n)
            top, bottom = ONE, ONE
            for _ in range(abs(int(a[1].args[0]))):
                top, bottom = self.times(top, n), self.times(bottom, d)
            return self.quotient(top, bottom)
        if h in ("sinh", "cosh", "tanh"):
            up, down = call("exp", a[0]), call("exp", -a[0])
            return self.parse((up - down) / (up + down) if h == "tanh" else (up - down) / 2 if h == "sinh" else (up + down) / 2)
        if h in ("exp", "sqrt"):
            n, d = self.parse(a[0])
            if h == "exp" and d == ONE and n and all(k[0] >= 1 and k[0].denominator == 1 and not k[1] and not k[2] for k in n):
                return {(Fraction(0), tuple(sorted((int(k[0]), c) for k, c in n.items())), ()): Fraction(1)}, ONE
            if h == "sqrt" and d == ONE and list(n.values()) == [1] and not next(iter(n))[2]:
                x, exps, _ = next(iter(n))
                return {(x / 2, tuple((i, c / 2) for i, c in exps), ()): Fraction(1)}, ONE
        if f not in self.atoms:
            self.atoms.append(f)
        return {(Fraction(0), (), ((self.atoms.index(f), 1),)): Fraction(1)}, ONE

    # ------------------------------------------------------------------------------------------------------- factorization
    def factors(self, s: Sum_) -> tuple[Fraction, Key, list[tuple[Sum_, int]]]:
        """s = c * term * product of irreducible sums to powers."""
        degrees = sorted({d for k in s for d, _ in k[1]})
        steps = [Fraction(1, lcm(*(k[0].denominator for k in s)))]
        steps += [Fraction(1, lcm(*(dict(k[1]).get(d, Fraction(0)).denominator for k in s))) for d in degrees]
        used = sorted({i for k in s for i, _ in k[2]})

        def row(k: Key) -> list[int]:
            e, a = dict(k[1]), dict(k[2])
            inner = (int(e.get(d, Fraction(0)) / q) for d, q in zip(degrees, steps[1:], strict=True))
            return [int(k[0] / steps[0]), *inner, *(a.get(i, 0) for i in used)]

        def back(r: Any) -> Key:
            first, *rest = (int(v) for v in r)
            exps = tuple((d, v * q) for d, v, q in zip(degrees, rest, steps[1:], strict=False) if v)
            return first * steps[0], exps, tuple((i, v) for i, v in zip(used, rest[len(degrees):], strict=True) if v)
        rows = {tuple(row(k)): c for k, c in s.items()}
        low = [min(c) for c in zip(*rows, strict=True)]
        ring = fmpq_mpoly_ctx.get([f"v{i}" for i in range(len(low))], "lex")
        shifted = {tuple(v - m for v, m in zip(r, low, strict=True)): fmpq(c.numerator, c.denominator) for r, c in rows.items()}
        poly = ring.from_dict(shifted)
        constant, parts = poly.factor()
        out = [({back(r): Fraction(int(c.p), int(c.q)) for r, c in g.to_dict().items()}, int(m)) for g, m in parts]
        return Fraction(int(constant.p), int(constant.q)), back(low), out

    # ------------------------------------------------------------------------------------------------------------- formulas
    def term(self, k: Key, negative: bool) -> Formula:
        """x^k exp(...) as a formula that keeps its sign visible; (-x)^k where x is negative."""
        parts = [raised(self.atoms[i], n) if n > 0 else 1 / raised(self.atoms[i], -n) for i, n in k[2]]
        if k[0]:
            base, n = (-self.x if negative else self.x), abs(k[0])
            power = raised(base, int(n)) if n.denominator == 1 else raised(call("sqrt", base), int(2 * n))
            parts.append(power if k[0] > 0 else 1 / power)
        if k[1]:
            top = k[1][-1][0]
            inner = lift(k[1][-1][1])
            for d, c in k[1][:-1]:
                inner = inner + lift(c) / raised(self.x, top - d)
            parts.append(call("exp", times(raised(self.x, top), inner)))
        return times(*parts)

    def form(self, f: Formula, a: float, b: float, lead: bool) -> tuple[Formula, Formula]:
        """f = p g with p meant to be positive on [a, b]; the leading terms at an infinite end go into p."""
        n, d = self.parse(f)
        if not n:
            raise Rejected("identically 0")
        negative, sign, constant = b <= 0, 1, Fraction(1)
        x0 = (4 * abs(a) + 40 if b == inf else -4 * abs(b) - 40) if inf in (b, -a) else (a + b) / 2
        outside: dict[int, list[Formula]] = {1: [], -1: []}
        inside: list[Formula] = []
        for s, side in ((n, 1), (d, -1)):
            c, common, parts = self.factors(s)
            constant *= c ** side
            for part, m in [({common: Fraction(1)}, 1), *parts]:
                top = max(part, key=lambda k: self.size(k, part[k], x0)) if lead or len(part) == 1 else UNIT
                down = (-top[0], tuple((i, -q) for i, q in top[1]), ())
                flip = -1 if negative and top[0] % 2 == 1 else 1
                inner: Formula | None = None
                for k, q in ((self.product(k, down)[0], q) for k, q in part.items()):
                    t = times(lift(q), self.term(k, False))
                    inner = t if inner is None else inner + t
                outside[side].append(raised(self.term((top[0], top[1], ()), negative), m))
                if inner is not None and side < 0:
                    below = self.below_zero(inner, x0)
                    inner, flip = (-inner if below else inner), (-flip if below else flip)
                (inside if side > 0 else outside[-1]).append(raised(lift(1) if inner is None else inner, m))
                sign *= flip ** m
        p, bottom = times(*outside[1]), times(*outside[-1])
        return p if bottom == lift(1) else p / bottom, times(lift(constant * sign), *inside)

    def size(self, k: Key, c: Fraction, x0: float) -> float:
        return log(abs(c)) + float(k[0]) * log(abs(x0) or 1) + sum(float(q) * x0 ** d for d, q in k[1])

    def below_zero(self, f: Formula, x0: float) -> bool:
        return bool(arb(Point({}, {self.x.args[0]: arb(x0)}).of(f)) < 0)
