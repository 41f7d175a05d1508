"""Products of matrices over jets: powers, the exponential, and the standard's names for NumPy's own products."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from flint import arb, ctx

from adbench.errors import InvalidCase, NotCertified
from adbench.oracle.jet import jet
from adbench.oracle.linalg.charges import charged_derivatives, row_sum_norm, spread, widened
from adbench.oracle.linalg.elimination import inv
from adbench.oracle.linalg.stacks import (
    as_jets,
    at_working_precision,
    conjugated,
    identity,
    matrices,
    over_stack,
    values,
)


def trace(x: Any, /, *, offset: int = 0) -> Any:
    """The sum along a diagonal; shape (…, m, n) to (…)."""
    return np.sum(diagonal(x, offset=offset), axis=-1)


def diagonal(x: Any, /, *, offset: int = 0) -> np.ndarray:
    """A diagonal, above the main one for a positive offset; shape (…, m, n)."""
    return np.diagonal(as_jets(x), offset, axis1=-2, axis2=-1)


def outer(x: Any, y: Any, /) -> np.ndarray:
    """x yᵀ of vectors."""
    return np.asarray(np.multiply.outer(as_jets(x), as_jets(y)), dtype=object)


def cross(x: Any, y: Any, /, *, axis: int = -1) -> np.ndarray:
    """x × y along an axis of 3 entries; the other axes broadcast."""
    x, y = (np.moveaxis(as_jets(z), axis, -1) for z in (x, y))
    if x.shape[-1] != 3 or y.shape[-1] != 3:
        raise InvalidCase(f"cross: the axis has {x.shape[-1]} and {y.shape[-1]} entries, expected 3")
    made = [x[..., i] * y[..., j] - x[..., j] * y[..., i] for i, j in ((1, 2), (2, 0), (0, 1))]
    return np.moveaxis(np.stack([np.asarray(z, dtype=object) for z in made], axis=-1), -1, axis)


def vecdot(x: Any, y: Any, /, *, axis: int = -1) -> Any:
    """Σ x̄ᵢ yᵢ along an axis, counted from the end; the operands broadcast."""
    return np.sum(np.asarray(conjugated(as_jets(x)) * as_jets(y), dtype=object), axis=axis)


def matmul(x: Any, y: Any, /) -> Any:
    """The matrix product."""
    return np.matmul(as_jets(x), as_jets(y))


def multi_dot(arrays: Sequence[Any], /) -> Any:
    """The product of two or more matrices, from the left; the first and the last may be vectors."""
    if len(arrays) < 2:
        raise InvalidCase(f"multi_dot: expected two arrays or more, got {len(arrays)}")
    return functools.reduce(matmul, arrays)


def kron(x: Any, y: Any, /) -> Any:
    """The Kronecker product: blocks xᵢⱼ Y; of any two shapes, the shorter with axes of 1 in front."""
    x, y = as_jets(x), as_jets(y)
    ndim = max(x.ndim, y.ndim)
    x, y = (z.reshape((1,) * (ndim - z.ndim) + z.shape) for z in (x, y))
    blocks = np.asarray(np.multiply.outer(x, y), dtype=object)
    interleaved = blocks.transpose([axis for i in range(ndim) for axis in (i, ndim + i)])
    return interleaved.reshape([m * n for m, n in zip(x.shape, y.shape, strict=True)])[()]


def tensordot(x: Any, y: Any, /, *, axes: Any = 2) -> Any:
    """The sum of products over pairs of axes."""
    return np.asarray(np.tensordot(as_jets(x), as_jets(y), axes=axes), dtype=object)[()]


def matrix_transpose(x: Any, /) -> np.ndarray:
    """The last two axes swapped."""
    return np.matrix_transpose(as_jets(x))


def matrix_power(x: Any, n: int, /) -> np.ndarray:
    """Xⁿ by repeated squaring; of the inverse for n < 0; shape (…, k, k).

    Raises:
        NotCertified: n < 0 and a matrix may be singular.
    """
    x = matrices("matrix_power", x, square=True)
    if n == 0:
        return np.broadcast_to(identity(x.shape[-1]), x.shape).copy()
    square, power = inv(x) if n < 0 else x, None
    bits = abs(n)
    while True:
        if bits & 1:
            power = square if power is None else power @ square
        bits >>= 1
        if not bits:
            return np.asarray(power, dtype=object)
        square = square @ square


def expm(x: Any, /) -> np.ndarray:
    """The matrix exponential by its series, scaling and squaring; shape (…, n, n).

    With X = A/2ˢ and θ = ‖X‖ (the largest row sum), what the series leaves out after N terms is in each entry at most

        Σ_{k>N} θᵏ/k!,  Σ_{k>N} θᵏ⁻¹/(k−1)! ‖X'‖,  Σ_{k>N} θᵏ⁻²/(k−2)! ‖X'u‖ ‖X'v‖ + Σ_{k>N} θᵏ⁻¹/(k−1)! ‖X''‖

    in the value, the first and the second order, as the norm is submultiplicative; each order's radius is so widened.

    Raises:
        NotCertified: a matrix is not finite.
    """
    return np.asarray(over_stack(lambda one: (_expm(one),), matrices("expm", x, square=True))[0], dtype=object)


def _expm(a: np.ndarray) -> np.ndarray:
    norm = row_sum_norm([j.value for j in a.flat], len(a))
    if not norm.is_finite():
        raise NotCertified(f"expm: the matrix is not finite {at_working_precision()}")
    squarings = max(0, math.frexp(float(norm))[1]) + ctx.prec // 64 * 2
    x = np.asarray(a * jet(arb(2) ** -squarings), dtype=object)
    terms, theta = 2, norm * arb(2) ** -squarings
    while _tail(theta, terms - 2) > arb(2) ** -ctx.prec:
        terms += 1
    y = identity(len(a))
    for k in range(terms, 0, -1):  # Horner: 1 + X(1 + X/2 (1 + X/3 (…)))
        y = identity(len(a)) + (x @ y) * jet(1 / arb(k))
    y = widened(y, x, [_tail(theta, terms - order) for order in range(3)])
    for _ in range(squarings):
        y = y @ y
    size = spread(values(y))  # libraries solve for a quotient of polynomials, where every entry has errors of the norm
    return charged_derivatives(y, a, size, size)


def _tail(theta: arb, n: int) -> arb:
    """An upper bound of Σ_{k>n} θᵏ/k!, by a geometric series."""
    if not theta < n + 2:
        return arb("inf")
    return (theta ** (n + 1) / arb(n + 1).gamma() / (n + 1) / (1 - theta / (n + 2))).upper()
