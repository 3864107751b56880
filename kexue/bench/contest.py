"""One contest: all contestants of one function at one size, dtype and device, checked, timed and judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .. import devices as dev
from . import compare
from .arrays import ANOTHER_FUNCTION, SEED, Reference, bind, draw, first_result, limits
from .offers import Offer, size_text
from .timing import QUICK_SAMPLE, SAMPLE, Clock, Runner, calibrate, interleave, number_of_rounds

SLOW = 10.0  # seconds of the first call, imports included: beyond them no second run in float64
LIMIT = "limit: "


@dataclass(frozen=True)
class Entry:
    """What is to be measured."""

    offer: Offer
    size: Any
    dtype: str
    device: str
    quick: bool

    @property
    def name(self) -> str:
        return f"{self.offer.stem}.{self.offer.function} {size_text(self.size)} {self.dtype} {self.device}"


def entries(offers: list[Offer], devices: list[str], dtypes: list[str], quick: bool) -> Iterator[Entry]:
    """All sizes of every function, the smallest alone with `quick`."""
    for offer in offers:
        for size in offer.sizes[:1] if quick else offer.sizes:
            for device in devices:
                for dtype in dtypes:
                    yield Entry(offer, size, dtype, device, quick)


def _examine(entry: Entry, args: tuple[Any, ...]) -> tuple[dict[str, Any], list[dict[str, Any]], list[Runner]]:
    """Every contestant once: its result against the reference.  One that raises keeps the reason and drops out."""
    offer, rows, runners = entry.offer, [], []
    reference = Reference(offer, args, entry.dtype, entry.device)
    for name, call, peers in offer.contestants():
        row: dict[str, Any] = {
            "contestant": name,
            "role": offer.role(name),
            "peer": bool(peers),
            "peer_names": [p for p in peers if p != name],
            "state": "measured",
            "reason": None,
            "error": None,
            "double_error": None,
            "another": False,
        }
        rows.append(row)
        if call is None:
            row["state"] = "not installed"
            continue
        try:
            bound = bind(call, args, entry.dtype, entry.device)
            value, seconds = first_result(bound)
            row["error"] = reference.error(value, name)
            if row["role"] == "peer" and seconds < SLOW:
                row["double_error"] = reference.double_error(call)
                # not "<": a result that is not finite is not the function either
                row["another"] = not row["double_error"] <= ANOTHER_FUNCTION
        except Exception as error:  # whatever a foreign package raises is shown in its row, and the others go on
            row["state"], row["reason"] = "failed", f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
            continue
        row["first_call"] = seconds
        runners.append(Runner(name, bound))
    return reference.record(), rows, runners


def measure(entry: Entry) -> tuple[dict[str, Any], dict[str, list[float]], dict[str, int]]:
    """(the record of the contest, seconds per call of every contestant and round, calls per sample)."""
    offer = entry.offer
    args = draw(offer, entry.size, entry.dtype, entry.device)
    reference, rows, runners = _examine(entry, args)
    work = offer.work(entry.size, dev.dtype_of(entry.dtype).itemsize) if offer.work else None
    scales: dict[str, float] = {}
    for name, (call, scale) in (limits(work, entry.dtype, entry.device) if work else {}).items():
        scales[name] = scale
        runners.append(Runner(LIMIT + name, call))
    clock = Clock(entry.device)
    for runner in runners:
        calibrate(runner, clock, QUICK_SAMPLE if entry.quick else SAMPLE)
    rounds = number_of_rounds(runners, entry.quick)
    interleave(runners, clock, rounds, SEED)
    by_name = {r.name: r for r in runners}
    contest: dict[str, Any] = {
        "name": entry.name,
        "stem": offer.stem,
        "function": offer.function,
        "size": size_text(entry.size),
        "dtype": entry.dtype,
        "device": entry.device,
        "rounds": rounds,
        "bytes": work["bytes"] if work else None,
        "flop": work["flop"] if work else None,
        "reference": reference,
        "rows": rows,
    }
    for row in rows:
        if row["state"] == "measured":
            runner = by_name[row["contestant"]]
            row["repeats"], row["other_threads"] = runner.repeats, round(runner.other_threads, 3)
    samples = {r.name: r.seconds for r in runners if not r.name.startswith(LIMIT)}
    compare.judge(contest, samples, {k: [scale * t for t in by_name[LIMIT + k].seconds] for k, scale in scales.items()})
    return contest, samples, {k: by_name[k].repeats for k in samples}
