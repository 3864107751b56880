"""The map of the claims: which lemmas and which theorems of the literature each claim rests on, as data and as SVG.

Nodes are claims (in the order of the articles), lemmas (proved once inside a certificate and used as a hypothesis) and cited
theorems; an edge goes from what rests to what it rests on.  The fill of a claim says its verdict, and so does its mark."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any, NamedTuple

from ..certificates import Goal
from ..printing import text
from .model import Record, by_article, pick, slug
from .words import MARKS, VERDICTS, say

ROW, HEAD, GAP, TOP = 22, 30, 12, 64
LEFT, MIDDLE, RIGHT, WIDE = (16, 500), (590, 860), (950, 1384), 1400
FILLS = {"proved": ("#d5efdd", "#1d5134"), "derived": ("#d9e8fa", "#1f4468"), "supported": ("#f6ead0", "#5c4714"), "refuted": ("#f8d9d6", "#6d2b25"),
         "undecided": ("#e6e6e9", "#45474d"), "vacuous": ("#e6e6e9", "#45474d"), "unreadable": ("#e6e6e9", "#45474d")}


class Node(NamedTuple):
    """kind: claim, lemma or theorem; key: its id; title: what is written on it; verdict: of a claim; group: its article, or the source."""

    kind: str
    key: str
    title: dict[str, str]
    verdict: str = ""
    group: str = ""


class Graph(NamedTuple):
    nodes: tuple[Node, ...]
    edges: tuple[tuple[str, str], ...]  # (what rests, on what)


def lemmas(data: Any) -> Iterator[tuple[str, str]]:
    """(key, formula) of every lemma that a certificate proves and uses."""
    if isinstance(data, dict):
        if data.get("rule") == "using":
            for lemma in data["lemmas"]:
                key = hashlib.sha256(json.dumps(lemma["goal"], sort_keys=True).encode()).hexdigest()[:12]
                yield "lemma:" + key, text(Goal.of(lemma["goal"]).claim)
        for value in data.values():
            yield from lemmas(value)
    elif isinstance(data, list):
        for value in data:
            yield from lemmas(value)


def graph(records: Iterable[Record]) -> Graph:
    """The nodes and edges of evidence records; claims first, then lemmas and theorems in order of first use."""
    claims: list[Node] = []
    found: dict[str, Node] = {}
    edges: dict[tuple[str, str], None] = {}
    for stem, group in by_article(records).items():
        for r in group:
            claims.append(Node("claim", r["id"], r["title"], r["verdict"], stem))
            for step in r["steps"]:
                for key, formula in lemmas(step["certificate"]["data"] if step["certificate"] else None):
                    found.setdefault(key, Node("lemma", key, {"en": formula, "zh": formula}))
                    edges[r["id"], key] = None
            for t in r["rests_on"]:
                key = "theorem:" + str(t["theorem"])
                name = t["theorem"]
                found.setdefault(key, Node("theorem", key, {lang: pick(name, lang) for lang in ("en", "zh")}, group=str(t["source"])))
                edges[r["id"], key] = None
    return Graph((*claims, *sorted(found.values(), key=lambda n: n.kind)), tuple(edges))


def short(words: str, width: int) -> str:
    """At most `width` columns; a Chinese character takes two."""
    out, used = "", 0
    for c in words:
        used += 2 if ord(c) > 0x2E7F else 1
        if used > width:
            return out.rstrip() + "…"
        out += c
    return out


def places(g: Graph) -> tuple[dict[str, float], int]:
    """The height of each node, and of the picture: lemmas and theorems near the claims that rest on them, none on another."""
    at: dict[str, float] = {}
    y, group = float(TOP), None
    for n in (n for n in g.nodes if n.kind == "claim"):
        if n.group != group:
            y, group = y + (GAP + HEAD if group is not None else HEAD), n.group
        at[n.key] = y
        y += ROW
    bottom = y
    for kind in ("lemma", "theorem"):
        wanted = []
        for n in (n for n in g.nodes if n.kind == kind):
            users = [at[a] for a, b in g.edges if b == n.key]
            wanted.append((sum(users) / len(users), n.key))
        y = TOP + HEAD
        for middle, key in sorted(wanted):
            at[key] = max(y, min(middle, bottom))
            y = at[key] + ROW + 2
        bottom = max(bottom, y)
    return at, int(bottom + GAP)


def svg(records: Sequence[Record], titles: dict[str, Any], lang: str = "en", links: bool = False) -> str:
    """The picture.  titles: article titles by stem; links: claims point at the pages of the site."""
    g = graph(records)
    at, high = places(g)
    known = {r["id"]: r for r in records}
    ink = "".join(f".v-{v} rect{{fill:{light}}}" for v, (light, _) in FILLS.items())
    dark = "".join(f".v-{v} rect{{fill:{deep}}}" for v, (_, deep) in FILLS.items())
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {high}" width="{WIDE}" height="{high}" '
           f'role="img" class="map" lang="{lang}">',
           f"<title>{escape(say('map.title', lang))}</title>",
           "<style>.map{font:13px 'Noto Sans','Noto Sans CJK SC',sans-serif;color:#1b1f24}.map text{fill:currentColor}"
           ".map rect{fill:none;stroke:#8a929c;stroke-width:.8}"
           f".map .e{{fill:none;stroke:#8a929c;stroke-width:.9;opacity:.65}}.map .h{{font-weight:600}}"
           f".v-lemma rect,.v-theorem rect{{fill:var(--paper,#fff)}}{ink}"
           f"@media(prefers-color-scheme:dark){{.map{{color:#e8eaed}}.v-lemma rect,.v-theorem rect{{fill:var(--paper,#15181c)}}{dark}}}</style>"]
    for a, b in g.edges:
        x0, x1 = LEFT[1], (MIDDLE if b.startswith("lemma:") else RIGHT)[0]
        y0, y1, bend = at[a] + ROW / 2 - 1, at[b] + ROW / 2 - 1, (x1 - x0) / 2
        out.append(f'<path class="e" d="M{x0} {y0:.1f}C{x0 + bend:.0f} {y0:.1f} {x1 - bend:.0f} {y1:.1f} {x1} {y1:.1f}"/>')
    heads = [("claims", LEFT), ("map.theorems", RIGHT)] + ([("map.lemmas", MIDDLE)] if any(n.kind == "lemma" for n in g.nodes) else [])
    out += [f'<text class="h" x="{x}" y="20">{escape(say(key, lang))}</text>' for key, (x, _) in heads]
    x = LEFT[0]
    for v in VERDICTS:
        if any(n.verdict == v for n in g.nodes):
            label = f"{MARKS[v]} {say('verdict.' + v, lang)}"
            wide = 16 + 8 * len(label) if lang == "en" else 20 + 13 * len(label)
            out.append(f'<g class="v-{v}"><rect x="{x}" y="30" width="{wide}" height="{ROW - 3}" rx="3"/>'
                       f'<text x="{x + 8}" y="44">{escape(label)}</text></g>')
            x += wide + 10
    group = None
    for n in g.nodes:
        y = at[n.key]
        if n.kind == "claim" and n.group != group:
            group = n.group
            out.append(f'<text class="h" x="{LEFT[0]}" y="{y - 8:.1f}">{escape(short(pick(titles[group], lang), 66))}</text>')
        (x0, x1), width = {"claim": (LEFT, 60), "lemma": (MIDDLE, 34), "theorem": (RIGHT, 58)}[n.kind]
        words = pick(n.title, lang)
        label = f"{MARKS[n.verdict]} {short(words, width)}" if n.kind == "claim" else short(words, width)
        box = (f'<g class="v-{n.verdict or n.kind}"><title>{escape(words + (" — " + n.group if n.kind == "theorem" else ""))}</title>'
               f'<rect x="{x0}" y="{y:.1f}" width="{x1 - x0}" height="{ROW - 3}" rx="3"/>'
               f'<text x="{x0 + 7}" y="{y + 14:.1f}">{escape(label)}</text></g>')
        href = f"{n.group}.{lang}.html#{slug(known[n.key])}" if links and n.kind == "claim" else ""
        out.append(f'<a href="{escape(href)}">{box}</a>' if href else box)
    return "\n".join([*out, "</svg>\n"])
