"""Logarithms, arguments, roots and inverse functions of complex numbers, on their principal branches."""

from __future__ import annotations

from ...formula import Formula, I, call, complex_, eq, exp, lift, log, pi, real, sqrt
from .law import SLOPES, Law

z, w = complex_("z w")
x, y = real("x y")


def arg(u: Formula) -> Formula: return call("arg", u)


LAWS = (
    Law("log.polar", eq(log(z), log(call("abs", z)) + I * arg(z)), "DLMF 4.2.3"),
)
SLOPES.update(
    erfi=lambda u: (2 / sqrt(pi) * exp(u ** 2),), Shi=lambda u: (call("sinh", u) / u,), Ei=lambda u: (exp(u) / u,), li=lambda u: (1 / log(u),),
)
