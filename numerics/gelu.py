"""GELU exactly, with the left tail, and by its two elementary approximations.

**Computes.** gelu x = x Phi(x) = x/2 (1 + erf(x/sqrt 2)), entry by entry. Claims: `proofs/gelu.py`.
**Shapes.** x of any shape; the result has its shape and dtype.
**Errors.** u = eps/2; bfloat16 is computed in float32 and rounded once (last). t = x/sqrt 2 carries 2u, so a function f of t is off by 2u |t f'(t)|; erf, erfc,
tanh and the exponential of the library by at most 8u relative to their values.
`erf`: |x|/2 (2u |t| 2/sqrt(pi) e^(-t^2) + 8u |erf| + u (1 + erf)) + u |gelu|: absolute, however small gelu is (hazard).
`erfc`: x/2 erfc(-t): relative 10u + 2u |t| 2/sqrt(pi) e^(-t^2)/erfc(-t), the conditioning of the tail, 4u t^2 on the left.
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

differentiable = ("gelu__erfc",)

def bound_gradient_gelu__erfc(x, eps):
    """Phi + x phi, each with the relative error of `erfc`: 10u and the conditioning 4u t^2 of the exponential, plus the sum."""
    def one(x):
        t = x / mp.sqrt(2)
        return eps * ((6 + 2 * t * t) * abs(x) * mp.npdf(x) + 6 * mp.ncdf(x) + _bell(t))
    return [_each(one, x)]

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

def _plot(en, zh, xlabel, ylabel, claim, series, yscale="linear"):
    digits = lambda values: [float(f"{float(v):.6g}") for v in values]
    return {"caption": {"en": en, "zh": zh}, "xlabel": xlabel, "ylabel": ylabel, "xscale": "linear", "yscale": yscale, "claim": claim, "vlines": [], "hlines": [],
            "series": [{"label": label, "x": digits(x), "y": digits(y), "style": "line"} for label, x, y in series]}

FORMS = (("tanh, 0.044715", "tanh", mp.mpf("0.044715")), ("tanh, Taylor ratio 0.04554", "tanh", (4 - mp.pi) / (6 * mp.pi)),
         ("sigmoid, 1.702", "sigmoid", mp.mpf("1.702")), ("sigmoid, 1.7729", "sigmoid", mp.mpf("1.77293397")))

@mp.workdps(30)
def plot_errors_of_phi():
    xs = [mp.mpf(k) / 25 for k in range(126)]
    return _plot("Phi(x) minus the tanh form: with 0.044715 the two extremes are of equal size.", "Φ(x) 与 tanh 形式之差：取 0.044715 时两个极值大小相等。", "x", "error", "gelu_tanh_minimax",
                 [(label, xs, [mp.ncdf(x) - _phi(x, form, c) for x in xs]) for label, form, c in FORMS[:2]])

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
