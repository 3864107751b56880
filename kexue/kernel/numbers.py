"""Exact numbers and balls, and the elementary functions on them: principal branches, conventions of SymPy.

Undefined or not certainly defined: Rejected, or a value that `settled` rejects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import reduce
from typing import Any

from flint import acb, acb_mat, arb, arb_mat, fmpq, fmpq_mat

from .verdict import Rejected

SCALAR, MATRIX = (fmpq, arb, acb), (fmpq_mat, arb_mat, acb_mat)
UNDEFINED = (ValueError, ZeroDivisionError, OverflowError, TypeError, AttributeError, KeyError, IndexError, RecursionError)
BITS, COUNT = 2 ** 15, 10 ** 5  # the largest exact number, the largest index of a table
I = acb(0, 1)


def settled(v: Any) -> Any:
    """Finite; exact balls of moderate size are rationals, rationals beyond it are balls, complex balls on the real line are real."""
    if isinstance(v, acb):
        if not v.is_finite():
            raise Rejected("not certainly defined")
        if not v.imag.is_zero():
            return v
        v = v.real
    if isinstance(v, fmpq):
        return v if v.height_bits() <= BITS else arb(v)
    if isinstance(v, arb):
        if not v.is_finite():
            raise Rejected("not certainly defined")
        return v.fmpq() if v.is_exact() and abs(v.man_exp()[1]) < BITS else v
    if isinstance(v, MATRIX):
        for x in v.entries():
            settled(x)
        return v
    raise Rejected("not a value")


def whole(v: Any) -> int:
    if not isinstance(v, fmpq) or v.q != 1:
        raise Rejected("not certainly an integer")
    return int(v.p)


def natural(v: Any, most: int = COUNT) -> int:
    if not 0 <= (n := whole(v)) <= most:
        raise Rejected("not an index of moderate size")
    return n


def real(v: Any) -> Any:
    if isinstance(v, acb):
        raise Rejected("a complex number where a real one is needed")
    return v


def part(v: Any) -> Any:
    """The real part."""
    return v.real if isinstance(v, acb) else v


def is_integer(v: Any) -> bool:
    return isinstance(v, fmpq) and v.q == 1


def ipow(x: Any, n: int) -> Any:
    """x^n by squaring; 0^0 = 1."""
    if n < 0:
        return 1 / settled(ipow(x, -n))
    if n % 2 == 0 and n and isinstance(x, arb) and x.contains(0) and not x.is_exact():
        half = arb(ipow(x.abs_upper(), n) / 2).upper()
        return arb(half, half)
    out = fmpq(1)
    while n:
        out, x, n = settled(out * x if n & 1 else out), (settled(x * x) if n > 1 else x), n >> 1
    return out


def exact_root(u: Any, q: int) -> Any:
    """The q-th root of a positive rational, if it is rational."""
    if isinstance(u, fmpq) and u > 0 and q <= 64:
        p, d = u.p.root(q), u.q.root(q)
        if p ** q == u.p and d ** q == u.q:
            return fmpq(p, d)
    return None


def power(u: Any, p: Any, walks: bool = False) -> Any:
    if isinstance(u, MATRIX):
        return matrix_power(u, whole(p))
    if is_integer(p):
        return ipow(u, int(p.p))
    if isinstance(u, fmpq) and u == 0:
        if part(p) > 0:
            return fmpq(0)
        raise Rejected("a power of zero")
    if walks and avoids(u) is False:
        raise Rejected("a power on its cut")
    if isinstance(p, fmpq):
        if (root := exact_root(u, int(p.q))) is not None:
            return ipow(root, int(p.p))
        if p.q == 2:
            return ipow(settled(root_of(u)), int(p.p))
    if not isinstance(u, acb) and not isinstance(p, acb) and u > 0:
        return arb(u) ** arb(p)
    if acb(u).contains(0) and part(p) > 0:  # |u^p| <= |u|^Re(p) exp(pi |Im p|)
        m, e = arb(abs(acb(u))).abs_upper(), acb(p)
        r = (arb.max(m ** arb(e.real.lower()), m ** arb(e.real.upper())) * (arb.pi() * abs(e.imag)).exp()).abs_upper()
        return acb(arb(0, r), arb(0, r))
    return acb(u) ** acb(p) if acb(u).is_exact() or avoids(u) else (acb(p) * acb(u).log()).exp()


def root_of(u: Any) -> Any:
    if (root := exact_root(u, 2)) is not None:
        return root
    if isinstance(u, acb):
        return u.sqrt()
    return arb(u).sqrt() if u >= 0 else acb(0, (-arb(u)).sqrt()) if u < 0 else acb(u).sqrt()


def avoids(w: Any) -> bool:
    """Does the ball certainly miss the cut (-oo, 0]?"""
    w = acb(w)
    return bool(w.real > 0 or w.imag != 0)


def on_cut_exactly(w: Any) -> bool:
    return not isinstance(w, acb) or bool(w.imag.is_zero())


# ------------------------------------------------------------------------------------------------------------- elementary
def _mod(a: Any, b: Any) -> Any:
    q = settled(arb_floor(a / b if isinstance(a, fmpq) and isinstance(b, fmpq) else arb(a) / arb(b)))
    if not is_integer(q):
        raise Rejected("a remainder that is not decided")
    return a - b * q


def arb_floor(x: Any) -> Any:
    return fmpq(x.floor()) if isinstance(x, fmpq) else x.floor()


def floor(x: Any) -> Any:
    return acb(arb(settled(arb_floor(x.real))), arb(settled(arb_floor(x.imag)))) if isinstance(x, acb) else arb_floor(x)


def sign(x: Any) -> Any:
    if isinstance(x, acb):
        return x / settled(abs(x))
    return fmpq(1) if x > 0 else fmpq(-1) if x < 0 else fmpq(0) if isinstance(x, fmpq) else arb(0, 1)


def arg(z: Any) -> Any:
    if isinstance(z, acb):
        return z.arg() if z.real != 0 or z.imag != 0 else acb("nan")
    return fmpq(0) if z > 0 else arb.pi() if z < 0 else acb("nan")


def atan2(y: Any, x: Any) -> Any:
    y, x = real(y), real(x)
    if isinstance(y, fmpq) and y == 0:
        return arg(x)
    return arb.atan2(arb(y), arb(x)) if not (x == 0 and y == 0) else arb("nan")


def heaviside(x: Any) -> Any:
    x = real(x)
    return fmpq(1) if x > 0 else fmpq(0) if x < 0 else fmpq(1, 2) if isinstance(x, fmpq) else arb(0.5, 0.5)


def sinc(z: Any) -> Any:
    return fmpq(1) if isinstance(z, fmpq) and z == 0 else z.sinc() if isinstance(z, acb) else arb(z).sinc()


def extreme(upper: bool, *v: Any) -> Any:
    if all(isinstance(x, fmpq) for x in v):
        return max(v) if upper else min(v)
    return reduce(lambda x, y: (arb.max if upper else arb.min)(arb(x), arb(y)), map(real, v))


def square_norm(z: Any) -> Any:
    if isinstance(z, acb):
        s = settled(z.real * z.real + z.imag * z.imag) if z.is_exact() else None
        return (exact_root(s, 2) if s is not None and s != 0 else None) or abs(z)
    return abs(z)


PLAIN: dict[str, Callable[..., Any]] = {  # on any values
    "abs": square_norm, "re": lambda z: z.real if isinstance(z, acb) else z, "im": lambda z: z.imag if isinstance(z, acb) else fmpq(0),
    "conj": lambda z: z.conjugate() if isinstance(z, acb) else z, "floor": floor, "ceiling": lambda z: -floor(-z), "sign": sign, "arg": arg,
    "atan2": atan2, "heaviside": heaviside, "mod": lambda a, b: _mod(real(a), real(b)), "max": lambda *v: extreme(True, *v),
    "min": lambda *v: extreme(False, *v)}


def side(x: Any) -> int:
    """The sign of a function that is real on the real axis, on a whole ball."""
    if part(x) > 0:
        return 1
    if part(x) < 0:
        return -1
    raise Rejected("a ball across a corner")


def level(x: Any) -> Any:
    n = settled(arb_floor(part(x)))
    if not is_integer(n):
        raise Rejected("a ball across a step")
    return n


def angle(y: Any, x: Any) -> Any:
    y, x = acb(y), acb(x)
    if part(x) > 0:
        return (y / x).atan()
    s = side(y)
    return s * arb.pi() / 2 - (x / y).atan()


def best(upper: bool, *v: Any) -> Any:
    return reduce(lambda x, y: x if (side(x - y) > 0) == upper else y, v)


PIECES: dict[str, Callable[..., Any]] = {  # extended from the real axis, where they are analytic between their corners
    "abs": lambda x: x * side(x), "sign": lambda x: fmpq(side(x)), "re": lambda x: x, "conj": lambda x: x, "im": lambda x: fmpq(0),
    "floor": level, "ceiling": lambda x: -level(-x), "heaviside": lambda x: fmpq(1) if side(x) > 0 else fmpq(0),
    "max": lambda *v: best(True, *v), "min": lambda *v: best(False, *v), "mod": lambda a, b: a - b * level(a / b), "atan2": angle,
    "arg": lambda x: fmpq(0) if side(x) > 0 else arb.pi()}
REALS: dict[str, Callable[[Any], bool]] = {  # where the real method is used
    **{n: lambda x: True for n in "exp sin cos tan cot sec csc sinh cosh tanh coth sech csch atan asinh".split()},
    "log": lambda x: x > 0, "asin": lambda x: abs(x) <= 1, "acos": lambda x: abs(x) <= 1, "acosh": lambda x: x >= 1,
    "atanh": lambda x: abs(x) < 1}
ZEROS = {"sin": 0, "tan": 0, "sinh": 0, "tanh": 0, "asin": 0, "atan": 0, "asinh": 0, "atanh": 0, "log": 1, "acos": 1, "acosh": 1}


def elementary(h: str, x: Any) -> Any:
    """One of REALS: by real arithmetic where the value is real."""
    if not isinstance(x, acb) and REALS[h](x):
        return fmpq(0) if isinstance(x, fmpq) and h in ZEROS and x == ZEROS[h] else getattr(arb(x), h)()
    return getattr(acb(x), h)()


# ---------------------------------------------------------------------------------------------------------------- matrices
def matrix_of(v: list[Any], width: int) -> Any:
    kind = acb_mat if any(isinstance(x, acb) for x in v) else arb_mat if any(isinstance(x, arb) for x in v) else fmpq_mat
    return kind([v[k:k + width] for k in range(0, len(v), width)])


def eye(n: Any) -> Any:
    m = natural(n, 64)
    return fmpq_mat([[fmpq(i == j) for j in range(m)] for i in range(m)])


def matrix_power(u: Any, n: int) -> Any:
    if n < 0:
        return matrix_power(u.inv(), -n)
    out = eye(fmpq(u.nrows()))
    for bit in bin(n)[2:]:
        out = out * out
        out = out * u if bit == "1" else out
    return out


MATRICES: dict[str, Callable[..., Any]] = {
    "matrix": matrix_of, "eye": eye, "det": lambda m: m.det(), "tr": lambda m: sum((m[i, i] for i in range(m.nrows())), fmpq(0)),
    "T": lambda m: m.transpose(), "inv": lambda m: m.inv(), "matmul": lambda a, b: a * b}


def entries(u: Any, v: Any) -> Iterator[tuple[Any, Any]]:
    if not isinstance(u, MATRIX) or not isinstance(v, MATRIX) or (u.nrows(), u.ncols()) != (v.nrows(), v.ncols()):
        raise Rejected("these cannot be compared")
    return zip(u.entries(), v.entries(), strict=True)
