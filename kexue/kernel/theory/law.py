"""What a law is, and where the functions that laws are about are defined."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...formula import Formula, I, call, free_symbols, lift, ne

Slope = Callable[..., tuple[Formula | None, ...]]
SLOPES: dict[str, Slope] = {}  # head -> from its arguments the partial derivatives, None where there is no rule


@dataclass(frozen=True)
class Law:
    """For all values of the symbols that satisfy `given`, and where both sides are defined: `states`.

    lead: the term that is looked for in a claim to find an instance; every symbol of the law occurs in its arguments.
    depth: a hint for the search: 0 to look for it among the terms of the claim only, 1 also among those that come in with these, ...;
    -1 where another search uses it."""

    name: str
    states: Formula
    source: str
    given: tuple[Formula, ...] = ()
    lead: Formula | None = None
    depth: int = 9

    @property
    def term(self) -> Formula:
        found: Formula = self.states.args[0] if self.lead is None else self.lead
        return found

    @property
    def symbols(self) -> dict[str, Formula]:
        return {name: f for h in (*self.given, self.states) for name, f in free_symbols(h).items()}


def pole_free(z: Formula) -> Formula:
    """z is not 0, -1, -2, ..."""
    re = call("re", z)
    return Formula("not", (Formula("and", (call("eq", call("im", z), 0), call("eq", re, call("floor", re)), call("le", re, 0))),))


def off_cut(z: Formula, relation: str = "le") -> Formula:
    """z is not one of the real numbers >= 1, or > 1."""
    return Formula("not", (Formula("and", (call("eq", call("im", z), 0), call(relation, 1, call("re", z)))),))


def hypergeometric(p: int, *a: Formula) -> tuple[Formula, ...]:
    """Where pFq has a value, q = len(a) - 1 - p >= p - 1: off the poles of its lower parameters, and at z != 1 for q = p - 1, or where
    Gauss's series converges."""
    lower, z = a[p:-1], a[-1]
    if len(lower) < p - 1:
        return (ne(z, z),)
    if z == lift(1) and len(lower) == p - 1 == 1:
        return (pole_free(lower[0]), lift(0) < call("re", lower[0] - a[0] - a[1]))
    return (*map(pole_free, lower), *([ne(z, 1)] if len(lower) == p - 1 else []))


Domain = Callable[..., tuple[Formula, ...]]
ANYWHERE: Domain = lambda *a: ()
DOMAINS: dict[str, Domain] = {  # where a function is defined; a head that is not here is defined nowhere a law could use it
    **dict.fromkeys("exp sin cos sinh cosh sinc erf erfc erfi abs re im conj sign floor ceiling asinh sqrt asin acos acosh".split(), ANYWHERE),
    **dict.fromkeys("add sub mul neg num sym const Si Shi airyai airybi airyaiprime airybiprime max min heaviside fibonacci lucas".split(), ANYWHERE),
    "log": lambda z: (ne(z, 0),), "arg": lambda z: (ne(z, 0),), "acot": lambda z: (ne(1 + I * z, 0), ne(1 - I * z, 0)),
    "acoth": lambda z: (ne(1 + z, 0), ne(1 - z, 0)),
    "asec": lambda z: (ne(z, 0),), "acsc": lambda z: (ne(z, 0),), "gamma": lambda z: (pole_free(z),), "factorial": lambda z: (pole_free(z + 1),),
    "digamma": lambda z: (pole_free(z),), "polygamma": lambda m, z: (lift(0) <= m, pole_free(z)), "loggamma": lambda z: (pole_free(z),),
    "zeta": lambda s, *a: (ne(s, 1), *map(pole_free, a)), "harmonic": lambda n, *m: (pole_free(n + 1),), "dirichlet_eta": ANYWHERE,
    "stieltjes": lambda n, *a: (lift(0) <= n, *map(pole_free, a)), "bernoulli": lambda n, *x: (lift(0) <= n,),
    "rising": lambda z, n: (lift(0) <= n,), "falling": lambda z, n: (lift(0) <= n,), "binomial": lambda z, n: (lift(0) <= n,),
    "elliptic_k": lambda m: (ne(m, 1),), "elliptic_e": ANYWHERE, "beta": lambda a, b: (pole_free(a), pole_free(b)),
    "div": lambda a, b: (ne(b, 0),), "tan": lambda z: (ne(call("cos", z), 0),), "cot": lambda z: (ne(call("sin", z), 0),),
    "sec": lambda z: (ne(call("cos", z), 0),), "csc": lambda z: (ne(call("sin", z), 0),), "tanh": lambda z: (ne(call("cosh", z), 0),),
    "coth": lambda z: (ne(call("sinh", z), 0),), "sech": lambda z: (ne(call("cosh", z), 0),), "csch": lambda z: (ne(call("sinh", z), 0),),
    "atan": lambda z: (ne(1 + I * z, 0), ne(1 - I * z, 0)), "atanh": lambda z: (ne(1 + z, 0), ne(1 - z, 0)),
    **{h: (lambda nu, z: (ne(z, 0),)) for h in ("besselj", "besseli", "bessely", "besselk", "hankel1", "hankel2")},
    "polylog": lambda s, z: (lift(1) < call("re", s),) if z == lift(1) else (ne(z, 1),),
    "hyper": lambda p, *a: hypergeometric(int(p.args[0]), *a),
    "lambertw": lambda z, *k: (ne(z, 0),) if k and k[0] != lift(0) else (),
}
