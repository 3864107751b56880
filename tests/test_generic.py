"""Rules that change what a variable runs over: what they accept, and what they must not accept."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from kexue import Sum, complex_, eq, exp, gamma, integer, lift, ne, pi, real, sin
from kexue.certificates import Certificate, Goal
from kexue.formula import Formula, call, cos, log, parts as walk, sqrt, to_data
from kexue.kernel import Rejected, check, subgoals
from kexue.tactics import divisors, integers
from kexue.tactics.combine import normal, rule

x, y = real("x y")
z, w = complex_("z w")
n, m, k = integer("n m k")


def T(d: Any, u: Any) -> Formula: return call("chebyshevt", d, u)
def U(d: Any, u: Any) -> Formula: return call("chebyshevu", d, u)
def F(u: Any) -> Formula: return call("fibonacci", u)
def gcd(a: Any, b: Any) -> Formula: return call("gcd", a, b)
def generic(v: Formula, *out: tuple[str, Formula]) -> dict[str, Any]:
    return {"rule": "generic", "var": v.args[0], "excluded": [[kind, to_data(p)] for kind, p in out]}


def opened(goal: Goal, certificate: Certificate) -> dict[str, Goal]:
    return {name: g for name, (g, _) in subgoals(goal, certificate)[1].items()}


# ----------------------------------------------------------------------------------------------------------- generic points
def test_an_equation_extends_to_points_left_out() -> None:
    goal = Goal((), eq(z * (z + 1) / (z + 1) * (z + 1), z * (z + 1)))
    certificate = rule("generic", {"var": "z", "excluded": [["zero", to_data(z + 1)]]}, then=normal)(goal)
    assert certificate is not None and not check(goal, certificate).conditions


@pytest.mark.parametrize("claim", [
    eq(sqrt(z ** 2), z), eq(log(z), z), eq(call("floor", x), x), eq(call("sign", z), 1), eq(call("delta", z, x), 1), eq(z ** w, z),
    eq(call("binomial", z, w), z), eq(call("legendre", n, z), z), eq(Sum(z ** k, k, 0, call("floor", z)), z), eq(call("arg", z), 0)])
def test_what_may_jump_is_rejected(claim: Formula) -> None:
    for v in (z, x):
        with pytest.raises(Rejected):
            subgoals(Goal((), claim), generic(v, ("zero", v)))


@pytest.mark.parametrize("p", [z - z, z ** 2, n * z, lift(1), w, exp(z), (z + 1) / z, z * 0 + w])
def test_what_is_excluded_has_to_be_affine(p: Formula) -> None:
    with pytest.raises(Rejected):
        subgoals(Goal((), eq(z, w)), generic(z, ("zero", p)))


@pytest.mark.parametrize("claim", [ne(z, w), lift(0) < x])
def test_only_closed_relations_extend(claim: Formula) -> None:
    with pytest.raises(Rejected):
        subgoals(Goal((), claim), generic(z if claim.head == "ne" else x, ("zero", z if claim.head == "ne" else x)))


def test_a_single_point_has_nothing_generic() -> None:
    with pytest.raises(Rejected):
        subgoals(Goal((lift(1) <= x, x <= 1), eq(x, 2)), generic(x, ("zero", x - 1)))


def test_closed_conditions_on_the_variable_are_not_kept() -> None:
    goal = Goal((eq(z, 1), call("abs", z) <= 2, ne(z, 3)), eq(z, w))
    assert opened(goal, generic(z, ("zero", z - 1)))["then"].hyps == (ne(z, 3), ne(z - 1, 0))


def test_conditions_of_the_proof_must_not_be_about_the_variable() -> None:
    goal = Goal((), eq(z / z, 1))  # the proof needs z != 0, which is not excluded
    certificate = generic(z, ("zero", z - 1))
    certificate["then"] = normal(opened(goal, certificate)["then"])
    with pytest.raises(Rejected):
        check(goal, certificate)


def test_poles_and_integers_become_hypotheses() -> None:
    g = opened(Goal((), eq(gamma(z + 1), z * gamma(z))), generic(z, ("poles", z), ("integers", z)))["then"]
    assert g.hyps[1] == ne(sin(pi * z), 0) and g.hyps[0].head == "not"


# -------------------------------------------------------------------------------------------------------- parametrisations
def parametrise(v: Formula, by: str) -> dict[str, Any]:
    return {"rule": "parametrise", "var": v.args[0], "by": by}


def test_inverse_functions_become_the_parameter() -> None:
    t = complex_("t")
    g = opened(Goal((), eq(call("acos", z) * sqrt(1 - z ** 2), z)), parametrise(z, "cos"))["then"]
    assert g.claim == eq(t * sin(t), cos(t))
    assert opened(Goal((), eq(sqrt(z ** 2 - 1), z)), parametrise(z, "half"))["then"].claim == eq((t - 1 / t) / 2, (t + 1 / t) / 2)


@pytest.mark.parametrize("claim", [eq(sqrt(1 - z), z), eq(call("acos", z + 1), z), eq(sqrt(z ** 2 - 1), z)])
def test_other_functions_stay(claim: Formula) -> None:
    heads = str(opened(Goal((), claim), parametrise(z, "cos"))["then"].claim)
    assert "'sqrt'" in heads or "'acos'" in heads


def test_a_range_has_to_be_known() -> None:
    with pytest.raises(Rejected):
        subgoals(Goal((), eq(x, 1)), parametrise(x, "angle"))
    with pytest.raises(Rejected):
        subgoals(Goal((lift(0) <= x,), eq(x, 1)), parametrise(x, "stretch"))
    with pytest.raises(Rejected):
        subgoals(Goal((), eq(z, 1)), parametrise(z, "angle"))


def test_the_tangent_as_parameter() -> None:
    """From 0 to pi/2 only: cos t is not positive elsewhere."""
    claim = call("atan", x) <= pi / 2 * (x / sqrt(1 + x ** 2))
    then = opened(Goal((lift(0) <= x,), claim), parametrise(x, "tangent"))["then"]
    t = next(iter(set(then.names)))
    assert not any(f.head in ("atan", "sqrt") for f in walk(then.claim)) and Formula("lt", (Formula("sym", (t, "real")), pi / 2)) in then.hyps
    for hyps in ((), (x < 0,), (lift(-1) <= x,)):
        with pytest.raises(Rejected):
            subgoals(Goal(hyps, claim), parametrise(x, "tangent"))
    with pytest.raises(Rejected):
        subgoals(Goal((), eq(sqrt(1 + z ** 2), z)), parametrise(z, "tangent"))


def test_a_bound_name_is_no_variable() -> None:
    with pytest.raises(Rejected):
        subgoals(Goal((), eq(z, Formula("integral", (x, x, lift(0), x)))), parametrise(x, "half"))


def test_the_parameter_is_new() -> None:
    t = complex_("t")
    assert "t_" in str(opened(Goal((), eq(z, t)), parametrise(z, "cos"))["then"].claim)


# --------------------------------------------------------------------------------------------------------- integer variables
def test_residues_cover_every_integer() -> None:
    goal = Goal((lift(3) <= n, n < 10), eq(n, 1))
    found = opened(goal, {"rule": "residues", "var": "n", "modulus": 2})
    for name, values in (("residue0", {4, 6, 8}), ("residue1", {3, 5, 7, 9})):
        low, high = found[name].hyps
        r = int(name[-1])
        assert {2 * j + r for j in range(int(low.args[0].args[0]), int(high.args[1].args[0]) + 1)} == values
    mirrored = opened(goal, {"rule": "residues", "var": "n", "modulus": -1})["residue0"]
    assert [h.args for h in mirrored.hyps] == [(m, lift(-3)), (lift(-9), m)]


@pytest.mark.parametrize("modulus", [0, 1, -2, 61])
def test_a_modulus_out_of_range(modulus: int) -> None:
    with pytest.raises(Rejected):
        subgoals(Goal((), eq(n, 1)), {"rule": "residues", "var": "n", "modulus": modulus})


def test_residues_of_a_real_variable() -> None:
    with pytest.raises(Rejected):
        subgoals(Goal((), eq(x, 1)), {"rule": "residues", "var": "x", "modulus": 2})


def test_induction_in_both_directions() -> None:
    goal = Goal((), eq(gcd(F(n), F(n + 1)), 1))
    certificate = divisors.neighbours(goal)
    assert certificate is not None and check(goal, certificate).trust == "exact"
    for part in ("first", "up", "down"):
        mutant = copy.deepcopy(certificate)
        del mutant[part]
        with pytest.raises(Rejected):
            check(goal, mutant)
    assert divisors.neighbours(Goal((), eq(gcd(F(n), F(n + 3)), 1))) is None


@pytest.mark.parametrize("goal", [
    Goal((), eq(1 / n, 1 / n)), Goal((), eq(lift(2) ** n, 1)), Goal((lift(0) <= n,), eq(F(n), 0)), Goal((), eq(gamma(n), 1))])
def test_both_sides_have_to_be_defined_everywhere(goal: Goal) -> None:
    with pytest.raises(Rejected):
        subgoals(goal, {"rule": "twosided", "var": "n", "base": 0})


def divisible(f: Any, *hyps: Formula) -> tuple[Goal, dict[str, Any]]:
    return Goal(hyps, eq(gcd(f(m), f(n)), f(gcd(m, n)))), {"rule": "divisibility", "first": "m", "second": "n"}


def test_sequences_that_keep_the_greatest_common_divisor() -> None:
    assert opened(*divisible(F)).keys() == {"zero", "sign", "step", "even"}
    natural = (lift(0) <= m, lift(0) <= n)
    assert opened(*divisible(lambda j: lift(2) ** j - 1, *natural)).keys() == {"zero", "sign", "step"}
    goal, _ = divisible(lambda j: lift(2) ** j - 1, *natural)
    certificate = divisors.euclid(goal)
    assert certificate is not None and check(goal, certificate).trust == "exact"
    assert divisors.euclid(divisible(lambda j: lift(2) ** j + 1, *natural)[0]) is None


@pytest.mark.parametrize("claim", [
    eq(gcd(F(m), F(n + 1)), F(gcd(m, n))), eq(gcd(F(m), F(n)), F(gcd(m, n) + 1)), eq(gcd(F(m), F(m)), F(m)), eq(call("lcm", F(m), F(n)), F(gcd(m, n)))])
def test_one_sequence_only(claim: Formula) -> None:
    with pytest.raises(Rejected):
        subgoals(Goal((), claim), {"rule": "divisibility", "first": "m", "second": "n"})


# ------------------------------------------------------------------------------------------------------------- closed forms
TRUE = [
    eq(T(n, cos(z)), cos(n * z)), eq(T(m, T(n, z)), T(m * n, z)), eq(T(n, z), cos(n * call("acos", z))), eq(U(n, z) * sqrt(1 - z ** 2), sin((n + 1) * call("acos", z))),
    eq(T(n, z), ((z + sqrt(z ** 2 - 1)) ** n + (z - sqrt(z ** 2 - 1)) ** n) / 2), eq(U(2 * n, 0), lift(-1) ** n), eq(T(2 * n, z), T(n, 2 * z ** 2 - 1)),
    eq(2 * T(m, z) * T(n, z), T(m + n, z) + T(call("abs", m - n), z))]
FALSE = [
    eq(T(n, cos(z)), cos((n + 1) * z)), eq(T(m, T(n, z)), T(m + n, z)), eq(U(n, z), U(-n, z)), eq(U(n, z) * sqrt(1 - z ** 2), sin(n * call("acos", z))),
    eq(T(2 * n, 0), 1), eq(T(n, z), ((z + sqrt(z ** 2 - 1)) ** n - (z - sqrt(z ** 2 - 1)) ** n) / 2)]


@pytest.mark.parametrize("claim", TRUE)
def test_true_identities_of_chebyshev_polynomials(claim: Formula) -> None:
    goal = Goal((), claim)
    certificate = integers.search(goal)
    assert certificate is not None and not check(goal, certificate).conditions


@pytest.mark.parametrize("claim", FALSE)
def test_false_identities_of_chebyshev_polynomials(claim: Formula) -> None:
    assert integers.search(Goal((), claim)) is None


def test_a_root_is_checked() -> None:
    goal = Goal((), eq(T(n, z), 1))
    for s in (z, z + 1, lift(0), 1 / z):
        with pytest.raises(Rejected):
            subgoals(goal, {"rule": "definition", "parts": False, "roots": [to_data(s)]})
