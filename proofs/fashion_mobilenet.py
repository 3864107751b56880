"""A baseline for fashion-mnist: what MobileNet costs, what it can express, and what its accuracies can tell.

Statement.  Depthwise and pointwise convolution cost 1/N + 1/K^2 of the full one; MobileNet has A alpha^2 + B alpha parameters; averaging over flips never raises the
            cross-entropy above the mean of the two; 94.5 and 95 percent of 10000 images do not differ significantly.
Symbols.    K the side of a kernel, M and N input and output channels, D and P the matrices of r columns d and p, F the side of the output; alpha a width; c_b channels; d, p kernels of the two steps; u, v, p_i > 0
            probabilities of the true class, mu their mean; n, a, b, j sides and stages, q = 2^j; w the quantile 1.96 of the normal law, x a fraction.
Excluded.   The accuracies themselves: they need the data.
Source.     Su Jianlin, fashion mnist的一个baseline (MobileNet 95%), 2017-08-27 (kexue.fm).
"""
from fractions import Fraction as F

from mpmath import mp

from kexue import (Article, Sum, eq, every, eye, family, holds, integer, lift, log, matrix, ne, near_miss, outer, real, reference, show, sqrt, statement, vector)
from kexue.tactics import cover
from kexue.tactics.combine import cases, lemma, monotone, rewritten, scaled, termwise, through, using

article = Article(
    number=30, date="2017-08-27", source="https://kexue.fm",
    title=("A baseline for fashion-mnist (MobileNet, 95%)", "fashion mnist的一个baseline (MobileNet 95%)"),
    summary=("Everything about the post that needs no data: the cost and the parameters of MobileNet to the last unit, which kernels are separable, how 28 pixels become one, what "
             "averaging over flips guarantees, and how much half a percent of 10000 images means. The accuracies are measured where the files are.",
             "该文中无需数据即可验证的一切：MobileNet 的计算量与参数量精确到个位、哪些卷积核可分离、28 像素如何变为 1、翻转平均保证了什么，以及一万张图片上的半个百分点意味着多少。"
             "准确率在有数据文件时测量。"),
    papers=("Howard et al., MobileNets, 2017", "Xiao, Rasul & Vollgraf, Fashion-MNIST, 2017"))

K, M, N, side, n, i, k, j = integer("K M N F n i k j")
a, b, c, d, e, q, alpha, u, v, w, x, y = real("a b c d e q alpha u v w x y")
p, g, h, weight = family("p g h w")
depth, point = vector("d", K ** 2), vector("p", N)
r = integer("r")
left, right, unit, axis = matrix("D", K ** 2, r), matrix("P", N, r), family("e", ("vector", r)), family("u", ("vector", N))
BASE = [32, 64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024]  # channels of the stem and after each of the 13 blocks
STRIDES = [2, 1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1]


def channels(alpha): return [alpha * size for size in BASE]


def body(alpha, inputs=3, norm=4):
    """Parameters without the top: 9 numbers per channel and `norm` for each normalised channel."""
    size = channels(alpha)
    total = 9 * inputs * size[0] + norm * size[0]
    for before, after in zip(size[:-1], size[1:], strict=True):
        total = total + (9 * before + norm * before + before * after + norm * after)
    return total


def top(alpha, classes): return channels(alpha)[-1] * classes + classes


def layers(side):
    """(output side, kernel side, input channels, output channels) of the stem and the blocks at an input of that side."""
    out, before = [], 3
    for size, stride in zip(BASE, STRIDES, strict=True):
        side = -(-side // stride)
        out.append((side, 3, before, size))
        before = size
    return out


def products(separable):
    stem, *blocks = layers(224)
    count = lambda s, k, m, n: s * s * (k * k * m + m * n if separable else k * k * m * n)
    return stem[0] ** 2 * 9 * stem[2] * stem[3] + sum(count(*block) for block in blocks) + 1024 * 1000


def kernels(separable): return sum(9 * m + m * n if separable else 9 * m * n for _, _, m, n in layers(224)[1:])


@statement(title=("What separation saves", "可分离卷积节省多少"), where=[K >= 1, M >= 1, N >= 1, side >= 1],
           says=("The products of depthwise plus pointwise convolution over those of the full one are 1/N + 1/K^2, whatever M and F are; so are the weights.",
                 "逐通道加逐点卷积与完整卷积的乘法次数之比为 1/N + 1/K²，与 M、F 无关；参数量之比相同。"),
           near_miss=near_miss(eq((K ** 2 * M * side ** 2 + M * N * side ** 2) / (K ** 2 * M * N * side ** 2), F(1) / N + 1 / K), ("The ratio is 1/N + 1/K.", "该比值为 1/N + 1/K。"),
                               where=[K >= 1, M >= 1, N >= 1, side >= 1], at={"K": 3, "N": 64, "M": 1, "F": 1}),
           references=[reference("products of MobileNet at 224", "568740352", compute=lambda: mp.mpf(products(True))), reference("the same with full convolutions", "4867293184", compute=lambda: mp.mpf(products(False))),
                       reference("kernel weights of the blocks", "3184224", compute=lambda: mp.mpf(kernels(True))), reference("full kernel weights of the blocks", "28256256", compute=lambda: mp.mpf(kernels(False))),
                       reference("K = 3, N = 64", "0.1267", 1 / N + 1 / K ** 2, at={"K": 3, "N": 64})])
def separable_cost_ratio():
    yield holds(eq((K ** 2 * M * side ** 2 + M * N * side ** 2) / (K ** 2 * M * N * side ** 2), 1 / N + 1 / K ** 2), ("products", "乘法次数"))
    yield holds(eq((K ** 2 * M + M * N) / (K ** 2 * M * N), 1 / N + 1 / K ** 2), ("weights", "参数量"))


A2 = sum(before * after for before, after in zip(BASE[:-1], BASE[1:], strict=True))
A1 = body(1) - A2
COUNTED = rf"9\cdot3\alpha c_0+4\alpha c_0+\sum_{{b=0}}^{{12}}(9\alpha c_b+4\alpha c_b+\alpha^2c_bc_{{b+1}}+4\alpha c_{{b+1}})={A2}\alpha^2+{A1}\alpha"


@statement(title=("The parameters of MobileNet", "MobileNet 的参数量"),
           says=("With the stem, 13 blocks and batch normalisation (4 numbers a channel, 2 of them trained) MobileNet of width alpha has 3139584 alpha^2 + 89280 alpha parameters without the top: 3228864 at "
                 "alpha = 1, of which 21888 are not trained.",
                 "含首层、13 个块与批归一化（每通道 4 个数，其中 2 个参与训练）时，宽度为 α 的 MobileNet（不含顶层）有 3139584α² + 89280α 个参数：α = 1 时为 3228864，其中 21888 个不参与训练。"),
           near_miss=near_miss(eq(body(lift(1), norm=2), 3228864), ("Batch normalisation has 2 numbers a channel.", "批归一化每通道 2 个数。")),
           references=[reference(f"alpha = {t}, {label}", digits, body(lift(t)) + extra) for t, label, digits, extra in (
               ("1", "without the top", "3228864", lift(0)), ("0.75", "without the top", "1832976", lift(0)), ("0.5", "without the top", "829536", lift(0)), ("0.25", "without the top", "218544", lift(0)),
               ("1", "1000 classes", "4253864", top(lift(1), 1000)), ("0.75", "1000 classes", "2601976", top(lift("0.75"), 1000)), ("0.5", "1000 classes", "1342536", top(lift("0.5"), 1000)),
               ("0.25", "1000 classes", "475544", top(lift("0.25"), 1000)), ("1", "10 classes", "3239114", top(lift(1), 10)))]
           + [reference("alpha = 1, 10 classes, grey images", "3238538", body(lift(1), inputs=1) + top(lift(1), 10)), reference("with 2 numbers a channel", "3206976", body(lift(1), norm=2))])
def mobilenet_parameter_count():
    yield holds(eq(body(alpha), A2 * alpha ** 2 + A1 * alpha), ("9 c_in c_0 + 4 c_0, then 9 c + 4 c + c c' + 4 c' for each block", "9c_in·c_0 + 4c_0，再对每块加 9c + 4c + cc' + 4c'"), latex=COUNTED)
    yield holds(eq(body(lift(1)), 3228864), ("alpha = 1", "α = 1"), latex=r"9\cdot3c_0+4c_0+\sum_{b=0}^{12}(9c_b+4c_b+c_bc_{b+1}+4c_{b+1})=3228864")
    yield holds(eq(body(lift(1)) - body(lift(1), norm=2), 21888), ("the moving means and variances", "滑动均值与方差"), latex=r"2c_0+\sum_{b=0}^{12}(2c_b+2c_{b+1})=21888")


@statement(title=("Which kernels are separable", "哪些卷积核可分离"), tag="sharper", where=[K >= 1, N >= 1],
           says=("A full kernel is one depthwise-separable convolution exactly if each of its slices, a K^2 x N matrix for each input channel, has rank at most 1; it is the sum of r of them with r "
                 "the largest rank of a slice, and of no fewer.",
                 "完整卷积核等于一个逐通道可分离卷积，当且仅当其每个切片（每个输入通道对应的 K²×N 矩阵）的秩至多为 1；它是 r 个可分离卷积之和，r 为切片的最大秩，且不能更少。"),
           near_miss=near_miss(eq(a * d - b * c, 0), ("Every 3 x 3 convolution is separable: all 2 x 2 minors of the slices vanish.", "任意 3×3 卷积都可分离：切片的所有二阶子式为零。"), at={"a": 1, "b": 0, "c": 0, "d": 1}))
def separable_rank():
    yield holds(eq((x * u) * (y * v) - (x * v) * (y * u), 0), ("a slice d p^T of a separable kernel has vanishing 2 x 2 minors: rank at most 1", "可分离核的切片 d pᵀ 的二阶子式为零：秩至多为 1"))
    yield holds(eq(outer(depth, point).T @ outer(depth, point), (depth.T @ depth) * outer(point, point)), ("its Gram matrix is a multiple of p p^T", "其 Gram 矩阵是 p pᵀ 的倍数"))
    yield holds(eq(Sum(outer(left @ unit[k], right @ unit[k]), k, 1, r), left @ right.T), ("a sum of r products d_k p_k^T is W = D P^T, D = (d_1, ..., d_r), P = (p_1, ..., p_r); e_k the unit vectors, so d_k = D e_k", "r 个乘积 d_k p_kᵀ 之和即 W = DPᵀ，D = (d₁, …, d_r)，P = (p₁, …, p_r)；e_k 为单位向量，d_k = De_k"),
                where=[r >= 1, eq(Sum(outer(unit[k], unit[k]), k, 1, r), eye(r))])
    yield holds(eq((left @ right.T) @ point, left @ (right.T @ point)), ("then every column of W (its image of a unit vector) lies in the span of the r columns of D: rank W <= r, whence no fewer than the rank", "于是 W 的各列（单位向量的像）都在 D 的 r 列张成的空间中：rank W ≤ r，故不能少于秩"), where=[r >= 1])
    yield holds(eq(Sum(outer(left @ (right.T @ axis[j]), axis[j]), j, 1, N), left @ right.T), ("conversely rank W <= r says that the columns of W are D c_j for r vectors D (zeros may be added), and the matrix with these columns is D P^T, P^T = (c_1, ..., c_N)",
                "反之 rank W ≤ r 即 W 的各列为 D c_j，D 为 r 个向量（可补零），以它们为列的矩阵就是 DPᵀ，Pᵀ = (c₁, …, c_N)"), where=[r >= 1, eq(Sum(outer(axis[j], axis[j]), j, 1, N), eye(N))])


mean = Sum(p[i], i, 1, n) / n
MANY = [n >= 1, every(i, p[i] > 0)]
over, under = (lemma(log(y) < y - 1, y > 0, side, by=monotone(y, at=1, strict="slope")) for side in (y > 1, y < 1))
below = lemma(log(y) <= y - 1, y > 0, by=cases(y - 1, above=monotone(y, at=1), below=monotone(y, at=1)))
summed = lemma(Sum(log(p[i] / mean), i, 1, n) <= 0, *MANY, n=n, by=through(Sum(p[i] / mean - 1, i, 1, n), ("le", "eq"), first=termwise(using(
    positive_mean := lemma(0 < mean, *MANY, n=n, by=scaled(n, 0 < Sum(p[i], i, 1, n), rewritten(Sum(lift(0), i, 1, n) < Sum(p[i], i, 1, n), termwise()))), then=using((*below[:2], {"y": p[i] / mean}))))))
jensen = using(summed, positive_mean, then=scaled(n, Sum(log(p[i]) - log(mean), i, 1, n) <= 0))


def interval(x, sign):
    x, w = mp.mpf(x), mp.sqrt(2) * mp.erfinv(mp.mpf("0.95"))
    return (x + w * w / 20000 + sign * w * mp.sqrt(x * (1 - x) / 10000 + w * w / 400000000)) / (1 + w * w / 10000)


@statement(title=("Averaging over flips", "翻转平均"), tag="sharper", where=[u > 0, v > 0],
           says=("The mean of the predictions over a finite group is invariant; its cross-entropy is at most the mean of theirs, with equality for two only if they agree. If the law of the data is "
                 "invariant, averaging does not raise the expected loss.",
                 "预测在有限群上的平均是不变的；其交叉熵不超过各预测交叉熵的平均，两个时当且仅当相等才取等。若数据分布不变，则平均不会增加期望损失。"),
           near_miss=near_miss((u + v) / 2 > F(1, 2), ("Averaging never loses a correct answer (two classes, u > 1/2).", "平均从不丢失正确答案（两类，u > 1/2）。"), where=[u > F(1, 2), v > 0, v < 1], at={"u": "51/100", "v": "1/10"}))
def flip_averaging():
    both = (u + v) / 2
    yield show(eq((u + v) / 2, (v + u) / 2), ("flipping the image exchanges the two predictions", "翻转图像只是交换两个预测"))
    yield holds(eq(((u + v) / 2) ** 2 - u * v, (u - v) ** 2 / 4), ("arithmetic and geometric mean", "算术平均与几何平均"))
    yield holds(-log((u + v) / 2) < (-log(u) - log(v)) / 2, ("strictly, unless u = v", "u ≠ v 时严格"), where=[v < u], by=scaled(2, log(u) + log(v) < 2 * log(both), through(
        log(both) + u / both - 1 + log(v), ("lt", "lt"), first=rewritten(log(u / both) < u / both - 1, using((*over[:2], {"y": u / both}))),
        second=rewritten(log(v / both) < v / both - 1, using((*under[:2], {"y": v / both}))))))
    yield holds(-log(mean) <= Sum(-log(p[i]), i, 1, n) / n, ("for any finite group: log(p_i/mean) <= p_i/mean - 1, summed", "对任意有限群：log(p_i/均值) ≤ p_i/均值 - 1，再求和"), where=MANY, by=jensen)
    yield holds(eq(Sum(weight[i] * ((g[i] + h[i]) / 2), i, 1, n), Sum(weight[i] * g[i], i, 1, n)), ("losses g at x and h at the flipped x with equal means: the mean of both has it too", "x 处损失 g 与翻转后的损失 h 均值相等：其平均的均值相同"),
                where=[n >= 1, eq(Sum(weight[i] * h[i], i, 1, n), Sum(weight[i] * g[i], i, 1, n))])


def receptive():
    size, jump = 1, 1
    for stride in STRIDES:
        size, jump = size + 2 * jump, jump * stride
    return size, jump


@statement(title=("What is left of 28 pixels", "28 像素还剩什么"), where=[n >= 1],
           says=("With padding to the same size, five stages of stride 2 turn a side n into the least integer not below n/32: 28, 14, 7, 4, 2, 1. The last layer sees 315 pixels and moves by 32.",
                 "采用 SAME 填充时，五个步长为 2 的阶段把边长 n 变为不小于 n/32 的最小整数：28、14、7、4、2、1。最后一层的感受野为 315，步距为 32。"),
           near_miss=near_miss(n <= 32 * lift(0), ("28 pixels end in nothing: 0 is not below n/32.", "28 像素最终为 0：0 不小于 n/32。"), where=[n >= 1], at={"n": 28}),
           references=[reference("receptive field", "315", compute=lambda: mp.mpf(receptive()[0])), reference("step", "32", compute=lambda: mp.mpf(receptive()[1])),
                       *[reference(f"28 after {t} stages", digits, compute=lambda t=t: mp.ceil(mp.mpf(28) / 2 ** t)) for t, digits in ((1, "14"), (2, "7"), (3, "4"), (4, "2"), (5, "1"))]])
def spatial_collapse():
    known = [n <= q * a, q * a <= n + q - 1, a <= 2 * b, 2 * b <= a + 1, q >= 1]
    yield holds(n <= 2 * q * b, ("b = ceil(a/2) says a <= 2b <= a + 1: if a = ceil(n/q), then n <= 2q b", "b = ⌈a/2⌉ 即 a ≤ 2b ≤ a + 1：若 a = ⌈n/q⌉，则 n ≤ 2qb"), where=known,
                by=through(q * a, second=scaled(1 / q, a <= 2 * b)))
    yield holds(2 * q * b <= n + 2 * q - 1, ("and 2q b <= n + 2q - 1, which says b = ceil(n/2q); five times, from q = 1", "且 2qb ≤ n + 2q - 1，即 b = ⌈n/2q⌉；自 q = 1 起五次"), where=known,
                by=through(q * a + q, first=scaled(1 / q, 2 * b <= a + 1), second=rewritten(q * a <= n + q - 1)))
    yield holds(eq(sum((2 * jump for jump in (1, 2, 2, 4, 4, 8, 8, 16, 16, 16, 16, 16, 16, 32)), lift(1)), 315), ("the receptive field: 1 and (K - 1) times the step of each layer", "感受野：1 加各层 (K - 1) 乘步距"))


def wilson(x, w, sign): return (x + w ** 2 / 20000 + sign * w * sqrt(x * (1 - x) / 10000 + w ** 2 / 400000000)) / (1 + w ** 2 / 10000)


Z2 = F(5, 1000) ** 2 * 10000 / (2 * F(9475, 10000) * F(525, 10000))  # the square of the statistic for two proportions


@statement(title=("What half a percent means", "半个百分点意味着什么"), tag="sharper",
           says=("On 10000 images the Wilson intervals of 94.5 and 95 percent overlap, and the two-proportion statistic is 1.585 < 1.96: single runs do not show that flips help.",
                 "在一万张图片上，94.5% 与 95% 的 Wilson 区间重叠，两比例检验统计量 1.585 < 1.96：单次运行不足以说明翻转有益。"),
           near_miss=near_miss(lift("3.84") < Z2, ("Half a percent is significant at 5 percent.", "半个百分点在 5% 水平上显著。")),
           references=[*[reference(f"Wilson, {label}", digits, compute=lambda x=x, sign=sign: interval(x, sign)) for label, x, sign, digits in (
               ("94.5, lower", "0.945", -1, "0.94036"), ("94.5, upper", "0.945", 1, "0.94930"), ("95, lower", "0.95", -1, "0.94555"), ("95, upper", "0.95", 1, "0.95410"))],
               reference("z", "1.58520613874802182", sqrt(lift(Z2))), reference("p", "0.112919506224361165", compute=lambda: mp.erfc(mp.sqrt(mp.mpf(Z2.numerator) / Z2.denominator / 2)))])
def accuracy_resolution():
    yield holds(eq((x - wilson(x, w, 1)) ** 2, w ** 2 * wilson(x, w, 1) * (1 - wilson(x, w, 1)) / 10000), ("the end of the interval solves (x - p)^2 = w^2 p (1 - p)/n", "区间端点满足 (x - p)² = w²p(1 - p)/n"), where=[w > 0, x > 0, x < 1])
    yield holds(wilson(lift("0.95"), w, -1) < wilson(lift("0.945"), w, 1), ("the intervals overlap, w = 1.96", "区间重叠，w = 1.96"), where=[lift("1.9599") <= w, w <= lift("1.96")], by=cover.search)
    yield holds(lift(Z2) < lift("3.84"), ("the square of the statistic for two proportions, below 1.96^2", "两比例检验统计量的平方小于 1.96²"))
    yield show(ne(F(945, 1000), F(95, 100)), ("although the two fractions differ", "尽管两个比例不同"))
