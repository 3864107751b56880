"""The documents say what is so: the two commands, the exit statuses, the commands and folders they name."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import pytest

from kexue import cli
from kexue.messages import VERDICTS

ROOT = Path(__file__).resolve().parent.parent
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def commands(path: Path) -> list[str]:
    return re.findall(r"```sh\n(.*?)\n```", text(path), re.S)


@pytest.mark.parametrize("path", READMES, ids=lambda p: p.name)
def test_there_are_two_commands_and_ci_runs_the_second(path: Path) -> None:
    report, test = commands(path)
    assert report == test + " -- kexue report"
    assert text(ROOT / ".ci" / "run").splitlines()[-1] == test
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
    assert "\n" not in test and test.startswith("python3 -m venv .venv && ")


def test_the_report_quotes_the_same_commands() -> None:
    from kexue.report.model import COMMANDS
    assert list(COMMANDS) == commands(READMES[0])


def test_the_environment_of_the_commands_runs_tests_or_what_is_given() -> None:
    tox = configparser.ConfigParser()
    tox.read(ROOT / "tox.ini")
    assert tox["testenv:kexue"]["commands"] == "{posargs:pytest -q}"
    assert tox["testenv:kexue"]["dependency_groups"] == "test"
    assert tox["testenv"]["constraints"] == "constraints.txt"
    assert {"lint", "types", "bench", "gpu", "report"} <= {s.removeprefix("testenv:") for s in tox.sections()}
    assert "uv" not in re.findall(r"[a-z-]+", text(ROOT / "tox.ini"))


@pytest.mark.parametrize("path", READMES, ids=lambda p: p.name)
def test_every_command_and_verdict_is_named_and_exists(path: Path) -> None:
    said = text(path)
    assert set(re.findall(r"`kexue (\w+)", said)) == set(cli.kexue.commands)
    for option in re.findall(r"--[a-z][a-z-]+", re.sub(r"```.*?```", "", said, flags=re.S)):
        known = {o for c in cli.kexue.commands.values() for p in c.params for o in p.opts}
        assert option in known, option
    assert all(f"`{v}`" in said for v in VERDICTS)


@pytest.mark.parametrize("path", [*READMES, ROOT / "CONTRIBUTING.md"], ids=lambda p: p.name)
def test_links_and_folders_exist(path: Path) -> None:
    generated = {"reports/README.md", "reports/README.zh.md", "docs/report.png", "reports/", "reports/site/index.html"}
    for target in re.findall(r"\]\(([^)#]+)\)", text(path)):
        if "://" not in target and target not in generated:
            assert (ROOT / target).exists(), target
    for folder in re.findall(r"^\| `([a-z]+/)`", text(path), re.M):
        assert folder in generated or (ROOT / folder).is_dir(), folder


@pytest.mark.parametrize("path", READMES, ids=lambda p: p.name)
def test_the_exit_statuses_are_those_of_the_tool(path: Path) -> None:
    said = set(map(int, re.findall(r"(?:退出码：|Exit status: |, |；|\n)(\d+) ?", next(
        p for p in text(path).split("\n\n") if "70" in p and "130" in p))))
    assert said == {0, cli.UNREADABLE, cli.INTERNAL, cli.INTERRUPTED, *cli.STATUS.values()}


def test_the_readmes_say_the_same() -> None:
    english, chinese = (text(p) for p in READMES)
    for pattern in (r"^#+ ", r"^\|", r"^```", r"^!\["):
        assert len(re.findall(pattern, english, re.M)) == len(re.findall(pattern, chinese, re.M)), pattern
    assert "(README.zh-CN.md)" in english and "(README.md)" in chinese


def test_the_changelog_has_this_version() -> None:
    import kexue
    assert f"## {kexue.__version__}" in text(ROOT / "CHANGELOG.md")


def test_nothing_names_a_machine() -> None:
    """No absolute path and no address of an index in what is published about the set-up."""
    for name in ("README.md", "README.zh-CN.md", "CONTRIBUTING.md", "CHANGELOG.md", "tox.ini", "pyproject.toml", "constraints.txt", ".ci/run"):
        said = text(ROOT / name)
        assert not re.search(r"index-url|find-links|--hash|(?<![\w.:/])/(?:root|home|work|opt|tmp|usr)/", said), name
