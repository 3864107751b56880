"""The gamma function and its relatives."""

from __future__ import annotations

from ...formula import (Formula, Integral, Sum, binomial, call, complex_, cos, eq, euler_gamma, exp, factorial, gamma, integer, lift, log, ne, oo, pi,
                        real, sin, sqrt)
from .law import SLOPES, Law

z, w = complex_("z w")
x = real("x")
m, n, p, q, k = integer("m n p q k")
t = real("t")
HALF = lift("0.5")


def digamma(u: Formula) -> Formula: return call("digamma", u)
def polygamma(order: Formula, u: Formula) -> Formula: return call("polygamma", order, u)
def beta(u: Formula, v: Formula) -> Formula: return call("beta", u, v)
def loggamma(u: Formula) -> Formula: return call("loggamma", u)
def rising(u: Formula, v: Formula) -> Formula: return call("rising", u, v)
def falling(u: Formula, v: Formula) -> Formula: return call("falling", u, v)
def incomplete(a: Formula, b: Formula, u: Formula) -> Formula: return call("betainc", a, b, lift(0), u)
def right(u: Formula) -> Formula: return lift(0) < call("re", u)


def cot_slope(order: int) -> Formula:
    """The derivative of cot(pi z): a polynomial p in c = cot(pi z), by c' = -pi (1 + c^2)."""
    p = [0, 1]
    for _ in range(order):
        slope = [k * x for k, x in enumerate(p)][1:]
        p = [-((slope[k] if k < len(slope) else 0) + (slope[k - 2] if 2 <= k else 0)) for k in range(len(slope) + 2)]
    total: Formula = lift(p[0])
    for k, x in enumerate(p[1:], 1):
        total = total + x * call("cot", pi * z) ** k
    return pi ** order * total


LAWS = (
    Law("gamma.step", eq(gamma(z + 1), z * gamma(z)), "DLMF 5.5.1"),
    Law("gamma.reflection", eq(gamma(1 - z), pi / (sin(pi * z) * gamma(z))), "DLMF 5.5.3", lead=gamma(z), depth=0),
    Law("gamma.reflection_product", eq(gamma(z) * gamma(1 - z) * sin(pi * z), pi), "DLMF 5.5.3", lead=sin(pi * z), depth=0),
    Law("gamma.duplication", eq(gamma(2 * z), lift(2) ** (2 * z - 1) / sqrt(pi) * gamma(z) * gamma(z + HALF)), "DLMF 5.5.5", depth=0),
    Law("gamma.conjugate", eq(gamma(call("conj", z)), call("conj", gamma(z))), "DLMF 5.2.1", lead=gamma(z), depth=0),
    Law("gamma.integral", eq(gamma(z), Integral(t ** (z - 1) * exp(-t), t, 0, oo)), "DLMF 5.2.1", given=(right(z),), depth=0),
    Law("gamma.ratio", sqrt(x) < gamma(x + 1) / gamma(x + HALF), "DLMF 5.6.4, s = 1/2", given=(lift(0) < x,), lead=gamma(x + HALF), depth=0),
    Law("gamma.nonzero", ne(gamma(z), 0), "DLMF 5.2.1", lead=gamma(z), depth=0),
    Law("loggamma.step", eq(loggamma(z + 1), loggamma(z) + log(z)), "DLMF 5.4.1, 5.5.1"),
    Law("loggamma.real", eq(loggamma(x), log(gamma(x))), "DLMF 5.4.1", given=(lift(0) < x,)),
    Law("digamma.step", eq(digamma(z + 1), digamma(z) + 1 / z), "DLMF 5.5.2"),
    Law("digamma.reflection", eq(digamma(1 - z), digamma(z) + pi * call("cot", pi * z)), "DLMF 5.5.4", lead=digamma(z), depth=0),
    Law("digamma.duplication", eq(digamma(2 * z), (digamma(z) + digamma(z + HALF)) / 2 + log(2)), "DLMF 5.5.8", depth=0),
    Law("digamma.conjugate", eq(digamma(call("conj", z)), call("conj", digamma(z))), "DLMF 5.2.2", lead=digamma(z), depth=0),
    Law("digamma.natural", eq(digamma(n), call("harmonic", n - 1) - euler_gamma), "DLMF 5.4.14", given=(lift(1) <= n,)),
    Law("digamma.integral", eq(Integral(t ** (z - 1) * exp(-t) * log(t), t, 0, oo), gamma(z) * digamma(z)), "DLMF 5.9.19, 5.2.2",
        given=(right(z),), depth=0),
    Law("digamma.half", eq(digamma(HALF), -euler_gamma - 2 * log(2)), "DLMF 5.4.15"),
    Law("digamma.gauss", eq(digamma(p / q), -euler_gamma - log(2 * q) - pi / 2 * call("cot", pi * p / q) + 2 * Sum(
        cos(2 * pi * k * p / q) * log(sin(pi * k / q)), k, 1, call("floor", (q - 1) / 2))), "DLMF 5.4.19",
        given=(lift(1) <= p, p < q), lead=digamma(p / q)),
    Law("harmonic.step", eq(call("harmonic", n + 1), call("harmonic", n) + 1 / (n + 1)), "DLMF 5.4.14", given=(lift(0) <= n,)),
    Law("harmonic.sum", eq(call("harmonic", n), Sum(1 / k, k, 1, n)), "DLMF 5.4.14", given=(lift(0) <= n,)),
    Law("polygamma.zero", eq(polygamma(lift(0), z), digamma(z)), "DLMF 5.15"),
    Law("polygamma.step", eq(polygamma(m, z + 1), polygamma(m, z) + lift(-1) ** m * factorial(m) / z ** (m + 1)), "DLMF 5.15.5",
        given=(lift(0) <= m,)),
    Law("polygamma.hurwitz", eq(polygamma(m, z), lift(-1) ** (m + 1) * factorial(m) * call("zeta", m + 1, z)),
        "DLMF 25.11.12", given=(lift(1) <= m,)),
    Law("polygamma.conjugate", eq(polygamma(m, call("conj", z)), call("conj", polygamma(m, z))),
        "DLMF 5.15.1", given=(lift(0) <= m,), lead=polygamma(m, z), depth=0),
    Law("polygamma.duplication", eq(polygamma(m, 2 * z), lift(2) ** (-m - 1) * (polygamma(m, z) + polygamma(m, z + HALF))), "DLMF 5.15.7",
        given=(lift(1) <= m,), depth=1),
    Law("polygamma.triplication", eq(
        polygamma(m, 3 * z), lift(3) ** (-m - 1) * (polygamma(m, z) + polygamma(m, z + lift(1) / 3) + polygamma(m, z + lift(2) / 3))),
        "DLMF 5.15.7", given=(lift(1) <= m,), depth=1),
    *(Law(f"polygamma.reflection{j}", eq(polygamma(lift(j), 1 - z), (-1) ** j * (polygamma(lift(j), z) + pi * cot_slope(j))), "DLMF 5.15.6",
          lead=polygamma(lift(j), z), depth=1) for j in (1, 2, 3, 4)),
    Law("beta.gamma", eq(beta(z, w), gamma(z) * gamma(w) / gamma(z + w)), "DLMF 5.12.1"),
    Law("beta.symmetric", eq(beta(z, w), beta(w, z)), "DLMF 5.12.1", depth=0),
    Law("beta.step", eq((z + w) * beta(z + 1, w), z * beta(z, w)), "DLMF 5.12.1, 5.5.1", lead=beta(z + 1, w)),
    Law("beta.integral", eq(beta(z, w), Integral(t ** (z - 1) * (1 - t) ** (w - 1), t, 0, 1)), "DLMF 5.12.1", given=(right(z), right(w)), depth=0),
    Law("betainc.regularized", eq(call("betainc_regularized", z, w, 0, x), incomplete(z, w, x) / beta(z, w)), "DLMF 8.17.2",
        given=(right(z), right(w), lift(0) <= x, x <= 1)),
    Law("betainc.integral", eq(incomplete(z, w, x), Integral(t ** (z - 1) * (1 - t) ** (w - 1), t, 0, x)), "DLMF 8.17.1",
        given=(right(z), right(w), lift(0) <= x, x <= 1)),
    Law("rising.gamma", eq(rising(z, n), gamma(z + n) / gamma(z)), "DLMF 5.2.5", given=(lift(0) <= n,)),
    Law("rising.step", eq(rising(z, n + 1), (z + n) * rising(z, n)), "DLMF 5.2.4", given=(lift(0) <= n,)),
    Law("rising.zero", eq(rising(z, lift(0)), 1), "DLMF 5.2.4"),
    Law("falling.rising", eq(falling(z, n), rising(z - n + 1, n)), "DLMF 26.1.1", given=(lift(0) <= n,)),
    Law("binomial.falling", eq(binomial(z, n), falling(z, n) / factorial(n)), "DLMF 1.2.6", given=(lift(0) <= n,)),
)
SLOPES.update(
    gamma=lambda u: (gamma(u) * digamma(u),),
    digamma=lambda u: (polygamma(lift(1), u),),
    loggamma=lambda u: (digamma(u),),
    polygamma=lambda order, u: (None, polygamma(order + 1, u)),
)
