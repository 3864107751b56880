"""The Jensen-Shannon divergence, the losses of a generator, the pixels of IDX files, and a GAN in miniature.

**Computes.** `js` (sum of p log(p/m) + q log(q/m))/2, m = (p + q)/2, for p, q >= 0 with p + q > 0.
`generator_losses` log(1 - sigma(s)) and -log sigma(s) for logits s.
`pixels` y/127.5 - 1 for grey values y = 0, ..., 255. `read_idx` reads the files of MNIST and fashion-mnist, `synthetic` draws images in
their form, `experiment_gan` plays the game. Proofs: `proofs/fashion_gan.py`.
**Shapes.** p, q [..., n], result [...]; s [n], result [2, n]; y [n] integers.
**Errors.** u = eps/2, first order; bfloat16 is computed in float32 and rounded once (last), except in the naive forms.
js, `difference`: with d = (q - p)/(p + q) a term is m g(d), g(d) = (1+d) log(1+d) + (1-d) log(1-d) >= d^2. For |d| <= 1/2, g = log1p(-d^2) + d
(log1p(d) - log1p(-d)): d carries 3u, which d g'/g <= 2.2 passes on, the two parts, of size 1.15 d^2 and 2.2 d^2, 4u and 5u: 24u of g
in all. For |d| > 1/2 the terms are added as they stand: quotients 2u, logarithms 2u, products u, at most 10u m, and g > 0.26: 38u.
With m, the product and a sum of n terms, all of one sign: (n + 42) u relative, however close p and q are.
`logs`: each term p log(p/m) carries u p (2 + 3 |log(p/m)|) absolute, the sums n + 1 of the size of all terms together: the sum is of
the order (p - q)^2, so everything is lost when p and q are close.
generator_losses, `softplus`: -(max(s, 0) + log1p(exp(-|s|))): exponential 2u, log1p 2u, sum u, 6u relative; what underflows is less than the
least normal number. `sigmoid`: D carries 3u, 1 - D u more of 1, the logarithm 2u of itself: (3u D + u)/(1 - D) and 3u, which is
everything from s = 17 (float32) on; nothing is promised where 1 - D or D leaves the normal range.
pixels: division and difference, u (|y/127.5| + |result|).
**Cost.** One or two logarithms per entry.
"""
import gzip
import math
from pathlib import Path

import mpmath as mp
import torch
import torch.nn.functional as nn

data_files = ("train-images-idx3-ubyte",)

def read_idx(path):
    """A tensor of bytes from an IDX file, plain or gzipped: 00 00 08 nd, nd sizes as big-endian 32-bit integers, the data."""
    raw = Path(path).read_bytes()
    raw = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    if raw[:3] != b"\x00\x00\x08" or len(raw) < 4 + 4 * raw[3]:
        raise ValueError(f"{path}: not an IDX file of bytes")
    sizes = [int.from_bytes(raw[4 + 4 * k:8 + 4 * k], "big") for k in range(raw[3])]
    body = bytearray(raw[4 + 4 * len(sizes):])
    if len(body) != math.prod(sizes):
        raise ValueError(f"{path}: {math.prod(sizes)} bytes are announced, {len(body)} follow")
    return torch.frombuffer(body, dtype=torch.uint8).reshape(sizes)

def synthetic(count, generator):
    """Images [count, 28, 28] of bytes: a garment of two sleeves and a trunk, of random width, length and grey, with noise."""
    y, x = torch.meshgrid(torch.arange(28), torch.arange(28), indexing="ij")
    width, length, cuff = (torch.randint(low, high, (count, 1, 1), generator=generator) for low, high in ((4, 7), (18, 25), (8, 13)))
    trunk = ((x - 14).abs() <= width) & (y >= 4) & (y <= length)
    sleeves = ((x - 14).abs() <= cuff) & (y >= 4) & (y <= 9)
    bright = torch.randint(120, 220, (count, 1, 1), generator=generator)
    return ((trunk | sleeves) * bright + torch.randint(0, 36, (count, 28, 28), generator=generator)).to(torch.uint8)

def experiment_gan(folder):
    """Plays the game with the non-saturating loss for 400 steps, on synthetic garments or on the images in a folder."""
    torch.manual_seed(28)
    generator = torch.Generator().manual_seed(28)
    if folder is None:
        images = synthetic(1000, generator)
    else:
        images = read_idx(next(p for p in (Path(folder) / data_files[0], Path(folder) / f"{data_files[0]}.gz") if p.is_file()))
    real = images.flatten(1).float() / 127.5 - 1
    G = torch.nn.Sequential(torch.nn.Linear(16, 96), torch.nn.ReLU(), torch.nn.Linear(96, 784), torch.nn.Tanh())
    D = torch.nn.Sequential(torch.nn.Linear(784, 96), torch.nn.LeakyReLU(0.2), torch.nn.Linear(96, 1))
    first, second = torch.optim.Adam(G.parameters(), 1e-3, (0.5, 0.9)), torch.optim.Adam(D.parameters(), 5e-4, (0.5, 0.9))
    noise = lambda n: torch.randn(n, 16, generator=generator)
    for _ in range(400):
        x, z = real[torch.randint(0, len(real), (32,), generator=generator)], G(noise(32))
        second.zero_grad()
        (nn.softplus(-D(x)).mean() + nn.softplus(D(z.detach())).mean()).backward()
        second.step()
        first.zero_grad()
        nn.softplus(-D(G(noise(32)))).mean().backward()
        first.step()
    with torch.no_grad():
        made = G(noise(500))
        mean, goal = made.mean(0), real.mean(0)
        likeness = float(torch.corrcoef(torch.stack([mean, goal]))[0, 1])
        rejected = float(((D(real[:500]) > 0).float().mean() + (D(made) < 0).float().mean()) / 2)
    rows = [({"en": "images", "zh": "图片数"}, len(real), 1000, None),
            ({"en": "correlation of the mean generated image with the mean image", "zh": "生成图片均值与图片均值的相关系数"}, likeness, 0.7, None),
            ({"en": "distance of the mean grey values, in [-1, 1]", "zh": "平均灰度之差（值域 [-1, 1]）"}, float((mean.mean() - goal.mean()).abs()), None, 0.25),
            ({"en": "spread of the generated images, so that they are not all one", "zh": "生成图片的离散程度（不全相同）"}, float(made.std(0).mean()), 0.02, None),
            ({"en": "answers of the discriminator that are right", "zh": "判别器判断正确的比例"}, rejected, 0.3, None)]
    return {"title": {"en": "A GAN of two layers each", "zh": "两层网络的 GAN"}, "rows": [{"what": w, "value": v, "least": a, "most": b} for w, v, a, b in rows]}

def work(x):
    return x.float() if x.dtype in (torch.bfloat16, torch.float16) else x

def torch_js__logs(p, q):
    """The definition, in the dtype of the inputs. Hazard: cancels when p and q are close."""
    m = (p + q) / 2
    return (torch.xlogy(p, p / m) + torch.xlogy(q, q / m)).sum(-1) / 2

def torch_js__difference(p, q):
    """Sum of m g(d)/2, d = (q - p)/(p + q): no cancellation, zero exactly for p = q."""
    x, y = work(p), work(q)
    m, d = (x + y) / 2, (y - x) / (x + y)
    e = torch.where(d.abs() > 0.5, 0, d)
    near = torch.log1p(-e * e) + e * (torch.log1p(e) - torch.log1p(-e))
    far = torch.xlogy(x, x / m) + torch.xlogy(y, y / m)
    return (torch.where(d.abs() > 0.5, far, m * near).sum(-1) / 2).to(p.dtype)

def torch_generator_losses__sigmoid(s):
    """Logarithms of sigma and 1 - sigma. Hazard: infinite for large logits."""
    D = torch.sigmoid(s)
    return torch.stack([torch.log(1 - D), -torch.log(D)])

def torch_generator_losses__softplus(s):
    """-softplus(s) and softplus(-s), written out: the one of torch returns its argument beyond 20."""
    x = work(s)
    tail = torch.log1p(torch.exp(-x.abs()))
    return torch.stack([-(x.clamp_min(0) + tail), (-x).clamp_min(0) + tail]).to(s.dtype)

def torch_pixels__scaled(y, dtype):
    inner = torch.float32 if dtype in (torch.bfloat16, torch.float16) else dtype
    return (y.to(inner) / 127.5 - 1).to(dtype)

def _rows(f, p, q):
    return [f(a, b) for a, b in zip(p, q, strict=True)] if isinstance(p[0], list) else f(p, q)

def _xlog(a, b):
    return a * mp.log(a / b) if a else mp.mpf(0)

def _js(p, q):
    return mp.fsum(_xlog(a, (a + b) / 2) + _xlog(b, (a + b) / 2) for a, b in zip(p, q, strict=True)) / 2

def ref_js(p, q):
    return _rows(_js, p, q)

def ref_generator_losses(s):
    return [[-mp.log1p(mp.exp(x)) for x in s], [mp.log1p(mp.exp(-x)) for x in s]]

def ref_pixels(y):
    return [mp.mpf(2 * x) / 255 - 1 for x in y]

def _units(eps):
    return min(eps, mp.mpf(2) ** -23) / 2, eps / 2 if eps > mp.mpf(2) ** -20 else 0

def bound_js__difference(p, q, eps):
    u, last = _units(eps)
    return _rows(lambda a, b: ((len(a) + 42) * u + last) * _js(a, b), p, q)

def bound_js__logs(p, q, eps):
    u = eps / 2
    def one(p, q):
        size = lambda a, b: abs(_xlog(a, (a + b) / 2))
        terms = mp.fsum(size(a, b) + size(b, a) for a, b in zip(p, q, strict=True))
        return (u * mp.fsum(2 * (a + b) for a, b in zip(p, q, strict=True)) + (len(p) + 4) * u * terms) / 2
    return _rows(one, p, q)

def bound_generator_losses__softplus(s, eps):
    u, last = _units(eps)
    tiny = mp.mpf(2) ** (-126 if eps > mp.mpf(2) ** -30 else -1022)
    return [[(6 * u + last) * abs(v) + tiny for v in row] for row in ref_generator_losses(s)]

def bound_generator_losses__sigmoid(s, eps):
    u, least = eps / 2, -80 if eps > mp.mpf(2) ** -30 else -700
    def first(x, v):  # log(1 - D)
        D, rest = 1 / (1 + mp.exp(-x)), 1 / (1 + mp.exp(x))
        return ((3 * u * D + u) / rest + 3 * u * abs(v)) * (1 + 8 * u / rest) if rest > 16 * u else mp.inf
    def second(x, v):
        return 4 * u + 3 * u * abs(v) if x > least else mp.inf
    low, high = ref_generator_losses(s)
    return [[first(*t) for t in zip(s, low, strict=True)], [second(*t) for t in zip(s, high, strict=True)]]

def bound_pixels__scaled(y, eps):
    u, last = _units(eps)
    return [u * (mp.mpf(2 * x) / 255 + abs(v)) + last * abs(v) for x, v in zip(y, ref_pixels(y), strict=True)]

differentiable = ("js__difference", "generator_losses__softplus")

def bound_gradient_js__difference(p, q, eps):
    """With J = m g(d)/2 the derivatives are g/4 + m g'(d) d_p/2, g' = 2 artanh d, |m d_p| <= 1: two parts, of which each carries 40u; the pieces of
    g' that cancel, 2d/(1 - d^2), count once more."""
    def one(a, b):
        d = abs(b - a) / (a + b)
        return 40 * eps / 2 * (2 * mp.atanh(d) + d / (1 - d * d)) + mp.mpf(10) ** -25
    both = [[one(a, b) for a, b in zip(r, t, strict=True)] for r, t in zip(p, q, strict=True)] if isinstance(p[0], list) else [one(*v) for v in zip(p, q, strict=True)]
    return [both, both]

def bound_gradient_generator_losses__softplus(s, eps):
    """Signs times sigma(s) and 1 - sigma(s), both from e^-|s|: 12u of their sum, which is 1."""
    return [[12 * eps / 2 for _ in s]]

def draw_js(rng):
    n = rng.randint(2, 5)
    p = [[rng.uniform(0.05, 1) for _ in range(n)] for _ in range(2)]
    step = 2.0 ** -rng.randint(0, 20)
    return p, [[x * (1 + step * rng.uniform(-0.9, 0.9)) for x in row] for row in p]

def adversarial_js():
    p = [0.5, 0.25, 0.25]
    return [([p], [p]), ([p], [[0.25, 0.25, 0.5]]), ([[1.0, 0.0]], [[0.0, 1.0]]), ([[0.5, 0.5]], [[0.5 + 2.0 ** -8, 0.5 - 2.0 ** -8]]), ([[1.0, 1e-6]], [[1e-6, 1.0]]), ([[3.0, 1.0]], [[1.0, 1.0]])]

def draw_generator_losses(rng):
    return [rng.gauss(0, 8) for _ in range(8)],

def adversarial_generator_losses():
    return [([0.0, -10.0, 10.0, -5.0, 40.0, -40.0],), ([20.5, -20.5, 90.0, -90.0, 700.0],)]

def draw_pixels(rng):
    return [rng.randrange(256) for _ in range(8)],

def adversarial_pixels():
    return [(list(range(256)),)]

def check_js_identity(js, p, q):
    """0 <= JSD <= log 2 (p + q)/2, up to the rounding of a bfloat16."""
    def one(x, a, b):
        size = mp.fsum(a) + mp.fsum(b)
        return min(x + size / 16, mp.log(2) * size / 2 * mp.mpf("1.1") - x)
    return [one(*v) for v in zip(js, p, q, strict=True)]

def check_idx_format(pixels, y):
    """Rounding brings every grey value back, in every dtype."""
    return [mp.mpf(mp.nint((x + 1) * 255 / 2) == v) for x, v in zip(pixels, y, strict=True)]

sizes_js = [(64, 1000), (256, 8192), (1024, 32000)]

def inputs_js(size, dtype, device, generator):
    p = torch.rand(size, device=device, generator=generator) + 0.1
    return p.to(dtype), (p * (1 + 0.01 * torch.rand(size, device=device, generator=generator))).to(dtype)

def work_js(size, itemsize):
    return {"bytes": 2 * size[0] * size[1] * itemsize, "flop": 12 * size[0] * size[1]}

def peers_js():
    def kl_div(p, q):
        m = ((p + q) / 2).log()
        return (nn.kl_div(m, p, reduction="none") + nn.kl_div(m, q, reduction="none")).sum(-1) / 2
    return {"logs": torch_js__logs, "torch idiom: two kl_div": kl_div}

def _plot(en, zh, xlabel, ylabel, claim, series, yscale="linear", hlines=()):
    digits = lambda values: [float(f"{float(v):.6g}") for v in values]
    return {"caption": {"en": en, "zh": zh}, "xlabel": xlabel, "ylabel": ylabel, "xscale": "linear", "yscale": yscale, "claim": claim, "vlines": [], "hlines": list(hlines),
            "series": [{"label": label, "x": digits(x), "y": digits(y), "style": "line"} for label, x, y in series]}

def plot_losses():
    s = [mp.mpf(k) / 10 for k in range(-100, 101)]
    sigma = [1 / (1 + mp.exp(-x)) for x in s]
    return _plot("Size of the gradient of both generator losses in the logit of the discriminator: the ratio is e^-s.", "两种生成器损失对判别器 logit 的梯度大小：比值为 e^-s。", "logit s", "gradient",
                 "saturating_gradients", [("saturating", s, sigma), ("non-saturating", s, [1 - x for x in sigma])], "log")

def plot_divergence():
    mus = [mp.mpf(k) / 10 for k in range(81)]
    def js(mu):
        steps = [mp.mpf(k) / 4 for k in range(-40, 41 + 4 * int(mu))]
        density = lambda x, mu: mp.exp(-(x - mu) ** 2 / 2)
        pairs = [(density(x, 0), density(x, mu)) for x in steps]
        return _js(*zip(*pairs, strict=True)) / 4 / mp.sqrt(2 * mp.pi)
    with mp.workdps(15):
        values = [js(mu) for mu in mus]
    return _plot("Jensen-Shannon divergence of N(0, 1) and N(mu, 1): it is nearly constant, log 2, once the two are apart.", "N(0, 1) 与 N(μ, 1) 的 Jensen-Shannon 散度：分离后几乎恒为 log 2。", "mu", "JSD",
                 "no_gradient_when_disjoint", [("JSD", mus, values)], hlines=(0.693147,))

def plot_interpolation():
    ts = [mp.mpf(k) / 50 for k in range(51)]
    pairs = (("(1/2, 1/3, 1/6) to (1/6, 1/3, 1/2)", (mp.mpf(1) / 2, mp.mpf(1) / 3, mp.mpf(1) / 6)), ("(0.9, 0.1) to (0.1, 0.9)", (mp.mpf("0.9"), mp.mpf("0.1"))), ("(1, 0) to (0, 1)", (mp.mpf(1), mp.mpf(0))))
    return _plot("The value of the game at the best discriminator, -log 4 + 2 JSD, on the way of the generator from the data law to its mirror image.", "生成器由数据分布走向其镜像时，最优判别器下的博弈值 -log 4 + 2 JSD。",
                 "t", "value", "js_identity", [(label, ts, [2 * _js(p, [(1 - t) * a + t * b for a, b in zip(p, p[::-1], strict=True)]) - mp.log(4) for t in ts]) for label, p in pairs], hlines=(-1.386294, 0))
