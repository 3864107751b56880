"""Rules of calculus: derivative and anchor, monotonicity, squeezed limits, Sturm."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..certificates import Goal
from ..formula import Formula, children, free_symbols, lift, substitute
from .algebra import UNIT, const, poly
from .diff import derivative, read
from .logic import NONE, Result, relation
from .normal import HOLDS, Normal
from .verdict import Accepted, Rejected

ENTIRE = ("exp", "sin", "cos", "sinh", "cosh", "tanh", "atan", "asinh", "erf", "erfc", "Si", "sinc", "erfi", "Shi", "neg", "add", "sub", "mul",
          "matmul", "dot", "T", "tr", "det", "expm", "matrix", "apply", "div")
ON_REALS = ("tanh", "atan", "asinh")  # smooth for real arguments
UP_TO_ONE = ("asin", "acos", "atanh")  # smooth between -1 and 1
POSITIVE = ("log", "sqrt", "Ci", "gamma", "lambertw", "factorial")  # smooth where the argument is positive (factorial: plus 1)
OO = Formula("const", ("oo",))
DEGREE = {**dict.fromkeys(("chebyshevt", "chebyshevu"), (0, False)), **dict.fromkeys(("legendre", "hermite", "laguerre", "bernoulli"), (0, True)),
          **dict.fromkeys(("rising", "falling", "binomial"), (1, True))}  # polynomials: which argument is the degree, and whether it is natural


def of_polynomial(n: Normal, f: Formula, x: str) -> Formula | None:
    """What f is a polynomial of, by its name, whose degree is free of x."""
    if f.head not in DEGREE or len(f.args) != 2:
        return None
    at, natural = DEGREE[f.head]
    degree = n.scalar(f.args[at])
    if x in free_symbols(f.args[at]) or not n.whole(degree) or natural and not n.nonneg(degree):
        raise Rejected(f"{f.head} of a degree that is not known to be {'natural' if natural else 'whole'}")
    inner: Formula = f.args[1 - at]
    return inner


def polynomial(n: Normal, f: Formula, x: str, also: frozenset[str] = frozenset()) -> None:
    """Reject unless f is visibly a polynomial in x, or made in the same way with functions that are entire."""
    if x not in free_symbols(f) or f.head == "sym":
        return
    if (inner := of_polynomial(n, f, x)) is not None:
        return polynomial(n, inner, x, also)
    h, a = f.head, f.args
    power = h == "pow" and x not in free_symbols(a[1]) and n.whole(e := n.scalar(a[1])) and n.nonneg(e)
    if not (power or h in ("add", "sub", "mul", "neg") or h in also or h == "div" and x not in free_symbols(a[1])):
        raise Rejected(f"{h} is not known to be a polynomial in {x}" + (" or entire" if also else ""))
    for g in children(f):
        polynomial(n, g, x, also)


def smooth(n: Normal, f: Formula, x: str) -> None:
    """Reject unless f is visibly continuously differentiable in x at every point that meets the hypotheses."""
    if x not in free_symbols(f) or f.head == "sym":
        return
    if (inner := of_polynomial(n, f, x)) is not None:
        return smooth(n, inner, x)
    h, a = f.head, f.args
    if h == "div" and n.sign_of(a[1]) not in HOLDS["ne"] and not apart_from_zero(n, a[1], x):
        raise Rejected(f"a denominator may vanish for some {x}")
    if h in POSITIVE and n.sign(n.add(n.scalar(a[0]), const(int(h == "factorial")))) != ">" and not above_zero(n, a[0], x):
        raise Rejected(f"the argument of {h} may leave the open domain for some {x}")
    if h in ("pow", "dpow"):
        exponent = n.scalar(a[1])
        if x in free_symbols(a[1]) or not (n.whole(exponent) and n.nonneg(exponent)):
            base = n.sign(n.scalar(a[0]))
            if base != ">" and not (x not in free_symbols(a[1]) and n.whole(exponent) and base in HOLDS["ne"]):
                raise Rejected(f"the base of a power may leave the open domain for some {x}")
    elif h == "uppergamma":
        s = n.scalar(a[0])
        if x in free_symbols(a[0]) or not (n.whole(s) and n.sign(s) == ">") and n.sign(n.scalar(a[1])) != ">":
            raise Rejected("Gamma(s, u) is differentiated for u > 0 or integer s >= 1")
    elif h in ("hyp1f1", "besseli"):
        if any(x in free_symbols(p) for p in a[:-1]) or n.sign(n.scalar(a[-2])) != ">" or h == "besseli" and n.sign(n.scalar(a[1])) != ">":
            raise Rejected(f"{h} is differentiated in its last argument, parameters positive")
    elif h in ("sum", "integral"):  # over a fixed finite range; an integral of what is smooth in both variables (Leibniz's rule)
        if any(x in free_symbols(e) or e == OO for e in a[2:]):
            raise Rejected(f"the range of a {h} depends on {x}, or is infinite")
        taken = {s for g in (*n.hyps, f) for s in free_symbols(g)}
        k = Formula("sym", (next(s for s in (f"k_{j}" for j in range(len(taken) + 1)) if s not in taken), a[1].args[1]))
        ordered = h == "sum" or n.nonneg(n.sub(n.scalar(a[3]), n.scalar(a[2])))
        inner, at = substitute(a[0], {a[1].args[0]: k}), Normal((*n.hyps, *((a[2] <= k, k <= a[3]) if ordered else ())))
        for variable in (x,) if h == "sum" else (x, k.args[0]):
            smooth(at, inner, variable)
        return
    elif h in UP_TO_ONE and not (above_zero(n, 1 - a[0], x) and above_zero(n, 1 + a[0], x)):
        raise Rejected(f"{h} is smooth between -1 and 1")
    elif h == "polylog" and (x in free_symbols(a[0]) or not above_zero(n, 1 - a[1], x)):
        raise Rejected(f"{h} of a fixed order is smooth below 1")
    elif h in ON_REALS and not n.real(n.scalar(a[0])):
        raise Rejected(f"{h} of a complex number may meet a pole or a cut")
    elif h not in ENTIRE and h not in POSITIVE and h not in (*UP_TO_ONE, "polylog"):
        raise Rejected(f"{h} is not known to be smooth in {x}")
    for g in children(f):
        smooth(n, g, x)


def above_zero(n: Normal, f: Formula, x: str) -> bool:
    """Whether f > 0 follows at once, or by Sturm's theorem from the numeric bounds of x."""
    if n.sign(n.scalar(f)) == ">":
        return True
    bounds = tuple(h for h in n.hyps if h.head in ("lt", "le") and {h.args[0].head, h.args[1].head} == {"num", "sym"} and x in free_symbols(h))
    try:
        return not sturm(Goal(bounds, lift(0) < f), {})[0].conditions
    except Rejected:
        return False


def apart_from_zero(n: Normal, f: Formula, x: str) -> bool:
    """Whether f != 0 follows so, as it is written by its factors."""
    if f.head == "mul":
        return all(n.sign_of(g) in HOLDS["ne"] or apart_from_zero(n, g, x) for g in f.args)
    return above_zero(n, f.args[0], x) if f.head in ("sqrt", "pow") else above_zero(n, f, x) or above_zero(n, -f, x)


def anchored(goal: Goal, x: str, anchor: Formula) -> tuple[Normal, tuple[Formula, ...]]:
    """Check that x runs over an interval that has the anchor in its closure; return the hypotheses without x."""
    if free_symbols(goal.claim).get(x, lift(0)).args[1:] != ("real",) or x in free_symbols(anchor):
        raise Rejected(f"{x} is not a real variable of the claim")
    rest = tuple(h for h in goal.hyps if x not in free_symbols(h))
    at = Normal(rest)
    if at.shape(anchor) is not None or not at.real(at.scalar(anchor)):
        raise Rejected("the anchor is not a real number")
    symbol = Formula("sym", (x, "real"))
    for h in goal.hyps:
        if h in rest:
            continue
        if h.head not in ("lt", "le"):
            raise Rejected(f"a hypothesis on {x} is not an inequality, so the domain may be disconnected")
        gap = Formula("sub", (h.args[1], h.args[0]))  # affine in x: its second derivative vanishes, so it holds on a half-line
        if at.scalar(derivative(derivative(gap, x), x)).num or not at.nonneg(at.scalar(substitute(gap, {x: anchor}))):
            raise Rejected(f"a hypothesis is not affine in {x}, or the anchor lies outside the closed domain")
        smooth(at, gap, x)
    n = Normal(goal.hyps)
    for side in goal.claim.args:
        smooth(n, side, x)
        smooth(Normal((*rest, Formula("eq", (symbol, anchor)))), side, x)  # also at the anchor itself
    return n, rest


def by_derivative(goal: Goal, data: dict[str, Any]) -> Result:
    """f = g on an interval if f' = g' there and f = g at one point of its closure, where both are smooth."""
    left, right = relation(goal, "eq")
    x, anchor = data["var"], read(data["anchor"], goal)
    _, rest = anchored(goal, x, anchor)
    slope = Goal(goal.hyps, Formula("eq", (derivative(left, x), derivative(right, x))))
    return Accepted(), {"slope": (slope, frozenset({x})), "value": (Goal(rest, substitute(goal.claim, {x: anchor})), NONE)}


def monotone(goal: Goal, data: dict[str, Any]) -> Result:
    """right - left is >= 0 at the anchor and grows away from it; strict if the value is, or the slope away from the anchor."""
    left, right = relation(goal, "lt", "le")
    x, anchor, strict = data["var"], read(data["anchor"], goal), data["strict"]
    n, rest = anchored(goal, x, anchor)
    symbol = Formula("sym", (x, "real"))
    away = n.sign(n.sub(n.scalar(symbol), n.scalar(anchor)))
    if away not in (">", ">=", "<", "<="):
        raise Rejected(f"{x} is not on one side of the anchor")
    if goal.claim.head == "lt" and not (strict == "value" or strict == "slope" and away in (">", "<")):
        raise Rejected("a strict claim needs a positive value at the anchor, or a strict slope away from it")
    zero, rate = lift(0), Formula("sub", (derivative(right, x), derivative(left, x)))
    up = away[0] == ">"
    slope = Formula("lt" if strict == "slope" else "le", (zero, rate) if up else (rate, zero))
    start = Formula("lt" if strict == "value" else "le", (substitute(left, {x: anchor}), substitute(right, {x: anchor})))
    at = Normal(rest)  # a bound that moves with x is not attained between the anchor and x
    open_hyps = tuple(Formula("lt", h.args) if h.head == "le" and x in free_symbols(h) and at.sign_of(
        derivative(h.args[1] - h.args[0], x)) in HOLDS["ne"] else h for h in goal.hyps)
    between = (anchor < symbol) if up else (symbol < anchor)
    return Accepted(), {"slope": (Goal((*open_hyps, between), slope), frozenset({x})), "value": (Goal(rest, start), NONE)}


def limit(goal: Goal, data: dict[str, Any]) -> Result:
    """|f - L| <= C x^p near 0+ (or C x^-p near oo), p > 0 and C free of x, gives lim f = L."""
    left, right = relation(goal, "eq")
    if left.head != "limit":
        raise Rejected("the left side is not a limit")
    body, var, point = left.args
    x, c, near, p = var.args[0], read(data["constant"], goal), read(data["from"], goal), Fraction(data["power"])
    if p <= 0 or any(x in free_symbols(g) for g in (*goal.hyps, right, c, near)) or point not in (OO, lift(0)):
        raise Rejected("a limit at 0+ or oo needs a positive power and constants free of the variable")
    n = Normal(goal.hyps)
    if n.sign(n.scalar(near)) not in ((">",) if point != OO else HOLDS["le"]):
        raise Rejected("the neighbourhood is empty")
    hyps = (*goal.hyps, near < var) if point == OO else (*goal.hyps, lift(0) < var, var < near)
    size, gap = c * var ** lift(-p if point == OO else p), body - right
    return Accepted(), {"above": (Goal(hyps, gap <= size), frozenset({x})), "below": (Goal(hyps, -gap <= size), frozenset({x}))}


def sturm(goal: Goal, data: dict[str, Any]) -> Result:
    """0 < p(x) on the whole line, a half-line or an interval with rational ends: no root by Sturm's theorem, and positive at a point."""
    left, right = relation(goal, "lt")
    names, lower, upper = free_symbols(goal.claim), None, None
    if len(names) != 1 or next(iter(names.values())).args[1] != "real":
        raise Rejected("Sturm's theorem needs one real variable")
    (x, symbol), = names.items()
    for h in goal.hyps:  # numeric bounds only; each is used as a closed bound, which claims more
        u, v = h.args if h.head in ("lt", "le") else (goal.claim, goal.claim)
        if u.head == "num" and v == symbol:
            lower = u.args[0] if lower is None else max(u.args[0], lower)
        elif v.head == "num" and u == symbol:
            upper = v.args[0] if upper is None else min(v.args[0], upper)
        else:
            raise Rejected("only numeric bounds of the variable are used")
    n = Normal()
    gap = n.sub(n.scalar(right), n.scalar(left))
    if gap.den != poly(1) or any(m != UNIT and (len(m) > 1 or m[0][0] != x or m[0][1].denominator != 1 or m[0][1] < 0) for m in gap.num):
        raise Rejected("not a polynomial with rational coefficients")
    degree = int(max((m[0][1] for m in gap.num if m), default=0))
    p = [gap.num.get(((x, Fraction(k)),) if k else UNIT, Fraction(0)) for k in range(degree + 1)]
    if lower is not None and upper is not None and lower > upper:
        raise Rejected("the interval is empty")
    chain = [p, [k * c for k, c in enumerate(p)][1:]]
    while chain[-1]:
        u, v = list(chain[-2]), chain[-1]
        while len(u) >= len(v):  # remainder of u by v
            q, shift = u[-1] / v[-1], len(u) - len(v)
            u = [c - (q * v[j - shift] if j >= shift else 0) for j, c in enumerate(u)][:-1]
            while u and not u[-1]:
                u.pop()
        chain.append([-c for c in u])

    def value(q: list[Fraction], at: Fraction | None, side: int) -> Fraction:
        if at is None:
            return q[-1] * (side if len(q) % 2 == 0 else 1)
        total = Fraction(0)
        for c in reversed(q):
            total = total * at + c
        return total

    def changes(at: Fraction | None, side: int) -> int:
        signs = [v for q in chain if q and (v := value(q, at, side))]
        return sum(a * b < 0 for a, b in zip(signs, signs[1:], strict=False))
    ends = [value(p, lower, -1), value(p, upper, 1)]
    if min(ends) <= 0 or changes(lower, -1) != changes(upper, 1):
        raise Rejected("the polynomial has a root in the closed interval, or is negative at an end")
    return Accepted(conditions=tuple(n.conditions)), {}
