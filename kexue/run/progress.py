"""Progress on the error stream: a bar on a terminal, plain lines elsewhere, nothing when asked to be quiet."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any


def terminal() -> bool:
    """Whether the error stream is a terminal that can redraw a line."""
    return sys.stderr.isatty() and os.environ.get("TERM", "") != "dumb"


class Progress(AbstractContextManager["Progress"]):
    """`with Progress(title, total) as p: p.done("one item", "proved")`."""

    def __init__(self, title: str, total: int, quiet: bool = False) -> None:
        self.title, self.total, self.quiet, self.count = title, total, quiet, 0
        self._bar: Any = None

    def __enter__(self) -> Progress:
        if self.quiet or not self.total:
            return self
        if terminal():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
            from rich.progress import Progress as Bar
            self._bar = Bar(SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
                            TimeElapsedColumn(), TextColumn("[dim]{task.fields[last]}"), console=Console(stderr=True),
                            transient=True)
            self._task = self._bar.add_task(self.title, total=self.total, last="")
            self._bar.start()
        else:
            print(self.title, file=sys.stderr, flush=True)
        return self

    def done(self, what: str, verdict: str, seconds: float = 0.0) -> None:
        """One item is through; what took long says so."""
        verdict += f"  {seconds:.1f} s" if seconds >= 1 else ""
        self.count += 1
        if self._bar is not None:
            self._bar.update(self._task, advance=1, last=f"{what}  {verdict}")
        elif not self.quiet:
            width = len(str(self.total))
            print(f"[{self.count:{width}}/{self.total}] {what}  {verdict}", file=sys.stderr, flush=True)

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()
