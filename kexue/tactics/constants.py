"""Relations between constants, by enclosures at rising precision."""

from __future__ import annotations

from flint import acb, ctx, fmpq

from ..certificates import Certificate, Goal
from ..formula import Formula, children, free_symbols
from ..kernel import Rejected
from ..kernel.enclosure import PRECISIONS, sides
from .combine import accepted

COUNTED = frozenset(  # heads whose values are whole numbers, known exactly once an enclosure is small
    "floor ceiling mod gcd lcm fibonacci lucas catalan partition totient mobius primepi prime divisor_sigma legendre_symbol jacobi_symbol "
    "kronecker_symbol factorial2 subfactorial bell euler bernoulli stirling heaviside sign max min delta binomial".split())
DIGITS = 512


def heads(f: Formula) -> set[str]:
    return {f.head}.union(*map(heads, children(f)))


def search(goal: Goal) -> Certificate | None:
    """Enclosures that decide it, at the lowest precision; none for what looks equal at many digits, or looks false."""
    claim = goal.claim
    if claim.head not in ("lt", "le", "ne", "eq") or free_symbols(claim) or claim.head == "eq" and not COUNTED & heads(claim):
        return None
    for prec in PRECISIONS[:-1]:
        try:
            with ctx.workprec(prec):
                u, v = sides(claim)
        except (Rejected, RecursionError):
            return None
        open_ = acb(u).overlaps(acb(v))
        if not open_ or isinstance(u, fmpq) and isinstance(v, fmpq):
            return accepted(goal, lambda: {"rule": "enclosure", "prec": prec})
        if prec >= DIGITS or claim.head == "eq":
            return None
    return None


__all__ = ["search"]
