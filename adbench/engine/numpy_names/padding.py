"""`pad`, in all of NumPy's modes, an axis at a time as NumPy does it."""

from __future__ import annotations

from typing import Any

import numpy as np

from adbench.engine.core import Array, plain
from adbench.engine.creation import asarray
from adbench.engine.numpy_names.statistics import median
from adbench.engine.rules import reduction
from adbench.engine.rules.indexing import getitem, take
from adbench.engine.rules.product import tensordot
from adbench.engine.rules.shape import astype, broadcast_to, concat, moveaxis, reshape

STATISTICS: dict[str, Any] = {
    "maximum": reduction.max, "minimum": reduction.min, "mean": reduction.mean, "median": median,
}  # fmt: skip
BY_PLACE = ("edge", "reflect", "symmetric", "wrap")  # which repeat entries


def pad(
    array: Array,
    pad_width: Any,
    mode: str = "constant",
    *,
    constant_values: Any = 0,
    end_values: Any = 0,
    stat_length: Any = None,
    reflect_type: str = "even",
) -> Array:
    """`array` with more entries before and behind along each axis.

    Args:
        pad_width: how many: a number, (before, behind), or one such pair an axis.
        mode: "constant", "edge", "linear_ramp", "maximum", "mean", "median", "minimum", "reflect", "symmetric", "wrap"
            or "empty", which is filled with zeros. What goes with each is said by NumPy, and given likewise.
    """
    x = asarray(array)
    widths = np.broadcast_to(np.asarray(pad_width), (x.ndim, 2))
    constants, ends = pairs(constant_values, x.ndim), pairs(end_values, x.ndim)
    for axis, (before, behind) in enumerate(widths.tolist()):
        y = moveaxis(x, axis, 0)
        if mode == "linear_ramp":
            y = ramped(y, before, behind, ends[axis])
        elif mode in STATISTICS:
            lengths = np.broadcast_to(np.asarray(stat_length or x.shape[axis]), (x.ndim, 2))[axis].tolist()
            y = summarised(y, before, behind, STATISTICS[mode], lengths)
        elif mode in BY_PLACE and reflect_type == "even":
            # NumPy's stubs want each mode as a literal.
            y = take(y, np.pad(np.arange(y.shape[0]), (before, behind), mode), 0)  # type: ignore[call-overload]
        elif mode in BY_PLACE:
            eye = np.eye(y.shape[0], dtype=plain(y).dtype)
            weights = np.pad(eye, ((before, behind), (0, 0)), mode, reflect_type=reflect_type)  # type: ignore[call-overload]  # likewise
            y = tensordot(weights, y, axes=1)
        elif mode in ("constant", "empty"):
            left, right = (filled(y, n, c) for n, c in zip((before, behind), constants[axis], strict=True))
            y = concat([left, y, right], axis=0)
        else:
            raise ValueError(f"pad has no mode {mode!r}")
        x = moveaxis(y, 0, axis)
    return x


def pairs(values: Any, ndim: int) -> list[tuple[Any, Any]]:
    """A value before and one behind for each axis, of values that NumPy would broadcast and that may be traced."""
    y = broadcast_to(asarray(values), (ndim, 2))
    return [(y[i, 0], y[i, 1]) for i in range(ndim)]


def filled(y: Array, n: int, value: Array) -> Array:
    """`n` slices of one value, in the dtype of `y`."""
    return astype(broadcast_to(value, (n, *y.shape[1:])), plain(y).dtype)


def ramped(y: Array, before: int, behind: int, ends: tuple[Any, Any]) -> Array:
    """Numbers at equal distances from an end value to the edge."""

    def ramp(n: int, edge: Array, end: Array) -> Array:
        t = reshape(np.arange(n, dtype=plain(y).dtype) / max(n, 1), (n,) + (1,) * (y.ndim - 1))
        return end * (1 - t) + edge * t

    left = ramp(before, getitem(y, slice(0, 1)), ends[0])
    right = ramp(behind, getitem(y, slice(-1, None)), ends[1])
    return concat([astype(left, plain(y).dtype), y, astype(right[::-1], plain(y).dtype)], axis=0)


def summarised(y: Array, before: int, behind: int, of: Any, lengths: list[int]) -> Array:
    """A statistic of the first and of the last slices."""
    n = y.shape[0]
    parts = slice(lengths[0]), slice(max(n - lengths[1], 0), n)
    left, right = (of(getitem(y, part), axis=0, keepdims=True) for part in parts)
    return concat([filled(y, before, left), y, filled(y, behind, right)], axis=0)
