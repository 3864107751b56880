"""The angle between two random vectors of R^n.

Statement.  If x is uniform on the sphere and y != 0 is independent of it, the angle theta has the density c_n sin^(n-2) theta, the mean pi/2 and the variance
            psi_1(n/2)/2, which lies between 1/n + 1/n^2 and 1/(n-1); cos theta has the even moments (1/2)_k/(n/2)_k and a two-sided tail below e^(-n eps^2/2).
Symbols.    n >= 2, k, m >= 0 integers (n real inside integrands); t in (-pi/2, pi/2) the angle less pi/2; s = cos theta; J_k the integral of cos^k t over (-pi/2, pi/2);
            A_k that of t^2 cos^k t, so V_n = A_(n-2)/J_(n-2); psi_1 the trigamma function; eps in [0, 1].
Excluded.   n = 1, where the angle is 0 or pi.
Source.     Su Jianlin, n维空间下两个随机向量的夹角分布, 2019-11-13 (archives/7076).
"""
from fractions import Fraction

from mpmath import mp

from kexue import (Abs, Article, Formula, I, Integral, Sum, asin, call, cos, dot, eq, exp, gamma, holds, integer, lift, log, matrix, near_miss, pi, real, reference, show, sin,
                   sqrt, statement, vector)
from kexue.tactics import auto as complete
from kexue.tactics.combine import cases, induction, integrated, laws as known_laws, lemma, monotone, once, recurrence, scaled, squares, termwise, through, using

article = Article(
    number=5, date="2019-11-13", source="https://kexue.fm/archives/7076",
    title=("The distribution of the angle between two random vectors in n dimensions", "n维空间下两个随机向量的夹角分布"),
    summary=("The density of the angle, its variance in closed form with strict bounds, all moments of the cosine, and a two-sided tail bound without the factor 2.",
             "夹角的密度、方差的闭式与严格上下界、余弦的全部矩，以及不带因子 2 的双侧尾界。"),
    papers=("Cai, Fan & Jiang, Distributions of angles in random packing on spheres, JMLR 14 (2013)",))

n, k, m, j = integer("n k m j")
t, s, eps, x, y, z, N, lam = real("t s epsilon x y z nu lambda")
half = Fraction(1, 2)
Q, (u, v), (w, tau, sigma) = matrix("Q", n), vector("u v", n), vector("w tau sigma", n - 1)


def c(n): return gamma(n / 2) / (sqrt(pi) * gamma((n - 1) / 2))
def psi1(x): return call("polygamma", 1, x)
def variance(n): return mp.psi(1, mp.mpf(n) / 2) / 2
def tail(n, eps): return mp.betainc((mp.mpf(n) - 1) / 2, half, 0, 1 - mp.mpf(eps) ** 2, regularized=True)
def near_right_angle(n): return 1 - tail(n, mp.sin(mp.pi / 18))


@statement(title=("The density", "密度"), where=[n >= 2],
           says=("theta has the density Gamma(n/2)/(sqrt(pi) Gamma((n-1)/2)) sin^(n-2) theta on (0, pi), and s = cos theta the density with (1 - s^2)^((n-3)/2). Only one of the two vectors needs to be "
                 "uniform.", "θ 在 (0, π) 上的密度为 Γ(n/2)/(√π Γ((n-1)/2)) sin^(n-2) θ，s = cos θ 的密度含 (1 - s²)^((n-3)/2)。两个向量中只需一个均匀。"),
           near_miss=near_miss(eq(c(n) * sin(t) ** (n - 1), c(n) * sin(t) ** (n - 2)), ("The exponent is n - 1.", "指数为 n - 1。"), where=[n >= 2, t > 0, t < 3], at={"n": 2, "t": 1}),
           references=[reference("P(|theta - 90 deg| < 10 deg), n = 10", "0.3903849059468230764921", compute=lambda: near_right_angle(10)),
                       reference("n = 3", "0.1736481776669303488517", compute=lambda: near_right_angle(3)), reference("n = 100", "0.9175492258310546089783", compute=lambda: near_right_angle(100)),
                       reference("n = 768", "0.9999987302305048744905", compute=lambda: near_right_angle(768))])
def angle_density():
    turned = [Formula("orthogonal", (Q,))]
    yield show(eq(dot(Q @ u - Q @ v, Q @ u - Q @ v), dot(u - v, u - v)), ("turning both vectors keeps distances, and so lengths, angles and the area of pieces of the sphere: y may be turned to the first axis", "同时旋转两个向量保持距离，从而保持长度、夹角与球面上各块的面积：可把 y 转到第一轴"), where=turned)
    yield show(eq(cos(t) ** 2 + dot(sin(t) * w, sin(t) * w), 1), ("then x = (cos theta, sin theta w) with a unit vector w of R^(n-1)", "于是 x = (cos θ, sin θ w)，w 为 R^(n-1) 的单位向量"), where=[eq(dot(w, w), 1)])
    yield show(eq((-sin(t)) ** 2 + dot(cos(t) * w, cos(t) * w), 1), ("its slope in theta has length 1", "对 θ 的导数长度为 1"), where=[eq(dot(w, w), 1)])
    yield show(eq(0 * -sin(t) + dot(sin(t) * tau, cos(t) * w), 0), ("and is orthogonal to its slopes (0, sin theta tau) in the directions tau orthogonal to w", "并与沿 w 的正交方向 τ 的导数 (0, sin θ τ) 正交"), where=[eq(dot(tau, w), 0)])
    yield show(eq(dot(sin(t) * tau, sin(t) * sigma), sin(t) ** 2 * dot(tau, sigma)), ("whose inner products are those of the tau times sin^2 theta", "后者的内积为 τ 的内积乘以 sin² θ"))
    yield show(sin(t) >= 0, ("x = sin theta is not negative", "x = sin θ 非负"), where=[t >= 0, t <= pi], by=known_laws(("sin.nonnegative", {"x": t})))
    yield holds(eq(sqrt((x ** 2) ** (n - 2)), x ** (n - 2)), (
        "so the root of the Gram determinant, the element of area, is sin^(n-2) theta times that of the sphere of w, for n - 2 orthonormal tau: such is the density of theta up to a factor",
        "故 Gram 行列式的平方根（面积元）为 sin^(n-2) θ 乘以 w 所在球面的面积元（n - 2 个标准正交的 τ）：θ 的密度与之成正比"), where=[x >= 0])
    area = lambda n: Integral(sin(t) ** n, t, 0, pi)
    yield holds(eq(c(n) * area(n - 2), 1), ("the factor: n J_n = (n-1) J_(n-2), J_0 = pi, J_1 = 2 for the integrals over (0, pi)", "该因子：(0, π) 上的积分满足 n J_n = (n-1) J_(n-2)，J₀ = π，J₁ = 2"), by=recurrence(
        n, (-1, 0, 1), base=2, left=integrated(-cos(t) * sin(t) ** (n - 1) / n, ((n - 1) / n, area(n + 0 - 2)), number=2), initial0=integrated(t), initial1=integrated(-cos(t))))
    yield holds(eq(x ** (N - 2) / x, (x ** 2) ** ((N - 3) / 2)), ("s = cos theta, x = sin theta: ds = -x d theta and x^2 = 1 - s^2", "s = cos θ，x = sin θ：ds = -x dθ，x² = 1 - s²"), where=[x > 0, N >= 2])


even_variance = pi ** 2 / 12 - Sum(lift(1) / j ** 2, j, 1, m - 1) / 2


def over_t(f): return Integral(f, t, -pi / 2, pi / 2)
def total(m): return over_t(cos(t) ** m)
def square(m): return over_t(t ** 2 * cos(t) ** m)
def first(m): return over_t(t * cos(t) ** m)
def growing(m): return over_t(exp(z * t) * cos(t) ** m)
def W(n): return psi1(n / 2) / 2
def step(n, then=None): return known_laws(("polygamma.step", {"m": 1, "z": n / 2}), **({"then": then} if then else {}))


C, S = cos(t), sin(t)
less = lemma(eq(total(m + 2), (m + 1) / (m + 2) * total(m)), m >= 0, m=n - 2, by=integrated(C ** (m + 1) * S / (m + 2), ((m + 1) / (m + 2), total(m))))
norm = eq(c(n) * total(n - 2), 1)
NORM = once(recurrence(n, (-1, 0, 1), base=2, left=using(less), initial0=integrated(t), initial1=integrated(S)))
variance_is = eq(square(n - 2), W(n) * total(n - 2))
at3 = lemma(eq(psi1(lift(3 * half)), pi ** 2 / 2 - 4), by=complete.search)
VARIANCE = recurrence(n, (-(n - 1), 0, n), inhomogeneous=-2 * total(n) / n, base=2, right=step(n, using(less)), initial0=integrated(t ** 3 / 3, then=integrated(t, then=complete.search)),
                      initial1=integrated(t ** 2 * S + 2 * t * C - 2 * S, then=integrated(S, then=using(at3))),
                      left=integrated(t ** 2 * C ** (n - 1) * S / n + 2 * t * C ** n / n ** 2, ((n - 1) / n, square(n + 0 - 2)), (-2 / n ** 2, total(n)), number=3))
chord = lemma(t <= pi / 2 * sin(t), t >= 0, t <= pi / 2, t=t, by=complete.search)


def arc(at): return lemma(t ** 2 <= pi ** 2 / 4 * (1 - cos(t) ** 2), t >= 0, t <= pi / 2, t=at, by=using(chord, then=squares((1, pi / 2 * sin(t) - t), rest=2 * t * (pi / 2 * sin(t) - t))))


INSIDE = known_laws(("cos.positive", {"x": t}), then=scaled(1 / C ** (n - 2), t ** 2 <= pi ** 2 / 4 * (1 - C ** 2), cases(t, above=using(arc(t)), below=using(arc(-t)))))
small = square(n - 2) <= pi ** 2 / (4 * n) * total(n - 2)
SMALL = through(over_t(pi ** 2 / 4 * (1 - C ** 2) * C ** (n - 2)), ("le", "eq"), first=termwise(INSIDE), second=integrated(-pi ** 2 / 4 * C ** (n - 1) * S / n, (pi ** 2 / (4 * n), total(n - 2))))
positive = lemma(0 <= square(n - 2), n >= 2, n=n, by=through(over_t(lift(0)), ("eq", "le"), first=integrated(0), second=termwise(
    known_laws(("cos.positive", {"x": t}), then=squares((C ** (n - 2), t))))))
average = lemma(eq(c(n) * square(n - 2), W(n)), n >= 2, n=n, by=once(using(lemma(norm, n >= 2, n=n, by=NORM), lemma(variance_is, n >= 2, n=n, by=VARIANCE))))
NOT_NEGATIVE = using(average, positive, then=through(c(n) * square(n - 2), ("le", "eq")))
AT_MOST = using(average, lemma(norm, n >= 2, n=n, by=NORM), lemma(small, n >= 2, n=n, by=once(SMALL)), then=through(c(n) * square(n - 2), ("eq", "le"), second=through(
    c(n) * (pi ** 2 / (4 * n) * total(n - 2)), ("le", "eq"), first=scaled(1 / c(n), small))))
EXCESS, DEFICIT = 2 / (n ** 2 * (n ** 2 - 1)), 4 / (n ** 2 * (n + 2) ** 2)


def above(m): return W(n + 2 * m) + lift(1) / (n - 1) - EXCESS - 1 / (n + 2 * m - 1)
def below(m): return W(n + 2 * m) + lift(1) / n + lift(1) / n ** 2 + DEFICIT - 1 / (n + 2 * m) - 1 / (n + 2 * m) ** 2


ABOVE = induction(m, base=1, first=step(n), step=through(above(m), second=step(n + 2 * m, scaled(
    (n + 2 * m - 1) * (n + 2 * m + 1) * (n + 2 * m) ** 2, 2 * (n + 2 * m - 1) * (n + 2 * m + 1) <= 2 * (n + 2 * m) ** 2))))
BELOW = induction(m, base=1, first=step(n), step=through(below(m), first=step(n + 2 * m, squares(rest=4 / ((n + 2 * m) ** 2 * (n + 2 * m + 2) ** 2)))))
near, far = n + 2 * n ** 4, n + 2 * (n ** 2 * (n + 2) ** 2)
reached = through(lift(10) / (4 * near) + lift(1) / (n - 1) - EXCESS - 1 / (near - 1), ("lt", "lt"), first=scaled(4 * near, pi ** 2 < 10), second=scaled(
    1, 0 < EXCESS - lift(10) / (4 * near) + 1 / (near - 1), through(EXCESS - lift(10) / (4 * near), ("lt", "lt"), first=scaled(4 * near * n ** 2 * (n ** 2 - 1), 10 * n ** 2 * (n ** 2 - 1) < 8 * near))))
at_most = through(pi ** 2 / (4 * near) + lift(1) / (n - 1) - EXCESS - 1 / (near - 1), ("le", "lt"), first=through(above(n ** 4), second=scaled(1, W(near) <= pi ** 2 / (4 * near))),
                  second=using(lemma(pi ** 2 < 10, by=complete.search), then=reached))
at_least = through(lift(1) / n + lift(1) / n ** 2 + DEFICIT - 1 / far - 1 / far ** 2, ("lt", "le"), first=scaled(far ** 2 * n ** 2 * (n + 2) ** 2, n ** 2 * (n + 2) ** 2 * (far + 1) < 4 * far ** 2))


def turned(n): return gamma(n / 2) ** 2 / (gamma((n + I * z) / 2) * gamma((n - I * z) / 2))
def reflected(u): return known_laws(("gamma.reflection_product", {"z": u}), ("gamma.step", {"z": u}), ("gamma.step", {"z": 1 - u}))


flat = integrated(exp(z * t) / z, then=integrated(t, then=known_laws(("gamma.reflection_product", {"z": I * z / 2}), ("gamma.step", {"z": I * z / 2}))))
GROWTH = recurrence(n, (-n * (n - 1), 0, n ** 2 + z ** 2), base=2, right=using(less), initial0=cases(z, at=integrated(t, then=integrated(t)), above=flat, below=flat),
                    initial1=integrated(exp(z * t) * (z * C + S) / (z ** 2 + 1), then=integrated(S, then=known_laws(("gamma.reflection", {"z": half + I * z / 2}), *(
                        ("gamma.step", {"z": half + side * z / 2}) for side in (I, -I))))),
                    left=integrated(exp(z * t) * (z * C ** n + n * C ** (n - 1) * S) / (n ** 2 + z ** 2), (n * (n - 1) / (n ** 2 + z ** 2), growing(n + 0 - 2)), number=2))
TABLE = {2: "0.8224670334241132182362076", 3: "0.4674011002723396547086227", 4: "0.3224670334241132182362076", 5: "0.2451788780501174324864005", 10: "0.110661477868557662680652",
         64: "0.01587168326015104506329084", 100: "0.01010066661334856290298532", 128: "0.007873853032169465077872002", 512: "0.001956944664304198202730765",
         1000: "0.001001000666666133334857134", 1024: "0.000977516795197648966452547"}


@statement(title=("The variance is a trigamma value", "方差是三伽马函数值"), tag="sharper", where=[n >= 2],
           says=("Var theta = psi_1(n/2)/2 with V_(n+2) = V_n - 2/n^2, V_2 = pi^2/12, V_3 = pi^2/4 - 2, and 1/n + 1/n^2 < V_n < 1/(n-1). The mean is pi/2.",
                 "Var θ = ψ₁(n/2)/2，V_(n+2) = V_n - 2/n²，V₂ = π²/12，V₃ = π²/4 - 2，且 1/n + 1/n² < V_n < 1/(n-1)。均值为 π/2。"),
           near_miss=near_miss(eq(even_variance, lift(1) / (2 * m - 2)), ("V_n = 1/(n-2) (n = 2m).", "V_n = 1/(n-2)（n = 2m）。"), where=[m >= 2], at={"m": 5}),
           references=[reference(f"V_{n0}", digits, compute=lambda n0=n0: variance(n0)) for n0, digits in TABLE.items()]
           + [reference("excess kurtosis, n = 5", "-0.465596111475", compute=lambda: -mp.psi(3, mp.mpf(5) / 2) / (2 * mp.psi(1, mp.mpf(5) / 2) ** 2)),
              reference("moment generating function, n = 7, at 1.3", "1.148604983619437531708066", compute=lambda: mp.gamma(mp.mpf(7) / 2) ** 2 / abs(mp.gamma((7 + mp.mpc(0, "1.3")) / 2)) ** 2)])
def angle_variance_trigamma():
    primitive = t ** 2 * C ** (m + 1) * S / (m + 2) + 2 * t * C ** (m + 2) / (m + 2) ** 2
    yield holds(eq(first(n - 2), 0), ("t = theta - pi/2 has the density c_n cos^(n-2) t on (-pi/2, pi/2), and the mean 0", "t = θ - π/2 在 (-π/2, π/2) 上的密度为 c_n cos^(n-2) t，均值为零"), by=recurrence(
        n, (-(n - 1), 0, n), base=2, initial0=integrated(t ** 2 / 2), initial1=integrated(t * S + C), left=integrated(t * C ** (n - 1) * S / n + C ** n / n ** 2, ((n - 1) / n, first(n + 0 - 2)), number=2)))
    yield show(norm, ("c_n is the right factor: J_n = (n-1)/n J_(n-2)", "c_n 为正确的因子：J_n = (n-1)/n J_(n-2)"), by=NORM)
    yield show(eq(square(m + 2), (m + 1) / (m + 2) * square(m) - 2 / (m + 2) ** 2 * total(m + 2)), ("A_n = (n-1)/n A_(n-2) - 2 J_n/n^2 by parts, n = m + 2", "分部积分：A_n = (n-1)/n A_(n-2) - 2J_n/n²，n = m + 2"), where=[m >= 0],
               by=integrated(primitive, ((m + 1) / (m + 2), square(m)), (-2 / (m + 2) ** 2, total(m + 2))))
    yield holds(eq(W(n + 2), W(n) - 2 / n ** 2), ("so V_n has the recursion of psi_1(n/2)/2", "故 V_n 与 ψ₁(n/2)/2 满足同一递推"), by=step(n))
    yield holds(eq(W(lift(2)), pi ** 2 / 12), ("V_2", "V₂"), by=complete.search)
    yield holds(eq(W(lift(3)), pi ** 2 / 4 - 2), ("V_3", "V₃"), by=complete.search)
    yield holds(eq(c(n) * square(n - 2), W(n)), ("and is equal to it: Var theta = A_(n-2)/J_(n-2)", "两者相等：Var θ = A_(n-2)/J_(n-2)"), by=average[1])
    yield holds(eq(even_variance - 2 / (2 * m) ** 2, pi ** 2 / 12 - Sum(lift(1) / j ** 2, j, 1, m) / 2), ("even n = 2m: V_n = pi^2/12 - sum 1/(2j^2), j < m", "偶数 n = 2m：V_n = π²/12 - Σ_(j<m) 1/(2j²)"), where=[m >= 1])
    yield show(0 <= W(n), ("it is not negative", "V_n 非负"), by=NOT_NEGATIVE)
    yield show(W(n) <= pi ** 2 / (4 * n), ("and at most pi^2/(4n), as |t| <= pi/2 |sin t|", "且至多 π²/(4n)，因 |t| ≤ (π/2)|sin t|"), by=AT_MOST)
    yield show(W(n) <= above(m), ("1/(n-1) - V_n decreases from n to n + 2, at the first step by 2/(n^2 (n^2 - 1))", "1/(n-1) - V_n 由 n 到 n + 2 递减，第一步减少 2/(n²(n² - 1))"), where=[m >= 1], by=ABOVE)
    yield show(below(m) <= W(n), ("V_n - 1/n - 1/n^2 too, at the first step by 4/(n^2 (n+2)^2)", "V_n - 1/n - 1/n² 亦然，第一步减少 4/(n²(n+2)²)"), where=[m >= 1], by=BELOW)
    yield holds(W(n) < lift(1) / (n - 1), ("m = n^4", "取 m = n⁴"), by=using(
        lemma(W(n) <= above(m), n >= 2, m >= 1, n=n, m=n ** 4, by=ABOVE), lemma(W(n) <= pi ** 2 / (4 * n), n >= 2, n=near, by=AT_MOST), then=at_most))
    yield holds(lift(1) / n + lift(1) / n ** 2 < W(n), ("m = n^2 (n+2)^2", "取 m = n²(n+2)²"), by=using(
        lemma(below(m) <= W(n), n >= 2, m >= 1, n=n, m=n ** 2 * (n + 2) ** 2, by=BELOW), lemma(0 <= W(n), n >= 2, n=far, by=NOT_NEGATIVE), then=at_least))
    yield show(eq(growing(n - 2), turned(n) * total(n - 2)), ("the moment generating function: E e^(z t) = Gamma(n/2)^2/|Gamma((n+iz)/2)|^2", "矩母函数：E e^(zt) = Γ(n/2)²/|Γ((n+iz)/2)|²"), by=GROWTH)


def moment(k): return gamma(k + half) / gamma(lift(half)) * gamma(n / 2) / gamma(n / 2 + k)
def power(m): return Integral(cos(t) ** m * sin(t) ** (n - 2), t, 0, pi)


two_more = lemma(eq(power(m + 2), (m + 1) / (n + m) * power(m)), n >= 2, m >= 0, by=integrated(cos(t) ** (m + 1) * sin(t) ** (n - 1) / (n + m), ((m + 1) / (n + m), power(m))))


def following(m): return using((*two_more[:2], {"n": n, "m": lift(m)}))


@statement(title=("The moments of the cosine", "余弦的矩"), where=[n >= 2, k >= 0],
           says=("E cos^(2k) theta = (1/2)_k/(n/2)_k = (2k-1)!!/(n (n+2) ... (n+2k-2)); odd moments vanish, and Var cos theta = 1/n.",
                 "E cos^(2k) θ = (1/2)_k/(n/2)_k = (2k-1)!!/(n(n+2)…(n+2k-2))；奇数阶矩为零，Var cos θ = 1/n。"),
           near_miss=near_miss(eq(3 / (n * (n + 2)), 3 / n ** 2), ("E cos^4 theta = 3/n^2.", "E cos⁴ θ = 3/n²。"), where=[n >= 2], at={"n": 2}))
def cosine_moments():
    yield show(eq(power(m + 2), (m + 1) / (n + m) * power(m)), ("by parts, with the density in proportion to sin^(n-2) theta", "分部积分，密度与 sin^(n-2) θ 成正比"), where=[m >= 0], by=two_more[1])
    yield holds(eq(power(2 * k), moment(k) * power(lift(0))), ("so E cos^(2k) theta is (1/2)_k/(n/2)_k", "故 E cos^(2k) θ = (1/2)_k/(n/2)_k"), by=induction(k, step=following(2 * k)))
    yield holds(eq(power(2 * k + 1), 0), ("and the odd moments vanish", "奇数阶矩为零"), by=induction(k, first=integrated(sin(t) ** (n - 1) / (n - 1)), step=following(2 * k + 1)))
    yield holds(eq((n + 2 * k) * moment(k + 1), (2 * k + 1) * moment(k)), ("the even ones gain the factor (2k+1)/(n+2k)", "偶数阶矩依次乘以 (2k+1)/(n+2k)"))
    yield holds(eq(moment(lift(0)), 1), ("from 1 on", "自 1 开始"))
    yield holds(eq(moment(lift(1)), 1 / n), ("the variance", "方差"))
    yield holds(eq(moment(lift(2)), 3 / (n * (n + 2))), ("the fourth moment", "四阶矩"))


def weight(s, n=n): return (1 - s) ** ((n - 3) / 2) * (1 + s) ** ((n - 3) / 2)  # (1 - s^2)^((n-3)/2)
def inner(n): return Integral(weight(s, n), s, 0, eps)
def outer(n): return Integral(weight(s, n), s, eps, 1)
def slope(s): return n * s * exp(-n * s ** 2 / 2)  # of -e^(-n s^2/2)
def logarithm(y): return (n - 3) / 2 * (log(1 - y) + log(1 + y)) - log(y) + n * y ** 2 / 2
def quotient(y): return weight(y) * exp(n * y ** 2 / 2) / y


twice, gaussian = 2 * c(n), exp(-n * eps ** 2 / 2)
whole = Integral(weight(s), s, 0, 1)
WHOLE = recurrence(n, (-1, 0, 1), base=2, left=integrated(s * (1 - s) ** ((n - 1) / 2) * (1 + s) ** ((n - 1) / 2) / n, ((n - 1) / n, Integral(weight(s, n + 0), s, 0, 1)), number=2),
                   initial0=integrated(asin(s), then=using(lemma(eq(asin(lift(1)), pi / 2), by=complete.search))), initial1=integrated(s))
ORDERED = [n >= 4, y > 0, y < x, x < 1, y < 1, x > 0]
falling = lemma(logarithm(x) <= logarithm(y), *ORDERED, by=monotone(y, at=x, slope=scaled(y * (1 - y ** 2), -(n * y ** 4 - 4 * y ** 2 + 1) <= 0, squares((1, 2 * y ** 2 - 1), rest=(n - 4) * y ** 4))))
FALLING = using(falling, then=known_laws(("exp.order", {"x": logarithm(x), "y": logarithm(y)})))
less_quotient = lemma(quotient(x) <= quotient(y), *ORDERED, n=n, x=x, y=y, by=FALLING)
before = lemma(slope(y) <= twice * weight(y), *ORDERED, slope(x) <= twice * weight(x), n=n, x=eps, y=s, by=using(less_quotient, then=scaled(
    exp(n * y ** 2 / 2) / y, lift(1) * n <= twice * quotient(y), through(twice * quotient(x), first=scaled(x * exp(-n * x ** 2 / 2), slope(x) <= twice * weight(x)), second=scaled(
        1 / twice, quotient(x) <= quotient(y))))))
after = lemma(twice * weight(x) <= slope(x), *ORDERED, twice * weight(y) <= slope(y), n=n, x=s, y=eps, by=using(less_quotient, then=scaled(
    exp(n * x ** 2 / 2) / x, twice * quotient(x) <= lift(1) * n, through(twice * quotient(y), first=scaled(1 / twice, quotient(x) <= quotient(y)), second=scaled(
        y * exp(-n * y ** 2 / 2), twice * weight(y) <= slope(y))))))
rising_part, falling_part = (Integral(slope(s), s, *ends) for ends in ((0, eps), (eps, 1)))
BEFORE = through(1 - rising_part, ("le", "eq"), first=scaled(1, rising_part <= twice * inner(n), through(Integral(twice * weight(s), s, 0, eps), ("le", "eq"), first=termwise(using(before)),
                 second=integrated(0, (twice, inner(n))))), second=integrated(-exp(-n * s ** 2 / 2)))
AFTER = through(falling_part, first=through(Integral(twice * weight(s), s, eps, 1), ("eq", "le"), first=integrated(0, (twice, outer(n)), number=1), second=termwise(using(after))),
                second=integrated(-exp(-n * s ** 2 / 2)))


def over_theta(f): return Integral(f, t, 0, pi)


def transform(side, n):
    """E e^(+-lam cos) in units of c_n is N with N' = lam S/(n-1), N'' = N - S, S not negative: lam^(n-1) (lam N/n - N') grows from 0."""
    power, far = exp(side * lam * C), Abs(n - 2)  # the exponent is natural by its form, so that N may be differentiated
    N, slope, bend, S2 = (over_theta(f) for f in (power * S ** far, side * C * power * S ** far, C ** 2 * power * S ** far, power * S ** n))
    own = () if n.head == "num" else (n >= 3,)
    at_least = lemma(0 <= exp(y) * x ** n, x > 0, *own, x=S, y=side * lam * C, by=squares(rest=exp(y) * x ** n))
    facts = (lemma(eq(slope, lam / (n - 1) * S2), *own, by=integrated(side * power * S ** (n - 1) / (n - 1), (lam / (n - 1), S2))), lemma(eq(bend, N - S2), *own, by=integrated(0, (1, N), (-1, S2))),
             lemma(0 <= S2, *own, by=through(over_theta(lift(0)), ("eq", "le"), first=integrated(0), second=termwise(known_laws(("sin.positive", {"x": t}), then=using(at_least))))))
    gap = lam ** (n - 1) * (lam * N / n - slope)
    grows = lemma(0 <= gap, lam >= 0, *own, by=monotone(lam, slope=using(*facts, then=scaled(1, 0 <= lam ** (n + 1) * S2 / (n * (n - 1))))))
    shrink = exp(-lam ** 2 / (2 * n))
    return scaled(shrink, N * shrink <= over_theta(S ** far), monotone(lam, slope=using(grows, then=scaled(lam ** (n - 1) / shrink, 0 <= gap))))


TAILS = [(2, ".5", "0.666666666666666666666667"), (3, ".5", "0.5"), (10, ".3", "0.3700831222820678681238"), (64, ".3", "0.01518413161050358515444"), (128, ".3", "5.52145084681179444942e-4"),
         (128, ".1", "0.2595076479733668259356"), (768, ".1", "0.005511115818027859352024"), (1000, ".1", "0.001535713842136403331138")]


@statement(title=("The tail of the cosine", "余弦的尾部"), tag="sharper", where=[n >= 2],
           says=("P(|cos theta| >= eps) <= e^(-n eps^2/2), two-sided and without a factor 2; and E e^(lambda cos theta) <= e^(lambda^2/(2n)).",
                 "P(|cos θ| ≥ ε) ≤ e^(-nε²/2)，双侧且无因子 2；E e^(λ cos θ) ≤ e^(λ²/(2n))。"),
           near_miss=near_miss(1 - eps <= exp(-3 * eps ** 2), ("The bound is e^(-n eps^2) (n = 3, P = 1 - eps).", "上界为 e^(-nε²)（n = 3，P = 1 - ε）。"), where=[eps >= 0, eps <= 1], at={"epsilon": "1/2"}),
           references=[reference(f"P(|cos theta| >= 0{e0}), n = {n0}", digits, compute=lambda n0=n0, e0=e0: tail(n0, e0)) for n0, e0, digits in TAILS])
def cosine_tail():
    yield show(eq(twice * whole, 1), ("s = |cos theta| has the density 2 c_n (1 - s^2)^((n-3)/2) on (0, 1)", "s = |cos θ| 在 (0, 1) 上的密度为 2c_n(1 - s²)^((n-3)/2)"), by=WHOLE)
    yield show(eq(2 * c(lift(2)) * outer(lift(2)), 1 - 2 / pi * asin(eps)), ("n = 2: P = 1 - 2t/pi at eps = sin t", "n = 2：ε = sin t 时 P = 1 - 2t/π"), where=[eps >= 0, eps < 1], by=integrated(
        asin(s), then=using(lemma(eq(asin(lift(1)), pi / 2), by=complete.search))))
    yield holds(1 - 2 * t / pi <= exp(-sin(t) ** 2), ("which is at most e^(-eps^2)", "至多 e^(-ε²)"), where=[t >= 0, t <= lift("1.6")])
    yield show(eq(2 * c(lift(3)) * outer(lift(3)), 1 - eps), ("n = 3: P = 1 - eps", "n = 3：P = 1 - ε"), where=[eps >= 0, eps < 1], by=integrated(s))
    yield holds(1 - eps <= exp(-3 * eps ** 2 / 2), ("which is at most e^(-3 eps^2/2)", "至多 e^(-3ε²/2)"), where=[eps >= 0, eps <= 1])
    yield show(quotient(x) <= quotient(y), ("n >= 4: the density over s e^(-n s^2/2) decreases, as n s^4 - 4 s^2 + 1 >= (2 s^2 - 1)^2", "n ≥ 4：密度与 s e^(-ns²/2) 之比递减，因 ns⁴ - 4s² + 1 ≥ (2s² - 1)²"), where=ORDERED, by=FALLING)
    yield holds(1 - twice * inner(n) <= gaussian, ("where the density is at least the slope of -e^(-n s^2/2) at eps, it is so up to eps: P = 1 - P(s < eps)", "若密度在 ε 处不小于 -e^(-ns²/2) 的斜率，则在 ε 之前亦然：P = 1 - P(s < ε)"),
                where=[n >= 4, eps > 0, eps < 1, slope(eps) <= twice * weight(eps)], by=BEFORE)
    yield holds(twice * outer(n) <= gaussian, ("and where it is at most this, it is so from eps on; eps = 0 and eps = 1 are clear", "若不大于，则在 ε 之后亦然；ε = 0 与 ε = 1 显然"), where=[n >= 4, eps > 0, eps < 1, twice * weight(eps) <= slope(eps)], by=AFTER)
    for side, words in ((1, ("E e^(lambda cos theta) for lambda >= 0, in units of 1/c_n", "λ ≥ 0 时的 E e^(λ cos θ)，以 1/c_n 为单位")), (-1, ("and for -lambda", "以及 -λ"))):
        yield holds(over_theta(exp(side * lam * cos(t)) * sin(t) ** (n - 2)) <= exp(lam ** 2 / (2 * n)) * over_theta(sin(t) ** (n - 2)), words, where=[lam >= 0],
                    by=cases(n - 2, at=transform(side, lift(2)), above=transform(side, n)))
