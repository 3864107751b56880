"""The worker's side of `pool.py`: `python -m kexue.run.worker` reads tasks from its input and answers each with one JSON line.

A task names a file of the library and what to do with it; what the file prints goes to the error stream, never between the
answers.  When the input ends, the process that asked is gone, and the worker ends at once, whatever it is doing.
"""

from __future__ import annotations

import json
import os
import queue
import random
import resource
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..collect import Complaint, Complaints, Found, Library, read

MEMORY = 12 << 30  # bytes of data a worker may hold (not of address space: torch reserves more of that than it uses)
_read: dict[tuple[str, str], Found] = {}


def found(task: dict[str, Any]) -> Found:
    """The article of a task; a worker reads each proof file once."""
    key = task["root"], task["stem"]
    if key not in _read:
        _read[key] = read(Library(Path(task["root"]), Path(task["reports"])), task["stem"])
    return _read[key]


def judge_claim(task: dict[str, Any]) -> Any:
    from ..evidence import gather
    item = found(task)
    return gather(item.stem, item.article, item.claim(task["name"]))


def judge_numerics(task: dict[str, Any]) -> Any:
    from ..confirm_numerics import NumericsError, confirm_numerics
    from ..devices import DeviceError
    item = found(task)
    module = item.numerics
    try:
        return [] if module is None else confirm_numerics(module, item.stem, task["devices"], task["dtypes"])
    except NumericsError as err:
        raise Complaint("numerics", error=str(err).removeprefix(f"numerics/{item.stem}.py: ")) from err
    except DeviceError as err:
        raise Complaint("device", error=str(err)) from err


def draw_plots(task: dict[str, Any]) -> Any:
    from ..report.plots import svg
    item = found(task)
    module = item.numerics
    drawn = []
    for name, plot in list(vars(module).items()) if module is not None else []:
        if name.startswith("plot_") and callable(plot):
            spec = {"name": name.removeprefix("plot_")} | plot()
            drawn.append(spec | {"svg": svg(spec, f"{item.stem}-{spec['name']}")})
    return drawn


def run_experiments(task: dict[str, Any]) -> Any:
    """Every `experiment_NAME(folder)` of a numerics file, on the images it makes itself (folder None) or on those in task["data"],
    where its `data_files` have to lie, plain or gzipped: {name, title, rows: [{what, value, least, most}]} each."""
    from ..devices import exact_settings
    module = found(task).numerics
    folder = Path(task["data"]) if task["data"] else None
    missing = [n for n in getattr(module, "data_files", ()) if folder and not any((folder / f"{n}{end}").is_file() for end in ("", ".gz"))]
    if missing:
        raise Complaint("data-absent", str(folder), names=", ".join(missing))
    with exact_settings():
        return [{"name": name.removeprefix("experiment_")} | run(folder) for name, run in list(vars(module).items())
                if name.startswith("experiment_") and callable(run)]


def require_devices(task: dict[str, Any]) -> Any:
    from ..devices import DeviceError, require, versions
    try:
        places = [require(d) for d in task["devices"]]
        return {"devices": places, "versions": versions(places)}
    except DeviceError as err:
        raise Complaint("device", error=str(err)) from err


KINDS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "claim": judge_claim, "numerics": judge_numerics, "plots": draw_plots, "experiments": run_experiments,
    "devices": require_devices}


def answer(task: dict[str, Any]) -> dict[str, Any]:
    """The answer to one task: a value, a complaint, or the error with the way it came."""
    random.seed(f"{task['kind']}.{task.get('stem')}.{task.get('name')}")
    try:
        return {"how": "value", "value": KINDS[task["kind"]](task)}
    except Complaint as complaint:
        return {"how": "complaint", "value": [complaint.data()]}
    except Complaints as several:
        return {"how": "complaint", "value": [c.data() for c in several.found]}
    except MemoryError:
        return {"how": "error", "value": f"more than {MEMORY >> 30} GiB of memory"}
    except (Exception, SystemExit) as err:  # whatever a task does, the next one gets its turn
        traceback.print_exc()
        said = str(err).strip().splitlines()
        return {"how": "error", "value": f"{type(err).__name__}: {said[0] if said else ''}".rstrip(": ")}


def main() -> None:
    """Answer tasks until the input ends."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    tasks: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def listen() -> None:
        for line in sys.stdin.buffer:
            tasks.put(line)
        os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    while True:
        task = json.loads(tasks.get())
        if "cuda" not in "".join(task.get("devices", ())):
            _, hard = resource.getrlimit(resource.RLIMIT_DATA)
            resource.setrlimit(resource.RLIMIT_DATA, (MEMORY if hard < 0 else min(MEMORY, hard), hard))
        reply = json.dumps(answer(task) | {"number": task["number"]}, ensure_ascii=True).encode()
        out.write(reply + b"\n")
        out.flush()


if __name__ == "__main__":
    main()
