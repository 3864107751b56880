"""Attention scale that maximises the annealed gradient, and the gradient itself.

**Computes.** `optimal_scale` the maximiser a of a (1 - exp(a^2)/n): a = sqrt(W(sqrt(e) n/2) - 1/2), equivalently t =
a^2 solves t + log(1 + 2t) = log n.
`optimal_scale_cosine` the same for scores that are cosines of random directions of R^d: a solves log g(2a) - 2 log g(a)
+ log(1 + 2a (r(2a) - r(a))) = log n, g(a) = 0F1(; d/2; a^2/4), r = I_(d/2)/I_(d/2-1) = g'/g.
`jacobian_l1` half the L1 norm of the Jacobian of softmax(a s): a (1 - sum p^2). Proofs: `proofs/attention_scale.py`.
**Shapes.** n [...] > 1 (n = 1 gives 0); s [..., n], a [...]; results [...]. `optimal_scale_cosine` wants d >= 2 and log
g(2a) < 700, that is 2a up to about 700; beyond that it returns NaN.
**Errors.** u = eps/2, first order; bfloat16 is computed in float32 and rounded once, except in the naive forms.
optimal_scale, `halley`: log n is good to 4u relative also near 1, where n - 1 is exact; f(t) = t + log1p(2t) is a sum
of positive terms, its residual is good to 6u log n; f/(t f') <= 1.28 for every t > 0 (1 at both ends), hence t to 1.28
* 10u + 2u, and a = sqrt t to half of that and a rounding: 8.4u relative for all n > 1.
`naive` finds W and subtracts 1/2: z = sqrt(e) n/2 carries 2u, W e^W 5u, both seen through W/(1 + W); 2u W is the
rounding of W. The absolute error D = u (7 W/(1 + W) + 2 W + t) of t stays of the order u when t -> 0: a is off by
min(sqrt D, D/a) + u a.
optimal_scale_cosine is solved in float64. Horner's scheme for g - 1 has K positive terms, 4u each: log g = log1p(g - 1)
is good to 4 (K + 1) u relative. A level of the continued fraction costs 3u and passes on errors damped by r_k r_(k+1)
<= exp(-2 asinh((k + d/2 - 1)/a)), in total at most 3u (1 + sqrt a). So the left side F is off by 4 (K + 1) u (log g(2a)
+ 2 log g(a)) + 3u 2a (r(2a) (2 + sqrt(2a)) + r(a) (2 + sqrt a)) + 4u log n, and a by that over F'(a), plus 4u a for the
last update (Newton's iteration is stationary by then).
jacobian_l1: with weights e_i = exp(a (s_i - max s)) off the maximum, E = sum e_i, Q = sum e_i^2, 1 - sum p^2 = (2E +
(E^2 - Q))/(1 + E)^2. The difference is harmless: Q <= min(E, E^2) makes 4 (2E + E^2 - Q) >= 2E + 2E^2 + Q, so sums of n
terms, good to (2n + 3) u, leave 4 (2n + 3) u + (2n + 8) u < (10n + 20) u relative. A weight is off by h_i = 3u |a (s_i
- max s)| + 2u, and d(1 - sum p^2)/dlog e_i = 2 p_i (sum p^2 - p_i) makes of it at most 2 sum p_i h_i exp(4 max h).
`naive` rounds a s_i before the maximum is removed, h_i = u (|a s_i| + 2 |a (s_i - max s)|), also for the maximum, where
the derivative is at most 2 (1 - p), and subtracts sum p^2 from 1: (3n + 16) u absolute, which is everything when p is
nearly one-hot.
**Cost.** Four iterations per n; 9 (2a + 40) levels for cosines; jacobian_l1 one pass over s.
"""
import math
from functools import lru_cache

import mpmath as mp
import numpy as np
import torch

def torch_optimal_scale__naive(n):
    """sqrt(W(sqrt(e) n/2) - 1/2), W by Newton's iteration. Hazard: W - 1/2 cancels near n = 1."""
    z = n * (math.sqrt(math.e) / 2)
    w = torch.log1p(z)
    for _ in range(20):  # W < log1p(z) < W + 6: a unit step while e^w is too large, then quadratic
        w = w - (w - z * torch.exp(-w)) / (w + 1)
    return (w - 0.5).clamp_min(0).sqrt()

def torch_optimal_scale__halley(n):
    """sqrt(t), t + log1p(2t) = log n, by Halley's iteration; derivative by the implicit function theorem."""
    L = torch.log(n.float() if n.dtype in (torch.bfloat16, torch.float16) else n)
    with torch.no_grad():
        t = L - torch.log1p(2 * L / 3)  # exact to first order at n = 1, to O(1) at infinity
        for _ in range(4):
            f, g = t - L + torch.log1p(2 * t), 1 + 2 / (1 + 2 * t)
            t = t - f * g / (g * g + 2 * f / (1 + 2 * t) ** 2)
    # one Newton step at the solution: it changes no digit of t, but carries dt/dL = 1/f'
    t = t - (t - L + torch.log1p(2 * t)) / (1 + 2 / (1 + 2 * t))
    return t.clamp_min(0).sqrt().to(n.dtype)

def log_g(a, d, levels):
    """(log g(a), r(a)): Horner's scheme and the continued fraction of I_(d/2)/I_(d/2-1), from the last level down."""
    x, p, r = a * a / 4, torch.zeros_like(a), torch.zeros_like(a)
    for k in range(levels, 0, -1):
        c = k + d / 2 - 1
        p = x / (k * c) * (1 + p)
        r = a / (2 * c + a * r)
    return torch.log1p(p), r

def torch_optimal_scale_cosine__newton(n, d):
    """F(a) = log n, F(a) = log g(2a) - 2 log g(a) + log1p(2a (r(2a) - r(a))), by Newton on log F against log a."""
    L = torch.log(n.double())
    with torch.no_grad():
        a = math.sqrt(d) * torch_optimal_scale__halley(n.double())  # the limit d -> infinity
    for step in range(9):
        with torch.no_grad():
            two = 2 * a
            levels = int(two.nan_to_num(0).amax()) + 40
            (g2, r2), (g1, r1) = log_g(two, d, levels), log_g(a, d, levels)
            b = two * (r2 - r1)
            F = g2 - 2 * g1 + torch.log1p(b)
            # r' = 1 - r^2 - (d - 1) r/a
            d2, d1 = (1 - r * r - (d - 1) * r / y for r, y in ((r2, two), (r1, a)))
            G = 2 * (r2 - r1) + (2 * (r2 - r1) + two * (2 * d2 - d1)) / (1 + b)
        a = torch.where(L > 0, a * torch.exp((torch.log(L) - torch.log(F)) * F / (a * G)), 0 * L)
        if step < 8:
            a = a.detach()
    return a.to(n.dtype)

def torch_jacobian_l1__naive(s, alpha):
    """a (1 - sum p^2). Hazard: cancels when p is nearly one-hot."""
    p = torch.softmax(alpha.unsqueeze(-1) * s, -1)
    return alpha * (1 - (p * p).sum(-1))

def torch_jacobian_l1__stable(s, alpha):
    """a (2E + (E^2 - Q))/(1 + E)^2, E and Q the sums of e_i and e_i^2 off the maximum."""
    x, a = (t.float() if t.dtype in (torch.bfloat16, torch.float16) else t for t in (s, alpha))
    top, i = x.max(-1, keepdim=True)
    e = torch.exp(a.unsqueeze(-1) * (x - top)).scatter(-1, i, 0)
    E, Q = e.sum(-1), (e * e).sum(-1)
    return (a * (2 * E + (E * E - Q)) / (1 + E) ** 2).to(s.dtype)

def ref_optimal_scale(n):
    def one(L):
        return mp.sqrt(mp.findroot(lambda t: t + mp.log1p(2 * t) - L, L - mp.log1p(2 * L / 3))) if L else L
    return [one(mp.log(k)) for k in n]

def _parts(a, d):
    """log g(a), r(a) and r'(a)."""
    g, h = (mp.hyp0f1(mp.mpf(d) / 2 + k, a * a / 4) for k in (0, 1))
    r = a / d * h / g
    return mp.log(g), r, 1 - r * r - (d - 1) * r / a

def _left(a, d):
    (g2, r2, _), (g1, r1, _) = _parts(2 * a, d), _parts(a, d)
    return g2 - 2 * g1 + mp.log1p(2 * a * (r2 - r1))

@lru_cache(512)  # reference and bound ask for the same scales
def _cosine_scale(k, start, d, precision):
    with mp.extradps(30):  # near n = 1 log g is formed from g near 1
        f = lambda t: mp.log(_left(mp.exp(t), d) / mp.log(k))
        return mp.exp(mp.findroot(f, (mp.log(start), mp.log(start) + mp.mpf(1) / 8))) if k > 1 else mp.mpf(0)

def ref_optimal_scale_cosine(n, d):
    return [_cosine_scale(k, mp.sqrt(d) * a, d, mp.mp.prec) for k, a in zip(n, ref_optimal_scale(n), strict=True)]

def _weights(s, a):
    """(p off the first maximum, p of the maximum, index of it)."""
    m = s.index(max(s))
    e = [mp.exp(a * (t - s[m])) for t in s]
    z = mp.fsum(e)
    return [t / z for i, t in enumerate(e) if i != m], 1 / z, m

def ref_jacobian_l1(s, alpha):
    def one(s, a):
        off, top, _ = _weights(s, a)
        return a * (mp.fsum(off) * (1 + top) - mp.fsum(p * p for p in off))  # 1 - top^2 = (1 - top)(1 + top)
    return [one(r, a) for r, a in zip(s, alpha, strict=True)]

def _u(eps):
    """Unit roundoff of the arithmetic inside, and of the last rounding if that is another one."""
    return min(eps, mp.mpf(2) ** -23) / 2, eps / 2 if eps > mp.mpf(2) ** -20 else 0

def bound_optimal_scale__halley(n, eps):
    u, last = _u(eps)
    return [a * (mp.mpf("8.4") * u + last) for a in ref_optimal_scale(n)]

differentiable = ("optimal_scale__halley", "jacobian_l1__stable")

def bound_gradient_optimal_scale__halley(n, eps):
    """da/dn = 1/(2 a f'(t) n), f' = 1 + 2/(1 + 2t): a carries 8.4u, f' at most 7u, log and products 6u."""
    return [[21 * eps / 2 / (2 * a * (1 + 2 / (1 + 2 * a * a)) * k) for a, k in zip(ref_optimal_scale(n), n, strict=True)]]

def bound_gradient_jacobian_l1__stable(s, alpha, eps):
    """By s_i, off the maximum, a e_i times 2a/(1 + E) - 2a N/(1 + E)^3 - 2a e_i/(1 + E)^2, N the numerator: three terms of at most 2a/(1 + E), each
    good to (2n + 12) u and what the weights carry, 3u a (max s - s_i) + 2u; the maximum collects the sum. By a the value, and (max s - s_i)/a of each."""
    u, by_s, by_a = eps / 2, [], []
    for row, a in zip(s, alpha, strict=True):
        (off, _, m), n = _weights(row, a), len(row)
        gaps = [row[m] - t for i, t in enumerate(row) if i != m]
        terms = [6 * a * a * p * (2 * n + 20 + 9 * a * g) * u for p, g in zip(off, gaps, strict=True)]
        by_s.append([*terms[:m], mp.fsum(terms) * (1 + n * u) + mp.mpf(10) ** -30, *terms[m:]])
        by_a.append((10 * n + 20) * u * ref_jacobian_l1([row], [a])[0] / a + mp.fsum(t * g / a for t, g in zip(terms, gaps, strict=True)) + mp.mpf(10) ** -30)
    return [by_s, by_a]

def bound_optimal_scale__naive(n, eps):
    def one(a, u):
        t, w = a * a, a * a + mp.mpf(1) / 2
        D = u * (7 * w / (1 + w) + 2 * w + t)
        return (min(mp.sqrt(D), D / a) if a else mp.sqrt(D)) + u * a
    return [one(a, eps / 2) for a in ref_optimal_scale(n)]

def bound_optimal_scale_cosine__newton(n, d, eps):
    def one(a, n):
        u, K = mp.mpf(2) ** -53, 2 * a + 41
        (g2, r2, q2), (g1, r1, q1) = _parts(2 * a, d), _parts(a, d)
        slope = 2 * (r2 - r1) + (2 * (r2 - r1) + 2 * a * (2 * q2 - q1)) / (1 + 2 * a * (r2 - r1))
        F = 4 * K * u * (g2 + 2 * g1) + 4 * u * mp.log(n)
        F += 6 * u * a * (r2 * (2 + mp.sqrt(2 * a)) + r1 * (2 + mp.sqrt(a)))
        return F / slope + (4 * u + (eps / 2 if eps > mp.mpf(2) ** -40 else 0)) * a
    return [one(a, k) if a else mp.mpf(0) for a, k in zip(ref_optimal_scale_cosine(n, d), n, strict=True)]

def _jacobian_bound(s, a, eps, naive):
    n, (off, _, m), (u, last) = len(s), _weights(s, a), _u(eps)
    u = eps / 2 if naive else u
    gaps = [a * (s[m] - t) for i, t in enumerate(s) if i != m]
    tiny = 4 * n * (1 + a) * mp.mpf(2) ** (-126 if eps > mp.mpf(2) ** -30 else -1022)  # weights may be flushed to zero
    if naive:
        h = [u * (a * abs(t) + 2 * g) for t, g in zip(s[:m] + s[m + 1:], gaps, strict=True)] + [u * a * abs(s[m])]
        moved = mp.fsum(p * q for p, q in zip(off + [mp.fsum(off)], h, strict=True)) * 2 * mp.exp(4 * max(h))
        return a * (moved + (3 * n + 16) * u) + tiny
    h = [3 * u * g + 2 * u for g in gaps] or [0]
    moved = 2 * mp.fsum(p * q for p, q in zip(off, h, strict=False)) * mp.exp(4 * max(h))
    return a * moved + ((10 * n + 20) * u + last) * ref_jacobian_l1([s], [a])[0] + tiny

def bound_jacobian_l1__naive(s, alpha, eps):
    return [_jacobian_bound(r, a, eps, True) for r, a in zip(s, alpha, strict=True)]

def bound_jacobian_l1__stable(s, alpha, eps):
    return [_jacobian_bound(r, a, eps, False) for r, a in zip(s, alpha, strict=True)]

def _wide(rng, low, high):
    """Between 2^low and 2^(high + 1), by exact operations: the same number on every machine."""
    return math.ldexp(rng.uniform(1, 2), rng.randint(low, high))

def draw_optimal_scale(rng):
    return [1 + _wide(rng, -40, 19), _wide(rng, 0, 99)],

def adversarial_optimal_scale():
    near = [1.0, 1.0 + 2.0 ** -52, 1.0 + 2.0 ** -23, 1.0078125]
    return [(near + [2.0, 3e38],), ([8.1548454853771357, 491.38335029829815],)]

def draw_optimal_scale_cosine(rng):
    return [1 + _wide(rng, -20, 3), _wide(rng, 3, 16)], rng.choice([8, 64, 128, 200])

def adversarial_optimal_scale_cosine():
    return [([1.0, 1.0078125, 40.0, 512.0, 1e30], 128), ([2.0, 9.0], 2), ([2.0, 100.0, 500.0], 3), ([512.0], 768),
            ([1.0 + 2.0 ** -40], 16)]

def draw_jacobian_l1(rng):
    n = rng.choice([1, 2, 3, 8])
    return [[rng.gauss(0, 1) for _ in range(n)] for _ in range(3)], [_wide(rng, -7, 4) for _ in range(3)]

def adversarial_jacobian_l1():
    return [([[0.0, 0.0], [1.0, -1.0], [5.0, 5.0]], [0.0, 10.0, 100.0]), ([[0.0, 40.0, -300.0]], [1.0]),
            ([[0.0, 300.0]], [3.0]), ([[1.0, 0.0, -1.0, 2.0]], [1.5]), ([[1000.0, 1000.5]], [8.0]), ([[-3.0]], [2.0])]

sizes_jacobian_l1 = [(16, 64), (256, 4096), (4096, 4096)]

def inputs_jacobian_l1(size, dtype, device, generator):
    s = torch.randn(size, dtype=torch.float32, device=device, generator=generator).to(dtype)
    return s, torch.full(size[:1], 2.0, dtype=dtype, device=device)

def work_jacobian_l1(size, itemsize):
    return {"bytes": size[0] * (size[1] + 2) * itemsize, "flop": 8 * size[0] * size[1]}

def peers_jacobian_l1():
    return {"torch idiom: alpha * (1 - softmax(alpha s).square().sum(-1))":
            lambda s, a: a * (1 - torch.softmax(a[:, None] * s, -1).square().sum(-1))}

def _exp_neg(x):
    """exp(-x) for arrays 0 <= x < 64 by + * / only: a Taylor polynomial at x/4096, squared 12 times; good to 1e-12."""
    x = x / 4096
    y = 1 - x * (1 - x / 2 * (1 - x / 3 * (1 - x / 4 * (1 - x / 5 * (1 - x / 6)))))
    for _ in range(12):
        y = y * y
    return y

def _expected_gradient(alpha, ns):
    """E sum p_i s_i = E a (1 - sum p^2), s_i standard normal, for each n. With Y = log sum exp(a s_i) the law of total
    expectation over an exponential clock gives n * integral of psi(y)^(n-1) E[s e^(as-y) exp(-e^(as-y))] dy,
    psi(y) = E exp(-e^(as-y)): trapezoid sums, y on a sublattice of a s, so that both are tables in a s - y."""
    h = min(0.15, 0.25 / alpha)
    q, half = max(1, round(0.25 / (alpha * h))), round(8.5 / h)
    s = np.arange(-half, half + 1) * h
    w = _exp_neg(s * s / 2)
    w = w / w.sum()
    low, high = -round((6 + alpha * 8.5) / (alpha * h * q)), round((45 + alpha * 8.5) / (alpha * h * q))
    m = np.arange(-half - high * q, half - low * q + 1)
    z = np.full(len(m), float(mp.exp(alpha * h)))
    z[0] = float(mp.exp(alpha * h * int(m[0])))
    z = z.cumprod()
    f = np.where(z < 60, _exp_neg(np.minimum(z, 60)), 0)
    at = np.arange(2 * half + 1)[None, :] - np.arange(low, high + 1)[:, None] * q + high * q
    psi, part = (f[at] * w).sum(1), ((z * f)[at] * (w * s)).sum(1)
    return [float(n * alpha * h * q * (_power(psi, n - 1) * part).sum()) for n in ns]

def _power(x, n):
    y = np.ones_like(x)
    while n:
        y, x, n = (y * x if n & 1 else y), x * x, n >> 1
    return y

def _curve(label, x, y, style="line"):
    digits = lambda values: [float(f"{float(v):.6g}") for v in values]
    return {"label": label, "x": digits(x), "y": digits(y), "style": style}

def _plot(en, zh, xlabel, ylabel, claim, series, scale="linear", vlines=(), hlines=()):
    return {"caption": {"en": en, "zh": zh}, "xlabel": xlabel, "ylabel": ylabel, "xscale": scale, "yscale": scale,
            "claim": claim, "vlines": list(vlines), "hlines": list(hlines), "series": series}

def plot_gradient_against_scale():
    alphas, ns = [0.05 + 0.04 * k for k in range(180)], [2, 40, 512, 4096, 20000]
    exact = list(zip(*[_expected_gradient(a, ns) for a in alphas], strict=True))
    series = [_curve(f"E, n = {n}", alphas, e) for n, e in zip(ns, exact, strict=True)]
    for n in ns[1:]:
        x = [a for a in alphas if a * a < math.log(n)]
        series.append(_curve(f"annealed, n = {n}", x, [a * (1 - mp.exp(a * a) / n) for a in x], "dashed"))
    return _plot("Expected gradient alpha E(1 - sum p^2) for standard normal scores, computed exactly, and its "
                 "annealed estimate alpha (1 - exp(alpha^2)/n). The expectation increases to E max s: no maximum.",
                 "标准正态打分下的期望梯度 α E(1 - Σp²)（精确计算）与其退火近似 α(1 - exp(α²)/n)。"
                 "期望单调上升趋于 E max s，没有最大值。",
                 "alpha", "gradient", "stein_identity_no_optimum", series, hlines=[3.0439])

def plot_optimal_scale_against_length():
    # n is explicit in alpha, no equation is solved: n = (1 + 2 t) e^t, t = alpha^2; for cosines log n = _left(alpha, d)
    gauss = [mp.mpf(k) / 30 for k in range(30, 91)]
    cosine = [mp.mpf(k) / 2 for k in range(20, 73)]
    n, m = [(1 + 2 * a * a) * mp.exp(a * a) for a in gauss], [mp.exp(_left(a, 128)) for a in cosine]
    return _plot("The annealed optimum against n for normal scores and for cosines in dimension 128, each with a fit.",
                 "正态打分与 128 维余弦打分的退火最优尺度随 n 的变化，以及各自的拟合式。",
                 "n", "alpha*", "annealed_optimum", scale="log", series=[
                _curve("normal", n, gauss), _curve("cosine, d = 128", m, cosine),
                _curve("0.84 sqrt(log n)", n, [0.84 * mp.sqrt(mp.log(k)) for k in n], "dashed"),
                _curve("3.5 log n", m, [3.5 * mp.log(k) for k in m], "dashed")])
