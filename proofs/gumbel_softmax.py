"""Reparameterisation: from the normal law to the Gumbel softmax, and what each estimator costs.

Statement.  Gradients of E f(μ + σ e) by three formulas; argmax_i(log p_i + G_i) has the law p, and the maximum is independent of it. The
            relaxation softmax((log p + G)/tau) has a known density, the right argmax, and a biased mean. Neither estimator of a gradient always has
            the smaller variance.
Symbols.    μ, s, w real, σ, s > 0; e normal, of density proportional to e^(-x^2/2); K >= 1 categories, or the one that is looked at and N >= 0 others; p_k > 0 with
            sum 1, o_k real logits, Z = sum e^(o_k); tau > 0; alpha = p/(1-p) the odds for K = 2; t = w s, T = t^2; gamma Euler's constant.
Excluded.   p_k = 0; alpha = 1 in the closed form of the mean, which there is 1/2.
Source.     Su Jianlin, 漫谈重参数：从正态分布到Gumbel Softmax, 2019-06-10 (archives/6705).
"""
from mpmath import mp

from kexue import (Abs, Article, D, I, Integral, Limit, Sum, cite, cos, eq, erf, euler_gamma, every, exp, family, function, gamma, holds, integer,
                   lift, log, near_miss, oo, pi, real, reference, show, sin, sqrt, statement, therefore, uppergamma)
from kexue.tactics.combine import antiderivative, integrated, laws, lemma, monotone, rewritten, rule, scaled, squares, squeeze, termwise, through, using

article = Article(
    number=9, date="2019-06-10", source="https://kexue.fm/archives/6705",
    title=("Reparameterisation: from the normal law to the Gumbel softmax", "漫谈重参数：从正态分布到Gumbel Softmax"),
    summary=("Gradients through normal noise, the Gumbel maximum with its value, the law of the relaxed sample for every number of categories, its bias in closed form, and exact "
             "variances of the two estimators with the point where they cross.",
             "穿过正态噪声的梯度、Gumbel 最大值及其取值、任意类别数下松弛样本的分布、闭式的偏差，以及两类估计的精确方差与交叉点。"),
    papers=("Jang, Gu & Poole, Categorical Reparameterization with Gumbel-Softmax, ICLR 2017", "Maddison, Mnih & Teh, The Concrete Distribution, ICLR 2017"))

K, N, i, j, k = integer("K N i j k")
x, y, z, a, b, c, s, t, u, v, w, mu, sigma, p, q, r, tau, alpha, theta, T = real("x y z a b c s t u v w mu sigma p q r tau alpha theta T")
f, g = function("f g")
prob, o, point = family("p o y")
bell = exp(-x ** 2 / 2)


def over(h, index=k, last=K): return Sum(h, index, 1, last)


LEIBNIZ = ("differentiation under the integral sign and by parts", "Rudin, Real and Complex Analysis, 1.34 (dominated convergence)", (
    "f, f', f'' grow at most like a power, so the boundary terms x^k e^(-x^2/2) vanish", "f、f'、f'' 至多多项式增长，故边界项 x^k e^(-x²/2) 趋于零"))
rises = scaled(1, log(-log(y)) < log(-log(x)), monotone(x, at=y, strict="slope"))


@statement(title=("Gradients through normal noise", "穿过正态噪声的梯度"), where=[sigma > 0],
           says=("For z = μ + σ e and f twice differentiable of at most polynomial growth: d/dμ E f(z) = E f' = E[f e]/σ and d/dσ E f(z) = E[f' e] = σ E f''.",
                 "z = μ + σ e，f 二次可微且至多多项式增长时：d/dμ E f(z) = E f' = E[f e]/σ，d/dσ E f(z) = E[f' e] = σ E f''。"),
           limits=("Differentiation under the integral sign is cited.", "引用了积分号下求导。"),
           near_miss=near_miss(eq(D(mu ** 2 + sigma ** 2, sigma), 2), ("d/dσ E f = E f'' (f = z^2, E f = μ^2 + σ^2).", "d/dσ E f = E f''（f = z²，E f = mu² + sigma²）。"), where=[sigma > 0]))
def gaussian_reparam_gradients():
    at = mu + sigma * x
    slope, bend = D(f(at), mu), D(D(f(at), mu), mu)
    yield holds(eq(D(f(at), sigma), slope * x), ("the slope in σ is f' e, that in μ is f'", "对 σ 的导数为 f' e，对 μ 的导数为 f'"))
    yield holds(eq(D(-bell * f(at), x), x * bell * f(at) - sigma * bell * slope), ("by parts: E[f e] = σ E f'", "分部积分：E[f e] = σ E f'"))
    yield holds(eq(D(-bell * slope, x), x * bell * slope - sigma * bell * bend), ("and E[f' e] = σ E f''", "以及 E[f' e] = σ E f''"))
    yield cite(*LEIBNIZ)
    yield therefore(r"\frac{\partial}{\partial\mu}\mathbb Ef(z)=\mathbb Ef'=\tfrac1\sigma\mathbb E[fe],\quad\frac{\partial}{\partial\sigma}\mathbb Ef(z)=\mathbb E[f'e]=\sigma\mathbb Ef''", (
        "integrate the three lines over the real line", "三式在实轴上积分"))


own = real("p_j")
LAW = [own > 0, every(k, prob[k] > 0), eq(own + over(prob[k], last=N), 1)]  # and prob[k] the N others
OTHERS = [k >= 1, k <= N]
UNIFORM = [v > 0, v < 1]
ORDERED = [x > 0, x < y, y > 0, y < 1, x < 1]


def below(last, weight): return v ** (Sum(weight, i, 1, last) / own)  # what is left when e_1, ..., e_last have been integrated out


@statement(title=("The Gumbel maximum", "Gumbel 最大值"), where=[N >= 0],
           says=("For all numbers of categories and p: P(argmax_i (log p_i - log(-log e_i)) = j) = p_j for independent e_i, uniform on (0, 1).", "对任意类别数与 p：e_i 在 (0, 1) 上独立均匀时，P(argmax_i (log p_i - log(-log e_i)) = j) = p_j。"),
           near_miss=near_miss(eq(p, p / (p + q) * (p / (p + r))), ("The comparisons with the others are independent events (three categories).", "与其余各项的比较是独立事件（三个类别）。"),
                               where=[p > 0, q > 0, r > 0, eq(p + q + r, 1)], at={"p": "1/3", "q": "1/3", "r": "1/3"}))
def gumbel_max():
    yield show(log(q) - log(-log(x)) < log(q) - log(-log(y)), ("the k-th value increases with e_k", "第 k 个值随 e_k 递增"), where=[q > 0, *ORDERED], by=rises)
    yield show(eq(log(q) - log(-log(v ** (q / own))), log(own) - log(-log(v))), ("and is equal to the j-th at e_k = v^(q/p_j), where e_j = v, q = p_k", "在 e_k = v^(q/p_j) 处等于第 j 个值，其中 e_j = v，q = p_k"), where=[own > 0, q > 0, *UNIFORM])
    yield holds(eq(Integral(below(k - 1, prob[i]), y, 0, v ** (prob[k] / own)), below(k, prob[i])), (
        "the probability is the integral of 1 over the e with e_k < v^(p_k/p_j) for each of the N others, which are numbered 1, ..., N; e_k is integrated out after e_1, ..., e_(k-1)",
        "该概率即 1 在区域“其余 N 个 e_k < v^(p_k/p_j)”上的积分，其余各项编号为 1, …, N；积去 e_1, …, e_(k-1) 之后再对 e_k 积分"), where=[*LAW, *UNIFORM, *OTHERS], by=integrated(y * below(k - 1, prob[i])))
    yield holds(eq(below(lift(0), prob[i]), 1), ("beginning with 1", "自 1 开始"), where=[own > 0, *UNIFORM])
    yield holds(eq(Integral(below(N, prob[i]), v, 0, 1), own), ("and e_j = v at last, as the p_k of the others add up to 1 - p_j", "最后对 e_j = v 积分，因其余 p_k 之和为 1 - p_j"), where=LAW, by=integrated(own * v ** (1 / own)))


Z = exp(b) + over(exp(o[k]), last=N)  # b = o_i, and o[k] the N others
joint = exp(b) / Z * exp(-Z * exp(-y))
POSITIVE = lemma(Z > 0, N >= 0, by=using(lemma(over(exp(o[k]), last=N) >= 0, N >= 0, by=rewritten(over(lift(0), last=N) <= over(exp(o[k]), last=N), termwise())), then=squares(rest=Z)))


euler = laws(("digamma.integral", {"z": 1}), ("digamma.natural", {"n": 1}), then=integrated(
    -log(Z) * exp(-t), (-1, Integral(t ** (lift(1) - 1) * exp(-t) * log(t), t, 0, oo))))


def lower(last): return exp(-t * Sum(exp(o[i] - b), i, 1, last))


@statement(title=("Index and value of the maximum are independent", "最大值的位置与取值独立"), where=[N >= 0],
           says=("For M = max(o_i + G_i) and I its index: P(I = i, M <= y) = softmax(o)_i exp(-e^(lse(o) - y)). So I and M are independent, M is Gumbel with location lse(o), and E M = lse(o) + gamma.",
                 "记 M = max(o_i + G_i)，I 为其位置：P(I = i, M ≤ y) = softmax(o)_i exp(-e^(lse(o) - y))。故 I 与 M 独立，M 服从位置参数为 lse(o) 的 Gumbel 分布，E M = lse(o) + γ。"),
           near_miss=near_miss(eq(log(exp(x) + exp(y)) + euler_gamma, log(exp(x) + exp(y))), ("E M = lse(o).", "E M = lse(o)。")),
           references=[reference("E M, o = (0, 1, 2)", "2.984821629345913165089432", log(1 + exp(lift(1)) + exp(lift(2))) + euler_gamma)])
def gumbel_max_value_independent():
    yield show(a - log(-log(x)) < a - log(-log(y)), ("G = -log(-log e) with e uniform on (0, 1): o + G increases with e", "G = -log(-log e)，e 在 (0, 1) 上均匀：o + G 随 e 递增"), where=ORDERED, by=rises)
    yield show(eq(a - log(-log(exp(-exp(a - y)))), y), ("and is y at e = exp(-e^(o - y)), so this is P(o + G <= y)", "在 e = exp(-e^(o - y)) 处等于 y，故 P(o + G ≤ y) 即此值"))
    yield show(eq(a - log(-log(exp(-t * exp(a - b)))), b - log(-log(exp(-t)))), ("o_k + G_k is below o_i + G_i where e_k < exp(-t e^(o_k - o_i)), e_i = e^(-t)", "当 e_k < exp(-t e^(o_k - o_i))（e_i = e^(-t)）时 o_k + G_k 小于 o_i + G_i"), where=[t > 0])
    yield show(eq(Integral(lift(1), x, 0, exp(-t)), exp(-t)), ("P(-log e_i > t) = e^(-t), so t has the density e^(-t)", "P(-log e_i > t) = e^(-t)，故 t 的密度为 e^(-t)"), by=integrated(x))
    yield holds(eq(Integral(lower(k - 1), x, 0, exp(-t * exp(o[k] - b))), lower(k)), ("I = i restricts e_k of each of the N others so; it is integrated out after e_1, ..., e_(k-1)", "I = i 如此限制其余 N 个 e_k；积去 e_1, …, e_(k-1) 之后再对 e_k 积分"),
                where=[t > 0, *OTHERS], by=integrated(x * lower(k - 1)))
    yield holds(eq(Integral(lower(N) * exp(-t), t, exp(b - y), oo), joint), ("and M <= y means t >= e^(o_i - y): this is P(I = i, M <= y), here o_i = b and Z = sum of all e^o_k", "M ≤ y 即 t ≥ e^(o_i - y)：此为 P(I = i, M ≤ y)，此处 o_i = b，Z 为全部 e^o_k 之和"),
                by=using(POSITIVE, then=integrated(-exp(b) / Z * exp(-t * Z / exp(b)))))
    yield holds(eq(exp(b) / Z + over(exp(o[k]) / Z, last=N), 1), ("the factors e^(o_i)/Z are a distribution, so the two are independent", "e^(o_i)/Z 构成分布，故二者独立"), by=using(POSITIVE))
    yield holds(eq(exp(-Z * exp(-y)), exp(-exp(log(Z) - y))), ("and M is distributed like log Z + G, log Z = lse(o)", "而 M 与 log Z + G 同分布，log Z = lse(o)"), by=using(POSITIVE))
    yield holds(eq(Integral((log(Z) - log(t)) * exp(-t), t, 0, oo), log(Z) + euler_gamma), ("whose mean is this, with t = -log e again", "其均值如此，仍取 t = -log e"), by=using(POSITIVE, then=euler))


cdf = (1 - p) * s ** tau / ((1 - p) * s ** tau + p * (1 - s) ** tau)
UNIT = [p > 0, p < 1, s > 0, s < 1, tau > 0]


def relaxed(power): return tau * (p * s ** (-tau) + (1 - p) * (1 - s) ** (-tau)) ** -2 * (p * s ** power) * ((1 - p) * (1 - s) ** power)


@statement(title=("The law of the Gumbel softmax", "Gumbel softmax 的分布"), where=[K >= 1, tau > 0],
           says=("For y = softmax((log p + G)/tau): argmax y = argmax(log p + G), so P(argmax y = i) = p_i for every tau; the density on the simplex is Gamma(K) τ^(K-1) (Σ p_i y_i^-tau)^-K prod p_i y_i^(-tau-1). "
                 "For K = 2, P(y_1 <= s) = (1-p)s^tau/((1-p)s^tau + p(1-s)^tau).",
                 "y = softmax((log p + G)/τ) 时：argmax y = argmax(log p + G)，故对任意 τ 有 P(argmax y = i) = p_i；单纯形上的密度为 Γ(K)τ^(K-1)(Σp_i y_i^-τ)^-K Πp_i y_i^(-τ-1)。"
                 "K = 2 时 P(y_1 ≤ s) = (1-p)s^τ/((1-p)s^τ + p(1-s)^τ)。"),
           limits=("The change of variables and Schur's determinant formula are cited.", "引用了变量替换公式与 Schur 行列式公式。"),
           near_miss=near_miss(eq(D(cdf, s), relaxed(-tau)), ("The exponents are -tau (K = 2).", "指数为 -τ（K = 2）。"), where=UNIT, at={"p": "1/2", "s": "1/4", "tau": 1}))
def gumbel_softmax_law():
    last = 1 - over(point[k], k, K - 1)
    yield holds(exp(x / tau) / c < exp(y / tau) / c, ("the softmax keeps the order", "softmax 保序"), where=[x < y, c > 0], by=scaled(
        c * exp(-x / tau), 1 < exp((y - x) / tau), using(lemma(1 < exp(u), u > 0, by=monotone(u, strict="slope"), u=(y - x) / tau))))
    yield holds(eq(exp((log(p) - log(t)) / tau) / c, z), ("in terms of exponential variables t_k: y_k = z where t_k = r p_k y_k^-tau, r = c^-tau common to all", "用指数变量 t_k 表示：y_k = z 时 t_k = r p_k y_k^-τ，r = c^-τ 为公共因子"),
                where=[p > 0, c > 0, z > 0, eq(t, c ** (-tau) * p * z ** (-tau))])
    yield show(eq(D(r * p * z ** (-tau), z), -tau * (r * p * z ** (-tau)) / z), ("the rows of the Jacobian of (y_1, ..., y_(K-1), r): -tau t_k/y_k on the diagonal and t_k/r in the last column", "(y_1, …, y_(K-1), r) 的 Jacobi 矩阵：对角元 -τ t_k/y_k，末列 t_k/r"),
               where=[z > 0])
    yield cite("Schur's determinant formula", "Horn & Johnson, Matrix Analysis, 0.8.5.1", ("for the last row, which is tau t_K/y_K and t_K/r: the determinant is that of the diagonal times a number", "末行为 τ t_K/y_K 与 t_K/r：行列式等于对角部分乘以一个数"))
    yield holds(eq(1 + over(point[k] / last, k, K - 1), 1 / last), ("the number: 1 + Σ y_k/y_K = 1/y_K, as the y_k add up to 1", "该数：1 + Σy_k/y_K = 1/y_K，因 y_k 之和为 1"), where=[K >= 2, last > 0])
    yield cite("change of variables", "Rudin, Real and Complex Analysis, 7.26", ("the density of (t_1, ..., t_K) is e^(-Σ t_k)", "(t_1, …, t_K) 的密度为 e^(-Σt_k)"))
    yield therefore(r"\text{density of }(y,r):\ \tau^{K-1}r^{K-1}\exp\Bigl(-r\sum_kp_ky_k^{-\tau}\Bigr)\prod_kp_ky_k^{-\tau-1}", ("the Jacobian is τ^(K-1)/r times the product of all t_k/y_k, in absolute value", "Jacobi 行列式的绝对值为 τ^(K-1)/r 乘以所有 t_k/y_k 之积"))
    yield holds(eq(Integral(r ** (K - 1) * exp(-r), r, 0, oo), gamma(K)), ("integrate over r, in units of 1/Σ p_k y_k^-tau", "对 r 积分（以 1/Σp_k y_k^-τ 为单位）"), by=antiderivative(-uppergamma(K, r)))
    yield therefore(r"p(y)=\Gamma(K)\tau^{K-1}\Bigl(\sum_kp_ky_k^{-\tau}\Bigr)^{-K}\prod_kp_ky_k^{-\tau-1}", ("r^(K-1) dr carries the K-th power of that unit", "r^(K-1)dr 给出该单位的 K 次幂"))
    yield holds(eq(D(cdf, s), relaxed(-tau - 1)), ("K = 2: the derivative of the distribution function is this density", "K = 2：分布函数的导数即此密度"), where=UNIT)


mean = alpha * (alpha - 1 - log(alpha)) / (alpha - 1) ** 2
quantile = alpha * v / (1 + (alpha - 1) * v)


def relaxed_mean(p, tau):
    """E y_1 for K = 2 as the mean of σ((log alpha + x)/tau) over a logistic x, by the trapezoidal rule; the poles lie at a height of pi min(1, tau)."""
    with mp.workdps(32):
        p, tau = mp.mpf(p), mp.mpf(tau)
        h, shift = mp.pi ** 2 * min(tau, 1) / 32, mp.log(p / (1 - p))
        n = int(64 / h)
        inside = lambda x: 1 / (1 + mp.exp(-(shift + x) / tau)) / (4 * mp.cosh(x / 2) ** 2)
        return h * mp.fsum(inside(h * k) for k in range(-n, n + 1))


TABLE = {"0.9": ("0.8988169424989567695344", "0.8725426868286945232251", "0.8160152938120941492951", "0.7207590935294845558356", "0.604988788850288871645"),
         "0.7": ("0.6986417573176539212708", "0.6747466701408443600291", "0.6379215582417952570055", "0.5900008279254645932037", "0.5409917423137891160982")}


@statement(title=("The mean of the Gumbel softmax is biased", "Gumbel softmax 的均值有偏"), tag="false", where=[alpha > 0],
           post=("The relaxed sample is a good approximation: its mean is p.", "松弛样本是良好近似：其均值为 p。"),
           says=("For K = 2, tau = 1 and odds alpha != 1, E y_1 = alpha(alpha - 1 - log alpha)/(alpha - 1)^2, which lies strictly between 1/2 and p. For all K, E y tends to p as tau -> 0 and to 1/K as tau -> oo; for uniform p it is p.",
                 "K = 2、τ = 1、几率 α ≠ 1 时，E y_1 = α(α - 1 - log α)/(α - 1)²，严格介于 1/2 与 p 之间。对任意 K，τ → 0 时 E y → p，τ → ∞ 时 E y → 1/K；p 均匀时 E y = p。"),
           near_miss=near_miss(eq(mean, alpha / (1 + alpha)), ("E y = p.", "E y = p。"), where=[alpha > 1], at={"alpha": 2}),
           references=[*[reference(f"E y_1 at p = {p0}, tau = {t0}", digits, compute=lambda p0=p0, t0=t0: relaxed_mean(p0, t0)) for p0, row in TABLE.items()
                         for t0, digits in zip(("0.1", "0.5", "1", "2", "5"), row, strict=True)],
                       reference("alpha = 2", "0.613705638880109", mean, at={"alpha": 2})])
def gumbel_softmax_bias():
    primitive = alpha * (v / (alpha - 1) - log(1 + (alpha - 1) * v) / (alpha - 1) ** 2)
    yield holds(eq(quantile * (1 - v), (1 - quantile) * (alpha * v)), ("G_1 - G_2 is logistic, log(v/(1-v)) for uniform v: y_1 has the odds alpha v/(1-v)", "G₁ - G₂ 服从 logistic 分布，即 log(v/(1-v))，v 均匀：y₁ 的几率为 αv/(1-v)"),
                where=[v > 0, v < 1, alpha > 1])
    yield holds(eq(Integral(quantile, v, 0, 1), mean), ("the mean for alpha > 1", "α > 1 时的均值"), where=[alpha > 1], by=antiderivative(primitive))
    yield holds(eq(mean + (1 / alpha) * (1 / alpha - 1 - log(1 / alpha)) / (1 / alpha - 1) ** 2, 1), ("and for alpha < 1, as y_1 + y_2 = 1 exchanges alpha and 1/alpha", "α < 1 时亦然，因 y₁ + y₂ = 1 交换 α 与 1/α"), where=[alpha > 1])
    yield holds(mean < alpha / (1 + alpha), ("below p for alpha > 1: 2(alpha - 1) < (alpha + 1) log alpha", "α > 1 时小于 p：2(α - 1) < (α + 1)log α"), where=[alpha > 1], by=scaled(
        (alpha - 1) ** 2 * (1 + alpha) / alpha, 2 * (alpha - 1) < (alpha + 1) * log(alpha), monotone(alpha, at=1, strict="slope", slope=monotone(alpha, at=1, strict="slope"))))
    yield holds(lift(1) / 2 < mean, ("and above 1/2: 2 alpha log alpha < alpha^2 - 1", "且大于 1/2：2α log α < α² - 1"), where=[alpha > 1], by=scaled(
        2 * (alpha - 1) ** 2, 2 * alpha * log(alpha) < alpha ** 2 - 1, monotone(alpha, at=1, strict="slope", slope=monotone(alpha, at=1, strict="slope"))))
    logistic = exp(-x) / (1 + exp(-x)) ** 2
    yield show(eq(Integral(exp(-t) * (1 - exp(-exp(x) * t)), t, 0, oo), 1 / (1 + exp(-x))), ("all numbers of categories: G_k - G_j = log(t_j/t_k) with exponential t_k, P(G_k - G_j <= x) = P(t_j <= e^x t_k)", "任意类别数：G_k - G_j = log(t_j/t_k)，t_k 服从指数分布，P(G_k - G_j ≤ x) = P(t_j ≤ e^x t_k)"),
               by=integrated(-exp(-t) + exp(-(1 + exp(x)) * t) / (1 + exp(x))))
    yield show(logistic <= lift(1) / 4, ("so this difference has an even density of at most 1/4", "故该差的密度为偶函数且至多 1/4"), by=scaled(4 * (1 + exp(-x)) ** 2, 4 * exp(-x) <= (1 + exp(-x)) ** 2, squares((1, 1 - exp(-x)))))
    yield show(1 - 1 / (1 + z) <= z, ("y_j = 1/(1 + sum of e^(d_k/tau)) over the others, d_k = log(p_k/p_j) + G_k - G_j: where all d_k < 0, 1 - y_j is at most the sum z of all e^(-|d_k|/tau)", "y_j = 1/(1 + Σ e^(d_k/τ))（对其余各项），d_k = log(p_k/p_j) + G_k - G_j：若所有 d_k < 0，则 1 - y_j 至多为一切 e^(-|d_k|/τ) 之和 z"), where=[z >= 0],
               by=scaled(1 + z, 0 <= z ** 2))
    yield show(1 / (1 + exp(x) + z) <= exp(-x), ("and where some d_k = x tau > 0, y_j is at most e^(-x), one term of that sum", "若某 d_k = xτ > 0，则 y_j 至多为 e^(-x)，即该和中的一项"), where=[z >= 0], by=scaled((1 + exp(x) + z) * exp(x), exp(x) <= 1 + exp(x) + z))
    yield show(Integral(exp(-(x - c) / tau) * logistic, x, c, oo) <= tau / 4, ("on either side of c = -log(p_k/p_j), and of -c, the mean of e^(-|d_k|/tau) has this bound", "在 c = -log(p_k/p_j)（及 -c）的每一侧，e^(-|d_k|/τ) 的均值有此上界"), where=[tau > 0], by=through(
        Integral(exp(-(x - c) / tau) / 4, x, c, oo), ("le", "eq"), second=integrated(-tau / 4 * exp(-(x - c) / tau)), first=termwise(scaled(exp((x - c) / tau), logistic <= lift(1) / 4, scaled(
            4 * (1 + exp(-x)) ** 2, 4 * exp(-x) <= (1 + exp(-x)) ** 2, squares((1, 1 - exp(-x))))))))
    yield show(eq(Integral(below(N, prob[i]), v, 0, 1), own), ("y tends to the indicator of the argmax, which is j with probability p_j", "y 趋于 argmax 的示性向量，而 argmax 为 j 的概率是 p_j"), where=[*LAW, N >= 0], by=integrated(own * v ** (1 / own)))
    yield holds(eq(Limit(N * (tau / 4 + tau / 4), tau, 0), 0), ("so |E y_j - p_j| is at most this, for N others", "故 |E y_j - p_j| 至多为此（其余 N 项）"), by=rule("approach", {"number": 0}))
    yield show(eq(1 / (1 + over(exp(o[k]), last=N)) - lift(1) / (1 + N), over((1 - exp(o[k])) / ((1 + N) * (1 + over(exp(o[i]), i, N))), last=N)), ("for large tau, with d_k/tau written o_k", "τ 很大时，记 d_k/τ 为 o_k"), where=[N >= 0], by=using(
        lemma(over(exp(o[k]), last=N) >= 0, N >= 0, by=rewritten(over(lift(0), last=N) <= over(exp(o[k]), last=N), termwise()))))
    yield show((exp(x) - 1) / (1 + exp(x) + z) <= x, ("each term is at most |o_k| in absolute value: for o_k = x >= 0", "每项绝对值至多 |o_k|：o_k = x ≥ 0 时"), where=[x >= 0, z >= 0], by=scaled(
        1 + exp(x) + z, 0 <= x * (1 + z) + (1 + (x - 1) * exp(x)), using(lemma(0 <= 1 + (x - 1) * exp(x), x >= 0, x=x, by=monotone(x)))))
    yield show((1 - exp(-x)) / (1 + exp(-x) + z) <= x, ("and for o_k = -x", "o_k = -x 时"), where=[x >= 0, z >= 0], by=scaled(
        1 + exp(-x) + z, 0 <= x * (exp(-x) + z) + (x - 1 + exp(-x)), using(lemma(0 <= x - 1 + exp(-x), x >= 0, x=x, by=monotone(x)))))
    yield show(eq(2 * Integral(x * logistic, x, 0, oo), 2 * log(lift(2))), ("E|G_k - G_j| = 2 log 2", "E|G_k - G_j| = 2 log 2"), by=integrated(-x / (1 + exp(x)) - log(1 + exp(-x))))
    yield holds(eq(Limit(over(Abs(log(prob[k] / own)) + 2 * log(lift(2)), last=N) / tau, tau, oo), 0), ("so |E y_j - 1/K| is at most this, K = N + 1", "故 |E y_j - 1/K| 至多为此，K = N + 1"), where=[N >= 0, *LAW], by=rule("approach", {"number": 0}))
    yield holds(eq(x, 1 / K), ("uniform p: all y_j have one mean x, and add up to 1", "p 均匀时各 y_j 有同一均值 x，且和为 1"), where=[K >= 1, eq(over(x), 1)])


square_score, square_path = (mu ** 4 + 14 * mu ** 2 * s ** 2 + 15 * s ** 4) / s ** 2, 4 * s ** 2
grad = w * exp(-w ** 2 * s ** 2 / 2) * sin(w * mu)
wave_path = w ** 2 * (1 - exp(-2 * w ** 2 * s ** 2) * cos(2 * w * mu)) / 2 - grad ** 2
wave_score = (1 + (1 - 4 * w ** 2 * s ** 2) * exp(-2 * w ** 2 * s ** 2) * cos(2 * w * mu)) / (2 * s ** 2) - grad ** 2
path0, score0 = w ** 2 * (1 - exp(-2 * w ** 2 * s ** 2)) / 2, (1 + (1 - 4 * w ** 2 * s ** 2) * exp(-2 * w ** 2 * s ** 2)) / (2 * s ** 2)


X = w ** 2 * s ** 2


def excess(T): return T * (1 + 3 * exp(-2 * T)) - 1 - exp(-2 * T)


POINT = {"w": 2, "mu": "3/10", "s": "4/5"}
fast = lemma(1 + 2 * x + 2 * x ** 2 <= exp(2 * x), x >= 0, by=monotone(x, slope=monotone(x, slope=monotone(x))))
small = lemma((x + 4 * x ** 2) * exp(-2 * x) <= 2, x >= 0, x=w ** 2 * s ** 2, by=scaled(exp(2 * x), x + 4 * x ** 2 <= 2 * exp(2 * x), using((*fast[:2], {"x": x}))))

ZERO = lift(0)


def normal(x): return exp(-x ** 2 / 2) / sqrt(2 * pi)
def mean_over(f): return Integral(f * normal(x), x, -oo, oo)


def powers(*coefficients, c=ZERO):
    """A primitive of the sum of a_k x^k e^(icx) times the normal density: by parts, P_k = ic P_(k-1) + (k-1) P_(k-2) - x^(k-1) e^(icx) density."""
    found = [exp(-c ** 2 / 2) * erf((x - I * c) / sqrt(lift(2))) / 2]
    for k in range(1, len(coefficients)):
        found.append((I * c * found[k - 1] if c != ZERO else 0) + ((k - 1) * found[k - 2] if k > 1 else 0) - x ** (k - 1) * exp(I * c * x) * normal(x))
    return sum((a * f for a, f in zip(coefficients, found, strict=True)), ZERO)


def with_wave(*coefficients, angle, c):
    """The same for cos(angle + cx) instead of e^(icx)."""
    return (exp(I * angle) * powers(*coefficients, c=c) + exp(-I * angle) * powers(*coefficients, c=-c)) / 2


@statement(title=("Neither estimator always wins", "两种估计各有胜负"), tag="false", where=[s > 0],
           post=("Reparameterisation lowers the variance.", "重参数能降低方差。"),
           says=("Gradient in μ of E f(z), z normal with mean μ and deviation s, score against path: for f = z^2 the variances are (μ^4 + 14 μ^2 s^2 + 15 s^4)/s^2 and 4 s^2, a ratio of at least 15/4. For f = cos wz they are as stated below; at "
                 "μ = 0 the path is worse exactly for ws > t* = 0.85115..., the root of t^2(1 + 3e^(-2t^2)) = 1 + e^(-2t^2), and as w -> oo it grows like w^2/2 while the score stays at 1/(2s^2).",
                 "z 服从均值 μ、标准差 s 的正态分布，对 μ 求 E f(z) 的梯度，得分估计与路径估计相比：f = z² 时方差为 (mu⁴ + 14μ²s² + 15s⁴)/s² 与 4s²，比值至少 15/4。f = cos wz 时如下式；μ = 0 时路径估计更差当且仅当 ws > t* = 0.85115…，"
                 "即 t²(1 + 3e^(-2t²)) = 1 + e^(-2t²) 的根；w → ∞ 时它按 w²/2 增长，而得分估计趋于 1/(2s²)。"),
           near_miss=near_miss(path0 <= score0, ("The path never has the larger variance (f = cos wz at μ = 0).", "路径估计的方差从不更大（f = cos wz，μ = 0）。"), where=[s > 0, w > 0], at={"s": 1, "w": 2}),
           references=[reference("t*", "0.8511534312934949697347609", compute=lambda: mp.findroot(lambda t: t * t * (1 + 3 * mp.exp(-2 * t * t)) - 1 - mp.exp(-2 * t * t), mp.mpf("0.85"))),
                       reference("score, w = 2, μ = 0.3, s = 0.8", "0.6670325617803944270568009", wave_score, at=POINT), reference("path", "1.897083546954401795654908", wave_path, at=POINT)])
def estimator_variance():
    at, c = mu + s * x, 2 * w * s
    spread = (mu ** 4, 4 * mu ** 3 * s, 6 * mu ** 2 * s ** 2, 4 * mu * s ** 3, s ** 4)  # (μ + s x)^4
    half = lift(1) / 2
    yield show(eq(mean_over(at ** 2 * x / s), 2 * mu), ("f = z^2, z = μ + s x with normal x: the mean of the score estimate f x/s", "f = z²，z = μ + sx（x 正态）：得分估计 f x/s 的均值"), by=integrated(powers(0, mu ** 2 / s, 2 * mu, s)))
    yield show(eq(mean_over(2 * at), 2 * mu), ("and of the path estimate f'", "与路径估计 f' 的均值"), by=integrated(powers(2 * mu, 2 * s)))
    yield holds(eq(mean_over((at ** 2 * x / s) ** 2) - (2 * mu) ** 2, square_score), ("the variance of the score", "得分估计的方差"), by=integrated(powers(0, 0, *(a / s ** 2 for a in spread))))
    yield holds(eq(mean_over((2 * at) ** 2) - (2 * mu) ** 2, square_path), ("and of the path", "与路径估计的方差"), by=integrated(powers(4 * mu ** 2, 8 * mu * s, 4 * s ** 2)))
    yield holds(lift(15) / 4 * square_path <= square_score, ("the ratio", "比值"), by=scaled(s ** 2, 0 <= mu ** 4 + 14 * mu ** 2 * s ** 2))
    yield show(eq(mean_over(cos(w * at) * x / s), -grad), ("f = cos wz: the mean of the score, -g with g = w e^(-w^2 s^2/2) sin wμ", "f = cos wz：得分估计的均值为 -g，g = w e^(-w²s²/2) sin wμ"),
               by=integrated(with_wave(0, 1 / s, angle=w * mu, c=w * s)))
    yield show(eq(mean_over(-w * sin(w * at)), -grad), ("and of the path", "与路径估计的均值"), by=integrated(w * with_wave(1, angle=w * mu + pi / 2, c=w * s)))
    yield holds(eq(mean_over((cos(w * at) * x / s) ** 2) - grad ** 2, wave_score), ("the variance of the score", "得分估计的方差"),
                by=integrated(powers(0, 0, half / s ** 2) + with_wave(0, 0, half / s ** 2, angle=2 * w * mu, c=c)))
    yield holds(eq(mean_over((w * sin(w * at)) ** 2) - grad ** 2, wave_path), ("and of the path", "与路径估计的方差"),
                by=integrated(powers(w ** 2 / 2) - with_wave(w ** 2 / 2, angle=2 * w * mu, c=c)))
    yield holds(eq(2 * s ** 2 * (path0 - score0), excess(w ** 2 * s ** 2)), ("at μ = 0 the difference has the sign of h(T) = T(1 + 3e^(-2T)) - 1 - e^(-2T), T = (ws)^2", "μ = 0 时差的符号与 h(T) = T(1 + 3e^(-2T)) - 1 - e^(-2T) 相同，T = (ws)²"))
    grows = monotone(x, at=T, strict="slope", slope=scaled(exp(2 * x), 0 < exp(2 * x) + 5 - 6 * x, using((*fast[:2], {"x": x}), then=squares((2, x - 1), rest=exp(2 * x) - 1 - 2 * x - 2 * x ** 2 + 4))))
    yield holds(excess(T) < excess(x), ("which increases", "h 递增"), where=[T > 0, x > T], by=grows)
    yield holds(excess(T) < 0, ("it is negative up to 0.7244", "在 0.7244 以前为负"), where=[T >= 0, T <= "0.7244"])
    yield holds(excess(T) > 0, ("and positive from 0.7245 on, so it vanishes at one point t*^2 only", "自 0.7245 起为正，故仅在一点 t*² 处为零"), where=[T >= "0.7245", T <= 1])
    yield holds(eq(Limit(score0, w, oo), 1 / (2 * s ** 2)), ("the score at μ = 0 as w -> oo", "w → ∞ 时 μ = 0 处的得分估计"), by=squeeze(1 / s ** 4, power=2, start=0, above=using(small, then=scaled(
        2 * w ** 2 * s ** 4, (X - 4 * X ** 2) * exp(-2 * X) <= 2)), below=using(small, then=scaled(2 * w ** 2 * s ** 4, -(X - 4 * X ** 2) * exp(-2 * X) <= 2))))
    yield holds(eq(Limit(path0 / w ** 2, w, oo), lift(1) / 2), ("and the path", "与路径估计"), by=squeeze(1 / s ** 2, power=2, start=0, above=squares(
        rest=exp(-2 * w ** 2 * s ** 2) / 2 + 1 / (s ** 2 * w ** 2)), below=using((*fast[:2], {"x": w ** 2 * s ** 2}), then=scaled(2 * s ** 2 * w ** 2 * exp(2 * w ** 2 * s ** 2), w ** 2 * s ** 2 <= 2 * exp(2 * w ** 2 * s ** 2)))))


@statement(title=("The score function", "得分函数"), tag="conditional", where=[theta > 0],
           says=("If the support does not depend on theta, d/dtheta E f = E[f d log p/dtheta] and E[d log p/dtheta] = 0, so that f may be shifted by any constant.", "若支撑集不依赖 θ，则 d/dθ E f = E[f d log p/dθ] 且 E[d log p/dθ] = 0，故 f 可平移任意常数。"),
           limits=("Leibniz's rule is cited.", "引用了 Leibniz 法则。"),
           near_miss=near_miss(eq(Integral(z * D(log(1 / theta), theta) / theta, z, 0, theta), D(theta / 2, theta)), ("It holds for the uniform law on (0, theta) and f = z.", "对 (0, θ) 上的均匀分布与 f = z 亦成立。"), where=[theta > 0], at={"theta": 1}))
def score_function():
    density = exp(g(z, theta))
    yield holds(eq(D(f(z) * density, theta), f(z) * D(log(density), theta) * density), ("a smooth density p = e^g: the slope of f p is f times the score times p", "光滑密度 p = e^g：f p 的导数为 f 乘得分乘 p"))
    yield holds(eq(D((f(z) - c) * density, theta), D(f(z) * density, theta) - c * (D(log(density), theta) * density)), ("and for f - c; the integral of p is 1 for every theta, so that of the last factor is 0", "对 f - c 亦然；p 的积分恒为 1，故末项因子的积分为零"))
    yield cite("Leibniz's rule", "Rudin, Real and Complex Analysis, 1.34 (dominated convergence)", ("a fixed support, on which the slopes have an integrable bound locally in theta", "固定的支撑集，其上导数关于 θ 局部有可积控制"))
    yield therefore(r"\frac d{d\theta}\mathbb Ef=\mathbb E[(f-c)\,\partial_\theta\log p],\quad\mathbb E\,\partial_\theta\log p=0", ("integrate both lines over the support", "两式在支撑集上积分"))
    yield show(eq(Integral(z * D(log(1 / theta), theta) / theta, z, 0, theta), -lift(1) / 2), ("the uniform law on (0, theta), f = z: the formula gives -1/2, but E z = theta/2 has the slope 1/2", "(0, θ) 上的均匀分布、f = z：公式给出 -1/2，而 E z = θ/2 的斜率为 1/2"),
                by=antiderivative(-z ** 2 / (2 * theta ** 2)))
