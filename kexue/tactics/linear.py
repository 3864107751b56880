"""Multiples of the inequalities among the hypotheses that add up to a claim: a small exact simplex method finds them, the kernel adds them up."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..certificates import Goal
from ..kernel import Rejected
from ..kernel.algebra import Mono, Poly, poly, scaled
from ..kernel.normal import Normal

MANY, STEPS = 30, 60


def multipliers(goal: Goal) -> list[list[Any]]:
    """[number of the hypothesis, multiple] for right - left; empty where nothing is found."""
    try:
        n = Normal(goal.hyps)
        left, right = goal.claim.args
        target = n.sub(n.scalar(right), n.scalar(left))
        if target.den != poly(1) or not target.num:
            return []
        rows: list[tuple[int, Poly]] = []
        for k, h in enumerate(goal.hyps):
            if h.head in ("lt", "le"):
                gap = n.sub(n.scalar(h.args[1]), n.scalar(h.args[0]))
                if gap.den == poly(1) and gap.num:
                    rows.append((k, gap.num))
                elif (s := n.poly_sign(gap.den)) in (">", "<"):
                    rows.append((k, scaled(gap.num, 1 if s == ">" else -1)))
    except (Rejected, RecursionError):
        return []
    wanted = set(target.num)
    used: list[tuple[int, Poly]] = []
    while True:  # what shares a term with the claim, or with what does
        more = [r for r in rows if r not in used and any(m in wanted for m in r[1])]
        if not more:
            break
        used += more
        wanted |= {m for _, p in more for m in p}
    if not used or len(used) > MANY:
        return []
    table: list[list[Fraction]] = []
    monos: list[Mono] = sorted(wanted)
    slacks = [m for m in monos if n.mono_sign(m)[:1] in (">", "<")]
    for m in monos:
        unit = Fraction(1 if n.mono_sign(m)[:1] == ">" else -1)
        table.append([*(p.get(m, Fraction(0)) for _, p in used), *(unit if m == s else Fraction(0) for s in slacks), target.num.get(m, Fraction(0))])
    found = feasible(table)
    return [] if found is None else [[k, str(c)] for (k, _), c in zip(used, found, strict=False) if c]


def feasible(rows: list[list[Fraction]]) -> list[Fraction] | None:
    """x >= 0 with sum a_j x_j = b for each row [a_1, ..., a_n, b], by the first phase of the simplex method with Bland's rule."""
    rows = [[-x for x in r] if r[-1] < 0 else list(r) for r in rows]
    many = len(rows[0]) - 1
    basis = [many + i for i in range(len(rows))]  # artificial variables, whose columns are not stored
    for _ in range(STEPS):
        short = [r for r, b in zip(rows, basis, strict=True) if b >= many]
        enter = next((j for j in range(many) if j not in basis and sum(r[j] for r in short) > 0), None)
        if enter is None:
            break
        candidates = [(r[-1] / r[enter], basis[i], i) for i, r in enumerate(rows) if r[enter] > 0]
        _, _, leave = min(candidates)
        pivot = [x / rows[leave][enter] for x in rows[leave]]
        rows = [pivot if i == leave else [x - r[enter] * y for x, y in zip(r, pivot, strict=True)] if r[enter] else r for i, r in enumerate(rows)]
        basis[leave] = enter
    if any(r[-1] != 0 for r, b in zip(rows, basis, strict=True) if b >= many):
        return None
    out = [Fraction(0)] * many
    for r, b in zip(rows, basis, strict=True):
        if b < many:
            out[b] = r[-1]
    return out


__all__ = ["multipliers"]
