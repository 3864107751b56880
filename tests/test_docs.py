"""Every command shown in the documentation prints what is shown there."""

from __future__ import annotations

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
