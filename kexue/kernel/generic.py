"""Rules that change what a variable runs over: generic points, parametrisations, residue classes, all integers from one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Any

from ..certificates import Goal
from ..formula import BINDERS, I, Formula, call, children, free_symbols, lift, ne, parts, pi, rebuild, substitute
from .calculus import of_polynomial, polynomial
from .diff import derivative, read
from .laws import domain_of, poles_of, strict
from .logic import NONE, Result, Subgoals, bounded_below, relation
from .normal import HOLDS, Normal
from .theory import pole_free
from .verdict import Accepted, Rejected, whole_number

CONTINUOUS = frozenset("add sub mul neg div exp sin cos tan cot sec csc sinh cosh tanh coth sech csch gamma factorial digamma erf erfc abs re im "
                       "conj".split())  # where defined, on an open set
TOTAL = frozenset("eq add sub mul neg num sym gcd lcm fibonacci lucas abs chebyshevt chebyshevu sin cos exp sinh cosh const".split())


# ----------------------------------------------------------------------------------------------------------- generic points
def generic(goal: Goal, data: dict[str, Any]) -> Result:
    """An equation (or <=) that holds at the points x where finitely many p(x) are not 0, or no poles of gamma, or no integers, holds
    wherever both sides are defined.

    Each p is affine in x with a slope that is not 0, so what is left out has no interior and no point of accumulation.  Both sides are
    continuous in x, and defined on a set that is open in x; the hypotheses on x that are kept describe an open set, or an interval
    with interior points.  So a point that was left out is a limit of points that were not, where both sides are defined; the
    equation passes to the limit.  Conditions of the proof must not be about x."""
    relation(goal, "eq", "le")
    name = data["var"]
    x = free_symbols(goal.claim).get(name)
    if x is None or x.args[1] not in ("real", "complex"):
        raise Rejected(f"{name} is not a real or complex variable of the claim")
    n = Normal(goal.hyps)
    hyps = tuple(h for h in goal.hyps if name not in free_symbols(h) or opens(n, h, name))
    low, high = ends(hyps, x)
    if low is not None and high is not None and low >= high:
        raise Rejected(f"{name} runs over a single point")
    n = Normal(hyps)
    for side in goal.claim.args:
        continuous(n, side, name)
    extra = []
    for kind, p in data["excluded"]:
        f = read(p, goal)
        affine(n, f, x)
        up, down = call("exp", I * f), call("exp", -(I * f))
        extra.append({"zero": ne(f, 0), "poles": pole_free(f), "integers": ne(call("sin", pi * f), 0), "sine": ne(up - down, 0),
                      "cosine": ne(up + down, 0)}[kind])
    return Accepted(conditions=partial(goal, name)), {"then": (Goal((*hyps, *extra), goal.claim), frozenset({name}))}


def partial(goal: Goal, x: str) -> tuple[Formula, ...]:
    """That the claim is defined, unless it visibly is for all x: another rule may use it at points where it is not."""
    return () if all(everywhere(Normal(goal.hyps), side, x) for side in goal.claim.args) else (Formula("defined", (goal.claim,)),)


def everywhere(n: Normal, f: Formula, x: str) -> bool:
    """What of f depends on x visibly has a value for every x; in a finite sum whose range is in order every term has."""
    for t in strict(f):
        if x in free_symbols(t) and t.head in ("sum", "prod") and not any(e.head == "const" or x in free_symbols(e) for e in t.args[2:]):
            k = Formula("sym", (fresh(t.args[1].args[0], *n.hyps, t), "integer"))
            _, _, lo, hi = t.args
            inner = Normal((*n.hyps, lo <= k, k <= hi))
            if not n.nonneg(n.scalar(hi + 1 - lo)) or not everywhere(inner, substitute(t.args[0], {t.args[1].args[0]: k}), x):
                return False
        elif x in free_symbols(t) and (any(g.head not in TOTAL for g in parts(t.args[0])) if t.head in BINDERS else domain_of(n, t)):
            return False
    return not n.conditions


def ends(hyps: tuple[Formula, ...], x: Formula) -> tuple[Fraction | None, Fraction | None]:
    low = [h.args[0].args[0] for h in hyps if h.head in ("lt", "le") and h.args[1] == x and h.args[0].head == "num"]
    high = [h.args[1].args[0] for h in hyps if h.head in ("lt", "le") and h.args[0] == x and h.args[1].head == "num"]
    return max(low, default=None), min(high, default=None)


def opens(n: Normal, h: Formula, name: str) -> bool:
    """Whether the hypothesis holds on an open set of x, or is a numeric bound of x."""
    try:
        if h.head in ("lt", "le") and {h.args[0].head, h.args[1].head} == {"num", "sym"}:
            return True
        if h.head == "ne" or h.head == "lt" and all(n.real(n.scalar(g)) for g in h.args):
            for g in h.args:
                continuous(n, g, name)
            return True
        z = poles_of(h)
        if z is not None:
            continuous(n, z, name)
        return z is not None
    except Rejected:
        return False


def continuous(n: Normal, f: Formula, x: str) -> None:
    """Reject unless f is visibly continuous in x where it is defined, on a set that is open."""
    if x not in free_symbols(f) or f.head == "sym":
        return
    if (inner := of_polynomial(n, f, x)) is not None:
        return continuous(n, inner, x)
    h, a = f.head, f.args
    if h == "pow":
        if not (x not in free_symbols(a[1]) and n.whole(n.scalar(a[1])) or x not in free_symbols(a[0]) and n.sign(n.scalar(a[0])) == ">"):
            raise Rejected("a power that may have a cut")
    elif h == "ndiff":  # of a polynomial, of any order
        if a[1].args[0] != x or x in free_symbols(a[2]):
            raise Rejected("a derivative in another variable, or of an order that varies")
        return polynomial(n, a[0], x)
    elif h == "hyper":  # it ends, so that it is a polynomial of its last argument
        upper = [n.neg(n.scalar(u)) for u in a[1:int(a[0].args[0]) + 1]]
        if any(x in free_symbols(u) for u in a[:-1]) or not any(n.whole(u) and n.nonneg(u) for u in upper):
            raise Rejected("a hypergeometric function that may not be a polynomial")
        return continuous(n, a[-1], x)
    elif h in ("sum", "prod"):
        if any(x in free_symbols(e) or e.head == "const" for e in a[2:]) or a[1].args[0] == x:
            raise Rejected(f"the range of a {h} depends on {x}, or is infinite")
        k = Formula("sym", (fresh(a[1].args[0], *n.hyps, f), "integer"))
        return continuous(Normal((*n.hyps, a[2] <= k, k <= a[3])), substitute(a[0], {a[1].args[0]: k}), x)
    elif h not in CONTINUOUS:
        raise Rejected(f"{h} is not known to be continuous in {x}")
    for g in children(f):
        continuous(n, g, x)


def affine(n: Normal, f: Formula, x: Formula) -> None:
    """Reject unless f = a x + b, where a is not 0, and a and b are free of x."""
    name, zero = x.args[0], {x.args[0]: lift(0)}
    if f.head not in ("sym", "add", "sub", "mul", "div", "neg") or not all(
            g.head in ("add", "sub", "mul", "div", "neg", "sym") or name not in free_symbols(g) for g in parts(f)):
        raise Rejected(f"what is excluded has to be affine in {name}")
    slope, rest = substitute(derivative(f, name), zero), substitute(f, zero)
    if n.sign(n.scalar(slope)) not in HOLDS["ne"] or not n.zero(n.sub(n.scalar(f), n.scalar(slope * x + rest))):
        raise Rejected(f"what is excluded has to be affine in {name}, with a slope that is not 0")
    if n.conditions:
        raise Rejected("the coefficients of what is excluded have to be defined")


def names(*fs: Formula) -> set[str]:
    """All names, the bound ones too."""
    return {g.args[0] for f in fs for g in parts(f) if g.head == "sym"} | {g.args[1].args[0] for f in fs for g in parts(f) if g.head in BINDERS}


def fresh(name: str, *fs: Formula) -> str:
    taken = names(*fs)
    while name in taken:
        name += "_"
    return name


# -------------------------------------------------------------------------------------------------------- parametrisations
@dataclass(frozen=True)
class Parameter:
    """x = value(t) for some t, whatever x is (or where 0 <= each of `range`), and then inverse(x) = t and the other rewritings hold."""

    value: Callable[[Formula], Formula]
    rewritten: Callable[[Formula, Formula], tuple[tuple[Formula, Formula], ...]]
    real: bool = False
    where: Callable[[Formula], tuple[Formula, ...]] = lambda x: ()
    then: Callable[[Formula, bool], tuple[Formula, ...]] = lambda t, strict: ()  # strict: each of `range` is positive


def sqrt(u: Formula) -> Formula: return call("sqrt", u)
def above(u: Formula, strict: bool) -> Formula: return Formula("lt" if strict else "le", (lift(0), u))


PARAMETERS = {
    # t = acos x: cos t = x, sin t = sqrt(1 - x^2), on the cuts too (DLMF 4.23.22 and 4.21.1 with exp(i t) = x + i sqrt(1 - x^2))
    "cos": Parameter(lambda t: call("cos", t), lambda x, t: ((call("acos", x), t), (sqrt(1 - x ** 2), call("sin", t)))),
    # t = acosh x: exp(t) = x + sqrt(x - 1) sqrt(x + 1) (DLMF 4.37.21)
    "cosh": Parameter(lambda t: call("cosh", t), lambda x, t: ((call("acosh", x), t),)),
    # t = x + sqrt(x^2 - 1) is not 0, and 1/t = x - sqrt(x^2 - 1)
    "half": Parameter(lambda t: (t + 1 / t) / 2, lambda x, t: ((sqrt(x ** 2 - 1), (t - 1 / t) / 2),), then=lambda t, strict: (ne(t, 0),)),
    "square": Parameter(lambda t: t ** 2, lambda x, t: ((sqrt(x), t),)),
    "angle": Parameter(lambda t: call("cos", t), lambda x, t: ((call("acos", x), t), (sqrt(1 - x ** 2), call("sin", t))), True,
                       lambda x: (1 - x, 1 + x), lambda t, strict: (*(above(u, strict) for u in (t, pi - t, call("sin", t))),
                                                                      *([ne(call("exp", I * t) - call("exp", -(I * t)), 0)] if strict else []))),
    "stretch": Parameter(lambda t: call("cosh", t), lambda x, t: ((call("acosh", x), t), (sqrt(x ** 2 - 1), call("sinh", t))), True,
                         lambda x: (x - 1,), lambda t, strict: (above(t, strict),)),
    # t = atan x, from 0 to pi/2: cos t > 0, and 1 + tan^2 t = 1/cos^2 t (DLMF 4.21.13)
    "tangent": Parameter(lambda t: call("tan", t), lambda x, t: ((call("atan", x), t), (sqrt(1 + x ** 2), 1 / call("cos", t))), True,
                         lambda x: (x,), lambda t, strict: (above(t, strict), t < pi / 2, lift(0) < call("cos", t), above(call("sin", t), strict))),
}


def parametrise(goal: Goal, data: dict[str, Any]) -> Result:
    """x = g(t) for a new variable t, with the inverse of g and related roots expressed by t."""
    name, p = data["var"], PARAMETERS[data["by"]]
    x = free_symbols(goal.claim).get(name)
    if x is None or x.args[1] not in (("real",) if p.real else ("complex", "real")):
        raise Rejected(f"{name} is not a variable of the sort this needs")
    if any(g.head in BINDERS and g.args[1].args[0] == name for f in (*goal.hyps, goal.claim) for g in parts(f)):
        raise Rejected(f"{name} is also a bound name")
    n = Normal(goal.hyps)
    if not all(n.sign_of(c) in HOLDS["le"] for c in p.where(x)):
        raise Rejected(f"{name} is not known to lie in the range of the parametrisation")
    strict = all(n.sign_of(c) == ">" for c in p.where(x))
    t = Formula("sym", (fresh("t", *goal.hyps, goal.claim), "real" if p.real else "complex"))
    table = p.rewritten(x, t)

    def turned(f: Formula) -> Formula:
        if f == x:
            return p.value(t)
        for old, new in table:
            u = f.args[0] if f.head == old.head or old.head == "sqrt" and f.head == "pow" and f.args[1] == lift(Fraction(1, 2)) else None
            if u is not None and equal(Normal(), u, old.args[0]):
                return new
        return rebuild(f, [turned(g) for g in children(f)]) if children(f) else f
    kept = [h for h in goal.hyps if name not in free_symbols(h) or p.real or h.head in ("ne", "not", "lt", "le") and bound(h) != name]
    return Accepted(), {"then": (Goal((*p.then(t, strict), *map(turned, kept)), turned(goal.claim)), frozenset({t.args[0]}))}


def bound(h: Formula) -> str | None:
    """The name that the hypothesis bounds by a number."""
    numeric = h.head in ("lt", "le") and {g.head for g in h.args} == {"num", "sym"}
    return next((g.args[0] for g in h.args if g.head == "sym"), None) if numeric else None


def equal(n: Normal, a: Formula, b: Formula) -> bool:
    try:
        return n.shape(a) is None and n.zero(n.sub(n.scalar(a), n.scalar(b)))
    except Rejected:
        return False


# --------------------------------------------------------------------------------------------------------- integer variables
def residues(goal: Goal, data: dict[str, Any]) -> Result:
    """Every integer n is q m + r for one r of 0, ..., q - 1 (for q = -1: n = -m): the goal for each of them."""
    name, q = data["var"], whole_number(data["modulus"])
    symbol = free_symbols(goal.claim).get(name)
    if symbol is None or symbol.args[1] != "integer" or not (q == -1 or 2 <= q <= 60):
        raise Rejected(f"{name} is not an integer variable of the claim, or the modulus is out of range")
    m = Formula("sym", (fresh("m", *goal.hyps, goal.claim), "integer"))
    subs: Subgoals = {}
    for r in range(abs(q)):
        value = m * q + r if r else m * q
        hyps = tuple(rebound(h, symbol, m, q, r) if bound(h) == name else substitute(h, {name: value}) for h in goal.hyps)
        subs[f"residue{r}"] = (Goal(hyps, substitute(goal.claim, {name: value})), frozenset({m.args[0]}))
    return Accepted(), subs


def rebound(h: Formula, n: Formula, m: Formula, q: int, r: int) -> Formula:
    """A numeric bound of n as the bound of m that it amounts to, n = q m + r."""
    up = h.args[0] == n
    c = h.args[1 if up else 0].args[0]
    whole = (ceil(c) - 1 if h.head == "lt" else floor(c)) if up else (floor(c) + 1 if h.head == "lt" else ceil(c))
    edge = Fraction(whole - r, q)
    return m <= lift(floor(edge)) if up == (q > 0) else lift(ceil(edge)) <= m


def twosided(goal: Goal, data: dict[str, Any]) -> Result:
    """P(n) for all integers n from P(base), P(n) => P(n + 1) and P(n + 1) => P(n); both sides are defined everywhere."""
    name, base = data["var"], whole_number(data["base"])
    symbol = free_symbols(goal.claim).get(name)
    if symbol is None or symbol.args[1] != "integer" or any(name in free_symbols(h) for h in goal.hyps):
        raise Rejected(f"{name} is not an integer variable of the claim, or not free of hypotheses")
    total(Normal(goal.hyps), goal.claim)
    after, local = substitute(goal.claim, {name: symbol + 1}), frozenset({name})
    return Accepted(), {"first": (Goal(goal.hyps, substitute(goal.claim, {name: lift(base)})), NONE),
                        "up": (Goal((*goal.hyps, goal.claim), after), local), "down": (Goal((*goal.hyps, after), goal.claim), local)}


def quotients(goal: Goal, data: dict[str, Any]) -> Result:
    """left < right (or <=) for n >= base: it holds for n = base, right is positive, and left(n + 1)/left(n) does not exceed
    right(n + 1)/right(n), that is left(n + 1) right(n) <= left(n) right(n + 1)."""
    left, right = relation(goal, "lt", "le")
    name, base = data["var"], whole_number(data["base"])
    symbol, others = bounded_below(goal, name, base)
    hyps, local = (*others, lift(base) <= symbol), frozenset({name})
    after_left, after_right = (substitute(f, {name: symbol + 1}) for f in (left, right))
    return Accepted(), {"first": (Goal(others, substitute(goal.claim, {name: lift(base)})), NONE),
                        "positive": (Goal(hyps, lift(0) < right), local),
                        "step": (Goal(hyps, after_left * right <= left * after_right), local)}


def total(n: Normal, f: Formula) -> None:
    """Reject unless f is visibly defined everywhere."""
    for g in parts(f):
        if g.head not in TOTAL and not (g.head == "pow" and n.whole(e := n.scalar(g.args[1])) and n.nonneg(e)):
            raise Rejected(f"{g.head} may be undefined somewhere")


def divisibility(goal: Goal, data: dict[str, Any]) -> Result:
    """gcd(u(m), u(n)) = u(gcd(m, n)) for all m, n >= 0, if u(0) = 0 <= u(m) and gcd(u(m + n), u(n)) = gcd(u(m), u(n)) there: Euclid's
    algorithm.  For all integers m, n if moreover |u(-m)| = |u(m)|."""
    left, right = relation(goal, "eq")
    m, n = (free_symbols(goal.claim).get(data[x]) for x in ("first", "second"))
    if left.head != "gcd" or len(left.args) != 2 or m is None or n is None or m == n or {m.args[1], n.args[1]} != {"integer"}:
        raise Rejected("the claim is not about the greatest common divisor of two terms of a sequence")
    u, name, other = left.args[0], m.args[0], n.args[0]
    if other in free_symbols(u) or left.args[1] != substitute(u, {name: n}) or right != substitute(u, {name: call("gcd", m, n)}):
        raise Rejected("the two sides do not belong to one sequence")
    others = tuple(h for h in goal.hyps if not {name, other} & free_symbols(h).keys())
    k = Normal(goal.hyps)
    natural = k.nonneg(k.scalar(m)) and k.nonneg(k.scalar(n))
    total(Normal((*others, lift(0) <= m, lift(0) <= n)), u)
    hyps, zero = (*others, lift(0) <= m, lift(0) <= n), lift(0)
    step = Formula("eq", (call("gcd", substitute(u, {name: m + n}), left.args[1]), left))
    subs: Subgoals = {"zero": (Goal(others, Formula("eq", (substitute(u, {name: zero}), zero))), NONE),
                      "sign": (Goal((*others, lift(0) <= m), zero <= u), frozenset({name})), "step": (Goal(hyps, step), frozenset({name, other}))}
    if not natural:
        subs["even"] = (Goal(others, Formula("eq", (call("abs", substitute(u, {name: -m})), call("abs", u)))), frozenset({name}))
    return Accepted(), subs


__all__ = ["divisibility", "generic", "parametrise", "quotients", "residues", "twosided"]
