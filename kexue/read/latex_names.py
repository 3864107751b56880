r"""Names in LaTeX -> names as they are declared, and the tables of words that have one meaning.

\theta is theta, x_{\max} is x_max, \tilde{x} is x_tilde, \mathcal{L} is L_cal, \theta^* is theta_star; \boldsymbol{x} is x_bold, or x where x is
declared as a vector, a matrix or a family.  A name with several declared meanings is never resolved by a preference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from .latex_tokens import Node, Unclear, tokens

GREEK = frozenset(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega varepsilon vartheta varpi "
    "varrho varsigma varphi varkappa Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell hbar aleph".split())
STYLES = {"mathbf": "bold", "boldsymbol": "bold", "bm": "bold", "pmb": "bold", "mathcal": "cal", "mathscr": "scr", "mathfrak": "frak",
          "mathbb": "bb", "mathsf": "sf", "mathtt": "tt", "mathrm": "", "mathit": "", "mathnormal": ""}
ACCENTS = {"tilde": "tilde", "widetilde": "tilde", "hat": "hat", "widehat": "hat", "bar": "bar", "dot": "dot", "ddot": "ddot", "vec": "vec",
           "check": "check", "breve": "breve"}
WHOLE = ("bold", "vec")  # styles that only say: a vector, a matrix, a family

BARE = {  # functions that are also written without brackets: sin x, log n
    **{n: n for n in "sin cos tan cot sec csc sinh cosh tanh coth log exp det".split()},
    "arcsin": "asin", "arccos": "acos", "arctan": "atan", "ln": "log"}
UPRIGHT = {  # words in upright type
    **BARE, **{n: n for n in "erf erfc erfi Si Ci Ei li sinc sech csch tr lcm gcd max min arg digamma polygamma".split()},
    "Tr": "tr", "trace": "tr", "sgn": "sign", "sign": "sign", "arsinh": "asinh", "arcosh": "acosh", "artanh": "atanh", "asinh": "asinh",
    "acosh": "acosh", "atanh": "atanh", "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh", "Re": "re", "Im": "im", "relu": "relu",
    "ReLU": "relu", "sigmoid": "sigmoid", "softmax": "softmax"}
SEVERAL = ("max", "min", "gcd", "lcm", "polygamma")
NO_HEAD = {  # what is understood and cannot be said in a formula yet
    "argmax": "arg max", "argmin": "arg min", "Var": "a variance", "Cov": "a covariance", "Pr": "a probability", "KL": "a divergence",
    "diag": "a diagonal matrix", "rank": "a rank", "sup": "a supremum", "inf": "an infimum", "limsup": "a limes superior",
    "liminf": "a limes inferior", "vec": "a matrix as a vector", "span": "a span", "ker": "a kernel", "dim": "a dimension"}


@dataclass(frozen=True)
class Nucleus:
    """A name without its indices: the letters, their style, the accents on them; and where it stands."""

    base: str
    style: str
    accents: tuple[str, ...]
    at: int
    upright: bool = False

    @property
    def shown(self) -> str:
        """The name as LaTeX, for messages."""
        out = "\\" + self.base if self.base in GREEK else self.base
        style = {"bold": "boldsymbol", "scr": "mathscr"}.get(self.style, "math" + self.style)
        out = f"\\{style}{{{out}}}" if self.style and self.style != "vec" else out
        for a in (*self.accents, *(["vec"] if self.style == "vec" else [])):
            out = f"\\{a}{{{out}}}"
        return out

    @property
    def key(self) -> str:
        return "/".join((self.base, "rm" if self.upright else self.style, *self.accents))

    @property
    def name(self) -> str:
        """The name by which it is declared, unless a shorter one is."""
        return "_".join((self.base, *self.accents, *([self.style] if self.style else [])))

    def names(self, sorts: Mapping[str, Any]) -> list[str]:
        """The names it may be declared by."""
        bases = [self.base] + ([self.base[3:]] if self.base in GREEK and self.base.startswith("var") else [])
        out = ["_".join((b, *self.accents, *([self.style] if self.style else []))) for b in bases]
        for b in bases if self.style else []:
            short = "_".join((b, *self.accents))
            sort = sorts.get(short)
            if isinstance(sort, tuple) and (self.style in WHOLE and sort[0] != "function" or self.style == "bb" and sort[0] == "function"):
                out.append(short)
        return out


def nucleus(nodes: Sequence[Node], k: int) -> tuple[Nucleus, int] | None:
    """The name that starts at the k-th token, and the index behind it; None when no name starts there."""
    if k >= len(nodes):
        return None
    n = nodes[k]
    if n.kind in ("letter", "word"):
        return Nucleus(n.text, "", (), n.at, n.kind == "word" and len(n.text) == 1), k + 1
    if n.kind == "text" and n.text.isascii() and n.text.isalpha():
        return Nucleus(n.text, "", (), n.at, len(n.text) == 1), k + 1
    if n.kind != "command":
        return None
    if n.text in GREEK:
        return Nucleus(n.text, "", (), n.at), k + 1
    if n.text not in STYLES and n.text not in ACCENTS or k + 1 >= len(nodes):
        return None
    inner = _argument(nodes, k + 1, STYLES.get(n.text, "bold") in ("", "sf", "tt"))
    if inner is None:
        return None
    found, after = inner
    if n.text in STYLES:
        style = STYLES[n.text]
        if found.style and style and found.style != style:
            return None
        while style == "bb" and found.base in ("V", "C") and after + 1 < len(nodes) and [m.text for m in nodes[after:after + 2]] in (
                ["a", "r"], ["o", "v"]):  # \mathbb{V}ar and \mathbb{C}ov are words
            return Nucleus(found.base + nodes[after].text + nodes[after + 1].text, "", (), n.at), after + 2
        return Nucleus(found.base, style or found.style, found.accents, n.at), after
    accent = ACCENTS[n.text]
    if accent == "vec" and not found.style:
        return Nucleus(found.base, "vec", found.accents, n.at), after
    return Nucleus(found.base, found.style, (*found.accents, accent), n.at), after


def _argument(nodes: Sequence[Node], k: int, words: bool) -> tuple[Nucleus, int] | None:
    n = nodes[k]
    if n.kind != "group":
        return nucleus(nodes, k)
    if words and len(n.parts) > 1 and all(p.kind == "letter" for p in n.parts):
        return Nucleus("".join(p.text for p in n.parts), "", (), n.at), k + 1
    inner = nucleus(n.parts, 0)
    return (inner[0], k + 1) if inner and inner[1] == len(n.parts) else None


def literal(nodes: Sequence[Node]) -> list[str] | None:
    """An index as parts of a name: `1`, `xx`, `max`, `k,0`; None when it can only be a formula."""
    parts: list[str] = []
    word = ""
    k = 0
    while k < len(nodes):
        n = nodes[k]
        if n.sign(",") and word:
            parts.append(word)
            word = ""
        elif n.kind == "number" and not word and n.text.isdigit():
            word = n.text
        elif n.kind == "letter" and (not word or word.isalpha()) and word not in GREEK:
            word += n.text
        elif n.kind in ("word", "text") and not word and n.text.isascii() and n.text.isalpha():
            word = n.text
        elif n.kind == "command" and not word and (n.text in GREEK or n.text in ("max", "min")):
            word = n.text
        elif n.kind == "group" and (inner := literal(n.parts)) and len(inner) == 1 and not word:
            word = inner[0]
        elif found := nucleus(nodes, k) if not word and n.kind == "command" else None:
            word, k = found[0].name, found[1] - 1
        else:
            return None
        k += 1
    return [*parts, word] if word else None


def indexed(names: Sequence[str], parts: Sequence[str]) -> list[str]:
    """The names with an index: x_1 may be declared as x1 or as x_1; varepsilon in an index also as epsilon."""
    choices = [[p] + ([p[3:]] if p in GREEK and p.startswith("var") else []) for p in parts]
    out = []
    for name in names:
        for chosen in product(*choices) if len(choices) < 6 else [tuple(parts)]:
            out.append("_".join((name, *chosen)))
            if chosen[0].isdigit() and "_" not in name:
                out.append("_".join((name + chosen[0], *chosen[1:])))
    return out


def identifier(text: str) -> str:
    r"""The name by which a name written in LaTeX is declared: identifier(r"\tilde{x}") is "x_tilde".  Raises Unclear."""
    source = tokens(text)
    nodes = [n for row in source.rows for cell in row for n in cell]
    out, end = name_at(nodes, 0, text)
    if end != len(nodes):
        raise Unclear("this is more than one name", nodes[end].at).placed(text)
    return out


def name_at(nodes: Sequence[Node], k: int, text: str) -> tuple[str, int]:
    """The name declared by the tokens from k on, with its index, star and primes; and the index behind it."""
    found = nucleus(nodes, k)
    if found is None:
        raise Unclear("a name is expected here", nodes[k].at if k < len(nodes) else len(text)).placed(text)
    out, k = found[0].name, found[1]
    if k + 1 < len(nodes) and nodes[k].sign("_"):
        parts = literal(nodes[k + 1].parts if nodes[k + 1].kind == "group" else nodes[k + 1:k + 2])
        if parts is None:
            raise Unclear("an index that is part of a name is made of letters and digits", nodes[k + 1].at).placed(text)
        out, k = "_".join((out, *parts)), k + 2
    if k + 1 < len(nodes) and nodes[k].sign("^") and _star(nodes[k + 1]):
        out, k = out + "_star", k + 2
    while k < len(nodes) and nodes[k].sign("'"):
        out, k = out + "'", k + 1
    if behind := with_arguments(nodes, k):
        out, k = out + behind[0], behind[1]
    return out, k


def with_arguments(nodes: Sequence[Node], k: int) -> tuple[str, int] | None:
    """Names in brackets that belong to a name, as in Q(Z) for a matrix that depends on Z: the end of its plain name, and the index behind them."""
    if k >= len(nodes) or not nodes[k].sign("("):
        return None
    out = "_of"
    while found := nucleus(nodes, k + 1):
        out, k = f"{out}_{found[0].name}", found[1]
        if k < len(nodes) and nodes[k].sign(")"):
            return out, k + 1
        if k >= len(nodes) or not nodes[k].sign(","):
            return None
    return None


def _star(n: Node) -> bool:
    return n.sign("*") or n.kind == "group" and len(n.parts) == 1 and n.parts[0].sign("*")
