"""The Hilbert-Schmidt independence criterion: what it is, how it is estimated, and when it decides independence.

Statement.  HSIC = |E phi psi^T - E phi E psi^T|^2 = E kl - 2 E kl' + E k E l. Its estimates are Tr(KHLH)/n^2, which is biased by a known amount under
            independence, and a U-statistic. It vanishes exactly under independence if both spectral measures have full support, but not for every
            positive kernel.
Symbols.    n, N, p, q >= 1 (n >= 2 or 4 where said); K, L : n x n kernel matrices, e the vector of ones, H = I - ee^T/n; Phi, Psi features as
            columns, W = diag(w), w the probabilities of N outcomes, o the vector of N ones (Wo = w, o.w = 1); P, Q positive kernels Phi^T Phi and
            Psi^T Psi; M = e.KLe, T = Tr KL, S = (e.Ke)(e.Le); A = (1 + 2/a^2)(1 + 2/b^2), C = 1/(ab)^2; r a correlation, s = r^2.
Excluded.   unbounded kernels in the first claim, where the expectations may not exist.
Source.     Su Jianlin, 简单谈谈HSIC：一个有意思的判断相关性的思路, 2019-08-26 (archives/6910).
"""
from fractions import Fraction

from mpmath import mp

from kexue import (Article, D, Integral, Sum, call, cite, delta, dot, eq, erf, exp, eye, family, function, holds, integer, lift, matrix, near_miss, oo, outer, pi, real, reference, show, sqrt,
                   statement, therefore, tr, vector, zeros)
from kexue.tactics.combine import auto, cases, integrated, lemma, scaled, termwise, through, using

article = Article(
    number=10, date="2019-08-26", source="https://kexue.fm/archives/6910",
    title=("HSIC: an idea for judging dependence", "简单谈谈HSIC：一个有意思的判断相关性的思路"),
    summary=("The criterion as a norm and as expectations, its estimates for every sample size, their means, the exact condition under which 0 means independence, "
             "and the linear case.", "HSIC 的范数形式与期望形式、任意样本量下的估计及其均值、“为零即独立”的确切条件，以及线性核情形。"),
    papers=("Gretton et al., Measuring Statistical Dependence with Hilbert-Schmidt Norms, ALT 2005",
            "Song et al., Feature Selection via Dependence Maximization, JMLR 13 (2012)",
            "Kornblith et al., Similarity of Neural Network Representations Revisited, ICML 2019"))

n, N, p, q, i, j, k, l = integer("n N p q i j k l")
a, b, r, s, t, x, y, rho, S, T, M = real("a b r s t x y rho S T M")
(e, v), (o, u, w) = vector("e v", n), vector("o u w", N)
K, L, X, Y, F, G = matrix("K", n), matrix("L", n), matrix("X", n, p), matrix("Y", n, q), matrix("F", p, n), matrix("G", q, n)
Phi, Psi, W, P, Q = matrix("Phi", p, N), matrix("Psi", q, N), matrix("W", N), matrix("P", N), matrix("Q", N)
(f1, f2), (g1, g2, g3), M_, V = vector("phi_1 phi_2", p), vector("psi_1 psi_2 psi_3", q), matrix("M", p, q), matrix("V", n)
kf, lf = function("kappa lambda")
omega, u_ = family("omega psi")
H = eye(n) - outer(e, e) / n
ONES = [eq(dot(e, e), n)]
PAIR = [call("symmetric", K), call("symmetric", L)]
OUTCOMES = [call("symmetric", W), eq(W @ o, w), eq(dot(o, w), 1)]


def population(P, Q): return tr(P @ W @ Q @ W) - 2 * dot(w, P @ W @ Q @ w) + dot(w, P @ w) * dot(w, Q @ w)


cross = Phi @ W @ Psi.T - outer(Phi @ w, Psi @ w)  # E phi psi^T - E phi E psi^T
A, C = (1 + 2 / a ** 2) * (1 + 2 / b ** 2), 1 / (a * b) ** 2
gauss = (A - 4 * r ** 2 * C) ** -Fraction(1, 2) - 2 * (A - r ** 2 * C) ** -Fraction(1, 2) + A ** -Fraction(1, 2)
unit = (9 - 4 * s) ** -Fraction(1, 2) - 2 * (9 - s) ** -Fraction(1, 2) + lift(1) / 3  # a = b = 1


def gaussian(exponent): return Integral(exp(exponent) / sqrt(2 * pi), t, -oo, oo)


GAUSS_LAW = eq(gaussian(x + y * t - M ** 2 * t ** 2 / 2), exp(x + y ** 2 / (2 * M ** 2)) / M)
GAUSS = integrated(exp(x + y ** 2 / (2 * M ** 2)) / M * erf((M * t - y / M) / sqrt(lift(2))) / 2)


@statement(title=("The criterion as a norm and as expectations", "范数形式与期望形式"), where=[N >= 1, p >= 1, q >= 1],
           says=("For bounded kernels k = phi.phi', l = psi.psi' and independent copies (x_i, y_i): HSIC = |E phi psi^T - E phi E psi^T|^2 = E k(x_1,x_2) l(y_1,y_2) - 2 E k(x_1,x_2) l(y_1,y_3) + E k E l, unchanged when u(x) + u(x') "
                 "is added to k. For normal variables of correlation r and Gaussian kernels of widths a, b it is (A - 4r^2 C)^(-1/2) - 2(A - r^2 C)^(-1/2) + A^(-1/2).",
                 "对有界核 k = φ·φ'、l = ψ·ψ' 与独立副本 (x_i, y_i)：HSIC = |E φψᵀ - E φ E ψᵀ|² = E k(x_1,x_2)l(y_1,y_2) - 2E k(x_1,x_2)l(y_1,y_3) + E k E l，且 k 加上 u(x) + u(x') 时不变。"
                 "对相关系数 r 的正态变量与宽度 a、b 的高斯核，其值为 (A - 4r²C)^(-1/2) - 2(A - r²C)^(-1/2) + A^(-1/2)。"),
           near_miss=near_miss(eq(tr(P @ W @ Q @ W) - dot(w, P @ W @ Q @ w) + dot(w, P @ w) * dot(w, Q @ w), population(P, Q)), ("The cross term has the factor 1.", "交叉项的系数为 1。"), where=[N >= 1]),
           references=[*[reference(f"r = {c}, a = b = 1", digits, gauss, at={"r": c, "a": 1, "b": 1}) for c, digits in (
               ("0.1", "3.725397587937423338315661e-4"), ("0.5", "0.01076332014379383352606085"), ("0.9", "0.05114344218538780281859224"), ("1", "0.07344014764674374821432370"))]])
def hsic_population():
    yield holds(eq(tr(cross.T @ cross), population(Phi.T @ Phi, Psi.T @ Psi)), ("N outcomes, features as columns: expand the square", "N 个结果，特征为列：展开平方"), where=OUTCOMES)
    yield show(eq(tr((M_ - outer(f1, g1)).T @ (M_ - outer(f1, g1))), tr(M_.T @ M_) - 2 * tr(M_.T @ outer(f1, g1)) + dot(f1, f1) * dot(g1, g1)), ("any law: with M = E phi psi^T, a = E phi, b = E psi", "任意分布：M = E φψᵀ，a = E φ，b = E ψ"))
    yield holds(eq(tr(outer(f1, g1).T @ outer(f2, g2)), dot(f1, f2) * dot(g1, g2)), (
        "linear in phi psi^T of each of two independent copies, so that the means may be taken one after the other: |M|^2 = E k(x_1,x_2) l(y_1,y_2), and |a|^2 |b|^2 = E k E l", "关于两个独立副本的 φψᵀ 分别线性，故可依次取均值：|M|² = E k(x_1,x_2)l(y_1,y_2)，且 |a|²|b|² = E k·E l"))
    yield holds(eq(tr(outer(f1, g1).T @ outer(f2, g3)), dot(f1, f2) * dot(g1, g3)), ("with three copies: the middle term is E k(x_1,x_2) l(y_1,y_3)", "用三个副本：中间项为 E k(x_1,x_2)l(y_1,y_3)"))
    yield holds(eq(population(P + outer(u, o) + outer(o, u), Q), population(P, Q)), ("u(x) + u(x') drops out", "u(x) + u(x') 消去"), where=[*OUTCOMES, call("symmetric", P), call("symmetric", Q)])
    yield show(eq((x + x) - 2 * (x + y) + (y + y), 0), ("for any law likewise, x = E u(x_1) l(y_1,y_2) and y = E u E l", "任意分布同理，x = E u(x_1)l(y_1,y_2)，y = E u·E l"))
    yield show(eq(dot(V @ v, V @ v), dot(v, v)), ("the normal density depends on |g| only, so the components along orthonormal vectors are independent standard normal variables: two of variance 2 and covariance 2c are sqrt 2 t and sqrt 2 (c t + s h), s^2 = 1 - c^2",
               "正态密度只依赖 |g|，沿标准正交方向的分量为独立标准正态：方差为 2、协方差为 2c 的两个变量即 √2 t 与 √2(ct + sh)，s² = 1 - c²"), where=[n >= 1, call("orthogonal", V)])
    yield show(eq(1 * r + (-1) * (-r), 2 * r), ("x_i = g_i, y_i = r g_i + sqrt(1 - r^2) h_i: c = r for x_1 - x_2, y_1 - y_2", "x_i = g_i，y_i = r g_i + √(1 - r²) h_i：对 x_1 - x_2、y_1 - y_2，c = r"))
    yield show(eq(1 * r + (-1) * 0, 2 * (r / 2)), ("c = r/2 for x_1 - x_2, y_1 - y_3, and c = 0 in the last term", "对 x_1 - x_2、y_1 - y_3，c = r/2；末项 c = 0"))
    yield show(eq(gaussian(x + y * t - M ** 2 * t ** 2 / 2), exp(x + y ** 2 / (2 * M ** 2)) / M), ("Gauss's integral", "Gauss 积分"), where=[M > 0], by=GAUSS)
    inner, outside = 1 + 2 * s ** 2 / b ** 2, 1 + 2 / a ** 2 + 2 * S
    yield show(eq(gaussian(-(rho * x + s * t) ** 2 / b ** 2 - t ** 2 / 2), exp(-rho ** 2 * x ** 2 / (b ** 2 + 2 * s ** 2)) / sqrt(inner)), ("the mean over h, here t, of e^(-(c t + s h)^2/b^2), with rho for c and x for t", "对 h（写作 t）取 e^(-(ct + sh)²/b²) 的均值，c 写作 ρ，t 写作 x"),
               where=[b > 0], by=using(lemma(GAUSS_LAW, M > 0, x=-rho ** 2 * x ** 2 / b ** 2, y=-2 * rho * x * s / b ** 2, M=sqrt(inner), by=GAUSS)))
    yield show(eq(gaussian(-t ** 2 / a ** 2 - S * t ** 2 - t ** 2 / 2), 1 / sqrt(outside)), ("and over t, with the factor e^(-t^2/a^2), for S = c^2/(b^2 + 2 s^2)", "再对 t 取均值，带因子 e^(-t²/a²)，S = c²/(b² + 2s²)"),
               where=[a > 0, S >= 0], by=using(lemma(GAUSS_LAW, M > 0, x=lift(0), y=lift(0), M=sqrt(outside), by=GAUSS)))
    for c, words in ((r, ("first term: -1/2 is the power of this", "首项：即此式的 -1/2 次幂")), (r / 2, ("cross term", "交叉项")), (lift(0), ("last term", "末项"))):
        yield holds(eq(inner * (1 + 2 / a ** 2 + 2 * (c ** 2 / (b ** 2 + 2 * s ** 2))), A - 4 * c ** 2 * C), words, where=[a > 0, b > 0, eq(s ** 2, 1 - c ** 2)])
    yield show(eq(D(unit, s), 2 * (9 - 4 * s) ** -Fraction(3, 2) - (9 - s) ** -Fraction(3, 2)), ("a = b = 1, s = r^2: the slope at 0 is 2/27 - 1/27 = 1/27", "a = b = 1，s = r²：在 0 处斜率为 2/27 - 1/27 = 1/27"), where=[s >= 0, s <= 1])
    yield show(eq(D(D(unit, s), s) / 2, 6 * (9 - 4 * s) ** -Fraction(5, 2) - Fraction(3, 4) * (9 - s) ** -Fraction(5, 2)), ("and half the second derivative is 6/243 - 1/324 = 7/324: HSIC = r^2/27 + 7 r^4/324 + ...", "二阶导数之半为 6/243 - 1/324 = 7/324：HSIC = r²/27 + 7r⁴/324 + …"),
               where=[s >= 0, s <= 1])


def data_kernel(points): return mp.matrix([[mp.exp(-mp.mpf(s - t) ** 2 / 2) for t in points] for s in points])


def example(kind):
    """x = (0, 1, 2, 4), y = (1, 0, 3, 3), Gaussian kernels of width 1."""
    K, L, H = data_kernel((0, 1, 2, 4)), data_kernel((1, 0, 3, 3)), mp.eye(4) - mp.ones(4) / 4
    trace = lambda m: mp.fsum(m[i, i] for i in range(4))
    if kind != "unbiased":
        return trace(K * H * L * H) / (16 if kind == "n^2" else 9)
    K, L, one = K - mp.eye(4), L - mp.eye(4), mp.ones(4, 1)
    total = lambda m: (one.T * m * one)[0]
    return (trace(K * L) + total(K) * total(L) / 6 - total(K * L)) / 4


@statement(title=("The empirical criterion", "经验估计"), where=[n >= 1],
           says=("For all n and symmetric K, L: Tr(KHLH)/n^2 = Tr KL/n^2 - 2 (Ke).(Le)/n^3 + (e.Ke)(e.Le)/n^4, so row sums suffice. For K = F^T F, L = G^T G it is |FHG^T|^2/n^2, never negative. Without symmetry the middle term is e.(LK + KL)e/n^3.",
                 "对任意 n 与对称的 K、L：Tr(KHLH)/n² = Tr KL/n² - 2(Ke)·(Le)/n³ + (e·Ke)(e·Le)/n⁴，故只需行和。K = FᵀF、L = GᵀG 时它等于 |FHGᵀ|²/n²，非负。不对称时中间项为 e·(LK + KL)e/n³。"),
           near_miss=near_miss(eq(tr(K @ H @ L), tr(K @ H @ L @ H)), ("One of the two H may be left out.", "两个 H 可以省去一个。"), where=[n >= 1, *ONES],
                               at={"n": 2, "K": [[1, 0], [0, 0]], "L": [[1, 0], [0, 0]], "e": [1, 1]}),
           references=[reference("example over n^2", "0.1107638660862703344074039", compute=lambda: example("n^2")),
                       reference("example over (n-1)^2", "0.1969135397089250389464957", compute=lambda: example("(n-1)^2"))])
def hsic_empirical_trace():
    yield holds(eq(tr(K @ H @ L @ H) / n ** 2, tr(K @ L) / n ** 2 - 2 * dot(K @ e, L @ e) / n ** 3 + dot(e, K @ e) * dot(e, L @ e) / n ** 4), ("multiply out; He = 0", "展开；He = 0"), where=[*ONES, *PAIR])
    yield holds(eq(tr(K @ H @ L @ H), tr(K @ L) - dot(e, (L @ K + K @ L) @ e) / n + dot(e, K @ e) * dot(e, L @ e) / n ** 2), ("without symmetry", "不要求对称"), where=ONES)
    yield holds(eq(tr(F.T @ F @ H @ (G.T @ G) @ H), tr((F @ H @ G.T).T @ (F @ H @ G.T))), ("positive kernels: the sum of the squares of the entries of FHG^T", "正定核：FHGᵀ 各元素的平方和"), where=[p >= 1, q >= 1])
    yield show(eq(tr(K @ H @ L) - tr(K @ H @ L @ H), dot(e, K @ H @ L @ e) / n), ("the second H matters: it removes this", "第二个 H 不可省：它去掉此项"), where=[*ONES, *PAIR])


def kt(i, j): return kf(i, j) * (1 - delta(i, j))
def lt(i, j): return lf(i, j) * (1 - delta(i, j))
def total(f, *indices):
    for index in reversed(indices):
        f = Sum(f, index, 1, n)
    return f


def apart_from(c, i, j): return (1 - delta(c, i)) * (1 - delta(c, j))
def distinct(c, d): return apart_from(c, i, j) * apart_from(d, i, j)
def row(i): return Sum(lt(i, l), l, 1, n)
def column(j): return Sum(lt(k, j), k, 1, n)


def split(*pairs):
    """Two indices are equal, where a factor 1 - delta vanishes, or different; the next pair."""
    if not pairs:
        return auto
    (a, b), then = pairs[0], split(*pairs[1:])
    return cases(a - b, below=then, above=then)


u_statistic = T / (n * (n - 1)) - 2 * (M - T) / (n * (n - 1) * (n - 2)) + (S - 4 * M + 2 * T) / (n * (n - 1) * (n - 2) * (n - 3))
ALL_ONES = {"S": (n * (n - 1)) ** 2, "M": n * (n - 1) ** 2, "T": n * (n - 1)}


@statement(title=("The unbiased estimate", "无偏估计"), where=[n >= 1, *ONES],
           says=("With the diagonals of K, L set to 0, [T + S/((n-1)(n-2)) - 2M/(n-2)]/(n(n-3)) is the U-statistic over distinct indices, hence unbiased (and may be negative): the sum of K_ij L_iq over distinct i, j, q is M - T, that of K_ij L_qr over "
                 "distinct i, j, q, r is S - 4M + 2T.",
                 "把 K、L 的对角线置零后，[T + S/((n-1)(n-2)) - 2M/(n-2)]/(n(n-3)) 是对相异指标的 U 统计量，从而无偏（可为负）：K_ij L_iq 对相异 i、j、q 之和为 M - T，K_ij L_qr 对相异 i、j、q、r 之和为 S - 4M + 2T。"),
           near_miss=near_miss(eq(ALL_ONES["S"] - 2 * ALL_ONES["M"] + ALL_ONES["T"], n * (n - 1) * (n - 2) * (n - 3)), ("It is S - 2M + T (all entries off the diagonal 1).", "应为 S - 2M + T（非对角元全为 1）。"), where=[n >= 4]),
           references=[reference("example", "0.08887320500713742526408545", compute=lambda: example("unbiased"))])
def hsic_unbiased():
    yield holds(eq(total(kt(i, j) * lt(i, k) * (1 - delta(k, j)), i, j, k), total(kt(i, j) * lt(i, k), i, j, k) - total(kt(i, j) * lt(i, j), i, j)), ("three distinct indices: M - T", "三个相异指标：M - T"),
                by=through(total(kt(i, j) * (Sum(lt(i, k), k, 1, n) - lt(i, j)), i, j), ("eq", "eq"), first=termwise(termwise(split((i, j))))))
    yield holds(eq(total(kt(i, j) * lt(k, l) * distinct(k, l), i, j, k, l), total(kt(i, j) * lt(k, l), i, j, k, l)
                   - total(kt(i, j) * lt(i, l), i, j, l) - total(kt(i, j) * lt(j, l), i, j, l) - total(kt(i, j) * lt(k, i), i, j, k) - total(kt(i, j) * lt(k, j), i, j, k)
                   + total(kt(i, j) * lt(i, j), i, j) + total(kt(i, j) * lt(j, i), i, j)), ("four distinct indices: for symmetric K and L this is S - 4M + 2T", "四个相异指标：K、L 对称时即 S - 4M + 2T"),
                by=through(total(kt(i, j) * apart_from(k, i, j) * (row(k) - lt(k, i) - lt(k, j)), i, j, k), ("eq", "eq"), first=termwise(termwise(termwise(split((i, j), (k, i), (k, j))))), second=through(
                    total(kt(i, j) * (Sum(row(k), k, 1, n) - row(i) - row(j) - column(i) - column(j) + lt(i, j) + lt(j, i)), i, j), ("eq", "eq"), first=termwise(termwise(split((i, j)))))))
    yield holds(eq(u_statistic, (T + S / ((n - 1) * (n - 2)) - 2 * M / (n - 2)) / (n * (n - 3))), ("the three averages, combined as in the population", "按总体公式组合三个平均"), where=[n >= 4])
    yield show(eq(ALL_ONES["S"] - 4 * ALL_ONES["M"] + 2 * ALL_ONES["T"], n * (n - 1) * (n - 2) * (n - 3)), ("a check: all entries off the diagonal 1", "检验：非对角元全为 1"))
    weights = omega[i] * omega[j] * omega[k] * omega[l]
    yield holds(eq(total(weights * (kf(i, j) * lf(k, l)), i, j, k, l), total(omega[i] * omega[j] * kf(i, j), i, j) * total(omega[k] * omega[l] * lf(k, l), k, l)), (
        "four independent points, here with the values 1, ..., n of probabilities omega: E k(x_1,x_2) l(y_3,y_4) = E k E l, as the mean is taken point by point", "四个独立的点（此处取值 1, …, n，概率为 ω）：逐点取平均得 E k(x_1,x_2)l(y_3,y_4) = E k·E l"))
    yield holds(eq(total(weights * (kf(i, j) * lf(i, k)), i, j, k, l), total(omega[i] * omega[j] * omega[k] * (kf(i, j) * lf(i, k)), i, j, k)), (
        "points that a term does not contain drop out", "项中未出现的点自动消去"), where=[eq(total(omega[l], l), 1)])
    pair = (1 - delta(i, j))
    triple, quadruple = pair * apart_from(k, i, j), pair * apart_from(k, i, j) * apart_from(l, i, j) * (1 - delta(l, k))
    pairs, triples, quadruples = n * (n - 1), n * (n - 1) * (n - 2), n * (n - 1) * (n - 2) * (n - 3)
    to_pairs = termwise(termwise(split((i, j))))
    yield show(eq(total(pair * x, i, j), pairs * x), ("the mean of each term with distinct indices is therefore one of three numbers, x = E k(x_1,x_2) l(y_1,y_2), ...", "故每个相异指标项的均值为三个数之一：x = E k(x_1,x_2)l(y_1,y_2)，…"))
    yield show(eq(total(triple * y, i, j, k), triples * y), ("... y = E k(x_1,x_2) l(y_1,y_3) ...", "…，y = E k(x_1,x_2)l(y_1,y_3)，…"), by=through(total(pair * (n - 2) * y, i, j), ("eq", "eq"), first=to_pairs))
    yield show(eq(total(quadruple * s, i, j, k, l), quadruples * s), ("... and s = E k E l: add up over all of them", "…，s = E k·E l：对全部项求和"), where=[n >= 3], by=through(
        total(triple * (n - 3) * s, i, j, k), ("eq", "eq"), first=termwise(termwise(termwise(split((i, j), (k, i), (k, j))))), second=through(total(pair * (n - 2) * (n - 3) * s, i, j), ("eq", "eq"), first=to_pairs)))
    yield holds(eq(pairs * x / pairs - 2 * (triples * y) / triples + quadruples * s / quadruples, x - 2 * y + s), ("the mean of the estimate is HSIC", "估计的均值即 HSIC"), where=[n >= 4])


tk, tl = real("T_K T_L")
same, apart = tl / n, -tl / (n * (n - 1))  # mean of L at a random place on, and off, the diagonal
two_k, two_l, one_k, one_l = total(kf(i, j), i, j), total(lf(k, l), k, l), total(kf(i, i), i), total(lf(k, k), k)
x2, y2 = real("x_2 y_2")


@statement(title=("The mean under independence", "独立时的均值"), where=[n >= 2],
           says=("For symmetric K, L with zero row sums the mean of Tr(K P L P^T) over all n! permutations is Tr K Tr L/(n-1). So for independent X, Y: E Tr(KHLH)/n^2 = (n-1)/n^2 (E k(x,x) - E k(x,x'))(E l(y,y) - E l(y,y')).",
                 "对行和为零的对称 K、L，Tr(K P L Pᵀ) 在全部 n! 个置换上的均值为 Tr K·Tr L/(n-1)。故 X、Y 独立时 E Tr(KHLH)/n² = (n-1)/n²·(E k(x,x) - E k(x,x'))(E l(y,y) - E l(y,y'))。"),
           near_miss=near_miss(eq(tk * tl / n, tk * same + (0 - tk) * apart), ("It is Tr K Tr L/n.", "应为 Tr K·Tr L/n。"), where=[n >= 2]))
def hsic_null_mean():
    off = total((1 - delta(k, l)) * lf(k, l), k, l)
    yield show(eq(x, 1 / n), ("composition with a fixed permutation maps the n! permutations onto themselves, so i goes to each place with the same probability x", "与固定置换复合把 n! 个置换一一映到自身，故 i 落在每处的概率同为 x"), where=[eq(total(x, k), 1)])
    yield show(eq(x, 1 / (n * (n - 1))), ("and a pair i != j to each pair of different places", "而 i ≠ j 落在每个相异位置对的概率也相同"), where=[eq(total((1 - delta(k, l)) * x, k, l), 1)])
    yield show(eq(off / (n * (n - 1)), -one_l / (n * (n - 1))), ("so the means of L are Tr L/n on the diagonal and, as its sum is 0, this off it", "故 L 的均值在对角线上为 Tr L/n，因总和为零，在其外为此值"), where=[eq(two_l, 0)])
    yield holds(eq(total(kf(i, j) * (delta(i, j) * same + (1 - delta(i, j)) * apart), i, j), one_k * same + (two_k - one_k) * apart), ("add up over i and j; T_L = Tr L", "对 i、j 求和；T_L = Tr L"))
    yield holds(eq(tk * same + (0 - tk) * apart, tk * tl / (n - 1)), ("the mean of Tr(K P L P^T), where the sum of K is 0", "Tr(K P L Pᵀ) 的均值，其中 K 的总和为零"))
    yield show(eq((H @ K @ H) @ e, zeros(n)), ("a centred matrix has zero row sums", "中心化矩阵的行和为零"), where=ONES)
    yield show(eq(tr(K @ H @ L @ H), tr((H @ K @ H) @ (H @ L @ H))), ("and the estimate consists of two of them", "估计量由两个中心化矩阵构成"), where=ONES)
    yield show(eq(total(omega[i] * u_[j] * (kf(i, i) * lf(j, j)), i, j), total(omega[i] * kf(i, i), i) * total(u_[j] * lf(j, j), j)), ("for independent X and Y the y may be permuted against the x, and Tr HKH, Tr HLH are independent: the mean of the product over all samples, here n of each, is that of the means",
               "X、Y 独立时可将 y 相对 x 置换，且 Tr HKH 与 Tr HLH 独立：乘积对全部样本（此处各 n 个）的均值为均值之积"))
    yield holds(eq(tr(H @ K @ H), tr(K) - dot(e, K @ e) / n), ("the trace", "其迹"), where=ONES)
    yield holds(eq(n * x - (n * x + n * (n - 1) * y) / n, (n - 1) * (x - y)), ("with the mean for x = E k(x,x), y = E k(x,x'), and likewise for l", "其均值，x = E k(x,x)，y = E k(x,x')；l 同理"))
    yield holds(eq((n - 1) * (x - y) * ((n - 1) * (x2 - y2)) / (n - 1) / n ** 2, (n - 1) / n ** 2 * (x - y) * (x2 - y2)), ("so E Tr(KHLH)/n^2 is this, x_2 = E l(y,y), y_2 = E l(y,y')", "故 E Tr(KHLH)/n² 即此，x₂ = E l(y,y)，y₂ = E l(y,y')"))


alpha = real("alpha")
triple = (3 + 4 * alpha ** 2 + 2 * alpha ** 4) / 9 - 2 * (2 * (1 + alpha + alpha ** 4) * (2 + alpha) + (1 + 2 * alpha) ** 2) / 27 + (3 + 4 * alpha + 2 * alpha ** 4) / 9 * ((5 + 4 * alpha) / 9)


@statement(title=("When 0 means independence", "何时“为零即独立”"), tag="conditional", where=[],
           says=("For translation-invariant kernels with spectral measures La, Lb, HSIC = ∫|phi_XY - phi_X phi_Y|^2 dLa dLb: it is 0 exactly under independence if both have full support (Gaussian, Laplace, Matern). For merely positive kernels this fails: "
                 "linear ones give |Cov(X, Y)|^2, which is 0 for X uniform on {-1, 0, 1}, Y = X^2.",
                 "平移不变核的谱测度为 La、Lb 时，HSIC = ∫|φ_XY - φ_X φ_Y|² dLa dLb：若二者支撑为全空间（Gauss、Laplace、Matérn），则当且仅当独立时为零。一般正定核则不然：线性核给出 |Cov(X, Y)|²，对 {-1, 0, 1} 上均匀的 X 与 Y = X² 为零。"),
           limits=("Bochner's theorem and the uniqueness of characteristic functions are cited.", "引用了 Bochner 定理与特征函数的唯一性。"),
           near_miss=near_miss(eq(rho, rho * rho), ("Uncorrelated means independent: P(X = 0, Y = 0) = P(X = 0) P(Y = 0) for X = -1, 0, 1 with probabilities (1-rho)/2, rho, (1-rho)/2 and Y = X^2.",
                               "不相关即独立：X = -1、0、1 的概率为 (1-ρ)/2、ρ、(1-ρ)/2，Y = X² 时 P(X = 0, Y = 0) = P(X = 0)P(Y = 0)。"), where=[rho > 0, rho < 1]),
           references=[reference("Gaussian kernels of width 1, Y = X^2", "0.01378041636099008483357872", triple, at={"alpha": exp(-lift(1) / 2)})])
def hsic_independence():
    yield cite("Bochner's theorem", "Rudin, Fourier Analysis on Groups, 1.4.3", ("k(x - x') is the integral of e^(is(x - x')) over La", "k(x - x') 是 e^(is(x - x')) 关于 La 的积分"))
    yield cite("Fubini's theorem", "Rudin, Real and Complex Analysis, 8.8", ("the three expectations of hsic_population become integrals of products of characteristic functions", "hsic_population 的三个期望化为特征函数乘积的积分"))
    yield holds(eq((x - a) ** 2 + (y - b) ** 2, x ** 2 + y ** 2 - 2 * (x * a + y * b) + (a ** 2 + b ** 2)), ("|phi_XY - phi_X phi_Y|^2 in real and imaginary parts: the same three terms", "|φ_XY - φ_X φ_Y|² 的实部与虚部：同样的三项"))
    yield therefore(r"\mathrm{HSIC}=\iint|\varphi_{XY}(s,t)-\varphi_X(s)\varphi_Y(t)|^2\,d\Lambda_a\,d\Lambda_b", ("collect the three terms under the integral", "三项并入积分号下"))
    yield cite("uniqueness of characteristic functions", "Feller, An Introduction to Probability Theory, vol. 2, XV.7", ("the integrand is continuous: where it vanishes on the support, that is everywhere, the laws agree", "被积函数连续：若在支撑（即全空间）上为零，则两分布相同"))
    yield therefore(r"\operatorname{supp}\Lambda_a,\operatorname{supp}\Lambda_b\text{ full}:\quad\mathrm{HSIC}=0\iff X,Y\text{ independent}", ("the converse is immediate", "反向显然"))
    yield holds(eq(population(Phi.T @ Phi, Psi.T @ Psi), tr(cross.T @ cross)), ("linear kernels, phi = x and psi = y: the squared norm of the covariance matrix", "线性核，φ = x、ψ = y：协方差矩阵范数的平方"), where=[N >= 1, p >= 1, q >= 1, *OUTCOMES])
    yield holds(eq((-1 * (1 - rho) / 2 + 0 * rho + 1 * (1 - rho) / 2) - 0 * (1 - rho), 0), ("X = -1, 0, 1 with probabilities (1-rho)/2, rho, (1-rho)/2: E X^3 - E X E X^2", "X = -1、0、1 的概率为 (1-ρ)/2、ρ、(1-ρ)/2：E X³ - E X·E X²"), where=[rho > 0, rho < 1])
    yield holds(eq(triple, 4 * (1 - alpha) ** 3 * (3 + 2 * alpha + alpha ** 2) / 81), ("with Gaussian kernels, alpha = e^(-1/2) and rho = 1/3", "Gauss 核，α = e^(-1/2)，ρ = 1/3"))
    yield holds(0 < triple, ("which is positive", "为正"), where=[alpha > 0, alpha < 1], by=scaled(81, 0 < 4 * (1 - alpha) * (1 - alpha) * (1 - alpha) * (3 + 2 * alpha + alpha ** 2)))


@statement(title=("The linear case", "线性核情形"), where=[n >= 1, p >= 1, q >= 1, *ONES],
           says=("For K = XX^T, L = YY^T: Tr(KHLH) = |X_c^T Y_c|^2 with X_c = HX, Y_c = HY, at the cost of npq instead of n^2 products; random features give the same formula.",
                 "K = XXᵀ、L = YYᵀ 时 Tr(KHLH) = |X_cᵀY_c|²，X_c = HX、Y_c = HY，代价为 npq 次而非 n² 次乘积；随机特征亦用此式。"),
           near_miss=near_miss(eq(tr(X @ X.T @ H @ Y @ Y.T @ H), tr((X.T @ Y).T @ (X.T @ Y))), ("Centring may be left out.", "可以省去中心化。"), where=[n >= 1, p >= 1, q >= 1, *ONES],
                               at={"n": 1, "p": 1, "q": 1, "X": [[1]], "Y": [[1]], "e": [1]}))
def hsic_linear_cka():
    yield show(eq(H @ H, H), ("H is a projection", "H 是投影"))
    yield holds(eq(tr(X @ X.T @ H @ (Y @ Y.T) @ H), tr(((H @ X).T @ (H @ Y)).T @ ((H @ X).T @ (H @ Y)))), ("turn the trace round", "利用迹的轮换"))
    yield holds(eq((H @ X).T @ e, zeros(p)), ("the columns of X_c have mean 0, so their sizes do not enter", "X_c 各列均值为零"))
