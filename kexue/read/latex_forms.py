r"""Forms with their own grammar: fractions and derivatives, roots, sums, products, integrals, limits, matrices, cases.

The body of a sum reaches over the product that follows it, an integrand up to its differential; where another reading is possible, the form is
refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from ..formula import Formula, call, free_symbols, lift
from .latex_names import Nucleus, nucleus
from .latex_symbols import FUNCTION, Symbols
from .latex_tokens import Node, Unclear
from .latex_values import ONE, ZERO, Val

OO = Formula("const", ("oo",))
MATRICES = {"matrix": "", "pmatrix": "", "bmatrix": "", "smallmatrix": "", "vmatrix": "det"}
CASES = ("cases", "dcases", "rcases")


class Forms(Symbols):
    """Adds the forms to names and terms."""

    def commands(self) -> Mapping[str, Callable[[Node], Val]]:
        return self._commands

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        self._commands: dict[str, Callable[[Node], Val]] = {
            **dict.fromkeys(("frac", "dfrac", "tfrac", "cfrac"), self.fraction), "sqrt": self.root,
            **dict.fromkeys(("binom", "dbinom", "tbinom"), self.binomial), "sum": lambda n: self.big(n, "sum"), "prod": lambda n: self.big(n, "prod"),
            "int": self.integral, "lim": self.limit, "overline": self.overline, "partial": self.partial, "infty": lambda n: self.postfix(Val(OO)),
            **dict.fromkeys(("underbrace", "overbrace"), self.brace), "boxed": self.brace, "lg": self.lg,
            **dict.fromkeys(("max", "min", "gcd"), lambda n: self.postfix(self.several(n.text, n))),
            "Re": lambda n: self.postfix(self.function("re", n)), "Im": lambda n: self.postfix(self.function("im", n))}

    # ------------------------------------------------------------------------------------------ fractions, roots
    def fraction(self, n: Node) -> Val:
        (top, top_end), (bottom, bottom_end) = self.arguments_of(2, n.text)
        if (order := self.derivation(top, bottom)) is not None:
            return self.derivative(n, order, top, top_end)
        a, b = self.inside(top, top_end, self.sum), self.inside(bottom, bottom_end, self.sum)
        v = self.over(a, b, n.at)
        if self.here.sign("^"):
            raise Unclear("a power of a fraction without brackets", self.here.at, "ambiguous", ("of the fraction", "of its numerator"))
        return self.postfix(v)

    def derivation(self, top: Sequence[Node], bottom: Sequence[Node]) -> list[tuple[Nucleus, int]] | None:
        r"""The variables with their multiplicities, outermost first, when this is d/dx or \partial^2/\partial x\partial y, else None."""
        if not top or not self.mark(top[0]) or not bottom or bottom[0].text != top[0].text:
            return None
        out: list[tuple[Nucleus, int]] = []
        k = 0
        while k < len(bottom):
            found = nucleus(bottom, k + 1) if bottom[k].text == top[0].text else None
            if found is None:
                return None
            k, times = found[1], 1
            if k + 1 < len(bottom) and bottom[k].sign("^"):
                digits = bottom[k + 1].parts if bottom[k + 1].kind == "group" else [bottom[k + 1]]
                if len(digits) != 1 or not digits[0].text.isdigit() or not 0 < int(digits[0].text[:3]) < 100:
                    raise Unclear("the order of a derivative is a number", bottom[k].at, "not-supported")
                times, k = int(digits[0].text), k + 2
            if k < len(bottom) and bottom[k].sign("_"):
                raise Unclear("a derivative by something with an index has no form yet", bottom[k].at, "not-supported")
            out.append((found[0], times))
        if top[0].kind == "letter" and ("d" in self.sorts or "d//" in self.scope):
            raise Unclear("d is a name here, and this could be a derivative", top[0].at, "ambiguous",
                          (r"a derivative: write \mathrm{d}", "a quotient of products: write the factors in another order"))
        return out

    def mark(self, n: Node) -> bool:
        return n.kind in ("letter", "word", "text") and n.text == "d" or n.kind == "command" and n.text == "partial"

    def derivative(self, n: Node, by: list[tuple[Nucleus, int]], top: Sequence[Node], end: int) -> Val:
        """d/dx of what stands in the numerator, or of the one factor that follows."""
        k, order = 1, 1
        if len(top) > 2 and top[1].sign("^"):
            digits = top[2].parts if top[2].kind == "group" else [top[2]]
            k, order = 3, int(digits[0].text) if len(digits) == 1 and digits[0].text.isdigit() and len(digits[0].text) < 3 else 0
        if order != sum(times for _, times in by):
            raise Unclear("the orders of the derivative do not agree", n.at)
        variables = [self.variable(nuc) for nuc, _ in by]
        if k < len(top):
            v = self.inside(top[k:], end, self.product)
            if top[k].kind == "letter" and k + 1 < len(top) and v.f.head == "mul":
                raise Unclear("a product in the numerator of a derivative: put it in brackets", top[k].at, "ambiguous")
        else:
            if not self.operand(self.here, True):
                raise Unclear("what is differentiated is missing", self.here.at)
            v = self.factor()
            if self.tail != self.here.at and (self.operand(self.here, False) or self.here.sign("/", "·", "×")):
                raise Unclear("a factor behind what is differentiated", self.here.at, "ambiguous", ("(d/dx f) g", "d/dx (f g)"))
        if v.f.head == "sym" and all(v.f.args[0] != x.args[0] for x in variables):
            raise Unclear(f"{v.f.args[0]} does not depend on {variables[0].args[0]} as it is declared", n.at, "ambiguous",
                          ("a function: declare it, and write its argument", "a constant: its derivative is 0"))
        f = v.f
        for x, (_, times) in reversed(list(zip(variables, by, strict=True))):
            for _ in range(times):
                f = self.node(n.at, "diff", f, x)
        out = Val(f, v.shape)
        return self.postfix(out) if k < len(top) else out

    def variable(self, nuc: Nucleus) -> Formula:
        """The real or complex symbol by which a derivative is taken."""
        f = self.scope.get(nuc.key)
        if f is None:
            hits = [name for name in dict.fromkeys(nuc.names(self.sorts)) if name in self.sorts]
            if len(hits) != 1:
                raise self.undeclared(nuc, nuc.name)
            self.spelled(hits[0], nuc, False)
            self.log.append(nuc.key)
            f = Formula("sym", (hits[0], self.sorts[hits[0]]))
        if f.args[1] not in ("real", "complex"):
            raise Unclear(f"a derivative by {f.args[0]}, which is not a real or complex number, has no form yet", nuc.at, "not-supported")
        return f

    def partial(self, n: Node) -> Val:
        r"""\partial_{1} \partial_{2} f(x, y): by the slots; \partial_x f(x, y): by a name."""
        slots: list[int] = []
        while True:
            self.expect("_")
            nodes, end = self.script()
            if [m.kind for m in nodes] != ["number"]:
                break
            slots.append(int(nodes[0].text[:3]) - 1)
            if not (self.here.kind == "command" and self.here.text == "partial"):
                break
            self.k += 1
        if slots and [m.kind for m in nodes] == ["number"] and min(slots) >= 0:
            found = nucleus(self.nodes, self.k)
            if found is None or self.sorts.get(found[0].name) != FUNCTION:
                raise Unclear("a function is expected behind a derivative by a slot", self.here.at)
            self.k = found[1]
            symbol = Formula("sym", (";".join((found[0].name, *map(str, slots))), FUNCTION))
            args = self.listed(self.here)
            if max(slots) >= len(args):
                raise Unclear(f"the function has no slot {max(slots) + 1}", n.at, "sorts")
            self.spelled(found[0].name, found[0], False)
            return Val(self.node(n.at, "apply", symbol, *(a.f for a in args)))
        found = nucleus(nodes, 0)
        if slots or found is None or found[1] != len(nodes):
            raise Unclear("a partial derivative without its variable", n.at)
        x = self.variable(found[0])
        v = self.factor()
        if self.operand(self.here, False) or self.here.sign("/", "·", "×"):
            raise Unclear("a factor behind what is differentiated", self.here.at, "ambiguous")
        return Val(self.node(n.at, "diff", v.f, x), v.shape)

    def root(self, n: Node) -> Val:
        degree: Formula | None = None
        if self.accept("["):
            degree = self.number(self.sum(), "a root", n.at).f
            self.expect("]")
        (parts, end), = self.arguments_of(1, "sqrt")
        v = self.number(self.inside(parts, end, self.sum), "a root", n.at)
        if degree is None or degree == lift(2):
            return self.postfix(Val(self.node(n.at, "sqrt", v.f)))
        even = degree.head == "num" and degree.args[0].denominator == 1 and degree.args[0] % 2 == 0
        positive = v.number or any(h in self.hyps for h in (ZERO < v.f, ZERO <= v.f))
        if not even and not positive:
            raise Unclear("a root of what may be negative", n.at, "ambiguous",
                          ("the real root", "the principal value x^{1/n}", "declare the radicand positive"))
        exponent = self.node(n.at, "num", Fraction(1) / degree.args[0]) if degree.head == "num" and degree.args[0] > 0 else self.node(
            n.at, "div", ONE, degree)
        return self.postfix(Val(self.node(n.at, "pow", v.f, exponent)))

    def binomial(self, n: Node) -> Val:
        a, b = (self.number(self.inside(p, end, self.sum), "a binomial", n.at) for p, end in self.arguments_of(2, n.text))
        return self.postfix(Val(self.node(n.at, "binomial", a.f, b.f)))

    def overline(self, n: Node) -> Val:
        (parts, end), = self.arguments_of(1, "overline")
        v = self.number(self.inside(parts, end, self.sum), "a conjugate", n.at)
        if not any(s.args[1] == "complex" for s in free_symbols(v.f).values()):
            raise Unclear("a line over what is real", n.at, "ambiguous", ("a mean: declare the name", "a conjugate: declare the number complex"))
        return self.postfix(Val(self.node(n.at, "conj", v.f)))

    def brace(self, n: Node) -> Val:
        r"""\underbrace{...}_{words}: what is braced."""
        (parts, end), = self.arguments_of(1, n.text)
        v = self.inside(parts, end, self.sum)
        if self.here.sign("_" if n.text == "underbrace" else "^") and n.text != "boxed":
            self.k += 1
            self.script()
        return v._replace(number=False)

    def lg(self, n: Node) -> Val:
        raise Unclear("\\lg", n.at, "ambiguous", ("the logarithm to base 10: write \\log_{10}", "to base 2: write \\log_{2}"))

    def hypergeometric(self, n: Node) -> Val:
        """{}_{1}F_{1}(a; b; z)."""
        if self.accept("_") is None:
            raise Unclear("empty braces", n.at)
        p, _ = self.script()
        f = self.take()
        self.expect("_")
        q, _ = self.script()
        if f.text != "F" or [m.kind for m in (*p, *q)] != ["number", "number"] or max(len(p[0].text), len(q[0].text)) > 1:
            raise Unclear("a hypergeometric function is written {}_{p}F_{q}", n.at)
        self.expect("(")
        groups: list[list[Val]] = [[]]
        while True:
            groups[-1].append(self.number(self.sum(), "a parameter", n.at))
            if self.accept(";"):
                groups.append([])
            elif self.accept(",") is None:
                break
        self.expect(")")
        if [len(g) for g in groups] != [int(p[0].text), int(q[0].text), 1]:
            raise Unclear("the numbers of parameters do not agree", n.at)
        flat = [v.f for g in groups for v in g]
        if (p[0].text, q[0].text) == ("1", "1"):
            return Val(self.node(n.at, "hyp1f1", *flat))
        return Val(self.node(n.at, "hyper", lift(len(groups[0])), *flat))

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
        """The offset of the d that belongs to this integral sign, and its variable.  Nothing is taken."""
        candidates: list[tuple[int, Nucleus]] = []
        integrals, italic = 1, False

        def walk(nodes: Sequence[Node], k: int) -> bool:
            nonlocal integrals, italic
            depth = 0
            while k < len(nodes):
                m = nodes[k]
                depth += m.sign("(", "[") - m.sign(")", "]")
                if depth < 0 or m.sign("=", "<", ">", "≤", "≥", "≠", ",") and depth == 0:
                    return False
                if m.kind == "command" and m.text == "int":
                    integrals += 1
                elif m.kind == "command" and m.text in ("frac", "dfrac", "tfrac") and k + 1 < len(nodes) and nodes[k + 1].kind == "group":
                    top = nodes[k + 1].parts
                    bottom = nodes[k + 2].parts if k + 2 < len(nodes) else []
                    if not (top and self.mark(top[0]) and bottom and bottom[0].text == top[0].text):
                        walk(top, 0)
                    k += 2
                elif m.sign("_", "^"):
                    k += 1
                elif self.mark(m) and m.kind != "command" and (found := nucleus(nodes, k + 1)) is not None:
                    candidates.append((m.at, found[0]))
                    italic = italic or m.kind == "letter"
                    k = found[1] - 1
                    if len(candidates) == integrals and not self.is_name("d"):
                        return False
                k += 1
            return True
        walk(self.nodes, self.k)
        ours = [c for c in candidates if c[0] not in self.differentials]
        if self.is_name("d") and italic and len(candidates) != integrals + len(candidates) - len(ours):
            raise Unclear("d is a name here, and the integral has more than one d", n.at, "ambiguous", (r"write \mathrm{d} for differentials",))
        if len(ours) < integrals:
            raise Unclear("the integral has no differential", n.at)
        return ours[self.inner(n, integrals)]

    def inner(self, n: Node, integrals: int) -> int:
        """Which of the differentials behind this sign is its own: those of the integrals inside it come first."""
        return integrals - 1

    def is_name(self, name: str) -> bool:
        return name in self.sorts or name + "//" in self.scope

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
        first = self.accept("-", "+")
        total: Val | None = None
        sign = first.text if first else "+"
        while True:
            place = self.here.at
            leading = self.here.at == at
            v = self.product()
            total = (self.negative(v, place) if sign == "-" else v) if total is None else self.plus(sign, total, v, place)
            if at < self.here.at:
                break
            t = self.accept("+", "-")
            if t is None:
                raise Unclear("the differential does not stand where the integrand ends", self.here.at, "ambiguous")
            sign = t.text
        if leading and place != at or leading and total.f.head in ("add", "sub") and place != at:
            raise Unclear("a differential inside a sum", at, "ambiguous")
        if self.tail == self.here.at:
            self.tail = None
            if self.operand(self.here, False) or self.here.sign("/", "·", "×"):
                raise Unclear("a factor behind the differential: put the integral in brackets", self.here.at, "ambiguous")
        return total

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

    def softmax(self, n: Node) -> Val:
        r"""\operatorname{softmax}(x)_i of a vector x."""
        if self.here.sign("_"):
            raise Unclear("an index on softmax: write it behind the bracket", self.here.at, "ambiguous")
        x, = self.listed(n) if self.here.text == "(" else [Val(ZERO)]
        sort = x.f.args[1] if x.f.head == "sym" else None
        if x.shape is None or x.shape[1] != ONE or not isinstance(sort, tuple) or self.accept("_") is None:
            raise Unclear("softmax without an index, or of what is not a declared vector, has no form yet", n.at, "not-supported")
        i = self.number(self.inside(*self.script(), self.sum), "an index", n.at)
        taken = {*self.sorts, *free_symbols(i.f), *(f.args[0] for f in self.scope.values())}
        name = next(c for c in ("j", "k", "l", *(f"j{m}" for m in range(len(taken) + 1))) if c not in taken)
        j = Formula("sym", (name, "integer"))
        total = self.node(n.at, "sum", call("exp", call("at", x.f, j)), j, ONE, x.shape[0])
        return Val(self.node(n.at, "div", call("exp", call("at", x.f, i.f)), total))

    # ----------------------------------------------------------------------------------------------- environments
    def environment(self, n: Node) -> Val:
        if n.text in CASES:
            return self.cases(n, n.rows)
        if n.text not in MATRICES:
            raise Unclear(f"\\begin{{{n.text}}} inside a formula has no form yet", n.at, "not-supported")
        rows = [tuple(self.number(self.inside(cell, cell[-1].end if cell else n.end, self.sum), "an entry", n.at).f for cell in row)
                for row in n.rows]
        if not rows or len({len(r) for r in rows}) != 1:
            raise Unclear("the rows of a matrix have different lengths", n.at)
        v = Val(self.node(n.at, "matrix", *rows), (lift(len(rows)), lift(len(rows[0]))))
        return self.call("det", [v], n.at) if MATRICES[n.text] else v

    def cases(self, n: Node, rows: list[list[list[Node]]]) -> Val:
        """Rows of a value and its condition, with & or a comma between."""
        parts: list[Formula] = []
        for k, row in enumerate(rows):
            cells = [m for cell in row for m in [*cell, Node("amp", "&", cell[-1].end if cell else n.at, n.at)]][:-1]
            cut = next((j for j, m in enumerate(cells) if m.kind in ("amp", "text", "space") or m.sign(",")), None)
            if cut is None or cut == 0:
                raise Unclear("a case needs a value and a condition", n.at)
            value = self.number(self.inside(cells[:cut], cells[cut].at, self.sum), "a case", n.at)
            rest = [m for m in cells[cut:] if m.kind not in ("amp", "space") and not (m.sign(",", ";", "."))]
            parts += [value.f, self.case(rest, n, k == len(rows) - 1)]
        return Val(self.node(n.at, "piecewise", *parts))

    def case(self, nodes: list[Node], n: Node, last: bool) -> Formula:
        raise TypeError("conditions are in Statements")
