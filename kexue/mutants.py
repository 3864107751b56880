"""Claims with one small change, made mechanically: none that is false may come out proved.

A change is a number moved by one or negated, plus turned into minus, a range one longer, a weak inequality made strict, a function taken for
its neighbour.  The same proof is tried on each mutant; a mutant that the kernel accepts and that has a counterexample is a bug."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .certificates import Goal
from .claim import Claim, Step
from .formula import Formula, children, heads, lift, rebuild
from .kernel import Rejected, check
from .prove import Contradiction
from .refute import refute
from .tactics.combine import auto

COUNT, POINTS = 6, 30  # mutants of a claim, and evaluations in which each is held against points
COSTLY = {"diff", "integral", "limit"}  # a change below these can cost any amount of time and memory to evaluate
NEIGHBOURS = {"add": "sub", "sub": "add", "sin": "cos", "cos": "sin", "sinh": "cosh", "cosh": "sinh", "exp": "log", "min": "max", "max": "min"}


def changed(f: Formula) -> Iterator[Formula]:
    """Every formula with one change in f, outermost first."""
    h, a = f.head, f.args
    if h == "num":
        yield lift(a[0] + 1)
        if a[0]:
            yield lift(-a[0])
        return
    if h in ("const", "sym"):
        return
    if h == "le":
        yield Formula("lt", a)
    if h in NEIGHBOURS and not any(isinstance(x, Formula) and x.head in ("T", "matrix") for x in a):
        yield Formula(NEIGHBOURS[h], a)
    if h in ("sum", "prod") and a[3].head != "const":
        yield Formula(h, (*a[:3], a[3] + 1))
    kids = children(f)
    for k, kid in enumerate(kids):
        if h in ("sum", "prod", "integral", "diff", "limit", "every") and k == 1:  # the bound name
            continue
        for new in changed(kid):
            yield rebuild(f, [new if i == k else g for i, g in enumerate(kids)])


def chosen(claim: Claim, count: int = COUNT) -> list[tuple[Step, Formula]]:
    """So many mutants, spread evenly over the conjuncts of the statement and over what can be changed in them."""
    pool = [(step, new) for step in claim.steps if step.kind == "holds" and step.formula is not None and not COSTLY & heads(step.formula)
            for new in changed(step.formula)]
    gap = max(1, len(pool) / count)
    return [pool[int(k * gap)] for k in range(min(count, len(pool)))]


def mutants(claim: Claim, count: int = COUNT) -> dict[str, Any]:
    """How many were made, and of these how many were refuted, how many are true as well, as the kernel proved, and how many are open.
    Raises Contradiction for a mutant that is proved and refuted."""
    tally = {"made": 0, "refuted": 0, "proved": 0, "open": 0}
    for step, formula in chosen(claim, count):
        goal = Goal((*claim.where, *step.where), formula)
        tally["made"] += 1
        refuted, proved = refute(goal, budget=POINTS), accepts(goal, step)
        if refuted and proved:
            raise Contradiction(f"line {step.line}: a mutant is proved, and refuted at {refuted.at}")
        tally["refuted" if refuted else "proved" if proved else "open"] += 1
    return tally


def accepts(goal: Goal, step: Step) -> bool:
    """Whether the proof of the step goes through for the mutant."""
    try:
        certificate = (step.by or auto)(goal)
        return certificate is not None and bool(check(goal, certificate))
    except (Rejected, ValueError, TypeError, KeyError, ArithmeticError, RecursionError):
        return False
