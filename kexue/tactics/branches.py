"""Search for proofs about principal branches: conditions taken apart, complex variables by their parts, functions with cuts by moduli and
arguments, and what holds between the arguments by angles; signs that are not known are distinguished."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from time import process_time
from typing import Any

from ..certificates import Certificate, Goal
from ..formula import Formula, I, call, eq, free_symbols, heads, lift, ne, parts, to_data
from ..kernel import check, subgoals
from ..kernel.branches import positive, reachable
from ..kernel.normal import HOLDS, Normal
from .angles import FAILED, INVERSE, about, angles, arguments, direct, law_for, parts_of, solved, triangles, unknown
from . import divisors
from .combine import normal, sign
from .linear import multipliers

CUT = frozenset("arg atan atan2 asin acos asinh acosh atanh acot acsc asec acoth log sqrt conj re im sign abs piecewise heaviside max min "
                "delta".split())
BUDGET, SECONDS, DEPTH, CASES = 260, 1.0, 6, 16
Sub = Callable[[Goal], Certificate | None]


class Spent(Exception):
    """The search has done as much as it may."""


def relevant(goal: Goal) -> bool:
    heads = {f.head for f in parts(goal.claim)}
    complex_ = any(s.args[1] == "complex" for s in free_symbols(goal.claim).values())
    if not heads & CUT or goal.claim.head not in ("eq", "ne", "lt", "le"):
        return False
    roots = goal.claim.head == "eq" and any(f.head in ("sqrt", "log") and free_symbols(f) for f in parts(goal.claim))
    return complex_ or roots or I in set(parts(goal.claim)) or bool(heads & (CUT - {"log", "sqrt", "abs"})) or any(
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
        """Hypotheses that contradict each other: one of them has another sign under all of them."""
        n = Normal(goal.hyps)
        for k, h in enumerate(goal.hyps):
            data = {"rule": "absurd", "hyp": k}
            if h.head in ("eq", "lt", "le", "ne") and doubtful(n, h) and (found := self.rule(goal, data, lambda g: normal(g) or signed(g))):
                return found
        return None

    # -------------------------------------------------------------------------------------------------------- the hypotheses
    def prove(self, goal: Goal, cases: int = CASES) -> Certificate | None:
        for k, h in enumerate(goal.hyps):
            if h.head in ("and", "or", "not") and (p := positive(h)).head != "not":
                many = len(p.args) if p.head == "or" else 1
                if many > cases:
                    return None
                return self.rule(goal, {"rule": "split", "hyp": k}, partial(self.prove, cases=cases // many))
        for f in parts(goal.claim):
            if f.head == "mod" and f.args[1].head == "num" and f.args[1].args[0] in range(2, cases + 1):
                for name, s in free_symbols(f.args[0]).items():
                    if s.args[1] == "integer" and all(h.args[0].head == "num" and h.args[1] == s for h in goal.hyps if name in free_symbols(h)):
                        return self.rule(goal, {"rule": "residues", "var": name, "modulus": int(f.args[1].args[0])}, self.case_by_case)
        return self.case_by_case(goal, cases)

    def case_by_case(self, goal: Goal, cases: int = CASES) -> Certificate | None:
        if any(f.head == "piecewise" for f in reachable(goal.claim)):
            return self.rule(goal, {"rule": "split"}, partial(self.prove, cases=cases // 2)) if cases > 1 else None
        found = divisors.search(goal) if {"gcd", "lcm", "totient"} & heads(goal.claim) else None
        return found or self.rule(goal, {"rule": "defined"}, self.at_zero)

    def at_zero(self, goal: Goal) -> Certificate | None:
        """Complex variables under a root may be 0, where there is no argument."""
        for name, s in free_symbols(goal.claim).items():
            if s.args[1] == "complex" and ne(s, 0) not in goal.hyps and {"sqrt", "sign", "pow", "atan"} & {f.head for f in parts(goal.claim)}:
                return self.rule(goal, {"rule": "split", "zero": name}, self.at_zero)
        if any(s.args[1] == "complex" for h in (*goal.hyps, goal.claim) for s in free_symbols(h).values()):
            found = normal(goal) or signed(goal)
            return found or self.rule(goal, {"rule": "parts"}, self.body)
        return self.body(goal)

    # ------------------------------------------------------------------------------------------------------------ the claim
    def body(self, goal: Goal, depth: int = DEPTH) -> Certificate | None:
        if (found := self.easy(goal) or self.impossible(goal)) is not None:
            return found
        on, decides = next(unknown(goal), (None, 0)) if depth else (None, 0)

        def apart() -> Certificate | None:
            return self.rule(goal, {"rule": "cases", "on": to_data(on)}, lambda g: self.body(g, depth - 1)) if on is not None else None
        first = decides > 1 and goal.claim.head == "eq"  # without the signs hardly anything is known of the angles
        found = self.polar(goal, further=not first) or (apart() if first else None)
        if found is None and depth == DEPTH:
            found = self.unique(goal)
        if found is None:
            found = self.polar(goal) if first else apart()
        return found

    def polar(self, goal: Goal, changed: bool = False, further: bool = True) -> Certificate | None:
        """Every function with a cut by logarithms, then (with `further`) those and roots by moduli and arguments, the inner ones first."""
        n = Normal(goal.hyps)
        roots = any(f.head == "sqrt" for f in reachable(goal.claim))
        terms = [(t, law) for t in reversed(list(reachable(goal.claim))) if (law := law_for(n, t, roots)) is not None]
        inverse = [(t, law) for t, law in terms if not law.endswith(".polar")]
        if changed and not inverse and (found := self.easy(goal)) is not None:
            return found
        for t, law in inverse or terms:
            if law == "" or not inverse and not further:
                return None
            data = {"rule": "laws", "uses": [{"law": law, "at": {"x" if law == "atan.arg" else "z": to_data(t.args[0])}}]}
            deeper = partial(self.polar, changed=bool(inverse), further=further)
            return self.rule(goal, data, partial(self.rule, data={"rule": "rewrite", "hyp": len(goal.hyps)}, then=deeper), given=self.easy)
        return self.facts(goal) if further else None

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
        uses += [{"law": f"{f.head}.{side}", "at": {"x": to_data(f.args[0])}} for f in dict.fromkeys(reachable(goal.claim))
                 if f.head in ("floor", "ceiling") for side in ("above", "below")]
        if not uses:
            return self.close(goal)
        return self.rule(goal, {"rule": "laws", "uses": uses}, self.relations, given=self.easy)

    def relations(self, goal: Goal) -> Certificate | None:
        equation = goal.claim.head == "eq"
        n = Normal(goal.hyps)
        many = equation and len(arguments(n, goal.claim)) > 2  # hardly equal before something is known between them
        if not many and (found := self.easy(goal) if equation else self.close(goal)) is not None:
            return found
        if (data := direct(n, goal)) is not None:
            return self.rule(goal, data, self.easy) or self.rule(goal, data | {"rule": "angle_by_sizes"}, self.easy)
        for claim, data in angles(n, goal):
            lemma = Goal(goal.hyps, claim)
            if (proof := self.rule(lemma, data, self.easy)) is not None:
                using = {"rule": "using", "lemmas": [{"goal": lemma.data(), "at": {}}]}
                return self.rule(goal, using, self.relations, lemma=partial(given_already, proof))
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
            data = {"rule": "scale", "by": str(1 / c), "claim": to_data(eq(t, v))}
            if (found := self.rule(goal, data, self.by_inverse)) is not None:
                return found
        return None

    def by_inverse(self, goal: Goal) -> Certificate | None:
        t, v = goal.claim.args
        law, f, zeros = INVERSE[t.head]
        n, symbol = Normal(goal.hyps), "z"
        if t.head in ("asin", "acos") and n.real(n.scalar(v)):
            law, symbol = law + "_real", "x"
        uses = [{"law": name, "at": {symbol: to_data(v)}} for name in (*zeros, law)]
        k, image = len(goal.hyps) + len(uses), call(f, v)

        def chained(g: Goal) -> Certificate | None:
            steps: dict[str, Any] = {"rule": "chain", "middle": to_data(call(t.head, image)), "heads": ["eq", "eq"]}
            first, second = ({"rule": "rewrite", "hyp": j} for j in (k, k - 1))
            return self.rule(g, steps, self.easy, first=lambda h: self.rule(h, first, self.easy), second=lambda h: self.rule(h, second, self.easy))

        def then(g: Goal) -> Certificate | None:
            claim, seen = eq(image, t.args[0]), set(parts(eq(image, t.args[0])))
            own = (h for h in goal.hyps if h.head != "ne" or h.args[0] in seen or not CUT & heads(h))
            lemma = Goal((*own, *(h for h in g.hyps[len(goal.hyps):] if h.head == "ne")), claim)
            proof = self.body(lemma, 3)
            using = {"rule": "using", "lemmas": [{"goal": lemma.data(), "at": {}}]}
            return None if proof is None else self.rule(g, using, chained, lemma=lambda h: proof)
        return self.rule(goal, {"rule": "laws", "uses": uses}, then, given=self.thorough)

    def thorough(self, goal: Goal) -> Certificate | None:
        return self.easy(goal) or self.polar(goal)

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


def doubtful(n: Normal, h: Formula) -> bool:
    """Whether a hypothesis reads otherwise than it says."""
    try:
        s = n.sign(n.sub(n.scalar(h.args[1]), n.scalar(h.args[0])))
    except FAILED:
        return False
    return s in HOLDS["ne"] if h.head == "eq" else s not in HOLDS[h.head]


def given_already(proof: Certificate, _: Goal) -> Certificate | None:
    return proof


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


def contradictory(goal: Goal) -> Certificate | None:
    """Anything, from hypotheses that contradict each other."""
    return Search().impossible(goal)


def search(goal: Goal) -> Certificate | None:
    if not relevant(goal):
        return None
    try:
        found = Search().prove(goal)
    except Spent:
        return None
    return found if found is not None and accepted(goal, found) else None


__all__ = ["Search", "contradictory", "search"]
