"""The command line as people and scripts meet it: a small library of its own, real processes, exit statuses, both languages."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import jsonschema
import pytest

import kexue
from kexue import cli

ROOT = Path(kexue.__file__).resolve().parent.parent
SCHEMA = json.loads((ROOT / "kexue" / "report" / "evidence.schema.json").read_text(encoding="utf-8"))


def command(*args: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run kexue in a process of its own."""
    return subprocess.run([sys.executable, "-m", "kexue.cli", *args], cwd=cwd, env=environment(cwd, **env), text=True,
                          capture_output=True, timeout=280)


def environment(cwd: Path, **env: str) -> dict[str, str]:
    own = {"PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1", "KEXUE_CACHE_DIR": str(cwd / "cache"), "LANG": "C.UTF-8",
           "PYTHONWARNINGS": "error"}
    return {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "COV"))} | own | env


def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with the article that `kexue new article` writes, and its report."""
    root = tmp_path_factory.mktemp("library")
    (root / "pyproject.toml").write_text("[tool.kexue]\n")
    (root / "proofs").mkdir()
    made = command("new", "article", "square", cwd=root)
    assert made.returncode == 0 and "wrote proofs/square.py and numerics/square.py" in made.stdout, made.stderr
    done = command("report", "-j", "2", cwd=root)
    assert done.returncode == 0, done.stderr
    assert "1 claims: 1 proved; 1 near-misses refuted; " in done.stdout
    return root


@pytest.fixture
def library(reported: Path, tmp_path: Path) -> Path:
    """A copy of the reported library to be spoiled; what was computed for it is still in its cache."""
    import shutil
    shutil.copytree(reported, tmp_path / "library")
    return tmp_path / "library"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., tuple[int, str, str]]]:
    """Run a command line in this process: (exit status, output, messages)."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)

    def call(*args: str) -> tuple[int, str, str]:
        status = cli.run(args)
        out, err = capsys.readouterr()
        return status, out, err
    yield call


Run = Callable[..., tuple[int, str, str]]


# ----------------------------------------------------------------------------------------------------------------- help
HEAVY = ("sympy", "torch", "matplotlib", "flint", "numpy", "mpmath", "rich", "jinja2")


@pytest.mark.parametrize("args", [["--help"], ["report", "--help"], ["--version"], ["rport"], ["report", "--nonsense"]])
def test_help_and_usage_load_nothing_heavy(args: list[str], tmp_path: Path) -> None:
    script = ("import sys\nfrom kexue import cli\nstatus = cli.run(sys.argv[1:])\n"
              f"print([m for m in {HEAVY} if m in sys.modules], file=sys.stderr)\nsys.exit(status)")
    done = subprocess.run([sys.executable, "-c", script, *args], env=environment(tmp_path), text=True, capture_output=True)
    assert done.stderr.splitlines()[-1] == "[]" and done.returncode in (0, 2), done.stderr


def test_help_is_quick(tmp_path: Path) -> None:
    def once() -> float:
        start = time.perf_counter()
        assert command("--help", cwd=tmp_path).returncode == 0
        return time.perf_counter() - start
    assert min(once() for _ in range(5)) < 0.3


def test_help_speaks_the_language_asked_for(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "write the report" in run("report", "--help")[1]
    assert "写出报告" in run("--lang", "zh", "report", "--help")[1]
    assert "写出报告" in run("report", "--help", "--lang=zh")[1]
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert "写出报告" in run("report", "--help")[1]
    assert "write the report" in run("report", "--help", "--lang", "en")[1]


def test_version(run: Run) -> None:
    assert run("--version") == (0, f"kexue, version {kexue.__version__}\n", "")


@pytest.mark.parametrize(("args", "hint"), [
    (["rport"], "did you mean report?"), (["lst"], "did you mean list?"), (["new", "artcle", "x"], "did you mean article?"),
    (["--lang", "zh", "rport"], "是否指 report？"), (["zzz"], "there is no command zzz"), (["report", "--devce", "cpu"], "--device")])
def test_mistyped_commands_are_guessed(run: Run, args: list[str], hint: str) -> None:
    status, out, err = run(*args)
    assert status == 2 and hint in err and out == ""


def test_no_command_shows_the_help(run: Run) -> None:
    status, out, err = run()
    assert status == 2 and "Usage: kexue" in out + err


# --------------------------------------------------------------------------------------------------------- list and show
def test_list_has_the_verdicts(reported: Path, run: Run) -> None:
    status, out, _ = run("list", "--root", str(reported))
    assert (status, out.split()[:3]) == (0, ["square.square_of_sum", "✓", "proved"])
    assert "已证明     和的平方" in run("list", "square", "--root", str(reported), "--lang", "zh")[1]
    assert run("list", "--status", "proved", "--root", str(reported))[1] == out
    assert run("list", "--status", "refuted", "--root", str(reported)) == (0, "", "")


@pytest.mark.parametrize(("args", "status", "message"), [
    (["list", "--status", "provd"], 2, "there is no verdict provd; did you mean proved?"),
    (["list", "sqare"], 2, "there is no article sqare; did you mean square?"),
    (["report", "sqare"], 2, "there is no article sqare; did you mean square?"),
    (["show", "square.square_of_sm"], 2, "there is no claim square.square_of_sm; did you mean square.square_of_sum?"),
    (["show", "sqare_of_sum"], 2, "there is no claim sqare_of_sum; did you mean square_of_sum?"),
    (["new", "article", "square"], 2, "proofs/square.py: exists already"),
    (["new", "article", "Sq-uare"], 2, "Sq-uare is no file name"),
])
def test_mistyped_names_are_guessed(reported: Path, run: Run, args: list[str], status: int, message: str) -> None:
    found, out, err = run(*args, "--root", str(reported))
    assert (found, out) == (status, "") and err.startswith(message), err


def test_show_prints_the_record(reported: Path, run: Run) -> None:
    for name in ("square.square_of_sum", "square_of_sum"):
        status, out, err = run("show", name, "--root", str(reported))
        assert status == 0 and "from reports/evidence/square.square_of_sum.json" in err
        for part in ("✓ proved", "(x + y)^2", "✗ refuted", "(3 + 4)^2 = 49", "kexue show square.square_of_sum --prove"):
            assert part in out
    assert "已否证" in run("show", name, "--root", str(reported), "--lang", "zh")[1]


def test_show_proves_when_asked_or_when_nothing_is_known(library: Path) -> None:
    record = library / "reports" / "evidence" / "square.square_of_sum.json"
    record.write_text(record.read_text().replace('"proved"', '"supported"'))
    assert "supported" in command("show", "square_of_sum", cwd=library).stdout
    again = command("show", "square_of_sum", "--prove", cwd=library)
    assert "✓ proved" in again.stdout and again.returncode == 0
    record.unlink()
    assert "has not been judged yet" in command("show", "square_of_sum", cwd=library).stderr
    assert not record.exists()


def test_output_that_nobody_reads_is_no_error(reported: Path) -> None:
    line = f"'{sys.executable}' -m kexue.cli list | true"
    done = subprocess.run(["sh", "-c", line], cwd=reported, env=environment(reported), capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


# --------------------------------------------------------------------------------------------------------------- report
def test_the_report_has_all_its_parts(reported: Path) -> None:
    names = set(tree(reported / "reports"))
    assert {"README.md", "README.zh.md", "square.md", "square.zh.md", "plots/square-square-of-sum.svg", "site/index.html",
            "evidence/square.square_of_sum.json", "evidence.schema.json"} <= names
    assert not [n for n in names if "kexue-new" in n]


def test_records_follow_the_published_schema(reported: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    record = json.loads((reported / "reports" / "evidence" / "square.square_of_sum.json").read_text())
    check = jsonschema.Draft202012Validator(SCHEMA)
    check.validate(record)
    spoiled: list[dict[str, object]] = [{"verdict": "true"}, {"id": "square"}, {"extra": 1}, {"trust": "float"}, {"steps": [{}]},
                                        {"near_miss": record["near_miss"] | {"verdict": "proved"}}]
    for change in spoiled:
        assert not check.is_valid(record | change), change


def test_nothing_changed_is_seen_without_loading_mathematics(reported: Path) -> None:
    before = tree(reported / "reports")
    script = (f"import sys\nfrom kexue import cli\nstatus = cli.run(['report'])\nprint([m for m in {HEAVY} if m in sys.modules])\n"
              "sys.exit(status)")
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", script], cwd=reported, env=environment(reported), text=True, capture_output=True)
    assert time.perf_counter() - start < 3
    assert done.stdout.splitlines()[0].startswith("nothing has changed; ") and done.stdout.splitlines()[-1] == "[]", done.stderr
    assert tree(reported / "reports") == before


def test_a_spoiled_file_is_written_again(library: Path) -> None:
    before = tree(library / "reports")
    (library / "reports" / "square.md").write_text("spoiled")
    (library / "reports" / "plots" / "square-old.svg").write_text("left over")
    (library / "reports" / "notes.md").write_text("mine")
    checked = command("report", "--check", "-q", cwd=library)
    assert checked.returncode == 1
    assert [line.partition(": ")[2].partition(";")[0] for line in checked.stderr.splitlines()] == [
        "differs from what `kexue report` writes now", "belongs to no article"]
    assert command("report", "-q", cwd=library).returncode == 0
    assert tree(library / "reports") == before | {"notes.md": b"mine"}
    assert command("report", "--check", "-q", cwd=library).returncode == 0


@pytest.mark.parametrize(("seed", "workers"), [("1", "1"), ("2", "2")])
def test_the_same_bytes_whatever_the_hash_seed_and_the_workers(reported: Path, tmp_path: Path, seed: str, workers: str) -> None:
    done = command("report", "--no-cache", "-q", "-j", workers, "--out", str(tmp_path / "again"), cwd=reported, PYTHONHASHSEED=seed)
    assert done.returncode == 0, done.stderr
    assert tree(tmp_path / "again") == tree(reported / "reports")


def test_one_article_writes_its_own_files(library: Path) -> None:
    out = library / "elsewhere"
    done = command("report", "square", "-q", "--out", str(out), cwd=library)
    names = set(tree(out))
    assert done.returncode == 0 and {"square.md", "site/square.en.html"} <= names and not {"README.md", "site/index.html"} & names


def mended(library: Path, old: str, new: str, file: str = "proofs/square.py") -> None:
    path = library / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(("old", "new", "status", "message"), [
    ("from kexue import Article", "from kexue import Artikel, Article", 4, "proofs/square.py:8: the file does not load: ImportError"),
    ("x ** 2 + 2 * x * y + y ** 2)", "x ** 2 + 3 * x * y + y ** 2)", 3, "proofs/square.py:"),
    ("near_miss(eq((x + y) ** 2, x ** 2 + y ** 2)", "near_miss(eq(x + y, y + x)", 1, "proofs/square.py:"),
    ('"49"', '"48"', 1, "proofs/square.py:"),
])
def test_what_has_to_be_mended_is_said_and_the_last_report_stays(library: Path, old: str, new: str, status: int, message: str) -> None:
    before = tree(library / "reports")
    mended(library, old, new)
    done = command("report", "-q", cwd=library)
    assert done.returncode == status, done.stderr
    assert done.stderr.splitlines()[0].startswith(message)
    assert done.stderr.splitlines()[-1] == "nothing was written: 1 to mend; the last report is untouched"
    assert tree(library / "reports") == before


def test_an_error_outside_its_bound_stops_the_report(library: Path) -> None:
    mended(library, "return (x + y) * (x + y)", "return (x + y) * (x + y) * 1.5", "numerics/square.py")
    done = command("report", "-q", cwd=library)
    assert done.returncode == 1 and "torch_square_of_sum__direct, value, float64, cpu: the error exceeds the bound" in done.stderr


def test_a_device_that_is_not_there_is_refused_before_any_work(library: Path) -> None:
    done = command("report", "--device", "cuda:99", cwd=library)
    assert done.returncode == 2 and "device 'cuda:99' was asked for and is not there" in done.stderr
    assert "judging" not in done.stderr


def test_a_folder_that_cannot_be_written(library: Path) -> None:
    (library / "file").write_text("x")
    done = command("report", "-q", "--out", "file/reports", cwd=library)
    assert done.returncode == 2 and "file/reports: cannot be written: Not a directory; " in done.stderr


def test_a_cache_that_cannot_be_written_does_not_matter(library: Path) -> None:
    (library / "file").write_text("x")
    done = command("report", "--lang", "zh", "-q", "--out", "elsewhere", cwd=library, KEXUE_CACHE_DIR=str(library / "file"))
    assert done.returncode == 0 and "缓存目录" in done.stderr and "1 个论断：1 已证明" in done.stdout


def test_an_empty_library(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.kexue]\n")
    (tmp_path / "proofs").mkdir()
    done = command("report", cwd=tmp_path)
    assert done.returncode == 5 and "there is nothing to do" in done.stderr


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interruption_leaves_the_last_report(library: Path, number: signal.Signals, status: int) -> None:
    before = tree(library / "reports")
    mended(library, "x, y = real", "import time; time.sleep(0.2 if 'sleepy' in __file__ else 0)\nx, y = real")
    mended(library, "import torch", "import time\ntime.sleep(60)\nimport torch", "numerics/square.py")
    process = subprocess.Popen([sys.executable, "-m", "kexue.cli", "report"], cwd=library, env=environment(library), text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stderr is not None
    assert process.stderr.readline().startswith("judging ")
    time.sleep(1)
    children = [int(p) for p in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]
    start = time.monotonic()
    process.send_signal(number)
    _, err = process.communicate(timeout=20)
    assert process.returncode == status and time.monotonic() - start < 3, err
    assert children and not [c for c in children if Path(f"/proc/{c}").exists()]
    assert tree(library / "reports") == before
    if number == signal.SIGINT:
        assert err.splitlines()[-1] == "interrupted; the last report is untouched"


# ------------------------------------------------------------------------------------------------------------- the rest
def test_doctor_says_what_is_here(run: Run, reported: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(reported)
    status, out, _ = run("doctor")
    assert status == 0
    for part in ("versions", "torch", "devices", "cpu", "cores", "STIXTwoMath.woff2", str(reported), "everything that is needed"):
        assert part in out
    from kexue import doctor
    monkeypatch.setattr(doctor, "NEEDED", (*doctor.NEEDED, "no-such-package"))
    status, out, _ = run("doctor", "--lang", "zh")
    assert status == 1 and "缺少：no-such-package" in out


def test_an_error_of_kexue_itself_is_called_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(lang: str) -> int:
        raise RuntimeError("a wire came loose")
    monkeypatch.setattr("kexue.doctor.examine", broken)
    status, _, err = run("doctor")
    assert status == 70 and "a wire came loose" in err.splitlines()[-1] and "Traceback" in err


def test_every_complaint_has_a_status_or_is_about_a_file() -> None:
    from kexue.messages import MESSAGES
    assert set(cli.STATUS) <= set(MESSAGES)
    assert set(cli.STATUS.values()) <= {1, 2, 3, 5, 70}


def test_new_articles_are_numbered_onwards(library: Path, run: Run) -> None:
    assert run("new", "article", "cube", "--root", str(library))[0] == 0
    from kexue.collect import articles
    assert [(a.stem, a.article.number) for a in articles(library)] == [("square", 1), ("cube", 2)]


# ----------------------------------------------------------------------------------------------- the reports of this checkout
def test_the_committed_reports_are_complete() -> None:
    from kexue.collect import articles
    check = jsonschema.Draft202012Validator(SCHEMA)
    records = {p.stem: json.loads(p.read_text(encoding="utf-8")) for p in (ROOT / "reports" / "evidence").glob("*.json")}
    assert sorted(records) == sorted(f"{a.stem}.{c.name}" for a in articles(ROOT) for c in a.claims)
    for name, record in records.items():
        assert record["id"] == name and not list(check.iter_errors(record)), name


def test_the_committed_reports_come_out_the_same(tmp_path: Path) -> None:
    done = command("report", "--check", "--no-cache", "-q", cwd=ROOT, KEXUE_CACHE_DIR=str(tmp_path))
    assert done.returncode == 0, done.stderr
