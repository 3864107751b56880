"""Polynomial inequalities in a few real variables: factors of known sign, and sums of squares of binomials, times what the hypotheses give."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import reduce
from itertools import combinations, combinations_with_replacement, product
from typing import Any

from flint import fmpq, fmpq_mpoly_ctx

from ..certificates import Certificate, Goal
from ..formula import Formula, free_symbols, lift, to_data
from ..kernel import Rejected, subgoals
from ..kernel.algebra import poly
from ..kernel.normal import Normal
from .combine import accepted, sign, sturm
from .linear import feasible

Exps = tuple[int, ...]
Terms = dict[Exps, Fraction]
VARIABLES, DEGREE, BASIS, COLUMNS = 3, 8, 12, 160
RATIOS = (Fraction(1), Fraction(1, 2), Fraction(2))
MARGINS = (Fraction(1, 8), Fraction(1, 256), Fraction(0))


def search(goal: Goal, cases: bool = True) -> Certificate | None:
    """Factors, squares, and for a strict claim the same apart from x = 0."""
    claim = goal.claim
    symbols = sorted(free_symbols(claim).values(), key=lambda s: str(s.args[0])) if claim.head in ("lt", "le") else []
    if not 1 <= len(symbols) <= VARIABLES or any(s.args[1] != "real" for s in symbols):
        return None
    p = terms(claim.args[1] - claim.args[0], symbols)
    if p is None or max(map(sum, p), default=0) > DEGREE:
        return None
    found = accepted(goal, lambda: {"rule": "sign", "terms": [], "rest": to_data(factored(p, symbols))}) or squares(goal, p, symbols)
    for s in symbols if found is None and cases and claim.head == "lt" and len(symbols) > 1 else []:
        found = found or split(goal, s)
    return found


def split(goal: Goal, s: Formula) -> Certificate | None:
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


def terms(f: Formula, symbols: list[Formula]) -> Terms | None:
    """f as a polynomial in these symbols with rational coefficients."""
    names = [s.args[0] for s in symbols]
    try:
        r = Normal().scalar(f)
    except (Rejected, RecursionError):
        return None
    out: Terms = {}
    if r.den != poly(1):
        return None
    for m, c in r.num.items():
        if any(a not in names or k.denominator != 1 or k < 0 for a, k in m):
            return None
        powers = dict(m)
        out[tuple(int(powers.get(a, 0)) for a in names)] = c
    return out


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


def bases(p: Terms) -> list[Terms]:
    """Monomials whose squares may occur, and their binomials."""
    many, degree = len(next(iter(p))), max(map(sum, p))
    top = [max(e[k] for e in p) for k in range(many)]
    low = min(map(sum, p))
    found = [e for e in product(*(range(t // 2 + 1) for t in top)) if low <= 2 * sum(e) <= degree]
    if len(found) > BASIS:
        return []
    ratios = RATIOS if len(found) <= 6 else RATIOS[:1]
    return [*({e: Fraction(1)} for e in found), *({e: Fraction(1), f: s * r} for e, f in combinations(found, 2) for r in ratios for s in (1, -1))]


def squares(goal: Goal, p: Terms, symbols: list[Formula]) -> Certificate | None:
    """p = sum of c_k f_k^2 + sum of c_j g_j m_j^2 + a margin, with g_j >= 0 among the hypotheses or a product of two of them."""
    degree = max(map(sum, p), default=0)
    if not p or degree < 1:
        return None
    plain = bases(p)
    given = list(sides(goal, symbols))
    given += [(a * b, times(u, v)) for (a, u), (b, v) in combinations_with_replacement(given, 2)] if len(given) <= 4 else []
    columns: list[tuple[Formula | None, Terms, Terms]] = [(None, f, times(f, f)) for f in plain]
    for h, u in given:
        for f in [{(0,) * len(symbols): Fraction(1)}, *plain]:
            q = times(u, times(f, f))
            if max(map(sum, q), default=0) <= degree:
                columns.append((h, f, q))
    if not columns or len(columns) > COLUMNS:
        return None
    zero = (0,) * len(symbols)
    for margin in MARGINS if goal.claim.head == "lt" else (Fraction(0),):
        target = {**p, zero: p.get(zero, Fraction(0)) - margin}
        rows = sorted({e for _, _, q in columns for e in q} | set(target))
        x = feasible([[*(q.get(e, Fraction(0)) for _, _, q in columns), target.get(e, Fraction(0))] for e in rows])
        if x is None:
            continue
        used = [(c, g, f) for c, (g, f, _) in zip(x, columns, strict=True) if c]
        rest: Any = lift(margin)
        for c, g, f in used:
            if g is not None:
                rest = rest + lift(c) * g * written(f, symbols) ** 2
        own = [[to_data(lift(c)), to_data(written(f, symbols))] for c, g, f in used if g is None]
        certificate: Certificate = {"rule": "sign", "terms": own, "rest": to_data(rest)}
        return accepted(goal, certificate.copy)
    return None


def sides(goal: Goal, symbols: list[Formula]) -> Iterator[tuple[Formula, Terms]]:
    """What the hypotheses say is not negative, as polynomials."""
    for h in goal.hyps:
        if h.head in ("lt", "le"):
            g = h.args[1] - h.args[0] if h.args[0] != lift(0) else h.args[1]
            u = terms(g, symbols)
            if u:
                yield g, u


__all__ = ["search"]
