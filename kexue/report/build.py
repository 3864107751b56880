"""All files of a report, from the evidence of its articles: Markdown, plots, evidence records and the site.  Writes nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import graph, markdown, site
from .model import MAP, plot_file
from .site import ArticleData
from .words import LANGUAGES

SCHEMA = Path(__file__).parent / "evidence.schema.json"
SUFFIX = {"en": ".md", "zh": ".zh.md"}


def lay(value: Any, depth: int = 0, width: int = 120) -> str:
    """JSON with sorted keys in which every value that fits stands on one line: stable bytes, readable differences."""
    flat = json.dumps(value, ensure_ascii=False, sort_keys=True)
    if len(flat) + depth <= width or not isinstance(value, (dict, list)) or not value:
        return flat
    pad = "\n" + " " * (depth + 1)
    if isinstance(value, list):
        return "[" + pad + ("," + pad).join(lay(v, depth + 1, width) for v in value) + "\n" + " " * depth + "]"
    rows = (f"{json.dumps(k, ensure_ascii=False)}: {lay(value[k], depth + 1, width)}" for k in sorted(value))
    return "{" + pad + ("," + pad).join(rows) + "\n" + " " * depth + "}"


def of_article(item: ArticleData) -> dict[str, bytes]:
    """The committed files of one article, by name inside the report folder."""
    files: dict[str, str] = {}
    rows = [*item.numerics, *item.measured]
    for lang in LANGUAGES:
        files[item.stem + SUFFIX[lang]] = markdown.article_page(
            item.stem, item.article, list(item.records), rows, list(item.plots), lang, item.experiments, item.data)
    for plot in item.plots:
        files[f"plots/{plot_file(item.stem, plot)}"] = plot["svg"]
    for record in item.records:
        files[f"evidence/{record['id']}.json"] = lay(record) + "\n"
    return {name: text.encode() for name, text in files.items()}


def of_library(articles: Sequence[ArticleData]) -> dict[str, bytes]:
    """The committed files of the whole report: those of every article, the two index pages and the schema of the records."""
    files = {"evidence.schema.json": SCHEMA.read_bytes()}
    for lang in LANGUAGES:
        files["README" + SUFFIX[lang]] = markdown.index_page(articles, lang).encode()
        records = [r for a in articles for r in a.records]
        files[MAP[lang]] = graph.svg(records, {a.stem: a.article.title for a in articles}, lang).encode()
    for item in articles:
        files |= of_article(item)
    return files


def of_site(articles: Sequence[ArticleData]) -> dict[str, bytes]:
    """The pages of the site, by name inside the report folder."""
    return {f"site/{name}": page if isinstance(page, bytes) else page.encode() for name, page in site.pages(articles).items()}
