"""Reparameterisation: from the normal law to the Gumbel softmax, and what each estimator costs.

Statement.  Gradients of E f(μ + σ e) by three formulas; argmax_i(log p_i + G_i) has the law p, and the maximum is independent of it. The
            relaxation softmax((log p + G)/tau) has a known density, the right argmax, and a biased mean. Neither estimator of a gradient always has
            the smaller variance.
Symbols.    μ, s, w real, σ, s > 0; e normal, of density proportional to e^(-x^2/2); K >= 1 categories, p_k > 0 with sum 1, o_k real logits,
            Z = sum e^(o_k); tau > 0; alpha = p/(1-p) the odds for K = 2; t = w s, T = t^2; gamma Euler's constant.
Excluded.   p_k = 0; alpha = 1 in the closed form of the mean, which there is 1/2.
Source.     Su Jianlin, 漫谈重参数：从正态分布到Gumbel Softmax, 2019-06-10 (archives/6705).
"""
from mpmath import mp

from kexue import (Article, D, Integral, Limit, Sum, cite, cos, delta, eq, euler_gamma, every, exp, family, function, gamma, holds, integer,
                   lift, log, near_miss, oo, real, reference, show, sin, statement, therefore, uppergamma)
from kexue.tactics.combine import antiderivative, lemma, monotone, rewritten, scaled, squares, squeeze, termwise, using

article = Article(
    number=9, date="2019-06-10", source="https://kexue.fm/archives/6705",
    title=("Reparameterisation: from the normal law to the Gumbel softmax", "漫谈重参数：从正态分布到Gumbel Softmax"),
    summary=("Gradients through normal noise, the Gumbel maximum with its value, the law of the relaxed sample for every number of categories, its bias in closed form, and exact "
             "variances of the two estimators with the point where they cross.",
             "穿过正态噪声的梯度、Gumbel 最大值及其取值、任意类别数下松弛样本的分布、闭式的偏差，以及两类估计的精确方差与交叉点。"),
    papers=("Jang, Gu & Poole, Categorical Reparameterization with Gumbel-Softmax, ICLR 2017", "Maddison, Mnih & Teh, The Concrete Distribution, ICLR 2017"))

K, i, j, k = integer("K i j k")
x, y, z, a, b, c, s, t, u, v, w, mu, sigma, p, q, r, tau, alpha, theta, T = real("x y z a b c s t u v w mu sigma p q r tau alpha theta T")
f, g = function("f g")
prob, o, point = family("p o y")
bell = exp(-x ** 2 / 2)


def over(h, index=k, last=K): return Sum(h, index, 1, last)


LEIBNIZ = ("differentiation under the integral sign and by parts", "Rudin, Real and Complex Analysis, 1.34 (dominated convergence)", (
    "f, f', f'' grow at most like a power, so the boundary terms x^k e^(-x^2/2) vanish", "f、f'、f'' 至多多项式增长，故边界项 x^k e^(-x²/2) 趋于零"))
INDEPENDENT = ("product rule for independent variables", "Feller, An Introduction to Probability Theory, vol. 2, III.2 and V.9", (
    "given the one value the others are independent", "给定其中一个的值，其余相互独立"))


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


LAW = (every(k, prob[k] > 0), eq(over(prob[k]), 1))
others = over((1 - delta(k, j)) * prob[k])
INDEX = [K >= 1, j >= 1, j <= K]


@statement(title=("The Gumbel maximum", "Gumbel 最大值"), where=[K >= 1],
           says=("For all K and p: P(argmax_i (log p_i - log(-log e_i)) = j) = p_j for independent e_i, uniform on (0, 1).", "对任意 K 与 p：e_i 在 (0, 1) 上独立均匀时，P(argmax_i (log p_i - log(-log e_i)) = j) = p_j。"),
           limits=("The product rule for independent variables is cited.", "引用了独立变量的乘法公式。"),
           near_miss=near_miss(eq(p, p / (p + q) * (p / (p + r))), ("The comparisons with the others are independent events (K = 3).", "与其余各项的比较是独立事件（K = 3）。"),
                               where=[p > 0, q > 0, r > 0, eq(p + q + r, 1)], at={"p": "1/3", "q": "1/3", "r": "1/3"}))
def gumbel_max():
    yield show(eq(log(p) - log(t), -log(t / p)), ("with t = -log e the largest log p - log t is the smallest t/p", "令 t = -log e，最大的 log p - log t 对应最小的 t/p"), where=[p > 0, t > 0])
    yield show(eq(D(1 - exp(-p * x), x), p * exp(-p * x)), ("t is exponential, as e = e^(-t): t/p has the distribution function 1 - e^(-px)", "因 e = e^(-t)，t 服从指数分布：t/p 的分布函数为 1 - e^(-px)"), where=[p > 0])
    yield cite(*INDEPENDENT)
    yield therefore(r"P(\operatorname{argmax}=j)=\int_0^\infty p_je^{-p_jx}\prod_{k\ne j}e^{-p_kx}\,dx", ("all others exceed the value x of t_j/p_j; ties have probability 0", "其余均大于 t_j/p_j 的值 x；并列概率为零"))
    yield holds(eq(Integral(prob[j] * exp(-prob[j] * x) * exp(-others * x), x, 0, oo), prob[j]), ("the exponents add up to -x", "指数之和为 -x"), where=[*INDEX, *LAW], by=antiderivative(-prob[j] * exp(-x)))


Z = over(exp(o[k]))
joint = exp(o[i]) / Z * exp(-Z * exp(-y))
POSITIVE = lemma(Z > 0, K >= 1, by=rewritten(over(lift(0)) < Z, termwise()))


@statement(title=("Index and value of the maximum are independent", "最大值的位置与取值独立"), where=[K >= 1],
           says=("For M = max(o_i + G_i) and I its index: P(I = i, M <= y) = softmax(o)_i exp(-e^(lse(o) - y)). So I and M are independent, M is Gumbel with location lse(o), and E M = lse(o) + gamma.",
                 "记 M = max(o_i + G_i)，I 为其位置：P(I = i, M ≤ y) = softmax(o)_i exp(-e^(lse(o) - y))。故 I 与 M 独立，M 服从位置参数为 lse(o) 的 Gumbel 分布，E M = lse(o) + γ。"),
           limits=("The product rule and the mean of the Gumbel law are cited.", "引用了乘法公式与 Gumbel 分布的均值。"),
           near_miss=near_miss(eq(log(exp(x) + exp(y)) + euler_gamma, log(exp(x) + exp(y))), ("E M = lse(o).", "E M = lse(o)。")),
           references=[reference("E M, o = (0, 1, 2)", "2.984821629345913165089432", log(1 + exp(lift(1)) + exp(lift(2))) + euler_gamma)])
def gumbel_max_value_independent():
    rest = over((1 - delta(k, i)) * exp(o[k] - y))
    yield cite(*INDEPENDENT)
    yield show(eq(D(exp(-exp(o[i] - y)), y), exp(o[i] - y) * exp(-exp(o[i] - y))), ("the density of o_i + G_i, whose distribution function is exp(-e^(o_i - y))", "o_i + G_i 的密度，其分布函数为 exp(-e^(o_i - y))"))
    yield holds(eq(D(joint, y), exp(o[i] - y) * exp(-exp(o[i] - y)) * exp(-rest)), ("times the probability that all others stay below y", "乘以其余各项都小于 y 的概率"), where=[i >= 1, i <= K], by=using(POSITIVE))
    yield therefore(r"P(I=i,\,M\le y)=\frac{e^{o_i}}Z\exp(-Ze^{-y})", ("both sides have this derivative and tend to 0 as y -> -oo", "两边导数相同，且 y → -∞ 时趋于零"))
    yield holds(eq(over(exp(o[k]) / Z), 1), ("the factors e^(o_i)/Z are a distribution, so the two are independent", "e^(o_i)/Z 构成分布，故二者独立"), by=using(POSITIVE))
    yield holds(eq(exp(-Z * exp(-y)), exp(-exp(log(Z) - y))), ("and M is a Gumbel variable moved by log Z = lse(o)", "而 M 是平移 log Z = lse(o) 的 Gumbel 变量"), by=using(POSITIVE))
    yield cite("the mean of the Gumbel law is Euler's constant", "NIST DLMF 5.9.18", ("E G = -Gamma'(1) = gamma", "E G = -Γ'(1) = γ"))
    yield therefore(r"\mathbb E\,M=\operatorname{lse}(o)+\gamma", ("expectation is linear", "期望是线性的"))


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
           limits=("Dominated convergence is cited.", "引用了控制收敛定理。"),
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
    yield cite("dominated convergence", "Rudin, Real and Complex Analysis, 1.34", ("0 <= y <= 1; y tends to the indicator of the argmax, or to 1/K, almost surely", "0 ≤ y ≤ 1；y 几乎必然趋于 argmax 的示性向量，或趋于 1/K"))
    yield therefore(r"\lim_{\tau\to0}\mathbb E\,y=p,\quad\lim_{\tau\to\infty}\mathbb E\,y=\tfrac1K\mathbf 1,\quad p_i=\tfrac1K\Rightarrow\mathbb E\,y=p", (
        "P(argmax = i) = p_i; for uniform p the y_i have one law and add up to 1", "P(argmax = i) = p_i；p 均匀时各 y_i 同分布且和为 1"))


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
MOMENTS = ("moments and characteristic function of the normal law", "Feller, An Introduction to Probability Theory, vol. 2, XV.2", (
    "E e^2 = 1, E e^4 = 3, E e^6 = 15, odd ones 0; E cos(c e) = e^(-c^2/2), E sin(c e) = 0", "E e² = 1，E e⁴ = 3，E e⁶ = 15，奇数阶为零；E cos(ce) = e^(-c²/2)，E sin(ce) = 0"))


@statement(title=("Neither estimator always wins", "两种估计各有胜负"), tag="false", where=[s > 0],
           post=("Reparameterisation lowers the variance.", "重参数能降低方差。"),
           says=("Gradient in μ of E f(z), z normal with mean μ and deviation s, score against path: for f = z^2 the variances are (μ^4 + 14 μ^2 s^2 + 15 s^4)/s^2 and 4 s^2, a ratio of at least 15/4. For f = cos wz they are as stated below; at "
                 "μ = 0 the path is worse exactly for ws > t* = 0.85115..., the root of t^2(1 + 3e^(-2t^2)) = 1 + e^(-2t^2), and as w -> oo it grows like w^2/2 while the score stays at 1/(2s^2).",
                 "z 服从均值 μ、标准差 s 的正态分布，对 μ 求 E f(z) 的梯度，得分估计与路径估计相比：f = z² 时方差为 (mu⁴ + 14μ²s² + 15s⁴)/s² 与 4s²，比值至少 15/4。f = cos wz 时如下式；μ = 0 时路径估计更差当且仅当 ws > t* = 0.85115…，"
                 "即 t²(1 + 3e^(-2t²)) = 1 + e^(-2t²) 的根；w → ∞ 时它按 w²/2 增长，而得分估计趋于 1/(2s²)。"),
           limits=("Moments of the normal law are cited.", "引用了正态分布的矩。"),
           near_miss=near_miss(path0 <= score0, ("The path never has the larger variance (f = cos wz at μ = 0).", "路径估计的方差从不更大（f = cos wz，μ = 0）。"), where=[s > 0, w > 0], at={"s": 1, "w": 2}),
           references=[reference("t*", "0.8511534312934949697347609", compute=lambda: mp.findroot(lambda t: t * t * (1 + 3 * mp.exp(-2 * t * t)) - 1 - mp.exp(-2 * t * t), mp.mpf("0.85"))),
                       reference("score, w = 2, μ = 0.3, s = 0.8", "0.6670325617803944270568009", wave_score, at=POINT), reference("path", "1.897083546954401795654908", wave_path, at=POINT)])
def estimator_variance():
    yield cite(*MOMENTS)
    yield holds(eq((mu ** 4 * 1 + 6 * mu ** 2 * s ** 2 * 3 + s ** 4 * 15) / s ** 2 - (2 * mu) ** 2, square_score), ("f = z^2: E (μ + s e)^4 e^2/s^2 less the square of the mean 2 μ", "f = z²：E (μ + se)⁴e²/s² 减去均值 2mu 的平方"))
    yield holds(eq(4 * (mu ** 2 + s ** 2) - (2 * mu) ** 2, square_path), ("and E (2z)^2 less the same", "以及 E (2z)² 减去同一项"))
    yield holds(lift(15) / 4 * square_path <= square_score, ("the ratio", "比值"), by=scaled(s ** 2, 0 <= mu ** 4 + 14 * mu ** 2 * s ** 2))
    yield holds(eq(-D(D(exp(-c ** 2 / 2), c), c), (1 - c ** 2) * exp(-c ** 2 / 2)), ("f = cos wz: E cos(c e) e^2, c = 2ws", "f = cos wz：E cos(ce)e²，c = 2ws"))
    yield show(eq(cos(w * (mu + s * x)) ** 2, (1 + cos(2 * w * mu) * cos(2 * w * s * x) - sin(2 * w * mu) * sin(2 * w * s * x)) / 2), ("the double angle; the last term is odd in e = x", "倍角公式；末项关于 e = x 为奇"))
    yield holds(eq((1 + cos(2 * w * mu) * ((1 - (2 * w * s) ** 2) * exp(-(2 * w * s) ** 2 / 2))) / (2 * s ** 2) - grad ** 2, wave_score), ("E cos^2(wz) e^2/s^2 less g^2, g the gradient of E cos wz = e^(-w^2 s^2/2) cos(w mu) up to sign",
                "E cos²(wz)e²/s² 减 g²，g 为 E cos wz = e^(-w²s²/2)cos(wμ) 的梯度（差一符号）"))
    yield holds(eq(w ** 2 * (1 - cos(2 * w * mu) * exp(-(2 * w * s) ** 2 / 2)) / 2 - grad ** 2, wave_path), ("E w^2 sin^2(wz) less g^2", "E w²sin²(wz) 减 g²"))
    yield therefore(r"\operatorname{Var}_{\mathrm{score}}=\frac{1+(1-4w^2s^2)e^{-2w^2s^2}\cos2w\mu}{2s^2}-g^2,\quad\operatorname{Var}_{\mathrm{path}}=\frac{w^2(1-e^{-2w^2s^2}\cos2w\mu)}2-g^2,\quad g=we^{-w^2s^2/2}\sin w\mu", (
        "put in the cited means", "代入所引的均值"))
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
