"""Moments of a discrete variable: the values x, or one row of values for all, and their probabilities p."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adbench.cases.probability.common import F64, HAZARD, MOMENTS, PROBABILITY, Sizes, by_rows, define, fixed, simplex

from adbench.case import case


def expectation(xp, x, p):
    """E[X] = Σ x p; x (4,), p (4,) or (2, 4)."""
    return xp.sum(x * p, axis=-1)


def expectation_of_square(xp, x, p):
    """E[X²] = Σ x² p; x (4,), p (4,) or (2, 4)."""
    return xp.sum(x * x * p, axis=-1)


def variance(xp, x, p):
    """E[(X − E[X])²]; x (4,), p (4,) or (2, 4)."""
    mean = xp.sum(x * p, axis=-1, keepdims=True)
    return xp.sum((x - mean) ** 2 * p, axis=-1)


def variance_by_moments(xp, x, p):
    """E[X²] − E[X]²; x (4,), p (4,) or (2, 4)."""
    return xp.sum(x * x * p, axis=-1) - xp.sum(x * p, axis=-1) ** 2


def mean_of(xp, x, p):
    return xp.sum(x * p, axis=-1, keepdims=True)


def missing(xp, x, p):
    """Σ (x − E[X]) p, which is 0 where the probabilities add up to 1, but for rounding."""
    return xp.sum((x - mean_of(xp, x, p)) * p, axis=-1, keepdims=True)


DISCRETE: dict[str, tuple[Callable[..., Any], dict[str, Callable[..., Any]]]] = {
    "expectation": (
        expectation,
        {"x": lambda xp, x, p: p, "p": lambda xp, x, p: xp.ones_like(p) * x},
    ),
    "expectation_of_square": (
        expectation_of_square,
        {"x": lambda xp, x, p: 2 * x * p, "p": lambda xp, x, p: xp.ones_like(p) * x * x},
    ),
    "variance": (
        variance,
        {
            "x": lambda xp, x, p: 2 * p * (x - mean_of(xp, x, p) - missing(xp, x, p)),
            "p": lambda xp, x, p: (x - mean_of(xp, x, p)) ** 2 - 2 * x * missing(xp, x, p),
        },
    ),
    "variance_by_moments": (
        variance_by_moments,
        {
            "x": lambda xp, x, p: 2 * p * (x - mean_of(xp, x, p)),
            "p": lambda xp, x, p: x * (x - 2 * mean_of(xp, x, p)),
        },
    ),
}
ROWS: Sizes = {"small": {"shape": (4,)}, "batch": {"shape": (2, 4)}}


def discrete_inputs(rng, shape):
    return {"x": rng.standard_normal(shape[-1]), "p": simplex(rng, shape)}


for name, (function, partials) in DISCRETE.items():
    fields = {"source": MOMENTS, "domain": {"p": PROBABILITY}}
    define(name, function, partials, by_rows, discrete_inputs, sizes=ROWS, **fields)
OFFSET = fixed(x=[1e6 + 1, 1e6 - 2, 1e6 + 0.5, 1e6], p=[0.125, 0.25, 0.5, 0.125])
for name in ("variance", "variance_by_moments"):
    function, partials = DISCRETE[name]
    define(f"{name}_offset", function, partials, by_rows, OFFSET, dtypes=F64, tags=HAZARD, source=MOMENTS)


@case(wrt=("X",), sizes={"small": {"m": 4}, "two": {"m": 2}}, source="lecture notes 004, random vectors")
def covariance(xp, X):
    """Σ = (X − x̄)ᵀ(X − x̄)/(m − 1) of a sample; X (m, 3)."""
    centred = X - xp.mean(X, axis=0)
    return centred.T @ centred / (X.shape[0] - 1)


@covariance.jacobian("X")
def _(xp, X):
    centred, unit = X - xp.mean(X, axis=0), xp.eye(X.shape[1], dtype=X.dtype)
    half = xp.einsum("ac,kb->abkc", unit, centred) / (X.shape[0] - 1)
    return half + xp.permute_dims(half, (1, 0, 2, 3))


covariance.inputs(lambda rng, m: {"X": rng.standard_normal((m, 3))})


@case(wrt=("X", "p"), domain={"p": PROBABILITY}, source="lecture notes 004, random vectors")
def covariance_of_distribution(xp, X, p):
    """Σ = E[XXᵀ] − μμᵀ, μ = E[X]; the values X (4, 3), their probabilities p (4,)."""
    mean = p @ X
    return X.T @ (p[:, None] * X) - mean[:, None] * mean


@covariance_of_distribution.jacobian("X")
def _(xp, X, p):
    unit = xp.eye(X.shape[1], dtype=X.dtype)
    half = xp.einsum("k,ac,kb->abkc", p, unit, X - p @ X)
    return half + xp.permute_dims(half, (1, 0, 2, 3))


@covariance_of_distribution.jacobian("p")
def _(xp, X, p):
    crossed = xp.einsum("ka,b->abk", X, p @ X)
    return xp.einsum("ka,kb->abk", X, X) - crossed - xp.permute_dims(crossed, (1, 0, 2))


covariance_of_distribution.inputs(lambda rng: {"X": rng.standard_normal((4, 3)), "p": simplex(rng, (4,))})
