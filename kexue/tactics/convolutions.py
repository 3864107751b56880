"""Inequalities between Bell numbers, which their recurrence gives in terms of all that come before: compared term by term."""

from __future__ import annotations

from ..certificates import Certificate, Goal
from ..formula import Formula, Sum, binomial, call, free_symbols, heads, lift, parts, replaced, substitute
from ..kernel import Rejected
from ..kernel.normal import Normal
from .combine import Tactic, accepted, cases, first_of, induction, lemma, normal, rule, sign, termwise, through, using
from .linear import multipliers
from .sequences import affine, bounded, by_laws, formula, split, use


def bell(u: Formula) -> Formula: return call("bell", u)


def linear(goal: Goal) -> Certificate | None:
    """By sign, or by adding up hypotheses."""
    return sign(goal) or (rule("linear", {"terms": terms})(goal) if (terms := multipliers(goal)) else None)


def small(goal: Goal) -> Certificate | None:
    """Bell numbers with small numeric indices."""
    at = {split(f.args[0]) for f in parts(goal.claim) if f.head == "bell"}
    if not all(rest == lift(0) and 0 <= c <= 6 for rest, c in at):
        return None
    top = int(max((c for _, c in at), default=0))
    uses = [use("bell.zero"), *(use("bell.step", n=lift(k)) for k in range(top))]
    return by_laws(uses, first_of(normal, sign))(goal)


def adjacent(goal: Goal) -> Certificate | None:
    """a B(m + 1) + b B(m) >= 0 where m >= 1: as a sum of multiples of B(0), ..., B(m - 1)."""
    at = {split(f.args[0]) for f in parts(goal.claim) if f.head == "bell"}
    if len(at) != 2 or len({rest for rest, _ in at}) > 1 or max(c for _, c in at) - min(c for _, c in at) != 1:
        return None
    rest, low = min(at, key=lambda place: place[1])
    m = rest + lift(low) if low else rest
    x, y = (Formula("sym", (name, "real")) for name in ("upper_", "lower_"))
    claim = goal.claim
    for f in [f for f in parts(claim) if f.head == "bell"]:
        claim = replaced(claim, f, y if split(f.args[0])[1] == low else x)
    known = {s.args[0]: s for s in free_symbols(claim).values()}
    try:
        gap = formula(Normal(()).scalar(claim.args[1] - claim.args[0]).num, known)
    except Rejected:
        return None
    if gap is None or {"bell"} & heads(gap):
        return None
    a, b = (substitute(gap, {"upper_": lift(int(s == x)), "lower_": lift(int(s == y))}) for s in (x, y))
    k = Formula("sym", ("k_", "integer"))
    weights = (-(a + b) * binomial(m - 1, k), a * binomial(m, k))
    compared = lemma(Formula("le", tuple(Sum(w * bell(k), k, lift(0), m - 1) for w in weights)), *goal.hyps, by=termwise(sign))
    return using(compared, then=by_laws([use("bell.step", n=m), use("bell.step", n=m - 1)], linear))(goal)


def stepped(n: Formula) -> Tactic:
    """B(n + 1) against c B(n), where c is the ratio of what B is compared with."""
    def run(goal: Goal) -> Certificate | None:
        upper = goal.claim.args[0].head == "bell"
        right = goal.claim.args[int(upper)]
        before = substitute(right, {n.args[0]: n - 1})
        try:
            natural = Normal((lift(0) <= n,))
            c = formula(natural.mul(natural.scalar(right), natural.power(natural.scalar(before), -1)).num, {n.args[0]: n})
        except (Rejected, ValueError):
            return None
        first, second = (adjacent, linear) if upper else (linear, adjacent)
        return None if c is None else through(c * bell(n), first=first, second=second)(goal)
    return run


def search(goal: Goal) -> Certificate | None:
    """Directly, by induction, or after the least index is split off."""
    claim = goal.claim
    if claim.head not in ("lt", "le") or "bell" not in heads(claim):
        return None
    found = small(goal) or adjacent(goal)
    for n, base in bounded(goal) if found is None else ():
        if all((affine(f.args[0]) or {}).get(n) == 1 for f in parts(claim) if f.head == "bell"):
            least = n - base if base else n
            found = cases(least, at=small, above=adjacent)(goal)
            if found is None and bell(n) in claim.args:
                step = first_of(adjacent, stepped(n))
                found = induction(n, base, first=small, step=first_of(step, cases(least, at=small, above=step)))(goal)
    return None if found is None else accepted(goal, lambda: found)


__all__ = ["search"]
