"""Linear layers and convolutions over jets, window by window; images are (batch, channels, …)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from adbench.oracle.arrays import jets

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
        kernel, strides, dilations = weight.shape[2:], sizes(stride, ndim), sizes(dilation, ndim)
        padded = padded_with(jets(x), _paddings(padding, kernel, dilations), 0)
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


def _transposed(ndim: int) -> Callable[..., Any]:
    def convolve(
        x: Any, weight: Any, bias: Any = None, stride: Sizes = 1, padding: Sizes = 0, output_padding: Sizes = 0,
        groups: int = 1, dilation: Sizes = 1,
    ) -> Any:  # fmt: skip
        """y[b, o, i·stride + k·dilation − padding] sums x[b, c, i] weight[c, o, k] over c, i and k."""
        x, weight = jets(x), jets(weight)
        kernel, strides, dilations = weight.shape[2:], sizes(stride, ndim), sizes(dilation, ndim)
        axes = zip(x.shape[2:], strides, dilations, kernel, strict=True)
        spread = [(n - 1) * s + d * (k - 1) + 1 for n, s, d, k in axes]
        made = []
        for channels, filters in zip(np.split(x, groups, 1), np.split(weight, groups, 0), strict=True):
            y = jets(np.zeros((len(x), weight.shape[1], *spread)))
            for k in np.ndindex(kernel):
                term = np.moveaxis(np.tensordot(channels, filters[(..., *k)], axes=(1, 0)), -1, 1)
                y[_met_by(k, y.shape[2:], kernel, strides, dilations)] += term
            made.append(y)
        y = padded_with(np.concatenate(made, axis=1), [(0, extra) for extra in sizes(output_padding, ndim)], 0)
        kept: list[Any] = [slice(p, n - p) for n, p in zip(y.shape[2:], sizes(padding, ndim), strict=True)]
        y = y[(..., *kept)]
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
    return [(p, p) for p in sizes(padding, len(kernel))]  # type: ignore[arg-type]  # a word is one of the two above


def padded_with(x: np.ndarray, paddings: list[tuple[int, int]], value: Any) -> np.ndarray:
    """x with so many entries more before and after along each of its last axes: jets of a number, or None."""
    widths = [(0, 0)] * (x.ndim - len(paddings)) + paddings
    shape = [n + before + after for n, (before, after) in zip(x.shape, widths, strict=True)]
    made = jets(np.full(shape, value)) if value is not None else np.full(shape, None, dtype=object)
    made[tuple(slice(before, before + n) for n, (before, _) in zip(x.shape, widths, strict=True))] = x
    return made


def sizes(size: Sizes, ndim: int) -> tuple[int, ...]:
    """One for each axis; a number is that of every axis."""
    return (size,) * ndim if isinstance(size, int) else tuple(size)


CONVOLUTIONS: dict[str, Callable[..., Any]] = {
    "linear": linear,
    "conv1d": _convolution(1),
    "conv2d": _convolution(2),
    "conv3d": _convolution(3),
    "conv_transpose1d": _transposed(1),
    "conv_transpose2d": _transposed(2),
}
