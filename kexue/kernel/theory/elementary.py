"""Logarithms, arguments, roots and inverse functions of complex numbers, on their principal branches."""

from __future__ import annotations

from ...formula import Formula, I, acos, asin, atan, call, complex_, cos, eq, exp, integer, lift, log, ne, pi, real, sin, sqrt, tan
from .law import SLOPES, Law

z, w = complex_("z w")
x, y = real("x y")
n = integer("n")
HALF = pi / 2


def arg(u: Formula) -> Formula: return call("arg", u)
def re(u: Formula) -> Formula: return call("re", u)
def im(u: Formula) -> Formula: return call("im", u)
def size(u: Formula) -> Formula: return call("abs", u)


STRIP = (-HALF < re(z), re(z) < HALF)
LAWS = (
    Law("log.polar", eq(log(z), log(size(z)) + I * arg(z)), "DLMF 4.2.3"),
    Law("sqrt.polar", eq(sqrt(z), sqrt(size(z)) * exp(I * (arg(z) / 2))), "DLMF 4.2.28", lead=arg(z)),
    Law("arg.above", -pi < arg(z), "DLMF 1.9.5, 4.2.1", lead=arg(z)),
    Law("arg.below", arg(z) <= pi, "DLMF 1.9.5, 4.2.1", lead=arg(z)),
    Law("arg.upper", lift(0) < arg(z), "DLMF 1.9.5, 1.9.6", given=(lift(0) < im(z),), lead=arg(z)),
    Law("arg.upper_closed", lift(0) <= arg(z), "DLMF 1.9.5, 1.9.6", given=(lift(0) <= im(z),), lead=arg(z)),
    Law("arg.off_cut", arg(z) < pi, "DLMF 1.9.5, 1.9.6", given=(ne(im(z), 0),), lead=arg(z)),
    Law("arg.lower", arg(z) < 0, "DLMF 1.9.5, 1.9.6", given=(im(z) < 0,), lead=arg(z)),
    Law("arg.right", arg(z) < HALF, "DLMF 1.9.5, 1.9.6", given=(lift(0) < re(z),), lead=arg(z)),
    Law("arg.right_below", -HALF < arg(z), "DLMF 1.9.5, 1.9.6", given=(lift(0) < re(z),), lead=arg(z)),
    Law("arg.right_closed", arg(z) <= HALF, "DLMF 1.9.5, 1.9.6", given=(lift(0) <= re(z),), lead=arg(z)),
    Law("arg.right_closed_below", -HALF <= arg(z), "DLMF 1.9.5, 1.9.6", given=(lift(0) <= re(z),), lead=arg(z)),
    Law("arg.left", HALF < arg(z), "DLMF 1.9.5, 1.9.6", given=(re(z) < 0, lift(0) <= im(z)), lead=arg(z)),
    Law("arg.left_below", arg(z) < -HALF, "DLMF 1.9.5, 1.9.6", given=(re(z) < 0, im(z) < 0), lead=arg(z)),
    # inverse functions by logarithms, on the cuts too
    Law("atan.log", eq(atan(z), I / 2 * (log(1 - I * z) - log(1 + I * z))), "DLMF 4.23.26"),
    Law("atan.quotient", eq(atan(z), I / 2 * log((1 - I * z) / (1 + I * z))), "DLMF 4.23.26", given=(ne(re(z), 0),),
        lead=log((1 - I * z) / (1 + I * z))),
    Law("atan.quotient_below", eq(atan(z), I / 2 * log((1 - I * z) / (1 + I * z))), "DLMF 4.23.26", given=(im(z) < 1,),
        lead=log((1 - I * z) / (1 + I * z))),
    Law("atan.arg", eq(atan(x), arg(1 + I * x)), "DLMF 4.23.36, 1.9.6", lead=arg(1 + I * x)),
    Law("atan.above", -HALF < atan(x), "DLMF 4.23.3", lead=size(atan(x))),
    Law("atan.below", atan(x) < HALF, "DLMF 4.23.3", lead=size(atan(x))),
    Law("asin.log", eq(asin(z), -I * log(I * z + sqrt(1 - z ** 2))), "DLMF 4.23.19"),
    Law("acos.log", eq(acos(z), -I * log(z + I * sqrt(1 - z ** 2))), "DLMF 4.23.22"),
    Law("acos.asin", eq(acos(z), HALF - asin(z)), "DLMF 4.23.16"),
    Law("asinh.log", eq(call("asinh", z), log(z + sqrt(z ** 2 + 1))), "DLMF 4.37.16"),
    Law("acosh.log", eq(call("acosh", z), log(z + sqrt(z + 1) * sqrt(z - 1))), "DLMF 4.37.21"),
    Law("atanh.log", eq(call("atanh", z), (log(1 + z) - log(1 - z)) / 2), "DLMF 4.37.24"),
    Law("acot.atan", eq(call("acot", z), atan(1 / z)), "DLMF 4.23.9"),
    Law("acsc.asin", eq(call("acsc", z), asin(1 / z)), "DLMF 4.23.7"),
    Law("asec.acos", eq(call("asec", z), acos(1 / z)), "DLMF 4.23.8"),
    Law("acoth.atanh", eq(call("acoth", z), call("atanh", 1 / z)), "DLMF 4.37.9"),
    # inverse functions of the functions they invert
    Law("log.exp", eq(log(exp(z)), z), "DLMF 4.2.2", given=(-pi < im(z), im(z) <= pi)),
    Law("sqrt.square", eq(sqrt(z ** 2), z), "DLMF 4.2.28", given=(lift(0) < re(z),)),
    Law("atan.tan", eq(atan(tan(z)), z), "DLMF 4.23.3", given=STRIP),
    Law("asin.sin", eq(asin(sin(z)), z), "DLMF 4.23.1", given=STRIP),
    Law("acos.cos", eq(acos(cos(z)), z), "DLMF 4.23.2", given=(lift(0) < re(z), re(z) < pi)),
    Law("asin.sin_real", eq(asin(sin(x)), x), "DLMF 4.23.1", given=(-HALF <= x, x <= HALF)),
    Law("acos.cos_real", eq(acos(cos(x)), x), "DLMF 4.23.2", given=(lift(0) <= x, x <= pi)),
    Law("asinh.sinh", eq(call("asinh", call("sinh", z)), z), "DLMF 4.37.1", given=(-HALF < im(z), im(z) < HALF)),
    Law("atanh.tanh", eq(call("atanh", call("tanh", z)), z), "DLMF 4.37.3", given=(-HALF < im(z), im(z) < HALF)),
    Law("cos.zeros", ne(cos(z), 0), "DLMF 4.16", given=STRIP, lead=call("tan", z)),
    Law("cosh.zeros", ne(call("cosh", z), 0), "DLMF 4.30", given=(-HALF < im(z), im(z) < HALF), lead=call("tanh", z)),
    # signs, orders and sizes
    Law("sin.positive", lift(0) < sin(x), "DLMF 4.16", given=(lift(0) < x, x < pi), lead=size(sin(x))),
    Law("sin.nonnegative", lift(0) <= sin(x), "DLMF 4.16", given=(lift(0) <= x, x <= pi), lead=size(sin(x))),
    Law("cos.positive", lift(0) < cos(x), "DLMF 4.16", given=(-HALF < x, x < HALF), lead=size(cos(x))),
    Law("cos.nonnegative", lift(0) <= cos(x), "DLMF 4.16", given=(-HALF <= x, x <= HALF), lead=size(cos(x))),
    Law("exp.order", exp(x) <= exp(y), "DLMF 4.2.19", given=(x <= y,), lead=exp(x) / exp(y)),
    Law("abs.triangle", size(z + w) <= size(z) + size(w), "DLMF 1.9.28"),
    Law("abs.re", re(z) <= size(z), "DLMF 1.9.3, 1.9.7", lead=size(re(z)) + size(z)),
    Law("abs.im", im(z) <= size(z), "DLMF 1.9.3, 1.9.7", lead=size(im(z)) + size(z)),
    Law("sin.size", size(sin(z)) <= call("sinh", size(z)), "DLMF 4.18.9"),
    Law("cos.size", size(cos(z)) <= call("cosh", size(z)), "DLMF 4.18.8"),
    Law("ceiling.above", x <= call("ceiling", x), "DLMF front matter, notation", lead=call("ceiling", x)),
    Law("ceiling.below", call("ceiling", x) < x + 1, "DLMF front matter, notation", lead=call("ceiling", x)),
    Law("floor.above", x - 1 < call("floor", x), "DLMF front matter, notation", lead=call("floor", x)),
    Law("floor.below", call("floor", x) <= x, "DLMF front matter, notation", lead=call("floor", x)),
    Law("floor.greatest", n <= call("floor", x), "DLMF front matter, notation", given=(n <= x,), lead=n <= call("floor", x)),
    Law("floor.least", call("floor", x) <= n, "DLMF front matter, notation", given=(x < n + 1,), lead=call("floor", x) <= n),
    Law("floor.unique", eq(call("floor", x), n), "DLMF front matter, notation", given=(n <= x, x < n + 1), lead=eq(call("floor", x), n)),
    Law("ceiling.floor", eq(call("ceiling", x), -call("floor", -x)), "DLMF front matter, notation", depth=0),
)
SLOPES.update(
    atan2=lambda v, u: (u / (u ** 2 + v ** 2), -(v / (u ** 2 + v ** 2))),
    erfi=lambda u: (2 / sqrt(pi) * exp(u ** 2),), Shi=lambda u: (call("sinh", u) / u,), Ei=lambda u: (exp(u) / u,), li=lambda u: (1 / log(u),),
)
