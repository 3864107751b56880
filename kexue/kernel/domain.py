"""What the hypotheses say: symbols shifted to their bounds, facts, equations, and the signs that follow.

An integer n >= 3 is written 3 + n' with n' >= 0, an even one 2 n', a real x > a is a + x' with x' > 0: signs and parities
become visible in the coefficients.  Other inequalities are `facts`, equations are solved for an atom or become rewrite rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from ..formula import Formula, free_symbols, lift, ne
from .algebra import NEGATED, UNIT, Atom, Mono, Poly, Rat, const, lowest, plus, poly, scaled
from .verdict import Rejected
from .words import Words

if TYPE_CHECKING:
    from .normal import Normal

HOLDS = {"lt": (">",), "le": (">", ">=", "="), "ne": (">", "<", "!=")}


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


class Domain(Words):
    """Mixed into `Normal`."""

    def __init__(self: Normal, hyps: Sequence[Formula] = (), _claim: Formula | None = None) -> None:  # type: ignore[misc]
        super().__init__()
        self.facts: list[tuple[Poly, bool]] = []  # p > 0 where True, p >= 0 where False
        self.nonzero: list[Poly] = []
        self.conditions: list[Formula] = []
        self.param: dict[str, Rat] = {}
        self.family_sign: dict[str, str] = {}
        self.fresh = 0
        self.binder: Formula | None = None  # the outermost sum, product or integral that is being read
        self.memo: dict[Any, Any] | None = None  # what was found under the facts as they are; None while these are gathered
        self.hyps = tuple(hyps)
        rest = self.parametrise(hyps)
        for h in rest:
            self.assume(h)
            self.memo = None
        self.settle()
        for h in rest if self.solved else []:  # once more, in terms of what the equations have been solved for
            if h.head in ("lt", "le", "ne"):
                self.assume(h)
                self.memo = None

    # ----------------------------------------------------------------------------------------------- hypotheses
    def parametrise(self: Normal, hyps: Sequence[Formula]) -> list[Formula]:  # type: ignore[misc]
        """Shift symbols to their numeric bounds; return the hypotheses that say more than that."""
        lower: dict[str, tuple[Fraction, bool]] = {}
        upper: dict[str, tuple[Fraction, bool]] = {}
        parity: dict[str, int] = {}
        tops, rest = list[Formula](), list[Formula]()
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
                    tops.append(Formula("lt" if upper[name][1] else "le", (Formula("sym", (name, sorts[name])), lift(upper[name][0]))))
            elif name in upper and name not in parity:
                c, strict = upper[name]
                self.param[name] = self.sub(const(c), self.atom(name, "sym", None, ">" if strict else ">=", whole=whole))
            else:
                self.param[name] = self.add(const(shift), self.mul(const(step), self.atom(name, "sym", whole=True)))
                if name in upper:
                    tops.append(Formula("le", (Formula("sym", (name, "integer")), lift(upper[name][0]))))
        return [*tops, *rest]

    def assume(self: Normal, h: Formula) -> None:  # type: ignore[misc]
        if h.head == "every":  # p[i] > 0 or p[i] >= 0 for every index i, or S[i] is positive definite, ...
            rel, i = h.args
            member = rel.args[-1]
            if member.head == "at" and member.args[1] == i:
                if rel.head in self.has and self.square(member):
                    self.has[rel.head].add(member.args[0].args[0])
                elif rel.head in ("lt", "le") and rel.args[0] == lift(0):
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

    def mark(self: Normal, p: Poly, s: str) -> None:  # type: ignore[misc]
        """The sign of an atom that a hypothesis is about."""
        if len(p) == 1 and len(m := next(iter(p))) == 1 and m[0][1] == 1 and (p[m] > 0 or s == "!="):
            a = self.atoms[m[0][0]]
            if s in (">", "!=") and a.kind == "fn" and m[0][0][:3] in ("re(", "im(") and m[0][0][3] != ")" and a.data[0].den == poly(1):
                self.nonzero.append(a.data[0].num)  # re u or im u is not 0, so u is not
                self.mark(a.data[0].num, "!=")
            if a.kind in ("exp", "turn") and not a.real:  # exp(z) > 0 does not make z real: its roots and its logarithm are not exp(z/2) and z
                return
            both = {s, a.sign}
            self.atoms[m[0][0]] = a._replace(sign=">" if ">" in both or both == {">=", "!="} else s)

    def equation(self: Normal, left: Rat, right: Rat) -> None:  # type: ignore[misc]
        """Solve for an atom that is linear with a coefficient known not to vanish, if possible for one of the left side only;
        otherwise the highest monomial becomes the left side of a rewrite rule."""
        gap = self.put_in(self.sub(left, right)).num
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

    def put_in(self: Normal, r: Rat) -> Rat:  # type: ignore[misc]
        """r with what has been solved for put in."""
        def of(p: Poly) -> Rat:
            return self.add(const(0), *(self.mul(const(c), *(self.power(self.solved[a], int(k)) if a in self.solved and k.denominator == 1
                                                              else Rat({((a, k),): Fraction(1)}, poly(1)) for a, k in m)) for m, c in p.items()))
        for _ in range(20):
            if not any(a in self.solved and k.denominator == 1 for p in r for m in p for a, k in m):
                break
            top, bottom = of(r.num), of(r.den)
            r = self.mul(top, self.ratio(bottom.den, bottom.num))
        return r

    def settle(self: Normal) -> None:  # type: ignore[misc]
        """Put what was solved for later into what was solved for before; no later value has an atom solved for earlier."""
        for a in reversed(list(self.solved)):
            self.solved[a] = self.put_in(self.solved[a])

    @contextmanager
    def inside(self: Normal, token: str, low: Rat, high: Rat) -> Iterator[None]:  # type: ignore[misc]
        """The index `token` runs over low, ..., high."""
        saved, known = list(self.facts), dict(self.atoms)
        filled = self.nonneg(self.sub(high, low))
        step = self.atom(token, "sym", None, ">=", whole=True)
        self.param[token] = self.add(low, step)
        gap = self.sub(high, self.param[token])
        if gap.den == poly(1):
            self.facts.append((gap.num, False))
        self.memo = {}
        try:
            yield
        finally:
            self.facts, self.memo = saved, {}
            del self.param[token]
            if not filled:
                self.forget(known, token)

    def forget(self: Normal, known: dict[str, Atom], token: str) -> None:  # type: ignore[misc]
        """What was found of atoms in a range may hold only because the range is not empty: what is known of the older ones is restored, and
        little is known of the new ones, in the order in which they rest on each other."""
        for name, a in list(self.atoms.items()):
            if name in known:
                self.atoms[name] = known[name]
            elif token not in name and a.kind == "abs":
                self.atoms[name] = a if self.real(Rat(a.data, poly(1))) else a._replace(kind="fn", data=None)
            elif token not in name and a.kind not in ("sym", "at", "prime", "sign"):
                kind: str = "exp" if a.kind == "turn" else a.kind
                data: Any = a.data[0] if a.kind == "turn" else (a.data[0], False) if a.kind == "log" else a.data
                real = kind == "exp" and self.real(data)
                whole = a.whole and name[:5] in ("floor", "ceili", "delta")
                self.atoms[name] = Atom(kind, data, {"exp": ">" if real else "!="}.get(kind, ""), real, whole)

    # ---------------------------------------------------------------------------------------------------- signs
    def mono_sign(self: Normal, m: Mono) -> str:  # type: ignore[misc]
        def one(a: str, k: Fraction) -> str:
            s, real = self.atoms[a].sign, self.atoms[a].real
            if k.denominator == 1 and k % 2 == 0 and real:
                s = ">" if s in (">", "<", "!=") else ">="
            return s if k > 0 or s in (">", "<", "!=") else {">=": ">", "<=": "<"}.get(s, s)  # 1/a is defined only where a != 0
        return product_sign(*(one(a, k) for a, k in m))

    def term_sign(self: Normal, p: Poly) -> str:  # type: ignore[misc]
        return total_sign([product_sign(self.mono_sign(m), ">" if c > 0 else "<") for m, c in p.items()])

    def poly_sign(self: Normal, p: Poly, depth: int = 2) -> str:  # type: ignore[misc]
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
        if not best and (m := lowest(p)):
            best = product_sign(self.mono_sign(m), self.poly_sign(self.times(p, self.over(m)), depth - 1))
        for q, strict in [] if best else self.facts:
            if len(q) > 1 and (rest := self.quotient(p, q)) is not None and len(rest) <= len(p):
                best = best or product_sign(">" if strict else ">=", self.poly_sign(rest, depth - 1))
        if any(multiple(p, q) for q in self.nonzero):
            return {">=": ">", "<=": "<", "": "!="}.get(best, best)
        for q in [] if best else self.nonzero:
            if len(q) > 1 and (rest := self.quotient(p, q)) is not None and self.poly_sign(rest, depth - 1) in HOLDS["ne"]:
                return "!="
        return best

    def sign(self: Normal, r: Rat) -> str:  # type: ignore[misc]
        return product_sign(self.poly_sign(r.num), self.poly_sign(r.den))

    def sign_of(self: Normal, f: Formula) -> str:  # type: ignore[misc]
        """The sign of the value, or of the formula as it is written: of a sum, product or quotient by its parts."""
        s = self.sign(self.scalar(f))
        if s in ("", "!=") and f.head in ("add", "sub", "mul", "div", "neg") and self.shape(f) is None and not any(map(self.shape, f.args)):
            parts = [self.sign_of(g) for g in f.args]
            if f.head in ("sub", "neg"):
                parts[-1] = NEGATED[parts[-1]]
            return (total_sign(parts) if f.head in ("add", "sub", "neg") else product_sign(*parts)) or s
        if s in ("", "!=") and f.head == "pow" and f.args[1].args[:1] in ((2,), (4,), (6,)) and self.real(self.scalar(f.args[0])):
            return ">" if s or self.sign_of(f.args[0]) in HOLDS["ne"] else ">="
        if s in ("", "!=", ">=") and f.head in ("factorial", "gamma") and self.sign_of(f.args[0] + int(f.head == "factorial")) == ">":
            return ">"
        return s

    def real(self: Normal, r: Rat) -> bool:  # type: ignore[misc]
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

    def whole(self: Normal, r: Rat) -> bool:  # type: ignore[misc]
        return r.den == poly(1) and all(c.denominator == 1 and self.whole_term(m) for m, c in r.num.items())

    def whole_term(self: Normal, m: Mono) -> bool:  # type: ignore[misc]
        return all(k > 0 and k.denominator == 1 and (self.atoms[a].whole or self.whole_power_atom(self.atoms[a])) for a, k in m)

    def whole_power_atom(self: Normal, a: Atom) -> bool:  # type: ignore[misc]
        """Whether the atom is b^e for a whole b and a natural e, known as exp(e log b), as a power or as (-1)^e."""
        if a.kind == "pow" and a.data is not None:
            base, e = a.data
            return self.whole(base) and self.whole(e) and self.term_sign(e.num) in HOLDS["le"]
        if a.kind != "exp" or a.data is None or a.data.den != poly(1):
            return a.kind == "sign"
        (m, c), = a.data.num.items() if len(a.data.num) == 1 else ((UNIT, 0),)
        logs = [x for x in m if self.atoms[x[0]].kind == "log"]
        e = tuple(x for x in m if x not in logs)
        natural = self.whole_term(e) and self.mono_sign(e) in HOLDS["le"]
        return natural and len(logs) == 1 == c == logs[0][1] and self.whole(self.atoms[logs[0][0]].data[0])

    def parity(self: Normal, r: Rat) -> int | None:  # type: ignore[misc]
        if not self.whole(r) or any(c % 2 for m, c in r.num.items() if m != UNIT):
            return None
        return int(r.num.get(UNIT, Fraction(0)) % 2)

    def nonneg(self: Normal, r: Rat) -> bool:  # type: ignore[misc]
        return self.sign(r) in (">", ">=", "=")

    def need_nonzero(self: Normal, r: Rat, shown: Formula) -> None:  # type: ignore[misc]
        if self.sign(r) not in HOLDS["ne"] and self.sign_of(shown) not in HOLDS["ne"]:
            self.need(ne(shown, 0))

    def need(self: Normal, condition: Formula) -> None:  # type: ignore[misc]
        """List the condition, that a product is not 0 by its factors and that a power is not 0 by its base; one on a bound variable holds
        where the sum or integral that binds it is defined, so that is listed instead."""
        if condition.head == "ne" and condition.args[1] == lift(0) and condition.args[0].head in ("mul", "pow", "neg"):
            f = condition.args[0]
            for g in f.args[:1] if f.head == "pow" else f.args:
                if self.shape(g) is None and self.sign_of(g) not in HOLDS["ne"]:
                    self.need(ne(g, 0))
            return
        if any("⟨" in s for s in free_symbols(condition)):
            if self.binder is None:
                raise Rejected("what is below a summation or integration sign may be undefined")
            condition = Formula("defined", (self.binder,))
        if condition not in self.hyps:
            self.conditions.append(condition)
