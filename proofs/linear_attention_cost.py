"""What a Transformer layer costs, and from which length on linear attention pays.

Statement.  In multiply-adds a layer costs 12 n D^2 + 2 n^2 D. The quadratic part outweighs the rest only from n = 6D on; removing it altogether speeds a layer
            up by 1 + n/(6D) at most; a linear kernel with heads L times as wide pays from n = L^2 d on, or from 2(L-1)D + L^2 d on if its projections count.
Symbols.    n > 0 tokens, D > 0 the width, h > 0 heads of size d = D/h (real numbers here); g the ratio of key to query heads, m FFN matrices of width rD;
            L >= 1 the factor by which heads are widened; c >= 0 any cost.
Excluded.   element-wise work (softmax, norms, activations), which is not counted in multiply-adds.
Source.     Su Jianlin, 线性Transformer应该不是你要等的那个模型, 2021-08-09 (archives/8610).
"""
from kexue import Article, D as derivative_of, Sum, eq, holds, integer, log, near_miss, real, reference, show, statement
from kexue.tactics.combine import scaled

article = Article(
    number=15, date="2021-08-09", source="https://kexue.fm/archives/8610",
    title=("The linear Transformer is probably not the model you are waiting for", "线性Transformer应该不是你要等的那个模型"),
    summary=("The cost of a layer as a sum of matrix products, the lengths at which its parts overtake each other, the most that removing the quadratic part can give, and where a widened linear "
             "kernel really breaks even.", "以矩阵乘法之和计算一层的代价、各部分相互超过的长度、去掉二次项的最大收益，以及加宽的线性核真正的收支平衡点。"),
    papers=("Vaswani et al., Attention Is All You Need, NIPS 2017", "Kaplan et al., Scaling Laws for Neural Language Models, arXiv 2001.08361"))

n, D, h, d, g, m, r, L, c = real("n D h d g m r L c")
heads, i = integer("H i")
POSITIVE = [n > 0, D > 0]


def product(a, b, c): return a * b * c  # multiply-adds of an a x b times a b x c matrix


projections, ffn = 4 * product(n, D, D), product(n, D, 4 * D) + product(n, 4 * D, D)
attention = h * (product(n, d, n) + product(n, n, d))
linear, quadratic = 12 * n * D ** 2, 2 * n ** 2 * D
cost = linear + quadratic
share = quadratic / cost


def table(name, formula, rows): return [reference(f"{name}, n = {length}" + (f", D = {width}" if width else ""), digits, formula, at={"n": length, "D": width or 768}) for length, width, digits in rows]


@statement(title=("The cost of a layer", "一层的代价"), where=POSITIVE,
           says=("Projections 4nD^2, scores and their product with the values 2n^2 D, feed-forward part 8nD^2: 12nD^2 + 2n^2 D multiply-adds, twice as many operations, three times that with the backward pass.",
                 "投影 4nD²，打分及其与值的乘积 2n²D，前馈 8nD²：共 12nD² + 2n²D 次乘加；浮点运算数为其两倍，含反向为前向的三倍。"),
           near_miss=near_miss(eq(projections + ffn, 8 * n * D ** 2), ("The linear part is 8nD^2.", "线性部分为 8nD²。"), where=POSITIVE),
           references=table("operations", 2 * cost, [(128, 768, "1862270976"), (512, 768, "8053063680"), (1536, 768, "28991029248"), (4608, 768, "130459631616")]))
def layer_flops():
    yield holds(eq(Sum(product(n, d, n) + product(n, n, d), i, 1, heads), 2 * n ** 2 * (heads * d)), ("the heads together: D = hd", "各头合计：D = hd"), where=[heads >= 1])
    yield holds(eq(projections + ffn, linear), ("four projections and two feed-forward products", "四个投影与两个前馈乘积"))
    yield holds(eq(projections + attention + ffn, cost), ("the whole layer", "整层"), where=[eq(D, h * d), h > 0, d > 0])
    yield holds(eq(product(n, D, D) + product(D, n, D), 2 * product(n, D, D)), ("backward, each product needs two of the same size: one for the input, one for the weight", "反向时每个乘积需两个同样大小的乘积：一个对输入，一个对权重"))


THRESHOLDS = (("7B", 4096), ("GPT-3", 12288))


@statement(title=("When the quadratic part dominates", "二次项何时占优"), where=POSITIVE,
           says=("The attention block outweighs the feed-forward one iff n > 2D, the quadratic part the linear one iff n > 6D. Its share is n/(n + 6D), the local exponent of the cost 1 + n/(n + 6D), between 1 and 2, and cost(2n)/cost(n) = 4(3D + n)/(6D + n). With linear part nD^2 (2 + 2g + mr) "
                 "the threshold is D(2 + 2g + mr)/2, and twice that if a causal kernel skips half of the scores.",
                 "注意力模块超过前馈模块当且仅当 n > 2D，二次部分超过线性部分当且仅当 n > 6D。其占比为 n/(n + 6D)，代价的局部指数为 1 + n/(n + 6D)（介于 1 与 2 之间），cost(2n)/cost(n) = 4(3D + n)/(6D + n)。"
                 "线性部分为 nD²(2 + 2g + mr) 时阈值为 D(2 + 2g + mr)/2；若因果核跳过一半打分则加倍。"),
           near_miss=near_miss(linear < quadratic, ("It dominates once n > D.", "n > D 时即占优。"), where=[*POSITIVE, n > D], at={"n": 2, "D": 1}),
           references=[*table("share", share, [(128, 768, "0.027027027027027027"), (512, 768, "0.1"), (1536, 768, "0.25"), (2048, 768, "0.30769230769230769")]),
                       *[reference(f"{factor}D, {name}", str(factor * width), factor * D, at={"D": width}) for name, width in (("base", 768), *THRESHOLDS) for factor in (2, 6)]])
def quadratic_thresholds():
    general = n * D ** 2 * (2 + 2 * g + m * r)
    yield holds(ffn < projections + quadratic, ("n > 2D", "n > 2D"), where=[n > 2 * D], by=scaled(1 / (2 * n * D), 2 * D < n))
    yield holds(projections + quadratic <= ffn, ("and not before", "此前不然"), where=[n <= 2 * D], by=scaled(1 / (2 * n * D), n <= 2 * D))
    yield holds(linear < quadratic, ("n > 6D", "n > 6D"), where=[n > 6 * D], by=scaled(1 / (2 * n * D), 6 * D < n))
    yield holds(quadratic <= linear, ("and not before", "此前不然"), where=[n <= 6 * D], by=scaled(1 / (2 * n * D), n <= 6 * D))
    yield holds(eq(share, n / (n + 6 * D)), ("the share", "占比"))
    yield holds(eq(n * derivative_of(log(cost), n), 1 + n / (n + 6 * D)), ("the local exponent, the slope of log cost against log n", "局部指数，即 log 代价对 log n 的斜率"))
    yield holds(n / (n + 6 * D) < 1, ("below 2, and above 1 as n > 0", "小于 2，因 n > 0 而大于 1"), by=scaled(n + 6 * D, 0 < 6 * D))
    yield holds(eq((12 * (2 * n) * D ** 2 + 2 * (2 * n) ** 2 * D) / cost, 4 * (3 * D + n) / (6 * D + n)), ("doubling the length", "长度加倍"))
    GENERAL = [g > 0, m > 0, r > 0]
    yield holds(general < quadratic, ("the general layer", "一般的层"), where=[*GENERAL, n > D * (2 + 2 * g + m * r) / 2], by=scaled(1 / (2 * n * D), D * (2 + 2 * g + m * r) / 2 < n))
    yield holds(quadratic <= general, ("and not before", "此前不然"), where=[*GENERAL, n <= D * (2 + 2 * g + m * r) / 2], by=scaled(1 / (2 * n * D), n <= D * (2 + 2 * g + m * r) / 2))
    yield holds(general < quadratic / 2, ("half the scores skipped", "跳过一半打分"), where=[*GENERAL, n > D * (2 + 2 * g + m * r)], by=scaled(1 / (n * D), D * (2 + 2 * g + m * r) < n))


@statement(title=("The most that linear attention can give", "线性注意力的收益上限"), where=POSITIVE,
           says=("If the quadratic part is replaced by any cost c >= 0, a layer becomes at most 1 + n/(6D) times as fast, with equality for c = 0.", "若以任意代价 c ≥ 0 替换二次部分，一层至多加速 1 + n/(6D) 倍，c = 0 时取等。"),
           near_miss=near_miss(eq(cost / linear, n / d), ("The speed-up is n/d.", "加速比为 n/d。"), where=[*POSITIVE, d > 0], at={"n": 512, "D": 768, "d": 64}),
           references=table("bound", cost / linear, [(128, 768, "1.0277777777777778"), (512, 768, "1.1111111111111111"), (1536, 768, "1.3333333333333333"), (4608, 768, "2"), (32768, 768, "8.1111")]))
def amdahl_linear_attention():
    yield holds(eq(cost / linear, 1 + n / (6 * D)), ("nothing is left of the quadratic part", "二次部分完全消失"))
    yield holds(cost / (linear + c) <= 1 + n / (6 * D), ("and less is gained otherwise", "否则收益更小"), where=[c >= 0], by=scaled((linear + c) * 6 * D, 0 <= c * (6 * D + n)))


kernel, kernel_qk = 2 * n * (D / d) * (L * d) ** 2, 2 * n * (D / d) * (L * d) * d
full = 2 * (L - 1) * D + L ** 2 * d
partly = (L - 1) * D + L * d


@statement(title=("Where a widened linear kernel breaks even", "加宽的线性核何时收支平衡"), tag="conditional", where=[*POSITIVE, d > 0, L >= 1],
           says=("With heads of size Ld for queries, keys and values the kernel costs 2nh(Ld)^2: less than 2n^2 hd iff n > L^2 d. If the widened projections are paid too, iff n > 2(L-1)D + L^2 d. If only queries and keys are widened: n > Ld, and with the projections n > (L-1)D + Ld.",
                 "查询、键、值的头宽均为 Ld 时核的代价为 2nh(Ld)²：小于 2n²hd 当且仅当 n > L²d；若计入加宽的投影，则当且仅当 n > 2(L-1)D + L²d。若仅加宽查询与键：n > Ld，计入投影则 n > (L-1)D + Ld。"),
           near_miss=near_miss(kernel < quadratic, ("n > Ld suffices for the full widening.", "全部加宽时 n > Ld 即可。"), where=[*POSITIVE, d > 0, L >= 1, n > L * d], at={"n": 512, "D": 768, "d": 64, "L": 4}),
           references=[reference("L = 4, d = 64: the kernel alone", "1024", L ** 2 * d, at={"L": 4, "d": 64}), reference("with projections, base", "5632", full, at={"L": 4, "d": 64, "D": 768}),
                       reference("queries and keys only, base", "2560", partly, at={"L": 4, "d": 64, "D": 768})])
def linear_vs_standard_crossover():
    yield show(eq(D / d * (product(L * d, n, L * d) + product(n, L * d, L * d)), kernel), ("K^T V and Q times it, h = D/d heads", "KᵀV 以及 Q 乘以它，h = D/d 个头"))
    for cheap, dear, edge, words in (
            (kernel, quadratic, L ** 2 * d, ("the kernels alone", "仅比较核")),
            (kernel + 4 * L * n * D ** 2, quadratic + 4 * n * D ** 2, full, ("with the projections of both", "计入双方的投影")),
            (kernel_qk, quadratic, L * d, ("queries and keys widened: the kernels alone", "仅加宽查询与键：仅比较核")),
            (kernel_qk + (2 + 2 * L) * n * D ** 2, quadratic + 4 * n * D ** 2, partly, ("with the projections", "计入投影"))):
        yield holds(cheap < dear, words, where=[n > edge], by=scaled(1 / (2 * n * D), edge < n))
        yield holds(dear <= cheap, ("and not before", "此前不然"), where=[n <= edge], by=scaled(1 / (2 * n * D), n <= edge))


@statement(title=("Operations are not time", "运算数不等于时间"), tag="sharper", where=[*POSITIVE, h > 0, d > 0, eq(D, h * d)],
           says=("A score matrix for every head takes n^2 h numbers, n/d times the nD activations of the layer: 1 number for each 2d multiply-adds of the quadratic part, whatever n is. A kernel that keeps the scores on chip leaves nD, so counts decide neither memory nor time.",
                 "每头一个打分矩阵需 n²h 个数，是该层 nD 个激活值的 n/d 倍；对任意 n，二次部分每 2d 次乘加对应 1 个数。把打分留在片上的核只需 nD，故运算数既不决定内存也不决定时间。"),
           limits=("Times depend on the machine and are part of the benchmark, not of this claim.", "时间取决于机器，属于基准测试而非本命题。"),
           near_miss=near_miss(n ** 2 * h <= n * D, ("The scores take no more memory than the activations as long as they are a minor part of the operations, n <= 6D.", "只要二次部分不占主要运算（n ≤ 6D），打分所占内存不超过激活值。"),
                               where=[*POSITIVE, h > 0, d > 0, eq(D, h * d), n <= 6 * D], at={"n": 512, "h": 12, "d": 64, "D": 768}),
           references=[reference("n/d at n = 512, d = 64", "8", n / d, at={"n": 512, "d": 64})])
def flops_are_not_time():
    yield holds(eq(n ** 2 * h / (n * D), n / d), ("scores against activations", "打分与激活值之比"))
    yield holds(eq(quadratic / (n ** 2 * h), 2 * d), ("multiply-adds for each score", "每个打分对应的乘加数"))
    yield holds(eq((n ** 2 * h + n * D) / (n * D), 1 + n / d), ("so a kernel that never writes the scores saves this factor of memory", "故不写出打分的核可节省此倍数的内存"))
