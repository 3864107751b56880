"""BERT-whitening: mean 0 and covariance I by one linear map, and what this does to cosines.

Statement.  W = U Lambda^(-1/2) turns the covariance Sigma = U Lambda U^T into I; all whitening maps are Sigma^(-1/2) O and give the same cosines; the Gram matrix of whitened
            data is N times a projector, so that with N = d + 1 samples every cosine is -1/d; mean and covariance can be updated sample by sample.
Symbols.    N, m, n, k, r, d >= 1; X (N x d) the centred data, e = (1, ..., 1); U, V with orthonormal columns, L = Lambda, H = Lambda^(-1/2) or Sigma^(-1/2), G = Sigma^(1/2), K = (X^T X)^(-1),
            O orthogonal; mu, nu means, Sigma, T covariances; lambda_i = t + h_i (i <= k), t - g_j (the r = d - k others), h_i, g_j >= 0.
Excluded.   singular Sigma.
Source.     Su Jianlin, 你可能不需要BERT-flow：一个线性变换媲美BERT-flow, 2021-01-11 (archives/8069).
"""
from mpmath import mp

from kexue import (Article, Sum, call, cos, dot, eq, every, eye, family, holds, integer, lift, matrix, ne, near_miss, outer, real, reference, show, sin, sqrt, statement,
                   tr, vector, zeros)
from kexue.tactics.combine import lemma, norm, rewritten, scaled, squares, termwise, using

article = Article(
    number=21, date="2021-01-11", source="https://kexue.fm/archives/8069",
    title=("You may not need BERT-flow: one linear map rivals it", "你可能不需要BERT-flow：一个线性变换媲美BERT-flow"),
    summary=("Whitening of sentence vectors: the identity, its gauge freedom, the projector behind the whitened Gram matrix, truncation, streaming updates, and the factor between formula and code.",
             "句向量的白化：恒等式、规范自由度、白化 Gram 矩阵背后的投影、截断、流式更新，以及公式与代码之间的因子。"),
    papers=("Su et al., Whitening sentence representations for better semantics and faster retrieval, 2021", "Kessy, Lewin & Strimmer, Optimal whitening and decorrelation, Am. Stat. 72 (2018)"))

N, m, n, k, r, d, i, j, l = integer("N m n k r d i j l")
s, t, w, c, z, a1, a2, b1, b2 = real("s t w c z x_1 x_2 y_1 y_2")
lam, h, g, a, b = family("lambda h g a b")
X = matrix("X", N, d)
U, L, H, G, W, O, C, K, T = matrix("U L H G W O Sigma K T", d)
Q, P, R, Y = matrix("Q", d, k), matrix("P", k), matrix("R", k), matrix("V", d, k)
e, x, y, mu, nu = vector("e", N), *vector("x y mu nu", d)
def is_(kind, M): return call(kind, M)


def sample():
    return mp.matrix([[mp.sin(mp.mpf((i + 1) * (j + 1))) + (j + 1) * mp.cos(i) for j in range(3)] for i in range(7)])


def means():
    A = sample()
    return [mp.fsum(A[i, j] for i in range(7)) / 7 for j in range(3)]


def centred():
    A, mean = sample(), means()
    return mp.matrix([[A[i, j] - mean[j] for j in range(3)] for i in range(7)])


def spectrum():
    A = centred()
    return mp.eigsy(A.T * A / 7)


def cosine(kind, columns=3):
    A = centred()
    values, U = spectrum()
    scale = mp.diag([1 / mp.sqrt(t) for t in values])
    order = [2, 1, 0]  # largest first
    B = sample() if kind == "raw" else A * U * scale if kind == "PCA" else A * U * scale * U.T
    p, q = ([B[i, j] for j in (order if kind == "PCA" else range(3))][:columns] for i in (0, 1))
    return mp.fdot(p, q) / mp.sqrt(mp.fdot(p, p) * mp.fdot(q, q))


@statement(title=("The whitening map", "白化变换"), tag="conditional", where=[d >= 1, N >= 1],
           says=("For positive definite Sigma = U Lambda U^T, W = U Lambda^(-1/2) gives W^T Sigma W = I, and (x - mu) W has mean 0 and covariance I. This needs N >= d + 1 samples.",
                 "对正定的 Σ = UΛUᵀ，W = UΛ^(-1/2) 满足 WᵀΣW = I，(x - μ)W 的均值为 0、协方差为 I。这需要 N ≥ d + 1 个样本。"),
           near_miss=near_miss(w ** 2 * s > 0, ("Any covariance can be whitened, also s = 0.", "任何协方差都可白化，包括 s = 0。"), where=[s >= 0, ne(w, 0)], at={"s": 0, "w": 1}),
           references=[*[reference(f"mean {j + 1} of the sample", digits, compute=lambda j=j: means()[j]) for j, digits in enumerate(
               ("0.18258351060182488071", "0.31730780781261990841", "0.37803739727647949598"))],
               *[reference(f"eigenvalue {j + 1}", digits, compute=lambda j=j: sorted(spectrum()[0])[j]) for j, digits in enumerate(
                   ("0.1692460352630537098", "0.4229134691383610432", "10.092272551120517299"))]])
def whitening_identity():
    yield holds(eq((U @ H).T @ (U @ L @ U.T) @ (U @ H), eye(d)), ("U^T U = I and H Lambda H = I for H = Lambda^(-1/2)", "UᵀU = I，且 H = Λ^(-1/2) 满足 HΛH = I"), where=[is_("orthogonal", U), is_("symmetric", H), eq(H @ L @ H, eye(d))])
    yield holds(eq((X @ W).T @ e, zeros(d)), ("centred data stay centred", "中心化数据仍中心化"), where=[eq(X.T @ e, zeros(d))])
    yield holds(eq((X @ W).T @ (X @ W), W.T @ (X.T @ X) @ W), ("and have the covariance W^T Sigma W", "其协方差为 WᵀΣW"))
    yield show(eq((X - outer(e, e) @ X / N).T @ e, zeros(d)), ("N samples less their mean add up to 0, so their rank is at most N - 1, and Sigma is singular for N <= d", "N 个样本减去均值后和为 0，秩至多 N - 1，故 N ≤ d 时 Σ 奇异"),
               where=[eq(dot(e, e), N)])


@statement(title=("All whitening maps give the same cosines", "所有白化变换给出相同的余弦"), tag="sharper", where=[d >= 1],
           says=("W^T Sigma W = I holds exactly for W = Sigma^(-1/2) O, O orthogonal; all of them give the inner products (x - mu) Sigma^(-1) (y - mu)^T, hence the same cosines. Truncation to k columns destroys this.",
                 "WᵀΣW = I 恰对 W = Σ^(-1/2)O（O 正交）成立；它们给出相同的内积 (x - μ)Σ⁻¹(y - μ)ᵀ，从而余弦相同。截断为 k 列则不然。"),
           near_miss=near_miss(eq((cos(t) * a1 + sin(t) * a2) * (cos(t) * b1 + sin(t) * b2), a1 * b1), ("Inner products of the first coordinate alone do not depend on O either (d = 2, k = 1).", "仅第一坐标的内积也不依赖 O（d = 2，k = 1）。"),
                               at={"t": "1", "x_1": 1, "x_2": 0, "y_1": 1, "y_2": 0}),
           references=[reference("cosine of samples 0 and 1, whitened", "-0.055664796660304486022", compute=lambda: cosine("PCA")), reference("raw", "0.83889195386319186972", compute=lambda: cosine("raw")),
                       reference("first two columns, PCA", "-0.200734114016162053", compute=lambda: cosine("PCA", 2)), reference("first two columns, ZCA", "-0.0752281201193067472", compute=lambda: cosine("ZCA", 2))])
def whitening_gauge():
    inverse_root = [is_("symmetric", H), is_("orthogonal", O), eq(H @ C @ H, eye(d))]
    yield holds(eq((H @ O).T @ C @ (H @ O), eye(d)), ("H = Sigma^(-1/2): every H O whitens", "H = Σ^(-1/2)：每个 HO 都白化"), where=inverse_root)
    yield holds(eq((G @ W).T @ (G @ W), eye(d)), ("conversely G W is orthogonal for G = Sigma^(1/2), so W = H (G W)", "反之 G = Σ^(1/2) 时 GW 正交，故 W = H(GW)"), where=[is_("symmetric", G), eq(W.T @ G @ G @ W, eye(d))])
    yield holds(eq(dot((H @ O).T @ x, (H @ O).T @ y), dot(H @ x, H @ y)), ("inner products do not see O", "内积与 O 无关"), where=[is_("symmetric", H), is_("orthogonal", O)])
    yield holds(eq((H @ O) @ (H @ O).T @ C @ (H @ O), H @ O), ("and W W^T = Sigma^(-1), as W W^T Sigma W = W for an invertible W", "且 WWᵀ = Σ⁻¹，因 W 可逆而 WWᵀΣW = W"), where=inverse_root)


Pi = X @ K @ X.T
DATA = [is_("symmetric", K), eq(K @ X.T @ X, eye(d)), eq(X.T @ X @ K, eye(d))]


@statement(title=("The whitened Gram matrix is a projector", "白化后的 Gram 矩阵是投影"), tag="sharper", where=[d >= 1, N >= 1],
           says=("For Sigma of rank d the Gram matrix of the whitened data is N Pi, Pi the orthogonal projector onto the column space of the centred data; cosines depend on that space only. If N = d + 1, "
                 "Pi = I - ee^T/N and every cosine is -1/d.", "Σ 满秩时白化数据的 Gram 矩阵为 NΠ，Π 是到中心化数据列空间的正交投影，余弦只依赖该空间。若 N = d + 1，则 Π = I - eeᵀ/N，所有余弦都等于 -1/d。"),
           near_miss=near_miss((-1 / lift(N)) / (1 - 1 / lift(N)) > -1 / (2 * lift(d)), ("Whitening hardly changes similarities, also for N = d + 1 (cosines above -1/(2d)).", "即使 N = d + 1，白化也几乎不改变相似度（余弦大于 -1/(2d)）。"),
                               where=[d >= 1, eq(N, d + 1)], at={"d": 3, "N": 4}),
           references=[reference("the six cosines for N = 4, d = 3", "-0.333333333333333", (-1 / lift(4)) / (1 - 1 / lift(4)))])
def whitened_gram_projector():
    yield holds(eq((X @ W) @ (X @ W).T, N * Pi), ("W W^T = Sigma^(-1) = N K", "WWᵀ = Σ⁻¹ = NK"), where=[eq(W @ W.T, N * K)])
    yield holds(eq(Pi @ Pi, Pi), ("Pi is idempotent", "Π 幂等"), where=DATA)
    yield holds(eq(Pi.T, Pi), ("and symmetric", "且对称"), where=DATA[:1])
    yield holds(eq(Pi @ X, X), ("it fixes the columns of X", "固定 X 的各列"), where=DATA)
    yield holds(eq(tr(K @ X.T @ X), d), ("its trace, tr Pi = tr K X^T X, is d", "其迹 tr Π = tr K XᵀX 为 d"), where=DATA[1:2])
    yield show(eq(Pi @ e, zeros(N)), ("it annihilates e", "零化 e"), where=[eq(X.T @ e, zeros(d))])
    mean = [eq(X.T @ e, zeros(d)), eq(dot(e, e), N)]
    E = eye(N) - outer(e, e) / N - Pi
    yield show(eq(tr(E.T @ E), N - 1 - d), ("E = I - ee^T/N - Pi has squares of entries with the sum N - 1 - d", "E = I - eeᵀ/N - Π 的各元素平方和为 N - 1 - d"), where=[*DATA, *mean])
    yield holds(eq(Pi, eye(N) - outer(e, e) / N), ("N = d + 1: this sum is 0, so E vanishes", "N = d + 1：该和为零，故 E = 0"), where=[*DATA, *mean, eq(N, d + 1)], by=norm(
        rewritten(eq(N - 1 - d, 0), scaled(N, eq(N * (N - 1 - d), 0)))))
    yield holds(eq((-1 / lift(N)) / (1 - 1 / lift(N)), -1 / lift(d)), ("every cosine: off-diagonal over diagonal entry", "每个余弦：非对角元除以对角元"), where=[eq(N, d + 1)])


upper = Sum(h[i] * a[i], i, 1, k)
lower = Sum(g[j] * b[j], j, 1, r)


@statement(title=("Truncation to the leading directions", "截断到主方向"), where=[k >= 1, d >= 1],
           says=("W_k = U_k Lambda_k^(-1/2) gives covariance I_k. Among V with k orthonormal columns tr V^T Sigma V is at most the sum of the k largest eigenvalues, with equality for U_k (Ky Fan).",
                 "W_k = U_kΛ_k^(-1/2) 的协方差为 I_k。在 k 列标准正交的 V 中，tr VᵀΣV 至多为最大的 k 个特征值之和，在 U_k 处取等（Ky Fan）。"),
           near_miss=near_miss(a1 <= a2, ("The last column keeps as much variance as the first (x_1 >= x_2 the eigenvalues).", "最后一列与第一列保留同样多的方差（x₁ ≥ x₂ 为特征值）。"), where=[a1 >= a2, a2 > 0], at={"x_1": 2, "x_2": 1}))
def pca_truncation():
    yield holds(eq((Q @ P).T @ C @ (Q @ P), eye(k)), ("Q = U_k: Sigma U_k = U_k Lambda_k; P = Lambda_k^(-1/2), R = Lambda_k", "Q = U_k：ΣU_k = U_kΛ_k；P = Λ_k^(-1/2)，R = Λ_k"), where=[
        eq(Q.T @ Q, eye(k)), eq(C @ Q, Q @ R), is_("symmetric", P), eq(P @ R @ P, eye(k))])
    yield show(eq(dot(x, x) - dot(Y.T @ x, Y.T @ x), dot(x - Y @ (Y.T @ x), x - Y @ (Y.T @ x))), ("for an eigenvector x = u_i the weight c_i = |V^T u_i|^2 is at most 1", "对特征向量 x = u_i，权重 c_i = |Vᵀu_i|² 至多为 1"), where=[eq(Y.T @ Y, eye(k))])
    yield show(eq(tr(Y.T @ U @ U.T @ Y), k), ("the weights add up to k", "权重之和为 k"), where=[eq(Y.T @ Y, eye(k)), is_("orthogonal", U)])
    yield show(eq(tr(Y.T @ (U @ L @ U.T) @ Y), tr(L @ ((U.T @ Y) @ (U.T @ Y).T))), ("and tr V^T Sigma V is the sum of lambda_i c_i", "且 tr VᵀΣV = Σλ_i c_i"))
    unit = [every(l, h[l] >= 0), every(l, g[l] >= 0), every(l, a[l] >= 0), every(l, b[l] >= 0)]
    first = lemma(0 <= upper, k >= 1, *unit, by=rewritten(Sum(lift(0), i, 1, k) <= upper, termwise(squares(rest=h[i] * a[i]))))
    other = lemma(0 <= lower, r >= 1, *unit, by=rewritten(Sum(lift(0), j, 1, r) <= lower, termwise(squares(rest=g[j] * b[j]))))
    yield holds(Sum((t + h[i]) * (1 - a[i]), i, 1, k) + Sum((t - g[j]) * b[j], j, 1, r) <= Sum(t + h[i], i, 1, k), (
        "weights 1 - a_i for the k largest eigenvalues, b_j for the others: the difference is the sum of h_i a_i and of g_j b_j", "1 - a_i 为前 k 个、b_j 为其余特征值的权重：差为 Σh_i a_i + Σg_j b_j"),
        where=[r >= 1, *unit, eq(Sum(b[j], j, 1, r), Sum(a[i], i, 1, k))], by=using(first, other, then=squares(rest=upper + lower)))
    yield holds(eq(tr(Q.T @ (Q @ R)), tr(R)), ("equality for V = U_k, Sigma U_k = U_k Lambda_k", "V = U_k、ΣU_k = U_kΛ_k 时取等"), where=[eq(Q.T @ Q, eye(k))])


def updated(mu, n, x): return (n * mu + x) / (n + 1)


total = (n * mu + m * nu) / (n + m)


@statement(title=("Streaming updates and merging", "流式更新与合并"), where=[n >= 1, m >= 1, d >= 1],
           says=("mu' = (n mu + x)/(n+1) and Sigma' = n/(n+1) (Sigma + mu mu^T) + xx^T/(n+1) - mu' mu'^T = n/(n+1) Sigma + n/(n+1)^2 (x - mu)(x - mu)^T. Two sets merge to (n Sigma + m T)/(n+m) + nm/(n+m)^2 (mu - nu)(mu - nu)^T.",
                 "μ' = (nμ + x)/(n+1)，Σ' = n/(n+1)(Σ + μμᵀ) + xxᵀ/(n+1) - μ'μ'ᵀ = n/(n+1)Σ + n/(n+1)²(x - μ)(x - μ)ᵀ。两组合并得 (nΣ + mT)/(n+m) + nm/(n+m)²(μ - ν)(μ - ν)ᵀ。"),
           near_miss=near_miss(eq(n / (n + 1) * s + (z - w) ** 2 / (n + 1), n / (n + 1) * (s + w ** 2) + z ** 2 / (n + 1) - ((n * w + z) / (n + 1)) ** 2), ("The factor of the rank-one term is 1/(n+1) (variances, mean w, sample z).",
                               "秩一项的因子为 1/(n+1)（方差，均值 w，样本 z）。"), where=[n >= 1], at={"n": 1, "s": 0, "w": 0, "z": 1}))
def streaming_update():
    new = updated(mu, n, x)
    yield holds(eq(new, mu + (x - mu) / (n + 1)), ("the mean", "均值"))
    yield holds(eq(n / (n + 1) * (C + outer(mu, mu)) + outer(x, x) / (n + 1) - outer(new, new), n / (n + 1) * C + n / (n + 1) ** 2 * outer(x - mu, x - mu)), (
        "Sigma + mu mu^T is the mean of xx^T, for any d; the second form subtracts nothing large", "Σ + μμᵀ 是 xxᵀ 的均值，d 任意；第二种形式不含大数相减"))
    yield holds(eq((n * (C + outer(mu, mu)) + m * (T + outer(nu, nu))) / (n + m) - outer(total, total), (n * C + m * T) / (n + m) + n * m / (n + m) ** 2 * outer(mu - nu, mu - nu)), (
        "two sets of n and m samples", "n 个与 m 个样本的合并"))


@statement(title=("The factor between formula and code", "公式与代码之间的因子"), tag="false", where=[d >= 1, N >= 2],
           post=("The code's output has covariance I in the sense of the formula (1/N).", "代码输出在公式（1/N）意义下协方差为 I。"),
           says=("np.cov divides by N - 1, so the code's W is sqrt((N-1)/N) times that of the formula and the 1/N-covariance of its output is (N-1)/N I; cosines do not change.",
                 "np.cov 除以 N - 1，故代码的 W 是公式的 √((N-1)/N) 倍，其输出的 1/N 协方差为 (N-1)/N·I；余弦不变。"),
           near_miss=near_miss(eq((N - 1) / lift(N), 1), ("The 1/N-covariance of the code's output is I.", "代码输出的 1/N 协方差为 I。"), where=[N >= 2], at={"N": 2}),
           references=[reference("factor for N = 7", "0.925820099772551", sqrt((N - 1) / lift(N)), at={"N": 7})])
def ddof_factor():
    yield holds(eq((c * W).T @ (N / (N - 1) * C) @ (c * W), eye(d)), ("c = sqrt((N-1)/N): c W whitens N/(N-1) Sigma", "c = √((N-1)/N)：cW 白化 N/(N-1)Σ"), where=[eq(W.T @ C @ W, eye(d)), eq(c ** 2, (N - 1) / lift(N))])
    yield holds(eq((c * W).T @ C @ (c * W), (N - 1) / lift(N) * eye(d)), ("and the 1/N-covariance of the output", "输出的 1/N 协方差"), where=[eq(W.T @ C @ W, eye(d)), eq(c ** 2, (N - 1) / lift(N))])
    yield holds(eq(dot(c * x, c * y) / sqrt(dot(c * x, c * x) * dot(c * y, c * y)), dot(x, y) / sqrt(dot(x, x) * dot(y, y))), ("a common factor leaves cosines alone", "公共因子不影响余弦"), where=[c > 0])
