"""One task -> one record: read, decide, put into words.  Runs inside a worker; whatever the task holds, a record comes back.

A record has the fields id, verdict, scope, conditions, method, certificate, counterexample and reason; besides them
`read` (how the claim was read), `trust`, `tried`, `problems` and, for what is unreadable, `column` and `code`."""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..certificates import Goal
from ..decide import Answer, Contradiction, decide
from ..formula import Formula, free_symbols
from ..kernel import Rejected
from ..printing import latex
from ..read.declare import Declared, claim, declare
from ..read.jsonl import BadLine, Reading, read_line
from ..read.text import Unreadable
from ..read.words import phrase, scope
from ..recheck import recheck
from ..witness import sides
from .claims import EMPTY, LOST

Record = dict[str, Any]
Say = Callable[[Record], None]


def answer(task: Record, say: Say = lambda record: None) -> Record:
    """The record of a task; `say` hears how the claim was read before it is judged."""
    if task["kind"] == "recheck":
        return rechecked(task)
    if task["kind"] == "ready":
        return dict(task["record"])
    id_ = task.get("id")
    try:
        if task["kind"] == "readings":
            return {"items": items(task)}
        reading = _read(task)
    except BadLine as err:
        return unreadable(err, err.id)
    except (Unreadable, RecursionError, MemoryError) as err:
        return unreadable(err if isinstance(err, Unreadable) else Unreadable("nested too deeply", code="too-deep"), id_)
    except Exception as err:  # a defect of a reader costs its claim, and is reported as one
        traceback.print_exc()
        return EMPTY | {"id": id_, "reason": "internal", "error": f"{type(err).__name__}: {err}"[:500]}
    try:
        heading = head(reading, task)
        say(heading)
        since = time.monotonic()
        found = decide(reading.goal, float(task["seconds"]), proving=not task.get("again"))
        record = heading | body(found, LOST.get(task.get("because", "")), task)
        left = float(task["seconds"]) - (time.monotonic() - since)
        return record | elsewhere(found, left / 4) if task.get("full") and left > 1 else record
    except Contradiction as err:
        return EMPTY | {"id": reading.id, "reason": "contradiction", "error": str(err)}
    except MemoryError:
        return EMPTY | {"id": reading.id, "reason": "memory-limit"}
    except Exception as err:  # a defect costs this claim, and is reported as one
        traceback.print_exc()
        return EMPTY | {"id": reading.id, "reason": "internal", "error": f"{type(err).__name__}: {err}"[:500]}


def _read(task: Record) -> Reading:
    if task["kind"] == "json":
        return read_line(task["line"].encode("latin-1"))
    if task["kind"] == "goal":
        goal = Goal.of(task["goal"])
        return Reading(task.get("id"), goal, goal.claim.head)
    declared: Declared = declare([(option, value) for option, value in task["declare"]])
    f = claim(task["text"], declared)
    return Reading(task.get("id"), Goal(tuple(declared.hyps), f), f.head)


def items(task: Record) -> list[Record]:
    """What a LaTeX formula or a post says, each statement as a plain dict; what cannot be read says why."""
    from ..read import latex as latex_reader
    from ..read import markdown
    options = [(option, value) for option, value in task["declare"]]
    try:
        if task["form"] == "latex":
            declared = declare(options)
            found = latex_reader.read(task["text"], declared)
            return [_joined(found, declared)] if task.get("joined") else [_item(r, declared, None) for r in found]
        post = markdown.read_post(task["text"], options)
    except (Unreadable, RecursionError, MemoryError) as err:
        why = err if isinstance(err, Unreadable) else Unreadable("nested too deeply", code="too-deep")
        return [_bad(why, task["text"][:200] if task["form"] == "latex" else "", getattr(err, "line", 1), None)]
    out: list[Record] = [_bad(t.error, "", t.line, None) | {"column": t.column} for t in post.troubles]
    for d in post.displays:
        out += [_item(r, d.declared, d.label) for r in d.readings]
        if d.error is not None:
            out.append(_bad(d.error, d.source[:200], getattr(d.error, "line", d.line), d.label))
    return sorted(out, key=lambda item: (item["line"], item["column"]))


def _item(reading: Any, declared: Declared, label: str | None) -> Record:
    goal: Goal = reading.goal(declared)
    data = Goal(concerning(goal), goal.claim).data() if reading.kind == "claim" else None
    from ..read.latex import said
    zh = said(reading.kind, reading.formula, reading.hypotheses, "zh")
    return {"kind": reading.kind, "goal": data, "text": reading.text, "text_zh": zh, "line": reading.line, "column": reading.column, "label": label}


def _joined(found: list[Any], declared: Declared) -> Record:
    """All that a formula claims as one claim: `a = b \\le c` says two things, under the same conditions."""
    if not found or any(r.kind != "claim" for r in found):
        raise Unreadable("this states nothing: write an equation or an inequality", code="no-claim")
    if len({frozenset(r.hypotheses) for r in found}) > 1:
        raise Unreadable("the statements of this formula have different conditions; check them one by one", code="ambiguous")
    parts = [p for r in found for p in (r.formula.args if r.formula.head == "and" else (r.formula,))]
    return _item(replace(found[0], formula=parts[0] if len(parts) == 1 else Formula("and", tuple(parts)),
                         text=", ".join(dict.fromkeys(r.text for r in found))), declared, None)


def concerning(goal: Goal) -> tuple[Formula, ...]:
    """The hypotheses that concern the variables of the claim, directly or by way of others: a post declares more than one claim needs."""
    names = set(free_symbols(goal.claim))
    kept: list[Formula] = []
    while more := [h for h in goal.hyps if h not in kept and names & set(free_symbols(h))]:
        kept += more
        names.update(n for h in more for n in free_symbols(h))
    return tuple(h for h in goal.hyps if h in kept or not free_symbols(h))


def _bad(err: Unreadable, source: str, line: int, label: str | None) -> Record:
    return {"kind": "unreadable", "goal": None, "text": source, "line": line, "column": err.column, "label": label, "what": err.what,
            "code": err.code, "readings": list(getattr(err, "readings", ()))}


def unreadable(err: Unreadable, id_: str | None) -> Record:
    what = str(err).partition(": ")[2] if isinstance(err, BadLine) else err.what  # with the field in which it stands
    return EMPTY | {"id": id_, "verdict": "unreadable", "reason": err.code, "column": err.column, "problems": [what]}


def head(reading: Reading, task: Record) -> Record:
    """How the claim was read."""
    goal = reading.goal
    read = {"text": phrase(goal.claim)}
    if task.get("full"):
        read |= {"latex": latex(goal.claim), "text_zh": phrase(goal.claim, "zh"), "scope_zh": scope(goal, "zh")}
    record: Record = EMPTY | task.get("common", {}) | {"id": reading.id, "scope": scope(goal, "en"), "read": read}
    return record | ({"problems": list(reading.problems)} if reading.problems else {})


def body(found: Answer, because: str | None, task: Record) -> Record:
    """What was decided."""
    counter = found.counterexample
    point = None if counter is None else {"at": counter.at, "lhs": counter.lhs, "rhs": counter.rhs}
    reason = because if because and found.verdict in ("supported", "undecided") else found.reason
    certificate = None if found.certificate is None else {"id": found.identity} | found.certificate
    return {"verdict": found.verdict, "conditions": [phrase(c) for c in found.conditions], "method": found.method,
            "certificate": certificate, "counterexample": point,
            "reason": reason, "trust": found.trust, "tried": list(found.tried)} | (
                {"conditions_latex": [latex(c) for c in found.conditions],
                 "conditions_zh": [phrase(c, "zh") for c in found.conditions]} if task.get("full") else {})


def elsewhere(found: Answer, seconds: float) -> Record:
    """Where a refuted claim does hold, as far as that is known."""
    from .where import where
    if found.counterexample is None or found.scope.claim.head == "and" or found.certificate is None or found.certificate["way"] is not None:
        return {}
    region = where(found.scope, found.counterexample.certificate, seconds)
    if region is None:
        return {}
    return {"elsewhere": {"condition": phrase(region.condition), "condition_zh": phrase(region.condition, "zh"), "points": region.points,
                          "certificate": region.certificate}}


# -------------------------------------------------------------------------------------------------------------- recheck
FINAL = ("proved", "refuted", "vacuous")


def rechecked(task: Record) -> Record:
    """Judge one answer line again by the kernel alone: verdict accepted, rejected, open (nothing to check) or unreadable."""
    out: Record = {"id": None, "verdict": "unreadable", "reason": None}
    try:
        data = json.loads(task["line"].encode("latin-1"))
        if not isinstance(data, dict) or not isinstance(data.get("verdict"), str):
            raise ValueError("not an answer")
        out["id"] = data.get("id") if isinstance(data.get("id"), str) else None
        if data["verdict"] not in FINAL:
            return out | {"verdict": "open", "reason": data["verdict"]}
        certificate = data.get("certificate")
        if not isinstance(certificate, dict):
            return out | {"verdict": "rejected", "reason": f"{data['verdict']} without a certificate"}
        wrong = _wrong(data, {k: v for k, v in certificate.items() if k != "id"}, task.get("claim"))
        return out | {"verdict": "rejected" if wrong else "accepted", "reason": wrong}
    except Rejected as err:
        return out | {"verdict": "rejected", "reason": str(err)[:300]}
    except MemoryError:
        return out | {"verdict": "rejected", "reason": "memory limit"}
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError, Unreadable) as err:
        out["verdict"] = "rejected" if out["id"] is not None else "unreadable"
        return out | {"reason": f"{type(err).__name__}: {err}"[:300]}


def _wrong(data: Record, certificate: Record, line: str | None) -> str | None:
    """What does not fit between an answer and its certificate; None when the kernel accepts it and everything fits."""
    from ..certificates import identity
    goal = Goal.of(certificate["goal"])
    if line is not None and read_line(line.encode("latin-1")).goal != goal:
        return "the certificate belongs to another claim"
    if data.get("certificate", {}).get("id") != identity(goal, certificate):
        return "the id is not that of the certificate"
    if data.get("scope") != scope(goal, "en"):
        return "the scope is not that of the claim"
    accepted = recheck(data["verdict"], certificate)
    if data["verdict"] == "proved" and data.get("conditions") != [phrase(c) for c in accepted.conditions]:
        return "the conditions are not those of the proof"
    if data.get("trust") != accepted.trust:
        return "the grade of trust is not that of the proof"
    if data["verdict"] == "refuted":
        certificate = certificate.get("of", certificate)  # of the part of a chain that fails
        goal = Goal.of(certificate["goal"])
        way = goal if certificate["way"] is None else Goal(Goal.of([certificate["way"], certificate["goal"][1]]).hyps, goal.claim)
        at, lhs, rhs = sides(way, certificate["proof"])
        told = data.get("counterexample")
        if not isinstance(told, dict) or told.keys() != {"at", "lhs", "rhs"} or told["at"] != at or not (
                alike(told["lhs"], lhs) and alike(told["rhs"], rhs)):
            return "the counterexample is not that of the witness"
        return _narrow(data.get("elsewhere"), goal)
    return None


def _narrow(told: Any, goal: Goal) -> str | None:
    """What is wrong with the region in which a refuted claim is said to be proved."""
    if told is None or told["certificate"] is None:
        return None
    narrow = Goal.of(told["certificate"]["goal"])
    more = narrow.hyps[len(goal.hyps):]
    if narrow != Goal((*goal.hyps, *more), goal.claim) or phrase(more[0] if len(more) == 1 else Formula("and", more)) != told["condition"]:
        return "the certificate of the region belongs to another claim"
    return "the region needs more conditions" if recheck("proved", told["certificate"]).conditions else None


def alike(one: Any, other: str) -> bool:
    """Whether two values in words say the same, where one may have fewer certain digits: 1.7278759595 and 1.72787595947."""
    if not isinstance(one, str):
        return False
    pairs = list(zip(one.split(), other.split(), strict=False))
    return len(one.split()) == len(other.split()) and all(
        a == b or min(len(a), len(b)) > 6 and a[:min(len(a), len(b)) - 2] == b[:min(len(a), len(b)) - 2] for a, b in pairs)
