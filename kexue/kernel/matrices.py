"""Rules about matrices of any size: equality by a norm, and by a linear differential equation."""

from __future__ import annotations

from typing import Any

from ..certificates import Goal
from ..formula import Formula, eq, expm, eye, free_symbols, lift, substitute, tr
from .calculus import smooth
from .diff import derivative, read
from .logic import NONE, Result, relation
from .normal import Normal
from .verdict import Accepted, Rejected


def by_norm(goal: Goal, data: dict[str, Any]) -> Result:
    """A = B for real matrices or vectors from tr (A - B)^T (A - B) = 0: this trace is the sum of the squares of the entries of A - B."""
    left, right = relation(goal, "eq")
    n = Normal(goal.hyps)
    if n.shape(left) != n.shape(right) or not all(n.real_mat(n.mat(f)[0]) for f in (left, right)):
        raise Rejected("two real matrices of one size are needed")
    gap = left - right
    return Accepted(conditions=tuple(n.conditions)), {"norm": (Goal(goal.hyps, eq(tr(gap.T @ gap), 0)), NONE)}


def evolution(goal: Goal, data: dict[str, Any]) -> Result:
    """X(t) = Y(t) for all real t from X(0) = Y(0), X' = K X and Y' = K Y, where K does not depend on t and X and Y are smooth on the whole
    line: a linear differential equation has one solution with a given initial value.  For X = exp(tK) both are known, with X(0) = I."""
    left, right = relation(goal, "eq")
    name, K = data["var"], read(data["generator"], goal)
    t = Formula("sym", (name, "real"))
    if free_symbols(goal.claim).get(name) != t or any(name in free_symbols(f) for f in (K, *goal.hyps)):
        raise Rejected(f"{name} is not a free real variable, or occurs in the generator or in a hypothesis")
    n = Normal(goal.hyps)
    shape = n.shape(left)
    if shape is None or n.shape(right) != shape or n.shape(K) != (shape[0], shape[0]):
        raise Rejected("two matrices of one size and a generator that acts on them are needed")
    for side in (left, right):
        smooth(n, side, name)
    exponential = "size" in data
    start = eye(read(data["size"], goal)) if exponential else substitute(left, {name: lift(0)})
    if exponential and (left != expm(t * K) or n.shape(start) != shape):
        raise Rejected("the left side is not exp(t K) with K of the size in the certificate")
    flows = {part: (Goal(goal.hyps, eq(derivative(f, name), K @ f)), frozenset({name}))
             for part, f in (("right", right), *(() if exponential else (("left", left),)))}
    return Accepted(), {"initial": (Goal(goal.hyps, eq(substitute(right, {name: lift(0)}), start)), NONE), **flows}


__all__ = ["by_norm", "evolution"]
