"""Polynomials in a few real variables with rational coefficients, and inequalities between them by factors of known sign."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import reduce
from itertools import product
from math import lcm

from flint import fmpq, fmpq_mpoly_ctx

from ..certificates import Certificate, Goal
from ..formula import Formula, free_symbols, lift, to_data
from ..kernel import Rejected
from ..kernel.algebra import Poly
from ..kernel.normal import Normal
from .combine import accepted

Exps = tuple[int, ...]
Terms = dict[Exps, Fraction]
DEGREE, ROOTS = 12, 4


def search(goal: Goal) -> Certificate | None:
    """The sign of the product of the factors of right minus left."""
    symbols = variables(goal)
    p = terms(goal.claim.args[1] - goal.claim.args[0], symbols) if symbols else None
    if not p or max(map(sum, p)) > DEGREE:
        return None
    return accepted(goal, lambda: {"rule": "sign", "terms": [], "rest": to_data(factored(p, symbols))})


def variables(goal: Goal) -> list[Formula]:
    """The variables of an inequality, if all of them are real."""
    found = sorted(free_symbols(goal.claim).values(), key=lambda s: str(s.args[0])) if goal.claim.head in ("lt", "le") else []
    return found if all(s.args[1] == "real" for s in found) else []


def terms(f: Formula, symbols: list[Formula]) -> Terms | None:
    """f as a polynomial in these symbols with rational coefficients."""
    found = fraction(f, symbols)
    return found[0] if found is not None and found[1] == {(0,) * len(symbols): Fraction(1)} else None


def fraction(f: Formula, symbols: list[Formula]) -> tuple[Terms, Terms] | None:
    """f as a quotient of polynomials in these symbols, or in roots of them, with rational coefficients."""
    orders = {s.args[0] if s.head == "sym" else s.args[0].args[0]: 1 if s.head == "sym" else s.args[1].args[0].denominator for s in symbols}
    try:
        r = Normal([lift(0) <= s.args[0] for s in symbols if s.head == "pow"]).scalar(f)
    except (Rejected, RecursionError):
        return None
    if any(a not in orders or (k * orders[a]).denominator != 1 for part in r for m in part for a, k in m):
        return None
    lows = {a: min((k * m for part in r for mono in part for b, k in mono if a == b), default=0) for a, m in orders.items()}

    def whole(part: Poly) -> Terms:  # a power below 0 is a denominator
        return {tuple(int(dict(m).get(a, 0) * k - min(lows[a], 0)) for a, k in orders.items()): c for m, c in part.items()}
    return whole(r.num), whole(r.den)


def roots(goal: Goal, symbols: list[Formula]) -> list[Formula]:
    """The symbols, with a root in place of those that occur under one and are not negative."""
    positive = {s.args[0]: h for s in symbols for h in (lift(0) < s, lift(0) <= s) if h in goal.hyps}
    try:
        r = Normal(tuple(positive.values())).scalar(goal.claim.args[1] - goal.claim.args[0])
    except (Rejected, RecursionError):
        return symbols
    orders = [lcm(*(Fraction(k).denominator for part in r for m in part for a, k in m if a == s.args[0])) for s in symbols]
    return [s ** Fraction(1, k) if 1 < k <= ROOTS and s.args[0] in positive else s for s, k in zip(symbols, orders, strict=True)]


def monomial(e: Exps, symbols: list[Formula]) -> Formula:
    parts = [s if k == 1 else s ** k for s, k in zip(symbols, e, strict=True) if k]
    return reduce(lambda a, b: a * b, parts) if parts else lift(1)


def written(p: Terms, symbols: list[Formula]) -> Formula:
    parts = [lift(c) * monomial(e, symbols) for e, c in sorted(p.items(), reverse=True)]
    return reduce(lambda a, b: a + b, parts) if parts else lift(0)


def factored(p: Terms, symbols: list[Formula]) -> Formula:
    """The factors over the rational numbers, squares as squares."""
    ring = fmpq_mpoly_ctx.get([f"v{k}" for k in range(len(symbols))], "lex")
    constant, factors = ring.from_dict({e: fmpq(c.numerator, c.denominator) for e, c in p.items()}).factor()
    out = lift(Fraction(int(constant.p), int(constant.q)))
    for g, m in factors:
        base = written({tuple(map(int, e)): Fraction(int(c.p), int(c.q)) for e, c in g.to_dict().items()}, symbols)
        out = out * (base ** int(m) if int(m) > 1 else base)
    return out


def times(p: Terms, q: Terms) -> Terms:
    out: Terms = {}
    for (e, c), (f, d) in product(p.items(), q.items()):
        key = tuple(a + b for a, b in zip(e, f, strict=True))
        out[key] = out.get(key, Fraction(0)) + c * d
    return {e: c for e, c in out.items() if c}


def sides(goal: Goal, symbols: list[Formula]) -> Iterator[tuple[Formula, Terms, bool]]:
    """What the hypotheses say is not negative, as polynomials, and whether it is positive."""
    for h in goal.hyps:
        if h.head in ("lt", "le"):
            g = h.args[1] - h.args[0] if h.args[0] != lift(0) else h.args[1]
            u = terms(g, symbols)
            if u:
                yield g, u, h.head == "lt"
    for k, s in enumerate(symbols):
        if s.head == "pow":
            yield s, {tuple(int(i == k) for i in range(len(symbols))): Fraction(1)}, (lift(0) < s.args[0]) in goal.hyps


__all__ = ["search"]
