"""Bessel and Airy functions."""

from __future__ import annotations

from ...formula import Formula, call, complex_, cos, eq, exp, I, integer, lift, pi, sin, sinh, cosh, sqrt
from .law import SLOPES, Law, Slope

nu, z = complex_("nu z")
n = integer("n")
HALF = lift("0.5")


def J(k: Formula, u: Formula) -> Formula: return call("besselj", k, u)
def Y(k: Formula, u: Formula) -> Formula: return call("bessely", k, u)
def Im(k: Formula, u: Formula) -> Formula: return call("besseli", k, u)
def K(k: Formula, u: Formula) -> Formula: return call("besselk", k, u)


LAWS = (
    Law("besselj.step", eq(J(nu + 1, z), 2 * nu / z * J(nu, z) - J(nu - 1, z)), "DLMF 10.6.1"),
    Law("bessely.step", eq(Y(nu + 1, z), 2 * nu / z * Y(nu, z) - Y(nu - 1, z)), "DLMF 10.6.1"),
    Law("besseli.step", eq(Im(nu + 1, z), Im(nu - 1, z) - 2 * nu / z * Im(nu, z)), "DLMF 10.29.1"),
    Law("besselk.step", eq(K(nu + 1, z), K(nu - 1, z) + 2 * nu / z * K(nu, z)), "DLMF 10.29.1"),
    Law("besselj.negative", eq(J(-n, z), lift(-1) ** n * J(n, z)), "DLMF 10.4.1"),
    Law("bessely.negative", eq(Y(-n, z), lift(-1) ** n * Y(n, z)), "DLMF 10.4.1"),
    Law("besseli.negative", eq(Im(-n, z), Im(n, z)), "DLMF 10.27.1"),
    Law("besselk.negative", eq(K(-nu, z), K(nu, z)), "DLMF 10.27.3"),
    Law("hankel1", eq(call("hankel1", nu, z), J(nu, z) + I * Y(nu, z)), "DLMF 10.4.3"),
    Law("hankel2", eq(call("hankel2", nu, z), J(nu, z) - I * Y(nu, z)), "DLMF 10.4.3"),
    Law("besselj.half", eq(J(HALF, z), sqrt(2 / (pi * z)) * sin(z)), "DLMF 10.16.1"),
    Law("besselj.minus_half", eq(J(-HALF, z), sqrt(2 / (pi * z)) * cos(z)), "DLMF 10.16.1"),
    Law("bessely.half", eq(Y(HALF, z), -sqrt(2 / (pi * z)) * cos(z)), "DLMF 10.16.1"),
    Law("bessely.minus_half", eq(Y(-HALF, z), sqrt(2 / (pi * z)) * sin(z)), "DLMF 10.16.1"),
    Law("besseli.half", eq(Im(HALF, z), sqrt(2 / (pi * z)) * sinh(z)), "DLMF 10.39.1"),
    Law("besseli.minus_half", eq(Im(-HALF, z), sqrt(2 / (pi * z)) * cosh(z)), "DLMF 10.39.1"),
    Law("besselk.half", eq(K(HALF, z), sqrt(pi / (2 * z)) * exp(-z)), "DLMF 10.39.2"),
)


def slope(f: str, below: int, above: int) -> Slope:
    """f_nu' = (below f_(nu-1) + above f_(nu+1)) / 2: DLMF 10.6.1 and 10.29.1, which hold in the limit z = 0 for integer nu as well."""
    return lambda k, u: (None, (below * call(f, k - 1, u) + above * call(f, k + 1, u)) / 2)


SLOPES.update(besselj=slope("besselj", 1, -1), bessely=slope("bessely", 1, -1), hankel1=slope("hankel1", 1, -1), hankel2=slope("hankel2", 1, -1),
              besselk=slope("besselk", -1, -1),
              airyai=lambda u: (call("airyaiprime", u),), airybi=lambda u: (call("airybiprime", u),),
              airyaiprime=lambda u: (u * call("airyai", u),), airybiprime=lambda u: (u * call("airybi", u),))
