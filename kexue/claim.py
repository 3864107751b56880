"""What is said and where it holds: articles, claims, steps, near-misses.  Frozen data; nothing is computed here.

A proof file is read top to bottom.  It sets `article = Article(...)` and defines each claim as a generator:

    @statement(title=..., says=..., where=[h >= 1], near_miss=near_miss(...))
    def relative_gram():
        yield show(formula, "because ...")                 an auxiliary step, proved by the kernel
        yield cite("spectral theorem", "source", why)       a named theorem the next conclusion rests on
        yield holds(formula, "because ...")                a conjunct of the statement, proved by the kernel
        yield therefore(r"latex", "because ...")           a conjunct that follows from the steps and citations above it

Claims without any `therefore` can be `proved`; claims with one can at most be `derived`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from .formula import Formula

TAGS = ("true", "conditional", "false", "sharper")  # as stated; with an added assumption; false as stated; sharper


@dataclass(frozen=True)
class Words:
    """The same text in English and Chinese."""

    en: str
    zh: str


@dataclass(frozen=True)
class Step:
    """One line of a derivation.  kind: show, holds, cite, therefore."""

    kind: str
    formula: Formula | None
    because: Words
    where: tuple[Formula, ...] = ()
    latex: str | None = None
    by: Any = None
    theorem: str | None = None
    source: str | None = None
    line: int = 0


@dataclass(frozen=True)
class NearMiss:
    """A false neighbour of the claim; it must come out refuted with a counterexample inside `where`."""

    formula: Formula
    says: Words
    where: tuple[Formula, ...] = ()
    at: Mapping[str, Any] = field(default_factory=dict)
    latex: str | None = None


@dataclass(frozen=True)
class Reference:
    """A printed value: `formula` at the point `at` (or the result of `compute()`), digit by digit."""

    label: str
    digits: str
    formula: Formula | None = None
    at: Mapping[str, Any] = field(default_factory=dict)
    compute: Callable[[], Any] | None = None


@dataclass(frozen=True)
class Claim:
    name: str
    title: Words
    says: Words
    tag: str
    where: tuple[Formula, ...]
    steps: tuple[Step, ...]
    near_miss: NearMiss
    references: tuple[Reference, ...] = ()
    post: Words | None = None  # the wording that was found wrong, where tag is "false"
    limits: Words | None = None  # why the verdict cannot be higher
    file: str = ""
    line: int = 0

    @property
    def file_name(self) -> str:
        return self.file.replace("\\", "/").rsplit("/", 1)[-1]


@dataclass(frozen=True)
class Article:
    """The post a proof file is about; title and summary are (English, Chinese) pairs."""

    number: int
    title: Words
    summary: Words
    date: str
    source: str
    papers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", words(self.title))
        object.__setattr__(self, "summary", words(self.summary))


def words(text: Any) -> Words:
    """(english, chinese) pairs become Words; a single string serves both languages (formula-like text only)."""
    if isinstance(text, Words):
        return text
    if isinstance(text, str):
        return Words(text, text)
    english, chinese = text
    return Words(english, chinese)


def _line() -> int:
    frame = inspect.currentframe()
    for _ in range(2):
        frame = frame.f_back if frame else None
    return frame.f_lineno if frame else 0


def show(formula: Formula, because: Any, *, where: Sequence[Formula] = (), by: Any = None, latex: str | None = None) -> Step:
    """An auxiliary step: `formula` is proved by the kernel from `where` and the claim's domain; `by` names the method.
    `latex` is how a formula too long for a page is written there; the certificate always carries the formula itself."""
    return Step("show", formula, words(because), tuple(where), latex=latex, by=by, line=_line())


def holds(formula: Formula, because: Any, *, where: Sequence[Formula] = (), by: Any = None, latex: str | None = None) -> Step:
    """A conjunct of the statement, proved by the kernel; options as in `show`."""
    return Step("holds", formula, words(because), tuple(where), latex=latex, by=by, line=_line())


def cite(theorem: Any, source: str, because: Any) -> Step:
    """A named theorem with its source; `because` says what it is applied to."""
    return Step("cite", None, words(because), theorem=theorem, source=source, line=_line())


def therefore(latex: str, because: Any) -> Step:
    """A conjunct of the statement that follows from the steps and citations above it."""
    return Step("therefore", None, words(because), latex=latex, line=_line())


def near_miss(formula: Formula, says: Any, *, where: Sequence[Formula] = (), at: Mapping[str, Any] | None = None,
              latex: str | None = None) -> NearMiss:
    """A false neighbour of the claim; `at` may name a counterexample to try first, `latex` is as in `show`."""
    return NearMiss(formula, words(says), tuple(where), dict(at or {}), latex)


def reference(label: str, digits: str, formula: Formula | None = None, *, at: Mapping[str, Any] | None = None,
              compute: Callable[[], Any] | None = None) -> Reference:
    return Reference(label, digits, formula, dict(at or {}), compute)


def statement(*, title: Any, says: Any, near_miss: NearMiss, where: Sequence[Formula] = (), tag: str = "true",
          references: Sequence[Reference] = (), post: Any = None, limits: Any = None
          ) -> Callable[[Callable[[], Iterator[Step]]], Claim]:
    """Turn a generator of steps into a Claim named after the function."""
    if tag not in TAGS:
        raise ValueError(f"tag {tag!r} is not one of {', '.join(TAGS)}")

    def wrap(body: Callable[[], Iterator[Step]]) -> Claim:
        return Claim(body.__name__, words(title), words(says), tag, tuple(where), tuple(body()), near_miss,
                     tuple(references), words(post) if post else None, words(limits) if limits else None,
                     file=inspect.getsourcefile(body) or "", line=body.__code__.co_firstlineno)
    return wrap


def exact(value: Any) -> Fraction:
    """A Fraction from an int, a Fraction or a decimal string."""
    if isinstance(value, float):
        raise TypeError(f"{value!r} is a float: write it as a decimal string")
    return Fraction(value)
