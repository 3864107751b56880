"""Riemann's integral and Lebesgue's, on Dirichlet's function and its neighbours.

Statement.  The indicator D of the rationals has upper sums b - a and lower sums 0 and the Lebesgue integral 0; it is the double limit of cos^(2n)(m! pi x), in this order
            only; the integrals of these powers are C(2n, n)/4^n. Riemann integrability is lost under monotone limits and compositions; slicing the range converges for every
            measurable function; an improper integral need not be a Lebesgue integral.
Symbols.    n, m, k, j, q, N >= 1 integers (m, j >= 0 where they count); M = m!; h_i > 0 the lengths of the cells of a partition of [a, b]; eps > 0; e_k, s_k >= 0 what lies
            below and above f in slice k; v_0 = 0 <= v_1 <= ... values, W_k the measure of {f >= v_k}; T Thomae's function, T(p/q) = 1/q in lowest terms.
Excluded.   unbounded sets in the slicing claim.
Source.     Su Jianlin, 为什么勒贝格积分比黎曼积分强？, 2016-11-16 (archives/4083).
"""
from math import gcd

from mpmath import mp

from kexue import (Article, D, Integral, Sum, binomial, cite, cos, e, eq, every, factorial, family, holds, integer, lift, near_miss, pi, real, reference, show, sin, statement,
                   therefore)
from kexue.tactics.combine import antiderivative, induction, lemma, monotone, rewritten, scaled, squares, termwise, through, using

article = Article(
    number=8, date="2016-11-16", source="https://kexue.fm/archives/4083",
    title=("Why is Lebesgue's integral stronger than Riemann's?", "为什么勒贝格积分比黎曼积分强？"),
    summary=("Dirichlet's function by its upper and lower sums, as a double limit, and under the integral sign; what Riemann's integral does not survive, what Lebesgue's does, "
             "and the improper integral that only Riemann's has.",
             "狄利克雷函数的上下和、双重极限表示及积分号下的极限；黎曼积分经不起什么，勒贝格积分经得起什么，以及只有黎曼意义下才有的广义积分。"),
    papers=("Rudin, Real and Complex Analysis, chapters 1 and 2", "Gelbaum & Olmsted, Counterexamples in Analysis, chapters 2 and 8"))

n, m, k, j, q, N, M, i = integer("n m k j q N M i")
x, y, a, eps, delta = real("x y a epsilon delta")
h, up, down, v, W = family("h e s v W")


def length(weight=1, top=n): return Sum(weight * h[i], i, 1, top)


CELLS = (n >= 1, every(k, h[k] > 0))


@statement(title=("The sums of Dirichlet's function", "狄利克雷函数的上下和"), where=[n >= 1],
           says=("For every partition of [a, b] the upper sum of D is b - a and the lower sum 0: D is not Riemann integrable. Its Lebesgue integral is 0, as the rationals are covered by intervals of "
                 "total length at most any eps > 0.",
                 "对 [a, b] 的任意分割，D 的上和为 b - a、下和为 0：D 不是黎曼可积的。其勒贝格积分为 0，因为有理数可被总长不超过任意 ε > 0 的区间覆盖。"),
           limits=("That both kinds of numbers are dense and the rationals countable is cited.", "有理数与无理数的稠密性及有理数的可数性为引用。"),
           near_miss=near_miss(length() <= lift("0.5") * length() + eps, ("Finer partitions bring the upper sum down to half of b - a.", "加细分割可使上和降到 b - a 的一半。"), where=[*CELLS, eps > 0],
                               at={"n": 1, "h": [1], "epsilon": "1/4"}))
def dirichlet_darboux():
    yield cite("density of the rationals and of the irrationals", "Rudin, Principles of Mathematical Analysis, 1.20", ("sup D = 1 and inf D = 0 on every interval", "任意区间上 sup D = 1，inf D = 0"))
    yield holds(eq(Sum(v[i] - v[i - 1], i, 1, n), v[n] - v[0]), ("the cells [v_(i-1), v_i], with factor sup D = 1, add up to b - a", "各小区间 [v_(i-1), v_i] 乘以 sup D = 1 之和为 b - a"), by=induction(n, base=1))
    yield holds(eq(length(0), 0), ("and with factor inf D = 0 to 0", "乘以 inf D = 0 之和为 0"))
    yield therefore(r"U(D,P)=b-a,\quad L(D,P)=0", ("for every partition P", "对任意分割 P"))
    yield holds(eq(Sum(eps / 2 ** k, k, 1, n), eps * (1 - lift(1) / 2 ** n)), ("an interval of length eps/2^k around the k-th rational", "在第 k 个有理数处取长 ε/2^k 的区间"), by=induction(n, base=1))
    yield holds(eps * (1 - lift(1) / 2 ** n) <= eps, ("at most eps together", "总长至多 ε"), where=[eps > 0])
    yield cite("the rationals are countable", "Rudin, Principles of Mathematical Analysis, 2.13", ("every rational gets its number k", "每个有理数都有序号 k"))
    yield therefore(r"\int D\,d\lambda=\lambda(\mathbb Q\cap[a,b])=0", ("the measure of a set is at most that of a cover", "集合的测度不超过其覆盖"))


rest = factorial(m) / factorial(m + 1 + j)
FALLING = induction(j, step=through(rest / (m + 1), first=scaled((m + 1) * factorial(m + 2 + j) / factorial(m), m + 1 <= m + 2 + j), second=scaled(m + 1, rest <= 1 / (m + 1) ** (j + 1))))
SINE = monotone(y, slope=monotone(y, slope=squares((4, sin(y)))))


@statement(title=("Dirichlet's function as a double limit", "双重极限表示"), tag="conditional", where=[m >= 1],
           says=("lim_m lim_n cos^(2n)(m! pi x) = D(x) for every real x, and the order matters: at x = e the other order gives 1.",
                 "对任意实数 x 有 lim_m lim_n cos^(2n)(m! π x) = D(x)，且次序重要：在 x = e 处交换次序得 1。"),
           limits=("The irrationality of e and elementary limits are cited.", "引用了 e 的无理性与初等极限。"),
           near_miss=near_miss(cos(factorial(m) * pi * e) ** 2 <= lift("0.95"), ("At x = e the limits may be exchanged: cos^2(m! pi e) stays away from 1.", "在 x = e 处可交换极限：cos²(m! π e) 不接近 1。"), where=[m >= 1], at={"m": 20}),
           references=[reference(f"{what}, m = {m0}", digits, compute=lambda m0=m0, f=f: f(mp.fsum(mp.factorial(m0) / mp.factorial(k0) for k0 in range(m0 + 1, m0 + 60)))) for m0, one, two in (
               (10, "0.099112183350075411176", "0.90614162112595687249"), (20, "0.04988174288517624588", "0.97564293152826158245"), (40, "0.024984783020570491207", "0.99385164647608658492"))
               for what, digits, f in (("frac(m! e)", one, lambda f: f), ("cos^2(m! pi e)", two, lambda f: mp.cospi(f) ** 2))])
def dirichlet_double_limit():
    yield holds(eq(cos(pi * M) ** 2, 1), ("x = p/q and m >= q: m! x = M is an integer, and the limit over n is 1", "x = p/q 且 m ≥ q 时 m! x = M 为整数，关于 n 的极限为 1"))
    yield holds(eq(factorial(q + j) / q, factorial(q - 1) * factorial(q + j) / factorial(q)), ("since q divides m! = (q+j)!, the quotient (q-1)! (q+1)...(q+j) being an integer",
                "因为 q 整除 m! = (q+j)!，商 (q-1)!(q+1)…(q+j) 为整数"), where=[q >= 1, j >= 0])
    yield cite("powers of a number below 1", "Rudin, Principles of Mathematical Analysis, 3.20", ("for irrational x, |cos(m! pi x)| < 1, and its powers tend to 0", "x 为无理数时 |cos(m! π x)| < 1，其幂趋于 0"))
    yield therefore(r"\lim_m\lim_n\cos^{2n}(m!\,\pi x)=D(x)", ("both cases", "两种情形"))
    yield show(rest <= 1 / (m + 1) ** (j + 1), ("x = e: m! e is an integer plus the sum of m!/(m+1+j)!, j >= 0", "x = e：m! e 为整数加 Σ_(j≥0) m!/(m+1+j)!"), where=[j >= 0], by=FALLING)
    yield show(eq(Sum(1 / (m + 1) ** (j + 1), j, 0, N), (1 - lift(1) / (m + 1) ** (N + 1)) / m), ("a geometric sum below 1/m", "几何级数，小于 1/m"), where=[N >= 0], by=induction(N))
    yield holds(sin(y) ** 2 <= y ** 2, ("1 - cos^2(pi f) = sin^2(pi f) <= pi^2/m^2 for such a fraction f", "此时小数部分 f 满足 1 - cos²(πf) = sin²(πf) ≤ π²/m²"), where=[y >= 0], by=SINE)
    yield cite("irrationality of e", "Rudin, Principles of Mathematical Analysis, 3.32", ("D(e) = 0", "D(e) = 0"))
    yield therefore(r"\lim_n\lim_m\cos^{2n}(m!\,\pi e)=1\ne0=D(e)", ("for fixed n a power of what tends to 1", "固定 n，是趋于 1 的量之幂"))


central = binomial(2 * n, n) / 4 ** n


def coefficient(n): return binomial(2 * n, n) / 4 ** n


wave = M * pi * x
PRIMITIVE = central * (x + Sum(sin(wave) * cos(wave) ** (2 * j - 1) / (2 * j * M * pi * coefficient(j)), j, 1, n))
SLOPE = lemma(eq(D(PRIMITIVE, x), cos(wave) ** (2 * n)), n >= 1, M >= 1, by=induction(n, base=1))


@statement(title=("The integrals of the powers", "各次幂的积分"), where=[n >= 1],
           says=("The integral of cos^(2n)(m! pi x) over [0, 1] is C(2n, n)/4^n for every m, between 1/(2 sqrt n) and 1/sqrt(2n+1): it tends to 0, the integral of D, without any choice of order.",
                 "cos^(2n)(m! π x) 在 [0, 1] 上的积分对任意 m 都是 C(2n, n)/4^n，介于 1/(2√n) 与 1/√(2n+1) 之间：它趋于 0，即 D 的积分，与次序无关。"),
           near_miss=near_miss(eq(central ** 2, lift(1) / n), ("It is 1/sqrt n.", "它等于 1/√n。"), where=[n >= 1], at={"n": 1}),
           references=[reference("n = 10", "0.176197052001953125", binomial(lift(20), lift(10)) / 4 ** lift(10)), reference("n = 100", "0.05634847900925642224725", binomial(lift(200), lift(100)) / 4 ** lift(100)),
                       reference("n = 10^6", "5.641895130240627512124e-4", compute=lambda: mp.exp(mp.loggamma(mp.mpf(10) ** 6 + 0.5) - mp.loggamma(mp.mpf(10) ** 6 + 1)) / mp.sqrt(mp.pi))])
def cos_power_integral():
    yield holds(eq(Integral(cos(wave) ** (2 * n), x, 0, 1), central), ("by a primitive with n terms, checked by induction; sin(M pi x) vanishes at both ends, for every integer M, such as m!", "用含 n 项的原函数（对 n 归纳验证）；对任意整数 M（如 m!），sin(Mπx) 在两端为零"), where=[M >= 1],
                by=antiderivative(PRIMITIVE, slope=using(SLOPE)))
    yield holds(central ** 2 * (2 * n + 1) <= 1, ("from above: this product falls with n", "上界：该乘积随 n 递减"), by=induction(n, base=1, step=through(
        central ** 2 * (2 * n + 1), first=scaled((2 * n + 2) ** 2 / central ** 2, (2 * n + 1) ** 2 * (2 * n + 3) <= (2 * n + 2) ** 2 * (2 * n + 1)))))
    yield holds(lift(1) <= 4 * n * central ** 2, ("from below: this one grows", "下界：该乘积随 n 递增"), by=induction(n, base=1, step=through(
        4 * n * central ** 2, second=scaled((n + 1) / central ** 2, 4 * n * (n + 1) <= (2 * n + 1) ** 2))))


@statement(title=("The rate of the integrals", "积分的衰减速度"), where=[n >= 1],
           says=("C(2n, n)/4^n behaves like 1/sqrt(pi n), more exactly lies between 1/sqrt(pi (n + 1/2)) and 1/sqrt(pi n).", "C(2n, n)/4^n 与 1/√(πn) 等价，确切地说介于 1/√(π(n + 1/2)) 与 1/√(πn) 之间。"),
           limits=("Wallis' product is cited.", "引用了 Wallis 乘积。"),
           near_miss=near_miss(central <= lift(1) / n, ("It is of the order 1/n.", "它的量级为 1/n。"), where=[n >= 1], at={"n": 100}))
def cos_power_rate():
    following = coefficient(n + 1)
    yield show((2 * n + 3) * following ** 2 < (2 * n + 1) * central ** 2, ("(2n+1) c_n^2 falls", "(2n+1)c_n² 递减"), by=scaled((2 * n + 2) ** 2 / central ** 2, (2 * n + 1) ** 2 * (2 * n + 3) < (2 * n + 2) ** 2 * (2 * n + 1)))
    yield show(n * central ** 2 < (n + 1) * following ** 2, ("n c_n^2 grows", "n c_n² 递增"), by=scaled(4 * (n + 1) / central ** 2, 4 * n * (n + 1) < (2 * n + 1) ** 2))
    yield cite("Wallis' product", "NIST DLMF 5.11.13, 26.3.12", ("n c_n^2 tends to 1/pi, hence (2n+1) c_n^2 to 2/pi", "n c_n² → 1/π，从而 (2n+1)c_n² → 2/π"))
    yield therefore(r"\frac1{\sqrt{\pi(n+\frac12)}}<\frac1{4^n}\binom{2n}n<\frac1{\sqrt{\pi n}}", ("a strictly monotone sequence stays on one side of its limit", "严格单调数列始终在其极限的一侧"))


@statement(title=("Riemann integrability is not closed", "黎曼可积性不封闭"), tag="false", where=[n >= 1],
           post=("D shows that the Riemann integrable functions are incomplete in L^1 (as is often said).", "D 说明黎曼可积函数在 L¹ 中不完备（常见说法）。"),
           says=("The indicators f_m of {m! x an integer} increase to D, each with integral 0, so monotone limits leave the Riemann integrable functions. But D = 0 almost everywhere; incompleteness needs "
                 "a fat Cantor set: removing 2^(k-1) intervals of length 4^(-k) leaves measure 1/2.",
                 "{m! x 为整数} 的示性函数 f_m 递增趋于 D，且积分均为 0，故单调极限可离开黎曼可积函数类。但 D 几乎处处为 0；不完备性需要胖 Cantor 集：第 k 步去掉 2^(k-1) 个长 4^(-k) 的区间，剩余测度 1/2。"),
           limits=("Lebesgue's criterion is cited.", "引用了勒贝格判据。"),
           near_miss=near_miss(1 - Sum(2 ** (k - 1) / lift(4) ** k, k, 1, n) <= lift(1) / 2 ** n, ("What is left of the fat Cantor set is a null set.", "胖 Cantor 集是零测集。"), where=[n >= 1], at={"n": 2}))
def riemann_not_closed():
    yield holds(eq(factorial(m + 1) * x, (m + 1) * (factorial(m) * x)), ("m! x an integer makes (m+1)! x one: f_m increases", "m! x 为整数则 (m+1)! x 亦然：f_m 递增"), where=[m >= 0])
    yield holds(eq(Sum(eps / (factorial(m) + 1), k, 0, factorial(m)), eps), ("the m! + 1 points k/m! of [0, 1] lie in intervals of total length eps, so upper sums of f_m come down to 0",
                "[0, 1] 中 m! + 1 个点 k/m! 可含于总长 ε 的区间内，故 f_m 的上和可降到 0"), where=[m >= 0])
    yield holds(eq(Sum(2 ** (k - 1) / lift(4) ** k, k, 1, n), (1 - lift(1) / 2 ** n) / 2), ("the length removed in n steps", "n 步去掉的总长"), by=induction(n, base=1))
    yield holds(1 - (1 - lift(1) / 2 ** n) / 2 > lift(1) / 2, ("more than 1/2 is left at every stage", "每一步都剩余大于 1/2"))
    yield cite("Lebesgue's criterion", "Rudin, Principles of Mathematical Analysis, 11.33", ("a function equal almost everywhere to the indicator of a closed set without interior has no limit at almost all of its points",
               "与无内点闭集的示性函数几乎处处相等的函数，在该集几乎每一点都不连续"))
    yield therefore(r"\mathbf 1_K\in L^1\text{ is an }L^1\text{-limit of Riemann integrable functions and equal a.e. to none}", ("K has measure 1/2, and is the limit of finite unions of intervals", "K 的测度为 1/2，是有限个区间之并的极限"))


def points(q):
    """The fractions of [0, 1] with denominators up to q, for the reference values."""
    return len({(a // gcd(a, b), b // gcd(a, b)) for b in range(1, q + 1) for a in range(b + 1)})


@statement(title=("Lebesgue's criterion and compositions", "勒贝格判据与复合"), where=[n >= 1],
           says=("A bounded function on [a, b] is Riemann integrable exactly if its discontinuities form a null set. Thomae's function T is, with integral 0; D is the composition of T with the indicator of (0, 1], "
                 "and is not.", "[a, b] 上的有界函数黎曼可积当且仅当其间断点集为零测集。Thomae 函数 T 可积且积分为 0；D 是 T 与 (0, 1] 示性函数的复合，却不可积。"),
           limits=("Lebesgue's criterion is cited.", "引用了勒贝格判据。"),
           near_miss=near_miss(length(1) - length(0) < eps, ("The composition of integrable functions is integrable: the gap of the sums of D can be made small.", "可积函数的复合可积：D 的上下和之差可任意小。"),
                               where=[*CELLS, eps > 0], at={"n": 1, "h": [1], "epsilon": "1/2"}),
           references=[reference(f"points with T >= 1/{q0}", digits, compute=lambda q0=q0: mp.mpf(points(q0))) for q0, digits in ((10, "33"), (100, "3045"))])
def lebesgue_criterion_and_composition():
    yield cite("Lebesgue's criterion", "Rudin, Principles of Mathematical Analysis, 11.33", ("to T, which is continuous exactly at the irrationals, and to D, which is continuous nowhere", "用于 T（恰在无理点连续）与 D（处处不连续）"))
    yield holds(eq(Sum(j, j, 1, q) + 1, q * (q + 1) / 2 + 1), ("directly: at most this many points of [0, 1] have T >= 1/q, as there are at most j fractions with denominator j", "直接地：[0, 1] 中至多有这么多点满足 T ≥ 1/q，因分母为 j 的分数至多 j 个"),
                where=[q >= 1], by=induction(q, base=1))
    yield holds(1 / q + (q * (q + 1) / 2 + 1) * (delta / (q * (q + 1) + 2)) <= 1 / q + delta, ("cells around them of total length at most delta, and T < 1/q elsewhere: the upper sum is at most 1/q + delta",
                "在这些点周围取总长至多 δ 的小区间，其余处 T < 1/q：上和至多 1/q + δ"), where=[q >= 1, delta > 0])
    yield holds(eq(length(1) - length(0), length()), ("the gap of the sums of D is the whole length", "D 的上下和之差等于全长"))
    yield therefore(r"\int T=0,\quad D=\mathbf 1_{(0,1]}\circ T\text{ is not Riemann integrable}", ("q and delta are arbitrary; T > 0 exactly at the rationals", "q、δ 任意；T > 0 恰在有理点"))


@statement(title=("Slicing the range", "按值域分割"), where=[N >= 1],
           says=("If f is measurable on a set of finite measure and its range is cut into N slices of height delta, the lower sum misses the integral by at most delta times the measure, whatever f is. "
                 "The integral of f >= 0 is that of the measure of {f > t}.",
                 "若 f 在有限测度集上可测，值域分成 N 层、每层高 δ，则下和与积分之差至多为 δ 乘以测度，与 f 的正则性无关。f ≥ 0 的积分等于 {f > t} 的测度的积分。"),
           limits=("For general f the layer cake formula is Fubini's theorem.", "一般 f 的分层公式即 Fubini 定理。"),
           near_miss=near_miss(Sum(lift(1) / N, i, 1, N) <= lift(1) / N, ("The same bound holds for N cells of the domain (D with rational tags, integral 0).", "对定义域的 N 个小区间有同样的界（D，取有理标记点，积分为 0）。"), where=[N >= 1], at={"N": 2}))
def lebesgue_sum_rate():
    slices = [delta > 0, every(k, up[k] >= 0), every(k, down[k] >= 0)]
    yield holds(0 <= Sum(up[k], k, 1, N), ("e_k, the integral of f - y_k over slice k, is not negative", "e_k 为 f - y_k 在第 k 层上的积分，非负"), where=slices, by=rewritten(Sum(lift(0), k, 1, N) <= Sum(up[k], k, 1, N), termwise()))
    yield holds(Sum(up[k], k, 1, N) <= delta * Sum((up[k] + down[k]) / delta, k, 1, N), ("and with s_k up to the next level, e_k + s_k = delta times the measure of the slice", "与到上一层的 s_k 合计，e_k + s_k = δ 乘以该层的测度"), where=slices,
                by=rewritten(Sum(up[k], k, 1, N) <= Sum(up[k] + down[k], k, 1, N), termwise()))
    yield holds(eq(Sum(v[k] * (W[k] - W[k + 1]), k, 1, N), Sum((v[k] - v[k - 1]) * W[k], k, 1, N) + v[0] * W[1] - v[N] * W[N + 1]), ("the layer cake of a simple function, v_0 = 0 and W_(N+1) = 0", "简单函数的分层公式，v₀ = 0，W_(N+1) = 0"),
                by=induction(N, base=1))
    yield cite("Fubini's theorem", "Rudin, Real and Complex Analysis, 8.16", ("the area below the graph, sliced horizontally", "图像下方的面积，按水平方向切分"))
    yield therefore(r"\int f=\int_0^\infty|\{f>t\}|\,dt\quad(f\ge0)", ("for every measurable f >= 0", "对任意可测 f ≥ 0"))


def absolute(n):
    """The integral of |sin x|/x up to n pi, arch by arch."""
    return mp.fsum((-1) ** k0 * (mp.si(mp.pi * (k0 + 1)) - mp.si(mp.pi * k0)) for k0 in range(n))


@statement(title=("Improper integrals", "广义积分"), tag="false", where=[N >= 1],
           post=("Lebesgue's integral is stronger than Riemann's (said without the restriction to bounded intervals).", "勒贝格积分比黎曼积分强（不限于有限区间地说）。"),
           says=("The improper integral of sin x/x over (0, oo) is pi/2, but the integral of |sin x|/x up to N pi is at least (2/pi)(1 + 1/2 + ... + 1/N), so it is no Lebesgue integral. "
                 "The implication holds for proper integrals on bounded intervals.",
                 "sin x/x 在 (0, ∞) 上的广义积分为 π/2，但 |sin x|/x 到 Nπ 的积分至少为 (2/π)(1 + 1/2 + … + 1/N)，故它不是勒贝格积分。该蕴含对有界区间上的常义积分成立。"),
           limits=("Dirichlet's integral and the comparison of integrals are cited.", "引用了 Dirichlet 积分与积分的比较。"),
           near_miss=near_miss(2 / pi * Sum(lift(1) / k, k, 1, N) <= 3, ("The integral of |sin x|/x is at most 3.", "|sin x|/x 的积分至多为 3。"), where=[N >= 1], at={"N": 100}),
           references=[reference("Dirichlet's integral", "1.570796326794896619231322", pi / 2), reference("integral of |sin x|/x up to 10 pi", "3.30766703674233885", compute=lambda: absolute(10)),
                       reference("up to 100 pi", "4.77342503023973454", compute=lambda: absolute(100))])
def improper_caveat():
    yield cite("Dirichlet's integral", "NIST DLMF 6.2.9, 6.2.14", ("Si(x) tends to pi/2", "Si(x) → π/2"))
    yield holds(eq(Integral(sin(x), x, 0, pi), 2), ("one arch of |sin|", "|sin| 的一拱"), by=antiderivative(-cos(x)))
    yield show(a / (k * pi) <= a / x, ("on the k-th arch x <= k pi, with a = |sin x|", "在第 k 拱上 x ≤ kπ，a = |sin x|"), where=[k >= 1, a >= 0, x > 0, x <= k * pi], by=scaled(k * pi * x, a * x <= a * (k * pi), squares(rest=a * (k * pi - x))))
    yield cite("monotonicity of the integral", "Rudin, Principles of Mathematical Analysis, 6.12", ("an arch contributes at least 2/(k pi)", "每一拱的贡献至少为 2/(kπ)"))
    yield therefore(r"\int_0^{N\pi}\frac{|\sin x|}x\,dx\ge\frac2\pi\sum_{k=1}^N\frac1k", ("add the arches", "各拱相加"))
    yield holds(Sum(lift(1) / (2 * N), k, 1, N) <= Sum(lift(1) / (N + k), k, 1, N), ("which has no bound: from N to 2N terms the sum grows by 1/2 at least", "它无界：项数由 N 到 2N 时和至少增加 1/2"), by=termwise(scaled(2 * N * (N + k), N + k <= 2 * N)))
    yield holds(eq(Sum(lift(1) / (2 * N), k, 1, N), lift(1) / 2), ("the sum on the left", "左边之和"))
    yield cite("absolute integrability", "Rudin, Real and Complex Analysis, 1.31", ("f is in L^1 exactly if |f| is", "f ∈ L¹ 当且仅当 |f| ∈ L¹"))
    yield therefore(r"\frac{\sin x}x\notin L^1(0,\infty)", ("the integral of the absolute value is infinite", "绝对值的积分为无穷"))
