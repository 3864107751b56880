"""Refutation at a point that is no rational number: sin(x) < 1 fails at x = pi/2, as a proof of 1 <= sin(pi/2) shows."""

from __future__ import annotations

from flint import acb, arb, ctx, fmpq

from ..certificates import Certificate, Goal
from ..formula import Formula, free_symbols, from_data, substitute
from .check import MALFORMED, check, plain
from .numbers import UNDEFINED, whole
from .special import At, symbols
from .verdict import Accepted, Rejected

OPPOSITE = {"eq": "ne", "ne": "eq", "lt": "le", "le": "lt"}
BITS = 256


def instance(goal: Goal, certificate: Certificate) -> Accepted:
    """Accept that the claim fails at the constants certificate["values"]; or raise Rejected.

    By rigorous evaluation the values are numbers of their sorts, every hypothesis certainly holds there, and both sides are defined, for < and <= as
    real numbers; certificate["proof"] proves the opposite of the claim there, under no condition.  A claim about all values that fails for one is
    false."""
    try:
        plain(certificate)
        names = symbols(goal)
        values = {name: from_data(v) for name, v in certificate["values"].items()}
        if values.keys() != names.keys() or any(free_symbols(v) for v in values.values()) or goal.claim.head not in OPPOSITE:
            raise Rejected("not a constant value for each variable of a relation")
        with ctx.workprec(BITS):
            here = At({})
            for name, v in values.items():
                number, sort = here.of(v), names[name].args[1]
                real = isinstance(number, (fmpq, arb))
                if sort not in ("real", "integer", "complex") or not real and not (isinstance(number, acb) and sort == "complex") or (
                        sort == "integer" and whole(number) is None):
                    raise Rejected("a value does not have its sort")
            for h in goal.hyps:
                if here.holds(substitute(h, values)) is not True:
                    raise Rejected("a hypothesis is not certainly met")
            claim = substitute(goal.claim, values)
            if any(not isinstance(here.of(side), (fmpq, arb) if claim.head in ("lt", "le") else (fmpq, arb, acb)) for side in claim.args):
                raise Rejected("a side is no number there")
        sides = claim.args if claim.head in ("eq", "ne") else claim.args[::-1]
        found = check(Goal((), Formula(OPPOSITE[claim.head], sides)), certificate["proof"])
    except (*MALFORMED, *UNDEFINED, RecursionError) as err:
        raise Rejected(f"malformed instance: {err!r}") from err
    if found.conditions:
        raise Rejected("the opposite holds only under a condition")
    return Accepted("ball")
