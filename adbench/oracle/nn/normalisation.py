"""Normalisations over jets: (x − mean) / √(var + eps), over the last axes, a batch, or groups of channels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from adbench.oracle.arrays import elementwise, jets
from adbench.oracle.functions import maximum, square
from adbench.oracle.functions import sqrt as sqrt_of_jet
from adbench.oracle.linalg import vector_norm
from adbench.oracle.reductions import mean, var

_sqrt = elementwise(sqrt_of_jet, 1)


def layer_norm(x: Any, normalized_shape: Any, weight: Any = None, bias: Any = None, eps: float = 1e-5) -> Any:
    """Normalise over the last axes, whose shape is `normalized_shape`; weight and bias have that shape."""
    axes = _last_axes(x, normalized_shape)
    return _affine(_normalised(jets(x), axes, eps), weight, bias)


def rms_norm(x: Any, normalized_shape: Any, weight: Any = None, eps: float = 1e-5) -> Any:
    """x / √(mean x² + eps) over the last axes."""
    x = jets(x)
    axes = _last_axes(x, normalized_shape)
    return _affine(x / _sqrt(mean(elementwise(square, 1)(x), axis=axes, keepdims=True) + eps), weight, None)


def batch_norm(
    x: Any, running_mean: Any, running_var: Any, weight: Any = None, bias: Any = None,
    training: bool = False, eps: float = 1e-5,
) -> Any:  # fmt: skip
    """Normalise each channel (axis 1), by the running statistics, or in training by the batch's own."""
    x = jets(x)
    if training:
        y = _normalised(x, (0, *range(2, x.ndim)), eps)
    else:
        y = (x - _by_channel(running_mean, x)) / _sqrt(_by_channel(running_var, x) + eps)
    return _affine(y, _by_channel(weight, x), _by_channel(bias, x))


def group_norm(x: Any, num_groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5) -> Any:
    """Normalise over groups of channels (axis 1) and all axes behind them."""
    x = jets(x)
    grouped = x.reshape(x.shape[0], num_groups, -1)
    return _affine(_normalised(grouped, (2,), eps).reshape(x.shape), _by_channel(weight, x), _by_channel(bias, x))


def instance_norm(x: Any, *, weight: Any = None, bias: Any = None, eps: float = 1e-5) -> Any:
    """Normalise each channel of each example by itself."""
    return group_norm(x, np.shape(x)[1], weight, bias, eps)


def normalize(x: Any, p: float = 2.0, axis: int = 1, eps: float = 1e-12) -> Any:
    """x / max(‖x‖ₚ, eps) along an axis."""
    x = jets(x)
    return x / elementwise(maximum, 2)(vector_norm(x, axis=axis, ord=p, keepdims=True), eps)


def _last_axes(x: Any, normalized_shape: Any) -> tuple[int, ...]:
    shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
    if np.shape(x)[np.ndim(x) - len(shape) :] != shape:
        raise ValueError(f"the last axes of shape {np.shape(x)} are not {shape}")
    return tuple(range(-len(shape), 0))


def _normalised(x: np.ndarray, axes: tuple[int, ...], eps: float) -> Any:
    centred = x - mean(x, axis=axes, keepdims=True)
    return centred / _sqrt(var(x, axis=axes, keepdims=True) + eps)


def _affine(x: Any, weight: Any, bias: Any) -> Any:
    x = x if weight is None else x * jets(weight)
    return x if bias is None else x + jets(bias)


def _by_channel(parameter: Any, x: np.ndarray) -> Any:
    """A parameter of shape (channels,) to broadcast along axis 1."""
    return None if parameter is None else jets(parameter).reshape((1, -1) + (1,) * (x.ndim - 2))


NORMALISATIONS: dict[str, Callable[..., Any]] = {
    "layer_norm": layer_norm,
    "rms_norm": rms_norm,
    "batch_norm": batch_norm,
    "group_norm": group_norm,
    "instance_norm": instance_norm,
    "normalize": normalize,
}
