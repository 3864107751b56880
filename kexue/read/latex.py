r"""Displayed LaTeX -> what it says: claims, definitions, expressions.

    a = b \le c                       two claims
    f_n(x) = \sum_{k=0}^n x^k/k!      a definition, where f is not declared; also := and \triangleq
    2^n > n^2, \quad n \ge 5          a claim with a hypothesis; also \text{for}, \text{if}, x \in [0,1], k = 1, 2, \dots, n
    a^\top b                          an expression, which says nothing

Names are declared beforehand; e, i and \pi are constants unless they are declared.  What has several readings is refused with a list of them, what
has no form yet is named: a wrong reading is worse than none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..certificates import Goal
from ..formula import Formula
from ..printing import text as plain
from .declare import Declared
from .latex_definitions import Found
from .latex_names import identifier
from .latex_statements import Statements
from .latex_tokens import Unclear, tokens
from .tokens import Unreadable
from .words import phrase

__all__ = ["Reading", "Unclear", "Unreadable", "identifier", "labels", "read", "said"]


@dataclass(frozen=True)
class Reading:
    """What one statement says.  kind: claim, definition or expression; hypotheses: the conditions that stand beside it; text: how it was read;
    line and column of its relation in the source."""

    kind: str
    formula: Formula
    hypotheses: tuple[Formula, ...]
    text: str
    line: int = 1
    column: int = 1

    def goal(self, declared: Declared) -> Goal:
        """The claim under its own hypotheses and the declared ones."""
        return Goal((*declared.hyps, *(h for h in self.hypotheses if h not in declared.hyps)), self.formula)


def read(source: str, declared: Declared, densities: Iterable[str] = (), defined: Iterable[str] = ()) -> list[Reading]:
    """The readings of a displayed formula, in their order; raises Unclear (which is Unreadable, with line, column, code and readings).

    `declared` gives the names their sorts; `densities` are those of its functions that are densities of a real number, `defined` those of its
    names that were defined by a formula before: to put one of them on the left of = again is ambiguous."""
    try:
        found = Statements(declared.sorts, declared.hyps, frozenset(densities), frozenset(defined)).statements(tokens(source))
        return [_reading(f, source) for f in found]
    except Unclear as err:
        raise err.placed(source) from None
    except (RecursionError, MemoryError):
        raise Unclear("nested too deeply", 0, "too-deep").placed(source) from None


def labels(source: str) -> list[str]:
    r"""The names that \label and \tag give the formula; raises Unclear."""
    try:
        return tokens(source).labels
    except Unclear as err:
        raise err.placed(source) from None


def said(kind: str, formula: Formula, hyps: tuple[Formula, ...] = (), lang: str = "en") -> str:
    """A statement as plain text."""
    shown = " := ".join(map(plain, formula.args)) if kind == "definition" and formula.head == "eq" else phrase(formula, lang)
    joint, comma = (", provided ", ", ") if lang == "en" else ("，前提 ", "，")
    return shown + (joint + comma.join(phrase(h, lang) for h in hyps) if hyps else "")


def _reading(f: Found, source: str) -> Reading:
    before = source[:f.at]
    return Reading(f.kind, f.formula, f.hyps, said(f.kind, f.formula, f.hyps) + f.note, before.count("\n") + 1, f.at - before.rfind("\n"))
