"""Plain NumPy that several rules share: fast broadcasting, axes, the shape before a reduction."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

# As Any, since NumPy's stubs know neither positional parameters nor a `keepdims` that is not literal.
add_reduce: Any = np.add.reduce
multiply_reduce: Any = np.multiply.reduce
maximum_reduce: Any = np.maximum.reduce
minimum_reduce: Any = np.minimum.reduce

SMALL = 4096  # entries; up to here filling a new array beats np.broadcast_to, which takes 2 µs of Python


def broadcast(x: Any, shape: tuple[int, ...]) -> Any:
    """`np.broadcast_to`, several times faster for scalars and small arrays."""
    if x.ndim == 0 and x.dtype.char in "fdFD":
        return np.ndarray(shape, x.dtype, x, 0, (0,) * len(shape))
    if math.prod(shape) <= SMALL:
        y = np.empty(shape, x.dtype)
        y[...] = x
        return y
    return np.broadcast_to(x, shape)


def axes_of(axis: int | tuple[int, ...] | None, ndim: int) -> tuple[int, ...]:
    """The axes that `axis` names, none of them negative; all of them for None."""
    if axis is None:
        return tuple(range(ndim))
    return tuple(a % ndim if ndim else a for a in (axis if isinstance(axis, tuple) else (axis,)))


def kept_shape(shape: tuple[int, ...], axis: int | tuple[int, ...] | None) -> tuple[int, ...]:
    """The shape of a reduction of `shape` over `axis` with keepdims."""
    axes = axes_of(axis, len(shape))
    return tuple(1 if i in axes else n for i, n in enumerate(shape))


def count(shape: tuple[int, ...], axis: int | tuple[int, ...] | None) -> int:
    """How many entries a reduction of `shape` over `axis` takes together."""
    return math.prod(shape[a] for a in axes_of(axis, len(shape)))
