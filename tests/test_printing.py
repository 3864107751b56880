"""Printing: the LaTeX and the text of a formula mean what the formula means.

The LaTeX of random trees is read back and evaluated by the small reader below, which knows the conventions of maths
(a sum reaches over the factors that follow it, juxtaposition multiplies); the text is read back by Python's own grammar
into the same tree."""

from __future__ import annotations

import ast
import importlib.util
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from math_core import LatexToMathML

from kexue import formula as F
from kexue.claim import Claim
from kexue.formula import (Ci, D, Formula, Integral, Limit, Product, Si, Sum, binomial, block, call, children, delta,
                           det, dot, erf, even, exp, expm, eye, factorial, family, function, gamma, hyp1f1, integer,
                           inv, lambertw, lift, log, matrix, ne, odd, oo, outer, pi, real, sin, sqrt, tr, uppergamma,
                           vector, zeros)
from kexue.printing import decimal, latex, symbol, text

PROOFS = Path(__file__).parent.parent / "proofs"
MATHML = LatexToMathML(fancy_error=False)
x, y, z, t = real("x y z t")
n, k, j, d = integer("n k j d")
a, b = vector("a b", d)
A, B = matrix("A B", d)
f = function("f")
p = family("p")
mu = family("mu", ("vector", d))


def convert(s: str) -> str:
    return MATHML.convert_with_local_state(s, displaystyle=True)


# --------------------------------------------------------------------------------------------------- what it looks like
GOLDEN = [
    (x + y - z, "x + y - z", "x + y - z"),
    (x - (y - z), "x - (y - z)", "x - (y - z)"),
    (x + -y, "x + (-y)", "x + (-y)"),
    (-x ** 2, "-x^{2}", "-x^2"),
    ((-x) ** 2, "(-x)^{2}", "(-x)^2"),
    (-(x * y), "-x y", "-(x*y)"),
    (-x * y, "-x y", "-x*y"),
    (x * -y, "x (-y)", "x*(-y)"),
    (lift(2) * 3 * x, r"2 \cdot 3 x", "2*3*x"),
    (x * 2, r"x \cdot 2", "x*2"),
    (lift(2) * Fraction(1, 3), r"2 \cdot \frac{1}{3}", "2*(1/3)"),
    (x / y / z, r"\frac{\frac{x}{y}}{z}", "(x/y)/z"),
    ((x / y) ** 2, r"\left(\frac{x}{y}\right)^{2}", "(x/y)^2"),
    (x ** (y + 1), "x^{y + 1}", "x^(y + 1)"),
    ((x ** 2) ** 3, "(x^{2})^{3}", "(x^2)^3"),
    (x ** (1 / (2 * y)), "x^{1/(2 y)}", "x^(1/(2*y))"),
    (lift("0.044715") * x, "0.044715 x", "0.044715*x"),
    (lift("-0.5") + x, r"-\frac{1}{2} + x", "-1/2 + x"),
    (exp(-x ** 2 / 2), "e^{-x^{2}/2}", "exp(-x^2/2)"),
    (exp(x / y * z), "e^{(x/y) z}", "exp((x/y)*z)"),
    (exp(z * (x / y)), "e^{z (x/y)}", "exp(z*(x/y))"),
    (exp(Sum(p[k], k, 1, n)), r"\exp\left(\sum_{k=1}^{n} p_{k}\right)", "exp(sum(p[k], k = 1..n))"),
    (sin(x) ** 2 + log(x) ** -1, r"\sin^{2}(x) + (\log(x))^{-1}", "sin(x)^2 + log(x)^(-1)"),
    (sqrt(1 + x), r"\sqrt{1 + x}", "sqrt(1 + x)"),
    (factorial(n + 1) / factorial(factorial(n)), r"\frac{(n + 1)!}{(n!)!}", "(n + 1)!/(n!)!"),
    (binomial(n, k), r"\binom{n}{k}", "binomial(n, k)"),
    (Sum(x + k, k, 0, n) * y, r"\left(\sum_{k=0}^{n} (x + k)\right) y", "sum(x + k, k = 0..n)*y"),
    (y * Sum(k, k, 0, oo), r"y \sum_{k=0}^{\infty} k", "y*sum(k, k = 0..oo)"),
    (Product(p[k], k, 1, n), r"\prod_{k=1}^{n} p_{k}", "prod(p[k], k = 1..n)"),
    (Integral(x + t, t, -oo, oo), r"\int_{-\infty}^{\infty} (x + t) \, dt", "integral(x + t, t = -oo..oo)"),
    (D(x * y, x), r"\frac{d}{dx} (x y)", "diff(x*y, x)"),
    (D(D(x, x), x), r"\frac{d^{2}}{dx^{2}} x", "diff(diff(x, x), x)"),
    (D(D(f(x, y), x), y), r"\frac{\partial^{2}}{\partial y \, \partial x} f(x, y)", "diff(diff(f(x, y), x), y)"),
    (Limit(sin(x) / x, x, 0), r"\lim_{x \to 0^{+}} \frac{\sin(x)}{x}", "limit(sin(x)/x, x -> 0+)"),
    (Limit(1 / x, x, oo), r"\lim_{x \to \infty} \frac{1}{x}", "limit(1/x, x -> oo)"),
    (dot(a, b), r"a^{\top} b", "a.b"),
    (dot(a - b, A @ a), r"(a - b)^{\top} A a", "(a - b).(A @ a)"),
    (2 * dot(a, b), r"2 a^{\top} b", "2*a.b"),
    (2 * dot(a, b) * b, r"(2 a^{\top} b) b", "2*a.b*b"),
    (dot(a, b) ** 2, r"(a^{\top} b)^{2}", "(a.b)^2"),
    (A @ (B @ a), "A B a", "A @ (B @ a)"),
    (2 * outer(a, b), r"2 a b^{\top}", "2*(a @ b^T)"),
    ((A @ B).T, r"(A B)^{\top}", "(A @ B)^T"),
    (inv(A.T) @ a, r"(A^{\top})^{-1} a", "(A^T)^-1 @ a"),
    (det(A) * tr(A @ B), r"\det(A) \operatorname{tr}(A B)", "det(A)*tr(A @ B)"),
    (expm(t * A), r"\exp(t A)", "expm(t*A)"),
    (eye(d) - zeros(d, d) + zeros(d), r"I_{d} - 0_{d \times d} + 0_{d}", "eye(d) - zeros(d, d) + zeros(d, 1)"),
    (block((1, x), (y, 0)), r"\begin{pmatrix} 1 & x \\ y & 0 \end{pmatrix}", "[[1, x], [y, 0]]"),
    (mu[k][j] + p[k] ** 2, r"\mu_{k,j} + p_{k}^{2}", "mu[k][j] + p[k]^2"),
    (Formula("apply", (function("f;0;1"), x, y)), r"\partial_{1} \partial_{2} f(x, y)", "D[1,2](f)(x, y)"),
    (Formula("apply", (function("f;0;0"), x)), "f''(x)", "f''(x)"),
    (x > 0, "x > 0", "x > 0"),
    (lift(0) <= lift(1), r"0 \le 1", "0 <= 1"),
    (x < y, "x < y", "x < y"),
    (ne(x, 0), r"x \ne 0", "x != 0"),
    (F.every(k, p[k] > 0), r"\forall k: p_{k} > 0", "p[k] > 0 for every k"),
    (even(n), r"2 \mid n", "n is even"),
    (odd(n - 1), r"2 \nmid (n - 1)", "n - 1 is odd"),
    (Formula("spd", (A,)), r"A \succ 0", "A is symmetric positive definite"),
    (Formula("symmetric", (A,)), r"A^{\top} = A", "A is symmetric"),
    (Formula("orthogonal", (A,)), r"A^{\top} A=I", "A is orthogonal"),
    (Formula("invertible", (A,)), r"\det(A) \ne 0", "A is invertible"),
    (call("abs", x / y), r"\left\lvert \frac{x}{y} \right\rvert", "abs(x/y)"),
    (delta(k, j), r"\delta_{k,j}", "delta(k, j)"),
    (uppergamma(n + 1, x) + gamma(x), r"\Gamma(n + 1, x) + \Gamma(x)", "Gamma(n + 1, x) + Gamma(x)"),
    (call("besseli", n - 1, x), "I_{n - 1}(x)", "besseli(n - 1, x)"),
    (hyp1f1(n, n + 1, x), "{}_{1}F_{1}(n; n + 1; x)", "1F1(n; n + 1; x)"),
    (lambertw(x) + Ci(x) - Si(x) * erf(x), r"W(x) + \operatorname{Ci}(x) - \operatorname{Si}(x) \operatorname{erf}(x)",
     "lambertw(x) + Ci(x) - Si(x)*erf(x)"),
    (2 * pi * F.I + F.e + F.euler_gamma, r"2 \pi i + e + \gamma", "2*pi*i + e + euler_gamma"),
    (Formula("float", (Formula("const", ("binary32",)), 1 + x)), r"\operatorname{fl}_{\mathrm{binary32}}(1 + x)",
     "fl[binary32](1 + x)"),
]


@pytest.mark.parametrize(("made", "tex", "plain"), GOLDEN, ids=[g[2] for g in GOLDEN])
def test_golden(made: Formula, tex: str, plain: str) -> None:
    assert latex(made) == tex
    assert text(made) == plain
    convert(tex)


@pytest.mark.parametrize(("name", "tex"), [
    ("theta", r"\theta"), ("mu0", r"\mu_{0}"), ("S_xx", "S_{xx}"), ("epsilon", r"\varepsilon"), ("x'", "x'"),
    ("gap", r"\mathrm{gap}"), ("x12_max", r"x_{12,\mathrm{max}}"), ("lambda_", r"\lambda"), ("S_theta", r"S_{\theta}"),
    ("a$b", r"\text{a\$b}"), ("μ", r"\text{μ}")])
def test_symbol_names(name: str, tex: str) -> None:
    assert symbol(name) == tex
    convert(tex)
    convert(latex(real(name) ** 2 + family(name)[k] ** 2))


@pytest.mark.parametrize("head", sorted(F.FUNCTIONS))
def test_every_named_function_prints(head: str) -> None:
    made = call(head, *[x, y, z][:F.FUNCTIONS[head] or 2])
    convert(latex(made ** 2))
    assert text(made).isascii()


def test_unknown_heads_are_written_as_functions() -> None:
    assert latex(Formula("frob", (x, "note_1"))) == r"\operatorname{frob}(x, \text{note\_1})"
    assert text(Formula("frob", (x, "nöte"))) == r"frob(x, n\xf6te)"


@pytest.mark.parametrize(("q", "shown"), [
    ("0.044715", "0.044715"), ("-0.00012", "-0.00012"), ("0.3", "0.3"), ("1234567.1", "1234567.1"), ("1/2", None),
    ("1/3", None), ("1/1024", None)])
def test_decimals_are_exact_and_short(q: str, shown: str | None) -> None:
    assert decimal(Fraction(q)) == shown
    assert shown is None or Fraction(shown) == Fraction(q)


def test_deep_horner_schemes_are_shortened() -> None:
    made: Formula = lift(1)
    for i in range(40, 0, -1):
        made = 1 + x / i * made
    assert text(made) == "1 + x/1*(1 + x/2*(... (1 + x/40) ...))"
    assert latex(made).count(r"\cdots") == 2 and len(latex(made)) < 150
    convert(latex(made))
    assert "..." not in text(1 + x * (1 + x * (1 + x)))


def test_nests_that_differ_in_more_than_numbers_are_printed_whole() -> None:
    made: Formula = y
    for i in range(12):
        made = 1 + (x if i != 5 else y) * made
    assert "..." not in text(made) and "cdots" not in latex(made)
    same: Formula = y
    for _ in range(12):
        same = 1 + x * same
    assert text(same) == "1 + x*(1 + x*(... (1 + x*y) ...))"


def test_signs_do_not_run_together() -> None:
    minus, negative = call("neg", -x), Formula("neg", (-A,))
    assert latex(minus * y) == "(-(-x)) y" and latex(negative @ B) == "(-(-A)) B"
    assert latex(exp(minus / y)) == "e^{(-(-x))/y}" and latex(exp(lift(-3) / y)) == "e^{-3/y}"


# ------------------------------------------------------------------------------ read back: LaTeX by value, text by tree
VALUES = {"x": Fraction(2, 3), "y": Fraction(-5, 7), "k": Fraction(11, 13)}


class Reader:
    """Evaluates the LaTeX of scalar formulas over the letters of VALUES; e^{u} stands for 1/(u^2 + 3)."""

    TOKEN = re.compile(r"\\frac|\\exp|\\sum|\\cdot|\\left\(|\\right\)|[a-z]|\d+(?:\.\d+)?|[-+/^_={}()!]")

    def __init__(self, s: str, values: dict[str, Fraction]) -> None:
        self.values, self.at = values, 0
        self.tokens = [t.replace(r"\left", "").replace(r"\right", "") for t in self.TOKEN.findall(s)]
        assert "".join(self.TOKEN.findall(s)) == s.replace(" ", ""), s

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, want: str = "") -> str:
        got = self.peek()
        assert got and want in ("", got), f"{want!r} wanted, {got!r} found in {self.tokens}"
        self.at += 1
        return got

    def value(self) -> Fraction:
        out = self.expression()
        assert self.peek() == ""
        return out

    def expression(self) -> Fraction:
        negative = self.peek() == "-" and bool(self.take())
        out = self.product() * (-1 if negative else 1)
        while self.peek() in ("+", "-"):
            sign = self.take()
            assert self.peek() not in ("+", "-"), "two signs in a row"
            term = self.product()
            out = out + term if sign == "+" else out - term
        return out

    def product(self) -> Fraction:
        out = self.factor()
        while self.peek() not in ("", "+", "-", "/", ")", "}", "="):
            dotted = self.peek() == r"\cdot" and bool(self.take())
            assert dotted or not self.peek()[0].isdigit(), "digits run together"
            out = out * self.factor()
        if self.peek() == "/":  # a slash is only written once in a product: a b/c
            self.take()
            out = out / self.factor()
            assert self.peek() in ("", "+", "-", ")", "}"), "something follows a slash"
        return out

    def factor(self) -> Fraction:
        token = self.take()
        if token == r"\sum":
            return self.sum()
        if token == "(":
            out = self.expression()
            self.take(")")
        elif token == r"\frac":
            out = self.group() / self.group()
            if self.peek() == "^":
                raise AssertionError("a fraction to a power needs parentheses")
        elif token in ("e", r"\exp"):
            self.take("^" if token == "e" else "(")
            u = self.group() if token == "e" else self.expression()
            assert token == "e" or self.take(")")
            assert self.peek() != "^", "a power of an exponential needs parentheses"
            return 1 / (u * u + 3)
        else:
            out = self.values[token] if token.isalpha() else Fraction(token)
        if self.peek() == "^":
            self.take()
            out = out ** int(self.group())
            assert self.peek() != "^", "two exponents in a row"
        return out

    def group(self) -> Fraction:
        self.take("{")
        out = self.expression()
        self.take("}")
        return out

    def sum(self) -> Fraction:
        self.take("_"), self.take("{")
        name = self.take()
        self.take("=")
        lo = int(self.expression())
        self.take("}"), self.take("^")
        hi, start, total, old = int(self.group()), self.at, Fraction(0), self.values
        for i in range(lo, hi + 1):
            self.at, self.values = start, {**old, name: Fraction(i)}
            total += self.product()
        self.values = old
        return total


def evaluate(g: Formula, values: dict[str, Fraction]) -> Fraction:
    h = g.head
    if h == "num":
        return g.args[0]  # type: ignore[no-any-return]
    if h == "sym":
        return values[g.args[0]]
    if h == "sum":
        lo, hi = (int(evaluate(b, values)) for b in g.args[2:])
        name, start = g.args[1].args[0], Fraction(0)
        return sum((evaluate(g.args[0], {**values, name: Fraction(i)}) for i in range(lo, hi + 1)), start)
    u, *v = (evaluate(c, values) for c in children(g))
    if h == "exp":
        return 1 / (u * u + 3)
    return {"neg": lambda: -u, "add": lambda: u + v[0], "sub": lambda: u - v[0], "mul": lambda: u * v[0],
            "div": lambda: u / v[0], "pow": lambda: u ** int(v[0])}[h]()


def grown(leaves: st.SearchStrategy[Formula], *, sums: bool) -> st.SearchStrategy[Formula]:
    def grow(inner: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
        two = [st.builds(call, st.just(h), inner, inner) for h in ("add", "sub", "mul", "mul", "div")]
        more = [st.builds(lambda u: Sum(u, k, 1, 3), inner), st.builds(exp, inner)] if sums else []
        powers = st.builds(lambda u, i: u ** i, inner, st.integers(0, 3))
        return st.one_of(*two, st.builds(lambda u: -u, inner), powers, *more)
    return st.recursive(leaves, grow, max_leaves=9)


NUMBERS = st.sampled_from([Fraction(q) for q in ("0", "2", "7", "-3", "1/2", "-4/3", "0.35")])
TREES = grown(st.one_of(st.sampled_from([x, y, k]), NUMBERS.map(lift)), sums=True)
POSITIVE = grown(st.one_of(st.sampled_from([x, y, k]), st.integers(0, 9).map(lift)), sums=False)


@given(TREES)
def test_latex_has_the_value_of_the_formula(made: Formula) -> None:
    try:
        expected = evaluate(made, VALUES)
    except ZeroDivisionError:
        return
    assert Reader(latex(made), VALUES).value() == expected, latex(made)
    assert not re.search(r"\d \\frac\{\d+\}\{\d+\}", latex(made)), "read as a mixed number"


OPERATORS: dict[type, str] = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.Pow: "pow"}


def tree(node: Any) -> Formula:
    if isinstance(node, ast.BinOp):
        return Formula(OPERATORS[type(node.op)], (tree(node.left), tree(node.right)))
    if isinstance(node, ast.UnaryOp):
        return -tree(node.operand)
    return lift(node.value) if isinstance(node, ast.Constant) else {"x": x, "y": y, "k": k}[node.id]


@given(POSITIVE)
def test_text_reads_back_as_the_same_tree(made: Formula) -> None:
    if "..." not in text(made):
        assert tree(ast.parse(text(made).replace("^", "**"), mode="eval").body) == made, text(made)


theta = real("theta")
PAIRS = ["add", "sub", "mul", "div", "pow", "binomial", "uppergamma", "besseli", "delta", "max"]
SINGLES = sorted(h for h, count in F.FUNCTIONS.items() if count == 1)


def scalars(s: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
    v = st.one_of(st.sampled_from([a, b, mu[k], -a, a - b, A @ b]), st.builds(lambda c: c * a, s))
    m = st.one_of(st.sampled_from([A, A.T, inv(B), A @ B, expm(A), eye(d), outer(a, b)]),
                  st.builds(lambda c: block((c, 1), (0, c)), s), st.builds(lambda c: c * A - B, s))
    return st.one_of(
        st.builds(call, st.sampled_from(PAIRS), s, s), st.builds(call, st.sampled_from(SINGLES), s),
        st.builds(lambda u: Sum(u, k, 0, n), s), st.builds(lambda u: Integral(u, t, 0, oo), s),
        st.builds(lambda u: D(u, x), s), st.builds(lambda u: Limit(u, x, 0), s), st.builds(lambda u, v: f(u, v), s, s),
        st.builds(lambda u: -u, s), st.builds(dot, v, v), st.builds(lambda w: det(w) + tr(w), m))


SCALARS = st.recursive(st.one_of(st.sampled_from([x, theta, pi, n, p[k]]), NUMBERS.map(lift)), scalars, max_leaves=7)


@given(SCALARS, SCALARS, st.sampled_from(F.RELATIONS))
def test_random_formulas_convert_and_print_in_ascii(u: Formula, v: Formula, relation: str) -> None:
    made = call(relation, u, v)
    convert(latex(made))
    assert text(made).isascii() and "\n" not in text(made)


# ------------------------------------------------------------------------------------------------------ the proof files
@pytest.mark.parametrize("path", sorted(PROOFS.glob("*.py")), ids=lambda q: q.stem)
def test_every_formula_of_the_proof_files_converts(path: Path) -> None:
    spec = importlib.util.spec_from_file_location(f"printed_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    claims = [c for c in vars(module).values() if isinstance(c, Claim)]
    assert claims or module.claims == 0
    for c in claims:
        steps = [g for s in c.steps for g in (s.formula, *s.where) if g is not None]
        near = [c.near_miss.formula, *c.near_miss.where]
        for g in [*c.where, *steps, *near, *(r.formula for r in c.references if r.formula is not None)]:
            convert(latex(g))
            assert text(g).isascii()
        for s in c.steps:
            if s.latex is not None:
                convert(s.latex)
