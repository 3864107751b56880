"""Falsehoods the kernel once accepted, or must never accept: each with the certificate that would prove it and the reason it is false.

A goal says: for all values that meet the hypotheses, wherever both sides are defined.  Every goal below fails at some such point.
The list is public on purpose: whoever finds another one adds it here."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce

import pytest

from kexue import (
    Abs,
    D,
    Formula,
    I,
    Integral,
    Limit,
    Sum,
    acos,
    block,
    complex_,
    cos,
    delta,
    dot,
    eq,
    even,
    every,
    exp,
    expm,
    eye,
    factorial,
    family,
    function,
    gamma,
    integer,
    inv,
    lift,
    log,
    matrix,
    ne,
    odd,
    oo,
    real,
    sin,
    sqrt,
    to_data,
    tr,
    vector,
)
from kexue.certificates import Goal
from kexue.kernel import Rejected, check, refutes
from kexue.kernel.logic import text_of
from kexue.kernel.normal import Normal
from kexue.tactics.combine import antiderivative, antidifference, cases, cofactors, derivative, lemma, monotone, rewritten, rule, squeeze, using

x, y, z, t = real("x y z t")
n, m, k, i, j, K, d = integer("n m k i j K d")
c = complex_("c")
p, q = family("p q")
zc = family("zc", "complex")
u, v = vector("u v", d)
A, B = matrix("A B", d)
X = matrix("X", d, K)
S = family("S", ("matrix", d, d))
f, g = function("f g")
half = Fraction(1, 2)
LOOSE = lift(-1) <= n + 0 * n  # n >= -1 in a form that is a fact, not a shift of the symbol


def spd(a): return Formula("spd", (a,))


def basic(goal):
    """Certificates for `normal` and `sign`, written without asking whether they hold."""
    left, right = goal.claim.args
    if goal.claim.head != "eq":
        return {"rule": "sign", "terms": [], "rest": to_data(right - left)}
    return {"rule": "normal", "value": text_of(Normal(goal.hyps), left)}


def attempt(goal, by):
    """True where the kernel accepts the goal, by a certificate or by a tactic that builds one."""
    try:
        certificate = by if isinstance(by, dict) else by(goal)
        return certificate is not None and bool(check(goal, certificate))
    except (Rejected, RecursionError, ValueError, TypeError, AttributeError, KeyError):
        return False


FALSE = [  # reason, claim, hypotheses, certificate or tactic
    # ------------------------------------------------------------------------------- sums and their ranges
    ("n = -1: log(1/2) < 0; inside the sum n >= 0, and its sign was kept outside",
     0 * Sum(k * log(n + 3 * half), k, 0, n) + log(n + 3 * half) >= 0, (LOOSE,), basic),
    ("y = 0, n = -1: the root is not real; found real inside a sum only", 0 * Sum(k * sqrt(n + y), k, 0, n) + sqrt(n + y) >= 0, (LOOSE, y >= 0), basic),
    ("n = 0: an empty sum is 0, not n/n", eq(Sum(1 / n, k, 1, n), 1), (LOOSE,), basic),
    ("n = 0: an empty sum is 0, not 0!", eq(Sum(gamma(n), k, 1, n), factorial(n)), (LOOSE,), basic),
    ("n = -2: no sum has -2 terms", eq(Sum(lift(1), k, 1, n), n), (), basic),
    ("n = -1: the sum is empty, hence 0", Sum(exp(p[i]), i, 0, n) > 0, (LOOSE,), basic),
    ("the two j are different: the sum is over the inner one", eq(Sum(Sum(delta(i, j) * p[i] * q[j], j, 1, n), i, 1, n), p[j] * Sum(q[k], k, 1, n)),
     (n >= 1, j >= 1, j <= n), basic),
    ("the two k are different: a delta in an inner sum over k is another one",
     eq(Sum(delta(i, k) * Sum(delta(i, k) * q[k], k, 1, n), i, 1, n), Sum(q[j], j, 1, n)), (n >= 1, k >= 1, k <= n), basic),
    ("5 terms fewer than none", eq(Sum(k, k, 0, -6), 0 * x), (), basic),
    # ------------------------------------------------------------------------------- powers, logarithms, gamma
    ("x = -1, z = 1: Gamma(1) z = 1; Gamma(x + 2) = (x + 1) Gamma(x + 1) fails at the pole", eq(gamma(x + 2) * z, 0), (eq((x + 1) * z, 0),), basic),
    ("c = -1, n = 2: log 1 = 0 is not 2 log(-1)", eq(log(c ** n), n * log(c)), (n >= 0, c ** n > 0), basic),
    ("x = y = -1: the square root of a product", eq(sqrt(x * y), sqrt(x) * sqrt(y)), (x * y > 0,), basic),
    ("x = 2, y = 1: the mixed derivative is 1 + log 2", eq(D(D(x ** y, x), y), 0), (x > 0,), basic),
    ("x = 0: 0^0 = 1", eq(x ** n, x * x ** (n - 1)), (n >= 0, eq(x, 0)), basic),
    ("c = 2: on the branch cut the two sides are not opposite", eq(Formula("asin", (-c,)), -Formula("asin", (c,))), (), basic),
    # ------------------------------------------------------------------------------- what is real
    ("c = i: |z|^2 is not z^2", eq(Abs(gamma(c + 1)) ** 2, gamma(c + 1) ** 2), (), basic),
    ("a family of complex numbers", eq(Abs(zc[k]) ** 2, zc[k] ** 2), (), basic),
    ("1/i is not real", Abs(1 / I + x) ** 2 >= (1 / I + x) ** 2, (), basic),
    ("x = 2: acos 2 is not real", eq(Abs(acos(x)) ** 2, acos(x) ** 2), (), basic),
    ("a branch of W that is not real", eq(Abs(Formula("lambertw", (x, lift(1)))) ** 2, Formula("lambertw", (x, lift(1))) ** 2), (), basic),
    ("exp(i x/(1 + i)) is not turned into its inverse by conjugation",
     eq(Abs(exp(I * x / (1 + I)) + exp(-I * x / (1 + I))) ** 2, (exp(I * x / (1 + I)) + exp(-I * x / (1 + I))) ** 2), (), basic),
    ("the exponential of iA is complex", eq(Abs(tr(expm(I * A))) ** 2, tr(expm(I * A)) ** 2), (d >= 1,), basic),
    ("the inverse of A + iB is complex", eq(Abs(tr(inv(A + I * B))) ** 2, tr(inv(A + I * B)) ** 2), (d >= 1,), basic),
    ("a complex vector has no sign of its square", dot(expm(I * A) @ u, expm(I * A) @ u) >= 0, (d >= 1,), basic),
    ("a sum with complex weights", eq(Abs(tr(Sum(exp(I * k) * S[k], k, 0, n))) ** 2, tr(Sum(exp(I * k) * S[k], k, 0, n)) ** 2), (d >= 1, n >= 0), basic),
    # ------------------------------------------------------------------------------- hypotheses
    ("one member positive definite says nothing of another", dot(u, S[2] @ u) >= 0, (d >= 1, spd(S[1])), basic),
    ("A + B positive definite says nothing of A", dot(u, A @ u) >= 0, (d >= 1, spd(A + B)), basic),
    ("A B orthogonal says nothing of A", eq(A.T @ A, eye(d)), (d >= 1, Formula("orthogonal", (A @ B,))), basic),
    ("X'X = 1 for a tall X does not give XX' = 1", eq(X @ X.T, eye(d)), (d >= 1, K >= 1, Formula("orthogonal", (X,))), basic),
    ("x = 0: x A = x B says nothing", eq(A, B), (d >= 1, eq(x * A, x * B)), basic),
    ("x = 0: x y = x z says nothing", eq(y, z), (eq(x * y, x * z),), basic),
    ("x = 4 is even and at least 3", x >= 6, (even(x), x >= 3), basic),
    ("a real n is not the integer n", real("n") >= 1, (lift(0) < n,), basic),
    ("the bound is one of y, not of x", x - 1 > 0, (y >= 5,), {"rule": "sturm"}),
    ("p[k] > 0 for one k", Sum(p[i], i, 1, n) > 0, (n >= 1, p[k] > 0), basic),
    ("p[k + 1] > 0 is not what is assumed", p[j] < 0, (every(k, p[k] > 0),), basic),
    # ------------------------------------------------------------------------------- names
    ("a matrix of the name A' is not the transpose of A", eq(dot(u, matrix("A'", d) @ v), dot(u, A.T @ v)), (d >= 1,), basic),
    ("a matrix of the name I is not the identity", eq(expm(matrix("I", d)), expm(eye(d))), (d >= 1,), basic),
    ("a symbol of the name exp(1*x) is not exp(x)", eq(Formula("sym", ("exp(1*x)", "real")), exp(x)), (), {"rule": "normal", "value": "exp(1*x)"}),
    ("no function is called root", eq(sqrt(x) * Formula("root", (x,)), x * sqrt(x)), (), basic),
    ("a second argument is not ignored", eq(Formula("exp", (x, y)), exp(x)), (), basic),
    ("no constant is called foo", Formula("const", ("foo",)) > 0, (), basic),
    ("rows of different length", eq(Formula("matrix", ((lift(1),), (lift(2), lift(3)))) + block((0,), (0,)), block((1,), (2,))), (), basic),
    # ------------------------------------------------------------------------------- derivatives and substitution
    ("x = 1: the derivative is x = 1, the other side is 2", eq(D(Integral(x, x, 0, x), x), x + Integral(lift(1), t, 0, x)), (), basic),
    ("no derivative by an integer", eq(D(n, n), 1), (), basic),
    ("y = x turns D(yx, x) = y into x, not into D(x^2, x)", eq(x, 0), (),
     using(lemma(eq(y, 2 * x), eq(D(y * x, x), 2 * x), by=basic, y=x), then=basic)),
    ("at y = x the left side is 0", ne((y - x) ** 2 + (D(y * x, x) - x) ** 2, 0), (x > 0,),
     cases(y - x, below=rewritten(ne(2 * (y - x) ** 2, 0)), above=rewritten(ne(2 * (y - x) ** 2, 0)), at=basic)),
    ("x = 1: two terms, not three; the index was put in below a derivative", eq(Sum(lift(1), k, 0, x), 2 * x + 1), (x >= 0,),
     antidifference(D(k * x, x))),
    ("a name with a prime may be the renamed index of a sum", eq(integer("k'"), Fraction(5, 3)), (),
     using(lemma(eq(Sum(x * k, k, 1, 2), 3 * x), x=k + integer("k'")), then=cofactors((0, 1), divisor=-3))),
    ("the derivative of f is not that of g", eq(0, g(1) - g(0)), (eq(function("f;0")(t), 0),),
     using(lemma(eq(Integral(D(f(t), t), t, 0, 1), f(1) - f(0)), by=antiderivative(f(t)), f=g), then=basic)),
    # ------------------------------------------------------------------------------- calculus
    ("x = 1: |x| has the other slope for x < 0", eq(Abs(x), -x), (), derivative(x)),
    ("x = -1: the pole at 0 separates the line", eq(1 / x, 1), (), derivative(x, at=1)),
    ("x = -1 is outside the half-line", 1 / x >= 0, (ne(x, 0),), monotone(x, at=1)),
    ("a pole inside", eq(Integral(1 / t ** 2, t, -1, 1), -2), (), antiderivative(-1 / t)),
    ("the integral of an odd power the other way round", eq(Integral(t, t, 1, 0), half), (), antiderivative(t ** 2 / 2)),
    ("the primitive does not vanish at infinity", eq(Integral(exp(x), x, 0, oo), -1), (), antiderivative(exp(x))),
    ("sin has no limit", eq(Limit(sin(x), x, oo), 0), (), squeeze(1)),
    ("x = y is not excluded", x < y, (x <= y, x <= x), monotone(x, at=y, strict="slope")),
    ("only integers n", eq(Integral(cos(2 * n), n, 0, 1), 1), (), antiderivative(n)),
    # ------------------------------------------------------------------------------- logic
    ("c = i: the factor calls c a real number", eq(Abs(c) ** 2, c ** 2), (),
     {"rule": "scale", "by": to_data(1 + 0 * real("c")), "claim": ["eq", "0", "0"], "then": {"rule": "normal", "value": "0"}}),
    ("a square with a weight that may be negative", 0 <= x * y ** 2, (), rule("sign", {"terms": [[to_data(x), to_data(y)]], "rest": "0"})),
    ("the square of a number that is not real", 0 <= c ** 2, (), rule("sign", {"terms": [["1", to_data(c)]], "rest": "0"})),
    ("the condition x != 0 of the lemma is lost", eq(x / x * y, y + 0 * z), (eq(x, 0),), using(lemma(eq(t / t, 1), t=x), then=basic)),
    ("a lemma for integers, used for a real number", x >= 1, (x > 0,), using(lemma(n >= 1, n > 0, n=x), then=basic)),
    ("v = 2 e_1: a lemma on real vectors, used for i v", dot(v, v) < 1, (d >= 1,),
     using(lemma(dot(u, u) + 1 > 0, d >= 1, by=basic, u=I * v), then=basic)),
    ("a lemma for odd n", (-1) ** n < 0, (), using(lemma((-1) ** m < 0, odd(m), m=n), then=basic)),
]


@pytest.mark.parametrize(("reason", "claim", "hyps", "by"), FALSE, ids=[row[0][:40] for row in FALSE])
def test_a_falsehood_is_not_proved(reason, claim, hyps, by):
    assert not attempt(Goal(tuple(hyps), claim), by), reason


def test_conditions_are_on_the_symbols_of_the_goal():
    """A condition on a variable that a lemma or an induction binds cannot be met by whoever reads the goal; one on a summation
    index holds where the sum is defined, and that is what is listed."""
    body = Sum(dot(u, inv(S[k]) @ u) * 0 + 1, k, 1, n)
    goal = Goal((n >= 1,), eq(body, n))
    assert check(goal, {"rule": "normal", "value": text_of(Normal(goal.hyps), n)}).conditions == (Formula("defined", (body,)),)
    free = Goal((), eq(x, x))
    certificate = {"rule": "chain", "middle": to_data(x + y / y - 1), "heads": ["eq", "eq"],
                   "first": {"rule": "normal", "value": "1*x"}, "second": {"rule": "normal", "value": "1*x"}}
    with pytest.raises(Rejected, match="condition"):
        check(free, certificate)


def test_true_neighbours_are_still_proved():
    """What the fixes must leave alone."""
    for claim, hyps in ((eq(Sum(1 / n, k, 1, n), 1), (n >= 1,)), (eq(gamma(x + 2) * z, 0), (eq((x + 1) * z, 0), x > 0)),
                        (eq(gamma(x + 3), (x + 2) * gamma(x + 2)), (x > -2,)), (eq(Sum(lift(1), k, 1, n), n), (n >= 0,)),
                        (dot(u, S[2] @ u) >= 0, (d >= 1, every(k, spd(S[k])))), (dot(u, S[1] @ u) >= 0, (d >= 1, spd(S[1]))),
                        (eq(Sum(delta(i, k) * q[i], i, 1, n), q[k]), (n >= 1, k >= 1, k <= n)), (eq(A, B), (d >= 1, ne(x, 0), eq(x * A, x * B))),
                        (eq(Abs(exp(I * x) + exp(-I * x)) ** 2, (exp(I * x) + exp(-I * x)) ** 2), ()), (eq(1 / I, -I), ())):
        assert attempt(Goal(tuple(hyps), claim), basic), claim


TOWER = reduce(lambda a, _: (a + 1) ** 50, range(3), x)
SHARED = reduce(lambda a, _: (a + 1) * (a + y), range(40), x)
HEAVY = [lift(2) ** 10 ** 9, lift(2) ** (10 ** 9 + half), x ** 10 ** 9, (x + y + z + t) ** 300, TOWER, SHARED, log(lift((2 ** 89 - 1) * (2 ** 107 - 1))),
         Sum(Sum(Sum(x ** (i + j + k), k, 0, 300), j, 0, 300), i, 0, 300), factorial(lift(10 ** 9)),
         reduce(lambda a, b: a + Abs(x) ** Fraction(1, b), (7, 11, 13, 17, 19, 23, 29), y) / reduce(lambda a, b: a + Abs(x) ** Fraction(1, b), (31, 37, 41, 43), z),
         reduce(lambda a, _: a + 1, range(3000), x)]


@pytest.mark.parametrize("heavy", HEAVY, ids=range(len(HEAVY)))
def test_what_is_too_large_is_rejected_soon(heavy):
    with pytest.raises(Rejected):
        check(Goal((), eq(heavy, y)), {"rule": "normal", "value": "1"})


def test_high_derivatives_are_rejected_soon():
    wild = exp(sin(x)) / (1 + x ** 2) * cos(x) ** 2 * sin(x)
    with pytest.raises(Rejected):
        check(Goal((x >= 0, x <= 1), wild >= 0), {"rule": "cover", "prec": 53, "pieces": [["0", "1", ["touch", "a", 16]]]})


JUNK = [None, 5, [], "x", {}, {"rule": True}, {"rule": ["normal"]}, {"rule": "normal"}, {"rule": "sign", "rest": ["num", ["#", True]], "terms": []},
        {"rule": "sign", "rest": ["sym", 5, 7], "terms": []}, {"rule": "sign", "rest": ["exp"], "terms": []},
        {"rule": "sign", "rest": ["add", ["#", 1], ["#", 2]], "terms": []}, {"rule": "sign", "rest": ["matrix", []], "terms": []},
        {"rule": "cases", "on": ["sym", "x", "banana"]}, {"rule": "cases", "on": ["eq", "1", "1"]}, {"rule": "cases", "on": ["const", "oo"]},
        {"rule": "scale", "by": ["sym", "y", ["vector", ["=", "1/0"]]], "claim": ["eq", "0", "0"]},
        {"rule": "scale", "by": "1e300000000", "claim": ["eq", "0", "0"]},
        {"rule": "scale", "by": "1", "claim": ["eq", reduce(lambda a, _: ["neg", a], range(5000), "0"), "0"]},
        {"rule": "induction", "var": "n", "base": float("inf")}, {"rule": "induction", "var": ["n"], "base": 0}, {"rule": "limit"},
        {"rule": "using", "lemmas": [{"goal": [[], ["eq", "1", "1"]], "at": [1, 2]}]}, {"rule": "using", "lemmas": 3}, {"rule": "cover"},
        {"rule": "chain", "middle": ["const", "oo"], "heads": ["eq", "eq"], "first": {"rule": "normal", "value": "1"}, "second": {}},
        {"rule": "cover", "prec": 64, "pieces": [["-oo", "oo", ["form", "1e300000000", "1", ["edge"]]]]},
        {"rule": "witness", "prec": 64, "values": {"x": ["add", "1e300000000", "1"]}}, {"rule": "cover", "prec": True, "pieces": 5}, {"rule": "cover", "prec": 64, "pieces": [["oo", "-oo", ["fall"]]]}]
CLAIMS = [eq(x, n), x < n, eq(u, v), Formula("banana", (x,)), eq(Integral(x, x, 0, 1), x), eq(Limit(x, x, 0), x), eq(expm(t * A), A), x < 1]


@pytest.mark.parametrize("junk", JUNK, ids=range(len(JUNK)))
def test_junk_is_rejected_and_never_crashes(junk):
    for claim in CLAIMS:
        with pytest.raises(Rejected):
            check(Goal((), claim), junk)
        with pytest.raises(Rejected):
            refutes(Goal((), claim), junk)
