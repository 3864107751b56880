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
from fractions import Fraction
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
SORTS = {"real": "real", "positive": "real", "complex": "complex", "integer": "integer", "natural": "integer"}
OWN = ("family", "density", "clear")
WORD = re.compile(r"[^\W\d]\w*'*")
WRITTEN = re.compile(r"\\[A-Za-z]|(?<!\w)[A-Za-z]\w*(?:_\{|\^)")  # where a name in LaTeX begins
LINE = 1000
ITEMS = 200  # a block with a mistake is tried item by item


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
        if problems := out.add("\n".join(f"{word} {text}" for word, text in options)):
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
                if len(line) > LINE:
                    raise Unreadable(f"a declaration of more than {LINE} characters", code="too-long")
                new += _items(line.strip())
            except Unreadable as err:
                problems.append(err)
        if any(i.word == "clear" for i in new):
            self.items, self.known = [], {}
            new = [i for i in new if i.word != "clear"]
        if len(self.items) + len(new) > ITEMS:
            return [*problems, Unreadable(f"more than {ITEMS} declarations", code="too-large")]
        old = self.without(new)
        try:
            self.set([*old, *new])
        except Unreadable:  # find the ones to blame; a bound may mention a name that is declared behind it, so what fails is tried again
            waiting, errors = new, list[Unreadable]()
            try:
                self.set(old)
            except Unreadable:
                self.set([])
                waiting = [*old, *new]
            for _ in range(3):
                errors, failed = [], list[Item]()
                for item in waiting:
                    try:
                        self.set([*self.items, item])
                    except Unreadable as err:
                        failed.append(item)
                        errors.append(err)
                if len(failed) == len(waiting):
                    break
                waiting = failed
            problems += errors
        return problems

    def without(self, new: Sequence[Item]) -> list[Item]:
        """The items that go on to hold beside new ones: not those of the same names, nor those that rest on a name which changes its sort.

        Definitions of these names and with them are forgotten."""
        names = {n for i in new for n in i.names}
        changed = {n for i in new for n in i.names if self.declared.sorts.get(n, SORTS.get(i.word)) != SORTS.get(i.word)}
        items = [i for i in self.items if not names & set(i.names) and not (i.word in ("assume", "on") and names & set(WORD.findall(i.text)))]
        while stale := [i for i in items if changed & set(WORD.findall(i.text))]:
            items = [i for i in items if i not in stale]
            changed |= {n for i in stale for n in i.names}
        gone = names | changed
        self.known = {n: k for n, k in self.known.items()
                      if n not in gone and not gone & {*free_symbols(k.right), *(p.args[0] for p in k.parameters)}}
        return items

    def set(self, items: Sequence[Item]) -> None:
        try:
            out = declare([(i.word, i.text) for i in items if i.word not in OWN])
        except RecursionError:
            raise Unreadable("nested too deeply", code="too-deep") from None
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
        sorts = {n: _root(k.left).args[1] for n, k in self.known.items()}
        here = Declared({**sorts, **self.declared.sorts}, self.declared.hyps)
        known = {n: k for n, k in self.known.items() if n not in self.declared.sorts}
        out = []
        for r in read(source, here, self.densities, known):
            mine = _root(r.formula.args[0]) if r.kind == "definition" and r.formula.head == "eq" else None
            f = self.expanded(r.formula, {n: k for n, k in known.items() if mine is None or n != mine.args[0]})
            hyps = tuple(self.expanded(h, known) for h in r.hypotheses)
            out.append(r if f == r.formula and hyps == r.hypotheses else replace(r, formula=f, hypotheses=hyps, text=said(r.kind, f, hyps)))
        for r in out:
            if r.kind == "definition" and r.formula.head == "eq":
                self.define(*r.formula.args)
        return out

    def define(self, left: Formula, right: Formula) -> None:
        """Remember a definition, where it says the value for every index and argument."""
        name, parameters = _root(left).args[0], _arguments(left)
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
        root, args = _root(f), _arguments(f)
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
            if a != p and not _fits(values[p.args[0]], p.args[1]) or a != p and any(p.args[0] in free_symbols(h) for h in self.declared.hyps):
                raise Unclear(f"{name} was defined for the {p.args[0]} of the declarations only, and is used elsewhere", code="not-supported")
        return substitute(k.right, {n: v for n, v in values.items() if v != Formula("sym", (n, v.args[-1]))} if values else {})


ENTIRE = ("div", "exp", "sin", "cos", "tan", "sinh", "cosh", "tanh", "atan", "asinh", "erf")  # real where their arguments are


def _fits(a: Formula, sort: Any) -> bool:
    """Whether a value is certainly of this sort."""
    if a.head == "sym":
        return a.args[1] == sort or (a.args[1], sort) in (("integer", "real"), ("integer", "complex"), ("real", "complex"))
    if a.head == "num":
        return sort in ("real", "complex") or sort == "integer" and a.args[0].denominator == 1
    if a.head == "const":
        return sort == "complex" or sort == "real" and a.args[0] in ("e", "pi")
    if a.head in ("abs", "re", "im"):
        return sort in ("real", "complex") and _fits(a.args[0], "complex")
    if a.head == "pow":
        n = a.args[1].args[0] if a.args[1].head == "num" else Fraction(1, 2)
        return n.denominator == 1 and (n >= 0 or sort != "integer") and _fits(a.args[0], sort)
    whole = ("add", "sub", "mul", "neg")
    return a.head in (whole if sort == "integer" else (*whole, *ENTIRE)) and all(_fits(g, sort) for g in a.args)


def _root(f: Formula) -> Formula:
    """What the indices and arguments are written on."""
    f = f.args[0] if f.head == "apply" else f
    while f.head == "at":
        f = f.args[0]
    return f


def _arguments(f: Formula) -> list[Formula]:
    """Indices, then arguments."""
    args = list(f.args[1:]) if f.head == "apply" else []
    f = f.args[0] if f.head == "apply" else f
    while f.head == "at":
        args, f = [f.args[1], *args], f.args[0]
    return args


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
