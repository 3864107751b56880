"""Greatest common divisors and the like, prime by prime: true identities, false ones, and relations that do not hold."""

from __future__ import annotations

from itertools import product
from math import gcd, lcm
from typing import Any

import pytest

from kexue import eq, integer, lift, ne
from kexue.certificates import Goal
from kexue.formula import Formula, call, to_data
from kexue.kernel import Rejected, check
from kexue.kernel.linear import feasible
from kexue.tactics import divisors

a, b, c, d, n, m = integer("a b c d n m")


def G(*v: Any) -> Formula: return call("gcd", *v)
def L(*v: Any) -> Formula: return call("lcm", *v)
def A(u: Any) -> Formula: return call("abs", u)
def M(u: Any, v: Any) -> Formula: return call("mod", u, v)
def phi(u: Any) -> Formula: return call("totient", u)


PLAIN: dict[str, Any] = {"rule": "valuations", "relations": []}
POSITIVE = (lift(1) <= a, lift(1) <= b)
TRUE = [
    Goal((), eq(G(a, L(b, c)), L(G(a, b), G(a, c)))), Goal((), eq(L(a, G(a, b)), A(a))), Goal((), eq(G(a, b) * L(a, b), A(a * b))),
    Goal((), eq(G(n * a, n * b), A(n) * G(a, b))), Goal((eq(G(a, b), 1),), eq(G(a * b, c), G(a, c) * G(b, c))), Goal((), eq(G(0, 0), 0)),
    Goal((eq(M(a, d), 0), eq(M(b, d), 0)), eq(G(a / d, b / d), G(a, b) / A(d))), Goal((eq(M(a, d), 0),), eq(M(a * b, d), 0)),
    Goal((eq(G(a, b), 1), lift(0) <= m, lift(0) <= n), eq(G(a ** m, b ** n), 1)),
    Goal((lift(1) <= n,), eq(phi(lift(2) ** n), lift(2) ** (n - 1))), Goal(POSITIVE, eq(phi(a * b) * phi(G(a, b)), phi(a) * phi(b) * G(a, b))),
    Goal((*POSITIVE, lift(1) <= n), eq(phi(a ** n), a ** (n - 1) * phi(a))), Goal((*POSITIVE, eq(M(b, a), 0)), eq(M(phi(b), phi(a)), 0)),
    Goal(POSITIVE, phi(a * b) <= a * phi(b)), Goal((ne(a, 0), ne(b, 0)), G(a, b) <= call("min", A(a), A(b)))]
FALSE = [
    Goal((), eq(G(a, L(b, c)), L(G(a, b), c))), Goal((), eq(L(a, G(a, b)), a)), Goal((), eq(G(a, b) * L(a, b), a * b)), Goal((), eq(G(n * a, n * b), n * G(a, b))),
    Goal((), eq(G(a * b, c), G(a, c) * G(b, c))), Goal((), eq(G(a, 0), 0)), Goal((), eq(L(a, 0), A(a))), Goal((), eq(M(a * b, d), 0)),
    Goal((eq(M(a, d), 0),), eq(M(d, a), 0)), Goal((lift(0) <= m, lift(0) <= n), eq(G(a ** m, b ** n), 1)), Goal((), eq(G(2 * a, b), G(a, b))),
    Goal((), eq(G(a + b, a - b), G(a, b))), Goal((lift(0) <= n,), eq(phi(lift(2) ** n), lift(2) ** (n - 1))), Goal((lift(1) <= n,), eq(phi(lift(3) ** n), lift(3) ** n)),
    Goal(POSITIVE, eq(phi(a * b), phi(a) * phi(b))), Goal(POSITIVE, a * phi(b) <= phi(a * b)), Goal((), G(a, b) <= A(a)), Goal((ne(a, 0),), A(a) <= G(a, b)),
    Goal((lift(0) <= n,), eq(G(a ** n, a), A(a))), Goal((lift(1) <= m, lift(1) <= n, m <= n), eq(G(a ** (n - m), a), A(a))), Goal((), eq(M(a, b), M(b, a))), Goal(POSITIVE, eq(M(phi(b), phi(a)), 0)), Goal((), eq(L(a, b) / A(b), A(a) / G(a, c)))]


@pytest.mark.parametrize("goal", TRUE)
def test_true_claims_need_no_relation(goal: Goal) -> None:
    certificate = {**PLAIN, **{f"sign{j}": {"rule": "sign", "terms": [], "rest": to_data(f - 0)} for j, f in enumerate(goal.claim.args)}}
    assert check(goal, certificate).trust == "exact"


@pytest.mark.parametrize("goal", FALSE)
def test_false_claims_are_rejected(goal: Goal) -> None:
    assert divisors.search(goal) is None
    with pytest.raises(Rejected):
        check(goal, {**PLAIN, "sign0": {"rule": "sign", "terms": [], "rest": "0"}, "sign1": {"rule": "sign", "terms": [], "rest": "0"}})


WITH_RELATIONS = [
    Goal((), eq(G(a - b, b), G(a, b))), Goal((), eq(G(a, a - 1), 1)), Goal((), eq(G(a + n * b, b), G(a, b))), Goal((), eq(L(a, a + 1), a * (a + 1))),
    Goal((ne(b, 0),), eq(G(M(a, b), b), G(a, b))), Goal((), eq(L(a, 2), A(a) * (3 - lift(-1) ** a) / 2)), Goal((), eq(M(n ** 3 - n, 6), 0))]


@pytest.mark.parametrize("goal", WITH_RELATIONS)
def test_sums_need_relations(goal: Goal) -> None:
    certificate = divisors.search(goal)
    assert certificate is not None and check(goal, certificate).trust == "exact"


@pytest.mark.parametrize("goal", [Goal((), eq(G(a, a - 2), 1)), Goal((), eq(G(a + b, b), G(a, a - b) + 1)), Goal((), eq(M(n ** 3 - n, 12), 0)), Goal((), eq(L(a, a + 1), a ** 2))])
def test_false_sums(goal: Goal) -> None:
    assert divisors.search(goal) is None


@pytest.mark.parametrize("relation", [
    [["1", to_data(a)], ["1", to_data(b)]], [["-1", to_data(a - 1)], ["1", to_data(a)]], [["1/2", to_data(2 * a)], ["-1", to_data(a)]], [], [["0", to_data(a)]],
    [["-1", to_data(a)], [to_data(a / b), to_data(b)]]])
def test_a_relation_has_to_hold_between_integers(relation: Any) -> None:
    with pytest.raises(Rejected):
        check(Goal((), eq(G(a, b), G(b, a))), {"rule": "valuations", "relations": [relation]})


def test_zero_and_the_conditions_of_a_division() -> None:
    accepted = check(Goal((), eq(L(a, b), A(a * b) / G(a, b))), PLAIN)
    assert accepted.conditions == (ne(G(a, b), 0),)
    assert not check(Goal((ne(a, 0),), eq(L(a, b), A(a * b) / G(a, b))), PLAIN).conditions


def test_terms_that_are_no_integers() -> None:
    from kexue import real
    x = real("x")
    for goal in (Goal((), eq(G(a, b), A(x))), Goal((), eq(call("sqrt", a ** 2), A(a))), Goal((), eq(G(phi(a), phi(b)), phi(G(a, b))))):
        with pytest.raises(Rejected):
            check(goal, PLAIN)


def test_identities_hold_for_small_numbers() -> None:
    """What was proved above without hypotheses, against the integers."""
    for u, v, w in product(range(-6, 7), repeat=3):
        assert gcd(u, lcm(v, w)) == lcm(gcd(u, v), gcd(u, w)) and lcm(u, gcd(u, v)) == abs(u) and gcd(u, v) * lcm(u, v) == abs(u * v)


def test_linear_inequalities() -> None:
    from fractions import Fraction as Q
    x, y = {"x": Q(1)}, {"y": Q(1)}
    assert feasible(((x, False), (y, False)))
    assert not feasible((({"x": Q(1), "": Q(-1)}, False), ({"x": Q(-1)}, False)))
    assert not feasible(((x, True), ({"x": Q(-1)}, False)))
    assert feasible((({"x": Q(1), "y": Q(-1)}, False), ({"y": Q(1), "x": Q(-1)}, False)))
    assert not feasible((({"x": Q(1), "y": Q(-1)}, True), ({"y": Q(1), "x": Q(-1)}, False)))
