"""Infinite sums with a known value: what is proved, what must not be."""

from __future__ import annotations

import pytest

from kexue.certificates import Goal
from kexue.kernel import Rejected, check, subgoals
from kexue.read.text import read
from kexue.formula import lift
from kexue.tactics.known_series import search
from kexue.tactics.sequences import use

TRUE = ["Sum(1/n**2, (n, 1, oo)) == pi**2/6", "Sum(1/n**2, (n, 3, oo)) == pi**2/6 - 5/4", "Sum(1/(2*n - 1)**4, (n, 1, oo)) == pi**4/96", "Sum(1/n**3, (n, 1, oo)) == zeta(3)",
        "Sum((-1)**n/(2*n + 1), (n, 0, oo)) == pi/4", "Sum((-1)**(n + 1)/n, (n, 1, oo)) == log(2)", "Sum(1/(n*3**n), (n, 1, oo)) == log(3/2)", "Sum(5/2**n, (n, 0, oo)) == 10",
        "Sum((-1)**(n + 1)/n**2, (n, 1, oo)) == pi**2/12", "Sum(1/n**2, (n, 1, oo)) + Sum(1/factorial(n), (n, 0, oo)) == pi**2/6 + E"]
FALSE = ["Sum(1/n**2, (n, 1, oo)) == pi**2/7", "Sum((-1)**n/(2*n + 1), (n, 0, oo)) == pi/3", "Sum(1/n, (n, 1, oo)) == zeta(1)", "Sum(1/n**2, (n, 2, oo)) == pi**2/6",
         "Sum((-1)**n/n**2, (n, 1, oo)) == pi**2/12", "Sum(2**n, (n, 0, oo)) == -1", "Sum(1/(2*n + 1), (n, 0, oo)) == atanh(1)"]


@pytest.mark.parametrize("claim", TRUE)
def test_known_sums_are_proved(claim: str) -> None:
    goal = Goal((), read(claim, {}))
    found = search(goal)
    assert found is not None
    check(goal, found)


@pytest.mark.parametrize("claim", FALSE)
def test_other_values_are_not(claim: str) -> None:
    assert search(Goal((), read(claim, {}))) is None


@pytest.mark.parametrize("law, z", [("log.edge", -1), ("log.edge", 2), ("log.edge", 0), ("atan.edge", 2), ("atan.series", 1), ("log.series", 1)])
def test_the_edge_is_the_circle_without_the_pole(law: str, z: int) -> None:
    goal = Goal((), read("log(2) == log(2)", {}))
    try:
        _, rest = subgoals(goal, {"rule": "laws", "uses": [use(law, z=lift(z))]})
    except Rejected:
        return
    with pytest.raises(Rejected):  # what it is given is false
        check(goal, {"rule": "laws", "uses": [use(law, z=lift(z))], **{part: {"rule": "sign", "terms": [], "rest": "0"} for part in rest}})
