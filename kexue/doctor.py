"""What this machine offers: versions, devices, limits, fonts and places, in a form that can be pasted into a bug report."""

from __future__ import annotations

import os
import platform
import resource
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click

from . import __version__
from .messages import say

NEEDED = ("sympy", "mpmath", "python-flint", "numpy", "scipy", "clarabel", "torch", "matplotlib", "jinja2", "math-core", "click", "rich")
OPTIONAL = ("pytest", "pytest-benchmark", "threadpoolctl", "scikit-learn", "x-transformers")


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _size(amount: int, lang: str) -> str:
    return say("unlimited", lang) if amount == resource.RLIM_INFINITY else f"{amount / 2**30:.1f} GiB"


def _devices() -> list[tuple[str, str]]:
    from .devices import DeviceError, available, versions
    try:
        places = available()
        known = versions(places)
    except (DeviceError, ImportError) as err:
        return [("-", str(err))]
    return [(place, known.get(place, platform.machine())) for place in places]


def _places(lang: str) -> list[tuple[str, str]]:
    from .collect import Complaint, find_library
    from .run import cache_folder
    try:
        library = find_library()
        found = [("proofs, numerics", str(library.root)), ("reports", str(library.reports))]
    except Complaint as complaint:
        found = [("proofs, numerics", complaint.text(lang))]
    return [*found, ("cache", str(cache_folder()))]


def examine(lang: str) -> int:
    """Print what is here; the exit status: 0, or 1 when something that every run needs is missing."""
    assets = Path(__file__).parent / "report" / "assets"
    fonts = [(f.name, f"{f.stat().st_size / 1024:.0f} KiB") for f in sorted(assets.glob("*.woff2"))]
    versions = [("kexue", __version__), ("python", platform.python_version())]
    versions += [(name, _version(name) or say("absent", lang)) for name in (*NEEDED, *OPTIONAL)]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limits = [("system", f"{platform.system()} {platform.machine()}"), ("cores", str(len(os.sched_getaffinity(0)))),
              ("memory", _size(memory, lang)), ("RLIMIT_DATA", _size(resource.getrlimit(resource.RLIMIT_DATA)[0], lang)),
              ("RLIMIT_AS", _size(resource.getrlimit(resource.RLIMIT_AS)[0], lang))]
    missing = [name for name in NEEDED if _version(name) is None] + ([] if fonts else ["STIXTwoMath.woff2"])
    parts = [("doctor-versions", versions), ("doctor-devices", [] if "torch" in missing else _devices()),
             ("doctor-limits", limits), ("doctor-fonts", fonts), ("doctor-places", _places(lang))]
    for key, rows in parts:
        click.echo(say(key, lang))
        for name, value in rows or [("-", say("none-here", lang))]:
            click.echo(f"  {name:<24} {value}")
    click.echo(say("not-ok", lang, what=", ".join(missing)) if missing else say("ok", lang))
    return 1 if missing else 0
