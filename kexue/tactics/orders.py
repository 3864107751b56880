"""Derivatives of symbolic order: by induction on the order, at points where the functions are smooth first."""

from __future__ import annotations

from collections.abc import Callable

from ..certificates import Certificate, Goal
from ..formula import Formula, call, free_symbols, heads, lift, ne, parts, pi, substitute, to_data
from ..kernel import Rejected
from ..kernel.algebra import show
from ..kernel.normal import Normal
from ..kernel.theory import LAWS
from . import factorials, laws
from .combine import Tactic, accepted, first_of, lemma, normal, rule, sign, using
from .sequences import Use, bounded, by_laws, use

BASES = (0, 1)
POLYNOMIALS = ("chebyshevt", "chebyshevu", "legendre")
HEADS = frozenset(("factorial2", "rising", "hyper", *POLYNOMIALS))
LINKS = ("factorial2.step", "factorial2.one", "rising.step", "rising.head", *(f"{f}.hyper" for f in POLYNOMIALS), "hyper.symmetric")


def derivatives(f: Formula) -> list[Formula]:
    return list(dict.fromkeys(g for g in parts(f) if g.head == "ndiff"))


def indexed(goal: Goal) -> Certificate | None:
    """By the steps of rising and double factorials from one of them to another, and by hypergeometric functions for polynomials."""
    seen = list(dict.fromkeys(laws.terms(laws.expanded_or_not(goal.claim))))
    there = {place(f) for f in seen}
    uses: list[Use] = []
    for f in seen:
        for name in LINKS if f.head in HEADS else ():
            found: dict[str, Formula] = {}
            law = LAWS[name]
            if f.head != law.term.head or not laws.match(law.term, f, found) or found.keys() != law.symbols.keys():
                continue
            new = [g for g in laws.terms(substitute(law.states, found)) if g.head in ("rising", "factorial2")]
            if all(place(g) in there for g in new) and (name != "hyper.symmetric" or any(g.head in POLYNOMIALS for g in seen)):
                uses.append(use(name, **found))
    good = [u for u in list({repr(u): u for u in uses}.values()) if laws.possible(goal, u)]
    return by_laws(good)(goal) if good else None


def place(f: Formula) -> tuple[str, ...]:
    """The head of f and the normal forms of its arguments."""
    try:
        return f.head, *(show(Normal(()).scalar(g)) for g in f.args)
    except (Rejected, RecursionError):
        return (f.head,)


closing = first_of(normal, indexed, factorials.search, laws.search)


def ending(n: Formula, r: Formula, x: Formula, more: int) -> Formula:
    """The derivative of order r of T_n (more = 0) or U_n (more = 1) by a hypergeometric function."""
    first = n + 1 if more else n
    series = call("hyper", 2, r + n + 2 * more, r - n, r + lift(1 + 2 * more) / 2, (1 - x) / 2)
    return call("rising", first, r + more) * call("rising", n - r + 1, r) / call("factorial2", 2 * r - 1 + 2 * more) * series


VALUES: dict[str, Callable[[Formula, Formula, Formula], Formula]] = {
    "chebyshevt": lambda n, r, x: ending(n, r, x, 0), "chebyshevu": lambda n, r, x: ending(n, r, x, 1)}


def value(f: Formula) -> tuple[Formula, list[Formula]] | None:
    """The derivative of symbolic order f = d^r g/dx^r for all x that meet the conditions, for some functions g."""
    body, x, r = f.args
    if body.head in VALUES and body.args[1] == x and x.args[0] not in free_symbols(body.args[0]):
        return VALUES[body.head](body.args[0], r, x), [ne(x, lift(-1))]
    if body.head in ("sin", "cos", "exp") and body.args[0] == x:
        return (body if body.head == "exp" else call(body.head, x + pi * r / 2)), []
    return None


def point(goal: Goal) -> Certificate | None:
    """The value of a derivative at a point."""
    term = next((f for f in parts(goal.claim) if f.head == "subs" and f.args[0].head == "ndiff"), None)
    found = value(term.args[0]) if term is not None else None
    if found is None:
        return None
    g, on = found
    tactics: dict[str, Tactic] = {f"on{j}": sign for j in range(len(on))}
    return rule("point", {"value": to_data(g), "on": [to_data(h) for h in on]}, lemma=direct, then=closing, **tactics)(goal)


def search(goal: Goal) -> Certificate | None:
    """A relation between derivatives of orders n, n + 1, ..., or the value of one of them."""
    claim = goal.claim
    if claim.head != "eq" or "ndiff" not in heads(claim):
        return None
    found = point(goal) if "subs" in heads(claim) else direct(goal) or apart(goal)
    return None if found is None else accepted(goal, lambda: found)


def direct(goal: Goal) -> Certificate | None:
    terms = derivatives(goal.claim)
    if len(terms) == 1 and goal.claim.args[0] == terms[0] and terms[0].args[2].head == "sym":
        for base in BASES:
            found = rule("orders", {"base": base}, first=closing, step=closing)(goal)
            if found is not None:
                return found
        return None
    for n, base in bounded(goal):
        if any(n.args[0] in free_symbols(f.args[2]) for f in terms):
            return rule("orders", {"base": base, "var": n.args[0]}, first=closing, step=normal)(goal)
    return None


def apart(goal: Goal) -> Certificate | None:
    """Where x is not c, which a disjunction among the hypotheses says unless the functions are polynomials; then at c too."""
    for k, h in enumerate(goal.hyps):
        members = list(h.args) if h.head == "or" else []
        points = [g for g in members if g.head == "ne" and g.args[0].head == "sym" and g.args[1].head == "num"]
        if len(points) != 1:
            continue
        x, c = points[0].args
        bounds = [g for g in goal.hyps if g.head in ("le", "lt") and g.args[0].head == "num" and g.args[1].head == "sym"]
        off = ne(x, c)
        small = using(lemma(goal.claim, *bounds, off, by=direct), then=normal)
        cases: dict[str, Tactic] = {}
        for j, g in enumerate(members):
            cases[f"case{j}"] = small if g == points[0] else rule("generic", {"var": x.args[0], "excluded": [["zero", to_data(x - c)]]}, then=small)
        return rule("split", {"hyp": k}, **cases)(goal)
    return None


__all__ = ["search"]
