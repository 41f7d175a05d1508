"""Reductions: sums, products, extrema, moments, norms.

`axis` is None, an integer or a tuple, any of them negative; `keepdims` keeps the reduced axes with length 1.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from adbench.engine.arrays import (
    add_reduce,
    axes_of,
    broadcast,
    count,
    kept_shape,
    maximum_reduce,
    minimum_reduce,
    multiply_reduce,
)
from adbench.engine.core import Array, Tracer, plain
from adbench.engine.errors import NoRule
from adbench.engine.primitive import elementwise, linear, primitive
from adbench.engine.rules.elementwise import abs, power, where
from adbench.engine.rules.indexing import getitem
from adbench.engine.rules.shape import astype, broadcast_to, concat, flip, permute_dims, reshape

Axis = int | tuple[int, ...] | None


def _sum(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    return add_reduce(x, axis, None, None, keepdims)  # np.sum takes 2 µs more


def _mean(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    return add_reduce(x, axis, None, None, keepdims) / count(np.shape(x), axis)


def _prod(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    return multiply_reduce(x, axis, None, None, keepdims)


def _max(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    return maximum_reduce(x, axis, None, None, keepdims)


def _min(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    return minimum_reduce(x, axis, None, None, keepdims)


def _cumulative_sum(x: Array, axis: int | None = None, include_initial: bool = False) -> Array:
    return np.cumulative_sum(x, axis=axis, include_initial=include_initial)


def _total(x: Array) -> Array:
    return add_reduce(x, None)


# fmt: off
total       = linear(_total,          lambda y_bar, x: spread(y_bar, x))
_summed     = linear(_sum,            lambda y_bar, x, axis=None, keepdims=False: spread(y_bar, x, axis))
_averaged   = linear(_mean,           lambda y_bar, x, axis=None, keepdims=False:
                                          spread(y_bar / count(x.shape, axis), x, axis))
_cumulated  = linear(_cumulative_sum, lambda y_bar, x, axis=0, include_initial=False:
                                          suffix_sums(y_bar, axis, include_initial))
_multiplied = primitive(_prod, jvp=[lambda t, y, x, **over: _summed(t * others(x, **over), **over)],
                               vjp=[lambda t, y, x, **over: spread(t, x, **over) * others(x, **over)])
_largest    = primitive(_max,  jvp=[lambda t, y, x, **over: _summed(t * shares(y, x, **over), **over)],
                               vjp=[lambda t, y, x, **over: spread(t, x, **over) * shares(y, x, **over)])
_smallest   = primitive(_min,  jvp=[lambda t, y, x, **over: _summed(t * shares(y, x, **over), **over)],
                               vjp=[lambda t, y, x, **over: spread(t, x, **over) * shares(y, x, **over)])
root        = elementwise(np.sqrt, lambda y, x: 0.5 / where(plain(y) == 0, np.inf, y))
# fmt: on


def sum(x: Array, /, axis: Axis = None, dtype: Any = None, *, keepdims: bool = False) -> Array:
    """The sum of the entries of `x` over `axis`."""
    if dtype is not None:
        x = astype(x, dtype)
    if axis is None and not keepdims:
        return total(x)  # the sum that a gradient ends in, without the cost of options
    return _summed(x, axis, keepdims)


def mean(x: Array, /, axis: Axis = None, *, keepdims: bool = False) -> Array:
    """The mean of the entries of `x` over `axis`."""
    return _averaged(x, axis, keepdims)


def prod(x: Array, /, axis: Axis = None, dtype: Any = None, *, keepdims: bool = False) -> Array:
    """The product of the entries of `x` over `axis`; any of them may be zero."""
    if dtype is not None:
        x = astype(x, dtype)
    return _multiplied(x, axis=axis, keepdims=keepdims)


def max(x: Array, /, axis: Axis = None, *, keepdims: bool = False) -> Array:
    """The largest entries of `x` over `axis`; entries that tie share the derivative."""
    return _largest(x, axis=axis, keepdims=keepdims)


def min(x: Array, /, axis: Axis = None, *, keepdims: bool = False) -> Array:
    """The smallest entries of `x` over `axis`; entries that tie share the derivative."""
    return _smallest(x, axis=axis, keepdims=keepdims)


def var(x: Array, /, axis: Axis = None, *, correction: float = 0.0, keepdims: bool = False) -> Array:
    """The variance over `axis`, with n − `correction` as divisor."""
    centred = x - _averaged(x, axis, True)
    return _summed(centred * centred, axis, keepdims) / (count(x.shape, axis) - correction)


def std(x: Array, /, axis: Axis = None, *, correction: float = 0.0, keepdims: bool = False) -> Array:
    """The standard deviation over `axis`; its derivative at a constant vector is 0."""
    return root(var(x, axis=axis, correction=correction, keepdims=keepdims))


def cumulative_sum(x: Array, /, axis: int | None = None, *, dtype: Any = None, include_initial: bool = False) -> Array:
    """The sums of the first entries along `axis`, from 0 with `include_initial`."""
    if dtype is not None:
        x = astype(x, dtype)
    return _cumulated(x, 0 if axis is None and x.ndim == 1 else axis, include_initial)


def vector_norm(x: Array, /, axis: Axis = None, *, keepdims: bool = False, ord: float = 2) -> Array:
    """(Σ |x|ᵖ)^(1/p) over `axis` for p = `ord`, and its limits at 0 and ±∞; its derivative at 0 is 0."""
    if ord == 2:
        return root(_summed(x * x, axis, keepdims))
    if ord == 0:
        return add_reduce(plain(x) != 0, axis, plain(x).dtype, None, keepdims)
    size = abs(x)
    if ord == 1:
        return _summed(size, axis, keepdims)
    if ord in (np.inf, -np.inf):
        return (_largest if ord > 0 else _smallest)(size, axis=axis, keepdims=keepdims)
    total = _summed(power(size, ord), axis, keepdims)
    zero = plain(total) == 0
    return where(zero, 0.0, power(where(zero, 1.0, total), 1 / ord))


def matrix_norm(x: Array, /, *, keepdims: bool = False, ord: str = "fro") -> Array:
    """The Frobenius norm of the matrices in the last two axes; its derivative at 0 is 0."""
    if ord != "fro":
        raise NoRule(f"matrix_norm with ord={ord!r}")
    return vector_norm(x, axis=(-2, -1), keepdims=keepdims)


def spread(y: Array, x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """A reduction of `x`, or a cotangent of one, at each entry that it was reduced from."""
    if axis is not None and y.ndim < x.ndim:  # not kept
        y = reshape(y, kept_shape(x.shape, axis))
    return broadcast_to(y, x.shape) if isinstance(y, Tracer) else broadcast(y, x.shape)


def shares(y: Array, x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """The derivative of an extremum `y` of `x`: each of the entries that attain it has an equal share."""
    attains = plain(x) == spread(plain(y), plain(x), axis)
    number = add_reduce(attains, axis, x.dtype, None, True)
    return attains / number


def others(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """For each entry of `x` the product of the others that are reduced with it; without a division."""
    axes = axes_of(axis, x.ndim)
    order = [*(i for i in range(x.ndim) if i not in axes), *axes]
    moved = permute_dims(x, order)
    rest = [x.shape[i] for i in order[: x.ndim - len(axes)]]
    products = _others_in_last(reshape(moved, (*rest, count(x.shape, axes))))
    back = tuple(int(i) for i in np.argsort(order))
    return permute_dims(reshape(products, moved.shape), back)


def _others_in_last(x: Array) -> Array:
    """Products of the others along the last axis: halves are paired, and pairs solved first."""
    n = x.shape[-1]
    if n < 2:
        return np.ones(x.shape, x.dtype)
    half = n // 2
    left, right = getitem(x, (..., slice(half))), getitem(x, (..., slice(half, 2 * half)))
    odd = [getitem(x, (..., slice(2 * half, None)))] if n % 2 else []
    pairs = _others_in_last(concat([left * right, *odd], axis=-1))
    outside = getitem(pairs, (..., slice(half)))
    return concat(
        [outside * right, outside * left, *([getitem(pairs, (..., slice(half, None)))] if odd else [])],
        axis=-1,
    )


def suffix_sums(y_bar: Array, axis: int | None, include_initial: bool) -> Array:
    """The transpose of `cumulative_sum`."""
    axis = (axis or 0) % y_bar.ndim
    if include_initial:
        y_bar = getitem(y_bar, (*(slice(None),) * axis, slice(1, None)))
    return flip(_cumulated(flip(y_bar, axis=axis), axis), axis=axis)
