"""Text by search and sampling: importance sampling, rejection, Metropolis-Hastings, Gibbs, annealing.

Statement.  On a finite set with target p = rho/Z and proposal q > 0: weights p/q keep expectations, acceptance rho/(Mq) keeps the law, the Metropolis-Hastings
            acceptance min(1, v/u) balances the flux, a Gibbs step has acceptance 1, and annealing concentrates p on the maxima at the rate (rho_2/rho_1)^(1/T).
Symbols.    N, m, r, K >= 1, i, j, t >= 0 integers; p_i, q_i, rho_i >= 0, f_i real; S a sum of p_j f_j; a = 1 - Z/M the probability of a rejection; u = p(x) q(y|x),
            v = p(y) q(x|y); P, P_2 transition matrices, D = diag(p), e the vector of ones, pi = p; beta = 1/T; m maxima M, r others M - gamma - h_i, gamma > 0,
            h_i >= 0, E the sum of e^(-beta (gamma + h_i)); temperatures T_k = g^k, 0 < g < 1, h > 0 a barrier.
Excluded.   q_i = 0 where rho_i > 0; T = 0.
Source.     Su Jianlin, 【搜出来的文本】⋅（一）从文本生成到搜索采样, 2021-01-07 (archives/8062).
"""
from fractions import Fraction

from mpmath import mp

from kexue import (Abs, Article, D, Limit, Sum, cite, eq, every, exp, family, holds, integer, lift, log, matrix, near_miss, oo, real, reference, show, sqrt,
                   statement, therefore, vector)
from kexue.tactics.combine import induction, lemma, monotone, rewritten, scaled, squares, squeeze, termwise, through, using

article = Article(
    number=34, date="2021-01-07", source="https://kexue.fm/archives/8062",
    title=("Text by search, 1: from generation to sampling", "【搜出来的文本】⋅（一）从文本生成到搜索采样"),
    summary=("Five samplers on finite sets with exact statements: what is unbiased and what is not, what an acceptance rate costs in high dimension, which chains are "
             "reversible, how fast annealing concentrates, and why cooling too fast may never find the maximum.",
             "有限集上的五种采样方法及其精确陈述：哪些无偏、哪些有偏，接受率在高维的代价，哪些链可逆，退火集中得多快，以及为何降温过快可能永远找不到最大值。"),
    papers=("Hastings, Biometrika 57 (1970) 97-109", "Peskun, Biometrika 60 (1973) 607-612", "Hajek, Math. Oper. Res. 13 (1988) 311-329"))

N, m, r, i, j, t, K, k = integer("N m r i j t K k")
u, v, M, a, b, c, d, x, y, w, beta, low, top, Z, g, barrier, alpha = real("u v M a b c d x y w beta gamma M Z g h alpha")
p, q, f, rho, h, s = family("p q f rho h s")
e, pi = vector("e pi", N)
P, P2, diag = matrix("P P_2 D", N)
half = Fraction(1, 2)


def S(term): return Sum(term, i, 1, N)


POSITIVE = every(i, q[i] > 0)
mean = Sum(p[j] * f[j], j, 1, N)
spread = S(q[i] * (p[i] * f[i] / q[i] - mean) ** 2)
best = p[i] * f[i] / mean
rising = lemma(y < exp(y), y >= 0, by=monotone(y, strict="value"))
growing = lemma(exp(x) <= exp(y), x <= y, by=monotone(y, at=x))
gaussian = (x ** 2 / sqrt(2 * x ** 2 - 1)) ** d


@statement(title=("Importance sampling", "重要性采样"), where=[N >= 1, POSITIVE],
           says=("E_p f = E_q[(p/q) f] = E_q[(rho/q) f]/E_q[rho/q]; q proportional to |f| p has the least variance. The self-normalised estimate is consistent, with a bias of order 1/n.",
                 "E_p f = E_q[(p/q)f] = E_q[(ρ/q)f]/E_q[ρ/q]；方差最小的 q 正比于 |f|p。自归一化估计相合，偏差为 1/n 阶。"),
           limits=("Consistency and the order of the bias rest on cited theorems.", "相合性与偏差的阶依赖所引定理。"),
           near_miss=near_miss(eq(S(q[i] * f[i]), S(p[i] * f[i])), ("The self-normalised estimate is unbiased (one sample: it is f itself).", "自归一化估计无偏（单样本时它就是 f）。"),
                               where=[N >= 1, POSITIVE], at={"N": 2, "p": ["1/2", "1/2"], "q": ["1/4", "3/4"], "f": [1, 0]}),
           references=[reference(f"second moment of the weights, normal laws, sigma = 1.1, d = {n}", digits, gaussian, at={"x": "1.1", "d": n}) for n, digits in (
               (100, "4.61444859698515031"), (1000, "4377217.480552124636"))])
def importance_sampling():
    yield holds(eq(S(q[i] * (p[i] / q[i] * f[i])), S(p[i] * f[i])), ("the weights cancel q", "权重约去 q"))
    yield holds(eq(S(q[i] * (Z * p[i] / q[i] * f[i])) / S(q[i] * (Z * p[i] / q[i])), S(p[i] * f[i])), ("for rho = Z p the quotient does not need Z", "ρ = Zp 时商不需要 Z"),
                where=[Z > 0, eq(S(p[i]), 1)])
    yield holds(S(p[i] * f[i]) ** 2 <= S(q[i] * (p[i] * f[i] / q[i]) ** 2), ("the difference of the sides is the variance under q; use it for |f|", "两边之差是 q 下的方差；对 |f| 使用"),
                where=[eq(S(q[i]), 1)], by=using(lemma(S(lift(0)) <= spread, N >= 1, POSITIVE, N=N, by=termwise(squares((q[i], p[i] * f[i] / q[i] - mean))))))
    yield holds(eq(S(best * (p[i] * f[i] / best) ** 2), mean ** 2), ("and q = p f/S attains it for f > 0", "f > 0 时 q = pf/S 取到下界"), where=[every(i, p[i] > 0), every(i, f[i] > 0)])
    yield cite(("law of large numbers", "大数定律"), "Feller, An Introduction to Probability Theory, vol. 1, X.1", ("for numerator and denominator", "用于分子与分母"))
    yield cite(("bias of ratio estimates", "比估计的偏差"), "Liu, Monte Carlo Strategies in Scientific Computing, 2.5.3", ("on a finite set all moments exist", "有限集上各阶矩存在"))
    yield therefore(r"\frac{\sum_{k\le n}w_kf(x_k)}{\sum_{k\le n}w_k}\to\mathbb E_pf,\quad\text{bias}=O(1/n),\quad w=\rho/q", (
        "the quotient of the limits, expanded to second order; for n = 1 it is f(x), of mean E_q f", "极限之商，展开到二阶；n = 1 时为 f(x)，均值为 E_q f"))


kept = rho[t] / (M * q[t])
accepted = S(q[i] * (rho[i] / (M * q[i])))
negative = lemma(log(a) < 0, 0 < a, a < 1, a=a, by=monotone(a, at=1, strict="slope"))
shrinking = using(negative, (*rising[:2], {"y": -log(a) * x}),
                  then=scaled(exp(-log(a) * x) * -log(a) * x, -log(a) * x <= exp(-log(a) * x)))


@statement(title=("Rejection sampling", "拒绝采样"), where=[N >= 1, M > 0, POSITIVE],
           says=("If rho <= M q, accepting i drawn from q with probability rho_i/(M q_i) yields exactly p; the rate is Z/M, the mean number of trials M/Z; the least M is max rho/q.",
                 "若 ρ ≤ Mq，以概率 ρ_i/(Mq_i) 接受来自 q 的 i，则恰得 p；接受率为 Z/M，平均试验次数为 M/Z；最小的 M 为 max ρ/q。"),
           near_miss=near_miss(eq(1 / (1 + lift(1) + half), half), ("M below max rho/q does no harm: p = (1/2, 1/3, 1/6), q uniform, M = 1.", "M 小于 max ρ/q 也无妨：p = (1/2, 1/3, 1/6)，q 均匀，M = 1。")),
           references=[reference(f"rate for normal laws, sigma = 1.1, d = {n}", digits, x ** (-d), at={"x": "1.1", "d": n}) for n, digits in (
               (100, "7.2565715901482001294e-5"), (1000, "4.0486929531972053996e-42"))])
def rejection_sampling():
    yield holds(kept <= 1, ("the acceptance is a probability", "接受概率不超过 1"), where=[rho[t] <= M * q[t], q[t] > 0], by=scaled(M * q[t], rho[t] <= M * q[t]))
    yield holds(M * q[t] < rho[t], ("and not for a smaller M", "M 更小则不然"), where=[kept > 1, q[t] > 0], by=scaled(1 / (M * q[t]), 1 < kept))
    yield holds(eq(accepted, S(rho[i]) / M), ("the rate", "接受率"))
    yield holds(eq(q[t] * kept / accepted, rho[t] / S(rho[i])), ("the law of what is accepted", "被接受者的分布"), where=[S(rho[i]) > 0, q[t] > 0])
    yield holds(eq((1 - a) * Sum(a ** t, t, 0, K), 1 - a ** (K + 1)), ("more than t trials have the probability a^t, a the probability of a rejection", "试验次数多于 t 的概率为 a^t，a 为拒绝概率"),
                where=[K >= 0, 0 < a, a < 1], by=induction(K))
    yield holds(eq(Limit(a ** x, x, oo), 0), ("so the mean number of trials, the sum of all a^t, is 1/(1-a) = M/Z", "故平均试验次数（所有 a^t 之和）为 1/(1-a) = M/Z"), where=[0 < a, a < 1],
                by=squeeze(-1 / log(a), start=0, above=shrinking, below=using(negative)))


def least(x, y): return (x + y - Abs(x - y)) / 2


CHAIN = [N >= 1, eq(P @ e, e), eq(P.T @ diag, diag @ P)]


def asymptotic_variance(accept):
    """For p = (1/2, 1/3, 1/6), a uniform proposal of another state and f = (1, 0, -1), g = f - 1/3: sum p g (2 (I - P)^-1 g - g); I - P + e p^T has the same inverse on g."""
    with mp.workdps(25):
        law = [mp.mpf(1) / z for z in (2, 3, 6)]
        rows = [[accept(z / w) / 2 if z != w else mp.mpf(0) for z in law] for w in law]
        A = mp.matrix([[z - v if z != law[w] else z + mp.fsum(row) for z, v in zip(law, row, strict=True)] for w, row in enumerate(rows)])
        centred = [mp.mpf(value) - mp.mpf(1) / 3 for value in (1, 0, -1)]
        return mp.fsum(z * c * (2 * t - c) for z, c, t in zip(law, centred, mp.lu_solve(A, mp.matrix(centred)), strict=True))


@statement(title=("Metropolis-Hastings balances the flux", "Metropolis-Hastings 使流平衡"), where=[u > 0, v > 0],
           says=("With acceptance min(1, rho(y) q(x|y)/(rho(x) q(y|x))), which needs no Z, p(x) P(x, y) = p(y) P(y, x), hence pP = p. An irreducible aperiodic chain converges to p; among "
                 "reversible acceptances with the same q this one has the least asymptotic variance.",
                 "接受率取 min(1, ρ(y)q(x|y)/(ρ(x)q(y|x)))（无需 Z），则 p(x)P(x, y) = p(y)P(y, x)，从而 pP = p。不可约非周期链收敛到 p；在同一 q 的可逆接受率中，它的渐近方差最小。"),
           limits=("Convergence and Peskun's ordering are cited.", "收敛性与 Peskun 序为引用。"),
           near_miss=near_miss(eq(u * (least(u, v) / v), v * (least(u, v) / u)), ("The inverted ratio does as well.", "颠倒比值也可以。"), where=[u > 0, v > 0]),
           references=[reference("asymptotic variance, f = (1, 0, -1)", "0.51111111111111111", compute=lambda: asymptotic_variance(lambda z: min(z, mp.mpf(1)))),
                       reference("the same for Barker's acceptance", "1.0000000000000000", compute=lambda: asymptotic_variance(lambda z: z / (1 + z)))])
def mh_detailed_balance():
    yield show(eq(least(u, v) / u, v / u), ("(u + v - |u - v|)/2 is min(u, v), and divided by u it is the acceptance min(1, v/u)", "(u + v - |u - v|)/2 即 min(u, v)，除以 u 即接受率 min(1, v/u)"), where=[v <= u])
    yield show(eq(least(u, v) / u, 1), ("in both cases", "两种情形皆然"), where=[u <= v])
    yield holds(eq(u * (least(u, v) / u), v * (least(v, u) / v)), ("so the flux is min(u, v) in both directions; Z cancels in v/u", "故两个方向的流都是 min(u, v)；Z 在 v/u 中约去"))
    yield holds(eq(P.T @ (diag @ e), diag @ e), ("so p = De is stationary, because the rows of P add up to 1", "因 P 的行和为 1，p = De 是平稳分布"), where=CHAIN)
    yield cite(("convergence of Markov chains", "马尔可夫链的收敛定理"), "Feller, An Introduction to Probability Theory, vol. 1, XV.7", ("irreducible, aperiodic, with a stationary law", "不可约、非周期且有平稳分布"))
    yield cite(("Peskun's theorem", "Peskun 定理"), "Peskun, Biometrika 60 (1973), Theorem 2.1.1", ("each reversible flux is at most min(u, v)", "每个可逆的流都不超过 min(u, v)"))
    yield therefore(r"P^n(x,\cdot)\to p,\qquad\sigma^2_{\mathrm{MH}}(f)\le\sigma^2(f)", ("the chain has the largest off-diagonal entries", "该链的非对角元最大"))


def flux(a, b, c, d): return a * (a / (a + c)) * (b / (a + b)), b * (b / (b + d)) * (a / (a + b))


JOINT = {"a": "1/2", "b": "1/8", "c": "1/8", "d": "1/4"}
there, back = flux(a, b, c, d)  # (0,0) -> (0,1) and back, for the joint law [[a, b], [c, d]], first coordinate updated first


@statement(title=("Gibbs steps are accepted always", "Gibbs 步总被接受"), where=[N >= 1],
           says=("Drawing one coordinate from its conditional law has Metropolis-Hastings acceptance 1, for every joint law. A random scan is reversible; a systematic scan keeps p but in "
                 "general is not reversible.",
                 "按条件分布抽取一个坐标的 Metropolis-Hastings 接受率为 1，对任意联合分布成立。随机扫描可逆；顺序扫描保持 p，但一般不可逆。"),
           near_miss=near_miss(eq(there, back), ("The systematic scan of two coordinates satisfies detailed balance.", "两个坐标的顺序扫描满足细致平衡。"), where=[a > 0, b > 0, c > 0, d > 0], at=JOINT),
           references=[reference(f"flux asymmetry {n}", digits, value, at=JOINT) for n, digits, value in (
               ("7/150", "0.046666666666666667", there - back),
               ("7/180", "0.038888888888888889", b * (d / (b + d)) * (d / (c + d)) - d * (b / (b + d)) * (b / (a + b))),
               ("7/900", "0.0077777777777777778", b * (d / (b + d)) * (c / (c + d)) - c * (a / (a + c)) * (b / (a + b))))])
def gibbs_is_mh():
    yield holds(eq(w * y * x / (w * x * y), 1), ("w the law of the others, x and y the conditional probabilities of the old and the new value: p(x) = wx, p(y) = wy", "w 为其余坐标的概率，x、y 为旧值与新值的条件概率"),
                where=[w > 0, x > 0, y > 0])
    yield holds(eq((alpha * P + (1 - alpha) * P2).T @ diag, diag @ (alpha * P + (1 - alpha) * P2)), ("a random scan mixes reversible steps", "随机扫描是可逆步的混合"),
                where=[eq(P.T @ diag, diag @ P), eq(P2.T @ diag, diag @ P2)])
    yield holds(eq((P @ P2).T @ pi, pi), ("a systematic scan is a product of steps that keep p", "顺序扫描是保持 p 的各步之积"), where=[eq(P.T @ pi, pi), eq(P2.T @ pi, pi)])
    yield holds(back < there, ("the law [[1/2, 1/8], [1/8, 1/4]]: the flux (0,0) -> (0,1) exceeds its reverse", "联合分布 [[1/2, 1/8], [1/8, 1/4]]：流 (0,0) → (0,1) 大于反向流"),
                where=[eq(a, half), eq(b, Fraction(1, 8)), eq(c, Fraction(1, 8)), eq(d, Fraction(1, 4))])


E = Sum(exp(-beta * (low + h[i])), i, 1, r)
TIES = [m >= 1, r >= 1, low > 0, every(i, h[i] >= 0)]
HOT = [*TIES, beta > 0]
few = lemma(E <= r * exp(-beta * low), *HOT, by=rewritten(E <= Sum(exp(-beta * low), i, 1, r), termwise(using((*growing[:2], {"x": -beta * (low + h[i]), "y": -beta * low})))))
share = m * exp(beta * top) / (m * exp(beta * top) + Sum(exp(beta * (top - low - h[i])), i, 1, r))
below = through(E / m, first=scaled(m * (m + E), m * E <= m * E + E * E, squares((1, E))), second=using(few, then=scaled(m, E <= r * exp(-beta * low))))
soft = exp(beta * s[i]) / S(exp(beta * s[i]))
average = S(exp(beta * s[i]) * s[i]) / S(exp(beta * s[i]))
variance = S(soft * s[i] ** 2) - average ** 2
cold = through(E / m, first=scaled(m * (m + E), m * E <= m * E + E * E, squares((1, E))), second=through(r * exp(-beta * low) / m, first=using(few, then=scaled(
    m, E <= r * exp(-beta * low))), second=using((*rising[:2], {"y": low * beta}), then=scaled(m * low * beta * exp(low * beta) / r, low * beta <= exp(low * beta)))))


def tempered(inverse, at):
    """p_T at one of rho = (1, 0.9, 0.5, 1)."""
    weights = [mp.mpf(z) ** inverse for z in (1, mp.mpf(9) / 10, mp.mpf(1) / 2, 1)]
    return weights[at] / mp.fsum(weights)


@statement(title=("Annealing concentrates on the maxima", "退火集中到最大值点"), where=[m >= 1],
           says=("p_T proportional to rho^(1/T) tends to the uniform law on the m maxima: what is left elsewhere is at most (|X| - m)/m (rho_2/rho_1)^(1/T). The mean of log rho increases with "
                 "1/T, at the rate of its variance.",
                 "p_T ∝ ρ^(1/T) 趋于 m 个最大值点上的均匀分布：其余概率至多为 (|X| - m)/m·(ρ₂/ρ₁)^(1/T)。log ρ 的均值随 1/T 增加，速率为其方差。"),
           near_miss=near_miss(eq(1 / (m + E), 1 - E / (m + E)), ("All of the rest sits at a single maximum, also with ties.", "即使并列，其余概率也集中于单个最大值点。"), where=HOT),
           references=[*[reference(f"T = 0.1, entry {n + 1}", digits, compute=lambda n=n: tempered(10, n)) for n, digits in enumerate((
               "0.425594395302056928", "0.148395589869223978", "0.000415619526662164969"))],
               reference("T = 0.02, entry 1", "0.498714867839303713", compute=lambda: tempered(50, 0))])
def annealing_limit():
    yield show(eq(1 - share, E / (m + E)), ("divide by the largest weight: m maxima log rho = M, r others M - gamma - h_i", "除以最大权重：m 个最大值 log ρ = M，其余 r 个为 M - γ - h_i"), where=HOT)
    yield holds(E / (m + E) <= r * exp(-beta * low) / m, ("what is left, e^-gamma = rho_2/rho_1", "剩余概率，e^-γ = ρ₂/ρ₁"), where=HOT, by=below)
    yield holds(eq(Limit(E / (m + E), beta, oo), 0), ("which tends to 0; the maxima share the rest equally", "趋于 0；各最大值点均分其余概率"), where=TIES,
                by=squeeze(r / (m * low), start=0, above=cold, below=squares(rest=r / (m * low * beta) + E / (m + E))))
    yield holds(eq(D(average, beta), variance), ("for s = log rho", "取 s = log ρ"), where=[N >= 1])
    yield holds(0 <= variance, ("a variance", "方差"), where=[N >= 1], by=rewritten(S(lift(0)) <= S(soft * (s[i] - average) ** 2), termwise(squares((soft, s[i] - average)))))


jump = exp(-barrier * g ** (-k))
COOL = [0 < g, g < 1]
tiny = lemma(jump <= g ** k / barrier, barrier > 0, *COOL, k >= 0, by=using((*rising[:2], {"y": barrier * g ** (-k)}), then=scaled(
    barrier * g ** (-k) * exp(barrier * g ** (-k)), barrier * g ** (-k) <= exp(barrier * g ** (-k)))))
geometric = lemma(eq((1 - g) * Sum(g ** k, k, 0, K), 1 - g ** (K + 1)), K >= 0, *COOL, K=K, g=g, by=induction(K))
logarithm = lemma(-2 * x <= log(1 - x), x >= 0, 2 * x <= 1, by=monotone(x))
stays = Sum(log(1 - jump / 2), k, 0, K)


def never(step):
    """The product of 1 - exp(-g^-k)/2, k = 0, 1, ...; beyond g^-k = 200 the factors are 1 to 80 digits."""
    with mp.workdps(25):
        base, out, n = mp.mpf(step), mp.mpf(1), 0
        while base ** -n < 200:
            out *= 1 - mp.exp(-base ** -n) / 2
            n += 1
        return out


@statement(title=("Cooling too fast", "降温过快"), tag="conditional", where=[barrier > 0],
           says=("With T_k = c/log(k+1) the maximum is found with probability tending to 1 exactly if c is at least the depth of the deepest other local maximum. With T_k = g^k a chain that "
                 "leaves with probability e^(-h/T_k)/2 stays for ever with probability at least e^(-1/(h(1-g))).",
                 "取 T_k = c/log(k+1)，当且仅当 c 不小于最深的其他局部极大值的深度时，找到最大值的概率趋于 1。取 T_k = g^k，每步以概率 e^(-h/T_k)/2 离开的链永不离开的概率至少为 e^(-1/(h(1-g)))。"),
           limits=("Hajek's theorem is cited.", "引用了 Hajek 定理。"),
           near_miss=near_miss(Sum(log(1 - exp(-barrier * 2 ** k) / 2), k, 0, K) <= log(lift(half)), ("Every T_k -> 0 works: for T_k = 2^-k the chain leaves with probability at least 1/2.",
                               "任意 T_k → 0 都可行：T_k = 2^-k 时离开的概率至少为 1/2。"), where=[barrier >= 1, K >= 3], at={"h": 1, "K": 4}),
           references=[reference(f"stays for ever, g = {n}", digits, compute=lambda n=n: never(n)) for n, digits in (
               ("0.5", "0.753745284677009076"), ("0.9", "0.298633420707213999"), ("0.99", "8.41857370268113284e-6"))])
def cooling_schedule():
    yield cite(("Hajek's theorem", "Hajek 定理"), "Hajek, Math. Oper. Res. 13 (1988), Theorem 1", ("the depth of the deepest local maximum that is not global", "非全局局部极大值中最深者的深度"))
    yield therefore(r"T_k=\frac c{\log(k+1)}:\quad\mathbb P(x_k\in\arg\max)\to1\iff c\ge d^*", ("the sum of e^(-d*/T_k) diverges exactly then", "此时且仅此时 Σe^(-d*/T_k) 发散"))
    yield show(jump <= g ** k / barrier, ("y < e^y at y = h g^-k", "y < e^y，取 y = h g^-k"), where=[*COOL, k >= 0], by=tiny[1])
    yield show(-2 * x <= log(1 - x), ("log(1 - x) is concave", "log(1 - x) 是凹的"), where=[x >= 0, 2 * x <= 1], by=logarithm[1])
    yield holds(-1 / (barrier * (1 - g)) <= stays, ("the logarithm of the probability to stay for K + 1 steps is at least -(1 + g + ... + g^K)/h", "停留 K + 1 步的概率的对数至少为 -(1 + g + … + g^K)/h"),
                where=[*COOL, K >= 0], by=through(Sum(-(g ** k) / barrier, k, 0, K), first=using(geometric, then=scaled(
                    barrier * (1 - g), lift(0) <= g ** (K + 1))), second=termwise(through(-jump, first=using(tiny), second=using(
                        (*growing[:2], {"x": -barrier * g ** (-k), "y": lift(0)}), then=using((*logarithm[:2], {"x": jump / 2})))))))
