"""Finding, loading and pairing of proof and numerics files; every fault is one line with file, line, and what to do."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kexue.collect import Complaint, Complaints, articles, defined, find_library, load, read, stems

PROOF = '''\
"""A title."""
from kexue import Article, eq, holds, near_miss, real, statement

article = Article(number=NUMBER, title=("Squares", "平方"), summary=("s", "s"), date="2020-01-01", source="a post")
x = real("x")


@statement(title=("One", "一"), says=("one", "一"), near_miss=near_miss(eq(x, x + 1), ("no", "否")))
def first():
    yield holds(eq(x, x), ("clear", "显然"))


@statement(title=("Two", "二"), says=("two", "二"), near_miss=near_miss(eq(x, x + 2), ("no", "否")))
def second():
    yield holds(eq(x, x), ("clear", "显然"))
'''
NUMERICS = '''\
def torch_square__plain(x): return x * x
def ref_square(x): return x * x
def bound_square__plain(x, eps): return eps
def draw_square(rng): return ([rng.random()],)
def adversarial_square(): return [([0.0],)]
def check_first(square, x): return square
'''
Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """A library: make(one=text, two=text) writes proofs/one.py, proofs/two.py; numerics by `n_one=text`."""
    def write(**files: str) -> Path:
        (tmp_path / "pyproject.toml").write_text("[tool.kexue]\n")
        for kind in ("proofs", "numerics"):
            (tmp_path / kind).mkdir(exist_ok=True)
        for number, (name, text) in enumerate(files.items(), 1):
            kind = "numerics" if name.startswith("n_") else "proofs"
            (tmp_path / kind / f"{name.removeprefix('n_')}.py").write_text(text.replace("NUMBER", str(number)), encoding="utf-8")
        return tmp_path
    return write


def lines_of(root: Path, only: str | None = None, lang: str = "en") -> list[str]:
    with pytest.raises((Complaint, Complaints)) as caught:
        articles(root, only)
    found = caught.value.found if isinstance(caught.value, Complaints) else [caught.value]
    return [c.text(lang) for c in found]  # type: ignore[union-attr]


def test_articles_come_by_number_with_their_claims_in_order(make: Make) -> None:
    root = make(zebra=PROOF, apple=PROOF, n_apple=NUMERICS)
    zebra, apple = articles(root)
    assert (zebra.stem, apple.stem) == ("zebra", "apple")
    assert [c.name for c in zebra.claims] == ["first", "second"]
    assert zebra.numerics is None and apple.numerics is not None
    assert apple.numerics.torch_square__plain(3) == 9
    assert apple.claim("second").title.zh == "二"
    with pytest.raises(KeyError):
        apple.claim("third")


def test_loading_a_proof_loads_no_numerics_and_leaves_no_bytecode(make: Make) -> None:
    root = make(one=PROOF, n_one="raise RuntimeError('loaded too early')\n" + NUMERICS)
    found, = articles(root)
    assert not list(root.rglob("__pycache__"))
    with pytest.raises(Complaint, match=r"numerics/one.py:1: the file does not load: RuntimeError: loaded too early"):
        _ = found.numerics


def test_a_module_is_known_while_it_runs_and_forgotten_when_it_fails(make: Make) -> None:
    root = make(one="import sys\nassert sys.modules[__name__].__name__ == __name__\n" + PROOF, two="1 / 0\n")
    assert load(find_library(root), "proofs", "one").__name__ in sys.modules
    with pytest.raises(Complaint):
        load(find_library(root), "proofs", "two")
    assert "kexue._articles.proofs.two" not in sys.modules


def test_an_edited_file_is_read_anew_within_the_same_second(make: Make) -> None:
    library = find_library(make(one="x = 1\n"))
    assert load(library, "proofs", "one").x == 1
    (library.root / "proofs" / "one.py").write_text("x = 2\n")
    assert load(library, "proofs", "one").x == 2


@pytest.mark.parametrize(("text", "message"), [
    ("x = 1\nimport nowhere_to_be_found\n", "proofs/one.py:2: the file does not load: ModuleNotFoundError: No module named 'nowhere"),
    ("x = 1\ny = (\n", "proofs/one.py:2: Python cannot read this line: "),
    ("raise SystemExit(3)\n", "proofs/one.py:1: the file does not load: SystemExit: 3"),
    ("x = 1\n", "proofs/one.py:1: sets no `article = Article"),
    (PROOF.partition("@statement")[0], "proofs/one.py:1: states no claim"),
    (PROOF.replace("x = real", "claims = 0\nx = real"), "proofs/one.py:1: says `claims = 0`, yet states some"),
    (PROOF.replace("def second", "def first"), "proofs/one.py:14: the name first is taken by line 9"),
    (PROOF.replace("yield holds(eq(x, x), (", "yield holds(eq(x, 0.5), ("), "proofs/one.py:10: the file does not load: TypeError: 0.5"),
    (PROOF.replace(", near_miss=near_miss(eq(x, x + 1), (\"no\", \"否\"))", ""), "proofs/one.py:8: the file does not load: TypeError"),
    ("# \udcff\n", "proofs/one.py"),
])
def test_faults_of_a_proof_file(make: Make, text: str, message: str) -> None:
    root = make(two=PROOF)
    (root / "proofs" / "one.py").write_bytes(text.replace("NUMBER", "9").encode(errors="surrogateescape"))
    said, = lines_of(root)
    assert said.startswith(message), said
    assert ";" in said  # what to do about it
    assert [a.stem for a in articles(root, "two")] == ["two"]  # the others are not held up


def test_an_article_that_says_so_has_no_claims(make: Make) -> None:
    found, = articles(make(one=PROOF.partition("@statement")[0] + "claims = 0\n"))
    assert (found.claims, found.numerics) == ((), None)


@pytest.mark.parametrize(("text", "message"), [
    (NUMERICS.replace("check_first", "check_third"), "numerics/one.py:6: check_third names no claim of the proof file; claims: first, second"),
    (NUMERICS.replace("bound_square__plain", "bound_square"), "numerics/one.py:1: torch_square__plain has no bound_square__plain"),
    (NUMERICS.replace("ref_square", "reference"), "numerics/one.py:1: torch_square__plain has no ref_square"),
    (NUMERICS.replace("draw_square", "drawn"), "numerics/one.py:1: torch_square__plain has no domain to be tried on; define draw_square"),
    (NUMERICS.replace("def ref_square(x)", "def ref_square(x"), "numerics/one.py:2: Python cannot read this line"),
])
def test_faults_of_a_numerics_file(make: Make, text: str, message: str) -> None:
    said, = lines_of(make(one=PROOF, n_one=text))
    assert said.startswith(message), said


def test_names_bound_by_any_assignment_count(make: Make) -> None:
    root = make(n_one="a = 1\nb, (c, d) = 1, (2, 3)\ne: int = 4\ndef f():\n    g = 5\nh = [i for i in ()]\n")
    assert set(defined(find_library(root), root / "numerics" / "one.py")) == {"a", "b", "c", "d", "e", "f", "h"}


def test_numerics_without_proof_and_shared_numbers(make: Make) -> None:
    root = make(one=PROOF.replace("NUMBER", "5"), two=PROOF.replace("NUMBER", "5"), n_three=NUMERICS)
    orphan, number = lines_of(root)
    assert orphan.startswith("numerics/three.py:1: there is no proofs/three.py for this file; ")
    assert number.startswith("proofs/two.py:1: article number 5 is taken by one; ")


def test_every_fault_is_named_in_one_run_and_in_chinese(make: Make) -> None:
    root = make(one="1 / 0\n", two=PROOF, three="import nothing_here\n")
    said = lines_of(root, lang="zh")
    assert [s.partition(":")[0] for s in said] == ["proofs/one.py", "proofs/three.py"]
    assert all("请" in s for s in said)


def test_unknown_article(make: Make) -> None:
    said, = lines_of(make(one=PROOF), "won")
    assert said == "there is no article won; known: one"


def test_library_is_found_from_below_and_by_root(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make(one=PROOF)
    deep = root / "proofs" / "deep" / "er"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    assert find_library().root == root
    assert find_library().reports == root / "reports"
    assert find_library().show(root / "proofs" / "one.py") == "proofs/one.py"
    assert stems(find_library(root)) == ["one"]
    with pytest.raises(Complaint, match="has no folder proofs/"):
        find_library(deep)


def test_without_a_library_around_the_package_brings_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    library = find_library()
    assert stems(library) and library.reports == tmp_path / "reports"


@pytest.mark.parametrize(("toml", "message"), [
    ("[tool.kexue]\nreprots = 'x'\n", "unknown key reprots; known: reports"),
    ("[tool.kexue]\nreports = 3\n", "reports must be a string"),
    ("[tool.kexue\n", "cannot be read"),
])
def test_faults_of_the_settings(tmp_path: Path, toml: str, message: str) -> None:
    (tmp_path / "pyproject.toml").write_text(toml)
    with pytest.raises(Complaint, match=re.escape(message)):
        find_library(start=tmp_path)


def test_reports_folder_can_be_set(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.kexue]\nreports = 'out/pages'\n")
    assert find_library(start=tmp_path).reports == tmp_path / "out" / "pages"


def test_a_complaint_survives_the_way_between_processes(make: Make) -> None:
    root = make(one=PROOF.replace("def second", "def first"))
    with pytest.raises(Complaint) as caught:
        read(find_library(root), "one")
    assert Complaint.of(caught.value.data()).text("zh") == caught.value.text("zh")
