"""Infinite sums that combine known power series: the terms are brought to c r^k, c r^k/k!, c binomial(a, k) r^k, ..."""

from __future__ import annotations

from typing import Any

from ..certificates import Certificate, Goal
from ..formula import I, Formula, binomial, eq, exp, factorial, free_symbols, lift, oo, parts, substitute, to_data
from . import constants
from .binomials import definition, difference, slope
from .combine import Tactic, cases, first_of, normal, rule, scaled, sign, through, using
from .factorials import search as indexed
from .integers import variables
from .laws import simple
from .sequences import by_laws, close, use
from .telescope import isolated

HALF = lift(1) / 2
PARTS = 8
Product = list[tuple[Formula, int]]


def expanded(f: Formula) -> list[Product]:
    """f multiplied out, with circular and hyperbolic functions by exponentials."""
    h, a = f.head, f.args
    if h in ("add", "sub") and {g.head for g in a} != {"sym", "num"}:
        return [*expanded(a[0]), *([(lift(-1), 1), *p] if h == "sub" else p for p in expanded(a[1]))]
    if h == "neg":
        return [[(lift(-1), 1), *p] for p in expanded(a[0])]
    if h in ("mul", "div"):
        right = expanded(a[1]) if h == "mul" else [[(g, -1) for g in factors(a[1])]]
        return [[*p, *q] for p in expanded(a[0]) for q in right][:2 * PARTS]
    if h in ("sin", "cos", "sinh", "cosh"):
        u = I * a[0] if h in ("sin", "cos") else a[0]
        c = 1 / (2 * I) if h == "sin" else HALF
        return [[(c, 1), (exp(u), 1)], [(-c if h in ("sin", "sinh") else c, 1), (exp(-u), 1)]]
    return [[(f, 1)]]


def factors(f: Formula) -> list[Formula]:
    return [*factors(f.args[0]), *factors(f.args[1])] if f.head == "mul" else [f]


def part(p: Product, k: Formula) -> list[Any] | None:
    """[kind, c, r, a] of a product."""
    name, zero = k.args[0], {k.args[0]: lift(0)}
    c: Formula = lift(1)
    r: Formula = lift(1)
    rest: list[tuple[Formula, int]] = []
    for f, s in p:
        if name not in free_symbols(f):
            c = c * f if s > 0 else c / f
        elif f.head == "pow" and name not in free_symbols(f.args[0]) and (step := slope(f.args[1], k)) is not None and step.denominator == 1:
            base, start = f.args[0], simple(substitute(f.args[1], zero))
            r = r * base ** lift(step) if step != 1 and s > 0 else r * base if s > 0 else r / base ** lift(step)
            if start != lift(0):
                c = c * base ** start if s > 0 else c / base ** start
        elif f.head == "exp":
            u, start = f.args[0], simple(substitute(f.args[0], zero))
            step_ = simple(difference(u, k))
            r, c = (r * exp(step_), c * exp(start)) if s > 0 else (r * exp(-step_), c * exp(-start))
        else:
            rest.append((f, s))
    r, c = tidy(r), tidy(c)
    over = rest == [(factorial(k), -1)]
    if not rest or over:
        return ["exponential" if over else "geometric", c, r, lift(0)]
    if len(rest) == 1 and rest[0][1] > 0 and rest[0][0].head == "binomial" and rest[0][0].args[1] == k:
        top = rest[0][0].args[0]
        return ["binomial", c, tidy(-4 * r), -HALF] if top in (2 * k, k * 2) else ["binomial", c, r, top] if name not in free_symbols(top) else None
    if len(rest) == 2 and (factorial(k), -1) in rest:
        f = next((g for g, s in rest if s > 0), lift(0))
        if f.head == "bell" and f.args[0] == k:
            return ["bell", c, r, lift(0)]
        if f.head == "bernoulli" and f.args[0] == k and len(f.args) == 2:
            return ["bernoulli", c, r, f.args[1]]
    if len(rest) == 1 and rest[0][1] > 0 and rest[0][0] in (k + 1, 1 + k):
        return ["binomial", c, tidy(-r), lift(-2)]
    if len(rest) == 1 and rest[0][1] > 0 and rest[0][0].head == "chebyshevu" and rest[0][0].args in ((k, lift(1)), (k, lift(-1))):
        return ["binomial", c, tidy(-(rest[0][0].args[1].args[0] * r)), lift(-2)]
    if len(rest) == 1 and rest[0][1] < 0 and rest[0][0] in (k + 1, 1 + k):
        return ["logarithm", c / r, r, lift(0)]
    return None


def tidy(f: Formula) -> Formula:
    """Without factors 1."""
    if f.head == "mul":
        a, b = map(tidy, f.args)
        return b if a == lift(1) else a if b == lift(1) else a * b
    return f


def inside(goal: Goal) -> Certificate | None:
    """A modulus below a radius: by a hypothesis times a constant."""
    found = close(goal)
    for x in free_symbols(goal.claim).values():
        if found is None and x.args[1] == "real":
            found = cases(x, below=close, at=close, above=close)(goal)
    c = without(goal.claim.args[0])
    for h in goal.hyps if found is None and not free_symbols(c) else ():
        if h.head == "lt" and h.args[0].head == "abs" and found is None:
            near = scaled(1 / c, h, then=sign)
            found = near(goal) or through(c * h.args[1], ("lt", "le"), first=near, second=first_of(sign, constants.search))(goal)
    return found


def without(f: Formula) -> Formula:
    """f with 1 for the moduli of variables."""
    if f.head == "abs" and free_symbols(f):
        return lift(1)
    return Formula(f.head, tuple(map(without, f.args))) if f.head in ("mul", "div") else f


def body(goal: Goal) -> Certificate | None:
    """Equal terms, after binomial coefficients over -1/2 have been replaced by central ones."""
    found = normal(goal) or indexed(goal)
    for f in parts(goal.claim) if found is None else ():
        if f.head == "binomial" and f.args[0] in (-HALF, lift(-2)):
            k = f.args[1]
            other = binomial(2 * k, k) / lift(-4) ** k if f.args[0] == -HALF else lift(-1) ** k * (k + 1)
            known = using((Goal((lift(0) <= k,), eq(f, other)), indexed, {k.args[0]: k}), then=normal)
            second = [g for g in parts(goal.claim) if g.head == "chebyshevu"]
            ends = [use("chebyshevu.at_one" if g.args[1] == lift(1) else "chebyshevu.at_minus_one", n=k) for g in second]
            return by_laws(ends, then=known)(goal) if ends else known(goal)
    return found


def valued(goal: Goal) -> Certificate | None:
    """The sum as a combination of known series."""
    left, right = goal.claim.args
    if left.head != "sum" or left.args[3] != oo:
        return None
    summand, k, lo, _ = left.args
    if lo.head != "num" or lo.args[0].denominator != 1:
        return None
    terms = [part(p, k) for p in expanded(simple(substitute(summand, {k.args[0]: k + lo})) if lo != lift(0) else summand)]
    if not terms or len(terms) > PARTS or any(t is None for t in terms):
        return None
    data = {"terms": [[t[0], *map(to_data, t[1:])] for t in terms if t is not None]}
    tactics: dict[str, Tactic] = {"body": body, "value": normal}
    tactics |= {f"inside{j}": inside for j in range(len(terms))} | {f"nonzero{j}": close for j in range(len(terms))}
    return rule("expansion", data, **tactics)(goal)


def at_ends(goal: Goal) -> Certificate | None:
    """Chebyshev polynomials of the second kind for -1 < x < 1, and at the ends."""
    for x in variables(goal):
        inner = rule("parametrise", {"var": x.args[0], "by": "angle"}, then=definition(valued))
        return cases(x - 1, below=cases(x - lift(-1), above=inner, at=valued), at=valued)(goal)
    return None


def search(goal: Goal) -> Certificate | None:
    """Directly, after Binet's formula, or with x = cos t or x = (t + 1/t)/2 in Chebyshev polynomials."""
    if goal.claim.head != "eq" or not any(f.head == "sum" and f.args[3] == oo for f in parts(goal.claim)):
        return None
    found = isolated(goal)
    if found is None or found[0].args[3] != oo:
        return None
    total, c, d = found
    new = eq(total, goal.claim.args[1] if goal.claim.args[0] == total else goal.claim.args[0] if goal.claim.args[1] == total else -d / c)

    def then(g: Goal) -> Certificate | None:
        heads = {f.head for f in parts(g.claim)}
        if heads & {"fibonacci", "lucas"}:
            return definition(valued)(g)
        if "chebyshevu" in heads and any(f.head == "chebyshevu" and f.args[1].head == "sym" for f in parts(g.claim)):
            return at_ends(g)
        if "chebyshevt" in heads:
            for x in variables(g):
                for by in ("angle", "half"):
                    out = rule("parametrise", {"var": x.args[0], "by": by}, then=definition(valued))(g)
                    if out is not None:
                        return out
        return valued(g)
    return then(goal) if new == goal.claim else scaled(1 / c, new, then=then)(goal)


