"""The kernel's two questions: does this certificate prove this goal, and does this point refute it?"""

from __future__ import annotations

from typing import Any

from ..certificates import Certificate, Goal
from ..formula import free_symbols
from . import algebraic, calculus, cover, definitions, logic
from .balls import witness
from .diff import admitted
from .verdict import Accepted, Rejected

RULES: dict[str, Any] = {
    "normal": logic.normal, "sign": logic.sign, "using": logic.using, "cases": logic.cases, "scale": logic.rescale,
    "chain": logic.chain, "induction": logic.induction, "recurrence": logic.recurrence, "antidifference": logic.antidifference,
    "termwise": logic.termwise, "cofactors": logic.cofactors, "derivative": calculus.by_derivative, "monotone": calculus.monotone,
    "antiderivative": calculus.antiderivative, "limit": calculus.limit, "expm": calculus.matrix_exponential,
    "sturm": calculus.sturm, "cover": cover.cover, "algebraic": algebraic.algebraic,
    "definition": definitions.definition, "squares": definitions.squares,
}
DEPTH = 60
MALFORMED = (KeyError, IndexError, TypeError, ValueError, AttributeError, AssertionError, ArithmeticError)


def subgoals(goal: Goal, certificate: Certificate) -> tuple[Accepted, dict[str, tuple[Goal, frozenset[str]]]]:
    """Apply one rule: what it accepts by itself, and what remains.  Raises Rejected."""
    try:
        rule = RULES[str(certificate["rule"])]
        result = rule(admitted(goal), certificate)
    except MALFORMED as err:
        raise Rejected(f"malformed goal or certificate: {err!r}") from err
    except RecursionError as err:
        raise Rejected("nested too deeply") from err
    return result if isinstance(result, tuple) else (result, {})


def check(goal: Goal, certificate: Certificate, depth: int = 0) -> Accepted:
    """Accept, or raise Rejected.  Every subgoal needs its own certificate under the name the rule gives it."""
    if depth > DEPTH:
        raise Rejected("certificate nested too deeply")
    accepted, remaining = subgoals(goal, certificate)
    for name, (sub, local) in remaining.items():
        if not isinstance(certificate.get(name), dict):
            raise Rejected(f"{certificate['rule']}: no certificate for {name}")
        below = check(sub, certificate[name], depth + 1)
        for c in below.conditions:
            if not set(free_symbols(c)) <= symbols(goal) - local:
                raise Rejected(f"{certificate['rule']}: {name} holds only under a condition on {', '.join(sorted(free_symbols(c)))}")
        accepted &= below
    return accepted


def symbols(goal: Goal) -> set[str]:
    return {name for f in (*goal.hyps, goal.claim) for name in free_symbols(f)}


def refutes(goal: Goal, certificate: Certificate) -> Accepted:
    """Accept that the goal fails at the point in the certificate, every hypothesis being met there; or raise Rejected."""
    try:
        if certificate["rule"] != "witness":
            raise Rejected("a refutation needs a witness")
        return witness(goal, certificate)
    except (*MALFORMED, RecursionError) as err:
        raise Rejected(f"malformed goal or witness: {err!r}") from err
