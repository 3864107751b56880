"""The files of a run: JSON (all samples), a long CSV, and a page in English and Chinese with plots."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from . import table
from .compare import findings
from .machine import machine_class
from .words import LANGUAGES, say


def place(path: Path, text: str) -> None:
    """Write aside, sync, rename: a reader sees the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.new")
    with open(aside, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, path)


def long_rows(document: dict[str, Any]) -> Iterator[list[Any]]:
    """One row per contest, contestant and metric."""
    env = document["machine_info"]
    for c in document["contests"]:
        for row in c["rows"]:
            head = [
                c["stem"],
                c["function"],
                c["size"],
                c["dtype"],
                c["device"],
                row["contestant"],
                "+".join(table.roles(row)),
                row["state"],
            ]
            tail = [c["rounds"], row.get("repeats"), env["date"], env["cpu"], "+".join(env["gpu"]), env["torch"]]
            if row["state"] != "measured":
                yield [*head, None, None, None, None, None, *tail]
                continue
            for metric, unit in (
                ("median", "s"),
                ("iqr", "s"),
                ("first_call", "s"),
                ("error", "1"),
                ("double_error", "1"),
            ):
                if row[metric] is not None:
                    yield [*head, metric, unit, row[metric], None, None, *tail]
            for metric in ("vs_straightforward", "vs_peer", "of_limit"):
                if row[metric]:
                    yield [*head, metric, "1", *row[metric], *tail]


def table_csv(document: dict[str, Any]) -> str:
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(
        "stem function size dtype device contestant role state metric unit value low high rounds calls_per_sample "
        "date cpu gpu torch".split()
    )
    out.writerows(long_rows(document))
    return text.getvalue()


def plot_spec(contests: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Median time against bytes moved for every contestant of one function, log-log; None below two sizes."""
    with_work = list({c["bytes"]: c for c in reversed(contests) if c["limit"]}.values())[
        ::-1
    ]  # the first of equal ones
    if len(with_work) < 2:
        return None
    curves: dict[str, list[tuple[float, float]]] = {}
    for c in with_work:
        for row in c["rows"]:
            if row["state"] == "measured":
                curves.setdefault(row["contestant"], []).append((c["bytes"], row["median"]))
    limit = [(c["bytes"], c["limit"]["roof"]) for c in with_work]
    series = [{"label": k, "x": [x for x, _ in v], "y": [y for _, y in v], "style": "line"} for k, v in curves.items()]
    series.append({"label": "limit", "x": [x for x, _ in limit], "y": [y for _, y in limit], "style": "dashed"})
    name = f"{contests[0]['function']} {contests[0]['dtype']} {contests[0]['device']}"
    return {
        "caption": {k: say("plot.caption", k, name=name) for k in LANGUAGES},
        "xlabel": "bytes moved",
        "ylabel": "seconds",
        "xscale": "log",
        "yscale": "log",
        "claim": "",
        "vlines": [],
        "hlines": [],
        "series": series,
    }


def _reference(contest: dict[str, Any], lang: str) -> str:
    ref = contest["reference"]
    rows = (
        say("rows.all", lang)
        if ref["rows"] is None
        else say("row" if ref["rows"] == 1 else "rows", lang, n=ref["rows"])
    )
    text = say(f"ref.{ref['kind']}", lang, good=ref["good"], rows=rows)
    if ref["kind"] == "float64":
        held = ref["mpmath_error"] is not None
        text += (
            say("ref.held", lang, error=_tight(table.number(ref["mpmath_error"])), rows=rows)
            if held
            else say("ref.unheld", lang)
        )
    return text + ("." if lang == "en" else "。")


def _tight(text: str) -> str:
    """With spaces and minus signs at which no line breaks."""
    return text.replace(" ", "\u00a0").replace("e-", "e\u2212")


def _where(contest: dict[str, Any]) -> str:
    return f"{_tight(contest['size'].replace('x', ' × '))}, {contest['dtype']}, {_tight(contest['device'])}"


def _plain(text: str) -> str:
    """A name of somebody else's, so that Markdown leaves it alone."""
    return re.sub(r"([\\`*_<|\[\]])", r"\\\1", text)


def _contest(contest: dict[str, Any], lang: str) -> Iterator[str]:
    """One table with what stands above and below it."""
    c, limit = contest, contest["limit"]
    yield f"**{c['size'].replace('x', ' × ')}, {c['dtype']}, {c['device']}** — " + (
        say(
            "limit",
            lang,
            rounds=c["rounds"],
            roof=table.seconds(limit["roof"]).replace("us", "µs"),
            by=limit["by"],
            bytes=f"{c['bytes']:,.0f}",
            flop=f"{c['flop']:,.0f}",
        )
        if limit
        else say("no limit", lang, rounds=c["rounds"])
    )
    yield ""
    heads = [say(k, lang) for k in ("form", "time", "spread", "h.straight", "h.peer", "h.limit", "h.error")]
    yield "| " + " | ".join(heads) + " |"
    yield "|:--|" + "--:|" * (len(heads) - 1)
    for row in table.ordered(c):
        marks = ", ".join(say(f"role.{r}", lang) for r in table.roles(row) if r != "variant")
        name = f"`{row['contestant']}`" if row["role"] != "peer" else _plain(row["contestant"])
        name = (f"**{name}**" if row["role"] == "good" else name) + (
            f" ({marks})" if lang == "en" else f"（{marks}）"
        ) * bool(marks)
        name += "".join(f" = {_plain(p)}" for p in row["peer_names"])
        values = [_tight(v) for v in table.cells(c, row, lambda key: say(key, lang))]
        values[0] = values[0].replace("us", "µs") if row["state"] == "measured" else values[0]
        yield "| " + " | ".join([name, *values]) + " |"
    yield ""
    yield _reference(c, lang)
    for row in c["rows"]:
        if row.get("other_threads", 1) > 1.1:
            yield say("threads", lang, name=_plain(row["contestant"]), times=f"{row['other_threads']:.2f}")
    yield ""


def _machine(env: dict[str, Any], lang: str) -> Iterator[str]:
    pools = sorted({f"{p['library']} {p['threads']}" for p in env["pools"]} | {f"torch {env['torch_threads']}"})
    packages = {
        "Python": env["python"],
        "torch": env["torch"],
        **env["packages"],
        **({"CUDA": env["cuda"]} if env["cuda"] else {}),
    }
    for key, value in (
        ("processor", f"{env['cpu']} ({env['architecture']}, {env['system']})"),
        ("cores", env["cores"]),
        ("caches", ", ".join(f"{k} {v}" for k, v in env["caches"].items()) or "-"),
        ("capability", env["capability"]),
        ("gpu", ", ".join(env["gpu"]) or say("none", lang)),
        ("versions", ", ".join(f"{k} {v}" for k, v in packages.items())),
        ("pools", ", ".join(pools)),
        ("precision", env["float32_matmul_precision"]),
        ("load", f"{env['load_before']} / {env['load_after']}"),
    ):
        yield f"- {say(key, lang)}: {value}" if lang == "en" else f"- {say(key, lang)}：{value}"


def page(document: dict[str, Any], lang: str, other: str, plots: dict[str, str]) -> str:
    """The Markdown page; `plots` names the picture of each function."""
    env, contests = document["machine_info"], document["contests"]
    where = ", ".join([env["cpu"], say("n cores", lang, n=env["cores"]), *env["gpu"]])
    lines = [
        f"# {say('title', lang, where=where)}",
        "",
        say("other", lang, file=other),
        "",
        say("intro", lang, date=env["date"]),
        "",
        f"## {say('machine', lang)}",
        "",
        *_machine(env, lang),
        "",
        f"## {say('method', lang)}",
        "",
    ]
    lines += [f"- {say(f'method.{i}', lang)}" for i in range(1, 5)] + [""]
    found = findings(contests)
    for key in ("slower", "even", "faster"):
        lines += [f"## {say(key, lang)}", ""]
        if not found[key]:
            lines += [say("nowhere", lang), ""]
            continue
        heads = [say(k, lang) for k in ("function", "size", "form", "against", "h.times", "h.error", "h.other")]
        lines += ["| " + " | ".join(heads) + " |", "|:--|:--|:--|:--|--:|--:|--:|"]
        for f in found[key]:
            c, row = f["contest"], f["row"]
            against = _plain(f["other"]["contestant"]) + say(f["against"], lang)
            errors = [_tight(table.number(r["error"])) for r in (row, f["other"])]
            times = _tight(table.interval(f["ratio"]))
            cells = [f"`{c['stem']}.{c['function']}`", _where(c), f"`{row['contestant']}`", against, times, *errors]
            lines.append("| " + " | ".join(cells) + " |")
        lines.append("")
    absent = {
        (c["function"], r["contestant"], say(r["state"], lang) + (": " + _plain(r["reason"]) if r["reason"] else ""))
        for c in contests
        for r in c["rows"]
        if r["state"] != "measured"
    }
    if absent:
        lines += [
            f"## {say('missing', lang)}",
            "",
            *(f"- `{f}`: {_plain(name)} — {why}" for f, name, why in sorted(absent)),
            "",
        ]
    seen = ""
    for c in contests:
        group = f"{c['stem']}.{c['function']}"
        if group != seen:
            lines += [f"## `{group}`", ""]
            lines += [
                line for k, file in plots.items() if k.startswith(group + " ") for line in (f"![{k}](./{file})", "")
            ]
            seen = group
        lines += _contest(c, lang)
    return "\n".join(lines).rstrip() + "\n"


def _pictures(document: dict[str, Any], name: str) -> dict[str, tuple[str, str]]:
    """{function dtype device: (file, SVG)}, where there is more than one size."""
    from ..report import plots

    groups: dict[str, list[dict[str, Any]]] = {}
    for c in document["contests"]:
        groups.setdefault(f"{c['stem']}.{c['function']} {c['dtype']} {c['device']}", []).append(c)
    drawn = {}
    for key, contests in groups.items():
        spec = plot_spec(contests)
        if spec is not None:
            file = f"{name}/{key.replace(' ', '.').replace(':', '')}.svg"
            drawn[key] = (file, str(plots.svg(spec, file)))
    return drawn


def write(document: dict[str, Any], out: Path, stem: str | None) -> list[str]:
    """Write all files of a run under `out`; their names.  A run of one stem has files of its own."""
    name = machine_class(document["machine_info"]) + (f".{stem}" if stem else "")
    pictures = _pictures(document, name)
    for file, text in pictures.values():
        place(out / file, text)
    files = {f"{name}.json": json.dumps(document, indent=1) + "\n", f"{name}.csv": table_csv(document)}
    for lang, other in (("en", "zh"), ("zh", "en")):
        named = {"en": f"{name}.md", "zh": f"{name}.zh.md"}
        files[named[lang]] = page(document, lang, named[other], {k: file for k, (file, _) in pictures.items()})
    for file, text in files.items():
        place(out / file, text)
    return [str(out / file) for file in files]
