"""Eigenvalues and eigenvectors of Hermitian matrices; the derivative is by the Hermitian part.

    C = Vᴴ Ẋ V,   ẇ = diag C,   V̇ = V (F ∘ C),   Fᵢⱼ = 1 / (wⱼ − wᵢ)

Where eigenvalues are repeated, F is 0: eigenvectors have no derivative there, and functions that do not depend on
their choice, a determinant or a norm, have the right one.
Source: Giles (2008), §3.1; Magnus & Neudecker, Matrix Differential Calculus (2019), §8.9.
"""

# Rules refer to each other before they are declared.
# mypy: disable-error-code="has-type"

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from adbench.engine.core import Array, plain
from adbench.engine.primitive import primitive
from adbench.engine.rules.elementwise import where
from adbench.engine.rules.indexing import diagonal
from adbench.engine.rules.matrix import adjoint, columns, diagonal_matrix, hermitian
from adbench.engine.rules.packing import packed, row, unpacked, vector
from adbench.engine.rules.parts import conj, real
from adbench.engine.rules.shape import expand_dims


class EighResult(NamedTuple):
    """A = V diag(w) Vᴴ."""

    eigenvalues: Array
    eigenvectors: Array


def __eigh(x: Array) -> Array:
    w, v = np.linalg.eigh(x)
    return np.concatenate([w[..., None, :], v], axis=-2)


def _eigh_tangent(t: Array, y: Array, x: Array) -> Array:
    w, v = system(y)
    c = adjoint(v) @ hermitian(t) @ v
    return packed(row(diagonal(c)), v @ (inverse_gaps(w) * c))


def _eigh_cotangent(t: Array, y: Array, x: Array) -> Array:
    """V (diag w̄ + F ∘ Vᴴ V̄) Vᴴ."""
    (w, v), (w_bar, v_bar) = system(y), system(conj(t))
    middle = diagonal_matrix(w_bar) + inverse_gaps(w) * (adjoint(v) @ v_bar)
    return conj(hermitian(v @ middle @ adjoint(v)))


def _eigvalsh_tangent(t: Array, w: Array, x: Array) -> Array:
    v = eigh(x).eigenvectors
    return real(diagonal(adjoint(v) @ hermitian(t) @ v))


def _eigvalsh_cotangent(t: Array, w: Array, x: Array) -> Array:
    """V diag(w̄) Vᴴ."""
    v = eigh(x).eigenvectors
    return conj(columns(v, t) @ adjoint(v))


# fmt: off
_eigh    = primitive(__eigh,           jvp=[_eigh_tangent],     vjp=[_eigh_cotangent])
eigvalsh = primitive(np.linalg.eigvalsh, jvp=[_eigvalsh_tangent], vjp=[_eigvalsh_cotangent])
# fmt: on


def eigh(x: Array, /) -> EighResult:
    """Eigenvalues, ascending, and orthonormal eigenvectors in columns, whose signs or phases are LAPACK's."""
    return EighResult(*system(_eigh(x)))


def system(whole: Array) -> tuple[Array, Array]:
    """Eigenvalues and eigenvectors from their stack."""
    w, v = unpacked(whole, (1, whole.shape[-1]))
    return real(vector(w)), v


def inverse_gaps(w: Array) -> Array:
    """1 / (wⱼ − wᵢ); 0 on the diagonal and where eigenvalues are equal to rounding."""
    values = plain(w)
    size = np.abs(values).max(axis=-1, initial=0.0)[..., None, None]
    apart = np.abs(values[..., None, :] - values[..., None]) > w.shape[-1] * np.finfo(values.dtype).eps * size
    gaps = expand_dims(w, -2) - expand_dims(w, -1)
    return where(apart, 1.0 / where(apart, gaps, 1.0), 0.0)
