"""Rotary encoding of two-dimensional positions, axial layout.

**Computes.** `rope2d` turns the pairs (4i, 4i+1) of a vector of size d = 4m by x theta_i and the pairs (4i+2, 4i+3) by y theta_i, theta_i = 10000^(-i/m).
`rope2d_score` q.R(p' - p)k for two positions. Proofs: `proofs/rope_2d.py`.
**Shapes.** v, q, k [n, d]; pos, pos_q, pos_k [n, 2] int64; results [n, d] and [n], dtype of the floats.
**Errors.** u = eps/2, first order. `phase` forms angles in float64 from exact positions, off by a = (5 + 2 |log theta|) 2^-53 |t|, takes sine and cosine there, and turns in float32 for
bfloat16 (rounded once, last): a pair of length r is off by r (4u + a) + last |entry|.
`plain` forms angles in the dtype: position, theta (exp and a product: 2u |log theta| + 3u) and product are rounded, t is off by (5 + 2 |log theta|) u |t|, and a pair by r min(2, that + 6u);
in bfloat16 from |t| of about 100 on everything is lost.
Scores: the difference of positions is exact, so `relative` costs one turn and a sum of d products, (d + 6) u, and `absolute` two turns: with r_q, r_k the lengths
of the pairs, sum of r_q r_k ((d + 6 or d + 12) u + a, or both a), and last |score|.
**Cost.** One pass over v; sines and cosines for d/2 angles of each position, which are shared by heads.
"""
import math

import mpmath as mp
import torch

def _work(*tensors):
    return [t.float() if t.dtype in (torch.bfloat16, torch.float16) else t for t in tensors]

def _turn(v, angle):
    """Pairs of v turned by angle [n, d/2]."""
    a, b, c, s = v[..., ::2], v[..., 1::2], angle.cos().to(v.dtype), angle.sin().to(v.dtype)
    return torch.stack([a * c - b * s, a * s + b * c], -1).flatten(-2)

def _angles(pos, d, dtype):
    """x theta_0, y theta_0, x theta_1, y theta_1, ... in the dtype."""
    m = d // 4
    theta = torch.exp(torch.arange(m, device=pos.device, dtype=dtype) * (-math.log(10000) / m))
    return (pos.to(dtype).unsqueeze(-2) * theta.unsqueeze(-1)).flatten(-2)

def torch_rope2d__plain(v, pos):
    """Angles in the dtype of v. Hazard: for large positions, and in bfloat16 for nearly all, the angles are wrong."""
    return _turn(v, _angles(pos, v.shape[-1], v.dtype))

def torch_rope2d__phase(v, pos):
    """Angles, sine and cosine in float64."""
    return _turn(_work(v)[0], _angles(pos, v.shape[-1], torch.float64)).to(v.dtype)

def torch_rope2d_score__absolute(q, k, pos_q, pos_k):
    """Both vectors turned by their own positions, as attention does it."""
    a, b = _work(q, k)
    return (torch_rope2d__phase(a, pos_q) * torch_rope2d__phase(b, pos_k)).sum(-1).to(q.dtype)

def torch_rope2d_score__relative(q, k, pos_q, pos_k):
    """One vector turned by the difference."""
    a, b = _work(q, k)
    return (a * torch_rope2d__phase(b, pos_k - pos_q)).sum(-1).to(q.dtype)

def _pairs(v, p):
    """(angle, log theta, pair) for each pair of a vector."""
    m = len(v) // 4
    logs = [-mp.log(10000) * i / m for i in range(m)]
    return [(p[j] * mp.exp(t), t, v[4 * i + 2 * j:4 * i + 2 * j + 2]) for i, t in enumerate(logs) for j in (0, 1)]

def ref_rope2d(v, pos):
    return [[w for t, _, (a, b) in _pairs(row, p) for w in (a * mp.cos(t) - b * mp.sin(t), a * mp.sin(t) + b * mp.cos(t))] for row, p in zip(v, pos, strict=True)]

def ref_rope2d_score(q, k, pos_q, pos_k):
    away = [[b[0] - a[0], b[1] - a[1]] for a, b in zip(pos_q, pos_k, strict=True)]
    return [mp.fdot(a, b) for a, b in zip(q, ref_rope2d(k, away), strict=True)]

def _u(eps):
    return min(eps, mp.mpf(2) ** -23) / 2, eps / 2 if eps > mp.mpf(2) ** -20 else 0

def _angle(t, g):
    """Error of the angle t = x theta in float64, g = log theta."""
    return (5 + 2 * abs(g)) * mp.mpf(2) ** -53 * abs(t)

def bound_rope2d__plain(v, pos, eps):
    u = eps / 2
    return [[b for t, g, pair in _pairs(row, p) for b in [mp.hypot(*pair) * (min(2, (5 + 2 * abs(g)) * u * abs(t)) + 6 * u)] * 2] for row, p in zip(v, pos, strict=True)]

def bound_rope2d__phase(v, pos, eps):
    u, last = _u(eps)
    sizes = ([b for t, g, pair in _pairs(row, p) for b in [mp.hypot(*pair) * (4 * u + _angle(t, g))] * 2] for row, p in zip(v, pos, strict=True))
    return [[b + last * abs(w) for b, w in zip(*rows, strict=True)] for rows in zip(sizes, ref_rope2d(v, pos), strict=True)]

def _score_bound(own):
    def bound(q, k, pos_q, pos_k, eps):
        u, last = _u(eps)
        def one(a, b, p, r, out):
            zero = [r[0] - p[0], r[1] - p[1]]
            terms = (mp.hypot(*x) * mp.hypot(*y) * ((len(a) + own) * u + (_angle(s, g) + _angle(t, g) if own == 12 else _angle(w, g)))
                     for (s, g, x), (t, _, y), (w, _, _) in zip(_pairs(a, p), _pairs(b, r), _pairs(a, zero), strict=True))
            return mp.fsum(terms) + last * abs(out)
        return [one(*v) for v in zip(q, k, pos_q, pos_k, ref_rope2d_score(q, k, pos_q, pos_k), strict=True)]
    return bound

bound_rope2d_score__absolute, bound_rope2d_score__relative = _score_bound(12), _score_bound(6)

differentiable = ("rope2d__phase",)

def bound_gradient_rope2d__phase(v, pos, eps):
    """The gradient in v is the inverse rotation of the signs, pairs of length sqrt 2, good like the result itself."""
    return [[[mp.sqrt(2) * (2 * eps + _angle(t, g)) for t, g, _ in _pairs(row, p) for _ in (0, 1)] for row, p in zip(v, pos, strict=True)]]

def _vectors(rng, n, d):
    return [[rng.gauss(0, 1) for _ in range(d)] for _ in range(n)]

def _positions(rng, n):
    size = rng.choice((4, 32, 1024, 100000))
    return [[rng.randint(-size, size), rng.randint(-size, size)] for _ in range(n)]

def draw_rope2d(rng):
    return _vectors(rng, 2, 4 * rng.choice((1, 2, 4))), _positions(rng, 2)

def adversarial_rope2d():
    return [([[1.0, 0.0, 0.0, 1.0]], [[0, 0]]), ([[1.0, 2.0, -3.0, 0.5]], [[3, 5]]), ([[1.0, 1.0, 1.0, 1.0]], [[355, 710]])]

def draw_rope2d_score(rng):
    d = 4 * rng.choice((1, 2, 4))
    return _vectors(rng, 2, d), _vectors(rng, 2, d), _positions(rng, 2), _positions(rng, 2)

def adversarial_rope2d_score():
    q = [[1.0, 0.0, 2.0, 1.0]]
    return [(q, q, [[7, 7]], [[7, 7]]), (q, q, [[0, 0]], [[1000, -1000]])]

def check_rope2d_relative(rope2d, v, pos):
    """Rotations keep the squared length."""
    return [mp.fdot(a, a) - mp.fdot(b, b) for a, b in zip(rope2d, v, strict=True)]

def bound_rope2d_relative(v, pos, eps):
    """The matrix in use is a rotation by whatever angle came out, its cosine and sine good to u: 6u and two roundings of each entry, twice."""
    return [(12 * eps) * mp.fdot(row, row) for row in v]

sizes_rope2d = [(4096, 64), (16384, 128)]

def inputs_rope2d(size, dtype, device, generator):
    return torch.randn(size, device=device, generator=generator).to(dtype), torch.randint(0, 64, (size[0], 2), device=device, generator=generator)

def work_rope2d(size, itemsize):
    return {"bytes": 2 * size[0] * size[1] * itemsize, "flop": 3 * size[0] * size[1]}

def peers_rope2d():
    return {"angles in the dtype": torch_rope2d__plain}

def _plot(en, zh, xlabel, ylabel, claim, series, xscale="linear", yscale="linear"):
    digits = lambda values: [float(f"{float(v):.6g}") for v in values]
    return {"caption": {"en": en, "zh": zh}, "xlabel": xlabel, "ylabel": ylabel, "xscale": xscale, "yscale": yscale, "claim": claim, "vlines": [], "hlines": [],
            "series": [{"label": label, "x": digits(x), "y": digits(y), "style": style} for label, x, y, style in series]}

def plot_score_kernel():
    m, xs = 16, list(range(0, 65))
    theta = [mp.mpf(10000) ** (mp.mpf(-i) / m) for i in range(m)]
    along = [mp.fsum(mp.cos(x * t) for t in theta) / (2 * m) + mp.mpf(1) / 2 for x in xs]
    diagonal = [mp.fsum(mp.cos(x * t) for t in theta) / m for x in xs]
    flat = [mp.fsum(mp.cos(64 * x * t) for t in theta) / m for x in xs]
    mixed = [mp.fsum(mp.cos(x * t * mp.cos(5 * i)) for i, t in enumerate(2 * theta)) / (2 * m) for x in xs]
    return _plot("Mean cosine of the score for equal vectors, d = 64: axial along an axis and along the diagonal, frequencies turned by 5i against the axis, and flattened positions 64x + y, moved in x.",
                 "相同向量打分的平均余弦（d = 64）：轴向形式沿坐标轴、沿对角线，频率方向转过 5i 的混合形式，以及展平位置 64x + y 沿 x 移动。", "distance", "mean cosine", "rope2d_relative",
                 [("axial, along an axis", xs, along, "line"), ("axial, diagonal", xs, diagonal, "line"), ("mixed, along an axis", xs, mixed, "line"), ("flattened, h = 64", xs, flat, "dashed")])

def plot_quaternion_scores():
    """The real part of conj(e^P) e^Q for P = (x i + y j)/16 and Q moved in x."""
    xs, sinc = list(range(0, 65)), lambda r: mp.sin(r) / r if r else mp.mpf(1)
    def score(p, q):
        r, s = mp.norm(p) / 16, mp.norm(q) / 16
        return mp.cos(r) * mp.cos(s) + mp.fdot(p, q) / 256 * sinc(r) * sinc(s)
    return _plot("Scores of equal vectors under unit quaternions exp((x i + y j)/16), from three positions: they are no function of the distance.", "单位四元数 exp((xi + yj)/16) 下从三个位置出发的相同向量打分：并非距离的函数。",
                 "distance in x", "score", "quaternion_fails", [(f"from ({x}, {y})", xs, [score((x, y), (x + t, y)) for t in xs], "line") for x, y in ((0, 0), (16, 16), (0, 40))])

def plot_least_separation():
    root, sizes = mp.sqrt(2), [2, 4, 8, 16, 32, 64, 128, 256]
    axial = [2 * mp.sqrt(2) * min(abs(mp.sin(mp.mpf(t) / 2)) for t in range(1, n)) for n in sizes]
    small = sizes[:5]
    mixed = [2 * mp.sqrt(2) * min(abs(mp.sin((i + root * j) / 2)) for i in range(n) for j in range(1 - n, n) if (i, j) != (0, 0)) for n in small]
    return _plot("Least distance of two rotations on an N x N grid: axial with theta = 1 (d = 4), and a single plane with frequencies (1, sqrt 2).",
                 "N×N 网格上两个旋转的最小距离：θ = 1 的轴向形式（d = 4）与频率 (1, √2) 的单个平面。", "N", "least distance", "reversibility_domain",
                 [("axial, d = 4", sizes, axial, "points"), ("mixed, d = 2", small, mixed, "points")], "log", "log")
