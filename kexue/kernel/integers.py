"""Integer functions, on exact integers alone."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce
from typing import Any

from flint import arb, fmpq, fmpz

from .numbers import arb_floor, is_integer, natural, power, real, settled, whole
from .verdict import Rejected

ZERO, ONE = fmpq(0), fmpq(1)


def factorial2(n: Any) -> Any:
    m = whole(n)
    if m < 0:
        if m % 2 == 0:
            raise Rejected("no double factorial")
        return fmpq((-1) ** ((-m - 1) // 2), math.prod(range(-m - 2, 0, -2)))
    return fmpq(math.prod(range(natural(n, 3000), 0, -2)))


def positive(v: Any, most: int = 10 ** 12) -> fmpz:
    if not 1 <= (n := whole(v)) <= most:
        raise Rejected("not a positive integer of moderate size")
    return fmpz(n)


def jacobi(a: Any, n: Any) -> Any:
    m = positive(n)
    if m % 2 == 0:
        raise Rejected("a Jacobi symbol over an even number")
    return fmpq(1) if m == 1 else fmpq(fmpz(whole(a) % int(m)).jacobi(m))


def kronecker(a: Any, n: Any) -> Any:
    u, m = whole(a), whole(n)
    if m == 0:
        return fmpq(abs(u) == 1)
    out, sign_ = 1, -1 if m < 0 and u < 0 else 1
    m = abs(m)
    while m % 2 == 0:
        m //= 2
        out *= 0 if u % 2 == 0 else 1 if u % 8 in (1, 7) else -1
    return fmpq(out * sign_) * jacobi(fmpq(u), fmpq(m))


def legendre_symbol(a: Any, p: Any) -> Any:
    if not positive(p).is_prime() or p == 2:
        raise Rejected("a Legendre symbol over what is no odd prime")
    return jacobi(a, p)


SIEVED: list[int] = []


def primes(limit: int) -> list[int]:
    if not SIEVED or SIEVED[-1] < limit:
        n = max(limit, 1000) * 2
        keep = bytearray([1]) * (n + 1)
        for k in range(2, math.isqrt(n) + 1):
            if keep[k]:
                keep[k * k::k] = bytes(len(range(k * k, n + 1, k)))
        SIEVED[:] = [k for k in range(2, n + 1) if keep[k]]
    return SIEVED


def primepi(x: Any) -> Any:
    n = whole(settled(arb_floor(real(x))))
    if n > 10 ** 6:
        raise Rejected("too many primes")
    return fmpq(sum(1 for p in primes(max(n, 2)) if p <= n))


def prime(n: Any) -> Any:
    k = int(positive(n, 50000))
    return fmpq(primes(max(20, int(k * (math.log(k + 1) + math.log(math.log(k + 2) + 1)) + 10)))[k - 1])


def linear_recurrence(n: Any, zero: int, one: int, sign_: int) -> Any:
    m = whole(n)
    if abs(m) > 10 ** 5:
        raise Rejected("an index of moderate size is needed")
    a, b = 0, 1  # fibonacci numbers by doubling
    for bit in bin(abs(m))[2:]:
        a, b = a * (2 * b - a), a * a + b * b
        if bit == "1":
            a, b = b, a + b
    out = a if zero == 0 else 2 * b - a
    return fmpq(out * (1 if m >= 0 or (m % 2 == 0) == (sign_ > 0) else -1))


def erfinv(x: Any) -> Any:
    return arb(real(x)).erfinv() if x != 0 else fmpq(0)


def divisor_sigma(n: Any, k: Any = ONE) -> Any:
    m = positive(n)
    if is_integer(k) and 0 <= k <= 200:
        return fmpq(m.divisor_sigma(int(k.p)))
    if m > 10 ** 4:
        raise Rejected("too many divisors")
    return reduce(lambda c, d: settled(c + power(fmpq(d), k)), (d for d in range(1, int(m) + 1) if m % d == 0), fmpq(0))


INTEGERS: dict[str, Callable[..., Any]] = {
    "fibonacci": lambda n: linear_recurrence(n, 0, 1, -1), "lucas": lambda n: linear_recurrence(n, 2, 1, 1),
    "bell": lambda n: fmpq(fmpz.bell_number(natural(n, 600))), "euler": lambda n: fmpq(fmpz.euler_number(natural(n, 2000))),
    "partition": lambda n: fmpq(fmpz(natural(n)).partitions_p()) if whole(n) >= 0 else fmpq(0),
    "totient": lambda n: fmpq(positive(n).euler_phi()), "mobius": lambda n: fmpq(positive(n).moebius_mu()), "divisor_sigma": divisor_sigma,
    "primepi": primepi, "prime": prime, "gcd": lambda *v: fmpq(math.gcd(*map(whole, v))), "lcm": lambda *v: fmpq(math.lcm(*map(whole, v))),
    "legendre_symbol": legendre_symbol, "jacobi_symbol": jacobi, "kronecker_symbol": kronecker, "erfinv": erfinv, "factorial2": factorial2}
