"""The clock and the interleaved loop: every contestant once per round, in random order."""

from __future__ import annotations

import gc
import math
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .. import devices as dev

SAMPLE = 0.030  # seconds a sample lasts at least; the resolution of the thread clock is a millionth of that
QUICK_SAMPLE = 0.001
MOST_CALLS = 100_000

Call = Callable[[], Any]


@dataclass
class Runner:
    """One contestant: `call` has its arguments bound; `interleave` fills `seconds`, one per call in every round."""

    name: str
    call: Call
    repeats: int = 1
    first_call: float = 0.0
    once: float = 0.0
    seconds: list[float] = field(default_factory=list)
    process: float = 0.0
    thread: float = 0.0

    @property
    def other_threads(self) -> float:
        """CPU time of the process over that of this thread: above 1.1 something ran outside the pinned thread."""
        return self.process / self.thread if self.thread else 1.0


class Clock:
    """Seconds for `repeats` calls: CPU time of this thread, or the time between two events on a CUDA device."""

    def __init__(self, device: str) -> None:
        self.device = device
        self.cuda = device.startswith("cuda")

    def __call__(self, runner: Runner, repeats: int) -> float:
        if self.cuda:
            return self._events(runner.call, repeats)
        call, collecting = runner.call, gc.isenabled()
        gc.disable()
        try:
            process, thread = time.process_time(), time.thread_time()
            for _ in range(repeats):
                call()
            thread, process = time.thread_time() - thread, time.process_time() - process
        finally:
            if collecting:
                gc.enable()
        runner.process, runner.thread = runner.process + process, runner.thread + thread
        return max(thread, 1e-9)

    def _events(self, call: Call, repeats: int) -> float:
        torch = dev.torch()
        with torch.cuda.device(self.device):
            start, stop = (torch.cuda.Event(enable_timing=True) for _ in range(2))
            torch.cuda.synchronize()  # nothing older may run inside the interval
            start.record()
            for _ in range(repeats):
                call()
            stop.record()
            stop.synchronize()
            return max(float(start.elapsed_time(stop)) / 1000, 1e-9)


def calibrate(runner: Runner, clock: Clock, sample: float) -> None:
    """Two warming calls, then the number of calls that lasts at least `sample` seconds."""
    runner.first_call = clock(runner, 1)
    runner.once = clock(runner, 1)
    while runner.repeats * runner.once < sample and runner.repeats < MOST_CALLS:
        runner.repeats = min(MOST_CALLS, max(2 * runner.repeats, math.ceil(1.1 * sample / runner.once)))
        runner.once = clock(runner, runner.repeats) / runner.repeats
    runner.process = runner.thread = 0.0


def number_of_rounds(runners: list[Runner], quick: bool) -> int:
    """21 while a round stays under 0.6 seconds, 15 under two, otherwise (and with `quick`) 9."""
    one = sum(r.repeats * r.once for r in runners)
    return 9 if quick or one > 2 else 15 if one > 0.6 else 21


def interleave(runners: list[Runner], clock: Clock, rounds: int, seed: int) -> None:
    """Fill `seconds`: in each round every runner is sampled once, in an order drawn from `seed`."""
    order, rng = list(runners), random.Random(seed)
    for _ in range(rounds):
        rng.shuffle(order)
        for runner in order:
            runner.seconds.append(clock(runner, runner.repeats) / runner.repeats)
