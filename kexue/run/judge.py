"""Judges articles: splits them into tasks, asks the cache, lets the pool do the rest, holds the answers against expectation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..claim import Claim
from ..collect import Complaint, Complaints, Found, defined
from ..messages import VERDICTS, say
from . import pool
from .cache import Cache, digest, engine, texts, versions
from .pool import Outcome, Task
from .progress import Progress

Record = dict[str, Any]
DTYPES = ("float64", "float32", "bfloat16")
LIMIT = 300.0  # seconds a task may take


@dataclass(frozen=True)
class Options:
    """What a run is asked for.  Devices other than the CPU are never answered from the cache: they have to be there."""

    devices: tuple[str, ...] = ("cpu",)
    dtypes: tuple[str, ...] = DTYPES
    workers: int = 1
    limit: float = LIMIT
    lang: str = "en"
    quiet: bool = False
    data: str = ""  # the folder of data files that experiments are to run on as well


@dataclass(frozen=True)
class Judged:
    """Everything the workers found out about one article: evidence records and numerics rows, and its plots."""

    found: Found
    records: tuple[Record, ...]
    rows: tuple[dict[str, Any], ...]
    plots: tuple[dict[str, Any], ...]
    experiments: tuple[dict[str, Any], ...] = ()  # on what the numerics file makes itself
    data: tuple[dict[str, Any], ...] = ()  # on the files of the user


def tasks(item: Found, options: Options) -> list[Task]:
    """The tasks of one article in the order of its report, the numerics first: they take longest."""
    place = {"root": str(item.library.root), "reports": str(item.library.reports), "stem": item.stem}
    numerics: list[Task] = []
    if item.numerics_path is not None:
        numerics = [place | {"kind": "numerics", "devices": list(options.devices), "dtypes": [d]} for d in options.dtypes]
        numerics.append(place | {"kind": "plots"})
        if any(name.startswith("experiment_") for name in defined(item.library, item.numerics_path)):
            numerics += [place | {"kind": "experiments", "data": folder} for folder in dict.fromkeys(("", options.data))]
    return numerics + [place | {"kind": "claim", "name": claim.name} for claim in item.claims]


def _key(task: Task, item: Found, core: str, whole: str) -> str:
    """What the answer to a task depends on."""
    files = [item.proof_path]
    if task["kind"] != "claim" and item.numerics_path is not None:
        files.append(item.numerics_path)
    own = {k: v for k, v in task.items() if k not in ("root", "reports")}
    return digest(own, texts(item.library.root, files), whole if task["kind"] == "plots" else core)


def _what(task: Task) -> str:
    """A task in words: the id of a claim, or the part of the article."""
    return f"{task['stem']}.{task['name']}" if task["kind"] == "claim" else f"{task['stem']} {task['kind']}" + (
        f" {task['dtypes'][0]}" if task["kind"] == "numerics" else "")


def _word(task: Task, outcome: Outcome, lang: str) -> str:
    if outcome.how != "value":
        return outcome.how
    if task["kind"] == "claim":
        return say(outcome.value["verdict"], lang)
    return str(len(outcome.value))


def failure(task: Task, outcome: Outcome, file: str, line: int = 0) -> list[Complaint]:
    """The complaints of a task that brought no value."""
    what = _what(task)
    if outcome.how == "complaint":
        return [Complaint.of(c | ({} if c["file"] else {"file": file})) for c in outcome.value]
    if outcome.how == "time":
        return [Complaint("time-limit", file, line, what=what, limit=f"{outcome.value:g}")]
    if outcome.how == "died":
        return [Complaint("worker-died", file, line, what=what, how=outcome.value)]
    return [Complaint("judging", file, line, what=what, error=outcome.value)]


def judge(articles: Sequence[Found], options: Options, cache: Cache) -> list[Judged]:
    """Judge every article.  Raises Complaints when a task brings no answer: what failed is never left out of a report."""
    core, whole = digest(engine(False), versions()), digest(engine(True), versions())
    plan = [(task, item) for item in articles for task in tasks(item, options)]
    plan.sort(key=lambda pair: pair[0]["kind"] == "claim")  # stable: the long tasks first
    keys = [_key(task, item, core, whole) for task, item in plan]
    answers: dict[int, Any] = {}
    for number, (task, _) in enumerate(plan):
        if not task.get("data") and (options.devices == ("cpu",) or task["kind"] != "numerics"):
            known = cache.get(keys[number])
            if known is not None:
                answers[number] = known
    todo = [number for number in range(len(plan)) if number not in answers]
    workers = min(options.workers, max(len(todo), 1))
    title = say("work", options.lang, items=len(todo), workers=workers)
    with Progress(title, len(todo), options.quiet) as progress:
        def done(k: int, outcome: Outcome) -> None:
            task = plan[todo[k]][0]
            if outcome.how == "value" and not task.get("data"):
                cache.put(keys[todo[k]], outcome.value)
            progress.done(_what(task), _word(task, outcome, options.lang), outcome.seconds)

        outcomes = pool.run([plan[number][0] for number in todo], workers, options.limit, done)
    wrong: list[Complaint] = []
    for number, outcome in zip(todo, outcomes, strict=True):
        task, item = plan[number]
        if outcome.how == "value":
            answers[number] = outcome.value
            continue
        path = item.proof_path if task["kind"] == "claim" or item.numerics_path is None else item.numerics_path
        line = item.claim(task["name"]).line if task["kind"] == "claim" else 0
        wrong += failure(task, outcome, item.library.show(path), line)
    if wrong:
        raise Complaints(wrong)

    def parts(item: Found, kind: str, data: str | None = None) -> list[Any]:
        return [answers[n] for n, (task, owner) in enumerate(plan) if owner is item and task["kind"] == kind and task.get("data") == data]

    def flat(item: Found, kind: str, data: str | None = None) -> tuple[Any, ...]:
        return tuple(x for part in parts(item, kind, data) for x in part)

    return [Judged(item, tuple(parts(item, "claim")), flat(item, "numerics"), flat(item, "plots"), flat(item, "experiments", ""),
                   flat(item, "experiments", options.data) if options.data else ()) for item in articles]


def require_devices(options: Options, root: str) -> dict[str, Any]:
    """Names and versions of the devices asked for; raises Complaints, before any work, when one is not there."""
    task: Task = {"kind": "devices", "devices": list(options.devices), "root": root, "reports": root, "stem": "devices"}
    outcome = pool.run([task], 1, options.limit)[0]
    if outcome.how != "value":
        raise Complaints(failure(task, outcome, ""))
    found: dict[str, Any] = outcome.value
    return found


def judge_claim(item: Found, name: str, options: Options) -> Record:
    """Judge one claim now, in a worker and without the cache; raises Complaints when it brings no answer."""
    task = next(t for t in tasks(item, options) if t.get("name") == name)
    outcome = pool.run([task], 1, options.limit)[0]
    if outcome.how != "value":
        raise Complaints(failure(task, outcome, item.library.show(item.proof_path), item.claim(name).line))
    record: Record = outcome.value
    return record


# ---------------------------------------------------------------------------------------------------------- expectation
def shortfalls_of(item: Found, name: str, record: Record, lang: str = "en") -> list[Complaint]:
    """What keeps one claim from being reported."""
    return _claim_shortfalls(item, item.claim(name), record, None, lang)


def shortfalls(judged: Judged, before: dict[str, str], lang: str = "en") -> list[Complaint]:
    """What keeps an article from being reported: open steps, near-misses that hold, numbers that differ.

    `before` has the verdicts of the last report by claim id: a verdict that has become weaker is a shortfall too."""
    item = judged.found
    wrong: list[Complaint] = []
    for claim, record in zip(item.claims, judged.records, strict=True):
        wrong += _claim_shortfalls(item, claim, record, before.get(record["id"]), lang)
    numerics = item.library.show(item.numerics_path) if item.numerics_path else ""
    lines = defined(item.library, item.numerics_path) if item.numerics_path else {}
    for row in judged.rows:
        if not row["ok"]:
            name = f"{row['function']}__{row['variant']}" if row["variant"] else row["function"]
            what = f"torch_{name}, {row['kind']}, {row['dtype']}, {row['device']}"
            wrong.append(Complaint("row-bad", numerics, lines.get(f"torch_{name}", 0), what=what, reason=row["reason"],
                                   at=row["at"]))
    for run in judged.experiments:
        for row in run["rows"]:
            low, high = row["least"], row["most"]
            if not (low is None or row["value"] >= low) or not (high is None or row["value"] <= high):
                wrong.append(Complaint("experiment-bad", numerics, lines.get(f"experiment_{run['name']}", 0), what=row["what"][lang],
                                       value=f"{row['value']:.6g}", least="-oo" if low is None else low, most="oo" if high is None else high))
    return wrong


def _nowhere(record: Record) -> bool:
    """Whether not one point of the domain was found for any formula of the claim."""
    formulas = [s for s in record["steps"] if s["text"] is not None]
    skipped = [s for s in record["confirmed"]["skipped"] if s.endswith("no admissible point was found")]
    return bool(formulas) and len(skipped) == len(formulas)


def _claim_shortfalls(item: Found, claim: Claim, record: Record, before: str | None, lang: str) -> list[Complaint]:
    file, verdict = item.library.show(item.proof_path), record["verdict"]
    wrong: list[Complaint] = []
    weaker = before in VERDICTS and VERDICTS.index(verdict) > VERDICTS.index(str(before))
    differs = [v for v in record["references"] if not v["ok"]]
    open_steps = [s for s in record["steps"] if s["verdict"] == "undecided"]
    if verdict == "vacuous" or _nowhere(record):
        wrong.append(Complaint("claim-vacuous", file, claim.line, claim=record["id"]))
    elif verdict == "refuted":
        wrong.append(Complaint("claim-refuted", file, claim.line, claim=record["id"], reason=record["reason"]))
    elif open_steps and (weaker or claim.limits is None):
        first = open_steps[0]
        wrong.append(Complaint("step-open", file, first["source_line"], reason=first["reason"]))
    elif verdict not in ("proved", "derived", "supported") and not differs and (weaker or claim.limits is None or not open_steps):
        wrong.append(Complaint("claim-open", file, claim.line, claim=record["id"], reason=record["reason"]))
    elif weaker and not differs:
        wrong.append(Complaint("worse", file, claim.line, claim=record["id"], before=say(str(before), lang),
                               now=say(verdict, lang), record=f"{item.library.reports.name}/evidence/{record['id']}.json"))
    if record["near_miss"]["verdict"] != "refuted":
        wrong.append(Complaint("near-miss-open", file, claim.line, claim=record["id"]))
    return wrong + [Complaint("reference-differs", file, claim.line, claim=record["id"], label=v["label"],
                              digits=v["digits"], got=v["got"]) for v in differs]
