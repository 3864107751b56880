"""What is installed is the package kexue and nothing else, from the wheel as from the source archive."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

import kexue
from kexue.run import cache

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def built(folder: Path, out: Path, target: str) -> Path:
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(out)], cwd=folder, check=True, capture_output=True)
    made, = out.iterdir()
    return made


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(ROOT, tmp_path_factory.mktemp("sdist"), "sdist")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(ROOT, tmp_path_factory.mktemp("wheel"), "wheel")


def members(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {n: archive.read(n) for n in archive.namelist()}


def test_only_kexue_reaches_site_packages(wheel: Path) -> None:
    assert {n.partition("/")[0] for n in members(wheel)} == {"kexue", f"kexue-{kexue.__version__}.dist-info"}


def test_the_wheel_carries_the_library_and_all_that_the_engine_reads(wheel: Path) -> None:
    names = set(members(wheel))
    for kind in ("proofs", "numerics"):
        here = {f"kexue/library/{kind}/{p.name}" for p in (ROOT / kind).glob("*.py")}
        assert here and here == {n for n in names if n.startswith(f"kexue/library/{kind}/")}
    engine = {f"kexue/{name}" for name, _ in cache.engine(True)}
    assert {"kexue/py.typed", "kexue/report/evidence.schema.json", "kexue/report/assets/STIXTwoMath.woff2"} <= engine <= names
    assert not [n for n in names if n.endswith(".pyc") or "tests" in n.split("/")]


def test_the_source_archive_gives_the_same_wheel(sdist: Path, wheel: Path, tmp_path: Path) -> None:
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    folder = tmp_path / f"kexue-{kexue.__version__}"
    for name in ("README.md", "LICENSE", "tox.ini", "constraints.txt", "tests/test_packaging.py"):
        assert (folder / name).is_file()
    assert not (folder / "reports").exists() and not list(folder.rglob("*.pyc"))
    again = members(built(folder, tmp_path / "wheel", "wheel"))
    assert again == members(wheel)


def test_the_metadata_says_what_is_needed(wheel: Path) -> None:
    text = next(body for n, body in members(wheel).items() if n.endswith("METADATA")).decode()
    meta = Parser().parsestr(text)
    assert (meta["Name"], meta["Version"], meta["Requires-Python"], meta["License-Expression"]) == (
        "kexue", kexue.__version__, ">=3.11", "MIT")
    points = next(body for n, body in members(wheel).items() if n.endswith("entry_points.txt")).decode()
    assert points.split() == ["[console_scripts]", "kexue", "=", "kexue.cli:main", "[pytest11]", "kexue", "=", "kexue.pytest_plugin"]


def test_an_installed_copy_runs_from_any_folder(wheel: Path, tmp_path: Path) -> None:
    """Unpacked instead of installed: the same files in the same places, without asking an index."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    script = ("import sys; sys.path.insert(0, sys.argv[1])\nimport kexue.collect as c\nimport importlib.util as u\n"
              "library = c.find_library()\nassert library.root.name == 'library', library\nprint(*c.stems(library))\n"
              "assert c.__file__.startswith(sys.argv[1])\n"
              "assert not any(u.find_spec(n) for n in ('proofs', 'numerics', 'tests', 'hatch_build'))")
    done = subprocess.run([sys.executable, "-P", "-c", script, str(tmp_path / "site")], cwd=tmp_path, text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == sorted(p.stem for p in (ROOT / "proofs").glob("*.py"))


def plain(name: str) -> str:
    return re.split(r"[<>=~!\[; ]", name)[0].lower().replace("_", "-")


def test_every_dependency_is_pinned_exactly() -> None:
    lines = [s for s in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines() if s and not s.startswith("#")]
    assert all(re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.]*", s) for s in lines), "names and versions alone: no builds, hashes, hosts"
    pins = dict(s.split("==") for s in lines)
    assert len(pins) == len(lines) and pins["torch"] == "2.13.0"
    groups = PROJECT["dependency-groups"]
    assert PROJECT["project"]["optional-dependencies"] == {name: groups[name] for name in ("bench", "ephemeris")}  # for those who install the package
    wanted = [*PROJECT["project"]["dependencies"], *(d for group in groups.values() for d in group)]
    assert [d for d in wanted if plain(d) not in pins] == []
    assert {"matplotlib", "mpmath", "python-flint"} <= {plain(d) for d in wanted}


def test_the_pins_meet_the_ranges() -> None:
    from packaging.requirements import Requirement
    pins = dict(s.split("==") for s in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines() if "==" in s)
    for text in [*PROJECT["project"]["dependencies"], *(d for group in PROJECT["dependency-groups"].values() for d in group)]:
        wanted = Requirement(text)
        assert wanted.specifier.contains(pins[plain(wanted.name)]), text
