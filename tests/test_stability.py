"""The same claim gets the same answer, with the same certificate and the same counterexample, whatever the hash seed, the order and what came before."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
CLAIMS: list[tuple[str, dict[str, str]]] = [
    ("(x**2-1)/(x-1) == x+1", {"real": "x"}), ("sin(x+y) == sin(x)*cos(y)+cos(x)*sin(y)", {"real": "x, y"}), ("log(x*y) == log(x)+log(y)", {"real": "x, y"}),
    ("log(x*y) == log(x)+log(y)", {"positive": "x, y"}), ("exp(x) >= 1+x", {"real": "x"}), ("exp(x) > 1+x", {"real": "x"}), ("tanh(x) <= x", {"real": "x >= 0"}),
    ("sqrt(z**2) == z", {"complex": "z"}), ("conjugate(log(z)) == log(conjugate(z))", {"complex": "z"}), ("(x**a)**b == x**(a*b)", {"real": "x, a, b"}),
    ("Sum(binomial(n, k)**2, (k, 0, n)) == binomial(2*n, n)", {"natural": "n"}), ("2**n > n**2", {"natural": "n"}), ("2**n > n**2", {"integer": "n >= 5"}),
    ("Mod(n**5-n, 30) == 0", {"natural": "n"}), ("2*cos(pi/5) == GoldenRatio", {}), ("exp(pi)-pi == 20", {}), ("trace(A*B*C) == trace(B*C*A)", {"matrix": "A n n, B n n, C n n"}),
    ("trace(A*B*C) == trace(A*C*B)", {"matrix": "A n n, B n n, C n n"}), ("A*B == B*A", {"matrix": "A n n, B n n"}), ("(a+b)/2 >= sqrt(a*b)", {"positive": "a, b"}),
    ("(a+b)/2 >= sqrt(a*b)", {"real": "a, b"}), ("gamma(z+1) == z*gamma(z)", {"complex": "z"}), ("besselj(1, x) == besselj(0, x)", {"real": "x"}),
    ("fibonacci(n+1)*fibonacci(n-1)-fibonacci(n)**2 == (-1)**n", {"integer": "n"}), ("Integral(1/(2+cos(x)), (x, 0, 2*pi)) == 0", {}), ("x == 5", {"real": "x", "assume": "x < x-1"}),
    ("f(x) == g(x)", {"real": "x", "function": "f, g"}), ("x + == 1", {"real": "x"}), ("floor(x+1/2) == ceiling(x-1/2)", {"real": "x"}), ("x**2+y**2 != 25", {"integer": "x, y", "assume": "x-y == 1"}),
    ("zeta(2) == pi**2/6", {}), ("x*y*z_ <= (x**3+y**3+z_**3)/3", {"positive": "x, y, z_"}), ("Max(x, y) + Min(x, y) == x + y", {"real": "x, y"}), ("x < y", {"real": "x, y", "assume": "x < y - 1"})]
CODE = """
import json, sys
from kexue.checking.judge import answer
for claim in json.load(sys.stdin):
    text, declared = claim
    r = answer({"kind": "text", "text": text, "declare": [list(p) for p in declared.items()], "seconds": 20, "id": text})
    r.pop("tried", None)
    print(json.dumps([r["verdict"], r["reason"], r["method"], r["conditions"], r["counterexample"], (r["certificate"] or {}).get("id"), r.get("problems")]))
"""


def answers(claims: list[Any], seed: int) -> list[Any]:
    env = os.environ | {"PYTHONHASHSEED": str(seed), "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
    got = subprocess.run([sys.executable, "-c", CODE], env=env, input=json.dumps(claims), capture_output=True, text=True, check=True)
    return [json.loads(x) for x in got.stdout.splitlines()]


@pytest.fixture(scope="module")
def first() -> list[Any]:
    return answers(CLAIMS, 0)


def test_the_claims_are_of_all_kinds(first: list[Any]) -> None:
    assert {a[0] for a in first} >= {"proved", "refuted", "undecided", "unreadable", "vacuous"} and len(first) == len(CLAIMS)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_hash_seeds(first: list[Any], seed: int) -> None:
    for claim, one, two in zip(CLAIMS, first, answers(CLAIMS, seed), strict=True):
        assert one == two or "time-limit" in (one[1], two[1]), claim


def test_the_order_and_what_came_before(first: list[Any]) -> None:
    again = answers([*CLAIMS[::-1], *CLAIMS[::7]], 3)
    for claim, one, two in zip([*CLAIMS[::-1], *CLAIMS[::7]], [*first[::-1], *first[::7]], again, strict=True):
        assert one == two or "time-limit" in (one[1], two[1]), claim
