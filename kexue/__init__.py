"""Kexue: derive, confirm and report the mathematics behind machine-learning methods.

The words a proof file is written in come from `kexue.claim` and `kexue.formula` and are re-exported here, each looked up at
its first use: `import kexue` alone loads nothing else, so that the command line can answer at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .checking.api import check, claims
    from .claim import *
    from .formula import *

__version__ = "0.1.0"

__all__ = [
    "Abs", "acos", "Article", "asin", "atan", "besseli", "binomial", "block", "call", "check", "children", "Ci", "cite",
    "Claim", "claims", "complex_", "cos", "cosh", "D", "delta", "det", "dot", "e", "eq", "erf", "euler_gamma", "even", "every",
    "exact", "exp", "expm", "eye", "factorial", "family", "Formula", "free_symbols", "from_data", "function", "gamma", "heads", "holds",
    "hyp1f1", "I", "integer", "Integral", "inv", "lambertw", "lift", "Like", "Limit", "log", "matrix", "ne", "near_miss",
    "NearMiss", "odd", "oo", "outer", "parts", "pi", "Product", "real", "rebuild", "replaced", "Reference", "reference", "show", "Si", "sigmoid",
    "sign", "sin", "sinh", "sqrt", "statement", "Step", "substitute", "Sum", "tan", "tanh", "therefore", "to_data", "tr",
    "uppergamma", "vector", "Words", "words", "zeros"
]


def __getattr__(name: str) -> Any:
    """A name of `__all__`, from the module that defines it; AttributeError on any other name."""
    if name in __all__:
        for home in ("claim", "formula", "checking.api"):
            module = import_module(f"{__name__}.{home}")
            if name in vars(module):
                return vars(module)[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
