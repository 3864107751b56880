"""Claims that fail at a single irrational point: found, and refuted by a proof there; the rule accepts nothing else."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from kexue.certificates import Goal
from kexue.checking.judge import answer, rechecked
from kexue.decide import decide
from kexue.formula import Formula, I, call, cos, eq, exp, integer, lift, log, ne, pi, real, sin, sqrt, tan, to_data
from kexue.kernel import Rejected
from kexue.kernel.instance import instance
from kexue.read.declare import claim, declare
from kexue.tactics.auto import search

x, y = real("x y")
n = integer("n")
FAILS = [
    ("sin(x) < 1", {"real": "x"}, "(1/2)*pi"), ("x**2-x**4 < 1/4", {"real": "x"}, None), ("x+2/x > 2*sqrt(2)", {"positive": "x"}, "sqrt(2)"), ("x**2 != 2", {"real": "x > 1"}, "sqrt(2)"),
    ("log(x)/x < exp(-1)", {"positive": "x"}, None), ("cos(x) != 0", {"real": "0 < x < 3"}, "(1/2)*pi"), ("sin(x)+cos(x) < sqrt(2)", {"real": "x"}, "(1/4)*pi"), ("exp(x) != 2", {"real": "x"}, "log(2)"),
    ("x**3 != 5", {"real": "x"}, None), ("exp(x) > E*x", {"real": "x"}, "1"), ("x*exp(-x) < exp(-1)", {"real": "x"}, "1"), ("2*sqrt(p*q) < p+q", {"positive": "p, q"}, None),
    ("2*cos(pi/5) != GoldenRatio", {}, None), ("log(8)/log(2) < 3", {}, None), ("sqrt(2)+sqrt(3) != sqrt(5+2*sqrt(6))", {}, None)]
HOLDS = [("sin(x) < 2", {"real": "x"}), ("x**2 != 2", {"real": "x > 2"}), ("x**2 != 2", {"integer": "x"}), ("tan(x)*cos(x) < 2", {"real": "x"}), ("exp(x) > 2*x", {"real": "x"}),
         ("x+2/x > 2*sqrt(2)-1/10**12", {"positive": "x"}), ("cos(x) != 0", {"real": "0 < x < 3/2"})]


@pytest.mark.parametrize(("text", "declared", "point"), FAILS, ids=[row[0] for row in FAILS])
def test_it_is_refuted(text: str, declared: dict[str, str], point: str | None) -> None:
    task = {"kind": "text", "text": text, "declare": [list(p) for p in declared.items()], "seconds": 10, "id": "a", "full": True}
    record = answer(task)
    assert record["verdict"] == "refuted", record["tried"]
    assert point is None or list(record["counterexample"]["at"].values()) in ([point], ["-" + point], [f"-({point})"])

    line = json.dumps(record)
    assert rechecked({"kind": "recheck", "line": line})["verdict"] == "accepted"
    proof = record["certificate"]["proof"]
    if proof["rule"] == "instance":
        for change in ({"values": {}}, {"values": proof["values"] | {"w": "1"}}, {"values": {k: "7" for k in proof["values"]}}, {"proof": {"rule": "trust"}}):
            changed = json.loads(line)
            changed["certificate"]["proof"] = proof | change
            if changed["certificate"]["proof"] != proof:
                assert rechecked({"kind": "recheck", "line": json.dumps(changed)})["verdict"] == "rejected", change


@pytest.mark.parametrize(("text", "declared"), HOLDS, ids=[f"{row[0]} {row[1]}" for row in HOLDS])
def test_what_holds_is_not_refuted(text: str, declared: dict[str, str]) -> None:
    names = declare(declared.items())
    assert decide(Goal(tuple(names.hyps), claim(text, names)), 6.0).verdict in ("proved", "supported", "undecided")


def at(goal: Goal, proves: Formula | None = None, **values: Any) -> dict[str, Any]:
    proof = None if proves is None else search(Goal((), proves))
    return {"rule": "instance", "values": {k: to_data(lift(v)) for k, v in values.items()}, "proof": proof or {"rule": "normal", "value": "0"}}


FALSE: list[tuple[str, Goal, dict[str, Any]]] = [
    ("a side is not defined there", Goal((), ne(tan(x) * cos(x), sin(x))), at(Goal((), eq(x, x)), None, x=pi / 2)),
    ("0/0 is nothing", Goal((), ne(x / x, 1)), at(Goal((), eq(x, x)), eq(lift(0) / 0, 1), x=0)),
    ("the point is outside the domain", Goal((x > 2,), ne(x ** 2, 2)), at(Goal((), eq(x, x)), eq(sqrt(2) ** 2, 2), x=sqrt(2))),
    ("on the edge of the domain", Goal((x > sqrt(2),), ne(x ** 2, 2)), at(Goal((), eq(x, x)), eq(sqrt(2) ** 2, 2), x=sqrt(2))),
    ("no integer", Goal((), ne(n ** 2, 2)), at(Goal((), eq(x, x)), eq(sqrt(2) ** 2, 2), n=sqrt(2))),
    ("no real number", Goal((), ne(x ** 2, -1)), at(Goal((), eq(x, x)), eq(I ** 2, -1), x=I)),
    ("a value with a variable", Goal((), x < y + 1), at(Goal((), eq(x, x)), None, x=y + 1, y=y)),
    ("a value too few", Goal((), ne(x, y)), at(Goal((), eq(x, x)), None, x=0)),
    ("a value too many", Goal((), ne(x, 0)), at(Goal((), eq(x, x)), eq(0 * lift(1), 0), x=0, y=0)),
    ("a proof of something else", Goal((), sin(x) < 2), at(Goal((), eq(x, x)), lift(1) <= sin(pi / 2), x=pi / 2)),
    ("a side that is not real", Goal((), log(x) < 5), at(Goal((), eq(x, x)), None, x=-1)),
    ("no relation", Goal((), call("even", n)), at(Goal((), eq(x, x)), None, n=1)),
]


@pytest.mark.parametrize(("reason", "goal", "certificate"), FALSE, ids=[row[0] for row in FALSE])
def test_the_rule_rejects(reason: str, goal: Goal, certificate: dict[str, Any]) -> None:
    with pytest.raises(Rejected):
        instance(goal, certificate)


def test_the_rule_accepts_and_rejects_junk() -> None:
    goal = Goal((x > 0,), sin(x) < 1)
    good = at(goal, lift(1) <= sin(pi / 2), x=pi / 2)
    assert instance(goal, good).trust == "ball" and exp(x) is not None
    for junk in (None, 5, [], {}, {"x": None}, {"x": 5}, {"x": ["sym", "x", "real"]}, {"x": ["const", "oo"]}, {"x": "1/0"}, {"x": "1e999999999"}, {"x": ["banana"]}, {"x": ["num", ["#", True]]}):
        with pytest.raises(Rejected):
            instance(goal, good | {"values": junk})
    for key in ("values", "proof"):
        changed = copy.deepcopy(good)
        del changed[key]
        with pytest.raises(Rejected):
            instance(goal, changed)
