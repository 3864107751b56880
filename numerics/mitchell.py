"""Mitchell's products and quotients: one integer addition on bit patterns, and the correction in stages.

**Computes.** With |p| = 2^m (1 + x), |q| = 2^n (1 + y) and s = x + y: `mitchell_mul` 2^(m+n) (1 + s) if s < 1, else 2^(m+n+1) s, for p q;
`mitchell_div` 2^(m-n) (1 + x - y) if x >= y, else 2^(m-n-1) (2 + x - y), for p/q; `mitchell_mul_k` the sum of k products of successive residuals,
(|p| - 2^m, |q| - 2^n) or (2^(m+1) - |p|, 2^(n+1) - |q|), for p q. All with the sign of p q. Proofs: `proofs/mitchell.py`.
**Shapes.** p, q of one shape and one dtype, k >= 1 an integer; the result has that shape and dtype. Zeros give 0 in a product; subnormals, infinities,
q = 0 in a quotient, and results outside the normal range are not handled.
**Errors.** One product and one quotient are formed without any rounding: x and y are multiples of 2^-f, and so are the fractions of the result. What
remains is the error of the method: at most |p q|/9, and at most |p/q|/8 (and 2^-120 |p/q| for the reference, which
has to round p/q). k stages: at most |p q|/J_k^2, J_k = (2^(2k+1) + 1)/3; the residuals are exact,
each of the k - 1 additions of positive numbers rounds by u = eps/2 relative to a sum below |p q|; bfloat16 is added in float32 and rounded once (last).
The derivative of the product in p is a power of 2 between |q|/2 and 2 |q|: it is off by at most |q|.
**Cost.** `bits`: two integer additions and the sign; it reads and writes each number once.
"""
import mpmath as mp
import numpy as np
import torch

INTEGERS = {torch.float64: (torch.int64, 52, 1023), torch.float32: (torch.int32, 23, 127), torch.bfloat16: (torch.int16, 7, 127), torch.float16: (torch.int16, 10, 15)}

def _parts(p):
    """(power of 2, p over it less 1) for positive p; the power is a constant for automatic differentiation."""
    with torch.no_grad():
        work = p.float() if p.dtype in (torch.bfloat16, torch.float16) else p
        _, exponent = torch.frexp(work.abs())
        unit = torch.ldexp(torch.ones_like(work), exponent - 1).to(p.dtype)
    return unit, p / unit - 1

def _positive_product(p, q):
    (a, x), (b, y) = _parts(p), _parts(q)
    s = x + y
    return torch.where(s < 1, a * b * (1 + s), 2 * a * b * s)

def torch_mitchell_mul__frexp(p, q):
    """The definition by frexp and comparison; differentiable, the derivative is a power of 2. Zeros are not handled."""
    return _positive_product(p.abs(), q.abs()) * torch.sign(p.detach()) * torch.sign(q.detach())

def torch_mitchell_mul__bits(p, q):
    """I(p) + I(q) - I(1) on the patterns without signs. No gradient."""
    kind, fraction, bias = INTEGERS[p.dtype]
    a, b, mask = p.detach().view(kind), q.detach().view(kind), torch.iinfo(kind).max
    product = ((a & mask) - (bias << fraction) + (b & mask)) | ((a ^ b) & ~mask)
    return product.masked_fill((p == 0) | (q == 0), 0).view(p.dtype)

def torch_mitchell_div__frexp(p, q):
    """The definition by frexp and comparison."""
    (a, x), (b, y) = _parts(p.abs()), _parts(q.abs())
    return torch.where(x >= y, a / b * (1 + (x - y)), a / b / 2 * (2 + (x - y))) * torch.sign(p) * torch.sign(q)

def torch_mitchell_div__bits(p, q):
    """I(p) - I(q) + I(1) on the patterns without signs."""
    kind, fraction, bias = INTEGERS[p.dtype]
    a, b, mask = p.detach().view(kind), q.detach().view(kind), torch.iinfo(kind).max
    quotient = ((a & mask) - (b & mask) + (bias << fraction)) | ((a ^ b) & ~mask)
    return quotient.masked_fill(p == 0, 0).view(p.dtype)

def torch_mitchell_mul_k__stages(p, q, k):
    """k Mitchell products of successive residuals, added from the last one, which is the least."""
    r, s = (t.abs().float() if t.dtype in (torch.bfloat16, torch.float16) else t.abs() for t in (p, q))
    terms = []
    for _ in range(k):
        done = (r == 0) | (s == 0)
        r, s = r.masked_fill(done, 1), s.masked_fill(done, 1)
        (a, x), (b, y) = _parts(r), _parts(s)
        low = x + y < 1
        terms.append(torch.where(low, a * b * (1 + (x + y)), 2 * a * b * (x + y)).masked_fill(done, 0))
        r, s = (torch.where(low, t - c, 2 * c - t).masked_fill(done, 0) for t, c in ((r, a), (s, b)))
    total = terms[-1]
    for term in reversed(terms[:-1]):
        total = total + term
    return total.to(p.dtype) * torch.sign(p) * torch.sign(q)

def ref_mitchell_mul(p, q):
    return [a * b for a, b in zip(p, q, strict=True)]

def ref_mitchell_div(p, q):
    return [a / b for a, b in zip(p, q, strict=True)]

def ref_mitchell_mul_k(p, q, k):
    return ref_mitchell_mul(p, q)

def bound_mitchell_mul__frexp(p, q, eps):
    return [abs(t) / 9 for t in ref_mitchell_mul(p, q)]

bound_mitchell_mul__bits = bound_mitchell_mul__frexp

def bound_mitchell_div__frexp(p, q, eps):
    return [abs(t) * (mp.mpf(1) / 8 + mp.mpf(2) ** -120) for t in ref_mitchell_div(p, q)]

bound_mitchell_div__bits = bound_mitchell_div__frexp

def bound_mitchell_mul_k__stages(p, q, k, eps):
    u, last = min(eps, mp.mpf(2) ** -23) / 2, eps / 2 if eps > mp.mpf(2) ** -20 else 0
    return [abs(t) * (1 / (mp.mpf(2 ** (2 * k + 1) + 1) / 3) ** 2 + (k - 1) * u + last) for t in ref_mitchell_mul(p, q)]

differentiable = ("mitchell_mul__frexp",)

def bound_gradient_mitchell_mul__frexp(p, q, eps):
    return [[abs(t) for t in q], [abs(t) for t in p]]

def _number(rng, spread):
    return rng.choice((-1, 1)) * rng.uniform(1, 2) * 2.0 ** rng.randint(-spread, spread)

def draw_mitchell_mul(rng):
    return [_number(rng, 30) for _ in range(6)], [_number(rng, 30) for _ in range(6)]

draw_mitchell_div = draw_mitchell_mul

def draw_mitchell_mul_k(rng):
    return *draw_mitchell_mul(rng), rng.randint(1, 4)

def adversarial_mitchell_mul():
    return [([3.0, 1.5, -6.0, 12.3, 1.0, 1.984375], [3.0, 1.5, 0.375, 4.56, -7.0, 1.984375]), ([1.0 + 2.0 ** -7], [2.0 ** 60])]

def adversarial_mitchell_div():
    return [([4.0, 1.0, 3.0, 7.0, -5.0], [3.0, 1.5, 1.0, 7.0, 4.0]), ([1.984375, 1.0], [1.5, 1.0 + 2.0 ** -7])]

def adversarial_mitchell_mul_k():
    return [([3.0], [3.0], 1), ([11.0, 3.0, -5.5], [11.0, 5.0, 11.0], 2), ([43.0, 1.0], [43.0, 1.0], 3), ([171.0], [171.0], 4)]

def _exact(a, b):
    """M by the definition, for positive a and b."""
    (x, m), (y, n) = mp.frexp(a), mp.frexp(b)
    s = 2 * (x + y) - 2
    return mp.ldexp(1 + s, m + n - 2) if s < 1 else mp.ldexp(s, m + n - 1)

def check_bit_identity(mitchell_mul, p, q):
    """The value of the definition, to the last bit."""
    return [mp.mpf(t == _exact(abs(a), abs(b)) * mp.sign(a) * mp.sign(b)) for t, a, b in zip(mitchell_mul, p, q, strict=True)]

def check_mitchell_max_error(mitchell_mul, p, q):
    """Never above the product in size, and of its sign."""
    return [mp.mpf(0 < t / (a * b) <= 1) for t, a, b in zip(mitchell_mul, p, q, strict=True)]

def check_mitchell_division(mitchell_div, p, q):
    """Never below the quotient in size."""
    return [mp.mpf(t * b * mp.sign(a) >= abs(a)) for t, a, b in zip(mitchell_div, p, q, strict=True)]

sizes_mitchell_mul = [65536, 1048576, 4194304]

def inputs_mitchell_mul(size, dtype, device, generator):
    return tuple((torch.rand(size, device=device, generator=generator) + 0.5).to(dtype) for _ in range(2))

def work_mitchell_mul(size, itemsize):
    return {"bytes": 3 * size * itemsize, "flop": size}

def peers_mitchell_mul():
    return {"torch: p * q": torch.mul}

def _plot(en, zh, xlabel, ylabel, claim, series, yscale="linear", hlines=()):
    digits = lambda values: [float(f"{float(v):.6g}") for v in values]
    return {"caption": {"en": en, "zh": zh}, "xlabel": xlabel, "ylabel": ylabel, "xscale": "linear", "yscale": yscale, "claim": claim, "vlines": [], "hlines": list(hlines),
            "series": [{"label": label, "x": digits(x), "y": digits(y), "style": style} for label, x, y, style in series]}

def _error(x, y):
    return x * y / ((1 + x) * (1 + y)) if x + y < 1 else (1 - x) * (1 - y) / ((1 + x) * (1 + y))

def plot_error_over_mantissas():
    xs = [k / 128 for k in range(128)]
    return _plot("Relative error of the product along lines y = const and along y = x: the ridge is x + y = 1, its top 1/9 at (1/2, 1/2).",
                 "乘法的相对误差：沿 y = 常数与 y = x。误差的脊线为 x + y = 1，最高点为 (1/2, 1/2) 处的 1/9。", "x", "relative error", "mitchell_max_error",
                 [(f"y = {y}", xs, [_error(x, y) for x in xs], "line") for y in (0.125, 0.25, 0.5, 0.75)] + [("y = x", xs, [_error(x, x) for x in xs], "dashed")], hlines=[1 / 9])

def _left(p, q, k):
    """p q less k Mitchell products, for positive integers."""
    for _ in range(k):
        if not p or not q:
            return 0
        a, b = 1 << (p.bit_length() - 1), 1 << (q.bit_length() - 1)
        p, q = (p - a, q - b) if p * b + q * a < 3 * a * b else (2 * a - p, 2 * b - q)
    return p * q

def plot_error_after_stages():
    ks, n = [1, 2, 3], 64
    worst = [max(mp.mpf(_left(p, q, k)) / (p * q) for p in range(n, 2 * n) for q in range(p, 2 * n)) for k in ks]
    more = [1, 2, 3, 4, 5, 6]
    return _plot("Largest relative error after k stages over mantissas of 6 bits, the sharp bound J_k^-2, and the bound 9^-k.", "6 位尾数上 k 级之后的最大相对误差、最优界 J_k^-2 与 9^-k。",
                 "k", "relative error", "iterated_mitchell", [("6-bit mantissas", ks, worst, "points"), ("J_k^-2", more, [(mp.mpf(2 ** (2 * k + 1) + 1) / 3) ** -2 for k in more], "line"),
                 ("9^-k", more, [mp.mpf(9) ** -k for k in more], "dashed")], "log")

def plot_error_distribution():
    """Over 256 x 256 mantissas; the second form adds 1/16 to the sum of the mantissas before the carry (L-Mul)."""
    m, ends = np.arange(256) / 256, np.arange(-32, 57) / 448
    series = []
    for label, offset in (("Mitchell", 0), ("with offset 1/16", 1 / 16)):
        s = m + m[:, None] + offset
        error = 1 - np.where(s < 1, 1 + s, 2 * s) / ((1 + m) * (1 + m[:, None]))
        counts = np.histogram(error, ends)[0] * 448 / 256 ** 2
        series.append((label, (ends[1:] + ends[:-1]) / 2, counts, "line"))
        series.append((f"mean {error.mean():.4f}, {label}", [error.mean()] * 2, [0, counts.max()], "dashed"))
    return _plot("Density of the relative error for uniform mantissas of 8 bits, and its mean: 0.0385 in closed form for Mitchell's product; an offset centres it and makes it two-sided.",
                 "8 位均匀尾数下相对误差的密度及其均值：Mitchell 乘法的均值有闭式 0.0385；加偏移可使其居中，但误差变为双侧。", "relative error", "density", "mitchell_mean_error", series)
