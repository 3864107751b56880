"""Derivatives of formulas by the textbook rules, without simplification."""

from __future__ import annotations

from fractions import Fraction

from ..formula import Formula, Integral, Sum, call, children, free_symbols, lift, pi, rebuild, substitute
from .verdict import Rejected

ZERO, ONE = lift(0), lift(1)


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
    h, a = f.head, f.args
    if h == "sym":
        return ONE if a[0] == name else ZERO
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
        inside = derivative(body, name)
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
