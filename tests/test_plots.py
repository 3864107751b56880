"""Plots: deterministic bytes, small files, well-formed SVG without text, language or a style sheet."""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from kexue.report.plots import GREY, svg, typeset

ROOT = Path(__file__).parent.parent
SPEC: dict[str, Any] = {
    "caption": {"en": "A caption.", "zh": "说明。"}, "xlabel": "theta_t", "ylabel": "|R R^T - I|",
    "xscale": "log", "yscale": "log", "claim": "some_claim", "vlines": [10.0], "hlines": [0.5], "series": [
        {"label": "exact, n = 2", "x": [k / 7 for k in range(1, 900)], "y": [abs(math.sin(k)) for k in range(1, 900)],
         "style": "line"},
        {"label": "annealed, n = 2", "x": [1.0, 2.0, 3.0], "y": [1.0, 0.0, 3.0], "style": "dashed"},
        {"label": "roots", "x": [1.0, 5.0, 9.0], "y": [1.0, math.nan, math.inf], "style": "points"}]}


def test_same_bytes_in_every_process() -> None:
    code = ("import sys, json\nfrom kexue.report.plots import svg\n"
            "sys.stdout.write(svg(json.loads(sys.stdin.read()), 'demo'))")
    spec = {**SPEC, "series": SPEC["series"][:2]}
    for seed in ("0", "1"):
        run = subprocess.run([sys.executable, "-c", code], input=json.dumps(spec), capture_output=True, text=True,
                             check=True, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed})
        assert run.stdout == svg(spec, "demo")


def test_names_keep_ids_apart() -> None:
    def ids(name: str) -> set[str]:
        return {i for i in re.findall(r'id="([^"]+)"', svg(SPEC, name)) if not i.startswith("DejaVu")}
    assert ids("one") and not ids("one") & ids("two")


def test_the_file_is_small_well_formed_and_carries_no_text() -> None:
    made = svg(SPEC, "demo")
    root = ET.fromstring(made)
    assert root.tag.endswith("svg") and len(made) < 60_000
    assert not any(e.tag.endswith(("text", "style", "metadata", "script", "image")) for e in root.iter())
    assert made.isascii() and made.endswith("\n") and "\n\n" not in made
    assert "Date" not in made and "matplotlib.org" not in made
    assert not re.search(r'(x|y|translate\()="?-?\d+\.\d{3}', made)


def test_ink_is_the_pages_colour_with_a_grey_of_its_own() -> None:
    made = svg(SPEC, "demo")
    assert made.startswith(f'<svg color="{GREY}"') and "currentColor" in made
    assert "#000000" not in made and "#ffffff" not in made.lower()


def test_the_users_matplotlib_settings_change_nothing() -> None:
    import matplotlib
    plain = svg(SPEC, "demo")
    with matplotlib.rc_context({"font.size": 20, "lines.linewidth": 9, "axes.facecolor": "red"}):
        assert svg(SPEC, "demo") == plain
        assert matplotlib.rcParams["font.size"] == 20


def test_a_dashed_series_takes_the_colour_of_its_partner() -> None:
    strokes = re.findall(r"stroke: (#[0-9a-f]{6})", svg(SPEC, "demo"))
    assert len(set(strokes)) == 1  # the points have fills of another colour


def test_values_a_log_axis_cannot_show_are_left_out() -> None:
    made = svg(SPEC, "demo")
    assert "nan" not in made and "inf" not in made.replace("infinity", "")


@pytest.mark.parametrize(("change", "message"), [
    ({"xscale": "cubic"}, "xscale is 'cubic'"),
    ({"series": [{"label": "a", "x": [1.0], "y": [1.0], "style": "wavy"}]}, "style 'wavy'"),
    ({"series": [{"label": "a", "x": [1.0, 2.0], "y": [1.0], "style": "line"}]}, "2 x and 1 y")])
def test_bad_specifications_are_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        svg({**SPEC, **change}, "demo")


@pytest.mark.parametrize(("label", "shown"), [
    ("alpha*", "α*"), ("pi - angle", "π − angle"), ("0.84 sqrt(log n)", "0.84 √(log n)"),
    ("r_n/n", r"r$_{\mathregular{n}}$/n"),
    ("10000^-t", r"10000$^{\mathregular{−t}}$"), ("2 pi^2/k", r"2 π$^{\mathregular{2}}$/k"), ("x = -2", "x = −2"),
    ("a$b", r"a\$b"), ("max_step", "max_step"), ("alphabet", "alphabet")])
def test_labels_are_typeset(label: str, shown: str) -> None:
    assert typeset(label) == shown


def test_importing_the_module_does_not_import_matplotlib() -> None:
    code = "import sys, kexue.report.plots; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
