"""Relations between constants, by enclosures at rising precision."""

from __future__ import annotations

from flint import acb, ctx, fmpq

from ..certificates import Certificate, Goal
from ..formula import free_symbols, heads
from ..kernel import Rejected
from ..kernel.enclosure import PRECISIONS, sides
from .combine import accepted

COUNTED = frozenset(  # heads whose values are whole numbers, known exactly once an enclosure is small
    "floor ceiling mod gcd lcm fibonacci lucas catalan partition totient mobius primepi prime divisor_sigma legendre_symbol jacobi_symbol "
    "kronecker_symbol factorial2 subfactorial bell euler bernoulli stirling heaviside sign max min delta binomial".split())
DEAR = frozenset("sum prod integral limit diff ndiff".split())  # not evaluated in the hope of an exact value
DIGITS = 512


def search(goal: Goal) -> Certificate | None:
    """Enclosures that decide it, at the lowest precision; none for what looks equal at many digits, or looks false."""
    claim = goal.claim
    if claim.head not in ("lt", "le", "ne", "eq") or free_symbols(claim):
        return None
    found = heads(claim)
    whole = bool(COUNTED & found)
    if claim.head == "eq" and not whole and DEAR & found:
        return None
    for prec in PRECISIONS[:-1]:
        try:
            with ctx.workprec(prec):
                u, v = sides(claim)
                apart = isinstance(u, fmpq) and isinstance(v, fmpq) or not acb(u).overlaps(acb(v))
        except (Rejected, RecursionError):
            if not whole:
                return None
            continue
        if apart:
            certificate: Certificate = {"rule": "enclosure", "prec": prec}
            return accepted(goal, certificate.copy)
        if prec >= DIGITS or claim.head == "eq" and not whole:
            return None
    return None


__all__ = ["search"]
