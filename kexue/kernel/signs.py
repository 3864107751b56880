"""Sign of a polynomial in atoms from the hypotheses: every atom is measured from its bound, then the signs of the
coefficients decide.  Sound, not complete: None means the kernel cannot tell."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

from .algebra import ONE, Mono, Poly, add, const, scale, sub, times, value

if TYPE_CHECKING:
    from .normal import Normal

Bound = tuple[Fraction, bool]
NEGATED = {">": "<", ">=": "<=", "=": "=", "<": ">", "<=": ">=", "!=": "!="}


def sign(n: Normal, p: Poly, depth: int = 2) -> str | None:
    if not p:
        return "="
    if len(p) == 1:
        (m, c), = p.items()
        s = mono_sign(n, m, {})
        return NEGATED.get(s or "") if c < 0 else s
    for fact, strict in n.facts:
        r = ratio(p, fact)
        if r is not None:
            return (">" if strict else ">=") if r > 0 else ("<" if strict else "<=")
    for fact in n.nonzero:
        if ratio(p, fact) is not None:
            return "!="
    if any(n.info[a][0] == "inv" for m in p for a, _ in m):
        for q, flip in ((p, False), (scale(p, -1), True)):
            if depth and (s := with_facts(n, q, depth)):
                return NEGATED[s] if flip else s
        q, factors = n.cleared(p)
        signs = [sign(n, f, depth) for f in factors]
        s = sign(n, q, depth)
        if s is None or any(x not in (">", "<") for x in signs):
            return None
        return NEGATED[s] if sum(x == "<" for x in signs) % 2 else s
    common = n.content(p)
    if common and (s := mono_sign(n, common, {})) in (">", "<"):
        t = sign(n, {times(m, tuple((a, -k) for a, k in common)): c for m, c in p.items()}, depth)
        return NEGATED.get(t or "") if s == "<" else t
    for q, flip in ((p, False), (scale(p, -1), True)):
        s = shifted(n, q)
        if s is None and depth:
            s = with_facts(n, q, depth)
        if s is not None:
            return NEGATED[s] if flip else s
    return None


def ratio(p: Poly, q: Poly) -> Fraction | None:
    if len(p) != len(q) or not q:
        return None
    m = next(iter(q))
    if m not in p:
        return None
    r = p[m] / q[m]
    return r if p == scale(q, r) else None


def with_facts(n: Normal, p: Poly, depth: int) -> str | None:
    """p = c fact + rest with c > 0 and rest >= 0."""
    for fact, strict in n.facts:
        for m, c in fact.items():
            if m != ONE and m in p and p[m] / c > 0:
                s = sign(n, sub(p, scale(fact, p[m] / c)), depth - 1)
                if s in (">", ">=", "="):
                    return ">" if strict or s == ">" else ">="
    return None


def bounds(n: Normal, atom: str) -> tuple[Bound | None, Bound | None]:
    """Best rational lower and upper bound (with strictness) for an atom."""
    lo, hi = fact_bounds(n, atom)
    if lo is None and atom == "s:pi":
        return (Fraction(333, 106), True), (Fraction(355, 113), True)
    if lo is None and n.info[atom][0] in ("exp", "square", "word", "sum"):
        s = atom_sign(n, atom)
        if s in (">", ">="):
            lo = (Fraction(0), s == ">")
    return lo, hi


def fact_bounds(n: Normal, atom: str) -> tuple[Bound | None, Bound | None]:
    lo: Bound | None = None
    hi: Bound | None = None
    kind = n.info[atom]
    for fact, strict in n.facts:
        linear = [(m, c) for m, c in fact.items() if m != ONE]
        if len(linear) != 1:
            continue
        (m, c), = linear
        if len(m) != 1 or m[0][1] != 1:
            continue
        same = m[0][0] == atom or (kind[0] == "at" and n.info[m[0][0]][:2] == kind[:2] and n.is_generic(m[0][0]))
        if not same:
            continue
        b = (-value(fact) / c, strict)
        if c > 0 and (lo is None or (b[0], b[1]) > (lo[0], lo[1])):
            lo = b
        if c < 0 and (hi is None or (-b[0], b[1]) > (-hi[0], hi[1])):
            hi = b
    if kind[0] == "s" and kind[2] == "integer":  # integer symbols: strict bounds move to the next integer
        if lo and lo[1] and lo[0].denominator == 1:
            lo = (lo[0] + 1, False)
        if hi and hi[1] and hi[0].denominator == 1:
            hi = (hi[0] - 1, False)
    return lo, hi


def shifted(n: Normal, p: Poly) -> str | None:
    atoms = sorted({a for m in p for a, _ in m})
    if any(k != int(k) or k < 0 for m in p for _, k in m):
        low: dict[str, Fraction] = {}
        for m in p:
            for a, k in m:
                low[a] = min(low.get(a, Fraction(0)), k)
        common: Mono = tuple(sorted((a, -k) for a, k in low.items() if k < 0))
        if not common or mono_sign(n, common, {}) != ">":
            return coefficients(n, p, {})
        return sign(n, {times(m, common): c for m, c in p.items()}, 1)
    choices = []
    for a in atoms:
        lo, hi = bounds(n, a)
        choices.append([(a, b, up) for b, up in ((lo, False), (hi, True)) if b is not None] or [(a, None, False)])
    for pick in list(product(*choices))[:32]:
        q, known = p, {}
        for a, b, up in pick:
            if b is None:
                continue
            known[a] = ">" if b[1] else ">="
            if b[0] or up:
                q = moved(q, a, b[0], -1 if up else 1)
        s = coefficients(n, q, known)
        if s is not None:
            return s
    return None


def moved(p: Poly, atom: str, by: Fraction, direction: int) -> Poly:
    """p with atom = by + direction * t, the letter t written as the atom again."""
    out: Poly = {}
    for m, c in p.items():
        k = int(dict(m).get(atom, 0))
        rest = tuple(x for x in m if x[0] != atom)
        line: Poly = const(1)
        t: Poly = {((atom, Fraction(1)),): Fraction(direction)}
        for _ in range(k):
            line = add(*({times(x, y): u * v} for x, u in line.items() for y, v in add(t, const(by)).items()))
        out = add(out, {times(rest, x): c * v for x, v in line.items()})
    return out


def coefficients(n: Normal, p: Poly, known: dict[str, str]) -> str | None:
    strict = False
    for m, c in p.items():
        s = mono_sign(n, m, known)
        if s == "=":
            continue
        if c < 0:
            s = NEGATED.get(s or "")
        if s not in (">", ">="):
            return None
        strict = strict or s == ">"
    return ">" if strict else ">="


def mono_sign(n: Normal, m: Mono, known: dict[str, str]) -> str | None:
    out = ">"
    for a, k in m:
        s = known.get(a) or atom_sign(n, a)
        if k.denominator == 1 and k % 2 == 0 and n.is_real({((a, Fraction(1)),): Fraction(1)}):
            s = ">" if s in (">", "<", "!=") or k < 0 else ">="
        elif s is None:
            return None
        elif s in (">=", "<=") and k < 0:
            s = s[0]
        if "!=" in (s, out):
            if s in (">", "<", "!=") and out in (">", "<", "!="):
                out = "!="
                continue
            return None
        strict = len(s) == 1 and len(out) == 1
        negative = (s[0] == "<") != (out[0] == "<")
        out = ("<" if negative else ">") + ("" if strict else "=")
    return out


def atom_sign(n: Normal, a: str) -> str | None:
    kind, *d = n.info[a]
    for fact in n.nonzero:
        if ratio(fact, {((a, Fraction(1)),): Fraction(1)}) is not None:
            base = "!="
            break
    else:
        base = None
    lo, hi = fact_bounds(n, a)
    if lo and lo[0] >= 0:
        return ">" if lo[0] > 0 or lo[1] or base else ">="
    if hi and hi[0] <= 0:
        return "<" if hi[0] < 0 or hi[1] or base else "<="
    if kind in ("s", "at"):
        return base or (">" if a in ("s:pi", "s:euler_gamma") else None)
    if kind == "exp":
        return ">" if n.is_real(d[0]) else None
    if kind == "prime":
        return ">"
    if kind in ("pow", "root"):
        s = sign(n, d[0], 1)
        if s in (">", ">="):
            return s
        if kind == "pow" and n.parity_of({d[1]: Fraction(1)}) == 0 and n.is_real(d[0]):
            return ">" if s in ("<", "!=") else ">="
        return s if kind == "pow" and n.parity_of({d[1]: Fraction(1)}) == 1 else None
    if kind in ("square", "delta") or a.startswith("abs("):
        return ">=" if kind != "square" or sign(n, d[0], 1) not in (">", "<", "!=") else ">"
    if kind == "inv":
        s = sign(n, d[0], 1)
        return s if s in (">", "<", "!=") else None
    if kind == "log":
        s = sign(n, sub(d[0], const(1)), 1)
        return s if s in (">", ">=", "=") else NEGATED.get(s or "") and s
    if kind == "fn":
        if d[0] in ("gamma",):
            return ">" if sign(n, d[1][0], 1) == ">" else None
        if d[0] in ("erf", "Si", "atan", "asinh", "lambertw"):
            s = sign(n, d[1][0], 1)
            return s if s in (">", ">=", "=") or d[0] in ("erf", "atan", "asinh") else None
        if d[0] == "uppergamma":
            return ">" if sign(n, d[1][0], 1) == ">" and sign(n, d[1][1], 1) in (">", ">=") else None
        if d[0] == "hyp1f1":
            good = sign(n, d[1][0], 1) == ">" and sign(n, d[1][1], 1) == ">" and sign(n, d[1][2], 1) in (">", ">=", "=")
            return ">" if good else None
        return None
    if kind == "word":
        w = d[0]
        half, odd = divmod(len(w), 2)
        if w == n.flip(w) and (not odd or (n.letters[w[half][0]][4:5] and n.letters[w[half][0]][4] in n.positive)):
            return ">="
        return base
    if kind == "sum":
        return sum_sign(n, d[0], d[1])
    return base


def sum_sign(n: Normal, ranges: list[tuple[str, Poly, Poly]], m: Mono) -> str | None:
    """All terms have one sign; strict when the range is not empty and every term is strict."""
    saved = list(n.facts)
    full = True
    for slot, low, high in ranges:
        full = full and sign(n, sub(high, low), 1) in (">", ">=", "=")
        here: Poly = {((slot, Fraction(1)),): Fraction(1)}
        n.facts += [(sub(here, low), False), (sub(high, here), False)]
    s = mono_sign(n, m, {})
    n.facts = saved
    if s is None or s == "!=":
        return None
    return s if full or len(s) > 1 else s + "="
