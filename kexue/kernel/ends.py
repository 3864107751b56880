"""Limits by leading terms: at the end of its domain a formula is c S + o(S), with a number c and a scale S.

A scale is exp(sum of a_j u^j) u^p (log u)^q where u -> oo.  What holds of sums, products, powers and of functions that are continuous at
the limit of their argument is textbook asymptotics (de Bruijn, Asymptotic Methods in Analysis, chapter 1).  c may be 0: then f = o(S)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import reduce
from typing import Any, NamedTuple

from ..certificates import Goal
from ..formula import BINDERS, I, RELATIONS, Formula, call, children, free_symbols, lift, oo, pi, rebuild, substitute
from .algebra import NEGATED, UNIT, poly
from .domain import product_sign
from .normal import HOLDS, Normal
from .verdict import Accepted, Rejected, whole_number

ZERO, ONE = lift(0), lift(1)
PHI = Formula("const", ("golden_ratio",))
FAR = lift(50)
BARELY = lift(Fraction(1, 1000))
MINUS_OO = (-oo, Formula("mul", (lift(-1), oo)))
ODD = {"sin": 1, "tan": 1, "sinh": 1, "tanh": 1, "atan": 1, "asin": 1, "asinh": 1, "atanh": 1, "Si": 1, "Shi": 1}  # f(w) = w + o(w)
CONTINUOUS = frozenset("sin cos sinh cosh erf erfc erfi Si Shi sinc exp".split())  # entire
ON_REALS = frozenset("atan asinh tanh sech".split())
UP_TO_ONE = frozenset("asin acos".split())  # continuous at the branch points 1 and -1 too
PLAIN = frozenset((*RELATIONS, *"add sub mul neg div pow sqrt exp log sin cos abs".split()))  # a term in their arguments may be replaced by its value
AT_OO: dict[str, Formula] = {"atan": pi / 2, "erf": ONE, "tanh": ONE, "Si": pi / 2}  # odd functions


class Lead(NamedTuple):
    """c S + o(S)."""

    c: Formula
    exps: tuple[tuple[int, Formula], ...] = ()  # exponent of e: a u^j, the largest j first
    p: Formula = ZERO
    q: int = 0


class Ends:
    """Leading terms of formulas in x where x = at(u), u -> oo."""

    def __init__(self, n: Normal, x: str, u: str) -> None:
        self.n, self.x, self.u = n, x, u

    def sign(self, f: Formula) -> str:
        return self.n.sign(self.n.scalar(f)) or self.n.sign_of(f)

    def order(self, s: Lead) -> str:
        """Whether S tends to infinity (">"), is 1 ("="), or tends to 0 ("<")."""
        for _, a in s.exps:
            if (t := self.sign(a)) in ("<", ">"):
                return t
            if t != "=":
                raise Rejected("an exponential scale of unknown sign")
        t = self.sign(s.p)
        if t == "=":
            return ">" if s.q > 0 else "<" if s.q < 0 else "="
        if t not in ("<", ">"):
            raise Rejected("a power of unknown sign")
        return t

    def powers(self, s: Lead) -> bool:
        """Whether S tends to infinity at least as fast as a power of u."""
        return self.order(s) == ">" and (bool(s.exps) or self.sign(s.p) == ">")

    def times(self, a: Lead, b: Lead) -> Lead:
        exps = dict(a.exps)
        for j, k in b.exps:
            exps[j] = exps[j] + k if j in exps else k
        kept = tuple((j, k) for j, k in sorted(exps.items(), reverse=True) if self.sign(k) != "=")
        return Lead(self.short(a.c * b.c), kept, self.short(a.p + b.p), a.q + b.q)

    def short(self, f: Formula) -> Formula:
        return simple(self.n, f)

    def inverse(self, a: Lead) -> Lead:
        if self.sign(a.c) not in HOLDS["ne"]:
            raise Rejected("a denominator whose leading term may vanish")
        return Lead(1 / a.c, tuple((j, -k) for j, k in a.exps), self.short(-a.p), -a.q)

    def plus(self, a: Lead, b: Lead) -> Lead:
        way = self.order(self.times(a._replace(c=ONE), self.inverse(b._replace(c=ONE))))
        return a if way == ">" else b if way == "<" else a._replace(c=self.short(a.c + b.c))

    def laurent(self, f: Formula) -> dict[int, Formula] | None:
        """The coefficients of a Laurent polynomial in u, by exponent."""
        h, a = f.head, f.args
        if self.u not in free_symbols(f):
            return {0: f}
        if h == "sym":
            return {1: ONE}
        if h == "pow" and a[1].head == "num" and a[1].args[0] in range(2, 9):
            return self.laurent(a[0] * (a[0] ** int(a[1].args[0] - 1) if a[1].args[0] > 2 else a[0]))
        parts = [self.laurent(g) for g in a] if h in ("neg", "add", "sub", "mul", "div") else []
        u, v = parts[0] if parts else None, parts[-1] if parts else None
        if u is None or v is None:
            return None
        if h == "neg":
            return {k: -c for k, c in u.items()}
        if h == "div":
            if len(v) != 1:
                return None
            (j, d), = v.items()
            return {k - j: c / d for k, c in u.items()}
        out = {} if h == "mul" else dict(u)
        terms = [(k, c if h == "add" else -c) for k, c in v.items()]
        if h == "mul":
            terms = [(j + k, c if d == ONE else c * d) for j, c in u.items() for k, d in v.items()]
        for k, c in terms:
            out[k] = out[k] + c if k in out else c
        return out

    def of(self, f: Formula) -> Lead:
        h, a = f.head, f.args
        if self.u not in free_symbols(f):
            return Lead(f)
        if (exact := self.laurent(f)) is not None:
            kept = [k for k, c in exact.items() if not self.n.zero(self.n.scalar(c))]
            return Lead(self.short(exact[max(kept)]), (), lift(max(kept))) if kept else Lead(ZERO)
        if h == "neg":
            s = self.of(a[0])
            return s._replace(c=-s.c)
        if h in ("add", "sub"):
            return self.sum(f)
        if h in ("mul", "div"):
            s = self.of(a[1])
            return self.times(self.of(a[0]), self.inverse(s) if h == "div" else s)
        if h == "sqrt":
            return self.power(self.of(a[0]), lift(Fraction(1, 2)))
        if h == "pow" and self.u in free_symbols(a[1]):
            return self.of(call("exp", a[1] * call("log", a[0]))) if a[0] != PHI else self.binet(h, self.laurent(a[1]) or {})
        if h == "pow":
            return self.power(self.of(a[0]), a[1])
        if h == "log":
            s = self.of(a[0])
            if self.order(s) == "=" and self.n.zero(self.n.scalar(s.c - 1)) and self.order(near := self.of(a[0] - 1)) == "<":
                return near  # log(1 + g) = g + o(g) as g -> 0
            return self.log(s)
        if h == "exp":
            return self.exp(a[0])
        if h == "abs" and (way := self.sign((inner := self.of(a[0])).c)) in ("<", ">"):
            return inner if way == ">" else inner._replace(c=-inner.c)
        if h == "uppergamma" and self.u not in free_symbols(a[0]):
            s = self.of(a[1])
            if self.sign(s.c) == ">" == self.order(s):
                return Lead(ZERO, (), -FAR if self.powers(s) else ZERO)
            raise Rejected("an incomplete gamma function away from infinity")
        if len(a) == 1:
            return self.binet(h, self.laurent(a[0]) or {}) if h in ("fibonacci", "lucas") else self.function(f, self.of(a[0]))
        raise Rejected(f"no leading term of {h}")

    def sum(self, f: Formula) -> Lead:
        """Terms one by one, those free of u together; where 1 is taken from what tends to 1, exp g - 1 = g + o(g), cos g - 1 = -g^2/2 + o(g^2)
        and (1 + g)^e - 1 = e g + o(g) as g -> 0; a difference with a root is that of the squares over the sum."""
        terms = list(summands(f, 1))
        fixed = self.short(sum((s * t for s, t in terms if self.u not in free_symbols(t)), ZERO))
        moving = [(s, t) for s, t in terms if self.u in free_symbols(t)]
        (way, t), rest = moving[0], [] if self.n.zero(self.n.scalar(fixed)) else [Lead(fixed)]
        if len(moving) == 2 and moving[1][0] == -way and "sqrt" in (t.head, moving[1][1].head):
            (p, q), (v, w) = [(x, x.args[0] if x.head == "sqrt" else x * x) for x in (t, moving[1][1])]
            if self.n.zero(self.n.scalar(self.of(p).c - self.of(v).c)):
                gap = self.times(self.of(q - w), self.inverse(self.plus(self.of(p), self.of(v))))
                return reduce(self.plus, rest, gap._replace(c=way * gap.c))
        leads = [self.of(t if s > 0 else -t) for s, t in moving]
        if len(moving) == 1 and rest and self.order(leads[0]) == "=" and fixed == lift(-way) and self.n.zero(self.n.scalar(leads[0].c + fixed)):
            near = self.beyond(t)
            return near._replace(c=way * near.c)
        return reduce(self.plus, leads + rest)

    def beyond(self, t: Formula) -> Lead:
        """t - 1 where t tends to 1."""
        if t.head == "pow" and self.u in free_symbols(t.args[1]):
            t = call("exp", t.args[1] * call("log", t.args[0]))
        if t.head not in ("exp", "cos", "sqrt", "pow"):
            raise Rejected("leading terms that cancel")
        e = t.args[1] if t.head == "pow" else ONE if t.head == "exp" else lift(Fraction(-1 if t.head == "cos" else 1, 2))
        g = self.of(t.args[0] if t.head in ("exp", "cos") else t.args[0] - 1)
        g = self.times(g, g) if t.head == "cos" else g
        if self.order(g) != "<":
            raise Rejected("leading terms that cancel")
        return g._replace(c=e * g.c)

    def binet(self, h: str, index: dict[int, Formula]) -> Lead:
        """F_n sqrt(5) = phi^n + O(phi^-n) = L_n + O(phi^-n) for n = a u + b, a > 0, where phi^2 = 1 + phi (Knuth, TAOCP 1.2.8)."""
        a, b = (index.get(k, ZERO) for k in (1, 0))
        if not index.keys() <= {0, 1} or h != "pow" and (self.sign(a) != ">" or not self.n.whole(self.n.scalar(b))):
            raise Rejected("a Fibonacci number away from infinity")
        return Lead(PHI ** b / (call("sqrt", lift(5)) if h == "fibonacci" else ONE), ((1, a * call("log", 1 + PHI) / 2),))

    def power(self, s: Lead, e: Formula) -> Lead:
        r = self.n.scalar(e)
        k = r.num.get(UNIT, Fraction(0)) if r.den == poly(1) and r.num.keys() <= {UNIT} else None
        if not (k is not None and k.denominator == 1 and (k > 0 or self.sign(s.c) in HOLDS["ne"])) and self.sign(s.c) != ">":
            raise Rejected("a power of what may not be positive")
        if not self.n.real(r) or s.q and (k is None or (s.q * k).denominator != 1):
            raise Rejected("a power that is not a scale")
        q = int(s.q * k) if k is not None else 0
        return Lead(self.short(s.c ** e), tuple((j, a * e) for j, a in s.exps), self.short(s.p * e), q)

    def log(self, s: Lead) -> Lead:
        if self.sign(s.c) != ">" or s.q:
            raise Rejected("the logarithm of what may not be positive")
        if s.exps:
            j, a = s.exps[0]
            return Lead(a, (), lift(j))
        if self.sign(s.p) != "=":
            return Lead(s.p, (), ZERO, 1)
        return Lead(call("log", s.c))

    def exp(self, f: Formula) -> Lead:
        r = self.n.scalar(f)
        token = self.u
        parts: list[tuple[int, Formula]] = []
        if r.den == poly(1) and all(len(m) == 1 and m[0][0] == token and m[0][1].denominator == 1 and m[0][1] > 0 for m in r.num if m):
            parts = [(int(m[0][1]), lift(c)) for m, c in r.num.items() if m]
            return Lead(call("exp", lift(r.num.get(UNIT, Fraction(0)))), tuple(sorted(parts, reverse=True)))
        s = self.of(f)
        way = self.order(s)
        if way != ">":
            return Lead(call("exp", s.c) if way == "=" else ONE)
        if s.p == ZERO and not s.exps and s.q == 1 and f.head == "mul" and f.args[1].head == "log":
            base = self.of(f.args[1].args[0])  # exp(e log b) = b^e
            if self.u not in free_symbols(f.args[0]):
                return self.power(base, f.args[0])
        if "<" in (self.sign(s.c), self.sign(call("re", s.c))) and self.powers(s):  # |exp(c S)| = exp(re c S)
            return Lead(ZERO, (), -FAR)
        if self.real(f * I):  # |exp(ib)| = 1
            return Lead(ZERO, (), BARELY)
        growing = self.laurent(f) or {-1: ONE}
        if min(growing) >= 0 and all(self.sign(a) in ("<", ">", "=") for k, a in growing.items() if k):
            return Lead(call("exp", growing.get(0, ZERO)), tuple(sorted(((k, a) for k, a in growing.items() if k), reverse=True)))
        raise Rejected("an exponential that is no scale")

    def function(self, f: Formula, s: Lead) -> Lead:
        h, way = f.head, self.order(s)
        if way == "<":
            if h in ODD:
                return s
            if h == "erf":
                return s._replace(c=2 / call("sqrt", pi) * s.c)
        if way in ("<", "="):
            c = s.c if way == "=" else ZERO
            if h in CONTINUOUS or h in ON_REALS and self.n.real(self.n.scalar(c)):
                return Lead(call(h, c))
            if h in UP_TO_ONE and (c := self.short(c)).head == "num" and abs(c.args[0]) <= 1:
                return Lead(call(h, c))
            raise Rejected(f"{h} may not be continuous there")
        above = self.sign(s.c)
        if h == "erf" and (side := self.along(s.c)):  # |ph z| < pi/4, or that of -z, see below
            return Lead(lift(1 if side == ">" else -1))
        if h in ("sin", "cos", "sinc") and self.real(f.args[0]):
            bounded = Lead(ZERO, (), BARELY)
            return bounded if h != "sinc" else self.times(bounded, self.inverse(s))
        if above in ("<", ">") and (h == "erf" or self.real(f.args[0])):  # erf z -> 1 as z -> oo in |ph z| < pi/4 (DLMF 7.2.4); here ph z -> 0
            if h in AT_OO:
                return Lead(AT_OO[h] if above == ">" else -AT_OO[h])
            if h == "erfc" and above == ">" and self.powers(s):
                return Lead(ZERO, (), -FAR)
            if h == "erfc":
                return Lead(lift(2 if above == "<" else 0))
        raise Rejected(f"no leading term of {h} at infinity")

    def along(self, c: Formula) -> str:
        """The sign of t, where c = t sqrt(w) with re w > 0, as it is written."""
        if c.head == "sqrt":
            return ">" if self.sign(call("re", c.args[0])) == ">" else ""
        if c.head == "mul":
            return next((t for u, v in (c.args, c.args[::-1]) if self.real(u) and (t := product_sign(self.sign(u), self.along(v))) in ("<", ">")), "")
        return NEGATED[self.along(c.args[0])] if c.head == "neg" else ""

    def real(self, f: Formula) -> bool:
        return self.n.real(self.n.scalar(f))

    def limit(self, f: Formula) -> Formula:
        """The finite limit of f."""
        s = self.of(f)
        way = self.order(s)
        if way == "<" or self.n.zero(self.n.scalar(s.c)) and way == "=":
            return ZERO
        if way != "=":
            raise Rejected("the limit is not finite, or not known")
        return s.c


def summands(f: Formula, way: int) -> Iterator[tuple[int, Formula]]:
    """The terms of a sum with their signs."""
    if f.head in ("add", "sub", "neg"):
        for k, g in enumerate(f.args):
            yield from summands(g, -way if f.head == "neg" or f.head == "sub" and k else way)
    else:
        yield way, f


def limit_at(hyps: tuple[Formula, ...], f: Formula, x: Formula, point: Formula, below: bool) -> tuple[Formula, Accepted]:
    """The limit of f as x tends to oo or -oo, or to a real point from one side, with what has to hold for it."""
    taken = {s for g in (*hyps, f, point, x) for s in free_symbols(g)}
    name = next(s for k in range(len(taken) + 1) if (s := f"u_{k}") not in taken)
    u = Formula("sym", (name, "real"))
    if x.args[1] not in ("real", "integer") or any(x.args[0] in free_symbols(h) for h in (*hyps, point)):
        raise Rejected("the variable of a limit has to be real and bound")
    n = Normal((*hyps, ZERO < u))
    if point == oo or point in MINUS_OO:
        at = u if point == oo else -u
    else:
        if not n.real(n.scalar(point)):
            raise Rejected("a limit at a point that is not real")
        at = point - 1 / u if below else point + 1 / u
    ends = Ends(n, x.args[0], name)
    value = ends.limit(substitute(f, {x.args[0]: at}))
    near = [c for c in n.conditions if name in free_symbols(c)]
    for c in near:  # c S + o(S) is not 0 near the point if c is not
        if c.head != "ne" or c.args[1] != ZERO or ends.sign(ends.of(c.args[0]).c) not in HOLDS["ne"]:
            raise Rejected("what has to hold near the point is not known to hold")
    if any(name in free_symbols(c) and c not in near for c in n.conditions):
        raise Rejected("what has to hold near the point rests on more of its kind")
    return value, Accepted(conditions=tuple(c for c in n.conditions if c not in near))


def occurrence(f: Formula, head: str, number: int) -> tuple[Formula, Formula, Formula]:
    """The term with this head and number, in reading order, of those that are not below a binder; f around it, with a hole; the hole."""
    hole = Formula("sym", ("#hole", "real"))
    count = 0

    def walk(g: Formula) -> Formula:
        nonlocal count
        if g.head == head:
            count += 1
            if count - 1 == number:
                found.append(g)
                return hole
        if g.head in BINDERS or g.head not in PLAIN:
            return g
        kids = children(g)
        return rebuild(g, [walk(k) for k in kids]) if kids else g
    found: list[Formula] = []
    out = walk(f)
    if not found:
        raise Rejected(f"there is no such {head}")
    return found[0], out, hole


def approach(goal: Goal, data: dict[str, Any]) -> tuple[Accepted, dict[str, tuple[Goal, frozenset[str]]]]:
    """A limit in the claim is replaced by its value, which its leading terms give: from the right at a number, from the left at oo."""
    term, around, hole = occurrence(goal.claim, "limit", whole_number(data["number"]))
    body, var, point = term.args
    value, accepted = limit_at(goal.hyps, body, var, point, False)
    return accepted, {"then": (Goal(goal.hyps, replaced(around, hole, value)), frozenset())}


def replaced(f: Formula, hole: Formula, value: Formula) -> Formula:
    if f == hole:
        return value
    kids = children(f)
    return rebuild(f, [replaced(k, hole, value) for k in kids]) if kids else f


def simple(n: Normal, f: Formula) -> Formula:
    """f, as a number where it is a rational one."""
    r = n.scalar(f)
    return lift(r.num.get(UNIT, Fraction(0))) if r.den == poly(1) and r.num.keys() <= {UNIT} else f
