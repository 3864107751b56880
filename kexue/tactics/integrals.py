"""Search for primitives of the integrals in a claim, and for the limits in it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from math import prod
from typing import Any

from ..certificates import Certificate, Goal
from ..formula import Formula, children, free_symbols, lift, parts, rebuild, replaced, substitute, to_data
from ..kernel import Rejected, subgoals
from ..kernel.diff import derivative, expanded
from ..read.sympy_ import convert
from ..read.text import Unreadable
from .combine import Tactic, normal

SECONDS, NODES = 0.8, 60
KNOWN = frozenset(
    "num const sym add sub mul div neg pow sqrt exp log sin cos tan cot sec csc sinh cosh tanh asin acos atan asinh acosh atanh".split())
Sympy = Any
RAISED: dict[str, Callable[[Formula, Formula], Formula]] = {  # primitives of polynomials by their degrees
    "bernoulli": lambda n, u: Formula("bernoulli", (n + 1, u)) / (n + 1),
    "chebyshevu": lambda n, u: Formula("chebyshevt", (n + 1, u)) / (n + 1),
    "hermite": lambda n, u: Formula("hermite", (n + 1, u)) / (2 * (n + 1)),
}


class Late(BaseException):
    """The foreign search has had its time; not an Exception, so that nothing foreign swallows it."""


def search(goal: Goal, then: Tactic, slope: Tactic) -> Certificate | None:
    """Replace the first limit or integral of the claim by its value, and go on with `then`; F' = f is proved by `slope`."""
    claim = goal.claim
    if claim.head not in ("eq", "lt", "le", "ne"):
        return None
    for head, name in (("limit", "approach"), ("integral", "integrate")):
        for number, term in enumerate(terms(claim, head)):
            for data in ({},) if head == "limit" else attempts(goal, term):
                certificate: Certificate = {"rule": name, "number": number, **data}
                try:
                    _, rest = subgoals(goal, certificate)
                except (Rejected, RecursionError):
                    continue
                for part, (g, _) in sorted(rest.items()):  # the slope comes first
                    found = (slope if part == "slope" else then)(g)
                    if found is None:
                        break
                    certificate[part] = found
                else:
                    return certificate
    return None


def attempts(goal: Goal, term: Formula) -> Iterator[dict[str, Any]]:
    body, var = term.args[:2]
    removable = any(f.head in ("sinc", "div") and var.args[0] in free_symbols(f.args[-1]) for f in parts(body))
    for F in primitives(goal, term):
        yield {"primitive": to_data(F), **({"except": to_data(lift(0))} if removable and any(f.head == "Si" for f in parts(F)) else {})}


def terms(f: Formula, head: str) -> Iterator[Formula]:
    """The terms with this head in reading order, not below a binder, as the kernel numbers them."""
    if f.head == head:
        yield f
    elif f.head not in ("sum", "prod", "integral", "limit", "every"):
        for g in children(f):
            yield from terms(g, head)


def primitives(goal: Goal, term: Formula) -> Iterator[Formula]:
    """Candidates; where the end is infinite the constant is chosen by the limit itself."""
    body, var = term.args[:2]
    seen: list[Formula] = []
    for source in (guesses(body, var), lazily(goal, body, var)):
        for F in source:
            if F not in seen:
                seen.append(F)
                yield F


def lazily(goal: Goal, body: Formula, var: Formula) -> Iterator[Formula]:
    """SymPy is not even imported where a guess does."""
    yield from foreign(goal, body, var)


def guesses(body: Formula, t: Formula) -> Iterator[Formula]:
    """Functions that are defined as integrals, and powers with linear bases."""
    n = t.args[0]
    inner = [f for f in parts(body) if n in free_symbols(f)]
    for f in inner:
        if f.head == "sinc" and (with_slope := linear(f.args[0], t)) is not None:
            yield replaced(body, f, Formula("Si", (f.args[0],)) / with_slope)
        if f.head == "sin" and any(g.head == "div" and g.args[1] == t for g in inner) and linear(f.args[0], t) is not None:
            hole = Formula("sym", ("#", "real"))  # sin(a t)/t
            yield substitute(substitute(replaced(body, f, hole), {n: lift(1)}), {"#": Formula("Si", (f.args[0],))})
        if f.head in ("sin", "cos", "exp", "sinh", "cosh"):
            with_slope = linear(f.args[0], t)
            if with_slope is not None:
                flipped: Callable[[Formula], Formula] = {
                    "sin": lambda u: -Formula("cos", (u,)), "cos": lambda u: Formula("sin", (u,)), "exp": lambda u: Formula("exp", (u,)),
                    "sinh": lambda u: Formula("cosh", (u,)), "cosh": lambda u: Formula("sinh", (u,))}[f.head]
                yield replaced(body, f, flipped(f.args[0]) / with_slope)
        if f.head in RAISED and (with_slope := linear(f.args[1], t)) is not None:
            yield replaced(body, f, RAISED[f.head](*f.args) / with_slope)
    powers = [f for f in inner if f.head == "pow" and n not in free_symbols(f.args[1])]
    exps = [f for f in inner if f.head == "exp"]
    for f in powers:
        slope = linear(f.args[0], t)
        if slope is not None:
            e = f.args[1]
            sign_ = -1 if body.head == "div" and body.args[1] == f else 1
            e = e if sign_ == 1 else -e
            up = f.args[0] ** (e + 1) / (slope * (e + 1))
            yield replaced(body, body if body.head == "div" and sign_ < 0 else f, up * (body.args[0] if sign_ < 0 else lift(1)))
        for g in exps:  # x^c exp(-a x + b)
            if f.args[0] == t and (k := linear(g.args[0], t)) is not None:
                const = Formula("exp", (substitute(g.args[0], {n: lift(0)}),))
                c = f.args[1]
                yield -(const * (-k) ** (-c - 1) * Formula("uppergamma", (c + 1, -k * t)))
    if (found := monomial(body, t)) is not None and found[2] != lift(0):  # a t^p (log t)^q
        a, p, q = found
        yield a * lift(-1) ** q * Formula("uppergamma", (q + 1, -((p + 1) * Formula("log", (t,))))) / (p + 1) ** (q + 1)
    for g in exps:  # exp(a t) sin(b t) and exp(a t) cos(b t)
        for f in (f for f in inner if f.head in ("sin", "cos")):
            k, m = linear(g.args[0], t), linear(f.args[0], t)
            if k is not None and m is not None:
                s, c = Formula("sin", f.args), Formula("cos", f.args)
                yield replaced(replaced(body, f, lift(1)), g, g * (k * s - m * c if f.head == "sin" else k * c + m * s) / (k ** 2 + m ** 2))
    for g in exps:  # exp(-a x^2 + b): the error function
        square = quadratic(g.args[0], t)
        if square is not None:
            const = Formula("exp", (substitute(g.args[0], {n: lift(0)}),))
            root = Formula("sqrt", (-square,))
            pi = Formula("const", ("pi",))
            yield replaced(body, g, const * Formula("sqrt", (pi,)) / (2 * root) * Formula("erf", (root * t,)))


def monomial(f: Formula, t: Formula) -> tuple[Formula, Formula, Formula] | None:
    """(a, p, q), where f = a t^p (log t)^q as it is written, for t > 0 and natural exponents."""
    h, g = f.head, f.args
    if t.args[0] not in free_symbols(f):
        return f, lift(0), lift(0)
    if f == t or f == Formula("log", (t,)):
        return lift(1), lift(int(f == t)), lift(int(f != t))
    if h == "pow" and t.args[0] in free_symbols(g[1]) or h not in ("neg", "mul", "div", "pow"):
        return None
    u, v = monomial(g[0], t), monomial(g[-1], t)
    if u is None or v is None or h == "div" and v[1:] != (lift(0), lift(0)):
        return None
    if h == "neg":
        return tidy(-u[0]), u[1], u[2]
    if h == "pow":
        return u[0] ** g[1], tidy(u[1] * g[1]), tidy(u[2] * g[1])
    return tidy(u[0] * v[0] if h == "mul" else u[0] / v[0]), tidy(u[1] + v[1]), tidy(u[2] + v[2])


def linear(u: Formula, t: Formula) -> Formula | None:
    """a, where u = a t + b as it is written."""
    slope = tidy(derivative(u, t.args[0])) if polynomial(u, t) else t
    return slope if t.args[0] not in free_symbols(slope) else None


def quadratic(u: Formula, t: Formula) -> Formula | None:
    """a, where u = a t^2 + b."""
    at = [substitute(u, {t.args[0]: lift(k)}) for k in (0, 1, -1, 2)]
    even = normal(Goal((), Formula("eq", (at[1], at[2])))) and normal(Goal((), Formula("eq", (at[3] - at[0], 4 * (at[1] - at[0])))))
    return tidy(substitute(derivative(derivative(u, t.args[0]), t.args[0]), {t.args[0]: lift(0)}) / 2) if even and polynomial(u, t) else None


def tidy(f: Formula) -> Formula:
    """f without factors 1, terms 0 and dpow(x, 2, k)."""
    kids = children(f)
    g = rebuild(f, [tidy(k) for k in kids]) if kids else f
    h, a = g.head, g.args
    if h == "dpow" and a[1].head == "num":
        p, j = a[1].args[0], int(a[2].args[0])
        c = prod(p - i for i in range(j))
        return tidy(lift(c) * (a[0] if p - j == 1 else a[0] ** (p - j))) if p != j else lift(c)
    if h == "neg":
        return a[0].args[0] if a[0].head == "neg" else lift(-a[0].args[0]) if a[0].head == "num" else g
    if h in ("add", "sub"):
        return a[0] if a[1] == lift(0) else g if a[0] != lift(0) else a[1] if h == "add" else tidy(-a[1])
    if h == "mul":
        if lift(0) in a:
            return lift(0)
        return a[1] if a[0] == lift(1) else a[0] if a[1] == lift(1) else lift(a[0].args[0] * a[1].args[0]) if a[0].head == a[1].head == "num" else g
    if h == "div" and a[0].head == a[1].head == "num" and a[1].args[0]:
        return lift(a[0].args[0] / a[1].args[0])
    return a[0] if h == "div" and a[1] == lift(1) else lift(0) if h == "div" and a[0] == lift(0) else g


def polynomial(u: Formula, t: Formula) -> bool:
    if t.args[0] not in free_symbols(u) or u == t:
        return True
    if u.head in ("add", "sub", "mul", "neg"):
        return all(polynomial(g, t) for g in u.args)
    if u.head == "div":
        return polynomial(u.args[0], t) and t.args[0] not in free_symbols(u.args[1])
    return u.head == "pow" and u.args[1] == lift(2) and polynomial(u.args[0], t)


# ------------------------------------------------------------------------------------------------------------- with SymPy
def foreign(goal: Goal, body: Formula, var: Formula) -> list[Formula]:
    """SymPy's manual integration, in formulas that are built node by node, and back; what it says is only a candidate."""
    if len(list(parts(body))) > NODES or any(f.head not in KNOWN for f in parts(body)):
        return []
    import sympy
    from sympy.integrals.manualintegrate import manualintegrate
    names = {**free_symbols(body), var.args[0]: var}
    positive = {h.args[1].args[0] for h in goal.hyps if h.head == "lt" and h.args[0] == lift(0) and h.args[1].head == "sym"}
    known = {name: sympy.Symbol(name, positive=True) if name in positive else sympy.Symbol(name, real=True) if s.args[1] == "real" else
             sympy.Symbol(name) for name, s in names.items()}

    def attempt() -> list[Formula]:
        e = to_sympy(body, known, sympy)
        out: list[Formula] = []
        t = known[var.args[0]]
        forms = [sympy.apart(sympy.together(e), t)] if e.is_rational_function(t) else [e, sympy.expand(e)]
        for form in dict.fromkeys(forms):
            F = manualintegrate(form, t)
            F = F.replace(lambda g: isinstance(g, sympy.Piecewise), lambda g: g.args[0].expr)  # the general case comes first
            if F.has(sympy.Integral):
                continue
            f, _ = convert(F, sympy.Integer(0))
            out.append(expanded(substitute(f.args[0], {**names})))
        return out
    try:
        return within(SECONDS, attempt)
    except (Late, Unreadable, Rejected, ArithmeticError, ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError,
            NotImplementedError):
        return []


def within(seconds: float, work: Callable[[], list[Formula]]) -> list[Formula]:
    """Run code for so many seconds of this process; raises Late.  Nothing is run where a signal cannot be had (other threads)."""
    if threading.current_thread() is not threading.main_thread():
        return []

    def stop(*_: Any) -> None:
        raise Late
    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        return work()
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def to_sympy(f: Formula, known: dict[str, Sympy], sympy: Any) -> Sympy:
    h, a = f.head, f.args
    if h == "num":
        return sympy.Rational(a[0].numerator, a[0].denominator)
    if h == "sym":
        return known[a[0]]
    if h == "const":
        return {"pi": sympy.pi, "e": sympy.E, "i": sympy.I, "euler_gamma": sympy.EulerGamma, "golden_ratio": sympy.GoldenRatio}[a[0]]
    v = [to_sympy(g, known, sympy) for g in a]
    if h in ("add", "sub", "mul", "div", "neg", "pow"):
        return {"add": lambda: v[0] + v[1], "sub": lambda: v[0] - v[1], "mul": lambda: v[0] * v[1], "div": lambda: v[0] / v[1],
                "neg": lambda: -v[0], "pow": lambda: v[0] ** v[1]}[h]()
    return getattr(sympy, h)(*v)


__all__ = ["search"]
