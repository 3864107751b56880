"""Workers, cache and writing: what is promised when something dies, hangs, is damaged or is full."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kexue.collect import Complaint, find_library, read
from kexue.run import pool
from kexue.run import write as writing
from kexue.run.cache import Cache, digest, engine
from kexue.run.judge import Judged, Options, failure, shortfalls, tasks
from kexue.run.pool import Outcome, Task
from kexue.run.report import experimented, measured, measurement, superfluous, verdicts_before
from kexue.run.write import MARK, write

PROOF = '''\
"""A title."""
import os, signal, sys, time
from pathlib import Path
from kexue import Article, eq, holds, near_miss, real, statement

article = Article(number=1, title=("Squares", "平方"), summary=("s", "s"), date="2020-01-01", source="a post")
x = real("x")


@statement(title=("One", "一"), says=("one", "一"), near_miss=near_miss(eq(x, x + 1), ("no", "否")))
def one():
    yield holds(eq(x, x), ("clear", "显然"))
'''
HARMLESS = "numerics"  # this kind of task reads the proof file and, where there is no numerics file, answers []


@pytest.fixture
def library(tmp_path: Path) -> Callable[..., list[Task]]:
    """Proof files with a line added to each; the tasks that read them."""
    def make(**lines: str) -> list[Task]:
        (tmp_path / "proofs").mkdir(exist_ok=True)
        for stem, line in lines.items():
            (tmp_path / "proofs" / f"{stem}.py").write_text(PROOF + line + "\n", encoding="utf-8")
        return [{"kind": HARMLESS, "stem": stem, "root": str(tmp_path), "reports": str(tmp_path / "reports"), "devices": ["cpu"],
                 "dtypes": ["float64"]} for stem in lines]
    return make


def workers() -> int:
    """Processes below this one that run the worker."""
    mine = 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
            mine += parent == os.getpid() and b"kexue.run.worker" in (status.parent / "cmdline").read_bytes()
        except (OSError, IndexError):
            continue
    return mine


# ----------------------------------------------------------------------------------------------------------------- pool
def test_answers_come_in_the_order_of_the_tasks(library: Callable[..., list[Task]]) -> None:
    given = library(a="time.sleep(0.5)", b="", c="1 / 0", d="")
    heard: list[int] = []
    found = pool.run(given, 2, 60, lambda number, outcome: heard.append(number))
    assert [o.how for o in found] == ["value", "value", "complaint", "value"]
    assert sorted(heard) == [0, 1, 2, 3] and heard[0] != 0  # the slow one was overtaken
    complaint, = failure(given[2], found[2], "")
    assert complaint.text() == "proofs/c.py:13: the file does not load: ZeroDivisionError: division by zero; correct this line"
    assert workers() == 0


def test_what_a_file_prints_does_not_come_between_the_answers(library: Callable[..., list[Task]],
                                                              capfd: pytest.CaptureFixture[str]) -> None:
    noise = "print('{\"number\": 0, \"how\": \"value\", \"value\": [1]}'); sys.stdout.flush(); os.write(1, b'noise\\n')"
    found, = pool.run(library(a=noise), 1, 60)
    assert found == Outcome("value", [])
    assert "noise" in capfd.readouterr().err


@pytest.mark.parametrize(("line", "how"), [
    ("os._exit(0)", "exit status 0"), ("os.kill(os.getpid(), signal.SIGKILL)", "signal 9"),
    ("os.kill(os.getpid(), signal.SIGSEGV)", "signal 11")])
def test_a_death_costs_its_own_task_only(library: Callable[..., list[Task]], line: str, how: str) -> None:
    given = library(a="", b=line, c="")
    found = pool.run(given, 2, 60)
    assert found == [Outcome("value", []), Outcome("died", how), Outcome("value", [])]
    complaint, = failure(given[1], found[1], "proofs/b.py", 8)
    assert complaint.text().startswith(f"proofs/b.py:8: the process that judged b numerics float64 ended twice ({how}); ")


def test_a_death_that_does_not_repeat_costs_nothing(library: Callable[..., list[Task]]) -> None:
    once = "mark = Path(__file__).with_suffix('.mark')\nif not mark.exists():\n    mark.touch()\n    os.kill(os.getpid(), signal.SIGKILL)"
    assert pool.run(library(a=once), 1, 60) == [Outcome("value", [])]


def test_a_task_that_hangs_is_ended(library: Callable[..., list[Task]]) -> None:
    """Also when it refuses to listen to signals, and with the child it started."""
    stubborn = "signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})\nif os.fork() == 0:\n    time.sleep(99)\n" \
               "Path(__file__).with_suffix('.pid').write_text(str(os.getpid()))\ntime.sleep(99)"
    given = library(a=stubborn, b="")
    start = time.monotonic()
    found = pool.run(given, 1, 3)
    assert found == [Outcome("time", 3), Outcome("value", [])]
    assert time.monotonic() - start < 10
    assert workers() == 0
    assert failure(given[0], found[0], "proofs/a.py")[0].text().startswith("proofs/a.py: a numerics float64 took more than 3 s; ")


def test_no_worker_outlives_an_interruption(library: Callable[..., list[Task]]) -> None:
    def stop(number: int, outcome: Outcome) -> None:
        raise KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt):
        pool.run(library(a="", b="time.sleep(99)"), 2, 60, stop)
    assert workers() == 0


def test_workers_have_one_thread_and_a_fixed_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    monkeypatch.setenv("OMP_NUM_THREADS", "9")
    env = pool.environment()
    assert (env["PYTHONHASHSEED"], env["OMP_NUM_THREADS"], env["LC_ALL"], env["TZ"]) == ("0", "1", "C.UTF-8", "UTC")


# ---------------------------------------------------------------------------------------------------------------- cache
def test_cache_gives_back_what_was_put(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    value = {"zh": "论断", "rows": [1, 2.5, None, [True]]}
    cache.put(digest("k"), value)
    assert Cache(tmp_path).get(digest("k")) == value
    assert cache.get(digest("other")) is None
    assert Cache(None).get(digest("k")) is None


def test_a_damaged_entry_is_no_entry(tmp_path: Path) -> None:
    cache, key = Cache(tmp_path), digest("k")
    cache.put(key, {"verdict": "undecided", "n": 7})
    path, = tmp_path.glob("*/*.json")
    whole = path.read_bytes()
    for k in range(len(whole)):
        path.write_bytes(whole[:k] + bytes([whole[k] ^ 1]) + whole[k + 1:])
        assert cache.get(key) in (None, {"verdict": "undecided", "n": 7})
        path.write_bytes(whole[:k])
        assert cache.get(key) is None
    path.write_bytes(whole.replace(b"undecided", b"proved"))
    assert cache.get(key) is None
    path.write_bytes(whole)
    other = tmp_path / digest("j")[:2] / f"{digest('j')}.json"
    other.parent.mkdir(exist_ok=True)
    other.write_bytes(whole)  # a sound entry under a foreign name
    assert cache.get(digest("j")) is None


def test_a_cache_that_cannot_be_written_is_noted_once(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    cache = Cache(tmp_path / "file")
    cache.put(digest("k"), 1)
    assert cache.trouble and cache.get(digest("k")) is None


def test_old_entries_are_swept(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put(digest("old"), 1)
    cache.put(digest("new"), 2)
    path = tmp_path / digest("old")[:2] / f"{digest('old')}.json"
    os.utime(path, (0, 0))
    cache.sweep()
    assert cache.get(digest("old")) is None and cache.get(digest("new")) == 2


def test_digests_tell_parts_apart() -> None:
    assert len({digest("ab", "c"), digest("a", "bc"), digest(["ab", "c"]), digest(b"ab", "c"), digest("ab")}) == 5


def test_the_engine_key_leaves_out_only_what_cannot_change_a_verdict() -> None:
    core, whole = ({name for name, _ in engine(w)} for w in (False, True))
    assert {"kernel/check.py", "claim.py", "prove.py", "run/worker.py", "confirm.py"} <= core < whole
    assert {"cli.py", "report/site.py", "report/assets/site.css"} <= whole - core
    assert not [name for name in whole if "__pycache__" in name or name.startswith(".") or "/." in name]


# -------------------------------------------------------------------------------------------------------------- writing
def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_files_are_written_changed_and_removed(tmp_path: Path) -> None:
    assert write(tmp_path / "r", {"a.md": b"1", "x/b.svg": b"2"}) == ["a.md", "x/b.svg"]
    assert write(tmp_path / "r", {"a.md": b"1", "x/b.svg": b"3"}, ["gone"]) == ["x/b.svg"]
    assert write(tmp_path / "r", {"a.md": b"1"}, ["x/b.svg"]) == []
    assert tree(tmp_path / "r") == {"a.md": b"1"}


@pytest.mark.parametrize("call", ["fsync", "replace", "open"])
def test_the_last_report_survives_a_failure_at_any_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    """The k-th system call fails, for all k: before the renames everything is old, and every file is whole at any time."""
    old, new = ({f"{n}.md": body * 9999 for n in "abc"} for body in (b"old", b"new"))
    module: Any = writing if call == "open" else os
    real = getattr(module, call, open)
    k, failed = 0, True
    while failed:
        write(tmp_path, old)
        left = k

        def broken(*args: Any, **named: Any) -> Any:
            nonlocal left
            left -= 1
            if left == -1:
                raise OSError(28, "No space left on device")
            return real(*args, **named)

        with monkeypatch.context() as patched:
            patched.setattr(module, call, broken, raising=False)
            try:
                write(tmp_path, new)
                failed = False
            except Complaint as complaint:
                assert "No space left on device" in complaint.text() and str(tmp_path) in complaint.text()
        now = tree(tmp_path)
        assert not [name for name in now if MARK in name]
        assert all(now[name] in (old[name], new[name]) for name in old)
        if call != "replace" and k < 3 and failed:
            assert now == old
        k += 1
    assert k > 2 and tree(tmp_path) == new


def test_a_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(Complaint) as caught:
        write(tmp_path / "file" / "reports", {"a": b""})
    assert caught.value.text().startswith(f"{tmp_path}/file/reports: cannot be written: Not a directory; the last report is untouched")


def test_only_files_of_earlier_reports_are_superfluous(tmp_path: Path) -> None:
    for name in ("one.md", "one.zh.md", "two.md", "notes.md", "evidence/one.a.json", "evidence/two.b.json", "plots/one-x.svg",
                 "plots/two-y.svg", "site/one.en.html", "bench/z.json", "measured/one.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    kept = {"two.md", "evidence/two.b.json", "plots/two-y.svg"}
    assert superfluous(tmp_path, kept) == ["evidence/one.a.json", "plots/one-x.svg", "site/one.en.html", "one.md", "one.zh.md"]
    assert superfluous(tmp_path, set(), "two") == ["evidence/two.b.json", "plots/two-y.svg"]


# ---------------------------------------------------------------------------------------------------------- expectation
def record(**changes: Any) -> dict[str, Any]:
    step = {"verdict": "proved", "text": "x = x", "source_line": 12, "reason": None}
    return {"id": "a.one", "verdict": "proved", "reason": None, "steps": [step], "near_miss": {"verdict": "refuted"}, "references": [],
            "confirmed": {"skipped": []}} | changes


OPEN = [{"verdict": "undecided", "text": "x = x", "source_line": 12, "reason": "no method found a certificate"}]


@pytest.mark.parametrize(("changes", "limits", "before", "message"), [
    ({}, False, "proved", None),
    ({"verdict": "derived"}, True, None, None),
    ({"verdict": "supported", "steps": OPEN}, True, "supported", None),
    ({"verdict": "undecided", "steps": OPEN, "reason": "r"}, True, None, None),
    ({"verdict": "undecided", "steps": OPEN}, False, None, "proofs/a.py:12: this step does not follow: no method found a certificate; "),
    ({"verdict": "supported", "steps": OPEN}, True, "derived", "proofs/a.py:12: this step does not follow: "),
    ({"verdict": "undecided", "reason": "the numbers contradict the proof"}, True, None, "proofs/a.py:10: a.one is undecided: the numbers"),
    ({"verdict": "refuted", "reason": "x = 1"}, False, None, "proofs/a.py:10: a.one is false: x = 1; "),
    ({"confirmed": {"skipped": ["line 12: no admissible point was found"]}}, False, None, "proofs/a.py:10: nothing satisfies the assump"),
    ({"near_miss": {"verdict": "undecided"}}, False, None, "proofs/a.py:10: the near-miss of a.one was not refuted; "),
    ({"verdict": "derived"}, False, "proved", "proofs/a.py:10: a.one was proved in the last report and is derived; "),
    ({"verdict": "undecided", "reason": "r", "references": [{"label": "L", "digits": "1.5", "got": "1.4", "ok": False}]}, False, None,
     "proofs/a.py:10: the reference value L of a.one is not reproduced: printed 1.5, computed 1.4; "),
])
def test_what_keeps_a_claim_out_of_the_report(tmp_path: Path, library: Callable[..., list[Task]], changes: dict[str, Any], limits: bool,
                                              before: str | None, message: str | None) -> None:
    library(a="")
    path = tmp_path / "proofs" / "a.py"
    if limits:
        path.write_text(path.read_text().replace('says=("one", "一")', 'says=("one", "一"), limits=("l", "l")'))
    item = read(find_library(tmp_path), "a")
    said = [c.text() for c in shortfalls(Judged(item, (record(**changes),), (), ()), {"a.one": before} if before else {})]
    assert len(said) == (message is not None) and all(s.startswith(message or "") and ";" in s for s in said), said


def test_a_row_outside_its_bound_names_the_line_of_its_function(tmp_path: Path, library: Callable[..., list[Task]]) -> None:
    library(a="")
    (tmp_path / "numerics").mkdir()
    (tmp_path / "numerics" / "a.py").write_text("\n" + "".join(f"{p}_f{v} = None\n" for p, v in (
        ("ref", ""), ("draw", ""), ("adversarial", ""), ("bound", "__g"), ("torch", "__g"))))
    row = {"function": "f", "variant": "g", "kind": "value", "dtype": "float32", "device": "cpu", "ok": False, "at": "draw 3",
           "reason": "the error exceeds the bound"}
    item = read(find_library(tmp_path), "a")
    said = [c.text() for c in shortfalls(Judged(item, (record(),), (row, row | {"ok": True}), ()), {})]
    assert said == ["numerics/a.py:6: torch_f__g, value, float32, cpu: the error exceeds the bound (at draw 3); "
                    "mend the function or its bound"]
    assert [t["kind"] for t in tasks(item, Options(dtypes=("float32",)))] == ["numerics", "plots", "claim"]


def test_verdicts_of_the_last_report_are_read_with_care(tmp_path: Path) -> None:
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "a.json").write_text(json.dumps({"id": "a.x", "verdict": "proved"}))
    (tmp_path / "evidence" / "b.json").write_text("{")
    (tmp_path / "evidence" / "c.json").write_text("[]")
    assert verdicts_before(tmp_path) == {"a.x": "proved"}


def test_what_a_gpu_measured_is_kept_with_device_versions_and_date(tmp_path: Path) -> None:
    machine = {"devices": ["cpu", "cuda:0"], "versions": {"python": "3.11.9", "torch": "2.13.0", "cuda": "13.0", "cuda:0": "NVIDIA X"}}
    row = {"function": "f", "variant": "g", "dtype": "float32", "device": "cuda:0", "ok": True}
    (tmp_path / "measured").mkdir()
    (tmp_path / "measured" / "a.json").write_bytes(measurement([row], machine))
    kept, = measured(tmp_path, "a")
    assert (kept["device"], kept["device_name"], kept["function"]) == ("cuda", "NVIDIA X", "f")
    assert kept["versions"] == {"python": "3.11.9", "torch": "2.13.0", "cuda": "13.0"} and len(kept["date"]) == 10
    assert measured(tmp_path, "b") == []
    (tmp_path / "measured" / "b.json").write_text('{"rows": []}')
    with pytest.raises(Complaint, match="measured/b.json: cannot be read"):
        measured(tmp_path, "b")


TRIAL = """
data_files = ("images", "labels")


def experiment_count(folder):
    rows = [{"what": {"en": "files", "zh": "文件"}, "value": len(list(folder.iterdir())) if folder else 3, "least": 2, "most": 4}]
    return {"title": {"en": "Counting", "zh": "计数"}, "rows": rows}
"""


def test_experiments_run_on_what_is_made_and_on_the_files_that_are_there(tmp_path: Path, library: Callable[..., list[Task]]) -> None:
    library(a="")
    (tmp_path / "numerics").mkdir()
    (tmp_path / "numerics" / "a.py").write_text(TRIAL, encoding="utf-8")
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "images.gz").touch()
    item = read(find_library(tmp_path), "a")
    assert [t["data"] for t in tasks(item, Options()) if t["kind"] == "experiments"] == [""]
    given = [t for t in tasks(item, Options(data=str(folder))) if t["kind"] == "experiments"]
    made, absent = pool.run(given, 1, 60)
    assert made.value[0]["name"] == "count" and made.value[0]["rows"][0]["value"] == 3
    assert [c.text() for c in failure(given[1], absent, "")] == [
        f"{folder}: the folder of --data-dir lacks labels (plain or .gz); put them there, or leave the option out"]
    (folder / "labels").touch()
    real, = pool.run(given[1:], 1, 60)
    assert real.value[0]["rows"][0]["value"] == 2


def test_an_experiment_that_fails_stops_the_report(tmp_path: Path, library: Callable[..., list[Task]]) -> None:
    library(a="")
    (tmp_path / "numerics").mkdir()
    (tmp_path / "numerics" / "a.py").write_text(TRIAL, encoding="utf-8")
    item = read(find_library(tmp_path), "a")
    run = {"name": "count", "rows": [{"what": {"en": "files", "zh": "文件"}, "value": v, "least": 2, "most": None} for v in (1.5, 2, float("nan"))]}
    said = [c.text() for c in shortfalls(Judged(item, (record(),), (), (), (run,)), {})]
    assert said == [f"numerics/a.py:5: files: {v} is not between 2 and oo; mend the experiment" for v in ("1.5", "nan")]


def test_what_experiments_gave_on_real_files_is_read_back(tmp_path: Path) -> None:
    (tmp_path / "measured").mkdir()
    assert experimented(tmp_path, "a") is None
    (tmp_path / "measured" / "a.data.json").write_text('{"results": [], "versions": {}, "date": "2026-01-02"}')
    assert experimented(tmp_path, "a") == {"results": [], "versions": {}, "date": "2026-01-02"}
    (tmp_path / "measured" / "b.data.json").write_text("{}")
    with pytest.raises(Complaint, match="measured/b.data.json: cannot be read"):
        experimented(tmp_path, "b")
