"""Layers of a Transformer enlarged k times without loss: LayerNorm, feed-forward layer and rotary scores.

**Computes.** E repeats every coordinate k times and divides by sqrt k. Proofs: `proofs/lossless_enlarging.py`.
`layer_norm_wide` E LN(x; gamma, beta, epsilon); `ffn_wide` E (W2 tanh(W1 x + b1) + b2); `rope_score_wide` q.R(m)p/sqrt d for pairs (2i, 2i+1)
turned by m theta_i, theta_i = 10000^(-2i/d). Each as the enlarged model computes it from enlarged weights, and by the old model.
**Shapes.** x [n, d], gamma, beta [d], epsilon [1], result [n, kd]; W1 [f, d], b1 [f], W2 [d, f], b2 [d], x [n, d], result [n, kd]; q, p [n, d], d even,
m [n] integer positions, result [n]. k >= 1 an integer. Results have the dtype of the floats.
**Errors.** u = eps/2, first order; bfloat16 is computed in float32 and rounded once (last). Sums have K terms, K = kd for the enlarged, d for the old.
layer_norm: c = x - mu is off by e = u (|x| + (K + 4) mean|x| + |c|), D = sqrt(v + epsilon) relative by (rms(e) sigma/D + (K/2 + 4) u D)/D, so the value
by |gamma| (e + |c| of that)/(D sqrt k), and 6u of its parts gamma c/D and beta over sqrt k.
ffn: z is off by e = (K + 6) u (|W1||x| + |b1|), tanh has slope at most 1 and 4u of its own, the second layer adds (K' + 8) u (|W2||h| + |b2|), K' = kf or f:
together |W2| (e + 4u |h|) and that, over sqrt k.
rope: a score is a sum of d products of numbers good to 8u (turning, k^(1/4)), (K + 20) u of sum |q_pair||p_pair|/sqrt d; angles, sines and cosines are formed in float64,
the angles from exp of log theta_i (two roundings of it), off by (5 + 2 |log theta_i|) 2^-53 |m theta_i|.
**Cost.** The enlarged forms cost k^2 as much and show that the rules are right; `narrow` computes with the old weights and repeats.
"""
import math

import mpmath as mp
import numpy as np
import torch

def _work(*tensors):
    return [t.float() if t.dtype in (torch.bfloat16, torch.float16) else t for t in tensors]

def enlarge(x, k, dim=-1):
    """E x: every coordinate k times, over sqrt k."""
    return x.repeat_interleave(k, dim) / math.sqrt(k)

def enlarge_dense(W, k):
    """E W E^T: entries w/k, each k x k times."""
    return W.repeat_interleave(k, 0).repeat_interleave(k, 1) / k

def _layer_norm(x, gamma, beta, epsilon):
    c = x - x.mean(-1, keepdim=True)
    return gamma * (c / torch.sqrt((c * c).mean(-1, keepdim=True) + epsilon)) + beta

def torch_layer_norm_wide__enlarged(x, gamma, beta, epsilon, k):
    """LayerNorm of the enlarged model: E x, E gamma, E beta, and epsilon/k."""
    y, g, b, e = _work(x, gamma, beta, epsilon)
    return _layer_norm(enlarge(y, k), enlarge(g, k), enlarge(b, k), e / k).to(x.dtype)

def torch_layer_norm_wide__narrow(x, gamma, beta, epsilon, k):
    """The old LayerNorm, then E."""
    y, g, b, e = _work(x, gamma, beta, epsilon)
    return enlarge(_layer_norm(y, g, b, e), k).to(x.dtype)

def torch_ffn_wide__enlarged(x, W1, b1, W2, b2, k):
    """sqrt k around the activation, 1/sqrt k after it, E b2."""
    y, V1, c1, V2, c2 = _work(x, W1, b1, W2, b2)
    r = math.sqrt(k)
    h = torch.tanh(enlarge(y, k) @ (r * enlarge_dense(V1, k)).mT + c1.repeat_interleave(k))
    return (h @ (enlarge_dense(V2, k) / r).mT + enlarge(c2, k)).to(x.dtype)

def torch_ffn_wide__narrow(x, W1, b1, W2, b2, k):
    """The old layer, then E."""
    y, V1, c1, V2, c2 = _work(x, W1, b1, W2, b2)
    return enlarge(torch.tanh(y @ V1.mT + c1) @ V2.mT + c2, k).to(x.dtype)

def _turned(p, m, step):
    """Pairs of p turned by m 10000^(-2 step i/d), i = 0, 1, ..., with the angles in float64."""
    d = p.shape[-1] // step  # the old size: pair j of the enlarged vector has the frequency of j/step
    angle = m.double().unsqueeze(-1) * torch.exp(torch.arange(p.shape[-1] // 2, device=p.device, dtype=torch.float64) * (-2 * math.log(10000) / d / step))
    a, b, c, s = p[..., ::2], p[..., 1::2], angle.cos().to(p.dtype), angle.sin().to(p.dtype)
    return torch.stack([a * c - b * s, a * s + b * c], -1).flatten(-2)

def _zero_pairs(p, k):
    """k^(1/4) times pair i in pair k i, zeros elsewhere."""
    pairs = p.unflatten(-1, (-1, 2)) * k ** 0.25
    return torch.nn.functional.pad(pairs.unsqueeze(-2), (0, 0, 0, k - 1)).flatten(-3)

def torch_rope_score_wide__enlarged(q, p, m, k):
    """The enlarged head of size k d with its own standard schedule 10000^(-2j/(k d))."""
    a, b = _work(q, p)
    return ((_zero_pairs(a, k) * _turned(_zero_pairs(b, k), m, k)).sum(-1) / math.sqrt(k * q.shape[-1])).to(q.dtype)

def torch_rope_score_wide__narrow(q, p, m, k):
    """The old head."""
    a, b = _work(q, p)
    return ((a * _turned(b, m, 1)).sum(-1) / math.sqrt(q.shape[-1])).to(q.dtype)

def _repeat(row, k):
    return [t / mp.sqrt(k) for t in row for _ in range(k)]

def _moments(row):
    mu = mp.fsum(row) / len(row)
    c = [t - mu for t in row]
    return c, mp.fsum(t * t for t in c) / len(row)

def ref_layer_norm_wide(x, gamma, beta, epsilon, k):
    def one(row):
        c, v = _moments(row)
        return _repeat([g * t / mp.sqrt(v + epsilon[0]) + b for g, t, b in zip(gamma, c, beta, strict=True)], k)
    return [one(row) for row in x]

def _affine(W, b, x):
    return [mp.fdot(w, x) + c for w, c in zip(W, b, strict=True)]

def ref_ffn_wide(x, W1, b1, W2, b2, k):
    return [_repeat(_affine(W2, b2, [mp.tanh(t) for t in _affine(W1, b1, row)]), k) for row in x]

def _pairs(q, p, m):
    """(angle, its error in float64, q pair, p pair) for each pair."""
    d = len(q)
    logs = [-mp.log(10000) * 2 * i / d for i in range(d // 2)]
    return [(m * mp.exp(t), (5 + 2 * abs(t)) * mp.mpf(2) ** -53 * abs(m * mp.exp(t)), q[2 * i:2 * i + 2], p[2 * i:2 * i + 2]) for i, t in enumerate(logs)]

def ref_rope_score_wide(q, p, m, k):
    def one(a, b, n):
        return mp.fsum(x[0] * (y[0] * mp.cos(t) - y[1] * mp.sin(t)) + x[1] * (y[0] * mp.sin(t) + y[1] * mp.cos(t)) for t, _, x, y in _pairs(a, b, n)) / mp.sqrt(len(a))
    return [one(*v) for v in zip(q, p, m, strict=True)]

def _u(eps):
    return min(eps, mp.mpf(2) ** -23) / 2, eps / 2 if eps > mp.mpf(2) ** -20 else 0

def _layer_norm_bound(wide):
    def bound(x, gamma, beta, epsilon, k, eps):
        u, last = _u(eps)
        def one(row, out):
            c, v = _moments(row)
            n, D, K = len(row), mp.sqrt(v + epsilon[0]), len(row) * (k if wide else 1)
            size = mp.fsum(map(abs, row)) / n
            e = [u * (abs(t) + (K + 4) * size + abs(w)) for t, w in zip(row, c, strict=True)]
            moved = (mp.sqrt(mp.fsum(t * t for t in e) / n) * mp.sqrt(v) / D + (mp.mpf(K) / 2 + 4) * u * D) / D
            parts = [(abs(g) * (t + abs(w) * moved) / D + 6 * u * (abs(g * w) / D + abs(b))) / mp.sqrt(k) for g, t, w, b in zip(gamma, e, c, beta, strict=True)]
            return [b + last * abs(o) for b, o in zip([b for b in parts for _ in range(k)], out, strict=True)]
        return [one(*v) for v in zip(x, ref_layer_norm_wide(x, gamma, beta, epsilon, k), strict=True)]
    return bound

bound_layer_norm_wide__enlarged, bound_layer_norm_wide__narrow = _layer_norm_bound(True), _layer_norm_bound(False)

def _ffn_bound(wide):
    def bound(x, W1, b1, W2, b2, k, eps):
        (u, last), times = _u(eps), k if wide else 1
        size = lambda W, b, v: [mp.fsum(abs(p * q) for p, q in zip(w, v, strict=True)) + abs(c) for w, c in zip(W, b, strict=True)]
        def one(row, out):
            h = [mp.tanh(t) for t in _affine(W1, b1, row)]
            e = [(times * len(row) + 6) * u * t + 4 * u * abs(g) for t, g in zip(size(W1, b1, row), h, strict=True)]
            through = size(W2, [0] * len(b2), e)
            parts = [(t + (times * len(h) + 8) * u * s) / mp.sqrt(k) for t, s in zip(through, size(W2, b2, h), strict=True)]
            return [b + last * abs(o) for b, o in zip([b for b in parts for _ in range(k)], out, strict=True)]
        return [one(*v) for v in zip(x, ref_ffn_wide(x, W1, b1, W2, b2, k), strict=True)]
    return bound

bound_ffn_wide__enlarged, bound_ffn_wide__narrow = _ffn_bound(True), _ffn_bound(False)

def _rope_bound(wide):
    def bound(q, p, m, k, eps):
        u, last = _u(eps)
        def one(a, b, n, out):
            K = len(a) * (k if wide else 1)
            parts = (mp.hypot(*x) * mp.hypot(*y) * ((K + 20) * u + e) for _, e, x, y in _pairs(a, b, n))
            return mp.fsum(parts) / mp.sqrt(len(a)) + last * abs(out)
        return [one(*v) for v in zip(q, p, m, ref_rope_score_wide(q, p, m, k), strict=True)]
    return bound

bound_rope_score_wide__enlarged, bound_rope_score_wide__narrow = _rope_bound(True), _rope_bound(False)

differentiable = ("rope_score_wide__narrow", "layer_norm_wide__narrow", "ffn_wide__narrow")

def bound_gradient_rope_score_wide__narrow(q, p, m, k, eps):
    """The other vector, turned: a pair of it with 24u and the error of the angle."""
    u = eps / 2
    def one(a, b, n, by_q):
        sizes = [mp.hypot(*(y if by_q else x)) * (24 * u + e) / mp.sqrt(len(a)) for _, e, x, y in _pairs(a, b, n)]
        return [t for t in sizes for _ in (0, 1)]
    return [[one(*v, by_q) for v in zip(q, p, m, strict=True)] for by_q in (True, False)]

def bound_gradient_layer_norm_wide__narrow(x, gamma, beta, epsilon, k, eps):
    """With n = c/D and signs times gamma as weights w, |w| <= k |gamma|/sqrt k: by x (w - mean w - n mean(w n))/D, by gamma and beta sums over the rows, by epsilon sum w c/(2 D^3).
    D and n are relative to (d + 10) u, c to (d + 6) u max|x|, which n carries over D; sums of d or of rows."""
    u, d, r = eps / 2, len(x[0]), mp.sqrt(k)
    w, by_x, by_gamma, by_epsilon = r * max(map(abs, gamma)), [], mp.mpf(0), mp.mpf(0)
    for row in x:
        c, v = _moments(row)
        D, far = mp.sqrt(v + epsilon[0]), max(map(abs, row))
        n = max(map(abs, c)) / D
        dn = (d + 6) * u * far / D * (1 + n) + (d + 10) * u * n
        by_x.append([3 * w * ((1 + n) * dn + (3 * d + 20) * u * (1 + n) ** 2) / D] * d)
        by_gamma += r * (dn + (len(x) + k + 4) * u * n)
        by_epsilon += w * d * (3 * dn + (3 * d + k + 20) * u * n) / (2 * D * D)
    rows = (len(x) * k + 4) * u * len(x) * r
    return [by_x, [by_gamma] * d, [rows] * d, [by_epsilon]]

def bound_gradient_ffn_wide__narrow(x, W1, b1, W2, b2, k, eps):
    """k signs over sqrt k reach an output, G = sqrt k sum |W2| a hidden unit, whose slope 1 - h^2 is off by 2|h| e + e^2 + 3u; sums of outputs, units and rows."""
    u, S, n, outs = eps / 2, mp.sqrt(k), len(x), len(b2)
    G = [S * mp.fsum(abs(w[f]) for w in W2) for f in range(len(b1))]
    by_W2, by_b1, by_W1, by_x = [mp.mpf(0)] * len(b1), [mp.mpf(0)] * len(b1), [[mp.mpf(0)] * len(x[0]) for _ in b1], []
    for row in x:
        pulled = []
        for f, (w, c) in enumerate(zip(W1, b1, strict=True)):
            h = mp.tanh(mp.fdot(w, row) + c)
            e = (len(row) + 6) * u * (mp.fsum(abs(p * q) for p, q in zip(w, row, strict=True)) + abs(c)) + 4 * u * abs(h)
            pulled.append(G[f] * (2 * abs(h) * e + e * e + 3 * u + (outs + k + len(b1) + n + 10) * u * (1 - h * h)))
            by_W2[f] += S * (e + (k + n + 4) * u * abs(h))
            by_b1[f] += pulled[f]
            by_W1[f] = [s + pulled[f] * abs(t) for s, t in zip(by_W1[f], row, strict=True)]
        by_x.append([mp.fsum(p * abs(w[c]) for p, w in zip(pulled, W1, strict=True)) for c in range(len(row))])
    return [by_x, by_W1, by_b1, [by_W2] * outs, [n * S * (k * n + 4) * u] * outs]

def _grid(rng, rows, cols, size=1.0):
    return [[rng.gauss(0, size) for _ in range(cols)] for _ in range(rows)]

def draw_layer_norm_wide(rng):
    d = rng.randint(2, 6)
    x = [[t + rng.choice((0, 3)) for t in row] for row in _grid(rng, 2, d)]
    return x, _grid(rng, 1, d)[0], _grid(rng, 1, d)[0], [rng.choice((1e-12, 1e-5, 0.01, 1.0))], rng.randint(1, 5)

def adversarial_layer_norm_wide():
    return [([[1.0, 2.0, 4.0]], [1.0] * 3, [0.0] * 3, [0.0078125], k) for k in (1, 2, 3)] + [([[100.0, 101.0], [1e-3, 0.0]], [1.0, -2.0], [0.5, 0.0], [1e-5], 2)]

def draw_ffn_wide(rng):
    d, f = rng.randint(1, 4), rng.randint(1, 6)
    return _grid(rng, 2, d), _grid(rng, f, d), _grid(rng, 1, f)[0], _grid(rng, d, f), _grid(rng, 1, d)[0], rng.choice((1, 2, 3, 5))

def adversarial_ffn_wide():
    return [([[1.0]], [[1.0]], [-1.0], [[2.0]], [1.0], 2), ([[3.0, -3.0]], [[5.0, 5.0]], [0.25], [[1.0], [-1.0]], [0.0, 10.0], 3)]

def draw_rope_score_wide(rng):
    d = 2 * rng.randint(1, 6)
    return _grid(rng, 3, d), _grid(rng, 3, d), [rng.randint(-1000, 1000) for _ in range(3)], rng.choice((1, 2, 3, 4))

def adversarial_rope_score_wide():
    q = [[1.0, 0.0, 0.0, 1.0], [0.5, -2.0, 3.0, 1.5]]
    return [(q, q[::-1], [0, 1], 2), (q, q, [100000, -7], 3)]

def check_rope_interplay(rope_score_wide, q, p, m, k):
    """The difference from the score of the old model."""
    return [a - b for a, b in zip(rope_score_wide, ref_rope_score_wide(q, p, m, k), strict=True)]

def bound_rope_interplay(q, p, m, k, eps):
    return bound_rope_score_wide__enlarged(q, p, m, k, eps)

sizes_layer_norm_wide = [(64, 256), (512, 768), (4096, 768)]

def inputs_layer_norm_wide(size, dtype, device, generator):
    x = torch.randn(size, device=device, generator=generator).to(dtype)
    one = torch.ones(size[1], dtype=dtype, device=device)
    return x, one, one - 1, torch.full((1,), 1e-5, dtype=dtype, device=device), 2

def work_layer_norm_wide(size, itemsize):
    return {"bytes": 3 * size[0] * size[1] * itemsize, "flop": 8 * size[0] * size[1]}

def peers_layer_norm_wide():
    return {"torch: layer_norm of the repeated input": lambda x, g, b, e, k: torch.nn.functional.layer_norm(
        enlarge(x, k), (k * x.shape[-1],), enlarge(g, k), enlarge(b, k), float(e) / k)}

def _plot(en, zh, xlabel, ylabel, claim, series, xscale="linear", yscale="linear"):
    digits = lambda values: [float(f"{float(v):.6g}") for v in values]
    return {"caption": {"en": en, "zh": zh}, "xlabel": xlabel, "ylabel": ylabel, "xscale": xscale, "yscale": yscale, "claim": claim, "vlines": [], "hlines": [],
            "series": [{"label": label, "x": digits(x), "y": digits(y), "style": style} for label, x, y, style in series]}

def plot_epsilon_kept():
    xs = [mp.mpf(10) ** (mp.mpf(j) / 8) for j in range(-40, 9)]
    return _plot("Factor by which a LayerNorm with unchanged epsilon shrinks the normalised values, against epsilon over the variance.", "ε 不变的 LayerNorm 对归一化值的缩小倍数，横轴为 ε 与方差之比。",
                 "epsilon / variance", "1 - factor", "layernorm_repeat", [(f"k = {k}", xs, [1 - mp.sqrt((1 + e) / (1 + k * e)) for e in xs], "line") for k in (2, 3, 4, 8)], "log", "log")

def plot_rotary_spectrum():
    d, k = 16, 3
    old = [mp.mpf(10000) ** (mp.mpf(-2 * i) / d) for i in range(d // 2)]
    new = [mp.mpf(10000) ** (mp.mpf(-2 * j) / (k * d)) for j in range(k * d // 2)]
    return _plot("Rotary frequencies of a head of size 16 and of the enlarged head of size 48 (k = 3): every third new frequency is an old one.",
                 "16 维头与放大后 48 维头（k = 3）的旋转频率：每三个新频率中有一个是原频率。", "pair of the enlarged head", "frequency", "rope_interplay",
                 [("enlarged", list(range(k * d // 2)), new, "line"), ("old, in pair ki", [k * i for i in range(d // 2)], old, "points")], "linear", "log")

def _logits(k, broken=""):
    """Two heads of size 2, one post-LN layer, four tokens, ten words: logits of the model enlarged k times, one rule broken."""
    matrix = lambda m, n, a: np.array([[math.sin(a + 3 * i + 5 * j + i * j * j) for j in range(n)] for i in range(m)])
    d, f, r, epsilon = 4, 6, k ** 0.5, 1e-3 / (1 if broken == "epsilon kept" else k)
    repeat = lambda W: W.repeat(k, 0).repeat(k, 1) / k if W.ndim == 2 else W.repeat(k) / r
    def norm(x, gamma, beta):
        c = x - x.mean(1, keepdims=True)
        return repeat(gamma) * c / np.sqrt((c * c).mean(1, keepdims=True) + epsilon) + repeat(beta)
    def heads(W, scale=1.0):
        if broken == "heads tiled":  # [W, W, ...] in the rows of heads, as its reader is not
            return np.tile(W, (k, 1)).repeat(k, 1) / k * scale
        return repeat(W) * scale
    root = 1.0 if broken == "no k^(1/4)" else k ** 0.25
    x = matrix(4, d, 1).repeat(k, 1) / r
    q, p, v = (x @ heads(matrix(d, d, a), s).T for a, s in ((2, root), (3, root), (4, 1.0)))
    mixed = []
    for h in (slice(0, d * k // 2), slice(d * k // 2, d * k)):
        s = q[:, h] @ p[:, h].T / np.sqrt(d * k / 2)
        w = np.exp(s - s.max(1, keepdims=True))
        mixed.append(w / w.sum(1, keepdims=True) @ v[:, h])
    back = np.tile(matrix(d, d, 5), (1, k)).repeat(k, 0) / k if broken == "heads tiled" else repeat(matrix(d, d, 5))
    x = norm(x + np.concatenate(mixed, 1) @ back.T, 1 + matrix(1, d, 6)[0] / 4, matrix(1, d, 7)[0])
    hidden = np.tanh(r * x @ repeat(matrix(f, d, 8)).T + matrix(1, f, 9)[0].repeat(k))
    b2 = matrix(1, d, 10)[0].repeat(k) / (k if broken == "b2/k" else r)
    x = norm(x + hidden @ repeat(matrix(d, f, 11)).T / r + b2, 1 + matrix(1, d, 12)[0] / 4, matrix(1, d, 13)[0])
    return x @ (matrix(10, d, 14).repeat(k, 1) / r).T

def plot_ablations():
    ks, exact = [2, 3, 4, 5, 6], _logits(1)
    rules = ("", "epsilon kept", "b2/k", "no k^(1/4)", "heads tiled")
    return _plot("Largest error of the logits of an enlarged toy model with all rules kept (below 1e-13, drawn there) and with one rule broken.", "放大后的玩具模型的 logit 最大误差：遵守全部规则（小于 1e-13，画在该处）与破坏其中一条。",
                 "k", "largest error", "end_to_end_lossless", [(rule or "all rules", ks, [max(abs(_logits(k, rule) - exact).max(), 1e-13) for k in ks], "points") for rule in rules], "linear", "log")
