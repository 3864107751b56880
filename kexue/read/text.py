"""Plain notation -> formula, by a tokenizer and a precedence parser of our own.

    expression   + - * / ** (or ^), numbers (decimals are exact: 0.1 is 1/10), calls of known functions, declared names
    relations    ==, =, !=, <, <=, >, >=, Eq Ne Lt Le Gt Ge; chains a < b <= c; And, Or, Not
    forms        Sum(f, (k, a, b)), Product, Integral(f, (x, a, b)), Derivative(f, x) or (x, n), Limit(f, x, p, "+"), Subs(f, x, v),
                 Piecewise((value, condition), ...), hyper([a], [b], z), Matrix([[...]]), A.T, A.inv(), A.det(), A.trace()

Precedence is SymPy's: -x**2 is -(x**2), a**b**c is a**(b**c), juxtaposition is an error.  Nothing is ever evaluated."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from ..formula import Formula, lift
from .names import CONNECTIVES, CONSTANTS, FORMS, FUNCTIONS, KNOWN, RELATIONS

LENGTH, DEPTH, DIGITS, NODES, EXPONENT = 65536, 200, 10_000, 20_000, 4000
TOKEN = re.compile(r"\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([^\W\d]\w*'*)|(\*\*|[=!<>]=|[-+*/^()\[\],=<>.~&|!])|(\"[^\"]*\"|'[^']*'))", re.ASCII)
SIGNS = {"−": "-", "·": "*", "×": "*", "÷": "/", "≤": "<=", "≥": ">=", "≠": "!=", "π": "pi", "∞": "oo", "√": "sqrt"}
INFIX = {"==": "eq", "=": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
SORTS = ("real", "integer", "complex")


class Unreadable(Exception):
    """What cannot be read, at which column (from 1), and what to do about it."""

    def __init__(self, what: str, column: int = 1, code: str = "syntax") -> None:
        super().__init__(f"column {column}: {what}")
        self.what, self.column, self.code = what, column, code


@dataclass(frozen=True)
class Token:
    kind: str  # number, name, sign, string, end
    text: str
    at: int


def tokens(text: str) -> list[Token]:
    if len(text) > LENGTH:
        raise Unreadable(f"longer than {LENGTH} characters", LENGTH, "too-long")
    out: list[Token] = []
    at = 0
    while text[at:].strip():
        m = TOKEN.match(text, at)
        if m is None:
            at += len(text[at:]) - len(text[at:].lstrip())
            c = text[at]
            if c in SIGNS:
                word = SIGNS[c]
                out.append(Token("name" if word.isalpha() else "sign", word, at + 1))
                at += 1
                continue
            greek = re.match(r"[\u0370-\u03ff]\w*", text[at:], re.ASCII)
            if greek:
                out.append(Token("name", unicodedata.normalize("NFC", greek.group()), at + 1))
                at += greek.end()
                continue
            name = unicodedata.name(c, f"U+{ord(c):04X}")
            raise Unreadable(f"the character {c if c.isprintable() else ''} ({name}) is not part of a formula", at + 1)
        kind = ("number", "name", "sign", "string")[(m.lastindex or 1) - 1]
        out.append(Token(kind, m.group(m.lastindex or 1), m.start(m.lastindex or 1) + 1))
        at = m.end()
    return [*out, Token("end", "", len(text) + 1)]


class Parser:
    def __init__(self, text: str, declared: Mapping[str, Any]) -> None:
        self.tokens, self.k, self.depth, self.nodes = tokens(text), 0, 0, 0
        self.declared: dict[str, Any] = dict(declared)

    # ------------------------------------------------------------------------------------------------------ tokens
    @property
    def here(self) -> Token:
        return self.tokens[self.k]

    def take(self) -> Token:
        self.k += 1
        return self.tokens[self.k - 1]

    def accept(self, *signs: str) -> Token | None:
        return self.take() if self.here.kind == "sign" and self.here.text in signs else None

    def expect(self, sign: str) -> Token:
        if (t := self.accept(sign)) is None:
            raise Unreadable(f"{sign!r} is expected here, not {self.here.text or 'the end'!r}", self.here.at)
        return t

    def node(self, head: str, *args: Any) -> Formula:
        self.nodes += 1
        if self.nodes > NODES:
            raise Unreadable(f"more than {NODES} parts", self.here.at, "too-large")
        return Formula(head, args)

    # ------------------------------------------------------------------------------------------------- expressions
    def condition(self) -> Formula:
        """A relation, a chain of relations, or a single expression."""
        left = self.sum()
        links: list[Formula] = []
        while self.here.kind == "sign" and self.here.text in INFIX:
            head = INFIX[self.take().text]
            right = self.sum()
            links.append(self.relation(head, left, right))
            left = right
        return left if not links else links[0] if len(links) == 1 else self.node("and", *links)

    def relation(self, head: str, a: Formula, b: Formula) -> Formula:
        return self.node({"gt": "lt", "ge": "le"}[head], b, a) if head in ("gt", "ge") else self.node(head, a, b)

    def sum(self) -> Formula:
        self.depth += 1
        if self.depth > DEPTH:
            raise Unreadable(f"nested more than {DEPTH} deep", self.here.at, "too-deep")
        left = self.product()
        while t := self.accept("+", "-"):
            left = self.node("add" if t.text == "+" else "sub", left, self.product())
        self.depth -= 1
        return left

    def product(self) -> Formula:
        left = self.unary()
        while t := self.accept("*", "/"):
            left = self.node("mul" if t.text == "*" else "div", left, self.unary())
        if self.here.kind in ("name", "number") or self.here.text in ("(", "["):
            raise Unreadable("an operator is missing; write * for a product", self.here.at, "ambiguous")
        return left

    def unary(self) -> Formula:
        signs: list[str] = []
        while t := self.accept("+", "-"):
            signs.append(t.text)
        out = self.power()
        for _ in range(signs.count("-") % 2):
            out = self.node("num", -out.args[0]) if out.head == "num" else self.node("neg", out)
        return out

    def power(self) -> Formula:
        base = self.postfix()
        if self.accept("**", "^"):
            self.depth += 1
            if self.depth > DEPTH:
                raise Unreadable(f"nested more than {DEPTH} deep", self.here.at, "too-deep")
            exponent = self.unary()
            self.depth -= 1
            return self.node("pow", base, exponent)
        return base

    def postfix(self) -> Formula:
        out = self.atom()
        while self.accept("."):
            t = self.take()
            head = {"T": "T", "inv": "inv", "det": "det", "trace": "tr"}.get(t.text)
            if t.kind != "name" or head is None:
                raise Unreadable(f"matrices have .T, .inv(), .det() and .trace(), not .{t.text}", t.at)
            if head != "T":
                self.expect("(")
                self.expect(")")
            out = self.node(head, out)
        return out

    def atom(self) -> Formula:
        t = self.take()
        if t.kind == "number":
            mantissa, _, exponent = t.text.lower().partition("e")
            if len(mantissa) > DIGITS or exponent and abs(int(exponent[:9])) > EXPONENT:
                raise Unreadable(f"a number of more than {DIGITS} digits", t.at, "too-large")
            return self.node("num", Fraction(Decimal(t.text)))
        if t.kind == "sign" and t.text == "(":
            inner = self.condition()
            self.expect(")")
            return inner
        if t.kind == "name":
            if self.here.kind == "sign" and self.here.text == "(":
                return self.call(t)
            if t.text in self.declared:
                return self.node("sym", t.text, self.declared[t.text])
            if t.text in CONSTANTS:
                return self.node("const", CONSTANTS[t.text])
            if t.text in KNOWN:
                raise Unreadable(f"{t.text} needs its arguments in brackets", t.at)
            near = get_close_matches(t.text, [*self.declared, *CONSTANTS], 1)
            raise Unreadable(f"{t.text} is not declared" + (f"; did you mean {near[0]}?" if near else "; declare it, for example as real"),
                             t.at, "undeclared")
        raise Unreadable(f"a formula is expected here, not {t.text or 'the end'!r}", t.at)

    # ------------------------------------------------------------------------------------------------------- calls
    def call(self, t: Token) -> Formula:
        name = t.text
        if name in self.declared and isinstance(self.declared[name], tuple) and self.declared[name][0] == "function":
            return self.node("apply", Formula("sym", (name, self.declared[name])), *self.arguments())
        if name in self.declared:
            raise Unreadable(f"{name} followed by a bracket: {name} is declared as a variable; write {name}*(...) for a product, or declare "
                             f"{name} as a function", t.at, "ambiguous")
        if name in RELATIONS or name in CONNECTIVES:
            args = self.arguments(conditions=True)
            if name in CONNECTIVES:
                if name == "Not" and len(args) != 1:
                    raise Unreadable("Not takes one condition", t.at)
                return self.node(CONNECTIVES[name], *args)
            if len(args) != 2:
                raise Unreadable(f"{name} takes two sides", t.at)
            return self.relation(RELATIONS[name], args[0], args[1])
        if name in FORMS:
            return {"Sum": self.ranged, "Product": self.ranged, "Integral": self.ranged, "Derivative": self.derivative, "diff": self.derivative,
                    "Limit": self.limit, "Subs": self.subs, "Piecewise": self.piecewise, "hyper": self.hyper, "Matrix": self.matrix,
                    "eye": self.eye}[name](t)
        if name not in FUNCTIONS:
            near = get_close_matches(name, KNOWN, 1)
            raise Unreadable(f"{name} is not a known function" + (f"; did you mean {near[0]}?" if near else "; declare it with --function"),
                             t.at, "undeclared")
        head, least, most = FUNCTIONS[name]
        args = self.arguments()
        if not least <= len(args) <= most:
            raise Unreadable(f"{name} takes {least if least == most else f'{least} or more'} argument(s), not {len(args)}", t.at)
        return self.function(head, args)

    def function(self, head: str, a: list[Formula]) -> Formula:
        if head == "log" and len(a) == 2:
            return self.node("div", self.node("log", a[0]), self.node("log", a[1]))
        if head == "cbrt":
            return self.node("pow", a[0], lift(Fraction(1, 3)))
        if head == "trace":
            return self.node("tr", a[0])
        return self.node(head, *a)

    def arguments(self, conditions: bool = False) -> list[Formula]:
        self.expect("(")
        out: list[Formula] = []
        if not self.accept(")"):
            out.append(self.condition() if conditions else self.sum())
            while self.accept(","):
                out.append(self.condition() if conditions else self.sum())
            self.expect(")")
        return out

    def variable(self) -> str:
        t = self.take()
        if t.kind != "name" or t.text in CONSTANTS or t.text in KNOWN:
            raise Unreadable(f"a variable is expected here, not {t.text or 'the end'!r}", t.at)
        return t.text

    def ahead(self, opening: str) -> int:
        """The index of the token behind the bracket that closes the call begun at `opening`, to read its ranges before its body."""
        depth, k = 0, self.k
        while self.tokens[k].kind != "end":
            depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(self.tokens[k].text if self.tokens[k].kind == "sign" else "", 0)
            if depth == 0:
                return k
            k += 1
        raise Unreadable(f"the bracket of {opening} is not closed", self.tokens[self.k].at)

    def commas(self, end: int) -> list[int]:
        """Indices of the commas at the top level of the call whose opening bracket is here."""
        depth, found = 0, []
        for k in range(self.k, end):
            text = self.tokens[k].text if self.tokens[k].kind == "sign" else ""
            depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(text, 0)
            if depth == 1 and text == ",":
                found.append(k)
        return found

    def ranged(self, t: Token) -> Formula:
        """Sum, Product, Integral with one range (x, a, b) or several, the last one outermost."""
        end = self.ahead(t.text)
        splits = self.commas(end)
        if not splits:
            raise Unreadable(f"{t.text} needs a range (k, a, b)", t.at)
        start, saved = self.k, dict(self.declared)
        ranges: list[tuple[str, Formula, Formula]] = []
        sort = "real" if t.text == "Integral" else "integer"
        for k in reversed(splits):
            self.k = k + 1
            self.expect("(")
            name = self.variable()
            self.expect(",")
            lo = self.sum()
            self.expect(",")
            hi = self.sum()
            self.expect(")")
            ranges.append((name, lo, hi))
            self.declared[name] = sort
        after, self.k = self.k, start
        self.expect("(")
        body = self.sum()
        if self.k != splits[0]:
            raise Unreadable("a comma is expected here", self.here.at)
        self.k, self.declared = after, saved
        self.expect(")")
        head = {"Sum": "sum", "Product": "prod", "Integral": "integral"}[t.text]
        for name, lo, hi in reversed(ranges):
            body = self.node(head, body, Formula("sym", (name, sort)), lo, hi)
        return body

    def bound_variable(self, t: Token, end: int, splits: list[int]) -> tuple[str, Any]:
        """The variable of a Derivative, Limit or Subs, with its sort: declared outside, or real."""
        k = splits[0] + 1
        while self.tokens[k].text == "(":
            k += 1
        name = self.tokens[k]
        if name.kind != "name" or name.text in KNOWN:
            raise Unreadable(f"{t.text} needs a variable here", name.at)
        return name.text, self.declared.get(name.text, "complex" if t.text == "Subs" else "real")

    def derivative(self, t: Token) -> Formula:
        end = self.ahead(t.text)
        splits = self.commas(end)
        if not splits:
            raise Unreadable(f"{t.text} needs a variable", t.at)
        saved = dict(self.declared)
        name, sort = self.bound_variable(t, end, splits)
        self.declared[name] = sort
        self.expect("(")
        body = self.sum()
        while self.accept(","):
            if self.accept("("):
                x = self.variable()
                self.expect(",")
                order = self.sum()
                self.expect(")")
            else:
                x, order = self.variable(), lift(1)
                if self.tokens[self.k].text == "," and self.tokens[self.k + 1].kind == "number":
                    self.expect(",")
                    order = self.sum()
            if x not in self.declared:
                raise Unreadable(f"{x} is not declared", self.here.at, "undeclared")
            symbol = Formula("sym", (x, self.declared[x]))
            if order.head == "num" and order.args[0].denominator == 1 and 0 <= order.args[0] <= 40:
                for _ in range(int(order.args[0])):
                    body = self.node("diff", body, symbol)
            else:
                body = self.node("ndiff", body, symbol, order)
        self.expect(")")
        self.declared = saved
        return body

    def limit(self, t: Token) -> Formula:
        splits = self.commas(self.ahead(t.text))
        if len(splits) < 2:
            raise Unreadable("Limit needs a variable and a point", t.at)
        saved = dict(self.declared)
        name = self.tokens[splits[0] + 1].text
        self.declared[name] = sort = "real"
        self.expect("(")
        body = self.sum()
        self.declared = saved
        self.expect(",")
        name = self.variable()
        self.expect(",")
        point = self.sum()
        side = "+"
        if self.accept(","):
            s = self.take()
            if s.kind != "string" or s.text[1:-1] not in ("+", "-", "+-"):
                raise Unreadable("the direction of a limit is '+', '-' or '+-'", s.at)
            side = s.text[1:-1]
        self.expect(")")
        symbol = Formula("sym", (name, sort))
        if side == "+" and point != Formula("neg", (Formula("const", ("oo",)),)):
            return self.node("limit", body, symbol, point)
        return self.node("limit_below" if side == "-" else "limit_both" if side == "+-" else "limit", body, symbol, point)

    def subs(self, t: Token) -> Formula:
        from ..formula import substitute
        end = self.ahead(t.text)
        splits = self.commas(end)
        if len(splits) != 2:
            raise Unreadable("Subs takes a formula, a variable and a value", t.at)
        saved = dict(self.declared)
        name, sort = self.bound_variable(t, end, splits)
        self.declared[name] = sort if sort in SORTS else "complex"
        self.expect("(")
        body = self.sum()
        self.declared = saved
        self.expect(",")
        name = self.variable()
        self.expect(",")
        value = self.sum()
        self.expect(")")
        try:
            return substitute(body, {name: value})
        except ValueError:  # a derivative in this variable: the value is put in afterwards
            return self.node("subs", body, Formula("sym", (name, sort)), value)

    def piecewise(self, t: Token) -> Formula:
        self.expect("(")
        parts: list[Formula] = []
        while True:
            self.expect("(")
            parts.append(self.sum())
            self.expect(",")
            parts.append(self.condition())
            self.expect(")")
            if not self.accept(","):
                break
        self.expect(")")
        return self.node("piecewise", *parts)

    def row(self) -> list[Formula]:
        self.expect("[")
        out: list[Formula] = []
        if not self.accept("]"):
            out.append(self.sum())
            while self.accept(","):
                out.append(self.sum())
            self.expect("]")
        return out

    def hyper(self, t: Token) -> Formula:
        self.expect("(")
        a = self.row()
        self.expect(",")
        b = self.row()
        self.expect(",")
        z = self.sum()
        self.expect(")")
        return self.node("hyper", lift(len(a)), *a, *b, z)

    def matrix(self, t: Token) -> Formula:
        self.expect("(")
        self.expect("[")
        rows = [self.row()]
        while self.accept(","):
            rows.append(self.row())
        self.expect("]")
        self.expect(")")
        if len({len(r) for r in rows}) != 1 or not rows[0]:
            raise Unreadable("the rows of a matrix have different lengths", t.at)
        self.nodes += sum(map(len, rows))
        return self.node("matrix", *map(tuple, rows))

    def eye(self, t: Token) -> Formula:
        args = self.arguments()
        if len(args) != 1:
            raise Unreadable("eye takes one size", t.at)
        return self.node("eye", args[0])


def read(text: str, declared: Mapping[str, Any]) -> Formula:
    """The formula or condition that the text stands for; raises Unreadable.  `declared` maps names to sorts."""
    if not text.strip():
        raise Unreadable("empty")
    parser = Parser(text, declared)
    out = parser.condition()
    if parser.here.kind != "end":
        raise Unreadable(f"the end is expected here, not {parser.here.text!r}", parser.here.at)
    return out
