"""Sums of exponential terms, with binomial coefficients or without: instances of the binomial theorem and of the geometric sum."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ..certificates import Certificate, Goal
from ..formula import I, Formula, binomial, call, free_symbols, lift, ne, parts, substitute
from ..kernel import Rejected
from ..kernel.algebra import UNIT, poly
from ..kernel.normal import Normal
from .combine import Tactic, accepted, first_of, normal, recurrence, rule, sign, using
from .laws import simple
from .sequences import Use, affine, bounded, by_laws, stepped, use

TERMS = 12
Product = list[tuple[Formula, int]]  # factors with exponent 1 or -1


def products(f: Formula) -> list[Product]:
    """f multiplied out; circular functions are written by exponentials."""
    h, a = f.head, f.args
    if h in ("add", "sub"):
        return [*products(a[0]), *products(a[1])]
    if h == "neg":
        return products(a[0])
    if h in ("mul", "div"):
        left = products(a[0])
        right = products(a[1]) if h == "mul" else [[(a[1], -1)]]
        return [[*p, *q] for p in left for q in right][:TERMS]
    if h in ("sin", "cos"):
        return [[(call("exp", I * a[0]), 1)], [(call("exp", -(I * a[0])), 1)]]
    if h in ("sinh", "cosh"):
        return [[(call("exp", a[0]), 1)], [(call("exp", -a[0]), 1)]]
    return [[(f, 1)]]


def ratio(p: Product, k: Formula) -> tuple[Formula, list[Formula]] | None:
    """r with p(k + 1)/p(k) = r for the exponential factors, and the other factors that depend on k."""
    r: Formula = lift(1)
    others: list[Formula] = []
    for f, s in p:
        if k.args[0] not in free_symbols(f):
            continue
        if f.head == "pow" and k.args[0] not in free_symbols(f.args[0]):
            step = slope(f.args[1], k)
            if step is None or not step.denominator == 1:
                return None
            base = f.args[0]
            r = r * (base if step * s == 1 else base ** lift(step * s))
        elif f.head == "exp":
            u = simple(f.args[0])
            r = r * call("exp", difference(u, k) if s > 0 else -difference(u, k))
        elif s > 0:
            others.append(f)
        else:
            return None
    return r, others


def difference(u: Formula, k: Formula) -> Formula:
    """u(k + 1) - u(k) for a linear u."""
    return simple(substitute(u, {k.args[0]: lift(1)}) - substitute(u, {k.args[0]: lift(0)}))


def slope(e: Formula, k: Formula) -> Fraction | None:
    """The coefficient of k in a linear exponent."""
    r = affine(e)
    return None if r is None else r.get(k, Fraction(0))


def instances(goal: Goal) -> Iterator[tuple[Use, Formula]]:
    """Sums from 0 that are covered, with the ratio of their terms."""
    for f in parts(goal.claim):
        if f.head != "sum" or f.args[2] != lift(0):
            continue
        body, k, _, hi = f.args
        for p in products(body):
            found = ratio(p, k)
            if found is None:
                continue
            r, others = found
            if others == [binomial(hi, k)]:
                yield use("binomial.theorem", n=hi, z=r), r
            elif not others:
                yield use("geometric.sum", n=hi, z=r), r


def closed(goal: Goal) -> Certificate | None:
    """The claim from instances; the ratio of a geometric sum must not be 1."""
    uses = list({repr(u): (u, r) for u, r in instances(goal)}.values())
    if not uses or len(uses) > TERMS:
        return None
    proved = by_laws([u for u, _ in uses], then=normal)
    found = proved(goal)
    if found is None and any(u["law"] == "geometric.sum" for u, _ in uses):
        lemmas: list[tuple[Goal, Tactic, dict[str, Formula]]] = [
            (Goal((), ne(1 - r, 0)), constant, {}) for u, r in uses if u["law"] == "geometric.sum" and not free_symbols(r)]
        found = using(*lemmas, then=proved)(goal) if lemmas else None
    return found


def constant(goal: Goal) -> Certificate | None:
    return accepted(goal, lambda: {"rule": "algebraic"})


def definition(then: Tactic) -> Tactic:
    return rule("definition", {"parts": False}, then=then)


def transformed(goal: Goal) -> Certificate | None:
    """Binomial sums of Fibonacci numbers: both sides satisfy the recurrence with the roots 1 + r of the two ratios r."""
    after: list[Goal] = []
    definition(lambda g: after.append(g))(goal)
    for n, base in bounded(goal) if after else ():
        sides = [f for f in parts(after[0].claim) if f.head == "sum" and f.args[3] == n]
        roots = list(dict.fromkeys(1 + r for f in sides for p in products(f.args[0]) if (q := ratio(p, f.args[1])) is not None and q[1] == [binomial(
            n, f.args[1])] for r in [q[0]]))
        if len(roots) != 2:
            continue
        try:
            total, product = (Normal(()).scalar(u) for u in (roots[0] + roots[1], roots[0] * roots[1]))
        except Rejected:
            continue
        if total.den == product.den == poly(1) and {*total.num, *product.num} <= {UNIT}:
            a = [lift(product.num.get(UNIT, Fraction(0))), lift(-total.num.get(UNIT, Fraction(0))), lift(1)]
            side = first_of(stepped, definition(closed))
            start = definition(normal)
            return recurrence(n, a, 0, base=base, left=side, right=side, lead=sign, initial0=start, initial1=start)(goal)
    return None


def search(goal: Goal) -> Certificate | None:
    """Directly, or after Binet's formula."""
    if goal.claim.head != "eq" or not any(f.head == "sum" and f.args[3] != Formula("const", ("oo",)) for f in parts(goal.claim)):
        return None
    found = closed(goal)
    if found is None and any(f.head in ("fibonacci", "lucas") for f in parts(goal.claim)):
        found = definition(closed)(goal) or transformed(goal)
    return found
