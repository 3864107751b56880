"""Rising and falling factorials and binomial coefficients with a natural index: everything by rising factorials, and those by one of them."""

from __future__ import annotations

from collections.abc import Iterator

from ..certificates import Certificate, Goal
from ..formula import Formula, call, free_symbols, lift
from ..kernel import Rejected
from ..kernel.algebra import UNIT, Rat, poly, show
from ..kernel.normal import Normal
from . import laws
from .combine import induction, normal
from .laws import simple, terms
from .sequences import Use, bounded, by_laws, close, use

STEPPED = ("factorial2", "subfactorial")
INDEXED = ("binomial", "falling", "rising")
STEPS = 12


def as_rising(f: Formula) -> tuple[list[Use], Formula]:
    """The laws that bring f to a rising factorial, and this."""
    u, v = f.args
    if f.head == "rising":
        return [], f
    first = [use("binomial.falling", z=u, n=v)] if f.head == "binomial" else []
    return [*first, use("falling.rising", z=u, n=v)], call("rising", simple(u - v + 1), v)


def offset(n: Normal, f: Formula) -> tuple[str, int] | None:
    """What f is beside an integer, and that integer."""
    r = n.scalar(f)
    c = r.num.get(UNIT, lift(0).args[0])
    if r.den != poly(1):
        return show(r), 0
    whole = c.numerator // c.denominator
    return show(n.sub(r, Rat(poly(whole), poly(1)))), int(whole)


def descent(n: Normal, found: list[Formula]) -> list[Use] | None:
    """Laws that bring all of these rising factorials of one kind to one of them; None where an index could become negative."""
    at = [(offset(n, f.args[0]), offset(n, f.args[1])) for f in found]
    a = [u[1] for u, _ in at if u is not None]
    c = [v[1] for _, v in at if v is not None]
    top = max(a)
    low = min(k - (top - j) for j, k in zip(a, c, strict=True))
    fixed = not free_symbols(simple(found[0].args[1]))  # a numeric index goes down to 0
    low = min(low, 0) if fixed else low
    uses: list[Use] = []
    for f, j, k in zip(found, a, c, strict=True):
        z, index = f.args
        if top - j + k - low > 2 * STEPS or not n.nonneg(n.scalar(index + (low - k))):
            return None
        path: list[Use] = []
        while j < top:
            index, k = simple(index - 1), k - 1
            path.append(use("rising.head", z=z, n=index))
            z, j = simple(z + 1), j + 1
        while k > low:
            index, k = simple(index - 1), k - 1
            path.append(use("rising.step", z=z, n=index))
        if fixed and k == 0:
            path.append(use("rising.zero", z=z))
        uses += reversed(path)
    return uses


def instances(goal: Goal) -> list[Use] | None:
    """Every indexed term of the claim and of equations among the hypotheses, expressed by one term of each kind."""
    n = Normal(goal.hyps)
    first: list[Use] = []
    kinds: dict[tuple[str, str], list[Formula]] = {}
    for f in indexed(goal):
        try:
            if not n.nonneg(n.scalar(f.args[1])):
                continue
            if f.head == "binomial" and n.nonneg(n.scalar(f.args[0] - f.args[1])) and n.whole(n.scalar(f.args[0])):
                continue
            more, r = as_rising(f)
            first += more
            u, v = offset(n, r.args[0]), offset(n, r.args[1])
        except Rejected:
            continue
        if u is not None and v is not None and r not in kinds.setdefault((u[0], v[0]), []):
            kinds[u[0], v[0]].append(r)
    rest: list[Use] = []
    for found in kinds.values():
        down = descent(n, found)
        if down is None:
            return None
        rest += down
    return list({repr(u): u for u in (*rest, *reversed(first))}.values())  # what is solved for first is put into what follows


def indexed(goal: Goal) -> Iterator[Formula]:
    for f in (goal.claim, *(h for h in goal.hyps if h.head == "eq")):
        yield from (t for t in dict.fromkeys(terms(f)) if t.head in INDEXED)


def direct(goal: Goal) -> Certificate | None:
    """The claim in terms of one rising factorial of each kind, or of gamma functions."""
    uses = instances(goal)
    if not uses:
        return None if uses is None else close(goal)
    found = by_laws(uses)(goal)
    if found is None and any(t.head == "gamma" for t in terms(goal.claim)):
        tops = [u for f in dict.fromkeys(indexed(goal)) for u in (*to_gamma(as_rising(f)[1]), *reversed(as_rising(f)[0]))]
        found = by_laws(tops)(goal)
    return found


def to_gamma(f: Formula) -> list[Use]:
    return [use("gamma.nonzero", z=f.args[0]), use("rising.gamma", z=f.args[0], n=f.args[1])]


def search(goal: Goal) -> Certificate | None:
    """Directly, or by induction in an integer variable that is bounded below."""
    if goal.claim.head == "eq" and any(t.head in STEPPED for t in terms(goal.claim)):
        return stepwise(goal)
    if goal.claim.head not in ("eq", "ne", "le", "lt") or not any(t.head in INDEXED for t in terms(goal.claim)):
        return None
    found = direct(goal)
    if found is not None or goal.claim.head != "eq":
        return found
    for n, base in bounded(goal):
        if all(h.args[0].head == "num" for h in goal.hyps if n.args[0] in free_symbols(h)):
            found = induction(n, base, first=start, step=direct)(goal)
            if found is not None:
                return found
    return None


def stepwise(goal: Goal) -> Certificate | None:
    """By induction, with laws that give the next term."""
    def then(g: Goal) -> Certificate | None:
        return normal(g) or laws.search(g)
    for n, base in bounded(goal):
        if all(h.args[0].head == "num" for h in goal.hyps if n.args[0] in free_symbols(h)):
            found = laws.search(goal) or induction(n, base, first=then, step=then)(goal)
            if found is not None:
                return found
    return None


def start(goal: Goal) -> Certificate | None:
    return normal(goal) or direct(goal) or zeros(goal)


def zeros(goal: Goal) -> Certificate | None:
    """Rising factorials of index 0."""
    empty = [f for f in dict.fromkeys(indexed(goal)) if simple(f.args[1]) == lift(0)]
    uses = [u for f in empty for u in (use("rising.zero", z=as_rising(f)[1].args[0]), *reversed(as_rising(f)[0]))]
    return by_laws(uses)(goal) if uses else None
