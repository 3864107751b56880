"""Typed non-commutative words: matrices and vectors of any size, their transposes, inverses, traces and determinants.

A letter is (name, transposed, inverted); a matrix is a sum of words with rational functions as coefficients.  Between two
factors of size 1 a word falls apart into numbers, so inner products become atoms.  What is proved holds for every size
(Raab, Regensburger & Hossein Poor, arXiv 1910.06165)."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from ..formula import Formula, children, substitute
from .algebra import UNIT, Algebra, Rat, const, key, poly, show
from .diff import derivative
from .verdict import Rejected

Letter = tuple[str, bool, bool]
Word = tuple[Letter, ...]
Mat = dict[Word, Rat]
Shape = tuple[str, str]

if TYPE_CHECKING:
    from .normal import Normal


class Kind(NamedTuple):
    rows: str
    cols: str
    symmetric: bool
    base: str
    of: Any = None  # the matrix of which it is the exponential or the inverse
    turns: str = ""  # "exp" for an exponential, "skew" for that of a skew matrix: its transpose is its inverse


class Words(Algebra):
    """Mixed into `Normal`."""

    def __init__(self) -> None:
        super().__init__()
        self.letters: dict[str, Kind] = {}
        self.sizes: dict[str, Rat] = {"1": const(1)}
        self.word_rules: list[tuple[Word, Mat]] = []
        self.has: dict[str, set[str]] = {"symmetric": set(), "spd": set(), "orthogonal": set(), "invertible": set()}

    def structure(self: Normal, h: Formula) -> None:  # type: ignore[misc]
        if h.head in self.has:  # of a letter; what is said of a sum or a product of matrices is not used
            if h.args[0].head in ("sym", "at") and self.square(h.args[0]):
                self.has[h.head].add(self.name(h.args[0]))
        elif h.head == "eq":
            left, right = self.mat(h.args[0])[0], self.mat(h.args[1])[0]
            gap = self.mat_add(right, self.mat_scale(left, const(-1)))
            word = max((w for w in left if w in gap), key=lambda w: (len(w), w), default=())
            if word and self.sign(gap[word]) in (">", "<", "!=") and not any(
                    word == x[k:k + len(word)] for x in gap if x != word for k in range(len(x))):
                c = self.power(self.neg(gap[word]), -1)
                right = self.mat_scale({w: p for w, p in gap.items() if w != word}, c)
                self.word_rules.append((word, right))
                turned = {self.flip(w): p for w, p in gap.items()}
                if turned not in (gap, self.mat_scale(gap, const(-1))):  # an equation that is its own transpose would be used both ways
                    self.word_rules.append((self.flip(word), {self.flip(w): p for w, p in right.items()}))

    def square(self: Normal, f: Formula) -> bool:  # type: ignore[misc]
        shape = self.shape(f)
        return shape is not None and shape[0] == shape[1]

    def name(self: Normal, f: Formula) -> str:  # type: ignore[misc]
        """The letter for a matrix symbol or a member of a family."""
        return f.args[0] if f.head == "sym" else f"{f.args[0].args[0]}[{show(self.scalar(f.args[1]))}]"

    def is_a(self, kinds: str, name: str) -> bool:
        """Whether the hypotheses say that the letter, or every member of its family, is of one of these kinds."""
        letter = self.letters[name]
        return "invertible" in kinds and bool(letter.turns) or any({name, letter.base} & self.has[kind] for kind in kinds.split())

    def size(self: Normal, d: Formula) -> str:  # type: ignore[misc]
        r = self.scalar(d)
        self.sizes[show(r)] = r
        return show(r)

    def shape(self: Normal, f: Formula) -> Shape | None:  # type: ignore[misc]
        """(rows, cols) as canonical keys, None for numbers; 1 x 1 products are numbers.  Ill-typed input is rejected."""
        h, a = f.head, f.args
        if h in ("sym", "at"):
            sort = a[1] if h == "sym" else a[0].args[1][1]
            if isinstance(sort, str) or sort[0] in ("function", "family"):
                return None
            return self.size(sort[1]), (self.size(sort[2]) if sort[0] == "matrix" else "1")
        if h in ("add", "sub", "mul", "matmul"):
            u, v = self.shape(a[0]), self.shape(a[1])
            if h == "mul" and not (u and v):
                return u or v
            if h == "matmul" and u and v and u[1] == v[0]:
                return None if u[0] == v[1] == "1" else (u[0], v[1])
            if h in ("mul", "matmul") or u != v:
                raise Rejected(f"{h} of sizes {u} and {v}" + (": write @ for the matrix product" if h == "mul" else ""))
            return u
        if h in ("neg", "div", "inv", "expm", "diff", "sum"):
            return self.shape(a[0])
        if h == "T":
            s = self.shape(a[0])
            return s and (s[1], s[0])
        if h == "eye":
            return self.size(a[0]), self.size(a[0])
        if h == "zeros":
            return self.size(a[0]), self.size(a[1])
        return (str(len(a)), str(len(a[0]))) if h == "matrix" else None

    def dims(self, x: Letter) -> Shape:
        kind = self.letters[x[0]]
        return (kind.cols, kind.rows) if x[1] else (kind.rows, kind.cols)

    def flip(self, w: Word) -> Word:
        return tuple((n, t, not i) if self.letters[n].turns == "skew" else (n, not (t or self.letters[n].symmetric), i) for n, t, i in reversed(w))

    # ------------------------------------------------------------------------------------------------- matrices
    def mat(self: Normal, f: Formula) -> tuple[Mat, str, str]:  # type: ignore[misc]
        h, a = f.head, f.args
        shape = self.shape(f)
        r, c = shape or ("1", "1")
        if shape is None and h not in ("matmul", "T"):
            p = self.scalar(f)
            return ({(): p} if p.num else {}), "1", "1"
        if h in ("sym", "at"):
            return self.letter(self.name(f), r, c, a[0] if h == "sym" else a[0].args[0]), r, c
        if h in ("add", "sub"):
            return self.mat_add(self.mat(a[0])[0], self.mat_scale(self.mat(a[1])[0], const(-1 if h == "sub" else 1))), r, c
        if h == "neg":
            return self.mat_scale(self.mat(a[0])[0], const(-1)), r, c
        if h in ("mul", "div"):
            m, s = (a[0], a[1]) if self.shape(a[0]) is not None else (a[1], a[0])
            return self.mat_scale(self.mat(m)[0], self.scalar(1 / s if h == "div" else s)), r, c
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
            return self.mat_exp(self.mat(a[0])[0], r, c), r, c
        raise Rejected(f"no normal form for the matrix {h}")

    def letter(self: Normal, name: str, r: str, c: str, base: str, symmetric: bool = False, of: Any = None) -> Mat:  # type: ignore[misc]
        if name not in self.letters:
            self.letters[name] = Kind(r, c, symmetric, base, of)
            self.letters[name] = Kind(r, c, symmetric or self.is_a("symmetric spd", name), base, of)
        return self.tidy(((name, False, False),), const(1), r, c)

    def mat_add(self, *ms: Mat) -> Mat:
        out: Mat = {}
        for m in ms:
            for w, p in m.items():
                out[w] = self.add(out.get(w, const(0)), p)
        return {w: p for w, p in out.items() if p.num}

    def mat_scale(self, m: Mat, k: Rat) -> Mat:
        return {w: q for w, p in m.items() if (q := self.mul(p, k)).num}

    def mat_mul(self: Normal, u: Mat, v: Mat, r: str, c: str) -> Mat:  # type: ignore[misc]
        return self.mat_add(*(self.tidy(x + y, self.mul(p, q), r, c) for x, p in u.items() for y, q in v.items()))

    def mat_key(self, m: Mat) -> str:
        return "+".join(f"({show(p)}){self.spell(w)}" for w, p in sorted(m.items()))

    def real_mat(self: Normal, m: Mat) -> bool:  # type: ignore[misc]
        return all(map(self.real, m.values())) and self.real_words(*m)

    def real_words(self: Normal, *words: Word) -> bool:  # type: ignore[misc]
        return all(self.letters[n].of is None or self.real_mat(self.letters[n].of) for w in words for n, _, _ in w)

    @staticmethod
    def spell(w: Word) -> str:
        return ".".join(n + ("~" if i else "") + ("^T" if t else "") for n, t, i in w) or "1"

    def tidy(self: Normal, w: Word, p: Rat, r: str, c: str) -> Mat:  # type: ignore[misc]
        """Cancel inverses, apply the word rules, and take the numbers out."""
        for k in range(len(w) - 1):
            (n, t, i), (m, s, j) = w[k], w[k + 1]
            if n == m and ((t == s and i != j) or (t != s and i == j and self.is_a("orthogonal", n))):
                return self.tidy(w[:k] + w[k + 2:], p, r, c)
        for pattern, result in self.word_rules:
            at = next((k for k in range(len(w) - len(pattern) + 1) if w[k:k + len(pattern)] == pattern), None)
            if at is not None:
                return self.mat_add(*(self.tidy(w[:at] + x + w[at + len(pattern):], self.mul(p, q), r, c) for x, q in result.items()))
        marks = [k for k in range(len(w) + 1) if w and (self.dims(w[k - 1])[1] == "1" if k else r == "1")]
        for x, y in zip(marks, marks[1:], strict=False):
            p = self.mul(p, self.inner(w[x:y]))
        if len(marks) > 1:
            w = w[:marks[0]] + w[marks[-1]:]
        return {w: p} if p.num else {}

    def inner(self: Normal, w: Word) -> Rat:  # type: ignore[misc]
        turned = self.flip(w)
        middle = w[len(w) // 2]
        real = self.real_words(w)
        square = real and w == turned and (len(w) % 2 == 0 or self.is_a("spd", middle[0]))
        return self.atom(f"<{self.spell(min(w, turned))}>", "fn", None, ">=" if square else "", real)

    def mat_exp(self: Normal, m: Mat, r: str, c: str) -> Mat:  # type: ignore[misc]
        """exp(0) = I, exp(-A) = exp(A)^-1 and exp(A^T) = exp(A)^T: one letter stands for those of A, -A, A^T and -A^T."""
        if r != c:
            raise Rejected(f"the exponential of a matrix of size {(r, c)}")
        if not m:
            return {(): const(1)}
        turned, forms = {self.flip(w): p for w, p in m.items()}, list[tuple[bool, str, bool, bool]]()
        for t, i in ((False, False), (False, True), (True, False), (True, True)):
            x = self.mat_scale(turned if t else m, const(-1 if i else 1))
            lead = x[max(x)].num
            forms.append((lead[max(lead)] < 0, self.mat_key(x), t, i))
        _, inner, t, i = min(forms)  # without a minus sign in front, if possible
        name, (plain, minus, other) = f"expm[{r}]({inner})", [k for _, k, _, _ in forms[:3]]
        self.letters.setdefault(name, Kind(r, c, other == plain, "", m, "skew" if other == minus else "exp"))
        return self.tidy(((name, t, i),), const(1), r, c)

    def mat_inv(self: Normal, f: Formula) -> Mat:  # type: ignore[misc]
        m, r, c = self.mat(f)
        if r != c:
            raise Rejected(f"the inverse of a matrix of size {(r, c)}")
        if len(m) == 1:
            (w, p), = m.items()
            if any(self.dims(x)[0] != self.dims(x)[1] for x in w):
                raise Rejected("the inverse of a product with rectangular factors")
            if not all(self.is_a("spd orthogonal invertible", n) for n, _, _ in w):
                self.need(Formula("invertible", (f,)))
            self.need_nonzero(p, f)
            back = tuple(self.flip(((n, t, i),))[0] if self.is_a("orthogonal", n) else (n, t, not i) for n, t, i in reversed(w))
            return self.tidy(back, self.power(p, -1), r, c)
        self.need(Formula("invertible", (f,)))
        return self.letter(f"inv({self.mat_key(m)})", r, c, "", not self.mat_add(m, {self.flip(w): self.neg(p) for w, p in m.items()}), m)

    def mat_sum(self: Normal, body: Formula, var: Formula, lo: Formula, hi: Formula) -> Mat:  # type: ignore[misc]
        low, high = self.scalar(lo), self.scalar(hi)
        self.fresh += 1
        token = f"⟨{self.fresh:06d}⟩"
        span, out = self.sub(high, low), list[Mat]()
        with self.inside(token, low, high):
            terms, r, c = self.mat(substitute(body, {var.args[0]: Formula("sym", (token, "integer"))}))
            below = {w: self.poly_sign(p.den) for w, p in terms.items()}
        for w, p in terms.items():
            at = [k for k, x in enumerate(w) if token in x[0]]
            if not at:
                out.append({w: self.sum_terms(p, below[w], token, span)})
                continue
            core = w[at[0]:at[-1] + 1]
            if not self.real_words(core):
                raise Rejected("a sum of matrices that may not be real")
            both = [self.closed(self.spell(x), token) for x in (core, self.flip(core))]
            first = core if both[0] <= both[1] else self.flip(core)
            for m, k in p.num.items():
                free, bound = (Rat({tuple(x for x in m if (token in x[0]) == inner): k if not inner else Fraction(1)}, poly(1))
                               for inner in (False, True))
                if token in key(p.den) or not self.real(bound) or not self.nonneg(span) and not self.defined(self.ratio(free.num, p.den)):
                    raise Rejected("a matrix sum with complex weights, or with denominators that depend on the index or may vanish")
                coefficient = "*".join(sorted(self.closed(f"{a}^{e}", token) for (x,) in [bound.num] for a, e in x))
                name = f"sum[{show(span)}]({coefficient}){min(both)}"
                self.letters.setdefault(name, Kind(self.dims(first[0])[0], self.dims(first[-1])[1], both[0] == both[1], ""))
                whole = w[:at[0]] + ((name, both[0] > both[1], False),) + w[at[-1] + 1:]
                out.append(self.tidy(whole, self.ratio(free.num, p.den), r, c))
        return self.mat_add(*out)

    # -------------------------------------------------------------------------------- trace, determinant, inner product
    def to_scalar(self: Normal, f: Formula) -> Rat:  # type: ignore[misc]
        if f.head == "dot":
            u, v = self.mat(f.args[0]), self.mat(f.args[1])
            if u[1:] != v[1:] or u[2] != "1":
                raise Rejected(f"inner product of sizes {u[1:]} and {v[1:]}")
            return self.mat_mul({self.flip(w): p for w, p in u[0].items()}, v[0], "1", "1").get((), const(0))
        m, r, c = self.mat(f.args[0] if f.head in ("tr", "det") else f)
        if r != c:
            raise Rejected(f"{f.head} of size {(r, c)}")
        if f.head in ("tr", "det"):
            return self.trace(m, r) if f.head == "tr" else self.determinant(m, r)
        if r != "1":
            raise Rejected(f"a number was expected, not a matrix of size {(r, c)}")
        return self.mat_add(*(self.tidy(w, p, "1", "1") for w, p in m.items())).get((), const(0))

    def trace(self: Normal, m: Mat, d: str) -> Rat:  # type: ignore[misc]
        out = const(0)
        for w, p in m.items():
            turns = [w[k:] + w[:k] for k in range(len(w))]
            cut = next((t for t in turns if self.dims(t[0])[0] == "1"), None)
            short = next((t for t in turns if self.tidy(t, const(1), "?", "?") != {t: const(1)}), None) if len(w) > 1 else None
            if not w:
                t = self.sizes[d]
            elif cut is not None:
                t = self.tidy(cut, const(1), "1", "1").get((), const(0))
            elif short is not None:
                n = self.dims(short[0])[0]
                t = self.trace(self.tidy(short, const(1), n, n), n)
            else:
                real = self.real_words(w)
                square = real and any(len(t) % 2 == 0 and t == self.flip(t) for t in turns)  # tr M M^T
                t = self.atom(f"tr<{self.spell(min(min(t, self.flip(t)) for t in turns))}>", "fn", None, ">=" if square else "", real)
            out = self.add(out, self.mul(p, t))
        return out

    def determinant(self: Normal, m: Mat, d: str) -> Rat:  # type: ignore[misc]
        """Multiplicative on words; det(a I + sum of p u v^T) = a^(d-k) det(a I_k + ...), k dyads (Sylvester)."""
        if len(m) == 1 and d != "1":
            (w, p), = m.items()
            if all(self.dims(x)[0] == self.dims(x)[1] for x in w):
                kinds = {n: "sign" if self.is_a("orthogonal", n) else "fn" for n, *_ in w}  # that of an orthogonal matrix is 1 or -1
                return self.mul(self.raise_to(p, self.sizes[d], None), *(self.atom(
                    f"det({n})", kinds[n], None, ">" if self.is_a("spd", n) else "!=" if self.is_a("orthogonal invertible", n) else "",
                    self.real_words(w), k=-1 if i else 1) for n, _, i in w))
        alpha, dyads = m.get((), const(0)), list[tuple[Word, Word, Rat]]()
        for w, p in m.items():
            cut = next((k for k in range(1, len(w)) if self.dims(w[k - 1])[1] == "1"), None)
            if w and cut is None:
                raise Rejected(f"no determinant for the word {self.spell(w)}")
            if w:
                dyads.append((w[:cut], w[cut:], p))
        if not alpha.num:
            raise Rejected("the determinant of a sum of dyads without a multiple of the identity")
        left = list(dict.fromkeys(u for u, _, _ in dyads))
        inner = [[const(0)] * len(left) for _ in left]
        for j, u in enumerate(left):
            for x, v, p in dyads:
                i = left.index(x)
                inner[i][j] = self.add(inner[i][j], self.mul(p, self.tidy(v + u, const(1), "1", "1").get((), const(0))))
            inner[j][j] = self.add(inner[j][j], alpha)
        return self.mul(self.raise_to(alpha, self.sub(self.sizes[d], const(len(left))), None), self.small_det(inner))

    def small_det(self: Normal, rows: list[list[Rat]]) -> Rat:  # type: ignore[misc]
        if not rows:
            return const(1)
        return self.add(*(self.mul(const((-1) ** j), rows[0][j], self.small_det([r[:j] + r[j + 1:] for r in rows[1:]]))
                          for j in range(len(rows))))

    # -------------------------------------------------------------------------------------------- explicit matrices
    def explicit(self, f: Formula) -> bool:
        return f.head == "matrix" or (f.head not in ("tr", "det") and any(self.explicit(x) for x in children(f)))

    def entries(self: Normal, f: Formula) -> list[list[Rat]]:  # type: ignore[misc]
        """Entrywise normal form of a matrix built from explicit ones."""
        h, a = f.head, f.args
        if self.shape(f) is None and h not in ("matmul", "T"):
            return [[self.scalar(f)]]
        if h == "matrix":
            return [[self.scalar(x) for x in row] for row in a]
        if h in ("eye", "zeros") and all(x.head == "num" for x in a):
            rows, cols = int(a[0].args[0]), int(a[-1].args[0])
            return [[const(int(h == "eye" and i == j)) for j in range(cols)] for i in range(rows)]
        if h in ("T", "neg", "diff"):
            inner = self.entries(derivative(a[0], a[1].args[0]) if h == "diff" else a[0])
            return [list(x) for x in zip(*inner, strict=True)] if h == "T" else [[self.neg(x) if h == "neg" else x for x in row] for row in inner]
        if h in ("add", "sub"):
            return [[self.add(x, y) if h == "add" else self.sub(x, y) for x, y in zip(p, q, strict=True)]
                    for p, q in zip(*map(self.entries, a), strict=True)]
        if h in ("mul", "div"):
            m, s = (a[0], a[1]) if self.shape(a[0]) is not None else (a[1], a[0])
            k = self.scalar(1 / s if h == "div" else s)
            return [[self.mul(x, k) for x in row] for row in self.entries(m)]
        if h == "matmul":
            u, v = map(self.entries, a)
            return [[self.add(*(self.mul(x, v[k][j]) for k, x in enumerate(row))) for j in range(len(v[0]))] for row in u]
        raise Rejected(f"{h} of an explicit matrix is not available to the kernel")


__all__ = ["UNIT", "Words"]
