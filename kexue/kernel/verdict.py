"""What the kernel answers."""

from __future__ import annotations

from dataclasses import dataclass

from ..formula import Formula


@dataclass(frozen=True)
class Accepted:
    """The certificate proves the goal.  trust: "exact" arithmetic, or "ball" arithmetic at a second precision.
    conditions: what must hold beyond the hypotheses for both sides to be defined."""

    trust: str = "exact"
    conditions: tuple[Formula, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "conditions", tuple(dict.fromkeys(self.conditions)))

    def __and__(self, other: Accepted) -> Accepted:
        trust = "ball" if "ball" in (self.trust, other.trust) else "exact"
        return Accepted(trust, self.conditions + other.conditions)


class Rejected(Exception):
    """The certificate does not prove the goal; the message says where it fails."""


def whole_number(x: object) -> int:
    """A number of a certificate that has to be an int: not True, not "3", not 3.0."""
    if type(x) is not int:
        raise Rejected(f"{x!r} is not a whole number")
    return x
