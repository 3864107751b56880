"""`kexue check`, `kexue recheck` and `kexue.check`: whatever comes in, every claim gets its answer, in order, and nothing is left over."""

from __future__ import annotations

import ast
import json
import os
import shlex
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

import kexue
from kexue import answer
from kexue.checking import pool
from kexue.checking.claims import check_all, formula, json_line
from kexue.checking.pool import Crew, Limits
from kexue.cli import run

ROOT = Path(__file__).resolve().parent.parent
PYTHON = [sys.executable, "-m", "kexue"]
ENV = os.environ | {"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
HANG, CRASH, HOG, BUG = ("x + 7001", "x + 7002", "x + 7003", "x + 7004")  # what the worker below does something bad at
BAD_WORKER = """
import os, signal, sys, time
import kexue.checking.judge as judge
import kexue.checking.worker as worker
from kexue.printing import text
decide = judge.decide
def bad(goal, seconds, proving):
    said = text(goal.claim)
    if '7001' in said:  # native code that does not come back
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
        time.sleep(60)
    if '7002' in said:
        os.kill(os.getpid(), signal.SIGSEGV)
    if '7003' in said:
        sys.stderr.write('Flint exception: unable to allocate memory')
        os.abort() if proving else bytearray(1 << 40)
    if '7004' in said:
        raise KeyError('a defect')
    return decide(goal, seconds, proving)
judge.decide = bad
worker.main()
"""
SOFTPLUS = "log(1+exp(x)) - log(1+exp(-x)) == x"


def line(lhs: str, rhs: str = "x", **fields: Any) -> str:
    return json.dumps({"id": "c", "kind": "eq", "lhs": lhs, "rhs": rhs, "vars": {"x": {"domain": "real"}}} | fields)


@pytest.fixture
def badly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Workers that hang, crash, run out of memory or fail when they are asked to."""
    script = tmp_path / "worker.py"
    script.write_text(BAD_WORKER)
    monkeypatch.setattr(pool, "WORKER", (str(script),))
    return script


@pytest.fixture(scope="module")
def crew() -> Any:
    with Crew(Limits(seconds=4)) as found:
        yield found


def judge(crew: Crew, *lines: str | bytes) -> list[dict[str, Any]]:
    return list(check_all([json_line(x.encode() if isinstance(x, str) else x) for x in lines], crew.limits, crew))


def out(capfdbinary: Any) -> str:
    return str(capfdbinary.readouterr().out.decode())


# ---------------------------------------------------------------------------------------------------------- command line
@pytest.mark.parametrize("args, status, words", [
    ([SOFTPLUS, "--real", "x"], 0, ["✓ proved", "for all real x", "equal normal forms", "kexue check '" + SOFTPLUS + "' --real x"]),
    (["sqrt(z**2) == z", "--complex", "z"], 1, ["✗ refuted", "at", "z = -1", "left side    1", "right side   -1"]),
    (["x/x == 1", "--real", "x"], 0, ["✓ proved", "provided", "x != 0"]),
    (["f(x) < g(x)", "--real", "x", "--function", "f g"], 3, ["? undecided", "tried"]),
    (["x +", "--real", "x"], 4, ["⚠ unreadable", "column   4"]),
    (["x == y", "--real", "x"], 4, ["y is not declared"]),
    (["x == 1", "--real", "x", "--on", "(1, 0)"], 1, ["∅ vacuous"]),
    (["x < x + 1", "x < x", "--real", "x"], 1, ["2 claims: 1 proved, 1 refuted"]),
    (["x < x", "--real", "x", "--expect", "refuted"], 0, ["✗ refuted"]),
    (["x < x + 1", "--real", "x", "--expect", "refuted"], 1, ["✓ proved"]),
    (["f(x) < g(x)", "--real", "x", "--function", "f g", "--undecided", "pass"], 0, ["undecided"]),
])
def test_one_line(args: list[str], status: int, words: list[str], capfdbinary: Any) -> None:
    assert run(["check", *args, "--lang", "en"]) == status
    said = out(capfdbinary)
    assert all(w in said for w in words), said
    assert said.startswith("read as")


def test_chinese(capfdbinary: Any) -> None:
    assert run(["check", "x/x == 1", "--real", "x", "--lang", "zh"]) == 0
    said = out(capfdbinary)
    assert "读作" in said and "✓ 已证明" in said and "对所有实数 x" in said and "前提" in said
    assert run(["check", "--help", "--lang", "zh"]) == 0
    assert "判定命题" in out(capfdbinary)


@pytest.mark.parametrize("args, status", [
    ([], 5), (["x == x", "--timeout", "soon"], 2), (["x == x", "--memory", "much"], 2), (["x == x", "--timeout", "0"], 2), (["--jsonl", "nowhere.jsonl"], 2),
    (["x == x", "--format", "xml"], 2), (["x == x", "-j", "0"], 2), (["x == x", "--reals", "x"], 2),
])
def test_a_wrong_command_line_is_told_so(args: list[str], status: int, capfdbinary: Any) -> None:
    assert run(["check", *args]) == status
    assert not out(capfdbinary)


def test_files(tmp_path: Path, capfdbinary: Any) -> None:
    claims = tmp_path / "claims.txt"
    claims.write_text("# two claims\n\nx < x + 1\nx < x\n", encoding="utf-8")
    assert run(["check", str(claims), "--real", "x", "--lang", "en"]) == 1
    assert "2 claims: 1 proved, 1 refuted" in out(capfdbinary)
    other = tmp_path / "claims.jsonl"
    other.write_text(line("x + 0") + "\n", encoding="utf-8")
    assert run(["check", str(other), "--lang", "en"]) == 0
    assert out(capfdbinary).startswith("read as      x + 0 = x")
    (tmp_path / "claims.csv").write_text("x")
    assert run(["check", str(tmp_path / "claims.csv")]) == 2
    empty = tmp_path / "empty.jsonl"
    empty.write_bytes(b"")
    assert run(["check", "--jsonl", str(empty)]) == 5


def test_latex(capfdbinary: Any) -> None:
    assert run(["check", "--latex", r"\log(1+e^x) - \log(1+e^{-x}) = x", r"\frac{x", r"2^n > n^2, \quad n \ge 5", "--real", "x", "--integer", "n",
                "--lang", "en"]) == 4
    said = out(capfdbinary)
    assert "log(1 + exp(x)) - log(1 + exp(-x)) = x" in said and "n >= 5" in said and "unreadable" in said
    assert "3 claims: 2 proved, 1 unreadable" in said


POST = r"""# A post
<!-- kexue: real x; integer n >= 0 -->

$$\sin^2 x + \cos^2 x = 1 \label{eq:one}$$

We define
$$\sigma(x) = \frac{1}{1+e^{-x}}$$

$$\sqrt{x^2} = x$$

$$\sum_{k=0}^n k$$

$$\frac{x$$
"""


def test_a_post_is_judged_formula_by_formula(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: Any) -> None:
    (tmp_path / "post.md").write_text(POST, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert run(["check", "post.md", "--lang", "en"]) == 4
    said = out(capfdbinary)
    for words in ("post.md:4:23 eq:one", "post.md:9:14", "a definition; it claims nothing", "an expression; it claims nothing", "for all real x\n",
                  "3 claims: 1 proved, 1 refuted, 1 unreadable, besides 2 that claim nothing"):
        assert words in said, said
    assert run(["check", "post.md", "--format", "json"]) == 4
    records = json.loads(out(capfdbinary))["answers"]
    assert [r["verdict"] for r in records] == ["proved", None, "refuted", None, "unreadable"]
    assert [r["place"]["line"] for r in records] == [4, 7, 9, 11, 13]
    assert run(["check", "post.md", "--format", "junit"]) == 4
    assert len(ET.fromstring(out(capfdbinary))[0]) == 3
    (tmp_path / "empty.md").write_text("no formula")
    assert run(["check", "empty.md"]) == 5


def test_formats(capfdbinary: Any) -> None:
    claims = ["x < x + 1", "x < x", "x +", "a < b & <script>alert(1)</script>"]
    base = ["check", *claims, "--real", "x", "--lang", "en"]
    assert run([*base, "--format", "json"]) == 4
    first = out(capfdbinary)
    data = json.loads(first)
    assert data["schema"] == answer.SCHEMA and [r["verdict"] for r in data["answers"]] == ["proved", "refuted", "unreadable", "unreadable"]
    assert "seconds" not in first
    assert run([*base, "--format", "json", "-j", "2"]) == 4
    assert out(capfdbinary) == first  # the same bytes
    assert run([*base, "--format", "junit"]) == 4
    suite = ET.fromstring(out(capfdbinary))[0]
    assert [suite.get(k) for k in ("tests", "failures", "errors")] == ["4", "1", "2"] and len(suite) == 4
    assert run([*base, "--format", "markdown"]) == 4
    table = out(capfdbinary)
    assert "✗ refuted" in table and "<script>" not in table and table.count("\n|") == 5
    assert run([*base, "--format", "jsonl"]) == 4
    assert [json.loads(x)["verdict"] for x in out(capfdbinary).splitlines()] == ["proved", "refuted", "unreadable", "unreadable"]


def test_terminal_text_carries_no_control_characters() -> None:
    record = {"id": None, "verdict": "unreadable", "reason": "syntax", "column": 3, "problems": ["\x1b[31mred\x07"], "text": "\x1b]0;t\x07\u202e",
              "conditions": [], "certificate": None, "counterexample": None, "method": None, "scope": None}
    said = answer.text(record)
    assert all(c.isprintable() or c == "\n" for c in said)


def test_exit_status_is_the_largest() -> None:
    def of(*verdicts: str) -> int:
        return answer.status([{"verdict": v, "reason": None} for v in verdicts])
    assert [of("proved"), of("proved", "refuted"), of("refuted", "undecided"), of("supported"), of("unreadable", "refuted"), of("vacuous"), of()] == [
        0, 1, 3, 3, 4, 1, 5]
    assert answer.status([{"verdict": "undecided", "reason": "contradiction"}], lenient=True) == 70
    assert answer.status([{"verdict": "supported", "reason": None}], lenient=True) == 0
    assert answer.status([{"verdict": "unreadable", "reason": None}], expected="unreadable") == 0


# -------------------------------------------------------------------------------------------------------------- a program
def test_answers_come_one_by_one_through_a_pipe() -> None:
    with subprocess.Popen([*PYTHON, "check", "--jsonl", "-", "-j", "2"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=ENV) as process:
        assert process.stdin is not None and process.stdout is not None
        for k in range(4):
            process.stdin.write((line("x", id=f"c{k}") + "\n").encode())
            process.stdin.flush()
            found = json.loads(process.stdout.readline())
            assert (found["id"], found["verdict"]) == (f"c{k}", "proved")
            assert {"scope", "conditions", "method", "certificate", "counterexample", "reason", "seconds"} <= found.keys()
        process.stdin.close()
        assert process.wait(10) == 0


def test_the_first_answer_comes_at_once_and_loads_nothing_heavy() -> None:
    code = ("import sys; from kexue.cli import run; status = run(['check', 'x + x == 2*x', '--real', 'x'])\n"
            "bad = {'sympy', 'torch', 'numpy', 'matplotlib', 'mpmath', 'flint', 'rich', 'jinja2'} & set(sys.modules)\n"
            "print(sorted(bad)); sys.exit(status)")
    times = []
    for _ in range(3):
        since = time.monotonic()
        got = subprocess.run([sys.executable, "-c", code], env=ENV, capture_output=True, text=True, check=True)
        times.append(time.monotonic() - since)
        assert got.stdout.splitlines()[-1] == "[]"
    assert min(times) < 0.8


def test_the_worker_never_loads_sympy(crew: Crew) -> None:
    judge(crew, line("x"))
    maps = Path(f"/proc/{crew.workers[0].process.pid}/maps")
    if maps.is_file():
        loaded = maps.read_text(encoding="utf-8", errors="replace")
        assert "flint" in loaded and "numpy" not in loaded and "torch" not in loaded
    code = ("import sys; from kexue.checking.judge import answer\n"
            "print(answer({'kind': 'text', 'text': 'sin(x)**2 + cos(x)**2 == 1', 'declare': [['real', 'x']], 'seconds': 5})['verdict'])\n"
            "print(sorted({'sympy', 'torch', 'numpy', 'mpmath'} & set(sys.modules)))")
    got = subprocess.run([sys.executable, "-c", code], env=ENV, capture_output=True, text=True, check=True)
    assert got.stdout.split("\n")[:2] == ["proved", "[]"]


def test_interruption_keeps_what_is_done(badly: Path) -> None:
    code = f"import kexue.checking.pool as p; p.WORKER = ({str(badly)!r},); from kexue.cli import main; main()"
    with subprocess.Popen([sys.executable, "-c", code, "check", "--jsonl", "-", "--timeout", "60"], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENV) as process:
        assert process.stdin is not None and process.stdout is not None and process.stderr is not None
        process.stdin.write((line("x", id="done") + "\n" + line(HANG, id="open") + "\n").encode())
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == "done"
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        assert process.wait(5) == 130
        assert process.stdout.read() == b"" and process.stderr.read().strip()


# --------------------------------------------------------------------------------------------------------------- isolation
def test_a_hang_costs_its_own_claim(badly: Path) -> None:
    since = time.monotonic()
    with Crew(Limits(seconds=1.5, workers=2)) as crew:
        found = judge(crew, line("x", id="before"), line(HANG, id="hang"), line("x", id="after"), line(HANG, id="again"), line("x", id="last"))
        pids = [w.process.pid for w in crew.workers]
    assert [(r["id"], r["verdict"], r["reason"]) for r in found] == [
        ("before", "proved", None), ("hang", "undecided", "time-limit"), ("after", "proved", None), ("again", "undecided", "time-limit"),
        ("last", "proved", None)]
    assert found[1]["read"]["text"] == "x + 7001 = x" and found[1]["scope"] == "for all real x"  # how it was read is known all the same
    assert all(1.4 < found[k]["seconds"] < 3.5 for k in (1, 3)) and time.monotonic() - since < 9
    assert all(not Path(f"/proc/{pid}").exists() for pid in pids)


def test_crashes_memory_and_defects_cost_their_own_claims(badly: Path) -> None:
    given = [line("x", id="before"), line(CRASH, id="crash"), line("x", id="a"), line(HOG, id="memory"), line("x", id="b"), line(BUG, id="bug"),
             line("x", id="after")]
    with Crew(Limits(seconds=20)) as crew:
        found = judge(crew, *given)
        assert len(crew.workers) == 1
    assert [(r["id"], r["verdict"], r["reason"]) for r in found] == [
        ("before", "proved", None), ("crash", "undecided", "crash"), ("a", "proved", None), ("memory", "undecided", "memory-limit"),
        ("b", "proved", None), ("bug", "undecided", "internal"), ("after", "proved", None)]
    assert "a defect" in found[5]["error"] and answer.status(found) == 70


def test_numbers_are_tried_after_a_proof_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first worker hangs in the search for a proof; the second, without it, still answers, and says why it is not final."""
    script = tmp_path / "worker.py"
    script.write_text(BAD_WORKER.replace("if '7001' in said:", "if proving:"))
    monkeypatch.setattr(pool, "WORKER", (str(script),))
    with Crew(Limits(seconds=5)) as crew:
        found = judge(crew, line("sin(2*x)", "2*sin(x)*cos(x)"), line("x", "x + 1"))
    assert [(r["verdict"], r["reason"]) for r in found] == [("supported", "time-limit"), ("refuted", None)]


def test_memory_is_bounded() -> None:
    with Crew(Limits(seconds=20, memory=150 << 20)) as crew:
        big = "Matrix([[" + ", ".join(["factorial(2500)**12"] * 60) + "]])"
        found = judge(crew, line("x", id="before"), line(f"det({big}.T*{big})", "0", id="big"), line("x", id="after"))
    assert [r["id"] for r in found] == ["before", "big", "after"]
    assert found[0]["verdict"] == found[2]["verdict"] == "proved" and found[1]["verdict"] in ("undecided", "refuted", "proved")


def test_memory_that_runs_out_is_named() -> None:
    code = ("import sys; sys.argv = ['w', str(120 << 20)]; import kexue.checking.worker as w\n"
            "w.answer = lambda task, say: bytearray(1 << 30)\nw.main()")
    with subprocess.Popen([sys.executable, "-c", code], env=ENV, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None and process.stderr is not None
        process.stdin.write(b'{"number": 0}\n')
        process.stdin.flush()
        assert process.wait(10) == 1 and b"MemoryError" in process.stderr.read()


def test_order_is_kept_whatever_is_slow(badly: Path) -> None:
    lines = [line(HANG if k in (1, 5) else "x + 0", id=f"n{k}") for k in range(12)]
    with Crew(Limits(seconds=0.8, workers=3)) as crew:
        assert [r["id"] for r in judge(crew, *lines)] == [f"n{k}" for k in range(12)]


def test_a_crew_is_used_again_after_an_unfinished_run(crew: Crew) -> None:
    tasks = iter([formula("x == x", [("real", "x")])] * 50)
    answers = check_all(tasks, crew.limits, crew)
    assert next(answers)["verdict"] == "proved"
    answers.close()  # type: ignore[attr-defined]
    assert judge(crew, line("x", id="new"))[0]["id"] == "new"


def test_an_error_of_the_source_reaches_the_caller(crew: Crew) -> None:
    def tasks() -> Any:
        yield json_line(line("x").encode())
        raise OSError("disk")
    with pytest.raises(OSError, match="disk"):
        list(check_all(tasks(), crew.limits, crew))
    assert judge(crew, line("x"))[0]["verdict"] == "proved"


HOSTILE = [
    "9**9**9", "factorial(10**8)", "factorial(factorial(100))", "gamma(10**9)", "binomial(10**9, 5*10**8)", "fibonacci(10**9)", "zeta(10**7)",
    "bernoulli(10**6)", "prime(10**10)", "primepi(10**13)", "bell(10**5)", "2**(10**8)", "(1+1/10**9)**(10**9)", "exp(exp(exp(exp(10))))",
    "Sum(sin(k), (k, 0, 10**7))", "Sum(k, (k, 1, 10**9))", "Product(k, (k, 1, 10**6))", "sin(10**(10**8))", "1e4000", "-" * 60000 + "x",
    "eye(10**9).det()", "Sum(Sum(Sum(j*k*m, (j, 1, 999)), (k, 1, 999)), (m, 1, 999))", "cos(cos(cos(cos(x))))**99999", "x**(10**6)",
    "Product(Sum(1/(k+j), (k, 1, j)), (j, 1, 300))", "Max(*x)", "floor(10**5000*pi)", "Mod(7**(10**7), 10**9)",
]


def test_hostile_formulas_are_answered_in_time() -> None:
    with Crew(Limits(seconds=1.0, workers=2)) as crew:
        found = judge(crew, *[line(h, id=str(k)) for k, h in enumerate(HOSTILE)], line("x + 1 - 1", id="after"))
    assert [r["id"] for r in found] == [*map(str, range(len(HOSTILE))), "after"]
    for record, given in zip(found, HOSTILE, strict=False):
        assert record["verdict"] in ("undecided", "unreadable", "refuted") or given[0] == "-", (given[:60], record["verdict"])
        assert record["seconds"] < 3, given[:60]
    assert found[-1]["verdict"] == "proved"


def test_hostile_bytes_are_answered(tmp_path: Path) -> None:
    file = tmp_path / "hostile.jsonl"
    with open(file, "wb") as stream:
        for junk in (b"", b"\x00" * 50, b"\xff\xfe\xfd", b"[" * 200_000, b"{" * 100_000, b"9" * 300_000, b'{"id":"a","kind":"eq","lhs":"' + b"(" * 100_000 + b'"}'):
            stream.write(junk + b"\n")
        for _ in range(100):
            stream.write(b"x" * 1_000_000)
        stream.write(b"\n" + line("x", id="after").encode())
    since = time.monotonic()
    got = subprocess.run([*PYTHON, "check", "--jsonl", str(file)], env=ENV, capture_output=True)
    found = [json.loads(x) for x in got.stdout.splitlines()]
    assert [r["verdict"] for r in found] == ["unreadable"] * 8 + ["proved"] and got.returncode == 4
    assert time.monotonic() - since < 10 and not got.stderr


# ------------------------------------------------------------------------------------------------- no text is ever evaluated
PAYLOADS = [
    "__import__('os').system('touch {mark}')", "eval(\"open('{mark}','w')\")", "exec('open(1)')", "(lambda: open('{mark}','w'))()",
    "x.__class__.__mro__[1].__subclasses__()", "Symbol.__new__.__globals__['__builtins__']", "[c for c in (1).__class__.__base__.__subclasses__()]",
    "open('{mark}', 'w')", "sympify('x')", "parse_expr('x')", "getattr(x, 'a')", "f'{{open(1)}}'", "x if x else open('{mark}')", "print(x)",
    "Function('f')(x)", "Symbol('x')", "Matrix([['__import__(1)']])", "Limit(x, x, 0, \"'+'\")", "Sum(x, (x, 'open(1)', 2))", "`touch {mark}`",
    "$(touch {mark})", "%(touch)s", "{{{{7*7}}}}", "x; import os", "x\nimport os", "#{{`touch`}}", "${{jndi:ldap://x}}", "../../etc/passwd", "x' OR '1'='1",
]


def test_no_payload_runs(tmp_path: Path) -> None:
    """Audit events of Python while claims are read and judged: nothing is compiled, imported, opened or started."""
    mark = tmp_path / "pwned"
    code = """
import json, sys
from kexue.checking.judge import answer
from kexue.read.text import Unreadable
def judge(text):
    return answer({"kind": "text", "text": text, "declare": [["real", "x"]], "seconds": 5})["verdict"]
for warm in ("x == 1", "x == x", "sin(x) == 2", "sin(x) < 2", "x ="):
    judge(warm)
seen = []
quiet = ("object.", "sys._getframe", "time.", "signal", "code.__new__", "builtins.id", "gc.")
sys.addaudithook(lambda event, args: None if event.startswith(quiet) else seen.append(event))
verdicts = [judge(t) for t in json.load(sys.stdin)]
print(json.dumps([verdicts, sorted(set(seen))]))
"""
    texts = [p.format(mark=mark) + tail for p in PAYLOADS for tail in ("", " == x")]
    got = subprocess.run([sys.executable, "-c", code], env=ENV, input=json.dumps(texts), capture_output=True, text=True, check=True)
    verdicts, events = json.loads(got.stdout)
    assert set(verdicts) == {"unreadable"} and not mark.exists()
    assert not [e for e in events if e.startswith(("exec", "compile", "open", "import", "subprocess", "os.", "socket", "ctypes"))], events


ON_THE_WAY = sorted([*(ROOT / "kexue" / "read").glob("*.py"), *(ROOT / "kexue" / "checking").glob("*.py"), *(ROOT / "kexue" / "kernel").glob("*.py"),
                     *(ROOT / "kexue" / n for n in ("decide.py", "witness.py", "answer.py", "check_cli.py", "refute.py", "certificates.py", "formula.py", "attain.py", "hunt.py", "draw.py",
                                               "plain.py", "phrases.py", "pytest_plugin.py", "recheck.py"))])
EVALUATORS = {"eval", "exec", "compile", "__import__", "sympify", "_sympify", "S", "parse_expr", "parse_latex", "lambdify", "simplify", "nsimplify",
              "integrate", "literal_eval", "Symbol", "Matrix"}


@pytest.mark.parametrize("path", ON_THE_WAY, ids=lambda p: f"{p.parent.name}.{p.stem}")
def test_no_text_of_a_claim_can_reach_an_evaluator(path: Path) -> None:
    """No file on the way of a claim imports SymPy or calls anything that evaluates text, under any name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert not {a.name.split(".")[0] for a in node.names} & {"sympy", "pickle", "marshal", "shelve", "code", "ast"}, path
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            assert str(node.module).split(".")[0] not in ("sympy", "pickle", "marshal", "shelve", "code", "ast"), path
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
            pattern = isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name) and node.func.value.id == "re"
            assert name not in EVALUATORS or pattern, f"{path.name}:{node.lineno} calls {name}"


def test_the_rule_above_can_fail(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    for text in ("eval('x')", "import sympy", "from sympy import S", "a.sympify(t)"):
        bad.write_text(text)
        with pytest.raises(AssertionError):
            test_no_text_of_a_claim_can_reach_an_evaluator(bad)


# ----------------------------------------------------------------------------------------------------------------- recheck
@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("answers")
    claims = folder / "claims.jsonl"
    claims.write_text("\n".join([
        line("(x + 1)**2 - 1", "x**2 + 2*x", id="p"), line("x/x", "1", id="c"), line("x**2", id="r"), line("x", "5", id="v", assumptions=["x < x - 1"]),
        line("x", "1", id="o", assumptions=["Or(x < 0, x > 3)"]), line("sin(x)*prime(3)", "x", id="u"), line("(", id="bad"),
        line("sqrt(z**2)", "z", id="z", vars={"z": {"domain": "complex"}})]) + "\n")
    got = subprocess.run([*PYTHON, "check", "--jsonl", str(claims)], env=ENV, capture_output=True)
    answers = folder / "answers.jsonl"
    answers.write_bytes(got.stdout)
    return claims, answers


def test_every_final_verdict_is_accepted_again(answered: tuple[Path, Path], capfdbinary: Any) -> None:
    claims, answers = answered
    verdicts = {r["id"]: r["verdict"] for r in map(json.loads, answers.read_text().splitlines())}
    assert verdicts | {"u": ""} == {"p": "proved", "c": "proved", "r": "refuted", "v": "vacuous", "o": "refuted", "u": "", "bad": "unreadable", "z": "refuted"}
    final = sum(v in ("proved", "refuted", "vacuous") for v in verdicts.values())
    for more in ([], ["--claims", str(claims)]):
        assert run(["recheck", str(answers), "--lang", "en", *more]) == 0
        assert out(capfdbinary).startswith(f"{final} accepted, 0 rejected")


CHANGES: list[tuple[str, Any]] = [
    ("scope", "for all complex x"), ("conditions", ["x != 7"]), ("trust", "ball"), ("certificate", None), ("certificate", {}), ("certificate", 7),
    ("counterexample", {"at": {"x": "0"}, "lhs": "0", "rhs": "1"}), ("verdict", "proved"), ("verdict", "refuted"), ("verdict", "vacuous")]


@pytest.mark.parametrize("id_", ["p", "c", "r", "v", "o", "z"])
def test_a_changed_answer_is_rejected(answered: tuple[Path, Path], id_: str) -> None:
    from kexue.checking.judge import rechecked
    _, answers = answered
    record = next(r for r in map(json.loads, answers.read_text().splitlines()) if r["id"] == id_)

    def verdict(changed: dict[str, Any]) -> str:
        return str(rechecked({"kind": "recheck", "line": json.dumps(changed)})["verdict"])
    assert verdict(record) == "accepted"
    for key, value in CHANGES:
        if record[key] != value and not (key == "counterexample" and record["verdict"] != "refuted") and not (
                key == "conditions" and record["verdict"] != "proved"):
            assert verdict(record | {key: value}) == "rejected", key
    certificate = record["certificate"]
    for key in certificate:
        assert verdict(record | {"certificate": {k: v for k, v in certificate.items() if k != key}}) == "rejected", key
    assert verdict(record | {"certificate": certificate | {"id": "000000000000"}}) == "rejected"
    data = json.dumps(certificate["goal"])
    for old, new in (('"x"', '"y"'), ('"1"', '"2"'), ('"eq"', '"le"'), ('"real"', '"complex"')):
        if old in data:
            changed = certificate | {"goal": json.loads(data.replace(old, new))}
            assert verdict(record | {"certificate": changed}) == "rejected", (old, new)


def test_a_certificate_of_another_claim_is_rejected(answered: tuple[Path, Path], tmp_path: Path, capfdbinary: Any) -> None:
    _, answers = answered
    other = tmp_path / "other.jsonl"
    other.write_text("\n".join(line("x + 2", "2 + x", id=i) for i in "pcrvoz") + "\n")
    assert run(["recheck", str(answers), "--claims", str(other), "--lang", "en"]) == 1
    assert " 0 rejected" not in out(capfdbinary)


def test_values_with_other_digits_are_alike() -> None:
    from kexue.checking.judge import alike
    assert alike("1.7278759595", "1.72787595947") and alike("1/2", "1/2") and alike("-1.5 + 2.25000000*i", "-1.5 + 2.2500000001*i")
    for a, b in (("1.7278", "1.72787595947"), ("1.72787595947", "1.72887595947"), ("1/2", "1/3"), ("1", "1 + i"), (1, "1"), (None, "0")):
        assert not alike(a, b)


def test_recheck_survives_anything(tmp_path: Path, capfdbinary: Any) -> None:
    junk = tmp_path / "junk.jsonl"
    junk.write_bytes(b'\xff\n[]\n{"verdict": "proved"}\n{"id": "a", "verdict": "proved", "certificate": {"goal": 1}}\n' + b"[" * 100_000 + b"\n")
    assert run(["recheck", str(junk)]) == 4
    empty = tmp_path / "empty.jsonl"
    empty.write_bytes(b"")
    assert run(["recheck", str(empty)]) == 5
    assert run(["recheck", str(tmp_path / "nowhere")]) == 2


# ------------------------------------------------------------------------------------------------------------------ Python
def test_python() -> None:
    r = kexue.check(SOFTPLUS, real="x", lang="en")
    assert (r.verdict, r.scope, r.conditions, r.counterexample) == ("proved", "for all real x", [], None)
    assert "✓ proved" in repr(r) and repr(r).startswith("read as")
    assert "<math" in r._repr_html_() and "log" in str(r._repr_latex_())
    with pytest.raises(TypeError, match="verdict"):
        bool(r)
    with pytest.raises(AttributeError):
        _ = r.truth
    refuted = kexue.check("x**2 >= x", real="x", lang="zh")
    assert refuted.verdict == "refuted" and "反例" in repr(refuted) and refuted.counterexample["at"]
    bad = kexue.check("<b>x", real="x")
    assert bad.verdict == "unreadable" and "<b>" not in bad._repr_html_() and bad._repr_latex_() is None
    for wrong in (3, None, ["x"], object()):
        with pytest.raises(TypeError):
            kexue.check(wrong)
    with pytest.raises(TypeError, match="declaration"):
        kexue.check("x == x", reel="x")


def test_python_takes_latex() -> None:
    r = kexue.check(r"\log(1+e^x) - \log(1+e^{-x}) = x", real="x", lang="en")
    assert (r.verdict, r.scope) == ("proved", "for all real x") and repr(r).startswith("read as      log(1 + exp(x))")
    assert "<math" in r._repr_html_() and r"repeat       kexue check '\log(1+e^x)" in repr(r)
    chain = kexue.check(r"x \le x + 1 < x + 2", real="x")
    assert chain.verdict == "proved" and chain.read["text"] == "x <= x + 1 and x + 1 < x + 2"
    assert kexue.check(r"x \le x + 1 < x", real="x").verdict == "refuted"
    assert kexue.check(r"2^n > n^2, \quad n \ge 5", integer="n").scope == "for all integer n with n >= 5"
    assert kexue.check("2x = x + x", real="x", latex=True).verdict == "proved"
    assert "--latex '2x = x + x'" in repr(kexue.check("2x = x + x", real="x", latex=True))
    assert kexue.check("2x = x + x", real="x").verdict == "unreadable"
    for nothing in (r"\sin x", r"f(x) := \sin x", r"\frac{x", r"\sin y = y", r"x = x \quad\text{or}\quad x > 0", "\\", r"\input{/etc/passwd} = x"):
        assert kexue.check(nothing, real="x").verdict == "unreadable", nothing
    assert kexue.check(r"\sin x = x", real="x", latex=False).verdict == "unreadable"


def test_a_command_that_repeats_a_check_reads_the_same(capfdbinary: Any) -> None:
    for text, declared, latex in (("-x < -x + 1", [("real", "x")], False), ("2x = x + x", [("real", "x")], True), (r"\sin^2 x + \cos^2 x = 1", [("real", "x")], True)):
        words = shlex.split(answer.command(text, declared, latex))
        assert words[:2] == ["kexue", "check"] and run(words[1:]) == 0, text
        assert shlex.join(words) in out(capfdbinary)


def test_python_takes_sympy() -> None:
    import sympy as sp
    p, y, z = sp.Symbol("p", positive=True), sp.Symbol("y", real=True), sp.Symbol("z")
    n, k = sp.Symbol("n", integer=True, nonnegative=True), sp.Symbol("k", integer=True)
    A = sp.MatrixSymbol("A", 3, 3)
    for claim, verdict, scope in [
        (sp.Eq(sp.log(p ** 2), 2 * sp.log(p), evaluate=False), "proved", "for all positive p"),
        (sp.Eq(sp.sin(y) ** 2 + sp.cos(y) ** 2, 1, evaluate=False), "proved", "for all real y"),
        (sp.Eq(sp.sqrt(z ** 2), z, evaluate=False), "refuted", "for all complex z"),
        ((sp.Sum(k, (k, 1, n)), n * (n + 1) / 2), "proved", "for all natural n"),
        (sp.StrictLessThan(y, y + 1, evaluate=False), "proved", "for all real y"),
        (sp.Ge(y, 1 / y, evaluate=False), "refuted", "for all real y"),
        (sp.Eq(sp.Derivative(sp.sin(y), y), sp.cos(y)), "proved", "for all real y"),
        ((sp.Matrix([[1, 2], [3, 4]]) * y, y * sp.Matrix([[1, 2], [3, 4]])), "proved", "for all real y"),
        ((sp.Trace(A.T * A), sp.Trace(A * A.T)), "proved", "for all 3 x 3 matrix A"),
    ]:
        r = kexue.check(claim)
        assert (r.verdict, r.scope) == (verdict, scope), (claim, r)
    assert kexue.check((p, 2 * p), assume="p < 1").scope == "for all positive p with p < 1"
    for nothing in (sp.Eq(y, y), y + 1, sp.Float(0.1) < y, sp.Eq(y, sp.nan), sp.Eq(sp.Symbol("q", real=True), sp.Symbol("q")), sp.Integral(y)):
        assert kexue.check(nothing).verdict == "unreadable", nothing


def test_python_takes_formulas() -> None:
    x = kexue.real("x")
    assert kexue.check(kexue.eq(kexue.exp(x) * kexue.exp(-x), 1)).verdict == "proved"
    assert kexue.check(x < 1, assume="x < 0").verdict == "proved"
