"""Certificates of answers, checked again: by the kernel alone, against the claim that they carry."""

from __future__ import annotations

from .certificates import Certificate, Goal
from .decide import usable
from .formula import Formula
from .kernel import Accepted, Rejected, check
from .read.declare import positive
from .witness import accepted, branches


def recheck(verdict: str, certificate: Certificate) -> Accepted:
    """What the kernel says of a certificate of an Answer with this verdict; raises Rejected or ValueError."""
    goal = Goal.of(certificate["goal"])
    if goal.claim.head == "and":
        inner = certificate["parts"] if verdict == "proved" else [certificate["of"]]
        wanted = goal.claim.args if verdict == "proved" else goal.claim.args[certificate["part"]:][:1]
        if [Goal.of(c["goal"]) for c in inner] != [Goal(goal.hyps, part) for part in wanted]:
            raise Rejected("the parts are not those of the claim")
        out = Accepted()
        for c in inner:
            out &= recheck(verdict, c)
        return out
    if verdict == "proved":
        numbers = certificate["hyps"]
        if not all(type(k) is int and 0 <= k < len(goal.hyps) for k in numbers) or sorted(set(numbers)) != numbers:
            raise Rejected("not numbers of hypotheses of the claim, in their order")
        return check(Goal(tuple(goal.hyps[k] for k in numbers), goal.claim), certificate["proof"])
    if verdict == "refuted":
        way = goal if certificate["way"] is None else Goal(Goal.of([certificate["way"], certificate["goal"][1]]).hyps, goal.claim)
        if not all(implies(way, h) for h in goal.hyps):
            raise Rejected("the hypotheses of the witness do not imply those of the claim")
        return accepted(way, certificate["proof"])
    if verdict != "vacuous":
        raise Rejected(f"{verdict} needs no certificate")
    ways, proofs = branches(goal), certificate["contradictions"]
    if len(ways) != len(proofs) or [w.data()[0] for w in ways] != [p["hyps"] for p in proofs]:
        raise Rejected("the contradictions do not cover the hypotheses")
    for way, data in zip(ways, proofs, strict=True):
        k = data["negated"]
        h = way.hyps[k]
        if h == Formula("const", ("false",)):
            continue
        others, _ = usable(Goal(tuple(x for i, x in enumerate(way.hyps) if i != k), positive(h, negate=True)))
        if check(others, data["proof"]).conditions:
            raise Rejected("a contradiction under a condition")
    return Accepted()


def implies(way: Goal, h: Formula) -> bool:
    """Whether the hypotheses of `way` contain h, or one of its alternatives."""
    if h in way.hyps or h == Formula("const", ("true",)):
        return True
    if h.head == "or":
        return any(implies(way, g) for g in h.args)
    if h.head == "and":
        return all(implies(way, g) for g in h.args)
    return False
