"""The benchmarks: their arithmetic, their interleaving, what they refuse, and one quick run so that they cannot rot."""

from __future__ import annotations

import csv
import json
import math
import os
import platform
import re
import signal
import subprocess
import sys
from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kexue import bench
from kexue.bench import arrays, compare, machine, offers, page, table, timing, words

NUMERICS = """
import mpmath as mp
import torch

def torch_twice__naive(x):
    return x + x

def torch_twice__good(x):
    return 2 * x

def ref_twice(x):
    return [[2 * v for v in row] for row in x]

sizes_twice = [(8, 4), (4096, 64)]

def inputs_twice(size, dtype, device, generator):
    return torch.randn(size, device=device, generator=generator).to(dtype),

def work_twice(size, itemsize):
    return {"bytes": 2 * size[0] * size[1] * itemsize, "flop": size[0] * size[1]}

def broken(x):
    raise RuntimeError("no such kernel")

def peers_twice():
    return {"same": torch_twice__naive, "wrong": lambda x: 2 * x + 0.5, "not finite": lambda x: x / 0, "absent": None,
            "broken": broken, "right": lambda x: torch.add(x, x)}

def torch_untimed__good(x):
    return x
"""


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library with one small numerics file, as working directory."""
    (tmp_path / "proofs").mkdir()
    (tmp_path / "numerics").mkdir()
    (tmp_path / "pyproject.toml").write_text("[tool.kexue]\n")
    (tmp_path / "numerics" / "twice.py").write_text(NUMERICS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


# -------------------------------------------------------------------------------- arithmetic
@pytest.mark.parametrize("rounds", sorted(compare.ORDER))
def test_the_interval_covers_the_median_and_the_next_narrower_one_does_not(rounds: int) -> None:
    def coverage(k: int) -> float:
        return 1 - 2 * sum(math.comb(rounds, i) for i in range(k)) / 2**rounds

    assert coverage(compare.ORDER[rounds]) >= 0.95 > coverage(compare.ORDER[rounds] + 1)


def test_a_ratio_pairs_the_rounds() -> None:
    below = [float(2**i) for i in range(9)]
    drifting = [r * t for r, t in zip([9, 1, 5, 4, 6, 2, 8, 3, 7], below, strict=True)]
    assert compare.ratio(drifting, below) == [5, 2, 8]  # the drift by 2^8 leaves no trace
    with pytest.raises(ValueError, match="9, 15, 21"):
        compare.ratio([1.0] * 5, [1.0] * 5)


def test_the_verdict_needs_the_whole_interval() -> None:
    assert [compare.verdict(i) for i in ([1.2, 1.1, 1.3], [1.2, 0.9, 1.3], [0.8, 0.7, 0.9])] == [
        "faster",
        "even",
        "slower",
    ]


def test_the_limit_is_the_slower_of_the_quicker_mover_and_the_multiplier() -> None:
    assert compare.roofline({"copy": [2.0], "triad": [3.0], "gemm": [1.0]}) == ([2.0], "copy")
    assert compare.roofline({"copy": [2.0], "triad": [1.0], "gemm": [1.5]}) == ([1.5], "gemm")


def _row(name: str, role: str, **more: Any) -> dict[str, Any]:
    return {"contestant": name, "role": role, "peer": role == "peer", "state": "measured", "another": False, **more}


def test_a_quicker_peer_that_computes_something_else_is_best_only_alone() -> None:
    rows = [_row("good", "good"), _row("other", "peer", another=True), _row("same", "peer")]
    samples = {"good": [2.0] * 9, "other": [1.0] * 9, "same": [6.0] * 9}
    contest: dict[str, Any] = {"rows": rows}
    compare.judge(contest, samples, {})
    assert contest["best_peer"] == "same" and rows[0]["vs_peer"] == [3, 3, 3] and rows[0]["of_limit"] is None
    alone: dict[str, Any] = {"rows": rows[:2]}
    compare.judge(alone, samples, {})
    assert alone["best_peer"] == "other" and compare.findings([alone])["slower"][0]["ratio"] == [0.5, 0.5, 0.5]


# -------------------------------------------------------------------------------- interleaving
class Counting:
    """A clock on which every call takes `cost` seconds."""

    def __init__(self, cost: float) -> None:
        self.cost, self.log = cost, [""][:0]

    def __call__(self, runner: timing.Runner, repeats: int) -> float:
        self.log.append(runner.name)
        return self.cost * repeats


def test_each_round_holds_every_contestant_once_in_changing_order() -> None:
    clock, runners = Counting(1.0), [timing.Runner(name, lambda: None) for name in "abcd"]
    timing.interleave(runners, clock, 9, seed=1)  # type: ignore[arg-type]
    rounds = [tuple(clock.log[i : i + 4]) for i in range(0, 36, 4)]
    assert all(sorted(r) == list("abcd") for r in rounds) and len(set(rounds)) > 4
    assert all(len(r.seconds) == 9 for r in runners)


def test_calibration_reaches_the_sample_and_no_more_than_needed() -> None:
    runner = timing.Runner("a", lambda: None)
    timing.calibrate(runner, Counting(1e-3), 0.030)  # type: ignore[arg-type]
    assert 30 <= runner.repeats <= 40
    slow = timing.Runner("b", lambda: None)
    timing.calibrate(slow, Counting(2.0), 0.030)  # type: ignore[arg-type]
    assert slow.repeats == 1 and timing.number_of_rounds([slow, slow], quick=False) == 9


def test_work_in_another_thread_shows() -> None:
    import threading

    def elsewhere() -> None:
        worker = threading.Thread(target=lambda: sum(range(400_000)))
        worker.start()
        worker.join()

    runner = timing.Runner("a", elsewhere)
    timing.Clock("cpu")(runner, 3)
    assert runner.other_threads > 1.5


def test_a_gpu_is_timed_between_events_and_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    log: list[str] = []

    class Event:
        def __init__(self, enable_timing: bool) -> None:
            self.name = f"event {sum(e.startswith('new') for e in log)}"
            log.append("new")

        def record(self) -> None:
            log.append(self.name)

        def synchronize(self) -> None:
            log.append("wait")

        def elapsed_time(self, other: Any) -> float:
            return 250.0

    cuda = SimpleNamespace(device=lambda _: nullcontext(), Event=Event, synchronize=lambda: log.append("synchronize"))
    monkeypatch.setattr(timing.dev, "torch", lambda: SimpleNamespace(cuda=cuda))
    clock = timing.Clock("cuda:0")
    assert clock(timing.Runner("a", lambda: log.append("call")), 2) == 0.25
    assert log == ["new", "new", "synchronize", "event 0", "call", "call", "event 1", "wait"]


def test_a_wide_thread_pool_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "pools", lambda: [{"library": "openblas", "threads": 2}])
    with pytest.raises(offers.BenchError, match="openblas has 2"):
        machine.check_pinned()


# -------------------------------------------------------------------------------- offers and errors
def test_what_a_numerics_file_offers(library: Path) -> None:
    (offer,) = offers.offers("twice")
    assert offer.function == "twice" and offer.good == "good" and offer.role("naive") == "straightforward"
    names = {name: peers for name, _, peers in offer.contestants()}
    assert names["naive"] == ["same"] and "same" not in names  # one function, timed once, under both names
    assert [name for name, call, _ in offer.contestants() if call is None] == ["absent"]


def test_a_reference_says_what_it_is(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (offer,) = offers.offers("twice")
    for dtype, kind, budget, rows in (
        ("float32", "float64", 1.0, None),
        ("bfloat16", "float64", 0.0, 1),
        ("float64", "mpmath", 1.0, None),
        ("float64", "mpmath", 0.0, 1),
    ):
        monkeypatch.setattr(arrays, "MP_SECONDS", budget)
        args = arrays.draw(offer, (8, 4), dtype, "cpu")
        found = arrays.Reference(offer, args, dtype, "cpu")
        assert (found.kind, found.rows, found.mpmath_error) == (kind, rows, 0)
        assert found.error(2 * args[0], "good") == 0
        assert found.error(2.5 * args[0], "wrong") == pytest.approx(0.25, rel=0.1)
        assert math.isnan(found.error(args[0] / 0, "not finite") or 0)
    offer.reference = None
    own = arrays.Reference(offer, arrays.draw(offer, (8, 4), "float64", "cpu"), "float64", "cpu")
    assert own.kind == "self" and own.error(own.value, "good") is None and own.error(own.value, "naive") == 0


def test_a_function_that_mixes_its_rows_is_not_cut(library: Path) -> None:
    (offer,) = offers.offers("twice")
    offer.variants = {"good": lambda x: x.sum(0)}
    offer.reference = lambda x: [sum(c) for c in zip(*x, strict=True)]
    found = arrays.Reference(offer, arrays.draw(offer, (4096, 64), "float32", "cpu"), "float32", "cpu")
    assert found.mpmath_error is None and found.kind == "float64"


def test_refusals_are_one_line_and_name_the_cause(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blocked = library / "file"
    blocked.write_text("")
    for status, said, given in (
        (2, "numerics/thrice.py does not exist; there are: twice", {"stem": "thrice"}),
        (2, "'cuda:99' was asked for and is not there", {"devices": ("cuda:99",)}),
        (2, "dtype 'int8' is not one of", {"dtypes": ("int8",)}),
        (2, f"cannot write to {blocked}", {"out": blocked}),
    ):
        assert bench.main(**({"stem": None, "quick": True} | given)) == status  # type: ignore[arg-type]
        out, err = capsys.readouterr()
        assert said in err and err.count("\n") == 1 and out == ""


def test_a_file_that_does_not_import_is_named_with_its_line(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (library / "numerics" / "bad.py").write_text("import math\nmath.nothing\n")
    assert bench.main("bad", quick=True) == 1
    assert "numerics/bad.py:2" in capsys.readouterr().err
    (library / "numerics" / "bad.py").write_text("x = 1\n")
    assert bench.main("bad", quick=True) == 5


def test_the_process_that_asks_loads_no_torch() -> None:
    code = "import sys, kexue.bench; sys.exit(bool({'torch', 'sympy', 'numpy', 'pytest'} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", code], check=True, env=bench.child_environment())


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_an_interrupted_run_leaves_no_file(library: Path) -> None:
    code = "import sys; from kexue.bench import main; sys.exit(main(None))"
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=bench.child_environment(),
        start_new_session=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130 and "interrupted: nothing was written" in err and "Traceback" not in err
    assert not [p for p in (library / "reports").rglob("*") if p.is_file()]


# -------------------------------------------------------------------------------- whole runs
def test_peers_that_are_missing_fail_or_differ_stay_in_the_table(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = library / "out"
    assert bench.main("twice", ("cpu",), ("float32",), out, quick=True) == 0
    document = json.loads(next(out.glob("*.json")).read_text())
    (contest,) = document["contests"]
    assert contest["size"] == "8x4"
    rows = {r["contestant"]: r for r in contest["rows"]}
    assert {n: r["state"] for n, r in rows.items()} == {
        "naive": "measured",
        "good": "measured",
        "wrong": "measured",
        "not finite": "measured",
        "absent": "not installed",
        "broken": "failed",
        "right": "measured",
    }
    assert [n for n, r in rows.items() if r["another"]] == ["wrong", "not finite"]
    assert contest["best_peer"] in ("naive", "right") and rows["naive"]["peer_names"] == ["same"]
    assert rows["good"]["error"] == 0 and rows["wrong"]["error"] > 0.05
    # pytest-benchmark keeps the very samples of the interleaved loop
    stored = {b["name"]: b["stats"] for b in document["benchmarks"]}
    assert len(stored) == 5
    for name, row in rows.items():
        if row["state"] == "measured":
            stats = stored[f"{contest['name']} {name}"]
            assert stats["rounds"] == len(stats["data"]) == 9 and stats["iterations"] == row["repeats"]
            assert stats["median"] == pytest.approx(row["median"], rel=1e-9)
    shown = capsys.readouterr().out
    assert "not installed" in shown and "RuntimeError: no such kernel" in shown and "\x1b" not in shown
    assert "\u2502" not in shown and shown.index("Slower") < shown.index("Faster")
    for file in out.glob("*.md"):
        text = file.read_text()
        assert "no such kernel" in text and "absent" in text


def test_an_implementation_that_fails_is_status_1(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = library / "numerics" / "twice.py"
    file.write_text(NUMERICS.replace("return 2 * x", "raise ArithmeticError('nothing')"))
    assert bench.main("twice", quick=True) == 1
    assert "twice.twice 8x4 float32 cpu: ArithmeticError: nothing" in capsys.readouterr().err


def test_the_benchmarks_of_the_library_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).resolve().parent.parent)
    assert bench.main(None, ("cpu",), ("float32",), tmp_path, quick=True) == 0
    files = {p.suffix: p for p in sorted(tmp_path.iterdir(), reverse=True) if p.is_file()}
    document = json.loads(files[".json"].read_text())
    expected = {p.stem for p in Path("numerics").glob("*.py") if "\nsizes_" in p.read_text(encoding="utf-8")}
    assert {c["stem"] for c in document["contests"]} == expected
    assert (
        all(p["threads"] == 1 for p in document["machine_info"]["pools"])
        and document["machine_info"]["torch_threads"] == 1
    )
    for contest in document["contests"]:
        good = next(r for r in contest["rows"] if r["role"] == "good")
        most = 1 / 9 + 1e-6 if contest["name"].startswith("mitchell.") else 1e-5  # Mitchell's product is an approximation, and how far off is its point
        assert good["error"] is not None and good["error"] < most, contest[
            "name"
        ]  # float32, some of them sums of thousands of terms
        assert contest["limit"] is not None and good["of_limit"][1] <= good["of_limit"][0] <= good["of_limit"][2]
    rows = list(csv.DictReader(files[".csv"].read_text().splitlines()))
    assert {r["metric"] for r in rows} >= {"median", "iqr", "error", "vs_straightforward", "vs_peer", "of_limit"}
    english, chinese = (sorted(tmp_path.glob("*.md"))[i].read_text() for i in (0, 1))
    assert Counter(english)["|"] == Counter(chinese)["|"]  # the same tables in both
    for text in (english, chinese, files[".json"].read_text(), files[".csv"].read_text()):
        assert "contests.py" not in text and "kexue-bench-" not in text  # nor paths of the measuring process
        assert not re.search(rf"\b{re.escape(platform.node())}\b", text) and str(Path.cwd()) not in text and str(tmp_path) not in text
        assert os.path.expanduser("~") not in text.replace("/ ", "")


# -------------------------------------------------------------------------------- words
def test_both_languages_fill_the_same_places() -> None:
    import string

    for key, pair in words.WORDS.items():
        places = [sorted({f for _, f, _, _ in string.Formatter().parse(text) if f}) for text in pair]
        assert places[0] == places[1], key


@pytest.mark.parametrize(
    ("value", "text"), [(1.0, "1.00 s"), (9.4e-3, "9.40 ms"), (1.25e-6, "1.25 us"), (3e-10, "0.300 ns")]
)
def test_times_have_three_digits(value: float, text: str) -> None:
    assert table.seconds(value) == text


def test_a_plot_needs_two_sizes_and_takes_the_first_of_equal_ones() -> None:
    def contest(size: str, moved: int, seconds: float) -> dict[str, Any]:
        return {
            "name": f"f {size}",
            "stem": "s",
            "function": "f",
            "size": size,
            "dtype": "float32",
            "device": "cpu",
            "bytes": moved,
            "limit": {"roof": 1e-6},
            "rows": [_row("good", "good", median=seconds)],
        }

    a, b, c = contest("4x1", 16, 1.0), contest("8x1", 32, 2.0), contest("8x9", 32, 3.0)
    assert page.plot_spec([a]) is None
    spec = page.plot_spec([a, b, c])
    assert spec is not None and spec["series"][0]["x"] == [16, 32] and spec["series"][0]["y"] == [1.0, 2.0]
