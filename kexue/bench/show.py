"""What a bench run shows while it works and at its end: tables and progress on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any

from . import table


class Screen:
    """Takes the events of a run.  `failed` tells whether one of the project's own implementations failed."""

    def __init__(self) -> None:
        from rich.console import Console

        self.console = Console()
        self.failed = False
        self.total = self.done = 0
        self.status: Any = None

    def __enter__(self) -> Screen:
        if self.console.is_terminal:
            self.status = self.console.status("loading torch and the peers")
            self.status.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.status is not None:
            self.status.stop()

    def say(self, text: str) -> None:
        self.console.print(text, markup=False, highlight=False, soft_wrap=True)

    def fail(self, text: str) -> None:
        sys.stdout.flush()
        print(f"kexue bench: {text}", file=sys.stderr)

    def event(self, event: dict[str, Any]) -> None:
        kind = event["event"]
        if kind == "start":
            self.total = event["total"]
            env = event["environment"]
            where = ", ".join([env["cpu"], f"{env['cores']} cores ({env['capability']})", *env["gpu"]])
            self.say(
                f"{where}; Python {env['python']}, torch {env['torch']}; one thread in every pool; "
                f"{self.total} contest{'s' if self.total > 1 else ''}"
            )
            self.say(
                "x 2.00: twice as fast as the straightforward form or the best peer, round by round; in brackets the "
                "interval that holds the median with 95 %\n"
            )
        elif kind == "begin" and self.status is not None:
            self.status.update(f"{self.done + 1}/{self.total}  {event['name']}")
        elif kind == "contest":
            self.done += 1
            contest = event["contest"]
            self.failed |= any(r["state"] == "failed" and r["role"] != "peer" for r in contest["rows"])
            if self.console.is_terminal:
                self.console.print(table.rich_table(contest, self.console.width))
            else:
                self.say("\n".join(table.plain(contest)))
        elif kind == "error":
            self.failed = True
            self.fail(event["message"])

    def finish(self, contests: list[dict[str, Any]]) -> None:
        self.say("\n".join(table.summary(contests)))
