"""The contests that the files of numerics/ offer: which variants, peers, sizes and inputs.  Nothing is timed here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from .. import collect


class BenchError(Exception):
    """A condition that ends the run with one message; `status` is the exit status."""

    def __init__(self, message: str, status: int = 1) -> None:
        super().__init__(message)
        self.status = status


def library() -> collect.Library:
    """The library around the working directory; BenchError with status 2 when there is none."""
    try:
        return collect.find_library()
    except collect.Complaint as complaint:
        raise BenchError(str(complaint), 2) from complaint


def stems(stem: str | None) -> list[str]:
    """The numerics files to measure: all, or the one called `stem`; BenchError with status 2 when it does not exist."""
    found = collect.stems(library(), "numerics")
    if stem is not None and stem not in found:
        raise BenchError(f"numerics/{stem}.py does not exist; there are: {', '.join(found) or 'none'}", 2)
    return found if stem is None else [stem]


@dataclass
class Offer:
    """What a file says about the function X: `variants` in file order, the straightforward first, the good one last."""

    stem: str
    function: str
    module: ModuleType
    variants: dict[str, Callable[..., Any]]
    sizes: list[Any]
    inputs: Callable[..., Any]
    work: Callable[..., dict[str, float]] | None
    reference: Callable[..., Any] | None
    peers: dict[str, Callable[..., Any] | None] = field(default_factory=dict)

    @property
    def good(self) -> str:
        return list(self.variants)[-1]

    def role(self, name: str) -> str:
        """straightforward (the first of several), good (the last; the only one), variant (between), peer."""
        names = list(self.variants)
        if name not in names:
            return "peer"
        return "good" if name == names[-1] else "straightforward" if name == names[0] else "variant"

    def contestants(self) -> list[tuple[str, Callable[..., Any] | None, list[str]]]:
        """(name, function or None when not installed, its names as a peer); a variant that is a peer competes once."""
        as_peer: dict[str, list[str]] = {
            k: [n for n, p in self.peers.items() if p is f] for k, f in self.variants.items()
        }
        shared = {n for names in as_peer.values() for n in names}
        return [(k, f, as_peer[k]) for k, f in self.variants.items()] + [
            (k, f, [k]) for k, f in self.peers.items() if k not in shared
        ]


def size_text(size: Any) -> str:
    return "x".join(map(str, size)) if isinstance(size, (tuple, list)) else str(size)


def offers(stem: str) -> list[Offer]:
    """Every X of numerics/<stem>.py with torch_X__variant, sizes_X and inputs_X.

    Raises BenchError naming file and line when the file does not import.
    """
    try:
        module = collect.load(library(), "numerics", stem)
    except collect.Complaint as complaint:
        raise BenchError(str(complaint)) from complaint
    names = vars(module)
    variants: dict[str, dict[str, Callable[..., Any]]] = {}
    for name, value in names.items():
        if name.startswith("torch_") and "__" in name and callable(value):
            function, _, variant = name.removeprefix("torch_").partition("__")
            variants.setdefault(function, {})[variant] = value
    found = []
    for function, forms in variants.items():
        if f"sizes_{function}" not in names or f"inputs_{function}" not in names:
            continue
        peers = names.get(f"peers_{function}")
        found.append(
            Offer(
                stem,
                function,
                module,
                forms,
                list(names[f"sizes_{function}"]),
                names[f"inputs_{function}"],
                names.get(f"work_{function}"),
                names.get(f"ref_{function}"),
                dict(peers()) if peers else {},
            )
        )
    return found
