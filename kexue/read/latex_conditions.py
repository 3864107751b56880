r"""Relations and conditions: chains a = b \le c, membership x \in [0, 1], enumerations k = 1, 2, \dots, n, divisibility, congruence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..formula import Formula, children, free_symbols, lift
from .latex_forms import Forms
from .latex_names import nucleus
from .latex_tokens import Node, Unclear
from .latex_values import INEQUALITIES, ONE, ZERO, Val

SIGNS = ("≻", "=", "<", ">", "≤", "≥", "≠", "∈", ":=", "∣", "∤", "≡", "∼", "→")
LINKS = 200
SETS = ("R", "Z", "N", "C", "Q")
OTHERWISE = ("otherwise", "else", "其他", "其它", "否则", "其余", "其他情况", "其它情况")
IFS = ("if", "for", "when", "当", "若", "如果", "时")
OO = Formula("const", ("oo",))


def end_of(nodes: Sequence[Node], default: int) -> int:
    return nodes[-1].end if nodes else default


OPEN, CLOSE = ("(", "[", "{", "⟨", "⌊", "⌈", "|(", "‖("), (")", "]", "}", "⟩", "⌋", "⌉", ")|", ")‖")


def level(n: Node) -> int:
    """1 for a bracket that opens, -1 for one that closes."""
    return n.sign(*OPEN) - n.sign(*CLOSE)


def cut(nodes: Sequence[Node], *signs: str) -> list[tuple[str, int, list[Node]]]:
    """Tokens cut at these signs outside brackets: (sign before the piece, its place, the piece)."""
    out: list[tuple[str, int, list[Node]]] = [("", nodes[0].at if nodes else 0, [])]
    depth = 0
    for n in nodes:
        depth += level(n)
        if depth <= 0 and n.sign(*signs):
            out.append((n.text, n.at, []))
        else:
            out[-1][2].append(n)
    return out


def members(f: Formula) -> list[Formula]:
    """The members of families and the values of functions in f."""
    return [g for c in children(f) for g in members(c)] + ([f] if f.head in ("at", "apply") else [])


def indexes(f: Formula, k: Formula) -> bool:
    """Whether k is free in f, and the index of a family there."""
    def index(g: Formula) -> bool:
        return g.head == "at" and k.args[0] in free_symbols(g.args[1]) or any(map(index, children(g)))
    return k.args[0] in free_symbols(f) and index(f)


def ranging(f: Formula, family: str, bounds: tuple[Formula, Formula], bound: dict[str, tuple[Formula, Formula]]) -> bool:
    """Whether every member of the family in f is one that a sum or product within these bounds takes."""
    if f.head == "sym" and f.args[0] == family:
        return False
    if f.head == "at" and f.args[0].head == "sym" and f.args[0].args[0] == family:
        own = bound.get(f.args[1].args[0]) if f.args[1].head == "sym" else None
        return own is not None and bounds[0] in (own[0], -OO) and bounds[1] in (own[1], OO)
    if f.head in ("sum", "prod"):
        inner = {**bound, f.args[1].args[0]: (f.args[2], f.args[3])}
        return ranging(f.args[0], family, bounds, inner) and all(ranging(g, family, bounds, bound) for g in f.args[2:])
    return all(ranging(g, family, bounds, bound) for g in children(f))


class Conditions(Forms):
    """Adds relations to expressions."""

    def value(self, nodes: Sequence[Node], at: int) -> Val:
        if not nodes:
            raise Unclear("one side of a relation is missing", at)
        return self.inside(nodes, end_of(nodes, at), self.sum)

    def relations(self, nodes: Sequence[Node]) -> list[tuple[Formula, int]]:
        """The relations that a chain states, each with its place; raises Unclear where there is none."""
        modulus: list[Node] | None = None
        if len(nodes) > 1 and nodes[-2].kind == "command" and nodes[-2].text in ("pmod", "mod"):
            modulus, nodes = nodes[-1].parts or [nodes[-1]], nodes[:-2]
        sides = cut(nodes, *SIGNS)
        signs = [s for s, _, _ in sides[1:]]
        at = sides[1][1] if signs else sides[0][1]
        if len(signs) > LINKS:
            raise Unclear(f"a chain of more than {LINKS} relations", sides[LINKS][1], "too-large")
        if signs == ["≡"]:
            return [(self.congruence(sides[0][2], sides[1][2], modulus, at), at)]
        if modulus is not None:
            raise Unclear("a modulus without a congruence", at)
        if signs == ["≻"]:
            a, b = self.value(sides[0][2], at), self.value(sides[1][2], at)
            if a.shape is None or a.shape[0] != a.shape[1] or b.f != ZERO:
                raise Unclear("the order of matrices has no form yet, but for A \\succ 0", at, "not-supported")
            return [(self.node(at, "spd", a.f), at)]
        if signs in (["∣"], ["∤"]):
            return [(self.divides(self.value(sides[0][2], at), self.value(sides[1][2], at), signs == ["∣"], at), at)]
        if signs and signs[-1] == "∈" and not {*signs[:-1]} - {"="}:
            return self.member(sides, at)
        for s, place, _ in sides[1:]:
            if s not in INEQUALITIES:
                raise Unclear(f"the relation {s} in this place has no form yet", place, "not-supported")
        if not signs:
            raise Unclear("this states nothing", at, "no-claim")
        vals = [self.value(side, place) for _, place, side in sides]
        out = []
        for (sign, place, _), a, b in zip(sides[1:], vals, vals[1:], strict=False):
            out.append((self.relation(sign, a, b, place), place))
        ways = {{"<": 1, "≤": 1, ">": -1, "≥": -1}.get(s, 0) for s in signs}
        if len(ways - {0}) > 1 or "≠" in signs and len(signs) > 1:
            raise Unclear("a chain of relations that point both ways", at, "ambiguous")
        return out

    def congruence(self, a: list[Node], b: list[Node], modulus: list[Node] | None, at: int) -> Formula:
        if modulus is None:
            raise Unclear("three bars", at, "ambiguous", ("a definition: write :=", "an identity: write =", r"a congruence: write \pmod{m}"))
        modulus = [n for n in modulus if not (n.kind == "word" and n.text == "mod")]
        x, y, m = (self.number(self.value(side, at), "a congruence", at) for side in (a, b, modulus))
        gap = x.f if y.f == ZERO else self.node(at, "sub", x.f, y.f)
        return self.node(at, "eq", self.node(at, "mod", gap, m.f), ZERO)

    def divides(self, a: Val, b: Val, whether: bool, at: int) -> Formula:
        self.number(a, "divisibility", at)
        self.number(b, "divisibility", at)
        if a.f == lift(2):
            return self.node(at, "even" if whether else "odd", b.f)
        return self.node(at, "eq" if whether else "ne", self.node(at, "mod", b.f, a.f), ZERO)

    # ---------------------------------------------------------------------------------------------------------- sets
    def member(self, sides: list[tuple[str, int, list[Node]]], at: int) -> list[tuple[Formula, int]]:
        if len(sides) != 2:
            raise Unclear("a chain that ends in a set", at, "not-supported")
        out: list[tuple[Formula, int]] = []
        for _, place, piece in cut(sides[0][2], ","):
            v = self.value(piece, place)
            out += [(f, at) for f in self.within(v, sides[1][2], at)]
        return out

    def within(self, v: Val, nodes: list[Node], at: int) -> list[Formula]:
        """What v being in this set says beyond its sort."""
        if (ends := self.interval(nodes, at)) is not None:
            self.number(v, "an interval", at)
            if self.sort(v.f) == "complex":
                raise Unclear("complex numbers lie in no interval", at, "sorts")
            left, lo, hi, right = ends
            out = []
            if lo != -OO:
                out.append(self.node(at, "le" if left == "[" else "lt", lo, v.f))
            if hi != OO:
                out.append(self.node(at, "le" if right == "]" else "lt", v.f, hi))
            return out
        found = nucleus(nodes, 0)
        if found is None or found[0].style != "bb" or found[0].base not in SETS:
            raise Unclear("this set has no form yet", at, "not-supported")
        return self.standard(v, found[0].base, nodes[found[1]:], at)

    def standard(self, v: Val, base: str, rest: Sequence[Node], at: int) -> list[Formula]:
        marks = "".join(n.text if n.kind != "group" else "".join(m.text for m in n.parts) for n in rest if not n.sign("_", "^"))
        sort = self.sort(v.f)
        if base == "R" and rest and rest[0].sign("^") and len(rest) == 2 and marks not in ("+", "*"):
            sizes = [self.number(self.value(piece, at), "a size", at).f for _, _, piece in cut(rest[1].parts or [rest[1]], "×")]
            if v.shape != ((sizes[0], ONE) if len(sizes) == 1 else tuple(sizes)):
                raise Unclear("the size is another one than was declared", at, "sorts")
            return []
        self.number(v, "a set of numbers", at)
        order = {"integer": 0, "real": 1, "complex": 2}
        if marks in ("", "+", ">0", "≥0", "*") and base == "C" and not marks:
            return []
        if base == "Q" or order[sort] > {"R": 1, "Z": 0, "N": 0, "C": 2}[base]:
            raise Unclear(f"this was declared as {sort}; the set says something else", at, "sorts")
        if base in ("R", "Z") and not marks:
            return []
        known = {"positive": self.node(at, "lt", ZERO, v.f), "one": self.node(at, "le", ONE, v.f), "zero": self.node(at, "le", ZERO, v.f)}
        if marks == ">0" or base in ("Z", "N") and marks in ("+", "*"):
            return [known["one"] if sort == "integer" else known["positive"]]
        if marks == "≥0":
            return [known["zero"]]
        if any(h in self.hyps for h in known.values()):
            return []
        raise Unclear("whether 0 belongs to this set", at, "ambiguous", ("with 0: declare it, for example integer n >= 0", "without 0"))

    def sort(self, f: Formula) -> str:
        """complex, real or integer, as far as it shows."""
        if f.head == "sym" and isinstance(f.args[1], str):
            return f.args[1]
        if f.head == "num":
            return "integer" if f.args[0].denominator == 1 else "real"
        if f.head == "const":
            return "complex" if f.args == ("i",) else "real"
        if f.head in ("re", "im", "abs", "dot", "tr", "det", "at", "apply"):
            return "real"
        kids = {self.sort(g) for g in f.args if isinstance(g, Formula)}
        if "complex" in kids:
            return "complex"
        return "integer" if f.head in ("add", "sub", "mul", "neg", "factorial", "binomial") and kids == {"integer"} else "real"

    def interval(self, nodes: Sequence[Node], at: int) -> tuple[str, Formula, Formula, str] | None:
        """[a, b), with both brackets."""
        if len(nodes) == 1 and nodes[0].kind == "fence":
            left, inner, right = nodes[0].text, list(nodes[0].parts), nodes[0].right
        elif len(nodes) > 2 and nodes[0].kind == nodes[-1].kind == "sign":
            left, inner, right = nodes[0].text, list(nodes[1:-1]), nodes[-1].text
        else:
            return None
        if left not in ("(", "[", "]") or right not in (")", "]", "["):
            return None
        ends = cut(inner, ",")
        if len(ends) != 2:
            return None
        lo, hi = (self.number(self.value(e, place), "an end of an interval", at).f for _, place, e in ends)
        if lo == OO or hi == -OO:
            raise Unclear("an interval that begins or ends at the wrong infinity", at, "sorts")
        return left, lo, hi, right

    # -------------------------------------------------------------------------------------------------- enumerations
    def enumeration(self, pieces: Sequence[Sequence[Node]], at: int) -> list[Formula]:
        r"""k = 1, 2, \dots, n as 1 <= k <= n: the pieces between the commas."""
        (_, _, name), (_, _, first) = cut(pieces[0], "=")
        k = self.value(name, at)
        if k.f.head != "sym" or k.f.args[1] != "integer":
            raise Unclear("an enumeration of what is not declared as an integer", at, "sorts")
        before = [self.value(p, at).f for p in [first, *pieces[1:-2]]]
        last = self.value(pieces[-1], at).f
        numbers: list[Any] = [f.args[0] if f.head == "num" else None for f in before]
        if any(q is None or q != numbers[0] + j for j, q in enumerate(numbers)):
            raise Unclear("the enumeration does not count by ones", at, "ambiguous")
        return [self.node(at, "le", before[0], k.f), self.node(at, "le", k.f, last)]

    # ---------------------------------------------------------------------------------------------------------- cases
    def connects(self, n: Node) -> bool:
        return n.kind == "text" and not (n.text.isascii() and n.text.isalpha() and n.text not in (*IFS, *OTHERWISE))

    def case(self, nodes: list[Node], n: Node, last: bool) -> Formula:
        """The condition of a case, with its words around it."""
        rest, words = list(nodes), list[Node]()
        while rest and (rest[0].sign(",", ";") or self.connects(rest[0])):
            words.append(rest.pop(0))
        while rest and (rest[-1].sign(",", ";", ".") or self.connects(rest[-1])):
            words.append(rest.pop())
        words = [w for w in words if w.kind == "text"]
        for w in words:
            if w.text.strip(" ,.，。；") not in (*IFS, *OTHERWISE):
                raise Unclear(f"the words {w.text[:20]!r} in a condition", w.at, "not-supported")
        if not rest:
            if not last or not words or words[0].text.strip(" ,.，。；") not in OTHERWISE:
                raise Unclear("a case without a condition", n.at)
            return Formula("const", ("true",))
        found = [f for f, _ in self.relations(rest)]
        return found[0] if len(found) == 1 else self.node(n.at, "and", *found)

    def for_all_indices(self, hyps: Sequence[Formula], said: Sequence[Formula], at: int) -> list[Formula]:
        """The hypotheses, where a condition on p_k beside a claim without a free k is meant for every k.

        With a range of k beside it, it says no more than that for the members within the range: then the claim may mention no others.  A condition
        on f(x) beside a claim without a free x is refused: it could be meant for every x or for one."""
        claimed = {n for f in said for n in free_symbols(f)}
        out, done = list[Formula](), set[str]()
        for h in hyps:
            for name, s in {n: s for g in members(h) for n, s in free_symbols(Formula("and", g.args[1:])).items() if n not in claimed}.items():
                if s.args[1] != "integer" or not indexes(h, s):
                    raise Unclear(f"a condition on {name}, which the claim does not mention", at, "ambiguous",
                                  ("for every value of it", "for one value"))
                ranges = [g for g in dict.fromkeys((*self.hyps, *hyps)) if g.head in ("le", "lt") and s in g.args]
                lows, highs = ([g.args[1 - j] for g in ranges if g.args[j] == s and g.head == "le"] for j in (1, 0))
                families = {root.args[0] for g in members(h) if (root := g.args[0]).head == "sym"}
                bounds = (*lows, -OO)[0], (*highs, OO)[0]
                if ranges and (len(lows) > 1 or len(highs) > 1 or len(lows) + len(highs) < len(ranges) or claimed & self.defined or not all(
                        ranging(f, p, bounds, {}) for f in said for p in families)):
                    raise Unclear(f"a condition for a range of {name} has no form yet where the claim goes beyond it", at, "not-supported")
                done.add(name)
                h = self.node(at, "every", h, s)
            out.append(h)
        return [h for h in out if h.head == "every" or not any(g.head == "sym" and g.args[0] in done for g in h.args)]
