"""The static site: complete, escaped, bilingual, without script or network, the same bytes each time, and legible."""

from __future__ import annotations

import dataclasses
import html
import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from kexue import dot, eq, even, factorial, integer, ne, outer, real, Sum, to_data, vector
from kexue.claim import Article
from kexue.printing import latex, text
from kexue.report import site
from kexue.report.site import (
    ArticleData,
    Site,
    ascii_maths,
    exact,
    grouped,
    implementations,
    inline_svg,
    pages,
    pretty,
    spaced,
)

d, n, k = integer("d n k")
a, b = vector("a b", d)
x = real("x")
SVG = '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
SVG += '<defs><path id="p" d="M0 0h9"/></defs><use href="#p"/></svg>'
VOID = {"meta", "link", "br", "img", "hr", "input", "path", "circle", "rect", "use", "mspace", "mprescripts", "none"}


def step(formula: Any, **changes: Any) -> dict[str, Any]:
    base = {
        "kind": "holds",
        "latex": latex(formula),
        "text": text(formula),
        "where": [],
        "because": {"en": "it is so", "zh": "理由如此"},
        "verdict": "proved",
        "method": "normal",
        "trust": "exact",
        "conditions": [],
        "theorem": None,
        "source": None,
        "reason": None,
        "source_line": 7,
        "certificate": {"id": "0123456789ab", "goal": [[], to_data(formula)], "data": {"rule": "normal", "value": "0"}},
    }
    return base | changes


def record(stem: str, number: int, name: str, steps: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    near = ne(dot(a, b), 1)
    base = {
        "schema": "kexue.evidence/1",
        "id": f"{stem}.{name}",
        "article": stem,
        "number": number,
        "title": {"en": f"The title of {name}", "zh": f"{name} 的标题"},
        "says": {"en": f"What {name} says.", "zh": f"{name} 的内容。"},
        "tag": "true",
        "post": None,
        "limits": None,
        "where": [latex(d >= 2), latex(eq(dot(a, a), 1))],
        "verdict": "proved",
        "trust": "exact",
        "reason": None,
        "conditions": [],
        "rests_on": [],
        "steps": steps,
        "near_miss": {
            "latex": latex(near),
            "text": text(near),
            "where": [],
            "says": {"en": "A near-miss.", "zh": "近似误述。"},
            "verdict": "refuted",
            "certificate": None,
            "counterexample": {"at": {"a": "[1, 0]", "b": "[1, 0]"}, "lhs": "1", "rhs": "1", "trust": "exact"},
        },
        "references": [],
        "replay": f"kexue show {stem}.{name} --prove",
        "mutants": {"made": 6, "refuted": 4, "proved": 1, "open": 1},
        "confirmed": {"points": 24, "digits": [50, 70], "worst": "3.1e-49", "formulas": 2, "skipped": []},
    }
    return base | changes


def row(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "value",
        "function": "rotate",
        "variant": "safe",
        "dtype": "float32",
        "device": "cpu",
        "cases": 9,
        "worst_error": 2.4e-7,
        "bound": 6.0e-7,
        "ratio": 0.4,
        "at": "x = (0.5, 1), entry 1 of 2",
        "ok": True,
        "reason": None,
    } | changes


def article(number: int, source: str = "https://example.org/17") -> Article:
    return Article(
        number, ("A title", "中文标题"), ("A summary.", "摘要。"), "2021-06-05", source, ("Somebody, A Book",)
    )


def sample() -> list[ArticleData]:
    R = 2 * outer(b, a) - outer(a + b, a + b) / (1 + dot(a, b))
    f = Sum(x**k / factorial(k), k, 0, n)
    cited = step(
        eq(x, x),
        kind="cite",
        latex=None,
        text=None,
        verdict="cited",
        method=None,
        trust=None,
        certificate=None,
        theorem="spectral theorem",
        source="Horn & Johnson",
    )
    last = step(
        eq(x, x), kind="therefore", latex=r"\lim_{x\to0}f(x)=1", verdict="derived", method=None, certificate=None
    )
    one = [
        record(
            "maps", 17, "first_form", [step(eq(R @ a, b), conditions=["1 + a.b != 0"])], conditions=["1 + a.b != 0"]
        ),
        record(
            "maps",
            17,
            "half_turn",
            [step(eq(dot(a, b), dot(b, a)), kind="show"), cited, last],
            verdict="derived",
            tag="false",
            post={"en": "The post's own wording.", "zh": "原文的措辞。"},
            rests_on=[{"theorem": "spectral theorem", "source": "Horn & Johnson"}],
        ),
    ]
    two = [
        record(
            "taylor",
            2,
            "positive",
            [
                step(
                    f > 0,
                    where=[latex(even(n))],
                    verdict="undecided",
                    certificate=None,
                    method=None,
                    reason="no method found a certificate",
                )
            ],
            verdict="supported",
            limits={"en": "The sign of the tail is open.", "zh": "尾项的符号未定。"},
            references=[{"label": "f_2(1)", "digits": "-2.71828182845904", "got": "-2.71828182845904523"}],
        )
    ]
    plots = [
        {
            "name": "angle",
            "claim": "first_form",
            "caption": {"en": "Error by angle.", "zh": "误差与角度。"},
            "svg": SVG,
        },
        {"name": "loose", "claim": None, "caption": {"en": "A second plot.", "zh": "第二幅图。"}, "svg": SVG},
    ]
    gpu = row(device="cuda", device_name="A GPU", versions={"torch": "2.13.0"}, date="2026-11-20", worst_error=1.25e-7)
    return [
        ArticleData(
            "maps",
            article(17),
            one,
            [
                row(),
                row(dtype="bfloat16", ratio=1.7, ok=False),
                row(kind="gradient", dtype="float64", ok=False, reason="not finite"),
            ],
            [gpu],
            plots,
        ),
        ArticleData("taylor", article(2), two),
    ]


@pytest.fixture(scope="module")
def files() -> dict[str, bytes | str]:
    return pages(sample())


def page(files: dict[str, bytes | str], name: str) -> str:
    content = files[name]
    assert isinstance(content, str)
    return content


def words(source: str) -> str:
    """The text of a page as a reader sees it, on one line."""
    source = re.sub(r"<(style|annotation)\b.*?</\1>", "", source, flags=re.S)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", source)))


class Reader(HTMLParser):
    """Collects ids and links, and checks that every element is closed by its own end tag."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name == "id":
                self.ids.append(value or "")
            if name in ("href", "src") and value:
                self.links.append(value)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


def read(source: str) -> Reader:
    reader = Reader()
    reader.feed(source)
    reader.close()
    assert reader.open == []
    return reader


def test_every_page_exists_in_both_languages(files: dict[str, bytes | str]) -> None:
    expected = {f"{stem}.{code}.html" for stem in ("maps", "taylor", "index", "map") for code in ("en", "zh")} | {"index.html"}
    assert {f for f in files if f.endswith(".html")} == expected
    assert set(files) - expected == {f"assets/{name}" for name in site.ASSETS}
    assert files["index.html"] == files["index.en.html"]
    for name in ("maps", "taylor", "index"):
        for code, tag in (("en", "en"), ("zh", "zh-CN")):
            source = page(files, f"{name}.{code}.html")
            assert f'<html lang="{tag}">' in source
            assert (
                f'hreflang="en" href="{name}.en.html"' in source and f'hreflang="zh-CN" href="{name}.zh.html"' in source
            )


def test_markup_is_closed_ids_are_unique_and_links_lead_somewhere(files: dict[str, bytes | str]) -> None:
    readers = {name: read(page(files, name)) for name in files if name.endswith(".html")}
    for name, reader in readers.items():
        assert len(reader.ids) == len(set(reader.ids)), name
        for link in reader.links:
            if link.startswith(("data:", "https://example.org/", "../evidence/")):
                continue
            target, _, anchor = link.partition("#")
            assert not target or target in files, (name, link)
            if anchor and anchor not in (
                "open",
                "plots",
            ):  # sections that a page may lack are in the language switch all the same
                assert anchor in readers[target or name].ids, (name, link)


def test_no_script_and_nothing_from_the_network(files: dict[str, bytes | str]) -> None:
    for name in files:
        if name.endswith(".html"):
            source = page(files, name)
            reader = read(source)
            assert not reader.tags & {"script", "iframe", "object", "embed", "form"}
            assert not [a for a in reader.attributes if a.startswith("on")]
            assert {link for link in reader.links if "://" in link and not link.startswith("data:")} <= {
                "https://example.org/17"
            }
            assert "@import" not in source
    assert set(re.findall(r'url\("([^"]+)"\)', (site.HERE / "assets/site.css").read_text())) <= set(site.ASSETS)


def test_language_switch_keeps_the_anchor(files: dict[str, bytes | str]) -> None:
    source = page(files, "maps.en.html")
    assert ":root:has(#claim-half-turn:target) .lang .to-claim-half-turn{display:inline}" in source
    assert 'class="at to-claim-half-turn" href="maps.zh.html#claim-half-turn"' in source
    assert source.count('href="maps.zh.html#claim-half-turn"') == 2  # the bar, and the heading of the claim


def test_same_bytes_whatever_the_hash_seed(files: dict[str, bytes | str]) -> None:
    code = (
        "import hashlib, sys; sys.path[:0] = sys.argv[1:]; import test_site as t; "
        "print(hashlib.sha256(repr(sorted(t.pages(t.sample()).items())).encode()).hexdigest())"
    )
    root = Path(__file__).parents[1]
    found = {
        subprocess.run(
            [sys.executable, "-c", code, str(Path(__file__).parent), str(root)],
            check=True,
            capture_output=True,
            text=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
            timeout=60,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1
    assert pages(sample()) == files


def test_every_formula_is_mathml_and_the_font_has_its_characters(files: dict[str, bytes | str]) -> None:
    built = Site(sample())
    built.pages()
    assert built.failures == []
    have = {
        c
        for first, last in re.findall(
            r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", (site.HERE / "assets/FONTS.md").read_text().split("```")[1]
        )
        for c in range(int(first, 16), int(last or first, 16) + 1)
    }
    for name in files:
        if name.endswith(".html"):
            source = page(files, name)
            assert 'class="tex"' not in source
            maths = re.findall(r"<math.*?</math>", re.sub(r"<annotation.*?</annotation>", "", source), re.S)
            drawn = html.unescape(re.sub(r"<[^>]+>", "", "".join(maths)))
            assert {c for c in drawn if not c.isspace()} <= set(map(chr, have)), name
    assert page(files, "maps.en.html").count("<math") > 8


def test_a_formula_that_cannot_be_typeset_is_shown_and_counted() -> None:
    first = sample()[0]
    broken = record("maps", 17, "broken", [step(eq(x, x), latex=r"\nosuchcommand{x} & <b>")])
    built = Site([dataclasses.replace(first, records=[broken])])
    source = built.pages()["maps.en.html"]
    assert isinstance(source, str)
    assert r'<code class="tex">\nosuchcommand{x} &amp; &lt;b&gt;</code>' in source
    assert "1 formulas on this page could not be typeset" in words(source)
    assert len(built.failures) == 1 and "nosuchcommand" in built.failures[0]


def test_text_of_records_is_escaped() -> None:
    bad = "<script>alert(1)</script>"
    near = record("maps", 17, "x", [])["near_miss"] | {
        "says": {"en": bad, "zh": bad},
        "counterexample": {"at": {bad: bad}, "lhs": bad, "rhs": [bad], "trust": "exact"},
    }
    r = record(
        "maps",
        17,
        "x",
        [step(eq(x, x), because={"en": bad, "zh": bad}, latex=rf"\text{{{bad}}}", conditions=[bad], reason=bad)],
        says={"en": bad, "zh": bad},
        title={"en": bad, "zh": bad},
        near_miss=near,
        post={"en": bad, "zh": bad},
        tag="false",
        references=[{"label": bad, "digits": "1.5", "got": bad}],
        replay=bad,
    )
    art = Article(17, (bad, bad), (bad, bad), "2021-06-05", "https://example.org/17", (bad,))
    plot = {"name": "p", "claim": None, "caption": {"en": bad + '"', "zh": bad + '"'}, "svg": SVG}
    for name, content in pages([ArticleData("maps", art, [r], [row(at=bad, variant=bad)], [], [plot])]).items():
        if name.endswith(".html"):
            assert isinstance(content, str)
            assert "script" not in read(content).tags, name


def test_index_counts_lists_and_reasons(files: dict[str, bytes | str]) -> None:
    shown = words(page(files, "index.en.html"))
    assert "1 proved every line" in shown and "1 derived proved steps" in shown and "1 supported numbers agree" in shown
    assert "3 / 3 refuted near-misses" in shown
    assert "The post's own wording." in shown and "What half_turn says." in shown
    assert "The sign of the tail is open." in shown
    assert all(c in shown for c in site.COMMANDS)
    zh = words(page(files, "index.zh.html"))
    assert (
        "1 已证明" in zh and "原文的措辞。" in zh and "尾项的符号未定。" in zh and "A title" in zh and "中文标题" in zh
    )
    assert "undecided" not in zh and "proved" not in zh


def test_experiments_are_on_the_page_of_their_article() -> None:
    run = {"name": "train", "title": {"en": "Training", "zh": "训练"}, "rows": [{"what": {"en": "accuracy", "zh": "准确率"}, "value": 0.98, "least": 0.9, "most": None}]}
    real = {"results": [run | {"rows": [run["rows"][0] | {"value": 0.94517}]}], "versions": {"torch": "2.13.0"}, "date": "2026-01-02"}
    one = sample()[0]
    for data, shown in ((None, "not run: data absent"), (real, "0.9452")):
        source = page(pages([ArticleData(one.stem, one.article, one.records, experiments=[run], data=data)]), f"{one.stem}.en.html")
        read(source)
        assert shown in source and "Training" in source and "0.98" not in words(source)


def test_an_article_without_claims_says_so_and_is_not_counted() -> None:
    made = pages([*sample(), ArticleData("calm", article(29), [], [], [], [])])
    alone, index = page(made, "calm.en.html"), page(made, "index.en.html")
    assert "Nothing to verify" in alone and "not measured" not in alone
    read(alone)
    assert "nothing to verify" in index and words(index).count("of 2 articles") == words(page(pages(sample()), "index.en.html")).count("of 2 articles") > 0


def test_a_verdict_is_a_shape_and_a_word(files: dict[str, bytes | str]) -> None:
    for name in files:
        if name.endswith(".html"):
            source = page(files, name)
            for found in re.findall(r'<span class="mark v-(\w+)">(.*?)</span>', source):
                assert f'href="#i-{found[0]}"' in found[1] and re.sub("<[^>]+>", "", found[1]).strip()
            shapes = re.findall(r'<symbol id="i-\w+" viewBox="0 0 16 16">(.*?)</symbol>', source)
            assert len(shapes) == len(set(shapes)) == 8


def test_article_page_tells_all_of_a_claim(files: dict[str, bytes | str]) -> None:
    source, shown = page(files, "maps.en.html"), words(page(files, "maps.en.html"))
    for part in (
        "A title",
        "中文标题",
        "published 2021-06-05",
        "Somebody, A Book",
        "A summary.",
        "false as stated",
        "The post's own wording.",
        "Repaired",
        "it is so",
        "normal form",
        "provided",
        "Rests on spectral theorem — Horn & Johnson",
        "Certificate 0123456789ab",
        "Near-miss",
        "Counterexample",
        "left side 1 right side 1",
        "2 formulas at 24 points, with 50 and 70 digits",
        "3.1 × 10 −49",
        "kexue show maps.half_turn --prove",
        "Figure 1. Error by angle.",
        "Figure 2. A second plot.",
    ):
        assert part in shown, part
    assert r'<annotation encoding="application/x-tex">\lim_{x\to0}f(x)=1</annotation>' in source
    assert "<details>" in source and "<details open" not in source
    assert "理由如此" in words(page(files, "maps.zh.html")) and "it is so" not in words(page(files, "maps.zh.html"))


def test_numerics_show_what_was_measured_and_what_was_not(files: dict[str, bytes | str]) -> None:
    shown = words(page(files, "maps.en.html"))
    assert "float32 2.4 × 10 −7 6 × 10 −7 0.4 1.25 × 10 −7" in shown
    assert "1.7 outside [0.001, 1] not measured" in shown
    assert "0.4 not finite not measured" in shown
    assert "rotate · gradient" in shown and "CUDA: A GPU, torch 2.13.0, measured 2026-11-20." in shown
    assert words(page(files, "taylor.en.html")).count("not measured") == 1


def test_groups_keep_the_order_of_the_file() -> None:
    rows = [
        row(kind="gradient"),
        row(kind="check orthogonal"),
        row(function="b"),
        row(function="a", variant="z"),
        row(function="a"),
        row(),
    ]
    assert [(g.function, g.kind) for g in implementations(rows)] == [
        ("rotate", "value"),
        ("rotate", "check orthogonal"),
        ("rotate", "gradient"),
        ("b", "value"),
        ("a", "value"),
    ]
    assert [v for v, _ in implementations(rows)[-1].variants] == ["z", "safe"]


def test_long_certificates_are_cut_with_a_pointer() -> None:
    first = sample()[0]
    long = step(
        eq(x, x), certificate={"id": "f" * 12, "goal": [], "data": {"rule": "normal", "value": ["term"] * 4000}}
    )
    source = pages([dataclasses.replace(first, records=[record("maps", 17, "long", [long])])])["maps.en.html"]
    assert isinstance(source, str)
    assert 'more characters in <a href="../evidence/maps.long.json">the evidence file</a>' in re.sub(
        r"\s+", " ", source
    )
    assert source.count("term") < 800


def test_very_long_formulas_are_folded() -> None:
    first = sample()[0]
    long = step(eq(x, x), latex="+".join(["x"] * 900))
    source = pages([dataclasses.replace(first, records=[record("maps", 17, "long", [long])])])["maps.en.html"]
    assert isinstance(source, str)
    assert '<details class="long"><summary>A formula of 1799 characters</summary>' in source and read(source)


def test_pretty_json_reads_back_and_is_cut_at_a_line() -> None:
    data = {"b": ["add", ["sym", "x", "real"], ["num", "1/2"]], "a": [list(range(40)), {"k": None}], "c": []}
    assert json.loads(pretty(data).text) == data and pretty(data).left == 0
    assert all(
        len(line) <= 100 for line in pretty(["add", *[["sym", f"x{i}", "real"] for i in range(40)]]).text.splitlines()
    )
    cut = pretty(["add", *[["sym", f"x{i}", "real"] for i in range(400)]], room=500)
    assert cut.text.endswith("\n…") and cut.left > 0 and len(cut.text) <= 502


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("(-1)^(d-1): S_T^-1 v", "(−1)<sup>d−1</sup>: S<sub>T</sub><sup>−1</sup> v"),
        ("1 - c = |a-b|^2/2", "1 − c = |a−b|<sup>2</sup>/2"),
        ("|a - b|^2 <= mu_k", "|a − b|<sup>2</sup> ≤ μ<sub>k</sub>"),
        ("S⁻¹v, R aᵀ", "S<sup>−1</sup>v, R a<sup>⊤</sup>"),
        ("r_(n+2) != 0 & x<1", "r<sub>n+2</sub> ≠ 0 &amp; x&lt;1"),
        ("torch_rotate__safe, max_k, 50-64, one-pass, 1e-7", "torch_rotate__safe, max_k, 50-64, one-pass, 1e-7"),
    ],
)
def test_ascii_formulas_in_sentences(source: str, shown: str) -> None:
    assert str(ascii_maths(source)) == shown


def test_dollars_in_sentences() -> None:
    prose = Site([]).prose
    assert "<math>" in prose("for $x>0$ only") and "<math" not in prose("it costs $5")


def test_values_of_a_counterexample_keep_every_digit() -> None:
    assert str(exact("0.70710678118654752")) == "0.70710678118654752"
    assert str(exact("-1.25000001e-8")) == "−1.25000001 × 10<sup>−8</sup>"
    assert str(exact("[-3/5, 4/5]")) == "[−3/5, 4/5]" and str(exact([1, "1/3"])) == "(1, 1/3)"


def test_numbers_and_digits() -> None:
    assert words(str(spaced(-3.14e-49))).strip() == "−3.14 × 10 −49" and words(str(spaced(0.25))).strip() == "0.25"
    right = str(grouped("1.2345678", "1.2345678"))
    assert right.count("<span>") == 2 and "<s>" not in right
    assert str(grouped("1.5e-5", "1.5e-5")) == '<span class="digits num"><span>1.5</span> × 10<sup>−5</sup></span>'
    assert "<s>9</s><br>1.2345678" in str(grouped("1.2345678", "1.2345679"))


def test_a_reference_without_a_value_does_not_agree() -> None:
    first = sample()[0]
    missing = record("maps", 17, "m", [step(eq(x, x))], references=[{"label": "c", "digits": "1.25", "got": None}])
    source = pages([dataclasses.replace(first, records=[missing])])["maps.en.html"]
    assert isinstance(source, str)
    assert "c – 1.25 differs after 0 digits" in words(source)


def test_plots_are_labelled_and_their_ids_do_not_clash() -> None:
    first, second = inline_svg(SVG, "one", 'a "label" <b>'), inline_svg(SVG, "two", "other")
    assert first.startswith("<svg") and 'role="img"' in first and 'aria-label="a &#34;label&#34; &lt;b&gt;"' in first
    assert 'href="#one-p"' in first and 'id="one-p"' in first and 'id="two-p"' in second


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return sum(
        w * (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4)
        for w, c in zip((0.2126, 0.7152, 0.0722), parts, strict=True)
    )


@pytest.mark.parametrize("dark", [False, True])
def test_contrast(dark: bool) -> None:
    css = (site.HERE / "assets/site.css").read_text()
    light, night = css.split("@media (prefers-color-scheme: dark)")[:2]
    colours = dict(re.findall(r"--(\w[\w-]*): (#[0-9a-f]{6})\b", light))
    if dark:
        colours |= dict(re.findall(r"--(\w[\w-]*): (#[0-9a-f]{6})\b", night.split("*, *::before")[0]))
    for ink in ("ink", "soft", "accent", "bad", "warn"):
        for ground in ("paper", "wash", "card", "bad-wash"):
            one, two = sorted((luminance(colours[ink]), luminance(colours[ground])))
            assert (two + 0.05) / (one + 0.05) >= 4.5, (ink, ground)


def woff2_tables(data: bytes) -> set[str]:
    """The tables of a WOFF2 file that are not among the usual ones named by number, and "MATH" for number 31."""

    def base128(at: int) -> tuple[int, int]:
        value = 0
        while True:
            byte, at = data[at], at + 1
            value = value << 7 | byte & 127
            if byte < 128:
                return value, at

    at, tables = 48, set()
    for _ in range(int.from_bytes(data[12:14], "big")):
        flags, at = data[at], at + 1
        number, version = flags & 63, flags >> 6
        if number == 63:
            tables.add(data[at : at + 4].decode())
            at += 4
        tables |= {"MATH"} if number == 31 else set()
        _, at = base128(at)
        if (version == 0) == (number in (10, 11)):  # a transformed table states its length twice
            _, at = base128(at)
    return tables


def test_fonts_are_small_and_the_maths_font_has_its_table() -> None:
    assets = site.HERE / "assets"
    maths = (assets / "STIXTwoMath.woff2").read_bytes()
    assert maths[:4] == b"wOF2" and len(maths) < 200_000 and "MATH" in woff2_tables(maths)
    assert sum((assets / name).stat().st_size for name in site.ASSETS) < 250_000
    assert "SIL OPEN FONT LICENSE" in (assets / "OFL.txt").read_text()
