"""AdaFactor: the rank-one second moment, its schedule, and its update.

Statement.  The factored second moment r s^T/S is the nearest positive rank-one matrix in the I-divergence, it commutes with moving averages, and it preserves row and
            column sums. The schedule 1 - t^(-c) forgets exactly for c <= 1. The factored update need not have root mean square 1, and is scale invariant only without eps.
Symbols.    C, V, G matrices of m rows and n columns, entries >= 0; one_m, one_n the vectors of ones (e, f); r, s row and column sums, S their total; a_i, b_j > 0;
            beta in (0, 1), t, i, T integers >= 1, c > 0; p, q vectors; w_t weights.
Excluded.   matrices with an empty row or column in the I-divergence.
Source.     Su Jianlin, AdaFactor优化器浅析（附开源实现）, 2020-03-23 (archives/7302).
"""
from mpmath import mp

from kexue import (Article, Limit, Product, Sum, block, cite, dot, eq, every, exp, family, function, holds, integer, lift, log, matrix, ne, near_miss, oo, outer, real, reference,
                   show, sqrt, statement, substitute, therefore, tr, vector)
from kexue.tactics.auto import search
from kexue.tactics.combine import antidifference, auto, induction, lemma, monotone, normal, rewritten, scaled, sign, special, squares, squeeze, termwise, theorem, through, using

article = Article(
    number=4, date="2020-03-23", source="https://kexue.fm/archives/7302",
    title=("The AdaFactor optimiser, with an implementation", "AdaFactor优化器浅析（附开源实现）"),
    summary=("Optimality of the factored second moment as an exact Pythagorean identity, why it commutes with averaging, what the two schedules remember, the size of the update, "
             "and where a constant inside the square root breaks scale invariance.",
             "以精确的勾股恒等式给出分解二阶矩的最优性，它为何与滑动平均可交换，两种衰减方案记住什么，更新量的大小，以及根号内的常数如何破坏尺度不变性。"),
    papers=("Shazeer & Stern, Adafactor: Adaptive Learning Rates with Sublinear Memory Cost, ICML 2018",))

(m, n, t, i, j, k, T) = integer("m n t i j k T")
x, y, h, beta, c, g, d, rho, eps, old = real("x y h beta c g d rho epsilon v")
C, V, G = matrix("C V G", m, n)
e, a, u = vector("e a u", m)
f, b, z = vector("f b z", n)
w = family("w")
Ct = family("C", C.args[1])
P, Q, N, Y, Z = vector("p q N Y Z", n)
r, s, S = C @ f, C.T @ e, dot(e, C @ f)
DATA = [[1, 2, 3], [4, 5, 7]]


def over(f, i=i, n=n): return Sum(f, i, 1, n)


def factored(M):
    """r s^T/S of a list of rows."""
    rows, cols = [sum(row) for row in M], [sum(col) for col in zip(*M, strict=True)]
    return [[mp.mpf(x) * y / sum(rows) for y in cols] for x in rows]


def divergence():
    return mp.fsum(x * mp.log(x / y) - x + y for row, other in zip(DATA, factored(DATA), strict=True) for x, y in zip(row, other, strict=True))


def singular(k):
    with mp.workdps(30):
        return mp.svd_r(mp.matrix(DATA), compute_uv=False)[k]


def residual():
    return mp.fsum((x - y) ** 2 for row, other in zip(DATA, factored(DATA), strict=True) for x, y in zip(row, other, strict=True))


positive = lemma(y * log(y) >= y - 1, y > 0)
entry, own = function("C h")  # C_ij, and C_ij log C_ij, which is 0 where C_ij is
row, col, alpha, omega, A, B = family("r s a b A B")
mass = Sum(row[i], i, 1, m)
best, other = row[i] * col[j] / mass, alpha[i] * omega[j]
ROW_SUMS, COLUMN_SUMS = every(i, eq(row[i], Sum(entry(i, j), j, 1, n))), every(j, eq(col[j], Sum(entry(i, j), i, 1, m)))
SIGNS = (every(i, row[i] > 0), every(j, col[j] > 0), every(i, alpha[i] > 0), every(j, omega[j] > 0))
PARTS = (every(i, eq(A[i], log(row[i] / alpha[i]) - log(mass))), every(j, eq(B[j], log(col[j] / omega[j]))))


ALL = (m >= 1, n >= 1)


def cells(f): return Sum(Sum(f, j, 1, n), i, 1, m)
def loss(y): return own(i, j) - entry(i, j) * log(y) - entry(i, j) + y
def divergence_of(x, y): return x * log(x / y) - x + y


by_rows = theorem(eq(cells(entry(i, j) * A[i]), Sum(A[i] * row[i], i, 1, m)), *ALL, ROW_SUMS, by=termwise(special(2, i, normal)))
exchanged = theorem(eq(cells(entry(i, j) * B[j]), Sum(B[j] * Sum(entry(i, j), i, 1, m), j, 1, n)), *ALL, by=induction(m, base=1))
counted = theorem(eq(cells(entry(i, j)), Sum(Sum(entry(i, j), i, 1, m), j, 1, n)), *ALL, by=induction(m, base=1))
by_total = theorem(eq(cells(entry(i, j)), mass), *ALL, ROW_SUMS, by=termwise(special(2, i, normal)))
by_columns = theorem(eq(cells(entry(i, j) * B[j]), Sum(B[j] * col[j], j, 1, n)), *ALL, COLUMN_SUMS, by=through(Sum(B[j] * Sum(entry(i, j), i, 1, m), j, 1, n), ("eq", "eq"), first=using(
    exchanged(m=m, n=n), then=normal), second=termwise(special(2, j, normal))))
same_mass = theorem(eq(Sum(col[j], j, 1, n), mass), *ALL, ROW_SUMS, COLUMN_SUMS, by=through(Sum(Sum(entry(i, j), i, 1, m), j, 1, n), ("eq", "eq"), first=termwise(special(3, j, normal)), second=through(
    cells(entry(i, j)), ("eq", "eq"), first=using(counted(m=m, n=n), then=normal), second=termwise(special(2, i, normal)))))
orthogonal = theorem(eq(cells((entry(i, j) - best) * (A[i] + B[j])), 0), *ALL, ROW_SUMS, COLUMN_SUMS, *SIGNS[:2], by=using(by_rows(m=m, n=n), by_columns(m=m, n=n), same_mass(m=m, n=n), then=normal))
one_cell = theorem(eq(loss(other), loss(best) + divergence_of(best, other) + (entry(i, j) - best) * (A[i] + B[j])), *ALL, *SIGNS, PARTS[0].args[0], PARTS[1].args[0], by=normal)
BY_CELLS = through(cells(loss(best) + divergence_of(best, other) + (entry(i, j) - best) * (A[i] + B[j])), ("eq", "eq"), second=using(orthogonal(m=m, n=n), then=normal), first=termwise(
    termwise(special(8, i, special(9, j, using(one_cell(m=m, n=n, i=i, j=j), then=normal))))))
strict_above = theorem(y - 1 < y * log(y), y > 1, by=monotone(y, at=1, strict="slope"))
strict_below = theorem(y - 1 < y * log(y), y > 0, y < 1)
not_negative = theorem(x * log(x / y) - x + y >= 0, x > 0, y > 0, by=scaled(1 / y, x / y - 1 <= x / y * log(x / y), using((*positive[:2], {"y": x / y}))))


@statement(title=("The I-divergence splits as in Pythagoras' theorem", "I-散度满足勾股定理"), tag="sharper", where=[m >= 1, n >= 1],
           says=("D(C || a b^T) = D(C || Q) + D(Q || a b^T) with Q = r s^T/S, for all a, b > 0. So Q is the only minimiser, and the minimum is S times a mutual information.",
                 "对任意 a, b > 0：D(C‖abᵀ) = D(C‖Q) + D(Q‖abᵀ)，Q = rsᵀ/S。故 Q 是唯一的最小点，最小值为 S 乘以互信息。"),
           near_miss=near_miss(x * log(x / y) >= -1, ("The term + ab may be dropped: sum C log(C/(ab)) alone is bounded below.", "可以去掉 + ab：单独的 Σ C log(C/(ab)) 有下界。"), where=[x > 0, y > 0],
                               at={"x": 1, "y": 100}),
           references=[reference("D(C || Q), C = [[1, 2, 3], [4, 5, 7]]", "0.0924153443414442971422878422109", compute=divergence)])
def adafactor_idiv_pythagoras():
    yield show(eq(loss(other), loss(best) + divergence_of(best, other) + (entry(i, j) - best) * (A[i] + B[j])), (
        "one cell of C, of Q = r s^T/S and of a b^T, where A_i = log(r_i/(S a_i)) and B_j = log(s_j/b_j); h is C log C, also where C = 0",
        "C、Q = rsᵀ/S 与 abᵀ 的一个元素，其中 A_i = log(r_i/(S a_i))，B_j = log(s_j/b_j)；h 即 C log C，C = 0 时亦可"), where=[*SIGNS, PARTS[0].args[0], PARTS[1].args[0]])
    yield show(eq(cells((entry(i, j) - best) * (A[i] + B[j])), 0), ("C - Q has no row sums and no column sums: what depends on i or on j only adds up to 0", "C - Q 的行和与列和均为 0：只依赖 i 或只依赖 j 的项之和为 0"),
               where=[ROW_SUMS, COLUMN_SUMS, *SIGNS[:2]], by=using(orthogonal(m=m, n=n), then=normal))
    yield holds(eq(cells(loss(other)), cells(loss(best)) + cells(divergence_of(best, other))), ("over all cells: D(C || a b^T) = D(C || Q) + D(Q || a b^T)", "对全部元素求和：D(C‖abᵀ) = D(C‖Q) + D(Q‖abᵀ)"),
                where=[ROW_SUMS, COLUMN_SUMS, *SIGNS, *PARTS], by=BY_CELLS)
    yield show(positive[0].claim, ("the last part is not negative: y log y >= y - 1", "最后一项非负：y log y ≥ y - 1"), where=[y > 0])
    yield holds(x * log(x / y) - x + y >= 0, ("for one cell", "对单个元素"), where=[x > 0, y > 0], by=using(not_negative(x=x, y=y)))
    yield holds(x * log(x / y) - x + y > 0, ("strictly unless x = y", "x ≠ y 时严格"), where=[y > 0, x > y], by=scaled(1 / y, x / y - 1 < x / y * log(x / y), using(strict_above(y=x / y))))
    yield holds(x * log(x / y) - x + y > 0, ("on the other side too", "另一侧亦然"), where=[x > 0, y > 0, x < y], by=scaled(1 / y, x / y - 1 < x / y * log(x / y), using(strict_below(y=x / y))))
    yield holds(cells(divergence_of(best, other)) >= 0, ("so D(Q || a b^T) >= 0, with equality only where a b^T = Q", "故 D(Q‖abᵀ) ≥ 0，仅当 abᵀ = Q 时取等"), where=[*SIGNS], by=rewritten(
        cells(lift(0)) <= cells(divergence_of(best, other)), termwise(termwise(using(not_negative(x=best, y=other))))))
    yield holds(eq(cells(best), cells(entry(i, j))), ("and the minimum D(C || Q) is the sum of C_ij log(C_ij/Q_ij): S times a mutual information", "最小值 D(C‖Q) 即 C_ij log(C_ij/Q_ij) 之和：S 乘以互信息"),
                where=[ROW_SUMS, COLUMN_SUMS, *SIGNS[:2]], by=using(same_mass(m=m, n=n), then=through(mass, ("eq", "eq"), first=normal, second=using(counted(m=m, n=n), by_total(m=m, n=n), then=normal))))


@statement(title=("The Frobenius norm has a closed form as well", "Frobenius 范数同样有闭式"), tag="false", where=[m >= 1, n >= 1],
           post=("For the Frobenius norm there is no analytic solution, and positivity is lost.", "Frobenius 范数没有解析解，且失去非负性。"),
           says=("The best rank-one matrix is sigma_1 u_1 v_1^T, and for C >= 0 it can be chosen non-negative; only uniqueness fails where sigma_1 = sigma_2.",
                 "最佳秩一矩阵为 σ₁u₁v₁ᵀ，且 C ≥ 0 时可取为非负；仅当 σ₁ = σ₂ 时唯一性不成立。"),
           limits=("Eckart-Young and Perron-Frobenius are cited.", "引用了 Eckart–Young 与 Perron–Frobenius 定理。"),
           near_miss=near_miss(x * y >= 0, ("For C >= 0 every minimiser is non-negative (C = I_2).", "C ≥ 0 时每个最小点都非负（C = I₂）。"),
                               where=[eq(x ** 2 + y ** 2, 1), eq((1 - x ** 2) ** 2 + 2 * x ** 2 * y ** 2 + (1 - y ** 2) ** 2, 1)], at={"x": "3/5", "y": "-4/5"}),
           references=[reference("sigma_1", "10.18147167222685737765042", compute=lambda: singular(0)), reference("sigma_2", "0.5810633249844981290846647", compute=lambda: singular(1)),
                       reference("squared error of the best", "0.33763458764204048768", compute=lambda: singular(1) ** 2), reference("squared error of r s^T/S", "0.42975206611570247934", compute=residual)])
def adafactor_frobenius_rank1():
    D = C - x * outer(a, b)
    unit = [eq(dot(a, a), 1), eq(dot(b, b), 1)]
    yield holds(eq(tr(D.T @ D), tr(C.T @ C) - dot(a, C @ b) ** 2 + (x - dot(a, C @ b)) ** 2), ("so the best factor is a.Cb, and what is left is to maximise it", "故最佳系数为 a·Cb，剩下的是使其最大"), where=unit)
    yield cite("Eckart-Young theorem", "Golub & Van Loan, Matrix Computations, 2.4.8", ("max a.Cb = sigma_1 over unit vectors, at the singular vectors", "单位向量上 max a·Cb = σ₁，在奇异向量处取到"))
    yield cite("Perron-Frobenius theorem", "Horn & Johnson, Matrix Analysis, 8.3.1", ("C C^T >= 0 has an eigenvector u_1 >= 0 for sigma_1^2, and v_1 = C^T u_1/sigma_1 >= 0", "CCᵀ ≥ 0 对 σ₁² 有特征向量 u₁ ≥ 0，且 v₁ = Cᵀu₁/σ₁ ≥ 0"))
    yield therefore(r"\min_{a,b}\|C-ab^{\top}\|_F^2=\sum_{k\ge2}\sigma_k^2,\quad\text{attained with }a,b\ge0", ("at x = sigma_1", "取 x = σ₁"))
    yield holds(eq((1 - x ** 2) ** 2 + 2 * x ** 2 * y ** 2 + (1 - y ** 2) ** 2, 1), ("for C = I_2 every unit vector (x, y) gives the same error", "C = I₂ 时每个单位向量 (x, y) 误差相同"), where=[eq(x ** 2 + y ** 2, 1)])


hat = outer(V @ f, V.T @ e) / dot(e, V @ f)


@statement(title=("Factoring commutes with moving averages", "分解与滑动平均可交换"), where=[m >= 1, n >= 1],
           says=("Row and column sums are linear, so the state of AdaFactor is the factored form of the full moving average; it keeps the row and column sums, and equals the full one if that has rank one.",
                 "行和与列和是线性的，故 AdaFactor 的状态正是完整滑动平均的分解；它保持行和与列和，且当后者秩为一时与之相等。"),
           near_miss=near_miss(eq((x * y + g * d) * (x * y + g * d) - (x * d + g * y) * (x * d + g * y), 0), ("The average of factored matrices is factored too (rank one).", "分解后的矩阵之平均仍可分解（秩一）。"),
                               at={"x": 1, "y": 1, "g": 1, "d": 0}))
def adafactor_ema_commutes():
    yield holds(eq(Sum(w[t] * Ct[t], t, 1, T) @ f, Sum(w[t] * (Ct[t] @ f), t, 1, T)), ("row sums of a weighted sum", "加权和的行和"), where=[T >= 1])
    yield holds(eq(Sum(w[t] * Ct[t], t, 1, T).T @ e, Sum(w[t] * (Ct[t].T @ e), t, 1, T)), ("column sums", "列和"), where=[T >= 1])
    yield holds(eq((beta * V + (1 - beta) * G) @ f, beta * (V @ f) + (1 - beta) * (G @ f)), ("one step of the moving average, any beta_t", "滑动平均的一步，β_t 任意"))
    yield holds(eq(hat @ f, V @ f), ("the factored matrix has the row sums of V", "分解矩阵的行和与 V 相同"), where=[ne(dot(e, V @ f), 0)])
    yield holds(eq(hat.T @ e, V.T @ e), ("and its column sums", "列和亦相同"), where=[ne(dot(e, V @ f), 0)])
    yield holds(eq(outer(outer(a, b) @ f, outer(a, b).T @ e) / dot(e, outer(a, b) @ f), outer(a, b)), ("rank one is reproduced", "秩一矩阵被还原"), where=[ne(dot(e, a), 0), ne(dot(b, f), 0)])
    yield holds(eq(outer(x * (V @ f), y * (V.T @ e)) / (x * y * dot(e, V @ f)), hat), ("means in place of sums give the same", "以均值代替和结果相同"), where=[x > 0, y > 0, ne(dot(e, V @ f), 0)])


UNIT = [beta > 0, beta < 1]
rate = beta * (1 - beta ** (t - 1)) / (1 - beta ** t)
below_one = lemma(beta ** t < 1, t >= 1, *UNIT, by=induction(t, base=1, step=scaled(1, beta * beta ** t < 1, auto)))


@statement(title=("Bias correction as a schedule", "偏差修正即衰减方案"), where=[t >= 1, *UNIT],
           says=("With beta_t = beta (1 - beta^(t-1))/(1 - beta^t) the plain moving average equals Adam's corrected one; beta_1 = 0 and beta_t increases to beta.",
                 "取 β_t = β(1 - β^(t-1))/(1 - β^t)，普通滑动平均即等于 Adam 的修正值；β₁ = 0，β_t 递增趋于 β。"),
           near_miss=near_miss(eq(beta * (1 - beta ** t) / (1 - beta ** (t + 1)), rate), ("beta_t = beta (1 - beta^t)/(1 - beta^(t+1)).", "β_t = β(1 - β^t)/(1 - β^(t+1))。"), where=[t >= 1, *UNIT], at={"t": 1, "beta": "1/2"}))
def adam_bias_correction_weights():
    yield show(beta ** t < 1, ("the denominators are positive", "分母为正"), by=below_one[1])
    yield holds(eq(rate * (old / (1 - beta ** (t - 1))) + (1 - rate) * g, (beta * old + (1 - beta) * g) / (1 - beta ** t)), ("one step from the corrected value of v gives the corrected value of the next", "由 v 的修正值走一步得到下一步的修正值"),
                where=[beta ** t < 1, beta ** (t - 1) < 1])
    yield holds(eq(1 - rate, (1 - beta) / (1 - beta ** t)), ("the weight of the newest gradient", "最新梯度的权重"), where=[beta ** t < 1])
    yield holds(eq(over((1 - beta) * beta ** (t - i), i, t), 1 - beta ** t), ("the weights (1 - beta) beta^(t-i)/(1 - beta^t) add up to 1", "权重 (1 - β)β^(t-i)/(1 - β^t) 之和为 1"))
    yield holds(eq(substitute(rate, {'t': lift(1)}), 0), ("beta_1 = 0", "β₁ = 0"))
    yield holds(rate < beta, ("it stays below beta", "恒小于 β"), where=[beta ** t < 1], by=scaled((1 - beta ** t) / beta, beta ** t < beta ** (t - 1)))
    yield holds(eq(beta - rate, beta ** t * (1 - beta) / (1 - beta ** t)), ("by an amount that decreases with t", "其差随 t 递减"), where=[beta ** t < 1])
    yield holds(beta ** (t + 1) * (1 - beta) / (1 - beta ** (t + 1)) < beta ** t * (1 - beta) / (1 - beta ** t), ("from step to step", "逐步递减"), where=[beta ** t < 1, beta * beta ** t < 1],
                by=scaled((1 - beta ** t) * (1 - beta * beta ** t) / (beta ** t * (1 - beta)), beta * (1 - beta ** t) < 1 - beta * beta ** t))


def weight(i, t, c):
    """i^-c (1 - (i+1)^-c) ... (1 - t^-c), for the reference values."""
    with mp.workdps(30):
        return mp.mpf(i) ** -c * mp.fprod(1 - mp.mpf(s) ** -c for s in range(i + 1, t + 1))


def decimal(c): return mp.mpf(c)


def first_forever(c):
    """The product of 1 - s^-c over s >= 2, from log(1 - y) = -(y + y^2/2 + ...) and zeta(kc) = 1 + 2^-kc + ..."""
    with mp.workdps(30):
        return mp.exp(-mp.fsum((mp.zeta(k * c) - 1) / k for k in range(1, 80)))


def age(c): return mp.fsum((100 - i) * weight(i, 100, decimal(c)) for i in range(1, 101))


sigma, tau, a_0, b_0, c_0, kappa, v_0 = real("sigma tau a_0 b_0 c_0 kappa v_0")
below_start = theorem((x + tau) ** sigma < x ** sigma, x >= 1, tau > 0, sigma < 0, by=monotone(tau, strict="slope", slope=sign, value=sign))
above_start = theorem(x ** sigma < (x + tau) ** sigma, x >= 1, tau > 0, sigma > 0, by=monotone(tau, strict="slope", slope=sign, value=sign))
at_least_one = theorem(x ** sigma >= 1, x >= 1, sigma >= 0, by=monotone(x, at=1, slope=sign, value=sign))
at_most_one = theorem(x ** -c <= 1, x >= 1, c > 0, by=scaled(x ** c, 1 <= x ** c, using(at_least_one(x=x, sigma=c))))
steeper = theorem(1 - x ** -c <= 1 - 1 / x, x >= 1, c > 0, c <= 1, by=scaled(x, 1 <= x ** (1 - c), using(at_least_one(x=x, sigma=1 - c))))
at_most_half = theorem(x ** -c <= lift("0.5"), x >= 2, c >= 1, by=through(1 / x, first=scaled(x ** c, 1 <= x ** (c - 1), using(at_least_one(x=x, sigma=c - 1))), second=sign))
telescoped = theorem((c - 1) * tau * x ** -c + x ** (1 - c) <= (x - tau) ** (1 - c), x >= 2, tau >= 0, tau <= 1, c > 1, by=monotone(tau, slope=monotone(tau, slope=sign, value=sign), value=sign))
exp_bound = theorem(exp(-2 * v_0) <= 1 - v_0, v_0 >= 0, v_0 <= lift("0.5"), by=search)
exp_one = theorem(exp(v_0) >= 1, v_0 >= 0)
exp_sum = theorem(exp(-kappa * (a_0 - c_0)) <= exp(-kappa * (a_0 - b_0)) * exp(-2 * v_0), 2 * v_0 <= kappa * (b_0 - c_0), by=scaled(
    exp(kappa * (a_0 - c_0)), 1 <= exp(kappa * (b_0 - c_0) - 2 * v_0), using(exp_one(v_0=kappa * (b_0 - c_0) - 2 * v_0), then=sign)))


def left(n): return Product(1 - (i + j) ** -c, j, 1, n)
def kept(n): return exp(-(2 / (c - 1)) * (i ** (1 - c) - (i + n) ** (1 - c)))


age_1 = i + n + 1
BY_FORGETTING = induction(n, step=through(i / (i + n) * (1 - age_1 ** -c), first=using(at_most_one(x=age_1, c=c), then=squares(rest=(i / (i + n) - left(n)) * (1 - age_1 ** -c))),
                                          second=using(steeper(x=age_1, c=c), then=squares(rest=i / (i + n) * ((1 - 1 / age_1) - (1 - age_1 ** -c))))))
BY_KEEPING = induction(n, step=through(kept(n) * exp(-2 * age_1 ** -c), first=using(telescoped(x=age_1, tau=1, c=c), exp_sum(
    kappa=2 / (c - 1), a_0=i ** (1 - c), b_0=(i + n) ** (1 - c), c_0=age_1 ** (1 - c), v_0=age_1 ** -c), then=sign), second=through(kept(n) * (1 - age_1 ** -c), first=using(
        at_most_half(x=age_1, c=c), exp_bound(v_0=age_1 ** -c), then=squares(rest=kept(n) * ((1 - age_1 ** -c) - exp(-2 * age_1 ** -c)))), second=using(
            at_most_one(x=age_1, c=c), then=squares(rest=(left(n) - kept(n)) * (1 - age_1 ** -c))))))
square = (t + 1) / (t * i * (i + 1))  # the weights for c = 2


@statement(title=("The power schedule", "幂次衰减方案"), tag="conditional", where=[t >= 1],
           says=("With beta_t = 1 - t^(-c) the weights add up to 1 at every t. They increase in age order for 0 < c < 1, are all 1/t for c = 1, decrease for c > 1, and the past is "
                 "forgotten exactly for c <= 1: at c = 2 the first gradient keeps the weight (t+1)/(2t) > 1/2.",
                 "取 β_t = 1 - t^(-c)，任意时刻权重之和为 1。0 < c < 1 时越新越大，c = 1 时都为 1/t，c > 1 时越旧越大；当且仅当 c ≤ 1 时遗忘过去：c = 2 时首个梯度的权重保持 (t+1)/(2t) > 1/2。"),
           near_miss=near_miss((t + 1) / (2 * lift(1) * t) <= lift("0.5"), ("Any c > 0 forgets the past (c = 2, the first gradient).", "任意 c > 0 都会遗忘过去（c = 2，首个梯度）。"), where=[t >= 1], at={"t": 1}),
           references=[reference(f"lim w_1, c = {c0}", digits, compute=lambda c0=c0: first_forever(decimal(c0))) for c0, digits in (("1.5", "0.17593854745634534669512"), ("3", "0.8093965973662901095786805"))]
           + [reference(f"w_{i0} at t = 100, c = 0.8", digits, compute=lambda i0=i0: weight(i0, 100, decimal("0.8"))) for i0, digits in (
               (1, "3.618586979307022078e-4"), (50, "0.0084500311472701983703"), (100, "0.025118864315095801111"))]
           + [reference(f"mean age at t = 100, c = {c0}", digits, compute=lambda c0=c0: age(c0)) for c0, digits in (
               ("0.5", "8.55124998969108"), ("0.8", "28.9786503203722"), ("1", "49.5"), ("1.5", "85.7871618537064"))])
def adafactor_power_schedule():
    yield holds(eq((1 - 1 / x) * y + 1 / x, 1), ("the sum of the weights: 1 stays 1, with x = t^c and the old sum y", "权重之和保持 1：记 x = t^c，旧和为 y"), where=[x >= 1, eq(y, 1)])
    yield holds(eq((1 / h) / ((1 / x) * (1 - 1 / h)), x / (h - 1)), ("w_(i+1)/w_i = i^c/((i+1)^c - 1), with x = i^c, h = (i+1)^c", "w_(i+1)/w_i = i^c/((i+1)^c - 1)，记 x = i^c、h = (i+1)^c"), where=[x >= 1, h > 1])
    yield holds((x + 1) ** c - x ** c < 1, ("0 < c < 1: (x+1)^c = (x+1)(x+1)^(c-1), and powers with the exponent c - 1 fall; so newer weights are larger",
                                            "0 < c < 1：(x+1)^c = (x+1)(x+1)^(c-1)，指数 c - 1 的幂递减；故越新权重越大"), where=[x >= 1, c > 0, c < 1], by=using(
        below_start(x=x, tau=1, sigma=c - 1), below_start(x=1, tau=x, sigma=c - 1), then=squares(rest=x * (x ** (c - 1) - (x + 1) ** (c - 1)) + (1 - (x + 1) ** (c - 1)))))
    yield holds((x + 1) ** c - x ** c > 1, ("c > 1: they rise, and older weights are larger", "c > 1：递增，越旧权重越大"), where=[x >= 1, c > 1], by=using(
        above_start(x=x, tau=1, sigma=c - 1), above_start(x=1, tau=x, sigma=c - 1), then=squares(rest=x * ((x + 1) ** (c - 1) - x ** (c - 1)) + ((x + 1) ** (c - 1) - 1))))
    yield holds(eq((1 - lift(1) / (t + 1)) * (1 / t), lift(1) / (t + 1)), ("c = 1: uniform averaging, 1/t at every step", "c = 1：均匀平均，每步都是 1/t"))
    yield holds(eq((1 - lift(1) / (t + 1) ** 2) * square, substitute(square, {"t": t + 1})), ("c = 2: the weights are (t+1)/(t i (i+1)): a step of the recursion", "c = 2：权重为 (t+1)/(t i(i+1))：递推一步"), where=[i >= 1])
    yield holds(eq(substitute(square, {"t": i}), lift(1) / i ** 2), ("from the weight 1/i^2 of the new gradient", "自新梯度的权重 1/i² 起"), where=[i >= 1])
    yield holds(eq(over(square, i, t), 1), ("they add up to 1", "其和为 1"), by=antidifference(-(t + 1) / (t * i)))
    yield holds(eq(Limit((y + 1) / (2 * y), y, oo), lift("0.5")), ("and the first one tends to 1/2", "首个权重趋于 1/2"), by=squeeze(1))
    yield holds(left(n) <= i / (i + n), ("0 < c <= 1: of w_i = i^(-c) at its own step at most i/(i+n) is left n steps later, which tends to 0", "0 < c ≤ 1：第 i 步的权重 i^(-c) 在 n 步之后至多剩 i/(i+n)，趋于 0"),
                where=[i >= 1, c > 0, c <= 1, n >= 0], by=BY_FORGETTING)
    yield holds(kept(n) <= left(n), ("c > 1: at least this part is left, as 1 - v >= e^(-2v) for v = s^(-c) <= 1/2 and (c-1) s^(-c) <= (s-1)^(1-c) - s^(1-c)",
                                     "c > 1：至少剩下这一比例，因为 v = s^(-c) ≤ 1/2 时 1 - v ≥ e^(-2v)，且 (c-1)s^(-c) ≤ (s-1)^(1-c) - s^(1-c)"), where=[i >= 1, c > 1, n >= 0], by=BY_KEEPING)
    yield holds(exp(-2 / (c - 1) * i ** (1 - c)) <= kept(n), ("which stays above a positive number, whatever n is", "而它对一切 n 都不低于一个正数"), where=[i >= 1, c > 1, n >= 0], by=scaled(
        exp(2 / (c - 1) * i ** (1 - c)), 1 <= exp(2 / (c - 1) * (i + n) ** (1 - c)), using(exp_one(v_0=2 / (c - 1) * (i + n) ** (1 - c)))))


ratio, scale = family("a b")
ROWS = (every(k, ratio[k] > 0), every(k, scale[k] > 0))


@statement(title=("The size of the update", "更新量的大小"), tag="false", where=[m >= 1, n >= 1],
           post=("The first update has root mean square 1.", "第一步更新的均方根为 1。"),
           says=("Unfactored it is 1. Factored it is 1 if g^2 has rank one, at least 1 and unbounded for diagonal g^2, and below 1 for g^2 = [[8, 1], [1, 0]]: RMS^2 = 65/81. "
                 "Clipping by max(1, RMS/d) is the projection onto RMS <= d, and 1-Lipschitz.",
                 "不分解时为 1。分解后若 g² 秩一则为 1，g² 为对角时至少为 1 且无界，g² = [[8, 1], [1, 0]] 时小于 1：RMS² = 65/81。除以 max(1, RMS/d) 的裁剪是到 RMS ≤ d 的投影，且为 1-Lipschitz。"),
           near_miss=near_miss(eq((x + y) * (1 / x + 1 / y) / 4, 1), ("RMS(u_1) = 1 always (g^2 = diag(x, y)).", "总有 RMS(u₁) = 1（g² = diag(x, y)）。"), where=[x > 0, y > 0], at={"x": 1, "y": 4}),
           references=[reference("RMS, g = diag(1, 2, 3)", "1.455088983745422", sqrt((lift(1) + 4 + 9) * (1 + lift(1) / 4 + lift(1) / 9) / 9)),
                       reference("RMS^2, g^2 ~ [[8, 1], [1, 0]]", "0.802469135802469", lift(65) / 81)])
def adafactor_update_rms():
    yield holds(eq((g / sqrt(g ** 2)) ** 2, 1), ("unfactored, every entry is 1 or -1", "不分解时每个元素为 ±1"), where=[ne(g, 0)])
    cell = ratio[i] * scale[j] / (ratio[i] * over(scale[k], k, n) * (scale[j] * over(ratio[k], k, m)))
    yield holds(eq(over(over(ratio[k], k, m) * over(scale[k], k, n) / (m * n) * over(cell, j, n), i, m), 1), ("factored, g_ij^2 = a_i b_j: the mean square is 1", "分解后 g_ij² = a_i b_j：均方为 1"), where=[*ROWS])
    yield holds(dot(P, P) * dot(Q, Q) >= n ** 2, ("diagonal g^2 = p_i^2, with q_i = 1/p_i: sum d_i sum 1/d_i >= n^2", "对角 g² = p_i²，q_i = 1/p_i：Σd_i Σ1/d_i ≥ n²"), where=[eq(dot(P, Q), n), dot(Q, Q) > 0],
                by=scaled(dot(Q, Q), n ** 2 * dot(Q, Q) <= dot(P, P) * dot(Q, Q) ** 2, using(lemma(dot(N, N) >= 0, N=dot(Q, Q) * P - n * Q))))
    yield holds((x + 1 / x) ** 2 / 4 >= x ** 2 / 4, ("unbounded: diag(x^2, 1) has (x^2 + 1)(1 + 1/x^2)/4", "无界：diag(x², 1) 给出 (x² + 1)(1 + 1/x²)/4"), where=[x > 0])
    yield holds(eq(10 * (lift(8) / 81 + lift(1) / 9 + lift(1) / 9) / 4, lift(65) / 81), ("[[8, 1], [1, 0]]: S/(mn) sum g_ij^2/(r_i s_j) with r = s = (9, 1)", "[[8, 1], [1, 0]]：S/(mn) Σ g_ij²/(r_i s_j)，r = s = (9, 1)"))
    yield holds(eq(x / (x / d), d), ("clipping an update of RMS x > d leaves d", "RMS 为 x > d 的更新裁剪后为 d"), where=[x > d, d > 0])
    yield show(dot(P, Q) <= rho * h, ("Cauchy-Schwarz for |P| = rho and |Q| = h", "|P| = ρ、|Q| = h 时的 Cauchy–Schwarz 不等式"), where=[rho > 0, h > 0, eq(dot(P, P), rho ** 2), eq(dot(Q, Q), h ** 2)],
               by=scaled(2 * rho * h, 0 <= dot(h * P - rho * Q, h * P - rho * Q), using(lemma(dot(N, N) >= 0, N=h * P - rho * Q))))
    yield holds((rho - d) ** 2 <= dot(P - Q, P - Q), ("and it is the projection: no Q with |Q| = h <= d is nearer to P than the clipped P, which is at the distance rho - d", "且为投影：任意 |Q| = h ≤ d 到 P 的距离都不小于裁剪点的距离 ρ - d"),
                where=[d > 0, rho > d, h > 0, h <= d, eq(dot(P, P), rho ** 2), eq(dot(Q, Q), h ** 2), dot(P, Q) <= rho * h], by=through((rho - h) ** 2, first=squares(rest=(d - h) * (2 * rho - d - h))))
    yield holds(eq(dot(P - d / rho * P, P - d / rho * P), (rho - d) ** 2), ("that distance", "该距离"), where=[rho > d, d > 0, eq(dot(P, P), rho ** 2)])
    yield holds(dot(P - d / rho * P, Q - d / rho * P) <= 0, ("as for every projection, the angle at the clipped point is at least 90 degrees", "与任意投影一样，裁剪点处的夹角至少 90 度"),
                where=[d > 0, rho > d, eq(dot(P, P), rho ** 2), dot(P, Q) <= rho * d], by=scaled(rho / (rho - d), dot(P, Q) - d * rho <= 0))
    yield holds(dot(Y - Z, Y - Z) <= dot(P - Q, Y - Z), ("so clipping is 1-Lipschitz: Y, Z the clipped P, Q; the right side is at most |P - Q| |Y - Z|", "故裁剪是 1-Lipschitz 的：Y、Z 为 P、Q 的裁剪；右边不超过 |P - Q||Y - Z|"),
                where=[dot(P - Y, Z - Y) <= 0, dot(Q - Z, Y - Z) <= 0])


@statement(title=("Scale invariance, and what breaks it", "尺度不变性及其破坏"), tag="conditional", where=[m >= 1, n >= 1, x > 0],
           says=("With eps_1 = 0 the update does not change when all gradients are multiplied by one x > 0; with eps_1 > 0 it does. The state holds m + n numbers in place of mn.",
                 "ε₁ = 0 时所有梯度同乘 x > 0，更新不变；ε₁ > 0 时则会变。状态为 m + n 个数而非 mn 个。"),
           near_miss=near_miss(eq(x * g / sqrt(x ** 2 * g ** 2 + eps), g / sqrt(g ** 2 + eps)), ("It is scale invariant with eps_1 > 0.", "ε₁ > 0 时仍尺度不变。"), where=[x > 0, g > 0, eps > 0], at={"x": 2, "g": 1, "epsilon": 1}),
           references=[reference("|u|, g = 1e-16, eps_1 = 1e-30", "0.0995037190209989", compute=lambda: mp.mpf(10) ** -16 / mp.sqrt(mp.mpf(10) ** -32 + mp.mpf(10) ** -30)),
                       reference("state of 768 x 3072", "3840", lift(768 + 3072)), reference("state of Adam, 2mn", "4718592", lift(2 * 768 * 3072)), reference("mn/(m + n)", "614.4", lift(768 * 3072) / 3840)])
def adafactor_scale_invariance():
    yield holds(eq((x ** 2 * V) @ f, x ** 2 * (V @ f)), ("row sums scale by x^2", "行和按 x² 缩放"))
    yield holds(eq(outer((x ** 2 * V) @ f, (x ** 2 * V).T @ e) / dot(e, (x ** 2 * V) @ f), x ** 2 * hat), ("so does the factored second moment", "分解的二阶矩亦然"), where=[ne(dot(e, V @ f), 0)])
    yield holds(eq(beta * (x ** 2 * V) + (1 - beta) * (x ** 2 * G), x ** 2 * (beta * V + (1 - beta) * G)), ("and every step of the average", "滑动平均的每一步亦然"))
    yield holds(eq(x * g / sqrt(x ** 2 * h), g / sqrt(h)), ("an entry g of the gradient over the root of its second moment h", "梯度元素 g 除以其二阶矩 h 的平方根"), where=[h > 0])
    yield holds(g ** 2 / (g ** 2 + eps) < (x * g) ** 2 / ((x * g) ** 2 + eps), ("with eps > 0 a larger scale x > 1 gives a larger step u^2", "ε > 0 时更大的尺度 x > 1 给出更大的步长 u²"), where=[g > 0, eps > 0, x > 1],
                by=scaled((g ** 2 + eps) * (x ** 2 * g ** 2 + eps) / (g ** 2 * eps), 1 < x ** 2))


FIRST, SECOND = DATA, [[-1, mp.mpf(1) / 2, 2], [3, -2, 1]]


def run(what):
    """Two steps with eps_1 = 0, c = 0.8, d = 1."""
    R, K, out = [mp.mpf(0)] * 2, [mp.mpf(0)] * 3, {}
    for step, g in ((1, FIRST), (2, SECOND)):
        keep = 1 - mp.mpf(step) ** -mp.mpf("0.8")
        R = [keep * x + (1 - keep) * sum(mp.mpf(y) ** 2 for y in row) for x, row in zip(R, g, strict=True)]
        K = [keep * x + (1 - keep) * sum(mp.mpf(y) ** 2 for y in col) for x, col in zip(K, zip(*g, strict=True), strict=True)]
        u = [[y * mp.sqrt(sum(R) / (x * z)) for y, z in zip(row, K, strict=True)] for x, row in zip(R, g, strict=True)]
        rms = mp.sqrt(sum(y * y for row in u for y in row) / 6)
        out |= {f"RMS_{step}": rms, f"beta_{step}": keep} | {f"u_{step}[{p}{q}]": u[p][q] / max(1, rms) for p in range(2) for q in range(3)}
        out |= {f"R_{step}[{p}]": R[p] for p in range(2)} | {f"C_{step}[{p}]": K[p] for p in range(3)}
    return out[what]


GOLDEN = {"RMS_1": "0.9724805211282856678586", "u_1[00]": "0.66104068703519784672", "u_1[01]": "1.012240357756951509637", "u_1[02]": "1.073643031740955942786", "u_1[10]": "1.042871851833390519361",
          "u_1[11]": "0.9980824526939039054068", "u_1[12]": "0.9880512186764253714029", "beta_2": "0.4256508225014824966007", "R_2[0]": "8.974444696887971845256", "R_2[1]": "46.34946251011266974165",
          "C_2[0]": "12.9795557575103774762", "C_2[1]": "14.78485785691169179087", "C_2[2]": "27.55949359257857231984", "RMS_2": "0.6668108888443969401297", "u_2[00]": "-0.6891642095220447686849",
          "u_2[01]": "0.3228598620392278554243", "u_2[02]": "0.9459038832317564966886", "u_2[10]": "0.9097570117706763114104", "u_2[11]": "-0.5682709950230039122016",
          "u_2[12]": "0.2081126380673029704554"}


@statement(title=("Two steps by hand", "手算两步"), where=[m >= 1],
           says=("For g_1 = [[1, 2, 3], [4, 5, 7]], c = 0.8, d = 1, eps = 0 the first state is R = (14, 90), C = (17, 29, 58); u_ij = g_ij sqrt(S/(R_i C_j)), and nothing is clipped in two steps.",
                 "取 g₁ = [[1, 2, 3], [4, 5, 7]]、c = 0.8、d = 1、ε = 0，首个状态为 R = (14, 90)、C = (17, 29, 58)；u_ij = g_ij √(S/(R_iC_j))，两步内均未裁剪。"),
           near_miss=near_miss(eq(lift(104) / (14 * lift(17)), 1), ("u_11 = 1 as without factoring.", "u₁₁ = 1，与不分解相同。")),
           references=[reference(name, digits, compute=lambda name=name: run(name)) for name, digits in GOLDEN.items()])
def adafactor_two_steps():
    one = block((1, 4, 9), (16, 25, 49))
    yield holds(eq(one @ block((1,), (1,), (1,)), block((14,), (90,))), ("row sums of g_1^2", "g₁² 的行和"))
    yield holds(eq(one.T @ block((1,), (1,)), block((17,), (29,), (58,))), ("column sums", "列和"))
    yield holds(eq(sqrt(lift(104) / (14 * 17)) ** 2, lift(52) / 119), ("u_11^2 = 104/(14 17)", "u₁₁² = 104/(14·17)"))
    total = 104 * ((lift(1) / 17 + lift(4) / 29 + lift(9) / 58) / 14 + (lift(16) / 17 + lift(25) / 29 + lift(49) / 58) / 90) / 6
    yield holds(total < 1, ("the mean square of u_1 is below 1: no clipping", "u₁ 的均方小于 1：不裁剪"))
