"""Object arrays of jets: how numbers become them, and how functions of jets become functions of arrays."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from adbench.oracle.jet import jet
from adbench.oracle.pair import Complex

Axis = int | tuple[int, ...] | None


def jets(x: Any) -> np.ndarray:
    """Anything array-like as an object array of jets; its numbers become constants."""
    array = np.asarray(x, dtype=object)
    return np.asarray(_as_jets(array) if array.size else array, dtype=object)  # a ufunc unwraps shape ()


_as_jets = np.frompyfunc(jet, 1, 1)


def has_complex(x: np.ndarray) -> bool:
    """Whether an array of jets is complex: one of them is."""
    return any(isinstance(j.value, Complex) for j in x.flat)


def elementwise(function: Callable[..., Any], arity: int, results: int = 1) -> Any:
    """A function of jets as one of arrays that broadcast."""
    return np.frompyfunc(function, arity, results)


def of_array(function: Callable[..., Any]) -> Callable[..., Any]:
    """A NumPy function of one array's shape, which must not see a bare jet."""
    return lambda x, *args, **kwargs: function(np.asarray(x, dtype=object), *args, **kwargs)


def axes_of(axis: Axis, ndim: int) -> list[int]:
    """An axis, several or all, counted from the front and sorted."""
    return sorted(normalize_axis_tuple(range(ndim) if axis is None else axis, ndim))


def rows_of(x: Any, axis: Axis) -> tuple[np.ndarray, list[int]]:
    """An array with the axes to reduce as one at its end, and which they were."""
    x = jets(x)
    axes = axes_of(axis, x.ndim)
    kept = [i for i in range(x.ndim) if i not in axes]
    count = math.prod(x.shape[i] for i in axes)  # −1 would be ambiguous where there are no entries
    return x.transpose(kept + axes).reshape([x.shape[i] for i in kept] + [count]), axes
