"""Covariances sample by sample, and the Gram matrix of whitened data.

**Computes.** `covariance` the 1/N-covariance of the rows of x. `whitened_gram` the inner products of the whitened rows, N X (X^T X)^(-1) X^T for X = x less its mean,
which any whitening map gives. Proofs: `proofs/bert_whitening.py`.
**Shapes.** x [N, d]; `covariance` [d, d], N >= 1; `whitened_gram` [N, N], N >= d + 1 and X of rank d.
**Errors.** u = eps/2, first order; bfloat16 is computed in float32 and rounded once (last). Running bounds, step by step: the mean mu' = mu + (x - mu)/(n+1) is off by
f' = n/(n+1) f + 2u |x - mu|/(n+1) + u |mu'|.
`rank_one`: S' = n/(n+1) (S + D D^T/(n+1)), D = x - mu, is off by E' = n/(n+1) (E + (|D_i| g_j + |D_j| g_i)/(n+1)) + 5u |D_i D_j| n/(n+1)^2 + 3u |S'|, g = f + u |D|.
`printed`: n/(n+1) (S + mu mu^T) + x x^T/(n+1) - mu' mu'^T: E' = n/(n+1) (E + |mu_i| f_j + |mu_j| f_i) + |mu'_i| f'_j + |mu'_j| f'_i + 4u A + u |S'|, A the sum of the sizes of the four terms:
relative to the squares of the means, however small S is.
`two_pass`: the mean is off by f = (N + 1) u mean|x|, a centred entry by g = f + u |c|, S by mean(|c_i| g_j + |c_j| g_i) + (N + 3) u mean|c_i c_j|.
whitened_gram, `qr`: N Q Q^T, Q from a QR factorisation backward stable with |dX|_F <= (N d + 4) u |X|_F (Householder), on centred data off by F = sqrt(sum g^2): the projector moves by at most
2 |X^+| (|dX| + F), |X^+| the norm of the pseudoinverse, and N (d + 2) u for the product. `cholesky` of X^T X: (N + 4d) u |X|_F^2 |X^+|^2 in place of the first part.
**Cost.** rank_one d^2 per sample, nothing kept; qr N d^2.
"""
import mpmath as mp
import numpy as np
import torch

def _work(x):
    return x.float() if x.dtype in (torch.bfloat16, torch.float16) else x

def torch_covariance__printed(x):
    """The update as printed in the post. Hazard: for means large beside the deviations nothing is left."""
    y = _work(x)
    mu, S = y[0], torch.zeros(y.shape[1], y.shape[1], dtype=y.dtype, device=y.device)
    for n in range(1, len(y)):
        new = mu + (y[n] - mu) / (n + 1)
        S = n / (n + 1) * (S + torch.outer(mu, mu)) + torch.outer(y[n], y[n]) / (n + 1) - torch.outer(new, new)
        mu = new
    return S.to(x.dtype)

def torch_covariance__rank_one(x):
    """n/(n+1) (S + D D^T/(n+1)), D = x - mu: only deviations are multiplied."""
    y = _work(x)
    mu, S = y[0], torch.zeros(y.shape[1], y.shape[1], dtype=y.dtype, device=y.device)
    for n in range(1, len(y)):
        D = y[n] - mu
        S = n / (n + 1) * (S + torch.outer(D, D) / (n + 1))
        mu = mu + D / (n + 1)
    return S.to(x.dtype)

def torch_covariance__two_pass(x):
    """All samples at once: centre, then one product."""
    y = _work(x)
    c = y - y.mean(0, keepdim=True)
    return (c.mT @ c / len(y)).to(x.dtype)

def torch_whitened_gram__cholesky(x):
    """X L^(-T), L L^T = X^T X. Hazard: squares the condition number, and breaks down where that exceeds 1/eps."""
    y = _work(x)
    c = y - y.mean(0, keepdim=True)
    w = torch.linalg.solve_triangular(torch.linalg.cholesky(c.mT @ c), c.mT, upper=False)
    return (len(y) * (w.mT @ w)).to(x.dtype)

def torch_whitened_gram__qr(x):
    """N Q Q^T: no covariance is formed."""
    y = _work(x)
    q = torch.linalg.qr(y - y.mean(0, keepdim=True)).Q
    return (len(y) * (q @ q.mT)).to(x.dtype)

def _centred(x):
    mean = [mp.fsum(col) / len(x) for col in zip(*x, strict=True)]
    return [[t - m for t, m in zip(row, mean, strict=True)] for row in x]

def ref_covariance(x):
    columns = list(zip(*_centred(x), strict=True))
    return [[mp.fdot(a, b) / len(x) for b in columns] for a in columns]

def _projector(x):
    """(X, (X^T X)^(-1))"""
    X = mp.matrix(_centred(x))
    return X, (X.T * X) ** -1

def ref_whitened_gram(x):
    X, K = _projector(x)
    return (len(x) * (X * K * X.T)).tolist()

def _u(eps):
    return min(eps, mp.mpf(2) ** -23) / 2, eps / 2 if eps > mp.mpf(2) ** -20 else 0

def _streaming_bound(printed):
    def bound(x, eps):
        (u, last), d = _u(eps), len(x[0])
        mu, f = list(x[0]), [mp.mpf(0)] * d
        S, E = [[mp.mpf(0)] * d for _ in range(d)], [[mp.mpf(0)] * d for _ in range(d)]
        for n in range(1, len(x)):
            w, D = mp.mpf(n) / (n + 1), [t - m for t, m in zip(x[n], mu, strict=True)]
            new = [m + t / (n + 1) for m, t in zip(mu, D, strict=True)]
            g = [a + u * abs(t) for a, t in zip(f, D, strict=True)]
            h = [w * a + 2 * u * abs(t) / (n + 1) + u * abs(m) for a, t, m in zip(f, D, new, strict=True)]
            for i in range(d):
                for j in range(d):
                    before, S[i][j] = abs(S[i][j]), w * (S[i][j] + D[i] * D[j] / (n + 1))
                    if printed:
                        size = w * (before + abs(mu[i] * mu[j])) + abs(x[n][i] * x[n][j]) / (n + 1) + abs(new[i] * new[j])
                        E[i][j] = w * (E[i][j] + abs(mu[i]) * f[j] + abs(mu[j]) * f[i]) + abs(new[i]) * h[j] + abs(new[j]) * h[i] + 4 * u * size + u * abs(S[i][j])
                    else:
                        E[i][j] = w * (E[i][j] + (abs(D[i]) * g[j] + abs(D[j]) * g[i]) / (n + 1)) + 5 * u * abs(D[i] * D[j]) * w / (n + 1) + 3 * u * abs(S[i][j])
            mu, f = new, h
        return [[e + last * abs(s) for e, s in zip(*rows, strict=True)] for rows in zip(E, S, strict=True)]
    return bound

bound_covariance__printed, bound_covariance__rank_one = _streaming_bound(True), _streaming_bound(False)

def _entry_errors(x, u):
    """(centred columns, their errors)"""
    columns, sizes = list(zip(*_centred(x), strict=True)), [mp.fsum(map(abs, col)) / len(x) for col in zip(*x, strict=True)]
    return columns, [[(len(x) + 1) * u * m + u * abs(t) for t in col] for col, m in zip(columns, sizes, strict=True)]

def bound_covariance__two_pass(x, eps):
    (u, last), N = _u(eps), len(x)
    columns, errors = _entry_errors(x, u)
    def one(a, g, b, h):
        moved = mp.fsum(abs(p) * s + abs(q) * r + (N + 3) * u * abs(p * q) for p, r, q, s in zip(a, g, b, h, strict=True)) / N
        return moved + last * abs(mp.fdot(a, b)) / N
    return [[one(a, g, b, h) for b, h in zip(columns, errors, strict=True)] for a, g in zip(columns, errors, strict=True)]

def _gram_bound(squared):
    def bound(x, eps):
        (u, last), (X, K), N, d = _u(eps), _projector(x), len(x), len(x[0])
        size, inverse = mp.sqrt(mp.fsum(t * t for t in X)), mp.sqrt(mp.mnorm(K, "f"))
        F = mp.sqrt(mp.fsum(t * t for col in _entry_errors(x, u)[1] for t in col))
        moved = 2 * inverse * F + ((N + 4 * d) * u * (size * inverse) ** 2 if squared else 2 * inverse * (N * d + 4) * u * size)
        return [[N * (moved + (d + 2) * u) + last * abs(t) for t in row] for row in ref_whitened_gram(x)]
    return bound

bound_whitened_gram__cholesky, bound_whitened_gram__qr = _gram_bound(True), _gram_bound(False)

differentiable = ("covariance__two_pass",)

def bound_gradient_covariance__two_pass(x, eps):
    """2/N times a signed sum of centred entries of the row, each off by g and (d + 4) u; subtracting the mean over the rows adds its size and (N + 4) u."""
    u, N = eps / 2, len(x)
    columns, errors = _entry_errors(x, u)
    rows = [[mp.fsum(e[n] + (len(x[0]) + 4) * u * abs(c[n]) for c, e in zip(columns, errors, strict=True)) for _ in columns] for n in range(N)]
    mean = (mp.fsum(r[0] for r in rows) + (N + 4) * u * mp.fsum(abs(t) for c in columns for t in c)) / N
    return [[[2 * (t + mean) / N for t in row] for row in rows]]

def draw_covariance(rng):
    N, d, offset = rng.randint(1, 12), rng.randint(1, 3), rng.choice((0, 1, 30, 1000))
    return [[rng.gauss(offset, 1) for _ in range(d)] for _ in range(N)],

def adversarial_covariance():
    return [([[10000.0], [10001.0], [9999.0], [10000.5]],), ([[1.0, -2.0]],), ([[3.0, 3.0], [3.0, 3.0]],)]

def draw_whitened_gram(rng):
    d = rng.randint(1, 3)
    offset = rng.choice((0, 0, 2))
    return [[rng.gauss(offset, 1) for _ in range(d)] for _ in range(d + rng.choice((1, 2, 6)))],

def adversarial_whitened_gram():
    return [([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]],), ([[1.0], [2.0]],), ([[1.0, 1.0], [2.0, 2.125], [3.0, 3.0], [5.0, 5.0]],)]

def check_whitened_gram_projector(whitened_gram, x):
    """The trace is N d."""
    return [mp.fsum(row[i] for i, row in enumerate(whitened_gram)) - len(x) * len(x[0])]

def bound_whitened_gram_projector(x, eps):
    """The sum over the diagonal, for the weaker variant."""
    return [mp.fsum(row[i] for i, row in enumerate(bound_whitened_gram__cholesky(x, eps))) + mp.fsum(row[i] for i, row in enumerate(bound_whitened_gram__qr(x, eps)))]

sizes_covariance = [(256, 16), (1024, 64)]

def inputs_covariance(size, dtype, device, generator):
    return torch.randn(size, device=device, generator=generator).to(dtype),

def work_covariance(size, itemsize):
    return {"bytes": size[0] * size[1] * itemsize, "flop": 2 * size[0] * size[1] ** 2}

def peers_covariance():
    return {"torch.cov": lambda x: torch.cov(x.mT, correction=0)}

def _plot(en, zh, xlabel, ylabel, claim, series, xscale="linear", yscale="linear", hlines=()):
    digits = lambda values: [float(f"{float(v):.6g}") for v in values]
    return {"caption": {"en": en, "zh": zh}, "xlabel": xlabel, "ylabel": ylabel, "xscale": xscale, "yscale": yscale, "claim": claim, "vlines": [], "hlines": list(hlines),
            "series": [{"label": label, "x": digits(x), "y": digits(y), "style": style} for label, x, y, style in series]}

def _noise(count):
    """A fixed sequence with mean near 0 and variance near 1, the same on every machine."""
    state, out = 12345, []
    for _ in range(count):
        total = 0
        for _ in range(12):
            state = (1103515245 * state + 12345) % 2 ** 31
            total += state / 2 ** 31
        out.append(total - 6)
    return out

def plot_streaming_error():
    base, ratios = _noise(400), [4 ** k for k in range(9)]
    printed, stable = [], []
    for ratio in ratios:
        x = [np.float32(ratio + t) for t in base]
        exact = ref_covariance([[mp.mpf(float(t))] for t in x])[0][0]
        for out, rank_one in ((printed, False), (stable, True)):
            mu, S = x[0], np.float32(0)
            for n in range(1, len(x)):
                w, k = np.float32(n / (n + 1)), np.float32(n + 1)
                new = mu + (x[n] - mu) / k
                S = w * (S + (x[n] - mu) * (x[n] - mu) / k) if rank_one else w * (S + mu * mu) + x[n] * x[n] / k - new * new
                mu = new
            out.append(max(abs(mp.mpf(float(S)) / exact - 1), mp.mpf(10) ** -9))
    return _plot("Relative error of the streamed variance of 400 numbers in float32 against mean over standard deviation: the printed update and the rank-one form.",
                 "float32 下 400 个数的流式方差的相对误差随均值与标准差之比的变化：原文更新式与秩一形式。", "mean / standard deviation", "relative error", "streaming_update",
                 [("printed", ratios, printed, "points"), ("rank one", ratios, stable, "line")], "log", "log")

def plot_cosines_collapse():
    d, sizes, spread = 8, [9, 10, 12, 16, 24, 40, 64], []
    noise = _noise(64 * d)
    for N in sizes:
        X = np.array(noise[:N * d]).reshape(N, d)
        X = X - X.mean(0)
        Q = np.linalg.qr(X)[0]
        G = Q @ Q.T
        size = np.sqrt(np.diag(G))
        C = (G / size / size[:, None])[~np.eye(N, dtype=bool)]
        spread.append(float(f"{C.std() + 1e-6:.4g}"))
    return _plot("Standard deviation of the cosines of whitened random vectors, d = 8, against the number of samples: none is left at N = d + 1.",
                 "白化后随机向量（d = 8）余弦的标准差随样本数的变化：N = d + 1 时为零。", "N", "standard deviation of the cosines", "whitened_gram_projector", [("d = 8", sizes, spread, "points")])

def plot_spectrum():
    d, N, index = 12, 96, list(range(1, 13))
    X = np.array(_noise(N * d)).reshape(N, d) * 1.6 ** -np.arange(d)
    covariance = lambda Y: (Y - Y.mean(0)).T @ (Y - Y.mean(0)) / len(Y)
    values, vectors = np.linalg.eigh(covariance(X[:N // 3]))
    spectra = [np.linalg.eigvalsh(covariance(Y))[::-1].tolist() for Y in (X, X @ (vectors / np.sqrt(values)))]
    return _plot("Eigenvalues of the covariance of 96 vectors, d = 12, of unequal scales: as they are, whitened by all of them, and whitened by the first third of them.",
                 "96 个 12 维向量（各维尺度不等）协方差的特征值：原样、用全体白化、仅用前三分之一白化。", "index", "eigenvalue", "whitening_identity",
                 [("before", index, spectra[0], "points"), ("whitened by all", index, [1] * d, "line"), ("whitened by a third", index, spectra[1], "points")], "linear", "log")
