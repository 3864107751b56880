"""Inequalities between inner products of vectors and matrices of any size: sums of squared norms, and the inequality of Cauchy and Schwarz."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import combinations
from typing import Any

from ..certificates import Certificate, Goal
from ..formula import Formula, children, free_symbols, lift, parts, to_data, tr
from ..kernel import Rejected
from ..kernel.algebra import Poly, poly
from ..kernel.normal import Normal
from .combine import accepted, lemma, normal, rewritten, rule, sign, using
from .combine import squares as weighted
from .gram import Block, gram, squares
from .linear import multipliers

LEAVES, PAIRS = 8, 6  # vectors beyond which nothing is tried
SUMS = ("add", "sub", "neg", "mul", "div")


@dataclass
class Inner(Block):
    """Vectors by their coefficients in some leaves, whose inner products are `products`."""

    products: list[list[Poly]]

    def entries(self) -> Iterator[tuple[int, int, Any]]:
        for j, v in enumerate(self.basis):
            for i, u in enumerate(self.basis[:j + 1]):
                q: dict[Any, Fraction] = {}
                for (k,), c in u.items():
                    for (m,), d in v.items():
                        for e, x in self.products[k][m].items():
                            q[e] = q.get(e, Fraction(0)) + c * d * x * (1 if i == j else 2)
                yield i, j, {e: x for e, x in q.items() if x}


def search(goal: Goal) -> Certificate | None:
    """A claim about inner products, as sums of squares, else by Cauchy and Schwarz, directly or with both sides squared."""
    sorts = [s.args[1] for s in free_symbols(goal.claim).values()]
    if goal.claim.head not in ("lt", "le") or not any(isinstance(s, tuple) and s[0] in ("vector", "matrix") for s in sorts):
        return None
    n = Normal(goal.hyps)
    by_size: dict[Any, list[Formula]] = {}
    try:
        for f in dict.fromkeys(leaves(n, goal.claim)):
            by_size.setdefault(n.shape(f), []).append(f)
        positive = [f.args[0] for f in dict.fromkeys(parts(goal.claim)) if f.head == "dot" and f.args[0] == f.args[1] and f.args[0].head in SUMS]
        positive += [f.args[0].args[1] for f in dict.fromkeys(parts(goal.claim)) if squared(f) and f.args[0].args[1].head in SUMS]
        for group in by_size.values():
            if (found := sums(goal, n, group)) is not None:
                return found
    except (Rejected, RecursionError):
        return None
    for f in positive:
        by_size[n.shape(f)].append(f)
    pairs = [[to_data(u), to_data(v)] for group in by_size.values() for u, v in combinations(group, 2)]
    products = [[to_data(x) for x in f.args] for group in by_size.values() for f in group if f.head == "matmul"]
    if not 0 < len(pairs) + len(products) <= PAIRS:
        return None

    def closed(g: Goal) -> Certificate | None:
        return normal(g) or sign(g) or added(g)

    def again(g: Goal) -> Certificate | None:
        return closed(g) or rewritten(moved(g.claim), rule("squares", {}, left=sign, right=sign, then=closed))(g)
    then = rule("cauchy", {"pairs": pairs, "products": products}, then=again)
    norms = [lemma(lift(0) <= tr(f.T @ f), by=weighted((lift(1), f))) for f in positive]  # without this their roots are not known to be real
    return (using(*norms, then=then) if norms else then)(goal)


def squared(f: Formula) -> bool:
    """Is f the trace of X^T X?"""
    return f.head == "tr" and f.args[0].head == "matmul" and f.args[0].args[0] == Formula("T", (f.args[0].args[1],))


def moved(claim: Formula) -> Formula:
    """The same relation with what is subtracted on one side added on the other."""
    sides: tuple[list[Formula], list[Formula]] = [], []

    def collect(f: Formula, side: int) -> None:
        if f.head in ("add", "sub", "neg"):
            for k, g in enumerate(f.args):
                collect(g, side ^ int(f.head == "neg" or f.head == "sub" and k == 1))
        else:
            sides[side].append(f)
    for k, f in enumerate(claim.args):
        collect(f, k)
    return Formula(claim.head, tuple(reduce(lambda a, b: a + b, side, lift(0)) for side in sides))


def added(goal: Goal) -> Certificate | None:
    """As a sum of multiples of the hypotheses."""
    found = multipliers(goal)
    return accepted(goal, lambda: {"rule": "linear", "terms": found}) if found else None


def leaves(n: Normal, f: Formula) -> Iterator[Formula]:
    """The vectors and matrices that inner products in f are made of, apart from sums and numbers."""
    if f.head == "dot":
        for x in f.args:
            yield from summands(n, x)
    elif f.head == "tr" and f.args[0].head == "matmul" and f.args[0].args[0].head == "T":
        for x in (f.args[0].args[0].args[0], f.args[0].args[1]):
            yield from summands(n, x)
    else:
        for g in children(f):
            yield from leaves(n, g)


def summands(n: Normal, f: Formula) -> Iterator[Formula]:
    if f.head in ("add", "sub", "neg"):
        for g in f.args:
            yield from summands(n, g)
    elif f.head in SUMS:
        yield from (x for g in f.args if n.shape(g) is not None for x in summands(n, g))
    else:
        yield f


def sums(goal: Goal, n: Normal, group: list[Formula]) -> Certificate | None:
    """right - left as a sum of squared norms of combinations of these vectors."""
    gap = n.sub(*(n.scalar(side) for side in reversed(goal.claim.args)))
    scalars = [s for s in free_symbols(goal.claim).values() if s.args[1] == "real"]
    group = [*group, *(s * f for s in scalars for f in group)]
    if gap.den != poly(1) or not gap.num or len(group) > LEAVES:
        return None
    inner = [[n.scalar(tr(u.T @ v)) for v in group] for u in group]
    if any(r.den != poly(1) for row in inner for r in row):
        return None
    basis: list[Any] = [{(k,): Fraction(1)} for k in range(len(group))]
    found = gram([Inner(None, {}, basis, [[r.num for r in row] for row in inner])], gap.num)  # type: ignore[arg-type]
    if found is None:
        return None
    terms = []
    for b, q in zip(*found, strict=True):
        for d, u in squares(q) or ():
            whole: dict[int, Fraction] = {}
            for c, v in zip(u, b.basis, strict=True):
                for (k,), x in v.items():
                    whole[k] = whole.get(k, Fraction(0)) + c * x
            summed = reduce(lambda a, b: a + b, [lift(c) * group[k] for k, c in sorted(whole.items()) if c])
            terms.append([to_data(lift(d)), to_data(summed)])
    return accepted(goal, lambda: {"rule": "sign", "terms": terms, "rest": to_data(lift(0))})


__all__ = ["search"]
