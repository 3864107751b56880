"""Declarations become sorts and hypotheses, or are refused; conditions are taken apart without losing anything."""

from __future__ import annotations

from typing import Any

import pytest

from kexue.formula import Formula, complex_, integer, lift, matrix, ne, real, vector
from kexue.printing import text
from kexue.read.declare import Declared, claim, condition, conjuncts, declare, positive, typed, value
from kexue.read.text import Unreadable
from kexue.read.words import phrase, scope

x, y, a, b = real("x y a b")
n = integer("n")


def hyps(*options: tuple[str, str]) -> list[str]:
    return [text(h) for h in declare(options).hyps]


@pytest.mark.parametrize("options, sorts, said", [
    ([("real", "x, y")], {"x": "real", "y": "real"}, []),
    ([("real", "x y")], {"x": "real", "y": "real"}, []),
    ([("positive", "s")], {"s": "real"}, ["s > 0"]),
    ([("complex", "z")], {"z": "complex"}, []),
    ([("integer", "k>=0")], {"k": "integer"}, ["k >= 0"]),
    ([("natural", "m")], {"m": "integer"}, ["m >= 0"]),
    ([("real", "0 < t <= 1")], {"t": "real"}, ["t > 0", "t <= 1"]),
    ([("real", "t in (0, oo)")], {"t": "real"}, ["t > 0"]),
    ([("real", "x"), ("on", "[-6, 6]")], {"x": "real"}, ["x >= -6", "x <= 6"]),
    ([("on", "b in (0,1)")], {"b": "real"}, ["b > 0", "b < 1"]),
    ([("real", "a, b"), ("assume", "a < b")], {"a": "real", "b": "real"}, ["a < b"]),
    ([("real", "a < b"), ("real", "b")], {"a": "real", "b": "real"}, ["a < b"]),  # the bound is declared later
    ([("real", "a, b"), ("assume", "And(a < b, Ne(a, 0))")], {"a": "real", "b": "real"}, ["a < b", "a != 0"]),
    ([("function", "f")], {"f": ("function",)}, []),
])
def test_scalars(options: list[tuple[str, str]], sorts: dict[str, Any], said: list[str]) -> None:
    found = declare(options)
    assert found.sorts == sorts
    assert [text(h) for h in found.hyps] == said


def test_matrices_and_vectors_bring_their_sizes() -> None:
    found = declare([("matrix", "A n m"), ("vector", "v m"), ("orthogonal", "Q n"), ("unit_vector", "u 3")])
    m = integer("m")
    assert found.sorts["A"] == ("matrix", n, m) and found.sorts["v"] == ("vector", m)
    assert found.sorts["Q"] == ("matrix", n, n) and found.sorts["u"] == ("vector", lift(3))
    assert found.sorts["n"] == found.sorts["m"] == "integer"
    assert [text(h) for h in found.hyps] == ["n >= 1", "m >= 1", "Q is orthogonal", "u.u = 1"]


@pytest.mark.parametrize("options", [
    [("real", "")], [("real", "2x")], [("real", "x y+")], [("real", "pi")], [("real", "oo")], [("real", "x"), ("integer", "x")],
    [("real", "х")], [("matrix", "A")], [("matrix", "A n m k")], [("matrix", "A 0 1")], [("vector", "a 1.5")], [("on", "[0, 1]")],
    [("real", "x, y"), ("on", "[0, 1]")], [("real", "x"), ("on", "[0; 1]")], [("complex", "z"), ("on", "z in [0, 1]")],
    [("real", "x"), ("on", "(oo, 0)")], [("real", "x"), ("assume", "x + 1")], [("real", "x"), ("assume", "y > 0")], [("assume", "")],
    [("real", "x > ")], [("real", "1 < 2")], [("reals", "x")], [("real", "x\x00")], [("real", "x" * 70000)], [("function", "")],
    [("real", "x'' '")], [("natural", "n in [a, b]")],
])
def test_what_is_no_declaration_is_refused(options: list[tuple[str, str]]) -> None:
    with pytest.raises(Unreadable):
        declare(options)


@pytest.mark.parametrize("given, parts", [
    ("And(x < 1, y < 1)", ["x < 1", "y < 1"]),
    ("0 < x < 1", ["x > 0", "x < 1"]),
    ("Not(x < 1)", ["x >= 1"]),
    ("Not(Or(Eq(x, 0), y <= 1))", ["x != 0", "y > 1"]),
    ("Not(And(Eq(x, 0), Eq(y, 0)))", ["x != 0 or y != 0"]),
    ("Or(x < 0, And(y < 1, Not(Ne(x, 2))))", ["x < 0 or (y < 1 and x = 2)"]),
    ("Or(x < 0, True)", []),
    ("And(x < 0, False)", ["false"]),
    ("Not(Not(x < 1))", ["x < 1"]),
])
def test_conditions_are_taken_apart(given: str, parts: list[str]) -> None:
    assert [phrase(h) for h in conjuncts(condition(given, {"x": "real", "y": "real"}))] == parts


def test_every_condition_and_its_negation_share_no_point() -> None:
    """positive(h, True) is the negation of h, in every row of the table of truth."""
    from itertools import product
    atoms = [x < 0, ne(y, 0), y <= x]

    def holds(f: Formula, row: dict[Formula, bool]) -> bool:
        if f.head in ("and", "or"):
            return (all if f.head == "and" else any)(holds(g, row) for g in f.args)
        if f.head == "not":
            return not holds(f.args[0], row)
        return row[f] if f in row else not row[next(g for g in row if positive(g, True) == f)]
    forms = [Formula("or", (atoms[0], Formula("and", (atoms[1], Formula("not", (atoms[2],)))))),
             Formula("not", (Formula("and", (atoms[0], Formula("or", (atoms[1], atoms[2])))),))]
    for f in forms:
        for values in product((True, False), repeat=3):
            row = dict(zip(atoms, values, strict=True))
            assert holds(positive(f), row) == holds(f, row) != holds(positive(f, True), row)


@pytest.mark.parametrize("text_, wanted", [
    ("A*B*v", "A @ B @ v"), ("A**2", "A @ A"), ("A**-1", "A^-1"), ("2*A", "2*A"), ("v.T*v + 1", "v.v + 1"), ("exp(A)", "expm(A)"),
    ("(A*B).T", "(A @ B)^T"), ("det(A)*trace(B)", "det(A)*tr(B)"),
])
def test_products_and_powers_of_matrices(text_: str, wanted: str) -> None:
    found = declare([("matrix", "A n, B n"), ("vector", "v n")])
    assert text(value(text_, found.sorts)) == wanted


@pytest.mark.parametrize("text_", [
    "A + 1", "v + A", "A/B", "1/A", "sin(A)", "A**n", "A**(1/2)", "C*A", "v*v", "C.inv()", "A.T + C", "det(x)", "Abs(v)", "A**99",
    "(x < 1) + 1", "Piecewise((1, x), (2, True))", "And(x, y)", "Max(x < 1, 2)",
])
def test_what_does_not_fit_is_refused(text_: str) -> None:
    found = declare([("matrix", "A 3, B 3"), ("vector", "v 3"), ("matrix", "C 2 4"), ("real", "x y"), ("integer", "n")])
    with pytest.raises(Unreadable):
        value(text_, found.sorts)


def test_a_claim_states_something() -> None:
    found = declare([("real", "x")])
    assert claim("x == x", found).head == "eq"
    assert claim("0 <= x < 1", found).head == "and"
    for nothing in ("x", "x + 1", "Or(x < 1, x > 0)", ""):
        with pytest.raises(Unreadable):
            claim(nothing, found)


def test_a_formula_may_not_be_nested_without_end() -> None:
    f: Formula = x
    for _ in range(5000):
        f = f + 1
    with pytest.raises(Unreadable, match="deep"):
        typed(f)


def test_scope_in_words() -> None:
    from kexue.certificates import Goal
    z, A, v = complex_("z"), matrix("A", n), vector("v", n)
    assert scope(Goal((), x < 1)) == "for all real x"
    assert scope(Goal((lift(0) < x, ne(x, y)), x < y)) == "for all positive x and real y with x != y"
    assert scope(Goal((lift(0) <= n,), n < 1), "zh") == "对所有自然数 n"
    assert scope(Goal((), Formula("eq", (z, z)))) == "for all complex z"
    assert scope(Goal((Formula("or", (x < 0, lift(1) < x)),), x < 2)) == "for all real x with x < 0 or x > 1"
    assert scope(Goal((Formula("or", (x < 0, lift(1) < x)),), x < 2), "zh") == "对所有实数 x，其中 x < 0 或 x > 1"
    assert scope(Goal((lift(1) <= n,), Formula("eq", (A @ v, v)))) == (
        "for all integer n, n x n matrix A and n vector v with n >= 1")
    assert scope(Goal((), lift(1) < lift(2))) == "for the constants in it"
    assert Declared().sorts == {}
