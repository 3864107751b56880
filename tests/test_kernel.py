"""The kernel proves what is true for all values, and nothing that fails at one."""

from __future__ import annotations

from fractions import Fraction

import pytest

from kexue import (
    Abs,
    D,
    Formula,
    Integral,
    Limit,
    Sum,
    Ci,
    binomial,
    complex_,
    cos,
    cosh,
    delta,
    det,
    dot,
    eq,
    even,
    every,
    exp,
    expm,
    eye,
    factorial,
    family,
    gamma,
    integer,
    inv,
    lambertw,
    lift,
    log,
    matrix,
    ne,
    odd,
    oo,
    outer,
    pi,
    real,
    sigmoid,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
    tr,
    vector,
)
from kexue.certificates import Goal
from kexue.kernel import Accepted, Rejected, check
from kexue.tactics.combine import (
    antiderivative,
    antidifference,
    auto,
    cases,
    cofactors,
    derivative,
    flow,
    induction,
    lemma,
    monotone,
    recurrence,
    squares,
    squeeze,
    termwise,
    using,
)
from kexue.tactics.combine import through as chain_of

x, y, z, t, a, b, w = real("x y z t a b w")
n, m, k, i, j, K, d = integer("n m k i j K d")
c1 = complex_("c1")
p, q = family("p q")
u, v = vector("u v", d)
A, B, C = matrix("A B C", d)
X = matrix("X", d, K)
SPD = Formula("spd", (A,))


def proves(claim, *hyps, by=auto):
    """What the kernel accepts for the goal by this tactic, or None."""
    goal = Goal(tuple(hyps), claim)
    certificate = by(goal)
    return None if certificate is None else check(goal, certificate)


TRUE = [
    (eq((x + y) ** 3, x ** 3 + 3 * x ** 2 * y + 3 * x * y ** 2 + y ** 3), ()),
    (eq(1 / (x - 1) - 1 / (x + 1), 2 / (x ** 2 - 1)), ()),
    (eq(exp(x + y) * exp(-y), exp(x)), ()),
    (eq(exp(c1) * exp(-c1), 1), ()),
    (eq(sin(x) ** 2 + cos(x) ** 2, 1), ()),
    (eq(sin(3 * x), 3 * sin(x) - 4 * sin(x) ** 3), ()),
    (eq(cos(x) ** 6 + sin(x) ** 6, 1 - 3 * sin(x) ** 2 * cos(x) ** 2), ()),
    (eq(tan(x + y), (tan(x) + tan(y)) / (1 - tan(x) * tan(y))), ()),
    (eq(cosh(x) ** 2 - sinh(x) ** 2, 1), ()),
    (eq(sigmoid(x), (1 + tanh(x / 2)) / 2), ()),
    (eq(exp(pi * Formula("const", ("i",))), -1), ()),
    (eq(sqrt(x ** 2), Abs(x)), ()),
    (eq(sqrt(x) * sqrt(x), x), (x >= 0,)),
    (eq(sqrt(lift(2)) * sqrt(lift(8)), 4), ()),
    (eq(log(x * y), log(x) + log(y)), (x > 0, y > 0)),
    (eq(log(exp(x) * 2), x + log(lift(2))), ()),
    (eq(x ** (n + 1), x * x ** n), (n >= 0,)),
    (eq(x ** n / x, x ** (n - 1)), (n >= 1, ne(x, 0))),
    (eq((x * y) ** n, x ** n * y ** n), (n >= 0,)),
    (eq((-1) ** (2 * n), 1), ()),
    (eq((x - y) ** n, (-1) ** n * (y - x) ** n), (n >= 0, even(n))),
    (x ** n >= 0, (even(n), n >= 0)),
    (x ** n < 0, (odd(n), n >= 1, x < 0)),
    (eq(factorial(n + 1), (n + 1) * factorial(n)), (n >= 0,)),
    (eq(binomial(n + 1, k), binomial(n, k) * (n + 1) / (n + 1 - k)), (k >= 0, k <= n)),
    (eq(gamma(x + 2), x * (x + 1) * gamma(x)), (x > 0,)),
    (eq(Sum(p[i] + q[i], i, 1, n), Sum(p[j], j, 1, n) + Sum(q[k], k, 1, n)), (n >= 1,)),
    (eq(Sum(p[i], i, 1, n + 1), Sum(p[i], i, 1, n) + p[n + 1]), (n >= 0,)),
    (eq(Sum(p[i] * Sum(q[j], j, 1, n), i, 1, n), Sum(p[j], j, 1, n) * Sum(q[i], i, 1, n)), (n >= 0,)),
    (eq(Sum(delta(i, k) * p[i], i, 1, n), p[k]), (n >= 1, k >= 1, k <= n)),
    (eq(Sum(lift(1), i, 3, n), n - 2), (n >= 2,)),
    (Sum(exp(p[i]), i, 1, n) > 0, (n >= 1,)),
    (p[k] / Sum(p[i], i, 1, n) > 0, (n >= 1, every(i, p[i] > 0))),
    (eq(D(log(1 + exp(x)), x), sigmoid(x)), ()),
    (eq(D(x ** n, x), n * x ** (n - 1)), (n >= 1,)),
    (eq(lambertw(x) * exp(lambertw(x)), x), (x > 0,)),
    (eq(x ** 2 + y ** 2 + 2 * x * y, 1), (eq(x + y, 1),)),
    (x * (1 - x) > 0, (x > 0, x < 1)),
    (eq(tr(A @ B), tr(B @ A)), (d >= 1,)),
    (eq(tr(A.T @ B), tr(B.T @ A)), (d >= 1,)),
    (eq((A + B) @ (A + B), A @ A + A @ B + B @ A + B @ B), (d >= 1,)),
    (eq(inv(A) @ A, eye(d)), (d >= 1, SPD)),
    (eq(det(eye(d) + outer(u, v)), 1 + dot(u, v)), (d >= 1,)),
    (eq(dot(u, A @ v), dot(A.T @ u, v)), (d >= 1,)),
    (dot(u, u) >= 0, (d >= 1,)),
    (dot(u, inv(A) @ u) >= 0, (d >= 1, SPD)),
    (eq(X.T @ (X @ X.T), (X.T @ X) @ X.T), (d >= 1, K >= 1)),
    (eq(det(A @ B), det(A) * det(B)), (d >= 2,)),
]

FALSE = [
    (eq((x + y) ** 2, x ** 2 + y ** 2), ()),
    (eq(sqrt(x ** 2), x), ()),
    (eq(log(x * y), log(x) + log(y)), ()),
    (eq(log(x ** 2), 2 * log(x)), (ne(x, 0),)),
    (eq(log(exp(c1)), c1), ()),
    (eq(sqrt(x) * sqrt(y), sqrt(x * y)), ()),
    (eq(x ** n / x, x ** (n - 1)), (n >= 0, eq(x, 0))),
    (eq(sin(x) ** 2 - cos(x) ** 2, 1), ()),
    (eq((-1) ** n, 1), ()),
    (x ** n >= 0, (odd(n), n >= 1)),
    (x ** n > 0, (even(n), n >= 0)),
    (x * (1 - x) > 0, (x >= 0, x <= 1)),
    (x > 0, (x >= 0,)),
    (ne(x, 0), (x >= 0,)),
    (n > 1, (n >= 1,)),
    (Sum(exp(p[i]), i, 1, n) > 0, (n >= 0,)),
    (eq(Sum(p[i], i, 1, n + 1), Sum(p[i], i, 1, n) + p[n]), (n >= 1,)),
    (eq(Sum(delta(i, k) * p[i], i, 1, n), p[k]), (n >= 1,)),
    (eq(Sum(p[i] * p[i], i, 1, n), Sum(p[i], i, 1, n) ** 2), (n >= 1,)),
    (p[k] > 0, (p[j] > 0,)),
    (eq((A + B) @ (A + B), A @ A + 2 * (A @ B) + B @ B), (d >= 1,)),
    (eq(tr(A @ B @ C), tr(A @ C @ B)), (d >= 1,)),
    (eq(A @ B, B @ A), (d >= 1,)),
    (eq(A.T, A), (d >= 1,)),
    (dot(u, A @ u) >= 0, (d >= 1,)),
    (eq(det(-1 * A), -det(A)), (d >= 1,)),
    (eq(expm(A + B), expm(A) @ expm(B)), (d >= 1,)),
    (eq(dot(u, v), 0), (d >= 1, eq(dot(u, u), 1))),
    (eq(D(x ** n, x), n * x ** n), (n >= 1,)),
    (eq(lambertw(x) * exp(x), x), (x > 0,)),
]


@pytest.mark.parametrize(("claim", "hyps"), TRUE, ids=range(len(TRUE)))
def test_true_identities_are_proved(claim, hyps):
    assert isinstance(proves(claim, *hyps), Accepted)


@pytest.mark.parametrize(("claim", "hyps"), FALSE, ids=range(len(FALSE)))
def test_falsehoods_are_not_proved(claim, hyps):
    assert proves(claim, *hyps) is None


def test_what_a_proof_needs_is_listed_as_a_condition():
    assert proves(eq((x ** 2 - 1) / (x - 1), x + 1)).conditions == (ne(x - 1, 0),)
    assert proves(eq(x / x, 1), x > 0).conditions == ()
    assert proves(eq(inv(A) @ A, eye(d)), d >= 1).conditions == (Formula("invertible", (A,)),)


def test_constants_are_not_symbols_of_the_same_name():
    i_symbol, pi_symbol = real("i"), real("pi")
    assert proves(eq(i_symbol ** 2, -1)) is None
    assert proves(eq(pi_symbol, pi)) is None
    assert proves(eq(Formula("const", ("i",)) ** 2, -1))


def test_a_name_that_looks_like_a_term_is_refused():
    fake = Formula("sym", ("exp(1*x)", "real"))
    with pytest.raises(Rejected, match="is not a name"):
        check(Goal((), eq(fake, exp(x))), {"rule": "normal", "value": "exp(1*x)"})


def test_sizes_must_fit():
    with pytest.raises(Rejected, match="sizes"):
        check(Goal((d >= 1,), eq(A @ u, X)), {"rule": "normal", "value": "(1)A.u"})
    assert proves(eq(X @ X, X @ X), d >= 1, K >= 1) is None


PROOFS = [
    (eq(Sum(k, k, 0, n), n * (n + 1) / 2), (n >= 0,), induction(n)),
    (eq(Sum(k * factorial(k), k, 0, n), factorial(n + 1) - 1), (n >= 0,), antidifference(factorial(k))),
    (eq(Sum(binomial(n, k), k, 0, n), 2 ** n), (n >= 0,), None),
    (eq(log(1 + exp(x)) - log(1 + exp(-x)), x), (), derivative(x)),
    (1 + x <= exp(x), (), cases(x, above=monotone(x, slope=monotone(x)), below=monotone(x, slope=monotone(x)))),
    (x ** 2 + y ** 2 >= 2 * x * y, (), squares((1, x - y))),
    (1 + x + x ** 2 > 0, (), squares((1, x + Fraction(1, 2)), rest=Fraction(3, 4))),
    (eq(Integral(x * exp(-x), x, 0, oo), 1), (), antiderivative(-(x + 1) * exp(-x))),
    (eq(Integral(cos(a * t), t, 0, 1), sin(a) / a), (ne(a, 0),), antiderivative(sin(a * t) / a)),
    (eq(Limit(1 / x, x, oo), 0), (), squeeze(1)),
    (Sum(p[i], i, 1, n) <= Sum(p[i] + 1, i, 1, n), (n >= 1,), termwise()),
    (eq(x ** 2, 2), (eq(x * y, 2), eq(y, x)), cofactors((0, 1), (1, -x))),
    (eq(expm(t * A), eye(d) + t * A), (d >= 1, eq(A @ A, 0 * A)), flow(t, d)),
    (exp(x) > 0, (), using(lemma(exp(y) > 0, y=x))),
]


@pytest.mark.parametrize(("claim", "hyps", "by"), [row for row in PROOFS if row[2]], ids=[str(r[0].head) + str(k) for k, r in enumerate(PROOFS) if r[2]])
def test_the_rules_prove(claim, hyps, by):
    assert isinstance(proves(claim, *hyps, by=by), Accepted)


WRONG = [
    (eq(Sum(k, k, 0, n), n * (n + 1) / 2 + 1), (n >= 0,), induction(n)),
    (eq(Sum(k, k, 0, n), n * (n + 1) / 2), (n >= 0, even(n)), induction(n)),          # the step leaves the even numbers
    (eq(Sum(k * factorial(k), k, 0, n), factorial(n + 1)), (n >= 0,), antidifference(factorial(k))),
    (exp(x) <= 1 + x + x ** 2 / 2, (), cases(x, above=monotone(x, slope=monotone(x, slope=monotone(x))), below=monotone(x))),
    (eq(Abs(x), x), (), derivative(x)),                                                # |x| is not smooth
    (eq(1 / x, 1), (), derivative(x, at=1)),                                           # nor is 1/x on the line
    (eq(Integral(1 / t ** 2, t, -1, 1), -2), (), antiderivative(-1 / t)),              # a pole inside
    (eq(Integral(exp(x), x, 0, oo), -1), (), antiderivative(exp(x))),                  # the primitive does not vanish at oo
    (eq(Limit(sin(x), x, oo), 0), (), squeeze(1)),
    (exp(x) > 1, (), using(lemma(exp(y) > 1, y > 0, y=x))),                            # the lemma's hypothesis does not follow
    (Sum(p[i], i, 1, n) < Sum(p[i] + 1, i, 1, n), (n >= 0,), termwise()),              # the range may be empty
    (x < y, (x <= y, x <= x), monotone(x, at=y, strict="slope")),
    (eq(expm(t * A), eye(d) + t * A), (d >= 1,), flow(t, d)),
]


@pytest.mark.parametrize(("claim", "hyps", "by"), WRONG, ids=range(len(WRONG)))
def test_the_rules_do_not_prove_falsehoods(claim, hyps, by):
    goal = Goal(tuple(hyps), claim)
    certificate = by(goal)
    if certificate is not None:
        with pytest.raises(Rejected):
            check(goal, certificate)


def test_a_lemma_that_holds_under_a_condition_is_not_used_without_it():
    goal = Goal((), eq(x / x * y, y))
    bad = using(lemma(eq(w / w, 1), w=x), then=auto)
    certificate = bad(goal)
    with pytest.raises(Rejected, match="condition"):
        check(goal, certificate)


def test_recurrence_of_second_order():
    left = (2 ** n + (-1) ** n)
    goal = Goal((n >= 0,), eq(left, Sum(delta(i, 0) * left, i, 0, n)))
    by = recurrence(n, [-2, -1, 1])
    certificate = by(Goal((n >= 0,), eq(left, 2 ** n + (-1) ** (n + 2))))
    assert certificate is not None and check(Goal((n >= 0,), eq(left, 2 ** n + (-1) ** (n + 2))), certificate)
    assert by(Goal((n >= 0,), eq(left, 2 ** n - (-1) ** n))) is None
    assert goal.claim.head == "eq"


def test_chain_needs_a_strict_step():
    assert proves(x < y + 2, x <= y, by=chain_of(y, ("le", "lt")))
    assert proves(x < y, x <= y, by=chain_of(y, ("le", "le"))) is None


def test_cosine_integral_by_its_derivative():
    assert proves(eq(D(Ci(x), x), cos(x) / x), x > 0)


def test_an_order_between_complex_constants_is_refused():
    i_unit = Formula("const", ("i",))
    with pytest.raises(Rejected, match="not real"):
        check(Goal((), i_unit < 1 + i_unit), {"rule": "algebraic"})


def test_the_modulus_of_an_integer_is_one() -> None:
    """(-1)^(2|n - 2|) = 1, and a smooth power with such an exponent; nothing of the kind for a real number."""
    n, x, t = integer("n"), real("x"), real("t")
    for size in (Abs(n - 2), Abs(n) * Abs(n)):
        assert auto(Goal((), eq(lift(-1) ** (2 * size), 1))) is not None
    assert auto(Goal((), eq(lift(-1) ** (2 * Abs(x - 2)), 1))) is None
    assert auto(Goal((), eq(lift(-1) ** Abs(n - 2), 1))) is None
    power = Integral(exp(x * t) * t ** Abs(n - 2), t, 0, 1)
    slope = Integral(t * exp(x * t) * t ** Abs(n - 2), t, 0, 1)
    assert auto(Goal((n >= 3,), eq(D(power, x), slope))) is not None
    with pytest.raises(Rejected):
        check(Goal((), eq(D(Integral(exp(x * t) * (t - x) ** Abs(x - 2), t, 0, 1), x), slope)), {"rule": "normal", "value": ""})
