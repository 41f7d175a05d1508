"""Linear systems: solve, inv, triangular and Cholesky solves, pinv.

Source: Giles, An extended collection of matrix derivative results (2008); Golub & Pereyra (1973) for pinv.
"""

# Rules refer to each other before they are declared.
# mypy: disable-error-code="has-type"

from __future__ import annotations

from typing import Any

import numpy as np

from adbench.engine.core import Array, plain
from adbench.engine.primitive import primitive
from adbench.engine.rules.matrix import adjoint, eye_like
from adbench.engine.rules.parts import conj
from adbench.engine.rules.shape import expand_dims, matrix_transpose, squeeze, tril, triu


def _solve_triangular(a: Array, b: Array, *, lower: bool) -> Array:
    """Substitution, by LAPACK's solver: it finds no row to exchange in an upper triangle, and nothing to eliminate."""
    if lower:  # backwards it is an upper one
        return np.linalg.solve(a[..., ::-1, ::-1], b[..., ::-1, :])[..., ::-1, :]
    return np.linalg.solve(a, b)


def _left_cotangent(t: Array, z: Array, a: Array, b: Array) -> Array:
    """−A⁻ᵀ Z̄ Zᵀ."""
    return -(_solve(matrix_transpose(a), t) @ matrix_transpose(z))


def _triangular_left_cotangent(t: Array, z: Array, a: Array, b: Array, lower: bool) -> Array:
    """The triangle of −A⁻ᵀ Z̄ Zᵀ."""
    return (tril if lower else triu)(-(_by_transpose(t, a, lower) @ matrix_transpose(z)))


def _by_transpose(t: Array, a: Array, lower: bool) -> Array:
    return _triangular(matrix_transpose(a), t, lower=not lower)


def _pinv_tangent(t: Array, p: Array, a: Array, **options: Any) -> Array:
    """−P Ȧ P + P Pᴴ Ȧᴴ (I − A P) + (I − P A) Ȧᴴ Pᴴ P, where the rank is constant."""
    outside, kernel = _residual(a, p), _residual(p, a)
    return -(p @ t @ p) + p @ adjoint(p) @ adjoint(t) @ outside + kernel @ adjoint(t) @ adjoint(p) @ p


def _pinv_cotangent(t: Array, p: Array, a: Array, **options: Any) -> Array:
    """−Pᴴ P̄ Pᴴ + (I − A P) P̄ᴴ P Pᴴ + Pᴴ P P̄ᴴ (I − P A)."""
    t, h = conj(t), adjoint(p)
    outside, kernel = _residual(a, p), _residual(p, a)
    return conj(-(h @ t @ h) + outside @ adjoint(t) @ p @ h + h @ p @ adjoint(t) @ kernel)


def _residual(a: Array, p: Array) -> Array:
    """I − A P."""
    product = a @ p
    return eye_like(product) - product


# fmt: off
_solve      = primitive(np.linalg.solve,
                        jvp=[lambda t, z, a, b: -_solve(a, t @ z), lambda t, z, a, b: _solve(a, t)],
                        vjp=[_left_cotangent, lambda t, z, a, b: _solve(matrix_transpose(a), t)])
_triangular = primitive(_solve_triangular,
                        jvp=[lambda t, z, a, b, lower: -_triangular(a, (tril if lower else triu)(t) @ z, lower=lower),
                             lambda t, z, a, b, lower: _triangular(a, t, lower=lower)],
                        vjp=[_triangular_left_cotangent, lambda t, z, a, b, lower: _by_transpose(t, a, lower)])
inv         = primitive(np.linalg.inv,
                        jvp=[lambda t, y, x: -(y @ t @ y)],
                        vjp=[lambda t, y, x: -(matrix_transpose(y) @ t @ matrix_transpose(y))])
_pinv       = primitive(np.linalg.pinv, jvp=[_pinv_tangent], vjp=[_pinv_cotangent])
# fmt: on


def solve(a: Array, b: Array, /) -> Array:
    """The solution of A Z = B for matrices A and a vector, which has one axis, or matrices B."""
    return of_vectors(_solve, a, b)


def solve_triangular(
    a: Array, b: Array, /, *, trans: int | str = 0, lower: bool = False, unit_diagonal: bool = False
) -> Array:
    """The solution of A Z = B, AᵀZ = B (`trans` 1 or "T") or AᴴZ = B (2 or "C") for one triangle of A.

    Args:
        lower: which triangle of `a`; the other is not looked at.
        unit_diagonal: take the diagonal for ones, whatever it is.
    """
    a = (tril if lower else triu)(a, k=(-1 if lower else 1) if unit_diagonal else 0)
    if unit_diagonal:
        a = a + eye_like(a)
    if trans not in (0, "N"):
        a, lower = adjoint(a) if trans in (2, "C") else matrix_transpose(a), not lower
    return of_vectors(lambda a, b: _triangular(a, b, lower=lower), a, b)


def cho_solve(c_and_lower: tuple[Array, bool], b: Array, /) -> Array:
    """The solution of A Z = B from the Cholesky factor of A and whether it is the lower one."""
    c, lower = c_and_lower
    half = solve_triangular(c, b, trans=0 if lower else 2, lower=lower)
    return solve_triangular(c, half, trans=2 if lower else 0, lower=lower)


def pinv(x: Array, /, *, rtol: Any = None) -> Array:
    """The Moore–Penrose inverse; singular values up to `rtol` times the largest count as zero."""
    if rtol is None:
        rtol = max(x.shape[-2:]) * np.finfo(plain(x).dtype).eps
    return _pinv(x, rtol=rtol)


def of_vectors(solve: Any, a: Array, b: Array) -> Array:
    """`solve` for a vector, which has one axis, or for matrices."""
    if np.ndim(plain(b)) > 1:
        return solve(a, b)
    return squeeze(solve(a, expand_dims(b, -1)), -1)
