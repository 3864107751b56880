"""The determinant of the exponential of a matrix.

Statement.  det e^A = e^(tr A) for every square A, and for the solutions of X' = A(t) X; log det B = tr log B where the branch allows it;
            det(I + rA) = sum r^k E_k(A) with Newton's recursion; and why e^A itself is a bad way to the number e^(tr A).
Symbols.    n, N, m >= 1 integers; A, B, K, S, X real n x n matrices (A + iX, K + iS complex ones); p_1, p_2, p_3, q_1, ... vectors of R^n;
            f(t) = det X(t), f' its derivative; P a primitive of tr A(t); x, y, z, u entries of a 2 x 2 matrix; delta, r, s, t, w real.
Excluded.   the principal logarithm of matrices with an eigenvalue on (-oo, 0]; singular matrices have no logarithm.
Source.     Su Jianlin, 恒等式 det(exp(A)) = exp(Tr(A)) 赏析, 2019-02-18 (archives/6377).
"""
from mpmath import mp

from kexue import (Abs, Article, D, Formula, I, block, call, cite, complex_, cosh, det, dot, eq, exp, expm, eye, function, holds, integer, lift, log, matrix,
                   ne, near_miss, outer, pi, real, reference, show, sinh, sqrt, statement, therefore, tr, vector)
from kexue.tactics import laws
from kexue.tactics.combine import derivative, evolution, flow, lemma, monotone, using

article = Article(
    number=7, date="2019-02-18", source="https://kexue.fm/archives/6377",
    title=("The identity det(exp(A)) = exp(Tr(A))", "恒等式 det(exp(A)) = exp(Tr(A)) 赏析"),
    summary=("The identity by one differential equation, its form for varying coefficients, what it says about logarithms and their branches, the expansion of "
             "det(I + rA), and why the left side must not be computed from the matrix exponential.",
             "由一个微分方程得到恒等式及其变系数形式；它对对数与分支的含义；det(I + rA) 的展开；以及为何不应由矩阵指数计算左边。"),
    papers=("Higham, Functions of Matrices, chapters 1, 10 and 11", "Coddington & Levinson, Theory of Ordinary Differential Equations, 1.7"))

n, N, m = integer("n N m")
x, y, z, u, r, s, t, w, delta = real("x y z u r s t w delta")
p1, p2, p3, q1, q2, q3 = vector("p1 p2 p3 q1 q2 q3", n)
A, B, X, K, S = matrix("A B X K S", n)
c = dot(q1, p1)
zeta = complex_("zeta")
(f, slope), (P, rate) = (tuple(map(function, (name, f"{name};0"))) for name in ("f", "P"))


def det2(a, b, c, d): return a * d - b * c
def rotation(t): return block((cosh(t), sinh(t)), (sinh(t), cosh(t)))
def is_det(A): return eq(det(expm(A)), exp(tr(A)))  # the identity, where it is used


dyad = lemma(eq(expm(t * outer(p1, q1)), eye(n) + (exp(t * c) - 1) / c * outer(p1, q1)), n >= 1, ne(c, 0), by=flow(t, n), t=1)
null = lemma(eq(expm(t * outer(p1, q1)), eye(n) + t * outer(p1, q1)), n >= 1, eq(c, 0), by=flow(t, n), t=1)
mean, gap = (x + u) / 2, (x - u) / 2
wave, trig = sinh(t * w) / w, call("sin", t * w) / w
square = block((x, y), (z, u))
own = lemma(eq(expm(t * A) @ A, A @ expm(t * A)), n >= 1, by=evolution(t, A))
square_root = lemma(eq(expm(t * S), expm(t * (S / 2)) @ expm(t * (S / 2))), n >= 1, by=evolution(t, S, right=using((*own[:2], {"A": S / 2}))), t=1)
JACOBI = ("Jacobi's formula", "Magnus & Neudecker, Matrix Differential Calculus, 8.3", (
    "(det X)' = tr(adj(X) X') for every differentiable X(t)", "对任意可微的 X(t)：(det X)' = tr(adj(X) X')"))
trace_step = (eq(tr(K @ A @ X), delta * tr(A)), ("X' = AX: the trace is that of A X adj(X), and X adj(X) = det(X) I (here K = adj X, delta = det X)",
              "X' = AX 时该迹等于 A X adj(X) 的迹，而 X adj(X) = det(X) I（此处 K = adj X，δ = det X）"))
L, L2 = A + I * X, K + I * S  # any complex matrices
constant = lemma(eq(det(expm(t * L)) * exp(-t * tr(L)), 1), n >= 1, by=derivative(t), t=1)


def identity(**at):
    """The identity for a complex matrix, A + iX or another one."""
    return lemma(is_det(L), n >= 1, by=using(constant), **at)


def hilbert(): return mp.exp(mp.fsum(mp.mpf(1) / (2 * k + 1) for k in range(4)))


@statement(title=("det exp A = exp tr A", "det exp A = exp tr A"), where=[n >= 1],
           says=("For every square matrix A, real or complex, det e^A = e^(tr A).", "对任意实或复方阵 A：det e^A = e^(tr A)。"),
           near_miss=near_miss(eq(det2(exp(x), exp(y), exp(z), exp(u)), exp(x + u)), ("The exponential may be taken entry by entry (A = 0).", "指数可以逐元素取（A = 0）。"),
                               at={"x": 0, "y": 0, "z": 0, "u": 0}),
           references=[reference("e^5", "148.4131591025766034211156", exp(lift(5))), reference("exp tr of the 4 x 4 Hilbert matrix", "5.345154642245506330627722", compute=hilbert),
                       *(reference(f"entry {i}{j} of exp [[1, 2], [3, 4]]", digits, compute=lambda i=i, j=j: mp.expm(mp.matrix([[1, 2], [3, 4]]))[i, j]) for i, j, digits in (
                           (0, 0, "51.96895619870500365812"), (0, 1, "74.73656456700321254988"), (1, 0, "112.1048468505048188248"), (1, 1, "164.0738030492098224829")))])
def det_exp_trace():
    yield show(eq(tr(expm(-L) @ (L @ expm(L))), tr(L)), ("L = A + iX: a conjugate of L has the trace of L", "L = A + iX：与 L 相似的矩阵同迹"))
    yield holds(is_det(L), ("by Jacobi's formula (det Y)' = det Y tr(Y^-1 Y') for Y = e^(tL), Y' = LY, the product of det e^(tL) and e^(-t tr L) has the derivative 0; it is 1 at t = 0",
                            "由 Jacobi 公式 (det Y)' = det Y tr(Y⁻¹Y')，取 Y = e^(tL)、Y' = LY：det e^(tL) 与 e^(-t tr L) 之积导数为零，在 t = 0 处为 1"), by=using(constant))
    yield holds(is_det(outer(p1, q1)), ("the two sides for rank one, A = p q^T, where e^A is known in every dimension", "秩一矩阵 A = p qᵀ 的两边，其 e^A 在任意维度下已知"), where=[ne(c, 0)], by=using(dyad))
    yield holds(is_det(outer(p1, q1)), ("also where q.p = 0 and A^2 = 0", "q·p = 0 即 A² = 0 时亦然"), where=[eq(c, 0)], by=using(null))
    yield show(eq(expm(t * square), exp(t * mean) * (block((call("cosh", t * w), 0), (0, call("cosh", t * w))) + wave * block((gap, y), (z, -gap)))), (
        "n = 2: the traceless part of A has the square w^2", "n = 2：A 的无迹部分的平方为 w²"), where=[ne(w, 0), eq(w ** 2, gap ** 2 + y * z)], by=flow(t, 2))
    yield holds(eq(det2(cosh(w) + sinh(w) / w * gap, sinh(w) / w * y, sinh(w) / w * z, cosh(w) - sinh(w) / w * gap) * exp(mean) ** 2, exp(x + u)), (
        "its determinant at t = 1", "其在 t = 1 处的行列式"), where=[ne(w, 0), eq(y * z, w ** 2 - gap ** 2)])
    yield show(eq(expm(t * square), exp(t * mean) * (block((call("cos", t * w), 0), (0, call("cos", t * w))) + trig * block((gap, y), (z, -gap)))), (
        "the same where the square is -w^2", "平方为 -w² 时亦然"), where=[ne(w, 0), eq(w ** 2, -(gap ** 2) - y * z)], by=flow(t, 2))


moving = block((1, 2 * t), (0, 0))
truth = block((exp(t), 2 * (exp(t) - 1 - t)), (0, 1))
guess = block((exp(t), t * (exp(t) - 1)), (0, 1))


@statement(title=("Varying coefficients: Liouville's formula", "变系数情形：Liouville 公式"), where=[n >= 1],
           says=("If A(t) is continuous and X' = A X, then det X(t) = det X(0) exp(integral of tr A from 0 to t); X(t) itself is not exp(integral of A) X(0).",
                 "若 A(t) 连续且 X' = AX，则 det X(t) = det X(0) exp(∫₀ᵗ tr A)；但 X(t) 本身并不等于 exp(∫A) X(0)。"),
           limits=("Jacobi's formula is cited.", "引用了 Jacobi 公式。"),
           near_miss=near_miss(eq(D(guess, t), moving @ guess), ("exp(integral of A) solves X' = AX (A = [[1, 2t], [0, 0]]).", "exp(∫A) 满足 X' = AX（A = [[1, 2t], [0, 0]]）。"), at={"t": 1}))
def liouville():
    yield cite(*JACOBI)
    yield holds(*trace_step, where=[eq(X @ K, delta * eye(n))])
    yield holds(eq(D(exp(-P(t)) * f(t), t), exp(-P(t)) * (slope(t) - rate(t) * f(t))), (
        "f = det X has f' = tr(A) f; for a primitive P of tr A the derivative of e^(-P) f is 0", "f = det X 满足 f' = tr(A) f；取 tr A 的原函数 P，则 e^(-P) f 的导数为 0"))
    yield therefore(r"\det X(t)=\det X(0)\,e^{\int_0^t\operatorname{tr}A(s)\,ds}", ("e^(-P) f is constant", "e^(-P) f 为常数"))
    yield holds(eq(D(truth, t), moving @ truth), ("an example: the solution for A = [[1, 2t], [0, 0]], X(0) = I", "例：A = [[1, 2t], [0, 0]]、X(0) = I 的解"))
    yield show(eq(expm(s * block((t, t ** 2), (0, 0))), block((exp(s * t), t * (exp(s * t) - 1)), (0, 1))), (
        "the exponential of the integral of A (s = 1) is another matrix", "∫A 的指数（s = 1）是另一个矩阵"), by=flow(s, 2))
    yield holds(2 * (exp(t) - 1 - t) < t * (exp(t) - 1), ("they differ at every t > 0", "两者在每个 t > 0 处都不同"), where=[t > 0],
                by=monotone(t, strict="slope", slope=monotone(t, strict="slope")))
    yield holds(eq(det2(exp(t), t * (exp(t) - 1), 0, 1), det2(exp(t), 2 * (exp(t) - 1 - t), 0, 1)), ("yet the determinants agree", "但行列式相等"))


im = call("im", zeta)


@statement(title=("Logarithms and their branches", "对数及其分支"), tag="conditional", where=[n >= 1],
           says=("For symmetric positive definite B, log det B = tr log B (log B the symmetric S with e^S = B). For any L with e^L = B, tr L is a logarithm of det B, the principal one exactly if -pi < Im tr L <= pi.",
                 "对称正定的 B 满足 log det B = tr log B（log B 为满足 e^S = B 的对称阵 S）。若 e^L = B，则 tr L 是 det B 的一个对数，当且仅当 -π < Im tr L ≤ π 时为主值。"),
           near_miss=near_miss(eq(log(zeta ** 2), 2 * log(zeta)), ("The principal logarithm of det B is always tr Log B (B = e^(3i) I_2, or -I_2).",
                               "det B 的对数主值总等于 tr Log B（B = e^(3i) I₂ 或 -I₂）。"), where=[ne(zeta, 0)], at={"zeta": -1}),
           references=[reference("Im log det e^(3i) I_2", "-0.2831853071795864769", compute=lambda: mp.im(mp.log(mp.exp(6j))))])
def log_det_branch():
    yield holds(eq(log(det(expm(S))), tr(S)), ("S = log B: det B = e^(tr S), a real logarithm", "S = log B：det B = e^(tr S)，为实对数"), by=using(identity(A=S, X=0 * S)))
    yield show(eq(expm(S).T, expm(S)), ("such a B is symmetric", "这样的 B 对称"), where=[call("symmetric", S)])
    yield show(0 <= dot(p1, expm(S) @ p1), ("and x^T B x = |e^(S/2) x|^2", "且 xᵀBx = |e^(S/2)x|²"), where=[call("symmetric", S)], by=using(square_root, lemma(0 <= dot(q1, q1), n >= 1, q1=expm(S / 2) @ p1)))
    yield holds(eq(exp(tr(L)), det(expm(L))), ("for any L = A + iX with e^L = B, tr L is a logarithm of det B", "对任意满足 e^L = B 的 L = A + iX，tr L 是 det B 的一个对数"), by=using(identity()))
    yield show(eq(log(exp(zeta)), zeta), ("principal inside the strip", "在带形内为主值"), where=[-pi < im, im <= pi], by=laws.search)
    yield holds(eq(log(det(expm(L))), tr(L)), ("so tr L is the principal one if its imaginary part tr X lies in (-pi, pi]", "故虚部 tr X 属于 (-π, π] 时 tr L 为主值"), where=[-pi < tr(X), tr(X) <= pi], by=using(
        identity(), lemma(eq(log(exp(zeta)), zeta), -pi < im, im <= pi, zeta=tr(A) + I * tr(X), by=laws.search)))
    yield holds(call("arg", zeta) <= pi, ("and otherwise not, as the imaginary part of a principal logarithm is at most pi", "否则不是，因对数主值的虚部至多 π"), where=[ne(zeta, 0)], by=laws.search)
    yield holds(-pi < call("arg", zeta), ("and more than -pi", "且大于 -π"), where=[ne(zeta, 0)], by=laws.search)
    yield holds(eq(exp(6 * I), exp((6 - 2 * pi) * I)), ("B = e^(3i) I_2 has tr Log B = 6i, but Log det B = (6 - 2 pi) i lies in the strip", "B = e^(3i) I₂ 有 tr Log B = 6i，而落在带形内的是 Log det B = (6 - 2π)i"))


three = outer(p1, q1) + outer(p2, q2) + outer(p3, q3)
t1, t2, t3 = tr(three), tr(three @ three), tr(three @ three @ three)
E1, E2 = t1, (t1 ** 2 - t2) / 2
E3 = (E2 * t1 - E1 * t2 + t3) / 3


@statement(title=("The expansion of det(I + rA)", "det(I + rA) 的展开"), where=[n >= 1],
           says=("det(I + rA) = sum of r^k E_k(A), E_1 = tr A, E_2 = ((tr A)^2 - tr A^2)/2, k E_k = sum of (-1)^(j-1) E_(k-j) tr A^j.",
                 "det(I + rA) = Σ r^k E_k(A)，E_1 = tr A，E_2 = ((tr A)² - tr A²)/2，k E_k = Σ (-1)^(j-1) E_(k-j) tr A^j。"),
           limits=("Beyond rank three Newton's identities are cited.", "秩大于三时引用了 Newton 恒等式。"),
           near_miss=near_miss(eq(1 + r * E1 + r ** 2 * t1 ** 2 / 2, 1 + r * E1 + r ** 2 * E2), ("E_2 = (tr A)^2/2.", "E_2 = (tr A)²/2。"), where=[n >= 1],
                               at={"n": 1, "p1": [1], "q1": [1], "p2": [0], "q2": [0], "p3": [0], "q3": [0], "r": 1}))
def det_expansion():
    yield holds(eq(det(eye(n) + r * three), 1 + r * E1 + r ** 2 * E2 + r ** 3 * E3), ("every A of rank at most three, A = p_1q_1^T + p_2q_2^T + p_3q_3^T, any size: all terms from r^4 on vanish",
                "任意阶数、秩至多为三的 A = p₁q₁ᵀ + p₂q₂ᵀ + p₃q₃ᵀ：r⁴ 起各项为零"))
    yield cite("Schur's triangular form", "Horn & Johnson, Matrix Analysis, 2.3.1", ("the traces of powers are power sums of the eigenvalues, E_k their elementary symmetric functions",
               "幂的迹为特征值的幂和，E_k 为其初等对称函数"))
    yield cite("Newton's identities", "Macdonald, Symmetric Functions and Hall Polynomials, I (2.11')", ("any number of eigenvalues", "任意多个特征值"))
    yield therefore(r"\det(I+rA)=\sum_{k=0}^nr^kE_k(A),\quad kE_k=\sum_{j=1}^k(-1)^{j-1}E_{k-j}\operatorname{tr}A^j", ("for every n", "对任意 n"))


turn = block((0, 1), (1, 0))


@statement(title=("Corollaries", "推论"), where=[n >= 1],
           says=("det e^(A+B) = det(e^A e^B) though e^(A+B) and e^A e^B differ; e^A is invertible; for real A its determinant is positive, so no real matrix with negative determinant "
                 "has a real logarithm. A positive determinant does not suffice: diag(-1, -2) has none.",
                 "det e^(A+B) = det(e^A e^B)，尽管 e^(A+B) ≠ e^A e^B；e^A 可逆；实 A 时其行列式为正，故行列式为负的实矩阵没有实对数。行列式为正并不充分：diag(-1, -2) 没有实对数。"),
           near_miss=near_miss(eq(block((1 + t ** 2, t), (t, 1)), rotation(t)), ("e^A e^B = e^(A+B) for A = t E_12, B = t E_21.", "对 A = t E₁₂、B = t E₂₁ 有 e^A e^B = e^(A+B)。"), at={"t": 1}),
           references=[reference("|e^(A+B) - e^A e^B|_F, A = E_12, B = E_21", "0.75173319648702119874",
                                 sqrt((cosh(lift(1)) - 2) ** 2 + 2 * (sinh(lift(1)) - 1) ** 2 + (cosh(lift(1)) - 1) ** 2))])
def det_exp_corollaries():
    yield holds(eq(det(expm(L + L2)), det(expm(L) @ expm(L2))), ("for any two complex matrices: the trace is linear, the determinant multiplicative", "对任意两个复矩阵：迹是线性的，行列式是乘性的"), by=using(
        identity(), identity(A=K, X=S), identity(A=A + K, X=X + S)))
    yield holds(eq(expm(L) @ expm(-L), eye(n)), ("e^A is invertible", "e^A 可逆"))
    yield holds(det(expm(A)) > 0, ("for real A an exponential of a real number: so B = e^A has no negative determinant", "实 A 时为实数的指数：故 B = e^A 的行列式不为负"), by=using(identity(X=0 * A)))
    for name, M, E in (("A", block((0, 1), (0, 0)), block((1, t), (0, 1))), ("B", block((0, 0), (1, 0)), block((1, 0), (t, 1))), ("A + B", turn, rotation(t))):
        yield show(eq(expm(t * M), E), (f"exp(t({name})) for A = E_12, B = E_21", f"A = E₁₂、B = E₂₁ 时的 exp(t({name}))"), by=flow(t, 2))
    yield holds(eq(block((1, t), (0, 1)) @ block((1, 0), (t, 1)), block((1 + t ** 2, t), (t, 1))), ("the product of the first two", "前两者之积"))
    yield holds(1 < cosh(t), ("its last entry 1 is less than cosh t", "其右下角元素 1 小于 cosh t"), where=[t > 0], by=monotone(t, strict="slope", slope=monotone(t, strict="slope")))
    yield show(own[0].claim, ("a logarithm of B commutes with it (t = 1)", "B 的对数与 B 可交换（t = 1）"), by=own[1])
    diagonal = block((-1, 0), (0, -2))
    yield holds(eq(square @ diagonal - diagonal @ square, block((0, -y), (z, 0))), ("so one of diag(-1, -2), with rows (x, y) and (z, u), has y = z = 0", "故 diag(-1, -2) 的对数（行为 (x, y)、(z, u)）满足 y = z = 0"))
    yield holds(eq(expm(t * block((x, 0), (0, u))), block((exp(t * x), 0), (0, exp(t * u)))), ("its exponential would be diag(e^x, e^u)", "其指数将为 diag(e^x, e^u)"), by=flow(t, 2))
    yield holds(exp(x) > -1, ("but e^x = -1 has no real solution", "但 e^x = -1 没有实数解"))


def rounded(f, kind): return Formula("round", (Formula("const", (kind,)), f))
def corner(k): return (2 ** lift(k) + 2 ** lift(-k)) / 2  # cosh(k log 2)
def side(k): return (2 ** lift(k) - 2 ** lift(-k)) / 2  # sinh(k log 2)


@statement(title=("The exponential loses the determinant", "矩阵指数丢失行列式"), tag="false",
           post=("det(exp(A)) may be computed as it is written.", "det(exp(A)) 可以按字面计算。"),
           says=("For A = s [[0, 1], [1, 0]] a relative error d of the diagonal of e^A moves the determinant from 1 by cosh(s)^2 (2d + d^2). With correctly rounded entries it is exactly 0 in bfloat16 "
                 "at s = 5 log 2, in binary32 at 13 log 2, in binary64 at 28 log 2; the trace gives 0 = log det at once.",
                 "对 A = s [[0, 1], [1, 0]]，e^A 对角元的相对误差 d 使行列式偏离 1 达 cosh(s)²(2d + d²)。即使元素正确舍入，bfloat16 在 s = 5 log 2、binary32 在 13 log 2、binary64 在 28 log 2 时"
                 "所得行列式恰为 0；而迹立即给出 log det = 0。"),
           near_miss=near_miss(Abs((cosh(s) * (1 + delta)) ** 2 - sinh(s) ** 2 - 1) <= 4 * delta, ("slogdet(expm(A)) is a safe reference: the relative error of the determinant is a few times that of the entries.",
                               "slogdet(expm(A)) 可作可靠参照：行列式的相对误差只是元素相对误差的几倍。"), where=[delta > 0, delta < 1], at={"s": 10, "delta": "1/1000000"}))
def det_expm_float_hazard():
    yield show(eq(expm(s * turn), rotation(s)), ("the exponential", "矩阵指数"), by=flow(s, 2))
    yield holds(eq(cosh(s) ** 2 - sinh(s) ** 2, 1), ("its determinant is 1, as the trace is 0", "行列式为 1，因迹为 0"))
    yield holds(eq((cosh(s) * (1 + delta)) ** 2 - sinh(s) ** 2 - 1, cosh(s) ** 2 * (2 * delta + delta ** 2)), ("the effect of an error in the diagonal", "对角元误差的影响"))
    for kind, k in (("bfloat16", 5), ("binary32", 13), ("binary64", 28)):
        yield show(eq(cosh(k * log(lift(2))), corner(k)), (f"at s = {k} log 2 the entries are rational", f"s = {k} log 2 时元素为有理数"))
        yield holds(eq(rounded(corner(k), kind) ** 2 - rounded(side(k), kind) ** 2, 0), (f"both entries round to 2^{k - 1} in {kind}: the computed matrix is singular",
                    f"在 {kind} 中两者都舍入为 2^{k - 1}：所得矩阵奇异"))
