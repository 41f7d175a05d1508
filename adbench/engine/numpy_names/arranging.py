"""Entries in another arrangement: orders of memory, turns, diagonals, and choices among them."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from adbench.engine.arrays import is_known, none
from adbench.engine.core import Array, plain
from adbench.engine.creation import asarray
from adbench.engine.rules import indexing, shape
from adbench.engine.rules.elementwise import where
from adbench.engine.rules.indexing import getitem, scatter, take_along_axis
from adbench.engine.rules.reduction import _summed
from adbench.engine.rules.shape import broadcast_arrays, expand_dims, flip, moveaxis, permute_dims, stack, swapaxes

Axis = int | None


def reshape(a: Array, /, shape: Any, order: str = "C", *, copy: bool | None = None) -> Array:
    """`a` in another shape; with order "F" the first index runs fastest, in `a` and in the result."""
    if order == "C":
        return _reshape(a, shape)
    if order != "F":
        raise ValueError(f"reshape has no order {order!r}; there are 'C' and 'F'")
    lengths = (shape,) if isinstance(shape, int) else tuple(shape)
    return permute_dims(_reshape(permute_dims(asarray(a)), lengths[::-1]))


_reshape = shape.reshape


def ravel(a: Array, order: str = "C") -> Array:
    """The entries in one line, in the order of rows ("C") or of columns ("F")."""
    return reshape(asarray(a), (-1,), order)


def transpose(a: Array, axes: Sequence[int] | None = None) -> Array:
    """`a` with its axes in another order, reversed for None."""
    return permute_dims(asarray(a), axes)


def rollaxis(a: Array, axis: int, start: int = 0) -> Array:
    """`a` with an axis before the one that is now `start`."""
    axis, start = axis % a.ndim, start + a.ndim if start < 0 else start
    return moveaxis(a, axis, start - 1 if start > axis else start)


def rot90(m: Array, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Array:
    """`m` turned `k` times from the first of two axes to the second."""
    k, (first, second) = k % 4, axes
    if k == 2:
        return flip(m, axis=axes)
    if k == 1:
        return swapaxes(flip(m, axis=second), first, second)
    return flip(swapaxes(m, first, second), axis=second) if k else asarray(m)


def fliplr(m: Array) -> Array:
    """`m` with its columns in reverse."""
    return flip(m, axis=1)


def flipud(m: Array) -> Array:
    """`m` with its rows in reverse."""
    return flip(m, axis=0)


def atleast_1d(*arys: Array) -> Any:
    """Arrays with at least one axis; a tuple, unless there is just one."""
    return _each(lambda x: x if x.ndim else _reshape(x, (1,)), arys)


def atleast_2d(*arys: Array) -> Any:
    """Arrays with at least two axes: a vector is a row."""
    return _each(lambda x: x if x.ndim > 1 else _reshape(x, (1, x.size)), arys)


def atleast_3d(*arys: Array) -> Any:
    """Arrays with at least three axes: a vector is (1, n, 1), a matrix (m, n, 1)."""

    def raised(x: Array) -> Array:
        return x if x.ndim > 2 else _reshape(x, (*x.shape, 1) if x.ndim == 2 else (1, x.size, 1))

    return _each(raised, arys)


def _each(f: Callable[[Array], Array], arrays: Sequence[Array]) -> Any:
    made = tuple(f(asarray(x)) for x in arrays)
    return made[0] if len(made) == 1 else made


def diagonal(a: Array, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """The diagonals of the matrices in two axes, along a new last one."""
    return indexing.diagonal(moveaxis(a, (axis1, axis2), (-2, -1)), offset)


def trace(a: Array, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """The sums of the diagonals of the matrices in two axes."""
    return _summed(diagonal(a, offset, axis1, axis2), -1)


def diag(v: Array, k: int = 0) -> Array:
    """The diagonal of a matrix, or of a vector the matrix that has it for its diagonal."""
    v = asarray(v)
    if v.ndim != 1:
        return indexing.diagonal(v, k)
    i, n = np.arange(v.shape[0]), v.shape[0] + abs(k)
    return scatter(v, (i - min(k, 0), i + max(k, 0)), (n, n))


def diagflat(v: Array, k: int = 0) -> Array:
    """The matrix with all entries of `v` on its diagonal."""
    return diag(ravel(v), k)


def resize(a: Array, new_shape: int | tuple[int, ...]) -> Array:
    """The entries of `a` over and over, as many as the shape holds."""
    flat, lengths = ravel(a), (new_shape,) if isinstance(new_shape, int) else tuple(new_shape)
    return _reshape(getitem(flat, np.arange(math.prod(lengths)) % flat.shape[0]), lengths)


def compress(condition: Any, a: Array, axis: Axis = None) -> Array:
    """The slices along `axis`, or for None the entries, for which the condition holds, which may be shorter."""
    a = ravel(a) if axis is None else a
    return indexing.take(a, np.flatnonzero(condition), axis or 0)


def extract(condition: Any, arr: Array) -> Array:
    """The entries for which the condition holds."""
    return compress(np.ravel(plain(condition)), arr)


def select(condlist: Sequence[Any], choicelist: Sequence[Array], default: Array = 0) -> Array:
    """Each entry from the first of the choices whose condition holds."""
    y = default
    for condition, choice in zip(condlist[::-1], choicelist[::-1], strict=True):
        y = where(condition, choice, y)
    return y


def choose(a: Any, choices: Sequence[Array], mode: str = "raise") -> Array:
    """Each entry from the choice whose number `a` is; `mode` "wrap" or "clip" says what other numbers mean."""
    number = _within(np.asarray(plain(a)), len(choices), mode)
    number, *choices = broadcast_arrays(number, *(asarray(c) for c in choices))
    return getitem(take_along_axis(stack(choices), expand_dims(number, 0), 0), 0)


def take(a: Array, indices: Any, axis: Axis = None, mode: str = "raise") -> Array:
    """The slices at `indices`; `mode` "wrap" or "clip" says what indices beyond the end mean."""
    if mode != "raise":
        indices = _within(np.asarray(plain(indices)), a.size if axis is None else a.shape[axis], mode)
    return indexing.take(a, indices, axis)


def _within(indices: Array, n: int, mode: str) -> Array:
    return {"raise": indices, "wrap": indices % n, "clip": np.clip(indices, 0, n - 1)}[mode]


def piecewise(x: Array, condlist: Sequence[Any], funclist: Sequence[Any], *args: Any, **options: Any) -> Array:
    """Each entry by the function whose condition holds, the last that does; by one function more where none does.

    A function sees the entries of its own condition alone, and one of them in place of each other.
    """
    conditions = [np.broadcast_to(c, x.shape) if is_known(c) else c for c in (plain(c) for c in condlist)]
    if len(funclist) > len(conditions):
        conditions = [*conditions, ~functools.reduce(np.logical_or, conditions)]
    y: Array = np.zeros(x.shape, plain(x).dtype)
    for condition, f in zip(conditions, funclist, strict=True):
        if none(condition):
            continue
        if callable(f):
            one = getitem(ravel(x), np.argmax(np.ravel(condition)))
            y = where(condition, f(where(condition, x, one), *args, **options), y)
        else:
            y = where(condition, f, y)
    return y
