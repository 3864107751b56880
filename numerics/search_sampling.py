"""Transition matrices of Metropolis-Hastings, the law of its chains, and annealed probabilities.

**Computes.** For a target p > 0 and a proposal q >= 0 on n states, both without their constants, `transition` the matrix with
P_xy = q_xy min(1, p_y q_yx/(p_x q_xy)) for x != y and rows adding up to 1, q normalised by rows; `chain_law` the law of the state
after `steps` steps from state 0; `annealed` p_i^(1/T)/sum p^(1/T). Proofs: `proofs/search_sampling.py`.
**Shapes.** p [n], q [n, n], result [n, n]; steps an integer, result [n]; T [1] > 0, result [n].
**Errors.** u = eps/2, first order; bfloat16 is computed in float32 and rounded once (last), except in `ratio` and `power`.
transition: a normalised q is good to (n + 1) u, p_y q_yx/p_x to (n + 3) u, and the minimum to the larger, as to the smaller
factor in `ratio` with three more operations: (n + 6) u P_xy off the diagonal, and on it the sum of these and n u.
chain_law, `matrix`: a product with P adds the error of P in norm: steps times the largest row sum of the bound above, and n u.
`chains`: a mean of 2^14 independent chains, each entry a binomial frequency: five standard deviations 5 sqrt(w (1 - w)/2^14),
one chain, and n steps times the rounding of the thresholds.
annealed, `ratios`: log(p_i/p_max)/T with the quotient rounded first: u/T absolute and 4u of the exponent x_i, 2u for exp,
likewise for each term of the sum, (n + 1) u for sum and quotient: w_i (e_i + sum w_j e_j + (n + 1) u), e_i = u/T + 4u |x_i| + 2u.
`power` rounds 1/T: p^(1/T) is off by |log p|/T u + 2u, which is large where p is far from 1, and leaves the range of the
dtype for small T: nothing is promised there.
**Cost.** transition O(n^2); `chains` O(n) per chain and step with one pass over a row of q, without forming P.
"""
import mpmath as mp
import torch

CHAINS = 2 ** 14

def work(x):
    return x.float() if x.dtype in (torch.bfloat16, torch.float16) else x

def close(P):
    """P with the diagonal that makes its rows add up to 1."""
    P = P - torch.diag(P.diagonal())
    return P + torch.diag(1 - P.sum(-1))

def torch_transition__ratio(p, q):
    """The acceptance as it is usually written, in the dtype of p; 0/0 where nothing is proposed counts as rejection."""
    q = q / q.sum(-1, keepdim=True)
    ratio = (p * q.mT) / (p[:, None] * q)
    return close(torch.where(q > 0, q * ratio.clamp_max(1), 0))

def torch_transition__flux(p, q):
    """min(q_xy, p_y q_yx/p_x): no division by q, so nothing is undefined."""
    w, k = work(p), work(q)
    k = k / k.sum(-1, keepdim=True)
    return close(torch.minimum(k, w * k.mT / w[:, None])).to(p.dtype)

def torch_chain_law__matrix(p, q, steps):
    P = torch_transition__flux(work(p), work(q))
    law = torch.zeros_like(P[0])
    law[0] = 1
    for _ in range(steps):
        law = law @ P
    return law.to(p.dtype)

def torch_chain_law__chains(p, q, steps):
    """Chains in a batch: one proposal and one comparison each per step; the generator is seeded, so the result repeats."""
    rng = torch.Generator(p.device).manual_seed(34)
    w, k = p.double(), q.double()
    k = k / k.sum(-1, keepdim=True)
    x, steps_of = torch.zeros(CHAINS, dtype=torch.int64, device=p.device), k.cumsum(-1)
    for _ in range(steps):
        u, v = torch.rand(2, CHAINS, 1, dtype=torch.float64, device=p.device, generator=rng)
        y = (u > steps_of[x]).sum(-1).clamp_max(len(p) - 1)
        x = torch.where(v[:, 0] * w[x] * k[x, y] < w[y] * k[y, x], y, x)
    return (torch.bincount(x, minlength=len(p)).double() / CHAINS).to(p.dtype)

def torch_annealed__power(p, T):
    """p^(1/T)/sum. Hazard: overflow and underflow for small T."""
    w = p ** (1 / T)
    return w / w.sum()

def torch_annealed__ratios(p, T):
    """exp(log(p/max p)/T)/sum: the exponents are relative to the largest, none is positive."""
    w = work(p)
    e = torch.exp(torch.log(w / w.max()) / work(T))
    return (e / e.sum()).to(p.dtype)

def ref_transition(p, q):
    q = [[x / mp.fsum(row) for x in row] for row in q]
    n = range(len(p))
    P = [[min(q[x][y], p[y] * q[y][x] / p[x]) if x != y else mp.mpf(0) for y in n] for x in n]
    return [[v if x != y else 1 - mp.fsum(P[x]) for y, v in enumerate(P[x])] for x in n]

def ref_chain_law(p, q, steps):
    P = ref_transition(p, q)
    law = [mp.mpf(x == 0) for x in range(len(p))]
    for _ in range(steps):
        law = [mp.fdot(law, column) for column in zip(*P, strict=True)]
    return law

def ref_annealed(p, T):
    w = [mp.exp(mp.log(x / max(p)) / T[0]) for x in p]
    return [x / mp.fsum(w) for x in w]

def _units(eps):
    return min(eps, mp.mpf(2) ** -23) / 2, eps / 2 if eps > mp.mpf(2) ** -20 else 0

def _matrix_bound(P, u, last):
    n = len(P)
    off = [[(n + 6) * u * v if x != y else mp.mpf(0) for y, v in enumerate(row)] for x, row in enumerate(P)]
    return [[off[x][y] + last * v if x != y else mp.fsum(off[x]) + n * u + last * v for y, v in enumerate(row)] for x, row in enumerate(P)]

def bound_transition__ratio(p, q, eps):
    return _matrix_bound(ref_transition(p, q), eps / 2, 0)

def bound_transition__flux(p, q, eps):
    return _matrix_bound(ref_transition(p, q), *_units(eps))

def bound_chain_law__matrix(p, q, steps, eps):
    u, last = _units(eps)
    P = ref_transition(p, q)
    step = max(mp.fsum(row) for row in _matrix_bound(P, u, 0)) + len(p) * u
    return [steps * step + last * w for w in ref_chain_law(p, q, steps)]

def bound_chain_law__chains(p, q, steps, eps):
    last = eps / 2
    return [5 * mp.sqrt(w * (1 - w) / CHAINS) + mp.mpf(steps > 0) / CHAINS + 2 * last * w for w in ref_chain_law(p, q, steps)]

def bound_annealed__power(p, T, eps):
    u, beta = eps / 2, 1 / T[0]
    large, small = (mp.mpf(2) ** 127, mp.mpf(2) ** -126) if eps > mp.mpf(2) ** -30 else (mp.mpf(2) ** 1023, mp.mpf(2) ** -1022)
    w = [x ** beta for x in p]
    if not small * 2 ** 10 < max(w) < large / 2 ** 10:
        return [mp.inf] * len(p)
    e = [abs(mp.log(x)) * beta * u + 2 * u for x in p]
    v = ref_annealed(p, T)
    mixed, tiny = mp.fsum(x * t for x, t in zip(v, e, strict=True)), small / max(w)  # what underflows is less than tiny
    return [x * (mp.expm1(t + mixed) + (len(p) + 1) * u) + 2 * tiny for x, t in zip(v, e, strict=True)]

def bound_annealed__ratios(p, T, eps):
    u, last = _units(eps)
    v, beta = ref_annealed(p, T), 1 / T[0]
    e = [u * beta + 4 * u * abs(mp.log(x / max(p))) * beta + 2 * u if x < max(p) else mp.mpf(0) for x in p]
    mixed, tiny = mp.fsum(x * t for x, t in zip(v, e, strict=True)), mp.mpf(2) ** (-125 if eps > mp.mpf(2) ** -30 else -1021)
    return [x * (mp.expm1(t + mixed) + (len(p) + 1) * u + last) + tiny for x, t in zip(v, e, strict=True)]

differentiable = ("annealed__ratios",)

def bound_gradient_annealed__ratios(p, T, eps):
    """With signs s: dL/dp_i = w_i (s_i - sum s w)/(T p_i) and dL/dT = -sum w_i x_i (s_i - sum s w)/T, x_i = log(p_i/p_max)/T. Each is a sum of n
    terms of size w_i/(T p_i) and w_i |x_i|/T, of which each carries the errors of two weights and of ten operations."""
    v, beta = ref_annealed(p, T), 1 / T[0]
    x = [mp.log(t / max(p)) * beta for t in p]
    worst = (2 * beta + 8 * max(map(abs, x)) + 4 * len(p) + 12) * eps / 2
    out = [worst * 2 * w * beta / t for w, t in zip(v, p, strict=True)]
    top = p.index(max(p))  # p_max collects the sum of all weights
    out[top] = worst * 4 * beta / p[top]
    return [out, [worst * 2 * beta * (mp.fsum(w * abs(t) for w, t in zip(v, x, strict=True)) + mp.mpf(10) ** -30)]]

def draw_transition(rng):
    n = rng.randint(2, 5)
    return [2.0 ** rng.uniform(-6, 3) for _ in range(n)], [[rng.uniform(0.05, 1) for _ in range(n)] for _ in range(n)]

def adversarial_transition():
    return [([3.0, 2.0, 1.0], [[1.0] * 3] * 3), ([1.0, 1e-6], [[0.5, 0.5], [0.5, 0.5]]), ([1.0, 2.0, 4.0], [[0.0, 1.0, 0.0], [1.0, 0.0, 1.0], [0.0, 1.0, 0.0]])]

def draw_chain_law(rng):
    return *draw_transition(rng), rng.randint(1, 6)

def adversarial_chain_law():
    return [(*args, steps) for args in adversarial_transition() for steps in (0, 1, 8)]

def draw_annealed(rng):
    return [2.0 ** rng.uniform(-8, 2) for _ in range(rng.randint(2, 6))], [2.0 ** rng.uniform(-5, 2)]

def adversarial_annealed():
    return [([1.0, 0.9, 0.5, 1.0], [0.1]), ([1.0, 0.9, 0.5, 1.0], [0.02]), ([1e-3, 2e-3], [0.0078125]), ([1e4, 2e4], [0.015625]), ([0.3], [1.0])]

def check_mh_detailed_balance(transition, p, q):
    """p_x P_xy = p_y P_yx, up to the rounding of a bfloat16."""
    n, scale = range(len(p)), max(p)
    return [[scale / 16 - abs(p[x] * transition[x][y] - p[y] * transition[y][x]) for y in n] for x in n]

def check_annealing_limit(annealed, p, T):
    """What is left outside the maxima is at most (n - m)/m (p_2/p_1)^(1/T), up to rounding."""
    best = max(p)
    rest = [x for x in p if x < best]
    most = mp.mpf(len(rest)) / (len(p) - len(rest)) * (max(rest, default=best) / best) ** (1 / T[0])
    left = mp.fsum(w for w, x in zip(annealed, p, strict=True) if x < best)
    return [mp.mpf(not mp.isfinite(left)) + most * mp.mpf("1.2") + mp.mpf(10) ** -30 - left if mp.isfinite(left) else mp.mpf(1)]

sizes_annealed = [1000, 32000, 10 ** 6]

def inputs_annealed(size, dtype, device, generator):
    return torch.rand(size, device=device, generator=generator).to(dtype) + 0.5, torch.full((1,), 0.5, dtype=dtype, device=device)

def work_annealed(size, itemsize):
    return {"bytes": 2 * size * itemsize, "flop": 4 * size}

def peers_annealed():
    return {"power": torch_annealed__power, "torch idiom: softmax(log p/T)": lambda p, T: torch.softmax(p.log() / T, 0)}

def _plot(en, zh, xlabel, ylabel, claim, series, yscale="log"):
    digits = lambda values: [float(f"{float(v):.6g}") for v in values]
    return {"caption": {"en": en, "zh": zh}, "xlabel": xlabel, "ylabel": ylabel, "xscale": "linear", "yscale": yscale, "claim": claim, "vlines": [], "hlines": [],
            "series": [{"label": label, "x": digits(x), "y": digits(y), "style": "line"} for label, x, y in series]}

@mp.workdps(30)
def plot_convergence():
    """Exact powers of the transition matrices on a ring of 12 states with target 1/(1 + distance from state 6)."""
    n = 12
    p = [mp.mpf(1) / (1 + abs(x - 6)) for x in range(n)]
    near = [[mp.mpf(1) / 2 * ((x - y) % n in (1, n - 1)) for y in range(n)] for x in range(n)]
    flat = [[mp.mpf(1) / n] * n for _ in range(n)]
    def gibbs(x, y):
        """Random scan over the coordinates of the states as cells of 3 rows and 4 columns."""
        return sum(p[y] / mp.fsum(p[z] for z in range(n) if line(z) == line(x)) for line in (lambda t: t // 4, lambda t: t % 4) if line(x) == line(y)) / 2
    def distance(q, barker):
        P = [[gibbs(x, y) if x != y else mp.mpf(0) for y in range(n)] for x in range(n)] if q is None else [[(q[x][y] * p[y] / (p[x] + p[y]) if barker else min(q[x][y], q[x][y] * p[y] / p[x])) if x != y else mp.mpf(0) for y in range(n)] for x in range(n)]
        P = [[v if x != y else 1 - mp.fsum(row) for y, v in enumerate(row)] for x, row in enumerate(P)]
        law, out = [mp.mpf(x == 0) for x in range(n)], []
        for _ in range(60):
            out.append(mp.fsum(abs(w - t / mp.fsum(p)) for w, t in zip(law, p, strict=True)) / 2)
            law = [mp.fdot(law, column) for column in zip(*P, strict=True)]
        return out
    return _plot("Total variation distance to the target against the number of steps, by exact matrix powers: 12 states in a ring, steps to neighbours or anywhere, or one of two coordinates drawn anew.",
                 "与目标分布的总变差距离随步数的变化（精确矩阵幂）：环上 12 个状态，提议为邻居、任意状态，或重抽两个坐标之一。", "steps", "distance", "mh_detailed_balance", [
                     (name, range(60), distance(q, barker)) for name, q, barker in (("MH, neighbours", near, False), ("Barker, neighbours", near, True),
                                                                                  ("MH, uniform", flat, False), ("Barker, uniform", flat, True), ("Gibbs, 3 x 4", None, False))])

@mp.workdps(30)
def plot_acceptance():
    ds = list(range(1, 201))
    return _plot("Acceptance rate sigma^-d of rejection sampling for the standard normal law from N(0, sigma^2).", "以 N(0, σ²) 为提议对标准正态拒绝采样的接受率 σ^-d。",
                 "d", "acceptance rate", "rejection_sampling", [(f"sigma = {s}", ds, [mp.mpf(s) ** -d for d in ds]) for s in ("1.05", "1.1", "1.2")])

@mp.workdps(30)
def plot_cooling():
    gs = [mp.mpf(k) / 100 for k in range(30, 99)]
    def stays(g):
        out, y = mp.mpf(1), mp.mpf(1)
        while y < 60:
            out *= 1 - mp.exp(-y) / 2
            y /= g
        return out
    return _plot("Probability that a chain with temperatures T_k = g^k never leaves a local maximum of depth 1, and the proved lower bound.",
                 "温度 T_k = g^k 的链永不离开深度为 1 的局部极大值的概率，及已证下界。", "g", "probability", "cooling_schedule",
                 [("exact", gs, [stays(g) for g in gs]), ("lower bound e^(-1/(1-g))", gs, [mp.exp(-1 / (1 - g)) for g in gs])], "linear")
