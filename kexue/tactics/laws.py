"""Search for instances of laws: terms of the claim are matched with the terms that laws are about, and again with what those bring in."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import lru_cache
from itertools import permutations
from typing import Any

from ..certificates import Certificate, Goal
from ..formula import BINDERS, Formula, children, free_symbols, from_data, heads, lift, rebuild, substitute, to_data
from ..kernel import Rejected, check, subgoals
from ..kernel.algebra import Poly
from ..kernel.diff import expanded, put_in
from ..kernel.normal import Normal
from ..kernel.theory import LAWS, Law
from ..kernel.theory.bounds import BOUNDS
from ..kernel.theory.series import ENDLESS
from .combine import Tactic, normal, sign

ROUNDS, INSTANCES, SINGLE, PAIRED, ALIKE = 3, 60, 10, 3, 6
LARGE = 60  # parts of a claim beyond which only its own terms are looked at
PRIME, SCALE = 2 ** 64 - 2 ** 32 + 1, 24  # 1 modulo 4, with the generator 7; an atom to the power 1/24 gets a random value
BY_HEAD: dict[str, list[tuple[str, Law]]] = {}
for _name, _law in LAWS.items():
    BY_HEAD.setdefault(_law.term.head, []).append((_name, _law))
ELEMENTARY = frozenset("sin cos sinh cosh exp log sqrt asin atan".split())
NEEDED = {name: {"hyper", "gamma"} & heads(law.states) for name, law in LAWS.items() if law.term.head in ELEMENTARY}  # one of these in the claim
Use = dict[str, Any]
Vector = dict[Any, int]


def simple(f: Formula) -> Formula:
    """The numbers in sums and products brought together, so that (z + 1) - 1 reads z."""
    kids = children(f)
    if not kids:
        return f
    g = rebuild(f, [simple(k) for k in kids])
    h = g.head
    a: tuple[Formula, ...] = g.args
    if h in ("add", "sub"):
        base, c = shift(g)
        return lift(c) if base is None else base if c == 0 else base + lift(c) if c > 0 else base - lift(-c)
    if h == "neg":
        inner: Formula = a[0]
        return lift(-inner.args[0]) if inner.head == "num" else inner.args[0] if inner.head == "neg" else g
    if h == "mul":
        if a[0].head == a[1].head == "num":
            return lift(a[0].args[0] * a[1].args[0])
        return a[1] if a[0] == lift(1) else a[0] if a[1] == lift(1) else g
    if h == "div":
        if a[1] == lift(1):
            return a[0]
        if a[1].head == "const" and a[0].head == "mul" and a[1] in a[0].args:
            rest: Formula = a[0].args[a[0].args[0] == a[1]]
            return rest
        if a[0].head == a[1].head == "num" and a[1].args[0]:
            return lift(a[0].args[0] / a[1].args[0])
        if a[1].head == "num" and a[0].head == "mul" and a[0].args[0] == a[1]:
            other: Formula = a[0].args[1]
            return other
    return g


def shift(f: Formula) -> tuple[Formula | None, int]:
    """f as (rest, number)."""
    if f.head == "num":
        return None, f.args[0]
    if f.head in ("add", "sub"):
        (u, c), (v, d) = shift(f.args[0]), shift(f.args[1])
        if f.head == "sub":
            d, v = -d, None if v is None else v
            if v is not None:
                return (-v if u is None else u - v), c + d
            return u, c + d
        return (u if v is None else v if u is None else u + v), c + d
    return f, 0


def match(pattern: Formula, term: Formula, found: dict[str, Formula]) -> bool:
    """Bind the symbols of the pattern so that it reads as the term; sums, differences and multiples with numbers are solved for them."""
    if not free_symbols(pattern):
        return simple(pattern) == simple(term) or not free_symbols(term) and equal(pattern, term)
    if pattern.head == "sym":
        name = pattern.args[0]
        if name in found:
            return simple(found[name]) == simple(term)
        found[name] = simple(term)
        return True
    h, a = pattern.head, pattern.args
    if term.head == "num" and h == "div" and term.args[0].denominator > 1:
        term = Formula("div", (lift(term.args[0].numerator), lift(term.args[0].denominator)))
    fixed = [not free_symbols(x) for x in a if isinstance(x, Formula)]
    if h == "neg":
        return match(a[0], -term, found)
    if h in ("add", "sub", "mul", "div") and fixed == [False, True]:
        back = {"add": term - a[1], "sub": term + a[1], "mul": term / a[1], "div": term * a[1]}[h]
        return match(a[0], back, found)
    if h in ("add", "sub", "mul") and fixed == [True, False]:
        return match(a[1], {"add": term - a[0], "sub": a[0] - term, "mul": term / a[0]}[h], found)
    return h == term.head and len(a) == len(term.args) and all(
        match(p, t, found) if isinstance(p, Formula) else p == t for p, t in zip(a, term.args, strict=True))


@lru_cache(maxsize=4096)
def equal(a: Formula, b: Formula) -> bool:
    """Whether two constants have the same normal form."""
    n = Normal(())
    try:
        return n.zero(n.sub(n.scalar(a), n.scalar(b)))
    except (Rejected, RecursionError):
        return False


def terms(f: Formula, bound: frozenset[str] = frozenset()) -> Iterator[Formula]:
    """The subterms without bound names, the innermost first."""
    if f.head in BINDERS and f.head != "diff":
        bound = bound | {f.args[1].args[0]}
    for g in children(f):
        yield from terms(g, bound)
    if f.head not in ("num", "const", "sym") and bound.isdisjoint(free_symbols(f)):
        yield f


def instances(f: Formula) -> Iterator[tuple[str, dict[str, Formula]]]:
    """Laws whose term occurs in f, and the values of their symbols there."""
    seen = list(dict.fromkeys(terms(f)))
    there = {t.head for t in seen}
    endless = not there.isdisjoint(("sum", "prod", "integral"))  # without any, a series or an integral does not help
    idle = {name for name, needed in NEEDED.items() if needed and there.isdisjoint(needed)}
    for t in seen:
        for name, law in BY_HEAD.get(t.head, ()):
            if name in BOUNDS or name in ENDLESS and not endless or name in idle:
                continue
            found: dict[str, Formula] = {}
            if match(law.term, t, found) and found.keys() == law.symbols.keys():
                yield name, found


def search(goal: Goal, then: Tactic = lambda g: normal(g) or sign(g)) -> Certificate | None:
    """Rounds of instances, until what is left follows from some of them."""
    uses: dict[str, Use] = {}
    rows = Rows(goal) if goal.claim.head == "eq" else None
    new, small = [("", expanded_or_not(goal.claim))], size(goal.claim) < LARGE
    own = set(map(simple, terms(new[0][1])))
    for turn in range(1 if not small else ROUNDS if rows is not None else 2):  # what comes in later is tried for equations only
        fresh: list[tuple[str, Formula]] = []
        pairs: list[list[Use]] = []
        for parent, f in new:
            for name, values in instances(f):
                use: Use = {"law": name, "at": {k: to_data(v) for k, v in sorted(values.items())}}
                key = repr(use)
                if turn <= LAWS[name].depth and key not in uses and len(uses) < INSTANCES:
                    uses[key] = use
                    fresh.append((key, substitute(LAWS[name].states, values)))
                    brought = bool(parent) and LAWS[uses[parent]["law"]].states.head == "eq" and LAWS[name].states.head in ("lt", "le")
                    if brought and simple(substitute(LAWS[name].term, values)) not in own:
                        pairs.append([uses[parent], use])
        if not fresh:
            return None
        while rows is not None and (chosen := rows.combined(uses)):
            some = [uses[key] for key in chosen]
            if (found := closed(goal, some[::-1], then) or closed(goal, some, then)) is not None:
                return found
            impossible = [key for key in chosen if not possible(goal, uses[key])]
            rows.banned.update(impossible)
            if not impossible:
                break
        if turn == 0:
            for some in selections([use for use in list(uses.values())[:2 * SINGLE] if possible(goal, use)][:SINGLE]):
                if (found := closed(goal, some, then)) is not None:
                    return found
        for some in pairs[:SINGLE] if turn == 1 and goal.claim.head in ("lt", "le") else []:  # a bound of what an equation brings in
            if (found := closed(goal, some, then)) is not None:
                return found
        new = fresh
    return None


def selections(uses: list[Use]) -> Iterator[list[Use]]:
    """Which instances to try together where no combination with coefficients does: all of one law, of two, and of all."""
    groups: dict[str, list[Use]] = {}
    for use in uses:
        groups.setdefault(use["law"], []).append(use)
    yield from (g for g in groups.values() if len(g) <= ALIKE)
    if 2 < len(groups) <= PAIRED:
        yield from ([*g, *h] for g, h in permutations(groups.values(), 2) if len(g) + len(h) <= ALIKE)
    if len(groups) > 1 and len(uses) <= ALIKE:
        yield uses


def size(f: Formula) -> int:
    return 1 + sum(map(size, children(f)))


class Rows:
    """The claim and the instances as vectors modulo a prime: what special functions are multiplied by gets random values."""

    def __init__(self, goal: Goal) -> None:
        self.n = Normal(goal.hyps)
        self.known: dict[str, Vector | None] = {}
        self.banned: set[str] = set()
        self.rng = random.Random(20)
        self.values: dict[str, int] = {"#i": pow(7, (PRIME - 1) // 4, PRIME)}
        self.target = self.row(goal.claim)

    def row(self, f: Formula) -> Vector | None:
        try:
            f = expanded(put_in(f))
            return self.vector(self.n.sub(*map(self.n.scalar, f.args)).num)
        except (Rejected, RecursionError, ValueError):
            return None

    def vector(self, p: Poly) -> Vector:
        out: Vector = {}
        for mono, c in p.items():
            number = c.numerator * pow(c.denominator, -1, PRIME) % PRIME
            key = []
            for atom, k in mono:
                kind, data = self.n.atoms[atom][:2]
                if kind == "root" and len(data) == 1 and len(m := next(iter(data))) == 1 and data[m] == 1:  # the root of an atom
                    atom, k = m[0][0], k * m[0][1]
                    kind = self.n.atoms[atom].kind
                if kind == "fn":
                    key.append((atom, k))
                elif SCALE % k.denominator:
                    raise Rejected("a root of high order")
                else:
                    v = self.values.setdefault(atom, self.rng.randrange(2, PRIME))
                    number = number * pow(v, int(k * (SCALE if atom != "#i" else 1)) % (PRIME - 1), PRIME) % PRIME
            out[tuple(key)] = (out.get(tuple(key), 0) + number) % PRIME
        return {k: v for k, v in out.items() if v}

    def combined(self, uses: dict[str, Use]) -> list[str]:
        """The instances of which a combination with rational coefficients is the claim, as far as this one set of numbers can tell."""
        for key, use in uses.items():
            if key not in self.known:
                law = LAWS[use["law"]]
                at = {k: from_data(v) for k, v in use["at"].items()}
                self.known[key] = self.row(substitute(law.states, at)) if law.states.head == "eq" else None
        usable = [(key, v) for key in uses if key not in self.banned and (v := self.known[key])]
        return [usable[k][0] for k in solve([v for _, v in usable], self.target)] if self.target else []


def solve(vectors: list[Vector], target: Vector) -> list[int]:
    """Numbers of the vectors in a combination that gives the target modulo the prime; empty if there is none."""
    basis: list[tuple[Any, Vector, dict[int, int]]] = []

    def reduce(v: Vector, by: dict[int, int]) -> tuple[Vector, dict[int, int]]:
        for pivot, w, how in basis:
            if (c := v.get(pivot, 0)):
                v = {k: x for k in {**v, **w} if (x := (v.get(k, 0) - c * w.get(k, 0)) % PRIME)}
                by = {k: x for k in {**by, **how} if (x := (by.get(k, 0) - c * how.get(k, 0)) % PRIME)}
        return v, by
    for number, v in enumerate(vectors):
        v, by = reduce(v, {number: 1})
        if v:
            pivot = max(v)
            inverse = pow(v[pivot], -1, PRIME)
            basis.append((pivot, {k: x * inverse % PRIME for k, x in v.items()}, {k: x * inverse % PRIME for k, x in by.items()}))
    rest, by = reduce(target, {})
    return [] if rest else sorted(by)


def expanded_or_not(f: Formula) -> Formula:
    try:
        return expanded(put_in(f))
    except (Rejected, ValueError):
        return f


def possible(goal: Goal, use: Use) -> bool:
    """The instance is defined and given, as far as that can be seen without a longer proof."""
    try:
        _, rest = subgoals(goal, {"rule": "laws", "uses": [use]})
    except Rejected:
        return False
    return all(normal(g) or sign(g) for part, (g, _) in rest.items() if part != "then")


def closed(goal: Goal, uses: list[Use], then: Tactic) -> Certificate | None:
    certificate: Certificate = {"rule": "laws", "uses": uses}
    try:
        _, rest = subgoals(goal, certificate)
        if (proof := then(rest["then"][0])) is None:
            return None
        certificate["then"] = proof
        for part, (g, _) in rest.items():
            if part != "then" and (proof := normal(g) or sign(g)) is None:
                return None
            certificate[part] = proof
        check(goal, certificate)
    except (Rejected, RecursionError):
        return None
    return certificate
