"""Mechanical mutants: what is changed, that nothing false is taken for proved, and that a kernel which accepts too much would be noticed."""

from __future__ import annotations

import pytest

from kexue import Article, Sum, eq, holds, integer, near_miss, real, sin, statement
from kexue import mutants as module
from kexue.claim import Claim
from kexue.formula import children, free_symbols
from kexue.mutants import changed, chosen, mutants
from kexue.prove import Contradiction

x, n, k = real("x"), integer("n"), integer("k")
assert Article


def claim() -> Claim:
    @statement(title="t", says="s", where=[n >= 0], near_miss=near_miss(eq(x, 1), "x is 1"))
    def gauss():  # type: ignore[no-untyped-def]
        yield holds(eq(Sum(k, k, 0, n), n * (n + 1) / 2), "because")
        yield holds(x ** 2 + 1 >= 1, "a square")
    return gauss


def test_each_change_is_one_change() -> None:
    f = eq(2 * sin(x) + 1, Sum(k, k, 0, n))
    found = list(changed(f))
    assert len(found) == len(set(map(repr, found))) >= 8
    assert f not in found and all(set(free_symbols(g)) == set(free_symbols(f)) for g in found)
    assert all(g.head == "eq" and len(children(g)) == 2 for g in found)


def test_the_tally() -> None:
    tally = mutants(claim(), 12)
    assert tally["made"] == 12 == tally["refuted"] + tally["proved"] + tally["open"]
    assert tally["refuted"] >= 6 and len(chosen(claim(), 3)) == 3


def test_a_kernel_that_accepts_everything_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "accepts", lambda goal, step: True)
    with pytest.raises(Contradiction):
        mutants(claim(), 12)
