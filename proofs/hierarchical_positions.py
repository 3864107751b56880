"""Hierarchical decomposition of trained position encodings: from n codes to n^2.

Statement.  From a trained table p_1, ..., p_n the codes phat(i, j) = alpha u_i + (1 - alpha) u_j agree with the table on the first block exactly for
            u_j = (p_j - alpha p_1)/(1 - alpha); then phat(i, j) = p_j + r (p_i - p_1), r = alpha/(1 - alpha): translates of the table.
Symbols.    n, d >= 1 integers; i, l a block, j, k a place in it, s an index, all in 1, ..., n; p_j, u_j vectors of R^d; alpha (short: a), r real; phat(i, j) stands
            at the position (i - 1) n + j.
Excluded.   alpha = 1, where phat(i, j) = u_i does not depend on j.
Source.     Su Jianlin, 层次分解位置编码，让BERT可以处理超长文本, 2020-12-04 (archives/7947).
"""
from fractions import Fraction

from mpmath import mp

from kexue import (Article, Sum, delta, dot, eq, family, holds, integer, lift, ne, near_miss, real, reference, show, statement)
from kexue.tactics.combine import cases, scaled

article = Article(
    number=32, date="2020-12-04", source="https://kexue.fm/archives/7947",
    title=("Hierarchical decomposition of position encodings", "层次分解位置编码，让BERT可以处理超长文本"),
    summary=("512 trained positions become 262144: the basis is unique, the result is the trained table translated block by block, and the weight decides "
             "whether all codes are distinct.",
             "512 个训练好的位置延拓为 262144 个：基是唯一的，结果是训练表逐块平移，权重决定各编码是否互异。"),
    papers=("Devlin et al., BERT, NAACL 2019",))

n, d, i, j, k, l, s = integer("n d i j k l s")
a, r, x, y, z = real("alpha r x y z")
p, u = family("p u", ("vector", d))
q = family("q")


def basis(j): return (p[j] - a * p[1]) / (1 - a)
def code(i, j): return a * basis(i) + (1 - a) * basis(j)
def translate(i, j, r=a / (1 - a)): return p[j] + r * (p[i] - p[1])
def square(v): return dot(v, v)


def table(m):
    """p_(m+1) of a sinusoidal table for the reference values."""
    return [mp.sin(m), mp.cos(m), mp.sin(mp.mpf(m) / 100), mp.cos(mp.mpf(m) / 100)]


def example(t):
    with mp.workdps(30):
        return table(4)[t] + mp.mpf(2) / 3 * (table(3)[t] - table(0)[t])


@statement(title=("The basis is unique", "基是唯一的"), where=[d >= 1, ne(a, 1)],
           says=("phat(1, j) = p_j for all j exactly when u_1 = p_1 and u_j = (p_j - alpha p_1)/(1 - alpha).",
                 "对一切 j 有 phat(1, j) = p_j，当且仅当 u_1 = p_1 且 u_j = (p_j - α p_1)/(1 - α)。"),
           near_miss=near_miss(eq(a * (x - a * x) + (1 - a) * (y - a * x), y), ("u_j = p_j - alpha p_1 does it as well.", "u_j = p_j - α p_1 也可以。"), where=[ne(a, 1)]))
def basis_uniqueness():
    yield holds(eq(code(lift(1), j), p[j]), ("these u_j give the table", "这样的 u_j 给出原表"))
    yield holds(eq(u[1], p[1]), ("the equation for j = 1 leaves no other u_1", "j = 1 的方程只允许这个 u_1"), where=[eq(a * u[1] + (1 - a) * u[1], p[1])])
    yield holds(eq(u[j], basis(j)), ("and then that for j no other u_j", "继而 j 的方程只允许这个 u_j"),
                where=[eq(p[1], u[1]), eq(p[j], a * u[1] + (1 - a) * u[j])])
    yield show(eq(lift(1) * u[i] + (1 - lift(1)) * u[j], u[i]), ("for alpha = 1 the place j is lost", "α = 1 时位置 j 丢失"))


@statement(title=("The codes are translates of the table", "编码是原表的平移"), tag="sharper", where=[d >= 1, ne(a, 1)],
           says=("phat(i, j) = p_j + r (p_i - p_1): n^2 codes; differences inside a block are the trained ones, and at the end of block i the jump is p_1 - p_n + r (p_(i+1) - p_i).",
                 "phat(i, j) = p_j + r(p_i - p_1)，共 n² 个；块内之差与训练表相同，第 i 块末尾的跳跃为 p_1 - p_n + r(p_(i+1) - p_i)。"),
           near_miss=near_miss(eq(code(i, j), p[j] + a / (1 - a) * p[i]), ("phat(i, j) = p_j + r p_i.", "phat(i, j) = p_j + r p_i。"), where=[d >= 1, ne(a, 1)]),
           references=[reference("positions from 512", "262144", n ** 2, at={"n": 512}), *[reference(
               f"entry {t} at alpha = 0.4, i = 4, j = 5", digits, compute=lambda t=t: example(t)) for t, digits in enumerate((
                   "-0.66272248993468343664", "-1.9803052852639088862", "0.059986334321631266632", "0.99890012916030295116"))]])
def closed_form():
    yield holds(eq(code(i, j), translate(i, j)), ("put the basis in", "代入基"))
    yield holds(eq(code(i, j) - code(i, k), p[j] - p[k]), ("inside a block", "块内"))
    yield holds(eq(code(i + 1, lift(1)) - code(i, n), p[1] - p[n] + a / (1 - a) * (p[i + 1] - p[i])), ("from the end of a block to the next", "从块末到下一块"))


@statement(title=("Equal weights lose half of the codes", "等权重损失一半编码"), where=[d >= 1, n >= 1],
           says=("For alpha = 1/2, phat(i, j) = p_i + p_j - p_1 is symmetric: at most n(n+1)/2 codes are distinct.",
                 "α = 1/2 时 phat(i, j) = p_i + p_j - p_1 关于 i、j 对称：至多 n(n+1)/2 个互异编码。"),
           near_miss=near_miss(n ** 2 <= n * (n + 1) / 2, ("alpha = 1/2 gives n^2 codes.", "α = 1/2 给出 n² 个编码。"), where=[n >= 2]),
           references=[reference("n = 16", "136", n * (n + 1) / 2, at={"n": 16})])
def half_degenerate():
    half = Fraction(1, 2)
    yield holds(eq(translate(i, j, lift(half) / (1 - lift(half))), p[i] + p[j] - p[1]), ("r = 1", "r = 1"))
    yield holds(eq(translate(i, j, lift(1)), translate(j, i, lift(1))), ("exchanging i and j changes nothing", "交换 i、j 不变"))
    yield holds(eq(Sum(i, i, 1, n), n * (n + 1) / 2), ("pairs with j <= i", "满足 j ≤ i 的对数"))


def arithmetic(n, top, bottom):
    """Distinct codes of the table p_j = j for r = top/bottom."""
    return len({bottom * j + top * i for i in range(n) for j in range(n)})


@statement(title=("When all codes are distinct", "何时编码互异"), tag="conditional", where=[n >= 2],
           says=("If p_1, ..., p_n are affinely independent, all n^2 codes are distinct exactly for alpha not in {0, 1/2}. For the table p_j = p_1 + (j-1) v, v != 0, they are distinct "
                 "exactly when r is no quotient of nonzero integers of size at most n - 1, and not 0.",
                 "若 p_1, …, p_n 仿射无关，则 n² 个编码互异当且仅当 α 不属于 {0, 1/2}。对等差的表 p_j = p_1 + (j-1)v（v ≠ 0），编码互异当且仅当 r ≠ 0 且不是绝对值不超过 n - 1 的非零整数之比。"),
           near_miss=near_miss(ne(j + Fraction(2, 3) * i, k + Fraction(2, 3) * l), ("Every alpha but 1/2 works for every table (alpha = 0.4, p_j = j).", "除 1/2 外任意 α 对任意表都可行（α = 0.4，p_j = j）。"),
                               where=[i >= 1, j >= 1, l >= 1, k > j], at={"i": 4, "j": 1, "k": 3, "l": 1}),
           references=[reference("p_j = j, n = 16, alpha = 0.4", "74", compute=lambda: arithmetic(16, 2, 3)),
                       reference("p_j = j, n = 16, alpha = 1/2", "31", compute=lambda: arithmetic(16, 1, 1))])
def generic_injectivity():
    within = [t for v in (i, j, k, l) for t in (v >= 1, v <= n)]
    weight = delta(s, j) + r * delta(s, i) - delta(s, k) - r * delta(s, l)
    yield holds(ne(a / (1 - a), -1), ("r = alpha/(1-alpha) is never -1", "r = α/(1-α) 永不等于 -1"), where=[ne(a, 1)])
    yield holds(ne(a / (1 - a), 0), ("it is 0 for alpha = 0 only", "仅当 α = 0 时为 0"), where=[ne(a, 1), ne(a, 0)])
    yield holds(ne(a / (1 - a), 1), ("and 1 for alpha = 1/2 only", "仅当 α = 1/2 时为 1"), where=[ne(a, 1), ne(a, Fraction(1, 2))], by=scaled(1 - a, ne(2 * a - 1, 0)))
    yield holds(eq(q[j] + r * (q[i] - q[1]) - (q[k] + r * (q[l] - q[1])), Sum(weight * q[s], s, 1, n)), (
        "the difference of two codes is the sum of c_s p_s, c_s = [s = j] + r [s = i] - [s = k] - r [s = l]; q_s is any coordinate of p_s", "两个编码之差为 Σ c_s p_s，c_s = [s = j] + r[s = i] - [s = k] - r[s = l]；q_s 为 p_s 的任一坐标"), where=within)
    yield holds(eq(Sum(weight, s, 1, n), 0), ("these coefficients add up to 0; affine independence says that the sum is not 0 unless all of them vanish", "系数之和为 0；仿射无关即：除非系数全为零，该和不为零"), where=within)
    yield holds(ne(1 + r * delta(j, i) - delta(j, k) - r * delta(j, l), 0), ("if j != k and r != 1, then c_j, which is 1, 1 + r or 1 - r, is not 0", "若 j ≠ k 且 r ≠ 1，则 c_j 为 1、1 + r 或 1 - r，非零"),
                where=[*within, ne(j, k), ne(r, 1), ne(r, -1)], by=cases(i - j, below=cases(l - j), at=cases(l - j), above=cases(l - j)))
    yield holds(ne(delta(i, j) + r - delta(i, j) - r * delta(i, l), 0), ("if j = k and i != l, then c_i = r", "若 j = k 而 i ≠ l，则 c_i = r"), where=[*within, ne(r, 0), ne(i, l)])
    yield holds(eq(translate(i, j, lift(1)), translate(j, i, lift(1))), ("r = 1, that is alpha = 1/2: codes coincide", "r = 1（α = 1/2）时编码重合"), where=[d >= 1])
    yield holds(eq(translate(i, j, lift(0)), translate(l, j, lift(0))), ("and at alpha = 0", "α = 0 时也重合"), where=[d >= 1])
    yield holds(eq((x + (j - 1) * y + r * ((i - 1) * y)) - (x + (k - 1) * y + r * ((l - 1) * y)), ((j - k) + r * (i - l)) * y), (
        "a coordinate of the arithmetic table, y one of v: codes coincide exactly where (j-k) + r (i-l) = 0", "等差表的一个坐标（y 为 v 的坐标）：当且仅当 (j-k) + r(i-l) = 0 时编码重合"))
    yield holds(eq(r, (k - j) / (i - l)), ("so for i != l exactly if r is this quotient of integers of size at most n - 1, the upper one being 0 only for r = 0; for i = l only if j = k", "故 i ≠ l 时当且仅当 r 等于此商，分子分母绝对值不超过 n - 1，分子仅当 r = 0 时为零；i = l 时仅当 j = k"),
                where=[ne(i, l), eq((j - k) + r * (i - l), 0)])
    yield holds(eq((1 - (1 + l)) + l / k * ((1 + k) - 1), 0), ("and every quotient r = l/k, 0 < k, l < n, occurs: blocks 1 + k and 1, places 1 and 1 + l", "且每个商 r = l/k（0 < k, l < n）都出现：块 1 + k 与 1，位置 1 与 1 + l"), where=[k >= 1, l >= 1])
    yield holds(eq(((1 + l) - 1) + (-l) / k * ((1 + k) - 1), 0), ("for r = -l/k the places are 1 + l and 1", "r = -l/k 时位置为 1 + l 与 1"), where=[k >= 1, l >= 1])


def larger(gap): return scaled(gap, gap < a ** 2 / gap, scaled(gap, 0 < 2 * a - 1))


@statement(title=("Which level is the weaker code", "哪一层的编码更弱"), tag="sharper", where=[d >= 1, ne(a, 1)],
           says=("|phat(i, j) - phat(i, k)| = |p_j - p_k| and |phat(i, j) - phat(l, j)| = |r| |p_i - p_l|: the block is the weaker code for alpha < 1/2, the stronger for alpha > 1/2.",
                 "|phat(i, j) - phat(i, k)| = |p_j - p_k|，|phat(i, j) - phat(l, j)| = |r||p_i - p_l|：α < 1/2 时块号的编码较弱，α > 1/2 时较强。"),
           near_miss=near_miss(eq((a / (1 - a)) ** 2 * x ** 2, x ** 2), ("Both levels have equal weight at alpha = 0.4.", "α = 0.4 时两层权重相等。"), where=[eq(a, lift("0.4"))],
                               at={"alpha": "2/5", "x": 1}),
           references=[reference("r at alpha = 0.4", "0.666666666666667", a / (1 - a), at={"alpha": "2/5"})])
def scale_separation():
    yield holds(eq(square(code(i, j) - code(i, k)), square(p[j] - p[k])), ("inside a block", "块内"))
    yield holds(eq(square(code(i, j) - code(l, j)), (a / (1 - a)) ** 2 * square(p[i] - p[l])), ("between blocks", "块间"))
    yield holds((a / (1 - a)) ** 2 < 1, ("r^2 < 1 for alpha < 1/2", "α < 1/2 时 r² < 1"), where=[a < Fraction(1, 2)], by=scaled((1 - a) ** 2, 0 < 1 - 2 * a))
    yield holds(1 < (a / (1 - a)) ** 2, ("and r^2 > 1 for alpha > 1/2", "α > 1/2 时 r² > 1"), where=[a > Fraction(1, 2)], by=cases(
        a - 1, below=larger(1 - a), above=larger(a - 1)))
