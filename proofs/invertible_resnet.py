"""Invertible residual networks: inversion by contraction and the trace series of the log-determinant.

Statement.  If Lip(g) <= L < 1 then F = id + g is a bijection, Lip(F^-1) <= 1/(1 - L), and x -> y - g(x) finds F^-1(y) at the rate L^k; log det(I + A) is the sum of
            (-1)^(k+1) tr A^k/k, which one random probe estimates with a variance that depends on its law, and which a random stop makes unbiased.
Symbols.    L in [0, 1), k, N, M, d >= 1 integers; a, h, f >= 0 distances; p, q, r, s families of d reals (the dyads p q^T make up A); mu the fourth moment of an entry
            of the probe; sigma_i >= 0 singular values; P_k = P(K >= k) > 0; a_k the terms of a series.
Excluded.   L = 1.
Source.     Su Jianlin, 细水长flow之可逆ResNet：极致的暴力美学, 2019-03-21 (archives/6482).
"""
from mpmath import mp

from kexue import (Article, D, Integral, Sum, call, cite, delta, dot, eq, erf, every, exp, family, function, holds, integer, lift, log, matrix, ne, near_miss, oo,
                   outer, pi, real, reference, show, sqrt, statement, therefore, tr, vector)
from kexue.tactics.combine import induction, integrated, lemma, rewritten, scaled, squares, termwise, through, using

article = Article(
    number=6, date="2019-03-21", source="https://kexue.fm/archives/6482",
    title=("Invertible ResNet: brute force at its most beautiful", "细水长flow之可逆ResNet：极致的暴力美学"),
    summary=("The contraction argument with its error bounds, why normalising by power iteration errs on the unsafe side, the trace series with its remainder, "
             "the exact variance of the stochastic trace for three kinds of probes, and an unbiased truncation.",
             "压缩映射论证及其误差界；为何用幂迭代归一化偏向不安全一侧；迹级数及其余项；三种探针下随机迹估计的精确方差；以及无偏截断。"),
    papers=("Behrmann et al., Invertible Residual Networks, ICML 2019", "Chen et al., Residual Flows for Invertible Generative Modeling, NeurIPS 2019",
            "Hutchinson, A stochastic estimator of the trace, Comm. Statist. Simul. 18 (1989)"))

(d, N, M, k, j), (i, l, b, c) = integer("d N M k j"), integer("i l b c")
L, a, h, f, x, y, mu, S2, T = real("L a h f x y mu S T")
p, q, r, s, sigma, P, w = family("p q r s sigma P w")
u, v = vector("u v", d)
n, entry, far = integer("n"), function("m"), vector("u", integer("n"))
RATE = (L >= 0, L < 1)


def inverse(steps=None):
    """F(x) = x + sin(x)/2 at y = 1: the solution, or the error after some steps from x_0 = y."""
    with mp.workdps(40):
        root = mp.findroot(lambda x: x + mp.sin(x) / 2 - 1, 0.7)
        at = mp.mpf(1)
        for _ in range(steps or 0):
            at = 1 - mp.sin(at) / 2
        return root if steps is None else abs(at - root)


def layer():
    """x with x + V tanh(Wx + b) = (1, -1/2), and log det of the Jacobian there."""
    with mp.workdps(30):
        W, V, b, y = mp.matrix([["0.6", "0.3"], ["-0.2", "0.5"]]), mp.matrix([[0.5, -0.25], [mp.mpf(1) / 3, 0.5]]), mp.matrix(["0.1", "-0.3"]), mp.matrix([1, "-0.5"])
        at = y.copy()
        for _ in range(200):
            at = y - V * (W * at + b).apply(mp.tanh)
        J = V * mp.diag([mp.sech(t) ** 2 for t in W * at + b]) * W
        return at[0], at[1], mp.log(mp.det(mp.eye(2) + J)), mp.svd_r(V, compute_uv=False)[0] * mp.svd_r(W, compute_uv=False)[0], mp.svd_r(J, compute_uv=False)[0]


@statement(title=("Inversion by contraction", "压缩映射求逆"), where=[*RATE],
           says=("If Lip(g) <= L < 1 on a Banach space, F = id + g is a bijection with Lip(F) <= 1 + L and Lip(F^-1) <= 1/(1 - L); x_(k+1) = y - g(x_k) is within L^k/(1 - L) |x_1 - x_0| "
                 "and within L/(1 - L) |x_k - x_(k-1)| of F^-1(y).",
                 "Banach 空间上若 Lip(g) ≤ L < 1，则 F = id + g 为双射，Lip(F) ≤ 1 + L，Lip(F^-1) ≤ 1/(1 - L)；x_(k+1) = y - g(x_k) 与 F^-1(y) 相距不超过 L^k/(1 - L)|x₁ - x₀|，也不超过 L/(1 - L)|x_k - x_(k-1)|。"),
           limits=("The estimates are proved, the passage to the limit is written out.", "各估计已证，取极限为书面论证。"),
           near_miss=near_miss(L ** k * (a / (1 - L)) <= L ** k * a, ("The error is at most L^k |x_1 - x_0| (g = -Lx, x_0 = 0, y = a).", "误差至多 L^k |x₁ - x₀|（g = -Lx，x₀ = 0，y = a）。"),
                               where=[*RATE, k >= 1, a > 0], at={"L": "1/2", "k": 1, "a": 1}),
           references=[reference("x + sin(x)/2 = 1", "0.684036656677829439432968694326", compute=inverse)]
           + [reference(f"error after {n} steps", digits, compute=lambda n=n: inverse(n)) for n, digits in ((5, "2.43e-3"), (10, "2.12e-5"), (20, "1.62e-9"), (40, "9.4e-18"))]
           + [reference(name, digits, compute=lambda n=n: layer()[n]) for n, (name, digits) in enumerate((
               ("x_1", "0.6743334756843031145516"), ("x_2", "-0.3535823153981425716936"), ("log det J_F", "0.4859153159390598008344862"), ("|V||W|", "0.418764961771804"), ("|J_g|", "0.350869133616825")))])
def resnet_contraction_inverse():
    yield holds((1 - L) * a <= f, ("with a = |x - y|, h = |g(x) - g(y)| <= La and |F(x) - F(y)| = f >= a - h: F is injective and Lip(F^-1) <= 1/(1 - L)",
                "记 a = |x - y|，h = |g(x) - g(y)| ≤ La，|F(x) - F(y)| = f ≥ a - h：F 为单射且 Lip(F^-1) ≤ 1/(1 - L)"), where=[h <= L * a, a - h <= f], by=through(a - h))
    yield holds(f <= (1 + L) * a, ("and f <= a + h", "且 f ≤ a + h"), where=[h <= L * a, f <= a + h], by=through(a + h))
    yield show(f <= L ** (k + 1) * a, ("existence: f = |x_(k+2) - x_(k+1)| is at most L h, h = |x_(k+1) - x_k|, so by induction h <= L^k a, a = |x_1 - x_0|", "存在性：f = |x_(k+2) - x_(k+1)| ≤ L h，h = |x_(k+1) - x_k|，由归纳 h ≤ L^k a，a = |x₁ - x₀|"), where=[k >= 0, f <= L * h, h <= L ** k * a],
               by=through(L * h, second=squares(rest=L * (L ** k * a - h))))
    yield show(eq(Sum(L ** (k + j) * a, j, 0, N), L ** k * (1 - L ** (N + 1)) / (1 - L) * a), ("steps shrink by L: |x_(k+N+1) - x_k| is at most this sum, a = |x_1 - x_0|",
               "步长按 L 缩小：|x_(k+N+1) - x_k| 至多为此和，a = |x₁ - x₀|"), where=[k >= 0, N >= 0], by=induction(N))
    yield holds(L ** k * (1 - L ** (N + 1)) / (1 - L) * a <= L ** k / (1 - L) * a, ("for every N at most L^k/(1 - L) a", "对任意 N 至多 L^k/(1 - L)·a"), where=[k >= 0, N >= 0, a >= 0],
                by=scaled(1 - L, L ** k * (1 - L ** (N + 1)) * a <= L ** k * a))
    yield show((1 + k * (1 - L)) * L ** k <= 1, ("which tends to 0 as k grows", "k 增大时它趋于零"), where=[k >= 0], by=induction(k, step=through((1 + k * (1 - L)) * L ** k, first=squares(rest=(k + 1) * (1 - L) ** 2 * L ** k))))
    yield show(f <= (1 + L) * y, ("so the x_k are a Cauchy sequence and, the space being complete, tend to a limit x: with h = |x_k - x| and b = |x_(k+1) - x|, both at most any given y > 0 in the end, f = |x - (y_0 - g(x))| <= b + L h; so f = 0, that is F(x) = y_0, and F is onto",
                                  "故 x_k 为柯西列，空间完备，从而趋于某个 x：h = |x_k - x|、b = |x_(k+1) - x| 最终不超过任意给定的 y > 0，而 f = |x - (y₀ - g(x))| ≤ b + L h；故 f = 0，即 F(x) = y₀，F 为满射"),
               where=[y > 0, f <= w[1] + L * h, w[1] <= y, h <= y], by=through(w[1] + L * h, second=squares(rest=(y - w[1]) + L * (y - h))))
    yield holds(f <= L ** k / (1 - L) * a + y, ("and f = |x_k - x| is at most |x_k - x_(k+N+1)| + |x_(k+N+1) - x|, the last being at most any y > 0 in the end", "而 f = |x_k - x| ≤ |x_k - x_(k+N+1)| + |x_(k+N+1) - x|，末项最终不超过任意 y > 0"),
                where=[k >= 0, y > 0, f <= h + w[1], h <= L ** k / (1 - L) * a, w[1] <= y], by=through(h + w[1], second=squares(rest=(L ** k / (1 - L) * a - h) + (y - w[1]))))
    yield therefore(r"F\text{ is a bijection},\quad|x_k-F^{-1}(y)|\le\tfrac{L^k}{1-L}|x_1-x_0|", ("the space is complete; y > 0 was arbitrary", "空间完备，而 y > 0 任意"))
    yield holds(f <= L / (1 - L) * h, ("f = |x_k - x|, h = |x_k - x_(k-1)|: x is fixed, so f <= L |x_(k-1) - x| <= L (h + f)", "f = |x_k - x|，h = |x_k - x_(k-1)|：x 为不动点，故 f ≤ L|x_(k-1) - x| ≤ L(h + f)"),
                where=[f <= L * (h + f)], by=scaled(1 - L, f <= L * (h + f)))
    yield holds(eq(x - L * x - (y - L * y), (1 - L) * (x - y)), ("attained by g = -Lx", "g = -Lx 时取到"))
    soft = log(1 + exp(x))
    yield show(eq(D(soft - x, x), -1 / (1 + exp(x))), ("|g(x) - g(y)| < |x - y| alone is not enough: g = log(1 + e^x) - x has slopes in (-1, 0)", "仅有 |g(x) - g(y)| < |x - y| 不够：g = log(1 + e^x) - x 的斜率在 (-1, 0) 内"))
    yield holds(soft > 0, ("but F = log(1 + e^x) is not onto", "但 F = log(1 + e^x) 不是满射"))


def total(f, index): return Sum(f, index, 1, d)


G, W, unit = matrix("M", d), matrix("W", n, d), eq(dot(v, v), 1)
row, other = entry(i, k), entry(j, k)
apart = (row * entry(j, c) - entry(i, c) * other) ** 2
rows = lemma(total(row * other, k) ** 2 <= total(row ** 2, k) * total(other ** 2, k), d >= 1, by=scaled(2, total(total(lift(0), c), k) <= total(total(apart, c), k), termwise(rewritten(
    total(lift(0), c) <= total(apart, c), termwise(squares((1, row * entry(j, c) - entry(i, c) * other)))))))


@statement(title=("Spectral normalisation, and its unsafe side", "谱归一化及其不安全的一侧"), tag="conditional", where=[d >= 1],
           says=("With 1-Lipschitz activations Lip(g) is at most the product of the spectral norms. Power iteration underestimates |W|_2, so c W/sigma may have a norm above c; "
                 "|(W^T W)^(2^q)|_F^(1/2^(q+1)) is an upper bound that decreases in q.",
                 "激活函数 1-Lipschitz 时 Lip(g) 不超过各谱范数之积。幂迭代低估 |W|₂，故 cW/σ 的范数可能大于 c；|(WᵀW)^(2^q)|_F^(1/2^(q+1)) 是随 q 递减的上界。"),
           limits=("Taking roots and the inductions on q and on the layers are written out.", "开方以及对 q 与层数的归纳为书面论证。"),
           near_miss=near_miss(lift(4) <= 4 * x ** 2 + y ** 2, ("After one step |cW/sigma|_2 <= c (W = diag(2, 1), u = (x, y)).", "一步之后 |cW/σ|₂ ≤ c（W = diag(2, 1)，u = (x, y)）。"),
                               where=[eq(x ** 2 + y ** 2, 1)], at={"x": 0, "y": 1}))
def spectral_normalisation_composition():
    yield holds(f <= y * x * a, ("one more layer: |.| grows by the factor y at most, after the factor x", "再加一层：在因子 x 之后至多再乘因子 y"), where=[h <= x * a, f <= y * h, y > 0], by=through(y * h, second=scaled(1 / y, h <= x * a)))
    yield holds(dot(far, W @ v) ** 2 <= y ** 2, ("power iteration returns u.Wv with unit vectors, at most any y with |Wx| <= y|x|: so |W|_2 is underestimated", "幂迭代返回 u·Wv（单位向量），不超过任何满足 |Wx| ≤ y|x| 的 y：故低估 |W|₂"), where=[
        n >= 1, y >= 0, eq(dot(far, far), 1), unit, dot(W @ v, W @ v) <= y ** 2], by=using(lemma(0 <= dot(far, far), n >= 1, u=W @ v - dot(far, W @ v) * far)))
    yield holds(x ** 2 * 4 + y ** 2 < 4, ("strictly in the example W = diag(2, 1), u = (x, y), |W|_2 = 2: so c W/sigma has a norm above c", "在例 W = diag(2, 1)、u = (x, y)、|W|₂ = 2 中严格更小：故 cW/σ 的范数大于 c"), where=[eq(x ** 2, 1 - y ** 2), ne(y, 0)], by=squares((3, y)))
    yield show(dot(v, G @ v) ** 2 <= dot(v, G @ (G @ v)), ("M = (W^T W)^(2^q) is symmetric; for a unit vector v, by Cauchy and Schwarz: so |Wv|^2 = v.W^T W v is at most (v.Mv)^(1/2^q)", "M = (WᵀW)^(2^q) 对称；对单位向量 v 由 Cauchy–Schwarz 不等式：故 |Wv|² = v·WᵀWv 不超过 (v·Mv)^(1/2^q)"),
               where=[call("symmetric", G), unit], by=using(lemma(0 <= dot(v, v), d >= 1, v=G @ v - dot(v, G @ v) * v)))
    yield holds(dot(v, G @ v) ** 2 <= tr(G.T @ G), ("and v.Mv is at most |M|_F, as the squares of the entries of M - (v.Mv) vv^T add up to no less than 0: so |Wv| is at most |M|_F^(1/2^(q+1))", "而 v·Mv 不超过 |M|_F，因 M - (v·Mv)vvᵀ 的元素平方和非负：故 |Wv| 不超过 |M|_F^(1/2^(q+1))"),
                where=[call("symmetric", G), unit], by=using(lemma(0 <= tr(G.T @ G), d >= 1, M=G - dot(v, G @ v) * outer(v, v))))
    yield holds(total(total(total(row * other, k) ** 2, j), i) <= total(total(row ** 2, k), i) ** 2, ("squaring lowers the bound: |M^2|_F <= |M|_F^2, with the entries m(i, k) of M and those of M M^T = M^2", "平方使上界降低：|M²|_F ≤ |M|_F²，其中 m(i, k) 为 M 的元素，MMᵀ = M²"), by=through(
        total(total(total(row ** 2, k) * total(other ** 2, k), j), i), ("le", "eq"), first=termwise(termwise(rows[1]))))
    yield therefore(r"\sigma_k^{\mathrm{power}}\le\|W\|_2\le\|(W^{\top}W)^{2^q}\|_F^{1/2^{q+1}},\text{ non-increasing in }q", ("take roots, by induction on q", "开方，并对 q 归纳"))


def example(what, terms=0):
    with mp.workdps(40):
        A = mp.matrix([[mp.mpf(1) / 2, mp.mpf(1) / 4, 0], [-mp.mpf(1) / 4, mp.mpf(1) / 3, mp.mpf(1) / 5], [0, mp.mpf(1) / 10, -mp.mpf(2) / 5]])
        exact, B, series, M = mp.log(mp.det(mp.eye(3) + A)), mp.eye(3), mp.mpf(0), mp.zeros(3)
        for n in range(1, terms + 1):
            B = B * A
            M += (-1) ** (n + 1) * B / n
        if what == "norm":
            return mp.svd_r(A, compute_uv=False)[0]
        if what in ("gauss", "rademacher", "sphere"):
            M = M if terms else A
            S = (M + M.T) / 2
            full, diagonal, trace = mp.fsum(t * t for t in S), mp.fsum(S[n, n] ** 2 for n in range(3)), mp.fsum(S[n, n] for n in range(3))
            return {"gauss": 2 * full, "rademacher": 2 * (full - diagonal), "sphere": (6 * full - 2 * trace ** 2) / 5}[what]
        series = mp.fsum(M[n, n] for n in range(3))
        return exact if what == "exact" else series - exact


@statement(title=("The trace series of the log-determinant", "对数行列式的迹级数"), where=[d >= 1, L > 0, L < 1],
           says=("If the eigenvalues of A lie inside the unit circle, log det(I + A) = sum of (-1)^(k+1) tr A^k/k; if |A|_2 <= L < 1, N terms leave an error of at most d L^(N+1)/((N+1)(1 - L)).",
                 "若 A 的特征值都在单位圆内，则 log det(I + A) = Σ(-1)^(k+1) tr A^k/k；若 |A|₂ ≤ L < 1，取 N 项的误差至多 d L^(N+1)/((N+1)(1 - L))。"),
           limits=("Schur's form and the series of log(1 + z) are cited.", "引用了 Schur 型与 log(1 + z) 的级数。"),
           near_miss=near_miss(eq(log(1 + x), -log(1 - x)), ("The signs (-1)^(k+1) may be dropped (d = 1).", "可以去掉符号 (-1)^(k+1)（d = 1）。"), where=[x > 0, x < 1], at={"x": "1/2"}),
           references=[reference("log det(I + A)", "0.188552106544590700436903659891", compute=lambda: example("exact")), reference("|A|_2", "0.5809881727185274877461923", compute=lambda: example("norm"))]
           + [reference(f"error of {n} terms", digits, compute=lambda n=n: example("error", n)) for n, digits in ((5, "-1.670e-3"), (10, "-1.915e-5"), (20, "1.2408e-8"), (40, "4.24e-16"))])
def logdet_trace_series():
    yield cite("Schur's triangular form", "Horn & Johnson, Matrix Analysis, 2.3.1", ("det(I + A) is the product of 1 + lambda_i and tr A^k the sum of lambda_i^k", "det(I + A) = Π(1 + λ_i)，tr A^k = Σλ_i^k"))
    yield cite("series of the logarithm", "NIST DLMF 4.6.1", ("log(1 + z) = z - z^2/2 + z^3/3 - ... for |z| < 1", "|z| < 1 时 log(1 + z) = z - z²/2 + z³/3 - …"))
    yield therefore(r"\log\det(I+A)=\sum_{k\ge1}\frac{(-1)^{k+1}}k\operatorname{tr}A^k", ("add over the eigenvalues; for real A they come in conjugate pairs, and the sum is the real logarithm", "对特征值求和；实矩阵的特征值共轭成对，和为实对数"))
    yield show(Sum(L ** (N + 1 + j) / (N + 1 + j), j, 0, M) <= Sum(L ** (N + 1 + j) / (N + 1), j, 0, M), ("the terms left out, for one eigenvalue: the denominators are at least N + 1", "单个特征值的余项：分母至少为 N + 1"),
               where=[N >= 0, M >= 0], by=termwise(scaled((N + 1) * (N + 1 + j) / L ** (N + 1 + j), N + 1 <= N + 1 + j)))
    yield show(eq(Sum(L ** (N + 1 + j) / (N + 1), j, 0, M), L ** (N + 1) * (1 - L ** (M + 1)) / ((N + 1) * (1 - L))), ("a geometric sum", "几何级数"), where=[N >= 0, M >= 0], by=induction(M))
    yield holds(L ** (N + 1) * (1 - L ** (M + 1)) / ((N + 1) * (1 - L)) <= L ** (N + 1) / ((N + 1) * (1 - L)), ("at most the bound, for every M", "对任意 M 不超过此界"), where=[N >= 0, M >= 0],
                by=scaled((N + 1) * (1 - L), L ** (N + 1) * (1 - L ** (M + 1)) <= L ** (N + 1)))
    yield therefore(r"\Big|\log\det(I+A)-\sum_{k\le N}\frac{(-1)^{k+1}}k\operatorname{tr}A^k\Big|\le\frac{d\,L^{N+1}}{(N+1)(1-L)}", ("d eigenvalues, each at most |A|_2 in size", "d 个特征值，模均不超过 |A|₂"))
    yield holds(eq(tr(outer(u, v) @ outer(u, v) @ outer(u, v)), dot(v, u) ** 3), ("for rank one, tr A^3 = (v.u)^3, and so on", "秩一时 tr A³ = (v·u)³，依此类推"))


moment = delta(i, l) * delta(b, c) + delta(i, b) * delta(l, c) + delta(i, c) * delta(l, b)
A, m4, m22 = function("a"), *real("m_4 m_22")  # the entries of the matrix; two moments
density = exp(-x ** 2 / 2)
tail = sqrt(pi / 2) * erf(x / sqrt(lift(2)))


def S(i, j): return (A(i, j) + A(j, i)) / 2


@statement(title=("The variance of the stochastic trace", "随机迹估计的方差"), where=[d >= 1],
           says=("E e^T A e = tr A for uncorrelated entries of variance 1. With S = (A + A^T)/2 the variance is 2|S|_F^2 for normal, 2(|S|_F^2 - sum S_ii^2) for random signs, and "
                 "(2d|S|_F^2 - 2(tr A)^2)/(d+2) on the sphere of radius sqrt d. One probe for all powers stays unbiased.",
                 "分量不相关、方差为 1 时 E eᵀAe = tr A。记 S = (A + Aᵀ)/2，正态探针方差为 2|S|_F²，随机符号为 2(|S|_F² - ΣS_ii²)，半径 √d 的球面上为 (2d|S|_F² - 2(tr A)²)/(d+2)。所有幂共用一个探针仍无偏。"),
           limits=("Expectations are taken entry by entry in words.", "期望逐项以文字取得。"),
           near_miss=near_miss(eq(dot(u, u) * dot(v, v) + dot(u, v) ** 2, 2 * dot(u, u) * dot(v, v)), ("Var = 2|A|_F^2 for A that is not symmetric (A = u v^T).", "非对称 A 的方差为 2|A|_F²（A = uvᵀ）。"), where=[d >= 1],
                               at={"d": 2, "u": [1, 0], "v": [0, 1]}),
           references=[reference("tr A", "0.433333333333333333333333333333", lift(13) / 30)]
           + [reference(f"variance, {what}", digits, compute=lambda what=what: example(what)) for what, digits in (("gauss", "1.132222222222222222"), ("rademacher", "0.09"), ("sphere", "0.6042222222222222222"))]
           + [reference(f"one probe for 20 powers, {what}", digits, compute=lambda what=what: example(what, 20)) for what, digits in (("gauss", "1.1872775016938233748"), ("rademacher", "0.10581641966396361773"))])
def hutchinson_variance():
    yield holds(eq(total(total(A(i, l) * delta(i, l), l), i), total(A(i, i), i)), ("E e_i e_l = [i = l]: the mean is the trace, also of a sum of powers", "E e_ie_l = [i = l]：均值为迹，对幂之和亦然"))
    yield show(eq((x + y * f + a * f ** 2) ** 2, x ** 2 + 2 * x * y * f + (y ** 2 + 2 * x * a) * f ** 2 + 2 * a * y * f ** 3 + a ** 2 * f ** 4), (
        "independent entries, one by one: with the entry f = e_d the form grows from x to x + y f + a f^2, y = sum of 2 S_id e_i over i < d, a = A_dd", "独立分量逐个加入：加入 f = e_d 后二次型由 x 变为 x + yf + af²，y = Σ_(i<d) 2S_id e_i，a = A_dd"))
    yield show(eq(T + h + 2 * x * a + mu * a ** 2 - (x + a) ** 2, (T - x ** 2) + h + (mu - 1) * a ** 2), ("means: f, f^2, f^4 and y have the means 0, 1, mu and 0, so the variance T - x^2 (T the mean square, x the mean) grows by h = E y^2 and (mu - 1) a^2",
               "取均值：f、f²、f⁴、y 的均值为 0、1、μ、0，故方差 T - x²（T 为均方，x 为均值）增加 h = E y² 与 (μ - 1)a²"))
    yield show(eq(total(total(2 * S(i, j) * (2 * S(l, j)) * delta(i, l), l), i), total((2 * S(i, j)) ** 2, i)), ("where E y^2 is the sum of (2 S_ij)^2, for the new index j", "其中 E y² 为 (2S_ij)² 之和，j 为新指标"))
    yield holds(eq(total((mu - 1) * S(j, j) ** 2 + Sum((2 * S(i, j)) ** 2, i, 1, j - 1), j), 2 * total(total(S(i, j) ** 2, j), i) + (mu - 3) * total(S(j, j) ** 2, j)), (
        "added up, the variance is 2 |S|_F^2 + (mu - 3) times the sum of S_jj^2", "累加得方差 2|S|_F² + (μ - 3)ΣS_jj²"), by=induction(d, base=1))
    yield holds(eq(((lift(1)) ** 4 + lift(-1) ** 4) / 2, 1), ("random signs: mu = 1", "随机符号：μ = 1"))
    yield show(eq(Integral(x ** 2 * density, x, -oo, oo) / sqrt(2 * pi), 1), ("a normal entry has the second moment 1", "正态分量的二阶矩为 1"), by=integrated(-x * density + tail))
    yield holds(eq(Integral(x ** 4 * density, x, -oo, oo) / sqrt(2 * pi), 3), ("and mu = 3", "而 μ = 3"), by=integrated(-(x ** 3 + 3 * x) * density + 3 * tail))
    yield show(eq(m4, 3 * m22), ("on the sphere a turn by 45 degrees leaves E e_1^4 = m_4 as it is: E (e_1 + e_2)^4/4 = m_4, m_22 = E e_1^2 e_2^2, odd moments vanish by reflection", "球面上旋转 45 度不改变 E e₁⁴ = m₄：E(e₁ + e₂)⁴/4 = m₄，m₂₂ = E e₁²e₂²；由反射奇次矩为零"), where=[eq((2 * m4 + 6 * m22) / 4, m4)])
    yield show(eq(m22, d / (d + 2)), ("and |e|^4 = d^2", "且 |e|⁴ = d²"), where=[eq(m4, 3 * m22), eq(d * m4 + d * (d - 1) * m22, d ** 2)])
    pairs = delta(i, l) * total(A(b, b), b) + A(i, l) + A(l, i)
    yield show(eq(total(total(A(b, c) * moment, c), b), pairs), ("so E e_i e_l e_b e_c is d/(d+2) times the sum of the three pairings: summed over b and c against A", "故 E e_ie_le_be_c 为三种配对之和的 d/(d+2) 倍：与 A 对 b、c 求和"), where=[i >= 1, i <= d, l >= 1, l <= d])
    yield show(eq(total(total(A(i, l) * pairs, l), i), total(A(i, i), i) ** 2 + total(total(A(i, l) ** 2 + A(i, l) * A(l, i), l), i)), ("and over i and l: (tr A)^2 + 2 |S|_F^2", "再对 i、l 求和：(tr A)² + 2|S|_F²"))
    yield show(eq(total(total(A(i, l) ** 2 + A(i, l) * A(l, i), l), i), 2 * total(total(S(i, l) ** 2, l), i)), ("in terms of S", "以 S 表示"), by=induction(d, base=1))
    yield therefore(r"\operatorname{Var}e^{\top}Ae=2\|S\|_F^2+(\mu-3)\sum_iS_{ii}^2", ("expectations are linear; the sphere does not change under turns and reflections", "期望是线性的；球面在旋转与反射下不变"))
    yield holds(eq(d * (T ** 2 + 2 * S2) / (d + 2) - T ** 2, (2 * d * S2 - 2 * T ** 2) / (d + 2)), ("the variance on the sphere, T = tr A, S_2 = |S|_F^2", "球面上的方差，T = tr A，S₂ = |S|_F²"))


weights = every(k, P[k] > 0)


@statement(title=("An unbiased truncation", "无偏截断"), tag="conditional", where=[N >= 0],
           says=("If sum |a_k| is finite and P_k = P(K >= k) > 0 for all k, then E of the sum of a_k/P_k over k <= K is the sum of the series.",
                 "若 Σ|a_k| 有限且对一切 k 有 P_k = P(K ≥ k) > 0，则 Σ_(k≤K) a_k/P_k 的期望等于级数之和。"),
           limits=("The estimates are proved, the passage to the limit is written out.", "各估计已证，取极限为书面论证。"),
           near_miss=near_miss(eq(x * (a / x) + y * (a / x + h / y), a + h), ("Dividing by P(K = k) works as well (K in {1, 2}, x + y = 1).", "除以 P(K = k) 亦可（K ∈ {1, 2}，x + y = 1）。"),
                               where=[x > 0, y > 0, eq(x + y, 1)], at={"x": "1/2", "y": "1/2", "a": 1, "h": 1}))
def russian_roulette_logdet():
    partial = Sum(p[k] / P[k], k, 1, j)
    yield holds(eq(Sum((P[j] - P[j + 1]) * partial, j, 1, N), Sum(p[k], k, 1, N) - P[N + 1] * Sum(p[k] / P[k], k, 1, N)), (
        "terms p_k, P(K = j) = P_j - P_(j+1), summation by parts; for K <= N, where P_(N+1) = 0, this is the claim", "记项为 p_k，P(K = j) = P_j - P_(j+1)，分部求和；K ≤ N 即 P_(N+1) = 0 时就是结论"),
        where=[weights], by=induction(N))
    yield show(Sum(x * q[k] / (x + sigma[k]), k, M, N) <= Sum(q[k], k, M, N), ("with x = P_(N+1), which tends to 0 as K is finite, and P_k = x + sigma_k, sigma_k >= 0, as P_k decreases, q_k = |p_k|: the last product, from the term M on, is at most a tail of the series", "记 x = P_(N+1)，P_k = x + σ_k，因 P_k 递减有 σ_k ≥ 0，q_k = |p_k|：末项从第 M 项起不超过级数的尾部"),
               where=[M >= 1, N >= M, x > 0, every(k, sigma[k] >= 0), every(k, q[k] >= 0)], by=termwise(scaled((x + sigma[k]), x * q[k] <= (x + sigma[k]) * q[k])))
    yield holds(x * a + y <= 2 * h, ("and its first terms are x times the fixed number a = sum of q_k/P_k over k < M: so if the tail y is below h > 0, the product is at most 2h once x <= h/a, and tends to 0: the expectation of the sum is sum of p_k, absolutely",
                                     "其前若干项为 x 乘固定的数 a = Σ_(k<M) q_k/P_k：故尾部 y 小于 h > 0 时，只要 x ≤ h/a，该乘积就不超过 2h，从而趋于零：和的期望为 Σp_k，且绝对收敛"), where=[x > 0, a > 0, h > 0, x <= h / a, y <= h], by=through(
        h + y, first=squares(rest=a * (h / a - x))))
    yield therefore(r"\mathbb E\sum_{k\le K}\frac{a_k}{P(K\ge k)}=\sum_ka_k", ("the last product tends to 0 as N grows", "末项随 N 增大趋于零"))
