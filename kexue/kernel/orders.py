"""Derivatives of symbolic order, by induction on the order."""

from __future__ import annotations

from typing import Any

from ..certificates import Goal
from ..formula import Formula, eq, free_symbols, lift, parts, replaced, substitute
from .algebra import UNIT
from .branches import positive, reachable
from .calculus import polynomial
from .diff import derivative, expanded, read
from .laws import domain_of, strict
from .logic import Result, bounded_below, fits, relation
from .normal import Normal
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
    p = positive(h)  # "and" and "or" of open conditions are open
    return p.head in ("and", "or") and all(open_in(g, x) for g in p.args)


def continuous(f: Formula) -> bool:
    return f.head in CONTINUOUS and all(continuous(g) for g in f.args if isinstance(g, Formula))


def orders(goal: Goal, data: dict[str, Any]) -> Result:
    """A relation P(n) between derivatives of orders n + c, with coefficients that are polynomials in x, or the value of one of order n, holds
    for n >= m on an open set of x, if P(m) does and P(n + 1) follows from P(n) and what P(n) becomes when both sides are differentiated:
    equal functions on an open set have equal derivatives there.

    Where both sides of P(n + 1) are defined, so is the derivative of order n + 1 + c for the greatest c of each function, hence both
    sides of P(n) are defined and differentiable near x, and equal there by induction."""
    left, right = relation(goal, "eq")
    terms = [f for f in parts(goal.claim) if f.head == "ndiff"]
    if not terms or len({f.args[1] for f in terms}) > 1:
        raise Rejected("derivatives of symbolic order in one variable are needed")
    var, base = terms[0].args[1], whole_number(data["base"])
    value = terms == [left] and left.args[2].head == "sym"
    (x, sort), name = var.args, str(left.args[2].args[0] if value else data["var"])
    symbol, others = bounded_below(goal, name, base)
    if sort not in ("real", "complex") or not all(open_in(h, x) for h in others) or not 0 <= base <= 8:
        raise Rejected(f"the domain of {x} has to be open and free of the order, which starts at a small number")
    n = Normal(goal.hyps)
    for f in terms:
        c = n.sub(n.scalar(f.args[2]), n.scalar(symbol))
        if name in free_symbols(f.args[0]) or not (n.whole(c) and n.nonneg(c) and c.num.keys() <= {UNIT}):
            raise Rejected("the orders of the derivatives have to be n, n + 1, ..., and the functions free of n")
    for side in () if value else (left, right):
        for f in terms:  # of the derivatives too
            side = replaced(side, f, var)
        polynomial(n, side, x)
    after, hyps = substitute(goal.claim, {name: symbol + 1}), (*others, lift(base) <= symbol)
    step = Goal(hyps, eq(derivative(right, x), after.args[1])) if value else Goal(
        (*hyps, goal.claim, eq(derivative(left, x), derivative(right, x))), after)
    return Accepted(), {"first": (Goal(others, expanded(substitute(goal.claim, {name: lift(base)}))), frozenset()), "step": (step, frozenset({name}))}


def point(goal: Goal, data: dict[str, Any]) -> Result:
    """A derivative of symbolic order at x = c, in the claim, is replaced by g(c): it is g(x) for all x that satisfy the conditions `on`,
    which c does, and g(c) is visibly defined.  x is no name of the goal."""
    term = next((f for f in reachable(goal.claim) if f.head == "nslope"), None)
    if term is None:
        raise Rejected("there is no derivative of symbolic order at a point")
    body, var, order, at = term.args
    x, n = var.args[0], Normal(goal.hyps)
    g, on = read(data["value"], goal), [read(h, goal) for h in data["on"]]
    if x in goal.names or any(set(free_symbols(f)) - {x, *goal.names} for f in (g, *on)) or not fits(n, var, at, {}):
        raise Rejected(f"{x} also occurs outside, the value has other names, or the point is of another sort")
    value = substitute(g, {x: at})
    if any(domain_of(n, t) for t in strict(value)) or n.conditions:
        raise Rejected("the value may be undefined at the point")
    return Accepted(), {"lemma": (Goal((*goal.hyps, *on), eq(Formula("ndiff", (body, var, order)), g)), frozenset({x})),
                        **{f"on{j}": (Goal(goal.hyps, substitute(h, {x: at})), frozenset[str]()) for j, h in enumerate(on)},
                        "then": (Goal(goal.hyps, replaced(goal.claim, term, value)), frozenset())}
