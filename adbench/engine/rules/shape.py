"""Functions that move entries: linear, a line each, with its transpose."""

# Rules refer to each other before they are declared.
# mypy: disable-error-code="has-type"

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from adbench.engine.arrays import as_array, broadcast
from adbench.engine.core import Array, plain, unbroadcast
from adbench.engine.primitive import linear, primitive
from adbench.engine.rules.indexing import getitem, take


def _reshape(x: Array, shape: Any, copy: bool | None = None) -> Array:
    return x.reshape(shape) if hasattr(x, "reshape") else np.reshape(x, shape)


def _broadcast_to(x: Array, shape: Any) -> Array:
    if shape.__class__ is not tuple:
        shape = tuple(shape) if isinstance(shape, list) else (shape,)
    return broadcast(x if hasattr(x, "dtype") else np.asarray(x), shape)


def _astype(x: Array, dtype: Any, *, copy: bool = True) -> Array:
    x = as_array(x)
    if x.dtype.kind == "c" and np.dtype(dtype).kind != "c":
        x = x.real  # as `real` and its transpose do, without NumPy's warning
    return x.astype(dtype, copy=copy)


def _matrix_transpose(x: Array) -> Array:
    return x.mT if x.__class__ is np.ndarray else np.matrix_transpose(x)


def _roll(x: Array, shift: Any, axis: Any = None) -> Array:
    return np.roll(x, shift, axis)


def _tril(x: Array, k: int = 0) -> Array:
    return np.tril(x, k)


def _triu(x: Array, k: int = 0) -> Array:
    return np.triu(x, k)


def _stack(*arrays: Array, axis: int) -> Array:
    return np.stack(arrays, axis)


def _concat(*arrays: Array, axis: int) -> Array:
    return np.concatenate(arrays, axis)


# fmt: off
reshape          = linear(_reshape,          lambda y_bar, x, shape, copy=None: reshape(y_bar, x.shape))
expand_dims      = linear(np.expand_dims,    lambda y_bar, x, axis=0: reshape(y_bar, x.shape))
squeeze          = linear(np.squeeze,        lambda y_bar, x, axis=None: reshape(y_bar, x.shape))
broadcast_to     = linear(_broadcast_to,     lambda y_bar, x, shape: unbroadcast(y_bar, x))
_cast            = linear(_astype,           lambda y_bar, x, dtype, copy=True: _cast(y_bar, x.dtype))
matrix_transpose = linear(_matrix_transpose, lambda y_bar, x: matrix_transpose(y_bar))
swapaxes         = linear(np.swapaxes,       lambda y_bar, x, axis1, axis2: swapaxes(y_bar, axis1, axis2))
moveaxis         = linear(np.moveaxis,       lambda y_bar, x, source, destination:
                                                 moveaxis(y_bar, destination, source))
permute_dims     = linear(np.permute_dims,   lambda y_bar, x, axes=None: permute_dims(y_bar, inverse(axes)))
flip             = linear(np.flip,           lambda y_bar, x, axis=None: flip(y_bar, axis=axis))
roll             = linear(_roll,             lambda y_bar, x, shift, axis=None:
                                                 roll(y_bar, minus(shift), axis))
tril             = linear(_tril,             lambda y_bar, x, k=0: tril(y_bar, k=k))
triu             = linear(_triu,             lambda y_bar, x, k=0: triu(y_bar, k=k))

_stacked         = primitive(_stack,  jvp=lambda dots, y, *xs, axis: _stacked(*filled(dots, xs), axis=axis),
                                      vjp=lambda i, y_bar, y, *xs, axis: take(y_bar, i, axis))
_joined          = primitive(_concat, jvp=lambda dots, y, *xs, axis: _joined(*filled(dots, xs), axis=axis),
                                      vjp=lambda i, y_bar, y, *xs, axis: _section(i, y_bar, xs, axis))
# fmt: on


def astype(x: Array, dtype: Any, *, copy: bool = True) -> Array:
    """`x` in another dtype; one without derivatives gives a plain array."""
    return _cast(x if np.dtype(dtype).kind in "fc" else plain(x), dtype, copy=copy)


def stack(arrays: Sequence[Array], /, axis: int = 0) -> Array:
    """Join arrays of one shape along a new axis."""
    return _stacked(*arrays, axis=axis)


def concat(arrays: Sequence[Array], /, *, axis: int | None = 0) -> Array:
    """Join arrays along an axis that exists; flattened for None."""
    if axis is None:
        arrays, axis = [reshape(a, (-1,)) for a in arrays], 0
    return _joined(*arrays, axis=axis)


def unstack(x: Array, /, *, axis: int = 0) -> tuple[Array, ...]:
    """The slices of `x` along `axis`."""
    return tuple(take(x, i, axis) for i in range(x.shape[axis]))


def repeat(x: Array, /, repeats: Any, axis: int | None = None) -> Array:
    """Each entry along `axis` several times, next to each other."""
    if axis is None:
        x, axis = reshape(x, (-1,)), 0
    return take(x, np.repeat(np.arange(x.shape[axis]), repeats), axis)


def tile(x: Array, repetitions: Sequence[int], /) -> Array:
    """`x` laid out several times along each axis."""
    ndim = max(x.ndim, len(repetitions))
    times = (1,) * (ndim - len(repetitions)) + tuple(repetitions)
    shape = (1,) * (ndim - x.ndim) + x.shape
    apart = [n for pair in zip((1,) * ndim, shape, strict=True) for n in pair]
    wide = [n for pair in zip(times, shape, strict=True) for n in pair]
    return reshape(
        broadcast_to(reshape(x, tuple(apart)), tuple(wide)),
        tuple(t * n for t, n in zip(times, shape, strict=True)),
    )


def broadcast_arrays(*arrays: Array) -> tuple[Array, ...]:
    """The arrays broadcast against each other."""
    shape = np.broadcast_shapes(*(a.shape for a in arrays))
    return tuple(a if a.shape == shape else broadcast_to(a, shape) for a in arrays)


def meshgrid(*arrays: Array, indexing: str = "xy", sparse: bool = False) -> list[Array]:
    """Vectors as coordinates of a grid, an axis each; the first two are exchanged unless `indexing` is "ij".

    With `sparse` they have length 1 along the axes of the others, and broadcast to the grid.
    """
    axes = list(range(len(arrays)))
    if indexing == "xy" and len(arrays) > 1:
        axes[:2] = 1, 0
    shape = [0] * len(arrays)
    for a, axis in zip(arrays, axes, strict=True):
        shape[axis] = a.size
    along = [tuple(-1 if i == axis else 1 for i in range(len(arrays))) for axis in axes]
    lines = [reshape(a, s) for a, s in zip(arrays, along, strict=True)]
    return lines if sparse else [broadcast_to(line, tuple(shape)) for line in lines]


def inverse(axes: Sequence[int] | None) -> tuple[int, ...] | None:
    """The permutation that undoes `axes`; None reverses and undoes itself."""
    return None if axes is None else tuple(int(i) for i in np.argsort([a % len(axes) for a in axes]))


def minus(shift: int | Sequence[int]) -> int | tuple[int, ...]:
    """The shift that undoes `shift`."""
    return -shift if isinstance(shift, int) else tuple(-s for s in shift)


def filled(dots: dict[int, Array], arrays: Sequence[Array]) -> list[Array]:
    """The tangents of all operands, with zeros for the inactive ones."""
    return [dots[i] if i in dots else np.zeros_like(plain(a)) for i, a in enumerate(arrays)]


def _section(i: int, y_bar: Array, arrays: Sequence[Array], axis: int) -> Array:
    """The part of `y_bar` that operand `i` fills."""
    widths = [a.shape[axis] for a in arrays]
    start = sum(widths[:i])
    axis %= y_bar.ndim
    return getitem(y_bar, (*(slice(None),) * axis, slice(start, start + widths[i])))
