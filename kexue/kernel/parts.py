"""Normal forms of conjugates, real and imaginary parts, moduli, arguments and logarithms.

What is built of real atoms, i and exponentials has a conjugate by i -> -i; everything else about complex numbers follows from that."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import floor, gcd, lcm
from typing import TYPE_CHECKING

from flint import fmpq, fmpz

from ..formula import Formula
from .algebra import UNIT, Poly, Rat, const, flint_forms, lowest, plus, poly, scaled, show
from .domain import multiple, product_sign
from .infinite import Infinite
from .verdict import Rejected

if TYPE_CHECKING:
    from .normal import Normal

POINTS = (3, 7, 19, 41)  # where the sign of a factor is read off; it is not 0 at one of these points, or nothing is concluded
UP, DOWN = (">", ">=", "="), ("<", "<=")


def single(a: str, k: Fraction | int = 1) -> Rat:
    return Rat({((a, Fraction(k)),): Fraction(1)}, poly(1))


class Parts(Infinite):
    """Mixed into `Normal`."""

    def imaginary(self: Normal) -> Rat:  # type: ignore[misc]
        return self.atom("#i", "i", None, "!=", False)

    def real(self: Normal, r: Rat) -> bool:  # type: ignore[misc]
        if Infinite.real(self, r):
            return True
        turned = self.conjugated(r)
        return turned is not None and self.zero(self.sub(r, turned))

    def poly_sign(self: Normal, p: Poly, depth: int = 2) -> str:  # type: ignore[misc]
        s = Infinite.poly_sign(self, p, depth)
        if not s and depth == 2 and len(p) > 2:
            s = self.quadratic(p)
        return s or ("!=" if depth == 2 and (self.complex_(p) and self.avoids_zero(p) or self.apart_from_whole(p)) else "")

    def apart_from_whole(self: Normal, p: Poly) -> bool:  # type: ignore[misc]
        """Whether p is c w + d with w whole and d/c not: such a number is not 0."""
        rest = {m: c for m, c in p.items() if m}
        if not rest or UNIT not in p or not all(self.whole_term(m) for m in rest):
            return False
        scale = lcm(*(c.denominator for c in rest.values()))
        c = Fraction(gcd(*(int(c * scale) for c in rest.values())), scale)
        return bool((p[UNIT] / c).denominator > 1)

    def fractional(self: Normal, r: Rat) -> bool:  # type: ignore[misc]
        """Whether r is a whole number and a fraction, so that it is not whole."""
        c = r.num.get(UNIT, Fraction(0))
        return r.den == poly(1) and c.denominator > 1 and self.whole(self.sub(r, const(c)))

    def sign(self: Normal, r: Rat) -> str:  # type: ignore[misc]
        """The denominator of what is defined is not 0."""
        below = self.poly_sign(r.den)
        return product_sign(self.poly_sign(r.num), below[:1] if below in (">=", "<=") else below)

    def complex_(self: Normal, p: Poly) -> bool:  # type: ignore[misc]
        return any(a == "#i" for m in p for a, _ in m) and all(a == "#i" or self.atoms[a].real and k > 0 for m in p for a, k in m)

    def real_parts(self: Normal, p: Poly) -> tuple[Poly, Poly, Poly]:  # type: ignore[misc]
        """a, b and a - ib for p = a + ib."""
        a = {m: c for m, c in p.items() if ("#i", Fraction(1)) not in m}
        return a, {tuple(x for x in m if x[0] != "#i"): c for m, c in p.items() if m not in a}, {m: c if m in a else -c for m, c in p.items()}

    def avoids_zero(self: Normal, p: Poly) -> bool:  # type: ignore[misc]
        """a + ib is not 0 where a or b is not, or where it is q w with q known not to be 0, and w not either."""
        if any(Infinite.poly_sign(self, q) in (">", "<", "!=") for q in self.real_parts(p)[:2]):
            return True
        for q in self.nonzero:
            if self.complex_(q) and len(q) > 1 and q != p:
                *_, turned = self.real_parts(q)
                if multiple(p, turned):  # the conjugate of what is not 0
                    return True
                size = self.times(q, turned)
                w: Poly | None = {}
                for part, unit in zip(self.real_parts(self.times(p, turned)), (UNIT, (("#i", Fraction(1)),)), strict=False):
                    found = self.quotient(part, size) if part else {}
                    w = None if w is None or found is None else plus(w, self.times(found, {unit: Fraction(1)}))
                if w and len(w) < len(p) and (self.poly_sign(w) in (">", "<", "!=") or self.complex_(w) and self.avoids_zero(w)):
                    return True
        return False

    def quadratic(self: Normal, p: Poly) -> str:  # type: ignore[misc]
        """The sign of a polynomial of degree 2 in real atoms that is definite, or semidefinite: squares are completed one by one."""
        names = sorted({a for m in p for a, _ in m})
        if len(names) > 6 or any(sum(k for _, k in m) > 2 or any(k.denominator != 1 or k < 0 or not self.atoms[a].real for a, k in m) for m in p):
            return ""
        at = {a: i + 1 for i, a in enumerate(names)}
        form = [[Fraction(0)] * (len(names) + 1) for _ in range(len(names) + 1)]  # p = (1, x)^T form (1, x)
        for m, c in p.items():
            i, j = ([0, 0] + [at[a] for a, k in m for _ in range(int(k))])[-2:]
            form[i][j] += c / 2
            form[j][i] += c / 2
        up = next((c > 0 for m, c in p.items() if any(k == 2 for _, k in m)), True)
        for i in reversed(range(len(form))):
            pivot = form[i][i] if up else -form[i][i]
            if pivot < 0 or pivot == 0 and any(form[i][:i]):
                return ""
            if i and pivot:
                row = list(form[i])
                form = [[x - row[r] * row[s] / row[i] for s, x in enumerate(line)] for r, line in enumerate(form)]
        return (">" if up else "<") + ("" if form[0][0] else "=")

    def sign_of(self: Normal, f: Formula) -> str:  # type: ignore[misc]
        s = Infinite.sign_of(self, f)
        if s in ("", ">=", "<=") and (f.head == "exp" or f.head in ("sqrt", "abs", "conj") and self.sign_of(f.args[0]) in (">", "<", "!=")):
            return s[:1] or "!="  # an exponential is not 0; a root, a modulus or a conjugate is 0 at 0 only
        return s

    def conjugated(self: Normal, r: Rat) -> Rat | None:  # type: ignore[misc]
        """The conjugate, if every atom is real, i, or an exponential of what has a conjugate; otherwise None."""
        try:
            up, down = (self.add(const(0), *(self.mul(const(c), *(self.conjugate_atom(a, k) for a, k in m)) for m, c in p.items())) for p in r)
        except Rejected:
            return None
        return self.mul(up, self.ratio(down.den, down.num))

    def conjugate_atom(self: Normal, a: str, k: Fraction) -> Rat:  # type: ignore[misc]
        atom = self.atoms[a]
        if atom.real:
            return single(a, k)
        if a == "#i":
            return self.power(self.neg(self.imaginary()), int(k))
        if atom.kind in ("exp", "turn"):
            inner = self.conjugated(atom.data if atom.kind == "exp" else atom.data[0])
            if inner is not None:
                return self.exp(self.mul(const(k), inner))
        raise Rejected(f"the conjugate of {a}")

    def part(self: Normal, h: str, args: list[Rat]) -> Rat | None:  # type: ignore[misc]
        """The value of one of the functions on complex numbers, or of the order of real ones, as far as the hypotheses decide it."""
        u = args[0]
        if h in ("conj", "re", "im"):
            c = self.conjugated(u)
            if c is None:  # of a multiple by a rational number, that multiple
                lead = u.num[max(u.num)] if u.num and u.den == poly(1) else Fraction(1)
                return self.mul(const(lead), self.opaque(h, Rat(scaled(u.num, 1 / lead), poly(1)))) if lead != 1 else None
            return c if h == "conj" else self.mul(const(Fraction(1, 2)), *(
                (self.add(u, c),) if h == "re" else (self.sub(u, c), self.power(self.imaginary(), 3))))
        if h == "arg":
            return self.argument(u)
        if h == "mod":  # (c + q m) mod q = c mod q for whole m
            q, shift = args[1], u.num.get(UNIT, Fraction(0)) if u.den == poly(1) else Fraction(0)
            size = q.num.get(UNIT, Fraction(0)) if q.den == poly(1) and q.num.keys() <= {UNIT} else Fraction(0)
            return const(shift - size * floor(shift / size)) if size and self.whole(self.mul(self.sub(u, const(shift)), const(1 / size))) else None
        if h == "atan2":  # arg(x + iy) for real x and y
            return self.argument(self.add(args[1], self.mul(self.imaginary(), u))) if all(map(self.real, args)) else None
        s = self.sign(u)
        if h == "heaviside":
            return const(int(s == ">")) if s in (">", "<") and self.real(u) else None
        if h == "sign":
            if s in (">", "<", "="):
                return const({">": 1, "<": -1, "=": 0}[s])
            return self.mul(u, self.power(self.absolute(u), -1)) if s == "!=" and not self.real(u) else None
        for v in args[1:]:  # max, min
            gap = self.sub(u, v)
            s = self.sign(gap) if self.real(gap) else ""
            if s not in UP + DOWN or not self.real(u):
                return None
            u = u if (s in UP) == (h == "max") else v
        return u if self.real(u) else None

    def modulus(self: Normal, r: Rat) -> Rat:  # type: ignore[misc]
        top, bottom = map(self.size_of, r)
        return self.mul(top, self.power(bottom, -1))

    def size_of(self: Normal, p: Poly) -> Rat:  # type: ignore[misc]
        """|p|, atom by atom as far as p is a product, and |A + iB| = sqrt(A^2 + B^2) for real A and B."""
        if len(p) == 1:
            (m, c), = p.items()
            return self.mul(const(abs(c)), *(self.size_of_atom(a, k) for a, k in m))
        front = tuple(x for x in lowest(p) if self.atoms[x[0]].kind != "turn")
        unit = self.times(p, self.over(front))
        out = self.mul(const(1), *(self.size_of_atom(a, k) for a, k in front))
        if len(unit) == 1 and UNIT in unit:
            return self.mul(out, const(abs(unit[UNIT])))
        if any(k < 0 or a != "#i" and not self.atoms[a].real for m in unit for a, k in m):
            return self.mul(out, self.opaque("abs", Rat(unit, poly(1))))
        re = {m: c for m, c in unit.items() if ("#i", Fraction(1)) not in m}
        im = {tuple(x for x in m if x[0] != "#i"): c for m, c in unit.items() if m not in re}
        return self.mul(out, self.root_of_squares(re, im) if re and im else self.absolute(Rat(re or im, poly(1))))

    def size_of_atom(self: Normal, a: str, k: Fraction) -> Rat:  # type: ignore[misc]
        atom = self.atoms[a]
        if a == "#i":
            return const(1)
        if atom.kind in ("exp", "turn") and not atom.real:  # |exp(k v)| = exp(k re v)
            inner = atom.data if atom.kind == "exp" else atom.data[0]
            turned = self.conjugated(inner)
            return self.exp(self.mul(const(k / 2), self.add(inner, turned))) if turned is not None else self.opaque("abs", single(a, k))
        if atom.kind == "root" and not atom.real:
            return self.raise_to(self.modulus(Rat(atom.data, poly(1))), const(k), None)
        if atom.real and k.denominator == 1:
            return self.power(self.absolute(single(a)), int(k))
        return single(a, k) if atom.sign in (">", ">=") else self.opaque("abs", single(a, k))

    def root_of_squares(self: Normal, a: Poly, b: Poly) -> Rat:  # type: ignore[misc]
        """sqrt(a^2 + b^2), factor by factor.

        a^2 + b^2 = (a + ib)(a - ib) is factored over Q as a polynomial in its atoms, no relation between them being used.  A factor g of odd
        multiplicity is irreducible over Q and not over Q(i), for otherwise g would divide a + ib and a - ib equally often; so g is a
        constant times |h|^2 for a polynomial h, and does not change sign: one value that is not 0 shows which sign it has."""
        (p, q), back = flint_forms(a, b)
        constant, factors = (p * p + q * q).factor()
        c = Fraction(int(constant.p), int(constant.q))
        out = const(1)
        for g, k in factors:
            if k % 2 == 0:
                out = self.mul(out, self.power(self.absolute(self.written(back(g))), int(k) // 2))
                continue
            value = next((v for v in sample(g) if v), None)
            if value is None:
                raise Rejected("the sign of a factor is not seen")
            if value < 0:
                g, c = -g, -c
            root = self.raise_to(self.written(back(g)), const(Fraction(1, 2)), None)
            for m in root.num:
                for name, _ in m:
                    if self.atoms[name].kind == "root" and not self.atoms[name].real:  # what is left of g after positive factors
                        self.atoms[name] = self.atoms[name]._replace(sign=">=", real=True)
                        self.learn((self.atoms[name].data, False))
            out = self.mul(out, self.power(root, int(k)))
        if c <= 0:
            raise Rejected("a sum of squares with a negative constant")
        out = self.mul(out, self.number_power(c, Fraction(1, 2)))
        if len(a) == len(b) == 1 and out.den == poly(1):  # neither part is greater than the modulus
            for fact in [(plus(out.num, scaled(q, s)), False) for q in (a, b) for s in (1, -1)]:
                if fact not in self.facts:
                    self.learn(fact)
        return out

    def log(self: Normal, u: Rat) -> Rat:  # type: ignore[misc]
        """log u for u not 0, which is listed as a condition where the hypotheses do not say so."""
        if not u.num:
            raise Rejected("log 0")
        s = self.sign(u)
        if s in DOWN:  # log(-v) = log v + i pi for v > 0
            return self.add(self.log(self.neg(u)), self.mul(self.imaginary(), self.atom("#pi", "sym", None, ">")))
        if u.den != poly(1):
            c = 1 if self.poly_sign(u.den) in UP else -1
            if all(self.poly_sign(scaled(p, c)) in UP for p in u):
                return self.sub(self.log(Rat(scaled(u.num, c), poly(1))), self.log(Rat(scaled(u.den, c), poly(1))))
            return self.opaque_log(u)
        if s not in UP:
            over = self.mul(u, self.power(self.imaginary(), 3))
            if (s := self.sign(over)) not in UP + DOWN:
                return self.opaque_log(u)
            quarter = self.mul(const(Fraction(1 if s in UP else -1, 2)), self.imaginary(), self.atom("#pi", "sym", None, ">"))
            return self.add(self.log(over if s in UP else self.neg(over)), quarter)  # log(iv) = log v + i pi/2
        front = tuple((a, k) for a, k in lowest(u.num) if self.atoms[a].sign in (">", ">="))
        lead = content(u.num)
        below = tuple((a, k) for a, k in lowest(u.num) if len(u.num) > 1 and self.atoms[a].sign == "<" and k.denominator == 1)
        unit = self.times(u.num, self.over((*front, *below), (-1) ** int(sum(k for _, k in below)) / lead))
        out = const(0) if unit == poly(1) else self.opaque_log(Rat(unit, poly(1)))
        for a, k in below:  # a^k = (-1)^k (-a)^k, -a > 0
            out = self.add(out, self.mul(const(k), self.log(self.neg(single(a)))))
        for part, side in ((lead.numerator, 1), (lead.denominator, -1)):
            for p, e in primes(part):
                out = self.add(out, self.mul(const(e * side), self.opaque_log(const(p))))
        for a, k in front:
            kind, data = self.atoms[a][:2]
            inner = Rat({((a, Fraction(1)),): Fraction(1)}, poly(1))
            part_log = data if kind == "exp" else self.log(Rat(data, poly(1))) if kind == "root" else self.mul(
                data[1], self.log(data[0])) if kind == "pow" and self.sign(data[0]) in UP else self.log(const(data)) if kind == "prime" else \
                self.opaque_log(inner)
            out = self.add(out, self.mul(const(k), part_log))
        return out

    def opaque_log(self: Normal, u: Rat) -> Rat:  # type: ignore[misc]
        s = self.sign(u)
        big = self.sign(self.sub(u, const(1))) if s in UP else ""
        return self.atom(f"log({show(u)})", "log", (u, s in UP), big if big in (">", ">=", "<", "<=") else "", real=s in UP)

    def nonnegative_factors(self: Normal, p: Poly) -> list[tuple[Rat, int]]:  # type: ignore[misc]
        """p as a product of powers of two or more factors that are known not to be negative; empty where it is none."""
        if any(k.denominator != 1 or k < 0 or not self.atoms[a].real for m in p for a, k in m):
            return []
        (u, _), back = flint_forms(p, p)
        constant, factors = u.factor()
        c, out = Fraction(int(constant.p), int(constant.q)), list[tuple[Rat, int]]()
        for g, k in factors if len(factors) > 1 else ():
            r = Rat(back(g), poly(1))
            if (s := self.sign(r)) in DOWN:
                r, c = self.neg(r), c * (-1) ** int(k)
            elif s not in UP:
                return []
            out.append((r, int(k)))
        return [(const(c), 1), *out] if out and c > 0 else []

    def power_of_quotient(self: Normal, b: Rat, e: Rat) -> Rat:  # type: ignore[misc]
        """(p/q)^e = p^e / q^e for q > 0, or for p >= 0 and re q > 0, and otherwise (p conj q)^e / |q|^(2e), as |q|^2 > 0."""
        s, q = self.poly_sign(b.den), Rat(b.den, poly(1))
        if s in (">", "<") or self.poly_sign(b.num) in UP and self.on_the_right(q):
            top, bottom = (self.raise_to(Rat(scaled(p, -1 if s == "<" else 1), poly(1)), e, None) for p in b)
            return self.mul(top, self.power(bottom, -1))
        turned = self.conjugated(Rat(b.den, poly(1)))
        if turned is None or turned.den != poly(1):
            raise Rejected(f"the power of a quotient of unknown sign: {show(b)}")
        top, size = self.mul(Rat(b.num, poly(1)), turned), self.modulus(Rat(b.den, poly(1)))
        if len(size.num) != 1 or size.den != poly(1) or any(self.atoms[a].sign not in (">", ">=") for a, _ in next(iter(size.num))):
            raise Rejected(f"the power of a quotient of unknown sign: {show(b)}")
        return self.mul(self.raise_to(top, e, None), self.power(self.raise_to(size, self.mul(const(2), e), None), -1))

    def on_the_right(self: Normal, r: Rat) -> bool:  # type: ignore[misc]
        """Whether re r > 0 is known, so that 1/r has the argument -arg r."""
        return self.sign(self.part("re", [r]) or self.opaque("re", r)) == ">"

    def number_power(self: Normal, c: Fraction, e: Fraction) -> Rat:  # type: ignore[misc]
        out = const(1)
        for part, s in ((c.numerator, 1), (c.denominator, -1)):
            for p, k in primes(part):
                out = self.mul(out, self.atom(f"{p}^", "prime", p, ">", k=e * k * s))
        return out

    def principal(self: Normal, b: Rat, c: Fraction) -> Rat | None:  # type: ignore[misc]
        """b^c for b not 0."""
        try:
            return self.power(self.raise_to(b, const(abs(c)), None), 1 if c > 0 else -1)
        except Rejected:
            return None

    def written(self: Normal, p: Poly) -> Rat:  # type: ignore[misc]
        """p with the relations between its atoms."""
        return self.add(const(0), *(self.mul(const(c), *(single(a, k) for a, k in m)) for m, c in p.items()))

    def argument(self: Normal, r: Rat) -> Rat:  # type: ignore[misc]
        """arg r for r not 0, which is listed as a condition where the hypotheses do not say so.  Positive factors do not matter; arg of a real
        number is 0 or pi."""
        if r.den != poly(1):
            if self.poly_sign(r.den) in (">", ">=", "<", "<="):
                r = Rat(scaled(r.num, 1 if self.poly_sign(r.den)[0] == ">" else -1), poly(1))
            elif (turned := self.conjugated(Rat(r.den, poly(1)))) is not None and self.mul(turned, Rat(r.num, poly(1))).den == poly(1):
                r = self.mul(turned, Rat(r.num, poly(1)))
        pi = self.atom("#pi", "sym", None, ">")
        if r.den == poly(1) and r.num:
            front = tuple((a, k) for a, k in lowest(r.num) if self.atoms[a].sign in (">", ">="))
            r = Rat(self.times(r.num, self.over(front, 1 / abs(r.num[max(r.num)]))), poly(1))
        for turns, v in ((Fraction(0), r), (Fraction(1, 2), self.mul(r, self.power(self.imaginary(), 3)))):  # a real number, i times one
            s = self.sign(v)
            if s in UP + DOWN:
                return self.mul(const(turns if s in UP else turns - 1 if turns else 1), pi)
        return self.atom(f"arg({show(r)})", "fn", (r,))

    def turn(self: Normal, a: str, c: Fraction) -> Rat | None:  # type: ignore[misc]
        """exp(i c arg w) = (w/|w|)^n exp(i (c - n) arg w), n = floor(c)."""
        (w,), i = self.atoms[a].data, self.imaginary()
        turned = self.conjugated(w)
        if turned is None:
            return None
        size = self.power(self.modulus(w), -1)
        up, down = self.mul(w, size), self.mul(turned, size)
        if up.den != poly(1) or down.den != poly(1):
            return None
        n = floor(c)
        out = self.power(up if n >= 0 else down, abs(n))
        one = self.mul(i, single(a))
        return self.mul(out, self.atom(f"exp({show(one)})", "turn", (one, up.num, down.num), "!=", False, k=c - n)) if c != n else out


def primes(n: int) -> list[tuple[int, int]]:
    if n.bit_length() > 160:
        raise Rejected("a number too large to be factored")
    return [(int(p), int(k)) for p, k in fmpz(n).factor()] if n > 1 else []


def content(p: Poly) -> Fraction:
    """The positive rational that leaves coprime integer coefficients."""
    return Fraction(gcd(*(c.numerator for c in p.values())), lcm(*(c.denominator for c in p.values())))


def sample(g: object) -> Iterator[fmpq]:
    """Values of a polynomial of flint at some points with rational coordinates."""
    many = g.context().nvars()  # type: ignore[attr-defined]
    for k in range(8):
        yield g(*(fmpq(POINTS[(j + k) % 4] * (-1) ** (k * j // 2), 1 + (j * j + k) % 5) for j in range(many)))  # type: ignore[operator]


__all__ = ["Parts", "content", "primes"]
