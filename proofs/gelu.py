"""GELU and its two elementary approximations.

Statement.  tanh(ax + bx^3) matches erf(x/sqrt 2) to fourth order only for a = sqrt(2/pi), b/a = (4 - pi)/(6 pi). With a fixed the ratio c = b/a that is best for Phi
            lies between 0.0447149 and 0.044715, and lambda = 1.7017... is best in sigma(lambda x). Neither is best for x Phi(x), and neither is good in the left tail.
Symbols.    x, t, y, c, lambda, a, b real; Phi(x) = (1 + erf(x/sqrt 2))/2; e = erf(x/sqrt 2) - tanh(sqrt(2/pi)(x + c x^3)), twice the error of Phi; s = Phi(x) - sigma(lambda x);
            x e/2 and x s are the errors of GELU. All errors are even or odd in x, so x >= 0 suffices.
Excluded.   none.
Source.     Su Jianlin, GELU的两个初等函数近似是怎么来的, 2020-03-26 (archives/7309).
"""
from mpmath import mp

from kexue import (Abs, Article, D, Limit, call, cite, eq, erf, exp, holds, lift, near_miss, oo, pi, real, reference, show, sigmoid, sqrt, statement, tanh,
                   therefore)
from kexue.tactics.auto import search
from kexue.tactics.combine import lemma, monotone, rewritten, rule, scaled, sign, squares, squeeze, theorem, through, using

article = Article(
    number=3, date="2020-03-26", source="https://kexue.fm/archives/7309",
    title=("Where the two elementary approximations of GELU come from", "GELU的两个初等函数近似是怎么来的"),
    summary=("The local match, the two minimax constants 0.044715 and 1.702 with certified bounds, the errors of GELU itself, its shape, and the left tail that neither form follows.",
             "局部匹配，带严格界的两个极小化极大常数 0.044715 与 1.702，GELU 本身的误差与形状，以及两种近似都跟不上的左尾。"),
    papers=("Hendrycks & Gimpel, Gaussian Error Linear Units, 2016",))

x, t, y, c, lam, a, b = real("x t y c lambda a b")
k = sqrt(2 / pi)
LOCAL = (4 - pi) / (6 * pi)
POST, QUICK = lift("0.044715"), lift("1.702")


def Phi(x): return (1 + erf(x / sqrt(lift(2)))) / 2
def u(x, c): return k * (x + c * x ** 3)
def e(x, c): return erf(x / sqrt(lift(2))) - tanh(u(x, c))
def s(x, lam): return Phi(x) - sigmoid(lam * x)
def gelu(x): return x * Phi(x)
def smooth(x, c): return x / 2 * (1 + tanh(u(x, c)))
def density(x): return exp(-x ** 2 / 2) / sqrt(2 * pi)


# ------------------------------------------------------------------------------------------------- reference values
def level(form, weight):
    """The error as a function for mpmath: form "tanh" or "sigmoid", weight 0 for Phi and 1 for GELU."""
    root = mp.sqrt(2 / mp.pi)
    if form == "tanh":
        return lambda x, c: x ** weight * (mp.erf(x / mp.sqrt(2)) - mp.tanh(root * (x + c * x ** 3))) / 2 ** weight
    return lambda x, c: x ** weight * (mp.erfc(-x / mp.sqrt(2)) / 2 - 1 / (1 + mp.exp(-c * x)))


def alternation(form, weight, start):
    """(x_1, x_2, constant, error): two extrema of opposite values."""
    with mp.workdps(45):
        f = level(form, weight)
        def slope(x, c): return mp.diff(lambda y: f(y, c), x)
        p, q, best = mp.findroot(lambda p, q, c: [slope(p, c), slope(q, c), f(p, c) + f(q, c)], start)
        return p, q, best, abs(f(p, best))


def extremum(form, weight, c, start, order=1):
    """(x, error) at an extremum of the error, or of its derivative for order 2."""
    with mp.workdps(30):
        f = level(form, weight)
        def g(x): return mp.diff(lambda y: f(y, c()), x, order - 1)
        at = mp.findroot(lambda x: mp.diff(lambda y: f(y, c()), x, order), start)
        return at, abs(g(at))


def printed(label, digits, run, index): return reference(label, digits, compute=lambda: run()[index])
def tanh_phi(): return alternation("tanh", 0, (1.2421, 2.592, 0.0447149))
def sigmoid_phi(): return alternation("sigmoid", 0, (0.571, 2.043, 1.7017))
def tanh_gelu(): return alternation("tanh", 1, (1.456, 2.795, 0.04438))
def sigmoid_gelu(): return alternation("sigmoid", 1, (0.8958, 2.4266, 1.77293))


def free():
    """The best a and b together, with three extrema of alternating sign: (a, b, error)."""
    with mp.workdps(30):
        def f(x, a, b): return mp.erf(x / mp.sqrt(2)) - mp.tanh(a * x + b * x ** 3)
        def slope(x, a, b): return mp.diff(lambda y: f(y, a, b), x)
        def system(p, q, r, a, b): return [*(slope(x, a, b) for x in (p, q, r)), f(p, a, b) + f(q, a, b), f(q, a, b) + f(r, a, b)]
        p, _, _, a, b = mp.findroot(system, (0.47, 1.48, 2.67, 0.7988014, 0.0352820))
        return a, b, abs(f(p, a, b))


# --------------------------------------------------------------------------------------------------- bounds for x >= 0
EDGE = 12
FAST = lift("1.59")
SMALL = lemma(1 - erf(y / sqrt(lift(2))) <= exp(-y), y >= EDGE, y=x)
MORE = lemma(lift(1) <= exp(y), y >= 0)
UNIT = lemma(erf(y) <= 1, y >= 0, y=x / sqrt(lift(2)))
HALF = lemma(tanh(y) <= 1, y >= 0)


def both(error, why, bound):
    """|error| <= bound on [0, 12], one sign at a time."""
    for f, (en, zh) in ((error, why), (-error, ("and from the other side", "另一侧亦然"))):
        yield holds(f <= lift(bound), (en, zh), where=[x >= 0, x <= EDGE])


ROOM = lemma(FAST * y <= 2 * k * y, y >= EDGE, y=x)


def beyond(factor, error, by):
    """factor * error <= 1e-4 for x >= 12 from error <= e^-x."""
    far = through(factor * exp(-x), first=scaled(1 / factor, error <= exp(-x), by), second=scaled(exp(x), factor <= lift("0.0001") * exp(x)))
    return {"where": [x >= EDGE], "by": far}


TANH_UP = through(1 - tanh(u(x, c)), first=using(UNIT), second=scaled(exp(x) * (1 + exp(2 * u(x, c))), 2 * exp(x) <= 1 + exp(2 * u(x, c)), through(exp(FAST * x), first=scaled(
    exp(-x), lift(2) <= exp((FAST - 1) * x)), second=using(ROOM, then=scaled(exp(-FAST * x), lift(1) <= exp(-FAST * x) + exp(2 * u(x, c) - FAST * x), using(
        (*MORE[:2], {"y": 2 * u(x, c) - FAST * x})))))))
TANH_DOWN = through(1 - erf(x / sqrt(lift(2))), first=using((*HALF[:2], {"y": u(x, c)})), second=using(SMALL))
SIGMA_UP = through(1 - sigmoid(lam * x), first=using(UNIT), second=scaled(exp(x) * (1 + exp(-lam * x)) * exp(lam * x), exp(x) <= 1 + exp(lam * x), through(
    exp(lam * x), first=scaled(exp(-x), lift(1) <= exp((lam - 1) * x), using((*MORE[:2], {"y": (lam - 1) * x}))))))
SIGMA_DOWN = through(1 - Phi(x), first=scaled(1 + exp(-lam * x), 0 <= exp(-lam * x)), second=using(SMALL))


def attained(f, bound, low, high, why):
    return holds(f > lift(bound), why, where=[x >= lift(low), x <= lift(high)])


NEAR, T, CUBIC = (y >= 0, y <= 1), tanh(y), y - y ** 3 / 3
TANH5, ERF5 = CUBIC + 2 * y ** 5 / 15, k * (x - x ** 3 / 6 + x ** 5 / 40)
positive_cubic = y * ((1 - y) * (1 + y) + 2) / 3  # y - y^3/3
tanh_0, tanh_1 = theorem(T >= 0, *NEAR, by=search), theorem(T <= y, *NEAR, by=monotone(y, slope=search))
tanh_3 = theorem(CUBIC <= T, *NEAR, by=monotone(y, slope=rewritten(1 - y ** 2 <= 1 - T ** 2, using(tanh_0(y=y), tanh_1(y=y), then=squares(rest=(y - T) * (y + T))))))
tanh_5 = theorem(T <= TANH5, *NEAR, by=monotone(y, slope=rewritten(1 - T ** 2 <= 1 - y ** 2 + 2 * y ** 4 / 3, through(1 - CUBIC ** 2, second=squares(rest=y ** 6 / 9), first=using(
    tanh_0(y=y), tanh_3(y=y), then=squares(rest=(T - CUBIC) * (T + positive_cubic)))))))
BY_TANH7 = monotone(y, slope=rewritten(1 - y ** 2 + 2 * y ** 4 / 3 - 17 * y ** 6 / 45 <= 1 - T ** 2, through(1 - TANH5 ** 2, first=squares(
    rest=4 * y ** 8 * ((1 - y) * (1 + y) + 4) / 225), second=using(tanh_0(y=y), tanh_5(y=y), then=squares(rest=(TANH5 - T) * (positive_cubic + 2 * y ** 5 / 15 + T))))))
exp_2, exp_3 = theorem(exp(-t) <= 1 - t + t ** 2 / 2, t >= 0, by=search), theorem(1 - t + t ** 2 / 2 - t ** 3 / 6 <= exp(-t), t >= 0, by=search)
QUAD = 1 - x ** 2 / 2 + x ** 4 / 8
BY_ERF5 = monotone(x, slope=rewritten(k * exp(-x ** 2 / 2) <= k * QUAD, scaled(1 / k, exp(-x ** 2 / 2) <= QUAD, using(exp_2(t=x ** 2 / 2), then=sign))))
BY_ERF7 = monotone(x, slope=rewritten(k * (QUAD - x ** 6 / 48) <= k * exp(-x ** 2 / 2), scaled(1 / k, QUAD - x ** 6 / 48 <= exp(-x ** 2 / 2), using(exp_3(t=x ** 2 / 2), then=sign))))


@statement(title=("The local match", "局部匹配"),
           says=("tanh(ax + bx^3) - erf(x/sqrt 2) = O(x^5) exactly for a = sqrt(2/pi), b = a (4 - pi)/(6 pi); so b/a = 0.0455..., and the next coefficient is 3.698e-5.",
                 "当且仅当 a = √(2/π)、b = a(4 - π)/(6π) 时 tanh(ax + bx³) - erf(x/√2) = O(x⁵)；故 b/a = 0.0455…，下一项系数为 3.698e-5。"),
           near_miss=near_miss(eq(LOCAL, POST), ("0.044715 is the Taylor ratio.", "0.044715 是 Taylor 系数之比。")),
           references=[reference("b/a", "0.04553992412252711435851168", LOCAL), reference("b", "0.03633560235749836011538679", k * LOCAL),
                       reference("coefficient of x^5", "3.6980737188481841574e-5", sqrt(lift(2)) * (40 * pi - 3 * pi ** 2 - 96) / (120 * pi ** 2 * sqrt(pi)))])
def gelu_local_match():
    U = a * x + b * x ** 3
    higher = 2 * (5 * a ** 4 * b * x ** 7 + 10 * a ** 3 * b ** 2 * x ** 9 + 10 * a ** 2 * b ** 3 * x ** 11 + 5 * a * b ** 4 * x ** 13 + b ** 5 * x ** 15) / 15
    yield holds(T <= TANH5, ("tanh' = 1 - tanh^2, so tanh y <= y, then tanh y >= y - y^3/3, then this", "由 tanh' = 1 - tanh²：先有 tanh y ≤ y，再有 tanh y ≥ y - y³/3，再得此式"), where=NEAR, by=using(tanh_5(y=y)))
    yield holds(TANH5 - 17 * y ** 7 / 315 <= T, ("and this: tanh is its polynomial of degree 5 up to O(y^7); it is odd", "继而得此式：tanh 与其 5 次多项式相差 O(y⁷)；它是奇函数"), where=NEAR, by=BY_TANH7)
    yield holds(erf(x / sqrt(lift(2))) <= ERF5, ("likewise erf, with e^(-t) <= 1 - t + t^2/2 in its derivative", "erf 同理，其导数中用 e^(-t) ≤ 1 - t + t²/2"), where=[x >= 0], by=BY_ERF5)
    yield holds(ERF5 - k * x ** 7 / 336 <= erf(x / sqrt(lift(2))), ("and with one term more", "再多取一项"), where=[x >= 0], by=BY_ERF7)
    yield holds(eq(U - U ** 3 / 3 + 2 * U ** 5 / 15 - k * (x - x ** 3 / 6 + x ** 5 / 40), (a - k) * x + (b - a ** 3 / 3 + k / 6) * x ** 3 + (2 * a ** 5 / 15 - a ** 2 * b - k / 40) * x ** 5
                   - a * b ** 2 * x ** 7 - b ** 3 * x ** 9 / 3 + higher), ("put in y = U = ax + bx^3 and sort by powers of x", "代入 y = U = ax + bx³ 并按 x 的幂整理"))
    yield holds(eq(b, k * LOCAL), ("O(x^5) means that the first two coefficients vanish: a = sqrt(2/pi), and then b is this", "O(x⁵) 即前两个系数为零：a = √(2/π)，从而 b 取此值"), where=[eq(b - a ** 3 / 3 + k / 6, 0), eq(a, k)])
    yield holds(eq(b - a ** 3 / 3 + k / 6, 0), ("and they do", "且此时确为零"), where=[eq(a, k), eq(b, k * LOCAL)])
    yield holds(eq(2 * a ** 5 / 15 - a ** 2 * b - k / 40, sqrt(lift(2)) * (40 * pi - 3 * pi ** 2 - 96) / (120 * pi ** 2 * sqrt(pi))), ("the next coefficient", "下一项系数"),
                where=[eq(a, k), eq(b, k * LOCAL)])


CSTAR, LSTAR = lift("0.0447149112276325"), lift("1.701744925338")
X1, X2 = lift("1.2421078845"), lift("2.592175979")


@statement(title=("The minimax cubic term", "极小化极大的三次项"), tag="sharper",
           says=("No c gives a sup |e| below 3.5784262e-4, c = 0.0447149112276325 gives at most 3.5784263e-4, and every c outside (0.0447149, 0.044715) gives more: 0.044715 is the best c to five digits.",
                 "任何 c 的 sup|e| 都不低于 3.5784262e-4；c = 0.0447149112276325 时至多 3.5784263e-4；(0.0447149, 0.044715) 之外的 c 都更大：0.044715 是最优 c 的五位舍入。"),
           near_miss=near_miss(-e(x, LOCAL) <= lift("0.0006"), ("The Taylor ratio is as good: its error is below 6e-4.", "Taylor 系数之比同样好：误差小于 6e-4。"), where=[x >= 0], at={"x": "2.2928"}),
           references=[printed("c*", "0.0447149112276324949562981868505", tanh_phi, 2), printed("sup", "3.578426218904394470402268e-4", tanh_phi, 3),
                       printed("x_1", "1.242107884535900012790521", tanh_phi, 0), printed("x_2", "2.592175979278243019904856", tanh_phi, 1),
                       reference("b*", "0.03567733730619866619581914", compute=lambda: tanh_phi()[2] * mp.sqrt(2 / mp.pi)),
                       printed("free a", "0.7988014371203919780604145", free, 0), printed("free b", "0.03528204828283358126235846", free, 1), printed("free sup", "2.8062616021168147071e-4", free, 2)])
def gelu_tanh_minimax():
    yield show(D(u(x, c), c) > 0, ("tanh increases and its argument increases in c at every x > 0, so e decreases", "对每个 x > 0，tanh 的自变量关于 c 递增，故 e 递减"), where=[x > 0])
    yield holds(e(x, CSTAR) <= lift("0.00035784263"), ("near c* the error is small from above", "在 c* 附近误差的上界"), where=[x >= 0])
    yield holds(-e(x, CSTAR) <= lift("0.00035784263"), ("and from below", "以及下界"), where=[x >= 0])
    yield holds(e(X1, c) >= lift("0.00035784262"), ("no smaller c does better, by the value at x_1", "由 x₁ 处的值，更小的 c 不会更好"), where=[c <= CSTAR])
    yield holds(-e(X2, c) >= lift("0.00035784262"), ("and no larger c, by the value at x_2", "由 x₂ 处的值，更大的 c 也不会更好"), where=[c >= CSTAR])
    yield holds(e(X1, c) > lift("0.00035784263"), ("below 0.0447149 it is worse", "小于 0.0447149 时更差"), where=[c <= lift("0.0447149")])
    yield holds(-e(X2, c) > lift("0.00035784263"), ("and above 0.044715", "大于 0.044715 时也更差"), where=[c >= POST])


@statement(title=("The minimax sigmoid", "极小化极大的 sigmoid"), tag="sharper",
           says=("No lambda gives a sup |Phi(x) - sigma(lambda x)| below 0.00945730917, lambda = 1.701744925338 gives at most 0.00945730918, and every lambda outside (1.7017, 1.702) gives more.",
                 "任何 λ 的 sup|Φ(x) - σ(λx)| 都不低于 0.00945730917；λ = 1.701744925338 时至多 0.00945730918；(1.7017, 1.702) 之外的 λ 都更大。"),
           near_miss=near_miss(s(x, lift("1.6")) <= lift("0.0095"), ("lambda = 1.6 does as well.", "λ = 1.6 同样好。"), where=[x >= 0], at={"x": 2}),
           references=[printed("lambda*", "1.70174492533800331231316952348", sigmoid_phi, 2), printed("sup", "0.009457309176371080314522508", sigmoid_phi, 3),
                       printed("x_1", "0.57105714773932982762", sigmoid_phi, 0), printed("x_2", "2.0430725202526857333", sigmoid_phi, 1),
                       printed("sup at 1.702", "0.009486324445585937127098", lambda: extremum("sigmoid", 0, lambda: mp.mpf("1.702"), 0.57), 1),
                       reference("sqrt(8/pi)", "1.595769121605730711759784", sqrt(8 / pi))])
def gelu_sigmoid_minimax():
    yield show(D(s(x, lam), lam) < 0, ("the error decreases in lambda at every x > 0", "对每个 x > 0，误差关于 λ 递减"), where=[x > 0])
    yield holds(s(x, LSTAR) <= lift("0.00945730918"), ("near lambda* the error is small from above", "在 λ* 附近误差的上界"), where=[x >= 0])
    yield holds(-s(x, LSTAR) <= lift("0.00945730918"), ("and from below", "以及下界"), where=[x >= 0])
    yield holds(s(lift("2.04307252025"), lam) >= lift("0.00945730917"), ("no smaller lambda does better", "更小的 λ 不会更好"), where=[lam <= LSTAR])
    yield holds(-s(lift("0.57105714774"), lam) >= lift("0.00945730917"), ("and no larger one", "更大的也不会"), where=[lam >= LSTAR])
    yield holds(s(lift("2.04307252025"), lam) > lift("0.00945730918"), ("up to 1.7017 it is worse", "至 1.7017 为止更差"), where=[lam <= lift("1.7017")])
    yield holds(-s(lift("0.57105714774"), lam) > lift("0.00945730918"), ("and from 1.702 on", "自 1.702 起也更差"), where=[lam >= QUICK])


@statement(title=("Both optima exist and are unique", "两个最优常数存在且唯一"), tag="sharper",
           says=("There is exactly one c* > 0 and exactly one lambda* > 0 that make sup |e| and sup |Phi(x) - sigma(lambda x)| least; the two extremes have opposite signs there.",
                 "使 sup|e| 与 sup|Φ(x) - σ(λx)| 最小的 c* > 0 与 λ* > 0 各恰有一个，且在该处两个极值符号相反。"),
           limits=("That maxima are attained and depend continuously on the constant is cited.", "最大值可达且连续依赖于常数为引用。"),
           near_miss=near_miss(s(x, lift("1.65")) <= lift("0.0095"), ("lambda = 1.65 is an optimum too.", "λ = 1.65 也是最优值。"), where=[x >= 0], at={"x": 2}))
def gelu_unique_optima():
    yield show(D(u(x, c), c) > 0, ("tanh increases and its argument increases in c at every x > 0, so e decreases in c", "对每个 x > 0，tanh 的自变量关于 c 递增，故 e 关于 c 递减"), where=[x > 0])
    yield show(D(s(x, lam), lam) < 0, ("s decreases in lambda", "s 关于 λ 递减"), where=[x > 0])
    yield cite("extreme values and compactness", "Rudin, Principles of Mathematical Analysis, 4.16", ("for a positive constant the errors tend to 0 as x grows, so max e and max(-e) over x >= 0 are attained where positive, and continuous in the constant",
               "常数为正时误差随 x 增大趋于 0，故 max e 与 max(-e) 为正时可达，且连续依赖于常数"))
    yield holds(e(X1, c) > lift("0.00035784263"), ("at small c the maximum of e is the larger of the two", "c 较小时 max e 较大"), where=[c <= lift("0.0447149")])
    yield holds(-e(X2, c) > lift("0.00035784263"), ("at large c that of -e", "c 较大时 max(-e) 较大"), where=[c >= POST])
    yield holds(s(lift("2.04307252025"), lam) > lift("0.00945730918"), ("at small lambda the maximum of s", "λ 较小时 max s 较大"), where=[lam <= lift("1.7017")])
    yield holds(-s(lift("0.57105714774"), lam) > lift("0.00945730918"), ("at large lambda that of -s", "λ 较大时 max(-s) 较大"), where=[lam >= QUICK])
    yield therefore(r"\exists!\,c^*,\ \exists!\,\lambda^*:\quad\max e=\max(-e),\quad\max s=\max(-s)", (
        "one maximum decreases, the other increases strictly in the constant; the least sup is where they cross", "两个最大值分别随常数严格减与严格增；上确界在交点处最小"))


@statement(title=("The errors of GELU itself", "GELU 本身的误差"), tag="false",
           post=("0.044715 and 1.702 are the best constants for GELU.", "0.044715 与 1.702 是 GELU 的最佳常数。"),
           says=("For every real x the tanh form with 0.044715 is within 4.73236e-4 of GELU and with the Taylor ratio within 7.4617e-4; x sigma(1.702 x) within 0.020335, with sqrt(8/pi) within 0.033605; "
                 "all to the last digit. Both published constants are best for Phi, not for GELU: c = 0.0443829438 gives 3.87419e-4 and lambda = 1.77293397 gives 0.0139223.",
                 "对任意实数 x，0.044715 的 tanh 形式与 GELU 相差至多 4.73236e-4，Taylor 系数比至多 7.4617e-4；xσ(1.702x) 至多 0.020335，√(8/π) 至多 0.033605；末位均精确。"
                 "两个公布的常数对 Φ 最优而非对 GELU：c = 0.0443829438 给出 3.87419e-4，λ = 1.77293397 给出 0.0139223。"),
           near_miss=near_miss(Abs(x * s(x, QUICK)) <= lift("0.01"), ("The quick form is within 0.01 of GELU.", "quick 形式与 GELU 相差不超过 0.01。"), at={"x": "2.27"}),
           references=[printed("0.044715", "4.732355206872848771e-4", lambda: extremum("tanh", 1, lambda: mp.mpf("0.044715"), 2.7), 1),
                       printed("its place", "2.698941386377270300478", lambda: extremum("tanh", 1, lambda: mp.mpf("0.044715"), 2.7), 0),
                       printed("Taylor ratio", "7.461693260291831814e-4", lambda: extremum("tanh", 1, lambda: (4 - mp.pi) / (6 * mp.pi), 2.47), 1),
                       printed("its place", "2.466742233939101978763", lambda: extremum("tanh", 1, lambda: (4 - mp.pi) / (6 * mp.pi), 2.47), 0),
                       printed("1.702", "0.02033487220923923022413", lambda: extremum("sigmoid", 1, lambda: mp.mpf("1.702"), 2.27), 1),
                       printed("its place", "2.270397737196610174548", lambda: extremum("sigmoid", 1, lambda: mp.mpf("1.702"), 2.27), 0),
                       printed("sqrt(8/pi)", "0.03360462341505958445229", lambda: extremum("sigmoid", 1, lambda: mp.sqrt(8 / mp.pi), 2.1), 1),
                       printed("derivative", "8.68451834985913874e-4", lambda: extremum("tanh", 1, lambda: mp.mpf("0.044715"), 2.02, 2), 1),
                       printed("best c", "0.044382943816734092373", tanh_gelu, 2), printed("its error", "3.87418738310607733e-4", tanh_gelu, 3),
                       printed("best lambda", "1.7729339656167546298", sigmoid_gelu, 2), printed("its error", "0.0139222454727584997", sigmoid_gelu, 3)])
def gelu_error_constants():
    yield show(eq(-x * e(-x, c) / 2, x * e(x, c) / 2), ("the error of the tanh form is even in x, so x >= 0 suffices", "tanh 形式的误差是 x 的偶函数，只需 x ≥ 0"))
    yield show(eq(-x * s(-x, lam), x * s(x, lam)), ("so is that of the sigmoid form", "sigmoid 形式亦然"))
    yield from both(x * e(x, POST) / 2, ("the tanh form with 0.044715", "0.044715 的 tanh 形式"), "0.000473236")
    yield attained(-x * e(x, POST) / 2, "0.000473235", "2.6989413", "2.6989414", ("nearly attained", "几乎取到"))
    yield from both(x * e(x, LOCAL) / 2, ("with the Taylor ratio", "取 Taylor 系数比"), "0.00074617")
    yield attained(-x * e(x, LOCAL) / 2, "0.00074616", "2.466742", "2.466743", ("nearly attained", "几乎取到"))
    yield from both(x * s(x, QUICK), ("the sigmoid form with 1.702", "1.702 的 sigmoid 形式"), "0.020335")
    yield attained(x * s(x, QUICK), "0.020334", "2.270397", "2.270398", ("nearly attained", "几乎取到"))
    yield from both(x * s(x, 2 * k), ("with sqrt(8/pi)", "取 √(8/π)"), "0.033605")
    yield attained(x * s(x, 2 * k), "0.033604", "2.0736", "2.0737", ("nearly attained", "几乎取到"))
    yield from both(x * e(x, lift("0.0443829438")) / 2, ("a smaller error with another c", "换一个 c 误差更小"), "0.000387419")
    yield from both(x * s(x, lift("1.77293397")), ("and with another lambda", "换一个 λ 亦然"), "0.0139223")
    for f, by in ((x * e(x, c) / 2, beyond(x / 2, e(x, c), TANH_UP)), (-x * e(x, c) / 2, beyond(x / 2, -e(x, c), TANH_DOWN))):
        yield holds(f <= lift("0.0001"), ("beyond 12 the error of every tanh form with c >= 0 is below 1e-4", "x ≥ 12 时任意 c ≥ 0 的 tanh 形式误差小于 1e-4"), where=[c >= 0, *by["where"]], by=by["by"])
    for f, by in ((x * s(x, lam), beyond(x, s(x, lam), SIGMA_UP)), (-x * s(x, lam), beyond(x, -s(x, lam), SIGMA_DOWN))):
        yield holds(f <= lift("0.0001"), ("and that of every sigmoid form with lambda >= 1.59", "任意 λ ≥ 1.59 的 sigmoid 形式亦然"), where=[lam >= FAST, *by["where"]], by=by["by"])
    yield holds(-D(x * e(x, POST) / 2, x) > lift("0.000868451"), ("the slope of the tanh form is off by more than 8.68451e-4", "tanh 形式的斜率误差超过 8.68451e-4"),
                where=[x >= lift("2.018655"), x <= lift("2.018656")])


FALLS = rule("descent", {"var": "y", "strict": "slope"}, slope=sign, limit=sign)  # the difference of the sides falls to a limit >= 0 at oo
STEEP = lemma(call("erfc", y / sqrt(lift(2))) < 2 * y * density(y), y >= 2, by=FALLS, y=-x)


@statement(title=("Symmetry and shape", "对称性与形状"),
           says=("GELU and both approximations satisfy f(x) - f(-x) = x; the tanh form is x sigma(2 sqrt(2/pi)(x + c x^3)). GELU is convex exactly on |x| <= sqrt 2 and has one minimum, "
                 "-0.16997120747..., at x = -0.7517915246....",
                 "GELU 及两种近似都满足 f(x) - f(-x) = x；tanh 形式即 xσ(2√(2/π)(x + cx³))。GELU 恰在 |x| ≤ √2 上凸，唯一最小值 -0.16997120747… 在 x = -0.7517915246… 处。"),
           near_miss=near_miss(D(D(gelu(x), x), x) >= 0, ("GELU is convex.", "GELU 是凸函数。"), at={"x": 2}),
           references=[reference("GELU(1)", "0.8413447460685429485852325", gelu(lift(1))), reference("GELU(-3)", "-0.004049694094890283579955444", gelu(lift(-3))),
                       reference("place of the minimum", "-0.7517915246935644574579049", compute=lambda: mp.findroot(lambda x: mp.ncdf(x) + x * mp.npdf(x), -0.75)),
                       reference("minimum", "-0.1699712074799036616938685", compute=lambda: (lambda x: x * mp.ncdf(x))(mp.findroot(lambda x: mp.ncdf(x) + x * mp.npdf(x), -0.75)))])
def gelu_symmetry_and_shape():
    yield holds(eq(gelu(x) - gelu(-x), x), ("erf is odd", "erf 为奇函数"))
    yield holds(eq(smooth(x, c) - smooth(-x, c), x), ("so is tanh", "tanh 亦然"))
    yield holds(eq(x * sigmoid(lam * x) - (-x) * sigmoid(-(lam * x)), x), ("and sigma(y) + sigma(-y) = 1", "且 σ(y) + σ(-y) = 1"))
    yield holds(eq(smooth(x, c), x * sigmoid(2 * u(x, c))), ("(1 + tanh y)/2 = sigma(2y)", "(1 + tanh y)/2 = σ(2y)"))
    yield holds(eq(D(D(gelu(x), x), x), density(x) * (2 - x ** 2)), ("the second derivative changes sign at sqrt 2 and -sqrt 2 only", "二阶导数仅在 ±√2 处变号"))
    low, high = lift("-0.7517915247"), lift("-0.7517915246")
    yield holds(D(gelu(x), x) < 0, ("GELU decreases just before its minimum", "GELU 在最小点之前递减"), where=[x >= -2, x <= low])
    yield holds(D(gelu(x), x) > 0, ("and increases after it", "之后递增"), where=[x >= high, x <= 0])
    yield holds(Phi(x) + x * density(x) > 0, ("and for x >= 0: this is the slope", "x ≥ 0 时亦然：此即斜率"), where=[x >= 0])
    other = x * call("erfc", -x / sqrt(lift(2))) / 2
    yield show(eq(call("erfc", -x / sqrt(lift(2))) / 2, Phi(x)), ("on the left, GELU is x erfc(-x/sqrt 2)/2", "左侧写作 GELU = x erfc(-x/√2)/2"), by=search)
    yield holds(D(other, x) < 0, ("it decreases there, as erfc(y/sqrt 2) < 2y phi(y): the difference falls to 0 as y grows", "在左侧递减，因 erfc(y/√2) < 2yφ(y)：其差随 y 增大递减至 0"), where=[x <= -2], by=using(STEEP))
    yield holds(gelu(x) >= lift("-0.16997120748"), ("the minimum, from below", "最小值的下界"), where=[x >= low, x <= high])
    yield attained(-gelu(x), "0.16997120747", "-0.7517915247", "-0.7517915246", ("and from above", "以及上界"))


def mills(y): return call("erfc", y / sqrt(lift(2)))
def above(y): return k / y * exp(-y ** 2 / 2)
def below(y): return k * y / (1 + y ** 2) * exp(-y ** 2 / 2)


LOWER, UPPER = lemma(below(y) < mills(y), y > 0, by=FALLS, y=x), lemma(mills(y) < above(y), y > 0, by=FALLS, y=x)
left_tanh = 2 / (1 + exp(2 * u(x, POST))) / mills(x)  # GELU_tanh/GELU at -x
left_sigmoid = mills(x) / 2 * (1 + exp(QUICK * x))  # GELU/(x sigma(1.702 x)) at -x
cap = 2 * exp(-2 * u(x, POST)) / below(x)
limit = above(x) / 2 * (1 + exp(QUICK * x))
under = using(LOWER, then=scaled(mills(x) * below(x) * (1 + exp(2 * u(x, POST))), 2 * below(x) <= 2 * mills(x) * (1 + exp(-2 * u(x, POST))), through(2 * mills(x))))
over = using(UPPER, then=scaled(2 / (1 + exp(QUICK * x)), mills(x) <= above(x)))


@statement(title=("The left tail", "左尾"), tag="false",
           post=("Both forms approximate GELU well everywhere.", "两种形式处处很好地近似 GELU。"),
           says=("In relative terms neither does on the left: as x tends to -oo, the tanh form over GELU tends to 0, and GELU over x sigma(1.702 x) tends to 0.",
                 "就相对误差而言，左侧两者都不行：x → -∞ 时 tanh 形式与 GELU 之比趋于 0，GELU 与 xσ(1.702x) 之比趋于 0。"),
           near_miss=near_miss(smooth(x, POST) <= lift("0.99") * gelu(x), ("The tanh form has a relative error below 1 percent at every x < 0.", "tanh 形式对任意 x < 0 的相对误差小于 1%。"),
                               where=[x < 0], at={"x": -4}),
           references=[reference(f"tanh form over GELU at {x0}", digits, smooth(lift(x0), POST) / gelu(lift(x0))) for x0, digits in ((-4, "0.5545"), (-6, "0.01426"), (-8, "6.24e-7"))]
           + [reference(f"sigmoid form over GELU at {x0}", digits, sigmoid(QUICK * lift(x0)) / Phi(lift(x0))) for x0, digits in ((-4, "34.8"), (-6, "3.7e4"), (-8, "2.0e9"))])
def gelu_tail_relative_error():
    yield show(LOWER[0].claim, ("Phi(-y) = erfc(y/sqrt 2)/2; Mills' lower bound: the difference falls to 0 as y grows", "Φ(-y) = erfc(y/√2)/2；Mills 下界：其差随 y 增大递减至 0"), where=[y > 0], by=FALLS)
    yield show(UPPER[0].claim, ("the upper bound likewise", "上界同理"), where=[y > 0], by=FALLS)
    yield show(left_tanh <= cap, ("the tanh form over GELU at -x", "tanh 形式与 GELU 在 -x 处之比"), where=[x > 0], by=under)
    yield show(left_sigmoid <= limit, ("GELU over the sigmoid form at -x", "GELU 与 sigmoid 形式在 -x 处之比"), where=[x > 0], by=over)
    q = lift("1.5") * x + lift("0.07") * x ** 3 - x ** 2 / 2
    room = lemma(q <= 2 * u(x, POST) - x ** 2 / 2, x >= 1)
    yield holds(eq(Limit(left_tanh, x, oo), 0), ("the cubic exponent wins: at most a constant over x", "三次指数占优：不超过常数除以 x"), by=squeeze(300 / k, start=1, below=sign, above=through(
        cap, first=under, second=scaled(x * exp(2 * u(x, POST) - x ** 2 / 2) * k, 2 * (1 + x ** 2) <= 300 * exp(2 * u(x, POST) - x ** 2 / 2), through(300 * exp(q), second=using(room, then=scaled(
            exp(-q), lift(1) * 300 <= 300 * exp(2 * u(x, POST) - x ** 2 / 2 - q), using(lemma(lift(1) <= exp(y), y >= 0, y=2 * u(x, POST) - x ** 2 / 2 - q)))))))))
    yield holds(eq(Limit(left_sigmoid, x, oo), 0), ("the square wins over the linear exponent", "二次指数胜过一次"), by=squeeze(10, start=1, below=sign, above=through(
        limit, first=over, second=scaled(2 * x / k * exp(x ** 2 / 2), 1 + exp(QUICK * x) <= 20 / k * exp(x ** 2 / 2)))))
