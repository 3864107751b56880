"""Every law is an axiom of the kernel: each is evaluated rigorously at points of its domain, at the edges of the domain too."""

from __future__ import annotations

import cmath

import mpmath as mp
import pytest
import sympy

from kexue.certificates import Goal
from kexue.formula import Formula, free_symbols, lift
from kexue.kernel.laws import domain_of, strict
from kexue.kernel.normal import Normal
from kexue.kernel.theory import LAWS
from kexue.kernel.theory.law import Law
from kexue.witness import look

ELSEWHERE = {"gamma.integral", "digamma.integral", "mobius.dirichlet", "totient.dirichlet", "log.edge", "atan.edge"}  # the evaluation has no value for these; they are held against numbers below


def domain(law: Law) -> tuple[Formula, ...]:
    """Where the law is used: what it is given, and where its terms are defined."""
    n = Normal(law.given)
    found = [c for t in strict(law.states) for c in domain_of(n, t) if c.head != "defined"]
    return (*law.given, *dict.fromkeys(found))


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_the_law_agrees_with_rigorous_numbers(law: Law) -> None:
    looked = look(Goal(domain(law), law.states), "law", 24, 120)
    assert not looked.failed, looked.failed
    assert looked.agree >= min(4, len(looked.points)) > 0 or law.name in ELSEWHERE, (looked.agree, looked.undefined)


def test_the_law_that_is_not_evaluated() -> None:
    for z in (mp.mpf("2.5"), mp.mpc("2", "-2"), mp.mpc("3.25", "0.5")):
        assert mp.almosteq(mp.quad(lambda t, z=z: t ** (z - 1) * mp.exp(-t), [0, 1, 10, mp.inf]), mp.gamma(z), 1e-6)
        assert mp.almosteq(mp.quad(lambda t, z=z: t ** (z - 1) * mp.exp(-t) * mp.log(t), [0, 1, 10, mp.inf]), mp.gamma(z) * mp.digamma(z), 1e-6)


def test_dirichlet_series() -> None:
    """Partial sums: the rest is less than the sum of k^(1-s) from 1000 on, s >= 6."""
    for s in (mp.mpf(6), mp.mpc(8, 3), mp.mpc(7, -2)):
        mobius, totient = (mp.fsum(int(f(k)) * mp.mpf(k) ** -s for k in range(1, 1000)) for f in (sympy.mobius, sympy.totient))
        assert mp.almosteq(mp.zeta(s) * mobius, 1, 1e-11) and mp.almosteq(mp.zeta(s) * totient, mp.zeta(s - 1), 1e-11)


def test_series_at_the_edge() -> None:
    """Partial sums: by Abel's summation the rest after n terms is at most 2/(n |1 + z|), for the arctangent 1/(n |1 + z^2|)."""
    n = 4000
    for z in (1, 1j, -1j, 0.6 + 0.8j, -0.8 + 0.6j, -0.6 - 0.8j):
        partial = sum(-(-z) ** k / k for k in range(1, n + 1))
        assert abs(cmath.log(1 + z) - partial) < 2 / (n * abs(1 + z)) + 1e-9
        if z not in (1j, -1j):
            partial = sum((-1) ** k * z ** (2 * k + 1) / (2 * k + 1) for k in range(n))
            assert abs(cmath.atan(z) - partial) < 1 / (n * abs(1 + z * z)) + 1e-9


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_the_law_is_well_formed(law: Law) -> None:
    assert law.source and set(free_symbols(law.term)) == set(law.symbols)


WRONG = {  # laws as somebody might misremember them
    "gamma.step": lambda s: Formula("eq", (s.args[0], s.args[1] + 1)),
    "besselj.step": lambda s: Formula("eq", (s.args[0], -s.args[1])),
    "zeta.half": lambda s: Formula("eq", (s.args[0], s.args[1] * 2)),
    "elliptic_k.zero": lambda s: Formula("eq", (s.args[0], s.args[1] + lift(1) / 10 ** 20)),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_law_would_be_noticed(name: str) -> None:
    law = LAWS[name]
    assert look(Goal(domain(law), WRONG[name](law.states)), "law", 24, 120).failed
