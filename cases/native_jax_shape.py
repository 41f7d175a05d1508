"""Functions of `jax.lax` that move and reduce entries: shapes, slices, pads, running and windowless reductions, sorts.

All but the reductions are linear: a rule that forgets a keyword puts a cotangent in another place.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from adbench.rows import apart, constant, real, table

row = table("jax", "jax.lax, array operators")

# Shapes

row("broadcast", "copies along new first axes", lambda jax, x: jax.lax.broadcast(x, (2, 1)),
    lambda xp, x: xp.broadcast_to(x, (2, 1, 3)), x=real(3))
row("broadcast_in_dim", "x (2, 1) as the axes 0 and 2 of (2, 4, 3)",
    lambda jax, x: jax.lax.broadcast_in_dim(x, (2, 4, 3), (0, 2)),
    lambda xp, x: xp.broadcast_to(x[:, None, :], (2, 4, 3)), x=real(2, 1))
row("broadcast_in_dim_scalar", "copies of a number", lambda jax, x: jax.lax.broadcast_in_dim(x, (2, 3), ()),
    lambda xp, x: xp.broadcast_to(x, (2, 3)), x=real())
row("reshape", "x (2, 6) as (3, 4)", lambda jax, x: jax.lax.reshape(x, (3, 4)), lambda xp, x: xp.reshape(x, (3, 4)),
    x=real(2, 6))
row("reshape_dimensions", "x (2, 3, 2) as (3, 4), its axes taken in another order",
    lambda jax, x: jax.lax.reshape(x, (3, 4), (2, 0, 1)),
    lambda xp, x: xp.reshape(xp.permute_dims(x, (2, 0, 1)), (3, 4)), x=real(2, 3, 2))
row("transpose", "the axes of x in another order", lambda jax, x: jax.lax.transpose(x, (2, 0, 1)),
    lambda xp, x: xp.permute_dims(x, (2, 0, 1)), x=real(2, 3, 4))
row("rev", "x backwards along two axes", lambda jax, x: jax.lax.rev(x, (0, 2)), lambda xp, x: x[::-1, :, ::-1],
    x=real(2, 3, 2))
row("squeeze", "without the axes 0 and −2", lambda jax, x: jax.lax.squeeze(x, (0, -2)), lambda xp, x: x[0, :, 0, :],
    x=real(1, 2, 1, 3))
row("expand_dims", "with axes 0 and −1", lambda jax, x: jax.lax.expand_dims(x, (0, -1)), lambda xp, x: x[None, ..., None],
    x=real(2, 3))
row("collapse", "the axes 1 and 2 as one", lambda jax, x: jax.lax.collapse(x, 1, 3),
    lambda xp, x: xp.reshape(x, (2, 6, 2)), x=real(2, 3, 2, 2))
row("concatenate", "x, y and x end to end", lambda jax, x, y: jax.lax.concatenate([x, y, x], 1),
    lambda xp, x, y: xp.concat([x, y, x], axis=1), x=real(2, 3), y=real(2, 1))
row("tile", "copies beside x", lambda jax, x: jax.lax.tile(x, (2, 3)), lambda xp, x: xp.tile(x, (2, 3)), x=real(2, 2))
row("stack", "x and y along a new axis", lambda jax, x, y: jax.lax.stack([x, y, x], axis=1),
    lambda xp, x, y: xp.stack([x, y, x], axis=1), x=real(2, 3), y=real(2, 3))
row("unstack", "the rows of x, one by another", lambda jax, x: jax.lax.unstack(x, axis=1)[0] * jax.lax.unstack(x, axis=1)[2],
    lambda xp, x: x[:, 0] * x[:, 2], x=real(2, 3))

# Slices

row("slice_strides", "x[1:4:2, 0:5:3]", lambda jax, x: jax.lax.slice(x, (1, 0), (4, 5), (2, 3)),
    lambda xp, x: x[1:4:2, 0:5:3], x=real(4, 5))
row("slice_in_dim", "x[:, −3:−1]", lambda jax, x: jax.lax.slice_in_dim(x, -3, -1, axis=1), lambda xp, x: x[:, -3:-1],
    x=real(2, 5))
row("index_in_dim", "x[:, −1]", lambda jax, x: jax.lax.index_in_dim(x, -1, axis=1, keepdims=False), lambda xp, x: x[:, -1],
    x=real(2, 3))
row("split", "the parts of x of lengths 1, 3 and 2", lambda jax, x: jax.numpy.sin(jax.lax.split(x, (1, 3, 2), axis=1)[1]),
    lambda xp, x: xp.sin(x[:, 1:4]), x=real(2, 6))
row("split_all", "the parts of x, one by another",
    lambda jax, x: (lambda a, b, c: a * b + c)(*jax.lax.split(x, (2, 2, 2))),
    lambda xp, x: x[:2] * x[2:4] + x[4:], x=real(6))
row("dynamic_slice", "a block of (2, 2), held inside of x where its start is not",
    lambda jax, x, i: jax.lax.dynamic_slice(x, (i[0], i[1]), (2, 2)), lambda xp, x, i: x[1:3, 2:4],
    x=real(3, 4), i=constant([1, 3]))
row("dynamic_slice_in_dim", "x[:, 1:3]", lambda jax, x, i: jax.lax.dynamic_slice_in_dim(x, i, 2, axis=1),
    lambda xp, x, i: x[:, 1:3], x=real(2, 4), i=constant(1))
row("dynamic_index_in_dim", "x[:, −1]", lambda jax, x, i: jax.lax.dynamic_index_in_dim(x, i, 1, keepdims=False),
    lambda xp, x, i: x[:, -1], x=real(2, 4), i=constant(-1))
row("dynamic_update_slice", "x with a block of y",
    lambda jax, x, y, i: jax.lax.dynamic_update_slice(x, y, (i, i)),
    lambda xp, x, y, i: xp.concat([x[:1], xp.concat([x[1:, :1], y, x[1:, 3:]], axis=1)]),
    x=real(3, 4), y=real(2, 2), i=constant(1))
row("dynamic_update_slice_by_x", "x with its own square in a block",
    lambda jax, x, i: jax.lax.dynamic_update_slice(x, x[1:3] ** 2, (i,)),
    lambda xp, x, i: xp.concat([x[:2], x[1:3] ** 2]), x=real(4), i=constant(2))
row("dynamic_update_index_in_dim", "x with y as its row 1",
    lambda jax, x, y, i: jax.lax.dynamic_update_index_in_dim(x, y, i, 0),
    lambda xp, x, y, i: xp.stack([x[0], y, x[2]]), x=real(3, 2), y=real(2), i=constant(1))


# Pads

def pad(name: str, formula: str, low: int, high: int, interior: int) -> None:
    """Of x (2, 3) along its last axis: y p y, where p stands in between, before and behind; less of them if negative."""

    def definition(xp: Any, x: Any, y: Any) -> Any:
        gaps = xp.broadcast_to(y, (2, 2, interior))
        spread = xp.concat([xp.reshape(xp.concat([x[:, :2, None], gaps], axis=2), (2, -1)), x[:, 2:]], axis=1)
        ends = [xp.broadcast_to(y, (2, max(n, 0))) for n in (low, high)]
        whole = xp.concat([ends[0], spread, ends[1]], axis=1)
        return whole[:, max(-low, 0) : whole.shape[1] + min(high, 0)]

    row(name, formula, lambda jax, x, y: jax.lax.pad(x, y, ((0, 0, 0), (low, high, interior))), definition,
        x=real(2, 3), y=real())


pad("pad", "x with y before and behind", 1, 2, 0)
pad("pad_interior", "x with y in between", 1, 0, 2)
pad("pad_negative", "x without its first, and with y behind", -1, 1, 0)
pad("pad_negative_interior", "x with y in between, without its ends", -2, -1, 1)

# Reductions

row("reduce_sum", "Σ over two axes", lambda jax, x: jax.lax.reduce_sum(x, (0, 2)), lambda xp, x: xp.sum(x, axis=(0, 2)),
    x=real(2, 3, 2))
row("reduce_prod", "Π over two axes", lambda jax, x: jax.lax.reduce_prod(x, (0, 2)),
    lambda xp, x: xp.prod(x, axis=(0, 2)), x=real(2, 3, 2))
row("reduce_max", "the largest over two axes", lambda jax, x: jax.lax.reduce_max(x, (0, 2)),
    lambda xp, x: xp.max(x, axis=(0, 2)), x=apart(2, 3, 2))
row("reduce_min", "the smallest over two axes", lambda jax, x: jax.lax.reduce_min(x, (0, 2)),
    lambda xp, x: xp.min(x, axis=(0, 2)), x=apart(2, 3, 2))


def reduce(name: str, formula: str, start: float, step: str, whole: str) -> None:
    row(f"reduce_by_{name}", formula, lambda jax, x: jax.lax.reduce(x, x.dtype.type(start), getattr(jax.lax, step), (1,)),
        lambda xp, x: getattr(xp, whole)(x, axis=1), x=apart(2, 3))


reduce("add", "Σ by an operator and where it starts", 0.0, "add", "sum")
reduce("mul", "Π likewise", 1.0, "mul", "prod")
reduce("max", "the largest likewise", -np.inf, "max", "max")
reduce("min", "the smallest likewise", np.inf, "min", "min")
row("reduce_by_function", "Σ x by a function of one's own", lambda jax, x: jax.lax.reduce(x, x.dtype.type(0), lambda a, b: a + b + 0 * a * b, (0,)),
    lambda xp, x: xp.sum(x, axis=0), x=apart(4))


# Running ones


def running(name: str, axis: int, reverse: bool, formula: str, definition: Any, operand: Any) -> None:
    def turned(xp: Any, x: Any) -> Any:
        return xp.flip(x, axis=axis) if reverse else x

    way = "_reverse" if reverse else ""
    row(f"{name}{way}", f"{formula} along axis {axis}{', backwards' if reverse else ''}",
        lambda jax, x: getattr(jax.lax, name)(x, axis=axis, reverse=reverse),
        lambda xp, x: turned(xp, definition(xp, turned(xp, x), axis)), x=operand)


def _prefixes(f: Any) -> Any:
    """A running reduction by the reductions of all that comes no later."""

    def run(xp: Any, x: Any, axis: int) -> Any:
        parts = [f(xp, xp.take(x, xp.arange(i + 1, dtype=xp.int64), axis=axis), axis) for i in range(x.shape[axis])]
        return xp.stack(parts, axis=axis)

    return run


for axis, reverse in ((0, False), (1, True)):
    running("cumsum", axis, reverse, "Σ so far", lambda xp, x, axis: xp.cumulative_sum(x, axis=axis), real(2, 3))
    running("cumprod", axis, reverse, "Π so far", lambda xp, x, axis: xp.cumulative_prod(x, axis=axis), real(2, 3))
    running("cummax", axis, reverse, "the largest so far", _prefixes(lambda xp, x, axis: xp.max(x, axis=axis)), apart(2, 3))
    running("cummin", axis, reverse, "the smallest so far", _prefixes(lambda xp, x, axis: xp.min(x, axis=axis)), apart(2, 3))
    running("cumlogsumexp", axis, reverse, "log Σ eˣ so far",
            _prefixes(lambda xp, x, axis: xp.special.logsumexp(x, axis=axis)), real(2, 3))

row("associative_scan", "Π so far, by pairs", lambda jax, x: jax.lax.associative_scan(lambda a, b: a * b, x),
    lambda xp, x: xp.cumulative_prod(x, axis=0), x=real(5))
row("associative_scan_affine", "y ← a y + b, by pairs, backwards",
    lambda jax, a, b: jax.lax.associative_scan(lambda p, q: (q[0] * p[0], q[0] * p[1] + q[1]), (a, b), reverse=True)[1],
    lambda xp, a, b: xp.stack([b[0] + a[0] * (b[1] + a[1] * b[2]), b[1] + a[1] * b[2], b[2]]), a=real(3), b=real(3))

# In order

row("sort", "ascending along axis 0", lambda jax, x: jax.lax.sort(x, dimension=0), lambda xp, x: xp.sort(x, axis=0),
    x=apart(3, 2))
row("sort_several", "x and y in the order of x", lambda jax, x, y: jax.lax.sort((x, y), num_keys=1)[1] * jax.lax.sort(x),
    lambda xp, x, y: xp.take(y, xp.argsort(x)) * xp.sort(x), x=apart(4), y=real(4))
row("sort_two_keys", "y in the order of k, and of x where that ties",
    lambda jax, k, x, y: jax.lax.sort((k, x, y), num_keys=2)[2] * jax.lax.sort((k, x, y), num_keys=2)[1],
    lambda xp, k, x, y: xp.concat([xp.take((x * y)[1::2], xp.argsort(x[1::2])), xp.take((x * y)[::2], xp.argsort(x[::2]))]),
    k=constant([1, 0, 1, 0]), x=apart(4), y=real(4))
row("sort_key_val", "y in the order of x, and x", lambda jax, x, y: jax.lax.sort_key_val(x, y)[1] * jax.lax.sort_key_val(x, y)[0],
    lambda xp, x, y: xp.take(x * y, xp.argsort(x)), x=apart(4), y=real(4))
row("top_k", "the three largest", lambda jax, x: jax.lax.top_k(x, 3)[0],
    lambda xp, x: xp.sort(x, axis=-1, descending=True)[:, :3], x=apart(2, 4))
row("top_k_axis", "the two largest of each column", lambda jax, x: jax.lax.top_k(x, 2, axis=0)[0],
    lambda xp, x: xp.sort(x, axis=0, descending=True)[:2], x=apart(4, 2))
row("approx_max_k", "the two largest", lambda jax, x: jax.lax.approx_max_k(x, 2, recall_target=1.0)[0],
    lambda xp, x: xp.sort(x, descending=True)[:2], x=apart(5))
row("approx_min_k", "the two smallest", lambda jax, x: jax.lax.approx_min_k(x, 2, recall_target=1.0)[0],
    lambda xp, x: xp.sort(x)[:2], x=apart(5))
row("argsort", "x in the order of its places", lambda jax, x: x[jax.numpy.argsort(x)] * x, lambda xp, x: xp.sort(x) * x,
    x=apart(4))
