"""Power series and products of elementary functions, and integrals that define functions, where they converge."""

from __future__ import annotations

from ...formula import (Formula, I, Integral, Product, Si, Sum, atan, call, complex_, cos, eq, erf, exp, factorial, integer, lift, log, ne, oo, pi,
                        real, sin, sqrt)
from .law import SLOPES, Law

z = complex_("z")
k = integer("k_0")
t = real("t_0")
UNIT = (call("abs", z) < 1,)
EDGE = (eq(call("abs", z), 1),)  # where the series converge, not absolutely
SIGN = lift(-1) ** k


def beyond(u: Formula, c: int) -> Formula:
    """u is not one of the real numbers <= c."""
    return Formula("not", (Formula("and", (eq(call("im", u), 0), call("re", u) <= c)),))


APART, ASIDE = (beyond(z, -1), beyond(-z, -1)), (beyond(I * z, -1), beyond(-(I * z), -1))  # the plane without the cuts of asin, and of atan


def power(c: Formula, exponent: Formula, lo: int = 0) -> Formula:
    """The sum of c z^exponent over k >= lo."""
    term: Formula = c * z ** exponent
    return Sum(term, k, lo, oo)


def central() -> Formula:
    c: Formula = call("binomial", 2 * k, k) / (lift(4) ** k * (2 * k + 1))
    return c


LAWS: tuple[Law, ...] = (
    Law("exp.series", eq(exp(z), power(1 / factorial(k), k)), "DLMF 4.2.19"),
    Law("sin.series", eq(sin(z), power(SIGN / factorial(2 * k + 1), 2 * k + 1)), "DLMF 4.19.1"),
    Law("cos.series", eq(cos(z), power(SIGN / factorial(2 * k), 2 * k)), "DLMF 4.19.2"),
    Law("sinh.series", eq(call("sinh", z), power(1 / factorial(2 * k + 1), 2 * k + 1)), "DLMF 4.33.1"),
    Law("cosh.series", eq(call("cosh", z), power(1 / factorial(2 * k), 2 * k)), "DLMF 4.33.2"),
    Law("sinc.series", eq(call("sinc", z), power(SIGN / factorial(2 * k + 1), 2 * k)), "DLMF 4.19.1"),
    Law("log.series", eq(log(1 + z), power(-SIGN / k, k, 1)), "DLMF 4.6.1", given=UNIT),
    Law("log.series_below", eq(log(1 - z), -power(1 / k, k, 1)), "DLMF 4.6.1", given=UNIT),
    Law("atan.series", eq(atan(z), power(SIGN / (2 * k + 1), 2 * k + 1)), "DLMF 4.24.3", given=UNIT),
    Law("log.edge", eq(log(1 + z), power(-SIGN / k, k, 1)), "DLMF 4.6.1", given=(*EDGE, ne(1 + z, 0))),
    Law("atan.edge", eq(atan(z), power(SIGN / (2 * k + 1), 2 * k + 1)), "DLMF 4.24.3", given=(*EDGE, ne(1 + z ** 2, 0))),
    Law("atanh.series", eq(call("atanh", z), power(1 / (2 * k + 1), 2 * k + 1)), "DLMF 4.38.5", given=UNIT),
    Law("asin.series", eq(call("asin", z), power(central(), 2 * k + 1)), "DLMF 4.24.1", given=UNIT),
    Law("asinh.series", eq(call("asinh", z), power(SIGN * central(), 2 * k + 1)), "DLMF 4.38.1", given=UNIT),
    Law("geometric.series", eq(1 / (1 - z), power(lift(1), k)), "DLMF 4.6.7, a = -1", given=UNIT),
    Law("geometric.alternating", eq(1 / (1 + z), power(SIGN, k)), "DLMF 4.6.7, a = -1", given=UNIT),
    Law("erf.series", eq(erf(z), 2 / sqrt(pi) * power(SIGN / (factorial(k) * (2 * k + 1)), 2 * k + 1)), "DLMF 7.6.1"),
    Law("erfi.series", eq(call("erfi", z), 2 / sqrt(pi) * power(1 / (factorial(k) * (2 * k + 1)), 2 * k + 1)), "DLMF 7.6.1, 7.2.3"),
    Law("Si.series", eq(Si(z), power(SIGN / ((2 * k + 1) * factorial(2 * k + 1)), 2 * k + 1)), "DLMF 6.6.5"),
    Law("Shi.series", eq(call("Shi", z), power(1 / ((2 * k + 1) * factorial(2 * k + 1)), 2 * k + 1)), "DLMF 6.6.5, 6.2.15"),
    Law("sin.product", eq(sin(z), z * Product(1 - z ** 2 / (pi ** 2 * k ** 2), k, 1, oo)), "DLMF 4.22.1"),
    Law("sin.product_pi", eq(sin(pi * z), pi * z * Product(1 - z ** 2 / k ** 2, k, 1, oo)), "DLMF 4.22.1"),
    Law("sinc.product", eq(call("sinc", z), Product(1 - z ** 2 / (pi ** 2 * k ** 2), k, 1, oo)), "DLMF 4.22.1"),
    Law("sinc.product_pi", eq(call("sinc", pi * z), Product(1 - z ** 2 / k ** 2, k, 1, oo)), "DLMF 4.22.1"),
    Law("cos.product", eq(cos(z), Product(1 - 4 * z ** 2 / ((2 * k - 1) ** 2 * pi ** 2), k, 1, oo)), "DLMF 4.22.2"),
    Law("sinh.product", eq(call("sinh", z), z * Product(1 + z ** 2 / (pi ** 2 * k ** 2), k, 1, oo)), "DLMF 4.36.1"),
    Law("log.integral", eq(log(z), Integral(1 / t, t, 1, z)), "DLMF 4.2.1, 4.2.2", given=(beyond(z, 0),)),
    Law("atan.integral", eq(atan(z), Integral(1 / (1 + t ** 2), t, 0, z)), "DLMF 4.23.3", given=ASIDE),
    Law("atanh.integral", eq(call("atanh", z), Integral(1 / (1 - t ** 2), t, 0, z)), "DLMF 4.37.3", given=APART),
    Law("asin.integral", eq(call("asin", z), Integral(1 / sqrt(1 - t ** 2), t, 0, z)), "DLMF 4.23.1", given=APART),
    Law("asinh.integral", eq(call("asinh", z), Integral(1 / sqrt(1 + t ** 2), t, 0, z)), "DLMF 4.37.1", given=ASIDE),
    Law("erf.integral", eq(erf(z), 2 / sqrt(pi) * Integral(exp(-t ** 2), t, 0, z)), "DLMF 7.2.1"),
    Law("erfi.integral", eq(call("erfi", z), 2 / sqrt(pi) * Integral(exp(t ** 2), t, 0, z)), "DLMF 7.2.1, 7.2.3"),
    Law("Si.integral", eq(Si(z), Integral(call("sinc", t), t, 0, z)), "DLMF 6.2.9"),
    Law("sin.dirichlet", eq(Integral(sin(t) / t, t, 0, oo), pi / 2), "DLMF 6.2.9, 6.2.14"),
    Law("sinc.integral", eq(call("sinc", z), Integral(cos(z * t), t, 0, 1)), "DLMF 4.26.2"),
)
ENDLESS = {law.name for law in LAWS}


def hyper0(c: str) -> Formula: return call("hyper", 0, lift(c), -(z ** 2 / 4))


LAWS = (
    *LAWS,
    Law("sin.hyper", eq(sin(z), z * hyper0("1.5")), "DLMF 10.16.9, 10.16.1", depth=0),
    Law("cos.hyper", eq(cos(z), hyper0("0.5")), "DLMF 10.16.9, 10.16.1", depth=0),
    Law("sinh.hyper", eq(call("sinh", z), z * call("hyper", 0, lift("1.5"), z ** 2 / 4)), "DLMF 10.39.9, 10.39.1", depth=0),
    Law("cosh.hyper", eq(call("cosh", z), call("hyper", 0, lift("0.5"), z ** 2 / 4)), "DLMF 10.39.9, 10.39.1", depth=0),
    Law("sinc.hyper", eq(call("sinc", z), hyper0("1.5")), "DLMF 10.16.9, 10.16.1"),
    Law("sinc.first", eq(z ** 2 / 3 * hyper0("2.5"), call("sinc", z) - cos(z)), "DLMF 10.16.9, 10.49.3", lead=hyper0("2.5")),
    Law("sinc.second", eq(z ** 4 / 15 * hyper0("3.5"), (3 - z ** 2) * call("sinc", z) - 3 * cos(z)), "DLMF 10.16.9, 10.49.3", lead=hyper0("3.5")),
)
SLOPES.update(sinc=lambda u: (-(u / 3 * call("hyper", 0, lift("2.5"), -(u ** 2 / 4))),))  # term by term: DLMF 16.3.1
