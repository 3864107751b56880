"""Sums with sines and cosines, Gosper's algorithm, hypergeometric functions that end, Bell numbers, floors, Dirichlet series: what is true
is proved, what is false is not, and what the normal form says of rising factorials and signs is right."""

from __future__ import annotations

import pytest

from kexue import Sum, binomial, complex_, cos, cosh, eq, exp, factorial, gamma, integer, lift, ne, pi, real, sin, sinh, sqrt
from kexue.certificates import Goal
from kexue.formula import Formula, call, e, oo
from kexue.kernel import check
from kexue.kernel.normal import Normal
from kexue.tactics import auto, convolutions, dirichlet, floors, telescope, terminating
from kexue.tactics.circular import creative
from kexue.tactics.combine import normal, sign
from kexue.tactics.creative import gosper

n, m, k, p = integer("n m k p")
x, y = real("x y")
z, s = complex_("z s")
NATURAL = (lift(0) <= n,)
SIGN = lift(-1) ** k


def bell(u: Formula) -> Formula: return call("bell", u)
def floor(u: Formula) -> Formula: return call("floor", u)
def ceiling(u: Formula) -> Formula: return call("ceiling", u)
def rising(u: Formula, j: Formula) -> Formula: return call("rising", u, j)
def hyper(upper: tuple[Formula, ...], lower: tuple[Formula, ...], u: Formula) -> Formula: return call("hyper", len(upper), *upper, *lower, u)
def proved(goal: Goal, tactic) -> bool:
    certificate = tactic(goal)
    if certificate is not None:
        check(goal, certificate)
    return certificate is not None


# ------------------------------------------------------------------------------------------------------------- summation
CIRCULAR = [
    eq(cos(z) ** (2 * n + 1), 1 / lift(4) ** n * Sum(binomial(2 * n + 1, k) * cos((2 * n + 1 - 2 * k) * z), k, 0, n)),
    eq(sin(z) ** (2 * n + 1), 1 / lift(4) ** n * Sum(lift(-1) ** (n + k) * binomial(2 * n + 1, k) * sin((2 * n + 1 - 2 * k) * z), k, 0, n)),
    eq(cosh(z) ** n, 1 / lift(2) ** n * Sum(binomial(n, k) * cosh((n - 2 * k) * z), k, 0, n)),
    eq(sinh(z) ** (2 * n + 1), 1 / lift(4) ** n * Sum(SIGN * binomial(2 * n + 1, k) * sinh((2 * n + 1 - 2 * k) * z), k, 0, n))]


CIRCULAR += [  # the two exponentials satisfy different recurrences of the first order
    eq(2 ** n * cos(z / 2) ** n * sin(n * z / 2), Sum(binomial(n, k) * sin(k * z), k, 0, n)),
    eq(2 ** n * cosh(z / 2) ** n * sinh(n * z / 2), Sum(binomial(n, k) * sinh(k * z), k, 0, n))]


@pytest.mark.parametrize("claim", CIRCULAR)
def test_sums_of_sines_and_cosines(claim: Formula) -> None:
    assert proved(Goal(NATURAL, claim), telescope.search)
    wrong = Formula("eq", (claim.args[0], claim.args[1] + sin(n * z)))
    assert telescope.search(Goal(NATURAL, wrong)) is None
    assert telescope.search(Goal(NATURAL, eq(claim.args[0], 2 * claim.args[1]))) is None


@pytest.mark.parametrize("claim", [
    eq(call("chebyshevu", n, z), Sum(SIGN * binomial(n - k, k) * (2 * z) ** (n - 2 * k), k, 0, floor(n / 2))),
    eq(sin(n * z), sin(z) * Sum(SIGN * binomial(n - 1 - k, k) * (2 * cos(z)) ** (n - 1 - 2 * k), k, 0, floor((n - 1) / 2)))])
def test_ranges_that_end_with_half_of_n(claim: Formula) -> None:
    goal = Goal((n >= 1,), claim)
    assert proved(goal, telescope.search) and not check(goal, telescope.search(goal)).conditions
    assert telescope.search(Goal((n >= 1,), eq(claim.args[0] + n * (n - 1) * (n - 2), claim.args[1]))) is None


def test_gosper() -> None:
    assert proved(Goal((n >= 4,), eq(Sum(binomial(n, k) * SIGN * k ** 3, k, 0, n), 0)), telescope.search)
    assert not proved(Goal((n >= 3,), eq(Sum(binomial(n, k) * SIGN * k ** 3, k, 0, n), 0)), telescope.search)  # -6 for n = 3
    assert proved(Goal((n >= 1, m >= 0, m <= n - 1), eq(Sum(SIGN * binomial(n, k), k, 0, m), lift(-1) ** m * binomial(n - 1, m))), telescope.search)
    assert gosper(1 / k, k) is None and gosper(k * factorial(k), k) is not None and gosper(cos(k), k) is None


def test_what_is_no_term_of_this_kind() -> None:
    assert creative(sin(n * k), n, k) is None and creative(sin(k) * cos(n), n, k) is None and creative(sin(k ** 2 + n), n, k) is None


# ----------------------------------------------------------------------------------------------- hypergeometric functions
ENDING = {
    "legendre": eq(call("legendre", n, z), ((z - 1) / 2) ** n * hyper((-n, -n), (lift(1),), (z + 1) / (z - 1))),
    "laguerre": eq(call("laguerre", n, z), hyper((-n,), (lift(1),), z)),
    "the second parameter": eq(call("chebyshevt", n, 1 - 2 * z), hyper((n, -n), (lift("0.5"),), z)),
    "halves": eq(call("fibonacci", n), n / lift(2) ** (n - 1) * hyper(((1 - n) / 2, (2 - n) / 2), (lift("1.5"),), lift(5))),
    "hermite": eq(call("hermite", 2 * n + 1, z), lift(-1) ** n * factorial(2 * n + 1) / factorial(n) * 2 * z * hyper((-n,), (lift("1.5"),), z ** 2))}


@pytest.mark.parametrize("name", ENDING)
def test_functions_that_end(name: str) -> None:
    hyps = (n >= 1, ne(z, 1))
    claim = ENDING[name]
    assert proved(Goal(hyps, claim), terminating.search)
    assert terminating.search(Goal(hyps, eq(claim.args[0], claim.args[1] * (n + 1) / 2))) is None
    assert terminating.search(Goal((ne(z, 1),), claim)) is None  # n may be negative


@pytest.mark.parametrize(("u", "j", "value"), [
    (-n, k, SIGN * factorial(n) / factorial(n - k)), (n + 1, k, factorial(n + k) / factorial(n)), (lift("0.5") - n, lift(2), (lift("0.5") - n) * (lift("1.5") - n)),
    (z, lift(3), z * (z + 1) * (z + 2)), (lift("0.5") - n, k, gamma(lift("0.5") - n + k) / gamma(lift("0.5") - n)), (lift(1), n, factorial(n))])
def test_rising_factorials(u: Formula, j: Formula, value: Formula) -> None:
    hyps = (*NATURAL, lift(0) <= k, k <= n)
    assert normal(Goal(hyps, eq(rising(u, j), value))) is not None
    assert normal(Goal(hyps, eq(rising(u, j), -value))) is None


def test_rising_factorials_that_are_left_alone() -> None:
    """(-n)_k is 0 for k > n, where (-1)^k n!/(n - k)! has no value; (z)_k is no quotient of gamma functions at z = 0, -1, ..."""
    assert normal(Goal((*NATURAL, lift(0) <= k), eq(rising(-n, k), SIGN * factorial(n) / factorial(n - k)))) is None
    assert normal(Goal((lift(0) <= k,), eq(rising(z, k), gamma(z + k) / gamma(z)))) is None
    assert normal(Goal((), eq(rising(x, k), gamma(x + k) / gamma(x)))) is None  # k may be negative
    assert normal(Goal((lift(0) <= k,), eq(rising(2 * m + 1, k), gamma(2 * m + 1 + k) / gamma(2 * m + 1)))) is None  # 2 m + 1 is not 0, but may be -1


def test_what_is_never_whole() -> None:
    for f, apart, broken in ((n - lift("0.5"), True, True), (2 * n + 1, True, False), (n / 2 - lift("0.5"), False, False), (6 * n + 4 * m + 3, True, False),
                             (6 * n + 4 * m + 2, False, False), (x + lift("0.5"), False, False), (n * x + lift("0.5"), False, False)):
        known = Normal(())
        assert (known.sign(known.scalar(f)) == "!=") == apart and known.fractional(known.scalar(f)) == broken
    assert sign(Goal((), ne(gamma(z), 0))) is not None and sign(Goal((), lift(0) < gamma(x))) is None


# ---------------------------------------------------------------------------------------------------------- Bell numbers
@pytest.mark.parametrize(("claim", "base"), [
    (bell(n) <= bell(n + 1), 0), (2 * bell(n) <= bell(n + 1), 1), (bell(n + 1) <= (n + 1) * bell(n), 0), (bell(n) <= factorial(n), 0),
    (lift(2) ** (n - 1) <= bell(n), 1)])
def test_bell_numbers(claim: Formula, base: int) -> None:
    assert proved(Goal((lift(base) <= n,), claim), convolutions.search)


@pytest.mark.parametrize(("claim", "base"), [
    (2 * bell(n) <= bell(n + 1), 0), (bell(n + 1) <= n * bell(n), 1), (bell(n + 1) <= 2 * bell(n), 1), (3 * bell(n) <= bell(n + 1), 1),
    (bell(n) <= lift(2) ** n, 0), (bell(n) < bell(n + 1), 0), (bell(n) <= n, 0)])
def test_no_false_bound_of_bell_numbers(claim: Formula, base: int) -> None:
    goal = Goal((lift(base) <= n,), claim)
    assert convolutions.search(goal) is None and auto.search(goal) is None


def test_counts_are_positive() -> None:
    for head, base in (("bell", 0), ("partition", 0), ("catalan", 0), ("factorial2", -1), ("totient", 1)):
        assert sign(Goal((lift(base) <= n,), lift(0) < call(head, n))) is not None
        assert sign(Goal((lift(base - 1) <= n,), lift(0) < call(head, n))) is None
        assert sign(Goal((lift(base) <= x,), lift(0) < call(head, x))) is None


# ----------------------------------------------------------------------------------------------------------------- floors
@pytest.mark.parametrize("claim", [
    eq(floor(-x), -ceiling(x)), floor(x) + floor(y) <= floor(x + y), floor(x + y) <= floor(x) + floor(y) + 1, eq(floor(floor(x) / 2), floor(x / 2)),
    ceiling(x) - floor(x) <= 1, floor(2 * x) <= 2 * floor(x) + 1, ceiling(x + y) <= ceiling(x) + ceiling(y), eq(ceiling(x + n), ceiling(x) + n)])
def test_floors(claim: Formula) -> None:
    assert proved(Goal((), claim), floors.search)


def test_a_product_of_floors() -> None:
    claim = floor(x) * floor(y) <= floor(x * y)
    assert proved(Goal((lift(0) <= x, lift(0) <= y), claim), floors.search)
    assert floors.search(Goal((), claim)) is None  # x = y = -1/2


@pytest.mark.parametrize("claim", [
    floor(x + y) <= floor(x) + floor(y), floor(x) < floor(x + lift("0.5")), eq(ceiling(x), floor(x) + 1), eq(floor(x), x), floor(2 * x) <= 2 * floor(x),
    floor(x * y) <= floor(x) * floor(y), x <= floor(x), eq(floor(x / 2), floor(x) / 2), floor(-x) <= -floor(x) - 1])
def test_no_false_floor(claim: Formula) -> None:
    assert floors.search(Goal((), claim)) is None and auto.search(Goal((), claim)) is None


# ----------------------------------------------------------------------------------------------------------------- series
def test_dirichlet_series() -> None:
    mobius = Sum(call("mobius", k) / k ** 2, k, 1, oo)
    assert proved(Goal((), eq(mobius, 6 / pi ** 2)), dirichlet.search)
    assert dirichlet.search(Goal((), eq(mobius, 5 / pi ** 2))) is None
    series = eq(Sum(call("totient", k) * k ** -s, k, 1, oo), call("zeta", s - 1) / call("zeta", s))
    assert proved(Goal((lift(2) < call("re", s),), series), dirichlet.search)
    assert dirichlet.search(Goal((lift(1) < call("re", s),), series)) is None


# ------------------------------------------------------------------------------------------------------------- factorials
ROOT, POWER = sqrt(2 * pi * n), (n / e) ** n


@pytest.mark.parametrize("claim", [
    ROOT * POWER < factorial(n), factorial(n) < ROOT * POWER * exp(1 / (12 * n)), factorial(n) <= 3 * sqrt(n) * POWER,
    2 * ROOT * POWER < 2 * factorial(n), 4 * sqrt(pi * n) * (n / (pi * e)) ** (2 * n) < call("abs", call("bernoulli", 2 * n))])
def test_bounds_of_factorials(claim: Formula) -> None:
    assert proved(Goal((n >= 1,), claim), auto.search)
    assert auto.search(Goal((n >= 1,), Formula(claim.head, claim.args[::-1]))) is None


@pytest.mark.parametrize("claim", [
    factorial(n) < ROOT * POWER, 3 * sqrt(n) * POWER < factorial(n), factorial(n) < ROOT * POWER * exp(1 / (12 * n + 1)),
    5 * sqrt(pi * n) * (n / (pi * e)) ** (2 * n) < call("abs", call("bernoulli", 2 * n))])
def test_no_false_bound_of_factorials(claim: Formula) -> None:
    assert auto.search(Goal((n >= 1,), claim)) is None
