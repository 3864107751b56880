"""Oscillating integrals and sums: f = sum of A(x) exp(i w x) with rational w and amplitudes A that have expansions at infinity.

The integral of x^-e exp(i w x) from T to infinity is T^(1 - e) E_e(-i w T), with the exponential integral E.
The sum over k >= N of k^-e exp(i w k) is exp(i w N) times Lerch's Phi(exp(i w), e, N)."""

from __future__ import annotations

from typing import Any

from flint import acb, arb, ctx, fmpq

from ..formula import Formula, children, lift
from .germ import Germ, Germs, disc
from .numbers import is_integer, natural
from .verdict import Rejected

TERMS = 600
ONE = lift(1)
Waves = dict[tuple[Any, Formula], Any]  # frequency and amplitude -> coefficient


def times(a: Formula, b: Formula) -> Formula:
    return b if a == ONE else a if b == ONE else Formula("mul", (a, b))


class Oscillation:
    def __init__(self, here: Any, name: str) -> None:
        self.here, self.name = here, name

    def fixed(self, f: Formula) -> bool:
        return self.name not in self.here.names.free(f)

    def line(self, g: Formula) -> tuple[Any, Formula]:
        """g = alpha x + beta with a rational alpha; beta is free of x."""
        a = g.args
        if self.fixed(g):
            return fmpq(0), g
        if g.head == "sym":
            return fmpq(1), lift(0)
        if g.head == "neg":
            alpha, beta = self.line(a[0])
            return -alpha, Formula("neg", (beta,))
        if g.head in ("add", "sub"):
            (alpha, beta), (gamma, delta) = self.line(a[0]), self.line(a[1])
            return alpha + gamma if g.head == "add" else alpha - gamma, Formula(g.head, (beta, delta))
        if g.head in ("mul", "div"):
            k = 1 if g.head == "div" or self.fixed(a[1]) else 0
            c = self.here.of(a[k])
            if self.fixed(a[k]) and isinstance(c, fmpq):
                alpha, beta = self.line(a[1 - k])
                return (alpha * c if g.head == "mul" else alpha / c), Formula(g.head, (beta, a[k]))
        raise Rejected("a wave whose phase is not linear with a rational slope")

    def waves(self, f: Formula) -> Waves:
        h, a = f.head, f.args
        if self.fixed(f):
            return {(fmpq(0), ONE): self.here.of(f)}
        if not self.waving(f):
            return {(fmpq(0), f): fmpq(1)}
        if h == "neg":
            return {k: -c for k, c in self.waves(a[0]).items()}
        if h in ("add", "sub"):
            return merged([*self.waves(a[0]).items(), *((k, c if h == "add" else -c) for k, c in self.waves(a[1]).items())])
        if h == "mul":
            return product(self.waves(a[0]), self.waves(a[1]))
        if h == "div" and not self.waving(a[1]):
            return product(self.waves(a[0]), {(fmpq(0), Formula("div", (ONE, a[1]))): fmpq(1)})
        if h == "pow" and is_integer(n := self.here.of(a[1])) and 1 <= n <= 12:
            base = out = self.waves(a[0])
            for _ in range(natural(n) - 1):
                out = product(out, base)
            return out
        if h == "sinc":
            return self.waves(Formula("div", (Formula("sin", a), a[0])))
        if h in ("sin", "cos"):
            alpha, beta = self.line(a[0])
            t = self.here.of(beta)
            turn = acb(1) if isinstance(t, fmpq) and t == 0 else (acb(0, 1) * acb(t)).exp()
            scale = acb(0.5) if h == "cos" else acb(0, -0.5)
            return merged([((alpha, ONE), scale * turn), ((-alpha, ONE), (scale if h == "cos" else -scale) / turn)])
        raise Rejected(f"{h} of a wave")

    def waving(self, f: Formula) -> bool:
        return not self.fixed(f) and (f.head in ("sin", "cos", "sinc") or any(map(self.waving, children(f))))

    # -------------------------------------------------------------------------------------------------------------- uses
    def germs(self, body: Formula) -> list[tuple[Any, Germ]]:
        """The amplitude of every frequency, expanded at infinity."""
        way = Germs(self.here, self.name, None, 1)
        known: dict[Formula, Germ] = {}
        total: dict[Any, Germ] = {}
        for (w, amplitude), c in self.waves(body).items():
            if amplitude not in known:
                known[amplitude] = way.tried(amplitude, tuple(arb(1) / n for n in (1, 2, 4, 16, 64)))
            with way.capped():
                g = way.combined("mul", way.constant(c), known[amplitude])
                total[w] = way.combined("add", total[w], g) if w in total else g
        for w, g in total.items():
            if not g.ball.is_zero() and not acb(g.e).real > (0 if w != 0 else 1):
                raise Rejected("the waves may not converge")
        return [(w, g) for w, g in total.items() if not g.ball.is_zero()]

    def integral(self, body: Formula, a: Any) -> tuple[Any, Any]:
        """T, and the integral from T to infinity."""
        found = self.germs(body)
        t = fmpq(max(int(most([4 / g.r for _, g in found])) + 1, int(arb(a).abs_upper().fmpq().ceil()) + 1))
        total, x = acb(0), arb(t)
        for w, g in found:
            e, ratio = acb(g.e), 1 / (g.r * t)
            for k, c in enumerate(g.s):
                if c != 0:
                    self.here.charge(40 * (ctx.prec // 64))
                    power = acb(x) ** (1 - e - k)
                    total += acb(c) * power * (1 / (e + k - 1) if w == 0 else acb(0, -w * x).expint(e + k))
            total += disc(abs(g.ball).abs_upper() * ratio ** len(g.s) / (1 - ratio) * x ** (1 - e.real) / (e.real + len(g.s) - 1))
        return t, total

    def sum(self, body: Formula, a: int, direct: Any) -> Any:
        found = self.germs(body)
        n = max(a, 8, int(most([8 / g.r for _, g in found])) + 1)
        if n > 1500:
            raise Rejected("the sum has to start too late")
        total = direct(a, n)
        for w, g in found:
            if w == 0:
                total = total + Germs(self.here, self.name, None, 1).series_sum(g, n, False)
                continue
            e, z, ratio = acb(g.e), acb(0, arb(w)).exp(), 1 / (g.r * n)
            self.here.charge(300 * int((ctx.prec / 64) ** 1.5 + 1) * sum(c != 0 for c in g.s))
            tail = sum((c * z.lerch_phi(e + k, acb(n)) for k, c in enumerate(g.s) if c != 0), acb(0))
            j = len(g.s)
            rest = abs(g.ball).abs_upper() * ratio ** j / (1 - ratio) * arb(n) ** (-e.real) * (1 + arb(n) / (e.real + j - 1))
            total = total + acb(0, arb(w * n)).exp() * tail + disc(rest)
        return total


def merged(pairs: list[tuple[tuple[Any, Formula], Any]]) -> Waves:
    out: Waves = {}
    for key, c in pairs:
        out[key] = out[key] + c if key in out else c
    if len(out) > TERMS:
        raise Rejected("too many waves")
    return {k: c for k, c in out.items() if not (isinstance(c, fmpq) and c == 0 or isinstance(c, acb) and c.is_zero())}


def product(u: Waves, v: Waves) -> Waves:
    if len(u) * len(v) > 4 * TERMS:
        raise Rejected("too many waves")
    return merged([((w + z, times(x, y)), c * d) for (w, x), c in u.items() for (z, y), d in v.items()])


def most(values: list[Any]) -> float:
    return max((float(v.abs_upper()) for v in values), default=1.0)
