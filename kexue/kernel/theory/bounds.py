"""Bounds of elementary functions of real numbers."""

from __future__ import annotations

from ...formula import cos, erf, exp, lift, log, pi, real, sin, tan, tanh
from .law import Law

x = real("x")
HALF = pi / 2


LAWS = (
    Law("sin.above", lift(-1) <= sin(x), "DLMF 4.21.12", lead=sin(x)),
    Law("sin.below", sin(x) <= 1, "DLMF 4.21.12", lead=sin(x)),
    Law("cos.above", lift(-1) <= cos(x), "DLMF 4.21.12", lead=cos(x)),
    Law("cos.below", cos(x) <= 1, "DLMF 4.21.12", lead=cos(x)),
    Law("tanh.above", lift(-1) < tanh(x), "DLMF 4.31", lead=tanh(x)),
    Law("tanh.below", tanh(x) < 1, "DLMF 4.31", lead=tanh(x)),
    Law("erf.above", lift(-1) < erf(x), "DLMF 7.2.1, 7.2.4", lead=erf(x)),
    Law("erf.below", erf(x) < 1, "DLMF 7.2.1, 7.2.4", lead=erf(x)),
    Law("exp.tangent", 1 + x <= exp(x), "DLMF 4.5.7", lead=exp(x)),
    Law("log.tangent", log(x) <= x - 1, "DLMF 4.5.3", given=(lift(0) < x,), lead=log(x)),
    Law("sin.chord", 2 / pi * x <= sin(x), "DLMF 4.18.1", given=(lift(0) <= x, x <= HALF), lead=sin(x)),
    Law("tan.tangent", x <= tan(x), "DLMF 4.18.2", given=(lift(0) <= x, x < HALF), lead=tan(x)),
)
BOUNDS = {law.name for law in LAWS}
BOUNDED = {"sin": ("sin.above", "sin.below"), "cos": ("cos.above", "cos.below"),
           "tanh": ("tanh.above", "tanh.below"), "erf": ("erf.above", "erf.below"), "atan": ("atan.above", "atan.below")}
