"""Angles between vectors, near 0 and pi as well, and the constant of their density.

**Computes.** `angle` of x and y, rows [..., d] of nonzero vectors; `constant` Gamma(n/2)/(sqrt(pi) Gamma((n-1)/2)) for real n >= 2, the density of the angle at pi/2
in dimension n; `cdf` the probability that the angle is at most theta in dimension n; `cosine` the cosine g/sqrt(g^2 + 2q) that a normal g and a Gamma((n-1)/2)
variable q give, one sample for two numbers instead of n (`sample_cosine` draws them). Claims: `proofs/random_angle.py`.
**Shapes.** x, y [k, d] give [k]; n [k] gives [k]; theta [k] in [0, pi] and a plain integer n >= 2 give [k]; g, q [k] give [k].
**Errors.** u = eps/2; bfloat16 is computed in float32 and rounded once (last). Unit vectors after division by the largest entry are off by nu = (d/2 + 4) u.
`acos`: the cosine is off by h = 2 nu + (d + 1) u, the angle by as much as acos moves between cos theta - h and cos theta + h, plus 4u theta. Hazard: sqrt(2h) near 0 and pi.
`kahan`: 2 atan2(|p - q|, |p + q|): each length is off by 2 nu + (d/2 + 3) u times itself, 2 nu in the worst direction; as the squares of the two add up to 4, the angle moves
by at most 2 (2 nu) + (d/2 + 3) u theta, plus 6u theta for the two functions.
`lgamma`: exp(lgamma(n/2) - lgamma((n-1)/2)): each carries 4u times its size, at least 4u, the difference and the exponential 4u. Hazard: the sizes grow as n log n.
`shifted`: with x = (n-1)/2, the product of (x+j)/(x+j+1/2) for j < 24 carries 24 times 4u; then sqrt(w) exp(1/(64 w^2) - 5/(2048 w^4) + 61/(49152 w^6) - 1385/(1048576 w^8)),
w = x + 24 - 1/4, with 8u; the next term, 0.0025/w^10, is below 2^-54.
`cdf recurrence`: F_n = F_(n-2) - c_n/(n-2) cos sin^(n-3) from theta/pi or (1 - cos)/2: absolute, each of n/2 terms is off by (n + 12) u of itself and a rounding of
the sum, which is at most 1. Hazard: nothing is left of a small probability.
`cdf series`: with s = |cos|, r = sin: the smaller tail is c_n r^(n-1) s/(n-1) sum (n/2)_k/((n+1)/2)_k r^(2k), of positive terms; c_n carries 104u, the power 2u (n-1) + 4u,
term k 8u k, the sum u for each of the log(1/u)/(1 - r^2) terms that change it. Where s^2 <= min(1/2, 2/n) it is 1/2 - c_n s r^(n-1) sum (n/2)_k/(3/2)_k s^(2k) instead. What is left out is below u.
`cosine`: `plain` squares, 5u relative, nothing where g^2 underflows; `hypot` has no such limit: 6u.
**Cost.** two reads; one root and two functions per row.
"""
import math

import mpmath as mp
import torch

SHIFT = 24
TERMS = 96
SERIES = (1 / 64, -5 / 2048, 61 / 49152, -1385 / 1048576)

def _work(*tensors):
    return [t.float() if t.dtype in (torch.bfloat16, torch.float16) else t for t in tensors]

def unit(a):
    a = a / a.abs().amax(-1, keepdim=True)
    return a / torch.linalg.vector_norm(a, dim=-1, keepdim=True)

def torch_angle__acos(x, y):
    """acos of the cosine similarity. Hazard: small angles are lost below sqrt(eps)."""
    p, q = _work(x, y)
    return torch.acos((unit(p) * unit(q)).sum(-1).clamp(-1, 1)).to(x.dtype)

def torch_angle__kahan(x, y):
    """2 atan2(|p - q|, |p + q|): an error of the size of eps at every angle."""
    p, q = map(unit, _work(x, y))
    return (2 * torch.atan2(torch.linalg.vector_norm(p - q, dim=-1), torch.linalg.vector_norm(p + q, dim=-1))).to(x.dtype)

def torch_constant__lgamma(n):
    """By the logarithms of the gamma function. Hazard: they cancel for large n."""
    m, = _work(n)
    return (torch.exp(torch.lgamma(m / 2) - torch.lgamma((m - 1) / 2)) / math.sqrt(math.pi)).to(n.dtype)

def torch_constant__shifted(n):
    """By 24 steps of the recursion and four terms of the asymptotic series: relative accuracy for every n >= 2."""
    m, = _work(n)
    x = (m - 1) / 2
    product = torch.ones_like(x)
    for j in range(SHIFT):
        product = product * ((x + j) / (x + (j + 0.5)))
    w = x + (SHIFT - 0.25)
    v = 1 / (w * w)
    tail = v * (SERIES[0] + v * (SERIES[1] + v * (SERIES[2] + v * SERIES[3])))
    return (product / math.sqrt(math.pi) * torch.sqrt(w) * torch.exp(tail)).to(n.dtype)

def torch_cdf__recurrence(theta, n):
    """Upwards in n by 2. Hazard: cancels for small theta."""
    t, = _work(theta)
    c, s = torch.cos(t), torch.sin(t)
    F, scale = (t / math.pi, 1 / math.pi) if n % 2 == 0 else ((1 - c) / 2, 0.5)
    for m in range(4 if n % 2 == 0 else 5, n + 1, 2):  # scale is c_(m-2)
        F, scale = F - scale / (m - 3) * c * s ** (m - 3), scale * (m - 2) / (m - 3)
    return F.to(theta.dtype)

def torch_cdf__series(theta, n):
    """Two series of positive terms: relative accuracy at every angle, however small the probability."""
    t, = _work(theta)
    s, r = torch.cos(t).abs(), torch.sin(t)
    x, y = r * r, s * s
    near = y <= min(0.5, 2 / n)
    x, y = torch.where(near, 0, x), torch.where(near, y, 0)
    terms = TERMS + int(40 / -math.log(1 - min(0.5, 2 / n)))
    far_term = far = mid_term = mid = torch.ones_like(t)
    for k in range(terms):
        far_term = far_term * x * ((n / 2 + k) / ((n + 1) / 2 + k))
        far = far + far_term
        if k < TERMS:
            mid_term = mid_term * y * ((n / 2 + k) / (1.5 + k))
            mid = mid + mid_term
    c = torch_constant__shifted(torch.tensor([n], dtype=t.dtype, device=t.device)) * s * r ** (n - 1)
    tail = torch.where(near, 0.5 - c * mid, c * far / (n - 1))
    return torch.where(torch.cos(t) < 0, 1 - tail, tail).to(theta.dtype)

def torch_cosine__plain(g, q):
    """g / sqrt(g^2 + 2q). Hazard: 0/0 where the squares underflow."""
    a, b = _work(g, q)
    return (a / torch.sqrt(a * a + 2 * b)).to(g.dtype)

def torch_cosine__hypot(g, q):
    """By the hypotenuse, which squares nothing small."""
    a, b = _work(g, q)
    return (a / torch.hypot(a, torch.sqrt(2 * b))).to(g.dtype)

def sample_cosine(n, size, dtype, device, generator):
    """Cosines of the angle to a random direction of R^n, two random numbers each whatever n is."""
    g = torch.randn(size, dtype=torch.float64, device=device, generator=generator)
    q = torch._standard_gamma(torch.full(size, (n - 1) / 2, dtype=torch.float64, device=device), generator=generator)
    return torch_cosine__hypot(g, q).to(dtype)

def _unit(a):
    return [t / mp.norm(a) for t in a]

def ref_angle(x, y):
    def one(a, b):
        p, q = _unit(a), _unit(b)
        return 2 * mp.atan2(mp.norm([s - t for s, t in zip(p, q, strict=True)]), mp.norm([s + t for s, t in zip(p, q, strict=True)]))
    return [one(a, b) for a, b in zip(x, y, strict=True)]

def ref_constant(n):
    return [mp.exp(mp.loggamma(t / 2) - mp.loggamma((t - 1) / 2)) / mp.sqrt(mp.pi) for t in n]

def ref_cdf(theta, n):
    def one(t):
        tail = mp.betainc(mp.mpf(n - 1) / 2, mp.mpf(1) / 2, 0, mp.sin(t) ** 2, regularized=True) / 2
        return tail if mp.cos(t) >= 0 else 1 - tail
    return [one(t) for t in theta]

def ref_cosine(g, q):
    return [a / mp.sqrt(a * a + 2 * b) for a, b in zip(g, q, strict=True)]

def _inner(eps):
    return min(eps, mp.mpf(2) ** -23) / 2, eps / 2 if eps > mp.mpf(2) ** -20 else 0

def bound_angle__acos(x, y, eps):
    u, last = _inner(eps)
    d = len(x[0])
    h = 2 * (mp.mpf(d) / 2 + 4) * u + (d + 1) * u
    def one(t):
        moved = [abs(mp.acos(max(-1, min(1, mp.cos(t) + s * h))) - t) for s in (-1, 1)]
        return max(moved) + 4 * u * t + last * (t + max(moved))
    return [one(t) for t in ref_angle(x, y)]

def bound_angle__kahan(x, y, eps):
    u, last = _inner(eps)
    d = len(x[0])
    return [(4 * (mp.mpf(d) / 2 + 4) * u + (mp.mpf(d) / 2 + 9) * u * t) * (1 + last) + last * t for t in ref_angle(x, y)]

def bound_constant__lgamma(n, eps):
    u, last = _inner(eps)
    def one(t, c):
        sizes = mp.fsum(max(1, abs(mp.loggamma(s))) for s in (t / 2, (t - 1) / 2))
        return c * (mp.expm1(4 * u * sizes + 4 * u) * (1 + last) + last)
    return [one(t, c) for t, c in zip(n, ref_constant(n), strict=True)]

def bound_constant__shifted(n, eps):
    u, last = _inner(eps)
    return [c * (mp.expm1((4 * SHIFT + 8) * u) * (1 + last) + last) for c in ref_constant(n)]

def bound_cdf__recurrence(theta, n, eps):
    u, last = _inner(eps)
    def one(t, exact):
        c, s = abs(mp.cos(t)), abs(mp.sin(t))
        rest = 4 * u * (t / mp.pi if n % 2 == 0 else 1)
        for m in range(4 if n % 2 == 0 else 5, n + 1, 2):
            rest += u * (exact + (n + 13) * ref_constant([mp.mpf(m)])[0] / (m - 2) * c * s ** (m - 3)) * (1 + u)
        return rest * (1 + last) + last * exact + 2 * u * exact
    return [one(t, e) for t, e in zip(theta, ref_cdf(theta, n), strict=True)]

def bound_cdf__series(theta, n, eps):
    u, last = _inner(eps)
    tiny, top = mp.mpf(2) ** (-126 if eps > mp.mpf(2) ** -30 else -1022), min(mp.mpf(1) / 2, mp.mpf(2) / n)
    def one(t, exact):
        s, r = abs(mp.cos(t)), abs(mp.sin(t))
        tail = min(exact, 1 - exact)
        step = lambda x: (104 + 2 * (n - 1) + 16) * u + (8 * x - mp.log(u)) / (1 - x) * u  # 8u at the mean index x/(1 - x), and as many additions as change the sum
        if s * s <= top * (1 + 8 * u):
            rest = u + (mp.mpf(1) / 2 - tail) * step(mp.mpf(2) / 3)  # the ratio of the terms is at most 2/3
        else:
            rest = tail * step(r * r) + tiny
        rest = rest if exact <= 0.5 else rest + u
        return rest * (1 + last) + last * exact
    return [one(t, e) for t, e in zip(theta, ref_cdf(theta, n), strict=True)]

def bound_cosine__plain(g, q, eps):
    u, last = _inner(eps)
    tiny = mp.mpf(2) ** (-126 if eps > mp.mpf(2) ** -30 else -1022)
    return [(5 * u * (1 + last) + last) * abs(c) if a * a > tiny / u or not a else mp.inf for a, c in zip(g, ref_cosine(g, q), strict=True)]

def bound_cosine__hypot(g, q, eps):
    u, last = _inner(eps)
    return [(6 * u * (1 + last) + last) * abs(c) for c in ref_cosine(g, q)]

differentiable = ("angle__kahan", "cosine__hypot")

def bound_gradient_angle__kahan(x, y, eps):
    """The directions of p - q and p + q are off by (d + 16) u over their lengths; the gradient has the length 1/|x|."""
    def one(a, b, of):
        p, q = _unit(a), _unit(b)
        lengths = [mp.norm([s + sign * t for s, t in zip(p, q, strict=True)]) for sign in (1, -1)]
        return [(len(a) + 16) * eps / 2 * (mp.fsum(1 / t for t in lengths) + 1) / mp.norm(of)] * len(a)
    return [[one(a, b, (a, b)[side]) for a, b in zip(x, y, strict=True)] for side in (0, 1)]

def bound_gradient_cosine__hypot(g, q, eps):
    """2q/h^3 and -g/h^3, h the hypotenuse; the first is a difference of 1/h and g^2/h^3, 8u each."""
    h = [mp.sqrt(a * a + 2 * b) for a, b in zip(g, q, strict=True)]
    return [[8 * eps / t for t in h], [8 * eps * abs(a) / t ** 3 for a, t in zip(g, h, strict=True)]]

def draw_angle(rng):
    d, k = rng.randint(2, 6), 3
    x = [[rng.gauss(0, 1) for _ in range(d)] for _ in range(k)]
    e = 2.0 ** rng.randint(-40, 1)
    return x, [[s * t + e * rng.gauss(0, 1) for t in row] for s, row in zip((1.0, -2.5, 0.0), x, strict=True)]

def adversarial_angle():
    x = [[1.0, 2.0, -1.0]]
    return [(x, x), (x, [[-3.0, -6.0, 3.0]]), ([[1.0, 0.0]], [[0.0, -1e-20]]), ([[1.0, 0.0]], [[1.0, 1e-4]]), ([[1.0, 1.0, 1.0, 1.0]], [[1.0, 1.0, 1.0, 1.0078125]])]

def draw_constant(rng):
    return ([2 + rng.uniform(1, 2) * 2.0 ** rng.randint(-3, 20) for _ in range(4)],)

def adversarial_constant():
    return [([2.0, 3.0, 4.0, 5.0],), ([64.0, 768.0, 1e6, 1e9],), ([1e12],)]

def draw_cdf(rng):
    return [rng.choice([rng.uniform(0, 3.140625), rng.gauss(1.5703125, 0.25), 2.0 ** -rng.randint(1, 9)]) for _ in range(4)], rng.randint(2, 40)

def adversarial_cdf():
    return [([0.0, 1.5703125, 1.5625, 3.140625], n) for n in (2, 3, 10)] + [([1.3962634, 1.7453293, 0.5, 1.0], 100), ([0.0078125, 0.125, 3.0], 12)]

def draw_cosine(rng):
    return [rng.gauss(0, 1) for _ in range(4)], [rng.uniform(0.25, 2) * 2.0 ** rng.randint(0, 8) for _ in range(4)]

def adversarial_cosine():
    return [([0.0, 1e-20, -3.0], [1.0, 1e-38, 0.0]), ([-1e-25, 5.0], [1e-35, 1e-10])]

def check_cosine_tail(cdf, theta, n):
    """P(angle <= theta) is at most exp(-n cos^2/2)/2 for theta below a right angle, up to rounding, and at most 1."""
    return [(mp.exp(-n * mp.cos(t) ** 2 / 2) / 2 if mp.cos(t) >= 0 else 1) * mp.mpf("1.01") + n * mp.mpf("1e-5") - F for t, F in zip(theta, cdf, strict=True)]

def check_angle_density(constant, n):
    """c_n^2 lies between (n - 3/2)/(2 pi) less and (n - 1)/(2 pi) more than 3 percent, by the logarithmic convexity of gamma. Only small n, where every form is usable."""
    return [mp.mpf(1) if t > 4096 else min(c * c * 2 * mp.pi * mp.mpf("1.03") - (t - mp.mpf(3) / 2), (t - 1) * mp.mpf("1.03") - c * c * 2 * mp.pi) for c, t in zip(constant, n, strict=True)]

sizes_angle = [(1024, 64), (16384, 256)]

def inputs_angle(size, dtype, device, generator):
    return tuple(torch.randn(size, device=device, generator=generator).to(dtype) for _ in range(2))

def work_angle(size, itemsize):
    return {"bytes": 2 * size[0] * size[1] * itemsize, "flop": 10 * size[0] * size[1]}

def peers_angle():
    return {"torch.nn.functional.cosine_similarity and acos": lambda x, y: torch.acos(torch.nn.functional.cosine_similarity(x, y))}

def _plot(en, zh, xlabel, ylabel, claim, series, xscale="linear", yscale="linear"):
    digits = lambda values: [float(f"{float(v):.6g}") for v in values]
    return {"caption": {"en": en, "zh": zh}, "xlabel": xlabel, "ylabel": ylabel, "xscale": xscale, "yscale": yscale, "claim": claim, "vlines": [], "hlines": [],
            "series": [{"label": label, "x": digits(x), "y": digits(y), "style": "line"} for label, x, y in series]}

def plot_densities():
    xs = [mp.pi * k / 100 for k in range(1, 100)]
    return _plot("The density of the angle.", "夹角的密度。", "theta", "density", "angle_density",
                 [(f"n = {n}", xs, [ref_constant([mp.mpf(n)])[0] * mp.sin(t) ** (n - 2) for t in xs]) for n in (2, 3, 5, 10, 100)])

def plot_variance():
    ns = list(range(3, 65))
    V = [mp.psi(1, mp.mpf(n) / 2) / 2 for n in ns]
    return _plot("Relative error of three estimates of the variance.", "方差三种估计的相对误差。", "n", "relative error", "angle_variance_trigamma",
                 [(label, ns, [abs(f(n) / v - 1) for n, v in zip(ns, V, strict=True)]) for label, f in (
                     ("1/(n-2)", lambda n: mp.mpf(1) / (n - 2)), ("1/n", lambda n: mp.mpf(1) / n), ("1/(n-1)", lambda n: mp.mpf(1) / (n - 1)))], "log", "log")

def plot_tail():
    xs = [mp.mpf(k) / 100 for k in range(0, 71)]
    return _plot("The two-sided tail of the cosine for n = 32, and its bounds.", "n = 32 时余弦的双侧尾概率及其上界。", "epsilon", "probability", "cosine_tail",
                 [("exact", xs, [mp.betainc(mp.mpf(31) / 2, 0.5, 0, 1 - x * x, regularized=True) for x in xs]), ("e^(-n eps^2/2)", xs, [mp.exp(-16 * x * x) for x in xs]),
                  ("2 e^(-n eps^2/2)", xs, [2 * mp.exp(-16 * x * x) for x in xs])], "linear", "log")

def plot_within_ten_degrees():
    ns = sorted({round(2 * 500 ** (k / 60)) for k in range(61)})
    P = lambda n, degrees: mp.betainc(mp.mpf(1) / 2, mp.mpf(n - 1) / 2, 0, mp.sin(mp.pi * degrees / 180) ** 2, regularized=True)
    return _plot("The probability that two random directions of dimension n are within a few degrees of a right angle.", "n 维空间中两个随机方向的夹角与直角相差不超过若干度的概率。", "n", "probability",
                 "cosine_tail", [(f"{k} degrees", ns, [P(n, k) for n in ns]) for k in (20, 10, 5, 2)], "log")
