"""Arrays put together and cut apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from adbench.engine.core import Array, plain
from adbench.engine.creation import asarray
from adbench.engine.numpy_names.arranging import atleast_1d, atleast_2d, atleast_3d, ravel
from adbench.engine.rules import shape
from adbench.engine.rules.indexing import getitem, take
from adbench.engine.rules.shape import broadcast_to, concat, moveaxis, reshape

Axis = int | None
Cuts = int | Sequence[int]


def concatenate(arrays: Sequence[Array], axis: Axis = 0) -> Array:
    """Arrays joined along an axis that exists; flattened for None."""
    return concat([asarray(a) for a in arrays], axis=axis)


def hstack(tup: Sequence[Array]) -> Array:
    """Arrays side by side: along the second axis, vectors along their only one."""
    arrays = [atleast_1d(a) for a in tup]
    return concat(arrays, axis=0 if arrays[0].ndim == 1 else 1)


def vstack(tup: Sequence[Array]) -> Array:
    """Arrays below one another, of which a vector is a row."""
    return concat([atleast_2d(a) for a in tup], axis=0)


def dstack(tup: Sequence[Array]) -> Array:
    """Arrays behind one another, along the third axis."""
    return concat([atleast_3d(a) for a in tup], axis=2)


def column_stack(tup: Sequence[Array]) -> Array:
    """Arrays side by side, of which a vector is a column."""
    arrays = [asarray(a) for a in tup]
    return concat([a if a.ndim > 1 else reshape(a, (-1, 1)) for a in arrays], axis=1)


def block(arrays: Any) -> Array:
    """Nested lists of arrays as one: the innermost joined along the last axis, those around along the one before."""
    depth = _depth(arrays)
    ndim = max(depth, *(np.ndim(plain(a)) for a in _leaves(arrays)))

    def joined(part: Any, level: int) -> Array:
        if not isinstance(part, list):
            a = asarray(part)
            return reshape(a, (1,) * (ndim - a.ndim) + a.shape)
        return concat([joined(p, level - 1) for p in part], axis=-level)

    return joined(arrays, depth)


def _depth(part: Any) -> int:
    return 1 + _depth(part[0]) if isinstance(part, list) else 0


def _leaves(part: Any) -> list[Array]:
    return [leaf for p in part for leaf in _leaves(p)] if isinstance(part, list) else [part]


def append(arr: Array, values: Array, axis: Axis = None) -> Array:
    """`values` behind `arr`; both flattened for None."""
    return concat([asarray(arr), asarray(values)], axis=axis)


def insert(arr: Array, obj: Any, values: Array, axis: Axis = None) -> Array:
    """`values`, which are broadcast, before the slices of `arr` at `obj`; of the flattened array for None."""
    arr, values = asarray(arr), asarray(values)
    if axis is None:
        arr, axis = ravel(arr), 0
    values = reshape(values, (1,) * (arr.ndim - values.ndim) + values.shape)
    if np.ndim(obj) == 0:
        values = moveaxis(values, 0, axis)
    n = arr.shape[axis]
    number = values.shape[axis] if np.ndim(obj) == 0 else len(np.arange(n)[obj] if isinstance(obj, slice) else obj)
    lengths = tuple(number if i == axis % arr.ndim else m for i, m in enumerate(arr.shape))
    order = np.insert(np.arange(n), obj, np.arange(n, n + number))
    return take(concat([arr, broadcast_to(values, lengths)], axis=axis), order, axis)


def delete(arr: Array, obj: Any, axis: Axis = None) -> Array:
    """`arr` without the slices at `obj`; of the flattened array for None."""
    arr = ravel(arr) if axis is None else arr
    return take(arr, np.delete(np.arange(arr.shape[axis or 0]), obj), axis or 0)


def array_split(ary: Array, indices_or_sections: Cuts, axis: int = 0) -> list[Array]:
    """`ary` cut before each of some indices, or into a number of parts, of which the first may be longer by one."""
    ary = asarray(ary)
    n = ary.shape[axis]
    if isinstance(indices_or_sections, int):
        whole, longer = divmod(n, indices_or_sections)
        inner = [whole * i + min(i, longer) for i in range(1, indices_or_sections)]
    else:
        inner = list(indices_or_sections)
    before = (slice(None),) * (axis % ary.ndim)
    return [getitem(ary, (*before, slice(a, b))) for a, b in zip([0, *inner], [*inner, n], strict=True)]


def split(ary: Array, indices_or_sections: Cuts, axis: int = 0) -> list[Array]:
    """`ary` cut before each of some indices, or into a number of equal parts."""
    if isinstance(indices_or_sections, int) and ary.shape[axis] % indices_or_sections:
        raise ValueError(f"{ary.shape[axis]} entries cannot be split into {indices_or_sections} equal parts")
    return array_split(ary, indices_or_sections, axis)


def hsplit(ary: Array, indices_or_sections: Cuts) -> list[Array]:
    """`split` along the second axis, of a vector along its only one."""
    return split(ary, indices_or_sections, 1 if ary.ndim > 1 else 0)


def vsplit(ary: Array, indices_or_sections: Cuts) -> list[Array]:
    """`split` along the first axis."""
    return split(ary, indices_or_sections, 0)


def dsplit(ary: Array, indices_or_sections: Cuts) -> list[Array]:
    """`split` along the third axis."""
    return split(ary, indices_or_sections, 2)


def tile(A: Array, reps: Cuts) -> Array:
    """`A` laid out several times along each axis, along the last for a number."""
    return shape.tile(asarray(A), (reps,) if isinstance(reps, int) else reps)
