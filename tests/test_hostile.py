"""Hostile input through every way in: each gets a clear answer within its limits, nothing runs, and the next claim is judged as ever."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import kexue

ROOT = Path(__file__).resolve().parent.parent
CHECK = [sys.executable, "-m", "kexue", "check"]
ENV = os.environ | {"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
LIMIT = 1.0  # seconds for one claim
MARK = "kexue-was-here"
INJECTIONS = [
    f"__import__('os').system('touch {MARK}')", f"eval(\"open('{MARK}','w')\")", f"exec('open(\"{MARK}\",\"w\")')", f"open('{MARK}', 'w') == x",
    f"(lambda: open('{MARK}','w'))() == x", "x.__class__.__mro__[1].__subclasses__() == x", "Symbol.__new__.__globals__['__builtins__'] == x",
    f"x.diff.__globals__['__builtins__']['open']('{MARK}','w')", "[c for c in ().__class__.__base__.__subclasses__()]", "sympify('x') == x",
    f"Matrix([['__import__(\"os\").system(\"touch {MARK}\")']]) == x", f"sin(\"open('{MARK}','w')\") == x", f"`touch {MARK}` == x", f"$(touch {MARK}) == x",
    f"x == x; touch {MARK}", f"x == x | touch {MARK}", "{{7*7}} == 49", "${jndi:ldap://localhost/x}", "%n%n%s == x", "{x.__class__} == x", "<script>alert(1)</script>",
    f"Function('f', cls=open('{MARK}','w'))(x) == x", "x@x == x", "x if x else x", "*x == x", "x := x", "print(x) == x", "x' OR '1'='1"]
SHAPES = ["(" * 100_000, "(" * 100_000 + "x" + ")" * 25_000, "[" * 50_000, "sin(" * 15_000 + "x", "-" * 60_000 + "y == x", "x**" * 15_000 + "x == x", "+".join(["x"] * 50_000) + " == y",
          "x == " * 15_000 + "y", "9" * 115_000 + " == x", "x" * 100_000 + " == x", ",", "x == (", ") == x", "==", "x ==", "== x", "x === x"]
LARGE = ["9**9**9 == x", "factorial(10**8) == x", "factorial(factorial(20)) == x", "2**(10**9) == x", "1e9999999999 == x", "binomial(10**9, 5*10**8) == 1", "gamma(10**9) == x",
         "fibonacci(10**9) == 1", "Sum(sin(k), (k, 0, 10**8)) == x", "Sum(Sum(Sum(j*k*m, (j, 1, 999)), (k, 1, 999)), (m, 1, 999)) == x", "Product(k, (k, 1, 10**7)) == x",
         "Integral(sin(exp(x**9)), (x, 0, 100)) == 1", "eye(10**9).det() == 2", "Matrix([[" + ",".join(["x**9"] * 2000) + "]]) == 1", "prime(10**12) == 1", "primepi(10**14) == 1",
         "exp(exp(exp(exp(exp(9))))) == x", "zeta(10**8) == x", "bernoulli(10**7) == x", "bell(10**6) == x", "partition(10**9) == x", "sin(10**(10**9)) == 1", "(x+y)**(10**7) == 1",
         "((((x+y)**99)**99)**99)**99 == x", "floor(10**100000*pi) == x", "Mod(7**(10**9), 10**9) == x", "besselj(10**9, 10**9) == x", "hyper([1, 1], [10**9], 1-1/10**9) == x"]
CHARACTERS = ["x\x00 == x", "\x1b[31mx == x", "x == x\x07", "\u202ex == x", "x\u200b == x", "\ufeff", "\N{CYRILLIC SMALL LETTER HA} == x", "\N{FULLWIDTH LATIN SMALL LETTER X} == x",
              "\N{MATHEMATICAL ITALIC SMALL X} == x", "x \N{EQUALS SIGN}\N{COMBINING LONG SOLIDUS OVERLAY} y", "x\N{NO-BREAK SPACE}y == x", "\N{GREEK QUESTION MARK} x", "e\N{COMBINING ACUTE ACCENT} == x",
              "\ud800 == x", "\N{PILE OF POO} == x", "x\r== x + 1", "x == x + 1\x0c", "", " ", "\t", "\N{IDEOGRAPHIC SPACE}"]
PLAIN = [*INJECTIONS, *SHAPES, *LARGE, *CHARACTERS]
LATEX = [r"\input{/etc/passwd} = x", r"\write18{touch " + MARK + "} = x", r"\def\a{\a\a}\a = x", r"\csname input\endcsname = x", r"\begin{" * 15_000, "{" * 50_000, r"\frac{" * 15_000,
         r"\left(" * 15_000, "x^{" * 15_000, "9^{9^9} = x", r"(10^8)! = x", r"\sum_{k=1}^{10^9} \sin k = x", r"\binom{10^9}{10^8} = 1", r"\sqrt" * 15_000, "$$", "\\", r"\x00 = x",
         "\\sin\x00 x = x", r"\href{javascript:alert(1)}{x} = x", r"\begin{pmatrix}" + "&".join(["x"] * 15_000) + r"\end{pmatrix} = 1", "x_" * 15_000, "x'" * 15_000, r"\\" * 15_000,
         r"\prod_{k=1}^{10^8} k = x", "\N{CYRILLIC SMALL LETTER HA} = x^2"]
HARMLESS = ("unreadable", "undecided", "refuted", None)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder of its own, in which nothing may appear that was not put there."""
    monkeypatch.chdir(tmp_path)
    yield
    assert not [p for p in tmp_path.rglob("*") if MARK in p.name]


def answers(args: list[str], given: bytes | None = None, status: int = 4) -> list[dict[str, Any]]:
    got = subprocess.run([*CHECK, "--timeout", str(LIMIT), "--memory", "600MiB", "--format", "jsonl", *args], env=ENV, input=given, capture_output=True, check=False,
                         timeout=280)
    assert got.returncode == status, got.stderr[-2000:]
    assert b"Traceback" not in got.stderr and len(got.stdout) < 1 << 24
    return [json.loads(x) for x in got.stdout.splitlines()]


def held(found: list[dict[str, Any]], count: int) -> None:
    """Every hostile claim has its answer, in time and without harm, and the one behind them is judged."""
    assert len(found) == count + 1
    for record in found[:-1]:
        assert record["verdict"] in HARMLESS and record["reason"] not in ("internal", "contradiction"), (record["verdict"], record["reason"], str(record)[:300])
        assert record.get("seconds", 0) < LIMIT + 2
    assert found[-1]["verdict"] == "proved"


def on_a_line(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass").replace(b"\n", b" ")


def test_arguments() -> None:
    fit = [t for t in PLAIN if "\x00" not in t and "\ud800" not in t and "\\" not in t]
    held(answers(["--real", "x, y", "--", *fit, "x + 0 == x"]), len(fit))


def test_lines_of_a_file_and_of_the_standard_input() -> None:
    lines = [on_a_line(t) for t in PLAIN if t.strip() and not t.startswith("#")] + [b"\xff\xfe = x", b"\x80\x81", b"x == \xc3\x28"]
    data = b"\n".join([*lines, b"x + 0 == x"])
    held(answers(["-", "--real", "x, y"], data), len(lines))
    Path("claims.txt").write_bytes(data)
    held(answers(["claims.txt", "--real", "x, y"]), len(lines))


def test_json_lines() -> None:
    about = {"x": {"domain": "real"}, "y": {"domain": "real"}}
    lines = [json.dumps({"id": "h", "kind": "eq", "lhs": t, "rhs": "x", "vars": about}).encode() for t in PLAIN]
    lines += [json.dumps({"id": "h", "kind": "eq", "lhs": "x", "rhs": "x+1", "vars": about | v}).encode() for v in (
        {t[:200]: {"domain": "real"}} for t in INJECTIONS)]
    lines += [json.dumps({"id": t, "kind": "eq", "lhs": "x", "rhs": "x+1", "vars": about, "assumptions": [t]}).encode() for t in (*INJECTIONS, *LARGE)]
    lines += [json.dumps({"id": "h", "kind": t, "lhs": "x", "rhs": "x", "vars": {"x": {"domain": t, "lo": t}}}).encode() for t in (*INJECTIONS[:5], *CHARACTERS)]
    lines += [b"", b"\x00", b"\xff", b"null", b"[]", b"1e999", b"NaN", b"[" * 100_000, b'{"a":' * 100_000, b'"' + b"\\u0000" * 1000 + b'"', b"{}", b'{"id": {}}', b'{"vars": 3}']
    found = answers(["--jsonl", "-"], b"\n".join([*lines, b'{"id":"after","kind":"eq","lhs":"x+0","rhs":"x","vars":{"x":{"domain":"real"}}}']))
    vacuous = [r for r in found if r["verdict"] == "vacuous"]  # 9**9**9 == x and the like: nothing that is found meets it
    held([r for r in found if r not in vacuous], len(lines) - len(vacuous))


def test_latex() -> None:
    fit = [t for t in LATEX if "\x00" not in t]
    args = [part for t in [*fit, "x + 0 = x"] for part in ("--latex", t)]
    found = answers([*args, "--real", "x, y"])
    assert len(found) >= len(fit) + 1
    assert all(r["verdict"] in HARMLESS and r["reason"] != "internal" for r in found[:-1]) and found[-1]["verdict"] == "proved"


def test_posts() -> None:
    shown = [*(t for t in LATEX if "$$" not in t), *(t for t in INJECTIONS if "$" not in t)]
    post = "<!-- kexue: real x, y -->\n" + "\n\n".join(f"$$ {t} $$" for t in shown) + "\n\n$$x + 0 = x$$\n"
    Path("post.md").write_bytes(post.encode("utf-8", "surrogatepass"))
    found = answers(["post.md"])
    assert all(r["verdict"] in HARMLESS and r["reason"] != "internal" for r in found[:-1]) and found[-1]["verdict"] == "proved"
    assert len(found) > 0.6 * len(shown)
    for k, t in enumerate((*INJECTIONS, *CHARACTERS, "(" * 10_000, "real " * 10_000)):
        Path(f"{k}.md").write_text(f"---\nkexue: {t}\n---\n<!-- kexue: {t} -->\n```kexue\n{t}\n```\n$$1 = 1$$\n", encoding="utf-8", errors="replace")
    names = sorted(str(p) for p in Path().glob("[0-9]*.md"))
    found = answers(names)
    assert {r["verdict"] for r in found} <= {"unreadable", "proved", None} and sum(r["verdict"] == "proved" for r in found) >= len(names) - 3


def test_declarations() -> None:
    for option in ("--real", "--integer", "--matrix", "--on", "--assume", "--function", "--unit-vector"):
        for text in (*INJECTIONS[:6], "(" * 50_000, "9**9**9 < x", "A " + "9" * 5000 + " 3", "x in [9**9**9, oo)", "\N{CYRILLIC SMALL LETTER HA}", ""):
            got = kexue.check("1 == 2", timeout=LIMIT, **{option[2:].replace("-", "_"): text})
            assert got.verdict in ("unreadable", "refuted", "undecided", "vacuous"), (option, text[:40], got.verdict)


def test_python() -> None:
    for text in (*INJECTIONS, *CHARACTERS, *SHAPES[:6], *LARGE[:4]):
        assert kexue.check(text, real="x, y", timeout=LIMIT).verdict in HARMLESS, text[:60]
    assert kexue.check("x + 0 == x", real="x", timeout=LIMIT).verdict == "proved"


SMALL = [sys.executable, "-c", """import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:])
_, status, used = os.wait4(process.pid, 0)
open("maxrss", "w").write(str(used.ru_maxrss))  # in kB; that of a child of pytest itself would begin with what pytest holds
"""]


@pytest.mark.parametrize("channel", [["-", "--real", "x"], ["--jsonl", "-"]])
def test_a_line_of_a_gigabyte(channel: list[str]) -> None:
    """It comes through a pipe; the process that reads it stays small and goes on with the next line."""
    last = b"x + 0 == x\n" if channel[0] == "-" else b'{"id":"after","kind":"eq","lhs":"x+0","rhs":"x","vars":{"x":{"domain":"real"}}}\n'
    since = time.monotonic()
    with subprocess.Popen([*SMALL, *CHECK, *channel, "--format", "jsonl", "-j", "1"], env=ENV, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None and process.stdout is not None
        chunk = b"x+" * (1 << 19)
        for _ in range(1 << 10):
            process.stdin.write(chunk)
        process.stdin.write(b"\n" + last)
        process.stdin.close()
        found = [json.loads(x) for x in process.stdout.read().splitlines()]
        process.wait()
    assert [r["verdict"] for r in found] == ["unreadable", "proved"]
    assert int(Path("maxrss").read_text()) < 200 << 10 and time.monotonic() - since < 60


def test_a_post_of_many_megabytes() -> None:
    with open("long.md", "w", encoding="utf-8") as file:
        for _ in range(64):
            file.write("$$x = x$$ " * 100_000)
    run = subprocess.run([*SMALL, *CHECK, "long.md", "--real", "x", "--format", "jsonl"], env=ENV, stdout=subprocess.PIPE, check=False)
    found = [json.loads(x) for x in run.stdout.splitlines()]
    assert [(r["verdict"], r["reason"]) for r in found] == [("unreadable", "too-long")]
    assert int(Path("maxrss").read_text()) < 400 << 10
