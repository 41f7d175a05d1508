"""Statistics: medians and quantiles, averages with weights, covariances, and what leaves NaN out."""

from __future__ import annotations

from typing import Any

import numpy as np

from adbench.engine.arrays import add_reduce, axes_of
from adbench.engine.core import Array, plain
from adbench.engine.creation import asarray
from adbench.engine.dispatch import SCALARS
from adbench.engine.numpy_names.arranging import diag, ravel
from adbench.engine.primitive import piecewise_constant
from adbench.engine.rules import order, reduction, scans
from adbench.engine.rules.elementwise import clip, sqrt, where
from adbench.engine.rules.indexing import take_along_axis
from adbench.engine.rules.moments import root
from adbench.engine.rules.parts import conj, real, squared
from adbench.engine.rules.product import outer
from adbench.engine.rules.reduction import _summed
from adbench.engine.rules.shape import broadcast_to, concat, matrix_transpose, moveaxis, reshape

Axis = int | tuple[int, ...] | None
# How a position between two neighbours is taken; a position is q (n − 1) counted from the smallest.
BETWEEN: dict[str, Any] = {
    "linear": lambda h: h, "lower": np.floor, "higher": np.ceil, "nearest": np.round,
    "midpoint": lambda h: (np.floor(h) + np.ceil(h)) / 2,
}  # fmt: skip


def quantile(
    a: Array, q: Any, axis: Axis = None, *, method: str = "linear", keepdims: bool = False, ignored: bool = False
) -> Array:
    """The entry that a share `q` of the entries lies below, between two of them by `method`.

    Args:
        q: one share or an array of them, whose axes come first in the result.
        method: "linear", "lower", "higher", "nearest" or "midpoint".
        ignored: whether NaN is left out.
    """
    if method not in BETWEEN:
        raise ValueError(f"quantile has no method {method!r}; there are {', '.join(BETWEEN)}")
    a = asarray(a)
    q = asarray(q, dtype=plain(a).dtype if isinstance(q, SCALARS) else None)
    axes = axes_of(axis, a.ndim)
    rest = [i for i in range(a.ndim) if i not in axes]
    kept = tuple(1 if i in axes else n for i, n in enumerate(a.shape))
    rows = order.sort(reshape(moveaxis(a, rest, range(len(rest))), (*(a.shape[i] for i in rest), -1)))
    dtype = plain(rows).dtype
    n = add_reduce(~np.isnan(plain(rows)), -1, dtype, None, True) if ignored else rows.shape[-1]
    position = reshape(q, (1,) * len(rest) + (-1,)) * (n - 1)
    position = position if method == "linear" else BETWEEN[method](plain(position))
    low = np.floor(plain(position)).astype(np.int64)
    high = np.minimum(low + 1, rows.shape[-1] - 1)
    share = position - low.astype(dtype)
    low, high = (i if ignored else np.broadcast_to(i, (*rows.shape[:-1], q.size)) for i in (low, high))
    below, above = (take_along_axis(rows, i) for i in (low, high))
    if not ignored:
        below = where(np.isnan(plain(rows)[..., -1:]), np.nan, below)
    y = moveaxis(below * (1.0 - share) + where(plain(share) > 0, above * share, 0.0), -1, 0)
    return reshape(y, q.shape + (kept if keepdims else y.shape[1:]))


def percentile(a: Array, q: Any, axis: Axis = None, *, method: str = "linear", keepdims: bool = False) -> Array:
    """`quantile` of a share in percent."""
    return quantile(a, (q if isinstance(q, SCALARS) else asarray(q)) / 100.0, axis, method=method, keepdims=keepdims)


def median(a: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """The entry in the middle, or the mean of the two there."""
    return quantile(a, 0.5, axis, keepdims=keepdims)


def nanquantile(a: Array, q: Any, axis: Axis = None, *, method: str = "linear", keepdims: bool = False) -> Array:
    """`quantile` of the entries that are numbers."""
    return quantile(a, q, axis, method=method, keepdims=keepdims, ignored=True)


def nanmedian(a: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """`median` of the entries that are numbers."""
    return nanquantile(a, 0.5, axis, keepdims=keepdims)


def partition(a: Array, kth: Any, axis: int | None = -1) -> Array:
    """The entries with the k-th smallest in its place, smaller ones before and larger ones behind it."""
    a, axis = (ravel(a), -1) if axis is None else (asarray(a), axis)
    return take_along_axis(a, argpartition(a, kth, axis), axis)


argpartition = piecewise_constant(np.argpartition)


def ptp(a: Array, axis: Axis = None, *, keepdims: bool = False) -> Array:
    """The largest entry less the smallest."""
    return reduction.max(a, axis, keepdims=keepdims) - reduction.min(a, axis, keepdims=keepdims)


def average(
    a: Array, axis: Axis = None, weights: Array = None, returned: bool = False, *, keepdims: bool = False
) -> Any:
    """The mean with weights, of the shape of `a` or along one axis; with `returned` the sum of the weights too."""
    a = asarray(a)
    w = np.ones(a.shape, plain(a).dtype) if weights is None else asarray(weights)
    if w.shape != a.shape:
        if not isinstance(axis, int) or w.ndim != 1:
            raise ValueError(f"average of shape {a.shape} takes weights of that shape or along one axis, got {w.shape}")
        w = reshape(w, tuple(-1 if i == axis % a.ndim else 1 for i in range(a.ndim)))
    total = _summed(broadcast_to(w, a.shape), axis, keepdims)
    y = _summed(a * w, axis, keepdims) / total
    return (y, total) if returned else y


def cov(
    m: Array,
    y: Array = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: Any = None,
    aweights: Any = None,
) -> Array:
    """The covariances of variables, a row each, or a column each unless `rowvar`; see NumPy's for the weights."""
    x = _variables(m, rowvar)
    if y is not None:
        x = concat([x, _variables(y, rowvar)])
    ddof = (0 if bias else 1) if ddof is None else ddof
    n = x.shape[1]
    weights = [asarray(w) for w in (fweights, aweights) if w is not None]
    w: Array = np.ones(n, plain(x).dtype)
    for given in weights:
        w = w * given
    total = _summed(w, 0)
    lost = ddof if aweights is None else ddof * _summed(w * asarray(aweights), 0) / total
    centred = x - reshape(_summed(x * w, 1) / total, (-1, 1))
    made = (centred * w) @ conj(matrix_transpose(centred)) / (total - lost)
    return reshape(made, ()) if made.shape == (1, 1) else made


def _variables(x: Array, rowvar: bool) -> Array:
    x = asarray(x)
    x = reshape(x, (1, -1)) if x.ndim < 2 else x
    return x if rowvar or x.shape[0] == 1 else matrix_transpose(x)


def corrcoef(x: Array, y: Array = None, rowvar: bool = True) -> Array:
    """The correlations of variables, clipped to [−1, 1] as NumPy does."""
    c = cov(x, y, rowvar)
    if not c.ndim:
        return c / c
    d = sqrt(real(diag(c)))
    return clip(c / outer(d, d), -1.0, 1.0)


def _numbers(a: Array, other: float) -> tuple[Array, Array]:
    """Which entries are numbers, and the array with another number in place of the others."""
    a = asarray(a)
    is_number = ~np.isnan(plain(a))
    return is_number, where(is_number, a, other)


def nansum(a: Array, axis: Axis = None, *, keepdims: bool = False) -> Array:
    """The sum of the entries that are numbers."""
    return _summed(_numbers(a, 0.0)[1], axis, keepdims)


def nanprod(a: Array, axis: Axis = None, *, keepdims: bool = False) -> Array:
    """The product of the entries that are numbers."""
    return reduction.prod(_numbers(a, 1.0)[1], axis, keepdims=keepdims)


def nanmean(a: Array, axis: Axis = None, *, keepdims: bool = False) -> Array:
    """The mean of the entries that are numbers."""
    return reduction.mean(a, axis, keepdims=keepdims, where=_numbers(a, 0.0)[0])


def nanmax(a: Array, axis: Axis = None, *, keepdims: bool = False) -> Array:
    """The largest of the entries that are numbers."""
    return reduction.max(_numbers(a, -np.inf)[1], axis, keepdims=keepdims)


def nanmin(a: Array, axis: Axis = None, *, keepdims: bool = False) -> Array:
    """The smallest of the entries that are numbers."""
    return reduction.min(_numbers(a, np.inf)[1], axis, keepdims=keepdims)


def nancumsum(a: Array, axis: int | None = None) -> Array:
    """The running sum, to which NaN adds nothing."""
    return scans.cumsum(_numbers(a, 0.0)[1], axis)


def nancumprod(a: Array, axis: int | None = None) -> Array:
    """The running product, which NaN leaves as it is."""
    return scans.cumprod(_numbers(a, 1.0)[1], axis)


def nanvar(a: Array, axis: Axis = None, *, ddof: float = 0, keepdims: bool = False) -> Array:
    """The variance of the entries that are numbers."""
    is_number, x = _numbers(a, 0.0)
    n = add_reduce(is_number, axis, plain(x).dtype, None, True)
    centred = where(is_number, x - _summed(x, axis, True) / n, 0.0)
    y = _summed(squared(centred), axis, True) / (n - ddof)
    return y if keepdims else _summed(y, axis)


def nanstd(a: Array, axis: Axis = None, *, ddof: float = 0, keepdims: bool = False) -> Array:
    """The standard deviation of the entries that are numbers."""
    return root(nanvar(a, axis, ddof=ddof, keepdims=keepdims))
