"""The plugin for pytest: claims become tests.

Claims that a module of tests states with `kexue.claims(...)` are always collected; the posts (`.md`) that pytest comes by are, with `--kexue`
or where the setting `kexue_posts` names them, formula by formula.  Each claim is judged in a worker of its own, under limits on time and
memory, and fails, with the whole answer, unless its verdict is the expected one or accepted by `--kexue-accept`.

pytest loads this file at every start where kexue is installed, so it imports nothing before there is a claim."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .checking.api import Claims
    from .checking.pool import Crew

VERDICTS = ("supported", "undecided", "refuted", "vacuous", "unreadable")
POSTS = (".md", ".markdown")


def pytest_addoption(parser: Any) -> None:
    group = parser.getgroup("kexue", "claims (kexue)")
    group.addoption("--kexue", action="store_true", help="check the displayed formulas of posts (.md) too")
    group.addoption("--kexue-accept", action="append", default=[], metavar="VERDICT", choices=VERDICTS,
                    help=f"a verdict that does not fail, besides the expected one: {', '.join(VERDICTS)}; may be repeated")
    group.addoption("--kexue-timeout", type=float, default=10.0, metavar="SECONDS", help="time for one claim (default: 10)")
    group.addoption("--kexue-memory", type=int, default=2048, metavar="MIB", help="memory for one claim, in MiB (default: 2048)")
    parser.addini("kexue_posts", "posts whose displayed formulas are always checked: patterns such as posts/*.md", "args", [])
    parser.addini("kexue_accept", "verdicts that do not fail, besides the expected one", "args", [])


def pytest_configure(config: Any) -> None:
    if unknown := [v for v in config.getini("kexue_accept") if v not in VERDICTS]:
        raise pytest.UsageError(f"kexue_accept: there is no verdict {unknown[0]}; there are {', '.join(VERDICTS)}")


def pytest_unconfigure(config: Any) -> None:
    if (crew := config.stash.get(CREW, None)) is not None:
        crew.close()


def pytest_collect_file(file_path: Path, parent: Any) -> Any:
    if file_path.suffix.lower() in POSTS:
        config = parent.config
        here = file_path.relative_to(config.rootpath) if file_path.is_relative_to(config.rootpath) else file_path
        if config.getoption("kexue") or any(here.match(pattern) for pattern in config.getini("kexue_posts")):
            return Post.from_parent(parent, path=file_path)
    return None


def pytest_pycollect_makeitem(collector: Any, name: str, obj: object) -> Any:
    api = sys.modules.get("kexue.checking.api")
    if api is None or not isinstance(obj, api.Claims):
        return None
    return list(_items(collector, name, obj))


CREW = pytest.StashKey["Crew"]()


def crew_of(config: Any) -> Crew:
    """The workers of this run of pytest, which stay warm from claim to claim."""
    if CREW not in config.stash:
        from .checking.pool import Crew, Limits
        config.stash[CREW] = Crew(Limits(config.getoption("kexue_timeout"), config.getoption("kexue_memory") << 20))
    crew: Crew = config.stash[CREW]
    return crew


# ---------------------------------------------------------------------------------------------------------------- items
class ClaimFailed(Exception):
    """The verdict of a claim is not one that passes."""


class Post(pytest.File):  # type: ignore[misc]
    """A post; its items are the claims that it displays, and what in it cannot be read."""

    def collect(self) -> Iterator[Claim]:
        from .checking.claims import POST, said
        try:
            with open(self.path, encoding="utf-8", newline="") as file:
                text = file.read(POST)
        except (OSError, UnicodeDecodeError) as err:
            raise self.CollectError(f"{self.path.name} cannot be read: {err}") from err
        taken: set[str] = set()
        for task in said(text, "markdown", crew_of(self.config), file=self.path.name):
            record = task.get("record")
            if record is not None and record["verdict"] is None:
                continue  # a definition or an expression: it claims nothing
            about: dict[str, Any] = task.get("common") or record or {}
            place = about.get("place", {"line": 1, "column": 1, "label": None})
            name = f"{self.path.name}:{place['line']}" + (f" {place['label']}" if place["label"] else "")
            name = name if name not in taken else f"{self.path.name}:{place['line']}:{place['column']}"
            taken.add(name)
            yield Claim.from_parent(self, name=name, line=place["line"], task=task)


def _items(collector: Any, name: str, claims: Claims) -> Iterator[Claim]:
    for number, stated in enumerate(claims.stated, 1):
        label = f"{name}[{number}]" if len(claims.stated) > 1 else name
        yield Claim.from_parent(collector, name=f"{collector.path.name}:{claims.line} {label}", line=claims.line, stated=(stated, claims),
                                expected=claims.verdict)


class Claim(pytest.Item):  # type: ignore[misc]
    """One claim: of a post (`task`) or of a module (`stated`)."""

    def __init__(self, *, line: int, task: dict[str, Any] | None = None, stated: tuple[Any, Claims] | None = None,
                 expected: str = "proved", **more: Any) -> None:
        super().__init__(**more)
        self.line, self.task, self.stated, self.expected = line, task, stated, expected

    def runtest(self) -> None:
        from . import answer
        from .messages import language, say
        crew = crew_of(self.config)
        if self.stated is not None:
            from .checking.api import judged
            record = judged(self.stated[0], self.stated[1].options, self.stated[1].latex, crew)
        else:
            from .checking.claims import check_all
            record = next(iter(list(check_all([self.task or {}], crew.limits, crew))))
        self.user_properties.append(("kexue", str(record["verdict"])))
        lang = language()
        said = answer.text(record, lang)
        accepted = {self.expected, *self.config.getoption("kexue_accept"), *self.config.getini("kexue_accept")}
        if record["verdict"] not in accepted or record["reason"] in answer.DEFECTS:
            found, wanted = say(record["verdict"], lang), say(self.expected, lang)
            raise ClaimFailed(say("expected", lang, found=found, verdict=wanted) + "\n\n" + said)
        self.add_report_section("call", "claim", said)

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        return str(excinfo.value) if isinstance(excinfo.value, ClaimFailed) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.line - 1, f"claim {self.name}"


# -------------------------------------------------------------------------------------------------------------- summary
def pytest_terminal_summary(terminalreporter: Any) -> None:
    """How many claims came to which verdict: an accepted `supported` is not hidden among what is proved."""
    reports: Iterable[Any] = (r for some in terminalreporter.stats.values() for r in some if getattr(r, "when", None) == "call")
    verdicts = [v for r in reports for key, v in r.user_properties if key == "kexue"]
    if verdicts:
        from .answer import counts
        from .messages import language
        terminalreporter.section("kexue")
        terminalreporter.write_line(counts([{"verdict": v} for v in verdicts], language()))
