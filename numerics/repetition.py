"""The repetition rate of a Markov decoder: the trace of the powers of the squared transition matrix.

**Computes.** `repetition_rate` R = tr(Q + Q^2 + Q^3 + ...) for Q = P o P, the entrywise square. Proofs: `proofs/repetition.py`.
**Shapes.** P [..., n, n], entries >= 0, row sums at most 1; result [..., 1]. R is infinite if P has a deterministic cycle; a sum of the first 2^J powers is returned,
so the largest eigenvalue rho of Q has to satisfy rho^(2^J) << 1 (J = 10: rho < 0.95 leaves less than 1e-22).
**Errors.** u = eps/2, first order; bfloat16 is computed in float32 and rounded once (last). All numbers are non-negative, so errors are relative to entries: an entry of the computed Q^k carries
at most k (n + 3) u, a sum one rounding for each addition. `series` adds K = 2^J powers: (n + 3) u sum of k tr Q^k + K' u R, K' = J only for `doubling`, where S_2m = S_m + Q^m S_m, and for `series`
at most the number of terms above u, taken as sum of k tr Q^k again, since the k-th term passes through the additions after it. With V = (I - Q)^(-1): sum of k Q^k = Q V^2.
The gradient 2 P o (V^2)^T is a sum of k Q^(k-1), entries good to 2k (n + 5) u: bounded by 4 P o of sum of k^2 Q^(k-1) = (I + Q) V^3.
**Cost.** `doubling` 2J products of n x n matrices; `series` 2^J of them.
"""
import mpmath as mp
import torch

def _work(x):
    return x.float() if x.dtype in (torch.bfloat16, torch.float16) else x

def _trace(S):
    return S.diagonal(dim1=-2, dim2=-1).sum(-1, keepdim=True)

def torch_repetition_rate__series(P, terms=512):
    """Power by power. Hazard: thousands of products if rho is close to 1."""
    Q = _work(P).square()
    power, total = Q, _trace(Q)
    for _ in range(terms - 1):
        power = power @ Q
        total = total + _trace(power)
    return total.to(P.dtype)

def torch_repetition_rate__doubling(P, J=10):
    """S_2m = S_m + Q^m S_m: 2^J powers by 2J products."""
    power = _work(P).square()
    S = power
    for _ in range(J):
        S = S + power @ S
        power = power @ power
    return _trace(S).to(P.dtype)

def _resolvent(P):
    Q = mp.matrix([[t * t for t in row] for row in P])
    return Q, (mp.eye(len(P)) - Q) ** -1

def _diagonal(M):
    return mp.fsum(M[i, i] for i in range(M.rows))

def ref_repetition_rate(P):
    Q, V = _resolvent(P)
    return [_diagonal(Q * V)]

def _bound(additions):
    def bound(P, eps):
        u, last = min(eps, mp.mpf(2) ** -23) / 2, eps / 2 if eps > mp.mpf(2) ** -20 else 0
        Q, V = _resolvent(P)
        value, weighted = _diagonal(Q * V), _diagonal(Q * V * V)
        return [(len(P) + 3) * u * weighted + (additions * value if additions else weighted) * u + last * value]
    return bound

bound_repetition_rate__series, bound_repetition_rate__doubling = _bound(0), _bound(10)

differentiable = ("repetition_rate__doubling",)

def bound_gradient_repetition_rate__doubling(P, eps):
    Q, V = _resolvent(P)
    G = (mp.eye(len(P)) + Q) * V * V * V
    return [[[4 * P[i][j] * (len(P) + 5) * eps / 2 * G[j, i] + mp.mpf(10) ** -25 for j in range(len(P))] for i in range(len(P))]]

def draw_repetition_rate(rng):
    n = rng.randint(1, 5)
    raw = [[rng.choice((0.0, rng.random(), rng.random())) for _ in range(n)] for _ in range(n)]
    mass = rng.choice((0.5, 0.9, 0.95))
    return [[mass * t / max(sum(row), 0.01) for t in row] for row in raw],

def adversarial_repetition_rate():
    return [([[0.9]],), ([[0.0, 0.95], [0.95, 0.0]],), ([[0.0, 0.5], [0.0, 0.0]],), ([[0.0, 1.0], [0.25, 0.25]],),
            ([[0.21, 0.28, 0.34, 0.07], [0.37, 0.15, 0.3, 0.07], [0.16, 0.41, 0.24, 0.08], [0.36, 0.27, 0.18, 0.09]],), ([[0.25] * 4] * 4,)]

def check_amgm_lower_bounds(repetition_rate, P):
    """R is at least the first terms (tr P^k)^2/n^k of the bound by Cauchy-Schwarz, less 2 % for rounding; where all of these vanish nothing is asked."""
    n, M = len(P), mp.matrix(P)
    low = _diagonal(M) ** 2 / n + _diagonal(M * M) ** 2 / mp.mpf(n) ** 2
    return [repetition_rate[0] - low * mp.mpf("0.98") if low else mp.mpf(1)]

sizes_repetition_rate = [64, 256, 1024]

def inputs_repetition_rate(size, dtype, device, generator):
    x = torch.randn(size, size, device=device, generator=generator)
    return (0.95 * torch.softmax(x, -1)).to(dtype),

def work_repetition_rate(size, itemsize):
    return {"bytes": size * size * itemsize, "flop": 40 * size ** 3}

def peers_repetition_rate():
    def solve(P):
        Q = P.square()
        return torch.linalg.solve(torch.eye(len(P), dtype=P.dtype, device=P.device) - Q, Q).diagonal().sum().reshape(1)
    return {"torch: solve(I - Q, Q)": solve}

def _plot(en, zh, xlabel, ylabel, claim, series, xscale="linear", yscale="linear"):
    digits = lambda values: [float(f"{float(v):.6g}") for v in values]
    return {"caption": {"en": en, "zh": zh}, "xlabel": xlabel, "ylabel": ylabel, "xscale": xscale, "yscale": yscale, "claim": claim, "vlines": [], "hlines": [],
            "series": [{"label": label, "x": digits(x), "y": digits(y), "style": style} for label, x, y, style in series]}

EXAMPLE = [[mp.mpf(9) * t / (10 * sum(row)) for t in row] for row in ([3, 4, 5, 1], [5, 2, 4, 1], [2, 5, 3, 1], [4, 3, 2, 1])]

def plot_temperature():
    n, ts = 6, [mp.mpf(k) / 10 for k in range(3, 41)]
    logits = [[3 * mp.sin(5 * i + 3 * j * j + 1) for j in range(n)] for i in range(n)]
    rates, rows = [], []
    for t in ts:
        P = [[mp.exp(x / t) for x in row] for row in logits]
        P = [[x / mp.fsum(row) for x in row] for row in P]
        rates.append(ref_repetition_rate(P)[0])
        rows.append(max(mp.fsum(x * x for x in row) for row in P))
    return _plot("Repetition rate and the largest row sum of Q (an upper bound of its spectral radius) for a softmax model with 6 states, against temperature.",
                 "6 状态 softmax 模型的重复率与 Q 的最大行和（谱半径的上界）随温度的变化。", "temperature", "R", "spectral_radius_criterion", [("R", ts, rates, "line"), ("largest row sum of Q", ts, rows, "dashed")], "linear", "log")

def plot_bounds_by_length():
    M, n, ks = mp.matrix(EXAMPLE), 4, list(range(1, 9))
    Q = mp.matrix([[t * t for t in row] for row in EXAMPLE])
    exact, low, paper, A, B = [], [], [], M, Q
    for k in ks:
        exact.append(_diagonal(B))
        low.append(_diagonal(A) ** 2 / mp.mpf(n) ** k)
        paper.append(_diagonal(A * A) / mp.mpf(n) ** (k - 1))
        A, B = A * M, B * Q
    return _plot("tr Q^k of the example, the lower bound (tr P^k)^2/tr A^k, and tr P^(2k)/n^(k-1), which is not one.", "示例的 tr Q^k、下界 (tr P^k)²/tr A^k，以及并非下界的 tr P^(2k)/n^(k-1)。",
                 "k", "term", "paper_trace_error", [("tr Q^k", ks, exact, "points"), ("lower bound", ks, low, "line"), ("tr P^(2k)/n^(k-1)", ks, paper, "dashed")], "linear", "log")

def _merged(P, a, b):
    """The chain in which a followed by b is one new word, its last."""
    q = P[a][b]
    split = lambda row: [t * (1 - q) if j == a else t for j, t in enumerate(row)] + [row[a] * q]
    rows = [split(row) for row in P]
    without = split([0 if j == b else t / (1 - q) for j, t in enumerate(P[a])])
    return rows[:a] + [without] + rows[a + 1:] + [rows[b]]

def plot_merging():
    n, steps, series = 6, 10, []
    for t in (mp.mpf(1), mp.mpf("0.7"), mp.mpf("0.5")):
        P = [[mp.exp(2 * mp.sin(5 * i + 3 * j * j + 1) / t) for j in range(n)] for i in range(n)]
        P, rates = [[x / mp.fsum(row) for x in row] for row in P], []
        for _ in range(steps):
            rates.append(ref_repetition_rate(P)[0])
            P = _merged(P, *max(((i, j) for i in range(n) for j in range(n) if i != j), key=lambda ij, P=P: P[ij[0]][ij[1]]))
        series.append((f"temperature {mp.nstr(t, 2)}", list(range(steps)), rates, "line"))
    return _plot("Repetition rate of a softmax chain of 6 words after merging its likeliest pairs of different words into new words, one after another.",
                 "6 词 softmax 链依次把最可能的（相异）词对合并为新词之后的重复率。", "merged pairs", "R", "spectral_radius_criterion", series, "linear", "log")
