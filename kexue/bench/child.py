"""`python -m kexue.bench.child FOLDER`: the process that measures, started with all thread pools pinned to 1."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def run(folder: Path) -> int:
    """Measure what FOLDER/request.json asks for, write FOLDER/result.json; events go to stdout, a JSON line each."""
    from .. import devices as dev
    from .offers import BenchError

    request = json.loads((folder / "request.json").read_text(encoding="utf-8"))
    import pytest

    from .plugin import Plugin, Session, emit

    try:
        dev.torch().set_num_threads(1)
        request["devices"] = [d if d == "cpu" else dev.require(d) for d in request["devices"]]
        for dtype in request["dtypes"]:
            dev.dtype_of(dtype)
        session = Session(request)
    except (BenchError, dev.DeviceError) as error:
        status = error.status if isinstance(error, BenchError) else 2
        emit(event="error", message=str(error), status=status)
        return status
    (folder / "pytest.ini").write_text("[pytest]\npython_functions = contest\n", encoding="utf-8")
    return int(
        pytest.main(
            [
                "-c",
                str(folder / "pytest.ini"),
                "--rootdir",
                str(folder),
                "--noconftest",
                "--import-mode=importlib",
                "-s",
                "-p",
                "pytest_benchmark.plugin",
                "-p",
                "no:cacheprovider",
                "-p",
                "no:terminal",
                "--benchmark-quiet",
                "--benchmark-json",
                str(folder / "result.json"),
                "--benchmark-storage",
                f"file://{folder}/storage",
                str(Path(__file__).with_name("contests.py")),
            ],
            plugins=[Plugin(session)],
        )
    )


if __name__ == "__main__":
    try:
        sys.exit(run(Path(sys.argv[1])))
    except KeyboardInterrupt:  # the parent says so
        sys.exit(130)
