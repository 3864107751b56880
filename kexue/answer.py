"""Records of `kexue.checking` as text, Markdown, JSON and JUnit, in English and Chinese.  Prints; decides nothing."""

from __future__ import annotations

import json
import shlex
from collections import Counter
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from .certificates import proofs
from .messages import MESSAGES, say
from .phrases import said

Record = dict[str, Any]
SCHEMA = "kexue.result/1"
COLOURS = {"proved": "green", "supported": "yellow", "refuted": "red", "undecided": "yellow", "vacuous": "red",
           "unreadable": "red"}
MARKS = {"proved": "✓", "supported": "≈", "refuted": "✗", "undecided": "?", "vacuous": "∅", "unreadable": "⚠"}
STATUS = {"proved": 0, "refuted": 1, "vacuous": 1, "supported": 3, "undecided": 3, "unreadable": 4}  # exit status
FIELDS = ("id", "verdict", "scope", "conditions", "method", "certificate", "counterexample", "reason")
DEFECTS = ("internal", "contradiction")


def status(records: Sequence[Record], expected: str | None = None, lenient: bool = False) -> int:
    """The exit status of a run: the largest of its claims; 5 when there is none.  `lenient`: undecided and supported pass."""
    if all(r["verdict"] is None for r in records):
        return 5
    out = 0
    for r in records:
        if r["verdict"] is None:  # a definition, or an expression: it claims nothing
            continue
        one = STATUS[r["verdict"]]
        if r["reason"] in DEFECTS:
            one = 70
        elif expected is not None:
            one = 0 if r["verdict"] == expected else max(one, 1)
        elif lenient and one == 3:
            one = 0
        out = max(out, one)
    return out


# ----------------------------------------------------------------------------------------------------------------- text
def rows(record: Record, lang: str) -> list[tuple[str, str]]:
    """The answer as (key of a message, text), in the order in which it is read; keys repeat for several lines of one kind."""
    out: list[tuple[str, str]] = []
    read, verdict = record.get("read") or {}, record["verdict"]
    if record.get("place"):
        out.append(("source", place(record)))
    zh = "_zh" if lang == "zh" else ""
    out.append(("read-as", clean(read.get(f"text{zh}") or read.get("text") or record.get("text") or "-")))
    if verdict is None:
        return [*out, ("verdict", say(f"a-{record['kind']}", lang))]
    out.append(("verdict", say(verdict, lang)))
    if verdict == "unreadable":
        out += [("because", clean(said(p, lang))) for p in record.get("problems", [])]
        return out if record.get("place") else [*out, ("place", str(record["column"]))]
    scope = read.get("scope_zh") if zh else record["scope"]
    if scope:
        out.append(("holds", scope))
    conditions = record.get(f"conditions{zh}", record["conditions"])
    if conditions:
        out.append(("provided", say("comma", lang).join(conditions)))
    if verdict in ("proved", "refuted", "vacuous", "supported"):
        out.append(("method", _method(record, lang)))
    if verdict == "proved" and (used := laws(record["certificate"])):
        out.append(("rests-on", say("comma", lang).join(used)))
    counter = record["counterexample"]
    if counter:
        out += [("counterexample", f"{name} = {value}") for name, value in counter["at"].items()]
        out += [("left", counter["lhs"]), ("right", counter["rhs"])]
    if (region := record.get("elsewhere")) is not None:
        key = "elsewhere-points" if region["certificate"] is None else "elsewhere-proved"
        out.append(("elsewhere", say(key, lang, condition=region[f"condition{zh}"], n=region["points"])))
    if verdict in ("undecided", "supported") and record["reason"]:
        key = f"reason-{record['reason']}"
        out.append(("because", say(key, lang) if key in MESSAGES else record["reason"]))
        out += [("tried", clean(said(t, lang))) for t in record.get("tried", [])]
    out += [("noticed", clean(said(p, lang))) for p in record.get("problems", [])]
    if record["certificate"]:
        out.append(("certificate", record["certificate"]["id"]))
    if record.get("repeat"):
        out.append(("repeat", record["repeat"]))
    return out


def place(record: Record) -> str:
    """`post.md:41:1 eq:sin`: where a formula of a post stands."""
    at = record["place"]
    return clean(f"{at['file']}:{at['line']}:{at['column']}" + (f" {at['label']}" if at["label"] else ""))


def laws(certificate: Any) -> list[str]:
    """The laws of special functions that a proof uses, each with its source, in the order of their use."""
    uses = [use["law"] for c in proofs(certificate) if c["rule"] == "laws" for use in c["uses"]]
    if not uses:
        return []
    from .kernel.theory import LAWS  # with the kernel comes flint, and most answers need neither
    return [f"{law} ({LAWS[law].source})" for law in dict.fromkeys(uses)]


def _method(record: Record, lang: str) -> str:
    key = f"method-{record['method']}"
    rules = str(record["method"]).split(", ")
    words = say(key, lang) if key in MESSAGES else say("comma", lang).join(
        say(f"rule-{r}", lang) if f"rule-{r}" in MESSAGES else r for r in rules)
    trust = f"trust-{record.get('trust')}"
    graded = trust in MESSAGES and record["method"] != "contradiction"
    return f"{words}{say('comma', lang)}{say(trust, lang)}" if graded else words


def text(record: Record, lang: str = "en", colour: bool = False) -> str:
    """The answer as lines of text, how it was read first."""
    from unicodedata import east_asian_width
    from click import style

    def width(s: str) -> int:
        return sum(2 if east_asian_width(c) in "WF" else 1 for c in s)
    lines, last = [], ""
    shown = rows(record, lang)
    widest = max(width(say(key, lang)) for key, _ in shown)
    for key, value in shown:
        label = "" if key == last else say(key, lang)
        last = key
        pad = " " * (widest - width(label))
        verdict = record["verdict"]
        if key == "verdict" and verdict is not None:
            value = f"{MARKS[verdict]} {value}"
            value = style(value, fg=COLOURS[verdict], bold=True) if colour else value
        lines.append(f"{style(label, dim=True) if colour and label else label}{pad}  {value}")
    if record["verdict"] == "unreadable" and record.get("text") and 0 < record["column"] <= 100 and record.get("pointed", True):
        line = clean(record["text"])[:120]
        lines += ["", "  " + line, "  " + " " * (record["column"] - 1) + "^"]
    return "\n".join(lines)


def clean(s: Any) -> str:
    """Foreign text with nothing in it that a terminal would act on; tabs and the like are spaces."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in str(s))


def counts(records: Sequence[Record], lang: str) -> str:
    """`3 claims: 2 proved, 1 refuted`."""
    found = Counter(r["verdict"] for r in records)
    listed = say("comma", lang).join(f"{found[v]} {say(v, lang)}" for v in STATUS if found[v])
    others = say("comma", lang) + say("check-others", lang, n=found[None]) if found[None] else ""
    return say("check-counts", lang, n=len(records) - found[None], counts=listed) + others


def command(formula: str, declared: Sequence[tuple[str, str]], latex: bool = False) -> str:
    """The command line that repeats a check."""
    options = [part for option, value in declared for part in (f"--{option.replace('_', '-')}", value)]
    if latex and "\\" not in formula:
        return shlex.join(["kexue", "check", "--latex", formula, *options])
    if formula.startswith("-"):  # no option
        return shlex.join(["kexue", "check", *options, "--", formula])
    return shlex.join(["kexue", "check", formula, *options])


# ------------------------------------------------------------------------------------------------------- other formats
def line(record: Record) -> str:
    """The answer as one line of JSON."""
    return json.dumps({k: v for k, v in record.items() if k not in ("repeat", "pointed")}, ensure_ascii=True)


def document(records: Sequence[Record]) -> str:
    """All answers as one JSON document, the same bytes every time: no times in it."""
    body = [{k: v for k, v in r.items() if k not in ("seconds", "pointed")} for r in records]
    return json.dumps({"schema": SCHEMA, "answers": body}, ensure_ascii=False, indent=1)


def junit(records: Sequence[Record], lang: str, lenient: bool = False) -> str:
    """All answers as JUnit XML: refuted and vacuous fail, unreadable is an error, undecided fails, or is skipped (`lenient`)."""
    records = [r for r in records if r["verdict"] is not None]
    kinds = Counter(_outcome(r, lenient) for r in records)
    names = (("failures", "failure"), ("errors", "error"), ("skipped", "skipped"))
    totals = " ".join(f'{key}="{kinds[kind]}"' for key, kind in names)
    out = ['<?xml version="1.0" encoding="UTF-8"?>', f'<testsuites><testsuite name="kexue" tests="{len(records)}" {totals}>']
    for number, r in enumerate(records, 1):
        name = quoteattr(clean(r["id"] or (r.get("read") or {}).get("text") or r.get("text") or f"claim {number}"))
        kind = _outcome(r, lenient)
        inner = "" if kind == "ok" else f'<{kind} message={quoteattr(say(r["verdict"], lang))}>{escape(text(r, lang))}</{kind}>'
        out.append(f'<testcase classname="kexue.check" name={name}>{inner}</testcase>')
    return "\n".join([*out, "</testsuite></testsuites>"])


def _outcome(record: Record, lenient: bool) -> str:
    code = STATUS[record["verdict"]]
    return "ok" if code == 0 else "error" if code == 4 else "failure" if code == 1 or not lenient else "skipped"


def markdown(records: Sequence[Record], lang: str) -> str:
    """All answers as one Markdown table, with the counterexamples and reasons below it."""
    def cell(s: Any) -> str:
        return "".join("\\" + c if c in "\\`*_{}[]()<>#|~&" else c for c in clean(s))
    heads = [say(k, lang) for k in ("read-as", "verdict", "holds", "method", "certificate")]
    out = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for r in records:
        found = dict(rows(r, lang))
        if r["conditions"]:
            found["holds"] += say("comma", lang) + say("provided", lang) + " " + found["provided"]
        detail = found.get("method", found.get("because", ""))
        if r["counterexample"]:
            at = say("comma", lang).join(f"{k} = {v}" for k, v in r["counterexample"]["at"].items())
            detail = f"{at}{': ' if at else ''}{r['counterexample']['lhs']} / {r['counterexample']['rhs']}"
        verdict = f"{MARKS[r['verdict']]} {found['verdict']}" if r["verdict"] else found["verdict"]
        cells = (found["read-as"], verdict, found.get("holds", ""), detail, found.get("certificate", ""))
        out.append("| " + " | ".join(map(cell, cells)) + " |")
    return "\n".join([*out, "", counts(records, lang)])
