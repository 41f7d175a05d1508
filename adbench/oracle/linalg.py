"""Linear algebra over jets by elimination, with pivots chosen on the values."""

from __future__ import annotations

from typing import Any

import numpy as np


def solve(a: Any, b: Any, /) -> np.ndarray:
    """X with A X = B, by Gauss–Jordan elimination with partial pivoting.

    Args:
        a: shape (n, n).
        b: shape (n,) or (n, k).
    """
    n = a.shape[0]
    rows = np.concatenate([a, np.asarray(b, dtype=object).reshape(n, -1)], axis=1)
    for i in range(n):
        pivot = max(range(i, n), key=lambda r: abs(float(rows[r, i].value.mid())))
        rows[[i, pivot]] = rows[[pivot, i]]
        rows[i, i:] = rows[i, i:] / rows[i, i]
        for r in range(n):
            if r != i:
                rows[r, i:] = rows[r, i:] - rows[r, i] * rows[i, i:]
    return rows[:, n:].reshape(np.shape(b))


def inv(a: Any, /) -> np.ndarray:
    """The inverse of a square matrix, shape (n, n)."""
    return solve(a, np.eye(a.shape[0], dtype=int).astype(object))
