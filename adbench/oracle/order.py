"""Sorting and searching: by the balls' values, Undecided where they do not decide."""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import cmp_to_key
from typing import Any

import numpy as np

from adbench.oracle.arrays import elementwise, jets
from adbench.oracle.elementwise import booleans
from adbench.oracle.jet import Jet


def argsort(x: Any, /, *, axis: int = -1, descending: bool = False, stable: bool = True) -> Any:
    """Where the entries in ascending order stand, constants that are equal in their own order.

    Raises:
        Undecided: two entries tie, and a derivative is asked for.
    """
    rows = np.moveaxis(jets(x), axis, -1)
    made = np.empty(rows.shape, dtype=np.int64)
    for index in np.ndindex(rows.shape[:-1]):
        made[index] = _order_of(list(rows[index]), descending)
    return np.moveaxis(made, -1, axis)


def _order_of(row: list[Jet], descending: bool) -> list[int]:
    def compare(i: int, j: int) -> int:
        above = int(row[i] > row[j]) - int(row[i] < row[j])
        return -above if descending else above

    return sorted(range(len(row)), key=cmp_to_key(compare))


def sort(x: Any, /, *, axis: int = -1, descending: bool = False, stable: bool = True) -> Any:
    """The entries in ascending order."""
    return np.take_along_axis(jets(x), argsort(x, axis=axis, descending=descending), axis=axis)


def _extreme(better: Callable[[Jet, Jet], bool]) -> Callable[..., Any]:
    """Where the extreme entry stands, the first of equal constants."""

    def of_row(row: np.ndarray) -> int:
        best = 0
        for i in range(1, len(row)):
            best = i if better(row[i], row[best]) else best
        return best

    def find(x: Any, /, *, axis: int | None = None, keepdims: bool = False) -> Any:
        x = jets(x)
        rows = x.reshape(-1) if axis is None else np.moveaxis(x, axis, -1)
        if rows.shape[-1] == 0:
            raise ValueError("the place of the extreme of nothing")
        made = np.array([of_row(rows[i]) for i in np.ndindex(rows.shape[:-1])], dtype=np.int64).reshape(rows.shape[:-1])
        if not keepdims:
            return made[()]
        return made.reshape((1,) * x.ndim) if axis is None else np.expand_dims(made, axis)

    return find


def searchsorted(x1: Any, x2: Any, /, *, side: str = "left", sorter: Any = None) -> Any:
    """Where the entries of x2 belong among those of x1, which ascend."""
    row = jets(x1)[slice(None) if sorter is None else np.asarray(sorter, dtype=np.int64)]
    below: Callable[[Jet, Jet], Any] = operator.lt if side == "left" else operator.le

    def place(b: Jet) -> int:
        return sum(bool(below(a, b)) for a in row)

    return np.asarray(elementwise(place, 1)(jets(x2)), dtype=np.int64)[()]


ORDER: dict[str, Callable[..., Any]] = {
    "argsort": argsort,
    "sort": sort,
    "argmax": _extreme(lambda a, b: a > b),
    "argmin": _extreme(lambda a, b: a < b),
    "searchsorted": searchsorted,
    "nonzero": lambda x, /: np.nonzero(booleans(x)),
}
