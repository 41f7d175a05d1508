"""Linear algebra that factorises: solve, inv, det, slogdet, cholesky.

Source of the rules: Giles, An extended collection of matrix derivative results (2008).
"""

# Rules refer to each other before they are declared.
# mypy: disable-error-code="has-type"

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from adbench.engine.core import Array, plain
from adbench.engine.primitive import primitive
from adbench.engine.rules.indexing import diagonal
from adbench.engine.rules.reduction import _summed
from adbench.engine.rules.shape import expand_dims, matrix_transpose, squeeze, tril


class SlogdetResult(NamedTuple):
    """Sign and logarithm of the absolute value of a determinant."""

    sign: Array
    logabsdet: Array


def _logabsdet(x: Array) -> Array:
    return np.linalg.slogdet(x).logabsdet


def _left_solve_cotangent(z_bar: Array, z: Array, a: Array, b: Array) -> Array:
    """−A⁻ᵀ Z̄ Zᵀ."""
    return -(_solve(matrix_transpose(a), z_bar) @ matrix_transpose(z))


def _trace_of_product(x: Array, y: Array) -> Array:
    """tr XᵀY."""
    return _summed(x * y, (-2, -1))


def _lift(y: Array) -> Array:
    """A scalar for each matrix, with two axes to broadcast over the matrix."""
    return expand_dims(y, (-2, -1))


def _lower_half(x: Array) -> Array:
    """The lower triangle with half the diagonal: Φ of the rule for Cholesky."""
    n = x.shape[-1]
    return tril(x) * (1 - 0.5 * np.eye(n)).astype(x.dtype)


def _cholesky_tangent(x_dot: Array, y: Array, x: Array) -> Array:
    """L Φ(L⁻¹ Ẋ L⁻ᵀ), with the symmetric part of Ẋ."""
    left = _solve(y, symmetric(x_dot))
    return y @ _lower_half(_solve(y, matrix_transpose(left)))


def _cholesky_cotangent(y_bar: Array, y: Array, x: Array) -> Array:
    """The symmetric part of L⁻ᵀ Φ(Lᵀ L̄) L⁻¹."""
    upper = matrix_transpose(y)
    left = _solve(upper, _lower_half(upper @ y_bar))
    return symmetric(matrix_transpose(_solve(upper, matrix_transpose(left))))


def symmetric(x: Array) -> Array:
    """(X + Xᵀ) / 2."""
    return 0.5 * (x + matrix_transpose(x))


# fmt: off
_solve    = primitive(np.linalg.solve,
                      jvp=[lambda t, z, a, b: -_solve(a, t @ z), lambda t, z, a, b: _solve(a, t)],
                      vjp=[_left_solve_cotangent, lambda t, z, a, b: _solve(matrix_transpose(a), t)])
inv       = primitive(np.linalg.inv,
                      jvp=[lambda x_dot, y, x: -(y @ x_dot @ y)],
                      vjp=[lambda y_bar, y, x: -(matrix_transpose(y) @ y_bar @ matrix_transpose(y))])
det       = primitive(np.linalg.det,
                      jvp=[lambda x_dot, y, x: _trace_of_product(cofactors(x, y), x_dot)],
                      vjp=[lambda y_bar, y, x: _lift(y_bar) * cofactors(x, y)])
logabsdet = primitive(_logabsdet,
                      jvp=[lambda x_dot, y, x: _trace_of_product(matrix_transpose(inv(x)), x_dot)],
                      vjp=[lambda y_bar, y, x: _lift(y_bar) * matrix_transpose(inv(x))])
cholesky  = primitive(np.linalg.cholesky, jvp=[_cholesky_tangent], vjp=[_cholesky_cotangent])
# fmt: on


def solve(a: Array, b: Array, /) -> Array:
    """The solution of A Z = B for matrices A and a vector, which has one axis, or matrices B."""
    if np.ndim(plain(b)) > 1:
        return _solve(a, b)
    return squeeze(_solve(a, expand_dims(b, -1)), -1)


def slogdet(x: Array, /) -> SlogdetResult:
    """Sign and logarithm of the absolute value of det X; the sign has no derivative."""
    return SlogdetResult(np.linalg.slogdet(plain(x)).sign, logabsdet(x))


def trace(x: Array, /, *, offset: int = 0, dtype: Any = None) -> Array:
    """The sums of the diagonals of the matrices in the last two axes."""
    return _summed(diagonal(x, offset), -1)


def cofactors(x: Array, y: Array) -> Array:
    """∂det X/∂X = det X · X⁻ᵀ."""
    return _lift(y) * matrix_transpose(inv(x))
