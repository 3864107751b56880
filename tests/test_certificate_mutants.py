"""Single mutations of the certificates of answers: `kexue recheck` accepts none, but for those that are another proof of the same claim.

Each number, string and rule of a certificate is changed, and the id is made anew, so that the id is not what rejects.  A mutant that is accepted has to be
excused by something that is computed here: pieces that cover more than the domain, a formula of the same value, a lemma that holds, fewer hypotheses, a subgoal
that another rule decides from the beginning."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

from kexue.certificates import Goal, identity
from kexue.checking.judge import answer, rechecked
from kexue.decide import decide
from kexue.formula import BINDERS, FUNCTIONS, RELATIONS, SPECIAL, Formula, free_symbols, from_data, substitute
from kexue.kernel import Rejected
from kexue.kernel.check import RULES, check, subgoals
from kexue.kernel.cover import interval
from kexue.recheck import recheck

pytestmark = pytest.mark.timeout(600, method="thread")  # not by the signal that bounds the stages of a decision
X, Z, N, P = {"real": "x"}, {"complex": "z"}, {"natural": "n"}, {"positive": "x"}
CLAIMS: list[tuple[str, dict[str, str]]] = [
    ("x + x == 2*x", X), ("(x**2-1)/(x-1) == x+1", X), ("sin(2*x) == 2*sin(x)*cos(x)", X), ("cos(3*x) == 4*cos(x)**3-3*cos(x)", X), ("exp(x)*exp(-x) == 1", X),
    ("1/(1+exp(-x)) == (1+tanh(x/2))/2", X), ("log(1+exp(x))-log(1+exp(-x)) == x", X), ("log(x**3) == 3*log(x)", P), ("tan(2*x) == 2*tan(x)/(1-tan(x)**2)", X),
    ("atan(x)+atan(1/x) == pi/2", P), ("asin(x) == atan(x/sqrt(1-x**2))", {"real": "-1 < x < 1"}), ("acosh(x) == log(x+sqrt(x**2-1))", {"real": "x > 1"}),
    ("exp(x) >= 1+x", X), ("x**4+1 > x", X), ("tanh(x) <= x", {"real": "x >= 0"}), ("sin(x) <= x", {"real": "x >= 0"}), ("log(x) <= x-1", P), ("cosh(x) >= 1", X),
    ("x**3-3*x+3 > 0", {"real": "x >= -2"}), ("x/(1+x) <= log(1+x)", {"real": "x > -1"}), ("(x-1)**2 >= 0", {"real": "0 <= x <= 2"}), ("x*y <= (x**2+y**2)/2", {"real": "x, y"}),
    ("x < y", {"real": "x, y", "assume": "x < y - 1"}), ("x*y > 0", {"positive": "x, y"}), ("2**n > n**2", {"integer": "n >= 5"}), ("2**n >= n+1", N),
    ("Sum(k, (k, 1, n)) == n*(n+1)/2", N), ("Sum(k**3, (k, 1, n)) == (n*(n+1)/2)**2", N), ("Sum(binomial(n, k), (k, 0, n)) == 2**n", N),
    ("Sum(binomial(n, k)**2, (k, 0, n)) == binomial(2*n, n)", N), ("Mod(n**3-n, 6) == 0", N), ("fibonacci(n+1)*fibonacci(n-1)-fibonacci(n)**2 == (-1)**n", {"integer": "n"}),
    ("2*cos(pi/5) == GoldenRatio", {}), ("sqrt(2)+sqrt(3) == sqrt(5+2*sqrt(6))", {}), ("exp((log(3)+log(2))/3) == 6**(1/3)", {}), ("zeta(2) == pi**2/6", {}),
    ("gamma(z+1) == z*gamma(z)", Z), ("factorial(n+1) == (n+1)*factorial(n)", N), ("erf(-x) == -erf(x)", X), ("chebyshevt(4, x) == 8*x**4-8*x**2+1", X), ("cos(7*x) == chebyshevt(7, cos(x))", X),
    ("abs(z)**2 == z*conjugate(z)", Z), ("re(z) == (z+conjugate(z))/2", Z), ("sqrt(x**2) == abs(x)", X), ("floor(x) <= x", X), ("binomial(n+1, 2)-binomial(n, 2) == n", N),
    ("trace(A*B) == trace(B*A)", {"matrix": "A n m, B m n"}), ("(A*B).T == B.T*A.T", {"matrix": "A n m, B m n"}), ("A.inv()+B.inv() == A.inv()*(A+B)*B.inv()", {"invertible": "A n, B n"}),
    ("Derivative(sin(x)*exp(x), x) == exp(x)*(sin(x)+cos(x))", X), ("0 <= abs(x) < abs(x)+1", X), ("Integral(x**2, (x, 0, 1)) == 1/3", {}), ("Limit(sin(x)/x, x, 0) == 1", {}),
    ("besselj(2, z) == 2/z*besselj(1, z)-besselj(0, z)", Z)]
MOST = 60  # leaves of one certificate that are changed
OTHER = {"eq": "le", "le": "lt", "lt": "le", "ne": "eq", "add": "sub", "sub": "add", "mul": "add", "div": "mul", "pow": "mul", "sin": "cos", "cos": "sin", "exp": "log", "log": "exp",
         "sqrt": "abs", "abs": "sqrt", "real": "complex", "complex": "real", "integer": "real", "gamma": "factorial", "neg": "abs", "sum": "prod", "pi": "e", "a": "b", "b": "a"}
HEADS = {*FUNCTIONS, *SPECIAL, *RELATIONS, *BINDERS, *"add sub mul div pow neg const sym and or not T inv det tr matmul dot at apply eye matrix mod even odd".split()}
Path = tuple[Any, ...]


@cache
def record(text: str, declared: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    task = {"kind": "text", "text": text, "declare": [list(pair) for pair in declared], "seconds": 8, "id": "a"}
    found: dict[str, Any] = json.loads(json.dumps(answer(task)))
    return found


def leaves(data: Any, path: Path = ()) -> Iterator[Path]:
    if isinstance(data, (dict, list)):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from leaves(value, (*path, key))
    elif data is not None:
        yield path


def get(data: Any, path: Path) -> Any:
    for key in path:
        data = data[key]
    return data


def mutants(old: Any) -> list[Any]:
    if isinstance(old, bool):
        return [not old]
    if isinstance(old, int):
        return [old + 1, old - 1, str(old)]
    if old in RULES:
        return [r for r in ("normal", "sign", "cover", "laws", "algebraic") if r != old]
    try:
        q = Fraction(old)
        return [str(q + 1), str(q - 1), str(-q) if q else "2"]
    except ValueError:
        return [OTHER.get(old, old + "x"), old + "'"]


def verdict(found: dict[str, Any], body: dict[str, Any], claim: str | None = None) -> str:
    whole = found | {"certificate": {"id": identity(Goal.of(found["certificate"]["goal"]), body)} | body}
    return str(rechecked({"kind": "recheck", "line": json.dumps(whole)} | ({"claim": claim} if claim else {}))["verdict"])


# --------------------------------------------------------------------------------------------------- what excuses a mutant
def excused(body: dict[str, Any], mutant: dict[str, Any], path: Path) -> bool:
    return covering(body, mutant, path) or no_complex_parts(body, path) or forgets(path) or unused(body, path) or same_number(body, mutant, path) or \
        rule_of_its_own(mutant, path) or another_constant(body, mutant, path) or same_value(body, mutant, path)


def another_constant(body: dict[str, Any], mutant: dict[str, Any], path: Path) -> bool:
    """Primitives whose difference is the same at two points, whichever they are."""
    if "primitive" not in path:
        return False
    end = path.index("primitive") + 1
    try:
        gap = from_data(get(body, path[:end])) - from_data(get(mutant, path[:end]))
    except ValueError:
        return False
    other = {name: Formula("sym", (name + "_other", s.args[1])) for name, s in free_symbols(gap).items()}
    return decide(Goal((), Formula("eq", (gap, substitute(gap, other)))), 3.0, proving=False).verdict in ("supported", "proved")


def unused(body: dict[str, Any], path: Path) -> bool:
    """The proof does without the changed entry of a list: it goes through when that is taken out."""
    for end in range(2, len(path)):
        if isinstance(path[end - 1], int) and "goal" not in path[:end]:
            shorter = copy.deepcopy(body)
            del get(shorter, path[:end - 1])[path[end - 1]]
            try:
                return bool(recheck("proved", shorter))
            except (Rejected, ValueError, TypeError, LookupError):
                continue
    return False


def same_number(body: dict[str, Any], mutant: dict[str, Any], path: Path) -> bool:
    """1 and "1" where the rule reads a number from text."""
    try:
        return bool(Fraction(str(get(body, path))) == Fraction(str(get(mutant, path))))
    except ValueError:
        return False


def forgets(path: Path) -> bool:
    """Which hypotheses are left out of a subgoal is free: whichever stay are among those that are given."""
    return "forget" in path[-2:]


def rule_of_its_own(mutant: dict[str, Any], path: Path) -> bool:
    """Another rule proves the subgoal, as a search for it from the beginning finds too."""
    if path[-1] != "rule" or path[0] != "proof":
        return False
    goal = Goal.of(mutant["goal"])
    goal, certificate = Goal(tuple(goal.hyps[k] for k in mutant["hyps"]), goal.claim), mutant["proof"]
    for name in path[1:-1]:
        _, below = subgoals(goal, certificate)
        if name not in below:
            return False
        goal, certificate = below[name][0], certificate[name]
    return decide(goal, 3.0).verdict == "proved" and check(goal, {"rule": get(mutant, path)}) is not None


def covering(body: dict[str, Any], mutant: dict[str, Any], path: Path) -> bool:
    """Pieces without a gap between them whose union holds the whole domain."""
    if "pieces" not in path or not isinstance(path[-1], int) or len(path) - path.index("pieces") != 3:
        return False
    cover = get(mutant, path[:path.index("pieces")])
    goal = Goal.of(body["goal"])
    if path[:path.index("pieces")] != ("proof",) or len(free_symbols(goal.claim)) != 1:
        return False
    pieces, ends = cover["pieces"], interval(goal, *free_symbols(goal.claim))
    low, high = ("-oo" if not ends[0].is_finite() else ends[0].fmpq()), ("oo" if not ends[1].is_finite() else ends[1].fmpq())
    starts, stops = [p[0] for p in pieces], [p[1] for p in pieces]
    held = (starts[0] == "-oo" or low != "-oo" and Fraction(starts[0]) <= Fraction(int(low.p), int(low.q))) and (
        stops[-1] == "oo" or high != "oo" and Fraction(stops[-1]) >= Fraction(int(high.p), int(high.q)))
    return held and starts[1:] == stops[:-1]


def no_complex_parts(body: dict[str, Any], path: Path) -> bool:
    """Whether complex numbers are to be split says nothing where there are none."""
    names = free_symbols(Goal.of(body["goal"]).claim).values()
    return path[-1] == "parts" and not any(s.args[1] == "complex" for s in names)


def same_value(body: dict[str, Any], mutant: dict[str, Any], path: Path) -> bool:
    """The largest formula around the change is a relation that is not refuted, or has the same value as before, wherever it is evaluated."""
    for end in range(len(path)):
        old, new = get(body, path[:end]), get(mutant, path[:end])
        if isinstance(old, list) and old and isinstance(old[0], str) and old[0] in HEADS:
            try:
                before, after = from_data(old), from_data(new)
            except ValueError:
                continue
            hyps = hypotheses(mutant, path[:end])
            claim = after if after.head in ("eq", "ne", "le", "lt") else Formula("eq", (before, after))
            return decide(Goal(hyps, claim), 3.0, proving=False).verdict in ("supported", "proved")
    return False


def hypotheses(mutant: dict[str, Any], path: Path) -> tuple[Formula, ...]:
    """Those of the goal or lemma in which a formula stands."""
    for end in range(len(path) - 1, 0, -1):
        if path[end - 1] == "goal":
            return Goal.of(get(mutant, path[:end])).hyps
    return Goal.of(mutant["goal"]).hyps


# ----------------------------------------------------------------------------------------------------------------- tests
@pytest.mark.parametrize("text, declared", CLAIMS, ids=[c[0] for c in CLAIMS])
def test_no_mutant_of_a_proof_is_accepted(text: str, declared: dict[str, str]) -> None:
    found = record(text, tuple(declared.items()))
    if found["verdict"] != "proved":
        assert found["verdict"] in ("supported", "undecided")
        pytest.skip("not proved")
    body = {k: v for k, v in found["certificate"].items() if k != "id"}
    assert verdict(found, body) == "accepted"
    paths = [p for p in leaves(body) if p[0] != "goal"]
    for path in paths[::max(1, len(paths) // MOST)]:
        for new in mutants(get(body, path)):
            changed = copy.deepcopy(body)
            get(changed, path[:-1])[path[-1]] = new
            if verdict(found, changed) != "rejected":
                assert excused(body, changed, path), (path, get(body, path), new)


@pytest.mark.parametrize("text, declared", CLAIMS[::4], ids=[c[0] for c in CLAIMS[::4]])
def test_no_mutant_of_the_claim_in_an_answer_is_accepted(text: str, declared: dict[str, str]) -> None:
    """The claim stands in the certificate, and in the file of claims with which it is compared, and in the line of the answer."""
    found = record(text, tuple(declared.items()))
    if found["verdict"] != "proved":
        pytest.skip("not proved")
    body = {k: v for k, v in found["certificate"].items() if k != "id"}
    goal = Goal.of(body["goal"])
    for path in [p for p in leaves(body["goal"])][:40]:
        for new in mutants(get(body["goal"], path)):
            changed = copy.deepcopy(body)
            get(changed["goal"], path[:-1])[path[-1]] = new
            try:
                other = Goal.of(changed["goal"])
            except (ValueError, TypeError):
                continue
            if verdict(found, changed) == "accepted" and other != goal:  # then it has to be true as well, as far as numbers can tell
                assert decide(other, 3.0, proving=False).verdict != "refuted", (path, new)


def test_the_fields_of_an_answer_are_held_against_the_proof() -> None:
    """Without the id being made anew, nothing at all is accepted."""
    for text, declared in CLAIMS[::6]:
        found = record(text, tuple(declared.items()))
        if found["verdict"] != "proved":
            continue
        for path in [p for p in leaves(found["certificate"])][:80]:
            changed = copy.deepcopy(found)
            node = get(changed["certificate"], path[:-1])
            node[path[-1]] = mutants(node[path[-1]])[0]
            assert rechecked({"kind": "recheck", "line": json.dumps(changed)})["verdict"] == "rejected", path


def test_enough_is_proved_by_enough_rules() -> None:
    """A test of mutants that meets no proof would pass, too."""
    proofs = [r for r in (record(t, tuple(d.items())) for t, d in CLAIMS) if r["verdict"] == "proved"]
    rules = {get(r["certificate"], p) for r in proofs for p in leaves(r["certificate"]) if p[-1] == "rule"}
    assert len(proofs) >= 40 and len(rules) >= 12, (len(proofs), rules)


def test_the_excuses_can_be_refused() -> None:
    body = {"goal": Goal.of([[], ["lt", ["sym", "x", "real"], ["add", ["sym", "x", "real"], "1"]]]).data(), "proof": {
        "rule": "cover", "prec": 64, "pieces": [["-oo", "0", ["edge"]], ["0", "oo", ["edge"]]]}}
    gap = copy.deepcopy(body)
    gap["proof"]["pieces"][1][0] = "1"  # type: ignore[index]
    assert not excused(body, gap, ("proof", "pieces", 1, 0))
    lemma = {"goal": body["goal"], "proof": {"rule": "using", "lemmas": [{"goal": [[], ["eq", ["sym", "x", "real"], ["sym", "x", "real"]]]}]}}
    wrong = copy.deepcopy(lemma)
    wrong["proof"]["lemmas"][0]["goal"][1][2] = "1"  # type: ignore[index]
    assert not excused(lemma, wrong, ("proof", "lemmas", 0, "goal", 1, 2))
