"""Which entries of a Jacobian may be nonzero, and the few directions along which all of them are found.

Columns of which no two meet in a row can share a colour: the derivative along the sum of their unit vectors holds, in
each row, the entry of the one that is there. So a Jacobian costs forward mode as many passes as there are colours,
however many columns it has; and reverse mode, if rows share colours, however many rows.

    J = | a . b |      with columns 0 and 1 of one colour, and 2 of another:      J (e₀ + e₁, e₂) = | a b |
        | . c d |                                                                                  | c d |

Source: Curtis, Powell & Reid, On the estimation of sparse Jacobian matrices (1974); Gebremedhin, Manne & Pothen,
What color is your Jacobian? Graph coloring for computing derivatives (2005).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

import numpy as np

from adbench.case import Case, Inputs
from adbench.errors import InvalidCase
from adbench.parts import is_complex

Shape = tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Structure:
    """The entries of a Jacobian that may be nonzero, with a colouring of its columns, or of its rows.

    Attributes:
        rows, columns: (nonzeros,) their places. Rows count the entries of the output, columns those of all inputs of
            `wrt`, one input after the other.
        by_columns: whether columns share colours, for forward mode; else rows do, for reverse mode.
        colours: of every column, or of every row; integers from 0.
        shapes: of the inputs of `wrt`.  output_shape: of the output.
    """

    rows: np.ndarray
    columns: np.ndarray
    by_columns: bool
    colours: np.ndarray
    shapes: tuple[Shape, ...]
    output_shape: Shape

    @property
    def count(self) -> int:
        """Number of colours: of the passes that the Jacobian takes."""
        return int(self.colours.max()) + 1

    def seeds(self, dtype: str) -> Any:
        """The sum of the unit vectors of each colour, along a first axis: tangents, an array an input, or cotangents.

        Returns:
            Where columns share colours, a tuple of arrays of shape (count, *input.shape); else one array, of shape
            (count, *output.shape).
        """
        whole = (self.colours == np.arange(self.count)[:, None]).astype(dtype)
        if not self.by_columns:
            return whole.reshape(self.count, *self.output_shape)
        parts = np.split(whole, np.cumsum([math.prod(shape) for shape in self.shapes])[:-1], axis=1)
        return tuple(part.reshape(self.count, *shape) for part, shape in zip(parts, self.shapes, strict=True))

    def sharing(self, colour: int) -> str:
        """The first columns, or rows, of a colour, for messages: `columns 0, 3, 6, 9, …`."""
        lines = np.flatnonzero(self.colours == colour)
        shown = ", ".join(map(str, lines[:4])) + (", …" if lines.size > 4 else "")
        return f"{'columns' if self.by_columns else 'rows'} {shown}"

    @property
    def found(self) -> tuple[np.ndarray, np.ndarray]:
        """Where the entries lie in a compressed Jacobian of shape (count, rows), or (count, columns) by rows."""
        if self.by_columns:
            return self.colours[self.columns], self.rows
        return self.colours[self.rows], self.columns


def structure_of(case: Case, inputs: Inputs, *, by_columns: bool = False) -> Structure:
    """What a case declares of its Jacobian at these inputs, coloured for the mode that takes fewer passes.

    Args:
        by_columns: colour columns in any event, for who has forward mode alone.
    Raises:
        InvalidCase: it declares nothing, places that are not in the Jacobian, or one twice.
    """
    if case.structure is None:
        raise InvalidCase(f"{case.where}: declares no structure (decorate one with @{case.function.__name__}.sparsity)")
    like = case.output_like(inputs)
    if any(map(is_complex, (like, *inputs.values()))):
        raise InvalidCase(f"{case.where}: declares the structure of its Jacobian, which only real cases do")
    shapes = tuple(inputs[name].shape for name in case.wrt)
    rows, columns = _checked(case, case.structure(**inputs), (like.size, sum(map(math.prod, shapes))))
    colours = colour(columns, rows, sum(map(math.prod, shapes)))
    by_rows = False
    # A column takes as many colours of rows as it has entries, which mostly decides it.
    if not by_columns and np.bincount(columns).max() <= colours.max():
        of_rows = colour(rows, columns, like.size)
        if by_rows := bool(of_rows.max() < colours.max()):
            colours = of_rows
    return Structure(
        rows=rows, columns=columns, by_columns=not by_rows, colours=colours, shapes=shapes, output_shape=like.shape
    )


def _checked(case: Case, declared: Any, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    rows, columns = (np.asarray(places) for places in declared)
    if rows.dtype.kind not in "iu" or columns.dtype.kind not in "iu" or rows.ndim != 1 or rows.shape != columns.shape:
        raise InvalidCase(f"{case.where}: its structure must be two lists of integers, of equal length: rows, columns")
    if rows.size == 0:
        raise InvalidCase(f"{case.where}: its structure declares no entry at all")
    outside = (rows < 0) | (rows >= shape[0]) | (columns < 0) | (columns >= shape[1])
    if outside.any():
        place = [int(rows[outside][0]), int(columns[outside][0])]
        raise InvalidCase(f"{case.where}: its structure declares entry {place} of a Jacobian of shape {shape}")
    places, counts = np.unique(rows * shape[1] + columns, return_counts=True)
    if (counts > 1).any():
        place = [int(i) for i in divmod(places[counts > 1][0], shape[1])]
        raise InvalidCase(f"{case.where}: its structure declares entry {place} twice")
    return rows, columns


def colour(lines: np.ndarray, crossings: np.ndarray, count: int) -> np.ndarray:
    """The lowest colour for each of `count` lines, in order, that no line has which it meets at a crossing.

    Args:
        lines, crossings: (nonzeros,) at which crossing each line has an entry.
    Returns:
        Integers from 0, shape (count,).
    """
    order = np.argsort(lines, kind="stable")
    starts, met = np.searchsorted(lines[order], np.arange(count + 1)), crossings[order].tolist()
    taken = [0] * (int(crossings.max()) + 1)  # the colours that are at each crossing, as the bits of a number
    colours = np.zeros(count, dtype=np.int64)
    for line in range(count):
        here = met[starts[line] : starts[line + 1]]
        forbidden = reduce(or_, (taken[i] for i in here), 0)
        lowest = ~forbidden & (forbidden + 1)
        for i in here:
            taken[i] |= lowest
        colours[line] = lowest.bit_length() - 1
    return colours
