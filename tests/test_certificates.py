"""A certificate proves its own goal and no other: mutants of certificates and of goals are rejected, kind by kind."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from kexue.certificates import Certificate, Goal, identity
from kexue.collect import articles
from kexue.formula import Formula, free_symbols, from_data, lift
from kexue.kernel import Rejected, check
from kexue.kernel.algebra import UNIT, poly
from kexue.kernel.check import RULES
from kexue.kernel.normal import Normal
from kexue.tactics.combine import auto

ROOT = Path(__file__).parent.parent
# Fields whose change may leave a proof of the same goal: a step that is proved strictly may be claimed weakly and the other
# way round, and a cover may be cut in more than one way.
EQUIVALENT = {"strict", "heads"}
VARIABLE = {"goal", "at", "middle", "rest", "forget"}


@cache
def library() -> list[tuple[str, Goal, Certificate]]:
    """Every kernel-proved line of the library with its certificate."""
    found = []
    for article in articles(ROOT, None):
        for claim in article.claims:
            for step in claim.steps:
                if step.formula is not None:
                    goal = Goal((*claim.where, *step.where), step.formula)
                    certificate = (step.by or auto)(goal)
                    if certificate is not None:
                        found.append((f"{article.stem}.{claim.name}:{step.line}", goal, certificate))
    return found


def rules(certificate: Any) -> Iterator[str]:
    if isinstance(certificate, dict):
        if isinstance(certificate.get("rule"), str):
            yield certificate["rule"]
        for value in certificate.values():
            yield from rules(value)
    elif isinstance(certificate, list):
        for value in certificate:
            yield from rules(value)


def accepted(goal: Goal, certificate: Certificate) -> bool:
    try:
        check(goal, certificate)
    except Rejected:
        return False
    return True


def leaves(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Paths to the numbers and strings of a certificate, formulas included."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from leaves(value, (*path, key))
    elif isinstance(data, list):
        for k, value in enumerate(data):
            yield from leaves(value, (*path, k))
    elif data is not None:
        yield path


def mutated(data: Any, path: tuple[Any, ...]) -> Any:
    """A copy with one leaf changed: a number by 1, a name or a head by another one."""
    out = copy.deepcopy(data)
    node = out
    for key in path[:-1]:
        node = node[key]
    old = node[path[-1]]
    if isinstance(old, bool):
        new: Any = not old
    elif isinstance(old, int):
        new = old + 1
    else:
        try:
            new = str(Fraction(old) + 1)
        except ValueError:
            new = old + "x"
    node[path[-1]] = new
    return out


def another_proof(goal: Goal, certificate: Certificate, mutant: Certificate, path: tuple[Any, ...]) -> bool:
    """The outer end of the first or the last piece of a cover was moved, and may lie beyond the domain; or a multiplier of a linear combination,
    whose rest the kernel works out anew; or a number was added to a primitive; or complex variables are to be split where there are none."""
    if path[-1] == "parts":
        return not any(s.args[1] == "complex" for f in (*goal.hyps, goal.claim) for s in free_symbols(f).values())
    if "primitive" in path:
        end = path.index("primitive") + 1
        old, new = certificate, mutant
        for key in path[:end]:
            old, new = old[key], new[key]
        n = Normal(())
        gap = n.sub(n.scalar(from_data(old)), n.scalar(from_data(new)))
        return gap.den == poly(1) and gap.num.keys() <= {UNIT}
    if "terms" in path:
        node: Any = certificate
        for key in path[:path.index("terms")]:
            node = node[key]
        return bool(node["rule"] == "linear")
    if "pieces" not in path:
        return False
    pieces = certificate
    for key in path[:path.index("pieces") + 1]:
        pieces = pieces[key]
    index, side = path[path.index("pieces") + 1:][:2]
    return (index, side) in ((0, 0), (len(pieces) - 1, 1))


def test_every_line_of_the_library_is_accepted():
    lines = library()
    assert len(lines) > 150
    for name, goal, certificate in lines:
        assert accepted(goal, json.loads(json.dumps(certificate))), name


def test_every_rule_is_exercised():
    """By the library, or by a test that names it."""
    used = {r for _, _, c in library() for r in rules(c)}
    tests = "".join(p.read_text(encoding="utf-8") for p in Path(__file__).parent.glob("test_*.py") if p != Path(__file__))
    assert [r for r in RULES if r not in used and f'"{r}"' not in tests and f"'{r}'" not in tests] == []


def test_identities_are_stable_and_tell_goals_apart():
    ids = [identity(g, c) for _, g, c in library()]
    assert len(set(ids)) >= len({json.dumps([g.data(), c]) for _, g, c in library()})


def test_a_mutated_certificate_is_rejected():
    """One leaf changed anywhere: the mutant must be rejected, or differ in a field that may vary.

    A lemma or a middle term may be renamed or moved and still hold.  A `rest` is accepted only if it equals right minus left less the
    squares, so a mutant that survives there, (z - z)/5 for (z - z)/4, has the same value.  A primitive is free up to a constant, and which
    hypotheses a subgoal forgets, or whether absent complex numbers are split, says nothing.  Anything else must be rejected."""
    tried, kept = 0, []
    for name, goal, certificate in library():
        paths = [p for p in leaves(certificate) if not EQUIVALENT & set(p)]
        for path in paths[:: max(1, len(paths) // 6)]:
            tried += 1
            mutant = mutated(certificate, path)
            if accepted(goal, mutant) and not VARIABLE & set(path) and not another_proof(goal, certificate, mutant, path):
                kept.append((name, path))
    assert tried > 500
    assert not kept


def test_a_certificate_proves_no_false_neighbour():
    """Add 1 to one side of an equation; swap the sides of an inequality, or ask for a gap of one more."""
    tried = 0
    for name, goal, certificate in library():
        left, right = goal.claim.args if len(goal.claim.args) == 2 else (None, None)
        if goal.claim.head == "eq":
            try:
                neighbours = [Formula("eq", (left + 1, right))]
            except TypeError:
                continue
        elif goal.claim.head == "lt":
            neighbours = [Formula("lt", (right, left))]
        else:
            continue
        for claim in neighbours:
            tried += 1
            assert not accepted(Goal(goal.hyps, claim), certificate), name
    assert tried > 100


def test_a_certificate_needs_its_hypotheses():
    """Without any hypothesis almost no line with a domain goes through, and none of those known to need it."""
    kept = [name for name, goal, c in library() if goal.hyps and goal.claim.head in ("lt", "le") and accepted(Goal((), goal.claim), c)]
    all_of_them = [name for name, goal, _ in library() if goal.hyps and goal.claim.head in ("lt", "le")]
    assert len(kept) < len(all_of_them) / 2


@pytest.mark.parametrize("junk", [{}, {"rule": "trust me"}, {"rule": "normal"}, {"rule": "normal", "value": 7}, {"rule": ["normal"]},
                                  {"rule": "induction", "var": "n", "base": "x"}, {"rule": "cover", "leaves": None},
                                  {"rule": "using", "lemmas": [{"goal": [], "at": {}}]}, {"rule": "sign", "terms": 3, "rest": "1"}])
def test_junk_is_rejected_with_a_message(junk):
    with pytest.raises(Rejected):
        check(Goal((), Formula("eq", (lift(0), lift(1)))), junk)


def test_nesting_is_bounded():
    certificate: Certificate = {"rule": "normal", "value": "0"}
    for _ in range(100):
        certificate = {"rule": "scale", "by": "1", "claim": ["eq", "0", "0"], "then": certificate}
    with pytest.raises(Rejected, match="nested too deeply"):
        check(Goal((), Formula("eq", (lift(0), lift(0)))), certificate)
