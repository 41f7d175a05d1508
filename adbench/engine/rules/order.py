"""Sorting: a selection of entries by value, and an average over entries that tie."""

from __future__ import annotations

import numpy as np

from adbench.engine.arrays import none
from adbench.engine.core import Array, plain
from adbench.engine.dispatch import Rule
from adbench.engine.primitive import primitive
from adbench.engine.rules.indexing import take_along_axis
from adbench.engine.rules.reduction import _summed
from adbench.engine.rules.shape import expand_dims, moveaxis, reshape


def argsort(x: Array, /, axis: int | None = -1, *, descending: bool = False, stable: bool = True) -> Array:
    """Where the entries in ascending or descending order stand; entries that tie stay in their order."""
    x, axis = in_line(plain(x), axis)
    if not descending:
        return np.argsort(x, axis=axis, kind="stable")
    last = np.argsort(np.flip(x, axis), axis=axis, kind="stable")  # the last of a tie comes last again
    return np.flip(x.shape[axis] - 1 - last, axis)


def sort(x: Array, /, axis: int | None = -1, *, descending: bool = False, stable: bool = True) -> Array:
    """The entries in ascending or descending order; entries that tie share the derivative."""
    x, axis = in_line(x, axis)
    y = take_along_axis(x, argsort(x, axis=axis, descending=descending), axis=axis)
    if y.__class__ is np.ndarray or not x.shape[axis]:
        return y
    values = np.moveaxis(plain(y), axis, -1)
    if none(values[..., 1:] == values[..., :-1]):
        return y
    equal = values[..., :, None] == values[..., None, :]
    shares = (equal | np.eye(values.shape[-1], dtype=bool)) / np.maximum(equal.sum(-1, keepdims=True), 1)
    return moveaxis(shared(moveaxis(y, axis, -1), shares.astype(values.dtype)), -1, axis)


def in_line(x: Array, axis: int | None) -> tuple[Array, int]:
    """The array and the axis to sort along: all entries in one line for None."""
    return (reshape(x, (-1,)), 0) if axis is None else (x, axis)


def _ties_shared(y: Array, shares: Array) -> Array:
    """Sorted entries as they are; tangents and cotangents are averaged over those that tie."""
    return y


average: Rule = lambda t, z, y, shares: _summed(shares * expand_dims(t, -2), -1)
shared = primitive(_ties_shared, jvp=[average, None], vjp=[average, None])
