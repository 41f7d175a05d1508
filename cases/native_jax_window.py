"""Convolutions and windowed reductions of `jax.lax`, with every keyword; both operands of a convolution.

A definition gathers the windows of x, of which an entry in the padding or between dilated ones is nothing:

    conv: y[b, o, p] = Σ x[b, i, window p, k] w[o, i, k]        reduce_window: y[p] = ⊕ₖ x[window p, k]
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from adbench.rows import Operand, apart, constant, positive, real, table

F64 = ("float64",)
row = table("jax", "jax.lax, convolutions and windows", F64)
NOTHING = -1
Pairs = Sequence[tuple[int, int]]


def windows(
    shape: Sequence[int],
    window: Sequence[int],
    strides: Sequence[int] | None = None,
    padding: Pairs | None = None,
    base_dilation: Sequence[int] | None = None,
    window_dilation: Sequence[int] | None = None,
) -> np.ndarray:
    """Flat places in x of each window's entries, shape (*places, *window)."""
    places = np.arange(math.prod(shape)).reshape(shape)
    of_axes = []
    for k, n in enumerate(shape):
        base, low, high = (base_dilation or (1,) * len(shape))[k], *(padding or ((0, 0),) * len(shape))[k]
        spread = np.full(max((n - 1) * base + 1, 0), NOTHING)
        spread[::base] = np.arange(n)
        line = np.concatenate([np.full(max(low, 0), NOTHING), spread, np.full(max(high, 0), NOTHING)])
        line = line[max(-low, 0) : line.size + min(high, 0)]
        offsets = np.arange(window[k]) * (window_dilation or (1,) * len(shape))[k]
        starts = np.arange(0, line.size - offsets[-1], (strides or (1,) * len(shape))[k])
        of_axes.append(line[starts[:, None] + offsets])
    made = np.zeros((*(i.shape[0] for i in of_axes), *window), int)
    for index in np.ndindex(made.shape):
        at = [of[index[k], index[len(shape) + k]] for k, of in enumerate(of_axes)]
        made[index] = NOTHING if NOTHING in at else places[tuple(at)]
    return made


def gathered(xp: Any, x: Any, places: np.ndarray) -> Any:
    """Of x (…, n) the entries at places, 0 where there is nothing."""
    zero = xp.zeros((*x.shape[:-1], 1), dtype=x.dtype)
    n = x.shape[-1]
    return xp.concat([x, zero], axis=-1)[..., np.where(places == NOTHING, n, places)]


def convolution(xp: Any, x: Any, w: Any, groups: int = 1, batches: int = 1, **options: Any) -> Any:
    """x (b, i, *space), w (o, i / groups, *window); each group of outputs sees its own inputs, or examples."""
    if batches > 1:
        xs = [x[k * x.shape[0] // batches : (k + 1) * x.shape[0] // batches] for k in range(batches)]
        ws = [w[k * w.shape[0] // batches : (k + 1) * w.shape[0] // batches] for k in range(batches)]
        return xp.concat([convolution(xp, *pair, **options) for pair in zip(xs, ws, strict=True)], axis=1)
    if groups > 1:
        inputs, outputs = w.shape[1], w.shape[0] // groups
        parts = [
            convolution(xp, x[:, k * inputs : (k + 1) * inputs], w[k * outputs : (k + 1) * outputs], **options)
            for k in range(groups)
        ]
        return xp.concat(parts, axis=1)
    places = windows(x.shape[2:], w.shape[2:], **options)
    space = places.shape[: places.ndim // 2]
    seen = gathered(xp, xp.reshape(x, (*x.shape[:2], -1)), places.reshape(math.prod(space), -1))
    y = xp.einsum("bipk,oik->bop", seen, xp.reshape(w, (*w.shape[:2], -1)))
    return xp.reshape(y, (*y.shape[:2], *space))


# Convolutions


def conv(name: str, formula: str, x: Operand, w: Operand, strides: Any, padding: Any, **options: Any) -> None:
    """`lhs_dilation`, `rhs_dilation`, `feature_group_count` and `batch_group_count` as JAX calls them."""
    ours = {"lhs_dilation": "base_dilation", "rhs_dilation": "window_dilation",
            "feature_group_count": "groups", "batch_group_count": "batches"}
    defined = {ours[key]: value for key, value in options.items()}
    row(f"conv_{name}", formula, lambda jax, x, w: jax.lax.conv_general_dilated(x, w, strides, padding, **options),
        lambda xp, x, w: convolution(xp, x, w, strides=strides, padding=padding, **defined), x=x, w=w)


ONE, TWO = ((0, 0),), ((0, 0), (0, 0))
conv("line", "windows of 3 of a line", real(2, 2, 6), real(3, 2, 3), (1,), ONE)
conv("strides", "every second window", real(1, 2, 7), real(2, 2, 3), (2,), ONE)
conv("padding", "with nothing before and behind", real(1, 2, 4), real(2, 2, 3), (1,), ((2, 1),))
conv("padding_strides", "every third window, with nothing before and behind", real(1, 1, 5), real(2, 1, 3), (3,), ((1, 2),))
conv("padding_negative", "without its ends", real(1, 1, 7), real(1, 1, 2), (1,), ((-1, -2),))
conv("lhs_dilation", "with nothing in between", real(1, 2, 4), real(2, 2, 3), (1,), ((1, 1),), lhs_dilation=(2,))
conv("rhs_dilation", "windows with gaps", real(1, 2, 7), real(2, 2, 3), (1,), ONE, rhs_dilation=(2,))
conv("all_dilated", "strides, padding and both dilations", real(1, 1, 5), real(2, 1, 2), (2,), ((1, 2),),
     lhs_dilation=(3,), rhs_dilation=(2,))
conv("feature_groups", "two groups of channels", real(2, 4, 4), real(4, 2, 2), (1,), ONE, feature_group_count=2)
conv("depthwise", "a group a channel", real(1, 3, 4), real(6, 1, 2), (1,), ONE, feature_group_count=3)
conv("batch_groups", "two groups of examples", real(4, 2, 4), real(2, 2, 2), (1,), ONE, batch_group_count=2)
conv("plane", "windows of (2, 3) of a plane", real(1, 2, 3, 4), real(2, 2, 2, 3), (1, 1), TWO)
conv("plane_all", "each keyword, another along each axis", real(1, 2, 3, 4), real(2, 2, 2, 2), (2, 1), ((1, 0), (0, 2)),
     lhs_dilation=(1, 2), rhs_dilation=(2, 1))
conv("space", "windows of (2, 1, 2) of a space", real(1, 1, 2, 2, 3), real(1, 1, 2, 1, 2), (1, 1, 1), ((0, 0),) * 3)
conv("of_no_axes", "of no space: a product", real(2, 3), real(4, 3), (), ())
row("conv_layout", "x (b, *space, i), w (*window, i, o)",
    lambda jax, x, w: jax.lax.conv_general_dilated(x, w, (1,), "VALID", dimension_numbers=("NHC", "HIO", "NHC")),
    lambda xp, x, w: xp.permute_dims(convolution(xp, xp.permute_dims(x, (0, 2, 1)), xp.permute_dims(w, (2, 1, 0))), (0, 2, 1)),
    x=real(1, 5, 2), w=real(3, 2, 2))
row("conv_same", "as many places as x has", lambda jax, x, w: jax.lax.conv(x, w, (2,), "SAME"),
    lambda xp, x, w: convolution(xp, x, w, strides=(2,), padding=((0, 1),)), x=real(1, 2, 6), w=real(2, 2, 3))
row("conv_same_lower", "as many places as x has, more of nothing before",
    lambda jax, x, w: jax.lax.conv_general_dilated(x, w, (1,), "SAME_LOWER"),
    lambda xp, x, w: convolution(xp, x, w, padding=((1, 0),)), x=real(1, 1, 4), w=real(1, 1, 2))
row("conv_with_general_padding", "padding and both dilations",
    lambda jax, x, w: jax.lax.conv_with_general_padding(x, w, (1,), ((1, 0),), (2,), (1,)),
    lambda xp, x, w: convolution(xp, x, w, padding=((1, 0),), base_dilation=(2,)), x=real(1, 1, 4), w=real(1, 1, 3))
row("conv_transpose", "the transpose of a convolution of stride 2",
    lambda jax, x, w: jax.lax.conv_transpose(x, w, (2,), "VALID", dimension_numbers=("NCH", "OIH", "NCH")),
    lambda xp, x, w: convolution(xp, x, w, padding=((2, 2),), base_dilation=(2,)), x=real(1, 2, 3), w=real(2, 2, 3))
row("conv_transpose_kernel", "the transpose of a convolution, of its own kernel",
    lambda jax, x, w: jax.lax.conv_transpose(x, w, (2,), "VALID", dimension_numbers=("NCH", "OIH", "NCH"), transpose_kernel=True),
    lambda xp, x, w: convolution(xp, x, xp.permute_dims(xp.flip(w, axis=2), (1, 0, 2)), padding=((2, 2),), base_dilation=(2,)),
    x=real(1, 2, 3), w=real(2, 3, 3))
row("conv_patches", "the windows of x, as channels",
    lambda jax, x: jax.lax.conv_general_dilated_patches(x, (2,), (1,), "VALID"),
    lambda xp, x: xp.stack([x[0, 0, :-1], x[0, 0, 1:], x[0, 1, :-1], x[0, 1, 1:]])[None], x=real(1, 2, 4))
row("conv_local", "windows, each by a kernel of its own",
    lambda jax, x, w: jax.lax.conv_general_dilated_local(x, w, (1,), "VALID", (2,)),
    lambda xp, x, w: xp.einsum("bik,oik->boi", xp.stack([x[:, 0, :-1], x[:, 0, 1:]], axis=2), xp.permute_dims(w, (0, 2, 1))),
    x=real(1, 1, 4), w=real(2, 2, 3))

# Products


def product(name: str, formula: str, spec: str, contracting: Any, batch: Any, a: Operand, b: Operand, **options: Any) -> None:
    row(f"dot_general_{name}", formula,
        lambda jax, a, b: jax.lax.dot_general(a, b, (contracting, batch), **options),
        lambda xp, a, b: xp.einsum(spec, a, b), a=a, b=b)


NO_BATCH: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())
product("matrix", "A B", "ij,jk->ik", ((1,), (0,)), NO_BATCH, real(2, 3), real(3, 4))
product("transposed", "Aᵀ Bᵀ", "ji,kj->ik", ((0,), (1,)), NO_BATCH, real(3, 2), real(4, 3))
product("batched", "a product an example, the batch not first", "ibj,jkb->bik", ((2,), (0,)), ((1,), (2,)), real(2, 3, 2), real(2, 2, 3))
product("two_batches", "two batch axes, in another order", "abi,bai->ab", ((2,), (2,)), ((0, 1), (1, 0)), real(2, 3, 2), real(3, 2, 2))
product("two_contracted", "over two axes, in another order", "ijk,kjl->il", ((1, 2), (1, 0)), NO_BATCH, real(2, 3, 2), real(2, 3, 2))
product("outer", "over none", "i,j->ij", ((), ()), NO_BATCH, real(2), real(3))
product("precise", "A B, at the highest precision", "ij,jk->ik", ((1,), (0,)), NO_BATCH, real(2, 3), real(3, 2), precision="highest")
row("dot_general_preferred_type", "A B in float64",
    lambda jax, a, b: jax.lax.dot_general(a, b, (((1,), (0,)), ((), ())), preferred_element_type="float64"),
    lambda xp, a, b: a @ b, a=real(2, 3), b=real(3, 2))
row("dot", "A b", lambda jax, a, b: jax.lax.dot(a, b), lambda xp, a, b: a @ b, a=real(2, 3), b=real(3))
row("batch_matmul", "a product an example", lambda jax, a, b: jax.lax.batch_matmul(a, b), lambda xp, a, b: a @ b,
    a=real(2, 2, 3), b=real(2, 3, 2))


def ragged(xp: Any, a: Any, b: Any, sizes: Any) -> Any:
    """Rows of a by the matrix of their group."""
    ends = np.cumsum(sizes)
    return xp.concat([a[e - n : e] @ b[k] for k, (n, e) in enumerate(zip(sizes, ends, strict=True))])


row("ragged_dot", "rows of A by the matrix of their group",
    lambda jax, a, b: jax.lax.ragged_dot(a, b, jax.numpy.array([2, 0, 3])), lambda xp, a, b: ragged(xp, a, b, [2, 0, 3]),
    a=real(5, 2), b=real(3, 2, 3))

# Reductions over windows


def reduced(xp: Any, x: Any, fold: Any, window: Any, strides: Any = None, padding: Any = None, *dilations: Any) -> Any:
    places = windows(x.shape, window, strides, padding, *dilations)
    space = places.shape[: places.ndim // 2]
    flat = xp.reshape(x, (-1,))
    groups = [[i for i in p if i != NOTHING] for p in places.reshape(math.prod(space), -1)]
    return xp.reshape(xp.stack([fold(flat[np.array(g)]) for g in groups]), space)


FOLDS: dict[str, tuple[float, str, Any, Any]] = {
    "sum": (0.0, "add", lambda xp: xp.sum, real),
    "max": (-math.inf, "max", lambda xp: xp.max, apart),
    "min": (math.inf, "min", lambda xp: xp.min, apart),
    "prod": (1.0, "mul", lambda xp: xp.prod, positive),
}  # fmt: skip
WINDOWS: dict[str, tuple[tuple[int, ...], tuple[Any, ...]]] = {
    "": ((3, 4), ((2, 2), (1, 1), ((0, 0), (0, 0)))),
    "_strides": ((4, 5), ((2, 3), (2, 2), ((0, 0), (0, 0)))),
    "_padding": ((3, 4), ((2, 2), (1, 2), ((1, 0), (0, 1)))),
    "_dilated": ((3, 4), ((2, 2), (1, 1), ((1, 1), (0, 1)), (1, 2), (2, 1))),
}


def reduce_window(of: str, variant: str) -> None:
    (start, step, fold, drawn), (shape, options) = FOLDS[of], WINDOWS[variant]
    row(f"reduce_window_{of}{variant}", f"the {of} of each window of {options}",
        lambda jax, x: jax.lax.reduce_window(x, x.dtype.type(start), getattr(jax.lax, step), *options),
        lambda xp, x: reduced(xp, x, fold(xp), *options), x=drawn(*shape))


for of, variant in itertools.product(FOLDS, WINDOWS):
    if (of, variant) != ("prod", "_dilated"):
        reduce_window(of, variant)

row("reduce_window_max_pullback", "y, each where the largest of its window stood",
    lambda jax, x, y: jax.vjp(lambda x: jax.lax.reduce_window(x, -np.inf, jax.lax.max, (2,), (1,), "VALID"), x)[1](y)[0],
    lambda xp, x, y: xp.stack([0 * y[0], y[0] + y[1], 0 * y[0], y[2]]), x=constant([0.3, 1.2, -0.4, 0.9]), y=real(3))
