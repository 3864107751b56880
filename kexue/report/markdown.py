"""Evidence records to Markdown that a code host renders: `reports/<stem>.md` and `.zh.md`, and the index pages.

Formulas are fenced `math` blocks and $`...`$, so that nothing in them is read as Markdown.  Prose is escaped: `$...$`
in it is maths, ASCII formulas are typeset as on the site, everything else stands as written.  A page holds no times,
hosts or paths; its dates are those of the posts and of measurements that are kept in files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ..claim import Article
from ..printing import symbol
from . import model
from .model import COMMANDS, Cell, Record, pick
from .site import ascii_maths
from .words import MARKS, VERDICTS, method, say

OTHER = {"en": "zh", "zh": "en"}
SUFFIX = {"en": ".md", "zh": ".zh.md"}
DEVICES = ("cpu", "cuda")


# ----------------------------------------------------------------------------------------------------------- characters
def escape(text: Any) -> str:
    """Text that Markdown shows as it is written, on one line, also inside a table."""
    return _unmarked(str(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def _unmarked(html: str) -> str:
    """HTML in which no character means anything to Markdown."""
    html = str(html).replace("&#39;", "'").replace("&#34;", '"')  # str: Markup would escape them again
    html = re.sub(r"\s*\n\s*", " ", html)
    return re.sub(r"([\\`*_\[\]|~$#])", r"\\\1", html)


def tex(latex: str) -> str:
    """LaTeX for a code host: without what is refused there (\\operatorname), what would end a cell of a table (bars)
    and what could be taken for a tag (<)."""
    latex = re.sub(r"\\operatorname\*?\s*\{", r"\\mathrm{", latex)
    for sign, command in ((r"\|", r"\Vert "), ("|", r"\vert "), ("<", r" \lt "), (">", r" \gt "), ("`", "'")):
        latex = latex.replace(sign, command)
    return re.sub(r"\s+", " ", latex).strip()


def inline(latex: str) -> str:
    return f"$`{tex(latex)}`$"


def display(latex: str) -> str:
    return f"```math\n{tex(latex)}\n```"


def prose(text: str) -> str:
    """A sentence of a record: `$...$` as maths, ASCII formulas typeset, the rest escaped; an unpaired $ is a sign."""
    parts = text.split("$")
    if len(parts) % 2 == 0:
        return _unmarked(ascii_maths(text))
    return "".join(inline(p) if i % 2 else _unmarked(ascii_maths(p)) for i, p in enumerate(parts))


def code(text: Any) -> str:
    """A code span, also inside a table."""
    return "`" + re.sub(r"\s+", " ", str(text)).replace("`", "'").replace("|", r"\|") + "`"


def value(shown: Any, name: str = "") -> str:
    """A value of a counterexample, after `name = ` where a symbol's name is given; as maths where it reads as such."""
    text, before = model.point(shown), f"{symbol(name)} = " if name else ""
    if re.fullmatch(r"[-+\d./(),\[\] ]+", text) and len(text) < 60:
        return inline(before + text)
    return (inline(before) + " " if name else "") + escape(text)


def power(number: Any) -> str:
    """A number of a sentence: 3.1 × 10 to the -8."""
    mantissa, exponent = model.power_of_ten(number)
    return mantissa if exponent is None else f"{mantissa} × 10<sup>{exponent.replace('-', '−')}</sup>"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], right: str = "") -> str:
    """A table; `right` names the columns to set flush right by their numbers, as in "23"."""
    rule = ["---:" if str(i) in right else "---" for i in range(len(heads))]
    return "\n".join("| " + " | ".join(row) + " |" for row in (heads, rule, *rows))


class Page:
    """Blocks of one language, joined by empty lines."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.blocks: list[str] = []

    def __call__(self, key: str, **values: object) -> str:
        return say(key, self.lang, **values)

    def add(self, *blocks: str) -> None:
        self.blocks += [b for b in blocks if b]

    def field(self, key: str, value: str) -> str:
        return f"**{self(key)}**{self('colon')}{value}"

    def mark(self, verdict: str) -> str:
        return f"{MARKS[verdict]}&nbsp;{self('verdict.' + verdict)}"

    def text(self) -> str:
        """The page.  A code host reads $`...`$ as maths only where no letter and no full-width sign touches it."""
        text = re.sub(r"(?<=[^\s(])(?=\$`)|(?<=`\$)(?=\w)", " ", "\n\n".join(self.blocks))
        return text + "\n"


# --------------------------------------------------------------------------------------------------------- one article
def article_page(stem: str, article: Article, records: list[Record], numerics: list[dict[str, Any]],
                 plots: list[dict[str, Any]], lang: str, experiments: Sequence[dict[str, Any]] = (), data: dict[str, Any] | None = None) -> str:
    """The page of one article.  `numerics` are the rows of `kexue.confirm_numerics` and of reports/measured/ (with
    device_name, versions, date); `plots` have name, caption and claim and lie in `plots/` (`model.plot_file`)."""
    page = Page(lang)
    page.add(f"# {prose(pick(article.title, lang))}", prose(pick(article.title, OTHER[lang])),
             f"[{page('language.other')}]({stem}{SUFFIX[OTHER[lang]]}) · [{page('index')}](README{SUFFIX[lang]})",
             prose(pick(article.summary, lang)))
    facts = [page.field("post", f"<{article.source}>{page('comma')}{page('published', date=article.date)}")]
    facts += [page.field("papers", page("semicolon").join(map(prose, article.papers)))] if article.papers else []
    page.add("\n".join(f"- {f}" for f in facts))
    if not records:  # not the same as not measured: there is nothing that could be
        page.add(page("nothing"))
        return page.text()
    page.add(table([page("claim"), page("verdict"), page("tag"), page("near_miss")],
                   [[_link(r, lang), page.mark(r["verdict"]), page("tag." + r["tag"]),
                     page.mark(r["near_miss"]["verdict"])] for r in records]))
    for n, record in enumerate(records, 1):
        _claim(page, stem, n, record, plots)
    loose = model.loose_plots(plots, records)
    if loose:
        page.add(f"## {page('plots')}", *(_plot(stem, p, lang) for p in loose))
    _experiments(page, experiments, data)
    _implementations(page, stem, numerics)
    return page.text()


def _link(record: Record, lang: str, page: str = "") -> str:
    return f"[{prose(pick(record['title'], lang))}]({page}#{model.slug(record)})"


def _where(page: Page, where: Sequence[str]) -> str:
    return page("list").join(map(inline, where))


def _conditions(page: Page, conditions: Sequence[str]) -> str:
    return page("list").join(map(code, conditions))


def _claim(page: Page, stem: str, n: int, record: Record, plots: list[dict[str, Any]]) -> None:
    lang = page.lang
    page.add(f'<a id="{model.slug(record)}"></a>', f"## {n}. {prose(pick(record['title'], lang))}")
    verdict = f"**{page.mark(record['verdict'])}**"
    if record["verdict"] in ("proved", "derived") and record["trust"]:
        verdict += f" · {page('trust.' + record['trust'])}"
    page.add(f"{verdict} · {page('tag.' + record['tag'])} · `{record['id']}`")
    if record["tag"] == "false" and record["post"]:
        page.add(f"- {page.field('as_stated', prose(pick(record['post'], lang)))}\n"
                 f"- {page.field('repaired', prose(pick(record['says'], lang)))}")
    else:
        page.add("> " + prose(pick(record["says"], lang)))
    page.add(page.field("domain", _where(page, record["where"]) if record["where"] else page("domain.none")))
    if record["conditions"]:
        page.add(page.field("conditions", _conditions(page, record["conditions"])))
    if record["limits"] or record["verdict"] not in ("proved", "derived"):
        page.add(page.field("limits", prose(model.reason(record, lang))) if model.reason(record, lang) else "")
    page.add(f"### {page('derivation')}")
    for i, step in enumerate(record["steps"], 1):
        _step(page, i, step, record)
    if record["rests_on"]:
        cited = [f"- {prose(pick(c['theorem'], lang))} — {prose(c['source'])}" if c["source"]
                 else f"- {prose(pick(c['theorem'], lang))}" for c in record["rests_on"]]
        page.add(page.field("rests_on", "").rstrip(), "\n".join(cited))
    _near_miss(page, record)
    _numbers(page, record)
    page.add(*(_plot(stem, p, lang) for p in model.plots_of(plots, record)))
    page.add(page.field("replay", f"`{record['replay']}`"))


def _certificate(page: Page, certificate: dict[str, Any] | None, record: Record) -> str:
    if certificate is None:
        return ""
    return f"{page('certificate')} [`{certificate['id']}`](evidence/{record['id']}.json)"


def _step(page: Page, i: int, step: dict[str, Any], record: Record) -> None:
    """One line of a derivation.  No list: inside one, code hosts do not set display and inline maths side by side."""
    head, because = f"**{i}.**", prose(pick(step["because"], page.lang))
    if step["kind"] == "cite":
        theorem = f"**{prose(pick(step['theorem'], page.lang))}**"
        source = f"{page('open')}{prose(step['source'])}{page('close')}" if step["source"] else ""
        page.add(f"{head} {page('kind.cite')}{page('colon')}{theorem}{source}{page('colon')}{because}")
        return
    kind = page("kind." + step["kind"])
    kind = kind if step["kind"] == "show" else f"**{kind}**"
    page.add(f"{head} {kind}{page('colon')}{because}", display(step["latex"]))
    notes = [page.mark(step["verdict"]), method(step["method"], page.lang)]
    if step["trust"] == "ball":
        notes.append(page("trust.ball"))
    if step["where"]:
        notes.insert(0, f"{page('domain.for')} {_where(page, step['where'])}")
    if step["conditions"]:
        notes.append(f"{page('conditions.lead')} {_conditions(page, step['conditions'])}")
    notes += [_certificate(page, step["certificate"], record), prose(step["reason"] or "")]
    page.add(" · ".join(n for n in notes if n))


def _near_miss(page: Page, record: Record) -> None:
    near = record["near_miss"]
    says = prose(pick(near["says"], page.lang))
    verdict = f"**{page.mark(near['verdict'])}**"
    page.add(f"### {page('near_miss')}", f"{verdict}{page('colon')}{says}", display(near["latex"]))
    if near["where"]:
        page.add(page.field("domain", _where(page, near["where"])))
    found = near["counterexample"]
    if found is None:
        page.add(page.field("counterexample", page("counterexample.none")))
        return
    at = page("list").join(value(v, name) for name, v in found["at"].items())
    sides = [f"{page(key)} {value(found[side])}" for key, side in (("left", "lhs"), ("right", "rhs"))
             if found[side] not in (None, "")]
    parts = [p for p in (at, page("comma").join(sides)) if p]
    line = page.field("counterexample", page("semicolon").join(parts))
    page.add(" · ".join(x for x in (line, _certificate(page, near["certificate"], record)) if x))


def _numbers(page: Page, record: Record) -> None:
    confirmed = record["confirmed"]
    page.add(f"### {page('numbers')}", _confirmed(page, confirmed))
    if confirmed["skipped"]:
        page.add(page.field("skipped", page("semicolon").join(map(escape, confirmed["skipped"]))))
    if record["references"]:
        page.add(table([page("quantity"), page("expected"), page("obtained"), page("agrees")],
                       [[prose(v["label"]), code(v["digits"]), _digits(v), _agrees(page, v)]
                        for v in record["references"]]))


def _confirmed(page: Page, confirmed: dict[str, Any]) -> str:
    if not confirmed["points"]:
        return page("confirmed.none")
    digits = page("digits.join").join(map(str, confirmed["digits"]))
    key = "confirmed.holds" if confirmed["worst"] is None else "confirmed.line"
    return page(key, formulas=confirmed["formulas"], points=confirmed["points"], digits=digits,
                worst=power(confirmed["worst"]))


def _digits(value: dict[str, Any]) -> str:
    """The digits obtained; those that differ from the reference are struck out."""
    same, rest, _ = model.agreement(value["digits"], value["got"])
    if not rest or same == value["digits"]:
        return code(same + rest)
    return (code(same) if same else "") + f"~~{code(rest)}~~"


def _agrees(page: Page, value: dict[str, Any]) -> str:
    n = model.agreement(value["digits"], value["got"])[2]
    return f"✓ {page('digits_agree', n=n)}" if value["ok"] else f"✗ {page('digits_differ', n=n)}"


def _plot(stem: str, plot: dict[str, Any], lang: str) -> str:
    caption = pick(plot["caption"], lang)
    image = f"![{escape(caption)}](plots/{model.plot_file(stem, plot)})"
    return f"{image}\n\n**{say('plot', lang)}**{say('colon', lang)}{prose(caption)}"


def _experiments(page: Page, experiments: Sequence[dict[str, Any]], data: dict[str, Any] | None) -> None:
    if not experiments:
        return
    page.add(f"## {page('experiments')}", page("experiments.lead"))
    for title, rows in model.trials(experiments, data, page.lang):
        page.add(f"### {prose(title)}", table([page(h) for h in ("quantity", "made", "real")], [
            [prose(what), f"{escape(needed)} ✓&nbsp;{page('met')}" if made else "–", f"*{page('not_run')}*" if real is None else real]
            for what, needed, made, real in rows]))
    if data is not None:
        page.add(page("ran_on", versions=escape(", ".join(f"{k} {v}" for k, v in sorted(data["versions"].items()))), date=data["date"]))


def _implementations(page: Page, stem: str, numerics: list[dict[str, Any]]) -> None:
    page.add(f"## {page('implementations')}", page("implementations.lead") if numerics else page("not_measured"))
    heads = [page("variant"), page("dtype")]
    for device in DEVICES:
        heads += [f"{device.upper()}{page('colon')}{page('worst_error').lower()}", page("bound").lower(),
                  page("ratio").lower()]
    for function, kind, found in model.blocks(numerics):
        name, _, claim = kind.partition(" ")
        page.add(f"### `{function}`" + (f" — {page('row.' + name, claim=f'`{claim}`')}" if kind != "value" else ""))
        rows = [[escape(line.variant) or "–", line.dtype, *(x for c in line.cells for x in _cell(page, c)),
                 _at(line.cells)] for line in found]
        page.add(table([*heads, page("worst_at")], rows, "234567"))
    for m in model.machines(numerics):
        page.add(page("measured_on", device=m["device"].upper(), name=escape(m["name"]), versions=escape(m["versions"]),
                      date=m["date"]))
    page.add(page.field("replay", f"`kexue report {stem}`"))


def _cell(page: Page, cell: Cell) -> tuple[str, str, str]:
    row = cell.row
    if row is None:
        return f"*{page('not_measured')}*", "", ""
    ratio = model.number(row["ratio"]) if row["ratio"] is not None else ""
    if not cell.within:
        ratio = f"{ratio} ✗ {escape(row.get('reason') or page('ratio.outside'))}".strip()
    return model.number(row["worst_error"]), "> 0" if row["bound"] is None else model.number(row["bound"]), ratio


def _at(cells: Sequence[Cell]) -> str:
    shown = {c.device: escape(model.point(c.row["at"])) for c in cells if c.row is not None and c.row.get("at")}
    if len(set(shown.values())) <= 1:
        return next(iter(shown.values()), "")
    return "<br>".join(f"{device.upper()}: {at}" for device, at in shown.items())


# --------------------------------------------------------------------------------------------------------------- index
def index_page(articles: Sequence[Any], lang: str) -> str:
    """The index over all articles; each has stem, article and records (`site.ArticleData`)."""
    page = Page(lang)
    articles = sorted(articles, key=lambda a: (a.article.number, a.stem))
    records = [r for a in articles for r in a.records]
    titles = {a.stem: prose(pick(a.article.title, lang)) for a in articles}
    page.add(f"# {page('index.title')}", f"[{page('language.other')}](README{SUFFIX[OTHER[lang]]})",
             page("index.lead", claims=len(records), articles=sum(bool(a.records) for a in articles)))
    counts = model.counts(records)
    shown = [v for v in VERDICTS if counts[v] or v in VERDICTS[:5]]
    page.add(table([page("verdict"), page("count"), page("meaning")],
                   [*([page.mark(v), str(counts[v]), page("meaning." + v)] for v in shown),
                    [f"**{page('total')}**", f"**{len(records)}**", ""]], "1"))
    refuted, total = model.near_misses(records)
    page.add(page("near_misses.counted", refuted=refuted, total=total), page("mutants.counted", **model.mutants(records)))
    unsettled = [r for r in records if r["verdict"] not in ("proved", "derived")]
    if unsettled:
        page.add(f"## {page('unsettled')}", "\n".join(
            f"- {page.mark(r['verdict'])}{page('colon')}{_link(r, lang, r['article'] + SUFFIX[lang])}{page('open')}"
            f"{titles[r['article']]}{page('close')}{page('stop')} {prose(model.reason(r, lang))}" for r in unsettled))
    page.add(f"[{page('map.title')}]({model.MAP[lang]})")
    repaired = model.corrections(records)
    page.add(f"## {page('corrections')}", page("corrections.site") if repaired else page("corrections.none"))
    if repaired:
        page.add(table([page("claim"), page("as_stated"), page("repaired")],
                       [[_link(r, lang, r["article"] + SUFFIX[lang]), prose(pick(r["post"] or "–", lang)),
                         prose(pick(r["says"], lang))] for r in repaired]))
    rows = []
    for a in articles:
        tally = [f"{page.mark(v)}&nbsp;{n}" for v, n in model.counts(a.records).items() if n]
        rows.append([str(a.article.number), f"[{titles[a.stem]}]({a.stem}{SUFFIX[lang]})",
                     prose(pick(a.article.title, OTHER[lang])), str(len(a.records)),
                     page("list").join(tally) or page("nothing.short")])
    heads = ("id.number", "title", "title.other", "claims", "verdicts")
    page.add(f"## {page('articles')}", table([page(h) for h in heads], rows, "03"))
    page.add(f"## {page('all_claims')}")
    for a in (a for a in articles if a.records):
        page.add(f"### [{titles[a.stem]}]({a.stem}{SUFFIX[lang]})", table(
            [page("claim"), page("verdict"), page("tag"), page("method"), page("conditions")],
            [[_link(r, lang, a.stem + SUFFIX[lang]), page.mark(r["verdict"]), page("tag." + r["tag"]),
              page("list").join(model.methods(r, lang)), _conditions(page, r["conditions"])] for r in a.records]))
    page.add(f"## {page('reproduce')}", page("reproduce.report"), f"```sh\n{COMMANDS[0]}\n```",
             page("reproduce.tests"), f"```sh\n{COMMANDS[1]}\n```")
    return page.text()
