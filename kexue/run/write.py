"""Writes a set of files so that at every moment each of them is either the old one or the new one, whole."""

from __future__ import annotations

import fcntl
import os
import signal
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ..collect import Complaint

MARK = ".kexue-new"


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Signals that ask for an end wait until the block is through."""
    held = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, held)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One writer at a time; the lock belongs to the open folder and ends with the process, however it ends."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _aside(path: Path) -> Path:
    return path.with_name(f".{path.name}{MARK}")


def write(folder: Path, files: Mapping[str, bytes], remove: Iterable[str] = ()) -> list[str]:
    """Write the files (names relative to `folder`) and remove others; returns the names of those that changed.

    Everything is first written aside and synced, then renamed in one go: whatever fails before leaves the folder as it was.
    Raises Complaint("unwritable") with the file that cannot be written."""
    staged: list[tuple[Path, Path]] = []
    path = folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder):
            try:
                for name, data in files.items():
                    path = folder / name
                    path.parent.mkdir(parents=True, exist_ok=True)
                    if path.is_file() and path.read_bytes() == data:
                        continue
                    staged.append((_aside(path), path))
                    with open(staged[-1][0], "wb") as file:
                        file.write(data)
                        file.flush()
                        os.fsync(file.fileno())
                with _undisturbed():
                    for new, path in staged:
                        os.replace(new, path)
                    for name in remove:
                        path = folder / name
                        path.unlink(missing_ok=True)
                    for parent in sorted({path.parent for _, path in staged}):
                        _sync(parent)
            finally:
                for new, _ in staged:
                    new.unlink(missing_ok=True)
    except OSError as err:
        raise Complaint("unwritable", path, error=err.strerror or err) from err
    return [path.relative_to(folder).as_posix() for _, path in staged]
