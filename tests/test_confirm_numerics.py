"""The comparison of implementations with their reference: what passes, and everything that must not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import mpmath as mp
import pytest
import torch

from kexue.confirm_numerics import Draws, NumericsError, confirm_numerics, generator
from kexue.devices import DeviceError

ROOT = Path(__file__).parent.parent


def square(**changes: Any) -> ModuleType:
    """A numerics file for x^2 with the bound eps/2 x^2, and the given changes (None removes a name)."""
    module = ModuleType("square")
    names: dict[str, Callable[..., Any] | tuple[str, ...] | None] = {
        "torch_square__plain": lambda x: x * x,
        "ref_square": lambda x: [t * t for t in x],
        "bound_square__plain": lambda x, eps: [t * t * eps / 2 for t in x],
        "draw_square": lambda rng: ([rng.uniform(1, 2), rng.gauss(0, 1)],),
        "adversarial_square": lambda: [([0.0, 1.5],)],
    } | changes
    for name, value in names.items():
        if value is not None:
            setattr(module, name, value)
    return module


def rows(dtypes: tuple[str, ...] = ("float32",), **changes: Any) -> list[dict[str, Any]]:
    return confirm_numerics(square(**changes), "square", dtypes=dtypes)


def reason(**changes: Any) -> str:
    found, = rows(**changes)
    assert found["ok"] is False
    return str(found["reason"])


def test_a_right_implementation_passes_in_every_dtype() -> None:
    found = rows(("float64", "float32", "bfloat16"))
    assert [r["dtype"] for r in found] == ["float64", "float32", "bfloat16"]
    for r in found:
        assert r["ok"] and r["reason"] is None and r["kind"] == "value" and r["device"] == "cpu"
        assert 0.3 < r["ratio"] <= 1 and r["cases"] == 17 and r["nonfinite"] == 0
        assert r["worst_error"] / r["bound"] == pytest.approx(r["ratio"], rel=0.1)
        assert " x = [" in r["at"]
    assert json.loads(json.dumps(found)) == found


def test_the_input_is_rounded_before_it_is_compared() -> None:
    # 0.1 is not a bfloat16: against the square of 0.1 itself the error would be far above half a unit
    assert rows(("bfloat16",), adversarial_square=lambda: [([0.1, 0.7],)])[0]["ok"]


def test_too_large_an_error_fails() -> None:
    assert reason(torch_square__plain=lambda x: x * x * (1 + 2e-7)) == "the error exceeds the bound"


def test_an_empty_bound_fails() -> None:
    assert "empty" in reason(bound_square__plain=lambda x, eps: [1000 * t * t * eps + 1 for t in x])


def test_what_is_not_finite_fails_where_a_bound_is_promised_and_only_there() -> None:
    def broken(x: Any) -> Any:
        return torch.where(x == 0, torch.nan, x * x)
    assert reason(torch_square__plain=broken) == "not finite where a bound is promised"
    found, = rows(torch_square__plain=broken,
                  bound_square__plain=lambda x, eps: [t * t * eps / 2 if t else mp.inf for t in x])
    assert found["ok"] and found["nonfinite"] == 1


def test_a_bound_that_is_infinite_everywhere_is_empty() -> None:
    assert "empty" in reason(bound_square__plain=lambda x, eps: mp.inf)


def test_an_error_where_the_bound_is_zero_fails() -> None:
    assert reason(torch_square__plain=lambda x: x * x + 1e-30 * (x == 0)) == "the error exceeds the bound"


def test_one_bound_may_serve_all_entries() -> None:
    assert rows(bound_square__plain=lambda x, eps: max(t * t for t in x) * eps / 2)[0]["ok"]


@pytest.mark.parametrize("wrong, message", [
    (lambda x: (x * x).double(), "dtype float64, not float32"), (lambda x: (x * x)[:1], "shape (1,)"),
    (lambda x: (x * x).to("meta"), "is on meta")])
def test_dtype_shape_and_device_are_compared(wrong: Any, message: str) -> None:
    assert message in reason(torch_square__plain=wrong)


def test_what_an_implementation_raises_is_its_finding() -> None:
    def fails(x: Any) -> Any:
        raise RuntimeError("singular\nsecond line")
    assert reason(torch_square__plain=fails) == "raises RuntimeError: singular"


def test_a_bound_of_another_shape_fails() -> None:
    assert "the bound has shape (1,)" in reason(bound_square__plain=lambda x, eps: [eps])


@pytest.mark.parametrize("missing", ["ref_square", "bound_square__plain", "draw_square", "adversarial_square"])
def test_a_missing_part_is_named(missing: str) -> None:
    with pytest.raises(NumericsError, match=rf"numerics/square.py: .* needs {missing}"):
        rows(**{missing: None})


@pytest.mark.parametrize("extra", ["bound_square__plane", "ref_cube", "draw_cube", "adversarial_cube", "bound_cube"])
def test_a_part_that_belongs_to_nothing_is_named(extra: str) -> None:
    with pytest.raises(NumericsError, match=extra):
        rows(**{extra: lambda *a: a})


def test_a_file_without_implementations_is_an_error() -> None:
    with pytest.raises(NumericsError, match="no torch_X__variant"):
        confirm_numerics(ModuleType("empty"), "empty")


def test_a_reference_that_raises_is_a_fault_of_the_file() -> None:
    with pytest.raises(NumericsError, match=r"raises ZeroDivisionError: .* at adversarial 0"):
        rows(ref_square=lambda x: [1 / t for t in x])


def test_missing_devices_and_unknown_dtypes_fail_before_any_work() -> None:
    def draw(rng: Draws) -> Any:
        raise AssertionError("work was done")
    with pytest.raises(DeviceError, match="cuda:99"):
        confirm_numerics(square(draw_square=draw), "square", devices=("cpu", "cuda:99"))
    with pytest.raises(DeviceError, match="float31"):
        confirm_numerics(square(draw_square=draw), "square", dtypes=("float31",))


def test_checks_with_a_bound_must_vanish() -> None:
    def check(square: Any, x: Any) -> Any:
        return [s - t * t for s, t in zip(square, x, strict=True)]
    bound = {"bound_law": lambda x, eps: [t * t * eps / 2 for t in x]}
    value, law = rows(check_law=check, **bound)
    assert value["ok"] and law["ok"] and law["kind"] == "check law" and law["variant"] == "plain"
    law = rows(check_law=lambda square, x: [s - 2 * t * t for s, t in zip(square, x, strict=True)], **bound)[1]
    assert not law["ok"] and law["reason"] == "the error exceeds the bound"


def test_checks_without_a_bound_must_be_positive() -> None:
    law = rows(check_law=lambda square, x: [s + 1 for s in square])[1]
    assert law["ok"] and law["bound"] is None and law["ratio"] is None and law["worst_error"] == 1
    law = rows(check_law=lambda square, x: square)[1]  # 0 is not positive
    assert not law["ok"] and law["reason"] == "not positive" and law["at"].startswith("adversarial 0[0]")


def test_a_check_may_speak_of_one_variant_alone() -> None:
    other = {"torch_square__pow": lambda x: x ** 2, "bound_square__pow": lambda x, eps: [t * t * eps for t in x]}
    found = rows(check_law__pow=lambda square, x: [s + 1 for s in square], **other)
    assert [r["variant"] for r in found] == ["plain", "pow", "pow"]


def slope(factor: float) -> Callable[[Any], Any]:
    class Square(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        def backward(ctx: Any, *g: Any) -> Any:
            return g[0] * 2 * ctx.saved_tensors[0] * factor
    return Square.apply  # type: ignore[no-any-return]


def test_gradients_are_compared_in_float64_alone() -> None:
    names: dict[str, Any] = {"differentiable": ("square__plain",),
                             "bound_gradient_square__plain": lambda x, eps: [[4 * abs(t) * eps for t in x]]}
    assert len(rows(**names)) == 1
    _, found = rows(("float64",), **names, torch_square__plain=slope(1 + 2.0 ** -52))
    assert found["kind"] == "gradient" and found["ok"] and found["cases"] == 4 and found["variant"] == "plain (gradient)"
    _, found = rows(("float64",), **names, torch_square__plain=slope(1.5))
    assert not found["ok"] and found["reason"] == "the error exceeds the bound"


def test_a_differentiable_variant_needs_its_bound() -> None:
    with pytest.raises(NumericsError, match="needs bound_gradient_square__plain"):
        rows(("float64",), differentiable=("square__plain",))
    with pytest.raises(NumericsError, match="no torch_square__x"):
        rows(differentiable=("square__x",))


def test_dtype_and_device_are_filled_in_and_integers_stay() -> None:
    def table(start: int, k: torch.Tensor, dtype: torch.dtype, device: str) -> torch.Tensor:
        assert isinstance(start, int) and k.dtype == torch.int64
        return ((start + k).to(torch.float64) / 3).to(dtype).to(device)
    module = square(
        torch_square__plain=None, bound_square__plain=None, torch_square__table=table,
        ref_square=lambda start, k: [mp.mpf(start + j) / 3 for j in k],
        bound_square__table=lambda start, k, eps: [abs(start + j) * eps / 6 * (1 + mp.mpf(2) ** -28) for j in k],
        draw_square=lambda rng: (rng.randint(1, 9), [1, 2, 3]), adversarial_square=lambda: [(7, [0])])
    found, = confirm_numerics(module, "square", dtypes=("float32",))
    assert found["ok"], found


def test_draws_are_the_same_everywhere() -> None:
    assert generator("stem", "function").random() == 0.5235962637207694
    assert generator("stem", "other").random() != generator("stem", "function").random()
    rng = generator("stem", "gauss")
    sample = [rng.gauss(1, 2) for _ in range(4000)]
    mean = sum(sample) / len(sample)
    assert abs(mean - 1) < 0.15 and abs(sum((s - mean) ** 2 for s in sample) / len(sample) - 4) < 0.5


def test_rows_do_not_depend_on_hash_seed_or_threads() -> None:
    code = ("import json, sys, torch, importlib.util as u\n"
            "torch.set_num_threads(int(sys.argv[1]))\n"
            "s = u.spec_from_file_location('m', 'numerics/orthogonal_map.py')\n"
            "m = u.module_from_spec(s); s.loader.exec_module(m)\n"
            "from kexue.confirm_numerics import confirm_numerics\n"
            "print(json.dumps(confirm_numerics(m, 'orthogonal_map', dtypes=('float32',))))\n")
    said = [subprocess.run([sys.executable, "-c", code, threads], cwd=ROOT, capture_output=True, text=True, check=True,
                           env={**os.environ, "PYTHONHASHSEED": seed}).stdout for seed, threads in (("0", "1"), ("7", "2"))]
    assert said[0] == said[1] and len(json.loads(said[0])) == 10
