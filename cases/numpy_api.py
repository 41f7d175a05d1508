"""NumPy's own functions and keywords beyond the array API standard, for the libraries that follow NumPy.

Their rules are where libraries are thinnest: a keyword that the value honours and the derivative does not, an axis that
is negative, a matrix that is not square, an end of a range or a weight that nobody thought of differentiating by. Each
row is a call as one writes it with `jax.numpy`, `autograd.numpy` or the engine's, and its definition in the standard's
names, by which the oracle judges it. What only moves entries is defined by what NumPy does to their numbers: the same
call puts the places of the entries in order, so that y[o] = x[i] or 0.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from adbench.case import DTYPES, case

Shape = tuple[int, ...]
Function = Callable[..., Any]
NUMPY = "NumPy reference, routines"
F64 = ("float64",)
constant = np.array  # not the library's own, whose arrays are traced where it compiles
LINE, FEW, TABLE, BLOCK = (5,), (3,), (3, 4), (2, 3, 4)
MASK = np.array([[True, False, True, False], [False, True, True, True], [True, True, False, False]])
BLOCK_MASK = np.array([MASK, MASK[::-1, ::-1]])
ROW_MASK = np.array([True, False, True, True])


class Row(NamedTuple):
    """A call and its definition, of inputs of some shapes or from some functions of a generator."""

    name: str
    inputs: dict[str, Any]
    native: Function
    definition: Function
    wrt: tuple[str, ...] = ()  # default all inputs
    trap: bool = False
    dtypes: tuple[str, ...] = DTYPES


def drawn(rng: Any, shape: Shape) -> Any:
    """Numbers of both signs, no two of one magnitude, none of them small."""
    size = math.prod(shape)
    magnitudes = 0.5 + (rng.permutation(size) + rng.uniform(0.25, 0.75, size)) / max(size, 1)
    return (magnitudes * rng.choice([-1.0, 1.0], size)).reshape(shape)


def between(low: float, high: float, *shape: int) -> Function:
    """Numbers from a span."""
    return lambda rng: rng.uniform(low, high, shape)


def ascending(n: int) -> Function:
    """Numbers at distances that differ, none of them small."""
    return lambda rng: np.cumsum(rng.uniform(0.5, 1.5, n)) - n / 2


def point(*entries: Any) -> Function:
    """Given numbers."""
    return lambda rng: np.array(entries)


# What only moves entries: name, the shapes of its inputs, the call

MOVES: tuple[tuple[str, dict[str, Shape], Function], ...] = (
    # orders of memory and of axes
    ("ravel",                 {"x": BLOCK}, lambda np, x: np.ravel(x)),
    ("ravel_by_columns",      {"x": BLOCK}, lambda np, x: np.ravel(x, order="F")),
    ("reshape_by_columns",    {"x": BLOCK}, lambda np, x: np.reshape(x, (4, 6), order="F")),
    ("transpose_axes",        {"x": BLOCK}, lambda np, x: np.transpose(x, (-1, 0, 1))),
    ("swapaxes",              {"x": BLOCK}, lambda np, x: np.swapaxes(x, -1, 0)),
    ("rollaxis_start",        {"x": BLOCK}, lambda np, x: np.rollaxis(x, 0, 2)),
    ("rollaxis_negative",     {"x": BLOCK}, lambda np, x: np.rollaxis(x, -1, -2)),
    ("atleast_1d",            {"x": ()},    lambda np, x: np.atleast_1d(x)),
    ("atleast_2d",            {"x": LINE},  lambda np, x: np.atleast_2d(x)),
    ("atleast_3d",            {"x": TABLE}, lambda np, x: np.atleast_3d(x)),
    ("atleast_2d_of_two",     {"x": LINE, "y": TABLE}, lambda np, x, y: np.concatenate([np.ravel(a) for a in np.atleast_2d(x, y)])),
    # turns
    ("rot90",                 {"x": TABLE}, lambda np, x: np.rot90(x)),
    ("rot90_twice",           {"x": TABLE}, lambda np, x: np.rot90(x, 2)),
    ("rot90_axes",            {"x": BLOCK}, lambda np, x: np.rot90(x, 1, axes=(1, 2))),
    ("fliplr",                {"x": TABLE}, lambda np, x: np.fliplr(x)),
    ("flipud",                {"x": TABLE}, lambda np, x: np.flipud(x)),
    # diagonals and triangles
    ("diag_of_vector",        {"x": FEW},   lambda np, x: np.diag(x)),
    ("diag_above",            {"x": FEW},   lambda np, x: np.diag(x, k=1)),
    ("diag_of_matrix",        {"x": TABLE}, lambda np, x: np.diag(x)),
    ("diag_of_matrix_above",  {"x": TABLE}, lambda np, x: np.diag(x, k=2)),
    ("diag_of_matrix_below",  {"x": TABLE}, lambda np, x: np.diag(x, k=-1)),
    ("diag_of_square",        {"x": (3, 3)}, lambda np, x: np.diag(x)),
    ("diagflat",              {"x": (2, 2)}, lambda np, x: np.diagflat(x, -1)),
    ("diagonal",              {"x": TABLE}, lambda np, x: np.diagonal(x)),
    ("diagonal_offset",       {"x": TABLE}, lambda np, x: np.diagonal(x, offset=1)),
    ("diagonal_axes",         {"x": BLOCK}, lambda np, x: np.diagonal(x, -1, 1, 2)),
    ("diagonal_axes_reversed", {"x": BLOCK}, lambda np, x: np.diagonal(x, axis1=-1, axis2=0)),
    ("diagonal_of_squares",   {"x": (2, 3, 3)}, lambda np, x: np.diagonal(x, 0, -1, -2)),
    # copies
    ("repeat_single",         {"x": (3, 1)}, lambda np, x: np.repeat(x, 3, axis=1)),
    ("resize",                {"x": TABLE}, lambda np, x: np.resize(x, (5, 3))),
    ("meshgrid_sparse",       {"x": FEW, "y": LINE}, lambda np, x, y: np.concatenate([np.ravel(a) for a in np.meshgrid(x, y, sparse=True)])),
    ("full",                  {"x": ()},    lambda np, x: np.full((2, 3), x)),
    ("full_of_row",           {"x": (4,)},  lambda np, x: np.full((3, 4), x)),
    # joins
    ("append_flat",           {"x": (2, 3), "y": FEW}, lambda np, x, y: np.append(x, y)),
    ("append",                {"x": (2, 3), "y": (1, 3)}, lambda np, x, y: np.append(x, y, axis=0)),
    ("hstack_vectors",        {"x": LINE, "y": FEW}, lambda np, x, y: np.hstack((x, y))),
    ("hstack",                {"x": (2, 3), "y": (2, 1)}, lambda np, x, y: np.hstack((x, y))),
    ("vstack",                {"x": (2, 3), "y": FEW}, lambda np, x, y: np.vstack((x, y))),
    ("dstack",                {"x": (2, 3), "y": (2, 3)}, lambda np, x, y: np.dstack((x, y))),
    ("column_stack",          {"x": FEW, "y": (3, 2)}, lambda np, x, y: np.column_stack((x, y))),
    ("block",                 {"x": (2, 3), "y": (2, 1)}, lambda np, x, y: np.block([[x, y], [y, x]])),
    ("array_of_numbers",      {"x": FEW},   lambda np, x: np.array([x[0], x[2], x[0]])),
    ("array_of_lists",        {"x": FEW},   lambda np, x: np.array([[x[0], x[1]], [x[2], x[0]]])),
    ("array_of_rows",         {"x": (2, 3), "y": FEW}, lambda np, x, y: np.array([x[1], y, x[0]])),
    ("array_ndmin",           {"x": FEW},   lambda np, x: np.array(x, ndmin=3)),
    ("insert",                {"x": TABLE, "y": FEW}, lambda np, x, y: np.insert(x, 1, y, axis=1)),
    ("insert_several",        {"x": TABLE, "y": (4,)}, lambda np, x, y: np.insert(x, constant([0, 2]), y, axis=0)),
    ("delete",                {"x": TABLE}, lambda np, x: np.delete(x, constant([0, 2]), axis=1)),
    # cuts
    ("split",                 {"x": TABLE}, lambda np, x: np.concatenate(np.split(x, 2, axis=1)[::-1])),
    ("split_unused",          {"x": TABLE}, lambda np, x: np.split(x, [1, 3], axis=-1)[1]),
    ("array_split",           {"x": TABLE}, lambda np, x: np.concatenate(np.array_split(x, 3, axis=1)[::-1], axis=1)),
    ("array_split_negative",  {"x": TABLE}, lambda np, x: np.array_split(x, 3, axis=-1)[0]),
    ("hsplit",                {"x": TABLE}, lambda np, x: np.hsplit(x, [1])[1]),
    ("vsplit",                {"x": TABLE}, lambda np, x: np.vsplit(x, 3)[2]),
    ("dsplit",                {"x": BLOCK}, lambda np, x: np.dsplit(x, 2)[1]),
    # choices
    ("take_flat",             {"x": TABLE}, lambda np, x: np.take(x, constant([11, 0, 11]))),
    ("take_wrapped",          {"x": TABLE}, lambda np, x: np.take(x, constant([5, -2]), axis=1, mode="wrap")),
    ("take_clipped",          {"x": TABLE}, lambda np, x: np.take(x, constant([7, -2, 1]), axis=-1, mode="clip")),
    ("compress",              {"x": TABLE}, lambda np, x: np.compress(constant([True, False, True]), x, axis=0)),
    ("compress_flat",         {"x": TABLE}, lambda np, x: np.compress(constant([False, True, True]), x)),
    ("extract",               {"x": TABLE}, lambda np, x: np.extract(MASK, x)),
    ("index_ix",              {"x": TABLE}, lambda np, x: x[np.ix_(constant([2, 0]), constant([3, 1, 3]))]),
    ("select",                {"x": TABLE, "y": TABLE}, lambda np, x, y: np.select([MASK, MASK[::-1]], [x, y])),
    ("select_default",        {"x": TABLE, "y": ()}, lambda np, x, y: np.select([MASK], [x], default=y)),
    ("choose",                {"x": TABLE, "y": TABLE}, lambda np, x, y: np.choose(constant([[1], [0], [1]]), [x, y])),
    ("choose_wrapped",        {"x": TABLE, "y": (4,)}, lambda np, x, y: np.choose(constant([2, -1, 0, 5]), [x, y], mode="wrap")),
    ("nan_to_num",            {"x": TABLE}, lambda np, x: np.nan_to_num(np.where(MASK, x, np.nan))),
    ("clip_open",             {"x": TABLE}, lambda np, x: np.clip(x, None, 99)),
    # padding
    ("pad",                   {"x": TABLE}, lambda np, x: np.pad(x, 1)),
    ("pad_pair",              {"x": LINE},  lambda np, x: np.pad(x, (2, 0), mode="constant")),
    ("pad_pairs",             {"x": TABLE}, lambda np, x: np.pad(x, ((0, 1), (2, 1)), "constant")),
    ("pad_value",             {"x": TABLE, "c": ()}, lambda np, x, c: np.pad(x, ((1, 0), (0, 1)), constant_values=c)),
    ("pad_edge",              {"x": TABLE}, lambda np, x: np.pad(x, ((1, 0), (2, 1)), mode="edge")),
    ("pad_reflect",           {"x": TABLE}, lambda np, x: np.pad(x, ((1, 2), (2, 1)), mode="reflect")),
    ("pad_symmetric",         {"x": TABLE}, lambda np, x: np.pad(x, ((1, 2), (2, 1)), mode="symmetric")),
    ("pad_wrap_far",          {"x": FEW},   lambda np, x: np.pad(x, (5, 4), mode="wrap")),
)  # fmt: skip


def like(f: Function, g: Function) -> Function:
    """`g`, which takes what `f` does: a case's inputs have the names of its function's parameters."""
    g.__signature__ = inspect.signature(f)
    return g


def moved(native: Function, shapes: dict[str, Shape]) -> Function:
    """The definition of a call that moves entries: what NumPy makes of their numbers, with 0 for none."""

    def definition(xp, **inputs):
        numbers, first = {}, 1
        for name, shape in shapes.items():
            numbers[name] = np.arange(first, first + math.prod(shape)).reshape(shape).astype(float)
            first += math.prod(shape)
        entries = [xp.reshape(inputs[name], (-1,)) for name in shapes]
        zero = xp.zeros((1,), dtype=entries[0].dtype)
        return xp.concat([zero, *entries])[native(np, **numbers).astype(int)]

    return like(native, definition)


# Definitions that several rows share


def _only(xp: Any, x: Any, mask: Any, other: float = 0.0) -> Any:
    return xp.where(mask, x, xp.full_like(x, other))


def _mean_of(xp: Any, x: Any, mask: Any, **over: Any) -> Any:
    return xp.sum(_only(xp, x, mask), **over) / np.sum(np.broadcast_to(mask, x.shape), **over).astype(float)


def _var_of(xp: Any, x: Any, mask: Any, axis: Any, ddof: float = 0, keepdims: bool = False) -> Any:
    mask = np.broadcast_to(mask, x.shape)
    centred = _only(xp, x - _mean_of(xp, x, mask, axis=axis, keepdims=True), mask)
    n = np.sum(mask, axis=axis, keepdims=keepdims) - float(ddof)
    return xp.sum(centred * centred, axis=axis, keepdims=keepdims) / n


def _with_nan(np: Any, x: Any) -> Any:
    return np.where(MASK, x, np.nan)


def _sorted_rows(xp: Any, x: Any) -> list[Any]:
    """Of each row the entries in the mask in ascending order."""
    return [xp.sort(x[i][MASK[i]]) for i in range(3)]


def _line(xp: Any, x: Any, knots: Any, values: Any) -> Any:
    """The line through the points at x, all of them inside."""
    i = np.clip(xp.searchsorted(knots, x), 1, knots.shape[0] - 1)
    low, high = knots[i - 1], knots[i]
    return values[i - 1] + (values[i] - values[i - 1]) * (x - low) / (high - low)


def _convolved(xp: Any, a: Any, v: Any) -> Any:
    """yₖ = Σᵢ aᵢ vₖ₋ᵢ."""
    n = a.shape[0]
    shifted = [
        xp.concat([xp.zeros((i,), dtype=v.dtype), a[i] * v, xp.zeros((n - 1 - i,), dtype=v.dtype)]) for i in range(n)
    ]
    return sum(shifted[1:], shifted[0])


def _slopes(xp: Any, f: Any, x: Any, second: bool = False) -> Any:
    """Along the first axis, at coordinates x."""
    h = (x[1:] - x[:-1])[(slice(None),) + (None,) * (f.ndim - 1)]
    a, b = h[:-1], h[1:]
    d = (f[1:] - f[:-1]) / h
    inside = (b * d[:-1] + a * d[1:]) / (a + b)
    if second:  # the parabola's slope at its ends
        return xp.concat([2 * d[:1] - inside[:1], inside, 2 * d[-1:] - inside[-1:]])
    return xp.concat([d[:1], inside, d[-1:]])


def _even(xp: Any, n: int, h: Any) -> Any:
    return xp.arange(n, dtype=h.dtype) * h


def _ends(xp: Any, x: Any, *ends: Any) -> Any:
    return xp.concat([xp.reshape(e, (-1,)) for e in (ends[0], x, ends[1])])


def _covariance(xp: Any, x: Any, y: Any, weights: Any, divisor: Any) -> Any:
    total = xp.sum(weights)
    x = x - xp.sum(x * weights, axis=1, keepdims=True) / total
    y = y - xp.sum(y * weights, axis=1, keepdims=True) / total
    return xp.matmul(x * weights, xp.matrix_transpose(y)) / divisor


def _ones(xp: Any, x: Any) -> Any:
    return xp.ones((x.shape[1],), dtype=x.dtype)


def _correlation(xp: Any, x: Any) -> Any:
    c = _covariance(xp, x, x, _ones(xp, x), 1)
    d = xp.sqrt(xp.linalg.diagonal(c))
    return c / (d[:, None] * d[None, :])


def _t(xp: Any, n: int, like: Any, gaps: int) -> Any:
    return xp.arange(n, dtype=like.dtype) / gaps


def _way(a: Any, b: Any, t: Any) -> Any:
    """The mean of two ways to write (1 − t) a + t b: each rounds where the other does not, and both are right."""
    return ((1 - t) * a + t * b + (a + t * (b - a))) / 2


def _flat(x: Any) -> Any:
    return x.reshape((-1,))


def _pi(xp: Any, like: Any) -> Any:
    return 4 * xp.atan(xp.ones((), dtype=like.dtype))


REDUCTIONS = (
    Row("sum_where", {"x": BLOCK}, lambda np, x: np.sum(x, axis=1, where=BLOCK_MASK), lambda xp, x: xp.sum(_only(xp, x, BLOCK_MASK), axis=1)),
    Row("sum_where_row", {"x": TABLE}, lambda np, x: np.sum(x, where=ROW_MASK), lambda xp, x: xp.sum(_only(xp, x, ROW_MASK))),
    Row("sum_initial", {"x": TABLE, "y": ()}, lambda np, x, y: np.sum(x, axis=-1, initial=y), lambda xp, x, y: xp.sum(x, axis=1) + y),
    Row("prod_where", {"x": BLOCK}, lambda np, x: np.prod(x, axis=-1, where=BLOCK_MASK), lambda xp, x: xp.prod(_only(xp, x, BLOCK_MASK, 1.0), axis=2)),
    Row("prod_where_zero", {"x": point(2.0, 0.0, -3.0, 0.5)}, lambda np, x: np.prod(x, where=ROW_MASK), lambda xp, x: x[0] * x[2] * x[3], trap=True),
    Row("prod_initial", {"x": TABLE}, lambda np, x: np.prod(x, axis=0, initial=2.5), lambda xp, x: xp.prod(x, axis=0) * 2.5),
    Row("mean_where", {"x": BLOCK}, lambda np, x: np.mean(x, axis=-1, where=BLOCK_MASK, keepdims=True), lambda xp, x: _mean_of(xp, x, BLOCK_MASK, axis=2, keepdims=True)),
    Row("var_ddof", {"x": BLOCK}, lambda np, x: np.var(x, axis=(-1, -3), ddof=1, keepdims=True), lambda xp, x: xp.var(x, axis=(0, 2), correction=1, keepdims=True)),
    Row("var_where", {"x": TABLE}, lambda np, x: np.var(x, axis=-1, where=MASK), lambda xp, x: _var_of(xp, x, MASK, 1)),
    Row("var_where_ddof", {"x": TABLE}, lambda np, x: np.var(x, axis=1, ddof=1, where=MASK, keepdims=True), lambda xp, x: _var_of(xp, x, MASK, 1, 1, True)),
    Row("std_ddof", {"x": TABLE}, lambda np, x: np.std(x, axis=0, ddof=1), lambda xp, x: xp.std(x, axis=0, correction=1)),
    Row("std_where", {"x": TABLE}, lambda np, x: np.std(x, axis=1, where=MASK), lambda xp, x: xp.sqrt(_var_of(xp, x, MASK, 1))),
    Row("max_axes", {"x": BLOCK}, lambda np, x: np.max(x, axis=(-1, -3)), lambda xp, x: xp.max(x, axis=(0, 2))),
    Row("max_where", {"x": TABLE}, lambda np, x: np.max(x, axis=1, where=MASK, initial=-9.0), lambda xp, x: xp.max(_only(xp, x, MASK, -9.0), axis=1)),
    Row("max_initial", {"x": point([0.5, -1.0, 2.0], [0.25, -0.5, 0.125])}, lambda np, x: np.max(x, axis=-1, initial=0.75), lambda xp, x: xp.maximum(xp.max(x, axis=1), xp.full((2,), 0.75, dtype=x.dtype))),
    Row("min_where", {"x": TABLE}, lambda np, x: np.min(x, axis=0, where=MASK, initial=9.0), lambda xp, x: xp.min(_only(xp, x, MASK, 9.0), axis=0)),
    Row("min_initial", {"x": point([0.5, -1.0, 2.0], [1.25, 1.5, 2.125])}, lambda np, x: np.min(x, axis=-1, initial=0.75), lambda xp, x: xp.minimum(xp.min(x, axis=1), xp.full((2,), 0.75, dtype=x.dtype))),
    Row("amax", {"x": TABLE}, lambda np, x: np.amax(x, axis=-1), lambda xp, x: xp.max(x, axis=1)),
    Row("amin", {"x": TABLE}, lambda np, x: np.amin(x, axis=0, keepdims=True), lambda xp, x: xp.min(x, axis=0, keepdims=True)),
    Row("ptp", {"x": TABLE}, lambda np, x: np.ptp(x, axis=1), lambda xp, x: xp.max(x, axis=1) - xp.min(x, axis=1)),
    Row("nansum", {"x": TABLE}, lambda np, x: np.nansum(_with_nan(np, x), axis=1), lambda xp, x: xp.sum(_only(xp, x, MASK), axis=1)),
    Row("nanprod", {"x": TABLE}, lambda np, x: np.nanprod(_with_nan(np, x), axis=0), lambda xp, x: xp.prod(_only(xp, x, MASK, 1.0), axis=0)),
    Row("nanmean", {"x": TABLE}, lambda np, x: np.nanmean(_with_nan(np, x), axis=-1), lambda xp, x: _mean_of(xp, x, MASK, axis=1)),
    Row("nanvar", {"x": TABLE}, lambda np, x: np.nanvar(_with_nan(np, x), axis=1, ddof=1), lambda xp, x: _var_of(xp, x, MASK, 1, 1)),
    Row("nanstd", {"x": TABLE}, lambda np, x: np.nanstd(_with_nan(np, x), axis=1), lambda xp, x: xp.sqrt(_var_of(xp, x, MASK, 1))),
    Row("nanmax", {"x": TABLE}, lambda np, x: np.nanmax(_with_nan(np, x), axis=1), lambda xp, x: xp.max(_only(xp, x, MASK, -9.0), axis=1)),
    Row("nanmin", {"x": TABLE}, lambda np, x: np.nanmin(_with_nan(np, x)), lambda xp, x: xp.min(_only(xp, x, MASK, 9.0))),
    Row("nanmedian", {"x": TABLE}, lambda np, x: np.nanmedian(_with_nan(np, x), axis=1), lambda xp, x: xp.stack([(s[(len(s) - 1) // 2] + s[len(s) // 2]) / 2 for s in _sorted_rows(xp, x)])),
    Row("nancumsum", {"x": TABLE}, lambda np, x: np.nancumsum(_with_nan(np, x), axis=1), lambda xp, x: xp.cumulative_sum(_only(xp, x, MASK), axis=1)),
    Row("nancumprod", {"x": TABLE}, lambda np, x: np.nancumprod(_with_nan(np, x), axis=0), lambda xp, x: xp.cumulative_prod(_only(xp, x, MASK, 1.0), axis=0)),
    Row("cumsum_flat", {"x": TABLE}, lambda np, x: np.cumsum(x), lambda xp, x: xp.cumulative_sum(_flat(x))),
    Row("cumsum_first", {"x": BLOCK}, lambda np, x: np.cumsum(x, axis=0), lambda xp, x: xp.cumulative_sum(x, axis=0)),
    Row("cumsum_last", {"x": BLOCK}, lambda np, x: np.cumsum(x, axis=-1), lambda xp, x: xp.cumulative_sum(x, axis=2)),
    Row("cumprod_flat", {"x": (2, 3)}, lambda np, x: np.cumprod(x), lambda xp, x: xp.cumulative_prod(_flat(x))),
    Row("cumprod_last", {"x": BLOCK}, lambda np, x: np.cumprod(x, axis=-1), lambda xp, x: xp.cumulative_prod(x, axis=2)),
    Row("median_odd", {"x": LINE}, lambda np, x: np.median(x), lambda xp, x: xp.sort(x)[2]),
    Row("median_even", {"x": BLOCK}, lambda np, x: np.median(x, axis=-1, keepdims=True), lambda xp, x: (xp.sort(x)[..., 1:2] + xp.sort(x)[..., 2:3]) / 2),
    Row("median_axes", {"x": BLOCK}, lambda np, x: np.median(x, axis=(0, -1)), lambda xp, x: xp.sum(xp.sort(xp.reshape(xp.permute_dims(x, (1, 0, 2)), (3, 8)))[:, 3:5], axis=1) / 2),
    Row("percentile", {"x": TABLE}, lambda np, x: np.percentile(x, 30, axis=0), lambda xp, x: 0.6 * xp.sort(x, axis=0)[1] + 0.4 * xp.sort(x, axis=0)[0], dtypes=F64),
    Row("percentile_several", {"x": LINE}, lambda np, x: np.percentile(x, constant([25.0, 50.0, 90.625])), lambda xp, x: xp.stack([xp.sort(x)[1], xp.sort(x)[2], 0.375 * xp.sort(x)[3] + 0.625 * xp.sort(x)[4]]), dtypes=F64),
    Row("quantile_share", {"x": LINE, "q": point(0.3, 0.8)}, lambda np, x, q: np.quantile(x, q), lambda xp, x, q: xp.stack([s[i] + (s[i + 1] - s[i]) * (4 * q[j] - i) for s in [xp.sort(x)] for j, i in ((0, 1), (1, 3))])),
    Row("quantile_lower", {"x": TABLE}, lambda np, x: np.quantile(x, 0.4, axis=-1, method="lower"), lambda xp, x: xp.sort(x)[:, 1]),
    Row("quantile_higher", {"x": TABLE}, lambda np, x: np.quantile(x, 0.4, axis=1, method="higher", keepdims=True), lambda xp, x: xp.sort(x)[:, 2:3]),
    Row("quantile_midpoint", {"x": LINE}, lambda np, x: np.quantile(x, 0.4, method="midpoint"), lambda xp, x: (xp.sort(x)[1] + xp.sort(x)[2]) / 2),
    Row("quantile_nearest", {"x": LINE}, lambda np, x: np.quantile(x, 0.4, method="nearest"), lambda xp, x: xp.sort(x)[2]),
    Row("nanquantile", {"x": TABLE}, lambda np, x: np.nanquantile(_with_nan(np, x), 0.25, axis=1), lambda xp, x: xp.stack([s[0] + (s[1] - s[0]) * (0.25 * (len(s) - 1)) for s in _sorted_rows(xp, x)])),
    Row("average_weights", {"x": TABLE, "w": between(0.5, 1.5, 4)}, lambda np, x, w: np.average(x, axis=-1, weights=w), lambda xp, x, w: xp.sum(x * w, axis=1) / xp.sum(w)),
    Row("average_weights_all", {"x": TABLE, "w": between(0.5, 1.5, 3, 4)}, lambda np, x, w: np.average(x, weights=w), lambda xp, x, w: xp.sum(x * w) / xp.sum(w)),
    Row("cov", {"x": TABLE}, lambda np, x: np.cov(x), lambda xp, x: _covariance(xp, x, x, _ones(xp, x), 3)),
    Row("cov_columns", {"x": TABLE}, lambda np, x: np.cov(x, rowvar=False, bias=True), lambda xp, x: _covariance(xp, x.T, x.T, _ones(xp, x.T), 3)),
    Row("cov_of_two", {"x": LINE, "y": LINE}, lambda np, x, y: np.cov(x, y), lambda xp, x, y: _covariance(xp, xp.stack([x, y]), xp.stack([x, y]), _ones(xp, xp.stack([x, y])), 4)),
    Row("cov_weights", {"x": TABLE, "w": between(0.5, 1.5, 4)}, lambda np, x, w: np.cov(x, aweights=w), lambda xp, x, w: _covariance(xp, x, x, w, xp.sum(w) - xp.sum(w * w) / xp.sum(w))),
    Row("corrcoef", {"x": TABLE}, lambda np, x: np.corrcoef(x)[0, 1:], lambda xp, x: _correlation(xp, x)[0, 1:]),
    Row("corrcoef_columns", {"x": TABLE}, lambda np, x: np.corrcoef(x, rowvar=False)[0, 1:], lambda xp, x: _correlation(xp, x.T)[0, 1:]),
)  # fmt: skip

ORDERED = (
    Row("sort_flat", {"x": TABLE}, lambda np, x: np.sort(x, axis=None), lambda xp, x: xp.sort(_flat(x))),
    Row("partition", {"x": LINE}, lambda np, x: np.partition(x, 2)[2], lambda xp, x: xp.sort(x)[2]),
    Row("partition_rows", {"x": TABLE}, lambda np, x: np.partition(x, 1, axis=0)[1], lambda xp, x: xp.sort(x, axis=0)[1]),
    Row("partition_below", {"x": LINE}, lambda np, x: np.partition(x, 2)[0] * np.partition(x, 2)[1], lambda xp, x: xp.sort(x)[0] * xp.sort(x)[1]),
    Row("piecewise", {"x": point(0.5, -0.25, 2.0, -1.5)}, lambda np, x: np.piecewise(x, [x < -1, x > 1], [lambda x: -x, 3.0, lambda x: x * x]), lambda xp, x: xp.stack([x[0] * x[0], x[1] * x[1], 3 + 0 * x[2], -x[3]])),
    Row("piecewise_domains", {"x": point(0.5, -0.25, 2.0, -1.5)}, lambda np, x: np.piecewise(x, [x > 0, x <= 0], [lambda x: np.log(x), lambda x: np.sqrt(-x)]), lambda xp, x: xp.stack([xp.log(x[0]), xp.sqrt(-x[1]), xp.log(x[2]), xp.sqrt(-x[3])]), trap=True),
)  # fmt: skip

CALCULUS = (
    Row("diff_ends", {"x": TABLE, "p": (), "q": ()}, lambda np, x, p, q: np.diff(x, axis=1, prepend=p, append=q), lambda xp, x, p, q: xp.concat([x[:, :1] - p, xp.diff(x), q - x[:, -1:]], axis=1)),
    Row("ediff1d", {"x": TABLE}, lambda np, x: np.ediff1d(x), lambda xp, x: xp.diff(_flat(x))),
    Row("ediff1d_ends", {"x": LINE, "p": (), "q": (2,)}, lambda np, x, p, q: np.ediff1d(x, to_end=q, to_begin=p), lambda xp, x, p, q: _ends(xp, xp.diff(x), p, q)),
    Row("gradient", {"x": LINE}, lambda np, x: np.gradient(x), lambda xp, x: _slopes(xp, x, xp.arange(5, dtype=x.dtype))),
    Row("gradient_short", {"x": FEW}, lambda np, x: np.gradient(x), lambda xp, x: xp.stack([x[1] - x[0], (x[2] - x[0]) / 2, x[2] - x[1]])),
    Row("gradient_axes", {"x": TABLE}, lambda np, x: np.stack(np.gradient(x)), lambda xp, x: xp.stack([_slopes(xp, x, xp.arange(3, dtype=x.dtype)), _slopes(xp, x.T, xp.arange(4, dtype=x.dtype)).T])),
    Row("gradient_spacing", {"x": TABLE, "h": between(0.5, 1.5)}, lambda np, x, h: np.gradient(x, h, axis=0), lambda xp, x, h: _slopes(xp, x, _even(xp, 3, h))),
    Row("gradient_coordinates", {"x": LINE, "t": ascending(5)}, lambda np, x, t: np.gradient(x, t), lambda xp, x, t: _slopes(xp, x, t)),
    Row("gradient_edge_order", {"x": TABLE, "t": ascending(4)}, lambda np, x, t: np.gradient(x, t, axis=1, edge_order=2), lambda xp, x, t: _slopes(xp, x.T, t, True).T, wrt=("x",)),
    Row("trapezoid", {"y": TABLE}, lambda np, y: np.trapezoid(y), lambda xp, y: xp.sum(y[:, 1:] + y[:, :-1], axis=1) / 2),
    Row("trapezoid_spacing", {"y": TABLE, "h": ()}, lambda np, y, h: np.trapezoid(y, dx=h, axis=0), lambda xp, y, h: xp.sum(y[1:] + y[:-1], axis=0) * h / 2),
    Row("trapezoid_coordinates", {"y": TABLE, "x": (4,)}, lambda np, y, x: np.trapezoid(y, x, axis=-1), lambda xp, y, x: xp.sum((y[:, 1:] + y[:, :-1]) * (x[1:] - x[:-1]), axis=1) / 2),
    Row("interp", {"x": point(0.25, 2.5, 1.125), "t": point(0.0, 0.5, 2.0, 3.0), "f": (4,)}, lambda np, x, t, f: np.interp(x, t, f), lambda xp, x, t, f: _line(xp, x, t, f)),
    Row("interp_outside", {"x": point(-1.0, 2.5, 4.0), "t": point(0.0, 0.5, 2.0, 3.0), "f": (4,)}, lambda np, x, t, f: np.interp(x, t, f), lambda xp, x, t, f: xp.stack([f[0], _line(xp, x[1:2], t, f)[0], f[3]])),
    Row("interp_left_right", {"x": point(-1.0, 2.5, 4.0), "t": point(0.0, 0.5, 2.0, 3.0), "f": (4,)}, lambda np, x, t, f: np.interp(x, t, f, left=-7.0, right=5.0), lambda xp, x, t, f: xp.stack([0 * f[0] - 7, _line(xp, x[1:2], t, f)[0], 0 * f[0] + 5])),
    Row("interp_period", {"x": point(-1.25, 2.25, 4.75), "t": point(2.0, 0.5, 3.0), "f": FEW}, lambda np, x, t, f: np.interp(x, t, f, period=4.0), lambda xp, x, t, f: _line(xp, x + np.array([4.0, 0.0, -4.0]), xp.stack([t[2] - 4, t[1], t[0], t[2], t[1] + 4]), xp.stack([f[2], f[1], f[0], f[2], f[1]])), wrt=("x", "f")),
    Row("unwrap", {"x": point([0.0, 3.0, -2.5, -1.0], [2.0, -3.0, -2.0, -1.0])}, lambda np, x: np.unwrap(x), lambda xp, x: x + 2 * _pi(xp, x) * np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 1.0, 1.0]])),
    Row("unwrap_axis", {"x": point([0.0, 1.75], [0.75, 0.0], [0.375, 1.25])}, lambda np, x: np.unwrap(x, axis=0, period=1.0), lambda xp, x: x + np.array([[0.0, 0.0], [-1.0, 2.0], [-1.0, 1.0]])),
    Row("convolve", {"a": LINE, "v": FEW}, lambda np, a, v: np.convolve(a, v), lambda xp, a, v: _convolved(xp, a, v)),
    Row("convolve_same", {"a": LINE, "v": (4,)}, lambda np, a, v: np.convolve(a, v, mode="same"), lambda xp, a, v: _convolved(xp, a, v)[1:6]),
    Row("convolve_valid", {"a": FEW, "v": LINE}, lambda np, a, v: np.convolve(a, v, mode="valid"), lambda xp, a, v: _convolved(xp, a, v)[2:5]),
    Row("correlate", {"a": LINE, "v": FEW}, lambda np, a, v: np.correlate(a, v), lambda xp, a, v: _convolved(xp, a, v[::-1])[2:5]),
    Row("correlate_same", {"a": LINE, "v": FEW}, lambda np, a, v: np.correlate(a, v, mode="same"), lambda xp, a, v: _convolved(xp, a, v[::-1])[1:6]),
    Row("correlate_full", {"a": FEW, "v": LINE}, lambda np, a, v: np.correlate(a, v, mode="full"), lambda xp, a, v: _convolved(xp, a, v[::-1])),
    Row("polyval", {"p": (4,), "x": FEW}, lambda np, p, x: np.polyval(p, x), lambda xp, p, x: ((p[0] * x + p[1]) * x + p[2]) * x + p[3]),
    Row("polymul", {"a": FEW, "b": (4,)}, lambda np, a, b: np.polymul(a, b), lambda xp, a, b: _convolved(xp, a, b)),
    Row("polyder", {"p": LINE}, lambda np, p: np.polyder(p, 2), lambda xp, p: p[:3] * np.array([12.0, 6.0, 2.0])),
    Row("vander", {"x": FEW}, lambda np, x: np.vander(x, 4), lambda xp, x: xp.stack([x * x * x, x * x, x, 1 + 0 * x], axis=-1)),
    Row("vander_increasing", {"x": point(0.0, -1.5, 2.0)}, lambda np, x: np.vander(x, increasing=True), lambda xp, x: xp.stack([1 + 0 * x, x, x * x], axis=-1), trap=True),
    Row("linspace", {"a": (), "b": ()}, lambda np, a, b: np.linspace(a, b, 5), lambda xp, a, b: _way(a, b, _t(xp, 5, a, 4))),
    Row("linspace_open", {"a": (), "b": ()}, lambda np, a, b: np.linspace(a, b, 5, endpoint=False), lambda xp, a, b: _way(a, b, _t(xp, 5, a, 5))),
    Row("linspace_arrays", {"a": FEW, "b": FEW}, lambda np, a, b: np.linspace(a, b, 5), lambda xp, a, b: _way(a, b, _t(xp, 5, a, 4)[:, None])),
    Row("linspace_axis", {"a": FEW, "b": ()}, lambda np, a, b: np.linspace(a, b, num=4, axis=-1), lambda xp, a, b: _way(a[:, None], b, _t(xp, 4, a, 3))),
    Row("logspace", {"a": (), "b": ()}, lambda np, a, b: np.logspace(a, b, 4), lambda xp, a, b: xp.exp(xp.log(xp.full((), 10.0, dtype=a.dtype)) * _way(a, b, _t(xp, 4, a, 3)))),
    Row("logspace_base", {"a": (), "b": ()}, lambda np, a, b: np.logspace(a, b, 4, endpoint=False, base=2.0), lambda xp, a, b: xp.exp2(_way(a, b, _t(xp, 4, a, 4)))),
    Row("geomspace", {"a": between(0.5, 1.0), "b": between(2.0, 3.0)}, lambda np, a, b: np.geomspace(a, b, 4), lambda xp, a, b: xp.exp(xp.log(a) + xp.log(b / a) * _t(xp, 4, a, 3)), dtypes=F64),
)  # fmt: skip

PRODUCTS = (
    Row("dot_block_vector", {"x": BLOCK, "y": (4,)}, lambda np, x, y: np.dot(x, y), lambda xp, x, y: xp.sum(x * y, axis=-1)),
    Row("dot_vector_block", {"x": FEW, "y": BLOCK}, lambda np, x, y: np.dot(x, y), lambda xp, x, y: xp.sum(x[:, None] * y, axis=1)),
    Row("dot_blocks", {"x": (2, 3), "y": BLOCK}, lambda np, x, y: np.dot(x, y), lambda xp, x, y: xp.sum(x[:, None, :, None] * y, axis=2)),
    Row("dot_of_blocks", {"x": (2, 2, 3), "y": BLOCK}, lambda np, x, y: np.dot(x, y), lambda xp, x, y: xp.sum(x[:, :, None, :, None] * y, axis=3)),
    Row("dot_number", {"x": (), "y": TABLE}, lambda np, x, y: np.dot(x, y), lambda xp, x, y: x * y),
    Row("inner_matrices", {"x": TABLE, "y": (2, 4)}, lambda np, x, y: np.inner(x, y), lambda xp, x, y: xp.matmul(x, y.T)),
    Row("inner_block", {"x": BLOCK, "y": (4,)}, lambda np, x, y: np.inner(x, y), lambda xp, x, y: xp.sum(x * y, axis=-1)),
    Row("inner_number", {"x": TABLE, "y": ()}, lambda np, x, y: np.inner(x, y), lambda xp, x, y: x * y),
    Row("vdot", {"x": TABLE, "y": TABLE}, lambda np, x, y: np.vdot(x, y), lambda xp, x, y: xp.sum(x * y)),
    Row("outer_matrices", {"x": (2, 3), "y": (4,)}, lambda np, x, y: np.outer(x, y), lambda xp, x, y: _flat(x)[:, None] * y),
    Row("kron_matrices", {"x": (2, 3), "y": (3, 2)}, lambda np, x, y: np.kron(x, y), lambda xp, x, y: (x[:, None, :, None] * y[None, :, None, :]).reshape((6, 6))),
    Row("kron_matrix_vector", {"x": (2, 3), "y": (2,)}, lambda np, x, y: np.kron(x, y), lambda xp, x, y: (x[:, :, None] * y).reshape((2, 6))),
    Row("kron_vector_matrix", {"x": FEW, "y": (2, 2)}, lambda np, x, y: np.kron(x, y), lambda xp, x, y: (x[:, None] * y[:, None, :]).reshape((2, 6))),
    Row("kron_blocks", {"x": (2, 1, 2), "y": (1, 2, 2)}, lambda np, x, y: np.kron(x, y), lambda xp, x, y: (x[:, :, None, :, None] * y[:, :, None, :]).reshape((2, 2, 4))),
    Row("cross", {"x": (2, 3), "y": (2, 3)}, lambda np, x, y: np.cross(x, y), lambda xp, x, y: xp.linalg.cross(x, y)),
    Row("cross_axis", {"x": (3, 2), "y": (3, 2)}, lambda np, x, y: np.cross(x, y, axis=0), lambda xp, x, y: xp.linalg.cross(x.T, y.T).T),
    Row("cross_axes", {"x": (3, 2), "y": (2, 3)}, lambda np, x, y: np.cross(x, y, axisa=0, axisb=1, axisc=0), lambda xp, x, y: xp.linalg.cross(x.T, y).T),
    Row("cross_broadcast", {"x": (2, 3), "y": FEW}, lambda np, x, y: np.cross(x, y), lambda xp, x, y: xp.stack([xp.linalg.cross(x[0], y), xp.linalg.cross(x[1], y)])),
    Row("tensordot_none", {"x": (2, 3), "y": (4,)}, lambda np, x, y: np.tensordot(x, y, 0), lambda xp, x, y: x[:, :, None] * y),
    Row("tensordot_two", {"x": BLOCK, "y": (3, 4, 2)}, lambda np, x, y: np.tensordot(x, y), lambda xp, x, y: xp.sum(x[..., None] * y, axis=(1, 2))),
    Row("tensordot_swapped", {"x": BLOCK, "y": (4, 2, 3)}, lambda np, x, y: np.tensordot(x, y, axes=([0, 2], [1, 0])), lambda xp, x, y: xp.sum(xp.permute_dims(x, (1, 0, 2))[:, :, :, None] * xp.permute_dims(y, (1, 0, 2)), axis=(1, 2)), trap=True),
    Row("tensordot_negative", {"x": BLOCK, "y": (4, 2)}, lambda np, x, y: np.tensordot(x, y, axes=((-1,), (0,))), lambda xp, x, y: xp.matmul(x, y)),
    Row("tensordot_numbers", {"x": BLOCK, "y": (2, 3)}, lambda np, x, y: np.tensordot(x, y, axes=(1, -1)), lambda xp, x, y: xp.sum(xp.permute_dims(x, (0, 2, 1))[:, :, None, :] * y, axis=-1)),
    Row("einsum_implicit", {"x": (2, 3), "y": (3, 4)}, lambda np, x, y: np.einsum("ij,jk", x, y), lambda xp, x, y: xp.matmul(x, y)),
    Row("einsum_implicit_transpose", {"x": (2, 3)}, lambda np, x: np.einsum("ji", x), lambda xp, x: x.T),
    Row("einsum_diagonal_stacked", {"x": (2, 3, 3)}, lambda np, x: np.einsum("...ii->...i", x), lambda xp, x: xp.linalg.diagonal(x)),
    Row("einsum_diagonal_product", {"x": (3, 3), "y": (3, 2)}, lambda np, x, y: np.einsum("ii,ij->j", x, y), lambda xp, x, y: xp.matmul(xp.linalg.diagonal(x), y)),
    Row("einsum_ellipsis", {"x": BLOCK, "y": (4, 2)}, lambda np, x, y: np.einsum("...ij,jk->...ik", x, y), lambda xp, x, y: xp.matmul(x, y)),
    Row("einsum_ellipsis_summed", {"x": BLOCK, "y": (3, 4)}, lambda np, x, y: np.einsum("i...,...->...", x, y), lambda xp, x, y: xp.sum(x * y, axis=0)),
    Row("einsum_ellipsis_broadcast", {"x": (2, 1, 3), "y": (4, 3)}, lambda np, x, y: np.einsum("...i,...i->...", x, y), lambda xp, x, y: xp.sum(x * y, axis=-1)),
    Row("einsum_three", {"x": (2, 3), "y": (4, 2), "z": (3, 2)}, lambda np, x, y, z: np.einsum("jk,ij,kl->li", x, y, z), lambda xp, x, y, z: xp.matmul(xp.matmul(y, x), z).T),
    Row("einsum_lists", {"x": (2, 3), "y": (3, 4)}, lambda np, x, y: np.einsum(x, [0, 1], y, [1, 2], [2, 0]), lambda xp, x, y: xp.matmul(x, y).T),
    Row("trace_offset", {"x": TABLE}, lambda np, x: np.trace(x, offset=1), lambda xp, x: x[0, 1] + x[1, 2] + x[2, 3]),
    Row("trace_below", {"x": TABLE}, lambda np, x: np.trace(x, -1), lambda xp, x: x[1, 0] + x[2, 1]),
    Row("trace_block", {"x": BLOCK}, lambda np, x: np.trace(x), lambda xp, x: x[0, 0] + x[1, 1]),
    Row("trace_axes", {"x": BLOCK}, lambda np, x: np.trace(x, axis1=-1, axis2=0), lambda xp, x: x[0, :, 0] + x[1, :, 1]),
    Row("matrix_power_negative", {"x": lambda rng: drawn(rng, (3, 3)) + 3 * np.eye(3)}, lambda np, x: np.linalg.matrix_power(x, -2), lambda xp, x: xp.linalg.inv(xp.matmul(x, x))),
    Row("norm", {"x": TABLE}, lambda np, x: np.linalg.norm(x), lambda xp, x: xp.sqrt(xp.sum(x * x))),
    Row("norm_axis_kept", {"x": BLOCK}, lambda np, x: np.linalg.norm(x, axis=1, keepdims=True), lambda xp, x: xp.sqrt(xp.sum(x * x, axis=1, keepdims=True))),
    Row("norm_axes_kept", {"x": BLOCK}, lambda np, x: np.linalg.norm(x, axis=(0, -1), keepdims=True), lambda xp, x: xp.sqrt(xp.sum(x * x, axis=(0, 2), keepdims=True))),
    Row("norm_one", {"x": TABLE}, lambda np, x: np.linalg.norm(x, 1, axis=-1), lambda xp, x: xp.sum(xp.abs(x), axis=1)),
    Row("norm_three", {"x": TABLE}, lambda np, x: np.linalg.norm(x, ord=3, axis=0), lambda xp, x: xp.linalg.vector_norm(x, axis=0, ord=3)),
    Row("norm_half", {"x": LINE}, lambda np, x: np.linalg.norm(x, 0.5), lambda xp, x: xp.sum(xp.sqrt(xp.abs(x))) ** 2),
    Row("norm_infinity", {"x": LINE}, lambda np, x: np.linalg.norm(x, np.inf), lambda xp, x: xp.max(xp.abs(x))),
    Row("norm_matrix_one", {"x": TABLE}, lambda np, x: np.linalg.norm(x, 1), lambda xp, x: xp.max(xp.sum(xp.abs(x), axis=0))),
    Row("norm_matrix_infinity", {"x": TABLE}, lambda np, x: np.linalg.norm(x, -np.inf, keepdims=True), lambda xp, x: xp.reshape(xp.min(xp.sum(xp.abs(x), axis=1)), (1, 1))),
    Row("norm_matrix_two", {"x": TABLE}, lambda np, x: np.linalg.norm(x, 2), lambda xp, x: xp.linalg.svdvals(x)[0]),
    Row("norm_nuclear", {"x": TABLE}, lambda np, x: np.linalg.norm(x, "nuc"), lambda xp, x: xp.sum(xp.linalg.svdvals(x))),
    Row("norm_nuclear_axes", {"x": BLOCK}, lambda np, x: np.linalg.norm(x, "nuc", axis=(2, 0)), lambda xp, x: xp.sum(xp.linalg.svdvals(xp.permute_dims(x, (1, 0, 2))), axis=-1)),
)  # fmt: skip

FILLED = (
    Row("full_like", {"x": (), "y": TABLE}, lambda np, x, y: np.full_like(y, x), lambda xp, x, y: xp.full((3, 4), x), wrt=("x",)),
    Row("pad_values", {"x": LINE}, lambda np, x: np.pad(x, 2, mode="constant", constant_values=(3.0, -1.0)), lambda xp, x: xp.concat([0 * x[:2] + 3, x, 0 * x[:2] - 1])),
    Row("pad_ramp", {"x": FEW}, lambda np, x: np.pad(x, (2, 4), mode="linear_ramp", end_values=(5.0, -4.0)), lambda xp, x: xp.concat([5 + (x[0] - 5) * np.array([0.0, 0.5]), x, x[2] + (-4 - x[2]) * np.array([0.25, 0.5, 0.75, 1.0])])),
    Row("pad_maximum", {"x": TABLE}, lambda np, x: np.pad(x, ((1, 0), (0, 2)), mode="maximum"), lambda xp, x: (lambda y: xp.concat([y] + [xp.max(y, axis=1, keepdims=True)] * 2, axis=1))(xp.concat([xp.max(x, axis=0, keepdims=True), x]))),
    Row("pad_minimum", {"x": LINE}, lambda np, x: np.pad(x, 1, mode="minimum", stat_length=3), lambda xp, x: xp.concat([xp.min(x[:3], keepdims=True), x, xp.min(x[2:], keepdims=True)])),
    Row("pad_mean", {"x": TABLE}, lambda np, x: np.pad(x, ((0, 1), (2, 0)), mode="mean"), lambda xp, x: (lambda y: xp.concat([xp.mean(y, axis=1, keepdims=True)] * 2 + [y], axis=1))(xp.concat([x, xp.mean(x, axis=0, keepdims=True)]))),
    Row("pad_median", {"x": LINE}, lambda np, x: np.pad(x, (1, 2), mode="median"), lambda xp, x: xp.concat([xp.sort(x)[2:3], x, xp.sort(x)[2:3], xp.sort(x)[2:3]])),
    Row("pad_reflect_odd", {"x": LINE}, lambda np, x: np.pad(x, (3, 2), mode="reflect", reflect_type="odd"), lambda xp, x: xp.concat([2 * x[0] - x[3:0:-1], x, 2 * x[4] - x[3:1:-1]])),
    Row("pad_symmetric_odd", {"x": LINE}, lambda np, x: np.pad(x, (2, 3), mode="symmetric", reflect_type="odd"), lambda xp, x: xp.concat([2 * x[0] - x[1::-1], x, 2 * x[4] - x[4:1:-1]])),
)  # fmt: skip

ELEMENTWISE = (
    Row("exp2", {"x": TABLE}, lambda np, x: np.exp2(x), lambda xp, x: xp.exp2(x)),
    Row("cbrt", {"x": TABLE}, lambda np, x: np.cbrt(x), lambda xp, x: xp.sign(x) * xp.exp(xp.log(xp.abs(x)) / 3)),
    Row("fabs", {"x": TABLE}, lambda np, x: np.fabs(x), lambda xp, x: xp.abs(x)),
    Row("deg2rad", {"x": TABLE}, lambda np, x: np.deg2rad(x), lambda xp, x: x * _pi(xp, x) / 180),
    Row("radians", {"x": TABLE}, lambda np, x: np.radians(x), lambda xp, x: x * _pi(xp, x) / 180),
    Row("rad2deg", {"x": TABLE}, lambda np, x: np.rad2deg(x), lambda xp, x: x * 180 / _pi(xp, x)),
    Row("degrees", {"x": TABLE}, lambda np, x: np.degrees(x), lambda xp, x: x * 180 / _pi(xp, x)),
    Row("i0", {"x": TABLE}, lambda np, x: np.i0(x), lambda xp, x: xp.special.i0(x)),
    Row("i0_large", {"x": point(-6.0, 0.0, 9.0, 30.0)}, lambda np, x: np.i0(x), lambda xp, x: xp.special.i0(x), dtypes=F64),
    Row("sinc", {"x": between(0.125, 0.625, 3, 4)}, lambda np, x: np.sinc(x), lambda xp, x: xp.sinc(x)),
    Row("sinc_zero", {"x": point(0.0, 1e-9, 0.5)}, lambda np, x: np.sinc(x), lambda xp, x: xp.sinc(x), trap=True),
    Row("logaddexp2", {"x": TABLE, "y": (4,)}, lambda np, x, y: np.logaddexp2(x, y), lambda xp, x, y: xp.log2(xp.exp2(x) + xp.exp2(y))),
    Row("ldexp", {"x": TABLE}, lambda np, x: np.ldexp(x, constant([3, -2, 0, 1])), lambda xp, x: x * np.array([8.0, 0.25, 1.0, 2.0])),
    Row("fmod", {"x": point([5.5, -5.5, 5.5], [-7.25, 0.5, 3.25]), "y": point(2.0, 3.25, -1.5)}, lambda np, x, y: np.fmod(x, y), lambda xp, x, y: x - xp.trunc(x / y) * y, trap=True),
    Row("mod_array", {"x": point([5.5, -5.5, 5.5], [-7.25, 0.5, 3.25]), "y": point(2.0, 3.25, -1.5)}, lambda np, x, y: np.mod(x, y), lambda xp, x, y: x - xp.floor(x / y) * y),
    Row("divmod", {"x": point([5.5, -5.5, 5.5], [-7.25, 0.5, 3.25]), "y": point(2.0, 3.25, -1.5)}, lambda np, x, y: x * np.divmod(x, y)[0] + np.divmod(x, y)[1], lambda xp, x, y: x * xp.floor(x / y) + x - xp.floor(x / y) * y),
    Row("modf", {"x": point(2.5, -3.25, 0.75)}, lambda np, x: np.modf(x)[0] * np.modf(x)[1], lambda xp, x: (x - xp.trunc(x)) * xp.trunc(x)),
    Row("fmax", {"x": TABLE, "y": (4,)}, lambda np, x, y: np.fmax(x, y), lambda xp, x, y: xp.maximum(x, y)),
    Row("fmin", {"x": (3, 1), "y": (4,)}, lambda np, x, y: np.fmin(x, y), lambda xp, x, y: xp.minimum(x, y)),
    Row("fmax_nan", {"x": TABLE, "y": TABLE}, lambda np, x, y: np.fmax(_with_nan(np, x), y), lambda xp, x, y: xp.where(MASK, xp.maximum(x, y), y), trap=True),
    Row("heaviside", {"x": point(-1.0, 0.0, 2.0, 0.0), "h": (4,)}, lambda np, x, h: np.heaviside(x, h), lambda xp, x, h: xp.where(np.array([False, True, False, True]), h, 0 * h + np.array([0.0, 0.0, 1.0, 0.0])), wrt=("h",)),
    Row("float_power", {"x": between(0.5, 2.0, 3, 4), "y": (4,)}, lambda np, x, y: np.float_power(x, y), lambda xp, x, y: xp.exp(y * xp.log(x)), dtypes=F64),
    Row("power_array", {"x": TABLE}, lambda np, x: np.power(x, constant([0, 1, 2, 3])), lambda xp, x: xp.stack([1 + 0 * x[:, 0], x[:, 1], x[:, 2] ** 2, x[:, 3] ** 3], axis=1), dtypes=F64),
    Row("power_negative", {"x": TABLE}, lambda np, x: np.power(x, -2), lambda xp, x: 1 / (x * x)),
    Row("nan_to_num_values", {"x": TABLE}, lambda np, x: x * np.nan_to_num(_with_nan(np, x), nan=1.5), lambda xp, x: xp.where(MASK, x * x, 1.5 * x)),
    Row("rint", {"x": TABLE}, lambda np, x: x * np.rint(3 * x), lambda xp, x: x * xp.round(3 * x)),
    Row("angle", {"x": FEW, "y": FEW}, lambda np, x, y: np.angle(x + 1j * y), lambda xp, x, y: xp.atan2(y, x)),
    Row("angle_degrees", {"x": FEW, "y": FEW}, lambda np, x, y: np.angle(x + 1j * y, deg=True), lambda xp, x, y: xp.atan2(y, x) * 180 / _pi(xp, x)),
    Row("astype_complex", {"x": FEW}, lambda np, x: np.imag(np.astype(x, complex) * (1 + 2j)), lambda xp, x: 2 * x, dtypes=F64),
    Row("real_if_close", {"x": FEW}, lambda np, x: np.real_if_close(x * (1 + 0j)), lambda xp, x: x),
)  # fmt: skip


def define(row: Row) -> None:
    """The case of a row."""
    shown = ", ".join(f"{n} {shape}" for n, shape in row.inputs.items() if isinstance(shape, tuple))
    what = f"y = {row.name.replace('_', ' ')} of {', '.join(row.inputs)}"
    row.definition.__doc__ = f"{what}{'; ' if shown else ''}{shown}."
    made = case(
        name=row.name,
        wrt=row.wrt or row.inputs,
        native={"numpy": row.native},
        source=NUMPY,
        dtypes=row.dtypes,
        tags=("hazard",) if row.trap else (),
    )(row.definition)
    made.inputs(lambda rng: {n: drawn(rng, s) if isinstance(s, tuple) else s(rng) for n, s in row.inputs.items()})


for name, shapes, native in MOVES:
    define(Row(name, dict(shapes), native, moved(native, shapes)))
for row in (*REDUCTIONS, *ORDERED, *CALCULUS, *PRODUCTS, *FILLED, *ELEMENTWISE):
    define(row)
