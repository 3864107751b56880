"""Contrastive learning with a large batch in little memory: gradient accumulation that is exact.

Statement.  With p the row softmax of S and L = -sum t log p, dL/ds_ij = r_i p_ij - t_ij. The surrogate sum (p - t) s, its first factor held fixed, has the same
            gradient and differs from L by the entropies; for s_ij = h_i.h_j it is a sum over i alone, so it can be taken in chunks. Plain accumulation
            of the losses of chunks loses Σ_i log(1 + Z_out/Z_in).
Symbols.    b >= 1 the batch, d, m, q >= 1; one row: scores s_j, labels t_j, r = sum t_j, Z = sum e^(s_j); s(j, x) the scores as functions of a parameter x;
            h(i, k, x) entry k of the embedding h_i along a curve, H the matrix of these;
            U, V, W, X : b x d; G = P - T; C_k : b x q, its columns the unit vectors of chunk k (or 0); A, B, O > 0 sums of exponentials.
Excluded.   none; a masked entry is left out of its row.
Source.     Su Jianlin, 对比学习可以使用梯度累积吗？, 2021-06-17 (archives/8471).
"""
from mpmath import mp

from kexue import (Article, D, Sum, call, delta, eq, every, exp, eye, family, function, holds, integer, lift, log, matrix, ne, near_miss, real, reference, show,
                   statement, tr)
from kexue.tactics.combine import cases, induction, lemma, monotone, rewritten, scaled, squares, termwise, through, using

article = Article(
    number=16, date="2021-06-17", source="https://kexue.fm/archives/8471",
    title=("Can contrastive learning use gradient accumulation?", "对比学习可以使用梯度累积吗？"),
    summary=("The gradient of the softmax loss for any labels, a surrogate with the same gradient, its form as a sum over single samples, exact accumulation in chunks with its "
             "two conditions, and what plain accumulation loses.",
             "任意标签下 softmax 损失的梯度、梯度相同的代理损失、化为逐样本求和的形式、精确的分块累积及其两个前提，以及朴素累积损失了什么。"),
    papers=("Gao et al., Scaling Deep Contrastive Learning Batch Size under Memory Limited Setup, 2021",))

b, d, m, q, i, j, k, c = integer("b d m q i j k c")
x, y, A, B, O, rho, theta, K, u = real("x y A B O rho theta K u")
(s, t, p, v), f = family("s t p v"), function("s")
H, V, U, W, X, G, P, T = (*(matrix(name, b, d) for name in ("H", "V", "U", "W", "X")), *(matrix(name, b) for name in ("G", "P", "T")))
C = family("C", ("matrix", b, q))


def over(g, index=j): return Sum(g, index, 1, b)
def within(*indices): return [bound for k in indices for bound in (k >= 1, k <= b)]
def moved(k): return s[k] + x * delta(k, i)  # the scores with the i-th one moved by x
def share(k, score): return exp(score(k)) / over(exp(score(j)))
def loss(score): return over(t[j] * (log(over(exp(score(k)), k)) - score(j)))
def at(z): return lambda k: f(k, z)
def gap(z): return log(over(exp(f(j, z)))) - over(share(j, at(z)) * f(j, z))


def batch():
    """S = H H^T without its diagonal, pairs (0, 1), (2, 3), for H = sin(3i + a + 1): the loss, P, T, H."""
    rows = [[mp.sin(3 * i + a + 1) for a in range(3)] for i in range(4)]
    scores = [[mp.fdot(u, v) for v in rows] for u in rows]
    weights = [[mp.exp(z) * (i != j) for j, z in enumerate(r)] for i, r in enumerate(scores)]
    P = mp.matrix([[w / mp.fsum(r) for w in r] for r in weights])
    T = mp.matrix([[int(i == j ^ 1) for j in range(4)] for i in range(4)])
    return scores, P, T, mp.matrix(rows)


def total(kind):
    S, P, T, _ = batch()
    off = [(i, j) for i in range(4) for j in range(4) if i != j]
    if kind == "surrogate":
        return mp.fsum((P[i, j] - T[i, j]) * S[i][j] for i, j in off)
    return -mp.fsum((T if kind == "loss" else P)[i, j] * mp.log(P[i, j]) for i, j in off)


def held(what, column=0):
    _, P, T, H = batch()
    good, wrong = (P - T + (P - T).T) * H, 2 * (P - T) * H
    if what == "row":
        return good[0, column]
    return mp.mnorm(good, "f") if what == "norm" else mp.fdot(list(good), list(H)) if what == "inner" else max(abs(e) for e in good - wrong)


ROW = [b >= 1]


@statement(title=("The gradient of the softmax loss", "softmax 损失的梯度"), tag="conditional", where=ROW,
           says=("For all scores and labels dL/ds_ij = r_i p_ij - t_ij with r_i the sum of row i of T: equal to p_ij - t_ij exactly if every row of T sums to 1.",
                 "对任意打分与标签，∂L/∂s_ij = r_ip_ij - t_ij，r_i 为 T 第 i 行之和；当且仅当 T 的每行和为 1 时等于 p_ij - t_ij。"),
           near_miss=near_miss(eq(over(t[j]) * share(i, lambda k: s[k]) - t[i], share(i, lambda k: s[k]) - t[i]), (
               "It is p - t for every matrix of 0 and 1.", "对任意 0/1 矩阵都是 p - t。"), where=[*ROW, *within(i)], at={"b": 1, "i": 1, "s": [0], "t": [0]}),
           references=[reference("L", "12.658513167046210424", compute=lambda: total("loss"))])
def softmax_loss_gradient():
    positive = lemma(over(exp(moved(j))) > 0, *ROW, *within(i), by=rewritten(over(lift(0)) < over(exp(moved(j))), termwise()))
    yield holds(eq(D(loss(moved), x), over(t[j]) * share(i, moved) - t[i]), ("one row, its entry i moved by x; the other rows do not contain it", "一行，第 i 个分量移动 x；其他行不含它"),
                where=within(i), by=using(positive))
    yield holds(ne(u * share(i, lambda k: s[k]) - t[i] - (share(i, lambda k: s[k]) - t[i]), 0), ("the difference (r - 1) p does not vanish for r != 1, as p > 0", "当 r ≠ 1 时差 (r - 1)p 不为零，因为 p > 0"),
                where=[*within(i), ne(u, 1)], by=using(lemma(over(exp(s[j])) > 0, *ROW, by=rewritten(over(lift(0)) < over(exp(s[j])), termwise())), then=scaled(
                    over(exp(s[j])) / exp(s[i]), ne(u - 1, 0))))


one = eq(over(t[j]), 1)
WEIGHTS = lemma(over(exp(f(j, x))) > 0, *ROW, by=rewritten(over(lift(0)) < over(exp(f(j, x))), termwise()))
slope = D(f(j, x), x)
mean = over(share(j, at(x)) * slope)
LAW = (every(k, p[k] > 0), eq(over(p[k], k), 1))
at_most_1 = lemma(p[i] <= 1, *ROW, *LAW, *within(i), by=rewritten(over(lift(0), k) <= over(p[k] * (1 - delta(k, i)), k), termwise(cases(k - i))))
below = lemma(log(x) <= x - 1, x > 0, by=cases(x - 1, below=monotone(x, at=1), above=monotone(x, at=1)))
spread = over(p[k] * v[k], k)
apart = squares((p[k], v[k] - spread))


@statement(title=("A surrogate with the same gradient", "梯度相同的代理损失"), where=ROW,
           says=("Where the rows of T sum to 1, sum (p_ij(theta_0) - t_ij) s_ij(theta) has at theta_0 the gradient of L. L exceeds it by the entropies, in [0, b log b], "
                 "and its Hessian by variances: zero only where each row of the derivative of S is constant.",
                 "T 的每行和为 1 时，Σ(p_ij(θ_0) - t_ij)s_ij(θ) 在 θ_0 处与 L 梯度相同。L 比它多出各行的熵（总和在 [0, b log b] 内），其 Hessian 多出方差：仅当 S 的导数每行为常数时为零。"),
           near_miss=near_miss(eq(log(over(exp(s[j]))) - over(share(j, lambda k: s[k]) * s[j]), 0), (
               "Loss and surrogate have the same value, as an optimiser with line search needs.", "损失与代理的值相同，可用于线搜索。"), where=ROW, at={"b": 2, "s": [0, 0]}),
           references=[reference("surrogate", "11.235935091000725791", compute=lambda: total("surrogate")),
                       reference("entropy", "1.4225780760454846332", compute=lambda: total("entropy"))])
def stopgrad_surrogate():
    yield holds(eq(D(loss(at(x)), x), over((share(j, at(x)) - t[j]) * slope)), ("one row, s_j = s(j, x) any smooth functions of the parameter x", "一行，s_j = s(j, x) 为参数 x 的任意光滑函数"),
                where=[one], by=using(WEIGHTS))
    yield holds(eq(D(over((share(j, at(y)) - t[j]) * f(j, x)), x), over((share(j, at(y)) - t[j]) * slope)), ("the surrogate held at y: the same for y = x", "固定在 y 处的代理：y = x 时相同"))
    yield holds(eq(loss(at(x)) - over((share(j, at(x)) - t[j]) * f(j, x)), gap(x)), ("the two values at theta_0", "两者在 θ_0 处的值"), where=[one], by=using(WEIGHTS))
    yield holds(eq(-over(share(j, at(x)) * log(share(j, at(x)))), gap(x)), ("differ by the entropy", "相差熵"), by=using(WEIGHTS))
    yield holds(0 <= over(-p[i] * log(p[i]), i), ("which is at least 0, as p <= 1", "因 p ≤ 1，熵非负"), where=LAW, by=rewritten(over(lift(0), i) <= over(-p[i] * log(p[i]), i), termwise(
        using(at_most_1, (*below[:2], {"x": p[i]}), then=scaled(1 / p[i], log(p[i]) <= 0, through(p[i] - 1))))))
    yield holds(over(-p[i] * log(p[i]), i) <= log(b), ("and at most log b: -p log(bp) <= p (1/(bp) - 1)", "至多 log b：-p log(bp) ≤ p(1/(bp) - 1)"), where=LAW, by=rewritten(
        over(-p[i] * log(b * p[i]), i) <= over(1 / lift(b) - p[i], i), termwise(using((*below[:2], {"x": 1 / (b * p[i])}), then=scaled(1 / p[i], -log(b * p[i]) <= 1 / (b * p[i]) - 1)))))
    yield holds(eq(D(D(loss(at(x)), x), x) - D(D(over((share(j, at(y)) - t[j]) * f(j, x)), x), x) - over((share(j, at(x)) - share(j, at(y))) * D(slope, x)),
                   over(share(j, at(x)) * slope ** 2) - mean ** 2), ("the second derivatives along any line; at y = x the third term is 0", "沿任一直线的二阶导数；y = x 时第三项为零"), where=[one], by=using(WEIGHTS))
    yield holds(0 <= over(p[k] * v[k] ** 2, k) - spread ** 2, ("a variance", "它是方差"), where=LAW, by=rewritten(over(lift(0), k) <= over(p[k] * (v[k] - spread) ** 2, k), termwise(apart)))
    yield holds(0 < over(p[k] * v[k] ** 2, k) - spread ** 2, ("positive if one v_c is not the mean", "只要某个 v_c 不等于均值即为正"), where=[*LAW, *within(c), ne(v[c], spread)], by=through(
        p[c] * (v[c] - spread) ** 2, ("lt", "le"), first=squares((p[c], v[c] - spread)), second=rewritten(
            over(delta(k, c) * p[k] * (v[k] - spread) ** 2, k) <= over(p[k] * (v[k] - spread) ** 2, k), termwise(cases(k - c, below=apart, above=apart)))))


half_sum = (P + P.T) / 2
e, g, held_at = function("h g u")  # embeddings h(i, k, x), any numbers g(i, j) and u(i, k)


def dot_of(i, j): return Sum(e(i, k, x) * e(j, k, x), k, 1, d)
def de(i, k): return D(e(i, k, x), x)
def each(f, index=k): return Sum(f, index, 1, d)
def slope_of(i, j): return each(de(i, k) * e(j, k, x) + e(i, k, x) * de(j, k))
def exchanged(left, right, *where): return lemma(eq(left, right), b >= 1, d >= 1, c >= 1, *where, by=induction(c, base=1), c=b)


RANGE = [b >= 1, d >= 1]
left_part, right_part = over(over(g(i, j) * each(de(i, k) * e(j, k, x))), i), over(over(g(i, j) * each(e(i, k, x) * de(j, k))), i)
left_rows = exchanged(Sum(each(g(i, j) * de(i, k) * e(j, k, x)), j, 1, c), each(Sum(g(i, j) * de(i, k) * e(j, k, x), j, 1, c)))
right_rows = exchanged(Sum(each(g(i, j) * e(i, k, x) * de(j, k)), i, 1, c), each(Sum(g(i, j) * e(i, k, x) * de(j, k), i, 1, c)))
flipped = over(over(g(i, j) * each(e(i, k, x) * de(j, k)), i), j)
left = lemma(eq(left_part, over(each(de(i, k) * over(g(i, j) * e(j, k, x))), i)), *RANGE, by=termwise(using(left_rows)))
right = lemma(eq(right_part, over(each(de(j, k) * over(g(i, j) * e(i, k, x), i)), j)), *RANGE, by=through(flipped, ("eq", "eq"), first=using(exchanged(
    Sum(over(g(i, j) * each(e(i, k, x) * de(j, k))), i, 1, c), over(Sum(g(i, j) * each(e(i, k, x) * de(j, k)), i, 1, c)))), second=termwise(using(right_rows))))


def decoupled(kind):
    """The gradient of L, and that of the surrogate."""
    yield kind(eq(D(loss(at(x)), x), over((over(t[m], m) * share(j, at(x)) - t[j]) * slope)), ("one row with any scores s(j, x): the slope of L is sum G_ij ds_ij/dx, G_ij = r_i p_ij - t_ij (0 where masked)",
                "一行、任意打分 s(j, x)：L 的导数为 ΣG_ij ds_ij/dx，G_ij = r_ip_ij - t_ij（被掩盖处为 0）"), by=using(WEIGHTS))
    yield kind(eq(D(dot_of(i, j), x), slope_of(i, j)), ("s_ij = h_i.h_j for any smooth curve of embeddings h(i, k, x)", "s_ij = h_i·h_j，h(i, k, x) 为任意光滑的嵌入曲线"))
    yield kind(eq(over(over(g(i, j) * slope_of(i, j)), i), over(each(de(i, k) * over((g(i, j) + g(j, i)) * e(j, k, x))), i)), (
        "for any numbers g this is sum dh_i/dx . h̃_i, h̃_i = sum_j (g_ij + g_ji) h_j: exchange the sums", "对任意数 g，它等于 Σ dh_i/dx·h̃_i，h̃_i = Σ_j(g_ij + g_ji)h_j：交换求和次序"), by=using(left, right))
    yield kind(eq(D(over(each(e(i, k, x) * held_at(i, k)), i), x), over(each(de(i, k) * held_at(i, k)), i)), ("and for any fixed u the surrogate sum h_i.u_i has this slope: with g = G and u = H̃ at the same x, that of L", "对任意固定的 u，代理 Σh_i·u_i 的导数如此：取 g = G、u 为同一 x 处的 H̃，即 L 的导数"))


@statement(title=("Inner products decouple", "内积可以解耦"), where=[b >= 1, d >= 1],
           says=("For s_ij = h_i.h_j, with or without the diagonal, grad L = grad Σ_i h_i.h̃_i with H̃ = (G + G^T) H held fixed; for symmetric T, h̃_i = 2 Σ_j ((p_ij + p_ji)/2 - t_ij) h_j. "
                 "For two towers u_i.v_j: Ũ = G V, Ṽ = G^T U.",
                 "s_ij = h_i·h_j（含或不含对角线）时 ∇L = ∇Σ_i h_i·h̃_i，其中 H̃ = (G + Gᵀ)H 固定；T 对称时 h̃_i = 2Σ_j((p_ij + p_ji)/2 - t_ij)h_j。双塔 u_i·v_j：Ũ = GV，Ṽ = GᵀU。"),
           near_miss=near_miss(eq((G + G.T) @ H, 2 * G @ H), ("h̃_i = 2 Σ_j (p_ij - t_ij) h_j, as S is symmetric.", "因 S 对称，h̃_i = 2Σ_j(p_ij - t_ij)h_j。"), where=[b >= 1, d >= 1]),
           references=[*(reference(f"row 0 of H̃, {a}", digits, compute=lambda a=a: held("row", a)) for a, digits in enumerate((
               "2.5968343986696627813", "3.547411798455072185", "1.2365151504685772522"))),
               reference("|H̃|", "9.0561304374869801706", compute=lambda: held("norm")), reference("sum of h·h̃", "22.471870182001451582", compute=lambda: held("inner")),
               reference("error of 2(P - T)H", "0.00609330444136186099", compute=lambda: held("error"))])
def inner_product_decoupling():
    yield from decoupled(holds)
    yield holds(eq((P - T + (P - T).T) @ H, 2 * (half_sum - T) @ H), ("for symmetric T", "T 对称时"), where=[call("symmetric", T)])
    yield holds(eq(D(tr(G.T @ (U + x * V) @ W.T), x), tr(V.T @ (G @ W))), ("two towers, the left one moved", "双塔，左塔移动"))
    yield holds(eq(D(tr(G.T @ U @ (W + x * V).T), x), tr(V.T @ (G.T @ U))), ("and the right one", "右塔移动"))


pieces = Sum(C[k] @ C[k].T, k, 1, m)


@statement(title=("Accumulation in chunks is exact", "分块累积是精确的"), tag="conditional", where=[b >= 1, d >= 1, m >= 1, q >= 1],
           says=("For every partition into chunks the gradients of Σ_(i∈C_k) h_i.h̃_i add up to grad L, if the second forward pass gives the same h_i. It costs 4/3 of a step when a backward pass costs two forward ones.",
                 "对任意分块，Σ_(i∈C_k) h_i·h̃_i 的梯度之和等于 ∇L，前提是第二次前向得到相同的 h_i。反向代价为前向两倍时，总代价为一步的 4/3。"),
           near_miss=near_miss(eq(theta / (1 - rho), theta), ("The second pass may draw its own dropout mask.", "第二次前向可以重新抽取 dropout 掩码。"), where=[rho > 0, rho < 1, theta > 0], at={"rho": "1/2", "theta": 1}))
def chunked_accumulation_exact():
    yield from decoupled(show)
    yield holds(eq(tr((C[k].T @ V).T @ (C[k].T @ X)), tr(V.T @ (C[k] @ C[k].T) @ X)), ("the last slope is tr V^T X, V = dH/dx and X = H̃; the columns of C_k are the unit vectors of chunk k (or 0): its slope takes its rows of V and of X", "上式末尾的导数即 tr VᵀX，V = dH/dx，X = H̃；C_k 的列为第 k 块的单位向量（或 0）：该块的导数只用 V 与 X 的相应行"), where=[k >= 1, k <= m])
    yield holds(eq(tr(V.T @ pieces @ X), tr(V.T @ X)), ("added over the chunks, as the C_k C_k^T add up to I: the slope of L, if h_i and H̃ are those of one and the same x", "对各块求和，因 C_kC_kᵀ 之和为 I：若 h_i 与 H̃ 属于同一个 x，即 L 的导数"), where=[eq(pieces, eye(b))])
    yield holds(eq((1 - rho) * (theta / (1 - rho) ** 2), theta / (1 - rho)), ("h = m theta, m = 1/(1 - rho) with probability 1 - rho, else 0, loss h^2/2: the mean gradient is E m^2 theta",
                "h = mθ，m 以概率 1 - ρ 取 1/(1 - ρ)，否则为 0，损失 h²/2：梯度的均值为 E m² θ"), where=[rho > 0, rho < 1])
    yield holds(eq(((1 - rho) * (1 / (1 - rho))) ** 2 * theta, theta), ("with two independent masks it is (E m)^2 theta", "两个独立掩码则为 (E m)²θ"), where=[rho > 0, rho < 1])
    yield show(eq((2 * A + 2 * A) / (A + 2 * A), lift(4) / 3), ("two forward passes and a backward one against one of each", "两次前向加一次反向，与各一次之比"), where=[A > 0])


full = log(A + O)


@statement(title=("What plain accumulation loses", "朴素累积损失了什么"), where=[A > 0, O > 0],
           says=("For chunks that contain the positive of each of their samples, L exceeds the sum of their losses by Σ_i log(1 + Z_out/Z_in) > 0: for constant scores and K equal chunks by b log K. No factor repairs it.",
                 "若各块含有其中每个样本的正例，则 L 比各块损失之和多 Σ_i log(1 + Z_out/Z_in) > 0：打分为常数且分成 K 等块时多 b log K。任何倍数都不能弥补。"),
           near_miss=near_miss(eq(log(1 + A + O) * log(1 + B), log(1 + B + O) * log(1 + A)), ("It is equivalent up to a constant factor.", "两者只差一个常数倍。"), where=[A > 0, B > 0, O > 0]),
           references=[reference("the example, chunks {0,1}, {2,3}", "12.658513167046210424", compute=lambda: total("loss")),
                       reference("b = 64, K = 8", "133.08425866750949941", 64 * log(lift(8)))])
def naive_accumulation_gap():
    yield holds(eq(full - y - (log(A) - y), log(1 + O / A)), ("one row: A and O are the sums of e^s inside and outside the chunk, y the score of the positive", "一行：A、O 为块内、块外的 e^s 之和，y 为正例打分"))
    yield holds(0 < log(1 + O / A), ("positive", "为正"), by=using(lemma(0 < log(1 + x), x > 0, x=O / A, by=monotone(x, strict="slope"))))
    yield holds(eq(over(log(1 + (b - b / K) / (b / K)), i), b * log(K)), ("constant scores, K equal chunks: Z_in = b/K and Z_out = b - b/K, up to one factor", "打分为常数、K 等块：Z_in = b/K，Z_out = b - b/K（差一公因子）"),
                where=[b >= 1, K >= 1])
    yield holds(eq(log(exp(y)) - y, 0), ("if a chunk offers no other candidate than the positive, its row has loss 0: no factor makes it the true one", "若块内除正例外无其他候选，该行损失为零：乘任何数都得不到真值"))
