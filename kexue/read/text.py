"""Plain notation -> formula, by a tokenizer and a precedence parser of our own.

    expression   + - * / ** (or ^), @ between matrices, numbers (decimals are exact: 0.1 is 1/10), calls of known functions, declared names
    relations    ==, =, !=, <, <=, >, >=, Eq Ne Lt Le Gt Ge; chains a < b <= c; And, Or, Not
    forms        Sum(f, (k, a, b)), Product, Integral(f, (x, a, b)), Derivative(f, x) or (x, n), Limit(f, x, p, "+"),
                 Subs(f, x, v), Piecewise((value, condition), ...), hyper([a], [b], z), Matrix([[...]]), A.T, A.inv(),
                 A.det(), A.trace()

Precedence is SymPy's: -x**2 is -(x**2), a**b**c is a**(b**c), juxtaposition is an error.  Nothing is ever evaluated."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from ..formula import Formula, lift
from .forms import FORMS
from .names import CONNECTIVES, CONSTANTS, FUNCTIONS, KNOWN, RELATIONS
from .tokens import DEPTH, DIGITS, EXPONENT, INFIX, NODES, Token, Unreadable, tokens


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
        while t := self.accept("*", "/", "@"):
            left = self.node({"*": "mul", "/": "div", "@": "matmul"}[t.text], left, self.unary())
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
            raise Unreadable(
                f"{t.text} is not declared" + (f"; did you mean {near[0]}?" if near else "; declare it, for example as real"),
                t.at,
                "undeclared",
            )
        raise Unreadable(f"a formula is expected here, not {t.text or 'the end'!r}", t.at)

    # ------------------------------------------------------------------------------------------------------- calls
    def call(self, t: Token) -> Formula:
        name = t.text
        if name in self.declared and isinstance(self.declared[name], tuple) and self.declared[name][0] == "function":
            return self.node("apply", Formula("sym", (name, self.declared[name])), *self.arguments())
        if name in self.declared:
            raise Unreadable(
                f"{name} followed by a bracket: {name} is declared as a variable; write {name}*(...) for a product, or declare "
                f"{name} as a function",
                t.at,
                "ambiguous",
            )
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
            return FORMS[name](self, t)
        if name not in FUNCTIONS:
            near = get_close_matches(name, KNOWN, 1)
            raise Unreadable(
                f"{name} is not a known function" + (f"; did you mean {near[0]}?" if near else "; declare it with --function"),
                t.at,
                "undeclared",
            )
        head, least, most = FUNCTIONS[name]
        args = self.arguments()
        if not least <= len(args) <= most:
            raise Unreadable(
                f"{name} takes {least if least == most else f'{least} or more'} argument(s), not {len(args)}", t.at
            )
        return self.function(head, args)

    def function(self, head: str, a: list[Formula]) -> Formula:
        if head == "log" and len(a) == 2:
            return self.node("div", self.node("log", a[0]), self.node("log", a[1]))
        if head == "cbrt":
            return self.node("pow", a[0], lift(Fraction(1, 3)))
        if head == "sigmoid":
            return self.node("div", lift(1), self.node("add", lift(1), self.node("exp", self.node("neg", a[0]))))
        if head == "softplus":
            return self.node("log", self.node("add", lift(1), self.node("exp", a[0])))
        if head == "relu":
            return self.node("max", a[0], lift(0))
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


def read(text: str, declared: Mapping[str, Any]) -> Formula:
    """The formula or condition that the text stands for; raises Unreadable.  `declared` maps names to sorts."""
    if not text.strip():
        raise Unreadable("empty")
    parser = Parser(text, declared)
    out = parser.condition()
    if parser.here.kind != "end":
        raise Unreadable(f"the end is expected here, not {parser.here.text!r}", parser.here.at)
    return out


__all__ = ["Parser", "Unreadable", "read", "tokens"]
