"""Causal attention as a recurrent network: constant state for one query, and what the next query costs.

Statement.  Triples with (m, u, w) + (m', u', w') = (M, u e^(m-M) + u' e^(m'-M), w e^(m-M) + w' e^(m'-M)), M = max(m, m'), form a commutative monoid that computes softmax attention
            key by key. Without a cache L layers cost C(n+L+1, L+1) - 1 - n score evaluations for n tokens; a one-pass network with a continuous state needs n numbers.
Symbols.    n, t, L, d integers; s_j scores, v_j values; a, b, c the maxima m of three triples, x, y, z their sums u or w, M, N any two reals in the place of maxima;
            k_1, ..., k_n distinct keys, q queries, r a direction.
Excluded.   the empty history, whose output reads 0/0; it is the unit (-oo, 0, 0).
Source.     Su Jianlin, 时空之章：将Attention视为平方复杂度的RNN, 2024-03-18 (archives/10017); the claims follow its summary.
"""
from mpmath import mp

from kexue import (Article, Formula, Sum, binomial, call, cite, dot, eq, exp, family, holds, integer, lift, near_miss, real, reference, show, statement, therefore, vector)
from kexue.tactics import auto as complete
from kexue.tactics.combine import cases, induction, lemma, monotone, rewritten, scaled, squares, termwise, through, using

article = Article(
    number=25, date="2024-03-18", source="https://kexue.fm/archives/10017",
    title=("Space and time: attention as an RNN of quadratic complexity", "时空之章：将Attention视为平方复杂度的RNN"),
    summary=("The monoid behind online softmax, the constant state it gives for one query, the exact price of generating without a cache, and why a single pass needs a state that grows.",
             "在线 softmax 背后的幺半群、它对单个查询给出的常数状态、不用缓存生成的精确代价，以及为何单遍处理需要增长的状态。"),
    papers=("Milakov & Gimelshein, Online normalizer calculation for softmax, 2018", "Feng et al., Attention as an RNN, 2024"))

n, t, L, d, i, j, k, l = integer("n t L d i j k l")
a, b, c, x, y, z, M, N, q, u, m = real("a b c x y z M N q u m")
s, v = family("s v")
p, r = vector("k r", d)


def larger(*f): return call("max", *f)
def S(term): return Sum(term, j, 1, n)


ROW = S(exp(s[j] - M))
positive = lemma(ROW > 0, n >= 1, by=rewritten(S(lift(0)) < ROW, termwise()))
plain = lemma(S(exp(s[j])) > 0, n >= 1, by=rewritten(S(lift(0)) < S(exp(s[j])), termwise()))


def split(on, **parts): return cases(on, **{name: parts.get(name, complete.search) for name in ("below", "at", "above")})


ORDERS = split(a - b, below=split(b - c), at=split(b - c), above=split(b - c, below=split(a - c)))


def example():
    scores, values = (1000, 999, -500, 1001), (1, 2, 3, 4)
    e = [mp.exp(t - 1001) for t in scores]
    return mp.fdot(e, values) / mp.fsum(e)


@statement(title=("The monoid of online softmax", "在线 softmax 的幺半群"), tag="sharper",
           says=("The operation is associative and commutative with the unit (-oo, 0, 0), and the sum of the triples (s_j, 1, v_j) is (max s, sum e^(s_j - max), sum e^(s_j - max) v_j) for every n, order and bracketing; w/u is "
                 "sum softmax(s)_j v_j.", "该运算可结合、可交换，单位元为 (-∞, 0, 0)；对任意 n、次序与括号，三元组 (s_j, 1, v_j) 之和为 (max s, Σe^(s_j - max), Σe^(s_j - max)v_j)，且 w/u = Σ softmax(s)_j v_j。"),
           near_miss=near_miss(eq(x + y * exp(b - larger(a, b)), x * exp(a - larger(a, b)) + y * exp(b - larger(a, b))), ("w need not be rescaled when the maximum changes.", "最大值改变时 w 无需重新缩放。"), at={"a": 0, "b": 1, "x": 1, "y": 1}),
           references=[reference("s = (1000, 999, -500, 1001), v = (1, 2, 3, 4)", "3.0857534404948461266", compute=example)])
def online_softmax_monoid():
    yield show(eq((x * exp(a - M) + y * exp(b - M)) * exp(M), x * exp(a) + y * exp(b)), ("(m, u) -> u e^m turns the operation into addition, whatever M is", "(m, u) ↦ u e^m 把运算变为加法，M 任意"))
    yield holds(eq((x * exp(a - M) + y * exp(b - M)) * exp(M - N) + z * exp(c - N), x * exp(a - N) + y * exp(b - N) + z * exp(c - N)), ("two steps with the maxima M and N: the result does not depend on M, so it is symmetric in the three triples",
                "以 M、N 为最大值的两步：结果与 M 无关，从而对三个三元组对称"))
    yield holds(eq(larger(larger(a, b), c), larger(a, larger(b, c))), ("and the maximum is associative", "最大值可结合"), by=ORDERS)
    yield holds(eq(larger(a, b), larger(b, a)), ("and commutative", "且可交换"), by=split(a - b))
    yield holds(eq(x * exp(a - a) + 0, x), ("the unit adds nothing: the maximum stays a", "单位元不增加：最大值仍为 a"))
    yield holds(eq(S(exp(s[j] - M)) * exp(M - N) + exp(s[n + 1] - N), Sum(exp(s[j] - N), j, 1, n + 1)), ("one more key", "增加一个键"), where=[n >= 0])
    yield holds(eq(S(exp(s[j] - M) * v[j]) * exp(M - N) + exp(s[n + 1] - N) * v[n + 1], Sum(exp(s[j] - N) * v[j], j, 1, n + 1)), ("likewise for w, in every coordinate", "w 的每个坐标同理"), where=[n >= 0])
    yield holds(eq(S(exp(s[j] - M) * v[j]) / ROW, S(exp(s[j]) / Sum(exp(s[l]), l, 1, n) * v[j])), ("the quotient is attention", "其商即注意力"), where=[n >= 1], by=using(positive, plain))


below = lemma(exp(-x) <= 1, x >= 0, by=monotone(x))


def first(q): return exp(q) / (exp(q) + exp(-q))
def other(q): return exp(-q) / (exp(q) + exp(-q))


@statement(title=("One query: a recurrent network of constant size", "单个查询：常数大小的循环网络"),
           says=("For one query the output is that of a recurrent network with the state (m, u, w) of size d + 2, one update per key, all exponents at most 0 and u >= 1 after the first key. The state does not serve the next query.",
                 "对单个查询，输出由状态 (m, u, w)（d + 2 维）的循环网络给出：每键一次更新，指数都不为正，首键之后 u ≥ 1。但该状态不能用于下一个查询。"),
           near_miss=near_miss(eq(first(q), other(q)), ("The state of one query can be carried over: histories (1, -1) and (-1, 1) with values (1, 0) give equal outputs for all q, as for q = 0.", "一个查询的状态可以沿用：键历史 (1, -1) 与 (-1, 1)（值 (1, 0)）对一切 q 输出相同，如 q = 0。"),
                               at={"q": 1}),
           references=[reference("first history, q = 1", "0.88079707797788244406", first(lift(1))), reference("second history, q = 1", "0.11920292202211755594", other(lift(1)))])
def fixed_query_rnn():
    yield holds(exp(a - M) <= 1, ("exponents are differences from the maximum", "指数是与最大值之差"), where=[a <= M], by=using((*below[:2], {"x": M - a})))
    yield holds(u + exp(a - M) >= 1, ("u >= 1 stays so if the maximum M stays", "最大值 M 不变时 u ≥ 1 保持"), where=[u >= 1], by=scaled(1, 1 <= u + exp(a - M)))
    yield holds(u * exp(M - a) + exp(a - a) >= 1, ("and if the new score a is the maximum, its own term is 1", "若新打分 a 为最大值，其自身项为 1"), where=[u >= 1])
    yield holds(eq(first(lift(0)), other(lift(0))), ("two histories with the same state (0, 2, 1) for q = 0", "对 q = 0 有相同状态 (0, 2, 1) 的两个历史"))
    yield holds(other(q) < first(q), ("and different outputs for q > 0", "对 q > 0 输出不同"), where=[q > 0], by=scaled(exp(q) + exp(-q), exp(-q) < exp(q), monotone(q, strict="slope")))


def states(L, t): return binomial(t + L - 1, L)
def scores(L, t): return binomial(t + L, L) - 1


@statement(title=("The price of constant space", "常数空间的代价"), tag="conditional", where=[L >= 1],
           says=("L causal layers without a cache, nested loops of depth L over the tokens: the top state at position t costs C(t+L-1, L) embeddings and C(t+L, L) - 1 scores, all n tokens cost C(n+L, L+1) and C(n+L+1, L+1) - 1 - n. The "
                 "memory is L copies of (m, u, w, q) and L counters, and read-only access to the tokens.", "L 层因果注意力不用缓存、对词作 L 重循环：位置 t 的顶层状态需 C(t+L-1, L) 次嵌入与 C(t+L, L) - 1 次打分，全部 n 个词需 C(n+L, L+1) 与 C(n+L+1, L+1) - 1 - n。"
                 "内存为 L 份 (m, u, w, q) 与 L 个计数器，并需只读访问词序列。"),
           near_miss=near_miss(binomial(n + 3, 3) - 1 - n <= 3 * n ** 2, ("Generation in constant space costs O(n^2) (two layers, at most 3 n^2).", "常数空间生成的代价为 O(n²)（两层，不超过 3n²）。"), where=[n >= 1], at={"n": 1024}),
           references=[reference("embeddings, L = 3, n = 9", "495", binomial(n + L, L + 1), at={"L": 3, "n": 9}), *[reference(f"scores, L = {layers}, n = {size}", digits, binomial(n + L + 1, L + 1) - 1 - n,
                       at={"L": layers, "n": size}) for layers, size, digits in ((3, 9, "705"), (12, 64, "183746395241960"), (12, 1024, "238805954747683033328388726400"), (2, 1024, "180006400"))]])
def recompute_count():
    yield show(eq(states(L, t) - states(L, t - 1), states(L - 1, t)), ("position t needs what t - 1 needs, and the state t one layer below", "位置 t 需要 t - 1 所需的一切，外加下一层的状态 t"), where=[t >= 1], by=complete.search)
    yield show(eq(scores(L, t) - scores(L, t - 1), 1 + scores(L - 1, t)), ("scores: one more key, and its own state", "打分：多一个键及其状态"), where=[t >= 1], by=complete.search)
    yield show(eq(states(L, lift(0)), 0), ("with nothing at t = 0", "t = 0 时为零"), by=complete.search)
    yield show(eq(scores(L, lift(0)), 0), ("for scores as well", "打分亦然"), by=complete.search)
    yield show(eq(states(lift(0), t), 1), ("and one embedding below the first layer, without scores", "首层之下为一次嵌入，无打分"), where=[t >= 1], by=complete.search)
    yield holds(eq(Sum(states(L, t), t, 1, n), binomial(n + L, L + 1)), ("all n tokens: embeddings", "全部 n 个词：嵌入"), where=[n >= 1], by=induction(n, base=1))
    yield holds(eq(Sum(scores(L, t), t, 1, n), binomial(n + L + 1, L + 1) - 1 - n), ("and scores", "与打分"), where=[n >= 0], by=induction(n))


more, uncached = binomial(n + L + 1, L + 2), binomial(n + L + 1, L + 1) - 1 - n
at_least = induction(L, base=1, step=through(more, second=squares(rest=more * (n - 1) / (L + 3))))


@statement(title=("The price with a cache", "使用缓存的代价"), where=[n >= 1, L >= 1],
           says=("With a cache: L n(n+1)/2 scores and 2Lnd stored numbers. That is the count without a cache exactly for L = 1 (n >= 2).", "使用缓存：L n(n+1)/2 次打分与 2Lnd 个存储数。与不用缓存的计数相等当且仅当 L = 1（n ≥ 2）。"),
           near_miss=near_miss(eq(binomial(n + 3, 3) - 1 - n, n * (n + 1)), ("The counts agree for two layers.", "两层时两者相等。"), where=[n >= 2], at={"n": 2}),
           references=[reference(f"L = {layers}, n = {size}", digits, L * n * (n + 1) / 2, at={"L": layers, "n": size}) for layers, size, digits in ((12, 64, "24960"), (12, 1024, "6297600"), (2, 1024, "1049600"))])
def cached_count():
    yield holds(eq(Sum(Sum(t, t, 1, n), l, 1, L), L * n * (n + 1) / 2), ("t scores at position t in each layer", "每层位置 t 处 t 次打分"), by=through(
        Sum(n * (n + 1) / 2, l, 1, L), ("eq", "eq"), first=termwise(induction(n, base=1))))
    yield holds(eq(Sum(Sum(2 * d, t, 1, n), l, 1, L), 2 * L * n * d), ("keys and values", "键与值"))
    yield holds(eq(binomial(n + 2, 2) - 1 - n, n * (n + 1) / 2), ("equal for L = 1", "L = 1 时相等"))
    yield holds(n * (n + 1) < binomial(n + 3, 3) - 1 - n, ("not for L = 2: the difference is (n-1)n(n+1)/6", "L = 2 时不等：差为 (n-1)n(n+1)/6"), where=[n >= 2])
    yield show(n * (n + 1) / 2 <= binomial(n + L + 1, L + 2), ("a further layer adds C(n+L+1, L+2) scores without a cache, at least as many as with one", "再加一层，不用缓存时增加 C(n+L+1, L+2) 次打分，不少于用缓存时的增量"), by=at_least)
    yield holds(L * n * (n + 1) / 2 < binomial(n + L + 1, L + 1) - 1 - n, ("so not for any L >= 2", "故 L ≥ 2 时都不等"), where=[n >= 2, L >= 2], by=induction(L, base=2, step=through(
        uncached + n * (n + 1) / 2, ("lt", "le"), second=through(uncached + more, ("le", "eq"), first=using(lemma(n * (n + 1) / 2 <= more, n >= 1, L >= 1, by=at_least, n=n, L=L))))))


E1 = exp(lift(1))


@statement(title=("One pass needs a growing state", "单遍处理需要增长的状态"), tag="sharper", where=[n >= 1, d >= 1],
           says=("For fixed distinct keys k_1, ..., k_n of R^d the map from v in R^n to the outputs sum v_j e^(q.k_j)/sum e^(q.k_j), as a function of q, is injective; n suitable queries determine v. So an exact one-pass network whose state is a "
                 "continuous function of the inputs needs n real coordinates after n tokens: constant state is possible only by reading the input again.",
                 "对 R^d 中固定的互异键 k₁, …, k_n，由 v ∈ R^n 到输出 Σv_j e^(q·k_j)/Σe^(q·k_j)（作为 q 的函数）的映射是单射；n 个适当的查询即可确定 v。故状态为输入的连续函数的精确单遍网络在 n 个词之后至少需要 n 个实坐标：常数状态只有在重读输入时才可能。"),
           limits=("Vandermonde's determinant and invariance of domain are cited.", "引用了 Vandermonde 行列式与区域不变性。"),
           near_miss=near_miss(eq(x * exp(q) + y * exp(-q), y * exp(q) + x * exp(-q)), ("Equal outputs at one query, q = 0, mean equal outputs (keys 1, -1 with values x, y or y, x).", "在一个查询 q = 0 处输出相同则处处相同（键 1、-1，值为 x, y 或 y, x）。"), at={"q": 1, "x": 1, "y": 0}),
           references=[reference("det of e^(ij), i, j = 0, 1, 2", "51.276689405690380484", (E1 - 1) * (E1 ** 2 - 1) * (E1 ** 2 - E1))])
def one_pass_needs_linear_state():
    yield cite("a finite union of hyperplanes is not the whole space", "Axler, Linear Algebra Done Right, 2.C", ("some r has different r.k_j: r is outside the hyperplanes r.(k_i - k_j) = 0", "存在 r 使 r·k_j 互异：r 不在各超平面 r·(k_i - k_j) = 0 中"))
    yield show(eq(exp(dot(i * r, p)), exp(dot(r, p)) ** i), ("for the queries q = i r, i = 0, ..., n - 1, the numerators are sums of v_j times powers of e^(r.k_j)", "取查询 q = i r（i = 0, …, n - 1），分子为 v_j 乘 e^(r·k_j) 的幂之和"))
    yield show(exp(x) < exp(y), ("these bases are positive and distinct", "这些底为正且互异"), where=[x < y], by=scaled(exp(-x), 1 < exp(y - x), using(lemma(1 < exp(x), x > 0, by=monotone(x, strict="slope"), x=y - x))))
    yield cite("Vandermonde determinant", "Horn & Johnson, Matrix Analysis, 2nd ed., 0.9.11", ("the n x n matrix of powers is invertible", "n×n 的幂矩阵可逆"))
    yield therefore(r"v\mapsto\Big(\frac{\sum_jv_je^{i\,r\cdot k_j}}{\sum_je^{i\,r\cdot k_j}}\Big)_{0\le i<n}\text{ is injective}", ("the denominators are known: multiply by them", "分母已知：乘上即可"))
    yield holds(eq((E1 - 1) * (E1 ** 2 - 1) * (E1 ** 2 - E1), (E1 * exp(lift(4)) - exp(lift(2)) * exp(lift(2))) - (exp(lift(4)) - exp(lift(2))) + (exp(lift(2)) - E1)), ("for instance det of e^(ij), i, j = 0, 1, 2", "例如 e^(ij)（i、j = 0, 1, 2）的行列式"))
    yield cite("invariance of domain", "Hatcher, Algebraic Topology, Theorem 2B.3", ("there is no continuous injection of R^n into R^m for m < n", "m < n 时 R^n 到 R^m 没有连续单射"))
    yield therefore(r"\text{one pass, exact, continuous state}\Rightarrow\text{state size}\ge n", ("the state determines the outputs for all queries, hence v", "状态决定对一切查询的输出，从而决定 v"))


def rounded(f, kind): return Formula("round", (Formula("const", (kind,)), lift(f)))


@statement(title=("The state needs float32", "状态需要 float32"), tag="sharper",
           says=("A bfloat16 accumulator of weights at most 1 stagnates at u = 2^8: 256 + 1 rounds to 256. A binary32 accumulator does so at 2^24 only; so the state has to be wider than the inputs.",
                 "权重不超过 1 的 bfloat16 累加器在 u = 2⁸ 处停滞：256 + 1 舍入为 256。binary32 累加器到 2²⁴ 才如此；故状态的精度须高于输入。"),
           limits=("The sizes of errors in a whole model are measured, not proved.", "整个模型中误差的大小由测量得到，而非证明。"),
           near_miss=near_miss(rounded(256 + 1, "bfloat16") > 256, ("A bfloat16 state costs no more than bfloat16 errors: 256 + 1 exceeds 256.", "bfloat16 状态只带来 bfloat16 误差：256 + 1 大于 256。"), latex=r"\operatorname{bfloat16}(256+1)>256"))
def accumulator_precision():
    for kind, size in (("bfloat16", 8), ("binary32", 24)):
        top = 2 ** size
        yield holds(eq(rounded(top, kind), top), (f"{kind}: 2^{size} is a number of the format, as are all integers below", f"{kind}：2^{size} 可精确表示，更小的整数亦然"), latex=rf"\operatorname{{{kind}}}(2^{{{size}}})=2^{{{size}}}")
        yield holds(eq(rounded(top + 1, kind), top), ("one more weight 1 is lost, a tie rounded to even", "再加一个权重 1 即丢失：平局舍入到偶数"), latex=rf"\operatorname{{{kind}}}(2^{{{size}}}+1)=2^{{{size}}}")
        yield holds(eq(rounded(top + 2, kind), top + 2), ("only a weight above 1 would count", "只有大于 1 的权重才有作用"), latex=rf"\operatorname{{{kind}}}(2^{{{size}}}+2)=2^{{{size}}}+2")
    yield show(eq(1 - lift(256) / 2048, lift("0.875")), ("2048 equal weights: a bfloat16 sum has lost 7/8", "2048 个相等的权重：bfloat16 的和损失 7/8"))
