"""The even Taylor polynomials of exp are positive on the whole line.

Statement.  f_n(x) = sum_{k=0}^n x^k / k! > 0 for every even n >= 0 and every real x; the odd ones increase and have one root.
Symbols.    n, m, K, d >= 0 integers;  x, y, r, s, t real;  g_i > 0, q_i, v_i real families.
Excluded.   none.
Source.     Su Jianlin, exp(x)在x=0处的偶次泰勒展开式总是正的, 2020-11-24 (archives/7919).
"""
from fractions import Fraction

import mpmath as mp

from kexue import (Article, D, Formula, Integral, Sum, binomial, cite, eq, even, every, exp, factorial, family, holds, hyp1f1,
                   integer, lambertw, lift, log, ne, near_miss, odd, oo, real, reference, show, statement, therefore, uppergamma)
from kexue.tactics.combine import (antiderivative, cases, derivative, induction, laws, lemma, monotone, normal, scaled, squares,
                                   theorem, through, using)

article = Article(
    number=2, date="2020-11-24", source="https://kexue.fm/archives/7919",
    title=("The even Taylor polynomials of exp(x) are always positive", "exp(x)在x=0处的偶次泰勒展开式总是正的"),
    summary=("Positivity in two ways, the odd polynomials and their single root, the order between f_n and exp, what this means "
             "for a Taylor softmax and its linear-time attention — and where float32 breaks the theorem.",
             "正性的两种证明、奇次多项式及其唯一实根、f_n 与 exp 的大小关系、对泰勒 softmax 与线性注意力的意义，以及 float32 在何处破坏该定理。"),
    papers=("Szegő, Über eine Eigenschaft der Exponentialreihe, 1924", "NIST DLMF 8.4.8, 13.4.1"))

x, y, r, s, t = real("x y r s t")
n, m, k, i, j, d, K = integer("n m k i j d K")
g, q, v = family("g q v")


def f(n, x):
    return Sum(x ** k / factorial(k), k, 0, n)


def root(n):
    """The real root of f_n, n odd, for the reference values."""
    return mp.findroot(lambda t: mp.fsum(t ** j / mp.factorial(j) for j in range(n + 1)), -mp.mpf(n) * 2 / 7 - (mp.log(n) + 3) / 6)


def least(n):
    """min f_n = r^n / n! at the root r of f_(n-1), n even."""
    return root(n - 1) ** n / mp.factorial(n)


slope = eq(D(f(n, x), x), f(n, x) - x ** n / factorial(n))  # f_n' = f_(n-1)


def shifts(n, x):
    return lemma(slope, *[lift(0) <= integer("n")], by=induction("n"), n=n, x=x)


positive = scaled(exp(-x), 0 < exp(-x) * f(n, x), cases(  # e^-x f_n decreases for even n, and is 1 at 0
    x, above=scaled(exp(x), 0 < f(n, x)), below=monotone(x, at=0, strict="value", slope=using(shifts(n, x)))))


def is_positive(n, x):
    return lemma(f(integer("n"), real("x")) > 0, even(integer("n")), integer("n") >= 0, by=positive, n=n, x=x)


@statement(title=("Even Taylor polynomials are positive", "偶次泰勒多项式为正"), where=[n >= 0],
           says=("For even n and all real x, f_n(x) > 0; for all n it is an incomplete gamma function.",
                 "n 为偶数时对一切实数 x 有 f_n(x) > 0；一般地它是不完全伽马函数。"),
           near_miss=near_miss(f(n, x) > 0, ("The odd ones are positive too.", "奇次的也恒为正。"), where=[odd(n), n >= 1]),
           references=[reference("f_40(-11)", "1.681951622245940296211713e-5", f(lift(40), lift(-11))),
                       reference("f_2(-1)", "0.5", f(lift(2), lift(-1))),
                       *(reference(f"min f_{m}", value, compute=lambda m=m: least(m)) for m, value in (
                           (4, "0.2703947652051846079624596"), (8, "0.08327152016406887857970808"), (10, "0.04669911359027623145620475"),
                           (20, "0.002692640540954425663019885"), (40, "9.566368692951234382634281e-6"), (60, "3.497376362687792693109859e-8")))])
def even_positive():
    yield show(slope, ("differentiating shifts the terms: f_n' = f_(n-1), by induction on n", "求导使各项平移：f_n' = f_(n-1)，对 n 归纳"),
               by=induction(n))
    yield holds(f(n, x) > 0, ("e^-x f_n has the derivative -e^-x x^n/n! <= 0 and the value 1 at 0; for x > 0 all terms are positive",
                              "e^-x f_n 的导数为 -e^-x x^n/n! ≤ 0 且在 0 处取值 1；x > 0 时各项为正"), where=[even(n)], by=positive)
    yield holds(eq(f(n, x), exp(x) * uppergamma(n + 1, x) / factorial(n)),
                ("e^-x f_n and Gamma(n+1, x)/n! have the same derivative and the same value at 0", "两者导数相同且在 0 处相等"),
                by=scaled(exp(-x), eq(exp(-x) * f(n, x), uppergamma(n + 1, x) / factorial(n)),
                          derivative(x, at=0, slope=using(shifts(n, x)))))
    yield holds(eq(Integral((x + s) ** n * exp(-s), s, 0, oo), exp(x) * uppergamma(n + 1, x)),
                ("so f_n is the mean of (x+s)^n/n! over an exponential variable s", "于是 f_n 是指数分布变量 s 下 (x+s)^n/n! 的均值"),
                by=antiderivative(-exp(x) * uppergamma(n + 1, x + s)))


grows = lemma(f(n, x) < f(n, y), odd(n), n >= 1, x < y, by=monotone(x, at=y, strict="slope", slope=using(
    shifts(n, x), is_positive(n - 1, x))))
twice = eq(D(D(f(n, x), x), x), f(n, x) - x ** n / factorial(n) - n * x ** (n - 1) / factorial(n))
end = -(2 * m + 1)
below = induction(m, step=through(f(2 * m + 1, end - 2), ("eq", "le"), second=using(
    (grows[0], grows[1], {"n": 2 * m + 1, "x": end - 2, "y": end}))))


@statement(title=("Odd Taylor polynomials have one real root", "奇次泰勒多项式只有一个实根"), where=[n >= 1],
           says=("For odd n, f_n increases and has one real root r_n, with -n < r_n < -1 and r_(n+2) < r_n; for even n, f_n is convex "
                 "with minimum r^n/n! at r = r_(n-1). As n grows, r_n/n tends to -W(1/e).",
                 "n 为奇数时 f_n 递增且有唯一实根 r_n，-n < r_n < -1，r_(n+2) < r_n；n 为偶数时 f_n 凸，在 r = r_(n-1) 取最小值 r^n/n!；r_n/n → -W(1/e)。"),
           limits=("The intermediate value theorem and Szegő's curve are cited.", "引用了介值定理与 Szegő 曲线。"),
           near_miss=near_miss(f(n, -n) > 0, ("The root lies to the left of -n.", "根在 -n 左侧。"), where=[odd(n), n >= 3]),
           references=[reference(f"r_{m}", value, compute=lambda m=m: root(m)) for m, value in (
               (3, "-1.596071637983321523112805"), (5, "-2.180607124035125904497836"), (7, "-2.759002709962271856582541"),
               (9, "-3.333551485269048803294274"), (19, "-6.177534078285881231489561"), (29, "-8.999538524305697518172242"),
               (39, "-11.81162919408452199707428"), (59, "-17.42068736930622698941481"))]
           + [reference("-W(1/e)", "-0.2784645427610737951093587", -lambertw(exp(lift(-1))))])
def odd_single_root():
    yield holds(D(f(n, x), x) > 0, ("f_n' = f_(n-1) is positive", "f_n' = f_(n-1) 为正"), where=[odd(n)],
                by=using(shifts(n, x), is_positive(n - 1, x)))
    yield show(f(2 * m + 1, end) <= 0, ("induction: the two last terms cancel at -n, and f_(n-2) increases", "归纳：在 -n 处末两项抵消，且 f_(n-2) 递增"),
               where=[m >= 0], by=below)
    yield holds(f(2 * m + 3, end - 2) < 0, ("strictly for n >= 3", "n ≥ 3 时严格成立"), where=[m >= 0], by=using(
        lemma(f(2 * m + 1, end) <= 0, m >= 0, m=m, by=below), (grows[0], grows[1], {"n": 2 * m + 1, "x": end - 2, "y": end}),
        then=through(f(2 * m + 1, end - 2), ("eq", "lt"))))
    yield holds(f(2 * m + 3, lift(-1)) > 0, ("at -1 two further terms add (n-1)/n! > 0", "在 -1 处每增两项即增加 (n-1)/n! > 0"), where=[m >= 0],
                by=induction(m, step=through(f(2 * m + 3, lift(-1)) + (2 * m + 4) / factorial(2 * m + 5), ("lt", "eq"))))
    yield holds(f(n + 2, r) > 0, ("f_(n+2)(r) = r^(n+1)/(n+1)! (1 + r/(n+2)) > 0 at the root r of f_n, so r_(n+2) < r_n",
                                  "在 f_n 的根 r 处 f_(n+2)(r) = r^(n+1)/(n+1)!(1 + r/(n+2)) > 0，故 r_(n+2) < r_n"),
                where=[odd(n), eq(f(n, r), 0), r < 0, r > -n - 2])
    yield holds(D(D(f(n, x), x), x) > 0, ("for even n >= 2 the second derivative is f_(n-2) > 0", "n ≥ 2 为偶数时二阶导数为 f_(n-2) > 0"),
                where=[even(n), n >= 2], by=using(lemma(twice, n >= 1, by=induction(n, base=1), n=n, x=x), is_positive(n - 2, x)))
    yield holds(eq(f(n, r), r ** n / factorial(n)), ("the value at a critical point is the last term", "临界点处的值等于末项"), where=[eq(f(n - 1, r), 0)])
    yield cite("intermediate value theorem", "Rudin, Principles of Mathematical Analysis, 4.23", ("f_n(-n) <= 0 < f_n(0)", "f_n(-n) ≤ 0 < f_n(0)"))
    yield therefore(r"\#\{x\in\mathbb R:f_n(x)=0\}=1\ (n\text{ odd}),\quad -n<r_n<-1\ (n\ge3)", ("existence by the sign change, uniqueness by growth", "变号给出存在，单调给出唯一"))
    yield cite("Szegő's theorem on the zeros of the exponential sections", "Szegő, Sitzungsber. Berl. Math. Ges. 23 (1924) 50-64",
               ("the scaled real zero tends to the point of |z e^(1-z)| = 1 on the negative axis", "缩放后的实零点趋于 |z e^(1-z)| = 1 的负轴点"))
    yield therefore(r"r_n/n\to-W(1/e)=-0.27846\ldots", ("that point solves z e^(1-z) = -1", "该点满足 z e^(1-z) = -1"))


ratio = exp(-x) * f(n, x)


@statement(title=("f_n against exp", "f_n 与 exp 的大小"), where=[n >= 0],
           says=("exp - f_n is an integral remainder; even f_n lie above exp for x < 0 and below for x > 0, odd ones below it for x != 0.",
                 "exp - f_n 是积分余项；偶次 f_n 在 x < 0 时大于、x > 0 时小于 exp，奇次在 x ≠ 0 时小于 exp。"),
           near_miss=near_miss(f(n, x) >= exp(x), ("Even f_n lie above exp everywhere.", "偶次 f_n 处处不小于 exp。"), where=[even(n), n >= 2]))
def order_vs_exp():
    yield holds(eq(Integral((x - t) ** n * exp(t), t, 0, x), factorial(n) * (exp(x) - f(n, x))),
                ("a primitive of the integrand is n! e^t f_n(x - t)", "被积函数的原函数是 n! e^t f_n(x - t)"),
                by=antiderivative(factorial(n) * exp(t) * f(n, x - t), slope=using(shifts(n, x - t))))
    up = monotone(x, at=0, strict="slope", slope=using(shifts(n, x)))
    yield holds(f(n, x) < exp(x), ("for x > 0, e^-x f_n decreases from 1", "x > 0 时 e^-x f_n 自 1 递减"), where=[x > 0], by=scaled(exp(-x), ratio < 1, up))
    yield holds(f(n, x) > exp(x), ("for x < 0 and even n it is above 1", "x < 0 且 n 为偶数时大于 1"), where=[x < 0, even(n)], by=scaled(exp(-x), 1 < ratio, up))
    yield holds(f(n, x) < exp(x), ("for x < 0 and odd n it is below 1", "x < 0 且 n 为奇数时小于 1"), where=[x < 0, odd(n)], by=scaled(exp(-x), ratio < 1, up))


ROOT = (even(n), n >= 0, eq(f(n + 1, r), 0))
above_root = theorem(f(n + 1, x) > 0, *ROOT, r < x, by=monotone(x, at=r, strict="slope", slope=using(shifts(n + 1, x), is_positive(n, x))))
below_root = theorem(f(n + 1, x) < 0, *ROOT, x < r, by=monotone(x, at=r, strict="slope", slope=using(shifts(n + 1, x), is_positive(n, x))))
quadratic = lemma(1 + x + x ** 2 / 2 > 0, by=squares((Fraction(1, 2), 1 + x), rest=Fraction(1, 2)), x=x)


@statement(title=("The Taylor softmax", "泰勒 softmax"), tag="conditional", where=[K >= 1],
           says=("For even n it is a positive probability vector with bounded logarithmic slope; it keeps the order of the logits only to the "
                 "right of the minimiser r_(n-1), and it is not shift-invariant.",
                 "n 为偶数时它是正的概率向量，对数斜率有界；仅当各 logit 不小于最小点 r_(n-1) 时保序，且不具平移不变性。"),
           near_miss=near_miss(1 + x + x ** 2 / 2 < 1 + y + y ** 2 / 2, ("The Taylor softmax keeps the argmax (n = 2).", "泰勒 softmax 保持 argmax（n = 2）。"), where=[x < y]))
def softmax_properties():
    yield holds(f(n, x) > 0, ("each weight is positive", "每个权重为正"), where=[even(n), n >= 0], by=positive)
    yield holds(eq(Sum(g[i] / Sum(g[j], j, 1, K), i, 1, K), 1), ("and the weights add up to 1", "且权重之和为 1"), where=[every(k, g[k] > 0)])
    yield holds(eq(D(log(f(n, x)), x), 1 - x ** n / (factorial(n) * f(n, x))), ("its logarithmic slope", "对数斜率"),
                where=[even(n), n >= 0], by=using(is_positive(n, x), shifts(n, x)))
    yield holds(1 - x ** n / (factorial(n) * f(n, x)) <= 1, ("is at most 1", "至多为 1"), where=[even(n), n >= 0], by=using(is_positive(n, x)))
    yield holds((1 + x) / (1 + x + x ** 2 / 2) <= 1, ("for n = 2 at most 1, attained at 0", "n = 2 时至多为 1，在 0 取到"), by=using(quadratic))
    yield holds((1 + x) / (1 + x + x ** 2 / 2) >= -1, ("and at least -1, attained at -2", "且至少为 -1，在 -2 取到"), by=using(quadratic, then=scaled(
        1 + x + x ** 2 / 2, 0 <= (2 + x) ** 2 / 2, squares((Fraction(1, 2), 2 + x)))))
    yield holds(lift(1) - 1 + Fraction(1, 2) < lift(1) - 3 + Fraction(9, 2), ("n = 2: the smaller logit -3 gets more weight than -1", "n = 2：较小的 logit -3 反而权重更大"))
    yield holds(ne(1 / f(lift(2), lift(1)), f(lift(2), lift(1)) / f(lift(2), lift(2))), ("n = 2: shifting the logits (0, 1) by 1 changes the ratio", "n = 2：logit (0, 1) 平移 1 改变了比值"))
    yield holds(eq(exp(x), Sum(x ** k / factorial(k), k, 0, oo)), ("f_n(x) tends to e^x for each x (DLMF 4.2.19), so the weights tend to those of the softmax", "对每个 x，f_n(x) → e^x（DLMF 4.2.19），故权重趋于 softmax 的权重"),
                by=laws(("exp.series", {"z": x}), then=normal))
    yield holds(f(n + 2, x) < f(n + 2, y), ("to the right of the root r of f_(n+1), which increases as f_n > 0, the weights of f_(n+2) keep the order", "f_(n+1) 因 f_n > 0 而递增；在其根 r 右侧，f_(n+2) 给出的权重保序"),
                where=[*ROOT, r <= x, x < y], by=monotone(y, at=x, strict="slope", slope=using(shifts(n + 2, y), above_root(n=n, x=y, r=r))))
    yield holds(f(n + 2, y) < f(n + 2, x), ("to the left they turn it around", "在左侧则颠倒次序"), where=[*ROOT, x < y, y <= r], by=monotone(
        x, at=y, strict="slope", slope=using(shifts(n + 2, x), below_root(n=n, x=x, r=r))))


@statement(title=("The exact feature map", "精确的特征映射"), where=[d >= 1],
           says=("f_n(q.k) is an inner product of C(d+n, n) monomial features, so attention with it costs linear time.",
                 "f_n(q·k) 是 C(d+n, n) 个单项式特征的内积，相应注意力具线性复杂度。"),
           limits=("For general n the multinomial theorem is cited.", "一般 n 引用了多项式定理。"),
           near_miss=near_miss(eq(1 + x * y + (x * y) ** 2, f(lift(2), x * y)), ("The feature map (1, q, vec(qq^T)) needs no 1/sqrt 2.", "特征映射 (1, q, vec(qqᵀ)) 不需要 1/√2。")),
           references=[reference("features for d = 64, n = 2", "2145", binomial(lift(66), lift(2))),
                       reference("features for d = 16, n = 2", "153", binomial(lift(18), lift(2)))])
def feature_map():
    inner = Sum(q[i] * v[i], i, 1, d)
    yield holds(eq(f(lift(2), inner), 1 + inner + Sum(Sum(q[i] * q[j] * (v[i] * v[j]), j, 1, d), i, 1, d) / 2), ("order 2, every d", "二阶，任意 d"))
    yield holds(eq(Sum(binomial(d + j - 1, j), j, 0, n), binomial(d + n, n)), ("the monomials of degree j number C(d+j-1, j); together C(d+n, n)",
                "j 次单项式有 C(d+j-1, j) 个，合计 C(d+n, n)"), where=[n >= 0], by=induction(n))
    yield cite("multinomial theorem", "Graham, Knuth & Patashnik, Concrete Mathematics, 5.1", ("(q.k)^j = sum of j!/alpha! q^alpha k^alpha over |alpha| = j", "(q·k)^j = Σ j!/α! q^α k^α"))
    yield therefore(r"f_n(q^{\top}k)=\sum_{|\alpha|\le n}\frac{q^{\alpha}}{\sqrt{\alpha!}}\frac{k^{\alpha}}{\sqrt{\alpha!}}", ("divide by j! and add", "除以 j! 再求和"))


def horner(fmt, n, x):
    """1 + x/1 (1 + x/2 (1 + ...)), each operation rounded to nearest even in the format `fmt`."""
    def r(f):
        return Formula("round", (Formula("const", (fmt,)), f))
    total = lift(1)
    for k in range(n, 0, -1):
        total = r(1 + r(r(x / k) * total))
    return total


@statement(title=("Positivity fails in floating point", "浮点下正性失效"), tag="false", where=[n >= 0],
           post=("Evaluated by Horner's rule, the positive polynomial stays positive.", "用 Horner 法计算的正多项式仍然为正。"),
           says=("Horner's rule in binary32 returns a negative value of f_40, in bfloat16 of f_20; for x < 0 and even n a form with "
                 "positive terms only keeps the sign.", "binary32 下 Horner 法给出负的 f_40，bfloat16 下给出负的 f_20；x < 0、n 偶时只含正项的形式保号。"),
           near_miss=near_miss(horner("binary32", 40, lift(-12)) > 0, latex=r"\operatorname{horner}_{40}^{\mathrm{binary32}}(-12)>0", says=("f_40(-12) by Horner's rule in binary32 is positive.",
                                                                             "binary32 下 Horner 法算得的 f_40(-12) 为正。")),
           references=[reference("f_40(-12)", "1.0240118506e-5", f(lift(40), lift(-12)))])
def float_positivity():
    yield holds(horner("binary32", 40, lift(-12)) < 0, latex=r"\operatorname{horner}_{40}^{\mathrm{binary32}}(-12)=-\tfrac{119}{262144}<0", because=("binary32, n = 40, x = -12: every operation rounded to nearest even", "binary32，n = 40，x = -12：逐次舍入到最近偶数"))
    yield holds(horner("bfloat16", 20, lift(-9)) < 0, latex=r"\operatorname{horner}_{20}^{\mathrm{bfloat16}}(-9)<0", because=("bfloat16, n = 20, x = -9", "bfloat16，n = 20，x = -9"))
    stable = 1 + y ** (n + 1) / factorial(n + 1) * hyp1f1(n + 1, n + 2, y)
    yield holds(eq(f(n, -y), exp(-y) * stable), ("with y = -x > 0 every term is positive: both sides times e^y have the derivative y^n e^y/n!",
                "令 y = -x > 0，各项为正：两边乘 e^y 后导数同为 y^n e^y/n!"), where=[even(n), y > 0],
                by=scaled(exp(y), eq(exp(y) * f(n, -y), stable), derivative(y, at=0, slope=using(shifts(n, -y)))))
