"""Orthogonal polynomials of integer degree."""

from __future__ import annotations

from ...formula import Formula, call, complex_, cos, eq, factorial, gamma, integer, lift, real, sin
from .law import SLOPES, Law

z, t = complex_("z t")
m, n = integer("m n")
x, a = real("x a")
HALF, ONE, ZERO = lift("0.5"), lift(1), lift(0)


def T(u: Formula, v: Formula) -> Formula: return call("chebyshevt", u, v)
def U(u: Formula, v: Formula) -> Formula: return call("chebyshevu", u, v)
def P(u: Formula, v: Formula) -> Formula: return call("legendre", u, v)
def H(u: Formula, v: Formula) -> Formula: return call("hermite", u, v)
def L(u: Formula, v: Formula) -> Formula: return call("laguerre", u, v)
def C(u: Formula, b: Formula, v: Formula) -> Formula: return call("gegenbauer", u, b, v)
def gauss(a: Formula, b: Formula, c: Formula, u: Formula) -> Formula: return call("hyper", 2, a, b, c, u)


def at_one(k: Formula, b: Formula) -> Formula:
    """C_k^(b)(1)."""
    value: Formula = gamma(k + 2 * b) / (gamma(2 * b) * factorial(k))
    return value


NATURAL = (ZERO <= n,)
INSIDE = (-ONE <= x, x <= 1)
LAWS = (
    Law("chebyshevt.step", eq(T(n + 2, z), 2 * z * T(n + 1, z) - T(n, z)), "DLMF 18.9.1, Table 18.9.1"),
    Law("chebyshevu.step", eq(U(n + 2, z), 2 * z * U(n + 1, z) - U(n, z)), "DLMF 18.9.1, Table 18.9.1"),
    Law("chebyshevt.zero", eq(T(ZERO, z), 1), "DLMF 18.5.1"),
    Law("chebyshevt.one", eq(T(ONE, z), z), "DLMF 18.5.1"),
    Law("chebyshevu.zero", eq(U(ZERO, z), 1), "DLMF 18.5.2"),
    Law("chebyshevu.one", eq(U(ONE, z), 2 * z), "DLMF 18.5.2"),
    Law("chebyshevu.at_one", eq(U(n, ONE), n + 1), "DLMF Table 18.6.1, 18.5.2"),
    Law("chebyshevu.at_minus_one", eq(U(n, -ONE), lift(-1) ** n * (n + 1)), "DLMF Table 18.6.1, 18.5.2"),
    Law("chebyshevt.cos", eq(T(n, cos(t)), cos(n * t)), "DLMF 18.5.1"),
    Law("chebyshevu.sin", eq(U(n, cos(t)) * sin(t), sin((n + 1) * t)), "DLMF 18.5.2", lead=U(n, cos(t))),
    Law("chebyshevt.hyper", eq(T(n, z), gauss(-n, n, HALF, (1 - z) / 2)), "DLMF 15.9.5"),
    Law("chebyshevu.hyper", eq(U(n, z), (n + 1) * gauss(-n, n + 2, lift("1.5"), (1 - z) / 2)), "DLMF 15.9.6", depth=0),
    Law("chebyshevt.second", eq(T(n, z), U(n, z) - z * U(n - 1, z)), "DLMF 18.9.9, 18.9.1", depth=0),
    Law("chebyshevt.negative", eq(T(-n, z), T(n, z)), "DLMF 18.5.1"),
    Law("chebyshevu.negative", eq(U(-n - 2, z), -U(n, z)), "DLMF 18.5.2", depth=0),
    Law("gegenbauer.bound", call("abs", C(n, a, x)) <= at_one(n, a), "DLMF 18.14.4, Table 18.6.1", given=(*NATURAL, ZERO < a, *INSIDE),
        lead=C(n, a, x)),
    Law("chebyshevu.bound", call("abs", U(n, x)) <= at_one(n, ONE), "DLMF 18.14.4, 18.7.4", given=(*NATURAL, *INSIDE), lead=U(n, x)),
    Law("legendre.bound", call("abs", P(n, x)) <= at_one(n, HALF), "DLMF 18.14.4, 18.7.9", given=(*NATURAL, *INSIDE), lead=P(n, x)),
    Law("legendre.slope", eq((1 - z ** 2) * C(n - 1, lift("1.5"), z), (n + 1) * (z * P(n, z) - P(n + 1, z))), "DLMF 18.9.17, 18.9.19, 18.7.9",
        given=(ONE <= n,), lead=P(n, z), depth=0),
    Law("gegenbauer.equation", eq(4 * a * (a + 1) * (1 - z ** 2) * C(n - 2, a + 2, z), 2 * a * (2 * a + 1) * z * C(n - 1, a + 1, z)
                                  - n * (n + 2 * a) * C(n, a, z)), "DLMF 18.8.1, 18.9.19", given=(lift(2) <= n, ZERO < a), lead=C(n - 1, a + 1, z)),
    Law("legendre.zero", eq(P(ZERO, z), 1), "DLMF 18.5.8, Table 18.6.1"),
    Law("legendre.one", eq(P(ONE, z), z), "DLMF 18.5.8, Table 18.6.1"),
    Law("legendre.step", eq(P(n + 2, z), ((2 * n + 3) * z * P(n + 1, z) - (n + 1) * P(n, z)) / (n + 2)), "DLMF 18.9.1, Table 18.9.1", given=NATURAL),
    Law("legendre.hyper", eq(P(n, z), gauss(-n, n + 1, ONE, (1 - z) / 2)), "DLMF 15.9.7", given=NATURAL),
    Law("legendre.conjugate", eq(P(n, call("conj", z)), call("conj", P(n, z))), "DLMF 18.5.8", given=NATURAL, lead=P(n, z)),
    Law("hermite.zero", eq(H(ZERO, z), 1), "DLMF 18.5.13"),
    Law("hermite.one", eq(H(ONE, z), 2 * z), "DLMF 18.5.13"),
    Law("hermite.step", eq(H(n + 2, z), 2 * z * H(n + 1, z) - 2 * (n + 1) * H(n, z)), "DLMF 18.9.1, Table 18.9.1", given=NATURAL),
    Law("laguerre.zero", eq(L(ZERO, z), 1), "DLMF 18.5.12"),
    Law("laguerre.one", eq(L(ONE, z), 1 - z), "DLMF 18.5.12"),
    Law("laguerre.step", eq(L(n + 2, z), ((2 * n + 3 - z) * L(n + 1, z) - (n + 1) * L(n, z)) / (n + 2)), "DLMF 18.9.1, Table 18.9.1", given=NATURAL),
)
SLOPES.update(  # with the degree n and the next one only, so that no degree is negative
    chebyshevt=lambda i, u: (None, i * U(i - 1, u)),  # DLMF 18.9.21
    chebyshevu=lambda i, u: (None, ((i + 1) * T(i + 1, u) - u * U(i, u)) / (u ** 2 - 1)),  # DLMF 18.9.22
    legendre=lambda i, u: (None, (i + 1) * (u * P(i, u) - P(i + 1, u)) / (1 - u ** 2)),  # DLMF 18.9.17, 18.9.18
    hermite=lambda i, u: (None, 2 * u * H(i, u) - H(i + 1, u)),  # DLMF 18.9.25, 18.9.1
    laguerre=lambda i, *u: (None, ((i + 1) * L(i + 1, u[0]) - (i + 1 - u[0]) * L(i, u[0])) / u[0]) if len(u) == 1 else (None,) * (len(u) + 1),
)
