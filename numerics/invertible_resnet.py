"""Inverse and log-determinant of residual maps, and a safe bound of the spectral norm.

**Computes.** `invert` the x with x + g(x) = y, g(x) = V tanh(W x); `logdet` log det(I + A); `spectral_norm` |W|_2. Claims: `proofs/invertible_resnet.py`.
**Shapes.** y [k, d], W [h, d], V [d, h] give [k, d]; A [d, d] gives a number; W [m, n] gives a number.
**Errors.** u = eps/2; bfloat16 is computed in float32 and rounded once (last). L < 1 bounds the Lipschitz constant, here |V|_F |W|_F; nothing is promised for L >= 1.
`fixed`: 64 steps leave L^64/(1 - L) |g(y)|; each evaluation is off by e = (h + 2) u |V|_F |tanh| + (d + 6) u L |x| and the sum by u |x|, and errors add up to (e + u |x|)/(1 - L).
`series`: N = 24 terms leave d L^(N+1)/((N+1)(1 - L)), L = |A|_F; A^k is off by k (d + 1) u L^k in each column, its trace by sqrt(d) times that: the sum over k of
sqrt(d) (d + 1) u L^k, and u (N + 2) times the sum of the sizes of the terms.
`slogdet`: elimination of I + A is off by d^2 u times |I + A|_F, which moves the result by d |(I + A)^-1|_2 times that; d logarithms add (d + 1) u times the sum of their sizes.
`gram`, q squarings: the Frobenius norm of (W^T W)^(2^q) exceeds its largest singular value by the factor sqrt(r), r the smaller side, at most; its 2^(q+1)-th root by r^(1/2^(q+2)).
Each squaring of the matrix divided by its norm adds (m + n) sqrt(n) u relative and doubles what is there: 2^(q+1) (m + n) sqrt(n) u, of which the root leaves one 2^(q+1)-th.
**Cost.** 64 evaluations of g; N products of A; q squarings.
"""
import mpmath as mp
import torch

STEPS, TERMS = 64, 24

def _work(*tensors):
    return [t.float() if t.dtype in (torch.bfloat16, torch.float16) else t for t in tensors]

def torch_invert__fixed(y, W, V):
    """x <- y - g(x), 64 times. Hazard: converges only where Lip(g) < 1."""
    b, w, v = _work(y, W, V)
    x = b
    for _ in range(STEPS):
        x = b - torch.tanh(x @ w.mT) @ v.mT
    return x.to(y.dtype)

def torch_logdet__series(A):
    """The first 24 terms of the trace series. Hazard: needs a spectral radius well below 1."""
    a, = _work(A)
    power, total = a, a.trace()
    for k in range(2, TERMS + 1):
        power = power @ a
        total = total + power.trace() * ((-1) ** (k + 1) / k)
    return total.to(A.dtype)

def torch_logdet__slogdet(A):
    """By elimination."""
    a, = _work(A)
    return torch.linalg.slogdet(a + torch.eye(len(a), dtype=a.dtype, device=a.device)).logabsdet.to(A.dtype)

def _gram(W, q):
    w, = _work(W)
    G = w.mT @ w if w.shape[0] >= w.shape[1] else w @ w.mT
    log = torch.zeros((), dtype=w.dtype, device=w.device)
    for k in range(q):
        size = torch.linalg.vector_norm(G)
        G = G / size
        log = log + torch.log(size) / 2 ** k
        G = G @ G
    return torch.exp((log + torch.log(torch.linalg.vector_norm(G)) / 2 ** q) / 2).to(W.dtype)

def torch_spectral_norm__gram2(W):
    """Two squarings: an upper bound, too large by r^(1/16) at most."""
    return _gram(W, 2)

def torch_spectral_norm__gram6(W):
    """Six squarings: too large by r^(1/256) at most."""
    return _gram(W, 6)

def _apply(M, x):
    return [mp.fdot(row, x) for row in M]

def _g(W, V, x):
    return _apply(V, [mp.tanh(t) for t in _apply(W, x)])

def ref_invert(y, W, V):
    """Newton's method from y, on the whole map."""
    def one(b):
        x = mp.matrix(b)
        for _ in range(40):
            z = _apply(W, list(x))
            gap = mp.matrix([s + t - r for s, t, r in zip(x, _apply(V, [mp.tanh(t) for t in z]), b, strict=True)])
            J = mp.eye(len(b)) + mp.matrix(V) * mp.diag([mp.sech(t) ** 2 for t in z]) * mp.matrix(W)
            x -= mp.lu_solve(J, gap)
            if mp.norm(gap) < mp.mpf(10) ** (5 - mp.mp.dps):
                break
        return list(x)
    return [one(b) for b in y]

def ref_logdet(A):
    return mp.log(mp.det(mp.eye(len(A)) + mp.matrix(A)))

def ref_spectral_norm(W):
    return max(mp.svd_r(mp.matrix(W), compute_uv=False))

def _inner(eps):
    return min(eps, mp.mpf(2) ** -23) / 2, eps / 2 if eps > mp.mpf(2) ** -20 else 0

def _size(M):
    return mp.sqrt(mp.fsum(t * t for row in M for t in row))

def bound_invert__fixed(y, W, V, eps):
    u, last = _inner(eps)
    L, d, h = _size(V) * _size(W), len(W[0]), len(W)
    def one(b, x):
        if L >= 1:
            return [mp.inf] * d
        size = max(mp.norm(x), mp.norm(b))
        e = (h + 2) * u * _size(V) * min(mp.sqrt(h), _size(W) * size) + (d + 6) * u * L * size
        total = L ** STEPS / (1 - L) * mp.norm(_g(W, V, b)) + (e + u * size) / (1 - L)
        return [total * (1 + last) + last * abs(t) for t in x]
    return [one(b, x) for b, x in zip(y, ref_invert(y, W, V), strict=True)]

def bound_logdet__series(A, eps):
    u, last = _inner(eps)
    L, d = _size(A), len(A)
    if L >= 1:
        return mp.inf
    terms = [L ** k for k in range(1, TERMS + 1)]
    rest = d * L ** (TERMS + 1) / ((TERMS + 1) * (1 - L)) + mp.sqrt(d) * (d + 1) * u * mp.fsum(terms) + (TERMS + 2) * u * mp.sqrt(d) * mp.fsum(t / k for k, t in enumerate(terms, 1))
    return rest * (1 + last) + last * abs(ref_logdet(A))

def bound_logdet__slogdet(A, eps):
    u, last = _inner(eps)
    d, M = len(A), mp.eye(len(A)) + mp.matrix(A)
    inverse = 1 / min(mp.svd_r(M, compute_uv=False))
    h = (d * d + 1) * u * mp.mnorm(M, "f") * inverse
    if h >= 1:
        return mp.inf
    rest = -d * mp.log(1 - h) + (d + 1) * u * d * max(abs(mp.log(inverse)), mp.log(1 + mp.mnorm(M, "f")))
    return rest * (1 + last) + last * abs(ref_logdet(A))

def _bound_gram(q):
    def bound(W, eps):
        u, last = _inner(eps)
        m, n, norm = len(W), len(W[0]), ref_spectral_norm(W)
        excess = mp.expm1(mp.log(min(m, n)) / 2 ** (q + 2))
        rest = norm * (excess + (m + n) * mp.sqrt(n) * u * (1 + excess) + 8 * u)
        return rest * (1 + last) + last * norm
    return bound

bound_spectral_norm__gram2, bound_spectral_norm__gram6 = _bound_gram(2), _bound_gram(6)

def _matrix(rng, m, n, size):
    return [[size * rng.gauss(0, 1) for _ in range(n)] for _ in range(m)]

def draw_invert(rng):
    d, h, size = rng.randint(1, 3), rng.randint(1, 4), rng.choice([0.1, 0.2, 0.25])
    return _matrix(rng, 2, d, 1.0), _matrix(rng, h, d, size), _matrix(rng, d, h, size)

def adversarial_invert():
    return [([[1.0]], [[1.0]], [[0.5]]), ([[1.0, -0.5]], [[0.6, 0.3], [-0.2, 0.5]], [[0.5, -0.25], [0.375, 0.5]]), ([[0.0, 0.0]], [[0.5, 0.5]], [[0.25], [0.25]]), ([[3.0]], [[1.0]], [[-0.875]])]

def draw_logdet(rng):
    d = rng.randint(1, 4)
    return (_matrix(rng, d, d, rng.choice([0.05, 0.125, 0.4]) / d),)

def adversarial_logdet():
    return [([[0.5]],), ([[-0.75]],), ([[0.5, 0.25, 0.0], [-0.25, 0.375, 0.25], [0.0, 0.125, -0.375]],), ([[0.0, 0.5], [0.0, 0.0]],)]

def draw_spectral_norm(rng):
    return (_matrix(rng, rng.randint(1, 5), rng.randint(1, 5), 2.0 ** rng.randint(-8, 8)),)

def adversarial_spectral_norm():
    return [([[1.0, 0.0], [0.0, 1.0]],), ([[2.0, 0.0], [0.0, 1.0]],), ([[3.0]],), ([[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]],)]

def check_spectral_normalisation_composition(spectral_norm, W):
    """An upper bound, up to the rounding of bfloat16."""
    return spectral_norm * mp.mpf("1.01") - ref_spectral_norm(W)

sizes_logdet = [(32,), (256,)]

def inputs_logdet(size, dtype, device, generator):
    d, = size
    return ((torch.randn(d, d, device=device, generator=generator) * (0.25 / d ** 0.5)).to(dtype),)

def work_logdet(size, itemsize):
    return {"bytes": size[0] ** 2 * itemsize, "flop": size[0] ** 3}

def peers_logdet():
    return {"torch.logdet": lambda A: torch.logdet(A + torch.eye(len(A), dtype=A.dtype, device=A.device))}

def _plot(en, zh, xlabel, ylabel, claim, series, yscale="log"):
    digits = lambda values: [float(f"{float(v):.6g}") for v in values]
    return {"caption": {"en": en, "zh": zh}, "xlabel": xlabel, "ylabel": ylabel, "xscale": "linear", "yscale": yscale, "claim": claim, "vlines": [], "hlines": [],
            "series": [{"label": label, "x": digits(x), "y": digits(y), "style": "line"} for label, x, y in series]}

@mp.workdps(30)
def plot_fixed_point():
    root, x, errors = mp.findroot(lambda x: x + mp.sin(x) / 2 - 1, 0.7), mp.mpf(0), []
    for _ in range(31):
        errors.append(abs(x - root))
        x = 1 - mp.sin(x) / 2
    return _plot("x + sin(x)/2 = 1 by the fixed point iteration from 0, and the bound 2^(1-k).", "由 0 出发的不动点迭代解 x + sin(x)/2 = 1，及界 2^(1-k)。", "k", "error", "resnet_contraction_inverse",
                 [("error", range(31), errors), ("bound", range(31), [mp.mpf(2) ** (1 - k) for k in range(31)])])

@mp.workdps(30)
def plot_truncation():
    series = []
    for L in (mp.mpf("0.5"), mp.mpf("0.8"), mp.mpf("0.95")):
        partial, errors, power = mp.mpf(0), [], -L
        for k in range(1, 31):
            partial -= L ** k / k
            errors.append(abs(mp.log1p(power) - partial))
        series += [(f"error, A = -{mp.nstr(L, 2)}", range(1, 31), errors), (f"bound, L = {mp.nstr(L, 2)}", range(1, 31), [L ** (k + 1) / ((k + 1) * (1 - L)) for k in range(1, 31)])]
    return _plot("What N terms of the trace series leave, for d = 1 and A = -L.", "迹级数取 N 项的误差，d = 1，A = -L。", "N", "error", "logdet_trace_series", series)

@mp.workdps(30)
def plot_probe_variance():
    ds = list(range(2, 41))
    return _plot("Variance of the stochastic trace for A = I + J/d, J the matrix of ones.", "A = I + J/d（J 为全一矩阵）时随机迹估计的方差。", "d", "variance", "hutchinson_variance",
                 [(label, ds, [f(mp.mpf(d), d + mp.mpf(3), d + mp.mpf(1), (1 + 1 / mp.mpf(d)) ** 2 * d) for d in ds]) for label, f in (
                     ("normal", lambda d, S, T, D: 2 * S), ("sphere", lambda d, S, T, D: (2 * d * S - 2 * T * T) / (d + 2)), ("signs", lambda d, S, T, D: 2 * (S - D)))])
