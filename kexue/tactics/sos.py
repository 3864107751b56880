"""Polynomial inequalities by sums of squares: p = s_0 + sum s_j g_j, with s_j sums of squares of polynomials and g_j what the hypotheses say is
not negative, or products of two of these (Putinar, Schmuedgen).

`gram` finds the s_j; the kernel multiplies out."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import reduce
from itertools import combinations_with_replacement, product
from math import comb

from ..certificates import Certificate, Goal
from ..formula import Formula, lift, to_data
from ..kernel import Rejected, subgoals
from .combine import accepted, sign, sturm
from .gram import Block, Matrix, gram, squares
from .polynomials import Exps, Terms, fraction, roots, sides, times, variables, written

VARIABLES, DEGREE, BASIS, UNKNOWNS = 6, 8, 28, 900  # beyond these nothing is tried


def search(goal: Goal, cases: bool = True) -> Certificate | None:
    """The claim without its denominators as sums of squares, a strict one also apart from x = 0."""
    symbols = roots(goal, variables(goal))
    if not 1 <= len(symbols) <= VARIABLES:
        return None
    found = fraction(goal.claim.args[1] - goal.claim.args[0], symbols)
    if found is None:
        return None
    p, below = found
    zero = (0,) * len(symbols)
    if below.keys() != {zero}:
        return scaled(goal, written(below, symbols), p, symbols) if len(below) * len(p) < UNKNOWNS else None
    p = {e: c / below[zero] for e, c in p.items()}
    out = proved(goal, p, symbols) or multiplied(goal, p, symbols)
    for s in symbols if out is None and cases and goal.claim.head == "lt" and len(symbols) > 1 else []:
        out = out or split(goal, s)
    return out


def split(goal: Goal, s: Formula) -> Certificate | None:
    """Below, at and above s = 0."""
    certificate: Certificate = {"rule": "cases", "on": to_data(s)}
    try:
        _, rest = subgoals(goal, certificate)
    except Rejected:
        return None
    for name, (g, _) in rest.items():
        if (found := sign(g) or sturm(g) or search(g, False)) is None:
            return None
        certificate[name] = found
    return certificate


def multiplied(goal: Goal, p: Terms, symbols: list[Formula]) -> Certificate | None:
    """p times 1 + x^2 + y^2 + ..., for a p that is a sum of squares of rational functions only; where all variables are positive, times
    1 + x + y + ...; without the 1 where p is homogeneous (Polya, Reznick)."""
    many, low, high = len(symbols), min(map(sum, p), default=0), max(map(sum, p), default=0)
    given = [h for h in goal.hyps if h.head in ("lt", "le")]
    orthant = all((lift(0) < s) in given for s in symbols)
    if many < 2 or high < 3 or given and not orthant:
        return None
    more = {tuple((1 if orthant else 2) * (i == k) for i in range(many)): Fraction(1) for k in range(many)}
    if low != high or not orthant:
        more[(0,) * many] = Fraction(1)
    return scaled(goal, written(more, symbols), times(p, more), symbols)


def scaled(goal: Goal, by: Formula, p: Terms, symbols: list[Formula]) -> Certificate | None:
    """Both sides multiplied by what is positive."""
    certificate: Certificate = {"rule": "scale", "by": to_data(by), "claim": to_data(Formula(goal.claim.head, (lift(0), written(p, symbols))))}
    try:
        _, rest = subgoals(goal, certificate)
    except (Rejected, RecursionError):
        return None
    for name, (g, _) in rest.items():
        if (found := sign(g) or proved(g, p, symbols)) is None:
            return None
        certificate[name] = found
    return certificate


def proved(goal: Goal, p: Terms, symbols: list[Formula]) -> Certificate | None:
    if not p or not 1 <= max(map(sum, p)) <= DEGREE:
        return None
    found = blocks(goal, p, symbols)
    if not found or sum(comb(len(b.basis) + 1, 2) for b in found) > UNKNOWNS:
        return None
    if goal.claim.head == "le":
        return written_out(goal, gram(found, p), lift(0), symbols)
    for term, q in margins(goal, symbols, max(map(sum, p))):  # a strict claim keeps a distance
        for c in (Fraction(1, 16), Fraction(1, 1024)):
            rest = {e: p.get(e, Fraction(0)) - c * q.get(e, Fraction(0)) for e in {**p, **q}}
            if (out := written_out(goal, gram(found, {e: v for e, v in rest.items() if v}), c * term, symbols)) is not None:
                return out
    return None


def margins(goal: Goal, symbols: list[Formula], degree: int) -> Iterator[tuple[Formula, Terms]]:
    """What is positive: 1, and products of what the hypotheses say is."""
    zero = (0,) * len(symbols)
    yield lift(1), {zero: Fraction(1)}
    strict = [(g, u) for g, u, s in sides(goal, symbols) if s]
    for k in range(1, degree + 1) if len(strict) <= 4 else ():
        for chosen in combinations_with_replacement(strict, k) if comb(len(strict) + k - 1, k) <= 4 else ():
            q = reduce(times, (u for _, u in chosen))
            if max(map(sum, q), default=0) <= degree:
                yield reduce(lambda a, b: a * b, (g for g, _ in chosen)), q


def blocks(goal: Goal, p: Terms, symbols: list[Formula]) -> list[Block]:
    """A block for 1 and one for every multiplier, each with the monomials that fit between the least and the greatest degree of p."""
    zero = (0,) * len(symbols)
    given = [(g, u) for g, u, _ in sides(goal, symbols)]
    given += [(a * b, times(u, v)) for (a, u), (b, v) in combinations_with_replacement(given, 2) if a != b] if len(given) <= 4 else []
    low, high = min(map(sum, p)), max(map(sum, p))
    low = low if all(len(u) == 1 for _, u in given) else 0
    out = []
    for g, u in [(None, {zero: Fraction(1)}), *given]:
        least, most = min(map(sum, u), default=0), max(map(sum, u), default=0)
        if comb(len(symbols) + max(high - most, 0) // 2, len(symbols)) > 4 * BASIS:
            continue
        found = [e for e in product(range(max(high - most, 0) // 2 + 1), repeat=len(symbols))
                 if most <= high and 2 * sum(e) + most <= high and 2 * sum(e) + least >= low]
        if not given:
            found = thinned(found, p)
        if 0 < len(found) <= BASIS:
            out.append(Block(g, u, [{e: Fraction(1)} for e in sorted(found)]))
    return out if out and out[0].g is None or given else []


def thinned(basis: list[Exps], p: Terms) -> list[Exps]:
    """Without the monomials whose square cannot cancel and is not in p: their row of the Gram matrix is zero."""
    while True:
        sums = [tuple(a + b for a, b in zip(e, f, strict=True)) for k, e in enumerate(basis) for f in basis[:k]]
        known = {*p, *sums}
        kept = [e for e in basis if tuple(2 * a for a in e) in known]
        if len(kept) == len(basis):
            return kept
        basis = kept


def written_out(goal: Goal, solved: tuple[list[Block], list[Matrix]] | None, rest: Formula, symbols: list[Formula]) -> Certificate | None:
    """The certificate of the rule `sign`."""
    if solved is None:
        return None
    terms = []
    for b, q in zip(*solved, strict=True):
        for d, u in squares(q) or ():
            f: Terms = {}
            for c, e in zip(u, b.basis, strict=True):
                for m, v in e.items():
                    f[m] = f.get(m, Fraction(0)) + c * v
            terms.append([to_data(lift(d) if b.g is None else d * b.g), to_data(written({m: v for m, v in f.items() if v}, symbols))])
    return accepted(goal, lambda: {"rule": "sign", "terms": terms, "rest": to_data(rest)})


__all__ = ["search"]
