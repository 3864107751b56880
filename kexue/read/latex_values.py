"""Formulas with the size of what they stand for, put together with every size checked.

A shape is None for a number, else (rows, columns).  A product of matrices and vectors is read as the mathematics says: a row times a column
is an inner product, numbers come first.  The identity I without a size takes the size of what it is added to or compared with."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd
from typing import Any, NamedTuple

from ..formula import Formula, lift, substitute
from ..printing import decimal
from .latex_tokens import Unclear

Shape = tuple[Formula, Formula] | None
ONE, ZERO = lift(1), lift(0)
UNKNOWN = Formula("sym", ("?", "integer"))  # the size of an identity matrix that is not known yet
NODES = 10_000
INEQUALITIES = {"<": ("lt", False), ">": ("lt", True), "≤": ("le", False), "≥": ("le", True), "=": ("eq", False), "≠": ("ne", False)}


class Val(NamedTuple):
    """A formula, its shape, and whether it was written as a numeral."""

    f: Formula
    shape: Shape = None
    number: bool = False


def shape_of(sort: Any) -> Shape:
    """The shape of a value of this sort."""
    if isinstance(sort, tuple) and sort[0] == "vector":
        return sort[1], ONE
    return (sort[1], sort[2]) if isinstance(sort, tuple) and sort[0] == "matrix" else None


def known(v: Val, size: Formula) -> Val:
    """The value with `size` in place of a size that was not known."""
    if v.shape is None or UNKNOWN not in v.shape:
        return v
    return Val(substitute(v.f, {"?": size}), (size, size))


class Values:
    """Builds formulas; counts their parts."""

    def __init__(self) -> None:
        self.count = 0

    def node(self, at: int, head: str, *args: Any) -> Formula:
        self.count += 1
        if self.count > NODES:
            raise Unclear(f"more than {NODES} parts", at, "too-large")
        return Formula(head, args)

    def number(self, v: Val, what: str, at: int) -> Val:
        if v.shape is not None:
            raise Unclear(f"{what} of a matrix or vector has no meaning here", at, "sorts")
        return v

    # ------------------------------------------------------------------------------------------------------ sums
    def alike(self, a: Val, b: Val, at: int, zero: bool = False) -> tuple[Val, Val]:
        """Both with one shape; with `zero`, the number 0 beside a matrix is the zero matrix."""
        left, right = a.shape, b.shape
        if left is not None and right is not None:
            a, b = known(a, right[0]), known(b, left[0])
        if zero and a.shape is None:
            a = self.zeros(a, b.shape, at)
        elif zero and b.shape is None:
            b = self.zeros(b, a.shape, at)
        if a.shape != b.shape:
            raise Unclear("a number and a matrix or vector are added or compared" if a.shape is None or b.shape is None else
                          "two things of different size are added or compared", at, "sorts")
        return a, b

    def zeros(self, v: Val, shape: Shape, at: int) -> Val:
        if v.f != ZERO or shape is None or UNKNOWN in shape:
            return v
        return Val(self.node(at, "zeros", *shape), shape)

    def plus(self, sign: str, a: Val, b: Val, at: int) -> Val:
        a, b = self.alike(a, b, at)
        return Val(self.node(at, "add" if sign == "+" else "sub", a.f, b.f), a.shape)

    def negative(self, v: Val, at: int) -> Val:
        if v.number and v.f != ZERO:
            return Val(self.node(at, "num", -v.f.args[0]), None, True)
        return Val(self.node(at, "neg", v.f), v.shape)

    def relation(self, sign: str, a: Val, b: Val, at: int) -> Formula:
        head, turned = INEQUALITIES[sign]
        a, b = self.alike(a, b, at, zero=head in ("eq", "ne"))
        if a.shape is not None and head not in ("eq", "ne"):
            raise Unclear("matrices and vectors are not ordered", at, "sorts")
        if a.shape is not None and UNKNOWN in a.shape:
            raise Unclear("the size of I is not known", at, "ambiguous")
        return self.node(at, head, *((b.f, a.f) if turned else (a.f, b.f)))

    # -------------------------------------------------------------------------------------------------- products
    def times(self, vals: Sequence[Val], at: int) -> Val:
        """The product of factors written side by side."""
        parts: list[Val] = []
        run: list[Val] = []
        for v in vals:
            if v.shape is None:
                parts += self.chain(run, at)
                parts.append(v)
                run = []
            else:
                run.append(v)
        parts += self.chain(run, at)
        out = parts[0]
        for v in parts[1:]:
            if out.shape is not None and v.shape is not None:
                out, = self.chain([out, v], at)
            else:
                out = self.multiplied(out, v, at)
        return out

    def multiplied(self, a: Val, b: Val, at: int) -> Val:
        """Two factors, of which at most one is a matrix or vector."""
        return Val(self.node(at, "mul", a.f, b.f), a.shape or b.shape)

    def chain(self, run: Sequence[Val], at: int) -> list[Val]:
        """The product of matrices and vectors from the left; an inner product ends one factor and begins the next."""
        out: list[Val] = []
        items: list[Val] = []
        shape: Shape = None
        for v in run:
            if shape is None or not items:
                items, shape = [v], v.shape
            else:
                right = v.shape or (ONE, ONE)
                if UNKNOWN in right:
                    v, right = known(v, shape[1]), (shape[1], shape[1])
                elif UNKNOWN in shape:
                    items, shape = [known(x, right[0]) for x in items], (right[0], right[0])
                if shape[1] != right[0]:
                    raise Unclear("a product of matrices or vectors whose sizes do not fit", at, "sorts")
                items.append(v)
                shape = (shape[0], right[1])
                if shape == (ONE, ONE):
                    out.append(self.inner(items, at))
                    items, shape = [], None
        if items:
            out.append(Val(self.folded(items, at), shape))
        return out

    def folded(self, items: Sequence[Val], at: int) -> Formula:
        f = items[0].f
        for v in items[1:]:
            f = self.node(at, "matmul", f, v.f)
        return f

    def inner(self, items: Sequence[Val], at: int) -> Val:
        row = items[0].f
        return Val(self.node(at, "dot", row.args[0] if row.head == "T" else self.node(at, "T", row), self.folded(items[1:], at)))

    def dotted(self, a: Val, b: Val, sign: str, at: int) -> Val:
        """a . b or a x b, as far as it has one meaning."""
        if a.shape is None or b.shape is None:
            return self.times([a, b], at)
        if sign == "·" and a.shape == b.shape and a.shape[1] == ONE:
            return Val(self.node(at, "dot", a.f, b.f))
        if sign == "×":
            raise Unclear("a cross product has no form yet", at, "not-supported")
        raise Unclear("a dot between matrices", at, "ambiguous", ("the matrix product", "the inner product of the entries"))

    def over(self, a: Val, b: Val, at: int) -> Val:
        if b.shape is not None:
            raise Unclear("division by a matrix or vector; write A^{-1}", at, "sorts")
        if a.number and b.number and a.f.args[0].denominator == b.f.args[0].denominator == 1:
            p, q = int(a.f.args[0]), int(b.f.args[0])
            if q > 1 and p > 0 and gcd(p, q) == 1 and decimal(Fraction(p, q)) is None:  # 1/10000 is not to be shown as 0.0001
                return Val(self.node(at, "num", a.f.args[0] / q), None, True)
        return Val(self.node(at, "div", a.f, b.f), a.shape)

    def power(self, v: Val, n: Val, at: int) -> Val:
        self.number(n, "a power", at)
        if v.shape is None:
            return Val(self.node(at, "pow", v.f, n.f))
        if v.shape[0] != v.shape[1]:
            raise Unclear("a power of something that is not a square matrix", at, "sorts")
        q = n.f.args[0] if n.f.head == "num" else None
        if q is None or q.denominator != 1 or not 0 < abs(q) <= 64:
            raise Unclear("a power of a matrix has an exponent 1, ..., 64 or -1, ..., -64", at, "not-supported")
        base = v if q > 0 else Val(self.node(at, "inv", v.f), v.shape)
        return Val(self.folded([base] * abs(int(q)), at), v.shape)

    def transposed(self, v: Val, at: int) -> Val:
        if v.shape is None:
            raise Unclear("the transpose of a number", at, "sorts")
        return Val(self.node(at, "T", v.f), (v.shape[1], v.shape[0]))

    # ------------------------------------------------------------------------------------------------- functions
    def call(self, head: str, args: Sequence[Val], at: int) -> Val:
        """A function of one meaning, by the name of its head; matrices only where that has one meaning."""
        v = args[0]
        if head in ("tr", "det", "exp") and v.shape is not None:
            if v.shape[0] != v.shape[1] or UNKNOWN in v.shape:
                raise Unclear(f"{head} of something that is not a square matrix of known size", at, "sorts")
            return Val(self.node(at, {"exp": "expm"}.get(head, head), v.f), v.shape if head == "exp" else None)
        if head in ("tr", "det"):
            raise Unclear(f"{'the trace' if head == 'tr' else 'the determinant'} of a number", at, "sorts")
        for w in args:
            if w.shape is not None:
                raise Unclear(f"{head} of a matrix or vector has no form yet", at, "not-supported")
        if head == "relu":
            return Val(self.node(at, "max", v.f, ZERO))
        if head == "sigmoid":
            return Val(self.node(at, "div", ONE, self.node(at, "add", ONE, self.node(at, "exp", self.node(at, "neg", v.f)))))
        return Val(self.node(at, head, *(w.f for w in args)))
