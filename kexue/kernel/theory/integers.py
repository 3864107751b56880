"""Sequences of integers: factorials and binomial coefficients, Fibonacci, Catalan, Bell and Bernoulli numbers."""

from __future__ import annotations

from ...formula import Formula, Sum, binomial, call, complex_, e, eq, exp, factorial, gamma, integer, lift, oo, pi, real, sqrt
from .law import DOMAINS, SLOPES, Domain, Law

z, w = complex_("z w")
x = real("x")
m, n, k = integer("m n k")
HALF = lift("0.5")
ONE, ZERO = lift(1), lift(0)


def rising(u: Formula, v: Formula) -> Formula: return call("rising", u, v)
def falling(u: Formula, v: Formula) -> Formula: return call("falling", u, v)
def fibonacci(u: Formula) -> Formula: return call("fibonacci", u)
def lucas(u: Formula) -> Formula: return call("lucas", u)
def bell(u: Formula) -> Formula: return call("bell", u)
def bernoulli(*u: Formula) -> Formula: return call("bernoulli", *u)
def totient(u: Formula) -> Formula: return call("totient", u)


LAWS = (
    Law("rising.head", eq(rising(z, n + 1), z * rising(z + 1, n)), "DLMF 5.2.4", given=(ZERO <= n,)),
    Law("binomial.beyond", eq(binomial(m, n), 0), "DLMF 26.3.1", given=(ZERO <= m, m < n)),
    Law("binomial.theorem", eq(Sum(binomial(n, k) * z ** k, k, 0, n), (1 + z) ** n), "DLMF 1.2.2", given=(ZERO <= n,)),
    Law("geometric.sum", eq((1 - z) * Sum(z ** k, k, 0, n), 1 - z ** (n + 1)), "DLMF 1.2.8", given=(ZERO <= n + 1,), lead=Sum(z ** k, k, 0, n)),
    Law("factorial2.step", eq(call("factorial2", n + 2), (n + 2) * call("factorial2", n)), "DLMF 5.4.2", given=(-ONE <= n,)),
    Law("factorial2.zero", eq(call("factorial2", ZERO), 1), "DLMF 5.4.2"),
    Law("factorial2.one", eq(call("factorial2", -ONE), 1), "DLMF 5.4.2"),
    Law("subfactorial.step", eq(call("subfactorial", n + 1), (n + 1) * call("subfactorial", n) + lift(-1) ** (n + 1)), "DLMF 26.13.6",
        given=(ZERO <= n,)),
    Law("subfactorial.zero", eq(call("subfactorial", ZERO), 1), "DLMF 26.13.6"),
    Law("catalan.binomial", eq(call("catalan", n), binomial(2 * n, n) / (n + 1)), "DLMF 26.5.1", given=(ZERO <= n,)),
    Law("fibonacci.step", eq(fibonacci(n + 2), fibonacci(n + 1) + fibonacci(n)), "DLMF 26.11.5"),
    Law("fibonacci.zero", eq(fibonacci(ZERO), 0), "DLMF 26.11.5"),
    Law("fibonacci.one", eq(fibonacci(ONE), 1), "DLMF 26.11.5"),
    Law("fibonacci.positive", lift(0) < fibonacci(n), "DLMF 26.11.5", given=(ONE <= n,), lead=fibonacci(n)),
    Law("power.bernoulli", 1 + n * x <= (1 + x) ** n, "Hardy, Littlewood, Polya: Inequalities, 2.4 (Bernoulli)", given=(-ONE <= x, ZERO <= n),
        lead=(1 + x) ** n),
    Law("factorial.above", factorial(n) < sqrt(2 * pi) * n ** (n + HALF) * exp(-n) * exp(1 / (12 * n)), "Robbins 1955; DLMF 5.6.1", given=(ONE <= n,),
        lead=factorial(n)),
    Law("factorial.below", sqrt(2 * pi) * n ** (n + HALF) * exp(-n) * exp(1 / (12 * n + 1)) < factorial(n), "Robbins 1955", given=(ONE <= n,),
        lead=factorial(n)),
    Law("gamma.gautschi", sqrt(n) < factorial(n) / gamma(n + HALF), "DLMF 5.6.4, s = 1/2", given=(ONE <= n,), lead=gamma(n + HALF)),
    Law("lucas.fibonacci", eq(lucas(n), fibonacci(n + 1) + fibonacci(n - 1)), "Graham, Knuth, Patashnik: Concrete Mathematics, exercise 6.28"),
    Law("bell.zero", eq(bell(ZERO), 1), "DLMF 26.7.1"),
    Law("bell.step", eq(bell(n + 1), Sum(binomial(n, k) * bell(k), k, 0, n)), "DLMF 26.7.6", given=(ZERO <= n,)),
    Law("bell.dobinski", eq(bell(n), 1 / e * Sum(k ** n / factorial(k), k, 0, oo)), "DLMF 26.7.4", given=(ZERO <= n,)),
    Law("bernoulli.number", eq(bernoulli(n), bernoulli(n, ONE)), "DLMF 24.2.4, 24.4.3, with B_1 = 1/2", given=(ZERO <= n,)),
    Law("bernoulli.zero", eq(bernoulli(ZERO, z), 1), "DLMF 24.2.5"),
    Law("bernoulli.expansion", eq(bernoulli(n, z), Sum(binomial(n, k) * bernoulli(n - k, ZERO) * z ** k, k, 0, n)), "DLMF 24.2.5",
        given=(ZERO <= n,)),
    Law("bernoulli.difference", eq(bernoulli(n, z + 1) - bernoulli(n, z), n * z ** (n - 1)), "DLMF 24.4.1", given=(ONE <= n,),
        lead=bernoulli(n, z + 1)),
    Law("bernoulli.reflection", eq(bernoulli(n, 1 - z), lift(-1) ** n * bernoulli(n, z)), "DLMF 24.4.3", given=(ZERO <= n,)),
    Law("bernoulli.duplication", eq(bernoulli(n, 2 * z), lift(2) ** (n - 1) * (bernoulli(n, z) + bernoulli(n, z + HALF))), "DLMF 24.4.18",
        given=(ZERO <= n,)),
    Law("bernoulli.sign", lift(0) < lift(-1) ** n * bernoulli(2 * n + 2, ZERO), "DLMF 24.2.2, 24.9.8", given=(ZERO <= n,),
        lead=bernoulli(2 * n + 2, ZERO)),
    Law("totient.upper", totient(n) <= n - 1, "DLMF 27.2.7", given=(lift(2) <= n,), lead=totient(n)),
    Law("totient.positive", ONE <= totient(n), "DLMF 27.2.7", given=(ONE <= n,), lead=totient(n)),
)


def natural(u: Formula, *_: Formula) -> tuple[Formula, ...]: return (lift(0) <= u,)
def positive(u: Formula, *_: Formula) -> tuple[Formula, ...]: return (lift(1) <= u,)


ANYWHERE: Domain = lambda *a: ()
DOMAINS.update({
    **{h: natural for h in ("bell", "catalan", "subfactorial", "legendre", "hermite", "laguerre", "gegenbauer", "bernoulli")},
    **{h: positive for h in ("totient", "mobius", "divisor_sigma")}, "factorial2": lambda u: (lift(-1) <= u,),
    **{h: ANYWHERE for h in ("gcd", "lcm", "chebyshevt", "chebyshevu", "partition")}})
SLOPES.update(bernoulli=lambda i, u: (None, i * bernoulli(i - 1, u)))
