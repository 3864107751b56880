"""Inequalities in one real variable by pieces that cover the domain; on each the sign is decided by ball arithmetic.

The difference f = right - left of the claim is positive on a closed piece [a, b] by
  ["ball"]             its ball there;
  ["monotone"]         the sign of f' there and the value at one end;
  ["taylor2"]          its Taylor form of order 2 about the middle;
  ["touch", end, k]    f, ..., f^(k-1) vanish exactly at that end ("a" or "b") and f^(k) has a sign: f > 0 except at the end;
  ["edge"]             intervals with exact, possibly infinite or excluded, ends;
  ["rise", end, how]   f > 0 at that end and f' does not lead down from it;
  ["fall", end, how]   f leads down to that end, +-oo, where its limit is not negative;
  ["form", p, g, how]  f = p g with p > 0, and g is positive;
  ["log", k, u, v, how] f = v + k log u with k = 1 or -1, u > 0, and u^k exp v - 1 is positive."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from math import prod
from typing import Any

from flint import arb, ctx, fmpq

from ..certificates import Certificate, Goal
from ..formula import Formula, call, free_symbols, from_data, lift, substitute
from .balls import Point, ipow, scalar
from .diff import derivative
from .normal import Normal
from .verdict import Accepted, Rejected

Range = tuple[arb, arb, bool, bool]  # lower and upper end, and whether each is excluded
INF = arb("inf")
PRECISIONS = (32, 64, 128, 256, 512, 1024)  # a certificate has one form: not 64 bits here and 65 there
LIMITS: dict[str, tuple[Any, Any]] = {  # monotone functions at -oo (log: at 0) and at oo
    "exp": (0, INF), "log": (-INF, INF), "sqrt": (None, INF), "tanh": (-1, 1), "erf": (-1, 1), "sinh": (-INF, INF),
    "erfc": (2, 0), "asinh": (-INF, INF), "lambertw": (None, INF), "cosh": (None, INF)}


class Reach:
    """Ranges of formulas in x over an interval with exact ends, or their limits where both ends are the same infinity."""

    def __init__(self, name: str, x: Range) -> None:
        self.name, self.x, self.limit = name, x, not x[0].is_finite() and bool(x[0] == x[1])

    def of(self, f: Formula) -> Range:
        lo, hi, left, right = self.range(f)
        return lo, hi, left or not lo.is_finite(), right or not hi.is_finite()

    def range(self, f: Formula) -> Range:
        h, a = f.head, f.args
        if self.name not in free_symbols(f):
            v = arb(Point({}).of(f))
            return v.lower(), v.upper(), False, False
        if h == "sym":
            return self.x
        if h == "neg":
            lo, hi, left, right = self.of(a[0])
            return -hi, -lo, right, left
        if h == "sub":
            return self.of(a[0] + -a[1])
        if h == "add":
            u, v = self.of(a[0]), self.of(a[1])
            lo, hi = u[0] + v[0], u[1] + v[1]
            if self.limit and (lo.is_nan() or hi.is_nan()):
                raise Rejected("oo - oo has no limit")
            return (-INF if lo.is_nan() else lo.lower()), (INF if hi.is_nan() else hi.upper()), u[2] or v[2], u[3] or v[3]
        if h == "mul":
            return self.product(self.of(a[0]), self.of(a[1]))
        if h == "div":
            return self.product(self.of(a[0]), self.inverse(self.of(a[1])))
        if h == "dpow" and a[1].head == "num":
            self.of(a[0])
            p, j = a[1].args[0], int(a[2].args[0])
            factor = prod(p - i for i in range(j))
            return self.of(lift(factor) * a[0] ** (p - j)) if factor else self.of(lift(0))
        if h == "pow" and a[1].head == "num" and a[1].args[0].denominator == 1:
            return self.power(self.of(a[0]), int(a[1].args[0]))
        if h == "pow":
            return self.of(call("exp", a[1] * call("log", a[0])))
        return self.function(h, self.of(a[0])) if len(a) == 1 else self.refuse(h)

    def refuse(self, h: str) -> Range:
        raise Rejected(f"no range for {h}")

    def product(self, u: Range, v: Range) -> Range:
        if v[0] == v[1] and v[0].is_finite():
            u, v = v, u
        if u[0] == u[1] and u[0] != 0 and u[0].is_finite():
            ends = [((u[0] * e), excluded) for e, excluded in ((v[0], v[2]), (v[1], v[3]))][::1 if u[0] > 0 else -1]
            return ends[0][0].lower(), ends[1][0].upper(), ends[0][1], ends[1][1]
        pairs = [(x, y) for x in u[:2] for y in v[:2]]
        if self.limit and any((x * y).is_nan() for x, y in pairs):
            raise Rejected("0 oo has no limit")
        products = [arb(0) if x == 0 or y == 0 else x * y for x, y in pairs]
        lo, hi = reduce(arb.min, (e.lower() for e in products)), reduce(arb.max, (e.upper() for e in products))
        free = never_zero(u) and never_zero(v)
        return lo, hi, free and bool(lo == 0), free and bool(hi == 0)

    def inverse(self, v: Range) -> Range:
        lo, hi, left, right = v
        if not never_zero(v):
            raise Rejected("a denominator may vanish")
        if self.limit and (lo == 0 or hi == 0):
            raise Rejected("1/0 has no limit")
        low = arb(0) if not hi.is_finite() else -INF if hi == 0 else (1 / hi).lower()
        high = arb(0) if not lo.is_finite() else INF if lo == 0 else (1 / lo).upper()
        return low, high, right or not hi.is_finite(), left or not lo.is_finite()

    def power(self, u: Range, n: int) -> Range:
        if n < 0:
            return self.inverse(self.power(u, -n))
        if n == 0:
            return arb(1), arb(1), False, False
        low, high = ((x if n % 2 or x > 0 else -x) if not x.is_finite() else arb(ipow(x, n)) for x in u[:2])
        if n % 2 or u[0] >= 0:
            return low.lower(), high.upper(), u[2], u[3]
        if u[1] <= 0:
            return high.lower(), low.upper(), u[3], u[2]
        return arb(0), low.upper().max(high.upper()), never_zero(u), False

    def function(self, h: str, u: Range) -> Range:
        if h == "cosh" and u[0] < 0:
            u = (-u[1], -u[0], u[3], u[2]) if u[1] <= 0 else (arb(0), u[1].max(-u[0]), False, False)
        if h in LIMITS or h == "atan":
            low, high = self.end(h, u[0], u[2]), self.end(h, u[1], u[3])
            return (high.lower(), low.upper(), u[3], u[2]) if h == "erfc" else (low.lower(), high.upper(), u[2], u[3])
        if h in ("sin", "cos") and not self.limit and not (u[0].is_finite() and u[1].is_finite()):
            return arb(-1), arb(1), False, False
        v = arb(scalar(h, False, u[0].union(u[1])))
        return (v.lower(), v.upper(), False, False) if v.is_finite() else self.refuse(h)

    def end(self, h: str, x: arb, excluded: bool) -> arb:
        if h in LIMITS and (not x.is_finite() or h == "log" and x == 0 and excluded):
            value = LIMITS[h][1 if x > 0 else 0] if h != "log" or x >= 0 else None
            return arb(value if value is not None else self.refuse(h)[0])
        v = arb(scalar(h, False, x))
        return v if v.is_finite() else self.refuse(h)[0]


def never_zero(u: Range) -> bool:
    return bool(u[0] > 0 or u[1] < 0 or u[0] == 0 and u[2] or u[1] == 0 and u[3])


class Proof:
    """f > 0 on pieces, for the two sides of one claim."""

    def __init__(self, name: str, strict: bool, domain: Range, is_zero: Callable[[Formula], bool]) -> None:
        self.name, self.strict, self.domain, self.is_zero = name, strict, domain, is_zero
        self.slopes: dict[int, tuple[Formula, Formula]] = {}  # keyed by identity, which the entry keeps alive
        self.at = list[tuple[Any, Point]]()  # the last balls of x: a function and its derivatives share terms
        self.between = arb(0), arb(0), arb(0)  # the last piece, as one ball

    def ball(self, f: Formula, x: Any) -> arb:
        point = next((p for y, p in self.at if y is x), None)
        if point is None:
            point = Point({}, {self.name: x})
            self.at = [(x, point), *self.at[:2]]
        v = point.of(f)
        if not isinstance(v, (arb, fmpq)):
            raise Rejected("not a real number")
        return arb(v)

    def slope(self, f: Formula) -> Formula:
        if id(f) not in self.slopes:
            self.slopes[id(f)] = f, derivative(f, self.name)
        return self.slopes[id(f)][1]

    def derivatives(self, f: Formula, k: int, x: arb) -> list[Formula]:
        """f, f', ..., f^(k), all of them defined on the ball x."""
        out = [f]
        for _ in range(k):
            out.append(self.slope(out[-1]))
        for g in out:
            self.ball(g, x)
        return out

    def piece(self, a: arb, b: arb) -> Range:
        return a, b, not a.is_finite() or bool(a == self.domain[0]) and self.domain[2], \
            not b.is_finite() or bool(b == self.domain[1]) and self.domain[3]

    def positive(self, f: Formula, a: arb, b: arb, how: list[Any], weak: bool = False) -> bool:
        """f > 0 on [a, b] (f >= 0 where weak), excluded ends left out."""
        kind, data = how[0], how[1:]
        if kind in ("touch", "rise", "fall") and data[0] not in ("a", "b"):
            raise Rejected("not an end")
        if kind in ("ball", "monotone", "taylor2", "touch"):
            return self.local(f, a, b, kind, data)
        reach = Reach(self.name, self.piece(a, b))
        if kind == "edge":
            low, _, excluded, _ = reach.of(f)
            return bool(low > 0 or low == 0 and (weak or excluded))
        if kind == "form":
            reach.of(f)
            p, g = own(f, data[0]), own(f, data[1])
            low, _, excluded, _ = reach.of(p)
            return bool(low > 0 or low == 0 and excluded) and self.is_zero(f - p * g) and self.positive(g, a, b, data[2], weak)
        if kind == "log":
            k, u, v = data[0], own(f, data[1]), own(f, data[2])
            reach.of(f)
            inside = call("exp", v) * u if k == 1 else call("exp", v) / u
            return not weak and k in (1, -1) and self.is_zero(f - (v + k * call("log", u))) and \
                self.positive(u, a, b, ["edge"]) and self.positive(inside - 1, a, b, data[3])
        end, away = (a, self.slope(f)) if data[0] == "a" else (b, -self.slope(f))
        reach.of(f)  # defined, hence differentiable, on the whole piece
        if kind == "rise":
            return end.is_finite() and bool(self.ball(f, end) > 0) and self.positive(away, a, b, data[1], True)
        if kind == "fall":
            limit = Reach(self.name, (end, end, True, True)).of(f)[0]
            return not end.is_finite() and bool(limit >= 0) and self.positive(away, a, b, data[1], weak)
        raise Rejected(f"unknown way {kind}")

    def local(self, f: Formula, a: arb, b: arb, kind: str, data: list[Any]) -> bool:
        if self.between[0] is not a or self.between[1] is not b:
            self.between = a, b, a.union(b)
        x = self.between[2]
        if kind == "ball":
            return bool(self.ball(f, x) > 0)
        if kind == "monotone":
            slope = self.ball(self.derivatives(f, 1, x)[1], x)
            return bool(slope > 0 and self.ball(f, a) > 0 or slope < 0 and self.ball(f, b) > 0)
        if kind == "taylor2":
            _, d1, d2 = self.derivatives(f, 2, x)
            m = arb((a + b) / 2).mid()
            h = x - m
            return bool(self.ball(f, m) + self.ball(d1, m) * h + self.ball(d2, x) * ipow(h, 2) / 2 > 0)
        end, side, k = (a, 1, data[1]) if data[0] == "a" else (b, -1, data[1])
        if self.strict and not (self.piece(a, b)[2] if side > 0 else self.piece(a, b)[3]):
            raise Rejected("a strict inequality may not be touched inside its domain")
        if type(k) is not int or not 1 <= k <= 16:
            raise Rejected("not an order of vanishing")
        *lower, top = self.derivatives(f, k, x)
        return all(self.vanishes(g, end) for g in lower) and bool(self.ball(top, x) * side ** k > 0)

    def vanishes(self, g: Formula, at: arb) -> bool:
        q = at.fmpq()
        v = Point({}, {self.name: q}).of(g)
        return bool(v == 0) if isinstance(v, fmpq) else self.is_zero(
            substitute(g, {self.name: Formula("num", (Fraction(int(q.p), int(q.q)),))}))


def own(f: Formula, data: Any) -> Formula:
    """A formula of a certificate in the variables of f: a complex x is another variable than the real x."""
    g = from_data(data)
    if not free_symbols(g).items() <= free_symbols(f).items():
        raise Rejected("a formula with other variables")
    return g


def interval(goal: Goal, name: str) -> Range:
    """What the hypotheses say of x alone; an irrational end is moved outwards."""
    lo, hi, left, right = -INF, INF, True, True
    for h in goal.hyps:
        for k in (0, 1):
            about = h.head in ("lt", "le") and h.args[k].head == "sym" and h.args[k].args[0] == name
            if about and not free_symbols(h.args[1 - k]):
                v = Point({}).of(h.args[1 - k])
                end, excluded = (arb(v).upper() if k == 0 else arb(v).lower()), h.head == "lt" and isinstance(v, fmpq)
                if k == 0 and (end < hi or end == hi and excluded):
                    hi, right = end, excluded
                if k == 1 and (end > lo or end == lo and excluded):
                    lo, left = end, excluded
    return lo, hi, left, right


def vanishes_identically(f: Formula) -> bool:
    n = Normal((), f)
    return n.zero(n.scalar(f))


def cover(goal: Goal, data: Certificate, is_zero: Callable[[Formula], bool] = vanishes_identically) -> Accepted:
    """Accept l < r or l <= r in one real variable; `is_zero` proves identities.  data: prec, pieces [a, b, how] in order."""
    symbols = free_symbols(goal.claim)
    if goal.claim.head not in ("lt", "le") or len(symbols) != 1:
        raise Rejected("not an inequality in one variable")
    (name, symbol), = symbols.items()
    if symbol.args[1] not in ("real", "integer") or data["prec"] not in PRECISIONS or type(data["prec"]) is not int:
        raise Rejected("not a real variable, or not a precision")
    with ctx.workprec(data["prec"] + 32):
        domain = interval(goal, name)
        proof = Proof(name, goal.claim.head == "lt", domain, is_zero)
        f, at = goal.claim.args[1] - goal.claim.args[0], None
        for low, high, how in data["pieces"]:
            a, b = end_of(low), end_of(high)
            if not a < b or not (a <= domain[0] if at is None else a == at) or not proof.positive(f, a, b, how):
                raise Rejected(f"not covered: [{low}, {high}] by {how[0]}")
            at = b
        if at is None or not at >= domain[1]:
            raise Rejected("the pieces end before the domain does")
    return Accepted("ball")


def end_of(text: str) -> arb:
    """oo, -oo, or a dyadic rational "p/2^k" as an exact ball."""
    if text in ("oo", "-oo"):
        return INF if text == "oo" else -INF
    p, _, k = text.partition("/2^")
    if not 0 <= int(k or 0) <= 1000 or not (v := arb(fmpq(int(p), 2 ** int(k or 0)))).is_exact():
        raise Rejected("not a dyadic rational of this precision")
    return v
