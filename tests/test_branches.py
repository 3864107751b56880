"""Rules about conditions, angles and principal branches: what they prove, what they must not, and certificates with one thing changed."""

from __future__ import annotations

import copy

import pytest

from kexue import Formula, I, Integral, acos, asin, atan, complex_, cos, eq, exp, integer, lift, log, ne, pi, real, sin, sqrt, tan, to_data
from kexue.certificates import Goal
from kexue.kernel import Rejected, check, subgoals
from kexue.kernel.branches import conjuncts, positive, total
from kexue.kernel.logic import text_of
from kexue.kernel.normal import Normal
from kexue.tactics.angles import weighted
from kexue.tactics.branches import Search, search
from kexue.tactics.linear import feasible, multipliers

x, y, c, t = real("x y c t")
z, w = complex_("z w")
n = integer("n")


def f(head, *args): return Formula(head, tuple(map(lift, args)))
def re(u): return f("re", u)
def im(u): return f("im", u)
def arg(u): return f("arg", u)
def conj(u): return f("conj", u)
def size(u): return f("abs", u)
def sgn(u): return f("sign", u)
def atan2(u, v): return f("atan2", u, v)
def either(*h): return Formula("or", h)
def both(*h): return Formula("and", h)
def unless(h): return Formula("not", (h,))
def cases(*parts): return Formula("piecewise", tuple(lift(p) if not isinstance(p, Formula) else p for p in parts))


TRUE = Formula("const", ("true",))
ON_CUT = both(eq(im(z), 0), re(z) <= 0)
PRINCIPAL = (-pi < im(z), im(z) <= pi)

TRUE_CLAIMS = [
    (eq(log(c * z), log(c) + log(z)), (lift(0) < c,)),
    (eq(log(conj(z)), conj(log(z))), (unless(ON_CUT),)),
    (eq(log(exp(z)), z), (both(*PRINCIPAL),)),
    (eq(log(1 / z), -log(z)), (unless(ON_CUT),)),
    (eq(im(log(z)), arg(z)), ()),
    (eq(arg(conj(z)), -arg(z)), (ne(im(z), 0),)),
    (eq(arg(-z), arg(z) - pi), (lift(0) < im(z),)),
    (eq(sqrt(z * w), sqrt(z) * sqrt(w)), (-pi < arg(z) + arg(w), arg(z) + arg(w) <= pi)),
    (eq(re(sqrt(z)), sqrt((size(z) + re(z)) / 2)), ()),
    (eq(size(z * w), size(z) * size(w)), ()),
    (size(z + w) <= size(z) + size(w), ()),
    (size(size(z) - size(w)) <= size(z - w), ()),
    (size(exp(z)) <= exp(size(z)), ()),
    (size(arg(z)) <= pi, ()),
    (size(log(z)) <= size(log(size(z))) + pi, ()),
    (eq(atan(x) + atan(y), atan2(x + y, 1 - x * y)), ()),
    (eq(atan(x) - atan(y), atan((x - y) / (1 + x * y))), (lift(-1) < x * y,)),
    (eq(tan(atan(z)), z), ()),
    (eq(atan(tan(z)), z), (-(pi / 2) < re(z), re(z) < pi / 2)),
    (eq(re(atan(x + I * y)), atan2(2 * x, 1 - x ** 2 - y ** 2) / 2), (ne(x, 0),)),
    (size(atan(x)) < pi / 2, ()),
    (eq(atan2(y, x), im(log(x + I * y))), ()),
    (eq(atan2(lift(0), x), cases(0, lift(0) <= x, pi, x < 0)), ()),
    (eq(sgn(x), cases(1, lift(0) < x, 0, eq(x, 0), -1, TRUE)), ()),
    (eq(f("max", x, y), cases(x, y <= x, y, TRUE)), ()),
    (eq(atan(sqrt(lift(2)) - 1), pi / 8), ()),
]


@pytest.mark.parametrize(("claim", "hyps"), TRUE_CLAIMS, ids=[str(k) for k in range(len(TRUE_CLAIMS))])
def test_what_is_proved(claim, hyps, monkeypatch):
    monkeypatch.setattr("kexue.tactics.branches.SECONDS", 60.0)
    goal = Goal(hyps, claim)
    certificate = search(goal)
    assert certificate is not None
    check(goal, certificate)


FALSE_CLAIMS = [
    ("c = -1, z = -1", eq(log(c * z), log(c) + log(z)), (ne(c, 0),)),
    ("z = -1: the cut", eq(log(conj(z)), conj(log(z))), ()),
    ("z = 4i", eq(log(exp(z)), z), ()),
    ("z = -pi i: the end of the strip", eq(log(exp(z)), z), (-pi <= im(z), im(z) <= pi)),
    ("z = -1", eq(log(1 / z), -log(z)), ()),
    ("z = -1", eq(arg(conj(z)), -arg(z)), ()),
    ("z = -i", eq(arg(-z), arg(z) - pi), (ne(im(z), 0),)),
    ("z = w = -1: the sum of the arguments is 2 pi", eq(sqrt(z * w), sqrt(z) * sqrt(w)), (-pi < arg(z) + arg(w),)),
    ("z = -1", eq(sqrt(z ** 2), z), ()),
    ("z = -i: real part 0", eq(sqrt(z ** 2), z), (lift(0) <= re(z),)),
    ("z = i, w = i", eq(size(z + w), size(z) - size(w)), ()),
    ("z = 2, w = -2", size(z) + size(w) <= size(z + w), ()),
    ("z = -1: the argument is pi", size(arg(z)) < pi, ()),
    ("x = y = 2: beyond pi/2", eq(atan(x) + atan(y), atan((x + y) / (1 - x * y))), ()),
    ("x = 2, y = -1: xy < -1", eq(atan(x) - atan(y), atan((x - y) / (1 + x * y))), ()),
    ("z = 2", eq(atan(tan(z)), z), (-(pi / 2) < re(z),)),
    ("x = 0, y = 2: on the cut", eq(atan(x + I * y), I / 2 * log((1 - I * (x + I * y)) / (1 + I * (x + I * y)))), ()),
    ("z = 2: on the cut", eq(asin(-z) + asin(z), acos(z)), ()),
    ("x = 0: the first case applies", eq(f("heaviside", x), cases(0, x <= 0, 1, TRUE)), ()),
    ("x = 0", eq(sgn(x), cases(1, lift(0) <= x, -1, TRUE)), ()),
    ("x = 2: no number is both", eq(size(x), x), (either(x < 0, lift(1) < x),)),
    ("z = -1 meets one of the alternatives", eq(log(z ** 2), 2 * log(z)), (either(lift(0) < re(z), eq(im(z), 0)),)),
    ("x = -1", eq(arg(x), 0), ()),
    ("z = i", eq(arg(z ** 2), arg(z)), ()),
    ("z = -1 + i", eq(arg(z ** 2), 2 * arg(z)), (lift(0) < im(z),)),
]


@pytest.mark.parametrize(("why", "claim", "hyps"), FALSE_CLAIMS, ids=[str(k) for k in range(len(FALSE_CLAIMS))])
def test_what_is_not_proved(why, claim, hyps):
    assert search(Goal(hyps, claim)) is None, why


def basic(goal):
    left, right = goal.claim.args
    if goal.claim.head != "eq":
        return {"rule": "sign", "terms": [], "rest": to_data(right - left)}
    return {"rule": "normal", "value": text_of(Normal(goal.hyps), left)}


def attempt(goal, data, *deeper):
    """The certificate with `basic` ones for its subgoals, or with `deeper` rules first."""
    _, rest = subgoals(goal, data)
    for name, (g, _) in rest.items():
        data = data | {name: attempt(g, *deeper) if deeper else basic(g)}
    check(goal, data)
    return data


REJECTED = [
    ("x = 0: a hypothesis that is no alternative", Goal((x <= 0, lift(0) <= x), eq(x, 1)), [{"rule": "split", "hyp": 2}]),
    ("x = 1: the second alternative", Goal((either(eq(x, 0), eq(x, 1)),), eq(x, 0)), [{"rule": "split", "hyp": 0}]),
    ("x = 0: one case fails", Goal((), eq(cases(x, eq(x, 0), 0, TRUE), 1)), [{"rule": "split"}]),
    ("z = 0", Goal((), eq(z, 1)), [{"rule": "split", "zero": "z"}]),
    ("no such symbol", Goal((), eq(z, z)), [{"rule": "split", "zero": "q"}]),
    ("an inequality is not an equation", Goal((x <= y,), eq(x, y)), [{"rule": "rewrite", "hyp": 0}]),
    ("the x of the integral is another one", Goal((eq(x, 0),), eq(Integral(x, x, 0, 1), 0)),
     [{"rule": "rewrite", "hyp": 0}]),
    ("a condition on a case that need not apply", Goal((), eq(cases(1 / x, ne(x, 0), 0, TRUE) * x, 1)), [{"rule": "defined"}]),
    ("-2 (y - x) is negative", Goal((x <= y,), y <= x), [{"rule": "linear", "terms": [[0, "-1"]]}]),
    ("no strict inequality is used", Goal((x <= y,), x < y), [{"rule": "linear", "terms": [[0, "1"]]}]),
    ("a strict inequality with factor 0", Goal((x <= y, c < t), x < y), [{"rule": "linear", "terms": [[0, "1"], [1, "0"]]}]),
    ("numbered from the end", Goal((y <= x, x <= y), y <= x), [{"rule": "linear", "terms": [[-1, "1"]]}]),
    ("an equation is no inequality", Goal((eq(x, y + 1),), y <= x - 2), [{"rule": "linear", "terms": [[0, "1"]]}]),
    ("hypotheses that do not contradict each other", Goal((lift(0) <= x, x <= 1), eq(x, 0)), [{"rule": "absurd", "hyp": 0}]),
    ("z = i", Goal((), size(z) < 1), [{"rule": "magnitude"}]),
    ("the modulus is on the other side", Goal((), x <= size(x)), [{"rule": "magnitude"}]),
    ("x = -2", Goal((x < 1,), size(x) < 1), [{"rule": "magnitude"}]),
    ("arg(z^2) = 2 arg z fails in the left half plane", Goal((ne(z, 0),), eq(arg(z ** 2), 2 * arg(z))),
     [{"rule": "angle", "times": 1, "terms": [["1", to_data(z ** 2)], ["-2", to_data(z)]], "rest": "0"}]),
    ("the rest is not real", Goal((), eq(arg(exp(z)), z / I)),
     [{"rule": "angle", "times": 1, "terms": [["1", to_data(exp(z))]], "rest": to_data(-(z / I))}]),
    ("0 (left - right) says nothing", Goal((), eq(arg(x), 7)),
     [{"rule": "angle", "times": 0, "terms": [], "rest": "0"}]),
    ("the angles do not add up", Goal((), eq(arg(exp(I * x)), x + 1)),
     [{"rule": "angle", "times": 1, "terms": [["1", to_data(exp(I * x))]], "rest": to_data(-x)}]),
]


@pytest.mark.parametrize(("why", "goal", "rules"), REJECTED, ids=[str(k) for k in range(len(REJECTED))])
def test_what_the_rules_reject(why, goal, rules):
    with pytest.raises((Rejected, KeyError)):
        attempt(goal, *rules)


def chain(middle, heads=("eq", "eq")):
    return {"rule": "chain", "middle": to_data(middle), "heads": list(heads)}


def test_a_middle_term_that_is_undefined_proves_nothing():
    """z = 0, w = 1: exp(-log z) z w is w where z is not 0, and nothing otherwise."""
    goal = Goal((eq(z * w, 0),), eq(w, 0))
    middle = exp(-log(z)) * (z * w)
    first, second = (g for g, _ in subgoals(goal, chain(middle))[1].values())
    certificate = chain(middle) | {"first": basic(Goal((), first.claim)), "second": basic(second)}
    try:
        assert ne(z, 0) in check(goal, certificate).conditions
    except Rejected:
        pass


def test_lemmas_about_the_argument_of_nothing_are_rejected():
    """x = 0: arg 0 is not 0, nor pi."""
    lemma = Goal((lift(0) <= x,), eq(arg(x), 0))
    goal = Goal((lift(0) <= x, x <= 0), eq(arg(x), 0))
    data = {"rule": "using", "lemmas": [{"goal": lemma.data(), "at": {}}], "lemma0": basic(lemma)}
    with pytest.raises(Rejected, match="condition"):
        check(goal, data | {"then": basic(goal)})


def test_a_case_distinction_without_a_case_has_no_place_in_a_certificate():
    """It has no value, so every equation holds where both sides have one."""
    nothing = cases(0, x < x)
    with pytest.raises(Rejected):
        subgoals(Goal((), eq(0 * x, 1)), chain(nothing))
    lemma = Goal((), eq(nothing, 0))
    with pytest.raises(Rejected):
        subgoals(Goal((), eq(x, 1)), {"rule": "using", "lemmas": [{"goal": lemma.data(), "at": {}}]})


def test_conditions_are_listed():
    goal = Goal((), eq(exp(log(z)), z))
    assert check(goal, basic(goal)).conditions == (ne(z, 0),)
    goal = Goal((), eq(log(z) * x / x, log(z)))
    accepted, rest = subgoals(goal, {"rule": "defined"})
    assert set(accepted.conditions) == {ne(z, 0), ne(x, 0)} and rest["then"][0].hyps == accepted.conditions


def test_a_hypothesis_that_is_true_is_defined():
    accepted, rest = subgoals(Goal((lift(0) < log(x) ** 2,), eq(x, x)), {"rule": "defined"})
    assert [c.head for c in accepted.conditions] == ["defined"] and rest["then"][0].hyps[0] == ne(x, 0)


def test_negations_are_pushed_inside():
    assert positive(both(eq(x, 0), unless(either(x < y, y <= 0))), True) == either(ne(x, 0), either(x < y, y <= 0))
    assert conjuncts(positive(either(x < y, y <= 0), True)) == [y <= x, lift(0) < y]


def test_only_what_is_true_or_false_everywhere_is_negated():
    """z = 0: the first alternative has no meaning, the second holds; its subgoal must not exclude the point."""
    first, second = eq(1 / z, 1), eq(z, 0)
    assert total(second) and not total(first) and not total(im(z) + z < 1)
    _, rest = subgoals(Goal((either(first, second),), eq(z, 1)), {"rule": "split", "hyp": 0})
    assert rest["case1"][0].hyps == (second,)
    _, rest = subgoals(Goal((either(second, first),), eq(z, 1)), {"rule": "split", "hyp": 0})
    assert rest["case1"][0].hyps == (first, ne(z, 0))


def test_one_change_breaks_a_certificate():
    goal = Goal((lift(0) < c,), eq(log(c * z), log(c) + log(z)))
    certificate = search(goal)
    changes = 0

    def walk(node, path):
        if isinstance(node, dict):
            for k, v in node.items():
                yield from walk(v, (*path, k))
        elif isinstance(node, list):
            for k, v in enumerate(node):
                yield from walk(v, (*path, k))
        else:
            yield path, node
    for path, value in list(walk(certificate, ())):
        if value == "sym" or {"goal", "at", "middle", "rest"} & set(path) or not isinstance(value, (bool, int, str)):
            continue
        mutant = copy.deepcopy(certificate)
        node = mutant
        for k in path[:-1]:
            node = node[k]
        node[path[-1]] = (not value) if isinstance(value, bool) else value + 1 if isinstance(value, int) else value + "1"
        try:
            check(goal, mutant)
        except Rejected:
            changes += 1
        else:
            pytest.fail(f"{path}: {value} may be changed")
    assert changes > 12


# ------------------------------------------------------------------------------------------------------------ normal forms
SAME = [
    (size((1 + I * z) * (1 - I * z)), size(1 + I * z) * size(1 - I * z)),
    (size(sqrt(z)), sqrt(size(z))), (exp(I * arg(z)) * size(z), z), (exp(I * (arg(z) / 2)) ** 2 * size(z), z),
    (conj(exp(z)), exp(conj(z))), (re(z) ** 2 + im(z) ** 2, size(z) ** 2), (cos(arg(z)) * size(z), re(z)), (sin(arg(z)) * size(z), im(z)),
    (I ** w, exp(I * pi * w / 2)), (log(lift(-2)), log(lift(2)) + I * pi), (log(-3 * I), log(lift(3)) - I * pi / 2),
    (sqrt(1 / z), sqrt(conj(z)) / size(z)),
]
OTHER = [
    (size(1 + z), 1 + size(z)), (conj(sqrt(z)), sqrt(conj(z))), (exp(I * (arg(z) / 2)) * sqrt(size(z)), -sqrt(z)), (arg(z * w), arg(z) + arg(w)),
    (arg(-z), -arg(z)), (sqrt(1 / z), 1 / sqrt(z)), (log(z ** 2), 2 * log(z)), (re(z * w), re(z) * re(w)), (sgn(z) ** 2, lift(1)),
]


def parted(g):
    """In terms of real and imaginary parts."""
    _, rest = subgoals(g, {"rule": "parts"})
    return rest["then"][0]


@pytest.mark.parametrize(("left", "right", "equal"), [(*p, True) for p in SAME] + [(*p, False) for p in OTHER])
def test_normal_forms_of_complex_numbers(left, right, equal):
    goal = parted(Goal((ne(z, 0), ne(w, 0)), eq(left, right)))
    nf = Normal(goal.hyps)
    assert nf.zero(nf.sub(*map(nf.scalar, goal.claim.args))) is equal


def test_the_sign_of_a_sum_of_squares():
    nf = Normal()
    assert nf.sign(nf.scalar(x ** 2 - 2 * x + y ** 2 + 1)) == ">=" and nf.sign(nf.scalar(x ** 2 + x * y + y ** 2 + 1)) == ">"
    assert nf.sign(nf.scalar(-x ** 2 + 2 * x * y - y ** 2 - 3)) == "<" and nf.sign(nf.scalar(x ** 2 + 3 * x * y + y ** 2)) == ""
    assert nf.sign(nf.scalar(x ** 2 + y)) == nf.sign(nf.scalar(x * y + 1)) == nf.sign(nf.scalar(x ** 2 - y ** 2 + 1)) == ""


def test_a_relation_between_roots_does_not_make_a_factor_positive():
    """|c + i sqrt(1 - x^2)|^2 is c^2 + 1 - x^2 for |x| <= 1 only."""
    nf = Normal((x <= 1, lift(-1) <= x))
    nf.scalar(size(c + I * sqrt(1 - x ** 2)))
    free = Normal()
    free.scalar(size(c + I * sqrt(1 - x ** 2)))
    assert free.sign(free.scalar(c ** 2 + 1 - x ** 2)) == ""


def test_a_copy_of_what_is_known_is_independent():
    first = Normal((lift(0) < x,))
    first.facts.append(({(): 1}, True))
    first.scalar(log(x) + y)
    second = Normal((lift(0) < x,))
    assert not second.facts and len(second.atoms) < len(first.atoms)


# -------------------------------------------------------------------------------------------------------------- the search
def test_multiples_that_add_up():
    goal = Goal((x <= y, y <= c), x <= c)
    assert multipliers(goal) == [[0, "1"], [1, "1"]]
    assert multipliers(Goal((x <= y,), y <= x)) == []
    assert feasible([[lift(1).args[0], lift(-1).args[0], lift(0).args[0]], [lift(1).args[0], lift(1).args[0], lift(2).args[0]]]) == [1, 1]


def test_terms_of_a_sum():
    assert weighted(2 * x - y / 3, lift(1).args[0]) == [(2, x), (-lift(1).args[0] / 3, y)]


def test_the_search_ends():
    search_ = Search()
    search_.left = 0
    assert search(Goal((), eq(sqrt(z ** 4 + w ** 4 + z * w), sqrt(z) * sqrt(w)))) is None


def test_which_rules_the_proofs_use():
    """The angle rules both ways: with the quadrant known at once, and by comparing the sizes of two parts."""
    def rules(c):
        return {c["rule"]} | {r for v in c.values() if isinstance(v, dict) and "rule" in v for r in rules(v)} if isinstance(c, dict) else set()
    used = set().union(*(rules(search(Goal(tuple(hyps), claim)) or {"rule": ""}) for claim, hyps in TRUE_CLAIMS))
    assert {"angle", "angle_by_sizes", "split", "parts", "laws"} <= used


def test_roots_of_quotients():
    """(p/q)^(1/2) is the quotient of the roots for q > 0, or p >= 0 and re q > 0; and in no weaker case."""
    claim = eq(sqrt(x / w), sqrt(x) / sqrt(w))
    right = lift(0) < re(w)

    def holds(*hyps):
        n_ = Normal(hyps)
        try:
            return n_.zero(n_.sub(*map(n_.scalar, claim.args)))
        except Rejected:
            return False
    assert holds(lift(0) <= x, right) and holds(lift(0) < x, right)
    assert not any(map(lambda h: holds(*h), ((right,), (x < 0, right), (lift(0) <= x,), (lift(0) <= x, lift(0) < im(w)), (lift(0) <= x, lift(0) <= re(w)))))
    below = Normal((x < 0, lift(0) < c))
    assert below.zero(below.sub(below.scalar(sqrt(x / (c - x))), below.scalar(sqrt(x) * sqrt(1 / (c - x)))))
    between = Normal((lift(0) < x, lift(0) < c - x))
    assert not between.zero(between.sub(between.scalar(sqrt(x / (x - c))), between.scalar(sqrt(x) / sqrt(x - c))))  # i is not 1/i


def test_logarithms_of_products_with_negative_factors():
    n_ = Normal((x < 0, lift(0) < c))
    assert n_.zero(n_.sub(n_.scalar(log(-(x * (c + 1)))), n_.scalar(log(-x) + log(c + 1))))
    assert n_.zero(n_.sub(n_.scalar(log(x ** 2 * c + x ** 2)), n_.scalar(2 * log(-x) + log(c + 1))))
    assert not n_.zero(n_.sub(n_.scalar(log(x ** 3 * c - x)), n_.scalar(log(-x) + log(1 - c * x ** 2))))


def test_what_is_below_a_root_is_not_0_either():
    _, rest = subgoals(Goal((), eq(1 / sqrt(z), w)), {"rule": "defined"})
    assert rest["then"][0].hyps == (ne(z, 0),)
    known = Normal((lift(0) < re(z),))
    known.scalar(1 / z)
    assert not known.conditions
    unknown_ = Normal((lift(0) <= re(z),))
    unknown_.scalar(1 / z)
    assert unknown_.conditions == [ne(z, 0)]
    named = Formula("apply", (Formula("sym", ("re", ("function",))), x))  # a function that happens to be called so
    other = Normal((lift(0) < named,))
    other.scalar(1 / x)
    assert other.conditions == [ne(x, 0)]
