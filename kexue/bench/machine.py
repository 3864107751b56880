"""What kind of machine measured: model, cores, versions, thread pools.  Never its name, its user or its paths."""

from __future__ import annotations

import os
import platform
import re
from datetime import datetime, UTC
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

from .. import devices as dev
from .offers import BenchError

PEERS = (
    "numpy",
    "scipy",
    "scikit-learn",
    "mpmath",
    "pytest-benchmark",
    "threadpoolctl",
    "triton",
    "x-transformers",
    "transformers",
    "rotary-embedding-torch",
    "entmax",
)


def cpu_model() -> str:
    """The model name of the processor, as the operating system gives it."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        text = ""
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return found.group(1).strip() if found else platform.processor() or platform.machine()


def caches() -> dict[str, str]:
    """{"L2": "1024K", ...} where the kernel tells."""
    found = {}
    for folder in sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        try:
            level, kind, size = ((folder / k).read_text(encoding="ascii").strip() for k in ("level", "type", "size"))
        except OSError:
            continue
        if kind != "Instruction":
            found[f"L{level}"] = size
    return found


def pools() -> list[dict[str, Any]]:
    """Every thread pool in this process: which library, how many threads."""
    return [
        {"api": p["user_api"], "library": p["internal_api"], "version": p.get("version"), "threads": p["num_threads"]}
        for p in import_module("threadpoolctl").threadpool_info()
    ]


def check_pinned() -> None:
    """BenchError when a thread pool has more than one thread: the thread clock would not see the others."""
    wide = [p for p in pools() if p["threads"] != 1]
    torch = dev.torch()
    if torch.get_num_threads() != 1:
        wide.append({"library": "torch", "threads": torch.get_num_threads()})
    if wide:
        raise BenchError("not pinned to one thread: " + ", ".join(f"{p['library']} has {p['threads']}" for p in wide))


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def load() -> float | None:
    """How busy the machine is: the mean number of running processes over the last minute."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def environment(devices: list[str]) -> dict[str, Any]:
    """The environment block of a report."""
    torch = dev.torch()
    gpus = sorted({torch.cuda.get_device_name(d) for d in devices if d.startswith("cuda")})
    affinity = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "cpu": cpu_model(),
        "architecture": platform.machine(),
        "cores": affinity,
        "caches": caches(),
        "capability": torch.backends.cpu.get_cpu_capability(),
        "gpu": gpus,
        "cuda": torch.version.cuda if gpus else None,
        "system": platform.system(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "float32_matmul_precision": torch.get_float32_matmul_precision(),
        "packages": {k: v for k in PEERS if (v := _version(k))},
        "pools": pools(),
        "torch_threads": torch.get_num_threads(),
        "load_before": load(),
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
    }


def machine_class(env: dict[str, Any]) -> str:
    """A file name for this kind of machine: processor, cores, GPU."""
    text = "-".join([env["cpu"], f"{env['cores']}-cores", *env["gpu"]])
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
