"""Special functions of flint numbers, with the argument orders of SymPy."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

from flint import acb, arb, fmpq, fmpz

from .numbers import I, avoids, elementary, ipow, is_integer, natural, on_cut_exactly, part, power, settled, whole
from .verdict import Rejected

ZERO, ONE = fmpq(0), fmpq(1)
POLYNOMIALS = ("chebyshevt", "chebyshevu", "legendre", "hermite", "laguerre", "gegenbauer")


def C(f: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *v: f(*map(acb, v))


def elliptic(f: Callable[[Any], Any], power: Any) -> Callable[[Any], Any]:
    """K or E; on a wide ball by the mean value theorem, with |dE/dm| <= (pi/4) d^(-1/2), |dK/dm| <= (pi/4) d^(-3/2), d = min |1 - m t|."""
    def g(m: Any) -> Any:
        m = acb(m)
        out = f(m)
        radius = arb(abs(m - m.mid())).abs_upper()
        if out.is_finite() and radius < arb(2) ** -30:
            return out
        d = arb.min(arb(1), arb(1 - arb(m.real.upper())))
        if not d > 0:
            d = arb(m.imag.abs_lower()) / arb(abs(m)).abs_upper()
        if not d > 0:
            return out
        r = (radius * arb.pi() / 4 * d ** -power).abs_upper()
        return f(m.mid()) + acb(arb(0, r), arb(0, r))
    return g


def of_inverse(name: str) -> Callable[[Any], Any]:
    return lambda z: elementary(name, settled(1 / z))


def acot(z: Any) -> Any:
    return arb.pi() / 2 if isinstance(z, fmpq) and z == 0 else elementary("atan", settled(1 / z))


def acoth(z: Any) -> Any:
    return I * arb.pi() / 2 if isinstance(z, fmpq) and z == 0 else elementary("atanh", settled(1 / z))


def factorial(z: Any) -> Any:
    if is_integer(z):
        return fmpq(fmpz.fac_ui(natural(z, 3000))) if z <= 3000 else (arb(z) + 1).gamma()
    return (acb(z) + 1).gamma()


def gamma(z: Any) -> Any:
    return factorial(z - 1) if is_integer(z) else acb(z).gamma()


def rising(x: Any, k: Any) -> Any:
    if is_integer(k) and k > (200 if isinstance(x, fmpq) else 20):
        return acb(x).rising(acb(k))
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


def subfactorial(n: Any) -> Any:
    if not is_integer(n):
        return acb(-1).gamma_upper(acb(n) + 1) / arb.const_e()
    d = 1
    for k in range(1, natural(n, 3000) + 1):
        d = k * d + (-1) ** k
    return fmpq(d)


def harmonic(n: Any, m: Any = ONE) -> Any:
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
    lower = [acb(0) if isinstance(t, fmpq) and t == 0 and part(a) > 0 else acb(t).beta_lower(acb(a), acb(b)) for t in (x, y)]
    return lower[1] - lower[0]


def zeta(s: Any, a: Any = None) -> Any:
    if a is None:
        return acb(s).zeta()
    if is_integer(a) and a <= 0 and not (is_integer(s) and s <= 0):
        raise Rejected("a Hurwitz zeta function at a pole")
    if is_integer(s) and s <= 0:
        return -acb(a).bernoulli_poly(1 - int(s.p)) / (1 - s)
    return acb(s).zeta(acb(a))


def bernoulli(n: Any, x: Any = None) -> Any:
    m = natural(n, 3000)
    if x is None:
        return fmpq(1, 2) if m == 1 else fmpq.bernoulli(m)
    if isinstance(x, fmpq) and m <= 200:
        return sum((fmpq(fmpz.bin_uiui(m, k)) * fmpq.bernoulli(m - k) * ipow(x, k) for k in range(m + 1)), fmpq(0))
    return acb(x).bernoulli_poly(m)


def polylog(s: Any, z: Any) -> Any:
    if is_integer(s) and s == 1:
        return -elementary("log", settled(1 - z))
    if isinstance(z, fmpq) and z == 1:
        if not part(s) > 1:
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
            if not part(d := settled(b[0] - a[0] - a[1])) > 0:
                raise Rejected("a hypergeometric series at its singularity")
            return t[0].gamma() * acb(d).gamma() * (t[0] - s[0]).rgamma() * (t[0] - s[1]).rgamma()
        out = w.hypgeom_2f1(s[0], s[1], t[0])
    else:
        out = w.hypgeom_1f1(s[0], t[0]) if (len(a), len(b)) == (1, 1) else w.hypgeom_0f1(t[0]) if (len(a), len(b)) == (0, 1) else w.hypgeom(s, t)
    out = settled(out)
    straight = not any(isinstance(x, acb) for x in v) and (len(a) <= len(b) or z < 1)
    return out.real if straight and isinstance(out, acb) else out


def lambertw(z: Any, k: Any = ZERO) -> Any:
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


def ei(z: Any) -> Any:
    return arb(z).ei() if not isinstance(z, acb) else z.ei()


complete_e = elliptic(acb.elliptic_e, arb(0.5))
SPECIAL: dict[str, Callable[..., Any]] = {
    "acot": acot, "acoth": acoth, "asec": of_inverse("acos"), "acsc": of_inverse("asin"), "factorial": factorial, "gamma": gamma, "rising": rising,
    "falling": falling, "binomial": binomial, "subfactorial": subfactorial, "harmonic": harmonic, "polygamma": polygamma,
    "beta": beta, "betainc": betainc, "zeta": zeta, "bernoulli": bernoulli, "polylog": polylog, "lambertw": lambertw, "Ei": ei,
    "betainc_regularized": lambda a, b, x, y: betainc(a, b, x, y) / settled(beta(a, b)),
    **{h: polynomial(h) for h in POLYNOMIALS},
    "loggamma": C(acb.lgamma), "digamma": C(acb.digamma), "erf": C(acb.erf), "erfc": C(acb.erfc), "erfi": C(acb.erfi), "Si": C(acb.si),
    "Ci": C(acb.ci), "Shi": C(acb.shi), "Chi": C(acb.chi), "li": C(acb.li), "dirichlet_eta": C(acb.dirichlet_eta),
    "airyai": C(acb.airy_ai), "airybi": C(acb.airy_bi), "airyaiprime": lambda z: acb(z).airy_ai(derivative=1),
    "airybiprime": lambda z: acb(z).airy_bi(derivative=1), "uppergamma": lambda s, z: acb(z).gamma_upper(acb(s)),
    "lowergamma": lambda s, z: acb(z).gamma_lower(acb(s)), "expint": lambda s, z: acb(z).expint(acb(s)),
    "lerchphi": lambda z, s, a: acb(z).lerch_phi(acb(s), acb(a)), "stieltjes": lambda n, a=ONE: acb.stieltjes(natural(n), acb(a)),
    "besselj": lambda n, z: acb(z).bessel_j(acb(n)), "bessely": lambda n, z: acb(z).bessel_y(acb(n)),
    "besseli": lambda n, z: acb(z).bessel_i(acb(n)), "besselk": lambda n, z: acb(z).bessel_k(acb(n)),
    "hankel1": lambda n, z: acb(z).bessel_j(acb(n)) + I * acb(z).bessel_y(acb(n)),
    "hankel2": lambda n, z: acb(z).bessel_j(acb(n)) - I * acb(z).bessel_y(acb(n)),
    "elliptic_k": elliptic(acb.elliptic_k, arb(1.5)), "elliptic_f": lambda p, m: acb.elliptic_f(acb(p), acb(m)),
    "elliptic_e": lambda *v: complete_e(v[0]) if len(v) == 1 else acb.elliptic_e_inc(acb(v[0]), acb(v[1])),
    "elliptic_pi": lambda n, *v: acb.elliptic_pi(acb(n), acb(v[0])) if len(v) == 1 else acb.elliptic_pi_inc(acb(n), acb(v[0]), acb(v[1])),
    "catalan": lambda n: binomial(2 * n, n) / (n + 1) if is_integer(n) and n >= 0 else
    power(fmpq(4), n) * acb(n + fmpq(1, 2)).gamma() * acb(n + 2).rgamma() / arb.pi().sqrt()}

