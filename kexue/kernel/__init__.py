"""The kernel: re-checks certificates with exact or ball arithmetic.  It imports formulas, certificates and python-flint."""

from .check import check, refutes, subgoals
from .verdict import Accepted, Rejected

__all__ = ["Accepted", "Rejected", "check", "refutes", "subgoals"]
