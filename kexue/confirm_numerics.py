"""Holds the torch implementations of a numerics file against its mpmath reference, from both sides of a derived bound.

What is read from the file, by name:

    torch_X__variant(*args)       an implementation of X; parameters called `dtype` and `device` are filled in here
    ref_X(*args)                  X with mpmath numbers, as a nested list
    bound_X__variant(*args, eps)  an absolute bound for every entry, or one for all; inf where nothing is promised
    draw_X(rng)                   one tuple of arguments: nested lists of floats or of integers, or bare integers
    adversarial_X()               a list of such tuples
    check_C(X, *args)             a claim C about the output X (the name of this parameter says which) of every variant;
                                  with bound_C(*args, eps) what it returns must vanish, without one it must be positive
    check_C__variant(X, *args)    the same, of that variant alone, with bound_C__variant
    differentiable                names X__variant whose gradient is right too, with
                                  bound_gradient_X__variant(*args, eps): an array for each float argument, good for the
                                  sum of the outputs with any signs

Inputs are rounded to the dtype and lifted back exactly, so that neither reference nor check sees a rounding of its own.
"""

from __future__ import annotations

import hashlib
import inspect
import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import mpmath as mp

from . import devices as dev
from .devices import Nested

DIGITS = 50
DRAWS = 16
GRADIENTS = 4
LEAST, MOST = mp.mpf("0.001"), mp.mpf(1)


class NumericsError(Exception):
    """A numerics file lacks something its own names promise."""


class Draws(random.Random):
    """A generator whose numbers come from exact operations alone, so that no maths library has a say in them."""

    def gauss(self, mu: float = 0.0, sigma: float = 1.0) -> float:
        """Mean mu, standard deviation sigma, near-normal: twelve uniforms less six, of variance 1."""
        return mu + sigma * (math.fsum(self.random() for _ in range(12)) - 6)


def generator(stem: str, function: str) -> Draws:
    """The generator of one function of one file, the same in every process."""
    return Draws(int.from_bytes(hashlib.sha256(f"{stem}.{function}".encode()).digest()[:8], "big"))


@dataclass(frozen=True)
class Case:
    """One input: where it comes from, its arguments as tensors on the CPU (or plain numbers), and the same lifted."""

    origin: str
    args: tuple[Any, ...]
    lifted: tuple[Any, ...]
    names: tuple[str, ...]

    def on(self, device: str) -> list[Any]:
        return [a.to(device) if hasattr(a, "to") else a for a in self.args]

    def show(self, entry: tuple[int, ...]) -> str:
        """The case and the entry in one short line.  Inputs are exact, so the digits printed are."""
        shown = ", ".join(f"{n} = {_short(v)}" for n, v in zip(self.names, self.lifted, strict=False))
        return f"{self.origin}{list(entry) if entry else ''}: {shown}"


def _short(value: Nested, room: int = 44) -> str:
    if isinstance(value, list):
        parts, size = [], 0
        for v in value:
            parts.append(_short(v, room - size))
            size += len(parts[-1]) + 2
            if size > room and len(parts) < len(value):
                parts.append("...")
                break
        return f"[{', '.join(parts)}]"
    return str(value) if isinstance(value, int) else str(mp.nstr(value, 8))


@dataclass
class Worst:
    """Running worst case of one row."""

    cases: int = 0
    error: mp.mpf = mp.mpf(0)
    bound: mp.mpf = mp.mpf(0)
    ratio: mp.mpf = mp.mpf(-1)
    at: str = ""
    nonfinite: int = 0
    reason: str | None = None

    def fail(self, reason: str, at: str) -> None:
        if self.reason is None:
            self.reason, self.at = reason, at

    def see(self, case: Case, errors: Nested, bounds: Nested, count: bool = True) -> None:
        """Take in |error| of every entry with its bound."""
        self.cases += count
        shape = dev.shape_of(errors)
        flat = dev.leaves(errors)
        limits = dev.leaves(bounds) if isinstance(bounds, list) else [bounds] * len(flat)
        if isinstance(bounds, list) and dev.shape_of(bounds) != shape:
            self.fail(f"the bound has shape {dev.shape_of(bounds)}, the result {shape}", case.show(()))
            return
        for k, (e, b) in enumerate(zip(flat, limits, strict=True)):
            if not mp.isfinite(e):
                self.nonfinite += 1
                if mp.isfinite(b):
                    self.fail("not finite where a bound is promised", case.show(_entry(k, shape)))
                continue
            e, b = abs(e), mp.mpf(b)
            ratio = e / b if b > 0 else mp.inf if e > 0 else mp.mpf(0)
            if ratio > self.ratio:
                self.error, self.bound, self.ratio = e, b, ratio
                if self.reason is None:
                    self.at = case.show(_entry(k, shape))

    def row(self, head: dict[str, Any], two_sided: bool = True) -> dict[str, Any]:
        if self.reason is None and not self.cases:
            self.reason = "no case was tried"
        if self.reason is None and two_sided:
            if self.ratio > MOST:
                self.reason = "the error exceeds the bound"
            elif self.ratio < LEAST:
                self.reason = "the bound is empty: no error comes within a thousandth of it"
        measured = self.ratio >= 0
        return head | {
            "cases": self.cases, "worst_error": _digits(self.error) if measured else None,
            "bound": _digits(self.bound) if measured and two_sided else None,
            "ratio": _digits(self.ratio, 2) if measured and two_sided else None,
            "at": self.at, "nonfinite": self.nonfinite, "ok": self.reason is None, "reason": self.reason}


def _digits(x: mp.mpf, n: int = 3) -> float | None:
    return float(mp.nstr(x, n)) if mp.isfinite(x) else None


def _entry(k: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    entry: list[int] = []
    for size in reversed(shape):
        k, r = divmod(k, size)
        entry.insert(0, r)
    return tuple(entry)


def _difference(x: Nested, y: Nested) -> Nested:
    return [_difference(a, b) for a, b in zip(x, y, strict=True)] if isinstance(x, list) else x - y


def _named(module: ModuleType, prefix: str) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """(X, variant, function) for every prefix_X__variant, in the order of the file."""
    for name, value in list(vars(module).items()):
        if name.startswith(prefix) and callable(value):
            function, _, variant = name[len(prefix):].partition("__")
            yield function, variant, value


def _need(module: ModuleType, stem: str, name: str, because: str) -> Callable[..., Any]:
    found = getattr(module, name, None)
    if not callable(found):
        raise NumericsError(f"numerics/{stem}.py: {because} needs {name}")
    return found  # type: ignore[no-any-return]


def _unpaired(module: ModuleType, stem: str) -> None:
    """A bound or a check that belongs to nothing would be a check that cannot fail: raise NumericsError."""
    torch_names = {f"{f}__{v}" if v else f for f, v, _ in _named(module, "torch_")}
    functions = {f for f, _, _ in _named(module, "torch_")}
    checks = {f"{f}__{v}" if v else f for f, v, _ in _named(module, "check_")}
    gradients = {f"gradient_{name}" for name in getattr(module, "differentiable", ())}
    for name in getattr(module, "differentiable", ()):
        if name not in torch_names:
            raise NumericsError(f"numerics/{stem}.py: differentiable names {name}, but there is no torch_{name}")
    for f, v, _ in _named(module, "bound_"):
        if (f"{f}__{v}" if v else f) not in torch_names | checks | gradients:
            raise NumericsError(f"numerics/{stem}.py: bound_{f}{'__' * bool(v)}{v} bounds nothing in this file")
    for prefix in ("ref_", "draw_", "adversarial_"):
        for f, _, _ in _named(module, prefix):
            if f not in functions:
                raise NumericsError(f"numerics/{stem}.py: {prefix}{f} belongs to no torch_{f}__variant")


def make_cases(module: ModuleType, stem: str, function: str, dtype: str) -> list[Case]:
    """The adversarial and drawn inputs of a function, rounded to the dtype."""
    draw = _need(module, stem, f"draw_{function}", f"torch_{function}")
    adversarial = _need(module, stem, f"adversarial_{function}", f"torch_{function}")
    names = tuple(inspect.signature(_need(module, stem, f"ref_{function}", f"torch_{function}")).parameters)
    rng = generator(stem, function)
    raw = [(f"adversarial {i}", args) for i, args in enumerate(adversarial())]
    raw += [(f"draw {i}", tuple(draw(rng))) for i in range(DRAWS)]
    out = []
    for origin, args in raw:
        tensors = tuple(dev.lower(a, dtype) if isinstance(a, list) else a for a in args)
        lifted = tuple(dev.lift(t) if isinstance(a, list) else a for a, t in zip(args, tensors, strict=True))
        out.append(Case(origin, tensors, lifted, names))
    return out


def _run(f: Callable[..., Any], case: Case, dtype: str, device: str) -> Any:
    given = {"dtype": dev.dtype_of(dtype), "device": device}
    return f(*case.on(device), **{k: v for k, v in given.items() if k in inspect.signature(f).parameters})


def _wrong_form(result: Any, dtype: str, device: str, shape: tuple[int, ...]) -> str | None:
    if result.dtype != dev.dtype_of(dtype):
        return f"the result has dtype {str(result.dtype).removeprefix('torch.')}, not {dtype}"
    if result.device.type != device.split(":")[0]:
        return f"the result is on {result.device.type}, not on {device}"
    if tuple(result.shape) != shape:
        return f"the result has shape {tuple(result.shape)}, the reference {shape}"
    return None


def _checks(module: ModuleType, function: str,
            variant: str) -> list[tuple[str, Callable[..., Any], Callable[..., Any] | None]]:
    """(claim, check, bound or None) for every check of the output of torch_function__variant."""
    out = []
    for claim, only, check in _named(module, "check_"):
        if next(iter(inspect.signature(check).parameters)) == function and only in ("", variant):
            own = getattr(module, f"bound_{claim}__{variant}", None) or getattr(module, f"bound_{claim}", None)
            out.append((claim, check, own))
    return out


def _values(module: ModuleType, stem: str, function: str, dtype: str, devices: Sequence[str],
            variants: dict[str, Callable[..., Any]]) -> list[dict[str, Any]]:
    """The rows of one function in one dtype; the reference of a case is computed once for all variants and devices."""
    ref = _need(module, stem, f"ref_{function}", f"torch_{function}")
    eps = dev.epsilon(dtype)
    cases = make_cases(module, stem, function, dtype)
    wanted = _each(ref, cases, stem)
    rows = []
    for variant, f in variants.items():
        label = f"{function}__{variant}" if variant else function
        bound = _need(module, stem, f"bound_{label}", f"torch_{label}")
        limits = _each(bound, cases, stem, eps)
        checks = [(claim, check, _each(own, cases, stem, eps) if own else None)
                  for claim, check, own in _checks(module, function, variant)]
        for device in devices:
            head = {"function": function, "variant": variant, "dtype": dtype, "device": device}
            value, claims = Worst(), [Worst() for _ in checks]
            for i, (case, want) in enumerate(zip(cases, wanted, strict=True)):
                result, wrong = None, None
                try:
                    result = _run(f, case, dtype, device)
                except Exception as err:  # whatever an implementation raises is a finding about it
                    wrong = _raised(err)
                wrong = wrong or _wrong_form(result, dtype, device, dev.shape_of(want))
                if wrong is not None:
                    value.fail(wrong, case.show(()))
                    continue
                got = dev.lift(result)
                value.see(case, _difference(got, want), limits[i])
                for worst, (_, check, own_limits) in zip(claims, checks, strict=True):
                    said = check(got, *case.lifted)
                    if own_limits is not None:
                        worst.see(case, said, own_limits[i])
                    else:
                        _positive(worst, case, said)
            rows.append(value.row({"kind": "value", **head}))
            for worst, (claim, _, own_limits) in zip(claims, checks, strict=True):
                rows.append(worst.row({"kind": f"check {claim}", **head}, own_limits is not None))
    return rows


def _each(f: Callable[..., Any], cases: Sequence[Case], stem: str, *more: Any) -> list[Nested]:
    """f on the exact arguments of every case.  What a reference or a bound raises is the file's fault: NumericsError."""
    out = []
    for case in cases:
        try:
            out.append(f(*case.lifted, *more))
        except Exception as err:
            raise NumericsError(f"numerics/{stem}.py: {f.__name__} {_raised(err)} at {case.show(())}") from err
    return out


def _raised(err: Exception) -> str:
    return f"raises {type(err).__name__}: {(str(err).splitlines() or [''])[0]}"


def _positive(worst: Worst, case: Case, said: Nested) -> None:
    """Take in numbers that must be positive; worst_error is the least of them."""
    worst.cases += 1
    for k, x in enumerate(dev.leaves(said)):
        if not x > 0:  # nan included
            worst.nonfinite += not mp.isfinite(x)
            worst.fail("not positive", case.show(_entry(k, dev.shape_of(said))))
        if worst.ratio < 0 or x < worst.error:
            worst.error, worst.ratio = x, mp.mpf(0)
            if worst.reason is None:
                worst.at = case.show(_entry(k, dev.shape_of(said)))


def _gradient(module: ModuleType, stem: str, name: str, device: str) -> dict[str, Any]:
    """The gradient of the signed sum of the outputs by autograd, against differences of the reference."""
    function, _, variant = name.partition("__")
    f, bound = (_need(module, stem, f"{p}_{name}", "differentiable") for p in ("torch", "bound_gradient"))
    ref = _need(module, stem, f"ref_{function}", name)
    cases = [c for c in make_cases(module, stem, function, "float64") if c.origin.startswith("draw")][:GRADIENTS]
    rng, worst = generator(stem, f"gradient {name}"), Worst()
    wanted, limits = _each(ref, cases, stem), _each(bound, cases, stem, dev.epsilon("float64"))
    for case, value, limit in zip(cases, wanted, limits, strict=True):
        signs = [rng.choice((-1, 1)) for _ in dev.leaves(value)]
        try:
            got = dev.gradient(f, case.on(device), [float(s) for s in signs])
        except Exception as err:  # as above
            worst.fail(_raised(err), case.show(()))
            continue
        worst.cases += 1
        for (i, g), b in zip(got, limit, strict=True):
            worst.see(case, _difference(g, _slopes(ref, case.lifted, i, signs)), b, count=False)
    head = {"function": function, "variant": f"{variant} (gradient)".strip(), "dtype": "float64", "device": device}
    return worst.row({"kind": "gradient", **head})


def _slopes(ref: Callable[..., Any], args: tuple[Any, ...], i: int, signs: Sequence[int]) -> Nested:
    """d(signed sum)/d(every entry of argument i), in the shape of that argument."""

    def at(path: tuple[int, ...], x: mp.mpf) -> mp.mpf:
        moved = list(args)
        moved[i] = _replaced(args[i], path, x)
        return mp.fsum(s * y for s, y in zip(signs, dev.leaves(ref(*moved)), strict=True))

    def walk(value: Nested, path: tuple[int, ...]) -> Nested:
        if isinstance(value, list):
            return [walk(v, (*path, k)) for k, v in enumerate(value)]
        return mp.diff(lambda x: at(path, x), value)

    return walk(args[i], ())


def _replaced(value: Nested, path: tuple[int, ...], x: mp.mpf) -> Nested:
    if not path:
        return x
    return [_replaced(v, path[1:], x) if k == path[0] else v for k, v in enumerate(value)]


def confirm_numerics(module: ModuleType, stem: str, devices: Sequence[str] = ("cpu",),
                     dtypes: Sequence[str] = ("float64", "float32", "bfloat16")) -> list[dict[str, Any]]:
    """One row for every implementation, dtype and device, for every check of it, and for every gradient (float64).

    A row holds kind (`value`, `check CLAIM`, `gradient`), function, variant (with `gradient` in brackets),
    dtype, device, cases; worst_error and bound where error / bound is largest (for a check without bound: the least of
    the numbers that must be positive), ratio, at (input and entry); nonfinite, the number of results that are no
    numbers; ok, and the reason if not.  ok means that error / bound lies in [0.001, 1] and that dtype, device, shape
    and, wherever a bound is promised, finiteness are right.  Numbers are rounded to 3 digits, ratios to 2.
    Raises DeviceError for a missing device or an unknown dtype, before any work, and NumericsError when the file lacks
    a function that its names promise.
    """
    for name in devices:
        dev.require(name)
    for name in dtypes:
        dev.dtype_of(name)
    _unpaired(module, stem)
    functions: dict[str, dict[str, Callable[..., Any]]] = {}
    for function, variant, f in _named(module, "torch_"):
        functions.setdefault(function, {})[variant] = f
    if not functions:
        raise NumericsError(f"numerics/{stem}.py: there is no torch_X__variant in it")
    rows: list[dict[str, Any]] = []
    with mp.workdps(DIGITS), dev.exact_settings():
        for function, variants in functions.items():
            for dtype in dtypes:
                rows += _values(module, stem, function, dtype, devices, variants)
        for name in getattr(module, "differentiable", ()) if "float64" in dtypes else ():
            rows += [_gradient(module, stem, name, device) for device in devices]
    return rows
