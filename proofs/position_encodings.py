"""A survey of position encodings: what attention does not see, and the ways of showing it positions.

Statement.  Attention without positions commutes with permutations. Absolute positions give four terms, of which the relative encodings keep or replace some; the
            shift of relative scores and the T5 buckets are exact integer maps; rotations depend on differences only, and real factors do so only
            trivially; linear recursions with that property are rotations in disguise; a relative bias factorises exactly if it is affine.
Symbols.    n, d, r >= 1; i, j, k integers; x, y contents, p, q positions, in R^d, U, V : r x d weights (queries and keys), R, R2 in R^r relative codes; E the matrix of e^s,
            B its row sums on the diagonal, P a permutation matrix (orthogonal, Pe = e, e the ones); theta, l, m, n' real.
Excluded.   none.
Source.     Su Jianlin, 让研究人员绞尽脑汁的Transformer位置编码, 2021-02-03 (archives/8130).
"""
from mpmath import mp

from kexue import (Article, D, I, Sum, block, call, cite, cos, delta, dot, eq, exp, expm, eye, family, function, holds, integer, inv, lift, log, matrix, ne,
                   near_miss,
                   real, complex_, reference, show, sin, statement, therefore, vector)
from kexue.tactics.combine import flow, lemma, monotone, rewritten, scaled, termwise, using

article = Article(
    number=13, date="2021-02-03", source="https://kexue.fm/archives/8130",
    title=("Position encodings of the Transformer that racked researchers' brains", "让研究人员绞尽脑汁的Transformer位置编码"),
    summary=("Permutations, the four terms, the relative shift and the T5 buckets as integer maps, rotations for every dimension, why real factors cannot be relative, recursive "
             "encodings, and which biases linear attention can carry.",
             "置换等变性、四项展开、作为整数映射的相对移位与 T5 分桶、任意维度的旋转编码、实数乘性编码为何不可能、递归式编码，以及线性注意力能承载哪些偏置。"),
    papers=("Shaw, Uszkoreit & Vaswani, NAACL 2018", "Dai et al., Transformer-XL, ACL 2019", "Raffel et al., T5, JMLR 21 (2020)", "He et al., DeBERTa, ICLR 2021",
            "Liu et al., FLOATER, ICML 2020"))

n, d, r, h = integer("n d r h")
i, j, k, m, b = integer("i j k m b")
a, c, x0, y0, s, t, theta, w, l, M1, N1, v1, v2 = real("a c x y s t theta omega l mu nu v_1 v_2")
(x, y, p, q), (R, R2, u1, u2) = vector("x y p q", d), vector("R S u v", r)
U, V, UR, VR = matrix("U", r, d), matrix("V", r, d), matrix("U_R", r, r), matrix("V_R", r, r)
one = vector("e", n)
X, G, P, E, B, O, A = matrix("X", n, d), matrix("G", d), matrix("P", n), matrix("E", n), matrix("B", n), matrix("O", n, d), matrix("A", n, d)
PERMUTATION = [n >= 1, d >= 1, call("orthogonal", P), eq(P @ one, one)]


entry, sums = function("s"), family("w")
IN_RANGE = [k >= 1, k <= n, m >= 1, m <= n]


def renamed(f):
    """Entry (k, m) of P F P^T, f the entry (i, j) of F, where the rows stand for the tokens k and m."""
    return Sum(Sum(delta(k, i) * f * delta(m, j), j, 1, n), i, 1, n)


@statement(title=("Attention without positions", "没有位置的注意力"), where=[n >= 1, d >= 1],
           says=("For all n, d and every permutation P, Attn(PX) = P Attn(X) when there is neither mask nor position; pooled outputs do not change at all.", "对任意 n、d 与置换 P，若无掩码也无位置，则 Attn(PX) = P Attn(X)；池化后的输出完全不变。"),
           near_miss=near_miss(eq(v2, (a * v1 + c * v2) / (a + c)), ("With a causal mask too (n = 2, rows swapped: the first row sees itself only).", "有因果掩码时亦然（n = 2、两行对调：首行只看到自己）。"), where=[a > 0, c > 0], at={"a": 1, "c": 1, "v_1": 1, "v_2": 0}))
def attention_permutation_equivariance():
    yield holds(eq(P @ X @ G @ (P @ X).T, P @ (X @ G @ X.T) @ P.T), ("the scores are renamed in rows and columns alike", "打分矩阵的行列同时重排"), where=PERMUTATION)
    yield holds(eq(exp(renamed(entry(i, j))), renamed(exp(entry(i, j)))), ("so are their exponentials E, entry by entry: P has the entries [k = i], [m = j] in rows that stand for the tokens k and m, s(i, j) the scores", "其逐元素指数 E 亦然：P 在代表词 k、m 的行中元素为 [k = i]、[m = j]，s(i, j) 为打分"), where=IN_RANGE)
    yield holds(eq(P @ E @ P.T @ one, P @ (E @ one)), ("the row sums are permuted, so their diagonal matrix B becomes PBP^T", "行和随之重排，故其对角阵 B 变为 PBPᵀ"), where=[*PERMUTATION, eq(P.T @ one, one)])
    yield holds(eq(renamed(delta(i, j) * sums[i]), delta(k, m) * sums[k]), ("entry by entry: the diagonal matrix with the entries w_i", "逐元素：对角元为 w_i 的对角阵"), where=IN_RANGE)
    yield show(0 < Sum(exp(entry(k, j)), j, 1, n), ("these are positive, so B has an inverse, and Attn(X) = B^-1 E O with the values O", "行和为正，故 B 可逆，且 Attn(X) = B⁻¹EO，O 为值矩阵"), by=rewritten(Sum(lift(0), j, 1, n) < Sum(exp(entry(k, j)), j, 1, n), termwise()))
    yield holds(eq(inv(P @ B @ P.T) @ (P @ E @ P.T) @ (P @ O), P @ (inv(B) @ E @ O)), ("the rows of the values move along: Attn(PX) = P Attn(X)", "值矩阵的行随之移动：Attn(PX) = P Attn(X)"), where=[*PERMUTATION, call("invertible", B)])
    yield holds(eq((P @ O).T @ one, O.T @ one), ("sums over the rows are not affected", "对行求和不受影响"), where=[*PERMUTATION, eq(P.T @ one, one)])


def score(f, g): return dot(U @ f, V @ g)


@statement(title=("The four terms", "四项展开"), where=[d >= 1, r >= 1],
           says=("(x_i + p_i) W_Q W_K^T (x_j + p_j)^T is content-content + content-position + position-content + position-position, for any shapes. Shaw, Transformer-XL, T5, DeBERTa and TUPE drop or replace terms.",
                 "(x_i + p_i)W_Q W_Kᵀ(x_j + p_j)ᵀ = 内容-内容 + 内容-位置 + 位置-内容 + 位置-位置，对任意形状成立。Shaw、Transformer-XL、T5、DeBERTa、TUPE 舍弃或替换其中若干项。"),
           near_miss=near_miss(eq(score(x + p, y), score(x, y) + score(x, q) + score(p, y) + score(p, q)), ("The position of the key may be left out.", "可以略去键的位置。"), where=[d >= 1, r >= 1]))
def four_term_expansion():
    yield holds(eq(score(x + p, y + q), score(x, y) + score(x, q) + score(p, y) + score(p, q)), ("bilinear", "双线性"))
    yield holds(eq(dot(U @ x, V @ y + R), score(x, y) + dot(U @ x, R)), ("Shaw: the key gets R_(i-j), the query no position", "Shaw：键加 R_(i-j)，查询不加位置"))
    yield holds(eq(score(x, y) + dot(U @ x, VR @ R) + dot(u1, V @ y) + dot(u2, VR @ R), dot(U @ x + u1, V @ y) + dot(U @ x + u2, VR @ R)), (
        "Transformer-XL: p_j becomes R_(i-j), p_i U becomes u and v; two products suffice", "Transformer-XL：p_j 换成 R_(i-j)，p_iU 换成 u、v；两次乘积即可"))
    yield holds(eq(score(x + p, y + q) - score(x, q) - score(p, y), score(x, y) + score(p, q)), ("T5 keeps the first term and writes a bias for the last; TUPE gives the last weights of its own", "T5 保留第一项、把末项写成偏置；TUPE 让末项使用独立的权重"))
    yield holds(eq(dot(U @ x, V @ y) + dot(U @ x, VR @ R) + dot(UR @ R2, V @ y) + dot(UR @ R2, VR @ R), dot(U @ x + UR @ R2, V @ y + VR @ R)), (
        "DeBERTa drops the last term of this, with R_(i,j) and R_(j,i) in the middle ones", "DeBERTa 舍去此式末项，中间两项用 R_(i,j) 与 R_(j,i)"))


FLAT = i * (2 * n - 1) + n - 1 + j
IN = [n >= 1, i >= 0, i <= n - 1, j >= 0, j <= n - 1]


@statement(title=("The relative shift", "相对移位"), where=IN,
           says=("For A of size n x (2n-1): pad a zero column on the right, read row by row, drop the last n entries, reshape to n x (2n-1) and keep the columns n-1, ..., 2n-2. The entry (i, j) is A_(i, j-i+n-1).",
                 "对 n×(2n-1) 的 A：右侧补一列零，按行展开，去掉最后 n 个，重排为 n×(2n-1)，取第 n-1 至 2n-2 列；所得 (i, j) 元为 A_(i, j-i+n-1)。"),
           near_miss=near_miss(eq(FLAT, 2 * n * i + (j - i + n - 1) + 1), ("The zero column may be put on the left, where it comes first in each row.", "零列可以补在左侧（每行之首）。"), where=IN))
def rel_shift():
    yield holds(eq(FLAT, 2 * n * i + (j - i + n - 1)), ("the place read in the flat list is that of row i, column j-i+n-1 of the padded matrix, whose rows have 2n entries", "展开后读取的位置是补零矩阵（每行 2n 个）第 i 行、第 j-i+n-1 列"))
    yield holds(0 <= j - i + n - 1, ("a column that exists", "该列存在"))
    yield holds(j - i + n - 1 <= 2 * n - 2, ("and is not the padded one, 2n-1", "且不是补上的第 2n-1 列"))
    yield holds(FLAT < n * (2 * n - 1), ("nor one of the n entries dropped", "也不在去掉的 n 个之中"), by=scaled(1, 0 < (n - 1 - i) * (2 * n - 1) + (n - j)))


FIRST = (8, 12, 16, 23, 32, 46, 64, 91)
CAUSAL = (16, 19, 21, 24, 27, 31, 35, 40, 46, 52, 59, 67, 77, 87, 99, 113)
K0, K1, EX, MD = real("k kappa epsilon D")
rises = lemma(log(s) <= log(t), s > 0, t >= s, by=monotone(t, at=s))
goes_up = lemma(log(s) < log(t), s > 0, t > s, by=monotone(t, at=s, strict="slope"))
LOGS = [K0 > 0, EX > 0, MD > 0, MD > EX, n >= 1, m >= 0]
reaches, needed = K0 ** n * EX ** m, EX ** n * MD ** m


@statement(title=("The T5 buckets are integer maps", "T5 分桶是整数映射"), where=[],
           says=("With e exact buckets, N logarithmic ones and greatest distance D, k reaches the j-th logarithmic bucket, j <= N log(k/e)/log(D/e), exactly if k^N e^j >= e^N D^j. For 32 buckets, D = 128, both ways (e = N = 8): if k^2 >= 64 2^j, so the bucket is min(15, 1 + "
                 "bit length of k^2), first reached at k = 8, 12, 16, 23, 32, 46, 64, 91; causal (e = N = 16): at 16, 19, 21, 24, 27, 31, 35, 40, 46, 52, 59, 67, 77, 87, 99, 113.",
                 "e 个精确桶、N 个对数桶、最大距离 D 时，k 达到第 j 个对数桶，即 j ≤ N log(k/e)/log(D/e)，当且仅当 k^N e^j ≥ e^N D^j。32 桶、D = 128、双向（e = N = 8）：即 k² ≥ 64·2^j，桶号为 min(15, 1 + k² 的比特长度)，"
                 "首次达到于 k = 8, 12, 16, 23, 32, 46, 64, 91；因果（e = N = 16）：16, 19, 21, 24, 27, 31, 35, 40, 46, 52, 59, 67, 77, 87, 99, 113。"),
           near_miss=near_miss(64 * 2 ** m <= K0 ** 2, ("The fraction is rounded up: j < 2 log_2(k/8) + 1 suffices.", "分数向上取整：只需 j < 2log₂(k/8) + 1。"), where=[m >= 0, K0 > 0, 64 * 2 ** m < 2 * K0 ** 2], at={"m": 1, "k": 10}),
           references=[*[reference(f"both ways, bucket {8 + b}", str(value), compute=lambda b=b: next(k for k in range(8, 129) if k ** 2 >= 64 * 2 ** b)) for b, value in enumerate(FIRST)],
                       *[reference(f"causal, bucket {16 + b}", str(value), compute=lambda b=b: next(k for k in range(16, 129) if k ** 16 >= 16 ** 16 * 8 ** b)) for b, value in enumerate(CAUSAL)]])
def t5_bucket_exact():
    yield show(eq(log(reaches / needed), n * log(K0 / EX) - m * log(MD / EX)), ("with n = N, m = j, epsilon = e: N log(k/e) - j log(D/e) as one logarithm", "记 n = N、m = j、ε = e：N log(k/e) - j log(D/e) 合为一个对数"), where=LOGS)
    yield holds(0 <= n * log(K0 / EX) - m * log(MD / EX), ("if k^N e^j >= e^N D^j the bucket is reached", "k^N e^j ≥ e^N D^j 时达到该桶"), where=[*LOGS, needed <= reaches], by=using((*rises[:2], {"s": needed, "t": reaches})))
    yield holds(n * log(K0 / EX) - m * log(MD / EX) < 0, ("and otherwise not", "否则不然"), where=[*LOGS, reaches < needed], by=using((*goes_up[:2], {"s": reaches, "t": needed})))
    yield holds(needed < K1 ** n * EX ** m, ("larger distances reach at least the same buckets", "更大的距离至少达到同样的桶"), where=[*LOGS, needed <= reaches, K0 < K1], by=using(
        lemma(s ** n < t ** n, n >= 1, s > 0, t > s, s=K0, t=K1, by=monotone(t, at=s, strict="slope")), then=scaled(1, needed - reaches < (K1 ** n - K0 ** n) * EX ** m)))
    yield holds(eq(8 * log(K0 / 8) / log(lift(16)), log(K0 ** 2 / 64) / log(lift(2))), ("both ways: the fraction is log_2(k^2/64)", "双向：该分数为 log₂(k²/64)"), where=[K0 > 0])
    yield holds(eq(16 * log(K0 / 16) / log(lift(8)), log((K0 / 16) ** 16) / log(lift(8))), ("causal", "因果"), where=[K0 > 0])
    yield holds(64 * 2 ** m <= K0 ** 2, ("a k^2 of m + 7 bits reaches the bucket m", "k² 有 m + 7 个比特时达到第 m 桶"), where=[m >= 0, K0 > 0, 2 ** (m + 6) <= K0 ** 2])
    yield holds(K0 ** 2 < 64 * 2 ** (m + 1), ("and not the next", "而不到下一桶"), where=[m >= 0, K0 > 0, K0 ** 2 < 2 ** (m + 7)])
    for e, power, base, table, name in ((8, 2, 2, FIRST, ("both ways", "双向")), (16, 16, 8, CAUSAL, ("causal", "因果"))):
        line = [e ** power * base ** b for b in range(len(table))]
        formula = rf"{e}^{{{power}}}\cdot{base}^j" if power > 2 else r"64\cdot2^j"
        yield holds(0 <= call("min", *(k ** power - least for k, least in zip(table, line, strict=True))), latex=rf"{formula}\le k_j^{{{power}}}\quad(k_j={','.join(map(str, table))})",
                    because=(f"{name[0]}: the distances listed reach their buckets", f"{name[1]}：所列距离达到各自的桶"))
        yield holds(call("max", *((k - 1) ** power - least for k, least in zip(table[1:], line[1:], strict=True))) < 0, latex=rf"(k_j-1)^{{{power}}}<{formula}\quad(j\ge1)",
                    because=("and the distances before them do not", "而前一个距离都不达到"))


qa, qb, ka, kb, th = family("a b c f theta")
at_i, at_j = real("m n")
def turned(a, b, z): return a[j] * cos(z * th[j]) - b[j] * sin(z * th[j]), a[j] * sin(z * th[j]) + b[j] * cos(z * th[j])
def over(f): return Sum(f, j, 1, h)
def product(m, n): return over(turned(qa, qb, m)[0] * turned(ka, kb, n)[0] + turned(qa, qb, m)[1] * turned(ka, kb, n)[1])
def relative(z): return over((qa[j] * ka[j] + qb[j] * kb[j]) * cos(z * th[j]) - (qb[j] * ka[j] - qa[j] * kb[j]) * sin(z * th[j]))
def rotation(z): return block((cos(z), -sin(z)), (sin(z), cos(z)))


def example(m, n):
    """d = 4, base 10^4, q = (1, 2, 3, 4), k = (.5, -1, 2, .25)."""
    q, k = [mp.mpc(1, 2), mp.mpc(3, 4)], [mp.mpc("0.5", -1), mp.mpc(2, "0.25")]
    return mp.fsum((a * mp.conj(b) * mp.expj((m - n) * f)).real for a, b, f in zip(q, k, (mp.mpf(1), mp.mpf(1) / 100), strict=True))


@statement(title=("Rotations depend on differences", "旋转编码只依赖差值"), where=[h >= 1],
           says=("For all d = 2h, frequencies theta_j, q, k and real m, n: <R_m q, R_n k> = q.R_(n-m) k = Re sum_j q_j conj(k_j) e^(i(m-n)theta_j), and |R_m q| = |q|; rotations commute with each other but not with every matrix.",
                 "对任意 d = 2h、频率 theta_j、q、k 与实数 m、n：⟨R_m q, R_n k⟩ = q·R_(n-m)k = Re Σ_j q_j conj(k_j)e^(i(m-n)theta_j)，且 |R_m q| = |q|；旋转彼此可交换，但不与任意矩阵可交换。"),
           near_miss=near_miss(eq(product(at_i, at_j), relative(at_j - at_i)), ("It is q.R_(m-n) k.", "应为 q·R_(m-n)k。"), where=[h >= 1], at={"h": 1, "a": [1], "b": [0], "c": [0], "f": [1], "theta": [1], "m": 1, "n": 0}),
           references=[reference("s(7, 3)", "9.198548495685022300875061", compute=lambda: example(7, 3)), reference("s(104, 100)", "9.198548495685022300875061", compute=lambda: example(104, 100)),
                       reference("s(3, 7)", "6.751183860159504607446434", compute=lambda: example(3, 7))])
def rope_relative():
    yield holds(eq(product(at_i, at_j), relative(at_i - at_j)), ("q_j = a_j + i b_j, k_j = c_j + i f_j: the real part of q_j conj(k_j) e^(i(m-n)theta_j)", "q_j = a_j + ib_j，k_j = c_j + if_j：q_j conj(k_j)e^(i(m-n)θ_j) 的实部"))
    yield holds(eq(over(turned(qa, qb, at_i)[0] ** 2 + turned(qa, qb, at_i)[1] ** 2), over(qa[j] ** 2 + qb[j] ** 2)), ("lengths are kept", "长度不变"))
    yield holds(eq(over(qa[j] * turned(ka, kb, at_j - at_i)[0] + qb[j] * turned(ka, kb, at_j - at_i)[1]), relative(at_i - at_j)), ("the same as q.R_(n-m) k", "等于 q·R_(n-m)k"))
    yield holds(eq(rotation(s) @ rotation(t), rotation(s + t)), ("one plane: rotations commute", "单个平面：旋转可交换"))
    yield holds(eq(rotation(s) @ block((1, 0), (0, -1)) - block((1, 0), (0, -1)) @ rotation(s), block((0, 2 * sin(s)), (2 * sin(s), 0))), ("but not with diag(1, -1), unless sin s = 0", "但不与 diag(1, -1) 可交换，除非 sin s = 0"))


h0, h1, pa, pb = real("h_0 h_1 u v")
z0, zc, z1, yc, g1 = complex_("z z_c y y_c g")


pk = family("p")


@statement(title=("Real factors are relative only trivially", "实数乘性编码只有平凡的相对性"), tag="sharper", where=[],
           says=("If real p_i, not all 0, satisfy p_i p_j = h(i-j) for all integers, then p_(i+1) = s p_i with one s = 1 or s = -1: p_i = c or p_i = c(-1)^i. If complex ones satisfy p_i conj(p_j) = h(i-j), then p_(k+1) = g p_k with one g of modulus 1: "
                 "p_k = p_0 e^(ik theta).",
                 "不全为零的实数 p_i 若对一切整数满足 p_i p_j = h(i-j)，则 p_(i+1) = s p_i，s = 1 或 -1 与 i 无关：p_i = c 或 p_i = c(-1)^i。复数情形 p_i conj(p_j) = h(i-j) 则 p_(k+1) = g p_k，g 的模为 1 且与 k 无关：p_k = p_0 e^(ikθ)。"),
           near_miss=near_miss(eq(lift(2) ** (i + j), lift(2) ** ((i + 1) + (j + 1))), ("p_i = 2^i is relative.", "p_i = 2^i 具有相对性。"), where=[i >= 0, j >= 0]))
def real_multiplicative_impossible():
    relations = [ne(pk[i], 0), eq(h0, pk[i] * pk[i]), eq(h1, pk[i + 1] * pk[i])]
    yield holds(eq(pk[i + 1], h1 / h0 * pk[i]), ("p_i^2 = h(0) for every i, which is not 0, and p_(i+1) p_i = h(1): the factor s = h(1)/h(0) does not depend on i", "对一切 i 有 p_i² = h(0) ≠ 0 且 p_(i+1)p_i = h(1)：因子 s = h(1)/h(0) 与 i 无关"),
                where=relations)
    yield holds(eq((h1 / h0) ** 2, 1), ("s^2 = 1, as p_(i+1)^2 = h(0) too", "s² = 1，因为 p_(i+1)² = h(0)"), where=[ne(pa, 0), eq(h0, pa ** 2), eq(h1, pa * pb), eq(pb ** 2, pa ** 2)])
    yield holds(eq(c * (-1) ** (i + j) * (c * (-1) ** j), c ** 2 * (-1) ** i), ("both are relative", "二者确有相对性"))
    yield holds(eq(z1, g1 / (z0 * zc) * z0), ("complex, z = p_k, y = p_(k+1), z_c the conjugate of z: y z_c = h(1), so y = h(1)/|z|^2 z with |z|^2 = h(0)", "复数情形，z = p_k、y = p_(k+1)，z_c 为 z 的共轭：y z_c = h(1)，故 y = h(1)/|z|²·z，|z|² = h(0)"),
                where=[ne(z0, 0), ne(zc, 0), eq(g1, z1 * zc)])
    yield holds(eq(z1 * zc / (z0 * zc) * (yc * z0 / (z0 * zc)), 1), ("this factor times its conjugate, y_c that of y, as |y|^2 = h(0) too", "该因子乘以其共轭（y_c 为 y 的共轭），因为 |y|² = h(0)"), where=[ne(z0, 0), ne(zc, 0), eq(z1 * yc, z0 * zc)])
    yield holds(eq(exp(I * (at_i * theta)) * exp(-I * (at_j * theta)), exp(I * ((at_i - at_j) * theta))), ("and these are relative", "而它们确有相对性"))


Q0, pv, qv = matrix("M", d), vector("p", d), vector("q", d)


@statement(title=("Recursive and continuous encodings", "递归式与连续编码"), tag="conditional", where=[d >= 1],
           says=("Sinusoidal codes solve dp/dt = Omega p with Omega^2 = -theta^2 I on each frequency, p_(k+1) = e^Omega p_k; orthogonal recursions give relative inner products. A recursion with bounded orbits in both directions that span R^d is similar to an orthogonal one.",
                 "正弦编码满足 dp/dt = Ωp，在每个频率上 Ω² = -θ²I，p_(k+1) = e^Ω p_k；正交递归给出相对的内积。两个方向轨道均有界且张成 R^d 的递归相似于正交递归。"),
           limits=("That a bounded group is similar to an orthogonal one is cited.", "有界矩阵群相似于正交群为引用。"),
           near_miss=near_miss(eq(4 ** (i + j) * a ** 2 + lift(4) ** (-i - j) * c ** 2, 4 ** (i + j + 2) * a ** 2 + lift(4) ** (-i - j - 2) * c ** 2), ("Every linear recursion gives relative inner products (M = diag(4, 1/4)).", "任何线性递归都给出相对内积（M = diag(4, 1/4)）。"),
                               where=[i >= 0, j >= 0, a > 0, c > 0]))
def floater_and_recursion():
    yield holds(eq(expm(t * Q0), cos(w * t) * eye(d) + sin(w * t) / w * Q0), ("both sides solve E' = Omega E, E(0) = I; theta = omega", "两边都满足 E' = ΩE、E(0) = I；θ = ω"), where=[ne(w, 0), eq(Q0 @ Q0, -(w ** 2) * eye(d))], by=flow(t, d))
    yield holds(eq(block((0, -w), (w, 0)) @ block((0, -w), (w, 0)), -(w ** 2) * block((1, 0), (0, 1))), ("one plane: Omega = omega J", "单个平面：Ω = ωJ"))
    yield holds(eq(D(rotation(w * t), t), block((0, -w), (w, 0)) @ rotation(w * t)), ("so its exponential is the rotation", "故其指数为旋转"))
    yield holds(eq(dot(Q0 @ pv, Q0 @ qv), dot(pv, qv)), ("orthogonal M: the inner product of p_(i+1), p_(j+1) is that of p_i, p_j", "M 正交：p_(i+1)、p_(j+1) 的内积等于 p_i、p_j 的内积"), where=[eq(Q0.T @ Q0, eye(d))])
    yield cite("bounded groups of matrices", "Deutsch & Schneider, Bounded groups and norm-hermitian matrices, Linear Algebra Appl. 9 (1974) 9-27 (Auerbach's theorem)", ("if the orbit of a spanning vector is bounded both ways, so are the powers of M", "若张成全空间的向量的轨道双向有界，则 M 的各次幂有界"))
    yield therefore(r"M=S^{-1}OS,\quad O^{\top}O=I", ("the powers of M form a bounded group", "M 的各次幂构成有界群"))


val = family("v")
f0, f1, f2, ga, gb = real("f_0 f_1 f_2 g_0 g_1")


def decayed(i): return Sum(exp(-l * (i - j)) * val[j], j, 1, i)


@statement(title=("Which biases factorise", "哪些偏置可以分解"), tag="false", where=[],
           post=("Rotation is the only relative encoding that linear attention can use.", "旋转编码是唯一能用于线性注意力的相对编码。"),
           says=("e^(-l(i-j)) = e^(-li) e^(lj) factorises as well, and gives a recursion with one state. A bias b(i-j) factorises, e^b = f_i g_j, only if 2b(k) = b(k-1) + b(k+1) for all k, that is if it is affine; a T5 bias in general is not.",
                 "e^(-l(i-j)) = e^(-li)e^(lj) 同样可分解，并给出单状态递推。偏置 b(i-j) 可分解（e^b = f_i g_j）必须对一切 k 有 2b(k) = b(k-1) + b(k+1)，即仿射；一般的 T5 偏置不是。"),
           near_miss=near_miss(ne(exp(-l * (i - j)), exp(-l * i) * exp(l * j)), ("No other relative factor separates.", "没有别的相对因子可分离。")))
def relative_bias_factorisation():
    yield holds(eq(exp(-l * (i - j)), exp(-l * i) * exp(l * j)), ("the slope of ALiBi inside the exponential", "ALiBi 的斜率（在指数内）"))
    yield holds(eq(decayed(i + 1), exp(-l) * decayed(i) + val[i + 1]), ("a decay, carried by one state", "即衰减，由单个状态携带"), where=[i >= 1])
    yield holds(eq(log(f1 * ga) + log(f2 * gb), log(f1 * gb) + log(f2 * ga)), ("if e^b(i-j) = f_i g_j: the minor of the rows i, i+1 and the columns j, j+1 vanishes, 2b(k) = b(k-1) + b(k+1)", "若 e^b(i-j) = f_i g_j：第 i、i+1 行与 j、j+1 列的子式为零，2b(k) = b(k-1) + b(k+1)"),
                where=[f1 > 0, f2 > 0, ga > 0, gb > 0])
    yield holds(eq(f2 - f1, f1 - f0), ("so its steps b(k+1) - b(k) are all equal", "故其步长 b(k+1) - b(k) 全相等"), where=[eq(2 * f1, f0 + f2)])
    yield holds(eq(2 * (a * k + c), a * (k - 1) + c + (a * (k + 1) + c)), ("as those of affine b are", "仿射的 b 正是如此"))
