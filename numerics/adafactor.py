"""The first update of AdaFactor from the factored second moment, without the product of row and column sums.

**Computes.** `update` u_ij = g_ij sqrt(S/(r_i s_j)) for g [m, n] with row sums r, column sums s and total S of g^2 (eps_1 = 0); `bias_weights` the weights
i^-c (1 - (i+1)^-c) ... (1 - t^-c), i = 1, ..., t, of the schedule 1 - t^-c. Claims: `proofs/adafactor.py`.
**Shapes.** g [..., m, n] gives [..., m, n]; c [k] and a plain integer t give [k, t].
**Errors.** u = eps/2; bfloat16 is computed in float32 and rounded once (last). All sums have positive terms: r, s, S carry (n + 1) u, (m + 1) u, (m + n + 1) u.
`product`: S/(r s) adds 2u, the root halves all and adds u, the product u: ((2m + 2n + 5)/2 + 2) u relative. Hazard: g^2 r s underflows; nothing is promised below the square
root of the least normal number.
`separate`: g is first divided by the power of two next to its largest entry (exact); sqrt(S/r) and 1/sqrt(s): (m + n + 2n + m)/2 + 5 times u relative. Entries whose square is then
below the least normal number may be lost in the sums, where they are less than u times the others, or by themselves (tiny).
`bias_weights recursive`: w <- (1 - s^-c) w at every step: s^-c is off by 2u and the rounding of c log s, at most 4u c log s; 1 - s^-c is off by s^-c/(1 - s^-c) times that
plus u; one product: the sum over s > i, plus the first factor.
`bias_weights logs`: exp of a reversed cumulative sum of log1p(-s^-c) - c log i: each log1p is off by u plus as before, the cumulative sum by t u times its size, the exponential by 2u.
**Cost.** two reads of g and one write; m + n numbers of state.
"""
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
        steps = list(_steps(c, t, u))
        def off(i):
            tail = steps[i:]
            size = mp.fsum(-mp.log1p(-p) for _, p, _ in tail)
            return mp.fsum(e for _, _, e in tail) + (len(tail) + 2) * u * size + u * (2 + 4 * c * mp.log(i + 1)) + u * size + 2 * u
        return [w * (mp.expm1(off(i)) + last) for i, w in enumerate(exact)]
    return [one(x, w) for x, w in zip(c, ref_bias_weights(c, t), strict=True)]

def draw_update(rng):
    m, n, size = rng.randint(1, 4), rng.randint(1, 4), 2.0 ** rng.randint(-16, 8)
    return ([[size * rng.gauss(0, 1) for _ in range(n)] for _ in range(m)],)

def adversarial_update():
    g = [[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]
    return [(g,), ([[x * 1e-15 for x in row] for row in g],), ([[x * 2.0 ** -30 for x in row] for row in g],), ([[1.0, 0.0], [0.0, 3.0]],), ([[-2.5]],), ([g, g],)]

def draw_bias_weights(rng):
    return [rng.uniform(0.25, 3) for _ in range(3)], rng.randint(1, 24)

def adversarial_bias_weights():
    return [([0.8, 1.0, 2.0], 40), ([0.5], 1), ([3.0, 0.125], 12)]

def check_adafactor_power_schedule(bias_weights, c, t):
    """The weights add up to 1."""
    return [1 - mp.fsum(w) for w in bias_weights]

def bound_adafactor_power_schedule(c, t, eps):
    """The bounds of the weights of whichever form is the worse add up."""
    return [mp.fsum(map(max, a, b)) for a, b in zip(bound_bias_weights__recursive(c, t, eps), bound_bias_weights__logs(c, t, eps), strict=True)]

sizes_update = [(256, 256), (1024, 1024)]

def inputs_update(size, dtype, device, generator):
    return (torch.randn(size, device=device, generator=generator).to(dtype),)

def work_update(size, itemsize):
    return {"bytes": 3 * size[0] * size[1] * itemsize, "flop": 6 * size[0] * size[1]}

def peers_update():
    return {"torch idiom: means and an outer product": lambda g: g * torch.rsqrt(torch.outer((g * g).mean(1), (g * g).mean(0)) / (g * g).mean())}

def _plot(en, zh, xlabel, ylabel, claim, series, yscale="linear"):
    digits = lambda values: [float(f"{float(v):.6g}") for v in values]
    return {"caption": {"en": en, "zh": zh}, "xlabel": xlabel, "ylabel": ylabel, "xscale": "linear", "yscale": yscale, "claim": claim, "vlines": [], "hlines": [],
            "series": [{"label": label, "x": digits(x), "y": digits(y), "style": "line"} for label, x, y in series]}

def plot_weights():
    cs, t = [mp.mpf(x) for x in ("0.5", "0.8", "1", "1.5", "2")], 100
    rows = [(f"c = {mp.nstr(c, 2)}", w) for c, w in zip(cs, ref_bias_weights(cs, t), strict=True)]
    beta = mp.mpf("0.95")
    rows.append(("Adam, beta = 0.95", [(1 - beta) * beta ** (t - i) / (1 - beta ** t) for i in range(1, t + 1)]))
    return _plot("The weight of the gradient of step i at step 100.", "第 i 步梯度在第 100 步时的权重。", "i", "weight", "adafactor_power_schedule",
                 [(label, range(1, t + 1), w) for label, w in rows], "log")

def plot_update_size():
    xs = [mp.mpf(k) / 10 for k in range(1, 41)]
    def rms(M):
        u = ref_update(M)
        return mp.sqrt(mp.fsum(x * x for row in u for x in row) / (len(M) * len(M[0])))
    return _plot("Root mean square of the first factored update.", "首个分解更新的均方根。", "x", "RMS", "adafactor_update_rms",
                 [("g = diag(1, x)", xs, [rms([[mp.mpf(1), mp.mpf(0)], [mp.mpf(0), x]]) for x in xs]), ("g = [[x, 1], [1, 0]]", xs, [rms([[x, mp.mpf(1)], [mp.mpf(1), mp.mpf(0)]]) for x in xs]),
                  ("g = [[x, 1], [1, 1/x]]", xs, [rms([[x, mp.mpf(1)], [mp.mpf(1), 1 / x]]) for x in xs])])
