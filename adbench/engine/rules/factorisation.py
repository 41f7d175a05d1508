"""Cholesky and QR factorisations.

Source: Giles (2008) and Murray, Differentiation of the Cholesky decomposition (2016); Walter & Lehmann, Algorithmic
differentiation of linear algebra functions (2012) for QR.
"""

# Rules refer to each other before they are declared.
# mypy: disable-error-code="has-type"

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from adbench.engine.core import Array, Tracer
from adbench.engine.errors import NotDetermined
from adbench.engine.primitive import primitive
from adbench.engine.rules.indexing import getitem
from adbench.engine.rules.matrix import adjoint, hermitian, lower_half
from adbench.engine.rules.packing import packed, unpacked
from adbench.engine.rules.parts import conj
from adbench.engine.rules.shape import concat
from adbench.engine.rules.solving import _triangular


class QRResult(NamedTuple):
    """A = Q R."""

    Q: Array
    R: Array


def _cholesky_tangent(t: Array, y: Array, x: Array) -> Array:
    """L Φ(L⁻¹ Ẋ L⁻ᴴ), with the Hermitian part of Ẋ."""
    left = _triangular(y, hermitian(t), lower=True)
    return y @ lower_half(_triangular(y, adjoint(left), lower=True))


def _cholesky_cotangent(t: Array, y: Array, x: Array) -> Array:
    """The Hermitian part of L⁻ᴴ Φ(Lᴴ L̄) L⁻¹."""
    upper = adjoint(y)
    left = _triangular(upper, lower_half(upper @ conj(t)), lower=False)
    return conj(hermitian(adjoint(_triangular(upper, adjoint(left), lower=False))))


_cholesky = primitive(np.linalg.cholesky, jvp=[_cholesky_tangent], vjp=[_cholesky_cotangent])


def cholesky(x: Array, /, *, upper: bool = False) -> Array:
    """The triangular factor of X = L Lᴴ, or with `upper` of X = Uᴴ U; the derivative is by the Hermitian part of X."""
    lower = _cholesky(x)
    return adjoint(lower) if upper else lower


def __qr(x: Array) -> Array:
    return np.concatenate(np.linalg.qr(x), axis=-2)


def _qr_tangent(t: Array, y: Array, x: Array) -> Array:
    """With M = Ẋ R⁻¹ and C = QᴴM:  Q̇ = Q Ω + M − Q C,  Ṙ = (C − Ω) R,  Ω the skew part that C's lower half leaves."""
    q, r = unpacked(y, x.shape[-2:])
    m = _right_divided(t, r)
    c = adjoint(q) @ m
    low = lower_half(c)  # half a complex diagonal, whose imaginary part keeps R's diagonal real
    omega = low - adjoint(low)
    return packed(q @ (omega - c) + m, (c - omega) @ r)


def _qr_cotangent(t: Array, y: Array, x: Array) -> Array:
    """[Q̄ + Q copyltu(R R̄ᴴ − Q̄ᴴ Q)] R⁻ᴴ, where copyltu mirrors the lower triangle."""
    (q, r), (q_bar, r_bar) = unpacked(y, x.shape[-2:]), unpacked(conj(t), x.shape[-2:])
    m = r @ adjoint(r_bar) - adjoint(q_bar) @ q
    low = lower_half(m)
    return conj(adjoint(_triangular(r, adjoint(q_bar + q @ (low + adjoint(low))), lower=False)))


def _right_divided(x: Array, r: Array) -> Array:
    """X R⁻¹ for an upper triangle."""
    return adjoint(_triangular(adjoint(r), adjoint(x), lower=True))


_qr = primitive(__qr, jvp=[_qr_tangent], vjp=[_qr_cotangent])


def qr(x: Array, /, *, mode: str = "reduced") -> QRResult:
    """Orthonormal columns Q and an upper triangle R; the first columns of `x` must be independent.

    Raises:
        NotDetermined: the derivative of mode "complete" with more rows than columns, whose added columns are any.
    """
    rows, n = x.shape[-2:]
    if mode == "complete" and rows > n:
        if not isinstance(x, Tracer):
            return QRResult(*np.linalg.qr(x, "complete"))
        what = f"the last {rows - n} columns of Q are a basis of what is orthogonal to the others"
        raise NotDetermined("linalg.qr with mode='complete' of more rows than columns", what, "mode='reduced'")
    k = min(rows, n)
    q, r = unpacked(_qr(getitem(x, (..., slice(k))) if n > k else x), (rows, k))
    if n > k:
        r = concat([r, adjoint(q) @ getitem(x, (..., slice(k, None)))], axis=-1)
    return QRResult(q, r)
