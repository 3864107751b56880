"""Everything known about one claim, as one plain record, with its one verdict."""

from __future__ import annotations

from typing import Any

from .certificates import identity
from .claim import Article, Claim, Words
from .printing import latex, text
from .prove import ClaimProof, StepProof, prove_claim
from .refute import Refutation

SCHEMA = "kexue.evidence/1"


def both(words: Words | None) -> dict[str, str] | None:
    return None if words is None else {"en": words.en, "zh": words.zh}


def step_record(proof: StepProof) -> dict[str, Any]:
    step = proof.step
    certificate = None
    if proof.certificate is not None and proof.goal is not None:
        certificate = {"id": identity(proof.goal, proof.certificate), "goal": proof.goal.data(), "data": proof.certificate}
    return {
        "kind": step.kind, "latex": latex(step.formula) if step.latex is None and step.formula is not None else step.latex,
        "text": text(step.formula) if step.formula is not None else None, "where": [latex(h) for h in step.where],
        "because": both(step.because), "verdict": proof.verdict,
        "method": proof.certificate["rule"] if proof.certificate else None,
        "trust": proof.accepted.trust if proof.accepted else None,
        "conditions": [text(c) for c in proof.accepted.conditions] if proof.accepted else [],
        "certificate": certificate, "theorem": step.theorem, "source": step.source, "reason": proof.reason,
        "source_line": step.line,
    }


def near_miss_record(claim: Claim, found: Refutation | None) -> dict[str, Any]:
    near = claim.near_miss
    record: dict[str, Any] = {
        "latex": near.latex or latex(near.formula), "text": text(near.formula), "where": [latex(h) for h in near.where],
        "says": both(near.says), "verdict": "refuted" if found else "undecided", "counterexample": None, "certificate": None,
    }
    if found:
        record["counterexample"] = {"at": found.at, "lhs": found.lhs, "rhs": found.rhs, "trust": found.trust}
        record["certificate"] = {"id": identity(found.goal, found.certificate), "goal": found.goal.data(),
                                 "data": found.certificate}
    return record


def record(stem: str, article: Article, proof: ClaimProof, confirmed: dict[str, Any] | None = None,
           mutants: dict[str, int] | None = None) -> dict[str, Any]:
    """The evidence record of one claim.  A contradiction of the numerics takes the verdict down to `undecided`."""
    claim = proof.claim
    confirmed = dict(confirmed or {"points": 0, "digits": [50, 70], "worst": None, "formulas": 0, "skipped": []})
    references = confirmed.pop("references", [])
    contradictions = confirmed.pop("contradictions", [])
    verdict, reason = proof.verdict, proof.reason
    unproved = not any(s.kind in ("holds", "therefore") for s in claim.steps)  # a step that fails is never "supported"
    if unproved and claim.limits is not None and confirmed["points"] and not contradictions:
        verdict, reason = "supported", claim.limits.en
    if contradictions:
        verdict, reason = "undecided", f"the numbers contradict the proof: {contradictions[0]}"
    rests = [{"theorem": s.theorem, "source": s.source} for s in claim.steps if s.kind == "cite"]
    conditions = sorted({text(c) for s in proof.steps if s.accepted for c in s.accepted.conditions})
    return {
        "schema": SCHEMA, "id": f"{stem}.{claim.name}", "article": stem, "number": article.number,
        "title": both(claim.title), "says": both(claim.says), "tag": claim.tag, "post": both(claim.post),
        "limits": both(claim.limits), "where": [latex(h) for h in claim.where], "verdict": verdict, "trust": proof.trust,
        "reason": reason, "conditions": conditions, "rests_on": list({r["theorem"]: r for r in rests}.values()),
        "steps": [step_record(s) for s in proof.steps], "near_miss": near_miss_record(claim, proof.near_miss),
        "references": references, "confirmed": confirmed, "mutants": mutants or {"made": 0, "refuted": 0, "proved": 0, "open": 0},
        "replay": f"kexue show {stem}.{claim.name} --prove",
    }


def gather(stem: str, article: Article, claim: Claim) -> dict[str, Any]:
    """Prove and confirm one claim, and try its proof on mutants of it."""
    from .confirm import confirm_claim
    from .mutants import mutants
    return record(stem, article, prove_claim(claim), confirm_claim(claim), mutants(claim))
