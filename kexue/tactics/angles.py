"""What can be said about the arguments in a claim: which laws bound them, which whole multiples of them add up to a known angle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import product
from math import lcm
from typing import Any

from ..certificates import Goal
from ..formula import I, Formula, call, children, eq, free_symbols, lift, parts, pi, rebuild, to_data
from ..kernel import Rejected
from ..kernel.algebra import UNIT, Poly, Rat, const, flint_forms, lowest, poly
from ..kernel.branches import reachable
from ..kernel.normal import HOLDS, Normal

FAILED = (Rejected, RecursionError, ValueError, ZeroDivisionError)
ARGUMENTS = 5
RECIPROCAL = {"acot": "acot.atan", "acsc": "acsc.asin", "asec": "asec.acos", "acoth": "acoth.atanh"}
BY_LOG = {h: f"{h}.log" for h in ("asin", "acos", "asinh", "acosh", "atanh")}
INVERSE: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "atan": ("atan.tan", "tan", ("cos.zeros",)), "asin": ("asin.sin", "sin", ()), "acos": ("acos.cos", "cos", ()), "log": ("log.exp", "exp", ()),
    "asinh": ("asinh.sinh", "sinh", ()), "atanh": ("atanh.tanh", "tanh", ("cosh.zeros",))}
ARGUMENTS_OF: dict[str, Callable[..., tuple[Formula, ...]]] = {  # on which arguments the value depends
    "log": lambda z: (z,), "sqrt": lambda z: (z,), "arg": lambda z: (z,), "atan2": lambda y, x: (x + I * y,), "asin": lambda z: (1 - z ** 2,),
    "acos": lambda z: (1 - z ** 2,), "asinh": lambda z: (1 + z ** 2,), "acosh": lambda z: (z - 1, z + 1), "acoth": lambda z: (z + 1, z - 1),
    "atan": lambda z: (1 + I * z, 1 - I * z), "atanh": lambda z: (1 + z, 1 - z), "acot": lambda z: (z + I, z - I)}
CUTS = frozenset("arg atan2 log sqrt sign abs heaviside max min conj re im".split()) | RECIPROCAL.keys() | INVERSE.keys()


# ------------------------------------------------------------------------------------------------------------ what is known
def parts_of(n: Normal, f: Formula) -> tuple[Rat, Rat] | None:
    """The real and the imaginary part."""
    try:
        u = n.scalar(f)
        a, b = n.part("re", [u]), n.part("im", [u])
    except FAILED:
        return None
    return None if a is None or b is None else (a, b)


def law_for(n: Normal, t: Formula, apart: bool = False) -> str | None:
    """The law that removes a function; an empty name where none can, None where none need.  With `apart` the inverse tangent is taken as
    the difference of two logarithms and not as that of a quotient."""
    h = t.head
    if h in RECIPROCAL or h in BY_LOG:
        return RECIPROCAL.get(h) or BY_LOG[h]
    if h not in ("log", "sqrt", "atan"):
        return None
    if (known := parts_of(n, t.args[0])) is None:
        return ""
    re, im = known
    if h == "atan":
        if not im.num:
            return "atan.arg"
        if n.sign(re) in HOLDS["ne"] and not apart:
            return "atan.quotient"
        return "atan.log" if apart else "atan.quotient_below" if n.sign(n.sub(const(1), im)) == ">" else "atan.log"
    return None if not im.num and n.sign(re) in (">", ">=", "<", "<=", "=") else f"{h}.polar"


def arguments(n: Normal, claim: Formula) -> list[Formula]:
    """The arguments of `arg` in the claim, different ones and not real ones."""
    found: dict[str, Formula] = {}
    for f in reachable(claim):
        if f.head in ("arg", "atan2"):
            w = f.args[0] if f.head == "arg" else f.args[1] + I * f.args[0]
            try:
                r = n.scalar(call("arg", w))
            except FAILED:
                continue
            if len(r.num) == 1 and (m := next(iter(r.num))) and m[0][0].startswith("arg("):
                found.setdefault(m[0][0], w)
    return list(found.values())


def about(n: Normal, w: Formula) -> list[dict[str, Any]]:
    """The laws that bound arg w, as closely as the signs of its parts allow."""
    known = parts_of(n, w)
    a, b = (n.sign(x) for x in known) if known else ("", "")
    names = []
    if b == ">":
        names += ["arg.upper", "arg.off_cut"]
    elif b == "<":
        names += ["arg.above", "arg.lower"]
    else:
        names += ["arg.upper_closed"] if b in (">=", "=") else ["arg.above"]
        names += ["arg.off_cut"] if b == "!=" else ["arg.below"]
    if a == ">":
        names += ["arg.right", "arg.right_below"]
    elif a == ">=":
        names += ["arg.right_closed", "arg.right_closed_below"]
    elif a == "<" and b in (">", ">=", "="):
        names += ["arg.left"]
    elif a == "<" and b == "<":
        names += ["arg.left_below"]
    return [{"law": name, "at": {"z": to_data(w)}} for name in names]


def unknown(goal: Goal) -> Iterator[tuple[Formula, int]]:
    """What to distinguish the sign of, and how many arguments it decides: variables that decide most first, imaginary parts before real
    ones, then parts of what functions with cuts are of."""
    n = Normal(goal.hyps)
    symbols = [s for s in free_symbols(goal.claim).values() if s.args[1] == "real"]
    inside = [w for f in reachable(goal.claim) if f.head in CUTS for w in f.args if isinstance(w, Formula)]
    names = {s for w in inside for s in free_symbols(w)}
    decided, open_ = turns(n, goal.claim)
    for s in sorted((s for s in symbols if s.args[0] in names), key=lambda s: (-decided[s.args[0]], not s.args[0].endswith("y"), s.args[0])):
        if n.sign(n.scalar(s)) not in (">", "<", "="):
            yield s, decided[s.args[0]] + open_
    for w in inside:
        known = parts_of(n, w)
        if known is not None and not known[1].num:
            (p, _), back = flint_forms(known[0].num, known[0].num)
            for g, _ in sorted(p.factor()[1], key=lambda x: len(back(x[0]))):
                if n.poly_sign(back(g)) not in (">", "<", "=") and (f := split_at(n, back(g))) is not None:
                    yield f, open_


def turns(n: Normal, claim: Formula) -> tuple[Counter[str], int]:
    """How many arguments lie on the side of the real line that the sign of a symbol says, up to factors of known sign, and on neither known
    side of the imaginary axis; and how many real ones of unknown sign there are."""
    found: Counter[str] = Counter()
    open_ = 0
    for w in dict.fromkeys(w for f in reachable(claim) if f.head in ARGUMENTS_OF for w in ARGUMENTS_OF[f.head](*f.args)):
        if (known := parts_of(n, w)) is None:
            continue
        p, aside = known[1].num, n.sign(known[0]) not in (">", "<", "=", ">=", "<=")
        open_ += not p and aside
        for a, k in lowest(p) if p and aside else ():
            if n.poly_sign(n.times(p, n.over(((a, k),)))) in (">", "<"):
                found[a] += 1
    return found, open_


def written(n: Normal, p: Poly) -> Formula | None:
    """A polynomial in real variables and pi as a formula."""
    total: Formula | None = None if p else lift(0)
    for m, c in sorted(p.items()):
        term: Formula | None = None if c != 1 and m or not m else None
        for a, k in m:
            if a != "#pi" and not a.isidentifier() or k.denominator != 1 or k < 0:
                return None
            base: Formula = pi if a == "#pi" else Formula("sym", (a, "integer" if n.atoms[a].whole else "real"))
            if a in n.param:  # start + step * atom
                shift, step = n.param[a].num.get(UNIT, Fraction(0)), n.param[a].num[((a, Fraction(1)),)]
                base = (base - lift(shift)) / lift(step)
            factor = base if k == 1 else base ** lift(k)
            term = factor if term is None else term * factor
        term = lift(c) if term is None else term if c == 1 else lift(c) * term
        total = term if total is None else total + term
    return total


def split_at(n: Normal, p: Poly) -> Formula | None:
    """x - c for a polynomial that is affine in one variable x, with its root c; others as they are."""
    names = {a for m in p for a, _ in m}
    if len(names) != 1 or not (a := min(names)).isidentifier() or p.keys() - {UNIT, (m := ((a, 1),))}:
        return written(n, p)
    root = -p.get(UNIT, Fraction(0)) / p[m]
    at = n.param.get(a, Rat({m: Fraction(1)}, poly(1))).num
    return Formula("sym", (a, "integer" if n.atoms[a].whole else "real")) - lift(at.get(UNIT, Fraction(0)) + at[m] * root)


def multiple_angles(f: Formula) -> Formula:
    """Squares and cubes of sines and cosines as sums of those of multiples."""
    kids = children(f)
    g = rebuild(f, [multiple_angles(k) for k in kids]) if kids else f
    if g.head != "pow" or g.args[0].head not in ("sin", "cos") or g.args[1] not in (lift(2), lift(3)):
        return g
    h, (u,) = g.args[0].head, g.args[0].args
    if g.args[1] == lift(2):
        return (1 - call("cos", 2 * u)) / 2 if h == "sin" else (1 + call("cos", 2 * u)) / 2
    return (3 * call("sin", u) - call("sin", 3 * u)) / 4 if h == "sin" else (3 * call("cos", u) + call("cos", 3 * u)) / 4


def triangles(n: Normal, goal: Goal) -> list[dict[str, Any]]:
    """|u + v| <= |u| + |v| for sums below a modulus, and for moduli in the claim of which one is of the sum or difference of two others."""
    inside = list(dict.fromkeys(f.args[0] for f in reachable(goal.claim) if f.head == "abs"))
    pairs = [f.args if f.head == "add" else (f.args[0], -f.args[1]) for f in inside if f.head in ("add", "sub")]
    if len(inside) <= 4:
        known = [(f, r) for f in inside if (r := number(n, f)) is not None]
        for f, u in known:
            for g, v in known:
                for h, w in known:
                    if f is not g and f is not h and (g is not h):
                        if n.zero(n.sub(u, n.add(v, w))):
                            pairs.append((g, h))
                        elif n.zero(n.sub(u, n.sub(v, w))):
                            pairs.append((g, -h))
    return [{"law": "abs.triangle", "at": {"z": to_data(u), "w": to_data(v)}} for u, v in dict.fromkeys(pairs)][:8]


def number(n: Normal, f: Formula) -> Rat | None:
    try:
        return n.scalar(f)
    except FAILED:
        return None


def weighted(f: Formula, c: Fraction) -> list[tuple[Fraction, Formula]]:
    """The terms of a sum with their rational factors."""
    if f.head in ("add", "sub"):
        return weighted(f.args[0], c) + weighted(f.args[1], c if f.head == "add" else -c)
    if f.head == "neg":
        return weighted(f.args[0], -c)
    if f.head in ("mul", "div") and f.args[1].head == "num" and f.args[1].args[0]:
        return weighted(f.args[0], c * f.args[1].args[0] if f.head == "mul" else c / f.args[1].args[0])
    if f.head == "mul" and f.args[0].head == "num":
        return weighted(f.args[1], c * f.args[0].args[0])
    return [(c, f)]


def solved(claim: Formula) -> list[tuple[Formula, Fraction, Formula]]:
    """Inverse functions g(w) among the terms of an equation, with their factor and what they are equal to; the largest first."""
    if claim.head != "eq":
        return []
    terms = weighted(claim.args[0], Fraction(1)) + weighted(claim.args[1], Fraction(-1))
    out = []
    for k, (c, t) in enumerate(terms):
        if c and t.head in INVERSE and len(t.args) == 1 and sum(t in parts(u) for _, u in terms) == 1:
            v: Formula | None = None
            for j, (d, u) in enumerate(terms):
                if j != k:
                    part = u if -d / c == 1 else lift(-d / c) * u
                    v = part if v is None else v + part
            out.append((t, c, lift(0) if v is None else v))
    return sorted(out, key=lambda x: -len(list(parts(x[0]))))[:2]


# ------------------------------------------------------------------------------------------------------------------ angles
def angles(n: Normal, goal: Goal) -> Iterator[tuple[Formula, dict[str, Any]]]:
    """Equations between arguments in the claim, with certificates that lack their subgoals: whole multiples of the arguments for which
    the product of the powers is real or imaginary, and of known sign."""
    ws = [w for w in arguments(n, goal.claim)]
    if not 1 <= len(ws) <= ARGUMENTS:
        return
    numbers = [n.scalar(w) for w in ws]
    seen: set[tuple[int, ...]] = set()
    small = (-1, 0, 1) if len(ws) > 2 else (-2, -1, 0, 1, 2)
    for cs in sorted(product(small, repeat=len(ws)), key=lambda cs: (sum(map(abs, cs)), cs)):
        lead = next((c for c in cs if c), 0)
        if lead <= 0 or 1 not in map(abs, cs):
            continue
        if tuple(cs) in seen:
            continue
        seen.add(tuple(cs))
        try:
            value = n.mul(const(1), *(n.power(u, c) for u, c in zip(numbers, cs, strict=True) if c))
            s, t = n.sign(value), n.sign(n.mul(value, n.power(n.imaginary(), 3)))
            sizes = s not in (">", "<") and t not in (">", "<")
            if sizes and value.den == poly(1) and n.real(value):
                size = n.mul(const(1), *(n.power(n.modulus(u), c) for u, c in zip(numbers, cs, strict=True) if c))
                s = ">" if n.zero(n.sub(value, size)) else "<" if n.zero(n.add(value, size)) else s
        except FAILED:
            continue
        turns: tuple[Any, ...] = (0, 2, -2) if s == ">" else (1, -1) if s == "<" else (Fraction(1, 2), Fraction(-3, 2)) if t == ">" else (
            Fraction(-1, 2), Fraction(3, 2)) if t == "<" else ()
        along = None if turns else turning(n, value)
        at = max(k for k, c in enumerate(cs) if abs(c) == 1)
        unit = cs[at]
        for total in [along] if along is not None else [lift(q) * pi for q in turns]:  # sum of c arg w = total
            other: Formula = lift(unit) * total
            for k, c in enumerate(cs):
                if c and k != at:
                    other = other + lift(-c * unit) * call("arg", ws[k])
            terms = [[c * unit, to_data(ws[k])] for k, c in enumerate(cs) if c]
            yield eq(call("arg", ws[at]), other), {"rule": "angle_by_sizes" if sizes else "angle", "times": 1, "terms": terms,
                                                       "rest": to_data(lift(-unit) * total)}


def direct(n: Normal, goal: Goal) -> dict[str, Any] | None:
    """The rule of angles for the claim itself, if it is about arguments and real numbers only."""
    if goal.claim.head != "eq" or not (ws := arguments(n, goal.claim)):
        return None
    gap = n.sub(*map(n.scalar, goal.claim.args))
    atoms = {m[0][0]: w for w in ws for m in n.scalar(call("arg", w)).num if m}
    inside = {m: c for m, c in gap.num.items() if any(a in atoms for a, _ in m)}
    if not inside or gap.den != poly(1) or any(len(m) != 1 or m[0][1] != 1 for m in inside):
        return None
    times = lcm(*(c.denominator for c in inside.values()))
    rest = written(n, {m: times * c for m, c in gap.num.items() if m not in inside})
    if rest is None or any(abs(times * c) > 8 for c in inside.values()):
        return None
    terms = [[int(times * c), to_data(atoms[m[0][0]])] for m, c in sorted(inside.items())]
    return {"rule": "angle", "times": times, "terms": terms, "rest": to_data(rest)}


def turning(n: Normal, r: Rat) -> Formula | None:
    """The real t for which r is a real number of known sign times exp(it), where the form shows it."""
    if r.den != poly(1) or len(r.num) != 1:
        return None
    total: Rat = const(0)
    (m, _), = r.num.items()
    for a, k in m:
        if n.atoms[a].kind == "exp" and not n.atoms[a].real:
            total = n.add(total, n.mul(const(k), n.atoms[a].data, n.power(n.imaginary(), 3)))
        elif not n.atoms[a].sign:
            return None
    return written(n, total.num) if total.num and total.den == poly(1) and n.real(total) else None


__all__ = ["FAILED", "INVERSE", "about", "angles", "arguments", "direct", "law_for", "multiple_angles", "parts_of", "solved", "triangles", "unknown",
           "written"]
