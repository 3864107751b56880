"""Finds proof files and numerics files by path and pairs them by stem.  There is no registry: a file that is there is an article.

The library is the folder whose `pyproject.toml` has a table `[tool.kexue]`, looked for from the working directory upwards;
without one, the copy that the installed package carries.  A file that cannot be used is a Complaint, never a skipped article.
"""

from __future__ import annotations

import ast
import importlib.util
import sys
import tomllib
import traceback
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from .claim import Article, Claim
from .messages import say

SETTINGS = ("reports",)


class Complaint(Exception):
    """One thing that is wrong in somebody's file: where, what, and what to do.  `text(lang)` is the message on one line."""

    def __init__(self, key: str, file: Path | str = "", line: int = 0, **details: Any) -> None:
        super().__init__(key)
        self.key, self.file, self.line, self.details = key, str(file), line, details

    def text(self, lang: str = "en") -> str:
        where = f"{self.file}:{self.line}: " if self.file and self.line else f"{self.file}: " if self.file else ""
        return where + say(self.key, lang, **self.details)

    def __str__(self) -> str:
        return self.text()

    def data(self) -> dict[str, Any]:
        """The complaint as plain data, to carry it from one process to another; `Complaint.of` is the way back."""
        return {"key": self.key, "file": self.file, "line": self.line, "details": {k: str(v) for k, v in self.details.items()}}

    @staticmethod
    def of(data: dict[str, Any]) -> Complaint:
        return Complaint(data["key"], data["file"], data["line"], **data["details"])


class Complaints(Exception):
    """Several complaints at once, so that one run names everything that has to be mended."""

    def __init__(self, found: list[Complaint]) -> None:
        super().__init__("\n".join(map(str, found)))
        self.found = found


# --------------------------------------------------------------------------------------------------------------- places
@dataclass(frozen=True)
class Library:
    """A folder with proofs/ and numerics/; `reports` is where `kexue report` writes."""

    root: Path
    reports: Path

    def show(self, path: Path | str) -> str:
        """A path as it is named in messages: relative to the library where it lies inside."""
        path = Path(path)
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path)


def find_library(root: Path | None = None, start: Path | None = None) -> Library:
    """The library at `root`, else the nearest at or above `start` (the working directory), else the one of the package.

    Raises Complaint when `root` holds no proofs/ or a setting in `[tool.kexue]` is unknown."""
    start = Path.cwd() if start is None else start
    if root is not None:
        if not (root / "proofs").is_dir():
            raise Complaint("no-proofs-folder", root)
        return _library(root.resolve())
    package = Path(__file__).resolve().parent
    for folder in (start.resolve(), *start.resolve().parents):
        if _settings(folder) is not None:
            return _library(folder)
    if (package / "library" / "proofs").is_dir():
        return Library(package / "library", start / "reports")
    if _settings(package.parent) is not None:  # an editable installation, called from elsewhere
        return Library(package.parent, start / "reports")
    raise Complaint("no-library", start)


def _settings(folder: Path) -> dict[str, Any] | None:
    """The table [tool.kexue] of a folder's pyproject.toml, or None."""
    file = folder / "pyproject.toml"
    if not file.is_file():
        return None
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8")).get("tool", {}).get("kexue")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as err:
        raise Complaint("bad-toml", file, error=err) from err
    return table if isinstance(table, dict) else None


def _library(root: Path) -> Library:
    settings = _settings(root) or {}
    for key in settings:
        if key not in SETTINGS:
            raise Complaint("unknown-setting", root / "pyproject.toml", name=key, known=", ".join(SETTINGS))
    reports = settings.get("reports", "reports")
    if not isinstance(reports, str):
        raise Complaint("bad-setting", root / "pyproject.toml", name="reports")
    return Library(root, root / reports)


def stems(library: Library, kind: str = "proofs") -> list[str]:
    """The stems of all files of one kind (proofs, numerics) in alphabetical order."""
    return sorted(p.stem for p in (library.root / kind).glob("*.py"))


# -------------------------------------------------------------------------------------------------------------- loading
class _Loader(SourceFileLoader):
    """Compiles the text of the file as it is now: no cached bytecode is read, and none is left beside somebody's file."""

    def get_code(self, fullname: str) -> CodeType | None:
        return self.source_to_code(self.get_data(self.path), self.path)


def load(library: Library, kind: str, stem: str) -> ModuleType:
    """Execute `kind/stem.py` (kind: proofs, numerics) as a module under a private name; raises Complaint with file and line.

    The module is in `sys.modules` before it is executed, as dataclasses and pickling want, and leaves it again on failure."""
    path = library.root / kind / f"{stem}.py"
    name = f"kexue._articles.{kind}.{stem}"
    spec = importlib.util.spec_from_file_location(name, path, loader=_Loader(name, str(path)))
    if spec is None or spec.loader is None:
        raise Complaint("unreadable-file", library.show(path), 0, error="no loader")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except SyntaxError as err:
        del sys.modules[name]
        raise Complaint("syntax", library.show(err.filename or path), err.lineno or 1, error=err.msg) from err
    except (OSError, UnicodeDecodeError) as err:
        del sys.modules[name]
        raise Complaint("unreadable-file", library.show(path), 0, error=_said(err)) from err
    except (Exception, SystemExit) as err:
        del sys.modules[name]
        raise Complaint("import", library.show(path), _line_in(path, err), error=_said(err)) from err
    return module


def _said(err: BaseException) -> str:
    lines = str(err).strip().splitlines()
    return f"{type(err).__name__}: {lines[0]}" if lines else type(err).__name__


def _line_in(path: Path, err: BaseException) -> int:
    """The last line of `path` on the way to the error."""
    lines = [f.lineno or 1 for f in traceback.extract_tb(err.__traceback__) if f.filename == str(path)]
    return lines[-1] if lines else 1


def defined(library: Library, path: Path) -> dict[str, int]:
    """Names that a file binds at its top level by assignment or `def`, with their lines; the file is not executed."""
    found: dict[str, int] = {}
    for node in _tree(library, path).body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = node.lineno
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                found.update({n.id: n.lineno for n in ast.walk(target) if isinstance(n, ast.Name)})
    return found


def _tree(library: Library, path: Path) -> ast.Module:
    try:
        return ast.parse(path.read_bytes(), str(path))
    except SyntaxError as err:
        raise Complaint("syntax", library.show(path), err.lineno or 1, error=err.msg) from err
    except (OSError, ValueError) as err:
        raise Complaint("unreadable-file", library.show(path), 0, error=_said(err)) from err


# ------------------------------------------------------------------------------------------------------------- articles
@dataclass(frozen=True)
class Found:
    """One article of the library.  `numerics` loads its numerics file (and with it torch) at the first use."""

    library: Library
    stem: str
    article: Article
    claims: tuple[Claim, ...]
    proof_path: Path
    numerics_path: Path | None

    @property
    def numerics(self) -> ModuleType | None:
        if self.numerics_path is None:
            return None
        known = sys.modules.get(f"kexue._articles.numerics.{self.stem}")
        if known is not None and known.__file__ == str(self.numerics_path):
            return known
        return load(self.library, "numerics", self.stem)

    def claim(self, name: str) -> Claim:
        """The claim of that name; KeyError when there is none."""
        for claim in self.claims:
            if claim.name == name:
                return claim
        raise KeyError(name)


def read(library: Library, stem: str) -> Found:
    """Load one proof file and hold it, and the names in its numerics file, against the rules; raises Complaint."""
    path, numerics = library.root / "proofs" / f"{stem}.py", library.root / "numerics" / f"{stem}.py"
    _twice(library, path)
    module = load(library, "proofs", stem)
    article = vars(module).get("article")
    if not isinstance(article, Article):
        raise Complaint("no-article", library.show(path), 1)
    found = tuple({id(c): c for c in vars(module).values() if isinstance(c, Claim)}.values())  # two names, one object: one claim
    none = vars(module).get("claims") == 0  # the post states nothing that could be verified, and the file says so
    if none == bool(found):
        raise Complaint("claims-zero" if found else "no-claims", library.show(path), 1)
    for name, group in _grouped(found).items():
        if len(group) > 1:
            raise Complaint("duplicate-claim", library.show(path), group[1].line, name=name, first=group[0].line)
    if numerics.is_file():
        _pairs(library, numerics, {c.name for c in found})
    in_order = tuple(sorted(found, key=lambda c: c.line))
    return Found(library, stem, article, in_order, path, numerics if numerics.is_file() else None)


def _grouped(claims: tuple[Claim, ...]) -> dict[str, list[Claim]]:
    groups: dict[str, list[Claim]] = {}
    for claim in claims:
        groups.setdefault(claim.name, []).append(claim)
    return groups


def _twice(library: Library, path: Path) -> None:
    """Two decorated functions of one name: the second would silently replace the first, claim and all."""
    seen: dict[str, int] = {}
    for node in _tree(library, path).body:
        if isinstance(node, ast.FunctionDef) and node.decorator_list:
            if node.name in seen:
                raise Complaint("duplicate-claim", library.show(path), node.lineno, name=node.name, first=seen[node.name])
            seen[node.name] = node.lineno


def _pairs(library: Library, path: Path, claims: set[str]) -> None:
    """Each check_C names a claim; each torch_X__variant has ref_X, a bound, and the inputs it is tried on (its domain)."""
    names = defined(library, path)
    for name, line in names.items():
        checked = name.removeprefix("check_").partition("__")[0]  # the claim, or the claim and an aspect of it
        if name.startswith("check_") and not any(checked == c or checked.startswith(c + "_") for c in claims):
            raise Complaint("check-without-claim", library.show(path), line, name=name, claims=", ".join(sorted(claims)))
        if name.startswith("torch_"):
            function = name.removeprefix("torch_")
            base = function.partition("__")[0]
            for wanted in (f"ref_{base}", f"bound_{function}"):
                if wanted not in names:
                    raise Complaint("torch-without", library.show(path), line, name=name, wanted=wanted)
            for wanted in (f"draw_{base}", f"adversarial_{base}"):
                if wanted not in names:
                    raise Complaint("domain-missing", library.show(path), line, name=name, wanted=wanted)


def articles(root: Path | None = None, only: str | None = None) -> list[Found]:
    """All articles by number, or the one called `only`.  Raises Complaints with everything that is wrong, one line each."""
    library = find_library(root)
    names = stems(library)
    if only is not None and only not in names:
        raise Complaint("no-such-article", name=only, hint="", known=", ".join(names))
    found: list[Found] = []
    wrong = [Complaint("numerics-without-proof", f"numerics/{stem}.py", 1, stem=stem)
             for stem in stems(library, "numerics") if only is None and stem not in names]
    for stem in names if only is None else [only]:
        try:
            found.append(read(library, stem))
        except Complaint as complaint:
            wrong.append(complaint)
    numbers: dict[int, str] = {}
    for item in found:
        other = numbers.setdefault(item.article.number, item.stem)
        if other != item.stem:
            wrong.append(Complaint("duplicate-number", library.show(item.proof_path), 1, number=item.article.number, other=other))
    if wrong:
        raise Complaints(wrong)
    return sorted(found, key=lambda f: f.article.number)
