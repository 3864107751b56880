"""Relations between constants by enclosures: what they decide, and what they must leave open."""

from __future__ import annotations

import pytest

from kexue.certificates import Goal
from kexue.formula import Formula, Integral, Sum, call, eq, euler_gamma, exp, factorial, integer, lift, log, ne, oo, pi, real, sqrt, I
from kexue.kernel import Rejected, check
from kexue.tactics.combine import rule
from kexue.tactics.constants import search

k, t, x = integer("k"), real("t"), real("x")
E = exp(lift(1))
TRUE: dict[str, Formula] = {
    "e^pi and pi^e": pi ** E < exp(pi), "modulus": call("abs", pi - lift(22) / 7) < lift("0.00127"), "Euler": euler_gamma < lift("0.5772156650"),
    "a sum": Sum(1 / factorial(k), k, 0, oo) < lift("2.7182818285"), "an integral": Integral(exp(-t ** 2), t, 0, oo) <= lift("0.8862269255"),
    "zeta": call("zeta", 3) > lift("1.2020569"), "different": ne(call("gamma", lift(1) / 3), call("zeta", 3)), "complex": ne(exp(I), lift(1)),
    "floor": eq(call("floor", exp(pi * sqrt(lift(163)))), lift(262537412640768743)), "touching exactly": lift(2) <= lift(2),
    "close": exp(pi * sqrt(lift(163))) < lift(262537412640768744)}
OPEN: dict[str, Formula] = {
    "false": pi < lift(3), "equal": eq(log(exp(lift(1)) ** 2), lift(2)), "equal, strictly": log(exp(lift(1))) < lift(1), "not different": ne(pi, pi),
    "a variable": x < x + pi, "complex order": exp(I) < lift(2), "undefined": 1 / lift(0) < lift(2), "divergent": Sum(1 / k, k, 1, oo) < lift(100),
    "no value": log(lift(0)) < lift(0), "a relation of another kind": Formula("even", (lift(2),))}


@pytest.mark.parametrize("name", TRUE)
def test_what_enclosures_decide(name: str) -> None:
    goal = Goal((), TRUE[name])
    certificate = search(goal)
    assert certificate is not None and check(goal, certificate).trust == "ball"


@pytest.mark.parametrize("name", OPEN)
def test_what_they_must_leave_open(name: str) -> None:
    goal = Goal((), OPEN[name])
    assert search(goal) is None
    for prec in (64, 256, 2048):
        with pytest.raises(Rejected):
            check(goal, {"rule": "enclosure", "prec": prec})


@pytest.mark.parametrize("prec", [63, 0, -64, 4096, "64", 64.0, True, None])
def test_a_precision_is_one_of_a_list(prec: object) -> None:
    goal = Goal((), pi < lift(4))
    check(goal, {"rule": "enclosure", "prec": 64})
    with pytest.raises(Rejected):
        check(goal, {"rule": "enclosure", "prec": prec})


def test_a_precision_that_is_too_low_decides_nothing() -> None:
    goal = Goal((), TRUE["close"])
    with pytest.raises(Rejected):
        check(goal, {"rule": "enclosure", "prec": 64})


def at(fmt: str, u: Formula) -> Formula: return Formula("round", (Formula("const", (fmt,)), u))


LOW, HIGH = {"low": "4095/4096"}, {"high": "2049/2048"}
ROUNDED: dict[str, tuple[list[Formula], Formula, dict[str, str]]] = {
    "to 1": ([lift(-1) <= 4096 * x, 2048 * x <= 1], eq(at("binary16", 1 + x), lift(1)), {**LOW, **HIGH}),
    "above 1": ([1 <= 1024 * x], lift(1) < at("binary16", 1 + x), {"low": "1025/1024"}), "below 2": ([x <= 1], at("binary16", x) <= lift(1), {"high": "1"})}
NOT_ROUNDED: dict[str, tuple[list[Formula], Formula, dict[str, str]]] = {
    "one end missing": ([lift(-1) <= 4096 * x], eq(at("binary16", 1 + x), lift(1)), {**LOW, **HIGH}), "a finer format": (ROUNDED["to 1"][0], eq(at("binary32", 1 + x), lift(1)), {**LOW, **HIGH}),
    "a wider range": (ROUNDED["to 1"][0], eq(at("binary16", 1 + x), lift(1)), {**LOW, "high": "1025/1024"}), "strict": ([x <= 1], at("binary16", x) < lift(1), {"high": "1"}),
    "the other side": ([x <= 1], lift(1) <= at("binary16", x), {"low": "1"}), "overflow": ([x <= 70000], at("binary16", x) <= lift(70000), {"high": "70000"}),
    "another value": (ROUNDED["to 1"][0], eq(at("binary16", 1 + x), lift(2)), {**LOW, **HIGH}), "no number": ([x <= 1], at("binary16", x) <= x, {"high": "1"}),
    "different from": (ROUNDED["above 1"][0], ne(at("binary16", 1 + x), lift(1)), {"low": "1025/1024"})}


@pytest.mark.parametrize("name", ROUNDED)
def test_rounding_is_monotone(name: str) -> None:
    hyps, claim, ends = ROUNDED[name]
    assert rule("rounding", ends)(Goal(tuple(hyps), claim)) is not None


@pytest.mark.parametrize("name", NOT_ROUNDED)
def test_what_rounding_does_not_give(name: str) -> None:
    hyps, claim, ends = NOT_ROUNDED[name]
    assert rule("rounding", ends)(Goal(tuple(hyps), claim)) is None
