"""Normal form of scalar formulas: rational functions in atoms over Q(i), with exponentials, roots, powers, logarithms,
factorials, finite sums and inner products as atoms.  Two formulas with the same normal form are equal wherever both
are defined; hypotheses `a = b` whose left side is a single monomial are used as rewrite rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from functools import lru_cache
from itertools import permutations
from typing import Any

from flint import fmpz

from ..formula import Formula, call, children, free_symbols, ne, substitute
from .algebra import ONE, Algebra, Mono, Poly, add, const, is_const, key, scale, sub, times, value
from .diff import derivative
from .signs import sign
from .verdict import Rejected
from .words import Words

ODD = {"Si", "erf", "atan", "asin", "asinh", "atanh", "sign"}
AT_ZERO = {"Si": 0, "erf": 0, "atan": 0, "asin": 0, "asinh": 0, "atanh": 0, "erfc": 1, "hyp1f1": 1, "lambertw": 0}


@lru_cache(maxsize=65536)
def _mentions(atom: str, token: str) -> bool:
    return re.search(re.escape(token) + r"(?![\w'])", atom) is not None


class Normal(Words, Algebra):
    def __init__(self, hyps: Sequence[Formula] = (), claim: Formula | None = None) -> None:
        super().__init__()
        # an index that occurs in a hypothesis only as p[i], and not in the claim, is universally quantified there
        self.fixed = set(free_symbols(claim)) if claim is not None else set()
        self.facts: list[tuple[Poly, bool]] = []  # (p, strict): p > 0 or p >= 0
        self.nonzero: list[Poly] = []
        self.parity: dict[str, int] = {}
        self.conditions: list[Formula] = []
        self.fresh = 0
        for h in hyps:
            self.assume(h)

    # ------------------------------------------------------------------------------------------------- hypotheses
    def assume(self, h: Formula) -> None:
        if h.head in ("lt", "le"):
            gap = sub(self.scalar(h.args[1]), self.scalar(h.args[0]))  # before append: it swaps self.facts while it works
            self.facts.append((gap, h.head == "lt"))
        elif h.head == "ne":
            gap = sub(self.scalar(h.args[0]), self.scalar(h.args[1]))
            self.nonzero.append(gap)
        elif h.head in ("even", "odd"):
            self.parity[key(self.scalar(h.args[0]))] = 0 if h.head == "even" else 1
        elif h.head == "eq" and self.shape(h.args[0]) is None:
            left, right = self.scalar(h.args[0]), self.scalar(h.args[1])
            if len(left) != 1:  # move everything but the highest monomial to the right
                gap = sub(left, right)
                if not gap or is_const(gap):
                    return
                top = max(gap, key=lambda m: (sum(k for _, k in m), m))
                left, right = {top: gap[top]}, scale({m: c for m, c in gap.items() if m != top}, -1)
            (m, c), = left.items()
            keep = tuple((a, k) for a, k in m if k > 0)
            if keep:
                self.rules.append((keep, scale(self.mul(right, {tuple((a, -k) for a, k in m if k < 0): Fraction(1)}), 1 / c)))
        else:
            self.structure(h)

    @contextmanager
    def assuming(self, *hyps: Formula) -> Iterator[None]:
        saved = (list(self.facts), list(self.nonzero), dict(self.parity))
        try:
            for h in hyps:
                self.assume(h)
            yield
        finally:
            self.facts, self.nonzero, self.parity = saved

    def known(self, p: Poly) -> Poly:
        """A fresh atom after the equations among the hypotheses."""
        (m, c), = p.items()
        return scale(self.reduced(m), c)

    # ------------------------------------------------------------------------------------------------------- scalars
    def scalar(self, f: Formula) -> Poly:
        h, a = f.head, f.args
        if h == "num":
            return const(a[0])
        if h == "const":
            if a[0] == "e":
                return self.exp(const(1))
            if a[0] == "oo":
                raise Rejected("infinity is not a number")
            return self.atom("i", "i") if a[0] == "i" else self.atom(f"s:{a[0]}", "s", a[0], "real")
        if h == "sym":
            if not isinstance(a[1], str):
                return self.to_scalar(f)
            return self.known(self.atom(f"s:{a[0]}", "s", a[0], a[1]))
        if h in ("add", "sub", "neg", "mul", "div") and self.shape(f) is None:
            u = self.scalar(a[0])
            if h == "neg":
                return scale(u, -1)
            v = self.scalar(a[1])
            if h == "div":
                self.require_nonzero(v, a[1])
                return self.mul(u, self.invert(v))
            return add(u, v) if h == "add" else sub(u, v) if h == "sub" else self.mul(u, v)
        if h == "at":
            index = self.scalar(a[1])
            sort = a[0].args[1]
            if isinstance(sort, tuple) and isinstance(sort[1], tuple):
                return self.to_scalar(f)
            return self.known(self.atom(f"{a[0].args[0]}[{key(index)}]", "at", a[0].args[0], index))
        if h == "pow":
            return self.raise_to(self.scalar(a[0]), self.scalar(a[1]), a[0])
        if h == "sqrt":
            return self.raise_to(self.scalar(a[0]), const(Fraction(1, 2)), a[0])
        if h == "exp":
            return self.exp(self.scalar(a[0]))
        if h in ("sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh"):
            return self.circular(h, self.scalar(a[0]), f)
        if h == "log":
            return self.log(self.scalar(a[0]))
        if h in ("factorial", "gamma"):
            u = self.scalar(a[0])
            return self.gamma(add(u, const(1)) if h == "factorial" else u)
        if h == "binomial":
            n, k = map(self.scalar, a)
            if self.sign(k) not in (">", ">=", "=") or self.sign(sub(n, k)) not in (">", ">=", "="):
                return self.opaque(h, n, k)
            one = const(1)
            down = self.mul(self.gamma(add(k, one)), self.gamma(add(sub(n, k), one)))
            return self.mul(self.gamma(add(n, one)), self.invert(down))
        if h == "delta":
            d = sub(*map(self.scalar, a))
            if is_const(d):
                return const(0 if d else 1)
            d = min(d, scale(d, -1), key=key)
            return self.atom(f"delta({key(d)})", "delta", d)
        if h == "sum":
            return self.sum(*a)
        if h == "diff":
            return self.scalar(derivative(a[0], a[1].args[0]))
        if h == "integral":
            return self.integral(*a)
        if h == "abs":
            return self.absolute(self.scalar(a[0]))
        if h == "uppergamma" and not self.scalar(a[1]):
            return self.gamma(self.scalar(a[0]))
        if h == "apply":
            return self.opaque(a[0].args[0] + "()", *map(self.scalar, a[1:]))
        if h in ("dot", "tr", "det", "matmul", "add", "sub", "mul", "neg", "div", "T"):
            return self.to_scalar(f)
        if h in ("sym", "even", "odd", "limit", "prod", "expm", "inv", "matrix", "eye", "zeros", "float"):
            raise Rejected(f"no normal form for {h} as a number")
        return self.opaque(h, *map(self.scalar, a))

    def opaque(self, head: str, *args: Poly) -> Poly:
        """A function known by its arguments; odd functions lose their sign, deltas inside are split by cases."""
        for p in args:
            d = next((x for m in p for x, _ in m if self.info[x][0] == "delta"), None)
            if d is not None:
                on = [self.replace(q, d, const(1)) for q in args]
                off = [self.replace(q, d, const(0)) for q in args]
                at = {d: Fraction(1)}
                gate: Poly = {tuple((k, v) for k, v in at.items()): Fraction(1)}
                there = [self.meet(q, self.info[d][1]) for q in on]
                build = self.absolute if head == "abs" else lambda *q: self.opaque(head, *q)
                return add(self.mul(gate, build(*there)), self.mul(sub(const(1), gate), build(*off)))
        if head in AT_ZERO and not args[-1]:
            return const(AT_ZERO[head])
        if head in ODD and args[0][max(args[0])] < 0:
            return scale(self.opaque(head, scale(args[0], -1)), -1)
        if head == "atan" and args[0] == const(1):
            return scale(self.scalar(Formula("const", ("pi",))), Fraction(1, 4))
        if head == "delta":
            raise Rejected("nested Kronecker delta")
        return self.atom(f"{head}({','.join(map(key, args))})", "fn", head, args)

    def exp(self, u: Poly) -> Poly:
        out = const(1)
        for m, c in u.items():
            if m == ONE:
                out = self.mul(out, self.power_atom("exp(1)", c, "exp", {ONE: Fraction(1)}, None))
                continue
            log = next((a for a, k in m if k == 1 and self.info[a][0] == "log"), None)
            if log is not None:  # exp(c * rest * log b) = b^(c * rest)
                rest = tuple(x for x in m if x[0] != log)
                out = self.mul(out, self.raise_to(self.info[log][1], {rest: c}, None))
                continue
            if dict(m) == {"i": 1, "s:pi": 1}:
                out = self.mul(out, self.power_atom("exp(i*pi)", c, "unit", True))
                continue
            single = m[0][0] if len(m) == 1 and m[0][1] == 1 else ""
            w = None
            if single and self.info[single][:2] == ("fn", "lambertw"):
                w = self.mul(self.info[single][2][0], {((single, Fraction(-1)),): Fraction(1)})
            out = self.mul(out, self.power_atom(f"exp({key({m: Fraction(1)})})", c, "exp", {m: Fraction(1)}, w))
        return out

    def power_atom(self, name: str, c: Fraction, *info: Any) -> Poly:
        self.atom(name, *info)
        return self.reduced(((name, Fraction(c)),))

    def circular(self, h: str, u: Poly, f: Formula) -> Poly:
        if h in ("tan", "cot", "sec", "csc", "tanh"):
            s, c = (self.circular(x, u, f) for x in (("sinh", "cosh") if h == "tanh" else ("sin", "cos")))
            top, bottom = {"tan": (s, c), "tanh": (s, c), "cot": (c, s), "sec": (const(1), c), "csc": (const(1), s)}[h]
            if h != "tanh":
                self.require_nonzero(bottom, call("cos" if bottom is c else "sin", f.args[0]))
            return self.mul(top, self.invert(bottom))
        hyperbolic = h in ("sinh", "cosh")
        i = const(1) if hyperbolic else self.atom("i", "i")
        up, down = self.exp(self.mul(i, u)), self.exp(scale(self.mul(i, u), -1))
        if h in ("cos", "cosh"):
            return scale(add(up, down), Fraction(1, 2))
        half = scale(sub(up, down), Fraction(1, 2))
        return half if hyperbolic else scale(self.mul(half, i), -1)

    def raise_to(self, b: Poly, e: Poly, shown: Formula | None) -> Poly:
        """b^e: split the exponent into an integer and a symbolic part, the base into factors where that is allowed."""
        if is_const(e) and value(e).denominator == 1:
            n = int(value(e))
            if n < 0 and shown is not None:
                self.require_nonzero(b, shown)
            return self.power(b, n)
        if not b:
            if self.sign(e) == ">":
                return {}
            if self.is_integer(e) and self.sign(e) == ">=":  # 0^0 = 1, as in a power series at 0
                e = min(e, scale(e, -1), key=key)
                return self.atom(f"delta({key(e)})", "delta", e)
            raise Rejected("0 to a power that is not known to be positive")
        whole = self.is_integer(e)
        if len(b) > 1:
            common = self.content(b)
            if common and (whole or self.sign({common: Fraction(1)}) == ">"):
                rest = {times(m, tuple((a, -k) for a, k in common)): c for m, c in b.items()}
                return self.mul(self.raise_to({common: Fraction(1)}, e, shown), self.raise_to(rest, e, shown))
            if is_const(e):
                lead = b[max(b)]
                lead = lead if lead > 0 else -lead
                unit = scale(b, 1 / lead)
                root = self.power_atom(f"root({key(unit)})", value(e), "root", unit)
                return self.mul(self.raise_to(const(lead), e, None), root)
            self.need_positive(b, whole)
            return self.symbolic_power(f"({key(b)})", b, e)
        (m, c), = b.items()
        if not whole and self.sign(b) not in (">", ">="):
            if is_const(e):
                return self.power_atom(f"root({key(b)})", value(e), "root", b)
            raise Rejected(f"the base {key(b)} of a non-integer power is not known to be positive")
        out = self.number_power(c, e)
        for a, k in m:
            one: Poly = {((a, Fraction(1)),): Fraction(1)}
            if whole or self.sign(one) in (">", ">="):
                out = self.mul(out, self.factor_power(a, scale(e, k)))
            elif k % 2 == 0 and self.is_real(one):  # (a^2)^e = |a|^(2e)
                out = self.mul(out, self.raise_to(self.absolute(one), scale(e, k), None))
            else:
                raise Rejected(f"the base {key(b)} cannot be split into positive factors")
        return out

    def number_power(self, c: Fraction, e: Poly) -> Poly:
        out = const(1)
        if c < 0:
            c = -c
            if (odd := self.parity_of(e)) is not None:
                out = const(-1 if odd else 1)
            else:
                for m, k in e.items():
                    if m == ONE:
                        out = scale(out, (-1) ** int(k))
                    else:
                        unit = {m: Fraction(1)}
                        out = self.mul(out, self.power_atom(f"(-1)^({key(unit)})", k, "sign_power", unit))
        for part, sgn in ((c.numerator, 1), (c.denominator, -1)):
            for p, k in ([] if part == 1 else fmpz(part).factor()):
                for m, q in e.items():
                    if m == ONE:
                        out = self.mul(out, self.power_atom(f"prime({p})", q * int(k) * sgn, "prime", int(p)))
                    else:
                        name = f"{p}^({key({m: Fraction(1)})})"
                        out = self.mul(out, self.power_atom(name, q * int(k) * sgn, "pow", const(int(p)), m))
        return out

    def factor_power(self, a: str, e: Poly) -> Poly:
        info = self.info[a]
        if info[0] == "exp":
            return self.exp(self.mul(e, info[1]))
        if info[0] == "pow":
            return self.raise_to(info[1], self.mul(e, {info[2]: Fraction(1)}), None)
        if info[0] == "prime":
            return self.number_power(Fraction(info[1]), e)
        if info[0] == "sign_power" or info[0] == "i":
            if is_const(e):
                return self.power_atom(a, value(e), *info)
            raise Rejected(f"a symbolic power of {a}")
        return self.symbolic_power(a, {((a, Fraction(1)),): Fraction(1)}, e)

    def symbolic_power(self, name: str, base: Poly, e: Poly) -> Poly:
        out = const(1)
        for m, c in e.items():
            if m == ONE and (c.denominator == 1 or len(base) == 1):
                step = self.power(base, int(c)) if c.denominator == 1 else \
                    self.reduced(tuple((a, k * c) for a, k in next(iter(base))))
                out = self.mul(out, step)
            else:
                out = self.mul(out, self.power_atom(f"{name}^({key({m: Fraction(1)})})", c, "pow", base, m))
        return out

    def log(self, u: Poly) -> Poly:
        if len(u) != 1:
            common = self.content(u)
            lead = abs(u[max(u)]) if u else Fraction(0)
            if not u:
                raise Rejected("log 0")
            front: Poly = {common: lead}
            if common and self.sign({common: Fraction(1)}) != ">":
                front = const(lead)
            (m, c), = front.items()
            rest = {times(x, tuple((a, -k) for a, k in m)): v / c for x, v in u.items()}
            inner = self.atom(f"log({key(rest)})", "log", rest)
            return inner if front == const(1) else add(self.log(front), inner)
        (m, c), = u.items()
        if c < 0 or any(self.sign({((a, Fraction(1)),): Fraction(1)}) != ">" for a, _ in m):
            return self.atom(f"log({key(u)})", "log", u)
        out: Poly = {}
        for part, sgn in ((c.numerator, 1), (c.denominator, -1)):
            for p, k in ([] if part == 1 else fmpz(part).factor()):
                out = add(out, scale(self.atom(f"log({p})", "log", const(int(p))), int(k) * sgn))
        for a, k in m:
            info = self.info[a]
            if info[0] == "exp":
                part_log = info[1]
            elif info[0] == "pow":
                part_log = self.mul(self.log(info[1]), {info[2]: Fraction(1)})
            elif info[0] == "prime":
                part_log = self.log(const(info[1]))
            elif info[0] in ("root", "inv"):
                part_log = scale(self.log(info[1]), 1 if info[0] == "root" else -1)
            else:
                part_log = self.atom(f"log({a})", "log", {((a, Fraction(1)),): Fraction(1)})
            out = add(out, scale(part_log, k))
        return out

    def gamma(self, u: Poly) -> Poly:
        """Gamma(m + j) = Gamma(m + 1) times or divided by the factors in between, j shifted to 1."""
        shift = value(u)
        base = sub(u, const(shift))
        if not base:
            if shift.denominator == 1:
                if shift < 1:
                    raise Rejected("pole of the gamma function")
                return const(int(fmpz.fac_ui(int(shift) - 1)))
            frac = shift % 1
            start: Poly = self.opaque("gamma", const(frac))
            if frac == Fraction(1, 2):
                start = self.raise_to(self.scalar(Formula("const", ("pi",))), const(frac), None)
        else:
            frac = shift % 1 if shift.denominator != 1 else Fraction(1)
            start = self.opaque("gamma", add(base, const(frac)))
        steps = int(shift - frac)
        if abs(steps) > 60:
            raise Rejected("gamma shift too long")
        out = start
        for j in range(abs(steps)):
            factor = add(base, const(frac + j if steps > 0 else frac - 1 - j))
            out = self.mul(out, factor if steps > 0 else self.invert(factor))
        return out

    def absolute(self, u: Poly) -> Poly:
        if any(self.info[a][0] == "delta" for m in u for a, _ in m):
            return self.opaque("abs", u)
        s = self.sign(u)
        if s in (">", ">=", "="):
            return u
        if s in ("<", "<="):
            return scale(u, -1)
        if not self.is_real(u):
            return self.opaque("abs", u)
        if len(u) == 1:
            (m, c), = u.items()
            out = const(abs(c))
            for a, k in m:
                one = {((a, Fraction(1)),): Fraction(1)}
                positive = self.sign(one) in (">", ">=")
                base = one if positive or k % 2 == 0 else self.atom(f"|{key(one)}|", "square", one)
                out = self.mul(out, self.power(base, int(k)) if k.denominator == 1 else {((a, k),): Fraction(1)})
            return out
        lead = u[max(u)]
        unit = scale(u, 1 / lead)
        return scale(self.atom(f"|{key(unit)}|", "square", unit), abs(lead))

    # ---------------------------------------------------------------------------------------------- sums and integrals
    def sum(self, body: Formula, var: Formula, lo: Formula, hi: Formula) -> Poly:
        if self.shape(body) is not None:
            raise Rejected("a matrix sum where a number is expected")
        low, high = self.scalar(lo), self.scalar(hi)
        self.fresh += 1
        token = f"⟨{self.fresh}⟩"
        bound = Formula("sym", (token, "integer"))
        renamed = substitute(body, {var.args[0]: bound})
        with self.assuming(lo <= bound, bound <= hi):
            p = self.scalar(renamed)
            return self.sum_poly(p, f"s:{token}", low, high)

    def sum_poly(self, p: Poly, token: str, low: Poly, high: Poly) -> Poly:
        length = add(sub(high, low), const(1))
        if is_const(length) and value(length).denominator == 1 and value(length) <= 64:
            return add(*(self.replace(p, token, add(low, const(j))) for j in range(max(0, int(value(length))))))
        out: Poly = {}
        for m, c in p.items():
            free = tuple(x for x in m if not self.mentions(x[0], token))
            bound = tuple(x for x in m if self.mentions(x[0], token))
            out = add(out, self.mul({free: c}, self.sum_mono(bound, token, low, high, length)))
        return out

    def sum_mono(self, m: Mono, token: str, low: Poly, high: Poly, length: Poly) -> Poly:
        if not m:
            if self.sign(length) not in (">", ">=", "="):
                raise Rejected(f"the length {key(length)} of a sum is not known to be non-negative")
            return length
        d = next((a for a, _ in m if self.info[a][0] == "delta"), None)
        if d is not None and self.mentions(d, token):
            eqn = self.info[d][1]
            coeff = eqn.get(((token, Fraction(1)),))
            rest = {x: v for x, v in eqn.items() if x != ((token, Fraction(1)),)}
            if coeff is not None and not any(self.mentions(a, token) for x in rest for a, _ in x):
                at = scale(rest, -1 / coeff)
                if self.sign(sub(at, low)) in (">", ">=", "=") and self.sign(sub(high, at)) in (">", ">=", "="):
                    return self.replace({tuple(x for x in m if x[0] != d): Fraction(1)}, token, at)
        body: Poly = {m: Fraction(1)}
        shift = value(high)
        if shift and not is_const(high):  # bring the upper end to its symbolic part
            top = sub(high, const(shift))
            if self.sign(add(sub(top, low), const(1 + min(shift, Fraction(0))))) in (">", ">=", "="):
                ends = range(1, int(shift) + 1) if shift > 0 else range(int(shift) + 1, 1)
                extra = add(*(self.replace(body, token, add(top, const(j))) for j in ends))
                return add(self.sum_atom(body, token, low, top), scale(extra, 1 if shift > 0 else -1))
        return self.sum_atom(body, token, low, high)

    def sum_atom(self, body: Poly, token: str, low: Poly, high: Poly) -> Poly:
        """Canonical names for the bound indices; an inner sum that is a factor joins its range to the outer ones."""
        ranges = [(token, low, high)]
        (m, _), = body.items()
        inner = next((a for a, k in m if self.info[a][0] == "sum" and k == 1), None)
        if inner is not None:
            sub_ranges, sub_mono = self.info[inner][1:3]
            renamed = []
            for old, a, b in sub_ranges:
                self.fresh += 1
                new = f"s:⟨{self.fresh}⟩"
                self.atom(new, "s", new[2:], "integer")
                renamed.append((new, a, b))
                (sub_mono, _), = self.replace({sub_mono: Fraction(1)}, old, self.atom(new)).items()
            m = times(tuple(x for x in m if x[0] != inner), sub_mono)
            ranges += renamed
        best = None
        for order in permutations(ranges) if len(ranges) < 4 else [tuple(ranges)]:
            q: Poly = {m: Fraction(1)}
            named = []
            for j, (old, a, b) in enumerate(order):
                slot = f"s:⟦{j}⟧"
                self.atom(slot, "s", slot[2:], "integer")
                q = self.replace(q, old, self.atom(slot))
                named.append((slot, a, b))
            (canon, _), = q.items()
            text = ";".join(f"{s}={key(a)}..{key(b)}" for s, a, b in named)
            name = f"sum[{text}]({key(q)})"
            if best is None or name < best[0]:
                best = (name, named, canon)
        assert best is not None
        return self.atom(best[0], "sum", best[1], best[2])

    def integral(self, body: Formula, var: Formula, lo: Formula, hi: Formula) -> Poly:
        self.fresh += 1
        token = f"⟨{self.fresh}⟩"
        p = self.scalar(substitute(body, {var.args[0]: Formula("sym", (token, "real"))}))
        slot = self.atom("s:⟦x⟧", "s", "⟦x⟧", "real")
        ends = [f.args[0] if f.head == "const" else key(self.scalar(f)) for f in (lo, hi)]
        return self.atom(f"integral[{ends[0]}..{ends[1]}]({key(self.replace(p, f's:{token}', slot))})", "integral")

    # ------------------------------------------------------------------------------------------------ substitution
    def mentions(self, atom: str, token: str) -> bool:
        return _mentions(atom, token)

    def meet(self, p: Poly, zero: Poly) -> Poly:
        """p on the set where the linear form `zero` vanishes (used beneath a Kronecker delta)."""
        for m, c in sorted(zero.items()):
            if len(m) == 1 and m[0][1] == 1 and self.info[m[0][0]][0] == "s":
                rest = {x: v for x, v in zero.items() if x != m}
                return self.replace(p, m[0][0], scale(rest, -1 / c))
        return p

    def replace(self, p: Poly, token: str, by: Poly) -> Poly:
        return add(*(scale(self.mul(*(self.replace_atom(a, k, token, by) for a, k in m)), c) for m, c in p.items()))

    def replace_atom(self, atom: str, k: Fraction, token: str, by: Poly) -> Poly:
        if atom == token:
            return self.power(by, int(k)) if k.denominator == 1 else self.raise_to(by, const(k), None)
        if not self.mentions(atom, token):
            return {((atom, k),): Fraction(1)}
        kind, *d = self.info[atom]

        def go(q: Poly) -> Poly:
            return self.replace(q, token, by)
        if kind == "exp":
            return self.exp(scale(go(d[0]), k))
        if kind == "pow":
            return self.raise_to(go(d[0]), scale(go({d[1]: Fraction(1)}), k), None)
        if kind == "sign_power":
            return self.number_power(Fraction(-1), scale(go(d[0]), k))
        if kind == "at":
            index = go(d[1])
            new = self.atom(f"{d[0]}[{key(index)}]", "at", d[0], index)
        elif kind == "fn":
            args = [go(q) for q in d[1]]
            new = self.gamma(args[0]) if d[0] == "gamma" else self.opaque(d[0], *args)
        elif kind == "delta":
            z = go(d[0])
            new = const(0 if z else 1) if is_const(z) else self.atom(
                f"delta({key(min(z, scale(z, -1), key=key))})", "delta", min(z, scale(z, -1), key=key))
        elif kind == "log":
            new = self.log(go(d[0]))
        elif kind == "inv":
            new = self.invert(go(d[0]))
        elif kind == "root":
            return self.raise_to(go(d[0]), const(k), None)
        elif kind == "square":
            new = self.absolute(go(d[0]))
        elif kind == "sum":
            ranges = [(s, go(a), go(b)) for s, a, b in d[0]]
            new = {d[1]: Fraction(1)}
            new = go(new)
            for s, a, b in ranges:
                new = self.sum_poly(new, s, a, b)
        elif kind in ("word", "trace"):
            new = self.replace_word(atom, token, by)
        else:
            raise Rejected(f"cannot substitute inside {atom}")
        return self.power(new, int(k)) if k.denominator == 1 else self.raise_to(new, const(k), None)

    # ---------------------------------------------------------------------------------------------------------- signs
    def parity_of(self, p: Poly) -> int | None:
        """0 or 1 for an integer-valued polynomial of known parity."""
        if key(p) in self.parity:
            return self.parity[key(p)]
        total = 0
        for m, c in p.items():
            if c.denominator != 1 or not self.is_integer({m: c}):
                return None
            known = self.parity.get(key({m: Fraction(1)})) if m else 1
            if c % 2 and known is None:
                return None
            total += int(c) * (known or 0)
        return total % 2

    def is_real(self, p: Poly) -> bool:
        return all(a != "i" and self.info[a][0] != "unit" and not (self.info[a][0] == "s" and self.info[a][2] == "complex")
                   and not (self.info[a][0] == "exp" and not self.is_real(self.info[a][1])) for m in p for a, _ in m)

    def is_integer(self, p: Poly) -> bool:
        return all(c.denominator == 1 and all(k > 0 and k.denominator == 1 and self.info[a][0] == "s" and
                                              self.info[a][2] == "integer" for a, k in m) for m, c in p.items())

    def need_positive(self, b: Poly, whole: bool) -> None:
        if not whole and self.sign(b) not in (">", ">="):
            raise Rejected(f"the base {key(b)} of a power is not known to be positive")

    def require_nonzero(self, p: Poly, shown: Formula) -> None:
        if self.sign(p) not in (">", "<", "!=") and not self.fresh_inside(shown):
            self.conditions.append(ne(shown, 0))

    def fresh_inside(self, f: Formula) -> bool:
        return (f.head == "sym" and "⟨" in f.args[0]) or any(self.fresh_inside(x) for x in children(f))

    def is_generic(self, atom: str) -> bool:
        index = self.info[atom][2]
        return len(index) == 1 and all(len(m) == 1 and m[0][1] == 1 and c == 1 and self.info[m[0][0]][0] == "s"
                                       and m[0][0][2:] not in self.fixed for m, c in index.items())

    def sign(self, p: Poly) -> str | None:
        """One of > >= = != <= <, or None when the kernel cannot tell from the hypotheses."""
        return sign(self, p)
