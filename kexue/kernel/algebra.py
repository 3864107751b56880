"""Polynomials and rational functions over Q in atoms: strings that name terms.  Exponents may be negative or fractional.

`Atom.kind` gives the only relations that are built in: i^2 = -1, 2^(1/2) 2^(1/2) = 2, root(p)^2 = p, |p|^2 = p^2 for real p,
((-1)^m)^2 = 1; everything else comes from hypotheses."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import lcm
from typing import Any, NamedTuple

from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from .verdict import Rejected

Mono = tuple[tuple[str, Any], ...]  # exponents: integers or fractions
Poly = dict[Mono, Fraction]
UNIT: Mono = ()
ZERO, ONE = Fraction(0), Fraction(1)
WORK, LARGE = 5 * 10 ** 4, 5000  # steps of one normal form, largest exponent
RELATED = frozenset(("i", "sign", "prime", "turn", "root", "abs"))  # kinds of atoms whose powers have relations
NEGATED = {"": "", "=": "=", "!=": "!=", ">": "<", "<": ">", ">=": "<=", "<=": ">="}


class Atom(NamedTuple):
    kind: str
    data: Any = None
    sign: str = ""  # one of > >= = != <= <, or "" when nothing is known
    real: bool = True
    whole: bool = False


class Rat(NamedTuple):
    num: Poly
    den: Poly


def poly(c: Any) -> Poly:
    return {UNIT: Fraction(c)} if c else {}


def const(c: Any) -> Rat:
    return Rat(poly(c), poly(1))


def plus(*ps: Poly) -> Poly:
    out: Poly = {}
    for p in ps:
        for m, c in p.items():
            out[m] = out[m] + c if m in out else c
    return {m: c for m, c in out.items() if c}


def scaled(p: Poly, c: Any) -> Poly:
    return {m: k * c for m, k in p.items()} if c else {}


def lowest(p: Poly) -> Mono:
    """The monomial of the least exponents: the content of p."""
    names = {a for m in p for a, _ in m}
    least = {a: min(dict(m).get(a, 0) for m in p) for a in names}
    return tuple(sorted((a, k) for a, k in least.items() if k))


def key(p: Poly) -> str:
    return "+".join(f"{c}" + "".join(f"*{a}^{k}" if k != 1 else f"*{a}" for a, k in m) for m, c in sorted(p.items())) or "0"


def show(r: Rat) -> str:
    return key(r.num) if r.den == poly(1) else f"({key(r.num)})/({key(r.den)})"


def flint_forms(p: Poly, q: Poly) -> tuple[tuple[fmpq_mpoly, fmpq_mpoly], Callable[[fmpq_mpoly], Poly]]:
    """p and q times one monomial that clears negative and fractional exponents, as polynomials of flint, and the way back.
    A quotient of the two, or of both by a common factor, is not affected by the monomial."""
    low: dict[str, Any] = {}
    scale, most = 1, 0
    for f in (p, q):
        for m in f:
            for a, k in m:
                if k.denominator > 1:
                    scale = lcm(scale, k.denominator)
                    most = max(most, abs(k))
                else:
                    k = k.numerator  # compared as an integer
                    most = k if k > most else -k if -k > most else most
                if k < low.setdefault(a, 0):
                    low[a] = k
    names = sorted(low)
    if most * scale > 10 ** 6:
        raise Rejected("exponents with a common denominator this large")
    ring = fmpq_mpoly_ctx.get(tuple(f"v{i}" for i in range(len(names))), Ordering.lex)
    place = {a: i for i, a in enumerate(names)}
    start = [int(-low[a] * scale) for a in names]

    def form(f: Poly) -> fmpq_mpoly:
        terms = {}
        for m, c in f.items():
            e = list(start)
            for a, k in m:
                e[place[a]] += k.numerator * (scale // k.denominator)
            terms[tuple(e)] = fmpq(c.numerator, c.denominator)
        return ring.from_dict(terms)

    def back(f: fmpq_mpoly) -> Poly:
        return {tuple((a, int(k) if scale == 1 else Fraction(int(k), scale)) for a, k in zip(names, e, strict=True) if k):
                Fraction(int(c.p), int(c.q)) for e, c in f.to_dict().items()}
    return (form(p), form(q)), back


class Algebra:
    def __init__(self) -> None:
        self.atoms: dict[str, Atom] = {}
        self.rules: list[tuple[Mono, Poly]] = []
        self.solved: dict[str, Rat] = {}  # atoms that an equation among the hypotheses gives in terms of others
        self.steps = 0

    def tick(self) -> None:
        self.steps += 1
        if self.steps > WORK:
            raise Rejected("the normal form takes too many steps")

    def atom(self, name: str, kind: str, data: Any = None, sign: str = "", real: bool = True, whole: bool = False,
             k: Any = 1) -> Rat:
        if name in self.solved and k == int(k):
            return self.power(self.solved[name], int(k))
        self.atoms.setdefault(name, Atom(kind, data, sign, real, whole))
        return Rat(self.reduced({name: Fraction(k)}), poly(1))

    def reduced(self, powers: dict[str, Fraction], depth: int = 0) -> Poly:
        """One monomial after the built-in relations and the equations among the hypotheses."""
        self.tick()
        factor, out, extra = ONE, dict[str, Any](), list[Poly]()
        for a, k in powers.items():
            if (atom := self.atoms[a]).kind in RELATED:
                kind, data = atom.kind, atom.data
                if kind == "i":
                    factor, k = factor * (-1 if k % 4 >= 2 else 1), k % 2
                elif kind == "sign":
                    k %= 2
                elif kind == "prime":
                    factor, k = factor * Fraction(data) ** (k.numerator // k.denominator) if not 0 <= k < 1 else factor, k % 1
                elif kind == "turn" and not 0 <= k < 1:  # exp(i arg w), its square root, ...: whole powers are those of w/|w| or of its conjugate
                    n = k.numerator // k.denominator
                    extra, k = extra + [data[1 if n > 0 else 2]] * abs(n), k - n
                elif kind in ("root", "abs") and k >= (1 if kind == "root" else 2):
                    n = int(k) if kind == "root" else int(k) // 2 * 2
                    extra, k = extra + [data] * n, k - n
            if k:
                out[a] = k.numerator if k.denominator == 1 else k  # whole exponents are integers: their hashes are cheap
        if depth > 200:
            raise Rejected("the equations among the hypotheses do not terminate as rewrite rules")
        for left, right in self.rules:
            if all(out.get(a, 0) >= k for a, k in left):
                rest = {a: k - dict(left).get(a, 0) for a, k in out.items()}
                done = self.reduced({a: k for a, k in rest.items() if k}, depth + 1)
                return scaled(self.times(done, right, *extra), factor)
        mono = {tuple(sorted(out.items())): factor}
        return self.times(mono, *extra) if extra else mono

    def over(self, m: Mono, c: Any = 1) -> Poly:
        """c / m."""
        return scaled(self.reduced({a: -k for a, k in m}), c)

    def times(self, p: Poly, *others: Poly) -> Poly:
        for q in others:
            if len(p) == 1 and UNIT in p:
                p = scaled(q, p[UNIT])
                continue
            if len(q) == 1 and UNIT in q:
                p = scaled(p, q[UNIT])
                continue
            out: Poly = {}
            for m, c in p.items():
                for n, k in q.items():
                    powers = dict(m)
                    for a, e in n:
                        powers[a] = powers.get(a, 0) + e
                    for mono, x in self.reduced(powers).items():
                        y = c * k if x is ONE else x * c * k
                        out[mono] = out[mono] + y if mono in out else y
            p = {m: c for m, c in out.items() if c}
        return p

    def ratio(self, num: Poly, den: Poly) -> Rat:
        if not den:
            raise Rejected("division by 0")
        content = lowest(den)
        lead = den[max(den)]
        if content or lead != 1:
            unit = self.over(content, 1 / lead)
            num, den = self.times(num, unit), self.times(den, unit)
        if num and num.keys() == den.keys() and all(num[m] == num[max(num)] * c for m, c in den.items()):
            return const(num[max(num)])
        if not num or len(den) == 1:
            return Rat(num, den) if num else const(0)
        (p, q), back = flint_forms(num, den)
        g = p.gcd(q)
        if g.is_constant():
            return Rat(num, den)
        num, den = back(p // g), back(q // g)
        return self.ratio(num, den) if len(den) == 1 or lowest(den) or den[max(den)] != 1 else Rat(num, den)

    def quotient(self, p: Poly, q: Poly) -> Poly | None:
        """p / q where q divides p, up to a monomial."""
        if not {a for m in q for a, _ in m} <= {a for m in p for a, _ in m}:
            return None
        (u, v), back = flint_forms(p, q)
        w, rest = divmod(u, v)
        return back(w) if not rest else None

    def add(self, *rs: Rat) -> Rat:
        out = rs[0] if rs else const(0)
        for r in rs[1:]:
            if out.den == r.den:
                out = self.ratio(plus(out.num, r.num), out.den) if out.den != poly(1) else Rat(plus(out.num, r.num), out.den)
            else:
                out = self.ratio(plus(self.times(out.num, r.den), self.times(r.num, out.den)), self.times(out.den, r.den))
        return out

    def mul(self, *rs: Rat) -> Rat:
        out = rs[0] if rs else const(1)
        for r in rs[1:]:
            if out.den == r.den == poly(1):
                out = Rat(self.times(out.num, r.num), out.den)
            elif out.num == r.den or r.num == out.den:
                out = self.ratio(r.num, out.den) if out.num == r.den else self.ratio(out.num, r.den)
            else:
                out = self.ratio(self.times(out.num, r.num), self.times(out.den, r.den))
        return out

    def neg(self, r: Rat) -> Rat:
        return Rat(scaled(r.num, -1), r.den)

    def sub(self, a: Rat, b: Rat) -> Rat:
        return self.add(a, self.neg(b))

    def power(self, r: Rat, n: int) -> Rat:
        if n < 0:
            r, n = self.ratio(r.den, r.num), -n
        out = const(1)
        for _ in range(n):
            out = self.mul(out, r)
            if n > LARGE or max((c.numerator.bit_length() for c in out.num.values()), default=0) > 2 ** 16:
                raise Rejected("a power that is too large")
        return out

    def rationalised(self, u: Rat) -> Rat:
        """u with a denominator a + b sqrt(p) made rational."""
        roots = [m for m in u.den if m]
        if len(u.den) != 2 or len(roots) != 1 or len(roots[0]) != 1 or roots[0][0][1] != Fraction(1, 2) or self.atoms[roots[0][0][0]].kind != "prime":
            return u
        other = {m: -c if m else c for m, c in u.den.items()}
        return self.ratio(self.times(u.num, other), self.times(u.den, other))

    def zero(self, r: Rat) -> bool:
        """Whether r is identically 0; negative exponents are cleared first, so that every relation applies."""
        p = r.num
        for _ in range(4):
            down = tuple((a, k) for a, k in lowest(p) if k < 0) if p else ()
            if not down:
                break
            up = {a: -k for a, k in down}
            p = plus(*(scaled(self.reduced({a: k for a in {**dict(m), **up} if (k := dict(m).get(a, Fraction(0)) + up.get(a, 0))}), c)
                       for m, c in p.items()))
        return not p
