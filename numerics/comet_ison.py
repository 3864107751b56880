"""The place of comet C/2012 S1 (ISON) on a parabola, seen from the Earth, for any number of dates at once.

**Computes.** `barker` the real root s of s + s^3/3 = B.  `kepler` the root E of b E + (1 - b)(E - sin E) = M, Kepler's equation for the
eccentricity 1 - b, written so that nothing cancels.  `ephemeris` right ascension, declination (degrees, J2000), Delta, r (au),
elongation, phase (degrees) and m1 for days of November 2013 (TT; December 1 is 31) and heliocentric positions of the Earth, with
light time. `earth(day)` gives these positions from ERFA's epv00. Proofs: `proofs/comet_ison.py`.
**Shapes.** B [...] and s alike; M [...] in [0, pi], b alike in (0, 1], and E; day [n], earth [n, 3], result [n, 7]. `ephemeris` works in float64 whatever the dtype: in float32
the days alone carry errors of 2e-6, which is 0.3 arcsec.
**Errors.** u = eps/2, first order; bfloat16 is computed in float32 and rounded once (last) in barker.
barker, `sinh`: s = 2 sinh(x), x = asinh(3B/2)/3: x is good to 4u, as the condition number of asinh is at most 1, sinh to x coth x
<= 1 + |x| times that and 2u: (4 (1 + |x|) + 3) u relative for every B.
`cube_root`: Y = (1.5 |B| + sqrt(2.25 B^2 + 1))^(1/3), s = Y - 1/Y. The argument A is good to 4u, the power to a third of that,
log A/3 u for the rounding of 1/3, and 2u: h = (10/3 + log(A)/3) u; then h (Y + 1/Y) + u/Y + u |s| absolute, which is of the order u
also where s is small.
kepler, `series`: b E and (1 - b)(E - sin E) are positive, good to u and 6u, so the residual is good to 8u M; its slope f' satisfies E f' >=
M, as the left-hand side is convex and 0 at 0. So E is good to 8u, and 2u for the last step: 10u relative, near parabolas and
near the perihelion too.
`newton` rounds e = 1 - b, which costs u sin E, and subtracts e sin E from E, 3u E: 4u E/f' absolute, twice that on the side where the
slope falls; where this exceeds a quarter of E nothing is promised. f' is of the order b + E^2/2.
ephemeris, u = 2^-53, with speed v = k sqrt(2/r) and w the bound of s above with 4u more for B: time is good to (30 + |t|) u, the place
in the orbit to d = v (30 + |t|) u + r (2 w + 4u), after rotation by axes good to 8u and subtraction of the Earth to d + 26u r + 2u
Delta =: D. Six passes of light time leave less than (v c)^6 < 1e-16 of it. So Delta is good to D + 3u Delta, r to d, directions to
f = D/Delta; right ascension to f/cos(dec) and 8u of 360 degrees, declination to f and 8u of 90 degrees. `vectors` takes the angles
of the triangle from atan2(|a x b|, a.b): f, for the phase f + D/r, and 10u. `cosines` takes them from the law of cosines: the cosine is
off by n = (R u + Delta (D + 3u Delta) + r d + 4u (R^2 + Delta^2 + r^2))/(product of the two sides), the angle by n/sin: at 1.8
degrees thirty times as much; its declination from asin(z/Delta) costs 1/cos(dec). m1: 5/ln 10 D/Delta + 8/ln 10 d/r and 4u of each
term. Last comes the rounding to the dtype, eps/2 of the value.
**Cost.** Six passes of one asinh, one sinh and 30 products per date.
"""
import math
import operator

import mpmath as mp
import torch

try:
    import erfa
except ImportError as err:
    raise ImportError("pyerfa is not installed; the Earth's position in this article comes from it: pip install pyerfa") from err

GAUSS, LIGHT, Q, T = 0.01720209895, 0.0057755183, 0.0124445, 28.77475
ANGLES = (62.4011, 295.6527, 345.5642, 84381.448 / 3600)  # inclination, node, argument of perihelion, obliquity, in degrees
TABLE = """\
24 14 45 42.7 18 53 56 0.8693 0.3002 17.1 104.3  3.0 0.4685502631 0.7973629796 0.3456726295
25 15 01 27.3 20 05 10 0.8819 0.2551 14.3 107.0  2.5 0.4530595099 0.8046763128 0.3488429536
26 15 18 04.6 21 09 58 0.8998 0.2058 11.4 109.3  1.8 0.4374281720 0.8117429859 0.3519062012
27 15 35 58.3 22 05 30 0.9244 0.1502  8.2 110.4  0.7 0.4216607985 0.8185604444 0.3548612749
28 15 56 28.2 22 43 29 0.9594 0.0826  4.6 106.9 -1.3 0.4057620342 0.8251261691 0.3577070986
29 16 23 17.5 19 52 57 0.9762 0.0322  1.8 107.7 -4.5 0.3897366315 0.8314376794 0.3604426198
30 16 21 22.4 16 20 32 0.9125 0.1145  5.3 127.4 -0.2 0.3735894644 0.8374925425 0.3630668140
31 16 19 11.8 13 59 07 0.8681 0.1757  8.1 128.1  1.2 0.3573255450 0.8432883895 0.3655786911
32 16 17 23.9 11 56 02 0.8309 0.2281 10.6 127.3  2.0 0.3409500349 0.8488229420 0.3679773058
33 16 15 54.3 10 00 54 0.7980 0.2754 13.0 126.1  2.5 0.3244682464 0.8540940478 0.3702617700"""

def _row(line):
    """(day, the seven printed values with angles in degrees, the Earth)."""
    x = [mp.mpf(t) for t in line.split()]
    return x[0], [15 * (x[1] + x[2] / 60 + x[3] / 3600), -(x[4] + x[5] / 60 + x[6] / 3600), *x[7:12]], x[12:]

ROWS = [_row(line) for line in TABLE.splitlines()]
HALF = [mp.mpf(t) for t in ("0.05", "0.5", "0.00005", "0.00005", "0.05", "0.05", "0.05")]
HALF[0], HALF[1] = HALF[0] * 15 / 3600, HALF[1] / 3600

def earth(day):
    """Heliocentric position of the Earth on a day of November 2013 (TT), equator of J2000, au; ERFA's epv00."""
    return [float(t) for t in erfa.epv00(2456596.5, float(day))[0]["p"]]

def work(x):
    return x.float() if x.dtype in (torch.bfloat16, torch.float16) else x

def torch_barker__cube_root(B):
    """Y - 1/Y, the textbook form. Hazard: near B = 0 the difference cancels."""
    x = work(B)
    Y = (1.5 * x.abs() + torch.sqrt(2.25 * x * x + 1)) ** (1 / 3)
    return torch.copysign(Y - 1 / Y, x).to(B.dtype)

def torch_barker__sinh(B):
    """2 sinh(asinh(1.5 B)/3): relative accuracy everywhere."""
    return (2 * torch.sinh(torch.asinh(1.5 * work(B)) / 3)).to(B.dtype)

def torch_kepler__newton(M, b):
    """E - (1 - b) sin E = M by Newton's iteration from pi. Hazard: for orbits near a parabola it cancels near the perihelion."""
    x, e = work(M), 1 - work(b)
    E = torch.full_like(x, math.pi)
    for _ in range(60):  # from the right the iteration descends, by thirds where the slope is small
        E = E - (E - e * torch.sin(E) - x) / (1 - e * torch.cos(E)).clamp_min(torch.finfo(x.dtype).eps)
    return E.clamp_min(0).to(M.dtype)

def lag_of_sine(E):
    """E - sin E without cancellation: its series up to 1, the difference beyond."""
    z = torch.where(E < 1, E * E, 0)
    series = torch.ones_like(E)
    for n in range(9, 0, -1):
        series = 1 - z / ((2 * n + 2) * (2 * n + 3)) * series
    return torch.where(E < 1, E * z / 6 * series, E - torch.sin(E))

def torch_kepler__series(M, b):
    """b E + (1 - b)(E - sin E) = M: from the root of the cubic b E + (1 - b) E^3/6 = M, five steps of Newton. Give b, not 1 - e."""
    x, y = work(M), work(b)
    e = 1 - y
    root = torch.sqrt(2 * y / e.clamp_min(1e-30))
    E = 2 * root * torch.sinh(torch.asinh(1.5 * x / (y * root)) / 3)
    for _ in range(5):
        half = torch.sin(E / 2)
        E = E - (y * E + e * lag_of_sine(E) - x) / (y + 2 * e * half * half)
    return E.to(M.dtype)

def axes(sin, cos, radians):
    """The directions of the perihelion and of the point a quarter turn ahead, equator of J2000."""
    i, node, peri, ecl = (radians(x) for x in ANGLES)
    out = []
    for c, s in ((cos(peri), sin(peri)), (-sin(peri), cos(peri))):
        x, y, z = cos(node) * c - sin(node) * cos(i) * s, sin(node) * c + cos(node) * cos(i) * s, sin(i) * s
        out.append((x, cos(ecl) * y - sin(ecl) * z, sin(ecl) * y + cos(ecl) * z))
    return out

def _place(day, earth):
    """The comet from the Sun and from the Earth, with light time: c, g, r, Delta."""
    P, S = torch.tensor(axes(math.sin, math.cos, math.radians), dtype=torch.float64, device=day.device)
    late = torch.zeros_like(day)
    for _ in range(6):
        s = torch_barker__sinh((day - T - late) * (GAUSS / math.sqrt(2 * Q ** 3))).unsqueeze(-1)
        c = Q * ((1 - s * s) * P + 2 * s * S)
        g = c - earth
        far = torch.linalg.vector_norm(g, dim=-1)
        late = LIGHT * far
    return c, g, Q * (1 + s.squeeze(-1) ** 2), far

def _finish(g, r, far, dec, elong, phase, dtype):
    ra = torch.remainder(torch.rad2deg(torch.atan2(g[:, 1], g[:, 0])), 360)
    m1 = 7.5 + 5 * torch.log10(far) + 8 * torch.log10(r)
    return torch.stack([ra, torch.rad2deg(dec), far, r, torch.rad2deg(elong), torch.rad2deg(phase), m1], -1).to(dtype)

def torch_ephemeris__cosines(day, earth):
    """Angles from asin and the law of cosines. Hazard: near 0 and 180 degrees acos loses half of the digits."""
    _, g, r, far = _place(day.double(), earth.double())
    R = torch.linalg.vector_norm(earth.double(), dim=-1)
    elong, phase = torch.acos((R * R + far * far - r * r) / (2 * R * far)), torch.acos((r * r + far * far - R * R) / (2 * r * far))
    return _finish(g, r, far, torch.asin(g[:, 2] / far), elong, phase, day.dtype)

def _between(a, b):
    return torch.atan2(torch.linalg.vector_norm(torch.linalg.cross(a, b), dim=-1), (a * b).sum(-1))

def torch_ephemeris__vectors(day, earth):
    """Angles from cross and inner products, which are well conditioned at every angle."""
    c, g, r, far = _place(day.double(), earth.double())
    dec = torch.atan2(g[:, 2], torch.hypot(g[:, 0], g[:, 1]))
    return _finish(g, r, far, dec, _between(-earth.double(), g), _between(-c, -g), day.dtype)

def ref_barker(B):
    return [2 * mp.sinh(mp.asinh(3 * b / 2) / 3) for b in B]

def _eccentric(M, b):
    """Newton's iteration from the root of the cubic, with digits to spare for the difference E - sin E."""
    if not M:
        return mp.mpf(0)
    with mp.extradps(40):
        root = mp.sqrt(2 * b / (1 - b)) if b < 1 else mp.mpf(10) ** 60
        E = 2 * root * mp.sinh(mp.asinh(3 * M / (2 * b * root)) / 3)
        for _ in range(9):
            E -= (b * E + (1 - b) * (E - mp.sin(E)) - M) / (b + 2 * (1 - b) * mp.sin(E / 2) ** 2)
        return E

def ref_kepler(M, b):
    return [_eccentric(*v) for v in zip(M, b, strict=True)]

def _orbit():
    q, k, T0, c = mp.mpf("0.0124445"), mp.mpf("0.01720209895"), mp.mpf("28.77475"), mp.mpf("0.0057755183")
    exact = [mp.mpf(x) for x in ("62.4011", "295.6527", "345.5642")] + [mp.mpf("84381.448") / 3600]
    i, node, peri, ecl = map(mp.radians, exact)
    out = []
    for a, b in ((mp.cos(peri), mp.sin(peri)), (-mp.sin(peri), mp.cos(peri))):
        x, y, z = mp.cos(node) * a - mp.sin(node) * mp.cos(i) * b, mp.sin(node) * a + mp.cos(node) * mp.cos(i) * b, mp.sin(i) * b
        out.append((x, mp.cos(ecl) * y - mp.sin(ecl) * z, mp.sin(ecl) * y + mp.cos(ecl) * z))
    return q, k, T0, c, *out

_known = {}  # reference and bounds ask for the same places

def _exact(day, earth):
    """The seven numbers, s and the time from perihelion, with mpmath."""
    key = (mp.mp.dps, day, *earth)
    if key not in _known:
        _known[key] = _solve(day, earth)
    return _known[key]

def _solve(day, earth):
    q, k, T0, c, P, S = _orbit()
    late = mp.mpf(0)
    for _ in range(20):
        t = day - T0 - late
        s = 2 * mp.sinh(mp.asinh(3 * t * k / mp.sqrt(2 * q ** 3) / 2) / 3)
        g = [q * ((1 - s * s) * x + 2 * s * y) - z for x, y, z in zip(P, S, earth, strict=True)]
        far = mp.norm(g)
        late = c * far
    r, R = q * (1 + s * s), mp.norm(earth)
    elong, phase = mp.acos((R * R + far * far - r * r) / (2 * R * far)), mp.acos((r * r + far * far - R * R) / (2 * r * far))
    ra = mp.degrees(mp.atan2(g[1], g[0])) % 360
    return [ra, mp.degrees(mp.asin(g[2] / far)), far, r, mp.degrees(elong), mp.degrees(phase), mp.mpf(15) / 2 + 5 * mp.log10(far) + 8 * mp.log10(r)], s, t

def ref_ephemeris(day, earth):
    return [_exact(d, e)[0] for d, e in zip(day, earth, strict=True)]

def _units(eps):
    return min(eps, mp.mpf(2) ** -23) / 2, eps / 2 if eps > mp.mpf(2) ** -20 else 0

def bound_barker__sinh(B, eps):
    u, last = _units(eps)
    return [abs(s) * ((4 * (1 + abs(mp.asinh(s / 2))) + 3) * u + last) for s in ref_barker(B)]

def bound_barker__cube_root(B, eps):
    u, last = _units(eps)
    def one(b, s):
        Y = mp.exp(mp.asinh(3 * abs(b) / 2) / 3)
        return (mp.mpf(10) / 3 + mp.log(Y)) * u * (Y + 1 / Y) + u / Y + (u + last) * abs(s)
    return [one(b, s) for b, s in zip(B, ref_barker(B), strict=True)]

def bound_kepler__series(M, b, eps):
    u, last = _units(eps)
    return [(10 * u + last) * E for E in ref_kepler(M, b)]

def bound_kepler__newton(M, b, eps):
    u, last = _units(eps)
    def one(E, b):
        moved = 8 * u * E / (b + 2 * (1 - b) * mp.sin(E / 2) ** 2)
        return moved + last * E if moved < E / 4 or not E else mp.inf
    return [one(*v) for v in zip(ref_kepler(M, b), b, strict=True)]

def _places(cosines):
    def bound(day, earth, eps):
        u, deg, ln10 = mp.mpf(2) ** -53, 180 / mp.pi, mp.log(10)
        rows = []
        for d0, e in zip(day, earth, strict=True):
            (ra, dec, far, r, elong, phase, m1), s, t = _exact(d0, e)
            R, w = mp.norm(e), (4 * (1 + abs(mp.asinh(s / 2))) + 7) * u
            d = mp.mpf("0.01720209895") * mp.sqrt(2 / r) * (30 + abs(t)) * u + r * (2 * w + 4 * u)
            D = d + 26 * u * r + 2 * u * far
            f, slant = D / far, mp.cos(mp.radians(dec))
            moves = [f, f + D / r]
            if cosines:
                n = R * u + far * (D + 3 * u * far) + r * d + 4 * u * (R * R + far * far + r * r)
                moves = [n / (R * far) / mp.sin(mp.radians(elong)), n / (r * far) / mp.sin(mp.radians(phase))]
            row = [deg * f / slant + 8 * 360 * u, deg * (f + 4 * u) / (slant if cosines else 1) + 8 * 90 * u, D + 3 * u * far, d,
                   *(deg * (x + 10 * u) + 8 * 180 * u for x in moves),
                   5 / ln10 * f + 8 / ln10 * d / r + 4 * u * (5 * abs(mp.log10(far)) + 8 * abs(mp.log10(r)) + mp.mpf(15) / 2 + abs(m1))]
            rows.append([b + eps / 2 * abs(v) for b, v in zip(row, (ra, dec, far, r, elong, phase, m1), strict=True)])
        return rows
    return bound

bound_ephemeris__cosines, bound_ephemeris__vectors = _places(True), _places(False)

differentiable = ("barker__sinh", "kepler__series")

def bound_gradient_barker__sinh(B, eps):
    """1/(1 + s^2) = cosh(a/3)/sqrt(1 + 9B^2/4), a = asinh(3B/2) off by 4u: 4u |a| of the hyperbolic cosine and ten roundings."""
    return [[(4 * (1 + abs(mp.asinh(s / 2))) + 10) * eps / 2 / (1 + s * s) for s in ref_barker(B)]]

def bound_gradient_kepler__series(M, b, eps):
    """1/F and -(sin E)/F, F = b + (1 - b)(1 - cos E): the last step of Newton's iteration gives both, 1 less the quotient of two forms of F, each good
    to 20u, of what came before. sin E is formed as E less its lag."""
    F = [c + 2 * (1 - c) * mp.sin(E / 2) ** 2 for E, c in zip(ref_kepler(M, b), b, strict=True)]
    return [[60 * eps / 2 / f for f in F], [60 * eps / 2 * E / f for f, E in zip(F, ref_kepler(M, b), strict=True)]]

def draw_barker(rng):
    return [rng.choice([-1, 1]) * math.ldexp(rng.uniform(1, 2), rng.randint(-30, 30)) for _ in range(8)],

def adversarial_barker():
    return [([1.0, -1.0, 0.0, 2.0 ** -100, -(2.0 ** 60), 4.0 / 3],)]

def draw_kepler(rng):
    return [math.ldexp(rng.uniform(1, 1.5), rng.randint(-40, 1)) for _ in range(8)], [math.ldexp(rng.uniform(0.5, 1), rng.randint(-40, 0)) for _ in range(8)]

def adversarial_kepler():
    return [([0.0, 3.140625, 1.0, 2.0 ** -40, 3.0, 2.0 ** -60], [0.5, 2.0 ** -20, 1.0, 1.0, 1.0, 2.0 ** -40]), ([1.0, 0.25, 2.0], [0.9375, 0.5, 0.0625])]

def draw_ephemeris(rng):
    days = [rng.uniform(20, 40) for _ in range(2)]
    return days, [[rng.gauss(0, 0.6) for _ in range(3)] for _ in days]

def adversarial_ephemeris():
    days = [float(day) for day, _, _ in ROWS]
    return [(days, [[float(x) for x in e] for _, _, e in ROWS]), ([28.77475, 28.78125], [[0.0, 1.0, 0.0], [0.0, 0.0, -1.0]])]

def check_universal_kepler__series(kepler, M, b):
    """The equation itself, to a tenth of M: the rounding of a bfloat16 included."""
    return [m / 10 - abs(c * E + (1 - c) * (E - mp.sin(E)) - m) if m else mp.mpf(E == 0) for E, m, c in zip(kepler, M, b, strict=True)]

def _printed(day, earth):
    """The row of the table, if the arguments are those of the table; else None."""
    return next((row for row in ROWS if row[0] == day and all(abs(x - y) < mp.mpf(10) ** -12 for x, y in zip(row[2], earth, strict=True))), None)

def check_orbit_reproduces_table(ephemeris, day, earth):
    """1 less the distance from the printed cell in half units of its last digit."""
    def one(got, row):
        return [1 - abs(x - p) / h for x, p, h in zip(got, row[1], HALF, strict=True)] if row else [mp.mpf(1)] * 7
    return [one(*v) for v in zip(ephemeris, map(_printed, day, earth), strict=True)]

def check_orbit_reproduces_table_earth__vectors(ephemeris, day, earth):
    """The positions of the Earth in the proof are those of ERFA, to 1e-9 au."""
    def one(d, e):
        return mp.mpf(10) ** -9 - max(abs(x - mp.mpf(y)) for x, y in zip(e, _earth(d), strict=True)) if _printed(d, e) else mp.mpf(1)
    return [one(*v) for v in zip(day, earth, strict=True)]

_earth = earth
sizes_barker = [1000, 100_000, 10 ** 6]

def inputs_barker(size, dtype, device, generator):
    return (10 * torch.randn(size, device=device, generator=generator).to(dtype),)

def work_barker(size, itemsize):
    return {"bytes": 2 * size * itemsize, "flop": 60 * size}

sizes_kepler = [1000, 20_000, 200_000]

def inputs_kepler(size, dtype, device, generator):
    M = math.pi * torch.rand(size, device=device, generator=generator)
    return M.to(dtype), torch.exp(-20 * torch.rand(size, device=device, generator=generator)).to(dtype)

def work_kepler(size, itemsize):
    return {"bytes": 3 * size * itemsize, "flop": 400 * size}

def peers_kepler():
    return {"Newton on E - e sin E": torch_kepler__newton}

def peers_barker():
    return {"cube roots": torch_barker__cube_root}

def _plot(en, zh, xlabel, ylabel, claim, series, hlines=()):
    digits = lambda values: [float(f"{float(v):.5g}") for v in values]
    return {"caption": {"en": en, "zh": zh}, "xlabel": xlabel, "ylabel": ylabel, "xscale": "linear", "yscale": "linear", "claim": claim, "vlines": [], "hlines": list(hlines),
            "series": [{"label": label, "x": digits(x), "y": digits(y), "style": style} for label, x, y, style in series]}

def _track():
    days = [24 + k / 10 for k in range(91)]
    with mp.workdps(20):
        return days, [_exact(mp.mpf(d), [mp.mpf(x) for x in earth(d)])[0] for d in days]

def plot_track():
    _, places = _track()
    return _plot("The way of the comet among the stars from November 24 to December 3, 2013: the orbit, with the Earth from ERFA, and the ten places of the table.",
                 "2013 年 11 月 24 日至 12 月 3 日彗星在恒星间的路径：由轨道（地球位置取自 ERFA）算得，及表中的十个位置。", "right ascension in degrees", "declination in degrees",
                 "orbit_reproduces_table", [("orbit", [p[0] for p in places], [p[1] for p in places], "line"), ("table", [v[0] for _, v, _ in ROWS], [v[1] for _, v, _ in ROWS], "points")])

def plot_residuals():
    with mp.workdps(20):
        exact = [_exact(day, e)[0] for day, _, e in ROWS]
    names = ("right ascension", "declination", "Delta", "r", "elongation", "phase", "m1")
    days = [day for day, _, _ in ROWS]
    return _plot("Computed less printed value of all seventy cells, in units of the last printed digit: all lie within half a unit.", "全部七十个单元格的计算值减表值，以末位为单位：均在半个单位之内。",
                 "day of November 2013", "residual in last digits", "orbit_reproduces_table", [(name, days, [(x[n] - v[n]) / (2 * HALF[n]) for x, (_, v, _) in zip(exact, ROWS, strict=True)], "points")
                                                                                         for n, name in enumerate(names)], hlines=(-0.5, 0.5))

def plot_magnitude():
    days, places = _track()
    return _plot("The magnitude along the orbit, 7.5 + 5 log10 Delta + 8 log10 r, and the ten values of the table.", "沿轨道的星等 7.5 + 5log₁₀Δ + 8log₁₀r 与表中的十个值。", "day of November 2013", "m1",
                 "magnitude_law", [("orbit", days, [p[6] for p in places], "line"), ("table", [day for day, _, _ in ROWS], [v[6] for _, v, _ in ROWS], "points")])

def plot_degeneracy():
    """For every T the q that fits the column of r best, with the whole, half or no light-time."""
    k, c, late = 0.01720209895, 0.0057755183, [j / 2400 for j in range(37)]
    def r(q, t):
        s = 2 * math.sinh(math.asinh(1.5 * t * k / math.sqrt(2 * q ** 3)) / 3)
        return q * (1 + s * s)
    def worst(T, share):
        q, times = 0.01245, [day - 28.77 - T - share * c * v[2] for day, v, _ in ROWS]
        for _ in range(4):
            gaps, slopes = zip(*((v[3] - r(q, t), (r(q + 1e-6, t) - r(q - 1e-6, t)) / 2e-6) for t, (_, v, _) in zip(times, ROWS, strict=True)), strict=True)
            q += math.fsum(map(operator.mul, gaps, slopes)) / math.fsum(s * s for s in slopes)
        return max(abs(v[3] - r(q, t)) for t, (_, v, _) in zip(times, ROWS, strict=True)) * 10 ** 4
    return _plot("Largest residual of the distance r over the table, in units of its last digit, after fitting q for each time T of perihelion: r alone cannot tell light-time from a later perihelion.",
                 "对每个近日点时刻 T 拟合 q 后，距离 r 在全表的最大残差（以末位为单位）：仅凭 r 无法区分光行时与较晚的近日点。", "T - 28.77 in days of November 2013", "largest residual of r", "light_time_is_in_the_table",
                 [(label, late, [worst(T, share) for T in late], "line") for label, share in (("with light-time", 1), ("half of it", 0.5), ("without", 0))], hlines=(0.5,))
