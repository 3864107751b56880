"""Every law is an axiom of the kernel: each is evaluated rigorously at points of its domain, at the edges of the domain too."""

from __future__ import annotations

import mpmath as mp
import pytest

from kexue.certificates import Goal
from kexue.formula import Formula, free_symbols, lift
from kexue.kernel.laws import domain_of, strict
from kexue.kernel.normal import Normal
from kexue.kernel.theory import LAWS
from kexue.kernel.theory.law import Law
from kexue.witness import look

ELSEWHERE = {"gamma.integral"}  # the evaluation has no value for these; they are held against numbers below


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
