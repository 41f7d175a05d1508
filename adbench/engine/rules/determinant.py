"""Determinants, also of singular matrices: ∂det X/∂X is the matrix of cofactors, which always exists.

    C = det X · X⁻ᵀ          where X is well conditioned
    Cᵢⱼ = (−1)^(i+j) det Xᵢⱼ   the minors without row i and column j, anywhere

The product loses the digits that the inverse lacks, and its derivative loses twice as many; minors lose none. For
large matrices there are too many of them; then C = det(UVᴴ) U diag(Πⱼ≠ᵢ σⱼ) Vᴴ.
"""

# Rules refer to each other before they are declared.
# mypy: disable-error-code="has-type"

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from adbench.engine.arrays import StandIn, is_known
from adbench.engine.core import Array, plain
from adbench.engine.primitive import primitive
from adbench.engine.rules.indexing import getitem
from adbench.engine.rules.matrix import columns, inner, lift
from adbench.engine.rules.parts import I, conj, imag, is_complex, real
from adbench.engine.rules.reduction import others
from adbench.engine.rules.shape import matrix_transpose
from adbench.engine.rules.singular import svd
from adbench.engine.rules.solving import inv

WELL_CONDITIONED = 1e3  # digits that the product of det and inverse may lose; minors take more time
MANY = 24  # rows; their minors take some seconds and 3 MB a level


class SlogdetResult(NamedTuple):
    """Sign and logarithm of the absolute value of a determinant."""

    sign: Array
    logabsdet: Array


def _sign_of_det(x: Array) -> Array:
    return np.linalg.slogdet(x).sign


def __logabsdet(x: Array) -> Array:
    return np.linalg.slogdet(x).logabsdet


def _inverse_transpose(x: Array) -> Array:
    return matrix_transpose(inv(x))


# fmt: off
det        = primitive(np.linalg.det,
                       jvp=[lambda t, y, x: inner(cofactors(x, y), t)],
                       vjp=[lambda t, y, x: lift(t) * cofactors(x, y)])
_logabsdet = primitive(__logabsdet,
                       jvp=[lambda t, y, x: real(inner(_inverse_transpose(x), t))],
                       vjp=[lambda t, y, x: lift(t) * _inverse_transpose(x)])
_phase     = primitive(_sign_of_det,
                       jvp=[lambda t, y, x: I * y * imag(inner(_inverse_transpose(x), t))],
                       vjp=[lambda t, y, x: I * lift(imag(t * y)) * _inverse_transpose(x)])
# fmt: on


def slogdet(x: Array, /) -> SlogdetResult:
    """Sign and logarithm of the absolute value of det X; a real sign has no derivative."""
    return SlogdetResult(_phase(x) if is_complex(x) else _sign_of_det(plain(x)), _logabsdet(x))


def cofactors(x: Array, y: Array) -> Array:
    """∂det X/∂X, for `y` = det X."""
    n = x.shape[-1]
    if n < 2:
        return np.ones(x.shape, plain(x).dtype)
    if isinstance(x, StandIn):
        return x.record(cofactors, x, y)
    if is_known(x) and is_well_conditioned(plain(x)):
        return lift(y) * _inverse_transpose(x)
    return minors(x) if n <= MANY else by_singular_values(x)


def is_well_conditioned(x: Array) -> bool:
    """Whether the condition numbers of all matrices, in the 1-norm, are small."""
    if not np.isfinite(x).all():
        return True  # no formula helps
    try:
        inverse = np.linalg.inv(x)
    except np.linalg.LinAlgError:
        return False
    condition = np.linalg.norm(x, 1, (-2, -1)) * np.linalg.norm(inverse, 1, (-2, -1))
    return bool((condition <= WELL_CONDITIONED).all())


def minors(x: Array) -> Array:
    """The cofactors by their definition."""
    n = x.shape[-1]
    kept = np.array([[i for i in range(n) if i != k] for k in range(n)])
    signs = (1.0 - 2.0 * (np.indices((n, n)).sum(0) % 2)).astype(plain(x).dtype)
    return det(getitem(x, (..., kept[:, None, :, None], kept[None, :, None, :]))) * signs


def by_singular_values(x: Array) -> Array:
    """The cofactors of a large matrix."""
    u, s, vh = svd(x, full_matrices=False)
    turn = np.linalg.det(plain(u)) * np.linalg.det(plain(vh))
    return lift(turn if is_complex(x) else np.sign(turn)) * conj(columns(u, others(s, -1)) @ vh)
