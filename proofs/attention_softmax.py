"""Attention, softmax and length: how the entropy of attention depends on the scale and on the number of keys.

Statement.  The entropy H of softmax(lambda s) has the derivative -lambda Var_p(s) and is at least log n - lambda (max s - mean s), so a fixed scale cannot keep it; which law lambda(n)
            keeps it depends on the scores: affine in log(n-1) for one margin, sqrt(log n) for normal scores, explicit for the sphere; homogeneous weights have no scale at all.
Symbols.    n, i, j, k, c >= 1 integers (y for n as a real number); s real scores, w_i = e^(lambda s_i), Z their sum, p = w/Z; L = log Z, M = max s = s_i + r_i, m the mean of s, h a wanted entropy;
            D (short: g) > 0 a margin, c = kappa D; d >= 2 a dimension, z = lambda d; sigma > 0; f an activation, kappa its exponent.
Excluded.   n = 1 in the margin law; f with zeros in the classification.
Source.     Su Jianlin, 听说Attention与Softmax更配哦~, 2022-04-07 (archives/9019), with 从熵不变性看Attention的Scale操作, 2021-12-21 (archives/8823).
"""
from fractions import Fraction as F

from mpmath import mp

from kexue import (Article, D, Integral, Limit, Sum, besseli, call, cite, delta, eq, every, exp, erf, family, function, holds, integer, lift, log, near_miss, oo, pi, real, reference, show, sqrt,
                   statement, therefore)
from kexue.tactics import auto as complete
from kexue.tactics.combine import cases, integrated, lemma, monotone, rewritten, scaled, squares, squeeze, termwise, using

article = Article(
    number=23, date="2022-04-07", source="https://kexue.fm/archives/9019",
    title=("Attention and softmax go well together", "听说Attention与Softmax更配哦~"),
    summary=("The entropy of attention as a function of scale and length, exactly; which scale keeps it under three models of the scores; and why relu-squared weights cannot be scaled.",
             "注意力熵对尺度与长度的精确依赖；三种打分模型下保持熵的尺度；以及为何 relu² 权重无法调节尺度。"),
    papers=("Hua et al., Transformer quality in linear time, ICML 2022", "NIST DLMF 10.29, 10.32"))

n, i, j, k, c, d = integer("n i j k c d")
lam, y, x, t, u, L, M, m, h, q, g, p, e, sigma, kappa, nu, z, C, a, b = real("lambda y x t u L M m h q g p e sigma kappa nu z C a b")
s, P, r = family("s p r")
f, f1 = function("f f;0")


def S(term, i=i): return Sum(term, i, 1, n)


w, wj = exp(lam * s[i]), exp(lam * s[j])
Z = S(w)
mean, second = S(s[i] * w) / Z, S(s[i] ** 2 * w) / Z
H = log(Z) - lam * mean
positive = lemma(Z > 0, n >= 1, by=rewritten(S(lift(0)) < Z, termwise()))
LAW = (every(k, P[k] >= 0), eq(S(P[i]), 1))
centre = S(P[j] * s[j], j)
EXAMPLE = {"n": 4, "s": [1, 0, -1, 2], "lambda": "3/2"}


@statement(title=("The derivative of the entropy", "熵的导数"), tag="sharper", where=[n >= 1],
           says=("For p = softmax(lambda s), dH/dlambda = -lambda Var_p(s) <= 0 for lambda >= 0, and it is 0 only for lambda = 0 or constant s.", "对 p = softmax(λs)，dH/dλ = -λ Var_p(s) ≤ 0（λ ≥ 0），仅当 λ = 0 或 s 为常数时为零。"),
           near_miss=near_miss(eq(-lam * (second - mean ** 2), -(second - mean ** 2)), ("dH/dlambda = -Var_p(s).", "dH/dλ = -Var_p(s)。"), where=[n >= 1], at={"n": 2, "s": [0, 1], "lambda": 2}),
           references=[reference("H, s = (1, 0, -1, 2), lambda = 1.5", "0.66591653479872932148", H, at=EXAMPLE), reference("dH/dlambda there", "-0.49477963649097208065", -lam * (second - mean ** 2), at=EXAMPLE)])
def entropy_derivative():
    yield show(eq(-S(wj / S(w) * (lam * s[j] - log(S(w))), j), H), ("-sum p log p, as log p_i = lambda s_i - log Z", "-Σp log p，因 log p_i = λs_i - log Z"), by=using(positive))
    yield show(eq(D(log(Z), lam), mean), ("the derivative of log Z is the mean of s under p", "log Z 的导数是 s 在 p 下的均值"), by=using(positive))
    yield holds(eq(D(H, lam), -lam * (second - mean ** 2)), ("and that of H", "H 的导数"), by=using(positive))
    spread = S(P[i] * (s[i] - centre) ** 2)
    yield show(eq(S(P[i] * s[i] ** 2) - centre ** 2, spread), ("the variance as a sum of squares", "方差写成平方和"), where=LAW)
    yield holds(0 <= spread, ("is not negative", "非负"), where=LAW[:1], by=rewritten(S(lift(0)) <= spread, termwise(squares((P[i], s[i] - centre)))))
    yield holds(P[c] * (s[c] - centre) ** 2 <= spread, ("and positive as soon as some s_c differs from the mean: p_c > 0", "只要某个 s_c 异于均值就为正：p_c > 0"), where=[*LAW[:1], c >= 1, c <= n], by=rewritten(
        S(delta(i, c) * P[i] * (s[i] - centre) ** 2) <= spread, termwise(cases(i - c, below=squares((P[i], s[i] - centre)), above=squares((P[i], s[i] - centre))))))


AVERAGE = eq(S(s[i]), n * m)
tangent = lemma(exp(x) >= 1 + x, by=cases(x, above=monotone(x, slope=monotone(x)), below=monotone(x, slope=monotone(x))))
rising = lemma(log(x) <= log(y), x > 0, y >= x, by=monotone(y, at=x))
jensen = lemma(n * exp(lam * m) <= Z, n >= 1, AVERAGE, by=rewritten(S(exp(lam * m) * (1 + lam * (s[i] - m))) <= Z, termwise(using(
    (*tangent[:2], {"x": lam * (s[i] - m)}), then=scaled(exp(-lam * m), 1 + lam * (s[i] - m) <= exp(lam * (s[i] - m)))))))


@statement(title=("A floor for the entropy", "熵的下界"), tag="sharper", where=[n >= 1],
           says=("H >= log n - lambda (max s - mean s) >= log n - lambda (max s - min s) for lambda >= 0. With bounded scores and a fixed scale the entropy diverges; H <= h forces lambda >= (log n - h)/(max s - mean s).",
                 "λ ≥ 0 时 H ≥ log n - λ(max s - mean s) ≥ log n - λ(max s - min s)。打分有界而尺度固定时熵发散；H ≤ h 迫使 λ ≥ (log n - h)/(max s - mean s)。"),
           near_miss=near_miss(log(n) - 4 <= 5, ("With the scale 1/sqrt d the entropy stays below 5 (scores within 4 of each other).", "尺度取 1/√d 时熵不超过 5（打分极差 4）。"), where=[n >= 1], at={"n": 1000000}),
           references=[reference("n = 1000, lambda = 1, range 4", "2.9077552789821370521", log(n) - 4, at={"n": 1000})])
def entropy_floor():
    yield show(n * exp(lam * m) <= Z, ("Jensen: e^u >= e^v (1 + u - v) with v = lambda m, m the mean of s, added up", "Jensen：取 v = λm（m 为 s 的均值），对 e^u ≥ e^v(1 + u - v) 求和"), where=[AVERAGE], by=jensen[1])
    yield show(log(n) + lam * m <= log(Z), ("so log Z >= log n + lambda m", "故 log Z ≥ log n + λm"), where=[AVERAGE], by=using(jensen, (*rising[:2], {"x": n * exp(lam * m), "y": Z}), positive))
    yield show(S(P[i] * (M - r[i])) <= M, ("a mean is at most the maximum: scores M - r_i, r_i >= 0", "均值不超过最大值：打分写成 M - r_i，r_i ≥ 0"), where=[*LAW, every(k, r[k] >= 0)], by=rewritten(
        S(lift(0)) <= S(P[i] * r[i]), termwise(squares(rest=P[i] * r[i]))))
    yield holds(log(n) - lam * (M - m) <= L - lam * q, ("H = L - lambda q, with L = log Z, q the mean under p, m = mean s", "H = L - λq，其中 L = log Z，q 为 p 下均值，m = mean s"), where=[lam >= 0, log(n) + lam * m <= L, q <= M],
                by=squares(rest=(L - log(n) - lam * m) + lam * (M - q)))
    yield holds(log(n) - lam * (M - t) <= log(n) - lam * (M - m), ("and mean s is at least the minimum t", "且 mean s 不小于最小值 t"), where=[lam >= 0, t <= m])
    yield holds((log(n) - h) / (M - m) <= lam, ("solve for lambda", "解出 λ"), where=[M > m, log(n) - lam * (M - m) <= h], by=scaled(M - m, log(n) - h <= lam * (M - m)))


def mass(n): return exp(lam * g) / (exp(lam * g) + n - 1)
grown = exp(kappa * log(y))
at_least_1 = lemma(exp(x) >= 1, x >= 0, by=monotone(x), x=kappa * log(y))
log_grows = lemma(log(y) >= 0, y >= 1, by=monotone(y, at=1), y=y)


def entropy(n, scale):
    with mp.workdps(30):
        E = mp.exp(8 * mp.mpf(scale))
        W = E + n - 1
        return mp.log(W) - 8 * mp.mpf(scale) * E / W


def target(n, scale):
    E = mp.exp(8 * mp.mpf(scale))
    return E / (E + n - 1)


def rate(n): return mp.log(n) / mp.log(512)


@statement(title=("One margin: an affine law", "单一间隔：仿射律"), tag="conditional", where=[g > 0],
           says=("One score D > 0 and n - 1 zeros: p_t = e^(lambda D)/(e^(lambda D) + n - 1) does not depend on n exactly for lambda = (log(n-1) + logit p_t)/D. With lambda = kappa log n, p_t tends to 1, 1/2 or 0 as kappa D is above, "
                 "at or below 1.", "一个打分 D > 0、其余 n - 1 个为零：p_t = e^(λD)/(e^(λD) + n - 1) 与 n 无关当且仅当 λ = (log(n-1) + logit p_t)/D。取 λ = κ log n 时，κD 大于、等于、小于 1 分别给出 p_t → 1、1/2、0。"),
           near_miss=near_miss(eq(exp(8 * log(y) / log(lift(512))) / (exp(8 * log(y) / log(lift(512))) + y - 1), exp(lift(8)) / (exp(lift(8)) + 511)), (
               "The factor log_512 n keeps p_t, and with it the entropy (D = 8).", "因子 log₅₁₂ n 保持 p_t 从而保持熵（D = 8）。"), where=[y > 1], at={"y": 4096}),
           references=[reference("p_t, D = 8, n = 512", "0.85366376059040092879", compute=lambda: target(512, 1)), reference("n = 4096, same scale", "0.421279774767005", compute=lambda: target(4096, 1)),
                       reference("n = 4096, log_512 n", "0.912866217391268", compute=lambda: target(4096, rate(4096))),
                       reference("scale that keeps p_t", "1.26014405076043", compute=lambda: (mp.log(4095) + mp.log(target(512, 1) / (1 - target(512, 1)))) / 8),
                       *[reference(f"entropy with log_512 n, n = {n}", digits, compute=lambda n=n: entropy(n, rate(n))) for n, digits in (
                           (64, "1.50941803061"), (1024, "1.23101001820"), (4096, "1.0205929544"), (65536, "0.637357396183"))]])
def margin_law():
    yield holds(eq(p * (exp(g * ((log(y - 1) + log(p / (1 - p))) / g)) + y - 1), exp(g * ((log(y - 1) + log(p / (1 - p))) / g))), ("this scale gives p_t = p", "此尺度给出 p_t = p"), where=[y > 1, p > 0, p < 1])
    yield holds(eq(mass(y) / (1 - mass(y)), exp(lam * g) / (y - 1)), ("and no other does: the odds are e^(lambda D)/(n-1), strictly increasing in lambda", "别无其他：胜率为 e^(λD)/(n-1)，关于 λ 严格递增"), where=[y > 1])
    yield holds(eq(Limit(y / (y + y - 1), y, oo), F(1, 2)), ("lambda = kappa log n with kappa D = 1: e^(lambda D) = n", "λ = κ log n 且 κD = 1：e^(λD) = n"), by=squeeze(
        1, above=scaled(2 * y * (2 * y - 1), 0 <= 3 * y - 2), below=lambda goal: complete.search(goal)))
    yield holds(1 - grown / (grown + y - 1) <= y / grown, ("e^(lambda D) = n^c, c = kappa D (written kappa): for c > 1 the rest is at most n^(1-c)", "e^(λD) = n^c，c = κD（记作 κ）：c > 1 时余下至多 n^(1-c)"), where=[y > 1],
                by=scaled(grown * (grown + y - 1), 0 <= grown + y ** 2 - y))
    yield holds(grown / (grown + y - 1) <= grown / y, ("and for 0 <= c < 1, p_t is at most n^(c-1)", "0 ≤ c < 1 时 p_t 至多 n^(c-1)"), where=[y > 1, kappa >= 0], by=using(log_grows, at_least_1, then=scaled(
        y * (grown + y - 1) / grown, 0 <= grown - 1)))


root = sqrt(1 + 4 * lam ** 2)
best = (root - 1) / (2 * lam)


def sphere(d, scale):
    z, v = mp.mpf(scale) * d, mp.mpf(d) / 2 - 1
    return mp.loggamma(v + 1) + v * mp.log(2 / z) + mp.log(mp.besseli(v, z)) - z * mp.besseli(v + 1, z) / mp.besseli(v, z)


def needed(n, level=3, d=64):
    return mp.findroot(lambda x: mp.log(n) + sphere(d, x / mp.sqrt(d)) - level, (1, 3))


@statement(title=("Scores from the sphere", "球面打分"), tag="false", where=[lam > 0],
           post=("The entropy is log n - 0.24 lambda d.", "熵为 log n - 0.24λd。"),
           says=("Keys uniform on the sphere of radius sqrt d, |q| = sqrt d, annealed: the entropy is log n + f_d(lambda), f_d = log g(z) - z I_(d/2)(z)/I_(d/2-1)(z), g(z) = Gamma(d/2) (2/z)^(d/2-1) I_(d/2-1)(z), z = lambda d; "
                 "f_d/d tends to log(1 - c^2)/2, c = (sqrt(1 + 4 lambda^2) - 1)/(2 lambda). The 0.24 is its value at lambda = 1; for small lambda f_d is -lambda^2 d/2.",
                 "键在半径 √d 的球面上均匀分布、|q| = √d，退火近似：熵为 log n + f_d(λ)，f_d = log g(z) - z I_(d/2)(z)/I_(d/2-1)(z)，g(z) = Γ(d/2)(2/z)^(d/2-1) I_(d/2-1)(z)，z = λd；f_d/d → log(1 - c²)/2，"
                 "c = (√(1 + 4λ²) - 1)/(2λ)。0.24 是 λ = 1 处的值；λ 小时 f_d 为 -λ²d/2。"),
           limits=("The Bessel integral and Laplace's method are cited.", "引用了 Bessel 积分与 Laplace 方法。"),
           near_miss=near_miss(eq(log(1 - best ** 2) / 2, -lift("0.24") * lam), ("f_d/d tends to -0.24 lambda.", "f_d/d → -0.24λ。"), where=[lam > 0], at={"lambda": "1/8"}),
           references=[reference("the constant at lambda = 1", "0.2406059125298017", log((1 + sqrt(lift(5))) / 2) / 2),
                       *[reference(f"f_{size}({scale})", digits, compute=lambda size=size, scale=scale: sphere(size, scale)) for size, scale, digits in (
                           (64, "0.125", "-0.488994259845784664"), (64, "0.5", "-6.05114637108220581"), (64, 1, "-15.4734001602340908"), (64, 2, "-30.1548330708021121"),
                           (128, "0.5", "-12.0744192895306397"), (128, 1, "-30.8718338322844297"), (128, 2, "-60.2541513323363469"))],
                       reference("f_128(1/sqrt 128)", "-0.494326025676687312", compute=lambda: sphere(128, 1 / mp.sqrt(128))),
               *[reference(f"lambda sqrt d for entropy 3, d = 64, n = {n}", digits, compute=lambda n=n: needed(n)) for n, digits in (
                           (64, "1.56318297002075"), (512, "2.74101080301197"), (4096, "3.68614168296512"), (32768, "4.56428786343572"))]])
def sphere_law_constant():
    yield cite("Poisson's integral of the modified Bessel function", "NIST DLMF 10.32.2", ("E e^(z c) = g(z) for the density (1 - c^2)^((d-3)/2) of a cosine c", "余弦 c 的密度 (1 - c²)^((d-3)/2) 下 E e^(zc) = g(z)"))
    yield show(eq(D(z ** (-nu) * besseli(nu, z), z), z ** (-nu) * besseli(nu + 1, z)), ("g'/g = I_(d/2)/I_(d/2-1) with nu = d/2 - 1", "取 ν = d/2 - 1 得 g'/g = I_(d/2)/I_(d/2-1)"), where=[z > 0, nu >= 0], by=complete.search)
    yield therefore(r"\mathcal H=\log n+f_d(\lambda)", ("log Z - lambda d(log Z)/dlambda with n g(lambda d) in place of Z", "在 log Z - λ d(log Z)/dλ 中以 n g(λd) 代 Z"))
    yield show(eq(D(lam * u + log(1 - u ** 2) / 2, u), lam - u / (1 - u ** 2)), ("the exponent per dimension, at the cosine u", "每维的指数，余弦为 u"), where=[u > -1, u < 1])
    yield show(eq(lam * (1 - best ** 2), best), ("is stationary at c", "在 c 处取驻值"))
    yield cite("Laplace's method", "Olver, Asymptotics and Special Functions, 3.7", ("log g(lambda d)/d tends to lambda c + log(1 - c^2)/2, its derivative in lambda to c", "log g(λd)/d → λc + log(1 - c²)/2，其对 λ 的导数趋于 c"))
    yield therefore(r"f_d(\lambda)/d\to\tfrac12\log(1-c^2)", ("subtract lambda c", "减去 λc"))
    yield holds(eq(1 - ((sqrt(lift(5)) - 1) / 2) ** 2, 1 / ((1 + sqrt(lift(5))) / 2)), ("at lambda = 1, 1 - c^2 is the inverse of the golden ratio", "λ = 1 时 1 - c² 是黄金比的倒数"))
    yield holds(best <= lam, ("for small lambda, c is lambda to first order: c = lambda (1 - c^2) <= lambda", "λ 小时 c 的一阶近似为 λ：c = λ(1 - c²) ≤ λ"), by=scaled(2 * lam, root <= 1 + 2 * lam ** 2, complete.search))


@statement(title=("Normal scores", "正态打分"), tag="conditional", where=[sigma > 0, y > 1],
           says=("For i.i.d. N(0, sigma^2) scores the annealed entropy is log n - lambda^2 sigma^2/2; it keeps the value h for lambda = sqrt(2 (log n - h))/sigma. It is meant for lambda sigma < sqrt(2 log n), where it is positive.",
                 "对独立 N(0, σ²) 打分，退火熵为 log n - λ²σ²/2；λ = √(2(log n - h))/σ 时保持为 h。仅用于 λσ < √(2 log n)，此时为正。"),
           near_miss=near_miss(eq(log(y) - log(y) ** 2 / 2, F(1, 2)), ("A scale proportional to log n keeps it (lambda sigma = log n, value 1/2 as at n = e).", "与 log n 成正比的尺度保持熵（λσ = log n，值为 n = e 处的 1/2）。"), where=[y > 1], at={"y": 10}),
           references=[reference("lambda for n = 512, h = 2, sigma = 1", "2.9114685727445205534", sqrt(2 * (log(lift(512)) - 2)))])
def gaussian_law():
    density = exp(-x ** 2 / (2 * sigma ** 2)) / (sigma * sqrt(2 * pi))
    yield holds(eq(log(Integral(exp(lam * x) * density, x, -oo, oo)), lam ** 2 * sigma ** 2 / 2), ("log E e^(lambda s), so that log Z becomes log n + lambda^2 sigma^2/2", "log E e^(λs)，故 log Z 成为 log n + λ²σ²/2"),
                by=integrated(exp(lam ** 2 * sigma ** 2 / 2) * erf((x - lam * sigma ** 2) / (sigma * sqrt(lift(2)))) / 2))
    yield holds(eq(log(y) + lam ** 2 * sigma ** 2 / 2 - lam * D(lam ** 2 * sigma ** 2 / 2, lam), log(y) - lam ** 2 * sigma ** 2 / 2), ("the entropy log Z - lambda d(log Z)/dlambda", "熵 log Z - λ d(log Z)/dλ"))
    yield holds(eq(log(y) - (sqrt(2 * (log(y) - h)) / sigma) ** 2 * sigma ** 2 / 2, h), ("this scale keeps it", "此尺度保持熵"), where=[log(y) > h])
    yield holds(0 < log(y) - (lam * sigma) ** 2 / 2, ("positive below the limit", "在界限之下为正"), where=[(lam * sigma) ** 2 < 2 * log(y)])


@statement(title=("Homogeneous weights have no scale", "齐次权重没有尺度"), where=[n >= 1, lam > 0],
           says=("(i) relu(lambda s_j)^kappa over its sum does not depend on lambda. (ii) A C^1 function f > 0 on (0, oo) has scale-free normalised values for all pairs of inputs iff f(x) = C x^kappa.",
                 "(i) relu(λs_j)^κ 除以其和与 λ 无关。(ii) (0, ∞) 上的 C¹ 正函数 f 对一切两个输入的归一化值与尺度无关，当且仅当 f(x) = Cx^κ。"),
           near_miss=near_miss(eq((t * a + (t * a) ** 2) / (t * b + (t * b) ** 2), (a + a ** 2) / (b + b ** 2)), ("Only exp gives weights that depend on the scale (here f(x) = x + x^2).", "只有 exp 给出依赖尺度的权重（此处 f(x) = x + x²）。"),
                               where=[t > 0, a > 0, b > 0], at={"t": 2, "a": 1, "b": 3}))
def homogeneity_obstruction():
    active = [every(k, s[k] > 0), j >= 1, j <= n]
    yield show(eq((lam * x) ** kappa, lam ** kappa * x ** kappa), ("relu(lambda s) = lambda relu(s); a positive score gives lambda^kappa times its power, the others 0", "relu(λs) = λ relu(s)；正打分给出 λ^κ 乘以其幂，其余为 0"), where=[x > 0])
    yield holds(eq(lam ** kappa * s[j] ** kappa / S(lam ** kappa * s[i] ** kappa), s[j] ** kappa / S(s[i] ** kappa)), ("so lambda^kappa cancels (sum over the n active keys)", "故 λ^κ 约去（对 n 个激活的键求和）"), where=active, by=using(
        lemma(S(s[i] ** kappa) > 0, n >= 1, every(k, s[k] > 0), by=rewritten(S(lift(0)) < S(s[i] ** kappa), termwise()))))
    at1, rate = f(lift(1)), f1(lift(1)) / f(lift(1))

    def slope(t): return (x * f1(t * x) * f(t) - f(t * x) * f1(t)) / f(t) ** 2
    yield show(eq(D(f(t * x) / f(t), t), slope(t)), ("the values of the inputs x and 1 are scale-free iff f(tx)/f(t) does not depend on t, so that this vanishes", "输入 x 与 1 的归一化值与尺度无关，当且仅当 f(tx)/f(t) 与 t 无关，即此式为零"), where=[f(t) > 0])
    for low, high, sign, words in ((lift(1), y, 1, ("for y >= 1, with kappa = f'(1)/f(1): under the integral stands the slope at t = 1; where it vanishes for all x, f(y) = C y^kappa, C = f(1)",
                                                    "y ≥ 1，κ = f'(1)/f(1)：积分号下为 t = 1 处的导数；若其对一切 x 为零，则 f(y) = C y^κ，C = f(1)")),
                                   (y, lift(1), -1, ("and for y <= 1", "y ≤ 1 时亦然"))):
        yield holds(eq(f(y) * y ** (-rate), at1 + sign * at1 * Integral(x ** (-rate - 1) * slope(lift(1)), x, low, high)), words, where=[y > 0, low <= high, at1 > 0],
                    by=integrated(f(x) * x ** (-rate) / at1))
    yield holds(eq(C * (lam * a) ** kappa / (C * (lam * b) ** kappa), C * a ** kappa / (C * b ** kappa)), ("and such f are scale-free", "而这样的 f 与尺度无关"), where=[a > 0, b > 0, C > 0])


def relu(x): return call("max", x, 0)


@statement(title=("relu^2/n and the length", "relu²/n 与长度"), tag="sharper", where=[n >= 1, sigma > 0],
           says=("o = (1/n) sum relu^2(s_j) v_j. If only w keys are active, o scales exactly by n_train/n. For i.i.d. symmetric scores of variance sigma^2 the row mass has mean sigma^2/2 for every n, and for normal ones it tends to that in mean square: "
                 "1/n is right for dense attention and wrong for local attention.", "o = (1/n)Σrelu²(s_j)v_j。若只有 w 个键激活，o 恰按 n_train/n 缩放。对方差 σ² 的独立对称打分，行质量的均值对任意 n 都是 σ²/2，正态时均方收敛于该值：1/n 适合稠密注意力，不适合局部注意力。"),
           near_miss=near_miss(eq(S(P[i] * s[i]) / y, S(P[i] * s[i]) / x), ("1/n generalises for local attention too: a fixed set of active keys gives the same output at the lengths x and y.",
                               "1/n 对局部注意力同样泛化：固定的激活键在长度 x 与 y 下输出相同。"), where=[n >= 1, x > 0, y > 0], at={"n": 1, "p": [1], "s": [1], "x": 512, "y": 1024}))
def relu2_length():
    yield holds(eq(S(P[i] * s[i]) / y, (x / y) * (S(P[i] * s[i]) / x)), ("a fixed set of active keys (n of them), length y instead of x", "固定的激活键（共 n 个），长度由 x 变为 y"), where=[x > 0, y > 0])
    yield show(eq(relu(x) ** 2 + relu(-x) ** 2, x ** 2), ("the two halves of a symmetric score", "对称打分的两半"), by=cases(x, above=complete.search, at=complete.search, below=complete.search))
    yield holds(eq(m, sigma ** 2 / 2), ("so E relu(s)^2 = m = E relu(-s)^2 is half the variance", "故 E relu(s)² = m = E relu(-s)² 是方差的一半"), where=[eq(m + m, sigma ** 2)])
    yield holds(eq(S(m) / n, m), ("and so is the mean of the row mass, for every n", "行质量的均值亦然，对任意 n"))
    yield holds(eq(3 * sigma ** 4 / 2 - (sigma ** 2 / 2) ** 2, 5 * sigma ** 4 / 4), ("normal scores: E s^4 = 3 sigma^4 gives the variance 5 sigma^4/4 of one term", "正态打分：E s⁴ = 3σ⁴，单项方差为 5σ⁴/4"))
    yield show(eq(n * (5 * sigma ** 4 / 4) / n ** 2, 5 * sigma ** 4 / (4 * n)), ("n independent terms over n: the mean square distance of the row mass from sigma^2/2", "n 个独立项除以 n：行质量与 σ²/2 的均方距离"))
    yield holds(eq(Limit(5 * sigma ** 4 / (4 * y), y, oo), 0), ("which tends to 0", "趋于零"), by=squeeze(5 * sigma ** 4 / 4))
    yield holds(eq(S(P[i] * s[i]) / S(P[i]), S(C * P[i] * s[i]) / S(C * P[i])), ("weights divided by their own sum do not see any common factor", "除以自身之和的权重不受公共因子影响"), where=[C > 0, every(k, P[k] > 0)], by=using(
        lemma(S(P[i]) > 0, n >= 1, every(k, P[k] > 0), by=rewritten(S(lift(0)) < S(P[i]), termwise()))))
