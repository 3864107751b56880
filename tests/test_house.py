"""The rules of the house, as far as a machine can check them: who imports whom, what never happens, how long files are."""

from __future__ import annotations

import ast
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import kexue
from kexue.messages import LANGUAGES, MESSAGES, say

ROOT = Path(__file__).resolve().parent.parent
ENGINE = sorted((ROOT / "kexue").rglob("*.py"))
ARTICLES = sorted([*(ROOT / "proofs").glob("*.py"), *(ROOT / "numerics").glob("*.py")])
LIMIT = 400
PROOF_LIMIT, EVALUATION_LIMIT = 5150, 2300  # lines of code, the laws apart; the aim for what proofs rest on is 1,000: make room, never raise these
EVALUATION = {"functions", "germ", "growth", "higher", "instance", "integers", "majorants", "numbers", "reals", "series", "special", "waves"}  # for refutations only


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """(line, absolute name of the module) for every import of a file, also those inside functions."""
    package = name_of(path).split(".") if path.name == "__init__.py" else name_of(path).split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[:len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                inner = ROOT.joinpath(*module.split("."), alias.name)
                is_module = inner.with_suffix(".py").is_file() or (inner / "__init__.py").is_file()
                yield node.lineno, f"{module}.{alias.name}" if is_module else module


def layers() -> list[list[str]]:
    """The layers of pyproject.toml, from the top down."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    found = next(c["layers"] for c in contracts if c["type"] == "layers")
    return [[m.strip() for m in layer.split("|")] for layer in found]


def layer_of(module: str) -> tuple[int, str] | None:
    for depth, group in enumerate(layers()):
        for member in group:
            if module == member or module.startswith(member + "."):
                return depth, member
    return None


def test_every_engine_file_has_a_layer() -> None:
    assert [p.name for p in ENGINE if name_of(p) != "kexue" and layer_of(name_of(p)) is None] == []


@pytest.mark.parametrize("path", ENGINE, ids=name_of)
def test_imports_go_downwards(path: Path) -> None:
    here = layer_of(name_of(path))
    if here is None:  # kexue/__init__.py names the two modules whose words it passes on
        return
    for line, module in imports(path):
        there = layer_of(module)
        if there is not None and there[1] != here[1]:
            assert there[0] > here[0], f"{path.name}:{line} imports {module}, which is not below it"


@pytest.mark.parametrize("path", sorted((ROOT / "kexue" / "kernel").glob("*.py")), ids=name_of)
def test_kernel_sees_formulas_and_certificates_only(path: Path) -> None:
    for line, module in imports(path):
        top = module.partition(".")[0]
        assert top not in ("sympy", "mpmath", "numpy", "torch"), f"{path.name}:{line} imports {module}"
        if top == "kexue" and not module.startswith("kexue.kernel"):
            assert module in ("kexue.formula", "kexue.certificates"), f"{path.name}:{line} imports {module}"


@pytest.mark.parametrize("path", ARTICLES, ids=lambda p: f"{p.parent.name}.{p.stem}")
def test_articles_import_what_they_may(path: Path) -> None:
    for line, module in imports(path):
        top = module.partition(".")[0]
        if path.parent.name == "numerics":
            assert top not in ("kexue", "sympy"), f"{path.name}:{line}: numerics files stand on their own"
        else:
            assert top in ("kexue", "sympy", "mpmath", "fractions", "math", "decimal"), f"{path.name}:{line} imports {module}"
        assert top not in ("proofs", "numerics"), f"{path.name}:{line}: articles do not import each other"


def code_lines(path: Path) -> int:
    """Lines that are neither blank nor comment nor docstring."""
    text = path.read_text(encoding="utf-8")
    prose: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node) is not None:
            doc = node.body[0]
            prose.update(range(doc.lineno, (doc.end_lineno or doc.lineno) + 1))
    lines = text.splitlines()
    return sum(n not in prose and bool(s.strip()) and not s.lstrip().startswith("#") for n, s in enumerate(lines, 1))


def test_the_kernel_does_not_grow() -> None:
    sizes = {p.stem: code_lines(p) for p in (ROOT / "kexue" / "kernel").glob("*.py")}
    assert set(sizes) >= EVALUATION
    assert sum(n for name, n in sizes.items() if name not in EVALUATION) < PROOF_LIMIT, sizes
    assert sum(n for name, n in sizes.items() if name in EVALUATION) < EVALUATION_LIMIT, sizes


def test_no_proof_rests_on_the_evaluation_of_special_functions() -> None:
    for path in (ROOT / "kexue" / "kernel").glob("*.py"):
        if path.stem not in EVALUATION | {"check", "enclosure"}:  # enclosure: relations between constants, which are decided as refutations are
            imported = {n.module for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.ImportFrom) and n.level == 1}
            assert not imported & EVALUATION, path.name


@pytest.mark.parametrize("path", [*ENGINE, *ARTICLES], ids=lambda p: f"{p.parent.name}.{p.stem}")
def test_files_stay_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LIMIT


FORBIDDEN = {"eval", "exec", "compile", "sympify", "parse_expr", "parse_latex", "lambdify", "__import__", "pickle", "marshal", "shelve"}


@pytest.mark.parametrize("path", [*ENGINE, *ARTICLES], ids=lambda p: f"{p.parent.name}.{p.stem}")
def test_no_text_reaches_an_evaluator(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in FORBIDDEN, f"{path.name}:{node.lineno} calls {node.func.id}"
        if isinstance(node, ast.ImportFrom):
            assert not {a.name for a in node.names} & FORBIDDEN, f"{path.name}:{node.lineno}"
    for line, module in imports(path):
        assert module.partition(".")[0] not in FORBIDDEN, f"{path.name}:{line} imports {module}"


@pytest.mark.parametrize("path", ENGINE, ids=name_of)
def test_no_error_is_swallowed_whole(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"{path.name}:{node.lineno}: a bare except"
            silent = all(isinstance(s, ast.Pass) for s in node.body)
            broad = isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")
            assert not (silent and broad), f"{path.name}:{node.lineno}: everything is swallowed"


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", MESSAGES)
def test_messages_say_the_same_in_both_languages(key: str) -> None:
    texts = MESSAGES[key]
    assert len(texts) == len(LANGUAGES) and all(texts)
    assert placeholders(texts[0]) == placeholders(texts[1])
    assert not any("\u4e00" <= c <= "\u9fff" for c in texts[0])


def test_report_words_say_the_same_in_both_languages() -> None:
    from kexue.report.words import WORDS
    for key, texts in WORDS.items():
        assert len(texts) == 2 and all(texts), key
        assert placeholders(texts[0]) == placeholders(texts[1]), key


def test_an_unknown_message_is_an_error() -> None:
    with pytest.raises(KeyError):
        say("no such message", "en")


def test_exported_names_exist_and_hide_no_module() -> None:
    modules = {p.stem for p in (ROOT / "kexue").iterdir() if p.suffix == ".py" or p.is_dir()}
    assert sorted(modules & set(kexue.__all__)) == []
    assert [name for name in kexue.__all__ if not hasattr(kexue, name)] == []
    with pytest.raises(AttributeError):
        _ = kexue.no_such_word  # type: ignore[attr-defined]


def test_every_word_of_formula_and_claim_is_exported() -> None:
    import kexue.claim
    import kexue.formula
    for module in (kexue.claim, kexue.formula):
        own = {n for n, v in vars(module).items() if not n.startswith("_") and getattr(v, "__module__", None) == module.__name__}
        assert sorted(own - set(kexue.__all__)) == []


def test_the_checks_of_this_file_can_fail(tmp_path: Path) -> None:
    """The reader of imports sees lazy and relative imports; the counter of lines sees through comments and docstrings."""
    assert {m for _, m in imports(ROOT / "kexue" / "collect.py") if m.startswith("kexue")} == {"kexue.claim", "kexue.messages"}
    assert "kexue.evidence" in [m for _, m in imports(ROOT / "kexue" / "run" / "worker.py")]
    sample = tmp_path / "sample.py"
    sample.write_text('"""Two\nlines."""\n\n# a comment\nx = 1\n\ndef f():\n    """One."""\n    return x  # tail\n')
    assert code_lines(sample) == 3
