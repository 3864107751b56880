"""One claim on the terminal, from its evidence record: statement, verdict, steps, near-miss, numbers, and how to repeat it."""

from __future__ import annotations

import os
import sys
from typing import Any

from .claim import Claim
from .messages import say

COLOURS = {"proved": "green", "derived": "green", "cited": "green", "supported": "yellow", "refuted": "red",
           "undecided": "yellow", "vacuous": "red", "unreadable": "red"}
MARKS = {"proved": "✓", "derived": "⊢", "supported": "≈", "refuted": "✗", "undecided": "?", "vacuous": "∅", "unreadable": "⚠",
         "cited": "❝", "unjudged": "·"}


def line(id_: str, verdict: str, claim: Claim, lang: str) -> str:
    """One claim on one line: id, verdict, title."""
    word = f"{MARKS[verdict]} {say(verdict, lang)}"
    return f"{id_:<52} {_padded(word, 12)} {getattr(claim.title, lang)}"


def _padded(text: str, width: int) -> str:
    from rich.cells import cell_len
    return text + " " * max(width - cell_len(text), 0)


def print_claim(claim: Claim, record: dict[str, Any], lang: str) -> None:
    """Print the record of a claim on the output stream, wrapped to the terminal, in colour where it can show colour."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from .printing import text as formula_text
    width = None if sys.stdout.isatty() else int(os.environ.get("COLUMNS", "100"))
    console = Console(width=width, highlight=False, soft_wrap=False)

    def verdict(name: str) -> Text:
        return Text(f"{MARKS[name]} {say(name, lang)}", style=COLOURS.get(name, ""))

    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")

    def row(key: str, *parts: str | Text) -> None:
        for k, part in enumerate(parts):
            table.add_row(say(key, lang) if k == 0 else "", Text(part) if isinstance(part, str) else part)

    head = Text.assemble((record["id"], "bold"), "  ", verdict(record["verdict"]))
    console.print(head)
    console.print(Text(getattr(claim.title, lang)))
    console.print()
    row("statement", getattr(claim.says, lang))
    if record["post"]:
        row("as-posted", record["post"][lang])
    if claim.where:
        row("where", say("comma", lang).join(formula_text(h) for h in claim.where))
    if record["reason"]:
        row("because", record["reason"])
    if record["conditions"]:
        row("conditions", *record["conditions"])
    if record["rests_on"]:
        row("rests-on", *(f"{_words(r['theorem'], lang)} ({r['source']})" for r in record["rests_on"]))
    steps: list[str | Text] = []
    for number, step in enumerate(record["steps"], 1):
        what = step["text"] or step["latex"] or _words(step["theorem"], lang)
        steps.append(Text.assemble((f"{number}  ", "dim"), what))
        tail = [verdict(step["verdict"])] + ([Text(step["method"])] if step["method"] else [])
        steps.append(Text("   ").append(step["because"][lang], style="dim").append("  ").append(Text(", ").join(tail)))
        if step["reason"]:
            steps.append(Text(f"   {step['reason']}", style="yellow"))
    row("steps", *steps)
    near = record["near_miss"]
    found = near["counterexample"]
    miss: list[str | Text] = [near["says"][lang], near["text"], verdict(near["verdict"])]
    if found:
        at = _point(found["at"])
        miss[-1] = Text.assemble(verdict(near["verdict"]), f"  {say('at', lang)} {at}" if at else "")
        miss.append(say("sides", lang, lhs=found["lhs"], rhs=found["rhs"]))
    row("near-miss", *miss)
    if record["references"]:
        row("references", *(f"{v['label']} = {v['digits']}" for v in record["references"]))
    confirmed = record["confirmed"]
    if confirmed["points"]:
        digits = " / ".join(map(str, confirmed["digits"]))
        row("confirmed", say("confirmed-at", lang, points=confirmed["points"], digits=digits, worst=confirmed["worst"]))
    row("replay", record["replay"])
    console.print(table)


def _words(theorem: Any, lang: str) -> str:
    """A theorem's name: one string, or a pair of languages in any of the forms a record may hold it in."""
    if isinstance(theorem, dict):
        return str(theorem[lang])
    if isinstance(theorem, (list, tuple)):
        return str(theorem[0 if lang == "en" else 1])
    return str(theorem)


def _point(at: Any) -> str:
    return ", ".join(f"{k} = {v}" for k, v in at.items()) if isinstance(at, dict) else str(at or "")
