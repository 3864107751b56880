"""GELU exactly, with the left tail, and by its two elementary approximations.

**Computes.** gelu x = x Phi(x) = x/2 (1 + erf(x/sqrt 2)), entry by entry. Claims: `proofs/gelu.py`.
**Shapes.** x of any shape; the result has its shape and dtype.
**Errors.** u = eps/2; bfloat16 is computed in float32 and rounded once (last). t = x/sqrt 2 carries 2u, so a function f of t is off by 2u |t f'(t)|; erf, erfc,
tanh and the exponential of the library by at most 8u relative to their values.
`erf`: |x|/2 (2u |t| 2/sqrt(pi) e^(-t^2) + 8u |erf| + u (1 + erf)) + u |gelu|: absolute, however small gelu is (hazard).
`erfc`: x/2 erfc(-t): relative 10u + 2u |t| 2/sqrt(pi) e^(-t^2)/erfc(-t), the conditioning of the tail, 4u t^2 on the left.
`precise`: float32 and less go through `erfc` in float64, one rounding is left. In float64 x/2 erfcx(-t) e^(-x^2/2) for x <= 0 and x less that for x > 0; erfcx has
|t f'/f| <= 1, so it costs 8u + 2u; h is x cut to 26 bits, h^2 is exact and x^2 = h^2 + (x - h)(x + h) gives two exponentials of 4u, the second with an argument
below 2^-20, good to u; four products: 23u relative at every x. At x > 0 the part taken away is less than what is left.
`tanh`: the error of the form, at most 4.73236e-4 everywhere, plus |x|/2 (6u |v| sech^2 v + 9u |tanh v| + u (1 + tanh v)) + u |gelu|, v the argument.
`sigmoid`: at most 0.020335, plus |x| (2u |w| s (1 - s) + 10u s) + u |x s|, w = 1.702 x, s = sigma(w).
A result below the least normal number may be flushed to 0 (tiny).
**Cost.** one read and one write; one transcendental function for each entry.
"""
import math

import mpmath as mp
import torch

ROOT, CUBIC, QUICK = math.sqrt(2 / math.pi), 0.044715, 1.702

def _work(x):
    return x.float() if x.dtype in (torch.bfloat16, torch.float16) else x

def torch_gelu__erf(x):
    """x/2 (1 + erf(x/sqrt 2)). Hazard: cancels for x < -2; in float32 it is 0 or noise below -5.5."""
    y = _work(x)
    return (y / 2 * (1 + torch.erf(y * math.sqrt(0.5)))).to(x.dtype)

def torch_gelu__tanh(x):
    """The tanh form with 0.044715. Hazard: no relative accuracy for x < -3."""
    y = _work(x)
    return (y / 2 * (1 + torch.tanh(ROOT * (y + CUBIC * y ** 3)))).to(x.dtype)

def torch_gelu__sigmoid(x):
    """x sigma(1.702 x), the quick form. Hazard: off by 0.02 near |x| = 2.27."""
    y = _work(x)
    return (y * torch.sigmoid(QUICK * y)).to(x.dtype)

def torch_gelu__erfc(x):
    """x/2 erfc(-x/sqrt 2): relative accuracy down to underflow."""
    y = _work(x)
    return (y / 2 * torch.erfc(y * -math.sqrt(0.5))).to(x.dtype)

def torch_gelu__precise(x):
    """The tail without conditioning: float64 inside for the narrower types, erfcx and a split exponent for float64. Slower than `erfc`."""
    if x.dtype != torch.float64:
        return torch_gelu__erfc(x.double()).to(x.dtype)
    y = x.clamp(-40, 40)  # beyond, the tail is 0
    h = y * (2.0 ** 27 + 1)
    h = h - (h - y)
    tail = torch.special.erfcx(y.abs() * math.sqrt(0.5)) * torch.exp(h * h / -2) * torch.exp((h - y) * (h + y) / 2)
    return torch.where(x > 0, x - x / 2 * tail, x / 2 * tail)

def _each(f, x):
    return [_each(f, t) for t in x] if isinstance(x, list) else f(x)

def ref_gelu(x):
    return _each(lambda t: t / 2 * mp.erfc(-t / mp.sqrt(2)), x)

def _inner(eps):
    tiny = mp.mpf(2) ** (-126 if eps > mp.mpf(2) ** -30 else -1022)
    return min(eps, mp.mpf(2) ** -23) / 2, eps / 2 if eps > mp.mpf(2) ** -20 else 0, tiny

def _bell(t):
    """|t f'(t)| for f = erf."""
    return abs(t) * 2 / mp.sqrt(mp.pi) * mp.exp(-t * t)

def bound_gelu__erf(x, eps):
    u, last, tiny = _inner(eps)
    def one(x):
        t = x / mp.sqrt(2)
        rest = abs(x) / 2 * (2 * u * _bell(t) + 8 * u * abs(mp.erf(t)) + u * mp.erfc(-t)) + u * abs(ref_gelu(x))
        return rest + last * (abs(ref_gelu(x)) + rest) + tiny
    return _each(one, x)

def bound_gelu__erfc(x, eps):
    u, last, tiny = _inner(eps)
    def one(x):
        t = x / mp.sqrt(2)
        return abs(x) / 2 * ((10 * u + last) * mp.erfc(-t) + 2 * u * _bell(t)) * (1 + last) + tiny
    return _each(one, x)

def bound_gelu__precise(x, eps):
    tiny = _inner(eps)[2]
    relative = 23 * eps / 2 if eps < mp.mpf(2) ** -40 else eps / 2 * (1 + mp.mpf(2) ** -12)  # `erfc` in float64 is off by less than 2^-44 down to -14
    return _each(lambda t: relative * abs(ref_gelu(t)) + tiny, x)

def bound_gelu__tanh(x, eps):
    u, last, tiny = _inner(eps)
    def one(x):
        v = mp.sqrt(2 / mp.pi) * (x + mp.mpf(CUBIC) * x ** 3)
        rest = mp.mpf("4.73236e-4") + abs(x) / 2 * (6 * u * abs(v) * mp.sech(v) ** 2 + 9 * u * abs(mp.tanh(v)) + u * (1 + mp.tanh(v))) + u * abs(ref_gelu(x))
        return rest + last * (abs(ref_gelu(x)) + rest) + tiny
    return _each(one, x)

def bound_gelu__sigmoid(x, eps):
    u, last, tiny = _inner(eps)
    def one(x):
        w = mp.mpf(QUICK) * x
        s = 1 / (1 + mp.exp(-w))
        rest = mp.mpf("0.020335") + abs(x) * (2 * u * abs(w) * s * (1 - s) + 11 * u * s)
        return rest + last * (abs(ref_gelu(x)) + rest) + tiny
    return _each(one, x)

differentiable = ("gelu__erfc", "gelu__precise")

def bound_gradient_gelu__erfc(x, eps):
    """Phi + x phi, each with the relative error of `erfc`: 10u and the conditioning 4u t^2 of the exponential, plus the sum."""
    def one(x):
        t = x / mp.sqrt(2)
        return eps * ((6 + 2 * t * t) * abs(x) * mp.npdf(x) + 6 * mp.ncdf(x) + _bell(t))
    return [_each(one, x)]

def bound_gradient_gelu__precise(x, eps):
    """Phi + x phi as sums of products of numbers below 2 |x| phi and Phi, 23u each: the derivative of erfcx is a difference of two numbers of size 2/sqrt(pi)."""
    return [_each(lambda x: eps * (24 * abs(x) * mp.npdf(x) + 12 * mp.ncdf(x)), x)]

def draw_gelu(rng):
    return ([rng.uniform(-12, 8) if rng.random() < 0.5 else rng.gauss(0, 2) for _ in range(6)],)

def adversarial_gelu():
    return [([0.0, 1.0, -1.0, 2.69894, -2.27040, -0.75179],), ([-5.0, -5.5, -6.0, -8.0, -12.0, 12.0],), ([1e-30, -1e-30, 30.0],), ([[2.0, -3.0], [-2.0 ** -8, 0.5]],)]

def check_gelu_symmetry_and_shape(gelu, x):
    """No form falls below the minimum -0.16997 by more than the model error of the quick form and the rounding of bfloat16."""
    return _each(lambda g: g + mp.mpf("0.192"), gelu)

sizes_gelu = [(1 << 12,), (1 << 20,)]

def inputs_gelu(size, dtype, device, generator):
    return ((2 * torch.randn(size, device=device, generator=generator)).to(dtype),)

def work_gelu(size, itemsize):
    return {"bytes": 2 * size[0] * itemsize, "flop": 10 * size[0]}

def peers_gelu():
    return {"torch.nn.functional.gelu": torch.nn.functional.gelu, "torch.nn.functional.gelu (tanh)": lambda x: torch.nn.functional.gelu(x, approximate="tanh")}

def _phi(x, form, c):
    return (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (x + c * x ** 3))) / 2 if form == "tanh" else 1 / (1 + mp.exp(-c * x))

def _plot(en, zh, xlabel, ylabel, claim, series, yscale="linear", vlines=()):
    digits = lambda values: [float(f"{float(v):.6g}") for v in values]
    return {"caption": {"en": en, "zh": zh}, "xlabel": xlabel, "ylabel": ylabel, "xscale": "linear", "yscale": yscale, "claim": claim, "vlines": list(vlines), "hlines": [],
            "series": [{"label": label, "x": digits(x), "y": digits(y), "style": style[0] if style else "line"} for label, x, y, *style in series]}

FORMS = (("tanh, 0.044715", "tanh", mp.mpf("0.044715")), ("tanh, Taylor ratio 0.04554", "tanh", (4 - mp.pi) / (6 * mp.pi)),
         ("sigmoid, 1.702", "sigmoid", mp.mpf("1.702")), ("sigmoid, 1.7729", "sigmoid", mp.mpf("1.77293397")))
ALTERNATION = {"tanh, 0.044715": ("1.2421079", "2.5921760"), "sigmoid, 1.702": ("0.57148537", "2.0430725")}

@mp.workdps(30)
def plot_errors_of_phi():
    xs = [mp.mpf(k) / 25 for k in range(126)]
    error = lambda x, form, c: mp.ncdf(x) - _phi(x, form, c)
    points = [mp.mpf(t) for t in ALTERNATION["tanh, 0.044715"]]
    return _plot("Phi(x) minus the tanh form: with 0.044715 the two extremes (marked) are of equal size.", "Φ(x) 与 tanh 形式之差：取 0.044715 时两个极值（已标出）大小相等。", "x", "error",
                 "gelu_tanh_minimax", [(label, xs, [error(x, form, c) for x in xs]) for label, form, c in FORMS[:2]]
                 + [("extremes", points, [error(x, *FORMS[0][1:]) for x in points], "points")])

@mp.workdps(30)
def plot_errors_of_phi_sigmoid():
    xs = [mp.mpf(k) / 25 for k in range(151)]
    error = lambda x, c: mp.ncdf(x) - _phi(x, "sigmoid", c)
    points = [mp.mpf(t) for t in ALTERNATION["sigmoid, 1.702"]]
    return _plot("Phi(x) minus sigma(lambda x): 1.702 levels the two extremes, the slope sqrt(8/pi) at 0 does not.", "Φ(x) 与 σ(λx) 之差：1.702 使两个极值相等，而 0 处斜率 √(8/π) 不然。", "x",
                 "error", "gelu_sigmoid_minimax", [(label, xs, [error(x, c) for x in xs]) for label, c in (("lambda = 1.702", FORMS[2][2]), ("lambda = sqrt(8/pi)", mp.sqrt(8 / mp.pi)))]
                 + [("extremes", points, [error(x, FORMS[2][2]) for x in points], "points")])

def _largest(form, cs, top):
    """For every c the largest errors of Phi and of GELU over a grid up to `top`."""
    xs = [mp.mpf(k) / 40 for k in range(1, 40 * top)]
    exact = [mp.ncdf(x) for x in xs]
    errors = [[abs(y - _phi(x, form, c)) for x, y in zip(xs, exact, strict=True)] for c in cs]
    return [("Phi", cs, [max(row) for row in errors]), ("GELU", cs, [max(map(mp.fmul, xs, row)) for row in errors])]

@mp.workdps(15)
def plot_largest_error_tanh():
    cs = [mp.mpf(430 + k) / 10000 for k in range(31)]
    return _plot("The largest error of the tanh form against its constant: 0.044715 is best for Phi, 0.044383 for GELU (dotted), 0.04554 for neither.",
                 "tanh 形式的最大误差与其常数的关系：0.044715 对 Φ 最优，0.044383 对 GELU 最优（点线），0.04554 均非最优。", "c", "largest error", "gelu_error_constants",
                 _largest("tanh", cs, 4), "log", (0.0447149, 0.0443829))

@mp.workdps(15)
def plot_largest_error_sigmoid():
    cs = [mp.mpf(316 + k) / 200 for k in range(45)]
    return _plot("The largest error of the quick form against lambda: 1.7017 is best for Phi, 1.7729 for GELU (dotted).", "快速形式的最大误差与 λ 的关系：1.7017 对 Φ 最优，1.7729 对 GELU 最优（点线）。",
                 "lambda", "largest error", "gelu_sigmoid_minimax", _largest("sigmoid", cs, 4), "log", (1.7017449, 1.7729340))

@mp.workdps(30)
def plot_errors_of_gelu():
    xs = [mp.mpf(k) / 25 for k in range(1, 151)]
    return _plot("The error of GELU itself.", "GELU 本身的误差。", "x", "|error|", "gelu_error_constants",
                 [(label, xs, [max(abs(x * (mp.ncdf(x) - _phi(x, form, c))), mp.mpf("1e-7")) for x in xs]) for label, form, c in FORMS], "log")

@mp.workdps(30)
def plot_left_tail():
    xs = [-mp.mpf(k) / 10 for k in range(81)]
    return _plot("Approximation over GELU in the left tail.", "左尾处近似与 GELU 之比。", "x", "ratio", "gelu_tail_relative_error",
                 [(label, xs, [_phi(x, form, c) / mp.ncdf(x) for x in xs]) for label, form, c in (FORMS[0], FORMS[2])], "log")

@mp.workdps(30)
def plot_left_tail_in_float32():
    xs, series = [-mp.mpf(k) / 16 for k in range(8, 193)], []
    for label, f in (("x/2 (1 + erf)", lambda x, t: x / 2 * (1 + mp.erf(t))), ("x/2 erfc", lambda x, t: x / 2 * mp.erfc(-t))):
        with mp.workprec(24):  # every operation rounded once
            values = [f(x, x * mp.sqrt(0.5)) for x in xs]
        series.append((label, xs, [max(abs(v / ref_gelu(x) - 1), mp.mpf(2) ** -25) for v, x in zip(values, xs, strict=True)]))
    return _plot("Relative error of the two exact formulas in float32, every operation rounded correctly: 1 + erf has no digit left below -5.5.",
                 "float32（每步正确舍入）下两个精确公式的相对误差：x < -5.5 时 1 + erf 已无有效数字。", "x", "relative error", "gelu_tail_relative_error", series, "log")
