"""Differences, integrals and interpolation of sampled functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from adbench.engine.core import Array, plain
from adbench.engine.creation import asarray
from adbench.engine.dispatch import SCALARS
from adbench.engine.numpy_names.arranging import ravel
from adbench.engine.primitive import piecewise_constant, primitive
from adbench.engine.rules import scans
from adbench.engine.rules.elementwise import remainder, where
from adbench.engine.rules.indexing import getitem, take
from adbench.engine.rules.reduction import _summed
from adbench.engine.rules.shape import broadcast_to, concat, moveaxis, reshape

unwrap = primitive(np.unwrap, jvp=[lambda t, y, x, **options: t], vjp=[lambda t, y, x, **options: t])


def gradient(f: Array, *varargs: Any, axis: int | Sequence[int] | None = None, edge_order: int = 1) -> Any:
    """Slopes at each sample by differences, of second order inside and of order `edge_order` at both ends.

    Args:
        f: samples of a function.
        varargs: for each axis, or for all of them, the distance of the samples or their coordinates.
        axis: along which axes; all for None.
    Returns:
        An array of the shape of `f`, or for several axes a tuple of them.
    """
    f = asarray(f)
    axes = range(f.ndim) if axis is None else (axis,) if isinstance(axis, int) else axis
    spacings = [1.0] * len(axes) if not varargs else varargs * len(axes) if len(varargs) == 1 else varargs
    made = tuple(slopes(f, h, a, edge_order) for h, a in zip(spacings, axes, strict=True))
    return made[0] if len(made) == 1 else made


def slopes(f: Array, spacing: Any, axis: int, edge_order: int) -> Array:
    """The slopes along one axis, from the parabola through three neighbours."""
    y = moveaxis(f, axis, 0)
    n, h = y.shape[0], asarray(spacing, dtype=plain(f).dtype if isinstance(spacing, SCALARS) else None)
    h = scans.diff(h) if h.ndim else broadcast_to(h, (n - 1,))
    h = reshape(h, (n - 1,) + (1,) * (y.ndim - 1))
    a, b = getitem(h, slice(-1)), getitem(h, slice(1, None))
    low, middle, high = (getitem(y, slice(i, n - 2 + i)) for i in range(3))
    inside = -b / (a * (a + b)) * low + (b - a) / (a * b) * middle + a / (b * (a + b)) * high
    if edge_order == 1:
        first, last = (y[:1] * -1 + y[1:2]) / h[:1], (y[-1:] - y[-2:-1]) / h[-1:]
    else:
        first, last = end_slope(y[:3], h[:1], h[1:2]), -end_slope(y[: -4 if n > 3 else None : -1], h[-1:], h[-2:-1])
    return moveaxis(concat([first, inside, last], axis=0), 0, axis)


def end_slope(y: Array, a: Array, b: Array) -> Array:
    """The slope at the first of three samples at distances `a` and `b`."""
    return -(2.0 * a + b) / (a * (a + b)) * y[:1] + (a + b) / (a * b) * y[1:2] - a / (b * (a + b)) * y[2:3]


def trapezoid(y: Array, x: Array | None = None, dx: Array = 1.0, axis: int = -1) -> Array:
    """The integral of a function between its samples `y`, at `x` or at distances `dx`, by straight lines."""
    y = moveaxis(asarray(y), axis, -1)
    if x is not None:
        x = asarray(x)
        dx = scans.diff(x if x.ndim == 1 else moveaxis(x, axis, -1))
    return _summed(dx * (y[..., 1:] + y[..., :-1]) / 2.0, -1)


def interp(x: Array, xp: Array, fp: Array, left: Any = None, right: Any = None, period: float | None = None) -> Array:
    """The line through the points (`xp`, `fp`), of which xp ascends, at `x`; beyond them `left` and `right`.

    With a `period` points and `x` may lie anywhere.
    """
    x, xp, fp = asarray(x), asarray(xp), asarray(fp)
    if period is not None:
        x, xp = remainder(x, abs(period)), remainder(xp, abs(period))
        order = np.argsort(plain(xp))
        xp, fp = take(xp, order, 0), take(fp, order, 0)
        xp = concat([xp[-1:] - abs(period), xp, xp[:1] + abs(period)])
        fp = concat([fp[-1:], fp, fp[:1]])
    i = interval(x, xp)
    low, high = take(xp, i - 1, 0), take(xp, i, 0)
    y = take(fp, i - 1, 0) + (x - low) * ((take(fp, i, 0) - take(fp, i - 1, 0)) / (high - low))
    if period is not None:
        return y
    y = where(plain(x) < plain(xp)[0], fp[0] if left is None else left, y)
    return where(plain(x) > plain(xp)[-1], fp[-1] if right is None else right, y)


def _interval(x: Array, xp: Array) -> Array:
    return np.clip(np.searchsorted(xp, x, "right"), 1, len(xp) - 1)


interval = piecewise_constant(_interval)


def ediff1d(ary: Array, to_end: Any = None, to_begin: Any = None) -> Array:
    """The differences of neighbours in one line, between numbers of choice."""
    inner = scans.diff(ravel(ary))
    ends = [[] if end is None else [ravel(end)] for end in (to_begin, to_end)]
    return concat([*ends[0], inner, *ends[1]])
