"""Depthwise-separable convolution, averaging over flips, and a small separable network on images of 28 x 28.

**Computes.** `separable` the depthwise-separable convolution of one image with padding to the same size: y_n = sum_m p_mn (d_m * x_m).
`flip_loss` -log((e^a + e^b)/2), the cross-entropy of the mean of two predictions from their log-probabilities a, b.
`read_idx` reads the files of MNIST and fashion-mnist, `synthetic` draws ten classes of simple shapes in their form, `network` is
a MobileNet in miniature, `experiment_classify` trains it. Proofs: `proofs/fashion_mobilenet.py`.
**Shapes.** x [M, H, W], d [M, K, K] with odd K, p [M, N], result [N, H, W]. a, b [...] and the result alike.
**Errors.** u = eps/2, first order; bfloat16 is computed in float32 and rounded once (last).
separable: with S_n = sum_m |p_mn| (|d_m| * |x_m|): `grouped` K^2 products and sums and M more, (K^2 + M + 2) u S; `full` rounds the
products d_m p_mn and adds up K^2 M terms, (K^2 M + 2) u S.
flip_loss, `logaddexp`: log 2 - logaddexp(a, b), max(a, b) = t: the difference of a and b carries u and moves the result by at most
half of that, log1p(exp(-|a-b|)) <= log 2 carries 4u of itself, the sum u (|t| + log 2), log 2 and the last difference u each: u (|a
- b|/2 + |t| + 6 log 2 + |result|).
`exponentials`: e^a and e^b carry 2u, sum and halving u, and the logarithm adds 2u of the result: 4u + 2u |result|, until e^a and e^b leave
the range of the dtype: nothing is promised below that.
**Cost.** grouped K^2 + N products per channel and pixel, full K^2 N.
"""
import gzip
import itertools
import math
from pathlib import Path

import mpmath as mp
import torch
import torch.nn.functional as nn

data_files = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")

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
    """Images [count, 28, 28] of bytes and labels 0, ..., 9: bars, frames, crosses and discs at random places, with noise."""
    y, x = torch.meshgrid(torch.arange(28), torch.arange(28), indexing="ij")
    label = torch.randint(0, 10, (count,), generator=generator)
    dy, dx = torch.randint(-4, 5, (2, count, 1, 1), generator=generator)
    v, h = y - 14 - dy, x - 14 - dx
    shapes = [h.abs() < 3, v.abs() < 3, (h - v).abs() < 4, (h + v).abs() < 4, (h.abs() < 3) | (v.abs() < 3), torch.maximum(h.abs(), v.abs()) < 6,
              (torch.maximum(h.abs(), v.abs()) - 8).abs() < 2, h * h + v * v < 40, (h * h + v * v - 64).abs() < 24, (h.abs() < 9) & (v.abs() < 9) & ((h // 3 + v // 3) % 2 == 0)]
    picture = torch.stack([s.expand(count, 28, 28) for s in shapes], 1)[torch.arange(count), label]
    bright = torch.randint(120, 220, (count, 1, 1), generator=generator)
    return (picture * bright + torch.randint(0, 36, (count, 28, 28), generator=generator)).to(torch.uint8), label

def load(folder, name):
    """Images as floats in [-1, 1] and labels; from files of this name, plain or gzipped."""
    found = [next(p for p in (Path(folder) / f"{name}-{kind}", Path(folder) / f"{name}-{kind}.gz") if p.is_file()) for kind in ("images-idx3-ubyte", "labels-idx1-ubyte")]
    images, labels = map(read_idx, found)
    return images.unsqueeze(1).float() / 127.5 - 1, labels.long()

def block(before, after, stride):
    return [torch.nn.Conv2d(before, before, 3, stride, 1, groups=before, bias=False), torch.nn.BatchNorm2d(before), torch.nn.ReLU(),
            torch.nn.Conv2d(before, after, 1, bias=False), torch.nn.BatchNorm2d(after), torch.nn.ReLU()]

def network(width=8, blocks=((16, 1), (32, 2), (32, 1))):
    """A stem of stride 2, depthwise-separable blocks, the mean over all pixels, and a linear layer to 10 classes."""
    layers, before = [torch.nn.Conv2d(1, width, 3, 2, 1, bias=False), torch.nn.BatchNorm2d(width), torch.nn.ReLU()], width
    for after, stride in blocks:
        layers += block(before, after, stride)
        before = after
    return torch.nn.Sequential(*layers, torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), torch.nn.Linear(before, 10))

MOBILENET = ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1))

def accuracy(net, images, labels, flip):
    """The share of correct answers; with `flip` from the mean of the predictions for the image and its mirror image."""
    right = 0
    with torch.no_grad():
        for x, t in zip(images.split(500), labels.split(500), strict=True):
            p = net(x).softmax(-1)
            p = (p + net(x.flip(-1)).softmax(-1)) / 2 if flip else p
            right += int((p.argmax(-1) == t).sum())
    return right / len(labels)

def experiment_classify(folder):
    """Trains `network` for one pass over the training images (synthetic ones without a folder)."""
    torch.manual_seed(30)
    generator = torch.Generator().manual_seed(30)
    if folder is None:
        (train, labels), (test, truth) = (synthetic(n, generator) for n in (2000, 500))
        train, test = (images.unsqueeze(1).float() / 127.5 - 1 for images in (train, test))
    else:
        (train, labels), (test, truth) = load(folder, "train"), load(folder, "t10k")
    net = network()
    optimizer = torch.optim.Adam(net.parameters(), 0.01)
    for at in torch.randperm(len(train), generator=generator).split(30):
        x = torch.where(torch.rand(len(at), 1, 1, 1, generator=generator) < 0.5, train[at], train[at].flip(-1)) if folder else train[at]
        optimizer.zero_grad()
        nn.cross_entropy(net(x), labels[at]).backward()
        optimizer.step()
    net.eval()
    full = sum(p.numel() for p in network(32, MOBILENET).parameters()) + sum(b.numel() for n, b in network(32, MOBILENET).named_buffers() if n.endswith(("mean", "var")))
    rows = [{"what": {"en": "images in training and test", "zh": "训练与测试图片数"}, "value": len(train) + len(test), "least": 2500, "most": None},
            {"what": {"en": "accuracy after one pass", "zh": "训练一遍后的准确率"}, "value": accuracy(net, test, truth, False), "least": 0.9, "most": None},
            {"what": {"en": "parameters of MobileNet for grey images and 10 classes, counted in the network itself", "zh": "灰度图、10 类的 MobileNet 参数量（直接在网络中计数）"},
             "value": full, "least": 3238538, "most": 3238538}]
    if folder:
        rows.insert(2, {"what": {"en": "the same, averaged over flips", "zh": "同上，翻转平均"}, "value": accuracy(net, test, truth, True), "least": None, "most": None})
    return {"title": {"en": "A depthwise-separable network on ten classes", "zh": "十分类上的可分离卷积网络"}, "rows": rows}

def working(*tensors):
    return [t.float() if t.dtype in (torch.bfloat16, torch.float16) else t for t in tensors]

def torch_separable__full(x, d, p):
    """One full convolution with the kernels d_m p_mn: K^2 M N weights."""
    y, k, c = working(x, d, p)
    kernel = c.mT[:, :, None, None] * k
    return nn.conv2d(y[None], kernel, padding=d.shape[-1] // 2)[0].to(x.dtype)

def torch_separable__grouped(x, d, p):
    """One convolution per channel, then one sum over channels."""
    y, k, c = working(x, d, p)
    z = nn.conv2d(y[None], k[:, None], padding=d.shape[-1] // 2, groups=len(d))[0]
    return torch.tensordot(c, z, ([0], [0])).to(x.dtype)

def torch_flip_loss__exponentials(a, b):
    """-log((e^a + e^b)/2). Hazard: infinite when both are small."""
    y, z = working(a, b)
    return (-torch.log((torch.exp(y) + torch.exp(z)) / 2)).to(a.dtype)

def torch_flip_loss__logaddexp(a, b):
    """log 2 - logaddexp(a, b)."""
    y, z = working(a, b)
    return (math.log(2) - torch.logaddexp(y, z)).to(a.dtype)

def _convolve(x, d, p, size):
    H, W, r = len(x[0]), len(x[0][0]), len(d[0]) // 2
    def pixel(m, i, j):
        return mp.fsum(size(d[m][r + s][r + t]) * size(x[m][i + s][j + t]) for s in range(-r, r + 1) for t in range(-r, r + 1) if 0 <= i + s < H and 0 <= j + t < W)
    maps = [[[pixel(m, i, j) for j in range(W)] for i in range(H)] for m in range(len(x))]
    return [[[mp.fsum(size(p[m][n]) * maps[m][i][j] for m in range(len(x))) for j in range(W)] for i in range(H)] for n in range(len(p[0]))]

def ref_separable(x, d, p):
    return _convolve(x, d, p, lambda t: t)

def ref_flip_loss(a, b):
    return [-mp.log((mp.exp(s) + mp.exp(t)) / 2) for s, t in zip(a, b, strict=True)]

def _units(eps):
    return min(eps, mp.mpf(2) ** -23) / 2, eps / 2 if eps > mp.mpf(2) ** -20 else 0

def _separable_bound(steps):
    def bound(x, d, p, eps):
        u, last = _units(eps)
        size, value, terms = _convolve(x, d, p, abs), ref_separable(x, d, p), steps(len(d[0]) ** 2, len(x))
        return [[[terms * u * s + last * abs(v) for s, v in zip(r, q, strict=True)] for r, q in zip(g, h, strict=True)] for g, h in zip(size, value, strict=True)]
    return bound

bound_separable__full, bound_separable__grouped = _separable_bound(lambda k, m: k * m + 2), _separable_bound(lambda k, m: k + m + 2)

def bound_flip_loss__logaddexp(a, b, eps):
    u, last = _units(eps)
    return [u * (abs(s - t) / 2 + abs(max(s, t)) + 6 * mp.log(2) + abs(v)) + last * abs(v) for s, t, v in zip(a, b, ref_flip_loss(a, b), strict=True)]

def bound_flip_loss__exponentials(a, b, eps):
    u, last = _units(eps)
    least = -80 if eps > mp.mpf(2) ** -30 else -700
    return [4 * u + (2 * u + last) * abs(v) if max(s, t) > least else mp.inf for s, t, v in zip(a, b, ref_flip_loss(a, b), strict=True)]

differentiable = ("separable__grouped", "flip_loss__logaddexp")

def bound_gradient_separable__grouped(x, d, p, eps):
    """Each gradient is a sum of products of signs with two of x, d, p over all pixels and channels: its terms, N + K^2 + M + H W of them
    in a row at most, with absolute values, for signs all 1."""
    u, K, H, W, N, M = eps / 2, len(d[0]), len(x[0]), len(x[0][0]), len(p[0]), len(x)
    steps = (N + K * K + M + H * W + 6) * u
    r = K // 2
    weight = [mp.fsum(abs(t) for t in row) for row in p]
    near = lambda m, i, j: mp.fsum(abs(d[m][r + s][r + t]) for s in range(-r, r + 1) for t in range(-r, r + 1) if 0 <= i - s < H and 0 <= j - t < W)
    whole = lambda m, s, t: mp.fsum(abs(x[m][i + s][j + t]) for i in range(H) for j in range(W) if 0 <= i + s < H and 0 <= j + t < W)
    gx = [[[steps * weight[m] * near(m, i, j) for j in range(W)] for i in range(H)] for m in range(M)]
    gd = [[[steps * weight[m] * whole(m, s, t) for t in range(-r, r + 1)] for s in range(-r, r + 1)] for m in range(M)]
    maps = [mp.fsum(abs(d[m][r + s][r + t]) * whole(m, s, t) for s in range(-r, r + 1) for t in range(-r, r + 1)) for m in range(M)]
    return [gx, gd, [[steps * maps[m]] * N for m in range(M)]]

def bound_gradient_flip_loss__logaddexp(a, b, eps):
    """The weights e^a/(e^a + e^b) of the two: (|a - b| + 8) u relative."""
    u = eps / 2
    weight = lambda s, t: 1 / (1 + mp.exp(t - s))
    return [[u * (abs(s - t) + 8) * weight(s, t) for s, t in zip(*v, strict=True)] for v in ((a, b), (b, a))]

def draw_separable(rng):
    M, N, H, W = rng.randint(1, 3), rng.randint(1, 3), rng.randint(2, 4), rng.randint(2, 4)
    g = lambda *shape: [g(*shape[1:]) for _ in range(shape[0])] if shape else rng.gauss(0, 1)
    return g(M, H, W), g(M, 3, 3), g(M, N)

def adversarial_separable():
    identity = [[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]]
    return [([[[1.0, 2.0], [3.0, 4.0]]], [identity], [[1.0, -1.0]]), ([[[1.0]], [[1.0]]], [[[3.0]], [[3.0]]], [[1.0], [-1.0]]), ([[[0.1] * 4] * 4], [[[0.1] * 3] * 3], [[0.1]])]

def draw_flip_loss(rng):
    return [-rng.uniform(0, 12) for _ in range(6)], [-rng.uniform(0, 12) for _ in range(6)]

def adversarial_flip_loss():
    return [([0.0, -1.0, 0.0, -50.0, -0.5], [0.0, -1.0, -60.0, -50.5, -0.25]), ([-200.0, -1000.0], [-201.0, -1000.0])]

def check_flip_averaging(flip_loss, a, b):
    """At most the mean of the two losses, up to rounding; infinite values promise nothing."""
    return [mp.mpf(1) if not mp.isfinite(x) else (1 + abs(s + t)) / 64 - (s + t) / 2 - x for x, s, t in zip(flip_loss, a, b, strict=True)]

sizes_separable = [(16, 32, 28), (64, 64, 28), (128, 128, 56)]

def inputs_separable(size, dtype, device, generator):
    M, N, side = size
    return tuple(torch.randn(s, device=device, generator=generator).to(dtype) for s in ((M, side, side), (M, 3, 3), (M, N)))

def work_separable(size, itemsize):
    M, N, side = size
    return {"bytes": (2 * M + N) * side * side * itemsize, "flop": 2 * (9 + N) * M * side * side}

def peers_separable():
    return {"full convolution": torch_separable__full}

def _plot(en, zh, xlabel, ylabel, claim, series, scale="linear", hlines=()):
    digits = lambda values: [float(f"{float(v):.6g}") for v in values]
    return {"caption": {"en": en, "zh": zh}, "xlabel": xlabel, "ylabel": ylabel, "xscale": scale, "yscale": scale, "claim": claim, "vlines": [], "hlines": list(hlines),
            "series": [{"label": label, "x": digits(x), "y": digits(y), "style": style} for label, x, y, style in series]}

def plot_cost():
    ns = [2 ** k for k in range(1, 11)]
    return _plot("Products of the separable over the full convolution.", "可分离卷积与完整卷积的乘法次数之比。", "output channels N", "ratio", "separable_cost_ratio",
                 [(f"K = {k}", ns, [mp.mpf(1) / n + mp.mpf(1) / k ** 2 for n in ns], "line") for k in (3, 5, 7)], "log")

def plot_intervals():
    w, points = mp.sqrt(2) * mp.erfinv(mp.mpf("0.95")), (mp.mpf("0.945"), mp.mpf("0.95"))
    def end(x, n, sign):
        return (x + w * w / (2 * n) + sign * w * mp.sqrt(x * (1 - x) / n + w * w / (4 * n * n))) / (1 + w * w / n)
    ns = [1000 * 2 ** (mp.mpf(k) / 4) for k in range(29)]
    return _plot("Wilson intervals of 94.5 and 95 percent against the number of test images: at 10000 they still overlap.", "94.5% 与 95% 的 Wilson 区间随测试图片数的变化：一万张时仍重叠。",
                 "test images", "accuracy", "accuracy_resolution", [(f"{label} of {mp.nstr(100 * x, 3)}%", ns, [end(x, n, sign) for n in ns], style)
                                                               for x, style in zip(points, ("line", "dashed"), strict=True) for label, sign in (("upper end", 1), ("lower end", -1))])

def _parameters(alpha8, classes):
    """MobileNet v1 at width alpha8/8, three input channels; 4 numbers of batch normalisation for every channel."""
    widths = [alpha8 * c // 8 for c in (32, 64, 128, 128, 256, 256, *[512] * 6, 1024, 1024)]
    body = 27 * widths[0] + 4 * widths[0] + sum(13 * a + a * b + 4 * b for a, b in itertools.pairwise(widths))
    return body + (classes * (widths[-1] + 1) if classes else 0)

def plot_parameters():
    widths = [k / 8 for k in range(1, 13)]
    return _plot("Parameters of MobileNet v1 against the width: between linear and quadratic.", "MobileNet v1 的参数量随宽度的变化：介于线性与平方之间。", "width alpha", "parameters", "mobilenet_parameter_count",
                 [(label, widths, [_parameters(k, classes) for k in range(1, 13)], "points") for label, classes in (("without top", 0), ("10 classes", 10), ("1000 classes", 1000))]
                 + [("3228864 alpha^2", widths, [3228864 * w * w for w in widths], "dashed")], "log")
