"""The branches W_k of the inverse of w e^w."""

from __future__ import annotations

from ...formula import call, complex_, eq, exp, integer, lift, pi, real
from .law import SLOPES, Law

z = complex_("z")
x = real("x")
k = integer("k")
W = call("lambertw", z, k)

LAWS = (
    Law("lambertw.definition", eq(W * exp(W), z), "DLMF 4.13.1", lead=W),
    Law("lambertw.principal", eq(call("lambertw", z) * exp(call("lambertw", z)), z), "DLMF 4.13.1", lead=call("lambertw", z)),
    Law("lambertw.upper", eq(call("lambertw", x * exp(x)), x), "DLMF 4.13.1_1", given=(lift(-1) <= x,)),
    Law("lambertw.lower", eq(call("lambertw", x * exp(x), -1), x), "DLMF 4.13.1_2", given=(x <= -1,)),
    Law("lambertw.e", eq(call("lambertw", exp(lift(1))), 1), "DLMF 4.13.1_1"),
    Law("lambertw.zero", eq(call("lambertw", 0), 0), "DLMF 4.13.1_1"),
    Law("lambertw.strip", call("abs", call("im", call("lambertw", z))) < pi, "DLMF 4.13", lead=call("lambertw", z)),
)
SLOPES["lambertw"] = lambda u, *n: (call("lambertw", u, *n) / (u * (1 + call("lambertw", u, *n))), *(None for _ in n))
