"""Typed non-commutative words: matrices and vectors of any size, their transposes, inverses, traces and determinants.

A letter is (name, transposed, inverted); a matrix is a sum of words with polynomial coefficients.  Between two factors of
size 1 a word falls apart into numbers, so inner products become atoms.  Every identity proved here holds for all sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..formula import Formula, children, substitute
from .algebra import Poly, add, const, key, scale, sub, times
from .diff import derivative
from .verdict import Rejected

Letter = tuple[str, bool, bool]
Word = tuple[Letter, ...]
Mat = dict[Word, Poly]
Shape = tuple[str, str]

if TYPE_CHECKING:
    from .normal import Normal


class Words:
    """Mixed into `Normal`."""

    letters: dict[str, tuple[Any, ...]]  # name -> (rows, cols, symmetric, kind, data...)

    def __init__(self) -> None:
        super().__init__()
        self.letters = {}
        self.sizes: dict[str, Poly] = {}
        self.word_rules: list[tuple[Word, Mat]] = []
        self.symmetric: set[str] = set()
        self.positive: set[str] = set()
        self.orthogonal: set[str] = set()
        self.invertible: set[str] = set()

    def structure(self: Normal, h: Formula) -> None:  # type: ignore[misc]
        if h.head in ("symmetric", "spd", "orthogonal", "invertible"):
            name = h.args[0].args[0] if h.args[0].head == "sym" else h.args[0].args[0].args[0]
            if h.head in ("symmetric", "spd"):
                self.symmetric.add(name)
            {"spd": self.positive, "orthogonal": self.orthogonal}.get(h.head, self.invertible).add(name)
        elif h.head == "eq":
            left, right = self.mat(h.args[0])[0], self.mat(h.args[1])[0]
            if len(left) == 1 and () not in left:
                (word, c), = left.items()
                self.word_rules.append((word, {w: self.mul(p, self.invert(c)) for w, p in right.items()}))
        else:
            raise Rejected(f"unknown hypothesis {h.head}")

    def size(self: Normal, d: Formula) -> str:  # type: ignore[misc]
        p = self.scalar(d)
        self.sizes[key(p)] = p
        return key(p)

    # --------------------------------------------------------------------------------------------------------- typing
    def shape(self: Normal, f: Formula) -> Shape | None:  # type: ignore[misc]
        """(rows, cols) as canonical keys, or None for numbers; 1 x 1 products are numbers.  Ill-typed input is rejected."""
        h, a = f.head, f.args
        if h in ("sym", "at"):
            sort = f.args[1] if h == "sym" else f.args[0].args[1][1]
            if isinstance(sort, str) or sort[0] in ("function", "family"):
                return None
            return self.size(sort[1]), (self.size(sort[2]) if sort[0] == "matrix" else "1")
        if h in ("add", "sub"):
            u, v = self.shape(a[0]), self.shape(a[1])
            if u != v:
                raise Rejected(f"{h} of sizes {u} and {v}")
            return u
        if h == "mul":
            u, v = self.shape(a[0]), self.shape(a[1])
            if u and v:
                raise Rejected("* of two matrices: write @")
            return u or v
        if h in ("neg", "div", "sum", "diff", "integral"):
            return self.shape(a[0])
        if h == "T":
            u = self.shape(a[0])
            return (u[1], u[0]) if u else None
        if h == "matmul":
            u, v = self.shape(a[0]) or ("1", "1"), self.shape(a[1]) or ("1", "1")
            if u[1] != v[0]:
                raise Rejected(f"product of sizes {u} and {v}")
            return None if u[0] == v[1] == "1" else (u[0], v[1])
        if h in ("inv", "expm"):
            u = self.shape(a[0])
            if u and u[0] != u[1]:
                raise Rejected(f"{h} of size {u}")
            return u
        if h == "eye":
            return self.size(a[0]), self.size(a[0])
        if h == "zeros":
            r, c = self.size(a[0]), self.size(a[1])
            return None if r == c == "1" else (r, c)
        if h == "matrix":
            return str(len(f.args)), str(len(f.args[0]))
        return None

    def dims(self, letter: Letter) -> Shape:
        r, c = self.letters[letter[0]][:2]
        return (c, r) if letter[1] else (r, c)

    def flip(self, w: Word) -> Word:
        return tuple((n, False if self.letters[n][2] else not t, i) for n, t, i in reversed(w))

    # ------------------------------------------------------------------------------------------------------- matrices
    def mat(self: Normal, f: Formula) -> tuple[Mat, str, str]:  # type: ignore[misc]
        h, a = f.head, f.args
        r, c = self.shape(f) or ("1", "1")
        if h in ("sym", "at"):
            if self.shape(f) is None and (h == "at" or isinstance(a[1], str)) and not (
                    h == "at" and isinstance(a[0].args[1][1], tuple)):
                return {(): self.scalar(f)}, "1", "1"
            base, index = (a[0], None) if h == "sym" else (a[0].args[0], self.scalar(a[1]))
            name = base if index is None else f"{base}[{key(index)}]"
            self.letters.setdefault(name, (r, c, base in self.symmetric, "letter", base, index))
            return {((name, False, False),): const(1)}, r, c
        if h in ("add", "sub"):
            u, v = self.mat(a[0])[0], self.mat(a[1])[0]
            return self.mat_add(u, {w: scale(p, -1) for w, p in v.items()} if h == "sub" else v), r, c
        if h == "neg":
            return {w: scale(p, -1) for w, p in self.mat(a[0])[0].items()}, r, c
        if h in ("mul", "div") and self.shape(f) is not None:
            m, s = (a[0], a[1]) if self.shape(a[0]) is not None else (a[1], a[0])
            k = self.scalar(s)
            if h == "div":
                self.require_nonzero(k, s)
                k = self.invert(k)
            return {w: q for w, p in self.mat(m)[0].items() if (q := self.mul(p, k))}, r, c
        if h == "matmul":
            (u, ur, _), (v, _, vc) = self.mat(a[0]), self.mat(a[1])
            return self.mat_mul(u, v, ur, vc), r, c
        if h == "T":
            return {self.flip(w): p for w, p in self.mat(a[0])[0].items()}, r, c
        if h == "eye":
            return {(): const(1)}, r, c
        if h == "zeros":
            return {}, r, c
        if h == "inv":
            return self.mat_inv(a[0]), r, c
        if h == "sum":
            return self.mat_sum(*a), r, c
        if h == "diff":
            return self.mat(derivative(a[0], a[1].args[0]))
        if h == "expm":
            name = f"expm({self.mat_key(self.mat(a[0])[0])})"
            self.letters.setdefault(name, (r, c, False, "opaque"))
            return {((name, False, False),): const(1)}, r, c
        if self.shape(f) is None:
            p = self.scalar(f)
            return ({(): p} if p else {}), "1", "1"
        raise Rejected(f"no normal form for the matrix {h}")

    def mat_add(self, *ms: Mat) -> Mat:
        out: Mat = {}
        for m in ms:
            for w, p in m.items():
                q = add(out.get(w, {}), p)
                if q:
                    out[w] = q
                else:
                    out.pop(w, None)
        return out

    def mat_mul(self: Normal, u: Mat, v: Mat, r: str, c: str) -> Mat:  # type: ignore[misc]
        return self.mat_add(*(self.tidy(x + y, self.mul(p, q), r, c) for x, p in u.items() for y, q in v.items()))

    def mat_key(self, m: Mat) -> str:
        return "+".join(f"({key(p)}){self.show(w)}" for w, p in sorted(m.items()))

    @staticmethod
    def show(w: Word) -> str:
        return ".".join(n + ("~" if i else "") + ("'" if t else "") for n, t, i in w) or "I"

    def tidy(self: Normal, w: Word, p: Poly, r: str, c: str) -> Mat:  # type: ignore[misc]
        """Cancel inverses, apply the word rules, and take the numbers out."""
        for k in range(len(w) - 1):
            (n, t, i), (m, s, j) = w[k], w[k + 1]
            if n == m and ((t == s and i != j) or (self.letters[n][4:5] and self.letters[n][4] in self.orthogonal
                                                   and t != s and i == j)):
                return self.tidy(w[:k] + w[k + 2:], p, r, c)
        for left, right in self.word_rules:
            for k in range(len(w) - len(left) + 1):
                for pattern, result in ((left, right), (self.flip(left), {self.flip(x): q for x, q in right.items()})):
                    if w[k:k + len(left)] == pattern:
                        return self.mat_add(*(self.tidy(w[:k] + x + w[k + len(left):], self.mul(p, q), r, c)
                                              for x, q in result.items()))
        marks = [0] if r == "1" and w else []
        marks += [k for k in range(1, len(w)) if self.dims(w[k - 1])[1] == "1"]
        marks += [len(w)] if c == "1" and w else []
        for x, y in zip(marks, marks[1:]):
            p = self.mul(p, self.number(w[x:y]))
        if len(marks) > 1:
            w = w[:marks[0]] + w[marks[-1]:]
        return {w: p} if p else {}

    def number(self: Normal, w: Word) -> Poly:  # type: ignore[misc]
        w = min(w, self.flip(w))
        return self.reduced(((next(iter(self.atom(f"<{self.show(w)}>", "word", w)))[0][0], 1),))  # type: ignore[arg-type]

    def mat_inv(self: Normal, f: Formula) -> Mat:  # type: ignore[misc]
        m, r, c = self.mat(f)
        if len(m) == 1:
            (w, p), = m.items()
            for n, _, _ in w:
                if self.dims((n, False, False))[0] != self.dims((n, False, False))[1]:
                    raise Rejected(f"the inverse of a product with the rectangular factor {n}")
                base = self.letters[n][4] if len(self.letters[n]) > 4 else n
                if base not in self.positive | self.orthogonal | self.invertible:
                    self.conditions.append(Formula("invertible", (f,)))
            return self.tidy(tuple((n, t, not i) for n, t, i in reversed(w)), self.invert(p), r, c)
        name = f"inv({self.mat_key(m)})"
        self.conditions.append(Formula("invertible", (f,)))
        self.letters.setdefault(name, (r, c, self.is_symmetric(m), "opaque"))
        return {((name, False, False),): const(1)}

    def is_symmetric(self, m: Mat) -> bool:
        return not self.mat_add(m, {self.flip(w): scale(p, -1) for w, p in m.items()})

    def mat_sum(self: Normal, body: Formula, var: Formula, lo: Formula, hi: Formula) -> Mat:  # type: ignore[misc]
        low, high = self.scalar(lo), self.scalar(hi)
        self.fresh += 1
        bound = Formula("sym", (f"⟨{self.fresh}⟩", "integer"))
        token = f"s:{bound.args[0]}"
        out: Mat = {}
        with self.assuming(lo <= bound, bound <= hi):
            terms, r, c = self.mat(substitute(body, {var.args[0]: bound}))
            for w, p in terms.items():
                inside = [k for k, x in enumerate(w) if self.mentions(x[0], token)]
                if not inside:
                    q = self.sum_poly(p, token, low, high)
                    out = self.mat_add(out, {w: q} if q else {})
                    continue
                core = w[inside[0]:inside[-1] + 1]
                for m, k in p.items():
                    free = tuple(x for x in m if not self.mentions(x[0], token))
                    letter = self.sum_letter(tuple(x for x in m if self.mentions(x[0], token)), core, token, low, high)
                    whole = w[:inside[0]] + (letter,) + w[inside[-1] + 1:]
                    out = self.mat_add(out, self.tidy(whole, {free: k}, r, c))
        return out

    def sum_letter(self: Normal, m: Any, core: Word, token: str, low: Poly, high: Poly) -> Letter:  # type: ignore[misc]
        slot = self.atom("s:⟦w⟧", "s", "⟦w⟧", "integer")
        coeff = self.replace({m: 1}, token, slot)  # type: ignore[dict-item]
        named = tuple((self.rename(n, token, slot), t, i) for n, t, i in core)
        turned = self.flip(named)
        best = min(named, turned)
        name = f"S[{key(low)}..{key(high)}]({key(coeff)}){self.show(best)}"
        self.letters.setdefault(name, (self.dims(best[0])[0], self.dims(best[-1])[1], named == turned, "sum"))
        return name, best != named and named != turned, False

    def rename(self: Normal, n: str, token: str, by: Poly) -> str:  # type: ignore[misc]
        info = self.letters[n]
        if not self.mentions(n, token):
            return n
        if info[3] != "letter":
            raise Rejected(f"cannot substitute inside {n}")
        index = self.replace(info[5], token, by)
        name = f"{info[4]}[{key(index)}]"
        self.letters.setdefault(name, (*info[:5], index))
        return name

    def replace_word(self: Normal, atom: str, token: str, by: Poly) -> Poly:  # type: ignore[misc]
        kind, word = self.info[atom][:2]
        new = tuple((self.rename(n, token, by), t, i) for n, t, i in word)
        return self.number(new) if kind == "word" else self.trace({new: const(1)}, "?")

    # ---------------------------------------------------------------------------------------- trace, determinant, dot
    def to_scalar(self: Normal, f: Formula) -> Poly:  # type: ignore[misc]
        if f.head == "dot":
            u, v = self.mat(f.args[0]), self.mat(f.args[1])
            if u[1:] != v[1:] or u[2] != "1":
                raise Rejected(f"inner product of sizes {u[1:]} and {v[1:]}")
            m = self.mat_mul({self.flip(w): p for w, p in u[0].items()}, v[0], "1", "1")
        elif f.head in ("tr", "det"):
            m, r, c = self.mat(f.args[0])
            if r != c:
                raise Rejected(f"{f.head} of size {(r, c)}")
            return self.trace(m, r) if f.head == "tr" else self.determinant(m, r)
        else:
            m, r, c = self.mat(f)
            if (r, c) != ("1", "1"):
                raise Rejected(f"a number was expected, not a matrix of size {(r, c)}")
            m = self.mat_add(*(self.tidy(w, p, "1", "1") for w, p in m.items()))
        return m.get((), {})

    def trace(self: Normal, m: Mat, d: str) -> Poly:  # type: ignore[misc]
        out: Poly = {}
        for w, p in m.items():
            if not w:
                out = add(out, self.mul(p, self.sizes[d]))
                continue
            cut = next((k for k in range(1, len(w)) if self.dims(w[k - 1])[1] == "1"), None)
            if cut is not None:
                out = add(out, *(self.mul(p, q) for q in self.tidy(w[cut:] + w[:cut], const(1), "1", "1").values()))
                continue
            turns = [w[k:] + w[:k] for k in range(len(w))]
            reducible = next((t for t in turns if self.tidy(t, const(1), "?", "?") != {t: const(1)}), None)
            if reducible is not None and len(w) > 1:
                n = self.dims(reducible[0])[0]
                out = add(out, self.mul(p, self.trace(self.tidy(reducible, const(1), n, n), n)))
                continue
            best = min(min(t, self.flip(t)) for t in turns)
            out = add(out, self.mul(p, self.atom(f"tr<{self.show(best)}>", "trace", best)))
        return out

    def determinant(self: Normal, m: Mat, d: str) -> Poly:  # type: ignore[misc]
        """Multiplicative on single words; det(alpha I + sum of u v^T) = alpha^(d-k) det(alpha I_k + ...) by Sylvester."""
        if len(m) == 1:
            (w, p), = m.items()
            if all(self.dims(x)[0] == self.dims(x)[1] for x in w) and (not w or d != "1"):
                out = self.raise_to(p, self.sizes[d], None)
                for n, _, i in w:
                    out = self.mul(out, self.power(self.atom(f"det({n})", "fn", "det", ()), -1 if i else 1))
                return out
        alpha = m.get((), {})
        left: list[Word] = []
        right: list[Word] = []
        pairs: dict[tuple[int, int], Poly] = {}
        for w, p in m.items():
            if not w:
                continue
            cut = next((k for k in range(1, len(w)) if self.dims(w[k - 1])[1] == "1"), None)
            if cut is None:
                raise Rejected(f"no determinant for the word {self.show(w)}")
            u, v = w[:cut], w[cut:]
            left += [] if u in left else [u]
            right += [] if v in right else [v]
            pairs[left.index(u), right.index(v)] = p
        if not alpha:
            raise Rejected("the determinant of a sum of dyads without a multiple of the identity")
        k = len(left)
        inner = [[add(alpha if i == j else {}, *(self.mul(p, *self.tidy(right[b] + left[j], const(1), "1", "1").values())
                                                 for (a, b), p in pairs.items() if a == i and
                                                 self.tidy(right[b] + left[j], const(1), "1", "1")))
                  for j in range(k)] for i in range(k)]
        return self.mul(self.raise_to(alpha, sub(self.sizes[d], const(k)), None), self.small_det(inner))

    def small_det(self: Normal, rows: list[list[Poly]]) -> Poly:  # type: ignore[misc]
        if not rows:
            return const(1)
        return add(*(scale(self.mul(rows[0][j], self.small_det([r[:j] + r[j + 1:] for r in rows[1:]])), (-1) ** j)
                     for j in range(len(rows))))

    # ----------------------------------------------------------------------------------------------- explicit matrices
    def explicit(self, f: Formula) -> bool:
        return f.head == "matrix" or (f.head not in ("tr", "det") and any(self.explicit(x) for x in children(f)))

    def entries(self: Normal, f: Formula) -> list[list[Poly]]:  # type: ignore[misc]
        """Entrywise normal form of a matrix built from explicit ones."""
        h, a = f.head, f.args
        if self.shape(f) is None:
            return [[self.scalar(f)]]
        if h == "matrix":
            return [[self.scalar(x) for x in row] for row in a]
        if h == "eye" and a[0].head == "num":
            n = int(a[0].args[0])
            return [[const(int(i == j)) for j in range(n)] for i in range(n)]
        if h == "zeros" and a[0].head == a[1].head == "num":
            return [[{} for _ in range(int(a[1].args[0]))] for _ in range(int(a[0].args[0]))]
        if h == "T":
            return [list(x) for x in zip(*self.entries(a[0]))]
        if h in ("add", "sub"):
            u, v = map(self.entries, a)
            return [[add(x, scale(y, -1 if h == "sub" else 1)) for x, y in zip(p, q)] for p, q in zip(u, v)]
        if h == "neg":
            return [[scale(x, -1) for x in row] for row in self.entries(a[0])]
        if h in ("mul", "div"):
            m, s = (a[0], a[1]) if self.shape(a[0]) is not None else (a[1], a[0])
            k = self.invert(self.scalar(s)) if h == "div" else self.scalar(s)
            return [[self.mul(x, k) for x in row] for row in self.entries(m)]
        if h == "matmul":
            u, v = map(self.entries, a)
            return [[add(*(self.mul(x, v[k][j]) for k, x in enumerate(row))) for j in range(len(v[0]))] for row in u]
        if h == "diff":
            return self.entries(derivative(a[0], a[1].args[0]))
        raise Rejected(f"{h} of an explicit matrix is not available to the kernel")


__all__ = ["Words", "times"]
