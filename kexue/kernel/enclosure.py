"""Relations between constants, decided by rigorous enclosures of both sides.

This is the one rule of proof that rests on the large evaluator of the refutations.  A refutation is already believed because that
evaluator says that two enclosures are apart; a relation between constants is the same statement without the negation, so a second,
smaller evaluator would only decide fewer of them with no less to trust.  Everything else that a proof needs of numbers is in `balls`."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import acb, ctx, fmpq

from ..certificates import Certificate, Goal
from ..formula import Formula, lift
from .balls import rounded
from .numbers import SCALAR, UNDEFINED
from .special import At, symbols
from .verdict import Accepted, Rejected

PRECISIONS = (64, 128, 256, 512, 1024, 2048)


def enclosure(goal: Goal, data: Certificate) -> Accepted:
    """Accept a < b, a <= b, a != b or a = b between numbers, a and b free of variables.

    Enclosures A and B of a and b, made at the stated precision, prove a < b and a <= b if they are real and A lies below B; a <= b also
    if they touch; a != b if they are disjoint; a = b only if both are known exactly, as rational numbers.  What is not certainly defined
    has no enclosure, and an infinite sum or integral only one whose rest is bounded.  The hypotheses are not used."""
    if goal.claim.head not in ("lt", "le", "ne", "eq") or symbols(Goal((), goal.claim)):
        raise Rejected("not a relation between constants")
    if data["prec"] not in PRECISIONS or type(data["prec"]) is not int:
        raise Rejected("not a precision")
    with ctx.workprec(data["prec"]):
        u, v = sides(goal.claim)
        exact = isinstance(u, fmpq) and isinstance(v, fmpq)
        if goal.claim.head in ("lt", "le"):
            if isinstance(u, acb) or isinstance(v, acb):
                raise Rejected("complex numbers are not ordered")
            true = u < v if goal.claim.head == "lt" else u <= v
        elif goal.claim.head == "eq":
            true = exact and u == v
        else:
            true = u != v if exact else not acb(u).overlaps(acb(v))
    if not true:
        raise Rejected("the enclosures do not decide it")
    return Accepted("ball")


def rounding(goal: Goal, data: Certificate) -> tuple[Accepted, dict[str, tuple[Goal, frozenset[str]]]]:
    """c R round(u) from lo <= u where c R round(lo), round(u) R c from u <= hi where round(hi) R c, and round(u) = c from both where lo and hi are
    rounded to c; R is < or <=.  Rounding to nearest, ties to even, is monotone (Muller et al., Handbook of Floating-Point Arithmetic, 2.2)."""
    left, right = goal.claim.args
    h, above = goal.claim.head, left.head == "num"
    term, c = (right, left) if above else (left, right)
    if h not in ("eq", "lt", "le") or term.head != "round" or c.head != "num" or above and h == "eq":
        raise Rejected("not a relation between a rounded number and a rational one")
    subs: dict[str, tuple[Goal, frozenset[str]]] = {}
    for end in ("low", "high") if h == "eq" else ("low" if above else "high",):
        e, number = Fraction(str(data[end])), c.args[0]
        r = rounded(fmpq(e.numerator, e.denominator), term.args[0].args[0])
        value = Fraction(int(r.p), int(r.q))
        if not (value == number if h == "eq" else (number < value if above else value < number) or h == "le" and value == number):
            raise Rejected("the end is not rounded so")
        name, bound = ("above", lift(e) <= term.args[1]) if end == "low" else ("below", term.args[1] <= lift(e))
        subs[name] = (Goal(goal.hyps, bound), frozenset())
    return Accepted(), subs


def sides(claim: Formula) -> tuple[Any, Any]:
    """Enclosures of both sides."""
    try:
        u, v = map(At({}).of, claim.args)
    except UNDEFINED as err:
        raise Rejected(f"no value: {err!r}") from err
    if not isinstance(u, SCALAR) or not isinstance(v, SCALAR):
        raise Rejected("only numbers are compared")
    return u, v
