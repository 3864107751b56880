"""Mitchell's approximation: multiplication by one addition of logarithms that are straight lines between powers of 2.

Statement.  With l(2^m (1 + x)) = m + x one has M(p, q) = l^(-1)(l(p) + l(q)), never above p q and at most 1/9 below it; division by l(p) - l(q) is never
            below p/q and at most 1/8 above; on IEEE bit patterns both are one integer addition; after k corrections the error is at most J_k^(-2).
Symbols.    p = 2^m (1 + x), q = 2^n (1 + y); m, n, k, f, b integers; x, y, z in [0, 1); s = x + y; u, v positive and real; a, b' (short: a, c) the residuals
            of a stage in units of its power of 2; J_k = (2^(2k+1) + 1)/3.
Excluded.   zeros, subnormals, overflow; signs are multiplied apart.
Source.     Su Jianlin, Mitchell近似：乘法变为加法，误差不超过1/9, 2020-12-14 (archives/7991).
"""
from fractions import Fraction as F

from mpmath import mp

from kexue import (Article, D, Formula, Integral, Sum, call, eq, every, family, holds, integer, lift, log, ne, near_miss, pi, real, reference, show, statement)
from kexue.tactics.combine import (absurd, alternatives, antiderivative, auto, cases, induction, laws, normal, rule, scaled, sign, special, squares, theorem, through,
                                   using)

article = Article(
    number=22, date="2020-12-14", source="https://kexue.fm/archives/7991",
    title=("Mitchell's approximation: multiplication becomes addition, with an error of at most 1/9", "Mitchell近似：乘法变为加法，误差不超过1/9"),
    summary=("Products and quotients by one integer addition of bit patterns: exact largest and mean errors, the derivative, and the sharp error after any "
             "number of correction stages.", "用比特模式的一次整数加法计算乘除：最大误差与平均误差的精确值、导数，以及任意多级修正后的最优误差界。"),
    papers=("Mitchell, Computer multiplication and division using binary logarithms, IRE Trans. Electron. Comput. EC-11 (1962)",))

(m, n, k, f, b, h), (x, y, z, t, a, c, u, v, p) = integer("m n k f b h"), real("x y z t a c u v p")
CELL = (x >= 0, x < 1, y >= 0, y < 1)
LOW, HIGH = x + y < 1, x + y >= 1
error_low, error_high = x * y / ((1 + x) * (1 + y)), (1 - x) * (1 - y) / ((1 + x) * (1 + y))
whole = (1 + x) * (1 + y)


def power(k): return lift(2) ** k
def number(m, x): return power(m) * (1 + x)
def product_low(m, n): return power(m + n) * (1 + x + y)
def product_high(m, n): return power(m + n + 1) * (x + y)


pq = number(m, x) * number(n, y)
below_ninth = scaled(9 * whole, 0 <= 1 + x + y - 8 * x * y, squares((2, x - y), rest=(1 - x - y) * (1 + 2 * (x + y))))
above_ninth = scaled(9 * whole, 0 <= 10 * (x + y) - 8 - 8 * x * y, squares((2, x - y), rest=2 * (4 - x - y) * (x + y - 1)))


@statement(title=("The largest error of a product is 1/9", "乘法的最大误差为 1/9"), where=[*CELL],
           says=("0 <= (pq - M)/(pq) <= 1/9; it is 0 exactly if x = 0 or y = 0, and 1/9 exactly at x = y = 1/2.",
                 "0 ≤ (pq - M)/(pq) ≤ 1/9；等于 0 当且仅当 x = 0 或 y = 0，等于 1/9 当且仅当 x = y = 1/2。"),
           near_miss=near_miss(error_high < F(1, 9), ("The error is always less than 1/9 (3 x 3 gives 8).", "误差总小于 1/9（3×3 得 8）。"), where=[*CELL, HIGH],
                               at={"x": "1/2", "y": "1/2"}),
           references=[reference("M(3, 3)", "8", product_high(1, 1), at={"x": "1/2", "y": "1/2"}),
                       reference("error of 12.3 x 4.56", "0.0429325345885038", compute=lambda: 1 - 2 ** 5 * (1 + mp.mpf("0.5375") + mp.mpf("0.14")) / mp.mpf("56.088"))])
def mitchell_max_error():
    yield holds(eq(pq - product_low(m, n), error_low * pq), ("without a carry, x + y < 1", "无进位，x + y < 1"))
    yield holds(eq(pq - product_high(m, n), error_high * pq), ("with a carry, x + y >= 1", "有进位，x + y ≥ 1"))
    yield holds(error_low <= F(1, 9), ("1 + s - 8xy = 2(x - y)^2 + (1 - s)(1 + 2s)", "1 + s - 8xy = 2(x - y)² + (1 - s)(1 + 2s)"), where=[LOW], by=below_ninth)
    yield holds(error_high <= F(1, 9), ("10s - 8 - 8xy = 2(x - y)^2 + 2(4 - s)(s - 1)", "10s - 8 - 8xy = 2(x - y)² + 2(4 - s)(s - 1)"), where=[HIGH], by=above_ninth)
    yield holds(error_low < F(1, 9), ("so without a carry 1/9 is not attained", "故无进位时取不到 1/9"), where=[LOW], by=scaled(
        9 * whole, 0 < 1 + x + y - 8 * x * y, squares((2, x - y), rest=(1 - x - y) * (1 + 2 * (x + y)))))
    yield holds(error_high < F(1, 9), ("nor for s > 1", "s > 1 时也取不到"), where=[x + y > 1], by=scaled(
        9 * whole, 0 < 10 * (x + y) - 8 - 8 * x * y, squares((2, x - y), rest=2 * (4 - x - y) * (x + y - 1))))
    yield holds((1 - x) * x / ((1 + x) * (2 - x)) < F(1, 9), ("nor for y = 1 - x, x != 1/2", "y = 1 - x 且 x ≠ 1/2 时也取不到"), where=[ne(x, F(1, 2))], by=scaled(
        9 * (1 + x) * (2 - x), 0 < 2 - 8 * x + 8 * x ** 2, squares((8, x - F(1, 2)))))
    yield holds(eq((1 - lift(F(1, 2))) ** 2 / (1 + lift(F(1, 2))) ** 2, F(1, 9)), ("at x = y = 1/2 it is", "在 x = y = 1/2 处取到"))
    yield holds(error_low >= 0, ("the error is not negative", "误差非负"))
    yield holds(error_low > 0, ("without a carry it is positive unless x = 0 or y = 0, where it vanishes", "无进位时误差为正，除非 x = 0 或 y = 0，此时为零"), where=[x > 0, y > 0])
    yield holds(error_high > 0, ("and with a carry always", "有进位时恒为正"))


inner_low = antiderivative(x / (1 + x) * (y - log(1 + y)))
inner_high = antiderivative((1 - x) / (1 + x) * (2 * log(1 + y) - y))
outer_low, outer_high, rest = x / (1 + x) * (1 - x - log(2 - x)), (1 - x) / (1 + x) * (2 * log(lift(2)) - 2 * log(2 - x) - x), log(2 - x) / (1 + x)
L2, L3 = log(lift(2)), log(lift(3))
hyperbola, entropy = 2 * x - x ** 2 / 2 - 2 * log(1 + x), 2 - x - (2 - x) * log(2 - x)  # primitives of x(1-x)/(1+x) and log(2-x)


def dilog(x): return call("polylog", 2, x)


spence, below_one, reflected = L3 * log(1 + x) - dilog((1 + x) / 3), laws(("polylog.one", {"z": (1 + x) / 3}), then=normal), laws(("polylog.reflection", {"x": F(2, 3)}), then=normal)


def log_uniform():
    """The mean error if log_2 of both mantissas is uniform."""
    low = mp.quad(lambda x: x / (1 + x) ** 2 * (mp.log(2 - x) + 1 / (2 - x) - 1), [0, 1])
    high = mp.quad(lambda x: (1 - x) / (1 + x) ** 2 * (1 - 2 / mp.mpf(2) - mp.log(2) + 2 / (2 - x) - 1 + mp.log(2 - x)), [0, 1])
    return (low + high) / mp.log(2) ** 2


def mean(low):
    """The closed form; with `low` its part without a carry."""
    a, b, c = mp.log(2), mp.log(3), mp.polylog(2, mp.mpf(1) / 3)
    return (15 - 24 * a - mp.pi ** 2 + 6 * b ** 2 + 12 * c) / 6 if low else -1 + 4 * a ** 2 + mp.pi ** 2 / 2 - 3 * b ** 2 - 6 * c


@statement(title=("The mean error of a product", "乘法的平均误差"), tag="sharper", where=[],
           says=("For independent uniform mantissas the mean relative error is -1 + 4 log^2 2 + pi^2/2 - 3 log^2 3 - 6 Li_2(1/3) = 0.03848...",
                 "两尾数独立均匀时，平均相对误差为 -1 + 4log²2 + π²/2 - 3log²3 - 6Li₂(1/3) = 0.03848…"),
           near_miss=near_miss(eq(Integral(outer_low + outer_high, x, 0, 1), F(1, 27)), ("The mean error is 1/27.", "平均误差为 1/27。")),
           references=[reference("mean error", "0.0384879939173581488538404477111", compute=lambda: mean(False)), reference("its part without a carry", "0.02185263167870127893592807", compute=lambda: mean(True)),
                       reference("mean error, log-uniform mantissas", "0.03820330607402439509338355", compute=log_uniform)])
def mitchell_mean_error():
    yield show(eq(Integral(error_low, y, 0, 1 - x), outer_low), ("without a carry, in y", "无进位部分，对 y 积分"), where=[x >= 0, x < 1], by=inner_low)
    yield show(eq(Integral(error_high, y, 1 - x, 1), outer_high), ("with a carry, in y", "有进位部分，对 y 积分"), where=[x >= 0, x < 1], by=inner_high)
    yield show(eq(Integral(rest, x, 0, 1), L2 * L3 - dilog(F(2, 3)) + dilog(F(1, 3))), ("then in x: log 3 log(1+x) - Li_2((1+x)/3) is a primitive of log(2-x)/(1+x)",
               "再对 x 积分：log 3·log(1+x) - Li₂((1+x)/3) 是 log(2-x)/(1+x) 的原函数"), by=antiderivative(spence, slope=below_one))
    yield show(eq(dilog(F(2, 3)) + dilog(F(1, 3)), pi ** 2 / 6 - L3 ** 2 + L2 * L3), ("Euler's reflection formula", "Euler 反射公式"), by=reflected)
    yield holds(eq(Integral(outer_low, x, 0, 1), (15 - 24 * L2 - pi ** 2 + 6 * L3 ** 2 + 12 * dilog(F(1, 3))) / 6), ("the part without a carry", "无进位部分"),
                by=antiderivative(hyperbola - entropy + spence, slope=below_one, value=reflected))
    yield holds(eq(Integral(outer_low + outer_high, x, 0, 1), -1 + 4 * L2 ** 2 + pi ** 2 / 2 - 3 * L3 ** 2 - 6 * dilog(F(1, 3))), ("both parts together", "两部分之和"),
                by=antiderivative(2 * L2 * (2 * log(1 + x) - x) + entropy - 3 * spence, slope=below_one, value=reflected))


over_right, over_left = y * (x - y) / (1 + x), (y - x) * (1 - y) / (2 * (1 + x))
quotient_right, quotient_left = power(m - n) * (1 + x - y), power(m - n - 1) * (2 + x - y)
ratio = number(m, x) / number(n, y)
half = F(1, 2)


@statement(title=("Division errs by at most 1/8, upwards", "除法误差至多 1/8，且偏大"), tag="sharper", where=[*CELL],
           says=("D(p, q) = l^(-1)(l(p) - l(q)) satisfies 0 <= D q/p - 1 <= 1/8, with 1/8 attained exactly at x = 0, y = 1/2; the mean for uniform mantissas is "
                 "(log 2)/2 - 11/36.", "D(p, q) = l⁻¹(l(p) - l(q)) 满足 0 ≤ Dq/p - 1 ≤ 1/8，当且仅当 x = 0、y = 1/2 时取到 1/8；均匀尾数下的平均误差为 (log 2)/2 - 11/36。"),
           near_miss=near_miss(over_left <= F(1, 9), ("Division errs by at most 1/9 as well (4/3 gives 1.5).", "除法误差也至多 1/9（4/3 得 1.5）。"), where=[*CELL, x < y],
                               at={"x": 0, "y": "1/2"}),
           references=[reference("D(4, 3)", "1.5", quotient_left, at={"m": 2, "n": 1, "x": 0, "y": "1/2"}), reference("mean", "0.04101803472441709915306051", L2 / 2 - F(11, 36))])
def mitchell_division():
    yield holds(eq(quotient_right, (1 + over_right) * ratio), ("without a borrow, x >= y", "无借位，x ≥ y"))
    yield holds(eq(quotient_left, (1 + over_left) * ratio), ("with a borrow, x < y", "有借位，x < y"))
    yield holds(over_right >= 0, ("not negative", "非负"), where=[x >= y])
    yield holds(over_left > 0, ("here positive", "此时为正"), where=[x < y])
    yield holds(over_right < F(1, 8), ("1 + x - 8y(x - y) = 8(y - x/2)^2 + (1 - x)(1 + 2x)", "1 + x - 8y(x - y) = 8(y - x/2)² + (1 - x)(1 + 2x)"), where=[x >= y],
                by=scaled(8 * (1 + x), 0 < 1 + x - 8 * y * (x - y), squares((8, y - x / 2), rest=(1 - x) * (1 + 2 * x))))
    yield show(F(1, 8) - t / 4 <= half * ((1 - t) - half) / (2 - t), ("at y = 1/2 and x = 1 - t it comes as near to 1/8 as one likes", "在 y = 1/2、x = 1 - t 处可任意接近 1/8"), where=[t > 0, t < half],
               by=scaled(8 * (2 - t), 0 <= t * (1 - 2 * t), squares(rest=t * (1 - 2 * t))))
    gap = scaled(2 * (1 + x), 0 <= (1 + x) / 4 - (y - x) * (1 - y), squares((F(1, 4), 2 * y - 1 - x), rest=x * (3 - x) / 4))
    yield holds(over_left <= F(1, 8), ("1 + x - 4(y - x)(1 - y) = (2y - 1 - x)^2 + x(3 - x)", "1 + x - 4(y - x)(1 - y) = (2y - 1 - x)² + x(3 - x)"), where=[x < y], by=gap)
    yield holds(over_left < F(1, 8), ("strictly for x > 0", "x > 0 时严格"), where=[x < y, x > 0], by=scaled(
        2 * (1 + x), 0 < (1 + x) / 4 - (y - x) * (1 - y), squares((F(1, 4), 2 * y - 1 - x), rest=x * (3 - x) / 4)))
    yield holds(y * (1 - y) / 2 < F(1, 8), ("and for x = 0, y != 1/2", "x = 0、y ≠ 1/2 时也严格"), where=[ne(y, half)], by=squares((half, y - half)))
    yield holds(eq(half * (1 - lift(half)) / 2, F(1, 8)), ("at x = 0, y = 1/2 it is 1/8", "在 x = 0、y = 1/2 处等于 1/8"))
    right, left = v * (u - v) / (1 + u), (v - u) * (1 - v) / (2 * (1 + u))  # u, v instead of x, y
    yield show(eq(Integral(right, v, 0, u), u ** 3 / (6 * (1 + u))), ("the mean over the second mantissa (now v, and u the first) without a borrow", "无借位部分对第二个尾数（记作 v，第一个记作 u）的平均"),
               where=[u >= 0, u < 1], by=antiderivative((u * v ** 2 / 2 - v ** 3 / 3) / (1 + u)))
    yield show(eq(Integral(left, v, u, 1), (1 - u) ** 3 / (12 * (1 + u))), ("and with one", "有借位部分"), where=[u >= 0, u < 1],
               by=antiderivative((-(v ** 3) / 3 + (1 + u) * v ** 2 / 2 - u * v) / (2 * (1 + u))))
    yield holds(eq(Integral(u ** 3 / (6 * (1 + u)) + (1 - u) ** 3 / (12 * (1 + u)), u, 0, 1), L2 / 2 - F(11, 36)), ("the mean", "总平均"),
                by=antiderivative(u ** 3 / 36 + u ** 2 / 12 - 5 * u / 12 + half * log(1 + u)))


def pattern(m, x): return power(f) * (m + b + x)
def printed(bits, bias): return power(bits) * bias


@statement(title=("On bit patterns it is one integer addition", "在比特模式上只需一次整数加法"), where=[f >= 1, *CELL],
           says=("I(p) = 2^f (m + b + x) being the bit pattern of p (f fraction bits, bias b), I(M) = I(p) + I(q) - I(1) and I(D) = I(p) - I(q) + I(1), without rounding.",
                 "记 I(p) = 2^f(m + b + x) 为 p 的比特模式（f 位尾数，偏置 b），则 I(M) = I(p) + I(q) - I(1)，I(D) = I(p) - I(q) + I(1)，无舍入。"),
           limits=("Exponents that stay in range are assumed.", "假定指数不越界。"), tag="conditional",
           near_miss=near_miss(eq(pattern(m, x) + pattern(n, y) - b, pattern(m + n, x + y)), ("The number to subtract is the bias b instead of I(1) = 2^f b.",
                               "应减去偏置 b 而非 I(1) = 2^f b。"), where=[f >= 1, *CELL], at={"f": 23, "b": 127, "m": 0, "n": 0, "x": 0, "y": 0}),
           references=[reference("I(1), binary32: 0x3F800000", "1065353216", printed(lift(23), 127)), reference("I(1), bfloat16: 0x3F80", "16256", printed(lift(7), 127)),
                       reference("I(1), binary16: 0x3C00", "15360", printed(lift(10), 15)),
                       reference("12.3 x 4.56", "53.68", product_low(3, 2), at={"x": "0.5375", "y": "0.14"})])
def bit_identity():
    one = pattern(lift(0), lift(0))
    yield holds(eq(pattern(m, x) + pattern(n, y) - one, pattern(m + n, x + y)), ("without a carry this is the pattern of 2^(m+n) (1 + x + y)", "无进位时即 2^(m+n)(1 + x + y) 的模式"))
    yield holds(eq(pattern(m, x) + pattern(n, y) - one, pattern(m + n + 1, x + y - 1)), ("with a carry it is read with the next exponent", "有进位时按下一个指数读出"))
    yield holds(eq(number(m + n + 1, x + y - 1), product_high(m, n)), ("and that number is M", "该数正是 M"))
    yield holds(eq(pattern(m, x) - pattern(n, y) + one, pattern(m - n, x - y)), ("quotient without a borrow", "除法，无借位"))
    yield holds(eq(pattern(m, x) - pattern(n, y) + one, pattern(m - n - 1, 1 + x - y)), ("and with one", "除法，有借位"))
    yield holds(eq(number(m - n - 1, 1 + x - y), quotient_left), ("that number is D", "该数正是 D"))
    yield show(k < 1, ("a pattern is read in one way only: if m + x = m + k + z, k = x - z is below 1", "模式的读法唯一：若 m + x = m + k + z，则 k = x - z 小于 1"), where=[z >= 0, z < 1, eq(x, k + z)])
    yield show(k > -1, ("and above -1, so the integer k is 0", "且大于 -1，故整数 k 为 0"), where=[z >= 0, z < 1, eq(x, k + z)])
    yield show(eq(power(f) * (m / power(f) + n / power(f)), m + n), ("and the sum of two f-bit fractions is again a multiple of 2^-f: nothing is rounded", "两个 f 位小数之和仍是 2^-f 的整数倍：无需舍入"))


@statement(title=("The derivative is a power of 2", "导数是 2 的幂"), tag="sharper", where=[*CELL],
           says=("Off the break lines dM/dp = 2^n if x + y < 1 and 2^(n+1) if x + y > 1: a power of 2 between q/2 and 2q, so that the backward pass needs shifts only.",
                 "在折线之外，x + y < 1 时 ∂M/∂p = 2^n，x + y > 1 时为 2^(n+1)：介于 q/2 与 2q 之间的 2 的幂，故反向传播只需移位。"),
           near_miss=near_miss(eq(D(power(m + n) * (p / power(m) + y), p), number(n, y)), ("The derivative is M(1, q) = q.", "导数为 M(1, q) = q。"), where=[y >= 0, y < 1]))
def piecewise_affine_derivative():
    yield show(eq(product_low(m, n), power(m + n) * (p / power(m) + y)), ("M in terms of p, where x + y < 1", "x + y < 1 时用 p 表示 M"), where=[eq(p, number(m, x))])
    yield holds(eq(D(power(m + n) * (p / power(m) + y), p), power(n)), ("its derivative", "其导数"))
    yield show(eq(product_high(m, n), power(m + n + 1) * (p / power(m) - 1 + y)), ("where x + y >= 1", "x + y ≥ 1 时"), where=[eq(p, number(m, x))])
    yield holds(eq(D(power(m + n + 1) * (p / power(m) - 1 + y), p), power(n + 1)), ("its derivative", "其导数"))
    yield holds(power(n) <= number(n, y), ("2^n is at most q", "2^n 不超过 q"))
    yield holds(number(n, y) / 2 < power(n), ("and more than q/2", "且大于 q/2"))
    yield holds(number(n, y) < power(n + 1), ("2^(n+1) is more than q", "2^(n+1) 大于 q"))
    yield holds(power(n + 1) < 2 * number(n, y), ("and less than 2q, as x + y > 1 makes y > 0", "且小于 2q，因 x + y > 1 蕴含 y > 0"), where=[y > 0])
    yield holds(eq(product_low(0, n), number(n, y)), ("M(1, q) = q all the same", "而 M(1, q) = q 依然成立"), where=[eq(x, 0)])


def J(k): return (power(2 * k + 1) + 1) / 3


def stages(p, q, k):
    """(p q - sum of k Mitchell products)/(p q), exactly."""
    total, r, s = F(0), F(p), F(q)
    for _ in range(k):
        if r == 0 or s == 0:
            break
        i, j = (next(e for e in range(-80, 80) if F(2) ** e <= t < F(2) ** (e + 1)) for t in (r, s))
        low = r / F(2) ** i + s / F(2) ** j < 3
        total += F(2) ** (i + j) * (r / F(2) ** i + s / F(2) ** j - 1) if low else F(2) ** (i + j + 1) * (r / F(2) ** i + s / F(2) ** j - 2)
        r, s = (r - F(2) ** i, s - F(2) ** j) if low else (F(2) ** (i + 1) - r, F(2) ** (j + 1) - s)
    e = 1 - total / (F(p) * F(q))
    return mp.mpf(e.numerator) / e.denominator


A, R, U, X, Y, W, w = real("A R U X Y W w")
g, i, j, q = integer("g i j q")
ms, ns = family("m n", "integer")
xs, ys, residues_p, residues_q, ws, products = family("x y a c w P")


def both(*f): return Formula("and", f)
def either(*f): return Formula("or", f)
def cell(x, y): return x >= 0, x < 1, y >= 0, y < 1
def residual(x, y, a, c): return either(both(x + y < 1, eq(a, x), eq(c, y)), both(1 <= x + y, eq(a, 1 - x), eq(c, 1 - y)))
def weight(x, y, w): return either(both(eq(w, 2), either(2 * x + y <= 1, 2 * y + x <= 1)), both(eq(w, 1), 1 < 2 * x + y, 1 < 2 * y + x))
def linear(*terms): return rule("linear", {"terms": [[k, str(c)] for k, c in terms]})
def put_in(hyp, then): return rule("rewrite", {"hyp": hyp}, then=rule("rewrite", {"hyp": hyp}, then=then))


def last_alternatives(*then):
    """The alternatives of the last hypothesis that has some."""
    def run(goal):
        return alternatives(max(k for k, f in enumerate(goal.hyps) if f.head == "or"), *then)(goal)
    return run


# one stage: mantissas x, y, residuals 2^m a, 2^n c; w is 2 where 2x + y <= 1 or 2y + x <= 1, and else 1
STAGE = (*cell(x, y), residual(x, y, a, c))
at_most_one = theorem(a + c <= 1, *STAGE, by=alternatives(4, auto, auto))
steep_x = theorem(2 * a + c <= 1, *STAGE, 2 * x + y <= 1, by=alternatives(4, auto, absurd(3, linear((3, 1), (4, 2)))))
steep_y = theorem(2 * c + a <= 1, *STAGE, 2 * y + x <= 1, by=alternatives(4, auto, absurd(1, linear((3, 1), (4, 2)))))
some_left = theorem(x + y > 0, *STAGE, a > 0, c > 0, by=alternatives(4, put_in(7, sign), linear((6, 1))))
larger = theorem((1 + a) * (1 + c) <= (1 + x) * (1 + y), *STAGE, by=alternatives(4, put_in(5, sign), put_in(5, squares(rest=3 * (x + y - 1)))))
small = theorem(4 * a * c * w <= 1, *STAGE, weight(x, y, w), a > 0, c > 0, by=using(at_most_one(x=x, y=y, a=a, c=c), then=alternatives(5, last_alternatives(
    using(steep_x(x=x, y=y, a=a, c=c), then=squares((1, 2 * a - c), rest=(1 - 2 * a - c) * (1 + 2 * a + c))),
    using(steep_y(x=x, y=y, a=a, c=c), then=squares((1, 2 * c - a), rest=(1 - 2 * c - a) * (1 + 2 * c + a)))), squares((1, a - c), rest=(1 - a - c) * (1 + a + c)))))
# from one stage to the next: the exponents fall by g and h; x, y, w now belong to the next stage, X, Y, W to this one
GAINS, APART = (g >= 1, h >= 1, *cell(x, y), x + y > 0), (1 < 2 * x + y, 1 < 2 * y + x)
FIT, STEEP = (1 + x) / power(g) + (1 + y) / power(h) <= 1, 2 * ((1 + x) / power(g)) + (1 + y) / power(h) <= 1
none_left, too_steep, too_steep_y, too_large = absurd(6, linear((6, 2))), absurd(8, linear((7, 4))), absurd(9, linear((7, 4))), absurd(2, linear((6, 1)))


def split(g, k, at, above=sign): return cases(g - k, at=at, above=above)


three = theorem(3 <= g + h, *GAINS, FIT, by=split(g, 1, split(h, 1, none_left)))
four = theorem(4 <= g + h, *GAINS, FIT, *APART, by=split(g, 1, split(h, 1, none_left, split(h, 2, too_steep)), split(g, 2, split(h, 1, too_steep_y))))
steep_four = theorem(4 <= g + h, *GAINS, STEEP, by=split(g, 1, too_large, split(g, 2, split(h, 1, none_left))))
steep_five = theorem(5 <= g + h, *GAINS, STEEP, *APART, by=split(g, 1, too_large, split(g, 2, split(h, 1, none_left, split(h, 2, too_steep)), split(g, 3, split(h, 1, too_steep_y)))))
turned = theorem(y + x > 0, x + y > 0, by=linear((0, 1)))
no_less = theorem(power(q) >= 1, q >= 0, by=induction(q))
falls = theorem(1 <= g, x >= 0, (1 + x) / power(g) < 1, by=cases(g, above=sign, at=absurd(1, sign), below=using(no_less(q=-g), then=absurd(1, squares(
    rest=(power(-g) - 1) + x * power(-g))))))
size = {k: theorem(2 ** k <= power(q), q >= k, by=induction(q, base=k)) for k in (3, 4, 5)}


def gains(plain, steep):
    """W = 2 in two ways, which are one another's mirror image, or W = 1; plain and steep: a bound of g + h with its proof."""
    here, mirror = {"g": g, "h": h, "x": x, "y": y}, {"g": h, "h": g, "x": y, "y": x}
    def end(bound, k, at): return using(bound(**at), size[k](q=g + h), then=sign)
    return alternatives(5, last_alternatives(using(steep_x(x=X, y=Y, a=a, c=c), then=end(*steep, here)), using(
        steep_y(x=X, y=Y, a=a, c=c), turned(x=x, y=y), then=end(*steep, mirror))), end(*plain, here))


NEXT = (*cell(X, Y), residual(X, Y, a, c), weight(X, Y, W), *cell(x, y), x + y > 0, weight(x, y, w), eq(a, (1 + x) / power(g)), eq(c, (1 + y) / power(h)))
passed_on = theorem(16 * W <= power(g + h) * w, *NEXT, by=using(at_most_one(x=X, y=Y, a=a, c=c), then=using(falls(g=g, x=x), falls(g=h, x=y), then=alternatives(
    11, gains((three, 3), (steep_four, 4)), gains((four, 4), (steep_five, 5))))))
crossed = theorem(2 * A * z * R <= U * (a + c), U > 0, a > 0, c > 0, R > 0, A > 0, z > 0, A ** 2 * R <= U, z ** 2 * R <= U * a * c, by=rule(
    "squares", {}, left=sign, right=sign, then=through(4 * U * (U * a * c), first=squares(rest=4 * (U * (U * a * c - z ** 2 * R) + z ** 2 * R * (U - A ** 2 * R))),
                                                       second=squares((1, U * (a - c))))))
grown = theorem((A + z) ** 2 * R <= U * ((1 + x) * (1 + y)), *STAGE, U > 0, a > 0, c > 0, R > 0, A > 0, z > 0, A ** 2 * R <= U, z ** 2 * R <= U * a * c, by=through(
    U * ((1 + a) * (1 + c)), first=using(crossed(U=U, a=a, c=c, R=R, A=A, z=z), then=linear((11, 1), (12, 1), (13, 1))), second=using(
        larger(x=x, y=y, a=a, c=c), then=squares(rest=U * ((1 + x) * (1 + y) - (1 + a) * (1 + c))))))
# all stages, counted from the last one: stage i has i - 1 stages after it
LINK = every(j, either(j < 1, k <= j, both(eq(power(ms[j + 1]) * residues_p[j + 1], power(ms[j]) * (1 + xs[j])), eq(
    power(ns[j + 1]) * residues_q[j + 1], power(ns[j]) * (1 + ys[j])))))
STAGES = (every(j, xs[j] >= 0), every(j, xs[j] < 1), every(j, ys[j] >= 0), every(j, ys[j] < 1), every(j, residual(xs[j], ys[j], residues_p[j], residues_q[j])),
          every(j, weight(xs[j], ys[j], ws[j])), LINK, residues_p[1] > 0, residues_q[1] > 0, k >= 1)
REST = power(ms[1] + ns[1]) * residues_p[1] * residues_q[1]


def scale(i): return power(ms[i] + ns[i])
def stage(i): return {"x": xs[i], "y": ys[i], "a": residues_p[i], "c": residues_q[i]}
def refuted(f): return lambda goal: absurd(goal.hyps.index(f), sign)(goal)
def linked(i, then): return lambda goal: special(6, i, alternatives(len(goal.hyps), refuted(i >= 1), refuted(i + 1 <= k), then))(goal)


def known(i, then):
    """What is said of every stage, of stage i."""
    for hyp in (5, 4, 3, 1):
        then = special(hyp, i, then)
    return then


p_left = theorem(residues_p[i] > 0, *STAGES, i >= 1, i <= k, by=induction(i, base=1, step=linked(i, sign)))
q_left = theorem(residues_q[i] > 0, *STAGES, i >= 1, i <= k, by=induction(i, base=1, step=linked(i, sign)))
fall_p, fall_q = ms[i + 1] - ms[i], ns[i + 1] - ns[i]
one_stage = through(REST * power(4 * i - 2) * power(fall_p + fall_q) * ws[i], first=squares(rest=REST * power(4 * i - 2) * (power(fall_p + fall_q) * ws[i] - 16 * ws[i + 1])), second=squares(
    rest=power(fall_p + fall_q) * (scale(i) - REST * power(4 * i - 2) * ws[i])))
SCALES = REST * power(4 * i - 2) * ws[i] <= scale(i)
scales = theorem(SCALES, *STAGES, i >= 1, i <= k, by=induction(i, base=1, first=known(lift(1), using(small(**stage(1), w=ws[1]), then=scaled(
    1 / scale(1), 4 * residues_p[1] * residues_q[1] * ws[1] <= 1, sign))), step=using(p_left(k=k, i=i), q_left(k=k, i=i), then=known(i, known(i + 1, using(
        some_left(**stage(i)), then=linked(i, using(passed_on(X=xs[i + 1], Y=ys[i + 1], a=residues_p[i + 1], c=residues_q[i + 1], W=ws[i + 1], x=xs[i], y=ys[i], w=ws[i], g=fall_p, h=fall_q),
                                                    then=one_stage))))))))
weighted = theorem(w >= 1, weight(x, y, w), by=alternatives(0, sign, sign))
without = theorem(x <= y, x * w <= y, w >= 1, x > 0, by=through(x * w, first=squares(rest=x * (w - 1))))
def no_weight(i): return weighted(x=xs[i], y=ys[i], w=ws[i]), without(x=REST * power(4 * i - 2), y=scale(i), w=ws[i])


ALL_STAGES = J(i) ** 2 * REST <= scale(i) * ((1 + xs[i]) * (1 + ys[i]))
all_stages = theorem(ALL_STAGES, *STAGES, i >= 1, i <= k, by=induction(i, base=1, first=known(lift(1), using(
    scales(k=k, i=1), *no_weight(lift(1)), grown(**stage(1), U=scale(1), R=REST, A=2, z=1), then=sign)), step=using(p_left(k=k, i=i + 1), q_left(k=k, i=i + 1), scales(k=k, i=i + 1), then=known(
        i + 1, using(*no_weight(i + 1), then=linked(i, using(grown(**stage(i + 1), U=scale(i + 1), R=REST, A=power(2 * i + 1), z=J(i)), then=sign)))))))


@statement(title=("The sharp error after k stages", "k 级修正后的最优误差"), tag="sharper", where=[],
           says=("p q = M + T_1 T_2 exactly, with T = (p - 2^m, q - 2^n) if x + y < 1 and (2^(m+1) - p, 2^(n+1) - q) otherwise. Adding the Mitchell products of the successive pairs "
                 "leaves after k >= 1 stages a relative error e_k with 0 <= e_k <= J_k^(-2), J_k = (2^(2k+1) + 1)/3 = 3, 11, 43, ..., attained at p = q = J_k.",
                 "恒有 pq = M + T₁T₂，其中 x + y < 1 时 T = (p - 2^m, q - 2^n)，否则 T = (2^(m+1) - p, 2^(n+1) - q)。依次累加各对余项的 Mitchell 积，k ≥ 1 级之后相对误差 e_k 满足 "
                 "0 ≤ e_k ≤ J_k^(-2)，J_k = (2^(2k+1) + 1)/3 = 3, 11, 43, …，在 p = q = J_k 处取到。"),
           near_miss=near_miss(eq(1 / J(k) ** 2, lift(9) ** (-k)), ("The largest error after k stages is 9^-k.", "k 级之后的最大误差为 9^-k。"), where=[k >= 1], at={"k": 2}),
           references=[*[reference(f"J_{i}", str(v), J(lift(i))) for i, v in ((1, 3), (2, 11), (3, 43), (4, 171))],
                       *[reference(f"e_{i}({v}, {v})", digits, compute=lambda i=i, v=v: stages(v, v, i)) for i, v, digits in (
                           (1, 3, "0.111111111111111111"), (2, 11, "0.00826446280991735537"), (3, 43, "0.000540832882639264467"))]])
def iterated_mitchell():
    yield holds(eq(pq, product_low(m, n) + (number(m, x) - power(m)) * (number(n, y) - power(n))), ("without a carry the residuals are 2^m a, 2^n c with a = x, c = y", "无进位：余项为 2^m a、2^n c，其中 a = x、c = y"))
    yield holds(eq(pq, product_high(m, n) + (power(m + 1) - number(m, x)) * (power(n + 1) - number(n, y))), (
        "with a carry, with a = 1 - x and c = 1 - y; in both cases a + c <= 1, and a zero residual ends everything with error 0", "有进位：a = 1 - x、c = 1 - y；两种情形均有 a + c ≤ 1，余项为零则误差为 0"))
    yield holds(eq(Sum(products[j] - products[j - 1], j, 1, k), products[k] - products[0]), ("so with P_i the product at the i-th stage from the end and P_0 that of the last residuals, the Mitchell products P_i - P_(i-1) add up to p q - P_0",
                "记 P_i 为倒数第 i 级的乘积，P_0 为末级余项之积，则各 Mitchell 积 P_i - P_(i-1) 之和为 pq - P_0"), where=[k >= 1], by=induction(k, base=1))
    yield show((1 + a) * (1 + c) <= (1 + x) * (1 + y), ("in both cases a + c <= 1, and p q >= 2^(m+n) (1 + a)(1 + c)", "两种情形均有 a + c ≤ 1，且 pq ≥ 2^(m+n)(1 + a)(1 + c)"), where=STAGE, by=using(
        larger(x=x, y=y, a=a, c=c)))
    yield show((A + z) ** 2 * R <= U * ((1 + x) * (1 + y)), ("with U = 2^(m+n): if U >= A^2 R and the residuals have a product of z^2 R or more, then p q >= (A + z)^2 R, by (a + c)^2 >= 4ac",
               "记 U = 2^(m+n)：若 U ≥ A²R 且余项之积不小于 z²R，则 pq ≥ (A + z)²R，因 (a + c)² ≥ 4ac"), where=[*STAGE, U > 0, a > 0, c > 0, R > 0, A > 0, z > 0, A ** 2 * R <= U, z ** 2 * R <= U * a * c],
               by=using(grown(x=x, y=y, a=a, c=c, U=U, R=R, A=A, z=z)))
    yield show(4 * a * c * w <= 1, ("let w = 2 where 2x + y <= 1 or 2y + x <= 1 (then there is no carry), else w = 1. The residuals multiply to at most 1/(4w)", "若 2x + y ≤ 1 或 2y + x ≤ 1 则令 w = 2（此时无进位），否则 w = 1。余项之积至多 1/(4w)"),
               where=[*STAGE, weight(x, y, w), a > 0, c > 0], by=using(small(x=x, y=y, a=a, c=c, w=w)))
    yield show(16 * W <= power(g + h) * w, ("if the exponents fall by g and h, to mantissas x, y from X, Y, then g + h >= 3, at least 4 unless w = 2 or if W = 2, and at least 5 if W = 2 and w = 1: (1, 1) leaves nothing, (1, 2) and (2, 1) make w = 2, "
               "so do (2, 2) and (3, 1) where W = 2, and there (1, h) and (2, 1) are impossible", "若指数下降 g、h，尾数由 X、Y 变为 x、y，则 g + h ≥ 3；除非 w = 2，或当 W = 2 时，至少为 4；W = 2 且 w = 1 时至少为 5：(1, 1) 使余项为零，(1, 2)、(2, 1) 使 w = 2，"
               "W = 2 时 (2, 2)、(3, 1) 亦然，而 (1, h)、(2, 1) 不可能"), where=NEXT, by=using(passed_on(X=X, Y=Y, a=a, c=c, W=W, x=x, y=y, w=w, g=g, h=h)))
    yield show(SCALES, ("so the powers of 2 grow by 16 from stage to stage towards the first, R being the product of the last residuals", "故从末级往前，2 的幂逐级至少增至 16 倍，R 为末级余项之积"), where=[*STAGES, i >= 1, i <= k], by=using(scales(k=k, i=i)))
    yield holds(J(k) ** 2 * REST <= scale(k) * ((1 + xs[k]) * (1 + ys[k])), ("and p q >= (1 + 2 + 8 + ... + 2^(2k-1))^2 R = J_k^2 R: e_k <= 1/J_k^2; where a residual is 0 the sum is exact",
                "从而 pq ≥ (1 + 2 + 8 + … + 2^(2k-1))²R = J_k²R，即 e_k ≤ 1/J_k²；若某级余项为零则和精确"), where=STAGES, by=using(all_stages(k=k, i=k)))
    yield show(eq(1 + Sum(power(2 * j - 1), j, 1, k), J(k)), ("the sum", "该和"), where=[k >= 1], by=induction(k, base=1))
    yield holds(eq(J(k) - power(2 * k - 1), J(k - 1)), ("attained: without a carry J_k leaves J_(k-1) for k >= 2", "取到：k ≥ 2 时 J_k 无进位地留下 J_(k-1)"))
    yield holds(2 * (J(k) / power(2 * k - 1) - 1) < 1, ("as its mantissa is below 1/2", "因其尾数小于 1/2"), where=[k >= 2])
    yield holds(eq(4 - J(lift(1)), J(lift(0))), ("and J_1 = 3 leaves 1 with a carry: e_k(J_k, J_k) = 1/J_k^2", "而 J_1 = 3 有进位地留下 1：e_k(J_k, J_k) = 1/J_k²"))
