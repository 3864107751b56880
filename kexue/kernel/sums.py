"""Finite sums in normal form: linear in the summand, ends brought to their symbolic part, Kronecker deltas taken out."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from ..formula import BINDERS, Formula, children, free_symbols, lift, replaced, substitute
from .algebra import UNIT, Rat, const, key, poly, show
from .domain import HOLDS, Domain, product_sign
from .verdict import Rejected

if TYPE_CHECKING:
    from .normal import Normal


class ZeroPower(Rejected):
    """0^k with k not known to be positive: a sum splits off its first term."""


class Sums(Domain):
    """Mixed into `Normal`."""

    @staticmethod
    def closed(name: str, token: str) -> str:
        """The name with its bound index numbered by nesting depth, so that equal sums have equal names everywhere."""
        return name.replace(token, f"⟦{name.count('⟦')}⟧")

    def sum(self: Normal, body: Formula, var: Formula, lo: Formula, hi: Formula) -> Rat:  # type: ignore[misc]
        low, high = self.scalar(lo), self.scalar(hi)
        span = self.sub(high, low)
        name = var.args[0]
        shift = span.num.get(UNIT, Fraction(0)) if span.den == poly(1) else Fraction(0)
        if shift.denominator == 1 and span.num.keys() <= {UNIT}:
            if not -1 <= shift <= 400:
                raise Rejected("a sum of so many terms, or over a range of negative length, is not written out")
            return self.add(const(0), *(self.scalar(substitute(body, {name: lo + j})) for j in range(int(shift) + 1)))
        gate = next((g for g in deltas(body) if name in free_symbols(g)), None)
        if gate is not None:
            i, j = gate.args if gate.args[0] == var else gate.args[::-1]
            at = self.scalar(j)
            if i != var or name in free_symbols(j) or not (self.whole(at) and self.nonneg(self.sub(at, low)) and self.nonneg(self.sub(high, at))):
                raise Rejected("a Kronecker delta whose index is not known to lie in the range of the sum")
            off, on = replaced(body, gate, lift(0)), replaced(body, gate, lift(1))
            return self.add(self.sum(off, var, lo, hi), self.scalar(substitute(on - off, {name: j})))
        if shift and shift.denominator == 1 and self.nonneg(self.add(span, const(1 + min(-shift, Fraction(0))))):
            ends = range(1 - int(shift), 1) if shift > 0 else range(1, 1 - int(shift))
            extra = self.add(const(0), *(self.scalar(substitute(body, {name: hi + j})) for j in ends))
            main = self.sum(body, var, lo, hi - lift(shift))
            return self.add(main, extra if shift > 0 else self.neg(extra))
        self.fresh += 1
        token = f"⟨{self.fresh:06d}⟩"
        bound = substitute(body, {name: Formula("sym", (token, "integer"))})
        try:
            with self.inside(token, low, high):
                r = self.scalar(bound)
                below = self.poly_sign(r.den)
            parts = self.linear_parts(body, name) if token in key(r.den) else []
            if len(parts) < 2 and (not parts or parts[0][0] == lift(1)):
                return self.sum_terms(r, below, token, span)
            return self.add(*(self.mul(self.scalar(c), self.sum(g, var, lo, hi)) for c, g in parts))
        except ZeroPower:
            if not self.nonneg(span):
                raise
        return self.add(self.scalar(substitute(body, {name: lo})), self.sum(body, var, lo + 1, hi))

    def linear_parts(self: Normal, f: Formula, name: str) -> list[tuple[Formula, Formula]]:  # type: ignore[misc]
        """f as it is written, as a sum of c * g with c free of the index."""
        if f.head in ("add", "sub", "neg"):
            parts = [self.linear_parts(g, name) for g in f.args]
            if f.head != "add":
                parts[-1] = [(-c, g) for c, g in parts[-1]]
            return [x for p in parts for x in p]
        if f.head == "mul":
            for c, g in (f.args, f.args[::-1]):
                if name not in free_symbols(c):
                    return [(c * k, h) for k, h in self.linear_parts(g, name)]
        return [(lift(1), f)]

    def sum_terms(self: Normal, r: Rat, below: str, token: str, span: Rat) -> Rat:  # type: ignore[misc]
        """The sum over the index of a term r, whose denominator has the sign `below` on the range."""
        out, outside, filled = list[Rat](), token not in key(r.den), self.nonneg(span)
        for m, c in r.num.items():
            free = tuple(x for x in m if token not in x[0])
            bound = tuple(x for x in m if token in x[0])
            if not filled and not self.defined(self.ratio({free: c}, r.den if outside else poly(1))):
                raise Rejected("a factor of a sum may be undefined where its range is empty")
            if not bound and outside:
                inner = self.add(span, const(1))
                if not self.nonneg(inner):
                    raise Rejected("the length of a sum is not known to be non-negative")
            else:
                den = poly(1) if outside else r.den
                parts = sorted(self.closed(f"{a}^{k}", token) for a, k in bound)
                s = product_sign(self.mono_sign(bound), ">" if outside else below)
                s = s if filled or s not in (">", "<") else s + "="
                inner = self.atom(f"sum[{show(span)}]({'*'.join(parts)}/{self.closed(key(den), token)})", "fn", None,
                                  s if s != "!=" else "", self.real(Rat({bound: Fraction(1)}, den)),
                                  outside and self.nonneg(self.add(span, const(1))) and self.whole_term(bound))
            out.append(self.mul(Rat({free: c}, poly(1)), inner))
        total = self.add(const(0), *out)
        return self.ratio(total.num, self.times(total.den, r.den)) if outside else total

    def defined(self: Normal, r: Rat) -> bool:  # type: ignore[misc]
        """Whether nothing that may be 0 is below a fraction bar."""
        return self.poly_sign(r.den) in HOLDS["ne"] and all(k > 0 or self.atoms[a].sign in HOLDS["ne"] for m in r.num for a, k in m)


def deltas(f: Formula, bound: frozenset[str] = frozenset()) -> Iterator[Formula]:
    """The Kronecker deltas in f that no binder inside f binds a variable of."""
    if f.head == "delta" and not bound & set(free_symbols(f)):
        yield f
    for g in children(f):
        yield from deltas(g, bound | {f.args[1].args[0]} if f.head in BINDERS and f.head != "diff" else bound)
