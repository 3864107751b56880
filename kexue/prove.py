"""Claim -> tactics -> kernel -> verdict.  A verdict `proved` is given by the kernel alone, from a certificate it re-checked."""

from __future__ import annotations

from dataclasses import dataclass

from .certificates import Certificate, Goal
from .claim import Claim, Step
from .kernel import Accepted, Rejected, check
from .refute import Refutation, refute
from .tactics.combine import auto


class Contradiction(Exception):
    """The refuter found a counterexample to something the kernel accepted: a bug, never a verdict."""


@dataclass(frozen=True)
class StepProof:
    """What the kernel said of one line.  verdict: proved, cited, derived or undecided."""

    step: Step
    goal: Goal | None
    verdict: str
    certificate: Certificate | None = None
    accepted: Accepted | None = None
    reason: str | None = None


@dataclass(frozen=True)
class ClaimProof:
    claim: Claim
    verdict: str
    steps: tuple[StepProof, ...]
    near_miss: Refutation | None
    reason: str | None = None

    @property
    def trust(self) -> str:
        return "ball" if any(s.accepted and s.accepted.trust == "ball" for s in self.steps) else "exact"


def prove_step(step: Step, where: tuple[object, ...] = ()) -> StepProof:
    """Search a certificate for one line and have the kernel re-check it."""
    if step.formula is None:
        return StepProof(step, None, "cited" if step.kind == "cite" else "derived")
    goal = Goal((*where, *step.where), step.formula)  # type: ignore[arg-type]
    tactic = step.by or auto
    certificate = tactic(goal)
    if certificate is None:
        why = getattr(tactic, "reason", None) or "no method found a certificate"
        return StepProof(step, goal, "undecided", reason=why)
    try:
        accepted = check(goal, certificate)
    except Rejected as err:
        return StepProof(step, goal, "undecided", reason=f"the kernel rejects the certificate: {err}")
    tripwire = refute(goal, budget=12)
    if tripwire is not None:
        raise Contradiction(f"line {step.line}: proved, and refuted at {tripwire.at}")
    return StepProof(step, goal, "proved", certificate, accepted)


def prove_claim(claim: Claim) -> ClaimProof:
    """Every line in order; the verdict is the weakest among the conjuncts of the statement."""
    steps = tuple(prove_step(s, claim.where) for s in claim.steps)
    near = claim.near_miss
    refuted = refute(Goal(near.where, near.formula), hint=dict(near.at))
    stuck = [s for s in steps if s.verdict == "undecided"]
    if stuck:
        first = stuck[0]
        return ClaimProof(claim, "undecided", steps, refuted, f"{claim.file_name}:{first.step.line}: {first.reason}")
    conclusions = [s for s in steps if s.step.kind in ("holds", "therefore")]
    if not conclusions:
        return ClaimProof(claim, "undecided", steps, refuted, "no line concludes the statement (holds or therefore)")
    derived = any(s.step.kind == "therefore" for s in steps)
    return ClaimProof(claim, "derived" if derived else "proved", steps, refuted)
