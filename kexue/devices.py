"""Devices and tensors.  The only engine file that imports torch, and only when a function is called."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any, TypeAlias

import mpmath as mp

Nested: TypeAlias = Any  # a number, or a list of Nested: what a tensor becomes outside torch

SIGNIFICAND = {"float64": 53, "float32": 24, "float16": 11, "bfloat16": 8}  # bits, the leading one included


class DeviceError(RuntimeError):
    """A device or dtype was asked for that this machine or this project does not have."""


def torch() -> Any:
    """The torch module.  Raises DeviceError with the way out when it is not installed."""
    try:
        return import_module("torch")
    except ImportError as err:
        raise DeviceError("torch is not installed; the numerics need it: pip install torch") from err


def available() -> list[str]:
    """Names of the devices of this machine: `cpu`, then `cuda:0`, `cuda:1`, ... where torch sees any."""
    cuda = torch().cuda
    return ["cpu"] + [f"cuda:{i}" for i in range(cuda.device_count() if cuda.is_available() else 0)]


def require(name: str) -> str:
    """The full name of a device; `cuda` means `cuda:0`.  Raises DeviceError if it is missing: there is no fallback."""
    found = available()
    full = "cuda:0" if name == "cuda" else name
    if full not in found:
        raise DeviceError(f"device {name!r} was asked for and is not there: "
                          f"torch {torch().__version__} sees {', '.join(found)}")
    return full


def dtype_of(name: str) -> Any:
    """The torch dtype called `float64`, `float32`, `float16` or `bfloat16`; any other name raises DeviceError."""
    if name not in SIGNIFICAND:
        raise DeviceError(f"dtype {name!r} is not one of {', '.join(SIGNIFICAND)}")
    return getattr(torch(), name)


def epsilon(dtype: str) -> mp.mpf:
    """Distance from 1 to the next number of the dtype, exactly."""
    return mp.ldexp(mp.mpf(1), 1 - SIGNIFICAND[dtype])


def synchronise(device: str) -> None:
    """Wait until the device has finished all that was queued on it; on the CPU nothing is ever queued."""
    if device.startswith("cuda"):
        torch().cuda.synchronize(device)


def versions(devices: Sequence[str] = ("cpu",)) -> dict[str, str]:
    """Versions a measurement depends on, and the product name of each CUDA device.  No host name, no path, no date."""
    found = {"python": platform.python_version(), "torch": str(torch().__version__), "mpmath": str(mp.__version__),
             "numpy": str(import_module("numpy").__version__)}
    cuda = [d for d in devices if d.startswith("cuda")]
    if cuda:
        found["cuda"] = str(torch().version.cuda)
    return found | {d: str(torch().cuda.get_device_name(d)) for d in cuda}


@contextmanager
def exact_settings() -> Iterator[None]:
    """One CPU thread and full-precision float32 products inside, the former settings again afterwards.

    The order of a sum depends on the number of threads, and TF32 keeps only 11 bits of each factor: neither may
    decide the digits of a report.
    """
    t = torch()
    threads, precision = t.get_num_threads(), t.get_float32_matmul_precision()
    t.set_num_threads(1)
    t.set_float32_matmul_precision("highest")
    try:
        yield
    finally:
        t.set_num_threads(threads)
        t.set_float32_matmul_precision(precision)


def _map(value: Nested, leaf: Any) -> Nested:
    return [_map(v, leaf) for v in value] if isinstance(value, list) else leaf(value)


def leaves(value: Nested) -> list[Any]:
    """The numbers of a nested list, in row-major order."""
    return [x for v in value for x in leaves(v)] if isinstance(value, list) else [value]


def shape_of(value: Nested) -> tuple[int, ...]:
    """Shape of a rectangular nested list, () for a number.  Raises ValueError if rows differ in shape."""
    if not isinstance(value, list):
        return ()
    inner = {shape_of(v) for v in value}
    if len(inner) > 1:
        raise ValueError(f"rows of the shapes {sorted(inner)} do not form an array")
    return (len(value), *(inner.pop() if inner else ()))


def lift(tensor: Any) -> Nested:
    """The entries of a tensor as a nested list, each exactly: mpf for floats (inf and nan included), int, bool."""
    t = tensor.detach().cpu()
    return _map(t.double().tolist(), mp.mpf) if t.is_floating_point() else t.tolist()


def lower(values: Nested, dtype: str, device: str = "cpu") -> Any:
    """A tensor from a nested list.  Floats and mpf are rounded once, to nearest even, to `dtype`; a list of integers
    or of booleans alone becomes int64 or bool."""
    t, flat = torch(), leaves(values)
    if flat and all(isinstance(v, bool) for v in flat):
        return t.tensor(values, dtype=t.bool, device=device)
    if flat and all(isinstance(v, int) for v in flat):
        return t.tensor(values, dtype=t.int64, device=device)
    bits = SIGNIFICAND[dtype] if dtype in SIGNIFICAND else 0

    def nearest(x: Any) -> float:
        # torch converts float64 to bfloat16 by way of float32: rounding here first leaves it nothing to round
        with mp.workprec(bits):
            return float(+mp.mpf(x))

    return t.tensor(_map(values, nearest), dtype=t.float64).to(device=device, dtype=dtype_of(dtype))


def gradient(f: Any, args: Sequence[Any], weights: Sequence[float]) -> list[tuple[int, Nested]]:
    """(index, d(sum of weights times outputs)/d(argument)) for every argument of f that is a float tensor, lifted."""
    moves = [hasattr(a, "is_floating_point") and a.is_floating_point() for a in args]
    inputs = [a.detach().clone().requires_grad_() if m else a for a, m in zip(args, moves, strict=True)]
    out = f(*inputs)
    total = (out.reshape(-1) * torch().tensor(weights, dtype=out.dtype, device=out.device)).sum()
    wanted = [i for i, m in enumerate(moves) if m]  # an argument that does not enter the result has the gradient 0
    grads = torch().autograd.grad(total, [inputs[i] for i in wanted], allow_unused=True, materialize_grads=True)
    return [(i, lift(g)) for i, g in zip(wanted, grads, strict=True)]
