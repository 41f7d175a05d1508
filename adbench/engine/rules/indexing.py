"""Selection of entries, and its transpose, which adds entries into zeros."""

# Rules refer to each other before they are declared.
# mypy: disable-error-code="has-type"

from __future__ import annotations

from typing import Any

import numpy as np

from adbench.engine.arrays import StandIn, as_array, in_one_call
from adbench.engine.core import Array, Batched, plain
from adbench.engine.errors import NotRecorded
from adbench.engine.primitive import linear, primitive


def _getitem(x: Array, index: Any) -> Array:
    try:
        return x[index]
    except NotRecorded:
        if isinstance(x, StandIn):
            raise
        return in_one_call(_getitem, x, index)


def _scatter(y: Array, index: Any, shape: tuple[int, ...]) -> Array:
    x = np.zeros(shape, y.dtype)
    try:
        if selects_once(index):
            x[index] = y
        else:
            np.add.at(x, index, y)
    except (NotRecorded, ValueError):  # of a single entry NumPy says that it is no number
        return in_one_call(_scatter, y, index, shape)
    return x


_select = linear(_getitem, lambda y_bar, x, index: scatter(y_bar, index, x.shape))
scatter = linear(_scatter, lambda x_bar, y, index, shape: _select(x_bar, index))


def _select_at(x: Array, *parts: Any, single: bool) -> Array:
    return getitem(x, parts[0] if single else parts)


def _scatter_at(y: Array, *parts: Any, single: bool, shape: tuple[int, ...]) -> Array:
    return scatter(y, parts[0] if single else parts, shape)


# Where an index is batched: its parts are operands, so that an operation can belong to their level.
_gathered = primitive(_select_at,   jvp=lambda dots, y, x, *parts, single: _gathered(dots[0], *parts, single=single),
                                    vjp=lambda i, y_bar, y, x, *parts, single:
                                        _spread_at(y_bar, *parts, single=single, shape=x.shape))
_spread_at = primitive(_scatter_at, jvp=lambda dots, x, y, *parts, single, shape:
                                        _spread_at(dots[0], *parts, single=single, shape=shape),
                                    vjp=lambda i, x_bar, x, y, *parts, single, shape:
                                        _gathered(x_bar, *parts, single=single))


def getitem(x: Array, index: Any) -> Array:
    """`x[index]` for every index that NumPy takes; an entry selected twice adds up its cotangents."""
    index = plain_index(index)
    single = index.__class__ is not tuple
    if Batched in [part.__class__ for part in ((index,) if single else index)]:
        return _gathered(x, *((index,) if single else index), single=single)
    return _select(x, index)


def take(x: Array, indices: Any, axis: int | None = None) -> Array:
    """The slices of `x` at `indices` along `axis`; of the flattened array for None."""
    if axis is None:
        x, axis = x.reshape((-1,)), 0
    return getitem(x, (*(slice(None),) * (axis % x.ndim), positions(indices)))


def take_along_axis(x: Array, indices: Any, axis: int = -1) -> Array:
    """The entries of `x` at `indices`, which select along `axis` and run parallel to it elsewhere."""
    indices = positions(indices)
    axis %= x.ndim
    index: list[Any] = []
    for i, n in enumerate(x.shape):
        along = [1] * x.ndim
        along[i] = -1
        index.append(indices if i == axis else np.arange(n).reshape(along))
    return getitem(x, tuple(index))


def diagonal(x: Array, offset: int = 0) -> Array:
    """The diagonals of the matrices in the last two axes."""
    rows, columns = x.shape[-2:]
    n = max(0, min(rows + min(offset, 0), columns - max(offset, 0)))
    i = np.arange(n)
    return getitem(x, (..., i - min(offset, 0), i + max(offset, 0)))


def plain_index(index: Any) -> Any:
    """`index` without tracers: which entries are selected has no derivative."""
    return tuple(plain(i) for i in index) if isinstance(index, tuple) else plain(index)


def positions(indices: Any) -> Any:
    """`indices` as a plain or batched array."""
    indices = plain(indices)
    return indices if indices.__class__ is Batched else as_array(indices)


def selects_once(index: Any) -> bool:
    """Whether no entry can be selected twice: slices, numbers and masks, but not arrays of numbers."""
    parts = index if isinstance(index, tuple) else (index,)
    return not any(
        isinstance(i, list) or (isinstance(i, np.ndarray) and i.ndim > 0 and i.dtype.kind != "b") for i in parts
    )
