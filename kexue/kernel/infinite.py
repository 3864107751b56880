"""Sums over infinite ranges, and products, in normal form: known by their terms, which are counted from the first one.

Of an infinite sum only a factor that does not depend on the index is taken out: c sum f is the sum of c f where both have a value, and
where c = 0 any value will do.  Sums of two terms stay together, since each by itself may diverge."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import TYPE_CHECKING

from ..certificates import Goal
from ..formula import BINDERS, Formula, children, free_symbols, lift, oo, rebuild, substitute
from .algebra import UNIT, Mono, Poly, Rat, const, key, poly
from .sums import Sums
from .verdict import Accepted, Rejected, whole_number

if TYPE_CHECKING:
    from .normal import Normal

MINUS_OO = (-oo, Formula("mul", (lift(-1), oo)))


class Infinite(Sums):
    """Mixed into `Normal`."""

    def series(self: Normal, f: Formula) -> Rat:  # type: ignore[misc]
        """A sum over k >= lo or over all integers, or a product."""
        body, var, lo, hi = f.args
        name, two_sided, endless = var.args[0], lo in MINUS_OO, hi == oo
        if f.head == "prod" and not endless and not two_sided:
            span = self.sub(self.scalar(hi), self.scalar(lo))
            if span.den == poly(1) and span.num.keys() <= {UNIT}:
                if not -1 <= span.num.get(UNIT, Fraction(0)) <= 60:
                    raise Rejected("a product of so many factors is not written out")
                return self.mul(const(1), *(self.scalar(substitute(body, {name: lo + j})) for j in range(int(span.num.get(UNIT, Fraction(0))) + 1)))
            if not self.nonneg(self.add(span, const(1))):
                raise Rejected("a product whose range is not known to be in order")
            more = span.num.get(UNIT, Fraction(0)) if span.den == poly(1) else Fraction(-1)
            if more in range(60) and self.nonneg(self.sub(span, const(more))):  # the last factors apart
                last = (self.scalar(substitute(body, {name: hi - j})) for j in range(int(more) + 1))
                return self.mul(self.scalar(Formula("prod", (body, var, lo, hi - int(more) - 1))), *last)
        elif not endless or lo == oo or hi in MINUS_OO:
            raise Rejected("a range that ends at infinity only below")
        self.fresh += 1
        token = f"⟨{self.fresh:06d}⟩"
        low = None if two_sided else self.scalar(lo)
        with self.counting(token, low):
            r = self.scalar(substitute(body, {name: Formula("sym", (token, "integer"))}))
        outside = token not in key(r.den)
        factor = common(r.num, token) if f.head == "sum" and r.num else UNIT
        lead = r.num[max(r.num)] if f.head == "sum" and r.num else Fraction(1)
        inner = {tuple(m): c / lead for m, c in self.times(r.num, {tuple((a, -k) for a, k in factor): Fraction(1)}).items()}
        kind = ("sum" if f.head == "sum" else "prod") + ("[all]" if two_sided else "[]" if endless else f"[{key(span.num)}/{key(span.den)}]")
        text = self.closed(key(inner), token) + ("" if f.head == "sum" and outside else "/" + self.closed(key(r.den), token))
        whole = f.head == "prod" and not endless and not two_sided and self.whole(r)
        atom = self.atom(f"{kind}({text})", "fn", None, "", self.real(Rat(inner, poly(1) if outside else r.den)), whole)
        if f.head == "prod" or not r.num:
            return atom if f.head == "prod" else const(0)
        return self.mul(Rat({factor: lead}, r.den if outside else poly(1)), atom)

    @contextmanager
    def counting(self: Normal, token: str, low: Rat | None) -> Iterator[None]:  # type: ignore[misc]
        """The index runs over low, low + 1, ..., or over all integers."""
        step = self.atom(token, "sym", None, "" if low is None else ">=", whole=True)
        if low is not None:
            self.param[token] = self.add(low, step)
        self.memo = {}  # what is found here is about this index
        try:
            yield
        finally:
            self.memo = {}
            self.param.pop(token, None)


def common(p: Poly, token: str) -> Mono:
    """The greatest factor of all terms that does not depend on the index."""
    parts = [{a: k for a, k in m if token not in a} for m in p]
    shared = set.intersection(*map(set, parts))
    least = {a: min((q[a] for q in parts), key=abs) for a in shared if len({q[a] > 0 for q in parts}) == 1}
    return tuple(sorted(least.items()))


def reindex(goal: Goal, certificate: dict[str, object]) -> tuple[Accepted, dict[str, tuple[Goal, frozenset[str]]]]:
    """A convergent sum over all integers does not change when its index is replaced by k + n, n an integer, or by -k.

    number: which of the sums over all integers in the claim, in reading order; by: n, or `flip`."""
    from .diff import read
    from .normal import Normal
    number, flip = int(str(certificate["number"])), bool(certificate.get("flip"))
    by = lift(0) if flip else read(certificate["by"], goal)
    known = Normal(goal.hyps)
    if not known.whole(known.scalar(by)):
        raise Rejected("the index is moved by something that is not known to be an integer")
    count = 0

    def walk(f: Formula, bound: frozenset[str]) -> Formula:
        nonlocal count
        if f.head == "sum" and f.args[2] in MINUS_OO and f.args[3] == oo:
            count += 1
            if count - 1 == number:
                body, var = f.args[:2]
                if (bound | {var.args[0]}) & set(free_symbols(by)):
                    raise Rejected("the index is moved by something that is bound")
                return Formula("sum", (substitute(body, {var.args[0]: -var if flip else var + by}), var, *f.args[2:]))
        inner = bound | {f.args[1].args[0]} if f.head in ("sum", "prod", "integral", "limit", "every") else bound
        kids = children(f)
        return rebuild(f, [walk(k, inner) for k in kids]) if kids else f
    claim = walk(goal.claim, frozenset())
    if claim == goal.claim:
        raise Rejected("there is no such sum over all integers")
    return Accepted(), {"then": (Goal(goal.hyps, claim), frozenset())}


def power_series(goal: Goal, certificate: dict[str, object]) -> tuple[Accepted, dict[str, tuple[Goal, frozenset[str]]]]:
    """The integral number `number` of the claim, of f over a bounded interval, is replaced by the sum of s(k) over k >= 0.

    f = sum of c(k) g^k in the open interval, where g is continuous and |g| <= B, B real; 2 B |c(k + 1)| <= |c(k)| for k >= `from`; and s(k)
    is the integral of c(k) g^k.  All c(k) and s(k) are defined, by their form.  So the series converges uniformly (Weierstrass) and is
    integrated term by term (Rudin, Principles of Mathematical Analysis, 7.10 and 7.16); at the ends this is a limit, all being bounded."""
    from .calculus import smooth
    from .diff import read
    from .ends import occurrence, replaced
    from .laws import domain_of, strict
    from .normal import Normal
    term, around, hole = occurrence(goal.claim, "integral", whole_number(certificate["number"]))
    f, var, lo, hi = term.args
    k, x, start = Formula("sym", (str(certificate["index"]), "integer")), var.args[0], whole_number(certificate["from"])
    c, g, s, bound = (read(certificate[part], goal) for part in ("coefficient", "base", "term", "bound"))
    name = k.args[0]
    if name == x or {name, x} & goal.names or any(
            set(free_symbols(h)) - goal.names - own for h, own in ((c, {name}), (s, {name}), (g, {x}), (bound, set()))) or any(
            free_symbols(h).get(name, k) != k or free_symbols(h).get(x, var) != var for h in (c, g, s)):
        raise Rejected("the coefficients, their base and the bound have other variables than they may")
    n, inside, natural = Normal(goal.hyps), (*goal.hyps, lo < var, var < hi), (*goal.hyps, lift(0) <= k)
    if oo in (lo, hi) or lo in MINUS_OO or not n.real(n.scalar(lo)) or not n.real(n.scalar(hi)) or not n.nonneg(n.sub(n.scalar(hi), n.scalar(lo))):
        raise Rejected("the interval has to be bounded, and its ends in order")
    counted = Normal(natural)
    if not n.real(n.scalar(bound)) or any(t.head in (*BINDERS, "piecewise") or domain_of(counted, t) for h in (c, s, bound) for t in strict(h)):
        raise Rejected("a coefficient, a term or the bound may be undefined")
    smooth(Normal(inside), g, x)
    t = c * g ** k
    return Accepted(conditions=tuple(n.conditions)), {
        "expansion": (Goal(inside, Formula("eq", (f, Formula("sum", (t, k, lift(0), oo))))), frozenset({x, name})),
        "size": (Goal(inside, Formula("abs", (g,)) <= bound), frozenset({x})),
        "ratio": (Goal((*goal.hyps, lift(start) <= k), 2 * bound * Formula("abs", (substitute(c, {name: k + 1}),)) <= Formula("abs", (c,))),
                  frozenset({name})),
        "value": (Goal(natural, Formula("eq", (Formula("integral", (t, var, lo, hi)), s))), frozenset({name})),
        "then": (Goal(goal.hyps, replaced(around, hole, Formula("sum", (s, k, lift(0), oo)))), frozenset())}
