"""Declarations and conditions -> sorts and hypotheses.

The command line declares names with options (`--real 'x, y'`, `--integer 'k >= 0'`, `--matrix 'A n n'`, `--on 'x in (0, 1]'`,
`--assume 'a < b'`); the JSON form and Python declare them in their own way.  All of them end here: a name has a sort, and
everything else that is known about it is a hypothesis."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..formula import RELATIONS, Formula, call, children, eq, lift, rebuild
from .names import CONSTANTS, KNOWN
from .text import Unreadable, read, tokens

NAME = re.compile(r"[^\W\d]\w*'*")
NEGATED = {"eq": "ne", "ne": "eq"}
CONDITIONS = (*RELATIONS, "and", "or", "not", "even", "odd", "symmetric", "spd", "orthogonal", "invertible", "every")
OPTIONS = ("real", "positive", "complex", "integer", "natural", "matrix", "vector", "unit_vector", "orthogonal", "spd",
           "symmetric", "invertible", "function", "on", "assume")
SHAPES = {"matrix": 2, "vector": 1, "unit_vector": 1, "orthogonal": 1, "spd": 1, "symmetric": 1, "invertible": 1}
INTERVAL = re.compile(r"\s*([\[(\]])(.*)([\])\[])\s*", re.DOTALL)
MEMBER = re.compile(r"\s*([^\W\d]\w*'*)\s+in\s+(.*)", re.DOTALL)
REAL_BOUND = ("real", "integer")
DEEPEST = 1000  # levels of a formula


@dataclass
class Declared:
    """Names with their sorts, and the hypotheses about them."""

    sorts: dict[str, Any] = field(default_factory=dict)
    hyps: list[Formula] = field(default_factory=list)

    def name(self, name: str, sort: Any) -> Formula:
        """Declare one name; raises Unreadable when it is no name, or has another sort already."""
        if not NAME.fullmatch(name) or not name.isprintable() or [t.text for t in tokens(name)] != [name, ""]:
            raise Unreadable(f"{shown(name)} is not a name", code="bad-name")
        if name in CONSTANTS:
            raise Unreadable(f"{name} is a constant; choose another name for the variable", code="ambiguous")
        if self.sorts.setdefault(name, sort) != sort:
            raise Unreadable(f"{name} is declared twice, with different sorts", code="ambiguous")
        return Formula("sym", (name, sort))

    def assume(self, condition: Formula) -> None:
        """Add a condition, taken apart into what holds separately."""
        self.hyps += [h for h in conjuncts(typed(condition)) if h not in self.hyps]


def shown(text: str) -> str:
    """Foreign text as it may stand in a message: short, and nothing that is not printable."""
    out = "".join(c if c.isprintable() else "?" for c in text[:40])
    return f"`{out}`" + (" ..." if len(text) > 40 else "")


# ---------------------------------------------------------------------------------------------------------- conditions
def conjuncts(h: Formula) -> list[Formula]:
    """Conditions that hold together exactly when h does: `and` is split, `not` is moved inwards, `true` is nothing.

    The negation of a < b is b <= a: both are said of real numbers only."""
    h = positive(h)
    return [x for g in (h.args if h.head == "and" else (h,)) for x in (conjuncts(g) if g is not h else [h])
            if x != Formula("const", ("true",))]


def positive(h: Formula, negate: bool = False) -> Formula:
    """h, or its negation, with `not` in front of nothing but what has no opposite of its own."""
    if h.head == "not":
        return positive(h.args[0], not negate)
    if h.head in ("and", "or"):
        head = h.head if not negate else "or" if h.head == "and" else "and"
        parts: list[Formula] = []
        for g in h.args:
            inner = positive(g, negate)
            parts += [x for x in (inner.args if inner.head == head else (inner,)) if x not in parts]
        unit, zero = ("true", "false") if head == "and" else ("false", "true")
        if any(p == Formula("const", (zero,)) for p in parts):
            return Formula("const", (zero,))
        parts = [p for p in parts if p != Formula("const", (unit,))]
        return parts[0] if len(parts) == 1 else Formula(head, tuple(parts)) if parts else Formula("const", (unit,))
    if not negate:
        return h
    if h.head in NEGATED:
        return Formula(NEGATED[h.head], h.args)
    if h.head in ("lt", "le"):
        return Formula("le" if h.head == "lt" else "lt", h.args[::-1])
    if h.head in ("even", "odd"):
        return Formula("odd" if h.head == "even" else "even", h.args)
    if h.head == "const" and h.args[0] in ("true", "false"):
        return Formula("const", ("false" if h.args[0] == "true" else "true",))
    return Formula("not", (h,))


def is_condition(f: Formula) -> bool:
    return f.head in CONDITIONS or f.head == "const" and f.args[0] in ("true", "false")


def condition(text: str, sorts: Mapping[str, Any]) -> Formula:
    """A condition in plain notation; raises Unreadable when the text is a number or nothing."""
    f = typed(read(text, sorts))
    if not is_condition(f):
        raise Unreadable("a condition is expected: a comparison, or Eq, Ne, And, Or, Not", code="not-a-condition")
    return f


def value(text: str, sorts: Mapping[str, Any]) -> Formula:
    """A number or matrix in plain notation; raises Unreadable when the text is a condition."""
    f = typed(read(text, sorts))
    if is_condition(f):
        raise Unreadable("a value is expected here, not a condition", code="not-a-value")
    return f


# --------------------------------------------------------------------------------------------------------------- sorts
def typed(f: Formula) -> Formula:
    """The formula with the products, powers and functions of matrices written as such; raises Unreadable where a condition stands
    in the place of a number, or the other way round, or a matrix where there can be none."""
    level, below = 0, [f]
    while below:
        level, below = level + 1, [x for g in below for x in children(g)]
        if level > DEEPEST:
            raise Unreadable(f"nested more than {DEEPEST} deep (each term of a sum counts)", code="too-deep")
    return _typed(f)[0]


Shape = tuple[Formula, Formula] | None  # rows and columns; None for numbers, and for matrices of one entry
ONE = lift(1)


def _typed(f: Formula) -> tuple[Formula, Shape]:
    h, a = f.head, f.args
    if h == "sym":
        sort = a[1] if isinstance(a[1], tuple) else ("",)
        return f, (sort[1], sort[2] if sort[0] == "matrix" else ONE) if sort[0] in ("matrix", "vector") else None
    if h in ("num", "const"):
        return f, None
    parts = [_typed(x) for x in children(f)]
    kids, shapes = [x for x, _ in parts], [s for _, s in parts]
    _places(f, kids)
    new, shape = rebuild(f, kids), shapes[0] if shapes else None
    if h == "matrix":
        return new, (lift(len(a)), lift(len(a[0]))) if len(a) * len(a[0]) > 1 else None
    if h in ("eye", "zeros"):
        return new, (kids[0], kids[-1])
    if h in ("add", "sub", *RELATIONS):
        if (shapes[0] is None) != (shapes[1] is None) or shape and not all(map(_fit, shapes[0] or (), shapes[1] or ())):
            raise Unreadable("two things of different size are added or compared", code="sorts")
        return new, None if h in RELATIONS else shape
    if h in ("mul", "matmul"):
        left, right = shapes
        if h == "matmul" and (left is None or right is None):
            raise Unreadable("@ stands between matrices and vectors; numbers are multiplied with *", code="sorts")
        if left is None or right is None:
            return Formula("mul", new.args), left or right
        if not _fit(left[1], right[0]):
            raise Unreadable("a product of matrices whose sizes do not fit", code="sorts")
        if left[0] == right[1] == ONE and kids[0].head == "T":
            return Formula("dot", (kids[0].args[0], kids[1])), None
        return Formula("matmul", new.args), None if left[0] == right[1] == ONE else (left[0], right[1])
    if h == "dot":
        if any(s is None or s[1] != ONE for s in shapes) or not _fit((shapes[0] or (ONE, ONE))[0], (shapes[1] or (ONE, ONE))[0]):
            raise Unreadable("dot takes two vectors of one size", code="sorts")
        return new, None
    if h == "norm":
        if shape is None:
            raise Unreadable("norm takes a vector or a matrix; write abs for a number", code="sorts")
        x = kids[0]
        square = Formula("dot", (x, x)) if shape[1] == ONE else Formula("tr", (Formula("matmul", (Formula("T", (x,)), x)),))
        return Formula("sqrt", (square,)), None
    if h == "div":
        if shapes[1] is not None:
            raise Unreadable("division by a matrix; write A.inv()", code="sorts")
        return new, shape
    if h == "T":
        return new, shape and (shape[1], shape[0])
    if h in ("neg", "diff", "sum"):
        return new, shape
    if h in ("inv", "expm", "pow", "exp") and shape is not None:
        if not _fit(*shape):
            raise Unreadable(f"{h} of a matrix that is not square", code="sorts")
        return (_matrix_power(*kids) if h == "pow" else Formula("expm", new.args) if h == "exp" else new), shape
    if h == "inv":
        return Formula("div", (ONE, kids[0])), None
    if h in ("det", "tr"):
        if shape is None:
            raise Unreadable(f"{'det' if h == 'det' else 'trace'} of a number", code="sorts")
        return new, None
    if any(shapes) and h not in ("at", "symmetric", "spd", "orthogonal", "invertible", "every"):
        raise Unreadable(f"{h} of a matrix has no meaning here", code="sorts")
    return new, None


def _fit(m: Formula, n: Formula) -> bool:
    """Whether two sizes may be equal: two different numbers are not."""
    return m == n or not m.head == n.head == "num"


def _matrix_power(base: Formula, exponent: Formula) -> Formula:
    n = exponent.args[0] if exponent.head == "num" else None
    if n is None or n.denominator != 1 or not 0 < abs(n) <= 64:
        raise Unreadable("a power of a matrix has an exponent 1, ..., 64 or -1, ..., -64", code="sorts")
    out = step = base if n > 0 else Formula("inv", (base,))
    for _ in range(abs(int(n)) - 1):
        out = Formula("matmul", (out, step))
    return out


def _places(f: Formula, kids: list[Formula]) -> None:
    """Conditions stand in connectives and in every second place of a piecewise, numbers everywhere else."""
    for k, x in enumerate(kids):
        wanted = f.head in ("and", "or", "not") or f.head == "piecewise" and k % 2 == 1
        if f.head == "every" and k == 0:
            wanted = True
        if wanted != is_condition(x):
            what = "a condition is expected here" if wanted else "a number is expected here, not a condition"
            raise Unreadable(what, code="sorts")


# ------------------------------------------------------------------------------------------------------------- options
def declare(options: Iterable[tuple[str, str]]) -> Declared:
    """The declarations of the command line, pairs of an option (`unit_vector` for --unit-vector) and its text.

    All names are declared before any condition is read, so that bounds may mention names declared later.  Raises Unreadable."""
    out = Declared()
    later: list[tuple[str, str, str | None]] = []
    options = list(options)
    for option, text in options:
        if option not in OPTIONS:
            raise Unreadable(f"there is no declaration {shown(option)}", code="bad-name")
        if option in SHAPES:
            _shape(out, option, text)
        elif option == "function":
            for name in _names(text, option):
                out.name(name, ("function",))
        elif option not in ("on", "assume"):
            sort = {"positive": "real", "natural": "integer"}.get(option, option)
            for piece in _pieces(text):
                _scalar(out, option, sort, piece, later)
    for kind, text, bounded in later:
        if kind == "in":
            _interval(out, str(bounded), text)
        else:
            out.assume(condition(text, out.sorts))
    for option, text in options:
        if option == "assume":
            out.assume(condition(text, out.sorts))
        elif option == "on":
            _on(out, text)
    return out


def _pieces(text: str) -> list[str]:
    """The parts between commas that stand in no bracket."""
    out, depth, start = [], 0, 0
    for k, c in enumerate(text):
        depth += c in "([" or -(c in ")]")
        if c == "," and depth == 0:
            out.append(text[start:k])
            start = k + 1
    return [*out, text[start:]]


def _names(text: str, option: str) -> list[str]:
    names = text.replace(",", " ").split()
    if not names:
        raise Unreadable(f"--{option.replace('_', '-')} needs a name", code="bad-name")
    return names


def _scalar(out: Declared, option: str, sort: str, piece: str, later: list[tuple[str, str, str | None]]) -> None:
    """`x`, `x y`, `x in (0, 1)` or `0 < x <= n`, where x is the first name that is not declared yet."""
    member = MEMBER.fullmatch(piece)
    found: list[str]
    if member:
        found = [member[1]]
        later.append(("in", member[2], member[1]))
    elif any(c in piece for c in "<>=!("):
        free = [t.text for t in tokens(piece) if t.kind == "name" and t.text not in KNOWN and t.text not in out.sorts]
        if not free:
            raise Unreadable(f"{shown(piece.strip())} declares no name", code="bad-name")
        found = free[:1]
        later.append(("condition", piece, None))
    else:
        found = _names(piece, option)
    for name in found:
        x = out.name(name, sort)
        if option == "positive":
            out.assume(lift(0) < x)
        if option == "natural":
            out.assume(lift(0) <= x)


def _shape(out: Declared, option: str, text: str) -> None:
    """`A n m`, `a d`, `Q n`: a name and its sizes; a size that is a name is an integer from 1 on."""
    for piece in _pieces(text):
        name, *sizes = piece.split() or [""]
        count = SHAPES[option]
        if option == "matrix" and len(sizes) == 1:
            sizes *= 2
        if len(sizes) != count:
            raise Unreadable(f"--{option.replace('_', '-')} takes a name and {count} size{'s' * (count > 1)}, such as "
                             f"'{'a d' if 'vector' in option else 'A n n' if count == 2 else 'A n'}'", code="bad-name")
        dims = [_size(out, s) for s in sizes]
        sort = ("vector", dims[0]) if "vector" in option else ("matrix", dims[0], dims[-1])
        a = out.name(name, sort)
        if option == "unit_vector":
            out.assume(eq(Formula("dot", (a, a)), 1))
        elif option not in ("matrix", "vector"):
            out.assume(Formula(option, (a,)))


def _size(out: Declared, text: str) -> Formula:
    if text.isdecimal() and text.isascii() and 0 < len(text) < 4 and int(text) > 0:
        return lift(int(text))
    n = out.name(text, "integer")
    out.assume(lift(1) <= n)
    return n


def _interval(out: Declared, name: str, text: str) -> None:
    """`[a, b)` and the like; oo and -oo say nothing."""
    m = INTERVAL.fullmatch(text)
    ends = _pieces(m[2]) if m else []
    if m is None or len(ends) != 2:
        raise Unreadable(f"{shown(text)} is not an interval such as [0, 1) or (0, oo)", code="bad-interval")
    if out.sorts.get(name) not in REAL_BOUND:
        raise Unreadable(f"{name} has to be declared as real or integer before it is bounded", code="undeclared")
    x = Formula("sym", (name, out.sorts[name]))
    bound(out, x, value(ends[0], out.sorts), m[1] != "[", False)
    bound(out, x, value(ends[1], out.sorts), m[3] != "]", True)


def bound(out: Declared, x: Formula, end: Formula, strict: bool, upper: bool) -> None:
    """x is at least, or at most, `end`; the infinity of its own side is no bound, the other one is unreadable."""
    oo = Formula("const", ("oo",))
    if end in (oo, Formula("neg", (oo,))):
        if (end == oo) != upper:
            raise Unreadable(f"{x.args[0]} cannot lie beyond infinity", code="bad-interval")
        return
    head = "lt" if strict else "le"
    out.assume(call(head, x, end) if upper else call(head, end, x))


def _on(out: Declared, text: str) -> None:
    member = MEMBER.fullmatch(text)
    if member:
        if member[1] not in out.sorts:
            out.name(member[1], "real")
        _interval(out, member[1], member[2])
        return
    reals = [n for n, s in out.sorts.items() if s == "real"]
    if len(reals) != 1:
        raise Unreadable("--on names an interval without its variable, and there is not exactly one real variable; write "
                         f"--on 'x in {text.strip()[:40]}'", code="ambiguous")
    _interval(out, reals[0], text)


# --------------------------------------------------------------------------------------------------------------- claims
def claim(text: str, declared: Declared) -> Formula:
    """A claim in plain notation: one relation, or a chain of them; raises Unreadable when the text states nothing."""
    f = typed(read(text, declared.sorts))
    if f.head not in CONDITIONS or f.head in ("or", "not"):
        raise Unreadable("this states nothing: write an equation or an inequality", code="no-claim")
    return f
