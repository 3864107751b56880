"""The valuations of products, powers, gcd and lcm of integers at one prime, case by case."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from math import gcd, lcm
from typing import Any

from flint import fmpz

from ..certificates import Goal
from ..formula import Formula, call, children, lift
from .algebra import UNIT, Poly, flint_forms, key, poly
from .logic import chosen
from .linear import Lin, Rows, combined, feasible, minus, scaled
from .normal import HOLDS, Normal
from .verdict import Rejected

Relation = list[tuple[Formula, Formula]]
Value = Lin | None  # None: the valuation of 0
FACTORS, CASES = 7, 1500
CLOSED = frozenset("add sub mul neg abs gcd lcm fibonacci lucas mod totient factorial binomial".split())  # whole numbers of whole numbers


class Undefined(Exception):
    """A denominator is 0 in this case, so there is nothing to show."""


class Prime:
    """The valuations at one prime, in the case that certain factors are 0."""

    def __init__(self, n: Normal, goal: Goal, relations: list[Relation]) -> None:
        self.n, self.goal, self.relations = n, goal, relations
        self.p = 0
        self.zeros: frozenset[str] = frozenset()
        self.known: dict[Formula, tuple[Fraction, list[tuple[str, int]]]] = {}
        self.factors: dict[str, Poly] = {}
        self.constants: set[int] = set()
        self.whole = {a for f in (*goal.hyps, goal.claim, *(g for terms in relations for pair in terms for g in pair))
                      for g in walk(f) if self.integral(g) and (a := self.single(g))}
        self.cases = 0
        self.mods = list(dict.fromkeys(g for h in (*goal.hyps, goal.claim) for f in self.parts_of(h) for g in walk(f) if g.head == "mod"))

    def integral(self, f: Formula) -> bool:
        """Visibly a whole number, where it is defined."""
        if f.head == "num":
            return bool(f.args[0].denominator == 1)
        if f.head == "pow":
            e = f.args[1]
            return self.integral(f.args[0]) and self.integral(e) and self.n.nonneg(self.n.scalar(e))
        if f.head == "sym":
            return bool(f.args[1] == "integer")
        try:
            if f.head in ("at", "sum", "prod"):
                return self.n.whole(self.n.scalar(f))
            return f.head in CLOSED and all(map(self.integral, f.args)) and (f.head != "binomial" or chosen(self.n, f))
        except Rejected:
            return False

    def single(self, f: Formula) -> str | None:
        """The atom that f is, if it is one."""
        try:
            r = self.n.scalar(f)
        except Rejected:
            return None
        (m, c), *more = list(r.num.items()) or [(UNIT, Fraction(0))]
        return m[0][0] if r.den == poly(1) and not more and c == 1 and len(m) == 1 and m[0][1] == 1 else None

    def factor(self, f: Formula) -> tuple[Fraction, list[tuple[str, int]]]:
        """f as a number times powers of primitive polynomials in whole numbers."""
        if f not in self.known:
            r = self.n.scalar(f)
            if not self.integral(f) and (r.den != poly(1) or r.num.keys() - {UNIT}):
                raise Rejected("a term that is not visibly whole")
            if r.den != poly(1) or any(k < 0 or k.denominator > 1 or not (self.n.atoms[a].whole or a in self.whole) for m in r.num for a, k in m):
                raise Rejected("a term that is no polynomial in whole numbers")
            if not r.num or r.num.keys() == {UNIT}:
                self.known[f] = r.num.get(UNIT, Fraction(0)), []
            else:
                (form, _), back = flint_forms(r.num, poly(1))
                c, parts = form.factor()
                number, out = Fraction(int(c.p), int(c.q)), []
                for q, e in parts:
                    g = back(q)
                    content = Fraction(gcd(*(k.numerator for k in g.values())), lcm(*(k.denominator for k in g.values())))
                    unit = content if g[max(g)] > 0 else -content
                    g = {m: k / unit for m, k in g.items()}
                    number *= unit ** int(e)
                    self.factors.setdefault(key(g), g)
                    out.append((key(g), int(e)))
                self.known[f] = number, out
            number = self.known[f][0]
            for m in (number.numerator, number.denominator):
                if m.bit_length() > 100:
                    raise Rejected("a large constant")
                self.constants |= {int(q) for q, _ in fmpz(abs(m)).factor()} if m else set()
        return self.known[f]

    def collect(self, terms: list[Formula]) -> None:
        """Every factor that occurs."""
        for f in (*terms, *(g for terms in self.relations for pair in terms for g in pair), *(g for m in self.mods for g in (m, *m.args))):
            self.visit(f)
        for h in self.goal.hyps:
            for f in self.parts_of(h) if h.head != "le" else ():
                try:
                    self.visit(f)
                except Rejected:
                    continue
        if len(self.factors) > FACTORS:
            raise Rejected("too many factors")

    def parts_of(self, h: Formula) -> list[Formula]:
        if h.head in ("and", "or"):
            return [f for g in h.args for f in self.parts_of(g)]
        return list(h.args[0].args if h.head == "eq" and h.args[0].head == "mod" else h.args) if h.head in ("eq", "ne", "le") else []

    def visit(self, f: Formula) -> None:
        if f.head in ("mul", "div", "neg", "abs", "gcd", "lcm", "totient"):
            for g in f.args:
                self.visit(g)
        elif f.head == "binomial" and chosen(self.n, f):
            for g in factorials(f):
                self.visit(g)
        elif f.head == "pow":
            self.visit(f.args[0])
            for m in self.exponent(f.args[1]):
                for a, _ in m:
                    self.factors.setdefault(key({((a, Fraction(1)),): Fraction(1)}), {((a, Fraction(1)),): Fraction(1)})
        else:
            self.factor(f)

    def exponent(self, e: Formula) -> Poly:
        r = self.n.scalar(e)
        if not self.n.whole(r) or any(c < 0 or any(k != 1 for _, k in m) or self.n.mono_sign(m) not in (">", ">=") for m, c in r.num.items()):
            raise Rejected("an exponent that is not known to be a natural number")
        return r.num

    # -------------------------------------------------------------------------------------------------- all the cases
    def everywhere(self, kind: str, a: Formula, b: Formula) -> bool:
        """Check the claim in every case; whether something was undefined in one of them."""
        skipped = False
        names = sorted(self.factors)
        signs = {x: self.n.sign(self.n.ratio(self.factors[x], poly(1))) for x in names}
        for size in range(len(names) + 1):
            for zeros in combinations(names, size):
                if any(signs[x] in HOLDS["ne"] for x in zeros) or any(signs[x] == "=" and x not in zeros for x in names):
                    continue
                for p in (*sorted(self.constants), 0):
                    self.p, self.zeros = p, frozenset(zeros)
                    try:
                        rows: Rows = tuple(({x: Fraction(1)}, False) for x in names if x not in zeros)
                        for facts in self.facts(rows):
                            skipped |= not self.claim(kind, a, b, facts)
                    except Undefined:
                        skipped = True
        return skipped

    def claim(self, kind: str, a: Formula, b: Formula, rows: Rows) -> bool:
        """Show the claim in this case; False where a side is undefined."""
        try:
            for (u, i), r in self.local(a, rows):
                for (v, j), s in self.local(b, r):
                    if kind == "divides" and u is None:
                        return False
                    self.compare(kind, u, i, v, j, s)
        except Undefined:
            return False
        return True

    def compare(self, kind: str, u: Value, i: Lin, v: Value, j: Lin, rows: Rows) -> None:
        if u is None or v is None:
            fits = u is v if kind == "equal" else v is None if kind == "divides" else u is None
        else:
            gap, extra = minus(v, u), minus(j, i)
            if kind == "equal":
                fits = self.never(gap, rows) and self.never(minus({}, gap), rows) and (
                    self.p == 2 or self.never(extra, rows) and self.never(minus({}, extra), rows))
            else:  # p^gap (p - 1)^extra is a whole number, or at least 1
                more = extra if kind == "divides" else combined(gap, extra)
                fits = self.never(minus({}, gap), rows) and (self.p == 2 or self.never(minus({}, more), rows))
        if not fits:
            raise Rejected(f"the valuations at {self.p or 'a prime'} do not fit")

    def never(self, r: Lin, rows: Rows) -> bool:
        """r is never positive."""
        return not feasible((*rows, (r, True)))

    def facts(self, rows: Rows) -> Iterator[Rows]:
        """The cases that the hypotheses and the relations leave, as inequalities."""
        one = lift(1)
        steps = [(pair, [other for other in terms if other is not pair]) for terms in self.relations for pair in terms]
        for m in self.mods:
            steps += [((one, m), [(one, g) for g in m.args]), ((one, m.args[0]), [(one, m), (one, m.args[1])])]
        todo: list[tuple[str, Any]] = [("relation", s) for s in steps]
        for h in self.goal.hyps:
            if not self.satisfiable(h):
                return
            if h.head == "eq":
                left, right = h.args
                divides = left.head == "mod" and right == lift(0)
                pair = (left.args[1], left.args[0]) if divides else (left, right)
                try:
                    for f in pair:
                        self.visit(f)
                except Rejected:
                    continue
                if not any(g.head == "totient" for f in pair for g in walk(f)):
                    todo.append(("divides" if divides else "equal", pair))
        yield from self.apply(todo, rows)

    def satisfiable(self, h: Formula) -> bool:
        """Whether the hypothesis can hold in this case, as far as it says what is not 0."""
        if h.head == "or":
            return any(map(self.satisfiable, h.args))
        if h.head == "and":
            return all(map(self.satisfiable, h.args))
        if h.head == "ne" and h.args[1] == lift(0) and h.args[0] in self.known:
            number, parts = self.known[h.args[0]]
            return number != 0 and not any(x in self.zeros for x, _ in parts)
        return True

    def apply(self, todo: list[tuple[str, Any]], rows: Rows) -> Iterator[Rows]:
        self.cases += 1
        if self.cases > CASES:
            raise Rejected("too many cases")
        if not todo:
            yield rows
            return
        (kind, what), rest = todo[0], todo[1:]
        if kind == "relation":
            target, terms = what
            for bound, r in self.least(terms, rows):
                for v, s in self.total(target, r):
                    yield from self.more(rest, v, bound, s)
        else:
            a, b = what
            for u, r in self.of(a, rows):
                for v, s in self.of(b, r):
                    if kind == "divides" and u is None:
                        continue
                    if kind == "equal" and (u is None) != (v is None):
                        continue
                    both = s if u is None or v is None or kind == "divides" else (*s, (minus(u, v), False))
                    yield from self.more(rest, v, u, both)

    def more(self, rest: list[tuple[str, Any]], v: Value, bound: Value, rows: Rows) -> Iterator[Rows]:
        """Go on with v >= bound."""
        if bound is None and v is not None:
            return
        new = rows if v is None or bound is None else (*rows, (minus(v, bound), False))
        if feasible(new):
            yield from self.apply(rest, new)

    def least(self, terms: Relation, rows: Rows) -> Iterator[tuple[Value, Rows]]:
        """The minimum of sums of valuations."""
        product, rest = terms[0], terms[1:]
        for v, r in self.total(product, rows):
            if not rest:
                yield v, r
                continue
            for w, s in self.least(rest, r):
                yield from self.extreme(v, w, s, True)

    def total(self, pair: tuple[Formula, Formula], rows: Rows) -> Iterator[tuple[Value, Rows]]:
        for u, r in self.of(pair[0], rows):
            for v, s in self.of(pair[1], r):
                yield None if u is None or v is None else combined(u, v), s

    def extreme(self, v: Value, w: Value, rows: Rows, least: bool) -> Iterator[tuple[Value, Rows]]:
        if v is None or w is None:
            yield (w if v is None else v) if least else None, rows
            return
        first, second = (*rows, (minus(w, v), False)), (*rows, (minus(v, w), True))
        for case, small, large in ((first, v, w), (second, w, v)):
            if feasible(case):
                yield (small if least else large), case

    # ---------------------------------------------------------------------------------------------------- valuations
    def of(self, f: Formula, rows: Rows) -> Iterator[tuple[Value, Rows]]:
        """The valuation of f in each of the cases that f makes."""
        if any(g.head == "totient" for g in walk(f)):
            raise Rejected("Euler's phi inside a gcd or lcm")
        for (v, _), r in self.local(f, rows):
            yield v, r

    def local(self, f: Formula, rows: Rows) -> Iterator[tuple[tuple[Value, Lin], Rows]]:
        """The exponents of p and of p - 1 (from Euler's phi) in the factor of f that belongs to p."""
        h, a = f.head, f.args
        if h in ("neg", "abs"):
            yield from self.local(a[0], rows)
        elif h in ("mul", "div"):
            for (u, i), r in self.local(a[0], rows):
                for (v, j), s in self.local(a[1], r):
                    if h == "div" and v is None:
                        raise Undefined
                    c = Fraction(1 if h == "mul" else -1)
                    yield (None if u is None or v is None else combined(u, scaled(v, c)), combined(i, scaled(j, c))), s
        elif h == "binomial" and chosen(self.n, f):  # a whole number
            (top, _), (left, _), (right, _) = (next(self.local(g, rows))[0] for g in factorials(f))
            if top is not None and left is not None and right is not None:
                v = minus(top, combined(left, right))
                yield (v, {}), (*rows, (v, False))
        elif h in ("gcd", "lcm"):
            for v, r in self.fold(list(a), rows, h == "gcd"):
                yield (v, {}), r
        elif h == "totient":
            for v, r in self.of(a[0], rows):
                if v is None:
                    raise Undefined
                none, some = (*r, (minus({}, v), False)), (*r, (minus(v, {"": Fraction(1)}), False))
                if feasible(none):
                    yield ({}, {}), none
                if feasible(some):
                    yield (minus(v, {"": Fraction(1)}), {"": Fraction(1)}), some
        elif h == "pow":
            for (v, i), r in self.local(a[0], rows):
                if i:
                    raise Rejected("a power of Euler's phi")
                for w, s in self.multiple(self.exponent(a[1]), v, r):
                    yield (w, {}), s
        else:
            number, parts = self.factor(f)
            v = None if not number or any(x in self.zeros for x, _ in parts) else combined(
                {"": self.at(number)}, *({x: Fraction(e)} for x, e in parts))
            yield (v, {}), rows

    def at(self, c: Fraction) -> Fraction:
        """The valuation of a number."""
        k = 0
        for m, s in ((abs(c.numerator), 1), (c.denominator, -1)):
            while self.p and m % self.p == 0:
                m, k = m // self.p, k + s
        return Fraction(k)

    def fold(self, fs: list[Formula], rows: Rows, least: bool) -> Iterator[tuple[Value, Rows]]:
        for u, r in self.of(fs[0], rows):
            if len(fs) == 1:
                yield u, r
                continue
            for v, s in self.fold(fs[1:], r, least):
                yield from self.extreme(u, v, s, least)

    def multiple(self, e: Poly, v: Value, rows: Rows) -> Iterator[tuple[Value, Rows]]:
        """e v for an exponent e: a product of a variable and a valuation is an unknown, at least as large as the valuation if the
        variable is not 0."""
        live = {m: c for m, c in e.items() if not any(key({((a, Fraction(1)),): Fraction(1)}) in self.zeros for a, _ in m)}
        if not live or v is None:
            yield ({} if not live else None), rows
            return
        yield from self.products([(m, c, x, k) for m, c in live.items() for x, k in v.items()], {}, rows)

    def products(self, todo: list[Any], out: Lin, rows: Rows) -> Iterator[tuple[Value, Rows]]:
        if not todo:
            yield out, rows
            return
        (m, c, x, k), rest = todo[0], todo[1:]
        if m == UNIT:
            yield from self.products(rest, combined(out, {x: c * k}), rows)
            return
        name, unit = f"{key({m: Fraction(1)})}.{x}", {x: Fraction(1)}
        if x:
            gone = (*rows, ({x: Fraction(-1)}, False))
            if feasible(gone):
                yield from self.products(rest, out, gone)
        there = (*rows, (minus(unit, {"": Fraction(1)}), False), (minus({name: Fraction(1)}, unit), False))
        if feasible(there):
            yield from self.products(rest, combined(out, {name: c * k}), there)


def factorials(f: Formula) -> tuple[Formula, Formula, Formula]:
    """n!, k! and (n - k)!, for n over k."""
    n, k = f.args
    return call("factorial", n), call("factorial", k), call("factorial", n - k)


def walk(f: Formula) -> Iterator[Formula]:
    yield f
    for g in children(f):
        yield from walk(g)
