"""What balls are charged beyond the rounding of the oracle's own operations: what libraries lose, and series cut off.

A library's factorisation is that of a matrix nearby, A + E with ‖E‖ at rounding level of ‖A‖, and its derivative comes
from products and triangular solves of whole matrices. The oracle's algorithms may lose less: a diagonal matrix has
exact eigenvalues, and R is exactly independent of later columns. Radii that say so would be held against libraries
which promise no such thing.

Source: LAPACK Users' Guide (1999), ch. 4; Higham, Accuracy and Stability of Numerical Algorithms (2002), §10.1, §19.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from flint import arb, arb_mat, ctx

from adbench.oracle.jet import Jet, plus
from adbench.oracle.pair import around_zero


def unit() -> arb:
    """The rounding error of 1 at the working precision."""
    return arb(2) ** -ctx.prec


def charged(balls: np.ndarray) -> np.ndarray:
    """Each entry widened by max(m, n) rounding errors of the Frobenius norm: for eigenvalues and singular values."""
    radius = arb(0, max(balls.shape) * unit() * spread(balls))
    return np.asarray(np.frompyfunc(lambda ball: ball + around_zero(radius, ball), 1, 1)(balls), dtype=object)


def charged_by_column(balls: np.ndarray) -> np.ndarray:
    """The same of the norm of each column: for reflections, which treat columns apart."""
    return np.concatenate([charged(balls[:, [j]]) for j in range(balls.shape[1])], axis=1) if balls.size else balls


def charged_derivatives(y: np.ndarray, x: np.ndarray, first: arb, second: arb) -> np.ndarray:
    """Jets y of a function of x widened as libraries compute their derivatives.

    Args:
        first: bound of y' for an x' of norm 1; each y' is charged max(m, n) rounding errors of it.
        second: bound of y'' likewise.
    """
    errors = max(x.shape) * unit()
    return widened(y, x, [arb(0), first * errors, second * errors])


def spread(balls: np.ndarray) -> arb:
    """An upper bound of the Frobenius norm."""
    return sum((abs(ball).upper() ** 2 for ball in balls.flat), arb(0)).sqrt().upper()


def widened(y: np.ndarray, x: np.ndarray, bounds: Sequence[arb]) -> np.ndarray:
    """Jets y with larger radii in each order, in proportion to the derivatives of x.

    Args:
        bounds: b₀, b₁ and b₂. The value is widened by b₀, a first order by b₁‖x'‖, the second by
            b₂‖x'u‖‖x'v‖ + b₁‖x''‖, in the norm of the largest row sum.
    """
    entries, count = list(x.flat), len(x)
    along = row_sum_norm([j.along for j in entries], count)
    dots, mixed = (_norms_by_direction([getattr(j, part) for j in entries], count) for part in ("dot", "mixed"))
    for_dot = None if dots is None else dots * bounds[1]
    for_mixed = plus(None if dots is None else dots * (bounds[2] * along), None if mixed is None else mixed * bounds[1])
    has_second = any(j.along is not None for j in entries)

    def widen(j: Jet) -> Jet:
        def more(part: Any, radius: Any) -> Any:
            return part if radius is None else plus(part, around_zero(radius, j.value))

        value, dot = more(j.value, arb(0, bounds[0])), more(j.dot, _around_zero(for_dot))
        if not has_second:
            return Jet(value, dot)
        return Jet(value, dot, more(j.along, arb(0, along * bounds[1])), more(j.mixed, _around_zero(for_mixed)))

    return np.asarray(np.frompyfunc(widen, 1, 1)(y) if y.size else y, dtype=object)


def row_sum_norm(entries: Sequence[arb | None], rows: int) -> arb:
    """An upper bound of the largest row sum of magnitudes of a matrix, given row by row; None is zero."""
    width = len(entries) // rows if rows else 0
    sums = [
        sum((abs(ball).upper() for ball in entries[i * width : (i + 1) * width] if ball is not None), arb(0))
        for i in range(rows)
    ]
    if not all(total.is_finite() for total in sums):
        return arb("inf")
    return max((total.upper() for total in sums), default=arb(0))


def _norms_by_direction(parts: Sequence[arb_mat | None], rows: int) -> arb_mat | None:
    """The same for each of k directions at once, as a row of k; None where every entry is."""
    width = next((part.ncols() for part in parts if part is not None), None)
    if width is None:
        return None
    directions = zip(*([None] * width if part is None else part.entries() for part in parts), strict=True)
    return arb_mat(1, width, [row_sum_norm(direction, rows) for direction in directions])


def _around_zero(bounds: arb_mat | None) -> arb_mat | None:
    return None if bounds is None else arb_mat(1, bounds.ncols(), [arb(0, b.upper()) for b in bounds.entries()])
