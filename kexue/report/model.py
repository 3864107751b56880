"""What the Markdown pages and the HTML site share: counting, grouping, the formatting of numbers.  Plain data only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from .words import LANGUAGES, VERDICTS, method

Record = dict[str, Any]
COMMANDS = ("python3 -m venv .venv && .venv/bin/pip install -q tox && .venv/bin/tox run -e kexue -- kexue report",
            "python3 -m venv .venv && .venv/bin/pip install -q tox && .venv/bin/tox run -e kexue")  # report; tests
MAP = {"en": "map.svg", "zh": "map.zh.svg"}  # the picture of what the claims rest on
LOW, HIGH = Decimal("0.001"), Decimal(1)  # a worst error below LOW * bound means that the bound says nothing


# ------------------------------------------------------------------------------------------------- counts and grouping
def counts(records: Iterable[Record]) -> dict[str, int]:
    """How many records have each verdict, for all verdicts in their fixed order (zeros included)."""
    found = [r["verdict"] for r in records]
    return {v: found.count(v) for v in VERDICTS}


def by_article(records: Iterable[Record]) -> dict[str, list[Record]]:
    """Records by article stem; articles by number, claims in the order given."""
    groups: dict[str, list[Record]] = {}
    for r in sorted(records, key=lambda r: int(r["number"])):
        groups.setdefault(r["article"], []).append(r)
    return groups


def corrections(records: Iterable[Record]) -> list[Record]:
    """The claims whose usual wording is false."""
    return [r for r in records if r["tag"] == "false"]


def near_misses(records: Iterable[Record]) -> tuple[int, int]:
    """(refuted, all) near-misses."""
    verdicts = [r["near_miss"]["verdict"] for r in records]
    return verdicts.count("refuted"), len(verdicts)


def mutants(records: Iterable[Record]) -> dict[str, int]:
    """The mutants of all claims: made, refuted, proved, open."""
    total = dict.fromkeys(("made", "refuted", "proved", "open"), 0)
    for r in records:
        for key in total:
            total[key] += r["mutants"][key]
    return total


def pick(text: Any, lang: str) -> str:
    """The text in one language: a Words, {"en", "zh"}, an (English, Chinese) pair, or a string for both."""
    if isinstance(text, str):
        return text
    if isinstance(text, dict):
        return str(text[lang])
    return str(text[LANGUAGES.index(lang)] if isinstance(text, (list, tuple)) else getattr(text, lang))


def methods(record: Record, lang: str) -> list[str]:
    """The proof methods of a claim by name, each once, in the order of its steps."""
    return list(dict.fromkeys(method(s["method"], lang) for s in record["steps"] if s["method"]))


def reason(record: Record, lang: str) -> str:
    """Why the verdict is not higher: the author's words where there are any, else what the prover said, or nothing."""
    return pick(record["limits"], lang) if record["limits"] else record["reason"] or ""


def claim_name(record: Record) -> str:
    """The claim's own name: its id without the article."""
    return str(record["id"]).split(".", 1)[-1]


def slug(record: Record) -> str:
    """An anchor for HTML and Markdown: lower case, hyphens only."""
    return "claim-" + re.sub(r"[^a-z0-9]+", "-", claim_name(record).lower()).strip("-")


def plot_file(stem: str, plot: dict[str, Any]) -> str:
    """File name of a plot of an article; `plot["name"]` is the name of its function without `plot_`."""
    return f"{stem}-{plot['name'].replace('_', '-')}.svg"


def plots_of(plots: Iterable[dict[str, Any]], record: Record) -> list[dict[str, Any]]:
    """The plots that belong to one claim."""
    return [p for p in plots if p.get("claim") == claim_name(record)]


def loose_plots(plots: Iterable[dict[str, Any]], records: Iterable[Record]) -> list[dict[str, Any]]:
    """The plots that belong to no claim of the article."""
    names = {claim_name(r) for r in records}
    return [p for p in plots if p.get("claim") not in names]


def trials(experiments: Iterable[dict[str, Any]], data: dict[str, Any] | None, lang: str
           ) -> list[tuple[str, list[tuple[str, str, bool, str | None]]]]:
    """(title, rows) of each experiment; a row is the quantity, what is required of it, whether that was asked of the images made here
    (where it was met, or there would be no report), and its value on the real files, None where they were not there."""
    found = {run["name"]: run for run in (data or {"results": ()})["results"]}
    out = []
    for run in experiments:
        real = {row["what"]["en"]: row for row in found.get(run["name"], {"rows": ()})["rows"]}
        made = {row["what"]["en"]: row for row in run["rows"]}
        rows = []
        for key, row in (made | {k: v for k, v in real.items() if k not in made}).items():
            low, high = row["least"], row["most"]
            sides = [f"{sign} {number(end)}" for sign, end in (("≥", low), ("≤", high)) if end is not None]
            needed = f"= {number(low, 9)}" if low is not None and low == high else " ".join(sides) or "–"
            v = real.get(key, {}).get("value")
            rows.append((pick(row["what"], lang), needed, key in made, None if v is None else number(v, 9 if v == int(v) else 4)))
        out.append((pick(run["title"], lang), rows))
    return out


# -------------------------------------------------------------------------------------------------------------- numbers
def number(value: Any, digits: int = 3) -> str:
    """A number rounded to `digits` figures: 0.0123, 512, 3.1e-8.  Takes int, float, Decimal, mpf and strings; infinity
    is ∞, None is an en dash, and what is no number is returned as it is written."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return str(value)
    try:
        d = Decimal(str(value).strip())
    except InvalidOperation:
        return str(value)
    if not d.is_finite():
        return "NaN" if d.is_nan() else "∞" if d > 0 else "-∞"
    if d == 0:
        return "0"
    mantissa, _, exponent = f"{d:.{digits - 1}e}".partition("e")
    power = int(exponent)
    if -4 < power < max(digits, 6):
        if d == d.to_integral_value():
            return f"{d:.0f}"
        rounded = f"{Decimal(mantissa + 'e' + exponent):f}"
        return rounded.rstrip("0").rstrip(".") if "." in rounded else rounded
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{mantissa}e{power}"


def power_of_ten(value: Any, digits: int = 3) -> tuple[str, str | None]:
    """`number` split for typesetting: ("3.1", "-8") for 3.1e-8, ("512", None) otherwise."""
    shown = number(value, digits)
    found = re.fullmatch(r"(-?[0-9.]+)e(-?\d+)", shown)
    return (found[1], found[2]) if found else (shown, None)


def point(at: Any, digits: int = 6) -> str:
    """A point, a vector or any input of a function on one line: `n = 3, x = (1, 0)`; long lists end in an ellipsis."""
    if isinstance(at, dict):
        return ", ".join(f"{k} = {point(v, digits)}" for k, v in at.items())
    if isinstance(at, (list, tuple)):
        shown = [point(v, digits) for v in at[:8]] + (["…"] if len(at) > 8 else [])
        return "(" + ", ".join(shown) + ")"
    if isinstance(at, float):
        return number(at, digits)
    return "–" if at is None else str(at)


def agreement(expected: str, got: Any) -> tuple[str, str, int]:
    """The digits of `got` that repeat `expected`, the remaining ones, and how many significant digits agree.

    `agreement("1.25", "1.24") == ("1.2", "4", 2)`."""
    got = str(got)
    n = 0
    while n < min(len(expected), len(got)) and expected[n] == got[n]:
        n += 1
    if n < len(expected) and n < len(got):  # do not break off inside an exponent
        e = got.find("e")
        n = min(n, e) if 0 <= e < n else n
    digits = re.sub(r"[^0-9]", "", got[:n].partition("e")[0])
    significant = digits.lstrip("0") or (digits[1:] if not re.search("[1-9]", expected) else "")  # a zero: its decimals
    return got[:n], got[n:], len(significant)


# ------------------------------------------------------------------------------------------------------ implementations
@dataclass(frozen=True)
class Cell:
    """One measurement: an implementation in one type on one device."""

    device: str
    row: dict[str, Any] | None  # None: not measured

    @property
    def within(self) -> bool | None:
        """Whether the row passed: its own `ok` where it has one, else whether the ratio lies in [0.001, 1]; None where
        nothing was measured."""
        if self.row is None:
            return None
        if "ok" in self.row:
            return bool(self.row["ok"])
        return self.row.get("ratio") is not None and LOW <= Decimal(str(self.row["ratio"])) <= HIGH


@dataclass(frozen=True)
class Line:
    """One implementation in one type, on every device."""

    function: str
    variant: str
    dtype: str
    cells: tuple[Cell, ...]


DTYPES = ("float64", "float32", "bfloat16", "float16")


def lines(numerics: Sequence[dict[str, Any]], devices: Sequence[str] = ("cpu", "cuda")) -> list[Line]:
    """Numerics of one function and kind as one line per variant and type, with one cell per device.

    A device without a row has an empty cell.  Where a fresh row and one from `reports/measured/` (it has a date) exist
    for the same cell, the measured one is shown, so that a page does not depend on the machine that wrote it."""
    order: dict[tuple[str, str], int] = {}
    found: dict[tuple[str, str, str], dict[str, dict[str, Any]]] = {}
    for row in numerics:
        order.setdefault((row["function"], row["variant"]), len(order))
        cells = found.setdefault((row["function"], row["variant"], row["dtype"]), {})
        known = cells.get(row["device"])
        if known is None or ("date" in row and "date" not in known):
            cells[row["device"]] = row
    functions = list(dict.fromkeys(f for f, _ in order))

    def place(key: tuple[str, str, str]) -> tuple[int, int, int, str]:
        function, variant, dtype = key
        rank = DTYPES.index(dtype) if dtype in DTYPES else len(DTYPES)
        return functions.index(function), order[function, variant], rank, dtype
    return [Line(*key, tuple(Cell(d, found[key].get(d)) for d in devices)) for key in sorted(found, key=place)]


def blocks(numerics: Sequence[dict[str, Any]]) -> list[tuple[str, str, list[Line]]]:
    """The numerics of an article as (function, kind, lines): of each function the values first, then what is checked of
    them (kind "check NAME"), then gradients (kind "gradient")."""
    out = []
    for function in dict.fromkeys(r["function"] for r in numerics):
        kinds = dict.fromkeys(r.get("kind", "value") for r in numerics if r["function"] == function)
        for kind in sorted(kinds, key=lambda k: (k != "value", k == "gradient")):
            rows = [r for r in numerics if (r["function"], r.get("kind", "value")) == (function, kind)]
            out.append((function, kind, lines(rows)))
    return out


def machines(numerics: Iterable[dict[str, Any]]) -> list[dict[str, str]]:
    """The machines behind the measured rows, once each: device, name, versions and date as strings."""
    seen: dict[tuple[str, ...], dict[str, str]] = {}
    for row in numerics:
        if "date" in row:
            versions = row.get("versions") or {}
            if isinstance(versions, dict):
                versions = ", ".join(f"{k} {v}" for k, v in sorted(versions.items()))
            entry = {"device": str(row["device"]), "name": str(row.get("device_name") or row["device"]),
                     "versions": str(versions), "date": str(row["date"])}
            seen.setdefault(tuple(entry.values()), entry)
    return list(seen.values())
