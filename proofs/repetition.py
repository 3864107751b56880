"""Repetition in sequence models: how often a Markov decoder runs twice through the same loop.

Statement.  With Q = P o P (entrywise square) the trace of Q^k counts doubled loops of length k, R = sum of tr Q^k = tr Q (I - Q)^(-1), finite iff no cycle of P is
            deterministic; (tr P^k)^2/tr A^k is a lower bound of tr Q^k, tr P^(2k) is none, and the uniform matrix does not minimise R.
Symbols.    n, N, k, m integers; i, j, c states; P >= 0 with row sums at most 1, p a row or the weights along a path; A_ij = 1 where P_ij > 0; lambda = a + bi an eigenvalue of Q,
            rho the largest modulus; s = p^2; S, T partial sums and powers of Q; e = (1, ..., 1); a_j = (P^k)_ij, b_j = (P^k)_ji.
Excluded.   rho = 1, where R is infinite.
Source.     Su Jianlin, Seq2Seq重复解码现象的理论分析尝试, 2021-01-26 (archives/8128).
"""
from fractions import Fraction as F

from mpmath import mp

from kexue import (Article, D, Sum, cite, delta, dot, eq, every, eye, family, function, holds, integer, lift, log, matrix, ne, near_miss, outer, real, reference, show, sqrt,
                   statement, therefore, vector)
from kexue.tactics.combine import cases, induction, lemma, rewritten, scaled, squares, termwise, using

article = Article(
    number=20, date="2021-01-26", source="https://kexue.fm/archives/8128",
    title=("A theoretical look at repetition in Seq2Seq decoding", "Seq2Seq重复解码现象的理论分析尝试"),
    summary=("The repetition rate of a Markov decoder is a resolvent trace: what it counts, when it is finite, which bounds hold, and three statements of the literature that do not.",
             "Markov 解码器的重复率是预解式的迹：它计数什么、何时有限、哪些界成立，以及文献中三个不成立的说法。"),
    papers=("Fu et al., A theoretical analysis of the repetition problem in text generation, AAAI 2021",))

n, N, k, m, i, j, c = integer("n N k m i j c")
p, a_, b_, w = family("p a b w")
x, z, a, b, t, s, rho, q, lam, r = real("x z a b t s rho q lambda r")
Q, S, T = matrix("Q S T", n)
e, v = vector("e v", n)
ROW = (n >= 1, every(m, p[m] >= 0))

BELOW_ROW = using(lemma(p[i] <= Sum(p[j], j, 1, n), *ROW, i >= 1, i <= n, i=i, by=rewritten(
    Sum(lift(0), j, 1, n) <= Sum((1 - delta(j, i)) * p[j], j, 1, n), termwise(cases(j - i, below=squares(rest=p[j]), above=squares(rest=p[j]))))))

ROWS = [[3, 4, 5, 1], [5, 2, 4, 1], [2, 5, 3, 1], [4, 3, 2, 1]]
EXAMPLE = [[F(9 * t, 10 * sum(row)) for t in row] for row in ROWS]


def mul(A, B): return [[sum(x * y for x, y in zip(row, col, strict=True)) for col in zip(*B, strict=True)] for row in A]
def to_mp(A): return mp.matrix([[mp.mpf(t.numerator) / t.denominator for t in row] for row in A])
SQUARED = [[t * t for t in row] for row in EXAMPLE]


def rate():
    Z = to_mp(SQUARED)
    X = Z * (mp.eye(4) - Z) ** -1
    return mp.fsum(X[t, t] for t in range(4))


def reals():
    found = mp.eig(to_mp(SQUARED), left=False, right=False)
    flat = sorted((mp.re(t) for t in found if abs(mp.im(t)) < 1e-12), reverse=True)
    pair = next(t for t in found if mp.im(t) > 1e-12)
    return [*flat, mp.re(pair), mp.im(pair)]


def series(term, count=240):
    total, A = mp.mpf(0), to_mp(EXAMPLE)
    power = A
    for length in range(1, count):
        total += term(power, length)
        power = power * A
    return total


def paper():
    total, A = mp.mpf(0), to_mp(EXAMPLE)
    B = A * A
    power = B
    for length in range(1, 240):
        total += mp.fsum(power[t, t] for t in range(4)) / mp.mpf(4) ** (length - 1)
        power = power * B
    return total


weight, places, shown = function("w"), family("c", "integer"), function("d")  # of path number m to the state j; the number of these; 1 or 0


def over_paths(f): return Sum(Sum(f, m, 1, places[j]), j, 1, n)


PATHS = [every(j, places[j] >= 0)]


def expansion():
    """Sums over the paths of k + 1 steps: those to j, number m, and one more step, whose entries are p_j, p_j^2 and, for the number of paths, a_j."""
    last = weight(j, m)
    yield show(eq(over_paths(last * p[j]), Sum(p[j] * Sum(last, m, 1, places[j]), j, 1, n)), (
        "sort the paths of k + 1 steps by the state j before the last: c_j paths to j, w the products of the entries of P along them, p_j the entry of the last step; so the sums of w follow the recursion of the powers of P",
        "把 k + 1 步的路径按倒数第二个状态 j 分类：到 j 有 c_j 条，w 为沿路 P 的元素之积，p_j 为末步的元素；故 w 之和满足 P 的幂的递推"), where=PATHS)
    yield show(eq(over_paths((last * p[j]) ** 2), Sum(p[j] ** 2 * Sum(last ** 2, m, 1, places[j]), j, 1, n)), (
        "and the sums of w^2 that of the powers of Q: by induction (Q^k)_ij is the sum of w^2 over the paths of k steps from i to j", "w² 之和满足 Q 的幂的递推：由归纳，(Q^k)_ij 为 i 到 j 的 k 步路径上 w² 之和"), where=PATHS)


M, chance = integer("M"), a_
counted = Sum(Sum(chance[m] * shown(k, m), m, 1, M), k, 1, N)


@statement(title=("What the repetition rate counts", "重复率计数什么"), tag="false", where=[n >= 1],
           post=("R is the probability of repetition.", "R 是重复出现的概率。"),
           says=("(Q^k)_ii is the probability that a chain started at i runs twice through one loop of length k; so R is the sum over i of the expected number of k for which the first 2k + 1 tokens are "
                 "a doubled loop. It is not a probability.", "(Q^k)_ii 是从 i 出发的链把同一个长为 k 的圈连走两遍的概率；故 R 是对 i 求和的、使前 2k+1 个词构成双圈的 k 的期望个数，而不是概率。"),
           limits=("The induction over the steps of a path is written out.", "对路径步数的归纳为书面论证。"),
           near_miss=near_miss(s / (1 - s) <= 1, ("R is at most 1 (one state, P = p, s = p^2).", "R 不超过 1（单状态，P = p，s = p²）。"), where=[s >= 0, s < 1], at={"s": "81/100"}),
           references=[reference("R for one state, p = 0.9", "4.2631578947368421053", s / (1 - s), at={"s": "81/100"}), reference("R of the example", "0.2234748024094616188214017", compute=rate),
                       reference("R of the example as a fraction", "0.2234748024094616188214017", lift(F(30708758666097, 137414859908147)))])
def doubled_loop_probability():
    yield holds(eq((x * p[i]) ** 2, x ** 2 * p[i] ** 2), ("a path taken twice has the square of its probability x; with one more step p the squares multiply: it is the product of the squared steps",
                "路径走两遍的概率是其概率 x 的平方；再走一步 p，平方相乘：即各步平方之积"))
    yield from expansion()
    yield holds(eq(counted, Sum(chance[m] * Sum(shown(k, m), k, 1, N), m, 1, M)), ("M outcomes with the chances a_m, d(k, m) = 1 where outcome m begins with a doubled loop of length k, else 0: the sum of these probabilities over k is the mean number of such k; R is the sum over i as N grows",
                "M 个结果、概率 a_m，结果 m 以长 k 的双圈开头时 d(k, m) = 1，否则为 0：对 k 的概率之和即这种 k 的平均个数；R 为对 i 求和、N 增大的极限"), where=[M >= 0, N >= 0], by=induction(N))
    yield therefore(r"(Q^k)_{ii}=\Pr_i[X_{k+j}=X_j,\ 0\le j\le k],\quad R=\sum_i\mathbb E_i\,\#\{k\ge1:X_{k+j}=X_j,\ 0\le j\le k\}", (
        "by induction over the steps of a path, and as N grows", "对路径的步数归纳，并令 N 增大"))
    yield holds(eq((1 - s) * Sum(s ** k, k, 1, N), s - s * s ** N), ("one state: the sum tends to s/(1 - s)", "单状态：和趋于 s/(1 - s)"), where=[N >= 0], by=induction(N))
    yield holds(s / (1 - s) > 1, ("more than 1 for s = p^2 > 1/2", "s = p² > 1/2 时大于 1"), where=[s > F(1, 2), s < 1], by=scaled(1 - s, 0 < 2 * s - 1))


@statement(title=("R is the trace of a resolvent", "R 是预解式的迹"), tag="conditional", where=[n >= 1],
           says=("If rho(Q) < 1, R = tr Q (I - Q)^(-1) = sum of lambda/(1 - lambda) = -d/dx log det(I - xQ) at x = 1, and |R| <= n rho/(1 - rho). Eigenvalues may be complex, so they are ordered by modulus.",
                 "若 ρ(Q) < 1，则 R = tr Q(I - Q)⁻¹ = Σλ/(1 - λ) = -d/dx log det(I - xQ)|_(x=1)，且 |R| ≤ nρ/(1 - ρ)。特征值可为复数，故按模排序。"),
           limits=("The trace in terms of eigenvalues is cited.", "引用了迹与特征值的关系。"),
           near_miss=near_miss(r ** 2 - 4 * r ** 2 >= 0, ("All eigenvalues of P o P are real: for a 3-cycle of weights with product r^3, lambda^2 + r lambda + r^2 has a non-negative discriminant.",
                               "P∘P 的特征值都是实数：三状态环（权重之积 r³）的 λ² + rλ + r² 有非负判别式。"), where=[r > 0]),
           references=[*[reference(label, digits, compute=lambda index=index: reals()[index]) for index, label, digits in (
               (0, "largest eigenvalue of the example", "0.255065172698857953"), (1, "least real one", "0.00166901964526649937"), (2, "real part of the pair", "-0.0613750818926353594"),
               (3, "imaginary part", "0.0544391838217516403"))], reference("the bound", "1.3695972498584610988", compute=lambda: 4 * reals()[0] / (1 - reals()[0]))])
def resolvent_trace():
    yield show(eq((eye(n) - Q) @ (S + T), Q - Q @ T), ("S = Q + ... + Q^N, T = Q^(N+1): if (I - Q) S = Q - T, then the same holds one step later", "S = Q + … + Q^N，T = Q^(N+1)：若 (I - Q)S = Q - T，则下一步亦然"),
               where=[eq(Q @ S, S - Q + T)])
    yield cite("powers of a matrix of spectral radius below 1", "Horn & Johnson, Matrix Analysis, 2nd ed., Theorem 5.6.12", ("Q^N tends to 0", "Q^N → 0"))
    yield cite("trace and eigenvalues", "Horn & Johnson, Matrix Analysis, 2nd ed., 1.2.14", ("tr f(Q) is the sum of f(lambda), det(I - xQ) the product of 1 - x lambda", "tr f(Q) = Σf(λ)，det(I - xQ) = Π(1 - xλ)"))
    yield show(eq(D(-log(1 - x * lam), x), lam / (1 - x * lam)), ("one factor of the determinant (real lambda; pairs together for complex ones)", "行列式的一个因子（实 λ；复特征值成对）"), where=[x * lam < 1])
    yield therefore(r"R=\operatorname{tr}Q(I-Q)^{-1}=\sum_i\frac{\lambda_i}{1-\lambda_i}=-\frac{d}{dx}\log\det(I-xQ)\Big|_{x=1}", ("let N grow", "令 N → ∞"))
    yield show(a <= rho, ("lambda = a + bi, here of modulus rho, has rho >= a", "λ = a + bi（此处模为 ρ）满足 ρ ≥ a"), where=[rho >= 0, eq(rho ** 2, a ** 2 + b ** 2)], by=cases(a, above=scaled(rho + a, 0 <= b ** 2)))
    yield show((1 - rho) ** 2 <= (1 - a) ** 2 + b ** 2, ("so |1 - lambda| >= 1 - |lambda|", "故 |1 - λ| ≥ 1 - |λ|"), where=[rho >= 0, a <= rho, eq(b ** 2, rho ** 2 - a ** 2)])
    yield show(t / (1 - t) <= rho / (1 - rho), ("and t/(1 - t) increases", "且 t/(1 - t) 递增"), where=[t >= 0, t <= rho, rho < 1], by=scaled((1 - t) * (1 - rho), t <= rho))
    yield therefore(r"|R|\le\sum_i\frac{|\lambda_i|}{1-|\lambda_i|}\le\frac{n\rho}{1-\rho}", ("n terms", "共 n 项"))


@statement(title=("When R is finite", "R 何时有限"), tag="sharper", where=ROW,
           says=("min_i sum_j P_ij^2 <= rho(Q) <= max_i sum_j P_ij^2 <= 1, and rho(Q) = 1 iff P has a deterministic cycle; so R is finite iff there is none. For stochastic P, rho(Q) >= 1/n, with equality iff "
                 "all entries are 1/n.", "min_i Σ_j P_ij² ≤ ρ(Q) ≤ max_i Σ_j P_ij² ≤ 1，且 ρ(Q) = 1 当且仅当 P 有确定性的圈；故 R 有限当且仅当没有这样的圈。对随机矩阵 P，ρ(Q) ≥ 1/n，当且仅当各元素均为 1/n 时取等。"),
           limits=("Perron-Frobenius theory is cited.", "引用了 Perron–Frobenius 理论。"),
           near_miss=near_miss(eq((F(9, 100) + sqrt(lift(F(81, 10000)) + F(36, 100))) / 2, 1), ("rho(Q) = 1 as soon as one entry of P is 1: P = ((0, 1), (0.3, 0.3)).", "只要 P 有一个元素为 1 就有 ρ(Q) = 1：P = ((0, 1), (0.3, 0.3))。")),
           references=[reference("rho for ((0, 1), (0.3, 0.3))", "0.3483562262423503", (F(9, 100) + sqrt(lift(F(81, 10000)) + F(36, 100))) / 2),
                       *[reference(f"row sum {row} of Q, example", digits, compute=lambda row=row: mp.fsum(to_mp(SQUARED)[row - 1, t] for t in range(4))) for row, digits in (
                           (1, "0.244437869822485207"), (2, "0.25875"), (3, "0.261074380165289256"), (4, "0.243"))]])
def spectral_radius_criterion():
    row = Sum(p[j], j, 1, n)
    at_most_1 = lemma(p[i] <= 1, *ROW, row <= 1, i >= 1, i <= n, by=BELOW_ROW)
    yield show(p[i] <= 1, ("every entry is at most its row sum", "每个元素不超过所在行的和"), where=[row <= 1, i >= 1, i <= n], by=BELOW_ROW)
    yield holds(Sum(p[j] ** 2, j, 1, n) <= row, ("so the row sums of Q are at most those of P", "故 Q 的行和不超过 P 的行和"), where=[row <= 1], by=termwise(using((*at_most_1[:2], {"i": j}), then=squares(rest=p[j] * (1 - p[j])))))
    strict = delta(j, c) * p[c] * (1 - p[c])
    yield show(p[c] * (1 - p[c]) <= Sum(p[j] * (1 - p[j]), j, 1, n), ("strictly so if some 0 < p_c < 1: a row sum of Q is 1 only for a row with a single 1", "若某 0 < p_c < 1 则严格：Q 的行和为 1 当且仅当该行为单个 1"),
               where=[row <= 1, c >= 1, c <= n], by=rewritten(Sum(strict, j, 1, n) <= Sum(p[j] * (1 - p[j]), j, 1, n), termwise(using((*at_most_1[:2], {"i": j}), then=cases(
                   j - c, below=squares(rest=p[j] * (1 - p[j])), above=squares(rest=p[j] * (1 - p[j])))))))
    yield holds(lift(1) / n <= Sum(p[j] ** 2, j, 1, n), ("a stochastic row has squares of sum 1/n at least; the difference is the sum of (p_j - 1/n)^2", "随机行的平方和至少 1/n；差为 Σ(p_j - 1/n)²"), where=[eq(row, 1)],
                by=rewritten(Sum(lift(0), j, 1, n) <= Sum((p[j] - lift(1) / n) ** 2, j, 1, n), termwise(squares((1, p[j] - lift(1) / n)))))
    yield cite("row sums bound the spectral radius", "Horn & Johnson, Matrix Analysis, 2nd ed., Theorems 8.1.22 and 8.3.1", ("Q >= 0; an irreducible class that attains rho = 1 has all its row sums equal to 1",
               "Q ≥ 0；达到 ρ = 1 的不可约类各行和均为 1"))
    yield therefore(r"\min_i\sum_jP_{ij}^2\le\rho(Q)\le\max_i\sum_jP_{ij}^2\le1,\quad\rho(Q)=1\iff P\text{ has a deterministic cycle}", ("rows with a single 1 lead around the class", "单个 1 的各行在该类中首尾相接"))
    yield cite("Perron-Frobenius theorem", "Horn & Johnson, Matrix Analysis, 2nd ed., Theorem 8.3.1", ("a left eigenvector y >= 0 of rho averages the row sums: rho = sum of y_i times row sum i", "ρ 的左特征向量 y ≥ 0 对行和加权平均：ρ = Σ y_i·(行和 i)"))
    yield therefore(r"P\text{ stochastic}:\ \rho(Q)\ge\tfrac1n,\ \text{with equality iff }P_{ij}=\tfrac1n", ("rows with y_i > 0 are then uniform, so y = yQ/rho is positive everywhere", "y_i > 0 的行均匀，从而 y = yQ/ρ 处处为正"))


@statement(title=("Lower bounds by counting loops", "由圈的计数得到的下界"), tag="false", where=[N >= 1],
           post=("The number N_k of nonzero loops has no closed form; take (zeta n)^k.", "非零圈数 N_k 没有解析式，可用 (ζn)^k 代替。"),
           says=("tr Q^k >= (tr P^k)^2/tr A^k, and tr Q^k >= sum of (P^k)_ii^2/(A^k)_ii over i with (A^k)_ii > 0. N_k is tr A^k; (zeta n)^k, zeta the density of A, may be larger or smaller.",
                 "tr Q^k ≥ (tr P^k)²/tr A^k，且 tr Q^k ≥ Σ (P^k)_ii²/(A^k)_ii（对 (A^k)_ii > 0 的 i）。N_k 即 tr A^k；而 (ζn)^k（ζ 为 A 的密度）可大可小。"),
           limits=("The induction over the steps of a path is written out.", "对路径步数的归纳为书面论证。"),
           near_miss=near_miss(lift(3) <= lift(2) ** k, ("N_k <= (zeta n)^k: for upper triangular A with n = 3 this reads 3 <= 2^k.", "N_k ≤ (ζn)^k：对 n = 3 的上三角 A 即 3 ≤ 2^k。"), where=[k >= 1], at={"k": 1}),
           references=[reference("sum of (tr P^k)^2/n^k, example", "0.17259926991486353563", compute=lambda: series(lambda A, length: mp.fsum(A[t, t] for t in range(4)) ** 2 / mp.mpf(4) ** length)),
                       reference("the bound by rows", "0.19447458928723783189", compute=lambda: series(lambda A, length: mp.fsum(A[t, t] ** 2 for t in range(4)) / mp.mpf(4) ** (length - 1)))])
def amgm_lower_bounds():
    mean = Sum(w[j], j, 1, N) / N
    yield from expansion()
    yield show(eq(over_paths(b_[j]), Sum(b_[j] * places[j], j, 1, n)), ("their numbers that of the powers of A, b_j an entry of A: so N = tr A^k loops, or (A^k)_ii of them at i, and the sums over them are entries or traces of P^k and Q^k", "条数满足 A 的幂的递推，b_j 为 A 的元素：故圈数 N = tr A^k，i 处为 (A^k)_ii，对它们的和为 P^k、Q^k 的元素或迹"), where=PATHS)
    yield holds(Sum(w[i], i, 1, N) ** 2 / N <= Sum(w[i] ** 2, i, 1, N), ("so both bounds are Cauchy-Schwarz for the weights w of the N loops, of all or of those at one state; these add up over the states", "于是两个下界都是对 N 个圈（全部的，或某状态处的，再对状态求和）的权重 w 用 Cauchy–Schwarz 不等式"), by=rewritten(
        Sum(lift(0), i, 1, N) <= Sum((w[i] - mean) ** 2, i, 1, N), termwise(squares((1, w[i] - mean)))))
    yield therefore(r"\operatorname{tr}Q^k\ge\frac{(\operatorname{tr}P^k)^2}{\operatorname{tr}A^k},\qquad(Q^k)_{ii}\ge\frac{((P^k)_{ii})^2}{(A^k)_{ii}}", ("by induction over the steps of a path", "对路径的步数归纳"))
    yield holds(lift(2) < 3, ("upper triangular A, n = 3: tr A^k = 3, zeta n = 2, and 3 > 2^k for k = 1", "上三角 A，n = 3：tr A^k = 3，ζn = 2，k = 1 时 3 > 2^k"))
    yield holds(lift(3) < lift(2) ** k, ("but 3 < 2^k for k >= 2", "但 k ≥ 2 时 3 < 2^k"), where=[k >= 2], by=induction(k, base=2))


@statement(title=("tr P^2k is not a lower bound", "tr P^2k 不是下界"), tag="false", where=[n >= 1],
           post=("R is bounded below by the sum of tr P^(2k)/n^(k-1) (AAAI 2021, up to a factor n).", "R 以 Σ tr P^(2k)/n^(k-1) 为下界（AAAI 2021，差因子 n）。"),
           says=("((P^k)_ii)^2 <= (P^(2k))_ii, strictly if there is another way back, so the paper's sum is not a lower bound: for P = p ((0, 1), (1, 0)) it exceeds R exactly for p^2 < sqrt 3 - 1.",
                 "((P^k)_ii)² ≤ (P^(2k))_ii，若另有返回路径则严格，故论文的和不是下界：对 P = p((0, 1), (1, 0))，当且仅当 p² < √3 - 1 时它超过 R。"),
           near_miss=near_miss(4 * s / (2 - s) <= 2 * s ** 2 / (1 - s ** 2), ("The paper's sum is a lower bound of R for the 2-cycle, s = p^2.", "对二状态环（s = p²），论文的和是 R 的下界。"), where=[s > 0, s < 1], at={"s": "1/4"}),
           references=[reference("the paper's sum, example", "1.0257853380504752599", compute=paper),
                       reference("largest p that is violated", "0.85559967716735219297", sqrt(sqrt(lift(3)) - 1))])
def paper_trace_error():
    ends = (i >= 1, i <= n, every(m, a_[m] >= 0), every(m, b_[m] >= 0))
    rest = Sum((1 - delta(j, i)) * a_[j] * b_[j], j, 1, n)
    yield holds(a_[i] * b_[i] <= Sum(a_[j] * b_[j], j, 1, n), ("the term j = i of (P^2k)_ii = sum of (P^k)_ij (P^k)_ji", "(P^2k)_ii = Σ_j (P^k)_ij(P^k)_ji 的 j = i 项"), where=ends, by=rewritten(
        Sum(lift(0), j, 1, n) <= rest, termwise(cases(j - i, below=squares(rest=a_[j] * b_[j]), above=squares(rest=a_[j] * b_[j])))))
    both = Sum((1 - delta(j, i)) * (1 - delta(j, c)) * a_[j] * b_[j], j, 1, n)
    yield holds(a_[i] * b_[i] + a_[c] * b_[c] <= Sum(a_[j] * b_[j], j, 1, n), ("another way back, through c, adds a positive term", "经由 c 的另一返回路径增加一个正项"), where=[*ends, c >= 1, c <= n, ne(c, i)], by=rewritten(
        Sum(lift(0), j, 1, n) <= both, termwise(cases(j - i, below=cases(j - c, below=squares(rest=a_[j] * b_[j]), above=squares(rest=a_[j] * b_[j])),
                                                      above=cases(j - c, below=squares(rest=a_[j] * b_[j]), above=squares(rest=a_[j] * b_[j]))))))
    gap = 4 * s / (2 - s) - 2 * s ** 2 / (1 - s ** 2)
    yield holds(eq(gap, 2 * s * (3 - (s + 1) ** 2) / ((2 - s) * (1 - s ** 2))), ("the 2-cycle: R = 2s^2/(1 - s^2), the sum is 4s/(2 - s), s = p^2", "二状态环：R = 2s²/(1 - s²)，论文的和为 4s/(2 - s)，s = p²"), where=[s > 0, s < 1])
    yield holds(0 < gap, ("so it exceeds R if (s + 1)^2 < 3", "故 (s + 1)² < 3 时超过 R"), where=[s > 0, s < 1, (s + 1) ** 2 < 3], by=scaled((2 - s) * (1 - s ** 2), 0 < 2 * s * (3 - (s + 1) ** 2)))
    yield holds(gap <= 0, ("and otherwise does not", "否则不超过"), where=[s > 0, s < 1, (s + 1) ** 2 >= 3], by=scaled((2 - s) * (1 - s ** 2), 2 * s * (3 - (s + 1) ** 2) <= 0, squares(rest=2 * s * ((s + 1) ** 2 - 3))))


hollow = 1 / (n - 2) - (n - 1) / ((n - 1) ** 2 + lift(1))


@statement(title=("The uniform matrix does not minimise R", "均匀矩阵并不使 R 最小"), tag="false", where=[n >= 3],
           post=("R is least for the uniform matrix.", "R 在均匀矩阵处最小。"),
           says=("P = ee^T/n has R = 1/(n-1); P = (ee^T - I)/(n-1) has R = 1/(n-2) - (n-1)/((n-1)^2 + 1), which is smaller for every n >= 4. Uniformity minimises the spectral radius of Q, not R.",
                 "P = eeᵀ/n 有 R = 1/(n-1)；P = (eeᵀ - I)/(n-1) 有 R = 1/(n-2) - (n-1)/((n-1)² + 1)，对一切 n ≥ 4 更小。均匀性使 Q 的谱半径最小，而不是 R。"),
           near_miss=near_miss(1 / (n - 1) <= hollow, ("R is at least 1/(n-1), the value of the uniform matrix.", "R 至少为均匀矩阵的值 1/(n-1)。"), where=[n >= 3], at={"n": 10}),
           references=[reference("R without self-loops, n = 10", "0.0152439024390243902", hollow, at={"n": 10}), reference("n = 3", "0.6", hollow, at={"n": 3})])
def uniform_not_minimiser():
    ones = [eq(dot(e, e), n)]
    uniform, other = outer(e, e) / n ** 2, (outer(e, e) - eye(n)) / (n - 1) ** 2
    yield show(eq(uniform @ e, e / n), ("uniform: Q has the eigenvalue 1/n", "均匀：Q 有特征值 1/n"), where=ones)
    yield show(eq(uniform @ v, 0 * v), ("and 0 on the rest", "其余为 0"), where=[eq(dot(e, v), 0)])
    yield holds(eq((lift(1) / n) / (1 - lift(1) / n), 1 / (n - 1)), ("R of the uniform matrix", "均匀矩阵的 R"))
    yield show(eq(other @ e, e / (n - 1)), ("without self-loops: the eigenvalue 1/(n-1)", "无自环：特征值 1/(n-1)"), where=ones)
    yield show(eq(other @ v, -1 / (n - 1) ** 2 * v), ("and n - 1 times -1/(n-1)^2", "以及 n - 1 重的 -1/(n-1)²"), where=[eq(dot(e, v), 0)])
    value = (1 / (n - 1)) / (1 - 1 / (n - 1)) + (n - 1) * ((-1 / (n - 1) ** 2) / (1 + 1 / (n - 1) ** 2))
    yield holds(eq(value, hollow), ("R without self-loops", "无自环时的 R"))
    yield holds(eq(1 / (n - 1) - hollow, (n ** 3 - 5 * n ** 2 + 7 * n - 4) / ((n - 1) * (n - 2) * (n ** 2 - 2 * n + 2))), ("the difference", "两者之差"))
    yield holds(hollow < 1 / (n - 1), ("positive for n >= 4: in m = n - 4 the numerator is m^3 + 7m^2 + 15m + 8", "n ≥ 4 时为正：以 m = n - 4 表示，分子为 m³ + 7m² + 15m + 8"), where=[n >= 4],
                by=scaled((n - 1) * (n - 2) * (n ** 2 - 2 * n + 2), 0 < n ** 3 - 5 * n ** 2 + 7 * n - 4))
    yield holds(eq(1 / (lift(3) - 2) - 2 / (lift(2) ** 2 + 1), F(3, 5)), ("for n = 3 it is 3/5 > 1/2", "n = 3 时为 3/5 > 1/2"))


@statement(title=("Greedy decoding repeats for ever", "贪心解码永远重复"), where=[n >= 1],
           says=("If every row of P is one-hot, Q = P, R is infinite, and the density zeta = 1/n is the least of a stochastic matrix.", "若 P 的每行都是 one-hot，则 Q = P，R 无穷，且密度 ζ = 1/n 是随机矩阵中最小的。"),
           limits=("That some state comes back is counted, the rest of the argument is written out.", "“某状态会返回”由计数证明，其余为书面论证。"),
           near_miss=near_miss(2 * a ** 2 * b ** 2 / (1 - a ** 2 * b ** 2) >= 1, ("Small density always makes R large: P = ((0, a), (b, 0)).", "密度小总使 R 大：P = ((0, a), (b, 0))。"), where=[a >= 0, a < 1, b >= 0, b < 1],
                               at={"a": "1/2", "b": 0}))
def greedy_diverges():
    yield holds(eq(delta(j, c) ** 2, delta(j, c)), ("row i is delta(j, c): squaring changes nothing", "第 i 行为 δ(j, c)：平方不变"), by=cases(j - c))
    yield show(Sum(1 - b_[j], j, 1, n) < n + 1, ("iterating the map of the states n times passes n + 1 states; were each state met at most once (1 - b_j times, b_j >= 0), these would be at most n: so some state comes back, after m steps, and again after 2m, 3m, ...",
               "把状态映射迭代 n 次经过 n + 1 个状态；若每个状态至多遇到一次（1 - b_j 次，b_j ≥ 0），则至多 n 个：故某状态经 m 步返回，2m、3m、… 步后亦然"), where=[every(j, b_[j] >= 0)], by=rewritten(Sum(lift(0), j, 1, n) < Sum(b_[j] + 1 / n, j, 1, n), termwise()))
    yield holds(N <= Sum(1 + b_[k], k, 1, N), ("its diagonal entry of Q^m, Q^2m, ..., Q^Nm is 1, and no other entry is negative: R is at least N for every N, that is infinite", "它在 Q^m、Q^2m、…、Q^Nm 中的对角元为 1，其余元素非负：对任意 N 有 R ≥ N，即 R = ∞"), where=[N >= 0, every(j, b_[j] >= 0)],
                by=rewritten(Sum(lift(0), k, 1, N) <= Sum(b_[k], k, 1, N), termwise()))
    yield therefore(r"R=\infty", ("some state comes back, and R is at least N for every N", "某状态会返回，且对任意 N 有 R ≥ N"))
    yield holds(eq(n / n ** 2, lift(1) / n), ("one nonzero entry in each row is the least for row sums 1", "行和为 1 时每行至少一个非零元素"))
