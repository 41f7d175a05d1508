"""A linear map applied to every unit vector: many at a time, in chunks that memory holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from adbench.engine.core import Array, Axis
from adbench.engine.errors import EngineError
from adbench.engine.mapping import run
from adbench.engine.rules.shape import concat, stack
from adbench.engine.trees import each, rebuilt

CHUNK_BYTES = 2**25  # 32 MiB, for all batches that live at a time
FIRST_BYTES = 2**18  # of unit vectors in the first chunk, which shows how many bytes a row takes
FIRST_ROWS = 16
SINGLY = 1  # a batch of one is slower than the one alone; a batch of two already wins


def along_basis(push: Callable[[Array], Any], x: Array, chunk: int | None = None) -> Any:
    """`push` of each unit vector of the shape and dtype of `x`, along a new first axis of its results.

    Args:
        push: linear function of an array like `x` to an array or a tuple of arrays.
        x: only its shape and dtype matter.
        chunk: the number of unit vectors at a time. None takes those of `FIRST_BYTES` first, then as many as
            `CHUNK_BYTES` hold, by the bytes that the first ones took.
    Raises:
        EngineError: `chunk` is less than one.
    """
    if chunk is not None and chunk < 1:
        raise EngineError(f"chunk is {chunk}, expected at least 1")
    bytes_each = max(1, x.size * x.dtype.itemsize)
    rows = chunk or max(1, min(max(FIRST_ROWS, FIRST_BYTES // bytes_each), CHUNK_BYTES // bytes_each))
    parts: list[Any] = []
    start = 0
    while start < x.size or not parts:
        size = min(rows, x.size - start)
        part, row_bytes = together(push, units(x, start, size))
        parts.append(part)
        rows = chunk or max(1, CHUNK_BYTES // max(1, row_bytes))
        start += size
    return each(joined(parts), writeable)


def together(push: Callable[[Array], Any], e: Array) -> tuple[Any, int]:
    """`push` of each of the arrays along the first axis of `e`, and the bytes that one of them took."""
    axis = Axis(len(e))
    if 0 < len(e) <= SINGLY:
        return joined([each(push(row), lambda y: stack([y])) for row in e]), e.nbytes
    return run(push, [e], [True], axis), axis.peak_bytes // max(1, axis.size)


def units(x: Array, start: int, size: int) -> Array:
    """Unit vectors `start` to `start + size` of the shape and dtype of `x`."""
    e = np.zeros((size, x.size), x.dtype)
    e[np.arange(size), np.arange(start, start + size)] = 1
    return e.reshape(size, *x.shape)


def joined(parts: list[Any]) -> Any:
    """Results of several chunks as one."""
    first = parts[0]
    if len(parts) == 1:
        return first
    if isinstance(first, tuple):
        return rebuilt(first, [joined(list(same)) for same in zip(*parts, strict=True)])
    return concat(parts, axis=0)


def writeable(x: Array) -> Array:
    """`x`, or a copy where it is a repeated view."""
    return x.copy() if x.__class__ is np.ndarray and not x.flags.writeable else x
