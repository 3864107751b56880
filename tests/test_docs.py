"""Every command and every session shown in the documentation prints what is shown there."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
DOCS = Path(__file__).parent.parent / "docs"
BLOCKS = re.findall(r"```console\n\$ (kexue .*)\n((?:.*\n)*?)```", (DOCS / "checking.md").read_text(encoding="utf-8"))


def test_there_are_examples() -> None:
    assert len(BLOCKS) >= 8


@pytest.mark.parametrize(("command", "shown"), BLOCKS, ids=range(len(BLOCKS)))
def test_a_documented_command_prints_what_is_shown(command: str, shown: str) -> None:
    done = subprocess.run([sys.executable, "-m", *shlex.split(command), "--lang", "en"], capture_output=True, text=True, encoding="utf-8",
                          check=False, cwd=DOCS.parent)
    assert (done.stdout + done.stderr).rstrip() == shown.rstrip()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n((?:.*\n)*?)```", (DOCS / "checking.md").read_text(encoding="utf-8"))


def test_the_example_post_is_shown_as_it_is() -> None:
    assert blocks("markdown") == [(DOCS / "example.md").read_text(encoding="utf-8")]


def test_the_sessions_of_python_give_what_is_shown() -> None:
    sessions = blocks("pycon")
    assert sessions
    for session in sessions:
        test = doctest.DocTestParser().get_doctest(session, {}, "checking.md", "checking.md", 0)
        said: list[str] = []
        assert doctest.DocTestRunner().run(test, out=said.append).failed == 0, "".join(said)


def test_the_module_of_tests_passes(tmp_path: Path) -> None:
    (shown,) = blocks("python")
    (tmp_path / "test_shown.py").write_text(shown, encoding="utf-8")
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts" / "example.md").write_bytes((DOCS / "example.md").read_bytes())
    (tmp_path / "pytest.ini").write_text("[pytest]\nkexue_posts = posts/*.md\n", encoding="utf-8")
    env = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(DOCS.parent)}
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "kexue.pytest_plugin", "-p", "no:cacheprovider", "--kexue-accept", "refuted", str(tmp_path)],
                          env=env, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0 and "6 passed" in done.stdout and "6 claims: 4 proved, 2 refuted" in done.stdout, done.stdout
