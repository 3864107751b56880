"""Ball proofs of inequalities in one variable: what is proved, what must not be, and mutated certificates."""

from __future__ import annotations

import copy
from fractions import Fraction as F
from typing import Any

import pytest

from kexue.certificates import Goal
from kexue.formula import (Formula, atan, call, cos, cosh, erf, exp, lift, log, pi, real, sigmoid, sin, sqrt, tan, tanh, to_data)
from kexue.kernel import check
from kexue.kernel.cover import cover
from kexue.kernel.verdict import Rejected
from kexue.refute import refute
from kexue.tactics.cover import search

x = real("x")
gap = erf(x / sqrt(lift(2))) - tanh(sqrt(2 / pi) * (x + lift("0.044715") * x ** 3))
TRUE: dict[str, tuple[list[Formula], Formula]] = {
    "tanh below x": ([x >= 0], tanh(x) <= x), "log below its tangent": ([x > -1], log(1 + x) <= x),
    "exp above its tangent": ([], exp(x) >= 1 + x), "sin below x": ([x >= 0], sin(x) <= x), "cos": ([], cos(x) >= 1 - x ** 2 / 2),
    "log above x/(1+x)": ([x > -1], x / (1 + x) <= log(1 + x)), "slope of the sigmoid": ([], exp(-x) / (1 + exp(-x)) ** 2 <= F(1, 4)),
    "log cosh": ([], log(cosh(x)) <= x ** 2 / 2), "erfc": ([x >= 0], call("erfc", x) <= exp(-x ** 2)),
    "cosh": ([], cosh(x) <= exp(x ** 2 / 2)), "swish": ([], x * sigmoid(x) >= lift("-0.2785")),
    "log2": ([x >= 0, x <= 1], log(1 + x) / log(lift(2)) - x <= lift("0.0861")),
    "Huygens": ([x >= 0, x <= F(3, 2)], 2 * sin(x) + tan(x) >= 3 * x),
    "Mitrinovic-Adamovic": ([x >= 0, x <= F(3, 2)], sin(x) ** 3 >= x ** 3 * cos(x)), "atan": ([x >= 0], atan(x) >= x / (1 + x ** 2)),
    "log and sqrt": ([x > 0], log(x) <= 2 * (sqrt(x) - 1)), "ex": ([], exp(x) >= exp(lift(1)) * x), "softplus": ([], log(1 + exp(x)) > x),
    "x log x": ([x > 0], x * log(x) >= x - 1), "quartic": ([], x ** 4 - x + 1 > 0), "strict where open": ([x > 0], tanh(x) < x)}
FALSE: dict[str, tuple[list[Formula], Formula]] = {
    "on the whole line": ([], tanh(x) <= x), "touched": ([x >= 0], tanh(x) < x), "log on the line": ([], x + log(1 + x) <= 1 + x),
    "second order": ([], exp(x) >= 1 + x + x ** 2 / 2), "sin on the line": ([], sin(x) <= x), "strict exp": ([], exp(x) > 1 + x),
    "swish": ([], x * sigmoid(x) >= lift("-0.278")), "pole": ([x >= -1], 1 / (x - 10) < 5), "kink": ([], sqrt(x ** 2) > 0),
    "strict cos": ([], cos(x) > 1 - x ** 2 / 2), "jump through a pole": ([x >= 0], -1 / (x - 10) < 0),
    "limit": ([x >= 0], tanh(x) < lift("0.9999999999")), "off by little": ([], exp(x) >= 1 + x + lift("0.000001"))}


@pytest.mark.parametrize("name", TRUE)
def test_true_inequalities_are_proved(name: str) -> None:
    hyps, claim = TRUE[name]
    goal = Goal(tuple(hyps), claim)
    certificate = search(goal)
    assert certificate is not None
    assert check(goal, certificate).trust == "ball"


@pytest.mark.parametrize("sign", [1, -1])
def test_gelu_bound_is_proved_to_its_last_digit(sign: int) -> None:
    goal = Goal((), sign * gap < lift("0.00035787"))
    certificate = search(goal)
    assert certificate is not None and cover(goal, certificate).trust == "ball"
    tighter = Goal((), sign * gap < lift("0.00035786"))
    assert search(tighter) is None
    with pytest.raises(Rejected):
        cover(tighter, certificate)


@pytest.mark.parametrize("name", FALSE)
def test_false_inequalities_are_not(name: str) -> None:
    hyps, claim = FALSE[name]
    assert search(Goal(tuple(hyps), claim)) is None


def test_false_mutants_are_never_proved() -> None:
    """Shifted down, turned round, on the whole line: whatever the refuter refutes must not have a certificate."""
    refuted = 0
    for hyps, claim in list(TRUE.values())[:14]:
        left, right = claim.args
        for goal in (Goal(tuple(hyps), Formula(claim.head, (left, right - lift("0.000001")))),
                     Goal(tuple(hyps), Formula("lt", (right, left))), Goal((), claim)):
            if refute(goal, budget=60) is not None:
                refuted += 1
                assert search(goal) is None, goal
    assert refuted >= 25


def mutants(certificate: dict[str, Any]) -> list[dict[str, Any]]:
    """One change each: an end point, a missing piece, a way, an order, an end, a factor, the precision."""
    out = []

    def changed(change: Any) -> None:
        c = copy.deepcopy(certificate)
        change(c["pieces"], c)
        out.append(c)
    count = len(certificate["pieces"])
    for i in range(count):
        changed(lambda p, c, i=i: p.pop(i))
        changed(lambda p, c, i=i: p.__setitem__(i, [p[i][1], p[i][0], p[i][2]]))
        changed(lambda p, c, i=i: p[i].__setitem__(2, ["unheard of"]))
        if certificate["pieces"][i][2][0] == "touch":
            changed(lambda p, c, i=i: p[i][2].__setitem__(2, p[i][2][2] + 1))
            changed(lambda p, c, i=i: p[i][2].__setitem__(2, p[i][2][2] - 1))
            changed(lambda p, c, i=i: p[i][2].__setitem__(1, "b" if p[i][2][1] == "a" else "a"))
        if certificate["pieces"][i][2][0] == "form":
            changed(lambda p, c, i=i: p[i][2].__setitem__(2, ["add", p[i][2][2], "1"]))
        if certificate["pieces"][i][2][0] == "rise":
            changed(lambda p, c, i=i: p[i][2].__setitem__(1, "b" if p[i][2][1] == "a" else "a"))
    changed(lambda p, c: p.clear())
    changed(lambda p, c: p[0].__setitem__(0, "0" if p[0][0] != "0" else "1"))
    changed(lambda p, c: p[-1].__setitem__(1, "1"))
    changed(lambda p, c: p.reverse() if len(p) > 1 else p.clear())
    for precision in (1, "64", 10 ** 6, None):
        changed(lambda p, c, precision=precision: c.__setitem__("prec", precision))
    return out


@pytest.mark.parametrize("name", ["tanh below x", "exp above its tangent", "atan", "log above x/(1+x)", "quartic", "cos"])
def test_mutated_certificates_are_rejected(name: str) -> None:
    hyps, claim = TRUE[name]
    goal = Goal(tuple(hyps), claim)
    certificate = search(goal)
    assert certificate is not None
    for mutant in mutants(certificate):
        with pytest.raises(Rejected):
            check(goal, mutant)


@pytest.mark.parametrize("claim, how", [
    (1 / x > -1, ["rise", "a", ["edge"]]), (-1 / (x - 3) > -5, ["rise", "a", ["edge"]]), (1 / (x - 3) + 1 > 0, ["fall", "b", ["edge"]]),
    (tanh(x) > 2, ["fall", "b", ["edge"]]), (x > 3, ["edge"]), (x * sin(x) > -2, ["edge"]), (x - x > 0, ["fall", "b", ["edge"]]),
    (exp(-x) - exp(-2 * x) > F(1, 2), ["form", to_data(exp(-x)), to_data(lift(1)), ["edge"]]),
    (x - 9 > 0, ["form", to_data(-lift(1)), to_data(9 - x), ["edge"]]), (log(x) - 5 > 0, ["log", 1, to_data(x), to_data(-lift(5)), ["edge"]]),
    (log(x) - 5 > 0, ["log", 2, to_data(x), to_data(-lift(5)), ["edge"]]), (x + 1 > 0, ["rise", "b", ["edge"]])])
def test_hand_made_tails_that_prove_nothing(claim: Formula, how: list[Any]) -> None:
    with pytest.raises(Rejected):
        check(Goal((x >= 1,), claim), {"rule": "cover", "prec": 64, "pieces": [["1", "oo", how]]})


def test_more_than_one_variable_is_not_attempted() -> None:
    y = real("y")
    assert search(Goal((), x < x + y ** 2 + 1)) is None
    with pytest.raises(Rejected):
        cover(Goal((), x < y), {"prec": 64, "pieces": [["-oo", "oo", ["edge"]]]})
    with pytest.raises(Rejected):
        check(Goal((), Formula("eq", (x, x))), {"rule": "cover", "prec": 64, "pieces": [["-oo", "oo", ["edge"]]]})
