"""What pytest collects in a bench run: one item per contestant (see `plugin`)."""

from __future__ import annotations

from typing import Any

import pytest

from .contest import Entry
from .plugin import Session, recorded


pytestmark = pytest.mark.benchmark(timer=recorded)


def contest(benchmark: Any, bench: Session, entry: Entry, contestant: str) -> None:
    """The samples of one contestant, measured in the interleaved loop of its contest, into pytest-benchmark."""
    record = bench.measured(entry)
    if record is None:
        pytest.skip("the contest could not be held")
        return
    row = next(r for r in record["rows"] if r["contestant"] == contestant)
    if row["state"] != "measured":
        pytest.skip(row["state"] if row["reason"] is None else f"{row['state']}: {row['reason']}")
    samples, repeats = bench.samples[entry.name]
    benchmark.group, benchmark.name = record["name"], f"{record['name']} {contestant}"
    benchmark.extra_info.update(
        {k: row.get(k) for k in ("error", "vs_straightforward", "vs_peer", "of_limit")},
        bytes=record["bytes"],
        flop=record["flop"],
    )
    recorded.replay(benchmark, samples[contestant], repeats[contestant])
