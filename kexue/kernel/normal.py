"""Normal form of numbers: rational functions in atoms.  Exponentials, powers, logarithms, factorials and finite sums follow
their laws where the hypotheses allow it; any other function is known by its arguments only.

An integer n >= 3 is written 3 + n' with n' >= 0, an even one 2 n', a real x > a is a + x' with x' > 0: signs and parities
become visible in the coefficients.  Other inequalities are `facts`, equations are rewrite rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from math import ceil, floor, gcd, lcm
from typing import Any

from flint import fmpz

from ..formula import BINDERS, FUNCTIONS, SPECIAL, Formula, call, children, free_symbols, lift, ne, substitute
from .algebra import LARGE, NEGATED, UNIT, Mono, Poly, Rat, const, key, lowest, plus, poly, scaled, show
from .diff import derivative
from .verdict import Rejected
from .words import Words

ODD = ("Si", "erf", "atan", "asin", "asinh", "atanh", "sign")
AT_ZERO = {"Si": 0, "erf": 0, "atan": 0, "asin": 0, "asinh": 0, "atanh": 0, "erfc": 1, "hyp1f1": 1, "lambertw": 0}
HOLDS = {"lt": (">",), "le": (">", ">=", "="), "ne": (">", "<", "!=")}
FORMATS = {"binary16": (11, -24), "bfloat16": (8, -133), "binary32": (24, -149), "binary64": (53, -1074)}


class ZeroPower(Rejected):
    """0^k with k not known to be positive: a sum splits off its first term."""


def rounded(x: Fraction, name: str) -> Fraction:
    """x rounded to nearest, ties to even, in a binary format (no overflow at the sizes in question)."""
    digits, lowest_exponent = FORMATS[name]
    if not x:
        return x
    e = max((abs(x).numerator.bit_length() - abs(x).denominator.bit_length()) - digits, lowest_exponent)
    if abs(x) >= Fraction(2) ** (e + digits):
        e += 1
    return round(x / Fraction(2) ** e) * Fraction(2) ** e


def product_sign(*signs: str) -> str:
    out = ">"
    for s in signs:
        if "=" in (out, s):
            return "="
        if "" in (out, s):
            return ""
        if "!=" in (out, s):
            out = "!=" if not {out, s} & {">=", "<="} else ""
            continue
        out = ("<" if out[0] != s[0] else ">") + ("=" if len(out) + len(s) > 2 else "")
    return out


def total_sign(signs: Sequence[str]) -> str:
    """Sign of a sum of terms with these signs."""
    kinds = {s for s in signs if s != "="}
    if len(signs) == 1 or not kinds:
        return signs[0] if signs else "="
    for side in "><":
        if all(s and s[0] == side for s in kinds):
            return side if side in kinds else side + "="
    return ""


def multiple(p: Poly, q: Poly) -> Fraction | None:
    """c with p = c q, if there is one."""
    return p[max(p)] / q[max(q)] if p and p.keys() == q.keys() and len({p[m] / q[m] for m in p}) == 1 else None


class Normal(Words):
    def __init__(self, hyps: Sequence[Formula] = (), _claim: Formula | None = None) -> None:
        super().__init__()
        self.facts: list[tuple[Poly, bool]] = []  # p > 0 where True, p >= 0 where False
        self.nonzero: list[Poly] = []
        self.conditions: list[Formula] = []
        self.param: dict[str, Rat] = {}
        self.family_sign: dict[str, str] = {}
        self.fresh = 0
        self.hyps = tuple(hyps)
        rest = self.parametrise(hyps)
        for h in rest:
            self.assume(h)
        for h in rest if self.solved else []:  # once more, in terms of what the equations have been solved for
            if h.head in ("lt", "le", "ne"):
                self.assume(h)

    # ----------------------------------------------------------------------------------------------- hypotheses
    def parametrise(self, hyps: Sequence[Formula]) -> list[Formula]:
        """Shift symbols to their numeric bounds; return the hypotheses that say more than that."""
        lower: dict[str, tuple[Fraction, bool]] = {}
        upper: dict[str, tuple[Fraction, bool]] = {}
        parity: dict[str, int] = {}
        rest: list[Formula] = []
        sorts: dict[str, str] = {}
        for h in hyps:
            if h.head in ("even", "odd") and h.args[0].head == "sym":
                parity[h.args[0].args[0]] = int(h.head == "odd")
            elif h.head in ("lt", "le") and {h.args[0].head, h.args[1].head} == {"num", "sym"}:
                up = h.args[0].head == "sym"
                (name, sort), c = h.args[0 if up else 1].args, h.args[1 if up else 0].args[0]
                if sort not in ("integer", "real"):
                    raise Rejected(f"an inequality for {name}, which is not real")
                strict = h.head == "lt" and sort != "integer"
                if sort == "integer":
                    c = Fraction((ceil(c) - 1 if h.head == "lt" else floor(c)) if up else floor(c) + 1 if h.head == "lt" else ceil(c))
                table, sorts[name] = upper if up else lower, sort
                old = table.get(name)
                if old is None or (c < old[0] if up else c > old[0]) or (c == old[0] and strict):
                    table[name] = (c, strict)
            else:
                rest.append(h)
        for name in dict.fromkeys([*lower, *upper, *parity]):
            whole = sorts.get(name, "integer") == "integer"
            step, shift = (2, parity[name]) if name in parity else (1, 0)
            if name in lower:
                c, strict = lower[name]
                start = Fraction(ceil((c - shift) / step)) if whole else c
                self.param[name] = self.add(const(start * step + shift), self.mul(const(step), self.atom(
                    name, "sym", None, ">" if strict else ">=", whole=whole)))
                if name in upper:
                    rest.append(Formula("lt" if upper[name][1] else "le", (Formula("sym", (name, sorts[name])), lift(upper[name][0]))))
            elif name in upper and name not in parity:
                c, strict = upper[name]
                self.param[name] = self.sub(const(c), self.atom(name, "sym", None, ">" if strict else ">=", whole=whole))
            else:
                self.param[name] = self.add(const(shift), self.mul(const(step), self.atom(name, "sym", whole=True)))
                if name in upper:
                    rest.append(Formula("le", (Formula("sym", (name, "integer")), lift(upper[name][0]))))
        return rest

    def assume(self, h: Formula) -> None:
        if h.head == "every":  # p[i] > 0 or p[i] >= 0 for every index i, or S[i] is positive definite, ...
            rel, i = h.args
            member = rel.args[-1]
            if member.head == "at" and member.args[1] == i and (rel.head in self.has or rel.head in ("lt", "le") and rel.args[0] == lift(0)):
                if rel.head in self.has:
                    self.has[rel.head].add(member.args[0].args[0])
                else:
                    self.family_sign[member.args[0].args[0]] = ">" if rel.head == "lt" else ">="
            return
        if h.head in ("and", "or", "not"):  # nothing is used of an alternative, which can only weaken what is proved
            return
        if h.head in ("lt", "le", "ne"):
            gap = self.sub(self.scalar(h.args[1]), self.scalar(h.args[0]))
            s = self.poly_sign(gap.den)
            if h.head == "ne":
                self.nonzero.append(gap.num)
                self.mark(gap.num, "!=")
            elif s in (">", "<"):
                p = gap.num if s == ">" else scaled(gap.num, -1)
                self.facts.append((p, h.head == "lt"))
                self.mark(p, ">" if h.head == "lt" else ">=")
        elif h.head == "eq" and self.shape(h.args[0]) is None:
            self.equation(self.scalar(h.args[0]), self.scalar(h.args[1]))
        elif h.head not in ("even", "odd"):
            self.structure(h)

    def mark(self, p: Poly, s: str) -> None:
        """The sign of an atom that a hypothesis is about."""
        if len(p) == 1 and len(m := next(iter(p))) == 1 and m[0][1] == 1 and (p[m] > 0 or s == "!="):
            a = self.atoms[m[0][0]]
            both = {s, a.sign}
            self.atoms[m[0][0]] = a._replace(sign=">" if ">" in both or both == {">=", "!="} else s)

    def equation(self, left: Rat, right: Rat) -> None:
        """Solve for an atom that is linear with a coefficient known not to vanish, if possible for one of the left side only;
        otherwise the highest monomial becomes the left side of a rewrite rule."""
        gap = self.sub(left, right).num
        names = {a for m in gap for a, _ in m}
        there = {a for m in right.num for a, _ in m}
        for a in sorted(names, key=lambda a: (a in there, -len(a), a)):
            parts = {m: c for m, c in gap.items() if any(x == a for x, _ in m)}
            if a in self.param or self.atoms[a].kind not in ("sym", "fn", "at") or any(dict(m)[a] != 1 for m in parts) or any(
                    a in b and a != b for b in names):
                continue
            factor = self.times(parts, {((a, Fraction(-1)),): Fraction(1)})
            if self.sign(Rat(factor, poly(1))) in HOLDS["ne"]:
                self.solved[a] = self.ratio({m: -c for m, c in gap.items() if m not in parts}, factor)
                return
        whole = {m: c for m, c in gap.items() if any(k > 0 for _, k in m)}
        if whole:
            top = max(whole, key=lambda m: (sum(k for _, k in m), m))
            keep = tuple((a, k) for a, k in top if k > 0)
            back = {tuple((a, -k) for a, k in top if k < 0): -1 / gap[top]}
            right_side = self.times({m: c for m, c in gap.items() if m != top}, back)
            if not any(all(dict(m).get(a, Fraction(0)) >= k for a, k in keep) for m in right_side):
                self.rules.append((keep, right_side))

    @contextmanager
    def inside(self, token: str, low: Rat, high: Rat) -> Iterator[None]:
        """The index `token` runs over low, ..., high."""
        saved, known = list(self.facts), set(self.atoms)
        filled = self.nonneg(self.sub(high, low))
        step = self.atom(token, "sym", None, ">=", whole=True)
        self.param[token] = self.add(low, step)
        gap = self.sub(high, self.param[token])
        if gap.den == poly(1):
            self.facts.append((gap.num, False))
        try:
            yield
        finally:
            self.facts = saved
            del self.param[token]
            for name in [] if filled else self.atoms.keys() - known:  # what was found may hold only because the range is not empty
                a = self.atoms[name]
                if token not in name and a.kind not in ("sym", "at", "prime"):
                    self.atoms[name] = a._replace(sign="", real=False, data=(a.data[0], False) if a.kind == "log" else a.data)

    # ---------------------------------------------------------------------------------------------------- signs
    def mono_sign(self, m: Mono) -> str:
        def one(a: str, k: Fraction) -> str:
            s, real = self.atoms[a].sign, self.atoms[a].real
            if k.denominator == 1 and k % 2 == 0 and real:
                s = ">" if s in (">", "<", "!=") else ">="
            return s if k > 0 or s in (">", "<", "!=") else {">=": ">", "<=": "<"}.get(s, s)  # 1/a is defined only where a != 0
        return product_sign(*(one(a, k) for a, k in m))

    def term_sign(self, p: Poly) -> str:
        return total_sign([product_sign(self.mono_sign(m), ">" if c > 0 else "<") for m, c in p.items()])

    def poly_sign(self, p: Poly, depth: int = 2) -> str:
        """The sign of p: term by term, from up to two facts, from its content, or as a multiple of a fact; "" if unknown."""
        if not p or not depth or (s := self.term_sign(p)):
            return "=" if not p else self.term_sign(p) or ("!=" if any(multiple(p, q) for q in self.nonzero) else "")
        best = ""
        for q, strict in self.facts:
            for m in q:
                if (c := p.get(m, Fraction(0)) / q[m]):
                    s = total_sign([product_sign(">" if c > 0 else "<", ">" if strict else ">="),
                                    self.poly_sign(plus(p, scaled(q, -c)), depth - 1) if depth else ""])
                    if s in (">", "<"):
                        return s
                    best = best or s
        for q in self.nonzero:
            if multiple(p, q):
                return {">=": ">", "<=": "<"}.get(best, "!=")
        if not best and (m := lowest(p)):
            best = product_sign(self.mono_sign(m), self.poly_sign(self.times(p, self.over(m)), depth - 1))
        for q, strict in [] if best else self.facts:
            if len(q) > 1 and (rest := self.quotient(p, q)) is not None and len(rest) < len(p):
                best = best or product_sign(">" if strict else ">=", self.poly_sign(rest, depth - 1))
        for q in [] if best else self.nonzero:
            if len(q) > 1 and (rest := self.quotient(p, q)) is not None and self.poly_sign(rest, depth - 1) in HOLDS["ne"]:
                return "!="
        return best

    def sign(self, r: Rat) -> str:
        return product_sign(self.poly_sign(r.num), self.poly_sign(r.den))

    def sign_of(self, f: Formula) -> str:
        """The sign of the value, or of the formula as it is written: of a sum, product or quotient by its parts."""
        s = self.sign(self.scalar(f))
        if s in ("", "!=") and f.head in ("add", "sub", "mul", "div", "neg") and self.shape(f) is None and not any(map(self.shape, f.args)):
            parts = [self.sign_of(g) for g in f.args]
            if f.head in ("sub", "neg"):
                parts[-1] = NEGATED[parts[-1]]
            return (total_sign(parts) if f.head in ("add", "sub", "neg") else product_sign(*parts)) or s
        return s

    def real(self, r: Rat) -> bool:
        """All atoms are real, or conjugation (i -> -i, exp(iu) -> exp(-iu)) gives the same value."""
        odd = {a for p in r for m in p for a, _ in m if not self.atoms[a].real}
        if not odd:
            return True
        turned = {a: -1 for a in odd if self.atoms[a].kind == "exp" and dict(min(self.atoms[a].data.num, default=UNIT)).get("#i") == 1
                  and all((x == "#i" and p is self.atoms[a].data.num) or self.atoms[x].real for p in self.atoms[a].data for m in p for x, _ in m)}
        if odd - {"#i", *turned}:
            return False
        parts = [plus(*({tuple((a, k * turned.get(a, 1)) for a, k in m): c * (-1 if dict(m).get("#i", 0) == 1 else 1)} for m, c in p.items()))
                 for p in r]
        return self.zero(self.sub(r, self.ratio(parts[0], parts[1])))

    def whole(self, r: Rat) -> bool:
        return r.den == poly(1) and all(c.denominator == 1 and all(self.atoms[a].whole and k > 0 and k.denominator == 1 for a, k in m)
                                        for m, c in r.num.items())

    def parity(self, r: Rat) -> int | None:
        if not self.whole(r) or any(c % 2 for m, c in r.num.items() if m != UNIT):
            return None
        return int(r.num.get(UNIT, Fraction(0)) % 2)

    def nonneg(self, r: Rat) -> bool:
        return self.sign(r) in (">", ">=", "=")

    def need_nonzero(self, r: Rat, shown: Formula) -> None:
        if self.sign(r) not in HOLDS["ne"] and self.sign_of(shown) not in HOLDS["ne"]:
            if any("⟨" in s for s in free_symbols(shown)):
                raise Rejected("a denominator below a summation or integration sign may vanish")
            self.conditions.append(ne(shown, 0))

    # -------------------------------------------------------------------------------------------------- numbers
    def scalar(self, f: Formula) -> Rat:
        self.tick()
        h, a = f.head, f.args
        if h == "num":
            return const(a[0])
        if h == "const":
            if a[0] == "oo":
                raise Rejected("infinity is not a number")
            return self.exp(const(1)) if a[0] == "e" else self.atom("#i", "i", real=False) if a[0] == "i" else \
                self.atom("#" + a[0], "sym", None, ">")
        if h == "sym" and isinstance(a[1], str):
            if a[0] in self.param:
                return self.param[a[0]]
            return self.atom(a[0], "sym", real=a[1] != "complex", whole=a[1] == "integer")
        if h in ("add", "sub", "neg", "mul", "div") and self.shape(f) is None:
            u = self.scalar(a[0])
            if h == "neg":
                return self.neg(u)
            v = self.scalar(a[1])
            if h == "div":
                self.need_nonzero(v, a[1])
                return self.mul(u, self.ratio(v.den, v.num))
            return self.add(u, v) if h == "add" else self.sub(u, v) if h == "sub" else self.mul(u, v)
        if h == "at" and self.shape(f) is None and not isinstance(a[0].args[1][1], tuple):
            name, (_, sort) = a[0].args
            return self.atom(self.name(f), "at", None, self.family_sign.get(name, ""), sort != "complex", sort == "integer")
        if h in ("pow", "sqrt"):
            return self.raise_to(self.scalar(a[0]), self.scalar(a[1]) if h == "pow" else const(Fraction(1, 2)), a[0])
        if h == "dpow":
            return self.power_derivative(self.scalar(a[0]), self.scalar(a[1]), int(a[2].args[0]), a[0])
        if h == "exp":
            return self.exp(self.scalar(a[0]))
        if h in ("sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh"):
            return self.circular(h, self.scalar(a[0]), a[0])
        if h == "log":
            return self.log(self.scalar(a[0]))
        if h in ("factorial", "gamma"):
            return self.gamma(self.add(self.scalar(a[0]), const(int(h == "factorial"))))
        if h == "binomial":
            n, k = map(self.scalar, a)
            if not self.nonneg(k) or not self.nonneg(self.sub(n, k)):
                return self.opaque(h, n, k)
            g = [self.gamma(self.add(u, const(1))) for u in (n, k, self.sub(n, k))]
            return self.mul(g[0], self.power(self.mul(g[1], g[2]), -1))
        if h == "delta":
            d = self.sub(*map(self.scalar, a))
            if self.sign(d) in (">", "<", "!=", "="):
                return const(int(self.sign(d) == "="))
            return self.atom(f"delta({min(show(d), show(self.neg(d)))})", "fn", None, ">=", whole=True)
        if h == "sum":
            return self.sum(*a)
        if h == "diff":
            return self.scalar(derivative(a[0], a[1].args[0]))
        if h == "integral":
            self.fresh += 1
            token = f"⟨{self.fresh:06d}⟩"
            inner = self.scalar(substitute(a[0], {a[1].args[0]: Formula("sym", (token, "real"))}))
            if not all(self.real(self.scalar(e)) for e in a[2:] if e != Formula("const", ("oo",))):
                raise Rejected("an integral between ends that are not known to be real")
            ends = ["oo" if e == Formula("const", ("oo",)) else show(self.scalar(e)) for e in a[2:]]
            return self.atom(f"integral[{ends[0]}..{ends[1]}]({self.closed(show(inner), token)})", "fn", real=self.real(inner))
        if h == "abs":
            return self.absolute(self.scalar(a[0]))
        if h == "round":
            x = self.scalar(a[1])
            if x.den != poly(1) or x.num.keys() - {UNIT}:
                raise Rejected("only a number is rounded")
            return const(rounded(x.num.get(UNIT, Fraction(0)), a[0].args[0]))
        if h == "uppergamma" and not self.scalar(a[1]).num and self.sign(self.scalar(a[0])) == ">":
            return self.gamma(self.scalar(a[0]))
        if h == "apply":
            return self.opaque(a[0].args[0] + "()", *map(self.scalar, a[1:]))
        if h in ("dot", "tr", "det", "matmul", "add", "sub", "mul", "neg", "div", "T", "sym", "at"):
            return self.to_scalar(f)
        if h not in FUNCTIONS and h not in SPECIAL:
            raise Rejected(f"no normal form for {h} as a number")
        return self.opaque(h, *map(self.scalar, a))

    def opaque(self, head: str, *args: Rat) -> Rat:
        last = args[-1]
        if head in AT_ZERO and not last.num and (len(args) == 1 or head == "hyp1f1"):
            return const(AT_ZERO[head])
        if head in ODD and last.num and last.num[max(last.num)] < 0 and self.real(last):  # on a branch cut the two may differ
            return self.neg(self.opaque(head, self.neg(last)))
        if head == "atan" and last == const(1):
            return self.mul(const(Fraction(1, 4)), self.scalar(Formula("const", ("pi",))))
        positive = head == "lambertw" and len(args) == 1 and self.sign(last) == ">" or head == "erfc" and self.real(last) or head == "besseli" and self.nonneg(args[0]) and self.sign(last) == ">" or head == "hyp1f1" and all(self.sign(u) == ">" for u in args)
        return self.atom(f"{head}({','.join(map(show, args))})", head if head == "lambertw" and len(args) == 1 else "fn", args, ">" if positive else "",
                         real=all(map(self.real, args)))

    def exp(self, u: Rat) -> Rat:
        out = const(1)
        for m, c in u.num.items():
            log = next((a for a, k in m if k == 1 and self.atoms[a].kind == "log" and self.atoms[a].data[1]), None)
            other = tuple(x for x in m if x[0] != log)
            if log is not None and not other and u.den == poly(1):  # exp(c log b) = b^c
                out = self.mul(out, self.raise_to(self.atoms[log].data[0], const(c), None))
            elif dict(m) == {"#i": 1, "#pi": 1} and u.den == poly(1):
                quarter, c = divmod(c, Fraction(1, 2))
                out = self.mul(out, self.power(self.atom("#i", "i", real=False), int(quarter) % 4))
                if c.denominator in (3, 4, 6):  # c = 1/6, 1/4 or 1/3: cos(pi c) + i sin(pi c)
                    re, im = (self.raise_to(const(Fraction(x, 4)), const(Fraction(1, 2)), None) for x in {3: (1, 3), 4: (2, 2), 6: (3, 1)}[c.denominator])
                    out = self.mul(out, self.add(re, self.mul(self.atom("#i", "i", real=False), im)))
                elif c:
                    out = self.mul(out, self.atom("exp(i*pi)", "exp", Rat({m: Fraction(1)}, poly(1)), real=False, k=c))
            elif c.denominator == 1 and u.den == poly(1) and dict(m).get("#i") == dict(m).get("#pi") == 1 and self.whole(
                    rest := Rat({tuple(x for x in m if x[0] not in ("#i", "#pi")): c}, poly(1))):
                out = self.mul(out, self.raise_to(const(-1), rest, None))  # exp(i pi n) = (-1)^n
            elif len(m) == 1 and self.atoms[m[0][0]].kind == "lambertw" and m[0][1] == 1 and c.denominator == 1 and u.den == poly(1):
                (arg,), w = self.atoms[m[0][0]].data, Rat({m: Fraction(1)}, poly(1))
                if self.sign(arg) != ">":
                    raise Rejected("exp(W(u)) = u / W(u) is used for u > 0")
                out = self.mul(out, self.power(self.mul(arg, self.power(w, -1)), int(c)))
            else:
                one = Rat({m: Fraction(1)}, u.den)
                real = self.real(one)
                out = self.mul(out, self.atom(f"exp({show(one)})", "exp", one, ">" if real else "!=", real=real, k=c))
        return out

    def circular(self, h: str, u: Rat, shown: Formula) -> Rat:
        if h in ("tan", "cot", "sec", "csc", "tanh"):
            s, c = (self.circular(x, u, shown) for x in (("sinh", "cosh") if h == "tanh" else ("sin", "cos")))
            top, bottom = {"tan": (s, c), "tanh": (s, c), "cot": (c, s), "sec": (const(1), c), "csc": (const(1), s)}[h]
            if h != "tanh" or not self.real(u):
                self.need_nonzero(bottom, call("cosh" if h == "tanh" else "cos" if h in ("tan", "sec") else "sin", shown))
            return self.mul(top, self.power(bottom, -1))
        i = const(1) if h in ("sinh", "cosh") else self.atom("#i", "i", real=False)
        up, down = self.exp(self.mul(i, u)), self.exp(self.neg(self.mul(i, u)))
        if h in ("cos", "cosh"):
            return self.mul(const(Fraction(1, 2)), self.add(up, down))
        return self.mul(const(Fraction(1, 2)), self.power(i, 3), self.sub(up, down)) if h == "sin" else \
            self.mul(const(Fraction(1, 2)), self.sub(up, down))

    def raise_to(self, b: Rat, e: Rat, shown: Formula | None) -> Rat:
        fixed = e.den == poly(1) and e.num.keys() <= {UNIT}
        c = e.num.get(UNIT, Fraction(0))
        if fixed and c < 0 and shown is not None:
            self.need_nonzero(b, shown)
        elif fixed and c < 0 and self.sign(b) not in HOLDS["ne"]:
            raise Rejected(f"{show(b)} may vanish below a fraction bar")
        if abs(c) > LARGE:
            raise Rejected(f"an exponent as large as {c}")
        if fixed and c.denominator == 1:
            return self.power(b, int(c))
        if not b.num:
            if self.sign(e) == ">":
                return const(0)
            raise ZeroPower("0 to a power that is not known to be positive")
        positive = self.sign(b) == ">"
        if positive and not fixed:
            return self.exp(self.mul(e, self.log(b)))
        if b.den != poly(1):
            if not positive or self.poly_sign(b.den) != ">":
                if not self.whole(e):
                    raise Rejected(f"the power of a quotient of unknown sign: {show(b)}")
            return self.mul(self.raise_to(Rat(b.num, poly(1)), e, None), self.power(self.raise_to(Rat(b.den, poly(1)), e, None), -1))
        if not fixed:
            if not self.whole(e):
                raise Rejected(f"the base {show(b)} of a power with a symbolic exponent is not known to be positive")
            return self.whole_power(b, e)
        if len(b.num) > 1:
            lead = content(b.num)
            front = lowest(b.num) if self.mono_sign(lowest(b.num)) == ">" else UNIT
            unit = self.times(b.num, self.over(front, 1 / lead))
            root = self.atom(f"root({key(unit)})", "root", unit, {">": ">", ">=": ">="}.get(self.poly_sign(unit), ""),
                             real=self.nonneg(Rat(unit, poly(1))), k=c)
            return self.mul(root, self.raise_to(Rat({front: lead}, poly(1)), e, None) if front or lead != 1 else const(1))
        (m, k), = b.num.items()
        out = self.number_power(abs(k), c)
        split = [(a, j) for a, j in m if self.atoms[a].sign in (">", ">=")]
        other = tuple(x for x in m if x not in split)
        for a, j in split:
            out = self.mul(out, Rat(self.reduced({a: j * c}), poly(1)))
        if k > 0 and other and c == Fraction(1, 2) and all(j % 2 == 0 and self.atoms[a].real for a, j in other):
            return self.mul(out, *(self.power(self.absolute(Rat({((a, Fraction(1)),): Fraction(1)}, poly(1))), int(j) // 2) for a, j in other))
        if other or k < 0:
            inner = {other: Fraction(1 if k > 0 else -1)}
            out = self.mul(out, self.atom(f"root({key(inner)})", "root", inner, real=False, k=c))
        return out

    def number_power(self, c: Fraction, e: Fraction) -> Rat:
        out = const(1)
        for part, s in ((c.numerator, 1), (c.denominator, -1)):
            for p, k in primes(part):
                out = self.mul(out, self.atom(f"{p}^", "prime", p, ">", k=e * k * s))
        return out

    def whole_power(self, b: Rat, e: Rat) -> Rat:
        """b^e for an integer exponent: split where every part is non-negative, or where b is not 0."""
        s = Rat({m: c for m, c in e.num.items() if m != UNIT}, poly(1))
        c = int(e.num.get(UNIT, Fraction(0)))
        if len(b.num) == 1:
            (m, k), = b.num.items()
            if (m and k != 1) or len(m) > 1 or (len(m) == 1 and m[0][1] != 1):
                parts = [Rat({UNIT: k}, poly(1))] + [Rat({((a, Fraction(1)),): Fraction(1)}, poly(1)) for a, _ in m]
                powers = [e] + [self.mul(e, const(j)) for _, j in m]
                return self.mul(*(self.raise_to(p, q, None) for p, q in zip(parts, powers)))
            if b.num == poly(-1):
                bits = [self.atom(f"(-1)^({key({n: Fraction(1)})})", "sign", None, "!=", k=j % 2) for n, j in s.num.items() if j % 2]
                return self.mul(const((-1) ** (c % 2)), *bits)
            if not m and k < 0:
                return self.mul(self.raise_to(const(-1), e, None), self.raise_to(const(-k), e, None))
        elif (lead := b.num[max(b.num)]) != 1:
            return self.mul(self.raise_to(const(lead), e, None), self.whole_power(Rat(scaled(b.num, 1 / lead), poly(1)), e))
        nonzero = self.sign(b) in (">", "<", "!=")
        pieces = {n: j for n, j in s.num.items()}
        if not nonzero and not all(j > 0 and self.mono_sign(n) in (">", ">=") for n, j in pieces.items()):
            pieces = {}
        if not nonzero and (c < 0 or not pieces):  # x^(n-1) with n >= 1 only: count from the least exponent that is allowed
            low = next((k for k in range(-8, 9) if self.nonneg(self.add(s, const(k)))), None)
            if low is None or c < low:
                raise Rejected(f"the exponent {show(e)} may be negative")
            name = f"({key(b.num)})^({show(self.add(s, const(low)))})"
            even = self.parity(self.add(s, const(low))) == 0 and self.real(b)
            return self.mul(self.atom(name, "pow", (b, self.add(s, const(low))), ">=" if even else "", real=self.real(b)), self.power(b, c - low))
        sgn = self.sign(b)
        return self.mul(self.power(b, c), *(self.atom(
            f"({key(b.num)})^({key({n: Fraction(1)})})", "pow", (b, Rat({n: Fraction(1)}, poly(1))),
            sgn if sgn in (">", ">=") else "!=" if nonzero else "", real=self.real(b), k=j) for n, j in pieces.items()))

    def power_derivative(self, b: Rat, e: Rat, order: int, shown: Formula) -> Rat:
        """e (e-1) ... (e-order+1) b^(e-order), which is 0 for e = 0, ..., order - 1 also where b = 0."""
        if e.num.keys() <= {UNIT} and e.den == poly(1) and e.num.get(UNIT, Fraction(0)) in range(order):
            return const(0)
        front = self.mul(*(self.sub(e, const(j)) for j in range(order)))
        rest = self.sub(e, const(order))
        if self.whole(e) and self.nonneg(e) and self.sign(b) not in HOLDS["ne"] and not self.nonneg(rest):
            return self.mul(front, self.atom(f"({show(b)})^[{show(rest)}]", "fn", real=self.real(b)))
        return self.mul(front, self.raise_to(b, rest, shown))

    def log(self, u: Rat) -> Rat:
        if u.den != poly(1):
            if self.poly_sign(u.num) == self.poly_sign(u.den) == ">":
                return self.sub(self.log(Rat(u.num, poly(1))), self.log(Rat(u.den, poly(1))))
            return self.opaque_log(u)
        if not u.num:
            raise Rejected("log 0")
        if self.sign(u) != ">":
            return self.opaque_log(u)
        front = tuple((a, k) for a, k in lowest(u.num) if self.atoms[a].sign == ">")
        lead = content(u.num)
        unit = self.times(u.num, self.over(front, 1 / lead))
        out = const(0) if unit == poly(1) else self.opaque_log(Rat(unit, poly(1)))
        for part, s in ((lead.numerator, 1), (lead.denominator, -1)):
            for p, k in primes(part):
                out = self.add(out, self.mul(const(k * s), self.opaque_log(const(p))))
        for a, k in front:
            kind, data = self.atoms[a][:2]
            inner = Rat({((a, Fraction(1)),): Fraction(1)}, poly(1))
            part_log = data if kind == "exp" else self.log(Rat(data, poly(1))) if kind == "root" else self.mul(
                data[1], self.log(data[0])) if kind == "pow" and self.sign(data[0]) == ">" else self.log(const(data)) if kind == "prime" else \
                self.opaque_log(inner)
            out = self.add(out, self.mul(const(k), part_log))
        return out

    def opaque_log(self, u: Rat) -> Rat:
        s = self.sign(u)
        big = self.sign(self.sub(u, const(1))) if s == ">" else ""
        return self.atom(f"log({show(u)})", "log", (u, s == ">"), big if big in (">", ">=", "<", "<=") else "", real=s == ">")

    def gamma(self, u: Rat) -> Rat:
        """Gamma(s + j), 0 < s <= 1 its constant part, by the factors between, as far as they are known not to vanish."""
        c = u.num.get(UNIT, Fraction(0)) if u.den == poly(1) else Fraction(1)
        start = c % 1 or Fraction(1)
        if u.num.keys() <= {UNIT} and u.den == poly(1) and c.denominator == 1:
            if not 1 <= c <= 2000:
                raise Rejected("gamma at a pole or at a very large argument")
            return const(int(fmpz.fac_ui(int(c) - 1)))
        base, down, factors = u, c > start, list[Rat]()
        for _ in range(min(abs(int(c - start)), 60)):
            factor = self.sub(base, const(int(down)))
            if self.sign(factor) not in HOLDS["ne"]:
                break
            base = self.add(base, const(-1 if down else 1))
            factors.append(factor)
        value = self.raise_to(self.scalar(Formula("const", ("pi",))), const(start), None) if base == const(Fraction(1, 2)) else \
            self.atom(f"gamma({show(base)})", "fn", None, ">" if self.sign(base) == ">" else "", real=self.real(base))
        return self.mul(value, self.power(self.mul(*factors), 1 if down else -1))

    def absolute(self, u: Rat) -> Rat:
        s = self.sign(u)
        if s in (">", ">=", "=", "<", "<="):
            return u if s in (">", ">=", "=") else self.neg(u)
        if not self.real(u):
            return self.opaque("abs", u)
        if u.den != poly(1):
            return self.mul(self.absolute(Rat(u.num, poly(1))), self.power(self.absolute(Rat(u.den, poly(1))), -1))
        if len(u.num) == 1:
            (m, c), = u.num.items()
            known = tuple(x for x in m if self.mono_sign((x,)) in (">", ">="))
            rest = [(a, k) for a, k in m if (a, k) not in known]
            factors = [self.atom(f"abs({a})", "abs", {((a, Fraction(1)),): Fraction(1)}, ">=", k=k) for a, k in rest]
            return self.mul(Rat({known: abs(c)}, poly(1)), *factors)
        lead = u.num[max(u.num)]
        unit = scaled(u.num, 1 / lead)
        return self.mul(const(abs(lead)), self.atom(f"abs({key(unit)})", "abs", unit, ">="))

    # ----------------------------------------------------------------------------------------------------- sums
    @staticmethod
    def closed(name: str, token: str) -> str:
        """The name with its bound index numbered by nesting depth, so that equal sums have equal names everywhere."""
        return name.replace(token, f"⟦{name.count('⟦')}⟧")

    def sum(self, body: Formula, var: Formula, lo: Formula, hi: Formula) -> Rat:
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
            if i != var or name in free_symbols(j) or not self.whole(self.scalar(j)) or not self.nonneg(self.sub(self.scalar(j), low)) or not self.nonneg(
                    self.sub(high, self.scalar(j))):
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

    def linear_parts(self, f: Formula, name: str) -> list[tuple[Formula, Formula]]:
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

    def sum_terms(self, r: Rat, below: str, token: str, span: Rat) -> Rat:
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
                                  s if s != "!=" else "", real=self.real(Rat({bound: Fraction(1)}, den)))
            out.append(self.mul(Rat({free: c}, poly(1)), inner))
        total = self.add(const(0), *out)
        return self.ratio(total.num, self.times(total.den, r.den)) if outside else total

    def defined(self, r: Rat) -> bool:
        """Whether nothing that may be 0 is below a fraction bar."""
        return self.poly_sign(r.den) in HOLDS["ne"] and all(k > 0 or self.atoms[a].sign in HOLDS["ne"] for m in r.num for a, k in m)


def deltas(f: Formula, bound: frozenset[str] = frozenset()) -> Iterator[Formula]:
    """The Kronecker deltas in f that no binder inside f binds a variable of."""
    if f.head == "delta" and not bound & set(free_symbols(f)):
        yield f
    for g in children(f):
        yield from deltas(g, bound | {f.args[1].args[0]} if f.head in BINDERS and f.head != "diff" else bound)


def primes(n: int) -> list[tuple[int, int]]:
    if n.bit_length() > 160:
        raise Rejected("a number too large to be factored")
    return [(int(p), int(k)) for p, k in fmpz(n).factor()] if n > 1 else []


def content(p: Poly) -> Fraction:
    """The positive rational that leaves coprime integer coefficients."""
    return Fraction(gcd(*(c.numerator for c in p.values())), lcm(*(c.denominator for c in p.values())))


def replaced(f: Formula, old: Formula, new: Formula) -> Formula:
    from ..formula import rebuild
    if f == old:
        return new
    kids = children(f)
    return rebuild(f, [replaced(k, old, new) for k in kids]) if kids else f


__all__ = ["HOLDS", "NEGATED", "Normal"]
