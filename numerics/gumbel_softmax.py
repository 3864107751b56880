"""Gumbel noise with a correct tail, samples of its law by one uniform number each, and the mean of the relaxed binary sample.

**Computes.** `gumbel_noise` for integers 0 <= k < 2^31: G = -log(-log((k + 1/2)/2^31)), the noise of a uniform 31-bit integer.
`relaxed_mean` for log odds x: E y_1 = alpha (alpha - 1 - log alpha)/(alpha - 1)^2, alpha = e^x, the mean of the first entry of a binary
Gumbel softmax at temperature 1. `categorical`: the law of argmax(o + G) is softmax(o), so the sample of a 31-bit k is the first i with
F_i = sum_(j <= i) softmax(o)_j >= (k + 1/2)/2^31; the result is the pair (i, F_i) (`sample` gives i as an integer). Proofs: `proofs/gumbel_softmax.py`.
**Shapes.** k [...] of integers, the result in the dtype asked for; o [B, K], k [B] give [B, 2] in the dtype of o; x [...] any real numbers, the result in the dtype of x.
**Errors.** u = eps/2; with E = -log((k + 1/2)/2^31) relative errors r of E give at most r/(1 - r) in G, and the last logarithm 2u |G|.
gumbel_noise, `uniform` (dtype of the result): the uniform number is good to 2u, so E is off by 2u (1 - 2u)^-1 + 2u E: r = that over E. Where r >= 1/2
nothing is promised: u rounds to 1 and G to infinity. `integer` (float32 for bfloat16, rounded once, last): for k >= 2^30 the
complement (2^31 - k - 1/2)/2^31 is formed from integers, good to 2u, and log1p has the condition number (1/E)(1 - e^-E)/e^-E <= 1.45 there: r = 2.9u + 3u;
below, E >= log 2 is off by 2u + 3u E: r = 6u. So r = 6u in both.
relaxed_mean, `direct` (dtype of x): alpha is good to 2u; N = alpha - 1 - log alpha moves with it by 2u |alpha - 1|, and its own roundings are u (2 |alpha - 1| + 2
|x| + N), so it is off by e = u (4 |alpha - 1| + 2 |x| + N); alpha - 1 is off by 2u alpha + u |alpha - 1|, d relative: in all 6u + e/N + 2d relative,
1.1 times for the second order, which needs d < 1/8; nothing is promised otherwise, nor where alpha^2 overflows. `split`: for |x| < 1 the value is 1/2 + (sinh x - x)/(2 (cosh x - 1)), both
from series with terms of one sign, good to 8u, and u for the sum. For |x| >= 1, t = e^-|x| and m = t (|x| - (1 - t))/(1 - t)^2: 1 - t is good to 2u, the
difference, at least 0.58 (1 - t), to 4.5u, m to 2 + 4.5 + 5 + 3 < 15u: relative for x < 0, and 15u m + u for 1 - m, x > 0.
categorical: a weight e_i is off by h_i = u |o_i - max| + 2u, sums of positive terms by u for each addition, 2 blocks of sqrt K in `blocks`, K in `cumsum`: F_i by
sum_(j <= i) p_j h_j + F_i (sum p h + (n + 6) u), n the additions, the uniform number by 2u. Nothing is promised where that exceeds the distance of k from the ends of its step.
**Cost.** `blocks` reads o twice and looks through 2 sqrt K numbers of each row; no noise for each category.
"""
import mpmath as mp
import torch

BITS = 31

def torch_gumbel_noise__uniform(k, dtype):
    """-log(-log(u)). Hazard: u rounds to 1 for the largest k, and the noise to infinity; near 1 the grid of u is coarse."""
    u = (k.to(dtype) + 0.5) / 2 ** BITS
    return -torch.log(-torch.log(u))

def torch_gumbel_noise__integer(k, dtype):
    """The upper half from the complement 1 - u, which integers give exactly."""
    work = torch.float32 if dtype in (torch.bfloat16, torch.float16) else dtype
    upper = k >= 2 ** (BITS - 1)
    low = (2 * k + 1).to(work) / 2 ** (BITS + 1)
    rest = (2 * (2 ** BITS - k) - 1).to(work) / 2 ** (BITS + 1)
    E = -torch.where(upper, torch.log1p(-torch.where(upper, rest, 0.5)), torch.log(torch.where(upper, 0.5, low)))
    return (-torch.log(E)).to(dtype)

def torch_relaxed_mean__direct(x):
    """The closed form. Hazard: 0/0 at x = 0, cancels near it, and overflows for large x."""
    alpha = torch.exp(x)
    return alpha * (alpha - 1 - torch.log(alpha)) / (alpha - 1) ** 2

def torch_categorical__cumsum(o, k):
    """Softmax, running sum, binary search, in the dtype of o. Hazard: a running sum in bfloat16 forgets the tail."""
    F = torch.softmax(o, -1).cumsum(-1)
    at = torch.searchsorted(F, ((k.to(o.dtype) + 0.5) / 2 ** BITS).unsqueeze(-1)).clamp_max(o.shape[-1] - 1)
    return torch.cat([at.to(o.dtype), F.gather(-1, at)], -1)

def sample(o, k):
    """(index, F) with weights summed in blocks of about sqrt K, then inside one block."""
    y, n = o.float() if o.dtype in (torch.bfloat16, torch.float16) else o, o.shape[-1]
    size = max(1, round(n ** 0.5))
    e = torch.nn.functional.pad(torch.exp(y - y.amax(-1, keepdim=True)), (0, -n % size)).unflatten(-1, (-1, size))
    sums = e.sum(-1).cumsum(-1)
    want = ((k.to(y.dtype) + 0.5) / 2 ** BITS).unsqueeze(-1) * sums[..., -1:]
    block = torch.searchsorted(sums, want).clamp_max(sums.shape[-1] - 1)
    before = torch.nn.functional.pad(sums, (1, 0)).gather(-1, block)
    inside = before + e.gather(-2, block.unsqueeze(-1).expand(*block.shape, size)).squeeze(-2).cumsum(-1)
    place = torch.searchsorted(inside, want).clamp_max(size - 1)
    return (block * size + place).clamp_max(n - 1).squeeze(-1), (inside.gather(-1, place) / sums[..., -1:]).squeeze(-1)

def torch_categorical__blocks(o, k):
    """One pass for the maximum, one for block sums, and a search in two levels."""
    at, F = sample(o, k)
    return torch.stack([at.to(o.dtype), F.to(o.dtype)], -1)

LEVELS = 10  # at |x| = 1 the terms from here on are below 2^-53 of the first

def torch_relaxed_mean__split(x):
    """1/2 plus an odd function, by its series for |x| < 1; by e^-|x| beyond."""
    y = x.float() if x.dtype in (torch.bfloat16, torch.float16) else x
    near = y.abs() < 1
    z = torch.where(near, y, 0.5)
    odd, even = torch.zeros_like(y), torch.zeros_like(y)
    for k in range(LEVELS, 0, -1):
        even = z * z / ((2 * k + 1) * (2 * k + 2)) * (1 + even)
        odd = z * z / ((2 * k + 2) * (2 * k + 3)) * (1 + odd)
    inner = 0.5 + z / 6 * (1 + odd) / (1 + even)  # sinh z - z = z^3/6 (1 + odd), cosh z - 1 = z^2/2 (1 + even)
    big = torch.where(near, 1, y.abs())
    rest = -torch.expm1(-big)
    m = torch.exp(-big) * (big - rest) / (rest * rest)
    return torch.where(near, inner, torch.where(y < 0, m, 1 - m)).to(x.dtype)

def _each(f, *args):
    return [_each(f, *row) for row in zip(*args, strict=True)] if isinstance(args[0], list) else f(*args)

def ref_gumbel_noise(k):
    return _each(lambda k: -mp.log(-mp.log((k + mp.mpf(1) / 2) / 2 ** BITS)), k)

def ref_relaxed_mean(x):
    def one(x):
        if not x:
            return mp.mpf(1) / 2
        with mp.extradps(40):
            return mp.exp(x) * (mp.expm1(x) - x) / mp.expm1(x) ** 2
    return _each(one, x)

def _running(o):
    e = [mp.exp(t - max(o)) for t in o]
    F, total = [mp.mpf(0)], mp.fsum(e)
    for t in e:
        F.append(F[-1] + t / total)
    return F

def ref_categorical(o, k):
    def one(o, k):
        F = _running(o)[1:]
        i = next((i for i, f in enumerate(F) if f >= (k + mp.mpf(1) / 2) / 2 ** BITS), len(o) - 1)
        return [mp.mpf(i), F[i]]
    return [one(*row) for row in zip(o, k, strict=True)]

def _categorical_bound(native):
    def bound(o, k, eps):
        u = eps / 2 if native else min(eps, mp.mpf(2) ** -23) / 2
        def one(o, k, exact):
            F, i, at = _running(o), int(exact[0]), (k + mp.mpf(1) / 2) / 2 ** BITS
            p, h = [b - a for a, b in zip(F, F[1:], strict=False)], [u * (max(o) - t) + 2 * u for t in o]
            n = len(o) if native else 2 * (round(len(o) ** 0.5) + 1)
            error = lambda j: (mp.fdot(p[:j], h[:j]) + F[j] * (mp.fdot(p, h) + (n + 6) * u)) * (1 + n * u)
            if (i and at - F[i] <= error(i) + 2 * u * at) or (i < len(o) - 1 and F[i + 1] - at <= error(i + 1) + 2 * u * at):
                return [mp.inf, mp.inf]
            return [_last(eps) * i, error(i + 1) + (0 if native else _last(eps) * F[i + 1])]
        return [one(*row) for row in zip(o, k, ref_categorical(o, k), strict=True)]
    return bound

bound_categorical__cumsum, bound_categorical__blocks = _categorical_bound(True), _categorical_bound(False)

def bound_gumbel_noise__uniform(k, eps):
    def one(k):
        u, E = eps / 2, -mp.log((k + mp.mpf(1) / 2) / 2 ** BITS)
        r = (2 * u / (1 - 2 * u) + 2 * u * E) / E
        return r / (1 - r) + 2 * u * (abs(mp.log(E)) + r) if r < mp.mpf(1) / 2 else mp.inf
    return _each(one, k)

def _last(eps):
    return eps / 2 if eps > mp.mpf(2) ** -20 else 0

def bound_gumbel_noise__integer(k, eps):
    u = min(eps, mp.mpf(2) ** -23) / 2
    return _each(lambda G: 6 * u / (1 - 6 * u) + 2 * u * abs(G) + _last(eps) * abs(G), ref_gumbel_noise(k))

def bound_relaxed_mean__direct(x, eps):
    def one(x, value):
        u, alpha, N = eps / 2, mp.exp(x), mp.expm1(x) - x
        top = mp.log(2) * (1023 if eps < mp.mpf(2) ** -40 else 127) / 2
        if not x or x > top:
            return mp.inf
        d = 2 * u * alpha / abs(alpha - 1) + u
        e = u * (4 * abs(alpha - 1) + 2 * abs(x) + N)
        return mp.mpf("1.1") * value * (6 * u + e / N + 2 * d) + 4 * _tiny(eps) if d < mp.mpf(1) / 8 else mp.inf
    return _each(one, x, ref_relaxed_mean(x))

def _tiny(eps):
    return mp.mpf(2) ** (-126 if eps > mp.mpf(2) ** -30 else -1022)

def bound_relaxed_mean__split(x, eps):
    u = min(eps, mp.mpf(2) ** -23) / 2
    def one(x, value):
        inside = 8 * u * abs(value - mp.mpf(1) / 2) + u if abs(x) < 1 else 15 * u * value if x < 0 else 15 * u * (1 - value) + u
        return inside + _last(eps) * value + (1 + abs(x)) * _tiny(eps)
    return _each(one, x, ref_relaxed_mean(x))

def draw_gumbel_noise(rng):
    """Near both ends and in between."""
    tail = [min(2 ** rng.randint(0, BITS) + rng.randint(0, 7), 2 ** (BITS - 1)) for _ in range(2)]
    return [rng.randrange(2 ** BITS) for _ in range(3)] + tail + [2 ** BITS - t for t in tail],

def adversarial_gumbel_noise():
    return [([0, 1, 2 ** 30 - 1, 2 ** 30, 2 ** BITS - 2, 2 ** BITS - 1],), ([790015083, 790015084],)]  # the last two: E near 1, G near 0

def draw_categorical(rng):
    K, size = rng.randint(1, 30), rng.choice((0.5, 2.0, 8.0))
    return [[rng.gauss(0, size) for _ in range(K)] for _ in range(4)], [rng.randrange(2 ** BITS) for _ in range(4)]

def adversarial_categorical():
    return [([[0.0] * 9] * 3, [0, 2 ** 30, 2 ** BITS - 1]), ([[3.0], [-1.0]], [5, 2 ** BITS - 1]), ([[0.0, -20.0, 5.0, -100.0]] * 2, [12345, 2 ** 30 + 7])]

def check_gumbel_max(categorical, o, k):
    """The step of the index contains the uniform number, up to 1/4 (bfloat16 sums are off by that much)."""
    return [mp.mpf(1) / 4 - abs(F - (k + mp.mpf(1) / 2) / 2 ** BITS) + mp.exp(row[int(i)] - max(row)) for (i, F), row, k in zip(categorical, o, k, strict=True)]

def draw_relaxed_mean(rng):
    return [rng.choice((-1, 1)) * rng.uniform(1, 2) * 2.0 ** rng.randint(-20, 5) for _ in range(6)],

def adversarial_relaxed_mean():
    return [([0.0, 1.0, -1.0, 0.99, -80.0, 80.0],), ([1e-30, 2.0 ** -10, -(2.0 ** -24)],)]

def check_gumbel_max_value_independent(gumbel_noise, k):
    """The noise lies where 31 bits put it: between -log(32 log 2) and 32 log 2, except where it became infinite."""
    return [mp.mpf(1) if mp.isinf(G) else 23 - G if G > 0 else G + 4 for G in gumbel_noise]

def check_gumbel_softmax_bias__split(relaxed_mean, x):
    """The mean lies between 1/2 and p, up to the rounding of bfloat16."""
    slack = mp.mpf(2) ** -7
    return [(E - mp.mpf(1) / 2) * mp.sign(t) + slack for E, t in zip(relaxed_mean, x, strict=True)] + [
        (1 / (1 + mp.exp(-t)) - E) * mp.sign(t) + slack for E, t in zip(relaxed_mean, x, strict=True)]

differentiable = ("relaxed_mean__split",)

def bound_gradient_relaxed_mean__split(x, eps):
    """For |x| < 1 the derivative is 1/6 (1 + O(x^2)), a quotient of the same series, each derivative good to 12u: 60u of at most 1/6. Beyond it is
    at most t (|x| + 2) times sums of six terms of size 4, 15u each."""
    u = eps / 2
    return [_each(lambda t: 60 * u / 6 if abs(t) < 1 else 90 * u * mp.exp(-abs(t)) * (abs(t) + 2) + 2 * u * mp.exp(-abs(t)), x)]

sizes_categorical = [(64, 1000), (128, 32000)]

def inputs_categorical(size, dtype, device, generator):
    return torch.randn(size, device=device, generator=generator).to(dtype), torch.randint(2 ** BITS, size[:1], device=device, generator=generator)

def work_categorical(size, itemsize):
    return {"bytes": size[0] * size[1] * itemsize, "flop": 3 * size[0] * size[1]}

def peers_categorical():
    def pair(o, at):
        return torch.cat([at.to(o.dtype), at.to(o.dtype)], -1)
    return {"torch.multinomial": lambda o, k: pair(o, torch.multinomial(torch.softmax(o, -1), 1)), "Gumbel-max by -log(-log(rand))": lambda o, k: pair(o, (o - torch.log(-torch.log(torch.rand_like(o)))).argmax(-1, keepdim=True))}

def _plot(en, zh, xlabel, ylabel, claim, series, xscale="linear", yscale="linear", vlines=(), hlines=()):
    digits = lambda values: [float(f"{float(v):.6g}") for v in values]
    return {"caption": {"en": en, "zh": zh}, "xlabel": xlabel, "ylabel": ylabel, "xscale": xscale, "yscale": yscale, "claim": claim, "vlines": list(vlines),
            "hlines": list(hlines), "series": [{"label": a, "x": digits(x), "y": digits(y), "style": s} for a, x, y, s in series]}

def plot_bias():
    """E y_1 over a logistic variable by the trapezoidal rule; its poles lie at a height of pi min(1, tau)."""
    taus = [2 ** (mp.mpf(k) / 4) for k in range(-12, 17)]
    def mean(p, tau):
        h, shift = mp.pi ** 2 * min(tau, 1) / 12, mp.log(p / (1 - p))
        n = int(24 / h)
        return h * mp.fsum(1 / (1 + mp.exp(-(shift + h * k) / tau)) / (4 * mp.cosh(h * k / 2) ** 2) for k in range(-n, n + 1))
    with mp.workdps(15):
        series = [(f"p = {float(p)}", taus, [mean(p, t) for t in taus], "line") for p in map(mp.mpf, ("0.5", "0.7", "0.9"))]
    return _plot("Mean of the relaxed sample against the temperature: p at 0, 1/2 at infinity.", "松弛样本的均值随温度的变化：温度趋于 0 时为 p，趋于无穷时为 1/2。", "tau", "E y", "gumbel_softmax_bias", series, "log", hlines=[0.7, 0.9])

def plot_density():
    xs, p = [mp.mpf(k) / 100 for k in range(1, 100)], mp.mpf("0.7")
    def value(s, tau):
        return tau * p * (1 - p) * (s * (1 - s)) ** (-tau - 1) / (p * s ** -tau + (1 - p) * (1 - s) ** -tau) ** 2
    return _plot("Density of the relaxed binary sample, p = 0.7.", "松弛二元样本的密度，p = 0.7。", "y", "density", "gumbel_softmax_law",
                 [(f"tau = {float(t)}", xs, [value(s, t) for s in xs], "line") for t in map(mp.mpf, ("0.5", "1", "2", "5"))], "linear", "log")

def plot_variances():
    ts = [mp.mpf(k) / 20 for k in range(2, 81)]
    path = [t * t * -mp.expm1(-2 * t * t) / 2 for t in ts]
    score = [(1 + (1 - 4 * t * t) * mp.exp(-2 * t * t)) / 2 for t in ts]
    return _plot("Variances of the two gradient estimators for f = cos wz at mu = 0, in units of 1/s^2, against ws: they cross at 0.85115.", "f = cos wz、mu = 0 时两种梯度估计的方差（单位 1/s²）随 ws 的变化：于 0.85115 处相交。",
                 "ws", "variance", "estimator_variance", [("path", ts, path, "line"), ("score", ts, score, "dashed")], "linear", "log", vlines=[0.851153])

def plot_tail():
    ks = [2 ** BITS - 2 ** b for b in range(1, 26)]
    x = [mp.log(mp.mpf(2) ** BITS / (2 ** BITS - k)) for k in ks]
    seen = [float(t) for t in torch_gumbel_noise__uniform(torch.tensor(ks), torch.float32).double()]
    finite = [(a, g) for a, g in zip(x, seen, strict=True) if g < 1e300]
    return _plot("Noise against -log(1 - u): by way of a float32 uniform number it is coarse from 12 on and infinite from 17 on.", "噪声随 -log(1 - u) 的变化：经由 float32 均匀数时自 12 起粗糙，自 17 起为无穷。", "-log(1 - u)", "G", "gumbel_max", [
        ("31-bit integer", x, ref_gumbel_noise(ks), "line"), ("float32 uniform", [a for a, _ in finite], [g for _, g in finite], "points")])
