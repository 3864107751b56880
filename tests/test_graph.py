"""The map of the claims: nodes and edges from evidence records, and a picture that is XML and in which nothing lies on anything else."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest

from kexue.formula import eq, real, to_data
from kexue.report.graph import graph, lemmas, places, short, svg

x = real("x")
LEMMA = [[], to_data(eq(x, x))]
USING = {"rule": "using", "lemmas": [{"goal": LEMMA, "at": {}}], "then": {"rule": "normal", "value": "0"}}


def record(number: int, article: str, name: str, verdict: str = "proved", theorems: tuple[str, ...] = (), proof: Any = None) -> dict[str, Any]:
    return {"id": f"{article}.{name}", "article": article, "number": number, "title": {"en": f"Title of {name} <&>", "zh": f"{name} 的标题"},
            "verdict": verdict, "rests_on": [{"theorem": t, "source": f"source of {t}"} for t in theorems],
            "steps": [{"certificate": {"data": proof} if proof else None}]}


RECORDS = [record(2, "second", "b", "derived", ("Fubini", "Jensen")), record(1, "first", "a", proof={"rule": "chain", "first": USING, "second": USING}),
           record(2, "second", "c", "undecided", ("Fubini",), {"rule": "cases", "above": USING})]
TITLES = {"first": ("First", "第一"), "second": ("Second", "第二")}


def test_nodes_and_edges() -> None:
    g = graph(RECORDS)
    assert [n.key for n in g.nodes if n.kind == "claim"] == ["first.a", "second.b", "second.c"]
    assert [n.title["en"] for n in g.nodes if n.kind == "theorem"] == ["Fubini", "Jensen"]
    lemma, = (n for n in g.nodes if n.kind == "lemma")
    assert lemma.title["en"] == "x = x"
    assert set(g.edges) == {("first.a", lemma.key), ("second.c", lemma.key), ("second.b", "theorem:Fubini"), ("second.b", "theorem:Jensen"),
                            ("second.c", "theorem:Fubini")}


def test_a_lemma_is_the_same_wherever_it_is_used() -> None:
    assert len(set(lemmas([USING, {"rule": "chain", "first": USING}]))) == 1
    assert list(lemmas({"rule": "normal", "value": "0"})) == []


def test_no_two_nodes_of_a_column_overlap() -> None:
    many = [record(k, f"a{k}", "x", theorems=(f"T{k}", "shared")) for k in range(1, 30)]
    g = graph(many)
    at, high = places(g)
    for kind in ("claim", "lemma", "theorem"):
        ys = sorted(at[n.key] for n in g.nodes if n.kind == kind)
        assert all(b - a >= 20 for a, b in zip(ys, ys[1:], strict=False))
        assert not ys or ys[-1] < high


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_picture(lang: str) -> None:
    picture = svg(RECORDS, TITLES, lang, links=True)
    root = ElementTree.fromstring(picture)
    assert root.tag.endswith("svg")
    assert picture == svg(list(reversed(RECORDS))[::-1], TITLES, lang, links=True)
    assert len(re.findall(r'<path class="e"', picture)) == 5
    assert f'href="second.{lang}.html#claim-c"' in picture
    assert "undecided" in picture if lang == "en" else "未定" in picture


def test_words_are_cut_to_the_room_there_is() -> None:
    assert short("abc", 3) == "abc" and short("abcd", 3) == "abc…" and short("中文", 3) == "中…"
