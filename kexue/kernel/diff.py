"""What the kernel takes in: formulas that are well formed, with every derivative carried out by the textbook rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from ..certificates import Goal
from ..formula import (BINDERS, FUNCTIONS, RELATIONS, SPECIAL, Formula, Integral, Sum, call, children, free_symbols, from_data, lift, pi, rebuild,
                       substitute)
from .verdict import Rejected

ZERO, ONE = lift(0), lift(1)
NAME = re.compile(r"[^\W\d]\w*(;\d+)*")  # atoms are told apart by their text, so a name must not look like a term
STRUCTURES = ("symmetric", "spd", "orthogonal", "invertible")
CONNECTIVES = ("and", "or", "not")
STATEMENTS = (*RELATIONS, *STRUCTURES, *CONNECTIVES, "even", "odd", "every")  # not inside another formula
INDEX = {"sum": "integer", "prod": "integer", "every": "integer", "integral": "real", "limit": "real"}
ARITY: dict[str, int | None] = {
    **FUNCTIONS, **SPECIAL, **dict.fromkeys((*STRUCTURES, *"not even odd neg T det tr inv expm eye".split()), 1),
    **dict.fromkeys((*RELATIONS, *"every add sub mul div pow matmul dot zeros at diff round apply".split()), 2),
    "and": None, "or": None, "dpow": 3, "limit": 3, "sum": 4, "prod": 4, "integral": 4}
BITS, NODES = 2 ** 15, 10 ** 5
CONSTANTS = ("pi", "e", "i", "oo", "euler_gamma", "catalan", "golden_ratio")
FORMATS = ("binary16", "bfloat16", "binary32", "binary64")


def admitted(goal: Goal) -> Goal:
    """The goal with every d/dx carried out.  Rejected unless it is well formed and every free name has one sort."""
    sorts: dict[str, Any] = {}
    for f in (*goal.hyps, goal.claim):
        if f.head not in STATEMENTS:
            refuse(f)
        well_formed(f, {}, sorts)
    return Goal(tuple(map(expanded, goal.hyps)), expanded(goal.claim))


def read(data: Any) -> Formula:
    """A formula of a certificate, in the same way."""
    f = _parsed(data)
    well_formed(f, {}, {})
    return expanded(f)


def read_goal(data: Any) -> Goal:
    return admitted(Goal(tuple(map(_parsed, data[0])), _parsed(data[1])))


def _parsed(data: Any) -> Formula:
    if any(s[:1] in "+-.0123456789 " and "e" in s.lower() for s in _texts(data)):
        raise Rejected("a number with an exponent")  # 1e999999999 would be written out
    return from_data(data)


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, (list, tuple)):
        for x in data:
            yield from _texts(x)


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
    elif h == "round":
        ok, kids = ok and a[0].head == "const" and a[0].args[0] in FORMATS, a[1:]
    elif h == "dpow":
        ok = ok and a[2].head == "num" and a[2].args[0] in range(99)
    elif h == "diff":
        ok = ok and a[1].head == "sym" and a[1].args[1] in ("real", "complex")
    elif h in ("even", "odd"):
        ok = ok and (a[0].head != "sym" or a[0].args[1] == "integer")
    elif h in BINDERS and ok:  # a prime marks an index that was renamed; it must not meet the name it comes from
        (name, sort), kids = a[1].args, a[2:]
        root = name.rstrip("'")
        ok = a[1].head == "sym" and sort == INDEX[h] and sorts.setdefault(name, sort) == sort and bool(NAME.fullmatch(root)) and all(
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


def _outer(head: str, u: Formula) -> Formula:
    """f'(u) for the unary functions."""
    one = ONE
    table = {
        "exp": lambda: call("exp", u), "log": lambda: one / u, "sqrt": lambda: one / (2 * call("sqrt", u)),
        "sin": lambda: call("cos", u), "cos": lambda: -call("sin", u), "tan": lambda: one / call("cos", u) ** 2,
        "sinh": lambda: call("cosh", u), "cosh": lambda: call("sinh", u), "tanh": lambda: one / call("cosh", u) ** 2,
        "asin": lambda: one / call("sqrt", 1 - u ** 2), "acos": lambda: -one / call("sqrt", 1 - u ** 2),
        "atan": lambda: one / (1 + u ** 2), "asinh": lambda: one / call("sqrt", 1 + u ** 2),
        "acosh": lambda: one / (call("sqrt", u - 1) * call("sqrt", u + 1)), "atanh": lambda: one / (1 - u ** 2),
        "cot": lambda: -one / call("sin", u) ** 2, "Ci": lambda: call("cos", u) / u, "Si": lambda: call("sin", u) / u,
        "erf": lambda: 2 / call("sqrt", pi) * call("exp", -u ** 2),
        "erfc": lambda: -2 / call("sqrt", pi) * call("exp", -u ** 2),
        "lambertw": lambda: call("lambertw", u) / (u * (1 + call("lambertw", u))),
    }
    if head not in table:
        raise Rejected(f"no derivative rule for {head}")
    return table[head]()


def derivative(f: Formula, name: str) -> Formula:
    """df/dname.  The j-th derivative of u^p in u is the head `dpow`(u, p, j): for p = 0, ..., j-1 it is 0, also where u = 0."""
    h = f.head
    if h == "sym":
        return ONE if f.args[0] == name else ZERO
    a: tuple[Formula, ...] = f.args
    if name not in free_symbols(f):
        return ZERO
    if h in ("add", "sub"):
        du, dv = derivative(a[0], name), derivative(a[1], name)
        if ZERO in (du, dv):
            return du if dv == ZERO else dv if h == "add" else -dv
        return Formula(h, (du, dv))
    if h in ("neg", "T", "tr"):
        return rebuild(f, [derivative(x, name) for x in a])
    if h in ("mul", "matmul", "dot"):
        u, v = a
        du, dv = derivative(u, name), derivative(v, name)
        left, right = Formula(h, (du, v)), Formula(h, (u, dv))
        return right if du == ZERO else left if dv == ZERO else left + right
    if h == "div":
        u, v = a
        du, dv = derivative(u, name), derivative(v, name)
        return du / v if dv == ZERO else (du * v - u * dv) / v ** 2
    if h == "pow":
        u, p = a
        du, dp = derivative(u, name), derivative(p, name)
        if dp == ZERO:
            return Formula("dpow", (u, p, ONE)) * du
        return f * (dp * call("log", u) if du == ZERO else dp * call("log", u) + p * du / u)
    if h == "dpow":  # p (p-1) ... (p-j+1) u^(p-j), read as 0 for p = 0, ..., j-1
        if name in free_symbols(a[1]):
            raise Rejected("no mixed derivative of a power in its base and its exponent")
        return Formula("dpow", (a[0], a[1], lift(a[2].args[0] + 1))) * derivative(a[0], name)
    if h == "sum":
        body, var, lo, hi = a
        if name in free_symbols(lo) or name in free_symbols(hi) or hi.head == "const":
            raise Rejected("a sum is differentiated termwise only over a fixed finite range")
        return Sum(derivative(body, name), var, lo, hi)
    if h == "uppergamma":
        if name in free_symbols(a[0]):
            raise Rejected("no derivative of Gamma(s, x) in s")
        return -(a[1] ** (a[0] - 1)) * call("exp", -a[1]) * derivative(a[1], name)
    if h == "hyp1f1":
        p, q, z = a
        if name in free_symbols(p) or name in free_symbols(q):
            raise Rejected("no derivative of 1F1 in its parameters")
        if _offset(q) == (_offset(p)[0], _offset(p)[1] + 1):  # DLMF 13.4.1 with b = a + 1: z^a M(a, a+1, z) = a * integral of s^(a-1) e^s from 0 to z
            return p * (call("exp", z) - f) / z * derivative(z, name)
        return p / q * call("hyp1f1", p + 1, q + 1, z) * derivative(z, name)
    if h == "besseli":  # DLMF 10.29.2
        if name in free_symbols(a[0]):
            raise Rejected("no derivative of I_v in v")
        return (call("besseli", a[0] + 1, a[1]) + a[0] / a[1] * f) * derivative(a[1], name)
    if h == "apply":
        return _chain(f, name)
    if h == "integral":
        body, var, lo, hi = a
        inside = ZERO if var.args[0] == name else derivative(body, name)
        edge = derivative(hi, name) * substitute(body, {var.args[0]: hi}) - \
            derivative(lo, name) * substitute(body, {var.args[0]: lo})
        return edge if inside == ZERO else edge + Integral(inside, var, lo, hi)
    if h == "diff":
        return derivative(derivative(a[0], a[1].args[0]), name)
    if h == "matrix":
        return rebuild(f, [derivative(x, name) for x in children(f)])
    if len(a) != 1:
        raise Rejected(f"no derivative rule for {h}")
    return _outer(h, a[0]) * derivative(a[0], name)


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
    kids = children(f)
    return rebuild(f, [expanded(k) for k in kids]) if kids else f


def _chain(f: Formula, name: str) -> Formula:
    """d f(u_1, ..., u_m) for scalar slots: a function symbol carries the slots already differentiated, as `f;0;1`."""
    symbol, *args = f.args
    total: Formula | None = None
    for slot, u in enumerate(args):
        du = derivative(u, name)
        if du == ZERO:
            continue
        root, *done = symbol.args[0].split(";")
        deeper = Formula("sym", (";".join([root, *sorted([*done, str(slot)])]), symbol.args[1]))
        term = Formula("apply", (deeper, *args)) * du
        total = term if total is None else total + term
    return ZERO if total is None else total
