"""The commands `kexue check` and `kexue recheck`: claims and answers in, verdicts out, an exit status.

What depends on the text of a claim runs in workers; this process reads lines, keeps the time and prints."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from .messages import LANGUAGES, say

if TYPE_CHECKING:
    from .checking.pool import Crew, Task

Record = dict[str, Any]
DECLARATIONS = ("real", "positive", "complex", "integer", "natural", "matrix", "vector", "unit_vector", "orthogonal", "spd",
                "symmetric", "invertible", "function", "on", "assume")
VERDICTS = ("proved", "refuted", "supported", "undecided", "vacuous", "unreadable")
FORMATS = ("text", "json", "jsonl", "junit", "markdown")
UNITS = {"": 1, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "kb": 10 ** 3, "mb": 10 ** 6, "gb": 10 ** 9}
NAMED = re.compile(r"[\w./ -]+\.(txt|jsonl|ndjson|md|markdown)", re.IGNORECASE)  # a file, whether it is there or not
NOTHING = re.compile(rb"\s*(#.*)?", re.DOTALL)


def _lang() -> str:
    return str(click.get_current_context().find_root().obj["lang"])


def _speak(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    if value:
        ctx.find_root().obj.update(lang=value)


def _memory(_: click.Context, __: click.Parameter, value: str) -> int:
    m = re.fullmatch(r"\s*(\d{1,15})\s*([a-zA-Z]*)\s*", value)
    if m is None or m[2].lower() not in UNITS or not int(m[1]):
        raise click.BadParameter(say("check-memory", _lang(), text=value))
    return int(m[1]) * UNITS[m[2].lower()]


def _seconds(_: click.Context, __: click.Parameter, value: str) -> float:
    m = re.fullmatch(r"\s*(\d{1,6}(?:\.\d*)?)\s*s?\s*", value)
    if m is None or not float(m[1]):
        raise click.BadParameter(say("check-time", _lang(), text=value))
    return float(m[1])


def _declaring(command: Callable[..., None]) -> Callable[..., None]:
    for name in reversed(DECLARATIONS):
        command = click.option(f"--{name.replace('_', '-')}", name, multiple=True, metavar="TEXT")(command)
    return command


lang_option = click.option("--lang", type=click.Choice(LANGUAGES), expose_value=False, callback=_speak, is_eager=True)
timeout_option = click.option("--timeout", "check_timeout", default="10s", show_default=True, callback=_seconds, metavar="TIME")
memory_option = click.option("--memory", default="2GiB", show_default=True, callback=_memory, metavar="SIZE")
jobs_option = click.option("-j", "jobs", type=click.IntRange(1), metavar="N")


# ---------------------------------------------------------------------------------------------------------------- check
@click.command()
@click.argument("items", nargs=-1, metavar="[FORMULA | FILE | -]...")
@click.option("--latex", multiple=True, metavar="FORMULA")
@click.option("--jsonl", multiple=True, metavar="FILE")
@_declaring
@timeout_option
@memory_option
@jobs_option
@click.option("--format", "format_", type=click.Choice(FORMATS))
@click.option("--expect", type=click.Choice(VERDICTS))
@click.option("--undecided", type=click.Choice(("fail", "pass")), default="fail", show_default=True)
@lang_option
def check(items: tuple[str, ...], latex: tuple[str, ...], jsonl: tuple[str, ...], check_timeout: float, memory: int, jobs: int | None,
          format_: str | None, expect: str | None, undecided: str, **declared: tuple[str, ...]) -> None:
    from . import answer
    from .checking.claims import check_all
    from .checking.pool import Crew, Limits
    lang = _lang()
    form = format_ or ("jsonl" if jsonl else "text")
    options = [(name, value) for name in DECLARATIONS for value in declared[name]]
    if not items and not jsonl and not latex:
        click.echo(say("check-nothing", lang), err=True)
        raise click.exceptions.Exit(5)
    inputs = [_input(item, False, lang) for item in items] + [("latex", formula) for formula in latex]
    inputs += [_input(item, True, lang) for item in jsonl]
    limits = Limits(check_timeout, memory, jobs or len(os.sched_getaffinity(0)))
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    shown: list[Record] = []
    keep = form not in ("text", "jsonl")
    with Crew(limits) as crew:
        crew.start()
        asked: list[Task] = []
        try:
            known = _statements(inputs, options, crew, lang)
            for record in check_all(_tasks(inputs, options, form != "jsonl", asked, known), limits, crew):
                _complete(record, asked.pop(0), options)
                if record["reason"] in answer.DEFECTS:
                    which = answer.clean(record["id"] or (record.get("read") or {}).get("text", ""))
                    click.echo(say("check-internal", lang, claim=which, error=record.get("error", record["reason"])), err=True)
                if form == "jsonl":
                    _out(answer.line(record))
                elif form == "text":
                    _out(("\n" if shown else "") + answer.text(record, lang, colour))
                shown.append(record if keep else {"verdict": record["verdict"], "reason": record["reason"]})
        except KeyboardInterrupt:
            _finish(form, shown, lang, undecided == "pass")
            click.echo(say("check-interrupted", lang, n=len(shown)), err=True)
            raise click.exceptions.Exit(130) from None
    _finish(form, shown, lang, undecided == "pass")
    if all(record["verdict"] is None for record in shown):
        click.echo(say("check-nothing", lang), err=True)
    raise click.exceptions.Exit(answer.status(shown, expect, undecided == "pass"))


def _out(text: str) -> None:
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.buffer.flush()


def _finish(form: str, shown: list[Record], lang: str, lenient: bool) -> None:
    from . import answer
    if form == "json":
        _out(answer.document(shown))
    elif form == "junit":
        _out(answer.junit(shown, lang, lenient))
    elif form == "markdown":
        _out(answer.markdown(shown, lang))
    elif form == "text" and len(shown) > 1:
        _out("\n" + answer.counts(shown, lang))


def _complete(record: Record, task: Task, options: list[tuple[str, str]]) -> None:
    """What only this side knows: the text as it was given, and how to repeat the check."""
    from .answer import command
    if task["kind"] == "text":
        record["text"] = task["text"]
        record["repeat"] = command(task["text"], options)
    elif "latex" in task:
        record["repeat"] = command(task["latex"], options, latex=True)
    elif task["kind"] == "json" and task.get("full"):
        record["text"], record["pointed"] = task["line"].encode("latin-1").decode("utf-8", "replace")[:200], False


Source = tuple[str, str]  # formula, latex, text, jsonl or markdown; the formula or the name of the file


def _statements(inputs: list[Source], options: list[tuple[str, str]], crew: Crew, lang: str) -> dict[Source, list[Task]]:
    """What LaTeX formulas and posts say, as tasks."""
    from .checking.claims import said
    out: dict[Source, list[Task]] = {}
    for source in dict.fromkeys(s for s in inputs if s[0] in ("latex", "markdown")):
        form, name = source
        if form == "latex":
            out[source] = [task | {"latex": name} for task in said(name, form, crew, options)]
        else:
            out[source] = said(_post(name, lang), form, crew, options, name)
    return out


def _post(name: str, lang: str) -> str:
    """The text of a post, and no more of it than is needed to see that it is too long."""
    from .checking.claims import POST
    try:
        with open(name, encoding="utf-8", newline="") as file:
            return file.read(POST)
    except (OSError, UnicodeDecodeError) as err:
        raise click.UsageError(say("check-file", lang, name=name, error=str(err))) from err


def _input(item: str, jsonl: bool, lang: str) -> Source:
    if item == "-":
        return "jsonl" if jsonl else "text", "-"
    try:
        is_file = Path(item).is_file()
    except (OSError, ValueError):  # too long for a name, or not one
        is_file = False
    if not is_file and not jsonl and NAMED.fullmatch(item):
        raise click.UsageError(say("check-no-file", lang, name=item))
    if not is_file and not jsonl:
        return "latex" if "\\" in item else "formula", item
    suffix = Path(item).suffix.lower()
    if not jsonl and suffix not in (".txt", ".jsonl", ".ndjson", ".md", ".markdown"):
        raise click.UsageError(say("check-suffix", lang, name=item))
    try:
        with open(item, "rb"):
            pass
    except OSError as err:
        raise click.UsageError(say("check-file", lang, name=item, error=err.strerror)) from err
    return "jsonl" if jsonl else {".txt": "text", ".md": "markdown", ".markdown": "markdown"}.get(suffix, "jsonl"), item


def _tasks(inputs: list[Source], options: list[tuple[str, str]], full: bool, asked: list[Task],
           known: dict[Source, list[Task]]) -> Iterator[Task]:
    from .checking.claims import formula, json_line
    for kind, name in inputs:
        for task in known.get((kind, name), ()):
            asked.append(task)
            yield task
        if (kind, name) in known:
            continue
        if kind == "formula":
            asked.append(formula(name, options, full=full))
            yield asked[-1]
            continue
        with _open(name) as stream:
            for line in _lines(stream):
                if kind == "text" and NOTHING.fullmatch(line):
                    continue
                if kind == "jsonl":
                    asked.append(json_line(line, full))
                else:
                    asked.append(formula(line.decode("utf-8", "replace"), options, full=full))
                yield asked[-1]


def _open(name: str) -> BinaryIO:
    """The bytes of a file or of the standard input.  Not by way of sys.stdin: a thread may still wait in it when Python ends."""
    return open(0, "rb", closefd=False) if name == "-" else open(name, "rb")


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    from .checking.lines import lines
    return lines(stream)


# -------------------------------------------------------------------------------------------------------------- recheck
@click.command()
@click.argument("file", metavar="ANSWERS")
@click.option("--claims", metavar="FILE")
@timeout_option
@memory_option
@jobs_option
@click.option("-q", "--quiet", is_flag=True)
@lang_option
def recheck(file: str, claims: str | None, check_timeout: float, memory: int, jobs: int | None, quiet: bool) -> None:
    from collections import Counter

    from .answer import clean
    from .checking.claims import identity
    from .checking.pool import Crew, Limits
    lang = _lang()
    _, name = _input(file, True, lang)
    known: dict[str, str] = {}
    if claims is not None:
        with open(_input(claims, True, lang)[1], "rb") as stream:
            for line in _lines(stream):
                task = {"kind": "json", "line": line.decode("latin-1")}
                if (id_ := identity(task)) is not None:
                    known[id_] = task["line"]

    def tasks() -> Iterator[Task]:
        from .checking.lines import lines
        with _open(name) as stream:
            for line in lines(stream, 1 << 26):
                text = line.decode("latin-1")
                own = known.get(str(identity({"kind": "json", "line": text})), "")
                yield {"kind": "recheck", "line": text} | ({"claim": own} if claims is not None else {})
    found: Counter[str] = Counter()
    with Crew(Limits(check_timeout, memory, jobs or len(os.sched_getaffinity(0)))) as crew:
        for record in crew.judge(tasks()):
            if "how" in record:
                record = {"id": identity(record["task"]), "verdict": "rejected", "reason": record["how"]}
            found[record["verdict"]] += 1
            if record["verdict"] in ("rejected", "unreadable") and not quiet:
                _out(f"{clean(record['id'] or '-')}: {say(record['verdict'], lang)}: {clean(record['reason'] or '')}")
    _out(say("recheck-counts", lang, **{k: found[k] for k in ("accepted", "rejected", "open", "unreadable")}))
    some = found["accepted"] or found["open"]
    raise click.exceptions.Exit(4 if found["unreadable"] else 1 if found["rejected"] else 0 if some else 5)
