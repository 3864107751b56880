"""Tensors to exact numbers and back, and devices that are not there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import mpmath as mp
import pytest
import torch

from kexue import devices

ROOT = Path(__file__).parent.parent


def test_importing_the_module_does_not_import_torch() -> None:
    code = "import sys, kexue.devices; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_a_missing_device_is_an_error_that_names_what_is_there() -> None:
    with pytest.raises(devices.DeviceError, match=r"cuda:99.*not there.*cpu"):
        devices.require("cuda:99")
    assert devices.require("cpu") == "cpu" and devices.available()[0] == "cpu"


def test_an_unknown_dtype_is_an_error() -> None:
    with pytest.raises(devices.DeviceError, match="int8"):
        devices.dtype_of("int8")


def test_missing_torch_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(devices.DeviceError, match="torch is not installed"):
        devices.torch()


@pytest.mark.parametrize("dtype", devices.SIGNIFICAND)
def test_epsilon_is_that_of_torch(dtype: str) -> None:
    assert devices.epsilon(dtype) == torch.finfo(getattr(torch, dtype)).eps


@pytest.mark.parametrize("dtype", devices.SIGNIFICAND)
def test_lifting_is_exact_in_every_dtype(dtype: str) -> None:
    values = torch.tensor([[1 / 3, -7.25], [0.1, 3.0]], dtype=torch.float64).to(getattr(torch, dtype))
    lifted = devices.lift(values)
    with mp.workdps(50):
        for row, numbers in zip(values.tolist(), lifted, strict=True):
            assert [mp.mpf(x) - y for x, y in zip(row, numbers, strict=True)] == [0, 0]
    assert torch.equal(devices.lower(lifted, dtype), values)


def test_lifting_keeps_integers_booleans_and_what_is_not_finite() -> None:
    big = devices.lift(torch.tensor([2 ** 62 + 1]))
    assert big == [2 ** 62 + 1] and isinstance(big[0], int)
    assert devices.lift(torch.tensor([True, False])) == [True, False]
    infinite, nan = devices.lift(torch.tensor([float("inf"), float("nan")]))
    assert infinite == mp.inf and mp.isnan(nan)


def test_lowering_rounds_once_to_nearest_even() -> None:
    tie_and_a_bit = mp.mpf(1) + mp.mpf(2) ** -8 + mp.mpf(2) ** -40  # float32 first would make it a tie, and round down
    assert devices.lower([tie_and_a_bit], "bfloat16").tolist() == [1 + 2 ** -7]
    assert devices.lower([1 + 2.0 ** -8], "bfloat16").tolist() == [1.0]
    assert devices.lower([3, 4], "float32").dtype == torch.int64
    assert devices.lower([[True]], "float32").dtype == torch.bool
    assert devices.lower([3, 4.0], "float32").dtype == torch.float32


def test_shapes_and_leaves() -> None:
    assert devices.shape_of([[1, 2], [3, 4], [5, 6]]) == (3, 2) and devices.shape_of(7) == ()
    assert devices.leaves([[1, 2], [3]]) == [1, 2, 3]
    with pytest.raises(ValueError, match="rows"):
        devices.shape_of([[1, 2], [3]])


def test_exact_settings_are_undone_even_after_an_error() -> None:
    before = torch.get_num_threads(), torch.get_float32_matmul_precision()
    with pytest.raises(KeyError), devices.exact_settings():
        assert torch.get_num_threads() == 1 and torch.get_float32_matmul_precision() == "highest"
        raise KeyError
    assert (torch.get_num_threads(), torch.get_float32_matmul_precision()) == before


def test_versions_name_no_host_and_no_path() -> None:
    found = devices.versions()
    assert set(found) == {"python", "torch", "mpmath", "numpy"} and not any("/" in v for v in found.values())


def test_gradients_are_those_of_the_weighted_sum() -> None:
    x, n = torch.tensor([2.0, 3.0], dtype=torch.float64), 3
    (index, slopes), = devices.gradient(lambda x, n: x ** n, [x, n], [1.0, -1.0])
    assert index == 0 and slopes == [12, -27] and not x.requires_grad
