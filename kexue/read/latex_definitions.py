r"""Left sides that a display defines, and vectors that are given by their entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..formula import BINDERS, Formula, call, children, free_symbols, lift, rebuild
from .latex_conditions import Conditions, cut, end_of
from .latex_names import NO_HEAD, UPRIGHT, Nucleus, literal, nucleus
from .latex_symbols import Marks
from .latex_terms import FUNCTION, POINTS
from .latex_tokens import Node, Unclear
from .latex_values import ZERO, Val


@dataclass(frozen=True)
class Found:
    kind: str
    formula: Formula
    hyps: tuple[Formula, ...]
    at: int
    note: str = ""


@dataclass
class Target:
    """The left side of a definition: the symbol with its indices, its arguments, and the sort it gets once the right side is known."""

    name: str
    indices: tuple[Formula, ...]
    args: tuple[Formula, ...]

    def formula(self, sort: Any) -> Formula:
        """The left side, where the value has this sort."""
        sort = FUNCTION if self.args else sort
        for _ in self.indices:
            sort = ("family", sort)
        f = Formula("sym", (self.name, sort))
        for i in self.indices:
            f = Formula("at", (f, i))
        return Formula("apply", (f, *self.args)) if self.args else f


def put(f: Formula, symbol: Formula, value: Formula) -> Formula:
    """f with a value for the symbol, which is bound nowhere in it; sizes of vectors stay as they are."""
    if f == symbol:
        return value
    return f if f.head in ("num", "const", "sym") else rebuild(f, [put(g, symbol, value) for g in children(f)])


def bound_names(f: Formula) -> set[str]:
    own = {f.args[1].args[0]} if f.head in BINDERS else set()
    return own.union(*map(bound_names, children(f)))


class Definitions(Conditions):
    """Adds definitions to relations."""

    def lone_name(self, nodes: Sequence[Node]) -> bool:
        found = nucleus(nodes, 0)
        return found is not None and (found[1] == len(nodes) or found[1] + 2 == len(nodes) and nodes[found[1]].sign("_"))

    def target(self, nodes: list[Node], told: bool) -> Target | None:
        """The left side of a definition, or None where it is no name, or one that has a meaning already (unless `told`)."""
        found = nucleus(nodes, 0)
        if found is None:
            return None
        nuc = found[0]
        args: list[Formula] = []

        def read() -> tuple[Marks, bool]:
            self.k = found[1]
            m = self.marks()
            if self.here.kind == "end":
                return m, True
            if not self.opens() and not (self.here.sign("[") and nuc.style == "bb"):
                self.k = len(nodes)
                return m, False
            pieces = self.pieces(self.here.parts if self.here.kind == "fence" else list(nodes[self.k + 1:-1]))
            plain = all(self.lone_name(p) for p in pieces) and (self.here.kind == "fence" or nodes[-1].sign(")", "]"))
            closed = self.here.kind == "fence" and self.k + 1 == len(nodes) or self.here.kind == "sign"
            self.k = len(nodes)
            if plain and closed:
                args.extend(self.value(p, p[0].at).f for p in pieces)
            return m, plain and closed
        m, fits = self.inside(nodes, end_of(nodes, 0), lambda: read() if self.free(nuc, nodes, found[1], told) else self.skip(nodes))
        if not fits:
            return None
        return self.shaped(nuc, m, args)

    def skip(self, nodes: Sequence[Node]) -> tuple[Marks, bool]:
        self.k = len(nodes)
        return Marks(), False

    def free(self, nuc: Nucleus, nodes: Sequence[Node], k: int, told: bool) -> bool:
        """Whether the name is free to be defined."""
        if len(nuc.base) > 1 and (nuc.base in UPRIGHT or nuc.base in NO_HEAD) or nuc.base == "I" and nuc.style in ("", "bold"):
            return False
        if nuc.style == "bb" and not told:  # sets and expectations
            return False
        plain = not nuc.style and not nuc.accents
        if plain and (nuc.base in POINTS and not (k < len(nodes) and nodes[k].sign("_")) or nuc.base in ("Gamma", "zeta") and k < len(nodes)):
            return False
        if plain and nuc.base == "delta" and k + 1 < len(nodes) and nodes[k].sign("_") and len(nodes[k + 1].parts) in (2, 3):
            return False
        if told:
            return True
        changes = any(n.sign("'", "*") or n.kind == "command" and n.text == "prime" for m in nodes[k:] for n in (m, *m.parts))
        plainer = Nucleus(nuc.base, nuc.style, (), nuc.at)
        sorts = [self.sorts[n] for n in plainer.names(self.sorts) if n in self.sorts]
        if sorts and (changes or nuc.accents[-1:] in (("dot",), ("ddot",)) or "complex" in sorts and nuc.accents[-1:] == ("bar",)):
            return False
        saved, self.spelling = self.spelling, dict(self.spelling)

        def declared() -> bool:
            self.k = k
            out = self.declared(nuc, self.marks()) is not None
            self.k = len(nodes)
            return out
        out = self.inside(nodes, end_of(nodes, 0), declared)
        self.spelling = saved
        return not out

    def shaped(self, nuc: Nucleus, m: Marks, args: list[Formula]) -> Target | None:
        name = nuc.name + ("_star" if m.star else "")
        sup = None if m.star else m.sup
        if sup is not None and not (nuc.base in ("C", "A", "P") and m.sub is not None and any(n.kind == "letter" for n in sup[0])):
            return None
        indices: list[Formula] = []
        if m.sub is not None:
            parts = literal(m.sub[0])
            known = [p for piece in self.pieces(m.sub[0]) for n in piece if (p := self.integer_named(n))]
            if parts and not known and sup is None:
                name = "_".join((name, *parts))
            else:
                indices += [self.number(self.value(p, m.sub[1]), "an index", m.sub[1]).f for p in self.pieces(m.sub[0])]
        if sup is not None:
            indices.append(self.number(self.value(sup[0], sup[1]), "an index", sup[1]).f)
        if any(a.head not in ("sym", "at") for a in args) or len(set(args)) < len(args):
            return None
        return Target(name + "'" * m.primes, tuple(indices), tuple(args))

    def integer_named(self, n: Node) -> bool:
        found = nucleus([n], 0)
        return found is not None and any(self.sorts.get(name) == "integer" for name in found[0].names(self.sorts))

    # -------------------------------------------------------------------------------------------------------- tuples
    def listing(self, nodes: list[Node]) -> list[list[Node]] | None:
        r"""The entries of (x_1, x_2, \dots, x_n), or None."""
        if len(nodes) == 1 and nodes[0].kind == "fence" and nodes[0].text in ("(", "["):
            inner = list(nodes[0].parts)
        elif len(nodes) > 2 and nodes[0].sign("(", "[") and nodes[-1].sign(")", "]"):
            inner = nodes[1:-1]
        else:
            return None
        pieces = [piece for _, _, piece in cut(inner, ",")]
        return pieces if len(pieces) > 1 and all(pieces) and len(cut(inner, ")")) == 1 else None

    def entries(self, target: Target | None, left: list[Node], pieces: list[list[Node]], at: int) -> Found:
        """A vector given by its entries."""
        declared = self.value(left, at) if target is None else None
        if declared is not None and (declared.shape is None or declared.shape[1] != lift(1) or declared.f.head != "sym"):
            raise Unclear("entries of what is not a declared vector", at, "not-supported")
        if target is not None and (target.args or target.indices):
            raise Unclear("entries of something with indices or arguments", at, "not-supported")
        dots = [j for j, p in enumerate(pieces) if [m.text for m in p] == ["…"]]
        if not dots:
            rows = tuple((self.number(self.value(p, at), "an entry", at).f,) for p in pieces)
            column = Val(self.node(at, "matrix", *rows), (lift(len(rows)), lift(1)))
            if declared is not None:
                return Found("claim", self.relation("=", declared, column, at), (), at)
            name = target.formula(("vector", lift(len(rows)))) if target else column.f
            return Found("definition", self.node(at, "eq", name, column.f), (), at)
        if len(dots) > 1 or dots[0] != len(pieces) - 2 or dots[0] == 0:
            raise Unclear("dots that do not stand before the last entry", at, "not-supported")
        before = [self.number(self.value(p, at), "an entry", at).f for p in pieces[:dots[0]]]
        last = self.number(self.value(pieces[-1], at), "an entry", at).f
        taken = {*self.sorts, *(n for f in (*before, last) for n in free_symbols(f)), target.name if target else ""}
        k = Formula("sym", (next(c for c in ("k", "j", "m", *(f"k{m}" for m in range(len(taken) + 1))) if c not in taken), "integer"))
        general, size = self.pattern(before, last, k, at)
        if declared is not None and size is not None and declared.shape is not None and declared.shape[0] != size:
            raise Unclear("a list of entries of another length than was declared", at, "sorts")
        whole = declared.f if declared is not None else target.formula(("family", "real")) if target else last
        formula = self.node(at, "every", self.node(at, "eq", call("at", whole, k), general), k)
        own = general == call("at", whole, k)
        return Found("claim" if target is None and not own else "definition", formula, (), at)

    def pattern(self, before: list[Formula], last: Formula, k: Formula, at: int) -> tuple[Formula, Formula | None]:
        """The k-th entry, and how many there are where that shows."""
        ways = []
        for name, s in free_symbols(last).items():
            if s.args[1] == "integer" and all(put(last, s, lift(j + 1)) == f for j, f in enumerate(before)) and name not in bound_names(last):
                ways.append((put(last, s, k), s))
        if len(ways) == 1:
            return ways[0]
        if not ways and before[-1] == last:
            out = last
            for j, f in enumerate(before):
                if f != last:
                    one = call("delta", k, lift(j + 1))
                    gap = f if last == ZERO else f - last
                    term = one if gap == lift(1) else gap * one
                    out = term if out == ZERO else out + term
            return out, None
        raise Unclear("what the dots stand for", at, "ambiguous")
