"""Pooling; images are (batch, channels, …)."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from adbench.engine import numpy as xp
from adbench.engine.core import Array
from adbench.engine.nn.convolution import Sizes, padded, sizes, windows_of
from adbench.engine.rules.shape import stack


def _pooled(
    x: Array, ndim: int, kernel: Sizes, stride: Sizes | None, padding: Sizes, dilation: Sizes, ceil_mode: bool,
    outside: tuple[float, float],
) -> list[Array]:  # fmt: skip
    """The windows of a pool, as `windows_of` gives them; `outside` is what lies in the padding, and beyond it."""
    kernels, steps, pads = sizes(kernel, ndim), sizes(dilation, ndim), sizes(padding, ndim)
    strides = kernels if stride is None else sizes(stride, ndim)
    x = padded(x, [(p, p) for p in pads], outside[0])
    if ceil_mode:  # a window may stick out at the end, unless it begins behind the entries
        along = zip(x.shape[-ndim:], kernels, strides, steps, pads, strict=True)
        x = padded(x, [(0, _missing(n, d * (k - 1) + 1, s, p)) for n, k, s, d, p in along], outside[1])
    return windows_of(x, kernels, strides, steps)


def _missing(n: int, width: int, stride: int, padding: int) -> int:
    """How far the last window of a padded axis sticks out."""
    starts = (n - width) // stride * stride + stride
    return starts + width - n if (n - width) % stride and starts < n - padding else 0


def _max_pool(ndim: int) -> Callable[..., Array]:
    def pool(
        x: Array,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        *,
        dilation: Sizes = 1,
        ceil_mode: bool = False,
    ) -> Array:
        """The largest entry of each window."""
        nothing = (-math.inf, -math.inf)
        windows = _pooled(x, ndim, kernel_size, stride, padding, dilation, ceil_mode, nothing)
        return xp.max(stack(windows, axis=-1), axis=-1)

    return pool


def _avg_pool(ndim: int) -> Callable[..., Array]:
    def pool(
        x: Array,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        *,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> Array:
        """The mean of each window."""
        options = ndim, kernel_size, stride, padding, 1, ceil_mode
        total = sum(_pooled(x, *options, (0.0, 0.0)))
        if divisor_override is not None:
            return total / divisor_override
        ones = np.ones(x.shape[-ndim:], dtype=x.dtype)
        return total / sum(_pooled(ones, *options, (float(count_include_pad), 0.0)))

    return pool


max_pool1d, max_pool2d = _max_pool(1), _max_pool(2)
avg_pool1d, avg_pool2d = _avg_pool(1), _avg_pool(2)
