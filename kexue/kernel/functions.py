"""The functions of the claim format on flint numbers: which is meant by a head, where its cuts are, when its value is real.

`call(head, values, walks)` encloses the function at every point of the balls; with `walks` it also makes sure that the function is
analytic there.  Undefined or not certainly defined: Rejected, or a value that `settled` rejects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import acb, arb, fmpq

from .higher import POLYNOMIALS, SPECIAL, hyper
from .integers import INTEGERS
from .numbers import PLAIN, REALS, I, avoids, elementary, is_integer, on_cut_exactly, root_of, settled, sinc
from .verdict import Rejected

ZERO, ONE = fmpq(0), fmpq(1)
Cut = Callable[..., list[Any]]
ANY: Cut = lambda z: []
NONE: Cut = lambda z: [z]
CUTS: dict[str, Callable[..., list[Any]]] = {  # quantities that have to miss (-oo, 0]
    **{n: ANY for n in "exp sin cos tan cot sec csc sinh cosh tanh coth sech csch sinc erf erfc erfi Si Shi airyai airybi airyaiprime "
       "airybiprime gamma digamma factorial subfactorial zeta1 dirichlet_eta".split()},
    **{n: NONE for n in "log sqrt Ci Chi Ei loggamma".split()},
    "asin": lambda z: [1 - z, 1 + z], "acos": lambda z: [1 - z, 1 + z], "atanh": lambda z: [1 - z, 1 + z],
    "atan": lambda z: [1 + I * z, 1 - I * z], "asinh": lambda z: [1 + I * z, 1 - I * z], "acosh": lambda z: [z - 1],
    "acot": lambda z: [1 + I / z, 1 - I / z], "asec": lambda z: [1 - 1 / z, 1 + 1 / z], "acsc": lambda z: [1 - 1 / z, 1 + 1 / z],
    "acoth": lambda z: [1 - 1 / z, 1 + 1 / z], "li": lambda z: [z - 1], "elliptic_k": lambda m: [1 - m],
    "elliptic_e": lambda *v: [1 - v[-1]] if len(v) == 1 else incomplete(*v), "elliptic_f": lambda p, m: incomplete(p, m),
    "elliptic_pi": lambda n, *v: [1 - n, 1 - v[-1]] if len(v) == 1 else [1 - n * acb(v[0]).sin() ** 2, *incomplete(*v)],
    "polylog": lambda s, z: [1 - z] if not (is_integer(s) and s <= 0) else [], "lerchphi": lambda z, s, a: [1 - z, *([] if is_integer(s) else [a])],
    "zeta": lambda s, a=ONE: [] if is_integer(s) else [a], "stieltjes": lambda n, a=ONE: [a],
    "polygamma": lambda n, z: [], "beta": lambda a, b: [], "rising": lambda a, k: [], "falling": lambda a, k: [], "binomial": lambda n, k: [],
    "harmonic": lambda n, m=ONE: [] if is_integer(m) else [n + 1], "catalan": lambda n: [], "bernoulli": lambda n, x=ONE: [],
    "uppergamma": lambda s, z: [] if is_integer(s) and s > 0 else [z], "lowergamma": lambda s, z: [] if is_integer(s) and s > 0 else [z],
    "expint": lambda s, z: [] if is_integer(s) and s <= 0 else [z],
    "besselj": lambda n, z: [] if is_integer(n) else [z], "besseli": lambda n, z: [] if is_integer(n) else [z],
    **{n: lambda n, z: [z] for n in ("bessely", "besselk", "hankel1", "hankel2")},
    **{n: lambda *v: [] if is_integer(v[0]) else [1 + v[-1]] for n in ("legendre", "chebyshevt", "chebyshevu", "gegenbauer")},
    "laguerre": lambda *v: [], "hermite": lambda n, z: [] if is_integer(n) and n >= 0 else [z],
    "betainc": lambda a, b, x, y: [w for t in (x, y) if not (is_integer(a) and is_integer(b) and a > 0) for w in (t, 1 - t)],
    "lambertw": lambda z, k=ZERO: [z + arb(-1).exp()] if k == 0 else [z, z + arb(-1).exp()] if abs(k) == 1 else [z]}
CUTS["betainc_regularized"] = CUTS["betainc"]
INSIDE = frozenset("log sqrt asin acos atan asinh acosh atanh acot acsc asec acoth elliptic_k".split())  # enclosures hold across the cut
MODERATE = frozenset("zeta dirichlet_eta polylog lerchphi hyper stieltjes betainc betainc_regularized polygamma uppergamma lowergamma".split())
LARGE = 20_000  # the series of these take time in proportion
REAL_ON_REALS = frozenset(
    "gamma digamma polygamma beta erf erfc erfi Si Shi airyai airybi airyaiprime airybiprime zeta1 dirichlet_eta factorial binomial rising falling "
    "harmonic catalan stieltjes hermite laguerre bernoulli subfactorial".split())
REAL_RIGHT = frozenset("zeta besselj bessely besseli besselk uppergamma lowergamma expint Ci Chi Ei loggamma".split())  # last argument > 0


def incomplete(phi: Any, m: Any) -> list[Any]:
    s = acb(phi).sin()
    if not acb(phi).real.abs_upper() < arb.pi() / 2:
        raise Rejected("an elliptic integral beyond its principal strip")
    return [1 - m * s * s]


def incomplete_at_turns(h: str, v: list[Any], t: Any) -> Any:
    """An elliptic integral up to the angle pi t."""
    n, m = acb(v[0]), acb(v[-1])
    out = settled(acb.elliptic_f(acb(t), m, pi=True) if h == "elliptic_f" else acb.elliptic_e_inc(acb(t), m, pi=True) if h == "elliptic_e" else
                  acb.elliptic_pi_inc(n, acb(t), m, pi=True))
    others = v[:1] + v[2:] if h == "elliptic_pi" else v[1:]
    return out.real if isinstance(out, acb) and all(not isinstance(x, acb) and x < 1 for x in others) else out


def call(h: str, v: list[Any], walks: bool = False) -> Any:
    if h in PLAIN:
        if walks:
            raise Rejected(f"{h} is not analytic")
        return PLAIN[h](*v)
    if h in INTEGERS:
        if walks:
            raise Rejected(f"{h} along a path")
        return INTEGERS[h](*v)
    if h in MODERATE and any(not abs(acb(x)).abs_upper() < LARGE for x in v):
        raise Rejected(f"{h} of a large number")
    if h == "hyper":
        return hyper(v, walks)
    if h not in CUTS:
        raise Rejected(f"no numeric meaning for {h}")
    if h.startswith("elliptic") and len(v) > (2 if h == "elliptic_pi" else 1) and not walks:
        cuts = []
    else:
        cuts = CUTS["zeta1" if h == "zeta" and len(v) == 1 else h](*v) if walks or h not in INSIDE else []
    for w in cuts:
        if not avoids(w) and (walks or not on_cut_exactly(w)):
            raise Rejected(f"{h} on its cut")
    if h == "sqrt":
        return root_of(v[0])
    if h == "sinc":
        return sinc(v[0])
    if h in REALS:
        return elementary(h, v[0])
    out = settled(SPECIAL[h](*v))
    if isinstance(out, acb) and out.imag.contains(0) and not any(isinstance(x, acb) for x in v):
        name = "zeta1" if h == "zeta" and len(v) == 1 else h
        if name in REAL_ON_REALS or name in REAL_RIGHT and v[-1] > 0 or name in POLYNOMIALS and (is_integer(v[0]) or -1 < v[-1] < 1) or \
                name in ("besselj", "besseli") and is_integer(v[0]) or \
                name.startswith("elliptic") and v[-1] < 1 and (name != "elliptic_pi" or v[0] < 1):
            return out.real
    return out


CONSTANTS: dict[str, Callable[[], Any]] = {
    "pi": arb.pi, "e": arb.const_e, "euler_gamma": arb.const_euler, "catalan": arb.const_catalan, "i": lambda: I,
    "golden_ratio": lambda: (1 + arb(5).sqrt()) / 2}
__all__ = ["CONSTANTS", "CUTS", "REAL_ON_REALS", "REAL_RIGHT", "call"]
