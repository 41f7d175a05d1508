"""What the families of complex functions share: differentials, how numbers are drawn, and hard points."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, NamedTuple

import numpy as np

from adbench.case import case

STANDARD = "array API standard 2024.12"
F64 = ("float64",)
Inputs = dict[str, Any]
Shape = tuple[int, ...]
Function = Callable[..., Any]


# Closed forms


def of_units(xp, x, differential, *, complex_input, complex_output):
    """The real Jacobian from the image of every unit array, and of i times each, along a new first axis."""
    size = math.prod(x.shape)
    units = xp.reshape(xp.eye(size, dtype=x.dtype), (size, *x.shape))
    blocks = []
    for y in (differential(units), differential(1j * units)) if complex_input else (differential(units),):
        if complex_output:
            y = xp.stack([xp.real(y), xp.imag(y)], axis=-1)
        blocks.append(xp.reshape(xp.permute_dims(y, (*range(1, y.ndim), 0)), y.shape[1:] + x.shape))
    return xp.stack(blocks, axis=-1) if complex_input else blocks[0]


def define(
    name: str,
    function: Function,
    differentials: Mapping[str, Function | None],
    inputs: Any,
    formula: str,
    *,
    real: bool = False,
    **fields: Any,
) -> None:
    """A case whose derivative by each input is that of `differential(xp, dz, **inputs)`; None leaves it to the oracle.

    Args:
        real: whether the output is.
    """

    @wraps(function)
    def own(*arguments: Any, **named: Any) -> Any:  # with a docstring of its own: rows share functions
        return function(*arguments, **named)

    own.__doc__ = formula
    made = case(name=name, wrt=tuple(differentials), **{"source": STANDARD, **fields})(own)
    made.inputs(inputs if callable(inputs) else lambda rng: {key: np.asarray(x) for key, x in inputs.items()})

    def closed_form(wrt: str, differential: Function) -> Function:
        def jacobian(xp: Any, **x: Any) -> Any:
            pair = made.make_inputs("small")[wrt].dtype.kind == "c"  # which a ball does not tell
            return of_units(
                xp, x[wrt], lambda units: differential(xp, units, **x), complex_input=pair, complex_output=not real
            )

        return jacobian

    for wrt, differential in differentials.items():
        if differential is not None:
            made.jacobian(wrt)(closed_form(wrt, differential))


def H(xp, A):  # noqa: N802 — as mathematics writes it
    return xp.conj(xp.matrix_transpose(A))


def hermitian(xp, Z):
    """The Hermitian part, so that a function of Hermitian matrices has an input without constraints."""
    return (Z + H(xp, Z)) / 2


def inner(xp, z, dz):
    """Re z̄ dz, the differential of |z|²/2."""
    return xp.real(xp.conj(z) * dz)


# Inputs: z, w, v complex, capitals for matrices; x, y, a, b and θ real.


def normal(rng: Any, shape: Shape, pair: bool = True) -> Any:
    """Normal numbers, complex or real."""
    x = rng.standard_normal(shape)
    return x + 1j * rng.standard_normal(shape) if pair else x


def drawn(**shapes: Shape) -> Callable[..., Inputs]:
    return lambda rng: {name: normal(rng, shape, name[0] in "zwvZWV") for name, shape in shapes.items()}


def quadrants(rng: Any) -> Inputs:
    """A number in each quadrant, and one of them twice."""
    signs = np.array([1 + 1j, -1 + 1j, -1 - 1j, 1 - 1j, 1 + 1j])
    re, im = rng.uniform(0.3, 1.5, (2, 5))
    return {"z": signs.real * re + 1j * signs.imag * im}


# Hard points


class At(NamedTuple):
    """Points, and tags."""

    points: tuple[complex, ...]
    tags: tuple[str, ...]


def at(*points: complex) -> At:
    return At(points, ())


def trap(*points: complex) -> At:
    """Points that a formula in use is known to fail at."""
    return At(points, ("hazard",))


HUGE, TINY = trap(1e200 + 1e200j, -3e200 + 1e190j), trap(1e-200 + 1e-200j, 1e-190 - 3e-200j)


def define_at(name: str, function: Function, differential: Function, place: At, formula: str, **fields: Any) -> None:
    """The case of a function of z at points, in float64; of the full tier, for which JAX compiles it."""
    told = f"{formula}, at {', '.join(f'{p:.3g}' for p in place.points)}."
    inputs = {"z": np.array(place.points)}
    define(name, function, {"z": differential}, inputs, told, dtypes=F64, tags=place.tags, tier="full", **fields)
