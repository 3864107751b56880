"""Orthogonal matrices that carry one unit vector to another.

Statement.  For unit vectors a, b of R^d with c = a.b, the rotation R = I + 2 b a^T - (a+b)(a+b)^T / (1+c), the reflection
            Q = I - (a-b)(a-b)^T / (1-c) and the half-turn S = (a+b)(a+b)^T / (1+c) - I all carry a to b.
Symbols.    d >= 1 integer; a, b, u, x : vectors of R^d, |a| = |b| = 1; K = b a^T - a b^T; theta = arccos c.
Excluded.   c = -1 for R and S, c = 1 for Q: there the formulas read 0/0 (claim degenerate_cases).
Source.     Su Jianlin, 从一个单位向量变换到另一个单位向量的正交矩阵, 2021-06-05 (archives/8453).
"""
import mpmath as mp

from kexue import (Article, Limit, Sum, cite, cos, delta, det, dot, eq, expm, eye, family, holds, integer, lift, matrix, ne, near_miss, outer,
                   real, reference, show, sin, sqrt, statement, therefore, tr, vector)
from kexue.tactics import cover
from kexue.tactics.combine import flow, lemma, monotone, squeeze, using

article = Article(
    number=17, date="2021-06-05", source="https://kexue.fm/archives/8453",
    title=("The orthogonal matrix carrying one unit vector to another", "从一个单位向量变换到另一个单位向量的正交矩阵"),
    summary=("Three closed forms — a rotation, a reflection, a half-turn — with everything that can be said of them in "
             "every dimension: determinant, trace, distance from the identity, and what happens at b = a and b = -a.",
             "三个闭式解——旋转、反射、半周旋转——在任意维度下的行列式、迹、与单位阵的距离，以及 b = a 与 b = -a 时的情形。"),
    papers=("Golub & Van Loan, Matrix Computations, 4th ed., section 5.1", "Horn & Johnson, Matrix Analysis, Theorem 2.5.8"))

d, (a, b, u, x), (t, w, theta, eps) = integer("d"), vector("a b u x", integer("d")), real("t w theta epsilon")
p, q, s = real("p q s")
i, z = integer("i"), family("z")
c = dot(a, b)
UNIT = (eq(dot(a, a), 1), eq(dot(b, b), 1))
ORTHO = (eq(dot(a, a), 1), eq(dot(u, u), 1), eq(dot(a, u), 0))
I = eye(d)


def R(a, b):
    return I + 2 * outer(b, a) - outer(a + b, a + b) / (1 + dot(a, b))


def Q(a, b):
    return I - outer(a - b, a - b) / (1 - dot(a, b))


S = outer(a + b, a + b) / (1 + c) - I
K = outer(b, a) - outer(a, b)
M = matrix("M", d)


def example(form, i, j=0):
    """Entry (i, j) of a form at a ~ (sin 1, ..., sin 5), b ~ (cos 1, ..., cos 5), for the reference values."""
    p, q = ([g(k) / mp.sqrt(mp.fsum(g(l) ** 2 for l in range(1, 6))) for k in range(1, 6)] for g in (mp.sin, mp.cos))
    cosine = mp.fdot(p, q)
    return {"R": (i == j) + 2 * q[i] * p[j] - (p[i] + q[i]) * (p[j] + q[j]) / (1 + cosine),
            "Q": (i == j) - (p[i] - q[i]) * (p[j] - q[j]) / (1 - cosine),
            "S": (p[i] + q[i]) * (p[j] + q[j]) / (1 + cosine) - (i == j), "c": cosine}[form]


def values(form, *rows):
    """Reference values of the example in R^5."""
    return [reference(f"{form}_{i}{j}", digits, compute=lambda i=i, j=j: example(form, i, j)) for i, j, digits in rows]


def distance(T):
    return tr((T - I).T @ (T - I))


# exp(tM) for M^3 = -w^2 M: both sides solve E' = M E, E(0) = I
rodrigues = lemma(eq(expm(t * M), I + sin(w * t) / w * M + (1 - cos(w * t)) / w ** 2 * (M @ M)),
                  d >= 1, ne(w, 0), eq(M @ M @ M, -(w ** 2) * M), by=flow(t, d), t=theta / sin(theta), w=sin(theta), M=K)


@statement(title=("The rotation form", "旋转形式"), tag="conditional", where=[d >= 2, *UNIT, ne(c, -1)],
       says=("R is the rotation in the plane of a and b that carries a to b, and R = exp(theta K / sin theta).",
             "R 是 a、b 平面内把 a 变到 b 的旋转，且 R = exp(θK/sin θ)。"),
       near_miss=near_miss(eq((I + 2 * outer(a, b) - outer(a + b, a + b) / (1 + c)) @ a, b), where=[d >= 2, *UNIT, ne(c, -1)],
                           says=("With a b^T in place of b a^T the matrix carries b to a instead.",
                                 "把 b aᵀ 换成 a bᵀ，得到的矩阵是把 b 变到 a。")),
       references=[reference("c", "0.06526527037585264349", compute=lambda: example("c", 0)),
                   *values("R", (0, 0, "0.66437289537930210461"), (0, 1, "0.22085112344539922305")),
                   reference("tr R", "3.130530540751705287", compute=lambda: mp.fsum(example("R", i, i) for i in range(5))),
                   reference("|R - I|", "1.9336336050287783065", compute=lambda: mp.sqrt(mp.fsum(
                       (example("R", i, j) - (i == j)) ** 2 for i in range(5) for j in range(5))))])
def rotation_form():
    yield holds(eq(R(a, b) @ a, b), ("R carries a to b", "R 把 a 变到 b"))
    yield holds(eq(R(a, b).T @ R(a, b), I), ("R is orthogonal", "R 是正交矩阵"))
    yield holds(eq(det(R(a, b)), 1), ("and proper: by Sylvester's identity the determinant is one of size 2",
                                      "且行列式为 1：由 Sylvester 恒等式化为二阶行列式"))
    yield holds(eq(R(a, b) @ x, x), ("R fixes what is orthogonal to a and b", "R 固定与 a、b 都正交的向量"),
                where=[eq(dot(a, x), 0), eq(dot(b, x), 0)])
    yield holds(eq(tr(R(a, b)), d - 2 + 2 * c), ("its trace", "它的迹"))
    yield holds(eq(distance(R(a, b)), 4 * (1 - c)), ("its squared distance from the identity", "它到单位阵的距离平方"))
    yield holds(eq(R(a, b) @ b, 2 * c * b - a), ("the image of b", "b 的像"))
    yield holds(eq(R(a, b), I + K + K @ K / (1 + c)), ("in terms of the generator K", "用生成元 K 表示"))
    yield holds(eq(K @ K @ K, -(1 - c ** 2) * K), ("K^3 is a multiple of K", "K³ 是 K 的倍数"))
    yield holds(eq(expm(theta / sin(theta) * K), R(a, b)), ("hence the exponential, for every theta with cos(theta) = c and sin(theta) != 0, such as arccos c",
                                                            "于是得到矩阵指数形式，对满足 cos θ = c、sin θ ≠ 0 的任意 θ（如 arccos c）成立"),
                where=[ne(sin(theta), 0), eq(c, cos(theta))], by=using(rodrigues))


@statement(title=("The reflection (Householder) form", "反射（Householder）形式"), tag="conditional", where=[d >= 1, *UNIT, ne(c, 1)],
       says=("Q is the reflection that swaps a and b; its determinant is -1 and its trace d - 2.",
             "Q 是交换 a、b 的反射，行列式为 -1，迹为 d - 2。"),
       near_miss=near_miss(eq(det(Q(a, b)), 1), ("A reflection has determinant +1.", "反射的行列式为 +1。"),
                           where=[d >= 1, *UNIT, ne(c, 1)]),
       references=values("Q", (0, 0, "0.99025853456447541709"), (0, 1, "-0.083577896151440958459")))
def householder_form():
    yield holds(eq(Q(a, b), I - 2 * outer(a - b, a - b) / dot(a - b, a - b)), ("because |a - b|^2 = 2 (1 - c)",
                                                                              "因为 |a - b|² = 2(1 - c)"))
    yield holds(eq(Q(a, b).T, Q(a, b)), ("Q is symmetric", "Q 对称"))
    yield holds(eq(Q(a, b) @ Q(a, b), I), ("and its own inverse, hence orthogonal", "且是自身的逆，因而正交"))
    yield holds(eq(Q(a, b) @ a, b), ("Q carries a to b", "Q 把 a 变到 b"))
    yield holds(eq(Q(a, b) @ b, a), ("and b to a", "也把 b 变到 a"))
    yield holds(eq(det(Q(a, b)), -1), ("the determinant", "行列式"))
    yield holds(eq(tr(Q(a, b)), d - 2), ("the trace", "迹"))
    yield holds(eq(Q(a, b) @ x, x), ("Q fixes what is orthogonal to a - b", "Q 固定与 a - b 正交的向量"),
                where=[eq(dot(a - b, x), 0)])


@statement(title=("The half-turn form", "半周旋转形式"), tag="false", where=[d >= 2, *UNIT, ne(c, -1)],
       post=("S is a variant of the Householder reflection.", "S 是 Householder 反射的变体。"),
       says=("S swaps a and b and is orthogonal, but its determinant is (-1)^(d-1): a rotation exactly when d is odd.",
             "S 正交并交换 a、b，但其行列式为 (-1)^(d-1)：当且仅当 d 为奇数时是旋转。"),
       near_miss=near_miss(eq(det(S), 1), ("S is a rotation in every dimension.", "S 在任意维度都是旋转。"),
                           where=[d >= 2, *UNIT, ne(c, -1)]),
       references=[*values("S", (0, 0, "-0.29161878531289332211"), (0, 1, "0.18194868693601480901")),
                   reference("tr S", "-3", compute=lambda: mp.fsum(example("S", i, i) for i in range(5)))])
def half_turn_form():
    yield holds(eq(S.T, S), ("S is symmetric", "S 对称"))
    yield holds(eq(S @ S, I), ("and its own inverse, hence orthogonal", "且是自身的逆，因而正交"))
    yield holds(eq(S @ a, b), ("S carries a to b", "S 把 a 变到 b"))
    yield holds(eq(S @ b, a), ("and b to a", "也把 b 变到 a"))
    yield holds(eq(det(S), (-1) ** (d - 1)), ("its determinant depends on d", "其行列式依赖于 d"))


def square_norm(M): return tr(M.T @ M)


below_one = lemma(cos(t) < 1, t > 0, t < 1, t=eps, by=cover.search)
small = lemma(4 * (1 - cos(t)) <= 2 * t ** 2, t > 0, t < 1, t=eps, by=monotone(t, slope=monotone(t)))
near = squeeze(2, 2, 1, above=using(below_one, small), below=using(below_one, small))  # the squared distance is 4 (1 - cos(epsilon))
near_b = cos(eps) * a + sin(eps) * u  # tends to a
anti_b = sin(eps) * u - cos(eps) * a  # tends to -a


@statement(title=("The degenerate cases b = a and b = -a", "退化情形 b = a 与 b = -a"), tag="conditional", where=[d >= 2],
       says=("At b = a the rotation is the identity and the reflection depends on the direction of approach; at b = -a it is "
             "the other way round, and rotations with Ta = -a exist exactly when d >= 2.",
             "b = a 时旋转为单位阵，反射的极限依赖于逼近方向；b = -a 时反之，且满足 Ta = -a 的旋转当且仅当 d ≥ 2 时存在。"),
       near_miss=near_miss(ne(det(I - 2 * outer(a, a) - 2 * outer(u, u)), 1), where=[d >= 2, *ORTHO],
                           says=("No rotation carries a to -a.", "不存在把 a 变到 -a 的旋转。")))
def degenerate_cases():
    yield holds(eq(R(a, a), I), ("at b = a the rotation is the identity", "b = a 时旋转是单位阵"), where=[*ORTHO])
    yield show(eq(Q(a, near_b), I - (1 - cos(eps)) * outer(a, a) + sin(eps) * (outer(a, u) + outer(u, a))
                  - (1 + cos(eps)) * outer(u, u)), ("Q on the arc from a towards u", "在 a 到 u 的弧上的 Q"),
               where=[*ORTHO, ne(cos(eps), 1)])
    yield holds(eq(Limit(square_norm(Q(a, near_b) - (I - 2 * outer(u, u))), eps, 0), 0), (
        "it tends to I - 2uu^T, in the norm of the sum of squares: the limit depends on u (epsilon < 0 is -u in place of u)",
        "按元素平方和的范数趋于 I - 2uuᵀ：极限依赖于 u（ε < 0 即以 -u 代 u）"), where=[*ORTHO], by=near)
    yield holds(eq((I - 2 * outer(u, u)) @ a, a), ("each I - 2uu^T with u orthogonal to a fixes a", "u ⟂ a 时 I - 2uuᵀ 固定 a"),
                where=[*ORTHO])
    yield holds(eq(Q(a, -a), I - 2 * outer(a, a)), ("at b = -a the reflection is defined", "b = -a 时反射有定义"), where=[*ORTHO])
    yield show(eq(R(a, anti_b), I - (1 + cos(eps)) * (outer(a, a) + outer(u, u)) + sin(eps) * (outer(u, a) - outer(a, u))),
               ("R on the arc from -a towards u", "在 -a 到 u 的弧上的 R"), where=[*ORTHO, ne(cos(eps), 1)])
    yield holds(eq(Limit(square_norm(R(a, anti_b) - (I - 2 * outer(a, a) - 2 * outer(u, u))), eps, 0), 0), (
        "it tends to a limit that depends on u", "其极限依赖于 u"), where=[*ORTHO], by=near)
    yield holds(eq((I - 2 * outer(a, a) - 2 * outer(u, u)) @ a, -a), ("which carries a to -a", "该极限把 a 变到 -a"), where=[*ORTHO])
    yield holds(eq(det(I - 2 * outer(a, a) - 2 * outer(u, u)), 1), ("and is a rotation, one for each u", "且是旋转，每个 u 给出一个"),
                where=[*ORTHO])
    yield holds(eq((I - 2 * outer(a, a) - 2 * outer(u, u)) @ (I - 2 * outer(a, a) - 2 * outer(u, u)).T, I), ("orthogonal, that is", "即为正交阵"),
                where=[*ORTHO])
    yield show(eq(Sum(z[i] * (z[1] * delta(i, 2) - z[2] * delta(i, 1)), i, 1, d), 0), (
        "such a u exists for d >= 2: along (-a_2, a_1, 0, ...), or e_1 where this is 0 (z_i = a_i)", "d ≥ 2 时这样的 u 存在：沿 (-a₂, a₁, 0, …)，此向量为零时取 e₁（z_i = a_i）"))
    yield holds(eq(s, p * q), ("in one dimension s p = q for numbers p, q, s = +-1 leaves s = p q only", "一维时，由 s p = q（p、q、s = ±1）得 s = p q"),
                where=[eq(q, s * p), eq(p ** 2, 1)])
    yield holds(eq(p * q, 1), ("which is 1 for q = p", "q = p 时为 1"), where=[eq(q, p), eq(p ** 2, 1)])
    yield holds(eq(p * q, -1), ("and -1 for q = -p", "q = -p 时为 -1"), where=[eq(q, -p), eq(p ** 2, 1)])


B = real("B")


@statement(title=("The least motion", "最小移动"), tag="sharper", where=[d >= 2],
       says=("Among rotations with Ta = b, R is nearest to the identity; among improper ones, Q. Q is nearer than R iff a.b < 0.",
             "满足 Ta = b 的旋转中 R 离单位阵最近，反常正交阵中 Q 最近；当且仅当 a·b < 0 时 Q 比 R 更近。"),
       limits=("The plane decomposition of an orthogonal matrix is cited.", "引用了正交矩阵的平面分解定理。"),
       near_miss=near_miss(distance(R(a, b)) <= distance(Q(a, b)), where=[d >= 2, *UNIT, ne(c, 1), ne(c, -1)],
                           says=("R is always the nearest orthogonal matrix with Ta = b.", "R 总是满足 Ta = b 的最近正交矩阵。"),
                           at={"d": 3, "a": [1, 0, 0], "b": ["-3/5", "4/5", 0]}),
       references=[reference("|R - I| at c = -0.6", "2.5298", 2 * sqrt(1 - lift("-0.6")))])
def least_motion():
    yield show(eq(distance(M), 2 * d - 2 * tr(M)), ("for orthogonal T the distance is 2d - 2 tr T", "正交阵 T 的距离平方为 2d - 2 tr T"),
               where=[eq(M.T @ M, I)])
    yield cite("spectral theorem for real orthogonal matrices", "Horn & Johnson, Matrix Analysis, Theorem 2.5.8",
               ("T = R (1 + B) on a and its complement, B orthogonal of size d - 1 and a direct sum of plane rotations",
                "T = R(1⊕B)，B 是 d-1 阶正交阵，为平面旋转的直和"))
    yield show((1 + c) * (1 - B) >= 0, ("det T = 1: with B = B_11 and tr T = c + c B_11 + the rest, d - 2 + 2c - tr T is at least this",
                                        "det T = 1：d - 2 + 2c - tr T 不小于此式"), where=[c >= -1, B <= 1])
    yield show((1 - c) * (1 + B) >= 0, ("det T = -1: B has an eigenvalue -1, so tr B <= d - 3 and d - 2 - tr T is at least this",
                                        "det T = -1：B 有特征值 -1，d - 2 - tr T 不小于此式"), where=[c <= 1, B >= -1])
    yield therefore(r"\det T=1\Rightarrow\|T-I\|_F^2\ge4(1-c),\qquad\det T=-1\Rightarrow\|T-I\|_F^2\ge4",
                    ("with equality at B = I, that is T = R, and at T = Q", "当 B = I（即 T = R）与 T = Q 时取等"))
    yield holds(eq(distance(R(a, b)) - distance(Q(a, b)), -4 * c), ("so Q is nearer than R exactly when c < 0",
                                                                   "故当且仅当 c < 0 时 Q 比 R 更近"), where=[*UNIT, ne(c, 1), ne(c, -1)])


@statement(title=("The stable denominators", "稳定的分母"), tag="sharper", where=[d >= 1, *UNIT],
       says=("1 + c = |a+b|^2/2 and 1 - c = |a-b|^2/2: sums of squares that keep their relative accuracy where 1 + c and 1 - c cancel.",
             "1 + c = |a+b|²/2，1 - c = |a-b|²/2：平方和形式在 1 ± c 相消处仍保持相对精度。"),
       near_miss=near_miss(eq(1 + c, dot(a - b, a - b) / 2), ("The two denominators are interchangeable.", "两个分母可以互换。"),
                           where=[d >= 1, *UNIT]))
def stable_denominator():
    yield holds(eq(1 + c, dot(a + b, a + b) / 2), ("the denominator of R and S", "R 与 S 的分母"))
    yield holds(eq(1 - c, dot(a - b, a - b) / 2), ("the denominator of Q", "Q 的分母"))
