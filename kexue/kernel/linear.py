"""Linear inequalities over the rationals: is there a point that meets them?"""

from __future__ import annotations

from fractions import Fraction

from .verdict import Rejected

Lin = dict[str, Fraction]  # a linear form; "" is the constant
Rows = tuple[tuple[Lin, bool], ...]  # each form is >= 0, or > 0 where True
ROWS = 400


def feasible(rows: Rows) -> bool:
    """Whether some rational point meets the inequalities: Fourier and Motzkin's elimination."""
    left = list(rows)
    while True:
        names = {x for r, _ in left for x in r if x}
        for r, strict in left:
            if not any(r[x] for x in r if x) and (r.get("", Fraction(0)) < 0 or strict and r.get("", Fraction(0)) == 0):
                return False
        if not names:
            return True
        x = min(sorted(names), key=lambda y: sum(r.get(y, 0) > 0 for r, _ in left) * sum(r.get(y, 0) < 0 for r, _ in left))
        up, down = [q for q in left if q[0].get(x, 0) > 0], [q for q in left if q[0].get(x, 0) < 0]
        left = [q for q in left if not q[0].get(x, 0)]
        seen = {(tuple(sorted(r.items())), s) for r, s in left}
        for r, s in up:
            for q, t in down:
                new = combined(scaled(r, -q[x]), scaled(q, r[x]))
                new.pop(x, None)
                size = max((abs(c) for c in new.values()), default=Fraction(1)) or Fraction(1)
                new = scaled(new, 1 / size)
                mark = (tuple(sorted(new.items())), s or t)
                if mark not in seen:
                    seen.add(mark)
                    left.append((new, s or t))
        if len(left) > ROWS:
            raise Rejected("too many inequalities")


def scaled(r: Lin, c: Fraction) -> Lin:
    return {x: k * c for x, k in r.items() if k * c}


def combined(*rs: Lin) -> Lin:
    out: Lin = {}
    for r in rs:
        for x, c in r.items():
            out[x] = out.get(x, Fraction(0)) + c
    return {x: c for x, c in out.items() if c}


def minus(a: Lin, b: Lin) -> Lin:
    return combined(a, scaled(b, Fraction(-1)))
