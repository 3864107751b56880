"""Zeta functions and polylogarithms."""

from __future__ import annotations

from ...formula import Formula, Sum, call, complex_, eq, euler_gamma, factorial, gamma, integer, lift, log, ne, oo, pi, real
from .law import SLOPES, Law

s, a, z = complex_("s a z")
n, k = integer("n k")
x = real("x")
catalan = Formula("const", ("catalan",))
HALF, QUARTER = lift("0.5"), lift("0.25")


def zeta(*v: Formula) -> Formula: return call("zeta", *v)
def bernoulli(*v: Formula) -> Formula: return call("bernoulli", *v)
def right(u: Formula, c: int = 0) -> Formula: return lift(c) < call("re", u)


LAWS = (
    Law("zeta.one", eq(zeta(s, lift(1)), zeta(s)), "DLMF 25.11.2"),
    Law("zeta.half", eq(zeta(s, HALF), (lift(2) ** s - 1) * zeta(s)), "DLMF 25.11.11"),
    Law("zeta.step", eq(zeta(s, a + 1), zeta(s, a) - a ** -s), "DLMF 25.11.3"),
    Law("zeta.multiplication", eq(zeta(s, n * a), n ** -s * Sum(zeta(s, a + k / n), k, 0, n - 1)),
        "DLMF 25.11.15", given=(lift(1) <= n, right(a)), depth=0),
    Law("zeta.duplication", eq(zeta(s, 2 * a), lift(2) ** -s * (zeta(s, a) + zeta(s, a + HALF))), "DLMF 25.11.15", given=(right(a),), depth=1),
    Law("zeta.triplication", eq(zeta(s, 3 * a), lift(3) ** -s * (zeta(s, a) + zeta(s, a + lift(1) / 3) + zeta(s, a + lift(2) / 3))), "DLMF 25.11.15",
        given=(right(a),), depth=1),
    Law("zeta.series", eq(zeta(s), Sum(k ** -s, k, 1, oo)), "DLMF 25.2.1", given=(right(s, 1),)),
    Law("zeta.alternating", eq((1 - lift(2) ** (1 - s)) * zeta(s), Sum(-lift(-1) ** k * k ** -s, k, 1, oo)), "DLMF 25.2.3",
        given=(right(s), ne(s, 1)), lead=zeta(s), depth=-1),
    Law("hurwitz.series", eq(zeta(s, a), Sum((a + k) ** -s, k, 0, oo)), "DLMF 25.11.1", given=(right(s, 1), right(a))),
    Law("hurwitz.natural", eq(zeta(s, n), Sum(k ** -s, k, n, oo)), "DLMF 25.11.1", given=(right(s, 1), lift(1) <= n)),
    Law("zeta.negative", eq(zeta(-n), lift(-1) ** n * bernoulli(n + 1, lift(0)) / (n + 1)), "DLMF 25.6.3", given=(lift(0) <= n,)),
    Law("zeta.even", eq(zeta(2 * n), (2 * pi) ** (2 * n) * lift(-1) ** (n + 1) * bernoulli(2 * n) / (2 * factorial(2 * n))),
        "DLMF 25.6.2", given=(lift(1) <= n,)),
    Law("hurwitz.negative", eq(zeta(-n, a), -bernoulli(n + 1, a) / (n + 1)), "DLMF 25.11.14", given=(lift(0) <= n,)),
    Law("hurwitz.zero", eq(zeta(lift(0), a), HALF - a), "DLMF 25.11.13"),
    Law("zeta.zero", eq(zeta(lift(0)), -HALF), "DLMF 25.6.1"),
    Law("zeta.quarters", eq(zeta(s, QUARTER) + zeta(s, lift("0.75")), lift(2) ** s * (lift(2) ** s - 1) * zeta(s)),
        "DLMF 25.11.15", lead=zeta(s, QUARTER)),
    Law("zeta.conjugate", eq(zeta(call("conj", s)), call("conj", zeta(s))), "DLMF 25.2.1", lead=zeta(s), depth=0),
    Law("zeta.functional", eq(zeta(1 - s), 2 * (2 * pi) ** -s * call("cos", pi * s / 2) * gamma(s) * zeta(s)),
        "DLMF 25.4.1", given=(ne(s, 0),), lead=zeta(s), depth=0),
    Law("catalan", eq(zeta(lift(2), QUARTER), zeta(lift(2), lift("0.75")) + 16 * catalan), "DLMF 25.11.40"),
    Law("eta.zeta", eq(call("dirichlet_eta", s), (1 - lift(2) ** (1 - s)) * zeta(s)), "DLMF 25.2.3"),
    Law("stieltjes.zero", eq(call("stieltjes", lift(0)), euler_gamma), "DLMF 25.2.5"),
    Law("stieltjes.one", eq(call("stieltjes", n, lift(1)), call("stieltjes", n)), "DLMF 25.2.4", given=(lift(0) <= n,)),
    Law("lerch.hurwitz", eq(call("lerchphi", lift(1), s, a), zeta(s, a)), "DLMF 25.14.2", given=(right(s, 1), right(a))),
    *(Law(f"{f}.dirichlet", eq(zeta(s) * Sum(call(f, k) / k ** s, k, 1, oo), value), source, given=(right(s, least),), depth=-1)
      for f, value, source, least in (("mobius", lift(1), "DLMF 27.4.5", 1), ("totient", zeta(s - 1), "DLMF 27.4.6", 2))),
    Law("zeta.above", lift(1) < zeta(x), "DLMF 25.2.1", given=(lift(1) < x,), lead=zeta(x)),
    Law("bernoulli.zeta", eq(call("abs", bernoulli(2 * n)), 2 * factorial(2 * n) / (2 * pi) ** (2 * n) * zeta(2 * n)), "DLMF 25.6.2",
        given=(lift(1) <= n,)),
    Law("polylog.one", eq(call("polylog", lift(1), z), -log(1 - z)), "DLMF 25.12.1"),
    Law("polylog.zero", eq(call("polylog", lift(0), z), z / (1 - z)), "DLMF 25.12.10"),
    Law("polylog.at_one", eq(call("polylog", s, lift(1)), zeta(s)), "DLMF 25.12.10", given=(right(s, 1),)),
    Law("polylog.reflection", eq(call("polylog", lift(2), x) + call("polylog", lift(2), 1 - x), pi ** 2 / 6 - log(x) * log(1 - x)), "DLMF 25.12.6",
        given=(lift(0) < x, x < 1), lead=call("polylog", lift(2), x), depth=0),
    Law("polylog.series", eq(call("polylog", s, z), Sum(z ** k / k ** s, k, 1, oo)), "DLMF 25.12.10", given=(call("abs", z) < 1,)),
)
SLOPES.update(
    zeta=lambda u, *v: (None, -(u / u) * u * zeta(u + 1, v[0])) if v else (None,),  # not for u = 0: the derivative of zeta(0, a) is -1
    polylog=lambda order, u: (None, call("polylog", order - 1, u) / u),
)
