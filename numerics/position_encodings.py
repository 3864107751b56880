"""Rotations by position that stay exact far out, and sums with exponential decay, the other relative factor that separates.

**Computes.** `rope` for x [n, 2h] and integer positions: each pair (x_2j, x_2j+1) is turned by the angle p base^(-j/h).
`xl_scores` (q_i + u).k_j + (q_i + v).r_(j-i+n-1), the score with relative encodings r_0, ..., r_(2n-2) of Transformer-XL.
`decayed_sum` out_i = sum over k <= i of exp(-l (i - k)) v_k along the last dimension, a bias -l (i - k) in linear attention.
Proofs: `proofs/position_encodings.py`.
**Shapes.** x [n, 2h], p [n] integers, |p| < 2^53; result [n, 2h]. v [B, n], l [B] >= 0; result [B, n]. q, k [n, d], r [2n - 1, d], u, v [d]; result [n, n].
**Errors.** u = eps/2; f = base^(-j/h) = exp(-t), t = (j/h) log base <= log base.
rope, `native` (all in the dtype of x): t is off by 3u t, so f by 3u t + 2u relative, the position and the product by u each: the angle |p| f is off by
a = |p| f (3 t + 4) u, and the pair by min(2, a) and 2u for sine and cosine, in units of its length r, and 3u for the products: r (min(2, a) + 7u).
`table` (angles in float64, w = 2^-53; float32 for bfloat16, rounded once, last): a = |p| f (3 t + 4) w, then 7u and last.
decayed_sum, `factored` (dtype of v): e^(lk) v_k is off by l k u + 3u relative, the running sums by (i + 1) u, e^(-li) by l i u + 2u: relative to sum e^(-l(i-k)) |v_k|
(2 l i + i + 8) u, as long as e^(ln) does not overflow. `doubling` (float32 for bfloat16, last): L = log2 n levels, a path of total shift i - k loses l (i - k) u for the rounding
of the exponents and 4u a level: (l (i - k) + 4 L + 1) u.
xl_scores: two sums of d products of a sum of two numbers: (d + 4) u of sum (|q| + |u|)|k| + (|q| + |v|)|r|. `gather` forms the n x n x d array of the r it needs, `shift` the n x (2n - 1)
products with all of them and moves row i by i places through a change of shape. By q and by the biases the gradient adds 2n signs: (2n + 4) u more; by k and r n of them.
**Cost.** rope 6 operations per entry; `doubling` n log n, in log n steps.
"""
import math
from functools import cache

import mpmath as mp
import torch

BASE = 10000.0

def _work(*tensors):
    return [t.float() if t.dtype in (torch.bfloat16, torch.float16) else t for t in tensors]

def _turn(x, c, s):
    a, b = x[:, 0::2], x[:, 1::2]
    return torch.stack([a * c - b * s, a * s + b * c], -1).flatten(1)

def torch_rope__native(x, p):
    """Angles in the dtype of x. Hazard: an angle of size p keeps an error of eps p; in bfloat16 nothing is left at p = 4096."""
    h = x.shape[1] // 2
    f = torch.exp(torch.arange(h, dtype=x.dtype, device=x.device) / h * -math.log(BASE))
    angle = p.to(x.dtype).unsqueeze(1) * f
    return _turn(x, torch.cos(angle), torch.sin(angle))

def torch_rope__table(x, p):
    """Angles in float64, sines and cosines rounded once."""
    h, (y,) = x.shape[1] // 2, _work(x)
    angle = p.double().unsqueeze(1) * torch.exp(torch.arange(h, dtype=torch.float64, device=x.device) / h * -math.log(BASE))
    return _turn(y, torch.cos(angle).to(y.dtype), torch.sin(angle).to(y.dtype)).to(x.dtype)

def torch_decayed_sum__factored(v, l):
    """e^(-li) times the running sum of e^(lk) v_k. Hazard: overflows for l n beyond the logarithm of the greatest number."""
    k = torch.arange(v.shape[-1], dtype=v.dtype, device=v.device) * l.unsqueeze(-1)
    return torch.exp(-k) * torch.cumsum(torch.exp(k) * v, -1)

def torch_decayed_sum__doubling(v, l):
    """Sums over the last 2, 4, 8, ... entries; every factor is at most 1."""
    total, rate = _work(v, l)
    shift = 1
    while shift < v.shape[-1]:
        factor = torch.exp(-rate * shift).unsqueeze(-1)
        total = total + torch.nn.functional.pad(total[..., :-shift], (shift, 0)) * factor
        shift *= 2
    return total.to(v.dtype)

def torch_xl_scores__gather(q, k, r, u, v):
    """Every pair with its own relative encoding, in the dtype of q. Hazard: n^2 d numbers."""
    i = torch.arange(len(q), device=q.device)
    return (q + u) @ k.mT + ((q + v).unsqueeze(1) * r[i - i.unsqueeze(1) + len(q) - 1]).sum(-1)

def rel_shift(A):
    """B_ij = A_(i, j-i+n-1) for A [n, 2n - 1]: a zero column, and the rows cut one number later each."""
    n = len(A)
    return torch.nn.functional.pad(A, (0, 1)).flatten()[:-n].unflatten(0, (n, 2 * n - 1))[:, n - 1:]

def torch_xl_scores__shift(q, k, r, u, v):
    """Two products and a change of shape."""
    x, y, z, a, b = _work(q, k, r, u, v)
    return ((x + a) @ y.mT + rel_shift((x + b) @ z.mT)).to(q.dtype)

@cache
def _table(h, precision):
    return [(t, mp.exp(-t)) for t in (mp.mpf(j) / h * mp.log(BASE) for j in range(h))]

def _frequencies(h):
    return _table(h, mp.mp.prec)

def ref_rope(x, p):
    def row(x, p):
        out = []
        for j, (_, f) in enumerate(_frequencies(len(x) // 2)):
            c, s = mp.cos_sin(p * f)
            out += [x[2 * j] * c - x[2 * j + 1] * s, x[2 * j] * s + x[2 * j + 1] * c]
        return out
    return [row(*pair) for pair in zip(x, p, strict=True)]

def ref_xl_scores(q, k, r, u, v):
    add = lambda a, b: [s + t for s, t in zip(a, b, strict=True)]
    return [[mp.fdot(add(a, u), b) + mp.fdot(add(a, v), r[j - i + len(q) - 1]) for j, b in enumerate(k)] for i, a in enumerate(q)]

def ref_decayed_sum(v, l):
    return [[mp.fsum(mp.exp(-c * (i - k)) * row[k] for k in range(i + 1)) for i in range(len(row))] for row, c in zip(v, l, strict=True)]

def _units(eps):
    return min(eps, mp.mpf(2) ** -23) / 2, eps / 2 if eps > mp.mpf(2) ** -20 else 0

def _rope(native):
    def bound(x, p, eps):
        u, last = (eps / 2, 0) if native else _units(eps)
        inner = u if native else mp.mpf(2) ** -53
        def row(x, p):
            out = []
            for j, (t, f) in enumerate(_frequencies(len(x) // 2)):
                r = mp.hypot(x[2 * j], x[2 * j + 1])
                out += [r * (min(2, abs(p) * f * (3 * t + 4) * inner) + 7 * u + last)] * 2
            return out
        return [row(*pair) for pair in zip(x, p, strict=True)]
    return bound

bound_rope__native, bound_rope__table = _rope(True), _rope(False)

def bound_decayed_sum__factored(v, l, eps):
    u = eps / 2
    top = mp.log(2) * (1000 if eps < mp.mpf(2) ** -40 else 120)
    def row(v, c):
        if c * len(v) > top:
            return [mp.inf] * len(v)
        return [mp.expm1((2 * c * i + i + 8) * u) * mp.fsum(mp.exp(-c * (i - k)) * abs(v[k]) for k in range(i + 1)) for i in range(len(v))]
    return [row(*pair) for pair in zip(v, l, strict=True)]

def bound_decayed_sum__doubling(v, l, eps):
    u, last = _units(eps)
    def row(v, c, exact):
        levels = max(1, (len(v) - 1).bit_length())
        return [mp.fsum(mp.exp(-c * (i - k)) * abs(v[k]) * (c * (i - k) + 4 * levels + 1) for k in range(i + 1)) * u + last * abs(e) + mp.mpf(2) ** -120
                for i, e in enumerate(exact)]
    return [row(*triple) for triple in zip(v, l, ref_decayed_sum(v, l), strict=True)]

def _xl_bound(native):
    def bound(q, k, r, u, v, eps):
        e, last = (eps / 2, 0) if native else _units(eps)
        size = lambda a, b, c: mp.fsum((abs(s) + abs(t)) * abs(x) for s, t, x in zip(a, b, c, strict=True))
        exact = ref_xl_scores(q, k, r, u, v)
        return [[(len(u) + 4) * e * (size(a, u, b) + size(a, v, r[j - i + len(q) - 1])) + last * abs(exact[i][j]) for j, b in enumerate(k)] for i, a in enumerate(q)]
    return bound

bound_xl_scores__gather, bound_xl_scores__shift = _xl_bound(True), _xl_bound(False)

differentiable = ("decayed_sum__doubling", "rope__table", "xl_scores__shift")

def bound_gradient_xl_scores__shift(q, k, r, u, v, eps):
    n, cost = len(q), lambda terms: (terms + 6) * eps / 2
    total = lambda rows: [mp.fsum(map(abs, c)) for c in zip(*rows, strict=True)]
    both = [[s + t for s, t in zip(total(k), total(r[n - 1 - i:2 * n - 1 - i]), strict=True)] for i in range(n)]
    by_k = [[cost(n) * (s + n * abs(t)) for s, t in zip(total(q), u, strict=True)]] * n
    by_r = [[cost(n) * (s + n * abs(t)) for s, t in zip(total(q), v, strict=True)]] * (2 * n - 1)
    return [[[cost(2 * n) * t for t in row] for row in both], by_k, by_r, [n * cost(n) * t for t in total(k)], [n * cost(n) * t for t in total(r)]]


def bound_gradient_rope__table(x, p, eps):
    """A pair of signs turned back: of length sqrt 2, the angle as in `table`."""
    def row(x, p):
        sizes = [mp.sqrt(2) * (abs(p) * f * (3 * t + 4) * mp.mpf(2) ** -53 + 7 * eps / 2) for t, f in _frequencies(len(x) // 2)]
        return [e for e in sizes for _ in (0, 1)]
    return [[row(*pair) for pair in zip(x, p, strict=True)]]


def bound_gradient_decayed_sum__doubling(v, l, eps):
    """The derivative in v is the same sum read backwards; that in l is -sum (i - k) e^(-l(i-k)) v_k over both indices, each level and factor costs 4u again."""
    u, n = eps / 2, len(v[0])
    cost = lambda c: (2 * c * n + 12 * n.bit_length() + 2 * n) * u
    both = [[mp.fsum(mp.exp(-c * (i - k)) for i in range(k, n)) * cost(c) for k in range(n)] for c in l]
    rate = [mp.fsum((i - k) * mp.exp(-c * (i - k)) * abs(row[k]) for k in range(n) for i in range(k, n)) * cost(c) for row, c in zip(v, l, strict=True)]
    return [both, rate]

def draw_rope(rng):
    n, h = rng.randint(1, 3), rng.randint(1, 4)
    return [[rng.gauss(0, 1) for _ in range(2 * h)] for _ in range(n)], [2 ** rng.randint(0, 20) + rng.randint(0, 99) for _ in range(n)]

def adversarial_rope():
    return [([[1.0, 0.0, 0.0, 1.0]], [0]), ([[1.0, 2.0, 3.0, 4.0], [0.5, -1.0, 2.0, 0.25]], [7, 1000003]), ([[0.0, 0.0]], [5]), ([[3.0, -4.0]], [-131072])]

def draw_xl_scores(rng):
    n, d = rng.randint(1, 4), rng.randint(1, 3)
    rows = lambda k: [[rng.gauss(0, 1) * rng.uniform(0.25, 1) for _ in range(d)] for _ in range(k)]
    return rows(n), rows(n), rows(2 * n - 1), rows(1)[0], rows(1)[0]

def adversarial_xl_scores():
    return [([[1.0], [2.0], [3.0]], [[0.0]] * 3, [[float(j)] for j in range(5)], [0.0], [0.0]), ([[1.0, -1.0]], [[2.0, 2.0]], [[3.0, 0.1]], [0.3, 0.7], [-1.0, 1.0])]

def check_rel_shift(xl_scores, q, k, r, u, v):
    """The first row, which is not shifted, and the last, shifted by n - 1, with the encodings of their own distances."""
    n = len(q)
    return [xl_scores[i][j] - ref_xl_scores(q, k, r, u, v)[i][j] for i in (0, n - 1) for j in range(n)]

def bound_rel_shift(q, k, r, u, v, eps):
    whole = bound_xl_scores__gather(q, k, r, u, v, eps)
    return [whole[i][j] for i in (0, len(q) - 1) for j in range(len(q))]

def draw_decayed_sum(rng):
    n = rng.randint(2, 9)
    return [[rng.gauss(0, 1) for _ in range(n)] for _ in range(2)], [rng.uniform(0, 1) * 2.0 ** rng.randint(-4, 3) for _ in range(2)]

def adversarial_decayed_sum():
    return [([[1.0, 1.0, 1.0, 1.0]], [0.0]), ([[1.0, -1.0, 1.0]], [2.0 ** -7]), ([[1.0] * 20], [16.0]), ([[1.0]], [3.0])]

def check_rope_relative(rope, x, p):
    """Lengths are kept, up to the rounding of bfloat16."""
    out = []
    for a, b in zip(rope, x, strict=True):
        size = mp.fdot(b, b)
        out += [mp.fdot(a, a) - size * mp.mpf("0.95") + mp.mpf(2) ** -100, size * mp.mpf("1.05") - mp.fdot(a, a) + mp.mpf(2) ** -100]
    return out

def _recursion(decayed_sum, v, l):
    """out_(i+1) = e^(-l) out_i + v_(i+1): one state carries the decay."""
    return [[out[i] - (mp.exp(-c) * out[i - 1] if i else 0) - row[i] for i in range(len(row))] for out, row, c in zip(decayed_sum, v, l, strict=True)]

check_relative_bias_factorisation__doubling = _recursion

def bound_relative_bias_factorisation__doubling(v, l, eps):
    return [[e + (mp.exp(-c) * row[i - 1] if i else 0) for i, e in enumerate(row)] for row, c in zip(bound_decayed_sum__doubling(v, l, eps), l, strict=True)]

sizes_rope, sizes_decayed_sum = [(256, 64), (4096, 128), (16384, 128)], [(64, 256), (64, 4096)]

def inputs_rope(size, dtype, device, generator):
    return torch.randn(size, device=device, generator=generator).to(dtype), torch.arange(size[0], device=device)

def inputs_decayed_sum(size, dtype, device, generator):
    return torch.randn(size, device=device, generator=generator).to(dtype), torch.full(size[:1], 2.0 ** -7, dtype=dtype, device=device)

def work_rope(size, itemsize):
    return {"bytes": 2 * size[0] * size[1] * itemsize, "flop": 3 * size[0] * size[1]}

def work_decayed_sum(size, itemsize):
    return {"bytes": 2 * size[0] * size[1] * itemsize, "flop": 2 * size[0] * size[1] * max(1, (size[1] - 1).bit_length())}

sizes_xl_scores = [(64, 32), (512, 64)]

def inputs_xl_scores(size, dtype, device, generator):
    n, d = size
    return tuple(torch.randn(shape, device=device, generator=generator).to(dtype) for shape in ((n, d), (n, d), (2 * n - 1, d), (d,), (d,)))

def work_xl_scores(size, itemsize):
    return {"bytes": (4 * size[0] * size[1] + size[0] ** 2) * itemsize, "flop": 6 * size[0] ** 2 * size[1]}

def peers_rope():
    def complex_multiply(x, p):
        h = x.shape[1] // 2
        angle = p.double().unsqueeze(1) * torch.exp(torch.arange(h, dtype=torch.float64, device=x.device) / h * -math.log(BASE))
        z = torch.view_as_complex(x.unflatten(1, (h, 2)).to(torch.promote_types(x.dtype, torch.float32)).contiguous())
        return torch.view_as_real(z * torch.polar(torch.ones_like(angle), angle).to(z.dtype)).flatten(1).to(x.dtype)
    return {"native": torch_rope__native, "torch idiom: complex multiply": complex_multiply}

def peers_decayed_sum():
    def matrix(v, l):
        k = torch.arange(v.shape[-1], device=v.device)
        gap = (k.unsqueeze(-1) - k).to(v.dtype)
        return (torch.where(gap >= 0, torch.exp(-l[:, None, None] * gap), 0) @ v.unsqueeze(-1)).squeeze(-1)
    return {"factored": torch_decayed_sum__factored, "torch idiom: n x n matrix": matrix}

def _plot(en, zh, xlabel, ylabel, claim, series, xscale="linear", yscale="linear"):
    digits = lambda values: [float(f"{float(v):.6g}") for v in values]
    return {"caption": {"en": en, "zh": zh}, "xlabel": xlabel, "ylabel": ylabel, "xscale": xscale, "yscale": yscale, "claim": claim, "vlines": [], "hlines": [],
            "series": [{"label": a, "x": digits(x), "y": digits(y), "style": s} for a, x, y, s in series]}

def plot_buckets():
    ks = list(range(1, 140))
    def both(k):
        return k if k < 8 else min(15, 1 + (k * k).bit_length())
    def causal(k):
        return k if k < 16 else min(31, 16 + max(j for j in range(18) if k ** 16 >= 16 ** 16 * 8 ** j))
    return _plot("T5 buckets by integers alone, and the logarithms they round down.", "仅用整数计算的 T5 分桶，以及被向下取整的对数。", "distance", "bucket", "t5_bucket_exact", [
        ("both ways", ks, [both(k) for k in ks], "points"), ("causal", ks, [causal(k) for k in ks], "points"),
        ("8 + 2 log2(k/8)", ks[7:], [8 + 2 * mp.log(mp.mpf(k) / 8, 2) for k in ks[7:]], "dashed"), ("16 + 16/3 log2(k/16)", ks[15:], [16 + mp.log(mp.mpf(k) / 16, 2) * 16 / 3 for k in ks[15:]], "dashed")])

def plot_scores():
    """q = k = (1, 0, 1, 0, ...): the sum of cos(t f_j) over h."""
    ts = list(range(0, 257, 2))
    return _plot("Score of equal queries and keys against the distance, over the number of planes h, base 10000.", "相同查询与键的打分随距离的变化（除以平面数 h），base 10000。", "distance", "score", "rope_relative",
                 [(f"h = {h}", ts, [mp.fsum(mp.cos(t * f) for _, f in _frequencies(h)) / h for t in ts], "line") for h in (2, 8, 32)])

def plot_precision():
    ps = [2 ** k for k in range(0, 25)]
    x = [[1.0, 0.0] * 32]
    series = [(name, ps, [max(b for b in bound_rope__native(x, [p], eps)[0]) for p in ps], style) for name, eps, style in (
        ("bfloat16 angles", mp.mpf(2) ** -7, "dashed"), ("float32 angles", mp.mpf(2) ** -23, "dashed"))]
    series.append(("float32 from float64 angles", ps, [max(bound_rope__table(x, [p], mp.mpf(2) ** -23)[0]) for p in ps], "line"))
    return _plot("Error bounds of a rotated pair of length 1 against the position, d = 64.", "单位长度的一对分量旋转后的误差界随位置的变化，d = 64。", "position", "bound", "rope_relative", series, "log", "log")

def plot_decay():
    ts = [mp.mpf(k) / 2 for k in range(0, 129)]
    return _plot("Two relative factors that separate: decay, and the real part of a rotation.", "两种可分离的相对因子：衰减，与旋转的实部。", "distance", "factor", "relative_bias_factorisation", [
        *((f"decay, l = {float(c)}", ts, [mp.exp(-c * t) for t in ts], "line") for c in (mp.mpf(1) / 8, mp.mpf(1) / 32)), ("rotation, theta = 1/8", ts, [mp.cos(t / 8) for t in ts], "dashed")])

def plot_four_terms():
    """x_i a fixed sequence of vectors, p_i sinusoidal, d = 16, W_Q = W_K = I."""
    d, i, js = 16, 32, list(range(65))
    x = [[mp.sin(7 * j * j + 3 * c + j * c * c) for c in range(d)] for j in js]
    p = [[f(j * 100 ** (mp.mpf(-2 * c) / d)) for c in range(d // 2) for f in (mp.sin, mp.cos)] for j in js]
    return _plot("The four terms of the score of position 32 with every other: only position-position depends on the distance alone.", "位置 32 与各位置的打分的四项：仅位置-位置一项只依赖距离。", "j", "term", "four_term_expansion",
                 [(label, js, [mp.fdot(a[i], b[j]) for j in js], style) for label, a, b, style in (("content-content", x, x, "points"), ("content-position", x, p, "line"),
                                                                                           ("position-content", p, x, "dashed"), ("position-position", p, p, "line"))])
