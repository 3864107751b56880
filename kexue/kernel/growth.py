"""Bounds of log|f(k)| for all k >= N, in the form c + a log k + b k + q k^2 + g k log k, by recursion over a formula."""

from __future__ import annotations

from typing import Any

from flint import acb, arb, fmpq

from ..formula import Formula, lift
from .germ import Germs
from .reals import real_on
from .verdict import Rejected

Vector = tuple[Any, Any, Any, Any, Any]
ZERO = arb(0)
TINY = arb(-10 ** 9)


def vec(c: Any = 0, a: Any = 0, b: Any = 0, q: Any = 0, g: Any = 0) -> Vector:
    return arb(c), arb(a), arb(b), arb(q), arb(g)


def plus(*vs: Vector) -> Vector:
    return tuple(sum(x, ZERO) for x in zip(*vs, strict=True))


def scaled(v: Vector, s: Any) -> Vector:
    return tuple(x * s for x in v)


def shifted(v: Vector, c: Any) -> Vector:
    return v[0] + c, *v[1:]


def most(*vs: Vector) -> Vector:
    """At least the logarithm of the sum of the exponentials: every component grows with k."""
    out = vs[0]
    for v in vs[1:]:
        out = tuple(arb.max(x, y) for x, y in zip(out, v, strict=True))
    return shifted(out, arb(len(vs)).log())


class Bounds:
    """Bounds of sums and products; those of functions are in `majorants`."""

    def __init__(self, here: Any, name: str, n: int, integers: bool) -> None:
        self.here, self.name, self.n, self.integers = here, name, n, integers
        self.log_n = arb(n).log()
        self.germs: dict[int, tuple[Formula, Any]] = {}

    # ---------------------------------------------------------------------------------------------------------- vectors
    def at(self, v: Vector) -> Any:
        n = arb(self.n)
        return v[0] + v[1] * self.log_n + v[2] * n + v[3] * n * n + v[4] * n * self.log_n

    def slope(self, v: Vector) -> Any:
        """An upper bound of the derivative for k >= N."""
        _, a, b, q, g = v
        n = arb(self.n)
        if g > 0 and q < 0:
            q, g = q + g * (self.log_n + 1) / (2 * n), ZERO
        if not q <= 0 or not g <= 0:
            raise Rejected("the bound grows")
        return arb.max(a, ZERO) / n + b + 2 * q * n + g * (self.log_n + 1)

    def largest(self, v: Vector) -> Any:
        """An upper bound of the value for k >= N."""
        _, a, b, q, g = v
        if a <= 0 and b <= 0 and q <= 0 and g <= 0 or self.slope(v) <= 0:
            return self.at(v)
        raise Rejected("the bound grows")

    def tail_sum(self, v: Vector) -> Any:
        """A bound of the sum of exp(v(k)) over the integers k >= N."""
        s = self._negative_slope(v)
        if s is not None:
            return self.finite(self.at(v).exp() / (1 - s.exp()))
        n = arb(self.n)
        return self.finite(v[0].exp() * (n ** v[1] + n ** (v[1] + 1) / (-v[1] - 1)))

    @staticmethod
    def finite(x: Any) -> Any:
        if not x.is_finite():
            raise Rejected("no bound of the rest")
        return x.abs_upper()

    def tail_integral(self, v: Vector) -> Any:
        s = self._negative_slope(v)
        if s is not None:
            return self.finite(self.at(v).exp() / -s)
        return self.finite(v[0].exp() * arb(self.n) ** (v[1] + 1) / (-v[1] - 1))

    def _negative_slope(self, v: Vector) -> Any:
        try:
            s = self.slope(v)
        except Rejected:
            s = ZERO
        if s < 0 and not (v[2] == 0 and v[3] == 0 and v[4] == 0):
            return s
        if v[1] < -1 and v[2] <= 0 and v[3] <= 0 and v[4] <= 0:
            return None
        raise Rejected("no bound of the rest")

    def vanishes(self, f: Formula) -> bool:
        """Does f tend to 0?"""
        try:
            _, a, b, q, g = v = self.hi(f)
            if q <= 0 and g <= 0 and b <= 0 and a < 0:
                return True
            return bool(self.slope(v) < 0 and (b < 0 or q < 0 or g < 0))
        except Rejected:
            return False

    @staticmethod
    def times(v: Vector, power: int) -> Vector:
        return plus(v, vec(a=power))

    # -------------------------------------------------------------------------------------------------------- recursion
    def fixed(self, f: Formula) -> bool:
        return self.name not in self.here.names.free(f)

    def real(self, f: Formula) -> bool:
        return real_on(self.here.inner(self.name, arb(0, arb("inf"))), f, frozenset((self.name,)))

    def poly(self, f: Formula) -> list[Any] | None:
        """Coefficients of a polynomial in k of degree at most 4, or None."""
        if self.fixed(f):
            return [acb(self.here.of(f))]
        if f.head == "sym":
            return [acb(0), acb(1)]
        a = f.args
        if f.head == "neg":
            p = self.poly(a[0])
            return None if p is None else [-x for x in p]
        if f.head == "div" and self.fixed(a[0]) and a[1].head in ("div", "neg"):  # c / (d / x) = c x / d
            top = Formula("neg", (a[0],)) if a[1].head == "neg" else Formula("mul", (a[0], a[1].args[1]))
            return self.poly(Formula("div", (top, a[1].args[0])))
        if f.head in ("add", "sub", "mul", "div"):
            p, q = self.poly(a[0]), self.poly(a[1])
            if p is None or q is None or f.head == "div" and len(q) > 1 or f.head == "mul" and len(p) + len(q) > 6:
                return None
            if f.head == "div":
                return [x / q[0] for x in p]
            if f.head == "mul":
                out = [acb(0)] * (len(p) + len(q) - 1)
                for i, x in enumerate(p):
                    for j, y in enumerate(q):
                        out[i + j] += x * y
                return out
            s = 1 if f.head == "add" else -1
            return [(p[i] if i < len(p) else acb(0)) + s * (q[i] if i < len(q) else acb(0)) for i in range(max(len(p), len(q)))]
        if f.head == "pow" and a[1].head == "num" and a[1].args[0] in (1, 2, 3, 4):
            return self.poly(a[0] if a[1].args[0] == 1 else Formula("mul", (a[0], Formula("pow", (a[0], lift(int(a[1].args[0]) - 1))))))
        return None

    def hi(self, f: Formula) -> Vector:
        return self.bound(f, True)

    def lo(self, f: Formula) -> Vector:
        return self.bound(f, False)

    def bound(self, f: Formula, up: bool) -> Vector:
        self.here.charge(4)
        if self.fixed(f):
            m = arb(abs(acb(self.here.of(f))))
            if up:
                return vec(TINY) if m.is_zero() else vec(m.abs_upper().log())
            if not m > 0:
                raise Rejected("a factor that may vanish")
            return vec(arb(m.abs_lower()).log())
        h, a = f.head, f.args
        if h == "sym":
            return vec(a=1)
        rule = getattr(self, "on_" + h, None)
        try:
            if rule is None:
                raise Rejected(f"no growth known for {h}")
            out: Vector = rule(a, up)
            return out
        except Rejected:
            return self.expanded(f, up)

    def expanded(self, f: Formula, up: bool) -> Vector:
        """By the expansion in 1/k: f = k^-e g(1/k)."""
        if (hit := self.germs.get(id(f))) is None:
            try:
                hit = self.germs[id(f)] = f, Germs(self.here, self.name, None, 1, 8).tried(f, (arb(8) / self.n, arb(1) / self.n))
            except Rejected:
                self.germs[id(f)] = f, None
        if hit is None or hit[1] is None or not isinstance(hit[1].e, fmpq):
            raise Rejected(f"no growth known for {f.head}")
        g = hit[1]
        if not g.r * self.n >= 1:
            raise Rejected("an expansion that starts later")
        m = abs(g.ball)
        if not up and not m > 0:
            raise Rejected("a factor that may vanish")
        return vec(m.abs_upper().log() if up else arb(m.abs_lower()).log(), -g.e)

    def on_neg(self, a: Any, up: bool) -> Vector: return self.bound(a[0], up)
    on_abs = on_conj = on_neg

    def on_re(self, a: Any, up: bool) -> Vector:
        if not up:
            raise Rejected("no lower bound of a part")
        return self.hi(a[0])
    on_im = on_re

    def on_mul(self, a: Any, up: bool) -> Vector: return plus(self.bound(a[0], up), self.bound(a[1], up))
    def on_div(self, a: Any, up: bool) -> Vector: return plus(self.bound(a[0], up), scaled(self.bound(a[1], not up), -1))

    def on_add(self, a: Any, up: bool) -> Vector:
        terms: list[Formula] = []

        def walk(x: Formula) -> None:
            if x.head in ("add", "sub"):
                walk(x.args[0])
                walk(x.args[1])
            else:
                terms.append(x)
        walk(a[0])
        walk(a[1])
        terms = [x for x in terms if not self.fixed(x) or not isinstance(self.here.of(x), fmpq) or self.here.of(x) != 0] or terms[:1]
        if len(terms) == 1:
            return self.bound(terms[0], up)
        highs = [self.hi(x) for x in terms]
        if up:
            p = self.poly(Formula("add", tuple(a)))
            return most(*highs) if p is None or len(p) != 1 else vec(abs(p[0]).abs_upper().log())
        for i, x in enumerate(terms):
            rest = most(*(v for j, v in enumerate(highs) if j != i))
            try:
                low = self.lo(x)
                m = self.largest(plus(rest, scaled(low, -1))).exp()
                if m < 1:
                    return shifted(low, (1 - m).log())
            except Rejected:
                continue
        raise Rejected("no lower bound of a sum")
    on_sub = on_add
