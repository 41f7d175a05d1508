"""Activation functions over jets; at their kinks they are Undecided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from flint import arb

from adbench.oracle.arrays import elementwise, jets
from adbench.oracle.functions import TABLE, maximum, minimum, sign
from adbench.oracle.jet import Jet, chain, either, jet
from adbench.oracle.precision import elementary
from adbench.oracle.special import OF_ONE

# Klambauer et al., Self-normalizing neural networks (2017), as every library has them
SELU_ALPHA, SELU_SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946

CUBIC = 0.044715  # Hendrycks & Gimpel, Gaussian error linear units (2016)


def relu(x: Any) -> Any:
    """max(x, 0)."""
    return maximum(x, 0)


def leaky_relu(x: Any, negative_slope: Any = 0.01) -> Any:
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


def relu6(x: Any) -> Any:
    """x held between 0 and 6."""
    return hard_tanh(x, 0.0, 6.0)


def hard_sigmoid(x: Any) -> Any:
    """(x + 3) / 6 held between 0 and 1."""
    return relu6(jet(x) + 3) / 6


def hard_swish(x: Any) -> Any:
    """x hard_sigmoid(x)."""
    return jet(x) * hard_sigmoid(x)


def mish(x: Any) -> Any:
    """x tanh(softplus(x))."""
    return jet(x) * TABLE["tanh"](softplus(x))


def soft_sign(x: Any) -> Any:
    """x / (1 + |x|), whose derivative 1 / (1 + |x|)² the quotient rule would lose far out."""
    x = jet(x)
    z = 1 / (abs(x) + 1)
    return chain((x * z).value, (x,), ((z * z).value,), lambda: ((-2 * (sign(x) * z * z * z).value,),))


def prelu(x: Any, weight: Any) -> Any:
    """x, below 0 times the weight of its channel, axis 1; or times the only weight."""
    x, weight = jets(x), jets(weight)
    slopes = weight if weight.size == 1 else weight.reshape((1, -1) + (1,) * (x.ndim - 2))
    return elementwise(leaky_relu, 2)(x, slopes)


def glu(x: Any, axis: int = -1) -> Any:
    """a expit(b) of the two halves of x along an axis."""
    a, b = np.split(jets(x), 2, axis)
    return a * elementwise(TABLE["expit"], 1)(b)


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
    "relu6": _of_arrays(relu6),
    "hard_swish": _of_arrays(hard_swish),
    "mish": _of_arrays(mish),
    "soft_sign": _of_arrays(soft_sign),
    "prelu": prelu,
    "glu": glu,
}
