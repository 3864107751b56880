"""The entropy of attention weights, and weights from squared relu, accurate also where one key takes all.

**Computes.** `relu2_attention` out_i = sum over j <= i of relu(q_i.k_j/sqrt d)^2 v_j/(i + 1), i from 0. `entropy` H of softmax(a s). `relu2_weights` relu(s)^2 over its sum, 0 if no score is positive. Proofs: `proofs/attention_softmax.py`.
**Shapes.** s [..., n], a [...]; results [...] and [..., n], dtype of s. q, k [n, d], v [n, e] give [n, e].
**Errors.** u = eps/2, first order; x_i = a (max s - s_i) >= 0. bfloat16 is computed in float32 and rounded once (last), except in the plain forms. E is the sum of e^(-x_i) off the maximum.
entropy, `gap`: H = log1p(E) + sum e_i x_i/(1 + E), all terms >= 0. x_i carries 2u, e_i therefore h_i = 2u x_i + 2u; so E is off by T = sum e_i h_i, log1p(E) by T/(1 + E), the second part by
sum e_i x_i (h_i + 3u)/(1 + E) + sum e_i x_i T/(1 + E)^2, and sums, quotient and log1p cost (n + 6) u H: relative accuracy, however small H is.
`plain`: -sum p log p with p from softmax, terms with p = 0 left out: p_i is off by a relative r_i = h_i + sum p h + (n + 6) u, h_i = u (|a s_i| + 2 x_i); a term by p_i r_i (|log p_i| + 1) + 3u p_i |log p_i|, and
the sum by n u H. The derivative of p log p at p = 1 is 1, so an absolute error of the size of u remains when H is tiny.
relu2_weights, `scaled` by the largest score: (n + 6) u relative, unless the square of a ratio underflows (tiny). `plain`: the same, unless a square over- or underflows (nothing is promised then).
relu2_attention: a score s is off by h = (d + 3) u sum |q_c k_c|/sqrt d, its square r = relu(s)^2 by 2h relu(s) + h^2, the sum of row i by that and (i + 6) u (relu(s) + h)^2
times |v_j|, over i + 1. `plain` in the dtype of the inputs; `tiles` in float32 for bfloat16 (last), half the products and no n x n matrix; `pairs` are tiles of two rows.
Its gradient has the same products: by v (n + 8) u r and what r is off by, by q and k 2 (h + (d + n + 10) u (relu(s) + h)) |v_j|_1.
**Cost.** One pass for the maximum and one for the sums.
"""
import mpmath as mp
import torch

def _work(*tensors):
    return [t.float() if t.dtype in (torch.bfloat16, torch.float16) else t for t in tensors]

def torch_entropy__plain(s, a):
    """-sum p log p. Hazard: an absolute error of the size of eps, which is everything when p is nearly one-hot."""
    p = torch.softmax(a.unsqueeze(-1) * s, -1)
    return -torch.xlogy(p, p).sum(-1)

def torch_entropy__gap(s, a):
    """log1p(E) + sum of e_i x_i over 1 + E, both over the keys off the maximum."""
    y, b = _work(s, a)
    top, i = y.max(-1, keepdim=True)
    x = b.unsqueeze(-1) * (top - y)
    e = torch.exp(-x).scatter(-1, i, 0)
    E = e.sum(-1)
    return (torch.log1p(E) + (e * x).sum(-1) / (1 + E)).to(s.dtype)

def torch_relu2_weights__plain(s):
    """Squares over their sum. Hazard: squares of large or small scores leave the range of the type."""
    w = torch.relu(s).square()
    total = w.sum(-1, keepdim=True)
    return w / torch.where(total > 0, total, 1)

def torch_relu2_weights__scaled(s):
    """Divided by the largest score first: homogeneous weights do not see it."""
    r = torch.relu(_work(s)[0])
    top = r.amax(-1, keepdim=True)
    w = (r / torch.where(top > 0, top, 1)).square()
    total = w.sum(-1, keepdim=True)
    return (w / torch.where(total > 0, total, 1)).to(s.dtype)

def torch_relu2_attention__plain(q, k, v):
    """The n x n matrix with its upper half cut off."""
    w = torch.relu(q @ k.mT * q.shape[-1] ** -0.5).square().tril()
    return w @ v / torch.arange(1, len(q) + 1, dtype=q.dtype, device=q.device).unsqueeze(-1)

def torch_relu2_attention__tiles(q, k, v, tile=512):
    """Rows in tiles, each with the keys up to its last row: no normalisation couples the columns."""
    (x, y, z), out = _work(q, k, v), []
    for at in range(0, len(q), tile):
        rows = x[at:at + tile] * q.shape[-1] ** -0.5
        end = at + len(rows)
        w = torch.relu(rows @ y[:end].mT).square().tril(at)
        out.append(w @ z[:end] / torch.arange(at + 1, end + 1, dtype=x.dtype, device=q.device).unsqueeze(-1))
    return torch.cat(out).to(v.dtype)

def torch_relu2_attention__pairs(q, k, v):
    """Tiles of two rows."""
    return torch_relu2_attention__tiles(q, k, v, 2)

def _parts(s, a):
    """(x_i off the first maximum, E)"""
    m = s.index(max(s))
    x = [a * (s[m] - t) for i, t in enumerate(s) if i != m]
    return x, mp.fsum(mp.exp(-t) for t in x)

def ref_entropy(s, a):
    def one(row, b):
        x, E = _parts(row, b)
        return mp.log1p(E) + mp.fsum(t * mp.exp(-t) for t in x) / (1 + E)
    return [one(*v) for v in zip(s, a, strict=True)]

def _scores_of(q, k, u=0):
    """(relu(s), h) for j <= i."""
    root = mp.sqrt(len(q[0]))
    return [[(max(mp.fdot(a, b), 0) / root, (len(a) + 3) * u * mp.fsum(abs(x * y) for x, y in zip(a, b, strict=True)) / root) for b in k[:i + 1]] for i, a in enumerate(q)]

def ref_relu2_attention(q, k, v):
    return [[mp.fsum(r * r * row[c] for (r, _), row in zip(w, v, strict=False)) / len(w) for c in range(len(v[0]))] for w in _scores_of(q, k)]

def ref_relu2_weights(s):
    def one(row):
        w = [max(t, 0) ** 2 for t in row]
        return [t / (mp.fsum(w) or 1) for t in w]
    return [one(row) for row in s]

def _u(eps):
    return min(eps, mp.mpf(2) ** -23) / 2, eps / 2 if eps > mp.mpf(2) ** -20 else 0

def bound_entropy__gap(s, a, eps):
    (u, last), least = _u(eps), mp.mpf(2) ** (-126 if eps > mp.mpf(2) ** -30 else -1022)
    def one(row, b, H):
        x, E = _parts(row, b)
        e, n = [mp.exp(-t) for t in x], len(row)
        h = [2 * u * t + 2 * u for t in x]
        T = mp.fdot(e, h)
        second = mp.fsum(p * t * (q + 3 * u) for p, t, q in zip(e, x, h, strict=True)) / (1 + E) + mp.fdot(e, x) * T / (1 + E) ** 2
        return T / (1 + E) + second + ((n + 6) * u + last) * H + n * (1 + max(x, default=0)) * least
    return [one(*v) for v in zip(s, a, ref_entropy(s, a), strict=True)]

def bound_entropy__plain(s, a, eps):
    u, least = eps / 2, mp.mpf(2) ** (-126 if eps > mp.mpf(2) ** -30 else -1022)
    def one(row, b, H):
        n, top = len(row), max(row)
        x = [b * (top - t) for t in row]
        total = mp.fsum(mp.exp(-t) for t in x)
        p, size = [mp.exp(-t) / total for t in x], [t + mp.log(total) for t in x]
        h = [u * (abs(b * t) + 2 * w) for t, w in zip(row, x, strict=True)]
        r = [t + mp.fdot(p, h) + (n + 6) * u for t in h]
        grown = mp.exp(4 * max(h))  # of second order, but bfloat16 has large h
        return mp.fsum(q * t * (w + 1) * grown + 3 * u * q * w for q, t, w in zip(p, r, size, strict=True)) + n * u * H + n * (1 + max(size)) * least
    return [one(*v) for v in zip(s, a, ref_entropy(s, a), strict=True)]

def _weights_bound(careful):
    def bound(s, eps):
        (u, last), n = _u(eps) if careful else (eps / 2, 0), len(s[0])
        low, high = (mp.mpf(2) ** (p if eps > mp.mpf(2) ** -30 else q) for p, q in ((-126, -1022), (127, 1023)))
        def one(row, out):
            top = max(row)
            safe = careful or top <= 0 or n * top ** 2 < high and top ** 2 > low / eps
            tiny = (low if careful else low / top ** 2) if top > 0 else 0
            return [((n + 6) * u + last) * w + 2 * tiny if safe else mp.inf for w in out]
        return [one(*v) for v in zip(s, ref_relu2_weights(s), strict=True)]
    return bound

bound_relu2_weights__plain, bound_relu2_weights__scaled = _weights_bound(False), _weights_bound(True)

def _attention_bound(native):
    def bound(q, k, v, eps):
        u, last = (eps / 2, 0) if native else _u(eps)
        def one(w, out):
            moved = [2 * h * r + h * h + (len(w) + 6) * u * (r + h) ** 2 for r, h in w]
            return [mp.fsum(m * abs(row[c]) for m, row in zip(moved, v, strict=False)) / len(w) + last * abs(o) + mp.mpf(2) ** -120 for c, o in enumerate(out)]
        return [one(*z) for z in zip(_scores_of(q, k, u), ref_relu2_attention(q, k, v), strict=True)]
    return bound

bound_relu2_attention__plain = _attention_bound(True)
bound_relu2_attention__tiles = bound_relu2_attention__pairs = _attention_bound(False)

differentiable = ("entropy__gap", "relu2_attention__tiles")

def bound_gradient_relu2_attention__tiles(q, k, v, eps):
    u, n, d = eps / 2, len(q), len(q[0])
    S, tiny = _scores_of(q, k, u), mp.mpf(10) ** -30
    by_v = [mp.fsum((2 * h * r + h * h + (n + 8) * u * r * r) / (i + 1) for i, w in enumerate(S) for j, (r, h) in enumerate(w) if j == m) + tiny for m in range(n)]
    G = [[2 * (h + (d + n + 10) * u * (r + h)) * mp.fsum(map(abs, row)) / (i + 1) / mp.sqrt(d) for (r, h), row in zip(w, v, strict=False)] for i, w in enumerate(S)]
    by_q = [[mp.fsum(g * abs(row[c]) for g, row in zip(w, k, strict=False)) + tiny for c in range(d)] for w in G]
    by_k = [[mp.fsum(w[j] * abs(row[c]) for w, row in zip(G, q, strict=True) if j < len(w)) + tiny for c in range(d)] for j in range(n)]
    return [by_q, by_k, [[b] * len(v[0]) for b in by_v]]


def bound_gradient_entropy__gap(s, a, eps):
    """dH/ds_i = -a p_i (log p_i + H), dH/da = -a Var_p(s): each by two paths of sizes p (log p + H + 1) and sums of n terms, good like H itself. At a tie with the maximum the paths of both keys enter."""
    u = eps / 2
    def one(row, b):
        n, top = len(row), max(row)
        x = [b * (top - t) for t in row]
        total = mp.fsum(mp.exp(-t) for t in x)
        p = [mp.exp(-t) / total for t in x]
        size = mp.fsum(q * (t + 1) ** 2 for q, t in zip(p, x, strict=True)) + 1
        k = (2 * n + 30) * u * (1 + max(t * q for t, q in zip(x, p, strict=True)))
        rows = [b * k * (q if t else 1) * (t + 1) * size + mp.mpf(10) ** -18 * (1 + b) for q, t in zip(p, x, strict=True)]
        return rows, k * (top - min(row)) * size + mp.mpf(10) ** -18
    both = [one(*v) for v in zip(s, a, strict=True)]
    return [[r for r, _ in both], [t for _, t in both]]

def _scores(rng, rows, n, size):
    return [[rng.gauss(0, size) for _ in range(n)] for _ in range(rows)]

def draw_entropy(rng):
    n = rng.choice((1, 2, 3, 8))
    return _scores(rng, 3, n, 1), [rng.choice((0.125, 1.0, 4.0, 16.0)) * rng.uniform(1, 2) for _ in range(3)]

def adversarial_entropy():
    return [([[1.0, 0.0, -1.0, 2.0]], [1.5]), ([[0.0, 0.0], [5.0, -3.0]], [1.0, 0.0]), ([[0.0, 40.0, -10.0]], [1.0]), ([[8.0] + [0.0] * 15], [1.0]), ([[3.0]], [2.0]), ([[100.0, 101.0]], [8.0])]

def draw_relu2_attention(rng):
    n, d, e = rng.randint(1, 5), rng.randint(1, 3), rng.randint(1, 2)
    return _scores(rng, n, d, 1), _scores(rng, n, d, 1), _scores(rng, n, e, 1)

def adversarial_relu2_attention():
    return [([[1.0, -1.0], [2.0, 0.5], [-1.0, 3.0]], [[1.0, 1.0], [1.0, 0.0], [0.0, 1.0]], [[1.0], [-2.0], [4.0]]), ([[3.0]], [[-1.0]], [[1.0]]), ([[30.0], [0.0]], [[1.0], [2.0]], [[1.0, -1.0], [0.5, 0.25]])]

def check_relu2_length__tiles(relu2_attention, q, k, v):
    """Where all values are positive the outputs are not negative; in general no longer than the largest square times the largest value."""
    top = max((r for w in _scores_of(q, k) for r, _ in w), default=0) ** 2 * max(abs(x) for row in v for x in row)
    return [[top * mp.mpf("1.1") + mp.mpf(10) ** -6 - abs(x) for x in row] for row in relu2_attention]

def draw_relu2_weights(rng):
    size = rng.choice((1e-3, 1.0, 100.0))
    return _scores(rng, 3, rng.choice((1, 2, 5, 9)), size),

def adversarial_relu2_weights():
    return [([[-1.0, -2.0], [0.0, 3.0]],), ([[1e30, 2e30, -1e30]],), ([[1e-30, 3e-30, 2e-30]],), ([[1.0, 1e-3, 5.0]],)]

def check_homogeneity_obstruction__scaled(relu2_weights, s):
    """The weights add up to 1, or to 0 if no score is positive."""
    return [mp.fsum(w) - (max(row) > 0) for w, row in zip(relu2_weights, s, strict=True)]

def bound_homogeneity_obstruction__scaled(s, eps):
    return [mp.fsum(row) for row in bound_relu2_weights__scaled(s, eps)]

def check_entropy_floor__gap(entropy, s, a):
    """H is at least log n - a (max s - mean s), less rounding of both."""
    return [H - (mp.log(len(row)) - b * (max(row) - mp.fsum(row) / len(row))) + mp.mpf(1) / 16 * (1 + H) for H, row, b in zip(entropy, s, a, strict=True)]

sizes_entropy = [(64, 512), (1024, 4096)]

def inputs_entropy(size, dtype, device, generator):
    return torch.randn(size, device=device, generator=generator).to(dtype), torch.full(size[:1], 2.0, dtype=dtype, device=device)

def work_entropy(size, itemsize):
    return {"bytes": size[0] * (size[1] + 2) * itemsize, "flop": 8 * size[0] * size[1]}

def peers_entropy():
    return {"torch.distributions.Categorical": lambda s, a: torch.distributions.Categorical(logits=a[:, None] * s, validate_args=False).entropy()}

sizes_relu2_attention = [(64, 32), (256, 64), (4096, 128)]

def inputs_relu2_attention(size, dtype, device, generator):
    return tuple(torch.randn(size, device=device, generator=generator).to(dtype) for _ in range(3))

def work_relu2_attention(size, itemsize):
    return {"bytes": 4 * size[0] * size[1] * itemsize, "flop": 2 * size[0] ** 2 * size[1]}

def peers_relu2_attention():
    return {"plain": torch_relu2_attention__plain, "torch: causal softmax attention (another result)":
            lambda q, k, v: torch.nn.functional.scaled_dot_product_attention(q[None], k[None], v[None], is_causal=True)[0]}

def _plot(en, zh, xlabel, ylabel, claim, series, xscale="linear", yscale="linear"):
    digits = lambda values: [float(f"{float(v):.6g}") for v in values]
    return {"caption": {"en": en, "zh": zh}, "xlabel": xlabel, "ylabel": ylabel, "xscale": xscale, "yscale": yscale, "claim": claim, "vlines": [], "hlines": [],
            "series": [{"label": label, "x": digits(x), "y": digits(y), "style": style} for label, x, y, style in series]}

def _margin_entropy(n, scale, gap=8):
    E = mp.exp(gap * scale)
    return mp.log(E + n - 1) - gap * scale * E / (E + n - 1)

def plot_entropy_against_length():
    ns = [2 ** k for k in range(5, 17)]
    p = mp.exp(8) / (mp.exp(8) + 511)
    laws = {"fixed": lambda n: mp.mpf(1), "log n": lambda n: mp.log(n) / mp.log(512), "sqrt log n": lambda n: mp.sqrt(mp.log(n) / mp.log(512)), "keeps p_t": lambda n: (mp.log(n - 1) + mp.log(p / (1 - p))) / 8}
    return _plot("Entropy of attention with one score 8 and n - 1 zeros against n, for four laws of the scale that agree at n = 512.", "一个打分为 8、其余 n - 1 个为零时注意力熵随 n 的变化：四种尺度律，在 n = 512 处一致。",
                 "n", "entropy", "margin_law", [(label, ns, [_margin_entropy(n, law(n)) for n in ns], "line") for label, law in laws.items()], "log")

def plot_sphere_model():
    scales, series = [mp.mpf(k) / 20 for k in range(1, 41)], []
    for d in (16, 64, 128):
        def exact(x, d=d):
            z, v = x * d, mp.mpf(d) / 2 - 1
            return (mp.loggamma(v + 1) + v * mp.log(2 / z) + mp.log(mp.besseli(v, z)) - z * mp.besseli(v + 1, z) / mp.besseli(v, z)) / d
        series.append((f"d = {d}", scales, [exact(x) for x in scales], "line"))
    limit = [mp.log(1 - ((mp.sqrt(1 + 4 * x * x) - 1) / (2 * x)) ** 2) / 2 for x in scales]
    return _plot("Annealed entropy less log n, over d, for keys on the sphere: exact for three dimensions, their limit, and the straight line -0.24 lambda.", "球面键的退火熵减去 log n 再除以 d：三个维度的精确值、极限与直线 -0.24λ。",
                 "lambda", "f_d(lambda)/d", "sphere_law_constant", [*series, ("limit", scales, limit, "dashed"), ("-0.24 lambda", scales, [-0.24 * x for x in scales], "dashed")])

def plot_mass_against_length():
    """Scores N(0, 1): a key gives relu^2 the mean 1/2, whether all n keys or only 64 of them are within reach."""
    ns = [2 ** k for k in range(6, 17)]
    laws = {"1/n, all keys": lambda n: mp.mpf(1) / 2, "1/n, 64 keys": lambda n: mp.mpf(32) / n, "1/512, all keys": lambda n: mp.mpf(n) / 1024, "1/512, 64 keys": lambda n: mp.mpf(1) / 16}
    return _plot("Expected sum of the weights relu(s)^2 over n or over the fixed length 512: each law fails where the other holds; weights divided by their own sum stay at 1.",
                 "权重 relu(s)² 除以 n 或除以固定长度 512 后之和的期望：两种归一各在对方成立处失效；除以自身之和则恒为 1。", "n", "sum of the weights", "relu2_length",
                 [(label, ns, [law(n) for n in ns], "line") for label, law in laws.items()] + [("own sum", ns, [1] * len(ns), "dashed")], "log", "log")
