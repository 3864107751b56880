"""HSIC with Gaussian kernels and with linear ones, without the cancellation of the centring matrix.

**Computes.** `hsic` Tr(KHLH)/n^2 for K_ij = exp(-|x_i - x_j|^2/2), L likewise from y, H = I - 11^T/n (divide x, y by the widths first);
`permuted_hsic` the same with y in the orders r_1, ..., r_B, the values under independence of a permutation test;
`linear_hsic` the same for K = XX^T, L = YY^T, which is |X_c^T Y_c|_F^2/n^2 with the columns centred. Proofs: `proofs/hsic.py`.
**Shapes.** x [n, p], y [n, q]; results [1]; r [B, n] of integers gives [B].
**Errors.** u = eps/2. A squared distance D is off by (p + 3) u D.
hsic, `trace` (dtype of the inputs): K is off by dK = K (D/2 (p + 3) u + 2u + u). Tr(KHLH) moves by dK|HLH| + dL|HKH| + dK|H|dL|H| (entrywise, added up);
the products and the trace cost (3n + 8) u times the same expression in absolute values, |K||H| and |L||H|: of the order u, however small the result.
`tiles` (float32 for bfloat16, rounded once, last): k = K - 1 = expm1(-D/2) is good to rho = (p + 6) u relative, as D/2 e^(-D/2) <= 1 - e^(-D/2); its row means m are
off by mean|k| (rho + (n + 2) u), the mean of these by the mean of that; the centred C_ij = k_ij - m_i - m_j + mm by the sum c of these and 4u (|k| +
|m_i| + |m_j| + |mm|). The sum of the products is off by sum(|C| c' + |C'| c + c c') + (n + tile + 6) u sum|C C'|: small distances give a small k.
permuted_hsic: every order has the bounds of its own data, `recomputed` that of `trace`, `gathered` (centred once, n^2 numbers moved for each order) that of `tiles`.
linear_hsic, `gram`: as `trace` with dK = (p + 1) u sum|x x'|. `features`: X_c is off by (n + 2) u mean|x| + u |X_c|, G = X_c^T Y_c by sum(|X_c| dY + |Y_c| dX + dX dY)
+ (n + 1) u sum|X_c Y_c|, the result by sum(2|G| dG + dG^2) + (p q + 4) u sum G^2.
**Cost.** `trace` three n^3 products and n^2 numbers; `tiles` 2 n^2 kernel values of each kind, n numbers and one tile; `features` n p q products.
"""
import itertools
import math

import mpmath as mp
import torch

def _work(*tensors):
    return [t.float() if t.dtype in (torch.bfloat16, torch.float16) else t for t in tensors]

def _distances(x, z):
    return ((x.unsqueeze(1) - z.unsqueeze(0)) ** 2).sum(-1)

def _trace(K, L):
    n = len(K)
    H = torch.eye(n, dtype=K.dtype, device=K.device) - 1 / n
    return (torch.trace(K @ H @ L @ H) / n ** 2).reshape(1)

def torch_hsic__trace(x, y):
    """The formula as it is written. Hazard: three n^3 products, and an error of the size eps of the kernel itself."""
    return _trace(torch.exp(-_distances(x, x) / 2), torch.exp(-_distances(y, y) / 2))

def torch_hsic__tiles(x, y, tile=1024):
    """Centred sums of K - 1 and L - 1, in tiles of rows: O(n) memory, two passes."""
    n, pair = len(x), _work(x, y)
    rows = [slice(at, min(at + tile, n)) for at in range(0, n, tile)]
    def kernel(z, at):
        return torch.expm1(-_distances(z[at], z) / 2)
    means = [torch.cat([kernel(z, at).mean(1) for at in rows]) for z in pair]
    total = torch.zeros((), dtype=pair[0].dtype, device=x.device)
    for at in rows:
        K, L = (kernel(z, at) - m[at].unsqueeze(1) - m + m.mean() for z, m in zip(pair, means, strict=True))
        total = total + (K * L).sum()
    return (total / n ** 2).to(x.dtype).reshape(1)

def torch_hsic__pairs(x, y):
    """Tiles of two rows."""
    return torch_hsic__tiles(x, y, 2)

def torch_permuted_hsic__recomputed(x, y, r):
    """Kernel, centring and products anew for every order."""
    return torch.cat([torch_hsic__trace(x, y[order]) for order in r])

def torch_permuted_hsic__gathered(x, y, r):
    """Both kernels once; a permutation only moves the entries of the second."""
    K, L = (torch.expm1(-_distances(z, z) / 2) for z in _work(x, y))
    C, E = (M - M.mean(0) - M.mean(1, keepdim=True) + M.mean() for M in (K, L))
    return torch.stack([(C * E[order][:, order]).sum() / len(x) ** 2 for order in r]).to(x.dtype)

def torch_linear_hsic__gram(x, y):
    """Hazard: n x n matrices, and the cancellation of the means when they are large."""
    return _trace(x @ x.mT, y @ y.mT)

def torch_linear_hsic__features(x, y):
    """|X_c^T Y_c|^2/n^2."""
    a, b = _work(x, y)
    G = (a - a.mean(0)).mT @ (b - b.mean(0))
    return ((G * G).sum() / len(x) ** 2).to(x.dtype).reshape(1)

def _gauss(x):
    """(D, exp(-D/2)) for all pairs."""
    D = [[mp.fsum((s - t) ** 2 for s, t in zip(a, b, strict=True)) for b in x] for a in x]
    return D, [[mp.exp(-d / 2) for d in row] for row in D]

def _gram(x):
    return [[mp.fdot(a, b) for b in x] for a in x]

def _centred(K):
    m = [mp.fsum(row) / len(K) for row in K]
    mm = mp.fsum(m) / len(K)
    return [[k - m[i] - m[j] + mm for j, k in enumerate(row)] for i, row in enumerate(K)]

def _inner(A, B):
    return mp.fsum(a * b for r, s in zip(A, B, strict=True) for a, b in zip(r, s, strict=True))

def _abs(A):
    return [[abs(a) for a in row] for row in A]

def ref_hsic(x, y):
    less = lambda z: [[k - 1 for k in row] for row in _gauss(z)[1]]
    return [_inner(_centred(less(x)), _centred(less(y))) / len(x) ** 2]

def ref_permuted_hsic(x, y, r):
    C, E = (_centred(_gauss(z)[1]) for z in (x, y))
    return [_inner(C, [[E[i][j] for j in order] for i in order]) / len(x) ** 2 for order in r]

def ref_linear_hsic(x, y):
    return [_inner(_centred(_gram(x)), _centred(_gram(y))) / len(x) ** 2]

def _smoothed(A):
    """|A||H|: the entries of H are 1 - 1/n on the diagonal and -1/n off it."""
    n = len(A)
    return [[a * (1 - mp.mpf(2) / n) + mp.fsum(row) / n for a in row] for row in _abs(A)]

def _transposed(A):
    return [list(c) for c in zip(*A, strict=True)]

def _product_bound(K, dK, L, dL, u):
    n = len(K)
    wide = [[[abs(a) + e for a, e in zip(r, s, strict=True)] for r, s in zip(A, E, strict=True)] for A, E in ((K, dK), (L, dL))]
    moved = _inner(dK, _abs(_centred(L))) + _inner(dL, _abs(_centred(K))) + _inner(_smoothed(dK), _transposed(_smoothed(dL)))
    return (moved + (3 * n + 8) * u * _inner(_smoothed(wide[0]), _transposed(_smoothed(wide[1])))) / n ** 2

def bound_hsic__trace(x, y, eps):
    u = eps / 2
    def parts(z):
        D, K = _gauss(z)
        return K, [[k * ((len(z[0]) + 3) * u * d / 2 + 3 * u) for k, d in zip(r, s, strict=True)] for r, s in zip(K, D, strict=True)]
    return [_product_bound(*parts(x), *parts(y), u)]

def bound_linear_hsic__gram(x, y, eps):
    u = eps / 2
    def parts(z):
        return _gram(z), [[(len(a) + 1) * u * mp.fsum(abs(s * t) for s, t in zip(a, b, strict=True)) for b in z] for a in z]
    return [_product_bound(*parts(x), *parts(y), u)]

def _units(eps):
    return min(eps, mp.mpf(2) ** -23) / 2, eps / 2 if eps > mp.mpf(2) ** -20 else 0

def bound_hsic__tiles(x, y, eps):
    (u, last), n = _units(eps), len(x)
    def parts(z):
        K = [[k - 1 for k in row] for row in _gauss(z)[1]]
        rho = (len(z[0]) + 6) * u
        size = [mp.fsum(map(abs, row)) / n for row in K]
        dm = [s * (rho + (n + 2) * u) for s in size]
        m = [abs(mp.fsum(row)) / n for row in K]
        mm, dmm = mp.fsum(m) / n, mp.fsum(dm) / n + (n + 2) * u * mp.fsum(size) / n
        return _centred(K), [[abs(k) * rho + dm[i] + dm[j] + dmm + 4 * u * (abs(k) + m[i] + m[j] + mm) for j, k in enumerate(row)] for i, row in enumerate(K)]
    (C, c), (E, e) = parts(x), parts(y)
    moved = _inner(_abs(C), e) + _inner(_abs(E), c) + _inner(c, e) + (2 * n + 6) * u * _inner(_abs(C), _abs(E))
    return [moved / n ** 2 + last * abs(ref_hsic(x, y)[0]) + _tiny(eps)]

bound_hsic__pairs = bound_hsic__tiles

differentiable = ("hsic__tiles", "linear_hsic__features")

def bound_gradient_hsic__tiles(x, y, eps):
    """-2/n^2 sum_j C'_ij K_ij (x_i - x_j): C' is off by c' (here at its largest) and, centred once more on the way back, by (2n + 8) u of its largest sum; the rest of a term is good to (p + 12) u, but K itself
    is formed as 1 + expm1(-D/2) there, 2u absolute."""
    u, n = eps / 2, len(x)
    def parts(z):
        K = [[k - 1 for k in row] for row in _gauss(z)[1]]
        size = max(mp.fsum(map(abs, row)) for row in K)
        e = (len(z[0]) + 6) * u + (n + 2) * u * 4
        return _centred(K), e * size / n * 4 + (2 * n + 8) * u * size / n + e * max(abs(k) for row in K for k in row)
    def one(z, other):
        K, (C, c) = _gauss(z)[1], parts(other)
        return [[2 / mp.mpf(n) ** 2 * mp.fsum((c * (K[i][j] + u) + ((len(x[0]) + 12) * K[i][j] + 2) * u * abs(C[i][j])) * abs(a - z[j][q]) for j in range(n)) + mp.mpf(10) ** -30 for q, a in enumerate(row)]
                for i, row in enumerate(z)]
    return [one(x, y), one(y, x)]

def bound_gradient_linear_hsic__features(x, y, eps):
    """2/n^2 Y_c G^T, with the errors of `features`, and the mean of the rows subtracted once more."""
    u, n = eps / 2, len(x)
    def centred(z):
        columns = _transposed(z)
        means = [mp.fsum(c) / n for c in columns]
        return [[t - m for t in c] for c, m in zip(columns, means, strict=True)], [(n + 3) * u * max(map(abs, c)) for c in columns]
    def one(own, other):
        (A, a), (B, b) = centred(own), centred(other)
        size = lambda c: mp.fsum(map(abs, c))
        out = []
        for c, e in zip(A, a, strict=True):
            parts = [(abs(mp.fdot(c, g)), size(c) * f + size(g) * e + n * e * f + (n + 2) * u * mp.fsum(abs(s * t) for s, t in zip(c, g, strict=True))) for g, f in zip(B, b, strict=True)]
            rows = [mp.fsum((G + E) * f + E * abs(g[i]) + (len(B) + 4) * u * G * abs(g[i]) for (G, E), g, f in zip(parts, B, b, strict=True)) for i in range(n)]
            whole = max(mp.fsum(G * abs(g[i]) for (G, _), g in zip(parts, B, strict=True)) for i in range(n))
            out.append([2 * (t + mp.fsum(rows) / n + (n + 2) * u * whole) / n ** 2 for t in rows])
        return _transposed(out)
    return [one(x, y), one(y, x)]

def bound_permuted_hsic__recomputed(x, y, r, eps):
    return [b for order in r for b in bound_hsic__trace(x, [y[i] for i in order], eps)]

def bound_permuted_hsic__gathered(x, y, r, eps):
    return [b for order in r for b in bound_hsic__tiles(x, [y[i] for i in order], eps)]

def _tiny(eps):
    return mp.mpf(2) ** (-126 if eps > mp.mpf(2) ** -30 else -1022)

def bound_linear_hsic__features(x, y, eps):
    (u, last), n = _units(eps), len(x)
    def parts(z):
        columns = _transposed(z)
        means = [mp.fsum(c) / n for c in columns]
        return [[(t - m, (n + 2) * u * mp.fsum(map(abs, c)) / n + u * abs(t - m)) for t in c] for c, m in zip(columns, means, strict=True)]
    A, B = parts(x), parts(y)
    total = size = mp.mpf(0)
    for a in A:
        for b in B:
            G = abs(mp.fsum(s * t for (s, _), (t, _) in zip(a, b, strict=True)))
            d = mp.fsum(abs(s) * f + abs(t) * e + e * f + (n + 1) * u * abs(s * t) for (s, e), (t, f) in zip(a, b, strict=True))
            total += 2 * G * d + d * d
            size += (G + d) ** 2
    return [(total + (len(A) * len(B) + 4) * u * size) / n ** 2 + last * abs(ref_linear_hsic(x, y)[0]) + _tiny(eps)]

def draw_hsic(rng):
    n, p, q, scale = rng.randint(2, 6), rng.randint(1, 3), rng.randint(1, 2), 2.0 ** rng.randint(-6, 1)
    x = [[scale * rng.gauss(0, 1) for _ in range(p)] for _ in range(n)]
    return x, [[rng.uniform(0, 1) * row[0] + scale * rng.gauss(0, 1) for _ in range(q)] for row in x]

def adversarial_hsic():
    return [([[0.0], [1.0], [2.0], [4.0]], [[1.0], [0.0], [3.0], [3.0]]), ([[-1.0], [0.0], [1.0]], [[1.0], [0.0], [1.0]]), ([[1.0], [1.0]], [[0.0], [5.0]]),
            ([[0.0], [2.0 ** -10], [2.0 ** -9]], [[0.0], [2.0 ** -9], [2.0 ** -10]])]

def draw_permuted_hsic(rng):
    """All orders of two or three points."""
    x, y = draw_hsic(rng)
    n = min(len(x), rng.choice((2, 3, 3)))
    return x[:n], y[:n], [list(order) for order in itertools.permutations(range(n))]

def adversarial_permuted_hsic():
    return [([[0.0], [1.0], [2.0], [4.0]], [[1.0], [0.0], [3.0], [3.0]], [[0, 1, 2, 3], [3, 2, 1, 0]])]

def _null_mean(permuted_hsic, x, y, r):
    """Over all orders the mean is tr K_c tr L_c/((n - 1) n^2)."""
    n = len(x)
    traces = [mp.fsum(C[i][i] for i in range(n)) for z in (x, y) for C in [_centred(_gauss(z)[1])]]
    whole = len(r) == math.factorial(n)
    return mp.fsum(permuted_hsic) / len(r) - traces[0] * traces[1] / (n - 1) / n ** 2 if whole else mp.mpf(0)

check_hsic_null_mean__recomputed = check_hsic_null_mean__gathered = _null_mean

def bound_hsic_null_mean__recomputed(x, y, r, eps):
    return mp.fsum(bound_permuted_hsic__recomputed(x, y, r, eps)) / len(r)

def bound_hsic_null_mean__gathered(x, y, r, eps):
    return mp.fsum(bound_permuted_hsic__gathered(x, y, r, eps)) / len(r)

def draw_linear_hsic(rng):
    x, y = draw_hsic(rng)
    shift = rng.choice([0.0, 1.0, 100.0])
    return [[t + shift for t in row] for row in x], y

adversarial_linear_hsic = adversarial_hsic

def check_hsic_empirical_trace(hsic, x, y):
    """Not negative, up to the rounding of bfloat16 in a kernel of size 1."""
    return [hsic[0] + mp.mpf(2) ** -5]

def check_hsic_linear_cka__features(linear_hsic, x, y):
    """A square, whatever the rounding: never negative."""
    return [linear_hsic[0] + _tiny(1)]

sizes_hsic, sizes_linear_hsic = [(64, 8), (256, 8), (1000, 8), (2000, 8)], [(1000, 16), (4000, 64)]

def inputs_hsic(size, dtype, device, generator):
    return tuple(torch.randn(size, device=device, generator=generator).to(dtype) for _ in range(2))

inputs_linear_hsic = inputs_hsic

def work_hsic(size, itemsize):
    return {"bytes": 2 * size[0] * size[1] * itemsize, "flop": size[0] ** 2 * (6 * size[1] + 8)}

def work_linear_hsic(size, itemsize):
    return {"bytes": 2 * size[0] * size[1] * itemsize, "flop": 2 * size[0] * size[1] ** 2}

def peers_hsic():
    def sums(x, y):
        K, L = (torch.exp(-torch.cdist(z, z) ** 2 / 2) for z in (x, y))
        return ((K - K.mean(0) - K.mean(1, keepdim=True) + K.mean()) * L).mean().reshape(1)
    return {"trace": torch_hsic__trace, "torch idiom: centred sums": sums}

def peers_linear_hsic():
    return {"gram": torch_linear_hsic__gram}

sizes_permuted_hsic = [(24, 4, 8), (64, 4, 16), (500, 4, 100)]

def inputs_permuted_hsic(size, dtype, device, generator):
    n, d, B = size
    x, y = (torch.randn(n, d, device=device, generator=generator).to(dtype) for _ in range(2))
    return x, y, torch.stack([torch.randperm(n, device=device, generator=generator) for _ in range(B)])

def work_permuted_hsic(size, itemsize):
    return {"bytes": size[2] * size[0] ** 2 * itemsize, "flop": 2 * size[2] * size[0] ** 2}

def _plot(en, zh, xlabel, ylabel, claim, series, xscale="linear", yscale="linear", vlines=(), hlines=()):
    digits = lambda values: [float(f"{float(v):.6g}") for v in values]
    return {"caption": {"en": en, "zh": zh}, "xlabel": xlabel, "ylabel": ylabel, "xscale": xscale, "yscale": yscale, "claim": claim, "vlines": list(vlines),
            "hlines": list(hlines), "series": [{"label": a, "x": digits(x), "y": digits(y), "style": s} for a, x, y, s in series]}

def plot_correlation():
    rs = [mp.mpf(k) / 50 for k in range(51)]
    def value(r, a):
        A, c = (1 + 2 / a ** 2) ** 2, 1 / a ** 4
        return (A - 4 * r * r * c) ** -0.5 - 2 * (A - r * r * c) ** -0.5 + A ** -0.5
    return _plot("HSIC of normal variables against their correlation, both kernels of width a.", "正态变量的 HSIC 随相关系数的变化，两核宽度均为 a。", "r", "HSIC", "hsic_population",
                 [(f"a = {float(a)}", rs, [value(r, a) for r in rs], "line") for a in map(mp.mpf, ("0.5", "1", "2"))])

def plot_bias():
    ns, g = list(range(4, 101)), (1 - 1 / mp.sqrt(3)) ** 2
    return _plot("Mean of the estimates for independent normal variables, Gaussian kernels of width 1.", "独立正态变量下各估计的均值，高斯核宽度 1。", "n", "mean", "hsic_null_mean", [
        ("Tr(KHLH)/n^2", ns, [g * (n - 1) / n ** 2 for n in ns], "line"), ("Tr(KHLH)/(n-1)^2", ns, [g / (n - 1) for n in ns], "dashed"), ("unbiased", ns, [0] * len(ns), "points")])

def plot_permutations():
    """All permutations of six points."""
    x, y, n = [0, 1, 2, 4, 5, 7], [1, 0, 3, 3, 5, 4], 6
    K, L = (_centred(_gauss([[mp.mpf(t) / 2] for t in z])[1]) for z in (x, y))
    K, L = ([[float(k) for k in row] for row in A] for A in (K, L))
    values, used = [], [False] * n
    def extend(order, total):
        if len(order) == n:
            values.append(total / n ** 2)
            return
        i = len(order)
        for j in range(n):
            if not used[j]:
                used[j] = True
                extend([*order, j], total + K[i][i] * L[j][j] + 2 * sum(K[i][a] * L[j][b] for a, b in enumerate(order)))
                used[j] = False
    extend([], 0.0)
    width = max(values) / 24
    counts = [0] * 25
    for v in values:
        counts[int(v / width * (1 - 1e-9) + 1e-9)] += 1
    mean = sum(K[i][i] for i in range(n)) * sum(L[i][i] for i in range(n)) / (n - 1) / n ** 2
    return _plot("HSIC over all 720 permutations of six points; the line is the mean of the claim.", "六个点的全部 720 个置换上的 HSIC；竖线为命题给出的均值。", "HSIC", "permutations", "hsic_null_mean",
                 [("count", [(k + 0.5) * width for k in range(25)], counts, "points")], vlines=[float(f"{mean:.6g}")])

def plot_small_distances():
    scales, eps = [mp.mpf(2) ** -k for k in range(11)], mp.mpf(2) ** -23
    x, y = [[mp.mpf(t)] for t in (0, 1, 2, 4)], [[mp.mpf(t)] for t in (1, 0, 3, 3)]
    rows = []
    for s in scales:
        a, b = ([[t * s for t in row] for row in z] for z in (x, y))
        rows.append([f(a, b, eps)[0] / ref_hsic(a, b)[0] for f in (bound_hsic__trace, bound_hsic__tiles)])
    return _plot("Relative error bounds in float32 against the scale of the data.", "float32 下相对误差界随数据尺度的变化。", "scale", "relative bound", "hsic_empirical_trace", [
        (name, scales, column, style) for name, column, style in zip(("trace", "K - 1, centred sums"), zip(*rows, strict=True), ("dashed", "line"), strict=True)], "log", "log")
