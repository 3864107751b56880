"""From the samples of one interleaved run to medians, ratios and their intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

# rounds -> k: the interval from the k-th smallest to the k-th largest of that many independent values covers their
# median with probability 1 - 2 sum_{i<k} C(n, i)/2^n, which is 96.1, 96.5 and 97.3 percent
ORDER = {9: 2, 15: 4, 21: 6}

Row = dict[str, Any]


def ratio(above: Sequence[float], below: Sequence[float]) -> list[float]:
    """[median, low, high] of above[i]/below[i], round by round; ValueError unless their number is in `ORDER`."""
    if len(above) != len(below) or len(above) not in ORDER:
        raise ValueError(f"ratios need {', '.join(map(str, ORDER))} paired rounds, not {len(above)} and {len(below)}")
    ordered = sorted(p / q for p, q in zip(above, below, strict=True))
    k = ORDER[len(ordered)]
    return [median(ordered), ordered[k - 1], ordered[-k]]


def verdict(interval: Sequence[float]) -> str:
    """`faster`, `slower` or `even`: what the whole interval says."""
    return "faster" if interval[1] > 1 else "slower" if interval[2] < 1 else "even"


def roofline(limits: Mapping[str, Sequence[float]]) -> tuple[list[float], str]:
    """Per round the time that the machine needs for the work alone, and which limit gives it.

    `copy` and `triad` move the same bytes: the quicker counts.  Moving and multiplying may overlap: the longer counts.
    """
    moving = min(("copy", "triad"), key=lambda k: median(limits[k]))
    by = max((moving, "gemm"), key=lambda k: median(limits[k]))
    return [max(min(c, t), g) for c, t, g in zip(limits["copy"], limits["triad"], limits["gemm"], strict=True)], by


def judge(contest: dict[str, Any], samples: dict[str, list[float]], limits: dict[str, list[float]]) -> None:
    """Write medians, ratios and the fraction of the limit into `contest`; rows not measured keep their reason.

    `samples`: seconds per call of every measured row; `limits`: those of copy, triad and gemm (empty: work unknown).
    """
    from pytest_benchmark.stats import Stats

    rows: list[Row] = [r for r in contest["rows"] if r["state"] == "measured"]
    for row in rows:
        stats = Stats()  # the median and quartiles that pytest-benchmark stores
        for seconds in samples[row["contestant"]]:
            stats.update(seconds)
        row["median"], row["iqr"] = stats.median, stats.iqr
    peers = [r for r in rows if r["peer"]]
    # the quickest peer that computes the same function; where none does, the quickest
    best = min([r for r in peers if not r["another"]] or peers, key=lambda r: float(r["median"]), default=None)
    naive = next((r for r in rows if r["role"] == "straightforward"), None)
    roof: list[float] = []
    contest["limit"] = None
    if limits:
        roof, by = roofline(limits)
        contest["limit"] = {**{k: median(v) for k, v in limits.items()}, "roof": median(roof), "by": by}
    contest["best_peer"] = best["contestant"] if best else None
    for row in rows:
        own = samples[row["contestant"]]
        for key, against in (("vs_straightforward", naive), ("vs_peer", best)):
            row[key] = (
                ratio(samples[against["contestant"]], own) if against is not None and against is not row else None
            )
        row["of_limit"] = ratio(roof, own) if roof else None


def findings(contests: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """How every good form did against the best peer and, where that is another, against the straightforward form.

    {"faster": [...], "even": [...], "slower": [...]}, each entry {contest, row, against, other, ratio}.
    """
    found: dict[str, list[dict[str, Any]]] = {"faster": [], "even": [], "slower": []}
    for contest in contests:
        for row in contest["rows"]:
            if row["role"] != "good" or row["state"] != "measured":
                continue
            straight = next((r["contestant"] for r in contest["rows"] if r["role"] == "straightforward"), None)
            for key, name in (("vs_peer", contest["best_peer"]), ("vs_straightforward", straight)):
                if row[key] and not (key == "vs_straightforward" and name == contest["best_peer"]):
                    other = next(r for r in contest["rows"] if r["contestant"] == name)
                    found[verdict(row[key])].append(
                        {"contest": contest, "row": row, "against": key, "other": other, "ratio": row[key]}
                    )
    return found
