"""log det exp(A) by the trace, beside the matrix exponential that loses it.

**Computes.** `logdet_expm` log|det e^A| = tr A for A [..., n, n]. Claims: `proofs/det_exp_trace.py`.
**Shapes.** A [..., n, n] gives [...].
**Errors.** u = eps/2, D = sum |a_ii|. bfloat16 is computed in float32 and rounded once (last).
`trace`: n - 1 additions, each partial sum at most D: (n - 1) u D.
`compensated`: TwoSum keeps the rounding errors exactly; their own sum is off by (n - 1) u times their size, (n - 1) u D: u |tr A| + ((n - 1) u)^2 D.
`slogdet`: with a = |A|_1 a Taylor polynomial of at most five products of A/2^k, 2^k <= 1 + 2a, is off by (5n + 12) u of its bound e^(a/2^k); each squaring doubles
the relative error and adds n u, so the exponential is off by (1 + 2a)(6n + 12) u e^a in the 1-norm, and the elimination adds n^2 u e^a (partial pivoting, growth
of order 1). With h = |e^-A|_1 times that, log det moves by at most -n log(1 - h); by anything for h >= 1, where nothing is promised (hazard). The logarithms of n pivots,
each at most 2a + h in size, and their sum add (n + 1) u (n (2a + 1)).
**Cost.** n additions against about 30 n^3.
"""
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

def _each(f, A):
    return [_each(f, M) for M in A] if isinstance(A[0][0], list) else f(A)

def ref_logdet_expm(A):
    return _each(lambda M: mp.fsum(M[i][i] for i in range(len(M))), A)

def _inner(eps):
    """Unit roundoff of the working type, and the last rounding."""
    return min(eps, mp.mpf(2) ** -23) / 2, eps / 2 if eps > mp.mpf(2) ** -20 else 0

def _norm(M):
    return max(mp.fsum(abs(row[j]) for row in M) for j in range(len(M)))

def bound_logdet_expm__slogdet(A, eps):
    u, last = _inner(eps)
    def one(M):
        n, a = len(M), _norm(M)
        h = ((1 + 2 * a) * (6 * n + 12) + n * n) * u * mp.exp(a) * mp.norm(mp.expm(-mp.matrix(M)), 1)
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
