"""Every law is an axiom of the kernel: each is evaluated rigorously at points of its domain, and its mutants are caught there."""

from __future__ import annotations

import pytest

from kexue.certificates import Goal
from kexue.decide import decide
from kexue.formula import Formula, free_symbols
from kexue.kernel.theory import DOMAINS, LAWS, SLOPES
from kexue.kernel.theory.law import Law

NUMBERS_ONLY = 1  # a law without symbols has one point


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_the_law_agrees_with_rigorous_numbers(law: Law) -> None:
    answer = decide(Goal(law.given, law.states), 20.0, proving=False)
    assert answer.verdict == "supported", (answer.verdict, answer.counterexample, answer.tried)


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_the_law_is_well_formed(law: Law) -> None:
    assert law.source and set(free_symbols(law.term)) == set(law.symbols)
