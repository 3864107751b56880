"""Bessel and Airy functions."""

from __future__ import annotations

from ...formula import Formula, I, Integral, call, complex_, cos, cosh, eq, exp, gamma, integer, lift, pi, real, sin, sinh, sqrt
from .law import SLOPES, Law, Slope

nu, z = complex_("nu z")
n = integer("n")
t, x, y = real("t x y")
HALF = lift("0.5")


def J(k: Formula, u: Formula) -> Formula: return call("besselj", k, u)
def Y(k: Formula, u: Formula) -> Formula: return call("bessely", k, u)
def Im(k: Formula, u: Formula) -> Formula: return call("besseli", k, u)
def K(k: Formula, u: Formula) -> Formula: return call("besselk", k, u)
def Ai(u: Formula) -> Formula: return call("airyai", u)
def Bi(u: Formula) -> Formula: return call("airybi", u)
def hyper0(a: Formula, u: Formula) -> Formula: return call("hyper", 0, a, u)


LAWS = (
    Law("besselj.step", eq(J(nu + 1, z), 2 * nu / z * J(nu, z) - J(nu - 1, z)), "DLMF 10.6.1"),
    Law("bessely.step", eq(Y(nu + 1, z), 2 * nu / z * Y(nu, z) - Y(nu - 1, z)), "DLMF 10.6.1"),
    Law("besseli.step", eq(Im(nu + 1, z), Im(nu - 1, z) - 2 * nu / z * Im(nu, z)), "DLMF 10.29.1"),
    Law("besselk.step", eq(K(nu + 1, z), K(nu - 1, z) + 2 * nu / z * K(nu, z)), "DLMF 10.29.1"),
    Law("besselj.negative", eq(J(-n, z), lift(-1) ** n * J(n, z)), "DLMF 10.4.1"),
    Law("bessely.negative", eq(Y(-n, z), lift(-1) ** n * Y(n, z)), "DLMF 10.4.1"),
    Law("besseli.negative", eq(Im(-n, z), Im(n, z)), "DLMF 10.27.1"),
    Law("besselk.negative", eq(K(-nu, z), K(nu, z)), "DLMF 10.27.3"),
    Law("bessely.definition", eq(Y(nu, z) * sin(pi * nu), cos(pi * nu) * J(nu, z) - J(-nu, z)), "DLMF 10.2.3", lead=Y(nu, z), depth=0),
    Law("besseli.definition", eq(Im(nu, z), z ** nu * (I * z) ** -nu * J(nu, I * z)), "DLMF 10.27.6", depth=0),
    Law("besselk.definition", eq(K(nu, z) * sin(pi * nu), pi / 2 * (Im(-nu, z) - Im(nu, z))), "DLMF 10.27.4", lead=K(nu, z), depth=0),
    Law("besselj.hyper", eq(J(nu, z), (z / 2) ** nu / gamma(nu + 1) * hyper0(nu + 1, -(z ** 2 / 4))), "DLMF 10.16.9"),
    Law("besseli.hyper", eq(Im(nu, z), (z / 2) ** nu / gamma(nu + 1) * hyper0(nu + 1, z ** 2 / 4)), "DLMF 10.39.9"),
    Law("besseli.above", Im(x, y) <= (y / 2) ** x / gamma(x + 1) * exp(y), "DLMF 10.14.4, 10.27.6", given=(lift(0) <= x, lift(0) <= y),
        lead=Im(x, y)),
    Law("besselj.integral", eq(J(n, z), Integral(cos(n * t - z * sin(t)), t, 0, pi) / pi), "DLMF 10.9.2"),
    Law("airyai.zero", eq(Ai(lift(0)), 1 / (lift(3) ** (lift(2) / 3) * gamma(lift(2) / 3))), "DLMF 9.2.3"),
    Law("airybi.zero", eq(Bi(lift(0)), 1 / (lift(3) ** (lift(1) / 6) * gamma(lift(2) / 3))), "DLMF 9.2.5"),
    Law("airyai.slope_zero", eq(call("airyaiprime", 0), -1 / (lift(3) ** (lift(1) / 3) * gamma(lift(1) / 3))), "DLMF 9.2.4"),
    Law("airybi.slope_zero", eq(call("airybiprime", 0), lift(3) ** (lift(1) / 6) / gamma(lift(1) / 3)), "DLMF 9.2.6"),
    *(Law(f"{f}.hyper", eq(call(f, z), call(f, 0) * hyper0(lift(2) / 3, z ** 3 / 9) + z * call(f + "prime", 0) * hyper0(lift(4) / 3, z ** 3 / 9)),
          "DLMF 9.4.1-4") for f in ("airyai", "airybi")),
    *(Law(f"{f}prime.hyper", eq(call(f + "prime", z), call(f + "prime", 0) * hyper0(lift(1) / 3, z ** 3 / 9)
                                + z ** 2 / 2 * call(f, 0) * hyper0(lift(5) / 3, z ** 3 / 9)), "DLMF 9.4.1-4") for f in ("airyai", "airybi")),
    Law("hankel1", eq(call("hankel1", nu, z), J(nu, z) + I * Y(nu, z)), "DLMF 10.4.3"),
    Law("hankel2", eq(call("hankel2", nu, z), J(nu, z) - I * Y(nu, z)), "DLMF 10.4.3"),
    Law("besselj.half", eq(J(HALF, z), sqrt(2 / pi) / sqrt(z) * sin(z)), "DLMF 10.16.1"),
    Law("besselj.minus_half", eq(J(-HALF, z), sqrt(2 / pi) / sqrt(z) * cos(z)), "DLMF 10.16.1"),
    Law("bessely.half", eq(Y(HALF, z), -(sqrt(2 / pi) / sqrt(z) * cos(z))), "DLMF 10.16.1"),
    Law("bessely.minus_half", eq(Y(-HALF, z), sqrt(2 / pi) / sqrt(z) * sin(z)), "DLMF 10.16.1"),
    Law("besseli.half", eq(Im(HALF, z), sqrt(2 / pi) / sqrt(z) * sinh(z)), "DLMF 10.39.1"),
    Law("besseli.minus_half", eq(Im(-HALF, z), sqrt(2 / pi) / sqrt(z) * cosh(z)), "DLMF 10.39.1"),
    Law("besselk.half", eq(K(HALF, z), sqrt(pi / 2) / sqrt(z) * exp(-z)), "DLMF 10.39.2"),
)


def slope(f: str, below: int, above: int) -> Slope:
    """f_nu' = (below f_(nu-1) + above f_(nu+1)) / 2: DLMF 10.6.1 and 10.29.1, which hold in the limit z = 0 for integer nu as well."""
    return lambda k, u: (None, (below * call(f, k - 1, u) + above * call(f, k + 1, u)) / 2)


SLOPES.update(besselj=slope("besselj", 1, -1), bessely=slope("bessely", 1, -1), hankel1=slope("hankel1", 1, -1), hankel2=slope("hankel2", 1, -1),
              besselk=slope("besselk", -1, -1),
              airyai=lambda u: (call("airyaiprime", u),), airybi=lambda u: (call("airybiprime", u),),
              airyaiprime=lambda u: (u * call("airyai", u),), airybiprime=lambda u: (u * call("airybi", u),))
