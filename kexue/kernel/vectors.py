"""The rule that uses the inequality of Cauchy and Schwarz."""

from __future__ import annotations

from typing import Any

from ..certificates import Goal
from ..formula import Formula, free_symbols, sqrt, tr
from .diff import read
from .logic import NONE, Result
from .normal import Normal
from .verdict import Accepted, Rejected


def cauchy(goal: Goal, data: dict[str, Any]) -> Result:
    """For real matrices U, V of one size, with <U, V> = tr U^T V (for vectors the dot product): <U, V>^2 <= <U, U> <V, V> and
    -|U| |V| <= <U, V> <= |U| |V| join the hypotheses for every pair in the certificate (Horn and Johnson, Matrix Analysis, 5.1.4); for every
    product U V in it, |U V|^2 <= |U|^2 |V|^2 (5.6: Frobenius' norm)."""
    n, hyps = Normal(goal.hyps), goal.hyps
    for u, v in [[known(goal, n, x) for x in pair] for pair in data["pairs"]]:
        if n.shape(u) != n.shape(v):
            raise Rejected("two matrices or vectors of one size are needed")
        product, size = tr(u.T @ v), sqrt(tr(u.T @ u)) * sqrt(tr(v.T @ v))
        hyps = (*hyps, product ** 2 <= tr(u.T @ u) * tr(v.T @ v), product <= size, -size <= product)
    for u, v in [[known(goal, n, x) for x in pair] for pair in data["products"]]:
        if n.shape(u @ v) is not None:
            hyps = (*hyps, tr((u @ v).T @ (u @ v)) <= tr(u.T @ u) * tr(v.T @ v))
    return Accepted(conditions=tuple(n.conditions)), {"then": (Goal(hyps, goal.claim), NONE)}


def known(goal: Goal, n: Normal, data: Any) -> Formula:
    """A real matrix of a symbolic size, in the variables of the goal."""
    m = read(data, goal)
    if not free_symbols(m).keys() <= goal.names or n.shape(m) is None or n.explicit(m) or not n.real_mat(n.mat(m)[0]):
        raise Rejected("a real matrix of symbolic size is needed, in the variables of the claim")
    return m


__all__ = ["cauchy"]
