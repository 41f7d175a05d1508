"""Plain NumPy that several rules share: fast broadcasting, axes, the shape before a reduction.

And what a rule must know of `compile`, which runs it with a `StandIn` where it expects a plain array.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from adbench.engine.core import Tracer

# As Any, since NumPy's stubs know neither positional parameters nor a `keepdims` that is not literal.
add_reduce: Any = np.add.reduce
multiply_reduce: Any = np.multiply.reduce
maximum_reduce: Any = np.maximum.reduce
minimum_reduce: Any = np.minimum.reduce

SMALL = 4096  # entries; up to here filling a new array beats np.broadcast_to, which takes 2 µs of Python


class StandIn:
    """What `compile` passes in place of an array, to record what is done with it: its entries are not known."""

    __slots__ = ()

    def record(self, function: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """A stand-in for `function(*args, **options)`, in which stand-ins may be nested."""
        raise NotImplementedError


def as_array(x: Any) -> Any:
    """`np.asarray`, which lets a stand-in be."""
    return x if isinstance(x, StandIn) else np.asarray(x)


def is_known(x: Any) -> bool:
    """Whether the entries of an array, or of a batch, can be looked at."""
    while isinstance(x, Tracer):
        x = x.value
    return not isinstance(x, StandIn)


def none(mask: Any) -> bool:
    """Whether no entry of a mask is true; False where that is not known, so that a rule takes its general form."""
    while isinstance(mask, Tracer):  # a batch
        mask = mask.value
    return is_known(mask) and not mask.any()


def in_one_call(function: Callable[..., Any], *args: Any) -> Any:
    """A stand-in for `function(*args)`, of which it cannot follow the steps; what is being handled if there is none."""
    found = stand_in_among(args)
    if found is None:
        raise
    return found.record(function, *args)


def whole(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function`, of which a stand-in records the call and not the steps."""

    @functools.wraps(function)
    def called(*args: Any, **options: Any) -> Any:
        found = stand_in_among(args)
        return function(*args, **options) if found is None else found.record(called, *args, **options)

    return called


def stand_in_among(items: Any) -> StandIn | None:
    """The first stand-in among `items` and the tuples and lists in it."""
    for item in items:
        found = stand_in_among(item) if isinstance(item, tuple | list) else item
        if isinstance(found, StandIn):
            return found
    return None


def broadcast(x: Any, shape: tuple[int, ...]) -> Any:
    """`np.broadcast_to`, several times faster for scalars and small arrays."""
    if x.ndim == 0 and x.dtype.char in "fdFD":
        try:
            return np.ndarray(shape, x.dtype, x, 0, (0,) * len(shape))
        except TypeError:  # a stand-in has no memory
            return np.broadcast_to(x, shape)
    if math.prod(shape) <= SMALL and not isinstance(x, StandIn):
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
