r"""Brackets, norms, and functions with their arguments, with and without brackets."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from difflib import get_close_matches

from .latex_names import BARE, NO_HEAD, SEVERAL, UPRIGHT, Nucleus
from .latex_terms import CLOSING, PI, Terms
from .latex_tokens import Node, Unclear
from .latex_values import ONE, UNKNOWN, Val


WIDE = frozenset("sin cos tan cot sec csc sinh cosh tanh coth log".split())


class Brackets(Terms):
    """Adds what stands in brackets to terms."""

    def bracket(self, n: Node) -> Val:
        """A formula in brackets of any kind; `n` is taken already."""
        left = n.text
        if n.kind == "fence":
            if left == "{" and n.right == "." and len(n.parts) == 1 and n.parts[0].kind == "env":
                return self.cases(n, n.parts[0].rows)
            if n.right != CLOSING.get(left, ""):
                if n.right.strip("()") == "|" or left == ".":
                    raise Unclear("a formula taken at a value has no form yet", n.at, "not-supported")
                raise Unclear("brackets that do not match", n.at)
            if left == "⟨":
                v = self.inside(n.parts, n.end, lambda: self.angle(n.at))
            else:
                v = self.inside(n.parts, n.end, self.sum)
        else:
            saved = self.bars
            barred = left in ("|", "‖")
            self.bars = {**saved, left: saved[left] + 1} if barred else {"|": 0, "‖": 0}
            v = self.angle(n.at) if left == "⟨" else self.sum()
            self.bars = saved
            close = self.here
            if self.accept(CLOSING[left]) is None:
                if barred and not close.sign("=", "<", ">"):
                    raise Unclear("a bar that is not closed; conditional probabilities have no form yet", n.at, "not-supported")
                raise self.unexpected(close) if close.kind != "end" else Unclear(f"{CLOSING[left]} is missing", n.at)
            if barred:
                self.lone(close)
        if left == "{":
            raise Unclear("braces as brackets: a set has no form yet", n.at, "not-supported")
        if left in ("|", "|("):
            if v.shape is not None:
                raise Unclear("bars around a matrix or vector", n.at, "ambiguous", ("a norm: write \\Vert", "a determinant: write \\det"))
            return Val(self.node(n.at, "abs", v.f))
        if left in ("‖", "‖("):
            return self.norm(v, n.at)
        if left in ("⌊", "⌈"):
            return Val(self.node(n.at, "floor" if left == "⌊" else "ceiling", self.number(v, "rounding", n.at).f))
        return v._replace(number=False)

    def lone(self, close: Node) -> None:
        """Refuse |a|b|c|, where bars could pair in two ways."""
        if not self.operand(self.here, False):
            return
        depth = 0
        for k in range(self.k, len(self.nodes)):
            m = self.nodes[k]
            depth += m.sign("(", "[", "|(", "‖(", "⌊", "⌈", "⟨") - m.sign(")", "]", ")|", ")‖", "⌋", "⌉", "⟩")
            if depth < 0 or depth == 0 and m.sign("=", "<", ">", "≤", "≥", "≠", ","):
                return
            if depth == 0 and m.sign(close.text):
                if k > self.k and not self.nodes[k - 1].sign("+", "-", "·", "×", "/"):
                    raise Unclear("bars that can be paired in two ways: write \\lvert and \\rvert", close.at, "ambiguous")
                return

    def angle(self, at: int) -> Val:
        a = self.sum()
        self.expect(",")
        b = self.sum()
        if a.shape is None or a.shape != b.shape or a.shape[1] != ONE:
            raise Unclear("angle brackets around what are not two vectors of one size", at, "not-supported")
        return Val(self.node(at, "dot", a.f, b.f))

    def norm(self, v: Val, at: int) -> Val:
        r"""\Vert x \Vert with its index; the square root of x . x for a vector."""
        kind = ""
        if self.accept("_"):
            kind = "".join(m.text for m in self.script()[0])
        if v.shape is None or UNKNOWN in v.shape:
            raise Unclear("the norm of a number: write bars", at, "sorts")
        column = v.shape[1] == ONE
        if not column and kind in ("F", "HS"):
            square = self.node(at, "tr", self.node(at, "matmul", self.node(at, "T", v.f), v.f))
        elif not column and kind == "":
            raise Unclear("the norm of a matrix without its name", at, "ambiguous", (r"\Vert A\Vert_F", r"\Vert A\Vert_2"))
        elif column and kind in ("", "2"):
            square = self.node(at, "dot", v.f, v.f)
        else:
            raise Unclear(f"the norm {kind} has no form yet", at, "not-supported")
        if self.here.sign("^"):
            k = self.k
            self.k += 1
            nodes, _ = self.script()
            if [m.text for m in nodes] == ["2"]:
                return Val(square)
            self.k = k
        return Val(self.node(at, "sqrt", square))

    # ------------------------------------------------------------------------------------------------ functions
    def function(self, head: str, n: Node) -> Val:
        r"""\sin, \log and the like; `n` is taken already."""
        power: tuple[list[Node], int] | None = None
        base: Val | None = None
        while self.here.sign("^", "_"):
            sign = self.take()
            nodes, end = self.script()
            if sign.text == "_":
                if head != "log" or base is not None:
                    raise Unclear(f"an index on {n.text}", sign.at, "not-supported")
                base = self.number(self.inside(nodes, end, self.sum), "a base", sign.at)
            elif power is not None:
                raise Unclear("two exponents", sign.at)
            else:
                power = nodes, end
        if power is not None and (head in ("exp", "det", "tr") or len(power[0]) and power[0][0].sign("-", "(", "*")):
            raise Unclear(f"an exponent on {n.text}", n.at, "ambiguous", (f"the inverse function or the function applied repeatedly to {n.text}(x)",
                                                                        "a power of the value"))
        bracketed = self.here.sign("(", "[") or self.here.kind == "fence" and self.here.text in ("(", "[")
        v = self.bracketed(n, head in WIDE) if bracketed else self.bare(n)
        out = self.call(head, [v], n.at)
        if base is not None:
            out = Val(self.node(n.at, "div", out.f, self.node(n.at, "log", base.f)))
        return out if power is None else self.entry_power(out, self.inside(*power, self.sum), n.at)

    def bracketed(self, n: Node, wide: bool) -> Val:
        r"""The argument in brackets; `wide`: one writes \sin(n+1)x and means all of it."""
        v = self.bracket(self.take())
        after = self.here
        if wide and v.f.head in ("add", "sub") and self.operand(after, False) and not (after.kind == "command" and after.text in BARE):
            raise Unclear(f"a factor behind the bracket of {n.text}", after.at, "ambiguous", (f"{n.text}(...) times it", f"{n.text}((...) times it)"))
        if after.sign("^", "!", "'", "_"):
            raise Unclear(f"{after.text} behind the bracket of {n.text}", after.at, "ambiguous",
                          (f"({n.text}(x)){after.text}", f"{n.text}((x){after.text})"))
        return v

    def bare(self, n: Node) -> Val:
        """The argument of a function without brackets: one factor, or a number with one letter behind it."""
        first = self.here
        if not self.operand(first, True):
            raise Unclear(f"{n.text} needs an argument" + ("; write brackets" if first.sign("-", "+") else ""), first.at)
        if first.kind == "group":
            self.k += 1
            v = self.inside(first.parts, first.end, self.sum)
            if v.f.head in ("add", "sub", "neg", "mul", "div") and not self.simple(first):
                raise Unclear(f"braces do not show: put the argument of {n.text} in brackets", first.at, "ambiguous")
            v = self.postfix(v) if self.here.sign("^", "!") else v
        else:
            self.deeper()
            v = self.factor()
            self.depth -= 1
        vals = [v]
        if v.number and self.here.kind == "command" and self.here.text == "pi":
            vals.append(self.factor())
        m = self.here
        if (v.number or vals[-1].f == PI) and self.operand(m, False) and m.kind != "number" and not (m.kind == "command" and m.text in BARE):
            vals.append(self.factor())
        after = self.here
        starts = self.operand(after, False) and not (after.kind == "command" and after.text in BARE)
        if (starts or after.sign("/")) and self.tail != after.at:
            raise Unclear(f"where the argument of {n.text} ends", after.at, "ambiguous",
                          (f"{n.text}(x) {after.text} ...", f"{n.text}(x {after.text} ...)"))
        return self.times(vals, n.at)

    def simple(self, group: Node) -> bool:
        """One factor, or a number and a letter: braces around it change nothing."""
        return len(group.parts) == 1 or len(group.parts) == 2 and group.parts[0].kind == "number"

    def listed(self, n: Node, brackets: Sequence[str] = ("(",)) -> list[Val]:
        """Arguments in brackets, with commas between."""
        def several() -> list[Val]:
            out = [self.sum()]
            while self.accept(","):
                out.append(self.sum())
            return out
        t = self.take()
        if t.text not in brackets or t.kind not in ("sign", "fence"):
            raise Unclear(f"{n.text} needs its arguments in brackets", t.at)
        if t.kind == "fence":
            if t.right != CLOSING[t.text]:
                raise Unclear("brackets that do not match", t.at)
            return self.inside(t.parts, t.end, several)
        saved, self.bars = self.bars, {"|": 0, "‖": 0}
        out = several()
        self.bars = saved
        close = self.here
        if self.accept(CLOSING[t.text]) is None:
            raise self.unexpected(close) if close.kind != "end" else Unclear(f"{CLOSING[t.text]} is missing", t.at)
        return out

    def upright(self, nuc: Nucleus, n: Node) -> Val:
        """A word in upright type that is not declared."""
        word = nuc.base
        if word in NO_HEAD or word not in UPRIGHT:
            if word in NO_HEAD:
                raise Unclear(f"{NO_HEAD[word]} has no form yet", nuc.at, "not-supported")
            raise self.undeclared(nuc, nuc.name)
        head = UPRIGHT[word]
        if head in SEVERAL:
            return self.several(head, n)
        if head == "softmax":
            return self.softmax(n)
        if word in ("Re", "Im", "tr", "Tr", "trace") or word in BARE:
            return self.function(head, n)
        return self.function(head, n)

    def several(self, head: str, n: Node) -> Val:
        if self.here.sign("_"):
            raise Unclear(f"{head} over an index has no form yet", n.at, "not-supported")
        vals = self.listed(n, ("(", "{", "["))
        if head == "polygamma" and len(vals) != 2:
            raise Unclear("polygamma takes 2 arguments", n.at)
        if self.here.sign("^", "!"):
            raise Unclear(f"{self.here.text} behind the bracket of {n.text}", self.here.at, "ambiguous")
        return self.call(head, vals, n.at)

    @abstractmethod
    def cases(self, n: Node, rows: list[list[list[Node]]]) -> Val:
        """Rows of a value and its condition."""

    @abstractmethod
    def softmax(self, n: Node) -> Val:
        """An entry of a softmax."""

    def undeclared(self, nuc: Nucleus, name: str) -> Unclear:
        near = get_close_matches(name, list(self.sorts), 1)
        hint = f"; did you mean {near[0]}?" if near else f"; declare it, for example: real {name}"
        readings = ("a function: declare it so", "a variable that is multiplied: declare it so") if self.here.sign("(") else ()
        return Unclear(f"{nuc.shown} is not declared (its name is {name}){hint}" if nuc.shown != name else f"{name} is not declared{hint}",
                       nuc.at, "undeclared", readings)
