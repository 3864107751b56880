"""log det exp(A) by the trace, beside the matrix exponential that loses it; and a matrix exponential for many small matrices.

**Computes.** `logdet_expm` log|det e^A| = tr A; `expm` e^A. Claims: `proofs/det_exp_trace.py`.
**Shapes.** A [..., n, n] gives [...], and [..., n, n] for `expm`.
**Errors.** u = eps/2, D = sum |a_ii|. bfloat16 is computed in float32 and rounded once (last).
`trace`: n - 1 additions, each partial sum at most D: (n - 1) u D.
`compensated`: TwoSum keeps the rounding errors exactly; their own sum is off by (n - 1) u times their size, (n - 1) u D: u |tr A| + ((n - 1) u)^2 D.
`slogdet`: with a = |A|_1 a Taylor polynomial of at most five products of A/2^k, 2^k <= 1 + 2a, is off by (5n + 12) u of its bound e^(a/2^k); each squaring doubles
the relative error and adds n u, so the exponential is off by (1 + 2a)(6n + 12) u e^a in the 1-norm, and the elimination adds n^2 u e^a (partial pivoting, growth
of order 1). With h = |e^-A|_1 times that, log det moves by at most -n log(1 - h); by anything for h >= 1, where nothing is promised (hazard). The logarithms of n pivots,
each at most 2a + h in size, and their sum add (n + 1) u (n (2a + 1)).
A matrix that is not in a batch goes through a polynomial of degree 8 where |A|_1 <= 0.04992 (0.58006 in float32), and that has a wrong coefficient in torch 2.13
(pytorch#196592): x7 in (x3 A^2 + B) x7 B, B = A^2 (x1 A + x2 A^2), is too small by a third, a fault of up to 1e-10 (2e-5) that is added to the bounds.
`expm`: the first factor of the same estimate bounds every entry: `library` (1 + 2a)(6n + 12) u e^a; `taylor`, of degree 16 in six products of B = A/2^k, is off by (6n + 20) u of
e^|B|, what it leaves out is below u/99 of it: |B|_1 <= 1/2, 2^k <= 1 + 4a in float64, |B|_1 <= 2, 2^k <= 1 + a in float32; so 2^k (7n + 20) u e^a. The gradient of a product rule through six products and k squarings of
sensitivities up to n e^a costs five times that.
**Cost.** n additions against about 30 n^3; `taylor` 6 + k products in one batch, no sorting by norm and no synchronisation but for the largest k.
"""
import math
from functools import lru_cache

import mpmath as mp
import torch

def _work(*tensors):
    return [t.float() if t.dtype in (torch.bfloat16, torch.float16) else t for t in tensors]

def torch_logdet_expm__slogdet(A):
    """log|det(matrix_exp(A))| as it is written. Hazard: e^A has the condition number |e^A||e^-A|, and log|det| is lost with it."""
    a, = _work(A)
    return torch.linalg.slogdet(torch.linalg.matrix_exp(a)).logabsdet.to(A.dtype)

def torch_logdet_expm__trace(A):
    """tr A: finite whatever the norm."""
    a, = _work(A)
    return a.diagonal(dim1=-2, dim2=-1).sum(-1).to(A.dtype)

def torch_logdet_expm__compensated(A):
    """tr A with the rounding errors of the additions kept (TwoSum)."""
    d = _work(A)[0].diagonal(dim1=-2, dim2=-1)
    s, rest = d[..., 0], torch.zeros_like(d[..., 0])
    for k in range(1, d.shape[-1]):
        t = s + d[..., k]
        v = t - s
        rest = rest + ((s - (t - v)) + (d[..., k] - v))
        s = t
    return (s + rest).to(A.dtype)

def torch_expm__library(A):
    """torch.linalg.matrix_exp, in float32 for bfloat16. Hazard: for one small matrix, five digits lost to a wrong coefficient; see above."""
    return torch.linalg.matrix_exp(_work(A)[0]).to(A.dtype)

COEFFICIENTS = [1 / math.factorial(k) for k in range(17)]

def torch_expm__taylor(A):
    """Degree 16 of A/2^k by six products, then k squarings, each where a matrix still wants it; up to 4 x 4 with the batch innermost."""
    a, = _work(A)
    batch = a.reshape(-1, *a.shape[-2:])
    if a.shape[-1] > 4:
        return _taylor(batch, (-2, -1), torch.matmul).reshape(a.shape).to(A.dtype)
    product = lambda x, y: (x.unsqueeze(2) * y.unsqueeze(0)).sum(1)
    return _taylor(batch.permute(1, 2, 0).contiguous(), (0, 1), product).permute(2, 0, 1).reshape(a.shape).to(A.dtype)

def _taylor(a, axes, product):
    size = a.detach().abs().sum(axes[0], keepdim=True).amax(axes[1], keepdim=True)
    k = (torch.frexp(size).exponent + (1 if a.dtype == torch.float64 else -1)).clamp_min(0)  # size < 2^exponent
    least, most = int(k.min()), int(k.max())
    b = a * torch.ldexp(torch.ones_like(size), -k)  # torch.ldexp(a, -k) has the gradient 0
    b2 = product(b, b)
    b3, b4 = product(b2, b), product(b2, b2)
    def block(at):
        x = COEFFICIENTS[at + 1] * b + COEFFICIENTS[at + 2] * b2 + COEFFICIENTS[at + 3] * b3
        x.diagonal(dim1=axes[0], dim2=axes[1]).add_(COEFFICIENTS[at])
        return x
    x = block(12) + COEFFICIENTS[16] * b4
    for at in (8, 4, 0):
        x = product(x, b4) + block(at)
    for step in range(most):
        x = product(x, x) if step < least else torch.where(step < k, product(x, x), x)
    return x

def _each(f, A):
    return [_each(f, M) for M in A] if isinstance(A[0][0], list) else f(A)

def ref_logdet_expm(A):
    return _each(lambda M: mp.fsum(M[i][i] for i in range(len(M))), A)

@lru_cache(256)
def _expm(M, precision):
    return mp.expm(mp.matrix(M)).tolist()

def ref_expm(A):
    return _each(lambda M: _expm(tuple(map(tuple, M)), mp.mp.prec), A)

def _inner(eps):
    """Unit roundoff of the working type, and the last rounding."""
    return min(eps, mp.mpf(2) ** -23) / 2, eps / 2 if eps > mp.mpf(2) ** -20 else 0

def _norm(M):
    return max(mp.fsum(abs(row[j]) for row in M) for j in range(len(M)))

def _fault(A, M, eps):
    a, root = _norm(M), mp.sqrt(177)
    if isinstance(A[0][0], list) and len(A) > 1 or not len(M) > 1 or a > (mp.mpf("0.04993") if eps < mp.mpf(2) ** -40 else mp.mpf("0.58006")):
        return mp.mpf(0)
    fourth, x7 = (1 + root) / 132 * a ** 3 * (1 + a / 4), (89 - root) / 2240
    return x7 / 3 * (a * a * 2 / 3 + fourth) * fourth

def bound_logdet_expm__slogdet(A, eps):
    u, last = _inner(eps)
    def one(M):
        n, a = len(M), _norm(M)
        h = (((1 + 2 * a) * (6 * n + 12) + n * n) * u * mp.exp(a) + _fault(A, M, eps)) * mp.norm(mp.expm(-mp.matrix(M)), 1)
        if h >= 1:
            return mp.inf
        return -n * mp.log(1 - h) + (n + 1) * u * n * (2 * a + 1) + last * abs(ref_logdet_expm(M))
    return _each(one, A)

def bound_logdet_expm__trace(A, eps):
    u, last = _inner(eps)
    return _each(lambda M: (len(M) - 1) * u * mp.fsum(abs(M[i][i]) for i in range(len(M))) + last * abs(ref_logdet_expm(M)), A)

def bound_logdet_expm__compensated(A, eps):
    u, last = _inner(eps)
    return _each(lambda M: (u + last) * abs(ref_logdet_expm(M)) + ((len(M) - 1) * u) ** 2 * mp.fsum(abs(M[i][i]) for i in range(len(M))), A)

def _expm_bound(library):
    def bound(A, eps):
        u, last = _inner(eps)
        def one(M):
            n, a = len(M), _norm(M)
            h = ((1 + 2 * a) * (6 * n + 12) if library else (1 + (4 if eps < mp.mpf(2) ** -40 else 1) * a) * (7 * n + 20)) * u * mp.exp(a) + (_fault(A, M, eps) if library else 0)
            return [[h * (1 + last) + last * abs(x) for x in row] for row in ref_expm(M)]
        return _each(one, A)
    return bound

bound_expm__library, bound_expm__taylor = _expm_bound(True), _expm_bound(False)

differentiable = ("expm__taylor",)

def bound_gradient_expm__taylor(A, eps):
    return [_each(lambda M: [[5 * len(M) * (1 + 4 * _norm(M)) * (7 * len(M) + 20) * eps / 2 * mp.exp(_norm(M))] * len(M)] * len(M), A)]

def draw_expm(rng):
    n, size = rng.randint(1, 3), 2.0 ** rng.randint(-6, 1)
    return ([[[rng.gauss(0, size) for _ in range(n)] for _ in range(n)] for _ in range(3 - (n + 1) // 2)],)

def adversarial_expm():
    return [([[float((3 * i + 5 * j) % 7 - 3) / 2 for j in range(6)] for i in range(6)],), ([[1.0, 2.0], [3.0, 4.0]],), (_turned(1.0),), (_turned(10.0),), ([[0.0, 0.0], [0.0, 0.0]],), ([[0.0, -0.5], [0.5, 0.0]],), ([[0.0, -0.03125], [0.03125, 0.0]],), ([[[-30.0]], [[0.5]]],), ([[0.0, 6.28125], [-6.28125, 0.0]],)]

def _determinant_check(expm, A):
    """det e^A - e^(tr A)."""
    return _each_pair(lambda E, M: mp.det(mp.matrix(E)) - mp.exp(mp.fsum(M[i][i] for i in range(len(M)))), expm, A)

def _each_pair(f, E, A):
    return [_each_pair(f, X, M) for X, M in zip(E, A, strict=True)] if isinstance(A[0][0], list) else f(E, A)

check_det_exp_trace__library = check_det_exp_trace__taylor = _determinant_check

def _determinant_bound(own):
    """The determinant of E + F moves by at most n (|E| + |F|)^(n-1) |F| in Frobenius norms."""
    def bound(A, eps):
        def one(M, B):
            n, F = len(M), mp.sqrt(mp.fsum(x * x for row in B for x in row))
            return n * (mp.mnorm(mp.matrix(ref_expm(M)), "f") + F) ** (n - 1) * F
        return _each_pair(lambda B, M: one(M, B), own(A, eps), A)
    return bound

bound_det_exp_trace__library, bound_det_exp_trace__taylor = _determinant_bound(bound_expm__library), _determinant_bound(bound_expm__taylor)

def draw_logdet_expm(rng):
    n, size = rng.randint(1, 6), 2.0 ** rng.randint(-6, 1)
    return ([[[rng.gauss(0, size) for _ in range(n)] for _ in range(n)] for _ in range(2)],)

def _turned(s):
    """R [[s, 3], [0, -s]] R^T, R the rotation with tan(angle/2) = 3/8."""
    c, t = 55 / 73, 48 / 73
    return [[s * (c * c - t * t) - 3 * c * t, 2 * s * c * t + 3 * c * c], [2 * s * c * t - 3 * t * t, s * (t * t - c * c) + 3 * c * t]]

def adversarial_logdet_expm():
    return [(_turned(s),) for s in (1.0, 10.0, 20.0, 40.0)] + [([[5.0]],), ([[-3.25, 0.0], [0.0, 1.0]],), ([[0.0, 1.0], [0.0, 0.0]],),
            ([[1e4 if i == j == 0 else (0.1 if i == j else 0.0) for j in range(4)] for i in range(4)],)]

sizes_logdet_expm = [(64, 16), (1, 256)]

def inputs_logdet_expm(size, dtype, device, generator):
    b, n = size
    return ((torch.randn(b, n, n, device=device, generator=generator) / n ** 0.5).to(dtype),)

def work_logdet_expm(size, itemsize):
    return {"bytes": size[0] * size[1] * itemsize, "flop": size[0] * size[1]}

sizes_expm = [(256, 4), (1024, 16), (256, 32)]

inputs_expm = inputs_logdet_expm

def work_expm(size, itemsize):
    return {"bytes": 2 * size[0] * size[1] ** 2 * itemsize, "flop": 16 * size[0] * size[1] ** 3}

def peers_expm():
    return {"torch.linalg.matrix_exp": torch.linalg.matrix_exp}

def peers_logdet_expm():
    return {"torch idiom: logdet(matrix_exp)": lambda A: torch.logdet(torch.linalg.matrix_exp(A))}

def _plot(en, zh, xlabel, ylabel, claim, series, yscale="linear"):
    digits = lambda values: [float(f"{float(v):.6g}") for v in values]
    return {"caption": {"en": en, "zh": zh}, "xlabel": xlabel, "ylabel": ylabel, "xscale": "linear", "yscale": yscale, "claim": claim, "vlines": [], "hlines": [],
            "series": [{"label": label, "x": digits(x), "y": digits(y), "style": "line"} for label, x, y in series]}

def plot_lost_determinant():
    def defect(s, digits):
        """|det - 1| when cosh s and sinh s are rounded to that many bits; at least half an ulp of 1, so that it can be drawn."""
        with mp.workprec(digits):
            c, d = mp.cosh(s), mp.sinh(s)
        with mp.workprec(300):
            return max(abs(c * c - d * d - 1), mp.mpf(2) ** -digits)
    xs = [mp.mpf(k) / 4 for k in range(1, 161)]
    return _plot("The determinant of e^A, A = s [[0, 1], [1, 0]], from correctly rounded entries: its distance from 1.", "由正确舍入的元素计算 e^A（A = s [[0, 1], [1, 0]]）的行列式：与 1 的距离。",
                 "s", "|det - 1|", "det_expm_float_hazard", [(name, xs, [defect(s, digits) for s in xs]) for name, digits in (("bfloat16", 8), ("float32", 24), ("float64", 53))], "log")

def plot_branch():
    xs = [mp.mpf(k) / 20 for k in range(0, 191)]
    return _plot("B = e^(i phi) I_2: the imaginary parts of tr Log B and of Log det B.", "B = e^(iφ) I₂：tr Log B 与 Log det B 的虚部。", "phi", "imaginary part", "log_det_branch",
                 [("tr Log B", xs, [2 * mp.arg(mp.expj(t)) for t in xs]), ("Log det B", xs, [mp.arg(mp.expj(2 * t)) for t in xs])])
