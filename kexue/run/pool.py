"""Worker processes: each judges one task at a time and can be ended from outside; results come back in the order of the tasks.

A worker is a fresh Python that reads tasks and writes answers as JSON lines (see `worker.py`).  It has one thread, a fixed hash
seed and fixed code paths in the numerical libraries, so that an answer depends on the task alone.  A worker that dies or
outlives the limit costs its own task only: the task is tried once more in a fresh worker, the others go on.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

Task = dict[str, Any]
TRIES = 2


@dataclass(frozen=True)
class Outcome:
    """What became of a task.  how: value, complaint (of `collect.Complaint`), error, died, time; and the seconds it took."""

    how: str
    value: Any = None
    seconds: float = field(default=0.0, compare=False)


def environment() -> dict[str, str]:
    """The environment of a worker: this one, with everything fixed that could change a digit."""
    fixed = {"PYTHONHASHSEED": "0", "PYTHONPATH": os.pathsep.join(p for p in sys.path if p), "PYTHONSAFEPATH": "1",
             "PYTHONIOENCODING": "utf-8", "LC_ALL": "C.UTF-8", "TZ": "UTC", "MPLBACKEND": "agg", "MKL_CBWR": "COMPATIBLE",
             "ONEDNN_MAX_CPU_ISA": "AVX2"}
    fixed |= {f"{name}_NUM_THREADS": "1" for name in ("OMP", "MKL", "OPENBLAS", "NUMEXPR")}
    if vector_unit() == "avx2":  # wider units take other code paths in torch, and with them other last digits
        fixed["ATEN_CPU_CAPABILITY"] = "avx2"
    return os.environ | fixed


def vector_unit() -> str:
    """`avx2` where the processor has it (so that wider ones are held to it), else `default`."""
    try:
        return "avx2" if " avx2 " in Path("/proc/cpuinfo").read_text(encoding="utf-8") else "default"
    except OSError:
        return "default"


@dataclass
class _Worker:
    process: subprocess.Popen[bytes]
    task: int | None = None
    since: float = 0.0
    until: float = 0.0
    buffer: bytearray = field(default_factory=bytearray)

    @staticmethod
    def start() -> _Worker:
        return _Worker(subprocess.Popen([sys.executable, "-m", "kexue.run.worker"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, env=environment(), process_group=0))

    def give(self, number: int, task: Task, limit: float) -> None:
        self.task, self.since = number, time.monotonic()
        self.until = self.since + limit
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(task | {"number": number}).encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # it has died: the end of its output says so

    def read(self) -> tuple[bool, list[dict[str, Any]]]:
        """(still running, whole answers that have come)."""
        assert self.process.stdout is not None
        data = os.read(self.process.stdout.fileno(), 1 << 20)
        self.buffer += data
        *lines, rest = self.buffer.split(b"\n")
        self.buffer = bytearray(rest)
        return bool(data), [json.loads(line) for line in lines]

    def end(self) -> str:
        """Kill it with everything it started; says how it had ended by itself, if it had."""
        how = self.process.poll()
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        code = self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            try:
                if pipe is not None:
                    pipe.close()
            except BrokenPipeError:
                pass
        code = code if how is None else how
        return f"signal {-code}" if code < 0 else f"exit status {code}"


def run(tasks: Sequence[Task], workers: int, limit: float, done: Callable[[int, Outcome], None] = lambda number, outcome: None
        ) -> list[Outcome]:
    """The outcome of every task, in the order of the tasks; `done` hears of each as it comes.  No worker outlives the call."""
    waiting = deque((number, 1) for number in range(len(tasks)))
    tries: dict[int, int] = {}
    outcomes: dict[int, Outcome] = {}
    crew: list[_Worker] = []
    chosen = selectors.DefaultSelector()

    def finish(worker: _Worker, number: int, outcome: Outcome) -> None:
        outcomes[number] = replace(outcome, seconds=time.monotonic() - worker.since)
        done(number, outcomes[number])

    def dismiss(worker: _Worker, how: str | None) -> None:
        """Take a worker out; its task is tried again, or has failed."""
        chosen.unregister(worker.process.stdout)  # type: ignore[arg-type]
        crew.remove(worker)
        ended = worker.end()
        number = worker.task
        if number is None or number in outcomes:
            return
        if how == "time":
            finish(worker, number, Outcome("time", limit))
        elif tries[number] < TRIES:
            waiting.appendleft((number, tries[number] + 1))
        else:
            finish(worker, number, Outcome("died", ended))

    try:
        while len(outcomes) < len(tasks):
            for worker in [w for w in crew if w.task is None]:
                if waiting:
                    number, tries_now = waiting.popleft()
                    tries[number] = tries_now
                    worker.give(number, tasks[number], limit)
            while waiting and len(crew) < workers:
                worker = _Worker.start()
                crew.append(worker)
                chosen.register(worker.process.stdout, selectors.EVENT_READ, worker)  # type: ignore[arg-type]
                number, tries_now = waiting.popleft()
                tries[number] = tries_now
                worker.give(number, tasks[number], limit)
            patience = min((w.until for w in crew if w.task is not None), default=time.monotonic()) - time.monotonic()
            for key, _ in chosen.select(max(patience, 0.0)):
                worker = key.data
                running, answers = worker.read()
                for answer in answers:
                    if answer["number"] == worker.task:
                        worker.task = None
                        finish(worker, answer["number"], Outcome(answer["how"], answer["value"]))
                if not running:
                    dismiss(worker, None)
            for worker in [w for w in crew if w.task is not None and time.monotonic() >= w.until]:
                dismiss(worker, "time")
    finally:
        for worker in crew:
            worker.end()
        chosen.close()
    return [outcomes[number] for number in range(len(tasks))]
