"""Exact comparison of algebraic constants: roots, roots of unity, sines and cosines at rational multiples of pi.

The field operations are those of FLINT's algebraic numbers (minimal polynomial and isolating ball, Calcium's qqbar)."""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import Any

from flint.types import _gr  # the only Python door to qqbar

from ..certificates import Goal
from ..formula import Formula, children, free_symbols
from .verdict import Accepted, Rejected

FIELD = _gr.gr_complex_qqbar_ctx.new()
IMAGINARY, PI = Formula("const", ("i",)), Formula("const", ("pi",))
DEGREE, SIZE = 100, 400  # of the field that holds every part of a formula; bits of a rational number
CIRCULAR = ("sin", "cos", "tan", "cot", "sec", "csc")


def rational(f: Formula) -> Fraction | None:
    """The value of a formula in +, -, *, / and integer powers of rational numbers."""
    h, a = f.head, f.args
    if h == "num":
        return Fraction(a[0])
    if h not in ("add", "sub", "mul", "div", "neg", "pow"):
        return None
    u, v = rational(a[0]), rational(a[-1])
    if u is None or v is None or (h == "div" and not v):
        return None
    if h == "pow":
        return u ** int(v) if v.denominator == 1 and abs(v) <= 64 and (u or v >= 0) else None
    return {"neg": lambda: -u, "add": lambda: u + v, "sub": lambda: u - v, "mul": lambda: u * v, "div": lambda: u / v}[h]()


def multiple(f: Formula, unit: Formula) -> Fraction | None:
    """q where f reads as q times the constant `unit`."""
    h, a = f.head, f.args
    if f == unit:
        return Fraction(1)
    if h in ("neg", "add", "sub"):
        parts = [multiple(g, unit) for g in a]
        if any(q is None for q in parts):
            return None
        return -parts[0] if h == "neg" else parts[0] + parts[1] if h == "add" else parts[0] - parts[1]  # type: ignore[operator]
    if h in ("mul", "div"):
        for x, y in (a, a[::-1])[: 2 if h == "mul" else 1]:
            if (q := multiple(x, unit)) is not None and (r := rational(y)) is not None and (r or h == "mul"):
                return q * r if h == "mul" else q / r
    return Fraction(0) if rational(f) == 0 else None


def turn(f: Formula) -> Fraction | None:
    """q where f reads as i * pi * q."""
    h, a = f.head, f.args
    if h in ("neg", "add", "sub"):
        parts = [turn(g) for g in a]
        if any(q is None for q in parts):
            return None
        return -parts[0] if h == "neg" else parts[0] + parts[1] if h == "add" else parts[0] - parts[1]  # type: ignore[operator]
    if h in ("mul", "div"):
        for x, y in (a, a[::-1])[: 2 if h == "mul" else 1]:
            if (q := turn(x)) is not None and (r := rational(y)) is not None and (r or h == "mul"):
                return q * r if h == "mul" else q / r
            for one, other in ((IMAGINARY, PI), (PI, IMAGINARY)):
                if h == "mul" and (q := multiple(x, one)) is not None and (r := multiple(y, other)) is not None:
                    return q * r
    return Fraction(0) if rational(f) == 0 else None


def field_degree(f: Formula) -> int:
    """A bound for the degree of a field that holds f and all its parts."""
    order, roots = [1], dict[Formula, int]()

    def walk(g: Formula) -> None:
        q = multiple(g.args[0], PI) if g.head in CIRCULAR else turn(g.args[0]) if g.head == "exp" else None
        if q is not None:
            order[0] = lcm(order[0], 2 * q.denominator)
            return
        if g == IMAGINARY:
            order[0] = lcm(order[0], 4)
        e = rational(g.args[1]) if g.head == "pow" else None
        if g.head in ("sqrt", "abs", "sign") or g == Formula("const", ("golden_ratio",)):
            roots[g] = 2
        elif e is not None:
            roots[g] = e.denominator
        for x in children(g):
            walk(x)
    walk(f)
    out = sum(1 for k in range(order[0]) if lcm(k, order[0]) == k * order[0]) if order[0] <= 10 ** 4 else DEGREE + 1
    for n in roots.values():
        out *= n
    return out


def of(q: Fraction) -> Any:
    if max(abs(q.numerator), q.denominator).bit_length() > SIZE:
        raise Rejected("a rational number of this size")
    return FIELD.div(FIELD(q.numerator), FIELD(q.denominator))


def root_of_unity(q: Fraction) -> Any:
    """exp(i pi q)."""
    return FIELD.pow(FIELD.pow(FIELD(-1), of(Fraction(1, q.denominator))), FIELD(q.numerator % (2 * q.denominator)))


def quotient(u: Any, v: Any) -> Any:
    if v.is_zero():
        raise Rejected("division by 0")
    return FIELD.div(u, v)


def value(f: Formula) -> Any:
    """The algebraic number a constant formula stands for; raises Rejected where it is not visibly algebraic or not defined."""
    h, a = f.head, f.args
    if h == "num":
        return of(Fraction(a[0]))
    if h == "const" and a[0] in ("i", "golden_ratio"):
        return FIELD.i() if a[0] == "i" else FIELD.div(FIELD.add(FIELD(1), FIELD.sqrt(FIELD(5))), FIELD(2))
    if h in CIRCULAR and (q := multiple(a[0], PI)) is not None:
        z = root_of_unity(q)
        s, c = quotient(FIELD.sub(z, FIELD.inv(z)), FIELD.mul(FIELD(2), FIELD.i())), quotient(FIELD.add(z, FIELD.inv(z)), FIELD(2))
        one = FIELD(1)
        return quotient(*{"sin": (s, one), "cos": (c, one), "tan": (s, c), "cot": (c, s), "sec": (one, c), "csc": (one, s)}[h])
    if h == "exp" and (q := turn(a[0])) is not None:
        return root_of_unity(q)
    if h == "pow" and (e := rational(a[1])) is not None and e.denominator <= DEGREE and abs(e) <= 1000:
        base = value(a[0])
        if base.is_zero() and e <= 0:
            if e:
                raise Rejected("0 to a negative power")
            return FIELD(1)
        return FIELD.pow(base, of(e))
    if h == "div":
        return quotient(value(a[0]), value(a[1]))
    known = {"add": FIELD.add, "sub": FIELD.sub, "mul": FIELD.mul, "neg": FIELD.neg, "sqrt": FIELD.sqrt, "abs": FIELD.abs, "re": FIELD.re,
             "im": FIELD.im, "conj": FIELD.conj, "sign": FIELD.sgn}
    if h not in known:
        raise Rejected(f"{h} is not known to be algebraic here")
    return known[h](*map(value, a))


def algebraic(goal: Goal, data: dict[str, Any]) -> Accepted:
    """A relation between algebraic constants, decided in the field of algebraic numbers."""
    claim = goal.claim
    if claim.head not in ("eq", "ne", "lt", "le") or free_symbols(claim) or field_degree(claim) > DEGREE:
        raise Rejected("only relations between constants of moderate degree are decided here")
    left, right = value(claim.args[0]), value(claim.args[1])
    gap = FIELD.sub(right, left)
    if claim.head in ("lt", "le") and not (FIELD.im(left).is_zero() and FIELD.im(right).is_zero()):
        raise Rejected("an order between numbers that are not real")
    s = 0 if gap.is_zero() else 1 if FIELD.sgn(gap).is_one() else -1
    if not {"eq": s == 0, "ne": s != 0, "lt": s > 0, "le": s >= 0}[claim.head]:
        raise Rejected("the relation does not hold")
    return Accepted()
