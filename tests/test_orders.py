"""Derivatives of symbolic order: relations between them by induction, and where they are continuous."""

from __future__ import annotations

import pytest

from kexue import complex_, eq, exp, integer, lift, log, ne, real, sin
from kexue.certificates import Certificate, Goal
from kexue.formula import Formula, call, free_symbols, substitute, to_data
from kexue.kernel import Rejected, check, subgoals
from kexue.kernel.normal import Normal
from kexue.tactics import orders
from kexue.tactics.combine import normal

n, r, k = integer("n r k")
x = real("x")
z = complex_("z")
NATURAL = (lift(0) <= r,)


def D(f: Formula, order: Formula, var: Formula = z) -> Formula: return Formula("ndiff", (f, var, order))
def T(d: Formula, u: Formula) -> Formula: return call("chebyshevt", d, u)
def rising(u: Formula, j: Formula) -> Formula: return call("rising", u, j)


def relation(base: int = 0) -> Certificate:
    return {"rule": "orders", "base": base, "var": "r"}


TRUE = [eq(D(sin(z), r + 2), -D(sin(z), r)), eq(D(exp(2 * z), r + 1), 2 * D(exp(2 * z), r)),
        eq(D(exp(z ** 2), r + 2), 2 * z * D(exp(z ** 2), r + 1) + 2 * (r + 1) * D(exp(z ** 2), r)),
        eq(z * D(log(z), r + 2) + (r + 1) * D(log(z), r + 1), 0)]
FALSE = [eq(D(sin(z), r + 2), D(sin(z), r)), eq(D(exp(2 * z), r + 1), D(exp(2 * z), r)),
         eq(D(exp(z ** 2), r + 2), 2 * z * D(exp(z ** 2), r + 1) + 2 * D(exp(z ** 2), r)), eq(D(sin(z), r + 1), sin(z)),
         eq(D(log(z), r + 1), r * D(log(z), r))]


@pytest.mark.parametrize("claim", TRUE)
def test_relations_between_derivatives(claim: Formula) -> None:
    goal = Goal((*NATURAL, ne(z, 0)), claim)
    certificate = orders.search(goal)
    assert certificate is not None and certificate["var"] == "r"
    check(goal, certificate)
    for change in ({"base": 1}, {"base": -1}, {"var": "z"}, {"var": "n"}, {"first": {"rule": "sign"}}, {"step": {"rule": "normal", "value": "1"}}):
        with pytest.raises(Rejected):
            check(goal, certificate | change)


@pytest.mark.parametrize("claim", FALSE)
def test_no_false_relation(claim: Formula) -> None:
    assert orders.search(Goal((*NATURAL, ne(z, 0)), claim)) is None


@pytest.mark.parametrize(("claim", "hyps"), [
    (TRUE[0], ()),  # orders below 0
    (TRUE[0], (*NATURAL, eq(z, 0))),  # the relation holds at one point only, so that it says nothing of the next order
    (TRUE[0], (*NATURAL, lift(0) <= call("re", z))),
    (eq(D(sin(z), r - 1), D(sin(z), r)), NATURAL), (eq(D(sin(z), 2 * r), D(sin(z), r)), NATURAL),
    (eq(D(sin(z), r) / z, D(sin(z), r + 1)), NATURAL),  # a coefficient that is not defined everywhere
    (eq(D(sin(r * z), r), 0), NATURAL), (eq(sin(z), sin(z)), NATURAL),
    (eq(D(sin(z), r), D(sin(x), r, x)), NATURAL), (eq(log(z) * D(sin(z), r), D(sin(z), r)), NATURAL)])
def test_relations_of_another_kind_are_rejected(claim: Formula, hyps: tuple[Formula, ...]) -> None:
    with pytest.raises(Rejected):
        subgoals(Goal(hyps, claim), relation())


def test_the_function_is_known_as_it_is_written() -> None:
    """With z = 1 the functions z and z^2 have one value, but not one derivative; and a derivative is no function of an index."""
    assert normal(Goal((eq(z, 1),), eq(D(z, r), D(z ** 2, r)))) is None
    assert normal(Goal((eq(x, z),), eq(D(sin(x), r, x), D(sin(z), r)))) is None
    assert normal(Goal((), eq(D(sin(z), r + 1), D(sin(z), 1 + r)))) is not None
    with pytest.raises(Rejected):
        Normal((lift(0) <= r,)).scalar(Formula("sum", (D(sin(k * z), r), k, lift(0), r)))


def test_the_derivative_in_another_variable_is_rejected() -> None:
    for f in (sin(x * z), x * z):
        with pytest.raises(Rejected, match="own variable"):
            check(Goal(NATURAL, eq(Formula("diff", (D(f, r, x), z)), 0)), {"rule": "normal", "value": "0"})
    check(Goal(NATURAL, eq(Formula("diff", (D(sin(n * x), r, x), z)), 0)), {"rule": "normal", "value": "0"})


# ---------------------------------------------------------------------------------------------------------- values, points
def value(start: int) -> Formula:
    """T_n^(r) by a hypergeometric function, where the lower parameter starts with this many halves."""
    series = call("hyper", 2, r + n, r - n, lift(start) / 2 + r, (1 - z) / 2)
    return rising(n, r) * rising(n - r + 1, r) / call("factorial2", 2 * r - 1) * series


def test_derivatives_of_a_polynomial_at_the_point_left_out() -> None:
    either = Formula("or", (r <= n, ne(z, -1)))
    goal = Goal((*NATURAL, either), eq(D(T(n, z), r), value(1)))
    certificate = orders.search(goal)
    assert certificate is not None and certificate["rule"] == "split"
    check(goal, certificate)
    assert orders.search(Goal((*NATURAL, either), eq(D(T(n, z), r), value(3)))) is None
    assert orders.search(Goal((*NATURAL, either), eq(D(T(n, z), r), 2 * value(1)))) is None


@pytest.mark.parametrize("claim", [
    eq(D(exp(z), r), z), eq(D(T(n, z), r, x), z), eq(call("hyper", 2, n, r, lift(1), z), z), eq(call("hyper", 2, -r - z, r, lift(1), z), z),
    eq(D(T(n, 1 / z), r), z), eq(D(call("legendre", n, z), r), z)])
def test_what_may_not_be_continuous(claim: Formula) -> None:
    with pytest.raises(Rejected):
        subgoals(Goal(NATURAL, claim), {"rule": "generic", "var": "z", "excluded": [["zero", to_data(z)]]})


def test_a_hypergeometric_polynomial_is_continuous() -> None:
    goal = Goal(NATURAL, eq(call("hyper", 2, -r, n, lift(1), z), D(T(n, z) + z ** r, r)))
    assert "then" in subgoals(goal, {"rule": "generic", "var": "z", "excluded": [["zero", to_data(z)]]})[1]


# ------------------------------------------------------------------------------------------------------------ at a point
def at(f: Formula, c: Formula, var: Formula = z) -> Formula: return Formula("subs", (D(f, r, var), var, c))


def test_the_value_of_a_derivative_at_a_point() -> None:
    goal = Goal(NATURAL, eq(at(T(n, z), lift(1)), rising(n, r) * rising(n - r + 1, r) / call("factorial2", 2 * r - 1)))
    certificate = orders.search(goal)
    assert certificate is not None and certificate["rule"] == "point"
    check(goal, certificate)
    for change in ({"value": to_data(value(3))}, {"on": []}, {"on": [to_data(ne(z, 1))]}, {"value": to_data(z)}, {"lemma": certificate["then"]},
                   {"value": to_data(value(1) + x - x)}, {"on0": {"rule": "normal", "value": "0"}}):
        with pytest.raises(Rejected):
            check(goal, certificate | change)
    assert orders.search(Goal(NATURAL, eq(at(T(n, z), lift(-1)), goal.claim.args[1]))) is None
    assert orders.search(Goal((), eq(at(exp(z), x), exp(x)))) is None  # r may be negative


def test_a_point_where_the_value_is_not_defined() -> None:
    """(z^2)^(r) is z^2 z/z for r = 0, also at 0; but z/z has no value there."""
    goal = Goal((lift(0) <= r,), eq(at(exp(z), lift(0)), 1))
    data = {"rule": "point", "on": [], "value": to_data(exp(z) * (z / z))}
    with pytest.raises(Rejected, match="undefined"):
        subgoals(goal, data)
    assert set(subgoals(goal, data | {"value": to_data(exp(z))})[1]) == {"lemma", "then"}


@pytest.mark.parametrize("goal", [
    Goal((lift(0) <= r, ne(z, 1)), eq(at(exp(z), lift(0)), 1)),  # z is a name of the goal
    Goal(NATURAL, eq(at(exp(z), lift(0)), z)), Goal(NATURAL, eq(at(exp(x), z, x), exp(z))),  # a real variable at a complex point
    Goal(NATURAL, eq(Formula("sum", (at(exp(k * z), lift(0)), k, lift(0), n)), n))])
def test_points_of_another_kind(goal: Goal) -> None:
    with pytest.raises(Rejected):
        subgoals(goal, {"rule": "point", "on": [], "value": to_data(exp(x if goal.claim.args[0].head == "subs" and x in goal.claim.args[0].args else z))})


def test_the_variable_of_a_derivative_at_a_point_is_bound() -> None:
    """For z = 1 nothing is said of the function below the derivative, and what is put in for z stays outside."""
    f = Formula("nslope", (z ** 2, z, r, z))
    assert set(free_symbols(f)) == {"z", "r"}
    assert substitute(f, {"z": x, "r": n}) == Formula("nslope", (z ** 2, z, n, x))
    assert substitute(Formula("nslope", (z * x, z, r, x)), {"x": z}).args[0] != z * z
