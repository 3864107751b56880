"""What the sampler needs of exact linear algebra, and of reading formulas."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from flint import arb, ctx, fmpq, fmpq_mat

from ..formula import Formula, children, free_symbols
from ..kernel.verdict import Rejected

F = Fraction


def rational(v: Any) -> Fraction:
    """A flint rational, or the midpoint of a ball, as a Fraction."""
    if isinstance(v, arb):
        v = v.mid().fmpq()
    return F(int(v.p), int(v.q))


def degree(f: Formula, name: str) -> int:
    """Degree of f as a polynomial in the entries of `name`; 9 where it is none."""
    if name not in free_symbols(f):
        return 0
    kids = [degree(x, name) for x in children(f)]
    if f.head == "sym":
        return 1
    if f.head in ("add", "sub", "neg", "T", "tr", "matrix"):
        return max(kids)
    if f.head in ("mul", "matmul", "dot"):
        return min(9, sum(kids))
    if f.head in ("div", "sum", "at"):
        return kids[0] if not any(kids[1:]) else 9
    if f.head == "pow" and f.args[1].head == "num" and f.args[1].args[0].denominator == 1 and 0 <= f.args[1].args[0] < 9:
        return min(9, kids[0] * int(f.args[1].args[0]))
    return 9


def flatten(v: Any) -> list[Fraction]:
    return [v] if isinstance(v, Fraction) else [q for x in v for q in flatten(x)]


def reshape(like: Any, flat: list[Fraction]) -> Any:
    it = iter(flat)

    def build(v: Any) -> Any:
        return next(it) if isinstance(v, Fraction) else [build(x) for x in v]
    return build(like)


def least_change(rows: list[list[Fraction]], rest: list[Fraction]) -> list[Fraction]:
    """The shortest x over Q with rows x = rest; Rejected where there is none."""
    def q(x: Fraction) -> fmpq:
        return fmpq(x.numerator, x.denominator)
    m = fmpq_mat([[q(x) for x in r] for r in rows])
    gram = m * m.transpose()
    n = len(rows)
    reduced, rank = fmpq_mat([[*gram.tolist()[i], q(rest[i])] for i in range(n)]).rref()
    y = [fmpq(0)] * n
    for r in range(rank):
        line = reduced.tolist()[r]
        pivot = next(j for j in range(n + 1) if line[j] != 0)
        if pivot == n:
            raise Rejected("the equations contradict each other")
        y[pivot] = line[n]
    x = m.transpose() * fmpq_mat([[v] for v in y])
    return [rational(v) for v in x.entries()]


def sphere_point(t: list[Fraction], sign: int) -> list[Fraction]:
    """A rational point of the unit sphere by stereographic projection."""
    s = sum((x * x for x in t), F(0))
    return [sign * (1 - s) / (1 + s), *(2 * x / (1 + s) for x in t)]


def orthonormal(first: list[list[Fraction]], d: int) -> list[list[Fraction]]:
    """An orthonormal rational basis of Q^d that begins with the given orthonormal vectors."""
    columns = [[F(i == j) for i in range(d)] for j in range(d)]
    for j, target in enumerate(first):
        y = [sum((a * b for a, b in zip(c, target, strict=True)), F(0)) for c in columns]
        v = [y[k] - (k == j) for k in range(d)]
        norm = sum((x * x for x in v), F(0))
        if sum((x * x for x in y), F(0)) != 1 or any(y[:j]):
            raise Rejected("not orthonormal")
        if norm:  # the reflection that carries e_j to y
            turned = [sum((v[k] * columns[k][i] for k in range(d)), F(0)) for i in range(d)]
            columns = [[c - 2 * v[k] * t / norm for c, t in zip(columns[k], turned, strict=True)] for k in range(d)]
    return columns


def root_name(f: Formula) -> str:
    while f.head in ("at", "T", "neg"):
        f = f.args[0]
    return str(f.args[0]) if f.head == "sym" else ""


def size_names(sort: Any) -> Iterator[str]:
    if isinstance(sort, Formula):
        yield from free_symbols(sort)
    elif isinstance(sort, tuple):
        for s in sort[1:]:
            yield from size_names(s)


def other_side(h: Formula, name: str) -> Formula:
    """The side of an equation that does not mention `name`."""
    left, right = h.args
    other: Formula = right if name not in free_symbols(right) else left
    return other


def span_names(f: Formula) -> Iterator[str]:
    """Symbols that bound a sum over the members of a family."""
    def indexed(g: Formula, name: str) -> bool:
        return g.head == "at" and name in free_symbols(g.args[1]) or any(indexed(x, name) for x in children(g))
    if f.head in ("sum", "prod") and indexed(f.args[0], f.args[1].args[0]):
        yield from free_symbols(f.args[3])
    for x in children(f):
        yield from span_names(x)


def index_names(f: Formula) -> Iterator[str]:
    """Symbols that stand in the index of a family."""
    if f.head == "at":
        yield from free_symbols(f.args[1])
    for x in children(f):
        yield from index_names(x)


def inside_every(h: Formula) -> Formula:
    while h.head == "every":
        h = h.args[0]
    return h


def bracketed_root(f: Callable[[Fraction], Any], left: Fraction, right: Fraction, rng: random.Random, bits: int) -> Fraction:
    """A zero of f in [left, right], to about `bits` bits: a change of sign, bisection, then the secant rule.  Raises Rejected
    where f does not change its sign on a grid."""
    def sign(q: Fraction) -> int:
        try:
            v = f(q)
        except Rejected:
            return 0
        return 1 if v > 0 else -1 if v < 0 else 0
    grid = [left + (right - left) * F(k, 48) for k in range(49)]
    with ctx.workprec(64):
        signs = [sign(q) for q in grid]
        brackets = [k for k in range(48) if signs[k] * signs[k + 1] < 0]
        if not brackets:
            raise Rejected("no change of sign")
        k = rng.choice(brackets)
        a, b = grid[k], grid[k + 1]
        for _ in range(14):
            middle = (a + b) / 2
            a, b = (middle, b) if sign(middle) == signs[k] else (a, middle)
    fa, fb = f(a), f(b)
    for _ in range(30):
        step = fb * arb(fmpq((b - a).numerator, (b - a).denominator)) / (fb - fa)
        if not step.is_finite() or abs(step) < arb(2) ** (8 - bits):
            break
        a, b, fa = b, rational((arb(fmpq(b.numerator, b.denominator)) - step).mid()), fb
        fb = f(b)
    return b
