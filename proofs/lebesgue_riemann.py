"""Riemann's integral and Lebesgue's, on Dirichlet's function and its neighbours.

Statement.  The indicator D of the rationals has upper sums b - a and lower sums 0 and the Lebesgue integral 0; it is the double limit of cos^(2n)(m! pi x), in this order
            only; the integrals of these powers are C(2n, n)/4^n. Riemann integrability is lost under monotone limits and compositions; slicing the range converges for every
            measurable function; an improper integral need not be a Lebesgue integral.
Symbols.    n, m, k, j, q, N >= 1 integers (m, j >= 0 where they count); M = m!; h_i > 0 the lengths of the cells of a partition of [a, b]; eps > 0; e_k, s_k >= 0 what lies
            below and above f in slice k; v_0 = 0 <= v_1 <= ... values, W_k the measure of {f >= v_k}; A_k, B_k integrals over arch k or slice k; T Thomae's
            function, T(p/q) = 1/q in lowest terms.
Excluded.   unbounded sets in the slicing claim.
Source.     Su Jianlin, 为什么勒贝格积分比黎曼积分强？, 2016-11-16 (archives/4083).
"""
from fractions import Fraction as F
from math import gcd

from mpmath import mp

from kexue import (Abs, Article, D, Formula, Integral, Limit, Sum, binomial, call, cite, cos, e, eq, every, exp, factorial, family, gamma, holds, integer, lift, near_miss, oo, pi, real, reference, show, sin, sqrt,
                   statement, therefore)
from kexue.tactics.auto import search
from kexue.tactics.combine import absurd, alternatives, antiderivative, induction, laws, lemma, monotone, normal, rewritten, rule, scaled, sign, special, squares, termwise, theorem, through, using

article = Article(
    number=8, date="2016-11-16", source="https://kexue.fm/archives/4083",
    title=("Why is Lebesgue's integral stronger than Riemann's?", "为什么勒贝格积分比黎曼积分强？"),
    summary=("Dirichlet's function by its upper and lower sums, as a double limit, and under the integral sign; what Riemann's integral does not survive, what Lebesgue's does, "
             "and the improper integral that only Riemann's has.",
             "狄利克雷函数的上下和、双重极限表示及积分号下的极限；黎曼积分经不起什么，勒贝格积分经得起什么，以及只有黎曼意义下才有的广义积分。"),
    papers=("Rudin, Real and Complex Analysis, chapters 1 and 2", "Gelbaum & Olmsted, Counterexamples in Analysis, chapters 2 and 8"))

n, m, k, j, q, N, M, i = integer("n m k j q N M i")
x, y, a, t, eps, delta = real("x y a t epsilon delta")
h, up, down, v, W, A, B = family("h e s v W A B")


def length(weight=1, top=n): return Sum(weight * h[i], i, 1, top)


CELLS = (n >= 1, every(k, h[k] > 0))


SINE = monotone(y, slope=monotone(y, slope=squares((4, sin(y)))))


def whole_part(n): return Sum(factorial(n) / factorial(k), k, 0, n)
def fraction(n): return factorial(n) * e - Z[n]
def taylor(n): return exp(y) * Sum(factorial(n) / factorial(k) * (1 - y) ** k, k, 0, n)


# n! e = Z_n + the integral of (1-y)^n e^y over [0, 1], Z_n = n!/0! + ... + n!/n!
Z = family("Z", "integer")
WHOLE = (eq(Z[0], 1), every(k, Formula("or", (k < 0, eq(Z[k + 1], (k + 1) * Z[k] + 1)))))
slope_of_taylor = theorem(eq(D(taylor(n), y), (1 - y) ** n * exp(y)), n >= 0, y <= 1, by=induction(n))
euler = theorem(eq(Integral((1 - y) ** n * exp(y), y, 0, 1), factorial(n) * e - whole_part(n)), n >= 0, by=antiderivative(taylor(n), slope=using(slope_of_taylor(n=n, y=y), then=normal)))
least = theorem(eq(Integral((1 - y) ** n, y, 0, 1), 1 / (n + 1)), n >= 0, by=antiderivative(-(1 - y) ** (n + 1) / (n + 1)))
most = theorem(eq(Integral(e * (1 - y) ** n, y, 0, 1), e / (n + 1)), n >= 0, by=antiderivative(-e * (1 - y) ** (n + 1) / (n + 1)))
exp_above, exp_below = theorem(exp(y) >= 1, y >= 0), theorem(exp(y) <= e, y <= 1, by=search)
above_least = theorem(1 / (n + 1) <= factorial(n) * e - whole_part(n), n >= 0, by=using(euler(n=n), least(n=n), then=through(Integral((1 - y) ** n * exp(y), y, 0, 1), ("le", "eq"), second=normal, first=through(
    Integral((1 - y) ** n, y, 0, 1), ("eq", "le"), first=normal, second=termwise(using(exp_above(y=y), then=squares(rest=(1 - y) ** n * (exp(y) - 1))))))))
below_most = theorem(factorial(n) * e - whole_part(n) <= e / (n + 1), n >= 0, by=using(euler(n=n), most(n=n), then=through(Integral((1 - y) ** n * exp(y), y, 0, 1), ("eq", "le"), first=normal, second=through(
    Integral(e * (1 - y) ** n, y, 0, 1), ("le", "eq"), second=normal, first=termwise(using(exp_below(y=y), then=squares(rest=(1 - y) ** n * (e - exp(y)))))))))
summed = theorem(eq(Z[n], whole_part(n)), *WHOLE, n >= 0, by=induction(n, step=special(1, n, alternatives(4, absurd(2), normal))))
not_whole = theorem(1 / (n + 1) <= fraction(n), *WHOLE, n >= 0, by=using(summed(n=n), above_least(n=n), then=sign))
fraction_small = theorem(fraction(n) <= e / (n + 1), *WHOLE, n >= 0, by=using(summed(n=n), below_most(n=n), then=sign))
fraction_positive = theorem(fraction(n) >= 0, *WHOLE, n >= 0, by=through(1 / (n + 1), first=sign, second=using(not_whole(n=n))))
sine = theorem(sin(y) ** 2 <= y ** 2, y >= 0, by=SINE)
cosine = theorem(1 - (pi * y) ** 2 <= cos(pi * y) ** 2, y >= 0, by=rewritten(sin(pi * y) ** 2 <= (pi * y) ** 2, using(sine(y=pi * y))))
at_e = theorem(1 - (pi * e / (m + 1)) ** 2 <= cos(pi * (factorial(m) * e)) ** 2, *WHOLE, m >= 0, by=using(fraction_positive(n=m), fraction_small(n=m), then=using(cosine(y=fraction(m)), then=through(
    1 - (pi * fraction(m)) ** 2, second=sign, first=squares(rest=pi ** 2 * (e / (m + 1) - fraction(m)) * (e / (m + 1) + fraction(m)))))))
bernoulli = theorem(1 - n * x <= y ** n, n >= 0, y >= 0, 1 - x <= y, by=through(1 + n * (y - 1), first=squares(rest=n * (y - (1 - x))), second=laws(("power.bernoulli", {"n": n, "x": y - 1}), then=sign)))


rational = (call("floor", N * a) + 1) / N
count = family("c", "integer")


@statement(title=("The sums of Dirichlet's function", "狄利克雷函数的上下和"), where=[n >= 1],
           says=("For every partition of [a, b] the upper sum of D is b - a and the lower sum 0: D is not Riemann integrable. Its Lebesgue integral is 0, as the rationals are covered by intervals of "
                 "total length at most any eps > 0.",
                 "对 [a, b] 的任意分割，D 的上和为 b - a、下和为 0：D 不是黎曼可积的。其勒贝格积分为 0，因为有理数可被总长不超过任意 ε > 0 的区间覆盖。"),
           near_miss=near_miss(length() <= lift("0.5") * length() + eps, ("Finer partitions bring the upper sum down to half of b - a.", "加细分割可使上和降到 b - a 的一半。"), where=[*CELLS, eps > 0],
                               at={"n": 1, "h": [1], "epsilon": "1/4"}))
def dirichlet_darboux():
    yield show(a < rational, ("between a < b lies a rational number: with N > 2/(b - a) it is p = (floor(Na) + 1)/N", "a < b 之间有有理数：取 N > 2/(b - a)，p = (⌊Na⌋ + 1)/N"), where=[N >= 1], by=search)
    yield show(rational <= a + 1 / N, ("at most a + 1/N", "至多 a + 1/N"), where=[N >= 1], by=search)
    yield show(rational + e / (4 * N) < a + 2 / N, ("and an irrational one, p + e/(4N)", "也有无理数 p + e/(4N)"), where=[N >= 1], by=through(
        a + 1 / N + e / (4 * N), ("le", "lt"), first=search, second=scaled(4 * N, e < 4, search)))
    yield show(1 / (n + 1) <= fraction(n), ("e is irrational: n! e is never a whole number Z_n, for all n >= 2 it is larger", "e 是无理数：n! e 恒非整数，n ≥ 2 时大于整数 Z_n"), where=[*WHOLE, n >= 0], by=using(not_whole(n=n)))
    yield show(fraction(n) <= e / (n + 1), ("and smaller than the next one, e < 3; so sup D = 1 and inf D = 0 on every interval", "而小于下一个整数，因 e < 3；故任意区间上 sup D = 1、inf D = 0"), where=[*WHOLE, n >= 0], by=using(fraction_small(n=n)))
    yield holds(eq(Sum(v[i] - v[i - 1], i, 1, n), v[n] - v[0]), ("the cells [v_(i-1), v_i], with factor sup D = 1, add up to b - a", "各小区间 [v_(i-1), v_i] 乘以 sup D = 1 之和为 b - a"), by=induction(n, base=1))
    yield holds(eq(length(0), 0), ("and with factor inf D = 0 to 0", "乘以 inf D = 0 之和为 0"))
    yield holds(eq(Sum(Sum(eps / (count[k] * 2 ** k), i, 1, count[k]), k, 1, n), eps * (1 - lift(1) / 2 ** n)), ("every rational number is a fraction with some denominator k; of these c_k lie in [a, b], and get intervals of length eps/(c_k 2^k)",
                "每个有理数都是某个分母 k 的分数；其中 c_k 个在 [a, b] 中，各取长 ε/(c_k 2^k) 的区间"), where=[every(k, count[k] > 0)], by=induction(n, base=1))
    yield holds(eps * (1 - lift(1) / 2 ** n) <= eps, ("at most eps together, so the integral of D, the measure of the rationals of [a, b], is at most eps", "总长至多 ε，故 D 的积分即 [a, b] 中有理数的测度至多 ε"), where=[eps > 0])


@statement(title=("Dirichlet's function as a double limit", "双重极限表示"), tag="conditional", where=[m >= 1],
           says=("lim_m lim_n cos^(2n)(m! pi x) = D(x) for every real x, and the order matters: at x = e the other order gives 1.",
                 "对任意实数 x 有 lim_m lim_n cos^(2n)(m! π x) = D(x)，且次序重要：在 x = e 处交换次序得 1。"),
           near_miss=near_miss(cos(factorial(m) * pi * e) ** 2 <= lift("0.95"), ("At x = e the limits may be exchanged: cos^2(m! pi e) stays away from 1.", "在 x = e 处可交换极限：cos²(m! π e) 不接近 1。"), where=[m >= 1], at={"m": 20}),
           references=[reference(f"{what}, m = {m0}", digits, compute=lambda m0=m0, f=f: f(mp.fsum(mp.factorial(m0) / mp.factorial(k0) for k0 in range(m0 + 1, m0 + 60)))) for m0, one, two in (
               (10, "0.099112183350075411176", "0.90614162112595687249"), (20, "0.04988174288517624588", "0.97564293152826158245"), (40, "0.024984783020570491207", "0.99385164647608658492"))
               for what, digits, f in (("frac(m! e)", one, lambda f: f), ("cos^2(m! pi e)", two, lambda f: mp.cospi(f) ** 2))])
def dirichlet_double_limit():
    yield holds(eq(cos(pi * M) ** 2, 1), ("x = p/q and m >= q: m! x = M is an integer, and the limit over n is 1", "x = p/q 且 m ≥ q 时 m! x = M 为整数，关于 n 的极限为 1"))
    yield holds(eq(factorial(q + j) / q, factorial(q - 1) * factorial(q + j) / factorial(q)), ("since q divides m! = (q+j)!, the quotient (q-1)! (q+1)...(q+j) being an integer",
                "因为 q 整除 m! = (q+j)!，商 (q-1)!(q+1)…(q+j) 为整数"), where=[q >= 1, j >= 0])
    yield holds(cos(pi * (M + y)) ** 2 < 1, ("x irrational: m! x is no integer, but M + y with 0 < y < 1", "x 为无理数：m! x 不是整数，而是 M + y，0 < y < 1"), where=[y > 0, y < 1], by=through(
        cos(pi * y) ** 2, ("eq", "lt"), first=normal, second=search))
    yield holds(eq(Limit(y ** t, t, oo), 0), ("and the powers of such a number tend to 0, for every m", "而这样的数的幂趋于 0，对任意 m 成立"), where=[y > 0, y < 1], by=search)
    yield show(eq(Integral((1 - y) ** n * exp(y), y, 0, 1), factorial(n) * e - whole_part(n)), ("x = e: n! e is the whole number Z_n = n!/0! + ... + n!/n! plus an integral", "x = e：n! e 等于整数 Z_n = n!/0! + … + n!/n! 加一个积分"),
               where=[n >= 0], by=using(euler(n=n)))
    yield show(eq(Z[n], whole_part(n)), ("whole, as Z_(n+1) = (n+1) Z_n + 1", "它是整数，因为 Z_(n+1) = (n+1)Z_n + 1"), where=[*WHOLE, n >= 0], by=using(summed(n=n)))
    yield holds(1 / (n + 1) <= fraction(n), ("so n! e is never whole: e is irrational, D(e) = 0", "故 n! e 恒非整数：e 是无理数，D(e) = 0"), where=[*WHOLE, n >= 0], by=using(not_whole(n=n)))
    yield holds(fraction(n) <= e / (n + 1), ("as this is below 1 for n >= 2", "因 n ≥ 2 时它小于 1"), where=[*WHOLE, n >= 0], by=using(fraction_small(n=n)))
    yield show(e / (n + 1) < 1, ("e < 3", "e < 3"), where=[n >= 2], by=search)
    yield show(1 - (pi * y) ** 2 <= cos(pi * y) ** 2, ("cos^2 = 1 - sin^2 and sin^2 u <= u^2", "cos² = 1 - sin²，sin²u ≤ u²"), where=[y >= 0], by=using(cosine(y=y)))
    yield holds(1 - n * (pi * e / (m + 1)) ** 2 <= (cos(pi * (factorial(m) * e)) ** 2) ** n, ("so, by Bernoulli's inequality, the powers are near 1 when m is large", "由 Bernoulli 不等式，m 大时各次幂接近 1"),
                where=[*WHOLE, n >= 0], by=using(at_e(m=m), bernoulli(n=n, y=cos(pi * (factorial(m) * e)) ** 2, x=(pi * e / (m + 1)) ** 2), then=sign))
    yield holds(eq(Limit(1 - n * (pi * e / (t + 1)) ** 2, t, oo), 1), ("the limit over m is 1 for every n", "对任意 n，关于 m 的极限为 1"), where=[n >= 0], by=search)


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
           near_miss=near_miss(central <= lift(1) / n, ("It is of the order 1/n.", "它的量级为 1/n。"), where=[n >= 1], at={"n": 100}))
def cos_power_rate():
    half = F(1, 2)
    value = gamma(n + half) / (sqrt(pi) * factorial(n))
    known = laws(("gamma.duplication", {"z": n + half}), then=normal)
    above = laws(("gamma.ratio", {"x": n}), then=rule("linear", {"terms": [[1, "1"]]}))
    below = laws(("gamma.ratio", {"x": n + half}), then=rule("linear", {"terms": [[1, "1"]]}))
    yield show(eq(central, value), ("by the duplication formula", "由倍元公式"), by=known)
    yield holds(central < 1 / sqrt(pi * n), ("as sqrt x < Gamma(x+1)/Gamma(x+1/2) for x > 0 (DLMF 5.6.4), at x = n", "由 √x < Γ(x+1)/Γ(x+1/2)，x > 0（DLMF 5.6.4），取 x = n"),
                by=through(value, ("eq", "lt"), first=known, second=scaled(sqrt(pi) * sqrt(n) * factorial(n) / gamma(n + half), sqrt(n) < factorial(n) / gamma(n + half), above)))
    yield holds(1 / sqrt(pi * (n + half)) < central, ("and at x = n + 1/2", "取 x = n + 1/2"), by=through(value, ("lt", "eq"), second=known, first=scaled(
        sqrt(pi) * (n + half), sqrt(n + half) < (n + half) * gamma(n + half) / factorial(n), below)))
    yield holds(eq(n / (n + half), 1 - 1 / (2 * n + 1)), ("the ratio of the squares of the bounds tends to 1", "上下界之比的平方趋于 1"))


kappa, top, bottom = family("kappa s t")
CELL = (kappa[i] >= 0, kappa[i] <= h[i], bottom[i] <= top[i], Formula("or", (eq(kappa[i], 0), 1 <= top[i] - bottom[i])))
EVERY_CELL = tuple(every(i, f) for f in CELL)
one_gap = theorem(kappa[i] <= (top[i] - bottom[i]) * h[i], *CELL, by=alternatives(3, scaled(1, 0 <= (top[i] - bottom[i]) * h[i], through(
    (top[i] - bottom[i]) * kappa[i], first=squares(rest=(top[i] - bottom[i]) * kappa[i]), second=squares(rest=(top[i] - bottom[i]) * (h[i] - kappa[i])))), through(
        (top[i] - bottom[i]) * kappa[i], first=squares(rest=(top[i] - bottom[i] - 1) * kappa[i]), second=squares(rest=(top[i] - bottom[i]) * (h[i] - kappa[i])))))


@statement(title=("Riemann integrability is not closed", "黎曼可积性不封闭"), tag="false", where=[n >= 1],
           post=("D shows that the Riemann integrable functions are incomplete in L^1 (as is often said).", "D 说明黎曼可积函数在 L¹ 中不完备（常见说法）。"),
           says=("The indicators f_m of {m! x an integer} increase to D, each with integral 0, so monotone limits leave the Riemann integrable functions. But D = 0 almost everywhere; incompleteness needs "
                 "a fat Cantor set: removing 2^(k-1) intervals of length 4^(-k) leaves measure 1/2.",
                 "{m! x 为整数} 的示性函数 f_m 递增趋于 D，且积分均为 0，故单调极限可离开黎曼可积函数类。但 D 几乎处处为 0；不完备性需要胖 Cantor 集：第 k 步去掉 2^(k-1) 个长 4^(-k) 的区间，剩余测度 1/2。"),
           near_miss=near_miss(1 - Sum(2 ** (k - 1) / lift(4) ** k, k, 1, n) <= lift(1) / 2 ** n, ("What is left of the fat Cantor set is a null set.", "胖 Cantor 集是零测集。"), where=[n >= 1], at={"n": 2}))
def riemann_not_closed():
    yield holds(eq(factorial(m + 1) * x, (m + 1) * (factorial(m) * x)), ("m! x an integer makes (m+1)! x one: f_m increases", "m! x 为整数则 (m+1)! x 亦然：f_m 递增"), where=[m >= 0])
    yield holds(eq(Sum(eps / (factorial(m) + 1), k, 0, factorial(m)), eps), ("the m! + 1 points k/m! of [0, 1] lie in intervals of total length eps, so upper sums of f_m come down to 0",
                "[0, 1] 中 m! + 1 个点 k/m! 可含于总长 ε 的区间内，故 f_m 的上和可降到 0"), where=[m >= 0])
    yield holds(eq(Sum(2 ** (k - 1) / lift(4) ** k, k, 1, n), (1 - lift(1) / 2 ** n) / 2), ("the length removed in n steps", "n 步去掉的总长"), by=induction(n, base=1))
    yield holds(1 - (1 - lift(1) / 2 ** n) / 2 > lift(1) / 2, ("more than 1/2 is left at every stage", "每一步都剩余大于 1/2"))
    yield show(kappa[i] <= (top[i] - bottom[i]) * h[i], ("let g = 1_K almost everywhere, K what is left, and kappa_i the measure of K in a cell of length h_i: the removed intervals being dense, inf g = t_i <= 0 there, and sup g = s_i >= 1 unless kappa_i = 0",
               "设 g 几乎处处等于 1_K，K 为剩余集，κ_i 为 K 在长 h_i 的小区间中的测度：被去掉的区间稠密，故其中 inf g = t_i ≤ 0；除非 κ_i = 0，sup g = s_i ≥ 1"), where=list(CELL), by=using(one_gap(i=i)))
    yield holds(Sum(kappa[i], i, 1, n) <= Sum((top[i] - bottom[i]) * h[i], i, 1, n), ("so upper and lower sums of g differ by the measure of K or more, at least 1/2, for every partition: g is not Riemann integrable, but 1_K is the limit of indicators of finitely many intervals",
                "故对任意分割，g 的上下和之差不小于 K 的测度，即至少 1/2：g 不是黎曼可积的，而 1_K 是有限个区间示性函数的极限"), where=list(EVERY_CELL), by=termwise(special(1, i, special(2, i, special(3, i, special(4, i, using(one_gap(i=i))))))))


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


def layers(f): return Sum(f, k, 0, N - 1)


LAYERS = (delta > 0, every(k, delta * W[k + 1] <= A[k]), every(k, A[k] <= delta * W[k]), every(k, k * delta * (W[k] - W[k + 1]) <= B[k]),
          every(k, B[k] <= (k + 1) * delta * (W[k] - W[k + 1])), eq(W[N], 0))
by_parts = theorem(eq(layers(k * delta * (W[k] - W[k + 1])), delta * (layers(W[k + 1]) - N * W[N])), N >= 1, by=induction(N, base=1))
moved = theorem(eq(layers(W[k + 1]), layers(W[k]) + W[N] - W[0]), N >= 1, by=induction(N, base=1))


def layer(lower, upper, hyp): return theorem(layers(lower) <= layers(upper), N >= 1, *LAYERS, by=termwise(special(hyp, k, rule("linear", {"terms": [[9, "1"]]}))))()
def within(*two): return using(by_parts(N=N), moved(N=N), *two, then=rule("linear", {"terms": [[9, "1"], [10, "1"]]}))


@statement(title=("Slicing the range", "按值域分割"), where=[N >= 1],
           says=("If f is measurable on a set of finite measure and its range is cut into N slices of height delta, the lower sum misses the integral by at most delta times the measure, whatever f is. "
                 "The integral of f >= 0 is that of the measure of {f > t} (for unbounded f both are the suprema of those of min(f, c), c > 0).",
                 "若 f 在有限测度集上可测，值域分成 N 层、每层高 δ，则下和与积分之差至多为 δ 乘以测度，与 f 的正则性无关。f ≥ 0 的积分等于 {f > t} 的测度的积分（f 无界时两者都是 min(f, c)（c > 0）的相应积分的上确界）。"),
           near_miss=near_miss(Sum(lift(1) / N, i, 1, N) <= lift(1) / N, ("The same bound holds for N cells of the domain (D with rational tags, integral 0).", "对定义域的 N 个小区间有同样的界（D，取有理标记点，积分为 0）。"), where=[N >= 1], at={"N": 2}))
def lebesgue_sum_rate():
    slices = [delta > 0, every(k, up[k] >= 0), every(k, down[k] >= 0)]
    yield holds(0 <= Sum(up[k], k, 1, N), ("e_k, the integral of f - y_k over slice k, is not negative", "e_k 为 f - y_k 在第 k 层上的积分，非负"), where=slices, by=rewritten(Sum(lift(0), k, 1, N) <= Sum(up[k], k, 1, N), termwise()))
    yield holds(Sum(up[k], k, 1, N) <= delta * Sum((up[k] + down[k]) / delta, k, 1, N), ("and with s_k up to the next level, e_k + s_k = delta times the measure of the slice", "与到上一层的 s_k 合计，e_k + s_k = δ 乘以该层的测度"), where=slices,
                by=rewritten(Sum(up[k], k, 1, N) <= Sum(up[k] + down[k], k, 1, N), termwise()))
    yield holds(eq(Sum(v[k] * (W[k] - W[k + 1]), k, 1, N), Sum((v[k] - v[k - 1]) * W[k], k, 1, N) + v[0] * W[1] - v[N] * W[N + 1]), ("the layer cake of a simple function, v_0 = 0 and W_(N+1) = 0", "简单函数的分层公式，v₀ = 0，W_(N+1) = 0"),
                by=induction(N, base=1))
    yield show(eq(layers(k * delta * (W[k] - W[k + 1])), delta * (layers(W[k + 1]) - N * W[N])), ("the same for the values k delta, k < N", "取值为 kδ（k < N）时同样"), by=induction(N, base=1))
    yield holds(layers(A[k]) - layers(B[k]) <= delta * W[0], ("for general f, 0 <= f < N delta: its integral over slice k is B_k, between k delta and (k+1) delta times W_k - W_(k+1); that of |{f > t}| from k delta to (k+1) delta is A_k, "
                "between delta W_(k+1) and delta W_k. So both integrals lie between the same two sums", "一般的 f，0 ≤ f < Nδ：f 在第 k 层上的积分 B_k 介于 kδ 与 (k+1)δ 乘以 W_k - W_(k+1) 之间；|{f > t}| 从 kδ 到 (k+1)δ 的积分 A_k 介于 δW_(k+1) 与 δW_k 之间。"
                "故两个积分介于同样的两个和之间"), where=LAYERS, by=within(layer(A[k], delta * W[k], 3), layer(k * delta * (W[k] - W[k + 1]), B[k], 4)))
    yield holds(layers(B[k]) - layers(A[k]) <= delta * W[0], ("which are delta times the measure apart, for every delta: they are equal", "两个和相差 δ 乘以测度，δ 任意：故两个积分相等"), where=LAYERS, by=within(
        layer(delta * W[k + 1], A[k], 2), layer(B[k], (k + 1) * delta * (W[k] - W[k + 1]), 5)))


def absolute(n):
    """The integral of |sin x|/x up to n pi, arch by arch."""
    return mp.fsum((-1) ** k0 * (mp.si(mp.pi * (k0 + 1)) - mp.si(mp.pi * k0)) for k0 in range(n))


def arch(k): return Integral(sin(y) / ((k - 1) * pi + y), y, 0, pi)


positive_sine = theorem(sin(y) >= 0, y >= 0, y <= pi, by=search)
by_parity = using(positive_sine(y=y), then=rule("residues", {"var": "k", "modulus": 2}, residue0=normal, residue1=normal))
pointwise = theorem(sin(y) / (k * pi) <= sin(y) / ((k - 1) * pi + y), k >= 1, y > 0, y < pi, by=using(positive_sine(y=y), then=scaled(
    k * pi * ((k - 1) * pi + y), sin(y) * ((k - 1) * pi + y) <= sin(y) * (k * pi), squares(rest=sin(y) * (pi - y)))))
one_arch = theorem(eq(Integral(sin(y) / (k * pi), y, 0, pi), 2 / (k * pi)), k >= 1, by=antiderivative(-cos(y) / (k * pi)))
compared = theorem(Integral(sin(y) / (k * pi), y, 0, pi) <= arch(k), k >= 1, by=termwise(using(pointwise(k=k, y=y))))
upper_half = theorem(lift(1) / 2 <= Sum(1 / (N + i), i, 1, N), N >= 1, by=rewritten(Sum(lift(1) / (2 * N), i, 1, N) <= Sum(1 / (N + i), i, 1, N), termwise(
    scaled(2 * N * (N + i), N + i <= 2 * N))))
split_sum = theorem(eq(Sum(1 / i, i, 1, N + M), Sum(1 / i, i, 1, N) + Sum(1 / (N + i), i, 1, M)), N >= 0, M >= 0, by=induction(M))
power_of_two = theorem(lift(2) ** m >= 1, m >= 0, by=induction(m))


@statement(title=("Improper integrals", "广义积分"), tag="false", where=[N >= 1],
           post=("Lebesgue's integral is stronger than Riemann's (said without the restriction to bounded intervals).", "勒贝格积分比黎曼积分强（不限于有限区间地说）。"),
           says=("The improper integral of sin x/x over (0, oo) is pi/2, but the integral of |sin x|/x up to N pi is at least (2/pi)(1 + 1/2 + ... + 1/N), so it is no Lebesgue integral. "
                 "The implication holds for proper integrals on bounded intervals.",
                 "sin x/x 在 (0, ∞) 上的广义积分为 π/2，但 |sin x|/x 到 Nπ 的积分至少为 (2/π)(1 + 1/2 + … + 1/N)，故它不是勒贝格积分。该蕴含对有界区间上的常义积分成立。"),
           near_miss=near_miss(2 / pi * Sum(lift(1) / k, k, 1, N) <= 3, ("The integral of |sin x|/x is at most 3.", "|sin x|/x 的积分至多为 3。"), where=[N >= 1], at={"N": 100}),
           references=[reference("Dirichlet's integral", "1.570796326794896619231322", pi / 2), reference("integral of |sin x|/x up to 10 pi", "3.30766703674233885", compute=lambda: absolute(10)),
                       reference("up to 100 pi", "4.77342503023973454", compute=lambda: absolute(100))])
def improper_caveat():
    yield holds(eq(Integral(sin(x) / x, x, 0, oo), pi / 2), ("Dirichlet's integral (DLMF 6.2.9, 6.2.14)", "Dirichlet 积分（DLMF 6.2.9, 6.2.14）"), by=laws(("sin.dirichlet", {}), then=normal))
    yield show(eq(Abs(sin((k - 1) * pi + y)), sin(y)), ("every arch of |sin| looks like the first: the k-th, at x = (k-1) pi + y, contributes the integral of sin y/((k-1) pi + y)", "|sin| 的每一拱与第一拱相同：第 k 拱（x = (k-1)π + y）的贡献为 sin y/((k-1)π + y) 的积分"), where=[k >= 1, y > 0, y < pi], by=by_parity)
    yield show(Integral(sin(y) / (k * pi), y, 0, pi) <= arch(k), ("there x is at most k pi", "此时 x 至多为 kπ"), where=[k >= 1], by=using(compared(k=k)))
    yield show(eq(Integral(sin(y) / (k * pi), y, 0, pi), 2 / (k * pi)), ("so it contributes at least 2/(k pi)", "故其贡献至少为 2/(kπ)"), where=[k >= 1], by=using(one_arch(k=k)))
    yield holds(2 / pi * Sum(1 / k, k, 1, N) <= Sum(A[k], k, 1, N), ("the integral A_1 + ... + A_N of |sin x|/x up to N pi, A_k over the k-th arch", "|sin x|/x 到 Nπ 的积分 A_1 + … + A_N，A_k 为第 k 拱的积分"),
                where=[every(k, Formula("or", (k < 1, eq(A[k], arch(k)))))], by=rewritten(Sum(2 / (k * pi), k, 1, N) <= Sum(A[k], k, 1, N), termwise(special(1, k, alternatives(
                    4, absurd(2), through(arch(k), ("le", "eq"), second=normal, first=through(Integral(sin(y) / (k * pi), y, 0, pi), ("eq", "le"), first=using(
                        one_arch(k=k), then=normal), second=using(compared(k=k)))))))))
    yield holds(lift(m) / 2 <= Sum(1 / i, i, 1, lift(2) ** m), ("and 1 + 1/2 + 1/3 + ... has no bound, as it grows by 1/2 at least from N to 2N terms: |sin x|/x has no finite integral",
                                                              "而 1 + 1/2 + 1/3 + … 无界，因为项数由 N 到 2N 时至少增加 1/2：|sin x|/x 的积分不是有限的"), where=[m >= 0], by=induction(m, step=using(
        power_of_two(m=m), upper_half(N=lift(2) ** m), split_sum(N=lift(2) ** m, M=lift(2) ** m), then=rule("linear", {"terms": [[2, "1"], [4, "1"]]}))))
