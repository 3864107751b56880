"""Every command shown in the documentation prints what is shown there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from kexue.cli import kexue

DOCS = Path(__file__).parent.parent / "docs"
BLOCKS = re.findall(r"```console\n\$ (kexue .*)\n((?:.*\n)*?)```", (DOCS / "checking.md").read_text(encoding="utf-8"))


def test_there_are_examples() -> None:
    assert len(BLOCKS) >= 8


@pytest.mark.parametrize(("command", "shown"), BLOCKS, ids=range(len(BLOCKS)))
def test_a_documented_command_prints_what_is_shown(command: str, shown: str) -> None:
    result = CliRunner().invoke(kexue, [*shlex.split(command)[1:], "--lang", "en"], prog_name="kexue")
    assert result.output.rstrip() == shown.rstrip()
