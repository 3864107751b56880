"""Bounds of the growth of functions: how log|f(g(k))| is bounded when g(k) is, for all k >= N."""

from __future__ import annotations

from typing import Any

from flint import acb, arb

from ..formula import Formula, lift, substitute
from .growth import TINY, ZERO, Bounds, Vector, most, plus, scaled, shifted, vec
from .numbers import settled, whole
from .verdict import Rejected

CONVEX = frozenset("sinh cosh exp".split())


class Growth(Bounds):
    def on_sqrt(self, a: Any, up: bool) -> Vector: return scaled(self.bound(a[0], up), arb(0.5))

    def on_pow(self, a: Any, up: bool) -> Vector:
        base, p = a
        if self.fixed(p):
            e = acb(self.here.of(p))
            if not (e.real >= 0 or e.real < 0):
                raise Rejected("an exponent of unknown sign")
            v = scaled(self.bound(base, up if e.real >= 0 else not up), e.real)
            turn = abs(e.imag).abs_upper() * arb.pi()
            return v if e.imag.is_zero() else shifted(v, turn if up else -turn)
        if self.fixed(base):
            v = self.here.of(base)
            if (q := self.poly(p)) is not None and len(q) <= 3 and v != 0:
                return self.of_parts([(x * acb(v).log()).real for x in q])
            raise Rejected("no growth known for this power")
        q = self.poly(p)
        if q is None or len(q) != 2 or any(not x.imag.is_zero() for x in q):
            return self.on_exp((Formula("mul", (p, Formula("log", (base,)))),), up)
        beta, alpha = q[0].real, q[1].real
        positive = alpha > 0 and alpha * self.n + beta >= 0
        if not positive and not (alpha < 0 and alpha * self.n + beta <= 0):
            raise Rejected("no growth known for this power")
        c, e, *more = self.bound(base, up if positive else not up)
        if any(not x == 0 for x in more):
            raise Rejected("no growth known for this power")
        return vec(beta * c, beta * e, alpha * c, 0, alpha * e)

    @staticmethod
    def of_parts(p: list[Any]) -> Vector:
        p = [*p, ZERO, ZERO]
        return vec(p[0], 0, p[1], p[2])

    def size(self, g: Formula) -> Any:
        """An upper bound of |g| for k >= N; Rejected if it grows."""
        return self.largest(self.hi(g)).exp().abs_upper()

    def on_exp(self, a: Any, up: bool) -> Vector:
        g = a[0]
        if (p := self.poly(g)) is not None and len(p) <= 3:
            return self.of_parts([x.real for x in p])
        if g.head in ("add", "sub"):
            u = self.bound(Formula("exp", (g.args[0],)), up)
            return plus(u, self.bound(Formula("exp", (g.args[1],)), up)) if g.head == "add" else \
                plus(u, scaled(self.bound(Formula("exp", (g.args[1],)), not up), -1))
        if up and (v := self.convex(g)) is not None:
            return v
        m = self.size(g)
        return vec(m if up else -m)

    def convex(self, g: Formula) -> Vector | None:
        """exp(c h(k)) with Re c <= 0 and a convex h, which lies above its tangent at N."""
        c, inner = acb(1), g
        while inner.head in ("neg", "mul", "div"):
            if inner.head == "neg":
                c, inner = -c, inner.args[0]
            elif self.fixed(inner.args[1]):
                v = acb(self.here.of(inner.args[1]))
                c, inner = c * v if inner.head == "mul" else c / v, inner.args[0]
            elif inner.head == "mul" and self.fixed(inner.args[0]):
                c, inner = c * acb(self.here.of(inner.args[0])), inner.args[1]
            else:
                return None
        if inner.head not in CONVEX or not c.real <= 0 or (p := self.poly(inner.args[0])) is None or len(p) != 2:
            return None
        if not all(x.imag.is_zero() for x in p) or not p[1].real > 0 or not p[0].real + p[1].real * self.n > 0:
            return None
        x = p[0].real + p[1].real * self.n
        value = getattr(x, inner.head)()
        slope = p[1].real * (x.cosh() if inner.head == "sinh" else x.sinh() if inner.head == "cosh" else x.exp())
        return vec(c.real * (value - slope * self.n), 0, c.real * slope)

    def waves(self, g: Formula, imaginary: bool, up: bool, odd: bool) -> Vector:
        """sin and cos (imaginary), sinh and cosh of g."""
        p = self.poly(g)
        if p is None or len(p) > 3:
            if imaginary and up and self.real(g):
                return vec()
            m = self.size(g)
            if not m < 0.5:
                raise Rejected("no growth known for a wave")
            v = self.bound(g, up) if odd else vec()
            return shifted(v, arb(1.2).log() if up else arb(0.8).log())
        y = [x.imag if imaginary else x.real for x in p]
        if all(x.is_zero() for x in y):
            if up:
                return vec()
            raise Rejected("a wave may vanish")
        y += [ZERO] * (3 - len(y))
        top = next((x for x in reversed(y[1:]) if not x.is_zero()), y[0])
        s = 1 if top > 0 else -1
        start = s * (y[0] + y[1] * self.n + y[2] * self.n * self.n)
        if not (start > 0 and s * (y[1] + 2 * y[2] * self.n) >= 0 and s * y[2] >= 0):
            raise Rejected("no growth known for a wave")
        return shifted(self.of_parts([s * x for x in y]), 0 if up else ((1 - (-2 * start).exp()) / 2).log())

    def on_sin(self, a: Any, up: bool) -> Vector: return self.waves(a[0], True, up, True)
    def on_cos(self, a: Any, up: bool) -> Vector: return self.waves(a[0], True, up, False)
    def on_sinh(self, a: Any, up: bool) -> Vector: return self.waves(a[0], False, up, True)
    def on_cosh(self, a: Any, up: bool) -> Vector: return self.waves(a[0], False, up, False)

    def quotient(self, n: str, d: str, a: Any, up: bool) -> Vector:
        over = vec() if n == "1" else self.bound(Formula(n, a), up)
        return plus(over, scaled(self.bound(Formula(d, a), not up), -1))

    def on_tan(self, a: Any, up: bool) -> Vector: return self.quotient("sin", "cos", a, up)
    def on_cot(self, a: Any, up: bool) -> Vector: return self.quotient("cos", "sin", a, up)
    def on_sec(self, a: Any, up: bool) -> Vector: return self.quotient("1", "cos", a, up)
    def on_csc(self, a: Any, up: bool) -> Vector: return self.quotient("1", "sin", a, up)
    def on_tanh(self, a: Any, up: bool) -> Vector: return self.quotient("sinh", "cosh", a, up)
    def on_coth(self, a: Any, up: bool) -> Vector: return self.quotient("cosh", "sinh", a, up)
    def on_sech(self, a: Any, up: bool) -> Vector: return self.quotient("1", "cosh", a, up)
    def on_csch(self, a: Any, up: bool) -> Vector: return self.quotient("1", "sinh", a, up)

    def on_sinc(self, a: Any, up: bool) -> Vector: return plus(self.on_sin(a, up), scaled(self.bound(a[0], not up), -1))

    def on_atan(self, a: Any, up: bool) -> Vector:
        if up and self.real(a[0]):
            try:
                if self.size(a[0]) < 1:
                    return self.hi(a[0])
            except Rejected:
                return vec((arb.pi() / 2).log())
            return vec((arb.pi() / 2).log())
        m = self.size(a[0])
        if not m < 0.5:
            raise Rejected("no growth known for atan")
        return shifted(self.bound(a[0], up), arb(1.2).log() if up else arb(0.8).log())
    def on_elliptic_k(self, a: Any, up: bool) -> Vector:  # at most (pi/2) (1 - m)^(-1/2) for m < 1
        if not up or not self.real(a[0]):
            raise Rejected("no growth known for K")
        return shifted(scaled(self.lo(Formula("sub", (lift(1), a[0]))), arb(-0.5)), (arb.pi() / 2).log())

    def on_elliptic_e(self, a: Any, up: bool) -> Vector:  # at most (pi/2) max(1, |1 - m|^(1/2))
        if not up or len(a) != 1:
            raise Rejected("no growth known for E")
        return shifted(scaled(most(vec(), self.hi(Formula("sub", (lift(1), a[0])))), arb(0.5)), (arb.pi() / 2).log())

    on_asin = on_asinh = on_atanh = lambda self, a, up: self.near_zero(a, up)

    def near_zero(self, a: Any, up: bool) -> Vector:
        if not self.size(a[0]) < 0.5:
            raise Rejected("no growth known here")
        return shifted(self.bound(a[0], up), arb(1.2).log() if up else arb(0.8).log())

    def on_log(self, a: Any, up: bool) -> Vector:
        if not up:
            for v, s in ((self.lo(a[0]), 1), (self.hi(a[0]), -1)):
                v = scaled(v, s)
                if all(x >= 0 for x in v[1:]) and self.at(v) > 0:
                    return vec(self.at(v).log())
            raise Rejected("no lower bound of a logarithm")
        try:
            v = self.dev(a[0])
            if self.largest(v) < arb(0.5).log():
                return shifted(v, arb(2).log())
        except Rejected:
            pass
        hi, lo = self.hi(a[0]), self.lo(a[0])
        w = [arb.max(abs(x), abs(y)).abs_upper() for x, y in zip(hi, lo, strict=True)]
        total = w[0] + arb.pi() + 3 * w[1] / 2 + w[2] + w[3] + w[4]
        # log k <= (3/2) k^(1/4)
        return vec(total.log(), 2 if not (w[3] == 0 and w[4] == 0) else 1 if not w[2].is_zero() else arb(0.25) if not w[1].is_zero() else 0)

    def on_floor(self, a: Any, up: bool) -> Vector:
        if not up:
            raise Rejected("no lower bound of a step")
        return most(self.hi(a[0]), vec(arb(2).log()))
    on_ceiling = on_floor

    def on_delta(self, a: Any, up: bool) -> Vector:
        if not up:
            raise Rejected("no lower bound of a delta")
        return vec()
    on_mobius = on_sign = on_heaviside = on_delta

    def on_sum(self, a: Any, up: bool) -> Vector:
        """A sum of a few terms, term by term."""
        body, var, lo, hi = a
        if not up or not self.fixed(lo) or not self.fixed(hi):
            raise Rejected("no bound of an inner sum")
        first, last = whole(self.here.of(lo)), whole(self.here.of(hi))
        if not -1 <= last - first < 60:
            raise Rejected("an inner sum that is long")
        if last < first:
            return vec(TINY)
        return most(*(self.hi(substitute(body, {var.args[0]: lift(j)})) for j in range(first, last + 1)))

    def on_piecewise(self, a: Any, up: bool) -> Vector:
        if not up:
            raise Rejected("no lower bound of cases")
        return most(*(self.hi(x) for x in a[::2]))

    # --------------------------------------------------------------------------------------------------- gamma functions
    def line(self, f: Formula) -> tuple[Any, Any]:
        """alpha k + beta with alpha > 0 real, and positive real part from N on."""
        p = self.poly(f)
        if p is None or len(p) != 2 or not p[1].imag.is_zero() or not p[1].real > 0 or not p[1].real * self.n + p[0].real > 1:
            raise Rejected("no growth known for this argument")
        return p[1].real, p[0]

    def log_gamma(self, f: Formula, up: bool) -> Vector:
        """log|Gamma(alpha k + beta)| by Stirling; |Gamma(x + iy)| is at most Gamma(x), at least Gamma(x) / sqrt(cosh(pi y)) for x >= 1/2."""
        if self.fixed(f):
            v = settled(acb(self.here.of(f)).gamma())
            m = arb(abs(acb(v)))
            return vec(m.abs_upper().log() if up else arb(m.abs_lower()).log())
        alpha, beta = self.line(f)
        x, y = beta.real, beta.imag
        ratio = abs(x) / (alpha * self.n)
        if not ratio < 0.5:
            raise Rejected("the argument of gamma is too small")
        slack = ((1 + (abs(x) + 1) / (alpha * self.n)) * abs(x) / (1 - ratio)).abs_upper()
        c = -x + (2 * arb.pi()).log() / 2 + (slack + arb(1) / 12 if up else -slack - (arb.pi() * y).cosh().log() / 2)
        log_alpha = alpha.log()
        return vec(c + (x - arb(0.5)) * log_alpha, x - arb(0.5), alpha * log_alpha - alpha, 0, alpha)

    def on_gamma(self, a: Any, up: bool) -> Vector: return self.log_gamma(a[0], up)
    def on_factorial(self, a: Any, up: bool) -> Vector: return self.log_gamma(Formula("add", (a[0], lift(1))), up)

    def on_factorial2(self, a: Any, up: bool) -> Vector:
        """n!! = 2^(n/2) Gamma(n/2 + 1) for even n, and this times sqrt(2/pi) for odd n."""
        half = Formula("div", (a[0], lift(2)))
        power = self.bound(Formula("pow", (lift(2), half)), up)
        return shifted(plus(power, self.log_gamma(Formula("add", (half, lift(1))), up)), 0 if up else (2 / arb.pi()).log() / 2)

    def on_rising(self, a: Any, up: bool) -> Vector:
        return plus(self.log_gamma(Formula("add", (a[0], a[1])), up), scaled(self.log_gamma(a[0], not up), -1))

    def on_binomial(self, a: Any, up: bool) -> Vector:
        n, k, one = a[0], a[1], lift(1)
        return plus(self.log_gamma(Formula("add", (n, one)), up), scaled(self.log_gamma(Formula("add", (k, one)), not up), -1),
                    scaled(self.log_gamma(Formula("add", (Formula("sub", (n, k)), one)), not up), -1))

    # ------------------------------------------------------------------------------------------------ sequences, k integer
    def index(self, f: Formula) -> tuple[Any, Any]:
        alpha, beta = self.line(f)
        if not self.integers or not beta.imag.is_zero():
            raise Rejected("no growth known for this index")
        return alpha, beta.real

    def on_fibonacci(self, a: Any, up: bool) -> Vector:
        phi = ((1 + arb(5).sqrt()) / 2).log()
        if not up and a[0].head == "pow" and self.fixed(a[0].args[0]):  # b^k lies above its tangent at N
            (p, b) = self.poly(a[0].args[1]), arb(self.here.of(a[0].args[0]))
            if p is not None and len(p) == 2 and p[0].is_zero() and (p[1] - 1).is_zero() and b > 1:
                top = b ** self.n
                return vec((top * (1 - self.n * b.log()) - 2) * phi, 0, top * b.log() * phi)
        alpha, beta = self.index(a[0])
        return vec((beta - (1 if up else 2)) * phi, 0, alpha * phi)

    def on_lucas(self, a: Any, up: bool) -> Vector:
        alpha, beta = self.index(a[0])
        return shifted(vec(beta * ((1 + arb(5).sqrt()) / 2).log(), 0, alpha * ((1 + arb(5).sqrt()) / 2).log()), arb(2).log() if up else -arb(2).log())

    def only(self, up: bool) -> None:
        if not up or not self.integers:
            raise Rejected("no lower bound known")

    def on_bell(self, a: Any, up: bool) -> Vector:  # B_n < (0.792 n / log(n + 1))^n
        self.only(up)
        alpha, beta = self.index(a[0])
        if not (alpha - 1).is_zero() or not beta.is_zero():
            raise Rejected("no growth known for this index")
        return vec(0, 0, (arb("0.792") / arb(self.n + 1).log()).log(), 0, 1)

    def on_bernoulli(self, a: Any, up: bool) -> Vector:
        """|B_n| <= 4 n!/(2 pi)^n; |B_n(x)| <= n!/5^n max |t e^(xt)/(e^t - 1)| on |t| = 5, where |t/(e^t - 1)| < 12."""
        self.only(up)
        v = self.log_gamma(Formula("add", (a[0], lift(1))), True)
        alpha, beta = self.index(a[0])
        if len(a) == 1 or self.here.of(a[1]) == 0:
            r = (2 * arb.pi()).log()
            return plus(v, vec(arb(4).log() - beta * r, 0, -alpha * r))
        r, x = arb(5).log(), abs(acb(self.here.of(a[1]))).abs_upper()
        return plus(v, vec(arb(12).log() + 5 * x - beta * r, 0, -alpha * r))

    def on_zeta(self, a: Any, up: bool) -> Vector:
        if len(a) != 1:
            raise Rejected("no growth known for zeta(s, a)")
        alpha, beta = self.line(a[0])
        if not alpha * self.n + beta.real >= 2:
            raise Rejected("zeta near its pole")
        return vec(arb(1.7).log() if up else arb(0.3).log())

    def on_digamma(self, a: Any, up: bool) -> Vector:
        self.only(up)
        self.index(a[0])
        return self.hi(a[0])
    on_harmonic = on_digamma

    def on_totient(self, a: Any, up: bool) -> Vector:
        self.index(a[0])
        return self.hi(a[0]) if up else vec()

    def on_divisor_sigma(self, a: Any, up: bool) -> Vector:
        self.only(up)
        if len(a) > 1 and not (self.fixed(a[1]) and 0 <= arb(self.here.of(a[1])) <= 50):
            raise Rejected("no growth known")
        return scaled(self.hi(a[0]), 2 if len(a) == 1 else arb(self.here.of(a[1])) + 1)

    def on_partition(self, a: Any, up: bool) -> Vector:  # p(n) < exp(pi sqrt(2n/3)), below its tangent
        self.only(up)
        alpha, beta = self.index(a[0])
        c = arb.pi() * (arb(2) / 3).sqrt()
        m = (alpha * self.n + beta).sqrt()
        return vec(c * (m - alpha * self.n / (2 * m)), 0, c * alpha / (2 * m))

    def on_stieltjes(self, a: Any, up: bool) -> Vector:  # |gamma_n| <= 4 (n-1)!/pi^n
        self.only(up and len(a) == 1)
        alpha, beta = self.index(a[0])
        r = arb.pi().log()
        return plus(self.log_gamma(a[0], True), vec(arb(4).log() - beta * r, 0, -alpha * r))

    def orthogonal(self, a: Any, up: bool, slack: int) -> Vector:
        """|T_n|, |P_n| <= rho^n and |U_n| <= (n + 1) rho^n with rho = |x| + sqrt(|x|^2 + 1), or 1 on [-1, 1]."""
        self.only(up and self.fixed(a[1]))
        alpha, beta = self.index(a[0])
        x = self.here.of(a[1])
        m = abs(acb(x)).abs_upper()
        rho = ZERO if not isinstance(x, acb) and m <= 1 else (m + (m * m + 1).sqrt()).log()
        v = vec(beta * rho, 0, alpha * rho)
        return v if slack == 0 else plus(v, self.hi(Formula("add", (a[0], lift(1)))))

    def on_chebyshevt(self, a: Any, up: bool) -> Vector: return self.orthogonal(a, up, 0)
    def on_legendre(self, a: Any, up: bool) -> Vector: return self.orthogonal(a, up, 0)
    def on_chebyshevu(self, a: Any, up: bool) -> Vector: return self.orthogonal(a, up, 1)

    # ------------------------------------------------------------------------------------------------- distance from 1
    def dev(self, f: Formula) -> Vector:
        """An upper bound of log|f - 1|."""
        if self.fixed(f):
            return self.hi(Formula("sub", (f, lift(1))))
        h, a = f.head, f.args
        if h in ("add", "sub"):
            for i in (0, 1) if h == "add" else (0,):
                if self.fixed(a[i]) and self.here.of(a[i]) == 1:
                    return self.hi(a[1 - i])
            return most(self.dev(a[0]), self.hi(a[1]))
        if h == "exp":
            v = self.hi(a[0])
            return shifted(self.small(v, 1), arb(2).log())
        if h in ("cos", "cosh", "sec", "sech"):
            return shifted(scaled(self.small(self.hi(a[0]), 1), 2), arb(1.5).log())
        if h == "pow" and self.fixed(a[1]):
            e = abs(acb(self.here.of(a[1]))).abs_upper()
            if e.is_zero():
                return vec(TINY)
            return self.small(shifted(self.small(self.dev(a[0]), 0.5), (4 * arb(e)).log()), 0.5)
        if h == "sqrt":
            return self.small(self.dev(a[0]), 0.5)
        if h in ("mul", "div"):
            v = most(self.small(self.dev(a[0]), 0.5), self.small(self.dev(a[1]), 0.5))
            return shifted(v, arb(2).log())
        raise Rejected(f"no distance from 1 known for {h}")

    def small(self, v: Vector, limit: float) -> Vector:
        if not self.largest(v) <= arb(limit).log():
            raise Rejected("not small yet")
        return v
