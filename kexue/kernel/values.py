"""Values of integer functions at exact arguments, with SymPy's conventions; None where it is not worked out."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import ceil, comb, floor, gcd, lcm, prod

from flint import fmpq, fmpz

LARGE = 2000


def bernoulli(n: Fraction, x: Fraction = Fraction(1)) -> Fraction:
    """B_n(x); without x it is B_n(1), which differs from B_n(0) for n = 1 only."""
    m = natural(n)
    numbers = [fmpq.bernoulli(k) for k in range(m + 1)]
    return sum((comb(m, k) * Fraction(int(b.p), int(b.q)) * x ** (m - k) for k, b in enumerate(numbers)), Fraction(0))


def natural(n: Fraction) -> int:
    if n.denominator != 1 or not 0 <= n <= LARGE:
        raise ValueError(n)
    return int(n)


def positive(n: Fraction) -> fmpz:
    if n.denominator != 1 or not 1 <= n <= 10 ** 12:
        raise ValueError(n)
    return fmpz(int(n))


def whole(*v: Fraction) -> list[int]:
    if any(x.denominator != 1 for x in v):
        raise ValueError(v)
    return [int(x) for x in v]


def lucas(n: Fraction, a: int, b: int) -> Fraction:
    """The n-th term of a, b, a + b, ... for any integer n of moderate size."""
    m, = whole(n)
    if abs(m) > LARGE:
        raise ValueError(n)
    for _ in range(abs(m)):
        a, b = (b, a + b) if m > 0 else (b - a, a)
    return Fraction(a)


VALUES: dict[str, Callable[..., Fraction]] = {
    "floor": lambda x: Fraction(floor(x)), "ceiling": lambda x: Fraction(ceil(x)),
    "mod": lambda a, b: a - b * floor(a / b),
    "gcd": lambda *v: Fraction(gcd(*whole(*v))), "lcm": lambda *v: Fraction(lcm(*whole(*v))),
    "bernoulli": bernoulli, "harmonic": lambda n: sum((Fraction(1, k) for k in range(1, natural(n) + 1)), Fraction(0)),
    "fibonacci": lambda n: lucas(n, 0, 1), "lucas": lambda n: lucas(n, 2, 1), "factorial2": lambda n: Fraction(prod(range(natural(n), 0, -2))),
    "bell": lambda n: Fraction(int(fmpz.bell_number(natural(n)))), "euler": lambda n: Fraction(int(fmpz.euler_number(natural(n)))),
    "partition": lambda n: Fraction(int(fmpz(natural(n)).partitions_p())), "totient": lambda n: Fraction(int(positive(n).euler_phi())),
    "mobius": lambda n: Fraction(int(positive(n).moebius_mu())), "max": max, "min": min,
    "sign": lambda x: Fraction((x > 0) - (x < 0)), "conj": lambda x: x, "re": lambda x: x, "im": lambda x: Fraction(0),
}


def value(head: str, *v: Fraction) -> Fraction | None:
    """The value of the function at exact arguments, where it is worked out."""
    if head not in VALUES:
        return None
    try:
        return VALUES[head](*v)
    except (ValueError, ZeroDivisionError, TypeError, OverflowError):
        return None
