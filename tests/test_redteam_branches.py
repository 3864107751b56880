"""Claims that are false, with proofs that the kernel once accepted, and true neighbours that it still has to accept."""

from __future__ import annotations

import pytest

from kexue.certificates import Certificate, Goal
from kexue.formula import I, Formula, call, complex_, eq, exp, integer, lift, log, ne, real, sqrt, to_data
from kexue.kernel import Rejected, check
from kexue.kernel.algebra import show
from kexue.kernel.check import subgoals
from kexue.kernel.normal import Normal
from kexue.tactics.auto import decide, search

z = complex_("z")
x, y = real("x y")
n = integer("n")
TRUE = Formula("const", ("true",))
NATURAL = lift(0) <= n


def gamma(u): return call("gamma", u)
def normal(f, *hyps): return {"rule": "normal", "value": show(Normal(hyps).scalar(f))}
def rule(name, **data): return {"rule": name, **data}
def cases(on, **then): return rule("cases", on=to_data(on), **{"below": None, "at": None, "above": None, **then})
def absurd(hyp, then=None): return rule("absurd", hyp=hyp, then=then)
def goal(claim, *hyps): return Goal(hyps, claim)


def filled(g: Goal, certificate: Certificate) -> Certificate:
    """The certificate with what was left out, None, decided at once where that is possible."""
    def found(name: str, sub: Goal):
        if certificate.get(name) is not None:
            return filled(sub, certificate[name])
        try:
            return decide(sub)
        except Rejected:
            return None
    return {**certificate, **{name: found(name, sub) for name, (sub, _) in subgoals(g, certificate)[1].items()}}


def generic(var, claim): return rule("generic", var=var.args[0], excluded=[["zero", to_data(var)]], then=normal(claim.args[0], ne(var, 0)))


AT_POLE = goal(eq(gamma(y + 1), 0), eq(y, 0))
RECURRENCE = eq(gamma(y + 1), y * gamma(y))
COTH = eq(call("abs", n - 5) + 0 * call("coth", n - 5), 5 - n)
SIGN = call("sign", n - 5)
PARTIAL, FULL = SIGN * Formula("piecewise", (lift(1), ne(n, 5))), Formula("piecewise", (lift(1), ne(n, 5), lift(1), TRUE))
SMALL = {"below": cases(n - 4, at=absurd(1), above=absurd(1)), "at": absurd(2)}
TWICE = rule("split", case0=rule("split", case0=cases(n - 5, **SMALL)))
EITHER = rule("split", **dict.fromkeys(("case0", "case1"), rule("split", case0=None, case1=None)))
FALSE = {
    "exp(z) > 0 does not make z real: z = 2 pi i": (goal(eq(log(exp(z)), z), lift(0) < exp(z)), rule("normal", value="1*z")),
    "nor for a root": (goal(eq(sqrt(exp(z)), exp(z / 2)), lift(0) < exp(z)), rule("normal", value="1*exp(1*z)^1/2")),
    "nor for imaginary numbers": (goal(eq(log(exp(I * x)), I * x), lift(0) < exp(I * x)), rule("normal", value="1*#i*x")),
    "through a term that is undefined at y = 0": (AT_POLE, rule(
        "chain", middle=to_data(y * gamma(y)), heads=["eq", "eq"], first=generic(y, RECURRENCE),
        second=rule("cofactors", divisor="1", terms=[[0, to_data(gamma(y))]]))),
    "by a lemma that is undefined at y = 0": (AT_POLE, rule(
        "using", lemmas=[{"goal": goal(RECURRENCE).data(), "at": {"y": to_data(y)}}], lemma0=generic(y, RECURRENCE),
        then=rule("cofactors", divisor="1", terms=[[1, "1"], [0, to_data(gamma(y))]]))),
    "by an induction that starts where nothing is defined": (goal(eq(gamma(y + 1), y * gamma(y + n)), eq(y, 0), NATURAL), rule(
        "induction", var="n", base=0, first=generic(y, eq(gamma(y + 1), y * gamma(y + 0))),
        step=rule("cofactors", divisor="1", terms=[[2, "1"], [0, to_data(gamma(y + n) - gamma(y + n + 1))]]))),
    "by an induction over n = 5, where nothing is defined; it fails at 6": (goal(COTH, NATURAL), rule(
        "induction", var="n", base=0, step=cases(n - 4, above=absurd(2, rule("defined", then=cases(n - 5, at=absurd(0), above=absurd(2))))))),
    "by quotients over n = 5, where nothing is defined; it fails at 6": (goal(PARTIAL < lift("0.5"), NATURAL), rule(
        "quotients", var="n", base=0, first=rule("split", case0=None), step=TWICE)),
    "by a recurrence over n = 5, where nothing is defined; it fails at 6": (goal(eq(PARTIAL, -1), NATURAL), rule(
        "recurrence", var="n", base=0, coefficients=["-1", "1"], inhomogeneous="0", left=TWICE, initial0=rule("split", case0=None))),
}


@pytest.mark.parametrize("name", FALSE)
def test_false_claims_are_not_accepted(name):
    g, certificate = FALSE[name]
    with pytest.raises(Rejected):
        check(g, filled(g, certificate))
        check(g, certificate)


@pytest.mark.parametrize("g", [
    *(g for g, _ in list(FALSE.values())[:3]), goal(eq(call("im", z), 0), lift(0) < exp(z)), goal(eq(z, 0), eq(exp(z), 1)),
    goal(eq(log(exp(z)), z), eq(exp(z), x), lift(0) < x), goal(eq(log(exp(z)), z), lift(0) <= exp(z))], ids=str)
def test_no_proof_of_a_false_claim_is_found(g):
    assert search(g, 1) is None


TRUE_CLAIMS = {
    "exp(x) for real x": (goal(eq(log(exp(x)), x)), rule("normal", value="1*x")),
    "Gamma(y + 1) = y Gamma(y)": (goal(RECURRENCE), generic(y, RECURRENCE)),
    "the same through a middle term": (goal(eq(2 * gamma(y + 1), 2 * y * gamma(y))), rule(
        "chain", middle=to_data(2 * (y * gamma(y))), heads=["eq", "eq"], first=generic(y, eq(2 * gamma(y + 1), 2 * (y * gamma(y)))), second=None)),
    "log(x)^2 > 0 says that x is not 0": (goal(ne(x, 0), lift(0) < log(x) ** 2), rule("defined", then=None)),
    "an induction where all is defined": (goal(eq(call("abs", n + 5), 5 + n), NATURAL), rule("induction", var="n", base=0)),
    "quotients with a last case for everything else": (goal(FULL < lift(2), NATURAL), rule(
        "quotients", var="n", base=0, first=rule("split", case0=None, case1=None), step=EITHER)),
}


@pytest.mark.parametrize("name", TRUE_CLAIMS)
def test_true_neighbours_are_accepted_under_no_condition(name):
    g, certificate = TRUE_CLAIMS[name]
    assert not check(g, filled(g, certificate)).conditions


def test_exponentials_that_are_positive_have_argument_zero():
    g = goal(eq(call("arg", exp(z)), 0), lift(0) < exp(z))
    assert not check(g, search(g)).conditions


def test_a_condition_that_is_never_met_is_no_condition():
    g = goal(eq(call("arg", y), 7), eq(y, 0))
    with pytest.raises(Rejected, match="not met"):
        check(g, rule("defined", then=absurd(0, rule("normal", value="0"))))
