"""Inverse and log-determinant of residual maps, and a safe bound of the spectral norm.

**Computes.** `invert` the x with x + g(x) = y, g(x) = V tanh(W x); `residual_logdet` log det(I + g'(x)) of the same g; `logdet` log det(I + A);
`spectral_norm` |W|_2. Claims: `proofs/invertible_resnet.py`.
**Shapes.** y, x [k, d], W [h, d], V [d, h] give [k, d], and [k] for `residual_logdet`; A [d, d] and W [m, n] give a number.
**Errors.** u = eps/2; bfloat16 is computed in float32 and rounded once (last). L < 1 bounds the Lipschitz constant, here |V|_F |W|_F; nothing is promised for L >= 1.
`fixed`: 64 steps leave L^64/(1 - L) |g(y)|; each evaluation is off by e = (h + 2) u |V|_F |tanh| + (d + 6) u L |x| and the sum by u |x|, and errors add up to (e + u |x|)/(1 - L).
`anderson`: each of 20 rounds takes the better of a plain step and of an extrapolated one by their computed residuals, which are off by e + u |x| each: the residual shrinks by
L at least, up to 3 (e + u |x|), and the error is the residual over 1 - L.
`residual_logdet`: 1 - tanh^2 is off by E = 0.77 (d + 1) u |W||x| + 18u min(1, |W|^2 |x|^2) + 2u, the Jacobian by D = |V||W| (E + (h + 2) u), log det by d D/(1 - L).
`jacobian` adds what `slogdet` below does. `hadamard` applies the transposed Jacobian, N = 24 times, to p sign vectors with orthogonal columns, whose mean is the trace exactly:
truncation as in `series`, d (D/L + (d + h + 4) u) L^k from k products over k, and (p d + N) u d L^k/k from the sums.
`series`: N = 24 terms leave d L^(N+1)/((N+1)(1 - L)), L = |A|_F; A^k is off by k (d + 1) u L^k in each column, its trace by sqrt(d) times that: the sum over k of
sqrt(d) (d + 1) u L^k, and u (N + 2) times the sum of the sizes of the terms.
`slogdet`: elimination of I + A is off by d^2 u times |I + A|_F, which moves the result by d |(I + A)^-1|_2 times that; d logarithms add (d + 1) u times the sum of their sizes.
`gram`, q squarings: the Frobenius norm of (W^T W)^(2^q) exceeds its largest singular value by the factor sqrt(r), r the smaller side, at most; its 2^(q+1)-th root by r^(1/2^(q+2)).
`power`: what 8 iterations leave is computed exactly; a step is off by (m + n + 8) u and multiplies what is there by 2 |W|^2/|W^T W v|.
Each squaring of the matrix divided by its norm adds (m + n) sqrt(n) u relative and doubles what is there: 2^(q+1) (m + n) sqrt(n) u, of which the root leaves one 2^(q+1)-th.
**Cost.** 64 evaluations of g; N products of A; q squarings.
"""
import mpmath as mp
import torch

STEPS, TERMS, ROUNDS, POWERS = 64, 24, 20, 8

def _work(*tensors):
    return [t.float() if t.dtype in (torch.bfloat16, torch.float16) else t for t in tensors]

def torch_invert__fixed(y, W, V):
    """x <- y - g(x), 64 times. Hazard: converges only where Lip(g) < 1."""
    b, w, v = _work(y, W, V)
    x = b
    for _ in range(STEPS):
        x = b - torch.tanh(x @ w.mT) @ v.mT
    return x.to(y.dtype)

def torch_invert__anderson(y, W, V):
    """20 rounds of Anderson's acceleration of depth 1, never worse than the plain step: the secant method for d = 1."""
    b, w, v = _work(y, W, V)
    gap = lambda x: b - torch.tanh(x @ w.mT) @ v.mT - x
    dot = lambda p, q: (p * q).sum(-1, keepdim=True)
    old, r_old = b, gap(b)
    x = old + r_old
    r = gap(x)
    for _ in range(ROUNDS):
        dx, dr = x - old, r - r_old
        square = dot(dr, dr)
        plain = x + r
        fast = plain - torch.where(square > 0, dot(r, dr) / torch.where(square > 0, square, 1), 0) * (dx + dr)
        r_plain, r_fast = gap(plain), gap(fast)
        better = dot(r_fast, r_fast) < dot(r_plain, r_plain)
        old, r_old, x, r = x, r, torch.where(better, fast, plain), torch.where(better, r_fast, r_plain)
    return x.to(y.dtype)

def _slopes(x, W):
    return 1 - torch.tanh(x @ W.mT) ** 2

def torch_residual_logdet__jacobian(x, W, V):
    """The d x d Jacobian of every sample, and elimination."""
    z, w, v = _work(x, W, V)
    J = (v * _slopes(z, w).unsqueeze(-2)) @ w
    return torch.linalg.slogdet(J + torch.eye(len(v), dtype=z.dtype, device=z.device)).logabsdet.to(x.dtype)

def torch_residual_logdet__hadamard(x, W, V):
    """24 vector-Jacobian products of p signs each, d <= p < 2d, no Jacobian: with a Hadamard matrix of probes the trace has no variance."""
    z, w, v = _work(x, W, V)
    d, E = len(v), torch.ones(1, 1, dtype=z.dtype, device=z.device)
    while len(E) < d:
        E = torch.cat([torch.cat([E, E], 1), torch.cat([E, -E], 1)])
    probes = E[:, :d].expand(len(z), -1, -1)
    slopes, moved, total = _slopes(z, w).unsqueeze(1), probes, 0
    for k in range(1, TERMS + 1):
        moved = ((moved @ v) * slopes) @ w
        total = total + (moved * probes).sum((-1, -2)) * ((-1) ** (k + 1) / (k * len(E)))
    return total.to(x.dtype)

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

def torch_spectral_norm__power(W):
    """8 power iterations from 1, 1/2, 1/3, ... Hazard: a lower bound; W over it has a norm of at least 1."""
    w, = _work(W)
    v = 1 / torch.arange(1, w.shape[1] + 1, dtype=w.dtype, device=w.device)
    for _ in range(POWERS):
        v = v / torch.linalg.vector_norm(v)
        v = w.mT @ (w @ v)
    return torch.linalg.vector_norm(w @ (v / torch.linalg.vector_norm(v))).to(W.dtype)

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

def _jacobian(x, W, V):
    return mp.matrix(V) * mp.diag([mp.sech(t) ** 2 for t in _apply(W, x)]) * mp.matrix(W)

def ref_residual_logdet(x, W, V):
    return [mp.log(mp.det(mp.eye(len(V)) + _jacobian(r, W, V))) for r in x]

def ref_logdet(A):
    return mp.log(mp.det(mp.eye(len(A)) + mp.matrix(A)))

def ref_spectral_norm(W):
    return max(mp.svd_r(mp.matrix(W), compute_uv=False))

def _inner(eps):
    return min(eps, mp.mpf(2) ** -23) / 2, eps / 2 if eps > mp.mpf(2) ** -20 else 0

def _size(M):
    return mp.sqrt(mp.fsum(t * t for row in M for t in row))

def _invert_bound(rounds):
    def bound(y, W, V, eps):
        u, last = _inner(eps)
        L, d, h = _size(V) * _size(W), len(W[0]), len(W)
        def one(b, x):
            if L >= 1:
                return [mp.inf] * d
            size = max(mp.norm(x), mp.norm(b))
            e = (h + 2) * u * _size(V) * min(mp.sqrt(h), _size(W) * size) + (d + 6) * u * L * size
            more = 1 if rounds == STEPS else 3 / (1 - L)
            total = L ** rounds / (1 - L) * mp.norm(_g(W, V, b)) + more * (e + u * size) / (1 - L)
            return [total * (1 + last) + last * abs(t) for t in x]
        return [one(b, x) for b, x in zip(y, ref_invert(y, W, V), strict=True)]
    return bound

bound_invert__fixed, bound_invert__anderson = _invert_bound(STEPS), _invert_bound(ROUNDS + 1)

def _residual_bound(hadamard):
    def bound(x, W, V, eps):
        u, last = _inner(eps)
        L, d, h = _size(V) * _size(W), len(V), len(W)
        p = 1 << (d - 1).bit_length()
        def one(r, exact):
            if L >= 1:
                return mp.inf
            z = _size(W) * mp.norm(r)
            D = L * (mp.mpf("0.77") * (d + 1) * u * z + 18 * u * min(1, z * z) + 2 * u + (h + 2) * u)
            if hadamard:
                steps = mp.fsum(d * L ** k * (D / L + (d + h + 4) * u + (p * d + TERMS) * u / k) for k in range(1, TERMS + 1)) if L else 0
                rest = steps + d * L ** (TERMS + 1) / ((TERMS + 1) * (1 - L))
            else:
                rest = d * (D + (d * d + 1) * u * (mp.sqrt(d) + L)) / (1 - L) + (d + 1) * u * d * mp.log((1 + L) / (1 - L))
            return rest * (1 + last) + last * abs(exact)
        return [one(r, e) for r, e in zip(x, ref_residual_logdet(x, W, V), strict=True)]
    return bound

bound_residual_logdet__jacobian, bound_residual_logdet__hadamard = _residual_bound(False), _residual_bound(True)

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

def bound_spectral_norm__power(W, eps):
    u, last = _inner(eps)
    m, n, norm, M = len(W), len(W[0]), ref_spectral_norm(W), mp.matrix(W)
    v, off = mp.matrix([mp.mpf(1) / k for k in range(1, n + 1)]), mp.mpf(0)
    for _ in range(POWERS):
        v = M.T * (M * (v / mp.norm(v)))
        off = min(off * 2 * norm ** 2 / mp.norm(v), 2) + (m + n + 8) * u * norm ** 2 / mp.norm(v) if mp.norm(v) else mp.inf
    found = mp.norm(M * (v / mp.norm(v))) if mp.isfinite(off) else mp.mpf(0)
    return norm - found + norm * min(1, off + (m + n + 8) * u) + last * norm if mp.isfinite(off) else mp.inf

differentiable = ("logdet__slogdet", "invert__fixed")

def bound_gradient_logdet__slogdet(A, eps):
    """(I + A)^-T by two triangular solves: (d^2 + 2) u |M|_F |M^-1|^2."""
    d, M = len(A), mp.eye(len(A)) + mp.matrix(A)
    return [[[(d * d + 2) * eps / 2 * mp.mnorm(M, "f") / min(mp.svd_r(M, compute_uv=False)) ** 2] * d] * d]

def bound_gradient_invert__fixed(y, W, V, eps):
    """The adjoint of 64 steps: step t from the end carries t (2d + 2h + 16) u L^t and the Jacobian at x_(64-t), off by 0.77 |V||W|^2 times L^(64-t) and
    the rounding error of x: sums over t give 1/(1-L)^2 and 64^2 L^63. The gradients for W and V carry |V||x| and |W||x| besides."""
    d, h, k, L, u = len(V), len(W), len(y), _size(V) * _size(W), eps / 2
    size = max(map(mp.norm, y + ref_invert(y, W, V)))
    if L >= 1:
        return [[[mp.inf] * len(M[0])] * len(M) for M in (y, W, V)]
    x = ((2 * h + 2 * d + 10) * u * L * size + u * size) / (1 - L)
    rest = mp.sqrt(k * d) * (((2 * d + 2 * h + 16) * u + mp.mpf("0.77") * L * _size(W) * x) / (1 - L) ** 2 + 64 ** 2 * (1 + size) * L ** 63)
    return [[[rest * f] * len(M[0])] * len(M) for M, f in ((y, 1), (W, (1 + _size(V)) * size * k), (V, (1 + _size(W)) * size * k))]

def _matrix(rng, m, n, size):
    return [[size * rng.gauss(0, 1) for _ in range(n)] for _ in range(m)]

def draw_invert(rng):
    d, h, size = rng.randint(1, 3), rng.randint(1, 4), rng.choice([0.1, 0.2, 0.25])
    return _matrix(rng, 2, d, 1.0), _matrix(rng, h, d, size), _matrix(rng, d, h, size)

def adversarial_invert():
    return [([[1.0]], [[1.0]], [[0.5]]), ([[1.0, -0.5]], [[0.6, 0.3], [-0.2, 0.5]], [[0.5, -0.25], [0.375, 0.5]]), ([[0.0, 0.0]], [[0.5, 0.5]], [[0.25], [0.25]]), ([[3.0]], [[1.0]], [[-0.875]])]

def draw_residual_logdet(rng):
    return draw_invert(rng)

def adversarial_residual_logdet():
    return [*adversarial_invert(), ([[0.5, 0.25, -1.0]], [[0.25, 0.125, 0.0]] * 2, [[0.25, 0.5], [-0.5, 0.25], [0.0, 0.25]])]

def draw_logdet(rng):
    d = rng.randint(1, 4)
    return (_matrix(rng, d, d, rng.choice([0.05, 0.125, 0.4]) / d),)

def adversarial_logdet():
    return [([[0.5]],), ([[-0.75]],), ([[0.5, 0.25, 0.0], [-0.25, 0.375, 0.25], [0.0, 0.125, -0.375]],), ([[0.0, 0.5], [0.0, 0.0]],)]

def draw_spectral_norm(rng):
    return (_matrix(rng, rng.randint(1, 5), rng.randint(1, 5), 2.0 ** rng.randint(-8, 8)),)

def adversarial_spectral_norm():
    return [([[1.0, 0.0], [0.0, 1.0]],), ([[2.0, 0.0], [0.0, 1.0]],), ([[3.0]],), ([[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]],)]

def check_spectral_normalisation_composition__gram2(spectral_norm, W):
    """An upper bound, up to the rounding of bfloat16."""
    return spectral_norm * mp.mpf("1.01") - ref_spectral_norm(W)

check_spectral_normalisation_composition__gram6 = check_spectral_normalisation_composition__gram2

def check_spectral_normalisation_composition_lower__power(spectral_norm, W):
    """Power iteration stays below the norm: the error is on the unsafe side."""
    return ref_spectral_norm(W) * mp.mpf("1.01") - spectral_norm

def check_logdet_trace_series(residual_logdet, x, W, V):
    """log det(I + J) lies between d log(1 - L) and d log(1 + L), up to the rounding of bfloat16."""
    d, L = len(V), _size(V) * _size(W)
    return [d * mp.log1p(L) * mp.mpf("1.01") + mp.mpf("0.001") - t for t in residual_logdet] + [t - d * mp.log1p(-min(L, mp.mpf("0.999"))) * mp.mpf("1.01") + mp.mpf("0.001") for t in residual_logdet]

sizes_invert = sizes_residual_logdet = [(64, 16), (256, 32), (4096, 64)]

def inputs_invert(size, dtype, device, generator):
    return tuple((scale * torch.randn(n, device=device, generator=generator)).to(dtype) for n, scale in ((size, 1), ((64, size[1]), 0.05), ((size[1], 64), 0.05)))

inputs_residual_logdet = inputs_invert

def work_invert(size, itemsize):
    return {"bytes": 2 * size[0] * size[1] * itemsize, "flop": 256 * size[0] * size[1]}

def work_residual_logdet(size, itemsize):
    return {"bytes": size[0] * size[1] * itemsize, "flop": size[0] * (128 * size[1] ** 2 + size[1] ** 3)}

sizes_logdet = [(32,), (256,)]

def inputs_logdet(size, dtype, device, generator):
    d, = size
    return ((torch.randn(d, d, device=device, generator=generator) * (0.25 / d ** 0.5)).to(dtype),)

def work_logdet(size, itemsize):
    return {"bytes": size[0] ** 2 * itemsize, "flop": size[0] ** 3}

def peers_logdet():
    return {"torch.logdet": lambda A: torch.logdet(A + torch.eye(len(A), dtype=A.dtype, device=A.device))}

def _plot(en, zh, xlabel, ylabel, claim, series, yscale="log", hlines=()):
    digits = lambda values: [float(f"{float(v):.6g}") for v in values]
    return {"caption": {"en": en, "zh": zh}, "xlabel": xlabel, "ylabel": ylabel, "xscale": "linear", "yscale": yscale, "claim": claim, "vlines": [], "hlines": list(hlines),
            "series": [{"label": label, "x": digits(x), "y": digits(y), "style": "line"} for label, x, y in series]}

@mp.workdps(30)
def plot_fixed_point():
    root, x, errors = mp.findroot(lambda x: x + mp.sin(x) / 2 - 1, 0.7), mp.mpf(0), []
    gap, fast = lambda x: 1 - mp.sin(x) / 2 - x, [mp.mpf(0), mp.mpf(1)]
    for _ in range(31):
        errors.append(abs(x - root))
        x = 1 - mp.sin(x) / 2
    while len(fast) < 8:
        p, q = fast[-2:]
        fast.append(q - gap(q) * (q - p) / (gap(q) - gap(p)))
    return _plot("x + sin(x)/2 = 1 by the fixed point iteration from 0, the bound 2^(1-k), and Anderson's acceleration.", "由 0 出发的不动点迭代解 x + sin(x)/2 = 1，界 2^(1-k)，以及 Anderson 加速。", "k", "error", "resnet_contraction_inverse",
                 [("error", range(31), errors), ("error with Anderson's acceleration", range(8), [max(abs(t - root), mp.mpf("1e-16")) for t in fast]), ("bound", range(31), [mp.mpf(2) ** (1 - k) for k in range(31)])])

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

@mp.workdps(30)
def plot_norm_estimates():
    n = 64
    s = [2 * mp.cos(mp.pi * i / (2 * n + 1)) for i in range(1, n + 1)]
    power = [mp.sqrt(mp.fsum(t ** (4 * k + 2) for t in s) / mp.fsum(t ** (4 * k) for t in s)) / s[0] for k in range(21)]
    gram = [mp.fsum(t ** 2 ** (q + 2) for t in s) ** (mp.mpf(1) / 2 ** (q + 2)) / s[0] for q in range(11)]
    return _plot("Estimates of the norm over the norm, for singular values 2 cos(pi i/129) and a start with equal components: power iteration errs below, the Gram bound above.",
                 "范数估计与范数之比，奇异值为 2cos(πi/129)，初值各分量相等：幂迭代偏低，Gram 界偏高。", "iterations, squarings", "ratio", "spectral_normalisation_composition",
                 [("power iteration", range(21), power), ("Gram bound", range(11), gram)], "linear", (1,))
