"""Invertible residual networks: inversion by contraction and the trace series of the log-determinant.

Statement.  If Lip(g) <= L < 1 then F = id + g is a bijection, Lip(F^-1) <= 1/(1 - L), and x -> y - g(x) finds F^-1(y) at the rate L^k; log det(I + A) is the sum of
            (-1)^(k+1) tr A^k/k, which one random probe estimates with a variance that depends on its law, and which a random stop makes unbiased.
Symbols.    L in [0, 1), k, N, M, d >= 1 integers; a, h, f >= 0 distances; p, q, r, s families of d reals (the dyads p q^T make up A); mu the fourth moment of an entry
            of the probe; sigma_i >= 0 singular values; P_k = P(K >= k) > 0; a_k the terms of a series.
Excluded.   L = 1.
Source.     Su Jianlin, 细水长flow之可逆ResNet：极致的暴力美学, 2019-03-21 (archives/6482).
"""
from mpmath import mp

from kexue import (Article, D, Sum, cite, delta, dot, eq, every, exp, family, holds, integer, lift, log, near_miss, outer, real, reference, show,
                   statement, therefore, tr, vector)
from kexue.tactics.combine import cases, induction, lemma, rewritten, scaled, squares, termwise, through, using

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
           limits=("Completeness is used through Banach's theorem.", "完备性通过 Banach 定理使用。"),
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
    yield show(eq(Sum(L ** (k + j) * a, j, 0, N), L ** k * (1 - L ** (N + 1)) / (1 - L) * a), ("steps shrink by L: |x_(k+N+1) - x_k| is at most this sum, a = |x_1 - x_0|",
               "步长按 L 缩小：|x_(k+N+1) - x_k| 至多为此和，a = |x₁ - x₀|"), where=[k >= 0, N >= 0], by=induction(N))
    yield holds(L ** k * (1 - L ** (N + 1)) / (1 - L) * a <= L ** k / (1 - L) * a, ("for every N at most L^k/(1 - L) a", "对任意 N 至多 L^k/(1 - L)·a"), where=[k >= 0, N >= 0, a >= 0],
                by=scaled(1 - L, L ** k * (1 - L ** (N + 1)) * a <= L ** k * a))
    yield holds(f <= L / (1 - L) * h, ("f = |x_k - x|, h = |x_k - x_(k-1)|: x is fixed, so f <= L |x_(k-1) - x| <= L (h + f)", "f = |x_k - x|，h = |x_k - x_(k-1)|：x 为不动点，故 f ≤ L|x_(k-1) - x| ≤ L(h + f)"),
                where=[f <= L * (h + f)], by=scaled(1 - L, f <= L * (h + f)))
    yield cite("Banach's fixed point theorem", "Rudin, Principles of Mathematical Analysis, 9.23", ("x -> y - g(x) has a fixed point for every y, so F is onto", "对任意 y，x ↦ y - g(x) 有不动点，故 F 为满射"))
    yield therefore(r"F\text{ is a bijection},\quad|x_k-F^{-1}(y)|\le\tfrac{L^k}{1-L}|x_1-x_0|", ("let N tend to infinity", "令 N 趋于无穷"))
    yield holds(eq(x - L * x - (y - L * y), (1 - L) * (x - y)), ("attained by g = -Lx", "g = -Lx 时取到"))
    soft = log(1 + exp(x))
    yield show(eq(D(soft - x, x), -1 / (1 + exp(x))), ("|g(x) - g(y)| < |x - y| alone is not enough: g = log(1 + e^x) - x has slopes in (-1, 0)", "仅有 |g(x) - g(y)| < |x - y| 不够：g = log(1 + e^x) - x 的斜率在 (-1, 0) 内"))
    yield holds(soft > 0, ("but F = log(1 + e^x) is not onto", "但 F = log(1 + e^x) 不是满射"))


TAIL = every(k, sigma[k] >= 0)
some = sigma[c]


def total(f): return Sum(f, i, 1, d)


largest = lemma(sigma[c] <= total(sigma[i]), d >= 1, TAIL, c >= 1, c <= d, by=rewritten(total(lift(0)) <= total((1 - delta(i, c)) * sigma[i]), termwise(cases(i - c))))


@statement(title=("Spectral normalisation, and its unsafe side", "谱归一化及其不安全的一侧"), tag="conditional", where=[d >= 1],
           says=("With 1-Lipschitz activations Lip(g) is at most the product of the spectral norms. Power iteration underestimates |W|_2, so c W/sigma may have a norm above c; "
                 "|(W^T W)^(2^q)|_F^(1/2^(q+1)) is an upper bound that decreases in q.",
                 "激活函数 1-Lipschitz 时 Lip(g) 不超过各谱范数之积。幂迭代低估 |W|₂，故 cW/σ 的范数可能大于 c；|(WᵀW)^(2^q)|_F^(1/2^(q+1)) 是随 q 递减的上界。"),
           limits=("The singular value decomposition is cited.", "引用了奇异值分解。"),
           near_miss=near_miss(lift(4) <= 4 * x ** 2 + y ** 2, ("After one step |cW/sigma|_2 <= c (W = diag(2, 1), u = (x, y)).", "一步之后 |cW/σ|₂ ≤ c（W = diag(2, 1)，u = (x, y)）。"),
                               where=[eq(x ** 2 + y ** 2, 1)], at={"x": 0, "y": 1}))
def spectral_normalisation_composition():
    yield holds(f <= y * x * a, ("one more layer: |.| grows by the factor y at most, after the factor x", "再加一层：在因子 x 之后至多再乘因子 y"), where=[h <= x * a, f <= y * h, y > 0], by=through(y * h, second=scaled(1 / y, h <= x * a)))
    yield cite("singular value decomposition", "Golub & Van Loan, Matrix Computations, 2.4", ("|W^T u|^2 = sum sigma_i^2 w_i^2 with sum w_i^2 <= 1, and |(W^T W)^m|_F^2 = sum sigma_i^(4m)",
               "|Wᵀu|² = Σσ_i²w_i²，Σw_i² ≤ 1；|(WᵀW)^m|_F² = Σσ_i^(4m)"))
    yield holds(total((y - sigma[i]) * w[i] ** 2) <= total(y * w[i] ** 2), ("power iteration returns at most the norm: y - sigma_i for the squares, y for the largest", "幂迭代的返回值不超过范数：y - σ_i 表示平方，y 为最大者"),
                where=[TAIL], by=termwise(squares((sigma[i], w[i]))))
    yield holds(some <= total(sigma[i]), ("the Frobenius norm of a power is at least its largest entry", "幂的 Frobenius 范数不小于其最大的元素"), where=[TAIL, c >= 1, c <= d], by=largest[1])
    yield holds(total(sigma[i] ** 2) <= total(sigma[i]) ** 2, ("squaring the matrix lowers the bound: sigma_i for sigma_i^(4m)", "矩阵平方使上界降低：σ_i 表示 σ_i^(4m)"), where=[TAIL], by=through(
        total(sigma[i] * Sum(sigma[c], c, 1, d)), ("le", "eq"), first=termwise(using(lemma(sigma[i] <= Sum(sigma[c], c, 1, d), d >= 1, TAIL, i >= 1, i <= d, by=rewritten(
            Sum(lift(0), c, 1, d) <= Sum((1 - delta(c, i)) * sigma[c], c, 1, d), termwise(cases(c - i)))), then=squares(rest=sigma[i] * (Sum(sigma[c], c, 1, d) - sigma[i]))))))
    yield therefore(r"\sigma_k^{\mathrm{power}}\le\|W\|_2\le\|(W^{\top}W)^{2^q}\|_F^{1/2^{q+1}},\text{ non-increasing in }q", ("take roots", "开方"))


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


def four(f): return Sum(Sum(Sum(Sum(f, c, 1, d), b, 1, d), l, 1, d), i, 1, d)


moment = delta(i, l) * delta(b, c) + delta(i, b) * delta(l, c) + delta(i, c) * delta(l, b) + (mu - 3) * delta(i, l) * delta(i, b) * delta(i, c)
def inner(f, g): return Sum(f[i] * g[i], i, 1, d)


@statement(title=("The variance of the stochastic trace", "随机迹估计的方差"), where=[d >= 1],
           says=("E e^T A e = tr A for uncorrelated entries of variance 1. With S = (A + A^T)/2 the variance is 2|S|_F^2 for normal, 2(|S|_F^2 - sum S_ii^2) for random signs, and "
                 "(2d|S|_F^2 - 2(tr A)^2)/(d+2) on the sphere of radius sqrt d. One probe for all powers stays unbiased.",
                 "分量不相关、方差为 1 时 E eᵀAe = tr A。记 S = (A + Aᵀ)/2，正态探针方差为 2|S|_F²，随机符号为 2(|S|_F² - ΣS_ii²)，半径 √d 的球面上为 (2d|S|_F² - 2(tr A)²)/(d+2)。所有幂共用一个探针仍无偏。"),
           limits=("The fourth moments are cited, and A is taken apart into dyads.", "四阶矩为引用，A 分解为并矢。"),
           near_miss=near_miss(eq(dot(u, u) * dot(v, v) + dot(u, v) ** 2, 2 * dot(u, u) * dot(v, v)), ("Var = 2|A|_F^2 for A that is not symmetric (A = u v^T).", "非对称 A 的方差为 2|A|_F²（A = uvᵀ）。"), where=[d >= 1],
                               at={"d": 2, "u": [1, 0], "v": [0, 1]}),
           references=[reference("tr A", "0.433333333333333333333333333333", lift(13) / 30)]
           + [reference(f"variance, {what}", digits, compute=lambda what=what: example(what)) for what, digits in (("gauss", "1.132222222222222222"), ("rademacher", "0.09"), ("sphere", "0.6042222222222222222"))]
           + [reference(f"one probe for 20 powers, {what}", digits, compute=lambda what=what: example(what, 20)) for what, digits in (("gauss", "1.1872775016938233748"), ("rademacher", "0.10581641966396361773"))])
def hutchinson_variance():
    yield cite("moments of the probe", "Isserlis, Biometrika 12 (1918) 134-139", ("E e_i e_j = delta_ij; E e_i e_l e_b e_c is the sum of the three pairings and (mu - 3) where all agree: mu = 3 normal, mu = 1 signs",
               "E e_ie_j = δ_ij；E e_ie_le_be_c 为三种配对之和，四指标相同时另加 (μ - 3)：正态 μ = 3，符号 μ = 1"))
    yield holds(eq(Sum(Sum(p[i] * q[l] * delta(i, l), l, 1, d), i, 1, d), inner(p, q)), ("the mean for A = p q^T is its trace", "A = pqᵀ 时均值为其迹"))
    yield holds(eq(four(p[i] * q[l] * r[b] * s[c] * moment) - inner(p, q) * inner(r, s), inner(p, r) * inner(q, s) + inner(p, s) * inner(q, r) + (mu - 3) * Sum(p[i] * q[i] * r[i] * s[i], i, 1, d)), (
        "the covariance for the dyads p q^T and r s^T: 2<S, S'> and (mu - 3) times the sum of products of diagonals", "并矢 pqᵀ 与 rsᵀ 的协方差：2<S, S'> 加 (μ - 3) 倍对角元乘积之和"))
    yield therefore(r"\operatorname{Var}e^{\top}Ae=2\|S\|_F^2+(\mu-3)\sum_iS_{ii}^2", ("A is a sum of dyads, and both sides are quadratic in A", "A 是并矢之和，两边都是 A 的二次型"))
    yield holds(eq(d * (T ** 2 + 2 * S2) / (d + 2) - T ** 2, (2 * d * S2 - 2 * T ** 2) / (d + 2)), (
        "on the sphere the three pairings carry the factor d/(d+2); T = tr A, S = |S|_F^2", "球面上三种配对带因子 d/(d+2)；T = tr A，S = |S|_F²"))


weights = every(k, P[k] > 0)


@statement(title=("An unbiased truncation", "无偏截断"), tag="conditional", where=[N >= 0],
           says=("If sum |a_k| is finite and P_k = P(K >= k) > 0 for all k, then E of the sum of a_k/P_k over k <= K is the sum of the series.",
                 "若 Σ|a_k| 有限且对一切 k 有 P_k = P(K ≥ k) > 0，则 Σ_(k≤K) a_k/P_k 的期望等于级数之和。"),
           limits=("For unbounded K Fubini's theorem is cited.", "K 无界时引用了 Fubini 定理。"),
           near_miss=near_miss(eq(x * (a / x) + y * (a / x + h / y), a + h), ("Dividing by P(K = k) works as well (K in {1, 2}, x + y = 1).", "除以 P(K = k) 亦可（K ∈ {1, 2}，x + y = 1）。"),
                               where=[x > 0, y > 0, eq(x + y, 1)], at={"x": "1/2", "y": "1/2", "a": 1, "h": 1}))
def russian_roulette_logdet():
    partial = Sum(p[k] / P[k], k, 1, j)
    yield holds(eq(Sum((P[j] - P[j + 1]) * partial, j, 1, N), Sum(p[k], k, 1, N) - P[N + 1] * Sum(p[k] / P[k], k, 1, N)), (
        "terms p_k, P(K = j) = P_j - P_(j+1), summation by parts; for K <= N, where P_(N+1) = 0, this is the claim", "记项为 p_k，P(K = j) = P_j - P_(j+1)，分部求和；K ≤ N 即 P_(N+1) = 0 时就是结论"),
        where=[weights], by=induction(N))
    yield cite("Fubini's theorem", "Rudin, Real and Complex Analysis, 8.8", ("E sum over k <= K of |a_k|/P_k = sum |a_k| is finite, so sum and expectation may be exchanged", "E Σ_(k≤K)|a_k|/P_k = Σ|a_k| 有限，故可交换求和与期望"))
    yield therefore(r"\mathbb E\sum_{k\le K}\frac{a_k}{P(K\ge k)}=\sum_ka_k", ("each a_k/P_k is counted with probability P_k", "每个 a_k/P_k 以概率 P_k 被计入"))
