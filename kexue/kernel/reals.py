"""Is a value real, also where the functions could leave the real line?  And: multiples of pi that are seen by their form."""

from __future__ import annotations

from typing import Any

from flint import acb, arb, fmpq

from ..formula import Formula, children, lift
from .functions import REAL_ON_REALS, REAL_RIGHT
from .numbers import UNDEFINED, is_integer
from .verdict import Rejected

PLAINLY = REAL_ON_REALS | frozenset(  # real wherever they are defined at real arguments
    "add sub mul neg div exp sin cos tan cot sec csc sinh cosh tanh coth sech csch atan asinh acot sinc abs re im conj sign floor ceiling "
    "max min mod heaviside delta atan2 arg fibonacci lucas zeta bell totient divisor_sigma mobius partition euler factorial2 gcd lcm primepi "
    "prime erfinv".split())
BINDERS = frozenset("sum prod integral".split())
Turn = tuple[Any, Any]


def plainly(f: Formula) -> bool:
    """Is f real wherever it is defined at real arguments?"""
    return f.head in PLAINLY and not (f.head in ("zeta", "harmonic", "stieltjes") and len(f.args) > 1)


def real_on(here: Any, f: Formula, floor: frozenset[str] = frozenset()) -> bool:
    """Is f real for all the real numbers in the balls of `here`?  `floor` names variables that are not negative."""
    h, a = f.head, f.args
    if h == "sym":
        return not isinstance(here.values.get(a[0]), acb)
    if h in ("num", "const"):
        return h == "num" or a[0] != "i"
    if h in ("diff", "ndiff"):
        name, z = a[1].args[0], here.values.get(a[1].args[0])
        if isinstance(z, acb) or z is None:
            return False
        return real_on(here.inner(name, arb(z) + arb(0, arb(2) ** -50)), a[0], floor)
    if h in BINDERS:
        ends = [x for x in a[2:] if not infinite(x)]
        return all(real_on(here, x, floor) for x in ends) and real_on(here.inner(a[1].args[0], arb(0, arb("inf"))), a[0], floor)
    if h == "piecewise":
        return all(real_on(here, x, floor) for x in a[::2])
    kids = children(f)
    if h in ("abs", "re", "im", "arg", "delta") or plainly(f) and all(real_on(here, x, floor) for x in kids):
        return True
    if h == "pow":
        return real_on(here, a[0], floor) and (integral(a[1]) or real_on(here, a[1], floor) and not_negative(here, a[0], floor))
    if h in ("sqrt", "log", "lambertw"):
        if len(a) == 1 and real_on(here, a[0], floor) and not_negative(here, a[0], floor):
            return True
    if h in REAL_RIGHT and all(real_on(here, x, floor) for x in kids) and not_negative(here, a[-1], floor):
        return True
    try:
        return not isinstance(here.of(f), acb)
    except (Rejected, *UNDEFINED):
        return False


def infinite(f: Formula) -> bool:
    return f.head == "const" and f.args[0] == "oo" or f.head == "neg" and infinite(f.args[0])


def not_negative(here: Any, f: Formula, floor: frozenset[str]) -> bool:
    """Is the real number f at least 0 for all the numbers in the balls of `here`?"""
    h, a = f.head, f.args
    if h == "sym" and a[0] in floor or h == "abs":
        return True
    if h in ("add", "mul", "div") and all(not_negative(here, x, floor) for x in a):
        return True
    if h in ("exp", "cosh") and real_on(here, a[0], floor) or h == "sqrt" and real_on(here, f, floor):
        return True
    if h == "pow" and (a[1].head == "num" and a[1].args[0].denominator == 1 and a[1].args[0] % 2 == 0 and real_on(here, a[0], floor)
                       or not_negative(here, a[0], floor) and real_on(here, a[1], floor)):
        return True
    if h == "mul" and a[0] == a[1] and real_on(here, a[0], floor):
        return True
    try:
        v = here.of(f)
        return not isinstance(v, acb) and bool(v >= 0)
    except (Rejected, *UNDEFINED):
        return False


def integral(p: Formula) -> bool:
    """An integer at integer values of its integer variables, by its form alone."""
    if p.head in ("add", "sub", "mul", "neg"):
        return all(map(integral, p.args))
    return p.head in ("floor", "ceiling") or p.head == "num" and p.args[0].denominator == 1 or p.head == "sym" and p.args[1] == "integer"


def turns(here: Any, f: Formula) -> Turn | None:
    """The complex rational c (as a pair) with f = c pi, where the form shows it."""
    h, a = f.head, f.args
    if h == "const" and a[0] == "pi":
        return fmpq(1), fmpq(0)
    if h == "neg":
        return None if (t := turns(here, a[0])) is None else (-t[0], -t[1])
    if h in ("add", "sub"):
        s, t = turns(here, a[0]), turns(here, a[1])
        if s is None or t is None:
            return None
        return (s[0] + t[0], s[1] + t[1]) if h == "add" else (s[0] - t[0], s[1] - t[1])
    if h in ("mul", "div"):
        for x, y in (a,) if h == "div" else (a, a[::-1]):
            if here.names.has_pi(x) and not here.names.has_pi(y) and (s := turns(here, x)) is not None:
                if (t := gaussian(here.of(y))) is None:
                    return None
                if h == "div":
                    n = t[0] * t[0] + t[1] * t[1]
                    t = t[0] / n, -t[1] / n
                return s[0] * t[0] - s[1] * t[1], s[0] * t[1] + s[1] * t[0]
        return None
    return None if here.names.has_pi(f) or gaussian(here.of(f)) != (0, 0) else (fmpq(0), fmpq(0))


def gaussian(v: Any) -> Turn | None:
    if isinstance(v, fmpq):
        return v, fmpq(0)
    if isinstance(v, acb) and v.is_exact() and max(v.real.bits(), v.imag.bits()) < 1000:
        return v.real.fmpq(), v.imag.fmpq()
    return None


def by_turns(h: str, t: Turn) -> Any:
    """exp and the circular functions at pi t; None where another way is needed.  Values at quarter turns are exact."""
    if h == "exp":
        if t[0] != 0:
            return None
        return acb(arb.cos_pi_fmpq(t[1]), arb.sin_pi_fmpq(t[1]))
    if t[1] != 0:
        return None
    if h in ("tan", "cot") and is_integer(4 * t[0]) and (4 * t[0]).p % 2:
        return fmpq(1 if (4 * t[0]).p % 4 == 1 else -1)
    s, c = arb.sin_pi_fmpq(t[0]), arb.cos_pi_fmpq(t[0])
    return {"sin": lambda: s, "cos": lambda: c, "tan": lambda: s / c, "cot": lambda: c / s, "sec": lambda: 1 / c, "csc": lambda: 1 / s}[h]()


def turned(here: Any, f: Formula) -> Formula:
    """f with quarter turns taken out of its circular functions: sin(pi - x) = sin(x), cos(pi/2 + x) = -sin(x), ..."""
    if not f.args or f.head in ("num", "const", "sym") or not here.names.has_pi(f) or f.head == "matrix":
        return f
    f = Formula(f.head, tuple(turned(here, x) for x in f.args))
    if f.head not in QUARTERS:
        return f
    total, rest = fmpq(0), lift(0)
    for x, s in terms(f.args[0], 1):
        t = turns(here, x) if not here.names.free(x) or here.names.has_pi(x) else None
        if t is not None and t[1] == 0:
            total += s * t[0]
        else:
            rest = Formula("add" if s > 0 else "sub", (rest, x)) if rest != lift(0) else x if s > 0 else Formula("neg", (x,))
    if total == 0 or not is_integer(2 * total):
        return f
    head, sign = QUARTERS[f.head][int((2 * total).p) % 4]
    out = Formula(head, (rest,))
    return out if sign > 0 else Formula("neg", (out,))


def terms(f: Formula, sign: int) -> list[tuple[Formula, int]]:
    if f.head in ("add", "sub"):
        return terms(f.args[0], sign) + terms(f.args[1], sign if f.head == "add" else -sign)
    return terms(f.args[0], -sign) if f.head == "neg" else [(f, sign)]


QUARTERS = {  # the function after 0, 1, 2, 3 quarter turns, with its sign
    "sin": (("sin", 1), ("cos", 1), ("sin", -1), ("cos", -1)), "cos": (("cos", 1), ("sin", -1), ("cos", -1), ("sin", 1)),
    "tan": (("tan", 1), ("cot", -1)) * 2, "cot": (("cot", 1), ("tan", -1)) * 2,
    "sec": (("sec", 1), ("csc", -1), ("sec", -1), ("csc", 1)), "csc": (("csc", 1), ("sec", 1), ("csc", -1), ("sec", -1))}
CIRCULAR = frozenset("exp sin cos tan cot sec csc".split())
__all__ = ["CIRCULAR", "by_turns", "gaussian", "integral", "is_integer", "real_on", "turned", "turns"]
