"""Sums over infinite ranges, products, changes of the index, derivatives of symbolic order, and equations combined with cofactors."""

from __future__ import annotations

import pytest

from kexue.certificates import Certificate, Goal
from kexue.formula import D, Formula, I, Product, Sum, call, complex_, eq, exp, factorial, integer, lift, log, ne, oo, pi, real, sin, to_data
from kexue.kernel import Rejected, check
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
