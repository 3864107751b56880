"""Position codes beyond the trained table, by hierarchical decomposition.

**Computes.** From a table p of n rows, `extend` the first `length` rows of phat, phat[i n + j] = p_j + r (p_i - p_0), r =
alpha/(1 - alpha), i and j counted from 0. Proofs: `proofs/hierarchical_positions.py`.
**Shapes.** p [n, d]; alpha [1], not 1; length an integer in 1, ..., n^2; result [length, d] in the dtype of p.
**Errors.** u = eps/2, first order; bfloat16 is computed in float32 and rounded once (last = u of bfloat16), except in `basis`.
`translate`: r carries 2u, the difference u, the product u, the sum u of the result: 4u |r| |p_i - p_0| + u |phat|. The first
n rows are the table itself, bit by bit.
`basis` forms u_j = (p_j - alpha p_0)/(1 - alpha), off by e_j = u (|alpha p_0| + 3 |p_j - alpha p_0|)/|1 - alpha|, and alpha u_i
+ (1 - alpha) u_j, off by |alpha| (e_i + u |u_i|) + |1 - alpha| (e_j + 2u |u_j|) + u |phat|: near alpha = 1 the two parts are
large and cancel.
**Cost.** `translate` writes every row once; `basis` gathers two rows of u for each.
"""
from fractions import Fraction

import mpmath as mp
import torch

def torch_extend__basis(p, alpha, length):
    """alpha u_i + (1 - alpha) u_j, u built and gathered, in the dtype of p. Hazard: near alpha = 1 it cancels."""
    u = (p - alpha * p[:1]) / (1 - alpha)
    t = torch.arange(length, device=p.device)
    return alpha * u[t // len(p)] + (1 - alpha) * u[t % len(p)]

def torch_extend__translate(p, alpha, length):
    """p_j + r (p_i - p_0), a broadcast sum over whole blocks: O(length d), no basis, no gather."""
    work = torch.float32 if p.dtype in (torch.bfloat16, torch.float16) else p.dtype
    table, a, blocks = p.to(work), alpha.to(work), -(-length // len(p))
    shift = a / (1 - a) * (table[:blocks] - table[:1])
    return (shift.unsqueeze(1) + table).flatten(0, 1)[:length].to(p.dtype)

def ref_extend(p, alpha, length):
    r, n = alpha[0] / (1 - alpha[0]), len(p)
    length = min(length, n * n)
    return [[x + r * (y - z) for x, y, z in zip(p[t % n], p[t // n], p[0], strict=True)] for t in range(length)]

def bound_extend__translate(p, alpha, length, eps):
    u, last = min(eps, mp.mpf(2) ** -23) / 2, eps / 2 if eps > mp.mpf(2) ** -20 else 0
    r, n = alpha[0] / (1 - alpha[0]), len(p)
    return [[4 * u * abs(r * (y - z)) + (last or u) * abs(out) for y, z, out in zip(p[t // n], p[0], row, strict=True)]
            for t, row in enumerate(ref_extend(p, alpha, length))]

def bound_extend__basis(p, alpha, length, eps):
    a, n, u = alpha[0], len(p), eps / 2
    def parts(y, z):
        return abs(y - a * z) / abs(1 - a), u * (abs(a * z) + 3 * abs(y - a * z)) / abs(1 - a)
    def one(x, y, z, out):
        (ui, ei), (uj, ej) = parts(y, z), parts(x, z)
        return (abs(a) * (ei + u * ui) + abs(1 - a) * (ej + 2 * u * uj)) * (1 + 8 * u) + u * abs(out)
    return [[one(*v) for v in zip(p[t % n], p[t // n], p[0], row, strict=True)] for t, row in enumerate(ref_extend(p, alpha, length))]

differentiable = ("extend__translate",)

def bound_gradient_extend__translate(p, alpha, length, eps):
    """Entries of p collect at most `length` terms 1 and r each, and p_0 all of the -r; alpha collects (p_i - p_0)/(1 - alpha)^2 by two paths."""
    a, n, u, d = alpha[0], len(p), eps / 2, len(p[0])
    r = abs(a / (1 - a))
    rows = [(length + 8) * u * ((length // n + 1) * 1 + (n if k < -(-length // n) else 0) * r + (length * r if k == 0 else 0)) for k in range(n)]
    paths = 1 / abs(1 - a) + abs(a) / (1 - a) ** 2
    slope = mp.fsum(abs(y - z) for t in range(length) for y, z in zip(p[t // n], p[0], strict=True))
    return [[[b] * d for b in rows], [(length * d + 8) * u * slope * paths + mp.mpf(10) ** -14 * (slope == 0)]]

def draw_extend(rng):
    n, d = rng.randint(2, 5), rng.randint(1, 3)
    a = rng.choice([0.4, 0.3, 0.6, 0.25, -0.5, rng.uniform(0.05, 0.95)])
    return [[rng.gauss(0, 1) for _ in range(d)] for _ in range(n)], [a], rng.randint(n + 1, n * n)

def adversarial_extend():
    p = [[1.0, -2.0], [0.5, 3.0], [-1.5, 1e-3]]
    return [(p, [0.5], 9), (p, [0.0], 9), (p, [0.9921875], 7), (p, [1.0078125], 9), (p, [100.0], 8), ([[2.0]], [0.4], 1), (p, [0.4], 2)]

def check_basis_uniqueness__translate(extend, p, alpha, length):
    """The first n rows are the table, to the last bit."""
    return [mp.mpf(row == old) for row, old in zip(extend, p[:length], strict=False)]

def check_half_degenerate(extend, p, alpha, length):
    """At alpha = 1/2 the codes of (i, j) and (j, i) agree up to rounding."""
    n, scale = len(p), max(abs(t) for row in p for t in row)
    def gap(t):
        other = t % n * n + t // n
        return max(abs(x - y) for x, y in zip(extend[t], extend[other], strict=True)) if other < length else mp.mpf(0)
    return [scale / 20 - gap(t) if alpha[0] == mp.mpf(1) / 2 else mp.mpf(1) for t in range(length)]

sizes_extend = [(64, 64, 4096), (512, 768, 2048), (512, 768, 16384)]

def inputs_extend(size, dtype, device, generator):
    return torch.randn(size[:2], device=device, generator=generator).to(dtype), torch.full((1,), 0.4, dtype=dtype, device=device), size[2]

def work_extend(size, itemsize):
    return {"bytes": (size[0] + size[2]) * size[1] * itemsize, "flop": 2 * size[2] * size[1]}

def peers_extend():
    return {"basis": torch_extend__basis, "torch idiom: two gathers from the table": lambda p, a, length: p[(t := torch.arange(
        length, device=p.device)) % len(p)] + a / (1 - a) * (p[t // len(p)] - p[0])}

def _plot(en, zh, xlabel, ylabel, claim, series):
    digits = lambda values: [float(f"{float(v):.6g}") for v in values]
    return {"caption": {"en": en, "zh": zh}, "xlabel": xlabel, "ylabel": ylabel, "xscale": "linear", "yscale": "linear", "claim": claim, "vlines": [], "hlines": [],
            "series": [{"label": label, "x": digits(x), "y": digits(y), "style": style} for label, x, y, style in series]}

def plot_distinct_codes():
    n, alphas = 16, [Fraction(k, 120) for k in range(120)]
    return _plot("Distinct codes of the arithmetic table p_j = j, n = 16: many weights collide, not only 0 and 1/2.", "等差表 p_j = j（n = 16）的互异编码数：发生碰撞的权重不止 0 与 1/2。",
                 "alpha", "codes", "generic_injectivity", [("p_j = j", alphas, [len({j + a / (1 - a) * i for i in range(n) for j in range(n)}) for a in alphas], "points")])

def plot_inner_products():
    n, h = 48, 24
    table = [[f(mp.mpf(m) * mp.mpf(10000) ** (-mp.mpf(t) / h)) for t in range(h) for f in (mp.cos, mp.sin)] for m in range(n)]
    gram = [[mp.fdot(x, y) for y in table] for x in table]
    def product(t, r):  # phat_0 = p_0 against phat_t
        i, j = divmod(t, n)
        return gram[0][j] + r * (gram[0][i] - gram[0][0])
    ts = list(range(4 * n))
    return _plot("Inner product of the first code with the others for a sinusoidal table of 48 rows: in a new block the profile is repeated at a lower level.",
                 "48 行正弦表的首个编码与其余编码的内积：在新的块中，同一曲线以更低的水平重复。", "position", "inner product", "closed_form",
                 [(f"alpha = {mp.nstr(a, 1)}", ts, [product(t, a / (1 - a)) for t in ts], "line") for a in (mp.mpf(3) / 10, mp.mpf(4) / 10, mp.mpf(6) / 10)])
