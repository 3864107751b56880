"""Where a refuted claim does hold: only what no point contradicts, `proved` only with a certificate, and the counterexample lies outside."""

from __future__ import annotations

import copy
import json
from fractions import Fraction
from typing import Any

import pytest

import kexue
from kexue.certificates import Goal
from kexue.checking.judge import rechecked
from kexue.checking.where import region
from kexue.kernel import check
from kexue.read.declare import claim, condition, declare

HOLDS = [
    ("sqrt(x**2) == x", {"real": "x"}, "x >= 0", True), ("sqrt(z**2) == z", {"complex": "z"}, "re(z) > 0", True),
    ("2**n > n**2", {"natural": "n"}, "n >= 5", True), ("tanh(x) <= x", {"real": "x"}, "x >= 0", True), ("(-1)**n == 1", {"integer": "n"}, "n is even", True),
    ("log(z**2) == 2*log(z)", {"complex": "z"}, "re(z) > 0", None), ("log(x*y) == log(x) + log(y)", {"real": "x, y"}, "x >= 0", None),
    ("x**2 >= x", {"real": "x"}, "x <= 0", True)]
NOWHERE = [("x == x + 1", {"real": "x"}), ("sin(n) == 0", {"integer": "n >= 1"}), ("exp(x) < 0", {"real": "x"}), ("2 == 3", {}), ("A == B", {"matrix": "A n n, B n n"}),
           ("x < y", {"real": "x, y"})]


@pytest.mark.parametrize(("text", "declared", "where", "proved"), HOLDS, ids=[row[0] for row in HOLDS])
def test_where_it_holds(text: str, declared: dict[str, str], where: str, proved: bool | None) -> None:
    r = kexue.check(text, lang="en", **declared)
    found = r.record["elsewhere"]
    assert r.verdict == "refuted" and found["condition"] == where and (proved is None or (found["certificate"] is not None) is proved)
    assert f"for {where}: proved" in repr(r) or f"sampled points with {where}; this is no proof" in repr(r)
    if found["certificate"] is not None:
        goal = Goal.of(found["certificate"]["goal"])
        assert not check(Goal(tuple(goal.hyps[k] for k in found["certificate"]["hyps"]), goal.claim), found["certificate"]["proof"]).conditions


@pytest.mark.parametrize(("text", "declared"), NOWHERE, ids=[row[0] for row in NOWHERE])
def test_nothing_is_said_where_nothing_is_known(text: str, declared: dict[str, str]) -> None:
    r = kexue.check(text, lang="en", **declared)
    assert r.verdict == "refuted" and "elsewhere" not in r.record and "it holds" not in repr(r)


def test_other_verdicts_have_no_such_line() -> None:
    for text in ("x == x", "x == 1/0", "f(x) == x"):
        assert "elsewhere" not in kexue.check(text, real="x", function="f").record


def test_a_region_with_a_failing_point_or_with_the_counterexample_is_none() -> None:
    names = declare([("real", "x")])
    goal = Goal((), claim("abs(x) == x", names))

    assert region(goal, condition("x >= 0", names.sorts), {"x": Fraction(-1)}) is not None
    assert region(goal, condition("x >= -1/10", names.sorts), {"x": Fraction(-1)}) is None
    assert region(goal, condition("x >= 0", names.sorts), {"x": Fraction(1)}) is None


def test_a_changed_region_is_rejected() -> None:
    record = json.loads(json.dumps(kexue.check("sqrt(x**2) == x", real="x").record))

    def verdict(changed: Any) -> str:
        return str(rechecked({"kind": "recheck", "line": json.dumps(changed | {"id": "a"})})["verdict"])
    assert verdict(record) == "accepted"
    for path, new in ((("condition",), "x >= -1"), (("certificate", "goal", 0), []), (("certificate", "hyps"), []), (("certificate", "proof"), {"rule": "normal", "value": "0"}),
                      (("certificate", "goal", 1, 0), "le"), (("certificate",), {}), (("certificate",), 5)):
        changed = copy.deepcopy(record)
        node = changed["elsewhere"]
        for key in path[:-1]:
            node = node[key]
        node[path[-1]] = new
        assert verdict(changed) == "rejected", path


def test_json_lines_are_not_slowed_down() -> None:
    from kexue.checking.judge import answer
    line = '{"id":"a","kind":"eq","lhs":"sqrt(x**2)","rhs":"x","vars":{"x":{"domain":"real"}}}'
    assert "elsewhere" not in answer({"kind": "json", "line": line, "seconds": 5})
