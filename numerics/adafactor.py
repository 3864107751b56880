"""A step of AdaFactor with the factored second moment, without the product of row and column sums.

**Computes.** `update` u_ij = g_ij sqrt(S/(r_i s_j)) for g [m, n] with row sums r, column sums s and total S of g^2 (eps_1 = 0); `bias_weights` the weights
i^-c (1 - (i+1)^-c) ... (1 - t^-c), i = 1, ..., t, of the schedule 1 - t^-c; `step` the parameters p after step t: R <- b R + (1 - b) rows, C likewise, b = 1 - t^-0.8, u = g sqrt(S/(R_i C_j)) with S the sum of R,
p - min(1/100, 1/sqrt t) max(1/1000, RMS p) u/max(1, RMS u). Claims: `proofs/adafactor.py`.
**Shapes.** g [..., m, n] gives [..., m, n]; c [k] and a plain integer t give [k, t]; p, g [m, n], R [m], C [n] with equal sums (S is that of R) and t give [m, n]; `moments` gives R and C.
**Errors.** u = eps/2; bfloat16 is computed in float32 and rounded once (last). All sums have positive terms: r, s, S carry (n + 1) u, (m + 1) u, (m + n + 1) u.
`product`: S/(r s) adds 2u, the root halves all and adds u, the product u: ((2m + 2n + 5)/2 + 2) u relative. Hazard: g^2 r s underflows; nothing is promised below the square
root of the least normal number.
`separate`: g is first divided by the power of two next to its largest entry (exact); sqrt(S/r) and 1/sqrt(s): (m + n + 2n + m)/2 + 5 times u relative. Entries whose square is then
below the least normal number may be lost in the sums, where they are less than u times the others, or by themselves (tiny).
`bias_weights recursive`: w <- (1 - s^-c) w at every step: s^-c is off by 2u and the rounding of c log s, at most 4u c log s; 1 - s^-c is off by s^-c/(1 - s^-c) times that
plus u; one product: the sum over s > i, plus the first factor.
`bias_weights logs`: exp of a reversed cumulative sum of log1p(-s^-c) - c log i: each log1p is off by u plus as before, the cumulative sum by t u times its size, the exponential by 2u.
`step`: R, C, S carry (n + 4) u, (m + 4) u, (2m + n + 6) u, u_ij half of all and 5u more, e = (3m + 2n)/2 + 12 in units of u; RMS u has e + mn/2 + 3, the product of all
2e + mn + 12; a sum with p is left. `materialised` forms R C/S: hazard, the product of two small numbers underflows (nothing is promised below the square root of the least
normal number). bfloat16 parameters: a step of a thousandth of p is lost in the last rounding, here as everywhere without stochastic rounding.
**Cost.** two reads of g and one write; m + n numbers of state.
"""
import itertools
import math
import random

import mpmath as mp
import torch

def _work(*tensors):
    return [t.float() if t.dtype in (torch.bfloat16, torch.float16) else t for t in tensors]

def torch_update__product(g):
    """g / sqrt(r s^T/S). Hazard: the product of the sums underflows for small gradients."""
    h, = _work(g)
    q = h * h
    r, s = q.sum(-1, keepdim=True), q.sum(-2, keepdim=True)
    return (h / torch.sqrt(r * s / r.sum(-2, keepdim=True))).to(g.dtype)

def torch_update__separate(g):
    """g sqrt(S/r) / sqrt(s) after division by a power of two: the same at every scale of g."""
    h, = _work(g)
    h = torch.ldexp(h, -torch.frexp(h.abs().amax((-2, -1), keepdim=True)).exponent)
    q = h * h
    r, s = q.sum(-1, keepdim=True), q.sum(-2, keepdim=True)
    return (h * (torch.sqrt(r.sum(-2, keepdim=True) / r) / torch.sqrt(s))).to(g.dtype)

def moments(g, R, C, t):
    """The state after step t: m + n numbers, where Adam keeps 2mn."""
    q, keep = g * g, 1 - t ** -0.8
    return keep * R + (1 - keep) * q.sum(1), keep * C + (1 - keep) * q.sum(0)

def _moved(p, u, t):
    size = lambda x: torch.sqrt((x * x).mean())
    return p - u * (min(1e-2, t ** -0.5) * size(p).clamp_min(1e-3) / size(u).clamp_min(1))

def torch_step__materialised(p, g, R, C, t):
    """With the matrix R C/S. Hazard: it underflows where R and C do not."""
    w, h, r, c = _work(p, g, R, C)
    r, c = moments(h, r, c, t)
    return _moved(w, h / torch.sqrt(torch.outer(r, c) / r.sum()), t).to(p.dtype)

def torch_step__factored(p, g, R, C, t):
    """With the roots of S/R and of C apart: no product of two small numbers, no matrix besides g."""
    w, h, r, c = _work(p, g, R, C)
    r, c = moments(h, r, c, t)
    return _moved(w, h * torch.sqrt(r.sum() / r).unsqueeze(1) * torch.rsqrt(c), t).to(p.dtype)

def torch_bias_weights__recursive(c, t):
    """Step by step, as the optimiser does it."""
    d, = _work(c)
    w = torch.ones(len(c), 1, dtype=d.dtype, device=d.device)
    for step in range(2, t + 1):
        p = torch.exp(-d * torch.log(torch.tensor(float(step), dtype=d.dtype, device=d.device))).unsqueeze(1)
        w = torch.cat([w * (1 - p), p], 1)
    return w.to(c.dtype)

def torch_bias_weights__logs(c, t):
    """All at once by cumulative sums of logarithms."""
    d, = _work(c)
    steps = torch.log(torch.arange(1, t + 1, dtype=d.dtype, device=d.device))
    low = -d.unsqueeze(1) * steps
    keep = torch.log(-torch.expm1(low[:, 1:]))
    tail = torch.cat([keep.flip(1).cumsum(1).flip(1), torch.zeros_like(low[:, :1])], 1)
    return torch.exp(low + tail).to(c.dtype)

def _each(f, g):
    return [_each(f, M) for M in g] if isinstance(g[0][0], list) else f(g)

def ref_update(g):
    def one(M):
        r, s = [mp.fsum(x * x for x in row) for row in M], [mp.fsum(x * x for x in col) for col in zip(*M, strict=True)]
        return [[x * mp.sqrt(mp.fsum(r) / (p * q)) for x, q in zip(row, s, strict=True)] for row, p in zip(M, r, strict=True)]
    return _each(one, g)

def _state(g, R, C, t):
    keep = 1 - mp.mpf(t) ** -mp.mpf("0.8")
    mix = lambda old, rows: [keep * a + (1 - keep) * mp.fsum(x * x for x in row) for a, row in zip(old, rows, strict=True)]
    return mix(R, g), mix(C, list(zip(*g, strict=True)))

def _rms(M):
    return mp.sqrt(mp.fsum(x * x for row in M for x in row) / (len(M) * len(M[0])))

def _delta(p, g, R, C, t):
    r, c = _state(g, R, C, t)
    u = [[x * mp.sqrt(mp.fsum(r) / (a * b)) for x, b in zip(row, c, strict=True)] for row, a in zip(g, r, strict=True)]
    size = min(mp.mpf("0.01"), 1 / mp.sqrt(t)) * max(mp.mpf("0.001"), _rms(p)) / max(1, _rms(u))
    return [[size * x for x in row] for row in u]

def ref_step(p, g, R, C, t):
    return [[a - b for a, b in zip(*rows, strict=True)] for rows in zip(p, _delta(p, g, R, C, t), strict=True)]

def ref_bias_weights(c, t):
    def one(c):
        out = [mp.mpf(1)]
        for step in range(2, t + 1):
            p = mp.mpf(step) ** -c
            out = [w * (1 - p) for w in out] + [p]
        return out
    return [one(x) for x in c]

def _inner(eps):
    return min(eps, mp.mpf(2) ** -23) / 2, eps / 2 if eps > mp.mpf(2) ** -20 else 0, mp.mpf(2) ** (-126 if eps > mp.mpf(2) ** -30 else -1022)

def _relative(M, exact, factor, eps, absolute=0):
    u, last, _ = _inner(eps)
    return [[(factor * u * (1 + last) + last) * abs(x) + absolute for x in row] for row in exact]

def bound_update__product(g, eps):
    def one(M):
        m, n, tiny = len(M), len(M[0]), _inner(eps)[2]
        if min((x * x for row in M for x in row if x), default=0) < mp.sqrt(tiny) * 4:
            return [[mp.inf] * n for _ in M]
        return _relative(M, ref_update(M), mp.mpf(2 * m + 2 * n + 5) / 2 + 2, eps)
    return _each(one, g)

def bound_update__separate(g, eps):
    def one(M):
        m, n, tiny = len(M), len(M[0]), _inner(eps)[2]
        return _relative(M, ref_update(M), mp.mpf(2 * m + 3 * n) / 2 + 5, eps, tiny)
    return _each(one, g)

def _step_bound(materialised):
    def bound(p, g, R, C, t, eps):
        u, last, tiny = _inner(eps)
        m, n = len(g), len(g[0])
        e = mp.mpf(3 * m + 2 * n) / 2 + 12
        r, c = _state(g, R, C, t)
        if min(r) * min(c) < tiny * 2 ** 24 if materialised else min(x * x for row in g for x in row if x) < tiny / u:
            return [[mp.inf] * n] * m
        factor = (2 * e + m * n + 12) * u
        return [[(factor * abs(d) + u * abs(a)) * (1 + last) + last * abs(a - d) for a, d in zip(*rows, strict=True)] for rows in zip(p, _delta(p, g, R, C, t), strict=True)]
    return bound

bound_step__materialised, bound_step__factored = _step_bound(True), _step_bound(False)

def _steps(c, t, u):
    """(s, s^-c, the relative error of 1 - s^-c)."""
    for s in range(2, t + 1):
        p = mp.mpf(s) ** -c
        yield s, p, p / (1 - p) * u * (2 + 4 * c * mp.log(s)) + u

def bound_bias_weights__recursive(c, t, eps):
    u, last, _ = _inner(eps)
    def one(c, exact):
        errors = [e for _, _, e in _steps(c, t, u)]
        return [w * (mp.expm1(mp.fsum(errors[i:]) + (t - i) * u + u * (2 + 4 * c * mp.log(i + 1))) + last) for i, w in enumerate(exact)]
    return [one(x, w) for x, w in zip(c, ref_bias_weights(c, t), strict=True)]

def bound_bias_weights__logs(c, t, eps):
    u, last, _ = _inner(eps)
    def one(c, exact):
        tails = [(mp.mpf(0), mp.mpf(0))]  # the sums of the errors and of the logarithms from a step on
        for _, p, e in reversed(list(_steps(c, t, u))):
            tails.insert(0, (tails[0][0] + e, tails[0][1] - mp.log1p(-p)))
        off = [e + (t - i + 2) * u * size + u * (2 + 4 * c * mp.log(i + 1)) + 2 * u for i, (e, size) in enumerate(tails)]
        return [w * (mp.expm1(d) + last) for w, d in zip(exact, off, strict=True)]
    return [one(x, w) for x, w in zip(c, ref_bias_weights(c, t), strict=True)]

def draw_update(rng):
    m, n, size = rng.randint(1, 4), rng.randint(1, 4), 2.0 ** rng.randint(-16, 8)
    return ([[size * rng.gauss(0, 1) for _ in range(n)] for _ in range(m)],)

def adversarial_update():
    g = [[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]
    return [(g,), ([[x * 1e-15 for x in row] for row in g],), ([[x * 2.0 ** -30 for x in row] for row in g],), ([[1.0, 0.0], [0.0, 3.0]],), ([[-2.5]],), ([g, g],)]

def draw_step(rng):
    m, n, size = rng.randint(1, 4), rng.randint(1, 4), 2.0 ** rng.randint(-14, 8)
    matrix = lambda size: [[size * rng.gauss(0, 1) for _ in range(n)] for _ in range(m)]
    old, p = [[x * x for x in row] for row in matrix(size)], matrix(2.0 ** rng.randint(-12, 0))
    return p, matrix(size), [sum(row) for row in old], [sum(col) for col in zip(*old, strict=True)], rng.randint(1, 40)

def adversarial_step():
    p, g, h = [[0.5, -1.0, 0.25], [2.0, 1.5, 0.0]], [[-1.0, 0.5, 2.0], [3.0, -2.0, 1.0]], [[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]
    small = lambda M: [[x * 2.0 ** -40 for x in row] for row in M]
    return [(p, h, [0.0, 0.0], [0.0, 0.0, 0.0], 1), (p, g, [14.0, 90.0], [17.0, 29.0, 58.0], 2), (small(p), g, [14.0, 90.0], [17.0, 29.0, 58.0], 20000), (p, small(g), [0.0] * 2, [0.0] * 3, 1)]

def draw_bias_weights(rng):
    return [rng.uniform(0.25, 3) for _ in range(3)], rng.randint(1, 24)

def adversarial_bias_weights():
    return [([0.8, 1.0, 2.0], 40), ([0.5], 1), ([3.0, 0.125], 12)]

def check_adafactor_update_rms__factored(step, p, g, R, C, t):
    """No step is longer than RMS(p) or 1/1000 allows, up to the rounding of bfloat16."""
    d = [[a - b for a, b in zip(*rows, strict=True)] for rows in zip(p, step, strict=True)]
    return mp.mpf("0.0101") * max(mp.mpf("0.001"), _rms(p)) + mp.mpf("0.004") * _rms(p) - _rms(d)

def _sum_to_one(bias_weights, c, t):
    """The weights add up to 1."""
    return [1 - mp.fsum(w) for w in bias_weights]

check_adafactor_power_schedule__recursive = check_adafactor_power_schedule__logs = _sum_to_one

def bound_adafactor_power_schedule__recursive(c, t, eps):
    """The bounds of the weights add up."""
    return [mp.fsum(w) for w in bound_bias_weights__recursive(c, t, eps)]

def bound_adafactor_power_schedule__logs(c, t, eps):
    return [mp.fsum(w) for w in bound_bias_weights__logs(c, t, eps)]

sizes_step = [(256, 256), (1024, 1024)]

def inputs_step(size, dtype, device, generator):
    draw = lambda *n: torch.randn(n, device=device, generator=generator)
    return (draw(*size) / 16).to(dtype), draw(*size).to(dtype), (size[1] * (1 + draw(size[0]) ** 2)).to(dtype), (size[0] * (1 + draw(size[1]) ** 2)).to(dtype), 9

def work_step(size, itemsize):
    return {"bytes": 5 * size[0] * size[1] * itemsize, "flop": 12 * size[0] * size[1]}

def _optimiser(p, g, R, C, t):
    w = torch.nn.Parameter(p.clone())
    w.grad = g
    made = torch.optim.Adafactor([w], lr=1e-2)
    made.state[w] = {"step": torch.tensor(t - 1.0), "row_var": (R / len(C)).unsqueeze(1), "col_var": (C / len(R)).unsqueeze(0)}
    made.step()
    return w.detach()

def peers_step():
    return {"torch.optim.Adafactor": _optimiser}

sizes_update = [(256, 256), (1024, 1024)]

def inputs_update(size, dtype, device, generator):
    return (torch.randn(size, device=device, generator=generator).to(dtype),)

def work_update(size, itemsize):
    return {"bytes": 3 * size[0] * size[1] * itemsize, "flop": 6 * size[0] * size[1]}

def peers_update():
    return {"torch idiom: means and an outer product": lambda g: g * torch.rsqrt(torch.outer((g * g).mean(1), (g * g).mean(0)) / (g * g).mean())}

def _plot(en, zh, xlabel, ylabel, claim, series, xscale="linear", yscale="linear"):
    digits = lambda values: [float(f"{float(v):.6g}") for v in values]
    return {"caption": {"en": en, "zh": zh}, "xlabel": xlabel, "ylabel": ylabel, "xscale": xscale, "yscale": yscale, "claim": claim, "vlines": [], "hlines": [],
            "series": [{"label": label, "x": digits(x), "y": digits(y), "style": style[0] if style else "line"} for label, x, y, *style in series]}

@mp.workdps(30)
def plot_two_fits():
    """The matrix exp(s z_ij), z fixed: the farther from rank one the larger s is."""
    def losses(s):
        M = [[mp.exp(s * mp.sin(3 * i * i + 5 * j + 2 * i * j)) for j in range(4)] for i in range(4)]
        rows, cols = [mp.fsum(row) for row in M], [mp.fsum(col) for col in zip(*M, strict=True)]
        U, S, V = mp.svd_r(mp.matrix(M))
        cells = [(M[i][j], rows[i] * cols[j] / mp.fsum(rows), abs(S[0] * U[i, 0] * V[0, j])) for i in range(4) for j in range(4)]
        square, divergence = lambda x, q: (x - q) ** 2, lambda x, q: x * mp.log(x / q) - x + q
        total = lambda f, k: mp.fsum(f(cell[0], cell[k]) for cell in cells)
        return total(square, 1) / total(square, 2), total(divergence, 2) / total(divergence, 1)
    xs = [mp.mpf(k) / 10 for k in range(1, 31)]
    first, second = zip(*map(losses, xs), strict=True)
    return _plot("Two rank-one fits of exp(s z_ij), the row and column sums and the first singular pair, both positive and in closed form: the error of each over the best, in the other's distance.",
                 "对 exp(s z_ij) 的两种秩一拟合：行列和与首个奇异对，二者皆为正且有闭式。图为各自在对方距离下的误差与最优值之比。", "s", "error over the least", "adafactor_idiv_pythagoras",
                 [("squared Frobenius error of the sums", xs, first), ("I-divergence of the singular pair", xs, second)])

def plot_weights():
    cs, t = [mp.mpf(x) for x in ("0.5", "0.8", "1", "1.5", "2")], 100
    rows = [(f"c = {mp.nstr(c, 2)}", w) for c, w in zip(cs, ref_bias_weights(cs, t), strict=True)]
    beta = mp.mpf("0.95")
    rows.append(("Adam, beta = 0.95", [(1 - beta) * beta ** (t - i) / (1 - beta ** t) for i in range(1, t + 1)]))
    return _plot("The weight of the gradient of step i at step 100.", "第 i 步梯度在第 100 步时的权重。", "i", "weight", "adafactor_power_schedule",
                 [(label, range(1, t + 1), w) for label, w in rows], "linear", "log")

def plot_update_size():
    xs = [mp.mpf(k) / 10 for k in range(1, 41)]
    def rms(M):
        return _rms(ref_update(M))
    return _plot("Root mean square of the first factored update.", "首个分解更新的均方根。", "x", "RMS", "adafactor_update_rms",
                 [("g = diag(1, x)", xs, [rms([[mp.mpf(1), mp.mpf(0)], [mp.mpf(0), x]]) for x in xs]), ("g = [[x, 1], [1, 0]]", xs, [rms([[x, mp.mpf(1)], [mp.mpf(1), mp.mpf(0)]]) for x in xs]),
                  ("g = [[x, 1], [1, 1/x]]", xs, [rms([[x, mp.mpf(1)], [mp.mpf(1), 1 / x]]) for x in xs])])

def plot_update_size_distribution():
    """600 gradients of independent entries, cubes of near-normal numbers, for three shapes."""
    draw, ends, series = random.Random(3).random, [k / 16 for k in range(11, 41)], []
    for m, n in ((2, 2), (4, 4), (16, 16)):
        sizes = []
        for _ in range(600 if n < 16 else 200):
            q = [[(sum(draw() for _ in range(12)) - 6) ** 6 for _ in range(n)] for _ in range(m)]
            rows, cols = [math.fsum(r) for r in q], [math.fsum(c) for c in zip(*q, strict=True)]
            sizes.append(math.sqrt(math.fsum(t / (a * b) for r, a in zip(q, rows, strict=True) for t, b in zip(r, cols, strict=True)) * math.fsum(rows) / (m * n)))
        counts = [sum(a <= t < b for t in sizes) * 16 / len(sizes) for a, b in itertools.pairwise(ends)]
        series.append((f"{m} x {n}", [a + 1 / 32 for a in ends[:-1]], counts))
    return _plot("Density of the RMS of the first factored update for random gradients with heavy tails: seldom 1, and above it more often than below.",
                 "重尾随机梯度下首个分解更新均方根的密度：很少等于 1，且多在 1 以上。", "RMS", "density", "adafactor_update_rms", series)

@mp.workdps(30)
def plot_scale():
    """Before the update is clipped."""
    g, xs = [[mp.mpf(x) for x in row] for row in ((1, 2, 3), (4, 5, 7))], [mp.mpf(10) ** (mp.mpf(k) / 4) for k in range(-80, 9)]
    floor, small = mp.mpf(2) ** -23, mp.mpf(10) ** -30
    def clamped(x):
        rows, cols = [mp.fsum(t * t for t in r) * x * x / 3 for r in g], [mp.fsum(t * t for t in c) * x * x / 2 for c in zip(*g, strict=True)]
        scale = max(mp.fsum(rows) / 2, floor)
        return _rms([[x * t / mp.sqrt(max(a * b / scale, floor ** 2)) for t, b in zip(r, cols, strict=True)] for r, a in zip(g, rows, strict=True)])
    def added(x):
        q = [[x * x * t * t + small for t in r] for r in g]
        rows, cols = [mp.fsum(r) for r in q], [mp.fsum(c) for c in zip(*q, strict=True)]
        return _rms([[x * t * mp.sqrt(mp.fsum(rows) / (a * b)) for t, b in zip(r, cols, strict=True)] for r, a in zip(g, rows, strict=True)])
    return _plot("RMS of the first update for the gradient lambda g: constant only without eps1; the paper adds 1e-30 to the squares, torch.optim.Adafactor clamps their mean at the float32 eps.",
                 "梯度为 λg 时首个更新的均方根：仅当无 eps1 时为常数；论文在平方上加 1e-30，torch.optim.Adafactor 把其均值截断在 float32 的 eps。", "lambda", "RMS", "adafactor_scale_invariance",
                 [(label, xs, [f(x) for x in xs]) for label, f in (("eps1 = 0", lambda x: _rms(ref_update(g))), ("1e-30 added", added), ("clamped at 1.2e-7", clamped))], "log", "log")
