"""Normalisations: (x − mean) / √(var + eps), over the last axes, a batch, or groups of channels."""

from __future__ import annotations

from typing import Any

from adbench.engine import numpy as xp
from adbench.engine.core import Array


def layer_norm(
    x: Array,
    normalized_shape: int | tuple[int, ...],
    weight: Array | None = None,
    bias: Array | None = None,
    eps: float = 1e-5,
) -> Array:
    """(x − mean) / √(var + eps) over the last axes, whose shape is `normalized_shape`."""
    return affine(_normalised(x, _last(normalized_shape), eps), weight, bias)


def rms_norm(
    x: Array, normalized_shape: int | tuple[int, ...], weight: Array | None = None, eps: float = 1e-5
) -> Array:
    """x / √(mean x² + eps) over the last axes."""
    mean_square = xp.mean(xp.square(x), axis=_last(normalized_shape), keepdims=True)
    return affine(x / xp.sqrt(mean_square + eps), weight, None)


def batch_norm(
    x: Array,
    running_mean: Array | None,
    running_var: Array | None,
    weight: Array | None = None,
    bias: Array | None = None,
    training: bool = False,
    eps: float = 1e-5,
) -> Array:
    """Normalise each channel by the running statistics, or in training by the batch's own."""
    if training or running_mean is None or running_var is None:
        y = _normalised(x, (0, *range(2, x.ndim)), eps)
    else:
        y = (x - by_channel(running_mean, x)) / xp.sqrt(by_channel(running_var, x) + eps)
    return affine(y, by_channel(weight, x), by_channel(bias, x))


def group_norm(
    x: Array, num_groups: int, weight: Array | None = None, bias: Array | None = None, eps: float = 1e-5
) -> Array:
    """Normalise over groups of channels and all axes behind them."""
    y = _normalised(xp.reshape(x, (x.shape[0], num_groups, -1)), (2,), eps)
    return affine(xp.reshape(y, x.shape), by_channel(weight, x), by_channel(bias, x))


def instance_norm(x: Array, *, weight: Array | None = None, bias: Array | None = None, eps: float = 1e-5) -> Array:
    """Normalise each channel of each example by itself."""
    return group_norm(x, x.shape[1], weight, bias, eps)


def normalize(x: Array, p: float = 2.0, axis: int = 1, eps: float = 1e-12) -> Array:
    """x / max(‖x‖ₚ, eps) along an axis."""
    return x / xp.maximum(xp.linalg.vector_norm(x, axis=axis, ord=p, keepdims=True), eps)


def _normalised(x: Array, axes: tuple[int, ...], eps: float) -> Array:
    centred = x - xp.mean(x, axis=axes, keepdims=True)
    return centred / xp.sqrt(xp.mean(xp.square(centred), axis=axes, keepdims=True) + eps)


def affine(x: Array, weight: Array | None, bias: Array | None) -> Array:
    x = x if weight is None else x * weight
    return x if bias is None else x + bias


def _last(shape: int | tuple[int, ...]) -> tuple[int, ...]:
    return tuple(range(-(1 if isinstance(shape, int) else len(shape)), 0))


def by_channel(parameter: Array | None, x: Array) -> Any:
    """A parameter of shape (channels,) to broadcast along axis 1."""
    return None if parameter is None else xp.reshape(parameter, (1, -1) + (1,) * (x.ndim - 2))
