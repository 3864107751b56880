"""Verdicts of goals: proved only through the kernel, refuted only with a witness, and nothing when something contradicts."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

from kexue import decide as engine
from kexue.certificates import Goal
from kexue.decide import Answer, Contradiction, OutOfTime, decide, limited
from kexue.formula import Formula, eq, lift, real
from kexue.kernel import Accepted, Rejected
from kexue.printing import text
from kexue.read.declare import claim, declare
from kexue.recheck import recheck
from kexue.plain import in_words, plainer, shown, simplified, weight
from kexue.witness import branches, counterexample, look, points

x = real("x")


def goal(formula: str, **declared: str) -> Goal:
    found = declare([(k.rstrip("_"), v) for k, v in declared.items()])
    return Goal(tuple(found.hyps), claim(formula, found))


def verdict(formula: str, **declared: str) -> str:
    return decide(goal(formula, **declared), 5).verdict


@pytest.mark.parametrize("formula, declared", [
    ("log(1+exp(x)) - log(1+exp(-x)) == x", {"real": "x"}),
    ("x/x == 1", {"real": "x"}),
    ("(a+b)**2 == a**2 + 2*a*b + b**2", {"complex": "a b"}),
    ("sin(x)**2 + cos(x)**2 == 1", {"real": "x"}),
    ("a**2 + b**2 >= 2*a*b", {"positive": "a b", "assume": "a == b"}),
    ("x < x + 1", {"real": "x"}),
    ("trace(A*B) == trace(B*A)", {"matrix": "A n m, B m n"}),
    ("0.1 + 0.2 == 0.3", {}),
    ("Sum(k, (k, 1, n)) == n*(n+1)/2", {"natural": "n"}),
])
def test_true_claims_are_proved(formula: str, declared: dict[str, str]) -> None:
    answer = decide(goal(formula, **declared), 5)
    assert answer.verdict == "proved", answer.tried
    assert answer.certificate is not None and answer.identity is not None and answer.reason is None
    recheck("proved", json.loads(json.dumps(answer.certificate)))


@pytest.mark.parametrize("formula, declared, at", [
    ("x**2 == x", {"real": "x"}, {"x": "-1"}),
    ("sqrt(z**2) == z", {"complex": "z"}, {"z": "-1"}),
    ("(A+B)**2 == A**2 + 2*A*B + B**2", {"matrix": "A n n, B n n"}, None),
    ("2**n > n**2", {"natural": "n"}, {"n": "2"}),
    ("x*(x-1/2)*(x-1)*(x-2)*(x+1)*(x-1/10) == 0", {"real": "x"}, None),
    ("1/2 == 0.49999999999999999999999999999999999", {}, {}),
    ("n**2 + n + 41 > 1681", {"integer": "n >= 40"}, {"n": "40"}),
    ("x**2 >= 0.0001", {"on": "x in (0, 1)"}, None),
    ("x**2 > 0", {"real": "x"}, {"x": "0"}),
    ("Abs(z)**2 == z**2", {"complex": "z"}, {"z": "i"}),
    ("conjugate(z) == z", {"complex": "z"}, {"z": "i"}),
    ("a - b > 0", {"real": "a b", "assume": "a >= b"}, None),
    ("x == 1", {"real": "x", "assume": "Or(x < 0, x > 3)"}, None),
])
def test_false_claims_are_refuted(formula: str, declared: dict[str, str], at: dict[str, str] | None) -> None:
    answer = decide(goal(formula, **declared), 5)
    assert answer.verdict == "refuted", answer.tried
    found = answer.counterexample
    assert found is not None and answer.certificate is not None
    if at is not None and formula != "x**2 == x":
        assert found.at == at
    recheck("refuted", json.loads(json.dumps(answer.certificate)))


def test_a_counterexample_is_small() -> None:
    found = decide(goal("x**2 == x", real="x"), 5).counterexample
    assert found is not None and found.at == {"x": "-1"} and (found.lhs, found.rhs) == ("1", "-1")
    assert [str(q) for q in plainer(lift(0).args[0])] == []
    assert weight(plainer(lift(7).args[0])[0]) < weight(lift(7).args[0])


@pytest.mark.parametrize("formula, declared", [
    ("x == 5", {"real": "x", "on": "x in (1, 0)"}),
    ("x == 5", {"real": "x", "assume": "And(x < 0, x > 0)"}),
    ("n == 5", {"integer": "n", "assume": "And(n > 0, n < 1)"}),
    ("x == x", {"real": "x", "assume": "False"}),
    ("x == 2", {"real": "x", "assume": "And(x > 1, Or(x < 0, x < 1))"}),
    ("x == 2", {"real": "x", "assume": "Abs(x) < 0"}),
])
def test_contradictory_hypotheses_are_vacuous(formula: str, declared: dict[str, str]) -> None:
    answer = decide(goal(formula, **declared), 5)
    assert answer.verdict == "vacuous", answer.tried
    certificate = json.loads(json.dumps(answer.certificate))
    recheck("vacuous", certificate)
    certificate["contradictions"] = certificate["contradictions"][:-1]
    with pytest.raises(Rejected):
        recheck("vacuous", certificate)


@pytest.mark.parametrize("formula, declared", [
    ("exp(x) >= 1 + x + x**2/2", {"real": "x"}), ("log(x*y) == log(x) + log(y)", {"complex": "x y"}), ("atan(x) + atan(1/x) == pi/2", {"real": "x"}),
    ("sqrt(x**2) == x", {"real": "x"}), ("tanh(x) <= x", {"real": "x"}), ("(a+b)/2 >= sqrt(a*b)", {"real": "a b"}), ("asin(sin(x)) == x", {"real": "x"}),
    ("trace(A*B*C) == trace(A*C*B)", {"matrix": "A n, B n, C n"}), ("det(A+B) == det(A) + det(B)", {"matrix": "A n, B n"}),
    ("(x-y)**n == (y-x)**n", {"real": "x y", "natural": "n"}), ("1/x < 2", {"positive": "x"}), ("exp(pi*sqrt(163)) == 262537412640768744", {}),
    ("(pi**4 + pi**5)**(1/6) == E", {}), ("exp(pi) - pi == 20", {}), ("-2*I + (1+I)**2 != 0", {}), ("Sum(k, (k, 0, n)) == n*(n-1)/2", {"natural": "n"}),
])
def test_near_misses_are_never_proved(formula: str, declared: dict[str, str]) -> None:
    assert verdict(formula, **declared) in ("refuted", "undecided")


def test_agreement_in_numbers_is_support_and_no_more() -> None:
    def nothing(goal: Goal) -> None: return None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "search", nothing)
        answer = decide(goal("sin(2*x) == 2*sin(x)*cos(x)", real="x"), 5)
    assert (answer.verdict, answer.reason, answer.certificate) == ("supported", "no-method", None)


def test_few_points_are_no_support() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "search", lambda goal: None)
        answer = decide(goal("sin(n) < 1", integer="0 <= n <= 3"), 5)
    assert (answer.verdict, answer.reason) == ("undecided", "few-points")


# ------------------------------------------------------------------------------------------------------ trust in nothing
@pytest.fixture
def patched() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def test_a_tactic_that_lies_proves_nothing(patched: pytest.MonkeyPatch) -> None:
    patched.setattr(engine, "search", lambda goal: {"rule": "normal", "value": "1*x"})
    for formula in ("sin(x) <= 1", "sin(2*x) == x", "sin(x) == sin(x) + 1"):
        answer = decide(goal(formula, real="x"), 5)
        assert answer.verdict != "proved"


def test_a_tactic_that_fails_costs_only_the_proof(patched: pytest.MonkeyPatch) -> None:
    def broken(goal: Goal) -> None:
        raise KeyError("tactic")
    patched.setattr(engine, "search", broken)
    answer = decide(goal("sin(2*x) == 2*sin(x)*cos(x)", real="x"), 5)
    assert answer.verdict == "supported" and any("KeyError" in t for t in answer.tried)
    assert verdict("sin(2*x) == x", real="x") == "refuted"


def test_a_kernel_that_accepts_too_much_trips_the_wire(patched: pytest.MonkeyPatch) -> None:
    patched.setattr(engine, "search", lambda goal: {"rule": "normal", "value": ""})
    patched.setattr(engine, "check", lambda goal, certificate: Accepted())
    patched.setattr(engine, "STAGES", tuple(s for s in engine.STAGES if s[0] != "look"))
    with pytest.raises(Contradiction):
        decide(goal("sin(2*x) == x", real="x"), 5)


def test_a_witness_that_the_kernel_rejects_refutes_nothing(patched: pytest.MonkeyPatch) -> None:
    def reject(goal: Goal, certificate: Any) -> Accepted:
        raise Rejected("no")
    patched.setattr("kexue.witness.accepted", reject)
    assert verdict("x == x + 1", real="x") == "undecided"


@pytest.mark.parametrize("stage", ["look", "search", "support", "vacuous"])
def test_running_out_of_time_or_memory_is_no_verdict(stage: str, patched: pytest.MonkeyPatch) -> None:
    for error, reason in ((OutOfTime, "time-limit"), (MemoryError, "memory-limit")):
        def fail(case: Any, error: Any = error) -> Answer | None:
            raise error
        stages = tuple((n, fail if n in (stage, "prove") else s) for n, s in engine.STAGES)
        patched.setattr(engine, "STAGES", stages)
        answer = decide(goal("sin(2*x) == 2*sin(x)*cos(x)", real="x"), 5)
        assert answer.verdict in ("supported", "undecided") and answer.reason == reason, answer


def test_a_stage_is_interrupted() -> None:
    outer = signal.setitimer(signal.ITIMER_REAL, 0)[0]  # of pytest-timeout
    try:
        since = time.monotonic()
        with pytest.raises(OutOfTime), limited(0.1):
            while time.monotonic() - since < 5:
                try:
                    time.sleep(0.02)
                except Exception:  # a search that swallows what it should not
                    continue
        assert time.monotonic() - since < 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, outer)


def test_time_is_shared_among_the_stages() -> None:
    assert sum(engine.SHARES.values()) <= 1.0001 and set(engine.SHARES) == {name for name, _ in engine.STAGES}


# ----------------------------------------------------------------------------------------------------------- certificates
def mutants(data: Any) -> Iterator[Any]:
    """Every way to change one leaf of a certificate."""
    if isinstance(data, dict):
        for k, v in data.items():
            for m in mutants(v):
                yield {**data, k: m}
            yield {j: w for j, w in data.items() if j != k}
    elif isinstance(data, list):
        for i, v in enumerate(data):
            for m in mutants(v):
                yield [*data[:i], m, *data[i + 1:]]
    elif isinstance(data, str):
        yield data + "1"
        yield "7"
    elif isinstance(data, (int, float)) and not isinstance(data, bool):
        yield data + 1


@pytest.mark.parametrize("formula, declared, verdict_", [
    ("x**2 == x", {"real": "x"}, "refuted"), ("(x+1)**2 == x**2 + 2*x + 1", {"real": "x"}, "proved"),
])
def test_an_answer_with_one_change_is_rejected(formula: str, declared: dict[str, str], verdict_: str) -> None:
    """Changes of the claim itself are caught by its hash, and by comparing it with the claim; here the rest is changed."""
    answer = decide(goal(formula, **declared), 5)
    assert answer.verdict == verdict_ and answer.certificate is not None
    whole = json.loads(json.dumps(answer.certificate))
    for proof in mutants(whole["proof"]):
        changed = whole | {"proof": proof}
        if verdict_ == "refuted" and isinstance(proof, dict) and (proof.get("prec", 0) > 64 or proof.get("values") not in (
                None, whole["proof"]["values"])) and set(proof) == set(whole["proof"]):
            continue  # another precision, or another point: it may refute as well
        with pytest.raises((Rejected, ValueError, KeyError, TypeError)):
            recheck(verdict_, changed)


def test_hypotheses_cannot_be_invented() -> None:
    answer = decide(goal("x < x + 1", real="x"), 5)
    assert answer.certificate is not None
    for numbers in ([0], [-1], ["0"], [True]):
        with pytest.raises((Rejected, TypeError)):
            recheck("proved", answer.certificate | {"hyps": numbers})
    refuted = decide(goal("det(A) == 1", matrix="A 2", assume="Or(trace(A) < 0, trace(A) > 3)"), 5)
    assert refuted.certificate is not None and refuted.certificate["way"] is not None
    with pytest.raises(Rejected):
        recheck("refuted", refuted.certificate | {"way": []})
    with pytest.raises(Rejected):
        recheck("supported", answer.certificate)


# ------------------------------------------------------------------------------------------------------------------ points
def test_points_meet_every_hypothesis_and_come_again() -> None:
    g = goal("x < y", real="x y", assume="And(x < y, Or(x > 1, y < 0), Ne(x, 2))")
    ways = branches(g)
    assert len(ways) == 2 and all(h.head != "or" for w in ways for h in w.hyps)
    first = list(points(g, "t", 8, 200))
    assert first == list(points(g, "t", 8, 200)) and len(first) == 8
    for _, p in first:
        assert p["x"] < p["y"] and (p["x"] > 1 or p["y"] < 0) and p["x"] != 2
    matrices = goal("det(A) == 1", matrix="A 2", assume="Or(trace(A) < 0, trace(A) > 3)")
    found = list(points(matrices, "t", 8, 60))
    assert len(found) >= 6 and all(len(w.hyps) == 1 and w.hyps[0].head == "lt" for w, _ in found)


def test_numbers_in_the_claim_are_tried() -> None:
    found = look(goal("KroneckerDelta(n, 1000) == 0", integer="n"), count=48, attempts=160)
    assert found.failed and found.failed[0][1] == {"n": 1000}


def test_disjunctions_do_not_explode() -> None:
    condition = Formula("or", (x < 0, lift(1) < x))
    assert len(branches(Goal(tuple(Formula("or", (x < k, lift(k + 1) < x)) for k in range(30)), eq(x, x)))) <= 12
    assert len(branches(Goal((condition, condition), eq(x, x)))) == 4


def test_a_shrunk_point_still_fails() -> None:
    g = goal("x + y < 3/2", real="x y", assume="And(x > 0, y > 0)")
    values = {"x": lift("7.125").args[0], "y": lift("3.5").args[0]}
    found = counterexample(g, values)
    assert found is not None and found.at == {"x": "1", "y": "1"}
    small = simplified(values, lambda v: v["x"] + v["y"] > 8, 100)
    assert small["x"] + small["y"] > 8 and sum(map(weight, small.values())) < sum(map(weight, values.values()))
    assert simplified(values, lambda v: False, 100) == values == simplified(values, lambda v: True, 0)


def test_a_failure_stands_when_time_runs_out_while_it_is_made_plainer(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: Any) -> Any:
        raise OutOfTime

    monkeypatch.setattr(engine, "plainest", slow)
    found = decide(goal("x + y < 3/2", real="x y"), 5)
    assert found.verdict == "refuted" and found.counterexample is not None and "look: time limit" in found.tried
    recheck("refuted", json.loads(json.dumps(found.certificate)))


def test_values_in_words() -> None:
    from flint import acb, arb, fmpq
    F = Fraction
    assert [in_words(v) for v in (F(-1, 2), (F(0), F(1)), (F(1, 2), F(-3)), (F(2), F(0)), (F(0), F(-2, 3)), [F(1), F(0)])] == [
        "-1/2", "i", "1/2 - 3*i", "2", "-(2/3)*i", "(1, 0)"]
    assert shown(fmpq(3, 5)) == "3/5" and float(shown(fmpq(3, 5), fraction=False)) == 0.6 and shown(acb(0, -1)) == "-1*i"
    assert shown(arb("0.608 +/- 0.003"), 6, ball=True).startswith("[0.61 +/-") and shown(arb("0.608 +/- 0.003")) == "0.61"


def test_both_sides_are_shown_to_enough_digits() -> None:
    found = decide(goal("pi == 3.14159265358979"), 5).counterexample
    assert found is not None and found.lhs[:17] == "3.141592653589793" and found.rhs == "3.141592653589790"


def test_the_same_goal_gets_the_same_answer() -> None:
    g = goal("a*b <= (a**2 + b**2)/3", real="a b")
    one, two = decide(g, 5), decide(g, 5)
    assert one == two and one.verdict == "refuted" and text(g.claim)


def test_chains_are_judged_part_by_part() -> None:
    proved = decide(goal("x < x + 1 < x + 2", real="x"), 5)
    assert proved.verdict == "proved" and proved.certificate is not None and len(proved.certificate["parts"]) == 2
    recheck("proved", json.loads(json.dumps(proved.certificate)))
    with pytest.raises(Rejected):
        recheck("proved", proved.certificate | {"parts": proved.certificate["parts"][:1]})
    refuted = decide(goal("x - 1 < x < 2", real="x"), 5)
    assert refuted.verdict == "refuted" and refuted.certificate is not None and refuted.certificate["part"] == 1
    recheck("refuted", refuted.certificate)
    with pytest.raises(Rejected):
        recheck("refuted", refuted.certificate | {"part": 0})
    assert decide(goal("x < x + 1 < x + 2", real="x", assume="x < x - 1"), 5).verdict == "vacuous"
