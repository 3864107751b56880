"""What is remembered changes no answer: the same questions in any order, before and after others, with other hypotheses in between."""

from __future__ import annotations

import random
from typing import Any

import pytest

from kexue.formula import Formula, Integral, Sum, call, complex_, exp, integer, lift, log, ne, oo, real, sin, sqrt
from kexue.kernel import Rejected
from kexue.kernel.algebra import WORK, show
from kexue.kernel.memory import REMEMBERED, STATES, STORED
from kexue.kernel.normal import Normal

x, y, a = real("x y a")
z, w = complex_("z w")
k, n = integer("k n")
HYPS: list[tuple[Formula, ...]] = [
    (), (lift(0) < x,), (lift(0) < x, x < y), (lift(0) < x, x < y, ne(z, 0)), (lift(0) <= n,), (ne(z, 0),), (ne(z, 0), lift(0) < call("re", z)),
    (x < 0,), (x < 0, lift(0) < x + y), (lift(0) <= Sum(x ** k, k, 0, n), lift(0) <= n), (lift(0) < call("im", z), call("im", z) < x)]
TERMS: list[Formula] = [
    sqrt(x ** 2), log(x * y), call("abs", x - y), call("abs", x + Formula("const", ("i",)) * y), sqrt(z / w), 1 / z, sqrt(lift(1) / z),
    call("abs", x * exp(x)), Sum(k * x, k, 0, n), Sum(k * x, k, 1, n), Sum(x ** k, k, 0, oo), Sum(x ** k, k, 1, oo), Integral(sin(y * a), a, 0, x),
    Integral(sqrt(a ** 2), a, 0, 1), Integral(sqrt(a ** 2), a, -1, 0), sqrt((x - y) ** 2), call("arg", z * x), x ** n, log(-x), call("sign", x)]


def answers(hyps: tuple[Formula, ...], terms: list[Formula]) -> list[Any]:
    """Everything that is said of the terms, read one after the other by one reader."""
    try:
        reader = Normal(hyps)
    except Rejected as err:
        return [str(err)]
    out: list[Any] = []
    for f in terms:
        try:
            r = reader.scalar(f)
            out.append((show(r), reader.sign(r), reader.sign_of(f), reader.real(r), reader.steps, tuple(reader.conditions)))
        except Rejected as err:
            out.append(str(err))
    return out


@pytest.mark.parametrize("seed", range(6))
def test_the_order_of_questions_does_not_matter(seed: int) -> None:
    rng = random.Random(seed)
    asked = [(h, rng.sample(TERMS, 4)) for h in HYPS for _ in range(4)]
    rng.shuffle(asked)
    STATES.clear()
    first, again = [answers(*q) for q in asked], [answers(*q) for q in asked]
    for q, *found in zip(asked, first, again, strict=True):
        STATES.clear()
        assert found == [answers(*q)] * 2


def test_a_bound_index_is_not_remembered_for_another_range() -> None:
    """The token of the index is the same, what it runs over is not."""
    STATES.clear()
    below, above = (show(Normal((lift(0) <= n,)).scalar(Sum(call("abs", k - 1) * x ** k, k, lo, n))) for lo in (0, 1))
    STATES.clear()
    assert show(Normal((lift(0) <= n,)).scalar(Sum(call("abs", k - 1) * x ** k, k, 1, n))) == above != below


def test_conditions_come_again() -> None:
    STATES.clear()
    for _ in range(3):
        reader = Normal(())
        reader.scalar(x / y + 1)
        assert reader.conditions == [ne(y, 0)]
    assert Normal((ne(y, 0),)).scalar(x / y) and not Normal((ne(y, 0),)).conditions


def test_what_was_learnt_by_one_reader_is_no_hypothesis_of_another() -> None:
    """The modulus of x + iy brings in that it is not less than x: a sign that is known only after it."""
    STATES.clear()
    modulus = call("abs", x + Formula("const", ("i",)) * y)
    knowing, plain = Normal(()), Normal(())
    size = knowing.scalar(modulus)
    assert knowing.sign(knowing.sub(size, knowing.scalar(x))) == ">="
    assert plain.sign(plain.scalar(x - y)) == "" and len(plain.facts) == 0 < len(knowing.facts)


def test_steps_are_counted_when_nothing_is_done() -> None:
    STATES.clear()
    f = (x + y) ** 6
    reader = Normal(())
    reader.scalar(f)
    once = reader.steps
    reader.scalar(f)
    assert reader.steps == 2 * once
    with pytest.raises(Rejected):
        for _ in range(WORK):
            reader.scalar(f * f)
            reader.tick()


def test_the_memory_is_bounded() -> None:
    STATES.clear()
    for j in range(STORED + 40):
        Normal((lift(j) < x,)).scalar(x * y)
    assert len(STATES) <= STORED
    for j in range(REMEMBERED + 40):
        Normal((lift(0) < x,)).scalar(x * j + y)
    assert len(STATES[(lift(0) < x,)][1]) <= REMEMBERED + 1
