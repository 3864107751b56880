"""Rules that put definitions in: complex numbers by real and imaginary part, Fibonacci numbers by Binet's formula, Chebyshev
polynomials by x = (t + 1/t)/2; and the comparison of non-negative numbers by their squares."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..certificates import Goal
from ..formula import BINDERS, I, Formula, call, children, free_symbols, lift, ne, parts, rebuild, substitute
from .diff import read
from .logic import NONE, Result, relation
from .normal import HOLDS, Normal
from .verdict import Accepted, Rejected

GOLDEN = (1 + call("sqrt", lift(5))) / 2
TURNED = frozenset("add sub mul div neg exp sin cos tan cot sec csc sinh cosh tanh".split())  # f(conj z) = conj f(z) where defined
HALF = lift(Fraction(1, 2))


def conjugate(f: Formula) -> Formula:
    """The complex conjugate of a formula in real symbols; raises Rejected where a branch cut may intervene."""
    h = f.head
    if h == "sym" and f.args[1] in ("real", "integer") or h == "num" or h == "const" and f.args[0] != "i" or h in ("abs", "re", "im", "arg"):
        return f
    a: tuple[Formula, ...] = f.args
    if f == I:
        return -I
    if h == "pow" and a[1].head == "num" and a[1].args[0].denominator == 1:
        return conjugate(a[0]) ** a[1]
    if h == "pow" and a[1].head == "sym" and a[1].args[1] == "integer":
        return conjugate(a[0]) ** a[1]
    if h not in TURNED:
        if all(x.args[1] in ("real", "integer") for x in free_symbols(f).values()) and I not in set(parts(f)) and h in ("sqrt", "log", "sum"):
            raise Rejected(f"{h} may leave the real numbers")
        raise Rejected(f"the conjugate of {h}")
    return rebuild(f, [conjugate(g) for g in children(f)])


def half(s: Formula) -> Formula:
    """(s + 1/s) / 2."""
    return (s + 1 / s) / 2


def chebyshev(n: Normal, h: str, degree: Formula, x: Formula, roots: tuple[Formula, ...] = ()) -> Formula:
    """T_n((s + 1/s)/2) = (s^n + s^-n)/2 and U_n((s + 1/s)/2) = (s^(n+1) - s^(-n-1))/(s - 1/s), n an integer; s is seen in x or one
    of `roots`."""
    if not n.whole(n.scalar(degree)):
        raise Rejected("the degree of a Chebyshev polynomial has to be an integer")
    if (found := next((s for s in roots if is_root(Normal(n.hyps), s, x)), None)) is not None:
        s = found
    elif x.head in ("cos", "cosh"):
        s = call("exp", I * x.args[0] if x.head == "cos" else x.args[0])
    elif x == lift(0):
        s = I
    elif x.head == "div" and x.args[1] == lift(2) and x.args[0].head == "add" and x == half(x.args[0].args[0]):
        s = x.args[0].args[0]
    elif x in (lift(1), lift(-1)) and h == "chebyshevt":
        s = x
    else:
        raise Rejected("a Chebyshev polynomial of an argument that does not read as (s + 1/s)/2")
    if h == "chebyshevt":
        return half(s ** degree)
    if n.sign(n.scalar(s - 1 / s)) not in HOLDS["ne"] and n.sign(n.scalar(x ** 2 - 1)) not in HOLDS["ne"]:
        raise Rejected("U_n at a point that may be 1 or -1")
    return (s ** (degree + 1) - 1 / s ** (degree + 1)) / (s - 1 / s)


def is_root(n: Normal, s: Formula, x: Formula) -> bool:
    """s^2 + 1 = 2 x s, so that s is not 0 and x = (s + 1/s)/2; s is defined everywhere."""
    square = n.scalar(s ** 2 + 1)
    return not n.conditions and n.zero(n.sub(square, n.scalar(2 * x * s)))


def unfolded(n: Normal, f: Formula, roots: tuple[Formula, ...] = ()) -> Formula:
    """f with the definitions put in, from the inside out."""
    h = f.head
    if h in ("sym", "num"):
        return f
    if h == "const":
        return GOLDEN if f.args[0] == "golden_ratio" else f
    if h in BINDERS and h != "diff":
        if any(f.args[1].args[0] in free_symbols(g) for g in n.hyps):
            raise Rejected("a bound name also occurs among the hypotheses")
        return Formula(h, (unfolded(n, f.args[0], roots), f.args[1], *(unfolded(n, g, roots) for g in f.args[2:])))
    g = rebuild(f, [unfolded(n, x, roots) for x in children(f)]) if children(f) else f
    a: tuple[Formula, ...] = g.args
    if h in ("fibonacci", "lucas"):
        if not n.whole(n.scalar(a[0])):
            raise Rejected("Fibonacci and Lucas numbers of an index that is not known to be an integer")
        up, down = GOLDEN ** a[0], lift(-1) ** a[0] * GOLDEN ** -a[0]
        return (up - down) / call("sqrt", lift(5)) if h == "fibonacci" else up + down
    if h in ("chebyshevt", "chebyshevu"):
        return chebyshev(n, h, a[0], a[1], roots)
    if h == "conj":
        return conjugate(a[0])
    if h in ("re", "im"):
        c = conjugate(a[0])
        return (a[0] + c) / 2 if h == "re" else (a[0] - c) / (2 * I)
    if h == "abs" and not n.real(n.scalar(a[0])):
        return call("sqrt", a[0] * conjugate(a[0]))
    if h in ("sign", "sinc") and n.sign(n.scalar(a[0])) not in HOLDS["ne"]:
        raise Rejected(f"{h} of a number that may be 0")
    if h == "sign" and not n.real(n.scalar(a[0])):
        return a[0] / call("sqrt", a[0] * conjugate(a[0]))
    if h in ("coth", "sech", "csch", "erfc", "sinc"):
        top = {"coth": "cosh", "sinc": "sin"}.get(h)
        if h == "erfc":
            return 1 - call("erf", a[0])
        bottom = a[0] if h == "sinc" else call("cosh" if h == "sech" else "sinh", a[0])
        return (call(top, a[0]) if top else lift(1)) / bottom
    return g


def definition(goal: Goal, data: dict[str, Any]) -> Result:
    """Every definition put in: z = x + iy for each complex symbol; x = (t + 1/t)/2 for the symbol `cheb`, if one is named.

    Each x has such a t != 0; t = 1 and t = -1 may be left out when the claim is an equation of functions continuous at x = 1 and
    x = -1, which `polynomial` establishes."""
    claim, hyps, extra, local = goal.claim, goal.hyps, [], set()
    taken = {s for f in (*hyps, claim) for s in free_symbols(f)}
    cheb = data.get("cheb")
    if cheb is not None:
        symbol = free_symbols(claim).get(cheb)
        if symbol is None or any(cheb in free_symbols(h) for h in hyps) or claim.head != "eq" or not all(polynomial(g, cheb) for g in claim.args):
            raise Rejected(f"the claim is not an equation of polynomials in {cheb}")
        t = Formula("sym", (fresh("t", taken), "complex"))
        claim = substitute(claim, {cheb: half(t)})
        extra += [ne(t, 0), ne(t, 1), ne(t, -1)]
        local.add(t.args[0])
    if data.get("parts", True):
        hyps, claim, names = by_parts(Goal(hyps, claim), taken, local)
        local |= names
    n = Normal([*hyps, *extra])
    new = Goal((*(usable(n, h) for h in hyps), *extra), unfolded(n, claim, tuple(read(s, goal) for s in data.get("roots", ()))))
    return Accepted(), {"then": (new, frozenset(local))}


def by_parts(goal: Goal, taken: set[str], kept: set[str]) -> tuple[tuple[Formula, ...], Formula, set[str]]:
    """z = x + iy for each complex symbol that is not kept, and the names of the parts."""
    hyps, claim, local = goal.hyps, goal.claim, set()
    for name in {name: f for f in (*hyps, claim) for name, f in free_symbols(f).items() if f.args[1] == "complex" and name not in kept}:
        x, y = (Formula("sym", (fresh(name + c, taken), "real")) for c in "xy")
        claim, hyps = substitute(claim, {name: x + I * y}), tuple(substitute(h, {name: x + I * y}) for h in hyps)
        local |= {x.args[0], y.args[0]}
    return hyps, claim, local


def parted(goal: Goal, data: dict[str, Any]) -> Result:
    """z = x + iy for each complex symbol."""
    hyps, claim, local = by_parts(goal, {s for f in (*goal.hyps, goal.claim) for s in free_symbols(f)}, set())
    return Accepted(), {"then": (Goal(hyps, claim), frozenset(local))}


def fresh(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    taken.add(name)
    return name


def usable(n: Normal, h: Formula) -> Formula:
    """A hypothesis with the definitions put in, or as it is where that is not possible."""
    try:
        return unfolded(n, h) if h.head in ("eq", "ne", "lt", "le") else h
    except Rejected:
        return golden(h)


def golden(f: Formula) -> Formula:
    """f with the golden ratio written out."""
    if f == Formula("const", ("golden_ratio",)):
        return GOLDEN
    return rebuild(f, [golden(g) for g in children(f)]) if children(f) else f


def polynomial(f: Formula, x: str) -> bool:
    """f is visibly continuous in x on the whole plane: built from x by +, -, *, whole powers and Chebyshev polynomials of such."""
    if x not in free_symbols(f) or f.head == "sym":
        return True
    if f.head in ("add", "sub", "mul", "neg"):
        return all(polynomial(g, x) for g in f.args)
    if f.head == "div":
        return polynomial(f.args[0], x) and x not in free_symbols(f.args[1])
    if f.head == "pow":
        e = f.args[1]
        return e.head == "num" and e.args[0].denominator == 1 and e.args[0] >= 0 and polynomial(f.args[0], x)
    return f.head in ("chebyshevt", "chebyshevu") and x not in free_symbols(f.args[0]) and polynomial(f.args[1], x)


def squares(goal: Goal, data: dict[str, Any]) -> Result:
    """0 <= a R 0 <= b, R one of =, <=, <, from a^2 R b^2."""
    left, right = relation(goal, "eq", "le", "lt")
    zero = lift(0)
    return Accepted(), {"left": (Goal(goal.hyps, zero <= left), NONE), "right": (Goal(goal.hyps, zero <= right), NONE),
                        "then": (Goal(goal.hyps, Formula(goal.claim.head, (left ** 2, right ** 2))), NONE)}
