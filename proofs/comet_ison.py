"""Comet C/2012 S1 (ISON): the ephemeris table of the post, cell by cell, from a parabola.

Statement.  The parabola q = 0.0124445 au, T = 2013 Nov 28.77475 TT, i = 62.4011, Omega = 295.6527, omega = 345.5642 degrees (J2000), seen from the Earth
            with one light-time correction, and m1 = 7.5 + 5 log10 Delta + 8 log10 r give all 70 printed cells, each within half a unit of its last digit.
Symbols.    s = tan(nu/2), nu the true anomaly; B = t sqrt(GM/(2 q^3)), t the time from perihelion; G = GM; chi, w the universal variable and sqrt|alpha|,
            alpha = (1-e)/q, b^2 = q (1+e); E (e), C vectors of Earth and comet from the Sun, R, r their lengths; Delta the distance of the comet from
            the Earth; u in [-1, 1] a rounding error; x an angle; k Gauss's constant, au and days throughout; P, Q the axes of the orbit (equator of J2000).
Excluded.   s is not printed: it is the root of Kepler's equation with light time, F(s) = (s + s^3/3) sqrt(2 q^3)/k + T + c Delta(s) - t.
Source.     Su Jianlin, 月底回家看彗星C/2012 S1 (ISON), 2013-11-01 (kexue.fm), with a table of scully.cfa.harvard.edu.
"""
import math
from fractions import Fraction as F

from mpmath import mp

from kexue import (Abs, Article, D, call, cos, cosh, dot, eq, holds, lift, log, ne, near_miss, pi, real, reference, show, sin, sinh, sqrt, statement, vector,
                   integer)
from kexue.tactics import cover
from kexue.tactics.combine import monotone, squares

article = Article(
    number=26, date="2013-11-01", source="https://kexue.fm",
    title=("Comet C/2012 S1 (ISON) at the end of the month", "月底回家看彗星C/2012 S1 (ISON)"),
    summary=("The post shows ten lines of an ephemeris. All seventy cells follow from five elements, the Earth's position and one formula for the magnitude, each "
             "cell certified by ball arithmetic; the table includes light time, and its columns of angles are consistent by the law of cosines.",
             "文中给出十行星历。全部七十个单元格都可由五个轨道根数、地球位置与一个星等公式导出，每格均由区间算术认证；表中含光行时，角度列由余弦定理自洽。"),
    papers=("Danby, Fundamentals of Celestial Mechanics, 2nd ed., 6.3, 6.9", "Simon et al., Astron. Astrophys. 282 (1994) 663 (the Earth's position, as coded in ERFA's epv00)"))

s, t, y, B, q, G, chi, w, e, b, u, x, R = real("s t y B q G chi w e b u x R")
d = integer("d")
E, C = vector("E C", d)
BALL = cover.search
GAUSS, LIGHT, SPEED = lift("0.01720209895"), lift("0.0057755183"), lift(10 ** 9)
ELEMENTS = {"q": "0.0124445", "T": "28.77475", "i": "62.4011", "node": "295.6527", "peri": "345.5642"}
OBLIQUITY = F(84381448, 3600000)
AXES = [("0.315137342152", "0.512354229738"), ("-0.758930888308", "-0.369363860611"), ("-0.569835381802", "0.775282839836")]  # (P, Q) by component
TABLE = [  # day, right ascension, declination, Delta, r, elongation, phase, m1; the Earth (epv00); s
    (24, (14, 45, "42.7"), (18, 53, 56), "0.8693", "0.3002", "17.1", "104.3", "3.0", ("0.4685502631", "0.7973629796", "0.3456726295"), "-4.808971537"),
    (25, (15, 1, "27.3"), (20, 5, 10), "0.8819", "0.2551", "14.3", "107.0", "2.5", ("0.4530595099", "0.8046763128", "0.3488429536"), "-4.415863657"),
    (26, (15, 18, "04.6"), (21, 9, 58), "0.8998", "0.2058", "11.4", "109.3", "1.8", ("0.4374281720", "0.8117429859", "0.3519062012"), "-3.941818598"),
    (27, (15, 35, "58.3"), (22, 5, 30), "0.9244", "0.1502", "8.2", "110.4", "0.7", ("0.4216607985", "0.8185604444", "0.3548612749"), "-3.326551763"),
    (28, (15, 56, "28.2"), (22, 43, 29), "0.9594", "0.0826", "4.6", "106.9", "-1.3", ("0.4057620342", "0.8251261691", "0.3577070986"), "-2.374453305"),
    (29, (16, 23, "17.5"), (19, 52, 57), "0.9762", "0.0322", "1.8", "107.7", "-4.5", ("0.3897366315", "0.8314376794", "0.3604426198"), "1.259008116"),
    (30, (16, 21, "22.4"), (16, 20, 32), "0.9125", "0.1145", "5.3", "127.4", "-0.2", ("0.3735894644", "0.8374925425", "0.3630668140"), "2.863428192"),
    (31, (16, 19, "11.8"), (13, 59, 7), "0.8681", "0.1757", "8.1", "128.1", "1.2", ("0.3573255450", "0.8432883895", "0.3655786911"), "3.621483783"),
    (32, (16, 17, "23.9"), (11, 56, 2), "0.8309", "0.2281", "10.6", "127.3", "2.0", ("0.3409500349", "0.8488229420", "0.3679773058"), "4.163291584"),
    (33, (16, 15, "54.3"), (10, 0, 54), "0.7980", "0.2754", "13.0", "126.1", "2.5", ("0.3244682464", "0.8540940478", "0.3702617700"), "4.597095177")]


def asinh(x): return call("asinh", x)
def degrees(x): return x * 180 / pi
def name(day): return f"Nov {day}" if day < 31 else f"Dec {day - 30}"
def tag(day): return f"11 月 {day} 日" if day < 31 else f"12 月 {day - 30} 日"
def largest(*parts): return call("max", *parts)


@statement(title=("Barker's equation in closed form", "Barker 方程的闭式解"), tag="sharper", where=[q > 0, G > 0],
           says=("On a parabola t sqrt(GM/(2q^3)) = B has the unique root s = tan(nu/2) of s + s^3/3 = B: s = Y - 1/Y, Y^3 = 3B/2 + sqrt(9B^2/4 + 1); r = q (1 + s^2).",
                 "抛物线上，s = tan(ν/2) 是 s + s³/3 = B = t·sqrt(GM/(2q³)) 的唯一实根：s = Y - 1/Y，Y³ = 3B/2 + sqrt(9B²/4 + 1)；r = q(1 + s²)。"),
           near_miss=near_miss(eq((y - 1 / y) + (y - 1 / y) ** 3, (y ** 3 - 1 / y ** 3) / 3), ("s + s^3 = B.", "s + s³ = B。"), where=[y > 0]),
           references=[reference(f"r on {name(day)}, q = 0.01244, T = 28.78", digits, compute=lambda day=day: plain_distance(day)) for day, digits in (
               (24, "0.30025268449444072"), (25, "0.255121829126254987"), (26, "0.205813053252203441"), (27, "0.150153072587462381"), (28, "0.0825873677451490267"),
               (29, "0.0322125283243991908"), (30, "0.114484608121574005"), (31, "0.175646549617084408"), (32, "0.228126650452494672"), (33, "0.275412718418355304"))])
def barker_closed_form():
    root = sqrt(9 * B ** 2 / 4 + 1)
    yield show(0 < root + 3 * B / 2, ("Y is defined and positive, for B >= 0", "B ≥ 0 时 Y 有定义且为正"), where=[B >= 0])
    yield show(eq((3 * B / 2 + root) * (root - 3 * B / 2), 1), ("and for B < 0 as the reciprocal of a positive number", "B < 0 时为某正数的倒数"))
    yield holds(eq((y - 1 / y) + (y - 1 / y) ** 3 / 3, (y ** 3 - 1 / y ** 3) / 3), ("s + s^3/3 for s = y - 1/y", "s = y - 1/y 时的 s + s³/3"), where=[y > 0])
    yield holds(eq((3 * B / 2 + root - (root - 3 * B / 2)) / 3, B), ("is B for y = Y", "y = Y 时等于 B"))
    yield holds(x + x ** 3 / 3 < s + s ** 3 / 3, ("the left-hand side increases, so the root is unique", "左端递增，故根唯一"), where=[x < s], by=monotone(s, at=x, strict="slope"))
    rate = 1 / (sqrt(2 * q ** 3 / G) * (1 + s ** 2))  # ds/dt
    yield holds(eq((q * (1 + s ** 2)) ** 2 * (2 / (1 + s ** 2)) * rate, sqrt(2 * G * q)), ("it is the area law: r^2 dnu/dt is constant, with nu = 2 arctan s", "即面积定律：ν = 2arctan s 时 r²dν/dt 为常数"))


def plain_distance(day):
    with mp.workdps(25):
        q, k = mp.mpf("0.01244"), mp.mpf("0.01720209895")
        return q * (1 + 4 * mp.sinh(mp.asinh(3 * (day - mp.mpf("28.78")) * k / mp.sqrt(2 * q ** 3) / 2) / 3) ** 2)


def conic(sine, cosine, sign):
    """kt, r, X, Y of the universal variable, for alpha = sign w^2 and e = 1 - q alpha."""
    fall, e = sign * (1 - cosine(w * chi)) / w ** 2, 1 - sign * q * w ** 2
    return q * chi + e * sign * (chi - sine(w * chi) / w) / w ** 2, q + e * fall, q - fall, b * sine(w * chi) / w


def identities(kt, r, X, Y): return eq(D(kt, chi), r), eq(X ** 2 + Y ** 2, r ** 2), eq(X * D(Y, chi) - Y * D(X, chi), b * r)


@statement(title=("Kepler's equation for all conics", "适用于一切圆锥曲线的 Kepler 方程"), tag="sharper", where=[q > 0],
           says=("With the universal variable chi: kt = q chi + e chi^3 c3, r = q + e chi^2 c2, X = q - chi^2 c2, Y = sqrt(q(1+e)) chi (1 - alpha chi^2 c3) satisfy d(kt)/dchi = r > 0, "
                 "X^2 + Y^2 = r^2 and the area law, for ellipses, parabolas and hyperbolas alike.",
                 "用普适变量 χ：kt = qχ + eχ³c₃，r = q + eχ²c₂，X = q - χ²c₂，Y = sqrt(q(1+e))·χ(1 - αχ²c₃) 满足 d(kt)/dχ = r > 0、X² + Y² = r² 与面积定律，"
                 "对椭圆、抛物线、双曲线一致成立。"),
           near_miss=near_miss(eq((q - (cosh(w * chi) - 1) / w ** 2) ** 2 + q * (2 - q * w ** 2) * sin(w * chi) ** 2 / w ** 2,
                                  (q + (1 - q * w ** 2) * (1 - cos(w * chi)) / w ** 2) ** 2), ("For ellipses X may take c2(-alpha chi^2).", "对椭圆，X 中可用 c₂(-αχ²)。"),
                               where=[q > 0, w > 0], at={"q": 1, "w": 1, "chi": 1}))
def universal_kepler():
    ellipse, hyperbola = [w > 0, eq(b ** 2, q * (2 - q * w ** 2))], [w > 0, eq(b ** 2, q * (2 + q * w ** 2))]
    why = (("the time is the integral of r", "时间是 r 的积分"), ("the radius", "向径"), ("the area law", "面积定律"))
    for formula, (en, zh) in zip(identities(*conic(sin, cos, 1)), why, strict=True):
        yield holds(formula, (f"ellipse, alpha = w^2: {en}", f"椭圆，α = w²：{zh}"), where=ellipse)
    for formula, (en, zh) in zip(identities(*conic(sinh, cosh, -1)), why, strict=True):
        yield holds(formula, (f"hyperbola, alpha = -w^2: {en}", f"双曲线，α = -w²：{zh}"), where=hyperbola)
    for formula, (en, zh) in zip(identities(q * chi + chi ** 3 / 6, q + chi ** 2 / 2, q - chi ** 2 / 2, b * chi), why, strict=True):
        yield holds(formula, (f"parabola, alpha = 0: {en}", f"抛物线，α = 0：{zh}"), where=[eq(b ** 2, 2 * q)])
    half = sin(w * chi / 2)
    yield holds(0 < q + e * (1 - cos(w * chi)) / w ** 2, ("r > 0, so kt increases and the equation has one root", "r > 0，故 kt 递增，方程只有一个根"), where=[w > 0, e >= 0],
                by=squares((2 * e / w ** 2, half), rest=q))
    yield holds(eq(q * (s * sqrt(2 * q)) + (s * sqrt(2 * q)) ** 3 / 6, q * sqrt(2 * q) * (s + s ** 3 / 3)), ("chi = s sqrt(2q) turns the parabola into Barker's equation",
                "χ = s·sqrt(2q) 时抛物线情形即 Barker 方程"))
    yield holds(0 < q + e * (cosh(w * chi) - 1) / w ** 2, ("likewise for hyperbolas", "双曲线同理"), where=[w > 0, e >= 0], by=squares((2 * e / w ** 2, sinh(w * chi / 2)), rest=q))


def angles(r, delta, R):
    """Elongation and phase in degrees, by the law of cosines."""
    return degrees(call("acos", (R ** 2 + delta ** 2 - r ** 2) / (2 * R * delta))), degrees(call("acos", (r ** 2 + delta ** 2 - R ** 2) / (2 * r * delta)))


def earth_distance(day): return mp.sqrt(mp.fsum(mp.mpf(z) ** 2 for z in TABLE[day - 24][8]))
def around(value, size): return [lift(str(value)) - lift(size) <= R, R <= lift(str(value)) + lift(size)]
def within(value, printed, half): return Abs(value - lift(printed)) / lift(half)


TRUE_SIDES = {24: ("0.300239", "0.869290"), 25: ("0.255111", "0.881875"), 26: ("0.205806", "0.899751"), 27: ("0.150155", "0.924429"), 28: ("0.082607", "0.959440"),
              29: ("0.032170", "0.976199"), 30: ("0.114479", "0.912530"), 31: ("0.175656", "0.868062"), 32: ("0.228145", "0.830914"), 33: ("0.275437", "0.798046")}


def printed_angle(day, which):
    row = TABLE[day - 24]
    r, delta, R = mp.mpf(row[4]), mp.mpf(row[3]), earth_distance(day)
    near, far = (R, r) if which == 0 else (r, R)
    return mp.degrees(mp.acos((near ** 2 + delta ** 2 - far ** 2) / (2 * near * delta)))


@statement(title=("The angles are those of a triangle", "角度列构成三角形"), where=[d >= 1],
           says=("With R the distance of the Earth from the Sun, cos(elongation) = (R^2 + Delta^2 - r^2)/(2 R Delta) and cos(phase) = (r^2 + Delta^2 - R^2)/(2 r Delta); all 20 printed "
                 "angles agree with some r and Delta that round to the printed ones.",
                 "设 R 为日地距离，则 cos(距角) = (R² + Δ² - r²)/(2RΔ)，cos(相位角) = (r² + Δ² - R²)/(2rΔ)；全部 20 个角都与某对舍入后等于表值的 r、Δ 相符。"),
           near_miss=near_miss(eq(2 * dot(-E, C - E), dot(E, E) + dot(C - E, C - E) + dot(C, C)), ("The law of cosines with a plus sign.", "余弦定理取加号。"), where=[d >= 1]),
           references=[reference(f"{label} on {name(day)} from the printed r, Delta", digits, compute=lambda day=day, which=which: printed_angle(day, which))
                       for day, elongation, phase in ((24, "17.1346", "104.3112"), (26, "11.3532", "109.2518"), (29, "1.7821", "107.6858"), (31, "8.0660", "128.0450"), (33, "13.0390", "126.1365"))
                       for which, label, digits in ((0, "elongation", elongation), (1, "phase", phase))]
           + [reference(f"R on {name(day)}", digits, compute=lambda day=day: earth_distance(day)) for day, digits in (
               (24, "0.987328029"), (25, "0.987146541"), (26, "0.986969126"), (27, "0.986795599"), (28, "0.986625761"), (29, "0.986459395"), (30, "0.986296283"),
               (31, "0.986136214"), (32, "0.985979011"), (33, "0.985824560"))])
def triangle_consistency():
    yield holds(eq(2 * dot(-E, C - E), dot(E, E) + dot(C - E, C - E) - dot(C, C)), ("at the Earth, between the Sun -E and the comet C - E", "在地球处，太阳方向 -E 与彗星方向 C - E 之间"))
    yield holds(eq(2 * dot(-C, E - C), dot(C, C) + dot(C - E, C - E) - dot(E, E)), ("at the comet, between the Sun -C and the Earth E - C", "在彗星处，太阳方向 -C 与地球方向 E - C 之间"))
    for day, _, _, delta, r, elongation, phase, _, _, _ in TABLE:
        true_r, true_delta = TRUE_SIDES[day]
        elong, far = angles(lift(true_r), lift(true_delta), R)
        yield holds(largest(within(elong, elongation, "0.05"), within(far, phase, "0.05"), within(lift(true_r), r, "0.00005"), within(lift(true_delta), delta, "0.00005")) <= 1,
                    (f"{name(day)}: elongation {elongation}, phase {phase}", f"{tag(day)}：距角 {elongation}，相位角 {phase}"), where=around(mp.nstr(earth_distance(day), 9), "1e-9"), by=BALL,
                    latex=rf"r={true_r},\ \Delta={true_delta}:\quad|\mathrm{{elong}}-{elongation}^\circ|,\ |\mathrm{{phase}}-{phase}^\circ|\le0.05^\circ")


def orbit(s):
    """The comet (equator of J2000), its vector from the Earth of a row, and its distance."""
    q = lift(ELEMENTS["q"])
    return [q * ((1 - s ** 2) * lift(P) + 2 * s * lift(Q)) for P, Q in AXES]


def sight(row, s): return [z - lift(earth) for z, earth in zip(orbit(s), row[8], strict=True)]
def length(v): return sqrt(v[0] ** 2 + v[1] ** 2 + v[2] ** 2)
def magnitude(delta, r): return lift("7.5") + (5 * log(delta) + 8 * log(r)) / log(lift(10))


def kepler(row, s):
    """F(s): Kepler's equation with light time."""
    q = lift(ELEMENTS["q"])
    return (s + s ** 3 / 3) * sqrt(2 * q ** 3) / GAUSS + lift(ELEMENTS["T"]) + LIGHT * length(sight(row, s)) - row[0]


def seconds(row): return lift(row[1][0] * 3600 + row[1][1] * 60) + lift(row[1][2].lstrip("0"))


def cells(row, s):
    """Right ascension in seconds of time, declination in seconds of arc, Delta, r, elongation, phase, m1: distance from the printed value, in half units of its last digit;
    and 1 + x, x < 0 the coordinate that makes the right ascension lie between 90 and 270 degrees."""
    v, r, delta, (degree, minute, second) = sight(row, s), lift(ELEMENTS["q"]) * (1 + s ** 2), length(sight(row, s)), row[2]
    elong, phase = angles(r, delta, lift(mp.nstr(earth_distance(row[0]), 10)))
    return [Abs(240 * (180 + degrees(call("atan", v[1] / v[0]))) - seconds(row)) / lift("0.05"),
            Abs(3600 * degrees(call("asin", v[2] / delta)) + (degree * 3600 + minute * 60 + second)) / lift("0.5"),
            within(delta, row[3], "0.00005"), within(r, row[4], "0.00005"), within(elong, row[5], "0.05"), within(phase, row[6], "0.05"),
            within(magnitude(delta, r), row[7], "0.05"), 1 + v[0]]


def picture(row):
    """The cells of a row in LaTeX."""
    sign = "-" if row[7].startswith("-") else ""
    return (rf"\alpha={row[1][0]}^h{row[1][1]:02d}^m{row[1][2]}^s,\ \delta=-{row[2][0]}^\circ{row[2][1]:02d}'{row[2][2]:02d}'',\ \Delta={row[3]},\ r={row[4]},\ "
            rf"\mathrm{{elong}}={row[5]}^\circ,\ \mathrm{{phase}}={row[6]}^\circ,\ m_1={sign}{row[7].lstrip('-')}\ \text{{(within half a unit of the last digit)}}")


def model(row, light=True):
    """The seven numbers of a row with mpmath: angles in degrees."""
    with mp.workdps(25):
        q, T, k, c = mp.mpf(ELEMENTS["q"]), mp.mpf(ELEMENTS["T"]), mp.mpf("0.01720209895"), mp.mpf("0.0057755183") * light
        E = [mp.mpf(z) for z in row[8]]
        def place(s): return [q * ((1 - s * s) * mp.mpf(P) + 2 * s * mp.mpf(Q)) for P, Q in AXES]
        def delta(s): return mp.sqrt(mp.fsum((a - b) ** 2 for a, b in zip(place(s), E, strict=True)))
        s = mp.findroot(lambda s: (s + s ** 3 / 3) * mp.sqrt(2 * q ** 3) / k + T + c * delta(s) - row[0], mp.mpf(row[9]))
        v, far, r, R = [a - b for a, b in zip(place(s), E, strict=True)], delta(s), q * (1 + s * s), earth_distance(row[0])
        angle = lambda a, b, c: mp.degrees(mp.acos((a * a + b * b - c * c) / (2 * a * b)))
        return [mp.degrees(mp.atan2(v[1], v[0])) % 360, mp.degrees(mp.asin(v[2] / far)), far, r, angle(R, far, r), angle(r, far, R),
                mp.mpf("7.5") + 5 * mp.log10(far) + 8 * mp.log10(r)]


def last_part(value, unit):
    """What is left of the whole minutes: seconds of time for unit 240, of arc for unit 3600."""
    return abs(value) * unit % 60


def printed_cells():
    """The 70 cells as reference values; of an angle the last part, behind the minutes, is printed in the label."""
    for row in TABLE:
        (h, minute, sec), (deg, arc, arcsec), day = row[1], row[2], name(row[0])
        for column, label, digits in ((0, f"RA, s past {h}h{minute:02d}m", sec.lstrip("0")), (1, f"Dec, arcsec past -{deg} deg {arc:02d}'", str(arcsec)), (2, "Delta", row[3]), (3, "r", row[4]),
                                      (4, "elongation", row[5]), (5, "phase", row[6]), (6, "m1", row[7])):
            yield reference(f"{day}: {label}", digits, compute=lambda row=row, column=column: last_part(model(row)[column], (240, 3600)[column]) if column < 2 else model(row)[column])


def axes():
    node, peri, ecl = (lift(z) * pi / 180 for z in (ELEMENTS["node"], ELEMENTS["peri"], OBLIQUITY))
    for turn in (0, 1):  # P at the perihelion, Q a quarter turn ahead
        c, z = (cos(peri), sin(peri)) if not turn else (-sin(peri), cos(peri))
        v = [cos(node) * c - sin(node) * cos(x * pi / 180) * z, sin(node) * c + cos(node) * cos(x * pi / 180) * z, sin(x * pi / 180) * z]
        yield from zip((v[0], cos(ecl) * v[1] - sin(ecl) * v[2], sin(ecl) * v[1] + cos(ecl) * v[2]), (pair[turn] for pair in AXES), strict=True)


NARROW, EDGE = lift("0.00000001"), lift("0.000000000001")


@statement(title=("The orbit gives the whole table", "该轨道给出整张表"),
           says=("With q = 0.0124445, T = Nov 28.77475 TT, i = 62.4011, Omega = 295.6527, omega = 345.5642 degrees, e = 1, the geometric Earth and one light-time correction, all 70 printed cells "
                 "are met within half a unit of the last digit.",
                 "取 q = 0.0124445、T = 11 月 28.77475 日 TT、i = 62.4011°、Ω = 295.6527°、ω = 345.5642°、e = 1，几何地球位置与一次光行时修正，全部 70 个单元格都在末位半个单位之内吻合。"),
           near_miss=near_miss(Abs(lift(ELEMENTS["q"]) * (1 + 4 * sinh(asinh(F(3, 2) * (24 - lift(ELEMENTS["T"])) * GAUSS / sqrt(2 * lift(ELEMENTS["q"]) ** 3)) / 3) ** 2) - lift("0.3002")) <= lift("0.00005"), (
               "The same elements without light time give r = 0.3002 on Nov 24.", "不计光行时，同样的根数在 11 月 24 日给出 r = 0.3002。")),
           references=[*printed_cells(), *[reference(f"{key} on {name(day)}", digits, compute=lambda day=day, column=column: model(TABLE[day - 24])[column]) for day, column, key, digits in (
               (26, 2, "Delta to six digits", "0.899751"), (27, 3, "r to six digits", "0.150155"), (31, 6, "m1 to five digits", "1.15006"))]])
def orbit_reproduces_table():
    yield show(largest(*[within(value, digits, "0.000000000001") for value, digits in axes()]) <= 1, (
        "the axes P, Q of the orbit in the equator of J2000, from i, Omega, omega and the obliquity 84381.448 arcsec, to 12 digits", "由 i、Ω、ω 与黄赤交角 84381.448″ 得到轨道轴 P、Q（J2000 赤道），精确到 12 位"),
        where=[lift(ELEMENTS["i"]) - EDGE <= x, x <= lift(ELEMENTS["i"]) + EDGE], by=BALL,
        latex=r"P=(0.315137342152,-0.758930888308,-0.569835381802),\quad Q=(0.512354229738,-0.369363860611,0.775282839836)")
    for row in TABLE:
        left = lift(row[9]) - NARROW
        yield show(kepler(row, s) * kepler(row, s + 2 * NARROW) < 0, (f"{name(row[0])}: Kepler's equation with light time has a root s within 1e-8 of {row[9]}",
                   f"{tag(row[0])}：含光行时的 Kepler 方程在 {row[9]} 附近 1e-8 内有根 s"), where=[left - EDGE <= s, s <= left], by=BALL, latex=r"F(s)\,F(s+2\cdot10^{-8})<0")
        yield holds(largest(*cells(row, s)) < 1, ("and for every s there all seven cells agree", "且对其中任意 s，七个单元格全部吻合"),
                    where=[left <= s, s <= lift(row[9]) + NARROW], by=BALL, latex=picture(row))


def closed_r(q, T, day, lag): return q * (1 + 4 * sinh(asinh(F(3, 2) * (day - T - lag) * GAUSS / sqrt(2 * q ** 3)) / 3) ** 2)
def lag(row): return LIGHT * (lift(row[3]) + u * lift("0.00005"))


def worst_r(q, T, lagged):
    return largest(*[Abs(closed_r(lift(q), lift(T) + u * lift("1e-8"), row[0], lag(row) if lagged else lift(0)) - lift(row[4])) for row in TABLE])


def residuals(p, light, e):
    """Right ascension (times cos Dec) and declination, computed less printed, in seconds of arc."""
    q, T, i, node, peri = p[0], p[1], *(math.radians(z) for z in p[2:])
    ecl, out = math.radians(float(OBLIQUITY)), []
    for row in TABLE:
        tau, E = 0.0, [float(z) for z in row[8]]
        for _ in range(4 if light else 1):
            aim, alpha, z = 0.01720209895 * (row[0] - T - tau), (1 - e) / q, float(row[9]) * math.sqrt(2 * q)
            for _ in range(9):  # Newton's iteration in chi, with the Stumpff functions as power series in alpha chi^2, which is below 0.1
                a = alpha * z * z
                c2, c3 = (sum((-a) ** n / math.factorial(2 * n + m) for n in range(8)) for m in (2, 3))
                z -= (q * z + e * z ** 3 * c3 - aim) / (q + e * z * z * c2)
            X, Y = q - z * z * c2, math.sqrt(q * (1 + e)) * z * (1 - a * c3)
            U, V = X * math.cos(peri) - Y * math.sin(peri), X * math.sin(peri) + Y * math.cos(peri)
            ex, ey, ez = math.cos(node) * U - math.sin(node) * math.cos(i) * V, math.sin(node) * U + math.cos(node) * math.cos(i) * V, math.sin(i) * V
            v = [ex - E[0], math.cos(ecl) * ey - math.sin(ecl) * ez - E[1], math.sin(ecl) * ey + math.cos(ecl) * ez - E[2]]
            far = math.sqrt(sum(z * z for z in v))
            tau = 0.0057755183 * far
        dec = -(row[2][0] * 3600 + row[2][1] * 60 + row[2][2])
        ra = 15 * (row[1][0] * 3600 + row[1][1] * 60 + float(row[1][2]))
        out += [(math.degrees(math.atan2(v[1], v[0])) % 360 * 3600 - ra) * math.cos(math.radians(dec / 3600)), math.degrees(math.asin(v[2] / far)) * 3600 - dec]
    return out


def fit(light=True, e=1.0):
    """Least squares in the five elements: (elements, root mean square, largest residual)."""
    if (light, e) not in FITS:
        FITS[light, e] = gauss_newton(light, e)
    return FITS[light, e]


FITS = {}


def gauss_newton(light, e):
    p = [float(ELEMENTS[z]) for z in ("q", "T", "i", "node", "peri")]
    for _ in range(8):
        f = residuals(p, light, e)
        J = []
        for n, h in enumerate((1e-7, 1e-5, 1e-4, 1e-4, 1e-4)):
            high, low = (residuals([z + side * h * (m == n) for m, z in enumerate(p)], light, e) for side in (1, -1))
            J.append([(a - b) / (2 * h) for a, b in zip(high, low, strict=True)])
        scale = [math.sqrt(sum(z * z for z in row)) for row in J]
        A = mp.matrix([[mp.fdot(a, b) / (m * n) for b, n in zip(J, scale, strict=True)] for a, m in zip(J, scale, strict=True)])
        step = mp.lu_solve(A, mp.matrix([mp.fdot(a, f) / m for a, m in zip(J, scale, strict=True)]))
        p = [z - float(dz / m) for z, dz, m in zip(p, step, scale, strict=True)]
    f = residuals(p, light, e)
    return p, math.sqrt(sum(z * z for z in f) / len(f)), max(map(abs, f))


@statement(title=("Light time is in the table", "表中含光行时"), tag="sharper",
           says=("The r column alone does not tell: (q, T) = (0.01244894, 28.77467) with light time and (0.01244169, 28.77998) without both stay within 5.5e-5. q = 0.01244, T = 28.78 is the reading "
                 "without light time; with it r is 0.3005 on Nov 24.",
                 "仅凭 r 列无法区分：含光行时的 (q, T) = (0.01244894, 28.77467) 与不含的 (0.01244169, 28.77998) 误差都在 5.5e-5 之内。q = 0.01244、T = 28.78 是不含光行时的读法；"
                 "若含光行时，11 月 24 日 r 为 0.3005。"),
           limits=("Proved is the r column. What decides for light time, the fits of right ascension and declination (0.31 against 0.93 arcsec), is computed: see the numbers.",
                   "已证明的是 r 列。判定含光行时的依据，即赤经、赤纬的拟合残差（0.31″ 对 0.93″），为数值计算结果，见下。"),
           near_miss=near_miss(Abs(closed_r(lift("0.01244"), lift("28.78"), 24, LIGHT * lift("0.8693")) - lift("0.3002")) <= lift("0.00005"), (
               "T = 28.78 with light time gives the printed r on Nov 24.", "含光行时的 T = 28.78 给出 11 月 24 日的 r。")),
           references=[reference("fit with light time: rms", "0.31", compute=lambda: fit()[1]), reference("fit without light time: rms", "0.93", compute=lambda: fit(False)[1]),
                       reference("largest residual of that fit", "2.06", compute=lambda: fit(False)[2]), reference("fit with light time: q", "0.0124445", compute=lambda: fit()[0][0]),
                       reference("T", "28.77475", compute=lambda: fit()[0][1]), reference("i", "62.401", compute=lambda: fit()[0][2]), reference("Omega", "295.6527", compute=lambda: fit()[0][3]),
                       reference("omega", "345.5642", compute=lambda: fit()[0][4]), reference("fit with e = 0.999: rms", "36", compute=lambda: fit(True, 0.999)[1])])
def light_time_is_in_the_table():
    unit = [-1 <= u, u <= 1]
    yield holds(worst_r("0.01244894", "28.77467", True) < lift("0.000055"), ("with light time: Delta and T may move within their last digits", "含光行时：Δ、T 可在末位内变动"), where=unit, by=BALL,
                latex=r"q=0.01244894,\ T=28.77467,\ \text{light time}:\quad\max_{10}|r-r_{\text{printed}}|<5.5\cdot10^{-5}")
    yield holds(worst_r("0.01244169", "28.77998", False) < lift("0.000055"), ("without", "不含光行时"), where=unit, by=BALL,
                latex=r"q=0.01244169,\ T=28.77998,\ \text{no light time}:\quad\max_{10}|r-r_{\text{printed}}|<5.5\cdot10^{-5}")
    yield holds(worst_r("0.01244", "28.78", False) < lift("0.0001"), ("the rounded values, without light time, within one unit of the last digit", "取整后的值（不含光行时）在末位一个单位之内"), where=unit, by=BALL,
                latex=r"q=0.01244,\ T=28.78,\ \text{no light time}:\quad\max_{10}|r-r_{\text{printed}}|<10^{-4}")
    first = TABLE[0]
    yield holds(closed_r(lift("0.01244"), lift("28.78"), first[0], lag(first)) > lift("0.30045"), ("with light time r is 0.3005 on Nov 24, three units off", "含光行时，11 月 24 日 r 为 0.3005，差三个单位"), where=unit, by=BALL,
                latex=r"q=0.01244,\ T=28.78,\ \text{light time}:\quad r(\text{Nov }24)>0.30045")


def fitted_law():
    with mp.workdps(20):
        rows = [(mp.log10(mp.mpf(row[4])), mp.mpf(row[7]) - 5 * mp.log10(mp.mpf(row[3]))) for row in TABLE]
        mx, my = (mp.fsum(z) / 10 for z in zip(*rows, strict=True))
        slope = mp.fsum((a - mx) * (z - my) for a, z in rows) / mp.fsum((a - mx) ** 2 for a, _ in rows)
        return my - slope * mx, slope / mp.mpf("2.5"), max(abs(z - my - slope * (a - mx)) for a, z in rows)


def moved(day): return [lift(z) + u * lift("0.0000006") for z in TRUE_SIDES[day]]


@statement(title=("The law behind the magnitudes", "星等的规律"),
           says=("m1 = 7.5 + 5 log10 Delta + 8 log10 r rounds to all ten printed magnitudes; a law with 10 log10 r misses one of Nov 24 and Nov 29 by more than 0.95, whatever its constant.",
                 "m1 = 7.5 + 5log₁₀Δ + 8log₁₀r 舍入后等于全部十个星等；若改为 10log₁₀r，则无论常数取何值，11 月 24 日与 29 日中必有一天误差超过 0.95。"),
           near_miss=near_miss((5 * log(lift("0.8693") / lift("0.9762")) + 10 * log(lift("0.3002") / lift("0.0322"))) / log(lift(10)) - lift("7.5") <= lift("1.8"), (
               "The inverse fourth power of r fits within 0.9 mag.", "r 的四次方反比律在 0.9 等之内吻合。")),
           references=[*[reference(f"m1 on {name(row[0])}", digits, compute=lambda row=row: model(row)[6]) for row, digits in zip(TABLE, (
               "3.016", "2.481", "1.778", "0.742", "-1.254", "-4.493", "-0.229", "1.150", "1.963", "2.530"), strict=True)],
               *[reference(f"least squares: {label}", digits, compute=lambda n=n: fitted_law()[n]) for n, label, digits in ((0, "H", "7.52208879"), (1, "n", "3.21033365"), (2, "largest residual", "0.0464"))]])
def magnitude_law():
    unit = [-1 <= u, u <= 1]
    for days in (range(24, 29), range(29, 34)):
        yield holds(largest(*[within(magnitude(*reversed(moved(day))), TABLE[day - 24][7], "0.05") for day in days]) < 1, (
            "r and Delta of the orbit to 6e-7: m1 increases with both, so the diagonal u has both ends", "轨道的 r、Δ 精确到 6e-7：m1 关于二者递增，故对角线 u 含两个端点"), where=unit, by=BALL,
            latex=rf"|7.5+5\log_{{10}}\Delta+8\log_{{10}}r-m_1|<0.05\quad(\text{{{name(days[0])} to {name(days[-1])}}})")
    steep = {day: (5 * log(lift(TABLE[day - 24][3])) + 10 * log(lift(TABLE[day - 24][4]) + u * lift("0.00005"))) / log(lift(10)) - lift(TABLE[day - 24][7]) for day in (24, 29)}
    yield holds(steep[24] - steep[29] > lift("1.9"), ("with 10 log10 r the two days ask for constants that differ by more than 1.9", "取 10log₁₀r 时两天所需常数之差大于 1.9"), where=unit, by=BALL,
                latex=r"\bigl(5\log_{10}\Delta+10\log_{10}r-m_1\bigr)_{\text{Nov }24}-\bigl(\cdots\bigr)_{\text{Nov }29}>1.9")


@statement(title=("Speed on a parabola", "抛物线轨道上的速度"), where=[q > 0, G > 0],
           says=("v^2 = 2GM/r at every point; at the perihelion q = 0.01244 this is 377.66 km/s.", "处处有 v² = 2GM/r；在近日点 q = 0.01244 处为 377.66 km/s。"),
           near_miss=near_miss(eq(((2 * q * s) ** 2 + (2 * q) ** 2) / ((2 * q ** 3 / G) * (1 + s ** 2) ** 2), G / (q * (1 + s ** 2))), ("The circular speed, v^2 = GM/r.", "圆周速度，v² = GM/r。"), where=[q > 0, G > 0]),
           references=[reference("km/s at q = 0.01244", "377.657330275", compute=lambda: mp.sqrt(2 / mp.mpf("0.01244")) * mp.mpf("0.01720209895") * mp.mpf("149597870.7") / 86400)])
def escape_speed():
    X, Y = q * (1 - s ** 2), 2 * q * s
    yield holds(eq((D(X, s) ** 2 + D(Y, s) ** 2) / (sqrt(2 * q ** 3 / G) * (1 + s ** 2)) ** 2, 2 * G / (q * (1 + s ** 2))), (
        "(X, Y) = q (1 - s^2, 2s) with dt/ds = sqrt(2q^3/GM) (1 + s^2), and r = q (1 + s^2)", "(X, Y) = q(1 - s², 2s)，dt/ds = sqrt(2q³/GM)(1 + s²)，r = q(1 + s²)"))
    yield show(ne(D(X, s) ** 2 + D(Y, s) ** 2, 0), ("the comet never stops", "彗星从不停止"))
