"""Arrays from numbers, nested lists of them and ends of a range, any of which may be traced."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from adbench.engine.arrays import StandIn
from adbench.engine.core import Array, Tracer, plain
from adbench.engine.rules.elementwise import power
from adbench.engine.rules.shape import astype, broadcast_to, moveaxis, reshape, stack

TRACED = (Tracer, StandIn)


def asarray(x: Any, /, *, dtype: Any = None, device: Any = None, copy: bool | None = None) -> Array:
    """`x` as an array; a list may hold traced arrays."""
    if isinstance(x, TRACED):
        return x if dtype is None else astype(x, dtype)
    if isinstance(x, list | tuple) and holds_traced(x):
        return stack([asarray(item, dtype=dtype) for item in x])
    return np.asarray(x, dtype=dtype, copy=copy)


def array(object: Any, dtype: Any = None, *, copy: bool = True, ndmin: int = 0) -> Array:
    """A new array of numbers or of nested lists, with at least `ndmin` axes."""
    x = asarray(object, dtype=dtype, copy=None if holds_traced([object]) else copy)
    return reshape(x, (1,) * (ndmin - x.ndim) + x.shape) if x.ndim < ndmin else x


def full(shape: int | tuple[int, ...], fill_value: Array, dtype: Any = None, *, device: Any = None) -> Array:
    """An array of which every entry is `fill_value`, which may be traced."""
    if not isinstance(fill_value, TRACED):
        return np.full(shape, fill_value, dtype=dtype)
    filled = broadcast_to(fill_value, (shape,) if isinstance(shape, int) else tuple(shape))
    return filled if dtype is None else astype(filled, dtype)


def full_like(x: Array, /, fill_value: Array, dtype: Any = None, *, device: Any = None) -> Array:
    """An array like `x` of which every entry is `fill_value`, which may be traced."""
    return full(x.shape, fill_value, dtype=plain(x).dtype if dtype is None else dtype)


def linspace(
    start: Array,
    stop: Array,
    /,
    num: int = 50,
    endpoint: bool = True,
    *,
    dtype: Any = None,
    device: Any = None,
    axis: int = 0,
) -> Array:
    """Numbers at equal distances from `start` to `stop`, arrays too, along a new axis."""
    if not holds_traced([start, stop]):
        return np.linspace(start, stop, num, endpoint=endpoint, dtype=dtype, axis=axis)
    return between(lambda a, b, t: (1.0 - t) * a + t * b, start, stop, num, endpoint, dtype, axis)


def logspace(
    start: Array,
    stop: Array,
    num: int = 50,
    endpoint: bool = True,
    base: Array = 10.0,
    *,
    dtype: Any = None,
    axis: int = 0,
) -> Array:
    """Powers of `base`, whose exponents are at equal distances."""
    y = power(base, linspace(start, stop, num, endpoint, axis=axis))
    return y if dtype is None else astype(y, dtype)


def geomspace(
    start: Array, stop: Array, num: int = 50, endpoint: bool = True, *, dtype: Any = None, axis: int = 0
) -> Array:
    """Numbers at equal ratios from `start` to `stop`."""
    return between(lambda a, b, t: a * power(b / a, t), start, stop, num, endpoint, dtype, axis)


def between(
    f: Callable[..., Array], start: Array, stop: Array, num: int, endpoint: bool, dtype: Any, axis: int
) -> Array:
    """f(start, stop, t) for t from 0 to 1 along a new axis."""
    a, b = asarray(start), asarray(stop)
    t = np.linspace(0.0, 1.0, num, endpoint=endpoint, dtype=np.result_type(plain(a), plain(b), 0.0))
    y = moveaxis(f(a, b, reshape(t, (num,) + (1,) * max(a.ndim, b.ndim))), 0, axis)
    return y if dtype is None else astype(y, dtype)


def holds_traced(items: Any) -> bool:
    """Whether a nested list has a traced array in it."""
    return any(holds_traced(i) if isinstance(i, list | tuple) else isinstance(i, TRACED) for i in items)
