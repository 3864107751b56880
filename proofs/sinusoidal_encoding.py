"""Sinusoidal position encoding: what is relative, what decays, and what never does.

Statement.  With p_m = (cos m theta_i, sin m theta_i)_{i <= h} in R^d, d = 2h, one has p_m.p_n = sum_i cos((m-n) theta_i) = g(m-n);
            every stationary Gram matrix comes from one orthogonal matrix; g follows a cosine integral, on bounded windows only.
Symbols.    h, d, k, Q integers; m, n, k, theta_i, phi_j real; R_k the direct sum of plane rotations by k theta_i; b > 1 the base; x > 0
            a distance; t in [0, 1]; phi(s, t) = f(x + sp, y + tq), whose mixed derivative is p^T H(x + sp, y + tq) q; J = Rot(pi/2).
Excluded.   none.
Source.     Su Jianlin, Transformer升级之路：1、Sinusoidal位置编码追根溯源, 2021-03-08 (archives/8231).
"""
import math
from fractions import Fraction as F

import mpmath as mp

from kexue import (Abs, Article, Ci, D, Formula, Integral, Product, Si, Sum, block, cite, cos, dot, eq, every, eye, factorial, family, function,
                   gamma, holds, integer, lift, log, matrix, near_miss, pi, real, reference, show, sin, sqrt, statement, therefore, vector)
from kexue.tactics.combine import antiderivative, antidifference, cases, induction, lemma, monotone, scaled, squares, termwise, through, using

article = Article(
    number=1, date="2021-03-08", source="https://kexue.fm/archives/8231",
    title=("The road to a better Transformer 1: sinusoidal position encoding traced to its source", "Transformer升级之路：1、Sinusoidal位置编码追根溯源"),
    summary=("Why inner products of sine and cosine features see the relative position only, which encodings do, how fast the profile decays for "
             "each family of frequencies — and why, in finite dimension, it always comes back.",
             "为何正弦、余弦特征的内积只依赖相对位置，哪些编码具有这一性质，各频率族衰减多快——以及为何在有限维中它总会回来。"),
    papers=("Vaswani et al., Attention is all you need, 2017", "NIST DLMF 6.2, 16.2"))

m, n, k, t, s, u, v, x, y, z, b, T, alpha = real("m n k t s u v x y z b T alpha")
(h, d, i, j, q, Q, K), (M, N) = integer("h d i j q Q k"), integer("m n")
theta, phi, a, c, P = *family("theta phi a c"), family("p", ("vector", d))
H, O, R = matrix("H O R", d)
orthogonal = [Formula("orthogonal", (A,)) for A in (O, R)]


def col(angle):
    return block((cos(angle),), (sin(angle),))


def rot(angle):
    return block((cos(angle), -sin(angle)), (sin(angle), cos(angle)))


def g(k, h, b):  # the profile for theta_i = b^(-i/h), i = 0, ..., h - 1
    return Sum(cos(k * b ** (-(i / h))), i, 0, h - 1)


def pair(m, n):  # the parts of p_m.p_n and of p_m^T J p_n in the plane i
    return (cos(m * theta[i]) * cos(n * theta[i]) + sin(m * theta[i]) * sin(n * theta[i]),
            sin(m * theta[i]) * cos(n * theta[i]) - cos(m * theta[i]) * sin(n * theta[i]))


@statement(title=("Inner products see the relative position only", "内积只依赖于相对位置"), where=[h >= 1],
           says=("For all h, theta, m: p_m.p_n = sum cos((m-n) theta_i), |p_m|^2 = d/2, p_(m+k) = R_k p_m, R_j R_k = R_(j+k), R_k^T R_k = I.",
                 "对任意 h、θ 与任意位置：p_m·p_n = Σ cos((m-n)θ_i)，|p_m|² = d/2，p_(m+k) = R_k p_m，R_j R_k = R_(j+k)，R_kᵀR_k = I。"),
           near_miss=near_miss(eq(Sum(sin(m * 10000 ** (-(i / h))) ** 2 + cos(m * 10000 ** (-((2 * i + 1) / (2 * h)))) ** 2, i, 0, h - 1), h), (
               "|p_m|^2 = d/2 also if channel j has the exponent j/d (a common bug).", "若第 j 个通道取指数 j/d（常见错误），仍有 |p_m|² = d/2。"),
               where=[h >= 1], at={"h": 1, "m": 1}),
           references=[reference(f"g({k}), d = {d}", digits, g(k, h, lift(10000)), at={"k": k, "h": d // 2}) for d, k, digits in (
               (64, 1, "30.916831661619025941"), (64, 100, "17.874668785065903069"), (128, 1, "62.093683805767624654"),
               (128, 10, "42.820022898497096387"), (128, 100, "30.543454701490664823"), (128, 1000, "10.177728132210646086"),
               (128, 10000, "-1.7852019248522206384"), (512, 100, "111.95020864863688249"), (768, 1, "373.77017342263396501"),
               (768, 1000, "62.338608234884439797"), (4, 1, "1.540252306284804995181195"), (4, 100, "1.402621178155823651502875"))])
def relative_gram():
    yield holds(eq(Sum(pair(m, n)[0], i, 1, h), Sum(cos((m - n) * theta[i]), i, 1, h)), ("the addition theorem in each plane", "在每个平面内用加法定理"))
    yield holds(eq(Sum(pair(m, m)[0], i, 1, h), h), ("every plane contributes 1", "每个平面贡献 1"))
    yield holds(eq(rot(k * t) @ col(m * t), col((m + k) * t)), ("moving by k rotates each plane by k theta_i", "平移 k 使每个平面旋转 kθ_i"))
    yield holds(eq(rot(u * t) @ rot(k * t), rot((u + k) * t)), ("the rotations form a group", "这些旋转构成群"))
    yield holds(eq(rot(k * t).T @ rot(k * t), eye(2)), ("and are orthogonal", "且是正交的"))


U, V = vector("u v", 2)


@statement(title=("Which encodings are relative", "哪些编码是相对的"), tag="false", where=[d >= 1],
           post=("In the plane the solutions are arithmetic progressions of angles.", "平面上的解是角度的等差数列。"),
           says=("p_m.p_n depends on m - n only (m, n integers) iff p_m = O^m p_0 for an orthogonal O; then g(k) = a_0 + a_1 (-1)^k + "
                 "sum c_j cos(k phi_j), and every such g occurs. In the plane there is a second family: two unit vectors that alternate.",
                 "p_m·p_n 只依赖 m-n（m、n 为整数）当且仅当 p_m = O^m p_0，O 为正交阵；此时 g(k) = a_0 + a_1(-1)^k + Σ c_j cos(kφ_j)，"
                 "且每个这样的 g 都会出现。平面上还有第二族解：两个单位向量交替。"),
           near_miss=near_miss(eq(U, 2 * dot(U, V) * V - U), where=[eq(dot(U, U), 1), eq(dot(V, V), 1)], at={"u": [1, 0], "v": ["3/5", "4/5"]}, says=(
               "The relative sequence u, v, u, v, ... of unit vectors in the plane is a progression of angles: p_(m+1) = 2 g(1) p_m - p_(m-1).",
               "平面单位向量的相对序列 u, v, u, v, … 成角度等差数列：p_(m+1) = 2g(1)p_m - p_(m-1)。")),
           references=[reference("g(1) for the angles 0, pi/3, 0, pi/3, ...", "0.5", cos(pi / 3))])
def gram_classification():
    yield holds(eq(dot(P[M + 1], P[N + 1]), dot(P[M], P[N])), ("O moves all positions by 1 and keeps inner products", "O 使所有位置平移 1 并保持内积"),
                where=[orthogonal[0], eq(P[M + 1], O @ P[M]), eq(P[N + 1], O @ P[N])])
    yield cite("equal Gram matrices differ by an isometry", "Horn & Johnson, Matrix Analysis, 2nd ed., Theorem 7.3.11",
               ("for finitely many p_m that span, and any further p_n: O stays the same", "用于张成全体的有限个 p_m 并添入任意 p_n：O 不变"))
    yield therefore(r"p_m^{\top}p_n=g(m-n)\ (m,n\in\mathbb Z)\iff\exists\,O\in O(d):\ p_m=O^m p_0",
                    ("O moves p_m to p_(m+1), on the span and then on R^d", "O 把 p_m 变到 p_(m+1)，先在张成的子空间上，再延拓到 R^d"))
    yield cite("canonical form of real orthogonal matrices", "Horn & Johnson, Matrix Analysis, 2nd ed., Corollary 2.5.11",
               ("O is a direct sum of 1, -1 and plane rotations", "O 是 1、-1 与平面旋转的直和"))
    yield therefore(r"g(k)=a_0+a_1(-1)^k+\sum_j c_j\cos(k\varphi_j),\ a_0,a_1\ge0,\ c_j>0,\ 0<\varphi_j<\pi\text{ distinct}",
                    ("the weights are squared lengths of the parts of p_0", "权重是 p_0 各分量长度的平方"))
    yield cite("Vandermonde determinant", "Horn & Johnson, Matrix Analysis, 2nd ed., 0.9.11",
               ("waves of different frequency are independent", "不同频率的波线性无关"))
    yield therefore(r"[a_0>0]+[a_1>0]+2\,\#\{j\}=\dim\operatorname{span}\{p_m\}\le d",
                    ("so the p_m span every part of p_0", "故 p_m 张成 p_0 的每个分量所在空间"))
    yield holds(eq(sqrt(x) * sqrt(x) + sqrt(y) * (-1) ** M * (sqrt(y) * (-1) ** N) + Sum(
        sqrt(c[j]) * cos(M * phi[j]) * (sqrt(c[j]) * cos(N * phi[j])) + sqrt(c[j]) * sin(M * phi[j]) * (sqrt(c[j]) * sin(N * phi[j])), j, 1, h),
        x + y * (-1) ** (M - N) + Sum(c[j] * cos((M - N) * phi[j]), j, 1, h)),
        ("conversely, vectors for any such g (x = a_0, y = a_1)", "反之，任意这样的 g 都有向量实现（x = a_0，y = a_1）"),
        where=[h >= 0, x >= 0, y >= 0, every(j, c[j] > 0)])
    yield holds(eq(cos(x) * cos(x) + (-1) ** M * sin(x) * ((-1) ** N * sin(x)), (1 + cos(2 * x)) / 2 + (-1) ** (M - N) * (1 - cos(2 * x)) / 2),
                ("in the plane: O a reflection, two vectors at angles x and -x alternate", "平面上：O 为反射，角度 x 与 -x 的两个向量交替"))
    yield therefore(r"d=2,\ |p_m|=1:\quad p_m=(\cos(\alpha+m\theta),\sin(\alpha+m\theta))\ \text{or}\ p_{m+2}=p_m",
                    ("an orthogonal matrix of size 2 is a rotation or a reflection", "二阶正交阵是旋转或反射"))


f, f_t, f_st = map(function, ("phi", "phi;1", "phi;0;1"))  # phi and its derivatives
X, Y, p, r = vector("x y p q", d)


@statement(title=("The interaction of two encodings, exactly", "两个编码的交互：精确形式"), tag="sharper",
           says=("For every C^2 function f of two vectors, f(x+p, y+q) - f(x+p, y) - f(x, y+q) + f(x, y) is the integral of p^T H(x + sp, y + tq) q "
                 "over the unit square; p^T H(x, y) q is its leading part, with error at most sup|H - H(x, y)| |p| |q|.",
                 "对任意 C² 的二元向量函数 f，f(x+p, y+q) - f(x+p, y) - f(x, y+q) + f(x, y) 等于 pᵀH(x + sp, y + tq)q 在单位正方形上的积分；"
                 "pᵀH(x, y)q 是其主部，误差至多为 sup‖H - H(x, y)‖·|p||q|。"),
           near_miss=near_miss(eq(dot(X + p, Y + r) - dot(X + p, Y) - dot(X, Y + r) + dot(X, Y), dot(p, r) / 2), where=[d >= 1], says=(
               "The interaction is p^T H q / 2, as in a Taylor expansion (f = x.y, H = I).", "交互项如泰勒展开为 pᵀHq/2（f = x·y，H = I）。")))
def interaction_exact():
    yield holds(eq(Integral(f_st(s, t), s, 0, 1), f_t(1, t) - f_t(0, t)), ("the inner integral, in s, for every t", "内层积分：对 s，t 任意"),
                by=antiderivative(f_t(s, t)))
    yield holds(eq(Integral(f_t(1, t) - f_t(0, t), t, 0, 1), f(1, 1) - f(1, 0) - f(0, 1) + f(0, 0)), ("the outer integral, in t", "外层积分：对 t"),
                by=antiderivative(f(1, t) - f(0, t)))
    yield therefore(r"f(x+p,y+q)-f(x+p,y)-f(x,y+q)+f(x,y)=\int_0^1\!\!\int_0^1 p^{\top}H(x+sp,y+tq)\,q\,ds\,dt",
                    ("the second line is the integral of the first", "第二行是第一行的积分"))
    yield holds(eq(D(D(f(s, t), s), t), D(D(f(s, t), t), s)), ("if f(x, y) = f(y, x), then p^T H(x, y) q = q^T H(y, x) p: mixed derivatives commute",
                "若 f(x, y) = f(y, x)，则 pᵀH(x, y)q = qᵀH(y, x)p：混合导数可交换"))
    yield cite("monotonicity of the integral", "Rudin, Principles of Mathematical Analysis, 6.12",
               ("|p^T A q| <= |A| |p| |q|", "|pᵀAq| ≤ ‖A‖·|p||q|"))
    yield therefore(r"|f(x+p,y+q)-f(x+p,y)-f(x,y+q)+f(x,y)-p^{\top}H(x,y)q|\le\sup\|H-H(x,y)\|\,|p|\,|q|",
                    ("with A = H - H(x, y) below the integral", "积分号下取 A = H - H(x, y)"))


J, A = block((0, -1), (1, 0)), block((x, y), (z, u))
L, Z = matrix("L Z", d)


@statement(title=("Bilinear forms that stay relative", "保持相对性的双线性型"), tag="false", where=[h >= 1],
           post=("H has to be diagonal; a non-diagonal H loses the property.", "H 须为对角阵，非对角的 H 会失去该性质。"),
           says=("For distinct theta_i in (0, pi) and any H: p_m^T H p_n depends on m - n only (m, n integers) iff H R_1 = R_1 H iff H is the direct "
                 "sum of blocks a_i I + c_i J; it is then sum a_i cos((m-n) theta_i) + c_i sin((m-n) theta_i).",
                 "θ_i ∈ (0, π) 互异、H 任意：p_mᵀHp_n 只依赖 m-n（m、n 为整数）当且仅当 HR_1 = R_1H，当且仅当 H 是块 a_i I + c_i J 的直和；"
                 "此时其值为 Σ a_i cos((m-n)θ_i) + c_i sin((m-n)θ_i)。"),
           near_miss=near_miss(eq(cos(m * t) * cos(n * t), cos((m + k) * t) * cos((n + k) * t)), at={"m": 0, "n": 0, "k": 1, "t": pi / 2}, says=(
               "Any diagonal H will do: for H = diag(1, 0) moving both positions by k changes nothing.",
               "任意对角 H 均可：H = diag(1, 0) 时两位置同移 k 无变化。")))
def bilinear_H():
    yield holds(eq(col(m * t).T @ A @ col(n * t), (x + u) / 2 * cos((m - n) * t) + (x - u) / 2 * cos((m + n) * t) + (y + z) / 2 * sin((m + n) * t)
                   + (z - y) / 2 * sin((m - n) * t)), ("one plane: two relative and two absolute waves", "一个平面：两个相对波与两个绝对波"))
    yield holds(eq(Sum(a[i] * pair(m, n)[0] + c[i] * pair(m, n)[1], i, 1, h),
                   Sum(a[i] * cos((m - n) * theta[i]) + c[i] * sin((m - n) * theta[i]), i, 1, h)),
                ("blocks a_i I + c_i J: relative waves only, and c_i tells left from right", "块 a_i I + c_i J：只有相对波，且 c_i 区分左右"))
    yield holds(eq(rot(t) @ (x * eye(2) + y * J), (x * eye(2) + y * J) @ rot(t)), ("these commute with rotations", "它们与旋转交换"))
    yield show(eq(dot(R @ P[M], H @ (R @ P[N])) - dot(P[M], H @ P[N]), dot(P[M], (R.T @ H @ R - H) @ P[N])),
               ("conversely, if moving by 1 changes nothing, then R^T H R = H on the span", "反之，若平移 1 无变化，则在张成的空间上 RᵀHR = H"))
    yield cite("Vandermonde determinant", "Horn & Johnson, Matrix Analysis, 2nd ed., 0.9.11",
               ("the p_m span R^d: the 2h numbers exp(+-i theta_i) differ", "p_m 张成 R^d：2h 个数 e^{±iθ_i} 互异"))
    yield show(eq(R @ (R.T @ H @ R - H), H @ R - R @ H), ("so H commutes with R", "故 H 与 R 交换"), where=orthogonal[1:])
    yield show(eq(rot(t) @ rot(t), 2 * cos(t) * rot(t) - eye(2)), ("a rotation annuls its characteristic polynomial", "旋转满足其特征多项式"))
    yield show(eq(2 * (x - y) * (L @ Z), L @ (L @ Z - Z @ R) + (L @ Z - Z @ R) @ R - 2 * y * (L @ Z - Z @ R)),
               ("so a block Z between two planes, L Z = Z R, is 0: x = cos(theta_i), y = cos(theta_j) differ",
                "故满足 LZ = ZR 的两平面间的块 Z 为 0：x = cos θ_i 与 y = cos θ_j 不等"),
               where=[eq(L @ L, 2 * x * L - eye(d)), eq(R @ R, 2 * y * R - eye(d))])
    yield show(eq(rot(t) @ A - A @ rot(t), sin(t) * block((-y - z, x - u), (x - u, y + z))),
               ("within a plane A = x I + z J, as sin(t) != 0", "同一平面内因 sin t ≠ 0 有 A = x I + z J"))
    yield therefore(r"p_m^{\top}Hp_n=p_{m+1}^{\top}Hp_{n+1}\ (m,n\in\mathbb Z)\iff HR_1=R_1H\iff H=\bigoplus_i(a_iI+c_iJ)",
                    ("the lines above, in this order and back", "依次由以上各行，并可逆推"))


# -------------------------------------------------------------------------------------------- the cosine integral
def at(known, **values):
    return *known[:2], {name: lift(value) for name, value in values.items()}


mean, mean_sin = Integral(cos(x * b ** (-t)), t, 0, 1), Integral(sin(x * b ** (-t)), t, 0, 1)
by_ci, by_si = antiderivative(-Ci(x * b ** (-t)) / log(b)), antiderivative(-Si(x * b ** (-t)) / log(b))
C = lemma(eq(mean, (Ci(x) - Ci(x / b)) / log(b)), x > 0, b > 1, by=by_ci)
S = lemma(eq(mean_sin, (Si(x) - Si(x / b)) / log(b)), x > 0, b > 1, by=by_si)
end, both = x * b ** (-T), {"u": Ci(x) - Ci(x / b), "v": Si(x) - Si(x / b)}
sine = ((F(1, 2), 1 - sin(x)), (F(1, 2), cos(x)))  # 1 - sin(x) as a sum of squares
sin_1 = lemma(sin(x) <= x, x >= 0, by=monotone(x, slope=squares((2, sin(x / 2)))))  # Taylor polynomials, from both sides
cos_2 = lemma(cos(x) >= 1 - x ** 2 / 2, x >= 0, by=monotone(x, slope=using(sin_1)))
sin_3 = lemma(sin(x) >= x - x ** 3 / 6, x >= 0, by=monotone(x, slope=using(cos_2)))
cos_4 = lemma(cos(x) <= 1 - x ** 2 / 2 + x ** 4 / 24, x >= 0, by=monotone(x, slope=using(sin_3)))
sin_5 = lemma(sin(x) <= x - x ** 3 / 6 + x ** 5 / 120, x >= 0, by=monotone(x, slope=using(cos_4)))
sin_lt = lemma(sin(x) < x, x > 0, by=cases(x - 1, at=using(at(sin_5, x=1)), above=squares(*sine, rest=x - 1), below=using(
    sin_5, then=through(x - x ** 3 / 6 + x ** 5 / 120, ("le", "lt"), second=squares(rest=x ** 3 * (19 + (1 - x) * (1 + x)) / 120)))))
part = (u * sin(x) - v * cos(x)) / x - (u * sin(y) - v * cos(y)) / y + (1 / y + y * (u ** 2 + v ** 2) / 4) * (1 / y - 1 / x)  # by parts
far = lemma(u * (Ci(x) - Ci(y)) + v * (Si(x) - Si(y)) <= 2 / y ** 2 + (u ** 2 + v ** 2) / 2, y > 0, x > 0, x >= y, y=x / b, **both, by=through(
    part, first=monotone(x, at=y, slope=squares((y / 4, (u - 2 / y * sin(x)) / x), (y / 4, (v + 2 / y * cos(x)) / x))), second=squares(
        (y / 4 / x, u - 2 / y * sin(x)), (y / 4 / x, v + 2 / y * cos(x)), (F(1, 4), u + 2 / y * sin(y)), (F(1, 4), v - 2 / y * cos(y)))))
near = lemma(u * (Ci(x) - Ci(end)) + v * (Si(x) - Si(end)) <= T * (log(b) ** 2 + u ** 2 + v ** 2) / 2, x > 0, b > 1, T >= 0, T=1, **both,
             by=monotone(T, slope=squares((F(1, 2), u - log(b) * cos(end)), (F(1, 2), v - log(b) * sin(end)))))
W = x - pi / 2 + cos(x)
hump = lemma(Ci(x) <= Ci(pi / 2) - (1 - sin(x)) / x - W / x ** 2, x > 0, x >= pi / 2,
             by=monotone(x, at=pi / 2, slope=using(at(sin_1, x=x - pi / 2), then=squares(rest=2 / x ** 3 * W))))
peak = lemma(Ci(x) < Ci(pi / 2), x > 0, x > pi / 2, x=pi * b / 2, by=using(hump, at(sin_lt, x=x - pi / 2), then=through(
    Ci(pi / 2) - (1 - sin(x)) / x - W / x ** 2, ("le", "lt"), second=squares(*((w / x, e) for w, e in sine), rest=W / x ** 2))))
below = lemma(Ci(x) - Ci(end) >= T * log(b) - x ** 2 * (1 - b ** (-2 * T)) / 4, x > 0, b > 1, T >= 0, T=1, by=monotone(
    T, slope=using(at(cos_2, x=end), then=scaled(1 / log(b), 0 <= cos(end) - 1 + end ** 2 / 2))))
above = lemma(Ci(x) - Ci(end) <= T * log(b) - x ** 2 * (1 - b ** (-2 * T)) / 4 + x ** 4 * (1 - b ** (-4 * T)) / 96, x > 0, b > 1, T >= 0, T=1,
              by=monotone(T, slope=using(at(cos_4, x=end), then=scaled(1 / log(b), 0 <= 1 - cos(end) - end ** 2 / 2 + end ** 4 / 24))))
first_order = 1 - x ** 2 * (1 - b ** (-2)) / (4 * log(b))


def zero(b):
    return lambda: mp.findroot(lambda x: mp.ci(x) - mp.ci(x / b), mp.mpf("0.6166") * b)


@statement(title=("The mean over exponential frequencies", "指数型频率的平均"), where=[x > 0, b > 1],
           says=("The mean of cos(x b^-t), t in [0, 1], is (Ci(x) - Ci(x/b))/log b, that of sin has Si for Ci; the modulus is at most "
                 "min(1, 2b/(x log b)). For 1 << x << b it decays logarithmically, as 1 - (log x + gamma)/log b. It changes sign, for every b.",
                 "cos(x b^-t) 在 t ∈ [0, 1] 上的平均为 (Ci(x) - Ci(x/b))/log b，sin 的平均把 Ci 换成 Si；模至多为 min(1, 2b/(x log b))。"
                 "当 1 ≪ x ≪ b 时按 1 - (log x + γ)/log b 对数衰减。对每个 b 它都会变号。"),
           near_miss=near_miss(mean > 0, ("The mean is positive for all x > 0.", "该平均对一切 x > 0 为正。"), where=[x > 0, b > 1],
                               at={"x": 10000, "b": 10000}),
           references=[*(reference(f"b = 10000, x = {x}", digits, (Ci(lift(x)) - Ci(lift(x) / 10000)) / log(lift(10000))) for x, digits in (
               (1, "0.9739627712098211626727075"), (10, "0.6823942631044809737259328"), (100, "0.4367732932085589947077579"),
               (128, "0.4111476824368396558869571"), (512, "0.2601005375056356037717368"), (1000, "0.1876906425117789988716448"),
               (4096, "0.03874604296464862615675294"), (10000, "-0.03663648260431142301446459"), (100000, "0.004935408329824604869518473"))),
               *(reference(f"first zero, b = {b}", digits, compute=zero(b)) for b, digits in (
                   (100, "60.65243968029461919226"), (1000, "617.6615684060834857995"), (10000, "6166.028484728748638366"),
                   (500000, "308251.5173510324277729"))),
               reference("zero of Ci", "0.6165054856207162337971104", compute=lambda: mp.findroot(mp.ci, mp.mpf("0.6"))),
               reference("logarithmic law, x = 100", "0.43732960546628694", compute=lambda: 1 - (mp.log(100) + mp.euler) / mp.log(10000))])
def decay_ci():
    yield holds(C[0].claim, ("-Ci(x b^-t)/log b is a primitive", "-Ci(x b^-t)/log b 是原函数"), by=by_ci)
    yield holds(S[0].claim, ("likewise -Si(x b^-t)/log b", "同理 -Si(x b^-t)/log b"), by=by_si)
    yield holds(mean ** 2 + mean_sin ** 2 <= 1, ("compare with the integrand in every direction (u, v)", "在每个方向 (u, v) 上与被积函数比较"),
                by=using(C, S, near))
    yield holds(mean ** 2 + mean_sin ** 2 <= (2 * b / (x * log(b))) ** 2, ("integrate by parts in every direction", "在每个方向上分部积分"),
                by=using(C, S, far))
    yield holds(Integral(cos(pi * b / 2 * b ** (-t)), t, 0, 1) < 0, ("negative at x = pi b/2: Ci is greatest at pi/2",
                "在 x = πb/2 处为负：Ci 在 π/2 处最大"), by=using(at(C, x=pi * b / 2), peak))
    yield holds(mean >= first_order, ("and positive for small x, as cos w >= 1 - w^2/2", "x 小时为正，因 cos w ≥ 1 - w²/2"), by=using(C, below))
    yield show(Ci(x) - Ci(z) >= log(x) - log(z) - (x ** 2 - z ** 2) / 4, ("Ci is nearly a logarithm at 0", "Ci 在 0 附近近似对数"),
               where=[z > 0, x >= z], by=monotone(x, at=z, slope=using(cos_2, then=scaled(x, 0 <= cos(x) - 1 + x ** 2 / 2))))
    yield show(Ci(x) - Ci(z) <= log(x) - log(z), ("and grows no faster", "且增长不快于对数"), where=[z > 0, x >= z],
               by=monotone(x, at=z, slope=squares((2 / x, sin(x / 2)))))
    yield cite("cosine integral at 0 and infinity", "NIST DLMF 6.2(ii)", (
        "Ci(z) - log z tends to gamma and Ci(x) to 0; integration by parts as above gives |Ci(x)| <= 2/x",
        "Ci(z) - log z → γ，Ci(x) → 0；同上分部积分得 |Ci(x)| ≤ 2/x"))
    yield therefore(r"\left|\int_0^1\cos(xb^{-t})\,dt-1+\frac{\log x+\gamma}{\log b}\right|\le\frac{2/x+x^2/(4b^2)}{\log b}",
                    ("let z tend to 0 and put x/b for x", "令 z → 0，并以 x/b 代 x"))
    yield cite("intermediate value theorem", "Rudin, Principles of Mathematical Analysis, 4.23", ("the mean changes sign", "该平均变号"))
    yield therefore(r"x_1(b)=\min\{x>0:\operatorname{Ci}(x)=\operatorname{Ci}(x/b)\}\text{ exists},"
                    r"\quad x_1(b)/b\to c,\ \operatorname{Ci}(c)=0,\ c=0.61650\ldots",
                    ("as b grows, Ci(x) tends to 0 at fixed x/b", "固定 x/b 而 b 增大时 Ci(x) → 0"))


half = 1 / (2 * alpha)
double = lemma(eq(factorial(2 * K), 4 ** K * factorial(K) * gamma(F(1, 2) + K) / gamma(lift(F(1, 2)))), K >= 0, by=induction(K))


def power(alpha, x):
    a = mp.mpf(1) / 2 / alpha
    return mp.hyp1f2(a, 0.5, 1 + a, -mp.mpf(x) ** 2 / 4)


@statement(title=("Powers against exponentials", "幂函数与指数函数"), where=[x > 0],
           says=("The mean of cos(x t^alpha) is 1F2(1/(2 alpha); 1/2, 1 + 1/(2 alpha); -x^2/4), that is Gamma(1 + 1/alpha) cos(pi/(2 alpha)) "
                 "x^(-1/alpha) + sin(x)/(alpha x) + o(1/x). Near 0 it falls faster than for b^-t iff 2 (2 alpha + 1)(1 - b^-2) < 4 log b; far out it "
                 "decays like x^(-1/max(1, alpha)), for b^-t like 1/x.",
                 "cos(x t^α) 的平均为 1F2(1/(2α); 1/2, 1 + 1/(2α); -x²/4)，且等于 Γ(1+1/α)cos(π/(2α))x^(-1/α) + sin x/(αx) + o(1/x)。"
                 "在 0 附近它比 b^-t 下降更快当且仅当 2(2α+1)(1 - b^-2) < 4 log b；远处它按 x^(-1/max(1, α)) 衰减，而 b^-t 按 1/x。"),
           near_miss=near_miss(Abs(Integral(cos(x * t), t, 0, 1)) >= 1 / (10 * sqrt(x)), ("For theta_t = t the decay is only x^(-1/2).",
                               "θ_t = t 时只按 x^(-1/2) 衰减。"), where=[x >= 1], at={"x": 1000}),
           references=[reference(f"alpha = {alpha}, x = {x}", digits, compute=lambda alpha=alpha, x=x: power(alpha, x)) for alpha, x, digits in (
               (0.5, 1, "0.7635465813520724481069"), (0.5, 10, "-0.1455856527594030117261"), (1, 10, "-0.05440211108893698134047"),
               (2, 1, "0.9045242379002720814748"), (2, 10, "0.173183116192218244303"), (2, 100, "0.06011251848134443481312"),
               (2, 1000, "0.02022993535397709118339"), (3, 100, "0.1649048339205901719129"), (1, 1000, "0.000826879540532"))])
def decay_power():
    yield show(eq(Integral(t ** y, t, z, 1), (1 - z ** (y + 1)) / (y + 1)), ("y = 2 k alpha, z to 0: t^(2 k alpha) has the mean 1/(2 k alpha + 1)",
               "y = 2kα，z → 0：t^(2kα) 的平均为 1/(2kα+1)"), where=[y >= 0, z > 0, z <= 1], by=antiderivative(t ** (y + 1) / (y + 1)))
    yield show(eq(gamma(half + K) * gamma(lift(F(1, 2))) * gamma(1 + half) / (gamma(half) * gamma(F(1, 2) + K) * gamma(1 + half + K))
                  * ((-(x ** 2) / 4) ** K / factorial(K)), (-1) ** K * x ** (2 * K) / (factorial(2 * K) * (2 * K * alpha + 1))),
               ("the k-th terms of both series agree", "两级数的第 k 项相等"), where=[alpha > 0, K >= 0], by=using(double))
    yield cite("integration of a uniformly convergent series", "Rudin, Principles of Mathematical Analysis, 7.16",
               ("the series of cos(x t^alpha)", "cos(x t^α) 的级数"))
    yield therefore(r"\int_0^1\cos(xt^{\alpha})\,dt={}_1F_2\left(\frac1{2\alpha};\frac12,1+\frac1{2\alpha};-\frac{x^2}{4}\right)"
                    r"=1-\frac{x^2}{2(2\alpha+1)}+\cdots", ("add the terms", "逐项相加"))
    yield holds(mean >= first_order, ("the exponential family from below", "指数族的下界"), where=[b > 1], by=using(C, below))
    yield holds(mean <= first_order + x ** 4 * (1 - b ** (-4)) / (96 * log(b)), ("and from above", "与上界"), where=[b > 1], by=using(C, above))
    rate, other = (1 - b ** (-2)) / (4 * log(b)), 1 / (2 * (2 * alpha + 1))
    product, bound = 2 * (2 * alpha + 1) * (1 - b ** (-2)), 4 * log(b)
    yield holds(rate < other, ("compare the x^2 terms: the power falls faster", "比较 x² 项：幂函数下降更快"), where=[alpha > 0, b > 1, product < bound])
    yield holds(rate >= other, ("and otherwise it does not", "否则不然"), where=[alpha > 0, b > 1, product >= bound])
    yield cite("Fourier integrals with algebraic end points", "Erdélyi, Asymptotic Expansions, 2.8", ("for w = t^alpha", "令 w = t^α"))
    yield therefore(r"\int_0^1\cos(xt^{\alpha})\,dt=\Gamma\left(1+\frac1\alpha\right)\cos\frac{\pi}{2\alpha}\,x^{-1/\alpha}"
                    r"+\frac{\sin x}{\alpha x}+o(1/x)",
                    ("from the ends 0 and 1", "来自端点 0 与 1"))
    yield holds(mean ** 2 <= (2 * b / (x * log(b))) ** 2, ("the exponential family is O(1/x)", "指数族为 O(1/x)"), where=[b > 1],
                by=using(C, S, far, then=squares((1, mean_sin), rest=(2 * b / (x * log(b))) ** 2 - mean ** 2 - mean_sin ** 2)))


def cantor():
    return mp.fprod(mp.cos(2 * mp.pi / mp.mpf(3) ** k) for k in range(1, 2 * mp.mp.dps))


Phi, turn = function("Phi"), 2 * pi * q
whole = [lemma(eq(e, value), q >= 0, q=q, by=induction(q)) for e, value in ((sin(turn), 0), (cos(turn), 1))]


@statement(title=("For which frequencies the mean tends to 0", "何时平均趋于零"), tag="false",
           post=("The mean decays for almost every monotone smooth theta_t.", "对几乎所有单调光滑的 θ_t，该平均都会衰减。"),
           says=("If theta is C^1 with theta' > 0 almost everywhere, the mean of e^(i x theta) tends to 0. Strictly increasing and Lipschitz is not "
                 "enough: for the inverse of u -> (u + c(u))/2, c the Cantor function, its modulus is 0.18567... at every x = 2 pi 3^j.",
                 "若 θ 为 C¹ 且几乎处处 θ' > 0，则 e^(ixθ) 的平均趋于 0。严格递增且 Lipschitz 并不足够：取 u ↦ (u + c(u))/2 的反函数，"
                 "c 为 Cantor 函数，则在每个 x = 2π·3^j 处其模为 0.18567…"),
           near_miss=near_miss(Abs(Product(cos(x / 3 ** i), i, 1, q)) <= F(1, 4), ("The Cantor measure has a small transform for x >= 100.",
                               "Cantor 测度的变换在 x ≥ 100 时很小。"), where=[q >= 1, x >= 100, x <= 3 ** q], at={"q": 8, "x": 486 * pi}),
           references=[reference("product of cos(2 pi/3^k)", "-0.3714373567087656350533819", compute=cantor),
                       reference("half its modulus", "0.1857186783543828175266909", compute=lambda: abs(cantor()) / 2)])
def riemann_lebesgue_scope():
    yield cite("Riemann-Lebesgue lemma", "Rudin, Real and Complex Analysis, 9.6", (
        "theta' > 0 on an open set of full measure, so the law of theta has a density", "θ' > 0 在满测度开集上成立，故 θ 的分布有密度"))
    yield therefore(r"\theta\in C^1,\ \theta'>0\text{ a.e.}\implies\int_0^1e^{ix\theta_t}\,dt\to0\quad(|x|\to\infty)",
                    ("the mean is the transform of that density", "该平均是此密度的变换"))
    yield show((v + z) / 2 - (u + y) / 2 >= (v - u) / 2, ("y = c(u) <= z = c(v): slope at least 1/2, so the inverse is Lipschitz with constant 2",
               "y = c(u) ≤ z = c(v)：斜率至少 1/2，故反函数的 Lipschitz 常数为 2"), where=[u <= v, y <= z])
    yield show(eq(Integral(cos(turn * u), u, 0, 1), 0), ("the uniform half vanishes at 2 pi q", "均匀的一半在 2πq 处为零"), where=[q >= 1],
               by=antiderivative(sin(turn * u) / turn, value=using(whole[0])))
    yield show(eq(Integral(sin(turn * u), u, 0, 1), 0), ("the sine as the cosine", "正弦与余弦皆然"), where=[q >= 1],
               by=antiderivative(-cos(turn * u) / turn, value=using(whole[1])))
    yield cite("transform of the Cantor measure", "Zygmund, Trigonometric Series, V.3", (
        "it is e^(ix/2) Phi(x), Phi(x) the product of the cos(x/3^k), k >= 1", "它是 e^(ix/2) Φ(x)，Φ(x) 为 cos(x/3^k)（k ≥ 1）之积"))
    yield show(eq(Phi(3 * x), Phi(x)), ("Phi(3x) = cos(x) Phi(x), so Phi is the same at 2 pi, 6 pi, 18 pi, ...",
               "Φ(3x) = cos(x)Φ(x)，故 Φ 在 2π, 6π, 18π, … 处取同一值"), where=[eq(cos(x), 1), eq(Phi(3 * x), cos(x) * Phi(x))])
    yield therefore(r"\left|\int_0^1e^{ix\theta_t}\,dt\right|=\frac12\left|\prod_{k\ge1}\cos\frac{2\pi}{3^k}\right|=0.18567\ldots\quad(x=2\pi3^j)",
                    ("the law of theta is the mean of the uniform and the Cantor measure", "θ 的分布是均匀测度与 Cantor 测度的平均"))


grid, following = x * b ** (-(i / h)), x * b ** (-((i + 1) / h))


def riemann(e):  # e = 1, -1: a cell of the left Riemann sum is off by at most (grid - following)/h, and these telescope
    left, right = x * b ** (-s), x * b ** (-T)
    slow = lemma(e * (cos(y) - cos(x)) <= x - y, y <= x, x=left, y=right,
                 by=monotone(x, at=y, slope=squares((F(1, 2), 1 - e * sin(x)), (F(1, 2), cos(x)))))
    falls = lemma(b ** (-T) <= b ** (-s), b > 1, s <= T, by=monotone(T, at=s))
    cell = lemma(e * (Ci(left) - Ci(right) - (T - s) * log(b) * cos(left)) <= log(b) * (T - s) * (left - right), x > 0, b > 1, s <= T,
                 s=i / h, T=(i + 1) / h, by=monotone(T, at=s, slope=using(falls, slow, then=squares(
                     rest=log(b) * (left - right - e * (cos(right) - cos(left))) + log(b) ** 2 * (T - s) * right))))
    errors = Sum(e * (Ci(grid) - Ci(following) - log(b) / h * cos(grid)), i, 0, h - 1)
    sizes = Sum(log(b) / h * (grid - following), i, 0, h - 1)
    total = lemma(errors <= log(b) / h * (x - x / b), x > 0, b > 1, h >= 1, by=through(
        sizes, ("le", "eq"), first=termwise(using(cell)), second=antidifference(-log(b) / h * grid)))
    sum_ci = lemma(eq(Sum(Ci(grid) - Ci(following), i, 0, h - 1), Ci(x) - Ci(x / b)), x > 0, b > 1, h >= 1, by=antidifference(-Ci(grid)))
    return using(C, sum_ci, total, then=scaled(log(b), 0 <= (x * (1 - 1 / b) / h - e * (mean - g(x, h, b) / h)) * log(b)))


def nearer(k):
    """The next position whose profile is nearer to g(0) than at k, for theta = (1, 1/100)."""
    def missing(k):
        return 2 - math.cos(k) - math.cos(k / 100)
    return mp.mpf(next(n for n in range(k + 1, 2 * 10 ** 6) if missing(n) < missing(k)))


RECORDS = (622, 1885, 13823, 71000, 84823, 325469, 410292, 735761, 1146053)


@statement(title=("In finite dimension nothing decays", "有限维中并无衰减"), tag="false", where=[h >= 1],
           post=("p_m.p_n tends to 0 as the distance grows.", "p_m·p_n 随距离增大趋于 0。"),
           says=("For every h and theta, limsup g(k) = d/2 = g(0): for each Q >= 1 there is 1 <= k <= Q^h with g(k) >= h (1 - 2 pi^2/Q^2). "
                 "For theta_i = b^(-i/h), g(x)/h is within x (1 - 1/b)/h of the mean of cos(x b^-t).",
                 "对任意 h 与 θ，limsup g(k) = d/2 = g(0)：对每个 Q ≥ 1 有 1 ≤ k ≤ Q^h 使 g(k) ≥ h(1 - 2π²/Q²)。θ_i = b^(-i/h) 时，"
                 "g(x)/h 与 cos(x b^-t) 的平均相差至多 x(1 - 1/b)/h。"),
           near_miss=near_miss(cos(K) + cos(K / 100) <= 1, ("For d = 4 and base 10000 the profile has died out from k = 1000 on: g(k) <= g(0)/2.",
                               "d = 4、底数 10000 时自 k = 1000 起已衰减：g(k) ≤ g(0)/2。"), where=[K >= 1000], at={"k": 1885}),
           references=[reference("g(1146053)/2, d = 4", "0.99999999978158", g(lift(1146053), lift(2), lift(10000)) / 2),
                       *(reference(f"record after k = {k}", str(n), compute=lambda k=k: nearer(k))
                         for k, n in zip(RECORDS, RECORDS[1:], strict=False))])
def finite_d_no_decay():
    parabola = cases(v, above=using(at(cos_2, x=v)), below=using(at(cos_2, x=-v)))
    yield holds(cos(v) >= 1 - 2 * pi ** 2 / Q ** 2, ("cos v >= 1 - v^2/2, within 2 pi/Q of full turns", "cos v ≥ 1 - v²/2，与整圈相差至多 2π/Q"),
                where=[Q >= 1, v <= 2 * pi / Q, v >= -2 * pi / Q], by=through(1 - v ** 2 / 2, second=parabola, first=squares(
                    rest=(2 * pi / Q - v) * (2 * pi / Q + v) / 2)))
    yield cite("Dirichlet's theorem on simultaneous approximation", "Schmidt, Diophantine Approximation (LNM 785), Chapter II, Theorem 1A",
               ("some 1 <= k <= Q^h has every k theta_i/(2 pi) within 1/Q of an integer", "有 1 ≤ k ≤ Q^h 使每个 kθ_i/(2π) 与整数相差至多 1/Q"))
    yield therefore(r"\forall Q\ge1\ \exists\,1\le k\le Q^h:\ g(k)\ge h\left(1-\frac{2\pi^2}{Q^2}\right)", ("add the h planes", "对 h 个平面求和"))
    yield therefore(r"\limsup_{k\to\infty}g(k)=h=g(0)",
                    ("if these k are bounded, one has g(k) = h, and so have its multiples", "若这些 k 有界，则某个 g(k) = h，其倍数亦然"))
    bound = x * (1 - 1 / b) / h
    yield holds(mean - g(x, h, b) / h <= bound, ("a Riemann sum: the mean is at most this above g/h", "黎曼和：平均超出 g/h 至多此值"),
                where=[x > 0, b > 1], by=riemann(1))
    yield holds(g(x, h, b) / h - mean <= bound, ("nor further below it", "低于 g/h 也至多此值"), where=[x > 0, b > 1], by=riemann(-1))
