"""The scale of attention from maximising the gradient of softmax, and why the expected gradient has no maximum.

Statement.  For p = softmax(alpha s), s in R^n, half the L1 norm of dp/ds is alpha (1 - sum p^2); it tends to 0 as alpha -> 0, and as
            alpha -> oo exactly when max s is unique.  For normal s the annealed estimate alpha (1 - e^(alpha^2)/n) is largest at
            sqrt(W(sqrt(e) n/2) - 1/2), but the expectation itself is E sum p_i s_i, which increases to E max s: it has no maximum.
Symbols.    n, d, N, M, m, r >= 1 and the indices integers (n real where it stands alone in phi); alpha, a, gamma, R > 0 real;
            s, p, v, h real families, p_i >= 0, sum p_i = 1, h_i >= 0; Q, K matrices whose columns are outcomes.
Excluded.   alpha <= 0; n <= 1 for the optimum; for cosines d <= 2, where the order of I_(d/2-1) is not positive.
Source.     Su Jianlin, 从梯度最大化看Attention的Scale操作, 2023-10-22 (archives/9812).
"""
from fractions import Fraction

from mpmath import mp

from kexue import (Abs, Article, D, Integral, Limit, Sum, besseli, cite, delta, dot, eq, erf, every, exp, eye, family, function, gamma, holds,
                   integer, lambertw, lift, log, matrix, ne, near_miss, oo, pi, real, reference, show, sqrt, statement, substitute, therefore,
                   tr, vector, zeros)
from kexue.tactics.combine import cases, integrated, lemma, monotone, rewritten, rule, scaled, squares, squeeze, termwise, through, using

article = Article(
    number=24, date="2023-10-22", source="https://kexue.fm/archives/9812",
    title=("The scale of attention from the viewpoint of gradient maximisation", "从梯度最大化看Attention的Scale操作"),
    summary=("The softmax Jacobian and its norms, the ends of the scale, the annealed optimum by Lambert's W, and Stein's identity, by which "
             "the expected gradient grows for ever: the optimum 0.84 sqrt(log n) belongs to the approximation.",
             "softmax 雅可比矩阵的范数、缩放因子的两端、用 Lambert W 写出的退火最优值；由 Stein 恒等式，期望梯度单调上升，0.84√log n 只是近似式的最优。"),
    papers=("Stein, Estimation of the mean of a multivariate normal distribution, Ann. Statist. 9 (1981)",
            "Simpson & Spector, Some monotonicity results for ratios of modified Bessel functions, Quart. Appl. Math. 42 (1984)"))

half = Fraction(1, 2)
(d, n, N, M, m, r), (i, j, k, b, c) = integer("d n N M m r"), integer("i j k b c")
alpha, t, x, a, y, top, low, T, R, mu4 = real("alpha t x a n M gamma T R mu_4")  # y is n as a real number
(s, p, v, h), (g, g1) = family("s p v h"), function("g g;0")
Q, K, u, w = matrix("Q", d, N), matrix("K", d, M), vector("u", N), vector("w", M)

def S(f, i=i, n=n): return Sum(f, i, 1, n)  # the sum of f over i = 1, ..., n
def within(*indices): return [bound for k in indices for bound in (k >= 1, k <= n)]
def terms(f, i, by): return rewritten(S(lift(0), i) <= S(f, i), termwise(by))  # 0 <= sum f term by term
def rows(f, *lemmas, n=n): return through(S(f, n=n), ("eq", "eq"), first=termwise(using(*lemmas)))  # a double sum by its rows


@statement(title=("The variance of the inner product", "内积的方差"), tag="conditional", where=[d >= 1],
           says=("If q and k are independent, each with uncorrelated entries of mean 0 and variance 1, then Var(q.k) = d, normal or not.",
                 "若 q、k 独立，各自的分量两两不相关、均值 0、方差 1，则 Var(q·k) = d，无需正态性。"),
           near_miss=near_miss(eq(S(S((mu4 - 1) * delta(i, j), j, d), n=d), d), where=[d >= 1, mu4 >= 1], at={"d": 1, "mu_4": 3}, says=(
               "It is d for k = q too, where E q_i^2 q_j^2 - 1 = (mu_4 - 1) delta_ij (normal: mu_4 = 3).",
               "k = q 时也是 d，此时 E q_i²q_j² - 1 = (μ₄ - 1)δ_ij（正态：μ₄ = 3）。")))
def dot_variance():
    yield holds(eq(S(v[i] * 0, n=d), 0), ("independence: the mean is taken over k for each q = v, and then over q; here E k_i = 0 gives E q.k = 0", "独立性：先对每个 q = v 关于 k 取均值，再对 q 取均值；由 E k_i = 0 得 E q·k = 0"))
    yield holds(eq(S(S(v[i] * v[j] * delta(i, j), j, d), n=d), S(v[i] ** 2, n=d)), ("E k_i k_j = delta_ij: for each q the mean of (q.k)^2 = sum q_i q_j k_i k_j is |q|^2", "E k_i k_j = δ_ij：对每个 q，(q·k)² = Σ q_i q_j k_i k_j 的均值为 |q|²"), by=termwise())
    yield holds(eq(S(lift(1), n=d), d), ("and E q_i^2 = 1: the mean of |q|^2 is d", "而 E q_i² = 1：|q|² 的均值为 d"))
    yield holds(eq(tr((Q.T @ K).T @ (Q.T @ K)) - dot(Q @ u, K @ w) ** 2, d), (
        "the same in matrices for N and M outcomes: the columns of Q, K are the outcomes times the roots u, w of their probabilities",
        "对有 N、M 个取值的分布，同一结论的矩阵形式：Q、K 的列为取值乘以概率的平方根 u、w"),
        where=[N >= 1, M >= 1, eq(Q @ Q.T, eye(d)), eq(K @ K.T, eye(d)), eq(Q @ u, zeros(d))])
    yield show(eq(S(S(1 + 2 * delta(i, j), j, d), n=d), d ** 2 + 2 * d), (
        "independence matters: for k = q normal E(q.q)^2 = d^2 + 2d, and the variance is 2d",
        "独立性不可少：k = q 为正态时 E(q·q)² = d² + 2d，方差为 2d"), by=rows(d + 2, n=d))


def weight(i): return exp(alpha * s[i])
def soft(i): return weight(i) / S(weight(k), k)
def moved(i): return exp(alpha * (s[i] + t * delta(i, j)))  # the weights at s + t e_j
def frobenius(p): return alpha ** 2 * (S(p(i) ** 2) - 2 * S(p(i) ** 3) + S(p(i) ** 2) ** 2)
def off_diagonal(base):  # 0 <= sum of p_i p_j base^2 over j != i
    square = squares((p[i] * p[j], base))
    return terms((1 - delta(i, j)) * p[i] * p[j] * base ** 2, j, cases(i - j, below=square, above=square))


LAW = (every(k, p[k] >= 0), eq(S(p[k], k), 1))
J = alpha * (p[i] * delta(i, j) - p[i] * p[j])
mean = S(p[k] * v[k], k)
Jv, own = alpha * p[i] * (v[i] - mean), (1 - 2 * p[i]) ** 2 * v[i] ** 2
square = squares((1, (1 - 2 * p[i]) * v[i]))
at_most_1 = lemma(p[i] <= 1, n >= 1, *LAW, *within(i), by=rewritten(S(lift(0), k) <= S(p[k] * (1 - delta(k, i)), k), termwise(cases(k - i))))
off, centred = p[i] * S(p[j] * (v[i] + v[j]) ** 2, j) - 4 * p[i] ** 2 * v[i] ** 2, v[i] + v[j] - 2 * mean
image = scaled(4 / alpha ** 2, S(lift(0)) <= S(p[i] * S(p[j] * centred ** 2, j) - (2 * p[i] * (v[i] - mean)) ** 2), termwise(off_diagonal(centred)))
form = scaled(4 / alpha ** 2, S(lift(0)) <= S(own + off), termwise(through(own, first=square, second=off_diagonal(v[i] + v[j]))))
EXAMPLE = {"n": 4, "s": [1, 0, -1, 2], "alpha": "3/2"}

def spectral_norm():
    with mp.workdps(30):
        e = [mp.exp(mp.mpf(3) / 2 * x) for x in EXAMPLE["s"]]
        q = [x / mp.fsum(e) for x in e]
        return max(mp.eigsy(mp.matrix([[1.5 * (x * (k == l) - x * y) for l, y in enumerate(q)] for k, x in enumerate(q)]), eigvals_only=True))


@statement(title=("The Jacobian of the scaled softmax and its norms", "缩放 softmax 的雅可比矩阵及其范数"), where=[n >= 1, alpha > 0],
           says=("dp_i/ds_j = alpha (p_i delta_ij - p_i p_j); half its L1 norm is alpha (1 - sum p^2), its spectral norm is at most alpha/2, equal "
                 "only where two entries are 1/2, and its Frobenius norm is explicit.",
                 "∂p_i/∂s_j = α(p_iδ_ij - p_ip_j)；L1 范数之半为 α(1 - Σp²)，谱范数至多 α/2，仅当有两个分量为 1/2 时取等，Frobenius 范数有显式。"),
           near_miss=near_miss(eq(S(S(Abs(J), j)) / 2, alpha * (1 - S(p[i] ** 2)) / 2), where=[n >= 1, alpha > 0, *LAW], says=(
               "Half the L1 norm is alpha (1 - sum p^2)/2.", "L1 范数之半为 α(1 - Σp²)/2。"), at={"n": 2, "p": ["1/2", "1/2"], "alpha": 1}),
           references=[*[reference(f"p_{k}", digits, soft(lift(k)), at=EXAMPLE) for k, digits in enumerate((
               "0.17377383404996489499", "0.038774183421175335474", "0.0086516897563914454046", "0.77880029277246832413"), 1)],
               reference("half the L1 norm", "0.54254170431220963045", alpha * (1 - S(soft(i) ** 2)), at=EXAMPLE),
               reference("spectral norm", "0.44299828568300019997", compute=spectral_norm),
               reference("Frobenius norm", "0.45098706296529737334", sqrt(frobenius(soft)), at=EXAMPLE)])
def jacobian_l1():
    Z = S(moved(k), k)
    yield holds(eq(D(moved(i) / Z, t), alpha * (moved(i) / Z * delta(i, j) - moved(i) / Z * (moved(j) / Z))), (
        "the derivative along s_j, at every t", "沿 s_j 的导数，对任意 t"), where=within(i, j), by=using(
            lemma(Z > 0, n >= 1, *within(j), by=rewritten(S(lift(0), k) < Z, termwise()))))
    yield show(eq(S(soft(i)), 1), ("p is a probability vector, and any positive one occurs", "p 是概率向量，且任一正概率向量都可取到"))
    yield holds(eq(S(S(Abs(J), j)), 2 * alpha * (1 - S(p[i] ** 2))), ("row i: alpha p_i (1 - p_i) on the diagonal, as much off it",
                "第 i 行：对角元为 αp_i(1 - p_i)，其余之和与之相等"), where=LAW, by=rows(2 * alpha * p[i] * (1 - p[i]), at_most_1))
    yield holds(eq(S(S(J ** 2, j)), frobenius(lambda k: p[k])), ("the square of the Frobenius norm, by rows", "逐行求 Frobenius 范数的平方"),
                where=LAW, by=rows(alpha ** 2 * (p[i] ** 2 - 2 * p[i] ** 3 + p[i] ** 2 * S(p[j] ** 2, j))))
    yield show(eq(S(J * v[j], j), Jv), ("the image of a vector v", "向量 v 的像"), where=[*LAW, *within(i)])
    yield show(S(Jv ** 2) <= alpha / 2 * S(v[i] * Jv), ("the gap is alpha^2/4 times the sum of p_i p_j (v_i + v_j - 2 mean)^2, i != j",
               "两边之差为 α²/4 乘以 p_ip_j(v_i + v_j - 2·均值)²（i ≠ j）之和"), where=LAW, by=image)
    yield holds(S(Jv ** 2) <= alpha ** 2 / 4 * S(v[i] ** 2), ("and v.Jv, a variance times alpha, is at most alpha/2 |v|^2: so |Jv| <= alpha/2 |v|",
                "而 v·Jv 是方差的 α 倍，至多 (α/2)|v|²，故 |Jv| ≤ (α/2)|v|"), where=LAW, by=through(alpha / 2 * S(v[i] * Jv), first=image, second=form))
    gap = S(v[i] ** 2) - 2 / alpha * S(v[i] * Jv)
    yield holds(0 < gap, ("strictly if v_c != 0 where p_c != 1/2", "若 p_c ≠ 1/2 处 v_c ≠ 0，则严格"), where=[*LAW, *within(c), ne(v[c], 0),
                ne(p[c], half)], by=through((1 - 2 * p[c]) ** 2 * v[c] ** 2, ("lt", "le"), first=squares((1, (1 - 2 * p[c]) * v[c])), second=through(
                    S(own), first=rewritten(S(delta(i, c) * own) <= S(own), termwise(cases(i - c, below=square, above=square))),
                    second=rewritten(S(lift(0)) <= S(off), termwise(off_diagonal(v[i] + v[j]))))))
    yield holds(alpha * p[c] * (1 - p[c]) * x ** 2 < alpha / 2 * x ** 2, ("and for v = x e_c", "v = x e_c 时也严格"), where=[*LAW, *within(c), ne(x, 0)],
                by=squares((alpha, (p[c] - half) * x), rest=alpha * x ** 2 / 4))
    twin = delta(i, b) - delta(i, c)
    yield holds(eq(alpha * p[i] * (twin - S(p[k] * (delta(k, b) - delta(k, c)), k)), alpha / 2 * twin), (
        "attained if p_b = p_c = 1/2: Jv = alpha/2 v for v = e_b - e_c", "p_b = p_c = 1/2 时取到：v = e_b - e_c 满足 Jv = (α/2)v"),
        where=[*LAW, *within(i, b, c), b < c, eq(p[b], half), eq(p[c], half)], by=cases(i - b, above=cases(i - c)))


def less(rate): return Sum(exp(rate * (top - low - h[i])), i, 1, r)  # the r entries M - gamma - h_i below the m maxima M
def sunk(rate): return Sum(exp(-rate * (low + h[i])), i, 1, r)  # the same relative to the maxima


TIES = (m >= 1, r >= 1, low > 0, every(k, h[k] >= 0))
LARGE = (*TIES, alpha > 0)
E, E2, value = sunk(alpha), sunk(2 * alpha), alpha * (1 - S(soft(i) ** 2))
tied = alpha * (1 - (m * exp(2 * alpha * top) + less(2 * alpha)) / (m * exp(alpha * top) + less(alpha)) ** 2)
entry = lemma(soft(i) <= 1, n >= 1, *within(i), by=scaled(S(weight(k), k), S(lift(0), k) <= S((1 - delta(k, i)) * weight(k), k),
                                                          termwise(cases(k - i))))
falls = lemma(exp(-x) <= 1, x >= 0, by=monotone(x), x=alpha * (low + h[i]))
tail = lemma(exp(-x) <= 2 / x ** 2, x > 0, by=scaled(x ** 2 * exp(x), x * x <= 2 * exp(x), monotone(
    x, slope=monotone(x, slope=monotone(x)))))
few = lemma(E <= r * (2 / (alpha * low) ** 2), *LARGE, by=rewritten(E <= Sum(2 / (alpha * low) ** 2, i, 1, r), termwise(through(
    exp(-alpha * low), first=scaled(exp(alpha * (low + h[i])), 1 <= exp(alpha * h[i]), using((*falls[:2], {"x": alpha * h[i]}))),
    second=using((*tail[:2], {"x": alpha * low}))))))
least = using(lemma(E2 <= E, *LARGE, by=termwise(using(falls, then=scaled(exp(alpha * (low + h[i])), exp(-alpha * (low + h[i])) <= 1)))),
              then=squares(rest=alpha * (m * (E - E2) + m * E + E ** 2) / (m * (m + E) ** 2)))


@statement(title=("The two ends of the scale", "缩放因子的两端"), tag="conditional", where=[n >= 1],
           says=("For fixed s half the L1 norm tends to 0 as alpha -> 0; as alpha -> oo it does so exactly when max s is unique: with m tied "
                 "maxima it differs from alpha (1 - 1/m) by what tends to 0.", "s 固定时，α→0 则 L1 范数之半趋于 0；α→∞ 时当且仅当最大值唯一才趋于 0："
                 "若 m 个最大值并列，则它与 α(1 - 1/m) 之差趋于 0。"),
           near_miss=near_miss(value <= 1, ("It vanishes, so stays bounded, as alpha -> oo for every s.", "对任意 s，α→∞ 时它趋于 0，从而有界。"),
                               where=[n >= 1, alpha > 0], at={"n": 2, "s": [0, 0], "alpha": 4}),
           references=[reference("s = (0, 0), alpha = 1", "0.5", value, at={"n": 2, "s": [0, 0], "alpha": 1})])
def endpoint_limits():
    yield holds(eq(Limit(value, alpha, 0), 0), ("the value lies between 0 and alpha", "其值介于 0 与 α 之间"), by=squeeze(1, below=using(
        lemma(S(soft(i) ** 2) <= 1, n >= 1, by=through(S(soft(i)), ("le", "eq"), first=termwise(using(entry)))))))
    yield show(eq(tied - alpha * (1 - 1 / m), alpha * (2 * m * E + E ** 2 - m * E2) / (m * (m + E) ** 2)), (
        "m entries M, r entries M - gamma - h_i, gamma > 0: E and the last sum shrink like e^(-alpha gamma)",
        "m 个分量为 M，r 个为 M - γ - h_i，γ > 0：各和式按 e^(-αγ) 衰减"), where=TIES)
    yield holds(eq(Limit(tied - alpha * (1 - 1 / m), alpha, oo), 0), (
        "the difference lies between 0 and 4r/(gamma^2 alpha), as e^-x <= 2/x^2; m = 1 is the unique maximum",
        "因 e^-x ≤ 2/x²，差介于 0 与 4r/(γ²α) 之间；m = 1 即最大值唯一"), where=TIES,
        by=squeeze(4 * r / low ** 2, start=0, below=through(lift(0), first=least), above=through(2 * alpha * E, second=using(few))))
    yield holds(alpha * (1 - 1 / m) <= tied, ("for m >= 2 the value is at least alpha/2", "m ≥ 2 时其值至少 α/2"), where=LARGE, by=least)
    all_equal = alpha * (1 - S((exp(alpha * top) / S(exp(alpha * top), k)) ** 2))
    yield holds(eq(all_equal, alpha * (1 - 1 / n)), ("if all n entries are equal", "n 个分量全相等时"))


def phi(a): return a * (1 - exp(a ** 2) / y)
def length(a): return (1 + 2 * a ** 2) * exp(a ** 2)  # the n for which a is stationary
def best(n): return sqrt(lambertw(exp(lift(half)) * n / 2) - half)


W, root = lambertw(exp(lift(half)) * y / 2), sqrt(log(length(a)))
STAR = (y > 1, a > 0, eq(a ** 2, W - half))
convex = lemma(x * exp(x) - exp(lift(half)) / 2 <= (x - half) * (1 + x) * exp(x), x > 0, x=W,
               by=cases(x - half, above=monotone(x, at=half), below=monotone(x, at=half)))
grows = lemma(length(a) < length(x), a > 0, x > a, by=monotone(x, at=a, strict="slope"))
right, left = (lemma(phi(x) < phi(a), a > 0, x > 0, side, eq(y, length(a)), a=a, x=x, n=y, by=monotone(
    x, at=a, strict="slope", slope=using((*grows[:2], at)))) for side, at in ((x > a, {"a": a, "x": x}), (x < a, {"a": x, "x": a})))
extra = log(length(a)) - a ** 2  # log(1 + 2 a^2)
slow = lemma(extra <= 2 * a, a > 0, by=monotone(a, slope=scaled(1 + 2 * a ** 2, 0 <= 2 + 4 * a ** 2 - 4 * a, squares((1, 2 * a - 1), rest=1))))
over = lemma(a <= root, a > 0, by=scaled(a + root, 0 <= extra, using(lemma(extra >= 0, a > 0, by=monotone(a)))))
TABLE = {16: "1.1936000999971450373", 64: "1.5494393594029148868", 128: "1.7108925015116360628", 256: "1.8634933772239537008",
         512: "2.0083948998285408912", 1024: "2.1465311126032845417", 2048: "2.2786726050597667607", 4096: "2.405463300607496386",
         8192: "2.5274467849115380126", 16384: "2.6450859716242313329", 65536: "2.8688668282380528917",
         10 ** 6: "3.271990383800642321", 10 ** 9: "4.1423278346396527408"}

def fit(deviation):  # alpha* against sqrt(log n), n = 40, 80, ..., 20000
    with mp.workdps(20):
        u = [mp.sqrt(mp.log(n)) for n in range(40, 20001, 40)]
        v = [mp.sqrt(mp.lambertw(mp.sqrt(mp.e) * n / 2) - mp.mpf(1) / 2) for n in range(40, 20001, 40)]
        factor = mp.fdot(u, v) / mp.fdot(u, u)
        return max(abs(q - factor * p) for p, q in zip(u, v, strict=True)) if deviation else factor


@statement(title=("The annealed optimum", "退火近似的最优值"), tag="sharper", where=[y > 0],
           says=("For every real n > 1, phi(alpha) = alpha (1 - e^(alpha^2)/n) is strictly concave on (0, oo) with the unique maximiser alpha* = "
                 "sqrt(W(sqrt(e) n/2) - 1/2), the root of (1 + 2 alpha^2) e^(alpha^2) = n; alpha*/sqrt(log n) tends to 1, not to 0.84.",
                 "对任意实数 n > 1，φ(α) = α(1 - e^(α²)/n) 在 (0, ∞) 上严格凹，唯一最大值点为 α* = √(W(√e n/2) - 1/2)，即 "
                 "(1 + 2α²)e^(α²) = n 的根；α*/√log n 趋于 1，而非 0.84。"),
           near_miss=near_miss(eq((1 + 2 * lambertw(y / 2)) * exp(lambertw(y / 2)), y), ("alpha* = sqrt(W(n/2)).", "α* = √W(n/2)。"), where=[y > 1]),
           references=[*[reference(f"alpha* at n = {k}", digits, best(lift(k))) for k, digits in TABLE.items()],
                       *[reference(f"n with alpha* = {c}", digits, length(lift(c))) for c, digits in (
                           ("2", "491.38335029829815"), ("3", "153958.59462393229615"), ("2.5", "6993.1731330226173502"))],
                       reference("phi(1)/phi(alpha*) at n = 512", "0.55665843", phi(lift(1)) / phi(best(y)), at={"n": 512}),
                       reference("least squares factor of sqrt(log n)", "0.8413457249269708", compute=lambda: fit(False)),
                       reference("largest deviation of that fit", "0.18", compute=lambda: fit(True))])
def annealed_optimum():
    curvature = D(D(phi(alpha), alpha), alpha)
    yield show(eq(exp((2 * alpha) ** 2 / 2) / (y * exp(alpha ** 2 / 2) ** 2), exp(alpha ** 2) / y), (
        "the estimate: E sum p^2 is replaced by n E e^(2 alpha s)/(n E e^(alpha s))^2", "退火近似：将 E Σp² 换为 nE e^(2αs)/(nE e^(αs))²"))
    yield show(eq(D(phi(alpha), alpha), 1 - length(alpha) / y), ("the slope", "斜率"))
    yield holds(eq(curvature, -2 * alpha * (2 * alpha ** 2 + 3) * exp(alpha ** 2) / y), ("the second derivative", "二阶导数"))
    yield holds(curvature < 0, ("so phi is strictly concave", "故 φ 严格凹"), where=[alpha > 0])
    yield holds(W > half, ("W e^W > sqrt(e)/2, and x e^x lies above its tangent at x: alpha* is real and positive",
                "We^W > √e/2，且凸函数 x e^x 位于切线之上：α* 为正实数"), where=[y > 1], by=using(convex, then=scaled(
                    (1 + W) / W * exp(lift(half)) * y / 2, 0 < (W - half) * (1 + W) / W * exp(lift(half)) * y / 2)))
    yield holds(eq(length(a), y), ("a = alpha* is stationary because e^W = sqrt(e) n/(2W)", "由 e^W = √e n/(2W)，a = α* 是驻点"), where=STAR)
    yield holds(phi(x) < phi(a), ("phi is smaller on the right of alpha*", "在 α* 右侧 φ 更小"), where=[*STAR, x > a], by=using(right))
    yield holds(phi(x) < phi(a), ("and on the left", "在左侧亦然"), where=[*STAR, x > 0, x < a], by=using(left))
    yield show(length(a) < length(x), ("the n that belong to larger alpha* are larger", "α* 越大，相应的 n 越大"), where=[a > 0, x > a], by=grows[1])
    for c, known in (("1", 3 * exp(lift(1))), ("2", 9 * exp(lift(4))), ("2.5", Fraction(27, 2) * exp(lift("6.25"))), ("3", 19 * exp(lift(9)))):
        yield holds(eq(length(lift(c)), known), (f"so alpha* = {c} for this n only", f"故仅对此 n 有 α* = {c}"))
    yield holds(eq(Limit(a / root, a, oo), 1), ("for a = alpha*: a^2 <= log n = a^2 + log(1 + 2a^2) <= a^2 + 2a",
                "对 a = α*：a² ≤ log n = a² + log(1 + 2a²) ≤ a² + 2a"), by=squeeze(
                    1, start=0, above=scaled(a * root, a ** 2 - a * root <= root, using(over)), below=using(over, slow, then=scaled(
                        a * root * (root + a), a * extra <= root ** 2 + a * root, through(2 * a ** 2, second=squares(
                            rest=a * (root - a) + (root ** 2 - a ** 2)))))))


def mean_score(alpha): return S(exp(alpha * s[i]) * s[i]) / S(exp(alpha * s[i]))


q, bell = exp(alpha * x) / (exp(alpha * x) + R), exp(-x ** 2 / 2)  # one weight as a function of its own score; R > 0 is the rest
centre = mean_score(alpha)
spread = S(soft(i) * s[i] ** 2) - centre ** 2
around, apart = soft(i) * (s[i] - centre) ** 2, squares((soft(i), s[i] - centre))
tied_mean = (m * top * exp(alpha * top) + Sum((top - low - h[i]) * exp(alpha * (top - low - h[i])), i, 1, r)) / (m * exp(alpha * top) + less(alpha))
lost = Sum((low + h[i]) * exp(-alpha * (low + h[i])), i, 1, r)
bump = lemma(x * exp(-x) <= 1, x > 0, by=scaled(exp(x), x <= exp(x), monotone(x, slope=monotone(x))), x=alpha * (low + h[i]))
drop = lemma(lost <= r / alpha, *LARGE, by=rewritten(lost <= Sum(1 / alpha, i, 1, r), termwise(using(bump))))

def normal_mean(f, step):
    """E f(x) for normal x by the trapezoidal rule, whose error here falls exponentially with the number of steps per unit."""
    with mp.workdps(30):
        xs = [mp.mpf(k) / step for k in range(-13 * step, 13 * step + 1)]
        return mp.fsum(mp.exp(-x * x / 2) * f(x) for x in xs) / step / mp.sqrt(2 * mp.pi)

def greatest(n): return lambda: normal_mean(lambda x: x * n * mp.ncdf(x) ** (n - 1), 16)
def two(alpha, side):  # n = 2, s_1 - s_2 = sqrt(2) x
    return lambda: normal_mean((lambda x: alpha / (2 * mp.cosh(alpha * x / mp.sqrt(2)) ** 2)) if side else (
        lambda x: x / mp.sqrt(2) * mp.tanh(alpha * x / mp.sqrt(2))), 32)


@statement(title=("The expected gradient has no maximum", "期望梯度没有最大值"), tag="false", where=[n >= 2],
           post=("The average gradient is largest at alpha = 0.84 sqrt(log n).", "平均梯度在 α = 0.84√log n 处最大。"),
           says=("For independent standard normal s_i, E alpha (1 - sum p^2) = E sum p_i s_i, which increases strictly from 0 to E max s <= "
                 "sqrt(2 log n). The annealed estimate fails at its own optimum: 2 alpha* > sqrt(2 log n) for every integer n >= 13 and no "
                 "smaller one.",
                 "s_i 独立标准正态时 E α(1 - Σp²) = E Σp_is_i，它随 α 从 0 严格上升到 E max s ≤ √(2 log n)。"
                 "退火近似在自身的最优点失效：整数 n ≥ 13 时 2α* > √(2 log n)，更小的 n 则不然。"),
           near_miss=near_miss(centre <= mean_score(lift("0.84") * sqrt(log(n))), ("sum p_i s_i is largest at alpha = 0.84 sqrt(log n).",
                               "Σp_is_i 在 α = 0.84√log n 处最大。"), where=[n >= 2, alpha > 0], at={"n": 2, "s": [0, 1], "alpha": 2}),
           references=[*[reference(f"n = 2, alpha = {c}: E {name}", digits, compute=two(c, side)) for c, digits in (
               (1, "0.36316184603163054549"), (2, "0.48002425433605137647"), (4, "0.53789818511307422075"), (8, "0.55712728213677689181"))
               for side, name in enumerate(("sum p s", "alpha (1 - sum p^2)"))], reference("n = 2: limit", "0.56418958354775628695", 1 / sqrt(pi)),
               *[reference(f"E max s, n = {k}", digits, compute=greatest(k)) for k, digits in (
                   (8, "1.4236003060452777531"), (40, "2.1607771781750199583"), (512, "3.0439031612044070799"), (4096, "3.6260821777691453452"),
                   (20000, "4.018789256745257401"))],
               reference("annealed, n = 512, alpha = 2", "1.787", phi(lift(2)), at={"n": 512}),
               reference("annealed, n = 512, alpha = 2.5", "-0.029", phi(lift("2.5")), at={"n": 512})])
def stein_identity_no_optimum():
    yield holds(eq(Integral((x * q - alpha * q * (1 - q)) * bell, x, -oo, oo), 0), (
        "Stein's identity, by parts in one score x, whatever the others are: E s_i p_i = E dp_i/ds_i", "Stein 恒等式：对一个打分 x 分部积分，其余任意：E s_i p_i = E ∂p_i/∂s_i"),
        where=[R > 0, alpha > 0], by=integrated(-bell * q))
    yield holds(eq(S(alpha * soft(i) * (1 - soft(i))), alpha * (1 - S(soft(i) ** 2))), ("these derivatives add up to alpha (1 - sum p^2), so that this has the mean of sum p_i s_i", "各导数之和为 α(1 - Σp²)，故其均值等于 Σp_is_i 的均值"))
    yield holds(eq(D(centre, alpha), spread), ("the derivative of sum p_i s_i is the variance of s under p", "Σp_is_i 的导数是 s 在 p 下的方差"))
    yield holds(0 < spread, ("positive unless all s_c are equal, an event of probability 0: sum p_i s_i grows, and so does its mean", "除非所有 s_c 相等（概率为 0），否则为正：Σp_is_i 递增，其均值亦然"),
                where=[*within(c), ne(s[c], centre)], by=through(
                    soft(c) * (s[c] - centre) ** 2, ("lt", "le"), first=squares((soft(c), s[c] - centre)), second=rewritten(
                        S(delta(i, c) * around) <= S(around), termwise(cases(i - c, below=apart, above=apart)))))
    yield show(centre <= S(s[i]) / n + alpha * S(s[i] ** 2), ("from the mean of the scores at alpha = 0 it grows by at most this, of the mean n alpha", "自 α = 0 处的打分均值起，增量至多为此，其均值为 nα"), where=[alpha >= 0], by=monotone(
        alpha, slope=scaled(1, spread <= S(s[i] ** 2), through(S(soft(i) * s[i] ** 2), first=squares((1, centre)), second=termwise(using(entry, then=squares((1 - soft(i), s[i]))))))))
    yield show(eq(Integral(x ** 2 * bell, x, -oo, oo), sqrt(2 * pi)), ("as E s_i^2 = 1", "因 E s_i² = 1"), by=integrated(-x * bell + sqrt(pi / 2) * erf(x / sqrt(lift(2)))))
    yield holds(eq(Limit(n * alpha, alpha, 0), 0), ("so E sum p_i s_i tends to E (1/n) sum s_i = 0 as alpha -> 0", "故 α→0 时 E Σp_is_i → E (1/n)Σs_i = 0"), by=rule("approach", {"number": 0}))
    yield show(tied_mean <= top, ("it stays below M = max s", "它不超过 M = max s"), where=LARGE, by=squares(rest=lost / (m + E)))
    yield show(top - tied_mean <= r / alpha, ("and loses at most r/alpha, r < n", "而损失至多 r/α，r < n"), where=LARGE, by=through(lost, first=squares(rest=lost - lost / (m + E)), second=using(drop)))
    yield holds(eq(Limit(n / alpha, alpha, oo), 0), ("so E sum p_i s_i tends to E max s as alpha -> oo: there is no maximiser", "故 α→∞ 时 E Σp_is_i → E max s：没有最大值点"), by=rule("approach", {"number": 0}))
    yield show(t * top <= log(exp(t * top) + x), ("t max s is at most log u, u = sum of all e^(t s_i)", "t·max s 不超过 log u，u 为一切 e^(t s_i) 之和"), where=[x >= 0], by=monotone(x))
    yield show(log(x) <= log(R) + x / R - 1, ("and log u at most log v + u/v - 1 for every v > 0, here u = x and v = R", "而对任意 v > 0，log u 至多 log v + u/v - 1，此处 u = x、v = R"), where=[x > 0, R > 0], by=cases(x - R, above=monotone(x, at=R), below=monotone(x, at=R)))
    yield show(eq(Integral(exp(t * x) * bell, x, -oo, oo), sqrt(2 * pi) * exp(t ** 2 / 2)), ("E u = n e^(t^2/2) = v: t E max s <= log n + t^2/2", "取 E u = n e^(t²/2) = v：t E max s ≤ log n + t²/2"),
               by=integrated(sqrt(pi / 2) * exp(t ** 2 / 2) * erf((x - t) / sqrt(lift(2)))))
    yield holds(eq(log(n) / t + t / 2, t), ("at t = sqrt(2 log n): E max s <= log(n)/t + t/2 = t", "取 t = √(2 log n)：E max s ≤ log(n)/t + t/2 = t"),
                where=[t > 0, eq(t ** 2, 2 * log(n))])
    threshold = ("n < e^(2 alpha*^2) from alpha* = 9/8, n = 12.52 on: the estimate e^(alpha^2)/n of E sum p^2 holds for 2 alpha < sqrt(2 log n) only",
                 "自 α* = 9/8（n = 12.52）起 n < e^(2α*²)：E Σp² 的估计 e^(α²)/n 仅在 2α < √(2 log n) 时成立")
    yield holds(length(a) < exp(2 * a ** 2), threshold, where=[a >= Fraction(9, 8)], by=scaled(exp(-a ** 2), 1 + 2 * a ** 2 < exp(a ** 2)))
    yield holds(exp(2 * a ** 2) < length(a), ("but not up to alpha* = 28/25, n = 12.30", "但直到 α* = 28/25（n = 12.30）并不如此"),
                where=[a > 0, a <= Fraction(28, 25)], by=scaled(exp(-a ** 2), exp(a ** 2) < 1 + 2 * a ** 2))


def moment(a): return gamma(d / 2) * (2 / a) ** (d / 2 - 1) * besseli(d / 2 - 1, a)  # E e^(a s), s the cosine of a random direction
def ratio(a): return besseli(d / 2, a) / besseli(d / 2 - 1, a)
def growth(a): return moment(2 * a) / moment(a) ** 2
def balance(a): return growth(a) * (1 + 2 * a * (ratio(2 * a) - ratio(a)))  # the n for which a is stationary
def annealed(g): return a * (1 - g(2 * a) / (y * g(a) ** 2))

def solve(n, d):
    def parts(a):
        under, over = mp.hyp0f1(mp.mpf(d) / 2, a * a / 4), mp.hyp0f1(mp.mpf(d) / 2 + 1, a * a / 4)
        return mp.log(under), a / d * over / under

    def surplus(a):
        (g1, r1), (g2, r2) = parts(a), parts(2 * a)
        return g2 - 2 * g1 + mp.log(1 + 2 * a * (r2 - r1)) - mp.log(n)
    with mp.workdps(30):
        return mp.findroot(surplus, (2 * mp.sqrt(d), mp.mpf(9) / 4 * mp.sqrt(d)))


COSINES = {(128, 40): "16.8104351356429186", (128, 512): "24.2136428934211025", (128, 2048): "27.9104808926251295",
           (128, 8192): "31.4584599520802059", (128, 20000): "33.6838248418283656", (64, 512): "18.2091827396573094",
           (768, 512): "56.2626658571341653"}


@statement(title=("The annealed optimum for cosines", "余弦打分的退火最优值"), tag="conditional", where=[d >= 3, a > 0],
           says=("For cosines of random directions of R^d, g(a) = E e^(as) = Gamma(d/2) (2/a)^(d/2-1) I_(d/2-1)(a), and the annealed optimum solves "
                 "n = g(2a)/g(a)^2 [1 + 2a (r(2a) - r(a))], r = I_(d/2)/I_(d/2-1); for d >= 4 and n > 1 there is exactly one.",
                 "对 R^d 中随机方向的余弦，g(a) = E e^(as) = Γ(d/2)(2/a)^(d/2-1)I_(d/2-1)(a)，退火最优值满足 "
                 "n = g(2a)/g(a)²[1 + 2a(r(2a) - r(a))]，r = I_(d/2)/I_(d/2-1)；d ≥ 4、n > 1 时解恰有一个。"),
           limits=("Poisson's integral, asymptotics and the convexity of a Bessel ratio are cited.", "引用了 Poisson 积分、渐近式与 Bessel 比值的凸性。"),
           near_miss=near_miss(eq(balance(a), substitute(balance(a), {"d": 2 * d})), (
               "The same a is optimal in R^d and R^(2d).", "R^d 与 R^(2d) 的最优 a 相同。"), where=[d >= 3, a > 0], at={"d": 64, "a": 20}),
           references=[*[reference(f"alpha*, d = {e}, n = {k}", digits, compute=lambda k=k, e=e: solve(k, e)) for (e, k), digits in COSINES.items()],
                       *[reference(f"n with alpha* = {c}, d = 128", digits, balance(lift(c)), at={"d": 128}) for c, digits in (
                           (25, "683.779696154405"), (30, "4606.12974180892"), (35, "34149.3697168273"))],
                       *[reference(f"alpha*/log n at d = 128, n = {k}", digits, compute=lambda k=k: solve(k, 128) / mp.log(k)) for k, digits in (
                           (40, "4.56"), (20000, "3.40"))],
                       *[reference(f"alpha*/sqrt(d) at n = 512, d = {k}", digits, compute=lambda k=k: solve(512, k) / mp.sqrt(k)) for k, digits in (
                           (64, "2.3"), (768, "2.0"))]])
def cosine_optimum():
    yield cite("Poisson's integral for I_v", "NIST DLMF 10.32.2", ("v = d/2 - 1: the integral of (1 - s^2)^(v-1/2) e^(as) over its value at a = 0",
               "v = d/2 - 1：(1 - s²)^(v-1/2)e^(as) 的积分与其在 a = 0 处的值之比"))
    yield therefore(r"g(a)=\mathbb E\,e^{as}=\Gamma(d/2)\,(2/a)^{d/2-1}I_{d/2-1}(a)", (
        "s has a density proportional to (1 - s^2)^((d-3)/2)", "s 的密度正比于 (1 - s²)^((d-3)/2)"))
    yield show(eq(D(annealed(g), a), 1 - g(2 * a) / (y * g(a) ** 2) * (1 + 2 * a * (g1(2 * a) / g(2 * a) - g1(a) / g(a)))), (
        "whatever the law of s: r = g'/g", "对任意打分分布：r = g'/g"), where=[y > 0, ne(g(a), 0), ne(g(2 * a), 0)])
    yield holds(eq(D(moment(a), a), moment(a) * ratio(a)), ("for cosines r is the ratio of Bessel functions", "对余弦，r 是 Bessel 函数之比"))
    yield holds(eq(D(annealed(moment), a), 1 - balance(a) / y), ("the slope vanishes exactly where n is as stated", "斜率恰在所述 n 处为零"), where=[y > 0])
    yield show(eq(D(growth(a), a), growth(a) / a * (2 * a * ratio(2 * a) - 2 * (a * ratio(a)))), (
        "g(2a)/g(a)^2 grows while x r(x) is convex and 0 at 0", "x r(x) 凸且在 0 处为 0，故 g(2a)/g(a)² 递增"))
    yield cite("convexity of x I_v(x)/I_(v+1)(x) for v >= 0", "Simpson & Spector, Quart. Appl. Math. 42 (1984) 95-98, Theorem 2", (
        "x r(x) = x I_(d/2-2)(x)/I_(d/2-1)(x) - d + 2 (DLMF 10.29.1) is convex for d >= 4",
        "由 DLMF 10.29.1，x r(x) = x I_(d/2-2)(x)/I_(d/2-1)(x) - d + 2，d ≥ 4 时凸"))
    yield cite("I_v(x) ~ e^x/sqrt(2 pi x)", "NIST DLMF 10.40.1", ("g(2a)/g(a)^2 tends to infinity", "g(2a)/g(a)² 趋于无穷"))
    yield therefore(r"d\ge4,\ n>1\implies\text{one }\alpha^*:\ \alpha^*=\arg\max_{a>0}a\Bigl(1-\frac{g(2a)}{n\,g(a)^2}\Bigr)", (
        "the right side increases from 1 to infinity, so the slope changes sign once", "右端自 1 递增至无穷，斜率恰变号一次"))
