"""Activations; at a kink the derivative is that of the branch that the point belongs to."""

from __future__ import annotations

import math

import numpy as np

from adbench.engine import numpy as xp
from adbench.engine.core import Array
from adbench.engine.nn.normalisation import by_channel
from adbench.engine.numpy import special
from adbench.engine.primitive import elementwise
from adbench.engine.rules import softmax as shares

# Klambauer et al., Self-normalizing neural networks (2017), as every library has them
SELU_ALPHA, SELU_SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946
CUBIC = 0.044715  # Hendrycks & Gimpel, Gaussian error linear units (2016)


def relu(x: Array) -> Array:
    """max(x, 0)."""
    return xp.where(x > 0, x, 0.0)


def leaky_relu(x: Array, negative_slope: float = 0.01) -> Array:
    """x, times a slope below 0."""
    return xp.where(x > 0, x, negative_slope * x)


def prelu(x: Array, weight: Array) -> Array:
    """x, below 0 times the weight of its channel, axis 1; or times the only weight."""
    return leaky_relu(x, weight if weight.size == 1 else by_channel(weight, x))


def elu(x: Array, alpha: float = 1.0) -> Array:
    """x, below 0 α (eˣ − 1)."""
    return xp.where(x > 0, x, alpha * xp.expm1(_negative(x)))


def selu(x: Array) -> Array:
    """elu with the scale at which variances are kept."""
    return SELU_SCALE * elu(x, SELU_ALPHA)


def celu(x: Array, alpha: float = 1.0) -> Array:
    """x, below 0 α (e^(x/α) − 1)."""
    return xp.where(x > 0, x, alpha * xp.expm1(_negative(x) / alpha))


def _negative(x: Array) -> Array:
    """x, and above 0 a 0, whose exponential does not overflow."""
    return xp.where(x > 0, 0.0, x)


def gelu(x: Array, approximate: str = "none") -> Array:
    """x Φ(x), or "tanh": x (1 + tanh u) / 2 with u = √(2/π) (x + 0.044715 x³), which is x expit(2 u)."""
    if approximate == "none":
        return x * special.ndtr(x)
    if approximate != "tanh":
        raise ValueError(f'gelu: approximate is {approximate!r}, expected "none" or "tanh"')
    return x * special.expit(math.sqrt(8 / math.pi) * x * (1 + CUBIC * x * x))


def silu(x: Array) -> Array:
    """x expit(x)."""
    return x * special.expit(x)


def sigmoid(x: Array) -> Array:
    """1 / (1 + e⁻ˣ)."""
    return special.expit(x)


def softplus(x: Array, beta: float = 1.0) -> Array:
    """log(1 + e^(βx)) / β."""
    return -special.log_expit(-beta * x) / beta


def log_sigmoid(x: Array) -> Array:
    """−log(1 + e⁻ˣ)."""
    return special.log_expit(x)


def mish(x: Array) -> Array:
    """x tanh(softplus(x))."""
    return x * xp.tanh(softplus(x))


def hard_tanh(x: Array, min_val: float = -1.0, max_val: float = 1.0) -> Array:
    """x held between two bounds."""
    return xp.where(x < min_val, min_val, xp.where(x > max_val, max_val, x))


def relu6(x: Array) -> Array:
    """x held between 0 and 6."""
    return hard_tanh(x, 0.0, 6.0)


def hard_sigmoid(x: Array) -> Array:
    """(x + 3) / 6 held between 0 and 1."""
    return relu6(x + 3) / 6


def hard_swish(x: Array) -> Array:
    """x hard_sigmoid(x)."""
    return x * hard_sigmoid(x)


def _soft_sign(x: Array) -> Array:
    return x / (1 + np.abs(x))


# The rule of a quotient would cancel far out.
soft_sign = elementwise(_soft_sign, lambda y, x: (1.0 / (1.0 + abs(x))) ** 2)


def glu(x: Array, axis: int = -1) -> Array:
    """a expit(b) of the two halves of x along an axis."""
    axis %= x.ndim
    half, before = x.shape[axis] // 2, (slice(None),) * axis
    return x[(*before, slice(half))] * special.expit(x[(*before, slice(half, None))])


def softmax(x: Array, axis: int = -1) -> Array:
    """eˣ / Σ eˣ along an axis."""
    return shares.softmax(x, axis=axis)


def log_softmax(x: Array, axis: int = -1) -> Array:
    """x − log Σ eˣ along an axis."""
    return shares.log_softmax(x, axis=axis)
