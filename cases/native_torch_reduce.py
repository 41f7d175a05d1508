"""torch's reductions, order statistics and running functions beyond the standard's, with every keyword."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from adbench.cases.native_torch import F32, apart, between, table

row = table(__name__)
F = Callable[..., Any]
CUBE = (2, 3, 4)


# The k-th smallest of rows, and what is made of it


def nth(k: int, axis: int = -1, keepdims: bool = False) -> F:
    def pick(xp, x):
        picked = xp.moveaxis(xp.sort(x, axis=axis), axis, 0)[k, ...]
        return xp.expand_dims(picked, axis=axis) if keepdims else picked

    return pick


def extreme(name: str, axis: Any = None, keepdims: bool = False) -> F:
    return lambda xp, x: getattr(xp, name)(x, axis=axis, keepdims=keepdims)


for name in ("max", "min"):
    row(f"{name}", f"torch.{name}(x)", extreme(name), x=apart(*CUBE))
    row(f"{name}_dim", f"torch.{name}(x, dim=1).values", extreme(name, 1), x=apart(*CUBE))
    row(f"{name}_dim_kept", f"torch.{name}(x, dim=-1, keepdim=True).values", extreme(name, -1, True), x=apart(*CUBE))
    row(f"a{name}", f"torch.a{name}(x, dim=(0, -1))", extreme(name, (0, -1)), x=apart(*CUBE))
    row(f"a{name}_kept", f"torch.a{name}(x, dim=1, keepdim=True)", extreme(name, 1, True), x=apart(*CUBE))
    row(f"a{name}_all", f"torch.a{name}(x)", extreme(name), x=apart(*CUBE))
row("aminmax", "sum(torch.aminmax(x, dim=1)) * 3", lambda xp, x: 3 * (xp.min(x, axis=1) + xp.max(x, axis=1)), x=apart(*CUBE))
row("aminmax_parts", "torch.aminmax(x, dim=0, keepdim=True).min * torch.aminmax(x).max", lambda xp, x: xp.min(x, axis=0, keepdims=True) * xp.max(x), x=apart(*CUBE))

row("median", "torch.median(x)", nth(2), x=apart(5))
row("median_even", "torch.median(x)", nth(2), x=apart(6))  # the lower of the two
row("median_dim", "torch.median(x, dim=1).values", nth(1, 1), x=apart(*CUBE))
row("median_kept", "torch.median(x, dim=-1, keepdim=True).values", nth(1, -1, True), x=apart(*CUBE))
row("nanmedian", "torch.nanmedian(x)", nth(2), x=apart(5))
row("nanmedian_dim", "torch.nanmedian(x, dim=1).values", nth(1, 1), x=apart(*CUBE))
row("nanmedian_of_nans", "torch.nanmedian(torch.where(m, torch.nan, x), dim=-1).values", lambda xp, x, m: nth(1)(xp, x[:, 1:]), x=apart(2, 4), m=[True, False, False, False])
row("mode", "torch.mode(x, dim=-1).values", nth(0), x=apart(2, 4))  # all entries differ: the smallest
row("mode_kept", "torch.mode(x, dim=0, keepdim=True).values", nth(0, 0, True), x=apart(2, 4))
row("mode_repeated", "torch.mode(torch.cat([x, x[1:]])).values", lambda xp, x: xp.min(x[1:]), x=apart(4))
row("kthvalue", "torch.kthvalue(x, 3, dim=-1).values", nth(2), x=apart(*CUBE))
row("kthvalue_kept", "torch.kthvalue(x, 2, dim=1, keepdim=True).values", nth(1, 1, True), x=apart(*CUBE))
row("sort", "torch.sort(x, dim=1).values * x", lambda xp, x: xp.sort(x, axis=1) * x, x=apart(*CUBE))
row("sort_descending", "torch.sort(x, dim=-1, descending=True).values * x", lambda xp, x: xp.flip(xp.sort(x, axis=-1), axis=-1) * x, x=apart(*CUBE))
row("sort_stable", "torch.sort(x, dim=0, stable=True).values * x", lambda xp, x: xp.sort(x, axis=0) * x, x=apart(*CUBE))
row("msort", "torch.msort(x) * x", lambda xp, x: xp.sort(x, axis=0) * x, x=apart(3, 4))
row("topk", "torch.topk(x, 2, dim=-1).values", lambda xp, x: xp.flip(xp.sort(x, axis=-1), axis=-1)[..., :2], x=apart(*CUBE))
row("topk_smallest", "torch.topk(x, 2, dim=1, largest=False).values", lambda xp, x: xp.sort(x, axis=1)[:, :2, :], x=apart(*CUBE))


# Quantiles at q (n − 1), between two neighbours


def quantile(q: float, mode: str, axis: int) -> F:
    def of(xp, x):
        at = q * (x.shape[axis] - 1)
        low, high = nth(math.floor(at), axis)(xp, x), nth(math.ceil(at), axis)(xp, x)
        part = {"linear": at - math.floor(at), "lower": 0, "higher": 1, "midpoint": 0.5, "nearest": round(at) - math.floor(at)}[mode]
        return low + (high - low) * part

    return of


for mode in ("linear", "lower", "higher", "midpoint", "nearest"):
    row(f"quantile_{mode}", f"torch.quantile(x, 0.375, dim=1, interpolation='{mode}')", quantile(0.375, mode, 1), x=apart(2, 4))
row("quantile_kept", "torch.quantile(x, 0.375, dim=0, keepdim=True)", lambda xp, x: quantile(0.375, "linear", 0)(xp, x)[None, :], x=apart(4, 3))
row("quantile_all", "torch.quantile(x, 0.375)", lambda xp, x: quantile(0.375, "linear", 0)(xp, xp.reshape(x, (-1,))), x=apart(2, 3))
row("nanquantile", "torch.nanquantile(torch.where(m, torch.nan, x), 0.375, dim=-1)", lambda xp, x, m: quantile(0.375, "linear", -1)(xp, x[:, 1:]), x=apart(2, 5), m=[True, False, False, False, False])


# Sums, products, moments

row("sum_dims", "torch.sum(x, dim=(0, -1), keepdim=True) * x", lambda xp, x: xp.sum(x, axis=(0, -1), keepdims=True) * x, x=CUBE)
row("sum_wider", "torch.sum(x, dtype=torch.float64).to(torch.float32) * x", lambda xp, x: xp.sum(x) * x, dtypes=F32, x=(4,))
row("nansum", "torch.nansum(x) * x", lambda xp, x: xp.sum(x) * x, x=CUBE)
row("nansum_dim", "torch.nansum(torch.where(m, torch.nan, x), dim=-1) ** 2", lambda xp, x, m: xp.sum(x[:, 1:], axis=-1) ** 2, x=(2, 4), m=[True, False, False, False])
row("nanmean", "torch.nanmean(torch.where(m, torch.nan, x), dim=-1) ** 2", lambda xp, x, m: xp.mean(x[:, 1:], axis=-1) ** 2, x=(2, 4), m=[True, False, False, False])
row("mean_dim", "torch.mean(x, dim=1) ** 2", lambda xp, x: xp.mean(x, axis=1) ** 2, x=CUBE)
row("prod", "torch.prod(x)", lambda xp, x: xp.prod(x), x=(4,))
row("prod_dim", "torch.prod(x, dim=1)", lambda xp, x: xp.prod(x, axis=1), x=CUBE)
row("prod_kept", "torch.prod(x, dim=-1, keepdim=True)", lambda xp, x: xp.prod(x, axis=-1, keepdims=True), x=CUBE)
row("prod_zeros", "torch.prod(x, dim=1)", lambda xp, x: xp.prod(x, axis=1), x=[[2.0, 0.0, -1.5], [0.0, 0.5, 0.0], [1.5, 3.0, 2.0]])
row("prod_zero", "torch.prod(x)", lambda xp, x: xp.prod(x), x=[2.0, 0.0, -1.5])


def moment(name: str, axis: Any, correction: float, keepdims: bool = False) -> F:
    return lambda xp, x: getattr(xp, name)(x, axis=axis, correction=correction, keepdims=keepdims)


for name in ("var", "std"):
    row(f"{name}", f"torch.{name}(x, dim=1)", moment(name, 1, 1), x=CUBE)
    row(f"{name}_all", f"torch.{name}(x)", moment(name, None, 1), x=CUBE)
    row(f"{name}_dims_kept", f"torch.{name}(x, dim=(0, -1), correction=0, keepdim=True)", moment(name, (0, -1), 0, True), x=CUBE)
    row(f"{name}_corrected", f"torch.{name}(x, correction=2.5)", moment(name, None, 2.5), x=CUBE)
    row(f"{name}_biased", f"torch.{name}(x, dim=-1, unbiased=False)", moment(name, -1, 0), x=CUBE)


def moments(name: str, axis: Any, correction: float, keepdims: bool = False) -> F:
    return lambda xp, x: xp.stack([moment(name, axis, correction, keepdims)(xp, x), xp.mean(x, axis=axis, keepdims=keepdims)])


for name in ("var", "std"):
    row(f"{name}_mean", f"torch.stack(torch.{name}_mean(x, dim=1))", moments(name, 1, 1), x=CUBE)
    row(f"{name}_mean_all", f"torch.stack(torch.{name}_mean(x, correction=0))", moments(name, None, 0), x=CUBE)
    row(f"{name}_mean_kept", f"torch.stack(torch.{name}_mean(x, dim=(0, 2), keepdim=True))", moments(name, (0, 2), 1, True), x=CUBE)
row("logsumexp_dims", "torch.logsumexp(x, dim=(0, -1))", lambda xp, x: xp.log(xp.sum(xp.exp(x), axis=(0, -1))), x=CUBE)
row("logsumexp_kept", "torch.logsumexp(x, dim=1, keepdim=True)", lambda xp, x: xp.log(xp.sum(xp.exp(x), axis=1, keepdims=True)), x=CUBE)


# Running functions


def running(of: F, axis: int) -> F:
    """`of(xp, first entries)` for each number of first entries along an axis of a matrix."""

    def run(xp, x):
        rows = xp.moveaxis(x, axis, 0)
        return xp.moveaxis(xp.stack([of(xp, rows[: i + 1]) for i in range(rows.shape[0])]), 0, axis)

    return run


def times_x(of: F) -> F:
    return lambda xp, x: of(xp, x) * x


def first(reduction: str) -> F:
    return lambda xp, x: getattr(xp, reduction)(x, axis=0)


for name, of in (
    ("cummax", first("max")),
    ("cummin", first("min")),
    ("cumsum", first("sum")),
    ("cumprod", first("prod")),
    ("logcumsumexp", lambda xp, x: xp.log(xp.sum(xp.exp(x), axis=0))),
):
    values = ".values" if name in ("cummax", "cummin") else ""
    row(name, f"torch.{name}(x, dim=0){values} * x", times_x(running(of, 0)), x=apart(3, 4))
    row(f"{name}_last", f"torch.{name}(x, dim=-1){values} * x", times_x(running(of, -1)), x=apart(3, 4))
row("cumprod_zeros", "torch.cumprod(x, dim=1)", running(first("prod"), 1), x=[[2.0, 0.0, -1.5, 4.0], [0.0, 0.5, 0.0, 3.0]])
row("trapezoid", "torch.trapezoid(y, dx=0.25, dim=0)", lambda xp, y: xp.sum(y[1:] + y[:-1], axis=0) / 8, y=(4, 3))
row("trapezoid_places", "torch.trapezoid(y, x)", lambda xp, y, x: xp.sum((y[:, 1:] + y[:, :-1]) * (x[1:] - x[:-1]), axis=-1) / 2, y=(3, 4), x=(4,))
row("cumulative_trapezoid", "torch.cumulative_trapezoid(y, x)", lambda xp, y, x: xp.cumulative_sum((y[:, 1:] + y[:, :-1]) * (x[1:] - x[:-1]), axis=-1) / 2, y=(3, 4), x=(4,))
row("diff", "torch.diff(x, n=2, dim=0, prepend=y) ** 2", lambda xp, x, y: xp.diff(x, n=2, axis=0, prepend=y) ** 2, x=(3, 2), y=(1, 2))
row("gradient", "torch.gradient(x, spacing=0.5)[0] ** 2", lambda xp, x: xp.concat([x[1:2] - x[:1], (x[2:] - x[:-2]) / 2, x[-1:] - x[-2:-1]]) ** 2 * 4, x=(5,))


# Norms and distances


def norm(p: float, axis: Any = None, keepdims: bool = False) -> F:
    return lambda xp, x: xp.linalg.vector_norm(x, ord=p, axis=axis, keepdims=keepdims)


def distance(p: float) -> F:
    return lambda xp, x, y: xp.linalg.vector_norm(x - y, ord=p)


def distances(p: float) -> F:
    return lambda xp, x, y: xp.linalg.vector_norm(x[..., :, None, :] - y[..., None, :, :], ord=p, axis=-1)


def pairs(p: float) -> F:
    """Distances of the rows i < j of a matrix."""
    return lambda xp, x: xp.stack(
        [xp.linalg.vector_norm(x[i] - x[j], ord=p) for i in range(len(x)) for j in range(i + 1, len(x))]
    )


def renormed(p: float) -> F:
    """Rows longer than 1 divided by their length and 1e-7, as the documentation does not say."""
    return lambda xp, x: x / (xp.linalg.vector_norm(x, ord=p, axis=1, keepdims=True) + 1e-7)


for label, p in (("1", 1), ("2", 2), ("3", 3), ("half", 0.5), ("inf", math.inf), ("minus_inf", -math.inf)):
    spelled = f"float('{p}')" if math.isinf(p) else p
    row(f"norm_{label}", f"torch.norm(x, p={spelled})", norm(p), x=apart(2, 3))
    row(f"norm_{label}_dim", f"torch.norm(x, p={spelled}, dim=1, keepdim=True)", norm(p, 1, True), x=apart(2, 3))
    row(f"vector_norm_{label}", f"torch.linalg.vector_norm(x, {spelled}, dim=(0, 1))", norm(p, (0, 1)), x=apart(2, 3))
    row(f"dist_{label}", f"torch.dist(x, y, p={spelled})", distance(p), x=apart(2, 3), y=(3,))
    if p > 0:
        row(f"cdist_{label}", f"torch.cdist(x, y, p={spelled})", distances(p), x=apart(3, 2), y=(4, 2))
        row(f"pdist_{label}", f"torch.pdist(x, p={spelled})", pairs(p), x=apart(4, 2))
        row(f"renorm_{label}", f"torch.renorm(x, {spelled}, 0, 1.0)", renormed(p), x=between(1.5, 2.5, 2, 3))
row("cdist_stacks", "torch.cdist(x, y)", distances(2), x=apart(2, 3, 2), y=(2, 4, 2))
for mode in ("use_mm_for_euclid_dist", "donot_use_mm_for_euclid_dist"):
    row(f"cdist_{mode}", f"torch.cdist(x, y, compute_mode='{mode}')", distances(2), x=apart(3, 2), y=(4, 2))
row("cov", "torch.cov(x)", lambda xp, x: covariance(xp, x, 1), x=(2, 4))
row("cov_correction", "torch.cov(x, correction=0)", lambda xp, x: covariance(xp, x, 0), x=(2, 4))
row("corrcoef", "torch.corrcoef(x)[0, 1]", lambda xp, x: covariance(xp, x, 1)[0, 1] / xp.sqrt(covariance(xp, x, 1)[0, 0] * covariance(xp, x, 1)[1, 1]), x=(2, 4))


def covariance(xp, x, correction):
    centred = x - xp.mean(x, axis=1, keepdims=True)
    return centred @ xp.matrix_transpose(centred) / (x.shape[1] - correction)


# Segments: the first entry, the next two, the last three

SEGMENTS = (slice(0, 1), slice(1, 3), slice(3, 6))


def by_segment(reduction: str) -> F:
    return lambda xp, x, n: xp.stack([getattr(xp, reduction)(x[s], axis=0) for s in SEGMENTS])


for name in ("sum", "mean", "max", "min", "prod"):
    row(f"segment_{name}", f"torch.segment_reduce(x, '{name}', lengths=n)", by_segment(name), x=apart(6, 2), n=[1, 2, 3])
row("segment_offsets", "torch.segment_reduce(x, 'mean', offsets=n)", by_segment("mean"), x=apart(6), n=[0, 1, 3, 6])
row("segment_initial", "torch.segment_reduce(x, 'sum', lengths=n, initial=2.0) ** 2", lambda xp, x, n: (2 + by_segment("sum")(xp, x, n)) ** 2, x=apart(6), n=[1, 2, 3])
