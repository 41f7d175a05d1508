"""Functions and methods of NumPy in the words of `vocabulary.py`, and those that cannot be compiled."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from adbench.engine.arrays import add_reduce, maximum_reduce, minimum_reduce, multiply_reduce
from adbench.engine.compile import vocabulary

Array = Any
logical_or_reduce: Any = np.logical_or.reduce
logical_and_reduce: Any = np.logical_and.reduce

STATIC = {
    np.shape, np.ndim, np.size, np.result_type, np.can_cast, np.zeros_like, np.ones_like, np.empty_like,
    np.iscomplexobj, np.isrealobj, np.common_type,
}  # fmt: skip
"""What depends on shapes and dtypes alone."""
WRITES = {np.copyto, np.put, np.place, np.putmask, np.put_along_axis, np.fill_diagonal}
SHAPED_BY_DATA = {
    np.nonzero, np.flatnonzero, np.argwhere, np.unique, np.unique_all, np.unique_counts, np.unique_inverse,
    np.unique_values, np.extract, np.compress, np.trim_zeros, np.union1d, np.intersect1d, np.setdiff1d, np.setxor1d,
    np.bincount, np.delete,
}  # fmt: skip


def reshape(x: Array, shape: Any = None, *more: int, **options: Any) -> Array:
    """`x.reshape(2, 3)`, `x.reshape((2, 3))` and `np.reshape(x, (2, 3))`, with −1 worked out."""
    given = shape if isinstance(shape, tuple | list) else (shape, *more)
    given = [operator.index(n) for n in given]
    if -1 in given:
        known = math.prod(n for n in given if n != -1)
        given[given.index(-1)] = x.size // known if known else 0
    return x.record(vocabulary.reshape, x, tuple(given))


def expand_dims(a: Array, axis: Any) -> Array:
    axes = axis if isinstance(axis, tuple) else (axis,)
    ndim = a.ndim + len(axes)
    new, rest = {i % ndim for i in axes}, iter(a.shape)
    return reshape(a, tuple(1 if i in new else next(rest) for i in range(ndim)))


def squeeze(a: Array, axis: Any = None) -> Array:
    axes = None if axis is None else axis if isinstance(axis, tuple) else (axis,)
    gone = {i for i, n in enumerate(a.shape) if n == 1} if axes is None else {i % a.ndim for i in axes}
    return reshape(a, tuple(n for i, n in enumerate(a.shape) if i not in gone))


def ravel(a: Array, order: str = "C") -> Array:
    return reshape(a, (a.size,))


def transpose(a: Array, *axes: Any) -> Array:
    """`x.transpose()`, `x.transpose(1, 0)`, `x.transpose((1, 0))` and `np.transpose(x, (1, 0))`."""
    if len(axes) == 1 and (axes[0] is None or isinstance(axes[0], tuple | list)):
        axes = tuple(axes[0] or ())
    order = tuple(i % a.ndim for i in axes) or tuple(reversed(range(a.ndim)))
    return a.record(vocabulary.transpose, a, order)


def moved(move: Callable[..., Array]) -> Callable[..., Array]:
    """A function of NumPy's that orders axes, as a `transpose`."""

    def lowered(a: Array, *args: Any, **options: Any) -> Array:
        lengths = np.broadcast_to(0.0, range(1, a.ndim + 1))  # each axis has another length, by which to know it again
        return transpose(a, tuple(n - 1 for n in move(lengths, *args, **options).shape))

    return lowered


def broadcast_to(array: Array, shape: Any, subok: bool = False) -> Array:
    return array.record(vocabulary.spread, array, tuple(shape) if isinstance(shape, tuple | list) else (shape,))


def astype(x: Array, dtype: Any, *args: Any, copy: bool = True, **options: Any) -> Array:
    return x.record(vocabulary.cast, x, np.dtype(dtype))


def reduce(function: Any, x: Array, axis: Any = 0, dtype: Any = None, keepdims: bool = False, **more: Any) -> Array:
    """A reduction by a ufunc, without the parameters that say what holds anyway."""
    axes = range(x.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    axes = tuple(sorted(operator.index(i) % x.ndim if x.ndim else i for i in axes))
    axis = None if len(axes) == x.ndim else axes[0] if len(axes) == 1 else axes
    default = () if axis is None and x.ndim == 1 else (axis,)
    if keepdims or dtype is not None:
        default = (axis, dtype, None, *([True] if keepdims else []))
    return x.record(function, x, *default, **more)


def reduction(reduce: Any) -> Callable[..., Array]:
    """`np.sum(x, axis, dtype, …)` and `x.sum(axis, dtype, …)` as a reduction by a ufunc."""

    def reduced(
        a: Array, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False, **options: Any
    ) -> Array:
        return reduce(a, axis, dtype, out, keepdims, **options)

    return reduced


def mean(a: Array, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False) -> Array:
    total = add_reduce(a, axis, dtype, out, keepdims)
    return total / (a.size // max(1, math.prod(total.shape)))


def any_(a: Array, axis: Any = None, out: Any = None, keepdims: bool = False) -> Array:
    return logical_or_reduce(a, axis, None, out, keepdims)


def all_(a: Array, axis: Any = None, out: Any = None, keepdims: bool = False) -> Array:
    return logical_and_reduce(a, axis, None, out, keepdims)


def same(a: Array, *args: Any, **options: Any) -> Array:
    """A copy, which is not needed: nothing is written into."""
    return a


def recorded(function: Any) -> Callable[..., Array]:
    """A method that is the function of its name."""
    return lambda a, *args, **options: a.record(function, a, *args, **options)


FUNCTIONS: dict[Any, Callable[..., Array]] = {
    np.reshape: reshape, np.expand_dims: expand_dims, np.squeeze: squeeze, np.ravel: ravel,
    np.transpose: moved(np.transpose), np.swapaxes: moved(np.swapaxes), np.moveaxis: moved(np.moveaxis),
    np.matrix_transpose: moved(np.matrix_transpose), np.broadcast_to: broadcast_to, np.copy: same,
    np.sum: reduction(add_reduce), np.prod: reduction(multiply_reduce), np.max: reduction(maximum_reduce),
    np.min: reduction(minimum_reduce), np.any: any_, np.all: all_,
}  # fmt: skip
METHODS: dict[str, Callable[..., Array]] = {
    "reshape": reshape, "squeeze": squeeze, "ravel": ravel, "flatten": ravel, "transpose": transpose,
    "swapaxes": moved(np.swapaxes), "astype": astype, "copy": same, "mean": mean, "any": any_, "all": all_,
    "sum": reduction(add_reduce), "prod": reduction(multiply_reduce), "max": reduction(maximum_reduce),
    "min": reduction(minimum_reduce), "conj": np.conjugate,
    **{f.__name__: recorded(f) for f in (np.argmax, np.argmin, np.argsort, np.clip, np.cumsum, np.cumprod, np.diagonal,
                                         np.dot, np.repeat, np.round, np.std, np.take, np.trace, np.var)},
}  # fmt: skip
