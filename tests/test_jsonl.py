"""A line of JSON is a claim or Unreadable, whatever its bytes; nothing that could carry a condition is dropped."""

from __future__ import annotations

import io
import json
import random
import time
from typing import Any

import pytest

from kexue.checking.lines import lines
from kexue.printing import text
from kexue.read.jsonl import BadLine, read_line
from kexue.read.words import phrase

REAL = {"x": {"domain": "real"}}


def line(**fields: Any) -> bytes:
    return json.dumps({"id": "c", "kind": "eq", "lhs": "x", "rhs": "x", "vars": REAL} | fields).encode()


def hyps(**about: Any) -> list[str]:
    return [phrase(h) for h in read_line(line(vars={"x": about, "a": {"domain": "real"}})).goal.hyps]


def test_a_claim() -> None:
    r = read_line(line(lhs="log(1 + exp(x)) - log(1 + exp(-x))"))
    assert (r.id, r.kind, text(r.goal.claim), r.goal.hyps, r.problems) == ("c", "eq", "log(1 + exp(x)) - log(1 + exp(-x)) = x", (), ())


@pytest.mark.parametrize("kind, shown", [("eq", "x = 1"), ("ne", "x != 1"), ("le", "x <= 1"), ("lt", "x < 1"), ("ge", "x >= 1"), ("gt", "x > 1")])
def test_kinds(kind: str, shown: str) -> None:
    assert text(read_line(line(kind=kind, rhs="1")).goal.claim) == shown


@pytest.mark.parametrize("about, said", [
    ({"domain": "real"}, []),
    ({"domain": "natural"}, ["x >= 0"]),
    ({"domain": "natural", "lo": "2"}, ["x >= 0", "x >= 2"]),
    ({"domain": "integer", "lo": "-oo", "hi": "5"}, ["x <= 5"]),
    ({"domain": "real", "lo": "0", "lo_open": True, "hi": "2*a", "hi_open": False}, ["x > 0", "x <= 2*a"]),
    ({"domain": "real", "lo": 0, "hi": 3}, ["x >= 0", "x <= 3"]),
    ({"domain": "complex", "assume": ["re(x) > 0", "Not(And(Eq(im(x), 0), re(x) <= 1))"]}, ["re(x) > 0", "im(x) != 0 or re(x) > 1"]),
])
def test_domains_become_hypotheses(about: dict[str, Any], said: list[str]) -> None:
    assert hyps(**about) == said


def test_conditions_on_several_variables() -> None:
    r = read_line(line(vars={"x": {"domain": "real"}, "y": {"domain": "real"}}, assumptions=["And(x < y, Ne(x, 0))", "y**2 < 4"]))
    assert [phrase(h) for h in r.goal.hyps] == ["x < y", "x != 0", "y^2 < 4"]


def test_fields_that_change_nothing_are_named() -> None:
    assert read_line(line(topic="t", truth=True)).problems == ("the field `topic` is not used", "the field `truth` is not used")


BAD: list[tuple[bytes, str]] = [
    (b"", "empty"), (b"   ", "empty"), (b"\x00", "bad-json"), (b"\xff\xfe", "bad-utf8"), (b"nonsense", "bad-json"), (b"[]", "bad-json"), (b"1", "bad-json"),
    (b"null", "bad-json"), (b"{", "bad-json"), (b"{} {}", "bad-json"), (b"{}", "bad-field"), (b"[" * 100_000, "too-deep"),
    (b'{"a":' * 100_000, "too-deep"), (b"9" * 100_000, "too-large"), (b'{"id":"a","id":"b"}', "bad-json"), (b'{"id":NaN}', "bad-json"),
    (b'{"id":Infinity}', "bad-json"), (b"\xef\xbb\xbf{}", "bad-json"), (b"x" * (2 << 20), "too-long"),
    (line(id=3), "bad-field"), (line(kind="equal"), "bad-field"), (line(kind=None), "bad-field"), (line(lhs=1), "bad-field"),
    (line(lhs=["x"]), "bad-field"), (line(vars=[]), "bad-field"), (line(vars={"x": "real"}), "bad-field"), (line(vars={"x": {}}), "bad-field"),
    (line(vars={"x": {"domain": "reals"}}), "bad-field"), (line(vars={"x": {"domain": "real", "low": "0"}}), "bad-field"),
    (line(vars={"x": {"domain": "real", "lo_open": 1, "lo": "0"}}), "bad-field"), (line(vars={"x": {"domain": "real", "lo": 0.5}}), "bad-field"),
    (line(vars={"x": {"domain": "real", "lo": True}}), "bad-field"), (line(vars={"x": {"domain": "complex", "lo": "0"}}), "bad-field"),
    (line(vars={"x": {"domain": "real", "lo": "oo"}}), "bad-interval"), (line(vars={"x": {"domain": "real", "assume": "x > 0"}}), "bad-field"),
    (line(vars={"x": {"domain": "real", "assume": ["x"]}}), "not-a-condition"), (line(vars={"x y": {"domain": "real"}}), "bad-name"),
    (line(vars={"": {"domain": "real"}}), "bad-name"), (line(vars={"E": {"domain": "real"}}), "ambiguous"),
    (line(vars={f"v{i}": {"domain": "real"} for i in range(101)}), "bad-field"), (line(assumptions=["x"]), "not-a-condition"),
    (line(assumptions="x > 0"), "bad-field"), (line(assumptions=[1]), "bad-field"), (line(assumption=["x > 0"]), "bad-field"),
    (line(where=["x > 0"]), "bad-field"), (line(provided="x > 0"), "bad-field"), (line(asumptions=[]), "bad-field"), (line(Vars={}), "bad-field"),
    (line(lhs=""), "syntax"), (line(lhs="x +"), "syntax"), (line(lhs="y"), "undeclared"), (line(lhs="x < 1"), "not-a-value"),
    (line(lhs="frobnicate(x)"), "undeclared"), (line(lhs="x(1)"), "ambiguous"), (line(lhs="2 x"), "ambiguous"), (line(lhs="х"), "syntax"),
    (line(lhs="x\u200b"), "syntax"), (line(lhs="x\u202e"), "syntax"), (line(lhs="\x00"), "syntax"), (line(lhs="\ud800"), "syntax"),
    (line(lhs="(" * 100_000 + "x" + ")" * 100_000), "too-long"), (line(lhs="(" * 30_000 + "x" + ")" * 30_000), "too-deep"),
    (line(lhs="+".join(["x"] * 9000)), "too-deep"), (line(lhs="1" * 20_000), "too-large"), (line(lhs="1e999999999"), "too-large"),
    (line(lhs="x**" * 1000 + "x"), "too-deep"), (line(lhs="__import__('os').system('true')"), "undeclared"), (line(lhs="x.__class__"), "syntax"),
    (line(lhs="Matrix([[1, 2], [3]])"), "syntax"), (line(lhs="Matrix([[1, 2]])"), "sorts"), (line(lhs="x", rhs="eye(2)"), "sorts"),
]


@pytest.mark.parametrize("given, code", BAD, ids=[f"{i}-{code}" for i, (_, code) in enumerate(BAD)])
def test_what_cannot_be_read_says_why(given: bytes, code: str) -> None:
    since = time.monotonic()
    with pytest.raises(BadLine) as caught:
        read_line(given)
    assert caught.value.code == code, caught.value
    assert time.monotonic() - since < 2
    assert caught.value.column >= 1 and len(str(caught.value)) < 400


def test_the_id_survives_where_it_can_be_read() -> None:
    with pytest.raises(BadLine) as caught:
        read_line(line(id="\u4e00 <b>", lhs="("))
    assert caught.value.id == "\u4e00 <b>"


def test_random_bytes_never_raise_anything_else() -> None:
    rng = random.Random(7)
    good = line(lhs="sin(x)**2 + Sum(k, (k, 1, 3))", assumptions=["x > 0"])
    for _ in range(1500):
        broken = bytearray(good)
        for _ in range(rng.randint(1, 6)):
            at = rng.randrange(len(broken))
            if rng.random() < 0.4:
                del broken[at:at + rng.randint(1, 5)]
            else:
                broken[at:at] = bytes(rng.choice([rng.randrange(256), *b'"{}[](),:+-*/x1']) for _ in range(rng.randint(1, 3)))
        try:
            read_line(bytes(broken))
        except BadLine:
            continue


def test_long_lines_are_cut_and_the_next_one_is_whole() -> None:
    stream = io.BytesIO(b"a\n" + b"x" * 5000 + b"\nb\r\n\nc" + b"y" * 99)
    assert [len(x) for x in lines(stream, 100)] == [1, 101, 1, 0, 100]
    assert list(lines(io.BytesIO(b"x" * 100 + b"\n" + b"y" * 101 + b"\nz"), 100)) == [b"x" * 100, b"y" * 101, b"z"]
    assert list(lines(io.BytesIO(b""))) == []


def test_lines_of_exactly_the_cap_keep_the_next() -> None:
    for size in range(95, 106):
        got = list(lines(io.BytesIO(b"x" * size + b"\nnext\n"), 100))
        assert got == [b"x" * min(size, 101), b"next"], size
