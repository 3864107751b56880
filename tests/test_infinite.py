"""Sums over infinite ranges, products, changes of the index, derivatives of symbolic order, and equations combined with cofactors."""

from __future__ import annotations

import pytest

from kexue.certificates import Certificate, Goal
from kexue.formula import D, Formula, I, Integral, Product, Sum, call, complex_, eq, exp, factorial, integer, lift, log, ne, oo, pi, real, sin, to_data
from kexue.kernel import Rejected, check, subgoals
from kexue.tactics import auto, reindex
from kexue.tactics.combine import cofactors, normal

k, n, m = integer("k n m")
x = real("x")
z, q, tau = complex_("z q tau")
ALL = -oo


def theta(u: Formula) -> Formula:
    return Sum(exp(pi * I * (k ** 2 * tau + 2 * k * u)), k, ALL, oo)


@pytest.mark.parametrize("claim", [
    eq(Sum(2 * x ** k / factorial(k), k, 0, oo), 2 * Sum(x ** m / factorial(m), m, 0, oo)),
    eq(Sum(x ** (k - 3), k, 3, oo), Sum(x ** k, k, 0, oo)),
    eq(Sum(q ** (k ** 2), k, ALL, oo), Sum(q ** (m ** 2), m, ALL, oo)),
    eq(Product(1 - q ** k, k, 1, oo), Product(1 - q ** (n + 1), n, 0, oo)),
    eq(theta(z + 1), theta(z)),
])
def test_equal_terms_make_equal_series(claim: Formula) -> None:
    goal = Goal((ne(q, 0), ne(x, 0)), claim)
    certificate = normal(goal)
    assert certificate is not None
    check(goal, certificate)


@pytest.mark.parametrize("claim", [
    eq(Sum(x ** k, k, 0, oo), Sum(x ** k, k, 1, oo)),
    eq(Sum(1 + x ** k, k, 0, oo), Sum(1, k, 0, oo) + Sum(x ** k, k, 0, oo)),  # the sums on the right may diverge
    eq(Product(2 * x, k, 1, oo), 2 * Product(x, k, 1, oo)),
    eq(theta(z + tau), theta(z)),
    eq(Sum(x ** k, k, 0, oo), 0),
])
def test_a_false_neighbour_is_not_proved(claim: Formula) -> None:
    assert normal(Goal((), claim)) is None
    assert reindex.search(Goal((), claim)) is None


def moved() -> tuple[Goal, Certificate]:
    goal = Goal((lift(0) < call("im", tau),), eq(theta(z + n * tau), exp(-(pi * I * (n ** 2 * tau + 2 * n * z))) * theta(z)))
    certificate = reindex.search(goal)
    assert certificate is not None and certificate["rule"] == "reindex"
    return goal, certificate


def test_a_change_of_the_index() -> None:
    goal, certificate = moved()
    check(goal, certificate)


@pytest.mark.parametrize("change", [{"number": 7}, {"by": to_data(n + 1)}, {"by": to_data(lift("0.5"))}, {"by": to_data(z)}, {"by": to_data(k)}, {"flip": True}])
def test_a_wrong_change_is_rejected(change: Certificate) -> None:
    goal, certificate = moved()
    with pytest.raises(Rejected):
        check(goal, certificate | change)


def ndiff(f: Formula) -> Formula:
    return Formula("ndiff", (f, z, n))


@pytest.mark.parametrize(("claim", "base"), [
    (eq(ndiff(exp(2 * z)), lift(2) ** n * exp(2 * z)), 0), (eq(ndiff(sin(z)), sin(z + pi * n / 2)), 0),
    (eq(ndiff(log(z)), lift(-1) ** (n - 1) * factorial(n - 1) / z ** n), 1)])
def test_derivatives_of_symbolic_order(claim: Formula, base: int) -> None:
    goal = Goal((lift(base) <= n,), claim)
    certificate = auto.search(goal)
    assert certificate is not None and certificate["rule"] == "orders"
    check(goal, certificate)


@pytest.mark.parametrize(("claim", "hyps"), [
    (eq(ndiff(sin(z)), sin(z + pi * n)), (lift(0) <= n,)), (eq(ndiff(exp(z)), 0), (lift(0) <= n,)),
    (eq(ndiff(exp(z)), exp(z)), ()),  # of order n < 0
    (eq(ndiff(z ** 2), 2 * z ** 2), (lift(0) <= n, eq(z, 0))),  # not an open set
    (eq(ndiff(log(z)), lift(-1) ** (n - 1) * factorial(n - 1) / z ** n), (lift(0) <= n,))])
def test_no_false_derivative_of_symbolic_order(claim: Formula, hyps: tuple[Formula, ...]) -> None:
    found = auto.search(Goal(hyps, claim))
    assert found is None or found["rule"] != "orders"


@pytest.mark.parametrize(("excluded", "fine"), [
    (Formula("or", (Formula("and", (eq(call("im", z), 0), call("re", z) <= 0)), eq(z, 1))), True), (Formula("and", (eq(z, 1), z - 1 <= 0)), True),
    (Formula("or", (eq(z, 1), call("re", z) < 0)), False), (Formula("and", (eq(z, 1), ne(z, 0))), False), (Formula("or", (eq(call("sign", z), 1), eq(z, 1))), False)])
def test_the_domain_of_a_derivative_is_open(excluded: Formula, fine: bool) -> None:
    """What is left when closed sets are taken out; not when one of them is open, or its border is not known."""
    goal = Goal((lift(1) <= n, Formula("not", (excluded,))), eq(ndiff(log(z)), lift(-1) ** (n - 1) * factorial(n - 1) / z ** n))
    if fine:
        assert set(subgoals(goal, {"rule": "orders", "base": 1})[1]) == {"first", "step"}
    else:
        with pytest.raises(Rejected):
            subgoals(goal, {"rule": "orders", "base": 1})


def test_a_derivative_at_a_point() -> None:
    at = Formula("subs", (D(x ** 3, x), x, lift(2)))
    goal = Goal((), eq(at, 12))
    assert normal(goal) is not None and normal(Goal((), eq(at, 3 * x ** 2))) is None


def test_cofactors() -> None:
    """x^2 = 2 and m x = n give n^2 = 2 m^2, by x n + ... ; a wrong multiplier does not."""
    goal = Goal((eq(x ** 2, 2), eq(m * x, n)), eq(2 * m ** 2, n ** 2))
    right = cofactors((0, -(m ** 2)), (1, m * x + n))
    certificate = right(goal)
    assert certificate is not None and certificate["rule"] == "cofactors"
    assert cofactors((0, m ** 2), (1, m * x + n))(goal) is None


# ------------------------------------------------------------------------------------------------- integrals term by term
t = real("t")


@pytest.mark.parametrize("claim", [
    eq(Integral(t ** (2 * t), t, 0, 1), Sum(lift(-2) ** k / (k + 1) ** (k + 1), k, 0, oo)),
    eq(Integral(exp(-(t * log(t))), t, 0, 1), Sum(n ** -n, n, 1, oo)),
    eq(Sum(lift(-1) ** (n - 1) * n ** -n, n, 1, oo), Integral(t ** t, t, 0, 1)),
    eq(Integral(exp(t), t, 0, 1), Sum(1 / factorial(k + 1), k, 0, oo))])
def test_an_integral_is_a_series(claim: Formula) -> None:
    certificate = auto.search(Goal((), claim))
    assert certificate is not None and not check(Goal((), claim), certificate).conditions


@pytest.mark.parametrize("claim", [
    eq(Integral(t ** t, t, 0, 1), Sum(n ** -n, n, 1, oo)), eq(Integral(t ** -t, t, 0, 1), Sum(n ** -n, n, 0, oo)),
    eq(Integral(t ** -t, t, 0, 2), Sum(n ** -n, n, 1, oo)), eq(Integral(exp(t), t, 0, 1), Sum(1 / factorial(k), k, 0, oo))])
def test_no_other_series(claim: Formula) -> None:
    assert auto.search(Goal((), claim)) is None


def series() -> tuple[Goal, Certificate]:
    goal = Goal((), eq(Integral(exp(t), t, 0, 1), Sum(1 / factorial(k + 1), k, 0, oo)))
    certificate = auto.search(goal)
    assert certificate is not None and certificate["rule"] == "power_series"
    return goal, certificate


@pytest.mark.parametrize("change", [
    {"number": 1}, {"number": True}, {"index": "t"}, {"index": 3}, {"from": 0}, {"from": "1"}, {"bound": "1/2"}, {"bound": to_data(t)}, {"bound": to_data(I)},
    {"bound": to_data(1 / (x - x))}, {"base": to_data(2 * t)}, {"base": to_data(1 / t)}, {"base": to_data(z)}, {"coefficient": to_data(lift(1))},
    {"coefficient": to_data(t)}, {"term": to_data(1 / factorial(n + 2))}, {"term": to_data(t)},
    {"term": to_data(1 / n)}, {"coefficient": to_data(1 / n)}, {"coefficient": to_data(Sum(1 / m, m, 0, n))}])
def test_a_changed_series_is_rejected(change: Certificate) -> None:
    """A bound that is too small or not real, coefficients that are not defined or do not fall, other names, other values."""
    goal, certificate = series()
    name = certificate["index"]
    change = {key: renamed(value, name) for key, value in change.items()}
    with pytest.raises(Rejected):
        check(goal, certificate | change)


def renamed(data: object, name: str) -> object:
    """n stands for the index of the certificate."""
    if data == ["sym", "n", "integer"]:
        return ["sym", name, "integer"]
    return [renamed(d, name) for d in data] if isinstance(data, list) else data


@pytest.mark.parametrize(("body", "lo", "hi"), [(exp(t), lift(0), oo), (exp(t), lift(1), lift(0)), (exp(t), z, lift(0)), (exp(t), -oo, lift(0))])
def test_the_interval_is_bounded_and_in_order(body: Formula, lo: Formula, hi: Formula) -> None:
    goal = Goal((), eq(Integral(body, t, lo, hi), x))
    with pytest.raises(Rejected):
        subgoals(goal, {**series()[1], "number": 0})


def test_the_names_of_a_series_are_new() -> None:
    """The index must not occur outside, nor the variable of the integral."""
    certificate = series()[1]
    for other in (Formula("sym", (certificate["index"], "integer")), Formula("sym", (certificate["index"], "real")), t):
        with pytest.raises(Rejected):
            subgoals(Goal((lift(0) < other,), eq(Integral(exp(t), t, 0, 1), x)), certificate)
