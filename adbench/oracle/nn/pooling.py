"""Pooling over jets, window by window; images are (batch, channels, …)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np

from adbench.oracle.arrays import jets
from adbench.oracle.functions import maximum
from adbench.oracle.nn.convolution import Sizes, padded_with, sizes


def _pool(ndim: int, of_window: Callable[..., Any]) -> Callable[..., Any]:
    def pool(
        x: Any, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0, *, dilation: Sizes = 1,
        ceil_mode: bool = False, **options: Any,
    ) -> Any:  # fmt: skip
        x, strides = jets(x), sizes(kernel_size if stride is None else stride, ndim)
        padded = padded_with(x, [(p, p) for p in sizes(padding, ndim)], None)
        given = (sizes(option, ndim) for option in (kernel_size, padding, dilation))
        along = zip(padded.shape[-ndim:], strides, *given, strict=True)
        axes = [_windows(n, s, k, p, d, ceil_mode) for n, s, k, p, d in along]
        made = np.empty((*x.shape[:-ndim], *map(len, axes)), dtype=object)
        for index in np.ndindex(made.shape):
            window = [windows[i] for windows, i in zip(axes, index[-ndim:], strict=True)]
            entries = [padded[(*index[:-ndim], *place)] for place in product(*window)]
            made[index] = of_window([e for e in entries if e is not None], len(entries), **options)
        return made

    return pool


def _windows(n: int, stride: int, kernel: int, padding: int, dilation: int, ceil_mode: bool) -> list[range]:
    """The windows along a padded axis of n entries; with `ceil_mode` also one that sticks out of it, unless it begins
    behind the entries."""
    width = dilation * (kernel - 1) + 1
    last = n - padding - 1 if ceil_mode else n - width
    starts = [start for start in range(0, last + 1, stride) if start - stride < n - width]
    return [range(start, min(start + width, n), dilation) for start in starts]


def _largest(entries: list[Any], size: int) -> Any:
    largest = entries[0]
    for e in entries[1:]:
        largest = maximum(largest, e)
    return largest


def _average(entries: list[Any], size: int, count_include_pad: bool = True, divisor_override: int | None = None) -> Any:
    return sum(entries) / (divisor_override or (size if count_include_pad else len(entries)))


POOLS: dict[str, Callable[..., Any]] = {
    "max_pool1d": _pool(1, _largest),
    "max_pool2d": _pool(2, _largest),
    "avg_pool1d": _pool(1, _average),
    "avg_pool2d": _pool(2, _average),
}
