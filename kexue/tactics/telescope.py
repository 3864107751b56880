"""Finite hypergeometric sums by Zeilberger's algorithm, turned into certificates of simple rules.

The search (`creative`) finds polynomials a_0, ..., a_J in n and a rational R with sum_j a_j(n) t(n+j, k) = G(n, k+1) - G(n, k),
G = R t(n+J, k) (Petkovsek, Wilf & Zeilberger, A = B, chapter 6).  The certificate is a recurrence for both sides of the claim: its
left part rests on the antidifference G of the combined summand, whose ends the kernel works out together with the terms that the
ranges of the shifted sums add."""

from __future__ import annotations

from collections.abc import Iterator

from ..certificates import Certificate, Goal
from ..formula import Formula, I, Sum, children, eq, free_symbols, lift, rebuild, substitute, to_data
from ..kernel import Rejected
from ..kernel.normal import Normal
from .circular import WAVES, creative
from .combine import Tactic, accepted, antidifference, cases, lemma, normal, recurrence, rule, scaled, sign, using
from .creative import gosper
from .sequences import bounded, formula, stepped

ANYWHERE = ("num", "add", "sub", "mul", "neg", "pow")


def zeilberger(n: Formula, base: int = 0) -> Tactic:
    """Sum of t(n, k) over k equals the right side for n >= base, by a recurrence in n that both satisfy."""

    def run(goal: Goal) -> Certificate | None:
        left = goal.claim.args[0] if goal.claim.head == "eq" else goal.claim
        if left.head != "sum":
            return None
        body, var, lo, hi = left.args
        found = creative(body, n, var)
        if found is None:
            return None
        a, g, bottom, order = found
        combined: Formula = lift(0)
        for j, c in enumerate(a):
            combined = combined + c * substitute(body, {n.args[0]: n + j})
        name = var.args[0]
        telescoped = eq(Sum(combined, var, lo, hi), substitute(g, {name: hi + 1}) - substitute(g, {name: lo}))
        total: Formula = lift(0)
        for j, c in enumerate(a):
            total = total + c * substitute(goal.claim.args[1], {n.args[0]: n + j})
        end = stepped

        def proof(g_: Goal) -> Certificate | None:
            others = tuple(h for h in g_.hyps if n.args[0] not in free_symbols(h))
            if any(end(Goal(others, substitute(g_.claim, {n.args[0]: lift(base + j)}))) is None for j in range(order)):
                return None  # before the longer part
            ends = using(lemma(telescoped, *others, lift(base) <= n, by=antidifference(g, step=normal, ends=normal)), then=normal)
            starts = {f"initial{j}": end for j in range(order)}
            return recurrence(n, a, total, base=base, left=lambda h: stepped(h, ends), right=normal, lead=sign, **starts)(g_)
        return generic(goal, (a[-1], bottom), proof)

    return run


def generic(goal: Goal, factors: tuple[Formula, ...], then: Tactic) -> Certificate | None:
    """At points where the variables do not take the numeric values that make one of the factors vanish."""
    for x in free_symbols(goal.claim).values():
        if x.args[1] in ("real", "complex"):
            based = any(f.head == "pow" and f.args[1].head != "num" and x.args[0] in free_symbols(f.args[0]) and not any(
                g.head in ("sub", "sin", "cos") for g in walk(f.args[0])) for f in walk(goal.claim))
            below = [g.args[1] for g in walk(goal.claim) if g.head == "div"]
            roots = sorted({r for f in (*factors, *below) for r in zeros(f, x)} | ({0} if based else set()))
            seen = dict.fromkeys(g for h in (*factors, *powers(goal)) for g in walk(h))
            waves = [f for f in seen if f.head in WAVES and x.args[0] in free_symbols(f)]
            turns = [["sine" if "sin" in f.head else "cosine", to_data(f.args[0] if f.head in ("sin", "cos") else -(I * f.args[0]))] for f in waves]
            if roots or turns:
                out = turns or [["zero", to_data(x - lift(r) if r else x)] for r in roots]
                return rule("generic", {"var": x.args[0], "excluded": out}, then=then)(goal)
    return then(goal)


def powers(goal: Goal) -> list[Formula]:
    """The bases of powers with a variable exponent, and what sums are multiplied by."""
    found = isolated(goal) if goal.claim.head == "eq" else None
    return [*(f.args[0] for f in walk(goal.claim) if f.head == "pow" and f.args[1].head != "num"), *([found[1]] if found else [])]


def zeros(f: Formula, x: Formula) -> Iterator[int]:
    """Small integers at which the polynomial f vanishes identically in the other variables."""
    for r in (-2, -1, 0, 1, 2):
        try:
            n = Normal(())
            if x.args[0] in free_symbols(f) and n.zero(n.scalar(substitute(f, {x.args[0]: lift(r)}))):
                yield r
        except Rejected:
            continue


def isolated(goal: Goal) -> tuple[Formula, Formula, Formula] | None:
    """The claim as c S + d = 0 with one sum S: the sum, c, d."""
    left, right = goal.claim.args
    parts = [*terms(left, lift(1)), *terms(right, lift(-1))]
    found = [(c, f) for c, f in parts if f.head == "sum"]
    rest = [c if f == lift(1) else c * f for c, f in parts if f.head != "sum"]
    if len(found) != 1 or any(g.head == "sum" for f in rest for g in walk(f)):
        return None
    d: Formula = lift(0)
    for f in rest:
        d = d + f
    return found[0][1], found[0][0], d


def terms(f: Formula, c: Formula) -> list[tuple[Formula, Formula]]:
    """f as a sum of products c g, g a sum or 1."""
    h, a = f.head, f.args
    if h in ("add", "sub"):
        return [*terms(a[0], c), *terms(a[1], c if h == "add" else -c)]
    if h == "neg":
        return terms(a[0], -c)
    if h in ("mul", "div") and any(g.head == "sum" for g in walk(a[0])):
        return terms(a[0], c * a[1] if h == "mul" else c / a[1])
    if h == "mul" and any(g.head == "sum" for g in walk(a[1])):
        return terms(a[1], c * a[0])
    return [(c, f)] if h == "sum" else [(c * f, lift(1))]


def walk(f: Formula) -> Iterator[Formula]:
    yield f
    for g in children(f):
        yield from walk(g)


def without_floors(goal: Goal, f: Formula) -> Formula:
    """f with floors put in terms of the variables where the hypotheses give them."""
    if f.head in ("floor", "ceiling"):
        try:
            r = Normal(goal.hyps).scalar(f)
            value = formula(r.num, {x.args[0]: x for x in free_symbols(f).values()})
            if value is not None and Normal(goal.hyps).scalar(value) == r:
                return value
        except Rejected:
            pass
        return f
    kids = children(f)
    return rebuild(f, [without_floors(goal, g) for g in kids]) if kids else f


def split(goal: Goal) -> Certificate | None:
    """At points where no base of a power vanishes, nor what the sum is multiplied by, if it has to be."""
    found, sums = plain(goal), isolated(goal)
    if found is not None or sums is None:
        return found
    if any(f.head in WAVES for g in powers(goal) for f in walk(g)):
        return generic(goal, (), plain)
    c = sums[1]
    simple = any(True for x in free_symbols(c).values() if x.args[1] in ("real", "complex") for _ in zeros(c, x))
    return generic(goal, (c,), plain) if simple else None


def plain(goal: Goal) -> Certificate | None:
    """Zeilberger's method in each integer variable with a numeric lower bound, after the sum has been isolated; where a leading
    coefficient vanishes at the first values of the variable, those are split off."""
    found = isolated(goal)
    if found is None:
        return None
    total, c, d = found
    total = without_floors(goal, total)
    new = eq(total, -d / c)
    for n, base in bounded(goal):
        if n.args[0] not in free_symbols(total):
            continue
        for by in (zeilberger(n, base), cases(n - base if base else n, at=stepped, above=zeilberger(n, base + 1))):
            if goal.claim.args[0] == total:
                certificate = by(goal)
            else:
                certificate = scaled(1 / c, new, then=by)(goal)
            if certificate is not None:
                return certificate
    g = gosper(total.args[0], total.args[1]) if total.args[3].head != "const" else None
    return None if g is None else scaled(1 / c, new, then=antidifference(g, step=normal, ends=normal))(goal)


def search(goal: Goal) -> Certificate | None:
    """Zeilberger's method, if necessary for each parity of a variable below a floor."""
    claim = goal.claim
    if claim.head != "eq" or not any(g.head == "sum" for g in walk(claim)):
        return None
    below = [x for g in walk(claim) if g.head in ("floor", "ceiling") for x in free_symbols(g).values()]
    halves = [x.args[0] for x in below if x.args[1] == "integer"]
    if halves:
        return rule("residues", {"var": halves[0], "modulus": 2}, residue0=split, residue1=split)(goal)
    found = split(goal)
    return None if found is None else accepted(goal, lambda: found)
