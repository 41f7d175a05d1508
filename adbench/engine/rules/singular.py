"""Singular values and vectors.

With P = Uᴴ Ẋ V and Eᵢⱼ = sⱼ² − sᵢ² (no term where it is 0):

    ṡ = Re diag P,   U̇ = U ((P S + S Pᴴ) / E) + (I − U Uᴴ) Ẋ V S⁻¹,   V̇ = V ((S P + Pᴴ S) / E) + (I − V Vᴴ) Ẋᴴ U S⁻¹

Where singular values are repeated or 0, functions that do not depend on the choice of vectors have the right
derivative.
Source: Townsend, Differentiating the singular value decomposition (2016); Wan & Zhang (2019) for complex ones.
"""

# Rules refer to each other before they are declared.
# mypy: disable-error-code="has-type"

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from adbench.engine.core import Array, Tracer
from adbench.engine.errors import NotDetermined
from adbench.engine.primitive import primitive
from adbench.engine.rules.elementwise import apart
from adbench.engine.rules.indexing import diagonal
from adbench.engine.rules.matrix import adjoint, columns, diagonal_matrix
from adbench.engine.rules.packing import packed, row, unpacked, vector
from adbench.engine.rules.parts import I, conj, imag, is_complex, real
from adbench.engine.rules.shape import expand_dims
from adbench.engine.rules.spectral import inverse_gaps


class SVDResult(NamedTuple):
    """A = U diag(S) Vh."""

    U: Array
    S: Array
    Vh: Array


def __svd(x: Array) -> Array:
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    return np.concatenate([u, s[..., None, :], np.conj(np.matrix_transpose(vh))], axis=-2)


def _svd_tangent(t: Array, y: Array, x: Array) -> Array:
    u, s, v = triple(y, x)
    p = adjoint(u) @ t @ v
    h, f = adjoint(p), inverse_gaps(s * s)
    u_dot = u @ (f * (columns(p, s) + rows(s, h))) + columns(outside(u, t @ v), 1.0 / apart(s))
    v_dot = v @ (f * (rows(s, p) + columns(h, s))) + columns(outside(v, adjoint(t) @ u), 1.0 / apart(s))
    if is_complex(p):  # half of the phase each, so that U Vᴴ turns by all of it
        turn = columns(diagonal_matrix(imag(diagonal(p))), 0.5 / apart(s)) * I
        u_dot, v_dot = u_dot + u @ turn, v_dot - v @ turn
    return packed(u_dot, row(real(diagonal(p))), v_dot)


def _svd_cotangent(t: Array, y: Array, x: Array) -> Array:
    (u, s, v), (u_bar, s_bar, v_bar) = triple(y, x), triple(conj(t), x)
    f = inverse_gaps(s * s)
    uu, vv = adjoint(u) @ u_bar, adjoint(v) @ v_bar
    middle = columns(f * (uu - adjoint(uu)), s) + rows(s, f * (vv - adjoint(vv))) + diagonal_matrix(s_bar)
    if is_complex(uu):
        middle = middle + I * diagonal_matrix(0.5 * imag(diagonal(uu - vv)) / apart(s))
    whole = u @ middle @ adjoint(v)
    whole = whole + columns(outside(u, u_bar), 1.0 / apart(s)) @ adjoint(v)
    return conj(whole + columns(u, 1.0 / apart(s)) @ adjoint(outside(v, v_bar)))


def _svdvals_tangent(t: Array, s: Array, x: Array) -> Array:
    u, _, vh = svd(x, full_matrices=False)
    return real(diagonal(adjoint(u) @ t @ adjoint(vh)))


def _svdvals_cotangent(t: Array, s: Array, x: Array) -> Array:
    """U diag(s̄) Vᴴ."""
    u, _, vh = svd(x, full_matrices=False)
    return conj(columns(u, t) @ vh)


# fmt: off
_svd    = primitive(__svd,           jvp=[_svd_tangent],     vjp=[_svd_cotangent])
svdvals = primitive(np.linalg.svdvals, jvp=[_svdvals_tangent], vjp=[_svdvals_cotangent])
# fmt: on


def svd(x: Array, /, *, full_matrices: bool = True) -> SVDResult:
    """Singular values, descending, with orthonormal singular vectors, whose signs or phases are LAPACK's.

    Raises:
        NotDetermined: the derivative with `full_matrices` of a matrix that is not square, whose added vectors are any.
    """
    m, n = x.shape[-2:]
    if full_matrices and m != n:
        if not isinstance(x, Tracer):
            return SVDResult(*np.linalg.svd(x))
        added = f"the last {abs(m - n)} {'columns of U' if m > n else 'rows of Vh'}"
        what = f"{added} are a basis of what is orthogonal to the others"
        name = "linalg.svd with full_matrices=True of a matrix that is not square"
        raise NotDetermined(name, what, "full_matrices=False")
    u, s, v = triple(_svd(x), x)
    return SVDResult(u, s, adjoint(v))


def triple(whole: Array, x: Array) -> tuple[Array, Array, Array]:
    """U, s and V from their stack."""
    m, n = x.shape[-2:]
    u, s, v = unpacked(whole, (m, 1, n))
    return u, real(vector(s)), v


def rows(factors: Array, x: Array) -> Array:
    """diag(factors) X: each row times a number."""
    return expand_dims(factors, -1) * x


def outside(u: Array, x: Array) -> Array:
    """(I − U Uᴴ) X."""
    return x - u @ (adjoint(u) @ x)
