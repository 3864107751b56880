"""Sparse softmax cross-entropy, sparsemax, and the distribution of a copying decoder.

**Computes.** `sparse_loss` for rows s of logits and targets t: log(sum of exp(s_i) over the k largest) - s_t.
`sparsemax` the point of the simplex next to s, p_i = max(s_i - tau, 0), the other sparse way to normalise.
`copy_step` the distribution p restricted to the words that continue a fragment of the source: p_w m_w / sum p m, m_w = 1 if the
fragment followed by w occurs in the source; p itself if there is no such word. Proofs: `proofs/spaces.py`.
**Shapes.** s [rows, n], t [rows] int64, k an integer in 1, ..., n; result [rows], [rows, n] for `sparsemax`. p [n], source and fragment lists of words,
int64 in 0, ..., n - 1, the fragment not empty; result [n].
**Errors.** u = eps/2, first order; bfloat16 is computed in float32 and rounded once (last), except in `masked`. M = max s.
sparse_loss, `topk`, `blocks`: (M - s_t) + log1p(E), E the sum of e_i = exp(s_i - M) over the other k - 1. Differences cost u each, so
an e_i is off by u |s_i - M| + 2u, E by (k - 1) u more, log1p by 2u: together u (M - s_t) + sum e_i (|s_i - M| + k + 2) u/(1 + E) +
2u log1p(E) + u L. If the target is the largest logit everything is relative to L, however small it is.
`masked` takes the logarithm of a sum near 1 instead: (k + 4) u absolute in place of the relative error of log1p, on top of the
same terms, and 2u (M - s_t): a loss below u comes out as 0.
sparsemax: z = s - M is off by u |z|, at most u on the support; tau_k = (sum of the k largest z - 1)/k by (k + 2) u, as no partial sum of the support exceeds k; a k that is one off
because of such an error moves tau by no more again: (2n + 8) u for every entry. Its gradient is a difference from the mean over the support: (2n + 12) u.
copy_step: a sum of n non-negative terms and a division, (n + 2) u relative.
**Cost.** blocks reads s once, topk more often; both keep few entries of each row for the backward pass; a copy step costs one pass over the source.
"""
import math

import mpmath as mp
import torch
import torch.nn.functional as nn

def work(x):
    return x.float() if x.dtype in (torch.bfloat16, torch.float16) else x

def torch_sparse_loss__masked(s, t, k):
    """Log-softmax with all but the k largest at -inf, in the dtype of s. Hazard: small losses are rounded to 0."""
    top, i = s.topk(k, -1)
    kept = torch.full_like(s, -torch.inf).scatter(-1, i, top)
    x = kept - top[..., :1]
    return torch.exp(x).sum(-1).log() - (s.gather(-1, t[..., None]) - top[..., :1]).squeeze(-1)

def loss_of(top, y, t):
    gap = top[..., 0] - y.gather(-1, t[..., None]).squeeze(-1)
    return gap + torch.log1p(torch.exp(top[..., 1:] - top[..., :1]).sum(-1))

def torch_sparse_loss__topk(s, t, k):
    """(max - s_t) + log1p(sum of the others among the k largest). The gradient is nonzero on k + 1 entries at most."""
    y = work(s)
    return loss_of(y.topk(k, -1).values, y, t).to(s.dtype)

def torch_sparse_loss__blocks(s, t, k):
    """The same; the k largest are looked for in the k blocks with the largest maxima, which contain them: one read of s, no sort of a row."""
    y, n = work(s), s.shape[-1]
    size = 2 ** max(1, round(math.log2(n / k) / 2))  # n/size maxima and k size candidates are looked through: fewest near sqrt(n/k)
    if n <= 2 * k * size:
        return torch_sparse_loss__topk(s, t, k)
    blocks = nn.pad(y, (0, -n % size), value=-torch.inf).unflatten(-1, (-1, size))
    with torch.no_grad():
        at = blocks.amax(-1).topk(k, -1, sorted=False).indices
    kept = blocks.gather(-2, at[..., None].expand(*at.shape, size)).flatten(-2)
    return loss_of(kept.topk(k, -1).values, y, t).to(s.dtype)

def _threshold(z):
    """tau from falling z, z_1 = 0."""
    k = torch.arange(1, z.shape[-1] + 1, dtype=z.dtype, device=z.device)
    sums = z.cumsum(-1) - 1
    size = (k * z > sums).sum(-1, keepdim=True).clamp_min(1)
    return sums.gather(-1, size - 1) / size, size

def torch_sparsemax__sort(s):
    """A full sort of every row, in the dtype of s."""
    z = s - s.amax(-1, keepdim=True)
    return (z - _threshold(z.sort(-1, descending=True).values)[0]).clamp_min(0)

def torch_sparsemax__topk(s, start=8):
    """The 8 largest, then twice as many, until the support ends among them: no row is sorted whole."""
    y, k = work(s), start
    z = y - y.detach().amax(-1, keepdim=True)
    while True:
        k = min(k, s.shape[-1])
        tau, size = _threshold(z.topk(k, -1).values)
        if k == s.shape[-1] or bool((size < k).all()):
            return (z - tau).clamp_min(0).to(s.dtype)
        k *= 2

def followers(source, fragment):
    """Words after an occurrence of the fragment, each place of the source compared with the whole fragment."""
    size = len(fragment)
    if len(source) <= size:
        return source[:0]
    return source[size:][(source.unfold(0, size, 1)[:-1] == fragment).all(-1)]

def torch_copy_step__renormalise(p, source, fragment):
    words = followers(source, fragment)
    if not len(words):
        return p
    y = work(p)
    kept = torch.zeros_like(y).index_fill(0, words, 1) * y
    return (kept / kept.sum()).to(p.dtype)

def torch_copy_step__softmax(p, source, fragment):
    """Through logarithms, as a decoder with logits does. Hazard: log and exp cost |log p| u."""
    words = followers(source, fragment)
    if not len(words):
        return p
    y = work(p)
    kept = torch.full_like(y, -torch.inf)
    kept[words] = y[words].log()
    return torch.softmax(kept, -1).to(p.dtype)

def _top(row, k):
    top = sorted(row, reverse=True)[:k]
    return top[0], [x - top[0] for x in top[1:]]

def ref_sparse_loss(s, t, k):
    def one(row, target):
        high, rest = _top(row, k)
        return high - row[target] + mp.log1p(mp.fsum(map(mp.exp, rest)))
    return [one(r, i) for r, i in zip(s, t, strict=True)]

def ref_sparsemax(s):
    def one(row):
        z = sorted(row, reverse=True)
        tau = next(t for k in range(len(z), 0, -1) for t in [(mp.fsum(z[:k]) - 1) / k] if z[k - 1] > t)
        return [max(x - tau, 0) for x in row]
    return [one(row) for row in s]

def _allowed(source, fragment, n):
    size = len(fragment)
    words = {source[o + size] for o in range(len(source) - size) if source[o:o + size] == fragment}
    return [w in words for w in range(n)] if words else None

def ref_copy_step(p, source, fragment):
    m = _allowed(source, fragment, len(p))
    return p if m is None else [x * a / mp.fsum(y * b for y, b in zip(p, m, strict=True)) for x, a in zip(p, m, strict=True)]

def _loss_bound(naive):
    def bound(s, t, k, eps):
        u, last = (eps / 2, 0) if naive or eps < mp.mpf(2) ** -20 else (mp.mpf(2) ** -24, eps / 2)
        def one(row, target, value):
            high, rest = _top(row, k)
            E = mp.fsum(map(mp.exp, rest))
            moved = mp.fsum(mp.exp(x) * (abs(x) + k + 2) for x in rest) * u / (1 + E)
            shared = u * (high - row[target]) + moved + 2 * u * mp.log1p(E) + (u + last) * value
            return shared + (k + 4 + high - row[target]) * u if naive else shared
        return [one(*v) for v in zip(s, t, ref_sparse_loss(s, t, k), strict=True)]
    return bound

bound_sparse_loss__masked, bound_sparse_loss__topk = _loss_bound(True), _loss_bound(False)
bound_sparse_loss__blocks = bound_sparse_loss__topk

def bound_copy_step__renormalise(p, source, fragment, eps):
    u, last = min(eps, mp.mpf(2) ** -23) / 2, eps / 2 if eps > mp.mpf(2) ** -20 else 0
    return [x * ((len(p) + 2) * u + last) for x in ref_copy_step(p, source, fragment)]

def bound_copy_step__softmax(p, source, fragment, eps):
    """log is good to 2u |log p|, the difference from the largest u, exp 2u, for the entry and for the sum."""
    u, last = min(eps, mp.mpf(2) ** -23) / 2, eps / 2 if eps > mp.mpf(2) ** -20 else 0
    m = _allowed(source, fragment, len(p)) or [True] * len(p)
    size = max(abs(mp.log(x)) for x, a in zip(p, m, strict=True) if a)
    return [x * ((8 * size + len(p) + 8) * u + last) for x in ref_copy_step(p, source, fragment)]

def _simplex_bound(native):
    def bound(s, eps):
        u, last = (eps / 2, 0) if native else (min(eps, mp.mpf(2) ** -23) / 2, eps / 2 if eps > mp.mpf(2) ** -20 else 0)
        return [[(2 * len(row) + 8) * u + last * p for p in row] for row in ref_sparsemax(s)]
    return bound

bound_sparsemax__sort, bound_sparsemax__topk = _simplex_bound(True), _simplex_bound(False)

differentiable = ("sparse_loss__topk", "sparse_loss__blocks", "sparsemax__topk")

def bound_gradient_sparsemax__topk(s, eps):
    return [[[(2 * len(row) + 12) * eps / 2] * len(row) for row in s]]


def bound_gradient_sparse_loss__topk(s, t, k, eps):
    """p_i for the k largest, -1 for the target: the largest logit collects 1 - E/(1 + E), k + 8 roundings of numbers below 1; the rest
    is 0, up to the step of the reference."""
    def one(row, target):
        high, rest = _top(row, k)
        E, least = mp.fsum(map(mp.exp, rest)), high + min(rest, default=0)
        def entry(i, x):
            weight = mp.exp(x - high) / (1 + E) if x >= least else 0
            return eps / 2 * ((abs(x - high) + 2 * k + 8) * weight + (k + 8) * (i == target or x == high)) + mp.mpf(10) ** -20
        return [entry(i, x) for i, x in enumerate(row)]
    return [[one(r, i) for r, i in zip(s, t, strict=True)]]

bound_gradient_sparse_loss__blocks = bound_gradient_sparse_loss__topk

def draw_sparse_loss(rng):
    n, rows = rng.randint(2, 24), 3
    return [[rng.gauss(0, 3) for _ in range(n)] for _ in range(rows)], [rng.randrange(n) for _ in range(rows)], rng.randint(1, min(n, 6))

def adversarial_sparse_loss():
    s = [[3.0, 1.0, 0.0, -1.0, 2.5]]
    return [(s, [0], 3), (s, [3], 3), (s, [0], 1), (s, [4], 5), ([[20.0, 0.0, -1.0]], [0], 2), ([[0.0, 0.0, 0.0]], [2], 2), ([[500.0, -500.0, 499.0]], [1], 3)]

def draw_sparsemax(rng):
    n, size = rng.randint(1, 12), rng.choice((0.125, 1.0, 8.0))
    return ([[rng.gauss(0, size) for _ in range(n)] for _ in range(2)],)

def adversarial_sparsemax():
    return [([[0.0] * 9],), ([[3.0, 3.0, 2.0, -1e30]],), ([[1e30, 0.0]],), ([[0.5], [-7.0]],), ([[0.25, 0.0, -0.25, -0.5, -0.75, 1.25]],)]

def draw_copy_step(rng):
    n = rng.randint(2, 6)
    source = [rng.randrange(n) for _ in range(12)]
    start, size = rng.randrange(8), rng.randint(1, 3)
    return [2.0 ** rng.uniform(-12, 0) for _ in range(n)], source, source[start:start + size]

def adversarial_copy_step():
    p = [0.5, 0.25, 0.125, 0.125]
    return [([0.3, 0.1, 0.2, 0.4], [0, 1, 3, 1, 2], [0, 1]), (p, [0, 1, 3, 1, 2], [1]), (p, [0, 1], [3]), ([0.9, 1e-6, 1e-6, 0.1], [0, 1, 0, 2], [0])]

def check_sparse_loss_gap(sparse_loss, s, t, k):
    """0 <= L - L_k <= log(n/k), and L_k >= log k for targets outside, up to 1/8 of the size for rounding."""
    full = ref_sparse_loss(s, t, len(s[0]))
    def one(full, got, row, target):
        slack = (1 + abs(got)) / 8
        inside = row[target] >= sorted(row, reverse=True)[k - 1]
        return min(full - got + slack, mp.log(mp.mpf(len(row)) / k) + slack - (full - got), slack + (0 if inside else got - mp.log(k)))
    return [one(*v) for v in zip(full, sparse_loss, s, t, strict=True)]

def check_bio_copy_ngram(copy_step, p, source, fragment):
    """Words that do not continue the fragment have probability 0 exactly."""
    m = _allowed(source, fragment, len(p))
    return [mp.mpf(m is None or a or x == 0) for x, a in zip(copy_step, m or p, strict=True)]

sizes_sparsemax = [(64, 1000), (256, 32000)]

def inputs_sparsemax(size, dtype, device, generator):
    return (torch.randn(size, device=device, generator=generator).to(dtype),)

def work_sparsemax(size, itemsize):
    return {"bytes": 2 * size[0] * size[1] * itemsize, "flop": 2 * size[0] * size[1]}

sizes_sparse_loss = [(64, 21128), (256, 32000), (256, 50000)]

def inputs_sparse_loss(size, dtype, device, generator):
    s = torch.randn(size, device=device, generator=generator).to(dtype)
    return s, torch.randint(0, size[1], size[:1], device=device, generator=generator), 10

def work_sparse_loss(size, itemsize):
    return {"bytes": size[0] * size[1] * itemsize, "flop": size[0] * size[1]}

def peers_sparse_loss():
    return {"masked": torch_sparse_loss__masked, "torch idiom: topk and logsumexp": lambda s, t, k: s.topk(k, -1).values.logsumexp(-1) - s.gather(
        -1, t[:, None])[:, 0], "torch cross_entropy (the full loss)": lambda s, t, k: torch.nn.functional.cross_entropy(s, t, reduction="none")}

def _plot(en, zh, xlabel, ylabel, claim, series, scale="log"):
    digits = lambda values: [float(f"{float(v):.6g}") for v in values]
    return {"caption": {"en": en, "zh": zh}, "xlabel": xlabel, "ylabel": ylabel, "xscale": scale, "yscale": "linear", "claim": claim, "vlines": [], "hlines": [],
            "series": [{"label": label, "x": digits(x), "y": digits(y), "style": style} for label, x, y, style in series]}

@mp.workdps(30)
def plot_required_spread():
    ns = [mp.mpf(2) ** (mp.mpf(k) / 4) for k in range(6, 69)]
    levels = [mp.mpf(1), mp.log(2), mp.mpf(1) / 10, mp.mpf(1) / 100]
    series = [(f"eps = {mp.nstr(e, 2)}", ns, [mp.log(n - 1) - mp.log(mp.expm1(e)) for n in ns], "line") for e in levels]
    flat = [("k = 10, eps = 0.1", ns, [mp.log(9) - mp.log(mp.expm1(levels[2]))] * len(ns), "dashed")]
    return _plot("Spread of n logits that a cross-entropy of eps requires, and what the sparse loss with k = 10 requires instead.",
                 "交叉熵达到 ε 所需的 n 个 logit 的差距，以及 k = 10 的稀疏损失所需的差距。", "n", "max s - min s", "overlearning_bound", series + flat)

@mp.workdps(30)
def plot_gap():
    ks = list(range(1, 101))
    def gap(scale, k):
        weights = [mp.exp(-scale * mp.mpf(i) / 100) for i in range(100)]
        return mp.log(mp.fsum(weights) / mp.fsum(weights[:k]))
    return _plot("L - L_k for 100 evenly spaced logits of a given spread; equal logits give the largest gap log(n/k).", "100 个等距 logit（给定差距）的 L - L_k；logit 全等时达到上界 log(n/k)。",
                 "k", "L - L_k", "sparse_loss_gap", [(f"spread {s}", ks, [gap(s, k) for k in ks], "line") for s in (0, 2, 8, 32)], "linear")

@mp.workdps(30)
def plot_gradient_support():
    n, index = 60, list(range(1, 61))
    weights = [mp.exp(-mp.mpf(i) / 8) for i in range(n)]
    series = [("cross-entropy", index, [w / mp.fsum(weights) for w in weights], "line")]
    series += [(f"k = {k}", index[:k], [w / mp.fsum(weights[:k]) for w in weights[:k]], "points") for k in (5, 10, 20)]
    return _plot("Size of the gradient in the wrong logits, in falling order: the sparse loss moves the k largest only.", "对各非目标 logit 的梯度大小（按 logit 降序）：稀疏损失只推动最大的 k 个。", "rank of the logit", "gradient",
                 "sparse_convexity_gradient", series, "linear") | {"yscale": "log"}

@mp.workdps(15)
def plot_noisy_labels():
    """Gradient descent on shared logits of 30 classes; a tenth of the labels is uniform noise."""
    n, steps = 30, 240
    labels = [mp.mpf(1) / (10 * n) + (mp.mpf(9) / 10 if i == 0 else 0) for i in range(n)]
    def train(k):
        s, seen = [mp.mpf(0)] * n, []
        for step in range(steps):
            weights = [mp.exp(t) for t in s]
            if step % 8 == 0:
                seen.append(max(s) - min(s))
            top = set(sorted(range(n), key=lambda i, s=s: -s[i])[:k])
            total = mp.fsum(weights[i] for i in top)
            s = [t - (w / total if i in top else 0) + p for i, (t, w, p) in enumerate(zip(s, weights, labels, strict=True))]
        return seen
    return _plot("Spread of the logits while they are trained by the cross-entropy and by the sparse loss, 30 classes, a tenth of the labels noise.", "30 类、一成标签为噪声时，用交叉熵与稀疏损失训练过程中 logit 的差距。",
                 "step", "max s - min s", "sparse_convexity_gradient", [(label, list(range(0, steps, 8)), train(k), "line") for label, k in (("cross-entropy", n), ("k = 10", 10), ("k = 3", 3))], "linear")
