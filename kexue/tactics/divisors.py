"""Greatest common divisors, least common multiples, remainders and Euler's phi: the relations that the kernel's valuations need."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from math import lcm
from typing import Any

from ..certificates import Certificate, Goal
from ..formula import Formula, call, eq, free_symbols, lift, parts, to_data
from ..kernel import Rejected
from ..kernel.algebra import Mono, Poly, key, plus, poly, scaled
from ..kernel.normal import Normal
from .combine import Tactic, cases, first_of, induction, normal, rule, sign, using
from .integers import closed
from .sequences import by_laws, close, formula, stepped, use
from .sequences import split as offset

HEADS = {"gcd", "lcm", "mod", "totient"}
SPLIT = ("gcd", "lcm", "mul", "div", "abs", "neg", "pow", "totient", "mod", "min", "eq", "ne", "le", "and", "or")
LINKS, CLASSES = 6, 150
Link = list[tuple[Formula, Formula]]  # terms whose sum of products is 0


def leaves(f: Formula) -> Iterator[Formula]:
    """The sums, symbols and sequences that products, gcd and lcm are made of."""
    if f.head in SPLIT:
        for g in f.args[:1] if f.head == "pow" else f.args:
            yield from leaves(g)
    elif free_symbols(f):
        yield f


def links(goal: Goal) -> list[Link]:
    """Relations f = q g + r between leaves, where r is simpler than f."""
    n = Normal(goal.hyps)
    known: dict[Formula, Poly] = {}
    terms: dict[str, Formula] = {}
    for h in (goal.claim, *(h for h in goal.hyps if h.head in ("eq", "ne"))):
        for g in parts(h):
            try:
                if g.head in ("sym", "fibonacci", "lucas", "pow", "mod"):
                    for m in (m for m in n.scalar(g).num if len(m) == 1 == len(n.scalar(g).num) and m[0][1] == 1):
                        terms.setdefault(m[0][0], g)
            except Rejected:
                continue
        for g in (*leaves(h), *(c for c in parts(h) if c.head == "num" and c.args[0].denominator == 1 and c.args[0] > 1)):
            try:
                r = n.scalar(g)
            except Rejected:
                continue
            if r.den == poly(1) and r.num not in known.values() and whole(g) and (g.head == "num" or r.num.keys() - {()}):
                known.setdefault(g, r.num)
    found: dict[str, Link] = {}
    for f, p in known.items():
        for g, q in known.items():
            for factor, rest in quotients(n, p, q, terms) if f != g else ():
                link = [(lift(-1), f), (factor, g)]
                other = next((k for k, v in known.items() if v == rest or scaled(v, -1) == rest), None)
                if other is not None:
                    link.append((lift(rest[max(rest)] / known[other][max(rest)]), other))
                elif rest.keys() == {()}:
                    link.append((lift(rest[()]), lift(1)))
                elif rest and (len(rest) > 1 or len(p) == 1):
                    continue
                elif rest:
                    link.append((lift(1), f - factor * g))
                names = sorted(min(key(v), key(scaled(v, -1))) for v in (p, n.times(q, n.scalar(factor).num), rest))
                found.setdefault(repr(names), link)
    return sorted(found.values(), key=lambda link: len(repr(link)))[:LINKS]


def whole(f: Formula) -> bool:
    """Visibly an integer to the kernel's valuations, exponents apart."""
    closed_ = ("add", "sub", "mul", "neg", "abs", "gcd", "lcm", "fibonacci", "lucas", "mod", "pow")
    return all(g.head in closed_ or g.head == "sym" and g.args[1] == "integer"
               or g.head == "num" and g.args[0].denominator == 1 for g in parts(f))


def quotients(n: Normal, p: Poly, q: Poly, terms: dict[str, Formula]) -> Iterator[tuple[Formula, Poly]]:
    """Monomials m with p - m q shorter than p, and this."""
    for top in p:
        for low in q:
            c = p[top] / q[low]
            over = dict(top)
            for a, k in low:
                over[a] = over.get(a, lift(0).args[0]) - k
            if c.denominator > 1 or any(k < 0 or k and a not in terms for a, k in over.items()):
                continue
            mono: Mono = tuple(sorted((a, k) for a, k in over.items() if k))
            rest = plus(p, scaled(n.times(q, {mono: c}), -1))
            if len(rest) <= len(p):
                factor = lift(c)
                for a, k in mono:
                    factor = factor * (terms[a] if k == 1 else terms[a] ** int(k))
                yield factor, rest


def valued(goal: Goal) -> Certificate | None:
    """Without relations, or with those between the terms."""
    some = links(goal)
    for found in ([], some[:2], some) if len(some) > 2 else ([], some) if some else ([],):
        data: dict[str, Any] = {"relations": [[[to_data(m), to_data(x)] for m, x in terms] for terms in found]}
        certificate = rule("valuations", data, **{f"sign{j}": positive for j in range(4)})(goal)
        if certificate is not None:
            return certificate
    return None


def positive(goal: Goal) -> Certificate | None:
    """0 <= f for an integer polynomial, by the sign of a variable in it."""
    found = close(goal)
    if found is None:
        for x in free_symbols(goal.claim).values():
            if x.args[1] == "integer" and (found := cases(x, below=close, at=close, above=close)(goal)) is not None:
                break
    return found


def split(then: Tactic) -> Tactic:
    """By residues modulo 2 where a sign alternates."""
    def run(goal: Goal) -> Certificate | None:
        for g in parts(goal.claim):
            if g.head == "pow" and g.args[0] in (lift(-1), -lift(1)):
                for name in free_symbols(g.args[1]):
                    return rule("residues", {"var": name, "modulus": 2}, residue0=then, residue1=then)(goal)
        return None
    return run


def sequence(f: Formula) -> list[tuple[Formula, int]]:
    """The indices of Fibonacci numbers in f, as (rest, number)."""
    out = []
    for g in parts(f):
        if g.head == "fibonacci":
            rest, c = offset(g.args[0])
            if c.denominator == 1:
                out.append((rest, int(c)))
    return list(dict.fromkeys(out))


def valued_after(goal: Goal) -> Certificate | None:
    """After the recurrence of the Fibonacci numbers."""
    return stepped(goal, lambda g: normal(g) or valued(g))


def neighbours(goal: Goal) -> Certificate | None:
    """By induction in both directions, with the recurrence of the Fibonacci numbers."""
    for name, x in free_symbols(goal.claim).items():
        if x.args[1] == "integer" and any(name in free_symbols(rest) for rest, _ in sequence(goal.claim)):
            return rule("twosided", {"var": name, "base": 0}, first=valued_after, up=valued_after, down=valued_after)(goal)
    return None


def addition(m: Formula, n: Formula) -> Goal:
    """F(m + n) = F(m) F(n + 1) + F(m - 1) F(n)."""
    def f(u: Formula) -> Formula: return call("fibonacci", u)
    return Goal((), eq(f(m + n), f(m) * f(n + 1) + f(m - 1) * f(n)))


def euclid(goal: Goal) -> Certificate | None:
    """Sequences with gcd(u(m), u(n)) = u(gcd(m, n))."""
    left, right = goal.claim.args
    pair = [x.args[0] for x in free_symbols(goal.claim).values() if x.args[1] == "integer"]
    if goal.claim.head != "eq" or left.head != "gcd" or not any(g.head == "gcd" for g in parts(right)):
        return None

    def step(g: Goal) -> Certificate | None:
        if not sequence(g.claim):
            return valued(g)
        x, y = (free_symbols(g.claim)[name] for name in here)
        coprime = Goal((), eq(call("gcd", call("fibonacci", y), call("fibonacci", y + 1)), 1))
        lemmas = [(addition(x, y), closed, {s: free_symbols(g.claim)[s] for s in here}), (coprime, neighbours, {here[1]: y})]
        return using(*lemmas, then=valued)(g)

    def start(g: Goal) -> Certificate | None:
        return normal(g) or by_laws([use("fibonacci.zero")], then=normal)(g)

    def grows(g: Goal) -> Certificate | None:
        return close(g) or next((c for x in free_symbols(g.claim).values() if x.args[1] == "integer" and (c := induction(
            x, 0, first=close, step=close)(g)) is not None), None) or positive_fibonacci(g)
    for here in permutations(pair, 2):
        found = rule("divisibility", {"first": here[0], "second": here[1]}, zero=start, sign=grows, step=step, even=mirrored)(goal)
        if found is not None:
            return found
    return None


def mirrored(goal: Goal) -> Certificate | None:
    """|F(-m)| = |F(m)|, from F(-m) = (-1)^(m + 1) F(m)."""
    for name, x in free_symbols(goal.claim).items():
        law = Goal((), eq(call("fibonacci", -x), lift(-1) ** (x + 1) * call("fibonacci", x)))
        return rule("residues", {"var": name, "modulus": 2}, residue0=using((law, closed, {name: 2 * fresh(x)}), then=normal),
                    residue1=using((law, closed, {name: 2 * fresh(x) + 1}), then=normal))(goal)
    return None


def fresh(x: Formula) -> Formula:
    return Formula("sym", ("m_" if x.args[0] == "m" else "m", "integer"))


def positive_fibonacci(goal: Goal) -> Certificate | None:
    """0 <= F(m), at 0 and beyond."""
    for x in free_symbols(goal.claim).values():
        at, above = (by_laws([use(law, **values)]) for law, values in (("fibonacci.zero", {}), ("fibonacci.positive", {"n": x})))
        return cases(x, at=at, above=above)(goal)
    return None


def periodic(goal: Goal) -> Certificate | None:
    """Mod(x, d) = 0 for a combination of Fibonacci numbers: by two neighbours, whose coefficients are multiples of d."""
    left, right = goal.claim.args
    if goal.claim.head != "eq" or left.head != "mod" or right != lift(0) or left.args[1].head != "num" or left.args[1].args[0] <= 0:
        return None
    x, d = left.args
    rests = list(dict.fromkeys(rest for rest, _ in sequence(x)))
    if len(rests) != 1 or rests[0] == lift(0) or any(abs(c) > 400 for _, c in sequence(x)):
        return None
    rest, lemmas = rests[0], []
    near = [call("fibonacci", rest), call("fibonacci", rest + 1)]
    for c in dict.fromkeys(c for _, c in sequence(x)):
        if c not in (0, 1):
            a, b = number(c - 1), number(c)  # F(n + c) = F(c - 1) F(n) + F(c) F(n + 1)
            far = call("fibonacci", rest + c if c > 0 else rest - lift(-c))
            lemmas.append((Goal((), eq(far, a * near[0] + b * near[1])), closed, dict(free_symbols(rest))))

    def then(g: Goal) -> Certificate | None:
        n = Normal(g.hyps)
        known = {m[0][0]: f for f in near for m in n.scalar(f).num}
        q = formula(scaled(n.scalar(x).num, 1 / d.args[0]), known)
        return None if q is None else rule("valuations", {"relations": [[["-1", to_data(x)], [to_data(d), to_data(q)]]]})(g)
    return using(*lemmas, then=then)(goal)


def number(n: int) -> int:
    """The Fibonacci number of index n."""
    a, b = 0, 1
    for _ in range(abs(n)):
        a, b = b, a + b
    return a if n >= 0 or n % 2 else -a


def multiple(goal: Goal) -> Certificate | None:
    """Mod(x, d) = 0 for a number d: x = d q in each residue class of a variable, or after the recurrence."""
    left, right = goal.claim.args
    if goal.claim.head != "eq" or left.head != "mod" or right != lift(0) or left.args[1].head != "num" or not 2 <= left.args[1].args[0] <= 60:
        return None

    def divided(g: Goal) -> Certificate | None:
        x, d = g.claim.args[0].args
        n = Normal(g.hyps)
        try:
            r = n.scalar(x)
            known = {p.args[0]: p for p in free_symbols(x).values()}
            q = formula(scaled(r.num, 1 / d.args[0]), known) if r.den == poly(1) else None
        except Rejected:
            return None
        return None if q is None else rule("valuations", {"relations": [[["-1", to_data(x)], [to_data(d), to_data(q)]]]})(g)
    d = int(left.args[1].args[0])
    found = divided(goal)
    for name, x in free_symbols(left.args[0]).items() if found is None else ():
        if x.args[1] == "integer":
            found = rule("residues", {"var": name, "modulus": d}, **{f"residue{r}": divided for r in range(d)})(goal)
            break
    return found


def remainders(goal: Goal) -> Certificate | None:
    """A relation between remainders modulo numbers, in every residue class of the variables."""
    found = [g for g in parts(goal.claim) if g.head == "mod" and g.args[1].head == "num"]
    moduli = [int(g.args[1].args[0]) for g in found if g.args[1].args[0].denominator == 1 and g.args[1].args[0] > 0]
    names = sorted({name for g in found for name, s in free_symbols(g.args[0]).items() if s.args[1] == "integer"})
    q = lcm(*moduli)
    if len(moduli) != len(found) or not names or not 2 <= q <= CLASSES or q ** len(names) > CLASSES:
        return None
    tactic: Tactic = first_of(normal, sign)
    for name in names:
        tactic = rule("residues", {"var": name, "modulus": q}, **{f"residue{r}": tactic for r in range(q)})
    return tactic(goal)


def search(goal: Goal) -> Certificate | None:
    """Valuations, if the claim is about divisors."""
    if any(g.head == "mod" for g in parts(goal.claim)) and (found := remainders(goal)) is not None:
        return found
    if goal.claim.head not in ("eq", "le") or not any(g.head in HEADS for g in parts(goal.claim)):
        return None
    if any(g.head in ("sum", "prod", "integral", "piecewise", "limit") for g in parts(goal.claim)):
        return None
    try:
        found = valued(goal) or multiple(goal) or periodic(goal) or split(valued)(goal) or euclid(goal)
        return found or (neighbours(goal) if sequence(goal.claim) else None)
    except Rejected:
        return None
