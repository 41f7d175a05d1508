"""Variance and standard deviation."""

from __future__ import annotations

from typing import Any

import numpy as np

from adbench.engine.arrays import count
from adbench.engine.core import Array, plain
from adbench.engine.primitive import elementwise
from adbench.engine.rules.elementwise import _unrooted, with_square
from adbench.engine.rules.elementwise import where as where_
from adbench.engine.rules.parts import squared
from adbench.engine.rules.reduction import Axis, _averaged, _summed, chosen, mean, sum

_root = elementwise(np.sqrt, lambda y, x: 0.5 / where_(plain(y) == 0, np.inf, y))
_square_of_root = elementwise(_unrooted, 1)


def root(x: Array) -> Array:
    """√x of a sum of squares, with derivative 0 at 0, the subgradient of least norm of the whole."""
    return with_square(_root(x), _square_of_root, x)


def var(
    x: Array,
    /,
    axis: Axis = None,
    *,
    correction: float = 0.0,
    keepdims: bool = False,
    ddof: float | None = None,
    where: Any = None,
) -> Array:
    """The variance over `axis`, with n − `correction` as divisor; NumPy's name for it is `ddof`."""
    correction = correction if ddof is None else ddof
    if where is None:
        centred = x - _averaged(x, axis, True)
        return _summed(squared(centred), axis, keepdims) / (count(x.shape, axis) - correction)
    centred = where_(where, x - mean(x, axis, keepdims=True, where=where), 0.0)
    return sum(squared(centred), axis, keepdims=keepdims) / (chosen(x, axis, keepdims, where) - correction)


def std(
    x: Array,
    /,
    axis: Axis = None,
    *,
    correction: float = 0.0,
    keepdims: bool = False,
    ddof: float | None = None,
    where: Any = None,
) -> Array:
    """The standard deviation over `axis`; its derivative at a constant vector is 0."""
    return root(var(x, axis=axis, correction=correction, keepdims=keepdims, ddof=ddof, where=where))
