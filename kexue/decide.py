"""One goal -> one answer.  `proved` comes from `kernel.check` alone, `refuted` from `kernel.refutes` alone.

The stages run in order until one of them answers: a look at some points, the search for a proof, a longer search for a
counterexample, the test whether anything meets the hypotheses at all, and agreement in numbers.  After a proof the claim is held
against other points again: a counterexample to something proved raises Contradiction and is never an answer."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from .certificates import Certificate, Goal, identity, proofs
from .formula import Formula, eq
from .kernel import Accepted, Rejected, check
from .read.declare import positive
from .tactics.combine import normal
from .draw import about_numbers
from .attain import attained
from .hunt import hunt
from .refute import Refutation
from .witness import DIGITS, HOPELESS, UNDEFINED, Looked, accepted, branches, certified, costly, counterexample, downhill, holds_at, judged, look
from .witness import plainest, presented, scan
from .witness import values_of as witnessed

POINTS, LONG = 12, 240  # points that have to agree, and evaluations of the longer search
SHARES = {"look": 0.05, "prove": 0.12, "search": 0.05, "vacuous": 0.05, "support": 0.05}  # of the time limit
FINE = (1024, 2048, 4096)  # bits at which constants are held against the claim again
ATTEMPTS, SCANNED = 400, 1000  # draws of the longer search, and values of a single integer
HERE = 4  # the share of points, one in so many, that may be undefined or unclear where the others agree
PROBE = eq(0, 0)  # what the kernel proves under every hypothesis that it can use


class Contradiction(Exception):
    """The refuter found a counterexample to something the kernel accepted: a bug, never an answer."""


class OutOfTime(BaseException):
    """The time of a stage is over; not an Exception, so that no search swallows it."""


@dataclass(frozen=True)
class Answer:
    """What is known of a goal.  verdict: proved, refuted, supported, undecided or vacuous; reason: why it is not final;
    conditions: what the proof needed beyond the hypotheses; tried: what was done, stage by stage.

    certificate: {"goal", "hyps" (numbers of the hypotheses used), "proof"} for proved, {"goal", "way", "proof"} for refuted,
    where `way` are hypotheses that imply those of the goal; {"goal", "contradictions"} for vacuous."""

    verdict: str
    scope: Goal
    conditions: tuple[Formula, ...] = ()
    method: str | None = None
    certificate: Certificate | None = None
    counterexample: Refutation | None = None
    reason: str | None = None
    trust: str | None = None
    tried: tuple[str, ...] = ()

    @property
    def identity(self) -> str | None:
        """The id of the certificate: a hash of the goal and what proves or refutes it."""
        return None if self.certificate is None else identity(self.scope, self.certificate)


@dataclass
class Case:
    """A goal on its way through the stages."""

    goal: Goal
    seconds: float = 10.0
    looked: Looked = field(default_factory=Looked)
    tried: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    found: tuple[Goal, tuple[Certificate, str]] | None = None  # a failure that stands should time run out while it is made plainer

    def answer(self, verdict: str, **more: Any) -> Answer:
        return Answer(verdict, self.goal, tried=tuple(self.tried), **more)


Stage = Callable[[Case], Answer | None]


def decide(goal: Goal, seconds: float = 10.0, proving: bool = True) -> Answer:
    """The answer to a goal.  `seconds` bounds the stages softly, where signals can interrupt them; a hard limit takes a process
    of its own.  Without `proving` the search for a proof is left out.  Raises Contradiction."""
    if goal.claim.head == "and":
        return together(goal, seconds, proving)
    case = Case(goal, seconds)
    for name, stage in STAGES:
        if name == "prove" and not proving:
            case.tried.append("prove: left out")
            continue
        try:
            with limited(seconds * SHARES[name]):
                answer = stage(case)
        except OutOfTime:
            case.tried.append(f"{name}: time limit")
            if case.found is not None:
                return _refutation(case, presented(case.found[0], *case.found[1]))
            case.reasons.append("time-limit")
            continue
        except MemoryError:
            case.tried.append(f"{name}: memory limit")
            case.reasons.append("memory-limit")
            continue
        except Contradiction:
            raise
        except Exception as err:  # a stage that fails leaves the claim to the others, and says so
            case.tried.append(f"{name}: {type(err).__name__}: {str(err)[:200]}")
            case.reasons.append("internal" if name == "prove" else "no-numbers")
            continue
        if answer is not None:
            return answer
    order = ("time-limit", "memory-limit", "no-point", "undefined-at", "no-numbers", "open-points", "few-points", "internal")
    reason = next((r for r in order if r in case.reasons), "no-method")
    return case.answer("undecided", reason=reason)


def together(goal: Goal, seconds: float, proving: bool) -> Answer:
    """The answer to a chain such as a < b <= c: refuted or vacuous as soon as one part is, proved when each part is."""
    parts = [Goal(goal.hyps, part) for part in goal.claim.args]
    answers: list[Answer] = []
    for k, part in enumerate(parts):
        answers.append(found := decide(part, seconds / len(parts), proving))
        if found.verdict in ("refuted", "vacuous"):
            certificate = {"goal": goal.data(), "part": k, "of": found.certificate}
            return Answer(found.verdict, goal, (), found.method, certificate, found.counterexample, trust=found.trust,
                          tried=found.tried)
    tried = tuple(f"part {k}: {t}" for k, a in enumerate(answers, 1) for t in a.tried)
    open_ = [a for a in answers if a.verdict != "proved"]
    if not open_:
        certificate = {"goal": goal.data(), "parts": [a.certificate for a in answers]}
        methods = ", ".join(dict.fromkeys(m for a in answers for m in str(a.method).split(", ")))
        conditions = tuple(dict.fromkeys(c for a in answers for c in a.conditions))
        trust = "ball" if any(a.trust == "ball" for a in answers) else "exact"
        return Answer("proved", goal, conditions, methods, certificate, None, None, trust, tried)
    worst = next((a for a in open_ if a.verdict == "undecided"), open_[0])
    return Answer(worst.verdict, goal, (), worst.method, None, None, worst.reason, None, tried)


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise OutOfTime in the block after so many seconds; does nothing where a signal cannot be had (other threads)."""
    if threading.current_thread() is not threading.main_thread() or signal.getitimer(signal.ITIMER_REAL)[0]:
        yield
        return
    over = False

    def stop(*_: Any) -> None:
        nonlocal over
        over = True
        raise OutOfTime

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.05)  # again and again: inside native code the exception may be lost
    try:
        yield
    except SystemError:  # native code that was interrupted
        if over:
            raise OutOfTime from None
        raise
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


# --------------------------------------------------------------------------------------------------------------- stages
def _look(case: Case) -> Answer | None:
    """Some points first: most of what is false fails at once."""
    looked = look(case.goal, into=case.looked)
    case.tried.append(f"look: {looked.admissible} points, {looked.agree} agree, {len(looked.undefined)} undefined, "
                      f"{len(looked.unclear)} unclear")
    return _refuted(case)


def _refuted(case: Case) -> Answer | None:
    for way, values in case.looked.failed:
        first = certified(way, values)
        if first is not None:
            case.found = way, first
            return _refutation(case, plainest(way, values, first))
    return None


def _refutation(case: Case, found: Refutation) -> Answer:
    way = [x for x in found.goal.data()[0] if x not in case.goal.data()[0]]
    other = way or len(found.goal.hyps) != len(case.goal.hyps)
    certificate = {"goal": case.goal.data(), "way": found.goal.data()[0] if other else None, "proof": found.certificate}
    return case.answer("refuted", method="counterexample", certificate=certificate, counterexample=found, trust=found.trust)


def _prove(case: Case) -> Answer | None:
    """A certificate from any tactic, accepted by the kernel, and no counterexample at other points."""
    goal, used = usable(case.goal)
    proof = search(goal)
    if proof is None:
        case.tried.append("prove: no tactic found a certificate")
        return None
    try:
        proved = check(goal, proof)
    except Rejected as err:
        case.tried.append(f"prove: the kernel rejects the certificate: {err}")
        return None
    try:
        if "look: time limit" not in case.tried:
            tripwire(case, proved)
    except OutOfTime:  # what the kernel accepted stays accepted
        signal.setitimer(signal.ITIMER_REAL, 0)
        case.tried.append("prove: held against fewer points, for want of time")
    points = case.looked.points
    if not points:
        empty = _vacuous(case)
        if empty is not None and empty.verdict == "vacuous":
            return empty
    elif proved.conditions and not any(holds_at(proved.conditions, v) for v in points):
        case.tried.append("prove: proved under conditions that no point meets")
        case.reasons.append("undefined-at")
        return None
    certificate = {"goal": case.goal.data(), "hyps": used, "proof": proof}
    return case.answer("proved", conditions=proved.conditions, method=method(proof), certificate=certificate, trust=proved.trust)


def tripwire(case: Case, proved: Accepted) -> None:
    """Raise Contradiction when a point outside the excluded ones refutes what was proved."""
    again = look(case.goal, "tripwire", 8, 24, stop=False)
    for way, values in case.looked.failed + again.failed:
        if holds_at(proved.conditions, values) and (found := counterexample(way, values)) is not None:
            raise Contradiction(f"proved, and refuted at {found.at}: {found.lhs} against {found.rhs}")


def _search(case: Case) -> Answer | None:
    """Longer: more points, some at high precision, and inequalities downhill."""
    constant = not case.looked.points or not case.looked.points[0]
    if constant:
        for values in case.looked.points[:1]:
            fails = any(judged(case.goal, values, (bits,))[0] == "fails" for bits in FINE)
            if fails and (found := counterexample(case.goal, values)) is not None:
                return _refutation(case, found)
    elif not hopeless(case.looked, dear := costly(case.goal.claim)):
        case.looked.failed.clear()
        look(case.goal, "search", POINTS if dear else 4 * POINTS, ATTEMPTS, into=case.looked)
        if (refuted := _refuted(case)) is not None:
            return refuted
        if not dear and (found := scan(case.goal, SCANNED)) is not None:
            return _refutation(case, found)
        if case.goal.claim.head in ("lt", "le") and (found := downhill(case.goal, case.looked.points, LONG)) is not None:
            return _refutation(case, found)
        if about_numbers(case.goal) and not (dear and case.looked.agree >= POINTS) and (found := _hunted(case)) is not None:
            return _refutation(case, found)
    if case.goal.claim.head in ("lt", "ne") and about_numbers(case.goal):
        exact = attained(case.goal, case.looked.points, case.looked.unclear, search)
        if exact is not None:
            return _refutation(case, presented(case.goal, exact, accepted(case.goal, exact).trust))
    case.tried.append(f"search: {case.looked.admissible} points, no counterexample")
    return None


def hopeless(looked: Looked, dear: bool) -> bool:
    """Whether no point gave a number, for want of a meaning or several times at some cost."""
    unknown = looked.undefined and all("numeric meaning" in why for _, why in looked.undefined)
    return not looked.agree and not looked.unclear and bool(unknown or dear and len(looked.undefined) >= HOPELESS)


def _hunted(case: Case) -> Refutation | None:
    """The hunt among structured points, with the values that the conditions on each variable leave."""
    _, witness, _ = hunt(case.goal, case.seconds * SHARES["search"])
    return None if witness is None else counterexample(case.goal, witnessed(witness | {"rule": "point"}))


def _vacuous(case: Case) -> Answer | None:
    """Nothing was found that meets the hypotheses: are they contradictory?"""
    if case.looked.points or not case.goal.hyps:
        return None
    proofs = []
    for way in branches(case.goal):
        proof = contradiction(way)
        if proof is None:
            case.tried.append("vacuous: no point found that meets the hypotheses, and no contradiction among them")
            case.reasons.append("no-point")
            return None
        proofs.append(proof)
    certificate = {"goal": case.goal.data(), "contradictions": proofs}
    return case.answer("vacuous", method="contradiction", certificate=certificate, trust="exact")


def contradiction(goal: Goal) -> Certificate | None:
    """A hypothesis whose negation follows from the others, with the proof: {"hyps", "negated", "proof"}; or None."""
    for k, h in enumerate(goal.hyps):
        if h == Formula("const", ("false",)):
            return {"hyps": goal.data()[0], "negated": k, "proof": None}
        opposite = positive(h, negate=True)
        if opposite.head not in ("eq", "ne", "lt", "le"):
            continue
        others, _ = usable(Goal(tuple(x for i, x in enumerate(goal.hyps) if i != k), opposite))
        proof = search(others)
        try:
            if proof is not None and not check(others, proof).conditions:
                return {"hyps": goal.data()[0], "negated": k, "proof": proof}
        except Rejected:
            continue
    return None


def _support(case: Case) -> Answer | None:
    """Agreement at enough points, none of them open, and hardly any undefined."""
    looked = case.looked
    constant = bool(looked.points) and not looked.points[0]
    if looked.undefined and not looked.agree:
        case.reasons.append("undefined-at" if looked.undefined[0][1] == UNDEFINED else "no-numbers")
        case.tried.append(f"support: {looked.undefined[0][1][:200]}")
    elif looked.unclear and (case.goal.claim.head not in ("eq", "le") or HERE * len(looked.unclear) > looked.admissible):
        case.reasons.append("open-points")
    elif HERE * len(looked.undefined) > looked.admissible:
        case.reasons.append("undefined-at")
    elif looked.agree >= POINTS or constant and looked.agree:
        reason = next((r for r in ("time-limit", "memory-limit") if r in case.reasons), "no-method")
        case.tried.append(f"support: {looked.agree} points agree to {DIGITS} digits")
        return case.answer("supported", method="numbers", reason=reason)
    elif looked.points:
        case.reasons.append("few-points")
    return None


STAGES: tuple[tuple[str, Stage], ...] = (
    ("look", _look), ("prove", _prove), ("search", _search), ("vacuous", _vacuous), ("support", _support))


# --------------------------------------------------------------------------------------------------------------- proofs
def usable(goal: Goal) -> tuple[Goal, list[int]]:
    """The goal with the hypotheses that the kernel can use, and their numbers: what follows from fewer follows from all."""
    kept: list[int] = []
    for k in range(len(goal.hyps)):
        if normal(Goal(tuple(goal.hyps[i] for i in (*kept, k)), PROBE)) is not None:
            kept.append(k)
    return Goal(tuple(goal.hyps[k] for k in kept), goal.claim), kept


def search(goal: Goal) -> Certificate | None:
    """The automatic tactic."""
    home = "kexue.tactics.auto" if find_spec("kexue.tactics.auto") is not None else "kexue.tactics.combine"
    module = import_module(home)
    found: Certificate | None = module.search(goal) if hasattr(module, "search") else module.auto(goal)
    return found


def method(proof: Certificate) -> str:
    """The rules of a certificate, outermost first: `derivative, normal`."""
    return ", ".join(list(dict.fromkeys(c["rule"] for c in proofs(proof)))[:4])
