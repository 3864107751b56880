"""What gradient descent has in common with a kernel machine, and what it has not.

Statement.  Along a gradient flow f_T(x) = f_0(x) + Σ_i ∫_0^T alpha_i(t) K_t(x, x_i) dt, with the kernel K_t of the gradients at the time t. The
            weights ∫alpha_i K / ∫K depend on x unless K or alpha_i is constant in t. Linear models have closed forms, finite steps leave a
            defect of order eta, noise adds a term of second order.
Symbols.    N samples, P parameters, q outputs, m hidden units, d inputs: integers >= 1; g, G_i : gradients of f at x and x_i; alpha_i = -l'(f(x_i));
            J, J_i : the same with q rows; Phi : N x P features; lambda >= 0 an eigenvalue of Phi Phi^T; eta > 0 the step; h, k smooth functions.
Excluded.   none; the losses and f are C^2 in their arguments.
Source.     Su Jianlin, 从动力学角度看优化算法（七）：SGD ≈ SVM？, 2020-12-21 (archives/8009).
"""
from fractions import Fraction

from mpmath import mp

from kexue import (Article, D, Integral, Limit, Sum, cite, cos, delta, dot, eq, every, exp, family, function, holds, integer, lift, matrix, ne, near_miss,
                   oo, pi, real, reference, show, sin, statement, therefore, tr, vector, zeros)
from kexue.tactics.combine import antiderivative, induction, lemma, monotone, scaled, squeeze, using

article = Article(
    number=12, date="2020-12-21", source="https://kexue.fm/archives/8009",
    title=("Optimisation as dynamics (7): SGD and kernel machines", "从动力学角度看优化算法（七）：SGD ≈ SVM？"),
    summary=("The path kernel for any number of samples, parameters and outputs; a flow in closed form whose weights depend on x, and the cases in which they "
             "do not; linear models of any rank; the defect of finite steps, the noise of mini-batches, the kernel of one hidden layer.",
             "任意样本数、参数数与输出数的路径核；一个权重依赖于 x 的闭式例子，以及权重与 x 无关的情形；任意秩的线性模型；有限步长的误差、小批量噪声与单隐层网络的核。"),
    papers=("Domingos, Every Model Learned by Gradient Descent Is Approximately a Kernel Machine, arXiv 2012.00152",
            "Jacot, Gabriel & Hongler, Neural Tangent Kernel, NeurIPS 2018", "Cho & Saul, Kernel Methods for Deep Learning, NIPS 2009"))

(N, P, q, m, d, n), (i, j, k, o) = integer("N P q m d n"), integer("i j k o")
t, T, c, eta, lam, u0, B, s, theta, y, r, phi, a0, slope = real("t T c eta lambda u_0 B s theta y r phi a_0 b")
(F, rest), (act, h, h1), (alpha, w) = family("F rho"), function("sigma h h;0"), vector("alpha w", N)
(g, v, e, th), z = vector("g v e theta", P), vector("z", q)
G, J, Phi, H, S, C = matrix("G", P, N), matrix("J", q, P), matrix("Phi", N, P), matrix("H", P), matrix("S", P), matrix("C", N, q)
half = Fraction(1, 2)


def over(f, index=i, last=N): return Sum(f, index, 1, last)


CHAIN = ("chain rule", "Rudin, Principles of Mathematical Analysis, 9.15", ("d/dt f(x; theta(t)) = g . theta'", "d/dt f(x; θ(t)) = g·θ'"))
FTC = ("fundamental theorem of calculus", "Rudin, Principles of Mathematical Analysis, 6.21", ("f_T - f_0 is the integral of the rate", "f_T - f_0 是变化率的积分"))
LAYOUT = [N >= 1, P >= 1]


def rates(state, queries):
    """f = theta_1 tanh(theta_2 x) on x = 1, -1/2 with y = 1, 3/10 and half the squared loss: theta', alpha_i, then alpha_i K and K at each query."""
    (p1, p2), samples = state[:2], (mp.mpf(1), -mp.mpf(1) / 2)
    value = {x: mp.tanh(p2 * x) for x in (*samples, *queries)}
    grad = {x: (f, p1 * x * (1 - f * f)) for x, f in value.items()}
    weight = [y - p1 * value[x] for x, y in zip(samples, (mp.mpf(1), mp.mpf(3) / 10), strict=True)]
    out = [mp.fsum(a * grad[x][b] for a, x in zip(weight, samples, strict=True)) for b in (0, 1)] + weight
    for x in queries:
        kernel = [mp.fdot(grad[x], grad[xi]) for xi in samples]
        out += [a * K for a, K in zip(weight, kernel, strict=True)] + kernel
    return out


SOLVED = []


def solved():
    """The state at T = 2, integrated once."""
    if not SOLVED:
        SOLVED.append(integrated())
    return SOLVED[0]


def integrated(panels=4, order=12):
    """Gragg's midpoint rule, extrapolated in the square of its step; the queries are x = 1/2, 1, 2, 4."""
    with mp.workdps(36):
        queries, state = tuple(mp.mpf(b) / 2 for b in (1, 2, 4, 8)), [mp.mpf(1) / 2] * 2 + [mp.mpf(0)] * 18
        for _ in range(panels):
            rows = []
            for level in range(1, order + 1):
                size = mp.mpf(1) / panels / level
                old, new = state, [u + size * f for u, f in zip(state, rates(state, queries), strict=True)]
                for _ in range(2 * level - 1):
                    old, new = new, [u + 2 * size * f for u, f in zip(old, rates(new, queries), strict=True)]
                row = [[(u + z + size * f) / 2 for u, z, f in zip(old, new, rates(new, queries), strict=True)]]
                for back in range(1, level):
                    ratio = (mp.mpf(level) / (level - back)) ** 2 - 1
                    row.append([u + (u - z) / ratio for u, z in zip(row[-1], rows[-1][back - 1], strict=True)])
                rows.append(row)
            state = rows[-1][-1]
        return state


def model(p1, p2, x=2): return p1 * mp.tanh(p2 * x)
def path(number, which): return lambda: solved()[4 + 4 * number + which]  # of the integrals of alpha_1 K, alpha_2 K, K_1, K_2
def weight_at(number, sample): return lambda: solved()[4 + 4 * number + sample] / solved()[6 + 4 * number + sample]


def frozen(*at):
    """f_0(2) plus the formula with the kernel of theta = at throughout."""
    kernel = rates([mp.mpf(b) for b in at], (mp.mpf(2),))[6:8]
    return model(mp.mpf(1) / 2, mp.mpf(1) / 2) + mp.fdot(kernel, solved()[2:4])


def descent(steps):
    """What the formula misses at x = 2 along gradient descent to T = 2."""
    p1 = p2 = mp.mpf(1) / 2
    total, size = model(p1, p2), mp.mpf(2) / steps
    for _ in range(steps):
        f = rates([p1, p2], (mp.mpf(2),))
        p1, p2, total = p1 + size * f[0], p2 + size * f[1], total + size * (f[4] + f[5])
    return abs(model(p1, p2) - total)


flow, end = 2 * (1 - exp(-t)), 2 * (1 - exp(-T))  # theta(t) for f(x) = theta^x, x = 1, 2, ..., the sample x_1 = 1, y = 2: theta' = 2 - theta
worked = Integral(2 * exp(-t) * (n * flow ** (n - 1)), t, 0, T)


@statement(title=("The path kernel", "路径核"), where=LAYOUT,
           says=("Along theta' = -grad Σ_i l(y_i, f(x_i)) on [0, T], f_T(x) = f_0(x) + Σ_i ∫alpha_i(t) K_t(x, x_i) dt with K_t(x, x_i) = g . G_i and alpha_i = -l'; "
                 "K_t and ∫K_t are positive semidefinite, also with matrix values.",
                 "沿 θ' = -∇Σ l(y_i, f(x_i)) 在 [0, T] 上有 f_T(x) = f_0(x) + Σ_i ∫α_i(t)K_t(x, x_i)dt，其中 K_t(x, x_i) = g·G_i，α_i = -l'；K_t 与 ∫K_t 半正定，向量输出时亦然。"),
           limits=("The chain rule and the fundamental theorem of calculus are cited for f of P parameters.", "对 P 个参数的 f 引用了链式法则与微积分基本定理。"),
           near_miss=near_miss(eq(Integral(2 * exp(-t) * (n * end ** (n - 1)), t, 0, T), end ** n), ("The kernel may be frozen at theta_T.", "核可以冻结在 θ_T。"),
                               where=[n >= 1, T > 0], at={"n": 2, "T": 1}),
           references=[reference("theta_1(2)", "0.8430489787648964488391", compute=lambda: solved()[0]), reference("theta_2(2)", "0.7246602330027316946771", compute=lambda: solved()[1]),
                       reference("f_0(2)", "0.3807970779778824440597", compute=lambda: model(mp.mpf(1) / 2, mp.mpf(1) / 2)),
                       reference("f_T(2)", "0.7549996155098829076217", compute=lambda: model(*solved()[:2])),
                       reference("sample 1", "0.77483299165437746513", compute=path(2, 0)), reference("sample 2", "-0.40063045412237700157", compute=path(2, 1)),
                       reference("∫K_1", "1.310559117377098631", compute=path(2, 2)), reference("∫K_2", "-0.76095298712886229357", compute=path(2, 3)),
                       reference("K frozen at theta_T", "0.800441065750703", compute=lambda: frozen(*solved()[:2])),
                       reference("K frozen at theta_0", "0.703097213289084", compute=lambda: frozen(half.numerator / mp.mpf(2), mp.mpf(1) / 2))])
def path_kernel():
    yield cite(*CHAIN)
    yield holds(eq(dot(g, G @ alpha), dot(G.T @ g, alpha)), ("G has the columns G_i, so theta' = G alpha and the rate of f(x) is Σ_i alpha_i K_t(x, x_i)",
                "G 的各列为 G_i，故 θ' = Gα，f(x) 的变化率为 Σα_iK_t(x, x_i)"))
    yield cite(*FTC)
    yield therefore(r"f_T(x)=f_0(x)+\sum_i\int_0^T\alpha_i(t)K_t(x,x_i)\,dt", ("integrate from 0 to T", "从 0 到 T 积分"))
    yield holds(0 <= dot(w, G.T @ G @ w), ("the matrix of all K_t(x_i, x_j) is G^T G; integrals of what is not negative are not negative",
                "全体 K_t(x_i, x_j) 组成的矩阵为 GᵀG；非负函数的积分非负"))
    yield holds(eq(dot(z, J @ (G @ alpha)), dot((J @ G).T @ z, alpha)), (
        "q outputs, z picks one: J has a row for each, G a column and alpha an entry for each output of each sample; the kernel J G_i is a matrix",
        "q 个输出，z 取其一：J 对每个输出有一行，G 与 α 对每个样本的每个输出各有一列、一个分量；核 JG_i 是矩阵"), where=[q >= 1])
    yield show(eq(worked, end ** n), ("an instance in closed form: f(x) = theta^x at x = n, sample (1, 2): theta = 2 - 2e^-t, K_t = n theta^(n-1)",
               "一个闭式例子：f(x) = θ^x，x = n，样本 (1, 2)：θ = 2 - 2e^-t，K_t = nθ^(n-1)"), where=[n >= 1, T > 0], by=antiderivative(flow ** n))


def mean_weight(n): return Integral(2 * exp(-t) * (n * flow ** (n - 1)), t, 0, T) / Integral(n * flow ** (n - 1), t, 0, T)


gap = 2 * T - 4 + (4 + 2 * T) * exp(-T)
first, second = end / T, end ** 2 / (4 * T - 2 * end)


@statement(title=("The weights depend on x", "权重依赖于 x"), tag="false", where=[T > 0],
           post=("With alpha_i = ∫alpha_i K / ∫K the trained model is a kernel machine.", "取 α_i = ∫α_iK/∫K，训练后的模型即为核方法。"),
           says=("For f(x) = theta^x and one sample the weight at x = 2 is smaller than at x = 1 for every T > 0. It is free of x if f is linear in theta, and if l is linear "
                 "in f (with the kernel ∫K_t); in the limit of infinite width K_t is constant.",
                 "对 f(x) = θ^x 与一个样本，任意 T > 0 时 x = 2 处的权重小于 x = 1 处。若 f 关于 θ 线性，或 l 关于 f 线性（核取 ∫K_t），则权重与 x 无关；无限宽极限下 K_t 不变。"),
           limits=("For the limit of infinite width the theorem is cited.", "无限宽极限引用了定理。"),
           near_miss=near_miss(eq(mean_weight(n), mean_weight(lift(1))), ("The weight does not depend on x.", "权重不依赖于 x。"), where=[n >= 1, T > 0], at={"n": 2, "T": 1}),
           references=[reference(f"alpha_{b + 1} at x = {x}", digits, compute=weight_at(number, b)) for b, row in enumerate((
               ("0.583407922182", "0.585940525953", "0.591223227843", "0.593253908067"), ("0.531598975638", "0.529986309345", "0.526485158609", "0.524928191108")))
               for number, (x, digits) in enumerate(zip(("1/2", "1", "2", "4"), row, strict=True))])
def kernel_machine_strict():
    yield holds(eq(Integral(2 * exp(-t) * flow ** 0, t, 0, T), end), ("x = 1: ∫alpha K, while ∫K = T", "x = 1：∫αK，而 ∫K = T"), by=antiderivative(flow))
    yield holds(eq(Integral(2 * exp(-t) * (2 * flow), t, 0, T), end ** 2), ("x = 2: ∫alpha K", "x = 2：∫αK"), by=antiderivative(flow ** 2))
    yield holds(eq(Integral(2 * flow, t, 0, T), 4 * T - 2 * end), ("and ∫K", "与 ∫K"), by=antiderivative(4 * t + 4 * exp(-t)))
    positive = lemma(0 < 4 * T - 2 * end, T > 0, by=monotone(T, strict="slope", slope=monotone(T, strict="slope")))
    yield show(0 < 4 * T - 2 * end, ("which is positive", "它是正的"), by=positive[1])
    yield holds(second < first, ("equivalent to 2 (1 - e^-T) < T (1 + e^-T)", "等价于 2(1 - e^-T) < T(1 + e^-T)"), by=using(
        positive, lemma(0 < 1 - exp(-T), T > 0, by=monotone(T, strict="slope")), lemma(0 < gap, T > 0, by=monotone(
            T, strict="slope", slope=monotone(T, strict="slope"))), then=scaled(T * (4 * T - 2 * end) / end, 0 < gap)))
    yield holds(eq(Integral(c * D(h(t), t), t, 0, T), c * (h(T) - h(lift(0)))), ("K constant, alpha = h': the weight h(T) - h(0) is free of x; alpha constant, K = h': the kernel is ∫K",
                "K 为常数、α = h'：权重 h(T) - h(0) 与 x 无关；α 为常数、K = h'：核为 ∫K"), by=antiderivative(c * h(t)))
    yield cite("the tangent kernel stays constant in the limit of infinite width", "Jacot, Gabriel & Hongler, NeurIPS 2018, Theorem 2", ("K_t tends to K_0, uniformly on [0, T]", "K_t 在 [0, T] 上一致趋于 K_0"))
    yield therefore(r"m\to\infty:\quad\int_0^T\alpha_iK_t(x,x_i)\,dt\Big/\int_0^TK_t(x,x_i)\,dt\;\to\;\frac1T\int_0^T\alpha_i\,dt\quad(K_0(x,x_i)\ne0)", (
        "by the case of constant K, with the normalisation by ∫K = T K_0", "由 K 为常数的情形，再除以 ∫K = TK_0"))


mode = exp(-lam * t)  # along an eigenvector of Phi Phi^T


def closed_form():
    with mp.workdps(40):
        M, y0, th0, at = mp.matrix([[1, 2], [0, 1], [2, 1]]), mp.matrix([1, -1, 2]), mp.matrix([mp.mpf(1) / 3, -mp.mpf(1) / 4]), mp.matrix([[3, -1]])
        best = mp.lu_solve(M.T * M, M.T * y0)
        moved = best + mp.expm(-M.T * M * mp.mpf(7) / 10) * (th0 - best)
        return [(at * moved)[0], *(M * moved)]


@statement(title=("Linear models in closed form", "线性模型的闭式解"), tag="conditional", where=LAYOUT,
           says=("For f = theta . phi(x), l = (y - f)^2/2 and K = Phi Phi^T of any rank: f_t(X) = y + e^(-Kt)(f_0(X) - y), and f_t(x) = f_0(x) + k(x) . ∫_0^t e^(-Ks) ds (y - f_0(X)). "
                 "The limit is theta_0 + Phi^+(y - Phi theta_0), of all least squares solutions the nearest to theta_0. With steps η, e^(-Kt) becomes (I - η K)^t, which converges on the range of K iff "
                 "η < 2/lambda_max.",
                 "f = θ·φ(x)、l = (y - f)²/2、K = ΦΦᵀ（任意秩）时：f_t(X) = y + e^(-Kt)(f_0(X) - y)，f_t(x) = f_0(x) + k(x)·∫_0^t e^(-Ks)ds (y - f_0(X))。"
                 "极限为 θ_0 + Φ⁺(y - Φθ_0)，即离 θ_0 最近的最小二乘解。步长为 η 时 e^(-Kt) 换成 (I - ηK)^t，它在 K 的值域上收敛当且仅当 η < 2/λ_max。"),
           limits=("The spectral theorem, which splits the system into the modes below, is cited.", "引用谱定理，把方程组分解为下列各模态。"),
           near_miss=near_miss(eq(Integral(exp(-lam * s), s, 0, t), (1 - exp(-lam * t)) / (lam + 1)), ("A ridge of 1 on K, which makes it invertible, changes nothing.", "给 K 加上 1 的岭使其可逆，结果不变。"),
                               where=[lam >= 0, t > 0], at={"lambda": 0, "t": 1}),
           references=[reference(name, digits, compute=lambda b=b: closed_form()[b]) for b, (name, digits) in enumerate((
               ("f_t(3, -1)", "3.39631811987144651363157"), ("f_t(x_1)", "0.73103192185405225087"), ("f_t(x_2)", "-0.17188890775846996586"),
               ("f_t(x_3)", "1.9777305669835143993")))])
def linear_model_closed_form():
    yield holds(eq(D(dot(w - Phi @ (th + t * v), w - Phi @ (th + t * v)) / 2, t), -dot(v, Phi.T @ (w - Phi @ (th + t * v)))), (
        "y = w: the flow is theta' = Phi^T (y - Phi theta), so r = f(X) - y solves r' = -K r", "y = w：流为 θ' = Φᵀ(y - Φθ)，故 r = f(X) - y 满足 r' = -Kr"))
    yield cite("spectral theorem for symmetric matrices", "Horn & Johnson, Matrix Analysis, Theorem 2.5.6", ("K has an orthonormal basis of eigenvectors with eigenvalues lambda >= 0", "K 有标准正交特征基，特征值 λ ≥ 0"))
    yield holds(eq(D(a0 * mode, t), -lam * (a0 * mode)), ("each component of r is a_0 e^(-lambda t)", "r 的每个分量为 a_0 e^(-λt)"))
    yield holds(eq(lam * Integral(exp(-lam * s), s, 0, t), 1 - mode), ("K times the integral of e^(-Ks) is I - e^(-Kt)", "K 乘以 e^(-Ks) 的积分等于 I - e^(-Kt)"), where=[lam > 0, t > 0],
                by=scaled(1 / lam, eq(Integral(exp(-lam * s), s, 0, t), (1 - mode) / lam), antiderivative(-exp(-lam * s) / lam)))
    yield holds(eq(Integral(exp(-0 * s), s, 0, t), t), ("and for lambda = 0 the integral is t: nothing is divided by K", "λ = 0 时积分为 t：无需除以 K"), where=[t > 0], by=antiderivative(s))
    yield therefore(r"f_t(X)=y+e^{-Kt}(f_0(X)-y),\quad f_t(x)=f_0(x)+k(x)^{\top}\int_0^te^{-Ks}ds\,(y-f_0(X))", (
        "theta_t - theta_0 is the integral of Phi^T (y - f_s(X)), and k(x) = Phi phi(x)", "θ_t - θ_0 是 Φᵀ(y - f_s(X)) 的积分，k(x) = Φφ(x)"))
    yield holds(eq(Limit(mode, t, oo), 0), ("the components with lambda > 0 vanish", "λ > 0 的分量趋于零"), where=[lam > 0], by=squeeze(1 / lam, start=0, above=scaled(
        t * exp(lam * t), t <= exp(lam * t) / lam, monotone(t, slope=monotone(t)))))
    yield holds(dot(Phi.T @ w, Phi.T @ w) <= dot(Phi.T @ w + e, Phi.T @ w + e), (
        "theta_t - theta_0 stays in the range of Phi^T: its limit Phi^T w is shorter than any other solution, which differs by e with Phi e = 0",
        "θ_t - θ_0 始终在 Φᵀ 的值域内：其极限 Φᵀw 不长于任何其他解（与之相差满足 Φe = 0 的 e）"), where=[eq(Phi @ e, zeros(N))])
    yield therefore(r"\lim_{t\to\infty}\theta_t=\theta_0+\Phi^+(y-\Phi\theta_0)", ("the least squares solution nearest to theta_0 is the one of the pseudoinverse", "离 θ_0 最近的最小二乘解即伪逆解"))
    yield holds(eq((1 - eta * lam) ** (n + 1) * a0, (1 - eta * lam) ** n * a0 - eta * lam * ((1 - eta * lam) ** n * a0)), ("gradient descent: each component is multiplied by 1 - η lambda", "梯度下降：每个分量乘以 1 - ηλ"),
                where=[n >= 0])
    yield holds((1 - eta * lam) ** 2 < 1, ("which is less than 1 in size for η < 2/lambda", "η < 2/λ 时其绝对值小于 1"), where=[lam > 0, eta > 0, eta * lam < 2], by=scaled(1, 0 < eta * lam * (2 - eta * lam)))
    yield holds(1 <= (1 - eta * lam) ** 2, ("and not otherwise", "否则不然"), where=[lam > 0, eta * lam >= 2], by=scaled(1, 0 <= eta * lam * (eta * lam - 2)))


def quadratic(v): return c + dot(g, v) + dot(v, H @ v) / 2


steps = over(F[k] - F[k - 1], k)


@statement(title=("The defect of finite steps", "有限步长的误差"), tag="sharper", where=[N >= 1],
           says=("A step eta u, u = sum alpha_i G_i, changes f by η Σ_i alpha_i K + η^2 ∫_0^1 (1-s) u.Hess u ds, exactly. If these integrals are at most B in size along the path, the formula with a sum over N = T/η steps holds up to B T η. "
                 "It is exact for f affine in theta; among quadratic f and among f of one parameter, for no other.",
                 "一步 ηu（u = Σα_iG_i）使 f 恰好改变 ηΣα_iK + η²∫_0^1 (1-s) u·Hess u ds。若沿路径这些积分的绝对值不超过 B，则对 N = T/η 步求和的公式误差至多 BTη。f 关于 θ 仿射时精确成立；在二次函数与单参数函数中别无其他。"),
           near_miss=near_miss(eq((theta + r) ** 2 - theta ** 2, 2 * theta * r), ("The formula is exact for any step.", "公式对任意步长精确。")),
           references=[reference(f"defect at eta = {mp.nstr(2 / mp.mpf(b), 4)}", digits, compute=lambda b=b: descent(b)) for b, digits in (
               (20, "7.96e-4"), (40, "3.92e-4"), (80, "1.95e-4"), (160, "9.69e-5"))])
def discrete_gd_error():
    slope_at, bend = D(h(s), s), D(D(h(s), s), s)
    yield holds(eq(Integral((1 - s) * bend, s, 0, 1), h(lift(1)) - h(lift(0)) - h1(lift(0))), ("h(s) = f(theta + s eta u): h'(0) = eta u.grad f = eta sum alpha_i K and h'' = eta^2 u.Hess u",
                "h(s) = f(θ + sηu)：h'(0) = ηu·∇f = ηΣα_iK，h'' = η²u·Hess u"), by=antiderivative((1 - s) * slope_at + h(s)))
    yield holds(eq(steps, F[N] - F[0]), ("the changes of f add up to f_T - f_0", "f 的各步改变之和为 f_T - f_0"), by=induction(N, base=1))
    yield holds(over(eta ** 2 * B - rest[k], k) <= eta * B * T, ("defects of at most η^2 B, written η^2 B - rho_k: their sum is at most B T η", "各步误差至多 η²B，记作 η²B - ρ_k：其和至多 BTη"),
                where=[every(k, rest[k] >= 0), eta > 0, eq(T, N * eta)], by=scaled(1, 0 <= over(rest[k], k)))
    yield holds(-eta * B * T <= over(rest[k] - eta ** 2 * B, k), ("and of at least -η^2 B: at least -B T η", "不小于 -η²B：其和不小于 -BTη"), where=[every(k, rest[k] >= 0), eta > 0, eq(T, N * eta)],
                by=scaled(1, 0 <= over(rest[k], k)))
    yield holds(eq(quadratic(e + v) - quadratic(e) - dot(g + (H + H.T) @ e / 2, v), dot(v, H @ v) / 2), ("for quadratic f with this gradient at e, the step v misses v.Hv/2; H = 0 if f is affine", "二次函数在 e 处的梯度如式，一步 v 的误差为 v·Hv/2；f 仿射即 H = 0"), where=[P >= 1])
    yield holds(eq(dot(v + e, H @ (v + e)) - dot(v, H @ v) - dot(e, H @ e), dot(v, (H + H.T) @ e)), ("and if it is 0 for all v, then so is this for all v and e: H + H^T = 0, f is affine", "若对一切 v 为零，则此式对一切 v、e 为零：H + Hᵀ = 0，f 仿射"), where=[P >= 1])
    yield holds(eq(h(r), h(theta) + (r - theta) * slope), ("one parameter: if the step (r - theta)/h' along the gradient is exact for every r, f is affine", "单参数：若沿梯度走步长 (r - θ)/h' 对任意 r 精确，则 f 仿射"),
                where=[ne(slope, 0), eq(h(theta + (r - theta) / slope * slope), h(theta) + (r - theta) / slope * slope ** 2)])


noisy, still = ((theta + s) ** 2 + (theta - s) ** 2) / 2, theta ** 2


@statement(title=("What noise and weight decay add", "噪声与权重衰减带来的项"), tag="false", where=LAYOUT,
           post=("The formula is unchanged for stochastic gradient descent.", "公式对随机梯度下降不变。"),
           says=("In the flow of mini-batches B_t the weight of sample i is alpha_i 1[i in B_t], exactly. For d theta = -grad L dt + S dW there is a further ∫Tr(S S^T Hess f) dt/2 and a martingale; "
                 "weight decay adds -lambda ∫theta.g dt.",
                 "小批量 B_t 的流中样本 i 的权重恰为 α_i·1[i ∈ B_t]。对 dθ = -∇L dt + S dW，另有 ½∫Tr(SSᵀHess f)dt 与一个鞅；权重衰减另加 -λ∫θ·g dt。"),
           limits=("Itô's formula is cited.", "引用了 Itô 公式。"),
           near_miss=near_miss(eq(noisy, still), ("Noise of mean 0 leaves the mean of f = theta^2 as it is.", "均值为零的噪声不改变 f = θ² 的均值。"), where=[s > 0]))
def sgd_noise_term():
    yield holds(eq(dot(g, G @ (C @ (C.T @ alpha))), dot(C.T @ (G.T @ g), C.T @ alpha)), (
        "the columns of C are the e_i with i in the batch: theta' = G C C^T alpha, and the sum runs over the batch only", "C 的列为批内的 e_i：θ' = GCCᵀα，求和仅对批内样本"), where=[q >= 1])
    yield cite("Itô's formula", "Øksendal, Stochastic Differential Equations, Theorem 4.2.1", ("df = g.d theta + Tr(S S^T Hess f) dt/2", "df = g·dθ + ½Tr(SSᵀHess f)dt"))
    yield therefore(r"f_T-f_0=\sum_i\int_0^T\alpha_iK_t\,dt+\tfrac12\int_0^T\operatorname{Tr}(SS^{\top}\nabla^2f)\,dt+\int_0^Tg\cdot S\,dW", ("with g.d theta as before", "g·dθ 同前"))
    yield holds(eq((quadratic(S @ v) + quadratic(-(S @ v))) / 2 - c, dot(S @ v, H @ (S @ v)) / 2), ("without citation: steps +-Sv, equally likely, move a quadratic f by v.S^T H S v/2 on average",
                "无需引用：以等概率取 ±Sv，二次函数平均改变 v·SᵀHSv/2"))
    yield holds(eq(noisy - still, s ** 2), ("for f = theta^2 by s^2 a step: s^2 T in all when h = 1/n steps of size s h^(1/2) are taken per unit of time", "对 f = θ²，每步平均增加 s²"))
    yield holds(eq(tr(S @ S.T @ (2 * H)) / 2, tr(S.T @ H @ S)), ("the two forms of the trace", "迹的两种写法"))
    yield holds(eq(dot(g, G @ alpha - lam * th), dot(G.T @ g, alpha) - lam * dot(th, g)), ("weight decay: theta' = G alpha - lambda theta", "权重衰减：θ' = Gα - λθ"))


a, b_, V, X, Z = family("a b v x y")


def inner(last=d): return over(X[k] * Z[k], k, last)
def first_layer(pre, point): return c * over(V[i] * act(pre[i] + t * delta(i, j) * point[o]), i, m)  # the weight (j, o) moved by t
def second_layer(pre): return c * over((V[i] + t * delta(i, j)) * act(pre[i]), i, m)


sine = sin(t) + (pi - t) * cos(t)


@statement(title=("The kernel of one hidden layer", "单隐层网络的核"), where=[m >= 1, d >= 1],
           says=("For f = v . sigma(Wx)/sqrt m: K(x, z) = (sigma(Wx) . sigma(Wz) + x.z sum_j v_j^2 sigma'(w_j.x) sigma'(w_j.z))/m. For ReLU and normal w, angle t: E sigma' sigma' = (pi - t)/(2 pi), "
                 "E sigma sigma = |x||z|(sin t + (pi - t) cos t)/(2 pi).",
                 "对 f = v·σ(Wx)/√m：K(x, z) = [σ(Wx)·σ(Wz) + x·z Σ_j v_j²σ'(w_j·x)σ'(w_j·z)]/m。ReLU 与正态 w、夹角 t：Eσ'σ' = (π - t)/(2π)，Eσσ = |x||z|(sin t + (π - t)cos t)/(2π)。"),
           limits=("The rotational symmetry of the normal law is cited.", "引用了正态分布的旋转对称性。"),
           near_miss=near_miss(eq(over(V[j] ** 2 * (X[j] * Z[j]), j, m), over(X[j] * Z[j], j, m)), ("The factor v_j^2 may be left out.", "可以省去因子 v_j²。"), where=[m >= 1]),
           references=[reference("E sigma' sigma', t = 1", "0.3408450569081046642311", (pi - 1) / (2 * pi)),
                       reference("E sigma sigma, t = 1", "0.3180836368917881478019", (sin(lift(1)) + (pi - 1) * cos(lift(1))) / (2 * pi))])
def two_layer_ntk():
    at_j, at_jo = [j >= 1, j <= m], [j >= 1, j <= m, o >= 1, o <= d]
    yield holds(eq(D(second_layer(a), t), c * act(a[j])), ("the derivative along v_j; a_j = w_j.x, c = 1/sqrt m", "沿 v_j 的导数；a_j = w_j·x，c = 1/√m"), where=at_j)
    yield holds(eq(D(first_layer(a, X), t), c * V[j] * D(act(a[j] + t * X[o]), t)), ("along w_jo, at every t", "沿 w_jo 的导数，对任意 t"), where=at_jo)
    yield holds(eq(over(c * act(a[j]) * (c * act(b_[j])), j, m) + over(over(c * V[j] * F[j] * X[k] * (c * V[j] * rest[j] * Z[k]), k, d), j, m),
                   c ** 2 * (over(act(a[j]) * act(b_[j]), j, m) + inner() * over(V[j] ** 2 * F[j] * rest[j], j, m))), (
        "add the products over all parameters; F_j, rho_j are sigma'(w_j.x), sigma'(w_j.z)", "对所有参数求积之和；F_j、ρ_j 为 σ'(w_j·x)、σ'(w_j·z)"))
    yield cite("rotational symmetry of the normal law", "Muirhead, Aspects of Multivariate Statistical Theory, 1.5", ("w.x = |x| r cos phi, w.z = |z| r cos(phi - t): phi uniform, r of density r e^(-r^2/2)",
               "w·x = |x| r cos φ，w·z = |z| r cos(φ - t)：φ 均匀分布，r 的密度为 r e^(-r²/2)"))
    yield holds(eq(Integral(1 / (2 * pi), phi, t - pi / 2, pi / 2), (pi - t) / (2 * pi)), ("both are positive for t - pi/2 < phi < pi/2", "两者皆正当且仅当 t - π/2 < φ < π/2"), where=[0 <= t, t <= pi],
                by=antiderivative(phi / (2 * pi)))
    yield holds(eq(Integral(cos(phi) * cos(phi - t) / pi, phi, t - pi / 2, pi / 2), sine / (2 * pi)), ("and the mean of their product, with E r^2 = 2", "及其乘积的均值，E r² = 2"), where=[0 <= t, t <= pi],
                by=antiderivative((phi * cos(t) + sin(2 * phi - t) / 2) / (2 * pi)))
    yield holds(eq(Integral(r ** 2 * (r * exp(-r ** 2 / 2)), r, 0, T), 2 - (T ** 2 + 2) * exp(-T ** 2 / 2)), ("E r^2 = 2, as T -> oo", "T → ∞ 时得 E r² = 2"), where=[T > 0],
                by=antiderivative(-(r ** 2 + 2) * exp(-r ** 2 / 2)))
    yield therefore(r"\mathbb E\,\sigma'\sigma'=\frac{\pi-t}{2\pi},\quad\mathbb E\,\sigma\sigma=|x||z|\frac{\sin t+(\pi-t)\cos t}{2\pi}", ("for ReLU, elsewhere one factor is 0", "对 ReLU，其余处有一因子为零"))
    yield show(eq(D((1 + u0 * exp(-2 * t)) ** -1, t), 2 * (1 + u0 * exp(-2 * t)) ** -1 * (1 - (1 + u0 * exp(-2 * t)) ** -1)), (
        "the linear net f = ab x with a = b, x = y = 1: a' = a(1 - u), so u = ab solves u' = 2u(1 - u)", "线性网络 f = abx，a = b，x = y = 1：a' = a(1 - u)，故 u = ab 满足 u' = 2u(1 - u)"), where=[u0 >= 0])
