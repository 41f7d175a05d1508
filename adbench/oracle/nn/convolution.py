"""Linear layers, convolutions and pooling over jets, window by window; images are (batch, channels, …)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np

from adbench.oracle.arrays import jets
from adbench.oracle.functions import maximum

Sizes = int | tuple[int, ...]


def linear(x: Any, weight: Any, bias: Any = None) -> Any:
    """x Aᵀ + b."""
    y = jets(x) @ jets(weight).T
    return y if bias is None else y + jets(bias)


def _convolution(ndim: int) -> Callable[..., Any]:
    def convolve(
        x: Any, weight: Any, bias: Any = None, stride: Sizes = 1, padding: Sizes | str = 0,
        dilation: Sizes = 1, groups: int = 1,
    ) -> Any:  # fmt: skip
        """Cross-correlation: y[b, o, i] = Σ_{c, k} weight[o, c, k] x[b, c, i·stride + k·dilation − padding]."""
        weight = jets(weight)
        kernel, strides, dilations = weight.shape[2:], _sizes(stride, ndim), _sizes(dilation, ndim)
        padded = _padded(jets(x), _paddings(padding, kernel, dilations), 0)
        per_group = padded.shape[1] // groups
        out_per_group = weight.shape[0] // groups
        made = []
        for g in range(groups):
            channels = padded[:, g * per_group : (g + 1) * per_group]
            filters = weight[g * out_per_group : (g + 1) * out_per_group]
            total: Any = 0
            for k in np.ndindex(kernel):
                window = channels[_met_by(k, padded.shape[2:], kernel, strides, dilations)]
                total = total + np.moveaxis(np.tensordot(window, filters[(..., *k)], axes=(1, 1)), -1, 1)
            made.append(total)
        y = np.concatenate(made, axis=1)
        return y if bias is None else y + jets(bias).reshape((1, -1) + (1,) * ndim)

    return convolve


def _met_by(
    k: tuple[int, ...], shape: tuple[int, ...], kernel: tuple[int, ...], stride: tuple[int, ...], step: tuple[int, ...]
) -> Any:
    """Index of the entries that kernel entry k meets as its window moves."""
    index: list[Any] = [...]
    for n, size, at, by, wide in zip(shape, kernel, k, stride, step, strict=True):
        count = (n - wide * (size - 1) - 1) // by + 1
        index.append(slice(at * wide, at * wide + by * (count - 1) + 1, by))
    return tuple(index)


def _paddings(padding: Sizes | str, kernel: tuple[int, ...], dilation: tuple[int, ...]) -> list[tuple[int, int]]:
    if padding == "valid":
        padding = 0
    if padding == "same":
        totals = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
        return [(total // 2, total - total // 2) for total in totals]
    return [(p, p) for p in _sizes(padding, len(kernel))]  # type: ignore[arg-type]


def _padded(x: np.ndarray, paddings: list[tuple[int, int]], value: Any) -> np.ndarray:
    widths = [(0, 0)] * (x.ndim - len(paddings)) + paddings
    shape = [n + before + after for n, (before, after) in zip(x.shape, widths, strict=True)]
    made = jets(np.full(shape, value)) if value is not None else np.full(shape, None, dtype=object)
    made[tuple(slice(before, before + n) for n, (before, _) in zip(x.shape, widths, strict=True))] = x
    return made


def _sizes(size: Sizes, ndim: int) -> tuple[int, ...]:
    return (size,) * ndim if isinstance(size, int) else tuple(size)


def _pool(ndim: int, of_window: Callable[..., Any]) -> Callable[..., Any]:
    def pool(x: Any, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0, **options: Any) -> Any:
        x, kernel = jets(x), _sizes(kernel_size, ndim)
        strides = kernel if stride is None else _sizes(stride, ndim)
        padded = _padded(x, [(p, p) for p in _sizes(padding, ndim)], None)
        counts = [(n - k) // s + 1 for n, k, s in zip(padded.shape[-ndim:], kernel, strides, strict=True)]
        made = np.empty((*x.shape[:-ndim], *counts), dtype=object)
        for index in np.ndindex(made.shape):
            corner = [i * s for i, s in zip(index[-ndim:], strides, strict=True)]
            places = product(*(range(c, c + k) for c, k in zip(corner, kernel, strict=True)))
            entries = [padded[(*index[:-ndim], *place)] for place in places]
            made[index] = of_window([e for e in entries if e is not None], len(entries), **options)
        return made

    return pool


def _largest(entries: list[Any], size: int) -> Any:
    largest = entries[0]
    for e in entries[1:]:
        largest = maximum(largest, e)
    return largest


def _average(entries: list[Any], size: int, count_include_pad: bool = True) -> Any:
    return sum(entries) / (size if count_include_pad else len(entries))


CONVOLUTIONS: dict[str, Callable[..., Any]] = {
    "linear": linear,
    "conv1d": _convolution(1),
    "conv2d": _convolution(2),
    "max_pool1d": _pool(1, _largest),
    "max_pool2d": _pool(2, _largest),
    "avg_pool1d": _pool(1, _average),
    "avg_pool2d": _pool(2, _average),
}
