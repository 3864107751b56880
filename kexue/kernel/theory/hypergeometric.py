"""Hypergeometric functions: series, transformations, and the elementary ones among them."""

from __future__ import annotations

from ...formula import Formula, Sum, binomial, call, complex_, eq, exp, factorial, gamma, integer, lift, log, oo, pi, sqrt
from .law import SLOPES, Law, off_cut

a, b, c, z = complex_("a b c z")
k, n = integer("k n")
HALF, ONE = lift("0.5"), lift(1)


def hyper(upper: tuple[Formula, ...], lower: tuple[Formula, ...], u: Formula) -> Formula: return call("hyper", len(upper), *upper, *lower, u)
def rising(u: Formula, n: Formula) -> Formula: return call("rising", u, n)


def polynomial(upper: tuple[Formula, ...], lower: tuple[Formula, ...]) -> Formula:
    """The sum of (-n)_k ... z^k/k!, which ends with k = n."""
    term = lift(-1) ** k * binomial(n, k)
    for u in upper:
        term = term * rising(u, k)
    for v in lower:
        term = term / rising(v, k)
    return Sum(term * z ** k, k, 0, n)


def series(upper: tuple[Formula, ...], lower: tuple[Formula, ...]) -> Formula:
    term = z ** k / factorial(k)
    ratio = ONE
    for u in upper:
        ratio = rising(u, k) if ratio == ONE else ratio * rising(u, k)
    for v in lower:
        ratio = ratio / rising(v, k)
    return Sum(ratio * term, k, 0, oo)


F = hyper((a, b), (c,), z)
LAWS = (
    Law("hyper.0F1", eq(hyper((), (c,), z), series((), (c,))), "DLMF 16.2.1"),
    Law("hyper.1F1", eq(hyper((a,), (c,), z), series((a,), (c,))), "DLMF 13.2.2"),
    Law("hyper.2F1", eq(F, series((a, b), (c,))), "DLMF 15.2.1", given=(call("abs", z) < 1,)),
    Law("hyper.1F1.polynomial", eq(hyper((-n,), (c,), z), polynomial((), (c,))), "DLMF 13.2.4", given=(lift(0) <= n,), depth=-1),
    Law("hyper.2F1.polynomial", eq(hyper((-n, b), (c,), z), polynomial((b,), (c,))), "DLMF 15.2.4", given=(lift(0) <= n,), depth=-1),
    Law("hyper.0F1.zero", eq(hyper((), (c,), lift(0)), 1), "DLMF 16.2.1"),
    Law("hyper.1F1.zero", eq(hyper((a,), (c,), lift(0)), 1), "DLMF 13.2.2"),
    Law("hyper.2F1.zero", eq(hyper((a, b), (c,), lift(0)), 1), "DLMF 15.2.1"),
    Law("hyper.symmetric", eq(F, hyper((b, a), (c,), z)), "DLMF 15.2.1", depth=0),
    Law("hyper.kummer", eq(hyper((a,), (c,), z), exp(z) * hyper((c - a,), (c,), -z)), "DLMF 13.2.39", depth=0),
    Law("hyper.euler", eq(F, (1 - z) ** (c - a - b) * hyper((c - a, c - b), (c,), z)), "DLMF 15.8.1", given=(off_cut(z),), depth=0),
    Law("hyper.pfaff", eq(F, (1 - z) ** -a * hyper((a, c - b), (c,), z / (z - 1))), "DLMF 15.8.1", given=(off_cut(z),), depth=0),
    Law("hyper.gauss", eq(hyper((a, b), (c,), lift(1)), gamma(c) * gamma(c - a - b) / (gamma(c - a) * gamma(c - b))), "DLMF 15.4.20",
        given=(lift(0) < call("re", c - a - b),)),
    Law("hyper.half", eq(hyper((a, b), ((a + b + 1) / 2,), HALF), sqrt(pi) * gamma((a + b + 1) / 2) / (gamma((a + 1) / 2) * gamma((b + 1) / 2))),
        "DLMF 15.4.28"),
    Law("hyper.binomial", eq(hyper((a, b), (b,), z), (1 - z) ** -a), "DLMF 15.4.6", given=(off_cut(z),)),
    Law("hyper.log", eq(hyper((ONE, ONE), (lift(2),), z), -log(1 - z) / z), "DLMF 15.4.1"),
    Law("hyper.asin", eq(hyper((HALF, HALF), (lift("1.5"),), z ** 2), call("asin", z) / z), "DLMF 15.4.4, 4.23.24", lead=call("asin", z), depth=0),
    Law("hyper.atan", eq(hyper((HALF, ONE), (lift("1.5"),), -(z ** 2)), call("atan", z) / z), "DLMF 15.4.3, 4.23.27", lead=call("atan", z), depth=0),
    Law("hyper.erf", eq(call("erf", z), 2 * z / sqrt(pi) * exp(-z ** 2) * hyper((ONE,), (lift("1.5"),), z ** 2)), "DLMF 7.11.4", depth=0),
)
SLOPES.update(hyper=lambda p, *v: (None, *(None for _ in v[:-1]), slope(int(p.args[0]), v)))


def slope(p: int, v: tuple[Formula, ...]) -> Formula:
    """d/dz of pFq (DLMF 16.3.1)."""
    upper, lower, u = v[:p], v[p:-1], v[-1]
    front = ONE
    for x in upper:
        front = front * x
    for x in lower:
        front = front / x
    return front * hyper(tuple(x + 1 for x in upper), tuple(x + 1 for x in lower), u)
