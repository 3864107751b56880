"""Creative telescoping for hypergeometric terms, also with one sine or cosine of a linear form: its two exponentials are terms of that kind."""

from __future__ import annotations

from fractions import Fraction

from ..formula import Formula, I, call, free_symbols, lift, replaced, substitute
from ..kernel import Rejected
from ..kernel.algebra import UNIT, poly
from ..kernel.normal import Normal
from .creative import SHIFT, hypergeometric, product

WAVES, ONE = ("sin", "cos", "sinh", "cosh"), lift(1)
Found = tuple[list[Formula], Formula, Formula, int]


def creative(body: Formula, n: Formula, k: Formula) -> Found | None:
    """a_0, ..., a_J, then G with sum_j a_j t(n + j, k) = G(n, k + 1) - G(n, k), its denominator, and J."""
    waves = [f for f in factors(body) if f.head in WAVES and {n.args[0], k.args[0]} & free_symbols(f).keys()]
    if len(waves) == 1:
        return circular(body, waves[0], n, k)
    found = hypergeometric(body, n, k)
    if found is None:
        return None
    a, top, bottom, rest, order = found
    return a, product(top, bottom, rest), bottom, order


def factors(f: Formula) -> list[Formula]:
    """The factors of a product that are not below a fraction bar."""
    if f.head == "mul":
        return [*factors(f.args[0]), *factors(f.args[1])]
    return factors(f.args[0]) if f.head in ("div", "neg") else [f]


def circular(body: Formula, wave: Formula, n: Formula, k: Formula) -> Found | None:
    """For h(n, k) cos u, u linear in n and k: a recurrence of h exp(iu) that is one of h exp(-iu) as well."""
    u, turn = wave.args[0], ONE if wave.head in ("sinh", "cosh") else I
    try:
        normal = Normal(())
        steps = [normal.sub(normal.scalar(substitute(u, {x.args[0]: x + 1})), normal.scalar(u)) for x in (n, k)]
        share = normal.mul(steps[0], normal.power(steps[1], -1))
    except (Rejected, RecursionError):
        return None
    if share.den != poly(1) or not share.num.keys() <= {UNIT}:
        return None
    p, q = share.num.get(UNIT, Fraction(0)).as_integer_ratio()
    delta = (substitute(u, {k.args[0]: lift(1), n.args[0]: lift(0)}) - substitute(u, {k.args[0]: lift(0), n.args[0]: lift(0)})) / q
    circle = Formula("sym", (next(name for j in range(99) if (name := f"circle_{j}") not in free_symbols(body)), "complex"))
    power = p * n + q * k
    found = hypergeometric(replaced(body, wave, circle ** power), n, k)
    if found is None or circle.args[0] in free_symbols(found[0][-1]) and len(found[0]) < 2:
        return None
    a, top, bottom, rest, order = found

    def at(f: Formula, s: int) -> Formula:
        return substitute(f, {circle.args[0]: call("exp", turn * delta * s)})

    def certificate(s: int) -> Formula:
        """G for h exp(ius)."""
        here = {n.args[0]: n + order}
        return at(top / bottom, s) * replaced(rest, circle ** substitute(power, here), call("exp", turn * substitute(u, here) * s))

    def joined(plus: Formula, minus: Formula) -> Formula:
        return (plus + minus) / 2 if wave.head in ("cos", "cosh") else (plus - minus) / (2 if wave.head == "sinh" else 2 * I)
    for d in range(0, 2 * SHIFT + 1):  # a_j(v) = v^d a_j(1/v), or the opposite
        half = [call("exp", -(turn * delta * Fraction(s * d, 2))) for s in (1, -1)]
        middle = [[at(f, s) * h for f in a] for s, h in zip((1, -1), half, strict=True)]
        sign = next((s for s in (1, -1) if all(same(x, s * y) for x, y in zip(*middle, strict=True))), 0)
        if sign:
            return middle[0], joined(half[0] * certificate(1), sign * half[1] * certificate(-1)), at(bottom, 1), order
    if len(a) != 2 or {n.args[0], circle.args[0]} & free_symbols(a[1]).keys() or n.args[0] in free_symbols(a[0]):
        return None
    r = [-(at(a[0], s) / a[1]) for s in (1, -1)]  # t(n + 1) - r t(n) telescopes for either; the two operators commute
    twice = [(substitute(g, {n.args[0]: n + 1}) - other * g) / a[1] for g, other in zip(map(certificate, (1, -1)), r[::-1], strict=True)]
    return [r[0] * r[1], -(r[0] + r[1]), lift(1)], joined(*twice), at(bottom, 1), 2


def same(a: Formula, b: Formula) -> bool:
    try:
        normal = Normal(())
        return normal.zero(normal.sub(normal.scalar(a), normal.scalar(b)))
    except (Rejected, RecursionError):
        return False


__all__ = ["WAVES", "creative"]
