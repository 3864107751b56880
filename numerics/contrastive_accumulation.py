"""InfoNCE losses and gradients that stay accurate when the positives are well separated, in tiles.

**Computes.** For rows u_i, v_j of R^d, s_ij = u_i.v_j, positives on the diagonal (divide u by the temperature first):
`infonce` l_i = log sum_j exp(s_ij) - s_ii;   `infonce_gradient` (G V, G^T U), G = softmax(S) - I, the gradients of sum l_i in U and in
V, which are also the factors held fixed in the surrogate of the exact gradient accumulation; `encoder_gradient` the gradient of sum l_i in W for U = tanh(x W), V = tanh(y W).
`accumulate` does the latter for any encoder. Proofs: `proofs/contrastive_accumulation.py`.
**Shapes.** U, V [b, d], b >= 2; results [b] and [2, b, d]. x, y [b, c], W [c, d] give [c, d].
**Errors.** u = eps/2, h_ij = (d + 1) u sum_k |u_ik v_jk|, x_ij = s_ij - s_ii, off by e_ij = h_ij + h_ii + u |x_ij|.
`plain` (dtype of the inputs): l_i is off by h_ii, by the mean of h_ij under p grown by e^(2 max h), and by (b + 10) u + 2u (|lse| + |s_ii|):
an absolute error, however small l_i is. Its P has p_ij off by p_ij (e^T - 1), T = h_ij + that mean + (b + 10) u + 2u |s_ij - max|, and
2u for the rounding of 1 - p_ii and of p; the products that follow add (b + 3) u of sum |g||v|.
`offdiagonal`: M = log sum_(j != i) exp(x_ij) is off by D = the mean of e_ij + u |x_ij - max x| under the softmax off the diagonal, grown
by e^(2 max e), plus (b + 8) u + u |M|; l = log(1 + e^M) has slope 1 - e^-l, which grows by at most e^D: off by (1 - e^-l)(e^D - 1) + 4u l,
relative to l. Its g_ij = exp(x_ij - l_i) for j != i are off by g_ij (e^R - 1), R = e_ij + u |x_ij - l_i| + D + 5u, and g_ii is minus
their sum, off by the sum of these and b u more; the products add (b + 3) u. bfloat16 is computed in float32 and rounded once (last).
encoder_gradient: U is off by e_U = (c + 1) u |x||W| + 4u |U|, the scores by |e_U||V| + |U||e_V| + |e_U||e_V| more, then G as in `offdiagonal` and A = G V by |dG|(|V| + e_V) + |G| e_V +
(b + 3) u |G||V|; the slope 1 - U^2 by e' = 2|U| e_U + e_U^2 + 3u, and the products x^T ((1 - U^2) A) by those two and (b + 6) u |x|^T |A|. `full` keeps the graph of all samples, `chunked` runs the
encoder twice and keeps that of one chunk: only the order of the last sum over samples differs.
An exponential below the least normal number may be flushed to 0 (tiny).
**Cost.** 3 products of b x b x d in both; `tiles` holds tile x b numbers instead of b x b.
"""
from functools import lru_cache

import mpmath as mp
import torch

def _work(*tensors):
    return [t.float() if t.dtype in (torch.bfloat16, torch.float16) else t for t in tensors]

def torch_infonce__plain(U, V):
    """cross_entropy. Hazard: an absolute error of the size of eps |s|, which swamps small losses."""
    return torch.nn.functional.cross_entropy(U @ V.mT, torch.arange(len(U), device=U.device), reduction="none")

def _tiles(U, V, tile):
    """(rows, x off the diagonal with -inf on it, l) for consecutive rows."""
    own = (U * V).sum(-1, keepdim=True)
    for at in range(0, len(U), tile):
        rows = torch.arange(at, min(at + tile, len(U)), device=U.device)
        x = (U[rows] @ V.mT - own[rows]).scatter(1, rows.unsqueeze(1), -torch.inf)
        M = torch.logsumexp(x, 1)
        yield rows, x, torch.logaddexp(M, torch.zeros_like(M))

def torch_infonce__offdiagonal(U, V, tile=512):
    """log(1 + sum over j != i of exp(s_ij - s_ii)): relative accuracy at any size of the loss."""
    u, v = _work(U, V)
    return torch.cat([loss for _, _, loss in _tiles(u, v, tile)]).to(U.dtype)

def torch_infonce_gradient__plain(U, V):
    """Softmax minus identity, then two products. Hazard: p_ii - 1 cancels when the positives are separated."""
    G = torch.softmax(U @ V.mT, 1) - torch.eye(len(U), dtype=U.dtype, device=U.device)
    return torch.stack([G @ V, G.mT @ U])

def torch_infonce_gradient__tiles(U, V, tile=512):
    """G by its rows, the diagonal as minus the sum of the others; tile x b numbers at a time."""
    u, v = _work(U, V)
    left, right = [], torch.zeros_like(v)
    for rows, x, loss in _tiles(u, v, tile):
        g = torch.exp(x - loss.unsqueeze(1))
        g = g.scatter(1, rows.unsqueeze(1), -g.sum(1, keepdim=True))
        left.append(g @ v)
        right = right + g.mT @ u[rows]
    return torch.stack([torch.cat(left), right]).to(U.dtype)

def torch_infonce_gradient__pairs(U, V):
    """Tiles of two rows."""
    return torch_infonce_gradient__tiles(U, V, 2)

def accumulate(encode, left, right, chunk):
    """Adds the gradient of sum l_i to the parameters of `encode`, chunk by chunk; the second pass must reproduce the first (no dropout, no batch statistics)."""
    parts = range(0, len(left), chunk)
    with torch.no_grad():
        U, V = (torch.cat([encode(t[at:at + chunk]) for at in parts]) for t in (left, right))
        factors = torch_infonce_gradient__tiles(U, V)
    for at in parts:
        for t, held in zip((left, right), factors, strict=True):
            (encode(t[at:at + chunk]) * held[at:at + chunk]).sum().backward()

def torch_encoder_gradient__full(x, y, W):
    """One graph for all samples."""
    p, q, w = _work(x, y, W)
    w = w.detach().clone().requires_grad_()
    torch_infonce__offdiagonal(torch.tanh(p @ w), torch.tanh(q @ w)).sum().backward()
    return w.grad.to(W.dtype)

def torch_encoder_gradient__chunked(x, y, W, chunk=2):
    """By the surrogate, two samples at a time."""
    p, q, w = _work(x, y, W)
    w = w.detach().clone().requires_grad_()
    accumulate(lambda t: torch.tanh(t @ w), p, q, chunk)
    return w.grad.to(W.dtype)

def _scores(U, V):
    return [[mp.fdot(u, v) for v in V] for u in U]

def _rows(U, V):
    """(x, l, g) for each row, l and g from sums off the diagonal."""
    for i, s in enumerate(_scores(U, V)):
        x = [t - s[i] for t in s]
        E = mp.fsum(mp.exp(t) for j, t in enumerate(x) if j != i)
        g = [mp.exp(t) / (1 + E) if j != i else -E / (1 + E) for j, t in enumerate(x)]
        yield x, mp.log1p(E), g

def ref_infonce(U, V):
    return [loss for _, loss, _ in _rows(U, V)]

def _products(G, U, V):
    return [[[mp.fdot(g, column) for column in zip(*V, strict=True)] for g in G],
            [[mp.fdot(g, column) for column in zip(*U, strict=True)] for g in zip(*G, strict=True)]]

def ref_infonce_gradient(U, V):
    return _products([g for _, _, g in _rows(U, V)], U, V)

def _encoded(x, W):
    return [[mp.tanh(mp.fdot(row, column)) for column in zip(*W, strict=True)] for row in x]

def _pulled(x, y, U, V, A, B):
    """x^T ((1 - U^2) A) + y^T ((1 - V^2) B)"""
    T = [[(1 - s * s) * t for s, t in zip(r, a, strict=True)] for r, a in zip(U + V, A + B, strict=True)]
    return [[mp.fdot(c, column) for column in zip(*T, strict=True)] for c in zip(*(x + y), strict=True)]

def ref_encoder_gradient(x, y, W):
    U, V = _encoded(x, W), _encoded(y, W)
    return _pulled(x, y, U, V, *ref_infonce_gradient(U, V))

def _sizes(U, V, u):
    return [[(len(a) + 1) * u * mp.fsum(abs(p * q) for p, q in zip(a, c, strict=True)) for c in V] for a in U]

def _softmax(x):
    m = max(x)
    e = [mp.exp(t - m) for t in x]
    return [t / mp.fsum(e) for t in e]

def _plain(U, V, eps):
    """(error of l, errors of G) for each row."""
    u, b = eps / 2, len(U)
    for i, (s, h) in enumerate(zip(_scores(U, V), _sizes(U, V, eps / 2), strict=True)):
        p, top = _softmax(s), max(s)
        moved = mp.fdot(p, h) * mp.exp(2 * max(h))
        lse = top + mp.log(mp.fsum(mp.exp(t - top) for t in s))
        G = [q * mp.expm1(k + moved + (b + 10) * u + 2 * u * (top - t)) + (2 * u if j == i else 2 * u * q) for j, (q, k, t) in enumerate(zip(p, h, s, strict=True))]
        yield h[i] + moved + (b + 10) * u + 2 * u * (abs(lse) + abs(s[i])), G

def _careful(U, V, eps, more=None):
    u, b, tiny = min(eps, mp.mpf(2) ** -23) / 2, len(U), mp.mpf(2) ** (-126 if eps > mp.mpf(2) ** -30 else -1022)
    for i, ((x, loss, g), h) in enumerate(zip(_rows(U, V), _sizes(U, V, u), strict=True)):
        off = [j for j in range(b) if j != i]
        if more:
            h = [s + t for s, t in zip(h, more[i], strict=True)]
        e = [h[j] + h[i] + u * abs(x[j]) for j in range(b)]
        top = max(x[j] for j in off)
        q = _softmax([x[j] for j in off])
        M = top + mp.log(mp.fsum(mp.exp(x[j] - top) for j in off))
        D = mp.fsum(w * (e[j] + u * (top - x[j])) for w, j in zip(q, off, strict=True)) * mp.exp(2 * max(e)) + (b + 8) * u + u * abs(M)
        G = [abs(g[j]) * mp.expm1(e[j] + u * abs(x[j] - loss) + D + 5 * u) + tiny for j in range(b)]
        G[i] = mp.fsum(G[j] for j in off) + b * u * abs(g[i])
        yield -mp.expm1(-loss) * mp.expm1(D) + 4 * u * loss + tiny, G

def _last(eps):
    return eps / 2 if eps > mp.mpf(2) ** -20 else 0

def bound_infonce__plain(U, V, eps):
    return [loss for loss, _ in _plain(U, V, eps)]

def bound_infonce__offdiagonal(U, V, eps):
    return [e + _last(eps) * (loss + e) for (e, _), loss in zip(_careful(U, V, eps), ref_infonce(U, V), strict=True)]

def _gradient(errors, native):
    def bound(U, V, eps):
        u, last = (eps / 2, 0) if native else (min(eps, mp.mpf(2) ** -23) / 2, _last(eps))
        G, exact = [e for _, e in errors(U, V, eps)], [[abs(t) for t in g] for _, _, g in _rows(U, V)]
        whole = [[e + (len(U) + 3) * u * (t + e) for e, t in zip(r, s, strict=True)] for r, s in zip(G, exact, strict=True)]
        size = lambda Y: [[abs(t) for t in row] for row in Y]
        return [[[e + last * (abs(w) + e) for e, w in zip(r, s, strict=True)] for r, s in zip(A, B, strict=True)]
                for A, B in zip(_products(whole, size(U), size(V)), ref_infonce_gradient(U, V), strict=True)]
    return bound

bound_infonce_gradient__plain = _gradient(_plain, True)
bound_infonce_gradient__tiles = _gradient(_careful, False)
bound_infonce_gradient__pairs = _gradient(_careful, False)

@lru_cache(64)
def _encoder_bound(x, y, W, eps, precision):
    u, b, c = min(eps, mp.mpf(2) ** -23) / 2, len(x), len(W)
    size = lambda Y: [[abs(t) for t in row] for row in Y]
    def moved(x, U):
        return [[(c + 1) * u * mp.fsum(abs(s * t) for s, t in zip(row, column, strict=True)) + 4 * u * abs(o) for column, o in zip(zip(*W, strict=True), out, strict=True)] for row, out in zip(x, U, strict=True)]
    U, V = _encoded(x, W), _encoded(y, W)
    eU, eV = moved(x, U), moved(y, V)
    more = [[mp.fsum(p * abs(t) + abs(s) * q + p * q for s, p, t, q in zip(*pair[:2], *other, strict=True)) for other in zip(V, eV, strict=True)] for pair in zip(U, eU, strict=True)]
    dG, G = [e for _, e in _careful(U, V, eps, more)], [[abs(t) for t in g] for _, _, g in _rows(U, V)]
    whole = [[e + (b + 3) * u * g for e, g in zip(*r, strict=True)] for r in zip(dG, G, strict=True)]
    first, second = _products(whole, size(U), size(V)), _products([[e + g for e, g in zip(*r, strict=True)] for r in zip(whole, G, strict=True)], eU, eV)
    A = [size(Y) for Y in ref_infonce_gradient(U, V)]
    rows = []
    for Y, e, a, p, q in zip((U, V), (eU, eV), A, first, second, strict=True):
        for r in zip(Y, e, a, p, q, strict=True):
            rows.append([(1 - s * s) * (f + g) + (2 * abs(s) * d + d * d + 3 * u) * (t + f + g) + (b + 6) * u * (1 - s * s) * t for s, d, t, f, g in zip(*r, strict=True)])
    last, exact = _last(eps), ref_encoder_gradient(x, y, W)
    return [[mp.fsum(abs(s) * t for s, t in zip(k, column, strict=True)) + last * abs(v) for column, v in zip(zip(*rows, strict=True), out, strict=True)]
            for k, out in zip(zip(*(x + y), strict=True), exact, strict=True)]

def bound_encoder_gradient__full(x, y, W, eps):
    return _encoder_bound(*(tuple(map(tuple, t)) for t in (x, y, W)), eps, mp.mp.prec)

bound_encoder_gradient__chunked = bound_encoder_gradient__full

differentiable = ("infonce__offdiagonal",)

def bound_gradient_infonce__offdiagonal(U, V, eps):
    """The same G by autograd, g_ij through the slopes of logaddexp and logsumexp (4u more each); the share of s_ii is the sum of the others."""
    return [[[2 * e for e in row] for row in Y] for Y in _gradient(_careful, False)(U, V, eps)]

def draw_infonce(rng):
    """Scores up to 40; the positives are separated by a random amount."""
    b, d, scale, own = rng.randint(2, 5), rng.randint(1, 4), rng.uniform(0.2, 3), rng.uniform(0, 3)
    V = [[scale * rng.gauss(0, 1) for _ in range(d)] for _ in range(b)]
    return [[own * t + rng.gauss(0, 1) for t in v] for v in V], V

draw_infonce_gradient = draw_infonce

def draw_encoder_gradient(rng):
    b, c, d = rng.randint(2, 5), rng.randint(1, 3), rng.randint(1, 3)
    x = [[rng.gauss(0, 1) for _ in range(c)] for _ in range(b)]
    return x, [[t + 0.25 * rng.gauss(0, 1) for t in row] for row in x], [[rng.gauss(0, 1) for _ in range(d)] for _ in range(c)]

def adversarial_encoder_gradient():
    return [([[1.0], [-1.0], [0.5]], [[1.0], [-1.0], [0.5]], [[4.0, -4.0, 0.25]]), ([[1.0, 0.0], [1.0, 0.0]], [[0.0, 1.0], [0.0, 1.0]], [[0.5], [-2.0]])]

def check_chunked_accumulation_exact__chunked(encoder_gradient, x, y, W):
    """The difference from the gradient of the whole batch."""
    return [[s - t for s, t in zip(*rows, strict=True)] for rows in zip(encoder_gradient, ref_encoder_gradient(x, y, W), strict=True)]

def bound_chunked_accumulation_exact__chunked(x, y, W, eps):
    return bound_encoder_gradient__chunked(x, y, W, eps)

def adversarial_infonce():
    axes = [[4.0, 0.0], [0.0, 4.0]]
    return [([[0.0], [0.0]], [[0.0], [0.0]]), (axes, axes), (axes, axes[::-1]), ([[8.0, 0.0], [0.0, 8.0]], axes), ([[1.0, 2.0], [1.0, 2.0], [3.0, -1.0]], [[1.0, 2.0], [1.0, 2.0], [2.0, 0.5]])]

adversarial_infonce_gradient = adversarial_infonce

def check_naive_accumulation_gap(infonce, U, V):
    """Each loss is at least that of the chunk of its sample, here the first half or the rest, up to the rounding of bfloat16."""
    half = (len(U) + 1) // 2
    small = ref_infonce(U[:half], V[:half]) + ref_infonce(U[half:], V[half:])
    slack = mp.mpf(2) ** -6 * (1 + max(abs(t) for row in _scores(U, V) for t in row))
    return [a - c + slack for a, c in zip(infonce, small, strict=True)]

def _twice(infonce_gradient, U, V):
    """sum_i u_i.(G V)_i = sum_j v_j.(G^T U)_j: both are the surrogate."""
    left, right = infonce_gradient
    return mp.fsum(mp.fdot(a, g) for a, g in zip(U, left, strict=True)) - mp.fsum(mp.fdot(a, g) for a, g in zip(V, right, strict=True))

def _surrogate(bound):
    def both(U, V, eps):
        return mp.fsum(mp.fdot(map(abs, a), e) for Y, E in zip((U, V), bound(U, V, eps), strict=True) for a, e in zip(Y, E, strict=True))
    return both

check_inner_product_decoupling__plain = check_inner_product_decoupling__tiles = check_inner_product_decoupling__pairs = _twice
bound_inner_product_decoupling__plain = _surrogate(bound_infonce_gradient__plain)
bound_inner_product_decoupling__tiles = _surrogate(bound_infonce_gradient__tiles)
bound_inner_product_decoupling__pairs = _surrogate(bound_infonce_gradient__pairs)

sizes_infonce = sizes_infonce_gradient = [(256, 64), (1024, 128), (4096, 256)]

def inputs_infonce(size, dtype, device, generator):
    U, V = (torch.randn(size, device=device, generator=generator) for _ in range(2))
    return (U / size[1] ** 0.5).to(dtype), V.to(dtype)

inputs_infonce_gradient = inputs_infonce

def work_infonce(size, itemsize):
    return {"bytes": 2 * size[0] * size[1] * itemsize, "flop": 2 * size[0] ** 2 * size[1]}

def work_infonce_gradient(size, itemsize):
    return {"bytes": 4 * size[0] * size[1] * itemsize, "flop": 6 * size[0] ** 2 * size[1]}

def peers_infonce():
    return {"plain": torch_infonce__plain}

def peers_infonce_gradient():
    def autograd(U, V):
        with torch.enable_grad():
            u, v = U.detach().requires_grad_(), V.detach().requires_grad_()
            return torch.stack(torch.autograd.grad(torch_infonce__plain(u, v).sum(), (u, v)))
    return {"plain": torch_infonce_gradient__plain, "torch.autograd of cross_entropy": autograd}

def _plot(en, zh, xlabel, ylabel, claim, series, xscale="linear", yscale="linear"):
    digits = lambda values: [float(f"{float(v):.6g}") for v in values]
    return {"caption": {"en": en, "zh": zh}, "xlabel": xlabel, "ylabel": ylabel, "xscale": xscale, "yscale": yscale, "claim": claim, "vlines": [], "hlines": [],
            "series": [{"label": a, "x": digits(x), "y": digits(y), "style": s} for a, x, y, s in series]}

def plot_memory():
    """Numbers held for activations at width w per sample: the whole batch, or one chunk, with b x b or tile x b scores."""
    b, d, w = 8192, 256, 200_000
    chunks = [2 ** k for k in range(2, 14)]
    return _plot("Numbers held at b = 8192, d = 256, with 200 000 activations for each sample.", "b = 8192、d = 256、每个样本 20 万个激活值时需保存的数的个数。", "chunk", "numbers", "chunked_accumulation_exact", [
        ("whole batch", chunks, [b * w + b * b] * len(chunks), "dashed"), ("chunks, all scores", chunks, [c * w + 4 * b * d + b * b for c in chunks], "line"),
        ("chunks, tiles of 512 rows", chunks, [c * w + 4 * b * d + 512 * b for c in chunks], "line")], "log", "log")

def plot_gradient_error():
    """Relative error of the gradient of plain accumulation, 32 fixed pairs of vectors."""
    turn = lambda k: (mp.cospi(k * mp.mpf("0.618")), mp.sinpi(k * mp.mpf("0.618")), mp.cospi(k * mp.mpf("0.414")))
    V = [[4 * t / mp.sqrt(2) for t in turn(k)] for k in range(32)]
    U = [[t + mp.mpf(k % 3) / 8 for t in v] for k, v in enumerate(V)]
    exact = ref_infonce_gradient(U, V)[0]
    size = mp.sqrt(mp.fsum(t * t for row in exact for t in row))
    chunks, errors = [2, 4, 8, 16, 32], []
    for c in chunks:
        rows = [r for at in range(0, 32, c) for r in ref_infonce_gradient(U[at:at + c], V[at:at + c])[0]]
        errors.append(mp.sqrt(mp.fsum((p - q) ** 2 for r, s in zip(rows, exact, strict=True) for p, q in zip(r, s, strict=True))) / size)
    return _plot("Relative error of the gradient in U when the losses of chunks are accumulated, 32 pairs; the exact accumulation has none.", "逐块累积损失时 U 的梯度的相对误差（32 对样本）；精确累积没有误差。", "chunk",
                 "relative error", "naive_accumulation_gap", [("plain accumulation", chunks, errors, "points")])

def plot_small_losses():
    gaps = [mp.mpf(k) / 2 for k in range(4, 81)]
    losses = [mp.log1p(mp.exp(-g)) for g in gaps]
    u = mp.mpf(2) ** -24
    return _plot("Relative bounds of the loss in float32, b = 2, scores g and 0: the common form loses all digits once the loss is small.", "float32 下损失的相对误差界，b = 2，打分为 g 与 0：损失变小时常用形式失去全部数字。", "gap g",
                 "relative error", "softmax_loss_gradient", [("cross_entropy", gaps, [u * (12 + 6 * g) / t for g, t in zip(gaps, losses, strict=True)], "dashed"),
                                                            ("off the diagonal", gaps, [u * (14 + 4 * g) for g in gaps], "line")], "linear", "log")
