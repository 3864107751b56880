"""What was found under the same hypotheses is found again without work, and always the same: no answer depends on what was asked before.

A memo belongs to facts, not to a reader: where a reader learns more, or speaks of a bound index, it goes on with a memo of its own.  Steps
are counted again when something is looked up, atoms and conditions that came with it come again."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from ..formula import Formula
from .algebra import Poly, Rat
from .parts import Parts

if TYPE_CHECKING:
    from .normal import Normal

STATES: dict[tuple[Formula, ...], tuple[SimpleNamespace, dict[Any, Any]]] = {}
STORED, REMEMBERED = 96, 1000  # sets of hypotheses, and what is known of each


class Remembered(Parts):
    """Mixed into `Normal`."""

    first = 0  # how many atoms the hypotheses brought in

    def __init__(self: Normal, hyps: Sequence[Formula] = (), _claim: Formula | None = None) -> None:  # type: ignore[misc]
        """What the same hypotheses led to before is copied: containers one level deep, their members are never changed in place."""
        given = tuple(hyps)
        if given not in STATES:
            if not self.extended(given):
                super().__init__(given)
            STATES[given] = kept(self), {}
            if len(STATES) > STORED:
                del STATES[next(iter(STATES))]
        else:
            self.__dict__.update(vars(kept(STATES[given][0])))
        self.memo, self.first = STATES[given][1], len(self.atoms)

    def extended(self: Normal, given: tuple[Formula, ...]) -> bool:  # type: ignore[misc]
        """Go on from all hypotheses but the last one, where this neither bounds a symbol nor is solved for an atom: as if all were read anew."""
        before, last = STATES.get(given[:-1]), given[-1] if given else None
        if before is None or before[0].solved or last is None or last.head not in ("lt", "le", "ne") or {g.head for g in last.args} == {"num", "sym"}:
            return False
        self.__dict__.update(vars(kept(before[0])))
        self.memo, self.first, self.hyps = before[1], len(self.atoms), given
        self.assume(last)
        self.memo = None
        return True

    def scalar(self: Normal, f: Formula) -> Rat:  # type: ignore[misc]
        """The normal form of a number, remembered where nothing but it, new atoms and conditions came of reading it."""
        if self.memo is None or f.head in ("num", "const", "sym"):
            return self.number(f)
        if (hit := self.memo.get(f)) is not None:
            r, steps, atoms, conditions = hit
            self.steps += steps
            for name, atom in atoms:
                self.atoms.setdefault(name, atom)
            self.conditions += conditions
            return r  # type: ignore[no-any-return]
        memo, before, needed, other = self.memo, self.steps, len(self.conditions), self.others()
        r = self.number(f)
        if self.memo is memo and self.others() == other:
            if len(memo) > REMEMBERED:
                memo.clear()
            memo[f] = r, self.steps - before, tuple(islice(self.atoms.items(), self.first, None)), tuple(self.conditions[needed:])
        return r

    def others(self: Normal) -> tuple[int, int, int]:  # type: ignore[misc]
        """How many bound names, letters and sizes there are."""
        return self.fresh, len(self.letters), len(self.sizes)

    def poly_sign(self: Normal, p: Poly, depth: int = 2) -> str:  # type: ignore[misc]
        """The sign, remembered for what is known of the atoms in p."""
        if depth != 2 or self.memo is None or len(p) < 2:
            return Parts.poly_sign(self, p, depth)
        known = frozenset(p.items()), frozenset((a, *self.atoms[a][::2], self.atoms[a].real) for m in p for a, _ in m)
        if (hit := self.memo.get(known)) is None:
            memo, before = self.memo, self.steps
            hit = Parts.poly_sign(self, p, depth), self.steps - before
            self.steps = before
            if self.memo is memo:
                memo[known] = hit
        self.steps += hit[1]
        s: str = hit[0]
        return s

    def learn(self: Normal, fact: tuple[Poly, bool]) -> None:  # type: ignore[misc]
        """From here on more is known, always the same where the same fact comes in."""
        self.facts.append(fact)
        self.memo = None if self.memo is None else self.memo.setdefault((frozenset(fact[0].items()), fact[1]), {})


def kept(state: object) -> SimpleNamespace:
    """The attributes, in containers of their own."""
    def copied(v: Any) -> Any:
        if isinstance(v, dict):
            return {k: set(x) if isinstance(x, set) else x for k, x in v.items()}
        return list(v) if isinstance(v, list) else v
    return SimpleNamespace(**{k: copied(v) for k, v in vars(state).items()})


__all__ = ["Remembered"]
