"""SPACES: the sparse softmax and the copy mechanism.

Statement.  A cross-entropy of at most eps forces a spread of the logits of at least log(n-1) - log(e^eps - 1); with the k largest logits only, log(k-1) replaces
            log(n-1), the loss changes by at most log(n/k) and stays convex. Copying under a mask of matches yields contiguous pieces of the source.
Symbols.    n, k, m >= 1 and the indices integers; s_i logits, t the target; the logits are s_i = s_t - D + h_i with h_i >= 0 if D is their spread; if c is the
            least of the k largest, these are c + g_i, and the m = n - k others c - h_j, g_i, h_j >= 0; T, U the sums of their exponentials; tau in [0, 1].
Excluded.   n = 1 and k = 1, for which a spread says nothing.
Source.     Su Jianlin, SPACES：“抽取-生成”式长文本摘要（法研杯总结）, 2021-01-01 (archives/8046).
"""
from mpmath import mp

from kexue import (Article, D, Sum, delta, eq, every, exp, family, holds, integer, lift, log, near_miss, real, reference, show, statement, therefore)
from kexue.tactics.combine import cases, lemma, monotone, rewritten, scaled, squares, termwise, through, using

article = Article(
    number=33, date="2021-01-01", source="https://kexue.fm/archives/8046",
    title=("SPACES: extraction and generation for long summaries", "SPACES：“抽取-生成”式长文本摘要（法研杯总结）"),
    summary=("How far the full softmax has to push its logits apart, what the sparse softmax changes, that its loss stays convex with a sparse gradient, and why a "
             "copy mechanism with tags B, I, O produces true pieces of the source.",
             "完整 softmax 必须把 logit 拉开多远、稀疏 softmax 改变了什么、其损失为何仍凸且梯度稀疏，以及带 B、I、O 标签的复制机制为何产生原文的连续片段。"),
    papers=("Martins & Astudillo, From softmax to sparsemax, ICML 2016",))

n, k, m, i, j, t = integer("n k m i j t")
eps, x, y, z, c, tau, spread = real("epsilon x y z c tau D")
s, g, h, a, b, p = family("s g h a b p")

rising_exp = lemma(exp(x) <= exp(y), x <= y, by=monotone(y, at=x))
rising_log = lemma(log(x) <= log(y), 0 < x, x <= y, by=monotone(y, at=x))


def up(lemma_, low, high): return (*lemma_[:2], {"x": low, "y": high})


def bound(n): return log(n - 1) - log(exp(eps) - 1)
def others(n): return Sum(exp(h[i] - spread), i, 1, n - 1)
def loss(n): return log(1 + others(n))


ABOVE = every(i, h[i] >= 0)


def many(n):
    return lemma((n - 1) * exp(-spread) <= others(n), n >= 2, ABOVE, n=n, D=spread, by=rewritten(
        Sum(exp(-spread), i, 1, n - 1) <= others(n), termwise(scaled(exp(spread), 1 <= exp(h[i]), using(up(rising_exp, lift(0), h[i]))))))


def spread_bound(n):
    return using(many(n), up(rising_exp, loss(n), eps), up(rising_exp, lift(0), eps), then=using(up(rising_log, (n - 1) * exp(-spread), exp(eps) - 1)))


above_one = using(lemma(1 < exp(eps), eps > 0, eps=eps, by=monotone(eps, strict="slope")))


@statement(title=("A small loss forces a spread of the logits", "小损失迫使 logit 拉开"), where=[n >= 2, eps > 0],
           says=("If the cross-entropy of n logits is at most eps, then max s - min s >= log(n-1) - log(e^eps - 1); equality occurs.",
                 "若 n 个 logit 的交叉熵不超过 ε，则 max s - min s ≥ log(n-1) - log(e^ε - 1)，且等号可取到。"),
           near_miss=near_miss(log(n) - log(exp(log(lift(2))) - 1) <= spread, ("With log n instead of log(n-1) (eps = log 2).", "把 log(n-1) 换成 log n（ε = log 2）。"),
                               where=[n >= 2, spread >= 0, log(1 + (n - 1) * exp(-spread)) <= log(lift(2))], at={"n": 2, "D": 0}),
           references=[reference(f"eps = {e}, n = {N}", digits, bound(lift(N)), at={"epsilon": e}) for e, N, digits in (
               ("0.1", 10, "4.4493930383803101917"), ("0.1", 21128, "12.21047558334432547"), ("0.1", 50000, "13.071926745254371253"), ("0.01", 50000, "15.419924303535177362"))]
           + [reference(f"eps = log 2, n = {N}", digits, log(lift(N - 1))) for N, digits in ((21128, "9.9583071223002346611"), (50000, "10.819758284210280444"))])
def overlearning_bound():
    yield show((n - 1) * exp(-spread) <= others(n), ("each other logit is at least s_t - D, D the spread: h_i >= 0", "其余 logit 至少为 s_t - D，D 为差距：h_i ≥ 0"),
               where=[ABOVE], by=many(n)[1])
    yield holds(bound(n) <= spread, ("so (n-1) e^-D <= e^loss - 1 <= e^eps - 1", "故 (n-1)e^-D ≤ e^损失 - 1 ≤ e^ε - 1"), where=[ABOVE, loss(n) <= eps], by=spread_bound(n))
    yield holds(eq(log(1 + (n - 1) * exp(-bound(n))), eps), ("attained if all other logits are equal", "其余 logit 全相等时取到"), by=above_one)


@statement(title=("The sparse loss asks for less", "稀疏损失的要求更低"), where=[k >= 2, eps > 0],
           says=("If the target is among the k largest logits and the sparse loss is at most eps, the spread among these k is at least log(k-1) - log(e^eps - 1), whatever n is.",
                 "若目标在前 k 个 logit 中且稀疏损失不超过 ε，则这 k 个之间的差距至少为 log(k-1) - log(e^ε - 1)，与 n 无关。"),
           near_miss=near_miss(log(n - 1) - log(exp(lift(1)) - 1) <= spread, ("The bound with n still applies (k = 2, eps = 1).", "带 n 的界仍然成立（k = 2，ε = 1）。"),
                               where=[n >= 2, spread >= 0, log(1 + exp(-spread)) <= 1], at={"n": 21128, "D": "1/1000"}),
           references=[reference("k = 10, eps = log 2", "2.1972245773362193828", log(lift(9)))])
def sparse_bound():
    yield holds(bound(k) <= spread, ("the same argument for the k logits that are left", "对留下的 k 个 logit 作同样的论证"), where=[ABOVE, loss(k) <= eps], by=spread_bound(k))
    yield holds(eq(log(1 + (k - 1) * exp(-bound(k))), eps), ("attained", "可取到"), by=above_one)


T, U = Sum(exp(c + g[i]), i, 1, k), Sum(exp(c - h[j]), j, 1, m)
low = Sum(exp(-h[j]), j, 1, m)  # U e^(-c)
NONNEG = [every(i, g[i] >= 0), every(j, h[j] >= 0)]
top = lemma(k * exp(c) <= T, k >= 1, NONNEG[0], k=k, c=c, by=rewritten(Sum(exp(c), i, 1, k) <= T, termwise(
    scaled(exp(-c), 1 <= exp(g[i]), using(up(rising_exp, lift(0), g[i]))))))
rest = lemma(U <= m * exp(c), m >= 0, NONNEG[1], m=m, c=c, by=rewritten(U <= Sum(exp(c), j, 1, m), termwise(
    scaled(exp(h[j] - c), 1 <= exp(h[j]), using(up(rising_exp, lift(0), h[j]))))))
signs = [lemma(0 < T, k >= 1, k=k, c=c), lemma(0 <= low, m >= 0, m=m, by=rewritten(Sum(lift(0), j, 1, m) <= low, termwise()))]
share = lemma(k * U <= m * T, k >= 1, m >= 0, top[0].claim, rest[0].claim, by=through(k * m * exp(c), first=scaled(1 / k, U <= m * exp(c))))
EXAMPLE = [3, 1, 0, -1, mp.mpf(5) / 2]


def example(target, k):
    with mp.workdps(30):
        return mp.log(mp.fsum(map(mp.exp, sorted(EXAMPLE)[-k:]))) - EXAMPLE[target]


@statement(title=("What the sparse loss leaves out", "稀疏损失略去了什么"), tag="sharper", where=[k >= 1, m >= 0, *NONNEG],
           says=("L - L_k = -log(sum of p_i over the k largest), which lies in [0, log(n/k)] and does not depend on the target; if the target is not among them, L_k >= log k, finite "
                 "although its sparse probability is 0.",
                 "L - L_k = -log(前 k 个的概率之和)，属于 [0, log(n/k)]，与目标无关；若目标不在其中，则 L_k ≥ log k 且有限，尽管其稀疏概率为 0。"),
           near_miss=near_miss(log(T) - (c - h[1]) < 0, ("L_k may be negative if the target is not among the k largest.", "目标不在前 k 个时 L_k 可能为负。"), where=[k >= 1, *NONNEG]),
           references=[reference(f"target {t}, k = {k}", digits, compute=lambda t=t, k=k: example(t, k)) for t, k, digits in (
               (0, 5, "0.59330952479947290971"), (0, 3, "0.55495691964199064844"), (3, 5, "4.5933095247994729097"), (3, 3, "4.5549569196419906484"))]
           + [reference("gap", "0.038352605157482261266", compute=lambda: example(0, 5) - example(0, 3))])
def sparse_loss_gap():
    yield holds(eq((log(x + y) - z) - (log(x) - z), -log(x / (x + y))), ("for x = T, y = U the target logit z = s_t cancels; n = k + m",
                "取 x = T、y = U，目标 logit z = s_t 被约去；n = k + m"), where=[x > 0, y >= 0])
    yield holds(0 <= log(T + U) - log(T), ("the left-out terms are positive", "略去的项为正"), by=using(*signs, up(rising_log, T, T + U)))
    yield show(k * exp(c) <= T, ("the k largest are at least c, their least", "前 k 个不小于其最小者 c"), by=top[1])
    yield show(U <= m * exp(c), ("the others at most c", "其余不大于 c"), by=rest[1])
    yield holds(log(T + U) - log(T) <= log((k + m) / k), ("so the k largest hold at least the share k/n", "故前 k 个至少占 k/n"), by=using(
        top, rest, *signs, then=using(share, then=using(up(rising_log, T + U, T * (k + m) / k)))))
    yield holds(log(k) <= log(T) - (c - h[t]), ("a target outside has s_t = c - h_t", "落在其外的目标满足 s_t = c - h_t"), by=using(top, then=using(up(rising_log, k * exp(c), T))))


A, B = Sum(exp(a[i]), i, 1, k), Sum(exp(b[i]), i, 1, k)
middle, mixed = (1 - tau) * a[i] + tau * b[i], (1 - tau) * x + tau * y
MIX = [tau >= 0, tau <= 1]
convex = lemma(exp(mixed) <= (1 - tau) * exp(x) + tau * exp(y), *MIX, tau=tau, x=a[i] - log(A), y=b[i] - log(B), by=cases(tau, above=cases(
    y - x, below=monotone(y, at=x, slope=using(up(rising_exp, y, y + (1 - tau) * (x - y)), then=scaled(1 / tau, exp(y) <= exp(mixed)))),
    above=monotone(y, at=x, slope=using(up(rising_exp, y + (1 - tau) * (x - y), y), then=scaled(1 / tau, exp(mixed) <= exp(y)))))))
normalised = lemma(Sum(exp(middle - (1 - tau) * log(A) - tau * log(B)), i, 1, k) <= 1, k >= 1, *MIX, k=k, tau=tau, by=through(
    Sum((1 - tau) * exp(a[i] - log(A)) + tau * exp(b[i] - log(B)), i, 1, k), ("le", "eq"), first=termwise(using(convex))))
convex_sum = lemma(log(Sum(exp(middle), i, 1, k)) <= (1 - tau) * log(A) + tau * log(B), k >= 1, *MIX, k=k, tau=tau, by=using(normalised, then=using(
    up(rising_log, Sum(exp(middle), i, 1, k), exp((1 - tau) * log(A) + tau * log(B))))))
moved = Sum(exp(s[i] + x * delta(i, j)), i, 1, k)  # the k largest at s + x e_j


@statement(title=("The sparse loss is convex, its gradient sparse", "稀疏损失是凸的，梯度稀疏"), tag="sharper", where=[k >= 1],
           says=("L_k is convex and continuous in s. Off ties its derivative along s_j is p_j - [j = t] for the k largest, p their softmax, and -[j = t] for the others.",
                 "L_k 关于 s 凸且连续。无并列时沿 s_j 的导数：前 k 个为 p_j - [j = t]（p 为其 softmax），其余为 -[j = t]。"),
           near_miss=near_miss((log(exp(x) + exp(y)) + log(exp(z) + exp(c))) / 2 <= log(exp((x + z) / 2) + exp((y + c) / 2)), (
               "The loss is concave: at midpoints it lies above the chord.", "损失是凹的：中点处位于弦之上。"), at={"x": 1, "y": 0, "z": 0, "c": 1}))
def sparse_convexity_gradient():
    yield show(exp(mixed) <= (1 - tau) * exp(x) + tau * exp(y), ("the exponential is convex", "指数函数是凸的"), where=MIX, by=convex[1])
    yield holds(convex_sum[0].claim, ("for k fixed logits: divide by A^(1-tau) B^tau, then use this for each term",
                "对固定的 k 个 logit：除以 A^(1-τ)B^τ 后逐项使用"), where=MIX, by=convex_sum[1])
    yield show(Sum(exp(c - h[j]), j, 1, m) <= Sum(exp(c + g[i]), i, 1, m), ("no other k logits have a larger sum of exponentials than the k largest, c the least of these: m of the others against the m for which they stand",
               "前 k 个的指数和最大（c 为其最小者）：以 m 个其余 logit 替换其中 m 个"), where=[m >= 1, *NONNEG], by=using((*top[:2], {"k": m, "c": c}), rest, then=through(m * exp(c))))
    yield holds(log(Sum(exp(middle), i, 1, k)) <= (1 - tau) * x + tau * y, ("so L_k is convex: sum over the k that are largest at the point between; L_k + s_t is at least log A at one end, log B at the other, and s_t is linear",
                "故 L_k 为凸：在中间点处取前 k 大；L_k + s_t 在两端不小于 log A、log B，而 s_t 线性"), where=[*MIX, log(A) <= x, log(B) <= y], by=using(convex_sum, then=through(
                    (1 - tau) * log(A) + tau * log(B), second=squares(rest=(1 - tau) * (x - log(A)) + tau * (y - log(B))))))
    yield holds(log(Sum(exp(a[i] + z - h[i]), i, 1, k)) <= z + log(A), ("and continuous: if no logit grows by more than z, then no sum of k of them by more than the factor e^z, so L_k + s_t by no more than z",
                "且连续：若各 logit 增加不超过 z，则任意 k 个之和至多乘以 e^z，故 L_k + s_t 增加不超过 z"), where=[every(i, h[i] >= 0)], by=using(
                    lemma(Sum(exp(a[i] + z - h[i]), i, 1, k) <= exp(z) * A, k >= 1, every(i, h[i] >= 0), by=rewritten(
                        Sum(exp(a[i] + z - h[i]), i, 1, k) <= Sum(exp(a[i] + z), i, 1, k), termwise(scaled(exp(h[i] - a[i] - z), 1 <= exp(h[i]), using(up(rising_exp, lift(0), h[i])))))),
                    then=using(up(rising_log, Sum(exp(a[i] + z - h[i]), i, 1, k), exp(z) * A))))
    yield holds(eq(D(log(moved) - (y + x * delta(t, j)), x), exp(s[j] + x * delta(j, j)) / moved - delta(t, j)), (
        "the derivative along one of the k largest", "沿前 k 大之一的导数"), where=[j >= 1, j <= k])
    yield holds(eq(D(log(Sum(exp(s[i]), i, 1, k)) - (y + x * delta(t, j)), x), -delta(t, j)), ("and along any other", "沿其余方向的导数"))


mask = family("m")
kept = Sum(mask[j] * p[j], j, 1, n)
word, piece = family("w f")  # the tokens of the source and of the fragment, as numbers


def mismatch(m): return Sum((word[k + j] - piece[j]) ** 2, j, 1, m)


def distances():
    source, piece = [1, 2, 9, 2, 3], [1, 2, 3]
    return [sum((lift(source[o + q]) - piece[q]) ** 2 for q in range(3)) for o in range(3)]


@statement(title=("Copied fragments are pieces of the source", "复制的片段是原文的连续片段"), where=[n >= 1],
           says=("Tag B admits the tokens of the source, tag I those w for which the fragment followed by w occurs in the source (else the tag falls back to O). Each step draws from a "
                 "probability vector, and each maximal fragment B I ... I of the output is contiguous in the source.",
                 "标签 B 只允许原文中的词，标签 I 只允许使“当前片段加 w”在原文中出现的 w（否则退回 O）。每步都从概率向量中抽取，输出中每个极大片段 B I … I 都是原文的连续片段。"),
           limits=("Start and step are proved, the induction on the length is written out.", "起始与一步已证，对长度的归纳为书面论证。"),
           near_miss=near_miss(eq(distances()[0] * distances()[1] * distances()[2], 0), (
               "It is enough that both bigrams occur: 1 2 3 occurs in 1 2 9 2 3 (some offset has distance 0).", "只需两个二元组都出现：1 2 3 在 1 2 9 2 3 中出现（某处距离为 0）。")))
def bio_copy_ngram():
    yield holds(eq(Sum(mask[i] * p[i] / kept, i, 1, n), 1), ("masked and divided by the sum that is left", "加掩码后除以剩余之和"), where=[kept > 0])
    yield holds(0 <= mask[i] * p[i] / kept, ("no entry is negative", "各分量非负"), where=[every(j, mask[j] >= 0), every(j, p[j] >= 0), kept > 0])
    yield holds(eq(mask[i] * p[i] / kept, 0), ("and a token that is not admitted is never drawn", "不被允许的词绝不会被抽到"), where=[kept > 0, eq(mask[i], 0)])
    yield show((word[k + i] - piece[i]) ** 2 <= mismatch(m), ("the fragment of m tokens is a contiguous piece of the source at the offset k if this sum is 0, which says that all tokens agree", "m 个词的片段是原文在偏移 k 处的连续一段，当且仅当此和为零，即各词相同"), where=[m >= 1, i >= 1, i <= m], by=rewritten(
        Sum(delta(j, i) * (word[k + j] - piece[j]) ** 2, j, 1, m) <= mismatch(m), termwise(cases(j - i))))
    yield holds(eq(mismatch(lift(1)), 0), ("tag B starts with a token of the source, at some offset k", "标签 B 以原文中某偏移 k 处的词开始"), where=[eq(piece[1], word[k + 1])])
    yield holds(eq(mismatch(m + 1), 0), ("tag I admits the tokens w that keep some offset of the fragment: by induction on its length, after every step it is a piece of the source", "标签 I 只允许保留片段某个偏移的词 w：对长度归纳，每步之后片段都是原文的一段"), where=[
        m >= 1, eq(mismatch(m), 0), eq(piece[m + 1], word[k + m + 1])])
    yield therefore(r"\{o:\text{source}_{o+1\ldots o+l}=\text{fragment}\}\ne\emptyset\ \text{after every step}", ("by induction on the length l", "对长度 l 归纳"))
