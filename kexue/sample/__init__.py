"""Admissible points of a goal: values of its free symbols that meet its hypotheses.

A point maps names to rationals, nested lists of rationals (vectors, matrices, families) or formulas in the other symbols.
Exact points meet every equation exactly: unit vectors come from rational reflections, linear equations are solved over Q.
Numeric points may also hold a root of a non-linear equation, to 120 digits."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from fractions import Fraction
from hashlib import sha256
from typing import Any

from flint import arb, ctx, fmpq

from ..certificates import Goal
from ..formula import Formula, I, children, free_symbols, lift
from ..kernel.balls import MATRIX, UNDEFINED, Point, instances
from ..kernel.verdict import Rejected
from .rational import (F, bracketed_root, degree, flatten, index_names, inside_every, least_change, orthonormal, other_side,
                       rational, reshape, root_name, size_names, span_names, sphere_point)

Values = dict[str, Any]
SIZES = (2, 1, 3, 5)
SMALL = [F(0), F(1), F(-1), F(2), F(1, 2), F(-1, 2), F(-2), F(3), F(1, 3), F(-3), F(3, 2), F(-3, 2), F(5), F(-5), F(3, 4),
         F(10), F(-10), F(1, 10), F(-1, 10), F(7, 3), F(-7, 3), F(20), F(-20), F(1, 1000), F(-1, 1000), F(100), F(-100)]
INSIDE = [F(1, 2), F(1, 3), F(2, 3), F(1, 4), F(3, 4), F(1, 10), F(9, 10), F(1, 100), F(99, 100), F(1, 1024), F(1023, 1024)]
FORMS = ("spd", "symmetric", "orthogonal", "invertible")
DIGITS = 400  # bits of a numeric root


class Sampler:
    """Draws points for one goal; the same goal and label always give the same sequence."""

    def __init__(self, goal: Goal, label: str = "", numeric: bool = False, fixed: Values | None = None) -> None:
        self.goal, self.numeric, self.fixed = goal, numeric, dict(fixed or {})
        text = json.dumps([goal.data(), label], sort_keys=True)
        self.rng = random.Random(int(sha256(text.encode()).hexdigest(), 16))
        self.sorts = {n: s.args[1] for f in (*goal.hyps, goal.claim) for n, s in free_symbols(f).items()}
        self.functions = {n for n, s in self.sorts.items() if s == ("function",)}
        self.sizes = {n for s in self.sorts.values() for n in size_names(s)}
        self.spans = {n for f in (*goal.hyps, goal.claim) for n in span_names(f)}
        self.indices = {n for f in (*goal.hyps, goal.claim) for n in index_names(f)}
        self.hyps = [inside_every(h) for h in goal.hyps]
        self.defined: dict[str, Formula] = {}
        self.total: dict[str, Formula] = {}
        self.unit: set[str] = set()
        self.forms: dict[str, str] = {}
        self.equations: dict[str, list[Formula]] = {}
        for h in goal.hyps:
            self._classify(inside_every(h), h.head == "every")
        self.order = self._order()

    # -------------------------------------------------------------------------------------------- reading the hypotheses
    def _classify(self, h: Formula, general: bool) -> None:
        if h.head in FORMS:
            self.forms[root_name(h.args[0])] = h.head
        if h.head != "eq" or self.functions & free_symbols(h).keys():
            return
        for left, right in (h.args, h.args[::-1]):
            free = left.head == "sym" and left.args[0] not in free_symbols(right)
            if free and not general and not self._taken(left.args[0]):
                self.defined[left.args[0]] = right
                return
            a, b = left.args[:2] if len(left.args) > 1 else (left, left)
            if left.head == "dot" and a == b and right == lift(1) and a.head in ("sym", "at"):
                self.unit.add(root_name(a))
                return
            if left.head == "matmul" and right.head == "eye" and (b == a.T or a == b.T):
                self.forms[root_name(a)] = "orthogonal"
                return
            if left.head == "sum" and a.head == "at" and a.args[1] == b and a.args[0].head == "sym" and \
                    not self._taken(a.args[0].args[0]):
                self.total[a.args[0].args[0]] = h
                return
        names = [n for n in free_symbols(h) if n not in self.defined and self.sorts.get(n, "integer") != "integer"]  # an index has no sort
        if names and not general:
            best = max(names, key=lambda n: (n not in self.total, self._ease(h, n), names.index(n)))
            first = [self.total.pop(best)] if best in self.total else []
            self.equations[best] = [*first, *self.equations.get(best, []), h]

    def _ease(self, h: Formula, name: str) -> int:
        """Which symbol to solve an equation for: linear ones, reals first, then reals at all, then unit vectors."""
        linear, real = max(degree(a, name) for a in h.args) <= 1, self.sorts[name] == "real"
        special = name in self.unit or name in self.forms
        return 4 if linear and real else 3 if linear and not special else 2 if real else 1 if linear else 0

    def _taken(self, name: str) -> bool:
        return name in self.defined or name in self.total or name in self.equations

    def _order(self) -> list[str]:
        names = [n for n in self.sorts if n not in self.functions]
        free = [n for n in names if not self._taken(n)]
        out = sorted(free, key=lambda n: (self.sorts[n] != "integer", n not in self.sizes))
        todo = [n for n in names if self._taken(n)]
        while todo:
            ready = [n for n in todo if self._needs(n) <= set(out)]
            out.append((ready or todo)[0])
            todo.remove(out[-1])
        return out

    def _needs(self, name: str) -> set[str]:
        used = next([table[name]] for table in (self.defined, self.total) if name in table) \
            if name not in self.equations else self.equations[name]
        return {n for f in used for n in free_symbols(f)} - {name} - self.functions

    # -------------------------------------------------------------------------------------------------------- one point
    def draw(self, i: int) -> Values | None:
        """The i-th attempt: a point that meets every hypothesis, or None."""
        values: Values = {}
        try:
            with ctx.workprec(DIGITS if self.numeric else 64):
                for name in self.order:
                    given = name in self.fixed and name not in self.defined
                    values[name] = self.fixed[name] if given else self._choose(name, values, i)
                return values if self.admissible(values) else None
        except (Rejected, *UNDEFINED):
            return None

    def points(self, count: int, attempts: int) -> Iterator[Values]:
        """Up to `count` different admissible points in at most `attempts` attempts."""
        seen: set[str] = set()
        for i in range(attempts):
            point = self.draw(i)
            if point is not None and (key := repr(point)) not in seen:
                seen.add(key)
                yield point
                if len(seen) >= count:
                    return

    def admissible(self, values: Values) -> bool:
        for h in self.goal.hyps:
            if self.functions & free_symbols(h).keys():
                continue
            for relation, bound in instances(h, values):
                point = Point(values, bound)
                if point.truth(relation)[0] is not True and not (self.numeric and h.head == "eq" and _near(point, h)):
                    return False
        return True

    def _choose(self, name: str, values: Values, i: int) -> Any:
        sort = self.sorts[name]
        if name in self.defined:
            got = Point(values).of(self.defined[name])
            return self.defined[name] if isinstance(got, arb) else _lists(got, sort)
        if name in self.equations and not (name in self.unit and sort[0] == "vector"):
            return self._solve(name, values, i)
        return self._fresh(name, sort, values, i)

    def _fresh(self, name: str, sort: Any, values: Values, i: int) -> Any:
        if sort == "integer":
            return self._integer(name, values, i)
        if sort == "real":
            return self._real(*self._bounds(name, values), i)
        if sort == "complex":
            u, v = (self._real(None, True, None, True, i + 30) for _ in range(2))
            return lift(u) + lift(v) * I
        if sort[0] == "family":
            size = self._span(name, values)
            if sort[1] == "real" and name in self.total:
                weights = [F(self.rng.randint(1, 6)) for _ in range(size)]
                whole = rational(Point(values).of(other_side(self.total[name], name)))
                return [w * whole / sum(weights) for w in weights]
            if sort[1] == "real":
                bounds = self._bounds(name, values)
                return [self._real(*bounds, self.rng.randrange(60)) for _ in range(size)]
            return [self._fresh(name, sort[1], values, i) for _ in range(size)]
        dims = [int(rational(Point(values).of(s))) for s in sort[1:]]
        return self._vector(name, dims[0], values) if sort[0] == "vector" else self._matrix(name, dims[0], dims[1], i)

    def _integer(self, name: str, values: Values, i: int) -> Fraction:
        lo, open_lo, hi, open_hi = self._bounds(name, values)
        low = None if lo is None else int(lo // 1) + (1 if open_lo or lo.denominator > 1 else 0)
        high = None if hi is None else -int(-hi // 1) - (1 if open_hi or hi.denominator > 1 else 0)
        said = [h.head for h in self.goal.hyps if h.head in ("even", "odd") and root_name(h.args[0]) == name]
        parity = None if not said else int(said[0] == "odd")
        if name in self.sizes:
            choices = [d for d in SIZES[i % 4:] + SIZES[:i % 4]]
        elif name in self.spans:
            choices = [2, 3, 1, 4]
        elif low is None and high is None:
            choices = [1, 2, 3, 4] if name in self.indices else [0, 1, 2, 3, -1, -2, 4, 5, 7]
        else:
            start = low if low is not None else (high or 0) - 8
            choices = [start + k for k in range(9)] if i < 40 else [start + k for k in range(30)]
        if name not in self.sizes and i >= len(choices) - 2 or i % 3 == 2 and name not in self.sizes:
            self.rng.shuffle(choices)
        elif name not in self.sizes:
            choices = choices[i % len(choices):] + choices[:i % len(choices)]
        start = low if low is not None else 0
        for n in (*choices, *range(start, start + 4)):
            if (low is None or n >= low) and (high is None or n <= high) and parity in (None, n % 2):
                return F(n)
        raise Rejected(f"no integer for {name}")

    def _real(self, lo: Fraction | None, open_lo: bool, hi: Fraction | None, open_hi: bool, i: int) -> Fraction:
        def fits(q: Fraction) -> bool:
            return (lo is None or q > lo or q == lo and not open_lo) and (hi is None or q < hi or q == hi and not open_hi)
        special = [q for q in SMALL if fits(q)]
        special += [q for q in (lo, hi) if q is not None and q.denominator < 1000 and fits(q) and q not in special]
        if lo is not None and hi is not None:
            special += [q for t in INSIDE if (q := (lo + (hi - lo) * t).limit_denominator(10 ** 6)) not in special and fits(q)]
        else:
            end = lo if lo is not None else hi
            side = 1 if lo is not None else -1
            special += [q for t in SMALL if end is not None and t > 0 and (q := end + side * t) not in special and fits(q)]
        if special and (i < len(special) or self.rng.random() < 0.4):
            alone = sum(s in ("real", "complex") or not isinstance(s, str) for s in self.sorts.values()) == 1
            early = min(self.rng.randrange(len(special)), self.rng.randrange(len(special)))
            return special[i if i < len(special) and alone else early]
        for _ in range(20):
            q = F(self.rng.randint(-60, 60), self.rng.randint(1, 24))
            if lo is not None and hi is not None:
                q = lo + (hi - lo) * F(self.rng.randint(0, 240), 240)
            elif lo is not None:
                q = lo + abs(q)
            elif hi is not None:
                q = hi - abs(q)
            if fits(q := q.limit_denominator(10 ** 4)):
                return q
        raise Rejected("no real number in the bounds")

    def _bounds(self, name: str, values: Values) -> tuple[Fraction | None, bool, Fraction | None, bool]:
        """Rational bounds of a number, or of every member of a family, from the inequalities that can be evaluated now."""
        lo: tuple[Fraction, bool] | None = None
        hi: tuple[Fraction, bool] | None = None
        for h in self.hyps:
            if h.head not in ("lt", "le"):
                continue
            for k in (0, 1):
                side, other = h.args[k], h.args[1 - k]
                named = side.head in ("sym", "at") and root_name(side) == name
                if not named or not free_symbols(other).keys() <= values.keys():
                    continue
                try:
                    v = Point(values).of(other)
                except Rejected:
                    continue
                strict = h.head == "lt" or isinstance(v, arb)
                q = rational(v if isinstance(v, fmpq) else v.upper() if k else v.lower())
                if k and (lo is None or (q, strict) > lo):
                    lo = (q, strict)
                if not k and (hi is None or (q, not strict) < (hi[0], not hi[1])):
                    hi = (q, strict)
        return (*(lo or (None, True)), *(hi or (None, True)))

    def _span(self, name: str, values: Values) -> int:
        """How many members the formulas ask of a family."""
        longest = 1

        def walk(f: Formula, tops: dict[str, Any]) -> None:
            nonlocal longest
            if f.head in ("sum", "prod"):
                try:
                    top = Point(values, tops).of(f.args[3])
                    tops = {**tops, f.args[1].args[0]: top}
                except Rejected:
                    pass
            if f.head == "at" and root_name(f) == name and f.args[0].head == "sym":
                try:
                    longest = max(longest, int(rational(Point(values, tops).of(f.args[1]))))
                except Rejected:
                    pass
            for x in children(f):
                walk(x, tops)
        for f in (*self.goal.hyps, self.goal.claim):
            walk(f, {})
        return min(longest, 40)

    # --------------------------------------------------------------------------------------------- vectors and matrices
    def _entry(self) -> Fraction:
        return F(self.rng.randint(-3, 3)) if self.rng.random() < 0.8 else F(self.rng.randint(-9, 9), self.rng.randint(1, 5))

    def _vector(self, name: str, d: int, values: Values) -> list[Fraction]:
        if name not in self.unit:
            return [self._entry() for _ in range(d)]
        basis: list[list[Fraction]] = []
        for h in self.equations.get(name, []):
            row = _gradient(h, name, self.sorts[name], [[F(0)]] * d, values)[0][0]
            basis.append(row)
        frame = orthonormal(basis, d)
        free = d - len(basis)
        if free < 1:
            raise Rejected("no unit vector is left")
        w = sphere_point([F(self.rng.randint(-3, 3)) for _ in range(free - 1)], self.rng.choice((1, -1)))
        return [sum((w[k] * frame[len(basis) + k][j] for k in range(free)), F(0)) for j in range(d)]

    def _matrix(self, name: str, r: int, c: int, i: int) -> list[list[Fraction]]:
        form = self.forms.get(name)
        if form == "orthogonal":
            frame = orthonormal([sphere_point([F(self.rng.randint(-2, 2)) for _ in range(r - 1)], self.rng.choice((1, -1)))], r)
            other = orthonormal([sphere_point([F(self.rng.randint(-2, 2)) for _ in range(r - 1)], 1)], r)
            return [[sum((frame[a][k] * other[b][k] for k in range(r)), F(0)) for b in range(r)] for a in range(r)]
        m = [[self._entry() for _ in range(c)] for _ in range(r)]
        if form == "spd":
            return [[sum((m[a][k] * m[b][k] for k in range(c)), F(a == b)) for b in range(r)] for a in range(r)]
        if form == "symmetric":
            return [[m[max(a, b)][min(a, b)] for b in range(r)] for a in range(r)]
        special = i % 6
        if special == 3 and form is None:  # shapes that meet polynomial equations: 0, a projector, a quarter turn in a plane
            return [[F(a == b and a == 0) if i % 4 else F(0) for b in range(c)] for a in range(r)]
        if special == 5 and r == c:
            turn = {(0, 1): F(-1), (1, 0): F(1)}
            return [[turn.get((a, b), F(0)) if r > 1 else F(0) for b in range(c)] for a in range(r)]
        return m

    # --------------------------------------------------------------------------------------------------------- equations
    def _solve(self, name: str, values: Values, i: int) -> Any:
        """A value of `name` that meets its equations: over Q where they are linear in it, else a numeric root."""
        sort, hyps = self.sorts[name], self.equations[name]
        start = self._fresh(name, sort, values, i)
        if all(degree(a, name) <= 1 for h in hyps for a in h.args):
            flat = flatten(start)
            rows, rest = [], []
            for h in hyps:
                for row, value in zip(*_gradient(h, name, sort, start, values), strict=True):
                    rows.append(row)
                    rest.append(-value)
            moved = least_change(rows, rest)
            return reshape(start, [q + s for q, s in zip(flat, moved, strict=True)])
        if sort != "real":
            return start
        pair = self._circle(name, hyps, values)
        return pair if pair is not None else self._numeric(name, hyps[0], values)

    def _circle(self, name: str, hyps: list[Formula], values: Values) -> Fraction | None:
        """x^2 + y^2 = 1 and the like: move the other symbol, too, to a rational point."""
        others = [n for n in free_symbols(hyps[0]) if n != name and self.sorts[n] == "real" and n not in self.fixed]
        if len(others) != 1 or any(degree(a, name) > 2 for a in hyps[0].args):
            return None
        t = F(self.rng.randint(-4, 4), self.rng.randint(1, 3))
        pair = ((1 - t * t) / (1 + t * t), 2 * t / (1 + t * t))
        if Point({**values, others[0]: pair[0], name: pair[1]}).truth(hyps[0])[0]:
            values[others[0]] = pair[0]
            return pair[1]
        return None

    def _numeric(self, name: str, h: Formula, values: Values) -> Fraction:
        if not self.numeric:
            raise Rejected("no exact solution")
        lo, _, hi, _ = self._bounds(name, values)

        def gap(q: Fraction) -> Any:
            p = Point({**values, name: q})
            return arb(p.of(h.args[0]) - p.of(h.args[1]))
        return bracketed_root(gap, F(-40) if lo is None else lo, F(40) if hi is None else hi, self.rng, DIGITS)


def _near(point: Point, h: Formula) -> bool:
    gap = point.of(h.args[0] - h.args[1])
    entries = gap.entries() if isinstance(gap, MATRIX) else [gap]
    return all(abs(arb(x)) < arb(2) ** (60 - DIGITS) for x in entries)


def _lists(v: Any, sort: Any) -> Any:
    if not isinstance(v, MATRIX):
        q = rational(v)
        return q if isinstance(sort, str) else [q] if sort[0] == "vector" else [[q]]
    rows = [[rational(x) for x in row] for row in v.tolist()]
    return [r[0] for r in rows] if sort[0] == "vector" else rows


def _gradient(h: Formula, name: str, sort: Any, start: Any, values: Values) -> tuple[list[list[Fraction]], list[Fraction]]:
    """Left minus right as an affine map of the entries of `name`: its rows, and its values at `start`."""
    def at(v: Any) -> list[Fraction]:
        p = Point({**values, name: v})
        gap = p.of(h.args[0] - h.args[1])
        return [rational(x) for x in (gap.entries() if isinstance(gap, MATRIX) else [gap])]
    if sort[0] == "vector" and isinstance(start[0], list):
        start = [x[0] for x in start]
    flat, zero = flatten(start), at(start)
    moved = (at(reshape(start, [q + (j == k) for j, q in enumerate(flat)])) for k in range(len(flat)))
    columns = [[u - v for u, v in zip(m, zero, strict=True)] for m in moved]
    return [list(r) for r in zip(*columns, strict=True)], zero
