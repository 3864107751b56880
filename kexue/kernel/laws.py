"""The rule that uses a law of the theory: an instance of it becomes a hypothesis, once its conditions are met."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..certificates import Goal
from ..formula import BINDERS, Formula, children, free_symbols, substitute
from .algebra import UNIT, poly
from .diff import expanded, read
from .logic import NONE, Result, Subgoals, fits, follows, same
from .normal import HOLDS, Normal
from .theory import DOMAINS, LAWS, pole_free
from .verdict import Accepted, Rejected

STRICT = frozenset("eq ne lt le add sub mul div neg".split())  # undefined where an argument is; so is every function in DOMAINS


def laws(goal: Goal, data: dict[str, Any]) -> Result:
    """Instances of laws join the hypotheses.  Each symbol is replaced by a value of its own sort; what the law is `given` has to
    follow.  Every term of an instance has to be defined wherever the claim is: by its form, by the hypotheses, because the claim
    has the same term, or by a proof of its own."""
    subs: Subgoals = {}
    conditions = list[Formula]()
    hyps = goal.hyps
    for k, use in enumerate(data["uses"]):
        law = LAWS.get(use["law"])
        if law is None:
            raise Rejected(f"no law is called {use['law']}")
        here = Goal(hyps, goal.claim)
        values = {name: read(v, here) for name, v in use["at"].items()}
        if values.keys() != law.symbols.keys() or any(s not in symbols(here) for v in values.values() for s in free_symbols(v)):
            raise Rejected(f"{law.name}: values for {', '.join(law.symbols)} are needed, in the variables of the claim")
        n = Normal(hyps)
        for name, symbol in law.symbols.items():
            if not fits(n, symbol, values[name], values):
                raise Rejected(f"{law.name}: {name} is replaced by something of another sort")
        instance = expanded(substitute(law.states, values))
        needed = [substitute(h, values) for h in law.given]
        known = list(strict(goal.claim))
        for t in strict(instance):
            if t.head in BINDERS:  # the series and integrals of a law converge where it is given
                continue
            domain = DOMAINS.get(t.head)
            if domain is None:
                if t.head not in STRICT and not total_power(n, t):
                    raise Rejected(f"{law.name}: {t.head} may be undefined")
                continue
            for c in domain(*t.args):
                if holds(n, c):
                    continue
                if any(alike(n, t, other) for other in known):
                    conditions.append(c)
                else:
                    needed.append(c)
        for j, h in enumerate(needed):
            if not holds(n, h):
                subs[f"given{k}.{j}"] = (Goal(hyps, h), NONE)
        conditions += n.conditions
        hyps = (*hyps, instance)
    subs["then"] = (Goal(hyps, goal.claim), NONE)
    return Accepted(conditions=tuple(conditions)), subs


def symbols(goal: Goal) -> set[str]:
    return {name for f in (*goal.hyps, goal.claim) for name in free_symbols(f)}


def strict(f: Formula) -> list[Formula]:
    """The subterms of f that have a value wherever f has one."""
    if f.head in BINDERS or f.head not in STRICT and f.head not in DOMAINS and f.head != "pow":
        return [f]
    return [f, *(t for g in children(f) for t in strict(g))]


def alike(n: Normal, a: Formula, b: Formula) -> bool:
    """The same function at the same arguments."""
    if a == b:
        return True
    if a.head != b.head or len(a.args) != len(b.args):
        return False
    if a.head == "div":
        a, b = a.args[1], b.args[1]
        return same(n, a, b)
    return a.head in DOMAINS and all(same(n, u, v) for u, v in zip(a.args, b.args, strict=True))


def total_power(n: Normal, t: Formula) -> bool:
    """A power that is defined: of a number that is not 0, or with an exponent that is not negative and whole, or positive."""
    if t.head != "pow":
        return False
    base, exponent = map(n.scalar, t.args)
    return n.sign(base) in HOLDS["ne"] or n.sign(exponent) == ">" or n.whole(exponent) and n.nonneg(exponent)


def holds(n: Normal, c: Formula) -> bool:
    """Whether a condition follows at once."""
    z = poles_of(c)
    return follows(n, c) or z is not None and free_of_poles(n, z)


def free_of_poles(n: Normal, z: Formula) -> bool:
    """z is not 0, -1, -2, ...: it is a positive number or no whole one, or greater by a natural number than something known to be free of
    them, or its real part is positive."""
    u = n.scalar(z)
    if n.sign(u) == ">":
        return True
    if u.num.keys() <= {UNIT} and u.den == poly(1):
        return u.num.get(UNIT, Fraction(0)).denominator > 1
    for h in n.hyps:
        if h.head in ("lt", "le") and h.args[0].head == "num" and h.args[1].head == "re" and h.args[0].args[0] >= 0:  # re v > 0 or re v >= c
            gap, strictly = n.sub(u, n.scalar(h.args[1].args[0])), h.head == "lt" or h.args[0].args[0] > 0
            if n.real(gap) and n.sign(gap) in (HOLDS["le"] if strictly else (">",)):
                return True
        v = poles_of(h)
        if v is not None and n.whole(gap := n.sub(u, n.scalar(v))) and n.nonneg(gap):
            return True
    return False


def poles_of(c: Formula) -> Formula | None:
    """z, where c says that z is not 0, -1, -2, ..."""
    inner = c.args[0].args[0] if c.head == "not" and c.args[0].head == "and" else c
    z: Formula | None = inner.args[0].args[0] if inner.head == "eq" and inner.args[0].head == "im" else None
    return z if z is not None and c == pole_free(z) else None
