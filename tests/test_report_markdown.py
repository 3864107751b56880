"""The Markdown report: what a reader must find on a page, in both languages, and nothing a code host would misread."""

from __future__ import annotations

import re
import string
from types import SimpleNamespace
from typing import Any

import pytest
from math_core import LatexToMathML

from kexue.claim import Article
from kexue.report import markdown, model, words
from kexue.report.words import LANGUAGES, MARKS, VERDICTS, WORDS, say

ARTICLE = Article(
    number=7, title=("A title | with a bar", "一个标题"), summary=("It is <b>short</b>.", "很短。"), date="2020-01-02",
    source="https://example.org/7", papers=("Somebody, A *paper* of 1924",))


def step(kind: str = "holds", **change: Any) -> dict[str, Any]:
    made = {"kind": kind, "latex": r"\operatorname{tr}(A) \le n", "text": "tr(A) <= n", "where": [r"n<5"],
            "because": {"en": "because a_1 * b_2 | c", "zh": "因为 a_1"}, "verdict": "proved", "method": "normal",
            "trust": "exact", "conditions": ["n != 0"], "certificate": {"id": "abcdef012345", "goal": [], "data": {}},
            "theorem": None, "source": None, "reason": None, "source_line": 3}
    return {**made, **change}


def record(name: str = "first_claim", **change: Any) -> dict[str, Any]:
    made = {
        "schema": "kexue.evidence/1", "id": f"stem.{name}", "article": "stem", "number": 7,
        "title": {"en": "First claim", "zh": "命题一"}, "says": {"en": "It holds for $n<5$.", "zh": "当$n<5$时成立。"},
        "tag": "true", "post": None, "limits": None, "where": [r"n \ge 1"], "verdict": "proved", "trust": "exact",
        "reason": None, "conditions": ["n != 0"], "rests_on": [], "steps": [step("show"), step()],
        "near_miss": {
            "latex": "x=1", "text": "x = 1", "where": [], "says": {"en": "Always 1.", "zh": "恒为 1。"},
            "verdict": "refuted", "certificate": {"id": "fedcba543210", "goal": [], "data": {}},
            "counterexample": {"at": {"x": "1/2", "mu0": "(0, 1)"}, "lhs": "1/2", "rhs": "1", "trust": "exact"}},
        "references": [{"label": "f(1)", "digits": "1.25", "got": "1.25", "ok": True},
                       {"label": "f(2)", "digits": "3.1415", "got": "3.1499", "ok": False}],
        "mutants": {"made": 6, "refuted": 4, "proved": 1, "open": 1},
        "confirmed": {"points": 40, "digits": [50, 70], "worst": "2.5e-51", "formulas": 2, "skipped": []},
        "replay": f"kexue show stem.{name} --prove"}
    return {**made, **change}


def row(**change: Any) -> dict[str, Any]:
    made = {"kind": "value", "function": "f", "variant": "good", "dtype": "float32", "device": "cpu", "cases": 16,
            "worst_error": 3.1e-08, "bound": 6.2e-08, "ratio": 0.5, "at": "draw 1[0]: x = [1.5]", "nonfinite": 0,
            "ok": True, "reason": None}
    return {**made, **change}


PLOT = {"name": "some_curve", "claim": "first_claim", "caption": {"en": "A curve_1.", "zh": "曲线。"}}
CITE = step("cite", latex=None, certificate=None, method=None, theorem="A theorem", source="A book, 4.2",
            verdict="cited")


def page(records: list[dict[str, Any]] | None = None, numerics: list[dict[str, Any]] | None = None, lang: str = "en",
         plots: list[dict[str, Any]] | None = None) -> str:
    return markdown.article_page("stem", ARTICLE, records or [record()], [row()] if numerics is None else numerics,
                                 plots or [], lang)


def index(records: list[dict[str, Any]], lang: str = "en") -> str:
    return markdown.index_page([SimpleNamespace(stem="stem", article=ARTICLE, records=records)], lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_experiments_say_what_was_not_run(lang: str) -> None:
    rows = [{"what": {"en": "accuracy", "zh": "准确率"}, "value": 0.98, "least": 0.9, "most": None},
            {"what": {"en": "parameters", "zh": "参数量"}, "value": 3238538, "least": 3238538, "most": 3238538}]
    run = {"name": "train", "title": {"en": "Training", "zh": "训练"}, "rows": rows}
    before = markdown.article_page("stem", ARTICLE, [record()], [], [], lang, [run])
    assert before.count(f"*{say('not_run', lang)}*") == 2 and "0.98" not in before
    assert f"≥ 0.9 ✓&nbsp;{say('met', lang)}" in before and "= 3238538" in before
    real = {"results": [run | {"rows": [rows[0] | {"value": 0.94517}, {**rows[0], "what": {"en": "flipped", "zh": "翻转"}, "value": 0.95}]}],
            "versions": {"torch": "2.13.0"}, "date": "2026-01-02"}
    after = markdown.article_page("stem", ARTICLE, [record()], [], [], lang, [run], real)
    assert "| 0.9452 |" in after and "| – | 0.95 |" in after and after.count(f"*{say('not_run', lang)}*") == 1
    assert say("ran_on", lang, versions="torch 2.13.0", date="2026-01-02") in after


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_article_without_claims_says_so_and_is_not_counted(lang: str) -> None:
    alone = markdown.article_page("calm", ARTICLE, [], [], [], lang)
    assert say("nothing", lang) in alone and say("not_measured", lang) not in alone and "|---|" not in alone.replace(" ", "")
    both = [SimpleNamespace(stem=stem, article=ARTICLE, records=records) for stem, records in (("calm", []), ("stem", [record()]))]
    index = markdown.index_page(both, lang)
    assert say("index.lead", lang, claims=1, articles=1) in index
    assert say("nothing.short", lang) in index and "### [" in index and index.count("(calm") == 1



# --------------------------------------------------------------------------------------------------------------- words
def test_every_string_exists_in_both_languages_with_the_same_placeholders() -> None:
    for key, pair in WORDS.items():
        assert len(pair) == len(LANGUAGES) and all(pair), key
        fields = [{f for _, f, _, _ in string.Formatter().parse(text) if f} for text in pair]
        assert fields[0] == fields[1], key
        assert not re.search(r"[一-鿿]", pair[0]) or key == "language.other", key


def test_chinese_strings_use_full_width_punctuation() -> None:
    for key, (_, chinese) in WORDS.items():
        assert not re.search(r"[一-鿿][,;:?!]|[,;:?!][一-鿿]", chinese), key


@pytest.mark.parametrize(("name", "chinese"), [
    ("proved", "已证明"), ("derived", "已推导"), ("supported", "数值支持"), ("refuted", "已否证"),
    ("undecided", "未定"), ("vacuous", "空真"), ("unreadable", "无法读取")])
def test_verdict_words(name: str, chinese: str) -> None:
    assert words.verdict(name, "zh") == chinese and words.verdict(name, "en") == name
    assert say(f"meaning.{name}", "zh") and name in MARKS


def test_unknown_words_are_errors_and_unknown_methods_are_not() -> None:
    with pytest.raises(KeyError):
        say("no.such.key", "en")
    with pytest.raises(KeyError, match="fr"):
        say("claim", "fr")
    with pytest.raises(KeyError):
        words.verdict("true", "en")
    assert words.method("brand_new", "zh") == "brand_new" and words.method(None, "en") == ""


# --------------------------------------------------------------------------------------------------------------- model
@pytest.mark.parametrize(("value", "shown"), [
    (0, "0"), (1.0, "1"), (512, "512"), (0.5, "0.5"), (3.1e-08, "3.1e-8"), ("1e-45", "1e-45"), (-0.012345, "-0.0123"),
    (1234567, "1.23e6"), (0.99999, "1"), (float("inf"), "∞"), (float("-inf"), "-∞"), (float("nan"), "NaN"), (None, "–"),
    ("n/a", "n/a"), (True, "True")])
def test_numbers_are_short(value: Any, shown: str) -> None:
    assert model.number(value) == shown


@pytest.mark.parametrize(("expected", "got", "answer"), [
    ("1.25", "1.24", ("1.2", "4", 2)), ("0.5", "0.5", ("0.5", "", 1)), ("1.5e-7", "1.5e-9", ("1.5", "e-9", 2)),
    ("2", "3", ("", "3", 0)), ("0.0012", "0.0013", ("0.001", "3", 1)), ("0.000", "0.000", ("0.000", "", 3))])
def test_digits_are_compared_one_by_one(expected: str, got: str, answer: tuple[str, str, int]) -> None:
    assert model.agreement(expected, got) == answer


def test_counts_list_every_verdict_in_order() -> None:
    found = model.counts([record(), record("b", verdict="derived"), record("c")])
    assert list(found) == list(VERDICTS) and found["proved"] == 2 and found["derived"] == 1 and found["refuted"] == 0


def test_a_measured_row_wins_over_a_fresh_one_and_a_missing_device_stays_empty() -> None:
    kept = row(device="cuda", worst_error=1e-7, date="2024-05-06")
    for rows in ([row(device="cuda"), kept], [kept, row(device="cuda")]):
        line, = model.lines(rows)
        assert [c.row and c.row["worst_error"] for c in line.cells] == [None, 1e-7]


def test_blocks_put_values_before_checks_before_gradients_and_types_from_wide_to_narrow() -> None:
    rows = [row(kind="gradient", dtype="float64"), row(kind="check c"), row(), row(dtype="float64")]
    found = model.blocks(rows)
    assert [kind for _, kind, _ in found] == ["value", "check c", "gradient"]
    assert [line.dtype for line in found[0][2]] == ["float64", "float32"]


@pytest.mark.parametrize(("change", "within"), [({}, True), ({"ok": False}, False)])
def test_a_row_passes_by_its_own_word(change: dict[str, Any], within: bool) -> None:
    assert model.Cell("cpu", row(**change)).within is within
    bare = {k: v for k, v in row().items() if k != "ok"}
    assert [model.Cell("cpu", {**bare, "ratio": r}).within for r in (0.0005, 0.001, 1, 1.01, None)] == [
        False, True, True, False, False]
    assert model.Cell("cpu", None).within is None


# ---------------------------------------------------------------------------------------------------------------- pages
def test_a_page_shows_statement_steps_certificates_near_miss_numbers_and_the_command() -> None:
    cited = [{"theorem": "A theorem", "source": "A book, 4.2"}]
    text = page([record(steps=[step("show"), step(), CITE], rests_on=cited)])
    for wanted in (
            "It holds for", "✓&nbsp;proved", "normal form", "[`abcdef012345`](evidence/stem.first_claim.json)",
            "**A theorem** (A book, 4.2)", "**Rests on**", "✗&nbsp;refuted", "$`x = 1/2`$", r"$`\mu_{0} = (0, 1)`$",
            "left side $`1/2`$", "[`fedcba543210`]", "50 and 70 digits", "2.5 × 10<sup>−51</sup>", "`n != 0`",
            "`kexue show stem.first_claim --prove`", "`kexue report stem`", "3.1e-8 | 6.2e-8 | 0.5"):
        assert wanted in text, wanted


def test_digits_that_differ_are_struck_out() -> None:
    text = page()
    assert "| f(1) | `1.25` | `1.25` | ✓ 3 digits |" in text
    assert "| f(2) | `3.1415` | `3.14`~~`99`~~ | ✗ differs after 3 digits |" in text


def test_what_was_not_measured_says_so() -> None:
    assert "| *not measured* |  |  |" in page() and "| *未测量* |  |  |" in page(lang="zh")
    assert "not measured" in page(numerics=[]).partition("## Implementations")[2]
    kept = row(device="cuda", date="2024-05-06", device_name="Some GPU", versions={"torch": "2.13.0", "cuda": "13.0"})
    text = page(numerics=[row(), kept])
    assert "not measured" not in text and "CUDA: Some GPU, cuda 13.0, torch 2.13.0, measured 2024-05-06." in text


def test_a_failed_row_is_marked_with_its_reason_and_a_one_sided_check_with_its_sign() -> None:
    text = page(numerics=[row(ok=False, ratio=1.5, reason="the error exceeds the bound"),
                          row(kind="check positive", bound=None, ratio=None)])
    assert "1.5 ✗ the error exceeds the bound" in text
    assert "### `f` — check: `positive`" in text and "| 3.1e-8 | > 0 |  |" in text


def test_false_claims_show_both_wordings_and_unsettled_ones_their_reason() -> None:
    post = {"en": "It is 3.", "zh": "它是 3。"}
    text = page([record(tag="false", post=post, verdict="undecided", reason="no method")])
    assert "**As stated**: It is 3." in text and "**Repaired**: It holds" in text
    assert "**Why not more**: no method" in text


def test_a_near_miss_that_stands_is_visible() -> None:
    near = {**record()["near_miss"], "verdict": "undecided", "counterexample": None, "certificate": None}
    text = page([record(near_miss=near)])
    assert "**?&nbsp;undecided**: Always 1." in text and "**Counterexample**: none found" in text


def test_plots_are_relative_links_with_a_plain_alternative() -> None:
    assert r"![A curve\_1.](plots/stem-some-curve.svg)" in page(plots=[PLOT])
    assert "## Plots" in page(plots=[{**PLOT, "claim": None}]) and "## Plots" not in page(plots=[PLOT])


# ---------------------------------------------------------------------------------------------- what code hosts misread
HOSTILE = "It's <script>alert(1)</script> [x](javascript:y) a | b `code` *bold* ~~gone~~ $5 and \\ <img src=x>"


def rows_of(text: str) -> list[list[str]]:
    """Consecutive table lines, with the number of cells each."""
    blocks = [b for b in text.split("\n\n") if b.startswith("| ")]
    return [[re.sub(r"\\.", "", line) for line in b.split("\n")] for b in blocks]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_foreign_text_cannot_leave_its_place(lang: str) -> None:
    both = {"en": HOSTILE, "zh": HOSTILE}
    near = {**record()["near_miss"], "says": both}
    made = record(title=both, says=both, post=both, tag="false", limits=both, near_miss=near)
    made["steps"] = [step(because=both, reason=HOSTILE), {**CITE, "theorem": HOSTILE}]
    made["rests_on"] = [{"theorem": HOSTILE, "source": HOSTILE}]
    made["references"] = [{"label": HOSTILE, "digits": "1", "got": HOSTILE, "ok": False}]
    numerics = [row(at=HOSTILE, ok=False, reason=HOSTILE, variant=HOSTILE)]
    for text in (page([made], numerics, lang, [{**PLOT, "caption": both}]), index([made], lang)):
        shown = re.sub(r"(?<!\\)`[^`]*`", "", text)  # code spans are literal
        assert "<script" not in shown and "<img" not in shown and not re.search(r"(?<!\\)\]\(javascript", shown)
        assert "It's" in shown and "#39" not in shown
        assert not re.search(r"(?<!\\)~~gone|(?<!\\)\*bold", shown)
        for block in rows_of(text):
            assert len({line.count("|") for line in block}) == 1, block[0]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_formulas_are_ones_that_code_hosts_render(lang: str) -> None:
    text = page(lang=lang)
    blocks = re.findall(r"```math\n(.*)\n```", text)
    inlined = re.findall(r"\$`(.*?)`\$", text)
    assert len(blocks) == 3 and any("lt" in f for f in inlined)
    converter = LatexToMathML(fancy_error=False)
    for f in (*blocks, *inlined):
        assert "operatorname" not in f and "<" not in f and "|" not in f
        converter.convert_with_local_state(f, displaystyle=True)
    assert not re.search(r"[^\s(]\$`", text), "a letter or full-width sign touches a formula"
    assert r"\mathrm{tr}(A)" in text
    assert not re.search(r"^ +```", text, re.M), "display maths inside a list"


def test_both_languages_have_the_same_shape() -> None:
    records = [record(), record("second", tag="false", post={"en": "a", "zh": "甲"})]
    for make in (lambda lang: page(records, lang=lang, plots=[PLOT]), lambda lang: index(records, lang)):
        one, other = (make(lang) for lang in LANGUAGES)
        for pattern in (r"^#+ ", r"^```math", r"^\| ", r"!\["):
            assert len(re.findall(pattern, one, re.M)) == len(re.findall(pattern, other, re.M)), pattern
        assert not re.search(r"[一-鿿]", re.sub(r"一个标题|中文", "", one))


def test_links_between_pages_lead_to_files_and_anchors_of_the_report() -> None:
    text, front = page(lang="zh"), index([record()], "zh")
    assert "[English](stem.md) · [目录](README.zh.md)" in text and "[English](README.md)" in front
    assert "(stem.zh.md#claim-first-claim)" in front and '<a id="claim-first-claim"></a>' in text


# ---------------------------------------------------------------------------------------------------------------- index
def test_the_index_counts_lists_what_is_false_and_what_is_open() -> None:
    records = [record(), record("second", verdict="derived", tag="false", post={"en": "It is 3.", "zh": "它是 3。"}),
               record("third", verdict="undecided", limits={"en": "Too hard.", "zh": "太难。"})]
    text = index(records)
    assert "| ✓&nbsp;proved | 1 |" in text and "| **Total** | **3** |" in text
    assert "3 of 3 near-misses are refuted" in text
    assert "[First claim](stem.md#claim-second) | It is 3. | It holds for $`n \\lt 5`$. |" in text
    assert "- ?&nbsp;undecided: [First claim](stem.md#claim-third)" in text and "Too hard." in text
    assert "A title \\| with a bar" in text and "一个标题" in text
    assert text.count("#claim-first-claim)") == 1


def test_an_index_without_findings_says_none() -> None:
    text = index([record()])
    assert "None." in text and "## Not settled" not in text
