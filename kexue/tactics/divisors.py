"""Greatest common divisors, least common multiples, remainders and Euler's phi: the relations that the kernel's valuations need."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..certificates import Certificate, Goal
from ..formula import Formula, free_symbols, lift, to_data
from ..kernel import Rejected
from ..kernel.algebra import Mono, Poly, plus, poly, scaled
from ..kernel.normal import Normal
from .combine import Tactic, cases, normal, rule, sign
from .integers import parts

HEADS = {"gcd", "lcm", "mod", "totient"}
SPLIT = ("gcd", "lcm", "mul", "div", "abs", "neg", "pow", "totient", "mod", "min", "eq", "ne", "le", "and", "or")
LINKS = 6
Link = tuple[Formula, list[tuple[Formula, Formula]]]


def leaves(f: Formula) -> Iterator[Formula]:
    """The sums, symbols and sequences that products, gcd and lcm are made of."""
    if f.head in SPLIT:
        for g in f.args[:1] if f.head == "pow" else f.args:
            yield from leaves(g)
    elif free_symbols(f):
        yield f


def close(goal: Goal) -> Certificate | None:
    return normal(goal) or sign(goal)


def links(goal: Goal) -> list[Link]:
    """Relations f = q g + r between leaves, where r is simpler than f."""
    n = Normal(goal.hyps)
    known: dict[Formula, Poly] = {}
    terms: dict[str, Formula] = {}
    for h in (goal.claim, *goal.hyps):
        for g in parts(h):
            try:
                if g.head in ("sym", "fibonacci", "lucas", "pow", "mod") and len(p := n.scalar(g).num) == 1 and (m := next(iter(p))) and m[0][1] == 1 == len(m):
                    terms.setdefault(m[0][0], g)
            except Rejected:
                continue
        for g in leaves(h):
            try:
                if n.scalar(g).den == poly(1):
                    known.setdefault(g, n.scalar(g).num)
            except Rejected:
                continue
    found: dict[str, Link] = {}
    for f, p in known.items():
        for g, q in known.items():
            for factor, rest in quotients(n, p, q, terms) if f != g else ():
                r = f - factor * g
                if not rest:
                    found.setdefault(repr((f, g)), (f, [(factor, g)]))
                elif len(rest) < max(len(p), 2) or len(rest) == 1:
                    found.setdefault(repr(r), (r, [(lift(1), f), (-factor, g)]))
                    found.setdefault(repr((f, r)), (f, [(factor, g), (lift(1), r)]))
    return list(found.values())[:2 * LINKS]


def quotients(n: Normal, p: Poly, q: Poly, terms: dict[str, Formula]) -> Iterator[tuple[Formula, Poly]]:
    """Monomials m with p - m q shorter than p, and this."""
    for top in p:
        for low in q:
            c = p[top] / q[low]
            over = dict(top)
            for a, k in low:
                over[a] = over.get(a, lift(0).args[0]) - k
            if c.denominator > 1 or any(k < 0 or k and a not in terms for a, k in over.items()):
                continue
            mono: Mono = tuple(sorted((a, k) for a, k in over.items() if k))
            rest = plus(p, scaled(n.times(q, {mono: c}), -1))
            if len(rest) <= len(p):
                factor = lift(c)
                for a, k in mono:
                    factor = factor * (terms[a] if k == 1 else terms[a] ** int(k))
                yield factor, rest


def valued(goal: Goal) -> Certificate | None:
    """Without relations, or with those between the terms."""
    for found in ([], links(goal)):
        data: dict[str, Any] = {"relations": [[to_data(t), [[to_data(m), to_data(x)] for m, x in terms]] for t, terms in found]}
        certificate = rule("valuations", data, **{f"sign{j}": positive for j in range(4)})(goal)
        if certificate is not None:
            return certificate
    return None


def positive(goal: Goal) -> Certificate | None:
    """0 <= f for an integer polynomial, by the sign of a variable in it."""
    found = close(goal)
    if found is None:
        for x in free_symbols(goal.claim).values():
            if x.args[1] == "integer" and (found := cases(x, below=close, at=close, above=close)(goal)) is not None:
                break
    return found


def split(then: Tactic) -> Tactic:
    """By residues: modulo 2 where a sign alternates, or modulo a constant."""
    def run(goal: Goal) -> Certificate | None:
        for g in parts(goal.claim):
            if g.head == "pow" and g.args[0] in (lift(-1), -lift(1)):
                for name in free_symbols(g.args[1]):
                    return rule("residues", {"var": name, "modulus": 2}, residue0=then, residue1=then)(goal)
        return None
    return run


def search(goal: Goal) -> Certificate | None:
    """Valuations, if the claim is about divisors."""
    if goal.claim.head not in ("eq", "le") or not any(g.head in HEADS for g in parts(goal.claim)):
        return None
    if any(g.head in ("sum", "prod", "integral", "piecewise", "limit") for g in parts(goal.claim)):
        return None
    try:
        return valued(goal) or split(valued)(goal)
    except Rejected:
        return None
