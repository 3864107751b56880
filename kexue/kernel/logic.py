"""Rules of algebra and logic: normal form, signs, squares, lemmas, cases, scaling, induction, equations as hypotheses.

A rule takes a goal and its data and returns what it accepted by itself together with the subgoals that remain, each
with the names that must not occur in the conditions of its proof.  It raises `Rejected` when the data does not fit."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..certificates import Goal
from ..formula import Formula, eq, free_symbols, from_data, lift, substitute
from .algebra import Poly, add, const, key, sub
from .diff import expanded
from .normal import Normal
from .verdict import Accepted, Rejected

Subgoals = dict[str, tuple[Goal, frozenset[str]]]
Result = tuple[Accepted, Subgoals]
NONE: frozenset[str] = frozenset()
STRUCTURE = ("spd", "symmetric", "orthogonal", "invertible")


def relation(goal: Goal, *heads: str) -> tuple[Formula, Formula]:
    if goal.claim.head not in heads:
        raise Rejected(f"the rule proves {' or '.join(heads)}, not {goal.claim.head}")
    left, right = goal.claim.args
    return left, right


def text_of(n: Normal, f: Formula) -> Any:
    """The normal form of a number or matrix as it stands in a certificate."""
    if n.explicit(f):
        return [[key(p) for p in row] for row in n.entries(f)]
    return key(n.scalar(f)) if n.shape(f) is None else n.mat_key(n.mat(f)[0])


def same(n: Normal, a: Formula, b: Formula) -> bool:
    if n.explicit(a) or n.explicit(b):
        u, v = n.entries(a), n.entries(b)
        return [len(r) for r in u] == [len(r) for r in v] and all(
            n.zero(sub(x, y)) for r, s in zip(u, v) for x, y in zip(r, s))
    if n.shape(a) != n.shape(b):
        raise Rejected(f"the two sides have sizes {n.shape(a)} and {n.shape(b)}")
    if n.shape(a) is None:
        return n.zero(sub(n.scalar(a), n.scalar(b)))
    u, v = n.mat(a)[0], n.mat(b)[0]
    return all(n.zero(sub(u.get(w, {}), v.get(w, {}))) for w in {**u, **v})


def normal(goal: Goal, data: dict[str, Any]) -> Result:
    left, right = relation(goal, "eq")
    n = Normal(goal.hyps, goal.claim)
    if text_of(n, left) != data["value"]:
        raise Rejected("the normal form in the certificate is not that of the left side")
    if not same(n, left, right):
        raise Rejected("the two sides have different normal forms")
    return Accepted(conditions=tuple(n.conditions)), {}


def sign(goal: Goal, data: dict[str, Any]) -> Result:
    left, right = relation(goal, "lt", "le", "ne")
    n = Normal(goal.hyps, goal.claim)
    gap = sub(n.scalar(right), n.scalar(left))
    if key(gap) != data["value"]:
        raise Rejected("the difference in the certificate is not right minus left")
    if n.sign(gap) not in {"lt": (">",), "le": (">", ">=", "="), "ne": (">", "<", "!=")}[goal.claim.head]:
        raise Rejected("the sign does not follow from the hypotheses")
    return Accepted(conditions=tuple(n.conditions)), {}


def squares(goal: Goal, data: dict[str, Any]) -> Result:
    """right - left = sum c_k f_k^2 + rest, with c_k and rest of known sign."""
    left, right = relation(goal, "lt", "le")
    n = Normal(goal.hyps, goal.claim)
    total: Poly = n.scalar(from_data(data["rest"]))
    s = n.sign(total)
    strict = s == ">"
    if s not in (">", ">=", "="):
        raise Rejected("the rest is not known to be non-negative")
    for weight, base in data["terms"]:
        c, f = n.scalar(from_data(weight)), n.scalar(from_data(base))
        if n.sign(c) not in (">", ">=", "=") or not n.is_real(f):
            raise Rejected("a square has a weight that is not known to be non-negative")
        strict = strict or (n.sign(c) == ">" and n.sign(f) in (">", "<", "!="))
        total = add(total, n.mul(c, f, f))
    if not n.zero(sub(sub(n.scalar(right), n.scalar(left)), total)):
        raise Rejected("the squares do not add up to right minus left")
    if goal.claim.head == "lt" and not strict:
        raise Rejected("no summand is known to be positive, so strictness does not follow")
    return Accepted(conditions=tuple(n.conditions)), {}


def follows(hyps: tuple[Formula, ...], f: Formula, context: Formula) -> bool:
    """Whether a hypothesis of a lemma follows at once from the hypotheses at hand."""
    if f in hyps:
        return True
    n = Normal(hyps, context)
    if f.head in STRUCTURE:
        return False
    if f.head in ("even", "odd"):
        return n.parity_of(n.scalar(f.args[0])) == (0 if f.head == "even" else 1)
    if f.head == "eq":
        return same(n, *f.args)
    gap = sub(n.scalar(f.args[1]), n.scalar(f.args[0]))
    return n.sign(gap) in {"lt": (">",), "le": (">", ">=", "="), "ne": (">", "<", "!=")}[f.head]


def using(goal: Goal, data: dict[str, Any]) -> Result:
    """Prove lemmas, add their instances to the hypotheses, go on."""
    subs: Subgoals = {}
    hyps = goal.hyps
    for k, lemma in enumerate(data["lemmas"]):
        g = Goal.of(lemma["goal"])
        values = {name: from_data(v) for name, v in lemma["at"].items()}
        instance = Goal(g.hyps, expanded(g.claim)).at(values)
        for h in instance.hyps:
            if not follows(hyps, h, instance.claim):
                raise Rejected(f"lemma {k}: its hypothesis {h.head} does not follow here")
        for name, f in free_symbols(g.claim).items():
            if isinstance(f.args[1], str) and name in values and f.args[1] == "integer":
                n = Normal(hyps)
                if not n.is_integer(n.scalar(values[name])):
                    raise Rejected(f"lemma {k}: {name} must stay an integer")
        hyps = (*hyps, instance.claim)
        subs[f"lemma{k}"] = (g, NONE)
    subs["then"] = (Goal(hyps, goal.claim), NONE)
    return Accepted(), subs


def cases(goal: Goal, data: dict[str, Any]) -> Result:
    """Split at the sign of a formula; where it is 0 and reads x - c the point c is put in."""
    on = from_data(data["on"])
    zero = lift(0)
    n = Normal(goal.hyps, goal.claim)
    s = n.sign(n.scalar(on))
    subs: Subgoals = {}
    if s not in (">", ">=", "="):
        subs["below"] = (Goal((*goal.hyps, on < zero), goal.claim), NONE)
    if s not in ("<", "<=", "="):
        subs["above"] = (Goal((*goal.hyps, zero < on), goal.claim), NONE)
    if s not in (">", "<", "!="):
        x, c = (on.args[0], on.args[1]) if on.head == "sub" else (on, zero)
        if x.head == "sym" and x.args[0] not in free_symbols(c):
            subs["at"] = (goal.at({x.args[0]: c}), NONE)
        else:
            subs["at"] = (Goal((*goal.hyps, eq(on, 0)), goal.claim), NONE)
    return Accepted(), subs


def rescale(goal: Goal, data: dict[str, Any]) -> Result:
    """Replace left R right by new_left R new_right with new difference = factor * difference, factor > 0 (or != 0 for =)."""
    left, right = relation(goal, "eq", "ne", "lt", "le")
    factor, new = from_data(data["by"]), from_data(data["claim"])
    n = Normal(goal.hyps, goal.claim)
    s = n.sign(n.scalar(factor))
    if new.head != goal.claim.head or s not in ((">",) if new.head in ("lt", "le") else (">", "<", "!=")):
        raise Rejected("the factor does not have the sign this needs")
    gap = n.mul(n.scalar(factor), sub(n.scalar(right), n.scalar(left)))
    if not n.zero(sub(gap, sub(n.scalar(new.args[1]), n.scalar(new.args[0])))):
        raise Rejected("the new relation is not the old one times the factor")
    return Accepted(conditions=tuple(n.conditions)), {"then": (Goal(goal.hyps, new), NONE)}


def chain(goal: Goal, data: dict[str, Any]) -> Result:
    """a <= m <= b through a middle term; one strict step makes the whole strict."""
    left, right = relation(goal, "lt", "le")
    middle = from_data(data["middle"])
    heads = data["heads"]
    if goal.claim.head == "lt" and "lt" not in heads or any(h not in ("lt", "le", "eq") for h in heads):
        raise Rejected("a strict relation needs a strict step")
    return Accepted(), {"first": (Goal(goal.hyps, Formula(heads[0], (left, middle))), NONE),
                        "second": (Goal(goal.hyps, Formula(heads[1], (middle, right))), NONE)}


def induction(goal: Goal, data: dict[str, Any]) -> Result:
    """P(base), and P(n) => P(n+1) for n >= base; the hypotheses may bound n from below only."""
    name, base = data["var"], int(data["base"])
    symbol = free_symbols(goal.claim).get(name)
    if symbol is None or symbol.args[1] != "integer":
        raise Rejected(f"{name} is not an integer variable of the claim")
    about = [h for h in goal.hyps if name in free_symbols(h)]
    n = Normal(goal.hyps, goal.claim)
    if n.sign(sub(n.scalar(symbol), const(base))) not in (">", ">=", "="):
        raise Rejected(f"the hypotheses do not give {name} >= {base}")
    for h in about:
        p = sub(n.scalar(h.args[1]), n.scalar(h.args[0])) if h.head in ("lt", "le") else {}
        if p.get(((f"s:{name}", Fraction(1)),), 0) <= 0 or len(p) > 2 or any(len(m) > 1 for m in p):
            raise Rejected(f"induction needs hypotheses that bound {name} from below only")
    others = tuple(h for h in goal.hyps if h not in about)
    from_base = (*others, lift(base) <= symbol)
    return Accepted(), {
        "first": (Goal(others, substitute(goal.claim, {name: lift(base)})), NONE),
        "step": (Goal((*from_base, goal.claim), substitute(goal.claim, {name: symbol + 1})), frozenset({name})),
    }


def termwise(goal: Goal, data: dict[str, Any]) -> Result:
    """Sum a R Sum b over one range from a R b for every index."""
    left, right = relation(goal, "lt", "le", "eq")
    if left.head != "sum" or right.head != "sum" or left.args[2:] != right.args[2:]:
        raise Rejected("two sums over the same range are needed")
    body, var, lo, hi = left.args
    if var.args[0] in free_symbols(goal.claim) or any(var.args[0] in free_symbols(h) for h in goal.hyps):
        raise Rejected("the summation index also occurs outside")
    n = Normal(goal.hyps, goal.claim)
    if goal.claim.head == "lt" and n.sign(sub(n.scalar(hi), n.scalar(lo))) not in (">", ">=", "="):
        raise Rejected("the range may be empty, so strictness does not follow")
    other = substitute(right.args[0], {right.args[1].args[0]: var})
    hyps = (*goal.hyps, lo <= var, var <= hi)
    return Accepted(), {"then": (Goal(hyps, Formula(goal.claim.head, (body, other))), frozenset({var.args[0]}))}


def cofactors(goal: Goal, data: dict[str, Any]) -> Result:
    """divisor * (left - right) = sum of multiplier_k * (left_k - right_k) over equations among the hypotheses."""
    left, right = relation(goal, "eq")
    n = Normal([h for h in goal.hyps if h.head != "eq"], goal.claim)
    divisor = n.scalar(from_data(data["divisor"]))
    if n.sign(divisor) not in (">", "<", "!="):
        raise Rejected("the divisor is not known to be different from 0")
    total: Poly = {}
    for k, multiplier in data["terms"]:
        h = goal.hyps[k]
        if h.head != "eq":
            raise Rejected(f"hypothesis {k} is not an equation")
        total = add(total, n.mul(n.scalar(from_data(multiplier)), sub(n.scalar(h.args[0]), n.scalar(h.args[1]))))
    if not n.zero(sub(n.mul(divisor, sub(n.scalar(left), n.scalar(right))), total)):
        raise Rejected("the cofactors do not combine to the claim")
    return Accepted(conditions=tuple(n.conditions)), {}


def rewrite(goal: Goal, data: dict[str, Any]) -> Result:
    """Continue with a claim whose two sides have the same normal forms as those of the goal."""
    left, right = relation(goal, "eq", "ne", "lt", "le")
    new = from_data(data["claim"])
    n = Normal(goal.hyps, goal.claim)
    if new.head != goal.claim.head or not same(n, left, new.args[0]) or not same(n, right, new.args[1]):
        raise Rejected("the new claim is not the old one rewritten")
    return Accepted(conditions=tuple(n.conditions)), {"then": (Goal(goal.hyps, new), NONE)}


__all__ = ["cases", "chain", "cofactors", "induction", "normal", "rescale", "rewrite", "sign", "squares",
           "termwise", "using"]
