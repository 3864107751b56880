"""The kernel's two questions: does this certificate prove this goal, and does this point refute it?"""

from __future__ import annotations

import re
from functools import reduce
from operator import and_
from typing import Any

from ..certificates import Certificate, Goal
from ..formula import BINDERS, RELATIONS, Formula, free_symbols
from . import (algebraic, branches, calculus, cover, definitions, enclosure, ends, expansion,
               generic, infinite, integrals, laws, lipschitz, logic, matrices, orders, valuations, vectors)
from .algebra import UNIT, poly
from .balls import witness
from .diff import admitted
from .normal import Normal
from .verdict import Accepted, Rejected

RULES: dict[str, Any] = {
    "normal": logic.normal, "sign": logic.sign, "using": logic.using, "cases": logic.cases, "scale": logic.rescale,
    "chain": logic.chain, "special": logic.special, "induction": logic.induction, "recurrence": logic.recurrence,
    "antidifference": logic.antidifference, "termwise": logic.termwise, "cofactors": logic.cofactors,
    "derivative": calculus.by_derivative, "monotone": calculus.monotone,
    "limit": calculus.limit,
    "norm": matrices.by_norm, "cauchy": vectors.cauchy, "evolution": matrices.evolution, "sturm": calculus.sturm,
    "cover": cover.cover, "enclosure": enclosure.enclosure, "rounding": enclosure.rounding, "lipschitz": lipschitz.lipschitz,
    "descent": lipschitz.descent, "affine": lipschitz.affine, "approach": ends.approach,
    "integrate": integrals.integrate, "algebraic": algebraic.algebraic,
    "definition": definitions.definition, "squares": definitions.squares, "laws": laws.laws,
    "reindex": infinite.reindex, "power_series": infinite.power_series, "orders": orders.orders, "point": orders.point,
    "generic": generic.generic, "parametrise": generic.parametrise, "residues": generic.residues, "twosided": generic.twosided,
    "quotients": generic.quotients, "valuations": valuations.valuations, "divisibility": generic.divisibility, "expansion": expansion.expansion,
    "split": branches.split, "defined": branches.defined, "rewrite": branches.rewrite, "angle": branches.angle,
    "angle_by_sizes": branches.angle_by_sizes,
    "parts": definitions.parted, "magnitude": branches.magnitude, "linear": branches.linear, "absurd": branches.absurd,
}
DEPTH = 60
EXPONENT = re.compile(r"\s*[-+]?[\d_.]*[eE][-+]?[\d_]+\s*")
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
    if not depth:
        plain(certificate)
    accepted, remaining = subgoals(goal, certificate)
    parts = [("it", accepted, frozenset[str]())]
    for name, (sub, local) in remaining.items():
        if not isinstance(certificate.get(name), dict):
            raise Rejected(f"{certificate['rule']}: no certificate for {name}")
        parts.append((name, check(sub, certificate[name], depth + 1), local))
    for name, part, local in parts:
        for c in part.conditions:
            if not set(free_symbols(c)) <= goal.names - local:
                raise Rejected(f"{certificate['rule']}: {name} holds only under a condition on {', '.join(sorted(free_symbols(c)))}")
    found = reduce(and_, (part for _, part, _ in parts))
    return found if depth else settled(goal, found)


def settled(goal: Goal, found: Accepted) -> Accepted:
    """What is accepted, without the conditions that a term of the goal itself is defined.  Rejected where a condition is never met."""
    goal = admitted(goal)
    own = {t for f in (*goal.hyps, goal.claim) for t in laws.strict(f)}
    conditions = list[Formula]()
    for c in found.conditions:  # a relation is defined where its terms are, and those of the goal are
        terms = laws.strict(c.args[0]) if c.head == "defined" and c.args[0].head in RELATIONS else None
        conditions += [c] if terms is None else [Formula("defined", (t,)) for t in terms if t not in own and partial(goal, t)]
    for c in conditions:
        if never(goal, c):
            raise Rejected("it holds only under a condition that is not met where the hypotheses are")
    return Accepted(found.trust, tuple(conditions))


def partial(goal: Goal, t: Formula) -> bool:
    """Whether the term may be undefined where its arguments are defined."""
    try:
        n = Normal(goal.hyps)
        before = len(n.conditions)
        return t.head in BINDERS or bool(laws.domain_of(n, t)) or len(n.conditions) > before
    except (Rejected, *MALFORMED, RecursionError):
        return True


def never(goal: Goal, c: Formula) -> bool:
    """Whether the condition visibly contradicts the hypotheses."""
    try:
        n = Normal(goal.hyps)
        if c.head == "defined":
            return any(never(goal, part) for part in laws.domain_of(n, c.args[0]) if part.head != "defined")
        if c.head == "ne":
            return n.zero(n.sub(n.scalar(c.args[0]), n.scalar(c.args[1])))
        z = laws.poles_of(c)
        u = None if z is None else n.scalar(z)
        return u is not None and (not u.num or u.den == poly(1) and u.num.keys() == {UNIT} and u.num[UNIT] < 0 and u.num[UNIT].denominator == 1)
    except (Rejected, *MALFORMED, RecursionError):
        return False


def plain(data: Any) -> None:
    """Reject numbers with an exponent: 1e999999999 would be written out."""
    if isinstance(data, str) and EXPONENT.fullmatch(data):
        raise Rejected(f"a number with an exponent: {data}")
    try:
        for x in data.values() if isinstance(data, dict) else data if isinstance(data, (list, tuple)) else ():
            plain(x)
    except RecursionError as err:
        raise Rejected("nested too deeply") from err


def refutes(goal: Goal, certificate: Certificate) -> Accepted:
    """Accept that the goal fails at the point in the certificate, every hypothesis being met there; or raise Rejected."""
    plain(certificate)
    try:
        if certificate["rule"] != "witness":
            raise Rejected("a refutation needs a witness")
        return witness(goal, certificate)
    except (*MALFORMED, RecursionError) as err:
        raise Rejected(f"malformed goal or witness: {err!r}") from err
