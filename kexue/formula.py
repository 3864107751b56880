"""The inert formula: a frozen, typed tree that never simplifies itself.

A node is `Formula(head, args)`.  Leaves: `num` (a Fraction), `const` (pi, e, i, oo, euler_gamma) and `sym` (name, sort).
A sort is "real", "integer", "complex", ("vector", d), ("matrix", r, c), ("function",) or ("family", sort).
Everything else is a head with formulas as arguments; the binders `sum`, `prod`, `integral`, `diff`, `limit`, `every` and, inside the
kernel, `nslope` (a derivative of symbolic order at a point) keep their bound symbol as second argument.  Building a formula computes
nothing: `x/x` stays `x/x`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Union
from collections.abc import Iterator

BINDERS = ("sum", "prod", "integral", "diff", "limit", "every", "nslope")
RELATIONS = ("eq", "ne", "lt", "le")
FUNCTIONS = {  # head -> number of scalar arguments (None: one or more)
    "exp": 1, "log": 1, "sqrt": 1, "sin": 1, "cos": 1, "tan": 1, "cot": 1, "sec": 1, "csc": 1, "sinh": 1, "cosh": 1,
    "tanh": 1, "asin": 1, "acos": 1, "atan": 1, "asinh": 1, "acosh": 1, "atanh": 1, "abs": 1, "sign": 1, "floor": 1,
    "ceiling": 1, "factorial": 1, "gamma": 1, "binomial": 2, "uppergamma": 2, "Ci": 1, "Si": 1, "erf": 1, "erfc": 1,
    "lambertw": 1, "delta": 2, "max": None, "min": None, "re": 1, "im": 1, "conj": 1, "hyp1f1": 3, "besseli": 2,
    "besselj": 2, "digamma": 1, "zeta": 1,
}
SPECIAL: dict[str, int | None] = {  # more heads, known to the readers and to the rigorous evaluation of claims
    **dict.fromkeys("coth sech csch acot asec acsc acoth sinc arg heaviside factorial2 subfactorial loggamma erfi erfinv Shi Chi Ei li "
                    "dirichlet_eta airyai airybi airyaiprime airybiprime bell fibonacci lucas catalan partition totient mobius primepi "
                    "prime euler".split(), 1),
    **dict.fromkeys("atan2 mod rising falling beta polygamma lowergamma polylog expint legendre_symbol jacobi_symbol kronecker_symbol "
                    "bessely besselk hankel1 hankel2 chebyshevt chebyshevu legendre hermite elliptic_f".split(), 2),
    **dict.fromkeys("stieltjes harmonic bernoulli divisor_sigma gcd lcm elliptic_k elliptic_e elliptic_pi laguerre gegenbauer lerchphi "
                    "betainc betainc_regularized hyper lambertw zeta".split(), None),
}

Like = Union["Formula", int, Fraction, str]


class _Hashed:
    """Room for the hash of a formula, which is worked out once; it is no part of what the formula says and is never stored with it."""

    __slots__ = ("_hash",)
    _hash: int


@dataclass(frozen=True, slots=True)
class Formula(_Hashed):
    head: str
    args: tuple[Any, ...]

    def __hash__(self) -> int:
        try:
            known: int = self._hash
        except AttributeError:
            known = hash((self.head, self.args))
            object.__setattr__(self, "_hash", known)
        return known

    def __add__(self, o: Like) -> Formula: return Formula("add", (self, lift(o)))
    def __radd__(self, o: Like) -> Formula: return Formula("add", (lift(o), self))
    def __sub__(self, o: Like) -> Formula: return Formula("sub", (self, lift(o)))
    def __rsub__(self, o: Like) -> Formula: return Formula("sub", (lift(o), self))
    def __mul__(self, o: Like) -> Formula: return Formula("mul", (self, lift(o)))
    def __rmul__(self, o: Like) -> Formula: return Formula("mul", (lift(o), self))
    def __truediv__(self, o: Like) -> Formula: return Formula("div", (self, lift(o)))
    def __rtruediv__(self, o: Like) -> Formula: return Formula("div", (lift(o), self))
    def __pow__(self, o: Like) -> Formula: return Formula("pow", (self, lift(o)))
    def __rpow__(self, o: Like) -> Formula: return Formula("pow", (lift(o), self))
    def __matmul__(self, o: Formula) -> Formula: return Formula("matmul", (self, o))
    def __neg__(self) -> Formula: return Formula("neg", (self,))
    def __lt__(self, o: Like) -> Formula: return Formula("lt", (self, lift(o)))
    def __le__(self, o: Like) -> Formula: return Formula("le", (self, lift(o)))
    def __gt__(self, o: Like) -> Formula: return Formula("lt", (lift(o), self))
    def __ge__(self, o: Like) -> Formula: return Formula("le", (lift(o), self))
    def __getitem__(self, i: Like) -> Formula: return Formula("at", (self, lift(i)))
    def __call__(self, *args: Like) -> Formula: return Formula("apply", (self, *map(lift, args)))

    @property
    def T(self) -> Formula: return Formula("T", (self,))

    def __bool__(self) -> bool:
        raise TypeError(f"a formula has no truth value ({self.head}); state it with kexue.check or in a claim")

    def __iter__(self) -> Iterator[Any]:
        raise TypeError("a formula cannot be unpacked; index it with [i]")


def lift(value: Any) -> Formula:
    """A Python int, Fraction or decimal string as an exact number; formulas pass through.  Floats are refused."""
    if isinstance(value, Formula):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, Fraction, str)):
        raise TypeError(f"{value!r} is not exact: write an int, a Fraction or a decimal string such as '0.044715'")
    return Formula("num", (Fraction(Decimal(value)) if isinstance(value, str) else Fraction(value),))


# ---------------------------------------------------------------------------------------------------- building blocks
pi, e, I, oo, euler_gamma = (Formula("const", (n,)) for n in ("pi", "e", "i", "oo", "euler_gamma"))


def _symbols(names: str, sort: Any) -> Any:
    made = tuple(Formula("sym", (n, sort)) for n in names.replace(",", " ").split())
    return made[0] if len(made) == 1 else made


def real(names: str) -> Any:
    """Real variables: `x, y = real("x y")`."""
    return _symbols(names, "real")


def integer(names: str) -> Any:
    """Integer variables; bounds such as n >= 0 belong to the domain of the claim."""
    return _symbols(names, "integer")


def complex_(names: str) -> Any:
    """Complex variables."""
    return _symbols(names, "complex")


def vector(names: str, d: Like) -> Any:
    """Column vectors of R^d; d may be symbolic."""
    return _symbols(names, ("vector", lift(d)))


def matrix(names: str, r: Like, c: Like | None = None) -> Any:
    """Real r x c matrices (square when c is left out); sizes may be symbolic."""
    return _symbols(names, ("matrix", lift(r), lift(r if c is None else c)))


def family(names: str, sort: Any = "real") -> Any:
    """Families x[i] of reals, or of vectors and matrices when their sort is given: `family("mu", mu0.args[1])`."""
    return _symbols(names, ("family", sort))


def function(names: str) -> Any:
    """Smooth function symbols f(x), f(x, y); f;0 and f;0;1 are the names of their derivatives in these slots."""
    return _symbols(names, ("function",))


def call(head: str, *args: Like) -> Formula:
    return Formula(head, tuple(map(lift, args)))


def _named(head: str) -> Any:
    def build(*args: Like) -> Formula:
        arity = FUNCTIONS[head]
        if arity is not None and len(args) != arity or not args:
            raise TypeError(f"{head} takes {arity or 'one or more'} argument(s), got {len(args)}")
        return call(head, *args)
    build.__name__ = head
    build.__doc__ = f"{head}(...) as an inert formula."
    return build


exp, log, sqrt, sin, cos, tan, sinh, cosh, tanh = map(_named, "exp log sqrt sin cos tan sinh cosh tanh".split())
atan, acos, asin, factorial, gamma, binomial, uppergamma = map(
    _named, "atan acos asin factorial gamma binomial uppergamma".split())
Ci, Si, erf, lambertw, delta, hyp1f1, besseli, Abs, sign = map(
    _named, "Ci Si erf lambertw delta hyp1f1 besseli abs sign".split())


def sigmoid(x: Like) -> Formula:
    """1 / (1 + exp(-x))."""
    return 1 / (1 + call("exp", -lift(x)))


def Sum(body: Formula, var: Formula, lo: Like, hi: Like) -> Formula: return call("sum", body, var, lo, hi)
def Product(body: Formula, var: Formula, lo: Like, hi: Like) -> Formula: return call("prod", body, var, lo, hi)
def Integral(body: Formula, var: Formula, lo: Like, hi: Like) -> Formula: return call("integral", body, var, lo, hi)
def D(body: Formula, var: Formula) -> Formula: return call("diff", body, var)


def Limit(body: Formula, var: Formula, point: Like) -> Formula:
    """One-sided where the point is an end of the domain: from the right at a number, from the left at oo."""
    return call("limit", body, var, point)


def dot(a: Formula, b: Formula) -> Formula: return Formula("dot", (a, b))
def det(a: Formula) -> Formula: return Formula("det", (a,))
def tr(a: Formula) -> Formula: return Formula("tr", (a,))
def inv(a: Formula) -> Formula: return Formula("inv", (a,))
def expm(a: Formula) -> Formula: return Formula("expm", (a,))
def eye(d: Like) -> Formula: return Formula("eye", (lift(d),))
def zeros(r: Like, c: Like = 1) -> Formula: return call("zeros", r, c)
def outer(a: Formula, b: Formula) -> Formula: return a @ b.T
def block(*rows: tuple[Like, ...]) -> Formula: return Formula("matrix", tuple(tuple(map(lift, r)) for r in rows))
def eq(a: Like, b: Like) -> Formula: return call("eq", a, b)
def ne(a: Like, b: Like) -> Formula: return call("ne", a, b)
def even(n: Formula) -> Formula: return Formula("even", (n,))
def every(i: Formula, relation: Formula) -> Formula:
    """The relation holds for every value of the index i: every(k, p[k] > 0)."""
    return Formula("every", (relation, i))


def odd(n: Formula) -> Formula: return Formula("odd", (n,))


# ---------------------------------------------------------------------------------------------------------- traversal
def children(f: Formula) -> tuple[Formula, ...]:
    if f.head == "matrix":
        return tuple(x for row in f.args for x in row)
    return tuple(a for a in f.args if isinstance(a, Formula))


def parts(f: Formula) -> Iterator[Formula]:
    """f and everything below it, in reading order; what is bound is not told apart."""
    yield f
    for g in children(f):
        yield from parts(g)


def heads(f: Formula) -> set[str]:
    """The heads of f and of everything below it."""
    return {g.head for g in parts(f)}


def rebuild(f: Formula, kids: list[Formula]) -> Formula:
    if f.head == "matrix":
        width = len(f.args[0])
        return Formula("matrix", tuple(tuple(kids[k:k + width]) for k in range(0, len(kids), width)))
    it = iter(kids)
    return Formula(f.head, tuple(next(it) if isinstance(a, Formula) else a for a in f.args))


def free_symbols(f: Formula) -> dict[str, Formula]:
    """Free symbols by name, in order of first appearance (sizes inside sorts included)."""
    found: dict[str, Formula] = {}

    def walk(g: Formula, bound: frozenset[str]) -> None:
        if g.head == "sym":
            if g.args[0] not in bound:
                known = found.setdefault(g.args[0], g)
                if known.args[1] != g.args[1]:
                    raise TypeError(f"{g.args[0]} is used with two sorts: {known.args[1]} and {g.args[1]}")
            for s in _sizes(g.args[1]):
                walk(s, bound)
        elif g.head in BINDERS and g.head != "diff":
            for a in g.args[2:]:
                walk(a, bound)
            walk(g.args[0], bound | {g.args[1].args[0]})
        else:
            for a in children(g):
                walk(a, bound)

    walk(f, frozenset())
    return found


def _sizes(sort: Any) -> Iterator[Formula]:
    if isinstance(sort, tuple):
        for s in sort[1:]:
            if isinstance(s, Formula):
                yield s
            else:
                yield from _sizes(s)


def substitute(f: Formula, values: dict[str, Formula]) -> Formula:
    """Capture-avoiding substitution of free symbols by name (bound symbols are renamed when they would capture)."""
    if not values:
        return f
    if f.head == "sym":
        if f.args[0] in values:
            return values[f.args[0]]
        sort = _subst_sort(f.args[1], values)
        return f if sort == f.args[1] else Formula("sym", (f.args[0], sort))
    if f.head in ("num", "const"):
        return f
    if f.head in BINDERS and f.head != "diff":
        var = f.args[1]
        inner = {k: v for k, v in values.items() if k != var.args[0]}
        if any(var.args[0] in free_symbols(v) for v in inner.values()):
            name, taken = var.args[0] + "'", {*free_symbols(f.args[0]), *(s for v in inner.values() for s in free_symbols(v))}
            while name in taken:
                name += "'"
            fresh = Formula("sym", (name, var.args[1]))
            body, var = substitute(f.args[0], {var.args[0]: fresh}), fresh
        else:
            body = f.args[0]
        return Formula(f.head, (substitute(body, inner), var, *(substitute(a, values) for a in f.args[2:])))
    if f.head in ("diff", "ndiff") and (f.args[1].args[0] in values or any(
            f.args[1].args[0] in free_symbols(values[name]) for name in free_symbols(f) if name in values)):
        raise ValueError(f"cannot substitute into d/d{f.args[1].args[0]}: differentiate first")
    kids = children(f)
    new = [substitute(k, values) for k in kids]
    return f if all(a is b for a, b in zip(kids, new, strict=True)) else rebuild(f, new)


def _subst_sort(sort: Any, values: dict[str, Formula]) -> Any:
    if isinstance(sort, tuple):
        return tuple(substitute(s, values) if isinstance(s, Formula) else _subst_sort(s, values) for s in sort)
    return sort


def replaced(f: Formula, old: Formula, new: Formula) -> Formula:
    """f with `new` for `old`, except where a binder inside f binds a variable of `old`."""
    if f == old or f.head in BINDERS and f.head != "diff" and f.args[1].args[0] in free_symbols(old):
        return new if f == old else f
    kids = children(f)
    return rebuild(f, [replaced(k, old, new) for k in kids]) if kids else f


# ------------------------------------------------------------------------------------------------------------- as data
def to_data(f: Formula) -> Any:
    """Nested lists and strings, the JSON form used in certificates and evidence."""
    if f.head == "num":
        return str(f.args[0])
    if f.head == "const":
        return ["const", f.args[0]]
    if f.head == "sym":
        return ["sym", f.args[0], _sort_data(f.args[1])]
    if f.head == "matrix":
        return ["matrix", [[to_data(x) for x in row] for row in f.args]]
    return [f.head, *(to_data(a) if isinstance(a, Formula) else ["#", a] for a in f.args)]


def _sort_data(sort: Any) -> Any:
    if isinstance(sort, str):
        return sort
    return [s if isinstance(s, str) else ["=", to_data(s)] if isinstance(s, Formula) else _sort_data(s) for s in sort]


def from_data(data: Any) -> Formula:
    """Inverse of `to_data`; raises ValueError on anything that is not a formula."""
    try:
        if isinstance(data, str):
            return Formula("num", (Fraction(data),))
        head, *rest = data
        if head == "const":
            return Formula("const", (str(rest[0]),))
        if head == "sym":
            return Formula("sym", (str(rest[0]), _sort_from(rest[1])))
        if head == "matrix":
            return Formula("matrix", tuple(tuple(map(from_data, row)) for row in rest[0]))
        if not isinstance(head, str):
            raise ValueError(head)
        return Formula(head, tuple(r[1] if isinstance(r, list) and r and r[0] == "#" else from_data(r) for r in rest))
    except (TypeError, IndexError, KeyError, ZeroDivisionError) as err:
        raise ValueError(f"not a formula: {data!r}") from err


def _sort_from(data: Any) -> Any:
    if isinstance(data, str):
        return data
    if data and data[0] == "=":
        return from_data(data[1])
    return tuple(_sort_from(s) for s in data)
