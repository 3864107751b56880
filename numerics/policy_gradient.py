"""The exact policy gradient of a softmax policy and its best constant baseline, also where the policy is nearly deterministic.

**Computes.** For p = softmax(x): `policy_gradient` g_j = p_j (r_j - sum p r), the gradient of sum p r in x, and `optimal_baseline`
b = sum p r w / sum p w with w_j = |e_j - p|^2, which minimises the variance of (r - b) grad log p.
`es_gradient` the zeroth-order estimate (1/m) sum_r (f(x + h z_r) - f(x - h z_r))/(2h) z_r with h = 1/32 and signs z_r given by a seed, for f(x) = sum b x + c x^2/2, where it is the mean of
(z.(b + c x)) z; `antithetic` does it for any f. Proofs: `proofs/policy_gradient.py`.
**Shapes.** x, r [B, K], K >= 2; results [B, K] and [B]. x, b, c [d], integers seed and m; result [d].
**Errors.** u = eps/2; a probability is off by p_j (e^T_j - 1), T_j = h_j + sum p h + (K + 4) u, h_j = u |x_j - max x| + 2u. m is the first mode.
gradient, `plain` (dtype of the inputs): the mean is off by c = sum p|r| (e^T - 1 + (K + 1) u), the difference by u more, the product by the
factor of p_j and u: p_j [(e^T_j - 1 + 2u)|r_j - mean| + e^T_j (c + u |r_j - mean| + u c)]. c does not become small with 1 - p_m.
`centred`: with D_k = r_k - r_m the mean of D has no term of the mode: off by c' = sum_(k != m) p|D| (e^T - 1 + (K + 3) u); then the same with
D for r, and u |D_j| for D_j: an error relative to 1 - p_m.
baseline, `plain`: w_j = 1 - 2 p_j + sum p^2 is off by 2 p_j (e^T_j - 1) + 2 sum p^2 (e^T - 1) + (K + 6) u, where w_m may be as small as
(1 - p_m)^2. `centred`: w_j = (1 - p_j)^2 + sum_(k != j) p_k^2 from sums of positive terms; for j != m the second is (all) - p_j^2, at least half
of (all), which costs a factor 3; so w is good to 6T + 3 (K + 5) u, and p w to rho = e^(7T + (4K + 20) u) - 1, T the greatest. In both
b is off by sum p|r - b| dw / sum p w with dw the error of p w/p, up to the factor 1/(1 - error of sum p w), and (K + 4) u (sum p|r|w / sum p w + |b|).
es_gradient: with X = |x| + h, x +- h z is off by u X, f by u sum (|b| + |c| X) X for that and (d + 5) u sum (|b| X + |c| X^2/2); the quotient by twice that over 2h, a coordinate of the mean by
this and (m + 4) u times the largest quotient. `stored` keeps m d signs, in the dtype of x: in bfloat16 x + h z is often x itself. `replayed` draws them again, d numbers at a time.
bfloat16 is computed in float32 in `centred` and rounded once (last); an exponential below the least normal number may be 0 (tiny).
"""
import mpmath as mp
import torch

def _work(*tensors):
    return [t.float() if t.dtype in (torch.bfloat16, torch.float16) else t for t in tensors]

def torch_policy_gradient__plain(x, r):
    """p (r - sum p r). Hazard: r_m - sum p r cancels when p_m is near 1."""
    p = torch.softmax(x, -1)
    return p * (r - (p * r).sum(-1, keepdim=True))

def _off_mode(x):
    """(p, the mode, p with 0 at the mode)."""
    p, m = torch.softmax(x, -1), x.argmax(-1, keepdim=True)
    return p, m, p.scatter(-1, m, 0)

def torch_policy_gradient__centred(x, r):
    """Rewards are measured from that of the mode m, whose own term then vanishes from the mean."""
    y, s = _work(x, r)
    p, m, off = _off_mode(y)
    D = s - s.gather(-1, m)
    return (p * (D - (off * D).sum(-1, keepdim=True))).to(x.dtype)

def torch_optimal_baseline__plain(x, r):
    """w = 1 - 2p + sum p^2. Hazard: cancels at the mode."""
    p = torch.softmax(x, -1)
    weight = p * (1 - 2 * p + (p * p).sum(-1, keepdim=True))
    return (weight * r).sum(-1) / weight.sum(-1)

def torch_optimal_baseline__centred(x, r):
    """w from sums of positive terms."""
    y, s = _work(x, r)
    p, m, off = _off_mode(y)
    rest, squares = off.sum(-1, keepdim=True), (off * off).sum(-1, keepdim=True)
    others = (p.gather(-1, m) ** 2 + squares - p * p).scatter(-1, m, squares)
    weight = p * ((1 - p).scatter(-1, m, rest) ** 2 + others)
    return ((weight * s).sum(-1) / weight.sum(-1)).to(x.dtype)

STEP = 1 / 32

def signs(seed, row, d, device):
    """d random signs that depend on seed and row < 2^30 alone: mixed bits of a counter (splitmix64), the same on every device."""
    n = torch.arange(d, device=device) + (row << 32) + seed * 0x5851F42D4C957F2D % 2 ** 62
    for shift, factor in ((30, -0x40A7B892E31B1A47), (27, -0x6B2FB644ECCEEE15)):
        n = (n ^ (n >> shift)) * factor
    return 1 - 2 * ((n >> 40) & 1)

def antithetic(f, x, seed, m):
    """The estimate for any f from R^d to R: 2m values of f, and no stored noise."""
    total = torch.zeros_like(x)
    for row in range(m):
        z = signs(seed, row, len(x), x.device).to(x.dtype)
        total = total + (f(x + STEP * z) - f(x - STEP * z)) / (2 * STEP) * z
    return total / m

def torch_es_gradient__stored(x, b, c, seed, m):
    """All points at once, in the dtype of x. Hazard: a step below the spacing of x changes nothing."""
    z = torch.stack([signs(seed, row, len(x), x.device) for row in range(m)]).to(x.dtype)
    f = lambda y: (b * y + c * y * y / 2).sum(-1, keepdim=True)
    return ((f(x + STEP * z) - f(x - STEP * z)) / (2 * STEP) * z).mean(0)

def torch_es_gradient__replayed(x, b, c, seed, m):
    """Pair by pair, in float32 for bfloat16."""
    y, p, q = _work(x, b, c)
    return antithetic(lambda t: (p * t + q * t * t / 2).sum(), y, seed, m).to(x.dtype)

def _softmax(x):
    top = max(x)
    e = [mp.exp(t - top) for t in x]
    return [t / mp.fsum(e) for t in e]

def _parts(x):
    """(p, 1 - p, w, the first mode)."""
    p, m = _softmax(x), x.index(max(x))
    rest = [mp.fsum(p[k] for k in range(len(p)) if k != j) for j in range(len(p))]
    return p, rest, [a * a + mp.fsum(p[k] ** 2 for k in range(len(p)) if k != j) for j, a in enumerate(rest)], m

def ref_policy_gradient(x, r):
    def one(x, r):
        p = _softmax(x)
        return [a * mp.fsum(c * (s - t) for c, t in zip(p, r, strict=True)) for a, s in zip(p, r, strict=True)]
    return [one(*row) for row in zip(x, r, strict=True)]

def ref_optimal_baseline(x, r):
    def one(x, r):
        p, _, w, _ = _parts(x)
        return mp.fsum(a * s * c for a, s, c in zip(p, r, w, strict=True)) / mp.fdot(p, w)
    return [one(*row) for row in zip(x, r, strict=True)]

def ref_es_gradient(x, b, c, seed, m):
    g, out = [p + q * t for p, q, t in zip(b, c, x, strict=True)], [mp.mpf(0)] * len(x)
    for row in range(m):
        z = signs(seed, row, len(x), "cpu").tolist()
        out = [a + mp.fdot(z, g) * t / m for a, t in zip(out, z, strict=True)]
    return out

def _es_bound(native):
    def bound(x, b, c, seed, m, eps):
        u, last = _units(eps, native)
        d, X, h = len(x), [abs(t) + mp.mpf(1) / 32 for t in x], mp.mpf(1) / 32
        f = u * mp.fsum((abs(p) + abs(q) * t) * t + (d + 5) * (abs(p) * t + abs(q) * t * t / 2) for p, q, t in zip(b, c, X, strict=True))
        top = mp.fsum(abs(p + q * t) for p, q, t in zip(b, c, x, strict=True))
        return [f / h + (m + 4) * u * (top + f / h) + last * abs(g) for g in ref_es_gradient(x, b, c, seed, m)]
    return bound

bound_es_gradient__stored, bound_es_gradient__replayed = _es_bound(True), _es_bound(False)

def _moved(x, u):
    """e^T_j - 1."""
    h = [u * (max(x) - t) + 2 * u for t in x]
    mean = mp.fdot(_softmax(x), h)
    return [mp.expm1(t + mean + (len(x) + 4) * u) for t in h]

def _units(eps, native):
    return (eps / 2, 0) if native else (min(eps, mp.mpf(2) ** -23) / 2, eps / 2 if eps > mp.mpf(2) ** -20 else 0)

def _tiny(eps):
    return mp.mpf(2) ** (-126 if eps > mp.mpf(2) ** -30 else -1022)

def _gradient(native):
    def bound(x, r, eps):
        u, last = _units(eps, native)
        def one(x, r, exact):
            p, T, K, m = _softmax(x), _moved(x, u), len(x), x.index(max(x))
            D = r if native else [t - r[m] for t in r]
            mean = mp.fdot(p, D)
            c = mp.fsum(a * abs(d) * (t + (K + 1 + 2 * (not native)) * u) for a, d, t in zip(p, D, T, strict=True))
            return [a * ((t + 2 * u) * abs(d - mean) + (1 + t) * (c + u * abs(d - mean) + u * c + (0 if native else u * abs(d)))) + last * abs(g)
                    + _tiny(eps) * (1 + abs(d)) for a, d, t, g in zip(p, D, T, exact, strict=True)]
        return [one(*row) for row in zip(x, r, ref_policy_gradient(x, r), strict=True)]
    return bound

bound_policy_gradient__plain, bound_policy_gradient__centred = _gradient(True), _gradient(False)

def _baseline(native):
    def bound(x, r, eps):
        u, last = _units(eps, native)
        def one(x, r, b):
            (p, _, w, _), T, K = _parts(x), _moved(x, u), len(x)
            if native:
                square = 2 * mp.fsum(a * a * t for a, t in zip(p, T, strict=True))
                dw = [(1 + t) * (2 * a * t + square + (K + 6) * u) + (t + u) * c for a, t, c in zip(p, T, w, strict=True)]
            else:
                dw = [mp.expm1(7 * mp.log1p(max(T)) + (4 * K + 20) * u) * c for c in w]
            size = mp.fdot(p, w)
            share = mp.fdot(p, dw) / size
            if share >= 1:
                return mp.inf
            moved = mp.fsum(a * abs(s - b) * e for a, s, e in zip(p, r, dw, strict=True)) / (size * (1 - share))
            sums = (K + 4) * u * (mp.fsum(a * abs(s) * (c + e) for a, s, c, e in zip(p, r, w, dw, strict=True)) / (size * (1 - share)) + abs(b) + moved)
            return moved + sums + last * abs(b) + _tiny(eps) * (1 + max(map(abs, r)))
        return [one(*row) for row in zip(x, r, ref_optimal_baseline(x, r), strict=True)]
    return bound

bound_optimal_baseline__plain, bound_optimal_baseline__centred = _baseline(True), _baseline(False)

differentiable = ("policy_gradient__centred",)

def bound_gradient_policy_gradient__centred(x, r, eps):
    """By r p_j (s_j - sum p s) with signs s; by x p_j times differences of D_j and two means. Every probability carries e^T, the sums (2K + 20) u of numbers below
    the spread of r; the mode collects minus the sum of the others."""
    def one(x, r):
        p, T, K = _softmax(x), max(_moved(x, eps / 2)), len(x)
        cost, spread = 4 * T + (2 * K + 20) * eps / 2, max(r) - min(r)
        return [cost * (6 * a * spread + eps) for a in p], [cost * (3 * a + eps) for a in p]
    both = [one(*row) for row in zip(x, r, strict=True)]
    return [[a for a, _ in both], [b for _, b in both]]

def draw_policy_gradient(rng):
    K, spread = rng.randint(2, 6), 2.0 ** rng.randint(-2, 4)
    return tuple([[c * rng.gauss(0, 1) for _ in range(K)] for _ in range(2)] for c in (spread, 1.0))

draw_optimal_baseline = draw_policy_gradient

def adversarial_policy_gradient():
    return [([[0.0, 0.0]], [[1.0, 0.0]]), ([[20.0, 0.0]], [[1.0, 0.0]]), ([[0.0, 30.0, -10.0]], [[1.0, 100.0, 100.5]]), ([[1.0, 1.0, 1.0]], [[3.0, 3.0, 3.0]])]

adversarial_optimal_baseline = adversarial_policy_gradient

def draw_es_gradient(rng):
    d = rng.randint(1, 6)
    return *([rng.gauss(0, size) for _ in range(d)] for size in (rng.choice((0.125, 1.0, 4.0)), 1, 1)), rng.randint(0, 99), rng.randint(1, 6)

def adversarial_es_gradient():
    return [([1.0, 2.0], [0.0, 0.0], [1.0, -1.0], 7, 4), ([0.0], [3.0], [0.0], 0, 1), ([100.0, 0.0, -1.0], [1.0, 1.0, 1.0], [0.0, 0.0, 0.0], 5, 3)]

def check_zo_variance(es_gradient, x, b, c, seed, m):
    """With signs no estimate is longer than d |grad f|, up to rounding: a step of bfloat16 at x is an error of |x| in the quotient."""
    g = [p + q * t for p, q, t in zip(b, c, x, strict=True)]
    return len(x) * mp.norm(g) * mp.mpf("1.1") + len(x) ** 2 * (1 + max(map(abs, x))) ** 2 * (1 + max(map(abs, b + c))) - mp.norm(es_gradient)

def check_pg_identity_baseline(policy_gradient, x, r):
    """The mean of the score is 0, so the entries of the gradient add up to 0."""
    return [mp.fsum(row) for row in policy_gradient]

check_pg_identity_baseline__plain = check_pg_identity_baseline__centred = check_pg_identity_baseline
del check_pg_identity_baseline

def bound_pg_identity_baseline__plain(x, r, eps):
    return [mp.fsum(row) for row in bound_policy_gradient__plain(x, r, eps)]

def bound_pg_identity_baseline__centred(x, r, eps):
    return [mp.fsum(row) for row in bound_policy_gradient__centred(x, r, eps)]

def check_mean_reward_baseline(optimal_baseline, x, r):
    """b* is a mean of the rewards: it lies between the least and the greatest, up to the rounding of bfloat16."""
    slack = lambda row: (1 + max(map(abs, row))) * mp.mpf(2) ** -5
    return [[b - min(row) + slack(row), max(row) - b + slack(row)] for b, row in zip(optimal_baseline, r, strict=True)]

sizes_policy_gradient = sizes_optimal_baseline = [(1024, 32), (1024, 1024), (256, 32000)]

def inputs_policy_gradient(size, dtype, device, generator):
    return tuple(torch.randn(size, device=device, generator=generator).to(dtype) for _ in range(2))

inputs_optimal_baseline = inputs_policy_gradient

def work_policy_gradient(size, itemsize):
    return {"bytes": 3 * size[0] * size[1] * itemsize, "flop": 8 * size[0] * size[1]}

work_optimal_baseline = work_policy_gradient

sizes_es_gradient = [(100, 8), (1000, 16), (100000, 64)]

def inputs_es_gradient(size, dtype, device, generator):
    return *(torch.randn(size[0], device=device, generator=generator).to(dtype) for _ in range(3)), 1, size[1]

def work_es_gradient(size, itemsize):
    return {"bytes": 2 * size[0] * size[1] * itemsize, "flop": 16 * size[0] * size[1]}

def peers_policy_gradient():
    def autograd(x, r):
        with torch.enable_grad():
            y = x.detach().requires_grad_()
            return torch.autograd.grad((torch.softmax(y, -1) * r).sum(), y)[0]
    return {"plain": torch_policy_gradient__plain, "torch.autograd": autograd}

def peers_optimal_baseline():
    return {"plain": torch_optimal_baseline__plain}

def _plot(en, zh, xlabel, ylabel, claim, series, xscale="linear", yscale="linear", vlines=()):
    digits = lambda values: [float(f"{float(v):.6g}") for v in values]
    return {"caption": {"en": en, "zh": zh}, "xlabel": xlabel, "ylabel": ylabel, "xscale": xscale, "yscale": yscale, "claim": claim, "vlines": list(vlines),
            "hlines": [], "series": [{"label": a, "x": digits(x), "y": digits(y), "style": s} for a, x, y, s in series]}

def plot_baselines():
    """The variance is p (1 - p) (b - (1 - p))^2; with p = q/10 and b = k/50 in integers."""
    value = lambda q, k: q * (10 - q) * (k - 5 * (10 - q)) ** 2 / 250_000
    ks, qs = range(51), (5, 7, 9)
    return _plot("Variance against the baseline, rewards 1 and 0: the mean reward misses the minimum at 1 - p.", "方差随基线的变化（奖励为 1 与 0）：平均奖励偏离最小点 1 - p。", "b", "variance", "mean_reward_baseline", [
        *((f"p = {q / 10}", [k / 50 for k in ks], [value(q, k) for k in ks], "line") for q in qs), ("b = E r = p", [q / 10 for q in qs], [value(q, 5 * q) for q in qs], "points")])

def plot_two_estimators():
    gaps = [mp.mpf(k) / 10 for k in range(-30, 31)]
    def both(t):
        p, g, f = mp.ncdf(t / mp.sqrt(2)), mp.exp(-t * t / 4) / (2 * mp.sqrt(mp.pi)), mp.npdf(t / mp.sqrt(2))
        return 2 * g * g * (1 / p - 1), 2 * p - t / mp.sqrt(2) * f - 2 * g * g
    quiet, loud = zip(*map(both, gaps), strict=True)
    return _plot("Trace of the covariance for two actions, rewards 1 and 0, noise of size 1, against the gap.", "两个动作（奖励 1 与 0，噪声为 1）协方差的迹随差距的变化。", "gap", "variance", "zo_is_pg_of_noise_policy",
                 [("policy gradient", gaps, quiet, "line"), ("zeroth order", gaps, loud, "dashed")], "linear", "log")

def plot_step_size():
    steps, series = [2.0 ** (-k / 2) * (1 + 2.0 ** -6) for k in range(2, 40)], []
    for name in ("bfloat16", "float16", "float32"):
        x = (1 + torch.tensor(steps, dtype=torch.float64)).to(getattr(torch, name)).double()
        error = ((x * x - 1) / torch.tensor(steps, dtype=torch.float64) - 2).abs()
        series.append((name, steps, [max(e, 1e-9) for e in error.tolist()], "line"))
    return _plot("Error of the difference quotient of x^2 at x = 1 when x + eps is rounded: below a threshold the quotient is 0.", "x + ε 被舍入时 x² 在 x = 1 处差商的误差：ε 过小则差商为零。", "eps", "error", "zo_float", series, "log", "log")

def plot_smoothed_step():
    xs = [mp.mpf(k) / 20 for k in range(-60, 61)]
    return _plot("Gradient of the smoothed step 1[x > 0].", "光滑化阶跃函数 1[x > 0] 的梯度。", "x", "gradient", "gaussian_smoothing_gradient",
                 [(f"eps = {float(e)}", xs, [mp.npdf(x / e) / e for x in xs], "line") for e in map(mp.mpf, ("0.25", "0.5", "1", "2"))])
