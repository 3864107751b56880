"""The worker's side of `pool.py`: `python -m kexue.checking.worker MEMORY` reads tasks and answers each with one JSON line.

Everything that depends on the text of a claim happens here: reading it, judging it, printing it.  When the input ends, the
process that asked is gone, and the worker ends at once."""

from __future__ import annotations

import gc
import json
import os
import queue
import resource
import sys
import threading
import time
from typing import Any, BinaryIO

from .judge import answer

DEEP, STACK = 12_000, 128 << 20  # frames, and the stack that they may need


def limit(memory: int) -> None:
    """Bound the data of this process, and let the kernel end it before others when memory runs out."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (memory if hard < 0 else min(memory, hard), hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, hard = resource.getrlimit(resource.RLIMIT_STACK)
    resource.setrlimit(resource.RLIMIT_STACK, (STACK if hard < 0 else min(STACK, hard), hard))
    try:
        with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
            file.write("500")
    except OSError:
        return  # not this kind of system


def write(out: BinaryIO, record: dict[str, Any]) -> None:
    out.write(json.dumps(record, ensure_ascii=True).encode() + b"\n")
    out.flush()


def main() -> None:
    """Answer tasks until the input ends."""
    limit(int(sys.argv[1]))
    sys.setrecursionlimit(DEEP)
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    tasks: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def listen() -> None:
        with open(0, "rb", closefd=False) as inlet:  # not sys.stdin, whose lock Python wants when it ends
            for line in inlet:
                tasks.put(line)
        os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    gc.freeze()
    while True:
        task: dict[str, Any] = json.loads(tasks.get())
        number = {"number": task["number"]}
        since = time.monotonic()
        reply = answer(task, lambda record, number=number: write(out, record | number | {"early": True}))  # type: ignore[misc]
        write(out, reply | number | {"seconds": time.monotonic() - since})


if __name__ == "__main__":
    main()
