"""The powers of 2 in the central binomial coefficients are digit sums.

Statement.  The exponent of 2 in C(2n, n) is the number of ones of n in base 2; for a prime p the exponent of p in C(n, k) is
            (s(k) + s(n-k) - s(n))/(p-1), s the digit sum in base p: the number of carries when k and n-k are added.
Symbols.    n, k, m, j >= 0 integers; p a prime; v_p the exponent of p; s_p(n) the sum of the digits floor(n/p^j) - p floor(n/p^(j+1));
            N_j, K_j, L_j the integers floor(n/p^j), floor(k/p^j), floor((n-k)/p^j), which vanish from some j on; O_n = 1.3...(2n-1).
Excluded.   none.
Source.     Su Jianlin, 强大的整数数列网站OEIS (kexue.fm).
"""
from kexue import (Article, Sum, binomial, call, cite, eq, factorial, family, holds, integer, lift, near_miss, odd, real, reference, show, statement,
                   therefore)
from kexue.tactics.combine import induction, lemma, scaled, through, using

article = Article(
    number=27, date="07-17", source="https://kexue.fm",
    title=("OEIS and the powers of 2 in central binomial coefficients", "强大的整数数列网站OEIS：中心二项式系数含 2 的幂次"),
    summary=("How often 2 divides C(2n, n) looks erratic: 16 divides C(30, 15), but only 4 divides C(40, 20). It is the number of ones of n in base 2; "
             "with it come Legendre's and Kummer's formulas, the Catalan numbers, and the exact mean.",
             "C(2n, n) 含 2 的幂次看似毫无规律：16 整除 C(30, 15)，而 C(40, 20) 至多被 4 整除。它就是 n 的二进制中 1 的个数；"
             "由此得到 Legendre 与 Kummer 公式、Catalan 数的奇偶性以及精确的平均值。"),
    papers=("OEIS A000120, A000984", "Kummer, J. reine angew. Math. 44 (1852) 93-146", "Graham, Knuth & Patashnik, Concrete Mathematics, 4.4"))

n, k, m, j, p, X, Y, Z = integer("n k m j p X Y Z")
x, y = real("x y")
N, K, L = family("N K L", "integer")


def central(n): return binomial(2 * n, n)
def odd_factorial(n): return factorial(2 * n) / (2 ** n * factorial(n))
def floor(x): return call("floor", x)
def rest(x, d): return x - d * floor(x / d)


UNIQUE = (("unique factorisation", "唯一分解定理"), "Hardy & Wright, An Introduction to the Theory of Numbers, Theorem 2",
          ("v_2(xy) = v_2(x) + v_2(y), and v_2 of an odd number is 0", "v_2(xy) = v_2(x) + v_2(y)，奇数的 v_2 为 0"))
DERIVED = ("Divisibility is read off the proved identities by unique factorisation, which is cited.", "整除性由已证恒等式经唯一分解定理得出，后者为引用。")
next_one = eq((n + 1) * central(n + 1), 2 * (2 * n + 1) * central(n))


@statement(title=("The exponent of 2 in C(2n, n) counts ones", "C(2n, n) 含 2 的幂次等于 1 的个数"), where=[n >= 0], limits=DERIVED,
           says=("v_2(C(2n, n)) = s_2(n), the number of ones of n in base 2.", "v_2(C(2n, n)) = s_2(n)，即 n 的二进制中 1 的个数。"),
           near_miss=near_miss(eq(rest(central(n), 4), 2), ("The exponent is v_2(n) + 1, hence 1 for odd n.", "幂次为 v_2(n) + 1，故 n 为奇数时为 1。"),
                               where=[n >= 0, odd(n)], at={"n": 15}),
           references=[reference("n = 10^18", "24", compute=lambda: (10 ** 18).bit_count()),
                       reference("n = 10^100", "105", compute=lambda: (10 ** 100).bit_count())])
def central_binomial_popcount():
    yield show(eq(odd_factorial(lift(0)), 1), ("O_n = (2n)!/(2^n n!) starts with 1", "O_n = (2n)!/(2^n n!) 从 1 开始"))
    yield show(eq(odd_factorial(n + 1), (2 * n + 1) * odd_factorial(n)), ("and gains an odd factor at each step: it is odd", "每步乘一个奇数因子，故为奇数"))
    yield holds(eq(central(2 * n) * odd_factorial(n) ** 2, central(n) * odd_factorial(2 * n)), (
        "so n and 2n have the same exponent: a digit 0 appended adds nothing", "故 n 与 2n 的幂次相同：末尾添 0 不改变幂次"))
    yield holds(eq((2 * n + 1) * central(2 * n + 1), 2 * (4 * n + 1) * central(2 * n)), (
        "and 2n + 1 has one more: a digit 1 appended adds one", "而 2n + 1 多一次：末尾添 1 则加一"))
    yield cite(*UNIQUE)
    yield therefore(r"v_2\tbinom{4n}{2n}=v_2\tbinom{2n}{n},\quad v_2\tbinom{4n+2}{2n+1}=v_2\tbinom{2n}{n}+1", (
        "compare the exponents of 2 on both sides", "比较两边 2 的幂次"))
    yield therefore(r"v_2\tbinom{2n}{n}=s_2(n)", ("s_2 obeys the same two rules and s_2(0) = 0 = v_2(1): induction on the number of digits",
                    "s_2 满足同样的两条规则且 s_2(0) = 0 = v_2(1)：对位数归纳"))


def tail(N, m): return Sum(N[j + 1], j, 0, m)
def digit_sum(N, m): return Sum(N[j] - p * N[j + 1], j, 0, m)
def quotients(n, m): return Sum(floor(n / p ** (j + 1)), j, 0, m)


telescoped = eq(digit_sum(N, m), N[0] - (p - 1) * tail(N, m) - N[m + 1])
FLOORS = [X <= x, x < X + 1, Y <= y, y < Y + 1, Z <= x + y, x + y < Z + 1]


def of(F): return lemma(telescoped, m >= 0, by=induction(m), m=m, p=p, N=F)


@statement(title=("Legendre's formula and Kummer's carries", "Legendre 公式与 Kummer 进位定理"), where=[p >= 2], limits=DERIVED,
           says=("For every prime p and 0 <= k <= n: v_p(n!) = (n - s_p(n))/(p-1), and v_p(C(n, k)) = (s_p(k) + s_p(n-k) - s_p(n))/(p-1) is the number "
                 "of carries in k + (n-k).",
                 "对任意素数 p 与 0 ≤ k ≤ n：v_p(n!) = (n - s_p(n))/(p-1)，且 v_p(C(n, k)) = (s_p(k) + s_p(n-k) - s_p(n))/(p-1) 等于 k + (n-k) 的进位次数。"),
           near_miss=near_miss(eq(quotients(n, m), n - Sum(floor(n / p ** j) - p * floor(n / p ** (j + 1)), j, 0, m)), (
               "v_p(n!) = n - s_p(n), without the division by p - 1.", "v_p(n!) = n - s_p(n)，不除以 p - 1。"),
               where=[p >= 2, m >= 0, n >= 1], at={"n": 3, "p": 3, "m": 1}))
def legendre_kummer():
    yield holds(telescoped, ("the digits N_j - p N_(j+1) of n add up to N_0 - (p-1)(N_1 + N_2 + ...), by induction", "n 的各位数字 N_j - p N_(j+1) 之和，归纳得"),
                where=[m >= 0], by=induction(m))
    yield cite(("Legendre's theorem", "Legendre 定理"), "Hardy & Wright, An Introduction to the Theory of Numbers, Theorem 416",
               ("v_p(n!) = N_1 + N_2 + ..., as floor(n/p^j) of the factors are multiples of p^j", "v_p(n!) = N_1 + N_2 + …：各因子中有 floor(n/p^j) 个是 p^j 的倍数"))
    yield therefore(r"v_p(n!)=\frac{n-s_p(n)}{p-1}", ("with N_0 = n and N_(m+1) = 0", "取 N_0 = n，N_(m+1) = 0"))
    yield holds(eq((p - 1) * (tail(N, m) - tail(K, m) - tail(L, m)), digit_sum(K, m) + digit_sum(L, m) - digit_sum(N, m)), (
        "the exponent of C(n, k) is the difference of three such sums", "C(n, k) 的幂次是三个这样的和之差"),
        where=[m >= 0, eq(N[0], K[0] + L[0]), eq(N[m + 1], 0), eq(K[m + 1], 0), eq(L[m + 1], 0)], by=using(of(N), of(K), of(L)))
    yield show(-1 < Z - X - Y, ("with X = floor x, Y = floor y, Z = floor(x + y) the difference N_j - K_j - L_j is at least 0",
               "设 X = floor x，Y = floor y，Z = floor(x + y)，则 N_j - K_j - L_j 至少为 0"), where=FLOORS,
               by=scaled(1, X + Y < Z + 1, through(x + y, ("le", "lt"))))
    yield show(Z - X - Y < 2, ("and at most 1: it is the carry into place j", "且至多为 1：即向第 j 位的进位"), where=FLOORS,
               by=scaled(1, Z < X + Y + 2, through(x + y, ("le", "lt"))))
    yield therefore(r"v_p\tbinom nk=\sum_{j\ge1}(N_j-K_j-L_j)=\#\{\text{carries}\}", (
        "v_p(n!) - v_p(k!) - v_p((n-k)!); a term is 1 exactly where the remainders modulo p^j add up to p^j or more",
        "v_p(n!) - v_p(k!) - v_p((n-k)!)；当且仅当模 p^j 的余数之和不小于 p^j 时该项为 1"))


@statement(title=("The two values of the post", "文中的两个数值"), says=("16 is the power of 2 in C(30, 15) and 4 the one in C(40, 20).",
           "C(30, 15) 恰含 2⁴，C(40, 20) 恰含 2²。"),
           near_miss=near_miss(eq(rest(binomial(lift(40), lift(20)), 8), 0), ("8 divides C(40, 20).", "8 整除 C(40, 20)。")),
           references=[reference("C(30, 15)", "155117520", binomial(lift(30), lift(15))), reference("C(40, 20)", "137846528820", binomial(lift(40), lift(20)))])
def post_values():
    yield holds(eq(binomial(lift(30), lift(15)), 16 * (2 * lift(4847422) + 1)), ("16 times an odd number; 15 = 1111 in base 2", "16 乘一个奇数；15 的二进制为 1111"))
    yield holds(eq(binomial(lift(40), lift(20)), 4 * (2 * lift(17230816102) + 1)), ("4 times an odd number; 20 = 10100 in base 2", "4 乘一个奇数；20 的二进制为 10100"))


@statement(title=("Powers of 2 and Catalan numbers", "2 的幂与 Catalan 数"), tag="sharper", where=[n >= 0], limits=DERIVED,
           says=("For n >= 1 the exponent is 1 exactly at the powers of 2, and it is k at 2^k - 1; the Catalan number C_n has the exponent s_2(n+1) - 1, so "
                 "it is odd exactly when n + 1 is a power of 2.",
                 "n ≥ 1 时幂次为 1 当且仅当 n 是 2 的幂，在 2^k - 1 处幂次为 k；Catalan 数 C_n 的幂次为 s_2(n+1) - 1，故当且仅当 n + 1 是 2 的幂时为奇数。"),
           near_miss=near_miss(eq(rest(central(2 ** k) / (2 ** k + 1), 2), 1), ("C_n is odd when n is a power of 2.", "n 是 2 的幂时 C_n 为奇数。"),
                               where=[k >= 0], at={"k": 1}),
           references=[reference("C_2", "2", central(lift(2)) / 3), reference("C_7", "429", central(lift(7)) / 8)])
def power_of_two_characterisation():
    yield show(eq(Sum(lift(2) ** j, j, 0, k), 2 ** (k + 1) - 1), ("2^(k+1) - 1 has k + 1 ones", "2^(k+1) - 1 有 k + 1 个 1"), where=[k >= 0], by=induction(k))
    yield cite(("the claim central_binomial_popcount", "论断 central_binomial_popcount"), "proofs/central_binomial.py", ("the exponent is s_2(n)", "幂次为 s_2(n)"))
    yield therefore(r"v_2\tbinom{2n}{n}=1\iff n\in\{1,2,4,8,\dots\},\qquad n=2^k-1\Rightarrow v_2\tbinom{2n}{n}=k", (
        "a number with a single one in base 2 is a power of 2", "二进制只有一个 1 的数是 2 的幂"))
    yield holds(eq((n + 1) * (factorial(2 * n) / (factorial(n) * factorial(n + 1))), central(n)), ("the Catalan number is C(2n, n)/(n+1)", "Catalan 数为 C(2n, n)/(n+1)"))
    yield holds(next_one, ("and C(2n, n) is followed by 2(2n+1)/(n+1) times itself", "C(2n, n) 的下一项是它的 2(2n+1)/(n+1) 倍"))
    yield cite(*UNIQUE)
    yield therefore(r"v_2(C_n)=v_2\tbinom{2n}{n}-v_2(n+1)=v_2\tbinom{2n+2}{n+1}-1=s_2(n+1)-1", ("from the last two lines", "由上两行"))


def lambert(x, m): return Sum(x ** (2 ** j) / (1 + x ** (2 ** j)), j, 0, m) / (1 - x)
def total(k): return k * lift(2) ** (k - 1)


@statement(title=("The mean grows like half a logarithm", "平均值按对数之半增长"), tag="sharper", where=[k >= 0],
           says=("s_2(0) + ... + s_2(2^k - 1) = k 2^(k-1); the series of s_2(n) x^n is the sum of x^(2^j)/(1 + x^(2^j)) divided by 1 - x. The exponents are "
                 "unbounded but return to 1 for ever.",
                 "s_2(0) + … + s_2(2^k - 1) = k·2^(k-1)；s_2(n)xⁿ 的级数等于 Σ x^(2^j)/(1 + x^(2^j)) 除以 1 - x。幂次无界，却无穷多次回到 1。"),
           limits=("The sums over all n are joined to the proved recursions by splitting them into even and odd n.", "对一切 n 的求和按 n 的奇偶拆分后与已证递推衔接。"),
           near_miss=near_miss(eq(rest(central(n), 4), 0), ("The exponent tends to infinity, so it is at least 2 for n >= 100.", "幂次趋于无穷，故 n ≥ 100 时至少为 2。"),
                               where=[n >= 100], at={"n": 128}),
           references=[reference("k = 10", "5120", total(k), at={"k": 10}), reference("k = 20 and n = 2^20", "10485761", total(k) + 1, at={"k": 20})])
def mean_growth():
    yield holds(eq(total(k + 1), 2 * total(k) + 2 ** k), ("k 2^(k-1) doubles and gains 2^k", "k·2^(k-1) 满足：加倍再加 2^k"))
    yield therefore(r"\sum_{n<2^k}s_2(n)=k2^{k-1}", ("the sum starts with 0 and obeys this rule too: s_2(2n) + s_2(2n+1) = 2 s_2(n) + 1",
                    "该和从 0 开始且满足同一规则：s_2(2n) + s_2(2n+1) = 2s_2(n) + 1"))
    yield holds(eq(lambert(x, m + 1), (1 + x) * lambert(x ** 2, m) + x / (1 - x ** 2)), ("the partial sums of the right-hand side", "右端的部分和"),
                where=[m >= 0, x > 0, x < 1], by=induction(m))
    yield therefore(r"\sum_{n\ge0}s_2(n)x^n=\frac1{1-x}\sum_{j\ge0}\frac{x^{2^j}}{1+x^{2^j}}\quad(|x|<1)", (
        "S(x) = (1+x) S(x^2) + x/(1-x^2) by even and odd n, as on the right; this fixes each coefficient by earlier ones",
        "按奇偶拆分得 S(x) = (1+x)S(x²) + x/(1-x²)，右端同样满足；该方程由前面的系数逐个确定后面的系数"))
    yield cite(("the claims central_binomial_popcount and power_of_two_characterisation", "论断 central_binomial_popcount 与 power_of_two_characterisation"), "proofs/central_binomial.py", ("the exponent is 1 at 2^k and k at 2^k - 1", "幂次在 2^k 处为 1，在 2^k - 1 处为 k"))
    yield therefore(r"\liminf_n v_2\tbinom{2n}{n}=1,\quad\limsup_n v_2\tbinom{2n}{n}=\infty", ("so no monotone growth", "故没有单调增长"))
