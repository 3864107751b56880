"""Performer: attention by random features, what they cost, what they miss, and what orthogonality buys.

Statement.  For normal w in R^d, e^(w.q - |q|^2/2) e^(w.k - |k|^2/2) has the mean e^(q.k). Orthogonal w with chi-distributed norms keep the mean and
            have the smaller variance in every dimension; for cosine features that fails. The order of products saves time when n > 2m.
Symbols.    d, n, m, N, j, r >= 1 integers; q, k, z = q + k vectors of R^d; a = |q|^2, b = |k|^2, c = q.k, x = |q+k|^2 = a + b + 2c, delta = |q-k|^2,
            y = delta/2; SM = e^c; c_r = Gamma(d+r) Gamma(d/2)/(2^r Gamma(d) Gamma(d/2+r)); Phi, Psi, V matrices; f, g_j > 0 features.
Excluded.   none.
Source.     Su Jianlin, Performer：用随机投影将Attention的复杂度线性化, 2020-12-01 (archives/7921).
"""
from fractions import Fraction

from mpmath import mp

from kexue import (Article, I, Integral, Sum, call, cite, cos, delta, dot, eq, every, exp, factorial, family, gamma, holds, hyp1f1, integer, lift, log, matrix, ne,
                   near_miss, oo, outer, pi, real, reference, show, sqrt, statement, therefore, vector, zeros)
from kexue.tactics.combine import cases, induction, integrated, lemma, monotone, rewritten, scaled, squares, termwise, through, using

article = Article(
    number=31, date="2020-12-01", source="https://kexue.fm/archives/7921",
    title=("Performer: attention made linear by random projections", "Performer：用随机投影将Attention的复杂度线性化"),
    summary=("Unbiasedness and exact variances of positive, cosine and symmetrised features; a short proof that orthogonal features help in every dimension, "
             "where that fails, which norms are biased, what the order of products saves, and why m < n features are never exact.",
             "正特征、余弦特征与对称化特征的无偏性和精确方差；正交特征在任意维度有益的简短证明及其失效之处；哪些模长有偏；"
             "乘法次序节省什么；为何 m < n 个特征永远不精确。"),
    papers=("Choromanski et al., Rethinking Attention with Performers, ICLR 2021",))

d, n, m, N, e, i, j, r, K = integer("d n m N e i j r K")
q, k, W = vector("q k w", d)
a, b, c, x, y, f, v, w = real("a b c x y f v w")
g, u, z, wi = family("g u z w")
half = Fraction(1, 2)
A, B, C, X, DELTA = dot(q, q), dot(k, k), dot(q, k), dot(q + k, q + k), dot(q - k, q - k)


INSTANCE = {"d": 8, "q": [Fraction(1, i + 2) for i in range(8)], "k": [Fraction((-1) ** i, i + 1) for i in range(8)]}


def coefficient(r, d=d): return gamma(d + r) * gamma(d / 2) / (2 ** r * gamma(d) * gamma(d / 2 + r))


def normal(t): return exp(-t ** 2 / 2) / sqrt(2 * pi)
def erf_at(u): return call("erf", u / sqrt(lift(2))) / 2
def squared(n): return Sum(z[i] ** 2, i, 1, n)  # |z|^2 with the first n coordinates only
def inner(n): return Sum(wi[i] * z[i], i, 1, n)
def beyond(n): return squared(d) - squared(n)
def mean(f): return Integral(f * normal(v), v, -oo, oo)  # over the coordinate w_j, which is written v
def growth(first, n): return exp(first + beyond(n) / 2)
def wave(first, n): return cos(first) * exp(-beyond(n) / 2)


def one_coordinate(partial, words, by):
    """The mean over w_j of x + y P_j is x + y P_(j-1): x, y do not depend on w_j."""
    return holds(eq(mean(x + y * partial(inner(j - 1) + z[j] * v, j)), x + y * partial(inner(j - 1), j - 1)), words, where=[j >= 1, j <= d], by=integrated(by))


def by_growth(y=y, c=1): return x * erf_at(v) + y * exp(c * inner(j - 1) + c ** 2 * beyond(j - 1) / 2) * erf_at(v - c * z[j])


EXPONENTIAL = one_coordinate(growth, (
    "E is an integral over all coordinates of w with the density prod e^(-w_i^2/2)/sqrt(2 pi); for z = (z_1, ..., z_d), after w_d, ..., w_(j+1) have been integrated out of e^(w.z), "
    "P_j = e^(w_1 z_1 + ... + w_j z_j + (z_(j+1)^2 + ... + z_d^2)/2) is left, and w_j leaves P_(j-1); x, y stand for what does not depend on w_j",
    "E 是以 Π e^(-w_i²/2)/√(2π) 为密度、对 w 的全部坐标的积分；对 z = (z_1, …, z_d)，从 e^(w·z) 中积去 w_d, …, w_(j+1) 后剩下 P_j = e^(w_1z_1 + … + w_jz_j + (z_(j+1)² + … + z_d²)/2)，"
    "再积去 w_j 得 P_(j-1)；x、y 表示与 w_j 无关的量"), by_growth())
COSINE = one_coordinate(wave, (
    "E is an integral over all coordinates of w with the density prod e^(-w_i^2/2)/sqrt(2 pi): after w_d, ..., w_(j+1) have been integrated out of cos(w.z), "
    "P_j = cos(w_1 z_1 + ... + w_j z_j) e^(-(z_(j+1)^2 + ... + z_d^2)/2) is left, and w_j leaves P_(j-1); x, y stand for what does not depend on w_j",
    "E 是以 Π e^(-w_i²/2)/√(2π) 为密度、对 w 的全部坐标的积分：从 cos(w·z) 中积去 w_d, …, w_(j+1) 后剩下 P_j = cos(w_1z_1 + … + w_jz_j) e^(-(z_(j+1)² + … + z_d²)/2)，"
    "再积去 w_j 得 P_(j-1)；x、y 表示与 w_j 无关的量"), x * erf_at(v) + (by_growth(y / 2, I) + by_growth(y / 2, -I) - 2 * x * erf_at(v)))


def both_ends(partial, whole, empty):
    """P_d is what is integrated, and P_0 its mean."""
    yield holds(eq(partial(inner(d), d), whole), ("P_d is what is integrated", "P_d 即被积的量"))
    yield holds(eq(partial(lift(0), lift(0)), empty), ("and P_0 is its mean", "P_0 即其均值"))


@statement(title=("Positive features are unbiased", "正特征是无偏的"), where=[d >= 1],
           says=("For all q, k and normal w: E e^(w.q - a/2) e^(w.k - b/2) = e^(q.k); so is the mean of m samples.",
                 "对任意 q、k 与正态 w：E e^(w·q - a/2) e^(w·k - b/2) = e^(q·k)，m 个样本的平均亦然。"),
           near_miss=near_miss(eq(exp(X / 2), exp(C)), ("The factors e^(-a/2), e^(-b/2) may be left out.", "可以省去因子 e^(-a/2)、e^(-b/2)。"), where=[d >= 1]),
           references=[reference("SM", "1.4625167165215114211", exp(C), at=INSTANCE), reference("a", "0.53976773116654069035", A, at=INSTANCE),
                       reference("b", "1.5274220521541950113", B, at=INSTANCE)])
def prf_unbiased():
    yield show(eq(exp(dot(W, q) - A / 2) * exp(dot(W, k) - B / 2), exp(-A / 2 - B / 2) * exp(dot(W, q + k))), ("the product of the features is a factor times e^(w.z), z = q + k", "特征之积为一因子乘 e^(w·z)，z = q + k"))
    yield EXPONENTIAL
    yield from both_ends(growth, exp(inner(d)), exp(squared(d) / 2))
    yield holds(eq(exp(-A / 2 - B / 2) * exp(X / 2), exp(C)), ("so E e^(w.z) = e^(|z|^2/2); with the factor, at z = q + k", "故 E e^(w·z) = e^(|z|²/2)；乘上因子，取 z = q + k"))
    yield holds(eq(Sum(exp(C), i, 1, m) / m, exp(C)), ("m samples are integrated out one after the other, x being what the others add: m equal means", "m 个样本依次积去，x 为其余样本之和：m 个相等的均值"), where=[m >= 1])


@statement(title=("Cosine features are unbiased", "余弦特征是无偏的"), where=[d >= 1],
           says=("For all q, k and normal w: E e^((a+b)/2) cos(w.(q-k)) = e^(q.k); so is the mean of m samples.",
                 "对任意 q、k 与正态 w：E e^((a+b)/2) cos(w·(q-k)) = e^(q·k)，m 个样本的平均亦然。"),
           near_miss=near_miss(eq(exp((A + B) / 2) * exp(-DELTA), exp(C)), ("E cos(w.z) = e^(-|z|^2).", "E cos(w·z) = e^(-|z|²)。"), where=[d >= 1]))
def trig_unbiased():
    yield COSINE
    yield from both_ends(wave, cos(inner(d)), exp(-squared(d) / 2))
    yield holds(eq(exp((A + B) / 2) * exp(-DELTA / 2), exp(C)), ("so E cos(w.z) = e^(-|z|^2/2); with the factor, at z = q - k", "故 E cos(w·z) = e^(-|z|²/2)；乘上因子，取 z = q - k"))
    yield holds(eq(Sum(exp(C), i, 1, m) / m, exp(C)), ("m samples are integrated out one after the other, x being what the others add: m equal means", "m 个样本依次积去，x 为其余样本之和：m 个相等的均值"), where=[m >= 1])


positive = exp(C) ** 2 * (exp(X) - 1)
trigonometric = exp(A + B) * (1 - exp(-DELTA)) ** 2 / 2
apart = lemma(z[j] ** 2 <= squared(d), d >= 1, j >= 1, j <= d, d=d, j=j, by=rewritten(
    Sum(lift(0), i, 1, d) <= Sum((1 - delta(i, j)) * z[i] ** 2, i, 1, d), termwise(cases(i - j, below=squares((1, z[i])), above=squares((1, z[i]))))))


@statement(title=("The variances of one feature", "单个特征的方差"), tag="sharper", where=[d >= 1],
           says=("Positive features: SM^2 (e^x - 1); cosine features: e^(a+b) (1 - e^-delta)^2/2; (e^(w.z) + e^(-w.z))/2: (1 - e^-x)/2 times the first. The "
                 "first is 0 only at q = -k, the second only at q = k.",
                 "正特征：SM²(e^x - 1)；余弦特征：e^(a+b)(1 - e^-δ)²/2；(e^(w·z) + e^(-w·z))/2：第一者的 (1 - e^-x)/2 倍。第一者仅在 q = -k 处为 0，第二者仅在 q = k 处为 0。"),
           near_miss=near_miss(positive <= trigonometric, ("Positive features never have the larger variance.", "正特征的方差从不更大。"), where=[d >= 1],
                               at={"d": 1, "q": [1], "k": [1]}),
           references=[reference("positive", "34.016386604455940506", positive, at=INSTANCE), reference("cosine", "2.1018072641005344953", trigonometric, at=INSTANCE),
                       reference("symmetrised", "16.001986174088115348", (1 - exp(-X)) / 2 * positive, at=INSTANCE)])
def prf_variance():
    yield EXPONENTIAL
    yield from both_ends(growth, exp(inner(d)), exp(squared(d) / 2))
    yield COSINE
    yield from both_ends(wave, cos(inner(d)), exp(-squared(d) / 2))
    u = dot(W, q + k)
    yield show(eq((exp(-A / 2 - B / 2) * exp(u)) ** 2, exp(-A - B) * exp(2 * u)), ("the square of a positive feature: the mean at 2z", "正特征的平方：取 2z 处的均值"))
    yield holds(eq(exp(-A - B) * exp(2 ** 2 * X / 2) - exp(C) ** 2, positive), ("second moment less SM^2", "二阶矩减 SM²"))
    t = dot(W, q - k)
    yield show(eq((exp((A + B) / 2) * cos(t)) ** 2, exp(A + B) / 2 + exp(A + B) / 2 * cos(2 * t)), ("of a cosine feature: 2z, and a constant", "余弦特征的平方：2z 处与一个常数"))
    yield holds(eq(exp(A + B) / 2 + exp(A + B) / 2 * exp(-2 ** 2 * DELTA / 2) - exp(C) ** 2, trigonometric), ("second moment less SM^2", "二阶矩减 SM²"))
    yield show(eq((exp(-A / 2 - B / 2) * (exp(u) + exp(-u)) / 2) ** 2, exp(-A - B) / 2 + exp(-A - B) / 4 * exp(2 * u) + exp(-A - B) / 4 * exp(-2 * u)), ("of the symmetrised one: 2z, -2z, and a constant", "对称化特征的平方：2z、-2z 处与一个常数"))
    yield holds(eq(exp(-A - B) / 2 + exp(-A - B) / 4 * exp(2 ** 2 * X / 2) + exp(-A - B) / 4 * exp((-2) ** 2 * X / 2) - exp(C) ** 2, (1 - exp(-X)) / 2 * positive), ("second moment less SM^2", "二阶矩减 SM²"))
    yield show(0 < squared(d), ("|z|^2 > 0 where some coordinate is not 0: x > 0 for q != -k, delta > 0 for q != k", "某坐标不为零时 |z|² > 0：q ≠ -k 时 x > 0，q ≠ k 时 δ > 0"), where=[j >= 1, j <= d, ne(z[j], 0)], by=through(
        z[j] ** 2, ("lt", "le"), first=squares((1, z[j])), second=using(apart)))
    yield holds(0 < y ** 2 * (exp(x) - 1), ("y = SM > 0; at x = 0 the second factor vanishes", "y = SM > 0；x = 0 处第二个因子为零"), where=[x > 0, y > 0],
                by=scaled(1 / y ** 2, 0 < exp(x) - 1, monotone(x, strict="slope")))
    yield holds(0 < y * (1 - exp(-x)) ** 2 / 2, ("likewise with delta for x and y = e^(a+b)", "同理：x 为 δ，y = e^(a+b)"), where=[x > 0, y > 0],
                by=using(lemma(exp(-x) < 1, x > 0, x=x, by=monotone(x, strict="slope")), then=squares((y / 2, 1 - exp(-x)))))


RANGE = [d >= 1, r >= 1]
least = 2 ** (1 - r) <= coefficient(r)
at_least = lemma(least, *RANGE, r=r, d=d, by=induction(r, base=1, step=through(coefficient(r) / 2)))
gain = lift(2) / (d + 2) * (1 - 2 ** (1 - r)) <= 1 - coefficient(r)
lost = r / (d + 2 * r)
gained = induction(r, base=1, step=using(at_least, then=through(
    lift(2) / (d + 2) * (1 - 2 ** (1 - r)) + lost * 2 ** (1 - r), second=through(1 - coefficient(r) + lost * 2 ** (1 - r)))))
angle = gamma(d / 2) * gamma(r + half) / (gamma(lift(half)) * gamma(d / 2 + r))
covariance = exp(-A - B) * (hyp1f1(d, d / 2, X / 2) - exp(X))
MOMENTS = (("moments of a uniform direction and of the chi-square law", "均匀方向与卡方分布的矩"), "Muirhead, Aspects of Multivariate Statistical Theory, 1.5", (
    "w_1 + w_2 has a uniform direction independent of its squared norm, which is chi-square with 2d degrees: the orthogonal directions are Haar distributed",
    "w₁ + w₂ 的方向均匀且与模长独立，模长平方服从自由度 2d 的卡方分布：正交方向服从 Haar 分布"))


@statement(title=("Orthogonal features are better in every dimension", "正交特征在任意维度都更好"), tag="sharper", where=[d >= 2],
           limits=("The law of the sum of two orthogonal features is cited.", "两个正交特征之和的分布为引用。"),
           says=("For 2 <= m <= d orthogonal features with independent chi_d norms: the mean stays, the covariance of two is e^(-a-b) (1F1(d; d/2; x/2) - e^x) <= "
                 "-2/(d+2) (SM - e^(-(a+b)/2))^2, negative for x > 0, and the mean square error is Var/m + (m-1)/m Cov.",
                 "2 ≤ m ≤ d 个正交特征、模长独立服从 χ_d：均值不变，两两协方差为 e^(-a-b)(1F1(d; d/2; x/2) - e^x) ≤ -2/(d+2)·(SM - e^(-(a+b)/2))²，x > 0 时为负，"
                 "均方误差为 Var/m + (m-1)/m·Cov。"),
           near_miss=near_miss(eq(positive + (d - 1) * covariance, 0), ("With m = d orthogonal features the error vanishes.", "取 m = d 个正交特征时误差为零。"),
                               where=[d >= 2], at={"d": 2, "q": [1, 0], "k": [0, 0]}),
           references=[reference("Cov", "-0.51976124307155655524", covariance, at=INSTANCE),
                       reference("bound of Cov", "-0.24499719855208354702", -2 / (d + 2) * (exp(C) - exp(-(A + B) / 2)) ** 2, at=INSTANCE),
                       reference("m = 8, independent", "4.25204832555699256", positive / 8, at=INSTANCE),
                       reference("m = 8, orthogonal", "3.79725723786938058", positive / 8 + Fraction(7, 8) * covariance, at=INSTANCE)])
def orthogonal_gain():
    yield cite(*MOMENTS)
    yield show(eq(2 ** r * gamma(d + r) / gamma(d) * angle / factorial(2 * r), coefficient(r) / factorial(r)), (
        "moment of the norm times moment of the direction over (2r)!: the term of degree r in x", "模长矩乘方向矩除以 (2r)!：x 的 r 次项"), where=[r >= 0], by=induction(r))
    yield therefore(r"\mathbb E\,e^{(w_1+w_2)\cdot z}=\sum_{r\ge0}\frac{x^r}{r!}c_r={}_1F_1(d;\tfrac d2;\tfrac x2),\quad c_r=\frac{\Gamma(d+r)\Gamma(d/2)}{2^r\Gamma(d)\Gamma(d/2+r)}", (
        "odd moments vanish; all terms are positive", "奇数阶矩为零；各项为正"))
    yield holds(eq(coefficient(r + 1), coefficient(r) * (d + r) / (d + 2 * r)), ("c_(r+1)/c_r = (d+r)/(d+2r)", "c_(r+1)/c_r = (d+r)/(d+2r)"), where=[r >= 0])
    yield show(least, ("so c_r >= 2^(1-r)", "故 c_r ≥ 2^(1-r)"), where=[r >= 1], by=at_least[1])
    yield holds(gain, ("and 1 - c_r >= 2/(d+2) (1 - 2^(1-r)), by induction because (r-1) d >= 0", "且 1 - c_r ≥ 2/(d+2)·(1 - 2^(1-r))，由 (r-1)d ≥ 0 归纳"), where=[r >= 1], by=gained)
    yield show(eq(exp(x) - 1 - 2 * (exp(x / 2) - 1), (exp(x / 2) - 1) ** 2), ("the sum of x^r/r! (1 - 2^(1-r)) over r >= 1", "对 r ≥ 1 求 x^r/r!·(1 - 2^(1-r)) 之和"))
    yield show(0 < (exp(x / 2) - 1) ** 2, ("which is positive for x > 0", "x > 0 时为正"), where=[x > 0], by=using(
        lemma(1 < exp(y), y > 0, by=monotone(y, strict="slope"), y=x / 2), then=squares((1, exp(x / 2) - 1))))
    yield show(eq(exp(-A - B) * (exp(X / 2) - 1) ** 2, (exp(C) - exp(-(A + B) / 2)) ** 2), ("with the factor e^(-a-b)", "乘上因子 e^(-a-b)"))
    yield therefore(r"\operatorname{Cov}=e^{-(a+b)}\bigl[{}_1F_1(d;\tfrac d2;\tfrac x2)-e^x\bigr]\le-\tfrac2{d+2}\bigl(\mathrm{SM}-e^{-(a+b)/2}\bigr)^2", (
        "add the inequalities, each times x^r/r!", "各不等式乘 x^r/r! 后相加"))
    yield holds(eq((m * v + m * (m - 1) * w) / m ** 2, v / m + (m - 1) / m * w), ("m variances and m(m-1) covariances", "m 个方差与 m(m-1) 个协方差"), where=[m >= 2])


def bracket(y): return exp(-y) * (1 - y + y ** 2 / 6) - exp(-2 * y)


@statement(title=("For cosine features orthogonality can hurt", "余弦特征正交化可能有害"), tag="false", where=[d >= 1],
           post=("Orthogonal features always lower the variance.", "正交特征总能降低方差。"),
           limits=("The law of the sum of two orthogonal features is cited.", "两个正交特征之和的分布为引用。"),
           says=("The covariance is e^(a+b) (sum of (-delta)^r/r! c_r - e^-delta): negative for small delta, but for d = 4 positive at delta = 12 and at delta = 20.",
                 "协方差为 e^(a+b)(Σ(-δ)^r/r!·c_r - e^-δ)：δ 小时为负，但 d = 4 时在 δ = 12 与 δ = 20 处为正。"),
           near_miss=near_miss(bracket(y) <= 0, ("It never hurts (d = 4).", "从不有害（d = 4）。"), where=[y > 0], at={"y": 6}),
           references=[reference("d = 4, delta = 12", "0.00247261", bracket(lift(6))), reference("d = 4, delta = 20", "0.000348064", bracket(lift(10))),
                       reference("d = 8, delta = 12", "0.000347963", hyp1f1(lift(8), lift(4), lift(-6)) - exp(lift(-12)))])
def orthogonal_trig_not_always():
    yield cite(*MOMENTS)
    yield therefore(r"\operatorname{Cov}=e^{a+b}\Bigl[\sum_{r\ge0}\frac{(-\delta)^r}{r!}c_r-e^{-\delta}\Bigr]", (
        "cos u cos v = (cos(u+v) + cos(u-v))/2, and w_1 - w_2 has the law of w_1 + w_2", "cos u cos v = (cos(u+v) + cos(u-v))/2，且 w₁ - w₂ 与 w₁ + w₂ 同分布"))
    yield holds(eq(coefficient(lift(1)), 1), ("the bracket has no term of degree 1", "括号内没有一次项"))
    yield holds(coefficient(lift(2)) < 1, ("and a negative one of degree 2: orthogonality helps for small delta", "二次项为负：δ 小时正交化有益"))
    yield show(eq(coefficient(r, lift(4)), (r * (r - 1) + 6 * r + 6) / (6 * 2 ** r)), ("for d = 4 the coefficients are polynomials over 2^r", "d = 4 时系数为多项式除以 2^r"), where=[r >= 0], by=induction(r))
    yield therefore(r"d=4:\quad\sum_{r\ge0}\frac{(-\delta)^r}{r!}c_r=e^{-y}\Bigl(1-y+\frac{y^2}6\Bigr),\ y=\frac\delta2", (
        "sum of (-y)^r/r! r(r-1) = y^2 e^-y, of (-y)^r/r! r = -y e^-y", "Σ(-y)^r/r!·r(r-1) = y²e^-y，Σ(-y)^r/r!·r = -y e^-y"))
    yield holds(bracket(y) < 0, ("negative for 0 < y < 2", "0 < y < 2 时为负"), where=[0 < y, y < 2], by=scaled(exp(y), 1 - y + y ** 2 / 6 < exp(-y)))
    yield holds(bracket(lift(6)) > 0, ("e^-6 - e^-12 at delta = 12", "δ = 12 处为 e^-6 - e^-12"), by=scaled(exp(lift(12)), 1 < exp(lift(6)), using(more := lemma(
        1 < exp(x), x > 0, by=monotone(x, strict="slope"), x=6))))
    yield holds(bracket(lift(10)) > 0, ("and 23/3 e^-10 - e^-20 at delta = 20", "δ = 20 处为 (23/3)e^-10 - e^-20"), by=scaled(
        exp(lift(20)), 1 < Fraction(23, 3) * exp(lift(10)), using((*more[:2], {"x": lift(10)}))))


def fixed(r): return (d / 2) ** r * gamma(d / 2) / gamma(d / 2 + r)


def radii(d, m):
    """Half the squares of the radii at which the chi_d law has the probabilities 1/(m+1), ..., m/(m+1); d > 2 even."""
    h, out = d // 2, []
    for i in range(1, m + 1):
        y = mp.mpf(h - 1)  # the mode: on either side Newton's iteration stays there
        for _ in range(40):
            terms = [mp.mpf(1)]
            for s in range(1, h):
                terms.append(terms[-1] * y / s)
            step = (1 - mp.mpf(i) / (m + 1) - mp.exp(-y) * mp.fsum(terms)) / (mp.exp(-y) * terms[-1])
            y -= step
            if abs(step) < mp.mpf(10) ** -14 * y:
                break
        out.append(y)
    return out


def quantiles(d, m, x):
    with mp.workdps(22):
        return mp.fsum(mp.hyp0f1(mp.mpf(d) / 2, y * x / 2) for y in radii(d, m)) / m * mp.exp(-mp.mpf(x) / 2)


def square_root(d, x): return mp.hyp0f1(mp.mpf(d) / 2, mp.mpf(d) * x / 4) * mp.exp(-mp.mpf(x) / 2)


@statement(title=("Convenient norms are biased", "方便的模长是有偏的"), tag="false", where=[d >= 1],
           post=("The norms may be set to radii of equal probability.", "模长可取等概率的半径。"),
           limits=("The moments of a uniform direction are cited; equal-probability radii for d > 2 are evaluated only.", "均匀方向的矩为引用；d > 2 的等概率半径仅作数值计算。"),
           says=("With all norms sqrt(d) the expectation is 0F1(; d/2; dx/4) e^(-x/2) < 1 times SM for x > 0; with the m radii of probability i/(m+1) their mean "
                 "square is below d for d = 2 and every m, so they are biased too.",
                 "模长全取 √d 时期望为 SM 的 0F1(; d/2; dx/4)e^(-x/2) < 1 倍（x > 0）；取概率 i/(m+1) 的 m 个半径时，d = 2 对每个 m 均方都小于 d，故同样有偏。"),
           near_miss=near_miss(eq(2 / m * (m * log(m + 1) - Sum(log(i), i, 1, m)), 2), ("Equal probability keeps the mean square d (d = 2).", "等概率半径保持均方为 d（d = 2）。"), where=[m >= 1]),
           references=[*[reference(f"sqrt(d): d = {d}, x = {x}", digits, compute=lambda d=d, x=x: square_root(d, x)) for d, x, digits in (
               (8, 2, "0.920786361300199842"), (64, 8, "0.809799827743270046"))],
               *[reference(f"quantiles: d = {d}, m = {m}, x = {x}", digits, compute=lambda d=d, m=m, x=x: quantiles(d, m, x)) for d, m, x, digits in (
                   (16, 64, 1, "0.996216601387006"), (16, 64, 4, "0.964787714952916"), (64, 256, 8, "0.986784479657105"), (64, 256, 16, "0.933483804773238"))]])
def biased_norms():
    yield cite(("moments of a uniform direction", "均匀方向的矩"), "Muirhead, Aspects of Multivariate Statistical Theory, 1.5", (
        "E (h.z)^(2r) = x^r Gamma(d/2) Gamma(r+1/2)/(Gamma(1/2) Gamma(d/2+r))", "E (h·z)^(2r) = x^r Γ(d/2)Γ(r+1/2)/(Γ(1/2)Γ(d/2+r))"))
    yield show(eq(d ** r * angle / factorial(2 * r), fixed(r) / (2 ** r * factorial(r))), ("the term of degree r for the norm sqrt(d): that of e^(x/2) times this factor",
               "模长 √d 的 r 次项：e^(x/2) 的对应项乘以该因子"), where=[r >= 0], by=induction(r))
    yield holds(fixed(r) <= 1, ("a product of factors d/(d + 2j)", "若干 d/(d + 2j) 之积"), where=[r >= 0], by=induction(r, step=through(fixed(r))))
    yield holds(fixed(r) <= d / (d + 2), ("below 1 from degree 2 on", "自二次项起小于 1"), where=[r >= 2], by=induction(r, base=2, step=through(fixed(r))))
    yield therefore(r"\mathbb E=\mathrm{SM}\cdot{}_0F_1(;\tfrac d2;\tfrac{dx}4)\,e^{-x/2}<\mathrm{SM}\quad(x>0)", ("compare the series term by term", "逐项比较级数"))
    rises = lemma(log(1 + y) < y, y > 0, by=monotone(y, strict="slope"), y=1 / (m + 1))
    yield holds(m * log(m + 1) < Sum(log(i), i, 1, m) + m, ("for d = 2 the squares are 2 (log(m+1) - log i), i = 1, ..., m: so their mean is below 2",
                "d = 2 时半径平方为 2(log(m+1) - log i)，i = 1, …, m：故均值小于 2"), where=[m >= 1], by=induction(
                    m, base=1, first=using((*rises[:2], {"y": lift(1)})), step=using(rises, then=through(
                        (m + 1) * log(m + 1) + 1, ("lt", "lt"), first=scaled(1 / (m + 1), log(1 + 1 / (m + 1)) < 1 / (m + 1))))))


Phi, Psi, V, S = matrix("Phi", n, m), matrix("Psi", N, m), matrix("V", N, e), matrix("S", e, m)
(phi, psi), val, vec, left, square = vector("phi psi", m), vector("v", e), vector("u", n), *matrix("Phi Psi", n, m)


@statement(title=("What the order of products saves", "乘法次序节省什么"), where=[n >= 1, m >= 1, d >= 1, N >= 1, e >= 1],
           says=("(Phi Psi^T) V = Phi (Psi^T V). Softmax attention costs 4 n^2 d operations, the linear form 8 n m d with its features: it is cheaper exactly for n > 2m, "
                 "whatever d is. The causal form adds v psi^T to a state of size e x m.",
                 "(ΦΨᵀ)V = Φ(ΨᵀV)。softmax 注意力需 4n²d 次运算，线性形式（含特征）需 8nmd：当且仅当 n > 2m 时更省，与 d 无关。因果形式每步把 vψᵀ 加到 e×m 的状态上。"),
           near_miss=near_miss(8 * n * m * d < 4 * n ** 2 * d, ("It is cheaper for every n.", "对任意 n 都更省。"), where=[n >= 1, m >= 1, d >= 1]),
           references=[reference("break-even for m = 256", "512", 2 * m, at={"m": 256})])
def associativity_cost():
    yield holds(eq((Phi @ Psi.T) @ V, Phi @ (Psi.T @ V)), ("matrix products associate", "矩阵乘法满足结合律"))
    yield holds(8 * n * m * d < 4 * n ** 2 * d, ("cheaper for n > 2m", "n > 2m 时更省"), where=[2 * m < n], by=scaled(1 / (4 * n * d), 2 * m < n))
    yield holds(4 * n ** 2 * d <= 8 * n * m * d, ("and not for n <= 2m", "n ≤ 2m 时不省"), where=[n <= 2 * m], by=scaled(1 / (4 * n * d), n <= 2 * m))
    yield holds(eq((S + outer(val, psi)) @ phi, S @ phi + dot(phi, psi) * val), ("one step of the causal form: the new term of the sum", "因果形式的一步：和式的新一项"))


@statement(title=("The normalised output is biased", "归一化后的输出有偏"), tag="false", where=[n >= 1],
           post=("Performer attention is an unbiased estimate of softmax attention.", "Performer 注意力是 softmax 注意力的无偏估计。"),
           says=("With one feature the output does not depend on q at all. For d = 1, k = +-1, v = (1, 0) it averages to 1/2 over every pair w, -w, whereas attention gives "
                 "e/(e + 1/e) = 0.88 at q = 1.",
                 "只有一个特征时输出与 q 完全无关。d = 1、k = ±1、v = (1, 0) 时，它对每一对 w、-w 的平均为 1/2，而注意力在 q = 1 处为 e/(e + 1/e) = 0.88。"),
           near_miss=near_miss(eq((exp(w - half) / (exp(w - half) + exp(-w - half)) + exp(-w - half) / (exp(-w - half) + exp(w - half))) / 2,
                                  exp(lift(1)) / (exp(lift(1)) + exp(lift(-1)))), ("It averages to the attention weight.", "它的平均等于注意力权重。")),
           references=[reference("attention at q = 1", "0.88079707797788244406", exp(lift(1)) / (exp(lift(1)) + exp(lift(-1))))])
def normalised_output_biased():
    yield holds(eq(Sum(f * g[i] * u[i], i, 1, n) / Sum(f * g[i], i, 1, n), Sum(g[i] * u[i], i, 1, n) / Sum(g[i], i, 1, n)), (
        "the feature f > 0 of q cancels", "q 的特征 f > 0 被约去"), where=[f > 0, every(i, g[i] > 0)])
    up, down = exp(w - half), exp(-w - half)
    yield holds(eq((up / (up + down) + down / (down + up)) / 2, half), ("the output at w and at -w", "在 w 与 -w 处的输出"))
    yield holds(half < exp(lift(1)) / (exp(lift(1)) + exp(lift(-1))), ("attention itself gives more", "注意力本身更大"), by=scaled(
        2 * (exp(lift(1)) + exp(lift(-1))) * exp(lift(1)), 1 < exp(lift(2)), using(lemma(1 < exp(x), x > 0, by=monotone(x, strict="slope"), x=2))))


def singular_values():
    with mp.workdps(25):
        return sorted(mp.eigsy(mp.matrix([[mp.exp(mp.mpf(i * j) / 8) for j in range(8)] for i in range(8)]), eigvals_only=True), reverse=True)


@statement(title=("Fewer features than positions are never exact", "特征少于位置则永不精确"), tag="sharper", where=[d >= 1],
           limits=("Strict positive definiteness of the Gaussian kernel and the Eckart-Young theorem are cited.", "引用了高斯核的严格正定性与 Eckart-Young 定理。"),
           says=("Phi Psi^T has rank at most m, whereas the matrix of e^(q_i.q_j) is positive definite for distinct q_i, in every dimension: m < n features are never exact, and "
                 "the spectral error is at least its singular value number m + 1.",
                 "ΦΨᵀ 的秩至多为 m，而对互异的 q_i，矩阵 (e^(q_i·q_j)) 在任意维度都正定：m < n 个特征永不精确，谱误差至少为第 m + 1 个奇异值。"),
           near_miss=near_miss(eq(exp(x ** 2) * exp(y ** 2) - exp(x * y) ** 2, 0), ("m = d features suffice (d = 1, n = 2: the determinant vanishes).", "m = d 个特征足够（d = 1、n = 2：行列式为零）。"), where=[x < y]),
           references=[reference(f"singular value {s + 1} for q_i = i/sqrt 8", digits, compute=lambda s=s: singular_values()[s]) for s, digits in enumerate((
               "556.94527", "23.056164", "3.4933079", "0.61434986", "0.060017162", "0.0036447013", "0.00013063575", "2.1397749e-6"))])
def rank_obstruction():
    yield holds(eq(exp(C), exp(A / 2) * exp(B / 2) * exp(-DELTA / 2)), ("a Gaussian kernel with positive factors on both sides", "两侧带正因子的高斯核"))
    yield cite(("Gaussian kernels are positive definite", "高斯核的正定性"), "Wendland, Scattered Data Approximation, Theorem 6.10", ("strictly, at distinct points of any R^d", "在任意 R^d 的互异点上严格成立"))
    yield therefore(r"\sum_{i,j}u_iu_je^{q_i\cdot q_j}>0\quad(u\ne0)", ("the factors e^(|q_i|^2/2) are absorbed by u", "因子 e^(|q_i|²/2) 并入 u"))
    yield show(eq(dot(vec, (left @ square.T) @ vec), 0), ("if Psi^T u = 0 the form of Phi Psi^T vanishes at u", "若 Ψᵀu = 0，则 ΦΨᵀ 的二次型在 u 处为零"), where=[eq(square.T @ vec, zeros(m))])
    yield cite(("Eckart-Young theorem", "Eckart-Young 定理"), "Golub & Van Loan, Matrix Computations, 4th ed., Theorem 2.4.8", ("for matrices of rank at most m", "对秩至多为 m 的矩阵"))
    yield therefore(r"m<n\Rightarrow\Phi\Psi^\top\ne\bigl[e^{q_i\cdot q_j}\bigr],\quad\|\cdot\|_2\ge\sigma_{m+1}>0", (
        "for m < n some u != 0 has Psi^T u = 0", "m < n 时存在 u ≠ 0 使 Ψᵀu = 0"))
