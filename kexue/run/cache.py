"""What was computed once: answers by a hash of everything they depend on, as JSON files with a checksum.

A damaged entry is no entry.  The key holds the text of the files judged, the text of the engine, the versions of the
libraries and the options, so an answer can never outlive what it was computed from.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from .pool import vector_unit

LIBRARIES = ("sympy", "mpmath", "python-flint", "numpy", "scipy", "clarabel", "torch", "matplotlib", "jinja2", "math-core")
DAYS = 60  # entries nobody has asked for in that time are removed
REPORT_ONLY = ("report", "bench", "cli.py", "doctor.py", "scaffold.py", "terminal.py", "messages.py")  # cannot change a verdict


def folder() -> Path:
    """KEXUE_CACHE_DIR, or kexue/ in the user's cache folder."""
    own = os.environ.get("KEXUE_CACHE_DIR")
    if own:
        return Path(own)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kexue"


def digest(*parts: Any) -> str:
    """A hash of JSON-able parts and bytes."""
    sha = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else json.dumps(part, sort_keys=True).encode()
        sha.update(len(data).to_bytes(8, "big") + data)
    return sha.hexdigest()


def texts(root: Path, files: Iterable[Path]) -> list[list[str]]:
    """[name, hash] of files, by name."""
    return sorted([p.relative_to(root).as_posix(), hashlib.sha256(p.read_bytes()).hexdigest()] for p in files)


def engine(whole: bool) -> list[list[str]]:
    """The engine's own files: all of them, or those that can change a verdict or a number."""
    package = Path(__file__).resolve().parent.parent

    def counts(path: Path) -> bool:
        parts = path.relative_to(package).parts
        left_behind = any(part.startswith(".") or part == "__pycache__" for part in parts)  # by tools, at any time
        return path.is_file() and not left_behind and parts[0] != "library" and (whole or parts[0] not in REPORT_ONLY)

    return texts(package, filter(counts, package.rglob("*")))


def versions() -> list[list[str]]:
    """The versions of Python, of the libraries, and the class of machine."""
    found = [["python", platform.python_version()], ["machine", f"{platform.machine()} {vector_unit()}"]]
    for name in LIBRARIES:
        try:
            found.append([name, version(name)])
        except PackageNotFoundError:
            found.append([name, "none"])
    return found


@dataclass
class Cache:
    """Entries in a folder.  Without a folder nothing is kept.  `trouble` is set when the folder cannot be written."""

    place: Path | None
    trouble: str | None = field(default=None)

    def _file(self, key: str) -> Path:
        assert self.place is not None
        return self.place / key[:2] / f"{key}.json"

    def get(self, key: str) -> Any:
        """The value kept under the key, or None: nothing there, or not what was written."""
        if self.place is None:
            return None
        path = self._file(key)
        try:
            entry = json.loads(path.read_bytes())
            if entry["key"] != key or entry["sum"] != digest(entry["value"]):
                return None
            os.utime(path)
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
        return entry["value"]

    def put(self, key: str, value: Any) -> None:
        """Keep a JSON-able value; a folder that cannot be written is noted in `trouble`, once, and not an error."""
        if self.place is None or self.trouble is not None:
            return
        path = self._file(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump({"key": key, "sum": digest(value), "value": value}, file)
            os.replace(name, path)
        except OSError as err:
            self.trouble = err.strerror or str(err)

    def sweep(self) -> None:
        """Remove entries that have not been used for DAYS days."""
        if self.place is None:
            return
        oldest = time.time() - DAYS * 86400
        for path in self.place.glob("??/*"):
            try:
                if path.stat().st_mtime < oldest:
                    path.unlink()
            except OSError:
                continue  # another run has removed it
