"""Rotary positions in two dimensions: which are relative, which are all of them, and which can be undone.

Statement.  R^T(p) R(p') = R(p' - p) holds for rotations by x theta and y theta in two planes, for exp(x B_1 + y B_2) with commuting skew B_i, and, up to an orthogonal
            change of basis, for nothing else than rotations by frequencies omega_k.(x, y); quaternions fail; injectivity depends on the domain of the positions.
Symbols.    d, m, n, k integers; x, y, u, v, t, theta, omega real; A, B real d x d matrices, R, S, T, P values of R(.); J = Rot(pi/2); hat(u) the matrix of u x (.);
            r_i = |(x_i, y_i)| > 0; quaternions a + b i + c j + d k as 4 x 4 matrices of left multiplication.
Excluded.   none.
Source.     Su Jianlin, Transformer升级之路：4、二维位置的旋转式位置编码, 2021-05-10 (archives/8397).
"""
from fractions import Fraction

from mpmath import mp

from kexue import (Abs, Article, D, block, call, cite, cos, det, eq, exp, expm, eye, holds, integer, inv, lift, matrix, ne, near_miss, pi, real, reference, show, sin, sqrt, statement, therefore, tr)
from kexue.formula import to_data
from kexue.tactics.combine import derivative, evolution, flow, lemma, rule, squares, using

article = Article(
    number=19, date="2021-05-10", source="https://kexue.fm/archives/8397",
    title=("The road to a better Transformer 4: rotary encoding of two-dimensional positions", "Transformer升级之路：4、二维位置的旋转式位置编码"),
    summary=("The axial form and the proof that it is relative, the classification of all relative rotary maps, the failure of quaternions, and what can be said about reversibility "
             "on the plane, on the lattice and on a grid.", "轴向形式及其相对性、全部相对旋转映射的分类、四元数方案为何失败，以及在平面、格点与有限网格上的可逆性。"),
    papers=("Su et al., RoFormer, 2021", "Heo et al., Rotary position embedding for vision transformer, ECCV 2024"))

(d, m, n, k), (x, y, u, v, t, theta, s, r) = integer("d m n k"), real("x y u v t theta s r")
(a, b, c, e, f, g), (x1, y1, x2, y2, r1, r2) = real("a b c d e f"), real("x_1 y_1 x_2 y_2 r_1 r_2")
A, B, C, R, S, T, O, P = matrix("A B C R S T O P", d)
J = block((0, -1), (1, 0))


def rot(t): return block((cos(t), -sin(t)), (sin(t), cos(t)))
def trace(x, y): return 2 * cos(x) + 2 * cos(y)
def axial(x, y): return block((cos(x), -sin(x), 0, 0), (sin(x), cos(x), 0, 0), (0, 0, cos(y), -sin(y)), (0, 0, sin(y), cos(y)))


@statement(title=("The axial form is relative", "轴向形式具有相对性"),
           says=("R_(x,y) = Rot(x theta) + Rot(y theta) (direct sum) satisfies R_p^T R_p' = R_(p'-p), R^T R = I, det R = 1 and (by its form) tr R = 2 cos(x theta) + 2 cos(y theta); so do direct sums over several theta, "
                 "d = 4m.", "R_(x,y) = Rot(xθ) ⊕ Rot(yθ) 满足 R_pᵀR_p' = R_(p'-p)、RᵀR = I、det R = 1、tr R = 2cos(xθ) + 2cos(yθ)；多个 θ 的直和（d = 4m）亦然。"),
           near_miss=near_miss(eq((x + 1) * k + y - (x * k + y), x * k + (y + 1) - (x * k + y)), ("Flattening (x, y) to the position xh + y treats both neighbours alike.", "把 (x, y) 展平为位置 xh + y 对两个方向的相邻位置一视同仁。"),
                               where=[k >= 2]),
           references=[reference("tr R_(3,5), theta = 1", "-1.4126606222744383856", trace(lift(3), lift(5)))])
def rope2d_relative():
    yield holds(eq(axial(x * theta, y * theta).T @ axial(u * theta, v * theta), axial((u - x) * theta, (v - y) * theta)), ("the addition theorems, for any theta", "加法定理，θ 任意"))
    yield holds(eq(axial(x * theta, y * theta).T @ axial(x * theta, y * theta), eye(4)), ("orthogonal", "正交"))
    yield holds(eq((cos(s) * cos(s) - (-sin(s)) * sin(s)) * (cos(t) * cos(t) - (-sin(t)) * sin(t)), 1), ("proper: the determinants of the planes multiply", "行列式为 1：各平面的行列式相乘"))
    yield holds(eq(rot(s).T @ rot(t), rot(t - s)), ("each plane by itself: any number of planes, d = 4m", "各平面独立成立：平面个数任意，d = 4m"))


M, N = matrix("M N", d)
B1, B2 = M - M.T, N - N.T  # any skew matrix is of this form
COMMUTE = eq(A @ B, B @ A)
passing = lemma(eq(expm(t * A) @ B, B @ expm(t * A)), d >= 1, COMMUTE, by=evolution(t, A))
adding = lemma(eq(expm(t * A) @ expm(t * B), expm(t * (A + B))), d >= 1, COMMUTE, by=evolution(t, A + B, left=using(passing)))
growth = lemma(eq(det(expm(t * A)) * exp(-t * tr(A)), 1), d >= 1, by=derivative(t))


def position(x, y): return expm(x * B1 + y * B2)


@statement(title=("Exponentials of commuting skew matrices", "可交换反对称矩阵的指数"), where=[d >= 1],
           says=("If B_i^T = -B_i and B_1 B_2 = B_2 B_1, then R_(x,y) = exp(x B_1 + y B_2) is relative on R^2 and R is in SO(d).", "若 B_iᵀ = -B_i 且 B₁B₂ = B₂B₁，则 R_(x,y) = exp(xB₁ + yB₂) 在 R² 上具有相对性，且 R ∈ SO(d)。"),
           near_miss=near_miss(eq((A + B) @ (A + B), A @ A + 2 * (A @ B) + B @ B), ("Commutativity may be dropped: the terms of second order agree anyway.", "可去掉交换性：二阶项总是一致的。"),
                               where=[d >= 1], at={"d": 3, "A": [[0, 0, 0], [0, 0, -1], [0, 1, 0]], "B": [[0, 0, 1], [0, 0, 0], [-1, 0, 0]]}))
def expm_sufficient():
    yield show(passing[0].claim, ("both sides solve X' = A X, X(0) = B", "两边都满足 X' = AX、X(0) = B"), where=[COMMUTE], by=passing[1])
    yield show(eq(expm(t * A) @ expm(t * B), expm(t * (A + B))), ("so both sides solve X' = (A + B) X, X(0) = I", "故两边都满足 X' = (A + B)X、X(0) = I"), where=[COMMUTE], by=adding[1])
    yield show(eq((x * A + y * B) @ (u * A + v * B), (u * A + v * B) @ (x * A + y * B)), ("the exponents at two positions commute", "两个位置的指数可交换"), where=[COMMUTE])
    yield show(eq((x * B1 + y * B2).T, -(x * B1 + y * B2)), ("every skew matrix is of the form B_1 = M - M^T, B_2 = N - N^T", "反对称阵即 B₁ = M - Mᵀ、B₂ = N - Nᵀ"))
    yield holds(eq(position(x, y).T @ position(u, v), position(u - x, v - y)), ("R is relative: exp(A)^T = exp(A^T) = exp(-A) for the exponent A", "R 具有相对性：对指数 A 有 exp(A)ᵀ = exp(Aᵀ) = exp(-A)"), where=[eq(B1 @ B2, B2 @ B1)], by=using(
        (*adding[:2], {"t": lift(1), "A": -(x * B1 + y * B2), "B": u * B1 + v * B2})))
    yield holds(eq(position(x, y).T @ position(x, y), eye(d)), ("orthogonal", "正交"))
    yield show(eq(det(expm(t * A)) * exp(-t * tr(A)), 1), ("det exp(tA) has the derivative det exp(tA) tr A, so the left side is constant", "det exp(tA) 的导数为 det exp(tA) tr A，故左边为常数"), by=growth[1])
    yield holds(eq(det(position(x, y)), 1), ("and proper, as the trace of the exponent is 0", "且行列式为 1，因指数的迹为零"), by=using((*growth[:2], {"t": lift(1), "A": -(x * B1 + y * B2)})))


@statement(title=("All relative rotary maps", "全部相对的旋转映射"), tag="sharper", where=[d >= 1],
           says=("Let R map R^p continuously to invertible matrices with R(u)^T R(v) = R(v - u). Then R(0) = I, R(u) R(v) = R(u + v), R(u) is in SO(d), and in one orthonormal basis every R(u) is a direct sum of "
                 "Rot(omega_k.u) and, for odd d, 1. The exponential is forced, the axial form is not.",
                 "设 R 把 R^p 连续地映到可逆矩阵且 R(u)ᵀR(v) = R(v - u)。则 R(0) = I，R(u)R(v) = R(u + v)，R(u) ∈ SO(d)，且在同一标准正交基下每个 R(u) 是 Rot(ω_k·u) 与（d 为奇数时）1 的直和。指数形式是必然的，轴向形式则不是。"),
           limits=("One-parameter groups and normal families are cited.", "引用了单参数群与正规矩阵族的定理。"),
           near_miss=near_miss(eq(2 * cos(x + sqrt(lift(2)) * y), 2 * cos(x)), ("Relative maps are axial: Rot(x + sqrt 2 y), which is relative, would have a trace that does not depend on y.", "相对映射必是轴向的：Rot(x + √2 y)（相对）的迹将与 y 无关。"), at={"x": 0, "y": 1}))
def rope_classification():
    yield holds(eq((R.T @ T - T) @ inv(T), R.T - eye(d)), ("R = R(0): u = 0 gives R^T T = T for an invertible T = R(v), so R = I", "记 R = R(0)：u = 0 给出 RᵀT = T，T = R(v) 可逆，故 R = I"), where=[call("invertible", T)])
    yield holds(eq(S @ T, R), ("v = 0 gives R(u)^T = R(-u), so S T = R(u) R(v) = R(-u)^T R(v) = R(u + v): R is a homomorphism", "v = 0 给出 R(u)ᵀ = R(-u)，故 ST = R(u)R(v) = R(-u)ᵀR(v) = R(u + v)：R 是同态"),
                where=[eq(P.T, S), eq(P.T @ T, R)])
    yield holds(eq(T.T @ T, eye(d)), ("and orthogonal: T^T T = R(v - v)", "且正交：TᵀT = R(v - v)"), where=[eq(T.T @ T, R), eq(R, eye(d))])
    yield cite("continuous one-parameter groups", "Hall, Lie Groups, Lie Algebras, and Representations, Theorem 2.14", ("R(t e_i) = exp(t B_i); the B_i are skew and commute", "R(t e_i) = exp(tB_i)；B_i 反对称且两两交换"))
    yield cite("simultaneous canonical form of commuting real normal matrices", "Horn & Johnson, Matrix Analysis, 2nd ed., Theorem 2.5.15", ("in one orthonormal basis all B_i are direct sums of multiples of J and zeros",
               "在同一标准正交基下所有 B_i 是 J 的倍数与零的直和"))
    yield show(eq(expm(t * J), rot(t)), ("exp(t J) is a rotation", "exp(tJ) 是旋转"), by=flow(t, 2))
    yield therefore(r"R(u)=Q\Big(\bigoplus_k\operatorname{rot}(\omega_k\cdot u)\,[\oplus1]\Big)Q^{\top},\quad\det R(u)=1", ("R(u) = exp(sum of u_i B_i)", "R(u) = exp(Σ u_i B_i)"))
    yield holds(eq(rot(x + sqrt(lift(2)) * y).T @ rot(u + sqrt(lift(2)) * v), rot((u - x) + sqrt(lift(2)) * (v - y))), ("a mixed frequency is relative too", "混合频率同样具有相对性"))


def quaternion(a, b, c, d): return block((a, -b, -c, -d), (b, a, -d, c), (c, d, a, -b), (d, -c, b, a))
def exponential(x, y, r): return quaternion(cos(r), sin(r) / r * x, sin(r) / r * y, 0)


POINTS = (r1 > 0, r2 > 0, eq(x1 ** 2, r1 ** 2 - y1 ** 2), eq(x2 ** 2, r2 ** 2 - y2 ** 2))
inner = cos(r1) * cos(r2) + sin(r1) / r1 * (sin(r2) / r2) * (x1 * x2 + y1 * y2)
third = -(x1 * y2 - x2 * y1) * (sin(r1) / r1) * (sin(r2) / r2)


def mixed(part):
    one, size = mp.sin(1), mp.sqrt(2)
    product = [mp.cos(1) ** 2, mp.sin(1) * mp.cos(1), -mp.sin(1) * mp.cos(1), one ** 2]
    direct = [mp.cos(size), mp.sin(size) / size, -mp.sin(size) / size, mp.mpf(0)]
    return mp.norm([p - q for p, q in zip(product, direct, strict=True)]) if part == 9 else product[part] if part < 4 else direct[part - 4]


@statement(title=("Quaternions fail", "四元数不行"), where=[],
           says=("For P_i = x_i i + y_i j, r_i = |P_i| > 0, the k-part of conj(e^P1) e^P2 is -(x_1 y_2 - x_2 y_1) sinc r_1 sinc r_2, whereas e^(P2-P1) has none: the relative property fails wherever "
                 "x_1 y_2 != x_2 y_1 and sin r_1 sin r_2 != 0.", "对 P_i = x_i i + y_i j、r_i = |P_i| > 0，conj(e^P1)e^P2 的 k 分量为 -(x₁y₂ - x₂y₁) sinc r₁ sinc r₂，而 e^(P2-P1) 没有 k 分量：凡 x₁y₂ ≠ x₂y₁ 且 sin r₁ sin r₂ ≠ 0 处相对性不成立。"),
           near_miss=near_miss(eq(third, 0), ("Rotation by quaternions is relative, as |e^P| = 1.", "因 |e^P| = 1，四元数旋转具有相对性。"), where=[r1 > 0, r2 > 0],
                               at={"x_1": 0, "y_1": 1, "r_1": 1, "x_2": 1, "y_2": 0, "r_2": 1}),
           references=[*[reference(f"part {i} of conj(e^j) e^i", digits, compute=lambda i=i: mixed(i)) for i, digits in enumerate((
               "0.291926581726428807", "0.454648713412840848", "-0.454648713412840848", "0.708073418273571193"))],
               *[reference(f"part {i} of e^(i - j)", digits, compute=lambda i=i: mixed(4 + i)) for i, digits in enumerate(("0.155943694765374473", "0.69845599863660836", "-0.69845599863660836", "0"))],
               reference("their distance", "0.79921417396605875839", compute=lambda: mixed(9))])
def quaternion_fails():
    P0 = quaternion(0, x, y, 0)
    yield show(eq(P0 @ P0, -(r ** 2) * eye(4)), ("P^2 = -r^2", "P² = -r²"), where=[r > 0, eq(x ** 2, r ** 2 - y ** 2)])
    yield show(eq(expm(t * P0), cos(r * t) * eye(4) + sin(r * t) / r * P0), ("so e^P = cos r + sinc r P, at t = 1", "故 e^P = cos r + sinc r P（t = 1）"), where=[r > 0, eq(x ** 2, r ** 2 - y ** 2)], by=flow(t, 4))
    yield holds(eq(exponential(x1, y1, r1).T @ exponential(x2, y2, r2), quaternion(
        inner, cos(r1) * (sin(r2) / r2) * x2 - cos(r2) * (sin(r1) / r1) * x1, cos(r1) * (sin(r2) / r2) * y2 - cos(r2) * (sin(r1) / r1) * y1, third)),
        ("the product; the conjugate is the transpose", "乘积；共轭即转置"), where=[r1 > 0, r2 > 0])
    yield holds(eq(exponential(x1, y1, r1).T @ exponential(x1, y1, r1), eye(4)), ("unit quaternions they are", "它们确是单位四元数"), where=POINTS)
    yield holds(ne(-s * u * v, 0), ("the part k, with s = x_1 y_2 - x_2 y_1, u = sinc r_1, v = sinc r_2, while e^(P2 - P1) has none by the formula for e^P", "k 分量，其中 s = x₁y₂ - x₂y₁，u = sinc r₁，v = sinc r₂；而由 e^P 的公式 e^(P2-P1) 没有 k 分量"),
                where=[ne(s, 0), ne(u, 0), ne(v, 0)])


Lx, Ly, Lz = block((0, 0, 0), (0, 0, -1), (0, 1, 0)), block((0, 0, 1), (0, 0, 0), (-1, 0, 0)), block((0, -1, 0), (1, 0, 0), (0, 0, 0))
tilted = Fraction(3, 5) * Lx + Fraction(4, 5) * Ly


def turning(K): return eye(3) + sin(t) * K + (1 - cos(t)) * (K @ K)


@statement(title=("Commuting is not necessary at one point", "单点处交换并非必要"),
           says=("AB = BA is sufficient but not necessary for e^A e^B = e^(A+B): A = 6 pi L_x, B = 8 pi L_y in so(3) give I = I. It is necessary if e^(tA) e^(tB) = e^(t(A+B)) for all small t.",
                 "AB = BA 是 e^A e^B = e^(A+B) 的充分而非必要条件：so(3) 中 A = 6πL_x、B = 8πL_y 时两边都是 I。若对一切小的 t 有 e^(tA)e^(tB) = e^(t(A+B))，则它是必要的。"), where=[d >= 1],
           near_miss=near_miss(eq(36 * pi ** 2 * (48 * (Lx @ Ly - Ly @ Lx)), 0 * Lx), ("If e^A e^B = e^(A+B), then A and B commute: so would 6 pi L_x and 8 pi L_y.", "若 e^A e^B = e^(A+B) 则 A、B 交换：6πL_x 与 8πL_y 也将交换。")),
           references=[reference("|[A, B]|_F", "669.9709632", 48 * pi ** 2 * sqrt(lift(2)))])
def commuting_not_necessary():
    for name, K in (("L_x", Lx), ("L_y", Ly), ("(3 L_x + 4 L_y)/5", tilted)):
        yield show(eq(expm(t * K), turning(K)), (f"rotation about the axis of {name}; at t = 6 pi, 8 pi, 10 pi it is I", f"绕 {name} 之轴的旋转；t = 6π、8π、10π 时为 I"), by=flow(t, 3))
    yield show(eq(6 * pi * Lx + 8 * pi * Ly, 10 * pi * tilted), ("as 3^2 + 4^2 = 5^2, A + B is a rotation by 10 pi", "因 3² + 4² = 5²，A + B 是转角 10π"))
    for times in (6, 8, 10):
        yield holds(eq(eye(3) + sin(times * pi) * tilted + (1 - cos(times * pi)) * (tilted @ tilted), eye(3)), (f"sin {times} pi = 0, cos {times} pi = 1: all three exponentials are I", f"sin {times}π = 0、cos {times}π = 1：三个指数都是 I"))
    yield holds(eq((6 * pi * Lx) @ (8 * pi * Ly) - (8 * pi * Ly) @ (6 * pi * Lx), 48 * pi ** 2 * Lz), ("yet [A, B] != 0", "但 [A, B] ≠ 0"))
    gap = expm(t * A) @ expm(t * B) - expm(t * (A + B))
    yield holds(eq(call("subs", D(D(gap, t), t), t, 0), A @ B - B @ A), ("if e^(tA) e^(tB) = e^(t(A+B)) for all small t, the difference of the two sides has the second derivative 0 at t = 0: it is [A, B]",
                "若对一切小的 t 有 e^(tA)e^(tB) = e^(t(A+B))，则两边之差在 t = 0 处的二阶导数为零，而它等于 [A, B]"))


def hat(u1, u2, u3): return block((0, -u3, u2), (u3, 0, -u1), (-u2, u1, 0))


first = block((0, a, b, 0), (-a, 0, c, 0), (-b, -c, 0, 0), (0, 0, 0, 0))


def second(d, e, f): return block((0, 0, 0, d), (0, 0, 0, e), (0, 0, 0, f), (-d, -e, -f, 0))


@statement(title=("Commuting pairs in dimensions 2, 3, 4", "二、三、四维的可交换对"), where=[],
           says=("d = 2: skew matrices are multiples of J. d = 3: [hat u, hat v] is hat(u x v), so they commute iff u and v are parallel. d = 4, B_1 = (a, b, c) in the upper left, a != 0, B_2 = (d, e, f) in the "
                 "last row and column: they commute iff d = cf/a and e = -bf/a.", "d = 2：反对称阵是 J 的倍数。d = 3：[û, v̂] 是 u×v 的矩阵，故可交换当且仅当 u ∥ v。d = 4：B₁ = (a, b, c) 在左上角、a ≠ 0，B₂ = (d, e, f) 在末行末列，"
                 "则可交换当且仅当 d = cf/a、e = -bf/a。"),
           near_miss=near_miss(eq(a * (b * g / a) + b * g, 0), ("e = +bf/a (the entry a e + b f of the commutator).", "e = +bf/a（换位子的元素 ae + bf）。"), where=[ne(a, 0)]))
def commuting_pairs_small_d():
    yield holds(eq(block((x, y), (u, v)), u * J), ("d = 2", "d = 2"), where=[eq(x, 0), eq(v, 0), eq(y, -u)])
    yield holds(eq(hat(x, y, t) @ hat(u, v, s) - hat(u, v, s) @ hat(x, y, t), hat(y * s - t * v, t * u - x * s, x * v - y * u)), ("d = 3: the entries of u x v, which is 0 iff u and v are parallel", "d = 3：u×v 的分量，为零当且仅当 u ∥ v"))
    commutator = block((0, 0, 0, a * f + b * g), (0, 0, 0, c * g - a * e), (0, 0, 0, -b * e - c * f), (-a * f - b * g, a * e - c * g, b * e + c * f, 0))
    yield show(eq(first @ second(e, f, g) - second(e, f, g) @ first, commutator), ("d = 4, with B_2 = (d, e, f) written in that order", "d = 4，B₂ = (d, e, f) 依次写出"))
    yield holds(eq(f, -b * g / a), ("from a e + b f = 0", "由 ae + bf = 0"), where=[ne(a, 0), eq(a * f, -b * g)])
    yield holds(eq(e, c * g / a), ("and c f - a d = 0", "与 cf - ad = 0"), where=[ne(a, 0), eq(a * e, c * g)])
    yield holds(eq(first @ second(c * g / a, -b * g / a, g), second(c * g / a, -b * g / a, g) @ first), ("the third entry then vanishes too", "此时第三个元素也为零"), where=[ne(a, 0)])


def separation(size, omega=(1, 1), planes=2):
    """Least distance |R_p - R_p'|_F on a grid: every plane rotated by t contributes 4 (1 - cos t)."""
    if planes == 2:
        return 2 * mp.sqrt(2) * min(abs(mp.sin(mp.mpf(t) / 2)) for t in range(1, size))
    return 2 * mp.sqrt(2) * min(abs(mp.sin((omega[0] * i + omega[1] * j) / 2)) for i in range(size) for j in range(-size + 1, size) if (i, j) != (0, 0))


rising = lemma(0 < sin(x), x > 0, x < pi, x=t / 2, by=rule("laws", {"uses": [{"law": "sin.positive", "at": {"x": to_data(x)}}]}))


@statement(title=("Where the position can be recovered", "何处可以还原位置"), tag="false", where=[theta > 0],
           post=("Blocks of size 2 cannot be reversible; the axial form of size 4 is.", "2×2 的方案不可能可逆，而 4×4 的轴向方案可逆。"),
           says=("On R^2 no continuous relative map with d <= 5 is injective, axial d = 4 has the periods (2 pi/theta) Z^2, and d = 6 suffices. On Z^2 axial d = 4 is injective iff theta/(2 pi) is irrational, and d = 2 "
                 "suffices. On a grid with |x - x'|, |y - y'| < 2 pi/theta axial d = 4 is injective.",
                 "在 R² 上 d ≤ 5 的连续相对映射都不是单射，轴向 d = 4 的周期为 (2π/θ)Z²，而 d = 6 即可。在 Z² 上轴向 d = 4 为单射当且仅当 θ/(2π) 无理，且 d = 2 即可。在 |x - x'|、|y - y'| < 2π/θ 的网格上轴向 d = 4 为单射。"),
           limits=("The structure of relative maps and the irrationality of roots are cited.", "引用了相对映射的结构与根式的无理性。"),
           near_miss=near_miss(Abs(trace((x + 2 * pi / theta) * theta, y * theta) - trace(x * theta, y * theta)) >= Fraction(1, 1000), (
               "The axial form tells (x + 2 pi/theta, y) from (x, y): the traces differ by 1/1000 or more.", "轴向形式能区分 (x + 2π/θ, y) 与 (x, y)：迹相差至少 1/1000。"), where=[theta > 0], at={"x": 0, "y": 0, "theta": 1}),
           references=[*[reference(f"least distance on a grid of {size}, theta = 1", digits, compute=lambda size=size: separation(size)) for size, digits in (
               (16, "0.3991477"), (32, "0.1875867"), (64, "0.02503528"), (128, "0.02503528"), (356, "0.01247513"))],
               reference("d = 2, frequencies 1 and sqrt 2, grid of 32", "0.000887", compute=lambda: separation(32, (1, mp.sqrt(2)), 1))])
def reversibility_domain():
    yield holds(eq(axial((x + 2 * pi / theta) * theta, y * theta), axial(x * theta, y * theta)), ("the axial form has the period 2 pi/theta in x, and likewise in y", "轴向形式对 x 有周期 2π/θ，对 y 亦然"))
    yield holds(cos(t) < 1, ("a rotation by 0 < t < 2 pi is not I: 1 - cos t = 2 sin^2(t/2)", "0 < t < 2π 的旋转不是 I：1 - cos t = 2sin²(t/2)"), where=[t > 0, t < 2 * pi], by=using(rising, then=squares((2, sin(t / 2)))))
    yield therefore(r"R_p=R_{p'}\iff p-p'\in\tfrac{2\pi}{\theta}\mathbb Z^2;\quad\text{injective where }|x-x'|,|y-y'|<\tfrac{2\pi}\theta", ("cosine has period 2 pi; reduce both angles to [0, 2 pi)", "余弦周期为 2π；把两个角约化到 [0, 2π)"))
    yield therefore(r"\text{on }\mathbb Z^2:\ \text{injective}\iff\theta/2\pi\notin\mathbb Q", ("a multiple m theta in 2 pi Z, m != 0 an integer, exists iff theta/(2 pi) is rational", "存在整数 m ≠ 0 使 mθ ∈ 2πZ，当且仅当 θ/(2π) 有理"))
    yield cite("all relative rotary maps", "claim rope_classification", ("for d <= 5 at most two frequency vectors, R(u) = R(v) iff omega_k.(u - v) is in 2 pi Z for both", "d ≤ 5 时至多两个频率向量，R(u) = R(v) 当且仅当两个 ω_k·(u - v) 都属于 2πZ"))
    yield show(eq(block((x, y), (u, v)) @ block((v / (x * v - y * u),), (-u / (x * v - y * u),)), block((1,), (0,))), ("independent omega_1 = (x, y), omega_2 = (u, v): this times 2 pi is a period",
               "ω₁ = (x, y)、ω₂ = (u, v) 无关时，此向量乘 2π 是周期"), where=[ne(x * v - y * u, 0)])
    yield show(eq(x * (-y) + y * x, 0), ("dependent ones: a vector orthogonal to both is one, as are all its multiples", "相关时，与两者都正交的向量及其一切倍数都是周期"))
    yield therefore(r"d\le5\Rightarrow R\text{ is not injective on }\mathbb R^2", ("there is always a period", "总有周期"))
    root2, root3 = sqrt(lift(2)), sqrt(lift(3))
    yield show(eq((root2 * m + root3 * n) ** 2, 2 * m ** 2 + 3 * n ** 2 + 2 * (root2 * root3) * (m * n)), ("if sqrt 2 m + sqrt 3 n is an integer, then so is 2 sqrt 6 m n", "若 √2 m + √3 n 为整数，则 2√6 mn 亦为整数"))
    yield cite("irrationality of roots", "Hardy & Wright, An Introduction to the Theory of Numbers, Theorem 45", ("sqrt 6, so mn = 0; then sqrt 2 and sqrt 3, so m = n = 0", "√6，故 mn = 0；再用 √2 与 √3，得 m = n = 0"))
    yield therefore(r"\operatorname{rot}(2\pi(\sqrt2x+\sqrt3y))\text{ is injective on }\mathbb Z^2,\quad\omega\in\{2\pi e_1,2\pi e_2,2\pi(\sqrt2,\sqrt3)\}\text{ on }\mathbb R^2", (
        "on R^2 the first two planes make the differences m, n integers", "在 R² 上前两个平面迫使差 m、n 为整数"))
