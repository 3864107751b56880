"""Times the implementations of numerics/ beside their peers.

`main` starts one process whose thread pools are pinned before torch is loaded (`child`), shows each contest as it ends,
and writes the reports.  Nothing here loads torch.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from .offers import BenchError, library, stems

POOLS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "RAYON_NUM_THREADS",
)


def child_environment() -> dict[str, str]:
    """The environment of the measuring process: one thread per pool, no pytest options but those of `child`."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    env |= dict.fromkeys(POOLS, "1")
    env["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    env["PYTHONPATH"] = os.pathsep.join(
        filter(None, [str(Path(__file__).resolve().parents[2]), env.get("PYTHONPATH", "")])
    )
    return env


def _needed() -> None:
    from importlib.util import find_spec

    missing = [
        name
        for name, module in (
            ("pytest", "pytest"),
            ("pytest-benchmark", "pytest_benchmark"),
            ("threadpoolctl", "threadpoolctl"),
        )
        if find_spec(module) is None
    ]
    if missing:
        raise BenchError(f"kexue bench needs {', '.join(missing)}: pip install 'kexue[bench]'", 2)


def _writable(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=out).close()
    except OSError as error:
        raise BenchError(f"cannot write to {out}: {error.strerror}", 2) from error


def _events(folder: Path) -> Iterator[dict[str, Any]]:
    """The events of one measuring process; it is ended with the iterator."""
    with subprocess.Popen(
        [sys.executable, "-m", "kexue.bench.child", str(folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        env=child_environment(),
        text=True,
        encoding="utf-8",
    ) as process:
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if line.startswith("{"):  # anything else was printed by a numerics file or a peer
                    yield json.loads(line)
                else:
                    sys.stderr.write(line)
            status = process.wait()
            if status and status != 1:  # 1: an item failed, which has been reported as an event
                yield {"event": "ended", "status": status}
        finally:
            if process.poll() is None:
                process.terminate()


def run(
    stem: str | None,
    devices: tuple[str, ...],
    dtypes: tuple[str, ...],
    quick: bool,
    listen: Callable[[dict[str, Any]], None],
) -> dict[str, Any]:
    """The document of one run: that of pytest-benchmark (machine_info, benchmarks with all samples), and `contests`.

    Every event goes to `listen`.  Raises BenchError when the run could not start or wrote no result.
    """
    stems(stem)
    _needed()
    with tempfile.TemporaryDirectory(prefix="kexue-bench-") as name:
        folder, status = Path(name), 0
        request = {"stem": stem, "devices": list(devices), "dtypes": list(dtypes), "quick": quick}
        (folder / "request.json").write_text(json.dumps(request), encoding="utf-8")
        started, stop = False, None
        for event in _events(folder):
            started = started or event["event"] == "start"
            if event["event"] == "error":
                if not started:
                    stop = event
                    continue
            if event["event"] == "ended":
                status = event["status"]
                continue
            listen(event)
        if stop is not None:
            raise BenchError(stop["message"], stop["status"])
        result = folder / "result.json"
        if not result.exists():
            raise BenchError(
                f"the measuring process ended with status {status} and left no result; its messages are above"
            )
        document: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
        return document


def main(
    stem: str | None,
    devices: tuple[str, ...] = ("cpu",),
    dtypes: tuple[str, ...] = ("float32",),
    out: Path | None = None,
    quick: bool = False,
) -> int:
    """Measure and print; write JSON, CSV and Markdown to `out`.

    Without `out` they go to reports/bench of the library, or nowhere with `quick`: the smallest sizes, samples of 1 ms.
    The exit status: 0 measured; 1 an implementation failed; 2 an unknown stem or dtype, a device that is missing, a
    folder that cannot be written, a package that is not installed; 5 nothing to measure; 130 interrupted.  Only 0 and 1
    write files.
    """
    from .show import Screen

    screen = Screen()
    try:
        target = out if out is not None else None if quick else library().reports / "bench"
        if target is not None:
            _writable(target)
        with screen:
            document = run(stem, devices, dtypes, quick, screen.event)
        screen.finish(document["contests"])
        if target is not None:
            from .page import write

            screen.say("written: " + ", ".join(write(document, target, stem)))
    except BenchError as error:
        screen.fail(str(error))
        return error.status
    except KeyboardInterrupt:
        screen.fail("interrupted: nothing was written")
        return 130
    return 1 if screen.failed else 0
