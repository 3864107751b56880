"""The laws that define the special functions, as data: one file per family, each law with its source and its domain.

A law is an axiom of the kernel, so there are few, each is in the literature as stated, and `tests/test_theory.py` evaluates every
one rigorously at points of its domain, at its edges too."""

from __future__ import annotations

from .law import DOMAINS, SLOPES, Law, pole_free
from . import bessel, bounds, elementary, elliptic, gamma, hypergeometric, integers, lambert, polynomials, series, zeta

FAMILIES = (elementary, gamma, integers, polynomials, zeta, bessel, elliptic, hypergeometric, lambert, series, bounds)
LAWS: dict[str, Law] = {law.name: law for family in FAMILIES for law in family.LAWS}

__all__ = ["DOMAINS", "LAWS", "SLOPES", "Law", "pole_free"]
