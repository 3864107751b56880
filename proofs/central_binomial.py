"""The powers of 2 in the central binomial coefficients are digit sums.

Statement.  The exponent of 2 in C(2n, n) is the number of ones of n in base 2; for a prime p the exponent of p in C(n, k) is
            (s(k) + s(n-k) - s(n))/(p-1), s the digit sum in base p: the number of carries when k and n-k are added.
Symbols.    n, k, m, j, q, t, u, E >= 0 integers; p a prime: gcd(i, p) is 1 or p for every i. The exponent of p in x is e if gcd(x, p^(e+1)) = p^e;
            x and y have the same one if gcd(x, p^E) = gcd(y, p^E) for every E. N_k = (b_0 ... b_(k-1)) in base p: N_0 = 0, N_(j+1) = p N_j + b_j with
            0 <= b_j < p; likewise K with the digits f and L with g; c_j the carry out of place j of K + L; O_n = 1.3...(2n-1); S_i the number of
            ones of i: S_0 = 0, and S_(2^m + i) = S_i + 1 for 0 <= i < 2^m.
Excluded.   none.
Source.     Su Jianlin, 强大的整数数列网站OEIS (kexue.fm).
"""
from kexue import (Article, Formula, Product, Sum, binomial, call, eq, every, factorial, family, holds, integer, lift, near_miss, odd, real, reference, show,
                   statement)
from kexue.tactics.combine import (absurd, alternatives, cases, induction, normal, rule, scaled, sign, special, squares, termwise, theorem, through, using,
                                   valuations)

article = Article(
    number=27, date="07-17", source="https://kexue.fm",
    title=("OEIS and the powers of 2 in central binomial coefficients", "强大的整数数列网站OEIS：中心二项式系数含 2 的幂次"),
    summary=("How often 2 divides C(2n, n) looks erratic: 16 divides C(30, 15), but only 4 divides C(40, 20). It is the number of ones of n in base 2; "
             "with it come Legendre's and Kummer's formulas, the Catalan numbers, and the exact mean.",
             "C(2n, n) 含 2 的幂次看似毫无规律：16 整除 C(30, 15)，而 C(40, 20) 至多被 4 整除。它就是 n 的二进制中 1 的个数；"
             "由此得到 Legendre 与 Kummer 公式、Catalan 数的奇偶性以及精确的平均值。"),
    papers=("OEIS A000120, A000984", "Kummer, J. reine angew. Math. 44 (1852) 93-146", "Graham, Knuth & Patashnik, Concrete Mathematics, 4.4"))

n, k, m, j, i, p, q, d, e, s, t, u, v, E, X, Y, Z, A, B, M, R = integer("n k m j i p q d e s t u v E X Y Z A B M R")
x, y, w = real("x y w")
N, K, L, b, f, g, c, F, S = family("N K L b f g c F S", "integer")
two = lift(2)


def gcd(a, b): return call("gcd", a, b)
def exponent(x, p, e): return eq(gcd(x, p ** (e + 1)), p ** e)
def same(x, y, p=two): return eq(gcd(x, p ** E), gcd(y, p ** E))
def central(n): return binomial(2 * n, n)
def odds(n): return Product(2 * j + 1, j, 0, n - 1)
def total(F): return Sum(F[j], j, 0, k - 1)
def rest(x, d): return x - d * call("floor", x / d)
def parity(n): return (1, 2 * n + 1), (-2, n), (-1, 1)
def rule_of(p, N, b): return every(j, eq(N[j + 1], p * N[j] + b[j]))


def word(p, N, b):
    """N_j is the number with the digits b_0 ... b_(j-1) in base p."""
    return eq(N[0], 0), rule_of(p, N, b), every(j, b[j] >= 0), every(j, b[j] <= p - 1), every(j, N[j] >= 0)


FACTORS, COPRIME = eq(factorial(2 * n), two ** n * factorial(n) * odds(n)), eq(gcd(odds(n), 2), 1)
EVEN, ODD = same(central(2 * n), central(n)), same(central(2 * n + 1), 2 * central(2 * n))
factors = theorem(FACTORS, n >= 0, by=induction(n))
coprime = theorem(COPRIME, n >= 0, by=induction(n, first=valuations(), step=valuations(parity(n))))
cancelled = theorem(same(X, Y), E >= 0, eq(X * A ** 2, Y * B), eq(gcd(A, 2), 1), eq(gcd(B, 2), 1), by=valuations())
even_step = theorem(EVEN, n >= 0, E >= 0, by=using(factors(n=n), factors(n=2 * n), coprime(n=n), coprime(n=2 * n), cancelled(
    X=central(2 * n), Y=central(n), A=odds(n), B=odds(2 * n), E=E), then=normal))
odd_step = theorem(ODD, n >= 0, E >= 0, by=valuations(parity(n), parity(2 * n)))
doubled = theorem(exponent(2 * X, two, s + 1), s >= 0, X > 0, exponent(X, two, s), by=valuations())
digit = theorem(exponent(central(2 * n + d), two, s + d), n >= 0, s >= 0, d >= 0, d <= 1, exponent(central(n), two, s), by=cases(
    d, at=using(even_step(n=n, E=s + 1), then=normal), above=cases(d - 1, above=absurd(3, sign), at=using(
        even_step(n=n, E=s + 1), odd_step(n=n, E=s + 2), doubled(X=central(2 * n), s=s), then=normal))))
counted = theorem(0 <= total(F), every(j, F[j] >= 0), k >= 0, by=induction(k))
ONES = exponent(central(N[k]), two, total(b))
ones = theorem(ONES, *word(2, N, b), k >= 0, by=induction(k, first=valuations(), step=special(1, k, special(3, k, using(
    counted(F=b, k=k), digit(n=N[k], s=total(b), d=b[k]), then=normal)))))


@statement(title=("The exponent of 2 in C(2n, n) counts ones", "C(2n, n) 含 2 的幂次等于 1 的个数"), where=[n >= 0],
           says=("v_2(C(2n, n)) = s_2(n), the number of ones of n in base 2: for n = N_k with the binary digits b_0 ... b_(k-1) it is b_0 + ... + b_(k-1).",
                 "v_2(C(2n, n)) = s_2(n)，即 n 的二进制中 1 的个数：若 n = N_k 的二进制数字为 b_0 … b_(k-1)，则幂次为 b_0 + … + b_(k-1)。"),
           near_miss=near_miss(eq(rest(central(n), 4), 2), ("The exponent is v_2(n) + 1, hence 1 for odd n.", "幂次为 v_2(n) + 1，故 n 为奇数时为 1。"),
                               where=[n >= 0, odd(n)], at={"n": 15}),
           references=[reference("n = 10^18", "24", compute=lambda: (10 ** 18).bit_count()),
                       reference("n = 10^100", "105", compute=lambda: (10 ** 100).bit_count())])
def central_binomial_popcount():
    yield show(FACTORS, ("(2n)! is 2^n n! O_n, by induction", "归纳得 (2n)! = 2^n n! O_n"), by=induction(n))
    yield show(COPRIME, ("and O_n = 1.3...(2n-1) is odd", "而 O_n = 1·3…(2n-1) 为奇数"), by=using(coprime(n=n)))
    yield holds(EVEN, ("C(4n, 2n) O_n^2 = C(2n, n) O_2n: n and 2n have the same exponent, a digit 0 appended adds nothing",
                       "C(4n, 2n) O_n² = C(2n, n) O_2n：n 与 2n 的幂次相同，末尾添 0 不改变幂次"), where=[E >= 0], by=using(even_step(n=n, E=E)))
    yield holds(ODD, ("(2n+1) C(4n+2, 2n+1) = 2 (4n+1) C(4n, 2n): 2n + 1 has one more, a digit 1 appended adds one",
                      "(2n+1)C(4n+2, 2n+1) = 2(4n+1)C(4n, 2n)：2n + 1 多一次，末尾添 1 则加一"), where=[E >= 0], by=using(odd_step(n=n, E=E)))
    yield holds(ONES, ("induction on the number of digits: the empty word is 0, and C(0, 0) = 1", "对位数归纳：空数字串为 0，而 C(0, 0) = 1"),
                where=[*word(2, N, b), k >= 0], by=using(ones(N=N, b=b, k=k)))


IRREDUCIBLE = every(i, Formula("or", (eq(gcd(i, p), 1), eq(gcd(i, p), p))))
PRIME = (p >= 2, IRREDUCIBLE)
smaller = theorem(eq(gcd(d, p), 1), *PRIME, d >= 1, d <= p - 1, by=special(1, d, alternatives(4, valuations(), absurd(
    3, through(p, ("lt", "le"), second=valuations())))))
shifted = theorem(eq(gcd(p * q + d, p), 1), p >= 2, q >= 0, d >= 1, eq(gcd(d, p), 1), by=valuations([(1, p * q + d), (-p, q), (-1, d)]))
longer = theorem(same(factorial(p * q + d + 1), factorial(p * q + d), p), p >= 2, q >= 0, E >= 0, d >= 0, eq(gcd(p * q + d + 1, p), 1), by=valuations())
BLOCK, BLOCKS = same(factorial(p * q + d), factorial(p * q), p), same(factorial(p * q), p ** q * factorial(q), p)
block = theorem(BLOCK, *PRIME, q >= 0, E >= 0, d >= 0, d <= p - 1, by=induction(d, step=using(smaller(p=p, d=d + 1), shifted(
    p=p, q=q, d=d + 1), longer(p=p, q=q, E=E, d=d), then=normal)))
next_multiple = theorem(same(p * R * X, p ** (q + 1) * R * Z, p), p >= 2, q >= 0, E >= 0, X > 0, Z > 0, R >= 1, same(X, p ** q * Z, p), by=valuations())
blocks = theorem(BLOCKS, *PRIME, q >= 0, E >= 0, by=induction(q, step=using(block(p=p, q=q, E=E, d=p - 1), next_multiple(
    p=p, q=q, E=E, R=q + 1, X=factorial(p * q + (p - 1)), Z=factorial(q)), then=normal)))
powers = theorem(exponent(p ** q * Z, p, q + e), p >= 2, q >= 0, e >= 0, exponent(Z, p, e), by=valuations())
appended = theorem(exponent(factorial(p * q + d), p, q + e), *PRIME, q >= 0, e >= 0, d >= 0, d <= p - 1, exponent(factorial(q), p, e), by=using(
    block(p=p, q=q, E=q + e + 1, d=d), blocks(p=p, q=q, E=q + e + 1), powers(p=p, q=q, e=e, Z=factorial(q)), then=normal))
LEGENDRE, DIGITS = exponent(factorial(N[k]), p, total(N)), eq((p - 1) * total(N), N[k] - total(b))
legendre = theorem(LEGENDRE, *PRIME, *word(p, N, b), k >= 0, by=induction(k, first=valuations(), step=special(3, k, special(5, k, using(
    counted(F=N, k=k), appended(p=p, q=N[k], e=total(N), d=b[k]), then=normal)))))
digits = theorem(DIGITS, eq(N[0], 0), rule_of(p, N, b), k >= 0, by=induction(k, step=special(1, k, normal)))
SCHOOL = every(j, eq(f[j] + g[j] + c[j + 1], b[j] + p * c[j]))
STARTS = (eq(N[0], 0), eq(K[0], 0), eq(L[0], 0), eq(c[0], 0), rule_of(p, N, b), rule_of(p, K, f), rule_of(p, L, g), SCHOOL)
ADDED, CARRIES = eq(N[k], K[k] + L[k] + c[k]), eq(total(N), total(K) + total(L) + total(c))
added = theorem(ADDED, *STARTS, k >= 0, by=induction(k, step=special(4, k, special(5, k, special(6, k, special(7, k, normal))))))
carries = theorem(CARRIES, *STARTS, k >= 0, by=induction(k, step=using(added(p=p, k=k), then=normal)))
multiplied = theorem(exponent(X * Z, p, s + t), p >= 2, s >= 0, t >= 0, X > 0, Z > 0, exponent(X, p, s), exponent(Z, p, t), by=valuations())
divided = theorem(exponent(binomial(u + v, u), p, s), p >= 2, u >= 0, v >= 0, e >= 0, s >= 0, exponent(factorial(u + v), p, e + s), exponent(
    factorial(u) * factorial(v), p, e), by=valuations())
SUM = (*word(p, N, b), *word(p, K, f), *word(p, L, g), eq(c[0], 0), SCHOOL, every(j, c[j] >= 0), every(j, c[j] <= 1), k >= 0, eq(c[k], 0))


def quotients(n, m): return Sum(call("floor", n / p ** (j + 1)), j, 0, m)
def digits_of(F, f): return digits(p=p, N=F, b=f, k=k)
def legendre_of(F, f): return legendre(p=p, N=F, b=f, k=k)


@statement(title=("Legendre's formula and Kummer's carries", "Legendre 公式与 Kummer 进位定理"), where=[p >= 2],
           says=("For every prime p and 0 <= k <= n: v_p(n!) = (n - s_p(n))/(p-1), and v_p(C(n, k)) = (s_p(k) + s_p(n-k) - s_p(n))/(p-1) is the number "
                 "of carries in k + (n-k).",
                 "对任意素数 p 与 0 ≤ k ≤ n：v_p(n!) = (n - s_p(n))/(p-1)，且 v_p(C(n, k)) = (s_p(k) + s_p(n-k) - s_p(n))/(p-1) 等于 k + (n-k) 的进位次数。"),
           near_miss=near_miss(eq(quotients(n, m), n - Sum(call("floor", n / p ** j) - p * call("floor", n / p ** (j + 1)), j, 0, m)), (
               "v_p(n!) = n - s_p(n), without the division by p - 1.", "v_p(n!) = n - s_p(n)，不除以 p - 1。"),
               where=[p >= 2, m >= 0, n >= 1], at={"n": 3, "p": 3, "m": 1}))
def legendre_kummer():
    yield show(eq(gcd(p * q + d, p), 1), ("p q + 1, ..., p q + p - 1 are no multiples of p: gcd(d, p) is not p, as p does not divide the smaller d",
               "p q + 1, …, p q + p - 1 都不是 p 的倍数：p 不整除较小的 d，故 gcd(d, p) 不是 p"), where=[IRREDUCIBLE, q >= 0, d >= 1, d <= p - 1], by=using(
        smaller(p=p, d=d), shifted(p=p, q=q, d=d)))
    yield show(BLOCKS, ("so (p q)! has the exponent of p^q q!, by induction on q", "故对 q 归纳，(p q)! 与 p^q q! 的幂次相同"), where=[IRREDUCIBLE, q >= 0, E >= 0], by=using(
        blocks(p=p, q=q, E=E)))
    yield show(BLOCK, ("and (p q + d)! has it too", "(p q + d)! 亦然"), where=[IRREDUCIBLE, q >= 0, E >= 0, d >= 0, d <= p - 1], by=using(block(p=p, q=q, E=E, d=d)))
    yield holds(LEGENDRE, ("v_p(n!) is the sum of the numbers N_j that the leading digits of n = N_k make: a digit appended to N_j adds N_j",
                "v_p(n!) 等于 n = N_k 的各前缀 N_j 之和：在 N_j 末尾添一位，幂次增加 N_j"), where=[IRREDUCIBLE, *word(p, N, b), k >= 0], by=using(legendre_of(N, b)))
    yield holds(DIGITS, ("and p - 1 times this sum is n less its digit sum", "该和的 p - 1 倍等于 n 减去数字和"), where=[*word(p, N, b), k >= 0], by=using(
        digits_of(N, b)))
    yield show(p * w <= 2 * p - 1, ("adding in base p, digits and carry make p w + z: the next carry w is below 2", "按 p 进制相加，数字与进位之和为 p w + z：下一个进位 w 小于 2"),
               where=[x <= p - 1, y <= p - 1, t <= 1, Z >= 0, eq(p * w, x + y + t - Z)], by=rule("linear", {"terms": [[1, "1"], [2, "1"], [3, "1"]]}))
    yield show(-p < p * w, ("and above -1, so it is 0 or 1 again", "且大于 -1，故仍为 0 或 1"), where=[x >= 0, y >= 0, t >= 0, Z <= p - 1, eq(p * w, x + y + t - Z)],
               by=rule("linear", {"terms": [[4, "1"]]}))
    yield show(ADDED, ("the digits of K + L computed with carries c_j, c_0 = 0, are those of N: N_k = K_k + L_k + c_k", "带进位 c_j（c_0 = 0）逐位计算 K + L 得 N：N_k = K_k + L_k + c_k"),
               where=[*SUM[:-1]], by=using(added(p=p, k=k)))
    yield show(CARRIES, ("so N_0 + ... + N_(k-1) exceeds the sums for K and L by the number of carries", "故 N_0 + … + N_(k-1) 比 K、L 的相应和多出进位次数"), where=[*SUM[:-1]], by=using(
        carries(p=p, k=k)))
    yield holds(exponent(binomial(N[k], K[k]), p, total(c)), ("for n = N_k, no carry c_k coming into the last place: v_p(n!) - v_p(k!) - v_p((n-k)!) is the number of carries",
                "取 n = N_k，末位无进位 c_k：v_p(n!) - v_p(k!) - v_p((n-k)!) 即进位次数"), where=[IRREDUCIBLE, *SUM], by=using(
        counted(F=K, k=k), counted(F=L, k=k), counted(F=c, k=k), added(p=p, k=k), carries(p=p, k=k), legendre_of(N, b), legendre_of(K, f), legendre_of(L, g), multiplied(
            p=p, X=factorial(K[k]), Z=factorial(L[k]), s=total(K), t=total(L)), divided(p=p, u=K[k], v=L[k], e=total(K) + total(L), s=total(c)), then=normal))
    yield holds(eq((p - 1) * total(c), total(f) + total(g) - total(b)), ("and p - 1 times it is the difference of the digit sums", "其 p - 1 倍等于数字和之差"), where=[*SUM], by=using(
        added(p=p, k=k), carries(p=p, k=k), digits_of(N, b), digits_of(K, f), digits_of(L, g), then=normal))


@statement(title=("The two values of the post", "文中的两个数值"), says=("16 is the power of 2 in C(30, 15) and 4 the one in C(40, 20).",
           "C(30, 15) 恰含 2⁴，C(40, 20) 恰含 2²。"),
           near_miss=near_miss(eq(rest(binomial(lift(40), lift(20)), 8), 0), ("8 divides C(40, 20).", "8 整除 C(40, 20)。")),
           references=[reference("C(30, 15)", "155117520", binomial(lift(30), lift(15))), reference("C(40, 20)", "137846528820", binomial(lift(40), lift(20)))])
def post_values():
    yield holds(eq(binomial(lift(30), lift(15)), 16 * (2 * lift(4847422) + 1)), ("16 times an odd number; 15 = 1111 in base 2", "16 乘一个奇数；15 的二进制为 1111"))
    yield holds(eq(binomial(lift(40), lift(20)), 4 * (2 * lift(17230816102) + 1)), ("4 times an odd number; 20 = 10100 in base 2", "4 乘一个奇数；20 的二进制为 10100"))


def catalan(n): return factorial(2 * n) / (factorial(n) * factorial(n + 1))
def whole_catalan(n): return 2 * central(n) - binomial(2 * n + 1, n)


TWICE, TWO_POWER, LAST = same(central(two ** t * q), central(q)), eq(gcd(central(two ** t), 4), 2), eq(gcd(central(two ** t * (2 * u + 1)), 4), 4)
twice = theorem(TWICE, t >= 0, q >= 1, E >= 0, by=induction(t, step=using(even_step(n=two ** t * q, E=E), then=normal)))
two_power = theorem(TWO_POWER, t >= 0, by=using(twice(t=t, q=1, E=2), then=normal))
is_even = theorem(eq(gcd(central(u), 2), 2), u >= 1, by=valuations([(1, central(u)), (-2, binomial(2 * u - 1, u))]))
fourfold = theorem(eq(gcd(2 * X, 4), 4), X > 0, eq(gcd(X, 2), 2), by=valuations())
no_power = theorem(LAST, t >= 0, u >= 1, by=using(twice(t=t, q=2 * u + 1, E=2), odd_step(n=u, E=2), even_step(n=u, E=1), is_even(u=u), fourfold(
    X=central(2 * u)), then=normal))
at_least_one = theorem(1 <= two ** k, k >= 0, by=induction(k))
positive_count = theorem(1 <= s, s >= 0, n >= 1, exponent(central(n), two, s), by=cases(s, above=sign, at=using(is_even(u=n), then=absurd(2, sign))))
CATALAN = same(2 * catalan(n), central(n + 1))
odd_factor = theorem(same(2 * (2 * n + 1) * X, 2 * X), n >= 0, E >= 0, X > 0, by=valuations(parity(n)))
catalan_step = theorem(CATALAN, n >= 0, E >= 0, by=using(odd_factor(n=n, E=E, X=whole_catalan(n)), then=normal))
halved = theorem(exponent(X, two, s - 1), n >= 0, s >= 1, X > 0, exponent(2 * (2 * n + 1) * X, two, s), by=valuations(parity(n)))
half_odd = theorem(eq(gcd(X, 2), 1), X > 0, eq(gcd(2 * X, 4), 2), by=valuations())
half_even = theorem(eq(gcd(X, 2), 2), X > 0, eq(gcd(2 * X, 4), 4), by=valuations())
odd_catalan = theorem(eq(gcd(catalan(q - 1), 2), 1), q >= 1, eq(gcd(central(q), 4), 2), by=using(
    catalan_step(n=q - 1, E=2), half_odd(X=whole_catalan(q - 1)), then=normal))
even_catalan = theorem(eq(gcd(catalan(q - 1), 2), 2), q >= 1, eq(gcd(central(q), 4), 4), by=using(
    catalan_step(n=q - 1, E=2), half_even(X=whole_catalan(q - 1)), then=normal))


@statement(title=("Powers of 2 and Catalan numbers", "2 的幂与 Catalan 数"), tag="sharper", where=[n >= 0],
           says=("For n >= 1 the exponent is 1 exactly at the powers of 2 (at 2^t (2u+1), u >= 1, it is 2 or more), and it is k at 2^k - 1; the Catalan number C_n has the exponent "
                 "s_2(n+1) - 1, so it is odd exactly when n + 1 is a power of 2.",
                 "n ≥ 1 时幂次为 1 当且仅当 n 是 2 的幂（在 2^t(2u+1)，u ≥ 1 处至少为 2），在 2^k - 1 处幂次为 k；Catalan 数 C_n 的幂次为 s_2(n+1) - 1，故当且仅当 n + 1 是 2 的幂时为奇数。"),
           near_miss=near_miss(eq(rest(central(2 ** k) / (2 ** k + 1), 2), 1), ("C_n is odd when n is a power of 2.", "n 是 2 的幂时 C_n 为奇数。"),
                               where=[k >= 0], at={"k": 1}),
           references=[reference("C_2", "2", central(lift(2)) / 3), reference("C_7", "429", central(lift(7)) / 8)])
def power_of_two_characterisation():
    yield show(TWICE, ("q and 2^t q have the same exponent", "q 与 2^t q 的幂次相同"), where=[t >= 0, q >= 1, E >= 0], by=using(twice(t=t, q=q, E=E)))
    yield holds(TWO_POWER, ("at n = 2^t it is that of C(2, 1) = 2, which is 1", "n = 2^t 时即 C(2, 1) = 2 的幂次 1"), where=[t >= 0], by=using(two_power(t=t)))
    yield holds(LAST, ("every other n >= 1 is 2^t (2u+1) with u >= 1: there 4 divides, as C(4u+2, 2u+1) has one factor 2 more than C(2u, u), which is even",
                       "其余 n ≥ 1 均为 2^t(2u+1)，u ≥ 1：此时被 4 整除，因 C(4u+2, 2u+1) 比偶数 C(2u, u) 多一个因子 2"), where=[t >= 0, u >= 1], by=using(no_power(t=t, u=u)))
    yield holds(exponent(central(two ** k - 1), two, k), ("2^(k+1) - 1 is 2^k - 1 with a digit 1 appended", "2^(k+1) - 1 是在 2^k - 1 末尾添 1"), where=[k >= 0], by=induction(
        k, first=valuations(), step=using(at_least_one(k=k), digit(n=two ** k - 1, s=k, d=1), then=normal)))
    yield holds(eq(catalan(n), whole_catalan(n)), ("the Catalan number C_n = C(2n, n)/(n+1) is a whole number", "Catalan 数 C_n = C(2n, n)/(n+1) 是整数"))
    yield holds(eq(catalan(n) * (n + 1), central(n)), ("it is C(2n, n)/(n+1)", "它等于 C(2n, n)/(n+1)"))
    yield holds(CATALAN, ("C(2n+2, n+1) is 2(2n+1) times it: the exponent of C_n is that of C(2n+2, n+1) less 1", "C(2n+2, n+1) 是它的 2(2n+1) 倍：C_n 的幂次等于 C(2n+2, n+1) 的幂次减 1"),
                where=[E >= 0], by=using(catalan_step(n=n, E=E)))
    yield holds(exponent(catalan(n), two, total(b) - 1), ("which is s_2(n+1) - 1", "即 s_2(n+1) - 1"), where=[*word(2, N, b), k >= 0, eq(N[k], n + 1)], by=using(
        counted(F=b, k=k), ones(N=N, b=b, k=k), positive_count(n=n + 1, s=total(b)), halved(n=n, s=total(b), X=whole_catalan(n)), then=normal))
    yield holds(eq(gcd(catalan(two ** t - 1), 2), 1), ("odd where n + 1 = 2^t", "n + 1 = 2^t 时为奇数"), where=[t >= 0], by=using(
        at_least_one(k=t), two_power(t=t), odd_catalan(q=two ** t)))
    last = two ** t * (2 * u + 1)
    yield holds(eq(gcd(catalan(last - 1), 2), 2), ("and even where n + 1 = 2^t (2u+1), u >= 1", "n + 1 = 2^t(2u+1)、u ≥ 1 时为偶数"), where=[t >= 0, u >= 1], by=using(
        at_least_one(k=t), no_power(t=t, u=u), even_catalan(q=last)))


COUNT = (eq(S[0], 0), every(m, every(i, Formula("or", (m < 0, i < 0, two ** m <= i, eq(S[two ** m + i], S[i] + 1))))))
leading = theorem(eq(S[two ** k + i], S[i] + 1), *COUNT, k >= 0, i >= 0, i <= two ** k - 1, by=special(1, k, special(5, i, alternatives(
    6, absurd(2), absurd(3), absurd(4), normal))))


def half(k): return two ** k
def lambert(x, k): return Sum(x ** half(j) / (1 + x ** half(j)), j, 0, k - 1)
def mean(k): return k * two ** (k - 1)
def plain(i): return 1
def weight(x): return lambda i: x ** i


def ones_below(k, w): return Sum(S[i] * w(i), i, 0, half(k) - 1)


def halves(w, *where, base=0):
    """By induction: the numbers from 2^k to 2^(k+1) - 1 are 2^k + i, with one 1 more than i."""
    upper = theorem(eq(Sum(S[half(k) + i] * w(half(k) + i), i, 0, half(k) - 1), Sum((S[i] + 1) * w(half(k)) * w(i), i, 0, half(k) - 1)),
                    *COUNT, k >= 0, *where, by=termwise(using(leading(k=k, i=i), then=normal)))
    parts = theorem(eq(Sum(S[i] * w(i), i, 0, M + R - 1), Sum(S[i] * w(i), i, 0, M - 1) + Sum(S[M + i] * w(M + i), i, 0, R - 1)),
                    M >= 0, R >= 0, *where, by=induction(R))
    powers = theorem(eq((1 - w(1)) * Sum(w(i), i, 0, M - 1), 1 - w(M)), M >= 0, *where, by=induction(M))
    return induction(k, base, first=using(leading(k=0, i=0), then=normal), step=using(
        upper(k=k), parts(M=half(k), R=half(k)), powers(M=half(k)), then=normal))


smaller_power = theorem(x ** half(k) <= x, k >= 0, x > 0, x < 1, by=induction(k, step=using(theorem(
    y * y <= x, y > 0, y <= x, x > 0, x < 1, by=through(x * x, first=squares(rest=(x - y) * (x + y)), second=squares(rest=x * (1 - x))))(
        y=x ** half(k), x=x), then=sign)))
one_term = theorem(y / (1 + y) <= (y - y * y) / (1 - x), y > 0, y <= x, x > 0, x < 1, by=scaled((1 + y) * (1 - x) / y, 1 - x <= (1 - y) * (1 + y), through(
    1 - x * x, first=squares(rest=x * (1 - x)), second=squares(rest=(x - y) * (x + y)))))


@statement(title=("The mean grows like half a logarithm", "平均值按对数之半增长"), tag="sharper", where=[k >= 0],
           says=("s_2(0) + ... + s_2(2^k - 1) = k 2^(k-1); the series of s_2(n) x^n is the sum of x^(2^j)/(1 + x^(2^j)) divided by 1 - x for |x| < 1: its first 2^k terms are "
                 "the first k of these, times 1 - x^(2^k). The exponents are unbounded but return to 1 for ever.",
                 "s_2(0) + … + s_2(2^k - 1) = k·2^(k-1)；|x| < 1 时 s_2(n)xⁿ 的级数等于 Σ x^(2^j)/(1 + x^(2^j)) 除以 1 - x：前 2^k 项之和等于后者前 k 项乘以 1 - x^(2^k)。"
                 "幂次无界，却无穷多次回到 1。"),
           near_miss=near_miss(eq(rest(central(n), 4), 0), ("The exponent tends to infinity, so it is at least 2 for n >= 100.", "幂次趋于无穷，故 n ≥ 100 时至少为 2。"),
                               where=[n >= 100], at={"n": 128}),
           references=[reference("k = 10", "5120", mean(k), at={"k": 10}), reference("k = 20 and n = 2^20", "10485761", mean(k) + 1, at={"k": 20})])
def mean_growth():
    yield holds(eq(ones_below(k, plain), mean(k)), ("2^k more numbers, each with one 1 more than before", "再加 2^k 个数，每个比原来的多一个 1"), where=[*COUNT], by=halves(plain))
    yield holds(eq((1 - x) * ones_below(k, weight(x)), (1 - x ** half(k)) * lambert(x, k)), ("with the weights x^n in the same way", "带权 xⁿ 同理"),
                where=[*COUNT, x > 0, x < 1], by=halves(weight(x), x > 0, x < 1))
    yield holds(eq((1 + x) * ones_below(k, weight(-x)), (1 - x ** half(k)) * (Sum(x ** half(j) / (1 + x ** half(j)), j, 1, k - 1) - x / (1 - x))), (
        "and at -x, where only the term with j = 0 is another", "在 -x 处只有 j = 0 的项不同"), where=[*COUNT, k >= 1, x > 0, x < 1], by=halves(weight(-x), x > 0, x < 1, base=1))
    yield show(lambert(x, k) <= (x - x ** half(k)) / (1 - x), ("the sum on the right is bounded, so what is missing, x^(2^k) times as much, tends to 0",
                                                              "右端的和有界，故所差的 x^(2^k) 倍趋于 0"), where=[x > 0, x < 1], by=induction(k, step=using(
        smaller_power(k=k, x=x), one_term(y=x ** half(k), x=x), then=rule("linear", {"terms": [[3, "1"], [5, "1"]]}))))
    yield holds(exponent(central(two ** k - 1), two, k), ("the exponent is k at 2^k - 1", "幂次在 2^k - 1 处为 k"), by=induction(k, first=valuations(), step=using(
        at_least_one(k=k), digit(n=two ** k - 1, s=k, d=1), then=normal)))
    yield holds(eq(gcd(central(two ** k), 4), 2), ("and 1 at 2^k: no monotone growth", "在 2^k 处为 1：没有单调增长"), by=using(two_power(t=k), then=normal))
