"""Derivatives, sums, products, integrals and limits with proven error bounds.

A derivative is a Cauchy sum over a circle with its aliasing error.  An infinite sum, product or integral is cut where a bound of the rest
is known: from the growth of the term (`growth`), or from its expansion at the end (`germ`).  Without such a bound: Rejected."""

from __future__ import annotations

from typing import Any

from flint import acb, arb, ctx, fmpq, fmpz

from ..formula import Formula, children, lift, substitute
from .numbers import is_integer, natural, settled, whole
from . import reals
from .functions import ANY, CUTS
from .germ import Germs
from .majorants import Growth
from .verdict import Rejected
from .waves import Oscillation

TERMS = 3000  # longest direct sum
STARTS = (8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096)
BINDING = frozenset("sum prod integral diff ndiff limit limit_below limit_both subs".split())
OO = Formula("const", ("oo",))


def ball(r: Any) -> Any:
    """The square around 0 that contains the disc of this radius."""
    r = arb(r).abs_upper()
    return acb(arb(0, r), arb(0, r))


def analytic(here: Any, body: Formula, name: str, disc: Any) -> Any:
    """A bound of |body| on the disc, on which it is analytic."""
    return arb(abs(acb(here.inner(name, disc, True, name in here.bent).of(body)))).abs_upper()


def factorial(n: int) -> Any:
    return arb(fmpz.fac_ui(n))


def log2(m: Any) -> int:
    return 0 if m < 1 else int(arb(m).log().abs_upper().fmpq() * fmpq(3, 2)) + 1 if m < arb(2) ** 2000 else 2000


# ------------------------------------------------------------------------------------------------------------ derivatives
def diff(here: Any, f: Formula) -> Any:
    if f.args[1].head != "sym":
        raise Rejected("a derivative in what is no variable")
    name, order, body = f.args[1].args[0], 0, f
    while body.head in ("diff", "ndiff") and body.args[1].args[0] == name:
        order += natural(here.of(body.args[2]), 200) if body.head == "ndiff" else 1
        body = body.args[0]
    if name not in here.names.free(body):
        here.of(body)
        return here.of(body) if order == 0 else fmpq(0)
    return here.of(body) if order == 0 else part_of(cauchy(here, body, name, here.values[name], order), reals.real_on(here, f))


def cauchy(here: Any, body: Formula, name: str, z: Any, n: int) -> Any:
    """The n-th derivative of body at every point of the ball z."""
    centre, prec = acb(z).mid(), ctx.prec
    spread = arb(abs(acb(z) - centre)).abs_upper()
    for e in (2, 4, 7, 11, 16, 24, 36):
        radius = arb(2) ** -e
        try:
            m = analytic(here, body, name, centre + ball(spread + radius))
        except Rejected:
            continue
        if spread > radius / 2 ** 20:
            return ball(factorial(n) * m / radius ** n) if n else here.of(body)
        points = n + 4 + (prec + log2(m)) // 8
        here.charge(points)
        with ctx.workprec(prec + n * (e + 8) + 30):
            fresh = type(here)(here.values, here.paths - {name}, here.names, fuel=here.fuel, bent=here.bent)
            step, total = radius / 256, acb(0)
            for j in range(points):
                w = (acb(2 * j) / points).exp_pi_i()
                total += acb(fresh.inner(name, centre + step * w, True, name in here.bent).of(body)) * (acb(-2 * j * n) / points).exp_pi_i()
            alias = arb(2) ** (-8 * points)
            total = total / points / step ** n + ball(m / radius ** n * alias / (1 - alias))
        return factorial(n) * total + ball(spread * factorial(n + 1) * m / radius ** (n + 1))
    raise Rejected("not certainly analytic")


def part_of(v: Any, straight: bool) -> Any:
    return acb(v).real if straight else v


def subs(here: Any, f: Formula) -> Any:
    return here.inner(f.args[1].args[0], here.of(f.args[2]), here.walks(f.args[2]), not here.continued(f.args[2])).of(f.args[0])


# -------------------------------------------------------------------------------------------------------- sums, products
def endless(f: Formula) -> int:
    return 1 if f == OO else -1 if f.head == "neg" and f.args[0] == OO else 0


def sum(here: Any, f: Formula) -> Any:
    return ranged(here, f, False)


def prod(here: Any, f: Formula) -> Any:
    return ranged(here, f, True)


def ranged(here: Any, f: Formula, product: bool) -> Any:
    body, var, lo, hi = f.args
    name = var.args[0]
    if endless(lo) == 1 or endless(hi) == -1:
        raise Rejected("an empty range")
    if endless(lo):  # the half below 0, turned around
        k = Formula("sym", (name, "integer"))
        low = substitute(body, {name: Formula("sub", (lift(-1), k))})
        if endless(hi):
            parts = [infinite(here, low, name, 0, product), infinite(here, body, name, 0, product)]
            return parts[0] * parts[1] if product else parts[0] + parts[1]
        return infinite(here, low, name, -1 - whole(here.of(hi)), product)
    a = whole(here.of(lo))
    if endless(hi):
        return infinite(here, body, name, a, product)
    b = whole(here.of(hi))
    if not -1 <= b - a < TERMS:
        raise Rejected("not a finite range of moderate length")
    return direct(here, body, name, a, b + 1, product)


def direct(here: Any, body: Formula, name: str, a: int, b: int, product: bool) -> Any:
    out = fmpq(1) if product else fmpq(0)
    for k in range(a, b):
        v = here.inner(name, fmpq(k)).of(body)
        out = settled(out * v if product else out + v)
    return out


def infinite(here: Any, body: Formula, name: str, a: int, product: bool) -> Any:
    uniform(here, body)
    goal = arb(2) ** (-ctx.prec - 8)
    best: tuple[int, Any] | None = None
    for n in STARTS:
        if n <= max(a, 0):
            continue
        try:
            growth = Growth(here, name, n, True)
            rest = growth.tail_sum(growth.dev(body) if product else growth.hi(body))
        except Rejected:
            continue
        slow = best is not None and n >= 128 and not rest < best[1] * arb(2) ** -16  # a power of n: more terms do not help much
        if best is None or rest < best[1]:
            best = n, rest
        if rest < goal or slow:
            break
    if best is None or best[1] > arb(2) ** (-ctx.prec * 3 // 4):
        try:
            return Germs(here, name, None, 1).sum_from(body, a, product, lambda m, n: direct(here, body, name, m, n, product))
        except Rejected:
            pass
        try:
            if not product and not here.walks(body):
                return Oscillation(here, name).sum(body, a, lambda m, n: direct(here, body, name, m, n, False))
        except Rejected:
            pass
    if best is None:
        raise Rejected("no bound of the rest")
    head = direct(here, body, name, a, best[0], product)
    if product:
        return head * (1 + of_kind(here, body, name, ball(best[1].exp() - 1)))
    return head + of_kind(here, body, name, ball(best[1]))


def uniform(here: Any, body: Formula) -> None:
    """On a path every term has to be analytic, also those that are only bounded: no function with a cut may depend on it."""
    if not here.walks(body):
        return
    h = body.head
    if h in BINDING or not (h in ("sym", "neg", "add", "sub", "mul", "div") or h in CUTS and CUTS[h] is ANY
                            or h == "pow" and (reals.integral(body.args[1]) or not here.walks(body.args[0]))):
        raise Rejected("a rest that may not be analytic")
    for x in children(body):
        uniform(here, x)


def of_kind(here: Any, body: Formula, name: str, rest: Any) -> Any:
    """The bound of a rest, real where the terms are."""
    k = arb(0, arb("inf"))
    return rest.real if reals.real_on(here.inner(name, k), body, frozenset((name,))) else rest


# -------------------------------------------------------------------------------------------------------------- integrals
def integral(here: Any, f: Formula) -> Any:
    body, var, lo, hi = f.args
    name = var.args[0]
    x = Formula("sym", (name, "real"))
    if endless(lo) == 1 or endless(hi) == -1:
        return -integral(here, Formula("integral", (body, var, hi, lo)))
    straight = straight_on(here, body, name, lo, hi)
    if endless(lo):
        turned = substitute(body, {name: Formula("neg", (x,))})
        if endless(hi):
            out = ray(here, turned, name, fmpq(0)) + ray(here, body, name, fmpq(0))
        else:
            out = ray(here, turned, name, -here.of(hi))
    elif endless(hi):
        out = ray(here, body, name, here.of(lo))
    else:
        a, b = here.of(lo), here.of(hi)
        out = halves(here, body, name, lo, hi)
        out = segment(here, body, name, a, b) if out is None else out
    return acb(out).real if straight else out


def halves(here: Any, body: Formula, name: str, lo: Formula, hi: Formula) -> Any:
    """Where an end is singular and a multiple of pi/2: both halves, each from its end, with the quarter turns taken out."""
    ends = [(here.of(e), reals.turns(here, e) if here.names.has_pi(e) else None) for e in (lo, hi)]
    d = settled(ends[1][0] - ends[0][0])
    if not any(t is not None and t[1] == 0 and t[0] != 0 and is_integer(2 * t[0]) and not regular(here, body, name, p, d) for p, t in ends):
        return None
    x, total = Formula("sym", (name, "real")), acb(0)
    for end, way in ((lo, 1), (hi, -1)):
        moved = reals.turned(here, substitute(body, {name: Formula("add" if way > 0 else "sub", (end, x))}))
        total += acb(segment(here, moved, name, fmpq(0), settled(d / 2)))
    return total


def straight_on(here: Any, body: Formula, name: str, lo: Formula, hi: Formula) -> bool:
    """Is the body real on the whole range?"""
    a, b = (None if endless(e) else here.of(e) for e in (lo, hi))
    if isinstance(a, acb) or isinstance(b, acb):
        return False
    floor = a is not None and bool(a >= 0) and (b is None or bool(b >= 0))
    span = arb(0, arb("inf")) if a is None or b is None else arb(a).union(arb(b))
    if isinstance(a, fmpq) and isinstance(b, fmpq):
        middle, radius = arb((a + b) / 2), arb(abs(b - a) / 2)
        span = arb(middle, radius) if middle.is_exact() and radius.is_exact() else span
    return reals.real_on(here.inner(name, span), body, frozenset((name,)) if floor else frozenset())


def ray(here: Any, body: Formula, name: str, a: Any) -> Any:
    """From a to +oo, parallel to the real axis."""
    if isinstance(a, acb) or here.walks(body) and not isinstance(a, fmpq):
        x = Formula("sym", (name, "real"))
        shifted = substitute(body, {name: Formula("add", (x, Formula("sym", (name + "'", "complex"))))})
        here = here.inner(name + "'", a, bool(here.paths))
        return ray(here, shifted, name, fmpq(0))
    goal = arb(2) ** (-ctx.prec)
    best: tuple[Any, Any, Any] | None = None
    for t in (8, 16, 32, 64, 128, 256, 512, 1024):
        if not a < t:
            continue
        try:
            uniform(here, body)
            growth = Growth(here, name, t, False)
            rest = growth.tail_integral(growth.hi(body))
        except Rejected:
            continue
        if best is None or rest < best[2]:
            best = fmpq(t), ball(rest), rest
        if rest < goal or t >= 64 and rest > goal * 2 ** 40:
            break
    if best is None or best[2] > arb(2) ** (-ctx.prec // 2):
        try:
            start, rest = Germs(here, name, None, 1).far_integral(body, a)
        except Rejected:
            try:
                if here.walks(body):
                    raise
                start, rest = Oscillation(here, name).integral(body, a)
            except Rejected:
                if best is None or best[2] > 2 ** -10:
                    raise
                start, rest = best[:2]
    else:
        start, rest = best[:2]
    return segment(here, body, name, a, start) + rest


def segment(here: Any, body: Formula, name: str, a: Any, b: Any, deep: bool = False) -> Any:
    """From a to b along the straight line."""
    if isinstance(a, fmpq) and isinstance(b, fmpq) and a == b:
        return fmpq(0)
    d = settled(b - a)
    if not isinstance(a, acb) and not isinstance(b, acb) and a * b < 0 and not regular(here, body, name, fmpq(0), d):
        return segment(here, body, name, a, fmpq(0), deep) + segment(here, body, name, fmpq(0), b, deep)
    bent = isinstance(a, acb) or isinstance(b, acb)
    if bent:  # the names say it to everything below
        here = here.inner(name, a, False, True)
    total, ends, goal = acb(0), [a, b], (ctx.prec - 80) // 2 if deep else ctx.prec
    for k, (p, way) in enumerate(((a, d), (b, -d))):
        if regular(here, body, name, p, d):
            continue
        length = arb(abs(acb(d)))
        try:
            delta, part = Germs(here, name, p, settled(way / length)).near_integral(body, length / 4)
        except Rejected:
            if bounded(here, body, name, p, d):
                continue
            if not deep and isinstance(p, fmpq) and p != 0 and not here.paths:
                with ctx.workprec(2 * ctx.prec + 80):
                    return segment(type(here)(here.values, names=here.names, fuel=here.fuel, bent=here.bent), body, name, a, b, True)
            delta, part = cut_off(here, body, name, p, settled(way / length), goal)
        total += part if k == 0 else -part
        ends[k] = p + way / length * delta
    def integrand(z: Any, flag: bool) -> Any:
        try:
            return acb(here.inner(name, z if flag else settled(z), flag, bent).of(body))
        except Rejected:
            return acb("nan")
    middle = acb.integral(integrand, acb(ends[0]), acb(ends[1]), rel_tol=arb(2) ** (16 - goal), abs_tol=arb(2) ** -goal,
                          eval_limit=6000)
    return total + middle


def regular(here: Any, body: Formula, name: str, p: Any, d: Any) -> bool:
    try:
        analytic(here, body, name, acb(p) + ball(arb(abs(acb(d))) / 2 ** 12))
        return True
    except Rejected:
        return False


def bounded(here: Any, body: Formula, name: str, p: Any, d: Any) -> bool:
    try:
        here.inner(name, acb(p) + ball(arb(abs(acb(d))) / 2 ** 12)).of(body)
        return True
    except Rejected:
        return False


def cut_off(here: Any, body: Formula, name: str, p: Any, way: Any, goal: int) -> tuple[Any, Any]:
    """A short distance from the end, and a bound of the integral up to there, from the growth of body(p + way/t) as t -> oo."""
    x = Formula("sym", (name, "real"))
    names = [Formula("sym", (name + s, "complex")) for s in ("'", "''")]
    turned = substitute(body, {name: Formula("add", (names[0], Formula("div", (names[1], x))))})
    here = here.inner(name + "'", p).inner(name + "''", way)
    for e in (2 * goal, goal) if isinstance(p, fmpq) and p == 0 else (min(ctx.prec - 12, goal * 3 // 2), 40):
        try:
            uniform(here, turned)
            growth = Growth(here, name, 2 ** e, False)
            rest = growth.tail_integral(growth.times(growth.hi(turned), -2))  # dx = -dt/t^2
            return arb(2) ** -e, way * ball(rest)
        except Rejected:
            continue
    raise Rejected("no bound at an end of the range")


# ----------------------------------------------------------------------------------------------------------------- limits
def limit(here: Any, f: Formula) -> Any:
    body, var, to = f.args
    name = var.args[0]
    if (side := endless(to)) != 0:
        return approach(here, body, name, None, side)
    p = here.of(to)
    if regular(here, body, name, p, fmpq(1)):
        return here.inner(name, p).of(body)
    found = [approach(here, body, name, p, w) for w in {"limit": (1,), "limit_below": (-1,), "limit_both": (1, -1)}[f.head]]
    if not all(acb(v).overlaps(acb(found[0])) for v in found):
        raise Rejected("the limits of the two sides differ")
    return found[0]


def approach(here: Any, body: Formula, name: str, p: Any, way: int) -> Any:
    """The limit as the variable goes to p from one side (to infinity for None): by expansion, or else part by part."""
    try:
        return Germs(here, name, p, fmpq(way)).limit(body)
    except Rejected:
        x = Formula("sym", (name, "real"))
        step = x if p is None else Formula("div", (lift(1), x))
        step = step if way == 1 else Formula("neg", (step,))
        if p is not None and not (isinstance(p, fmpq) and p == 0):
            here = here.inner(name + "'", p)
            step = Formula("add", (Formula("sym", (name + "'", "complex")), step))
        return tends(Growth(here, name, 2 ** 20, False), substitute(body, {name: step}))


def tends(growth: Growth, f: Formula) -> Any:
    """The limit as the variable goes to +oo: 0 where the growth shows it, else a continuous function of limits."""
    if growth.fixed(f):
        return growth.here.of(f)
    if growth.vanishes(f):
        return fmpq(0)
    if f.head == "pow" and not growth.fixed(f.args[1]):
        return tends(growth, Formula("exp", (Formula("mul", (f.args[1], Formula("log", (f.args[0],)))),)))
    if f.head == "sym" or f.head in BINDING:
        raise Rejected("no limit found")
    limits = {f"{growth.name}{k}": tends(growth, x) for k, x in enumerate(children(f))}
    outer = Formula(f.head, tuple(Formula("sym", (n, "complex")) for n in limits))
    here = type(growth.here)({n: acb(v) + ball(arb(2) ** -40) for n, v in limits.items()}, frozenset(limits), fuel=growth.here.fuel)
    here.of(outer)  # analytic around the limits, hence continuous
    return type(here)(limits, fuel=growth.here.fuel).of(outer)


__all__ = ["diff", "integral", "is_integer", "limit", "prod", "subs", "sum"]
