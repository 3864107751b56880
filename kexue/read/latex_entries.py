r"""Functions that act on a matrix entry by entry: relu(M/c)^2, as a statement about any one entry.

An equation between such matrices says the same about every entry.  Where all of them are made of one matrix M that is free (a declared matrix, or a
product of different ones, of which nothing else is assumed), an entry of M can be any real number, and the equation holds exactly when it holds for
every real number in its place.  That number gets a name; everything else is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..formula import Formula, children, free_symbols
from .latex_tokens import Unclear
from .latex_values import Val, Values

ENTRIES = "entries"  # head of a matrix that is known by its entries


def by_entries(f: Formula) -> bool:
    """Whether a matrix known by its entries stands somewhere in f."""
    return f.head == ENTRIES or any(map(by_entries, children(f)))


class Entries(Values):
    """Adds matrices that are known by their entries to values."""

    hyps: tuple[Formula, ...]
    sorts: Mapping[str, Any]

    def __init__(self) -> None:
        super().__init__()
        self.free_entry: tuple[Formula, Formula] | None = None  # the matrix, and the name of any entry of it

    def of_entries(self, v: Val, at: int) -> Formula:
        """Any entry of this matrix."""
        return v.f.args[0] if v.f.head == ENTRIES else self.entry_of(v.f, at)

    def entry_of(self, f: Formula, at: int) -> Formula:
        if f.head in ("add", "sub", "neg", "mul", "div"):
            return self.node(at, f.head, *(self.entry_of(g, at) if self.wide(g) else g for g in f.args))
        letters = self.letters_of(f)
        if letters is None or len(set(letters)) < len(letters) or any(n in free_symbols(h) for n in letters for h in self.hyps):
            raise Unclear("a function of a matrix that is not free has no form yet", at, "not-supported")
        if self.free_entry is None:
            taken = {*letters, *self.sorts}
            name = next(n for n in ("entry", *(f"entry{k}" for k in range(len(taken) + 1))) if n not in taken)
            self.free_entry = f, Formula("sym", (name, "real"))
        if self.free_entry[0] != f:
            raise Unclear("functions of several matrices, entry by entry, have no form yet", at, "not-supported")
        return self.free_entry[1]

    def wide(self, f: Formula) -> bool:
        if f.head == "sym":
            return isinstance(f.args[1], tuple)
        return f.head in ("matmul", "T", "inv", "eye", "zeros", "matrix", "expm", ENTRIES) or f.head in ("add", "sub", "neg", "mul", "div") and any(
            self.wide(g) for g in f.args)

    def letters_of(self, f: Formula) -> list[str] | None:
        """The matrices that a product is made of, or None."""
        if f.head == "sym":
            return [f.args[0]] if isinstance(f.args[1], tuple) and f.args[1][0] == "matrix" else None
        if f.head not in ("T", "matmul"):
            return None
        parts = [self.letters_of(g) for g in f.args]
        return None if any(p is None for p in parts) else [n for p in parts for n in p or ()]

    # ------------------------------------------------------------------------------------------ what acts on entries
    def wrapped(self, f: Formula, like: Val) -> Val:
        return Val(Formula(ENTRIES, (f,)), like.shape)

    def each(self, head: str, v: Val, at: int) -> Val:
        """A function of every entry."""
        return self.wrapped(super().call(head, [Val(self.of_entries(v, at))], at).f, v)

    def call(self, head: str, args: Sequence[Val], at: int) -> Val:
        if head in ("relu", "sigmoid") and args[0].shape is not None:
            return self.each(head, args[0], at)
        return super().call(head, args, at)

    def entry_power(self, v: Val, n: Val, at: int) -> Val:
        r"""relu^2(M): the square of every entry."""
        return self.wrapped(super().power(Val(self.of_entries(v, at)), n, at).f, v) if v.f.head == ENTRIES else self.power(v, n, at)

    def power(self, v: Val, n: Val, at: int) -> Val:
        if v.f.head == ENTRIES:
            raise Unclear("a power of a matrix that is known by its entries", at, "ambiguous", ("of every entry", "of the matrix"))
        return super().power(v, n, at)

    def multiplied(self, a: Val, b: Val, at: int) -> Val:
        for v, c, turned in ((a, b, False), (b, a, True)):
            if v.f.head == ENTRIES and c.shape is None:
                f = self.of_entries(v, at)
                return self.wrapped(self.node(at, "mul", *((c.f, f) if turned else (f, c.f))), v)
        return super().multiplied(a, b, at)

    def over(self, a: Val, b: Val, at: int) -> Val:
        if a.f.head == ENTRIES and b.shape is None:
            return self.wrapped(self.node(at, "div", self.of_entries(a, at), b.f), a)
        return super().over(a, b, at)

    def negative(self, v: Val, at: int) -> Val:
        return self.wrapped(self.node(at, "neg", self.of_entries(v, at)), v) if v.f.head == ENTRIES else super().negative(v, at)

    def plus(self, sign: str, a: Val, b: Val, at: int) -> Val:
        if ENTRIES in (a.f.head, b.f.head) and a.shape == b.shape:
            return self.wrapped(self.node(at, "add" if sign == "+" else "sub", self.of_entries(a, at), self.of_entries(b, at)), a)
        return super().plus(sign, a, b, at)

    def relation(self, sign: str, a: Val, b: Val, at: int) -> Formula:
        if ENTRIES in (a.f.head, b.f.head) and a.shape == b.shape and sign == "=":
            return super().relation(sign, Val(self.of_entries(a, at)), Val(self.of_entries(b, at)), at)
        return super().relation(sign, a, b, at)
