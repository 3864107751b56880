"""What holds of every index, induction up to a bound, integrals compared point by point, and which sums, products, powers and binomial coefficients are whole numbers."""

from __future__ import annotations

from typing import Any

import pytest

from kexue import I, Integral, Product, Sum, binomial, eq, every, factorial, family, integer, lift, log, oo, pi, real, sin
from kexue.certificates import Goal
from kexue.formula import Formula, call, complex_, to_data
from kexue.kernel import Rejected, check
from kexue.kernel.logic import whole
from kexue.kernel.normal import Normal
from kexue.tactics.combine import (absurd, alternatives, antiderivative, induction, laws, normal, scaled, sign, special, squares, termwise, theorem, through,
                                   using, valuations)

d, i, j, k, m, n, p, q = integer("d i j k m n p q")
b, c, N = family("b c N", "integer")
h = family("h")
a, x, z = *real("a x"), complex_("z")
two = lift(2)


def G(*v: Any) -> Formula: return call("gcd", *v)
def proved(goal: Goal, tactic: Any) -> bool:
    certificate = tactic(goal)
    return certificate is not None and check(goal, certificate).trust == "exact"


# ---------------------------------------------------------------------------------------------------------- one of all indices
STEP = every(j, eq(N[j + 1], 2 * N[j] + b[j]))


def test_what_holds_of_every_index_holds_of_one() -> None:
    assert proved(Goal((STEP,), eq(N[k + 3], 2 * N[k + 2] + b[k + 2])), special(0, k + 2, normal))
    assert proved(Goal((STEP,), eq(N[0], 2 * N[-1] + b[-1])), special(0, -1, normal))


def test_one_index_inside_another() -> None:
    nested = every(i, every(j, eq(h[i + j], h[i] + h[j])))
    assert proved(Goal((nested,), eq(h[k + k], 2 * h[k])), special(0, k, special(1, k, normal)))
    assert proved(Goal((nested,), eq(h[j + 1], h[j] + h[1])), special(0, j, special(1, 1, normal)))  # the bound j gives way


@pytest.mark.parametrize("at", [lift("0.5"), x, k / 2, z, 2 ** k, n])
def test_an_index_is_a_whole_number_of_the_goal(at: Formula) -> None:
    goal = Goal((STEP, x > 0), eq(N[k + 1] + 0 * x, 2 * N[k] + b[k] + 0 * call("re", z)))
    with pytest.raises(Rejected):
        check(goal, {"rule": "special", "hyp": 0, "at": to_data(at), "then": {"rule": "normal", "value": "0"}})


@pytest.mark.parametrize("hyp", [1, 2, -1, "0", True, None])
def test_only_a_hypothesis_about_every_index(hyp: Any) -> None:
    goal = Goal((STEP, k >= 0), eq(N[k + 1], 2 * N[k] + b[k]))
    good = special(0, k, normal)(goal)
    assert good is not None
    with pytest.raises(Rejected):
        check(goal, {**good, "hyp": hyp})


def test_it_says_nothing_of_other_indices() -> None:
    goal = Goal((STEP,), eq(N[k + 1], 2 * N[k] + b[k + 1]))
    assert special(0, k, normal)(goal) is None and special(0, k + 1, normal)(goal) is None


# ------------------------------------------------------------------------------------------------------------ finite induction
RISE = every(j, Formula("or", (j < 0, n <= j, eq(c[j + 1], c[j] + 1))))


def test_induction_up_to_a_bound() -> None:
    step = special(0, k, alternatives(5, absurd(2), absurd(3), normal))
    goal = Goal((RISE, eq(c[0], 0), k >= 0, k <= n), eq(c[k], k))
    assert proved(goal, induction(k, step=step))
    assert induction(k, step=step)(Goal((RISE, eq(c[0], 0), k >= 0, k <= n + 1), eq(c[k], k))) is None
    assert induction(k, step=step)(Goal((RISE, eq(c[0], 0), k >= 0), eq(c[k], k))) is None


def test_the_bound_goes_along() -> None:
    from kexue.kernel import subgoals
    _, parts = subgoals(Goal((n >= 0, k >= 1, k < n), eq(c[k], 0)), {"rule": "induction", "var": "k", "base": 1})
    assert parts["first"][0] == Goal((n >= 0, lift(1) < n), eq(c[1], 0))
    assert parts["step"][0] == Goal((n >= 0, k >= 1, k + 1 < n, eq(c[k], 0)), eq(c[k + 1], 0))


@pytest.mark.parametrize("bad", [k <= 2 * k, k <= c[k], eq(k, n), n <= k, 2 * k <= n])
def test_other_hypotheses_about_the_variable(bad: Formula) -> None:
    with pytest.raises(Rejected):
        check(Goal((k >= 0, bad), eq(0 * k, 0)), {"rule": "induction", "var": "k", "base": 0})


# --------------------------------------------------------------------------------------------------------------- whole numbers
NATURAL = (n >= 0, k >= 0, p >= 2, k <= n, every(j, b[j] >= 0))
WHOLE = [two ** n, p ** k, p ** (n * k + 1), lift(-3) ** n, m ** n, factorial(n), factorial(p * n), Sum(b[j], j, 0, n - 1), Sum(m ** j, j, 0, n),
         Product(2 * j + 1, j, 0, n - 1), Product(b[j], j, 1, n), 3 * two ** n * factorial(n) - m]
MAY_NOT_BE = [two ** m, p ** (-n), factorial(m), two ** (n - k), h[n], Sum(h[j], j, 0, n), Sum(1 / (j + 1), j, 0, n), Sum(two ** -j, j, 0, n), Product(j + x, j, 1, n),
              x ** n, two ** n / 2, Product(two ** -j, j, 1, n), call("sqrt", n), (lift(1) / 2) ** n, factorial(n) / 2]


@pytest.mark.parametrize("f", WHOLE)
def test_these_are_whole(f: Formula) -> None:
    known = Normal(NATURAL)
    assert known.whole(known.scalar(f))


@pytest.mark.parametrize("f", MAY_NOT_BE)
def test_these_may_not_be_whole(f: Formula) -> None:
    known = Normal(NATURAL)
    assert not known.whole(known.scalar(f))


def test_binomial_coefficients_are_whole() -> None:
    known = Normal(NATURAL)
    assert whole(known, binomial(n + k, k)) and whole(known, 2 * binomial(2 * n, n) - binomial(2 * n + 1, n))
    assert not whole(known, binomial(x, k)) and not whole(known, binomial(n, m)) and not whole(known, binomial(2 * n, n) / 2)
    assert not whole(known, binomial(n + lift("0.5"), k))


def test_what_is_whole_in_a_range_that_may_be_empty() -> None:
    known = Normal(())  # inside the sum 0 <= j <= m, so m is natural there: not outside
    known.scalar(Sum(two ** m * b[j], j, 0, m))
    assert not known.whole(known.scalar(two ** m))


def test_the_last_factors_of_a_product() -> None:
    assert proved(Goal((n >= 0,), eq(Product(h[j], j, 1, n + 2), Product(h[j], j, 1, n) * h[n + 1] * h[n + 2])), normal)
    assert proved(Goal((n >= 0,), eq(factorial(n), Product(j, j, 1, n))), induction(n))
    for wrong in (Goal((n >= 0,), eq(Product(h[j], j, 1, n + 2), Product(h[j], j, 1, n) * h[n + 1])), Goal((), eq(Product(h[j], j, 1, n + 1), Product(h[j], j, 1, n) * h[n + 1])),
                  Goal((n >= -2,), eq(Product(h[j], j, 1, n + 1), Product(h[j], j, 1, n) * h[n + 1]))):
        assert normal(wrong) is None


# ------------------------------------------------------------------------------------------------------- binomials prime by prime
def parity(u: Formula) -> list[tuple[Any, Any]]: return [(1, 2 * u + 1), (-2, u), (-1, 1)]


def test_valuations_of_binomial_coefficients() -> None:
    assert proved(Goal((n >= 1,), eq(G(binomial(2 * n, n), 2), 2)), valuations([(1, binomial(2 * n, n)), (-2, binomial(2 * n - 1, n))]))
    assert proved(Goal((n >= 0, k >= 0), eq(G(binomial(4 * n + 2, 2 * n + 1), two ** k), G(2 * binomial(4 * n, 2 * n), two ** k))), valuations(parity(n), parity(2 * n)))


@pytest.mark.parametrize("goal", [
    Goal((n >= 0,), eq(G(binomial(2 * n, n), 2), 2)), Goal((n >= 1,), eq(G(binomial(2 * n, n), 4), 4)), Goal((n >= 1,), eq(G(binomial(2 * n, n), 3), 3)),
    Goal((n >= 0, k >= 0), eq(G(binomial(4 * n + 2, 2 * n + 1), two ** k), G(binomial(4 * n, 2 * n), two ** k))), Goal((n >= 1,), eq(G(binomial(n, m), binomial(n, m)), binomial(n, m))),
    Goal((n >= 1,), eq(call("mod", binomial(n, 1), 2), 0)), Goal((n >= 0, k >= 0), eq(G(binomial(n + k, k), factorial(n)), 1))])
def test_false_claims_about_binomial_coefficients(goal: Goal) -> None:
    for pairs in ((), (parity(n), parity(2 * n)), ([(1, binomial(2 * n, n)), (-2, binomial(2 * n - 1, n))],)):
        assert valuations(*pairs)(goal) is None


def test_a_relation_with_half_a_binomial_coefficient() -> None:
    with pytest.raises(Rejected):
        check(Goal((n >= 1,), eq(G(binomial(2 * n, n), 4), 4)), {"rule": "valuations", "relations": [
            [["1", to_data(binomial(2 * n, n))], ["-4", to_data(binomial(2 * n - 1, n) / 2)]]]})


PRIME = every(i, Formula("or", (eq(G(i, p), 1), eq(G(i, p), p))))


def test_below_a_prime() -> None:
    by = special(1, d, alternatives(4, valuations(), absurd(3, through(p, ("lt", "le"), second=valuations()))))
    assert proved(Goal((p >= 2, PRIME, d >= 1, d <= p - 1), eq(G(d, p), 1)), by)
    assert by(Goal((p >= 2, PRIME, d >= 1, d <= p), eq(G(d, p), 1))) is None
    assert by(Goal((p >= 2, PRIME, d >= 0, d <= p - 1), eq(G(d, p), 1))) is None


def test_a_lemma_in_several_places() -> None:
    twice = theorem(eq(2 * q, q + q), q >= 0)
    assert proved(Goal((n >= 0, k >= 0), eq(2 * n + 2 * k, n + n + k + k)), using(twice(q=n), twice(q=k), then=normal))
    assert using(twice(q=m), then=normal)(Goal((), eq(2 * m, m + m))) is None


# ------------------------------------------------------------------------------------------------------ integrals are monotone
def abs_(u: Formula) -> Formula: return call("abs", u)
def area(f: Formula, lo: Any = 0, hi: Any = 1) -> Formula: return Integral(f, x, lo, hi)


def test_integrals_are_compared_point_by_point() -> None:
    assert proved(Goal((a >= 1,), area(x / a) <= area(x)), termwise(scaled(a, x <= a * x)))
    assert proved(Goal((a >= 0,), eq(area(abs_(x), 0, a), area(x, 0, a))), termwise(normal))
    assert proved(Goal((), area(-x ** 2 - 1, 1, oo) <= area(-x ** 2, 1, oo)), termwise(sign))


@pytest.mark.parametrize("goal", [
    Goal((), area(lift(0)) < area(x)), Goal((), area(x, 1, 0) <= area(x + 1, 1, 0)), Goal((), area(x, a, h[1]) <= area(x + 1, a, h[1])), Goal((x >= 0,), area(x) <= area(x + 1)),
    Goal((), area(x) <= area(x + 1, 0, 2)), Goal((), area(x, I, I + 1) <= area(x + 1, I, I + 1)), Goal((), area(x, -oo, 0) <= area(x + 1, -oo, 0)),
    Goal((), area(x) <= Sum(j, j, 0, 1)), Goal((), area(x, oo, oo) <= area(x + 1, oo, oo))])
def test_integrals_that_are_not_compared(goal: Goal) -> None:
    with pytest.raises(Rejected):
        check(goal, {"rule": "termwise", "then": {"rule": "sign", "terms": [], "rest": "1"}})


def test_the_comparison_holds_between_the_ends_only() -> None:
    assert termwise(sign)(Goal((), area(x, -1, 1) <= area(2 * x, -1, 1))) is None
    assert termwise(sign)(Goal((), area(lift(1), 0, 2) <= area(x, 0, 2))) is None
    assert proved(Goal((), area(x ** 2) <= area(x)), termwise(squares(rest=x * (1 - x))))


# ------------------------------------------------------------------------------------------------------------- the dilogarithm
def Li(order: Any, u: Any) -> Formula: return call("polylog", order, u)


def test_a_polylogarithm_is_smooth_below_its_cut() -> None:
    by = antiderivative(Li(2, x), slope=laws(("polylog.one", {"z": lift("0.25") + x}), then=normal))  # counted from the lower end
    half = Integral(-log(1 - x) / x, x, lift("0.25"), lift("0.5"))
    assert proved(Goal((), eq(half, Li(2, lift("0.5")) - Li(2, lift("0.25")))), by)
    for lo, hi in ((lift("0.25"), lift(2)), (lift("0.25"), lift(1)), (lift(2), lift(3))):
        assert by(Goal((), eq(Integral(-log(1 - x) / x, x, lo, hi), Li(2, hi) - Li(2, lo)))) is None
    assert antiderivative(Li(x, lift("0.5")))(Goal((), eq(Integral(x, x, 0, 1), Li(1, lift("0.5")) - Li(0, lift("0.5"))))) is None


def test_reflection_of_the_dilogarithm() -> None:
    third = lift(1) / 3
    assert proved(Goal((), eq(Li(2, third) + Li(2, 2 * third), pi ** 2 / 6 - log(third) * log(2 * third))), laws(("polylog.reflection", {"x": third}), then=normal))
    for at in (lift(1), lift(0), lift(2), -third, a):
        assert laws(("polylog.reflection", {"x": at}), then=normal)(Goal((), eq(Li(2, at) + Li(2, 1 - at), pi ** 2 / 6 - log(at) * log(1 - at)))) is None


def test_what_dirichlet_integrated() -> None:
    assert proved(Goal((), eq(Integral(sin(x) / x, x, 0, oo), pi / 2)), laws(("sin.dirichlet", {}), then=normal))
    assert laws(("sin.dirichlet", {}), then=normal)(Goal((), eq(Integral(sin(x) / x, x, 0, oo), pi))) is None
