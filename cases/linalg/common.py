"""What the families of matrix functions share: differentials, and how matrices are drawn."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from adbench.case import Case, case

NOTES = "lecture notes 003, matrix calculus"
STANDARD = "array API standard 2024.12, linear algebra extension"
PERTURBATION = "Giles, An extended collection of matrix derivative results (2008)"
F64 = ("float64",)
HAZARD = ("hazard",)
Inputs = dict[str, Any]


# Closed forms


def T(xp, X):  # noqa: N802 — as mathematics writes it
    return xp.matrix_transpose(X)


def sym(xp, A):
    """The symmetric part, so that a function of symmetric matrices has an input without constraints."""
    return (A + T(xp, A)) / 2


def eye(xp, like, axis=-1):
    return xp.eye(like.shape[axis], dtype=like.dtype)


def tr(xp, X):
    return xp.linalg.trace(X)


def of_units(xp, x, differential):
    """J from the image of every unit array: the directions lie along a new first axis."""
    size = math.prod(x.shape)
    columns = differential(xp.reshape(xp.eye(size, dtype=x.dtype), (size, *x.shape)))
    y_axes = tuple(range(1, columns.ndim))
    return xp.reshape(xp.permute_dims(columns, (*y_axes, 0)), columns.shape[1:] + x.shape)


def inputs_of(value: Any) -> Callable[..., Inputs]:
    """An inputs function: of a function of `rng`, or the same point every time."""
    return value if callable(value) else lambda rng: {name: np.asarray(x) for name, x in value.items()}


def define(
    name: str,
    function: Callable[..., Any],
    differentials: Mapping[str, Callable[..., Any]],
    inputs: Any,
    formula: str,
    **fields: Any,
) -> Case:
    """A case whose Jacobian by each input is that of `differential(xp, dX, **inputs)`, linear in a stack of dX."""

    def closed_form(wrt: str) -> Callable[..., Any]:
        return lambda xp, **x: of_units(xp, x[wrt], lambda units: differentials[wrt](xp, units, **x))

    function.__doc__ = formula
    made = case(name=name, wrt=tuple(differentials), **{"source": STANDARD, **fields})(function)
    made.inputs(inputs_of(inputs))
    for wrt in differentials:
        made.jacobian(wrt)(closed_form(wrt))
    return made


# Inputs


def normal(**shapes: tuple[int, ...]) -> Callable[..., Inputs]:
    return lambda rng: {name: rng.standard_normal(shape) for name, shape in shapes.items()}


def regular(*shape: int, **others: tuple[int, ...]) -> Callable[..., Inputs]:
    """A matrix X, or a stack, with singular values from 1 to 2, and normal numbers."""

    def draw(rng):
        return {"X": with_values(rng, shape, np.linspace(1.0, 2.0, min(shape[-2:]))), **normal(**others)(rng)}

    return draw


def ill_conditioned(n: int, **others: tuple[int, ...]) -> Callable[..., Inputs]:
    """A matrix X of condition 1e8."""
    return lambda rng: {"X": with_values(rng, (n, n), np.geomspace(1.0, 1e-8, n)), **normal(**others)(rng)}


def with_values(rng: Any, shape: tuple[int, ...], values: np.ndarray) -> np.ndarray:
    """Matrices with these singular values."""
    u, _, vt = np.linalg.svd(rng.standard_normal(shape), full_matrices=False)
    return (u * values) @ vt


def symmetric(n: int, values: Any, stack: tuple[int, ...] = ()) -> Callable[..., Inputs]:
    """A matrix X, not symmetric, whose symmetric part has these eigenvalues."""

    def draw(rng):
        q = np.linalg.qr(rng.standard_normal((*stack, n, n)))[0]
        skew = rng.standard_normal((*stack, n, n))
        return {"X": (q * np.asarray(values)) @ q.swapaxes(-1, -2) + (skew - skew.swapaxes(-1, -2)) / 2}

    return draw
