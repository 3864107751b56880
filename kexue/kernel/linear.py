"""Linear inequalities over the rationals: is there a point that meets them?"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from functools import lru_cache
from math import gcd, lcm

from .verdict import Rejected

Lin = dict[str, Fraction]  # a linear form; "" is the constant
Rows = tuple[tuple[Lin, bool], ...]  # each form is >= 0, or > 0 where True
ROWS = 400


def feasible(rows: Rows) -> bool:
    """Whether some rational point meets the inequalities: Fourier and Motzkin's elimination, on whole multiples of them."""
    return point(frozenset((coprime({x: int(c * lcm(*(k.denominator for k in r.values()))) for x, c in r.items()}), strict) for r, strict in rows))


@lru_cache(maxsize=20000)
def point(rows: frozenset[tuple[tuple[tuple[str, int], ...], bool]]) -> bool:
    left = sorted(rows)
    while True:
        below, above = Counter[str](), Counter[str]()
        for r, strict in left:
            if strict if not r else not r[-1][0] and r[0][1] < 0:
                return False
            above.update(x for x, c in r if x and c > 0)
            below.update(x for x, c in r if x and c < 0)
        names = below.keys() | above.keys()
        if not names:
            return True
        x = min(sorted(names), key=lambda y: below[y] * above[y])
        parts = [(dict(r), strict) for r, strict in left]
        up, down = [q for q in parts if q[0].get(x, 0) > 0], [q for q in parts if q[0].get(x, 0) < 0]
        new = {(r, strict) for r, strict in left if all(y != x for y, _ in r)}
        for u, s in up:
            for v, t in down:
                new.add((coprime({y: u[x] * v.get(y, 0) - v[x] * u.get(y, 0) for y in u.keys() | v.keys()}), s or t))
        if len(new) > ROWS:
            raise Rejected("too many inequalities")
        left = sorted(new)


def coprime(r: dict[str, int]) -> tuple[tuple[str, int], ...]:
    """The row without its common factor, in order."""
    g = gcd(*r.values()) or 1
    return tuple(sorted((x, c // g) for x, c in r.items() if c))


def scaled(r: Lin, c: Fraction) -> Lin:
    return {x: k * c for x, k in r.items() if k * c}


def combined(*rs: Lin) -> Lin:
    out: Lin = {}
    for r in rs:
        for x, c in r.items():
            out[x] = out.get(x, Fraction(0)) + c
    return {x: c for x, c in out.items() if c}


def minus(a: Lin, b: Lin) -> Lin:
    return combined(a, scaled(b, Fraction(-1)))
