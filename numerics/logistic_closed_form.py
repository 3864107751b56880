"""Logistic regression in closed form: linear discriminant analysis with the within-class covariance.

**Computes.** `posterior` P(y=1|x) = sigma(w.x + b) for x|y ~ N(mu_y, S): w = S^-1 (mu1 - mu0), b = -w.(mu0 + mu1)/2 + log(p1/p0).
`fit` the same (w, b) with class means, frequencies and within-class covariance S (weights 1/N) of data X, y.
`fit_newton` one Newton step of the logistic likelihood from there: t - H^-1 g, rows z = (x, 1), g = sum (sigma(t.z) - y) z, H = sum sigma (1 - sigma)
z z^T. Proofs: `proofs/logistic_closed_form.py`.
**Shapes.** x [N, d], S [d, d], mu0, mu1 [d], p1 [N] or [1]; X [N, d], y [N] in {0, 1}, both present, S invertible; (w, b) is [d + 1].
**Errors.** u = eps/2, first order, D = eta/(1 - eta) where a matrix is perturbed by eta; bfloat16 in float32, rounded once.
A scaled matrix error |E_ij| <= e sqrt(S_ii S_jj) moves w = S^-1 v by |S^-1| |E| |w|, and v.S^-1 q by e (sum |w_i| sqrt S_ii) (sum |S^-1 q|_i sqrt
S_ii): diagonal scaling drops out, only the condition of the correlation matrix is left.
`logit`: Cholesky has e = (3d + 2) u; differences and means of inputs u each; the dot product (d + 2) u; log p - log1p(-p) to 3u (1 + |log p| + |log(1
- p)|); sigma has slope <= 1/4 and costs 4u.
`naive`: the explicit inverse is off by 4 d^2 u k |S^-1|, k = |S| |S^-1|, each quadratic form q by that times |x - mu|^2, plus (2d + 4) u |S^-1| |x -
mu|^2; exp(-q/2) underflows far from both means, where the guarded quotient is worth nothing (bound 1).
`fit`: sums of N terms N u. `onepass` subtracts a pilot mean c, that of the first 64 rows, so that e = (N + 8) u M_ij for the second moments, (3N + 3d
+ 18) u M_ij with the products of the means and Cholesky, M_ij = sqrt(E (x - c)_i^2 E (x - c)_j^2) within O(1) of S + the spread of the means; the
rest in float64. `naive` has M_ij = sqrt(E x_i^2 E x_j^2): e grows by |mu|^2/S. The bound is infinite when |S^-1 E| >= 1: nothing is left then.
`fit_newton`: t = (w, b) in the shifted coordinates is off by dt as above; the Newton map has derivative H^-1 T(H^-1 g), T the third derivative, |T|
<= sum sigma (1 - sigma) |z|^3; each logit is off by (d + 3) u (|w||x| + |b|), sums by N u; solved in float64.
**Cost.** fit one product [d+2, N][N, d+2] over cache-sized blocks of rows and one solve; the Newton step as much again.
"""
import math
import random

import mpmath as mp
import torch

BLOCK = 2048  # rows: a block of 64 columns in float32 stays in the second-level cache

def working(*tensors):
    """bfloat16 and float16 to float32 (torch has no solver for them), other dtypes as they are."""
    return [t.float() if t.dtype in (torch.bfloat16, torch.float16) else t for t in tensors]

def solve(S, v):
    """S^-1 v by Cholesky. Raises torch.linalg.LinAlgError unless S is positive definite."""
    return torch.cholesky_solve(v.unsqueeze(-1), torch.linalg.cholesky(S)).squeeze(-1)

def torch_posterior__naive(x, S, mu0, mu1, p1):
    """p1 f1 / (p0 f0 + p1 f1), f_k = exp(-(x - mu_k) S^-1 (x - mu_k)/2). Hazard: 0/0 far out, guarded to 0."""
    X, S, m0, m1, p = working(x, S, mu0, mu1, p1)
    P = torch.linalg.inv(S)
    f0, f1 = (torch.exp(-((X - m) @ P * (X - m)).sum(-1) / 2) for m in (m0, m1))
    return (p * f1 / ((1 - p) * f0 + p * f1).clamp_min(torch.finfo(X.dtype).tiny)).to(x.dtype)

def torch_posterior__logit(x, S, mu0, mu1, p1):
    """sigma((x - (mu0 + mu1)/2).w + log(p1/(1 - p1))), w by Cholesky."""
    X, S, m0, m1, p = working(x, S, mu0, mu1, p1)
    w = solve(S, m1 - m0)
    return torch.sigmoid((X - (m0 + m1) / 2) @ w + (torch.log(p) - torch.log1p(-p))).to(x.dtype)

def torch_fit__naive(X, y):
    """E[x x^T] - sum p_k mu_k mu_k^T, explicit inverse. Hazard: cancels when the data are far from the origin."""
    Z, = working(X)
    p = y.to(Z.dtype).mean()
    m0, m1 = Z[y == 0].mean(0), Z[y == 1].mean(0)
    S = Z.T @ Z / len(Z) - (1 - p) * torch.outer(m0, m0) - p * torch.outer(m1, m1)
    w = torch.linalg.pinv(S, rcond=0.0, hermitian=True) @ (m1 - m0)
    return torch.cat([w, (-(m0 + m1) @ w / 2 + torch.log(p / (1 - p)))[None]]).to(X.dtype)

def blocks(X, y, c):
    """Blocks of rows [x - c, 1, y], small enough to be reused from the cache."""
    for i in range(0, len(X), BLOCK):
        Z, t = working(X[i:i + BLOCK])[0] - c, y[i:i + BLOCK, None]
        yield torch.cat([Z, torch.ones_like(Z[:, :1]), t.to(Z.dtype)], 1)

def shifted_fit(X, y):
    """(w, b, c) in float64 with logit w.(x - c) + b; c is the mean of the first rows."""
    c, d = working(X[:64])[0].mean(0), X.shape[-1]
    G = sum((A.T @ A).double() for A in blocks(X, y, c)) / len(X)  # second moments of [x - c, 1, y]: all the fit needs
    p = G[-1, -1]
    m1, m0 = G[-1, :d] / p, (G[d, :d] - G[-1, :d]) / (1 - p)
    S = G[:d, :d] - (1 - p) * torch.outer(m0, m0) - p * torch.outer(m1, m1)
    w = solve(S, m1 - m0)
    return w, torch.log(p / (1 - p)) - (m0 + m1) @ w / 2, c

def torch_fit__onepass(X, y):
    """(w, b) from one shifted second-moment matrix."""
    w, b, c = shifted_fit(X, y)
    return torch.cat([w, (b - c.double() @ w)[None]]).to(X.dtype)

def torch_fit_newton__onepass(X, y):
    """t - H^-1 g at t = fit(X, y), in shifted coordinates; 1 - sigma(z) is formed as sigma(-z)."""
    w, b, c = shifted_fit(X, y)
    H, g, t = 0, 0, torch.cat([w, b[None]]).to(c.dtype)
    for A in blocks(X, y, c):
        A, y1 = A[:, :-1], A[:, -1]
        z = A @ t
        s, r = torch.sigmoid(z), torch.sigmoid(-z)
        H = H + (A.T @ (A * (s * r)[:, None])).double()
        g = g + (A.T @ torch.where(y1 > 0, -r, s)).double()
    t = t.double() - solve(H, g)  # from the t at which H and g were taken, not from the one before rounding
    return torch.cat([t[:-1], (t[-1] - c.double() @ t[:-1])[None]]).to(X.dtype)

def _sigma(z):
    return 1 / (1 + mp.exp(-z))

def _spd(S):
    """(S^-1, its entries in absolute value)."""
    P = mp.inverse(mp.matrix(S))
    return P, P.apply(abs)

def _plane(S, m0, m1):
    w = list(_spd(S)[0] * mp.matrix([q - p for p, q in zip(m0, m1, strict=True)]))
    return w, mp.fdot(w, [p + q for p, q in zip(m0, m1, strict=True)]) / -2

def _moments(X, y):
    """(mu0, mu1, S, log p1/p0)."""
    N, d, n1 = len(X), len(X[0]), sum(y)
    classes = [[r for r, t in zip(X, y, strict=True) if t == k] for k in (0, 1)]
    m = [[mp.fsum(r[j] for r in rows) / len(rows) for j in range(d)] for rows in classes]
    C = [[a - b for a, b in zip(r, m[t], strict=True)] for r, t in zip(X, y, strict=True)]
    S = [[mp.fsum(r[i] * r[j] for r in C) / N for j in range(d)] for i in range(d)]
    return *m, S, mp.log(mp.mpf(n1) / (N - n1))

def ref_posterior(x, S, mu0, mu1, p1):
    w, b = _plane(S, mu0, mu1)
    return [_sigma(mp.fdot(w, r) + b + mp.log(p / (1 - p))) for r, p in zip(x, p1 * (len(x) // len(p1)), strict=True)]

def ref_fit(X, y):
    m0, m1, S, prior = _moments(X, y)
    w, b = _plane(S, m0, m1)
    return w + [b + prior]

def _newton(X, y, t):
    """(rows z, sigma(t.z) - y, sigma (1 - sigma), H^-1, H^-1 g)."""
    Z = [list(r) + [mp.mpf(1)] for r in X]
    s = [_sigma(mp.fdot(t, z)) for z in Z]
    h, n = [q * (1 - q) for q in s], len(t)
    H = mp.matrix([[mp.fsum(q * z[i] * z[j] for q, z in zip(h, Z, strict=True)) for j in range(n)] for i in range(n)])
    P, r = mp.inverse(H), [q - k for q, k in zip(s, y, strict=True)]
    return Z, r, h, P, list(P * mp.matrix([mp.fsum(q * z[i] for q, z in zip(r, Z, strict=True)) for i in range(n)]))

def ref_fit_newton(X, y):
    t = ref_fit(X, y)
    return [a - b for a, b in zip(t, _newton(X, y, t)[-1], strict=True)]

def _u(eps):
    return min(eps, mp.mpf(2) ** -23) / 2

def _through_sigma(z, dz, u):
    """Error of sigma(z + dz): the slope at the point of the interval nearest to 0, and 4u of its own."""
    q = _sigma(max(abs(z) - dz, 0))
    return min(1, q * (1 - q) * dz + 4 * u * _sigma(z) + 2 * u)

def _rows(x, S, mu0, mu1, p1):
    """For each row: logit, log p1, log p0, x - mu0, x - mu1."""
    w, b = _plane(S, mu0, mu1)
    for r, p in zip(x, p1 * (len(x) // len(p1)), strict=True):
        L1, L0 = mp.log(p), mp.log(1 - p)
        yield mp.fdot(w, r) + b + L1 - L0, L1, L0, *([a - c for a, c in zip(r, m, strict=True)] for m in (mu0, mu1))

def bound_posterior__logit(x, S, mu0, mu1, p1, eps):
    u, d, (P, _) = _u(eps), len(S), _spd(S)
    w, scale = _plane(S, mu0, mu1)[0], [mp.sqrt(S[i][i]) for i in range(d)]
    out = []
    for z, L1, L0, c0, c1 in _rows(x, S, mu0, mu1, p1):
        c = [(a + b) / 2 for a, b in zip(c0, c1, strict=True)]
        q = P * mp.matrix(c)
        dz = (3 * d + 2) * u * mp.fdot(map(abs, w), scale) * mp.fdot(map(abs, q), scale)
        dz += u * mp.fsum(abs(a) * abs(m - n) for a, m, n in zip(q, mu1, mu0, strict=True))
        dz += u * mp.fsum(abs(a) * ((d + 2) * abs(e) + abs(m + n)) for a, e, m, n in zip(w, c, mu0, mu1, strict=True))
        dz += 3 * u * (1 + abs(L1) + abs(L0)) + u * abs(z)
        out.append(_through_sigma(z, dz, u) + (eps / 2 if eps > 2 * u else 0))
    return out

def bound_posterior__naive(x, S, mu0, mu1, p1, eps):
    u, d, (P, Q) = _u(eps), len(S), _spd(S)
    size, tiny, out = mp.norm(P, mp.inf), mp.mpf(2) ** (-126 if eps > mp.mpf(2) ** -30 else -1022), []
    for z, L1, L0, c0, c1 in _rows(x, S, mu0, mu1, p1):
        lost = (4 * d * mp.norm(mp.matrix(S), mp.inf) * size + 2 * d + 4) * d * u * size
        dz, total = mp.mpf(0), mp.mpf(0)
        for c, L in ((c0, L0), (c1, L1)):
            n = mp.norm(c)
            dz += lost * n * n / 2 + u * mp.norm(Q * mp.matrix([abs(t) for t in c]), 1) * max(map(abs, c)) + 4 * u
            total += mp.exp(L - mp.fdot(c, P * mp.matrix(c)) / 2)
        out.append(min(1, _through_sigma(z, dz, u) + 4 * u + 8 * tiny / total) + (eps / 2 if eps > 2 * u else 0))
    return out

def _fit_error(X, y, eps, shift, dense):
    """Componentwise bounds (dw, db) in coordinates shifted by `shift`, with (w, b) there."""
    u, N, d = _u(eps), len(X), len(X[0])
    m0, m1, S, prior = _moments(X, y)
    w, mid = _plane(S, m0, m1)[0], [(a + b) / 2 - c for a, b, c in zip(m0, m1, shift, strict=True)]
    M = [mp.sqrt(mp.fsum((r[j] - shift[j]) ** 2 for r in X) / N) + N * u * max(abs(r[j]) for r in X) for j in range(d)]
    classes = mp.fsum(mp.sqrt(mp.mpf(N) / k) for k in (sum(y), N - sum(y)))  # sums over a class, by Cauchy
    A = [t * classes for t in M]
    e, extra = (3 * N + 3 * d + 18) * u, 10 * d * d * u * sum(S[j][j] for j in range(d)) if dense else 0
    E, P = mp.matrix([[e * p * q + extra for p in M] for q in M]), _spd(S)[1]
    eta = mp.norm(P * E, mp.inf)
    if eta >= 1:
        return None
    dw = list(P * (E * mp.matrix([abs(t) for t in w]) + mp.matrix([(N + 5) * u * t for t in A])) / (1 - eta))
    own = mp.fsum(abs(t) * ((N + 6) * a / 2 + (d + 6) * abs(m)) for t, a, m in zip(w, A, mid, strict=True))
    db = mp.fdot(map(abs, mid), dw) + u * own
    return dw, db + 4 * u * (1 + abs(prior)), w, prior - mp.fdot(w, mid)

def _back(dw, db, w, b, shift, eps, inner):
    """Undo the shift in arithmetic of unit roundoff `inner`, and round."""
    b, d = b - mp.fdot(w, shift), len(w)
    db += mp.fsum(abs(c) * (t + (d + 3) * inner * abs(v)) for c, t, v in zip(shift, dw, w, strict=True))
    return [t + eps / 2 * abs(v) for t, v in zip(dw, w, strict=True)] + [db + eps / 2 * abs(b)]

def _pilot(X):
    return [mp.fsum(r[j] for r in X[:64]) / len(X[:64]) for j in range(len(X[0]))]

def bound_fit__naive(X, y, eps):
    zero = [mp.mpf(0)] * len(X[0])
    found = _fit_error(X, y, eps, zero, True)
    return _back(*found, zero, eps, 0) if found else mp.inf

def bound_fit__onepass(X, y, eps):
    found = _fit_error(X, y, eps, _pilot(X), False)
    return _back(*found, _pilot(X), eps, mp.mpf(2) ** -53) if found else mp.inf

def bound_fit_newton__onepass(X, y, eps):
    c, u, N, d = _pilot(X), _u(eps), len(X), len(X[0])
    found = _fit_error(X, y, eps, c, False)
    if not found:
        return mp.inf
    t = found[2] + [found[3]]
    dt = [p + u * abs(q) for p, q in zip(found[0] + [found[1]], t, strict=True)]
    Z, r, h, P, step = _newton([[p - q for p, q in zip(row, c, strict=True)] for row in X], y, t)
    Z1, n = [[abs(v) for v in z] for z in Z], d + 1
    zeta = [(d + 3) * u * mp.fdot(z, map(abs, t)) for z in Z1]
    moment = lambda q, *columns: mp.fsum(mp.fprod(v) for v in zip(q, *columns, strict=True))
    column = lambda i: [z[i] for z in Z1]
    weight = [q * ((N + 12) * u + e) for q, e in zip(h, zeta, strict=True)]
    E = mp.matrix([[moment(weight, column(i), column(j)) for j in range(n)] for i in range(n)])
    H = [mp.sqrt(mp.fsum(q * z[i] ** 2 for q, z in zip(h, Z1, strict=True))) for i in range(n)]
    E, P = E + (3 * n + 2) * mp.mpf(2) ** -53 * mp.matrix([[p * q for p in H] for q in H]), P.apply(abs)
    eta = mp.norm(P * E, mp.inf)
    if eta >= 1 or max(mp.fdot(z, dt) for z in Z1) > 0.1:
        return mp.inf
    weight = [abs(q) * ((N + 6) * u + e) for q, e in zip(r, zeta, strict=True)]
    g = mp.matrix([moment(weight, column(i)) for i in range(n)])
    moved, curved = [mp.fdot(z, dt) for z in Z1], [abs(mp.fdot(z, step)) for z in Z]
    turn = mp.matrix([moment(h, column(i), moved, curved) for i in range(n)])
    e = list(P * (E * mp.matrix([abs(v) for v in step]) + g + mp.mpf(3) / 2 * turn) / (1 - eta))
    new = [p - q for p, q in zip(t, step, strict=True)]
    return _back(e[:-1], e[-1], new[:-1], new[-1], c, eps, mp.mpf(2) ** -53)

def draw_fit(rng):
    d, N, far = rng.randint(1, 3), rng.randint(10, 30), rng.choice([0, 1, 10])
    y = [0, 1] * 3 + [rng.randint(0, 1) for _ in range(N - 6)]
    mean = [rng.gauss(0, 1) * far for _ in range(d)]
    return [[m + 0.5 * t + rng.gauss(0, 1) for m in mean] for t in y], y

def adversarial_fit():
    X = [[1.0], [2.0], [0.5], [1.5], [2.5], [3.0]]
    return [(X, [0, 0, 0, 1, 1, 1]), ([[x + 64] for x, in X], [0, 1, 0, 1, 0, 1]), ([[x, 64 * (x * x + k % 2)] for k, (x,) in enumerate(X)], [0, 1, 1, 0, 0, 1])]

draw_fit_newton, adversarial_fit_newton = draw_fit, adversarial_fit

def draw_posterior(rng):
    d, N = rng.randint(1, 3), 3
    B = [[rng.gauss(0, 1) for _ in range(d)] for _ in range(d)]
    S = [[sum(p * q for p, q in zip(B[i], B[j], strict=True)) + (i == j) for j in range(d)] for i in range(d)]
    means = [[rng.gauss(0, 1) for _ in range(d)] for _ in (0, 1)]
    p1 = [rng.uniform(0.01, 0.99) for _ in range(N)]
    return [[rng.gauss(0, 2) for _ in range(d)] for _ in range(N)], S, *means, p1

def adversarial_posterior():
    S = [[2.0, 0.5, 0.0], [0.5, 1.0, 0.25], [0.0, 0.25, 1.5]]
    return [([[0.3, -0.2, 0.7]], S, [0.0, 0.5, -1.0], [1.0, -0.5, 1.0], [0.2]), ([[1.0], [100.0], [-1e3]], [[1.0]], [0.0], [1.0], [0.5]),
            ([[0.5, 0.5]], [[1.0, 0.9375], [0.9375, 1.0]], [0.0, 0.0], [0.5, -0.5], [0.001]),
            ([[3.0]], [[2.0]], [1.0], [1.0], [0.25])]

sizes_fit = sizes_fit_newton = [(256, 4), (10000, 32), (100000, 64)]

def inputs_fit(size, dtype, device, generator):
    y = torch.rand(size[0], device=device, generator=generator) < 0.3
    X = torch.randn(size, device=device, generator=generator) + 0.2 * y[:, None] + 3
    return X.to(dtype), y.long()

inputs_fit_newton = inputs_fit

def work_fit(size, itemsize):
    return {"bytes": size[0] * (size[1] * itemsize + 8), "flop": 2 * size[0] * size[1] ** 2}

def work_fit_newton(size, itemsize):
    return {k: 2 * v for k, v in work_fit(size, itemsize).items()}

def _sklearn(make):
    """The estimator of make() as a function (X, y) -> (w, b), None without scikit-learn."""
    try:
        model = make()
    except ImportError:
        return None
    def run(X, y):
        model.fit(X.cpu().numpy(), y.cpu().numpy())
        return torch.cat([torch.from_numpy(model.coef_[0]), torch.from_numpy(model.intercept_)]).to(X)
    return run

def _lda():
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
    return LinearDiscriminantAnalysis(solver="lsqr")

def _likelihood(solver):
    def make():
        from sklearn.linear_model import LogisticRegression
        return LogisticRegression(C=float("inf"), solver=solver, max_iter=1000)
    return make

def _idiom(X, y):
    m = torch.stack([X[y == k].mean(0) for k in (0, 1)])
    w = torch.linalg.solve(torch.cov((X - m[y]).T, correction=0), m[1] - m[0])
    return torch.cat([w, (torch.logit(y.to(X.dtype).mean()) - m.sum(0) @ w / 2)[None]])

def _lbfgs(X, y):
    t = torch.zeros(X.shape[1] + 1, dtype=X.dtype, device=X.device, requires_grad=True)
    solver = torch.optim.LBFGS([t], max_iter=100, tolerance_grad=1e-6, line_search_fn="strong_wolfe")
    def loss():
        solver.zero_grad()
        value = torch.nn.functional.binary_cross_entropy_with_logits(X @ t[:-1] + t[-1], y.to(X.dtype))
        value.backward()
        return value
    solver.step(loss)
    return t.detach()

def peers_fit_newton():
    return {"sklearn LogisticRegression(lbfgs)": _sklearn(_likelihood("lbfgs")), "torch LBFGS": _lbfgs,
            "sklearn LogisticRegression(newton-cholesky)": _sklearn(_likelihood("newton-cholesky"))}

def peers_fit():
    return {"sklearn LinearDiscriminantAnalysis(lsqr)": _sklearn(_lda),
            "torch idiom: class means, torch.cov, solve": _idiom, **peers_fit_newton()}

def _plot(en, zh, xlabel, ylabel, claim, x, curves, scales=("linear", "linear")):
    digits = lambda values: [float(f"{float(t):.6g}") for t in values]
    pairs = {k: v if isinstance(v, tuple) else (x, v) for k, v in curves.items()}
    series = [{"label": k, "x": digits(a), "y": digits(b), "style": "points" if k.startswith("y = ") else "line"} for k, (a, b) in pairs.items()]
    return {"caption": {"en": en, "zh": zh}, "xlabel": xlabel, "ylabel": ylabel, "xscale": scales[0], "yscale": scales[1], "claim": claim, "vlines": [], "hlines": [], "series": series}

_PRIORS = [k / 400 for k in range(1, 201)]

def plot_error_against_prior():
    def error(p, kappa):  # x|y ~ N(-1, 1), N(1, 1): the boundary is kappa log(p0/p1)/2
        x = kappa * mp.log((1 - p) / p) / 2
        return (1 - p) * mp.ncdf(-x - 1) + p * mp.ncdf(x - 1)
    return _plot("Error rate for unit normal classes two apart: the within-class covariance and the total covariance, whose boundary is displaced by kappa.",
                 "间距为 2 的单位正态两类的错误率：类内协方差与总协方差（边界偏移 κ 倍）。", "p1", "error rate", "total_vs_within", _PRIORS, {
                     "within": [error(mp.mpf(p), 1) for p in _PRIORS],
                     "total": [error(mp.mpf(p), 1 + 4 * mp.mpf(p) * (1 - mp.mpf(p))) for p in _PRIORS]})

def plot_threshold_for_exponential_classes():
    def within(p, total):  # class means 1/3 and 1, variances 1/9 and 1
        S, D = (1 - p) / 9 + p, mp.mpf(2) / 3
        return D + mp.log((1 - p) / p) * (S + (p * (1 - p) * D * D if total else 0)) / D
    P = [mp.mpf(p) for p in _PRIORS[19:]]
    return _plot("Decision threshold for exponential classes of rates 3 and 1, whose logit is linear: the maximum likelihood limit (exact), the closed form with either covariance.",
                 "速率为 3 与 1 的指数分布两类（logit 恰为线性）的判决阈值：极大似然极限（精确）、类内协方差与总协方差的闭式解。", "p1", "threshold", "closed_form_not_consistent", P, {
                     "maximum likelihood": [(mp.log(3) + mp.log((1 - p) / p)) / 2 for p in P],
                     "within": [within(p, False) for p in P], "total": [within(p, True) for p in P]})

def plot_calibration():
    z = [mp.mpf(k) / 20 for k in range(-120, 121)]
    true = [_sigma(t) for t in z]
    curves = {"within": (true, true)}
    for p in (mp.mpf(1) / 2, mp.mpf(1) / 10):
        L, kappa = mp.log(p / (1 - p)), 1 + 4 * p * (1 - p)
        curves[f"total, p1 = {mp.nstr(p, 1)}"] = ([_sigma((t - L) / kappa + L) for t in z], true)
    return _plot("Calibration for unit normal classes two apart: the total covariance divides the logit by 1 + 4 p0 p1.", "间距为 2 的单位正态两类的校准曲线：总协方差把 logit 除以 1 + 4 p0 p1。",
                 "reported probability", "true probability", "total_vs_within", [], curves)

def _fits(seed, N, p, d):
    """(X, y, the closed form, the likelihood): N rows of N(-1, I) and N(1, I), both present; twelve Newton steps no longer than 1."""
    draw = random.Random(seed).random
    y = [0, 1] + [int(draw() < p) for _ in range(N - 2)]
    X = torch.tensor([[2 * k - 1 + sum(draw() for _ in range(12)) - 6 for _ in range(d)] for k in y], dtype=torch.float64)
    y, A = torch.tensor(y), torch.nn.functional.pad(X, (0, 1), value=1.0)
    first = t = torch_fit__onepass(X, y)
    for _ in range(12):
        s = torch.sigmoid(A @ t)
        step = solve((A.T * (s * (1 - s) + 1e-9)) @ A, A.T @ (s - y))
        t = t - step / step.norm().clamp_min(1)
    return X, y, first.tolist(), t.tolist()

def plot_boundaries():
    X, y, _, fitted = _fits(5, 60, 0.1, 2)
    line = lambda w, b: ([-3, 3], [(-b - 3 * s * w[0]) / w[1] for s in (-1, 1)])
    kappa, prior = 1 + 0.09 * 8, math.log(1 / 9)
    return _plot("Boundaries for two normal classes, p1 = 0.1: of the truth (within-class covariance), of the total covariance, which is displaced, and of the likelihood of the 60 points.",
                 "两正态类（p1 = 0.1）的边界：真实（类内协方差）、发生偏移的总协方差、以及 60 个点的极大似然。", "x1", "x2", "total_vs_within", [], {f"y = {k}": tuple(X[y == k].T.tolist()) for k in (0, 1)} | {
                     "within": line((2, 2), prior), "total": line((2 / kappa, 2 / kappa), prior), "likelihood": line(fitted[:2], fitted[2])})

def plot_excess_error():
    best, sizes, runs = math.erfc(math.sqrt(0.5)) / 2, [10, 20, 40, 80, 160, 320], 60
    excess = lambda t: sum(math.erfc((1 - k * t[1] / t[0]) * math.copysign(math.sqrt(0.5), t[0])) for k in (-1, 1)) / 4 - best
    found = [[list(map(excess, _fits(1000 * N + k, N, 0.5, 1)[2:])) for k in range(runs)] for N in sizes]
    return _plot("Error rate over the best possible one for the closed form and for the likelihood, N samples of two unit normal classes two apart, mean of 60 runs.",
                 "间距为 2 的单位正态两类、N 个样本时，闭式解与极大似然的错误率超出最优值的部分（60 次平均）。", "N", "excess error", "lda_posterior", sizes, {
                     name: [math.fsum(v[i] for v in rows) / runs for rows in found] for i, name in enumerate(("closed form", "likelihood"))}, ("log", "log"))
