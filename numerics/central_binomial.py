"""Digit sums in base 2 and the odd part of the central binomial coefficients, on integers of any size up to 2^56.

**Computes.** `odd_part` log(C(2n, n)/2^s), s the number of ones of n: the logarithm of the odd part of C(2n, n).
`digit_mean` (s(0) + ... + s(n-1))/n. Proofs: `proofs/central_binomial.py`.
**Shapes.** n [...] int64, 1 <= n < 2^56; the result has the shape of n and the floating dtype that is asked for.
**Errors.** u = eps/2, first order; bfloat16 is computed in float32 and rounded once, except in the naive form.
odd_part, `lgamma`: log (2n)! - 2 log n! - s log 2. Rounding n and adding 1 moves an argument x by 2u x, its lgamma by 2u
x psi(x + 1), which is at most 2u x log(x + 1); lgamma itself is good to 2u relative, the two differences and the product
cost u each. All of it is proportional to n log n although the result is of the order n.
`series`: with Stirling's series, log C(2n, n) = 2n log 2 - log(pi n)/2 + sum_k c_k n^(1-2k), c_k = B_2k (2^(1-2k) -
2)/(2k (2k - 1)), so the integer 2n - s takes up both terms with log 2. For n >= 8 and 7 terms the rest is below |c_8|
8^-15 < 2e-15 at n = 8, less than u times the result. (2n - s) log 2 carries 3u, log(pi n)/2 3u (and u for the
rounding of n), the sum of the correction, at most 1/64, 10u, two differences u each of at most (2n - s) log 2: together
5u (2n - s) log 2 + 2u log(pi n) + u/4. For n < 8 the result is a rounded constant.
digit_mean: the sum is an exact integer below 2^62; two conversions and one division, 3u relative.
**Cost.** O(1) operations per n with 6 steps of bit arithmetic for the digit sum; `bits` 56 steps, `loop` O(n).
"""
import math

import mpmath as mp
import torch

def popcount(n):
    """Ones of n in base 2, 0 <= n < 2^63, by adding neighbouring fields."""
    for width, mask in ((1, 0x5555555555555555), (2, 0x3333333333333333), (4, 0x0F0F0F0F0F0F0F0F), (8, 0x00FF00FF00FF00FF),
                        (16, 0x0000FFFF0000FFFF), (32, 0x00000000FFFFFFFF)):
        n = (n & mask) + ((n >> width) & mask)
    return n

def inner(dtype):
    return torch.float32 if dtype in (torch.bfloat16, torch.float16) else dtype

def torch_odd_part__lgamma(n, dtype):
    """log (2n)! - 2 log n! - s log 2. Hazard: the difference cancels, the error grows like n log n."""
    x = n.to(dtype)
    return torch.lgamma(2 * x + 1) - 2 * torch.lgamma(x + 1) - popcount(n).to(dtype) * math.log(2)

SMALL = [math.log(math.comb(2 * n, n) >> n.bit_count()) for n in range(8)]
SERIES = [float(mp.bernoulli(2 * k) * (mp.mpf(2) ** (1 - 2 * k) - 2) / (2 * k * (2 * k - 1))) for k in range(1, 8)]

def torch_odd_part__series(n, dtype):
    """(2n - s) log 2 - log(pi n)/2 + c_1/n + c_2/n^3 + ...; a table below 8."""
    work = inner(dtype)
    x = n.clamp_min(8).to(work)
    t, tail = 1 / (x * x), torch.zeros_like(x)
    for c in reversed(SERIES):
        tail = tail * t + c
    large = (2 * n - popcount(n)).to(work) * math.log(2) - (torch.log(math.pi * x) / 2 - tail / x)
    table = torch.tensor(SMALL, dtype=work, device=n.device)[n.clamp_max(7)]
    return torch.where(n < 8, table, large).to(dtype)

def torch_digit_mean__loop(n, dtype):
    """Adds popcount(0), ..., popcount(n - 1): O(n) per entry."""
    sums = torch.cat([torch.zeros(1, dtype=torch.int64, device=n.device), popcount(torch.arange(int(n.max()), device=n.device)).cumsum(0)])
    return (sums[n].to(inner(dtype)) / n.to(inner(dtype))).to(dtype)

def torch_digit_mean__bits(n, dtype):
    """Bit i is set in floor(n/2^(i+1)) 2^i + max(0, n mod 2^(i+1) - 2^i) of the numbers below n."""
    i = torch.arange(56, device=n.device)
    m, one = n.unsqueeze(-1), torch.ones_like(i)
    low = m & ((one << (i + 1)) - 1)
    total = (((m >> (i + 1)) << i) + (low - (one << i)).clamp_min(0)).sum(-1)
    return (total.to(inner(dtype)) / n.to(inner(dtype))).to(dtype)

def _each(f, n, *more):
    return [_each(f, k, *more) for k in n] if isinstance(n, list) else f(n, *more)

def _odd(n):
    with mp.workdps(90):
        return mp.loggamma(2 * n + 1) - 2 * mp.loggamma(n + 1) - n.bit_count() * mp.log(2) if n > 2 else mp.log(max(1, 2 * n - 1))

def ref_odd_part(n):
    return _each(_odd, n)

def _ones_below(n):
    """s(0) + ... + s(n - 1): the leading bit 2^k contributes k 2^(k-1) + (n - 2^k), the rest is the same question."""
    if n == 0:
        return 0
    k = n.bit_length() - 1
    return k * 2 ** k // 2 + (n - 2 ** k) + _ones_below(n - 2 ** k)

def ref_digit_mean(n):
    return _each(lambda k: mp.mpf(_ones_below(k)) / k, n)

def bound_odd_part__lgamma(n, eps):
    def one(n):
        u, big, small, twos = eps / 2, mp.loggamma(2 * n + 1), mp.loggamma(n + 1), n.bit_count() * mp.log(2)
        arguments = 2 * u * ((2 * n + 1) * mp.log(2 * n + 2) + 2 * (n + 1) * mp.log(n + 2))
        return arguments + 2 * u * (big + 2 * small) + u * (big - 2 * small) + 2 * u * twos + u * _odd(n)
    return _each(one, n)

def bound_odd_part__series(n, eps):
    def one(n):
        u, last = min(eps, mp.mpf(2) ** -23) / 2, eps / 2 if eps > mp.mpf(2) ** -20 else 0
        twos, value = (2 * n - n.bit_count()) * mp.log(2), _odd(n)
        return (u * value if n < 8 else 5 * u * twos + 2 * u * mp.log(mp.pi * n) + u / 4) + last * value
    return _each(one, n)

def _quotient(n, eps):
    u, last = min(eps, mp.mpf(2) ** -23) / 2, eps / 2 if eps > mp.mpf(2) ** -20 else 0
    return _each(lambda m: (3 * u + last) * m, ref_digit_mean(n))

bound_digit_mean__loop = bound_digit_mean__bits = _quotient

def draw_odd_part(rng):
    return [1 + rng.randrange(2 ** rng.randint(1, 55)) for _ in range(6)],

def adversarial_odd_part():
    return [([1, 2, 3, 4, 7, 8, 9],), ([15, 20, 127, 128, 2 ** 40, 2 ** 40 - 1, 2 ** 55 - 1],)]

def draw_digit_mean(rng):
    return [1 + rng.randrange(2 ** rng.randint(1, 14)) for _ in range(6)],

def adversarial_digit_mean():
    return [([1, 2, 3, 1024, 1023, 1025],), ([2 ** k for k in range(16)],)]

def check_central_binomial_popcount(odd_part, n):
    """For small n the odd part itself: 2^s times it has to be C(2n, n), within a fifth of a unit of its own exponent of 2."""
    def one(got, n):
        exponent = (mp.log(mp.binomial(2 * n, n)) - got) / mp.log(2)
        return mp.mpf(1) / 5 - abs(exponent - n.bit_count()) if n < 16 else mp.mpf(1)
    return [one(g, k) for g, k in zip(odd_part, n, strict=True)]

def check_mean_growth(digit_mean, n):
    """Below 2^k the mean is k/2, to the last bit."""
    return [mp.mpf(k & (k - 1) > 0 or g == mp.mpf(k.bit_length() - 1) / 2) for g, k in zip(digit_mean, n, strict=True)]

sizes_digit_mean = [256, 4096, 65536]

def inputs_digit_mean(size, dtype, device, generator):
    return torch.randint(1, 2 ** 14, (size,), device=device, generator=generator), dtype

def work_digit_mean(size, itemsize):
    return {"bytes": size * (8 + itemsize), "flop": 56 * 7 * size}

def peers_digit_mean():
    return {"loop": torch_digit_mean__loop}

def _plot(en, zh, ylabel, claim, series, scale="linear"):
    digits = lambda values: [float(f"{float(v):.6g}") for v in values]
    return {"caption": {"en": en, "zh": zh}, "xlabel": "n", "ylabel": ylabel, "xscale": scale, "yscale": "linear", "claim": claim, "vlines": [], "hlines": [],
            "series": [{"label": label, "x": digits(x), "y": digits(y), "style": style} for label, x, y, style in series]}

def plot_exponent_of_two():
    n = range(1, 513)
    return _plot("The exponent of 2 in C(2n, n): self-similar, back to 1 at every power of 2.", "C(2n, n) 含 2 的幂次：自相似，在每个 2 的幂处回到 1。",
                 "exponent", "central_binomial_popcount", [("exponent", n, [k.bit_count() for k in n], "points")])

def plot_mean():
    n = range(2, 2049)
    return _plot("The mean of the exponents below n against half the binary logarithm; equal at the powers of 2.",
                 "n 以下幂次的平均值与 log2(n)/2；在 2 的幂处相等。", "mean", "mean_growth", scale="log", series=[
                     ("mean below n", n, [mp.mpf(_ones_below(k)) / k for k in n], "line"), ("log2(n)/2", n, [mp.log(k, 2) / 2 for k in n], "dashed")])
