"""Finite hypergeometric sums by Zeilberger's algorithm, turned into certificates of simple rules.

For t(n, k) hypergeometric in both variables the search finds polynomials a_0, ..., a_J in n and a rational R with
sum_j a_j(n) t(n+j, k) = G(n, k+1) - G(n, k), G = R t(n+J, k) (Petkovsek, Wilf & Zeilberger, A = B, chapter 6).  The certificate
is a recurrence for both sides of the claim: its left part rests on the antidifference G of the combined summand, whose ends the
kernel works out together with the terms that the ranges of the shifted sums add.  SymPy only searches here.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..certificates import Certificate, Goal
from ..formula import Formula, Sum, eq, free_symbols, lift, substitute
from .combine import Tactic, antidifference, cases, lemma, normal, recurrence, using

ORDERS, DEGREES = (1, 2, 3), 7


def to_sympy(f: Formula, names: dict[str, Any]) -> Any:
    """The formula as a SymPy expression in the given symbols; KeyError on a head that is not hypergeometric."""
    import sympy as sp

    h, a = f.head, f.args
    if h == "num":
        return sp.Rational(a[0].numerator, a[0].denominator)
    if h == "sym":
        return names[a[0]]
    if not all(isinstance(g, Formula) for g in a):
        raise KeyError(h)
    u = [to_sympy(g, names) for g in a]
    return {
        "add": lambda: u[0] + u[1],
        "sub": lambda: u[0] - u[1],
        "mul": lambda: u[0] * u[1],
        "div": lambda: u[0] / u[1],
        "neg": lambda: -u[0],
        "pow": lambda: u[0] ** u[1],
        "factorial": lambda: sp.factorial(u[0]),
        "gamma": lambda: sp.gamma(u[0]),
        "binomial": lambda: sp.binomial(u[0], u[1]),
    }[h]()


def from_poly(p: Any, symbols: dict[Any, Formula]) -> Formula:
    """A SymPy polynomial with rational coefficients as a formula."""
    import sympy as sp

    gens = sorted(symbols, key=str)
    total: Formula | None = None
    for powers, c in sp.Poly(p, *gens).terms():
        term = lift(Fraction(int(c.p), int(c.q)))
        for g, e in zip(gens, powers, strict=True):
            term = term * symbols[g] ** int(e) if e else term
        total = term if total is None else total + term
    return lift(0) if total is None else total


def _rational(expression: Any) -> Any:
    import sympy as sp

    out = sp.cancel(sp.together(sp.combsimp(sp.gammasimp(expression))))
    return out if all(p.is_polynomial() for p in sp.fraction(out)) else None


def creative(t: Any, n: Any, k: Any) -> tuple[list[Any], Any] | None:
    """(a_0, ..., a_J) and R(n, k) of the telescoped identity for the term t, of the least order up to 3; None if there is none."""
    import sympy as sp
    from sympy.concrete.gosper import gosper_normal

    step = _rational(t.subs(k, k + 1) / t)
    if step is None:
        return None
    for J in ORDERS:
        last = t.subs(n, n + J)
        shares = [_rational(t.subs(n, n + j) / last) for j in range(J + 1)]
        if any(s is None for s in shares):
            return None
        den = sp.lcm_list([sp.fraction(s)[1] for s in shares])
        tops = [sp.cancel(s * den) for s in shares]
        ratio = sp.cancel(step.subs(n, n + J) * den / den.subs(k, k + 1))
        A, B, C = (p.as_expr() for p in gosper_normal(*sp.fraction(ratio), k, polys=True))
        for degree in range(DEGREES):
            a, x = sp.symbols(f"a:{J + 1}"), sp.symbols(f"x:{degree + 1}")
            body = sum(c * k**e for e, c in enumerate(x))
            equation = sp.Poly(
                sp.expand(
                    A * body.subs(k, k + 1) - B.subs(k, k - 1) * body - C * sum(p * q for p, q in zip(a, tops, strict=True))
                ),
                k,
            )
            rows = [[sp.Poly(c, *a, *x).coeff_monomial(v) for v in (*a, *x)] for c in equation.all_coeffs()]
            for v in sp.Matrix(rows).nullspace():
                if any(v[: J + 1]):
                    scale = sp.lcm_list([sp.fraction(sp.together(c))[1] for c in v[: J + 1]])
                    values = [sp.cancel(c * scale) for c in v]
                    y = sum(c * k**e for e, c in enumerate(values[J + 1 :]))
                    return values[: J + 1], sp.cancel(B.subs(k, k - 1) * y / (C * den))
    return None


def zeilberger(n: Formula, base: int = 0) -> Tactic:
    """Sum of t(n, k) over k equals the right side for n >= base, by a recurrence in n that both satisfy."""

    def run(goal: Goal) -> Certificate | None:
        import sympy as sp

        left = goal.claim.args[0] if goal.claim.head == "eq" else goal.claim
        if left.head != "sum":
            return None
        body, var, lo, hi = left.args
        names = {
            s: sp.Symbol(s, integer=f.args[1] == "integer")
            for s, f in {**free_symbols(body), **free_symbols(goal.claim)}.items()
        }
        names[var.args[0]] = sp.Symbol(var.args[0], integer=True)
        try:
            found = creative(to_sympy(body, names), names[n.args[0]], names[var.args[0]])
        except (KeyError, sp.PolynomialError, ValueError):
            return None
        if found is None:
            return None
        symbols = {
            s: Formula("sym", (name, var.args[1] if name == var.args[0] else free_symbols(goal.claim)[name].args[1]))
            for name, s in names.items()
        }
        a = [from_poly(c, symbols) for c in found[0]]
        top, bottom = (from_poly(p, symbols) for p in sp.fraction(sp.together(found[1])))
        g = top / bottom * substitute(body, {n.args[0]: n + (len(a) - 1)})
        combined: Formula = lift(0)
        for j, c in enumerate(a):
            combined = combined + c * substitute(body, {n.args[0]: n + j})
        name = var.args[0]
        telescoped = eq(Sum(combined, var, lo, hi), substitute(g, {name: hi + 1}) - substitute(g, {name: lo}))
        others = tuple(h for h in goal.hyps if n.args[0] not in free_symbols(h))
        by = using(lemma(telescoped, *others, lift(base) <= n, by=antidifference(g)), then=normal)
        total: Formula = lift(0)
        for j, c in enumerate(a):
            total = total + c * substitute(goal.claim.args[1], {n.args[0]: n + j})
        return recurrence(n, a, total, base=base, left=by)(goal)

    return run


def search(goal: Goal) -> Certificate | None:
    """Zeilberger's method in each integer variable with a numeric lower bound; where a leading coefficient vanishes at the first
    values of the variable, those are split off."""
    claim = goal.claim
    if claim.head != "eq" or claim.args[0].head != "sum":
        return None
    for h in goal.hyps:
        if (
            h.head in ("le", "lt")
            and h.args[0].head == "num"
            and h.args[1].head == "sym"
            and h.args[1].args[1] == "integer"
            and h.args[1].args[0] in free_symbols(claim.args[0])
        ):
            n, base = h.args[1], int(h.args[0].args[0]) + (h.head == "lt")
            for by in (zeilberger(n, base), cases(n - base if base else n, above=zeilberger(n, base + 1))):
                found = by(goal)
                if found is not None:
                    return found
    return None
