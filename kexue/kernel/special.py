"""Rigorous values of every function of the claim format at a point, on the principal branches and with the argument orders of
SymPy: exact rationals where every operation is exact, Arb balls elsewhere.

`paths` names the variables along which a value has to be analytic (an integrator or a Cauchy estimate walks on them through the
complex plane): whatever depends on them is refused where it touches a branch cut.  What is not certainly defined raises Rejected."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from typing import Any

from flint import acb, arb, ctx, fmpq

from ..certificates import Certificate, Goal
from ..formula import Formula, children, lift
from . import functions, numbers, reals, series
from .numbers import SCALAR, UNDEFINED, settled, whole
from .verdict import Accepted, Rejected

FUEL = 1_500_000  # operations of one evaluation
COST = {  # of one call, in operations
    "bell": 50, "lerchphi": 600, "stieltjes": 2000, "polylog": 100, "hyper": 60, "zeta": 50, "polygamma": 50, "betainc": 60, "uppergamma": 40,
    "betainc_regularized": 60, "lowergamma": 40, "legendre": 30, "besselj": 30, "bessely": 60, "besseli": 30, "besselk": 60, "hankel1": 90,
    "hankel2": 90, "expint": 40, "elliptic_pi": 60, "elliptic_f": 30, "elliptic_e": 30, "elliptic_k": 20, "airyai": 20, "airybi": 20, "digamma": 15}
CHEAP = frozenset("num sym const add sub mul div neg pow sqrt exp log sin cos abs".split())
BINDING = {"sum", "prod", "integral", "limit", "limit_below", "limit_both", "subs"}


class Names:
    """Free symbols of subformulas, by identity; keeps the formulas alive."""

    def __init__(self) -> None:
        self.known: dict[int, tuple[Formula, frozenset[str]]] = {}
        self.reals: dict[int, tuple[Formula, bool]] = {}
        self.pis: dict[int, tuple[Formula, bool]] = {}

    def free(self, f: Formula) -> frozenset[str]:
        if (hit := self.known.get(id(f))) is not None:
            return hit[1]
        if f.head == "sym":
            out = frozenset((f.args[0],))
        elif f.head in BINDING:
            out = self.free(f.args[0]) - {f.args[1].args[0]}
            for a in f.args[2:]:
                out |= self.free(a)
        else:
            out = frozenset().union(*map(self.free, children(f))) if f.args and f.head not in ("num", "const") else frozenset()
        self.known[id(f)] = f, out
        return out

    def has_pi(self, f: Formula) -> bool:
        if (hit := self.pis.get(id(f))) is None:
            hit = self.pis[id(f)] = f, f.head == "const" and f.args[0] == "pi" or any(map(self.has_pi, children(f)))
        return hit[1]

    def real(self, f: Formula) -> bool:
        """Is it real at real values of its real variables, by its form alone?"""
        if (hit := self.reals.get(id(f))) is not None:
            return hit[1]
        if f.head in ("num", "sym", "const"):
            out = f.head == "num" or (f.args[1] in ("real", "integer") if f.head == "sym" else f.args[0] != "i")
        elif f.head == "pow":
            out = self.real(f.args[0]) and (reals.integral(f.args[1]) or self.real(f.args[1]) and positive(f.args[0]))
        elif f.head in ("abs", "arg", "re", "im", "delta", "and", "or", "not", "eq", "ne", "lt", "le"):
            out = True
        else:
            out = (reals.plainly(f) or f.head in BINDING or f.head in ("diff", "piecewise")) and all(map(self.real, children(f)))
        self.reals[id(f)] = f, out
        return out


def positive(f: Formula) -> bool:
    return f.head == "num" and f.args[0] > 0 or f.head == "const" and f.args[0] in ("pi", "e", "euler_gamma", "catalan", "golden_ratio")


def at_precision(n: int) -> int:
    """The work of a function that is n at 64 bits."""
    return n * max(1, int((ctx.prec / 64) ** 1.5))


class At:
    """Values of the free symbols; `of` evaluates a formula there."""

    def __init__(self, values: dict[str, Any], paths: frozenset[str] = frozenset(), names: Names | None = None, outer: At | None = None,
                 own: str = "", fuel: list[int] | None = None, bent: frozenset[str] = frozenset()) -> None:
        self.values, self.paths, self.names, self.outer, self.own = values, paths, names or Names(), outer, own
        self.fuel = fuel if fuel is not None else [FUEL]
        self.bent = bent  # variables that stand for complex numbers, whatever their sort
        self.done: dict[int, tuple[Formula, Any]] = {}

    def charge(self, n: int) -> None:
        """Account for work; Rejected when there has been too much."""
        self.fuel[0] -= n
        if self.fuel[0] < 0:
            raise Rejected("too much work")

    def inner(self, name: str, value: Any, path: bool = False, bent: bool = False) -> At:
        """The same point with a value for a bound symbol.  path: what is made of it has to be analytic in it; bent: it leaves the real axis
        for good, so that |x| and the like are not continued from there."""
        paths = self.paths | {name} if path else self.paths - {name}
        return At({**self.values, name: value}, paths, self.names, self, name, self.fuel, self.bent | {name} if bent else self.bent - {name})

    def continued(self, f: Formula) -> bool:
        """Does f, on a path, stand for the continuation of a function of real variables with real values?"""
        return self.names.real(f) and self.bent.isdisjoint(self.names.free(f))

    def walks(self, f: Formula) -> bool:
        return bool(self.paths) and not self.paths.isdisjoint(self.names.free(f))

    def of(self, f: Formula) -> Any:
        if (hit := self.done.get(id(f))) is not None:
            return hit[1]
        if self.outer is not None and self.own not in self.names.free(f):
            return self.outer.of(f)
        try:
            out = settled(self.evaluate(f))
        except UNDEFINED as err:
            raise Rejected(f"no value for {f.head}: {err!r}") from err
        self.done[id(f)] = f, out
        return out

    def evaluate(self, f: Formula) -> Any:
        h, a = f.head, f.args
        self.charge(max(1, ctx.prec // 256) if h in CHEAP else at_precision(COST.get(h, 6)))
        if h == "num":
            return fmpq(a[0].numerator, a[0].denominator)
        if h == "sym":
            return self.values[a[0]]
        if h == "const":
            return functions.CONSTANTS[a[0]]()
        if h in ("add", "sub", "mul", "div"):
            u, v = self.of(a[0]), self.of(a[1])
            return u + v if h == "add" else u - v if h == "sub" else u * v if h == "mul" else u / v
        if h == "neg":
            return -self.of(a[0])
        if h == "pow":
            return numbers.power(self.of(a[0]), self.of(a[1]), self.walks(a[0]))
        if h == "piecewise":
            return self.cases(f)
        if h == "delta":
            if self.walks(f) or (equal := self.holds(Formula("eq", a))) is None:
                raise Rejected("delta of numbers that may be equal")
            return fmpq(equal)
        if h in ("diff", "ndiff", "subs", *BINDING):
            return getattr(series, {"limit_below": "limit", "limit_both": "limit", "ndiff": "diff"}.get(h, h))(self, f)
        if h in reals.CIRCULAR and self.names.has_pi(a[0]) and not self.walks(f) and (t := reals.turns(self, a[0])) is not None \
                and (exact := reals.by_turns(h, t)) is not None:
            return exact
        if h.startswith("elliptic_") and len(a) > (2 if h == "elliptic_pi" else 1) and self.names.has_pi(a[-2]) and not self.walks(f):
            if (t := reals.turns(self, a[-2])) is not None and t[1] == 0:
                return functions.incomplete_at_turns(h, [self.of(x) for x in a], t[0])
        v = [self.of(x) for x in children(f)]
        if h in numbers.MATRICES:
            return numbers.MATRICES[h](*v) if h != "matrix" else numbers.matrix_of(v, len(a[0]))
        if not all(isinstance(x, SCALAR) for x in v):
            raise Rejected(f"{h} of a matrix")
        walks = self.walks(f)
        if walks and h in numbers.PIECES:
            if not all(map(self.continued, a)):
                raise Rejected(f"{h} is not analytic")
            return numbers.PIECES[h](*v)
        return functions.call(h, v, walks)

    def same(self, f: Formula) -> bool:
        """Are both sides equal by their form at this point?"""
        u, v = (self.of(x) for x in f.args)
        if isinstance(u, fmpq) and isinstance(v, fmpq) or not isinstance(u, SCALAR) or not isinstance(v, SCALAR) or not acb(u).overlaps(acb(v)):
            return False
        try:
            return folded(self, f.args[0]) == folded(self, f.args[1])
        except Rejected:  # a case that does not apply need not be defined
            return False

    def cases(self, f: Formula) -> Any:
        """The first value whose condition holds; of those that may be meant, a ball that contains them all."""
        found: list[Any] = []
        for value, condition in zip(f.args[::2], f.args[1::2], strict=True):
            holds = self.holds(condition)
            if holds is None and self.walks(f):
                raise Rejected("a path across cases")
            if holds is not False:
                found.append(self.of(value))
            if holds:
                break
        else:
            raise Rejected("no case applies for certain")
        if len(found) > 1 and not all(isinstance(v, SCALAR) for v in found):
            raise Rejected("cases that are not decided")
        return reduce(acb.union, map(acb, found)) if len(found) > 1 else found[0]

    # ------------------------------------------------------------------------------------------------------ conditions
    def holds(self, f: Formula) -> bool | None:
        """True or False when certain, else None.  Raises Rejected where a side is not defined."""
        h = f.head
        if h == "const":
            return {"true": True, "false": False}[f.args[0]]
        if h == "not":
            inner = self.holds(f.args[0])
            return None if inner is None else not inner
        if h in ("and", "or"):
            seen: list[bool | None] = []
            for x in f.args:
                try:
                    seen.append(self.holds(x))
                except Rejected:
                    seen.append(None)
                if seen[-1] is (h == "or"):
                    return seen[-1]
            return None if None in seen else h == "and"
        if h in ("even", "odd"):
            return (whole(self.of(f.args[0])) % 2 == 0) == (h == "even")
        if h not in ("eq", "ne", "lt", "le"):
            raise Rejected(f"{h} is not a condition")
        walks = self.walks(f)
        if not walks and self.same(f):
            return h in ("eq", "le")
        if walks and h in ("lt", "le") and not all(map(self.continued, f.args)):
            raise Rejected("an order along a path that leaves the real axis")
        return compare(h, self.of(f.args[0]), self.of(f.args[1]), walks)


def folded(here: At, f: Formula) -> Formula:
    """f with its exact values put in, in a form where x 1, x + 0, e and exp(1), sqrt(x) and x^(1/2), the order of terms do not differ."""
    if f.head == "const" and f.args[0] == "e":
        return Formula("exp", (lift(1),))
    if f.head in ("num", "const"):
        return f
    v = here.of(f)
    if isinstance(v, fmpq):
        return Formula("num", (Fraction(int(v.p), int(v.q)),))
    if f.head in BINDING or not all(isinstance(x, Formula) for x in f.args):
        return f
    a = [folded(here, x) for x in f.args]
    if f.head in ("add", "mul"):
        unit = lift(0 if f.head == "add" else 1)
        a = sorted((x for x in a if x != unit), key=repr)
        if len(a) == 1:
            return a[0]
    return Formula("pow", (a[0], lift(Fraction(1, 2)))) if f.head == "sqrt" else Formula(f.head, tuple(a))


def compare(relation: str, u: Any, v: Any, walks: bool = False) -> bool | None:
    """eq, ne, lt, le between two values: True it holds, False it fails, None the balls overlap.  Only exact numbers can be equal."""
    if not isinstance(u, SCALAR) or not isinstance(v, SCALAR):
        parts = [compare("eq", a, b) for a, b in numbers.entries(u, v)]
        equal = False if False in parts else None if None in parts else True
        return None if relation not in ("eq", "ne") or equal is None else equal == (relation == "eq")
    if relation in ("eq", "ne"):
        if isinstance(u, fmpq) and isinstance(v, fmpq):
            equal = bool(u == v)
        else:
            z = acb(u) - acb(v)
            equal = False if z.real != 0 or z.imag != 0 else True if z.is_zero() and z.is_exact() and not walks else None
            if equal is None and acb in (type(u), type(v)) and acb(u).is_exact() and acb(v).is_exact():
                equal = bool(acb(u) == acb(v))
        return None if equal is None else equal == (relation == "eq")
    if isinstance(u, acb) or isinstance(v, acb):
        if not walks:
            raise Rejected("complex numbers are not ordered")
        u, v = acb(u).real, acb(v).real  # on a path both are real on the real axis: the case holds on the whole ball
        return True if u < v else False if u > v else None
    if walks:
        return True if u < v else False if u > v else None
    low, high = (u < v, u >= v) if relation == "lt" else (u <= v, u > v)
    return True if low else False if high else None


def value(raw: Any) -> Any:
    """A value from JSON: "p/q", or ["p/q", "r/s"] for a complex number."""
    if isinstance(raw, (list, tuple)):
        x, y = map(value, raw)
        return settled(acb(arb(x), arb(y)))
    if isinstance(raw, (str, int, Fraction)) and not isinstance(raw, bool):
        p, _, q = str(raw).partition("/")
        return fmpq(int(p), int(q or 1))
    raise Rejected("not a number")


def symbols(goal: Goal) -> dict[str, Formula]:
    """The free variables of a goal by name.  Rejected when one name has two sorts."""
    found: dict[str, Formula] = {}

    def walk(f: Formula, bound: frozenset[str]) -> None:
        if f.head == "sym":
            if f.args[0] not in bound and found.setdefault(f.args[0], f).args[1] != f.args[1]:
                raise Rejected("a symbol is used with two sorts")
        elif f.head in BINDING:
            walk(f.args[0], bound | {f.args[1].args[0]})
            for x in f.args[2:]:
                walk(x, bound)
        else:
            for x in children(f):
                walk(x, bound)
    for f in (goal.claim, *goal.hyps):
        walk(f, frozenset())
    return found


def point(values: dict[str, Any], symbols: dict[str, Formula]) -> dict[str, Any]:
    """The values of these symbols, each of its sort."""
    out: dict[str, Any] = {}
    for name, s in symbols.items():
        if name not in values or s.args[1] not in ("real", "integer", "complex"):
            raise Rejected(f"no value for {name}")
        out[name] = value(values[name])
        if isinstance(out[name], acb) and s.args[1] != "complex" or s.args[1] == "integer" and whole(out[name]) is None:
            raise Rejected("a value does not have its sort")
    return out


def evaluate(f: Formula, values: dict[str, Any], prec: int) -> Any:
    """An enclosure of f at the point (names -> flint numbers): fmpq, arb, acb, or a matrix.  Raises Rejected where it is not certainly defined."""
    with ctx.workprec(prec):
        return At(dict(values)).of(f)


def holds(f: Formula, values: dict[str, Any], prec: int) -> bool | None:
    """Does the condition certainly hold (True), certainly fail (False), or neither (None)?"""
    with ctx.workprec(prec):
        return At(dict(values)).holds(f)


def witness(goal: Goal, certificate: Certificate) -> Accepted:
    """Accept that every hypothesis holds and the claim fails at certificate["values"]; or raise Rejected."""
    prec = certificate["prec"]
    if type(prec) is not int or not 20 <= prec <= 5000:
        raise Rejected("the precision is not a number of bits between 20 and 5000")
    try:
        with ctx.workprec(prec):
            here = At(point(certificate["values"], symbols(goal)))
            for h in goal.hyps:
                if here.holds(h) is not True:
                    raise Rejected(f"a hypothesis is not certainly met: {h.head}")
            if here.holds(goal.claim) is not False:
                raise Rejected("the claim does not certainly fail there")
            exact = all(isinstance(here.of(x), fmpq) for h in (*goal.hyps, goal.claim) if h.head in ("eq", "ne", "lt", "le") for x in h.args)
    except UNDEFINED as err:
        raise Rejected(f"malformed witness: {err!r}") from err
    return Accepted("exact" if exact and all(h.head in ("eq", "ne", "lt", "le") for h in goal.hyps) else "ball")
