"""Several arrays as one: a factorisation gives several, and a primitive one, so they travel stacked as rows.

A derivative of one of them then costs zeros for the others, and the factorisation is computed once.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from adbench.engine.core import Array
from adbench.engine.rules.indexing import getitem
from adbench.engine.rules.shape import concat, expand_dims


def packed(*parts: Array) -> Array:
    """Matrices with the same number of columns, stacked."""
    return concat(parts, axis=-2)


def unpacked(whole: Array, rows: Sequence[int]) -> list[Array]:
    """The parts of `whole`, of so many rows each."""
    ends = np.cumsum([0, *rows])
    return [getitem(whole, (..., slice(i, j), slice(None))) for i, j in itertools.pairwise(ends)]


def row(x: Array) -> Array:
    """Vectors as matrices of one row."""
    return expand_dims(x, -2)


def vector(x: Array) -> Array:
    """Matrices of one row as vectors."""
    return getitem(x, (..., 0, slice(None)))
