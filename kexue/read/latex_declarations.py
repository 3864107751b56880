r"""Declarations as they stand in a post -> names with sorts and hypotheses; and what its formulas define on the way.

    real x, y; positive \sigma; integer k >= 0; function f; matrix A n n; vector \boldsymbol{q} d; on x in (0, 1]; assume a < b
    family p             p_k, real numbers
    family t 2           t_{i,j}
    family \mu vector d  \mu_k, vectors
    density p            a function that is the density of a real number: \mathbb{E}_{z \sim p}[...]
    clear                forget everything so far

The words are those of the command line.  Names may be written in LaTeX.  Who declares a name again replaces what was said of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..formula import BINDERS, Formula, children, free_symbols, lift, rebuild, substitute
from .declare import OPTIONS, Declared, declare
from .latex import Reading, Unclear, read, said
from .latex_entries import by_entries
from .latex_names import name_at
from .latex_tokens import tokens
from .tokens import Unreadable

FUNCTION = ("function",)
SCALARS = ("real", "positive", "complex", "integer", "natural")
OWN = ("family", "density", "clear")
WORD = re.compile(r"[^\W\d]\w*'*")
WRITTEN = re.compile(r"\\[A-Za-z]|[A-Za-z]\w*(?:_\{|\^)")  # where a name in LaTeX begins
ITEMS = 500


@dataclass(frozen=True)
class Item:
    """One declaration: its word, its text, and the names it declares."""

    word: str
    text: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Known:
    """What a formula defined: the left side, with the symbols in it that stand for any value, and the right side."""

    left: Formula
    parameters: tuple[Formula, ...]
    right: Formula


@dataclass
class Scope:
    """The declarations that hold at a place, and the definitions before it."""

    items: list[Item] = field(default_factory=list)
    declared: Declared = field(default_factory=Declared)
    densities: frozenset[str] = frozenset()
    known: dict[str, Known] = field(default_factory=dict)

    @staticmethod
    def of(options: Iterable[tuple[str, str]]) -> Scope:
        """The scope of declarations as on a command line: pairs of a word and its text.  Raises Unreadable."""
        out = Scope()
        for word, text in options:
            if problems := out.add(f"{word} {text}"):
                raise problems[0]
        return out

    # ------------------------------------------------------------------------------------------------- declarations
    def add(self, block: str) -> list[Unreadable]:
        """Declare what a block says; what cannot be read in it is left out and comes back."""
        problems: list[Unreadable] = []
        new: list[Item] = []
        for line in re.split(r"[;\n]", block):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            try:
                new += _items(line.strip())
            except Unreadable as err:
                problems.append(err)
        if any(i.word == "clear" for i in new):
            self.items, self.known = [], {}
            new = [i for i in new if i.word != "clear"]
        old = self.without({n for i in new for n in i.names})
        try:
            self.set([*old, *new])
        except Unreadable:  # find the ones to blame
            self.set(old)
            for item in new:
                try:
                    self.set([*self.items, item])
                except Unreadable as err:
                    problems.append(err)
        return problems

    def without(self, names: set[str]) -> list[Item]:
        """The items that say nothing of these names; definitions of them and with them are forgotten."""
        self.known = {n: k for n, k in self.known.items()
                      if n not in names and not names & {*free_symbols(k.right), *(p.args[0] for p in k.parameters)}}
        return [i for i in self.items if not names & set(i.names) and not (i.word in ("assume", "on") and names & set(WORD.findall(i.text)))]

    def set(self, items: Sequence[Item]) -> None:
        if len(items) > ITEMS:
            raise Unreadable(f"more than {ITEMS} declarations", code="too-large")
        out = declare([(i.word, i.text) for i in items if i.word not in OWN])
        for i in items:
            if i.word == "family":
                _family(out, i.text)
        densities = [n for i in items if i.word == "density" for n in i.names]
        for n in densities:
            out.name(n, FUNCTION)
        self.items, self.declared, self.densities = list(items), out, frozenset(densities)

    # -------------------------------------------------------------------------------------------------------- reading
    def read(self, source: str) -> list[Reading]:
        """The readings of a formula here, with what was defined before put in; its own definitions hold from now on.  Raises Unclear."""
        sorts = {n: _sort(k.left) for n, k in self.known.items()}
        here = Declared({**sorts, **self.declared.sorts}, self.declared.hyps)
        known = {n: k for n, k in self.known.items() if n not in self.declared.sorts}
        out = []
        for r in read(source, here, self.densities, known):
            f = self.expanded(r.formula, known)
            hyps = tuple(self.expanded(h, known) for h in r.hypotheses)
            out.append(r if f == r.formula and hyps == r.hypotheses else replace(r, formula=f, hypotheses=hyps, text=said(r.kind, f, hyps)))
        for r in out:
            if r.kind == "definition" and r.formula.head == "eq":
                self.define(*r.formula.args)
        return out

    def define(self, left: Formula, right: Formula) -> None:
        """Remember a definition, where it says the value for every index and argument."""
        f, parameters = left, list[Formula]()
        if f.head == "apply":
            parameters, f = list(f.args[1:]), f.args[0]
        while f.head == "at":
            parameters, f = [f.args[1], *parameters], f.args[0]
        name = f.args[0]
        self.known.pop(name, None)
        if by_entries(right):
            return
        plain = all(p.head == "sym" for p in parameters) and len(set(parameters)) == len(parameters)
        if plain and name not in self.declared.sorts and name not in free_symbols(right):
            self.known[name] = Known(left, tuple(parameters), right)

    def expanded(self, f: Formula, known: dict[str, Known], bound: frozenset[str] = frozenset()) -> Formula:
        """f with every defined name replaced by its definition; `bound` are the names that are bound around it."""
        if f.head in ("num", "const"):
            return f
        root, args = f, list[Formula]()
        if root.head == "apply":
            args, root = list(root.args[1:]), root.args[0]
        while root.head == "at":
            args, root = [root.args[1], *args], root.args[0]
        name = root.args[0] if root.head == "sym" else ""
        k = known.get(name.partition(";")[0]) if name else None
        if k is not None and root is f and k.parameters and f.head == "sym":
            raise Unclear(f"{name} was defined with indices or arguments", code="sorts")
        if k is None:
            if f.head == "sym" or not children(f):
                return f
            own = bound | {f.args[1].args[0]} if f.head in BINDERS and f.head != "diff" else bound
            return rebuild(f, [self.expanded(g, known, own if j == 0 else bound) for j, g in enumerate(children(f))])
        if ";" in name or len(args) != len(k.parameters):
            raise Unclear(f"{name.partition(';')[0]} is used in another way than it was defined", code="not-supported")
        if bound & (free_symbols(k.right).keys() - {p.args[0] for p in k.parameters}):
            raise Unclear(f"the definition of {name} mentions a name that is bound here", code="ambiguous")
        values = {p.args[0]: self.expanded(a, known, bound) for p, a in zip(k.parameters, args, strict=True)}
        for p, a in zip(k.parameters, args, strict=True):
            if a != p and not _fits(a, p.args[1]) or a != p and any(p.args[0] in free_symbols(h) for h in self.declared.hyps):
                raise Unclear(f"{name} was defined for the {p.args[0]} of the declarations only, and is used elsewhere", code="not-supported")
        return substitute(k.right, {n: v for n, v in values.items() if v != Formula("sym", (n, v.args[-1]))} if values else {})


def _fits(a: Formula, sort: Any) -> bool:
    """Whether a value is certainly of this sort."""
    if a.head == "sym":
        return a.args[1] == sort or (a.args[1], sort) in (("integer", "real"), ("integer", "complex"), ("real", "complex"))
    if a.head == "num":
        return sort in ("real", "complex") or sort == "integer" and a.args[0].denominator == 1
    if a.head == "const":
        return sort == "complex" or sort == "real" and a.args[0] in ("e", "pi")
    whole = ("add", "sub", "mul", "neg")
    return a.head in (whole if sort == "integer" else (*whole, "div", "exp")) and all(_fits(g, sort) for g in a.args)


def _sort(left: Formula) -> Any:
    f = left.args[0] if left.head == "apply" else left
    while f.head == "at":
        f = f.args[0]
    return f.args[1]


# ---------------------------------------------------------------------------------------------------------------- items
def _items(line: str) -> list[Item]:
    """The declarations of one line, a name apiece where that is possible."""
    word, _, rest = line.partition(" ")
    word = word.replace("-", "_").lower()
    if word == "clear" and not rest.strip():
        return [Item("clear", "")]
    if word not in (*OPTIONS, *OWN) or not rest.strip():
        raise Unreadable(f"`{line[:40]}` is no declaration; it begins with one of {', '.join(OPTIONS + OWN[:2])}", code="bad-declaration")
    text = _plain(rest.strip())
    if word in ("assume", "on"):
        return [Item(word, text)]
    if word == "density" or word == "function":
        return [Item(word, n, (n,)) for n in re.split(r"[\s,]+", text) if n]
    out = []
    for piece in _pieces(text):
        names = WORD.findall(piece)
        if word in SCALARS and not re.search(r"[<>=!(\[]|\bin\b", piece):
            out += [Item(word, n, (n,)) for n in piece.split()]
        elif word in SCALARS and not re.match(r"\s*[^\W\d]\w*'*\s+in\s", piece) and len(set(names)) > 1:
            out.append(Item(word, piece))  # which of the names is new, the declarations before it tell
        else:
            out.append(Item(word, piece, tuple(names[:1])))
    return out


def _pieces(text: str) -> list[str]:
    return [p for p in re.split(r",(?![^(\[]*[)\]])", text) if p.strip()]


def _plain(text: str) -> str:
    """The text with the names in LaTeX by their plain names."""
    out, at = "", 0
    while m := WRITTEN.search(text, at):
        rest = text[m.start():]
        try:
            nodes = [n for row in tokens(rest).rows for cell in row for n in cell]
            name, k = name_at(nodes, 0, rest)
        except Unclear as err:
            raise Unreadable(f"`{rest[:40]}`: {err.what}", code=err.code) from err
        out, at = out + text[at:m.start()] + name, m.start() + nodes[k - 1].end
    return out + text[at:]


def _family(out: Declared, text: str) -> None:
    name, *rest = text.split()
    levels, sort = 1, rest
    if rest and rest[0].isdigit():
        levels, sort = int(rest[0][:2]), rest[1:]
    of: Any = "real"
    if sort and sort[0] in ("real", "integer", "complex", "function") and len(sort) == 1:
        of = FUNCTION if sort[0] == "function" else sort[0]
    elif sort and (sort[0], len(sort)) in (("vector", 2), ("matrix", 2), ("matrix", 3)):
        sizes = [lift(int(s)) if s.isdigit() and len(s) < 4 else _size(out, s) for s in sort[1:]]
        of = ("vector", sizes[0]) if sort[0] == "vector" else ("matrix", sizes[0], sizes[-1])
    elif sort:
        raise Unreadable("a family is declared as: family p, family p 2, family p vector d", code="bad-declaration")
    if not 0 < levels < 5:
        raise Unreadable("a family has one to four indices", code="bad-declaration")
    for _ in range(levels):
        of = ("family", of)
    out.name(name, of)


def _size(out: Declared, text: str) -> Formula:
    n = out.name(text, "integer")
    out.assume(lift(1) <= n)
    return n
