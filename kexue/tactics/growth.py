"""Inequalities with integer parameters: Fibonacci numbers and powers, Chebyshev polynomials on [-1, 1], quotients of successive terms."""

from __future__ import annotations

from collections.abc import Iterator

from ..certificates import Certificate, Goal
from ..formula import Formula, call, eq, free_symbols, lift, parts, substitute, to_data
from . import constants, cover
from .combine import Tactic, accepted, cases, first_of, monotone, rule, scaled, sign, through, using
from .integers import closed, variables
from .laws import simple
from .sequences import affine, bounded, by_laws, close, indices, use

GOLDEN = (1 + call("sqrt", lift(5))) / 2
HALF = lift("0.5")
NEAR = range(-2, 3)


def constant(goal: Goal) -> Certificate | None:
    """A relation between numbers."""
    return accepted(goal, lambda: {"rule": "algebraic"})


def squares(goal: Goal) -> Certificate | None:
    """right - left is the square of a Fibonacci number, which is not 0."""
    left, right = goal.claim.args
    for rest in dict.fromkeys(r for (head, _, r) in indices(goal.claim) if head == "fibonacci" and r.head == "sym"):
        for j in NEAR:
            f = call("fibonacci", rest + j if j > 0 else rest - lift(-j) if j < 0 else rest)
            gap = Goal((), eq(right - left, f ** 2))
            found = closed(gap) if plausible(gap) else None
            if found is not None:
                back = using((gap, closed, {name: x for name, x in free_symbols(gap.claim).items()}), then=sign)
                return by_laws([use("fibonacci.positive", n=f.args[0])], then=back)(goal)
    return None


def plausible(goal: Goal) -> bool:
    """Whether the claim holds for some small values of its variable."""
    table = {0: 0, 1: 1}
    for j in range(2, 80):
        table[j] = table[j - 1] + table[j - 2]

    def value(f: Formula, n: int) -> int | None:
        h, a = f.head, f.args
        if h == "num":
            return int(a[0]) if a[0].denominator == 1 else None
        if h == "sym":
            return n
        if h == "fibonacci":
            i = value(a[0], n)
            return None if i is None or abs(i) > 70 else table[i] if i >= 0 else table[-i] * (-1) ** (-i + 1)
        if h not in ("add", "sub", "mul", "neg", "pow"):
            return None
        v = [value(g, n) for g in a]
        if any(x is None for x in v) or h == "pow" and not 0 <= (v[1] or 0) <= 9:
            return None
        u, w = v[0] or 0, (v[1] if len(v) > 1 else 0) or 0
        return {"add": u + w, "sub": u - w, "mul": u * w, "neg": -u, "pow": u ** w if h == "pow" else 0}[h]
    sides = [[value(f, n) for f in goal.claim.args] for n in (3, 4, 7)]
    return len(free_symbols(goal.claim)) == 1 and all(u is not None and u == w for u, w in sides)


def golden(goal: Goal) -> Certificate | None:
    """After Binet's formula, for each parity, with 1 + n (phi - 1) <= phi^n."""
    names = [x.args[0] for x in free_symbols(goal.claim).values() if x.args[1] == "integer"]
    if len(names) != 1:
        return None

    def grown(g: Goal) -> Certificate | None:
        found = close(g)
        exponents = [f.args[1] for f in parts(g.claim) if f.head == "pow" and f.args[0] == GOLDEN and f.args[1].head != "neg"]
        for e in dict.fromkeys(exponents) if found is None else ():
            middle = 1 + e * (GOLDEN - 1)
            above = through(middle, ("lt", "le"), first=using((Goal((), lift(0) < GOLDEN - 1), constant, {}), then=sign),
                            second=by_laws([use("power.bernoulli", x=GOLDEN - 1, n=e)], then=sign))
            found = found or scaled(call("sqrt", lift(5)) * GOLDEN ** e, lift(1) < GOLDEN ** e, then=above)(g)
        return found
    halves = rule("residues", {"var": names[0], "modulus": 2}, residue0=grown, residue1=grown)
    by_first = first_of(halves, *(cases(n - base if base else n, above=halves, at=close) for n, base in bounded(goal)))
    return rule("definition", {"parts": False}, then=by_first)(goal)


def chebyshev(goal: Goal) -> Certificate | None:
    """On [-1, 1], with x = cos t and sums of squares of sines."""
    for x in variables(goal):
        certificate = rule("parametrise", {"var": x.args[0], "by": "angle"}, then=rule("definition", {"parts": False}, then=angles))(goal)
        if certificate is not None:
            return certificate
    return None


def angles(goal: Goal, square: bool = True) -> Certificate | None:
    """A square of a sine of one of the angles that occur, or the claim squared."""
    found = close(goal)
    turns = list(dict.fromkeys(u for f in parts(goal.claim) if f.head == "exp" for u in turned(f.args[0])))
    exponents = dict.fromkeys(f.args[1] for f in parts(goal.claim) if f.head == "pow" and f.args[1].head != "num")
    candidates = [*(call("sin", t) for t in turns), *(call("sin", e * t) for e in exponents for t in turns)]
    for f in candidates if found is None else ():
        found = found or accepted(goal, lambda f=f: {"rule": "sign", "terms": [["1", to_data(f)]], "rest": "0"})  # type: ignore[misc]
    if found is None and square and any(f.head == "abs" for f in parts(goal.claim)):
        found = rule("squares", {}, left=sign, right=sign, then=lambda g: angles(g, False))(goal)
    return found


def turned(u: Formula) -> Iterator[Formula]:
    """t of i t."""
    if u.head == "mul" and u.args[0] == Formula("const", ("i",)):
        yield u.args[1]


def ratio(f: Formula, n: Formula) -> Formula | None:
    """f(n + 1)/f(n) for products of powers, exponentials and factorials."""
    h, a, after = f.head, f.args, {n.args[0]: n + 1}
    if n.args[0] not in free_symbols(f):
        return lift(1)
    if h in ("mul", "div"):
        u, v = ratio(a[0], n), ratio(a[1], n)
        return None if u is None or v is None else Formula(h, (u, v))
    if h == "factorial" and a[0] == n:
        return n + 1
    if h == "exp":
        return call("exp", simple(substitute(a[0], after) - a[0]))
    if h == "pow" and n.args[0] not in free_symbols(a[0]):
        step = (affine(a[1]) or {}).get(n)
        return None if step is None else a[0] ** lift(step)
    return None


def successive(goal: Goal) -> Certificate | None:
    """By the quotients of successive terms, for each integer variable; its first value may be split off."""
    left, right = goal.claim.args

    def powers(g: Goal) -> Certificate | None:
        bases = [f.args for f in parts(goal.claim) if f.head == "pow" and f.args[0].head == "sym"]
        return close(g) or (by_laws([use("power.bernoulli", x=1 / b, n=e) for b, e in bases], then=close)(g) if bases else None)

    def by(n: Formula, base: int) -> Tactic:
        after = {n.args[0]: n + 1}
        quotient = left * substitute(right, after) / (substitute(left, after) * right)

        def step(g: Goal) -> Certificate | None:
            found = scaled(1 / (substitute(left, after) * right), lift(1) <= quotient, then=powers)(g)
            u, v = ratio(left, n), ratio(right, n)
            if found is None and u is not None and v is not None and len(free_symbols(goal.claim)) == 1:
                x = Formula("sym", ("x" if n.args[0] != "x" else "y", "real"))
                real = Goal((lift(base) <= x,), substitute(u, {n.args[0]: x}) <= substitute(v, {n.args[0]: x}))
                then = using((real, first_of(close, cover.search, monotone(x, base, slope=close, value=constant_bound)), {x.args[0]: n}), then=close)
                found = scaled(1 / (left * right), u <= v, then=then)(g)
            return found
        return rule("quotients", {"var": n.args[0], "base": base}, first=first_of(close, constant_bound), positive=sign, step=step)
    for n, base in bounded(goal):
        if all(h.args[0].head == "num" for h in goal.hyps if n.args[0] in free_symbols(h)):
            found = by(n, base)(goal) or cases(n - base if base else n, at=close, above=by(n, base + 1))(goal)
            if found is not None:
                return found
    return None


def constant_bound(goal: Goal) -> Certificate | None:
    """An inequality between numbers."""
    return constant(goal) or constants.search(goal)


def central(goal: Goal) -> Certificate | None:
    """(2 n)! by the duplication formula, with Gautschi's inequality."""
    for n, base in bounded(goal):
        if base >= 1 and any(f in (2 * n, n * 2) for f in parts(goal.claim)):
            uses = [use("gamma.duplication", z=n + HALF), use("gamma.gautschi", n=n)]
            return by_laws(uses, then=close)(goal)
    return None


def stirling(goal: Goal) -> Certificate | None:
    """By Robbins's bounds of n!."""
    for n, base in bounded(goal):
        if base >= 1 and call("factorial", n) in goal.claim.args:
            return by_laws([use("factorial.above", n=n)])(goal) or by_laws([use("factorial.below", n=n)])(goal)
    return None


def search(goal: Goal) -> Certificate | None:
    """Inequalities of sequences."""
    if goal.claim.head not in ("le", "lt"):
        return None
    heads = {f.head for f in parts(goal.claim)}
    ratio_ = any(f == Formula("const", ("golden_ratio",)) for f in parts(goal.claim))
    if heads & {"fibonacci", "lucas"} or ratio_:
        return (None if ratio_ else squares(goal)) or golden(goal)
    if heads & {"chebyshevt", "chebyshevu"}:
        return chebyshev(goal)
    if heads & {"factorial", "binomial"}:
        found = stirling(goal) or successive(goal) or central(goal)
        for n, base in bounded(goal) if found is None else ():
            if base == 0 and len(free_symbols(goal.claim)) == 1:
                found = cases(n, at=close, above=first_of(stirling, successive, central))(goal)
        return found
    return None
