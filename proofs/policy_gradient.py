"""Policy gradient and zeroth-order optimisation: one identity, two estimators, and what their baselines do.

Statement.  For p > 0 on a finite set, grad E r = E[(r - b) grad log p] for every constant b; the best b is E[r|s|^2]/E|s|^2, not E r. The zeroth-order
            gradient is exactly the policy gradient of N(x, ε^2 I); on a function constant on the cells of a partition the policy gradient is its
            conditional mean, so it varies less. The variance grows like d, and rounding can silence the noise.
Symbols.    n >= 1 actions j with p_j >= 0, sum p = 1, reward r_j, score s_j, w_j = |s_j|^2; g(j, x) smooth, p_j = e^g(j, x)/Z; d >= 1; ε > 0; u normal in R^d;
            f = c + g.v + v.Av/2 at the displacement v, A symmetric; a the gap of two actions; q_i > 0 weights within a cell; rho the probability of action 1; R = |g|^2,
            tau = tr A, phi = |A|^2.
Excluded.   none.
Source.     Su Jianlin, 殊途同归的策略梯度与零阶优化, 2020-09-15 (archives/7737).
"""
from fractions import Fraction

from mpmath import mp

from kexue import (Abs, Article, D, Formula, Integral, Sum, call, cite, cos, delta, dot, eq, erf, every, exp, eye, family, function, holds, integer, lift,
                   log, matrix, near_miss, oo, outer, pi, real, reference, show, sin, sqrt, statement, substitute, therefore, tr, vector)
from kexue.tactics import constants
from kexue.tactics.combine import antiderivative, cases, induction, integrated, lemma, rewritten, rule, scaled, special, squares, termwise, through, using

article = Article(
    number=11, date="2020-09-15", source="https://kexue.fm/archives/7737",
    title=("Policy gradient and zeroth-order optimisation: by different roads to one goal", "殊途同归的策略梯度与零阶优化"),
    summary=("Smoothing a maximum by an expectation, the policy gradient with the baseline that is best and the one that is popular, Gaussian smoothing for functions without "
             "any continuity, why the policy gradient is the quieter of two exact estimators, and the price of the dimension and of rounding.",
             "用期望光滑化最大值；策略梯度的最优基线与流行基线；无需连续性的高斯光滑；两个无偏估计中策略梯度为何方差更小；以及维数与舍入的代价。"),
    papers=("Williams, Simple Statistical Gradient-Following Algorithms, Machine Learning 8 (1992)", "Nesterov & Spokoiny, Random Gradient-Free Minimization, FoCM 17 (2017)",
            "Greensmith, Bartlett & Baxter, Variance Reduction Techniques for Gradient Estimates, JMLR 5 (2004)"))

n, d, j, k, o = integer("n d j k c")
x, t, b, M, eps, pr, z, T, W, c, gap, size, trace, frobenius = real("x t b M epsilon rho z T omega f_0 delta R tau phi")
(p, r, h, w, q, u, base), G = family("p r h w q u beta"), function("g")
(gv, v, X, Y, along), (A, Q) = vector("g v y z e", d), matrix("A Q", d)


def over(f, index=j, last=n): return Sum(f, index, 1, last)
def soft(i): return exp(G(i, x)) / over(exp(G(k, x)), k)
def score(i): return D(G(i, x), x) - over(soft(k) * D(G(k, x), x), k)


LAW = (every(k, p[k] >= 0), eq(over(p[k], k), 1))
lost = p[j] * h[j]
A3 = real("a_1 a_2 a_3 b_1 b_2 b_3 r_1 r_2 r_3")


NONNEGATIVE = rewritten(over(lift(0), k, n - 1) <= over((p[k + 1] - p[k]) * over(q[j] - r[j], last=k), k, n - 1), termwise(special(1, k, special(2, k, scaled(
    1, 0 <= (p[k + 1] - p[k]) * (over(q[j], last=k) - over(r[j], last=k)))))))


@statement(title=("The maximum as an expectation", "把最大值写成期望"), where=[n >= 1],
           says=("Σ p_i r_s(i) is greatest when p and r are sorted alike; over the simplex the greatest Σ p_i r_i is max r, attained exactly by those p that live on the maximisers.",
                 "p、r 同序排列时 Σp_i r_s(i) 最大；在单纯形上 Σp_i r_i 的最大值为 max r，当且仅当 p 支撑在最大点上时取到。"),
           near_miss=near_miss(A3[6] <= A3[8], ("The p with the greater mean reward has the better mode.", "平均奖励更大的 p 其众数奖励也更大。"), where=[
               *(e >= 0 for e in A3), eq(A3[0] + A3[1] + A3[2], 1), eq(A3[3] + A3[4] + A3[5], 1), A3[0] > A3[1], A3[0] > A3[2], A3[5] > A3[3], A3[5] > A3[4],
               A3[0] * A3[6] + A3[1] * A3[7] + A3[2] * A3[8] <= A3[3] * A3[6] + A3[4] * A3[7] + A3[5] * A3[8]],
               at={"a_1": "2/5", "a_2": "3/10", "a_3": "3/10", "b_1": "2/5", "b_2": 0, "b_3": "3/5", "r_1": 1, "r_2": 0, "r_3": "1/2"}))
def rearrangement():
    first, later = over(u[j] * h[j], last=o), over(base[j] * w[j])
    yield show(over(M - h[j], last=o) <= over((1 - u[j]) * (M - h[j]), last=o) + over(base[j] * (M + w[j])), (
        "any c entries of a sorted r have at least the sum of the first c: these are M - h_j, M the c-th, the others M + w_j; of the first, those with u_j = 1 are missing, of the others, those with beta_j = 1 are taken",
        "有序的 r 中任取 c 项，其和不小于前 c 项之和：前 c 项记作 M - h_j（M 为第 c 项），其余为 M + w_j；前者缺 u_j = 1 的项，后者取 β_j = 1 的项"),
        where=[o >= 1, *(every(k, f[k] >= 0) for f in (h, w, u, base)), eq(over(base[j]), over(u[j], last=o))], by=rewritten(0 <= first + later, using(
            *(lemma(0 <= over(f[j] * g[j], last=m), m >= 1, every(k, f[k] >= 0), every(k, g[k] >= 0), m=m, by=rewritten(over(lift(0), last=m) <= over(f[j] * g[j], last=m), termwise()))
              for f, g, m in ((u, h, o), (base, w, n))))))
    lag, rise = over(q[j] - r[j], last=k), (p[k + 1] - p[k])
    parts = over(rise * lag, k, n - 1)
    by_parts = eq(over(p[j] * (r[j] - q[j])), parts - p[n] * over(q[j] - r[j]))
    sorted_p, ahead = every(k, p[k] <= p[k + 1]), every(k, over(r[j], last=k) <= over(q[j], last=k))
    yield show(by_parts, ("summation by parts; q_i = r_s(i), r sorted", "分部求和；q_i = r_s(i)，r 有序"), by=induction(n, base=1))
    yield show(0 <= parts, ("no term is negative: p is sorted, and the partial sums of q are at least those of r", "各项非负：p 有序，且 q 的部分和不小于 r 的部分和"), where=[sorted_p, ahead], by=NONNEGATIVE)
    yield holds(over(p[j] * q[j]) <= over(p[j] * r[j]), ("so the sum is greatest when both are sorted", "故两者都有序时和最大"), where=[sorted_p, ahead, eq(over(q[j]), over(r[j]))], by=using(
        lemma(by_parts, n >= 1, n=n, by=induction(n, base=1)), lemma(0 <= parts, n >= 1, sorted_p, ahead, n=n, by=NONNEGATIVE), then=scaled(1, 0 <= parts)))
    yield holds(over(p[j] * (M - h[j])) <= M, ("r_j = M - h_j with h_j >= 0 and M = max r", "记 r_j = M - h_j，h_j ≥ 0，M = max r"), where=[*LAW, every(k, h[k] >= 0)],
                by=rewritten(over(lift(0)) <= over(lost), termwise()))
    yield holds(over(p[j] * (M - h[j])) < M, ("strictly if some p_c > 0 has h_c > 0", "若某 p_c > 0 而 h_c > 0，则严格"), where=[*LAW, every(k, h[k] >= 0), o >= 1, o <= n, p[o] > 0, h[o] > 0],
                by=scaled(1, 0 < over(lost), through(p[o] * h[o], ("lt", "le"), second=rewritten(over(delta(j, o) * lost) <= over(lost), termwise(cases(j - o))))))
    yield holds(eq(over(p[j] * (M - h[j])), M), ("and with equality if p_j h_j = 0 for all j", "若一切 p_jh_j = 0 则取等"), where=[*LAW, eq(over(lost), 0)])


second_moment = over(p[j] * (r[j] - b) ** 2 * w[j])
SIZE = over(p[j] * w[j])
best = over(p[j] * r[j] * w[j]) / SIZE


@statement(title=("The policy gradient and its baseline", "策略梯度及其基线"), where=[n >= 1],
           says=("For p > 0 smooth in a parameter: grad E r = E[r s] with s = grad log p, E s = 0, and E[(r - b)s] = E[rs] for every constant b. The trace of the covariance is a quadratic in b, least at "
                 "b* = E[r|s|^2]/E|s|^2, by (E r|s|^2)^2/E|s|^2 below that of b = 0; each component has its own b*.",
                 "p > 0 关于参数光滑时：∇E r = E[r s]，s = ∇log p，E s = 0，且对任意常数 b 有 E[(r - b)s] = E[rs]。协方差的迹是 b 的二次函数，在 b* = E[r|s|²]/E|s|² 处最小，比 b = 0 时小 (E r|s|²)²/E|s|²；逐分量亦有各自的 b*。"),
           near_miss=near_miss(eq(over(p[j] * (r[j] - base[j]) * u[j]), over(p[j] * r[j] * u[j])), ("The baseline may depend on the action.", "基线可以依赖动作。"), where=[
               n >= 1, *LAW, eq(over(p[j] * u[j]), 0)], at={"n": 2, "p": ["1/2", "1/2"], "u": [1, -1], "r": [1, 0], "beta": [1, 0]}))
def pg_identity_baseline():
    positive = using(lemma(over(exp(G(k, x)), k) > 0, n >= 1, by=rewritten(over(lift(0), k) < over(exp(G(k, x)), k), termwise())))
    IN = [j >= 1, j <= n]
    yield show(eq(D(log(soft(j)), x), score(j)), ("p_j = e^g(j, x)/Z is the general form; the score along any line of parameters", "p_j = e^g(j, x)/Z 是一般形式；沿参数空间任一直线的得分"), where=IN, by=positive)
    yield holds(eq(over(soft(j) * score(j)), 0), ("its mean is 0", "其均值为零"), by=positive)
    yield holds(eq(D(over(soft(j) * r[j]), x), over(soft(j) * (r[j] - b) * score(j))), ("the gradient of the mean reward, for every b", "平均奖励的梯度，对任意 b"), by=positive)
    yield holds(eq(second_moment, over(p[j] * r[j] ** 2 * w[j]) - over(p[j] * r[j] * w[j]) ** 2 / SIZE + (b - best) ** 2 * SIZE), (
        "least at b = b*; with w_j the square of one component of s_j the same holds for that component", "在 b = b* 处最小；w_j 取 s_j 某一分量的平方时逐分量成立"), where=[SIZE > 0])
    yield holds(eq((0 - best) ** 2 * SIZE, over(p[j] * r[j] * w[j]) ** 2 / SIZE), ("what it gains over b = 0", "相对 b = 0 的改进"), where=[SIZE > 0])


def variance(b): return pr * (1 - b) ** 2 * (1 - pr) ** 2 + (1 - pr) * b ** 2 * pr ** 2 - (pr * (1 - pr)) ** 2
def bernoulli(x): return 1 / (1 + exp(-x))


INSIDE = [pr > 0, pr < 1]


@statement(title=("The mean reward is not a safe baseline", "平均奖励不是安全的基线"), tag="false", where=INSIDE,
           post=("The baseline b = E r reduces the variance.", "基线 b = E r 能降低方差。"),
           says=("Two actions with a logit as parameter, rewards 1 and 0: the variances are rho(1 - ρ)^3 for b = 0, rho(1 - ρ)(2ρ - 1)^2 for b = E r = rho and 0 for b* = 1 - rho. The mean reward is worse than none exactly for rho > 2/3, "
                 "by a factor without bound.",
                 "两个动作、参数为 logit、奖励为 1 与 0：b = 0 时方差为 ρ(1-ρ)³，b = E r = ρ 时为 ρ(1-ρ)(2ρ-1)²，b* = 1 - ρ 时为 0。当且仅当 ρ > 2/3 时平均奖励反而更差，倍数无界。"),
           near_miss=near_miss(variance(pr) <= variance(lift(0)), ("b = E r is never worse than b = 0.", "b = E r 从不比 b = 0 差。"), where=INSIDE, at={"rho": "9/10"}),
           references=[reference("p = 0.9, b = 0", "0.0009", variance(lift(0)), at={"rho": "9/10"}), reference("p = 0.9, b = E r", "0.0576", variance(pr), at={"rho": "9/10"}),
                       reference("their ratio", "64", variance(pr) / variance(lift(0)), at={"rho": "9/10"})])
def mean_reward_baseline():
    yield show(eq(D(log(bernoulli(x)), x), 1 - bernoulli(x)), ("the score of action 1", "动作 1 的得分"))
    yield show(eq(D(log(bernoulli(-x)), x), -bernoulli(x)), ("and of action 0, of probability 1/(1 + e^x)", "动作 0（概率 1/(1 + e^x)）的得分"))
    yield holds(eq(variance(lift(0)), pr * (1 - pr) ** 3), ("no baseline", "无基线"))
    yield holds(eq(variance(pr), pr * (1 - pr) * (2 * pr - 1) ** 2), ("b = E r = rho", "b = E r = ρ"))
    yield holds(eq(variance(1 - pr), 0), ("b* = 1 - rho", "b* = 1 - ρ"))
    yield holds(variance(lift(0)) < variance(pr), ("the difference is rho^2 (1 - ρ)(3ρ - 2)", "差为 ρ²(1-ρ)(3ρ-2)"), where=[pr > Fraction(2, 3)], by=scaled(1, 0 < pr ** 2 * (1 - pr) * (3 * pr - 2)))
    yield holds(variance(pr) <= variance(lift(0)), ("and otherwise it is not positive", "否则不为正"), where=[pr <= Fraction(2, 3)], by=scaled(1, 0 <= pr ** 2 * (1 - pr) * (2 - 3 * pr)))
    yield holds(variance(lift(0)) / (4 * (1 - pr) ** 2) <= variance(pr), ("the ratio is at least 1/(4 (1 - ρ)^2)", "倍数至少为 1/(4(1-ρ)²)"), where=[pr >= Fraction(3, 4)], by=scaled(
        1, 0 <= pr * (1 - pr) * (4 * pr - 3) * (4 * pr - 1) / 4))


def density(x): return exp(-dot(Y - x, Y - x) / (2 * eps ** 2))
def quadratic(v): return c + dot(gv, v) + dot(v, A @ v) / 2


SYMMETRIC = call("symmetric", A)
NORMAL = ("moments of the normal law", "Muirhead, Aspects of Multivariate Statistical Theory, 1.2", ("E u = 0, E u u^T = I, and u and -u have the same law", "E u = 0，E uuᵀ = I，u 与 -u 同分布"))


@statement(title=("The gradient of a smoothed function", "光滑化函数的梯度"), tag="sharper", where=[d >= 1, eps > 0],
           says=("For every bounded measurable f and ε > 0, f_ε(x) = E f(x + ε u) is smooth with grad f_ε = E[f(x + ε u) u]/ε = E[(f(x + ε u) - f(x)) u]/ε = E[(f(x + ε u) - f(x - ε u)) u]/(2 ε): exactly the "
                 "policy gradient of N(x, ε^2 I). For quadratic f it is grad f for every ε.",
                 "对任意有界可测的 f 与 ε > 0，f_ε(x) = E f(x + εu) 光滑，且 ∇f_ε = E[f(x + εu)u]/ε = E[(f(x + εu) - f(x))u]/ε = E[(f(x + εu) - f(x - εu))u]/(2ε)：恰为 N(x, ε²I) 的策略梯度。f 为二次函数时对任意 ε 等于 ∇f。"),
           limits=("Differentiation under the integral and moments of the normal law are cited.", "引用了积分号下求导与正态分布的矩。"),
           near_miss=near_miss(eq(Integral(z * exp(-z ** 2 / 2), z, -x / eps, T), (exp(-x ** 2 / (2 * eps ** 2)) - exp(-T ** 2 / 2)) / eps), (
               "The factor 1/ε may be left out (f = 1[x > 0], up to |u| = T).", "可以省去因子 1/ε（f = 1[x > 0]，截断至 |u| = T）。"), where=[eps > 0, x > 0, T > 0], at={"x": 1, "epsilon": 2, "T": 3}),
           references=[reference("step at x = 1/2, ε = 1", "0.3520653267642994777746804", exp(lift(-Fraction(1, 8))) / sqrt(2 * pi))])
def gaussian_smoothing_gradient():
    yield holds(eq(D(density(X + t * v), t), dot(v, (Y - X - t * v) / eps ** 2) * density(X + t * v)), (
        "y = x + ε u has a density proportional to this; its slope along v is v.u/ε times itself", "y = x + εu 的密度正比于此；沿 v 的斜率为自身乘 v·u/ε"))
    yield cite("differentiation under the integral sign", "Rudin, Real and Complex Analysis, 1.34 (dominated convergence)", ("f is bounded, and the derivatives of the density of every order are integrable, locally uniformly in x",
               "f 有界，密度的各阶导数可积且关于 x 局部一致"))
    yield therefore(r"f_\varepsilon\in C^\infty,\quad\nabla f_\varepsilon(x)=\tfrac1\varepsilon\mathbb E[f(x+\varepsilon u)u]", ("the density, not f, is differentiated", "求导的是密度而不是 f"))
    yield cite(*NORMAL)
    yield therefore(r"\nabla f_\varepsilon=\tfrac1\varepsilon\mathbb E[(f(x+\varepsilon u)-f(x))u]=\tfrac1{2\varepsilon}\mathbb E[(f(x+\varepsilon u)-f(x-\varepsilon u))u]", ("E f(x)u = 0; exchange u and -u", "E f(x)u = 0；再交换 u 与 -u"))
    yield holds(eq((quadratic(X + eps * v) - quadratic(X - eps * v)) / (2 * eps), dot(v, gv + A @ X)), ("quadratic f: the difference quotient along v is v.grad f, and E v v^T = I", "二次函数：沿 v 的差商为 v·∇f，而 E vvᵀ = I"), where=[SYMMETRIC])
    yield show(eq(D(cos(W * x) * exp(-W ** 2 * eps ** 2 / 2), x), -W * sin(W * x) * exp(-W ** 2 * eps ** 2 / 2)), ("f = cos(omega x): smoothing multiplies by e^(-omega^2 ε^2/2)", "f = cos ωx：光滑化乘以 e^(-ω²ε²/2)"))
    yield show(eq(Integral(z * exp(-z ** 2 / 2), z, -x / eps, T), exp(-x ** 2 / (2 * eps ** 2)) - exp(-T ** 2 / 2)), ("f = 1[x > 0]: E[f u] sqrt(2 pi) as T -> oo, so f_ε' is the normal density of x/ε over ε",
               "f = 1[x > 0]：T → ∞ 即 √(2π)·E[f u]，故 f_ε' 为 x/ε 的正态密度除以 ε"), where=[x > 0, T > 0], by=antiderivative(-exp(-z ** 2 / 2)))


cell = over(q[k], k)
centre = over(q[k] * u[k], k) / cell
GAP = {"delta": "7/10"}
win, slope = ((1 + erf(gap / 2)) / 2, exp(-gap ** 2 / 4) / (2 * sqrt(pi)))
quiet, loud = 2 * slope ** 2 * (1 / win - 1), 2 * win - gap / sqrt(lift(2)) * exp(-gap ** 2 / 4) / sqrt(2 * pi) - 2 * slope ** 2


@statement(title=("Zeroth order is the policy gradient of the noise", "零阶梯度就是噪声策略的策略梯度"), tag="sharper", where=[eps > 0],
           says=("Let f take the value r(y) on the cell y of a measurable partition and p(y) = P(theta + ε u in cell y) > 0. Then grad f_ε = E[r grad log p(y)] exactly, grad log p(y) = E[u | y]/ε, and the policy gradient is the conditional mean of "
                 "the zeroth-order one: its variance is never larger. For two actions with gap delta and ε = 1, p = (1 + erf(delta/2))/2; Gumbel noise makes p the softmax.",
                 "设 f 在可测划分的胞腔 y 上取值 r(y)，p(y) = P(θ + εu ∈ y) > 0。则恰有 ∇f_ε = E[r∇log p(y)]，∇log p(y) = E[u | y]/ε，策略梯度是零阶梯度的条件期望，方差从不更大。两动作、差距 δ、ε = 1 时 p = (1 + erf(δ/2))/2；换成 Gumbel 噪声则 p 为 softmax。"),
           limits=("Conditional expectation and the law of the Gumbel maximum are cited.", "引用了条件期望与 Gumbel 最大值的分布。"),
           near_miss=near_miss(eq(win, 1 / (1 + exp(-gap))), ("With normal noise the policy is the softmax.", "正态噪声下的策略是 softmax。"), where=[gap > 0], at=GAP),
           references=[reference("p at delta = 0.7", "0.6896910267811551601486", win, at=GAP), reference("dp", "0.2495709280361524247653", slope, at=GAP),
                       reference("variance of the policy gradient", "0.05604769313832693500444", quiet, at=GAP), reference("of zeroth order", "1.080111107695350878166", loud, at=GAP),
                       reference("their ratio", "19.27", loud / quiet, at=GAP)])
def zo_is_pg_of_noise_policy():
    yield cite("the claim gaussian_smoothing_gradient", "this page", ("for f and for the indicator of each cell: grad p(y) = E[1(y) u]/ε", "用于 f 与每个胞腔的示性函数：∇p(y) = E[1(y)u]/ε"))
    yield therefore(r"\nabla f_\varepsilon=\sum_yr(y)\nabla p(y)=\mathbb E[r\,\nabla\log p(y)],\quad\nabla\log p(y)=\tfrac1\varepsilon\mathbb E[u\mid y]", ("f is the sum of r(y) times the indicators; divide by p(y)", "f 为 r(y) 乘示性函数之和；再除以 p(y)"))
    yield holds(over(q[k] * centre ** 2, k) <= over(q[k] * u[k] ** 2, k), ("within a cell of finitely many outcomes the mean has the smaller square, for each component of u", "在有限个结果的胞腔内，均值的平方更小（逐分量）"), where=[n >= 1, every(k, q[k] > 0)],
                by=rewritten(over(lift(0), k) <= over(q[k] * (u[k] - centre) ** 2, k), termwise(squares((q[k], u[k] - centre)))))
    yield cite("Jensen's inequality for conditional expectations", "Feller, An Introduction to Probability Theory, vol. 2, V.10", ("E|E[X | y]|^2 <= E|X|^2 with X = r(y) u/ε", "E|E[X | y]|² ≤ E|X|²，X = r(y)u/ε"))
    yield therefore(r"\operatorname{Var}_{\mathrm{PG}}\le\operatorname{Var}_{\mathrm{ZO}}", ("both have the mean grad f_ε", "两者的均值都是 ∇f_ε"))
    yield holds(eq(D(win, gap), slope), ("two actions: u_1 - u_2 has variance 2, so p is the normal distribution function at delta/sqrt 2", "两个动作：u₁ - u₂ 方差为 2，故 p 为 δ/√2 处的正态分布函数"))
    yield holds(eq(win * (2 * (slope / win) ** 2) - 2 * slope ** 2, quiet), ("r = (1, 0): the score (p', -p')/p has this variance", "r = (1, 0)：得分 (p', -p')/p 的方差"), by=using(lemma(
        win > 0, gap > 0, by=scaled(2, 0 < 1 + erf(gap / 2)))), where=[gap > 0])
    yield cite("maximum of Gumbel variables", "Yellott, J. Math. Psychology 15 (1977) 109-144", ("P(theta_i + G_i is the greatest) = e^theta_i / sum e^theta_j", "P(θ_i + G_i 最大) = e^θ_i/Σe^θ_j"))
    yield therefore(r"u\to\text{Gumbel}:\quad p=\operatorname{softmax}(\theta)", ("for the partition by argmax", "对按 argmax 的划分"))


def form(u): return dot(u, A @ u)
def bell(x): return exp(-x ** 2 / 2) / sqrt(2 * pi)
def radial(h, slope): return lambda u: h(u) * u, lambda u: h(u) * eye(d) + outer(u, slope(u))  # h(u) u and its Jacobian


total = (d + 2) * size + eps ** 2 / 4 * (d + 4) * (trace ** 2 + 2 * frobenius)
polynomial = sum((base[m] * z ** m for m in range(1, 6)), base[0])
FIELDS = (  # F(u), its Jacobian, the divergence at v, and what follows
    (lambda u: dot(gv, u) * X, lambda u: outer(X, gv), dot(gv, X), ("F = (g.u) y: E (g.u)(y.u) = g.y for every y, so E (g.u)^2 = |g|^2", "F = (g·u)y：对任意 y 有 E (g·u)(y·u) = g·y，故 E (g·u)² = |g|²")),
    (lambda u: A @ u, lambda u: A, tr(A), ("F = Au: E u.Au = tr A", "F = Au：E u·Au = tr A")),
    (lambda u: form(u) * (A @ u), lambda u: form(u) * A + 2 * outer(A @ u, A @ u), tr(A) * form(v) + 2 * dot(v, A @ A @ v), (
        "F = (u.Au) Au: E (u.Au)^2 = tr A E u.Au + 2 E u.A^2 u = (tr A)^2 + 2|A|^2, the line above with A^2 for A", "F = (u·Au)Au：E (u·Au)² = tr A·E u·Au + 2E u·A²u = (tr A)² + 2|A|²，上一行以 A² 代 A")),
    (lambda u: form(u) * X, lambda u: 2 * outer(X, A @ u), 2 * dot(A @ X, v), ("F = (u.Au) y: E (y.u)(u.Au) = 2 E Ay.u, which is 0 as the constant Ay has no divergence", "F = (u·Au)y：E (y·u)(u·Au) = 2E Ay·u = 0，因常向量 Ay 散度为零")),
    (*radial(lambda u: lift(1), lambda u: 0 * u), d, ("F = u: E|u|^2 = d", "F = u：E|u|² = d")),
    (*radial(lambda u: dot(gv, u), lambda u: gv), (d + 1) * dot(gv, v), ("F = h u with h of degree k: E|u|^2 h = (d + k) E h; k = 1", "F = hu，h 为 k 次：E|u|²h = (d + k)E h；k = 1")),
    (*radial(lambda u: dot(gv, u) ** 2, lambda u: 2 * dot(gv, u) * gv), (d + 2) * dot(gv, v) ** 2, ("h = (g.u)^2, k = 2", "h = (g·u)²，k = 2")),
    (*radial(form, lambda u: 2 * A @ u), (d + 2) * form(v), ("h = u.Au, k = 2", "h = u·Au，k = 2")),
    (*radial(lambda u: dot(gv, u) * form(u), lambda u: form(u) * gv + 2 * dot(gv, u) * (A @ u)), (d + 3) * (dot(gv, v) * form(v)), ("h = (g.u)(u.Au), k = 3", "h = (g·u)(u·Au)，k = 3")),
    (*radial(lambda u: form(u) ** 2, lambda u: 4 * form(u) * (A @ u)), (d + 4) * form(v) ** 2, ("h = (u.Au)^2, k = 4", "h = (u·Au)²，k = 4")))
weighted = c * d + eps ** 2 / 2 * (d + 2) * trace


@statement(title=("The variance of one direction", "单个方向的方差"), where=[d >= 1, eps > 0],
           says=("For f = f_0 + g.v + v.Av/2 and one normal direction: E|est|^2 = (d+2)|g|^2 + ε^2/4 (d+4)((tr A)^2 + 2|A|^2); the variance is |g|^2 less. Antithetic pairs leave (d+1)|g|^2, directions of length sqrt d (d-1)|g|^2; the best constant baseline is "
                 "f_0 + ε^2/2 (d+2) tr A/d.",
                 "对 f = f_0 + g·v + v·Av/2 与一个正态方向：E|est|² = (d+2)|g|² + ε²/4·(d+4)((tr A)² + 2|A|²)，方差再减 |g|²。对偶差分留下 (d+1)|g|²，长度 √d 的方向留下 (d-1)|g|²；最优常数基线为 f_0 + ε²/2·(d+2)tr A/d。"),
           near_miss=near_miss(eq((d + 1) * size, 2 * size), ("The variance does not depend on d.", "方差与 d 无关。"), where=[d >= 1, size > 0], at={"d": 10, "R": 1}),
           references=[reference("d = 10, A = diag(0.1, ..., 1), g = 0.3, ε = 0.5", "44.00625", total, at={"d": 10, "R": "9/10", "epsilon": "1/2", "tau": "11/2", "phi": "77/20"})])
def zo_variance():
    yield show(eq(Integral((z * polynomial - D(polynomial, z)) * bell(z), z, -oo, oo), 0), (
        "E z F(z) = E F'(z) for normal z and polynomials F with any coefficients; so, coordinate by coordinate, E u.F(u) = E div F(u) for polynomial fields F of degree up to 5",
        "z 正态、F 为任意系数的多项式时 E z F(z) = E F'(z)；逐坐标应用，对 5 次以内的多项式向量场 F 有 E u·F(u) = E div F(u)"), by=integrated(-polynomial * bell(z)))
    for field, jacobian, divergence, words in FIELDS:
        yield show(eq(D(dot(Y, field(v + t * along)), t), dot(Y, jacobian(v + t * along) @ along)), ("the Jacobian matrix of the next F: derivatives along any line", "下一个 F 的 Jacobi 矩阵：沿任一直线求导"), where=[SYMMETRIC])
        yield holds(eq(tr(jacobian(v)), divergence), words, where=[SYMMETRIC])
    slope = dot(gv, v)
    yield holds(eq((quadratic(eps * v) - c) / eps, slope + eps / 2 * form(v)), ("the estimate is this times v, of the mean g by the first and the fourth line", "估计量等于此式乘 v，由第一与第四行其均值为 g"))
    yield show(eq(dot(v, v) * (slope + eps / 2 * form(v)) ** 2, dot(v, v) * slope ** 2 + eps * (dot(v, v) * (slope * form(v))) + eps ** 2 / 4 * (dot(v, v) * form(v) ** 2)), ("the square of its length", "其长度的平方"))
    yield holds(eq((d + 2) * size + eps * ((d + 3) * 0) + eps ** 2 / 4 * ((d + 4) * (trace ** 2 + 2 * frobenius)), total), ("has this mean", "均值如此"))
    yield holds(eq((quadratic(eps * v) - quadratic(-(eps * v))) / (2 * eps), slope), ("antithetic: A drops out", "对偶差分：A 消去"))
    yield holds(eq((d + 2) * size - size, (d + 1) * size), ("so that the variance is this", "故方差如此"))
    yield show(eq(dot(Q @ v, Q @ v), dot(v, v)), ("the density depends on |u| only: the law of the direction s = u/|u| is kept by every rotation, and E (g.s)^2 = |g|^2 x with one number x", "密度只依赖 |u|：方向 s = u/|u| 的分布在任意旋转下不变，故 E (g·s)² = |g|²x，x 为同一个数"), where=[call("orthogonal", Q)])
    yield holds(eq(x, 1 / d), ("which is 1/d, as the squares of the components of s add up to 1", "因 s 各分量的平方和为 1，x = 1/d"), where=[eq(over(x, k, d), 1)])
    yield holds(eq(d ** 2 * (size * (1 / d)) - size, (d - 1) * size), ("with length sqrt d the antithetic estimate is d (g.s) s, of the mean g, and has this variance", "长度取 √d 时对偶估计为 d(g·s)s，均值为 g，方差如此"))
    yield holds(eq(M - 2 * b * weighted + b ** 2 * d, M - weighted ** 2 / d + d * (b - (c + eps ** 2 / 2 * (d + 2) * trace / d)) ** 2), (
        "ε^2 E|est|^2 with f - b for f - f_0: E f^2|u|^2 - 2 b E f|u|^2 + b^2 E|u|^2 is least at this b", "以 f - b 代 f - f_0 的 ε²E|est|²：E f²|u|² - 2b E f|u|² + b²E|u|² 在此 b 处最小"))


def rounded(fmt, f): return Formula("round", (Formula("const", (fmt,)), lift(f)))
def estimate(step): return (rounded("bfloat16", 1 + step) ** 2 - 1) / step  # f = x^2 at x = 1, u = 1
def unchanged(bits): return lambda: mp.ncdf(1000 * mp.mpf(2) ** -bits) - mp.ncdf(-1000 * mp.mpf(2) ** -(bits + 1))


@statement(title=("Rounding silences small noise", "舍入使小噪声失声"), tag="false", where=[],
           post=("The smaller ε, the more accurate the gradient.", "ε 越小，梯度越准确。"),
           says=("In bfloat16 the coordinate x = 1 does not move while -1/512 <= ε u <= 1/256, in float16 -1/4096 to 1/2048, in float32 -2^-25 to 2^-24. At ε = 1/1000 that happens to 97 %, 28 % and 0.004 % of the coordinates.",
                 "bfloat16 下当 -1/512 ≤ εu ≤ 1/256 时坐标 x = 1 不动，float16 为 -1/4096 至 1/2048，float32 为 -2^-25 至 2^-24。ε = 1/1000 时分别占坐标的 97 %、28 % 与 0.004 %。"),
           near_miss=near_miss(Abs(estimate(Fraction(1, 1000)) - 2) <= Abs(estimate(Fraction(1, 8)) - 2), latex=r"|\mathrm{est}(10^{-3})-2|\le|\mathrm{est}(1/8)-2|", says=(
               "f = x^2 at x = 1 in bfloat16: ε = 1/1000 is at least as accurate as 1/8.", "bfloat16 下 f = x²、x = 1：ε = 1/1000 不差于 1/8。")),
           references=[reference("unchanged, bfloat16", "0.975", compute=unchanged(8)), reference("float16", "0.2838", compute=unchanged(11)), reference("float32", "0.0000357", compute=unchanged(24))])
def zo_float():
    beyond = 1 + Fraction(1, 2 ** 20)
    for fmt, bits, least, most in (("bfloat16", 8, "0.97", "0.98"), ("binary16", 11, "0.28", "0.29"), ("binary32", 24, "0.000035", "0.00004")):
        low, high = -Fraction(1, 2 ** (bits + 1)), Fraction(1, 2 ** bits)
        yield holds(eq(rounded(fmt, 1 + x), 1), (f"{fmt}: x stands for ε u; at the upper end, a tie, 1 + x goes to the even 1, and rounding is monotone", f"{fmt}：x 即 εu；上端为平局，1 + x 取偶数 1，而舍入是单调的"),
                    where=[low <= x, x <= high], by=rule("rounding", {"low": str(1 + low), "high": str(1 + high)}))
        yield holds(1 < rounded(fmt, 1 + x), ("and no longer from just above it", "自稍上处起即不然"), where=[high * beyond <= x], by=rule("rounding", {"low": str(1 + high * beyond)}))
        yield holds(rounded(fmt, 1 + x) < 1, ("or just below", "稍下亦然"), where=[x <= low * beyond], by=rule("rounding", {"high": str(1 + low * beyond)}))
        share = (erf(high / (eps * sqrt(lift(2)))) - erf(low / (eps * sqrt(lift(2))))) / 2
        yield show(eq(Integral(bell(z), z, low / eps, high / eps), share), ("the probability of the interval for a normal u", "正态 u 落在该区间的概率"), where=[eps > 0], by=integrated(erf(z / sqrt(lift(2))) / 2))
        at = substitute(share, {"epsilon": lift(Fraction(1, 1000))})
        yield holds(lift(least) < at, (f"at ε = 1/1000: more than {least}", f"ε = 1/1000 时大于 {least}"), by=constants.search)
        yield holds(at < lift(most), (f"and less than {most}", f"且小于 {most}"), by=constants.search)
