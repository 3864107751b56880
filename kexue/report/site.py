"""The static site: evidence records in, HTML pages out.  Prints, never decides; the same records give the same bytes.

`pages(articles)` is the whole site as a mapping from file name to content; whoever calls it writes the files.  Maths is
native MathML with an embedded font, the pages need no script and no network, and the templates escape everything."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from math_core import LatexError, LatexToMathML

from ..claim import Article, Words
from ..printing import symbol
from . import model
from .graph import svg
from .model import COMMANDS, Line, Record
from .words import LANGUAGES, VERDICTS, method, say

HERE = Path(__file__).parent
ASSETS = ("site.css", "STIXTwoMath.woff2", "STIXTwoText.woff2", "STIXTwoText-Italic.woff2", "OFL.txt")
DEVICES = ("cpu", "cuda")
ROOM = 3000  # characters of a certificate that a page shows
FOLD = 1200  # a formula with a longer source is folded away
ICON = ("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
        "%3Ccircle cx='8' cy='8' r='7' fill='%2317577a'/%3E%3Cpath d='M4.5 8.4l2.4 2.4 4.7-5.2' "
        "fill='none' stroke='white' stroke-width='1.8'/%3E%3C/svg%3E")


@dataclass(frozen=True)
class ArticleData:
    """What the pages of one article are made of.

    `records` are evidence records (`kexue.evidence.record`) in the order of the proof file, `numerics` the rows of
    `kexue.confirm_numerics`, `measured` such rows kept in reports/measured/ (with device_name, versions, date), `plots`
    dicts {name, caption: {en, zh}, claim: name or None, svg: text}."""

    stem: str
    article: Article
    records: Sequence[Record]
    numerics: Sequence[dict[str, Any]] = ()
    measured: Sequence[dict[str, Any]] = ()
    plots: Sequence[dict[str, Any]] = ()
    experiments: Sequence[dict[str, Any]] = ()  # {name, title, rows: [{what, value, least, most}]}, on images made here
    data: dict[str, Any] | None = None  # {results: the same on real data, versions, date}; None: not run

    @property
    def counts(self) -> list[tuple[str, int]]:
        return [(v, n) for v, n in model.counts(self.records).items() if n]


class Group(NamedTuple):
    """What was compared of one function (its value, a check, its gradient), variant by variant."""

    function: str
    kind: str
    variants: list[tuple[str, list[Line]]]


class Shown(NamedTuple):
    text: Markup
    left: int  # characters that the page leaves out


@dataclass
class Maths:
    """LaTeX to MathML.  What cannot be converted is shown as its source and kept in `failures`."""

    failures: list[str] = field(default_factory=list)
    _known: dict[tuple[str, bool], Markup] = field(default_factory=dict)
    _converter: LatexToMathML = field(default_factory=lambda: LatexToMathML(
        annotation=True, fancy_error=False, allow_unreliable_rendering=True, macros={"bm": r"\boldsymbol{#1}"}))

    def __call__(self, latex: str, display: bool = False) -> Markup:
        """MathML with the source as annotation; `<code class="tex">` for what the converter refuses."""
        key = latex, display
        if key not in self._known:
            try:
                self._known[key] = Markup(self._converter.convert_with_local_state(latex, displaystyle=display))
            except LatexError as err:
                self.failures.append(f"{latex}: {err}")
                self._known[key] = Markup('<code class="tex">{}</code>').format(latex)
        return self._known[key]


# ---------------------------------------------------------------------------------------------------------- typography
GREEK = {"alpha": "α", "theta": "θ", "kappa": "κ", "lambda": "λ", "mu": "μ", "sigma": "σ", "tau": "τ", "phi": "φ",
         "psi": "ψ", "rho": "ρ", "pi": "π", "epsilon": "ε", "omega": "ω", "Sigma": "Σ", "Phi": "Φ"}
RAISED, LOWERED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ᵀⁿᵏ", "0123456789-+Tnk"), str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
SIGNS = {"<=": "≤", ">=": "≥", "!=": "≠", "->": "→", "+-": "±"}
_WORD = re.compile(rf"(?<![A-Za-z])({'|'.join(GREEK)})(?![A-Za-z])")
_SIGN = re.compile(r"<=|>=|!=|->|\+-"
                   r"|(?:^|(?<=[ (^,=\[]))-(?=[\w(])"  # a sign before a number or a symbol
                   r"|(?<=[\w)|\]]) - (?=\S)|(?<=\b[A-Za-z])-(?=\d|[A-Za-z]\b)|(?<=\))-(?=[\d(])")
_SCRIPT = re.compile(r"(?<=[\w)\]|])_(\([^()]*\)|[A-Za-z0-9]{1,2}(?![A-Za-z0-9_]))"
                     r"|(?<=[\w)\]|])\^(\([^()]*\)|[-−]?[A-Za-z0-9]+)")


def ascii_maths(text: str) -> Markup:
    """Plain text with the ASCII spellings of a formula typeset: |a - b|^2 <= mu_k with raised and lowered characters,
    signs and Greek letters.  Purely typographic; characters that mean nothing here stay as they are."""
    text = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ᵀⁿᵏ]+", lambda m: f"^({m[0].translate(RAISED)})", text)
    text = re.sub("[₀-₉]+", lambda m: f"_({m[0].translate(LOWERED)})", text)
    text = _WORD.sub(lambda m: GREEK[m[1]], text)
    text = _SIGN.sub(lambda m: SIGNS.get(m[0]) or m[0].replace("-", "−"), text)
    out, last = Markup(), 0
    for m in _SCRIPT.finditer(text):
        if m[1] and re.search(r"[A-Za-z]{2}$", text[:m.start()]):  # a name in code, such as max_k, not a symbol
            continue
        inner = re.sub(r"^\((.*)\)$", r"\1", m[1] or m[2]).replace("-", "−")
        inner = "⊤" if inner == "T" and not m[1] else inner  # as in the formulas
        out += escape(text[last:m.start()]) + Markup("<sub>{}</sub>" if m[1] else "<sup>{}</sup>").format(inner)
        last = m.end()
    return out + escape(text[last:])


def spaced(value: Any) -> Markup:
    """A number of a table: 3.1 × 10⁻⁸ with a true exponent; other values as `model.point` writes them."""
    if isinstance(value, (dict, list, tuple)):
        return ascii_maths(model.point(value))
    mantissa, power = (part and part.replace("-", "−") for part in model.power_of_ten(value))
    if power:
        return Markup('<span class="num">{} × 10<sup>{}</sup></span>').format(mantissa, power)
    if len(str(mantissa)) > 30:  # a long exact value or a sentence may break over lines
        return ascii_maths(str(value))
    return Markup('<span class="num">{}</span>').format(mantissa)


def exact(value: Any) -> Markup:
    """A value of a counterexample, every digit of it: the two sides may differ in the last one."""
    text = value if isinstance(value, str) else model.point(value, 17)
    found = re.fullmatch(r"(-?[0-9.]+)e([-+]?\d+)", text)
    if not found:
        return ascii_maths(text)
    return ascii_maths(found[1]) + Markup(" × 10<sup>{}</sup>").format(found[2].replace("-", "−"))


def grouped(expected: str, got: str) -> Markup:
    """The obtained digits in groups of five, those that repeat the reference underlined, the others in red above the
    reference; an en dash where no value was obtained."""
    same, other, _ = model.agreement(expected, got)
    digits, e, power = same.partition("e")
    head, dot, tail = digits.replace("-", "−").partition(".")
    groups = [head + dot + tail[:5], *(tail[i:i + 5] for i in range(5, len(tail), 5))]
    line = Markup().join(Markup("<span>{}</span>").format(g) for g in groups if g)
    line += Markup(" × 10<sup>{}</sup>").format(power.replace("-", "−")) if e else Markup()
    rest = Markup("<s>{}</s><br>{}").format(other or "–", expected) if len(same) < len(expected) else Markup()
    return Markup('<span class="digits num">{}{}</span>').format(line, rest)


def pretty(data: Any, room: int = ROOM, width: int = 88) -> Shown:
    """JSON in which every value that fits a line stands on one, cut after `room` characters at the end of a line."""
    def lay(value: Any, depth: int) -> str:
        flat = json.dumps(value, ensure_ascii=False, sort_keys=True)
        if len(flat) + depth <= width or not isinstance(value, (dict, list)) or not value:
            return flat
        pad = "\n" + " " * (depth + 1)
        if isinstance(value, list):
            # leading scalars (the head of a formula) stay on the line of the bracket
            heads = next((i for i, v in enumerate(value) if isinstance(v, (dict, list))), 0)
            first = "".join(json.dumps(v, ensure_ascii=False) + "," for v in value[:heads])
            return "[" + first + pad + ("," + pad).join(lay(v, depth + 1) for v in value[heads:]) + "]"
        return "{" + pad + ("," + pad).join(f"{json.dumps(k)}: {lay(value[k], depth + 1)}" for k in sorted(value)) + "}"
    text = lay(data, 0)
    cut = text if len(text) <= room else text[:room].rpartition("\n")[0] or text[:room]
    shown = Markup(html.escape(cut, quote=False))  # JSON is half quotes, and in an element they stand for themselves
    return Shown(shown if cut == text else shown + "\n…", len(text) - len(cut))


_SVG_JUNK = re.compile(r"<\?xml[^>]*\?>|<!DOCTYPE[^>]*>|<!--.*?-->", re.S)


def inline_svg(svg: str, prefix: str, label: str) -> Markup:
    """An SVG file as an element of a page: no prolog, a label for readers who do not see it, and ids of its own."""
    svg = _SVG_JUNK.sub("", svg).strip()
    for name in sorted(set(re.findall(r'\bid="([^"]+)"', svg))):
        for form in ('id="{}"', '"#{}"', "url(#{})"):
            svg = svg.replace(form.format(name), form.format(f"{prefix}-{name}"))
    end = svg.index(">")
    root = re.sub(r'\s(role|aria-label|aria-labelledby)="[^"]*"', "", svg[:end])
    return Markup('{} role="img" aria-label="{}"{}').format(Markup(root), label, Markup(svg[end:]))


# --------------------------------------------------------------------------------------------------------------- pages
@dataclass
class Site:
    """The pages of one report; `failures` lists the formulas that could not be converted, which must be none."""

    articles: Sequence[ArticleData]
    commands: tuple[str, str] = COMMANDS
    maths: Maths = field(default_factory=Maths)

    @property
    def failures(self) -> list[str]:
        return self.maths.failures

    def prose(self, text: str) -> Markup:
        """A sentence of a record: `$...$` as MathML, the rest with its ASCII formulas typeset."""
        parts = text.split("$")
        if len(parts) % 2 == 0:  # an unpaired sign is a sign
            return ascii_maths(text)
        return Markup().join(self.maths(p) if i % 2 else ascii_maths(p) for i, p in enumerate(parts))

    def environment(self, lang: str) -> Environment:
        """The templates with the filters of one language."""
        env = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined,
                          trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
        t: Callable[..., str] = partial(_say, lang=lang)
        other = LANGUAGES[1 - LANGUAGES.index(lang)]
        env.globals.update(t=t, lang=lang, verdicts=VERDICTS, pretty=pretty, icon=ICON, devices=DEVICES, fold=FOLD)
        env.filters.update(
            word=lambda w: _word(w, lang), other=lambda w: _word(w, other), prose=self.prose, formula=_condition,
            tex=self.maths, display=partial(self.maths, display=True), symbol=lambda name: self.maths(symbol(name)),
            value=spaced, exact=exact, pairs=_pairs, anchor=model.slug, name=model.claim_name, slug=_slug,
            inline_svg=inline_svg, failing=lambda cell: _failing(cell, lang),
            method=lambda rule: method(rule, lang), methods=lambda r: say("list", lang).join(_methods(r, lang)),
            reason=lambda r: _reason(r, lang), confirmed=lambda c: _confirmed(c, lang), kind=lambda k: _kind(k, lang),
            digits=lambda v: grouped(v["digits"], _got(v)), agrees=lambda v: _agrees(v, lang))
        return env

    def pages(self) -> dict[str, bytes | str]:
        """Every file of the site by its name relative to the site's folder."""
        articles = sorted(self.articles, key=lambda a: (a.article.number, a.stem))
        files: dict[str, bytes | str] = {f"assets/{name}": (HERE / "assets" / name).read_bytes() for name in ASSETS}
        for lang in LANGUAGES:
            env = self.environment(lang)
            for i, a in enumerate(articles):
                files[f"{a.stem}.{lang}.html"] = self._article(env, a, articles[i - 1] if i else None,
                                                               articles[i + 1] if i + 1 < len(articles) else None)
            files[f"index.{lang}.html"] = self._index(env, articles, lang)
            picture = svg([r for a in articles for r in a.records], {a.stem: a.article.title for a in articles}, lang, links=True)
            files[f"map.{lang}.html"] = self._render(env, "map.html.j2", page="map", anchors=[], picture=Markup(picture))
        files["index.html"] = files["index.en.html"]
        return files

    def _render(self, env: Environment, template: str, **values: Any) -> str:
        page = env.get_template(template)
        before = len(self.failures)
        text = page.render(**values, failures=0)
        if len(self.failures) > before:  # known only now: say so on the page as well
            text = page.render(**values, failures=len(self.failures) - before)
        return re.sub(r"\n\s*\n+", "\n", text)

    def _article(self, env: Environment, a: ArticleData, before: ArticleData | None, after: ArticleData | None) -> str:
        order = [p for r in a.records for p in model.plots_of(a.plots, r)] + model.loose_plots(a.plots, a.records)
        rows = [*a.numerics, *a.measured]
        anchors = [*map(model.slug, a.records), "plots", "implementations"]
        return self._render(env, "article.html.j2", a=a, page=a.stem, anchors=anchors, before=before, after=after,
                            trials=model.trials(a.experiments, a.data, str(env.globals["lang"])),
                            loose=model.loose_plots(a.plots, a.records), groups=implementations(rows),
                            numbers={p["name"]: n for n, p in enumerate(order, 1)}, machines=model.machines(rows))

    def _index(self, env: Environment, articles: Sequence[ArticleData], lang: str) -> str:
        records = [r for a in articles for r in a.records]
        always = ("proved", "derived", "supported", "undecided")
        counts = [(v, n) for v, n in model.counts(records).items() if n or v in always]
        return self._render(
            env, "index.html.j2", page="index", articles=articles, counts=counts, near=model.near_misses(records), mutants=model.mutants(records),
            anchors=["open", "repaired", "articles", "claims", "reproduce", "glossary"],
            repaired=model.corrections(records),
            open=[r for r in records if r["verdict"] not in ("proved", "derived")], commands=self.commands,
            titles={a.stem: {code: _word(a.article.title, code) for code in LANGUAGES} for a in articles},
            lead=say("index.lead", lang, claims=len(records), articles=sum(bool(a.records) for a in articles)))


def pages(articles: Iterable[ArticleData]) -> dict[str, bytes | str]:
    """Every file of the site by its name relative to the site's folder."""
    return Site(list(articles)).pages()


def implementations(rows: Sequence[dict[str, Any]]) -> list[Group]:
    """The rows of an article's numerics by function and kind (`model.blocks`), each variant by variant."""
    return [Group(function, kind, [(v, [line for line in lines if line.variant == v])
                                   for v in dict.fromkeys(line.variant for line in lines)])
            for function, kind, lines in model.blocks(rows)]


# ------------------------------------------------------------------------------------------------- words of one record
def _say(key: str, *, lang: str, **values: object) -> str:
    return say(key, lang, **values)


def _word(text: Words | dict[str, str] | str, lang: str) -> str:
    """The text in one language; strings and single names serve both."""
    if isinstance(text, str):
        return text
    return model.pick(text, lang)


def _condition(text: str) -> Markup:
    """A formula written by `kexue.printing.text`, its products with a dot."""
    return ascii_maths(re.sub(r"(?<=[\w)])(\*| @ )(?=[\w(])", "·", text))


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _pairs(at: Any) -> list[tuple[str, Any]]:
    return list(at.items()) if isinstance(at, dict) else [(str(k), v) for k, v in at]


def _methods(record: Record, lang: str) -> list[str]:
    return list(dict.fromkeys(method(s["method"], lang) for s in record["steps"] if s["method"]))


def _reason(record: Record, lang: str) -> str:
    """Why the verdict is not higher: the author's words where there are any, else what the prover said."""
    return record["limits"][lang] if record["limits"] else record["reason"] or ""


def _confirmed(confirmed: dict[str, Any], lang: str) -> Markup:
    if not confirmed["points"]:
        return escape(say("confirmed.none", lang))
    key = "confirmed.holds" if confirmed["worst"] is None else "confirmed.line"
    digits = say("digits.join", lang).join(str(d) for d in confirmed["digits"])
    text = say(key, lang, formulas=confirmed["formulas"], points=confirmed["points"], digits=digits, worst="\0")
    return Markup(spaced(confirmed["worst"])).join(escape(p) for p in text.split("\0"))


def _got(value: dict[str, Any]) -> str:
    return str(value.get("got") or "")


def _agrees(value: dict[str, Any], lang: str) -> str:
    n = model.agreement(value["digits"], _got(value))[2]
    return say("digits_agree" if _got(value).startswith(value["digits"]) else "digits_differ", lang, n=n)


def _failing(cell: model.Cell, lang: str) -> str:
    """Why a measurement does not pass: its ratio, or the reason that the run itself gave."""
    row = cell.row or {}
    outside = row.get("ratio") is not None and not model.LOW <= Decimal(str(row["ratio"])) <= model.HIGH
    return say("ratio.outside", lang) if outside or not row.get("reason") else str(row["reason"])


def _kind(kind: str, lang: str) -> str:
    name, _, claim = kind.partition(" ")
    return say(f"row.{name}", lang, claim=claim)
