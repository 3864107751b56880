"""Points of goals about numbers: values of real, integer and complex variables that meet every hypothesis, all of them exact.

Values are Fractions, and pairs of them for complex numbers.  Small numbers come first, then the numbers that the claim mentions,
where it most easily breaks, then numbers at random; bounds that can be evaluated are kept.  The same goal and label always give
the same points."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from hashlib import sha256
from json import dumps
from math import ceil, floor
from typing import Any

from flint import acb, arb, ctx, fmpq

from .certificates import Goal
from .formula import RELATIONS, Formula, children, free_symbols, lift
from .kernel import Rejected
from .kernel.balls import UNDEFINED
from .kernel.special import At, value
from .sample.structured import isolated

F = Fraction
Values = dict[str, Any]
SCALARS = ("real", "integer", "complex")
ERRORS = (Rejected, *UNDEFINED, SystemError, NotImplementedError, AssertionError)
REALS = [F(q) for q in ("0 1 -1 2 1/2 -1/2 -2 3 1/3 -3 3/2 -3/2 5 -5 3/4 10 -10 1/10 -1/10 7/3 -7/3 20 -20 1/1000 -1/1000 100 "
                        "-100 1/7 -6/5 1000 99/100 -99/100 1/1000000 1000000 1/1000000000 -1/1000000000 -1000000").split()]
INTEGERS = [F(k) for k in (0, 1, 2, 3, -1, 4, 5, -2, 6, 7, -3, 8, 10, 12, -5, 9, 15, -8, 20, 30)]
FACTORS = [F(k) for k in (1, 2, 0, 3, -1, 5, 4, -2, 6, 7)]  # multiples of a number that has to divide another
INSIDE = [F(q) for q in "1/2 1/3 2/3 1/4 3/4 1/10 9/10 1/100 99/100 3/7 1/1000 999/1000 5/8".split()]
PLANE = [(F(a), F(b)) for a, b in (pair.split(",") for pair in (  # in and outside the circle, the axes, both sides of the cuts
    "1/3,1/5 -1/2,3/4 -2,0 2,1 0,1 -1,-1/3 0,-2 3,-2 1/2,0 -1,0 3/5,4/5 -5/2,1/100 -5/2,-1/100 0,3 1,0 -1/3,0 5,4 -4,-5 "
    "0,-1/2 1/10,-7 -7/3,2/7 -3,0 9/2,0 0,7/2 -1/7,1/9 12,-1/3 0,0 2,-3 -1/5,2 1/4,1 2,0 1,1").split())]
STEPS = (1, 5, 7, 11, 3, 13)


def about_numbers(goal: Goal) -> bool:
    """Whether every variable of the goal is a number."""
    return all(s.args[1] in SCALARS for f in (*goal.hyps, goal.claim) for s in free_symbols(f).values())


def exact(v: Any) -> Any:
    """A drawn value as a flint number."""
    return value([str(v[0]), str(v[1])]) if isinstance(v, tuple) else fmpq(v.numerator, v.denominator)


def at(values: Values) -> At:
    """The point where formulas are evaluated."""
    return At({k: exact(v) for k, v in values.items()})


class Drawer:
    """Draws points for one goal."""

    def __init__(self, goal: Goal, label: str) -> None:
        self.goal = goal
        self.rng = random.Random(int(sha256(dumps([goal.data(), label]).encode()).hexdigest(), 16))
        self.shift = self.rng.randrange(1, 6) if label not in ("", "look") else 0
        symbols = {n: s.args[1] for f in (*goal.hyps, goal.claim) for n, s in free_symbols(f).items()}
        self.defined: dict[str, Formula] = {}
        self.multiple: dict[str, Formula] = {}  # name -> what divides it
        for h in goal.hyps:
            for left, right in (h.args, h.args[::-1]) if h.head == "eq" else ():
                name, value_ = next(((n, f) for n, f in isolated(left, right) if n not in self.defined and not self._circular(n, f)), ("", right))
                if name:
                    self.defined[name] = value_
                    break
            if h.head == "eq" and h.args[0].head == "mod" and h.args[0].args[0].head == "sym" and h.args[1] == lift(0):
                name, divisor = h.args[0].args[0].args[0], h.args[0].args[1]
                if name not in self.defined and not self._circular(name, divisor):
                    self.multiple[name] = divisor
        self.sorts = {n: symbols[n] for n in sorted(symbols, key=lambda n: n in self.defined or n in self.multiple)}
        self.bounds: dict[str, list[tuple[bool, bool, Formula]]] = {n: [] for n in symbols}  # upper, strict, bound
        for h in goal.hyps:
            if h.head in ("lt", "le"):
                for k in (0, 1):
                    if h.args[k].head == "sym" and h.args[k].args[1] != "complex":
                        self.bounds[h.args[k].args[0]].append((k == 0, h.head == "lt", h.args[1 - k]))
        self.said, self.compared = numbers(goal)

    def _circular(self, name: str, f: Formula) -> bool:
        names = set(free_symbols(f))
        return name in names or any(n in self.defined or n in self.multiple for n in names)

    def points(self, count: int, attempts: int) -> Iterator[Values]:
        """Up to `count` different points in at most `attempts` attempts."""
        seen: set[Any] = set()
        for i in range(attempts if self.sorts else 1):
            values = self._draw(i)
            if values is not None and (key := tuple(sorted(values.items()))) not in seen:
                seen.add(key)
                yield values
                if len(seen) >= count:
                    return

    def _draw(self, i: int) -> Values | None:
        values: Values = {}
        try:
            with ctx.workprec(64):
                turn = i // 3 % len(self.sorts) if self.sorts else 0
                for k, (name, sort) in enumerate(self.sorts.items()):
                    said = i // 3 // len(self.sorts) if i % 3 == 2 and k == turn else None
                    values[name] = self._value(name, sort, values, i + self.shift, k, said)
                here = at(values)
                return values if all(here.holds(h) is True for h in self.goal.hyps) else None
        except ERRORS:
            return None

    def _value(self, name: str, sort: str, values: Values, i: int, k: int, said: int | None) -> Any:
        if name in self.defined:
            v = at(values).of(self.defined[name])
            if not isinstance(v, fmpq):
                raise Rejected("the value of an equation is not rational")
            if sort == "integer" and v.q != 1:
                raise Rejected("the value of an equation is not whole")
            return F(int(v.p), int(v.q)) if sort != "complex" else (F(int(v.p), int(v.q)), F(0))
        step = STEPS[k % len(STEPS)]
        if name in self.multiple:
            return rational(at(values).of(self.multiple[name])) * FACTORS[(i + k) % len(FACTORS)]
        if sort == "complex":
            if i % 5 == 4 or i * step >= 2 * len(PLANE):
                return tuple(F(self.rng.randint(-40, 40), self.rng.randint(1, 12)) * self.rng.choice((1, 1, 0)) for _ in range(2))
            return PLANE[(i * step + 7 * k) % len(PLANE)]
        low, high = self._range(name, values)
        pool = [q for q in self.said if fits(q, low, high) and (
            sort == "real" or q.denominator == 1 and (abs(q) > 9 or q in self.compared))]
        if pool and said is not None:
            return pool[said % len(pool)]
        if sort == "integer":
            return self._integer(low, high, i, k, step)
        pool = [q for q in REALS if fits(q, low, high)]
        if low is not None and high is not None:
            pool += [low[0] + (high[0] - low[0]) * t for t in INSIDE]
        elif low is not None:
            pool += [low[0] + t for t in REALS if t > 0]
        elif high is not None:
            pool += [high[0] - t for t in REALS if t > 0]
        pool += [end[0] for end in (low, high) if end is not None and not end[1]]
        pool = list(dict.fromkeys(pool))
        if i * step < 2 * len(pool) and not (len(self.sorts) > 1 and i % 4 == 3):
            return pool[(i * step + 5 * k) % len(pool)]
        q = F(self.rng.randint(-600, 600), self.rng.randint(1, 60))
        if low is not None and high is not None:
            q = low[0] + (high[0] - low[0]) * F(self.rng.randint(1, 239), 240)
        elif low is not None or high is not None:
            q = low[0] + abs(q) if low is not None else high[0] - abs(q) if high is not None else q
        return q

    def _integer(self, low: Any, high: Any, i: int, k: int, step: int) -> Fraction:
        if low is None and high is None:
            pool = INTEGERS
        else:
            start = ceil(low[0]) + (low[1] and low[0].denominator == 1) if low is not None else floor(high[0]) - 30
            end = floor(high[0]) - (high[1] and high[0].denominator == 1) if high is not None else start + 40
            if end < start:
                raise Rejected("no integer in the bounds")
            pool = [F(n) for n in range(start, min(end, start + 40) + 1)] + [F(end)]
        many = len(self.sorts) > 1
        top = min(len(pool), 6 + i // 3) if many and low is not None else len(pool)
        if i < len(pool) or many:
            return pool[(i * step + 2 * k) % top]
        return pool[0] + i if high is None and low is not None else F(self.rng.randint(-99, 99)) if high is None else self.rng.choice(pool)

    def _range(self, name: str, values: Values) -> tuple[Any, Any]:
        """The tightest bounds that can be evaluated now, as (rational, strict), or None."""
        out: list[Any] = [None, None]
        for upper, strict, f in self.bounds[name]:
            if f.head == "num":
                q = f.args[0]
            elif set(free_symbols(f)) <= values.keys():
                v = at(values).of(f)
                if isinstance(v, acb):
                    continue
                q = rational(v if isinstance(v, fmpq) else v.lower() if upper else v.upper())
            else:
                continue
            old = out[upper]
            if old is None or (q < old[0] if upper else q > old[0]) or q == old[0] and strict:
                out[upper] = (q, strict)
        return out[0], out[1]


def rational(v: Any) -> Fraction:
    v = v.mid().fmpq() if isinstance(v, arb) else v
    return F(int(v.p), int(v.q))


def fits(q: Fraction, low: Any, high: Any) -> bool:
    above = low is None or q > low[0] or q == low[0] and not low[1]
    return above and (high is None or q < high[0] or q == high[0] and not high[1])


def numbers(goal: Goal) -> tuple[list[Fraction], set[Fraction]]:
    """The numbers in a goal, their neighbours and negatives, and the reciprocals of those below 1: first those that a variable is
    compared with, which are also given apart, then the others by size."""
    found: set[Fraction] = set()
    compared: set[Fraction] = set()

    def walk(f: Formula) -> None:
        if f.head == "num":
            q = f.args[0]
            found.update(x for x in (q, -q, q - 1, q + 1, 1 / q if 0 < abs(q) < 1 else q, F(q.denominator)) if abs(x) < 10 ** 5)
        if f.head in ("delta", *RELATIONS) and {g.head for g in f.args} == {"sym", "num"}:
            compared.update(g.args[0] for g in f.args if g.head == "num" and abs(g.args[0]) < 10 ** 5)
        for x in children(f):
            walk(x)
    walk(goal.claim)
    first = set(compared)
    for h in goal.hyps:
        walk(h)
    return sorted(found | first, key=lambda q: (q not in first, abs(q), q))[:24], first
