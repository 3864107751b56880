"""Points made simpler and put into words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from flint import acb, arb, fmpq

from .draw import F, Values
from .formula import Formula
from .kernel.balls import MATRIX


# ---------------------------------------------------------------------------------------------------------------- simpler
def simplified(values: Values, fails: Callable[[Values], bool], trials: int) -> Values:
    """A plainer point that fails: each number in turn is replaced by plainer ones, in at most so many trials."""
    for _ in range(2):
        before = values
        for path in list(paths(values)):
            for q in plainer(get(values, path)):
                trial = put(values, path, q)
                trials -= 1
                if trials < 0:
                    return values
                if fails(trial):
                    values = trial
                    break
        if values == before:
            break
    return values


def weight(q: Fraction) -> int:
    return abs(q.numerator) + 3 * (q.denominator - 1)


def plainer(q: Fraction) -> list[Fraction]:
    """Numbers of less weight, small ones and ones near q, the plainest first; a positive number before its negative."""
    small = [F(k) for k in (0, 1, -1, 2, -2, 3, -3)] + [F(1, 2), F(-1, 2)]
    close_by = [q.limit_denominator(k) for k in (1, 2, 4, 10, 100, 1000, 10 ** 4, 10 ** 6)]
    return sorted({x for x in (*small, *close_by) if (weight(x), x < 0) < (weight(q), q < 0)}, key=lambda x: (weight(x), x < 0))


def paths(values: Values) -> Iterator[tuple[Any, ...]]:
    """The places of the numbers in a point, the imaginary part of a complex number before its real part."""
    def inner(v: Any, place: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
        if isinstance(v, (list, tuple)):
            for k in range(len(v))[::-1 if isinstance(v, tuple) else 1]:
                yield from inner(v[k], (*place, k))
        elif not isinstance(v, Formula):
            yield place
    for name in sorted(values):
        yield from inner(values[name], (name,))


def get(values: Any, path: tuple[Any, ...]) -> Fraction:
    for k in path:
        values = values[k]
    return Fraction(values)


def put(values: Any, path: tuple[Any, ...], new: Fraction) -> Any:
    if not path:
        return new
    copy: Any = dict(values) if isinstance(values, dict) else list(values)
    copy[path[0]] = put(values[path[0]], path[1:], new)
    return tuple(copy) if isinstance(values, tuple) else copy


# --------------------------------------------------------------------------------------------------------------- in words
def in_words(v: Any) -> str:
    """A value of a point as people write it: -1, 2*i, 1/2 - 3*i, (1, 0)."""
    if isinstance(v, Formula):
        from .printing import text
        return text(v)
    if isinstance(v, list):
        return "(" + ", ".join(map(in_words, v)) + ")"
    if not isinstance(v, tuple):
        return str(v)
    u, w = v
    turn = "i" if abs(w) == 1 else f"{abs(w)}*i" if w.denominator == 1 else f"({abs(w)})*i"
    if not w:
        return str(u)
    return ("-" if w < 0 else "") + turn if not u else f"{u} {'-' if w < 0 else '+'} {turn}"


def shown(v: Any, digits: int = 12, fraction: bool = True, ball: bool = False) -> str:
    """A value in words: a short fraction as it is, else the decimals that are certain, or (`ball`) decimals and their error; a complex
    number without the part that may be 0."""
    if isinstance(v, MATRIX):
        rows = [[shown(x, digits, fraction, ball) for x in row] for row in v.tolist()]
        return "(" + ", ".join(r[0] for r in rows) + ")" if len(rows[0]) == 1 else str(rows).replace("'", "")
    if isinstance(v, acb):
        if v.imag.contains(0):
            return shown(_exact(v.real), digits, fraction, ball)
        turn = f"{shown(_exact(abs(v.imag)), digits, fraction, ball)}*i"
        sign = "-" if v.imag < 0 else "+"
        return ("-" if sign == "-" else "") + turn if v.real == 0 else f"{shown(_exact(v.real), digits, fraction, ball)} {sign} {turn}"
    if isinstance(v, fmpq) and fraction and len(str(v)) <= 24:
        return str(v)
    return str(arb(v).str(digits, radius=ball))


def _exact(x: arb) -> Any:
    return x.fmpq() if x.is_exact() and abs(x.man_exp()[1]) < 64 else x
