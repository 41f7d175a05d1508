"""What NumPy's own functions share: rows, how inputs are drawn, and masks."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from adbench.case import DTYPES, case

Shape = tuple[int, ...]
Function = Callable[..., Any]
NUMPY = "NumPy reference, routines"
F64 = ("float64",)
constant = np.array  # not the library's own, whose arrays are traced where it compiles
LINE, FEW, TABLE, BLOCK = (5,), (3,), (3, 4), (2, 3, 4)
MASK = np.array([[True, False, True, False], [False, True, True, True], [True, True, False, False]])


def row(
    name: str,
    inputs: dict[str, Any],
    native: Function,
    definition: Function,
    /,
    wrt: tuple[str, ...] = (),
    trap: bool = False,
    dtypes: tuple[str, ...] = DTYPES,
) -> None:
    """The case of a call and its definition, by all inputs where `wrt` names none; inputs are shapes, or draw."""
    shown = ", ".join(f"{n} {shape}" for n, shape in inputs.items() if isinstance(shape, tuple))
    what = f"y = {name.replace('_', ' ')} of {', '.join(inputs)}"
    definition.__doc__ = f"{what}{'; ' if shown else ''}{shown}."
    made = case(
        name=name,
        wrt=wrt or inputs,
        native={"numpy": native},
        source=NUMPY,
        dtypes=dtypes,
        tags=("hazard",) if trap else (),
        tier="full",  # JAX takes minutes to compile them all
    )(definition)
    made.inputs(lambda rng: {n: drawn(rng, s) if isinstance(s, tuple) else s(rng) for n, s in inputs.items()})


def drawn(rng: Any, shape: Shape) -> Any:
    """Numbers of both signs, no two of one magnitude, none of them small."""
    size = math.prod(shape)
    magnitudes = 0.5 + (rng.permutation(size) + rng.uniform(0.25, 0.75, size)) / max(size, 1)
    return (magnitudes * rng.choice([-1.0, 1.0], size)).reshape(shape)


def between(low: float, high: float, *shape: int) -> Function:
    """Numbers from a span."""
    return lambda rng: rng.uniform(low, high, shape)


def point(*entries: Any) -> Function:
    """Given numbers."""
    return lambda rng: np.array(entries)


def with_nan(np: Any, x: Any) -> Any:
    return np.where(MASK, x, np.nan)


def sorted_rows(xp: Any, x: Any) -> list[Any]:
    """Of each row the entries in the mask in ascending order."""
    return [xp.sort(x[i][MASK[i]]) for i in range(3)]


def flat(x: Any) -> Any:
    return x.reshape((-1,))


def pi(xp: Any, like: Any) -> Any:
    return 4 * xp.atan(xp.ones((), dtype=like.dtype))
