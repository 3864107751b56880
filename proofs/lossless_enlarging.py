"""Enlarging a Transformer without loss: every width times k, the same outputs.

Statement.  Repeat each coordinate k times and divide by sqrt k: with weights conjugated by this isometry, epsilon/k in every LayerNorm that sees the
            scaled state, sqrt k and 1/sqrt k around activations and k^(1/4) on queries and keys, the enlarged model has the same logits; with rotary positions too.
Symbols.    k, d, D, N, M, h, d' (short: e) >= 1 and indices integers; kappa = sqrt k > 0; E (N x d), F (M x D) matrices with orthonormal columns; x, beta, q, p vectors;
            mu, v, epsilon (short: s), gamma, beta the numbers of a LayerNorm; A an activation; B > 1 the base of the rotary frequencies; m a position.
Excluded.   LayerNorm with v + epsilon = 0.
Source.     Su Jianlin, 我们可以无损放大一个Transformer模型吗（一）, 2021-06-02 (archives/8444).
"""
from fractions import Fraction

from mpmath import mp

from kexue import (Article, Sum, call, cos, dot, eq, exp, eye, family, function, holds, integer, lift, log, matrix, ne, near_miss, pi, real, reference, show, sin, sqrt,
                   statement, therefore, vector)
from kexue.tactics import auto as complete
from kexue.tactics.combine import induction, lemma, monotone, scaled, using

article = Article(
    number=18, date="2021-06-02", source="https://kexue.fm/archives/8444",
    title=("Can one enlarge a Transformer model without loss? (1)", "我们可以无损放大一个Transformer模型吗（一）"),
    summary=("A trained model of width d becomes one of width kd with the same outputs: exact rules for dense layers, LayerNorm, activations, attention, heads and rotary "
             "positions, with two slips of the post mended.", "把宽度 d 的已训练模型变成宽度 kd 而输出不变：全连接、LayerNorm、激活、注意力、多头与旋转位置的精确规则，并修正原文两处笔误。"),
    papers=("Chen, Goodfellow & Shlens, Net2Net, ICLR 2016", "Chen et al., bert2BERT, ACL 2022"))

(k, d, D, N, M, e, h), (i, c, g, r, a, b) = integer("k d D N M e h"), integer("i c g r a b")
(root, mu, v, s, gamma, beta, x, z, t, m, B, w), y, act = real("kappa mu v epsilon gamma beta x z t m B w"), family("x"), function("A")
E, F, W, V, U = matrix("E", N, d), matrix("F", M, D), matrix("W", D, d), matrix("V", d, D), matrix("U", D, d)
X, q, p, b1, z1, Y = vector("x", d), vector("q", d), vector("p", d), vector("b", D), vector("z", D), vector("y", d)
square = root ** 2  # k, where it is scaled by
ISO = (root > 0, d >= 1, D >= 1, N >= 1, M >= 1, eq(E.T @ E, eye(d)), eq(F.T @ F, eye(D)))
ONE = {"d": 1, "D": 1, "N": 1, "M": 1, "kappa": 2, "E": [[1]], "F": [[1]], "W": [[1]], "x": [1]}


@statement(title=("Dense layers are conjugated", "全连接层取共轭"), where=ISO,
           says=("W~ = F W E^T and beta~ = F beta satisfy W~ (E x) + beta~ = F (W x + beta), for any E, F with orthonormal columns; for repetition the entries of W~ are w/k and those of "
                 "beta~ are beta/sqrt k.", "对任意列正交的 E、F，W~ = F W Eᵀ、β~ = Fβ 满足 W~(Ex) + β~ = F(Wx + β)；重复时 W~ 的元素为 w/k，β~ 的元素为 β/√k。"),
           near_miss=near_miss(eq(square * (F @ W @ E.T) @ (E @ X), F @ (W @ X)), ("Repeating W without dividing by k will do.", "重复 W 而不除以 k 也可以。"), where=ISO, at=ONE))
def dense_conjugation():
    yield holds(eq((F @ W @ E.T) @ (E @ X) + F @ b1, F @ (W @ X + b1)), ("E^T E = I", "EᵀE = I"))
    yield show(eq(square * ((1 / root) * (1 / root)), 1), ("repetition: a column of E has k entries 1/sqrt k, and different columns have them in different places", "重复：E 的每列有 k 个 1/√k，不同列的位置不同"))
    yield holds(eq((1 / root) * w * (1 / root), w / square), ("so an entry of W~ is w/k", "故 W~ 的元素为 w/k"))


normed = (x - mu) / sqrt(v + s)
LN = (root > 0, d >= 1, v > 0, s >= 0)


def layer_norm(eps, row=0):
    xs = [mp.mpf(1), mp.mpf(2), mp.mpf(4)]
    mean = mp.fsum(xs) / 3
    return (xs[row] - mean) / mp.sqrt(mp.fsum((t - mean) ** 2 for t in xs) / 3 + mp.mpf(eps) / 100)


@statement(title=("LayerNorm wants epsilon/k", "LayerNorm 需要 ε/k"), tag="conditional", where=LN,
           says=("The repeated and scaled vector has mean mu/sqrt k and variance v/k, so LayerNorm with epsilon/k and E gamma, E beta gives E LN(x). With the same epsilon > 0 the normalised values shrink "
                 "by sqrt((v + epsilon)/(v + k epsilon)). RMSNorm likewise; it also admits zero padding with gamma sqrt(1/k), LayerNorm does not.",
                 "重复并缩放后的向量均值为 μ/√k，方差为 v/k，故取 ε/k 与 Eγ、Eβ 的 LayerNorm 给出 E LN(x)。若 ε > 0 不变，归一化值缩小为 √((v+ε)/(v+kε)) 倍。RMSNorm 同理，且可补零（γ/√k），LayerNorm 则不行。"),
           near_miss=near_miss(eq((x / root - mu / root) / sqrt(v / square + s), normed), ("LayerNorm with unchanged epsilon is lossless.", "ε 不变的 LayerNorm 也是无损的。"), where=[*LN, s > 0],
                               at={"kappa": 2, "d": 1, "v": 1, "epsilon": 1, "mu": 0, "x": 1}),
           references=[reference("x = (1, 2, 4), epsilon = 0.01", "-1.0656252308941637885", compute=lambda: layer_norm(1)),
                       reference("the same with epsilon kept, k = 2", "-1.0622381034562894405", compute=lambda: layer_norm(2)),
                       reference("their ratio", "0.99682146467662724457", compute=lambda: layer_norm(2) / layer_norm(1))])
def layernorm_repeat():
    yield holds(eq(Sum(square * (y[i] / root), i, 1, d) / (square * d), Sum(y[i], i, 1, d) / d / root), ("the mean: k copies of each of d entries", "均值：d 个分量各有 k 个拷贝"))
    yield holds(eq(Sum(square * (y[i] / root - mu / root) ** 2, i, 1, d) / (square * d), Sum((y[i] - mu) ** 2, i, 1, d) / d / square), ("the variance", "方差"))
    yield holds(eq(gamma / root * ((x / root - mu / root) / sqrt((v + s) / square)) + beta / root, (gamma * normed + beta) / root), ("LayerNorm with epsilon/k", "取 ε/k 的 LayerNorm"))
    yield holds(eq((x / root - mu / root) / sqrt((v + square * s) / square), (x - mu) / sqrt(v + square * s)), ("the same epsilon: v/k + epsilon = (v + k epsilon)/k", "ε 不变：v/k + ε = (v + kε)/k"))
    yield holds((v + s) / (v + square * s) < 1, ("which shrinks the value", "数值缩小"), where=[s > 0, root > 1], by=scaled(v + square * s, 0 < (root - 1) * (root + 1) * s))
    yield holds(eq(gamma / root * (x / sqrt((v + s) / square)), gamma * (x / sqrt(v + s))), ("RMSNorm of the vector padded with (k-1) d zeros: the mean square is v/k", "补 (k-1)d 个零的 RMSNorm：均方为 v/k"))
    yield show(eq((lift(1) + 3 + 0 + 0) / 4 - 1, 0), ("LayerNorm of (1, 3, 0, 0): the first entry is normalised to 0, but for (1, 3) to -1, so no gamma will do",
               "(1, 3, 0, 0) 的 LayerNorm 首项归一化为 0，而 (1, 3) 的为 -1，故任何 γ 都不行"))


def abs_(x): return call("abs", x)
def wave(x): return x * (1 + sin(4 * pi * log(x) / log(lift(2))) / 2)
def mp_wave(x): return x * (1 + mp.sin(4 * mp.pi * mp.log(x) / mp.log(2)) / 2)
def gelu(x): return x * mp.ncdf(x)


def gap():
    with mp.workdps(30):
        return mp_wave(mp.mpf(7) / 3 / mp.sqrt(3)) - mp_wave(mp.mpf(7) / 3) / mp.sqrt(3)


@statement(title=("Which activations pass the scale through", "哪些激活函数与缩放可交换"), tag="sharper", where=[x > 0],
           says=("A continuous A satisfies A(x/sqrt k) = A(x)/sqrt k for k = 2 and k = 3 (hence for all k) exactly if A(x) = alpha x for x >= 0 and beta x for x < 0. For k = 2 alone there are others.",
                 "连续函数 A 对 k = 2 与 k = 3（从而对一切 k）满足 A(x/√k) = A(x)/√k，当且仅当 x ≥ 0 时 A(x) = αx、x < 0 时 A(x) = βx。仅对 k = 2 则还有其他函数。"),
           limits=("The steps of Euclid's algorithm are proved, their limit is written out.", "辗转相除的各步已证，其极限为书面论证。"),
           near_miss=near_miss(eq(wave(x), x * wave(lift(1))), ("Only functions of ReLU type satisfy it for k = 2.", "仅 ReLU 型函数对 k = 2 满足它。"), where=[x > 0], at={"x": 3}),
           references=[reference("GELU at 1, k = 2", "-0.05734268806327951672", compute=lambda: gelu(1 / mp.sqrt(2)) - gelu(mp.mpf(1)) / mp.sqrt(2)),
                       reference("the example at 7/3, k = 3", "-0.748499692507255199", compute=gap)])
def activation_homogeneity():
    yield holds(eq(w * (x / sqrt(z)), w * x / sqrt(z)), ("linear on each half-line: it passes every scale", "在每条半直线上线性：任意缩放皆可"), where=[z > 0])
    yield show(eq(act(x / sqrt(z)) / (x / sqrt(z)), act(x) / x), ("conversely A(x)/x as a function of log x has the periods (log 2)/2 and (log 3)/2; likewise for x < 0",
               "反之，A(x)/x 作为 log x 的函数有周期 (log 2)/2 与 (log 3)/2；x < 0 同理"), where=[z > 0, eq(act(x / sqrt(z)), act(x) / sqrt(z))])
    yield show(eq(lift(-1) ** (2 * lift(2) ** a), 1), ("m log 3 + n log 2 = 0 for integers only if m = n = 0, as 2^(a+1) is even", "整数 m、n 使 m log 3 + n log 2 = 0 仅当 m = n = 0，因 2^(a+1) 是偶数"), where=[a >= 0], by=complete.search)
    yield show(eq(lift(-1) ** (lift(3) ** b), -1), ("and no power of 3 is", "而 3 的幂不是"), where=[b >= 0], by=induction(b))
    yield show(2 * (t - g * z) < t, ("Euclid's algorithm on the two periods: from t > z > 0 it goes on to the remainder t - g z, below z and below t/2, again a period; so the remainders, halved every two steps, tend to 0", "对两个周期作辗转相除：由 t > z > 0 得余数 t - gz，小于 z 且小于 t/2，仍是周期；余数每两步减半，故趋于 0"),
               where=[z > 0, g >= 1, t - g * z < z], by=scaled(1, 0 < (g - 1) * z + (z - (t - g * z))))
    yield show(eq((i - g * k) * D - (N - g * D) * k, -(N * k - i * D)), ("they are not 0: if t = i p + N q and z = k p + D q in terms of the periods p, q, then N k - i D is 1 or -1 at every step, so no remainder has both coefficients 0", "余数非零：以周期 p、q 表示 t = ip + Nq、z = kp + Dq，则每步 Nk - iD = ±1，故余数的两个系数不全为零"))
    yield holds(abs_(act(x) / x - act(1)) <= s, ("so there are arbitrarily small periods t of A(x)/x in log x; let z lie between 1 and e^t with log x - log z a multiple of t: A being continuous at 1, this holds for every s > 0 if t is small enough, so A(x) = A(1) x for x > 0, and likewise A(x) = -A(-1) x for x < 0",
                                                 "故 A(x)/x 关于 log x 有任意小的周期 t；取 z 介于 1 与 e^t 之间，使 log x - log z 为 t 的倍数：由 A 在 1 处连续，t 足够小时对任意 s > 0 成立，故 x > 0 时 A(x) = A(1)x，同理 x < 0 时 A(x) = -A(-1)x"),
                where=[z > 0, s > 0, eq(act(x) / x, act(z) / z), abs_(act(z) / z - act(1)) <= s])
    yield therefore(r"A(x)=\alpha x\ (x\ge0),\quad A(x)=\beta x\ (x<0)", ("the algorithm of Euclid, its limit and the continuity of A put together", "把辗转相除、其极限与 A 的连续性合在一起"))
    yield holds(ne(w, w / sqrt(lift(2))), ("and A(0) = w vanishes, as w = w/sqrt 2", "而 A(0) = w 为零，因 w = w/√2"), where=[ne(w, 0)], by=scaled(1 / w, ne(1, 1 / sqrt(lift(2))), complete.algebraic))
    yield holds(eq(wave(x / sqrt(lift(2))), wave(x) / sqrt(lift(2))), ("k = 2 alone: x (1 + sin(4 pi log_2 x)/2)", "仅 k = 2：x(1 + sin(4π log₂x)/2)"))


@statement(title=("The feed-forward layer, any activation", "前馈层：任意激活函数"), tag="false", where=ISO,
           post=("With b_2~ = b_2/2 for k = 2.", "k = 2 时取 b₂~ = b₂/2。"),
           says=("W_1~ = sqrt k F W_1 E^T, b_1~ = sqrt k F b_1, W_2~ = E W_2 F^T/sqrt k, b_2~ = E b_2 (entries b_2/sqrt k) give E FFN(x) for every entrywise activation.",
                 "W₁~ = √k F W₁Eᵀ，b₁~ = √k F b₁，W₂~ = E W₂Fᵀ/√k，b₂~ = E b₂（元素为 b₂/√k）对任意逐点激活给出 E FFN(x)。"),
           near_miss=near_miss(eq(w / sqrt(lift(2)), w / 2), ("The second bias is b_2/2 for k = 2.", "k = 2 时第二个偏置为 b₂/2。")))
def ffn_rescale():
    yield holds(eq((root * (F @ W @ E.T)) @ (E @ X) + root * (F @ b1), root * (F @ (W @ X + b1))), ("sqrt k F repeats without scaling", "√k F 只重复而不缩放"))
    yield holds(eq(act(root * (z / root)), root * (act(z) / root)), ("so an entrywise activation is applied to the original numbers, and sqrt k F A(z) comes out", "故逐点激活作用于原来的数，得到 √k F A(z)"))
    yield holds(eq((1 / root) * (E @ V @ F.T) @ (root * (F @ z1)) + E @ Y, E @ (V @ z1 + Y)), ("the second layer, with z = A(W_1 x + b_1), W_2 = V, b_2 = y", "第二层，其中 z = A(W₁x + b₁)，W₂ = V，b₂ = y"))
    yield holds(w / 2 < w / sqrt(lift(2)), ("b_2/2 is too small: the entries of E b_2 are b_2/sqrt 2", "b₂/2 偏小：E b₂ 的元素为 b₂/√2"), where=[w > 0], by=scaled(
        2 * sqrt(lift(2)) / w, sqrt(lift(2)) < 2, complete.algebraic))


quartic = sqrt(root)


@statement(title=("Queries and keys get the fourth root of k", "查询与键乘以 k 的四次方根"), where=[*ISO, e >= 1],
           says=("q~ = k^(1/4) E q and p~ = k^(1/4) E p satisfy q~.p~/sqrt(k d') = q.p/sqrt d': the attention weights do not change, for all lengths, masks and heads. Without the factor 1/sqrt d' the power is 0.",
                 "q~ = k^(1/4)Eq、p~ = k^(1/4)Ep 满足 q~·p~/√(kd') = q·p/√d'：对任意长度、掩码与头，注意力权重不变。若无因子 1/√d' 则幂次为 0。"),
           near_miss=near_miss(eq(dot(quartic * (E @ q), E @ p) / sqrt(square * e), dot(q, p) / sqrt(e)), ("It is enough to multiply q by k^(1/4).", "只需把 q 乘以 k^(1/4)。"), where=[*ISO, e >= 1],
                               at={**ONE, "kappa": 4, "e": 1, "q": [1], "p": [1]}))
def attention_quartic_root():
    yield holds(eq(dot(quartic * (E @ q), quartic * (E @ p)) / sqrt(square * e), dot(q, p) / sqrt(e)), ("k^(1/4) twice against sqrt k", "两个 k^(1/4) 抵消 √k"))
    yield holds(eq(dot(E @ q, E @ p), dot(q, p)), ("without 1/sqrt d'", "没有 1/√d' 时"))
    yield show(eq((E @ V @ F.T) @ (w * (F @ z1) + (1 - w) * (F @ b1)), E @ (V @ (w * z1 + (1 - w) * b1))), ("equal weights of values F v mix into F times the old mixture, two at a time, and the output layer is dense",
               "权重相同时，值 Fv 的混合（逐次两个）等于 F 乘以原混合；输出层为全连接"))


HEADS = (h >= 1, e >= 1, k >= 2)


@statement(title=("The layout of the heads", "多头的排布"), tag="conditional", where=HEADS,
           says=("With heads read off as consecutive blocks of size d', repetition of each coordinate (interleaved) keeps heads together; tiling [x, x] does so exactly for h = 1. "
                 "Alternatively, k h heads, each copied, with W_o/k, need no fourth root.", "按连续的 d' 维分块读取多头时，逐坐标重复（交错）保持各头完整，平铺 [x, x] 仅当 h = 1 时如此。另可用 kh 个头（各头复制，W_o/k），无需四次方根。"),
           near_miss=near_miss(k * e < e + 1, ("Tiling is as good: coordinate d' + 1, of the second head, lies outside the first large head.", "平铺同样可行：属于第二个头的坐标 d'+1 落在第一个大头之外。"), where=HEADS))
def head_layout():
    place = ((g - 1) * e + r - 1) * k + c
    inside = [g >= 1, r >= 1, r <= e, c >= 1, c <= k]
    yield holds(place > (g - 1) * (k * e), ("interleaved: copy c of coordinate r of head g comes after the large heads before g", "交错：第 g 个头的坐标 r 的第 c 个拷贝位于前面各大头之后"), where=inside)
    yield holds(place <= g * (k * e), ("and not after large head g", "且不超出第 g 个大头"), where=inside, by=scaled(1, 0 <= k * (e - r) + (k - c)))
    yield holds(e + 1 <= k * e, ("tiled with h >= 2: coordinate d' + 1, of the second head, lies in the first large head", "平铺且 h ≥ 2：属于第二个头的坐标 d'+1 落在第一个大头内"), where=[h >= 2])
    yield holds(r + (c - 1) * e <= k * e, ("for h = 1 there is one head and nothing to mix", "h = 1 时只有一个头，不会混合"), where=[r >= 1, r <= e, c >= 1, c <= k], by=scaled(1, 0 <= (k - c) * e + (e - r)))
    yield holds(eq((U @ E.T) @ (E @ X), U @ X), ("k h heads of the old size: each copy has the old queries, keys and values", "kh 个原尺寸的头：每个拷贝的查询、键、值与原来相同"), where=ISO[1:])
    yield holds(eq(k * (w / k), w), ("and the k copies add up with W_o/k", "k 个拷贝以 W_o/k 相加"))


@statement(title=("The whole model has the same logits", "整个模型的 logits 不变"), tag="false", where=[*ISO, e >= 1],
           post=("The output of BERT's language-model head needs an extra 1/sqrt 2 and keeps the accuracy only.", "BERT 语言模型头还需额外的 1/√2，且只保证准确率不变。"),
           says=("Post-LN or pre-LN, every depth, length and vocabulary: with the rules above, epsilon/k, and the output table calE E^T the logits are the same. For BERT's head (dense, GELU, LN, tied) sqrt k E W E^T "
                 "and LN with E gamma, E beta and unchanged epsilon are exact as well.",
                 "无论 Post-LN 或 Pre-LN、任意深度、长度与词表：按上述规则、ε/k 与输出表 calE Eᵀ，logits 不变。BERT 的头（全连接、GELU、LN、共享词表）取 √k E W Eᵀ 与 Eγ、Eβ、ε 不变的 LN 也精确成立。"),
           limits=("The step of every layer is proved, the induction over the layers is written out.", "每层的一步已证，对层数的归纳为书面论证。"),
           near_miss=near_miss(Fraction(8, 10) < 1 / sqrt(lift(2)), ("An extra 1/sqrt 2 keeps the argmax: logits (1, 0) with bias (0, 0.8).", "额外的 1/√2 保持 argmax：logits (1, 0)，偏置 (0, 0.8)。")))
def end_to_end_lossless():
    for claim in (dense_conjugation, layernorm_repeat, ffn_rescale, attention_quartic_root):
        for rule in claim.steps:
            yield show(rule.formula, rule.because, where=[*claim.where, *rule.where], by=rule.by)
    yield show(eq(E @ X + E @ Y, E @ (X + Y)), ("residual sums are linear: state E x and branch E y give E (x + y)", "残差和是线性的：状态 Ex 与支路 Ey 给出 E(x + y)"))
    yield holds(eq((U @ E.T) @ (E @ X), U @ X), ("so every layer maps E x to E y if the old one maps x to y; embeddings and positions are enlarged to E x_0, whence by induction all states are E x_l, and the tied output gives the old logits",
                                                 "故若原层把 x 变为 y，则新层把 Ex 变为 Ey；嵌入与位置扩充为 E x_0，归纳得一切状态为 E x_l，共享词表的输出给出原来的 logits"))
    yield therefore(r"\tilde x_\ell=E\,x_\ell\quad(\ell=0,1,2,\ldots)", ("by induction over the layers", "对层数归纳"))
    yield holds(eq((root * (F @ W @ E.T)) @ (E @ X) + root * (F @ b1), root * (F @ (W @ X + b1))), ("BERT's head: the dense layer repeats without scaling, and GELU acts on the old numbers", "BERT 的头：全连接层只重复不缩放，GELU 作用于原来的数"))
    yield holds(eq(Sum(square * y[i], i, 1, D) / (square * D), Sum(y[i], i, 1, D) / D), ("their mean is the old one", "其均值与原来相同"))
    yield holds(eq(Sum(square * (y[i] - mu) ** 2, i, 1, D) / (square * D), Sum((y[i] - mu) ** 2, i, 1, D) / D), ("and so is their variance", "方差也相同"))
    yield holds(eq(gamma / root * normed + beta / root, (gamma * normed + beta) / root), ("so LayerNorm with unchanged epsilon returns E LN(.), and the logits follow", "故 ε 不变的 LayerNorm 给出 E LN(·)，logits 随之不变"), where=[v > 0, s >= 0])
    yield holds(1 / sqrt(lift(2)) < Fraction(8, 10), ("an extra 1/sqrt 2 is harmful: logits (1, 0), bias (0, 0.8), and the order is turned round", "额外的 1/√2 有害：logits (1, 0)、偏置 (0, 0.8) 时次序颠倒"), by=complete.algebraic)


def theta(i, d): return B ** (-2 * i / d)


ROPE = (root > 0, k >= 2, h >= 1, e >= 1, B > 1, i >= 0)
left, right, angle = family("q"), family("p"), family("theta")


falling = lemma(exp(-x) < 1, x > 0, by=monotone(x, strict="slope"), x=t * log(B))


def turned(i, t): return left[2 * i] * cos(t) - left[2 * i + 1] * sin(t), left[2 * i] * sin(t) + left[2 * i + 1] * cos(t)


@statement(title=("Rotary positions do not stand in the way", "旋转位置编码并不妨碍无损放大"), tag="false", where=ROPE,
           post=("With RoPE lossless enlarging is basically impossible.", "使用 RoPE 时基本不可能无损放大。"),
           says=("The enlarged schedule B^(-2j/(k d')) has the old frequencies at j = ki, so k^(1/4) times the pair i in the pair ki and zeros elsewhere is exact for every B, k, d' and all positions. "
                 "Repeated pairs are exact iff the frequencies are repeated too.", "放大后的频率表 B^(-2j/(kd')) 在 j = ki 处即原频率，故把 k^(1/4) 乘第 i 对放入第 ki 对、其余补零，对任意 B、k、d' 与位置都精确。重复各对则仅当频率也重复时精确。"),
           near_miss=near_miss(eq((cos(m) + cos(m * B ** (-1 / lift(k)))) / 2, cos(m)), ("Repeated pairs are exact with the standard schedule (d' = 2, k = 2, q = p = (1, 0)).", "按标准频率表重复各对也精确（d' = 2，k = 2，q = p = (1, 0)）。"),
                               where=[B > 1, k >= 2], at={"k": 2, "B": 10000, "m": 1}))
def rope_interplay():
    yield holds(eq(theta(k * i, k * e), theta(i, e)), ("the old frequencies are among the new ones", "原频率都在新频率之中"))
    pair = turned(i, angle[i])
    score = pair[0] * right[2 * i] + pair[1] * right[2 * i + 1]
    grown = turned(i, angle[i])
    big = (quartic * grown[0]) * (quartic * right[2 * i]) + (quartic * grown[1]) * (quartic * right[2 * i + 1])
    yield holds(eq(Sum(big, i, 0, h - 1) / sqrt(square * e), Sum(score, i, 0, h - 1) / sqrt(e)), ("scores: pairs of zeros contribute nothing, whatever their frequency; theta_i stands for (m - n) theta_i",
                "打分：零对无论频率如何都无贡献；θ_i 表示 (m - n)θ_i"))
    yield show(eq(square * ((quartic * grown[0] / root) * (quartic * right[2 * i] / root) + (quartic * grown[1] / root) * (quartic * right[2 * i + 1] / root)) / sqrt(square * e), score / sqrt(e)), (
        "repeated pairs with repeated frequencies: k equal terms over k", "重复各对并重复频率：k 个相同的项除以 k"))
    yield show(eq(-2 * (k * i + 1) / (k * e), -2 * i / e - 2 / (k * e)), ("in the standard schedule the first copy has a smaller exponent", "标准频率表中第一个拷贝的指数更小"))
    yield holds(B ** (z - t) < B ** z, ("so its frequency is lower: z = -2i/d', t = 2/(k d')", "故频率更低：z = -2i/d'，t = 2/(kd')"), where=[t > 0], by=scaled(B ** (-z), B ** (-t) < 1, using(falling)))
    yield holds(eq(cos(t) - (cos(t) + cos(z)) / 2, (cos(t) - cos(z)) / 2), ("so for k = 2 and q = p = (1, 0) the score is off by half the difference of two cosines, which is 0 for all positions only for equal frequencies",
                "故 k = 2、q = p = (1, 0) 时打分偏差为两个余弦之差的一半，仅当频率相等时对一切位置为零"))
