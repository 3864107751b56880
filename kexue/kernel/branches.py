"""Rules about the structure of hypotheses, about where a claim has a meaning, and about angles: the logic of principal branches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from ..certificates import Goal
from ..formula import BINDERS, I, RELATIONS, Formula, call, children, free_symbols, lift, ne, parts, pi, rebuild
from .algebra import const
from .diff import read
from .laws import strict
from .logic import NONE, Result, Subgoals, relation
from .normal import HOLDS, Normal
from .verdict import Accepted, Rejected, whole_number

OPPOSITE = {"eq": "ne", "ne": "eq", "even": "odd", "odd": "even"}
TOTAL = frozenset("num sym const add sub mul neg re im abs conj exp sin cos sinh cosh".split())  # have a value everywhere
WHERE: dict[str, Callable[..., tuple[Formula, ...]]] = {  # what is not 0 at any point where the function has a value
    "log": lambda z: (z,), "arg": lambda z: (z,), "atan2": lambda y, x: (x + I * y,), "div": lambda a, b: (b,),
    "atan": lambda z: (1 + I * z, 1 - I * z), "acot": lambda z: (1 + I * z, 1 - I * z), "atanh": lambda z: (1 + z, 1 - z),
    "acoth": lambda z: (1 + z, 1 - z), "tan": lambda z: (call("cos", z),), "sec": lambda z: (call("cos", z),), "cot": lambda z: (call("sin", z),),
    "csc": lambda z: (call("sin", z),), "tanh": lambda z: (call("cosh", z),), "sech": lambda z: (call("cosh", z),),
    "coth": lambda z: (call("sinh", z),), "csch": lambda z: (call("sinh", z),)}


# ---------------------------------------------------------------------------------------------------------------- conditions
def positive(h: Formula, negate: bool = False) -> Formula:
    """The condition, or its negation, with `not` only in front of what has no opposite of its own (De Morgan)."""
    if h.head == "not":
        return positive(h.args[0], not negate)
    if h.head in ("and", "or"):
        return Formula(h.head if not negate else "or" if h.head == "and" else "and", tuple(positive(g, negate) for g in h.args))
    if not negate:
        return h
    if h.head in OPPOSITE:
        return Formula(OPPOSITE[h.head], h.args)
    if h.head in ("lt", "le"):  # either holds of real numbers only
        return Formula("le" if h.head == "lt" else "lt", h.args[::-1])
    return Formula("not", (h,))


def conjuncts(h: Formula) -> list[Formula]:
    return [x for g in h.args for x in conjuncts(g)] if h.head == "and" else [h]


def total(f: Formula) -> bool:
    """Whether a condition is true or false everywhere."""
    if f.head in (*RELATIONS, "and", "or") and f.head not in ("lt", "le"):
        return all(map(total, f.args))
    if f.head in ("lt", "le"):
        return all(total(g) and (g.head in ("re", "im", "abs", "num") or all(s.args[1] != "complex" for s in free_symbols(g).values())
                                 and I not in parts(g)) for g in f.args)
    return f.head in TOTAL and all(map(total, children(f)))


def split(goal: Goal, data: dict[str, Any]) -> Result:
    """The goal under each alternative of hypothesis number `hyp`; for each case of the first case distinction in the claim; or with
    z = 0 and with z != 0 for a symbol `zero`.

    A disjunction is true where one of its members is; a later member comes with the negation of the earlier ones that are true or
    false everywhere.  A case distinction has the value of the first case whose condition is true, all conditions before it being
    false; where there is none it has no value, so nothing is claimed."""
    if "zero" in data:
        z = free_symbols(goal.claim).get(data["zero"])
        if z is None or z.args[1] not in ("complex", "real", "integer"):
            raise Rejected("cases are distinguished for a number")
        return Accepted(), {"case0": (goal.at({z.args[0]: lift(0)}), NONE), "case1": (Goal((*goal.hyps, ne(z, 0)), goal.claim), NONE)}
    if "hyp" in data:
        k = whole_number(data["hyp"])
        if not 0 <= k < len(goal.hyps):
            raise Rejected("there is no such hypothesis")
        rest = (*goal.hyps[:k], *goal.hyps[k + 1:])
        h = positive(goal.hyps[k])
        if h.head != "or":
            return Accepted(), {"case0": (Goal((*rest, *conjuncts(h)), goal.claim), NONE)}
        subs: Subgoals = {}
        for j, g in enumerate(h.args):
            before = [x for e in h.args[:j] if total(e) for x in conjuncts(positive(e, True))]
            subs[f"case{j}"] = (Goal((*rest, *conjuncts(g), *before), goal.claim), NONE)
        return Accepted(), subs
    chosen = next((f for f in reachable(goal.claim) if f.head == "piecewise"), None)
    if chosen is None:
        raise Rejected("the claim distinguishes no cases")
    subs, earlier = {}, list[Formula]()
    for j, (value, condition) in enumerate(zip(chosen.args[::2], chosen.args[1::2], strict=True)):
        holds = [x for x in conjuncts(positive(condition)) if x != Formula("const", ("true",))]
        if Formula("const", ("false",)) not in holds:
            subs[f"case{j}"] = (Goal((*goal.hyps, *holds, *earlier), replaced(goal.claim, chosen, value)), NONE)
        if condition == Formula("const", ("true",)):
            break
        earlier += [x for x in conjuncts(positive(condition, True)) if x.head != "not"]
    return Accepted(), subs


# -------------------------------------------------------------------------------------------------------------------- terms
def reachable(f: Formula) -> Iterator[Formula]:
    """The subterms that are not below a binder, the outer ones first; not those in one of several cases."""
    yield f
    if f.head not in (*BINDERS, "ndiff", "piecewise"):
        for g in children(f):
            yield from reachable(g)


def replaced(f: Formula, old: Formula, new: Formula) -> Formula:
    """f with one term for another, except below binders and in one of several cases."""
    if f == old:
        return new
    if f.head in (*BINDERS, "ndiff", "piecewise") or not children(f):
        return f
    return rebuild(f, [replaced(g, old, new) for g in children(f)])


def rewrite(goal: Goal, data: dict[str, Any]) -> Result:
    """Equals for equals in the claim and in the other hypotheses: the left side of equation number `hyp` among the hypotheses by its right
    side; the equation is left out.  Where the hypotheses hold both its sides are defined, and they are equal; so what is new is defined
    wherever the old is, and says the same."""
    k = data["hyp"]
    if type(k) is not int or not 0 <= k < len(goal.hyps) or goal.hyps[k].head != "eq":
        raise Rejected("terms are replaced by an equation among the hypotheses")
    left, right = goal.hyps[k].args
    hyps = tuple(replaced(h, left, right) for j, h in enumerate(goal.hyps) if j != k)
    return Accepted(), {"then": (Goal(hyps, replaced(goal.claim, left, right)), NONE)}


def defined(goal: Goal, data: dict[str, Any]) -> Result:
    """What holds wherever the hypotheses and the two sides of the claim are defined joins the hypotheses, in front of them; what the
    claim alone implies is listed as a condition, and so is that the hypotheses it was read off are defined: those of an induction
    may not be."""
    n, given, used = Normal([h for h in goal.hyps if h.head == "ne"]), list[Formula](), list[Formula]()
    for f in (*goal.hyps, goal.claim):
        found = given if f is not goal.claim else list[Formula]()
        for t in reversed(strict(f)) if f.head in RELATIONS else ():  # the inner ones first: the outer ones may rest on them
            below = WHERE[t.head](*t.args) if t.head in WHERE else t.args[:1] if t.head == "pow" and n.sign_of(t.args[1]) == "<" else ()
            new = [c for g in map(radicand, below) if (c := ne(g, 0)) not in (*given, *found) and n.sign_of(g) not in HOLDS["ne"]]
            found += new
            used += [Formula("defined", (f,))] if new and f is not goal.claim else []
        found.sort(key=lambda c: sum(1 for _ in parts(c)))
    return Accepted(conditions=(*found, *used)), {"then": (Goal((*given, *found, *goal.hyps), goal.claim), NONE)}


def radicand(f: Formula) -> Formula:
    """What is 0 where f is and nowhere else, below roots and moduli."""
    return radicand(f.args[0]) if f.head in ("sqrt", "abs", "conj", "neg") else f


# ------------------------------------------------------------------------------------------------------------------- angles
def angle(goal: Goal, data: dict[str, Any], sizes: bool = False) -> Result:
    """left = right, where m (left - right) = D, D = sum of c_k arg(w_k) + t with m > 0 and c_k whole, t real and all w_k != 0.

    exp(i D) = P / |P| with P = prod w_k^c_k exp(i t).  If P > 0, or P = prod |w_k|^c_k (where `sizes`), then D is a multiple of 2 pi,
    and 0 if -2 pi < D < 2 pi."""
    left, right = relation(goal, "eq")
    times = whole_number(data["times"])
    t, terms = read(data["rest"], goal), [(int(c), read(w, goal)) for c, w in data["terms"]]
    n = Normal(goal.hyps)
    total_, product, size = t, call("exp", I * t), lift(1)
    subs: Subgoals = {}
    for j, (c, w) in enumerate(terms):
        if not set(free_symbols(w)) <= set(free_symbols(goal.claim)) or abs(c) > 8:
            raise Rejected("an angle is not one of the claim, or its multiple is too large")
        total_, product = total_ + c * call("arg", w), product * w ** c if c > 0 else product / w ** -c
        size = size * call("abs", w) ** c if c > 0 else size / call("abs", w) ** -c
        if n.sign_of(w) not in HOLDS["ne"]:
            subs[f"given{j}"] = (Goal(goal.hyps, ne(w, 0)), NONE)
    if times < 1 or not n.real(n.scalar(t)) or not set(free_symbols(t)) <= set(free_symbols(goal.claim)):
        raise Rejected("the rest of an angle has to be real")
    if not n.zero(n.sub(n.scalar(times * (left - right)), n.scalar(total_))):
        raise Rejected("the angles do not add up to the difference of the two sides")
    subs["above"], subs["below"] = (Goal(goal.hyps, total_ < 2 * pi), NONE), (Goal(goal.hyps, -(2 * pi) < total_), NONE)
    subs["turn"] = (Goal(goal.hyps, Formula("eq", (product, size)) if sizes else lift(0) < product), NONE)
    return Accepted(conditions=tuple(n.conditions)), subs


def angle_by_sizes(goal: Goal, data: dict[str, Any]) -> Result:
    return angle(goal, data, True)


def magnitude(goal: Goal, data: dict[str, Any]) -> Result:
    """|u| R v, R one of < and <=, for real u from u R v and -u R v."""
    left, right = relation(goal, "lt", "le")
    n = Normal(goal.hyps)
    if left.head != "abs" or not n.real(n.scalar(left.args[0])):
        raise Rejected("the left side is not the modulus of a real number")
    u, h = left.args[0], goal.claim.head
    return Accepted(conditions=tuple(n.conditions)), {"above": (Goal(goal.hyps, Formula(h, (u, right))), NONE),
                                                      "below": (Goal(goal.hyps, Formula(h, (-u, right))), NONE)}


def linear(goal: Goal, data: dict[str, Any]) -> Result:
    """right - left = sum of c_k (b_k - a_k) + rest, c_k >= 0, over hypotheses a_k < b_k or a_k <= b_k, and rest >= 0; strict if a hypothesis
    with c_k > 0 is, or rest > 0."""
    left, right = relation(goal, "lt", "le")
    n = Normal(goal.hyps)
    rest, strictly = n.sub(n.scalar(right), n.scalar(left)), False
    for k, c in data["terms"]:
        h, weight = goal.hyps[k], Fraction(c)
        if h.head not in ("lt", "le") or k < 0 or weight < 0:
            raise Rejected("a multiple of an inequality among the hypotheses is needed")
        rest = n.sub(rest, n.mul(const(weight), n.sub(n.scalar(h.args[1]), n.scalar(h.args[0]))))
        strictly |= h.head == "lt" and weight > 0
    s = n.sign(rest)
    if s not in HOLDS["le"] or goal.claim.head == "lt" and not (strictly or s == ">"):
        raise Rejected("the inequalities do not add up to the claim")
    return Accepted(conditions=tuple(n.conditions)), {}


def absurd(goal: Goal, data: dict[str, Any]) -> Result:
    """Anything, where the opposite of one hypothesis follows from the others."""
    k = whole_number(data["hyp"])
    if not 0 <= k < len(goal.hyps) or (opposite := positive(goal.hyps[k], True)).head not in RELATIONS:
        raise Rejected("there is no such hypothesis, or it has no opposite")
    return Accepted(), {"then": (Goal((*goal.hyps[:k], *goal.hyps[k + 1:]), opposite), NONE)}


__all__ = ["absurd", "angle", "angle_by_sizes", "defined", "linear", "magnitude", "rewrite", "split"]
