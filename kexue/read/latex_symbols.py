r"""Names in a formula: bound by a sum or an integral, declared, or constants; with indices, primes and arguments.

Bound names come first, then declared ones; e, i and \pi are constants where they are neither, and i only where it is an index nowhere in the
formula.  What is left is undeclared.  A declared name is written in one way within a formula."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..formula import Formula, call
from .latex_brackets import Brackets
from .latex_names import NO_HEAD, UPRIGHT, WHOLE, Nucleus, indexed, literal, nucleus, with_arguments
from .latex_terms import FUNCTION, POINTS
from .latex_tokens import Node, Unclear
from .latex_values import UNKNOWN, Val, shape_of

INDEXABLE = ("family", "vector", "matrix")


@dataclass
class Marks:
    """What is written on a name: tokens of the index and of the exponent with the place where they end, and primes."""

    sub: tuple[list[Node], int] | None = None
    sup: tuple[list[Node], int] | None = None
    sup_at: int = 0
    primes: int = 0

    @property
    def star(self) -> bool:
        return self.sup is not None and len(self.sup[0]) == 1 and self.sup[0][0].sign("*")


class Symbols(Brackets):
    """Resolves names."""

    def marks(self) -> Marks:
        out = Marks()
        while True:
            n = self.here
            if n.sign("'") and out.sup is None:
                self.k += 1
                out.primes += 1
            elif n.sign("_"):
                if out.sub is not None:
                    raise Unclear("two indices", n.at)
                self.k += 1
                out.sub = self.script()
            elif n.sign("^"):
                if out.sup is not None:
                    raise Unclear("two exponents", n.at)
                self.k += 1
                out.sup, out.sup_at = self.script(), n.at
                if [m.text for m in out.sup[0]] == ["prime"]:
                    out.sup, out.primes = None, out.primes + 1
            else:
                return out

    def name(self, nuc: Nucleus) -> Val:
        if len(nuc.base) > 1 and (nuc.base in UPRIGHT or nuc.base in NO_HEAD) and not any(n in self.sorts for n in nuc.names(self.sorts)):
            return self.postfix(self.upright(nuc, Node("word", nuc.base, nuc.at, nuc.at)))
        behind = with_arguments(self.nodes, self.k)
        if behind is not None and nuc.name + behind[0] in self.sorts:
            self.k = behind[1]
            nuc = Nucleus(nuc.name + behind[0], "", (), nuc.at)
        m = self.marks()
        bound = self.scope.get(nuc.key)
        if bound is not None and m.sub is None and not m.primes and not m.star:
            return self.powered(Val(bound), m)
        found = self.declared(nuc, m)
        if found is None:
            return self.constant(nuc, m)
        symbol, sub = found
        self.log.append(nuc.key)
        v, sort = self.entry(symbol, sub)
        if sort == FUNCTION:
            return self.applied(v.f, nuc, m)
        return self.powered(v, m)

    def powered(self, v: Val, m: Marks) -> Val:
        if m.sup is not None:
            if self.here.sign("^"):
                raise Unclear("two exponents", self.here.at)
            v = self.exponent(v, *m.sup, m.sup_at)
            if self.here.sign("!"):
                raise Unclear("a factorial behind a power", self.here.at, "ambiguous", ("(x^n)!", "x^(n!)"))
        return self.postfix(v)

    # ------------------------------------------------------------------------------------------------- declared
    def declared(self, nuc: Nucleus, m: Marks) -> tuple[Formula, tuple[list[Node], int] | None] | None:
        """The declared symbol, and the index that is left to be read; None when there is none.  Takes a star and primes from the marks."""
        names = nuc.names(self.sorts)
        parts = literal(m.sub[0]) if m.sub else None
        whole = indexed(names, parts) if parts else [] if m.sub else names
        marks = ("_star" if m.star else "") + "'" * m.primes
        hits = list(dict.fromkeys(n + marks for n in whole if n + marks in self.sorts))
        base = list(dict.fromkeys(n + marks for n in names if m.sub and n + marks in self.sorts and self.indexable(n + marks)))
        if m.primes and not hits and not base:  # the derivative of a function
            hits = list(dict.fromkeys(n for n in whole if self.sorts.get(n) == FUNCTION))
        elif hits or base:
            m.primes = 0
            if m.star:
                m.sup = None
        if len(hits) + len(base) > 1:
            raise Unclear(f"{nuc.shown} with its index is declared in several ways", nuc.at, "ambiguous", tuple([*hits, *base]))
        if hits and parts and any(c + "//" in self.keys() for part in parts for c in [part, *part]):
            raise Unclear(f"{hits[0]} is declared, and its index is bound here", nuc.at, "ambiguous", (f"the name {hits[0]}", "an index"))
        if not hits and not base:
            return None
        name = (hits or base)[0]
        self.spelled(name, nuc, bool(base))
        return Formula("sym", (name, self.sorts[name])), (None if hits else m.sub)

    def keys(self) -> set[str]:
        return {key.partition("/")[0] + "//" for key in self.scope}

    def indexable(self, name: str) -> bool:
        sort = self.sorts[name]
        return isinstance(sort, tuple) and sort[0] in INDEXABLE

    def spelled(self, name: str, nuc: Nucleus, with_index: bool) -> None:
        """One spelling for one name: bold for the whole and plain for its entries is one spelling."""
        mine, other = f"{name} {with_index}", f"{name} {not with_index}"
        clash = self.spelling.setdefault(mine, nuc.key) != nuc.key
        if (there := self.spelling.get(other)) is not None and there != nuc.key:
            whole, entry = (there, nuc.key) if with_index else (nuc.key, there)
            plain = [p for p in whole.split("/") if p not in WHOLE]
            clash = clash or [p for p in entry.split("/") if p] != [p for p in plain if p] or whole == entry
        if clash:
            raise Unclear(f"{name} is written in two ways in this formula", nuc.at, "ambiguous",
                          ("one thing: write it in one way", "two things: declare both, for example "
                           f"{nuc.name} and {self.spelling[mine].partition('/')[0]}"))

    def entry(self, symbol: Formula, sub: tuple[list[Node], int] | None) -> tuple[Val, Any]:
        """The symbol with its indices, and the sort of that."""
        sort, f = symbol.args[1], symbol
        if sub is None:
            if isinstance(sort, tuple) and sort[0] == "family":
                raise Unclear(f"{symbol.args[0]} is a family: write an index", self.nodes[self.k - 1].at, "sorts")
            return Val(f, shape_of(sort)), sort
        nodes, end = sub
        levels, inner = 0, sort
        while isinstance(inner, tuple) and inner[0] == "family":
            levels, inner = levels + 1, inner[1]
        pieces = self.pieces(nodes)
        if len(pieces) == 1 and len(nodes) == levels == 2 and all(n.kind == "letter" for n in nodes):
            pieces = [nodes[:1], nodes[1:]]
        place = nodes[0].at if nodes else end
        if isinstance(inner, tuple) and inner[0] == "matrix" and len(pieces) != levels:
            raise Unclear("an entry of a matrix has no form yet", place, "not-supported")
        most = levels + (isinstance(inner, tuple) and inner[0] == "vector")
        if not levels <= len(pieces) <= most:
            raise Unclear(f"{symbol.args[0]} has {levels or 1} {'indices' if levels > 1 else 'index'}, not {len(pieces)}", place, "sorts")
        for piece in pieces:
            for a, b in zip(piece, piece[1:], strict=False):
                if a.kind == b.kind == "letter":
                    raise Unclear("two letters in an index", a.at, "ambiguous", (f"{a.text} times {b.text}", f"{a.text},{b.text}"))
            i = self.number(self.inside(piece, piece[-1].end if piece else end, self.sum), "an index", place)
            f = self.node(place, "at", f, i.f)
        sort = inner if len(pieces) == levels else "real"
        return Val(f, shape_of(sort)), sort

    def pieces(self, nodes: Sequence[Node]) -> list[list[Node]]:
        out: list[list[Node]] = [[]]
        depth = 0
        for n in nodes:
            depth += n.sign("(", "[") - n.sign(")", "]")
            if n.sign(",") and depth == 0:
                out.append([])
            else:
                out[-1].append(n)
        return out

    # ------------------------------------------------------------------------------------------------ functions
    def applied(self, f: Formula, nuc: Nucleus, m: Marks) -> Val:
        """A declared function with its arguments."""
        slots, power = m.primes, None
        if m.sup is not None:
            nodes = m.sup[0]
            order = nodes[1].text if len(nodes) == 3 and nodes[0].sign("(") and nodes[2].sign(")") and nodes[1].kind == "number" else ""
            if order.isdigit() and len(order) < 3 and not slots:
                slots = int(order)
            elif len(nuc.base) == 1 or nuc.base not in UPRIGHT and f.args[0] != nuc.base or nodes[0].sign("-", "(") or slots:
                raise Unclear(f"an exponent on the function {nuc.shown}", m.sup_at, "ambiguous",
                              ("a power of its value: write it behind the bracket", "the function applied repeatedly", "an upper index"))
            else:
                power = m.sup
        if slots:
            if f.head != "sym":
                raise Unclear("a prime on a function with an index has no form yet", nuc.at, "not-supported")
            f = Formula("sym", (f.args[0] + ";0" * slots, FUNCTION))
        wide = nuc.style == "bb" or len(nuc.base) > 1
        if not (self.here.sign("(", "[") or self.here.kind == "fence" and self.here.text in ("(", "[")):
            raise Unclear(f"{nuc.shown} is a function: write its arguments in brackets", nuc.at, "sorts")
        args = self.listed(self.here, ("(", "[") if wide else ("(",))
        if slots and len(args) > 1:
            raise Unclear(f"a prime on {nuc.shown} with several arguments", nuc.at, "ambiguous")
        for a in args:
            if a.shape is not None and UNKNOWN in a.shape:
                raise Unclear("the size of I is not known", nuc.at, "ambiguous")
        v = Val(self.node(nuc.at, "apply", f, *(a.f for a in args)))
        if power is not None:
            v = self.power(v, self.inside(*power, self.sum), m.sup_at)
        return self.postfix(v)

    # ------------------------------------------------------------------------------------------------ constants
    def constant(self, nuc: Nucleus, m: Marks) -> Val:
        """A name that is neither bound nor declared: a constant, a word, or nothing we know."""
        plain = not nuc.accents and not m.primes and not m.star
        bare = plain and not nuc.style
        if bare and nuc.base in POINTS and m.sub is None:
            return self.point(nuc, m)
        if plain and nuc.base == "I" and nuc.style in ("", "bold"):
            return self.identity(nuc, m)
        if bare and nuc.base in ("Gamma", "zeta") and m.sub is None and m.sup is None and self.opens():
            args = self.listed(self.here, ("(",))
            if len(args) > (2 if nuc.base == "Gamma" else 1):
                raise Unclear(f"{nuc.shown} with {len(args)} arguments", nuc.at, "not-supported")
            return self.postfix(self.call({"Gamma": "gamma" if len(args) == 1 else "uppergamma"}.get(nuc.base, "zeta"), args, nuc.at))
        if bare and nuc.base == "delta" and m.sub is not None and m.sup is None:
            pieces = self.pieces(m.sub[0])
            pieces = [[n] for n in pieces[0]] if len(pieces) == 1 else pieces
            if len(pieces) == 2:
                i, j = (self.number(self.inside(p, m.sub[1], self.sum), "an index", nuc.at) for p in pieces)
                return self.postfix(Val(self.node(nuc.at, "delta", i.f, j.f)))
        if plain and nuc.style == "bb" and nuc.base == "E" and m.sup is None:
            return self.postfix(self.expectation(nuc, m))
        if plain and nuc.style == "bb" and len(nuc.base) == 1:
            raise Unclear(f"{nuc.shown} has no form yet", nuc.at, "not-supported")
        parts = literal(m.sub[0]) if m.sub else None
        name = "_".join((nuc.name, *(parts or []))) + ("_star" if m.star else "") + "'" * m.primes
        if m.star or m.primes:
            taken = nuc.key in self.scope or any(n in self.sorts for n in nuc.names(self.sorts))
            raise Unclear(f"{name} is not declared", nuc.at, "ambiguous" if taken else "undeclared",
                          (f"a name of its own: declare {name}", "the conjugate" if m.star else "a derivative or a transpose"))
        raise self.undeclared(nuc, name)

    def opens(self) -> bool:
        return self.here.sign("(") or self.here.kind == "fence" and self.here.text == "("

    def point(self, nuc: Nucleus, m: Marks) -> Val:
        if nuc.base == "i" and "i" in self.index_letters:
            raise Unclear("i is an index in this formula and is not declared", nuc.at, "undeclared",
                          ("an integer: declare it", "the imaginary unit: name the index otherwise"))
        self.log.append(nuc.key)
        if self.opens():
            inner = self.here.parts if self.here.kind == "fence" else list(self.nodes[self.k + 1:self.k + 3])
            if len(inner) == 1 or self.here.kind == "sign" and len(inner) == 2 and inner[1].sign(")"):
                raise Unclear(f"{nuc.shown} followed by a bracket", nuc.at, "ambiguous", ("the constant, multiplied", "a function: declare it"))
        if nuc.base == "e" and m.sup is not None:
            nodes, end = m.sup
            if self.transposing(nodes, None, m.sup_at) is not None or m.star:
                raise Unclear("a sign in the place of an exponent", m.sup_at)
            v = self.call("exp", [self.inside(nodes, end, self.sum)], nuc.at)
            if self.here.sign("!"):
                raise Unclear("a factorial behind a power", self.here.at, "ambiguous")
            return self.postfix(v)
        return self.powered(Val(self.node(nuc.at, "const", POINTS[nuc.base])), m)

    def identity(self, nuc: Nucleus, m: Marks) -> Val:
        size = UNKNOWN
        if m.sub is not None:
            size = self.number(self.inside(*m.sub, self.sum), "a size", nuc.at).f
        v = Val(self.node(nuc.at, "eye", size), (size, size))
        if self.opens() and m.sup is None:
            factor = self.postfix(self.bracket(self.take()))
            if factor.shape is None:
                raise Unclear("I followed by a bracket", nuc.at, "ambiguous", ("the identity matrix, multiplied", "a function: declare it"))
            return self.times([v, factor], nuc.at)
        return self.powered(v, m)

    def expectation(self, nuc: Nucleus, m: Marks) -> Val:
        r"""\mathbb{E}_{z \sim p(z)}[...] for a density p that is declared: the integral of p times the bracket."""
        nodes, end = m.sub or ([], nuc.at)
        k = next((k for k, n in enumerate(nodes) if n.sign("∼")), None)
        found = nucleus(nodes, 0)
        law = self.density(nodes[k + 1:], nodes[:k]) if k is not None else None
        if found is None or found[1] != k or law is None:
            raise Unclear("an expectation has no form yet, unless its law is declared as a density of a real number", nuc.at, "not-supported")
        z = self.bindable(found[0], "real")
        t = self.take()
        if not (t.sign("[", "(") or t.kind == "fence" and t.text in ("[", "(")):
            raise Unclear("the argument of an expectation stands in brackets", t.at)
        body = self.bound({found[0].key: z}, lambda: self.bracket(t))
        oo = Formula("const", ("oo",))
        weighted = self.node(nuc.at, "mul", call("apply", law, z), self.number(body, "an expectation", nuc.at).f)
        return Val(self.node(nuc.at, "integral", weighted, z, -oo, oo))

    def density(self, nodes: Sequence[Node], variable: Sequence[Node]) -> Formula | None:
        """The density these tokens name, with or without its variable in brackets."""
        found = nucleus(nodes, 0)
        if found is None:
            return None
        k = found[1]
        names = found[0].names(self.sorts)
        if k + 1 < len(nodes) and nodes[k].sign("_"):
            parts = literal(nodes[k + 1].parts if nodes[k + 1].kind == "group" else nodes[k + 1:k + 2])
            names, k = indexed(names, parts) if parts else [], k + 2
        rest = [n.text for n in nodes[k:]]
        if rest and rest != ["(", *(n.text for n in variable), ")"]:
            return None
        hits = [n for n in dict.fromkeys(names) if n in self.densities]
        return Formula("sym", (hits[0], FUNCTION)) if len(hits) == 1 else None

    # ---------------------------------------------------------------------------------------------------- scopes
    def bindable(self, nuc: Nucleus, sort: str) -> Formula:
        """The symbol that a sum, an integral or a limit binds under this name."""
        for name in nuc.names(self.sorts):
            if name in self.sorts and self.sorts[name] not in ("real", "integer"):
                raise Unclear(f"{name} is declared as something else than a real number or an integer", nuc.at, "sorts")
        if nuc.style in WHOLE:
            raise Unclear("a sum or integral over a vector has no form yet", nuc.at, "not-supported")
        return Formula("sym", (nuc.name, sort))

    def bound(self, names: dict[str, Formula], read: Any) -> Any:
        """What `read` makes of the tokens with these names bound."""
        saved, self.scope = self.scope, {**self.scope, **names}
        out = read()
        self.scope = saved
        return out
