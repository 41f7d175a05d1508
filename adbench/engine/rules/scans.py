"""Running sums and products, and their inverse, differences.

A running product obeys zᵢ = aᵢ zᵢ₋₁ + bᵢ, and so do its tangent and its cotangent: no division, so zeros are fine.
"""

# Rules refer to each other before they are declared.
# mypy: disable-error-code="has-type"

from __future__ import annotations

from typing import Any

import numpy as np

from adbench.engine.arrays import in_one_call
from adbench.engine.core import Array, plain
from adbench.engine.errors import NotRecorded
from adbench.engine.primitive import linear, primitive
from adbench.engine.rules.indexing import getitem
from adbench.engine.rules.shape import astype, broadcast_to, concat, flip, moveaxis, reshape


def _cumulative_sum(x: Array, axis: int, include_initial: bool) -> Array:
    return np.cumulative_sum(x, axis=axis, include_initial=include_initial)


def _cumulative_prod(x: Array) -> Array:
    return np.multiply.accumulate(x, axis=0)


def _recurrence(a: Array, b: Array) -> Array:
    z = np.empty(np.broadcast_shapes(a.shape, b.shape), np.result_type(a, b))
    try:
        for i in range(len(z)):
            z[i] = a[i] * z[i - 1] + b[i] if i else b[i]
    except (NotRecorded, ValueError):  # of a single entry NumPy says that it is no number
        return in_one_call(_recurrence, a, b)
    return z


# fmt: off
_cumulated  = linear(_cumulative_sum,     lambda y_bar, x, axis, include_initial:
                                              suffix_sums(y_bar, axis, include_initial))
_multiplied = primitive(_cumulative_prod, jvp=[lambda t, y, x: recurrence(x, t * before(y, 1.0))],
                                          vjp=[lambda t, y, x: backwards(x, t) * before(y, 1.0)])
recurrence  = primitive(_recurrence,      jvp=[lambda t, z, a, b: recurrence(a, t * before(z, 0.0)),
                                               lambda t, z, a, b: recurrence(a, t)],
                                          vjp=[lambda t, z, a, b: backwards(a, t) * before(z, 0.0),
                                               lambda t, z, a, b: backwards(a, t)])
# fmt: on


def cumulative_sum(x: Array, /, axis: int | None = None, *, dtype: Any = None, include_initial: bool = False) -> Array:
    """The sums of the first entries along `axis`, from 0 with `include_initial`."""
    return _cumulated(x if dtype is None else astype(x, dtype), the_axis(x, axis), include_initial)


def cumulative_prod(x: Array, /, axis: int | None = None, *, dtype: Any = None, include_initial: bool = False) -> Array:
    """The products of the first entries along `axis`, from 1 with `include_initial`; any of them may be zero."""
    axis = the_axis(x, axis)
    y = _multiplied(moveaxis(x if dtype is None else astype(x, dtype), axis, 0))
    if include_initial:
        y = concat([np.ones((1, *y.shape[1:]), plain(y).dtype), y])
    return moveaxis(y, 0, axis)


def cumsum(x: Array, axis: int | None = None) -> Array:
    """NumPy's running sum, which flattens without an axis."""
    return cumulative_sum(reshape(x, (-1,)) if axis is None else x, axis=axis)


def cumprod(x: Array, axis: int | None = None) -> Array:
    """NumPy's running product, which flattens without an axis."""
    return cumulative_prod(reshape(x, (-1,)) if axis is None else x, axis=axis)


def diff(x: Array, /, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Array:
    """The differences of neighbours along `axis`, taken `n` times."""
    shape = tuple(1 if i == axis % x.ndim else m for i, m in enumerate(x.shape))
    ends = [e if e is None or np.ndim(plain(e)) else broadcast_to(e, shape) for e in (prepend, append)]
    parts = [p for p in (ends[0], x, ends[1]) if p is not None]
    y = moveaxis(concat(parts, axis=axis) if len(parts) > 1 else x, axis, 0)
    for _ in range(n):
        y = getitem(y, slice(1, None)) - getitem(y, slice(None, -1))
    return moveaxis(y, 0, axis)


def the_axis(x: Array, axis: int | None) -> int:
    """The axis to run along, which only a vector need not name."""
    if axis is None and x.ndim != 1:
        raise ValueError(f"an array of {x.ndim} dimensions needs an axis to run along")
    return axis or 0


def suffix_sums(y_bar: Array, axis: int, include_initial: bool) -> Array:
    """The transpose of a running sum."""
    axis %= y_bar.ndim
    if include_initial:
        y_bar = getitem(y_bar, (*(slice(None),) * axis, slice(1, None)))
    return flip(_cumulated(flip(y_bar, axis=axis), axis, False), axis=axis)


def before(z: Array, start: float) -> Array:
    """Each entry's predecessor along the first axis, and `start` for the first."""
    return concat([np.full((min(1, len(z)), *z.shape[1:]), start, plain(z).dtype), getitem(z, slice(None, -1))])


def backwards(a: Array, z_bar: Array) -> Array:
    """The transpose of the recurrence: b̄ᵢ = z̄ᵢ + aᵢ₊₁ b̄ᵢ₊₁."""
    return flip(recurrence(before(flip(a, axis=0), 0.0), flip(z_bar, axis=0)), axis=0)
