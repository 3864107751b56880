"""The tangent kernel of a network with one hidden layer, without the Jacobian of all its parameters.

**Computes.** `two_layer_ntk`: for f(x) = v.tanh(Wx)/sqrt m, K(x, z) = grad f(x).grad f(z), the gradients in v and W:
K = (1/m) [s(Wx).s(Wz) + (x.z) sum_j v_j^2 s'(w_j.x) s'(w_j.z)] with s = tanh. Proofs: `proofs/sgd_kernel_machine.py`.
**Shapes.** X [N, d], Z [M, d], W [m, d], v [m]; result [N, M].
**Errors.** u = eps/2; `jacobian` works in the dtype of its inputs, `layers` in float32 for bfloat16, with one rounding at the end (last).
A preactivation is off by h = (d + 1) u sum |w_k x_k|. tanh has slope at most 1 and tanh' slope at most 1, so s is off by
e = h + 4u |s| and s' = 1 - s^2 by e' = h + 10u. A product of two factors p, q that are off by a, b is off by |p| b + |q| a + ab;
nothing of second order is dropped. The sums of m + m d products add (m + m d + 8) u times the sum of the |products| in `jacobian`;
in `layers` they are sums of m, of d and again of m terms, so (m + d + 10) u times the same.
**Cost.** `jacobian` N m (d + 1) numbers in memory and N M m d products; `layers` N (m + d) numbers and N M (2m + d) products.
"""
import mpmath as mp
import torch

def _work(*tensors):
    """bfloat16 and float16 to float32, other dtypes as they are."""
    return [t.float() if t.dtype in (torch.bfloat16, torch.float16) else t for t in tensors]

def torch_two_layer_ntk__jacobian(X, Z, W, v):
    """All gradients as rows of two matrices, then their product. Hazard: N m (d + 1) numbers; rounds each gradient."""
    def gradients(X):
        s = torch.tanh(X @ W.mT)
        inner = (v * (1 - s * s)).unsqueeze(-1) * X.unsqueeze(-2)
        return torch.cat([s, inner.flatten(-2)], -1) / len(v) ** 0.5
    return gradients(X) @ gradients(Z).mT

def torch_two_layer_ntk__layers(X, Z, W, v):
    """One Gram matrix for each layer: A A'^T + (X Z^T) o (B B'^T). No gradient is ever formed."""
    x, z, w, c = _work(X, Z, W, v)
    s, r = torch.tanh(x @ w.mT), torch.tanh(z @ w.mT)
    inner = (x @ z.mT) * (((1 - s * s) * (c * c)) @ (1 - r * r).mT)
    return ((s @ r.mT + inner) / len(v)).to(X.dtype)

def _layer(x, W):
    """(sum |w_k x_k|, s, s') for each unit."""
    for w in W:
        a = mp.fdot(w, x)
        s = mp.tanh(a)
        yield mp.fsum(abs(p * q) for p, q in zip(w, x, strict=True)), s, mp.sech(a) ** 2

def ref_two_layer_ntk(X, Z, W, v):
    left, right = ([list(_layer(x, W)) for x in Y] for Y in (X, Z))
    def entry(x, z, a, b):
        outer = mp.fsum(p[1] * q[1] for p, q in zip(a, b, strict=True))
        return (outer + mp.fdot(x, z) * mp.fsum(c * c * p[2] * q[2] for c, p, q in zip(v, a, b, strict=True))) / len(v)
    return [[entry(x, z, a, b) for z, b in zip(Z, right, strict=True)] for x, a in zip(X, left, strict=True)]

def _bound(native):
    def bound(X, Z, W, v, eps):
        u, last = (eps / 2, 0) if native or eps < mp.mpf(2) ** -20 else (mp.mpf(2) ** -24, eps / 2)
        d, m = len(X[0]), len(v)
        terms = (m + m * d + 8 if native else m + d + 10) * u
        left, right = ([list(_layer(x, W)) for x in Y] for Y in (X, Z))
        def entry(x, z, a, b, exact):
            size = moved = mp.mpf(0)
            inner = mp.fsum(abs(p * q) for p, q in zip(x, z, strict=True))
            for c, (hx, sx, dx), (hz, sz, dz) in zip(v, a, b, strict=True):
                hx, hz = (d + 1) * u * hx, (d + 1) * u * hz
                for weight, p, q, e, f in ((1, abs(sx), abs(sz), hx + 4 * u * abs(sx), hz + 4 * u * abs(sz)),
                                           (c * c * inner, dx, dz, hx + 10 * u, hz + 10 * u)):
                    moved += weight * (p * f + q * e + e * f)
                    size += weight * (p + e) * (q + f)
            return (moved + terms * size) / m + last * abs(exact)
        exact = ref_two_layer_ntk(X, Z, W, v)
        return [[entry(x, z, a, b, k) for z, b, k in zip(Z, right, row, strict=True)] for x, a, row in zip(X, left, exact, strict=True)]
    return bound

bound_two_layer_ntk__jacobian, bound_two_layer_ntk__layers = _bound(True), _bound(False)

def draw_two_layer_ntk(rng):
    """Z starts with the rows of X, so that the kernel of X is part of the result."""
    d, m, n = rng.randint(1, 4), rng.randint(1, 8), rng.randint(1, 3)
    rows = lambda k: [[rng.gauss(0, 1) for _ in range(d)] for _ in range(k)]
    X = rows(n)
    return X, X + rows(1), rows(m), [rng.gauss(0, 1) for _ in range(m)]

def adversarial_two_layer_ntk():
    one = [[1.0]]
    return [(one, one, [[9.0]], [1.0]), ([[3.0, -4.0]], [[3.0, -4.0], [4.0, 3.0]], [[2.0, 1.5], [0.0, 0.0]], [100.0, -1.0]),
            ([[1e-4, 0.0]], [[1e-4, 0.0], [0.0, 1.0]], [[1.0, 1.0]], [0.0])]

def check_path_kernel(two_layer_ntk, X, Z, W, v):
    """The kernel of X is symmetric and its 2 x 2 minors are not negative, up to the rounding of bfloat16."""
    K = [row[:len(X)] for row in two_layer_ntk]
    tiny = mp.mpf(2) ** -100
    return [[K[i][i] * K[j][j] * mp.mpf("1.2") - K[i][j] * K[j][i] + tiny for j in range(len(X))] for i in range(len(X))]

def check_two_layer_ntk_diagonal(two_layer_ntk, X, Z, W, v):
    """K(x, x) is at least |grad in v|^2 = sum s^2 / m, up to rounding."""
    least = [mp.fsum(s * s for _, s, _ in _layer(x, W)) / len(v) for x in X]
    return [row[i] * mp.mpf("1.1") - a + mp.mpf(2) ** -100 for i, (row, a) in enumerate(zip(two_layer_ntk, least, strict=True))]

sizes_two_layer_ntk = [(64, 32, 128), (256, 64, 512), (512, 128, 1024)]

def inputs_two_layer_ntk(size, dtype, device, generator):
    n, d, m = size
    X, W, v = (torch.randn(s, device=device, generator=generator) for s in ((n, d), (m, d), (m,)))
    return (X / d ** 0.5).to(dtype), (X / d ** 0.5).to(dtype), W.to(dtype), v.to(dtype)

def work_two_layer_ntk(size, itemsize):
    n, d, m = size
    return {"bytes": (2 * n * d + m * d + m + n * n) * itemsize, "flop": 2 * n * n * (2 * m + d) + 4 * n * m * d}

def peers_two_layer_ntk():
    def functional(X, Z, W, v):
        f = lambda p, x: (torch.tanh(p[0] @ x) @ p[1]) / len(v) ** 0.5
        rows = lambda Y: [g.flatten(1) for g in torch.func.vmap(torch.func.grad(f), (None, 0))((W, v), Y)]
        return sum(a @ b.mT for a, b in zip(rows(X), rows(Z), strict=True))
    return {"jacobian": torch_two_layer_ntk__jacobian, "torch.func.vmap(grad)": functional}

def _plot(en, zh, xlabel, ylabel, claim, series, xscale="linear", yscale="linear", hlines=()):
    digits = lambda values: [float(f"{float(v):.6g}") for v in values]
    return {"caption": {"en": en, "zh": zh}, "xlabel": xlabel, "ylabel": ylabel, "xscale": xscale, "yscale": yscale, "claim": claim,
            "vlines": [], "hlines": list(hlines), "series": [{"label": a, "x": digits(x), "y": digits(y), "style": s} for a, x, y, s in series]}

SAMPLES = ((mp.mpf(1), mp.mpf(1)), (-mp.mpf(1) / 2, mp.mpf(3) / 10))

def _slopes(p1, p2, x):
    f = mp.tanh(p2 * x)
    return f, p1 * x * (1 - f * f)

def _descent(steps, queries, T=2):
    """Gradient descent of theta_1 tanh(theta_2 x) on the two samples: the path of (theta, alpha), midpoint rule where steps < 0."""
    p, size, path = (mp.mpf(1) / 2, mp.mpf(1) / 2), mp.mpf(T) / abs(steps), []
    def rate(p):
        alpha = [y - p[0] * mp.tanh(p[1] * x) for x, y in SAMPLES]
        return alpha, [mp.fsum(a * _slopes(*p, x)[k] for a, (x, _) in zip(alpha, SAMPLES, strict=True)) for k in (0, 1)]
    for _ in range(abs(steps)):
        alpha, r = rate(p)
        at = p
        if steps < 0:
            at = tuple(c + size / 2 * g for c, g in zip(p, r, strict=True))
            alpha, r = rate(at)
        kernels = [[mp.fdot(_slopes(*at, x), _slopes(*at, xi)) for xi, _ in SAMPLES] for x in queries]
        path.append((alpha, kernels, size))
        p = tuple(c + size * g for c, g in zip(p, r, strict=True))
    return p, path

def plot_weights():
    xs = [mp.mpf(k) / 5 for k in range(-20, 21) if k]
    _, path = _descent(-40, xs)
    def weight(q, i):
        return mp.fsum(a[i] * K[q][i] for a, K, _ in path) / mp.fsum(K[q][i] for _, K, _ in path)
    return _plot("The weights int alpha_i K / int K of two samples against x, f = theta_1 tanh(theta_2 x): not constant, but nearly so here.",
                 "两个样本的权重 ∫α_iK/∫K 随 x 的变化，f = θ₁tanh(θ₂x)：并非常数，但此处变化很小。", "x", "weight", "kernel_machine_strict",
                 [(f"sample {i + 1}", xs, [weight(q, i) for q in range(len(xs))], "line") for i in (0, 1)])

def plot_defect():
    steps = [5, 10, 20, 40, 80, 160]
    def missed(n):
        p, path = _descent(n, [mp.mpf(2)])
        total = mp.fsum(size * mp.fdot(a, K[0]) for a, K, size in path)
        return abs(p[0] * mp.tanh(2 * p[1]) - mp.tanh(1) / 2 - total)
    etas = [mp.mpf(2) / n for n in steps]
    defects = [missed(n) for n in steps]
    return _plot("What the path-kernel formula misses at x = 2 with steps eta up to T = 2: of order eta.", "步长为 η（T = 2）时路径核公式在 x = 2 处的误差：与 η 同阶。",
                 "eta", "defect", "discrete_gd_error", [("defect", etas, defects, "points"), ("slope 1", etas, [defects[-1] * e / etas[-1] for e in etas], "dashed")], "log", "log")

def plot_reconstruction():
    xs = [mp.mpf(k) / 5 for k in range(-20, 21)]
    p, path = _descent(-40, xs)
    start = [mp.tanh(x / 2) / 2 for x in xs]
    whole = [f + mp.fsum(size * mp.fdot(a, K[q]) for a, K, size in path) for q, (x, f) in enumerate(zip(xs, start, strict=True))]
    totals = [mp.fsum(size * a[i] for a, _, size in path) for i in (0, 1)]
    frozen = [f + mp.fdot(totals, path[0][1][q]) for q, f in enumerate(start)]
    return _plot("The trained f_T, its reconstruction by the path kernel, and the formula with the kernel of the start.", "训练后的 f_T、路径核重构，以及用初始核代替的结果。",
                 "x", "f", "path_kernel", [("f_T", xs, [p[0] * mp.tanh(p[1] * x) for x in xs], "line"), ("path kernel", xs, whole, "points"), ("kernel of t = 0", xs, frozen, "dashed")])
