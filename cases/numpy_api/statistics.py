"""Medians, quantiles, averages, covariances and correlations."""

from __future__ import annotations

from typing import Any

from adbench.cases.numpy_api.common import BLOCK, F64, LINE, TABLE, between, constant, point, row, sorted_rows, with_nan


def covariance(xp: Any, x: Any, y: Any, weights: Any, divisor: Any) -> Any:
    total = xp.sum(weights)
    x = x - xp.sum(x * weights, axis=1, keepdims=True) / total
    y = y - xp.sum(y * weights, axis=1, keepdims=True) / total
    return xp.matmul(x * weights, xp.matrix_transpose(y)) / divisor


def ones(xp: Any, x: Any) -> Any:
    return xp.ones((x.shape[1],), dtype=x.dtype)


def correlation(xp: Any, x: Any) -> Any:
    c = covariance(xp, x, x, ones(xp, x), 1)
    d = xp.sqrt(xp.linalg.diagonal(c))
    return c / (d[:, None] * d[None, :])


# fmt: off
row("median_odd", {"x": LINE}, lambda np, x: np.median(x), lambda xp, x: xp.sort(x)[2])
row("median_even", {"x": BLOCK}, lambda np, x: np.median(x, axis=-1, keepdims=True), lambda xp, x: (xp.sort(x)[..., 1:2] + xp.sort(x)[..., 2:3]) / 2)
row("median_axes", {"x": BLOCK}, lambda np, x: np.median(x, axis=(0, -1)), lambda xp, x: xp.sum(xp.sort(xp.reshape(xp.permute_dims(x, (1, 0, 2)), (3, 8)))[:, 3:5], axis=1) / 2)
row("percentile", {"x": TABLE}, lambda np, x: np.percentile(x, 30, axis=0), lambda xp, x: 0.6 * xp.sort(x, axis=0)[1] + 0.4 * xp.sort(x, axis=0)[0], dtypes=F64)
row("percentile_several", {"x": LINE}, lambda np, x: np.percentile(x, constant([25.0, 50.0, 90.625])), lambda xp, x: xp.stack([xp.sort(x)[1], xp.sort(x)[2], 0.375 * xp.sort(x)[3] + 0.625 * xp.sort(x)[4]]), dtypes=F64)
row("quantile_share", {"x": LINE, "q": point(0.3, 0.8)}, lambda np, x, q: np.quantile(x, q), lambda xp, x, q: xp.stack([s[i] + (s[i + 1] - s[i]) * (4 * q[j] - i) for s in [xp.sort(x)] for j, i in ((0, 1), (1, 3))]))
row("quantile_lower", {"x": TABLE}, lambda np, x: np.quantile(x, 0.4, axis=-1, method="lower"), lambda xp, x: xp.sort(x)[:, 1])
row("quantile_higher", {"x": TABLE}, lambda np, x: np.quantile(x, 0.4, axis=1, method="higher", keepdims=True), lambda xp, x: xp.sort(x)[:, 2:3])
row("quantile_midpoint", {"x": LINE}, lambda np, x: np.quantile(x, 0.4, method="midpoint"), lambda xp, x: (xp.sort(x)[1] + xp.sort(x)[2]) / 2)
row("quantile_nearest", {"x": LINE}, lambda np, x: np.quantile(x, 0.4, method="nearest"), lambda xp, x: xp.sort(x)[2])
row("nanquantile", {"x": TABLE}, lambda np, x: np.nanquantile(with_nan(np, x), 0.25, axis=1), lambda xp, x: xp.stack([s[0] + (s[1] - s[0]) * (0.25 * (len(s) - 1)) for s in sorted_rows(xp, x)]))
row("average_weights", {"x": TABLE, "w": between(0.5, 1.5, 4)}, lambda np, x, w: np.average(x, axis=-1, weights=w), lambda xp, x, w: xp.sum(x * w, axis=1) / xp.sum(w))
row("average_weights_all", {"x": TABLE, "w": between(0.5, 1.5, 3, 4)}, lambda np, x, w: np.average(x, weights=w), lambda xp, x, w: xp.sum(x * w) / xp.sum(w))
row("cov", {"x": TABLE}, lambda np, x: np.cov(x), lambda xp, x: covariance(xp, x, x, ones(xp, x), 3))
row("cov_columns", {"x": TABLE}, lambda np, x: np.cov(x, rowvar=False, bias=True), lambda xp, x: covariance(xp, x.T, x.T, ones(xp, x.T), 3))
row("cov_of_two", {"x": LINE, "y": LINE}, lambda np, x, y: np.cov(x, y), lambda xp, x, y: covariance(xp, xp.stack([x, y]), xp.stack([x, y]), ones(xp, xp.stack([x, y])), 4))
row("cov_weights", {"x": TABLE, "w": between(0.5, 1.5, 4)}, lambda np, x, w: np.cov(x, aweights=w), lambda xp, x, w: covariance(xp, x, x, w, xp.sum(w) - xp.sum(w * w) / xp.sum(w)))
row("corrcoef", {"x": TABLE}, lambda np, x: np.corrcoef(x)[0, 1:], lambda xp, x: correlation(xp, x)[0, 1:])
row("corrcoef_columns", {"x": TABLE}, lambda np, x: np.corrcoef(x, rowvar=False)[0, 1:], lambda xp, x: correlation(xp, x.T)[0, 1:])
