"""Elliptic integrals, with the parameter m = k^2 as in SymPy."""

from __future__ import annotations

from ...formula import Formula, Integral, call, complex_, eq, gamma, integer, lift, pi, real, sin, sqrt
from .law import SLOPES, Law, off_cut

m, n, phi = complex_("m n phi")
k = integer("k")
x, theta, y, x1 = real("x theta y x1")
HALF = lift("0.5")


def K(u: Formula) -> Formula: return call("elliptic_k", u)
def E(*v: Formula) -> Formula: return call("elliptic_e", *v)
def F(angle: Formula, u: Formula) -> Formula: return call("elliptic_f", angle, u)
def Pi(*v: Formula) -> Formula: return call("elliptic_pi", *v)
def hyper(a: Formula, b: Formula, c: Formula, u: Formula) -> Formula: return call("hyper", 2, a, b, c, u)


STRIP = (-(pi / 2) <= theta, theta <= pi / 2)
LAWS = (
    Law("elliptic_k.integral", eq(K(m), Integral(1 / sqrt(1 - m * sin(x) ** 2), x, 0, pi / 2)), "DLMF 19.2.4, 19.2.8", given=(off_cut(m),)),
    Law("elliptic_e.integral", eq(E(m), Integral(sqrt(1 - m * sin(x) ** 2), x, 0, pi / 2)), "DLMF 19.2.5, 19.2.8", given=(off_cut(m, "lt"),)),
    Law("elliptic_f.integral", eq(F(theta, m), Integral(1 / sqrt(1 - m * sin(x) ** 2), x, 0, theta)), "DLMF 19.2.4", given=(off_cut(m), *STRIP)),
    Law("elliptic_e.incomplete", eq(E(theta, m), Integral(sqrt(1 - m * sin(x) ** 2), x, 0, theta)), "DLMF 19.2.5", given=(off_cut(m, "lt"), *STRIP)),
    Law("elliptic_k.hyper", eq(K(m), pi / 2 * hyper(HALF, HALF, lift(1), m)), "DLMF 19.5.1"),
    Law("elliptic_e.hyper", eq(E(m), pi / 2 * hyper(-HALF, HALF, lift(1), m)), "DLMF 19.5.2"),
    Law("elliptic_k.zero", eq(K(lift(0)), pi / 2), "DLMF 19.6.1"),
    Law("elliptic_e.zero", eq(E(lift(0)), pi / 2), "DLMF 19.6.1"),
    Law("elliptic_e.one", eq(E(lift(1)), 1), "DLMF 19.6.1"),
    Law("elliptic_k.lemniscate", eq(K(HALF), gamma(lift(1) / 4) ** 2 / (4 * sqrt(pi))), "DLMF 19.20.2, 23.5.1"),
    Law("elliptic_k.equianharmonic", eq(K((2 - sqrt(3)) / 4), lift(3) ** (lift(1) / 4) * gamma(lift(1) / 3) ** 3 / (lift(2) ** (lift(7) / 3) * pi)),
        "DLMF 19.20.2, 23.5.8"),
    Law("elliptic_k.imaginary", eq(K(m / (m - 1)), sqrt(1 - m) * K(m)), "DLMF 19.7.2", given=(off_cut(m),)),
    Law("elliptic_e.imaginary", eq(E(m / (m - 1)), E(m) / sqrt(1 - m)), "DLMF 19.7.2", given=(off_cut(m),)),
    Law("elliptic_k.algebraic", eq(K(m), Integral(1 / (sqrt(1 - x ** 2) * sqrt(1 - m * x ** 2)), x, 0, 1)), "DLMF 19.2.4", given=(off_cut(m),)),
    Law("elliptic_e.algebraic", eq(E(m), Integral(sqrt(1 - m * x ** 2) / sqrt(1 - x ** 2), x, 0, 1)), "DLMF 19.2.5", given=(off_cut(m, "lt"),)),
    Law("elliptic_pi.integral", eq(Pi(y, x1), Integral(1 / ((1 - y * sin(x) ** 2) * sqrt(1 - x1 * sin(x) ** 2)), x, 0, pi / 2)), "DLMF 19.2.7",
        given=(y < 1, x1 < 1)),
    Law("elliptic_pi.incomplete", eq(Pi(y, theta, x1), Integral(1 / ((1 - y * sin(x) ** 2) * sqrt(1 - x1 * sin(x) ** 2)), x, 0, theta)),
        "DLMF 19.2.7",
        given=(y < 1, x1 < 1, *STRIP)),
    Law("elliptic_pi.zero", eq(Pi(lift(0), m), K(m)), "DLMF 19.6.2"),
    Law("elliptic_pi.circular", eq(Pi(n, lift(0)), pi / (2 * sqrt(1 - n))), "DLMF 19.6.3"),
    Law("elliptic_pi.equal", eq(Pi(m, m), E(m) / (1 - m)), "DLMF 19.6.2"),
    Law("elliptic_f.zero", eq(F(lift(0), m), 0), "DLMF 19.6.7"),
    Law("elliptic_f.circular", eq(F(phi, lift(0)), phi), "DLMF 19.6.8"),
    Law("elliptic_f.complete", eq(F(pi / 2, m), K(m)), "DLMF 19.2.8", lead=K(m)),
    Law("elliptic_f.odd", eq(F(-phi, m), -F(phi, m)), "DLMF 19.2.4"),
    Law("elliptic_e.angle_zero", eq(E(lift(0), m), 0), "DLMF 19.6.9"),
    Law("elliptic_e.circular", eq(E(phi, lift(0)), phi), "DLMF 19.6.9"),
    Law("elliptic_e.complete", eq(E(pi / 2, m), E(m)), "DLMF 19.2.8", lead=E(m)),
    Law("elliptic_e.odd", eq(E(-phi, m), -E(phi, m)), "DLMF 19.2.5"),
    Law("elliptic_e.period", eq(E(theta + k * pi, m), E(theta, m) + 2 * k * E(m)), "DLMF 19.2.10"),
    Law("elliptic_f.period", eq(F(theta + k * pi, m), F(theta, m) + 2 * k * K(m)), "DLMF 19.2.10"),
    Law("elliptic_pi.period", eq(Pi(n, theta + k * pi, m), Pi(n, theta, m) + 2 * k * Pi(n, m)), "DLMF 19.2.10"),
    Law("elliptic_e.unit", eq(E(theta, lift(1)), sin(theta)), "DLMF 19.6.9", given=STRIP),
    Law("elliptic_k.conjugate", eq(K(call("conj", m)), call("conj", K(m))), "DLMF 19.2.8", given=(off_cut(m),), lead=K(m), depth=0),
    Law("elliptic_e.conjugate", eq(E(call("conj", m)), call("conj", E(m))), "DLMF 19.2.8", given=(off_cut(m, "lt"),), lead=E(m), depth=0),
    Law("elliptic_k.landen", eq(K(((1 - x) / (1 + x)) ** 2), (1 + x) / 2 * K(1 - x ** 2)), "DLMF 19.8.12", given=(lift(0) < x,), depth=0),
    Law("legendre.relation", eq(E(m) * K(1 - m) + E(1 - m) * K(m) - K(m) * K(1 - m), pi / 2),
        "DLMF 19.7.1", given=(off_cut(m), off_cut(1 - m)), lead=K(m), depth=0),
)
SLOPES.update(
    elliptic_k=lambda u: ((E(u) - (1 - u) * K(u)) / (2 * u * (1 - u)),),
    elliptic_e=lambda *v: ((E(v[0]) - K(v[0])) / (2 * v[0]),) if len(v) == 1 else (
        sqrt(1 - v[1] * sin(v[0]) ** 2), (E(*v) - F(*v)) / (2 * v[1])),
)
