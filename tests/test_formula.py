"""Substitution in the inert formula never captures and never reaches into a derivative."""

from __future__ import annotations

import pytest

from kexue import Formula, Sum, integer, lift, real, substitute
from kexue.formula import free_symbols

n, k = integer("n k")
x = real("x")
primed = Formula("sym", ("k'", "integer"))


def test_a_bound_index_does_not_capture_what_is_put_in() -> None:
    result = substitute(Sum(k + x, k, 0, n), {"x": k})
    assert set(free_symbols(result)) == {"k", "n"}
    assert result.args[1] != k


def test_the_new_name_is_new_in_the_body_and_in_the_values() -> None:
    result = substitute(Sum(k + x + primed, k, 0, n), {"x": k})
    assert set(free_symbols(result)) == {"k", "k'", "n"}
    assert result.args[1] not in (k, primed)


@pytest.mark.parametrize("head", ["diff", "ndiff"])
def test_nothing_is_put_into_a_derivative(head: str) -> None:
    f = Formula(head, (x ** 2, x, *([n] if head == "ndiff" else [])))
    with pytest.raises(ValueError, match="differentiate first"):
        substitute(f, {"x": lift(1)})
