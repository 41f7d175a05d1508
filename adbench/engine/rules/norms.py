"""Norms of vectors and matrices; the derivative of a norm at 0 is 0, its subgradient of least size."""

from __future__ import annotations

from typing import Any

import numpy as np

from adbench.engine.arrays import add_reduce, axes_of, count, kept_shape
from adbench.engine.core import Array, plain
from adbench.engine.rules.elementwise import abs, power, where
from adbench.engine.rules.moments import root
from adbench.engine.rules.parts import squared
from adbench.engine.rules.reduction import Axis, _largest, _smallest, _summed
from adbench.engine.rules.shape import moveaxis, reshape
from adbench.engine.rules.singular import svdvals


def vector_norm(x: Array, /, *, axis: Axis = None, keepdims: bool = False, ord: float = 2) -> Array:
    """(Σ |x|ᵖ)^(1/p) over `axis` for p = `ord`, and its limits at 0 and ±∞."""
    if ord == 2:
        return root(_summed(squared(x), axis, keepdims))
    size = abs(x)
    if ord == 0:
        return add_reduce(plain(x) != 0, axis, plain(size).dtype, None, keepdims)
    if ord == 1:
        return _summed(size, axis, keepdims)
    if ord in (np.inf, -np.inf):
        return (_largest if ord > 0 else _smallest)(size, axis=axis, keepdims=keepdims)
    unit = _unit(plain(size), axis, ord)
    total = _summed(power(size / unit, ord), axis, True)
    undefined = (plain(total) == 0) | np.isinf(plain(total))
    y = unit * where(undefined, plain(total) ** (1 / ord), power(where(undefined, 1.0, total), 1 / ord))
    return y if keepdims else _summed(y, axis)


def _unit(size: Array, axis: Axis, ord: float) -> Array:
    """The power of two below the largest size, or for a negative order the smallest.

    In this unit the powers of sizes neither overflow nor underflow, nor do their derivatives, and measuring in it
    rounds nothing.
    """
    if not count(size.shape, axis):
        return np.ones((), size.dtype)
    chief = (_largest if ord > 0 else _smallest)(size, axis=axis, keepdims=True)
    return np.exp2(np.floor(np.log2(where((chief > 0) & (chief < np.inf), chief, 1.0))))


def matrix_norm(x: Array, /, *, keepdims: bool = False, ord: Any = "fro") -> Array:
    """A norm of the matrices in the last two axes.

    Args:
        ord: "fro", "nuc" (the sum of the singular values), ±2 (the extreme one), ±1 and ±∞ (the extreme sum of the
            absolute values of a column, of a row).
    """
    if ord == "fro":
        return vector_norm(x, axis=(-2, -1), keepdims=keepdims)
    if ord in ("nuc", 2, -2):
        s = svdvals(x)
        y = _summed(positive(s, x), -1) if ord == "nuc" else (_largest if ord > 0 else _smallest)(s, axis=-1)
    elif ord in (1, -1, np.inf, -np.inf):
        sums = _summed(abs(x), -2 if ord in (1, -1) else -1)
        y = (_largest if ord > 0 else _smallest)(sums, axis=-1)
    else:
        raise ValueError(f"matrix_norm has no ord {ord!r}; there are 'fro', 'nuc', 2, -2, 1, -1, inf and -inf")
    return reshape(y, (*y.shape, 1, 1)) if keepdims else y


def norm(x: Array, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Array:
    """NumPy's norm: of vectors along one axis, of matrices in two, or without `ord` of all entries."""
    if ord is None:
        return vector_norm(x, axis=axis, keepdims=keepdims)
    if axis is None and x.ndim > 2:
        raise ValueError(f"norm with ord={ord!r} takes one axis or two, and the array has {x.ndim}; name them by axis")
    axes = axes_of(axis, x.ndim)
    if len(axes) == 1:
        return vector_norm(x, axis=axes[0], keepdims=keepdims, ord=ord)
    y = matrix_norm(moveaxis(x, axes, (-2, -1)), ord=ord)
    return reshape(y, kept_shape(x.shape, axes)) if keepdims else y


def positive(s: Array, x: Array) -> Array:
    """Singular values without the derivative of those that are 0 to rounding, where they have a kink."""
    values = plain(s)
    rounding = max(x.shape[-2:]) * np.finfo(values.dtype).eps * values.max(axis=-1, keepdims=True, initial=0)
    return where(values <= rounding, values, s)
