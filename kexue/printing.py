"""Formulas as LaTeX and as plain ASCII text.

`latex(f)` writes what a mathematician writes, with the fewest parentheses that keep the meaning; products associate, so
`A(BC)` of matrices loses its parentheses.  `text(f)` is for terminals and keeps the tree: reading it back by the usual
precedences (`^`, unary minus, `* / @`, `+ -`, relations; all but `^` from the left) gives the same tree.  Both accept
every formula, also one with a head they do not know, which is written as a function."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .formula import Formula, children

REL, ADD, MUL, POW, ATOM = range(5)

GREEK = ("alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi "
         "psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega").split()
COMMANDS = {g: "\\" + ("var" if g == "epsilon" else "") + g for g in GREEK} | {g: "\\" + g for g in ("ell", "varepsilon", "vartheta", "varphi")}
CONSTANTS = {"pi": r"\pi", "e": "e", "i": "i", "oo": r"\infty", "euler_gamma": r"\gamma"}
RELATIONS = {"eq": ("=", "=", "=", "="), "ne": (r"\ne", r"\ne", "!=", "!="), "lt": ("<", ">", "<", ">"),
             "le": (r"\le", r"\ge", "<=", ">=")}  # head -> LaTeX and LaTeX with the sides exchanged, text likewise
TEX_FUNCTIONS = {h: "\\" + h for h in "log sin cos tan cot sec csc sinh cosh tanh max min det gcd".split()} | {
    "asin": r"\arcsin", "acos": r"\arccos", "atan": r"\arctan", "expm": r"\exp"} | {
        h: rf"\operatorname{{{s}}}" for h, s in (("asinh", "arsinh"), ("acosh", "arcosh"), ("atanh", "artanh"),
                                                ("sign", "sgn"), ("re", "Re"), ("im", "Im"))}
LETTER_FUNCTIONS = {"gamma": r"\Gamma", "uppergamma": r"\Gamma", "lambertw": "W", "digamma": r"\psi", "zeta": r"\zeta"}
FENCES = {"abs": (r"\lvert", r"\rvert"), "floor": (r"\lfloor", r"\rfloor"), "ceiling": (r"\lceil", r"\rceil")}
POWERED = {"log", "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh"}  # sin^2(x)
STRUCTURE = {"even": (r"2 \mid {}", "{} is even"), "odd": (r"2 \nmid {}", "{} is odd"),  # head -> LaTeX and text
    "every": (r"\forall {1}: {0}", "{} for every {}"),
    "spd": (r"{} \succ 0", "{} is symmetric positive definite"), "invertible": (r"\det({}) \ne 0", "{} is invertible"),
    "symmetric": (r"{0}^{{\top}} = {0}", "{} is symmetric"), "orthogonal": (r"{0}^{{\top}} {0}=I", "{} is orthogonal")}
TALL = ("\\frac", "\\sum", "\\prod", "\\int", "\\lim", "\\begin", "\\binom", "\\left")
LONGEST_NEST = 6  # a longer Horner scheme is written with its inner levels left out


@dataclass(frozen=True, slots=True)
class Piece:
    """Printed text and how it binds; kind: open (its body reaches to the right), slash, word (matrices), dot, prime."""

    s: str
    level: int = ATOM
    kind: str = ""


def latex(f: Formula) -> str:
    """The formula as LaTeX that MathJax, KaTeX and math-core read (no dollar signs, no display environment)."""
    return _LARGE.of(f).s


def text(f: Formula) -> str:
    """The formula as one line of ASCII; the ellipsis of a long Horner scheme is the only thing it leaves out."""
    return _TEXT.of(f).s


def _numeral(f: Formula) -> bool: return f.head == "num" or f.head == "neg" and f.args[0].head == "num"
def _infinite(f: Formula) -> bool: return f.args == ("oo",) or f.head == "neg" and _infinite(*f.args)


def _flip(f: Formula) -> bool:
    """`lt(0, x)` is read as x > 0: a number on the left of something that is none changes sides."""
    return f.head in ("lt", "le") and _numeral(f.args[0]) and not _numeral(f.args[1])


def decimal(q: Fraction) -> str | None:
    """The exact decimal of q where it is no longer than the fraction, else None: 0.044715 and 0.3, but 1/2, 1/16."""
    places = next((k for k in range(1, 61) if 10 ** k % q.denominator == 0), 0)
    if not places or q.denominator < 10:
        return None
    digits = str(abs(q.numerator) * 10 ** places // q.denominator).rjust(places + 1, "0")
    shown = ("-" if q < 0 else "") + digits[:-places] + "." + digits[-places:]
    return shown if len(shown) <= len(str(q)) else None


def _slots(name: str) -> tuple[str, list[int]]:
    """`f;0;1` is f differentiated in its slots 0 and 1."""
    root, *done = name.split(";")
    return root, [int(s) for s in done if s.isdigit()]


def _shape(f: Formula) -> Any:
    """A formula without its numbers."""
    return "num" if f.head == "num" else (f.head, [_shape(c) for c in children(f)] or f.args)


def _nest(f: Formula) -> list[Formula] | None:
    """The first, second and last level of a Horner scheme c + r (c + r (...)) that is too deep to print, the first two
    without their inner part; None where the levels are few or differ in more than their numbers."""
    levels, shapes = [], []
    while f.head == "add" and f.args[1].head == "mul" and f.args[1].args[0].head in ("num", "sym", "div"):
        (c, product), level = f.args, f
        r, f = product.args
        levels.append((c + r, level))
        shapes.append(_shape(c + r))
    if len(levels) <= LONGEST_NEST or shapes.count(shapes[0]) < len(shapes):
        return None
    short, whole = levels[-1]
    return [levels[0][0], levels[1][0], short if f == Formula("num", (Fraction(1),)) else whole]


# ---------------------------------------------------------------------------------------------------------------- LaTeX
def symbol(name: str) -> str:
    """A symbol's name: theta is \\theta, mu0 is \\mu_{0}, S_xx is S_{xx}, several letters are upright."""
    base, sub, primes = _parts(name)
    return base + (f"_{{{sub}}}" if sub else "") + primes


def _parts(name: str) -> tuple[str, str, str]:
    name, primes = name.rstrip("'"), "'" * (len(name) - len(name.rstrip("'")))
    name, slots = _slots(name)
    mark = "".join(rf"\partial_{{{s + 1}}} " for s in slots)
    found = re.fullmatch(r"([A-Za-z]+)(\d*)(?:_(\w*))?", name, re.ASCII)
    if not found:
        return mark + rf"\text{{{_escaped(name)}}}", "", primes
    base, digits, rest = found[1], found[2], found[3] or ""
    subs = [s for s in (digits, *rest.split("_")) if s]
    def letters(s: str, upright: int) -> str:
        return COMMANDS.get(s, rf"\mathrm{{{s}}}" if s.isalpha() and len(s) >= upright else s)
    return mark + letters(base, 2), ",".join(letters(s, 3) for s in subs), primes


def _escaped(s: Any) -> str:
    special = {"\\": r"\backslash ", "{": r"\{", "}": r"\}", "~": r"\sim ", "^": r"\wedge "}
    return "".join(special.get(c, "\\" + c if c in "$&#_%" else c) for c in str(s) if c.isprintable())


def _tall(s: str) -> bool: return any(t in s for t in TALL)
def _paren(s: str) -> str: return rf"\left({s}\right)" if _tall(s) else f"({s})"
def _base(p: Piece) -> str: return f"{{{p.s}}}" if p.kind == "prime" else _least(p, ATOM)


def _least(p: Piece, level: int, *kinds: str) -> str:
    """The piece, in parentheses if it binds less than `level` or is of one of `kinds`."""
    return _paren(p.s) if p.level < level or p.kind in kinds else p.s


def _factor(p: Piece, *kinds: str) -> str:
    """The piece as the last factor of a product; `kinds` may stand without parentheses."""
    return p.s if p.level > MUL or p.kind in kinds else _paren(p.s)


def _joined(a: str, b: str) -> str:
    """Two factors side by side; a dot where a digit would run into the first factor."""
    fraction = r"\\frac\{\d+\}\{\d+\}"
    dot = b[0].isdigit() or re.match(fraction, b) and (a[-1].isdigit() or re.search(fraction + "$", a))
    return rf"{a} \cdot {b}" if dot else f"{a} {b}"


def _positive(f: Formula) -> Formula | None:
    """b for -b and for the number -b, else None: a product or quotient that starts with it has the sign in front."""
    if f.head == "neg" and f.args[0].head != "neg" and _positive(f.args[0]) is None:
        return f.args[0]  # type: ignore[no-any-return]
    return Formula("num", (-f.args[0],)) if f.head == "num" and f.args[0] < 0 else None


def _coefficient(f: Formula) -> bool:
    """Numbers, letters and their combinations: nothing that a vector could be read into."""
    if f.head in ("add", "sub", "mul", "div", "neg", "pow"):
        return all(map(_coefficient, f.args))
    return f.head in ("num", "const") or f.head == "sym" and isinstance(f.args[1], str)


class _Tex:  # one method on_<head> for each head that is not written as a function
    def __init__(self, script: bool) -> None:
        self.script = script  # inside an exponent or index, where fractions are written with a slash

    def of(self, f: Formula) -> Piece: return getattr(self, "on_" + f.head, self.function)(f)

    def function(self, f: Formula) -> Piece:
        if f.head in STRUCTURE:
            level = REL if f.head in ("every", "invertible") else ATOM
            return Piece(STRUCTURE[f.head][0].format(*(_least(self.of(a), level) for a in f.args)), REL)
        shown = (self.of(a).s if isinstance(a, Formula) else rf"\text{{{_escaped(a)}}}" for a in f.args)
        name = LETTER_FUNCTIONS.get(f.head) or TEX_FUNCTIONS.get(f.head) or rf"\operatorname{{{_escaped(f.head)}}}"
        return Piece(name + _paren(", ".join(shown)), ATOM if f.head in LETTER_FUNCTIONS else POW)

    def on_num(self, f: Formula) -> Piece:
        q: Fraction = f.args[0]
        shown = str(q) if q.denominator == 1 else decimal(q)
        if shown:
            return Piece(shown, ADD if q < 0 else ATOM)
        sign, top = ("-", -q.numerator) if q < 0 else ("", q.numerator)
        if self.script:
            return Piece(f"{sign}{top}/{q.denominator}", ADD if sign else MUL, "slash")
        return Piece(rf"{sign}\frac{{{top}}}{{{q.denominator}}}", ADD if sign else POW)

    def on_sym(self, f: Formula) -> Piece:
        return Piece(symbol(f.args[0]), POW if ";" in f.args[0] else ATOM, "prime" if f.args[0].endswith("'") else "")

    def on_add(self, f: Formula) -> Piece:
        if levels := _nest(f):
            a, b, c = (self.of(g).s for g in levels)
            return Piece(rf"{a} \left({b} \left(\cdots \left({c}\right) \cdots\right)\right)", ADD)
        left, right = (self.of(x) for x in f.args)
        return Piece(f"{_least(left, ADD)} {'+' if f.head == 'add' else '-'} {_least(right, MUL)}", ADD)

    on_sub = on_add
    def on_mul(self, f: Formula) -> Piece:
        x, y = f.args
        if (b := _positive(x)) is not None:
            return Piece("-" + self.on_mul(b * y).s, ADD)
        last = self.of(y)
        right = _factor(last, "open", "word", "dot" if _coefficient(x) else "open")
        kind = last.kind if last.kind in ("open", "dot") and right == last.s else ""
        return Piece(_joined(_least(self.of(x), MUL, "open", "slash", "dot"), right), MUL, kind)

    def on_div(self, f: Formula) -> Piece:
        x, y = f.args
        if not self.script:
            return Piece(rf"\frac{{{self.of(x).s}}}{{{self.of(y).s}}}", POW)
        if (b := _positive(x)) is not None:
            return Piece("-" + self.on_div(b / y).s, ADD)
        return Piece(f"{_least(self.of(x), MUL, 'open', 'slash')}/{_least(self.of(y), POW)}", MUL, "slash")

    def on_matmul(self, f: Formula) -> Piece:
        x, y = f.args
        if (b := _positive(x)) is not None:
            return Piece("-" + self.on_matmul(b @ y).s, ADD)
        return Piece(_joined(_least(self.of(x), MUL, "open", "slash", "dot"), _factor(self.of(y), "word")), MUL, "word")

    def on_dot(self, f: Formula) -> Piece:
        return Piece(rf"{_base(self.of(f.args[0]))}^{{\top}} {_factor(self.of(f.args[1]), 'word')}", MUL, "dot")

    def on_pow(self, f: Formula) -> Piece:
        base, n = f.args
        small = _SMALL.of(n).s
        if base.head in POWERED and n.head == "num" and n.args[0].denominator == 1 and n.args[0] > 1:
            return Piece(f"{TEX_FUNCTIONS[base.head]}^{{{small}}}{_paren(self.of(base.args[0]).s)}", POW)
        return Piece(f"{_base(self.of(base))}^{{{small}}}", POW)

    def on_exp(self, f: Formula) -> Piece:
        small = _SMALL.of(f.args[0]).s
        if len(small) <= 60 and not _tall(small):
            return Piece(f"e^{{{small}}}", POW)
        return Piece(r"\exp" + _paren(self.of(f.args[0]).s), POW)

    def on_at(self, f: Formula) -> Piece:
        indices: list[str] = []
        while f.head == "at":
            indices.insert(0, _SMALL.of(f.args[1]).s)
            f = f.args[0]
        if f.head != "sym" or ";" in f.args[0]:
            return Piece(f"{_paren(self.of(f).s)}_{{{','.join(indices)}}}")
        base, sub, primes = _parts(f.args[0])
        return Piece(f"{f'{{{base}{primes}}}' if primes else base}_{{{','.join([sub] * bool(sub) + indices)}}}")

    def on_apply(self, f: Formula) -> Piece:
        inside = _paren(", ".join(self.of(a).s for a in f.args[1:]))
        if f.args[0].head != "sym":
            return Piece(_least(self.of(f.args[0]), ATOM) + inside)
        root, slots = _slots(f.args[0].args[0])
        if slots and len(f.args) == 2:
            mark = "'" * len(slots) if len(slots) < 4 else f"^{{({len(slots)})}}"
            return Piece(_base(self.of(Formula("sym", (root, "")))) + mark + inside, POW if len(slots) > 3 else ATOM)
        return Piece(symbol(f.args[0].args[0]) + inside, POW if slots else ATOM)

    def on_abs(self, f: Formula) -> Piece:
        (left, right), s = FENCES[f.head], self.of(f.args[0]).s
        return Piece(rf"\left{left} {s} \right{right}" if _tall(s) else f"{left} {s} {right}")

    on_floor = on_ceiling = on_abs
    def on_sum(self, f: Formula) -> Piece:
        body, var, *bounds = f.args
        shown, x, (lo, hi) = _least(self.of(body), MUL, "slash"), self.of(var).s, (_SMALL.of(b).s for b in bounds)
        if f.head == "integral":
            return Piece(rf"\int_{{{lo}}}^{{{hi}}} {shown} \, d{x}", MUL, "open")
        return Piece(rf"\{f.head}_{{{x}={lo}}}^{{{hi}}} {shown}", MUL, "open")

    on_prod = on_integral = on_sum
    def on_limit(self, f: Formula) -> Piece:
        x, to = (_SMALL.of(a) for a in f.args[1:])
        shown = to.s if _infinite(f.args[2]) else _base(to) + "^{+}"
        return Piece(rf"\lim_{{{x.s} \to {shown}}} {_least(self.of(f.args[0]), MUL, 'slash')}", MUL, "open")

    def on_diff(self, f: Formula) -> Piece:
        runs: list[list[Any]] = []  # variable and multiplicity, outermost first
        while f.head == "diff":
            x = self.of(f.args[1]).s
            if not runs or runs[-1][0] != x:
                runs.append([x, 0])
            runs[-1][1], f = runs[-1][1] + 1, f.args[0]
        d, n = (r"\partial" if len(runs) > 1 else "d"), sum(k for _, k in runs)
        gap, order = (" " if len(runs) > 1 else ""), (f"^{{{n}}}" if n > 1 else "")
        below = r" \, ".join(f"{d}{gap}{x}" + (f"^{{{k}}}" if k > 1 else "") for x, k in runs)
        return Piece(rf"\frac{{{d}{order}}}{{{below}}} {_factor(_LARGE.of(f), 'open')}", MUL, "open")

    def on_eq(self, f: Formula) -> Piece:
        a, b = (_least(self.of(x), ADD) for x in f.args)
        sign, turned, _, _ = RELATIONS[f.head]
        return Piece(f"{b} {turned} {a}" if _flip(f) else f"{a} {sign} {b}", REL)

    on_ne = on_lt = on_le = on_eq
    def on_matrix(self, f: Formula) -> Piece:
        rows = r" \\ ".join(" & ".join(self.of(x).s for x in row) for row in f.args)
        return Piece(rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}")

    def on_zeros(self, f: Formula) -> Piece:
        r, c = (_least(_SMALL.of(x), POW) for x in f.args)
        return Piece(f"0_{{{r}}}" if c == "1" else rf"0_{{{r} \times {c}}}")

    def args(self, f: Formula, *small: int) -> list[str]:  # the arguments, those with the numbers `small` as exponents
        return [(_SMALL if i in small else self).of(a).s for i, a in enumerate(f.args)]

    def on_besseli(self, f: Formula, name: str = "I", level: int = ATOM) -> Piece:
        order, x = self.args(f, 0)
        return Piece(f"{name}_{{{order}}}{_paren(x)}", level)

    def on_or(self, f: Formula) -> Piece: return Piece(r" \lor ".join(_least(self.of(a), REL) for a in f.args), REL - 1)
    def on_and(self, f: Formula) -> Piece: return Piece(r" \land ".join(_least(self.of(a), REL) for a in f.args), REL)
    def on_besselj(self, f: Formula) -> Piece: return self.on_besseli(f, "J")
    def on_polylog(self, f: Formula) -> Piece: return self.on_besseli(f, r"\operatorname{Li}")
    def on_subs(self, f: Formula) -> Piece: return Piece(r"\left. {} \right|_{{{}={}}}".format(*self.args(f, 1, 2)), MUL)
    def on_binomial(self, f: Formula) -> Piece: return Piece(r"\binom{{{}}}{{{}}}".format(*self.args(f, 0, 1)))
    def on_delta(self, f: Formula) -> Piece: return Piece(r"\delta_{{{},{}}}".format(*self.args(f, 0, 1)))
    def on_hyp1f1(self, f: Formula) -> Piece: return Piece("{}_{1}F_{1}" + _paren("; ".join(self.args(f))))
    def on_float(self, f: Formula) -> Piece: return self.on_besseli(f, r"\operatorname{fl}", POW)
    def on_neg(self, f: Formula) -> Piece: return Piece("-" + _least(self.of(f.args[0]), MUL), ADD)
    def on_const(self, f: Formula) -> Piece: return Piece(CONSTANTS.get(*f.args) or rf"\mathrm{{{_escaped(*f.args)}}}")
    def on_factorial(self, f: Formula) -> Piece: return Piece(f"{_least(self.of(f.args[0]), ATOM)}!", POW)
    def on_sqrt(self, f: Formula) -> Piece: return Piece(rf"\sqrt{{{self.of(f.args[0]).s}}}", POW)
    def on_conj(self, f: Formula) -> Piece: return Piece(rf"\overline{{{self.of(f.args[0]).s}}}")
    def on_T(self, f: Formula) -> Piece: return Piece(_base(self.of(f.args[0])) + r"^{\top}", POW)
    def on_inv(self, f: Formula) -> Piece: return Piece(_base(self.of(f.args[0])) + "^{-1}", POW)
    def on_eye(self, f: Formula) -> Piece: return Piece(f"I_{{{_SMALL.of(f.args[0]).s}}}")


# ----------------------------------------------------------------------------------------------------------- plain text
INFIX = {"add": (" + ", ADD, MUL), "sub": (" - ", ADD, MUL), "mul": ("*", MUL, POW), "div": ("/", MUL, POW),
         "matmul": (" @ ", MUL, POW), "dot": (".", ATOM, ATOM)}  # sign, least levels of the left and the right operand
POSTFIX = {"factorial": "!", "T": "^T", "inv": "^-1"}


def _ascii(s: Any) -> str: return str(s).encode("ascii", "backslashreplace").decode()


class _Text:
    def of(self, f: Formula) -> Piece: return getattr(self, "on_" + f.head, self.function)(f)

    def wrap(self, f: Formula, level: int) -> str:
        return f"({p.s})" if (p := self.of(f)).level < level else p.s

    def function(self, f: Formula) -> Piece:
        if f.head in INFIX:
            return self.infix(f)
        if f.head in POSTFIX:
            return Piece(self.wrap(f.args[0], ATOM) + POSTFIX[f.head], POW)
        if f.head in STRUCTURE:
            level = REL if f.head == "every" else ADD
            return Piece(STRUCTURE[f.head][1].format(*(self.wrap(a, level) for a in f.args)), REL)
        if f.head in RELATIONS:
            _, _, sign, turned = RELATIONS[f.head]
            x, y = (self.wrap(a, ADD) for a in f.args)
            return Piece(f"{y} {turned} {x}" if _flip(f) else f"{x} {sign} {y}", REL)
        name = "Gamma" if f.head in ("gamma", "uppergamma") else _ascii(f.head)
        return Piece(f"{name}({', '.join(text(a) if isinstance(a, Formula) else _ascii(a) for a in f.args)})")

    def infix(self, f: Formula) -> Piece:
        if levels := _nest(f):
            return Piece("{}*({}*(... ({}) ...))".format(*map(text, levels)), ADD)
        sign, left, right = INFIX[f.head]
        a, b = self.wrap(f.args[0], left), self.wrap(f.args[1], right)
        if left == MUL and (f.args[0].head == "div" or f.args[0].head == "num" and "/" in a):
            a = f"({a})"  # (a/b)*c and (a/b)/c, for the eye
        return Piece(f"{a}{sign}{f'({b})' if b.startswith('-') else b}", POW if f.head == "dot" else left)

    def on_num(self, f: Formula) -> Piece:
        shown = decimal(f.args[0]) or str(f.args[0])
        return Piece(shown, MUL if shown[0] == "-" or "/" in shown else ATOM)

    def on_sym(self, f: Formula) -> Piece: return Piece(_ascii(f.args[0]))
    def on_const(self, f: Formula) -> Piece: return Piece(_ascii(f.args[0]))
    def on_neg(self, f: Formula) -> Piece: return Piece("-" + self.wrap(f.args[0], POW), MUL)
    def on_at(self, f: Formula) -> Piece: return Piece(f"{self.wrap(f.args[0], ATOM)}[{text(f.args[1])}]")
    def on_hyp1f1(self, f: Formula) -> Piece: return Piece(f"1F1({'; '.join(map(text, f.args))})")
    def on_float(self, f: Formula) -> Piece: return Piece(f"fl[{_ascii(f.args[0].args[0])}]({text(f.args[1])})")

    def on_pow(self, f: Formula) -> Piece:
        exponent = self.wrap(f.args[1], ATOM)  # ^T is the transpose
        return Piece(f"{self.wrap(f.args[0], ATOM)}^{'(T)' if exponent == 'T' else exponent}", POW)

    def on_matrix(self, f: Formula) -> Piece: return Piece(f"[{', '.join('[' + ', '.join(map(text, row)) + ']' for row in f.args)}]")
    def on_sum(self, f: Formula) -> Piece: return Piece("{}({}, {} = {}..{})".format(f.head, *map(text, f.args)))
    on_prod = on_integral = on_sum

    def on_limit(self, f: Formula) -> Piece:
        return Piece("limit({}, {} -> {}{})".format(*map(text, f.args), "" if _infinite(f.args[2]) else "+"))

    def on_apply(self, f: Formula) -> Piece:
        inside = ", ".join(map(text, f.args[1:]))
        name, slots = _slots(self.wrap(f.args[0], ATOM))
        if len(f.args) == 2 and len(slots) < 4:
            return Piece(f"{name}{chr(39) * len(slots)}({inside})")
        return Piece(f"D[{','.join(str(s + 1) for s in slots)}]({name})({inside})" if slots else f"{name}({inside})")


_LARGE, _SMALL, _TEXT = _Tex(script=False), _Tex(script=True), _Text()
