"""Claims with integer parameters: closed forms of Chebyshev polynomials and Fibonacci numbers, residue classes, induction."""

from __future__ import annotations

from fractions import Fraction

from ..certificates import Certificate, Goal
from ..formula import I, Formula, call, free_symbols, heads, lift, parts, to_data
from ..kernel import Rejected
from ..kernel.normal import Normal
from .combine import Tactic, cases, first_of, rule
from .sequences import close

CLOSED = {"fibonacci", "lucas", "chebyshevt", "chebyshevu"}
HALF = lift(Fraction(1, 2))


# ------------------------------------------------------------------------------------------------------------- closed forms
def closed(goal: Goal) -> Certificate | None:
    """Chebyshev polynomials by x = cos t or x = (t + 1/t)/2, Fibonacci numbers by Binet's formula, then equal normal forms."""
    found = heads(goal.claim)
    golden = any(f == Formula("const", ("golden_ratio",)) for f in parts(goal.claim))
    if not (CLOSED & found or golden) or goal.claim.head not in ("eq", "le", "lt", "ne"):
        return None
    return parametrised(goal, variables(goal))


def variables(goal: Goal) -> list[Formula]:
    """The variables in the arguments of Chebyshev polynomials."""
    inside = {name: x for f in parts(goal.claim) if f.head in ("chebyshevt", "chebyshevu") for name, x in free_symbols(f.args[1]).items()}
    return [x for x in inside.values() if x.args[1] in ("real", "complex")]


def kind(goal: Goal, x: Formula) -> str | None:
    """Which parametrisation suits the functions of x in the claim."""
    for f in parts(goal.claim):
        if f.head in ("acos", "acosh") and x.args[0] in free_symbols(f):
            return "cos" if f.head == "acos" else "cosh"
        if (f.head == "sqrt" or f.head == "pow" and f.args[1] == HALF) and x.args[0] in free_symbols(f):
            return "cos" if negative_square(f.args[0], x) else "half"
    plain = any(f.head in ("chebyshevt", "chebyshevu") and polynomial(f.args[1]) for f in parts(goal.claim))
    return "half" if plain else None


def negative_square(u: Formula, x: Formula) -> bool:
    return u.head == "sub" and u.args[0].head == "num" and x.args[0] in free_symbols(u.args[1]) or u.head == "add" and u.args[0].head == "neg"


def polynomial(f: Formula) -> bool:
    return all(g.head in ("num", "sym", "add", "sub", "mul", "neg", "chebyshevt", "chebyshevu")
               or g.head == "pow" and g.args[1].head == "num" and g.args[1].args[0] > 0 or g.head == "div" and not free_symbols(g.args[1])
               for g in parts(f))


def parametrised(goal: Goal, left: list[Formula]) -> Certificate | None:
    if not left:
        return unfolded(goal)
    x, *others = left
    by = kind(goal, x)
    if by is None:
        return parametrised(goal, others)

    def then(g: Goal) -> Certificate | None:
        t = next(f for name, f in free_symbols(g.claim).items() if name not in free_symbols(goal.claim)) if set(
            free_symbols(g.claim)) - set(free_symbols(goal.claim)) else None
        if t is None:
            return parametrised(g, others)
        excluded = {"cos": [("sine", t)], "cosh": [("zero", t)], "half": [("zero", t - 1), ("zero", t + 1)]}[by]
        out = [[how, to_data(p)] for how, p in excluded]
        away = rule("generic", {"var": t.args[0], "excluded": out}, then=lambda h: parametrised(h, others))
        return (away(g) if "chebyshevu" in heads(g.claim) and goal.claim.head == "eq" else None) or parametrised(g, others)
    return rule("parametrise", {"var": x.args[0], "by": by}, then=then)(goal)


def roots(goal: Goal) -> list[Formula]:
    """Candidates for s in x = (s + 1/s)/2."""
    found: list[Formula] = []
    for f in parts(goal.claim):
        if f.head in ("chebyshevt", "chebyshevu"):
            x = f.args[1]
            if not free_symbols(x):
                found += sorted([x + call("sqrt", x ** 2 - 1), x - call("sqrt", x ** 2 - 1)], key=mixed)
            for s in (z for z in free_symbols(x).values() if z.args[1] == "complex"):
                found += [s, s ** 2, s ** 3, s ** 4, call("exp", I * s), call("exp", 2 * I * s), call("exp", s), call("exp", 2 * s)]
    return list(dict.fromkeys(found))


def mixed(s: Formula) -> bool:
    """Whether terms of both signs occur in s, so that its sign does not show."""
    try:
        return len({c > 0 for c in Normal(()).scalar(s).num.values()}) > 1
    except Rejected:
        return True


def unfolded(goal: Goal) -> Certificate | None:
    for f in parts(goal.claim):
        if f.head == "abs" and integral(f.args[0]) and free_symbols(f.args[0]):
            return cases(f.args[0], below=definitions, at=definitions, above=definitions)(goal)
    return definitions(goal)


def definitions(goal: Goal) -> Certificate | None:
    data = {"parts": False, "roots": [to_data(s) for s in roots(goal)]}
    return rule("definition", data, then=finish)(goal)


def finish(goal: Goal) -> Certificate | None:
    return close(goal) or apart(goal)


def apart(goal: Goal) -> Certificate | None:
    """The parity of an integer exponent decides."""
    return by_parity(close)(goal)


def integral(f: Formula) -> bool:
    return all(g.head in ("add", "sub", "mul", "neg") or g.head == "num" and g.args[0].denominator == 1 or g.head == "sym" and
               g.args[1] == "integer" for g in parts(f))


def by_parity(then: Tactic) -> Tactic:
    """Even and odd values of the variable whose parity shows: in an exponent of a number that is not positive, or below a floor."""
    def run(goal: Goal) -> Certificate | None:
        for name in parities(goal.claim):
            found = rule("residues", {"var": name, "modulus": 2}, residue0=then, residue1=then)(goal)
            if found is not None:
                return found
        return None
    return run


def parities(f: Formula) -> list[str]:
    names: dict[str, None] = {}
    for g in parts(f):
        if g.head == "pow" and (g.args[0].head in ("neg",) or g.args[0] == I or g.args[0].head == "num" and g.args[0].args[0] < 0) or g.head in (
                "floor", "ceiling", "mod"):
            names.update({name: None for name, s in free_symbols(g).items() if s.args[1] == "integer"})
    return list(names)


METHODS: tuple[Tactic, ...] = (closed,)
search = first_of(*METHODS)
