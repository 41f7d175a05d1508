"""Sums, products, means, extremes and running sums, with their keywords and past NaN."""

from __future__ import annotations

from typing import Any

import numpy as np
from adbench.cases.numpy_api.common import BLOCK, MASK, TABLE, flat, point, row, sorted_rows, with_nan

BLOCK_MASK = np.array([MASK, MASK[::-1, ::-1]])
ROW_MASK = np.array([True, False, True, True])


def only(xp: Any, x: Any, mask: Any, other: float = 0.0) -> Any:
    return xp.where(mask, x, xp.full_like(x, other))


def mean_of(xp: Any, x: Any, mask: Any, **over: Any) -> Any:
    return xp.sum(only(xp, x, mask), **over) / np.sum(np.broadcast_to(mask, x.shape), **over).astype(float)


def var_of(xp: Any, x: Any, mask: Any, axis: Any, ddof: float = 0, keepdims: bool = False) -> Any:
    mask = np.broadcast_to(mask, x.shape)
    centred = only(xp, x - mean_of(xp, x, mask, axis=axis, keepdims=True), mask)
    n = np.sum(mask, axis=axis, keepdims=keepdims) - float(ddof)
    return xp.sum(centred * centred, axis=axis, keepdims=keepdims) / n


# fmt: off
row("sum_where", {"x": BLOCK}, lambda np, x: np.sum(x, axis=1, where=BLOCK_MASK), lambda xp, x: xp.sum(only(xp, x, BLOCK_MASK), axis=1))
row("sum_where_row", {"x": TABLE}, lambda np, x: np.sum(x, where=ROW_MASK), lambda xp, x: xp.sum(only(xp, x, ROW_MASK)))
row("sum_initial", {"x": TABLE, "y": ()}, lambda np, x, y: np.sum(x, axis=-1, initial=y), lambda xp, x, y: xp.sum(x, axis=1) + y)
row("prod_where", {"x": BLOCK}, lambda np, x: np.prod(x, axis=-1, where=BLOCK_MASK), lambda xp, x: xp.prod(only(xp, x, BLOCK_MASK, 1.0), axis=2))
row("prod_where_zero", {"x": point(2.0, 0.0, -3.0, 0.5)}, lambda np, x: np.prod(x, where=ROW_MASK), lambda xp, x: x[0] * x[2] * x[3], trap=True)
row("prod_initial", {"x": TABLE}, lambda np, x: np.prod(x, axis=0, initial=2.5), lambda xp, x: xp.prod(x, axis=0) * 2.5)
row("mean_where", {"x": BLOCK}, lambda np, x: np.mean(x, axis=-1, where=BLOCK_MASK, keepdims=True), lambda xp, x: mean_of(xp, x, BLOCK_MASK, axis=2, keepdims=True))
row("var_ddof", {"x": BLOCK}, lambda np, x: np.var(x, axis=(-1, -3), ddof=1, keepdims=True), lambda xp, x: xp.var(x, axis=(0, 2), correction=1, keepdims=True))
row("var_where", {"x": TABLE}, lambda np, x: np.var(x, axis=-1, where=MASK), lambda xp, x: var_of(xp, x, MASK, 1))
row("var_where_ddof", {"x": TABLE}, lambda np, x: np.var(x, axis=1, ddof=1, where=MASK, keepdims=True), lambda xp, x: var_of(xp, x, MASK, 1, 1, True))
row("std_ddof", {"x": TABLE}, lambda np, x: np.std(x, axis=0, ddof=1), lambda xp, x: xp.std(x, axis=0, correction=1))
row("std_where", {"x": TABLE}, lambda np, x: np.std(x, axis=1, where=MASK), lambda xp, x: xp.sqrt(var_of(xp, x, MASK, 1)))
row("max_axes", {"x": BLOCK}, lambda np, x: np.max(x, axis=(-1, -3)), lambda xp, x: xp.max(x, axis=(0, 2)))
row("max_where", {"x": TABLE}, lambda np, x: np.max(x, axis=1, where=MASK, initial=-9.0), lambda xp, x: xp.max(only(xp, x, MASK, -9.0), axis=1))
row("max_initial", {"x": point([0.5, -1.0, 2.0], [0.25, -0.5, 0.125])}, lambda np, x: np.max(x, axis=-1, initial=0.75), lambda xp, x: xp.maximum(xp.max(x, axis=1), xp.full((2,), 0.75, dtype=x.dtype)))
row("min_where", {"x": TABLE}, lambda np, x: np.min(x, axis=0, where=MASK, initial=9.0), lambda xp, x: xp.min(only(xp, x, MASK, 9.0), axis=0))
row("min_initial", {"x": point([0.5, -1.0, 2.0], [1.25, 1.5, 2.125])}, lambda np, x: np.min(x, axis=-1, initial=0.75), lambda xp, x: xp.minimum(xp.min(x, axis=1), xp.full((2,), 0.75, dtype=x.dtype)))
row("amax", {"x": TABLE}, lambda np, x: np.amax(x, axis=-1), lambda xp, x: xp.max(x, axis=1))
row("amin", {"x": TABLE}, lambda np, x: np.amin(x, axis=0, keepdims=True), lambda xp, x: xp.min(x, axis=0, keepdims=True))
row("ptp", {"x": TABLE}, lambda np, x: np.ptp(x, axis=1), lambda xp, x: xp.max(x, axis=1) - xp.min(x, axis=1))
row("nansum", {"x": TABLE}, lambda np, x: np.nansum(with_nan(np, x), axis=1), lambda xp, x: xp.sum(only(xp, x, MASK), axis=1))
row("nanprod", {"x": TABLE}, lambda np, x: np.nanprod(with_nan(np, x), axis=0), lambda xp, x: xp.prod(only(xp, x, MASK, 1.0), axis=0))
row("nanmean", {"x": TABLE}, lambda np, x: np.nanmean(with_nan(np, x), axis=-1), lambda xp, x: mean_of(xp, x, MASK, axis=1))
row("nanvar", {"x": TABLE}, lambda np, x: np.nanvar(with_nan(np, x), axis=1, ddof=1), lambda xp, x: var_of(xp, x, MASK, 1, 1))
row("nanstd", {"x": TABLE}, lambda np, x: np.nanstd(with_nan(np, x), axis=1), lambda xp, x: xp.sqrt(var_of(xp, x, MASK, 1)))
row("nanmax", {"x": TABLE}, lambda np, x: np.nanmax(with_nan(np, x), axis=1), lambda xp, x: xp.max(only(xp, x, MASK, -9.0), axis=1))
row("nanmin", {"x": TABLE}, lambda np, x: np.nanmin(with_nan(np, x)), lambda xp, x: xp.min(only(xp, x, MASK, 9.0)))
row("nanmedian", {"x": TABLE}, lambda np, x: np.nanmedian(with_nan(np, x), axis=1), lambda xp, x: xp.stack([(s[(len(s) - 1) // 2] + s[len(s) // 2]) / 2 for s in sorted_rows(xp, x)]))
row("nancumsum", {"x": TABLE}, lambda np, x: np.nancumsum(with_nan(np, x), axis=1), lambda xp, x: xp.cumulative_sum(only(xp, x, MASK), axis=1))
row("nancumprod", {"x": TABLE}, lambda np, x: np.nancumprod(with_nan(np, x), axis=0), lambda xp, x: xp.cumulative_prod(only(xp, x, MASK, 1.0), axis=0))
row("cumsum_flat", {"x": TABLE}, lambda np, x: np.cumsum(x), lambda xp, x: xp.cumulative_sum(flat(x)))
row("cumsum_first", {"x": BLOCK}, lambda np, x: np.cumsum(x, axis=0), lambda xp, x: xp.cumulative_sum(x, axis=0))
row("cumsum_last", {"x": BLOCK}, lambda np, x: np.cumsum(x, axis=-1), lambda xp, x: xp.cumulative_sum(x, axis=2))
row("cumprod_flat", {"x": (2, 3)}, lambda np, x: np.cumprod(x), lambda xp, x: xp.cumulative_prod(flat(x)))
row("cumprod_last", {"x": BLOCK}, lambda np, x: np.cumprod(x, axis=-1), lambda xp, x: xp.cumulative_prod(x, axis=2))
