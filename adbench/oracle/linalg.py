"""Linear algebra over jets by elimination, with pivots chosen on the values."""

from __future__ import annotations

from typing import Any

import numpy as np


def solve(a: Any, b: Any, /) -> np.ndarray:
    """X with A X = B, by Gauss–Jordan elimination with partial pivoting.

    Args:
        a: shape (…, n, n).
        b: shape (n,), or (…, n, k) with leading axes that broadcast against those of `a`.
    """
    a, b = np.asarray(a, dtype=object), np.asarray(b, dtype=object)
    if b.ndim == 1:
        return solve(a, b[:, None])[..., 0]
    stack = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    a, b = np.broadcast_to(a, stack + a.shape[-2:]), np.broadcast_to(b, stack + b.shape[-2:])
    x = np.empty(b.shape, dtype=object)
    for i in np.ndindex(stack):
        x[i] = _solve(a[i], b[i])
    return x


def _solve(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    n = a.shape[0]
    rows = np.concatenate([a, b], axis=1)
    for i in range(n):
        pivot = max(range(i, n), key=lambda r: abs(float(rows[r, i].value.mid())))
        rows[[i, pivot]] = rows[[pivot, i]]
        rows[i, i:] = rows[i, i:] / rows[i, i]
        for r in range(n):
            if r != i:
                rows[r, i:] = rows[r, i:] - rows[r, i] * rows[i, i:]
    return rows[:, n:]


def inv(a: Any, /) -> np.ndarray:
    """The inverse of square matrices, shape (…, n, n)."""
    return solve(a, np.eye(a.shape[-1], dtype=int).astype(object))
