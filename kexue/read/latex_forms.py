r"""Forms with their own grammar: fractions and derivatives, roots, binomials, conjugates, matrices, cases, softmax."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from ..formula import Formula, call, free_symbols, lift
from .latex_binders import OO, Binders
from .latex_names import Nucleus, nucleus
from .latex_terms import FUNCTION
from .latex_tokens import Node, Unclear
from .latex_values import ONE, ZERO, Val

MATRICES = {"matrix": "", "pmatrix": "", "bmatrix": "", "smallmatrix": "", "vmatrix": "det"}
CASES = ("cases", "dcases", "rcases")


class Forms(Binders):
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
        if v.f.head == "sym" and v.f.args[0] not in self.defined and all(v.f.args[0] != x.args[0] for x in variables):
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

    def zero(self, n: Node) -> Val:
        """0_d or 0_{m x n}."""
        self.k += 1
        nodes, end = self.script()
        k = next((k for k, m in enumerate(nodes) if m.sign("×")), len(nodes))
        sizes = [self.number(self.inside(part, end, self.sum), "a size", n.at).f for part in (nodes[:k], nodes[k + 1:]) if part]
        shape = (sizes[0], sizes[-1] if k < len(nodes) else ONE)
        return Val(self.node(n.at, "zeros", *shape), shape)

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
        first = self.k == 1
        (parts, end), = self.arguments_of(1, n.text)
        v = self.inside(parts, end, self.sum)
        if self.here.sign("_" if n.text == "underbrace" else "^") and n.text != "boxed":
            self.k += 1
            self.script()
        self.shows(n, parts, len(parts) == 1, not first)
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
        def listed() -> list[list[Val]]:
            groups: list[list[Val]] = [[]]
            while True:
                groups[-1].append(self.number(self.sum(), "a parameter", n.at))
                if self.accept(";"):
                    groups.append([])
                elif self.accept(",") is None:
                    return groups
        if self.here.kind == "fence" and (self.here.text, self.here.right) == ("(", ")"):
            t = self.take()
            groups = self.inside(t.parts, t.end, listed)
        else:
            self.expect("(")
            groups = listed()
            self.expect(")")
        if [len(g) for g in groups] != [int(p[0].text), int(q[0].text), 1]:
            raise Unclear("the numbers of parameters do not agree", n.at)
        flat = [v.f for g in groups for v in g]
        if (p[0].text, q[0].text) == ("1", "1"):
            return Val(self.node(n.at, "hyp1f1", *flat))
        return Val(self.node(n.at, "hyper", lift(len(groups[0])), *flat))

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
            full = [cell for cell in row if cell]  # aligned rows begin with an empty one
            cells = [m for cell in full for m in [*cell, Node("amp", "&", cell[-1].end, n.at)]][:-1]
            cut = next((j for j, m in enumerate(cells) if m.kind in ("amp", "text", "space") or m.sign(",")), None)
            if cut is None or cut == 0:
                raise Unclear("a case needs a value and a condition", n.at)
            value = self.number(self.inside(cells[:cut], cells[cut].at, self.sum), "a case", n.at)
            rest = [m for m in cells[cut:] if m.kind not in ("amp", "space")]
            parts += [value.f, self.case(rest, n, k == len(rows) - 1)]
        return Val(self.node(n.at, "piecewise", *parts))

    @abstractmethod
    def case(self, nodes: list[Node], n: Node, last: bool) -> Formula:
        """The condition of a case; without a relation, the last one means otherwise."""
