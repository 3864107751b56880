"""Normal form of numbers: rational functions in atoms.  Exponentials, powers, logarithms, factorials and finite sums follow
their laws where the hypotheses allow it; any other function is known by its arguments only."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

from flint import fmpq, fmpz

from ..formula import FUNCTIONS, SPECIAL, Formula, I, call, free_symbols, lift, ne, oo, substitute, to_data
from .algebra import LARGE, UNIT, Rat, const, key, lowest, poly, scaled, show
from .balls import rounded
from .diff import derivative
from .domain import HOLDS
from .infinite import MINUS_OO
from .memory import Remembered
from .parts import content
from .sums import ZeroPower
from .values import value
from .verdict import Rejected

ENTIRE = ("Si", "Shi", "erf", "erfi")
ODD = (*ENTIRE, "atan", "asin", "asinh", "atanh", "sign")
AT_ZERO = {"sinc": 1, "Si": 0, "Shi": 0, "erf": 0, "erfi": 0, "atan": 0, "asin": 0, "asinh": 0, "atanh": 0, "erfc": 1, "hyp1f1": 1, "lambertw": 0}
REAL = frozenset("abs sign floor ceiling max min re im conj arg atan acot asinh coth sech csch sinc erf erfc erfi Si Shi digamma "
                 "binomial heaviside hyp1f1".split())  # at all real arguments
COUNTS = {"bell": 0, "partition": 0, "catalan": 0, "factorial2": -1, "totient": 1}  # positive from this index on: they count what there is
ALWAYS_REAL = ("abs", "re", "im", "arg")
PARTS = ("conj", "re", "im", "arg", "atan2", "sign", "heaviside", "max", "min", "mod")
REAL_ABOVE = frozenset("Ci Chi Ei uppergamma besseli besselj bessely besselk".split())  # where the last argument is positive


class Normal(Remembered):
    """The normal form under hypotheses: `Normal(hyps).scalar(f)`."""

    def number(self, f: Formula) -> Rat:
        self.tick()
        h, a = f.head, f.args
        if h == "num":
            return const(a[0])
        if h == "const":
            if a[0] == "oo":
                raise Rejected("infinity is not a number")
            return self.exp(const(1)) if a[0] == "e" else self.atom("#i", "i", None, "!=", False) if a[0] == "i" else \
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
            u = self.scalar(a[0])
            self.need_nonzero(u, a[0])
            return self.log(u)
        if h in ("factorial", "gamma"):
            return self.gamma(self.add(self.scalar(a[0]), const(int(h == "factorial"))))
        if h == "binomial":
            n, k = map(self.scalar, a)
            if not self.nonneg(k) or not self.nonneg(self.sub(n, k)):
                return self.opaque(h, n, k)
            g = [self.gamma(self.add(u, const(1))) for u in (n, k, self.sub(n, k))]
            return self.mul(g[0], self.power(self.mul(g[1], g[2]), -1))
        if h == "rising" and (known := self.rising(*a)) is not None:
            return known
        if h == "delta":
            d = self.sub(*map(self.scalar, a))
            if self.sign(d) in (">", "<", "!=", "="):
                return const(int(self.sign(d) == "="))
            return self.atom(f"delta({min(show(d), show(self.neg(d)))})", "fn", None, ">=", whole=True)
        if h in ("sum", "prod", "integral"):
            return self.below(f)
        if h == "diff":
            return self.scalar(derivative(a[0], a[1].args[0]))
        if h == "ndiff":  # of symbolic order: the same function, as it is written, and the same order
            text = str(to_data(a[0]))
            if "⟨" in text:
                raise Rejected("a derivative of symbolic order of what depends on an index")
            return self.atom(f"ndiff({text},{a[1].args[0]},{show(self.scalar(a[2]))})", "fn", real=False)
        if h == "abs":
            return self.absolute(self.scalar(a[0]))
        if h in ("floor", "ceiling"):
            u = self.scalar(a[0])
            c = u.num.get(UNIT, Fraction(0))
            if self.whole(self.sub(u, const(c))):
                return self.add(self.sub(u, const(c)), const(floor(c) if h == "floor" else ceil(c)))
            return self.opaque(h, u)
        if h == "round":
            x = self.scalar(a[1])
            if x.den != poly(1) or x.num.keys() - {UNIT}:
                raise Rejected("only a number is rounded")
            c = x.num.get(UNIT, Fraction(0))
            y = rounded(fmpq(c.numerator, c.denominator), a[0].args[0])
            return const(Fraction(int(y.p), int(y.q)))
        if h == "uppergamma" and not self.scalar(a[1]).num and self.sign(self.scalar(a[0])) == ">":
            return self.gamma(self.scalar(a[0]))
        if h == "apply":
            return self.opaque(a[0].args[0] + "()", *map(self.scalar, a[1:]))
        if h in ("dot", "tr", "det", "matmul", "add", "sub", "mul", "neg", "div", "T", "sym", "at"):
            return self.to_scalar(f)
        if h not in FUNCTIONS and h not in SPECIAL:
            raise Rejected(f"no normal form for {h} as a number")
        args = [self.scalar(x) for x in a]
        if h in ("arg", "atan2"):
            w = a[0] if h == "arg" else a[1] + I * a[0]
            self.need_nonzero(self.scalar(w), w)
        known = self.part(h, args) if h in PARTS else None
        return self.opaque(h, *args) if known is None else known

    def below(self, f: Formula) -> Rat:
        """A sum, product or integral; what has to hold below its sign holds where it is defined."""
        outermost = self.binder
        self.binder = f if outermost is None else outermost
        try:
            a = f.args
            if f.head == "integral":
                return self.integral(*a)
            return self.sum(*a) if f.head == "sum" and oo not in a[2:] and a[2] not in MINUS_OO else self.series(f)
        finally:
            self.binder = outermost

    def integral(self, body: Formula, var: Formula, lo: Formula, hi: Formula) -> Rat:
        self.fresh += 1
        token = f"⟨{self.fresh:06d}⟩"
        ends = [None if e in (oo, *MINUS_OO) else self.scalar(e) for e in (lo, hi)]
        if lo == oo or hi in MINUS_OO:
            raise Rejected("an integral from oo or to -oo")
        straight = not all(self.real(e) for e in ends if e is not None)  # along the segment between complex ends
        if straight and None in ends:
            raise Rejected("an integral to infinity from an end that is not known to be real")
        known, there, (low, high) = list(self.facts), dict(self.atoms), ends if not straight else (None, None)
        if low is not None and (hi == oo or high is not None and self.nonneg(self.sub(high, low))):  # almost everywhere between the ends
            self.param[token] = self.add(low, self.atom(token, "sym", None, ">"))
            if high is not None:
                self.facts.append((self.sub(high, self.param[token]).num, True)) if self.sub(high, low).den == poly(1) else None
        self.memo = {}
        try:
            inner = self.scalar(substitute(body, {var.args[0]: Formula("sym", (token, "complex" if straight else "real"))}))
        finally:
            self.facts, self.memo = known, {}
            self.param.pop(token, None)
        if low is not None and high is not None and self.sign(self.sub(high, low)) in (">=", "="):
            self.forget(there, token)
        shown = ["oo" if e is None else show(e) for e in ends]
        return self.atom(f"integral[{shown[0]}..{shown[1]}]({self.closed(show(inner), token)})", "fn", real=not straight and self.real(inner))

    def opaque(self, head: str, *args: Rat) -> Rat:
        last = args[-1]
        if all(u.den == poly(1) and u.num.keys() <= {UNIT} for u in args):
            known = value(head, *(u.num.get(UNIT, Fraction(0)) for u in args))
            if known is not None:
                return const(known)
        if head in ("conj", "re", "im") and self.real(last):
            return last if head != "im" else const(0)
        if head in AT_ZERO and not last.num and (len(args) == 1 or head == "hyp1f1"):
            return const(AT_ZERO[head])
        if head in ODD and last.num and last.num[max(last.num)] < 0 and (head in ENTIRE or self.real(last)):  # on a branch cut the two may differ
            return self.neg(self.opaque(head, self.neg(last)))
        if head == "atan" and last == const(1):
            return self.mul(const(Fraction(1, 4)), self.scalar(Formula("const", ("pi",))))
        above = self.sign(last) == ">"
        positive = {"lambertw": above and len(args) == 1, "erfc": self.real(last), "besseli": above and self.nonneg(args[0]),
                    "hyp1f1": all(self.sign(u) == ">" for u in args)}.get(head, False) or head in COUNTS and self.whole(last) and self.nonneg(
                        self.sub(last, const(COUNTS[head])))
        real = head in ALWAYS_REAL or all(map(self.real, args)) and (positive or head in REAL or head.endswith("()") or above and head in REAL_ABOVE)
        return self.atom(f"{head}({','.join(map(show, args))})", head if head == "lambertw" and len(args) == 1 else "fn", args,
                         ">" if positive else ">=" if head == "abs" else "", real, real and head in ("floor", "ceiling"))

    def exp(self, u: Rat) -> Rat:
        u = self.rationalised(u)
        out = const(1)
        for m, c in u.num.items():
            log = next((a for a, k in m if k == 1 and self.atoms[a].kind == "log"), None)
            other = tuple(x for x in m if x[0] != log)
            if log is not None and not other and u.den == poly(1) and (root := self.principal(self.atoms[log].data[0], c)) is not None:
                out = self.mul(out, root)  # exp(c log b) = b^c, where b is not 0
            elif u.den == poly(1) and len(m) == 2 and m[0] == ("#i", 1) and m[1][1] == 1 and m[1][0][:4] == "arg(" and m[1][0][4] != ")" and \
                    self.atoms[m[1][0]].data is not None and (turned := self.turn(m[1][0], c)) is not None:
                out = self.mul(out, turned)
            elif dict(m) == {"#i": 1, "#pi": 1} and u.den == poly(1):
                quarter, c = divmod(c, Fraction(1, 2))
                out = self.mul(out, self.power(self.atom("#i", "i", None, "!=", False), int(quarter) % 4))
                if c.denominator in (3, 4, 6):  # c = 1/6, 1/4 or 1/3: cos(pi c) + i sin(pi c)
                    squares = {3: (1, 3), 4: (2, 2), 6: (3, 1)}[c.denominator]  # over 4, of the cosine and the sine
                    re, im = (self.raise_to(const(Fraction(x, 4)), const(Fraction(1, 2)), None) for x in squares)
                    out = self.mul(out, self.add(re, self.mul(self.atom("#i", "i", None, "!=", False), im)))
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
        i = const(1) if h in ("sinh", "cosh") else self.atom("#i", "i", None, "!=", False)
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
        if (positive := self.sign(b) == ">") and not fixed:
            return self.exp(self.mul(e, self.log(b)))
        if b.den != poly(1):
            if not positive or self.poly_sign(b.den) != ">":
                if not self.whole(e):
                    return self.power_of_quotient(b, e)
            return self.mul(self.raise_to(Rat(b.num, poly(1)), e, None), self.power(self.raise_to(Rat(b.den, poly(1)), e, None), -1))
        if not fixed:
            if self.whole(e):
                return self.whole_power(b, e)
            if self.sign(b) not in HOLDS["ne"] and (shown is None or any("⟨" in s for s in free_symbols(shown))):  # where a sum is defined
                raise Rejected(f"the base {show(b)} of a power with a symbolic exponent is not known to be different from 0")
            if self.sign(b) not in HOLDS["ne"] and shown is not None:  # 0^e is no exponential
                self.need(ne(shown, 0))
            return self.exp(self.mul(e, self.log(b)))
        if len(b.num) > 1:
            if self.poly_sign(b.num) in ("<", "<="):  # (-v)^c = v^c exp(i pi c) for v >= 0
                return self.mul(self.raise_to(self.neg(b), e, None), self.raise_to(const(-1), e, None))
            if (factors := self.nonnegative_factors(b.num)):
                return self.mul(*(self.raise_to(g, self.mul(const(k), e), None) for g, k in factors))
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
        if k < 0 and not other:  # (-1)^c = exp(i pi c)
            return self.mul(out, self.exp(self.mul(const(c), self.atom("#i", "i", None, "!=", False), self.atom("#pi", "sym", None, ">"))))
        if k > 0 and other and all(j < 0 for _, j in other) and self.on_the_right(q := Rat({tuple((a, -j) for a, j in other): Fraction(1)}, poly(1))):
            return self.mul(out, self.power(self.raise_to(q, e, None), -1))
        if other or k < 0:
            inner = {other: Fraction(1 if k > 0 else -1)}
            out = self.mul(out, self.atom(f"root({key(inner)})", "root", inner, real=False, k=c))
        return out

    def whole_power(self, b: Rat, e: Rat) -> Rat:
        """b^e for an integer exponent: split where every part is non-negative, or where b is not 0."""
        s, c = Rat({m: c for m, c in e.num.items() if m != UNIT}, poly(1)), int(e.num.get(UNIT, Fraction(0)))
        if self.sign(b) == "<" and b.num != poly(-1):
            return self.mul(self.raise_to(const(-1), e, None), self.raise_to(self.neg(b), e, None))
        if len(b.num) == 1:
            (m, k), = b.num.items()
            if k == 1 and len(m) == 1 and self.atoms[m[0][0]].kind == "exp":  # exp(u)^n = exp(n u) for every integer n
                return self.exp(self.mul(e, const(m[0][1]), self.atoms[m[0][0]].data))
            if k == 1 and len(m) == 1 and m[0][1].denominator == 1 and self.atoms[m[0][0]].kind == "pow" and self.atoms[m[0][0]].sign in HOLDS["ne"]:
                base, inner = self.atoms[m[0][0]].data  # not 0, so that (b^u)^e = b^(u e) for integers u and e
                return self.whole_power(base, self.mul(inner, e, const(m[0][1])))
            if b == self.atom("#i", "i", None, "!=", False) and not any(j % 2 for j in s.num.values()):
                return self.mul(self.raise_to(const(-1), self.mul(s, const(Fraction(1, 2))), None), self.power(b, c % 4))
            if (m and k != 1) or len(m) > 1 or (len(m) == 1 and m[0][1] != 1):
                parts = [Rat({UNIT: k}, poly(1))] + [Rat({((a, Fraction(1)),): Fraction(1)}, poly(1)) for a, _ in m]
                powers = [e] + [self.mul(e, const(j)) for _, j in m]
                return self.mul(*(self.raise_to(p, q, None) for p, q in zip(parts, powers, strict=True)))
            if b.num == poly(-1):
                odd = [tuple((a, Fraction(1)) for a, _ in n) for n, j in s.num.items() if j % 2]  # k^j has the parity of k
                bits = [self.atom(f"(-1)^({key({n: Fraction(1)})})", "sign", None, "!=", k=Fraction(odd.count(n) % 2)) for n in dict.fromkeys(odd)]
                return self.mul(const((-1) ** (c % 2)), *bits)
            if not m and k < 0:
                return self.mul(self.raise_to(const(-1), e, None), self.raise_to(const(-k), e, None))
        elif (front := tuple(x for x in lowest(b.num) if x[1] > 0)):  # (u v)^n = u^n v^n for every integer n
            return self.mul(self.raise_to(Rat({front: Fraction(1)}, poly(1)), e, None),
                            self.raise_to(Rat(self.times(b.num, self.over(front)), poly(1)), e, None))
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
        above = self.sign(base) == ">"
        value = self.raise_to(self.scalar(Formula("const", ("pi",))), const(start), None) if base == const(Fraction(1, 2)) else \
            self.atom(f"gamma({show(base)})", "fn", None, ">" if above else "!=", self.real(base), above and self.whole(base))
        return self.mul(value, self.power(self.mul(*factors), 1 if down else -1))

    def rising(self, z: Formula, k: Formula) -> Rat | None:
        """(z)_k for natural k: a product, or Gamma(z + k)/Gamma(z) where z is positive or not whole, or (-1)^k n!/(n - k)! for z = -n, k <= n."""
        u, m = self.scalar(z), self.scalar(k)
        if not self.whole(m) or not self.nonneg(m):
            return None
        if m.num.keys() <= {UNIT}:
            return self.mul(const(1), *(self.add(u, const(j)) for j in range(int(m.num.get(UNIT, 0))))) if m.num.get(UNIT, 0) <= 20 else None
        if self.sign(u) == ">" or self.fractional(u):
            return self.scalar(call("gamma", z + k) / call("gamma", z))
        below = self.whole(u) and self.nonneg(self.neg(self.add(u, m)))
        return self.scalar(lift(-1) ** k * call("factorial", -z) / call("factorial", -z - k)) if below else None

    def absolute(self, u: Rat) -> Rat:
        s = self.sign(u)
        if s in (">", ">=", "=", "<", "<="):
            return u if s in (">", ">=", "=") else self.neg(u)
        if not self.real(u):
            return self.modulus(u)
        if u.den != poly(1):
            return self.mul(self.absolute(Rat(u.num, poly(1))), self.power(self.absolute(Rat(u.den, poly(1))), -1))
        if len(u.num) == 1:
            (m, c), = u.num.items()
            known = tuple(x for x in m if self.mono_sign((x,)) in (">", ">="))
            rest = [(a, k) for a, k in m if (a, k) not in known]
            factors = [self.atom(f"abs({a})", "abs", {((a, Fraction(1)),): Fraction(1)}, ">=", whole=self.atoms[a].whole, k=k) for a, k in rest]
            return self.mul(Rat({known: abs(c)}, poly(1)), *factors)
        lead = u.num[max(u.num)]
        unit = scaled(u.num, 1 / lead)
        return self.mul(const(abs(lead)), self.atom(f"abs({key(unit)})", "abs", unit, ">=", whole=self.whole(Rat(unit, poly(1)))))


__all__ = ["HOLDS", "Normal"]
