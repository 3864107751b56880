r"""Sums, products, integrals and limits.

The body of a sum reaches over the product that follows it, an integrand up to its differential; where another reading is possible, the form is
refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..formula import Formula, Integral, call, eq, free_symbols
from .latex_names import Nucleus, nucleus
from .latex_symbols import Symbols
from .latex_tokens import Node, Unclear
from .latex_values import ONE, Val

OO = Formula("const", ("oo",))
FRACTIONS = ("frac", "dfrac", "tfrac", "cfrac")


class Binders(Symbols):
    """Adds what binds a name."""

    # -------------------------------------------------------------------------------------------- sums, products
    def limits(self) -> tuple[tuple[list[Node], int] | None, tuple[list[Node], int] | None]:
        found: dict[str, tuple[list[Node], int]] = {}
        while self.here.sign("_", "^"):
            sign = self.take()
            if sign.text in found:
                raise Unclear("two bounds", sign.at)
            found[sign.text] = self.script()
        return found.get("_"), found.get("^")

    def big(self, n: Node, head: str) -> Val:
        sub, sup = self.limits()
        if sub is None:
            raise Unclear(f"the {n.text} has no index", n.at, "ambiguous")
        names, lo, hi = self.range(sub[0], sub[1], sup, n)
        bound = {nuc.key: self.bindable(nuc, "integer") for nuc in names}
        saved = self.ranges
        self.ranges = {**saved, **{nuc.key: (lo, hi) for nuc in names}}
        v = self.bound(bound, self.product)
        self.ranges = saved
        if head == "prod":
            self.number(v, "a product", n.at)
            tail = v.f.args[-1] if v.f.head == "mul" else v.f
            if self.slashed or v.f.head == "mul" and not any(x.args[0] in free_symbols(tail) for x in bound.values()):
                raise Unclear("a factor behind a product that does not depend on its index", n.at, "ambiguous",
                              ("inside the product: put its body in brackets", "outside: put the product in brackets"))
        f = v.f
        for x in reversed(bound.values()):
            f = self.node(n.at, head, f, x, lo, hi)
        self.open |= set(bound)
        return Val(f, v.shape)

    def range(self, nodes: list[Node], end: int, sup: tuple[list[Node], int] | None, n: Node) -> tuple[list[Nucleus], Formula, Formula]:
        """The indices of a sum and their bounds: i=1 with n above, i,j=1, k \\ge 0, 1 \\le i \\le n, or i alone where its range is known."""
        signs = [k for k, m in enumerate(nodes) if m.kind == "sign" and m.text in ("=", "≤", "<", "≥", ">", "≠", "∈", "∣", "∼", "→")]
        cuts = [-1, *signs, len(nodes)]
        parts = [nodes[a + 1:b] for a, b in zip(cuts, cuts[1:], strict=False)]
        texts = [nodes[k].text for k in signs]

        def value(part: list[Node], strict: int = 0) -> Formula:
            f = self.number(self.inside(part, part[-1].end if part else end, self.sum), "a bound", n.at).f
            return self.node(n.at, "add" if strict > 0 else "sub", f, ONE) if strict else f
        if not texts:
            names = self.indices(parts[0], n)
            if sup is not None:
                raise Unclear(f"the {n.text} has no lower bound", n.at, "ambiguous")
            lo, hi = self.known_range(names, n)
        elif texts == ["="] and sup is not None:
            names, lo, hi = self.indices(parts[0], n), value(parts[1]), value(*sup[:1])
        elif texts in (["≥"], [">"]) and sup is None:
            names, lo, hi = self.indices(parts[0], n), value(parts[1], int(texts == [">"])), OO
        elif len(texts) == 2 and set(texts) <= {"≤", "<"} and sup is None:
            names = self.indices(parts[1], n)
            lo, hi = value(parts[0], int(texts[0] == "<")), value(parts[2], -int(texts[1] == "<"))
        else:
            raise Unclear(f"this range of a {n.text} has no form yet", n.at, "not-supported")
        return names, lo, hi

    def indices(self, nodes: Sequence[Node], n: Node) -> list[Nucleus]:
        out = []
        for piece in self.pieces(nodes):
            found = nucleus(piece, 0)
            if found is None or found[1] != len(piece):
                raise Unclear(f"the index of a {n.text} is a letter", piece[0].at if piece else n.at, "not-supported")
            out.append(found[0])
        if len({nuc.key for nuc in out}) < len(out):
            raise Unclear("an index stands twice", n.at)
        return out

    def known_range(self, names: list[Nucleus], n: Node) -> tuple[Formula, Formula]:
        """The range of an index without bounds: of an outer sum over the same letter, or of its declaration."""
        found: set[tuple[Formula, Formula]] = set()
        for nuc in names:
            ranges = [self.ranges[nuc.key]] if nuc.key in self.ranges else []
            x = Formula("sym", (nuc.name, "integer"))
            lows = [h.args[0] if h.head == "le" else h.args[0] + 1 for h in self.hyps if h.head in ("le", "lt") and h.args[1] == x]
            highs = [h.args[1] if h.head == "le" else h.args[1] - 1 for h in self.hyps if h.head in ("le", "lt") and h.args[0] == x]
            if self.sorts.get(nuc.name) == "integer" and len(lows) == len(highs) == 1:
                ranges.append((lows[0], highs[0]))
            if len(set(ranges)) != 1:
                raise Unclear(f"the range of {nuc.shown} is not known", nuc.at, "ambiguous",
                              (f"write the bounds at the {n.text}", f"declare it: integer 1 <= {nuc.name} <= n"))
            found |= set(ranges)
        if len(found) != 1:
            raise Unclear("the indices have different ranges", n.at, "not-supported")
        return found.pop()

    # -------------------------------------------------------------------------------------------------- integrals
    def differential(self, n: Node) -> tuple[int, Nucleus]:
        """The offset of the d that belongs to this integral sign, and its variable.  Nothing is taken.

        Signs and differentials pair like brackets: the differential of an integral inside this one comes first."""
        level, own, italic, signs, found = 1, None, False, 1, 0
        name = "d" in self.sorts or "d//" in self.scope
        for at, nuc, slanted in self.differentials_ahead(self.nodes, self.k):
            if at in self.differentials:  # of an integral around this one
                break
            level, signs, found = level + (1 if nuc is None else -1), signs + (nuc is None), found + (nuc is not None)
            italic = italic or slanted
            if level == 0 and own is None and nuc is not None:
                own = at, nuc
                if not name:
                    break
        if own is None:
            raise Unclear("the integral has no differential", n.at)
        if name and italic and signs != found:
            raise Unclear("d is a name here, and the integral has more than one d", n.at, "ambiguous", (r"write \mathrm{d} for differentials",))
        return own

    def differentials_ahead(self, nodes: Sequence[Node], k: int) -> Iterator[tuple[int, Nucleus | None, bool]]:
        """Integral signs (without a name) and differentials, with whether their d is slanted, up to the end of the side of a relation."""
        depth = 0
        while k < len(nodes):
            m = nodes[k]
            depth += m.sign("(", "[") - m.sign(")", "]")
            if depth < 0 or depth == 0 and m.sign("=", "<", ">", "≤", "≥", "≠", ","):
                return
            if m.kind == "command" and m.text == "int":
                yield m.at, None, False
            elif m.kind == "command" and m.text in FRACTIONS and k + 1 < len(nodes) and nodes[k + 1].kind == "group":
                top, bottom = nodes[k + 1].parts, nodes[k + 2].parts if k + 2 < len(nodes) else []
                if not (top and self.mark(top[0]) and bottom and bottom[0].text == top[0].text):
                    yield from self.differentials_ahead(top, 0)
                k += 2
            elif m.sign("_", "^"):
                k += 1
            elif self.mark(m) and m.kind != "command" and (found := nucleus(nodes, k + 1)) is not None and found[0].base != "d":
                yield m.at, found[0], m.kind == "letter"
                k = found[1] - 1
            k += 1

    def mark(self, n: Node) -> bool:
        """Whether this is the d of a derivative or differential."""
        return n.kind in ("letter", "word", "text") and n.text == "d" or n.kind == "command" and n.text == "partial"

    def differential_here(self) -> None:
        """Take `dx`."""
        self.k += 1
        found = nucleus(self.nodes, self.k)
        self.k = found[1] if found else self.k
        if self.here.sign("_", "^"):
            raise Unclear("an index or exponent on a differential", self.here.at, "not-supported")

    def integral(self, n: Node) -> Val:
        sub, sup = self.limits()
        at, nuc = self.differential(n)
        whole = sup is None and (sub is None or self.all_reals(sub[0]))
        if not whole and (sub is None or sup is None):
            raise Unclear("an integral over a set has no form yet", n.at, "not-supported")
        x = self.bindable(nuc, "real")
        if whole:
            lo, hi = -OO, OO
        else:
            lo, hi = (self.number(self.inside(*s, self.sum), "a bound", n.at).f for s in (sub, sup) if s is not None)
        self.differentials.add(at)
        v = self.number(self.bound({nuc.key: x}, lambda: self.integrand(at, n)), "an integral", n.at)
        self.differentials.discard(at)
        if sub is None and not self.weighted(v.f, x):
            raise Unclear("an integral without bounds", n.at, "ambiguous",
                          ("an antiderivative", r"over all real numbers: write \int_{-\infty}^{\infty}", "with a density that is to be declared"))
        return Val(self.node(n.at, "integral", v.f, x, lo, hi))

    def all_reals(self, nodes: Sequence[Node]) -> bool:
        found = nucleus(nodes, 0)
        return found is not None and found[1] == len(nodes) and found[0].style == "bb" and found[0].base == "R"

    def integrand(self, at: int, n: Node) -> Val:
        """Terms up to the one with the differential of this integral."""
        t = self.accept("-", "+")
        total: Val | None = None
        while True:
            place = self.here.at
            leading = self.here.at == at
            v = self.product(t if total is None and t and t.text == "-" else None)
            total = v if total is None else self.plus(t.text if t else "+", total, v, place)
            if at < self.here.at:
                break
            t = self.accept("+", "-")
            if t is None:
                raise Unclear("the differential does not stand where the integrand ends", self.here.at, "ambiguous")
        if leading and place != at or leading and total.f.head in ("add", "sub") and place != at:
            raise Unclear("a differential inside a sum", at, "ambiguous")
        if self.tail == self.here.at:
            self.tail = None
            if self.operand(self.here, False) or self.here.sign("/", "·", "×"):
                raise Unclear("a factor behind the differential: put the integral in brackets", self.here.at, "ambiguous")
        return total

    def normed(self, f: Formula) -> list[Formula]:
        """What the densities in f are: functions whose integral is 1."""
        names = [name for name in free_symbols(f) if name in self.densities]
        taken = free_symbols(f).keys() | self.sorts.keys()
        x = Formula("sym", (next(c for c in ("x", "y", "t", *(f"x{k}" for k in range(len(taken) + 1))) if c not in taken), "real"))
        return [eq(Integral(call("apply", Formula("sym", (name, ("function",))), x), x, -OO, OO), ONE) for name in names]

    def weighted(self, f: Formula, x: Formula) -> bool:
        """Whether the integrand is a declared density at x, times something."""
        while f.head == "mul":
            if self.weighted(f.args[1], x):
                return True
            f = f.args[0]
        return f.head == "apply" and f.args[0].args[0] in self.densities and f.args[1:] == (x,)

    # ----------------------------------------------------------------------------------------------------- limits
    def limit(self, n: Node) -> Val:
        sub, sup = self.limits()
        k = next((k for k, m in enumerate(sub[0]) if m.sign("→")), None) if sub else None
        if sub is None or sup is not None or k is None:
            raise Unclear("a limit is written \\lim_{x \\to a}", n.at)
        found = nucleus(sub[0], 0)
        if found is None or found[1] != k:
            raise Unclear("the variable of a limit is a letter", n.at, "not-supported")
        nuc, point, side = found[0], list(sub[0][k + 1:]), ""
        if len(point) > 2 and point[-2].sign("^"):
            marks = point[-1].parts if point[-1].kind == "group" else [point[-1]]
            if len(marks) == 1 and marks[0].sign("+", "-"):
                side, point = marks[0].text, point[:-2]
        to = self.number(self.inside(point, sub[1], self.sum), "a limit", n.at).f
        infinite = to in (OO, -OO)
        if self.sorts.get(nuc.name) == "integer" or nuc.name not in self.sorts and nuc.base in "ijklmnN" and nuc.key not in self.scope:
            raise Unclear(f"the limit of a sequence in {nuc.shown} has no form yet", n.at, "not-supported",
                          (f"a limit over real numbers: declare {nuc.name} as real",))
        x = self.bindable(nuc, "real")
        v = self.number(self.bound({nuc.key: x}, self.product), "a limit", n.at)
        head = "limit" if infinite or side == "+" else "limit_below" if side == "-" else "limit_both"
        self.open.add(nuc.key)
        return Val(self.node(n.at, head, v.f, x, to))
