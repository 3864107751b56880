"""A GAN toy on fashion-mnist: the game, its divergence, its gradients, and the files.

Statement.  With p the data's probabilities and q the generator's, p/(p+q) is the best discriminator, the game is worth -log 4 + 2 JSD(p, q), and the two usual losses of
            the generator have the same sign but gradients in the ratio e^-s; on disjoint supports there is no gradient at all.
Symbols.    p, q > 0 the probabilities at one point, P_i, Q_i families of them on a finite set; x in (0, 1) a value of the discriminator; m = (p+q)/2; s a logit, sigma(s) =
            1/(1 + e^-s); f(t) a probability that depends on a parameter t, v_i its derivatives; c_0, ..., c_3 bytes; y a grey value, z the pixel as it is read.
Excluded.   nothing; densities on any space enter point by point.
Source.     Su Jianlin, fashion-mnist的gan玩具, 2017-08-26 (kexue.fm).
"""
from fractions import Fraction as F

from mpmath import mp

from kexue import Article, D, Formula, Sum, eq, every, exp, family, function, holds, integer, lift, log, near_miss, real, reference, show, sigmoid, statement
from kexue.tactics.combine import cases, lemma, monotone, rewritten, scaled, termwise, through, using

article = Article(
    number=28, date="2017-08-26", source="https://kexue.fm",
    title=("A GAN toy on fashion-mnist", "fashion-mnist的gan玩具"),
    summary=("What the game behind the toy computes: the best discriminator, the Jensen-Shannon divergence, both generator losses with their gradients, the case without a gradient, and the "
             "format of the files. The toy itself runs on images made here, and on the real ones where they are.",
             "玩具背后的博弈计算了什么：最优判别器、Jensen-Shannon 散度、生成器的两种损失及其梯度、没有梯度的情形，以及数据文件的格式。玩具本身在自制图片上运行，有真实文件时也在其上运行。"),
    papers=("Goodfellow et al., Generative adversarial nets, NIPS 2014", "Arjovsky & Bottou, Towards principled methods for training GANs, ICLR 2017"))

p, q, x, s, t, y, z, m = real("p q x s t y z m")
n, i = integer("n i")
c0, c1, c2, c3, low = integer("c_0 c_1 c_2 c_3 n")
P, Q, v, a = family("P Q v a")
f = function("f")
BOTH = [p > 0, q > 0]
half = F(1, 2)
over, under = (lemma(log(y) < log(m) + (y - m) / m, y > 0, m > 0, side, by=monotone(y, at=m, strict="slope")) for side in (y > m, y < m))
tangent = lemma(log(y) <= log(m) + (y - m) / m, y > 0, m > 0, by=cases(y - m, above=monotone(y, at=m), below=monotone(y, at=m)))


def at(lemma_, value, base): return (*lemma_[:2], {"y": value, "m": lift(base)})
def value(x): return p * log(x) + q * log(1 - x)


best = p / (p + q)


@statement(title=("The best discriminator", "最优判别器"), where=BOTH,
           says=("p log x + q log(1-x) is largest on (0, 1) at x = p/(p+q) and nowhere else: point by point this is the best discriminator for any two densities.",
                 "p log x + q log(1-x) 在 (0, 1) 上仅在 x = p/(p+q) 取最大：逐点即为任意两个密度的最优判别器。"),
           near_miss=near_miss(value(x) <= value(p / q), ("The best discriminator is p/q (where p < q).", "最优判别器为 p/q（p < q 时）。"), where=[*BOTH, p < q, x > 0, x < 1], at={"p": 1, "q": 2, "x": "1/3"}))
def optimal_discriminator():
    inside = [x > 0, x < 1]
    gap = lambda first, second: through(q * log(1 - x) + p * log(best) + p * (x - best) / best, ("lt", "lt"), first=scaled(1 / p, log(x) < log(best) + (x - best) / best, using(at(first, x, best))),
                                        second=scaled(1 / q, log(1 - x) < log(1 - best) + (best - x) / (1 - best), using(at(second, 1 - x, 1 - best))))
    yield show(eq(p * (x - best) / best + q * (best - x) / (1 - best), 0), ("each logarithm lies below its tangent at x* = p/(p+q): the slopes cancel", "每个对数位于其在 x* = p/(p+q) 处切线之下：斜率相消"))
    yield holds(value(x) < value(best), ("for x above p/(p+q)", "x 大于 p/(p+q) 时"), where=[*inside, p < x * (p + q)], by=gap(over, under))
    yield holds(value(x) < value(best), ("and for x below", "x 小于时"), where=[*inside, x * (p + q) < p], by=gap(under, over))
    yield holds(D(D(value(x), x), x) < 0, ("the second derivative is -p/x^2 - q/(1-x)^2", "二阶导数为 -p/x² - q/(1-x)²"), where=inside)


def js(p, q): return (p * log(2 * p / (p + q)) + q * log(2 * q / (p + q))) / 2
def game(p, q): return p * log(p / (p + q)) + q * log(q / (p + q))


FINITE = [n >= 1, every(i, P[i] > 0), every(i, Q[i] > 0), eq(Sum(P[i], i, 1, n), 1), eq(Sum(Q[i], i, 1, n), 1)]
total = Sum(js(P[i], Q[i]), i, 1, n)


def normal_js(mu):
    """JSD of N(0, 1) and N(mu, 1): the trapezoidal rule, whose error here falls exponentially in the number of steps."""
    with mp.workdps(30):
        mu = mp.mpf(mu)
        def term(x):  # with p = e^(-x^2/2), q = p e^(mu x - mu^2/2)
            r = mu * x - mu * mu / 2
            a, b = mp.exp(-x * x / 2), mp.exp(-(x - mu) ** 2 / 2)
            return (a * -mp.log1p(mp.expm1(r) / 2) + b * -mp.log1p(mp.expm1(-r) / 2)) / 2
        steps = [mp.mpf(k) / 16 for k in range(-16 * 14, 16 * (14 + int(mu)) + 1)]
        return mp.fsum(map(term, steps)) / 16 / mp.sqrt(2 * mp.pi)


def discrete():
    rows = list(zip(*[[lift(F(1, k)) for k in order] for order in ((2, 3, 6), (6, 3, 2))], strict=True))
    return rows


def total_of(term): return sum((term(*row) for row in discrete()[1:]), term(*discrete()[0]))


@statement(title=("The game and the Jensen-Shannon divergence", "博弈与 Jensen-Shannon 散度"), where=BOTH,
           says=("Against the best discriminator the game is worth -log 4 + 2 JSD(p, q) with 0 <= JSD <= log 2; each term of JSD vanishes only where p = q, and reaches its bound only where one of them is 0.",
                 "面对最优判别器，博弈值为 -log 4 + 2·JSD(p, q)，0 ≤ JSD ≤ log 2；JSD 的每一项仅在 p = q 处为零，仅在其中之一为 0 处达到上界。"),
           near_miss=near_miss(eq(total_of(game), -log(lift(4)) + total_of(js)), ("The game is worth -log 4 + JSD.", "博弈值为 -log 4 + JSD。")),
           references=[reference("-log 4", "-1.386294361119890618834464", -log(lift(4))), reference("JSD of (1/2, 1/3, 1/6) and its reverse", "0.087208023960757972753", total_of(js)),
                       reference("value of the game there", "-1.2118783131983746733", total_of(game)),
                       *[reference(f"JSD of N(0, 1) and N({mu}, 1)", digits, compute=lambda mu=mu: normal_js(mu)) for mu, digits in (
                           ("0.5", "0.030311300520838980579"), (1, "0.11142148218473617972"), (2, "0.336830820346831612"), (4, "0.63272019373686698166"), (8, "0.69305364548291992884"))]])
def js_identity():
    yield holds(eq(game(p, q), 2 * js(p, q) - (p + q) * log(lift(2))), ("at each point", "逐点成立"))
    yield holds(eq(Sum(game(P[i], Q[i]), i, 1, n), -log(lift(4)) + 2 * total), ("and summed, because p and q add up to 1", "由 p、q 之和为 1，求和即得"), where=FINITE, by=through(
        Sum(2 * js(P[i], Q[i]) - (P[i] + Q[i]) * log(lift(2)), i, 1, n), ("eq", "eq"), first=termwise()))
    mid = (p + q) / 2
    lower = lambda first, second, head: through((p - q) / 2 + q * log(2 * q / (p + q)), (head, head), first=scaled(1 / q, Formula(head, (log(mid), log(q) + (mid - q) / q)), using(at(first, mid, q))),
                                                second=scaled(1 / p, Formula(head, (log(mid), log(p) + (mid - p) / p)), using(at(second, mid, p))))
    pair = p * log(2 * p / (p + q)) + q * log(2 * q / (p + q))
    yield holds(0 <= pair, ("the logarithm of m = (p+q)/2 lies below its tangents at p and at q", "m = (p+q)/2 的对数位于其在 p、q 处的切线之下"), by=lower(tangent, tangent, "le"))
    yield holds(0 < pair, ("strictly, if p < q", "p < q 时严格"), where=[p < q], by=lower(under, over, "lt"))
    grows = lemma(log(x) < log(y), 0 < x, x < y, by=monotone(y, at=x, strict="slope"))
    yield holds(p * log(2 * p / (p + q)) < p * log(lift(2)), ("each half stays below p log 2, unless q = 0", "每一半都小于 p log 2，除非 q = 0"), by=scaled(
        1 / p, log(p) < log(p + q), using((*grows[:2], {"x": p, "y": p + q}))))
    yield show(eq(p * log(2 * p / (p + 0)), p * log(lift(2))), ("where it is reached", "此时取到"))


@statement(title=("The two losses of the generator", "生成器的两种损失"),
           says=("With a logit s and D = sigma(s), log(1-D) has the derivative -sigma(s) and -log D has -(1 - sigma(s)) in s: the same sign, neither ever 0, in the ratio e^-s.",
                 "设 logit 为 s、D = σ(s)，则 log(1-D) 对 s 的导数为 -σ(s)，-log D 为 -(1 - σ(s))：同号且均不为零，比值为 e^-s。"),
           near_miss=near_miss(eq(sigmoid(s), 1 - sigmoid(s)), ("The gradients agree, for instance at s = -5.", "两梯度相等，例如在 s = -5 处。"), at={"s": -5}),
           references=[reference("saturating, s = -10", "4.53978687024343945e-5", sigmoid(lift(-10))), reference("non-saturating, s = -10", "0.999954602131297566", 1 - sigmoid(lift(-10))),
                       reference("ratio, s = -10", "22026.4657948067165", exp(lift(10))), reference("ratio, s = -5", "148.413159102576603", exp(lift(5)))])
def saturating_gradients():
    yield holds(eq(D(log(1 - sigmoid(s)), s), -sigmoid(s)), ("the saturating loss", "饱和损失"))
    yield holds(eq(D(-log(sigmoid(s)), s), -(1 - sigmoid(s))), ("the other", "非饱和损失"))
    yield holds(eq((1 - sigmoid(s)) / sigmoid(s), exp(-s)), ("their ratio: e^10 for a sample that the discriminator rejects with logit -10", "比值：对判别器以 logit -10 拒绝的样本为 e^10"))
    yield holds(-sigmoid(s) < 0, ("both negative: no stationary point", "均为负：没有驻点"))
    yield holds(-(1 - sigmoid(s)) < 0, ("for every s", "对任意 s"), by=rewritten(-exp(-s) / (1 + exp(-s)) < 0))


def kl(q): return q * log(q / p)
def inner(q): return p * log(p / ((p + q) / 2)) + q * log(q / ((p + q) / 2))  # twice a term of JSD


slope = D(f(t), t)


@statement(title=("What the non-saturating loss descends", "非饱和损失在下降什么"), tag="sharper", where=[p > 0, f(t) > 0],
           says=("With the discriminator frozen at the current parameters, the gradient of E_q[-log D*] is that of KL(q||p) - 2 JSD(q||p): a divergence minus another, not KL alone.",
                 "判别器冻结在当前参数时，E_q[-log D*] 的梯度等于 KL(q||p) - 2·JSD(q||p) 的梯度：是两个散度之差，而非 KL 本身。"),
           near_miss=near_miss(eq(log((p + q) / p), log(q / p) + 1 - log(lift(2))), ("It is the gradient of KL(q||p).", "它是 KL(q||p) 的梯度。"), where=BOTH))
def nonsaturating_identity():
    yield show(eq(D(y * -log(p / (p + f(t))), y), log((p + f(t)) / p)), ("the loss at one point, with D* = p/(p+q) frozen, is linear in q", "单点损失（D* = p/(p+q) 冻结）对 q 线性"))
    yield holds(eq(D(kl(f(t)) - inner(f(t)), t), slope * (log((p + f(t)) / p) + 1 - log(lift(2)))), ("KL less twice JSD at the same point, for q = f(t): the same up to the constant 1 - log 2", "同一点的 KL 减两倍 JSD，q = f(t)：只差常数 1 - log 2"))
    yield holds(eq(Sum(v[i] * (a[i] + 1 - log(lift(2))), i, 1, n), Sum(v[i] * a[i], i, 1, n)), ("which the derivatives v_i of the probabilities, of sum 0, do not see", "概率的导数 v_i 之和为 0，故该常数不起作用"),
                where=[n >= 1, eq(Sum(v[i], i, 1, n), 0)])


@statement(title=("No gradient on disjoint supports", "支集不交时没有梯度"), where=[p > 0],
           says=("Where p and q are never positive together, every term of the game against the best discriminator is 0: its value is 0 for all parameters, and the generator has no gradient.",
                 "若 p、q 处处不同时为正，则面对最优判别器的博弈每一项都为 0：对一切参数博弈值为 0，生成器没有梯度。"),
           near_miss=near_miss(eq(game(p, q), 0), ("The same where both are positive.", "两者都为正时亦然。"), where=BOTH),
           references=[reference("value of the game for N(0, 1) and N(8, 1)", "-0.0001870701540507611449", compute=lambda: 2 * normal_js(8) - mp.log(4))])
def no_gradient_when_disjoint():
    yield holds(eq(p * log(p / (p + 0)), 0), ("at a point of the data D* = 1, and log 1 = 0", "数据点处 D* = 1，log 1 = 0"))
    yield holds(eq(p * log(1 - lift(0) / (0 + p)), 0), ("at a point of the generator with the probability p, D* = 0", "生成点处（概率为 p）D* = 0"))
    yield holds(eq(p * log(2 * p / (p + 0)), p * log(lift(2))), ("so JSD is log 2, whatever the parameters", "故 JSD 恒为 log 2"))


def number(*b): return ((b[0] * 256 + b[1]) * 256 + b[2]) * 256 + b[3]


BYTES = [bound for c in (c0, c1, c2, c3) for bound in (c >= 0, c <= 255)]


@statement(title=("The files", "数据文件"),
           says=("An IDX file of bytes is 00 00 08 nd, nd sizes of four bytes, the most significant first, and the data: 47040016, 60008, 7840016 and 10008 bytes for fashion-mnist. The map y -> y/127.5 - 1 of "
                 "grey values to [-1, 1] is undone by rounding as long as the pixel is off by less than 1/255.",
                 "字节型 IDX 文件依次为 00 00 08 nd、nd 个四字节大端尺寸与数据：fashion-mnist 四个文件为 47040016、60008、7840016、10008 字节。灰度值到 [-1, 1] 的映射 y → y/127.5 - 1，"
                 "只要像素误差小于 1/255，舍入即可还原。"),
           near_miss=near_miss(eq(number(lift(96), lift(234), lift(0), lift(0)), 60000), ("The sizes have the least significant byte first.", "尺寸以低位字节在前。")),
           references=[reference("60000 read from the wrong end", "1625948160", number(lift(96), lift(234), lift(0), lift(0)))])
def idx_format():
    yield holds(eq(number(c0, c1, c2, c3), c0 * 16777216 + c1 * 65536 + c2 * 256 + c3), ("four bytes, the most significant first", "四个字节，高位在前"))
    yield holds(eq(number(lift(0), lift(0), lift(234), lift(96)), 60000), ("60000 is 00 00 ea 60", "60000 即 00 00 ea 60"))
    yield holds(number(c0, c1, c2, c3) < 256 ** 4, ("every size below 2^32 has its four bytes", "小于 2³² 的尺寸恰有四个字节"), where=BYTES, by=through(lift(256 ** 4 - 1), ("le", "lt"), first=rewritten(
        0 <= (255 - c0) * 16777216 + (255 - c1) * 65536 + (255 - c2) * 256 + (255 - c3))))
    for formula, size in ((4 + 4 * 3 + lift(60000) * 28 * 28, 47040016), (4 + 4 + lift(60000), 60008), (4 + 4 * 3 + lift(10000) * 28 * 28, 7840016), (4 + 4 + lift(10000), 10008)):
        yield holds(eq(formula, size), ("head, sizes and data of one file", "某一文件的头部、尺寸与数据"))
    grey = [y >= 0, y <= 255]
    yield holds(-1 <= y / lift("127.5") - 1, ("the range, below", "值域下界"), where=grey)
    yield holds(y / lift("127.5") - 1 <= 1, ("and above", "值域上界"), where=grey, by=scaled(lift("127.5"), y <= 255))
    near = [y / lift("127.5") - 1 - F(1, 255) < z, z < y / lift("127.5") - 1 + F(1, 255)]
    yield holds((z + 1) * lift("127.5") - y < half, ("a pixel that is off by less than 1/255 comes back to less than 1/2 above", "误差小于 1/255 的像素还原后偏高不到 1/2"), where=near, by=scaled(F(2, 255), z < y / lift("127.5") - 1 + F(1, 255)))
    yield holds(-half < (z + 1) * lift("127.5") - y, ("and below the grey value", "偏低也不到 1/2"), where=near, by=scaled(F(2, 255), y / lift("127.5") - 1 - F(1, 255) < z))
