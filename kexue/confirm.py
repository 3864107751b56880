"""A claim against numbers: every formula of its derivation at random and adversarial admissible points, with mpmath at 50 and
at 70 digits, and its printed reference values digit by digit."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from typing import Any

from mpmath import mp

from .certificates import Goal
from .claim import Claim, Reference
from .evaluate import Evaluator, Skip, Undefined, number
from .formula import Formula, free_symbols
from .refute import shown
from .sample import Sampler, Values

DIGITS = (50, 70)
POINTS, ATTEMPTS = 8, 60
GUARD = 12  # digits that rounding may cost, relative to the largest intermediate number


class Tie(Exception):
    """The sides agree to the precision where the claim says that they differ."""


def confirm_claim(claim: Claim) -> dict[str, Any]:
    """points: admissible points where a formula was evaluated; digits: the two precisions; worst: the largest relative residual
    of an equation; formulas: how many were confirmed; skipped: reasons; contradictions: what disagreed; references: rows."""
    out: dict[str, Any] = {"points": 0, "digits": list(DIGITS), "worst": None, "formulas": 0, "skipped": [], "contradictions": []}
    worst = None
    for step in claim.steps:
        if step.formula is None:
            continue
        goal = Goal((*claim.where, *step.where), step.formula)
        count, residual, reason, wrong = confirm_goal(goal)
        out["points"] += count
        out["formulas"] += int(count > 0 and not wrong)
        if residual is not None:
            worst = residual if worst is None else max(worst, residual)
        if wrong:
            out["contradictions"].append(f"line {step.line}: {wrong}")
        elif not count or reason:
            out["skipped"].append(f"line {step.line}: {reason or 'no admissible point was found'}")
    out["worst"] = None if worst is None else mp.nstr(worst, 2) if worst else "0"
    out["references"] = [confirm_reference(r) for r in claim.references]
    wrong_rows = [r for r in out["references"] if not r["ok"]]
    out["contradictions"] += [f"reference {r['label']}: {r['got']} instead of {r['digits']}" for r in wrong_rows]
    return out


def confirm_goal(goal: Goal) -> tuple[int, Any, str | None, str | None]:
    """(points that agree, worst relative residual of an equation, why points are missing, the first disagreement)."""
    if goal.claim.head not in ("eq", "ne", "lt", "le"):
        return 0, None, f"{goal.claim.head} is not a comparison of numbers", None
    sampler = Sampler(goal, "confirm", numeric=True)
    alone = not sampler.order
    count, worst, reason = 0, None, None
    for point in sampler.points(1 if alone else 3 * POINTS, 1 if alone else ATTEMPTS):
        try:
            if sampler.functions and not all(_holds(h, point) for h in goal.hyps if sampler.functions & free_symbols(h).keys()):
                reason = "the test functions do not meet its hypotheses"
                continue
            residual = _compare(goal.claim, point)
        except Skip as err:
            return count, worst, str(err), None
        except Undefined as err:
            reason = f"not defined at a point ({err})"
            continue
        except Tie:
            reason = "the sides agree to all digits where they must differ"
            continue
        if isinstance(residual, str):
            at = ", ".join(f"{k} = {_say(v)}" for k, v in point.items())
            return count, worst, None, f"{residual} at {at or 'the constant'}"
        count += 1
        if residual is not None:
            worst = residual if worst is None else max(worst, residual)
        if count >= POINTS:
            break
    return count, worst, None if count else reason, None


def _say(v: Any) -> str:
    return shown(v) if not isinstance(v, Formula) else "defined by its equation"


def _holds(h: Formula, point: Values) -> bool:
    try:
        return not isinstance(_compare(h, point), str)
    except (Skip, Undefined, Tie):
        return False


def _compare(f: Formula, point: Values) -> Any:
    """The relative residual of an equation, None for an inequality that holds, or a text that says what is wrong."""
    gaps = []
    for digits in DIGITS:
        with mp.workdps(digits):
            e = Evaluator(point)
            left, right = e.of(f.args[0]), e.of(f.args[1])
            gaps.append((_difference(left, right), e.peak, left, right))
    rough, fine = gaps
    with mp.workdps(DIGITS[1]):
        scale = max(fine[1], mp.mpf(1) if fine[1] == 0 else fine[1])
        size = [max(map(abs, g[0])) for g in gaps]
        allowed = [scale * mp.mpf(10) ** (GUARD - d) for d in DIGITS]
        if max(abs(a - b) for a, b in zip(rough[0], fine[0], strict=True)) > allowed[0]:
            return "the two precisions disagree"
        if f.head == "eq":
            return size[0] / scale if size[0] <= allowed[0] and size[1] <= allowed[1] else \
                f"{_number(fine[2])} is not {_number(fine[3])}"
        if f.head == "ne":
            if size[1] <= allowed[1]:
                raise Tie
            return None
        if len(fine[0]) > 1 or mp.im(fine[0][0]) != 0:
            return "not real numbers"
        gap = -mp.re(fine[0][0])  # right minus left
        if abs(gap) <= allowed[1]:
            if f.head == "lt" and gap != 0:
                raise Tie
            return None if f.head == "le" else f"{_number(fine[2])} is not less than {_number(fine[3])}"
        return None if gap > 0 else f"{_number(fine[2])} is not {'less than' if f.head == 'lt' else 'at most'} {_number(fine[3])}"


def _difference(left: Any, right: Any) -> list[Any]:
    x, y = (v if isinstance(v, mp.matrix) else mp.matrix([[v]]) for v in (left, right))
    if (x.rows, x.cols) != (y.rows, y.cols):
        raise Undefined("sizes of the two sides")
    return list(x - y)


def _number(v: Any) -> str:
    return str(mp.nstr(v, 12)).replace("\n", "; ")


# ------------------------------------------------------------------------------------------------------------- references
def confirm_reference(r: Reference) -> dict[str, Any]:
    """{label, digits, got, ok}: the value rounded half even to the digits given, and whether they agree."""
    try:
        got = rounded(reference_value(r), r.digits)
    except (Skip, Undefined) as err:
        return {"label": r.label, "digits": r.digits, "got": f"not evaluated: {err}", "ok": False}
    return {"label": r.label, "digits": r.digits, "got": got, "ok": Decimal(got) == Decimal(r.digits)}


def reference_value(r: Reference) -> Any:
    """The value to about 100 digits: an mpf, Fraction, Decimal or int."""
    with mp.workdps(100):
        if r.compute is not None:
            return r.compute()
        if r.formula is None:
            raise Skip("neither a formula nor a computation is given")
        return Evaluator({k: _given(v) for k, v in r.at.items()}).of(r.formula)


def _given(v: Any) -> Any:
    return [_given(x) for x in v] if isinstance(v, (list, tuple)) else v if isinstance(v, Formula) else Fraction(v)


def rounded(value: Any, digits: str) -> str:
    """`value` with as many decimals as `digits`, in the same notation."""
    with localcontext() as context, mp.workdps(100):
        context.prec = 200
        if isinstance(value, Fraction):
            value = number(value)
        shape = Decimal(digits)
        if isinstance(value, (mp.mpc, mp.matrix)):
            raise Undefined("not a real number")
        exactly = value if isinstance(value, Decimal) else Decimal(mp.nstr(mp.mpf(value), 90))
        got = exactly.quantize(Decimal(1).scaleb(int(shape.as_tuple().exponent)), rounding=ROUND_HALF_EVEN)
        return f"{got:e}" if "e" in digits.lower() else f"{got:f}"
