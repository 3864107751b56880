"""The plugin for pytest: claims of posts and of modules are collected, judged and told apart by their verdict, and it costs nothing unused."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest_plugins = ("pytester",)
ROOT = Path(__file__).resolve().parent.parent

POST = r"""<!-- kexue: real x; natural n -->
$$\sin^2 x + \cos^2 x = 1 \label{eq:one}$$

Let
$$\sigma(x) = \frac{1}{1+e^{-x}}$$
$$\sqrt{x^2} = x$$

$$0 \le e^x \le 0$$
$$\frac{x$$
"""
MODULE = r"""
import kexue

logs = kexue.claims("log(exp(x)) == x", "log(x**2) == 2*log(x)", real="x")
latex = kexue.claims(r"\sqrt{x^2} = |x|", "x^2 = x x", real="x", latex=True)
wrong = kexue.claims("sqrt(z**2) == z", complex="z", verdict="refuted")
misspelt = kexue.claims("y == y", real="x")
x = kexue.real("x")
formula = kexue.claims(kexue.eq(x + x, 2 * x))

class TestMore:
    inner = kexue.claims("x < x + 1", real="x")

def test_plain():
    assert kexue.check("x < x + 1", real="x").verdict == "proved"
"""


@pytest.fixture
def run(pytester: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # where kexue is installed, it would be loaded twice
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return lambda *args: pytester.runpytest("-p", "kexue.pytest_plugin", "-p", "no:cacheprovider", "-W", "error", "-W", "ignore:Module already imported:pytest.PytestAssertRewriteWarning", *args)


def test_a_post_becomes_tests(run: Any, pytester: Any) -> None:
    (pytester.path / "post.md").write_text(POST, encoding="utf-8")
    result = run("--kexue", "-v")
    result.assert_outcomes(passed=2, failed=3)
    result.stdout.fnmatch_lines(["post.md::post.md:2 eq:one PASSED*", "post.md::post.md:6 FAILED*", "post.md::post.md:8 PASSED*",
                                 "post.md::post.md:8:* FAILED*", "post.md::post.md:9 FAILED*"])
    result.stdout.fnmatch_lines(["*read as*sqrt(x^2) = x", "*verdict*refuted", "*at*x = -1*", "*verdict*unreadable*",
                                 "5 claims: 2 proved, 2 refuted, 1 unreadable"])
    assert "a definition" not in result.stdout.str()


def test_a_module_states_claims(run: Any, pytester: Any) -> None:
    (pytester.path / "test_claims.py").write_text(MODULE, encoding="utf-8")
    result = run("-v")
    result.assert_outcomes(passed=7, failed=2)
    result.stdout.fnmatch_lines([
        "test_claims.py::test_claims.py:4 logs?1? PASSED*", "test_claims.py::test_claims.py:4 logs?2? FAILED*",
        "test_claims.py::test_claims.py:5 latex?1? PASSED*", "test_claims.py::test_claims.py:5 latex?2? PASSED*",
        "test_claims.py::test_claims.py:6 wrong PASSED*", "test_claims.py::test_claims.py:7 misspelt FAILED*",
        "test_claims.py::test_claims.py:9 formula PASSED*", "test_claims.py::TestMore::test_claims.py:12 inner PASSED*",
        "test_claims.py::test_plain PASSED*"])
    result.stdout.fnmatch_lines(["*log(x^2) = 2*log(x)*", "*y is not declared*"])
    assert run("test_claims.py", "-k", "wrong").parseoutcomes() == {"passed": 1, "deselected": 8}
    assert run("test_claims.py::test_claims.py:9 formula").parseoutcomes() == {"passed": 1}


def test_what_is_accepted_does_not_fail_and_is_counted(run: Any, pytester: Any) -> None:
    (pytester.path / "test_open.py").write_text(
        'import kexue\nopen_ = kexue.claims("f(x) < g(x)", real="x", function="f, g")\nfalse = kexue.claims("x < x", real="x")\n', encoding="utf-8")
    run().assert_outcomes(failed=2)
    result = run("--kexue-accept", "undecided")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["2 claims: 1 refuted, 1 undecided"])
    pytester.makeini("[pytest]\nkexue_accept = undecided refuted\n")
    run().assert_outcomes(passed=2)
    pytester.makeini("[pytest]\nkexue_accept = maybe\n")
    assert "there is no verdict maybe" in run().stderr.str()
    assert run("--kexue-accept", "maybe").ret == pytest.ExitCode.USAGE_ERROR


def test_an_expected_verdict_that_does_not_come_fails(run: Any, pytester: Any) -> None:
    (pytester.path / "test_it.py").write_text('import kexue\nit = kexue.claims("x < x + 1", real="x", verdict="refuted")\n', encoding="utf-8")
    result = run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["proved, where refuted is expected", "*verdict*proved*"])


def test_posts_are_left_alone_unless_asked_for(run: Any, pytester: Any) -> None:
    (pytester.path / "posts").mkdir()
    for name in ("posts/one.md", "README.md"):
        (pytester.path / name).write_text("<!-- kexue: real x -->\n$$x < x + 1$$\n", encoding="utf-8")
    assert run().ret == pytest.ExitCode.NO_TESTS_COLLECTED
    pytester.makeini("[pytest]\nkexue_posts = posts/*.md\n")
    result = run("--collect-only", "-q")
    result.stdout.fnmatch_lines(["posts/one.md::one.md:2", "1 test collected*"])
    run("--kexue").assert_outcomes(passed=2)


def test_posts_that_cannot_be_read_fail(run: Any, pytester: Any) -> None:
    (pytester.path / "bad.md").write_bytes(b"\xff\xfe$$x = x$$")
    (pytester.path / "worse.md").write_text("<!-- kexue: reel x -->\n$$1 = 1$$\n", encoding="utf-8")
    (pytester.path / "empty.md").write_text("", encoding="utf-8")
    result = run("--kexue")
    result.assert_outcomes(errors=1)
    result = run("--kexue", "worse.md", "empty.md")
    result.assert_outcomes(passed=1, failed=1)


def test_a_claim_that_hangs_costs_only_itself(run: Any, pytester: Any) -> None:
    (pytester.path / "test_slow.py").write_text(
        'import kexue\nslow = kexue.claims("Sum(sin(k**2), (k, 0, 10**9)) == prime(10**9)")\nafter = kexue.claims("x + 0 == x", real="x")\n',
        encoding="utf-8")
    run("--kexue-timeout", "1").assert_outcomes(passed=1, failed=1)


def test_wrong_statements_are_errors_of_the_module(run: Any, pytester: Any) -> None:
    for text in ('claims()', 'claims("x == x", reel="x")', 'claims("x == x", real="x", verdict="true")'):
        (pytester.path / "test_bad.py").write_text(f"import kexue\nbad = kexue.{text}\n", encoding="utf-8")
        result = run()
        result.assert_outcomes(errors=1)
        result.stdout.fnmatch_lines(["*TypeError*"])


def test_unused_it_loads_nothing(tmp_path: Path) -> None:
    (tmp_path / "test_nothing.py").write_text(
        "import sys\ndef test_it():\n    heavy = {'sympy', 'torch', 'numpy', 'flint', 'click', 'subprocess'} & set(sys.modules)\n"
        "    ours = sorted(m for m in sys.modules if m.startswith('kexue'))\n    print(sorted(heavy), ours)\n    assert ours == ['kexue', 'kexue.pytest_plugin']\n"
        "    assert not heavy - {'subprocess'}\n", encoding="utf-8")
    env = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT)}
    got = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "kexue.pytest_plugin", "-p", "no:cacheprovider", str(tmp_path)], env=env,
                         capture_output=True, text=True, check=False, cwd=tmp_path)
    assert got.returncode == 0, got.stdout
    code = "import time; import pytest; t = time.perf_counter(); import kexue.pytest_plugin; print(time.perf_counter() - t)"
    spent = min(float(subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True).stdout) for _ in range(3))
    assert spent < 0.05


def test_the_plugin_is_announced() -> None:
    import tomllib
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {"kexue": "kexue.pytest_plugin"}
