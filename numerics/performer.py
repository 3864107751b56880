"""Attention by positive random features, and what orthogonal features gain.

**Computes.** `favor` for rows q_i, k_j of R^d, v_j of R^e and m features w: out_i = sum_j A_ij v_j / sum_j A_ij with A_ij =
sum_r f_r(q_i) f_r(k_j), f_r(x) = exp(w_r.x - |x|^2/2).
`favor_causal` the same with the sums over j <= i only (n = N).
`orthogonal_gain` e^x - 1F1(d; d/2; x/2) = sum_r (1 - c_r) x^r/r!, the amount by which orthogonality lowers the product
moment of two features, c_(r+1) = c_r (d + r)/(d + 2r), c_0 = 1. Proofs: `proofs/performer.py`.
**Shapes.** q [n, d], k [N, d], v [N, e], w [m, d]; result [n, e]. x [...] >= 0, up to 40, and an integer d >= 2.
**Errors.** u = eps/2; bfloat16 is computed in float32 and rounded once (last = u of bfloat16), except in `quadratic`.
favor: the exponent of a feature is off by h = (d + 1) u (sum |w_t x_t| + |x|^2/2) + u |w.x - |x|^2/2|, the feature by h + 2u
relative. All sums that follow have positive terms: A_ij is good to the two features and (m + 1) u, numerator and
denominator to (N + 1) u more, in either order of the products. With W_i = sum_j A_ij |v_j| / sum_j A_ij both quotients
move by at most W_i (e^T - 1)(1 + T), T = 2 max_j (h_i + h_j) + 8u + 2 (m + N + 2) u + 3u.
orthogonal_gain, `series`: Horner's scheme on positive terms t_r = (1 - c_r) x^r/r!; an error of 4u at level r is 4u times
the tail from r on, so 4u sum (r - 1) t_r, and 4u for the last factor x^2/2; the coefficients come from sums of positive
numbers in float64, 5r 2^-53 each. `difference`: the same for c_r x^r/r!, 4u sum r c_r x^r/r!, and 3u e^x for the
exponential and the difference: everything is lost when x is small, where the result is of the order x^2.
favor_causal: the same bound with the sums of row i; `prefix` adds what its block sees to the state before it, one addition more.
**Cost.** `quadratic` n N (m + e), `linear` (n + N) m (d + e) products and no n x N array.
"""
from functools import lru_cache

import mpmath as mp
import torch

def features(x, w):
    return torch.exp(x @ w.mT - (x * x).sum(-1, keepdim=True) / 2)

def torch_favor__quadratic(q, k, v, w):
    """(Phi Psi^T) V with the n x N matrix in memory, in the dtype of the inputs."""
    A = features(q, w) @ features(k, w).mT
    return (A @ v) / A.sum(-1, keepdim=True)

def torch_favor__linear(q, k, v, w):
    """Phi (Psi^T V): the state is m x (e + 1), whatever N is. Hazard: e^(w.x) leaves float32 beyond w.x = 88."""
    work = torch.float32 if q.dtype in (torch.bfloat16, torch.float16) else q.dtype
    f, g, one = features(q.to(work), w.to(work)), features(k.to(work), w.to(work)), torch.ones_like(v[:, :1], dtype=work)
    out = f @ (g.mT @ torch.cat([v.to(work), one], -1))
    return (out[:, :-1] / out[:, -1:]).to(q.dtype)

def torch_favor_causal__quadratic(q, k, v, w):
    """The n x n matrix with its upper half cut off, in the dtype of the inputs."""
    A = (features(q, w) @ features(k, w).mT).tril()
    return (A @ v) / A.sum(-1, keepdim=True)

def torch_favor_causal__prefix(q, k, v, w, block=128):
    """Block by block: a block x block triangle, and a state of m x (e + 1) for all that came before."""
    work = torch.float32 if q.dtype in (torch.bfloat16, torch.float16) else q.dtype
    f, g, y = features(q.to(work), w.to(work)), features(k.to(work), w.to(work)), torch.cat([v.to(work), torch.ones_like(v[:, :1], dtype=work)], -1)
    state, out = torch.zeros(w.shape[0], y.shape[1], dtype=work, device=q.device), []
    for at in range(0, len(q), block):
        a, b, c = (t[at:at + block] for t in (f, g, y))
        out.append((a @ b.mT).tril() @ c + a @ state)
        state = state + b.mT @ c
    total = torch.cat(out)
    return (total[:, :-1] / total[:, -1:]).to(q.dtype)

def torch_favor_causal__pairs(q, k, v, w):
    """Blocks of two rows."""
    return torch_favor_causal__prefix(q, k, v, w, 2)

def _coefficients(d, levels):
    """c_r and 1 - c_r for r = 0, ..., levels; the second by sums of positive numbers, not by subtraction."""
    c, rest = [1.0], [0.0]
    for r in range(levels):
        rest.append(rest[-1] + c[-1] * r / (d + 2 * r))
        c.append(c[-1] * (d + r) / (d + 2 * r))
    return c, rest

LEVELS = 160  # x^r/r! at x = 40 is below 2^-53 of e^x from r = 150 on

def _horner(x, coefficients, start):
    total = torch.zeros_like(x)
    for r in range(len(coefficients) - 1, start, -1):
        total = (total + coefficients[r]) * (x / r)
    return total + coefficients[start]

def torch_orthogonal_gain__difference(x, d):
    """e^x minus the series of 1F1. Hazard: cancels for small x."""
    y = x.float() if x.dtype in (torch.bfloat16, torch.float16) else x
    return (torch.exp(y) - _horner(y, _coefficients(d, LEVELS)[0], 0)).to(x.dtype)

def torch_orthogonal_gain__series(x, d):
    """The sum of (1 - c_r) x^r/r!, all terms positive."""
    y = x.float() if x.dtype in (torch.bfloat16, torch.float16) else x
    return (_horner(y, _coefficients(d, LEVELS)[1], 2) * (y * y / 2)).to(x.dtype)

def _features(x, w):
    return [mp.exp(mp.fdot(r, x) - mp.fdot(x, x) / 2) for r in w]

def _weights(q, k, w):
    right = [_features(x, w) for x in k]
    for x in q:
        left = _features(x, w)
        row = [mp.fdot(left, g) for g in right]
        yield [t / mp.fsum(row) for t in row]

def _causal(q, k, w):
    right = [_features(x, w) for x in k]
    for i, left in enumerate(_features(x, w) for x in q):
        row = [mp.fdot(left, g) if j <= i else mp.mpf(0) for j, g in enumerate(right)]
        yield [t / mp.fsum(row) for t in row]

def ref_favor_causal(q, k, v, w):
    return [[mp.fdot(p, column) for column in zip(*v, strict=True)] for p in _causal(q, k, w)]

def ref_favor(q, k, v, w):
    return [[mp.fdot(p, column) for column in zip(*v, strict=True)] for p in _weights(q, k, w)]

def _terms(x, d, rest):
    """t_r = (1 - c_r) x^r/r! (or c_r x^r/r!) for r = 0, 1, ..."""
    return _series(x, d, mp.mp.prec)[rest]

@lru_cache(1024)
def _series(x, d, precision):
    c, less, power, out = mp.mpf(1), mp.mpf(0), mp.mpf(1), ([], [])
    for r in range(LEVELS):
        for terms, factor in zip(out, (c, less), strict=True):
            terms.append(factor * power)
        less, c, power = less + c * r / (d + 2 * r), c * (d + r) / (d + 2 * r), power * x / (r + 1)
    return out

def ref_orthogonal_gain(x, d):
    return [mp.fsum(_terms(t, d, True)) for t in x]

def _favor(native, weights):
    def bound(q, k, v, w, eps):
        u, last = (eps / 2, 0) if native or eps < mp.mpf(2) ** -20 else (mp.mpf(2) ** -24, eps / 2)
        def moved(x):
            half, out = mp.fdot(x, x) / 2, []
            for r in w:
                terms = [s * t for s, t in zip(r, x, strict=True)]
                out.append((len(x) + 1) * u * (mp.fsum(map(abs, terms)) + half) + u * abs(mp.fsum(terms) - half))
            return max(out)
        worst, rows = max(map(moved, k)), []
        for x, p in zip(q, weights(q, k, w), strict=True):
            out = [mp.fdot(p, column) for column in zip(*v, strict=True)]
            T = 2 * (moved(x) + worst) + (8 + 2 * (len(w) + len(k) + 2) + 3) * u
            rows.append([mp.fdot(p, map(abs, column)) * mp.expm1(T) * (1 + T) + last * abs(o) for column, o in zip(zip(*v, strict=True), out, strict=True)])
        return rows
    return bound

bound_favor__quadratic, bound_favor__linear = _favor(True, _weights), _favor(False, _weights)
bound_favor_causal__quadratic = _favor(True, _causal)
bound_favor_causal__prefix = bound_favor_causal__pairs = _favor(False, _causal)

def bound_orthogonal_gain__series(x, d, eps):
    u, last = min(eps, mp.mpf(2) ** -23) / 2, eps / 2 if eps > mp.mpf(2) ** -20 else 0
    def one(x):
        t = _terms(x, d, True)
        weighted = mp.fsum(r * s for r, s in enumerate(t))
        return 4 * u * weighted + mp.mpf(2) ** -53 * 5 * weighted + last * mp.fsum(t)
    return [one(t) for t in x]

def bound_orthogonal_gain__difference(x, d, eps):
    u, last = min(eps, mp.mpf(2) ** -23) / 2, eps / 2 if eps > mp.mpf(2) ** -20 else 0
    def one(x):
        weighted = mp.fsum(r * s for r, s in enumerate(_terms(x, d, False)))
        return 4 * u * weighted + 3 * u * mp.exp(x) + last * mp.fsum(_terms(x, d, True))
    return [one(t) for t in x]

differentiable = ("orthogonal_gain__series", "favor__linear")

def bound_gradient_orthogonal_gain__series(x, d, eps):
    """The derivative is the sum of r t_r/x, again of positive terms; a level costs twice the products of the value."""
    return [[8 * eps / 2 * mp.fsum(r * r * s for r, s in enumerate(_terms(t, d, True))) / t for t in x]]

def bound_gradient_favor__linear(q, k, v, w, eps):
    """By v_j the sum of p_ij over i. By an exponent of q_i the sum over j of shares of (v_j - out_i), at most 2 max |v|, each good to three times the e^T - 1 of the value;
    from there by w_r - q_i for q, w_r - k_j for k (n rows), q_i and k_j for w."""
    u, n, N, m, e = eps / 2, len(q), len(k), len(w), len(v[0])
    def moved(x):
        return max((len(x) + 2) * u * (mp.fsum(abs(s * t) for s, t in zip(r, x, strict=True)) + mp.fdot(x, x) / 2) for r in w)
    T = mp.expm1(2 * (max(map(moved, q)) + max(map(moved, k))) + (14 + 2 * (m + N + n)) * u)
    P, rest = list(_weights(q, k, w)), 6 * T * e * max(abs(t) for row in v for t in row)
    far = [max(abs(r[c]) for r in w) for c in range(len(w[0]))]
    by_q = [[rest * (f + abs(t)) for f, t in zip(far, row, strict=True)] for row in q]
    by_k = [[rest * n * (f + abs(t)) for f, t in zip(far, row, strict=True)] for row in k]
    by_w = [rest * (mp.fsum(abs(row[c]) for row in q) + n * max(abs(row[c]) for row in k)) for c in range(len(w[0]))]
    return [by_q, by_k, [[2 * T * mp.fsum(p[j] for p in P)] * e for j in range(N)], [by_w] * m]

def draw_favor(rng):
    d, m, n, N, e = rng.randint(1, 4), rng.randint(1, 6), rng.randint(1, 3), rng.randint(1, 5), rng.randint(1, 3)
    return tuple([[rng.gauss(0, 1) for _ in range(cols)] for _ in range(rows)] for rows, cols in ((n, d), (N, d), (N, e), (m, d)))

def adversarial_favor():
    one = [[1.0]]
    return [(one, [[1.0], [-1.0]], [[1.0, 0.0], [0.0, 1.0]], [[2.5]]), ([[0.0, 0.0]], [[3.0, 0.0], [0.0, 3.0], [-3.0, 0.0]], [[1.0], [-1.0], [2.0]],
            [[1.0, 1.0], [4.0, 0.0]]), (one, one, [[-7.0]], [[0.0]])]

def draw_favor_causal(rng):
    d, m, n, e = rng.randint(1, 3), rng.randint(1, 5), rng.randint(1, 5), rng.randint(1, 2)
    return tuple([[rng.gauss(0, 1) for _ in range(cols)] for _ in range(rows)] for rows, cols in ((n, d), (n, d), (n, e), (m, d)))

def adversarial_favor_causal():
    return [([[1.0], [1.0]], [[1.0], [-1.0]], [[1.0], [0.0]], [[0.5]]), ([[0.0]], [[3.0]], [[2.0]], [[-1.0], [1.0]])]

def draw_orthogonal_gain(rng):
    return [rng.uniform(1, 2) * 2.0 ** rng.randint(-12, 3) for _ in range(4)], rng.choice([2, 3, 8, 64, 1000])

def adversarial_orthogonal_gain():
    return [([2.0 ** -30, 2.0 ** -8, 1.0, 40.0], 2), ([2.0 ** -20, 3.0, 39.0], 64)]

def check_normalised_output_biased(favor, q, k, v, w):
    """With one feature all rows of the output agree, whatever q is: they differ by rounding alone."""
    scale = max(abs(t) for row in v for t in row)
    return [[mp.mpf(len(w) > 1 or abs(s - t) <= scale / 4) for s, t in zip(row, favor[0], strict=True)] for row in favor]

def check_orthogonal_gain_lower(orthogonal_gain, x, d):
    """The bound of the claim, 2/(d+2) (e^(x/2) - 1)^2, up to 5 percent for rounding."""
    return [g * mp.mpf("1.05") - mp.mpf(2) / (d + 2) * mp.expm1(t / 2) ** 2 if t > 1 else mp.mpf(1) for g, t in zip(orthogonal_gain, x, strict=True)]

sizes_favor = [(256, 64, 32), (1024, 128, 64), (4096, 256, 64)]

def inputs_favor(size, dtype, device, generator):
    n, m, d = size
    q, k, v, w = (torch.randn(s, device=device, generator=generator) for s in ((n, d), (n, d), (n, d), (m, d)))
    return tuple(t.to(dtype) for t in (q / d ** 0.5, k / d ** 0.5, v, w))

def work_favor(size, itemsize):
    n, m, d = size
    return {"bytes": (4 * n * d + m * d) * itemsize, "flop": 8 * n * m * d}

def peers_favor():
    return {"quadratic": torch_favor__quadratic, "torch idiom: exact attention (another result)":
            lambda q, k, v, w: torch.nn.functional.scaled_dot_product_attention(q[None], k[None], v[None], scale=1.0)[0]}

def _plot(en, zh, xlabel, ylabel, claim, series, yscale="linear"):
    digits = lambda values: [float(f"{float(v):.6g}") for v in values]
    return {"caption": {"en": en, "zh": zh}, "xlabel": xlabel, "ylabel": ylabel, "xscale": "linear", "yscale": yscale, "claim": claim, "vlines": [], "hlines": [],
            "series": [{"label": label, "x": digits(x), "y": digits(y), "style": "line"} for label, x, y in series]}

def plot_variances():
    angles = [mp.mpf(t) * 2 for t in range(1, 90)]
    def relative(t):
        c = mp.cospi(t / 180)
        x, delta = 2 + 2 * c, 2 - 2 * c
        positive = mp.expm1(x)
        return positive, mp.exp(2 - 2 * c) * mp.expm1(-delta) ** 2 / 2, -mp.expm1(-x) / 2 * positive
    columns = list(zip(*map(relative, angles), strict=True))
    return _plot("Variance over e^(2 q.k) of one feature against the angle of q and k, |q| = |k| = 1: each form has its own good side.",
                 "|q| = |k| = 1 时单个特征的方差与 e^(2q·k) 之比随夹角的变化：各有所长。", "angle", "relative variance", "prf_variance",
                 [(name, angles, column) for name, column in zip(("positive", "cosine", "symmetrised"), columns, strict=True)], "log")

@mp.workdps(20)
def plot_gain():
    xs = [mp.mpf(t) / 5 for t in range(1, 31)]
    return _plot("Mean square error of m = d orthogonal positive features over that of independent ones.", "m = d 个正交正特征与独立特征的均方误差之比。",
                 "x", "ratio", "orthogonal_gain", [(f"d = {d}", xs, [1 - (d - 1) * g / (mp.exp(x) * mp.expm1(x)) for x, g in zip(
                     xs, ref_orthogonal_gain(xs, d), strict=True)]) for d in (2, 4, 16, 64)])

def plot_bias():
    xs = [mp.mpf(t) / 5 for t in range(101)]
    return _plot("Expectation over e^(q.k) when every norm is sqrt(d).", "模长全取 √d 时的期望与 e^(q·k) 之比。", "x", "ratio", "biased_norms",
                 [(f"d = {d}", xs, [mp.hyp0f1(mp.mpf(d) / 2, d * x / 4) * mp.exp(-x / 2) for x in xs]) for d in (4, 16, 64, 256)])

def plot_cost():
    ns, d = [2 ** k for k in range(5, 15)], 64
    made = _plot("Operations of one head of size 64: 4 n^2 d for softmax, 8 n m d with m features; they meet at n = 2m (dotted).", "64 维单头的运算量：softmax 为 4n²d，m 个特征为 8nmd；二者在 n = 2m 处相等（点线）。",
                 "n", "operations", "associativity_cost", [("softmax", ns, [4 * n * n * d for n in ns])] + [(f"m = {m}", ns, [8 * n * m * d for n in ns]) for m in (64, 256, 1024)], "log")
    return made | {"xscale": "log", "vlines": [128.0, 512.0, 2048.0]}
