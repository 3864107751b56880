"""Attention for one query, key by key: online softmax with a constant state.

**Computes.** `online_attention` sum of softmax(s)_j v_j. Proofs: `proofs/quadratic_rnn.py`.
**Shapes.** s [n], v [n, d], n >= 1; result [d], dtype of v.
**Errors.** u = eps/2. The key j enters with a weight off by a relative T_j, the value with one rounding more; the quotient w/u costs u: with p = softmax(s) an entry of the result o is off by
sum p_j |v_j| (e^(T_j) - 1) + |o| sum p_j (e^(T_j) - 1) + (2u + last) |o|, last for one rounding to bfloat16. With R = max s - min s:
`recurrent` (state in float32 for bfloat16): every later step multiplies by e^(m - m'), a difference off by u |m - m'| and an exponential by 2u where the maximum changes, a product and a sum, u each: T_j = (4 (n - j) + 6) u + 2u R.
`state` keeps (m, u, w) in the dtype of v, with the same formula and u of that type: in bfloat16 this allows a relative error of 1 after about 60 keys, and it happens (sums stop growing at 2^8).
`chunks` folds blocks of keys: the same with the number of blocks in place of n - j and b + 6 terms within a block.
**Cost.** O(d) numbers of state, O(nd) work per query; `chunks` reads b keys at a time.
"""
import mpmath as mp
import torch

def _work(*tensors):
    return [t.float() if t.dtype in (torch.bfloat16, torch.float16) else t for t in tensors]

def _fold(s, v):
    m, u, w = s[0], torch.ones_like(s[0]), v[0]
    for j in range(1, len(s)):
        top = torch.maximum(m, s[j])
        old, new = torch.exp(m - top), torch.exp(s[j] - top)
        m, u, w = top, u * old + new, w * old + new * v[j]
    return w / u

def torch_online_attention__state(s, v):
    """Key by key with the state in the dtype of the input. Hazard: in bfloat16 sums stagnate."""
    return _fold(s, v)

def torch_online_attention__recurrent(s, v):
    """Key by key with a state of at least float32."""
    return _fold(*_work(s, v)).to(v.dtype)

def torch_online_attention__chunks(s, v, block=4):
    """Blocks of keys: the monoid folds any bracketing."""
    y, x = _work(s, v)
    state = None
    for at in range(0, len(y), block):
        part, rows = y[at:at + block], x[at:at + block]
        m = part.max()
        e = torch.exp(part - m)
        new = (m, e.sum(), e @ rows)
        if state is None:
            state = new
        else:
            top = torch.maximum(state[0], m)
            a, b = torch.exp(state[0] - top), torch.exp(m - top)
            state = (top, state[1] * a + new[1] * b, state[2] * a + new[2] * b)
    return (state[2] / state[1]).to(v.dtype)

def _soft(s):
    top = max(s)
    e = [mp.exp(t - top) for t in s]
    return [t / mp.fsum(e) for t in e]

def ref_online_attention(s, v):
    return [mp.fdot(_soft(s), column) for column in zip(*v, strict=True)]

def _bound(s, v, T, u, last):
    p = [q * mp.expm1(t) for q, t in zip(_soft(s), T, strict=True)]
    least = mp.mpf(2) ** -126 * len(s) * 4
    return [mp.fsum(q * abs(x) for q, x in zip(p, column, strict=True)) + abs(o) * mp.fsum(p) + (2 * u + last) * abs(o) + least * (1 + max(map(abs, column)))
            for column, o in zip(zip(*v, strict=True), ref_online_attention(s, v), strict=True)]

def _steps(s, u):
    n, R = len(s), max(s) - min(s)
    return [(4 * (n - j) + 6) * u + 2 * u * R for j in range(n)]

def _u(eps):
    return min(eps, mp.mpf(2) ** -23) / 2, eps / 2 if eps > mp.mpf(2) ** -20 else 0

def bound_online_attention__state(s, v, eps):
    return _bound(s, v, _steps(s, eps / 2), eps / 2, 0)

def bound_online_attention__recurrent(s, v, eps):
    u, last = _u(eps)
    return _bound(s, v, _steps(s, u), u, last)

def bound_online_attention__chunks(s, v, eps):
    (u, last), n, R = _u(eps), len(s), max(s) - min(s)
    return _bound(s, v, [(4 * ((n - 1) // 4 - j // 4) + 10) * u + 2 * u * R for j in range(n)], u, last)

differentiable = ("online_attention__chunks",)

def bound_gradient_online_attention__chunks(s, v, eps):
    """p_j (v_j - o) by s and p_j by v: the weights again carry T, twice, as does the path back through n steps; the parts of both differences are |v_j| and |o|.
    A step in which the maximum changes passes a share p_j of its own to both, which cancels."""
    u, n, R, p = eps / 2, len(s), max(s) - min(s), _soft(s)
    o = [mp.fsum(q * abs(x) for q, x in zip(p, column, strict=True)) for column in zip(*v, strict=True)]
    cost = (16 * n + 6 * R + 40) * u
    by_s = [cost * (q + u) * mp.fsum(abs(x) + t for x, t in zip(row, o, strict=True)) + cost * u * mp.fsum(o) for q, row in zip(p, v, strict=True)]
    return [by_s, [[cost * q + mp.mpf(10) ** -30] * len(o) for q in p]]

def draw_online_attention(rng):
    n, d, size = rng.choice((1, 2, 5, 13, 24)), rng.randint(1, 3), rng.choice((0.5, 2.0, 8.0))
    return [rng.gauss(0, size) for _ in range(n)], [[rng.gauss(0, 1) for _ in range(d)] for _ in range(n)]

def adversarial_online_attention():
    return [([1000.0, 999.0, -500.0, 1001.0], [[1.0], [2.0], [3.0], [4.0]]), ([0.0] * 32, [[1.0, -1.0]] * 32), ([float(j) for j in range(12)], [[1.0 + j / 8] for j in range(12)]),
            ([-3.0], [[7.0, 0.0]]), ([0.0, -40.0], [[1.0], [1000.0]])]

def check_fixed_query_rnn(online_attention, s, v):
    """The result lies between the least and the largest value, up to a quarter of their range."""
    return [min(o - min(c), max(c) - o) + (max(c) - min(c)) / 4 + (1 + max(map(abs, c))) / 4 for o, c in zip(online_attention, zip(*v, strict=True), strict=True)]

sizes_online_attention = [(1024, 64), (16384, 128)]

def inputs_online_attention(size, dtype, device, generator):
    return torch.randn(size[0], device=device, generator=generator).to(dtype), torch.randn(size, device=device, generator=generator).to(dtype)

def work_online_attention(size, itemsize):
    return {"bytes": size[0] * (size[1] + 1) * itemsize, "flop": 2 * size[0] * size[1]}

def peers_online_attention():
    return {"torch: softmax(s) @ v": lambda s, v: torch.softmax(s, 0) @ v}

def _plot(en, zh, xlabel, ylabel, claim, series, xscale="linear", yscale="linear"):
    digits = lambda values: [float(f"{float(v):.6g}") for v in values]
    return {"caption": {"en": en, "zh": zh}, "xlabel": xlabel, "ylabel": ylabel, "xscale": xscale, "yscale": yscale, "claim": claim, "vlines": [], "hlines": [],
            "series": [{"label": label, "x": digits(x), "y": digits(y), "style": style} for label, x, y, style in series]}

def plot_score_evaluations():
    ns = [2 ** k for k in range(1, 13)]
    series = [(f"without a cache, L = {L}", ns, [mp.binomial(n + L + 1, L + 1) - 1 - n for n in ns], "line") for L in (1, 2, 4, 12)]
    return _plot("Score evaluations for n tokens: nested recomputation in constant space for L layers, and a cache with 12 layers.", "生成 n 个词的打分次数：L 层的常数空间嵌套重算，以及 12 层带缓存。",
                 "n", "score evaluations", "recompute_count", [*series, ("cache, L = 12", ns, [6 * n * (n + 1) for n in ns], "dashed")], "log", "log")

def _rounded(x, bits):
    """x > 0 to so many significant bits, ties to even."""
    m, e = mp.frexp(x)
    return mp.ldexp(mp.nint(mp.ldexp(m, bits)), e - bits)

def plot_stagnation():
    ns, series = [2 ** k for k in range(1, 12)], []
    for label, weight in (("weights 1", mp.mpf(1)), ("weights 1/3", mp.mpf(43) / 128)):
        u, sums = mp.mpf(0), []
        for n in range(1, ns[-1] + 1):
            u = _rounded(u + weight, 8)
            if n in ns:
                sums.append(abs(u / (n * weight) - 1) + mp.mpf(10) ** -4)
        series.append((label, ns, sums, "points"))
    return _plot("Relative error of the sum of n equal weights in a bfloat16 accumulator (plus 1e-4): from 2^8 times the weight on, nothing is added.", "bfloat16 累加器对 n 个相等权重求和的相对误差（加 1e-4）：和达到权重的 2⁸ 倍后不再增加。",
                 "n", "relative error", "accumulator_precision", series, "log", "log")

def plot_time_and_memory():
    """Head size 64; the numbers kept besides the tokens."""
    ns, d = [2 ** k for k in range(4, 15)], 64
    series = [(f"cache, L = {L}", [2 * L * n * d for n in ns], [L * n * (n + 1) / 2 for n in ns], "line") for L in (1, 2, 4)]
    series += [(f"recomputed, L = {L}", [L * (2 * d + 2)] * len(ns), [mp.binomial(n + L + 1, L + 1) - 1 - n for n in ns], "points") for L in (1, 2, 4)]
    return _plot("Memory and score evaluations for n = 16, 32, ..., 16384 tokens: a cache pays in memory, recomputation in time.", "n = 16, 32, …, 16384 个词时的内存与打分次数：缓存以内存为代价，重算以时间为代价。",
                 "numbers kept", "score evaluations", "cached_count", series, "log", "log")
