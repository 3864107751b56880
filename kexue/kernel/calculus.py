"""Rules of calculus: derivative and anchor, monotonicity, the fundamental theorem, squeezed limits, matrix exponentials."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..certificates import Goal
from ..formula import D, Formula, children, eye, free_symbols, from_data, lift, substitute
from .algebra import Poly, sub
from .diff import derivative
from .logic import NONE, Result, relation
from .normal import Normal
from .verdict import Accepted, Rejected

ENTIRE = ("exp", "sin", "cos", "sinh", "cosh", "tanh", "atan", "asinh", "erf", "erfc", "Si", "neg", "add", "sub", "mul",
          "matmul", "dot", "T", "tr", "matrix", "sum", "at", "apply")
POSITIVE = ("log", "sqrt", "Ci", "gamma", "lambertw")  # smooth where the argument is positive


def smooth(n: Normal, f: Formula, x: str) -> None:
    """Reject unless f is visibly continuously differentiable in x at every point that meets the hypotheses."""
    if f.head in ("sym", "num", "const") or x not in free_symbols(f):
        return
    h, a = f.head, f.args
    if h == "div" and n.sign(n.scalar(a[1])) not in (">", "<", "!="):
        raise Rejected(f"a denominator may vanish for some {x}")
    if h in POSITIVE and n.sign(n.scalar(a[0])) != ">":
        raise Rejected(f"the argument of {h} may leave the open domain for some {x}")
    if h == "pow":
        exponent = n.scalar(a[1])
        whole = n.is_integer(exponent) and n.sign(exponent) in (">", ">=", "=")
        if x in free_symbols(a[1]) or not whole:
            base = n.sign(n.scalar(a[0]))
            if base != ">" and not (n.is_integer(exponent) and base in ("<", "!=")):
                raise Rejected(f"the base of a power may leave the open domain for some {x}")
    elif h == "uppergamma":
        s = n.scalar(a[0])
        if x in free_symbols(a[0]) or not (n.is_integer(s) and n.sign(s) == ">") and n.sign(n.scalar(a[1])) != ">":
            raise Rejected("Gamma(s, u) is differentiated for u > 0 or integer s >= 1")
    elif h == "hyp1f1":
        if any(x in free_symbols(p) for p in a[:2]) or n.sign(n.scalar(a[1])) != ">":
            raise Rejected("1F1(a; b; u) is differentiated in u for b > 0")
    elif h not in ENTIRE and h not in POSITIVE and h != "div":
        raise Rejected(f"{h} is not known to be smooth in {x}")
    if h == "sum":
        with n.assuming(a[2] <= a[1], a[1] <= a[3]):
            return smooth(n, a[0], x)
    for g in children(f):
        smooth(n, g, x)


def interval(n: Normal, goal: Goal, x: str) -> None:
    """Reject unless the hypotheses confine x to an interval: each that mentions x is an affine inequality in x."""
    for h in goal.hyps:
        if x in free_symbols(h):
            if h.head not in ("lt", "le"):
                raise Rejected(f"a hypothesis on {x} is not an inequality, so the domain may be disconnected")
            p = sub(n.scalar(h.args[1]), n.scalar(h.args[0]))
            for m in p:
                if sum(n.mentions(a, f"s:{x}") for a, _ in m) > 1 or any(
                        n.mentions(a, f"s:{x}") and (a != f"s:{x}" or k != 1) for a, k in m):
                    raise Rejected(f"a hypothesis is not affine in {x}")


def at_anchor(goal: Goal, x: str, anchor: Formula) -> tuple[Formula, ...]:
    """The hypotheses without x; those on x must hold at the anchor at least in the closure."""
    rest = tuple(h for h in goal.hyps if x not in free_symbols(h))
    n = Normal(rest, goal.claim)
    for h in goal.hyps:
        if h not in rest:
            left, right = (substitute(s, {x: anchor}) for s in h.args)
            if n.sign(sub(n.scalar(right), n.scalar(left))) not in (">", ">=", "="):
                raise Rejected(f"the anchor lies outside the closed domain of {x}")
    return rest


def anchored(goal: Goal, data: dict[str, Any]) -> tuple[Normal, str, Formula, tuple[Formula, ...]]:
    x, anchor = data["var"], from_data(data["anchor"])
    if free_symbols(goal.claim).get(x, Formula("num", ())).args[1:] != ("real",) or x in free_symbols(anchor):
        raise Rejected(f"{x} is not a real variable of the claim")
    n = Normal(goal.hyps, goal.claim)
    interval(n, goal, x)
    rest = at_anchor(goal, x, anchor)
    for side in goal.claim.args:
        smooth(n, side, x)
        edge = Normal((*rest,), goal.claim)
        edge.scalar(substitute(side, {x: anchor})) if edge.shape(side) is None else None
    return n, x, anchor, rest


def by_derivative(goal: Goal, data: dict[str, Any]) -> Result:
    """f = g on an interval if f' = g' there and f = g at one point of its closure where both are continuous."""
    left, right = relation(goal, "eq")
    _, x, anchor, rest = anchored(goal, data)
    slope = Goal(goal.hyps, Formula("eq", (derivative(left, x), derivative(right, x))))
    value_goal = Goal(rest, substitute(goal.claim, {x: anchor}))
    return Accepted(), {"slope": (slope, frozenset({x})), "value": (value_goal, NONE)}


def monotone(goal: Goal, data: dict[str, Any]) -> Result:
    """g = right - left grows away from the anchor: g(anchor) >= 0 and g' of one sign give g >= 0; strict if one is."""
    left, right = relation(goal, "lt", "le")
    n, x, anchor, rest = anchored(goal, data)
    away = n.sign(sub(n.scalar(free_symbols(goal.claim)[x]), n.scalar(anchor)))
    if away not in (">", ">=", "<", "<="):
        raise Rejected(f"{x} is not on one side of the anchor")
    strict = data["strict"]
    if goal.claim.head == "lt" and not (strict == "value" or strict == "slope" and away in (">", "<")):
        raise Rejected("a strict claim needs a positive value at the anchor, or a strict slope away from it")
    rate = Formula("sub", (derivative(right, x), derivative(left, x)))
    zero = lift(0)
    head = "lt" if strict == "slope" else "le"
    inner = tuple(Formula("lt", h.args) if h.head == "le" and x in free_symbols(h) else h for h in goal.hyps)
    slope = Formula(head, (zero, rate) if away[0] == ">" else (rate, zero))
    start = Formula("lt" if strict == "value" else "le", (substitute(left, {x: anchor}), substitute(right, {x: anchor})))
    between = (anchor < free_symbols(goal.claim)[x]) if away[0] == ">" else (free_symbols(goal.claim)[x] < anchor)
    return Accepted(), {"slope": (Goal((*inner, between), slope), frozenset({x})), "value": (Goal(rest, start), NONE)}


def antiderivative(goal: Goal, data: dict[str, Any]) -> Result:
    """Integral of f from a to b = F(b) - F(a) with F' = f on [a, b]; at oo the strict limits of `vanishing` apply."""
    left, right = relation(goal, "eq")
    if left.head != "integral":
        raise Rejected("the left side is not an integral")
    body, var, lo, hi = left.args
    t, F = var.args[0], from_data(data["primitive"])
    if any(t in free_symbols(g) for g in (*goal.hyps, right, lo, hi)):
        raise Rejected(f"the integration variable {t} also occurs outside")
    infinite = hi == Formula("const", ("oo",))
    n = Normal(goal.hyps, goal.claim)
    ordered = infinite or n.sign(sub(n.scalar(hi), n.scalar(lo))) in (">", ">=", "=")
    inside = (lo <= var, *(() if infinite else (var <= hi,))) if ordered else ()
    with n.assuming(*inside):
        smooth(n, F, t)
        smooth(n, body, t)
    top = lift(0) if infinite else substitute(F, {t: hi})
    if infinite:
        vanishing(Normal((*goal.hyps, *inside), goal.claim), F, t)
    ends = Formula("eq", (top - substitute(F, {t: lo}), right))
    slope = Formula("eq", (derivative(F, t), body))
    return Accepted(), {"slope": (Goal((*goal.hyps, *inside), slope), frozenset({t})), "value": (Goal(goal.hyps, ends), NONE)}


def vanishing(n: Normal, f: Formula, t: str) -> None:
    """Reject unless f -> 0 as t -> oo by the rules t^j e^(-ct) -> 0 (c > 0) and Gamma(s, u) -> 0 (u -> oo)."""
    token = f"s:{t}"
    for m, _ in n.scalar(f).items():
        decays = False
        for a, k in m:
            if not n.mentions(a, token):
                continue
            kind = n.info[a]
            if a == token:
                continue
            if kind[0] == "exp" and k < 0 and list(kind[1]) == [((token, Fraction(1)),)]:
                decays = True
            elif kind[:2] == ("fn", "uppergamma") and k > 0 and grows(n, kind[2][1], token) and len(
                    [b for b, _ in m if n.mentions(b, token)]) == 1:
                decays = True
            else:
                raise Rejected(f"no rule for the limit of {a} as {t} -> oo")
        if not decays:
            raise Rejected(f"a term does not tend to 0 as {t} -> oo")


def grows(n: Normal, u: Poly, token: str) -> bool:
    c = u.get(((token, Fraction(1)),), Fraction(0))
    return c > 0 and not any(n.mentions(a, token) for m in u if m != ((token, Fraction(1)),) for a, _ in m)


def limit(goal: Goal, data: dict[str, Any]) -> Result:
    """|f - L| <= C x^p near 0+ (or C x^-p near oo), p > 0 and C free of x, gives lim f = L."""
    left, right = relation(goal, "eq")
    if left.head != "limit":
        raise Rejected("the left side is not a limit")
    body, var, point = left.args
    x, c, near = var.args[0], from_data(data["constant"]), from_data(data["from"])
    p = Fraction(data["power"])
    if p <= 0 or any(x in free_symbols(g) for g in (*goal.hyps, right, c, near)):
        raise Rejected("the power must be positive and the constants free of the variable")
    n = Normal(goal.hyps, goal.claim)
    if n.sign(n.scalar(near)) not in ((">",) if point != Formula("const", ("oo",)) else (">", ">=", "=")):
        raise Rejected("the neighbourhood is empty")
    if point == Formula("const", ("oo",)):
        hyps, size = (*goal.hyps, near < var), c * var ** lift(-p)
    elif point == lift(0):
        hyps, size = (*goal.hyps, lift(0) < var, var < near), c * var ** lift(p)
    else:
        raise Rejected("limits are taken at 0+ or at oo")
    gap = body - right
    return Accepted(), {"above": (Goal(hyps, gap <= size), frozenset({x})),
                        "below": (Goal(hyps, -gap <= size), frozenset({x}))}


def matrix_exponential(goal: Goal, data: dict[str, Any]) -> Result:
    """exp(tK) = E(t) for all real t if E(0) = I and E' = K E: the linear equation has one solution."""
    left, right = relation(goal, "eq")
    t = data["var"]
    inner = left.args[0] if left.head == "expm" else left
    if left.head != "expm" or inner.head != "mul" or inner.args[0] != Formula("sym", (t, "real")) or \
            t in free_symbols(inner.args[1]) or any(t in free_symbols(h) for h in goal.hyps):
        raise Rejected("the left side is not exp(t K) with t a free real variable")
    k = inner.args[1]
    n = Normal(goal.hyps, goal.claim)
    shape = n.shape(k)
    if shape is None:
        raise Rejected("K is not a matrix")
    size = data["size"]
    if n.size(from_data(size)) != shape[0]:
        raise Rejected("the size in the certificate is not that of K")
    one = eye(from_data(size))
    return Accepted(), {"initial": (Goal(goal.hyps, Formula("eq", (substitute(right, {t: lift(0)}), one))), NONE),
                        "flow": (Goal(goal.hyps, Formula("eq", (D(right, inner.args[0]), k @ right))), frozenset({t}))}

