"""Reductions: sums, products, extrema.

`axis` is None, an integer or a tuple, any of them negative; `keepdims` keeps the reduced axes with length 1. Of NumPy's
own keywords, `where` chooses the entries that take part, and `initial` is an entry more.
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
from adbench.engine.primitive import linear, primitive
from adbench.engine.rules import elementwise
from adbench.engine.rules.indexing import getitem
from adbench.engine.rules.shape import astype, broadcast_to, concat, permute_dims, reshape

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


def _total(x: Array) -> Array:
    return add_reduce(x, None)


# fmt: off
total       = linear(_total,          lambda y_bar, x: spread(y_bar, x))
_summed     = linear(_sum,            lambda y_bar, x, axis=None, keepdims=False: spread(y_bar, x, axis))
_averaged   = linear(_mean,           lambda y_bar, x, axis=None, keepdims=False:
                                          spread(y_bar / count(x.shape, axis), x, axis))
_multiplied = primitive(_prod, jvp=[lambda t, y, x, **over: _summed(t * others(x, **over), **over)],
                               vjp=[lambda t, y, x, **over: spread(t, x, **over) * others(x, **over)])
_largest    = primitive(_max,  jvp=[lambda t, y, x, **over: _summed(t * shares(y, x, **over), **over)],
                               vjp=[lambda t, y, x, **over: spread(t, x, **over) * shares(y, x, **over)])
_smallest   = primitive(_min,  jvp=[lambda t, y, x, **over: _summed(t * shares(y, x, **over), **over)],
                               vjp=[lambda t, y, x, **over: spread(t, x, **over) * shares(y, x, **over)])
# fmt: on


def sum(
    x: Array,
    /,
    axis: Axis = None,
    dtype: Any = None,
    *,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = None,
) -> Array:
    """The sum of the entries of `x` over `axis`."""
    if axis is dtype is initial is where and not keepdims:  # all of them None
        return total(x)  # the sum that a gradient ends in, without the cost of options
    if dtype is not None:
        x = astype(x, dtype)
    if where is not None:
        x = elementwise.where(where, x, 0.0)
    y = _summed(x, axis, keepdims)
    return y if initial is None else y + initial


def mean(x: Array, /, axis: Axis = None, *, keepdims: bool = False, where: Any = None) -> Array:
    """The mean of the entries of `x` over `axis`."""
    if where is not None:
        return sum(x, axis, keepdims=keepdims, where=where) / chosen(x, axis, keepdims, where)
    return _averaged(x, axis, keepdims)


def prod(
    x: Array,
    /,
    axis: Axis = None,
    dtype: Any = None,
    *,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = None,
) -> Array:
    """The product of the entries of `x` over `axis`; any of them may be zero."""
    if dtype is not None:
        x = astype(x, dtype)
    if where is not None:
        x = elementwise.where(where, x, 1.0)
    y = _multiplied(x, axis=axis, keepdims=keepdims)
    return y if initial is None else y * initial


def max(x: Array, /, axis: Axis = None, *, keepdims: bool = False, initial: Any = None, where: Any = None) -> Array:
    """The largest entries of `x` over `axis`; entries that tie share the derivative."""
    return extreme(_largest, elementwise.maximum, -np.inf, x, axis, keepdims, initial, where)


def min(x: Array, /, axis: Axis = None, *, keepdims: bool = False, initial: Any = None, where: Any = None) -> Array:
    """The smallest entries of `x` over `axis`; entries that tie share the derivative."""
    return extreme(_smallest, elementwise.minimum, np.inf, x, axis, keepdims, initial, where)


def extreme(
    reduce: Any, better: Any, worst: float, x: Array, axis: Axis, keepdims: bool, initial: Any, where: Any
) -> Array:
    """An extremum among the entries that take part and `initial`."""
    if where is not None:
        if initial is None:
            raise ValueError("the extremum of chosen entries needs an initial value: none may be chosen")
        x = elementwise.where(where, x, worst)
    y = reduce(x, axis=axis, keepdims=keepdims)
    return y if initial is None else better(y, initial)


def chosen(x: Array, axis: Axis, keepdims: bool, where: Any) -> Array:
    """How many entries of `x` take part."""
    mask = np.broadcast_to(plain(where), x.shape)
    return add_reduce(mask, axis, plain(x).dtype, None, keepdims)


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
