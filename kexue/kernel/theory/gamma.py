"""The gamma function and its relatives."""

from __future__ import annotations

from ...formula import Formula, call, complex_, eq, gamma, integer, lift, pi, sin, sqrt
from .law import SLOPES, Law

z, w = complex_("z w")
m = integer("m")


def digamma(u: Formula) -> Formula: return call("digamma", u)
def polygamma(k: Formula, u: Formula) -> Formula: return call("polygamma", k, u)
def beta(u: Formula, v: Formula) -> Formula: return call("beta", u, v)


LAWS = (
    Law("gamma.step", eq(gamma(z + 1), z * gamma(z)), "DLMF 5.5.1"),
    Law("gamma.reflection", eq(gamma(1 - z), pi / (sin(pi * z) * gamma(z))), "DLMF 5.5.3", lead=gamma(z)),
    Law("gamma.duplication", eq(gamma(2 * z), lift(2) ** (2 * z - 1) / sqrt(pi) * gamma(z) * gamma(z + lift("0.5"))), "DLMF 5.5.5"),
    Law("gamma.conjugate", eq(gamma(call("conj", z)), call("conj", gamma(z))), "DLMF 5.2.1", lead=gamma(z)),
    Law("digamma.step", eq(digamma(z + 1), digamma(z) + 1 / z), "DLMF 5.5.2"),
    Law("digamma.reflection", eq(digamma(1 - z), digamma(z) + pi / call("tan", pi * z)), "DLMF 5.5.4", lead=digamma(z)),
    Law("digamma.duplication", eq(digamma(2 * z), (digamma(z) + digamma(z + lift("0.5"))) / 2 + call("log", 2)), "DLMF 5.5.8"),
    Law("digamma.conjugate", eq(digamma(call("conj", z)), call("conj", digamma(z))), "DLMF 5.2.2", lead=digamma(z)),
    Law("polygamma.zero", eq(polygamma(lift(0), z), digamma(z)), "DLMF 5.15"),
    Law("polygamma.step", eq(polygamma(m, z + 1), polygamma(m, z) + lift(-1) ** m * call("factorial", m) / z ** (m + 1)), "DLMF 5.15.5",
        given=(lift(0) <= m,)),
    Law("beta.gamma", eq(beta(z, w), gamma(z) * gamma(w) / gamma(z + w)), "DLMF 5.12.1"),
)
SLOPES.update(
    gamma=lambda u: (gamma(u) * digamma(u),),
    digamma=lambda u: (polygamma(lift(1), u),),
    loggamma=lambda u: (digamma(u),),
    polygamma=lambda k, u: (None, polygamma(k + 1, u)),
)
