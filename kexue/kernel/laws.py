"""The rule that uses a law of the theory: an instance of it becomes a hypothesis, once its conditions are met."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..certificates import Goal
from ..formula import BINDERS, Formula, children, eq, free_symbols, lift, ne, substitute
from .diff import ARITY, expanded, read
from .logic import NONE, Result, Subgoals, fits, follows, same
from .normal import HOLDS, Normal
from .theory import DOMAINS, LAWS, pole_free
from .verdict import Accepted, Rejected

NEGATION: dict[str, Callable[[Formula, Formula], Formula]] = {"eq": ne, "ne": eq, "le": lambda a, b: b < a, "lt": lambda a, b: b <= a}
CHOOSING = ("piecewise", "and", "or", "not", "every")
STRICT = frozenset("eq ne lt le add sub mul div neg num sym const".split())


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
        if values.keys() != law.symbols.keys() or any(s not in here.names for v in values.values() for s in free_symbols(v)):
            raise Rejected(f"{law.name}: values for {', '.join(law.symbols)} are needed, in the variables of the claim")
        n = Normal(hyps)
        for name, symbol in law.symbols.items():
            if not fits(n, symbol, values[name], values):
                raise Rejected(f"{law.name}: {name} is replaced by something of another sort")
        instance = expanded(substitute(law.states, values))
        needed = [substitute(h, values) for h in law.given]
        open_ = [c for t in strict(instance) for c in domain_of(n, t)]
        implied = [c for t in strict(goal.claim) for c in domain_of(n, t)] if open_ else []
        for c in open_:
            (conditions if any(alike(n, c, other) for other in implied) else needed).append(c)
        for j, h in enumerate(needed):
            if not holds(n, h):
                subs[f"given{k}.{j}"] = (Goal(hyps, h), NONE)
        conditions += n.conditions
        hyps = (*hyps, instance)
    subs["then"] = (Goal(hyps, goal.claim), NONE)
    return Accepted(conditions=tuple(conditions)), subs


def strict(f: Formula) -> list[Formula]:
    """The subterms of f that have a value wherever f has one: arguments of functions, but not what is below a binder or in one of several cases."""
    if f.head in BINDERS or f.head not in STRICT and f.head not in ARITY or f.head in CHOOSING:
        return [f]
    return [f, *(t for g in children(f) for t in strict(g))]


def domain_of(n: Normal, t: Formula) -> list[Formula]:
    """What has to hold for a term to be defined where its arguments are, and does not follow at once.  The series and integrals of a law
    converge where it is given, and those of a claim are no reason for anything."""
    if t.head == "pow":
        base, exponent = map(n.scalar, t.args)
        found = [] if n.sign(exponent) == ">" or n.whole(exponent) and n.nonneg(exponent) else [ne(t.args[0], 0)]
    else:
        found = list(DOMAINS[t.head](*t.args)) if t.head in DOMAINS else [] if t.head in (*STRICT, *BINDERS) else [Formula("defined", (t,))]
    return [part for c in found if not holds(n, c) for part in factors(c) if not holds(n, part)]


def factors(c: Formula) -> list[Formula]:
    """That a product is not 0, as conditions on its factors; where it may not be 0 for any other reason, c itself."""
    f = c.args[0]
    if c.head != "ne" or c.args[1] != lift(0) or f.head not in ("mul", "neg", "div", "sqrt"):
        return [c]
    return [part for g in (f.args[:1] if f.head == "div" else f.args) for part in factors(ne(g, 0))]


def alike(n: Normal, a: Formula, b: Formula) -> bool:
    """The two conditions say the same, or b says more: no pole says not 0."""
    u, v = poles_of(a), poles_of(b)
    if v is not None and a.head == "ne" and a.args[1] == lift(0):
        return same(n, a.args[0], v)
    if u is not None and v is not None:
        return n.whole(gap := n.sub(n.scalar(u), n.scalar(v))) and n.nonneg(gap)
    if a.head == b.head == "defined":
        (s,), (t,) = a.args, b.args
        return s.head == t.head and len(s.args) == len(t.args) and all(same(n, x, y) for x, y in zip(s.args, t.args, strict=True))
    return a == b or a.head == b.head == "ne" and same(n, a.args[0] - a.args[1], b.args[0] - b.args[1])


def holds(n: Normal, c: Formula) -> bool:
    """Whether a condition follows at once."""
    z = poles_of(c)
    if z is not None and free_of_poles(n, z) or follows(n, c):
        return True
    if c.head == "not" and c.args[0].head == "and" and any(h.head == "not" and h.args[0].head == "and" and all(
            any(p in (q, q.head == "lt" and Formula("le", q.args)) for q in c.args[0].args) for p in h.args[0].args) for h in n.hyps):
        return True  # a hypothesis excludes as much or more
    if c.head == "not" and c.args[0].head == "and":  # one of the parts fails
        return any(holds(n, NEGATION[p.head](*p.args)) for p in c.args[0].args if p.head in NEGATION)
    return c.head == "ne" and c.args[1] == lift(0) and nonzero(n, c.args[0])


def nonzero(n: Normal, f: Formula) -> bool:
    """f is not 0 where it is defined: as written, by its factors."""
    if f.head in ("exp", "gamma", "factorial"):
        return True
    if f.head in ("neg", "sqrt", "div", "pow", "abs", "conj"):
        return nonzero(n, f.args[0])
    return f.head == "mul" and all(nonzero(n, g) for g in f.args) or n.sign(n.scalar(f)) in HOLDS["ne"] or free_of_poles(n, f)


def free_of_poles(n: Normal, z: Formula) -> bool:
    """z is not 0, -1, -2, ...: it is a positive number or no whole one, or greater by a natural number than something known to be free of
    them, or its real part is positive."""
    u = n.scalar(z)
    if n.sign(u) == ">" or n.fractional(u):
        return True
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
