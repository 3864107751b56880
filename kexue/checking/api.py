"""`kexue.check("...", real="x")`: a claim from Python, and a result that shows itself in a terminal and in a notebook."""

from __future__ import annotations

import atexit
import sys
from collections.abc import Iterable
from typing import Any

from .. import answer
from ..formula import Formula
from ..messages import language, say
from .claims import EMPTY, check_all, formula, goal, said
from .pool import Crew, Limits

OPTIONS = ("real", "positive", "complex", "integer", "natural", "matrix", "vector", "unit_vector", "orthogonal", "spd",
           "symmetric", "invertible", "function", "on", "assume")
_crews: dict[Limits, Crew] = {}


class Result:
    """The answer to one claim.

    verdict: proved, refuted, supported, undecided, vacuous or unreadable; scope: for which values; conditions: what the proof
    needed beyond that; method; certificate: a dict, or None; counterexample: a dict with at, lhs and rhs, or None; reason: why
    the verdict is not final.  A result has no truth value: compare its verdict."""

    def __init__(self, record: dict[str, Any], lang: str | None = None) -> None:
        self.record, self.lang = record, language(lang)

    def __getattr__(self, name: str) -> Any:
        if name in (*answer.FIELDS, "read", "tried", "trust", "problems", "column", "seconds"):
            return self.record.get(name)
        raise AttributeError(f"a result has no {name}")

    def __bool__(self) -> bool:
        raise TypeError(f"a result is not true or false; its verdict is {self.record['verdict']!r}")

    def __repr__(self) -> str:
        return answer.text(self.record, self.lang)

    def _repr_latex_(self) -> str | None:
        shown = (self.record.get("read") or {}).get("latex")
        return None if shown is None else f"$\\displaystyle {shown}$ ({say(self.record['verdict'], self.lang)})"

    def _repr_html_(self) -> str:
        from html import escape
        lines = answer.rows(self.record, self.lang)
        body, last = [], ""
        for key, value in lines:
            shown = self._formula() if key == "read-as" else None
            head = "" if key == last else escape(say(key, self.lang))
            last = key
            body.append(f"<tr><th style='text-align:left;font-weight:normal;opacity:.7'>{head}</th>"
                        f"<td style='text-align:left'>{shown or escape(value)}</td></tr>")
        return f"<table>{''.join(body)}</table>"

    def _formula(self) -> str | None:
        shown = (self.record.get("read") or {}).get("latex")
        if shown is None:
            return None
        try:
            from math_core import LatexError, LatexToMathML
        except ImportError:  # shown as text then
            return None
        try:
            converter = LatexToMathML(annotation=True, fancy_error=False, allow_unreliable_rendering=True)
            return str(converter.convert_with_local_state(shown, displaystyle=True))
        except LatexError:
            return None


class Claims:
    """Claims of a module of tests, with the verdict that is expected of each of them: what `claims` returns."""

    def __init__(self, stated: tuple[Any, ...], options: list[tuple[str, str]], latex: bool | None, verdict: str, line: int) -> None:
        self.stated, self.options, self.latex, self.verdict, self.line = stated, options, latex, verdict, line

    def __repr__(self) -> str:
        return f"kexue.claims({', '.join(map(repr, self.stated))})"


def claims(*stated: Any, verdict: str = "proved", latex: bool | None = None, **declared: str | Iterable[str]) -> Claims:
    """Claims that pytest is to check, at the level of a module of tests: `logs = kexue.claims("log(exp(x)) == x", real="x")`.

    Each is what `kexue.check` takes, and becomes one test, which passes when its verdict is `verdict`."""
    if not stated:
        raise TypeError("claims() needs at least one claim")
    if verdict not in answer.STATUS:
        raise TypeError(f"there is no verdict {verdict!r}; there are {', '.join(answer.STATUS)}")
    return Claims(stated, _options(declared), latex, verdict, sys._getframe(1).f_lineno)


def check(claim: Any, *, latex: bool | None = None, timeout: float = 10.0, memory: int = 2 << 30, lang: str | None = None,
          **declared: str | Iterable[str]) -> Result:
    """Judge a claim: text in plain notation or in LaTeX, a SymPy relation, a pair of SymPy expressions (equal), or a formula of kexue.

    Names are declared by keyword, as on the command line: `real="x, y"`, `integer="k >= 0"`, `matrix="A n n"`,
    `on="x in (0, 1)"`, `assume=["a < b", "b < c"]`; SymPy symbols bring their assumptions.  Text with a backslash is LaTeX, unless
    `latex` says otherwise.  The claim is judged in another process, which is ended after `timeout` seconds or beyond `memory` bytes.
    Raises TypeError for what is no claim, and for an unknown keyword; a claim that cannot be read is a result with the verdict
    `unreadable`."""
    limits = Limits(float(timeout), int(memory))
    crew = _crews.get(limits)
    if crew is None:
        crew = _crews[limits] = Crew(limits)
    return Result(judged(claim, _options(declared), latex, crew), lang)


def _options(declared: dict[str, str | Iterable[str]]) -> list[tuple[str, str]]:
    if unknown := [name for name in declared if name not in OPTIONS]:
        raise TypeError(f"there is no declaration {unknown[0]}; there are {', '.join(OPTIONS)}")
    return [(name, str(v)) for name, values in declared.items() for v in ([values] if isinstance(values, str) else values)]


def judged(claim: Any, options: list[tuple[str, str]], latex: bool | None, crew: Crew) -> dict[str, Any]:
    """The record of a claim in any of its forms."""
    more: dict[str, Any] = {}
    if isinstance(claim, str):
        in_latex = "\\" in claim if latex is None else latex
        task = said(claim, "latex", crew, options, joined=True)[0] if in_latex else formula(claim, options)
        more = {"text": claim, "repeat": answer.command(claim, options, in_latex)}
    else:
        from ..read.text import Unreadable
        try:
            task = goal(_goal(claim, options).data())
        except Unreadable as err:
            return EMPTY | {"verdict": "unreadable", "reason": err.code, "column": err.column, "problems": [err.what]}
    return next(iter(list(check_all([task], crew.limits, crew)))) | more


def _goal(claim: Any, options: list[tuple[str, str]]) -> Any:
    """The goal of a claim that is not text, with the declared conditions among its hypotheses."""
    from ..certificates import Goal
    from ..formula import free_symbols
    from ..read.declare import Declared, condition, conjuncts, declare
    if isinstance(claim, Formula):
        f, hyps = claim, list[Formula]()
    else:
        pair = claim if isinstance(claim, tuple) else (claim,)
        if not pair or len(pair) > 2 or not all(type(x).__module__.startswith("sympy.") for x in pair):
            raise TypeError(f"a claim is text, a SymPy relation, a pair of SymPy expressions or a formula, not {type(claim)}")
        from ..read.sympy_ import convert
        f, hyps = convert(*pair)
    sorts = {n: s.args[1] for n, s in free_symbols(f).items()}
    own = [(o, t) for o, t in options if o != "assume"]
    declared = declare(own) if own else Declared()
    more = [c for o, t in options if o == "assume" for c in conjuncts(condition(t, {**sorts, **declared.sorts}))]
    return Goal((*hyps, *declared.hyps, *more), f)


@atexit.register
def _close() -> None:
    for crew in _crews.values():
        crew.close()
    _crews.clear()

