"""The layer cake sum, and the integrals of the even powers of a cosine.

**Computes.** `layer_cake` the integral sum v_i w_i of a simple function with values v_i >= 0 on sets of measure w_i >= 0; `cos_power` C(2n, n)/4^n, the integral of
cos^(2n)(M pi x) over [0, 1] for every integer M >= 1. Claims: `proofs/lebesgue_riemann.py`.
**Shapes.** v, w [..., k] give [...]; n, integers, [k] gives [k] in the dtype asked for.
**Errors.** u = eps/2; bfloat16 is computed in float32 and rounded once (last). All terms are >= 0, so errors are relative to the result.
`plain`: a product and k - 1 additions: k u.
`slices`: v sorted, (v_k - v_(k-1)) W_k with W_k the measure of {f >= v_k}: a difference u, a cumulative sum (k - 1) u, a product u, the sum (k - 1) u: 2k u.
`product`: the factors 1 - 1/(2j) carry 2u each and their products u: 3n u.
`lgamma`: exp(lgamma(n + 1/2) - lgamma(n + 1))/sqrt(pi): 4u times the sizes of both (at least 1), and 4u. Hazard: they cancel for large n.
`shifted`: with x = n + 1/2, Gamma(x)/Gamma(x + 1/2) is the product of (x+j+1/2)/(x+j), j < 24, 24 times 4u, over sqrt(w) exp(1/(64 w^2) - 5/(2048 w^4) + 61/(49152 w^6)
- 1385/(1048576 w^8)), w = x + 24 - 1/4, 8u; the next term, 0.0025/w^10, is below 2^-54.
**Cost.** a sort for `slices`; 24 divisions for `shifted`, against n factors for `product`.
"""
import math

import mpmath as mp
import torch

SHIFT = 24
SERIES = (1 / 64, -5 / 2048, 61 / 49152, -1385 / 1048576)

def _work(*tensors):
    return [t.float() if t.dtype in (torch.bfloat16, torch.float16) else t for t in tensors]

def _inside(dtype):
    return torch.float32 if dtype in (torch.bfloat16, torch.float16) else dtype

def torch_layer_cake__plain(v, w):
    """Sum over the domain: value times measure."""
    a, b = _work(v, w)
    return (a * b).sum(-1).to(v.dtype)

def torch_layer_cake__slices(v, w):
    """Sum over the range: the height of each slice times the measure of what reaches above it."""
    a, b = _work(v, w)
    order = torch.argsort(a, -1)
    a, b = a.gather(-1, order), b.gather(-1, order)
    above = b.flip(-1).cumsum(-1).flip(-1)
    return ((a - torch.cat([torch.zeros_like(a[..., :1]), a[..., :-1]], -1)) * above).sum(-1).to(v.dtype)

def torch_cos_power__product(n, dtype):
    """1/2 3/4 ... (2n-1)/(2n)."""
    top = int(n.max())
    j = torch.arange(1, top + 1, device=n.device).to(_inside(dtype))
    c = torch.cat([torch.ones_like(j[:1]), torch.cumprod(1 - 0.5 / j, 0)])
    return c[n].to(dtype)

def torch_cos_power__lgamma(n, dtype):
    """By the logarithms of the gamma function."""
    x = n.to(_inside(dtype))
    return (torch.exp(torch.lgamma(x + 0.5) - torch.lgamma(x + 1)) / math.sqrt(math.pi)).to(dtype)

def torch_cos_power__shifted(n, dtype):
    """By 24 steps of the recursion and four terms of the asymptotic series, for any n."""
    x = n.to(_inside(dtype)) + 0.5
    product = torch.ones_like(x)
    for j in range(SHIFT):
        product = product * ((x + (j + 0.5)) / (x + j))
    w = x + (SHIFT - 0.25)
    v = 1 / (w * w)
    tail = v * (SERIES[0] + v * (SERIES[1] + v * (SERIES[2] + v * SERIES[3])))
    return (product / (math.sqrt(math.pi) * torch.sqrt(w) * torch.exp(tail))).to(dtype)

def _each(f, v, w):
    return [_each(f, a, b) for a, b in zip(v, w, strict=True)] if isinstance(v[0], list) else f(v, w)

def ref_layer_cake(v, w):
    return _each(mp.fdot, v, w)

def ref_cos_power(n):
    return [mp.exp(mp.loggamma(mp.mpf(k) + mp.mpf(1) / 2) - mp.loggamma(mp.mpf(k) + 1)) / mp.sqrt(mp.pi) for k in n]

def _inner(eps):
    return min(eps, mp.mpf(2) ** -23) / 2, eps / 2 if eps > mp.mpf(2) ** -20 else 0

def _relative(factor, eps):
    u, last = _inner(eps)
    return mp.expm1(factor * u) * (1 + last) + last

def bound_layer_cake__plain(v, w, eps):
    return _each(lambda a, b: mp.fdot(a, b) * _relative(len(a), eps), v, w)

def bound_layer_cake__slices(v, w, eps):
    return _each(lambda a, b: mp.fdot(a, b) * _relative(2 * len(a), eps), v, w)

def bound_cos_power__product(n, eps):
    return [c * _relative(3 * k, eps) + (eps if k == 0 else 0) for k, c in zip(n, ref_cos_power(n), strict=True)]

def bound_cos_power__lgamma(n, eps):
    def sizes(k):
        return mp.fsum(max(1, abs(mp.loggamma(mp.mpf(k) + s))) for s in (mp.mpf(1) / 2, 1))
    return [c * _relative(4 * sizes(k) + 4, eps) for k, c in zip(n, ref_cos_power(n), strict=True)]

def bound_cos_power__shifted(n, eps):
    return [c * _relative(4 * SHIFT + 8, eps) for c in ref_cos_power(n)]

differentiable = ("layer_cake__slices",)

def bound_gradient_layer_cake__slices(v, w, eps):
    """By v a difference of two measures W, each a sum of k terms; by w a sum of k heights that adds up to v: 2k + 4 roundings of the largest."""
    cost = lambda row: (2 * len(row) + 4) * eps / 2
    return [_each(lambda a, b: [cost(a) * mp.fsum(b)] * len(a), v, w), _each(lambda a, b: [cost(a) * max(a)] * len(a), v, w)]

def draw_layer_cake(rng):
    k = rng.randint(1, 8)
    return [[rng.uniform(0, 1) * 2.0 ** rng.randint(-6, 6) for _ in range(k)] for _ in range(2)], [[rng.uniform(0, 2) for _ in range(k)] for _ in range(2)]

def adversarial_layer_cake():
    return [([1.0, 0.0], [0.0, 1.0]), ([3.0, 3.0, 3.0], [0.1, 0.2, 0.3]), ([1e6, 1.0, 1e-6], [1e-6, 1.0, 1e6]), ([0.7], [0.9])]

def draw_cos_power(rng):
    return ([rng.randint(1, 200) for _ in range(4)],)

def adversarial_cos_power():
    return [([1, 2, 3, 10],), ([100, 1000],), ([0, 4000],)]

def check_cos_power_rate(cos_power, n):
    """Between 1/sqrt(pi (n + 1/2)) and 1/sqrt(pi n), up to the rounding of bfloat16."""
    return [min(c * mp.mpf("1.005") - 1 / mp.sqrt(mp.pi * (k + mp.mpf(1) / 2)), (1 / mp.sqrt(mp.pi * k) if k else mp.mpf(2)) * mp.mpf("1.005") - c) for c, k in zip(cos_power, n, strict=True)]

def check_lebesgue_sum_rate(layer_cake, v, w):
    """Not above the largest value times the measure, up to rounding, and not negative."""
    rows = [(v, w, layer_cake)] if not isinstance(v[0], list) else zip(v, w, layer_cake, strict=True)
    return [t for a, b, got in rows for t in (mp.mpf("1.01") * max(a) * mp.fsum(b) - got + mp.mpf(10) ** -9, got + mp.mpf(10) ** -9)]

sizes_layer_cake = [(64, 1024), (1, 1 << 20)]

def inputs_layer_cake(size, dtype, device, generator):
    return tuple(torch.rand(size, device=device, generator=generator).to(dtype) for _ in range(2))

def work_layer_cake(size, itemsize):
    return {"bytes": 2 * size[0] * size[1] * itemsize, "flop": 2 * size[0] * size[1]}

def peers_layer_cake():
    return {"torch.einsum": lambda v, w: torch.einsum("ij,ij->i", v, w)}

def _plot(en, zh, xlabel, ylabel, claim, series, xscale="linear", yscale="linear"):
    digits = lambda values: [float(f"{float(v):.6g}") for v in values]
    return {"caption": {"en": en, "zh": zh}, "xlabel": xlabel, "ylabel": ylabel, "xscale": xscale, "yscale": yscale, "claim": claim, "vlines": [], "hlines": [],
            "series": [{"label": label, "x": digits(x), "y": digits(y), "style": "line"} for label, x, y in series]}

def plot_exchange_at_e():
    ms = list(range(1, 31))
    fractions = [mp.fsum(mp.factorial(m) / mp.factorial(k) for k in range(m + 1, m + 40)) for m in ms]
    return _plot("cos^(2n)(m! pi e) tends to 1 as m grows, for every n: the limits cannot be exchanged.", "m 增大时对任意 n 有 cos^(2n)(m! π e) → 1：两个极限不可交换。", "m", "cos^(2n)(m! pi e)", "dirichlet_double_limit",
                 [(f"n = {n}", ms, [mp.cospi(f) ** (2 * n) for f in fractions]) for n in (1, 10, 100)])

def plot_darboux_gap():
    ns = [2 ** k for k in range(1, 10)]
    def upper(n):
        """The upper sum of Thomae's function for n equal cells: 1/q for the least denominator in [(i-1)/n, i/n]."""
        return mp.fsum(mp.mpf(1) / next(q for q in range(1, n + 1) if -(-(i - 1) * q // n) * n <= i * q) for i in range(1, n + 1)) / n
    return _plot("Upper minus lower sum for n equal cells of [0, 1].", "[0, 1] 等分为 n 段时上下和之差。", "n", "gap", "lebesgue_criterion_and_composition",
                 [("Thomae", ns, [upper(n) for n in ns]), ("Dirichlet", ns, [1] * len(ns))], "log", "log")

def plot_slices():
    ns, exact = list(range(1, 65)), mp.mpf(2) / 3
    return _plot("sqrt(x) on [0, 1]: what n slices of the range and n cells of the domain leave of the integral.", "[0, 1] 上的 √x：值域分 n 层与定义域分 n 段的下和与积分之差。", "n", "error", "lebesgue_sum_rate",
                 [("range", ns, [exact - mp.fsum(1 - (mp.mpf(i) / n) ** 2 for i in range(1, n + 1)) / n for n in ns]),
                  ("domain", ns, [exact - mp.fsum(mp.sqrt(mp.mpf(i) / n) for i in range(n)) / n for n in ns]), ("bound 1/n", ns, [mp.mpf(1) / n for n in ns])], "log", "log")

def _above(t):
    """The measure of {x in (0, 1]: sin(1/x) > t}, -1 < t < 1: intervals of 1/x between 2 pi k + a and 2 pi k + pi - a, a = asin t."""
    a, turn = mp.asin(t), 2 * mp.pi
    return max(1 / max(a, 1) - 1 / (mp.pi - a), 0) + (mp.psi(0, 1 + (mp.pi - a) / turn) - mp.psi(0, 1 + a / turn)) / turn

@mp.workdps(20)
def plot_slices_of_sin():
    ns, exact = [2 ** k for k in range(1, 10)], mp.sin(1) - mp.ci(1)
    def least(i, n):
        """The infimum of sin(1/x) on ((i-1)/n, i/n]."""
        low, high = mp.mpf(n) / i, mp.mpf(n) / (i - 1) if i > 1 else mp.inf
        trough = low + (3 * mp.pi / 2 - low) % (2 * mp.pi)
        return mp.mpf(-1) if trough <= high else min(mp.sin(low), mp.sin(high))
    return _plot("sin(1/x) on [0, 1]: what n slices of the range and n cells of the domain leave of the integral; the bound 2/n holds for slices, whatever the function.",
                 "[0, 1] 上的 sin(1/x)：值域分 n 层与定义域分 n 段的下和与积分之差；界 2/n 对任何函数的分层都成立。", "n", "error", "lebesgue_sum_rate",
                 [("range", ns, [exact + 1 - mp.fsum(_above(2 * mp.mpf(i) / n - 1) for i in range(1, n)) * 2 / n for n in ns]),
                  ("domain", ns, [exact - mp.fsum(least(i, n) for i in range(1, n + 1)) / n for n in ns]), ("bound 2/n", ns, [mp.mpf(2) / n for n in ns])], "log", "log")
