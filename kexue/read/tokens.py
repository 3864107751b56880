"""Characters of plain notation -> tokens, and the one exception of the readers."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LENGTH, DEPTH, DIGITS, NODES, EXPONENT = 65536, 200, 10_000, 20_000, 4000
TOKEN = re.compile(
    r"\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([^\W\d]\w*'*)|(\*\*|[=!<>]=|[-+*/@^()\[\],=<>.~&|!])|(\"[^\"]*\"|'[^']*'))",
    re.ASCII,
)
SIGNS = {"−": "-", "·": "*", "×": "*", "÷": "/", "≤": "<=", "≥": ">=", "≠": "!=", "π": "pi", "∞": "oo", "√": "sqrt"}
INFIX = {"==": "eq", "=": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
SORTS = ("real", "integer", "complex")


class Unreadable(Exception):
    """What cannot be read, at which column (from 1), and what to do about it."""

    def __init__(self, what: str, column: int = 1, code: str = "syntax") -> None:
        super().__init__(f"column {column}: {what}")
        self.what, self.column, self.code = what, column, code


@dataclass(frozen=True)
class Token:
    kind: str  # number, name, sign, string, end
    text: str
    at: int


def tokens(text: str) -> list[Token]:
    if len(text) > LENGTH:
        raise Unreadable(f"longer than {LENGTH} characters", LENGTH, "too-long")
    out: list[Token] = []
    at = 0
    while text[at:].strip():
        m = TOKEN.match(text, at)
        if m is None:
            at += len(text[at:]) - len(text[at:].lstrip())
            c = text[at]
            if c in SIGNS:
                word = SIGNS[c]
                out.append(Token("name" if word.isalpha() else "sign", word, at + 1))
                at += 1
                continue
            greek = re.match(r"[\u0370-\u03ff]\w*", text[at:], re.ASCII)
            if greek:
                out.append(Token("name", unicodedata.normalize("NFC", greek.group()), at + 1))
                at += greek.end()
                continue
            name = unicodedata.name(c, f"U+{ord(c):04X}")
            raise Unreadable(f"the character {c if c.isprintable() else ''} ({name}) is not part of a formula", at + 1)
        kind = ("number", "name", "sign", "string")[(m.lastindex or 1) - 1]
        out.append(Token(kind, m.group(m.lastindex or 1), m.start(m.lastindex or 1) + 1))
        at = m.end()
    return [*out, Token("end", "", len(text) + 1)]
