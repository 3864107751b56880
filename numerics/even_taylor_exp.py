"""Even Taylor polynomials of exp that stay positive in every dtype, and the softmax made of them.

**Computes.** f_n(x) = sum_(k <= n) x^k/k! (claims: `proofs/even_taylor_exp.py`): taylor_exp f_n(x), log_taylor_exp
log f_n(x), taylor_softmax f_n(x_i)/sum_j f_n(x_j) along the last axis.
**Shapes.** x [..., K]; n even, 0 <= n <= 24, else ValueError (`powers`, `horner`: any n >= 0). The result has the shape
and dtype of x. All forms are differentiable in x.
**Errors.** u = eps/2; bfloat16 is computed in float32 and rounded once, `powers`, `horner`, `naive` work in bfloat16.
`horner` sends x^k/k! through 4k + 1 roundings (a division by k may be a product with 1/k): sum_k g(4k + 1) |x|^k/k!,
g(N) = N u/(1 - N u). `powers`: g(n + 11), 8u of it for the power; infinite where powers overflow. Both bounds are
absolute: near the minimum f_n is far below sum |x|^k/k!.
`product` is S^n/n! prod_j ((x - a_j)^2 + b_j^2)/S^2, a_j +- i b_j the roots, S a power of two: nothing cancels. With
t = x - a: a costs u |a|, the difference u |t|, square, b^2 and sum u each, so a factor is good to (2 |t a| + 3 t^2 +
b^2)/(t^2 + b^2) u + u <= (2 |t a|/(t^2 + b^2) + 4) u, the product to the sum R(x) of these + (m + 1) u, m = n/2:
relatively, for every x.
log_taylor_exp: for |x| <= 1/2 log1p(x h), h = (f_n - 1)/x by Horner: 2.7u absolute and h >= 3/4, the product u, the
condition of log1p at most 1.3, itself 4u: 10u |log f_n|. For |x| <= 64 the log of the product: R + (m + 1) u + 4u |log
f_n|. Beyond, n log |x| - log n! + log prod ((1 - a/x)^2 + (b/x)^2): factors good to 12u as |a/x| < 3/8, their product
at most e^(0.32 n), 9n u in all, the other sums and logarithms 6u (n log |x| + log n! + 1).
Slopes 2 t/(t^2 + b^2) of log f_n: 2 (|a| + |t|) u/(t^2 + b^2) through t, the rest relative.
taylor_softmax: `scaled` divides row and roots by a power of two above max |x| where that exceeds 64, exactly: nothing
overflows, and the largest entry is not lost. Relative error R(x_i) + sum_j p_j R(x_j) + (K + 2m + 3) u, and 2^-126 K
for underflow. `naive`: with errors e_i of `powers` and F = sum f, 2 (e_i + p_i sum e)/F + (K + 2) u p_i; infinite when
sum e >= F/2.
**Cost.** product: 4 passes a factor, in blocks that stay in the cache.
"""
import math
from functools import lru_cache

import mpmath as mp
import numpy as np
import torch

BLOCK = 1 << 16  # entries of the temporaries that stay in the second-level cache

@lru_cache(maxsize=32)
def exact_roots(n):
    """The roots a + i b of f_n with b > 0: mpmath pairs (a, b), good to 60 digits. ValueError for odd n and n > 24."""
    if n % 2 or not 0 <= n <= 24:
        raise ValueError(f"n must be even and lie in 0..24, not {n}")
    with mp.workdps(80):
        found = []
        for z in np.roots([1 / math.factorial(k) for k in range(n, -1, -1)]):
            z = mp.mpc(complex(z))
            for _ in range(8):  # Newton from 8 digits or so; f' = f - z^n/n!
                f = _f(z, n)
                z -= f / (f - z ** n / mp.factorial(n))
            found.append((z.real, z.imag))
        return tuple(sorted((a, b) for a, b in found if b > 0))

@lru_cache(maxsize=32)
def factors(n):
    """([(a_j, b_j^2)], S, S^n/n!) as floats, S the power of two next to n!^(1/n)."""
    with mp.workdps(60):  # the cache must not depend on who asks first
        pairs = [(float(a), float(b * b)) for a, b in exact_roots(n)]
        S = mp.mpf(2) ** int(mp.nint(mp.log(mp.factorial(n), 2) / n)) if n else mp.mpf(1)
        return pairs, float(S), float(S ** n / mp.factorial(n))

def working(x):
    """bfloat16 and float16 to float32, other dtypes as they are."""
    return x.float() if x.dtype in (torch.bfloat16, torch.float16) else x

class Blocked(torch.autograd.Function):
    """value(x) on blocks of rows of x [.., width], in `working`, rounded once, a GPU taking all rows at once;
    slope(x, g) is the gradient: it recomputes instead of keeping 3 n/2 arrays."""

    @staticmethod
    def forward(ctx, x, width, value, slope):
        ctx.save_for_backward(x)
        ctx.width, ctx.slope = width, slope
        return Blocked.sweep(value, width, x)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, g):
        return Blocked.sweep(ctx.slope, ctx.width, *ctx.saved_tensors, g), None, None, None

    @staticmethod
    def sweep(f, width, *arrays):
        out = torch.empty_like(arrays[0], memory_format=torch.contiguous_format)
        rows = max(1, out.numel() if out.is_cuda else BLOCK // max(1, width))
        parts = [t.reshape(-1, width).split(rows) for t in arrays]
        for y, *part in zip(out.view(-1, width).split(rows), *parts, strict=True):
            y.copy_(f(*(working(t) for t in part)))
        return out

def quadratics(y, pairs, scale):
    """prod ((y - a scale)^2 + b2 scale^2) over the pairs (a, b2)."""
    out = None
    for a, b2 in pairs:
        t = y - a * scale
        t.mul_(t).add_(b2 * scale * scale)
        out = t if out is None else out.mul_(t)
    return torch.ones_like(y) if out is None else out

def product(x, n):
    """f_n(x) as a product of quadratics."""
    pairs, S, gamma = factors(n)
    return quadratics(x if S == 1 else x / S, pairs, 1 / S).mul_(gamma)

def log_slope(x, n):
    """d log f_n/dx = sum_j 2 t/(t^2 + b^2), t = x - a_j."""
    out = torch.zeros_like(x)
    for a, b2 in factors(n)[0]:
        t = x - a
        out.add_(t / (t * t).add_(b2), alpha=2)
    return out

def log_product(x, n):
    """log f_n(x) in the three ranges of the module docstring."""
    if not n:
        return torch.zeros_like(x)
    near, far = x.abs() <= 0.5, x.abs() > 64
    h, y = torch.ones_like(x), torch.where(near, x, 0)
    for k in range(n, 1, -1):
        h = 1 + y / k * h
    w, p = 1 / torch.where(far, x, 64), torch.ones_like(x)
    for a, b2 in factors(n)[0]:
        t = 1 - a * w
        p = p * (t * t + b2 * (w * w))
    outer = n * x.abs().log() - math.lgamma(n + 1) + p.log()
    return torch.where(near, torch.log1p(y * h), torch.where(far, outer, product(x.clamp(-64, 64), n).log()))

def unnormalised(x, n):
    """f_n(x) for rows x [R, K] up to a factor for each row that makes room at both ends of the exponent range
    (rows within +-64 need none: f_24(64) < 4e19)."""
    pairs, S, _ = factors(n)
    if not x.is_cuda and (not x.numel() or max(map(abs, map(float, torch.aminmax(x)))) <= 64):
        return quadratics(x if S == 1 else x / S, pairs, 1 / S)
    e = torch.frexp(x.abs().amax(-1, keepdim=True))[1].clamp_min(0)
    scale = torch.ldexp(torch.ones_like(e, dtype=x.dtype), -e)
    return quadratics(x * scale, pairs, scale)

def normalised(x, n):
    f = unnormalised(x, n)
    return f.div_(f.sum(-1, keepdim=True))

def softmax_slope(x, g, n):
    p = normalised(x, n)
    return p * log_slope(x, n) * (g - (g * p).sum(-1, keepdim=True))

def torch_taylor_exp__powers(x, n):
    """Sum of x^k/k!. Hazard: cancels for x << 0, even the sign."""
    out = torch.ones_like(x)
    for k in range(1, n + 1):
        out = out + x ** k / float(math.factorial(k))
    return out

def torch_taylor_exp__horner(x, n):
    """1 + x (1 + x/2 (1 + x/3 (...))). Hazard: cancels for x << 0, even the sign."""
    out = torch.ones_like(x)
    for k in range(n, 0, -1):
        out = 1 + x / k * out
    return out

def torch_taylor_exp__product(x, n):
    """Product of the quadratics of the pairs of roots: positive for every even n and every x."""
    return Blocked.apply(x, 1, lambda t: product(t, n), lambda t, g: g * product(t, n) * log_slope(t, n))

def torch_log_taylor_exp__product(x, n):
    """log1p near 0, log of the product, n log |x| far out: neither cancels nor overflows."""
    return Blocked.apply(x, 1, lambda t: log_product(t, n), lambda t, g: g * log_slope(t, n))

def torch_taylor_softmax__naive(x, n):
    """f / sum f by powers. Hazards: overflows, and loses sign and order where `powers` does."""
    f = torch_taylor_exp__powers(x, n)
    return f / f.sum(-1, keepdim=True)

def torch_taylor_softmax__scaled(x, n):
    """Products of quadratics in the units of the row's largest logit."""
    return Blocked.apply(x, x.shape[-1], lambda t: normalised(t, n), lambda t, g: softmax_slope(t, g, n))

def _f(x, n):
    term = total = mp.mpf(1)
    for k in range(1, n + 1):
        term = term * x / k
        total += term
    return total
def ref_taylor_exp(x, n): return [_f(t, n) for t in x]

def ref_log_taylor_exp(x, n):
    with mp.extradps(30):  # near 0, where f is near 1
        return [mp.log(_f(t, n)) for t in x]

def ref_taylor_softmax(x, n):
    def one(row):
        f = [_f(t, n) for t in row]
        return [t / mp.fsum(f) for t in f]
    return [one(row) for row in x]

def _u(eps):
    """Unit roundoff of the arithmetic inside, and of the last rounding if that is another one."""
    u = min(eps, mp.mpf(2) ** -23) / 2
    return u, eps / 2 if eps > 2 * u else 0
def _g(N, u): return N * u / (1 - N * u)

def _horner(x, n, u):
    term, total = mp.mpf(1), _g(1, u)
    for k in range(1, n + 1):
        term = term * abs(x) / k
        total += _g(4 * k + 1, u) * term
    return total

def _relative(x, n):
    """R(x)/u of the module docstring."""
    return mp.fsum(2 * abs((x - a) * a) / ((x - a) ** 2 + b * b) + 4 for a, b in exact_roots(n))

def _overflows(t, n, eps):
    return max(_f(abs(t), n), abs(t) ** n) >= mp.mpf(2) ** (1023 if eps < mp.mpf(2) ** -40 else 127)

def bound_taylor_exp__powers(x, n, eps):
    return [mp.inf if _overflows(t, n, eps) else _g(n + 11, eps / 2) * _f(abs(t), n) for t in x]
def bound_taylor_exp__horner(x, n, eps): return [_horner(t, n, eps / 2) for t in x]

def bound_taylor_exp__product(x, n, eps):
    u, last = _u(eps)
    return [_f(t, n) * ((_relative(t, n) + n // 2 + 1) * u + last) for t in x]

def bound_log_taylor_exp__product(x, n, eps):
    u, last = _u(eps)
    def one(t, L):
        if abs(t) <= mp.mpf(1) / 2:
            return 10 * u * abs(L)
        if abs(t) <= 64:
            return (_relative(t, n) + n // 2 + 1) * u + 4 * u * abs(L)
        return 6 * u * (n * mp.log(abs(t)) + mp.loggamma(n + 1) + 1) + 9 * n * u
    return [one(t, L) + last * abs(L) for t, L in zip(x, ref_log_taylor_exp(x, n), strict=True)]

def bound_taylor_softmax__naive(x, n, eps):
    def one(row, p):
        u, f, e = eps / 2, mp.fsum(_f(t, n) for t in row), [_g(n + 11, eps / 2) * _f(abs(t), n) for t in row]
        if 2 * mp.fsum(e) >= f or any(_overflows(len(row) * abs(t), n, eps) for t in row):
            return [mp.inf] * len(row)
        return [2 * (a + b * mp.fsum(e)) / f + (len(row) + 2) * u * b for a, b in zip(e, p, strict=True)]
    return [one(row, p) for row, p in zip(x, ref_taylor_softmax(x, n), strict=True)]

def bound_taylor_softmax__scaled(x, n, eps):
    u, last = _u(eps)
    def one(row, p):
        R, K = [_relative(t, n) for t in row], len(row)
        common = mp.fdot(p, R) + K + n + 3
        tiny = K * mp.mpf(2) ** (-1022 if eps < mp.mpf(2) ** -40 else -126)
        return [b * ((r + common) * u + last) + tiny for r, b in zip(R, p, strict=True)]
    return [one(row, p) for row, p in zip(x, ref_taylor_softmax(x, n), strict=True)]

differentiable = ("taylor_exp__product", "log_taylor_exp__product")

def _slope(x, n, u):
    """(d log f/dx, its error): t is off by u (|a| + |t|), 2 t/q by 2/q of that, q = t^2 + b^2; the rest is relative."""
    parts = [(x - a, abs(a), (x - a) ** 2 + b * b) for a, b in exact_roots(n)]
    error = mp.fsum((2 * (a + abs(t)) + (n + 8) * abs(t)) / q for t, a, q in parts)
    return mp.fsum(2 * t / q for t, _, q in parts), u * error

def bound_gradient_log_taylor_exp__product(x, n, eps): return [[_slope(t, n, eps / 2)[1] for t in x]]

def bound_gradient_taylor_exp__product(x, n, eps):
    def one(t):
        s, e = _slope(t, n, eps / 2)
        return _f(t, n) * (e + abs(s) * (_relative(t, n) + n // 2 + 3) * eps / 2)
    return [[one(t) for t in x]]

def check_even_positive__product(taylor_exp, x, n): return taylor_exp

def check_softmax_properties__scaled(taylor_softmax, x, n):
    """All weights that are not below the normal range."""
    rows = zip(taylor_softmax, ref_taylor_softmax(x, n), strict=True)
    return [p for r, w in rows for p, q in zip(r, w, strict=True) if q > mp.mpf(2) ** -125]
def check_softmax_properties_total__scaled(taylor_softmax, x, n): return [mp.fsum(row) - 1 for row in taylor_softmax]
def bound_softmax_properties_total__scaled(x, n, eps):
    """Only the sum, the quotients and the last rounding are seen: K u + u + eps/2."""
    u, last = _u(eps)
    return [(len(row) + 1) * u + last for row in x]

def _wide(rng, low, high):
    """A number of random sign, with a random binary exponent."""
    return rng.choice((-1, 1)) * math.ldexp(rng.uniform(1, 2), rng.randint(low, high))

def draw_taylor_exp(rng):
    n = 2 * rng.randint(0, 12)
    return [rng.uniform(-1.3 * n - 1, 3) for _ in range(5)] + [_wide(rng, -20, 5)], n
def adversarial_taylor_exp():
    minima = [(4, -1.596071637983321), (8, -2.7590027099622719), (20, -6.1775340782858812), (24, -7.3001)]
    return [([x, x - 1e-3, 2 * x, 0.0, -0.0], n) for n, x in minima] + [
        ([-1.0, 1e15, -1e15, 1e-30], 2), ([-24.0, -30.0, 100.0, -100.0], 24), ([3.0, -3.0], 0)]

def draw_log_taylor_exp(rng):
    x, n = draw_taylor_exp(rng)
    return x + [_wide(rng, 4, 60)], n
def adversarial_log_taylor_exp():
    joints = [1e-30, -1e-12, 0.5, -0.5, 64.0, -64.0, 64.5, -65.0, 1e30, -3e38]
    return adversarial_taylor_exp() + [(joints, 2), (joints, 24), ([-2.0], 2)]

def draw_taylor_softmax(rng):
    n, K, size = 2 * rng.randint(0, 12), rng.randint(1, 6), rng.choice([1, 5, 20])
    return [[rng.gauss(0, size) for _ in range(K)] for _ in range(2)], n
def adversarial_taylor_softmax():
    return [([[-3.0, -1.0]], 2), ([[0.0, 0.0, 0.0]], 24), ([[-7.3, -7.0, -8.0, -60.0]], 24),
            ([[1e30, 3e38, -3e38, 0.0]], 2), ([[1e30, 2e30, -1e30, 1.0]], 24), ([[500.0, 499.0, -500.0]], 24),
            ([[1e-30, 0.0]], 10), ([[-1.0]], 0)]

sizes_taylor_exp = [(1 << 12, 8), (1 << 20, 8), (1 << 20, 24)]
sizes_taylor_softmax = [(64, 256, 2), (2048, 1024, 2), (2048, 1024, 8)]
def inputs_taylor_exp(size, dtype, device, generator):
    return (3 * torch.randn(size[0], device=device, generator=generator)).to(dtype), size[1]
def inputs_taylor_softmax(size, dtype, device, generator):
    return torch.randn(size[:2], device=device, generator=generator).to(dtype), size[2]
def work_taylor_exp(size, itemsize): return {"bytes": 2 * size[0] * itemsize, "flop": 2 * size[0] * size[1]}
def work_taylor_softmax(size, itemsize):
    return {"bytes": 2 * size[0] * size[1] * itemsize, "flop": size[0] * size[1] * (2 * size[2] + 3)}

def _pow_loop(x, n):
    """As the public modules do it: a loop over x^k and k!."""
    total = torch.ones_like(x)
    for k in range(1, n + 1):
        total = total + x.pow(k) / math.factorial(k)
    return total / total.sum(-1, keepdim=True)
def _idiom(x, n):
    f = torch_taylor_exp__horner(x, n)
    return f / f.sum(-1, keepdim=True)

def peers_taylor_softmax():
    return {"pow loop": _pow_loop, "torch idiom: Horner, then divide": _idiom,
            "torch.softmax (another function, as a yardstick)": lambda x, n: torch.softmax(x, -1)}

def _curve(label, x, y, style="line"):
    digits = lambda values: [float(f"{float(v):.6g}") for v in values]
    return {"label": label, "x": digits(x), "y": digits(y), "style": style}

def _plot(en, zh, xlabel, ylabel, claim, series, yscale="linear", hlines=()):
    return {"caption": {"en": en, "zh": zh}, "xlabel": xlabel, "ylabel": ylabel, "xscale": "linear", "yscale": yscale,
            "claim": claim, "vlines": [], "hlines": list(hlines), "series": series}

def _real_roots(last):
    """{n: r_n} for odd n up to `last`: the roots move left by about 2 W(1/e) from one odd n to the next."""
    found, r = {}, mp.mpf(-1)
    with mp.workdps(60):
        for n in range(1, last + 1, 2):
            for _ in range(8):
                f = _f(r, n)
                r -= f / (f - r ** n / mp.factorial(n))
            found[n], r = r, r - mp.mpf("0.57")
    return found

def plot_first_polynomials():
    with mp.workdps(30):
        x, roots = [mp.mpf(k) / 20 for k in range(-80, 31)], _real_roots(5)
        series = [_curve(f"n = {n}", x, ref_taylor_exp(x, n), "dashed" if n % 2 else "line") for n in range(1, 7)]
        minima = [r ** (n + 1) / mp.factorial(n + 1) for n, r in roots.items()]
    series += [_curve("roots", roots.values(), [0, 0, 0], "points"), _curve("minima", roots.values(), minima, "points")]
    return _plot("The polynomials f_1 to f_6: each odd one has one real root, where the next even one has its positive minimum.",
                 "多项式 f_1 至 f_6：奇次的恰有一个实根 r_n，而下一个偶次多项式正好在该处取到正的最小值。",
                 "x", "f_n(x)", "even_positive", series, hlines=[0])

def plot_real_roots():
    roots = _real_roots(99)
    return _plot("The real root of f_n divided by n, for odd n, tends to -W(1/e) = -0.27846...",
                 "n 为奇数时，f_n 的实根除以 n 趋于 -W(1/e) = -0.27846…", "n", "r_n/n", "odd_single_root",
                 [_curve("r_n/n", roots, [r / n for n, r in roots.items()], "points")], hlines=[-0.278465])

def _bfloat16(x):
    """float32 arrays rounded to nearest even at 8 significant bits."""
    bits = x.view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) & np.uint32(0xFFFF0000)).view(np.float32)

def plot_horner_against_product():
    n, bins, each = 24, 60, 12
    x = _bfloat16(np.array([-16 + 16 * k / (bins * each) for k in range(bins * each)], dtype=np.float32))
    with mp.workdps(30):
        exact = np.array([float(_f(mp.mpf(float(t)), n)) for t in x])
    def horner(rounded):
        f = np.ones_like(x)
        for k in range(n, 0, -1):
            f = rounded(np.float32(1) + rounded(rounded(x / np.float32(k)) * f))
        return f
    pairs, S, gamma = factors(n)
    good = np.full_like(x, gamma)
    for a, b2 in pairs:
        t = x / np.float32(S) - np.float32(a / S)
        good = good * (t * t + np.float32(b2 / (S * S)))
    def worst(f):
        return np.maximum(abs(f.astype(np.float64) / exact - 1).reshape(bins, each).max(1), 2.0 ** -26)
    at = x.reshape(bins, each)[:, each // 2]
    return _plot("Relative error of f_24 (largest in each of 60 intervals): near the minimum Horner's scheme loses the sign in "
                 "bfloat16 and five of seven digits in float32; the product of quadratics loses nothing.",
                 "f_24 的相对误差（60 个小区间内各取最大值）：在最小点附近，Horner 法在 bfloat16 下连符号都会出错，"
                 "在 float32 下丧失七位有效数字中的五位；二次因子乘积则毫无损失。",
                 "x", "relative error", "float_positivity", [
                     _curve("Horner, bfloat16", at, worst(horner(_bfloat16))),
                     _curve("Horner, float32", at, worst(horner(lambda t: t))),
                     _curve("product, rounded to bfloat16", at, worst(_bfloat16(good)), "dashed"),
                     _curve("product, float32", at, worst(good), "dashed")], yscale="log", hlines=[1])

def plot_order_violation():
    grid = [k / 2 for k in range(-12, 9)]
    wrong = [(a, b) for a in grid for b in grid if (a - b) * (a + b + 2) < 0]  # twice f_2(a) - f_2(b)
    return _plot("Pairs of logits whose order the Taylor softmax of order 2 reverses: the sectors between the two "
                 "lines, on the side of z1 + z2 < -2.",
                 "二阶泰勒 softmax 颠倒次序的 logit 对：两条直线之间、z1 + z2 < -2 一侧的扇形。",
                 "z1", "z2", "softmax_properties", [
                     _curve("order reversed", [a for a, _ in wrong], [b for _, b in wrong], "points"),
                     _curve("z1 = z2", [-6, 4], [-6, 4]), _curve("z1 + z2 = -2", [-6, 4], [4, -6], "dashed")])
