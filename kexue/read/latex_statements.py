r"""Rows of a display -> statements: which tokens belong together, which state something, which define, which are conditions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..formula import Formula, free_symbols, lift
from ..printing import text as plain
from .latex_conditions import SIGNS, cut, indexes, level
from .latex_definitions import Definitions, Found
from .latex_entries import by_entries
from .latex_names import nucleus
from .latex_terms import CONNECTIVES
from .latex_tokens import Node, Source, Unclear
from .latex_values import UNKNOWN

DISPLAYS = frozenset("equation align gather alignat multline eqnarray aligned gathered split alignedat displaymath math".split())
WORDS = {  # words between formulas, and what they do there
    **dict.fromkeys(("if", "for", "when", "provided", "provided that", "for all", "for any", "for every", "for each", "with", "such that", "s.t.",
                     "subject to", "若", "如果", "当", "对", "对于", "对任意", "对于任意", "对所有", "对于所有", "任意", "满足", "这里要求"), "if"),
    **dict.fromkeys(("where", "其中", "这里", "式中"), "where"), **dict.fromkeys(("and", "且", "并且", "以及", "和", "与"), "and"),
    **dict.fromkeys(("then", "则", "那么", "有", "we have", "它有"), "then"), **dict.fromkeys(("时", "成立", "时有"), "then")}
STATEMENTS = 200
JOINING = ("+", "·", "×", "/", *SIGNS)


@dataclass
class Segment:
    """Tokens between two separators: what led to them (a comma, a space, a word), the tokens, and where they stand."""

    lead: str
    nodes: list[Node]
    at: int


class Statements(Definitions):
    """Reads a whole display."""

    def statements(self, source: Source) -> list[Found]:
        self.braced = set[int]()  # where lines behind a brace begin
        self.letters([n for row in source.rows for cell in row for n in cell])
        lines = self.lines(source.rows)
        if not lines:
            raise Unclear("an empty formula", 0, "empty")
        if len(lines) > STATEMENTS:
            raise Unclear(f"more than {STATEMENTS} lines", lines[STATEMENTS][0].at, "too-large")
        out = list[Found]()
        conditioned = 0
        for line in lines:
            self.spelling = {}
            found = self.line(line)
            conditioned += any(f.hyps for f in found)
            out += found
        claims = [f for f in out if f.kind == "claim"]
        if len(lines) > 1 and conditioned == 1 and claims and claims[-1].hyps and not claims[0].hyps:
            raise Unclear("a condition in the last line", claims[-1].at, "ambiguous", ("of this line only", "of all lines"))
        return out

    def letters(self, nodes: Sequence[Node], inside: bool = False) -> None:
        """Note the letters that stand in an index somewhere."""
        after = False
        for n in nodes:
            if (inside or after) and n.kind == "letter":
                self.index_letters.add(n.text)
            for part in (n.parts, *(c for row in n.rows for c in row)):
                self.letters(part, inside or after)
            after = n.sign("_")

    # ---------------------------------------------------------------------------------------------------------- rows
    def lines(self, rows: Sequence[Sequence[Sequence[Node]]], joined: bool = False) -> list[list[Node]]:
        """One list of tokens for each statement; lines that continue one are joined to it."""
        out: list[list[Node]] = []
        for row in rows:
            nodes = self.stripped(self.row(row))
            if not nodes:
                continue
            if (inner := self.system(nodes)) is not None:
                out += inner
            elif out and (joined or self.continues(out[-1], nodes)):
                out[-1] = [*out[-1], *nodes]
            else:
                out.append(nodes)
        return out

    def row(self, cells: Sequence[Sequence[Node]]) -> list[Node]:
        """Cells in pairs, a space between the pairs."""
        out: list[Node] = []
        for k, cell in enumerate(cells):
            if k and k % 2 == 0 and any(n.kind != "space" for n in out) and cell:
                out.append(Node("space", "quad", cell[0].at, cell[0].at))
            out += cell
        return out

    def stripped(self, nodes: Sequence[Node]) -> list[Node]:
        """Without spaces around it and punctuation behind it."""
        out = self.named([*nodes])
        while out and out[0].kind == "space":
            out.pop(0)
        while out and (out[-1].kind == "space" or out[-1].sign(",", ".", ";")):
            out.pop()
        return out

    def named(self, nodes: list[Node]) -> list[Node]:
        r"""\stackrel{def}{=} and the like as one sign."""
        out: list[Node] = []
        k = 0
        while k < len(nodes):
            n = nodes[k]
            if n.kind == "command" and n.text in ("stackrel", "overset") and k + 2 < len(nodes):
                above, base = nodes[k + 1].parts or [nodes[k + 1]], nodes[k + 2].parts or [nodes[k + 2]]
                word = "".join(m.text for m in above)
                if len(base) != 1 or not base[0].sign("=") or word not in ("def", "triangle", "Delta", "定义"):
                    raise Unclear(f"something above a sign ({word[:20]}) has no form yet", n.at, "not-supported")
                out.append(Node("sign", ":=", n.at, nodes[k + 2].end))
                k += 2
            else:
                out.append(n)
            k += 1
        return out

    def system(self, nodes: list[Node]) -> list[list[Node]] | None:
        """The lines of a display or of a system in braces that is all there is, else None."""
        if len(nodes) != 1:
            return None
        n = nodes[0]
        if n.kind == "env" and n.text.rstrip("*") in DISPLAYS:
            return self.lines(n.rows, n.text.rstrip("*") == "multline")
        if n.kind == "fence" and n.text == "{" and n.right == "." and len(n.parts) == 1 and n.parts[0].kind == "env":
            return self.behind_brace(self.lines(n.parts[0].rows))
        if n.kind == "env" and n.text in ("cases", "dcases"):
            if any(len(row) > 1 and any(row[1:]) and not any(m.sign(*SIGNS) for m in row[0]) for row in n.rows):
                raise Unclear("cases without a left side", n.at)
            return self.behind_brace(self.lines(n.rows))
        return None

    def behind_brace(self, lines: list[list[Node]]) -> list[list[Node]]:
        """Lines that stand behind one brace."""
        self.braced |= {line[0].at for line in lines}
        return lines

    def continues(self, before: list[Node], nodes: list[Node]) -> bool:
        first = nodes[0]
        if before[-1].sign("-", *JOINING) or first.sign(*JOINING):
            return True
        related = any(s for s, _, _ in cut(nodes, *SIGNS))
        if first.sign("-"):
            if related:
                raise Unclear("a line that begins with a minus", first.at, "ambiguous", ("a statement of its own", "the line before goes on"))
            return True
        if not related and any(s for s, _, _ in cut(before, *SIGNS)):
            raise Unclear("a line without a relation", first.at, "ambiguous", ("a factor of the line before", "a statement of its own"))
        return False

    # ------------------------------------------------------------------------------------------------------ segments
    def segments(self, nodes: Sequence[Node]) -> list[Segment]:
        """The line cut at commas, spaces and words outside brackets."""
        out = [Segment("", [], nodes[0].at)]
        depth = 0
        for n in nodes:
            depth += level(n)
            word = n.kind == "text" and not (n.text.isascii() and n.text.isalpha() and n.text not in CONNECTIVES)
            if depth <= 0 and (n.kind == "space" or n.sign(",", ";") or word or n.kind == "command" and n.text == "forall" or n.sign(":")):
                for lead in self.leads(n):
                    if out[-1].nodes or out[-1].lead.startswith("text"):
                        out.append(Segment(lead, [], n.end))
                    elif out[-1].lead in ("", ",", "space") or out[-1].lead == "then" and lead != "if":
                        out[-1].lead = lead if lead not in (",", "space") or not out[-1].lead else out[-1].lead
                    elif lead not in (",", "space", out[-1].lead) and (lead, out[-1].lead) not in (("if", "and"), ("if", "where")):
                        raise Unclear(f"the words before {n.text[:20]!r} lead to nothing", n.at)
            elif n.kind == "space":
                continue
            elif depth > 0 and word:
                raise Unclear(f"the words {n.text[:20]!r} inside brackets", n.at, "not-supported")
            else:
                out[-1].nodes.append(n)
        return self.merged([s for s in out if s.nodes or s.lead.startswith("text")])

    def leads(self, n: Node) -> list[str]:
        """What a separator leads to; a text of several words may do several things."""
        if n.kind == "space":
            return ["space"]
        if n.kind == "sign":
            return [":" if n.text == ":" else ","]
        if n.kind == "command":
            return ["if"]
        whole = n.text.strip(" ,.，。；：:;")
        words = [whole] if whole.lower() in WORDS else re.split(r"[\s,，。；：:;]+", whole)
        if any(w.lower() not in WORDS for w in words):
            return [f"text {whole}"]
        return [WORDS[w.lower()] for w in words]

    def merged(self, segments: list[Segment]) -> list[Segment]:
        """Pieces that belong together: behind a space that is only a space, and enumerations."""
        out: list[Segment] = []
        for s in segments:
            if out and s.lead == "space" and s.nodes and (s.nodes[0].sign("-", *JOINING) or out[-1].nodes and out[-1].nodes[-1].sign("-", *JOINING)):
                out[-1].nodes += s.nodes
            else:
                out.append(s)
        return out

    # --------------------------------------------------------------------------------------------------------- a line
    def line(self, nodes: list[Node]) -> list[Found]:
        """What one line states."""
        segments = self.segments(nodes)
        if not segments:
            raise Unclear("words without a formula", nodes[0].at, "no-claim")
        if len(segments) > STATEMENTS:
            raise Unclear(f"more than {STATEMENTS} parts in a line", segments[STATEMENTS].at, "too-large")
        found: list[Found] = []
        hyps: list[Formula] = []
        mode = "main"
        k = 0
        while k < len(segments):
            s = segments[k]
            group = self.enumerated(segments, k)
            if len(s.nodes) == 3 and s.lead == "space" and found and k == len(segments) - 1 and [m.text for m in s.nodes[::2]] == ["(", ")"] and (
                    s.nodes[1].kind == "number"):  # the number of the equation
                break
            if s.lead.startswith("text"):
                if s.nodes or k + 1 < len(segments) and not segments[k + 1].lead or not found or any(f.kind != "expression" for f in found):
                    raise Unclear(f"the words {s.lead[5:25]!r}, which may be a condition", s.at, "not-supported")
                k += 1
                continue
            if s.lead == "if" and not found and k == 0:
                mode = "before"
            elif s.lead in ("if", "where"):
                mode = s.lead
            elif s.lead == "then" or s.lead == ":" and mode == "before":
                mode = "main"
            elif s.lead in (":", "and") and mode not in ("if", "where", "before"):
                raise Unclear(f"{'a colon' if s.lead == ':' else 'an and'} between statements", s.at, "ambiguous", ("a second claim", "a condition"))
            if mode == "before" and k == 0 and self.quantified(segments):
                return self.for_every(segments)
            if mode == "main" and not found:
                found += self.main(s)
                group = 1
            elif mode in ("if", "before") or mode == "where" and not self.defines(s):
                if s.lead in (",", "space") and group == 1 and not self.bounds(s.nodes):
                    raise Unclear("a second formula behind a condition", s.at, "ambiguous", ("a claim", "a condition: write and before it"))
                hyps += self.condition([t.nodes for t in segments[k:k + group]], s.at)
                if mode == "before" and k + group < len(segments) and segments[k + group].lead == "space":
                    mode = "main"
            elif mode == "where":
                found += self.main(s)
                group = 1
            else:
                more = self.beside(s, segments[k:k + group], found)
                if isinstance(more, list):
                    hyps += more
                else:
                    found += more
            k += group
        if not found:
            raise Unclear("conditions without a claim", segments[0].at, "no-claim")
        if found[0].kind == "claim" and nodes[0].at in self.braced:
            raise Unclear("equations behind a brace", found[0].at, "ambiguous",
                          ("claims: write them in a display of their own", "a system to be solved"))
        hyps = self.for_all_indices(hyps, [f.formula for f in found], found[0].at)
        for f in found:
            names = {n for h in hyps for n in free_symbols(h)}
            entry = self.free_entry[1].args[0] if self.free_entry else ""
            if by_entries(f.formula) and f.kind != "definition" or any(map(by_entries, hyps)) or entry in names:
                raise Unclear("a matrix that is known by its entries, in this place, has no form yet", f.at, "not-supported")
            if UNKNOWN.args[0] in free_symbols(f.formula):
                raise Unclear("the size of I is not known", f.at, "ambiguous")
        note = ""
        if self.free_entry is not None:
            note, self.free_entry = f"; {self.free_entry[1].args[0]} is any entry of {plain(self.free_entry[0])}", None
        return [Found(f.kind, f.formula, (*f.hyps, *hyps, *self.normed(f.formula)) if f.kind == "claim" else f.hyps, f.at, note) for f in found]

    def enumerated(self, segments: Sequence[Segment], k: int) -> int:
        r"""How many segments from the k-th on are one: k=1, 2, \dots, n or a, b \in S."""
        s = segments[k].nodes
        for j in range(k + 1, len(segments)):
            if segments[j].lead != "," or any(m.sign(*SIGNS) for m in segments[j].nodes):
                break
            if [m.text for m in segments[j].nodes] == ["…"]:
                return j - k + 2 if j + 1 < len(segments) and segments[j + 1].lead == "," and len(cut(s, "=")) == 2 else 1
        names = 0
        while k + names < len(segments) and (names == 0 or segments[k + names].lead == ",") and self.lone_name(segments[k + names].nodes):
            names += 1
        rest = segments[k + names] if k + names < len(segments) else None
        if names and rest and rest.lead == "," and any(m.sign("∈", "<", ">", "≤", "≥") for m in rest.nodes):
            return names + 1
        return 1

    def condition(self, pieces: Sequence[Sequence[Node]], at: int) -> list[Formula]:
        """The hypotheses these pieces state together."""
        nodes = list(pieces[0])
        if len(pieces) > 2 and [m.text for m in pieces[-2]] == ["…"]:
            return self.enumeration(pieces, at)
        if len(pieces) > 1:
            last = cut(pieces[-1], *SIGNS)
            out = []
            for piece in [*pieces[:-1], last[0][2]]:
                out += [f for f, _ in self.relations([*piece, *pieces[-1][len(last[0][2]):]])]
            return out
        if self.lone_name(nodes):  # for all x, with an x that is declared
            self.value(nodes, at)
            return []
        if len(nodes) > 2 and nodes[0].sign("(") and nodes[-1].sign(")"):
            nodes = nodes[1:-1]
        return [f for f, _ in self.relations(nodes)]

    def beside(self, s: Segment, group: Sequence[Segment], found: list[Found]) -> list[Formula] | tuple[Found, ...]:
        """A segment without a word before it: hypotheses where it can only be a condition, else statements."""
        signs = [t for t, _, _ in cut(s.nodes, *SIGNS)[1:]]
        claims = [f for f in found if f.kind != "expression"]
        whole = s.nodes[0].sign("(") and s.nodes[-1].sign(")") and any(m.sign(*SIGNS) for m in s.nodes)
        if claims and (whole or len(group) > 1 or signs and ("=" not in signs and ":=" not in signs) and self.bounds(s.nodes)):
            if any(self.simple_bound(f.formula) for f in claims):
                raise Unclear("two conditions side by side", s.at, "ambiguous", ("two claims", "a claim and its condition"))
            return self.condition([t.nodes for t in group], s.at)
        if self.defines(s) or s.lead == "space" and not signs and not claims:
            return tuple(self.main(s))
        raise Unclear("a second formula beside the first", s.at, "ambiguous",
                      ("a second claim: write it in a display of its own", r"a condition: write \text{for} before it"))

    def bounds(self, nodes: Sequence[Node]) -> bool:
        """Whether one side is a name, perhaps in bars: a condition on it."""
        sides = [side for _, _, side in cut(nodes, *SIGNS)]
        return any(self.lone_name([m for m in side if not m.sign("|", "|(", ")|")]) for side in sides)

    def simple_bound(self, f: Formula) -> bool:
        return f.head in ("lt", "le", "ne") and all(g.head in ("sym", "num", "const") for g in f.args)

    # --------------------------------------------------------------------------------------------------- quantifiers
    def quantified(self, segments: Sequence[Segment]) -> bool:
        r"""\forall k: ... with a k that is not declared."""
        found = nucleus(segments[0].nodes, 0)
        return found is not None and found[1] == len(segments[0].nodes) and not any(n in self.sorts for n in found[0].names(self.sorts))

    def for_every(self, segments: list[Segment]) -> list[Found]:
        """The relation for every value of an index."""
        found = nucleus(segments[0].nodes, 0)
        if found is None or len(segments) != 2 or segments[1].lead not in (":", ",", "space"):
            raise Unclear("a quantifier over a name that is not declared", segments[0].at, "undeclared")
        k = self.bindable(found[0], "integer")
        out = []
        for f, at in self.bound({found[0].key: k}, lambda: self.relations(segments[1].nodes)):
            if not indexes(f, k):
                raise self.undeclared(found[0], found[0].name)
            out.append(Found("claim", self.node(at, "every", f, k), (), at))
        return out

    # -------------------------------------------------------------------------------------- claims and definitions
    def main(self, s: Segment) -> list[Found]:
        sides = cut(s.nodes, *SIGNS)
        signs = [t for t, _, _ in sides[1:]]
        if not signs:
            v = self.value(s.nodes, s.at)
            return [Found("expression", v.f, (), s.at)]
        if ":=" in signs[1:]:
            raise Unclear("a definition inside a chain", sides[2][1], "not-supported")
        target = self.target(sides[0][2], signs[0] == ":=") if signs[0] in ("=", ":=") else None
        if target is None and signs[0] == ":=":
            raise Unclear("the left side of a definition is a name", sides[0][1])
        if signs[0] == "=" and target is None and self.defined and (again := self.target(sides[0][2], True)) and again.name in self.defined:
            raise Unclear(f"{again.name} was defined before", sides[0][1], "ambiguous",
                          ("a claim: turn the sides round, or declare the name", "a new definition: write :="))
        if signs[0] in ("=", ":=") and (entries := self.listing(sides[1][2])) is not None:
            if len(sides) != 2:
                raise Unclear("a list of entries in a chain", sides[1][1], "not-supported")
            return [self.entries(target, sides[0][2], entries, sides[1][1])]
        if target is None:
            return [Found("claim", f, (), at) for f, at in self.relations(s.nodes)]
        at = sides[1][1]
        v = self.value(sides[1][2], at)
        sort: Any = ("complex" if self.sort(v.f) == "complex" else "real") if v.shape is None else (
            ("vector", v.shape[0]) if v.shape[1] == lift(1) else ("matrix", *v.shape))
        left = target.formula(sort)
        root = left.args[0] if left.head == "apply" else left
        while root.head == "at":
            root = root.args[0]
        clash = free_symbols(v.f).get(target.name, root) != root or target.name not in self.defined and target.name in self.sorts
        if clash and self.sorts[target.name] != root.args[1]:
            raise Unclear(f"{target.name} is declared as something else", at, "sorts")
        if target.args and v.shape is not None:
            raise Unclear("a function whose values are matrices or vectors has no form yet", at, "not-supported")
        out = [Found("definition", self.node(at, "eq", left, v.f), (), at)]
        if len(sides) > 2:
            start = sum(len(side) for _, _, side in sides[:1]) + 1
            out += [Found("claim", f, (), place) for f, place in self.relations(s.nodes[start:])]
        return out

    def defines(self, s: Segment) -> bool:
        sides = cut(s.nodes, *SIGNS)
        return len(sides) > 1 and (sides[1][0] == ":=" or sides[1][0] == "=" and self.target(sides[0][2], False) is not None)
