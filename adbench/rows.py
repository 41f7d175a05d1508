"""Tables of functions that only some libraries have: a row is the library's own, its definition and its operands."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from adbench.case import DTYPES, Array, Bounds, Case, case

Definition = Callable[..., Array]
Span = tuple[float, float]


class Operand(NamedTuple):
    """How an operand is drawn, where it may lie, and whether one differentiates by it."""

    draw: Callable[[np.random.Generator], np.ndarray]
    domain: Bounds = (None, None)
    differentiated: bool = True


def between(low: float, high: float, *shape: int, domain: Bounds = (None, None)) -> Operand:
    """Numbers of a uniform distribution."""
    return Operand(lambda rng: rng.uniform(low, high, shape), domain)


def real(*shape: int) -> Operand:
    """Numbers of both signs, none of them near 0."""
    return Operand(lambda rng: rng.uniform(0.3, 1.5, shape) * rng.choice([-1.0, 1.0], shape))


def positive(*shape: int) -> Operand:
    """Numbers from a half to 2, of functions that take positive ones alone."""
    return between(0.5, 2.0, *shape, domain=(0.0, None))


def apart(*shape: int) -> Operand:
    """Numbers from −2 to 2 of which no two are near each other, and none near an integer or a half of one."""
    size = math.prod(shape)

    def draw(rng: np.random.Generator) -> np.ndarray:
        places = (rng.permutation(size) + rng.uniform(0.35, 0.65, size)) / max(size, 1) * 4 - 2
        steps = np.floor(2 * places)
        inside = 0.1 + 0.8 * (2 * places - steps)  # of the half in which it lies: order is kept
        return np.reshape((steps + inside) / 2, shape)

    return Operand(draw)


def dominant(*shape: int) -> Operand:
    """Square matrices, not symmetric, whose diagonals outweigh the rest: they are well conditioned."""
    n = shape[-1]
    return Operand(lambda rng: rng.uniform(-0.5, 0.5, shape) + np.diag(np.arange(n) + n / 2 + 1.0))


def complex_(*shape: int) -> Operand:
    """Complex numbers of no small modulus, none of them next to an axis."""

    def draw(rng: np.random.Generator) -> np.ndarray:
        parts = rng.uniform(0.3, 1.5, (2, *shape)) * rng.choice([-1.0, 1.0], (2, *shape))
        return np.asarray(parts[0] + 1j * parts[1])

    return Operand(draw)


def fixed(values: Any) -> Operand:
    """The same numbers every time."""
    return Operand(lambda rng: np.array(values))


def constant(values: Any) -> Operand:
    """The same numbers every time, by which nobody differentiates: indices, conditions, orders."""
    return fixed(values)._replace(differentiated=False)


def table(api: str, source: str, dtypes: tuple[str, ...] = DTYPES) -> Callable[..., Case]:
    """The function that adds a row to the family of the file whose lambdas it is given.

    Args:
        api: as in `Case.native`.
        source, dtypes: of its cases, where a row names no dtypes of its own.
    """

    def row(
        name: str,
        formula: str,
        native: Definition,
        definition: Definition,
        *,
        dtypes: tuple[str, ...] = dtypes,
        **operands: Operand,
    ) -> Case:
        """A case of the library's own `native(api, **operands)`, judged by `definition(xp, **operands)`."""
        definition.__doc__ = formula
        made = case(
            name=name,
            wrt=[n for n, operand in operands.items() if operand.differentiated],
            source=source,
            dtypes=dtypes,
            domain={n: operand.domain for n, operand in operands.items() if operand.domain != (None, None)},
            native={api: native},
        )(definition)
        made.inputs(lambda rng: {n: operand.draw(rng) for n, operand in operands.items()})
        return made

    return row
