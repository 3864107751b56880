"""What bench needs of torch: inputs, machine limits, and the distance of a result from its reference."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import mpmath

from .. import devices as dev
from .offers import Offer

SEED = 17
MP_ENTRIES = 4096  # entries of arguments that cannot be cut into rows and are still given to mpmath
MP_SECONDS = 1.0  # of mpmath for as many rows as that allows
ANOTHER_FUNCTION = (
    1e-6  # a peer that is farther than this from the reference in float64 computes something else, or loses digits
)
NOTHING: tuple[Any, int | None, Any, float | None] = (None, None, None, None)
LARGEST_MATRIX, LARGEST_ARRAY = 1024, 2**29


def bind(call: Callable[..., Any], args: tuple[Any, ...], dtype: str, device: str) -> Callable[[], Any]:
    """`call` with its arguments; parameters called dtype and device that `args` leaves open are filled in."""
    try:
        signature = inspect.signature(call)
        taken = signature.bind_partial(*args).arguments
    except (TypeError, ValueError):  # builtins without a signature; a wrong number of arguments shows at the call
        return partial(call, *args)
    given = {"dtype": dev.dtype_of(dtype), "device": device}
    return partial(call, *args, **{k: v for k, v in given.items() if k in signature.parameters and k not in taken})


def draw(offer: Offer, size: Any, dtype: str, device: str) -> tuple[Any, ...]:
    """The arguments of one contest, the same for every contestant and in every run."""
    generator = dev.torch().Generator(device=device).manual_seed(SEED)
    return tuple(offer.inputs(size, dev.dtype_of(dtype), dev.torch().device(device), generator))


def in_double(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """The same numbers in float64; a dtype among the arguments becomes float64, all else stays."""
    torch = dev.torch()

    def up(a: Any) -> Any:
        if isinstance(a, torch.Tensor):
            return a.double() if a.is_floating_point() else a
        return torch.float64 if isinstance(a, torch.dtype) and a.is_floating_point else a

    return tuple(up(a) for a in args)


def limits(work: dict[str, float], dtype: str, device: str) -> dict[str, tuple[Callable[[], Any], float]]:
    """{copy, triad, gemm}: (a call, the number of such calls that equals the work).

    copy and triad (out = a + 3c) write to arrays at hand; gemm is square with the flop of the work.  On a CPU half
    precision multiplies in float32, as the implementations do.
    """
    torch = dev.torch()
    kind = dev.dtype_of(dtype)
    moved = min(max(int(work["bytes"]), 64), LARGEST_ARRAY)
    a, c, out = (torch.rand(max(1, moved // (k * kind.itemsize)), device=device).to(kind) for k in (2, 3, 3))
    target, x = torch.empty_like(a), torch.rand_like(c)
    inner = torch.float32 if device == "cpu" and kind.itemsize < 4 else kind
    n = min(max(8, round((work["flop"] / 2) ** (1 / 3))), LARGEST_MATRIX if device == "cpu" else 8 * LARGEST_MATRIX)
    p, q = (torch.rand(n, n, device=device).to(inner) for _ in range(2))
    r = torch.empty_like(p)
    scale = work["bytes"] / kind.itemsize
    return {
        "copy": (lambda: target.copy_(a), scale / (2 * a.numel())),
        "triad": (lambda: torch.add(x, c, alpha=3, out=out), scale / (3 * c.numel())),
        "gemm": (lambda: torch.mm(p, q, out=r), work["flop"] / (2 * n**3)),
    }


def _flat(value: Any) -> Any:
    """A result (tensor or tuple of tensors) as one float64 vector on the CPU."""
    torch = dev.torch()
    parts = value if isinstance(value, (tuple, list)) else (value,)
    return torch.cat([p.detach().to("cpu", torch.float64).reshape(-1) for p in parts])


def distance(value: Any, reference: Any) -> float:
    """max |value - reference| over the largest |reference|; nan when a value is not finite or the shapes differ."""
    got, want = _flat(value), _flat(reference)
    if got.shape != want.shape or not bool(got.isfinite().all()):
        return float("nan")
    scale = float(want.abs().max()) if want.numel() else 0.0
    return float((got - want).abs().max()) / (scale or 1.0) if want.numel() else 0.0


def _cuts(args: tuple[Any, ...]) -> Iterator[tuple[int, Callable[[int], tuple[Any, ...]]]]:
    """(size of the batch, the arguments for its first rows), for every reading of the arguments as a batch.

    The batch is the first dimension of the first tensor, cut there alone or wherever it occurs, or else the first
    integer above 1.  Whether the function really treats its rows alone is seen only by evaluating it.
    """
    torch = dev.torch()
    tensors = [i for i, a in enumerate(args) if isinstance(a, torch.Tensor) and a.dim()]
    for i in tensors[:1]:
        batch = args[i].shape[0]
        for where in ([k for k in tensors if args[k].shape[0] == batch], [i]):
            yield batch, lambda n, where=where: tuple(a[:n] if k in where else a for k, a in enumerate(args))  # type: ignore[misc]
    counts = [i for i, a in enumerate(args) if type(a) is int and a > 1]
    for i in [] if tensors else counts[:1]:
        yield args[i], lambda n, i=i: (*args[:i], n, *args[i + 1 :])  # type: ignore[misc]


def _corner(value: Any, shape: Any) -> Any:
    """The part of a result with the given shape that starts at index 0 in every dimension; None where there is none."""
    torch = dev.torch()
    if (
        not isinstance(value, torch.Tensor)
        or value.dim() != len(shape)
        or any(p > q for p, q in zip(shape, value.shape, strict=True))
    ):
        return None
    return value[tuple(slice(0, n) for n in shape)]


def _evaluate_exactly(offer: Offer, args: tuple[Any, ...]) -> Any:
    """ref_X with 50 digits, as one float64 vector."""
    torch = dev.torch()
    numbers = [
        dev.lift(a) if isinstance(a, torch.Tensor) else a
        for a in args
        if not isinstance(a, (torch.dtype, torch.device))
    ]
    assert offer.reference is not None
    with mpmath.workdps(50):
        result = offer.reference(*numbers)
        return torch.tensor(
            [float(v) for v in dev.leaves(list(result) if isinstance(result, tuple) else result)], dtype=torch.float64
        )


class Reference:
    """The exact values that results are held against, and the words for them.

    `kind` is `float64`: all entries against the good form evaluated in float64 on the same inputs, itself compared with
    mpmath (`mpmath_error`) where that is possible; or `mpmath`: where float64 is not finer than the dtype, the rows
    that mpmath evaluated.  `rows` is their number, None for all.  Where neither serves, `kind` is `self`: only the
    agreement with the good form is known.
    """

    def __init__(self, offer: Offer, args: tuple[Any, ...], dtype: str, device: str) -> None:
        self.good, self.device, self.double = offer.good, device, in_double(args)
        self.value = self._evaluate(offer.variants[offer.good], self.double)
        # what mpmath evaluated: values, number of rows (None: all) and shape of these; how far the good form is off
        self.exact, self.rows, self.shape, self.mpmath_error = self._mpmath(offer) if offer.reference else NOTHING
        fine = self.mpmath_error is None or self.mpmath_error < dev.epsilon(dtype) / 100
        self.kind = "float64" if fine and dtype != "float64" else "mpmath" if self.exact is not None else "self"

    def _mpmath(self, offer: Offer) -> tuple[Any, int | None, Any, float | None]:
        """The rows that a second of mpmath allows, or all of it when it is small and is no batch of rows."""
        for batch, cut in _cuts(self.double):
            if self._same(offer, cut(1)) is None:
                continue
            start = time.perf_counter()
            _evaluate_exactly(offer, cut(1))
            rows = min(batch, max(1, int(MP_SECONDS / (time.perf_counter() - start))))
            own = self._same(offer, cut(rows))
            if own is not None:
                exact = _evaluate_exactly(offer, cut(rows))
                return (exact, *((rows, own.shape) if rows < batch else (None, None)), distance(own, exact))
        if sum(a.numel() for a in self.double if isinstance(a, dev.torch().Tensor)) <= MP_ENTRIES:
            exact = _evaluate_exactly(offer, self.double)
            return exact, None, None, distance(self.value, exact)
        return NOTHING

    def _evaluate(self, call: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        return bind(call, args, "float64", self.device)()

    def _same(self, offer: Offer, args: tuple[Any, ...]) -> Any:
        """The good form at some rows; None unless these are rows of its value at all of them."""
        try:
            own = self._evaluate(offer.variants[offer.good], args)
        except (RuntimeError, ValueError, IndexError, TypeError):
            return None  # this cut of the arguments makes no sense
        part = _corner(self.value, getattr(own, "shape", ()))
        return own if part is not None and part.numel() and distance(own, part) < 1e-9 else None

    def error(self, value: Any, name: str) -> float | None:
        """The worst error of a result over the largest reference value; None for a form that is its own reference."""
        if self.kind == "mpmath":
            part = value if self.shape is None else _corner(value, self.shape)
            return float("nan") if part is None else distance(part, self.exact)
        return None if self.kind == "self" and name == self.good else distance(value, self.value)

    def double_error(self, call: Callable[..., Any]) -> float:
        """The distance in float64: what remains at that precision is another definition, or a loss of digits."""
        return distance(self._evaluate(call, self.double), self.value)

    def record(self) -> dict[str, Any]:
        return {"kind": self.kind, "good": self.good, "rows": self.rows, "mpmath_error": self.mpmath_error}


def first_result(call: Callable[[], Any]) -> tuple[Any, float]:
    """(result, seconds of the first call)."""
    start = time.perf_counter()
    return call(), time.perf_counter() - start
