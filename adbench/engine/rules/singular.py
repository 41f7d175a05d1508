"""Singular values and vectors.

With P = Uᴴ Ẋ V,   F⁻ᵢⱼ = 1 / (sⱼ − sᵢ)   and   F⁺ᵢⱼ = 1 / (sⱼ + sᵢ)   (0 where the denominator is):

    ṡ = Re diag P,   U̇ = U (A + B) + (I − U Uᴴ) Ẋ V S⁻¹,   V̇ = V (A − B) + (I − V Vᴴ) Ẋᴴ U S⁻¹

    A = F⁻ ∘ (P + Pᴴ) / 2,   B = F⁺ ∘ (P − Pᴴ) / 2

Where singular values are repeated or 0, functions that do not depend on the choice of vectors have the right
derivative; see `repeated` for the second.
Source: Townsend, Differentiating the singular value decomposition (2016); Wan & Zhang (2019) for complex ones.
"""

# Rules refer to each other before they are declared.
# mypy: disable-error-code="has-type"

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from adbench.engine.core import Array, Tracer, plain
from adbench.engine.errors import NotDetermined
from adbench.engine.primitive import piecewise_constant, primitive
from adbench.engine.rules.elementwise import apart, where
from adbench.engine.rules.indexing import diagonal
from adbench.engine.rules.matrix import adjoint, columns, diagonal_matrix, hermitian
from adbench.engine.rules.packing import packed, row, unpacked, vector
from adbench.engine.rules.parts import conj, real
from adbench.engine.rules.repeated import adapted_pairs, distinct, split, tangent_in, vanishing
from adbench.engine.rules.shape import expand_dims
from adbench.engine.rules.spectral import inverse_gaps


class SVDResult(NamedTuple):
    """A = U diag(S) Vh."""

    U: Array
    S: Array
    Vh: Array


def __decomposed(x: Array) -> Array:
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    return np.concatenate([u, s[..., None, :], np.conj(np.matrix_transpose(vh))], axis=-2)


def __svd(x: Array, system: Array) -> Array:
    return system


def __svdvals(x: Array, system: Array) -> Array:
    return np.real(system[..., x.shape[-2], :])


def _svd_tangent(t: Array, y: Array, x: Array, system: Array) -> Array:
    u, s, v = triple(y, x)
    p = adjoint(u) @ t @ v
    a, b = inverse_gaps(s) * hermitian(p), inverse_sums(s) * (0.5 * (p - adjoint(p)))
    u_dot = u @ (a + b) + columns(outside(u, t @ v), 1.0 / apart(s))
    v_dot = v @ (a - b) + columns(outside(v, adjoint(t) @ u), 1.0 / apart(s))
    return packed(u_dot, row(real(diagonal(p))), v_dot)


def _svd_cotangent(t: Array, y: Array, x: Array, system: Array) -> Array:
    (u, s, v), (u_bar, s_bar, v_bar) = triple(y, x), triple(conj(t), x)
    uu, vv = adjoint(u) @ u_bar, adjoint(v) @ v_bar
    plus, minus = uu + vv, uu - vv
    middle = inverse_gaps(s) * (plus - adjoint(plus)) + inverse_sums(s) * (minus - adjoint(minus))
    x_bar = u @ (0.5 * middle + diagonal_matrix(s_bar)) @ adjoint(v)
    x_bar = x_bar + columns(outside(u, u_bar), 1.0 / apart(s)) @ adjoint(v)
    return conj(x_bar + columns(u, 1.0 / apart(s)) @ adjoint(outside(v, v_bar)))


def _svdvals_tangent(t: Array, s: Array, x: Array, system: Array) -> Array:
    u, _, v = triple(_svd(x, system), x)
    return real(diagonal(adjoint(u) @ t @ v))


def _svdvals_cotangent(t: Array, s: Array, x: Array, system: Array) -> Array:
    """U diag(s̄) Vᴴ."""
    u, _, v = triple(_svd(x, system), x)
    x_bar = columns(u, t) @ adjoint(v)
    slopes = split(t, s)
    if slopes is not None:  # as for eigenvalues
        u, v = plain(u), plain(v)
        p = adjoint(u) @ (x - plain(x)) @ v
        x_bar = x_bar + u @ (slopes * where(inverse_sums(plain(s)) == 0, p, hermitian(p))) @ adjoint(v)
    return conj(x_bar)


# fmt: off
_decomposed = piecewise_constant(__decomposed)
_svd        = primitive(__svd,     jvp=[_svd_tangent, None],     vjp=[_svd_cotangent, None])
_svdvals    = primitive(__svdvals, jvp=[_svdvals_tangent, None], vjp=[_svdvals_cotangent, None])
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
    system = decomposed(x)
    u, _, v = triple(_svd(x, system), x)
    return SVDResult(u, _svdvals(x, system), adjoint(v))


def svdvals(x: Array, /) -> Array:
    """The singular values, descending."""
    return _svdvals(x, decomposed(x)) if isinstance(x, Tracer) else np.linalg.svdvals(x)


def decomposed(x: Array) -> Array:
    """U, a row of singular values and V, stacked, plain: what all derivatives are taken of."""
    system, x_dot, m = _decomposed(x), tangent_in(x), x.shape[-2]
    return system if x_dot is None or distinct(system, m) else adapted_pairs(system, x_dot)


def inverse_sums(s: Array) -> Array:
    """1 / (sⱼ + sᵢ); 0 where both are 0 to rounding."""
    sums = expand_dims(s, -2) + expand_dims(s, -1)
    zero = vanishing(plain(s))
    return where(zero, 0.0, 1.0 / where(zero, 1.0, sums))


def triple(whole: Array, x: Array) -> tuple[Array, Array, Array]:
    """U, s and V from their stack."""
    m, n = x.shape[-2:]
    u, s, v = unpacked(whole, (m, 1, n))
    return u, real(vector(s)), v


def outside(u: Array, x: Array) -> Array:
    """(I − U Uᴴ) X."""
    return x - u @ (adjoint(u) @ x)
