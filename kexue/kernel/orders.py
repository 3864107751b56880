"""Derivatives of symbolic order, by induction on the order."""

from __future__ import annotations

from typing import Any

from ..certificates import Goal
from ..formula import Formula, eq, free_symbols, lift, substitute
from .diff import derivative, expanded
from .logic import Result, bounded_below, relation
from .theory import pole_free
from .verdict import Accepted, Rejected, whole_number

CONTINUOUS = frozenset("add sub mul neg num sym const abs re im conj exp sin cos".split())


def open_in(h: Formula, x: str) -> bool:
    """The condition leaves an open set of values of x: strict relations between continuous functions, and what excludes a closed set."""
    if x not in free_symbols(h):
        return True
    if h.head in ("ne", "lt"):
        return all(map(continuous, h.args))
    if h.head == "not" and h.args[0].head == "and":
        inner = h.args[0].args[0]
        if inner.head == "eq" and inner.args[0].head == "im" and h == pole_free(inner.args[0].args[0]):
            return continuous(inner.args[0].args[0])
        return all(g.head in ("eq", "le") and all(map(continuous, g.args)) for g in h.args[0].args)
    return False


def continuous(f: Formula) -> bool:
    return f.head in CONTINUOUS and all(continuous(g) for g in f.args if isinstance(g, Formula))


def orders(goal: Goal, data: dict[str, Any]) -> Result:
    """The n-th derivative of f in x is g(n, x) for n >= m on an open set of x, if it is so for n = m and if g(n+1, x) is the
    derivative of g(n, x): equal functions on an open set have equal derivatives there."""
    left, right = relation(goal, "eq")
    if left.head != "ndiff" or left.args[2].head != "sym":
        raise Rejected("the left side is not a derivative of symbolic order")
    body, var, order = left.args
    (x, sort), base = var.args, whole_number(data["base"])
    symbol, others = bounded_below(goal, order.args[0], base)
    if sort not in ("real", "complex") or order.args[0] in free_symbols(body) or not all(open_in(h, x) for h in others):
        raise Rejected(f"the domain of {x} has to be open and free of the order")
    if not 0 <= base <= 8:
        raise Rejected("the order starts at a small number")
    first = body
    for _ in range(base):
        first = derivative(first, x)
    name = {order.args[0]: lift(base)}
    step = eq(derivative(right, x), substitute(right, {order.args[0]: symbol + 1}))
    hyps = (*others, lift(base) <= symbol)
    return Accepted(), {"first": (Goal(others, eq(expanded(first), substitute(right, name))), frozenset()),
                        "step": (Goal(hyps, step), frozenset({order.args[0]}))}
