"""Zeilberger's creative telescoping with polynomials of flint: a recurrence for sums of hypergeometric terms.

t(n, k) is a product of powers, factorials of linear forms and a rational function.  With s_j = t(n + j, k)/t(n, k) brought to one
denominator D, Gosper's equation A(k) y(k + 1) - B(k - 1) y(k) = C(k) sum_j a_j s_j D is linear in the coefficients of y and in the a_j
(Petkovsek, Wilf & Zeilberger, A = B, chapters 5 and 6); it is solved modulo a prime first, which says for which order it can be solved."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from math import gcd, lcm
from typing import Any

from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx, nmod_mat

from ..formula import Formula, free_symbols, lift, substitute

ORDERS, DEGREES, PRIME, SHIFT = (1, 2, 3), 7, 2 ** 31 - 1, 8
ARITHMETIC = frozenset("num sym add sub mul div neg pow binomial factorial gamma rising".split())
SPECIAL = frozenset("binomial factorial gamma rising".split())
ONE = lift(1)
Rational = tuple[fmpq_mpoly, fmpq_mpoly]


class Unfit(Exception):
    """Not a hypergeometric term of the kind that is looked at here."""


@dataclass
class Term:
    """A hypergeometric term in n and k."""

    n: Formula
    k: Formula
    others: tuple[Formula, ...]
    powers: list[tuple[Rational, Formula]] = field(default_factory=list)  # base free of n and k, exponent
    factorials: list[tuple[fmpq_mpoly, int]] = field(default_factory=list)  # of a linear form, to the power 1 or -1
    top: Any = None
    bottom: Any = None

    def __post_init__(self) -> None:
        self.symbols = (self.n, self.k, *self.others)
        self.ring = fmpq_mpoly_ctx.get(tuple(f"v{i}" for i in range(len(self.symbols))), Ordering.lex)
        self.gens = self.ring.gens()
        self.one = self.ring.from_dict({(0,) * len(self.symbols): fmpq(1)})
        self.top = self.bottom = self.one

    # ------------------------------------------------------------------------------------------------------------ reading
    def rational(self, f: Formula) -> Rational:
        if f in self.symbols:
            return self.gens[self.symbols.index(f)], self.one
        h, a = f.head, f.args
        if h == "num":
            return self.one * fmpq(a[0].numerator, a[0].denominator), self.one
        if h == "neg":
            p, q = self.rational(a[0])
            return -p, q
        if h in ("add", "sub", "mul", "div"):
            (p, q), (r, s) = map(self.rational, a)
            if h == "div":
                if r == 0:
                    raise Unfit
                return cancelled(p * s, q * r)
            return (p * r, q * s) if h == "mul" else (p * s + r * q if h == "add" else p * s - r * q, q * s)
        if h == "pow" and a[1].head == "num" and a[1].args[0].denominator == 1 and abs(a[1].args[0]) <= 20:
            p, q = self.rational(a[0])
            e = int(a[1].args[0])
            if e < 0 and p == 0:
                raise Unfit
            return (p ** e, q ** e) if e >= 0 else (q ** -e, p ** -e)
        raise Unfit

    def read(self, f: Formula, s: int = 1) -> None:
        h, a = f.head, f.args
        if h in ("mul", "div"):
            self.read(a[0], s)
            self.read(a[1], s if h == "mul" else -s)
        elif h == "neg":
            self.top = -self.top
            self.read(a[0], s)
        elif h == "pow" and irrational(f):
            if a[1].head == "num" and a[1].args[0].denominator == 1 and abs(a[1].args[0]) <= 6:
                for _ in range(abs(int(a[1].args[0]))):
                    self.read(a[0], s if a[1].args[0] > 0 else -s)
            elif self.free(a[0]):
                self.linear(self.rational(a[1]))
                self.powers.append((self.rational(a[0]), a[1] if s > 0 else -a[1]))
            else:
                raise Unfit
        elif h in ("factorial", "gamma"):
            self.factorials.append((self.linear(self.rational(a[0])) - self.one * (h == "gamma"), s))
        elif h == "rising":
            u, v = (self.linear(self.rational(g)) for g in a)
            self.factorials += [(u + v - self.one, s), (u - self.one, -s)]
        elif h == "binomial":
            u, v = (self.linear(self.rational(g)) for g in a)
            self.factorials += [(u, s), (v, -s), (u - v, -s)]
        else:
            p, q = self.rational(f)
            self.top, self.bottom = (self.top * p, self.bottom * q) if s > 0 else (self.top * q, self.bottom * p)

    def rest(self, f: Formula) -> Formula:
        """f without what `read` took for rational factors."""
        h, a = f.head, f.args
        if h in ("mul", "div"):
            u, v = map(self.rest, a)
            return u if v == ONE else v if h == "mul" and u == ONE else Formula(h, (u, v))
        if h == "neg":
            return self.rest(a[0])
        if h == "pow" and irrational(f):
            return self.rest(a[0]) ** a[1] if a[1].head == "num" else f
        return f if h in SPECIAL else ONE

    def free(self, f: Formula) -> bool:
        return not {self.n.args[0], self.k.args[0]} & free_symbols(f).keys()

    def linear(self, r: Rational) -> fmpq_mpoly:
        p, q = r
        if not q.is_constant() or any(sum(e[:2]) > 1 or sum(e[:2]) and (sum(e[2:]) or c.q != 1) for e, c in (p / q).to_dict().items()):
            raise Unfit
        return p / q

    def step(self, p: fmpq_mpoly, at: int) -> int:
        """The coefficient of n (0) or k (1) in a linear form."""
        e = tuple(int(i == at) for i in range(len(self.symbols)))
        return int(fmpq(p.to_dict().get(e, fmpq(0))).p)

    # ----------------------------------------------------------------------------------------------------------- shifting
    def shifted(self, p: fmpq_mpoly, at: int, by: int) -> fmpq_mpoly:
        return p.compose(*(g + by if i == at else g for i, g in enumerate(self.gens)))

    def ratio(self, at: int, by: int) -> Rational:
        """t with n (0) or k (1) raised by so much, over t."""
        p, q = self.shifted(self.top, at, by) * self.bottom, self.top * self.shifted(self.bottom, at, by)
        for (u, v), e in self.powers:
            c = self.step(self.linear(self.rational(e)), at) * by
            if abs(c) > SHIFT:
                raise Unfit
            u, v, c = (u, v, c) if c >= 0 else (v, u, -c)
            p, q = p * u ** c, q * v ** c
        for form, s in self.factorials:
            c = self.step(form, at) * by
            if abs(c) > SHIFT:
                raise Unfit
            rise = reduce(lambda x, i: x * (form + i), range(1, c + 1) if c > 0 else range(c + 1, 1), self.one)
            p, q = (p * rise, q) if (c > 0) == (s > 0) else (p, q * rise)
        return cancelled(p, q)

    def factored(self, p: fmpq_mpoly) -> Formula:
        """p as a product, so that the signs of its factors show."""
        c, found = p.factor()
        out = lift(Fraction(int(c.p), int(c.q)))
        for q, e in found:
            unit = common([q])
            out = out * lift(Fraction(int(unit.p), int(unit.q)) ** int(e)) * (self.formula(q / unit) ** int(e) if e > 1 else self.formula(q / unit))
        return out

    def formula(self, p: fmpq_mpoly) -> Formula:
        total: Formula | None = None
        for e, c in sorted(p.to_dict().items()):
            term = lift(Fraction(int(c.p), int(c.q)))
            for x, j in zip(self.symbols, e, strict=True):
                term = term * x ** int(j) if j > 1 else term * x if j else term
            total = term if total is None else total + term
        return lift(0) if total is None else total


def irrational(f: Formula) -> bool:
    """Whether a power is no rational function of n and k."""
    return f.args[1].head != "num" or bool({*SPECIAL, "pow"} & {g.head for g in walk(f.args[0])})


def hidden(f: Formula, running: set[str], table: dict[str, Formula]) -> Formula:
    """f with new names for functions of other variables."""
    if f.head not in ARITHMETIC and f.head != "const" and not running & free_symbols(f).keys() or f.head == "const":
        name = next((x for x, g in table.items() if g == f), f"hidden{len(table)}")
        table[name] = f
        return Formula("sym", (name, "complex"))
    return Formula(f.head, tuple(hidden(g, running, table) if isinstance(g, Formula) else g for g in f.args))


def walk(f: Formula) -> list[Formula]:
    return [f, *(g for x in f.args if isinstance(x, Formula) for g in walk(x))]


def cancelled(p: fmpq_mpoly, q: fmpq_mpoly) -> Rational:
    g = p.gcd(q)
    return p / g, q / g


def common(ps: list[fmpq_mpoly]) -> fmpq:
    """The positive rational that leaves coprime integer coefficients."""
    cs = [c for p in ps for c in p.to_dict().values()]
    return fmpq(gcd(*(int(c.p) for c in cs)), lcm(*(int(c.q) for c in cs)))


def by_degree(p: fmpq_mpoly, one: fmpq_mpoly, ring: Any) -> dict[int, fmpq_mpoly]:
    """The coefficients of the powers of k."""
    out: dict[int, dict[Any, Any]] = {}
    for e, c in p.to_dict().items():
        out.setdefault(int(e[1]), {})[(e[0], 0, *e[2:])] = c
    return {d: ring.from_dict(x) for d, x in out.items()}


def product(top: Formula, bottom: Formula, rest: Formula) -> Formula:
    """top/bottom rest without factors 1."""
    front = top if bottom == ONE else top / bottom
    return front if rest == ONE else front * rest


def gosper(body: Formula, k: Formula) -> Formula | None:
    """G with t(k) = G(k + 1) - G(k), by Gosper's algorithm: the case without a shift."""
    table: dict[str, Formula] = {}
    inner = hidden(body, {k.args[0]}, table)
    t = Term(Formula("sym", ("shifted", "integer")), k, tuple(x for x in free_symbols(inner).values() if x != k))
    try:
        t.read(inner)
        found = solved(t, t.ratio(1, 1), [(t.one, t.one)])
    except (Unfit, ZeroDivisionError, ValueError, OverflowError):
        return None
    if found is None:
        return None
    (a,), (p, q) = found
    top, bottom = cancelled(p * t.top, q * t.bottom * a)
    return substitute(product(t.formula(top), t.factored(bottom), t.rest(inner)), table)


def hypergeometric(body: Formula, n: Formula, k: Formula) -> tuple[list[Formula], Formula, Formula, Formula, int] | None:
    """a_0, ..., a_J, then top and bottom of R, and T, with sum_j a_j t(n + j, k) = G(n, k + 1) - G(n, k), G = R T, where T is t(n + J, k)
    without its rational factors; and J."""
    if n.args[0] not in free_symbols(body):
        return [lift(-1), lift(1)], lift(0), lift(1), body, 1
    table: dict[str, Formula] = {}
    body = hidden(body, {n.args[0], k.args[0]}, table)
    others = tuple(x for x in free_symbols(body).values() if x not in (n, k))

    def shown(f: Formula) -> Formula:
        return substitute(f, table)
    try:
        t = Term(n, k, others)
        t.read(body)
        up = t.ratio(1, 1)
        shares = [(t.one, t.one)]
        for order in ORDERS:
            shares.append(t.ratio(0, order))
            found = solved(t, up, shares)
            if found is not None:
                a, (p, q) = found
                s, r = shares[-1]
                content = reduce(lambda x, y: x.gcd(y), a)
                content = content * common([c / content for c in a])
                a = [c / content for c in a]
                top, bottom = cancelled(p * r * t.shifted(t.top, 0, order), q * s * content * t.shifted(t.bottom, 0, order))
                unit = t.one * fmpq(1) * common([bottom])
                top, bottom = top / unit, bottom / unit
                rest = substitute(t.rest(body), {n.args[0]: n + order})
                return [shown(t.formula(c)) for c in a], shown(t.formula(top)), shown(t.factored(bottom)), shown(rest), order
    except (Unfit, ZeroDivisionError, ValueError, OverflowError):
        return None
    return None


def solved(t: Term, up: Rational, shares: list[Rational]) -> tuple[list[fmpq_mpoly], Rational] | None:
    """The a_j and G/t, if there are any for this order."""
    den = t.one
    for _, q in shares:
        den = den * q / den.gcd(q)
    tops = [p * (den / q) for p, q in shares]
    # t/den = C * (rest), where C is the polynomial factor of t
    c = t.top
    num, bot = cancelled(up[0] * den * c, up[1] * t.shifted(den, 1, 1) * t.shifted(c, 1, 1))
    before = t.shifted(bot, 1, -1)
    rng = random.Random(7)
    for degree in range(DEGREES):
        powers = [t.gens[1] ** e for e in range(degree + 1)]
        columns = [-(c * p) for p in tops] + [num * t.shifted(y, 1, 1) - before * y for y in powers]
        parts = [by_degree(p, t.one, t.ring) for p in columns]
        rows = sorted({d for p in parts for d in p})
        matrix = [[p.get(d, t.one * 0) for p in parts] for d in rows]
        values = [rng.randrange(2, PRIME) for _ in t.symbols]
        reduced, rank = nmod_mat([[at(x, values) for x in row] for row in matrix], PRIME).rref()
        pivots = [next(j for j in range(len(columns)) if int(reduced[i, j])) for i in range(rank)]
        lead = [j for j in range(len(columns)) if j not in pivots]
        if not lead or lead[-1] < 0:
            continue
        vector = kernel(matrix, t.one)
        if vector is None or not any(v != 0 for v in vector[:len(tops)]):
            continue
        y = sum((v * p for v, p in zip(vector[len(tops):], powers, strict=True)), t.one * 0)
        return vector[:len(tops)], cancelled(before * y, den * c)
    return None


def at(p: fmpq_mpoly, values: list[int]) -> int:
    total = 0
    for e, c in p.to_dict().items():
        term = int(c.p) * pow(int(c.q), -1, PRIME)
        for v, j in zip(values, e, strict=True):
            term = term * pow(v, int(j), PRIME) % PRIME
        total = (total + term) % PRIME
    return total


def kernel(matrix: list[list[fmpq_mpoly]], one: fmpq_mpoly) -> list[fmpq_mpoly] | None:
    """A vector of polynomials that the matrix takes to 0, by elimination without fractions; the last free column is used."""
    rows, width = [list(r) for r in matrix], len(matrix[0])
    pivots: list[int] = []
    for col in range(width - 1, -1, -1):  # the last columns first, so that a free column is one of the a_j
        i = min((i for i in range(len(pivots), len(rows)) if rows[i][col] != 0), key=lambda i: len(rows[i][col].to_dict()), default=None)
        if i is None:
            break
        r = len(pivots)
        rows[r], rows[i] = rows[i], rows[r]
        pivots.append(col)
        for m in range(len(rows)):
            if m != r and rows[m][col] != 0:
                g = rows[m][col].gcd(rows[r][col])
                u, v = rows[r][col] / g, rows[m][col] / g
                new = [x * u - y * v for x, y in zip(rows[m], rows[r], strict=True)]
                content = reduce(lambda x, y: x.gcd(y), new)
                rows[m] = [x / content for x in new] if content != 0 and not content.is_constant() else new
    else:
        return None
    free = width - 1 - len(pivots)
    lcm = one
    for r, col in enumerate(pivots):
        if rows[r][free] != 0:
            q = rows[r][col] / rows[r][col].gcd(rows[r][free])
            lcm = lcm * q / lcm.gcd(q)
    out = [one * 0] * width
    out[free] = lcm
    for r, col in enumerate(pivots):
        if rows[r][free] != 0:
            out[col] = -(rows[r][free] * lcm / rows[r][col])
    return out
