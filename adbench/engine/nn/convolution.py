"""Linear layers and convolutions, by products of matrices; images are (batch, channels, …)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from adbench.engine import numpy as xp
from adbench.engine.core import Array
from adbench.engine.nn.normalisation import affine, by_channel
from adbench.engine.rules.indexing import scatter
from adbench.engine.rules.shape import stack

Sizes = int | tuple[int, ...]


def linear(x: Array, weight: Array, bias: Array | None = None) -> Array:
    """x Aᵀ + b."""
    return affine(x @ xp.matrix_transpose(weight), None, bias)


def _convolution(ndim: int) -> Callable[..., Array]:
    def convolve(
        x: Array,
        weight: Array,
        bias: Array | None = None,
        stride: Sizes = 1,
        padding: Sizes | str = 0,
        dilation: Sizes = 1,
        groups: int = 1,
    ) -> Array:
        """y[b, o, i] = Σ_{c, k} weight[o, c, k] x[b, c, i·stride + k·dilation − padding]."""
        kernel, steps = weight.shape[2:], sizes(dilation, ndim)
        x = padded(x, _paddings(padding, kernel, steps), 0.0)
        columns = stack(windows_of(x, kernel, sizes(stride, ndim), steps), axis=2)
        counts = columns.shape[3:]
        columns = xp.reshape(columns, (x.shape[0], groups, -1, math.prod(counts)))
        filters = xp.reshape(weight, (groups, weight.shape[0] // groups, -1))
        y = xp.reshape(filters @ columns, (x.shape[0], weight.shape[0], *counts))
        return affine(y, None, by_channel(bias, y))

    return convolve


def _transposed(ndim: int) -> Callable[..., Array]:
    def convolve(
        x: Array,
        weight: Array,
        bias: Array | None = None,
        stride: Sizes = 1,
        padding: Sizes = 0,
        output_padding: Sizes = 0,
        groups: int = 1,
        dilation: Sizes = 1,
    ) -> Array:
        """y[b, o, i·stride + k·dilation − padding] sums x[b, c, i] weight[c, o, k] over c, i and k."""
        kernel, strides, steps = weight.shape[2:], sizes(stride, ndim), sizes(dilation, ndim)
        channels, pads = weight.shape[1] * groups, sizes(padding, ndim)
        along = zip(x.shape[2:], kernel, strides, steps, sizes(output_padding, ndim), strict=True)
        spread = [(n - 1) * s + d * (k - 1) + 1 + more for n, k, s, d, more in along]
        inputs = xp.reshape(x, (x.shape[0], groups, -1, math.prod(x.shape[2:])))
        filters = xp.reshape(weight, (groups, weight.shape[0] // groups, -1))
        terms = xp.matrix_transpose(filters) @ inputs
        columns = xp.reshape(terms, (x.shape[0], channels, math.prod(kernel), *x.shape[2:]))
        y: Any = 0.0
        for i, k in enumerate(np.ndindex(*kernel)):
            met = _met_by(k, x.shape[2:], strides, steps)
            y = y + scatter(columns[:, :, i], met, (x.shape[0], channels, *spread))
        y = y[(..., *(slice(p, n - p) for n, p in zip(spread, pads, strict=True)))]
        return affine(y, None, by_channel(bias, y))

    return convolve


def _met_by(k: tuple[int, ...], counts: tuple[int, ...], stride: tuple[int, ...], step: tuple[int, ...]) -> Any:
    """Index of the entries that kernel entry k meets as its window moves `counts` times."""
    along = zip(k, counts, stride, step, strict=True)
    return (..., *(slice(at * wide, at * wide + by * (n - 1) + 1, by) for at, n, by, wide in along))


def windows_of(x: Array, kernel: tuple[int, ...], stride: tuple[int, ...], step: tuple[int, ...]) -> list[Array]:
    """For each entry of a kernel all that it meets as its window moves over the last axes of x."""
    along = zip(x.shape[-len(kernel) :], kernel, stride, step, strict=True)
    counts = tuple((n - d * (k - 1) - 1) // s + 1 for n, k, s, d in along)
    return [x[_met_by(k, counts, stride, step)] for k in np.ndindex(*kernel)]


def _paddings(padding: Sizes | str, kernel: tuple[int, ...], step: tuple[int, ...]) -> list[tuple[int, int]]:
    if padding == "same":
        totals = [d * (k - 1) for k, d in zip(kernel, step, strict=True)]
        return [(total // 2, total - total // 2) for total in totals]
    return [(p, p) for p in sizes(0 if isinstance(padding, str) else padding, len(kernel))]


def padded(x: Array, paddings: list[tuple[int, int]], value: float) -> Array:
    """x with a number so often before and after along each of its last axes."""
    for axis, (before, after) in enumerate(paddings, x.ndim - len(paddings)):
        sides = [np.full((*x.shape[:axis], n, *x.shape[axis + 1 :]), value, dtype=x.dtype) for n in (before, after)]
        x = xp.concat([sides[0], x, sides[1]], axis=axis) if before or after else x
    return x


def sizes(size: Sizes, ndim: int) -> tuple[int, ...]:
    return (size,) * ndim if isinstance(size, int) else tuple(size)


conv1d, conv2d, conv3d = _convolution(1), _convolution(2), _convolution(3)
conv_transpose1d, conv_transpose2d = _transposed(1), _transposed(2)
