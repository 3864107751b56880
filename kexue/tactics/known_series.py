"""Infinite sums that are a known series at a number: power series at +-1 or at the base of a power in the term, and Hurwitz's zeta function."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ..certificates import Certificate, Goal
from ..formula import Formula, free_symbols, lift, oo, parts, substitute
from ..kernel import Rejected
from ..kernel.algebra import UNIT, Rat, poly
from ..kernel.normal import Normal
from ..kernel.theory import LAWS, Law
from .combine import first_of, normal, sign
from .laws import closed, possible
from .sequences import Use, use

SERIES: dict[str, Law] = {name: law for name, law in LAWS.items() if list(law.symbols) == ["z"] and any(f.head == "sum" for f in parts(law.states))}
EXPONENTS, SUMS, STEPS = 12, 3, 6


def search(goal: Goal) -> Certificate | None:
    """The value of every infinite sum without free variables in an equation, put in."""
    sums = [f for f in dict.fromkeys(parts(goal.claim)) if f.head == "sum" and f.args[3] == oo and f.args[2].head == "num" and not free_symbols(f)]
    if goal.claim.head != "eq" or not 0 < len(sums) <= SUMS:
        return None
    uses: list[Use] = []
    for f in sums:
        found = next((u for u in power_series(f) if possible(goal, u[0])), None) or hurwitz(f)
        if not found:
            return None
        uses += found
    return closed(goal, uses, first_of(normal, sign))


def power_series(f: Formula) -> Iterator[list[Use]]:
    """Laws one of whose sums, at a number z, is a multiple of f."""
    n = Normal(())
    try:
        value = n.scalar(f)
    except (Rejected, RecursionError):
        return
    for z in bases(f):
        for name, law in SERIES.items():
            for g in (g for g in parts(law.states) if g.head == "sum"):
                try:
                    r = n.mul(value, n.power(n.scalar(substitute(g, {"z": z})), -1))
                    if constant(r):
                        yield [use(name, z=z)]
                except (Rejected, RecursionError, ZeroDivisionError):
                    continue


def bases(f: Formula) -> list[Formula]:
    """1, -1, and numbers whose powers are in the term."""
    powers = [g.args[0] for g in parts(f.args[0]) if g.head == "pow" and g.args[0].head == "num" and free_symbols(g.args[1])]
    found = [q for g in powers for q in (g.args[0], -g.args[0]) if abs(q) not in (0, 1)]
    return [lift(q) for q in dict.fromkeys((Fraction(1), Fraction(-1), *found, *(1 / q for q in found)))]


def constant(r: Rat) -> bool:
    return r.den == poly(1) and r.num.keys() == {UNIT}


def hurwitz(f: Formula) -> list[Use] | None:
    """f as a multiple of the sum of (k + a)^-s over k >= 0, by zeta(s, a) and what is known of that."""
    body, k, lo, _ = f.args
    n, shifted = Normal((lift(0) <= k,)), substitute(body, {k.args[0]: k + lo})
    for a in (c for c in (lo.args[0] + d for d in (0, Fraction(-1, 2), Fraction(1, 2))) if c > 0):
        for s in range(2, EXPONENTS):
            try:
                q = n.scalar(shifted * (k + lift(a)) ** s)
            except (Rejected, RecursionError):
                return None
            even = [use("zeta.even", n=lift(s // 2))] if s % 2 == 0 else []
            if constant(q):
                first = Fraction(1, 2) if a.denominator == 2 else Fraction(1)
                if a - first > STEPS:
                    return None
                steps = [use("zeta.step", s=lift(s), a=lift(first + j)) for j in range(int(a - first))]  # zeta(s, a + 1) = zeta(s, a) - a^-s
                half = use("zeta.half" if first < 1 else "zeta.one", s=lift(s))
                return [use("hurwitz.series", s=lift(s), a=lift(a)), *reversed(steps), half, *even]
            if a == 1 and constant(n.mul(q, n.scalar(lift(-1) ** k))):
                return [use("zeta.alternating", s=lift(s)), *even]
    return None


__all__ = ["search"]
