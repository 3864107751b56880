r"""A post -> its displayed formulas, each with its place, its label and what it says.

Displayed are $$...$$, \[...\] and environments such as \begin{equation}, wherever on a line they begin; code, comments and (unless asked for)
inline formulas are left out.  Names are declared, from there on, in a comment <!-- kexue: real x; vector q d; integer k >= 0 -->, in a fenced block
```kexue, or in the entry `kexue:` of the front matter.  What a formula of the post defines is put in for the name in the formulas behind it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, replace

from .declare import Declared
from .latex import Reading, Unclear, labels
from .latex_declarations import Scope
from .tokens import Unreadable

DISPLAY = "equation|align|gather|multline|eqnarray|alignat|displaymath|math|flalign"
OPENING = re.compile(rf"(?P<comment><!--)|(?P<skip><(pre|code|script|style)\b[^>]*>)|(?P<escaped>\\[$`\\](?!\[))|(?P<bracket>\\?\\\[)"
                     rf"|\\begin\s*\{{(?P<env>(?:{DISPLAY})\*?)\}}|(?P<dollars>\$\$)|(?P<dollar>\$)|(?P<code>`+)|(?P<line>\n)")
FENCE = re.compile(r"[ >]{0,8}(`{3,}|~{3,})[ \t]*([^\n`]*)(?:\n|$)")
LABEL = re.compile(r"[ \t]*(?:\(([A-Za-z][\w:.-]*)\)|\{#([\w:.-]+)\})[ \t]*(?=\n|$)")
BLANK = re.compile(r"\n(?=[ \t>]*\n)")
QUOTE = re.compile(r"[ \t]{0,3}(?:>[ \t]?)+")
FRONT = re.compile(r"(?:\ufeff)?---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
LONGEST, FORMULAS, BLOCKS = 1 << 22, 2000, 100  # characters, formulas and blocks of declarations of a post


@dataclass(frozen=True)
class Display:
    """A formula of a post.  `readings` is empty where it is unreadable, and `error` says why, with line and column in the post.

    `declared` is what was declared at this place: a claim is `reading.goal(display.declared)`."""

    line: int
    column: int
    source: str
    label: str | None
    readings: tuple[Reading, ...]
    error: Unreadable | None
    declared: Declared
    inline: bool = False

    @property
    def kind(self) -> str:
        """claim, where it states at least one; else definition, expression or unreadable."""
        kinds = {r.kind for r in self.readings}
        return next((k for k in ("claim", "definition", "expression") if k in kinds), "unreadable")


@dataclass(frozen=True)
class Trouble:
    """A declaration of a post that cannot be read, or where reading it ended."""

    line: int
    column: int
    error: Unreadable


@dataclass(frozen=True)
class Post:
    """The formulas of a post in their order, and the declarations in it that cannot be read."""

    displays: tuple[Display, ...]
    troubles: tuple[Trouble, ...]


@dataclass(frozen=True)
class Piece:
    """Something found in a post.  kind: declaration, display, inline or open (a formula that is not closed)."""

    kind: str
    at: int
    text: str
    start: int  # of the text
    label: str | None = None


def read_post(text: str, options: Iterable[tuple[str, str]] = (), inline: bool = False) -> Post:
    """The formulas of a post under its declarations and the `options` (pairs of a word and its text, as on a command line).

    With `inline`, the formulas between single dollars are read too.  Raises Unreadable where the options cannot be read or the post is too long."""
    if len(text) > LONGEST:
        raise Unreadable(f"a post of more than {LONGEST} characters", code="too-long")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    starts = [0, *(m.end() for m in re.finditer("\n", text))]

    def place(at: int) -> tuple[int, int]:
        k = bisect_right(starts, at)
        return k, at - starts[k - 1] + 1
    scope = Scope.of(options)
    displays: list[Display] = []
    troubles: list[Trouble] = []
    blocks = 0
    for piece in pieces(text):
        if piece.kind == "declaration":
            blocks += 1
            if blocks > BLOCKS:
                troubles.append(Trouble(*place(piece.at), Unreadable(f"more than {BLOCKS} declarations; the rest is not read", code="too-large")))
                break
            troubles += [Trouble(*place(piece.at), err) for err in scope.add(piece.text)]
        elif piece.kind != "inline" or inline:
            if len(displays) == FORMULAS:
                troubles.append(Trouble(*place(piece.at), Unreadable(f"more than {FORMULAS} formulas; the rest is not read", code="too-large")))
                break
            displays.append(_display(piece, scope, place))
    return Post(tuple(displays), tuple(troubles))


def _display(piece: Piece, scope: Scope, place: Callable[[int], tuple[int, int]]) -> Display:
    readings: tuple[Reading, ...] = ()
    error: Unreadable | None = None
    label = piece.label
    try:
        if piece.kind == "open":
            raise Unclear("the formula is not closed", 0)
        if "\\label" in piece.text or "\\tag" in piece.text:
            label = next(iter(labels(piece.text)), label)
        found = scope.read(piece.text)
        lines = [0, *(m.end() for m in re.finditer("\n", piece.text))]
        places = [place(piece.start + lines[r.line - 1] + r.column - 1) for r in found]
        readings = tuple(replace(r, line=line, column=column) for r, (line, column) in zip(found, places, strict=True))
    except Unclear as err:
        err.line, err.column = place(piece.start + err.at)
        err.args = (f"line {err.line}, column {err.column}: {err.what}",)
        error = err
    return Display(*place(piece.at), piece.text, label, readings, error, scope.declared, piece.kind == "inline")


# --------------------------------------------------------------------------------------------------------------- scanner
def pieces(text: str) -> Iterator[Piece]:
    """Declarations and formulas of a post, in their order."""
    at = 0
    blanks = [m.start() for m in BLANK.finditer(text)]

    def limit(at: int) -> int:
        """Where the paragraph that goes on at this place ends."""
        k = bisect_left(blanks, at)
        return blanks[k] if k < len(blanks) else len(text)
    if front := FRONT.match(text):
        if entry := _entry(front[1]):
            yield Piece("declaration", front.start(1) + entry[0], entry[1], 0)
        at = front.end()
    new_line = True
    while at < len(text):
        if new_line and (fence := FENCE.match(text, at)):
            close = re.compile(rf"^[ >]{{0,8}}{fence[1][0]}{{{len(fence[1])},}}[ \t]*$", re.MULTILINE).search(text, fence.end())
            inside = text[fence.end():close.start() if close else len(text)]
            if fence[2].split()[:1] == ["kexue"]:
                yield Piece("declaration", at, inside, fence.end())
            at = close.end() if close else len(text)
            continue
        new_line = False
        m = OPENING.search(text, at)
        if m is None:
            return
        at = m.end()
        if m["line"]:
            new_line = True
        elif m["comment"]:
            end = text.find("-->", at)
            inside = text[at:end if end >= 0 else len(text)]
            if inside.lstrip().startswith("kexue:"):
                yield Piece("declaration", m.start(), inside.lstrip()[len("kexue:"):], 0)
            at = end + 3 if end >= 0 else len(text)
        elif m["skip"]:
            close = re.compile(f"</{m[3]}", re.IGNORECASE).search(text, at)
            at = close.start() if close else len(text)
        elif m["code"]:
            end = _code(text, at, len(m["code"]), limit(at))
            at = end if end >= 0 else at
        elif not m["escaped"]:
            at = yield from _formula(text, m, limit(at))


def _code(text: str, at: int, ticks: int, limit: int) -> int:
    """The end of inline code that was opened by so many ticks; -1 when it is not closed in its paragraph."""
    for m in re.compile("`+").finditer(text, at, limit):
        if len(m.group()) == ticks:
            return m.end()
    return -1


def _formula(text: str, m: re.Match[str], limit: int) -> Generator[Piece, None, int]:
    """The formula that `m` opens; returns where to go on."""
    at, inline = m.end(), False
    if m["env"]:
        name = re.escape(m["env"])
        close = _matching(text, re.compile(rf"\\(begin|end)\s*\{{{name}\}}"), at, limit)
        start, end, after = (m.start(), close[1], close[1]) if close else (at, at, at)
    else:
        inline = bool(m["dollar"])
        closing = "$$" if m["dollars"] else "$" if inline else m.group().replace("[", "]")
        end = _closing(text, closing, at, limit)
        start, after = at, end + len(closing)
        close = None if end < 0 else (end, after)
        if inline and (close is None or text[at].isspace() or text[end - 1].isspace() or text[after:after + 1].isdigit()):
            return at  # a dollar sign
    if close is None:
        yield Piece("open", m.start(), text[m.start():m.start() + 200].split("\n")[0], m.start())
        return at
    label = LABEL.match(text, after) if not inline else None
    inside = _unquoted(text, m.start(), text[start:end])
    yield Piece("inline" if inline else "display", m.start(), inside, start, label[1] or label[2] if label else None)
    return after


def _closing(text: str, closing: str, at: int, limit: int) -> int:
    while (end := text.find(closing, at, limit)) >= 0:
        slashes, k = 0, end
        while k > 0 and text[k - 1] == "\\" and closing[0] == "$":
            k, slashes = k - 1, slashes + 1
        if slashes % 2 == 0:
            return end
        at = end + 1
    return -1


def _matching(text: str, pattern: re.Pattern[str], at: int, limit: int) -> tuple[int, int] | None:
    m = pattern.search(text, at, limit)
    return (m.start(), m.end()) if m and m[1] == "end" else None


def _unquoted(text: str, at: int, inside: str) -> str:
    """The lines of a formula in a block quote without their marks; blanks keep the columns."""
    mark = QUOTE.match(text, text.rfind("\n", 0, at) + 1, at)
    if mark is None or "\n" not in inside:
        return inside
    first, *rest = inside.split("\n")
    marks = re.compile(rf"[ \t]{{0,3}}(?:>[ \t]?){{1,{mark.group().count('>')}}}")  # more of them are relations
    return "\n".join([first, *(marks.sub(lambda q: " " * len(q.group()), line, count=1) if marks.match(line) else line for line in rest)])


def _entry(front: str) -> tuple[int, str] | None:
    """The entry `kexue:` of the front matter: on its line, as a block, or as a list."""
    m = re.search(r"^kexue:[ \t]*(.*)$", front, re.MULTILINE)
    if m is None:
        return None
    block = re.compile(r"(?:\n(?:[ \t]+.*|- .*|[ \t]*))*").match(front, m.end())
    value = m[1].strip()
    lines = [re.sub(r"^\s*(?:- )?\s*", "", line) for line in (block.group().split("\n") if block else [])]
    if value not in ("", "|", ">", "|-", ">-"):
        lines = [value, *lines]
    return m.start(), "\n".join(line[1:-1] if len(line) > 1 and line[0] == line[-1] and line[0] in "\"'" else line for line in lines)
