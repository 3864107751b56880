"""Limits by leading terms: at the end of its domain a formula is c S + o(S), with a number c and a scale S.

A scale is exp(sum of a_j u^j) u^p (log u)^q where u -> oo.  What holds of sums, products, powers and of functions that are continuous at
the limit of their argument is textbook asymptotics (de Bruijn, Asymptotic Methods in Analysis, chapter 1).  c may be 0: then f = o(S)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

from ..certificates import Goal
from ..formula import BINDERS, RELATIONS, Formula, call, children, eq, free_symbols, lift, ne, oo, pi, rebuild, substitute
from .algebra import UNIT, poly
from .calculus import smooth
from .diff import derivative, read
from .laws import strict
from .normal import HOLDS, Normal
from .verdict import Accepted, Rejected, whole_number

ZERO, ONE = lift(0), lift(1)
FAR = lift(50)
BARELY = lift(Fraction(1, 1000))
MINUS_OO = (-oo, Formula("mul", (lift(-1), oo)))
ODD = {"sin": 1, "tan": 1, "sinh": 1, "tanh": 1, "atan": 1, "asin": 1, "asinh": 1, "atanh": 1, "Si": 1, "Shi": 1}  # f(w) = w + o(w)
CONTINUOUS = frozenset("sin cos sinh cosh erf erfc erfi Si Shi sinc exp".split())  # on the whole plane
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
        terms = [(j + k, c * d) for j, c in u.items() for k, d in v.items()] if h == "mul" else [(k, c if h == "add" else -c) for k, c in v.items()]
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
        if h == "sym":
            return Lead(ONE, (), ONE)
        if h == "neg":
            s = self.of(a[0])
            return s._replace(c=-s.c)
        if h in ("add", "sub"):
            return self.plus(self.of(a[0]), self.of(a[1] if h == "add" else -a[1]))
        if h in ("mul", "div"):
            s = self.of(a[1])
            return self.times(self.of(a[0]), self.inverse(s) if h == "div" else s)
        if h == "sqrt":
            return self.power(self.of(a[0]), lift(Fraction(1, 2)))
        if h == "pow" and self.u in free_symbols(a[1]):
            return self.of(call("exp", a[1] * call("log", a[0])))
        if h == "pow":
            return self.power(self.of(a[0]), a[1])
        if h == "log":
            return self.log(self.of(a[0]))
        if h == "exp":
            return self.exp(a[0])
        if h == "abs" and (way := self.sign((inner := self.of(a[0])).c)) in ("<", ">"):
            return inner if way == ">" else inner._replace(c=-inner.c)
        if h == "uppergamma" and self.u not in free_symbols(a[0]):
            s = self.of(a[1])
            if self.sign(s.c) == ">" and self.powers(s):
                return Lead(ZERO, (), -FAR)
            raise Rejected("an incomplete gamma function away from infinity")
        if len(a) == 1:
            return self.function(f, self.of(a[0]))
        raise Rejected(f"no leading term of {h}")

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
        if self.sign(s.c) == "<" and self.powers(s):
            return Lead(ZERO, (), -FAR)
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
    value = Ends(n, x.args[0], name).limit(substitute(f, {x.args[0]: at}))
    if any(name in free_symbols(c) for c in n.conditions):
        raise Rejected("what has to hold near the point is not known to hold")
    return value, Accepted(conditions=tuple(n.conditions))


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


def integrate(goal: Goal, data: dict[str, Any]) -> tuple[Accepted, dict[str, tuple[Goal, frozenset[str]]]]:
    """An integral of f from a to b in the claim is replaced by F(b) - F(a), F' = f.

    Between real or infinite ends a <= b both F and f have to be smooth on the open interval, and F(a), F(b) are limits where F is not
    smooth at the end (the improper integral converges to their difference); where a <= b is not known, they have to be smooth on the whole
    line.  Between complex ends, along the segment, F has to be entire: then the integral of F' is the difference for every path.
    At one point, `except`, F' = f need not be shown: both are continuous there.
    `known`: numbers c and integrals of g over the same real range, which the claim or a hypothesis has, so that they converge where it has a
    value; then F' = f - sum of c g, and the sum of c times these integrals is added."""
    term, around, hole = occurrence(goal.claim, "integral", whole_number(data["number"]))
    body, var, lo, hi = term.args
    t, F = var.args[0], read(data["primitive"], goal)
    if any(t in free_symbols(g) for g in (*goal.hyps, goal.claim, lo, hi)):
        raise Rejected(f"the integration variable {t} also occurs outside")
    if set(free_symbols(F)) - {t} - {s for g in (goal.claim, *goal.hyps) for s in free_symbols(g)}:
        raise Rejected("a primitive with other variables")
    known = [(read(c, goal), read(g, goal)) for c, g in data.get("known", ())]
    there = {g for f in (goal.claim, *goal.hyps) for g in strict(f)}
    if any(set(free_symbols(c)) - goal.names or g.head != "integral" or g not in there or g.args[2:] != (lo, hi) for c, g in known):
        raise Rejected("an integral over another range, or one that neither the claim nor a hypothesis has")
    others = [substitute(g.args[0], {g.args[1].args[0]: var}) for _, g in known]
    rest = sum((c * g for (c, _), g in zip(known, others, strict=True)), ZERO)
    n, trust = Normal(goal.hyps), Accepted()
    ends = {e: None if e == oo or e in MINUS_OO else n.scalar(e) for e in (lo, hi)}
    apart = () if data.get("except") is None else (ne(var, read(data["except"], goal)),)
    if any(s == t or s not in free_symbols(term) for h in apart for s in free_symbols(h.args[1])):
        raise Rejected("the exception has to be one point")
    if lo == oo or hi in MINUS_OO:
        raise Rejected("an integral from oo or to -oo")
    if any(e is not None and not n.real(e) for e in ends.values()):
        entire(F, t)
        entire(body if apart else F, t)
        if None in ends.values():
            raise Rejected("an integral to infinity from an end that is not real")
        if known:
            raise Rejected("another integral between ends that are not real")
        z = Formula("sym", (t, "complex"))
        F, body = (substitute(g, {t: z}) for g in (F, body))
        slope = Goal((*goal.hyps, *(ne(z, h.args[1]) for h in apart)), eq(derivative(F, t), body))
        values = [substitute(F, {t: e}) for e in (hi, lo)]
    else:
        infinite = None in ends.values()
        ordered = infinite or n.sign(n.sub(n.scalar(hi), n.scalar(lo))) in (">", ">=")  # not "=": between equal ends nothing would be shown of F
        start = lo if ordered and lo not in MINUS_OO else lift(0)  # counted from the lower end, so that its distance is a positive variable
        above = (() if lo in MINUS_OO else (lift(0) < var,)) + (() if hi == oo else (var < simple(n, hi - start),))
        hyps = (*goal.hyps, *(above if ordered else ()))
        inside, moved = Normal(hyps), {t: start + var if start != lift(0) else var}
        for g in (F, body, *others):
            smooth(inside, substitute(g, moved), t)
        away = tuple(ne(var, h.args[1] - start) for h in apart)
        shown = tuple(dict.fromkeys(h for g in (F, body) for h in needed(substitute(g, moved), t)))  # by `smooth`
        slope = Goal((*hyps, *shown, *away), eq(derivative(substitute(F, moved), t), substitute(body - rest if known else body, moved)))
        values = []
        for e, below in ((hi, True), (lo, False)):
            try:
                if ends[e] is None:
                    raise Rejected("a limit at infinity")
                smooth(Normal((*goal.hyps, eq(var, e))), F, t)
                values.append(substitute(F, {t: e}))
            except Rejected:
                value, more = limit_at(goal.hyps, F, var, e, below)
                values.append(value)
                trust = trust & more
    return trust & Accepted(conditions=tuple(n.conditions)), {
        "slope": (slope, frozenset({t})), "then": (Goal(goal.hyps, replaced(
            around, hole, sum((c * g for c, g in known), values[0] - values[1]))), frozenset())}


def needed(f: Formula, x: str) -> list[Formula]:
    """What `smooth` has shown of the parts of f, so that the slope need not show it again."""
    h, a = f.head, f.args
    if x not in free_symbols(f) or h in BINDERS:
        return []
    own = [lift(0) < a[0]] if h in ("sqrt", "log") else [ne(a[1], 0)] if h == "div" else []
    own += [lift(0) < 1 - a[0], lift(0) < 1 + a[0]] if h in UP_TO_ONE else []
    return [*(c for c in own if x in free_symbols(c)), *(c for g in children(f) for c in needed(g, x))]


def simple(n: Normal, f: Formula) -> Formula:
    """f, as a number where it is a rational one."""
    r = n.scalar(f)
    return lift(r.num.get(UNIT, Fraction(0))) if r.den == poly(1) and r.num.keys() <= {UNIT} else f


def entire(f: Formula, x: str) -> None:
    """Reject unless f is visibly an entire function of x."""
    if x not in free_symbols(f) or f.head == "sym":
        return
    h, a = f.head, f.args
    power = h == "pow" and x not in free_symbols(a[1]) and a[1].head == "num" and a[1].args[0].denominator == 1 and a[1].args[0] >= 0
    if not (power or h in CONTINUOUS or h in ("neg", "add", "sub", "mul") or h == "div" and x not in free_symbols(a[1])):
        raise Rejected(f"{h} is not known to be entire")
    for g in children(f):
        entire(g, x)
