"""The functions and constants that plain notation knows: name -> (head of the formula, "
"least and greatest number of arguments).

Meanings, branches and argument order are SymPy's; beyond SymPy's there are dot and norm of vectors and matrices, sigmoid, softplus, relu, and the
arc... of numpy.  The readers know no other names; what is not here has to be declared."""

from __future__ import annotations

MANY = 10**6

FUNCTIONS: dict[str, tuple[str, int, int]] = {
    **{
        n: (n, 1, 1)
        for n in (
            "sqrt cbrt exp sin cos tan cot sec csc sinh cosh tanh coth sech csch asin acos atan acot "
            "asec acsc asinh acosh atanh "
            "acoth sinc re im arg sign floor ceiling factorial factorial2 subfactorial gamma loggamma "
            "digamma erf erfc erfi erfinv "
            "Si Ci Shi Chi Ei li dirichlet_eta airyai airybi airyaiprime airybiprime bell fibonacci "
            "lucas catalan partition totient "
            "mobius primepi prime euler det"
        ).split()
    },
    **{
        n: (n, 2, 2)
        for n in (
            "atan2 binomial polygamma lowergamma uppergamma polylog expint legendre_symbol "
            "jacobi_symbol kronecker_symbol besselj "
            "bessely besseli besselk hankel1 hankel2 chebyshevt chebyshevu legendre hermite"
        ).split()
    },
    "log": ("log", 1, 2),
    "Abs": ("abs", 1, 1),
    "abs": ("abs", 1, 1),
    "conjugate": ("conj", 1, 1),
    "Heaviside": ("heaviside", 1, 1),
    "Mod": ("mod", 2, 2),
    "KroneckerDelta": ("delta", 2, 2),
    "RisingFactorial": ("rising", 2, 2),
    "FallingFactorial": ("falling", 2, 2),
    "beta": ("beta", 2, 2),
    "betainc": ("betainc", 4, 4),
    "betainc_regularized": ("betainc_regularized", 4, 4),
    "zeta": ("zeta", 1, 2),
    "lerchphi": ("lerchphi", 3, 3),
    "stieltjes": ("stieltjes", 1, 2),
    "harmonic": ("harmonic", 1, 2),
    "bernoulli": ("bernoulli", 1, 2),
    "divisor_sigma": ("divisor_sigma", 1, 2),
    "igcd": ("gcd", 1, MANY),
    "ilcm": ("lcm", 1, MANY),
    "gcd": ("gcd", 1, MANY),
    "lcm": ("lcm", 1, MANY),
    "Max": ("max", 1, MANY),
    "Min": ("min", 1, MANY),
    "max": ("max", 1, MANY),
    "min": ("min", 1, MANY),
    "elliptic_k": ("elliptic_k", 1, 1),
    "elliptic_e": ("elliptic_e", 1, 2),
    "elliptic_f": ("elliptic_f", 2, 2),
    "elliptic_pi": ("elliptic_pi", 2, 3),
    "laguerre": ("laguerre", 2, 3),
    "gegenbauer": ("gegenbauer", 3, 3),
    "LambertW": ("lambertw", 1, 2),
    "lambertw": ("lambertw", 1, 2),
    "conj": ("conj", 1, 1),
    "ln": ("log", 1, 1),
    "ceil": ("ceiling", 1, 1),
    "trace": ("tr", 1, 1),
    "tr": ("tr", 1, 1),
    "dot": ("dot", 2, 2),
    "norm": ("norm", 1, 1),
    "sigmoid": ("sigmoid", 1, 1),
    "softplus": ("softplus", 1, 1),
    "relu": ("relu", 1, 1),
    **{f"arc{n}": (f"a{n}", 1, 1) for n in "sin cos tan sinh cosh tanh".split()},
}

CONSTANTS = {
    "pi": "pi",
    "E": "e",
    "I": "i",
    "EulerGamma": "euler_gamma",
    "Catalan": "catalan",
    "GoldenRatio": "golden_ratio",
    "oo": "oo",
    "True": "true",
    "False": "false",
    "true": "true",
    "false": "false",
}
FORMS = (
    "Sum",
    "Product",
    "Integral",
    "Derivative",
    "diff",
    "Limit",
    "Subs",
    "Piecewise",
    "hyper",
    "Matrix",
    "eye",
)  # with their own grammar
RELATIONS = {"Eq": "eq", "Ne": "ne", "Lt": "lt", "Le": "le", "Gt": "gt", "Ge": "ge"}
CONNECTIVES = {"And": "and", "Or": "or", "Not": "not"}
KNOWN = frozenset((*FUNCTIONS, *CONSTANTS, *FORMS, *RELATIONS, *CONNECTIVES))
