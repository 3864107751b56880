"""Formulas as numbers: mpmath at the working precision, independent of the kernel (derivatives are taken numerically).

A value that is not defined raises Undefined; a formula that has no numeric meaning here (limits, infinite sums, a quadrature
that does not converge) raises Skip with the reason.  The largest intermediate number is kept in `peak`, to measure errors."""

from __future__ import annotations

import operator
import random
from collections.abc import Callable
from fractions import Fraction
from hashlib import sha256
from typing import Any

from mpmath import mp

from .formula import Formula, free_symbols
from .kernel.balls import exact
from .kernel.verdict import Rejected

TERMS = 10 ** 4


class Undefined(Exception):
    """The formula has no value at this point."""


class Skip(Exception):
    """The formula cannot be evaluated here; the message says why."""


def kummer(a: Any, b: Any, x: Any) -> Any:
    if mp.isint(b) and mp.re(b) <= 0:
        raise Undefined("1F1 with a lower parameter 0, -1, ...")
    return mp.hyp1f1(a, b, x)


UNARY: dict[str, Callable[[Any], Any]] = {
    "exp": mp.exp, "sin": mp.sin, "cos": mp.cos, "tan": mp.tan, "cot": mp.cot, "sec": mp.sec, "csc": mp.csc, "sinh": mp.sinh,
    "cosh": mp.cosh, "tanh": mp.tanh, "atan": mp.atan, "asinh": mp.asinh, "erf": mp.erf, "erfc": mp.erfc, "sign": mp.sign,
    "floor": mp.floor, "ceiling": mp.ceil, "factorial": mp.factorial, "gamma": mp.gamma, "Si": mp.si, "digamma": mp.digamma,
    "zeta": mp.zeta, "re": mp.re, "im": mp.im, "conj": mp.conj, "abs": abs}
REAL_DOMAIN: dict[str, tuple[Callable[[Any], Any], Callable[[Any], bool]]] = {  # with the domain of real arguments
    "log": (mp.log, lambda x: x > 0), "sqrt": (mp.sqrt, lambda x: x >= 0), "asin": (mp.asin, lambda x: abs(x) <= 1),
    "acos": (mp.acos, lambda x: abs(x) <= 1), "acosh": (mp.acosh, lambda x: x >= 1), "atanh": (mp.atanh, lambda x: abs(x) < 1),
    "Ci": (mp.ci, lambda x: x > 0), "lambertw": (mp.lambertw, lambda x: x >= -mp.exp(-1))}
SEVERAL: dict[str, Callable[..., Any]] = {
    "uppergamma": lambda s, x: mp.gammainc(s, x), "hyp1f1": kummer, "besseli": mp.besseli, "besselj": mp.besselj,
    "max": max, "min": min, "delta": lambda i, j: mp.mpf(int(i == j))}


class Smooth:
    """A test function: a polynomial times an exponential, with exact derivatives of every order in every argument."""

    def __init__(self, name: str, arity: int) -> None:
        rng = random.Random(int(sha256(f"{name}/{arity}".encode()).hexdigest(), 16))
        self.rates = [Fraction(rng.randint(-3, 3), 4) for _ in range(arity)]
        self.terms = {tuple(rng.randint(0, 3) for _ in range(arity)): Fraction(rng.randint(-5, 5), 2) for _ in range(4)}
        self.terms[(0,) * arity] = Fraction(1)

    def at(self, slots: tuple[int, ...], args: list[Any]) -> Any:
        terms = self.terms
        for s in slots:
            new: dict[tuple[int, ...], Fraction] = {}
            for powers, c in terms.items():
                new[powers] = new.get(powers, Fraction(0)) + self.rates[s] * c
                if powers[s]:
                    lower = powers[:s] + (powers[s] - 1,) + powers[s + 1:]
                    new[lower] = new.get(lower, Fraction(0)) + powers[s] * c
            terms = new
        poly = mp.fsum(number(c) * mp.fprod(x ** k for x, k in zip(args, powers, strict=True)) for powers, c in terms.items())
        return poly * mp.exp(mp.fsum(number(r) * x for r, x in zip(self.rates, args, strict=True)))


def number(q: Fraction) -> Any:
    return mp.mpf(q.numerator) / q.denominator


class Evaluator:
    """Values of formulas at one point.  `values` holds Fractions, nested lists of them, formulas; functions are filled in."""

    def __init__(self, values: dict[str, Any], bound: dict[str, Any] | None = None, quiet: bool = False) -> None:
        self.values, self.bound, self.quiet = values, bound or {}, quiet  # quiet: `peak` is not kept
        self.peak = mp.mpf(0)
        self.done: dict[int, tuple[Formula, Any]] = {}  # by identity of the formula, which the entry keeps alive

    def of(self, f: Formula) -> Any:
        """An mpf, mpc or matrix (1 x 1 matrices are numbers), at the precision of the first call for this formula."""
        if id(f) not in self.done:
            self.done[id(f)] = f, self.value(f)
        return self.done[id(f)][1]

    def value(self, f: Formula) -> Any:
        try:
            out = self._of(f)
            if isinstance(out, mp.matrix):
                return out[0] if out.rows == out.cols == 1 else out
            if not self.quiet and not isinstance(out, tuple):
                if not mp.isfinite(out):
                    raise Undefined(f.head)
                self.peak = max(self.peak, abs(out))
            return out
        except (ZeroDivisionError, ValueError, TypeError, IndexError, OverflowError) as err:
            raise Undefined(f"{f.head}: {err}") from err

    def _of(self, f: Formula) -> Any:
        h, a = f.head, f.args
        if h in ALGEBRA:
            return self.algebra(h, *(self.of(x) for x in a))
        if h == "num":
            return number(a[0])
        if h == "sym":
            return self.bound[a[0]] if a[0] in self.bound else self.read(self.values[a[0]], a[1])
        if h == "pow":
            return self.power(*a)
        if h in UNARY or h in REAL_DOMAIN or h in SEVERAL:
            return self.function(h, *(self.of(x) for x in a))
        return self.special(h, f)

    def special(self, h: str, f: Formula) -> Any:
        a = f.args
        if h == "const":
            if a[0] == "oo":
                raise Skip("infinity stands outside an integral")
            return {"pi": +mp.pi, "e": mp.exp(1), "euler_gamma": +mp.euler, "i": mp.j}[a[0]]
        if h in ("sum", "prod"):
            return self.series(h == "sum", f)
        if h == "integral":
            return self.integral(*a)
        if h == "diff":
            return self.derivative(a[0], a[1].args[0])
        if h == "limit":
            raise Skip("a limit is not evaluated")
        if h == "apply":
            root, *slots = a[0].args[0].split(";")
            return Smooth(root, len(a) - 1).at(tuple(map(int, slots)), [self.scalar(x) for x in a[1:]])
        if h == "round":
            try:
                q = exact(f, self.values)
            except Rejected as err:
                raise Undefined(str(err)) from err
            if q is None:
                raise Skip("only exact rationals are rounded")
            return number(q)
        if h == "matrix":
            return self.block(a)
        if h == "at":
            items, i = self.of(a[0]), self.whole(a[1])
            entries = items if isinstance(items, tuple) else list(items) if isinstance(items, mp.matrix) else [items]
            if not 1 <= i <= len(entries):
                raise Undefined(f"index {i}")
            return entries[i - 1]
        if h in ("eye", "zeros"):
            sizes = [self.whole(x) for x in a]
            return mp.eye(sizes[0]) if h == "eye" else mp.zeros(*sizes)
        if h == "binomial":
            return self.choose(*a)
        raise Skip(f"no numeric meaning for {h}")

    def scalar(self, f: Formula) -> Any:
        v = self.of(f)
        if isinstance(v, (mp.matrix, tuple)):
            raise Undefined(f"{f.head} is not a number")
        return v

    def whole(self, f: Formula) -> int:
        v = self.scalar(f)
        n = int(mp.nint(mp.re(v)))
        if v != n:
            raise Undefined("an index is not an integer")
        return n

    def inner(self, name: str, value: Any, quiet: bool = False) -> Evaluator:
        return Evaluator(self.values, {**self.bound, name: value}, quiet or self.quiet)

    def read(self, raw: Any, sort: Any) -> Any:
        if isinstance(raw, Formula):
            return Evaluator({k: v for k, v in self.values.items() if v is not raw}).of(raw)
        if isinstance(raw, list):
            if sort[0] == "family":
                return tuple(self.read(x, sort[1]) for x in raw)
            return mp.matrix([[number(x) for x in (r if isinstance(r, list) else [r])] for r in raw])
        return number(Fraction(raw))

    # ------------------------------------------------------------------------------------------------ numbers
    def function(self, h: str, *v: Any) -> Any:
        if any(isinstance(x, (mp.matrix, tuple)) for x in v):
            raise Undefined(f"{h} of something that is not a number")
        if h in REAL_DOMAIN:
            call, inside = REAL_DOMAIN[h]
            if not isinstance(v[0], mp.mpc) and not inside(v[0]):
                raise Undefined(f"{h} outside its domain")
            out = call(v[0])
            return mp.re(out) if not isinstance(v[0], mp.mpc) else out
        if h in UNARY:
            return UNARY[h](v[0])
        if h in SEVERAL:
            out = SEVERAL[h](*v)
            if isinstance(out, mp.mpc) and not any(isinstance(x, mp.mpc) for x in v):
                if abs(out.imag) > abs(out.real) * mp.mpf(10) ** (8 - mp.dps):
                    raise Undefined(f"{h} is not real")
                out = out.real
            return out
        raise Undefined(h)

    def power(self, base: Formula, exponent: Formula) -> Any:
        u, p = self.of(base), self.scalar(exponent)
        if isinstance(u, (mp.matrix, tuple)):
            raise Undefined("power of a matrix")
        if mp.isint(p):
            return mp.mpf(1) if p == 0 else u ** int(mp.re(p))
        if not isinstance(u, mp.mpc) and u <= 0:
            if u == 0 and mp.re(p) > 0:
                return mp.mpf(0)
            raise Undefined("a power of a negative number")
        return mp.exp(p * mp.log(u))

    def choose(self, top: Formula, bottom: Formula) -> Any:
        n, k = self.scalar(top), self.whole(bottom)
        if not 0 <= k <= TERMS:
            raise Undefined("binomial")
        return mp.fprod((n - j) / mp.mpf(j + 1) for j in range(k))

    def series(self, adds: bool, f: Formula) -> Any:
        body, var, lo, hi = f.args
        if hi.head == "const":
            raise Skip("an infinite sum is not evaluated")
        first, last = self.whole(lo), self.whole(hi)
        if not -1 <= last - first < TERMS:
            raise Undefined("range of a sum")
        out = None
        for k in range(first, last + 1):
            e = self.inner(var.args[0], mp.mpf(k))
            term = e.of(body)
            self.peak = max(self.peak, e.peak)
            out = term if out is None else out + term if adds else out * term
        return mp.mpf(not adds) if out is None else out

    def integral(self, body: Formula, var: Formula, lo: Formula, hi: Formula) -> Any:
        """By tanh-sinh quadrature, on [a, a+1] and beyond for half-lines; the error estimate must be near the precision."""
        ends = [mp.inf if x.head == "const" and x.args[0] == "oo" else -mp.inf if x.head == "neg" and x.args[0].args == ("oo",)
                else self.scalar(x) for x in (lo, hi)]

        def integrand(t: Any) -> Any:
            try:
                v = along(t)
                if not mp.isfinite(v):
                    raise Undefined("the integrand")
                self.peak = max(self.peak, abs(v))
                return v
            except (Undefined, ZeroDivisionError, ValueError) as err:
                if t in ends:
                    return mp.mpf(0)
                raise Undefined("the integrand") from err
        digits = mp.dps
        points = [ends[0], *([ends[0] + 1, ends[0] + 12] if ends[1] == mp.inf and ends[0] != -mp.inf else
                             [ends[1] - 12, ends[1] - 1] if ends[0] == -mp.inf and ends[1] != mp.inf else
                             [-8, 0, 8] if mp.inf in (ends[1], -ends[0]) else []), ends[1]]
        with mp.workdps(digits + 10):
            along = self.along(body, var.args[0])
            value, error = mp.quad(integrand, points, error=True, maxdegree=9)
        if error > mp.mpf(10) ** (5 - digits) * max(1, abs(value)):
            raise Skip("the quadrature does not reach the precision")
        return +value

    def along(self, f: Formula, name: str) -> Callable[[Any], Any]:
        """f as a function of one symbol: what does not depend on it is evaluated once, at the present precision."""
        h, a = f.head, f.args
        if name not in free_symbols(f):
            v = Evaluator(self.values, self.bound, True).of(f)
            return lambda t: v
        if h == "sym":
            return lambda t: t
        integer = h == "pow" and a[1].head == "num" and a[1].args[0].denominator == 1
        if integer or h in SCALAR or h in UNARY or h in REAL_DOMAIN:
            u, *w = (self.along(x, name) for x in a)
            if integer:
                n = int(a[1].args[0])
                return lambda t: u(t) ** n if n else mp.mpf(1)
            if h in SCALAR:
                call, v = SCALAR[h], w[0] if w else u
                return lambda t: call(u(t), v(t))
            if h in UNARY:
                only = UNARY[h]
                return lambda t: only(u(t))
            return lambda t: self.function(h, u(t))
        return lambda t: self.inner(name, t, quiet=True).scalar(f)

    def derivative(self, body: Formula, name: str) -> Any:
        here = self.bound[name] if name in self.bound else self.read(self.values[name], "real")
        if name not in free_symbols(body):
            return self.of(body) * 0

        def along(t: Any) -> Any:
            return self.inner(name, t, quiet=True).scalar(body)
        with mp.workdps(mp.dps + 15):
            v = mp.diff(along, here)
        return +v

    # ------------------------------------------------------------------------------------------------ matrices
    def algebra(self, h: str, u: Any, v: Any = None) -> Any:
        if h in SCALAR and isinstance(u, NUMBER) and (v is None or isinstance(v, NUMBER)):
            return SCALAR[h](u, v)
        if isinstance(u, tuple) or isinstance(v, tuple):
            raise Undefined(f"{h} of a family")
        x, y = (w if isinstance(w, mp.matrix) else mp.matrix([[w]]) for w in (u, v if v is not None else 0))
        if h == "neg":
            return -u
        if h in ("add", "sub"):
            if (x.rows, x.cols) != (y.rows, y.cols):
                raise Undefined("sizes do not fit")
            return u + v if h == "add" else u - v
        if h in ("mul", "div"):
            if isinstance(v, mp.matrix) and (h == "div" or isinstance(u, mp.matrix)):
                raise Undefined("a product of matrices is written @")
            return u * v if h == "mul" else u / v
        if h == "dot":
            return (x.T * y)[0] if x.cols == y.cols == 1 and x.rows == y.rows else self._refuse(h)
        if h == "matmul":
            return x * y if x.cols == y.rows else self._refuse(h)
        if h == "T":
            return x.T
        if x.rows != x.cols:
            self._refuse(h)
        if h == "tr":
            return mp.fsum(x[i, i] for i in range(x.rows))
        if h == "det":
            return mp.det(x)
        return mp.inverse(x) if h == "inv" else mp.expm(x, method="taylor")

    def _refuse(self, h: str) -> Any:
        raise Undefined(f"{h}: sizes do not fit")

    def block(self, rows: tuple[tuple[Formula, ...], ...]) -> Any:
        lines = []
        for row in rows:
            parts = [w if isinstance(w, mp.matrix) else mp.matrix([[w]]) for w in map(self.of, row)]
            lines += [[x for p in parts for x in (p[i, j] for j in range(p.cols))] for i in range(parts[0].rows)]
        return mp.matrix(lines)


SCALAR: dict[str, Callable[[Any, Any], Any]] = {
    "neg": lambda u, _: -u, "add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv}
NUMBER = (mp.mpf, mp.mpc)
ALGEBRA = frozenset("neg add sub mul div dot matmul T tr det inv expm".split())
