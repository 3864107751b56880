"""Laurent polynomials over Q in named atoms, with the relations the atoms obey.

A monomial is a sorted tuple of (atom, exponent); atoms are strings whose structure is kept in `Algebra.info`.
Exponents are ints, or Fractions for exponentials and roots.  1/P for a polynomial P is the atom `inv` with P * inv = 1.
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from itertools import product
from math import floor, gcd
from typing import Any

from flint import Ordering, fmpq, fmpq_mpoly_ctx, fmpz_poly

from .verdict import Rejected

Exponent = Fraction
Mono = tuple[tuple[str, Fraction], ...]
Poly = dict[Mono, Fraction]
ONE: Mono = ()
LIMIT = 20000  # monomials: beyond this the kernel refuses rather than thrash


def const(c: Any) -> Poly:
    return {ONE: Fraction(c)} if c else {}


def is_const(p: Poly) -> bool:
    return not p or (len(p) == 1 and ONE in p)


def value(p: Poly) -> Fraction:
    return p.get(ONE, Fraction(0))


def add(*ps: Poly) -> Poly:
    out: Poly = {}
    for p in ps:
        for m, c in p.items():
            s = out.get(m, 0) + c
            if s:
                out[m] = s
            else:
                out.pop(m, None)
    return out


def scale(p: Poly, c: Any) -> Poly:
    return {m: v * Fraction(c) for m, v in p.items()} if c else {}


def sub(a: Poly, b: Poly) -> Poly:
    return add(a, scale(b, -1))


def times(a: Mono, b: Mono) -> Mono:
    exps = dict(a)
    for atom, k in b:
        exps[atom] = exps.get(atom, Fraction(0)) + k
    return tuple(sorted((t, k) for t, k in exps.items() if k))


def key(p: Poly) -> str:
    """Canonical text of a polynomial: the name under which it enters atoms and certificates."""
    if not p:
        return "0"
    return "+".join(f"{c}" + "".join(f"*{a}" if k == 1 else f"*{a}^{k}" for a, k in m) for m, c in sorted(p.items()))


def factored(p: Poly) -> list[tuple[Poly, int]]:
    """p as a product of powers of irreducible polynomials in its atoms (p itself when an exponent is not an integer)."""
    if any(k.denominator != 1 for m in p for _, k in m):
        return [(p, 1)]
    atoms = sorted({a for m in p for a, _ in m})
    ring = fmpq_mpoly_ctx.get([f"x{j}" for j in range(len(atoms))], Ordering.lex)
    terms = {tuple(int(dict(m).get(a, 0)) for a in atoms): fmpq(c.numerator, c.denominator) for m, c in p.items()}
    content, factors = ring.from_dict(terms).factor()
    unit = Fraction(int(content.p), int(content.q))
    out = [(const(unit), 1)] if unit != 1 else []
    for f, k in factors:
        poly = {tuple((a, Fraction(int(e))) for a, e in zip(atoms, exps) if e): Fraction(int(c.p), int(c.q))
                for exps, c in f.to_dict().items()}
        out.append((poly, int(k)))
    return sorted(out, key=lambda t: key(t[0]))


class Algebra:
    """Polynomials with reduction by the atoms' relations; subclasses know what the atoms mean."""

    def __init__(self) -> None:
        self.info: dict[str, tuple[Any, ...]] = {}
        self.rules: list[tuple[Mono, Poly]] = []

    def atom(self, name: str, *info: Any) -> Poly:
        self.info.setdefault(name, info)
        return {((name, Fraction(1)),): Fraction(1)}

    def mul(self, *ps: Poly) -> Poly:
        return reduce(self._mul, ps, const(1))

    def _mul(self, a: Poly, b: Poly) -> Poly:
        if len(a) * len(b) > LIMIT:
            raise Rejected(f"an expansion needs {len(a) * len(b)} products; the kernel stops at {LIMIT}")
        out: Poly = {}
        for (m, c), (n, d) in product(a.items(), b.items()):
            for k, v in self.reduced(times(m, n)).items():
                s = out.get(k, 0) + v * c * d
                if s:
                    out[k] = s
                else:
                    out.pop(k, None)
        return out

    def power(self, p: Poly, n: int) -> Poly:
        if n < 0:
            return self.power(self.invert(p), -n)
        if n > 200 and len(p) > 1:
            raise Rejected(f"power {n} of a polynomial")
        if len(p) == 1 and n:
            (m, c), = p.items()
            return scale(self.reduced(tuple((a, k * n) for a, k in m)), c ** n)
        out = const(1)
        while n:
            if n & 1:
                out = self._mul(out, p)
            p, n = (self._mul(p, p), n >> 1) if n > 1 else (p, 0)
        return out

    def invert(self, p: Poly) -> Poly:
        if not p or self.zero(p):
            raise Rejected("division by zero")
        if len(p) == 1:
            (m, c), = p.items()
            return scale(self.reduced(tuple((a, -k) for a, k in m)), 1 / c)
        common = self.content(p)  # take out the common monomial, then make the leading coefficient 1
        rest = {times(m, tuple((a, -k) for a, k in common)): c for m, c in p.items()}
        out = self.reduced(tuple((a, -k) for a, k in common))
        for factor, k in factored(rest):
            lead = factor[max(factor)]
            unit = scale(factor, 1 / lead)
            inverse = self.atom(f"inv({key(unit)})", "inv", unit) if unit != const(1) else const(1)
            out = scale(self._mul(out, self.power(inverse, k)), lead ** -k)
        return out

    @staticmethod
    def content(p: Poly) -> Mono:
        exps: dict[str, Fraction] = {}
        atoms = {a for m in p for a, _ in m}
        for a in atoms:
            low = min(dict(m).get(a, Fraction(0)) for m in p)
            if low:
                exps[a] = low
        return tuple(sorted(exps.items()))

    def reduced(self, m: Mono) -> Poly:
        """The monomial rewritten until no relation applies."""
        for atom, k in m:
            kind = self.info[atom][0]
            rest = tuple(x for x in m if x[0] != atom)
            if kind == "i" and not 0 <= k < 2:
                return scale(self.reduced(times(rest, ((atom, k % 2),) if k % 2 else ONE)), (-1) ** floor(k / 2))
            if kind == "prime" and not 0 < k < 1:  # p^(a/b): integer part into the coefficient
                f = floor(k)
                return scale(self.reduced(times(rest, ((atom, k - f),) if k != f else ONE)),
                             Fraction(self.info[atom][1]) ** f)
            if kind == "root" and floor(k):  # P^(a/b) with P not a monomial
                f, left = floor(k), k - floor(k)
                base = self.power(self.info[atom][1], f)
                return self._mul(base, self.reduced(times(rest, ((atom, left),) if left else ONE)))
            if kind == "delta" and k != 1:
                if k < 0:
                    raise Rejected("division by a Kronecker delta")
                return self.reduced(times(rest, ((atom, Fraction(1)),)))
            if kind == "unit" and not 0 <= k < 1:  # exp(i pi k) and (-1)^n
                return scale(self.reduced(times(rest, ((atom, k % 1),) if k % 1 else ONE)), (-1) ** floor(k))
            if kind == "unit" and self.info[atom][1] and k == Fraction(1, 2):
                return self.reduced(times(rest, (("i", Fraction(1)),)))
            if kind == "sign_power" and not 0 <= k < 2:
                return self.reduced(times(rest, ((atom, k % 2),) if k % 2 else ONE))
            if kind == "square" and floor(k / 2):  # |u|^2 = u^2
                f = floor(k / 2)
                return self._mul(self.power(self.info[atom][1], 2 * f),
                                 self.reduced(times(rest, ((atom, k - 2 * f),) if k != 2 * f else ONE)))
            if kind == "exp" and self.info[atom][2] and k.denominator == 1:  # exp(W(z)) = z / W(z)
                return self._mul(self.power(self.info[atom][2], int(k)), self.reduced(rest))
            if kind == "inv" and k >= 1:  # lead(P) * inv = 1 - (P - lead) * inv
                p = self.info[atom][1]
                lead = max(p)
                have = dict(rest)
                if lead != ONE and all(have.get(a, 0) >= e > 0 for a, e in lead):
                    inner = times(rest, tuple((a, -e) for a, e in lead))
                    tail = {x: -c for x, c in p.items() if x != lead}
                    once = add(self.reduced(times(inner, ((atom, k - 1),) if k > 1 else ONE)),
                               self._mul(tail, self.reduced(times(inner, ((atom, k),)))))
                    return once
        for left, right in self.rules:
            have = dict(m)
            if all(have.get(a, Fraction(0)) >= e for a, e in left):
                return self._mul(right, self.reduced(times(m, tuple((a, -e) for a, e in left))))
        return {m: Fraction(1)}

    def cleared(self, p: Poly) -> tuple[Poly, list[Poly]]:
        """(p * d, [factors of d]) with no inverse left: p = 0 iff p * d = 0 wherever p is defined."""
        factors: list[Poly] = []
        for _ in range(60):
            found = next((a for m in p for a, _ in m if self.info[a][0] == "inv"), None)
            if found is None:
                return p, factors
            base = self.info[found][1]
            top = max((dict(m).get(found, Fraction(0)) for m in p), default=Fraction(0))
            if top <= 0:  # only positive powers of 1/inv: put P back
                return self.cleared(self._replace(p, found, base))
            n = int(top)
            parts = []
            for m, c in p.items():
                k = int(dict(m).get(found, 0))
                rest = tuple(x for x in m if x[0] != found)
                parts.append(scale(self._mul({rest: Fraction(1)}, self.power(base, n - k)), c))
            p = add(*parts)
            factors += [base] * n
        raise Rejected("denominators nested too deeply")

    def _replace(self, p: Poly, atom: str, base: Poly) -> Poly:
        parts = []
        for m, c in p.items():
            k = dict(m).get(atom, Fraction(0))
            rest = tuple(x for x in m if x[0] != atom)
            parts.append(scale(self._mul({rest: Fraction(1)}, self.power(base, int(-k))), c))
        return add(*parts)

    def zero(self, p: Poly) -> bool:
        if not p:
            return True
        p, _ = self.cleared(p)
        if len(p) > 1 or any(k < 0 for m in p for _, k in m):  # negative powers can hide a relation: clear and reduce
            low: dict[str, Fraction] = {}
            for m in p:
                for a, k in m:
                    low[a] = min(low.get(a, Fraction(0)), k)
            lift = tuple(sorted((a, -Fraction(floor(k))) for a, k in low.items() if k < 0))
            if lift:
                p = add(*(scale(self.reduced(times(m, lift)), c) for m, c in p.items()))
                p, _ = self.cleared(p)
        return not self._cyclotomic(p)

    def _cyclotomic(self, p: Poly) -> Poly:
        """Reduce powers of exp(i pi) = -1 modulo the cyclotomic polynomial of the root of unity that occurs."""
        unit = next((a for m in p for a, _ in m if self.info[a] == ("unit", True)), None)
        if unit is None:
            return p
        n = reduce(lambda a, b: a * b // gcd(a, b),
                   [dict(m).get(unit, Fraction(1)).denominator for m in p] + [2])
        phi = [int(c) for c in fmpz_poly.cyclotomic(2 * n).coeffs()]
        groups: dict[Mono, list[Fraction]] = {}
        for m, c in p.items():
            for rest, d in self._without_i(m, unit):
                k = int(dict(m).get(unit, Fraction(0)) * n) + (n // 2 if d else 0)
                groups.setdefault(rest, [Fraction(0)] * (3 * n))[k] += c
        out: Poly = {}
        for rest, coeffs in groups.items():
            for top in range(len(coeffs) - 1, len(phi) - 2, -1):
                lead = coeffs[top]
                if lead:
                    for j, q in enumerate(phi):
                        coeffs[top - len(phi) + 1 + j] -= lead * q
            for k, c in enumerate(coeffs):
                if c:
                    out[times(rest, ((unit, Fraction(k, n)),) if k else ONE)] = c
        return out

    @staticmethod
    def _without_i(m: Mono, unit: str) -> list[tuple[Mono, bool]]:
        rest = tuple(x for x in m if x[0] not in (unit, "i"))
        return [(rest, any(a == "i" for a, _ in m))]
