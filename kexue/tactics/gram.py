"""Gram matrices of sums of squares: found in floating point by an interior point method, made exact.

What the matrices annihilate at a zero of the polynomial is made rational and taken out of the basis (facial reduction); then they are rounded, put
back exactly on the linear equations (Peyrl and Parrilo, Computing sum of squares decompositions with rational coefficients, 2008), and taken
apart as L D L^T over the rational numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from flint import fmpq, fmpq_mat

from ..formula import Formula
from .polynomials import Exps, Terms, times

if TYPE_CHECKING:
    import numpy as np

GRIDS = (1, 2, 12, 360, 2 ** 16, 2 ** 26)  # denominators that entries are rounded to, the plain ones first
INSIDE, FLAT, NEAR = 1e-6, 1e-5, 2e-3  # least eigenvalue inside, eigenvalue of what is annihilated, error of a rational made of a float
FACES, PLAIN = 4, 40  # reductions of the bases, and denominators of what is annihilated
STEPS, SECONDS = 60, 0.5  # of the interior point method
Matrix = list[list[Fraction]]
Columns = list[tuple[int, int, int, Terms]]  # block, row and column of an entry, and the polynomial it stands for


@dataclass
class Block:
    """One multiplier: g (None for 1), its polynomial, and the polynomials whose squares and products it is multiplied by."""

    g: Formula | None
    weight: Terms
    basis: list[Terms]

    def entries(self) -> Iterator[tuple[int, int, Terms]]:
        """The polynomial that the entry (i, j) of the Gram matrix, i <= j, stands for in p."""
        for j in range(len(self.basis)):
            for i in range(j + 1):
                q = times(self.weight, times(self.basis[i], self.basis[j]))
                yield i, j, {e: (c if i == j else 2 * c) for e, c in q.items()}


def gram(found: list[Block], p: Terms) -> tuple[list[Block], list[Matrix]] | None:
    """Rational positive semidefinite matrices with p = sum g_j b_j^T Q_j b_j, in bases that are made smaller where they have to be."""
    for _ in range(FACES):
        columns = [(k, i, j, q) for k, b in enumerate(found) for i, j, q in b.entries()]
        rows = sorted({e for *_, q in columns for e in q} | p.keys())
        if any(e not in p and not any(e in q for *_, q in columns) for e in rows) or any(not any(e in q for *_, q in columns) for e in p):
            return None
        solved = interior(found, columns, rows, p)
        if solved is None:
            return None
        least, numbers = solved
        if least > INSIDE:
            exact = rounded(found, columns, rows, p, numbers)
            return None if exact is None else (found, exact)
        smaller = faces(found, numbers)
        if smaller is None:
            return None
        found = smaller
    return None


def interior(found: list[Block], columns: Columns, rows: list[Exps], p: Terms) -> tuple[float, list[np.ndarray[Any, Any]]] | None:
    """The greatest t <= 1 with Q_j - t I positive semidefinite for matrices that fit, and such matrices."""
    import clarabel
    import numpy as np
    from scipy.sparse import csc_matrix

    at, root = {e: i for i, e in enumerate(rows)}, 2 ** 0.5
    size, many = len(rows), len(columns)
    entries: list[tuple[int, int, float]] = [(at[e], c, float(v)) for c, (*_, q) in enumerate(columns) for e, v in q.items()]
    for c, (_, i, j, _) in enumerate(columns):
        entries.append((size + c, c, -1.0 if i == j else -root))
        if i == j:
            entries.append((size + c, many, 1.0))
    entries.append((size + many, many, 1.0))
    down, across, values = zip(*entries, strict=True)
    right = np.zeros(size + many + 1)
    for e, value in p.items():
        right[at[e]] = float(value)
    right[-1] = 1.0
    costs = np.zeros(many + 1)
    costs[-1] = -1.0
    cones = [clarabel.ZeroConeT(size), *(clarabel.PSDTriangleConeT(len(b.basis)) for b in found), clarabel.NonnegativeConeT(1)]
    settings = clarabel.DefaultSettings()
    settings.verbose, settings.max_iter, settings.time_limit, settings.max_threads = False, STEPS, SECONDS, 1
    matrix = csc_matrix((values, (down, across)), shape=(size + many + 1, many + 1))
    out = clarabel.DefaultSolver(csc_matrix((many + 1, many + 1)), costs, matrix, right, cones, settings).solve()
    if str(out.status) not in ("Solved", "AlmostSolved") or not np.all(np.isfinite(out.x)) or out.x[-1] < -INSIDE:
        return None
    numbers = [np.zeros((len(b.basis),) * 2) for b in found]
    for x, (k, i, j, _) in zip(out.x[:-1], columns, strict=True):
        numbers[k][i, j] = numbers[k][j, i] = x
    return float(out.x[-1]), numbers


def faces(found: list[Block], numbers: list[np.ndarray[Any, Any]]) -> list[Block] | None:
    """Bases of what the matrices do not annihilate, or None where that is not seen."""
    import numpy as np

    out, less = [], False
    top = max(float(np.linalg.eigvalsh(q)[-1]) for q in numbers)
    for b, q in zip(found, numbers, strict=True):
        values, vectors = np.linalg.eigh(q)
        null = vectors[:, values < FLAT * max(top, 1e-9)].T.copy()
        if len(null) == len(q):
            less = True
            continue
        if not len(null):
            out.append(b)
            continue
        pivots = reduced(null)
        if pivots is None:
            return None
        exact = [[plain(float(x)) for x in row] for row in null]
        basis = []
        for k in (k for k in range(len(q)) if k not in pivots):  # v with N v = 0 are spanned by e_k - sum N[r][k] e_(pivot of r)
            u = dict.fromkeys(b.basis[k], Fraction(0))
            for c, e in [(Fraction(1), k), *((-line[k], pivot) for line, pivot in zip(exact, pivots, strict=True))]:
                for m, v in b.basis[e].items():
                    u[m] = u.get(m, Fraction(0)) + c * v
            basis.append({m: v for m, v in u.items() if v})
        out.append(replace(b, basis=basis))
        less = True
    return out if less and out else None


def plain(x: float) -> Fraction:
    """The plainest rational number near x."""
    return next((Fraction(round(x * d), d) for d in range(1, PLAIN) if abs(round(x * d) / d - x) < NEAR), Fraction(x).limit_denominator(1000))


def reduced(null: np.ndarray[Any, Any]) -> list[int] | None:
    """Gauss and Jordan's elimination in place; the columns of the pivots."""
    import numpy as np

    pivots: list[int] = []
    for r in range(len(null)):
        rest = np.abs(null[r:])
        i, k = np.unravel_index(int(np.argmax(rest)), rest.shape)
        if rest[i, k] < NEAR:
            return None
        null[[r, r + i]] = null[[r + i, r]]
        null[r] /= null[r, k]
        for s in range(len(null)):
            if s != r:
                null[s] -= null[s, k] * null[r]
        pivots.append(int(k))
    return pivots


def rounded(found: list[Block], columns: Columns, rows: list[Exps], p: Terms, numbers: list[np.ndarray[Any, Any]]) -> list[Matrix] | None:
    """Near rational matrices that fit exactly and have no negative direction."""
    at = {e: i for i, e in enumerate(rows)}
    equations = fmpq_mat(len(columns), len(rows))
    for c, (*_, q) in enumerate(columns):
        for e, v in q.items():
            equations[c, at[e]] = fmpq(v.numerator, v.denominator)
    independent = pivots_of(equations)
    few = fmpq_mat(len(independent), len(columns), [equations[c, r] for r in independent for c in range(len(columns))])
    normal = few * few.transpose()
    for grid in GRIDS:
        near = fmpq_mat(len(columns), 1, [fmpq(round(float(numbers[k][i, j]) * grid), grid) for k, i, j, _ in columns])
        wanted = fmpq_mat(len(independent), 1, [fmpq(c.numerator, c.denominator) for c in (p.get(rows[r], Fraction(0)) for r in independent)])
        near += few.transpose() * normal.solve(wanted - few * near)
        values = [Fraction(int(near[c, 0].p), int(near[c, 0].q)) for c in range(len(columns))]
        out = [[[Fraction(0)] * len(b.basis) for _ in b.basis] for b in found]
        for x, (k, i, j, _) in zip(values, columns, strict=True):
            out[k][i][j] = out[k][j][i] = x
        if all(squares(q) is not None for q in out):
            return out
    return None


def pivots_of(m: fmpq_mat) -> list[int]:
    """The columns that do not depend on those before them."""
    echelon, rank = m.rref()
    out: list[int] = []
    for r in range(rank):
        out.append(next(c for c in range(out[-1] + 1 if out else 0, m.ncols()) if echelon[r, c]))
    return out


def squares(q: Matrix) -> list[tuple[Fraction, list[Fraction]]] | None:
    """q = sum d u u^T with d > 0, over the rational numbers; None where q is not positive semidefinite."""
    q = [list(row) for row in q]
    out: list[tuple[Fraction, list[Fraction]]] = []
    for i in range(len(q)):
        d = q[i][i]
        if d < 0 or d == 0 and any(q[i]):
            return None
        if d:
            u = [x / d for x in q[i]]
            out.append((d, u))
            q = [[x - d * u[r] * u[c] for c, x in enumerate(row)] for r, row in enumerate(q)]
    return out


__all__ = ["Block", "gram", "squares"]
