"""Logistic regression in closed form: linear discriminant analysis, and where it is not logistic regression.

Statement.  For classes N(mu_k, S) with priors rho_k the posterior is softmax(W_k.x + b_k), W_k = S^-1 mu_k and
            b_k = log rho_k - mu_k.S^-1 mu_k / 2; the total covariance in place of S shrinks the logit and moves the boundary.
Symbols.    d, K, N >= 1; S, S0, S1 : d x d symmetric positive definite; mu0, mu1, mu_k, m, x, v : R^d; p, q = 1 - p in (0, 1).
Excluded.   singular covariances.
Source.     Su Jianlin, 概率视角下的线性模型:逻辑回归有解析解吗?, 2021-07-22 (archives/8578).
"""
from fractions import Fraction

import mpmath as mp

from kexue import (Abs, Article, Formula, Integral, Limit, Sum, dot, eq, every, exp, eye, family, function, holds, integer, inv, lift, log, matrix,
                   near_miss, oo, outer, pi, real, reference, show, sigmoid, sqrt, statement, tr, vector)
from kexue.tactics.combine import antiderivative, integrated, monotone, rule, scaled, squares, termwise

article = Article(
    number=14, date="2021-07-22", source="https://kexue.fm/archives/8578",
    title=("Linear models from a probabilistic view: has logistic regression a closed form?", "概率视角下的线性模型:逻辑回归有解析解吗?"),
    summary=("The closed form is linear discriminant analysis. What it equals, what the total covariance does to it, when it recovers the "
             "logistic parameters and when it does not.", "所谓解析解就是线性判别分析：它等于什么、总协方差的影响、何时能恢复逻辑回归参数、何时不能。"),
    papers=("Efron, The efficiency of logistic regression compared to normal discriminant analysis, JASA 70 (1975)",
            "Stein, Estimation of the mean of a multivariate normal distribution, Ann. Statist. 9 (1981)"))

d, K, N, k, j = integer("d K N k j")
S, S0, S1, A, B = matrix("S S0 S1 A B", d)
mu0, mu1, m, x, v = vector("mu0 mu1 m x v", d)
p, q, t, s, y, w, z, T, M = real("p q t s y w z T M")
link, link1 = function("h h;0")
prior, g, gap = family("rho g delta")
mu, cov = family("mu", ("vector", d)), family("S", ("matrix", d, d))
SPD = Formula("spd", (S,))
P = inv(S)
PRIORS = (p > 0, p < 1)


def half(x, mu, P):
    return dot(x - mu, P @ (x - mu)) / 2


W = P @ (mu1 - mu0)
offset = (dot(mu0, P @ mu0) - dot(mu1, P @ mu1)) / 2
b = offset + log(p / (1 - p))


def example(what):
    """The example in R^3 of the reference values: S, mu0 = (0, 1/2, -1), mu1 = (1, -1/2, 1), p = 1/5, x = (0.3, -0.2, 0.7)."""
    P = mp.matrix([["2", ".5", "0"], [".5", "1", ".25"], ["0", ".25", "1.5"]]) ** -1
    low, high, x = mp.matrix(["0", ".5", "-1"]), mp.matrix(["1", "-.5", "1"]), mp.matrix([".3", "-.2", ".7"])
    w = P * (high - low)
    b = ((low.T * P * low)[0] - (high.T * P * high)[0]) / 2 + mp.log(mp.mpf(1) / 4)
    gap = ((high - low).T * w)[0]
    kappa = 1 + gap * 4 / 25
    return {"w": w, "b": b, "gap": gap, "posterior": 1 / (1 + mp.exp(-(w.T * x)[0] - b)), "kappa": kappa, "w_T": w / kappa}[what]


def error(p, total):
    """Error rate for classes N(-1, 1), N(1, 1): within covariance, or total covariance, which moves the boundary by kappa."""
    p = mp.mpf(p)
    at = mp.log((1 - p) / p) / 2 * (1 + 4 * p * (1 - p) if total else 1)
    return (1 - p) * mp.ncdf(-at - 1) + p * mp.ncdf(at - 1)


@statement(title=("The posterior of two Gaussian classes", "两类高斯的后验"), where=[d >= 1, SPD, *PRIORS],
           says=("With one covariance S the posterior is sigma(w.x + b): the quadratic terms cancel.", "协方差相同时后验为 σ(w·x + b)：二次项抵消。"),
           near_miss=near_miss(eq(p * exp(-half(x, mu1, eye(d))) / (p * exp(-half(x, mu1, eye(d))) + (1 - p) * exp(-half(x, mu0, eye(d)))),
                                  sigmoid(dot(mu1 - mu0, x) + (dot(mu0, mu0) - dot(mu1, mu1)) / 2 - log(p / (1 - p)))),
                               ("The prior enters with the other sign.", "先验项的符号相反。"), where=[d >= 1, *PRIORS],
                               at={"d": 1, "x": [0], "mu0": [0], "mu1": [0], "p": "1/3"}),
           references=[*(reference(f"w_{i + 1}", value, compute=lambda i=i: example("w")[i]) for i, value in enumerate(("0.975", "-1.9", "1.65"))),
                       reference("b", "-1.873794361119890618834", compute=lambda: example("b")),
                       reference("v.S^-1 v", "6.175", compute=lambda: example("gap")),
                       reference("posterior", "0.4884284762893651351006465", compute=lambda: example("posterior"))])
def lda_posterior():
    yield show(eq(half(x, mu0, P) - half(x, mu1, P), dot(W, x) + offset), ("x.S^-1 x cancels in the log-density ratio", "对数密度比中 x·S⁻¹x 抵消"))
    up, down = p * exp(-half(x, mu1, P)), (1 - p) * exp(-half(x, mu0, P))
    yield holds(eq(up / (up + down), sigmoid(dot(W, x) + b)), ("Bayes' rule; the normalising factors are equal", "贝叶斯公式；归一化因子相同"))


@statement(title=("The posterior of K Gaussian classes", "K 类高斯的后验"), where=[d >= 1, K >= 1, SPD, every(k, prior[k] > 0)],
           says=("The posterior is softmax(W_k.x + b_k); a common shift of the scores changes nothing, and the posterior determines all their differences.",
                 "后验为 softmax(W_k·x + b_k)；得分的公共平移不改变后验，而后验决定所有得分之差。"),
           near_miss=near_miss(eq(exp(-(t - y) ** 2 / 2) / (exp(-(t - y) ** 2 / 2) + exp(-(t - z) ** 2 / 2)), exp(t * y) / (exp(t * y) + exp(t * z))),
                               ("The quadratic term of b_k may be left out (d = 1, K = 2).", "b_k 中的二次项可以省略（d = 1，K = 2）。")))
def softmax_lda():
    def score(k):
        return exp(dot(P @ mu[k], x) + log(prior[k]) - dot(mu[k], P @ mu[k]) / 2)

    def joint(k):
        return prior[k] * exp(-half(x, mu[k], P))
    yield show(eq(joint(j), exp(-dot(x, P @ x) / 2) * score(j)), ("the common factor exp(-x.S^-1 x/2) splits off", "提出公共因子 exp(-x·S⁻¹x/2)"))
    yield holds(eq(joint(j) / Sum(joint(k), k, 1, K), score(j) / Sum(score(k), k, 1, K)), ("and cancels in the quotient", "并在商中约去"))
    yield holds(eq(exp(z + y) / Sum(exp(g[k] + y), k, 1, K), exp(z) / Sum(exp(g[k]), k, 1, K)), ("a common shift of all scores changes nothing", "所有得分的公共平移不改变结果"))
    c, e = real("c e")
    yield holds(eq(log(exp(z) / t) - log(exp(y) / t), z - y), ("conversely log-ratios recover the differences of scores", "反之对数比确定得分之差"), where=[t > 0])


S_W = Sum(prior[k] * cov[k], k, 1, K)
mean = Sum(prior[k] * mu[k], k, 1, K)
ONE = eq(Sum(prior[k], k, 1, K), 1)


@statement(title=("Total, within and between covariance", "总协方差、类内与类间协方差"), where=[d >= 1, K >= 1, ONE],
           says=("Second moments split: S_T = S_W + sum rho_k (mu_k - mu)(mu_k - mu)^T; for two classes the last term is p q v v^T.",
                 "二阶矩可分解：S_T = S_W + Σ ρ_k(μ_k - μ)(μ_k - μ)ᵀ；两类时最后一项为 p q v vᵀ。"),
           near_miss=near_miss(eq(p * (y - (p * y + (1 - p) * z)) ** 2 + (1 - p) * (z - (p * y + (1 - p) * z)) ** 2, (y - z) ** 2 / 4),
                               ("The weight of the between term is 1/4 whatever the priors.", "无论先验如何，类间项系数都是 1/4。"), where=[*PRIORS]))
def covariance_decomposition():
    second = Sum(prior[k] * (cov[k] + outer(mu[k], mu[k])), k, 1, K)
    between = Sum(prior[k] * outer(mu[k] - mean, mu[k] - mean), k, 1, K)
    yield holds(eq(second - outer(mean, mean), S_W + between), ("E[xx^T] = sum rho_k (S_k + mu_k mu_k^T), minus the outer square of the mean", "E[xxᵀ] = Σ ρ_k(S_k + μ_kμ_kᵀ)，减去均值外积"))
    mid = (1 - p) * mu0 + p * mu1
    yield holds(eq((1 - p) * outer(mu0 - mid, mu0 - mid) + p * outer(mu1 - mid, mu1 - mid), p * (1 - p) * outer(mu1 - mu0, mu1 - mu0)), ("two classes", "两类情形"))
    whitened = eq(S_W + Sum(prior[k] * outer(mu[k], mu[k]), k, 1, K), eye(d))
    yield holds(eq(S_W, eye(d) - Sum(prior[k] * outer(mu[k], mu[k]), k, 1, K)), ("after whitening (mean 0, total covariance I)", "白化之后（均值 0，总协方差 I）"), where=[whitened])


spread = p * (1 - p)
kappa = 1 + spread * dot(v, P @ v)
total = S + spread * outer(v, v)


@statement(title=("Total against within covariance", "总协方差与类内协方差"), tag="false", where=[d >= 1, SPD, *PRIORS],
           post=("The two-class script whitens with the total covariance; the scale of w does not matter for the decision.", "两类脚本用总协方差白化；w 的尺度不影响判别。"),
           says=("S_T^-1 v = S_W^-1 v / kappa with kappa = 1 + p q v.S_W^-1 v: the direction is right, the logit shrinks by kappa, and the "
                 "boundary moves unless the classes are equally likely.", "S_T⁻¹v = S_W⁻¹v/κ，κ = 1 + pq v·S_W⁻¹v：方向正确，logit 缩小 κ 倍，且先验不等时边界移动。"),
           near_miss=near_miss(eq((t * z) / (1 + p * (1 - p) * z ** 2) + log(p / (1 - p)), 0), ("At the within boundary t z + log(p/q) = 0 the total logit vanishes too (d = 1).",
                               "在类内边界 t z + log(p/q) = 0 处总协方差 logit 也为零（d = 1）。"), where=[*PRIORS, z > 0, eq(t, -log(p / (1 - p)) / z)],
                               at={"p": "1/3", "z": 1, "t": log(lift(2))}),
           references=[reference("kappa", "1.988", compute=lambda: example("kappa")),
                       *(reference(f"w_T,{i + 1}", value, compute=lambda i=i: example("w_T")[i]) for i, value in enumerate((
                           "0.4904426559356136820926", "-0.9557344064386317907445", "0.8299798792756539235412"))),
                       *(reference(f"error, p = {q}, {'total' if total else 'within'}", value, compute=lambda q=q, total=total: error(q, total))
                         for q, total, value in (
                           (".5", 0, "0.15865525393145705141"), (".2", 0, "0.1120665224561962936"), (".2", 1, "0.12392502062974809742"),
                           (".1", 0, "0.070060685858539063633"), (".1", 1, "0.074620930805369193824"), (".02", 0, "0.018135884857362516439"),
                           (".02", 1, "0.018233167376002065874")))])
def total_vs_within():
    yield holds(eq(total @ (P @ v), kappa * v), ("multiply out: S_T S_W^-1 v = kappa v", "展开：S_T S_W⁻¹v = κv"))
    yield show(kappa > 0, ("kappa >= 1, so it can be divided by", "κ ≥ 1，可以相除"))
    yield holds(eq(dot(P @ v / kappa, x - m) + log(p / (1 - p)) - (dot(P @ v, x - m) + log(p / (1 - p))) / kappa, (1 - 1 / kappa) * log(p / (1 - p))),
                ("the prior is not shrunk with the rest: the boundary is displaced by this amount", "先验未随之缩小：边界按此量移动"))


def moment():
    """E[xy] for x ~ N(0, 1) and P(y = 1 | x) = sigma(2x)."""
    return mp.quad(lambda u: u * mp.npdf(u) / (1 + mp.exp(-2 * u)), [-mp.inf, -8, -4, 0, 4, 8, mp.inf])


@statement(title=("The closed form is not consistent for the logistic model", "闭式解对逻辑模型不相合"), tag="false",
           post=("If the logit is linear, the closed form recovers it.", "只要 logit 线性，闭式解就能恢复它。"),
           says=("For x ~ Exp(1) and Exp(3) with equal priors the logit is exactly 2x - log 3, but the closed form gives 6x/5 - 4/5; under "
                 "the Gaussian model it is exact.", "x ~ Exp(1) 与 Exp(3)、先验相等时 logit 恰为 2x - log 3，而闭式解给出 6x/5 - 4/5；高斯模型下则精确。"),
           near_miss=near_miss(eq(Fraction(6, 5) * t - Fraction(4, 5), 2 * t - log(lift(3))), ("The closed form recovers 2x - log 3.", "闭式解恢复 2x - log 3。")),
           references=[reference("log 3", "1.0986122886681096914", log(lift(3))),
                       reference("E[xy], x ~ N(0, 1), P = sigma(2x)", "0.3028527548010794127918", compute=moment),
                       reference("closed form there, true slope 2", "1.913396228674668564349", compute=lambda: 4 * moment() / (1 - 4 * moment() ** 2))])
def closed_form_not_consistent():
    first = antiderivative(-(t + 1) * exp(-t))
    yield holds(eq(log(exp(-t) / (3 * exp(-3 * t))), 2 * t - log(lift(3))), ("the true logit", "真实的 logit"))
    yield show(eq(Integral(t * exp(-t), t, 0, oo), 1), ("mean of Exp(1)", "Exp(1) 的均值"), by=first)
    yield show(eq(Integral(t ** 2 * exp(-t), t, 0, oo), 2), ("its second moment: variance 2 - 1 = 1", "二阶矩：方差 2 - 1 = 1"), by=antiderivative(-(t ** 2 + 2 * t + 2) * exp(-t)))
    yield show(eq(Integral(3 * t * exp(-3 * t), t, 0, oo), Fraction(1, 3)), ("mean of Exp(3)", "Exp(3) 的均值"), by=antiderivative(-(t + Fraction(1, 3)) * exp(-3 * t)))
    yield show(eq(Integral(3 * t ** 2 * exp(-3 * t), t, 0, oo), Fraction(2, 9)), ("second moment: variance 2/9 - 1/9 = 1/9", "二阶矩：方差 2/9 - 1/9 = 1/9"),
               by=antiderivative(-(t ** 2 + Fraction(2, 3) * t + Fraction(2, 9)) * exp(-3 * t)))
    within = (lift(1) + Fraction(1, 9)) / 2
    slope = (lift(1) - Fraction(1, 3)) / within
    yield holds(eq(slope, Fraction(6, 5)), ("w = (1 - 1/3)/(5/9)", "w = (1 - 1/3)/(5/9)"))
    yield holds(eq((lift(Fraction(1, 9)) - 1) / (2 * within), Fraction(-4, 5)), ("b = (1/9 - 1)/(2 * 5/9), equal priors", "b = (1/9 - 1)/(2·5/9)，先验相等"))
    yield holds(eq(half(x, mu0, P) - half(x, mu1, P), dot(W, x) + offset), ("under the Gaussian model the closed form is the logit itself", "高斯模型下闭式解就是 logit"), where=[d >= 1, SPD])


@statement(title=("Stein's lemma gives the direction", "Stein 引理给出方向"), tag="conditional", where=[d >= 1, SPD],
           says=("For Gaussian x and any smooth link h of at most exponential growth, Cov(x, y) = S w E h'(w.x + b): the closed form has the right direction.",
                 "x 为高斯、链接函数 h 光滑且至多指数增长时 Cov(x, y) = S w E h'(w·x + b)：闭式解方向正确。"),
           near_miss=near_miss(eq(((y + w) ** 3 + (y - w) ** 3) / 2 * w, ((y + w) ** 3 - (y - w) ** 3) / 2 * y),
                               ("The direction is right for every law: two independent signs x_1, x_2 = +-1 with the link t^3, weights (y, w).",
                                "对任意分布方向都对：x₁、x₂ 为独立随机符号，链接函数 t³，权重 (y, w)。")))
def stein_direction():
    bell = lambda t: exp(-t ** 2 / 2) / sqrt(2 * pi)
    ends = (link(y - w * T) - link(y + w * T)) * bell(T)
    yield show(eq(dot(v, m + A @ x) + q, dot(v, m) + q + dot(A.T @ v, x)), ("let S = AA^T: then x = m + Ag with independent standard normal g_j, and w.x + b is a constant plus u.g, u = A^T w", "设 S = AAᵀ：则 x = m + Ag，g_j 为独立标准正态，w·x + b 为常数加 u·g，u = Aᵀw"))
    yield holds(eq(Integral((t * link(y + w * t) - w * link1(y + w * t)) * bell(t), t, -T, T), ends), (
        "by parts in one coordinate t = g_j, with w for u_j and y for what does not depend on it", "对一个坐标 t = g_j 分部积分，w 表示 u_j，y 表示与之无关的部分"), where=[T > 0], by=integrated(-link(y + w * t) * bell(t)))
    yield show(p * T <= T ** 2 / 4 + p ** 2, ("|h(s)| <= C e^(a|s|) gives |h(y + w t)| <= M e^(t^2/4) for all t", "由 |h(s)| ≤ C e^(a|s|) 得 |h(y + wt)| ≤ M e^(t²/4) 对一切 t 成立"), by=squares((1, T / 2 - p)))
    low, high, size = link(y - w * T), link(y + w * T), M * exp(T ** 2 / 4)
    growth = [low <= size, -size <= low, high <= size, -size <= high]
    yield holds(Abs(ends) <= 2 * size * bell(T), ("so what stands at the ends", "故端点项"), where=[T > 0, *growth], by=rule(
        "magnitude", {}, above=scaled(1 / bell(T), low - high <= 2 * size), below=scaled(1 / bell(T), high - low <= 2 * size)))
    yield holds(eq(Limit(2 * size * bell(T), T, oo), 0), ("tends to 0: E g_j h = u_j E h'", "趋于零：E g_j h = u_j E h'"), where=[M > 0], by=rule("approach", {"number": 0}))
    yield holds(eq(A @ (z * (A.T @ v)), z * ((A @ A.T) @ v)), ("and Cov(x, y) = A E g h = A u E h' = S w E h'", "于是 Cov(x, y) = A E g h = A u E h' = S w E h'"))
    yield holds(eq(P @ (z * (S @ m)), z * m), ("so S^-1 Cov(x, y) is parallel to w", "故 S⁻¹Cov(x, y) 平行于 w"))


loss = log(sigmoid(z + t * y))
Sxx, Syx, E = matrix("S_xx S_yx E", d)


@statement(title=("The maximum likelihood estimate may not exist", "最大似然估计可能不存在"), tag="conditional", where=[d >= 1, N >= 1],
           says=("On separable data the likelihood grows along the separating direction for ever; unequal covariances add a quadratic term; the "
                 "best affine predictor is mu_y + S_yx S_xx^-1 (x - mu_x) for every law.",
                 "可分数据上似然沿分离方向不断增大；协方差不等时多出二次项；最佳仿射预测对任意分布都是 μ_y + S_yx S_xx⁻¹(x - μ_x)。"),
           near_miss=near_miss(2 * log(sigmoid(w)) <= 2 * log(sigmoid(lift(10))), ("With x = -1, 1 and y = 0, 1 the likelihood has its maximum at w = 10.",
                               "x = -1, 1，y = 0, 1 时似然在 w = 10 处最大。")))
def mle_may_not_exist():
    rises = monotone(t, at=0, strict="slope")
    yield show(log(sigmoid(z)) < log(sigmoid(z + t * y)), ("a positive margin y makes the log-sigmoid grow", "间隔 y > 0 时对数 sigmoid 增大"), where=[t > 0, y > 0], by=rises)
    yield holds(Sum(log(sigmoid(g[k])), k, 1, N) < Sum(log(sigmoid(g[k] + t * gap[k])), k, 1, N),
                ("so moving along a separating direction raises every term: there is no maximiser", "沿分离方向移动使每一项增大：不存在最大值点"),
                where=[t > 0, every(j, gap[j] > 0)], by=termwise(rises))
    yield holds(eq(half(x, mu0, inv(S0)) - half(x, mu1, inv(S1)) - dot(x, (inv(S0) - inv(S1)) @ x) / 2,
                   dot(inv(S1) @ mu1 - inv(S0) @ mu0, x) + (dot(mu0, inv(S0) @ mu0) - dot(mu1, inv(S1) @ mu1)) / 2),
                ("unequal covariances leave exactly the quadratic term x.(S_0^-1 - S_1^-1)x/2", "协方差不等时恰留下二次项 x·(S₀⁻¹ - S₁⁻¹)x/2"),
                where=[Formula("spd", (S0,)), Formula("spd", (S1,))])
    yield holds(eq(tr(-A @ Syx.T - Syx @ A.T + A @ Sxx @ A.T), tr((A - Syx @ inv(Sxx)) @ Sxx @ (A - Syx @ inv(Sxx)).T) - tr(Syx @ inv(Sxx) @ Syx.T)),
                ("the risk of y = Ax + b is a completed square in A, least at A = S_yx S_xx^-1", "仿射预测的风险对 A 配方，在 A = S_yx S_xx⁻¹ 取最小"),
                where=[Formula("spd", (Sxx,))])
    yield holds(eq(inv(A) @ B, -(Syx @ inv(Sxx))), ("for joint Gaussians the precision blocks A, B satisfy B S_xx + A S_yx = 0, so it is the conditional mean",
                "联合高斯时精度矩阵块满足 B S_xx + A S_yx = 0，即条件均值"), where=[Formula("spd", (A,)), Formula("spd", (Sxx,)), eq(B, -(A @ Syx @ inv(Sxx)))])
