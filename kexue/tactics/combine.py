"""Combinators: a tactic is a function Goal -> certificate or None, and a proof hint is built from tactics.

`by=induction(n, base=0)` in a proof file names the rule and leaves the subgoals to `auto`, or to the tactics given for
them.  The subgoals come from the kernel's own rule, so a tactic never restates mathematics."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..certificates import Certificate, Goal
from ..formula import Formula, lift, to_data
from ..kernel import Rejected, check, subgoals
from ..kernel.algebra import show
from ..kernel.check import MALFORMED
from ..kernel.diff import admitted
from ..kernel.logic import text_of
from ..kernel.normal import Normal

Tactic = Callable[[Goal], Certificate | None]


def normal(goal: Goal) -> Certificate | None:
    """Equal normal forms."""
    if goal.claim.head != "eq":
        return None
    try:  # once, as the kernel does it; where it accepts, it will do it again
        g = admitted(goal)
        n, (left, right) = Normal(g.hyps, g.claim), g.claim.args
        if not n.explicit(left) and not n.explicit(right) and n.shape(left) is None and n.shape(right) is None:
            value = n.scalar(left)
            return {"rule": "normal", "value": show(value)} if n.zero(n.sub(value, n.scalar(right))) else None
    except (Rejected, RecursionError, *MALFORMED):
        return None
    return accepted(goal, lambda: {"rule": "normal", "value": text_of(Normal(g.hyps), g.claim.args[0])})


def sign(goal: Goal) -> Certificate | None:
    """Sign of the difference from the hypotheses."""
    if goal.claim.head not in ("lt", "le", "ne"):
        return None

    left, right = goal.claim.args
    return accepted(goal, lambda: {"rule": "sign", "terms": [], "rest": to_data(right - left)})


def sturm(goal: Goal) -> Certificate | None:
    """A polynomial in one real variable without a root on the interval."""
    return accepted(goal, lambda: {"rule": "sturm"}) if goal.claim.head == "lt" else None


def accepted(goal: Goal, build: Callable[[], Certificate]) -> Certificate | None:
    try:
        certificate = build()
        check(goal, certificate)
    except (Rejected, RecursionError, ValueError, TypeError):  # the goal of a user may be ill-formed
        return None
    return certificate


def auto(goal: Goal) -> Certificate | None:
    """The decision procedures in order of cost."""
    for tactic in _procedures():
        found = tactic(goal)
        if found is not None:
            return found
    return None


def _procedures() -> Sequence[Tactic]:
    from . import cover, telescope
    return (normal, sign, sturm, cover.search, telescope.search)


def rule(name: str, data: dict[str, Any], **tactics: Tactic) -> Tactic:
    """Apply one kernel rule, then the named tactic (default `auto`) to each of its subgoals."""
    def run(goal: Goal) -> Certificate | None:
        certificate: Certificate = {"rule": name, **data}
        try:
            _, remaining = subgoals(goal, certificate)
        except Rejected as err:
            run.reason = str(err)  # type: ignore[attr-defined]
            return None
        for part, (g, _) in remaining.items():
            tactic = tactics.get(part, auto)
            found = tactic(g)
            if found is None:
                why = getattr(tactic, "reason", None)
                run.reason = f"{name}: no proof of its part '{part}'" + (f" ({why})" if why else "")  # type: ignore[attr-defined]
                run.stuck = getattr(tactic, "stuck", None) or g  # type: ignore[attr-defined]
                return None
            certificate[part] = found
        return certificate
    return run


def _name(x: Formula | str) -> str:
    return x if isinstance(x, str) else str(x.args[0])


def induction(n: Formula | str, base: int = 0, **tactics: Tactic) -> Tactic:
    """P(base) and P(n) => P(n + 1).  Parts: first, step."""
    return rule("induction", {"var": _name(n), "base": base}, **tactics)


def derivative(x: Formula | str, at: Any = 0, **tactics: Tactic) -> Tactic:
    """Equal derivatives in x and equal values at one point.  Parts: slope, value."""
    return rule("derivative", {"var": _name(x), "anchor": to_data(lift(at))}, **tactics)


def monotone(x: Formula | str, at: Any = 0, strict: str | None = None, **tactics: Tactic) -> Tactic:
    """The difference grows away from the anchor; strict: "value" or "slope".  Parts: slope, value."""
    return rule("monotone", {"var": _name(x), "anchor": to_data(lift(at)), "strict": strict}, **tactics)


def antiderivative(primitive: Formula, value: Tactic = auto, **tactics: Tactic) -> Tactic:
    """An integral from its primitive.  Parts: slope, value."""
    return rule("integrate", {"number": 0, "primitive": to_data(lift(primitive))}, then=value, **tactics)


def integrated(primitive: Any, *known: tuple[Any, Formula], number: int = 0, **tactics: Tactic) -> Tactic:
    """An integral of the claim from its primitive, limits at the ends included; `known`: multiples of other integrals that are added.
    Parts: slope, then."""
    return rule("integrate", {"number": number, "primitive": to_data(lift(primitive)),
                              **({"known": [[to_data(lift(c)), to_data(g)] for c, g in known]} if known else {})}, **tactics)


def cases(on: Formula, **tactics: Tactic) -> Tactic:
    """Split at the sign of a formula.  Parts: below, at, above."""
    return rule("cases", {"on": to_data(on)}, **tactics)


def scaled(by: Any, claim: Formula, then: Tactic = auto) -> Tactic:
    """Multiply the difference of the two sides by a factor of known sign; `claim` is the new relation."""
    return rule("scale", {"by": to_data(lift(by)), "claim": to_data(claim)}, then=then)


def rewritten(claim: Formula, then: Tactic = auto) -> Tactic:
    """Go on with a relation whose difference of sides has the same normal form."""
    return scaled(1, claim, then)


def through(middle: Formula, heads: tuple[str, str] = ("le", "le"), **tactics: Tactic) -> Tactic:
    """left R middle R right.  Parts: first, second."""
    return rule("chain", {"middle": to_data(middle), "heads": list(heads)}, **tactics)


def termwise(then: Tactic = auto) -> Tactic:
    """Compare two sums over one range term by term."""
    return rule("termwise", {}, then=then)


def squares(*terms: tuple[Any, Formula], rest: Any = 0) -> Tactic:
    """right - left = sum of weight * base^2 + rest."""
    return rule("sign", {"terms": [[to_data(lift(c)), to_data(f)] for c, f in terms], "rest": to_data(lift(rest))})


def cofactors(*terms: tuple[int, Any], divisor: Any = 1) -> Tactic:
    """divisor * (left - right) = sum of multiplier * (hypothesis number k)."""
    return rule("cofactors", {"terms": [[k, to_data(lift(m))] for k, m in terms], "divisor": to_data(lift(divisor))})


def squeeze(constant: Any, power: Any = 1, start: Any = 1, **tactics: Tactic) -> Tactic:
    """|f - L| <= constant * x^-power beyond `start` (at oo), or constant * x^power below it (at 0+).  Parts: above, below."""
    return rule("limit", {"constant": to_data(lift(constant)), "power": str(power), "from": to_data(lift(start))}, **tactics)


def recurrence(n: Formula | str, coefficients: Sequence[Any], inhomogeneous: Any = 0, base: int = 0, **tactics: Tactic) -> Tactic:
    """Both sides satisfy sum_j a_j(n) u(n+j) = c(n).  Parts: left, right, lead, initial0, initial1, ..."""
    return rule("recurrence", {"var": _name(n), "base": base, "coefficients": [to_data(lift(a)) for a in coefficients],
                               "inhomogeneous": to_data(lift(inhomogeneous))}, **tactics)


def antidifference(g: Formula, **tactics: Tactic) -> Tactic:
    """Sum of t(k) = G(hi + 1) - G(lo) from t(k) = G(k + 1) - G(k).  Parts: step, ends."""
    return rule("antidifference", {"antidifference": to_data(g)}, **tactics)


def flow(t: Formula | str, size: Any, **tactics: Tactic) -> Tactic:
    """exp(tK) = E(t), K of this size, from E(0) = I and E' = K E.  Parts: initial, right."""
    def run(goal: Goal) -> Certificate | None:
        side = goal.claim.args[0]
        if side.head != "expm" or side.args[0].head != "mul":
            return None
        return rule("evolution", {"var": _name(t), "generator": to_data(side.args[0].args[1]), "size": to_data(lift(size))}, **tactics)(goal)
    return run


def evolution(t: Formula | str, generator: Formula, **tactics: Tactic) -> Tactic:
    """Two matrices X(t) = Y(t) from X(0) = Y(0), X' = K X and Y' = K Y with the generator K.  Parts: initial, left, right."""
    return rule("evolution", {"var": _name(t), "generator": to_data(generator)}, **tactics)


def norm(then: Tactic = normal) -> Tactic:
    """Two real matrices are equal, as tr (A - B)^T (A - B) = 0."""
    return rule("norm", {}, norm=then)


def lemma(claim: Formula, *where: Formula, by: Tactic = auto, **at: Any) -> tuple[Goal, Tactic, dict[str, Formula]]:
    """A lemma for `using`: its own domain, its own proof, and the instance to use (name=value)."""
    return Goal(tuple(where), claim), by, {k: lift(v) for k, v in at.items()}


def once(by: Tactic) -> Tactic:
    """A proof that is used in several places is searched for once."""
    known: dict[Goal, Certificate | None] = {}

    def run(goal: Goal) -> Certificate | None:
        if goal not in known:
            known[goal] = by(goal)
            run.reason = getattr(by, "reason", None)  # type: ignore[attr-defined]
        return known[goal]
    return run


def theorem(claim: Formula, *where: Formula, by: Tactic = auto) -> Callable[..., tuple[Goal, Tactic, dict[str, Formula]]]:
    """A lemma that is used in several places: from the values of its variables, an instance for `using`."""
    by = once(by)
    return lambda **at: lemma(claim, *where, by=by, **at)


def special(hyp: int, at: Any, then: Tactic = auto) -> Tactic:
    """Hypothesis number `hyp`, which is about every index, for this one."""
    return rule("special", {"hyp": hyp, "at": to_data(lift(at))}, then=then)


def alternatives(hyp: int, *then: Tactic) -> Tactic:
    """Each alternative of hypothesis number `hyp` in its turn."""
    return rule("split", {"hyp": hyp}, **{f"case{k}": t for k, t in enumerate(then)})


def absurd(hyp: int, then: Tactic = auto) -> Tactic:
    """The opposite of hypothesis number `hyp` follows from the others."""
    return rule("absurd", {"hyp": hyp}, then=then)


def valuations(*relations: Sequence[tuple[Any, Any]], **tactics: Tactic) -> Tactic:
    """Prime by prime; each relation lists pairs (m, x) with sum of m x = 0."""
    return rule("valuations", {"relations": [[[to_data(lift(m)), to_data(lift(x))] for m, x in pairs] for pairs in relations]}, **tactics)


def using(*lemmas: tuple[Goal, Tactic, dict[str, Formula]], then: Tactic = auto) -> Tactic:
    """Prove lemmas, add their instances to the hypotheses, and go on with `then`."""
    data = {"lemmas": [{"goal": g.data(), "at": {k: to_data(v) for k, v in at.items()}} for g, _, at in lemmas]}
    return rule("using", data, then=then, **{f"lemma{k}": by for k, (_, by, _) in enumerate(lemmas)})


def laws(*uses: tuple[str, dict[str, Any]], then: Tactic = auto) -> Tactic:
    """Instances of named laws join the hypotheses: ("gamma.step", {"z": x}).  Go on with `then`."""
    return rule("laws", {"uses": [{"law": name, "at": {k: to_data(lift(v)) for k, v in at.items()}} for name, at in uses]}, then=then)


def first_of(*tactics: Tactic) -> Tactic:
    """The first tactic that succeeds."""
    def run(goal: Goal) -> Certificate | None:
        return next((c for t in tactics if (c := t(goal)) is not None), None)
    return run
