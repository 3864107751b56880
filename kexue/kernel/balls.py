"""Rigorous values of formulas at a point: Arb balls, and exact rationals wherever every operation is exact.  What is not
certainly defined raises Rejected.  Real arguments are read in the reals, complex ones on the principal branch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import reduce
from itertools import product
from math import factorial
from typing import Any

from flint import acb, acb_mat, arb, arb_mat, ctx, fmpq, fmpq_mat

from ..certificates import Certificate, Goal
from ..formula import RELATIONS, Formula, children, free_symbols, from_data, substitute
from .diff import derivative
from .verdict import Accepted, Rejected

TERMS, BITS, SIZE = 10 ** 5, 2 ** 15, 64  # longest sum, largest exact number, largest matrix
MATRIX, SCALAR = (fmpq_mat, arb_mat, acb_mat), (fmpq, arb, acb)
MEROMORPHIC = frozenset("exp sin cos tan cot sec csc sinh cosh tanh erf erfc Si gamma digamma zeta factorial hyp1f1".split())
RIGHT = frozenset("log sqrt Ci lambertw atan asinh uppergamma besseli besselj".split())  # analytic where Re(last argument) > 0
BRANCHED = RIGHT | frozenset("asin acos acosh atanh abs re im conj".split())
REAL = frozenset("sign floor ceiling max min".split())
FORMATS = {"binary16": (11, -14, 15), "bfloat16": (8, -126, 127), "binary32": (24, -126, 127), "binary64": (53, -1022, 1023)}
UNDEFINED = (ValueError, ZeroDivisionError, OverflowError, TypeError, AttributeError, KeyError, IndexError, RecursionError)


def settled(v: Any) -> Any:
    """Finite; exact balls of moderate size are rationals, rationals beyond it are balls; a 1 x 1 matrix is its entry."""
    if isinstance(v, MATRIX):
        entries = [settled(x) for x in v.entries()]
        return entries[0] if len(entries) == 1 else v
    if isinstance(v, fmpq):
        return v if v.height_bits() <= BITS else arb(v)
    if not v.is_finite():
        raise Rejected("not certainly defined")
    return v.fmpq() if isinstance(v, arb) and v.is_exact() and abs(v.man_exp()[1]) < BITS else v


def matrix_of(rows: list[list[Any]]) -> Any:
    kinds = {type(x) for r in rows for x in r}
    if not kinds <= set(SCALAR) or not 1 <= max(len(rows), *map(len, rows)) <= SIZE:
        raise Rejected("not a matrix of moderate size")
    return (acb_mat if acb in kinds else arb_mat if arb in kinds else fmpq_mat)(rows)


def wide(v: Any) -> Any:
    return v if isinstance(v, MATRIX) else matrix_of([[v]])


def whole(v: Any) -> int:
    if not isinstance(v, fmpq) or v.q != 1:
        raise Rejected("not certainly an integer")
    return int(v.p)


def times(u: Any, v: Any) -> Any:
    if isinstance(u, MATRIX) or isinstance(v, MATRIX):  # a product of two matrices is written @
        m, s = (u, v) if isinstance(u, MATRIX) else (v, u)
        return matrix_of([[x * s for x in row] for row in m.tolist()])
    return u * v


def ipow(x: Any, n: int) -> Any:
    """x^n by squaring (arb ** int of python-flint is nan on balls around 0); 0^0 = 1."""
    if n < 0:
        return 1 / ipow(x, -n)
    if n % 2 == 0 and n and isinstance(x, arb) and x.contains(0) and not x.is_exact():
        half = arb(ipow(x.abs_upper(), n) / 2).upper()
        return arb(half, half)
    out = fmpq(1)
    while n:
        out, x, n = settled(out * x if n & 1 else out), (settled(x * x) if n > 1 else x), n >> 1
    return out


def power(path: bool, u: Any, p: Any) -> Any:
    if isinstance(p, fmpq) and p.q == 1:
        return ipow(u, int(p.p))
    if isinstance(p, fmpq) and p.q == 2 and not isinstance(u, acb):
        return ipow(settled(scalar("sqrt", path, u)), int(p.p))
    return fmpq(0) if isinstance(u, fmpq) and u == 0 and p > 0 else (p * scalar("log", path, u)).exp()


def power_derivative(path: bool, u: Any, p: Any, j: Any) -> Any:
    """The j-th derivative of u^p in u: p (p-1) ... (p-j+1) u^(p-j), and 0 for p = 0, ..., j-1 also where u = 0."""
    factor = reduce(lambda c, i: settled(c * (p - i)), range(whole(j)), fmpq(1))
    return factor if isinstance(factor, fmpq) and factor == 0 else factor * settled(power(path, u, p - j))


def rounded(x: Any, name: str) -> Any:
    """An exact rational to the nearest number of a binary format, ties to even."""
    (digits, low, high), q = FORMATS[name], Fraction(int(x.p), int(x.q))
    e = abs(q.numerator).bit_length() - q.denominator.bit_length()  # 2^(e-1) < |q| < 2^(e+1)
    unit = Fraction(2) ** (max(e if abs(q) >= Fraction(2) ** e else e - 1, low) - digits + 1)
    if abs(out := round(q / unit) * unit) >= Fraction(2) ** (high + 1):
        raise Rejected("overflow")
    return fmpq(out.numerator, out.denominator)


def falling(n: Any, k: Any) -> Any:
    if not 0 <= whole(k) <= TERMS:
        raise Rejected("binomial with a negative or huge lower index")
    return reduce(lambda c, j: settled(c * (n - j) / (j + 1)), range(whole(k)), fmpq(1))


def exact_root(u: Any) -> Any:
    return settled(arb(u.p).sqrt()) / settled(arb(u.q).sqrt())


def kummer(a: Any, b: Any, x: Any) -> Any:
    if not b.real > 0 and b.contains_integer():  # at b = 0, -1, ... it depends on the convention
        raise Rejected("1F1 with a lower parameter that may be 0, -1, ...")
    return x.hypgeom_1f1(a, b)


def identity(d: Any) -> Any:
    n = min(whole(d), SIZE + 1)
    return matrix_of([[fmpq(i == j) for j in range(n)] for i in range(n)])


def trace(u: Any) -> Any:
    m = wide(u)
    return sum((m[i, i] for i in range(max(m.nrows(), m.ncols()))), fmpq(0))


EXACT: dict[str, Callable[..., Any]] = {  # of rationals
    "max": max, "min": min, "abs": abs, "re": lambda x: x, "conj": lambda x: x, "im": lambda x: fmpq(0), "sqrt": exact_root,
    "binomial": falling,
    "factorial": lambda n: fmpq(factorial(whole(n))) if n.q == 1 and 0 <= n <= 3000 else (arb(n) + 1).gamma()}
CALLS: dict[str, Callable[..., Any]] = {  # of balls; a method of the ball otherwise
    "Ci": lambda x: x.ci(), "Si": lambda x: x.si(), "abs": abs, "sign": arb.sgn, "ceiling": arb.ceil, "binomial": falling,
    "factorial": lambda x: (x + 1).gamma(), "uppergamma": lambda s, x: x.gamma_upper(s), "hyp1f1": kummer,
    "besseli": lambda n, x: x.bessel_i(n), "besselj": lambda n, x: x.bessel_j(n), "max": lambda *v: reduce(arb.max, v),
    "min": lambda *v: reduce(arb.min, v), "re": lambda z: z.real, "im": lambda z: z.imag,
    "conj": lambda z: z.conjugate() if isinstance(z, acb) else z}
LINEAR: dict[str, Callable[..., Any]] = {
    "neg": lambda u: -u, "add": lambda u, v: u + v, "sub": lambda u, v: u - v, "mul": times, "div": lambda u, v: times(u, 1 / v),
    "matmul": lambda u, v: wide(u) * wide(v), "T": lambda u: wide(u).transpose(), "tr": trace, "det": lambda u: wide(u).det(),
    "dot": lambda u, v: trace(wide(u).transpose() * wide(v)), "inv": lambda u: wide(u).inv(), "eye": identity,
    "expm": lambda u: (arb_mat(wide(u)) if isinstance(wide(u), fmpq_mat) else wide(u)).exp(),
    "zeros": lambda r, c: matrix_of([[fmpq(0)] * min(whole(c), SIZE + 1)] * min(whole(r), SIZE + 1))}


def scalar(h: str, path: bool, *v: Any) -> Any:
    """A function of numbers; on a path only what is analytic wherever it is finite, and real on the real axis."""
    kinds = {type(x) for x in v}
    if not kinds <= set(SCALAR) or h not in CALLS and h not in MEROMORPHIC | BRANCHED | REAL:
        raise Rejected(f"no numeric meaning for {h}")
    if kinds == {fmpq} and h in EXACT:
        return EXACT[h](*v)
    if acb in kinds and h not in MEROMORPHIC and not (h in RIGHT and acb(v[-1]).real > 0) and (path or h not in BRANCHED):
        raise Rejected(f"{h} of a complex number")
    v = tuple(map(acb if acb in kinds else arb, v))
    return CALLS[h](*v) if h in CALLS else getattr(v[0], h)()


class Point:
    """Values of the free symbols; `of` evaluates a formula there."""

    def __init__(self, values: dict[str, Any], bound: dict[str, Any] | None = None, path: bool = False) -> None:
        self.values, self.bound, self.path = values, bound or {}, path
        self.known: dict[str, tuple[Any, Any]] = {}  # sort and value of the symbols read so far
        self.done: dict[int, tuple[Formula, Any]] = {}  # by identity of the formula, which the entry keeps alive

    def inner(self, name: str, value: Any, path: bool) -> Point:
        """The same point with a value for a bound symbol."""
        point = Point(self.values, {**self.bound, name: value}, path)
        point.known = self.known
        return point

    def of(self, f: Formula) -> Any:
        if id(f) not in self.done:
            try:
                out = self.evaluate(f)
                self.done[id(f)] = f, out if isinstance(out, tuple) else settled(out)
            except UNDEFINED as err:
                raise Rejected(f"no value for {f.head}: {err!r}") from err
        return self.done[id(f)][1]

    def evaluate(self, f: Formula) -> Any:
        h, a = f.head, f.args
        if h == "num":
            return fmpq(a[0].numerator, a[0].denominator)
        if h == "const":
            return {"pi": arb.pi, "e": arb.const_e, "euler_gamma": arb.const_euler, "i": lambda: acb(0, 1)}[a[0]]()
        if h == "sym":
            if a[0] not in self.bound and self.known.get(a[0], (None,))[0] != a[1]:
                self.known[a[0]] = a[1], self.read(self.values[a[0]], a[1])
            return self.bound[a[0]] if a[0] in self.bound else self.known[a[0]][1]
        if h in ("sum", "prod"):
            return self.series(h == "sum", a[0], a[1].args[0], whole(self.of(a[2])), whole(self.of(a[3])))
        if h == "integral":
            return self.integral(a[0], a[1].args[0], self.of(a[2]), self.of(a[3]))
        if h == "diff":
            self.of(a[0])
            return self.of(derivative(a[0], a[1].args[0]))
        if h == "round":
            return rounded(self.of(a[1]), a[0].args[0])
        if h == "matrix":
            lines = [[wide(self.of(x)).tolist() for x in row] for row in a]
            return matrix_of([[x for b in line for x in b[i]] for line in lines for i in range(max(map(len, line)))])
        v = [self.of(x) for x in children(f)]
        if h == "at":
            items = v[0] if isinstance(v[0], tuple) else [r[0] for r in wide(v[0]).tolist() if len(r) == 1]
            return items[range(1, len(items) + 1).index(whole(v[1]))]
        if h in ("pow", "dpow") and all(isinstance(x, SCALAR) for x in v):
            return (power if h == "pow" else power_derivative)(self.path, *v)
        if h == "delta":
            if (equal := compare("eq", *v)) is None:
                raise Rejected("delta of numbers that may be equal")
            return fmpq(equal)
        return LINEAR[h](*v) if h in LINEAR else scalar(h, self.path, *v)

    def read(self, raw: Any, sort: Any) -> Any:
        """A value of this sort from JSON: "3/5", nested lists, or a formula in the form of to_data."""
        if isinstance(sort, tuple) and isinstance(raw, (list, tuple)):
            if sort[0] == "family":
                return tuple(self.read(x, sort[1]) for x in raw)
            m = matrix_of([[self.read(x, "real") for x in (r if sort[0] == "matrix" else [r])] for r in raw])
            if [m.nrows(), m.ncols()] != [whole(Point(self.values).of(s)) for s in sort[1:]] + [1] * (sort[0] == "vector"):
                raise Rejected("a value has the wrong size")
            return settled(m)
        if isinstance(raw, (str, int, Fraction)) and not isinstance(raw, bool):
            p, _, q = str(raw).partition("/")
            raw = fmpq(int(p), int(q or 1))
        value = raw if isinstance(raw, SCALAR) else Point(self.values).of(raw if isinstance(raw, Formula) else from_data(raw))
        if sort not in ("real", "integer", "complex") or sort == "integer" and whole(value) is None or \
                not isinstance(value, SCALAR if sort == "complex" else (fmpq, arb)):
            raise Rejected("a value does not have its sort")
        return value

    def series(self, adds: bool, body: Formula, name: str, lo: int, hi: int) -> Any:
        if not -1 <= hi - lo < TERMS:
            raise Rejected("not a finite range of moderate length")
        terms = (self.inner(name, fmpq(k), self.path).of(body) for k in range(lo, hi + 1))
        return reduce(lambda u, v: settled(u + v if adds else times(u, v)), terms, *([] if hi >= lo else [fmpq(not adds)]))

    def integral(self, body: Formula, name: str, lo: Any, hi: Any) -> Any:
        """Over a real segment: every operation on a path is analytic wherever it is finite, as the integrator asks."""
        def integrand(z: Any, _: bool) -> Any:
            try:
                return acb(self.inner(name, z, True).of(body))
            except (Rejected, *UNDEFINED):
                return acb("nan")
        out = acb.integral(integrand, arb(lo), arb(hi), eval_limit=20000)
        real = isinstance(self.inner(name, (arb(lo) + arb(hi)) / 2, False).of(body), (fmpq, arb))
        return out.real if real and not self.path else out

    def truth(self, f: Formula) -> tuple[bool | None, bool]:
        """Does it certainly hold (True), certainly fail (False) or neither (None); and was that decided exactly?"""
        v = [self.of(a) for a in f.args]
        exact = all(isinstance(x, (fmpq, fmpq_mat)) for x in v)
        if f.head in RELATIONS:
            own = {k: g for k, g in self.values.items() if isinstance(g, Formula)}
            if f.head == "eq" and substitute(f.args[0], own) == substitute(f.args[1], own):  # t = ... for a t defined so
                return True, True
            return compare(f.head, *v), exact
        if f.head in ("even", "odd"):
            return whole(v[0]) % 2 == (f.head == "odd"), True
        if f.head not in ("symmetric", "spd", "orthogonal", "invertible"):
            raise Rejected(f"cannot decide {f.head}")
        m = wide(v[0])
        if f.head == "invertible":
            return compare("ne", settled(m.det()), fmpq(0)), exact
        if f.head == "orthogonal":
            return compare("eq", settled(m.transpose() * m), identity(fmpq(m.nrows()))), exact
        parts = [compare("eq", settled(m), settled(m.transpose()))]
        if f.head == "spd":
            rows = m.tolist()
            minors = (settled(matrix_of([r[:k] for r in rows[:k]]).det()) for k in range(1, len(rows) + 1))
            parts += [compare("lt", fmpq(0), d) for d in minors]
        return False if False in parts else None if None in parts else True, exact


def compare(relation: str, u: Any, v: Any) -> bool | None:
    """eq, ne, lt, le between two values: True it holds, False it fails, None the balls overlap.  Only rationals can be equal."""
    if isinstance(u, MATRIX) or isinstance(v, MATRIX):
        x, y = wide(u), wide(v)
        if relation not in ("eq", "ne") or (x.nrows(), x.ncols()) != (y.nrows(), y.ncols()):
            raise Rejected("these matrices cannot be compared")
        parts = [compare("eq", a, b) for a, b in zip(x.entries(), y.entries(), strict=True)]
        equal = False if False in parts else None if None in parts else True
    elif not isinstance(u, SCALAR) or not isinstance(v, SCALAR):
        raise Rejected("only numbers and matrices are compared")
    elif isinstance(u, acb) or isinstance(v, acb):
        z = acb(u) - acb(v)
        equal = False if z.real != 0 or z.imag != 0 else None
    elif relation in ("lt", "le"):
        low, high = (u < v, u >= v) if relation == "lt" else (u <= v, u > v)
        return True if low else False if high else None
    else:
        equal = bool(u == v) if isinstance(u, fmpq) and isinstance(v, fmpq) else False if u < v or u > v else None
    return None if relation not in ("eq", "ne") or equal is None else equal == (relation == "eq")


def ball(f: Formula, values: dict[str, Any], prec: int) -> Any:
    """An enclosure of f at the point: arb, acb, or nested lists of them.  Raises Rejected where f is not certainly defined."""
    with ctx.workprec(prec):
        v = Point(values).of(f)
        rows = [[arb(x) if isinstance(x, fmpq) else x for x in row] for row in wide(v).tolist()]
        return rows if isinstance(v, MATRIX) else rows[0][0]


def exact(f: Formula, values: dict[str, Any]) -> Fraction | None:
    """The value where it is reached by exact operations only, else None.  Raises Rejected where f is not certainly defined."""
    v = Point(values).of(f)
    return Fraction(int(v.p), int(v.q)) if isinstance(v, fmpq) else None


def instances(h: Formula, values: dict[str, Any]) -> Iterator[tuple[Formula, dict[str, Any]]]:
    """The relation inside every(k, ...) at each member of the families it indexes.  An index may only name a member: then a
    finite family stands for the infinite one that goes on with copies of its first member."""
    spans: dict[str, int] = {}
    while h.head == "every":
        spans[h.args[1].args[0]], h = 0, h.args[0]

    def walk(f: Formula) -> None:
        if f.head == "sym" and f.args[0] in spans:
            raise Rejected("an index of every(...) is used outside a family")
        if f.head == "at" and f.args[1].head == "sym" and f.args[1].args[0] in spans:
            root = f.args[0]
            while root.head == "at":
                root = root.args[0]
            spans[f.args[1].args[0]] = max(spans[f.args[1].args[0]], len(values[root.args[0]]))
        for x in children(f)[:1 if f.head == "at" and f.args[1].head == "sym" else None]:
            walk(x)
    walk(h)
    if not all(spans.values()) or sum(spans.values()) > 1000:
        raise Rejected("an index without a family of moderate size")
    for at in product(*(range(1, n + 1) for n in spans.values())):
        yield h, dict(zip(spans, map(fmpq, at), strict=True))


def witness(goal: Goal, certificate: Certificate) -> Accepted:
    """Accept that every hypothesis holds and the claim fails at certificate["values"]; or raise Rejected."""
    prec, exactly = certificate["prec"], True
    if type(prec) is not int or not 20 <= prec <= 5000:
        raise Rejected("the precision is not a number of bits between 20 and 5000")
    symbols = {(name, s) for f in (*goal.hyps, goal.claim) for name, s in free_symbols(f).items()}
    values = {name: from_data(v) if isinstance(v, list) and isinstance(s.args[1], str) else v
              for name, s in symbols if (v := certificate["values"].get(name)) is not None}
    if len(dict(symbols)) < len(symbols):
        raise Rejected("a symbol is used with two sorts")
    try:
        with ctx.workprec(prec):
            for name, s in symbols:
                if name in values:
                    Point(values).of(s)
            for h in goal.hyps:
                for relation, bound in instances(h, values):
                    holds, sharp = Point(values, bound).truth(relation)
                    if holds is not True:
                        raise Rejected(f"a hypothesis is not certainly met: {h.head}")
                    exactly = exactly and sharp
            verdicts = [Point(values, bound).truth(claim) for claim, bound in instances(goal.claim, values)]
    except UNDEFINED as err:
        raise Rejected(f"malformed witness: {err!r}") from err
    failures = [sharp for holds, sharp in verdicts if holds is False]
    if not failures:
        raise Rejected("the claim does not certainly fail there")
    return Accepted("exact" if exactly and any(failures) else "ball")
