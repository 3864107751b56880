"""The forms of plain notation that have a grammar of their own: sums and integrals, derivatives, limits, cases, matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..formula import Formula, lift, substitute
from .names import CONSTANTS, KNOWN
from .tokens import SORTS, Token, Unreadable

if TYPE_CHECKING:
    from .text import Parser


def variable(p: Parser) -> str:
    t = p.take()
    if t.kind != "name" or t.text in CONSTANTS or t.text in KNOWN:
        raise Unreadable(f"a variable is expected here, not {t.text or 'the end'!r}", t.at)
    return t.text


def ahead(p: Parser, opening: str) -> int:
    """The index of the token behind the bracket that closes the call begun at `opening`, to read its ranges before its body."""
    depth, k = 0, p.k
    while p.tokens[k].kind != "end":
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(p.tokens[k].text if p.tokens[k].kind == "sign" else "", 0)
        if depth == 0:
            return k
        k += 1
    raise Unreadable(f"the bracket of {opening} is not closed", p.tokens[p.k].at)


def commas(p: Parser, end: int) -> list[int]:
    """Indices of the commas at the top level of the call whose opening bracket is here."""
    depth, found = 0, []
    for k in range(p.k, end):
        text = p.tokens[k].text if p.tokens[k].kind == "sign" else ""
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(text, 0)
        if depth == 1 and text == ",":
            found.append(k)
    return found


def ranged(p: Parser, t: Token) -> Formula:
    """Sum, Product, Integral with one range (x, a, b) or several, the last one outermost."""
    end = ahead(p, t.text)
    splits = commas(p, end)
    if not splits:
        raise Unreadable(f"{t.text} needs a range (k, a, b)", t.at)
    start, saved = p.k, dict(p.declared)
    ranges: list[tuple[str, Formula, Formula]] = []
    sort = "real" if t.text == "Integral" else "integer"
    for k in reversed(splits):
        p.k = k + 1
        p.expect("(")
        name = variable(p)
        p.expect(",")
        lo = p.sum()
        p.expect(",")
        hi = p.sum()
        p.expect(")")
        ranges.append((name, lo, hi))
        p.declared[name] = sort
    after, p.k = p.k, start
    p.expect("(")
    body = p.sum()
    if p.k != splits[0]:
        raise Unreadable("a comma is expected here", p.here.at)
    p.k, p.declared = after, saved
    p.expect(")")
    head = {"Sum": "sum", "Product": "prod", "Integral": "integral"}[t.text]
    for name, lo, hi in reversed(ranges):
        body = p.node(head, body, Formula("sym", (name, sort)), lo, hi)
    return body


def bound_variable(p: Parser, t: Token, end: int, splits: list[int]) -> tuple[str, Any]:
    """The variable of a Derivative, Limit or Subs, with its sort: declared outside, or real."""
    k = splits[0] + 1
    while p.tokens[k].text == "(":
        k += 1
    name = p.tokens[k]
    if name.kind != "name" or name.text in KNOWN:
        raise Unreadable(f"{t.text} needs a variable here", name.at)
    return name.text, p.declared.get(name.text, "complex" if t.text == "Subs" else "real")


def derivative(p: Parser, t: Token) -> Formula:
    end = ahead(p, t.text)
    splits = commas(p, end)
    if not splits:
        raise Unreadable(f"{t.text} needs a variable", t.at)
    saved = dict(p.declared)
    name, sort = bound_variable(p, t, end, splits)
    p.declared[name] = sort
    p.expect("(")
    body = p.sum()
    while p.accept(","):
        if p.accept("("):
            x = variable(p)
            p.expect(",")
            order = p.sum()
            p.expect(")")
        else:
            x, order = variable(p), lift(1)
            if p.tokens[p.k].text == "," and p.tokens[p.k + 1].kind == "number":
                p.expect(",")
                order = p.sum()
        if x not in p.declared:
            raise Unreadable(f"{x} is not declared", p.here.at, "undeclared")
        symbol = Formula("sym", (x, p.declared[x]))
        if order.head == "num" and order.args[0].denominator == 1 and 0 <= order.args[0] <= 40:
            for _ in range(int(order.args[0])):
                body = p.node("diff", body, symbol)
        else:
            body = p.node("ndiff", body, symbol, order)
    p.expect(")")
    p.declared = saved
    return body


def limit(p: Parser, t: Token) -> Formula:
    splits = commas(p, ahead(p, t.text))
    if len(splits) < 2:
        raise Unreadable("Limit needs a variable and a point", t.at)
    saved = dict(p.declared)
    name = p.tokens[splits[0] + 1].text
    p.declared[name] = sort = "real"
    p.expect("(")
    body = p.sum()
    p.declared = saved
    p.expect(",")
    name = variable(p)
    p.expect(",")
    point = p.sum()
    side = "+"
    if p.accept(","):
        s = p.take()
        if s.kind != "string" or s.text[1:-1] not in ("+", "-", "+-"):
            raise Unreadable("the direction of a limit is '+', '-' or '+-'", s.at)
        side = s.text[1:-1]
    p.expect(")")
    symbol = Formula("sym", (name, sort))
    if side == "+" and point != Formula("neg", (Formula("const", ("oo",)),)):
        return p.node("limit", body, symbol, point)
    return p.node("limit_below" if side == "-" else "limit_both" if side == "+-" else "limit", body, symbol, point)


def subs(p: Parser, t: Token) -> Formula:
    end = ahead(p, t.text)
    splits = commas(p, end)
    if len(splits) != 2:
        raise Unreadable("Subs takes a formula, a variable and a value", t.at)
    saved = dict(p.declared)
    name, sort = bound_variable(p, t, end, splits)
    p.declared[name] = sort if sort in SORTS else "complex"
    p.expect("(")
    body = p.sum()
    p.declared = saved
    p.expect(",")
    name = variable(p)
    p.expect(",")
    value = p.sum()
    p.expect(")")
    try:
        return substitute(body, {name: value})
    except ValueError:  # a derivative in this variable: the value is put in afterwards
        return p.node("subs", body, Formula("sym", (name, sort)), value)


def piecewise(p: Parser, t: Token) -> Formula:
    p.expect("(")
    parts: list[Formula] = []
    while True:
        p.expect("(")
        parts.append(p.sum())
        p.expect(",")
        parts.append(p.condition())
        p.expect(")")
        if not p.accept(","):
            break
    p.expect(")")
    return p.node("piecewise", *parts)


def row(p: Parser) -> list[Formula]:
    p.expect("[")
    out: list[Formula] = []
    if not p.accept("]"):
        out.append(p.sum())
        while p.accept(","):
            out.append(p.sum())
        p.expect("]")
    return out


def hyper(p: Parser, t: Token) -> Formula:
    p.expect("(")
    a = row(p)
    p.expect(",")
    b = row(p)
    p.expect(",")
    z = p.sum()
    p.expect(")")
    return p.node("hyper", lift(len(a)), *a, *b, z)


def matrix(p: Parser, t: Token) -> Formula:
    p.expect("(")
    p.expect("[")
    rows = [row(p)]
    while p.accept(","):
        rows.append(row(p))
    p.expect("]")
    p.expect(")")
    if len({len(r) for r in rows}) != 1 or not rows[0]:
        raise Unreadable("the rows of a matrix have different lengths", t.at)
    p.nodes += sum(map(len, rows))
    return p.node("matrix", *map(tuple, rows))


def eye(p: Parser, t: Token) -> Formula:
    args = p.arguments()
    if len(args) != 1:
        raise Unreadable("eye takes one size", t.at)
    return p.node("eye", args[0])


FORMS = {
    "Sum": ranged,
    "Product": ranged,
    "Integral": ranged,
    "Derivative": derivative,
    "diff": derivative,
    "Limit": limit,
    "Subs": subs,
    "Piecewise": piecewise,
    "hyper": hyper,
    "Matrix": matrix,
    "eye": eye,
}
