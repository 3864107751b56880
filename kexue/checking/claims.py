"""The parent's side of checking: tasks in, finished records out.  Imports nothing that is needed for judging alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from .pool import Crew, Limits, Task

Record = dict[str, Any]
EMPTY: Record = {"id": None, "verdict": "undecided", "scope": None, "conditions": [], "method": None, "certificate": None,
                 "counterexample": None, "reason": None}
POST = (1 << 22) + 1  # characters of a post that are taken in: one more than are read
LOST = {"time": "time-limit", "memory": "memory-limit", "died": "crash"}


def formula(text: str, declared: Iterable[tuple[str, str]] = (), id_: str | None = None, full: bool = True) -> Task:
    """The task to judge a formula in plain notation."""
    return {"kind": "text", "text": text, "declare": [list(pair) for pair in declared], "id": id_, "full": full}


def json_line(line: bytes, full: bool = False) -> Task:
    """The task to judge one line of JSON, whatever its bytes are."""
    return {"kind": "json", "line": line.decode("latin-1"), "full": full}


def goal(data: Any, id_: str | None = None) -> Task:
    """The task to judge a goal that was built as a formula, in the form of `Goal.data`."""
    return {"kind": "goal", "goal": data, "id": id_, "full": True}


def readings(text: str, form: str, declared: Iterable[tuple[str, str]] = (), joined: bool = False) -> Task:
    """The task to read a LaTeX formula (form `latex`) or a post (`markdown`); its record has the list `items` of what they say:
    for a `joined` formula one claim that says all of it."""
    return {"kind": "readings", "text": text, "form": form, "declare": [list(pair) for pair in declared], "joined": joined}


def said(text: str, form: str, crew: Crew, declared: Iterable[tuple[str, str]] = (), file: str | None = None,
         joined: bool = False) -> list[Task]:
    """What a LaTeX formula or a post says, as tasks; it is read by a worker."""
    found = next(iter(list(crew.judge([readings(text, form, declared, joined)]))))
    if "items" in found:
        return list(stated(found["items"], file))
    lost = EMPTY | {"text": file or text, "reason": LOST[found["how"]] if "how" in found else found["reason"]}
    return [{"kind": "ready", "record": lost}]


def stated(items: Iterable[Record], file: str | None = None) -> Iterator[Task]:
    """The tasks for what was read: claims are to be judged, the rest has its record already."""
    for item in items:
        place = {"file": file, "line": item["line"], "column": item["column"], "label": item["label"]} if file is not None else None
        common = {"text": item["text"], **({"place": place} if place else {})}
        if item["kind"] == "claim":
            yield goal(item["goal"], item["label"]) | {"common": common}
        elif item["kind"] == "unreadable":
            yield {"kind": "ready", "record": EMPTY | common | {
                "id": item["label"], "verdict": "unreadable", "reason": item["code"], "column": item["column"], "pointed": False,
                "problems": [item["what"], *item["readings"]]}}
        else:
            yield {"kind": "ready", "record": EMPTY | common | {"id": item["label"], "verdict": None, "kind": item["kind"],
                                                                "read": {"text": item["text"], "text_zh": item["text_zh"]}}}


def check_all(tasks: Iterable[Task], limits: Limits, crew: Crew | None = None) -> Iterator[Record]:
    """The records of the tasks in their order, as they come.  Every task gets one, whatever happens to its worker."""
    own = crew or Crew(limits)
    try:
        for found in own.judge(tasks):
            yield finished(found)
    finally:
        if crew is None:
            own.close()


def finished(found: Record) -> Record:
    """A record as the worker gave it, or what is left to say of a claim whose worker was ended."""
    if "how" not in found:
        return found
    task = found["task"]
    head = {k: v for k, v in task.get("head", {}).items() if k != "number"}
    if not head:
        head = {"id": identity(task)}
    return EMPTY | head | {"verdict": "undecided", "reason": LOST[found["how"]], "seconds": found["seconds"]}


def identity(task: Task) -> str | None:
    """The id of a claim whose line was not read to the end by a worker."""
    if task["kind"] != "json":
        return task.get("id")
    try:
        data = json.loads(task["line"].encode("latin-1"))
    except (ValueError, RecursionError):
        return None
    found = data.get("id") if isinstance(data, dict) else None
    return found if isinstance(found, str) else None
