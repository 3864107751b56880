"""The contests as text: the cells of a row, a rich table on a terminal, plain lines elsewhere."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from .compare import findings

ROLES = {"straightforward": "straightforward form", "good": "good form", "variant": "", "peer": "peer"}
HEAD = ("form", "time", "IQR", "x straightforward [95 %]", "x best peer [95 %]", "of limit", "worst error")
NARROW = {
    HEAD[3]: "x straight-\nforward [95 %]",
    HEAD[4]: "x best peer\n[95 %]",
    HEAD[5]: "of\nlimit",
    HEAD[6]: "worst\nerror",
}


def seconds(value: float) -> str:
    """Three digits and a unit."""
    for unit, scale in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if value >= scale:
            return f"{digits(value / scale)} {unit}"
    return f"{digits(value / 1e-9)} ns"


def digits(value: float) -> str:
    """About three significant digits, never in exponent form: for ratios and times."""
    if value == 0:
        return "0"
    return f"{value:.{max(0, 2 - math.floor(math.log10(abs(value)) + 1e-12))}f}"


def interval(value: Sequence[float]) -> str:
    """`4.10 [3.92, 4.31]`."""

    def short(v: float) -> str:
        return f"{v:.0f}" if v >= 100 else f"{v:.1f}" if v >= 10 else f"{v:.2f}" if v >= 0.1 else f"{v:.3f}"

    return f"{short(value[0])} [{short(value[1])}, {short(value[2])}]"


def percent(fraction: float) -> str:
    """Two significant digits."""
    value = 100 * fraction
    return f"{value:.0f} %" if value >= 10 else f"{value:.1f} %" if value >= 1 else f"{value:.2f} %"


def number(value: float | None) -> str:
    return "-" if value is None else "0" if value == 0 else f"{value:.1e}" if value == value else "not finite"


def ordered(contest: dict[str, Any]) -> list[dict[str, Any]]:
    """Own forms as in the file, then peers from fast to slow, then those that did not run."""
    own = [r for r in contest["rows"] if r["role"] != "peer"]
    peers = [r for r in contest["rows"] if r["role"] == "peer"]
    return own + sorted(peers, key=lambda r: float(r["median"]) if r["state"] == "measured" else math.inf)


def roles(row: dict[str, Any]) -> list[str]:
    """What the row is: keys of `ROLES`."""
    return [row["role"]] + (["peer"] if row["peer"] and row["role"] != "peer" else [])


def cells(contest: dict[str, Any], row: dict[str, Any], words: Callable[[str], str] = str) -> list[str]:
    """The row under `HEAD`, without the name of the form; `words` translates."""
    if row["state"] != "measured":
        return [words(row["state"]), "", "", "", "", ""]
    straight, peer = row["vs_straightforward"], row["vs_peer"]
    best = contest["best_peer"] == row["contestant"]
    return [
        seconds(row["median"]),
        f"{100 * row['iqr'] / row['median']:.0f} %",
        interval(straight) if straight else "1" if row["role"] == "straightforward" else "-",
        interval(peer) if peer else words("best peer") if best else "-",
        percent(row["of_limit"][0]) if row["of_limit"] else "-",
        number(row["error"]) + (" (a)" if row["another"] else ""),
    ]


def title(contest: dict[str, Any]) -> str:
    """One line: what, how large, where, and the limit."""
    limit = contest["limit"]
    roof = f"; limit {seconds(limit['roof'])} ({limit['by']})" if limit else ""
    return (
        f"{contest['stem']}.{contest['function']}  {contest['size']} {contest['dtype']} {contest['device']}  "
        f"{contest['rounds']} rounds{roof}"
    )


def reference(contest: dict[str, Any]) -> str:
    """What the errors of this contest are measured against."""
    ref = contest["reference"]
    rows = (
        "all entries"
        if ref["rows"] is None
        else "the first row"
        if ref["rows"] == 1
        else f"the first {ref['rows']} rows"
    )
    held = (
        f", itself within {number(ref['mpmath_error'])} of mpmath on {rows}"
        if ref["mpmath_error"] is not None
        else ", not compared with mpmath at this size"
    )
    return {
        "float64": f"error: against `{ref['good']}` evaluated in float64{held}",
        "mpmath": f"error: against mpmath at 50 digits, {rows}",
        "self": f"error: distance to `{ref['good']}` in the same dtype; mpmath is too slow at this size",
    }[ref["kind"]]


def notes(contest: dict[str, Any]) -> list[str]:
    """Reference, failures and marks of one contest."""
    found = [reference(contest)]
    if any(r["another"] for r in contest["rows"]):
        found.append("(a) differs in float64 too: it computes something else (another estimator), or loses digits")
    found += [f"{r['contestant']} failed: {r['reason']}" for r in contest["rows"] if r["state"] == "failed"]
    found += [
        f"{r['contestant']} used {r['other_threads']:.2f} times the CPU time of the measuring thread"
        for r in contest["rows"]
        if r.get("other_threads", 1) > 1.1
    ]
    return found


def plain(contest: dict[str, Any]) -> list[str]:
    """Aligned lines without control characters, for logs and pipes."""
    rows = [list(HEAD)] + [[_name(r), *cells(contest, r)] for r in ordered(contest)]
    widths = [max(len(r[i]) for r in rows) for i in range(len(HEAD))]
    body = [
        "  "
        + "  ".join(
            c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(r, widths, strict=True))
        ).rstrip()
        for r in rows
    ]
    return [title(contest), *body, *("  " + n for n in notes(contest)), ""]


def _name(row: dict[str, Any]) -> str:
    marks = ", ".join(ROLES[r] for r in roles(row) if ROLES[r])
    return str(row["contestant"]) + (f" ({marks})" if marks else "") + "".join(f" = {p}" for p in row["peer_names"])


def rich_table(contest: dict[str, Any], width: int) -> Any:
    """The same as a rich renderable for a terminal of that width; below 112 columns intervals go to a second line."""
    from rich import box
    from rich.console import Group
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    narrow = width < 112
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for i, head in enumerate(HEAD):
        if not (narrow and head == "IQR"):
            table.add_column(
                NARROW.get(head, head) if narrow else head,
                justify="right" if i else "left",
                no_wrap=i > 0,
                overflow="fold",
            )
    for row in ordered(contest):
        texts = [Text(_name(row))] + [Text(c.replace(" [", "\n[") if narrow else c) for c in cells(contest, row)]
        for key, at in (("vs_straightforward", 3), ("vs_peer", 4)):
            if row.get(key):
                texts[at].stylize("red" if row[key][2] < 1 else "green" if row[key][1] > 1 else "")
        if narrow:
            del texts[2]
        table.add_row(*texts, style="bold" if row["role"] == "good" else "dim" if row["state"] != "measured" else "")
    return Group(
        Text(title(contest), style="bold"), table, Padding(Text("\n".join(notes(contest)), style="dim"), (0, 0, 1, 0))
    )


def summary(contests: Sequence[dict[str, Any]]) -> list[str]:
    """Losses first, then what the interval leaves open, then wins; every line one comparison of a good form."""
    lines: list[str] = []
    found = findings(contests)
    for key, head in (("slower", "Slower"), ("even", "Undecided (the interval contains 1)"), ("faster", "Faster")):
        lines.append(f"{head}: {len(found[key])}")
        for f in found[key]:
            c = f["contest"]
            lines.append(
                f"  {c['function']} {c['size']} {c['dtype']} {c['device']}: {f['row']['contestant']} is "
                f"{interval(f['ratio'])} times as fast as {f['other']['contestant']}"
                + (" (best peer)" if f["against"] == "vs_peer" else " (straightforward form)")
            )
    return lines
