"""Activation functions over jets; at their kinks they are Undecided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import arb

from adbench.oracle.arrays import elementwise
from adbench.oracle.functions import TABLE, maximum, minimum
from adbench.oracle.jet import Jet, either, jet
from adbench.oracle.precision import elementary
from adbench.oracle.special import OF_ONE

# Klambauer et al., Self-normalizing neural networks (2017), as every library has them
SELU_ALPHA, SELU_SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946

CUBIC = 0.044715  # Hendrycks & Gimpel, Gaussian error linear units (2016)


def relu(x: Any) -> Any:
    """max(x, 0)."""
    return maximum(x, 0)


def leaky_relu(x: Any, negative_slope: float = 0.01) -> Any:
    """x, times a slope below 0."""
    x = jet(x)
    return either(lambda: x > 0, lambda: x, lambda: x * negative_slope)


def elu(x: Any, alpha: float = 1.0) -> Any:
    """x, below 0 α (eˣ − 1)."""
    x = jet(x)
    return either(lambda: x > 0, lambda: x, lambda: TABLE["expm1"](x) * alpha)


def selu(x: Any) -> Any:
    """elu with the scale at which variances are kept."""
    return elu(x, SELU_ALPHA) * SELU_SCALE


def celu(x: Any, alpha: float = 1.0) -> Any:
    """x, below 0 α (e^(x/α) − 1)."""
    x = jet(x)
    return either(lambda: x > 0, lambda: x, lambda: TABLE["expm1"](x / alpha) * alpha)


def gelu(x: Any, approximate: str = "none") -> Any:
    """x Φ(x), or "tanh": x (1 + tanh u) / 2 with u = √(2/π) (x + 0.044715 x³), which is x expit(2 u)."""
    x = jet(x)
    if approximate == "none":
        return x * OF_ONE["ndtr"](x)
    if approximate != "tanh":
        raise ValueError(f'gelu: approximate is {approximate!r}, expected "none" or "tanh"')
    twice = Jet(elementary((8 / arb.pi()).sqrt()))
    return x * TABLE["expit"](x * (x * x * CUBIC + 1) * twice)


def silu(x: Any) -> Any:
    """x expit(x)."""
    return jet(x) * TABLE["expit"](x)


def softplus(x: Any, beta: float = 1.0) -> Any:
    """log(1 + e^(βx)) / β."""
    return -TABLE["log_expit"](-(jet(x) * beta)) / beta


def hard_tanh(x: Any, min_val: float = -1.0, max_val: float = 1.0) -> Any:
    """x held between two bounds."""
    return minimum(maximum(x, min_val), max_val)


def hard_sigmoid(x: Any) -> Any:
    """(x + 3) / 6 held between 0 and 1."""
    return hard_tanh(jet(x) + 3, 0.0, 6.0) / 6


def _of_arrays(function: Callable[..., Jet]) -> Callable[..., Any]:
    return lambda x, *args, **kwargs: elementwise(lambda entry: function(entry, *args, **kwargs), 1)(x)


ACTIVATIONS: dict[str, Callable[..., Any]] = {
    "relu": _of_arrays(relu),
    "leaky_relu": _of_arrays(leaky_relu),
    "elu": _of_arrays(elu),
    "selu": _of_arrays(selu),
    "celu": _of_arrays(celu),
    "gelu": _of_arrays(gelu),
    "silu": _of_arrays(silu),
    "sigmoid": _of_arrays(TABLE["expit"]),
    "softplus": _of_arrays(softplus),
    "log_sigmoid": _of_arrays(TABLE["log_expit"]),
    "hard_tanh": _of_arrays(hard_tanh),
    "hard_sigmoid": _of_arrays(hard_sigmoid),
}
