"""Linear attention in both orders of its products, and the cost of a Transformer layer.

**Computes.** `linear_attention` out_i = sum_j A_ij v_j / sum_j A_ij with A_ij = f(q_i).f(k_j), f(x) = elu(x) + 1 > 0 entry by entry.
`taylor_attention` the same with A_ij = 1 + s + s^2/2 >= 1/2, s = q_i.k_j, the Taylor polynomial of order 2 of exp, which is f(q).f(k) for f = (1, q, q q^T/sqrt 2).
`layer_cost` the multiply-adds of a layer by parts (integers, no tensors). Proofs: `proofs/linear_attention_cost.py`.
**Shapes.** q [n, d], k [N, d], v [N, e]; result [n, e].
**Errors.** u = eps/2. f is off by 2u relative (e^x, or a sum of positive numbers). All sums in A have positive terms, so A_ij is off by
4u + (d + 1) u, numerator and denominator by (N + 1) u more, in either order: the sums over d and over N only change places. With
W_i = sum_j A_ij |v_j| / sum_j A_ij the quotient moves by W_i (e^T - 1), T = 2 (4 + d + 1 + N + 1) u + 2u for the products and the division.
taylor_attention: with S = sum |q_c k_c| and B = 1 + S + S^2/2 every order of its sums is off by c u B: c = N + 2d + 12 by `quadratic`, where s is off by (d + 1) u S, and c = N + d^2 + d + 14 by
`features`, sums of 1 + d + d^2 products; the quotient by (c u sum B |v| + |out| c u sum B)/(sum A - c u sum B), infinite where nothing is left of the denominator.
`quadratic` works in the dtype of the inputs, `state` in float32 for bfloat16 with one rounding at the end (last).
**Cost.** `quadratic` n N (d + e) products and n N numbers; `state` (n + N) d e products and d (e + 1) numbers.
"""
import mpmath as mp
import torch

def layer_cost(n, width, heads, groups=None, matrices=2, ratio=4, causal=False):
    """Multiply-adds of one layer: heads for queries, groups of them for keys and values, an FFN of `matrices` products to width * ratio.
    With `causal` only the n (n + 1)/2 scores that are used are counted."""
    size, groups = width // heads, groups or heads
    pairs = n * (n + 1) // 2 if causal else n * n
    parts = {"projections": 2 * n * width * heads * size + 2 * n * width * groups * size, "attention": 2 * pairs * heads * size,
             "feed-forward": matrices * ratio * n * width * width}
    return parts | {"total": sum(parts.values())}

def feature(x):
    """elu(x) + 1 without the cancellation of elu near -1 + 1."""
    return torch.where(x > 0, x + 1, torch.exp(x.clamp_max(0)))

def torch_linear_attention__quadratic(q, k, v):
    """(f(Q) f(K)^T) V with the n x N matrix in memory, in the dtype of the inputs."""
    A = feature(q) @ feature(k).mT
    return (A @ v) / A.sum(-1, keepdim=True)

def torch_linear_attention__state(q, k, v):
    """f(Q) (f(K)^T V): the state is d x (e + 1), whatever N is."""
    work = torch.float32 if q.dtype in (torch.bfloat16, torch.float16) else q.dtype
    f, g, one = feature(q.to(work)), feature(k.to(work)), torch.ones_like(v[:, :1], dtype=work)
    out = f @ (g.mT @ torch.cat([v.to(work), one], -1))
    return (out[:, :-1] / out[:, -1:]).to(q.dtype)

def torch_taylor_attention__quadratic(q, k, v):
    """The n x N matrix in memory, in the dtype of the inputs."""
    s = q @ k.mT
    A = 1 + s + s * s / 2
    return (A @ v) / A.sum(-1, keepdim=True)

def torch_taylor_attention__features(q, k, v):
    """State (1 + d + d^2) x (e + 1). Hazard: where s is near -1 sums of size 1 + S + S^2/2 leave 1/2."""
    work = torch.float32 if q.dtype in (torch.bfloat16, torch.float16) else q.dtype
    def lifted(x):
        y = x.to(work)
        return torch.cat([torch.ones_like(y[:, :1]), y, (y.unsqueeze(2) * y.unsqueeze(1)).flatten(1) * 0.5 ** 0.5], 1)
    out = lifted(q) @ (lifted(k).mT @ torch.cat([v.to(work), torch.ones_like(v[:, :1], dtype=work)], 1))
    return (out[:, :-1] / out[:, -1:]).to(q.dtype)

def _features(x):
    return [[t + 1 if t > 0 else mp.exp(t) for t in row] for row in x]

def _weights(q, k):
    right = _features(k)
    for f in _features(q):
        row = [mp.fdot(f, g) for g in right]
        yield [t / mp.fsum(row) for t in row]

def ref_linear_attention(q, k, v):
    return [[mp.fdot(p, column) for column in zip(*v, strict=True)] for p in _weights(q, k)]

def _taylor(q, k):
    for x in q:
        row = [mp.fdot(x, y) for y in k]
        yield [1 + s + s * s / 2 for s in row]

def ref_taylor_attention(q, k, v):
    return [[mp.fdot(A, column) / mp.fsum(A) for column in zip(*v, strict=True)] for A in _taylor(q, k)]

def _taylor_bound(native):
    def bound(q, k, v, eps):
        u, last = (eps / 2, 0) if native or eps < mp.mpf(2) ** -20 else (mp.mpf(2) ** -24, eps / 2)
        N, d, rows = len(k), len(q[0]), []
        size = lambda Y: [[abs(t) for t in row] for row in Y]
        for A, B, out in zip(_taylor(q, k), _taylor(size(q), size(k)), ref_taylor_attention(q, k, v), strict=True):
            c = (N + (2 * d + 12 if native else d * d + d + 14)) * u
            below, total = c * mp.fsum(B), mp.fsum(A)
            rows.append([(c * mp.fdot(B, map(abs, column)) + abs(o) * below) / (total - below) * (1 + 2 * u) + last * abs(o) if below < total / 2 else mp.inf
                         for column, o in zip(zip(*v, strict=True), out, strict=True)])
        return rows
    return bound

bound_taylor_attention__quadratic, bound_taylor_attention__features = _taylor_bound(True), _taylor_bound(False)

def _bound(native):
    def bound(q, k, v, eps):
        u, last = (eps / 2, 0) if native or eps < mp.mpf(2) ** -20 else (mp.mpf(2) ** -24, eps / 2)
        T = (2 * (6 + len(q[0]) + len(k)) + 2) * u
        return [[mp.fdot(p, map(abs, column)) * mp.expm1(T) + last * abs(o) for column, o in zip(zip(*v, strict=True), out, strict=True)]
                for p, out in zip(_weights(q, k), ref_linear_attention(q, k, v), strict=True)]
    return bound

bound_linear_attention__quadratic, bound_linear_attention__state = _bound(True), _bound(False)

def draw_linear_attention(rng):
    d, n, N, e = rng.randint(1, 5), rng.randint(1, 3), rng.randint(1, 7), rng.randint(1, 3)
    return tuple([[scale * rng.gauss(0, 1) for _ in range(cols)] for _ in range(rows)] for rows, cols, scale in ((n, d, 2), (N, d, 2), (N, e, 1)))

def adversarial_linear_attention():
    return [([[0.0]], [[0.0]], [[1.0]]), ([[-20.0, 3.0]], [[-20.0, -20.0], [1.0, 2.0]], [[1.0], [-1.0]]), ([[1.0]], [[1.0], [1.0]], [[1.0, 5.0], [-1.0, 5.0]])]

def check_linear_vs_standard_crossover(linear_attention, q, k, v):
    """The weights are positive and add up to 1 in either order: the output stays between the least and the greatest value, up to rounding."""
    out = []
    for row in linear_attention:
        for t, column in zip(row, zip(*v, strict=True), strict=True):
            slack = mp.mpf(2) ** -4 * max(map(abs, column)) + mp.mpf(2) ** -100
            out += [t - min(column) + slack, max(column) - t + slack]
    return out

differentiable = ("linear_attention__state",)

def bound_gradient_linear_attention__state(q, k, v, eps):
    """d/dv_j is the sum of p_ij over i: two quotients of positive sums, 2T. d/df(q_i) is (f(K)^T (v - out))/sum A, d/df(k) likewise: products of numbers off by T each, with
    |v - out| <= 2 max |v|, weighted by f' <= f: n N d such terms of size 2 max|v| f f/sum A <= 2 max|v|."""
    u, n, N, d = eps / 2, len(q), len(k), len(q[0])
    T = (2 * (6 + d + N) + n + 6) * u
    big = max(abs(t) for row in v for t in row)
    P = list(_weights(q, k))
    values = [[2 * T * mp.fsum(p[j] for p in P)] * len(v[0]) for j in range(N)]
    rest = 6 * T * big * len(v[0])
    return [[[rest] * d for _ in q], [[rest * n] * d for _ in k], values]

def draw_taylor_attention(rng):
    n, N, d, e = rng.randint(1, 3), rng.randint(1, 5), rng.randint(1, 4), rng.randint(1, 2)
    return tuple([[rng.gauss(0, 1) for _ in range(cols)] for _ in range(rows)] for rows, cols in ((n, d), (N, d), (N, e)))

def adversarial_taylor_attention():
    return [([[1.0, 0.0], [3.0, -3.0]], [[-1.0, 0.0], [3.0, 2.0]], [[1.0], [-2.0]]), ([[0.0]], [[5.0]], [[3.0]]), ([[100.0]], [[-0.01], [0.01]], [[1.0], [0.0]])]

sizes_taylor_attention = [(256, 16), (2048, 16)]

def inputs_taylor_attention(size, dtype, device, generator):
    return tuple(torch.randn(size, device=device, generator=generator).to(dtype) for _ in range(3))

def work_taylor_attention(size, itemsize):
    return {"bytes": 4 * size[0] * size[1] * itemsize, "flop": 4 * size[0] * size[1] ** 3}

sizes_linear_attention = [(256, 64), (1024, 64), (4096, 64)]

def inputs_linear_attention(size, dtype, device, generator):
    return tuple(torch.randn(size, device=device, generator=generator).to(dtype) for _ in range(3))

def work_linear_attention(size, itemsize):
    return {"bytes": 4 * size[0] * size[1] * itemsize, "flop": 4 * size[0] * size[1] ** 2}

def peers_linear_attention():
    return {"quadratic": torch_linear_attention__quadratic, "torch: exact softmax attention (another result)":
            lambda q, k, v: torch.nn.functional.scaled_dot_product_attention(q[None], k[None], v[None])[0]}

def _plot(en, zh, xlabel, ylabel, claim, series, xscale="linear", yscale="linear", vlines=(), hlines=()):
    digits = lambda values: [float(f"{float(v):.6g}") for v in values]
    return {"caption": {"en": en, "zh": zh}, "xlabel": xlabel, "ylabel": ylabel, "xscale": xscale, "yscale": yscale, "claim": claim, "vlines": list(vlines),
            "hlines": list(hlines), "series": [{"label": a, "x": digits(x), "y": digits(y), "style": s} for a, x, y, s in series]}

LENGTHS = [2 ** k for k in range(6, 18)]
WIDTHS = (("base, D = 768", 768, 12), ("large, D = 1024", 1024, 16), ("7B, D = 4096", 4096, 32))

def plot_share():
    def share(n, width, heads):
        parts = layer_cost(n, width, heads)
        return parts["attention"] / parts["total"]
    return _plot("Share of the quadratic part in the multiply-adds of a layer; the threshold 1/2 is reached at n = 6D.", "二次部分在一层乘加数中的占比；n = 6D 时达到 1/2。", "n", "share", "quadratic_thresholds",
                 [(name, LENGTHS, [share(n, width, heads) for n in LENGTHS], "line") for name, width, heads in WIDTHS], "log", hlines=[0.5])

def plot_exponent():
    return _plot("Local exponent of the cost against the length: far from 2 at usual lengths.", "代价的局部指数随长度的变化：在常用长度上远小于 2。", "n", "exponent", "quadratic_thresholds",
                 [(name, LENGTHS, [1 + n / (n + 6 * width) for n in LENGTHS], "line") for name, width, _ in WIDTHS], "log", hlines=[1, 2])

def plot_speedup():
    return _plot("The most that a layer gains when attention becomes free.", "注意力代价降为零时一层的最大加速比。", "n", "speed-up", "amdahl_linear_attention",
                 [(name, LENGTHS, [1 + n / (6 * width) for n in LENGTHS], "line") for name, width, _ in WIDTHS], "log", "log")

def plot_crossover():
    Ls, d, width = [1 + k / 8 for k in range(57)], 64, 768
    return _plot("Length from which a linear kernel with heads L times as wide costs less than attention, D = 768, d = 64.", "头宽为 L 倍的线性核开始比标准注意力便宜的长度，D = 768、d = 64。", "L", "n", "linear_vs_standard_crossover", [
        ("kernel alone", Ls, [L * L * d for L in Ls], "dashed"), ("with its projections", Ls, [2 * (L - 1) * width + L * L * d for L in Ls], "line"),
        ("queries and keys only, with projections", Ls, [(L - 1) * width + L * d for L in Ls], "line")], "linear", "log")
