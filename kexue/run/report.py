"""`kexue report` from end to end: judge what has changed, hold it against expectation, write everything or nothing.

A report that nothing has changed for is recognised by hashes alone: no proof file, no library of mathematics is loaded.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..messages import VERDICTS
from .cache import Cache, digest, engine, texts, versions
from .write import MARK, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..collect import Library
    from ..report.site import ArticleData
    from .judge import Judged, Options


@dataclass(frozen=True)
class Summary:
    """What a run came to: verdicts by name, near-misses refuted, files of the report, names of those that were rewritten."""

    claims: int
    verdicts: dict[str, int]
    misses: int
    files: int
    changed: tuple[str, ...] = ()

    def data(self) -> dict[str, Any]:
        return {"claims": self.claims, "verdicts": self.verdicts, "misses": self.misses, "files": self.files}


# --------------------------------------------------------------------------------------------------------- up to date?
def inputs(library: Library, out: Path) -> list[Any]:
    """Hashes of everything a report depends on besides the engine: proof and numerics files, and what GPUs have measured."""
    files = [p for kind in ("proofs", "numerics") for p in (library.root / kind).glob("*.py")]
    return [texts(library.root, files), texts(out, (out / "measured").glob("*.json")) if out.is_dir() else []]


def whole_key(library: Library, out: Path, stem: str | None, options: Options) -> str:
    return digest("report", inputs(library, out), engine(True), versions(), stem, list(options.dtypes), list(options.devices))


def up_to_date(library: Library, out: Path, stem: str | None, options: Options, cache: Cache) -> Summary | None:
    """The summary of the last run when nothing it depends on and none of the files it wrote has changed since."""
    if options.devices != ("cpu",) or options.data:
        return None
    known = cache.get(whole_key(library, out, stem, options))
    if known is None:
        return None
    for name, want in known["files"].items():
        path = out / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != want:
            return None
    if stem is None and superfluous(out, known["files"]):
        return None
    return Summary(**known["summary"])


# -------------------------------------------------------------------------------------------------------------- parts
def superfluous(out: Path, files: Any, stem: str | None = None) -> list[str]:
    """Files of earlier reports that this one does not have: evidence, plots, site pages, and pages of articles that are gone.

    Nothing else in the folder is ever touched.  With a stem, only files of that article count."""
    old = [p.relative_to(out).as_posix() for p in sorted(out.glob("evidence/*.json")) + sorted(out.glob("plots/*.svg"))]
    if stem is None:
        old += [p.relative_to(out).as_posix() for p in sorted((out / "site").rglob("*")) if p.is_file() and MARK not in p.name]
        gone = {Path(name).name.partition(".")[0] for name in old if name.startswith("evidence/")}
        old += [page for s in sorted(gone) for page in (f"{s}.md", f"{s}.zh.md") if (out / page).is_file()]
    else:
        old = [name for name in old if Path(name).name.startswith((f"{stem}.", f"{stem}-"))]
    return [name for name in old if name not in files]


def verdicts_before(out: Path) -> dict[str, str]:
    """The verdicts of the last report by claim id; records that cannot be read say nothing."""
    found = {}
    for path in sorted((out / "evidence").glob("*.json")):
        try:
            record = json.loads(path.read_bytes())
            found[str(record["id"])] = str(record["verdict"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return found


def measured(out: Path, stem: str) -> list[dict[str, Any]]:
    """What GPUs have measured for an article, from reports/measured/: rows with device_name, versions and date.

    Raises Complaint when the file is not what `kexue report --device cuda` writes."""
    from ..collect import Complaint
    path = out / "measured" / f"{stem}.json"
    if not path.is_file():
        return []
    try:
        known = json.loads(path.read_bytes())
        head = {k: known[k] for k in ("device_name", "versions", "date")}
        return [row | head for row in known["rows"]]
    except (ValueError, KeyError, TypeError) as err:
        raise Complaint("unreadable-file", path, 0, error=err) from err


def experimented(out: Path, stem: str) -> dict[str, Any] | None:
    """What the experiments of an article gave on real data, from reports/measured/: results, versions and date; None if they were not run.

    Raises Complaint when the file is not what `kexue report --data-dir` writes."""
    from ..collect import Complaint
    path = out / "measured" / f"{stem}.data.json"
    if not path.is_file():
        return None
    try:
        known = json.loads(path.read_bytes())
        return {k: known[k] for k in ("results", "versions", "date")}
    except (ValueError, KeyError, TypeError) as err:
        raise Complaint("unreadable-file", path, 0, error=err) from err


def measurement(rows: Sequence[dict[str, Any]], machine: dict[str, Any]) -> bytes:
    """The file reports/measured/STEM.json: the rows a GPU gave, with the device, the versions and the day."""
    from ..report.build import lay
    device = next(d for d in machine["devices"] if d != "cpu")
    kept = [row | {"device": row["device"].partition(":")[0]} for row in rows]
    return (lay({"device_name": machine["versions"][device], "date": datetime.now(UTC).date().isoformat(), "rows": kept,
                 "versions": {k: v for k, v in machine["versions"].items() if k != device}}) + "\n").encode()


def data(judged: Judged, known: Sequence[dict[str, Any]], real: dict[str, Any] | None = None) -> ArticleData:
    """The evidence of one article in the form the pages are made from."""
    from ..report.site import ArticleData
    found = judged.found
    cpu = [row for row in judged.rows if row["device"] == "cpu"]
    return ArticleData(found.stem, found.article, judged.records, cpu, tuple(known), judged.plots, judged.experiments, real)


# ------------------------------------------------------------------------------------------------------------ the whole
@dataclass(frozen=True)
class Built:
    """The files of a report by name, what they say, and the files of the last one that have no place in it."""

    files: dict[str, bytes]
    remove: list[str]
    summary: Summary
    key: str


def build(library: Library, out: Path, stem: str | None, options: Options, cache: Cache) -> Built:
    """Judge and lay out; raises Complaint or Complaints when something has to be mended first.  Writes nothing but the cache."""
    from ..collect import Complaint, Complaints, articles
    from ..report import build as layout
    from .judge import judge, require_devices, shortfalls
    before = inputs(library, out)
    found = articles(library.root, stem)
    if not found:
        raise Complaint("nothing", library.root)
    machine = require_devices(options, str(library.root)) if options.devices != ("cpu",) else {}
    judged = judge(found, options, cache)
    if inputs(library, out) != before:
        raise Complaint("changed", library.root / "proofs")
    earlier = verdicts_before(out)
    wrong = [complaint for item in judged for complaint in shortfalls(item, earlier, options.lang)]
    if wrong:
        raise Complaints(wrong)
    fresh: dict[str, bytes] = {}
    items = []
    for item in judged:
        gpu = [row for row in item.rows if row["device"] != "cpu"]
        known = measured(out, item.found.stem)
        if gpu:
            text = measurement(gpu, machine)
            fresh[f"measured/{item.found.stem}.json"] = text
            kept = json.loads(text)
            known = [row | {k: kept[k] for k in ("device_name", "versions", "date")} for row in kept["rows"]]
        real = experimented(out, item.found.stem)
        if item.data:
            from ..devices import versions as of
            real = {"results": list(item.data), "versions": of(), "date": datetime.now(UTC).date().isoformat()}
            fresh[f"measured/{item.found.stem}.data.json"] = (layout.lay(real) + "\n").encode()
        items.append(data(item, known, real))
    site = layout.of_site(items)
    if stem is None:
        files = layout.of_library(items) | site | fresh
    else:  # one article: its own pages, and of the site only what belongs to it
        files = layout.of_article(items[0]) | {n: b for n, b in site.items() if "index" not in n} | fresh
    records = [r for item in items for r in item.records]
    counted = Counter(r["verdict"] for r in records)
    summary = Summary(len(records), {v: counted[v] for v in VERDICTS if counted[v]},
                      sum(r["near_miss"]["verdict"] == "refuted" for r in records), len(files))
    return Built(files, superfluous(out, files, stem), summary, whole_key(library, out, stem, options))


def publish(built: Built, out: Path, cache: Cache) -> Summary:
    """Write a built report, and remember what was written; raises Complaint when the folder cannot be written."""
    changed = write(out, built.files, built.remove)
    hashes = {name: hashlib.sha256(body).hexdigest() for name, body in built.files.items()}
    cache.put(built.key, {"files": hashes, "summary": built.summary.data()})
    cache.sweep()
    s = built.summary
    return Summary(s.claims, s.verdicts, s.misses, s.files, tuple(changed))


def differences(built: Built, out: Path) -> list[tuple[str, str]]:
    """(message key, file) for every committed file that is not byte for byte what was built.  The site is not committed."""
    wrong = []
    for name, body in built.files.items():
        if not name.startswith(("site/", "measured/")):
            path = out / name
            if not path.is_file():
                wrong.append(("missing", name))
            elif path.read_bytes() != body:
                wrong.append(("differs", name))
    return wrong + [("superfluous", name) for name in built.remove if not name.startswith("site/")]
