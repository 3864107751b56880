"""Expansions at an end of a range: f = u^e (c_0 + c_1 u + ...), where x = p + way u (or x = way/u at infinity) and u > 0 is small.

A germ holds the exponent, the first J coefficients as balls, a radius, and a ball that contains the series on the disc of this radius,
on which it is analytic; so |c_j| is at most the size of the ball over radius^j."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flint import acb, acb_series, arb, ctx, fmpq, fmpq_series

from ..formula import Formula, children
from .numbers import avoids, is_integer, settled
from .reals import real_on
from .verdict import Rejected

SERIES = frozenset("exp sin cos tan atan erf erfc".split())


@dataclass
class Germ:
    e: Any
    s: list[Any]
    r: Any
    ball: Any


def tidy(s: list[Any]) -> list[Any]:
    """All rational, or all complex balls."""
    return s if all(isinstance(x, fmpq) for x in s) else [acb(x) for x in s]


def disc(r: Any) -> Any:
    r = arb(r).abs_upper()
    return acb(arb(0, r), arb(0, r))


class Germs:
    def __init__(self, here: Any, name: str, point: Any, way: Any, terms: int = 0) -> None:
        self.here, self.name, self.point, self.way = here, name, point, way
        self.terms = terms or 12 + ctx.prec // 3
        self.radius = arb(1)

    # ------------------------------------------------------------------------------------------------------- arithmetic
    def series(self, *gs: Germ) -> Any:
        """Power series of the same kind and length: rational where every coefficient is."""
        n = min(len(g.s) for g in gs)
        exact = all(isinstance(x, fmpq) for g in gs for x in g.s[:n])
        out = [(fmpq_series if exact else acb_series)(g.s[:n], prec=n) for g in gs]
        return out if len(gs) > 1 else out[0]

    def apply(self, name: str, g: Germ) -> Any:
        s = self.series(g)
        try:
            return getattr(s, name)()
        except (ValueError, AttributeError):
            return getattr(acb_series(g.s, prec=len(g.s)), name)()

    def make(self, e: Any, s: Any, r: Any, ball: Any) -> Germ:
        if not isinstance(s, list):
            s = [s[j] for j in range(min(s.prec, self.terms))]
        if not ball.is_finite() or not s:
            raise Rejected("not analytic at the end of the range")
        out = Germ(e, tidy(s), arb(r), acb(ball))
        if out.ball.is_zero():
            return self.constant(fmpq(0))
        while out.s[0] == 0 and len(out.s) > 1:
            half, m, n = out.r / 2, abs(out.ball).abs_upper(), len(out.s)
            total = acb(0)
            for c in reversed(out.s[1:]):
                total = total * disc(half) + c
            tail = m / out.r * arb(2) ** (2 - n)  # of sum c_j u^(j-1) over j >= n, for |u| <= r/2
            out = Germ(out.e + 1, out.s[1:], half, total + disc(tail))
        return out

    def constant(self, v: Any) -> Germ:
        return Germ(fmpq(0), tidy([v, *[fmpq(0)] * (self.terms - 1)]), self.radius, acb(v))

    def raised(self, g: Germ, k: int) -> Germ:
        """The same function with the exponent lowered by k >= 0."""
        u = disc(g.r)
        ball = g.ball
        for _ in range(k):
            ball = ball * u
        return Germ(g.e - k, tidy([*[fmpq(0)] * k, *g.s]), g.r, ball)

    def flat(self, g: Germ) -> Germ:
        if not is_integer(g.e) or not 0 <= g.e <= 64:
            raise Rejected("not analytic at the end of the range")
        return self.raised(g, int(g.e.p))

    def of(self, f: Formula) -> Germ:
        self.here.charge(self.terms)
        if self.name not in self.here.names.free(f):
            return self.constant(self.here.of(f))
        h, a = f.head, f.args
        if h == "sym":
            if self.point is None:
                return Germ(fmpq(-1), tidy([self.way, *[fmpq(0)] * (self.terms - 1)]), self.radius, acb(self.way))
            return self.make(fmpq(0), [self.point, self.way, *[fmpq(0)] * (self.terms - 2)], self.radius,
                             acb(self.point) + acb(self.way) * disc(self.radius))
        if h in ("add", "sub", "mul", "div"):
            return self.combined(h, self.of(a[0]), self.of(a[1]))
        if h == "neg":
            u = self.of(a[0])
            return Germ(u.e, [-x for x in u.s], u.r, -u.ball)
        if h == "sqrt" or h == "pow" and self.name not in self.here.names.free(a[1]):
            return self.power(self.of(a[0]), fmpq(1, 2) if h == "sqrt" else self.here.of(a[1]))
        if h == "pow":
            return self.of(Formula("exp", (Formula("mul", (a[1], Formula("log", (a[0],)))),)))
        if h in ("cot", "sec", "csc", "tanh", "coth", "sech", "csch"):
            top = {"cot": "cos", "tanh": "sinh", "coth": "cosh"}.get(h)
            low = Formula({"cot": "sin", "sec": "cos", "csc": "sin", "tanh": "cosh", "coth": "sinh", "sech": "cosh", "csch": "sinh"}[h], a)
            one = Formula(top, a) if top else Formula("num", (1,))
            return self.of(Formula("div", (one, low)))
        if h in ("sinh", "cosh"):
            up, down = Formula("exp", a), Formula("exp", (Formula("neg", a),))
            return self.of(Formula("div", (Formula("sub" if h == "sinh" else "add", (up, down)), Formula("num", (2,)))))
        if h == "log":
            g = self.of(a[0])
            if not is_integer(g.e) or g.e != 0 or not avoids(g.ball):
                raise Rejected("a logarithm at the end of the range")
            return self.make(fmpq(0), self.apply("log", g), g.r, g.ball.log())
        if h in ("gamma", "digamma", "factorial"):
            return self.meromorphic(h, Formula("add", (a[0], Formula("num", (1,)))) if h == "factorial" else a[0])
        if h in SERIES:
            g = self.flat(self.of(a[0]))
            if h == "atan" and not (avoids(1 + acb(0, 1) * g.ball) and avoids(1 - acb(0, 1) * g.ball)):
                raise Rejected("a cut at the end of the range")
            return self.make(fmpq(0), self.apply(h, g), g.r, getattr(g.ball, h)())
        return self.sampled(f)

    def combined(self, h: str, u: Germ, v: Germ) -> Germ:
        if u.ball.is_zero() and h != "div":
            return self.constant(fmpq(0)) if h == "mul" else v if h == "add" else Germ(v.e, [-x for x in v.s], v.r, -v.ball)
        if v.ball.is_zero() and h in ("add", "sub"):
            return u
        if h in ("add", "sub"):
            d = settled(u.e - v.e)
            if not is_integer(d) or abs(d) > 64:
                raise Rejected("powers that do not fit together")
            u, v = (self.raised(u, int(d.p)), v) if d > 0 else (u, self.raised(v, int(-d.p)))
            s = [x + y if h == "add" else x - y for x, y in zip(u.s, v.s, strict=False)]
            return self.make(u.e, s, arb.min(u.r, v.r), u.ball + v.ball if h == "add" else u.ball - v.ball)
        x, y = self.series(u, v)
        if h == "div":
            return self.make(u.e - v.e, x / y, arb.min(u.r, v.r), u.ball / v.ball)
        return self.make(u.e + v.e, x * y, arb.min(u.r, v.r), u.ball * v.ball)

    def meromorphic(self, h: str, w: Formula) -> Germ:
        """gamma and digamma, moved away from a pole where w is 0, -1, ... at the end: gamma(w) = gamma(w + m) / (w ... (w + m - 1))."""
        g, at = self.of(w), fmpq(0)
        if is_integer(g.e) and g.e == 0 and isinstance(g.s[0], fmpq):
            at = g.s[0]
        elif not (is_integer(g.e) and g.e > 0):
            at = fmpq(1, 2)
        if is_integer(at) and -50 <= at <= 0:
            m = 1 - int(at.p)
            steps = [Formula("add", (w, Formula("num", (j,)))) for j in range(m)]
            out = self.meromorphic(h, Formula("add", (w, Formula("num", (m,)))))
            for step in steps:
                part = self.of(step)
                one = self.constant(fmpq(1))
                out = self.combined("div", out, part) if h != "digamma" else self.combined("sub", out, self.combined("div", one, part))
            return out
        if h == "digamma":
            return self.sampled(Formula("digamma", (w,)))
        g = self.flat(g)
        return self.make(fmpq(0), self.apply("gamma", g), g.r, g.ball.gamma())

    def power(self, g: Germ, p: Any) -> Germ:
        if is_integer(p) and abs(p) <= 64:
            n = int(p.p)
            s, ball = self.series(g), acb(1)
            out = type(s)([1], prec=len(g.s))
            for _ in range(abs(n)):
                out, ball = out * s, ball * g.ball
            return self.make(g.e * n, out if n >= 0 else type(s)([1], prec=len(g.s)) / out, g.r, ball if n >= 0 else 1 / ball)
        if not isinstance(g.e, fmpq) or not avoids(g.ball):
            raise Rejected("a power at the end of the range")
        w = acb(p)
        return self.make(settled(g.e * p) if g.e != 0 else fmpq(0), (acb_series(g.s, prec=len(g.s)).log() * w).exp(), g.r, (g.ball.log() * w).exp())

    def sampled(self, f: Formula) -> Germ:
        """Any function that is analytic on the disc: coefficients by Cauchy sums."""
        if self.point is None:
            raise Rejected(f"no expansion of {f.head} at infinity")
        p, r = acb(self.point), self.radius / 4
        bent = self.name in self.here.bent or isinstance(self.way, acb) or isinstance(self.point, acb)
        ball = acb(self.here.inner(self.name, p + acb(self.way) * disc(r), True, bent).of(f))
        m, n = abs(ball).abs_upper(), self.terms + ctx.prec // 4
        self.here.charge(self.terms * n // 2)
        with ctx.workprec(ctx.prec + 5 * self.terms):
            roots = [(acb(2 * j) / n).exp_pi_i() for j in range(n)]
            values = [acb(self.here.inner(self.name, p + acb(self.way) * r / 16 * w, True, bent).of(f)) for w in roots]
            alias = arb(2) ** (-4 * n)
            s = [sum((v * roots[-j * k % n] for k, v in enumerate(values)), acb(0)) / n * (16 / r) ** j + disc(m / r ** j * alias * 2)
                 for j in range(self.terms)]
        return self.make(fmpq(0), s, r, ball)

    @contextmanager
    def capped(self) -> Iterator[None]:
        """Series arithmetic of flint shortens everything to a global length."""
        cap = ctx.cap
        ctx.cap = self.terms + 80
        try:
            yield
        finally:
            ctx.cap = cap

    def tried(self, body: Formula, radii: tuple[Any, ...]) -> Germ:
        with self.capped():
            for r in radii:
                self.radius = arb(r)
                try:
                    return self.of(body)
                except (Rejected, ZeroDivisionError, ValueError):
                    continue
        raise Rejected("no expansion at the end of the range")

    # -------------------------------------------------------------------------------------------------------------- uses
    def series_sum(self, g: Germ, n: int, alternating: bool) -> Any:
        """The sum over k >= n of the function at k, or of (-1)^(k-n) times it."""
        e = acb(g.e)
        if not e.real > (0 if alternating else 1):
            raise Rejected("the sum may not converge")
        ratio, m = 1 / (g.r * n), abs(g.ball).abs_upper()
        if not ratio < 1:
            raise Rejected("the sum starts too early")
        self.here.charge(40 * sum(c != 0 for c in g.s) * int((ctx.prec / 64) ** 1.5 + 1))
        total, j = acb(0), len(g.s)
        for k, c in enumerate(g.s):
            if c == 0:
                continue
            w = e + k
            if not alternating:
                total += c * w.zeta(acb(n))
            elif (w - 1).is_zero():
                total += c * ((acb(n + 1) / 2).digamma() - (acb(n) / 2).digamma()) / 2
            else:
                total += c * acb(2) ** -w * (w.zeta(acb(n) / 2) - w.zeta(acb(n + 1) / 2))
        rest = m * ratio ** j / (1 - ratio) * arb(n) ** (-e.real) * (1 + arb(n) / (e.real + j - 1))
        return total + disc(rest)

    def sum_from(self, body: Formula, a: int, product: bool, direct: Callable[[int, int], Any]) -> Any:
        alternating, rest = (False, body) if product else split_sign(body, self.name)
        g = self.tried(Formula("log", (rest,)) if product else rest, (arb(1) / 3, arb(1) / 12, arb(1) / 48, arb(1) / 150))
        n = max(a, int((8 / g.r).abs_upper().fmpq().ceil()))
        if n > 2500:
            raise Rejected("the sum has to start too late")
        tail = self.series_sum(g, n, alternating)
        if alternating:
            tail = tail if sign_at(self.here, body, rest, self.name, n) else -tail
        head = direct(a, n)
        out = head * tail.exp() if product else head + tail
        k = self.here.inner(self.name, arb(0, arb("inf")))
        return acb(out).real if real_on(k, body, frozenset((self.name,))) else out

    def far_integral(self, body: Formula, a: Any) -> tuple[Any, Any]:
        """T, and the integral from T to infinity."""
        g = self.tried(body, tuple(arb(1) / n for n in (1, 2, 4, 8, 16, 64, 1000)))
        e = acb(g.e)
        if not e.real > 1:
            raise Rejected("the integral may not converge")
        t = fmpq(int(arb.max(4 / g.r, arb(a) + 1).abs_upper().fmpq().ceil()))
        ratio, m = 1 / (g.r * t), abs(g.ball).abs_upper()
        total = sum((c * acb(arb(t)) ** (1 - e - k) / (e + k - 1) for k, c in enumerate(g.s)), acb(0))
        return t, total + disc(m * ratio ** len(g.s) / (1 - ratio) * arb(t) ** (1 - e.real) / (e.real - 1))

    def near_integral(self, body: Formula, length: Any) -> tuple[Any, Any]:
        """A distance, and way times the integral over 0 < u < distance."""
        length = arb(length)
        g = self.tried(body, tuple(length * 2 / 4 ** j for j in range(6)))
        e = acb(g.e)
        if not e.real > -1:
            raise Rejected("the integral may not converge")
        d = fmpq(int((g.r / 8 * 2 ** 20).lower().fmpq().floor()), 2 ** 20) if g.r > arb(1) / 2 ** 14 else (g.r / 8).mid().fmpq()
        ratio, m = arb(d) / g.r, abs(g.ball).abs_upper()
        total = sum((c * acb(arb(d)) ** (e + k + 1) / (e + k + 1) for k, c in enumerate(g.s)), acb(0))
        rest = m * ratio ** len(g.s) / (1 - ratio) * arb(d) ** (e.real + 1) / (e.real + 1)
        return d, acb(self.way) * (total + disc(rest))

    def limit(self, body: Formula) -> Any:
        g = self.tried(body, (arb(1) / 2, arb(1) / 16, arb(1) / 256, arb(1) / 4096))
        if not isinstance(g.e, fmpq):
            raise Rejected("a complex power at the point")
        if g.e > 0 or all(x == 0 for x in g.s) and g.ball.is_zero():
            return fmpq(0)
        if g.e < 0:
            raise Rejected("no finite limit")
        far = arb(0, arb("inf")) if self.point is None else arb(self.point, g.r) if not isinstance(self.point, acb) else acb(self.point)
        return g.s[0].real if isinstance(g.s[0], acb) and real_on(self.here.inner(self.name, far), body) else g.s[0]


def split_sign(f: Formula, name: str) -> tuple[bool, Formula]:
    """(-1)^(k + m) taken out of a product: whether it stands there, and the rest."""
    if f.head == "pow" and f.args[0] in (Formula("num", (-1,)), Formula("neg", (Formula("num", (1,)),))):
        if odd_line(f.args[1], name):
            return True, Formula("num", (1,))
    if f.head in ("mul", "div"):
        a, x = split_sign(f.args[0], name)
        b, y = split_sign(f.args[1], name)
        return a != b, Formula(f.head, (x, y)) if a or b else f
    if f.head == "neg":
        a, x = split_sign(f.args[0], name)
        return a, Formula("neg", (x,)) if a else f
    return False, f


def odd_line(p: Formula, name: str) -> bool:
    if p.head == "sym":
        return bool(p.args[0] == name)
    return p.head in ("add", "sub") and any(odd_line(x, name) and y.head == "num" and y.args[0].denominator == 1 for x, y in (p.args, p.args[::-1]))


def sign_at(here: Any, body: Formula, rest: Formula, name: str, n: int) -> bool:
    at = here.inner(name, fmpq(n))
    u, v = at.of(body), at.of(rest)
    q = acb(u) / acb(v)
    if q.real > 0:
        return True
    if q.real < 0:
        return False
    raise Rejected("a sign that is not decided")


__all__ = ["Germ", "Germs", "children"]
