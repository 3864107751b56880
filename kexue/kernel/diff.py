"""What the kernel takes in: formulas that are well formed, with every derivative carried out by the textbook rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache, reduce
from operator import add
from typing import Any

from ..certificates import Goal
from ..formula import (BINDERS, FUNCTIONS, I, RELATIONS, SPECIAL, Formula, Integral, Sum, call, children, from_data, lift, parts, pi, rebuild,
                       substitute)
from .theory import SLOPES
from .verdict import Rejected

ZERO, ONE = lift(0), lift(1)
NAME = re.compile(r"[^\W\d]\w*(;\d+)*")  # atoms are told apart by their text, so a name must not look like a term
STRUCTURES = ("symmetric", "spd", "orthogonal", "invertible")
CONNECTIVES = ("and", "or", "not")
STATEMENTS = (*RELATIONS, *STRUCTURES, *CONNECTIVES, "even", "odd", "every", "defined")  # not inside another formula
INDEX = {"sum": ("integer",), "prod": ("integer",), "every": ("integer",), "integral": ("real",), "limit": ("real",), "nslope": ("real", "complex")}
ARITY: dict[str, int | None] = {
    **FUNCTIONS, **SPECIAL, **dict.fromkeys((*STRUCTURES, *"not even odd defined neg T det tr inv expm eye".split()), 1),
    **dict.fromkeys((*RELATIONS, *"every add sub mul div pow matmul dot zeros at diff round apply".split()), 2),
    "and": None, "or": None, "piecewise": None, "dpow": 3, "ndiff": 3, "nslope": 4, "limit": 3, "sum": 4, "prod": 4, "integral": 4}
ORDER = 12  # of a derivative that is carried out
BITS, NODES, TERMS = 2 ** 15, 10 ** 5, 2 * 10 ** 4  # of a number, of a goal, of a derivative
CONSTANTS = ("pi", "e", "i", "oo", "euler_gamma", "catalan", "golden_ratio")
STEADY = frozenset("add sub mul neg div exp sin cos tan cot sec csc sinh cosh tanh coth sech csch erf erfc erfi Si Shi sinc gamma factorial "
                   "digamma airyai airybi abs re im conj apply".split())  # continuous where they are defined, on an open set
STEADY_ON_REALS = frozenset("sqrt log asin acos atan asinh acosh atanh Ci Chi Ei max min dpow".split())  # so at real arguments
MAY_BE_COMPLEX = STEADY_ON_REALS - {"atan", "asinh", "max", "min", "Ei"}  # there too
FORMATS = ("binary16", "bfloat16", "binary32", "binary64")


@lru_cache(maxsize=1024)
def admitted(goal: Goal) -> Goal:
    """The goal with every d/dx carried out.  Rejected unless it is well formed and every name has one sort."""
    goal = Goal(tuple(map(put_in, goal.hyps)), put_in(goal.claim))
    sorts_of(goal)
    return Goal(tuple(map(expanded, goal.hyps)), expanded(goal.claim))


def sorts_of(goal: Goal) -> dict[str, Any]:
    """The sort of each name, free or bound; Rejected where the goal is not well formed."""
    return dict(sorts_in(goal))


@lru_cache(maxsize=256)
def sorts_in(goal: Goal) -> dict[str, Any]:
    sorts: dict[str, Any] = {}
    for f in (*goal.hyps, goal.claim):
        if f.head not in STATEMENTS:
            refuse(f)
        well_formed(f, {}, sorts)
    return sorts


def put_in(f: Formula, known: dict[int, Formula] | None = None) -> Formula:
    """f with the values of Subs(g, x, c) put in, after the derivatives in g are carried out; each shared part is looked at once."""
    known = {} if known is None else known
    if id(f) not in known:
        kids = children(f)
        new = [put_in(k, known) for k in kids]
        if f.head == "subs":
            body, var, value = new
            known[id(f)] = substitute(pointed(expanded(body), var), {var.args[0]: value})
        else:
            known[id(f)] = f if all(a is b for a, b in zip(kids, new, strict=True)) else rebuild(f, new)
    return known[id(f)]


def pointed(f: Formula, x: Formula) -> Formula:
    """f with each derivative of symbolic order in x as one at the point x, for which a value may be put in."""
    if f.head == "ndiff" and f.args[1] == x:
        return Formula("nslope", (*f.args, x))
    kids = children(f)
    return rebuild(f, [pointed(g, x) for g in kids]) if kids else f


def read(data: Any, goal: Goal) -> Formula:
    """A formula of a certificate, in the same way; names that occur in the goal keep their sorts."""
    f = decided(from_data(data))
    well_formed(f, {}, sorts_of(goal))
    return expanded(f)


def read_goal(data: Any) -> Goal:
    goal = Goal.of(data)
    decided(goal.claim)
    return admitted(goal)


def decided(f: Formula) -> Formula:
    """A case distinction has no value where no case applies, which no condition of a proof would say: a certificate has none of its own."""
    if f.head == "piecewise":
        raise Rejected("a case distinction in a certificate")
    for g in children(f):
        decided(g)
    return f


def well_formed(f: Formula, bound: Mapping[str, Any], sorts: dict[str, Any], top: bool = True) -> None:
    """Reject a head, a number of arguments, a name or a sort that the kernel does not know."""
    h, a = f.head, f.args
    sorts["#"] = sorts.get("#", 0) + 1  # the number of nodes so far
    kids, ok = children(f), h in ARITY and (ARITY[h] or max(1, len(a))) == len(a) and (top or h not in STATEMENTS)
    if h == "num":
        ok = len(a) == 1 and type(a[0]) is Fraction and max(a[0].numerator.bit_length(), a[0].denominator.bit_length()) <= BITS
    elif h == "const":
        ok = a[0] in CONSTANTS
    elif h == "sym":
        (name, sort), ok = a, sort_is_known(a[1], bound, sorts)
        if name not in bound and not NAME.fullmatch(name):
            raise Rejected(f"{name!r} is not a name")
        ok = ok and sort == (bound[name] if name in bound else sorts.setdefault(name, sort))
    elif h == "matrix":
        ok = len(a) > 0 and all(len(row) == len(a[0]) > 0 for row in a)
    elif h == "at":
        ok = ok and a[0].head == "sym" and a[0].args[1][0] == "family"
    elif h == "apply":
        ok = len(a) > 1 and a[0].head == "sym" and a[0].args[1] == ("function",)
    elif h == "piecewise":
        ok, kids = len(a) % 2 == 0 and all(c.head in (*RELATIONS, *CONNECTIVES) or c.head == "const" for c in a[1::2]), a[::2]
        for c in a[1::2]:
            if c not in (Formula("const", ("true",)), Formula("const", ("false",))):
                well_formed(c, bound, sorts)
    elif h == "round":
        ok, kids = ok and a[0].head == "const" and a[0].args[0] in FORMATS, a[1:]
    elif h == "dpow":
        ok = ok and a[2].head == "num" and a[2].args[0] in range(99)
    elif h in ("diff", "ndiff"):
        ok = ok and a[1].head == "sym" and a[1].args[1] in ("real", "complex")
    elif h in ("even", "odd"):
        ok = ok and (a[0].head != "sym" or a[0].args[1] == "integer")
    elif h in BINDERS and ok:  # a prime marks an index that was renamed; it must not meet the name it comes from
        (name, sort), kids = a[1].args, a[2:]
        root = name.rstrip("'")
        ok = a[1].head == "sym" and sort in INDEX[h] and sorts.setdefault(name, sort) == sort and bool(NAME.fullmatch(root)) and all(
            b == name or b.rstrip("'") != root for b in bound)
        well_formed(a[0], {**bound, name: sort}, sorts, h == "every")
    if not ok or sorts["#"] > NODES:
        refuse(f)
    for g in kids:
        well_formed(g, bound, sorts, h in CONNECTIVES)


def refuse(f: Formula) -> None:
    raise Rejected(f"ill-formed: {f.head}" + (f" {f.args[0]}" if f.head in ("sym", "const") else ""))


def sort_is_known(sort: Any, bound: Mapping[str, Any], sorts: dict[str, Any]) -> bool:
    if isinstance(sort, str):
        return sort in ("real", "integer", "complex")
    for size in sort[1:]:
        if sort[0] != "family":
            well_formed(size, bound, sorts)
    return sort == ("function",) or (sort[0], len(sort)) in (("vector", 2), ("matrix", 3)) or (
        sort[0] == "family" and len(sort) == 2 and sort_is_known(sort[1], bound, sorts))


def outer(head: str, u: Formula) -> Formula:
    """f'(u) for the unary functions."""
    table = {
        "exp": lambda: call("exp", u), "log": lambda: ONE / u, "sqrt": lambda: ONE / (2 * call("sqrt", u)),
        "sin": lambda: call("cos", u), "cos": lambda: -call("sin", u), "tan": lambda: ONE / call("cos", u) ** 2,
        "sinh": lambda: call("cosh", u), "cosh": lambda: call("sinh", u), "tanh": lambda: ONE / call("cosh", u) ** 2,
        "asin": lambda: ONE / call("sqrt", 1 - u ** 2), "acos": lambda: -ONE / call("sqrt", 1 - u ** 2),
        "atan": lambda: ONE / (1 + u ** 2), "asinh": lambda: ONE / call("sqrt", 1 + u ** 2),
        "acosh": lambda: ONE / (call("sqrt", u - 1) * call("sqrt", u + 1)), "atanh": lambda: ONE / (1 - u ** 2),
        "cot": lambda: -ONE / call("sin", u) ** 2, "Ci": lambda: call("cos", u) / u, "Si": lambda: call("sin", u) / u,
        "erf": lambda: 2 / call("sqrt", pi) * call("exp", -u ** 2),
        "erfc": lambda: -2 / call("sqrt", pi) * call("exp", -u ** 2),
        "lambertw": lambda: call("lambertw", u) / (u * (1 + call("lambertw", u))),
    }
    if head not in table:
        raise Rejected(f"no derivative rule for {head}")
    return table[head]()


def derivative(f: Formula, name: str) -> Formula:
    """df/dname.  The j-th derivative of u^p in u is the head `dpow`(u, p, j): for p = 0, ..., j-1 it is 0, also where u = 0."""
    return Slopes(name).of(f)


class Slopes:
    """Derivatives in one variable; each subformula, shared or not, is looked at once (an entry keeps its formula alive)."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.known: dict[int, tuple[Formula, Formula]] = {}
        self.free: dict[int, tuple[Formula, bool]] = {}

    def of(self, f: Formula) -> Formula:
        if len(self.known) > TERMS:
            raise Rejected("a derivative of too many terms")
        if id(f) not in self.known:
            self.known[id(f)] = f, self.rule(f) if self.occurs(f) else ZERO
        return self.known[id(f)][1]

    def occurs(self, f: Formula) -> bool:
        if id(f) not in self.free:
            kids = children(f)
            if f.head in BINDERS and f.head != "diff":
                kids = kids[2:] if f.args[1].args[0] == self.name else (kids[0], *kids[2:])
            self.free[id(f)] = f, f.head == "sym" and f.args[0] == self.name or any(map(self.occurs, kids))
        return self.free[id(f)][1]

    def rule(self, f: Formula) -> Formula:
        h = f.head
        if h == "sym":
            return ONE
        a: tuple[Formula, ...] = f.args
        if h in ("neg", "T", "tr", "matrix"):
            return rebuild(f, [self.of(x) for x in children(f)])
        if h in ("add", "sub"):
            du, dv = map(self.of, a)
            if ZERO in (du, dv):
                return du if dv == ZERO else dv if h == "add" else -dv
            return Formula(h, (du, dv))
        if h in ("mul", "matmul", "dot"):
            (u, v), (du, dv) = a, map(self.of, a)
            left, right = Formula(h, (du, v)), Formula(h, (u, dv))
            return right if du == ZERO else left if dv == ZERO else left + right
        if h == "div":
            (u, v), (du, dv) = a, map(self.of, a)
            return du / v if dv == ZERO else (du * v - u * dv) / v ** 2
        if h == "pow":
            (u, p), (du, dp) = a, map(self.of, a)
            if dp == ZERO:
                return Formula("dpow", (u, p, ONE)) * du
            return f * (dp * call("log", u) if du == ZERO else dp * call("log", u) + p * du / u)
        if h in ("dpow", "uppergamma", "hyp1f1", "besseli") and any(map(self.occurs, a[1:] if h == "dpow" else a[:-1])):
            raise Rejected(f"no derivative of {h} in its parameters")
        if h == "dpow":  # p (p-1) ... (p-j+1) u^(p-j), read as 0 for p = 0, ..., j-1
            return Formula("dpow", (a[0], a[1], lift(a[2].args[0] + 1))) * self.of(a[0])
        if h == "uppergamma":
            return -(a[1] ** (a[0] - 1)) * call("exp", -a[1]) * self.of(a[1])
        if h == "hyp1f1":
            p, q, z = a
            if _offset(q) == (_offset(p)[0], _offset(p)[1] + 1):  # DLMF 13.4.1: z^a M(a, a+1, z) = a * integral of s^(a-1) e^s from 0 to z
                return p * (call("exp", z) - f) / z * self.of(z)
            return p / q * call("hyp1f1", p + 1, q + 1, z) * self.of(z)
        if h == "besseli":  # DLMF 10.29.2
            return (call("besseli", a[0] + 1, a[1]) + a[0] / a[1] * f) * self.of(a[1])
        if h == "apply":
            return self.chain(f)
        if h == "sum":
            body, var, lo, hi = a
            if self.occurs(lo) or self.occurs(hi) or hi.head == "const":
                raise Rejected("a sum is differentiated termwise only over a fixed finite range")
            return Sum(self.of(body), var, lo, hi)
        if h == "integral":
            body, var, lo, hi = a
            inside = ZERO if var.args[0] == self.name else self.of(body)
            if self.occurs(lo) or self.occurs(hi):
                steady(body)
            if inside != ZERO:
                leibniz(f, self.name)
            edge = self.of(hi) * substitute(body, {var.args[0]: hi}) - self.of(lo) * substitute(body, {var.args[0]: lo})
            return edge if inside == ZERO else edge + Integral(inside, var, lo, hi)
        if h == "diff":
            return self.of(derivative(a[0], a[1].args[0]))
        if h == "ndiff":  # the next derivative
            if a[1].args[0] != self.name or self.occurs(a[2]):
                raise Rejected("a derivative of symbolic order is differentiated in its own variable only")
            return Formula("ndiff", (a[0], a[1], a[2] + 1))
        if h == "expm" and a[0].head == "mul" and a[0].args[0] == Formula("sym", (self.name, "real")) and not self.occurs(a[0].args[1]):
            return Formula("matmul", (a[0].args[1], f))  # (exp tK)' = K exp tK
        if h == "det":  # Jacobi's formula, where X is invertible: (det X)' = det X tr X^-1 X' (Magnus & Neudecker, 8.3)
            return f * call("tr", Formula("matmul", (call("inv", a[0]), self.of(a[0]))))
        if h in SLOPES:
            terms = []
            for u, partial in zip(a, SLOPES[h](*a), strict=True):
                if (du := self.of(u)) != ZERO:
                    if partial is None:
                        raise Rejected(f"no derivative of {h} in this argument")
                    terms.append(partial * du)
            return reduce(add, terms) if terms else ZERO
        if len(a) != 1:
            raise Rejected(f"no derivative rule for {h}")
        return outer(h, a[0]) * self.of(a[0])

    def chain(self, f: Formula) -> Formula:
        """d f(u_1, ..., u_m) for scalar slots: a function symbol carries the slots already differentiated, as `f;0;1`."""
        symbol, *args = f.args
        root, *done = symbol.args[0].split(";")
        terms = []
        for slot, u in enumerate(args):
            if (du := self.of(u)) != ZERO:
                deeper = Formula("sym", (";".join([root, *sorted([*done, str(slot)])]), symbol.args[1]))
                terms.append(Formula("apply", (deeper, *args)) * du)
        return reduce(add, terms) if terms else ZERO


def steady(f: Formula) -> None:
    """Reject unless f is visibly continuous wherever it is defined, so that its integral has the derivative f: a function that jumps, or is
    cut, may have a value there that is no limit."""
    h, a = f.head, f.args
    real = not any(g == I or g.head == "sym" and g.args[1] == "complex" or g.head == "pow" and not (
        g.args[1].head == "num" and g.args[1].args[0].denominator == 1) or g.head in MAY_BE_COMPLEX for x in children(f) for g in parts(x))
    if h == "pow":
        ok = a[1].head == "num" and (real or a[1].args[0].denominator == 1) or real and a[0].head == "num" and a[0].args[0] > 0
    else:
        ok = h in ("num", "const", "sym") or h in STEADY or real and h in STEADY_ON_REALS
    if not ok:
        raise Rejected(f"{h} below an integral that is differentiated may not be continuous")
    for g in a if h not in ("num", "const", "sym", "apply", "dpow") else a[1:] if h == "apply" else a[:1] if h == "dpow" else ():
        steady(g)


def leibniz(f: Formula, name: str) -> None:
    """Reject unless the integrand is visibly smooth in both variables: then it may be differentiated below the integral sign."""
    from .calculus import smooth
    from .normal import Normal
    body, var, lo, hi = f.args
    if any(e.head == "const" and e.args[0] == "oo" for g in (lo, hi) for e in parts(g)):
        raise Rejected("an integral to infinity is not differentiated below its sign")
    numbers = lo.head == hi.head == "num"
    k = Formula("sym", (f"{var.args[0]}_", "real"))
    while k.args[0] in {g.args[0] for g in parts(f) if g.head == "sym"}:
        k = Formula("sym", (f"{k.args[0]}_", "real"))
    n = Normal((min(lo.args[0], hi.args[0]) <= k, k <= max(lo.args[0], hi.args[0])) if numbers else ())
    for x in (name, k.args[0]):
        smooth(n, substitute(body, {var.args[0]: k}), x)


def _offset(f: Formula) -> tuple[Formula, Fraction]:
    """f as (rest, integer) for the form rest + integer."""
    if f.head == "num":
        return ZERO, f.args[0]
    if f.head == "add" and f.args[1].head == "num":
        rest, c = _offset(f.args[0])
        return rest, c + f.args[1].args[0]
    return f, Fraction(0)


def expanded(f: Formula) -> Formula:
    """f with every d/dx carried out, so that values can be put in."""
    if f.head == "diff":
        return expanded(derivative(f.args[0], f.args[1].args[0]))
    if f.head == "ndiff" and _offset(f.args[2])[0] == ZERO and _offset(f.args[2])[1] in range(ORDER + 1):
        body = expanded(f.args[0])
        for _ in range(int(_offset(f.args[2])[1])):
            body = expanded(derivative(body, f.args[1].args[0]))
        return body
    kids = children(f)
    return rebuild(f, [expanded(k) for k in kids]) if kids else f
