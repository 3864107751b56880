"""Confirmation with numbers: true claims agree to 40 digits, false ones and wrong printed digits are contradicted."""

from __future__ import annotations

from fractions import Fraction as F
from typing import Any

import pytest
from mpmath import mp

from kexue.certificates import Goal
from kexue.claim import Claim, cite, holds, near_miss, reference, show, statement, therefore
from kexue.confirm import confirm_claim, confirm_goal, confirm_reference, rounded
from kexue.evaluate import Evaluator, Skip, Smooth, Undefined
from kexue.formula import (D, Formula, I, Integral, Limit, Product, Sum, block, call, complex_, cos, det, dot, eq, even, every, exp, expm,
                           eye, factorial, family, function, integer, inv, lift, log, matrix, ne, oo, outer, pi, real, sin, sqrt, tanh,
                           tr, uppergamma, vector)

x, y, s, t, p = real("x y s t p")
n, d, k, K = integer("n d k K")
a, b = vector("a b", d)
M, S = matrix("M S", d)
q = family("q")
h, g = function("h g")
hx, hy = function("h;0"), function("h;1")
c = dot(a, b)
UNIT = (eq(dot(a, a), 1), eq(dot(b, b), 1))
f_n = Sum(x ** k / factorial(k), k, 0, n)
TRUE: dict[str, Goal] = {
    "Taylor": Goal((n >= 0,), eq(f_n, exp(x) * uppergamma(n + 1, x) / factorial(n))), "positive": Goal((even(n), n >= 0), f_n > 0),
    "derivative": Goal((n >= 0,), eq(D(f_n, x), f_n - x ** n / factorial(n))), "second": Goal((), eq(D(D(sin(x * y), x), x), -(y ** 2) * sin(x * y))),
    "half-line": Goal((n >= 0,), eq(Integral(s ** n * exp(-s), s, 0, oo), factorial(n))), "segment": Goal((x > 0,), eq(Integral(1 / s, s, 1, x), log(x))),
    "line": Goal((), eq(Integral(exp(-s ** 2), s, -oo, oo), sqrt(pi))), "reflection": Goal((d >= 1, *UNIT, ne(c, 1)), eq(
        det(eye(d) - outer(a - b, a - b) / (1 - c)), -1)), "spd": Goal((Formula("spd", (S,)),), eq(inv(S) @ S, eye(d))),
    "rotation": Goal((), eq(expm(t * block((lift(0), lift(-1)), (lift(1), lift(0)))), block((cos(t), -sin(t)), (sin(t), cos(t))))),
    "softmax": Goal((K >= 1, every(k, q[k] > 0)), eq(Sum(q[k] / Sum(q[n], n, 1, K), k, 1, K), 1)),
    "chain rule": Goal((), eq(D(h(x ** 2, x), x), 2 * x * hx(x ** 2, x) + hy(x ** 2, x))), "product rule": Goal((), eq(
        D(h(x, 1) * g(x), x), hx(x, 1) * g(x) + h(x, 1) * D(g(x), x))), "root": Goal((n >= 1, eq(f_n, 0)), eq(D(f_n, x), -x ** n / factorial(n))),
    "angle": Goal((d >= 2, *UNIT, t > 0, t < pi, eq(c, cos(t))), eq(call("acos", c), t)), "le with ties": Goal((), x ** 2 >= 0),
    "complex": Goal((), eq(call("abs", exp(complex_("w"))), exp(call("re", complex_("w"))))), "constant": Goal((), lift(1) < exp(lift(1)))}
FALSE: dict[str, Goal] = {
    "by 1e-30": Goal((), eq(sin(x) ** 2 + cos(x) ** 2, 1 + lift(F(1, 10 ** 30)))), "wrong side": Goal((x > 0,), tanh(x) > x),
    "strict": Goal((x >= 0,), x ** 2 > 0), "product": Goal((d >= 2,), eq(M @ S, S @ M)), "trace": Goal((), eq(tr(M), det(M))),
    "factor": Goal((n >= 1,), eq(D(x ** n, x), x ** (n - 1))), "chain": Goal((), eq(D(h(x ** 2, x), x), hx(x ** 2, x))),
    "le": Goal((), lift(2) <= 1), "integral": Goal((), eq(Integral(exp(-s), s, 0, oo), lift(F(1, 2))))}


@pytest.mark.parametrize("name", TRUE)
def test_true_formulas_agree_at_eight_points(name: str) -> None:
    goal = TRUE[name]
    count, residual, reason, wrong = confirm_goal(goal)
    assert wrong is None and reason is None
    assert count == (1 if name in ("constant", "line") else 8) or name in ("half-line", "root") and count >= 3
    assert residual is None or residual < 1e-40


@pytest.mark.parametrize("name", FALSE)
def test_false_formulas_are_contradicted(name: str) -> None:
    assert confirm_goal(FALSE[name])[3] is not None


@pytest.mark.parametrize("goal, words", [
    (Goal((), eq(Limit(sin(x) / x, x, 0), 1)), "limit"), (Goal((), eq(Sum(x ** k, k, 0, oo), 1)), "infinite sum"), (Goal((), even(n)), "comparison"),
    (Goal((x > 1, x < 0), x > 0), None), (Goal((), eq(h(3 * x, 1), h(x, 1))), None), (Goal((x < 0,), log(x) < 1), "defined")])
def test_what_cannot_be_confirmed_is_named(goal: Goal, words: str | None) -> None:
    count, _, reason, wrong = confirm_goal(goal)
    assert count == 0 and (wrong is None or words is None)
    assert words is None or words in (reason or "")


def claim_of(*steps: Any, references: Any = ()) -> Claim:
    def body() -> Any:
        yield from steps
    return statement(title="t", says="s", near_miss=near_miss(x > 0, "n"), references=references)(body)


def test_a_claim_is_summed_up() -> None:
    out = confirm_claim(claim_of(
        show(eq(exp(x) * exp(-x), 1), "because"), holds(exp(x) > 0, "because"), cite("a theorem", "a book", "why"), therefore("x", "so"),
        holds(eq(Limit(x, x, 0), 0), "because"), references=[reference("e", "2.718", exp(lift(1))), reference("pi", "3.1415926536", compute=lambda: +mp.pi)]))
    assert out["points"] == 16 and out["formulas"] == 2 and out["digits"] == [50, 70] and float(out["worst"]) < 1e-40
    assert len(out["skipped"]) == 1 and "limit" in out["skipped"][0] and out["contradictions"] == []
    assert [r["ok"] for r in out["references"]] == [True, True] and out["references"][0]["got"] == "2.718"


def test_contradictions_are_named_with_line_and_point() -> None:
    step = holds(eq(exp(x), 1 + x), "because")
    out = confirm_claim(claim_of(step, references=[reference("e", "2.719", exp(lift(1)))]))
    assert out["formulas"] == 0 and len(out["contradictions"]) == 2
    assert f"line {step.line}" in out["contradictions"][0] and "x = " in out["contradictions"][0]
    assert "2.718 instead of 2.719" in out["contradictions"][1]


@pytest.mark.parametrize("value, digits, got", [
    (F(1, 8), "0.12", "0.12"), (F(3, 8), "0.38", "0.38"), (F(2, 3), "0.6667", "0.6667"), (F(1, 3), "-0.3", "0.3"), (12, "12", "12"),
    (F(-1, 3), "-0.33333", "-0.33333"), (F(12345, 10 ** 9), "1.23e-5", "1.23e-5"), (F(149, 100), "1", "1"), (10 ** 6, "1.0e6", "1.0e+6")])
def test_rounding_to_printed_digits(value: Any, digits: str, got: str) -> None:
    assert rounded(value, digits) == got


def test_references_that_cannot_be_evaluated_are_not_ok() -> None:
    for broken in (reference("r", "1", log(x), at={"x": -1}), reference("r", "1", Limit(x, x, 0), at={"x": 0}), reference("r", "1"),
                   reference("r", "1", sqrt(x) * I, at={"x": 1})):
        row = confirm_reference(broken)
        assert not row["ok"] and row["got"].startswith("not evaluated")
    assert confirm_reference(reference("r", "5", dot(a, a), at={"d": 2, "a": [1, 2]}))["ok"]


def test_test_functions_have_exact_derivatives() -> None:
    with mp.workdps(60):
        f = Smooth("h", 2)
        at = [mp.mpf(1) / 3, mp.mpf(2) / 7]
        assert abs(f.at((0, 1), at) - mp.diff(lambda u, v: f.at((), [u, v]), tuple(at), (1, 1))) < mp.mpf(10) ** -25
        assert abs(f.at((0, 0), at) - mp.diff(lambda u: f.at((), [u, at[1]]), at[0], 2)) < mp.mpf(10) ** -25
        assert f.at((), at) != Smooth("g", 2).at((), at)


@pytest.mark.parametrize("f", [log(x), sqrt(x), 1 / (x + 1), call("acosh", x), x ** lift(F(1, 3)), factorial(x), M @ a, q[lift(9)], h(a), a * a])
def test_undefined_values(f: Formula) -> None:
    values = {"x": F(-1), "d": F(2), "a": [F(1), F(2)], "M": [[F(1)], [F(2)]], "q": [F(1)]}
    with mp.workdps(30), pytest.raises(Undefined):
        Evaluator(values).of(f)


def test_formulas_without_a_numeric_meaning() -> None:
    for f in (Formula("mystery", (x,)), Product(x, k, 1, oo), oo + 1, Integral(sin(s) / s, s, 1, oo)):
        with mp.workdps(30), pytest.raises(Skip):
            Evaluator({"x": F(1)}).of(f)
