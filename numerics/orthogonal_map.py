"""Orthogonal maps that carry the direction of a to the direction of b, applied in O(d).

**Computes.** With a and b divided by their lengths, c = a.b, w = a + b, v = a - b (claims: `proofs/orthogonal_map.py`):
rotate R x = x + 2 b <a,x> - 2 w <w,x> / |w|^2,   reflect Q x = x - 2 v <v,x> / |v|^2,   images (R a, Q a) = (b, b),
grams (R^T R, Q^T Q) = (I, I). At b = -a (for R) and at b = a (for Q) the formulas read 0/0.
The value defined here is the limit along b = -+a cos t + m sin t, t -> 0, m = the axis e_k made orthogonal to a, k the
first index of the smallest |a_k|: R = I - 2 a a^T - 2 m m^T and Q = I - 2 m m^T, still proper and improper. For d = 1
there is no such m; the only orthogonal map that carries a to b is then x -> a b x, and both functions return it.
**Shapes.** x [..., d]; a, b [d] or broadcastable to x, nonzero, of any length; the result has the shape and dtype of x.
**Errors.** In units of |x|, u = eps/2, first order, sums of d terms; bfloat16 is computed in float32 and rounded once
(+ u). Division by the largest entry, norm, division: |a^ - a| <= nu = (d/2 + 4) u. The direction of w^ is then off by 2
nu/|w| + u, a projector by that angle (never more than 1), and I minus twice a projector by at most min(2, 2 (2 nu/|w| +
u)).
`vector`: that, plus 2 b<a,x>: 2 (2 nu + (d + 2) u), plus evaluation of the second product 2 (2d + 3) u and of the sums
4 u.
`matrix`: 1 + c carries the absolute error n1 = 2 nu + (d + 1) u, hence the relative error n1/(1 + c) = 2 n1/|w|^2, the
square of the amplification of `vector`; the entries cost (sqrt(d) + 12) u and the product with x (d + 1)(sqrt(d) + 4)
u.
`safe`: R = H_w H_a and Q = H_v, products of m = 2 and 1 reflections, orthogonal whatever the normals are. These are
found in float64 and rounded once: 2u each; the dual vectors W (see `mirrors`) 2u, sums 2d u, products 2u each, final
sums 6u. Together (m (2d + 6) + 6) u at every angle, plus the conditioning of the plane of a and b, 2 (2 nu + 8u)/|w|
with the u of float64, capped by 2; a Gram entry twice that without the cap term, + d u. The image of a does not even
see that: w is first made orthogonal to v, w = w' + tau v, tau = (|a^|^2 - |b^|^2)/|v|^2 = O(u), and H_w' H_a a = b -
tau v, whereas H_w H_a a = b + w (|a^|^2 - |b^|^2)/|w|^2 would be off by u/|w|.
**Cost.** O(d) per row, two reads and one write of x; the matrix form is O(d^2) per row and O(d^2) memory.
"""
import math

import mpmath as mp
import numpy as np
import torch

def working(*tensors):
    """bfloat16 and float16 to float32, other dtypes as they are."""
    return [t.float() if t.dtype in (torch.bfloat16, torch.float16) else t for t in tensors]

def dot(p, q):
    return (p * q).sum(-1, keepdim=True)

def unit(a):
    """a / |a|; dividing by the largest entry first avoids overflow and gives multiples of a vector equal bits."""
    a = a / a.abs().amax(-1, keepdim=True)
    return a / torch.linalg.vector_norm(a, dim=-1, keepdim=True)

def bisector(a, b, k):
    """a + b for unit a, b, made orthogonal to a - b; at b = -a the axis e_k made orthogonal to a - b. Nonzero."""
    w, v = a + b, a - b
    obtuse = dot(v, v) > 2  # c < 0: only there does w lose its direction, and only there is 1/|v|^2 harmless
    vv = torch.where(obtuse, dot(v, v), 1)
    w = w - torch.where(obtuse, dot(w, v) / vv, 0) * v
    axis = (torch.arange(a.shape[-1], device=a.device) == k).to(w.dtype)
    axis = axis - dot(axis, v) / vv * v
    # below 4 eps all of w is rounding error of a and b: any direction orthogonal to v is as good
    return torch.where(dot(w, w) > (4 * torch.finfo(w.dtype).eps) ** 2, w, axis)

def mirrors(x, *normals):
    """H_m ... H_1 x = x - sum_i W_i <v_i, x>, H_i with normal v_i, W_i = H_m ... H_(i+1) (2 v_i / |v_i|^2)."""
    V, W = [v.to(x.dtype) for v in normals], []
    for i, v in enumerate(V):  # W belongs to the normals as rounded, so that their rounding costs no orthogonality
        w = v.double() * (2 / dot(v.double(), v.double()))
        for n in V[i + 1:]:
            w = w - n.double() * (2 * dot(n.double(), w) / dot(n.double(), n.double()))
        W.append(w.to(x.dtype))
    if x.dim() == 2 and all(v.dim() == 1 for v in V):
        return torch.addmm(x, x @ torch.stack(V).T, torch.stack(W), alpha=-1)
    return x - sum(w * dot(v, x) for v, w in zip(V, W, strict=True))

def apply_matrix(T, x):
    return x @ T.T if T.dim() == 2 else (T @ x.unsqueeze(-1)).squeeze(-1)

def torch_rotate__matrix(x, a, b):
    """(I + 2 b a^T - w w^T / (1 + c)) x. Hazard: error eps/(1 + c) near b = -a."""
    y, a, b = working(x, a, b)
    a, b = unit(a), unit(b)
    w, s = a + b, (1 + dot(a, b)).clamp_min(torch.finfo(a.dtype).eps)  # the usual guard: below eps, 1 + c is noise
    R = torch.eye(x.shape[-1], dtype=a.dtype, device=a.device) + 2 * b.unsqueeze(-1) * a.unsqueeze(-2)
    return apply_matrix(R - w.unsqueeze(-1) * (w / s).unsqueeze(-2), y).to(x.dtype)

def torch_rotate__vector(x, a, b):
    """x + 2 b <a,x> - 2 w <w,x> / |w|^2; at b = -a the last term is dropped, which leaves a reflection."""
    y, a, b = working(x, a, b)
    a, b = unit(a), unit(b)
    w = a + b
    return (y + 2 * (b * dot(a, y) - w * (dot(w, y) / torch.where(dot(w, w) > 0, dot(w, w), 1)))).to(x.dtype)

def torch_rotate__safe(x, a, b):
    """H_w H_a x, w = bisector(a, b): a rotation with R a = b at every angle (d >= 2), with a finite gradient."""
    if x.shape[-1] == 1:
        return x * a.sign() * b.sign()
    p, q = unit(a.double()), unit(b.double())
    return mirrors(*working(x), p, bisector(p, q, a.abs().argmin(-1, keepdim=True))).to(x.dtype)

def torch_reflect__matrix(x, a, b):
    """(I - v v^T / (1 - c)) x. Hazard: error eps/(1 - c) near b = a."""
    y, a, b = working(x, a, b)
    a, b = unit(a), unit(b)
    v, s = a - b, (1 - dot(a, b)).clamp_min(torch.finfo(a.dtype).eps)
    Q = torch.eye(x.shape[-1], dtype=a.dtype, device=a.device) - v.unsqueeze(-1) * (v / s).unsqueeze(-2)
    return apply_matrix(Q, y).to(x.dtype)

def torch_reflect__vector(x, a, b):
    """x - 2 v <v,x> / |v|^2; at b = a this is the identity, which is not a reflection."""
    y, a, b = working(x, a, b)
    v = unit(a) - unit(b)
    return (y - v * (2 * dot(v, y) / torch.where(dot(v, v) > 0, dot(v, v), 1))).to(x.dtype)

def torch_reflect__safe(x, a, b):
    """H_v x, v = bisector(a, -b): a reflection that swaps a and b at every angle (d >= 2), with a finite gradient."""
    if x.shape[-1] == 1:
        return x * a.sign() * b.sign()
    v = bisector(unit(a.double()), -unit(b.double()), a.abs().argmin(-1, keepdim=True))
    return mirrors(*working(x), v).to(x.dtype)

def _images(rotate, reflect):
    def images(a, b):
        x = unit(a.double()).to(torch.promote_types(a.dtype, torch.float32))
        return torch.stack([f(x, *working(a, b)) for f in (rotate, reflect)]).to(a.dtype)
    return images

def _grams(rotate, reflect):
    def grams(a, b):
        eye = torch.eye(a.shape[-1], dtype=working(a)[0].dtype, device=a.device)
        T = torch.stack([f(eye, *working(a, b)) for f in (rotate, reflect)])  # the rows are the images of the axes
        return (T @ T.mT).to(a.dtype)
    return grams

torch_images__vector = _images(torch_rotate__vector, torch_reflect__vector)
torch_images__safe = _images(torch_rotate__safe, torch_reflect__safe)
torch_grams__vector = _grams(torch_rotate__vector, torch_reflect__vector)
torch_grams__safe = _grams(torch_rotate__safe, torch_reflect__safe)

def _each(f, x, a, b):
    """f on every row of x; a and b are rows or shared."""
    if isinstance(x[0], list):
        return [_each(f, r, *(v[i] if isinstance(v[0], list) else v for v in (a, b))) for i, r in enumerate(x)]
    return f(x, a, b)

def _unit(a):
    return [t / mp.sqrt(mp.fdot(a, a)) for t in a]

def _map(x, a, b, sign):
    """R x for sign 1, Q x for sign -1."""
    p, q = _unit(a), [sign * t for t in _unit(b)]
    if len(a) == 1:
        return [x[0] * p[0] * q[0] * sign]
    w, k = [s + t for s, t in zip(p, q, strict=True)], min(range(len(a)), key=lambda i: abs(a[i]))
    if mp.fdot(w, w) < mp.mpf(10) ** (10 - 2 * mp.mp.dps):  # q = -p up to the precision of this reference
        w = [(i == k) - t * p[k] for i, t in enumerate(p)]
    for v in [p, w] if sign > 0 else [w]:
        x = [s - 2 * mp.fdot(v, x) / mp.fdot(v, v) * t for s, t in zip(x, v, strict=True)]
    return x

def ref_rotate(x, a, b):
    return _each(lambda x, a, b: _map(x, a, b, 1), x, a, b)

def ref_reflect(x, a, b):
    return _each(lambda x, a, b: _map(x, a, b, -1), x, a, b)

def ref_images(a, b):
    return [_unit(b)] * 2

def ref_grams(a, b):
    return [[[mp.mpf(i == j) for j in range(len(a))] for i in range(len(a))]] * 2

def _size(a, b, eps, sign, form):
    """The bound of the module docstring in units of |x|, before the last rounding."""
    d, w = len(a), mp.sqrt(sum((s + sign * t) ** 2 for s, t in zip(_unit(a), _unit(b), strict=True)))
    u, m = min(eps, mp.mpf(2) ** -23) / 2, 2 if sign > 0 else 1
    nu, n1, s = (mp.mpf(d) / 2 + 4) * u, (2 * d + 9) * u, w * w / 2
    angle = (2 * nu / w if w else 2) + u
    if form == "orthogonal":
        return (m * (2 * d + 6) + 6) * u
    if form == "safe":
        plane = (d + 16) * mp.mpf(2) ** -53
        return _size(a, b, eps, sign, "orthogonal") + (min(2, 2 * plane / w) if w > mp.mpf(2) ** -120 else 2 * plane)
    if form == "vector":
        return min(2, 2 * angle) + (m - 1) * (4 * nu + 2 * (d + 2) * u) + (4 * d + 10) * u
    cost = (mp.sqrt(d) + 12) * u + (d + 1) * (mp.sqrt(d) + 4) * u + 4 * nu
    if 2 * n1 < s:  # (1 + angle)^2 bounds |w^|^2 / |w|^2
        return cost + 2 * ((1 + angle) ** 2 - 1) + 2 * (1 + angle) ** 2 * n1 / (s - n1)
    return cost + 2 + (w + 2 * nu + u) ** 2 / (2 * u)  # the guard, eps = 2u, is all that is left of the denominator

def _rows(sign, form):
    def bound(x, a, b, eps):
        last = eps / 2 if eps > mp.mpf(2) ** -20 else 0
        return _each(lambda x, a, b: [mp.norm(x) * (last + _size(a, b, eps, sign, form))] * len(x), x, a, b)
    return bound

bound_rotate__matrix, bound_rotate__vector, bound_rotate__safe = (_rows(1, f) for f in ("matrix", "vector", "safe"))
bound_reflect__matrix, bound_reflect__vector, bound_reflect__safe = (_rows(-1, f) for f in ("matrix", "vector", "safe"))

differentiable = ("rotate__safe", "reflect__safe")

def _gradient_size(sign):
    """By x another orthogonal map of the signs. The derivative of H_w x by w is G/|w|, |G| <= 4 |x||s|, Lipschitz 12 in the direction of w: with that
    off by 2 nu/|w| + u, |w| by 2 nu and evaluation (4d + 30) u of G: (32 nu/|w| + (16 d + 132) u)/|w|; (I - p p^T)/|a| adds 4 (2 nu + (d + 6) u)/|w|.
    The reflection in a itself has 1 for |w|."""
    def bound(x, a, b, eps):
        u, d = eps / 2, len(x[0])
        nu, w = (mp.mpf(d) / 2 + 4) * u, mp.sqrt(sum((s + sign * t) ** 2 for s, t in zip(_unit(a), _unit(b), strict=True))) or mp.mpf(2)
        signs, size = mp.sqrt(len(x) * d), mp.sqrt(sum(t * t for r in x for t in r))
        cost = lambda w: (32 * nu / w + 8 * nu + (20 * d + 156) * u) / w
        total = signs * size * (cost(w) + (cost(mp.mpf(1)) if sign > 0 else 0))
        own = signs * _size(a, b, eps, sign, "safe")
        return [[[own] * d for _ in x], *([total / mp.norm(v)] * d for v in (a, b))]
    return bound

bound_gradient_rotate__safe, bound_gradient_reflect__safe = _gradient_size(1), _gradient_size(-1)

def bound_images__vector(a, b, eps):
    return [[_size(a, b, eps, sign, "vector") + eps] * len(a) for sign in (1, -1)]

def bound_images__safe(a, b, eps):
    """No amplification: the image of a is b at every angle; eps rounds a and the result, tau is of size 2 nu + 4u."""
    tau = (len(a) + 12) * mp.mpf(2) ** -53
    return [[_size(a, b, eps, sign, "orthogonal") + eps + tau] * len(a) for sign in (1, -1)]

def _entries(form):
    """Rows within h of those of an orthogonal matrix: Gram entries within 2h + h^2, and d u for their sums."""
    def bound(a, b, eps):
        n, inner = len(a), min(eps, mp.mpf(2) ** -23)
        h = [_size(a, b, eps, sign, form) for sign in (1, -1)]
        h = [2 * t + t * t + n * inner for t in h]
        # the last rounding of bfloat16 returns entries that close to 1 to 1 itself
        return [[[t * (1 + eps) + (eps / 2 if inner < eps < 4 * t else 0)] * n] * n for t in h]
    return bound

bound_grams__vector, bound_grams__safe = _entries("vector"), _entries("orthogonal")

def _pair(rng, d, slope):
    """Two vectors of random lengths at the angle 2 arctan(slope); by exact operations and square roots alone."""
    a, u = ([rng.gauss(0, 1) for _ in range(d)] for _ in range(2))
    aa, au = sum(t * t for t in a), sum(s * t for s, t in zip(a, u, strict=True))
    u = [t - s * au / aa for s, t in zip(a, u, strict=True)]
    n = math.sqrt(aa / sum(t * t for t in u)) if d > 1 else 0
    g = math.ldexp(rng.uniform(1, 2), rng.randint(-3, 2)) / (1 + slope * slope)
    return a, [g * ((1 - slope * slope) * s + 2 * slope * n * t) for s, t in zip(a, u, strict=True)]

def draw_images(rng):
    t = math.ldexp(rng.uniform(1, 2), rng.randint(-31, -2))
    return _pair(rng, rng.randint(1, 6), rng.choice([t, 1 / t, rng.uniform(0, 3)]))

def draw_rotate(rng):
    a, b = draw_images(rng)
    return [[rng.gauss(0, 1) for _ in a] for _ in range(2)], a, b

draw_reflect, draw_grams = draw_rotate, draw_images

def adversarial_images():
    a, e = [3.0, -1.0, 0.5], [1.0, 0.0, 0.0, 0.0]
    near = [(a, [s * 3.0, -s, s * 0.5 + t]) for s in (-1, 1) for t in (1e-3, 1e-6, 1e-12)]
    return near + [(a, a), (a, [-3.0, 1.0, -0.5]), (a, [-9.0, 3.0, -1.5]), (e, [-1e30, 0.0, 0.0, 0.0]), ([2.0], [-0.3]),
                   ([2.0], [0.7]), ([1.0, 0.0], [0.0, 1.0]), ([1e-25, 1e-25], [1e-25, -1e-25])]

def adversarial_rotate():
    batched = [([[1.0, 2.0], [0.5, -1.0]], [[1.0, 0.0], [3.0, 4.0]], [[-1.0, 0.0], [3.0, 4.0]])]
    return batched + [([1.0 - t for t in range(len(a))], a, b) for a, b in adversarial_images()]

adversarial_reflect, adversarial_grams = adversarial_rotate, adversarial_images

sizes_rotate = sizes_reflect = [(64, 64), (1024, 256), (8192, 1024)]

def inputs_rotate(size, dtype, device, generator):
    return tuple(torch.randn(n, device=device, generator=generator).to(dtype) for n in (size, size[1:], size[1:]))

def work_rotate(size, itemsize):
    return {"bytes": (2 * size[0] + 2) * size[1] * itemsize, "flop": 8 * size[0] * size[1]}

def work_reflect(size, itemsize):
    return {"bytes": (2 * size[0] + 2) * size[1] * itemsize, "flop": 4 * size[0] * size[1]}

inputs_reflect = inputs_rotate

def _lapack(a, b, rotating):
    """Reflectors v, tau with v_i = 1, zeros above: Q = H_v; R = H_p H_q, q in the plane of a, b with first entry 0."""
    a, b = unit(a), unit(b)
    if not rotating:
        return ((a - b) / (a - b)[0]).unsqueeze(1), 2 * (a - b)[:1] ** 2 / dot(a - b, a - b)
    q = a * b[0] - b * a[0]
    p = a - q * (2 * dot(q, a) / dot(q, q)) - b
    V = torch.stack([p / p[0], (q / q[1]).index_fill(0, torch.tensor([0], device=a.device), 0)], 1)
    return V, 2 / (V * V).sum(0)

def _peers(rotating, matrix, idiom):
    def ormqr(x, a, b):
        return torch.ormqr(*_lapack(a, b, rotating), x, left=False, transpose=True)
    def product(x, a, b):
        V, tau = _lapack(a, b, rotating)
        return x @ torch.linalg.householder_product(torch.nn.functional.pad(V, (0, len(a) - V.shape[1])), tau).T
    return {"matrix": matrix, "torch.ormqr": ormqr, "torch.linalg.householder_product": product,
            "torch idiom: rank-one sums": idiom}

def peers_rotate():
    return _peers(True, torch_rotate__matrix, lambda x, a, b: x + 2 * torch.outer(x @ unit(a), unit(b)) - torch.outer(
        x @ (unit(a) + unit(b)), (unit(a) + unit(b)) / (1 + unit(a) @ unit(b))))

def peers_reflect():
    return _peers(False, torch_reflect__matrix, lambda x, a, b: x - torch.outer(
        x @ (unit(a) - unit(b)), (unit(a) - unit(b)) / (1 - unit(a) @ unit(b))))

def _curve(label, x, y, style="line"):
    digits = lambda values: [float(f"{float(v):.6g}") for v in values]
    return {"label": label, "x": digits(x), "y": digits(y), "style": style}

def _plot(en, zh, xlabel, ylabel, claim, series, scale="linear", vlines=(), hlines=()):
    return {"caption": {"en": en, "zh": zh}, "xlabel": xlabel, "ylabel": ylabel, "xscale": scale, "yscale": scale,
            "claim": claim, "vlines": list(vlines), "hlines": list(hlines), "series": series}

def _gram_defect(T):
    """|T T^T - I|_F in float64 for arrays T[i, j] over the points of the plot."""
    n, T = len(T), T.astype(np.float64)
    rows = [[sum(T[i, k] * T[j, k] for k in range(n)) - (i == j) for j in range(n)] for i in range(n)]
    return np.sqrt(sum(e * e for r in rows for e in r))

def plot_orthogonality_near_antipodal():
    n, gaps = 4, [mp.mpf(10) ** (-mp.mpf(k) / 30) for k in range(181)]
    a, u = _unit([mp.mpf(3), -1, 2, 1]), _unit([mp.mpf(1), 3, -1, 2])
    a, b = (np.array([[float(t) for t in v] for v in f]).T.astype(np.float32) for f in (
        [a] * len(gaps), [[mp.sin(t) * q - mp.cos(t) * p for p, q in zip(a, u, strict=True)] for t in gaps]))
    w, v, one = a + b, a - b, np.float32(1)
    def dots(p, q):
        return sum(p[i] * q[i] for i in range(n))
    def mirrored(T, v):
        return np.array([[T[i, j] - v[i] * (2 * dots(v, T[:, j]) / dots(v, v)) for j in range(n)] for i in range(n)])
    eye = np.array([[one * (i == j) + 0 * a[0] for j in range(n)] for i in range(n)])
    R = [np.array([[eye[i, j] + 2 * b[i] * a[j] - w[i] * w[j] / s for j in range(n)] for i in range(n)])
         for s in (np.maximum(one + dots(a, b), np.float32(2 ** -23)), dots(w, w) / 2)]
    R.append(mirrored(mirrored(eye, a), w - v * (dots(w, v) / dots(v, v))))
    labels = "denominator 1 + c", "denominator |a+b|^2/2", "two reflections"
    return _plot("Loss of orthogonality |R R^T - I| of the rotation in float32 against the distance of the "
                 "angle from pi.",
                 "float32 下旋转矩阵的正交性误差 |R Rᵀ - I| 与夹角到 π 的距离的关系。",
                 "pi - angle", "|R R^T - I|", "stable_denominator", scale="log",
                 series=[_curve(t, gaps, _gram_defect(T)) for t, T in zip(labels, R, strict=True)])

def plot_distance_from_identity():
    c = [-1 + k / 100 for k in range(201)]
    series = [_curve("R", c, [2 * math.sqrt(1 - t) for t in c]), _curve("Q", c, [2] * 201)]
    series += [_curve(f"S, d = {d}", c, [2 * math.sqrt(d - 1)] * 201, "dashed") for d in (3, 5)]
    return _plot("Distance from the identity of the rotation R, the reflection Q and the half-turn S (d = 3 and 5).",
                 "旋转 R、反射 Q 与半周旋转 S（d = 3 与 5）到单位阵的距离。",
                 "c = a.b", "|T - I|", "least_motion", series, vlines=[0])
