"""Search for proofs about principal branches: conditions taken apart, complex variables by their parts, functions with cuts by moduli and
arguments, and what holds between the arguments by angles; signs that are not known are distinguished."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import product
from math import lcm
from time import process_time
from typing import Any

from ..certificates import Certificate, Goal
from ..formula import Formula, I, call, eq, exp, free_symbols, lift, ne, pi, substitute, to_data
from ..kernel import Rejected, check, subgoals
from ..kernel.algebra import UNIT, Poly, Rat, const, poly
from ..kernel.branches import WHERE, parts, positive, reachable
from ..kernel.normal import HOLDS, Normal
from ..kernel.theory import LAWS
from .combine import Tactic, normal, sign
from .linear import multipliers

CUT = frozenset("arg atan atan2 asin acos asinh acosh atanh acot acsc asec acoth log sqrt conj re im sign abs piecewise heaviside max min delta".split())
RECIPROCAL = {"acot": "acot.atan", "acsc": "acsc.asin", "asec": "asec.acos", "acoth": "acoth.atanh"}
BY_LOG = {h: f"{h}.log" for h in ("asin", "acos", "asinh", "acosh", "atanh")}
INVERSE: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "atan": ("atan.tan", "tan", ("cos.zeros",)), "asin": ("asin.sin", "sin", ()), "acos": ("acos.cos", "cos", ()), "log": ("log.exp", "exp", ()),
    "asinh": ("asinh.sinh", "sinh", ()), "atanh": ("atanh.tanh", "tanh", ("cosh.zeros",))}
BUDGET, SECONDS, DEPTH, ARGUMENTS, CASES = 260, 2.5, 6, 5, 16
FAILED = (Rejected, RecursionError, ValueError, ZeroDivisionError)
Sub = Callable[[Goal], Certificate | None]


class Spent(Exception):
    """The search has done as much as it may."""


def relevant(goal: Goal) -> bool:
    heads = {f.head for f in parts(goal.claim)}
    complex_ = any(s.args[1] == "complex" for s in free_symbols(goal.claim).values())
    if not heads & CUT or goal.claim.head not in ("eq", "ne", "lt", "le"):
        return False
    return complex_ or I in set(parts(goal.claim)) or bool(heads & (CUT - {"log", "sqrt", "abs"})) or any(
        h.head in ("and", "or", "not") for h in goal.hyps)


class Search:
    def __init__(self) -> None:
        self.left, self.until = BUDGET, process_time() + SECONDS

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0 or process_time() > self.until:
            raise Spent

    # ------------------------------------------------------------------------------------------------------------- rules
    def rule(self, goal: Goal, data: dict[str, Any], then: Sub, **others: Sub) -> Certificate | None:
        """One rule of the kernel, each of its subgoals by its own search."""
        self.spend()
        try:
            _, rest = subgoals(goal, data)
        except FAILED:
            return None
        out = dict(data)
        for name, (g, _) in sorted(rest.items(), key=lambda x: x[0].startswith(("then", "case"))):
            by = others.get(name.rstrip("0123456789."), then)
            try:
                found = by(g)
            except FAILED:
                return None
            if found is None:
                return None
            out[name] = found
        return out

    def easy(self, goal: Goal) -> Certificate | None:
        """At once, from the normal forms and the inequalities among the hypotheses."""
        self.spend()
        found = normal(goal) or signed(goal)
        if found is None and goal.claim.head in ("lt", "le") and (terms := multipliers(goal)):
            found = self.rule(goal, {"rule": "linear", "terms": terms}, self.easy)
        if found is None and not free_symbols(goal.claim):
            found = accepted(goal, {"rule": "algebraic"})
        return found

    def impossible(self, goal: Goal) -> Certificate | None:
        """Hypotheses that contradict each other."""
        for k, h in enumerate(goal.hyps):
            if h.head in ("eq", "lt", "le", "ne") and (found := self.rule(goal, {"rule": "absurd", "hyp": k}, lambda g: normal(g) or signed(g))):
                return found
        return None

    # -------------------------------------------------------------------------------------------------------- the hypotheses
    def prove(self, goal: Goal, cases: int = CASES) -> Certificate | None:
        for k, h in enumerate(goal.hyps):
            if h.head in ("and", "or", "not") and (p := positive(h)).head != "not":
                many = len(p.args) if p.head == "or" else 1
                if many > cases:
                    return None
                return self.rule(goal, {"rule": "split", "hyp": k}, lambda g: self.prove(g, cases // many))
        if any(f.head == "piecewise" for f in reachable(goal.claim)):
            return self.rule(goal, {"rule": "split"}, lambda g: self.prove(g, cases // 2)) if cases > 1 else None
        return self.rule(goal, {"rule": "defined"}, self.at_zero)

    def at_zero(self, goal: Goal) -> Certificate | None:
        """Complex variables under a root may be 0, where there is no argument."""
        for name, s in free_symbols(goal.claim).items():
            if s.args[1] == "complex" and ne(s, 0) not in goal.hyps and {"sqrt", "sign", "pow", "atan"} & {f.head for f in parts(goal.claim)}:
                return self.rule(goal, {"rule": "split", "zero": name}, self.at_zero)
        if any(s.args[1] == "complex" for h in (*goal.hyps, goal.claim) for s in free_symbols(h).values()):
            found = normal(goal) or signed(goal)
            return found or self.rule(goal, {"rule": "definition", "unfold": False}, self.body)
        return self.body(goal)

    # ------------------------------------------------------------------------------------------------------------ the claim
    def body(self, goal: Goal, depth: int = DEPTH) -> Certificate | None:
        if (found := self.easy(goal) or self.impossible(goal) or self.polar(goal)) is not None or not depth:
            return found
        if depth == DEPTH and (found := self.unique(goal)) is not None:
            return found
        for on in unknown(goal):
            return self.rule(goal, {"rule": "cases", "on": to_data(on)}, lambda g: self.body(g, depth - 1))
        return None

    def polar(self, goal: Goal) -> Certificate | None:
        """Every function with a cut by moduli and arguments, the inner ones first."""
        n = Normal(goal.hyps)
        for t in reversed(list(reachable(goal.claim))):
            for law in laws_for(n, t):
                if law == "":
                    return None
                at = {"x" if law == "atan.arg" else "z": to_data(t.args[0])}
                data = {"rule": "laws", "uses": [{"law": law, "at": at}]}
                put_in = {"rule": "rewrite", "hyp": len(goal.hyps), "forwards": True, "forget": True}
                found = self.rule(goal, data, lambda g: self.rule(g, put_in, self.polar), given=self.easy)
                return found
        return self.facts(goal)

    def facts(self, goal: Goal) -> Certificate | None:
        """What is known of each argument, then what holds between them, then the claim."""
        n = Normal(goal.hyps)
        uses = [use for w in arguments(n, goal.claim) for use in about(n, w)]
        if "exp" in (heads := {f.head for f in parts(goal.claim)}) and ({"re", "im"} & heads or goal.claim.head != "eq"):
            for w in arguments(n, goal.claim):
                half, known = call("arg", w) / 2, parts_of(n, w)
                uses.append({"law": "cos.nonnegative", "at": {"x": to_data(half)}})
                if known and (b := n.sign(known[1])) in (">", ">=", "<"):
                    uses.append({"law": "sin.nonnegative", "at": {"x": to_data(-half if b == "<" else half)}})
        if not uses:
            return self.close(goal)
        return self.rule(goal, {"rule": "laws", "uses": uses}, self.relations, given=self.easy)

    def relations(self, goal: Goal) -> Certificate | None:
        equation = goal.claim.head == "eq"
        if (found := self.easy(goal) if equation else self.close(goal)) is not None:
            return found
        n = Normal(goal.hyps)
        if (data := direct(n, goal)) is not None:
            return self.rule(goal, data | {"sizes": False}, self.easy) or self.rule(goal, data | {"sizes": True}, self.easy)
        for claim, data in angles(n, goal):
            lemma = Goal(goal.hyps, claim)
            proof = self.rule(lemma, data, self.easy)
            if proof is not None:
                using = {"rule": "using", "lemmas": [{"goal": lemma.data(), "at": {}}], "lemma0": proof}
                return self.rule(goal, using, self.relations, lemma=lambda g: proof)
        return self.close(goal) if equation else None

    def close(self, goal: Goal) -> Certificate | None:
        if (found := self.easy(goal)) is not None:
            return found
        claim, heads = goal.claim, {f.head for f in parts(goal.claim)}
        if claim.head in ("lt", "le"):
            if claim.args[0].head == "abs" and (found := self.rule(goal, {"rule": "magnitude"}, lambda g: self.estimate(g, 2))) is not None:
                return found
            if (found := self.estimate(goal, 2)) is not None:
                return found
        if {"sqrt", "abs"} & heads and claim.head in ("eq", "le", "lt"):
            opposite = {"rule": "scale", "by": "-1", "claim": to_data(eq(-claim.args[0], -claim.args[1]))}
            return self.rule(goal, {"rule": "squares"}, self.easy) or (
                self.rule(goal, opposite, lambda g: self.rule(g, {"rule": "squares"}, self.easy)) if claim.head == "eq" else None)
        return None

    def unique(self, goal: Goal) -> Certificate | None:
        """g(w) = v for an inverse function g of f, from f(v) = w and from where v lies."""
        for t, c, v in solved(goal.claim):
            law, f, zeros = INVERSE[t.head]
            at, image = {"z": to_data(v)}, call(f, v)
            uses = [{"law": name, "at": at} for name in (*zeros, law)]
            k = len(goal.hyps) + len(uses)
            scaled = {"rule": "scale", "by": str(1 / c), "claim": to_data(eq(t, v))}

            def chained(g: Goal, k: int = k, middle: Formula = call(t.head, image)) -> Certificate | None:
                steps: dict[str, Any] = {"rule": "chain", "middle": to_data(middle), "heads": ["eq", "eq"]}
                first, second = ({"rule": "rewrite", "hyp": j, "forwards": True, "forget": True} for j in (k, k - 1))
                return self.rule(g, steps, self.easy, first=lambda h: self.rule(h, first, self.easy), second=lambda h: self.rule(h, second, self.easy))

            def image_of(g: Goal, claim: Formula = eq(image, t.args[0]), chained: Sub = chained) -> Certificate | None:
                lemma = Goal(g.hyps, claim)
                if (proof := self.easy(lemma) or self.polar(lemma)) is None:
                    return None
                return self.rule(g, {"rule": "using", "lemmas": [{"goal": lemma.data(), "at": {}}]}, chained, lemma=lambda h: proof)
            found = self.rule(goal, scaled, lambda g: self.rule(g, {"rule": "laws", "uses": uses}, image_of, given=lambda h: self.easy(h) or self.polar(h)))
            if found is not None:
                return found
        return None

    def estimate(self, goal: Goal, depth: int) -> Certificate | None:
        """An inequality by the triangle inequality, the order of exponentials, and the signs of arguments."""
        n = Normal(goal.hyps)
        left, right = goal.claim.args
        if right.head == "exp" and (left.head == "exp" or left.head == "abs" and left.args[0].head == "exp"):
            v, u = right.args[0], left.args[0] if left.head == "exp" else call("re", left.args[0].args[0])
            sizes = [f.args[0] for f in reachable(v) if f.head == "abs"]
            uses = [{"law": "abs.re", "at": {"z": to_data(w)}} for w in sizes]
            order = {"rule": "laws", "uses": [*uses, {"law": "exp.order", "at": {"x": to_data(u), "y": to_data(v)}}]}
            return self.rule(goal, order, self.easy)
        if (uses := triangles(n, goal)) and (found := self.rule(goal, {"rule": "laws", "uses": uses}, lambda g: self.signs(g, depth))) is not None:
            return found
        return self.signs(goal, depth)

    def signs(self, goal: Goal, depth: int) -> Certificate | None:
        if (found := self.easy(goal)) is not None or not depth:
            return found
        n = Normal(goal.hyps)
        for w in arguments(n, goal.claim):
            on = call("arg", w)
            if n.sign(n.scalar(on)) not in (">", ">=", "<", "<=", "="):
                return self.rule(goal, {"rule": "cases", "on": to_data(on)}, lambda g: self.signs(g, depth - 1))
        return None


def signed(goal: Goal) -> Certificate | None:
    """The sign of the difference; of what is not 0 as it is written."""
    left, right = goal.claim.args
    if goal.claim.head in ("lt", "ne") and lift(0) in goal.claim.args:
        f = -left if right == lift(0) else right
        return accepted(goal, {"rule": "sign", "terms": [], "rest": to_data(f)})
    return sign(goal)


def accepted(goal: Goal, certificate: Certificate) -> Certificate | None:
    try:
        check(goal, certificate)
    except FAILED:
        return None
    return certificate


# ----------------------------------------------------------------------------------------------------------- what is known
def parts_of(n: Normal, f: Formula) -> tuple[Rat, Rat] | None:
    """The real and the imaginary part."""
    try:
        u = n.scalar(f)
        a, b = n.part("re", [u]), n.part("im", [u])
    except FAILED:
        return None
    return None if a is None or b is None else (a, b)


def laws_for(n: Normal, t: Formula) -> Iterator[str]:
    """The law that removes a function; an empty name where none can."""
    h = t.head
    if h in RECIPROCAL:
        yield RECIPROCAL[h]
    elif h in BY_LOG:
        yield BY_LOG[h]
    elif h in ("log", "sqrt"):
        known = parts_of(n, t.args[0])
        if known is None:
            yield ""
        elif not (not known[1].num and n.sign(known[0]) in (">", ">=", "<", "<=", "=")):
            yield f"{h}.polar"
    elif h == "atan":
        known = parts_of(n, t.args[0])
        if known is None:
            yield ""
        elif not known[1].num:
            yield "atan.arg"
        elif n.sign(known[0]) in HOLDS["ne"]:
            yield "atan.quotient"
        else:
            yield "atan.quotient_below" if n.sign(n.sub(const(1), known[1])) == ">" else "atan.log"


def arguments(n: Normal, claim: Formula) -> list[Formula]:
    """The arguments of `arg` in the claim, different ones and not real ones."""
    found: dict[str, Formula] = {}
    for f in reachable(claim):
        if f.head in ("arg", "atan2"):
            w = f.args[0] if f.head == "arg" else f.args[1] + I * f.args[0]
            try:
                r = n.scalar(call("arg", w))
            except FAILED:
                continue
            if len(r.num) == 1 and (m := next(iter(r.num))) and m[0][0].startswith("arg("):
                found.setdefault(m[0][0], w)
    return list(found.values())


def about(n: Normal, w: Formula) -> list[dict[str, Any]]:
    """The laws that bound arg w, as closely as the signs of its parts allow."""
    known = parts_of(n, w)
    a, b = (n.sign(x) for x in known) if known else ("", "")
    names = []
    if b == ">":
        names += ["arg.upper", "arg.off_cut"]
    elif b == "<":
        names += ["arg.above", "arg.lower"]
    else:
        names += ["arg.upper_closed"] if b in (">=", "=") else ["arg.above"]
        names += ["arg.off_cut"] if b == "!=" else ["arg.below"]
    if a == ">":
        names += ["arg.right", "arg.right_below"]
    elif a == ">=":
        names += ["arg.right_closed", "arg.right_closed_below"]
    elif a == "<" and b in (">", ">=", "="):
        names += ["arg.left"]
    elif a == "<" and b == "<":
        names += ["arg.left_below"]
    return [{"law": name, "at": {"z": to_data(w)}} for name in names]


def unknown(goal: Goal) -> Iterator[Formula]:
    """What to distinguish the sign of: imaginary parts of variables first, then real parts, then parts of what functions with cuts are of."""
    n = Normal(goal.hyps)
    symbols = [s for s in free_symbols(goal.claim).values() if s.args[1] == "real"]
    inside = [w for f in reachable(goal.claim) if f.head in CUT for w in f.args if isinstance(w, Formula)]
    names = {s for w in inside for s in free_symbols(w)}
    for s in sorted((s for s in symbols if s.args[0] in names), key=lambda s: (not s.args[0].endswith("y"), s.args[0])):
        if n.sign(n.scalar(s)) not in (">", "<", "="):
            yield s
    for w in inside:
        known = parts_of(n, w)
        if known is not None and not known[1].num and n.sign(known[0]) not in (">", "<", "="):
            f = written(n, known[0].num) if known[0].den == poly(1) or n.poly_sign(known[0].den) in (">", "<") else None
            if f is not None:
                yield f


def written(n: Normal, p: Poly) -> Formula | None:
    """A polynomial in real variables and pi as a formula."""
    total: Formula | None = None if p else lift(0)
    for m, c in sorted(p.items()):
        term: Formula | None = None if c != 1 and m or not m else None
        for a, k in m:
            if a != "#pi" and not a.isidentifier() or k.denominator != 1 or k < 0:
                return None
            base: Formula = pi if a == "#pi" else Formula("sym", (a, "integer" if n.atoms[a].whole else "real"))
            if a in n.param:  # start + step * atom
                shift, step = n.param[a].num.get(UNIT, Fraction(0)), n.param[a].num[((a, Fraction(1)),)]
                base = (base - lift(shift)) / lift(step)
            factor = base if k == 1 else base ** lift(k)
            term = factor if term is None else term * factor
        term = lift(c) if term is None else term if c == 1 else lift(c) * term
        total = term if total is None else total + term
    return total


def triangles(n: Normal, goal: Goal) -> list[dict[str, Any]]:
    """|u + v| <= |u| + |v| for sums below a modulus, and for moduli in the claim of which one is of the sum or difference of two others."""
    inside = list(dict.fromkeys(f.args[0] for f in reachable(goal.claim) if f.head == "abs"))
    pairs = [f.args if f.head == "add" else (f.args[0], -f.args[1]) for f in inside if f.head in ("add", "sub")]
    if len(inside) <= 4:
        known = [(f, r) for f in inside if (r := number(n, f)) is not None]
        for f, u in known:
            for g, v in known:
                for h, w in known:
                    if f is not g and f is not h and (g is not h):
                        if n.zero(n.sub(u, n.add(v, w))):
                            pairs.append((g, h))
                        elif n.zero(n.sub(u, n.sub(v, w))):
                            pairs.append((g, -h))
    return [{"law": "abs.triangle", "at": {"z": to_data(u), "w": to_data(v)}} for u, v in dict.fromkeys(pairs)][:8]


def number(n: Normal, f: Formula) -> Rat | None:
    try:
        return n.scalar(f)
    except FAILED:
        return None


def weighted(f: Formula, c: Fraction) -> list[tuple[Fraction, Formula]]:
    """The terms of a sum with their rational factors."""
    if f.head in ("add", "sub"):
        return weighted(f.args[0], c) + weighted(f.args[1], c if f.head == "add" else -c)
    if f.head == "neg":
        return weighted(f.args[0], -c)
    if f.head in ("mul", "div") and f.args[1].head == "num" and f.args[1].args[0]:
        return weighted(f.args[0], c * f.args[1].args[0] if f.head == "mul" else c / f.args[1].args[0])
    if f.head == "mul" and f.args[0].head == "num":
        return weighted(f.args[1], c * f.args[0].args[0])
    return [(c, f)]


def solved(claim: Formula) -> list[tuple[Formula, Fraction, Formula]]:
    """Inverse functions g(w) among the terms of an equation, with their factor and what they are equal to; the largest first."""
    if claim.head != "eq":
        return []
    terms = weighted(claim.args[0], Fraction(1)) + weighted(claim.args[1], Fraction(-1))
    out = []
    for k, (c, t) in enumerate(terms):
        if c and t.head in INVERSE and len(t.args) == 1 and sum(t in parts(u) for _, u in terms) == 1:
            v: Formula | None = None
            for j, (d, u) in enumerate(terms):
                if j != k:
                    part = u if -d / c == 1 else lift(-d / c) * u
                    v = part if v is None else v + part
            out.append((t, c, lift(0) if v is None else v))
    return sorted(out, key=lambda x: -len(list(parts(x[0]))))[:2]


# ------------------------------------------------------------------------------------------------------------------ angles
def angles(n: Normal, goal: Goal) -> Iterator[tuple[Formula, dict[str, Any]]]:
    """Equations between arguments in the claim, with certificates that lack their subgoals: whole multiples of the arguments for which
    the product of the powers is real or imaginary, and of known sign."""
    ws = [w for w in arguments(n, goal.claim)]
    if not 1 <= len(ws) <= ARGUMENTS:
        return
    numbers = [n.scalar(w) for w in ws]
    seen: set[tuple[int, ...]] = set()
    small = (-1, 0, 1) if len(ws) > 2 else (-2, -1, 0, 1, 2)
    for cs in sorted(product(small, repeat=len(ws)), key=lambda cs: (sum(map(abs, cs)), cs)):
        lead = next((c for c in cs if c), 0)
        if lead <= 0 or 1 not in map(abs, cs):
            continue
        if tuple(cs) in seen:
            continue
        seen.add(tuple(cs))
        try:
            value = n.mul(const(1), *(n.power(u, c) for u, c in zip(numbers, cs, strict=True) if c))
            s, t = n.sign(value), n.sign(n.mul(value, n.power(n.imaginary(), 3)))
            sizes = s not in (">", "<") and t not in (">", "<")
            if sizes and value.den == poly(1) and n.real(value):
                size = n.mul(const(1), *(n.power(n.modulus(u), c) for u, c in zip(numbers, cs, strict=True) if c))
                s = ">" if n.zero(n.sub(value, size)) else "<" if n.zero(n.add(value, size)) else s
        except FAILED:
            continue
        turns: tuple[Any, ...] = (0, 2, -2) if s == ">" else (1, -1) if s == "<" else (Fraction(1, 2), Fraction(-3, 2)) if t == ">" else (
            Fraction(-1, 2), Fraction(3, 2)) if t == "<" else ()
        along = None if turns else turning(n, value)
        at = max(k for k, c in enumerate(cs) if abs(c) == 1)
        unit = cs[at]
        for total in [along] if along is not None else [lift(q) * pi for q in turns]:  # sum of c arg w = total
            other: Formula = lift(unit) * total
            for k, c in enumerate(cs):
                if c and k != at:
                    other = other + lift(-c * unit) * call("arg", ws[k])
            terms = [[c * unit, to_data(ws[k])] for k, c in enumerate(cs) if c]
            yield eq(call("arg", ws[at]), other), {"rule": "angle", "times": 1, "terms": terms, "rest": to_data(lift(-unit) * total),
                                                       "sizes": sizes}


def direct(n: Normal, goal: Goal) -> dict[str, Any] | None:
    """The rule of angles for the claim itself, if it is about arguments and real numbers only."""
    if goal.claim.head != "eq" or not (ws := arguments(n, goal.claim)):
        return None
    gap = n.sub(*map(n.scalar, goal.claim.args))
    atoms = {next(iter(n.scalar(call("arg", w)).num))[0][0]: w for w in ws}
    inside = {m: c for m, c in gap.num.items() if any(a in atoms for a, _ in m)}
    if not inside or gap.den != poly(1) or any(len(m) != 1 or m[0][1] != 1 for m in inside):
        return None
    times = lcm(*(c.denominator for c in inside.values()))
    rest = written(n, {m: times * c for m, c in gap.num.items() if m not in inside})
    if rest is None or any(abs(times * c) > 8 for c in inside.values()):
        return None
    terms = [[int(times * c), to_data(atoms[m[0][0]])] for m, c in sorted(inside.items())]
    return {"rule": "angle", "times": times, "terms": terms, "rest": to_data(rest)}


def turning(n: Normal, r: Rat) -> Formula | None:
    """The real t for which r is a real number of known sign times exp(it), where the form shows it."""
    if r.den != poly(1) or len(r.num) != 1:
        return None
    total: Rat = const(0)
    (m, _), = r.num.items()
    for a, k in m:
        if n.atoms[a].kind == "exp" and not n.atoms[a].real:
            total = n.add(total, n.mul(const(k), n.atoms[a].data, n.power(n.imaginary(), 3)))
        elif not n.atoms[a].sign:
            return None
    return written(n, total.num) if total.num and total.den == poly(1) and n.real(total) else None


def search(goal: Goal) -> Certificate | None:
    if not relevant(goal):
        return None
    try:
        found = Search().prove(goal)
    except Spent:
        return None
    return found if found is not None and accepted(goal, found) else None


__all__ = ["WHERE", "LAWS", "Tactic", "exp", "search", "substitute"]
