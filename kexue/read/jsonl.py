"""One line of JSON -> a claim, in the form of `kexue check --jsonl` (one object a line).

    {"id": "softplus-1", "kind": "eq", "lhs": "log(1 + exp(x)) - log(1 + exp(-x))", "rhs": "x", "vars": {"x": {"domain": "real"}}}

Whatever the bytes are, the answer is a Reading or Unreadable.  A field that could carry a condition and is not known is never
skipped."""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, NoReturn

from ..certificates import Goal
from ..formula import Formula, lift
from .declare import Declared, bound, condition, shown, typed, value
from .text import Unreadable

LINE = 1 << 20  # bytes of a line
KINDS = {"eq": "eq", "ne": "ne", "le": "le", "lt": "lt", "ge": "le", "gt": "lt"}
FIELDS = ("id", "kind", "lhs", "rhs", "vars", "assumptions")
DOMAINS = {"real": "real", "complex": "complex", "integer": "integer", "natural": "integer"}
OF_A_VARIABLE = ("domain", "lo", "hi", "lo_open", "hi_open", "assume")
MEANINGFUL = ("assume", "assuming", "assumption", "condition", "conditions", "constraint", "constraints", "domain", "domains",
              "for", "given", "hyps", "hypotheses", "if", "on", "provided", "relation", "unless", "variables", "when", "where",
              "var")
VARIABLES, ASSUMPTIONS = 100, 200


@dataclass(frozen=True)
class Reading:
    """A claim as it was read.  problems: what was noticed and does not change the meaning."""

    id: str | None
    goal: Goal
    kind: str
    problems: tuple[str, ...] = ()


class BadLine(Unreadable):
    """A line that cannot be read, with the id it carries, if it carries one."""

    def __init__(self, cause: Unreadable, id_: str | None, place: str) -> None:
        super().__init__(f"{place}: {cause.what}" if place else cause.what, cause.column, cause.code)
        self.id = id_


def read_line(line: bytes) -> Reading:
    """The claim on a line; raises BadLine, which is Unreadable, and nothing else."""
    found: list[str | None] = [None]
    place = [""]
    try:
        return _reading(_object(line), found, place)
    except Unreadable as err:
        raise BadLine(err, found[0], place[0]) from err
    except (RecursionError, MemoryError) as err:
        raise BadLine(Unreadable("nested too deeply", code="too-deep"), found[0], place[0]) from err


def _object(line: bytes) -> dict[str, Any]:
    if len(line) > LINE:
        raise Unreadable(f"the line is longer than {LINE} bytes", LINE, "too-long")
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as err:
        raise Unreadable(f"the line is not UTF-8 (byte {err.start + 1})", err.start + 1, "bad-utf8") from err
    if not text.strip():
        raise Unreadable("empty", code="empty")

    def constant(name: str) -> NoReturn:
        raise Unreadable(f"{name} is not JSON", code="bad-json")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        out = dict(pairs)
        if len(out) < len(pairs):
            raise Unreadable("a field stands twice in one object", code="bad-json")
        return out
    try:
        data = json.loads(text, object_pairs_hook=once, parse_constant=constant)
    except json.JSONDecodeError as err:
        raise Unreadable(f"not JSON: {err.msg}", err.colno, "bad-json") from err
    except ValueError as err:  # an integer of thousands of digits
        raise Unreadable("a number of more than 4300 digits", code="too-large") from err
    if not isinstance(data, dict):
        raise Unreadable("a claim is a JSON object", code="bad-json")
    return data


def _reading(data: dict[str, Any], found: list[str | None], place: list[str]) -> Reading:
    id_ = data.get("id")
    if id_ is not None and not isinstance(id_, str):
        raise Unreadable("id is not a string", code="bad-field")
    found[0] = id_
    problems = []
    for key in data:
        if key in FIELDS:
            continue
        if key.lower() in MEANINGFUL or get_close_matches(key.lower(), FIELDS, 1, 0.7):
            raise Unreadable(f"there is no field {shown(key)}; the fields are {', '.join(FIELDS)}", code="bad-field")
        problems.append(f"the field {shown(key)} is not used")
    kind = _string(data, "kind")
    if kind not in KINDS:
        raise Unreadable(f"the kind {shown(kind)} is not one of {', '.join(KINDS)}", code="bad-field")
    declared = Declared()
    variables = data.get("vars", {})
    if not isinstance(variables, dict) or len(variables) > VARIABLES:
        raise Unreadable(f"vars is not an object of at most {VARIABLES} names", code="bad-field")
    for name, about in variables.items():
        place[0] = f"vars.{shown(name)[1:-1]}"
        declared.name(name, _domain(about))
    for name, about in variables.items():
        place[0] = f"vars.{shown(name)[1:-1]}"
        _bounds(declared, Formula("sym", (name, declared.sorts[name])), about, problems)
        for text in _conditions(about, "assume"):
            place[0] = f"vars.{shown(name)[1:-1]}.assume"
            declared.assume(condition(text, declared.sorts))
    for text in _conditions(data, "assumptions"):
        place[0] = "assumptions"
        declared.assume(condition(text, declared.sorts))
    sides = []
    for side in ("lhs", "rhs"):
        place[0] = ""
        text = _string(data, side)
        place[0] = side
        sides.append(value(text, declared.sorts))
    place[0] = ""
    if kind in ("ge", "gt"):
        sides.reverse()
    relation = typed(Formula(KINDS[kind], tuple(sides)))
    return Reading(id_, Goal(tuple(declared.hyps), relation), kind, tuple(problems))


def _string(data: dict[str, Any], key: str) -> str:
    if key not in data:
        raise Unreadable(f"the field {key} is missing", code="bad-field")
    if not isinstance(data[key], str):
        raise Unreadable(f"{key} is not a string", code="bad-field")
    return str(data[key])


def _domain(about: Any) -> str:
    if not isinstance(about, dict):
        raise Unreadable('a variable is described by an object such as {"domain": "real"}', code="bad-field")
    for key in about:
        if key not in OF_A_VARIABLE:
            raise Unreadable(f"there is no field {shown(key)}; the fields are {', '.join(OF_A_VARIABLE)}", code="bad-field")
    domain = _string(about, "domain")
    if domain not in DOMAINS:
        raise Unreadable(f"the domain {shown(domain)} is not one of {', '.join(DOMAINS)}", code="bad-field")
    return DOMAINS[domain]


def _bounds(declared: Declared, x: Formula, about: dict[str, Any], problems: list[str]) -> None:
    if about["domain"] == "natural":
        declared.assume(lift(0) <= x)
    for key in ("lo", "hi"):
        strict = about.get(f"{key}_open", False)
        if not isinstance(strict, bool):
            raise Unreadable(f"{key}_open is not true or false", code="bad-field")
        end = about.get(key)
        if end is None:
            if strict:
                problems.append(f"{key}_open without {key}")
            continue
        if x.args[1] == "complex":
            raise Unreadable("complex numbers have no bounds", code="bad-field")
        if isinstance(end, bool) or not isinstance(end, (str, int)):
            raise Unreadable(f"{key} is not a formula in a string", code="bad-field")
        bound(declared, x, value(end, declared.sorts) if isinstance(end, str) else lift(end), strict, key == "hi")


def _conditions(data: dict[str, Any], key: str) -> list[str]:
    found = data.get(key, [])
    if not isinstance(found, list) or not all(isinstance(text, str) for text in found) or len(found) > ASSUMPTIONS:
        raise Unreadable(f"{key} is not a list of at most {ASSUMPTIONS} strings", code="bad-field")
    return found
