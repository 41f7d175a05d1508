"""What the networks share: activations with their slopes, Jacobians by pullbacks, and how inputs are drawn."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from adbench.case import Case

LAYERS = "lecture notes 004, gradients of a single-layer neural network"
DEEP = "lecture notes 004, gradients of a multi-layer neural network"
TWO = "lecture notes 002, neural networks with matrix notation"
HAZARD = ("hazard",)
Inputs = dict[str, Any]
Sizes = dict[str, dict[str, Any]]


# Shared by functions and closed forms


def sigmoid(xp, z):
    return 1 / (1 + xp.exp(-z))


def softmax(xp, s):
    """Over the last axis; the largest entry is taken out, so that nothing overflows."""
    e = xp.exp(s - xp.max(s, axis=-1, keepdims=True))
    return e / xp.sum(e, axis=-1, keepdims=True)


def tanh_slope(xp, z):
    """tanh′(z) = 1/cosh²z, which has its digits also where tanh z is nearly 1."""
    return 1 / xp.cosh(z) ** 2


def rows(made: Case, wrt: str) -> Callable[..., Any]:
    """The Jacobian by one input: the pullback of every unit cotangent."""

    def closed_form(xp, **inputs):
        y, x = made.function(xp, **inputs), inputs[wrt]
        size = math.prod(y.shape)
        units = xp.reshape(xp.eye(size, dtype=x.dtype), (size, *y.shape))
        pulled = [made.pullback(xp, units[k, ...], **inputs)[wrt] for k in range(size)]
        return xp.reshape(xp.stack(pulled), (*y.shape, *x.shape))

    return closed_form


def by_pullback(made: Case) -> None:
    """Give a case the closed forms that its pullback makes."""
    for wrt in made.wrt:
        made.jacobian(wrt)(rows(made, wrt))


def drawn(**shapes: tuple[Any, ...]) -> Callable[..., Inputs]:
    """An inputs function: normal numbers of shapes whose letters the size names.

    Weights, whose names begin with A, W or U, are divided by √ of their last axis: a layer, however wide, keeps what it
    is given of order 1.
    """

    def draw(rng: Any, **size: int) -> Inputs:
        made = {}
        for name, letters in shapes.items():
            shape = tuple(size.get(n, n) for n in letters)
            scale = math.sqrt(shape[-1]) if len(shape) > 1 and name[0] in "AWU" else 1.0
            made[name] = rng.standard_normal(shape) / scale
        return made

    return draw


def fixed(**point: Any) -> Callable[..., Inputs]:
    return lambda rng: {name: np.asarray(x) for name, x in point.items()}
