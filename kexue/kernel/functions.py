"""The functions of the claim format on flint numbers: principal branches, conventions and argument orders of SymPy.

`call(head, values, walks)` encloses the function at every point of the balls; with `walks` it also makes sure that the function is
analytic there.  Undefined or not certainly defined: Rejected, or a value that `settled` rejects."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import reduce
from itertools import pairwise
from typing import Any

from flint import acb, acb_mat, arb, arb_mat, ctx, fmpq, fmpq_mat, fmpz

from .verdict import Rejected

SCALAR, MATRIX = (fmpq, arb, acb), (fmpq_mat, arb_mat, acb_mat)
UNDEFINED = (ValueError, ZeroDivisionError, OverflowError, TypeError, AttributeError, KeyError, IndexError, RecursionError)
BITS, COUNT = 2 ** 15, 10 ** 5  # the largest exact number, the largest index of a table
Q = fmpq


def settled(v: Any) -> Any:
    """Finite; exact balls of moderate size are rationals, rationals beyond it are balls, complex balls on the real line are real."""
    if isinstance(v, acb):
        if not v.is_finite():
            raise Rejected("not certainly defined")
        if not v.imag.is_zero():
            return v
        v = v.real
    if isinstance(v, fmpq):
        return v if v.height_bits() <= BITS else arb(v)
    if isinstance(v, arb):
        if not v.is_finite():
            raise Rejected("not certainly defined")
        return v.fmpq() if v.is_exact() and abs(v.man_exp()[1]) < BITS else v
    if isinstance(v, MATRIX):
        for x in v.entries():
            settled(x)
        return v
    raise Rejected("not a value")


def whole(v: Any) -> int:
    if not isinstance(v, fmpq) or v.q != 1:
        raise Rejected("not certainly an integer")
    return int(v.p)


def natural(v: Any, most: int = COUNT) -> int:
    if not 0 <= (n := whole(v)) <= most:
        raise Rejected("not an index of moderate size")
    return n


def real(v: Any) -> Any:
    if isinstance(v, acb):
        raise Rejected("a complex number where a real one is needed")
    return v


def is_integer(v: Any) -> bool:
    return isinstance(v, fmpq) and v.q == 1


def ipow(x: Any, n: int) -> Any:
    """x^n by squaring; 0^0 = 1."""
    if n < 0:
        return 1 / settled(ipow(x, -n))
    if n % 2 == 0 and n and isinstance(x, arb) and x.contains(0) and not x.is_exact():
        half = arb(ipow(x.abs_upper(), n) / 2).upper()
        return arb(half, half)
    out = fmpq(1)
    while n:
        out, x, n = settled(out * x if n & 1 else out), (settled(x * x) if n > 1 else x), n >> 1
    return out


def exact_root(u: Any, q: int) -> Any:
    """The q-th root of a positive rational, if it is rational."""
    if isinstance(u, fmpq) and u > 0 and q <= 64:
        p, d = u.p.root(q), u.q.root(q)
        if p ** q == u.p and d ** q == u.q:
            return fmpq(p, d)
    return None


def power(u: Any, p: Any, walks: bool = False) -> Any:
    if isinstance(u, MATRIX):
        return matrix_power(u, whole(p))
    if is_integer(p):
        return ipow(u, int(p.p))
    if isinstance(u, fmpq) and u == 0:
        if p.real > 0:
            return fmpq(0)
        raise Rejected("a power of zero")
    if walks and avoids(u) is False:
        raise Rejected("a power on its cut")
    if isinstance(p, fmpq):
        if (root := exact_root(u, int(p.q))) is not None:
            return ipow(root, int(p.p))
        if p.q == 2:
            return ipow(settled(root_of(u)), int(p.p))
    if not isinstance(u, acb) and not isinstance(p, acb) and u > 0:
        return arb(u) ** arb(p)
    return acb(u) ** acb(p) if acb(u).is_exact() or avoids(u) else (acb(p) * acb(u).log()).exp()


def root_of(u: Any) -> Any:
    if (root := exact_root(u, 2)) is not None:
        return root
    if isinstance(u, acb):
        return u.sqrt()
    return arb(u).sqrt() if u >= 0 else acb(0, (-arb(u)).sqrt()) if u < 0 else acb(u).sqrt()


def avoids(w: Any) -> bool:
    """Does the ball certainly miss the cut (-oo, 0]?"""
    w = acb(w)
    return bool(w.real > 0 or w.imag != 0)


def on_cut_exactly(w: Any) -> bool:
    return not isinstance(w, acb) or bool(w.imag.is_zero())


# ------------------------------------------------------------------------------------------------------------- elementary
def _mod(a: Any, b: Any) -> Any:
    q = settled(arb_floor(a / b if isinstance(a, fmpq) and isinstance(b, fmpq) else arb(a) / arb(b)))
    if not is_integer(q):
        raise Rejected("a remainder that is not decided")
    return a - b * q


def arb_floor(x: Any) -> Any:
    return fmpq(x.floor()) if isinstance(x, fmpq) else x.floor()


def floor(x: Any) -> Any:
    return acb(arb(settled(arb_floor(x.real))), arb(settled(arb_floor(x.imag)))) if isinstance(x, acb) else arb_floor(x)


def sign(x: Any) -> Any:
    if isinstance(x, acb):
        return x / settled(abs(x))
    return fmpq(1) if x > 0 else fmpq(-1) if x < 0 else fmpq(0) if isinstance(x, fmpq) else arb(0, 1)


def arg(z: Any) -> Any:
    if isinstance(z, acb):
        return z.arg() if z.real != 0 or z.imag != 0 else acb("nan")
    return fmpq(0) if z > 0 else arb.pi() if z < 0 else acb("nan")


def atan2(y: Any, x: Any) -> Any:
    y, x = real(y), real(x)
    if isinstance(y, fmpq) and y == 0:
        return arg(x)
    return arb.atan2(arb(y), arb(x)) if not (x == 0 and y == 0) else arb("nan")


def heaviside(x: Any) -> Any:
    x = real(x)
    return fmpq(1) if x > 0 else fmpq(0) if x < 0 else fmpq(1, 2) if isinstance(x, fmpq) else arb(0.5, 0.5)


def sinc(z: Any) -> Any:
    return fmpq(1) if isinstance(z, fmpq) and z == 0 else z.sinc() if isinstance(z, acb) else arb(z).sinc()


def extreme(upper: bool, *v: Any) -> Any:
    if all(isinstance(x, fmpq) for x in v):
        return max(v) if upper else min(v)
    return reduce(lambda x, y: (arb.max if upper else arb.min)(arb(x), arb(y)), map(real, v))


def square_norm(z: Any) -> Any:
    if isinstance(z, acb):
        s = settled(z.real * z.real + z.imag * z.imag) if z.is_exact() else None
        return (exact_root(s, 2) if s is not None and s != 0 else None) or abs(z)
    return abs(z)


PLAIN: dict[str, Callable[..., Any]] = {  # on any values
    "abs": square_norm, "re": lambda z: z.real if isinstance(z, acb) else z, "im": lambda z: z.imag if isinstance(z, acb) else fmpq(0),
    "conj": lambda z: z.conjugate() if isinstance(z, acb) else z, "floor": floor, "ceiling": lambda z: -floor(-z), "sign": sign, "arg": arg,
    "atan2": atan2, "heaviside": heaviside, "mod": lambda a, b: _mod(real(a), real(b)), "max": lambda *v: extreme(True, *v),
    "min": lambda *v: extreme(False, *v)}


def side(x: Any) -> int:
    """The sign of a function that is real on the real axis, on a whole ball."""
    if x.real > 0:
        return 1
    if x.real < 0:
        return -1
    raise Rejected("a ball across a corner")


def level(x: Any) -> Any:
    n = settled(arb_floor(x.real))
    if not is_integer(n):
        raise Rejected("a ball across a step")
    return n


def angle(y: Any, x: Any) -> Any:
    y, x = acb(y), acb(x)
    if x.real > 0:
        return (y / x).atan()
    s = side(y)
    return s * arb.pi() / 2 - (x / y).atan()


def best(upper: bool, *v: Any) -> Any:
    return reduce(lambda x, y: x if (side(x - y) > 0) == upper else y, v)


PIECES: dict[str, Callable[..., Any]] = {  # extended from the real axis, where they are analytic between their corners
    "abs": lambda x: x * side(x), "sign": lambda x: fmpq(side(x)), "re": lambda x: x, "conj": lambda x: x, "im": lambda x: fmpq(0),
    "floor": level, "ceiling": lambda x: -level(-x), "heaviside": lambda x: fmpq(1) if side(x) > 0 else fmpq(0),
    "max": lambda *v: best(True, *v), "min": lambda *v: best(False, *v), "mod": lambda a, b: a - b * level(a / b), "atan2": angle,
    "arg": lambda x: fmpq(0) if side(x) > 0 else arb.pi()}
REALS: dict[str, Callable[[Any], bool]] = {  # where the real method is used
    **{n: lambda x: True for n in "exp sin cos tan cot sec csc sinh cosh tanh coth sech csch atan asinh".split()},
    "log": lambda x: x > 0, "asin": lambda x: abs(x) <= 1, "acos": lambda x: abs(x) <= 1, "acosh": lambda x: x >= 1,
    "atanh": lambda x: abs(x) < 1}
ANY, NONE = (lambda z: []), (lambda z: [z])
CUTS: dict[str, Callable[..., list[Any]]] = {  # quantities that have to miss (-oo, 0]
    **{n: ANY for n in "exp sin cos tan cot sec csc sinh cosh tanh coth sech csch sinc erf erfc erfi Si Shi airyai airybi airyaiprime "
       "airybiprime gamma digamma factorial subfactorial zeta1 dirichlet_eta".split()},
    **{n: NONE for n in "log sqrt Ci Chi Ei loggamma".split()},
    "asin": lambda z: [1 - z, 1 + z], "acos": lambda z: [1 - z, 1 + z], "atanh": lambda z: [1 - z, 1 + z],
    "atan": lambda z: [1 + I * z, 1 - I * z], "asinh": lambda z: [1 + I * z, 1 - I * z], "acosh": lambda z: [z - 1],
    "acot": lambda z: [1 + I / z, 1 - I / z], "asec": lambda z: [1 - 1 / z, 1 + 1 / z], "acsc": lambda z: [1 - 1 / z, 1 + 1 / z],
    "acoth": lambda z: [1 - 1 / z, 1 + 1 / z], "li": lambda z: [z], "elliptic_k": lambda m: [1 - m],
    "elliptic_e": lambda *v: [1 - v[-1]] if len(v) == 1 else incomplete(*v),
    "elliptic_f": lambda p, m: incomplete(p, m), "elliptic_pi": lambda n, *v: [1 - n, 1 - v[-1]] if len(v) == 1 else [1 - n * acb(v[0]).sin() ** 2, *incomplete(*v)],
    "polylog": lambda s, z: [1 - z] if not (is_integer(s) and s <= 0) else [], "lerchphi": lambda z, s, a: [1 - z, *([] if is_integer(s) else [a])],
    "zeta": lambda s, a=Q(1): [] if is_integer(s) else [a], "stieltjes": lambda n, a=Q(1): [a],
    "polygamma": lambda n, z: [], "beta": lambda a, b: [], "rising": lambda a, k: [], "falling": lambda a, k: [], "binomial": lambda n, k: [],
    "harmonic": lambda n, m=Q(1): [] if is_integer(m) else [n + 1], "catalan": lambda n: [], "bernoulli": lambda n, x=Q(1): [],
    "uppergamma": lambda s, z: [] if is_integer(s) and s > 0 else [z], "lowergamma": lambda s, z: [] if is_integer(s) and s > 0 else [z],
    "expint": lambda s, z: [] if is_integer(s) and s <= 0 else [z],
    "besselj": lambda n, z: [] if is_integer(n) else [z], "besseli": lambda n, z: [] if is_integer(n) else [z],
    **{n: lambda n, z: [z] for n in ("bessely", "besselk", "hankel1", "hankel2")},
    **{n: lambda *v: [] if is_integer(v[0]) else [1 + v[-1]] for n in ("legendre", "chebyshevt", "chebyshevu", "gegenbauer")},
    "laguerre": lambda *v: [], "hermite": lambda n, z: [] if is_integer(n) and n >= 0 else [z],
    "betainc": lambda a, b, x, y: [w for t in (x, y) if not (is_integer(a) and is_integer(b) and a > 0) for w in (t, 1 - t)],
    "lambertw": lambda z, k=Q(0): [z + arb(-1).exp()] if k == 0 else [z, z + arb(-1).exp()] if abs(k) == 1 else [z]}
CUTS["betainc_regularized"] = CUTS["betainc"]
I = acb(0, 1)
INSIDE = frozenset("log sqrt asin acos atan asinh acosh atanh acot acsc asec acoth elliptic_k".split())  # enclosures hold across the cut
REAL_ON_REALS = frozenset(
    "gamma digamma polygamma beta erf erfc erfi Si Shi airyai airybi airyaiprime airybiprime zeta1 dirichlet_eta factorial binomial rising falling "
    "harmonic catalan stieltjes hermite laguerre bernoulli subfactorial".split())
REAL_RIGHT = frozenset("zeta besselj bessely besseli besselk uppergamma lowergamma expint Ci Chi Ei loggamma".split())  # last argument > 0


def incomplete(phi: Any, m: Any) -> list[Any]:
    s = acb(phi).sin()
    if not acb(phi).real.abs_upper() < arb.pi() / 2:
        raise Rejected("an elliptic integral beyond its principal strip")
    return [1 - m * s * s]


def call(h: str, v: list[Any], walks: bool = False) -> Any:
    if h in PLAIN:
        if walks:
            raise Rejected(f"{h} is not analytic")
        return PLAIN[h](*v)
    if h in INTEGERS:
        if walks:
            raise Rejected(f"{h} along a path")
        return INTEGERS[h](*v)
    if h == "hyper":
        return hyper(v, walks)
    if h not in CUTS:
        raise Rejected(f"no numeric meaning for {h}")
    for w in CUTS["zeta1" if h == "zeta" and len(v) == 1 else h](*v):
        if not avoids(w) and (walks or h not in INSIDE and not on_cut_exactly(w)):
            raise Rejected(f"{h} on its cut")
    if h == "sqrt":
        return root_of(v[0])
    if h == "sinc":
        return sinc(v[0])
    if h in REALS:
        x = v[0]
        if not isinstance(x, acb) and REALS[h](x):
            return fmpq(0) if isinstance(x, fmpq) and h in ZEROS and x == ZEROS[h] else getattr(arb(x), h)()
        return getattr(acb(x), h)()
    out = settled(SPECIAL[h](*v))
    if isinstance(out, acb) and out.imag.contains(0) and not any(isinstance(x, acb) for x in v):
        name = "zeta1" if h == "zeta" and len(v) == 1 else h
        if name in REAL_ON_REALS or name in REAL_RIGHT and v[-1] > 0 or name in POLYNOMIALS and (is_integer(v[0]) or -1 < v[-1] < 1) \
                or name in ("besselj", "besseli") and is_integer(v[0]) \
                or name.startswith("elliptic") and v[-1] < 1 and (name != "elliptic_pi" or v[0] < 1) and name != "elliptic_pi" \
                or name == "elliptic_pi" and v[-1] < 1 and v[0] < 1:
            return out.real
    return out


ZEROS = {"sin": 0, "tan": 0, "sinh": 0, "tanh": 0, "asin": 0, "atan": 0, "asinh": 0, "atanh": 0, "log": 1, "acos": 1, "acosh": 1}


# ------------------------------------------------------------------------------------------------------ special functions
def C(f: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *v: f(*map(acb, v))


def inverse(name: str) -> Callable[[Any], Any]:
    def f(z: Any) -> Any:
        return call(name, [settled(1 / z)])
    return f


def acot(z: Any) -> Any:
    return arb.pi() / 2 if isinstance(z, fmpq) and z == 0 else call("atan", [settled(1 / z)])


def acoth(z: Any) -> Any:
    return acb(0, 1) * arb.pi() / 2 if isinstance(z, fmpq) and z == 0 else call("atanh", [settled(1 / z)])


def factorial(z: Any) -> Any:
    if is_integer(z):
        return fmpq(fmpz.fac_ui(natural(z, 3000))) if z <= 3000 else (arb(z) + 1).gamma()
    return (acb(z) + 1).gamma()


def gamma(z: Any) -> Any:
    return factorial(z - 1) if is_integer(z) else acb(z).gamma()


def rising(x: Any, k: Any) -> Any:
    if is_integer(k) and abs(k) <= 1000:
        n = int(k.p)
        return reduce(lambda c, j: settled(c * (x + j)), range(n), fmpq(1)) if n >= 0 else \
            1 / reduce(lambda c, j: settled(c * (x - j)), range(1, -n + 1), fmpq(1))
    return acb(x + k).gamma() * acb(x).rgamma()


def falling(x: Any, k: Any) -> Any:
    if is_integer(k) and abs(k) <= 1000:
        n = int(k.p)
        return reduce(lambda c, j: settled(c * (x - j)), range(n), fmpq(1)) if n >= 0 else \
            1 / reduce(lambda c, j: settled(c * (x + j)), range(1, -n + 1), fmpq(1))
    return acb(x + 1).gamma() * acb(x - k + 1).rgamma()


def binomial(n: Any, k: Any) -> Any:
    if is_integer(k):
        if k < 0:
            return fmpq(0)
        if is_integer(n) and 0 <= n <= 10 ** 5:
            return fmpq(fmpz.bin_uiui(int(n.p), int(k.p))) if k <= n else fmpq(0)
        if k <= 1000:
            return falling(n, k) / factorial(k)
    if is_integer(n) and n < 0:
        raise Rejected("a binomial coefficient of a negative integer over what is no integer")
    return acb(n + 1).gamma() * acb(k + 1).rgamma() * acb(n - k + 1).rgamma()


def factorial2(n: Any) -> Any:
    m = whole(n)
    if m < 0:
        if m % 2 == 0:
            raise Rejected("no double factorial")
        return fmpq((-1) ** ((m + 1) // 2)) / math.prod(range(-m - 2, 0, -2)) if m < -1 else fmpq(1)
    return fmpq(math.prod(range(natural(n, 3000), 0, -2)))


def subfactorial(n: Any) -> Any:
    if not is_integer(n):
        return acb(-1).gamma_upper(acb(n) + 1) / arb.const_e()
    d = 1
    for k in range(1, natural(n, 3000) + 1):
        d = k * d + (-1) ** k
    return fmpq(d)


def harmonic(n: Any, m: Any = Q(1)) -> Any:
    if is_integer(n):
        if n < 0:
            raise Rejected("a harmonic number of negative index")
        if is_integer(m) and n <= 300:
            return sum((ipow(fmpq(k), -int(m.p)) for k in range(1, int(n.p) + 1)), fmpq(0))
    if is_integer(m) and m == 1:
        return acb(n + 1).digamma() + arb.const_euler()
    return acb(m).zeta() - acb(m).zeta(acb(n) + 1)


def polygamma(n: Any, z: Any) -> Any:
    m = natural(n, 1000)
    if is_integer(z) and z <= 0:
        raise Rejected("a pole")
    return acb(z).digamma() if m == 0 else (-1) ** (m + 1) * acb(fmpz.fac_ui(m)) * acb(m + 1).zeta(acb(z))


def beta(a: Any, b: Any) -> Any:
    return acb(a).gamma() * acb(b).gamma() * acb(a + b).rgamma()


def betainc(a: Any, b: Any, x: Any, y: Any) -> Any:
    lower = [acb(0) if isinstance(t, fmpq) and t == 0 and a.real > 0 else acb(t).beta_lower(acb(a), acb(b)) for t in (x, y)]
    return lower[1] - lower[0]


def zeta(s: Any, a: Any = None) -> Any:
    if a is None:
        return acb(s).zeta()
    if is_integer(a) and a <= 0:
        raise Rejected("a Hurwitz zeta function at a pole")
    if is_integer(s) and s <= 0:
        return -acb(a).bernoulli_poly(1 - int(s.p)) / (1 - s)
    return acb(s).zeta(acb(a))


def bernoulli(n: Any, x: Any = None) -> Any:
    m = natural(n, 3000)
    if x is None:
        return fmpq(1, 2) if m == 1 else fmpq.bernoulli(m)
    if isinstance(x, fmpq) and m <= 200:
        return sum((Q(fmpz.bin_uiui(m, k)) * fmpq.bernoulli(m - k) * ipow(x, k) for k in range(m + 1)), fmpq(0))
    return acb(x).bernoulli_poly(m)


def polylog(s: Any, z: Any) -> Any:
    if is_integer(s) and s == 1:
        return -call("log", [settled(1 - z)])
    if isinstance(z, fmpq) and z == 1:
        if not s.real > 1:
            raise Rejected("a polylogarithm at its singularity")
        return acb(s).zeta()
    return fmpq(0) if isinstance(z, fmpq) and z == 0 else acb(z).polylog(acb(s))


def hyper(v: list[Any], walks: bool) -> Any:
    p = int(v[0].p)
    a, b, z = v[1:p + 1], v[p + 1:-1], v[-1]
    ends = [-int(x.p) for x in a if is_integer(x) and x <= 0]
    poles = [-int(x.p) for x in b if is_integer(x) and x <= 0]
    if ends:
        n = min(ends)
        if poles and min(poles) < n or n > 1000:
            raise Rejected("a lower parameter that is 0, -1, ...")
        term = total = fmpq(1)
        for k in range(n):
            for x in a:
                term = settled(term * (x + k))
            for x in (*b, fmpq(1)):
                term = settled(term / (x + k))
            term = settled(term * z)
            total = settled(total + term)
        return total
    if isinstance(z, fmpq) and z == 0 and not poles:
        return fmpq(1)
    if poles or len(a) > len(b) + 1:
        raise Rejected("a hypergeometric series without a value")
    if len(a) == len(b) + 1 and not avoids(1 - z) and (walks or not on_cut_exactly(z)):
        raise Rejected("a hypergeometric function on its cut")
    w, s, t = acb(z), [acb(x) for x in a], [acb(x) for x in b]
    if (len(a), len(b)) == (2, 1):
        if isinstance(z, fmpq) and z == 1:
            if not (d := settled(b[0] - a[0] - a[1])).real > 0:
                raise Rejected("a hypergeometric series at its singularity")
            return t[0].gamma() * acb(d).gamma() * (t[0] - s[0]).rgamma() * (t[0] - s[1]).rgamma()
        out = w.hypgeom_2f1(s[0], s[1], t[0])
    else:
        out = w.hypgeom_1f1(s[0], t[0]) if (len(a), len(b)) == (1, 1) else w.hypgeom_0f1(t[0]) if (len(a), len(b)) == (0, 1) else w.hypgeom(s, t)
    out = settled(out)
    straight = not any(isinstance(x, acb) for x in v) and (len(a) <= len(b) or z < 1)
    return out.real if straight and isinstance(out, acb) else out


def lambertw(z: Any, k: Any = Q(0)) -> Any:
    n = whole(k)
    if isinstance(z, fmpq) and z == 0:
        if n:
            raise Rejected("a branch of W at 0")
        return fmpq(0)
    edge = -arb(-1).exp()
    if not isinstance(z, acb) and n in (0, -1) and z > edge and (n == 0 or z < 0):
        return arb(z).lambertw(n)
    return acb(z).lambertw(n)


def polynomial(h: str) -> Callable[..., Any]:
    method = {"chebyshevt": "chebyshev_t", "chebyshevu": "chebyshev_u", "legendre": "legendre_p", "hermite": "hermite_h", "laguerre": "laguerre_l",
              "gegenbauer": "gegenbauer_c"}[h]

    def f(n: Any, *v: Any) -> Any:
        x, parameters, one = v[-1], v[:-1], 1
        if is_integer(n) and n < 0:
            if h == "chebyshevt":
                n = -n
            elif h == "legendre":
                n = -n - 1
            elif h == "chebyshevu":
                if n == -1:
                    return fmpq(0)
                n, one = -n - 2, -1
            elif h != "hermite":
                raise Rejected(f"{h} of negative degree")
        if is_integer(n) and n <= 60 and isinstance(x, fmpq) and h.startswith("chebyshev"):
            u, w = fmpq(1), x if h == "chebyshevt" else 2 * x
            for _ in range(int(n.p)):
                u, w = w, settled(2 * x * w - u)
            return u * one
        return getattr(acb(x), method)(acb(n), *map(acb, parameters)) * one
    return f


POLYNOMIALS = ("chebyshevt", "chebyshevu", "legendre", "hermite", "laguerre", "gegenbauer")


def ei(z: Any) -> Any:
    return arb(z).ei() if not isinstance(z, acb) else z.ei()


SPECIAL: dict[str, Callable[..., Any]] = {
    "acot": acot, "acoth": acoth, "asec": inverse("acos"), "acsc": inverse("asin"), "factorial": factorial, "gamma": gamma, "rising": rising,
    "falling": falling, "binomial": binomial, "factorial2": factorial2, "subfactorial": subfactorial, "harmonic": harmonic, "polygamma": polygamma,
    "beta": beta, "betainc": betainc, "zeta": zeta, "bernoulli": bernoulli, "polylog": polylog, "lambertw": lambertw, "Ei": ei,
    "betainc_regularized": lambda a, b, x, y: betainc(a, b, x, y) / settled(beta(a, b)),
    **{h: polynomial(h) for h in POLYNOMIALS},
    "loggamma": C(acb.lgamma), "digamma": C(acb.digamma), "erf": C(acb.erf), "erfc": C(acb.erfc), "erfi": C(acb.erfi), "Si": C(acb.si),
    "Ci": C(acb.ci), "Shi": C(acb.shi), "Chi": C(acb.chi), "li": C(acb.li), "dirichlet_eta": C(acb.dirichlet_eta),
    "airyai": C(acb.airy_ai), "airybi": C(acb.airy_bi), "airyaiprime": lambda z: acb(z).airy_ai(derivative=1),
    "airybiprime": lambda z: acb(z).airy_bi(derivative=1), "uppergamma": lambda s, z: acb(z).gamma_upper(acb(s)),
    "lowergamma": lambda s, z: acb(z).gamma_lower(acb(s)), "expint": lambda s, z: acb(z).expint(acb(s)),
    "lerchphi": lambda z, s, a: acb(z).lerch_phi(acb(s), acb(a)), "stieltjes": lambda n, a=Q(1): acb.stieltjes(natural(n), acb(a)),
    "besselj": lambda n, z: acb(z).bessel_j(acb(n)), "bessely": lambda n, z: acb(z).bessel_y(acb(n)),
    "besseli": lambda n, z: acb(z).bessel_i(acb(n)), "besselk": lambda n, z: acb(z).bessel_k(acb(n)),
    "hankel1": lambda n, z: acb(z).bessel_j(acb(n)) + I * acb(z).bessel_y(acb(n)),
    "hankel2": lambda n, z: acb(z).bessel_j(acb(n)) - I * acb(z).bessel_y(acb(n)),
    "elliptic_k": C(acb.elliptic_k), "elliptic_f": lambda p, m: acb.elliptic_f(acb(p), acb(m)),
    "elliptic_e": lambda *v: acb(v[0]).elliptic_e() if len(v) == 1 else acb.elliptic_e_inc(acb(v[0]), acb(v[1])),
    "elliptic_pi": lambda n, *v: acb.elliptic_pi(acb(n), acb(v[0])) if len(v) == 1 else acb.elliptic_pi_inc(acb(n), acb(v[0]), acb(v[1])),
    "catalan": lambda n: binomial(2 * n, n) / (n + 1) if is_integer(n) and n >= 0 else
    ipow(fmpq(4), whole(n)) * acb(n + fmpq(1, 2)).gamma() * acb(n + 2).rgamma() / arb.pi().sqrt()}


# ------------------------------------------------------------------------------------------------------ integer functions
def positive(v: Any, most: int = 10 ** 12) -> fmpz:
    if not 1 <= (n := whole(v)) <= most:
        raise Rejected("not a positive integer of moderate size")
    return fmpz(n)


def jacobi(a: Any, n: Any) -> Any:
    m = positive(n)
    if m % 2 == 0:
        raise Rejected("a Jacobi symbol over an even number")
    return fmpq(1) if m == 1 else fmpq(fmpz(whole(a) % int(m)).jacobi(m))


def kronecker(a: Any, n: Any) -> Any:
    u, m = whole(a), whole(n)
    if m == 0:
        return fmpq(abs(u) == 1)
    out, sign_ = 1, -1 if m < 0 and u < 0 else 1
    m = abs(m)
    while m % 2 == 0:
        m //= 2
        out *= 0 if u % 2 == 0 else 1 if u % 8 in (1, 7) else -1
    return fmpq(out * sign_) * jacobi(fmpq(u), fmpq(m))


def legendre_symbol(a: Any, p: Any) -> Any:
    if not positive(p).is_prime() or p == 2:
        raise Rejected("a Legendre symbol over what is no odd prime")
    return jacobi(a, p)


SIEVED: list[int] = []


def primes(limit: int) -> list[int]:
    if not SIEVED or SIEVED[-1] < limit:
        n = max(limit, 1000) * 2
        keep = bytearray([1]) * (n + 1)
        for k in range(2, math.isqrt(n) + 1):
            if keep[k]:
                keep[k * k::k] = bytes(len(range(k * k, n + 1, k)))
        SIEVED[:] = [k for k in range(2, n + 1) if keep[k]]
    return SIEVED


def primepi(x: Any) -> Any:
    n = whole(settled(arb_floor(real(x))))
    if n > 10 ** 6:
        raise Rejected("too many primes")
    return fmpq(sum(1 for p in primes(max(n, 2)) if p <= n))


def prime(n: Any) -> Any:
    k = int(positive(n, 50000))
    return fmpq(primes(max(20, int(k * (math.log(k + 1) + math.log(math.log(k + 2) + 1)) + 10)))[k - 1])


def linear_recurrence(n: Any, zero: int, one: int, sign_: int) -> Any:
    m = whole(n)
    if abs(m) > 10 ** 5:
        raise Rejected("an index of moderate size is needed")
    a, b = 0, 1  # fibonacci numbers by doubling
    for bit in bin(abs(m))[2:]:
        a, b = a * (2 * b - a), a * a + b * b
        if bit == "1":
            a, b = b, a + b
    out = a if zero == 0 else 2 * b - a
    return fmpq(out * (1 if m >= 0 or (m % 2 == 0) == (sign_ > 0) else -1))


def erfinv(x: Any) -> Any:
    return arb(real(x)).erfinv() if x != 0 else fmpq(0)


def divisor_sigma(n: Any, k: Any = Q(1)) -> Any:
    m = positive(n)
    if is_integer(k) and 0 <= k <= 200:
        return fmpq(m.divisor_sigma(int(k.p)))
    if m > 10 ** 4:
        raise Rejected("too many divisors")
    return reduce(lambda c, d: settled(c + power(fmpq(d), k)), (d for d in range(1, int(m) + 1) if m % d == 0), fmpq(0))


INTEGERS: dict[str, Callable[..., Any]] = {
    "fibonacci": lambda n: linear_recurrence(n, 0, 1, -1), "lucas": lambda n: linear_recurrence(n, 2, 1, 1),
    "bell": lambda n: fmpq(fmpz.bell_number(natural(n, 2000))), "euler": lambda n: fmpq(fmpz.euler_number(natural(n, 2000))),
    "partition": lambda n: fmpq(fmpz(natural(n)).partitions_p()) if whole(n) >= 0 else fmpq(0),
    "totient": lambda n: fmpq(positive(n).euler_phi()), "mobius": lambda n: fmpq(positive(n).moebius_mu()), "divisor_sigma": divisor_sigma,
    "primepi": primepi, "prime": prime, "gcd": lambda *v: fmpq(math.gcd(*map(whole, v))), "lcm": lambda *v: fmpq(math.lcm(*map(whole, v))),
    "legendre_symbol": legendre_symbol, "jacobi_symbol": jacobi, "kronecker_symbol": kronecker, "erfinv": erfinv, "factorial2": factorial2}
CONSTANTS: dict[str, Callable[[], Any]] = {
    "pi": arb.pi, "e": arb.const_e, "euler_gamma": arb.const_euler, "catalan": arb.const_catalan, "i": lambda: acb(0, 1),
    "golden_ratio": lambda: (1 + arb(5).sqrt()) / 2}


# ---------------------------------------------------------------------------------------------------------------- matrices
def matrix_of(v: list[Any], width: int) -> Any:
    kind = acb_mat if any(isinstance(x, acb) for x in v) else arb_mat if any(isinstance(x, arb) for x in v) else fmpq_mat
    return kind([v[k:k + width] for k in range(0, len(v), width)])


def eye(n: Any) -> Any:
    m = natural(n, 64)
    return fmpq_mat([[fmpq(i == j) for j in range(m)] for i in range(m)])


def matrix_power(u: Any, n: int) -> Any:
    if n < 0:
        return matrix_power(u.inv(), -n)
    out = eye(fmpq(u.nrows()))
    for bit in bin(n)[2:]:
        out = out * out
        out = out * u if bit == "1" else out
    return out


MATRICES: dict[str, Callable[..., Any]] = {
    "matrix": matrix_of, "eye": eye, "det": lambda m: m.det(), "tr": lambda m: sum((m[i, i] for i in range(m.nrows())), fmpq(0)),
    "T": lambda m: m.transpose(), "inv": lambda m: m.inv(), "matmul": lambda a, b: a * b}


def entries(u: Any, v: Any) -> Iterator[tuple[Any, Any]]:
    if not isinstance(u, MATRIX) or not isinstance(v, MATRIX) or (u.nrows(), u.ncols()) != (v.nrows(), v.ncols()):
        raise Rejected("these cannot be compared")
    return zip(u.entries(), v.entries(), strict=True)


__all__ = ["CONSTANTS", "call", "ctx", "pairwise", "power", "settled", "whole"]
