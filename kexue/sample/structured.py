"""Structured numbers for counterexamples: small and plain ones first, both sides of the usual cuts, and integers at which something happens."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from flint import arb, ctx

from ..formula import Formula

F = Fraction
WHOLE = [F(k) for k in (2, 1, 3, 0, 4, -1, 5, 7, -2, 6, 8, -3, 10, 9, 12, 11, -4, -5, 13, 16, 15, 18, -7, 20, 24, 30, 31, 36, 60, 100, 210, 1000)]
LINE = [F(q) for q in ("1/2 2 -3/4 5/4 3 -2 1/3 1 -1 0 7/3 -1/2 5 1/10 -5/2 10 -7/2 4 1/4 -1/10 -10 1/1000 20 -1/1000 50 -30 100 999/1000 "
                       "1001/1000 1000 1/1000000 -100 31/7 -22/7 1/1000000000").split()]
PLANE = [(F(a), F(b)) for a, b in (p.split(",") for p in (
    "1/2,1/4 -3/4,1/2 5/4,3/4 2,1 -3/2,-1/2 1/4,-1/2 -1/2,1/8 3/4,-3/8 3,-2 0,1 1/8,1/8 1,0 -2,0 -1/4,-1/4 1/2,0 0,-2 0,0 -1,0 -4,-5 0,2 2,0 0,1/2 "
    "0,-1 -1/2,0 1,1 -1,1 -5/2,1/64 -5/2,-1/64 5/2,1/64 3,4 0,3 1/4,0 -3,0 3/8,5/4 -1/4,3/2 1/16,0 5,1/4 "
    "-1/8,1/16 12,-1/4 1/64,-1/32 -10,3 0,20 40,1 "
    "-7/2,0 9/2,0 3/2,0 0,-1/4 1/4,7").split())]


def isolated(left: Formula, right: Formula) -> Iterator[tuple[str, Formula]]:
    """The names for which left = right is solved by taking sums, differences and factors that are numbers apart: x - y = 1 gives x and y."""
    if left.head == "sym":
        yield left.args[0], right
    elif left.head in ("add", "sub"):
        a, b = left.args
        yield from isolated(a, right - b if left.head == "add" else right + b)
        yield from isolated(b, right - a if left.head == "add" else a - right)
    elif left.head == "neg":
        yield from isolated(left.args[0], -right)
    elif left.head == "mul" and left.args[0].head == "num" and left.args[0].args[0] != 0:
        yield from isolated(left.args[1], right / left.args[0])


def convergents(t: int, n: int) -> list[tuple[int, int]]:
    """The first convergents p/q of pi/t."""
    with ctx.workprec(256):
        x = arb.pi() / t
        (a, b), (c, d) = (1, 0), (int(x.floor().unique_fmpz()), 1)
        out = [(c, d)]
        for _ in range(n - 1):
            x = 1 / (x - x.floor())
            k = int(x.floor().unique_fmpz())
            (a, b), (c, d) = (c, d), (k * c + a, k * d + b)
            out.append((c, d))
    return out


def pell(d: int) -> list[int]:
    """The least y > 0 with d y^2 + 1 a square, if it is found in some hundred steps."""
    r = math.isqrt(d)
    if r * r == d:
        return []
    m, q, a = 0, 1, r
    (x0, y0), (x, y) = (1, 0), (r, 1)
    for _ in range(400):
        if x * x - d * y * y == 1:
            return [y]
        m = a * q - m
        q = (d - m * m) // q
        a = (r + m) // q
        (x0, y0), (x, y) = (x, y), (a * x + x0, a * y + y0)
    return []


def weight(v: Any) -> int:
    """How long a number is to read."""
    parts = v if isinstance(v, tuple) else (v,)
    return sum(abs(x.numerator) * 2 + (x < 0) + 3 * (x.denominator - 1) + (x != 0 and len(parts) > 1) for x in parts)
