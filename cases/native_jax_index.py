"""Gathers and scatters: `x.at[…]` and `jax.lax`, with every mode, with indices that repeat and that lie outside of x.

What is gathered twice has the cotangents of both; what a scatter overwrites has none; an index outside is filled,
dropped or moved to the nearest, as the mode says, and its entry's derivative with it. `drop` never moves an index.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from adbench.rows import apart, constant, fixed, real, table

row = table("jax", "jax.lax.gather, jax.lax.scatter and jax.numpy.ndarray.at")
TWICE = constant([2, 0, 2])
ONCE = constant([2, 0, 3])
BEYOND = constant([1, 7, 4])  # of five entries the second lies outside


def chosen(xp: Any, i: Any, n: int, like: Any) -> Any:
    """The matrix S of 0 and 1 that takes x[i] as S x."""
    return xp.asarray((np.asarray(i)[:, None] == np.arange(n)).astype(float), dtype=like.dtype)


def covered(xp: Any, i: Any, x: Any) -> Any:
    """Where an index points to."""
    return xp.asarray((np.asarray(i)[:, None] == np.arange(x.shape[0])).any(0))


def added(xp: Any, i: Any, x: Any, y: Any) -> Any:
    """Of each place the sum of the y that point to it."""
    return xp.matrix_transpose(chosen(xp, i, x.shape[0], x)) @ y


# By x.at[i]

row("at_get", "x[i], twice the same", lambda jax, x, i: x.at[i].get(), lambda xp, x, i: xp.take(x, i, axis=0),
    x=real(5), i=TWICE)
row("at_get_fill", "x[i], 1.5 outside", lambda jax, x, i: x.at[i].get(mode="fill", fill_value=1.5) ** 2,
    lambda xp, x, i: (chosen(xp, i, 5, x) @ x + xp.asarray([0.0, 1.5, 0.0])) ** 2, x=real(5), i=BEYOND)
row("at_get_clip", "x[i], the nearest outside", lambda jax, x, i: x.at[i].get(mode="clip"),
    lambda xp, x, i: xp.take(x, np.clip(i, 0, 4), axis=0), x=real(5), i=BEYOND)
row("at_get_drop", "x[i], filled with nothing outside", lambda jax, x, i: x.at[i].get(mode="drop", fill_value=0) ** 2,
    lambda xp, x, i: (chosen(xp, i, 5, x) @ x) ** 2, x=real(5), i=BEYOND)
row("at_get_promised", "x[i], promised to be inside", lambda jax, x, i: x.at[i].get(mode="promise_in_bounds"),
    lambda xp, x, i: xp.take(x, i, axis=0), x=real(5), i=TWICE)
row("at_get_sorted_unique", "x[i], promised to ascend and not to repeat",
    lambda jax, x, i: x.at[i].get(indices_are_sorted=True, unique_indices=True), lambda xp, x, i: xp.take(x, i, axis=0),
    x=real(5), i=constant([0, 2, 3]))
row("at_get_negative", "x[i] from the end", lambda jax, x, i: x.at[i].get(), lambda xp, x, i: x[np.asarray(i)],
    x=real(5), i=constant([-1, 1, -5]))
row("at_get_two_axes", "x[i, 1:, j]", lambda jax, x, i, j: x.at[i, 1:, j].get(),
    lambda xp, x, i, j: x[np.asarray(i), 1:, np.asarray(j)], x=real(3, 3, 2), i=constant([2, 0, 2]), j=constant([1, 1, 1]))
row("at_set", "x with y at i", lambda jax, x, y, i: x.at[i].set(y),
    lambda xp, x, y, i: xp.where(covered(xp, i, x), added(xp, i, x, y), x), x=real(5), y=real(3), i=ONCE)
row("at_set_scalar", "x with a number at i, twice the same", lambda jax, x, y, i: x.at[i].set(y),
    lambda xp, x, y, i: xp.where(covered(xp, i, x), y, x), x=real(5), y=real(), i=TWICE)
row("at_set_drop", "x with y at i, none outside", lambda jax, x, y, i: x.at[i].set(y, mode="drop"),
    lambda xp, x, y, i: xp.where(covered(xp, i, x), added(xp, i, x, y), x), x=real(5), y=real(3), i=BEYOND)
row("at_set_clip", "x with y at i, or at the nearest", lambda jax, x, y, i: x.at[i].set(y, mode="clip"),
    lambda xp, x, y, i: xp.stack([x[0], y[0], y[2], y[1]]), x=real(4), y=real(3), i=constant([1, 7, 2]))
row("at_set_slice", "x with y at 1::2", lambda jax, x, y: x.at[1::2].set(y),
    lambda xp, x, y: xp.stack([x[0], y[0], x[2], y[1], x[4]]), x=real(5), y=real(2))
row("at_set_by_x", "x with its squares at i", lambda jax, x, i: x.at[i].set(x[i] ** 2),
    lambda xp, x, i: xp.where(covered(xp, i, x), x**2, x), x=real(5), i=ONCE)
row("at_set_mask", "x with y where true", lambda jax, x, y, m: x.at[m].set(y), lambda xp, x, y, m: xp.where(m, y, x),
    x=real(4), y=real(), m=constant([True, False, True, False]))
row("at_add", "x with y added at i, twice the same", lambda jax, x, y, i: x.at[i].add(y),
    lambda xp, x, y, i: x + added(xp, i, x, y), x=real(5), y=real(3), i=TWICE)
row("at_add_drop", "x with y added at i, none outside", lambda jax, x, y, i: x.at[i].add(y, mode="drop"),
    lambda xp, x, y, i: x + added(xp, i, x, y), x=real(5), y=real(3), i=BEYOND)
row("at_add_rows", "x with rows of y added at i", lambda jax, x, y, i: x.at[i].add(y),
    lambda xp, x, y, i: x + added(xp, i, x, y), x=real(4, 2), y=real(3, 2), i=TWICE)
row("at_add_columns", "x with y added at (0, i)", lambda jax, x, y, i: x.at[0, i].add(y),
    lambda xp, x, y, i: xp.stack([x[0] + added(xp, i, x[0], y), x[1]]), x=real(2, 4), y=real(3), i=TWICE)
row("at_subtract", "x with y taken off at i", lambda jax, x, y, i: x.at[i].subtract(y),
    lambda xp, x, y, i: x - added(xp, i, x, y), x=real(5), y=real(3), i=TWICE)
row("at_multiply", "x times y at i", lambda jax, x, y, i: x.at[i].multiply(y, unique_indices=True),
    lambda xp, x, y, i: xp.where(covered(xp, i, x), x * added(xp, i, x, y), x), x=real(5), y=real(3), i=ONCE)
row("at_divide", "x by y at i", lambda jax, x, y, i: x.at[i].divide(y),
    lambda xp, x, y, i: x / xp.where(covered(xp, i, x), added(xp, i, x, y), xp.ones_like(x)), x=real(5), y=real(3), i=ONCE)
row("at_power", "x to y at i", lambda jax, x, y, i: x.at[i].power(y),
    lambda xp, x, y, i: xp.where(covered(xp, i, x), x**3, x), x=real(5), y=constant(3), i=ONCE)
row("at_max", "x or y at i, the larger", lambda jax, x, y, i: x.at[i].max(y),
    lambda xp, x, y, i: xp.where(covered(xp, i, x), xp.maximum(x, added(xp, i, x, y)), x), x=apart(5), y=real(3), i=ONCE)
row("at_min", "x or y at i, the smaller", lambda jax, x, y, i: x.at[i].min(y),
    lambda xp, x, y, i: xp.where(covered(xp, i, x), xp.minimum(x, added(xp, i, x, y)), x), x=apart(5), y=real(3), i=ONCE)
row("at_max_clip", "x or y at i, or at the nearest, the larger", lambda jax, x, y, i: x.at[i].max(y, mode="clip"),
    lambda xp, x, y, i: xp.stack([x[0], y[0], x[2], y[1]]), x=fixed([0.3, 0.1, -0.7, 0.4]), y=fixed([0.5, 0.9]), i=constant([1, 7]))
row("at_min_drop", "x or y at i, the smaller, none outside", lambda jax, x, y, i: x.at[i].min(y, mode="drop"),
    lambda xp, x, y, i: xp.stack([x[0], y[0], x[2], x[3]]) + 0 * xp.sum(y), x=fixed([0.3, 0.1, -0.7, 0.4]), y=fixed([-0.5, -0.9]), i=constant([1, 7]))
row("at_multiply_twice", "x times y at i, twice the same", lambda jax, x, y, i: x.at[i].multiply(y),
    lambda xp, x, y, i: xp.stack([x[0] * y[1], x[1], x[2] * y[0] * y[2], x[3]]), x=real(4), y=real(3), i=TWICE)
row("at_max_twice", "x or y at i, the largest, twice the same", lambda jax, x, y, i: x.at[i].max(y),
    lambda xp, x, y, i: xp.stack([xp.maximum(x[0], y[1]), x[1], xp.maximum(x[2], xp.maximum(y[0], y[2])), x[3]]),
    x=fixed([0.3, 0.1, -0.7, 0.4]), y=fixed([0.5, 0.9, 0.6]), i=TWICE)
row("at_apply", "sin x at i", lambda jax, x, i: x.at[i].apply(jax.numpy.sin),
    lambda xp, x, i: xp.where(covered(xp, i, x), xp.sin(x), x), x=real(5), i=ONCE)

# By jax.lax


def windows(jax: Any, *axes: Any) -> Any:
    """Windows that begin at (i, 0) of a table, or of a vector at i, and lose no axis but those named."""
    offset, collapsed, mapped = axes
    return jax.lax.GatherDimensionNumbers(offset_dims=offset, collapsed_slice_dims=collapsed, start_index_map=mapped)


def places(jax: Any, *axes: Any) -> Any:
    window, inserted, mapped = axes
    return jax.lax.ScatterDimensionNumbers(
        update_window_dims=window, inserted_window_dims=inserted, scatter_dims_to_operand_dims=mapped
    )


row("gather_rows", "the rows i of x", lambda jax, x, i: jax.lax.gather(x, i[:, None], windows(jax, (1,), (0,), (0,)), (1, 3)),
    lambda xp, x, i: xp.take(x, i, axis=0), x=real(4, 3), i=TWICE)
row("gather_windows", "windows of two that begin at i", lambda jax, x, i: jax.lax.gather(x, i[:, None], windows(jax, (1,), (), (0,)), (2,)),
    lambda xp, x, i: xp.stack([x[2:4], x[0:2], x[2:4]]), x=real(5), i=TWICE)
row("gather_windows_clip", "windows of two, moved inside",
    lambda jax, x, i: jax.lax.gather(x, i[:, None], windows(jax, (1,), (), (0,)), (2,), mode="clip"),
    lambda xp, x, i: xp.stack([x[1:3], x[3:5], x[3:5]]), x=real(5), i=BEYOND)
row("gather_windows_fill", "windows of two, of zeros where they leave x",
    lambda jax, x, i: jax.lax.gather(x, i[:, None], windows(jax, (1,), (), (0,)), (2,), mode="fill", fill_value=0),
    lambda xp, x, i: xp.stack([x[1:3], 0 * x[:2], 0 * x[:2]]), x=real(5), i=BEYOND)
row("gather_batched", "of each row x[b, i[b]]",
    lambda jax, x, i: jax.lax.gather(
        x, i[:, None],
        jax.lax.GatherDimensionNumbers(offset_dims=(), collapsed_slice_dims=(1,), start_index_map=(1,),
                                       operand_batching_dims=(0,), start_indices_batching_dims=(0,)),
        (1, 1)),
    lambda xp, x, i: xp.stack([x[0, 2], x[1, 0], x[2, 2]]), x=real(3, 4), i=TWICE)
row("index_take", "x[i, j]", lambda jax, x, i, j: jax.lax.index_take(x, (i, j), (0, 1)),
    lambda xp, x, i, j: x[np.asarray(i), np.asarray(j)], x=real(3, 4), i=TWICE, j=constant([1, 3, 1]))
row("scatter", "x with y at i", lambda jax, x, y, i: jax.lax.scatter(x, i[:, None], y, places(jax, (), (0,), (0,))),
    lambda xp, x, y, i: xp.where(covered(xp, i, x), added(xp, i, x, y), x), x=real(5), y=real(3), i=ONCE)
row("scatter_add_windows", "x with windows of y added",
    lambda jax, x, y, i: jax.lax.scatter_add(x, i[:, None], y, places(jax, (1,), (), (0,))),
    lambda xp, x, y, i: x + xp.concat([y[1], (y[0] + y[2]), 0 * x[:1]]), x=real(5), y=real(3, 2), i=TWICE)
row("scatter_add_windows_clip", "x with windows of y added, moved inside",
    lambda jax, x, y, i: jax.lax.scatter_add(x, i[:, None], y, places(jax, (1,), (), (0,)), mode="clip"),
    lambda xp, x, y, i: x + xp.concat([0 * x[:1], y[0], y[1] + y[2]]), x=real(5), y=real(3, 2), i=BEYOND)
row("scatter_add_windows_drop", "x with windows of y added, none that leave x",
    lambda jax, x, y, i: jax.lax.scatter_add(x, i[:, None], y, places(jax, (1,), (), (0,)), mode="drop") * y.sum(),
    lambda xp, x, y, i: (x + xp.concat([0 * x[:1], y[0], 0 * x[:2]])) * xp.sum(y), x=real(5), y=real(3, 2), i=BEYOND)
row("scatter_sub", "x with y taken off at i", lambda jax, x, y, i: jax.lax.scatter_sub(x, i[:, None], y, places(jax, (), (0,), (0,))),
    lambda xp, x, y, i: x - added(xp, i, x, y), x=real(5), y=real(3), i=TWICE)
row("scatter_mul", "x times y at i",
    lambda jax, x, y, i: jax.lax.scatter_mul(x, i[:, None], y, places(jax, (), (0,), (0,)), unique_indices=True),
    lambda xp, x, y, i: xp.where(covered(xp, i, x), x * added(xp, i, x, y), x), x=real(5), y=real(3), i=ONCE)
row("scatter_min", "x or y at i, the smaller", lambda jax, x, y, i: jax.lax.scatter_min(x, i[:, None], y, places(jax, (), (0,), (0,))),
    lambda xp, x, y, i: xp.where(covered(xp, i, x), xp.minimum(x, added(xp, i, x, y)), x), x=apart(5), y=real(3), i=ONCE)
row("scatter_max", "x or y at i, the larger", lambda jax, x, y, i: jax.lax.scatter_max(x, i[:, None], y, places(jax, (), (0,), (0,))),
    lambda xp, x, y, i: xp.where(covered(xp, i, x), xp.maximum(x, added(xp, i, x, y)), x), x=apart(5), y=real(3), i=ONCE)
row("scatter_apply", "sin x at i",
    lambda jax, x, i: jax.lax.scatter_apply(x, i[:, None], jax.numpy.sin, places(jax, (), (0,), (0,)), update_shape=(3,)),
    lambda xp, x, i: xp.where(covered(xp, i, x), xp.sin(x), x), x=real(5), i=ONCE)

# By jax.numpy and jax.ops

row("segment_sum", "Σ of the x of each segment", lambda jax, x, i: jax.ops.segment_sum(x, i, 3),
    lambda xp, x, i: xp.stack([x[1] + x[3], x[0], x[2]]), x=real(4), i=constant([1, 0, 2, 0]))
row("segment_prod", "Π of the x of each segment", lambda jax, x, i: jax.ops.segment_prod(x, i, 3),
    lambda xp, x, i: xp.stack([x[1] * x[3], x[0], x[2]]), x=real(4), i=constant([1, 0, 2, 0]))
row("segment_max", "the largest x of each segment", lambda jax, x, i: jax.ops.segment_max(x, i, 3),
    lambda xp, x, i: xp.stack([xp.maximum(x[1], x[3]), x[0], x[2]]), x=apart(4), i=constant([1, 0, 2, 0]))
row("segment_min", "the smallest x of each segment", lambda jax, x, i: jax.ops.segment_min(x, i, 3),
    lambda xp, x, i: xp.stack([xp.minimum(x[1], x[3]), x[0], x[2]]), x=apart(4), i=constant([1, 0, 2, 0]))
row("put_along_axis", "x with y at (r, i[r])",
    lambda jax, x, y, i: jax.numpy.put_along_axis(x, i, y, axis=1, inplace=False),
    lambda xp, x, y, i: xp.stack([xp.stack([x[0, 0], x[0, 1], y[0, 0]]), xp.stack([y[1, 0], x[1, 1], x[1, 2]])]),
    x=real(2, 3), y=real(2, 1), i=constant([[2], [0]]))
row("put", "x with y at flat i", lambda jax, x, y, i: jax.numpy.put(x, i, y, inplace=False),
    lambda xp, x, y, i: xp.stack([xp.stack([x[0, 0], x[0, 1], y[1]]), xp.stack([x[1, 0], y[0], x[1, 2]])]),
    x=real(2, 3), y=real(2), i=constant([4, 2]))
row("fill_diagonal", "x with y on its diagonal", lambda jax, x, y: jax.numpy.fill_diagonal(x, y, inplace=False),
    lambda xp, x, y: xp.stack([xp.stack([y, x[0, 1], x[0, 2]]), xp.stack([x[1, 0], y, x[1, 2]])]), x=real(2, 3), y=real())
row("take_fill", "x[i], NaN-free: the fill is 2", lambda jax, x, i: jax.numpy.take(x, i, mode="fill", fill_value=2.0) ** 2,
    lambda xp, x, i: (chosen(xp, i, 5, x) @ x + xp.asarray([0.0, 2.0, 0.0])) ** 2, x=real(5), i=BEYOND)
row("take_wrap", "x[i], around", lambda jax, x, i: jax.numpy.take(x, i, mode="wrap"),
    lambda xp, x, i: xp.stack([x[1], x[2], x[4]]), x=real(5), i=BEYOND)
row("bincount_weights", "Σ of the weights of each number", lambda jax, x, i: jax.numpy.bincount(i, weights=x, length=4),
    lambda xp, x, i: xp.stack([x[1] + x[3], x[0], x[2], 0 * x[0]]), x=real(4), i=constant([1, 0, 2, 0]))
