"""Small functions of matrices in the last two axes, which the rules of linear algebra are written in."""

from __future__ import annotations

from typing import Any

import numpy as np

from adbench.engine.core import Array, plain
from adbench.engine.rules.indexing import diagonal
from adbench.engine.rules.parts import conj
from adbench.engine.rules.reduction import _summed
from adbench.engine.rules.shape import astype, expand_dims, matrix_transpose, tril


def adjoint(x: Array) -> Array:
    """Xᴴ: the transpose, with conjugate entries."""
    return conj(matrix_transpose(x))


def hermitian(x: Array) -> Array:
    """(X + Xᴴ) / 2."""
    return 0.5 * (x + adjoint(x))


def trace(x: Array, /, *, offset: int = 0, dtype: Any = None) -> Array:
    """The sums of the diagonals of the matrices in the last two axes."""
    return _summed(diagonal(x if dtype is None else astype(x, dtype), offset), -1)


def inner(x: Array, y: Array) -> Array:
    """tr XᵀY."""
    return _summed(x * y, (-2, -1))


def lift(y: Array) -> Array:
    """A number for each matrix, with two axes to broadcast over the matrix."""
    return expand_dims(y, (-2, -1))


def columns(x: Array, factors: Array) -> Array:
    """X diag(factors): each column times a number."""
    return x * expand_dims(factors, -2)


def eye_like(x: Array) -> Array:
    """The identity of the size and dtype of the matrices `x`."""
    return np.eye(x.shape[-1], dtype=plain(x).dtype)


def diagonal_matrix(d: Array) -> Array:
    """diag(d)."""
    return columns(np.eye(d.shape[-1], dtype=plain(d).dtype), d)


def lower_half(x: Array) -> Array:
    """The lower triangle with half the diagonal: Φ of the rule for Cholesky."""
    n = x.shape[-1]
    return tril(x) * (1 - 0.5 * np.eye(n)).astype(plain(x).dtype)
