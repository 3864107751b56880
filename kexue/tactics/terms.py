"""Formulas in one variable as quotients of sums of terms, so that a positive factor and a leading term can be split off."""

from __future__ import annotations

from fractions import Fraction
from math import inf, lcm, log, prod
from typing import Any

from flint import arb, fmpq, fmpq_mpoly_ctx

from ..formula import Formula, call, lift
from ..kernel.balls import Point
from ..kernel.verdict import Rejected

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
