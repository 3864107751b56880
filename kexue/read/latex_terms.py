r"""Expressions in LaTeX: sums, products, powers, brackets, names with their indices, functions.

What mathematicians write without brackets is read only where everyone reads it the same way: \sin 2x, \log n!, \log p_{i,j}, \sin x \cos y; but
\sin x y, \log x / y, \sin(x)^2, a/b c, f^2(x), x^10 and 5 x 3 are ambiguous, and say so with their readings."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeVar

from ..formula import Formula, lift
from .latex_entries import Entries
from .latex_names import BARE, GREEK, STYLES, Nucleus, nucleus
from .latex_tokens import Node, Unclear
from .latex_values import ONE, ZERO, Shape, Val
from .tokens import DEPTH

T = TypeVar("T")
CONNECTIVES = frozenset("if for where when with and or all provided let otherwise else then such that any every".split())
NOT_OPERANDS = frozenset(
    "pm mp approx simeq cong propto ll gg prec succ preceq succeq subset supset subseteq supseteq cup cap setminus land lor wedge vee oplus otimes "
    "odot circ bullet star ast Rightarrow Leftarrow Leftrightarrow iff implies leftarrow leftrightarrow mapsto notin ni perp parallel doteq "
    "middle right forall exists therefore because over choose pmod bmod not".split())
REACHING = frozenset(("sum", "prod", "int", "lim", "frac", "dfrac"))  # what follows may belong to it
OPENING = ("(", "[", "|", "|(", "‖", "‖(", "⌊", "⌈", "⟨", "{")
CLOSING = {"(": ")", "[": "]", "|": "|", "|(": ")|", "‖": "‖", "‖(": ")‖", "⌊": "⌋", "⌈": "⌉", "⟨": "⟩", "{": "}"}
FUNCTION = ("function",)
PI = Formula("const", ("pi",))
POINTS = {"e": "e", "i": "i", "pi": "pi"}  # letters that are constants unless they are declared


class Terms(Entries, ABC):
    """Reads the tokens of one cell; `sorts` are the declared names."""

    def __init__(self, sorts: Mapping[str, Any], hyps: Sequence[Formula] = (), densities: frozenset[str] = frozenset(),
                 defined: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self.sorts, self.hyps, self.densities, self.defined = sorts, tuple(hyps), densities, defined
        self.nodes: Sequence[Node] = ()
        self.k, self.stop, self.depth = 0, 0, 0
        self.scope: dict[str, Formula] = {}  # bound names, by their key
        self.ranges: dict[str, tuple[Formula, Formula]] = {}  # of the bound indices
        self.spelling: dict[str, str] = {}  # declared name -> how it is written here
        self.log: list[str] = []  # keys of the names that were read as free ones
        self.open: set[str] = set()  # bound names of the sums and products that end with the term before
        self.index_letters: set[str] = set()  # letters that are indices somewhere in the formula
        self.bars = {"|": 0, "‖": 0}
        self.differentials: set[int] = set()  # offsets of the d of the integrals that are being read
        self.tail: int | None = None  # offset behind the differential that ended an integrand
        self.slashed = False
        self.minus: Node | None = None  # the sign of the term that is being read

    # ----------------------------------------------------------------------------------------------------- tokens
    @property
    def here(self) -> Node:
        return self.nodes[self.k] if self.k < len(self.nodes) else Node("end", "the end", self.stop, self.stop)

    def take(self) -> Node:
        n = self.here
        self.k += 1
        return n

    def accept(self, *signs: str) -> Node | None:
        return self.take() if self.here.sign(*signs) else None

    def expect(self, sign: str) -> Node:
        if (n := self.accept(sign)) is None:
            raise Unclear(f"{sign} is expected here, not {self.here.text or 'a brace'}", self.here.at)
        return n

    def inside(self, nodes: Sequence[Node], stop: int, read: Callable[[], T]) -> T:
        """What `read` makes of these tokens, all of them."""
        saved = self.nodes, self.k, self.stop, self.open, self.bars
        self.nodes, self.k, self.stop, self.open, self.bars = nodes, 0, stop, set(), {"|": 0, "‖": 0}
        self.deeper()
        out = read()
        if self.k < len(self.nodes):
            raise self.unexpected(self.here)
        self.nodes, self.k, self.stop, self.open, self.bars = saved
        self.depth -= 1
        return out

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEPTH:
            raise Unclear(f"nested more than {DEPTH} deep", self.here.at, "too-deep")

    def unexpected(self, n: Node) -> Unclear:
        if n.sign("|", "∣"):
            return Unclear("a bar that closes nothing; conditional probabilities have no form yet", n.at, "not-supported")
        if n.sign("*"):
            return Unclear("a star between factors", n.at, "ambiguous", ("a product: write a dot", "a convolution", "a conjugate"))
        if n.kind == "command":
            return Unclear(f"\\{n.text} has no form yet", n.at, "not-supported")
        if n.kind in ("text", "word") and not n.text.isascii():
            return Unclear(f"the text {n.text[:20]} in a formula", n.at, "not-supported")
        return Unclear(f"{n.text or 'a brace'} is not expected here", n.at)

    def script(self) -> tuple[list[Node], int]:
        """The tokens of an exponent or index, and where they end."""
        n = self.take()
        if n.kind == "group":
            return n.parts, n.end
        if n.kind == "number" and len(n.text) > 1:
            raise Unclear(f"{n.text} without braces: only its first digit is raised or lowered", n.at, "ambiguous",
                          (f"{{{n.text}}}", f"{{{n.text[0]}}}{n.text[1:]}"))
        if n.kind in ("number", "letter") or n.kind == "command" and (n.text in GREEK or n.text in ("top", "infty", "prime", "intercal",
                                                                                               "dagger")) or n.sign("*"):
            return [n], n.end
        if n.kind == "word":
            return [n], n.end
        raise Unclear("braces are needed here", n.at)

    def arguments_of(self, count: int, name: str) -> list[tuple[list[Node], int]]:
        r"""The arguments of a command such as \frac: groups, or single signs as in \frac12."""
        out = []
        for _ in range(count):
            n = self.here
            if n.kind == "group":
                out.append((n.parts, n.end))
                self.k += 1
            elif n.kind == "number" and len(n.text) > 1 and n.text.isdigit():
                out.append(([Node("number", n.text[0], n.at, n.at + 1)], n.at + 1))
                self.nodes = [*self.nodes[:self.k], Node("number", n.text[1:], n.at + 1, n.end), *self.nodes[self.k + 1:]]
            elif n.kind in ("number", "letter") or n.kind == "command" and n.text in GREEK:
                out.append(([n], n.end))
                self.k += 1
            else:
                raise Unclear(f"\\{name} needs its arguments in braces", n.at)
        return out

    # ------------------------------------------------------------------------------------------------------- sums
    def sum(self) -> Val:
        self.deeper()
        outer, self.open = self.open, set()
        first = self.accept("-", "+")
        total = self.product(first if first and first.text == "-" else None)
        while t := self.accept("+", "-"):
            used = len(self.log)
            v = self.product()
            self.outside(used, t.at)
            total = self.plus(t.text, total, v, t.at)
        self.open = outer
        self.depth -= 1
        return total

    def outside(self, used: int, at: int) -> None:
        """Refuse `\\sum_i a_i + b_i`: an index that is used behind its sum."""
        for key in self.log[used:]:
            if key in self.open:
                name = key.partition("/")[0]
                raise Unclear(f"{name} is used behind the sum, product or limit that binds it", at, "ambiguous",
                              ("all terms belong to it: put them in brackets", f"{name} has a meaning of its own there: rename one of them"))

    def product(self, minus: Node | None = None) -> Val:
        """A term with the minus before it, which belongs to its first factor where that is a numeral."""
        self.minus = minus
        v = self.factors()
        minus, self.minus = self.minus, None
        return v if minus is None else self.negative(v, minus.at)

    def factors(self) -> Val:
        """Factors side by side or with dots between, then perhaps one slash."""
        at = self.here.at
        minus, self.minus = self.minus, None
        runs: list[list[Val]] = [[]]
        signs: list[str] = []
        self.slashed, met = False, False
        while True:
            n = self.here
            if self.is_differential(n):
                leading = not met and not runs[0]
                self.differential_here()
                met = True
                if leading and self.here.sign("/"):
                    runs[0].append(Val(ONE, None, True))
                    continue
                if leading and self.operand(self.here, True):
                    continue
                self.tail = self.here.at
                break
            if n.sign("·", "×") and (runs[-1] or met):
                self.k += 1
                signs.append(n.text)
                runs.append([])
                if not self.operand(self.here, True):
                    raise Unclear("a factor is missing", self.here.at)
            elif n.sign("/") and runs[-1]:
                v = self.slash(self.collected(runs, signs, at), n)
                self.minus = minus
                return v
            elif self.operand(n, not runs[-1]):
                if runs[-1] and n.kind == "number":
                    raise Unclear(f"the number {n.text} behind another factor: write a dot for a product", n.at, "ambiguous",
                                  ("a product", "an index or exponent that lost its sign", "digits that belong together"))
                v = self.factor()
                if runs[-1] and v.number and runs[-1][-1].number:
                    raise Unclear("a fraction behind a number", n.at, "ambiguous", ("a product", "a mixed number, that is a sum"))
                if minus is not None and v.number and not runs[0]:
                    v, minus = self.negative(v, n.at), None
                runs[-1].append(v)
                if self.tail is not None and self.tail == self.here.at:
                    break
            else:
                break
        if not runs[0] and not met:
            raise self.unexpected(n) if n.kind != "end" else Unclear("a formula is expected here, not the end", n.at)
        self.minus = minus
        return self.collected(runs, signs, at)

    def collected(self, runs: list[list[Val]], signs: list[str], at: int) -> Val:
        if not runs[0]:
            return Val(ONE, None, True) if len(runs) == 1 else self.collected(runs[1:], signs[1:], at)
        if all(v.shape is None for r in runs for v in r):
            return self.times([v for r in runs for v in r], at)
        out = self.times(runs[0], at)
        for sign, r in zip(signs, runs[1:], strict=True):
            out = self.dotted(out, self.times(r, at), sign, at)
        return out

    def slash(self, top: Val, n: Node) -> Val:
        self.k += 1
        bottom = self.factor()
        if self.tail != self.here.at and (self.operand(self.here, False) or self.here.sign("/", "·", "×")):
            raise Unclear("a factor behind a quotient with a slash", self.here.at, "ambiguous", ("(a/b) c", "a/(b c)"))
        self.slashed = True
        return self.over(top, bottom, n.at)

    def is_differential(self, n: Node) -> bool:
        return n.kind != "end" and n.at in self.differentials

    def operand(self, n: Node, first: bool) -> bool:
        """Whether a factor starts with this token; `first`: nothing stands before it that it could close."""
        if self.is_differential(n):
            return False
        if n.kind in ("number", "letter", "word", "group", "fence", "env"):
            return True
        if n.kind == "command":
            return n.text not in NOT_OPERANDS
        if n.kind == "text":
            return n.text.isascii() and n.text.isalpha() and n.text not in CONNECTIVES
        if n.sign("|", "‖"):
            return first or not self.bars[n.text]
        return n.sign(*OPENING)

    # ---------------------------------------------------------------------------------------------------- factors
    def factor(self) -> Val:
        """An atom with its exponent and factorials."""
        n = self.here
        if n.kind == "command" and n.text in BARE:
            self.k += 1
            return self.function(BARE[n.text], n)
        if n.kind == "command" and n.text in self.commands():
            self.k += 1
            return self.commands()[n.text](n)
        if n.kind in ("letter", "command", "word", "text") and (found := nucleus(self.nodes, self.k)):
            self.k = found[1]
            return self.name(found[0])
        if n.kind == "command" and n.text in STYLES:
            return self.postfix(self.styled(n))
        self.k += 1
        if n.kind == "number" and n.text == "0" and self.here.sign("_"):
            return self.postfix(self.zero(n))
        if n.kind == "number":
            return self.postfix(Val(self.node(n.at, "num", Fraction(n.text)), None, True))
        if n.kind == "group":
            return self.postfix(self.group(n))
        if n.kind == "fence" or n.kind == "sign" and n.text in OPENING:
            return self.postfix(self.bracket(n))
        if n.kind == "env":
            return self.postfix(self.environment(n))
        raise self.unexpected(n)

    @abstractmethod
    def commands(self) -> Mapping[str, Callable[[Node], Val]]:
        """The commands that begin a factor, with what reads them."""

    @abstractmethod
    def environment(self, n: Node) -> Val:
        """A matrix or cases."""

    @abstractmethod
    def name(self, nuc: Nucleus) -> Val:
        """A name with its indices, exponents and arguments."""

    @abstractmethod
    def bracket(self, n: Node) -> Val:
        """A formula in brackets of any kind; `n` is taken already."""

    @abstractmethod
    def function(self, head: str, n: Node) -> Val:
        """A function such as sin with its argument; `n` is taken already."""

    @abstractmethod
    def zero(self, n: Node) -> Val:
        """The zero vector or matrix whose size is the index that follows."""

    @abstractmethod
    def differential_here(self) -> None:
        """Take the differential that stands here."""

    def group(self, n: Node) -> Val:
        """Braces that print as nothing: {x'} is a name, anything else reads as if in brackets, unless that changes what is seen."""
        if not n.parts:
            return self.hypergeometric(n)
        v = self.inside(n.parts, n.end, self.sum)
        found = nucleus(n.parts, 0)
        one = len(n.parts) == 1 or found is not None and all(m.sign("'") for m in n.parts[found[1]:])
        self.shows(n, n.parts, one, self.k > 1)
        return v

    def shows(self, n: Node, parts: Sequence[Node], one: bool, before: bool) -> None:
        """Refuse a group that is seen without its braces, where it would be read otherwise; `one`: it is a single name or number."""
        marked = self.here.sign("^", "_", "'", "!")
        beside = before or marked or self.here.sign("/", "·", "×") or self.operand(self.here, False)
        loose = any(m.sign("+", "-", "/") or m.kind == "command" and (m.text in BARE or m.text in REACHING) for m in parts)
        if marked and not one or beside and loose:
            raise Unclear("braces do not show: write brackets", n.at, "ambiguous")

    @abstractmethod
    def hypergeometric(self, n: Node) -> Val:
        """{}_{p}F_{q}(a; b; z)."""

    def styled(self, n: Node) -> Val:
        r"""\mathbf{0}; other digits and formulas in a style have no meaning of their own."""
        self.k += 1
        (parts, _), = self.arguments_of(1, n.text)
        if [p.text for p in parts] == ["0"]:
            return Val(ZERO)
        raise Unclear(f"\\{n.text} of what is no name has no form yet", n.at, "not-supported")

    def postfix(self, v: Val) -> Val:
        done = False
        while True:
            n = self.here
            if n.sign("!"):
                if done and v.f.head == "pow":
                    raise Unclear("a factorial behind a power", n.at, "ambiguous", ("(x^n)!", "x^(n!)"))
                v = self.factorial(v)
            elif n.sign("^") and not done:
                self.k += 1
                v, done = self.exponent(v, *self.script(), n.at), True
            elif n.sign("^"):
                raise Unclear("two exponents", n.at)
            elif n.sign("_"):
                raise Unclear("an index on what is not a name has no form yet", n.at, "not-supported")
            elif n.sign("'"):
                raise Unclear("a prime on what is not a name", n.at, "ambiguous", ("a derivative", "a transpose"))
            else:
                return v

    def factorial(self, v: Val) -> Val:
        n = self.take()
        if self.here.sign("!"):
            if self.here.at > n.end:
                raise Unclear("two factorials with a space between", n.at, "ambiguous", ("(n!)!", "n!!"))
            self.k += 1
            return Val(self.node(n.at, "factorial2", self.number(v, "a factorial", n.at).f))
        return Val(self.node(n.at, "factorial", self.number(v, "a factorial", n.at).f))

    def exponent(self, v: Val, nodes: list[Node], end: int, at: int) -> Val:
        """v to the power these tokens stand for, or transposed."""
        turned = self.transposing(nodes, v.shape, at)
        if turned is not None:
            return self.transposed(v if not turned else self.power(v, Val(lift(-1)), at), at)
        if len(nodes) == 1 and (nodes[0].sign("*", "+", "-") or nodes[0].kind == "command" and nodes[0].text in ("dagger", "prime", "circ", "perp")):
            raise Unclear("a sign in the place of an exponent", nodes[0].at, "ambiguous",
                          ("a conjugate or an adjoint", "part of a name: declare it", "an optimum"))
        if nodes and nodes[0].sign("(") and nodes[-1].sign(")") and not any(n.sign("(", ")") for n in nodes[1:-1]):
            raise Unclear("an exponent in brackets", nodes[0].at, "ambiguous", ("an upper index", "a derivative", "a power"))
        return self.power(v, self.inside(nodes, end, self.sum), at)

    def transposing(self, nodes: list[Node], shape: Shape, at: int) -> str | None:
        """"" for a transpose, "-" for the transpose of the inverse, else None."""
        minus = bool(nodes) and nodes[0].sign("-")
        rest = nodes[1:] if minus else nodes
        if len(rest) == 1 and rest[0].kind == "command" and rest[0].text in ("top", "intercal"):
            return "-" if minus else ""
        found = nucleus(rest, 0)
        if found is None or found[1] != len(rest) or found[0].base != "T":
            return None
        if "T" in self.sorts or "T//" in self.scope:
            if shape is not None:
                raise Unclear("T is declared as a name, and the base is a matrix or vector", at, "ambiguous", (r"a transpose: write \top", "a power"))
            return None
        return ("-" if minus else "") if shape is not None else None
