"""What the families of probability share: closed forms of rows, and points."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from adbench.case import Bounds, case

Shape = tuple[int, ...]
Inputs = dict[str, Any]
Sizes = dict[str, dict[str, Any]]
DENSITIES = "lecture notes 004, probability density functions"
MOMENTS = "lecture notes 004, expectation and variance"
ENTROPIES = "lecture notes 004, Shannon entropy, cross entropy and KL divergence"
NORMS = "lecture notes 000, Q25"
BAYES = "lecture notes 004, naïve Bayes classifier"
F64 = ("float64",)
HAZARD = ("hazard",)
POSITIVE: Bounds = (0.0, None)
PROBABILITY: Bounds = (0.0, 1.0)


# Closed forms


def spread(xp: Any, partial: Any, x: Any) -> Any:
    """J[o, i] = partial[o] · [entry o of the broadcast x is x[i]]."""
    i = np.arange(math.prod(x.shape)).reshape(x.shape)
    o = np.broadcast_to(i, partial.shape).reshape(partial.shape + (1,) * x.ndim)
    return xp.reshape(partial, o.shape) * xp.asarray((o == i).astype(np.float64), dtype=x.dtype)


def by_rows(xp: Any, partial: Any, x: Any) -> Any:
    """The Jacobian of a sum over the last axis, from ∂y[o]/∂x[o, i], where x may be one row for all."""
    if x.ndim == partial.ndim:
        leading = partial.shape[:-1]
        members = np.eye(math.prod(leading)).reshape(leading * 2 + (1,))
        return xp.asarray(members, dtype=x.dtype) * xp.reshape(partial, leading + (1,) * len(leading) + (-1,))
    return partial


def fixed(**point: Any) -> Callable[..., Inputs]:
    return lambda rng: {name: np.asarray(x) for name, x in point.items()}


def simplex(rng: Any, shape: Shape) -> Any:
    """Rows of probabilities, none of them small."""
    weights = rng.uniform(0.5, 2.0, shape)
    return weights / weights.sum(axis=-1, keepdims=True)


def define(
    name: str,
    function: Callable[..., Any],
    partials: Mapping[str, Callable[..., Any]],
    place: Callable[..., Any],
    inputs: Callable[..., Inputs],
    **fields: Any,
) -> None:
    """A case whose Jacobian by each input is its partial derivative, put in place by `spread` or `by_rows`."""
    made = case(name=name, wrt=tuple(partials), **fields)(function)
    made.inputs(inputs)
    for wrt, partial in partials.items():
        made.jacobian(wrt)(_placed(place, partial, wrt))


def _placed(place: Callable[..., Any], partial: Callable[..., Any], wrt: str) -> Callable[..., Any]:
    return lambda xp, **inputs: place(xp, partial(xp, **inputs), inputs[wrt])
