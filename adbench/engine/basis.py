"""A linear map applied to every unit vector: many at a time, in chunks that memory holds."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from adbench.engine import tree
from adbench.engine.core import Array, Axis
from adbench.engine.errors import BatchTooLarge, EngineError
from adbench.engine.mapping import run
from adbench.engine.rules.shape import concat, stack

CHUNK_BYTES = 2**25  # 32 MiB, for all batches that live at a time; more leaves the caches, less calls too often
FIRST_BYTES = 2**18  # of unit vectors in the first chunk, which shows how many bytes a row takes
FIRST_ROWS = 16  # in the first chunk where that is more, and where the first chunk was too large
SINGLY = 1  # up to so many rows a loop is faster than a batch; a batch of two already wins


def along_basis(push: Callable[[Array], Any], x: Array, chunk: int | None = None) -> Any:
    """`push` of each unit vector of the shape and dtype of `x`, along a new first axis of its results.

    Args:
        push: linear function of an array like `x` to an array or a tuple of arrays.
        x: only its shape and dtype matter.
        chunk: the number of unit vectors at a time. None takes a few first, then as many as `CHUNK_BYTES`
            hold, by the bytes that the first ones took.
    Raises:
        EngineError: `chunk` is less than one.
    """
    if chunk is not None and chunk < 1:
        raise EngineError(f"chunk is {chunk}, expected at least 1")
    parts: list[Any] = []
    start, rows = 0, chunk or first_rows(x)
    limit: float = math.inf if chunk or rows <= FIRST_ROWS else CHUNK_BYTES
    while start < x.size or not parts:
        axis = Axis(min(rows, x.size - start), limit)
        try:
            parts.append(together(push, units(x, start, axis.size), axis))
            start += axis.size
            rows = chunk or fitting_rows(x, axis)
        except BatchTooLarge as refusal:
            if refusal.level != axis.level:
                raise
            rows = FIRST_ROWS
        limit = math.inf
    return tree.mapped(writeable, joined(parts))


def first_rows(x: Array) -> int:
    """How many unit vectors like `x` the first chunk has."""
    row_bytes = max(1, x.size * x.dtype.itemsize)
    return int(max(1, min(max(FIRST_ROWS, FIRST_BYTES // row_bytes), CHUNK_BYTES // row_bytes)))


def fitting_rows(x: Array, axis: Axis) -> int:
    """How many unit vectors like `x` the next chunk has, by what those along `axis` took."""
    row_bytes = max(1, x.size * x.dtype.itemsize, axis.peak_bytes // max(1, axis.size))
    return int(max(1, CHUNK_BYTES // row_bytes))


def together(push: Callable[[Array], Any], e: Array, axis: Axis) -> Any:
    """`push` of each of the arrays along the first axis of `e`."""
    if 0 < len(e) <= SINGLY:
        return joined([tree.mapped(lambda y: stack([y]), push(row)) for row in e])
    return run(push, [e], [True], axis)


def units(x: Array, start: int, size: int) -> Array:
    """Unit vectors `start` to `start + size` of the shape and dtype of `x`."""
    e = np.zeros((size, x.size), x.dtype)
    e[np.arange(size), np.arange(start, start + size)] = 1
    return e.reshape(size, *x.shape)


def joined(parts: list[Any]) -> Any:
    """Results of several chunks as one."""
    if len(parts) == 1:
        return parts[0]
    columns = zip(*[tree.leaves(y) for y in parts], strict=True)
    return tree.rebuilt(parts[0], iter([concat(column, axis=0) for column in columns]))


def writeable(x: Array) -> Array:
    """`x`, or a copy where it is a repeated view."""
    return x.copy() if x.__class__ is np.ndarray and not x.flags.writeable else x
