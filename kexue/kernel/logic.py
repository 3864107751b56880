"""Rules of algebra and logic.

A rule takes a goal and the data of its certificate and returns what it accepted by itself together with the subgoals that
remain, each with the names that must not occur in the conditions of its proof.  It raises `Rejected` if the data does not fit."""

from __future__ import annotations

from typing import Any

from ..certificates import Goal
from ..formula import Formula, children, eq, free_symbols, lift, substitute, tr
from .algebra import Rat, const, poly, show
from .diff import read, read_goal
from .normal import HOLDS, Normal
from .verdict import Accepted, Rejected, whole_number

Subgoals = dict[str, tuple[Goal, frozenset[str]]]
Result = tuple[Accepted, Subgoals]
NONE: frozenset[str] = frozenset()


def relation(goal: Goal, *heads: str) -> tuple[Formula, Formula]:
    if goal.claim.head not in heads:
        raise Rejected(f"the rule proves {' or '.join(heads)}, not {goal.claim.head}")
    left, right = goal.claim.args
    return left, right


def text_of(n: Normal, f: Formula) -> Any:
    """The normal form of a number or matrix as it stands in a certificate."""
    if n.explicit(f):
        return [[show(p) for p in row] for row in n.entries(f)]
    return show(n.scalar(f)) if n.shape(f) is None else n.mat_key(n.mat(f)[0])


def same(n: Normal, a: Formula, b: Formula) -> bool:
    if n.explicit(a) or n.explicit(b):
        rows, others = n.entries(a), n.entries(b)
        return [len(r) for r in rows] == [len(r) for r in others] and all(
            n.zero(n.sub(x, y)) for r, s in zip(rows, others, strict=True) for x, y in zip(r, s, strict=True))
    if n.shape(a) != n.shape(b):
        raise Rejected(f"the two sides have sizes {n.shape(a)} and {n.shape(b)}")
    if n.shape(a) is None:
        return n.zero(n.sub(n.scalar(a), n.scalar(b)))
    u, v = n.mat(a)[0], n.mat(b)[0]
    return all(n.zero(n.sub(u.get(w, const(0)), v.get(w, const(0)))) for w in {**u, **v})


def normal(goal: Goal, data: dict[str, Any]) -> Result:
    """Equal normal forms; the certificate carries that of the left side."""
    left, right = relation(goal, "eq")
    n = Normal(goal.hyps)
    number = not n.explicit(left) and not n.explicit(right) and n.shape(left) is None and n.shape(right) is None
    value = n.scalar(left) if number else const(0)
    if (show(value) if number else text_of(n, left)) != data["value"]:
        raise Rejected("the normal form in the certificate is not that of the left side")
    if not (n.zero(n.sub(value, n.scalar(right))) if number else same(n, left, right)):
        raise Rejected("the two sides have different normal forms")
    return Accepted(conditions=tuple(n.conditions)), {}


def sign(goal: Goal, data: dict[str, Any]) -> Result:
    """right - left = sum of c_k f_k^2 + rest, with c_k >= 0, real f_k, and a rest of known sign; for a real matrix f_k the square is
    tr f_k^T f_k, the sum of those of its entries."""
    left, right = relation(goal, "lt", "le", "ne")
    n = Normal(goal.hyps)
    rest = read(data["rest"], goal)
    total, signs = n.scalar(rest), [n.sign_of(rest)]
    for weight, base in data["terms"]:
        c, size = n.scalar(read(weight, goal)), n.sign_of(read(weight, goal))
        square, nonzero = squared(n, read(base, goal))
        if size not in HOLDS["le"]:
            raise Rejected("a square has a weight that is not known to be non-negative")
        signs.append(">" if size == ">" and nonzero else ">=")
        total = n.add(total, n.mul(c, square))
    if not n.zero(n.sub(n.sub(n.scalar(right), n.scalar(left)), total)):
        raise Rejected("the terms do not add up to right minus left")
    if goal.claim.head == "ne":
        fits = len(signs) == 1 and signs[0] in HOLDS["ne"]
    else:
        fits = all(s in HOLDS["le"] for s in signs) and (goal.claim.head == "le" or ">" in signs)
    if not fits:
        raise Rejected("the sign does not follow from the hypotheses")
    return Accepted(conditions=tuple(n.conditions)), {}


def squared(n: Normal, f: Formula) -> tuple[Rat, bool]:
    """The square of a real number, or of the norm of a real matrix, and whether it is known not to be 0."""
    if n.explicit(f) or n.shape(f) is not None:
        if n.explicit(f) or not n.real_mat(n.mat(f)[0]):
            raise Rejected("the square of a matrix that is not known to be real")
        return n.scalar(tr(f.T @ f)), False
    if not n.real(r := n.scalar(f)):
        raise Rejected("the square of a number that is not known to be real")
    return n.mul(r, r), n.sign(r) in HOLDS["ne"]


def follows(n: Normal, f: Formula) -> bool:
    """Whether a hypothesis of a lemma follows at once from the hypotheses at hand."""
    if f in n.hyps or f.head not in ("even", "odd", "eq", "lt", "le", "ne"):
        return f in n.hyps
    if f.head in ("even", "odd"):
        return n.parity(n.scalar(f.args[0])) == int(f.head == "odd")
    return same(n, *f.args) if f.head == "eq" else n.sign_of(f.args[1] - f.args[0]) in HOLDS[f.head]


def fits(n: Normal, symbol: Formula, value: Formula, values: dict[str, Formula]) -> bool:
    """Whether the value has the sort of the symbol; sizes may be among the values themselves.  A family stands for a family;
    a function symbol is not replaced, as its derivatives are symbols of their own."""
    sort = symbol.args[1]
    if isinstance(sort, tuple) and sort[0] in ("family", "function"):
        return value == symbol or sort[0] == "family" and value.head == "sym" and value.args[1] == sort
    if isinstance(sort, tuple):
        rows, *cols = (n.size(substitute(d, values)) for d in sort[1:])
        real = all(n.real(p) for row in n.entries(value) for p in row) if n.explicit(value) else n.real_mat(n.mat(value)[0])
        return n.shape(value) == (rows, *(cols or "1")) and real
    r = n.scalar(value)
    return sort == "complex" or (n.real(r) if sort == "real" else whole(n, value))


def whole(n: Normal, f: Formula) -> bool:
    """A whole number by its normal form, or as it is written: a sum or product of such."""
    return n.whole(n.scalar(f)) or chosen(n, f) or f.head in ("add", "sub", "mul", "neg") and all(whole(n, g) for g in f.args)


def chosen(n: Normal, f: Formula) -> bool:
    """A binomial coefficient of whole numbers 0 <= k <= n, which is whole."""
    if f.head != "binomial":
        return False
    top, k = map(n.scalar, f.args)
    return n.whole(top) and n.whole(k) and n.nonneg(k) and n.nonneg(n.sub(top, k))


def using(goal: Goal, data: dict[str, Any]) -> Result:
    """Prove lemmas, add their instances to the hypotheses, go on.  Values keep the sort of the variable they replace."""
    subs: Subgoals = {}
    hyps, conditions = goal.hyps, list[Formula]()
    for k, lemma in enumerate(data["lemmas"]):
        g = read_goal(lemma["goal"])
        values = {name: read(v, Goal(hyps, goal.claim)) for name, v in lemma["at"].items()}
        instance, n = g.at(values), Normal(hyps)
        for h in instance.hyps:
            if not follows(n, h):
                raise Rejected(f"lemma {k}: its hypothesis {h.head} does not follow here")
        symbols = {name: f for h in (*g.hyps, g.claim) for name, f in free_symbols(h).items()}
        for name in set(symbols) & set(values):
            if not fits(n, symbols[name], values[name], values):
                raise Rejected(f"lemma {k}: {name} is replaced by something of another sort")
        hyps = (*hyps, instance.claim)
        conditions += n.conditions
        subs[f"lemma{k}"] = (g, frozenset(symbols))
    subs["then"] = (Goal(hyps, goal.claim), NONE)
    return Accepted(conditions=tuple(conditions)), subs


def cases(goal: Goal, data: dict[str, Any]) -> Result:
    """Split at the sign of a real formula; where it is 0 and reads x or x - c the point is put in."""
    on, zero = read(data["on"], goal), lift(0)
    n = Normal(goal.hyps)
    value = n.scalar(on)
    s = n.sign(value)
    if not n.real(value) or value.den != poly(1):
        raise Rejected("cases are split at the sign of a real polynomial")
    subs: Subgoals = {}
    x, c = (on.args[0], on.args[1]) if on.head == "sub" else (on, zero)
    if s not in HOLDS["le"]:
        subs["below"] = (Goal((*goal.hyps, x < c), goal.claim), NONE)
    if s not in ("<", "<=", "="):
        subs["above"] = (Goal((*goal.hyps, c < x), goal.claim), NONE)
    if s not in HOLDS["ne"]:
        put_in = x.head == "sym" and x.args[0] not in free_symbols(c)
        subs["at"] = (goal.at({x.args[0]: c}) if put_in else Goal((*goal.hyps, eq(on, 0)), goal.claim), NONE)
    return Accepted(conditions=tuple(n.conditions)), subs


def rescale(goal: Goal, data: dict[str, Any]) -> Result:
    """Replace left R right by a relation whose difference is factor * (right - left), factor > 0 (for = and !=: not 0)."""
    left, right = relation(goal, "eq", "ne", "lt", "le")
    factor, new = read(data["by"], goal), read(data["claim"], goal)
    n = Normal(goal.hyps)
    if new.head != goal.claim.head:
        raise Rejected("the new relation is of another kind")
    if n.shape(left) is not None:  # a matrix equation is only rewritten
        if factor != lift(1) or not same(n, left, new.args[0]) or not same(n, right, new.args[1]):
            raise Rejected("the new claim is not the old one rewritten")
        return Accepted(conditions=tuple(n.conditions)), {"then": (Goal(goal.hyps, new), NONE)}
    if n.sign_of(factor) not in HOLDS["lt" if new.head in ("lt", "le") else "ne"]:
        raise Rejected("the factor does not have the sign this needs")
    gap = n.mul(n.scalar(factor), n.sub(n.scalar(right), n.scalar(left)))
    if not n.zero(n.sub(gap, n.sub(n.scalar(new.args[1]), n.scalar(new.args[0])))):
        raise Rejected("the new relation is not the old one times the factor")
    return Accepted(conditions=tuple(n.conditions)), {"then": (Goal(goal.hyps, new), NONE)}


def chain(goal: Goal, data: dict[str, Any]) -> Result:
    """left R m R right through a middle term; one strict step makes the whole strict."""
    left, right = relation(goal, "lt", "le", "eq")
    middle, heads = read(data["middle"], goal), list(data["heads"])
    allowed = {"eq": ("eq",), "le": ("lt", "le", "eq"), "lt": ("lt", "le", "eq")}[goal.claim.head]
    if len(heads) != 2 or any(h not in allowed for h in heads) or goal.claim.head == "lt" and "lt" not in heads:
        raise Rejected("the two steps do not make up the relation")
    return Accepted(), {"first": (Goal(goal.hyps, Formula(heads[0], (left, middle))), NONE),
                        "second": (Goal(goal.hyps, Formula(heads[1], (middle, right))), NONE)}


def bounded_below(goal: Goal, name: str, base: int) -> tuple[Formula, tuple[Formula, ...]]:
    """The integer symbol, and the hypotheses that do not mention it; the others may only bound it from below."""
    symbol = free_symbols(goal.claim).get(name)
    if symbol is None or symbol.args[1] != "integer":
        raise Rejected(f"{name} is not an integer variable of the claim")
    about = [h for h in goal.hyps if name in free_symbols(h)]
    n = Normal(goal.hyps)
    if not n.nonneg(n.sub(n.scalar(symbol), const(base))):
        raise Rejected(f"the hypotheses do not give {name} >= {base}")
    if any(h.head not in ("lt", "le") or h.args[0].head != "num" or h.args[1] != symbol for h in about):
        raise Rejected(f"induction needs hypotheses that bound {name} from below only")
    if not total(goal.claim, name):
        raise Rejected(f"where no case applies nothing is claimed, so one {name} says nothing about the next")
    return symbol, tuple(h for h in goal.hyps if h not in about)


def total(f: Formula, name: str) -> bool:
    """Whether every case distinction that depends on the name has a last case for everything else."""
    if f.head == "piecewise" and f.args[-1] != Formula("const", ("true",)) and name in free_symbols(f):
        return False
    return all(total(g, name) for g in children(f))


def induction(goal: Goal, data: dict[str, Any]) -> Result:
    """P(base), and P(n) => P(n+1) for n >= base.  Bounds n <= c, c free of n, are bounds of base and of n + 1: what they allow begins with
    base, and with n + 1 they allow n."""
    name, base = data["var"], whole_number(data["base"])
    tops = [h for h in goal.hyps if h.head in ("lt", "le") and h.args[0] == Formula("sym", (name, "integer")) and name not in free_symbols(h.args[1])]
    symbol, others = bounded_below(Goal(tuple(h for h in goal.hyps if h not in tops), goal.claim), name, base)
    here, after = ({name: lift(base)}, {name: symbol + 1})
    return Accepted(), {
        "first": (Goal((*others, *(substitute(h, here) for h in tops)), substitute(goal.claim, here)), NONE),
        "step": (Goal((*others, lift(base) <= symbol, *(substitute(h, after) for h in tops), goal.claim), substitute(goal.claim, after)),
                 frozenset({name})),
    }


def special(goal: Goal, data: dict[str, Any]) -> Result:
    """Hypothesis number `hyp`, which says something of every index, is said of one: a whole number `at` in the variables of the goal."""
    k, value, n = whole_number(data["hyp"]), read(data["at"], goal), Normal(goal.hyps)
    if not 0 <= k < len(goal.hyps) or goal.hyps[k].head != "every":
        raise Rejected("there is no such hypothesis about every index")
    what, index = goal.hyps[k].args
    if not n.whole(n.scalar(value)) or not free_symbols(value).keys() <= goal.names:
        raise Rejected("an index is a whole number, in the variables of the goal")
    return Accepted(conditions=tuple(n.conditions)), {"then": (Goal((*goal.hyps, substitute(what, {index.args[0]: value})), goal.claim), NONE)}


def recurrence(goal: Goal, data: dict[str, Any]) -> Result:
    """left = right for n >= base: both satisfy sum_j a_j(n) u(n+j) = c(n), a_J(n) != 0, and agree for J initial values."""
    left, right = relation(goal, "eq")
    name, base = data["var"], whole_number(data["base"])
    symbol, others = bounded_below(goal, name, base)
    a, c = [read(x, goal) for x in data["coefficients"]], read(data["inhomogeneous"], goal)
    if len(a) < 2 or any(set(free_symbols(x)) - set(free_symbols(goal.claim)) for x in (*a, c)):
        raise Rejected("a recurrence needs at least two coefficients, in the variables of the claim")
    hyps, local = (*others, lift(base) <= symbol), frozenset({name})
    subs: Subgoals = {"lead": (Goal(hyps, Formula("ne", (a[-1], lift(0)))), local)}
    for side, f in (("left", left), ("right", right)):
        total = c * lift(0)
        for j, x in enumerate(a):
            total = total + x * substitute(f, {name: symbol + j})
        subs[side] = (Goal(hyps, eq(total, c)), local)
    for j in range(len(a) - 1):
        subs[f"initial{j}"] = (Goal(others, substitute(goal.claim, {name: lift(base + j)})), NONE)
    return Accepted(), subs


def antidifference(goal: Goal, data: dict[str, Any]) -> Result:
    """Sum of t(k) from lo to hi = G(hi + 1) - G(lo) if t(k) = G(k+1) - G(k) on the range, which is not empty (or just empty)."""
    left, right = relation(goal, "eq")
    if left.head != "sum":
        raise Rejected("the left side is not a sum")
    body, var, lo, hi = left.args
    g, name = read(data["antidifference"], goal), var.args[0]
    if any(name in free_symbols(x) for x in (*goal.hyps, right, lo, hi)):
        raise Rejected("the summation index also occurs outside")
    n = Normal(goal.hyps)
    if not n.nonneg(n.add(n.sub(n.scalar(hi), n.scalar(lo)), const(1))):
        raise Rejected("the range of the sum is not known to be in order")
    step = eq(substitute(g, {name: var + 1}) - g, body)
    ends = eq(substitute(g, {name: hi + 1}) - substitute(g, {name: lo}), right)
    return Accepted(), {"step": (Goal((*goal.hyps, lo <= var, var <= hi), step), frozenset({name})), "ends": (Goal(goal.hyps, ends), NONE)}


def termwise(goal: Goal, data: dict[str, Any]) -> Result:
    """Sum a R Sum b over one range from a R b for every index; Integral a <= Integral b, or =, from it at every point between the ends, which
    are in order: where both integrals exist, the integral is monotone, and does not see the ends."""
    left, right = relation(goal, "lt", "le", "eq")
    if left.head not in ("sum", "integral") or right.head != left.head or left.args[2:] != right.args[2:]:
        raise Rejected("two sums over the same range are needed")
    body, var, lo, hi = left.args
    if var.args[0] in free_symbols(goal.claim) or any(var.args[0] in free_symbols(h) for h in goal.hyps):
        raise Rejected("the summation index also occurs outside")
    n, total, endless = Normal(goal.hyps), left.head == "integral", hi == Formula("const", ("oo",))
    if total and (goal.claim.head == "lt" or not n.real(n.scalar(lo))):
        raise Rejected("an integral is compared with another up to equality, from a real end on")
    if (total and not endless or goal.claim.head == "lt") and not n.nonneg(n.sub(n.scalar(hi), n.scalar(lo))):
        raise Rejected("the range may be empty, so strictness does not follow, or its ends are not in order")
    other = substitute(right.args[0], {right.args[1].args[0]: var})
    between = (lo <= var, var <= hi) if not total else (lo < var,) if endless else (lo < var, var < hi)
    return Accepted(), {"then": (Goal((*goal.hyps, *between), Formula(goal.claim.head, (body, other))), frozenset({var.args[0]}))}


def cofactors(goal: Goal, data: dict[str, Any]) -> Result:
    """divisor * (left - right) = sum of multiplier_k * (left_k - right_k) over equations among the hypotheses."""
    left, right = relation(goal, "eq")
    n = Normal([h for h in goal.hyps if h.head != "eq"])
    divisor = n.scalar(read(data["divisor"], goal))
    if n.sign(divisor) not in HOLDS["ne"]:
        raise Rejected("the divisor is not known to be different from 0")
    total: Rat = const(0)
    for k, multiplier in data["terms"]:
        h = goal.hyps[k]
        if h.head != "eq" or k < 0:
            raise Rejected(f"hypothesis {k} is not an equation")
        total = n.add(total, n.mul(n.scalar(read(multiplier, goal)), n.sub(n.scalar(h.args[0]), n.scalar(h.args[1]))))
    if not n.zero(n.sub(n.mul(divisor, n.sub(n.scalar(left), n.scalar(right))), total)):
        raise Rejected("the cofactors do not combine to the claim")
    return Accepted(conditions=tuple(n.conditions)), {}
