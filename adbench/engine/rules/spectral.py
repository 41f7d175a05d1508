"""Eigenvalues and eigenvectors of Hermitian matrices; the derivative is by the Hermitian part.

    C = Vᴴ Ẋ V,   ẇ = diag C,   V̇ = V (F ∘ C),   Fᵢⱼ = 1 / (wⱼ − wᵢ)

Where eigenvalues are repeated, F is 0: eigenvectors have no derivative there, and functions that do not depend on
their choice, a determinant or a norm, have the right one; see `repeated` for the second. Rules take the plain
decomposition beside X, so that all derivatives are of the same eigenvectors.
Source: Giles (2008), §3.1; Magnus & Neudecker, Matrix Differential Calculus (2019), §8.9.
"""

# Rules refer to each other before they are declared.
# mypy: disable-error-code="has-type"

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from adbench.engine.core import Array, Tracer, plain
from adbench.engine.primitive import piecewise_constant, primitive
from adbench.engine.rules.elementwise import where
from adbench.engine.rules.indexing import diagonal
from adbench.engine.rules.matrix import adjoint, columns, hermitian
from adbench.engine.rules.parts import conj, real
from adbench.engine.rules.repeated import adapted, distinct, equal, split, tangent_in
from adbench.engine.rules.shape import expand_dims


class EighResult(NamedTuple):
    """A = V diag(w) Vᴴ."""

    eigenvalues: Array
    eigenvectors: Array


def __decomposed(x: Array) -> Array:
    w, v = np.linalg.eigh(x)
    return np.concatenate([w[..., None, :], v], axis=-2)


def __eigvalsh(x: Array, system: Array) -> Array:
    return np.real(system[..., 0, :])


def __eigenvectors(x: Array, system: Array) -> Array:
    return system[..., 1:, :]


def _eigvalsh_tangent(t: Array, w: Array, x: Array, system: Array) -> Array:
    v = _eigenvectors(x, system)
    return real(diagonal(adjoint(v) @ hermitian(t) @ v))


def _eigvalsh_cotangent(t: Array, w: Array, x: Array, system: Array) -> Array:
    """V diag(w̄) Vᴴ."""
    v = _eigenvectors(x, system)
    x_bar = columns(v, t) @ adjoint(v)
    slopes = split(t, w)
    if slopes is not None:  # a term that is 0, and whose derivative is what that of V lacks
        u = plain(v)
        x_bar = x_bar + u @ (slopes * (adjoint(u) @ hermitian(x - plain(x)) @ u)) @ adjoint(u)
    return conj(x_bar)


def _eigenvectors_tangent(t: Array, v: Array, x: Array, system: Array) -> Array:
    c = adjoint(v) @ hermitian(t) @ v
    return v @ (inverse_gaps(_eigvalsh(x, system)) * c)


def _eigenvectors_cotangent(t: Array, v: Array, x: Array, system: Array) -> Array:
    """V (F ∘ Vᴴ V̄) Vᴴ."""
    middle = inverse_gaps(_eigvalsh(x, system)) * (adjoint(v) @ conj(t))
    return conj(hermitian(v @ middle @ adjoint(v)))


# fmt: off
_decomposed   = piecewise_constant(__decomposed)
_eigvalsh     = primitive(__eigvalsh,     jvp=[_eigvalsh_tangent, None],     vjp=[_eigvalsh_cotangent, None])
_eigenvectors = primitive(__eigenvectors, jvp=[_eigenvectors_tangent, None], vjp=[_eigenvectors_cotangent, None])
# fmt: on


def eigh(x: Array, /) -> EighResult:
    """Eigenvalues, ascending, and orthonormal eigenvectors in columns, whose signs or phases are LAPACK's."""
    system = decomposed(x)
    return EighResult(_eigvalsh(x, system), _eigenvectors(x, system))


def eigvalsh(x: Array, /) -> Array:
    """The eigenvalues, ascending."""
    return _eigvalsh(x, decomposed(x)) if isinstance(x, Tracer) else np.linalg.eigvalsh(x)


def decomposed(x: Array) -> Array:
    """Eigenvalues in a row above eigenvectors, plain: what the derivatives of both are taken of."""
    system, x_dot = _decomposed(x), tangent_in(x)
    return system if x_dot is None or distinct(system) else adapted(system, x_dot)


def inverse_gaps(w: Array) -> Array:
    """1 / (wⱼ − wᵢ); 0 on the diagonal and where eigenvalues are equal to rounding."""
    same = equal(plain(w))
    gaps = expand_dims(w, -2) - expand_dims(w, -1)
    return where(same, 0.0, 1.0 / where(same, 1.0, gaps))
