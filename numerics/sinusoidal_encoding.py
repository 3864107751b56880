"""Sinusoidal position tables, rotary caches and the profile of relative positions, with exact phases.

**Computes.** With theta_i = base^(-2i/d), i < h = d/2 (claims: `proofs/sinusoidal_encoding.py`):
sinusoidal_rows     (sin m theta_0, cos m theta_0, sin m theta_1, ...) for the given positions m
sinusoidal_table    the same for m = start, ..., start + length - 1
rotary_cache        (cos m theta_i, sin m theta_i) for those m
gram_profile        g(k) = sum_i cos(k theta_i), the inner product of the rows m and m + k.
**Shapes.** positions, k: int64 [N], |m| < 2^31; start, length, d (even) integers, base > 1; results [N, d],
[length, d], [2, length, h], [N]. Any dtype and device; bfloat16 is computed in float32 and rounded once (+ eps/2).
**Errors.** Absolute, u = eps/2 (2^-24 in float32), for entries of modulus at most 1.
`naive` forms m theta_i: the exponent 2i/d, the power and its reciprocal leave (10 + log(base) 2i/d) u of the frequency,
the product and m itself 2u, the sine 4u: at most min(2, m theta_i (12 + log(base) 2i/d) u) + 4u, growing with m.
`phase` keeps W_i = floor(2^96 theta_i / 2 pi) as two words. m W_i modulo 2^64 (that is, modulo one turn) is exact in
int64; what is dropped is below 2^-63 turns, or, with the upper word alone (float32), below (m + 1) 2^-64 + 2^-32 turns:
0.05 u for m < 2^31. The distance r to the nearest quarter turn, |r| <= pi/4, is exact; its conversion, 2 pi and the
product cost 3u r, sine or cosine 4u of their own (2 ulp): u max(3 r cos r + 4 sin r, 3 r sin r + 4 cos r) + 0.05 u <=
4.6 u, 2.7e-7 in float32.
`two_level` multiplies e^(i a theta) e^(i b theta), position a + b. In float64 a factor is off by 4.6 sqrt(2) u < 6.6 u
as a complex number; products of two such by 13.2 u + 2 sqrt(2) u (|p q| + |r s| <= 1, and a sum, in each part), so 32 u
for two of these. Rounding them to float32 costs u of that dtype each, the last multiplication 2u an entry: 4u + 32 u',
u' = 2^-53, 2.4e-7 in float32, at every position; 34 u' in float64.
gram_profile sums h terms in float64 (naive: in the dtype, h u each).
**Cost.** two_level: one complex product an entry and about 4 sqrt(length) h sines; phase: a sine and a cosine an entry.
"""
import math
from functools import lru_cache

import mpmath as mp
import torch

DIRECT = 32  # up to so many factors are evaluated one by one
BLOCK = 1 << 16  # entries of the temporaries that stay in the second-level cache

@lru_cache(maxsize=64)
def turns(d, base, device):
    """floor(2^96 theta_i / 2 pi) as upper and lower word, int64 [h] each, the lower one below 2^32."""
    with mp.workdps(60):
        words = [int(mp.floor(mp.ldexp(mp.mpf(base) ** (-mp.mpf(2 * i) / d), 96) / (2 * mp.pi))) for i in range(d // 2)]
    parts = [w >> 32 for w in words], [w & 0xFFFFFFFF for w in words]
    return tuple(torch.tensor(w, dtype=torch.int64, device=device) for w in parts)

def inner(dtype):
    """The dtype of the arithmetic inside."""
    return torch.float64 if dtype == torch.float64 else torch.float32

def sincos(positions, d, base, dtype):
    """(sin, cos) of m theta_i, [N, h] each, by exact phases; `dtype` is float64 or float32."""
    upper, lower = turns(d, base, positions.device)
    m = positions.unsqueeze(-1)
    if dtype == torch.float64:
        phase, bits = m * upper + (m * lower >> 32), 62  # 64-bit turns: int64 wraps exactly as the circle does
    else:
        phase, bits = (m * upper >> 32).int(), 30
    quarter = (phase + (1 << bits - 1)) >> bits
    angle = (phase - (quarter << bits)).to(dtype) * (math.pi / 2 / 2 ** bits)
    s, c = torch.sin(angle), torch.cos(angle)
    odd = (quarter & 1).bool()
    return (torch.where(odd, c, s) * (1 - (quarter & 2)), torch.where(odd, s, c) * (1 - (quarter + 1 & 2)))

def blockwise(positions, d, base, dtype, out, put):
    """put(out, rows, sin, cos) for blocks of rows small enough to stay in the cache."""
    step = max(1, BLOCK // max(1, d // 2))
    for i in range(0, len(positions), step):
        put(out, slice(i, i + step), *sincos(positions[i:i + step], d, base, inner(dtype)))
    return out

def factors(start, step, count, d, base, device):
    """e^(i m theta) for m = start, start + step, ...: complex128 [count, h], at most two levels deep."""
    def direct(start, step, count):
        s, c = sincos(start + step * torch.arange(count, device=device), d, base, torch.float64)
        return torch.complex(c, s)
    if count <= DIRECT:
        return direct(start, step, count)
    fine = 1 << (count.bit_length() + 1) // 2
    coarse = direct(start, step * fine, -(-count // fine))
    return (coarse.unsqueeze(1) * direct(0, step, fine)).flatten(0, 1)[:count]

def two_level(start, length, d, base, dtype, device):
    """(coarse [A, h], fine [B, h]), e^(i m theta) = coarse[a] fine[b] at m = start + a B + b, complex of `inner`."""
    fine = 1 << (max(length - 1, 1).bit_length() + 1) // 2
    kind = torch.complex128 if dtype == torch.float64 else torch.complex64
    coarse = factors(start, fine, -(-length // fine), d, base, device)
    return coarse.to(kind), factors(0, 1, fine, d, base, device).to(kind)

def chunks(count, size, device):
    """Slices of so many coarse rows that their products, `size` entries each, stay in the cache; all of them on a GPU."""
    step = max(1, count if torch.device(device).type == "cuda" else BLOCK // max(1, size))
    return [slice(i, i + step) for i in range(0, count, step)]

def angles(positions, d, base, dtype):
    """m theta_i as usual: a floating-point outer product. Hazard: the error grows with the position."""
    kind = inner(dtype)
    frequency = 1.0 / base ** (torch.arange(0, d, 2, device=positions.device).to(kind) / d)
    return torch.outer(positions.to(kind), frequency)

def interleave(angle, dtype):
    return torch.stack([angle.sin(), angle.cos()], -1).flatten(1).to(dtype)

def torch_sinusoidal_rows__naive(positions, d, base, dtype):
    """Floating-point outer product."""
    return interleave(angles(positions, d, base, dtype), dtype)

def torch_sinusoidal_rows__phase(positions, d, base, dtype):
    """Fixed-point phases."""
    def put(out, rows, s, c):
        out[rows, :, 0], out[rows, :, 1] = s, c
    out = torch.empty(len(positions), d // 2, 2, dtype=dtype, device=positions.device)
    return blockwise(positions, d, base, dtype, out, put).flatten(1)

def torch_sinusoidal_table__naive(start, length, d, base, dtype, device):
    """Floating-point outer product."""
    return interleave(angles(start + torch.arange(length, device=device), d, base, dtype), dtype)

def torch_sinusoidal_table__two_level(start, length, d, base, dtype, device):
    """i conj(coarse) conj(fine) = sin + i cos: the real view of one complex outer product is the interleaved table."""
    coarse, fine = two_level(start, length, d, base, dtype, device)
    coarse, fine = 1j * coarse.conj().unsqueeze(1), fine.conj().resolve_conj()
    A, B, h = len(coarse), len(fine), d // 2
    out = torch.empty(A, B, h, 2, dtype=dtype, device=device)
    for a in chunks(A, B * h, device):
        if dtype == inner(dtype):
            torch.mul(coarse[a], fine, out=torch.view_as_complex(out[a]))
        else:
            out[a] = torch.view_as_real(coarse[a] * fine)
    return out.view(A * B, d)[:length]

def torch_rotary_cache__naive(start, length, d, base, dtype, device):
    """Floating-point outer product, as the common caches do."""
    angle = angles(start + torch.arange(length, device=device), d, base, dtype)
    return torch.stack([angle.cos(), angle.sin()]).to(dtype)

def torch_rotary_cache__phase(start, length, d, base, dtype, device):
    """Fixed-point phases."""
    def put(out, rows, s, c):
        out[0, rows], out[1, rows] = c, s
    out = torch.empty(2, length, d // 2, dtype=dtype, device=device)
    return blockwise(start + torch.arange(length, device=device), d, base, dtype, out, put)

def torch_rotary_cache__two_level(start, length, d, base, dtype, device):
    """Angle addition in real arithmetic, block by block of rows with a common coarse factor."""
    coarse, fine = two_level(start, length, d, base, dtype, device)
    (C, S), (c, s) = ((z.real.contiguous(), z.imag.contiguous()) for z in (coarse.unsqueeze(1), fine))
    A, B, h = len(C), len(c), d // 2
    out = torch.empty(2, A, B, h, dtype=dtype, device=device)
    for a in chunks(A, B * h, device):
        cos, sin = out[:, a] if dtype == C.dtype else torch.empty_like(out[:, a], dtype=C.dtype)
        torch.mul(C[a], c, out=cos).addcmul_(S[a], s, value=-1)
        torch.mul(S[a], c, out=sin).addcmul_(C[a], s)
        if dtype != C.dtype:
            out[0, a], out[1, a] = cos, sin
    return out.view(2, A * B, h)[:, :length]

def torch_gram_profile__naive(k, d, base, dtype):
    """Sum of cosines of a floating-point outer product."""
    return angles(k, d, base, dtype).cos().sum(-1).to(dtype)

def torch_gram_profile__phase(k, d, base, dtype):
    """Sum of cosines of fixed-point phases."""
    def put(out, rows, s, c):
        out[rows] = c.sum(-1, dtype=torch.float64)
    out = torch.empty(len(k), dtype=torch.float64, device=k.device)
    return blockwise(k, d, base, dtype, out, put).to(dtype)

def _theta(d, base):
    return [mp.mpf(base) ** (-mp.mpf(2 * i) / d) for i in range(d // 2)]

def ref_sinusoidal_rows(positions, d, base, *_):
    theta = _theta(d, base)
    return [[f(m * t) for t in theta for f in (mp.sin, mp.cos)] for m in positions]

def ref_sinusoidal_table(start, length, d, base, *_):
    return ref_sinusoidal_rows(range(start, start + length), d, base)

def ref_rotary_cache(start, length, d, base, *_):
    theta = _theta(d, base)
    return [[[f(m * t) for t in theta] for m in range(start, start + length)] for f in (mp.cos, mp.sin)]

def ref_gram_profile(k, d, base, *_):
    theta = _theta(d, base)
    return [mp.fsum(mp.cos(j * t) for t in theta) for j in k]

def _u(eps):
    """Unit roundoff of the arithmetic inside, and what the last rounding adds to an entry of modulus 1."""
    u = min(eps, mp.mpf(2) ** -23) / 2
    return u, eps / 2 if eps > 2 * u else 0

def _naive(m, i, d, base, u):
    t = mp.mpf(2 * i) / d
    return min(2, abs(m) * mp.mpf(base) ** -t * (12 + mp.log(base) * t) * u) + 4 * u

def _flat(rows, columns, size):
    return [[size] * columns for _ in range(rows)]

PHASE, DIRECT_FACTORS = mp.mpf("4.6"), 34 * mp.mpf(2) ** -53

def _product(eps):
    u, last = _u(eps)
    return (DIRECT_FACTORS if eps < mp.mpf(2) ** -40 else 4 * u + DIRECT_FACTORS) + last

def bound_sinusoidal_rows__naive(positions, d, base, eps):
    u, last = _u(eps)
    return [[_naive(m, i, d, base, u) + last for i in range(d // 2) for _ in "sc"] for m in positions]

def bound_sinusoidal_rows__phase(positions, d, base, eps):
    return _flat(len(positions), d, PHASE * _u(eps)[0] + _u(eps)[1])

def bound_sinusoidal_table__naive(start, length, d, base, eps):
    return bound_sinusoidal_rows__naive(range(start, start + length), d, base, eps)

def bound_sinusoidal_table__two_level(start, length, d, base, eps):
    return _flat(length, d, _product(eps))

def bound_rotary_cache__naive(start, length, d, base, eps):
    u, last = _u(eps)
    return [[[_naive(m, i, d, base, u) + last for i in range(d // 2)] for m in range(start, start + length)]] * 2

def bound_rotary_cache__phase(start, length, d, base, eps):
    return [_flat(length, d // 2, PHASE * _u(eps)[0] + _u(eps)[1])] * 2

def bound_rotary_cache__two_level(start, length, d, base, eps):
    return [_flat(length, d // 2, _product(eps))] * 2

def bound_gram_profile__naive(k, d, base, eps):
    (u, last), h = _u(eps), d // 2
    return [mp.fsum(_naive(j, i, d, base, u) for i in range(h)) + h * u * h + last * abs(g)
            for j, g in zip(k, ref_gram_profile(k, d, base), strict=True)]

def bound_gram_profile__phase(k, d, base, eps):
    (u, last), h = _u(eps), d // 2
    return [h * PHASE * u + h * h * mp.mpf(2) ** -53 + max(last, u) * abs(g) for g in ref_gram_profile(k, d, base)]

def hard_positions(i, d, base, limit=1 << 24):
    """Positions below `limit` whose angle is nearest to a multiple of an eighth of a turn (convergents)."""
    with mp.workdps(60):
        x, p, q = _theta(d, base)[i] * 4 / mp.pi, 0, 1
        found = []
        while q < limit:
            found.append(q)
            x = x - mp.floor(x)
            if not x:
                break
            x = 1 / x
            p, q = q, int(mp.floor(x)) * q + p
    return found[-6:]

def _draw(rng):
    return 2 * rng.randint(1, 6), rng.choice([100, 10000, 500000])

def draw_sinusoidal_rows(rng):
    return [rng.getrandbits(rng.randint(1, 24)) for _ in range(4)], *_draw(rng)
def adversarial_sinusoidal_rows():
    top = (1 << 24) - 1
    fixed = [[0, 1, -1, top, -top], [top, 2 ** 31 - 1, -2 ** 31 + 1, 257, 16777213]]
    return [(m, 8, 10000) for m in fixed] + [(fixed[1], 2, 10000)] + [
        (hard_positions(i, 64, 10000), 64, 10000) for i in (0, 7, 21)]

draw_gram_profile, adversarial_gram_profile = draw_sinusoidal_rows, adversarial_sinusoidal_rows

def draw_sinusoidal_table(rng):
    return rng.getrandbits(rng.randint(1, 24)), rng.randint(1, 20), *_draw(rng)
def adversarial_sinusoidal_table():
    return [(0, 1, 2, 10000), (0, 300, 4, 10000), ((1 << 24) - 5, 5, 64, 10000), (-3, 7, 8, 10000),
            (2 ** 31 - 2049, 2048, 2, 10000)]

draw_rotary_cache, adversarial_rotary_cache = draw_sinusoidal_table, adversarial_sinusoidal_table

sizes_sinusoidal_table = [(512, 64), (8192, 768), (131072, 128)]
sizes_rotary_cache = [(512, 64), (16384, 128), (131072, 128)]

def inputs_sinusoidal_table(size, dtype, device, generator):
    return 0, *size, 10000, dtype, device

inputs_rotary_cache = inputs_sinusoidal_table
def work_sinusoidal_table(size, itemsize):
    return {"bytes": size[0] * size[1] * itemsize, "flop": 3 * size[0] * size[1]}

work_rotary_cache = work_sinusoidal_table

def _annotated(start, length, d, base, dtype, device):
    """The recipe of The Annotated Transformer."""
    table = torch.zeros(length, d, dtype=dtype, device=device)
    position = torch.arange(start, start + length, dtype=inner(dtype), device=device).unsqueeze(1)
    scale = torch.exp(torch.arange(0, d, 2, dtype=inner(dtype), device=device) * -(math.log(base) / d))
    table[:, 0::2] = torch.sin(position * scale)
    table[:, 1::2] = torch.cos(position * scale)
    return table

def _scaled(start, length, d, base, dtype, device):
    """x-transformers, with unit scale; it puts all sines before all cosines, which is undone by a view."""
    from x_transformers.x_transformers import ScaledSinusoidalEmbedding
    model = ScaledSinusoidalEmbedding(d, theta=base).to(device)
    with torch.no_grad():
        model.scale.fill_(1)
        table = model(torch.empty(1, length, 0, device=device), pos=torch.arange(start, start + length, device=device))
    return table.to(dtype).view(length, 2, d // 2).mT.flatten(1)

def peers_sinusoidal_table():
    try:
        import x_transformers  # noqa: F401
        scaled = _scaled
    except ImportError:
        scaled = None
    return {"annotated-transformer recipe": _annotated, "x-transformers ScaledSinusoidalEmbedding": scaled}

def _polar(start, length, d, base, dtype, device):
    angle = angles(start + torch.arange(length, device=device), d, base, dtype)
    return torch.view_as_real(torch.polar(torch.ones_like(angle), angle)).permute(2, 0, 1).to(dtype)

def peers_rotary_cache():
    return {"HF-style float32 outer product": torch_rotary_cache__naive,
            "torch idiom: polar of the outer product": _polar}

def _curve(label, x, y, style="line"):
    digits = lambda values: [float(f"{float(v):.6g}") for v in values]
    return {"label": label, "x": digits(x), "y": digits(y), "style": style}

def _plot(en, zh, xlabel, ylabel, claim, series, xscale="linear", yscale="linear", vlines=(), hlines=()):
    return {"caption": {"en": en, "zh": zh}, "xlabel": xlabel, "ylabel": ylabel, "xscale": xscale, "yscale": yscale,
            "claim": claim, "vlines": list(vlines), "hlines": list(hlines), "series": series}

def _exponential(b):
    """x -> the integral of cos(x b^-t) over [0, 1]."""
    return lambda x: (mp.ci(x) - mp.ci(x / b)) / mp.log(b)

def _decades(low, high, each):
    return sorted({int(mp.nint(mp.mpf(10) ** (mp.mpf(k) / each))) for k in range(low * each, high * each + 1)})

def plot_profile_against_cosine_integral():
    with mp.workdps(15):
        k = _decades(0, 5, 40)
        profile = lambda d: [g * 2 / d for g in ref_gram_profile(k, d, 10000)]
        series = [_curve(f"g(k)/h, d = {d}", k, profile(d)) for d in (64, 128, 768)]
        series.append(_curve("(Ci(k) - Ci(k/b))/log b", k, map(_exponential(10000), k), "dashed"))
    return _plot("The profile g(k)/h for base b = 10000 follows the cosine integral, which crosses zero at k = 6166, and "
                 "leaves it the later the larger d is; for finite d it does not die out.",
                 "底数 b = 10000 时，g(k)/h 贴近在 k = 6166 处过零的余弦积分曲线，d 越大偏离越晚；"
                 "d 有限时它并不衰减到零。",
                 "k", "g(k)/h", "decay_ci", series, xscale="log", vlines=[6166.03], hlines=[0])

_FAMILIES = {
    "t": lambda x: mp.sin(x) / x,
    "t^2": lambda x: mp.fresnelc(mp.sqrt(2 * x / mp.pi)) * mp.sqrt(mp.pi / (2 * x)),
    "t^(1/2)": lambda x: 2 * (mp.sin(x) / x + (mp.cos(x) - 1) / (x * x)),
    "1000^-t": _exponential(1000), "10000^-t": _exponential(10000)}

def _families(x, en, zh):
    with mp.workdps(15):
        series = [_curve(k, x, map(f, x)) for k, f in _FAMILIES.items()]
    return _plot(en, zh, "x", "mean of cos(x theta_t)", "decay_power", series, hlines=[0])

def plot_families_in_a_short_window():
    return _families([mp.mpf(k) / 5 for k in range(1, 126)],
                     "Five families of frequencies theta_t at short distance: the powers of t fall faster.",
                     "五种频率族 θ_t 的近距离行为：t 的幂函数下降得更快。")

def plot_families_in_a_long_window():
    return _families([mp.mpf(100 + k) for k in range(201)],
                     "The same families far out: the exponential families are still falling, t^2 decays as x^(-1/2).",
                     "同样五种频率族的远距离行为：指数族仍在下降，t² 按 x^(-1/2) 衰减。")

RECORDS = (1885, 13823, 71000, 84823, 325469, 410292, 735761, 1146053)  # each nearer to a return than all 0 < k before

def plot_almost_periodic_return():
    k = [mp.mpf(10) ** (mp.mpf(j) / 10 + 3) for j in range(32)]
    return _plot("For d = 4 and theta = (1, 1/100) the profile returns to g(0) as closely as one likes: 1 - g(k)/h at "
                 "the records, below the guarantee 2 pi^2/k of Dirichlet's pigeonhole.",
                 "d = 4、θ = (1, 1/100) 时，g(k) 可任意接近 g(0)："
                 "图示各记录点处的 1 - g(k)/h，以及 Dirichlet 抽屉原理保证的上界 2π²/k。",
                 "k", "1 - g(k)/h", "finite_d_no_decay", [
                     _curve("records", RECORDS, [1 - g / 2 for g in ref_gram_profile(RECORDS, 4, 10000)], "points"),
                     _curve("2 pi^2/k", k, [2 * mp.pi ** 2 / x for x in k], "dashed")], xscale="log", yscale="log")

def _cantor(x):
    """|mean of e^(i x theta)| for theta the inverse of u -> (u + c(u))/2, c the Cantor function."""
    product, y = mp.mpf(1), x / 3
    while y > mp.mpf(10) ** -8:
        product, y = product * mp.cos(y), y / 3
    return abs(mp.sin(x / 2) / (x / 2) + product) / 2

def plot_cantor_counterexample():
    with mp.workdps(20):
        x = [mp.mpf(10) ** (mp.mpf(k) / 60) for k in range(241)]
        marked = [2 * mp.pi * 3 ** j for j in range(8)]
        series = [_curve("inverse of (u + Cantor(u))/2", x, map(_cantor, x)),
                  _curve("x = 2 pi 3^j", marked, map(_cantor, marked), "points"),
                  _curve("t", x, [abs(mp.sin(v / 2) / (v / 2)) for v in x], "dashed")]
    return _plot("Modulus of the mean of exp(i x theta): a strictly increasing, Lipschitz theta built from the Cantor "
                 "function keeps it at 0.18567... along x = 2 pi 3^j, whereas theta = t lets it decay.",
                 "exp(i x θ) 均值的模：由 Cantor 函数构造的严格递增且 Lipschitz 的 θ 使它沿 x = 2π·3^j 恒为 0.18567…，"
                 "而 θ = t 时它趋于零。",
                 "x", "|mean|", "riemann_lebesgue_scope", series, xscale="log", hlines=[0.185679])
