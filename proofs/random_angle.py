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

from kexue import (Article, D, Integral, Sum, call, cite, cos, eq, exp, factorial, gamma, holds, integer, lift, log, near_miss, pi, real, reference, show, sin,
                   sqrt, statement, therefore)
from kexue.tactics import laws
from kexue.tactics.combine import antiderivative, induction, scaled, squares, through

article = Article(
    number=5, date="2019-11-13", source="https://kexue.fm/archives/7076",
    title=("The distribution of the angle between two random vectors in n dimensions", "n维空间下两个随机向量的夹角分布"),
    summary=("The density of the angle, its variance in closed form with strict bounds, all moments of the cosine, and a two-sided tail bound without the factor 2.",
             "夹角的密度、方差的闭式与严格上下界、余弦的全部矩，以及不带因子 2 的双侧尾界。"),
    papers=("Cai, Fan & Jiang, Distributions of angles in random packing on spheres, JMLR 14 (2013)",))

n, k, m, j = integer("n k m j")
t, s, eps, x, N, J, A, lam = real("t s epsilon x nu J A lambda")
half = Fraction(1, 2)


def c(n): return gamma(n / 2) / (sqrt(pi) * gamma((n - 1) / 2))
def psi1(x): return call("polygamma", 1, x)
def variance(n): return mp.psi(1, mp.mpf(n) / 2) / 2
def tail(n, eps): return mp.betainc((mp.mpf(n) - 1) / 2, half, 0, 1 - mp.mpf(eps) ** 2, regularized=True)
def near_right_angle(n): return 1 - tail(n, mp.sin(mp.pi / 18))


BETA = ("law of a ratio of chi-squares", "Johnson, Kotz & Balakrishnan, Continuous Univariate Distributions 2, ch. 25", (
    "x = g/|g| with normal g, and y may be turned to the first axis: s^2 = g_1^2/(g_1^2 + chi^2_(n-1)) is Beta(1/2, (n-1)/2)",
    "x = g/|g|（g 正态），y 可转到第一轴：s² = g₁²/(g₁² + χ²_(n-1)) 服从 Beta(1/2, (n-1)/2)"))


@statement(title=("The density", "密度"), where=[n >= 2],
           says=("theta has the density Gamma(n/2)/(sqrt(pi) Gamma((n-1)/2)) sin^(n-2) theta on (0, pi), and s = cos theta the density with (1 - s^2)^((n-3)/2). Only one of the two vectors needs to be "
                 "uniform.", "θ 在 (0, π) 上的密度为 Γ(n/2)/(√π Γ((n-1)/2)) sin^(n-2) θ，s = cos θ 的密度含 (1 - s²)^((n-3)/2)。两个向量中只需一个均匀。"),
           limits=("The law of the cosine is cited.", "余弦的分布为引用。"),
           near_miss=near_miss(eq(c(n) * sin(t) ** (n - 1), c(n) * sin(t) ** (n - 2)), ("The exponent is n - 1.", "指数为 n - 1。"), where=[n >= 2, t > 0, t < 3], at={"n": 2, "t": 1}),
           references=[reference("P(|theta - 90 deg| < 10 deg), n = 10", "0.3903849059468230764921", compute=lambda: near_right_angle(10)),
                       reference("n = 3", "0.1736481776669303488517", compute=lambda: near_right_angle(3)), reference("n = 100", "0.9175492258310546089783", compute=lambda: near_right_angle(100)),
                       reference("n = 768", "0.9999987302305048744905", compute=lambda: near_right_angle(768))])
def angle_density():
    yield cite(*BETA)
    yield holds(eq(Integral(k * sin(t) ** k - (k - 1) * sin(t) ** (k - 2), t, 0, pi), 0), ("the integrals over (0, pi) satisfy k J_k = (k-1) J_(k-2)", "(0, π) 上的积分满足 k J_k = (k-1) J_(k-2)"),
                where=[k >= 2], by=antiderivative(-cos(t) * sin(t) ** (k - 1)))
    yield holds(eq((n - 1) * c(n + 2), n * c(n)), ("and the constant satisfies (n-1) c_(n+2) = n c_n, so c_n J_(n-2) is the same for n and n + 2", "而常数满足 (n-1)c_(n+2) = n c_n，故 c_n J_(n-2) 对 n 与 n + 2 相同"))
    yield holds(eq(Integral(lift(1), t, 0, pi), pi), ("J_0 = pi", "J₀ = π"), by=antiderivative(t))
    yield holds(eq(Integral(sin(t), t, 0, pi), 2), ("J_1 = 2", "J₁ = 2"), by=antiderivative(-cos(t)))
    yield show(eq(c(lift(2)) * pi, 1), ("c_2 J_0 = 1", "c₂J₀ = 1"))
    yield show(eq(c(lift(3)) * 2, 1), ("c_3 J_1 = 1", "c₃J₁ = 1"))
    yield holds(eq(x ** (N - 2) / x, (x ** 2) ** ((N - 3) / 2)), ("s = cos theta, x = sin theta: ds = -x d theta and x^2 = 1 - s^2", "s = cos θ，x = sin θ：ds = -x dθ，x² = 1 - s²"), where=[x > 0, N >= 2])
    yield therefore(r"p_n(\theta)=\frac{\Gamma(n/2)}{\sqrt\pi\,\Gamma((n-1)/2)}\sin^{n-2}\theta", (
        "the Beta law has a density in proportion to (1 - s^2)^((n-3)/2) in s, and the total is 1", "Beta 分布给出 s 的密度正比于 (1 - s²)^((n-3)/2)，且总和为 1"))


even_variance = pi ** 2 / 12 - Sum(lift(1) / j ** 2, j, 1, m - 1) / 2
TABLE = {2: "0.8224670334241132182362076", 3: "0.4674011002723396547086227", 4: "0.3224670334241132182362076", 5: "0.2451788780501174324864005", 10: "0.110661477868557662680652",
         64: "0.01587168326015104506329084", 100: "0.01010066661334856290298532", 128: "0.007873853032169465077872002", 512: "0.001956944664304198202730765",
         1000: "0.001001000666666133334857134", 1024: "0.000977516795197648966452547"}


@statement(title=("The variance is a trigamma value", "方差是三伽马函数值"), tag="sharper", where=[n >= 2],
           says=("Var theta = psi_1(n/2)/2 with V_(n+2) = V_n - 2/n^2, V_2 = pi^2/12, V_3 = pi^2/4 - 2, and 1/n + 1/n^2 < V_n < 1/(n-1). The mean is pi/2.",
                 "Var θ = ψ₁(n/2)/2，V_(n+2) = V_n - 2/n²，V₂ = π²/12，V₃ = π²/4 - 2，且 1/n + 1/n² < V_n < 1/(n-1)。均值为 π/2。"),
           limits=("That V_n tends to 0 and the moment generating function are cited.", "V_n → 0 与矩母函数为引用。"),
           near_miss=near_miss(eq(even_variance, lift(1) / (2 * m - 2)), ("V_n = 1/(n-2) (n = 2m).", "V_n = 1/(n-2)（n = 2m）。"), where=[m >= 2], at={"m": 5}),
           references=[reference(f"V_{n0}", digits, compute=lambda n0=n0: variance(n0)) for n0, digits in TABLE.items()]
           + [reference("excess kurtosis, n = 5", "-0.465596111475", compute=lambda: -mp.psi(3, mp.mpf(5) / 2) / (2 * mp.psi(1, mp.mpf(5) / 2) ** 2)),
              reference("moment generating function, n = 7, at 1.3", "1.148604983619437531708066", compute=lambda: mp.gamma(mp.mpf(7) / 2) ** 2 / abs(mp.gamma((7 + mp.mpc(0, "1.3")) / 2)) ** 2)])
def angle_variance_trigamma():
    C, S = cos(t), sin(t)
    yield show(eq(D(t ** 2 * C ** (N - 1) * S / N + 2 * t * C ** N / N ** 2, t), t ** 2 * C ** N - (N - 1) / N * t ** 2 * C ** (N - 2) + 2 * C ** N / N ** 2), (
        "the certificate: its primitive vanishes at -pi/2 and pi/2, so A_n = (n-1)/n A_(n-2) - 2 J_n/n^2", "证书：原函数在 ±π/2 处为零，故 A_n = (n-1)/n A_(n-2) - 2J_n/n²"), where=[N >= 2, C > 0])
    yield show(eq(D(C ** (N - 1) * S / N, t), C ** N - (N - 1) / N * C ** (N - 2)), ("likewise J_n = (n-1)/n J_(n-2)", "同理 J_n = (n-1)/n J_(n-2)"), where=[N >= 2, C > 0])
    yield holds(eq(((n - 1) / n * A - 2 * ((n - 1) / n * J) / n ** 2) / ((n - 1) / n * J), A / J - 2 / n ** 2), ("so V_(n+2) = V_n - 2/n^2", "故 V_(n+2) = V_n - 2/n²"), where=[J > 0])
    yield holds(eq(Integral(t ** 2, t, 0, pi / 2), pi / 2 * (pi ** 2 / 12)), ("V_2 = pi^2/12, by symmetry over (0, pi/2)", "V₂ = π²/12，由对称性在 (0, π/2) 上计算"), by=antiderivative(t ** 3 / 3))
    yield holds(eq(Integral(t ** 2 * C, t, 0, pi / 2), pi ** 2 / 4 - 2), ("V_3 = pi^2/4 - 2", "V₃ = π²/4 - 2"), by=antiderivative(t ** 2 * S + 2 * t * C - 2 * S))
    yield holds(eq(psi1(x + 1) / 2, psi1(x) / 2 - 1 / (2 * x ** 2)), ("psi_1(n/2)/2 satisfies the same recursion, x = n/2", "ψ₁(n/2)/2 满足同一递推，x = n/2"), where=[x > 0], by=laws.search)
    yield holds(eq(even_variance - 2 / (2 * m) ** 2, pi ** 2 / 12 - Sum(lift(1) / j ** 2, j, 1, m) / 2), ("even n = 2m: V_n = pi^2/12 - sum 1/(2j^2), j < m", "偶数 n = 2m：V_n = π²/12 - Σ_(j<m) 1/(2j²)"), where=[m >= 1])
    yield show(lift(1) / (n - 1) - lift(1) / (n + 1) > 2 / n ** 2, ("1/(n-1) - V_n decreases from n to n + 2", "1/(n-1) - V_n 由 n 到 n + 2 递减"), by=scaled(n ** 2 * (n - 1) * (n + 1) / 2, n ** 2 - 1 < n ** 2))
    gap = lift(1) / n + lift(1) / n ** 2 - lift(1) / (n + 2) - lift(1) / (n + 2) ** 2
    yield show(gap < 2 / n ** 2, ("and so does V_n - 1/n - 1/n^2", "V_n - 1/n - 1/n² 亦然"), by=scaled(n ** 2 * (n + 2) ** 2, n ** 2 * (n + 2) ** 2 * gap < 2 * (n + 2) ** 2))
    yield cite("values of the trigamma function", "NIST DLMF 5.15.2, 5.15.8, 5.4.12", ("psi_1(1) = pi^2/6, psi_1(3/2) = pi^2/2 - 4, and psi_1 tends to 0", "ψ₁(1) = π²/6，ψ₁(3/2) = π²/2 - 4，且 ψ₁ → 0"))
    yield therefore(r"\operatorname{Var}\theta=\tfrac12\psi_1(n/2),\quad\tfrac1n+\tfrac1{n^2}<\operatorname{Var}\theta<\tfrac1{n-1},\quad\mathbb E\theta=\tfrac\pi2", (
        "equal first values; a quantity that decreases to 0 is positive; the density is even in t", "初值相同；递减趋于 0 的量为正；密度关于 t 为偶"))
    yield cite("Cauchy's beta integral", "NIST DLMF 5.12.5", ("E e^(z t) is the integral of e^(z t) cos^(n-2) t", "E e^(zt) 即 e^(zt) cos^(n-2) t 的积分"))
    yield therefore(r"\mathbb E e^{z(\theta-\pi/2)}=\Gamma(n/2)^2/|\Gamma((n+iz)/2)|^2", ("divided by its value at z = 0", "除以其在 z = 0 处的值"))


def moment(k): return gamma(k + half) / gamma(lift(half)) * gamma(n / 2) / gamma(n / 2 + k)


@statement(title=("The moments of the cosine", "余弦的矩"), where=[n >= 2, k >= 0],
           says=("E cos^(2k) theta = (1/2)_k/(n/2)_k = (2k-1)!!/(n (n+2) ... (n+2k-2)); odd moments vanish, and Var cos theta = 1/n.",
                 "E cos^(2k) θ = (1/2)_k/(n/2)_k = (2k-1)!!/(n(n+2)…(n+2k-2))；奇数阶矩为零，Var cos θ = 1/n。"),
           limits=("Integration by parts on the open interval is used in words.", "开区间上的分部积分以文字给出。"),
           near_miss=near_miss(eq(3 / (n * (n + 2)), 3 / n ** 2), ("E cos^4 theta = 3/n^2.", "E cos⁴ θ = 3/n²。"), where=[n >= 2], at={"n": 2}))
def cosine_moments():
    weight = (1 - s ** 2) ** ((N - 3) / 2)
    yield show(eq(D(s ** (2 * k + 1) * (1 - s ** 2) * weight, s), ((2 * k + 1) * s ** (2 * k) - (N + 2 * k) * s ** (2 * k + 2)) * weight), (
        "this function vanishes at -1 and 1, so (n+2k) E s^(2k+2) = (2k+1) E s^(2k)", "该函数在 ±1 处为零，故 (n+2k) E s^(2k+2) = (2k+1) E s^(2k)"), where=[s > 0, s < 1, N >= 2])
    yield holds(eq((n + 2 * k) * moment(k + 1), (2 * k + 1) * moment(k)), ("the quotient of gamma functions satisfies the same recursion", "伽马函数之商满足同一递推"))
    yield holds(eq(moment(lift(0)), 1), ("and is 1 at k = 0", "且在 k = 0 处为 1"))
    yield holds(eq(moment(lift(1)), 1 / n), ("the variance", "方差"))
    yield holds(eq(moment(lift(2)), 3 / (n * (n + 2))), ("the fourth moment", "四阶矩"))
    yield therefore(r"\mathbb E\cos^{2k}\theta=\frac{(1/2)_k}{(n/2)_k},\quad\mathbb E\cos^{2k+1}\theta=0", ("integrate over (-1, 1); the density is even in s", "在 (-1, 1) 上积分；密度关于 s 为偶"))


RISING = induction(k, step=through((n / 2 + k) * (n / 2) ** k, second=scaled(1 / (n / 2 + k), (n / 2) ** k <= gamma(n / 2 + k) / gamma(n / 2))))
TAILS = [(2, ".5", "0.666666666666666666666667"), (3, ".5", "0.5"), (10, ".3", "0.3700831222820678681238"), (64, ".3", "0.01518413161050358515444"), (128, ".3", "5.52145084681179444942e-4"),
         (128, ".1", "0.2595076479733668259356"), (768, ".1", "0.005511115818027859352024"), (1000, ".1", "0.001535713842136403331138")]


@statement(title=("The tail of the cosine", "余弦的尾部"), tag="sharper", where=[n >= 2],
           says=("P(|cos theta| >= eps) <= e^(-n eps^2/2), two-sided and without a factor 2; and E e^(lambda cos theta) <= e^(lambda^2/(2n)).",
                 "P(|cos θ| ≥ ε) ≤ e^(-nε²/2)，双侧且无因子 2；E e^(λ cos θ) ≤ e^(λ²/(2n))。"),
           limits=("The shape of F - G for n >= 4 is argued in words.", "n ≥ 4 时 F - G 的形状以文字论证。"),
           near_miss=near_miss(1 - eps <= exp(-3 * eps ** 2), ("The bound is e^(-n eps^2) (n = 3, P = 1 - eps).", "上界为 e^(-nε²)（n = 3，P = 1 - ε）。"), where=[eps >= 0, eps <= 1], at={"epsilon": "1/2"}),
           references=[reference(f"P(|cos theta| >= 0{e0}), n = {n0}", digits, compute=lambda n0=n0, e0=e0: tail(n0, e0)) for n0, e0, digits in TAILS])
def cosine_tail():
    yield show(eq(gamma(k + half) / gamma(lift(half)) * 4 ** k * factorial(k), factorial(2 * k)), ("with the moments (1/2)_k/(n/2)_k: (2k)! = 4^k k! (1/2)_k", "由矩 (1/2)_k/(n/2)_k：(2k)! = 4^k k! (1/2)_k"), where=[k >= 0], by=induction(k))
    yield holds(gamma(n / 2 + k) / gamma(n / 2) >= (n / 2) ** k, ("(n/2)_k >= (n/2)^k", "(n/2)_k ≥ (n/2)^k"), where=[k >= 0], by=RISING)
    yield holds(eq((lam ** 2 / 4) ** k / (factorial(k) * (n / 2) ** k), (lam ** 2 / (2 * n)) ** k / factorial(k)), ("so each term of E e^(lambda s) = sum (lambda^2/4)^k/(k! (n/2)_k) is at most one of e^(lambda^2/(2n))",
                "故 E e^(λs) = Σ (λ²/4)^k/(k!(n/2)_k) 的每一项不超过 e^(λ²/(2n)) 的对应项"), where=[k >= 0, lam > 0])
    yield holds(1 - 2 * t / pi <= exp(-sin(t) ** 2), ("n = 2, where P = 1 - 2t/pi at eps = sin t", "n = 2：ε = sin t 时 P = 1 - 2t/π"), where=[t >= 0, t <= lift("1.6")])
    yield holds(1 - eps <= exp(-3 * eps ** 2 / 2), ("n = 3, where P = 1 - eps", "n = 3：P = 1 - ε"), where=[eps >= 0, eps <= 1])
    yield show(eq(D((N - 3) / 2 * log(1 - eps ** 2) - log(eps) + N * eps ** 2 / 2, eps), -(N * eps ** 4 - 4 * eps ** 2 + 1) / (eps * (1 - eps ** 2))), (
        "n >= 4: with F the tail and G the bound, the derivative of log(F'/G')", "n ≥ 4：记 F 为尾概率、G 为上界，log(F'/G') 的导数"), where=[eps > 0, eps < 1])
    yield show(N * eps ** 4 - 4 * eps ** 2 + 1 >= 0, ("it is not positive", "它不为正"), where=[N >= 4], by=squares((1, 2 * eps ** 2 - 1), rest=(N - 4) * eps ** 4))
    yield therefore(r"P(|\cos\theta|\ge\varepsilon)\le e^{-n\varepsilon^2/2},\quad\mathbb E e^{\lambda\cos\theta}\le e^{\lambda^2/(2n)}", (
        "F'/G' decreases from oo, so F - G first falls and then rises, from 0 to -e^(-n/2): it is never positive", "F'/G' 自 +∞ 递减，故 F - G 先降后升，自 0 至 -e^(-n/2)：恒不为正"))
