r"""LaTeX -> rows and cells of tokens, with groups, fences (\left ... \right) and environments as nested tokens.

What only changes the look (spaces, \limits, \big, \displaystyle, \label, \tag, comments) is dropped, and signs with several spellings get
one.  Nothing is guessed: a character or a brace that does not belong here is Unreadable, with its line and column."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from .tokens import DEPTH, DIGITS, LENGTH, Unreadable

TOKENS = 20_000
RAW = frozenset("text mbox textrm textnormal textit textbf textsf hbox".split())
WORDS = frozenset("operatorname mathrm mathop mathit".split())
LABELS = frozenset(("label", "tag", "hspace", "vspace", "phantom", "hphantom", "vphantom", "color"))  # with an argument that is not maths
DROPPED = frozenset(
    "displaystyle textstyle scriptstyle scriptscriptstyle limits nolimits nonumber notag strut mathstrut hfill allowbreak nobreak , ; : ! >".split()
    + [size + side for size in "big Big bigg Bigg".split() for side in ("", "l", "r", "m")] + [" ", "\n", "\t", "/", "-"])
SIGNS = {
    "cdot": "·", "times": "×", "le": "≤", "leq": "≤", "leqslant": "≤", "ge": "≥", "geq": "≥", "geqslant": "≥", "ne": "≠", "neq": "≠", "lt": "<",
    "gt": ">", "in": "∈", "to": "→", "rightarrow": "→", "longrightarrow": "→", "lbrace": "{", "rbrace": "}", "{": "{", "}": "}", "lbrack": "[",
    "rbrack": "]", "vert": "|", "lvert": "|(", "rvert": ")|", "Vert": "‖", "|": "‖", "lVert": "‖(", "rVert": ")‖", "lfloor": "⌊", "rfloor": "⌋",
    "lceil": "⌈", "rceil": "⌉", "langle": "⟨", "rangle": "⟩", "colon": ":", "coloneqq": ":=", "triangleq": ":=", "mid": "∣", "nmid": "∤",
    "dots": "…", "ldots": "…", "cdots": "…", "dotsc": "…", "dotsb": "…", "ast": "*", "star": "*", "sim": "∼", "equiv": "≡", "div": "÷", "succ": "≻"}
CHARACTERS = {"−": "-", "≤": "≤", "≥": "≥", "≠": "≠", "×": "×", "·": "·", "⋅": "·", "→": "→", "∈": "∈", "…": "…", "，": ",", "；": ";", "：": ":",
              "。": ".", "、": ",", "（": "(", "）": ")", "．": "."}
FLAT = re.compile(
    r"(?P<blank>[\s~\u3000]+|%[^\n]*)|(?P<number>\d+(?:\.\d+)?|(?<!\d)\.\d+)|(?P<letter>[A-Za-z])|(?P<command>\\(?:[A-Za-z]+\*?|[^A-Za-z]))"
    r"|(?P<sign>:=|[-+=<>()\[\]|/!,;:.'*^_{}&])|(?P<cjk>[\u4e00-\u9fff]+)", re.ASCII)
SCIENTIFIC = re.compile(r"[\d.]+[eE][-+]?\d")
SKIP = re.compile(r"\s*\[\s*-?[\d.]*\s*(?:pt|em|ex|cm|mm|in)\s*\]", re.ASCII)  # the space after a line: \\[2pt]
ENVIRONMENT = re.compile(r"\s*\{([A-Za-z]+\*?)\}", re.ASCII)


@dataclass(slots=True)
class Node:
    """One token.  kind: number, letter, command, word (upright letters), text, sign, space, group, fence, env; and amp, newline inside rows.

    `at` and `end` are offsets in the source; `parts` are the tokens of a group or fence, `rows` the rows of cells of an environment."""

    kind: str
    text: str
    at: int
    end: int
    parts: list[Node] = field(default_factory=list)
    right: str = ""
    rows: list[list[list[Node]]] = field(default_factory=list)

    def sign(self, *texts: str) -> bool:
        return self.kind == "sign" and self.text in texts


class Unclear(Unreadable):
    """Unreadable LaTeX: line and column (from 1), a code, and where there are several, the readings that are possible."""

    def __init__(self, what: str, at: int = 0, code: str = "syntax", readings: tuple[str, ...] = ()) -> None:
        super().__init__(what, at + 1, code)
        self.at, self.line, self.readings = at, 1, readings

    def placed(self, source: str) -> Unclear:
        """The same with line and column of its offset in the source."""
        before = source[:self.at]
        self.line, self.column = before.count("\n") + 1, self.at - (before.rfind("\n") + 1) + 1
        self.args = (f"line {self.line}, column {self.column}: {self.what}",)
        return self


@dataclass
class Source:
    """The tokens of a displayed formula: its rows of cells, and the names its labels and tags give it."""

    rows: list[list[list[Node]]]
    labels: list[str]


def tokens(text: str) -> Source:
    """The tree of tokens of the text; raises Unclear."""
    if len(text) > LENGTH:
        raise Unclear(f"longer than {LENGTH} characters", LENGTH, "too-long")
    scanner = _Scanner(without_dollars(text))
    flat = scanner.flat()
    tree = _Tree(flat, len(text))
    items = tree.items("")
    return Source(rows(items), scanner.labels)


def without_dollars(text: str) -> str:
    """The text with blanks in the place of the $$ or \\[ \\] around it."""
    for left, right in (("$$", "$$"), ("$", "$"), ("\\[", "\\]"), ("\\(", "\\)")):
        inner = text.strip()
        if inner.startswith(left) and inner.endswith(right) and len(inner) > len(left + right):
            start, end = text.index(left), text.rindex(right)
            return text[:start] + " " * len(left) + text[start + len(left):end] + " " * (len(text) - end)
    return text


def rows(items: list[Node]) -> list[list[list[Node]]]:
    """Tokens cut at \\\\ into rows and at & into cells; rows of nothing are left out."""
    out: list[list[list[Node]]] = [[[]]]
    for n in items:
        if n.kind == "newline":
            out.append([[]])
        elif n.kind == "amp":
            out[-1].append([])
        else:
            out[-1][-1].append(n)
    return [r for r in out if any(any(n.kind != "space" for n in cell) for cell in r)]


class _Scanner:
    """Text -> flat tokens; labels are collected on the way."""

    def __init__(self, text: str) -> None:
        self.text, self.pos, self.out = text, 0, list[Node]()
        self.labels: list[str] = []

    def flat(self) -> list[Node]:
        while self.pos < len(self.text):
            m = FLAT.match(self.text, self.pos)
            if m is None:
                self.foreign()
            else:
                self.pos = m.end()
                self.known(m)
            if len(self.out) > TOKENS:
                raise Unclear(f"more than {TOKENS} signs", self.pos, "too-large")
        return self.out

    def add(self, kind: str, text: str, at: int) -> None:
        self.out.append(Node(kind, text, at, self.pos))

    def known(self, m: re.Match[str]) -> None:
        kind, text, at = str(m.lastgroup), m.group(), m.start()
        if kind == "blank":
            return
        if kind == "number" and SCIENTIFIC.match(self.text, at):
            raise Unclear("an e between digits", at, "ambiguous", (r"a power of ten: write \cdot 10^{n}", "the number e: write a dot"))
        if kind == "number" and len(text) > DIGITS:
            raise Unclear(f"a number of more than {DIGITS} digits", at, "too-large")
        if kind == "command":
            self.command(text[1:], at)
        elif text == "&":
            self.add("amp", text, at)
        else:
            self.add({"cjk": "text"}.get(kind, "open" if text == "{" else "close" if text == "}" else kind), text, at)

    def foreign(self) -> None:
        """A character outside ASCII: a sign or a Greek letter with one meaning, or none of ours."""
        at, c = self.pos, unicodedata.normalize("NFC", self.text[self.pos])
        self.pos += 1
        greek = re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER ([A-Z]+)", unicodedata.name(c, ""))
        if c in CHARACTERS:
            self.add("sign", CHARACTERS[c], at)
        elif c == "∞":
            self.add("command", "infty", at)
        elif greek and greek[2].lower() not in ("omicron", "final"):
            name = {"lamda": "lambda"}.get(greek[2].lower(), greek[2].lower())
            self.add("command", name if greek[1] == "SMALL" else name.capitalize(), at)
        else:
            name = unicodedata.name(c, f"U+{ord(c):04X}")
            raise Unclear(f"the character {c if c.isprintable() else ''} ({name}) is not part of a formula", at)

    def command(self, name: str, at: int) -> None:
        starred = name.endswith("*") and len(name) > 1
        if starred and name[:-1] not in ("operatorname", "tag", "hspace", "vspace"):
            name, self.pos, starred = name[:-1], self.pos - 1, False
        if starred:
            name = name[:-1]
        if name in LABELS:
            inside = self.raw(name)
            if name in ("label", "tag"):
                self.labels.append(inside)
        elif name in RAW:
            self.add("text", self.raw(name), at)
        elif name in WORDS:
            self.word(name, at)
        elif name == "\\":
            if gap := SKIP.match(self.text, self.pos):
                self.pos = gap.end()
            self.add("newline", "", at)
        elif name in ("begin", "end"):
            m = ENVIRONMENT.match(self.text, self.pos)
            if m is None:
                raise Unclear(f"\\{name} needs the name of an environment", at)
            self.pos = m.end()
            self.add(name, m[1], at)
        elif name in ("quad", "qquad"):
            self.add("space", name, at)
        elif name in SIGNS:
            self.add("sign", SIGNS[name], at)
        elif name not in DROPPED:
            self.add("command", name, at)

    def raw(self, name: str) -> str:
        """The text in the braces that follow, braces inside it balanced."""
        m = re.compile(r"\s*\{").match(self.text, self.pos)
        if m is None:
            raise Unclear(f"\\{name} needs an argument in braces", self.pos)
        depth, k = 1, m.end()
        while k < len(self.text) and depth:
            if self.text[k] == "\\":
                k += 1
            else:
                depth += {"{": 1, "}": -1}.get(self.text[k], 0)
            k += 1
        if depth:
            raise Unclear(f"the brace of \\{name} is not closed", m.start())
        inside, self.pos = self.text[m.end():k - 1], k
        return inside.strip()

    def word(self, name: str, at: int) -> None:
        """\\operatorname{softmax}: one word; anything else in upright type is a group."""
        m = re.compile(r"\s*(?:\{((?:[A-Za-z-]|\\[,!; ]|\s)+)\}|([A-Za-z]))", re.ASCII).match(self.text, self.pos)
        if m is None or name == "mathit":
            return
        self.pos = m.end()
        self.add("word", re.sub(r"\\.|[\s-]", "", m[1] or m[2]), at)


class _Tree:
    """Flat tokens -> nested ones."""

    def __init__(self, flat: list[Node], end: int) -> None:
        self.flat, self.k, self.depth, self.end = flat, 0, 0, end

    def take(self, wanted: str, opening: Node) -> Node:
        if self.k == len(self.flat):
            raise Unclear(f"{wanted} is missing", opening.at)
        self.k += 1
        return self.flat[self.k - 1]

    def items(self, stop: str) -> list[Node]:
        """Tokens up to the closing one named by `stop` (close, right, end; the end of the text for ""), which is not taken."""
        out: list[Node] = []
        self.depth += 1
        if self.depth > DEPTH:
            raise Unclear(f"nested more than {DEPTH} deep", self.flat[self.k - 1].at, "too-deep")
        while self.k < len(self.flat):
            n = self.flat[self.k]
            if n.kind == "close" or n.kind == "end" or n.kind == "command" and n.text == "right":
                if (n.kind if n.kind != "command" else "right") == stop:
                    break
                name = "}" if n.kind == "close" else "\\right" if n.kind == "command" else "\\end{" + n.text + "}"
                raise Unclear(f"{name} closes nothing", n.at)
            self.k += 1
            if n.kind in ("amp", "newline") and stop in ("close", "right"):
                raise Unclear("&" * (n.kind == "amp") + "\\\\" * (n.kind != "amp") + " inside brackets", n.at)
            out.append(self.group(n) if n.kind == "open" else self.environment(n) if n.kind == "begin"
                       else self.fence(n) if n.kind == "command" and n.text == "left" else n)
        self.depth -= 1
        return out

    def group(self, n: Node) -> Node:
        parts = self.items("close")
        return Node("group", "", n.at, self.take("}", n).end, parts)

    def environment(self, n: Node) -> Node:
        columns = self.k < len(self.flat) and n.text in ("array", "alignat", "alignat*") and self.flat[self.k].kind == "open"
        if columns:
            self.k += 1
            self.items("close")
            self.take("}", n)
        cells = self.items("end")
        close = self.take(f"\\end{{{n.text}}}", n)
        if close.text != n.text:
            raise Unclear(f"\\end{{{close.text}}} closes \\begin{{{n.text}}}", close.at)
        return Node("env", n.text, n.at, close.end, rows=rows(cells))

    def fence(self, n: Node) -> Node:
        left = self.take("the bracket after \\left", n)
        parts = self.items("right")
        right = self.take("\\right", n)
        last = self.take("the bracket after \\right", right)
        for d in (left, last):
            if d.kind != "sign" or d.text not in ("(", ")", "[", "]", "{", "}", "|", "|(", ")|", "‖", "‖(", ")‖", "⌊", "⌋", "⌈", "⌉", "⟨", "⟩", ".",
                                                 "<", ">", "/"):
                raise Unclear("a bracket is expected here", d.at)
        return Node("fence", left.text, n.at, last.end, parts, right=last.text)
