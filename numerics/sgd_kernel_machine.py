"""The tangent kernel of a network with one hidden layer, without the Jacobian of all its parameters.

**Computes.** `two_layer_ntk`: for f(x) = v.tanh(Wx)/sqrt m, K(x, z) = grad f(x).grad f(z), the gradients in v and W:
K = (1/m) [s(Wx).s(Wz) + (x.z) sum_j v_j^2 s'(w_j.x) s'(w_j.z)] with s = tanh. `linear_flow`: what gradient flow from theta on
squared losses of the linear model Phi theta predicts at time t for the features X: X theta + X Phi^T c, c = int_0^t e^(-Ks) ds (y - Phi theta), K = Phi Phi^T. Proofs: `proofs/sgd_kernel_machine.py`.
**Shapes.** X [N, d], Z [M, d], W [m, d], v [m]; result [N, M]. Phi [N, p], y [N], theta [p], X [M, p], t [1] >= 0; result [M].
**Errors.** u = eps/2; `jacobian` works in the dtype of its inputs, `layers` in float32 for bfloat16, with one rounding at the end (last).
A preactivation is off by h = (d + 1) u sum |w_k x_k|. tanh has slope at most 1 and tanh' slope at most 1, so s is off by
e = h + 4u |s| and s' = 1 - s^2 by e' = h + 10u. A product of two factors p, q that are off by a, b is off by |p| b + |q| a + ab;
nothing of second order is dropped. The sums of m + m d products add (m + m d + 8) u times the sum of the |products| in `jacobian`;
in `layers` they are sums of m, of d and again of m terms, so (m + d + 10) u times the same.
linear_flow: r = y - Phi theta is off by e = (p + 2) u (|Phi||theta| + |y|) in norms, K by (p + 2) u |Phi|^2 and its eigenvectors solve a problem off by 6N u |K|, together E. The integral
of e^(-Ks) moves by t^2 E/2 and is at most t: c by t^2 E |r|/2 + t e + (6N + 12) u t |r|, and the two products cost (p + N + 4) u |X| (|theta| + |Phi| t |r|). `modes` takes
-expm1(-lambda t)/lambda, t where lambda = 0; `quotient` loses u/lambda more in every mode, and promises nothing unless the least lambda exceeds 4E.
**Cost.** `jacobian` N m (d + 1) numbers in memory and N M m d products; `layers` N (m + d) numbers and N M (2m + d) products.
"""
import math
import random

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

def _flow(Phi, y, theta, X, t, weight):
    """By the eigenvectors of K; weight(lambda, t) is the integral of exp(-lambda s)."""
    F, z, a, Q, s = _work(Phi, y, theta, X, t)
    values, V = torch.linalg.eigh(F @ F.mT)
    c = V @ (weight(values, s) * (V.mT @ (z - F @ a)))
    return (Q @ a + Q @ (F.mT @ c)).to(Phi.dtype)

def torch_linear_flow__quotient(Phi, y, theta, X, t):
    """(1 - e^(-lambda t))/lambda. Hazard: 0/0 when K is singular, as it is for N > p."""
    return _flow(Phi, y, theta, X, t, lambda a, s: (1 - torch.exp(-a * s)) / a)

def torch_linear_flow__modes(Phi, y, theta, X, t):
    """By expm1, and t where lambda is 0: K of any rank."""
    return _flow(Phi, y, theta, X, t, lambda a, s: torch.where(a == 0, s, -torch.expm1(-a * s) / torch.where(a == 0, 1, a)))

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

def ref_linear_flow(Phi, y, theta, X, t):
    F = mp.matrix(Phi)
    values, V = mp.eigsy(F * F.T)
    r = V.T * mp.matrix([b - mp.fdot(row, theta) for b, row in zip(y, Phi, strict=True)])
    least = mp.mpf(10) ** (10 - mp.mp.dps) * (1 + mp.mnorm(F, "f") ** 2)  # what is smaller is 0
    c = F.T * (V * mp.matrix([b * (t[0] if abs(a) < least else -mp.expm1(-a * t[0]) / a) for a, b in zip(values, r, strict=True)]))
    return [mp.fdot(x, [a + b for a, b in zip(theta, c, strict=True)]) for x in X]

def _flow_bound(quotient):
    def bound(Phi, y, theta, X, t, eps):
        u, last = min(eps, mp.mpf(2) ** -23) / 2, eps / 2 if eps > mp.mpf(2) ** -20 else 0
        N, p, s, size, start = len(Phi), len(theta), t[0], mp.mnorm(mp.matrix(Phi), "f"), mp.norm(theta)
        r = mp.norm([b - mp.fdot(row, theta) for b, row in zip(y, Phi, strict=True)])
        e, E = (p + 2) * u * (size * start + mp.norm(y)), (p + 2 + 6 * N) * u * size ** 2
        c = s * s * E * r / 2 + s * e + (6 * N + 12) * u * s * (r + e)
        if quotient:
            least = min(mp.eigsy(mp.matrix(Phi) * mp.matrix(Phi).T, eigvals_only=True))
            c += 3 * u * (r + e) / (least - E) if least > 4 * E else mp.inf
        return [mp.norm(x) * (size * c + (p + N + 4) * u * (start + size * s * r)) + last * abs(f) for x, f in zip(X, ref_linear_flow(Phi, y, theta, X, t), strict=True)]
    return bound

bound_linear_flow__quotient, bound_linear_flow__modes = _flow_bound(True), _flow_bound(False)

def draw_linear_flow(rng):
    N, p = rng.randint(1, 4), rng.randint(1, 4)
    rows = lambda k: [[rng.gauss(0, 1) for _ in range(p)] for _ in range(k)]
    return rows(N), [rng.gauss(0, 1) for _ in range(N)], rows(1)[0], rows(2), [rng.choice((0.125, 1.0, 8.0)) * rng.uniform(0.5, 1)]

def adversarial_linear_flow():
    Phi = [[1.0, 2.0], [0.0, 1.0], [2.0, 1.0]]
    return [(Phi, [1.0, -1.0, 2.0], [1 / 3, -0.25], [[3.0, -1.0], *Phi], [0.7]), ([[0.0]], [1.0], [2.0], [[3.0]], [1.0]), (Phi[:2], [1.0, 1.0], [0.0, 0.0], Phi[:1], [1000.0])]

def check_linear_model_closed_form__modes(linear_flow, Phi, y, theta, X, t):
    """No prediction is farther from X theta than |X||Phi| t |r|, up to the rounding of bfloat16."""
    r = mp.norm([b - mp.fdot(row, theta) for b, row in zip(y, Phi, strict=True)])
    return [(mp.norm(x) * (mp.mnorm(mp.matrix(Phi), "f") * t[0] * r + mp.norm(theta) / 32) + mp.mpf(1) / 16 - abs(f - mp.fdot(x, theta))) for x, f in zip(X, linear_flow, strict=True)]

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

differentiable = ("two_layer_ntk__layers",)

def bound_gradient_two_layer_ntk__layers(X, Z, W, v, eps):
    """Products of s, s' and s'' = -2 s s', |s|, |s'|, |s''| <= 1, each off by E = 2h + 14u, h the largest error of a preactivation, with x, z, W and v^2; sums over units, samples and d."""
    u, d, m = eps / 2, len(X[0]), len(v)
    E = [[2 * (d + 1) * u * max(a for a, _, _ in _layer(x, W)) + 14 * u for x in Y] for Y in (X, Z)]
    by_X, by_Z, by_W, by_v = [[mp.mpf(0)] * d for _ in X], [[mp.mpf(0)] * d for _ in Z], [[mp.mpf(0)] * d for _ in W], [mp.mpf(0)] * m
    square, reach = mp.fdot(v, v), [mp.fsum(abs(w[c]) for w in W) for c in range(d)]
    far = [mp.fsum(t * t * abs(w[c]) for t, w in zip(v, W, strict=True)) for c in range(d)]
    for i, x in enumerate(X):
        for j, z in enumerate(Z):
            inner = mp.fsum(abs(s * t) for s, t in zip(x, z, strict=True))
            cost = (2 * (E[0][i] + E[1][j]) + (m + 2 * d + len(X) + len(Z) + 20) * u) / m
            by_v = [t + 2 * abs(c) * inner * cost for t, c in zip(by_v, v, strict=True)]
            for c in range(d):
                for k, t in enumerate(v):
                    by_W[k][c] += (1 + inner * t * t) * (abs(x[c]) + abs(z[c])) * cost
                by_X[i][c] += (reach[c] + abs(z[c]) * square + inner * far[c]) * cost
                by_Z[j][c] += (reach[c] + abs(x[c]) * square + inner * far[c]) * cost
    return [by_X, by_Z, by_W, by_v]

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

def _drift(m, seed):
    """|K_T - K_0|/|K_0| on the samples, f = v.tanh(w x)/sqrt m, 8 midpoint steps to T = 2; every unit starts with a mirror image, so that f_0 = 0."""
    draw, data = random.Random(seed * 1000 + m).random, [tuple(map(float, pair)) for pair in SAMPLES]
    v, w = ([sum(draw() for _ in range(12)) - 6 for _ in range(m // 2)] for _ in range(2))
    v, w = v + [-t for t in v], w + w
    def look(v, w):
        s = [[math.tanh(c * x) for c in w] for x, _ in data]
        slopes = [[c * x * (1 - t * t) for c, t in zip(v, row, strict=True)] for row, (x, _) in zip(s, data, strict=True)]
        dot = lambda p, q: math.fsum(a * b for a, b in zip(p, q, strict=True))
        kernel = [(dot(s[i], s[j]) + dot(slopes[i], slopes[j])) / m for i, j in ((0, 0), (0, 1), (1, 1))]
        alpha = [y / m ** 0.5 - dot(v, row) / m for (_, y), row in zip(data, s, strict=True)]
        return kernel, *([alpha[0] * p + alpha[1] * q for p, q in zip(*g, strict=True)] for g in (s, slopes))
    start, moved = look(v, w)[0], lambda z, g, h: [a + h * b for a, b in zip(z, g, strict=True)]
    for _ in range(8):
        _, gv, gw = look(v, w)
        _, gv, gw = look(moved(v, gv, 1 / 8), moved(w, gw, 1 / 8))
        v, w = moved(v, gv, 1 / 4), moved(w, gw, 1 / 4)
    return math.dist(look(v, w)[0], start) / math.hypot(*start)

def plot_kernel_drift():
    ms = [4, 8, 16, 32, 64, 128, 256]
    drifts = [sorted(_drift(m, seed) for seed in range(15))[7] for m in ms]
    return _plot("How far training moves the kernel of a network with m hidden units, |K_T - K_0|/|K_0|, median of 15 starts in which every unit has a mirror image, so that f_0 = 0.", "训练使 m 个隐单元网络的核移动多少：|K_T - K_0|/|K_0|，15 次初始化的中位数（单元成镜像对，使 f_0 = 0）。",
                 "m", "drift", "kernel_machine_strict", [("drift", ms, drifts, "points"), ("slope -1/2", ms, [drifts[0] * (4 / m) ** 0.5 for m in ms], "dashed"),
                                                   ("slope -1", ms, [drifts[0] * 4 / m for m in ms], "dashed")], "log", "log")
