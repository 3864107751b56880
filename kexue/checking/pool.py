"""Claims to workers and answers back, in the order of the claims and as soon as that order allows.

A worker is a process of its own group that judges one claim at a time (see `worker.py`).  The time a claim takes is measured
here: most of the limit for all that can be tried, and where that was not enough the rest for numbers alone, in a fresh process.
A worker that hangs, dies or outgrows its memory costs its own claim only."""

from __future__ import annotations

import json
import os
import queue
import selectors
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any

Task = dict[str, Any]
Record = dict[str, Any]
WORKER = ("-m", "kexue.checking.worker")
FIRST = 0.8  # of the time limit, before the claim is handed to a fresh worker for numbers alone
GRACE = 1.0  # seconds for a worker to start
AHEAD = 4  # claims taken ahead of the first open one, for each worker
OUTGROWN = (b"emory", b"alloc")  # what native code says before it gives up


@dataclass(frozen=True)
class Limits:
    """seconds: for one claim; memory: bytes of data of a worker; workers: how many claims are judged at once."""

    seconds: float = 10.0
    memory: int = 2 << 30
    workers: int = 1


def environment() -> dict[str, str]:
    """The environment of a worker: this one, with everything fixed on which an answer could depend."""
    path = os.pathsep.join(p for p in sys.path if p)
    fixed = {"PYTHONHASHSEED": "0", "PYTHONPATH": path, "PYTHONSAFEPATH": "1", "PYTHONIOENCODING": "utf-8", "LC_ALL": "C.UTF-8",
             "TZ": "UTC"}
    return os.environ | fixed | {f"{name}_NUM_THREADS": "1" for name in ("OMP", "MKL", "OPENBLAS", "NUMEXPR")}


class Worker:
    """One process, and the claim it has at the moment."""

    def __init__(self, limits: Limits) -> None:
        self.said: IO[bytes] = tempfile.TemporaryFile()
        command = [sys.executable, *WORKER, str(limits.memory)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.said,
                                        env=environment(), process_group=0)
        assert self.process.stdin is not None and self.process.stdout is not None
        self.inlet, self.outlet = self.process.stdin, self.process.stdout
        self.number: int | None = None
        self.until = self.since = self.share = 0.0
        self.grace = GRACE
        self.buffer = bytearray()

    def give(self, number: int, task: Task, seconds: float) -> None:
        self.number, self.since, self.share = number, time.monotonic(), seconds
        self.until = self.since + seconds + self.grace
        self.grace = 0.0
        try:
            self.inlet.write(json.dumps(task | {"number": number, "seconds": seconds}).encode() + b"\n")
            self.inlet.flush()
        except BrokenPipeError:
            pass  # it has died: the end of its output says so

    def read(self) -> tuple[bool, list[Record]]:
        """(still running, whole answers that have come)."""
        data = os.read(self.outlet.fileno(), 1 << 20)
        self.buffer += data
        *lines, rest = self.buffer.split(b"\n")
        self.buffer = bytearray(rest)
        return bool(data), [json.loads(line) for line in lines]

    def end(self, silent: bool = False) -> str:
        """End it with everything it started; how it had ended by itself (`silent`: its output has ended): time, memory or died."""
        try:
            how = self.process.wait(1 if silent else 0)
        except subprocess.TimeoutExpired:
            how = None
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        for pipe in (self.inlet, self.outlet):
            try:
                pipe.close()
            except BrokenPipeError:
                pass
        self.said.seek(0)
        words = self.said.read()[-2000:]
        self.said.close()
        return "time" if how is None else "memory" if any(w in words for w in OUTGROWN) else "died"


@dataclass
class _Source:
    """Tasks from an iterable that may block, taken by a thread no further than `ahead` of what is done."""

    tasks: Iterable[Task]
    room: threading.Semaphore
    taken: queue.SimpleQueue[Task | BaseException | None] = field(default_factory=queue.SimpleQueue)

    def __post_init__(self) -> None:
        self.heard, self.bell = os.pipe()
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        try:
            for task in self.tasks:
                self.room.acquire()
                self._put(task)
            self._put(None)
        except BaseException as err:  # told to whoever asked, in its own thread
            self._put(err)

    def _put(self, item: Task | BaseException | None) -> None:
        self.taken.put(item)
        try:
            os.write(self.bell, b".")
        except OSError:
            pass  # nobody listens any more


class Crew:
    """Workers that stay warm between calls.  `close` ends them."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.workers: list[Worker] = []

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start one worker, so that it is ready when the first claim is."""
        if not self.workers:
            self.workers.append(Worker(self.limits))

    def close(self) -> None:
        for worker in self.workers:
            worker.end()
        self.workers.clear()

    def judge(self, tasks: Iterable[Task]) -> Iterator[Record]:
        """The answers to the tasks, in their order, each as soon as it and all before it are there."""
        source = _Source(tasks, threading.Semaphore(AHEAD * self.limits.workers))
        waiting: deque[tuple[int, Task, float]] = deque()
        given: dict[int, tuple[Task, float]] = {}
        done: dict[int, Record] = {}
        count, next_out, ended = 0, 0, False
        chosen = selectors.DefaultSelector()
        chosen.register(source.heard, selectors.EVENT_READ, None)
        for worker in self.workers:
            chosen.register(worker.outlet, selectors.EVENT_READ, worker)
        try:
            while not ended or next_out < count:
                while next_out in done:
                    yield done.pop(next_out)
                    next_out += 1
                    source.room.release()
                self._hand_out(waiting, given, chosen)
                if ended and next_out >= count:
                    break
                busy = [w.until for w in self.workers if w.number is not None]
                for key, _ in chosen.select(max(min(busy) - time.monotonic(), 0.0) if busy else None):
                    if key.data is None:
                        os.read(source.heard, 1)
                        item = source.taken.get()
                        if isinstance(item, BaseException):
                            raise item
                        ended = ended or item is None
                        if item is not None:
                            waiting.append((count, item, 0.0))
                            count += 1
                        continue
                    running, answers = key.data.read()
                    for answer in answers:
                        if answer.pop("early", False):
                            if answer.pop("number") == key.data.number:
                                given[key.data.number][0]["head"] = answer
                        elif answer.pop("number", None) == key.data.number and key.data.number is not None:
                            number = key.data.number
                            key.data.number = None
                            done[number] = self._timed(answer, given.pop(number)[1] + answer["seconds"])
                    if not running:
                        self._dismiss(key.data, waiting, given, done, chosen, True)
                for worker in [w for w in self.workers if w.number is not None and time.monotonic() >= w.until]:
                    self._dismiss(worker, waiting, given, done, chosen)
        finally:
            chosen.close()
            os.close(source.heard)
            for worker in [w for w in self.workers if w.number is not None]:
                self.workers.remove(worker)
                worker.end()

    def _hand_out(self, waiting: deque[tuple[int, Task, float]], given: dict[int, tuple[Task, float]],
                  chosen: selectors.BaseSelector) -> None:
        while waiting:
            worker = next((w for w in self.workers if w.number is None), None)
            if worker is None:
                if len(self.workers) >= self.limits.workers:
                    return
                worker = Worker(self.limits)
                self.workers.append(worker)
            if worker.outlet not in [key.fileobj for key in chosen.get_map().values()]:
                chosen.register(worker.outlet, selectors.EVENT_READ, worker)
            number, task, spent = waiting.popleft()
            given[number] = dict(task), spent
            again = bool(spent)
            share = max(self.limits.seconds - spent, 0.1) if again else self.limits.seconds * FIRST
            worker.give(number, {k: v for k, v in task.items() if k != "head"} | {"again": again}, share)

    def _dismiss(self, worker: Worker, waiting: deque[tuple[int, Task, float]], given: dict[int, tuple[Task, float]],
                 done: dict[int, Record], chosen: selectors.BaseSelector, silent: bool = False) -> None:
        """Take a worker out; its claim is tried once more, for numbers alone and in the time that is left, or stays undecided."""
        chosen.unregister(worker.outlet)
        self.workers.remove(worker)
        number, spent = worker.number, min(time.monotonic() - worker.since, worker.share)  # starting is not charged
        how = worker.end(silent)
        if number is None:
            return
        task, before = given.pop(number)
        total = before + spent
        if not before and total < self.limits.seconds:
            waiting.appendleft((number, task | {"because": how}, total))
        else:
            done[number] = self._timed({"task": task, "how": task.get("because", how)}, total)

    @staticmethod
    def _timed(answer: Record, seconds: float) -> Record:
        return answer | {"seconds": round(seconds, 4)}
