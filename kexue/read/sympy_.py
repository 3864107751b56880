"""SymPy expressions -> formulas, by walking the tree.  Nothing is evaluated, no text is read, SymPy is only looked at.

A symbol brings its assumptions: integer, real, or complex when it has neither; positive, nonnegative, negative, nonpositive,
nonzero, even and odd become hypotheses.  What SymPy has evaluated away before (x/x is 1) is gone; a relation that has become True
or False is unreadable."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from ..formula import Formula, call, eq, lift, ne
from .names import FUNCTIONS
from .text import Unreadable

NAMES = {name: head for name, (head, _, _) in FUNCTIONS.items()} | {
    "Trace": "tr", "Determinant": "det", "Transpose": "T", "Inverse": "inv", "Identity": "eye"}
CONSTANTS = {"Pi": "pi", "Exp1": "e", "ImaginaryUnit": "i", "EulerGamma": "euler_gamma", "Catalan": "catalan",
             "GoldenRatio": "golden_ratio", "Infinity": "oo"}
RELATIONS = {"Equality": "eq", "Unequality": "ne", "LessThan": "le", "StrictLessThan": "lt", "GreaterThan": "le",
             "StrictGreaterThan": "lt"}
IMPLIED = {"nonnegative": ("positive",), "nonpositive": ("negative",), "nonzero": ("positive", "negative")}
CONNECTIVES = {"And": "and", "Or": "or", "Not": "not"}
KNOWN_ASSUMPTIONS = ("positive", "nonnegative", "negative", "nonpositive", "nonzero", "even", "odd")
DEPTH, NODES = 300, 20_000


class _Walk:
    def __init__(self) -> None:
        self.symbols: dict[str, Any] = {}
        self.hyps: list[Formula] = []
        self.depth = self.nodes = 0

    def of(self, e: Any) -> Formula:
        self.depth, self.nodes = self.depth + 1, self.nodes + 1
        if self.depth > DEPTH or self.nodes > NODES:
            raise Unreadable("the expression is too deep or too large", code="too-deep")
        out = self._of(e)
        self.depth -= 1
        return out

    def _of(self, e: Any) -> Formula:
        kind = type(e).__name__
        if kind in ("Symbol", "Dummy"):
            return self.symbol(e)
        if getattr(e, "is_Rational", False):
            return lift(Fraction(int(e.p), int(e.q)))
        if kind == "Float":
            raise Unreadable("a floating-point number is not exact; use Rational or text", code="float")
        if kind in CONSTANTS:
            return Formula("const", (CONSTANTS[kind],))
        if kind == "NegativeInfinity":
            return -Formula("const", ("oo",))
        if kind in ("BooleanTrue", "BooleanFalse"):
            raise Unreadable(f"SymPy has evaluated the claim to {kind[7:]} already; use evaluate=False", code="evaluated")
        name = kind.removeprefix("Immutable").removeprefix("Mutable")
        form: Callable[[Any], Formula] | None = getattr(self, "on_" + name, None)
        if form is not None:
            return form(e)
        if kind in RELATIONS:
            a, b = map(self.of, e.args)
            return call(RELATIONS[kind], b, a) if kind in ("GreaterThan", "StrictGreaterThan") else call(RELATIONS[kind], a, b)
        if kind in CONNECTIVES:
            return Formula(CONNECTIVES[kind], tuple(map(self.of, e.args)))
        if kind in NAMES:
            return Formula(NAMES[kind], tuple(map(self.of, e.args)))
        if "AppliedUndef" in [c.__name__ for c in type(e).__mro__]:
            return Formula("apply", (Formula("sym", (kind, ("function",))), *map(self.of, e.args)))
        raise Unreadable(f"{kind} has no meaning here", code="unknown")

    def symbol(self, e: Any) -> Formula:
        name = str(e.name)
        if self.symbols.setdefault(name, e) != e:
            raise Unreadable(f"two different symbols are called {name}", code="ambiguous")
        sort = "integer" if e.is_integer else "real" if e.is_extended_real else "complex"
        x = Formula("sym", (name, sort))
        facts = [k for k in KNOWN_ASSUMPTIONS if getattr(e, "is_" + k)]
        for k in facts:
            h = {"positive": lift(0) < x, "nonnegative": lift(0) <= x, "negative": x < lift(0), "nonpositive": x <= lift(0),
                 "nonzero": ne(x, 0), "even": Formula("even", (x,)), "odd": Formula("odd", (x,))}[k]
            if not set(IMPLIED.get(k, ())) & set(facts) and h not in self.hyps:
                self.hyps.append(h)
        return x

    def bound(self, e: Any, sort: str) -> Formula:
        """The variable of a sum or an integral: its assumptions are not hypotheses of the claim."""
        saved = list(self.hyps)
        self.of(e)
        self.hyps = saved
        return Formula("sym", (str(e.name), sort))

    # ---------------------------------------------------------------------------------------------------- expressions
    def fold(self, head: str, parts: list[Formula]) -> Formula:
        out = parts[0]
        for p in parts[1:]:
            out = Formula(head, (out, p))
        return out

    def on_Add(self, e: Any) -> Formula: return self.fold("add", [self.of(a) for a in e.args])

    def on_Mul(self, e: Any) -> Formula:
        top, bottom = [], []
        for a in e.args:
            power = type(a).__name__ == "Pow" and getattr(a.exp, "is_Rational", False) and a.exp < 0
            if power:
                base, n = self.of(a.base), lift(Fraction(-int(a.exp.p), int(a.exp.q)))
                bottom.append(base if n == lift(1) else Formula("sqrt", (base,)) if n == lift(Fraction(1, 2)) else base ** n)
            else:
                top.append(self.of(a))
        above = self.fold("mul", top) if top else lift(1)
        return Formula("div", (above, self.fold("mul", bottom))) if bottom else above

    def on_Pow(self, e: Any) -> Formula:
        base, n = self.of(e.base), self.of(e.exp)
        return Formula("sqrt", (base,)) if n == lift(Fraction(1, 2)) else Formula("pow", (base, n))

    def on_exp(self, e: Any) -> Formula: return Formula("exp", (self.of(e.args[0]),))

    def on_Piecewise(self, e: Any) -> Formula:
        parts = []
        for value, cond in e.args:
            true = type(cond).__name__ == "BooleanTrue"
            parts += [self.of(value), Formula("const", ("true",)) if true else self.of(cond)]
        return Formula("piecewise", tuple(parts))

    def ranged(self, e: Any, head: str, sort: str) -> Formula:
        body = e.args[0]
        limits = []
        for lim in e.args[1:]:
            if len(lim) != 3:
                raise Unreadable("a sum or an integral without bounds", code="unknown")
            limits.append((str(lim[0].name), self.of(lim[1]), self.of(lim[2])))
            self.bound(lim[0], sort)
        from ..formula import substitute
        out = self.of(body)
        for name, lo, hi in limits:
            x = Formula("sym", (name, sort))
            inner = substitute(out, {name: x})
            out = Formula(head, (inner, x, lo, hi))
        self.hyps = [h for h in self.hyps if not {n for n, _, _ in limits} & _names(h)]
        return out

    def on_Sum(self, e: Any) -> Formula: return self.ranged(e, "sum", "integer")
    def on_Product(self, e: Any) -> Formula: return self.ranged(e, "prod", "integer")
    def on_Integral(self, e: Any) -> Formula: return self.ranged(e, "integral", "real")

    def on_Derivative(self, e: Any) -> Formula:
        out = self.of(e.args[0])
        for var, count in e.variable_count:
            if not getattr(count, "is_Integer", False) or not 0 < int(count) <= 40:
                raise Unreadable("a derivative of symbolic order", code="unknown")
            for _ in range(int(count)):
                out = Formula("diff", (out, self.of(var)))
        return out

    def on_Limit(self, e: Any) -> Formula:
        body, var, point, side = e.args
        head = {"+": "limit", "-": "limit_below", "+-": "limit_both"}[str(side.name)]
        to = self.of(point)
        x = self.bound(var, "real")
        from ..formula import substitute
        out = Formula("limit" if to == Formula("const", ("oo",)) else head, (substitute(self.of(body), {x.args[0]: x}), x, to))
        self.hyps = [h for h in self.hyps if x.args[0] not in _names(h)]
        return out

    def on_Tuple(self, e: Any) -> Formula:
        raise Unreadable("a tuple is no formula", code="unknown")

    # ------------------------------------------------------------------------------------------------------- matrices
    def on_DenseMatrix(self, e: Any) -> Formula:
        rows, cols = e.shape
        if not 0 < rows * cols <= 4096:
            raise Unreadable("an empty or a huge matrix", code="too-large")
        return Formula("matrix", tuple(tuple(self.of(e[i, j]) for j in range(cols)) for i in range(rows)))

    def on_MatrixSymbol(self, e: Any) -> Formula:
        sort = ("matrix", self.of(e.shape[0]), self.of(e.shape[1])) if e.shape[1] != 1 else ("vector", self.of(e.shape[0]))
        return Formula("sym", (str(e.name), sort))

    def on_MatAdd(self, e: Any) -> Formula: return self.fold("add", [self.of(a) for a in e.args])

    def on_MatMul(self, e: Any) -> Formula:
        wide = [getattr(a, "is_Matrix", False) for a in e.args]
        numbers, matrices = ([self.of(a) for a, w in zip(e.args, wide, strict=True) if bool(w) is side] for side in (False, True))
        out = self.fold("matmul", matrices)
        return Formula("mul", (self.fold("mul", numbers), out)) if numbers else out

    def on_MatPow(self, e: Any) -> Formula: return Formula("pow", (self.of(e.args[0]), self.of(e.args[1])))


def _names(h: Formula) -> set[str]:
    from ..formula import free_symbols
    return set(free_symbols(h))


def convert(claim: Any, other: Any = None) -> tuple[Formula, list[Formula]]:
    """(claim, hypotheses) of a SymPy relation, or of two expressions that are said to be equal.  Raises Unreadable."""
    from .declare import CONDITIONS, conjuncts, typed
    walk = _Walk()
    f = walk.of(claim) if other is None else eq(walk.of(claim), walk.of(other))
    f = typed(f)
    if f.head not in CONDITIONS:
        raise Unreadable("this states nothing: give a relation such as Eq(a, b), or a pair", code="no-claim")
    return f, [x for h in walk.hyps for x in conjuncts(h)]
