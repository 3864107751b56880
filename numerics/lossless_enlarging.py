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
