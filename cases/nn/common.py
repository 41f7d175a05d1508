"""What the families of `xp.nn` share: how a case is made, and its inputs."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from adbench.case import Case, case

Function = Callable[..., Any]
Shape = tuple[int, ...]
Inputs = dict[str, Any]
F64 = ("float64",)
HAZARD = ("hazard",)
SOURCE = "torch.nn.functional, jax.nn"


# Inputs


def normal(**shapes: Shape) -> Callable[..., Inputs]:
    return lambda rng: {name: rng.standard_normal(shape) for name, shape in shapes.items()}


def spread(rng: Any, shape: Shape, low: float, high: float) -> np.ndarray:
    """Numbers spread over [low, high], one from each of as many strata as there are entries: none are nearly equal."""
    size = math.prod(shape)
    drawn = (rng.permutation(size) + rng.uniform(0.25, 0.75, size)) / max(size, 1)
    return (low + (high - low) * drawn).reshape(shape)


def strata(low: float, high: float, **shapes: Shape) -> Callable[..., Inputs]:
    return lambda rng: {name: spread(rng, shape, low, high) for name, shape in shapes.items()}


def also(inputs: Callable[..., Inputs], **more: Any) -> Callable[..., Inputs]:
    """Further inputs: arrays, or functions of `rng`."""
    return lambda rng: {**inputs(rng), **{name: x(rng) if callable(x) else np.asarray(x) for name, x in more.items()}}


def between(low: float, high: float, *shape: int) -> Callable[..., np.ndarray]:
    """One input of `strata`, for `also`."""
    return lambda rng: spread(rng, shape, low, high)


def at(**point: Any) -> Callable[..., Inputs]:
    return lambda rng: {name: np.asarray(x) for name, x in point.items()}


def define(name: str, function: Function, wrt: str, inputs: Callable[..., Inputs], formula: str, **fields: Any) -> Case:
    """A case whose derivative is the oracle's own; hard points are of the full tier, for which JAX compiles them."""
    function.__doc__ = formula
    fields = {"source": SOURCE, "tier": "full" if fields.get("tags") else "core", **fields}
    made = case(name=name, wrt=wrt.split(), **fields)(function)
    made.inputs(inputs)
    return made
