"""How times grow with the input: exponents, by Theil and Sen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from adbench.timing.intervals import Interval
from adbench.timing.pool import Group, Times


@dataclass(frozen=True, kw_only=True)
class Entries:
    """How large a case is at a size.

    Attributes:
        inputs: entries of all inputs.
        columns, rows: of the Jacobian: entries of the inputs differentiated by, and of the output.
    """

    inputs: int
    columns: int
    rows: int


Sizes = Callable[[str, str], Entries | None]  # of a case and a size; None of one that is not known


@dataclass(frozen=True, kw_only=True)
class Exponent:
    """The p of time ∝ entriesᵖ of one operator of one backend.

    Attributes:
        group: with the largest size.
        sizes: how many there are.
        overall: Theil–Sen's over all sizes.
        last: between the two largest, where overhead weighs least.
    """

    group: Group
    backend: str
    sizes: int
    overall: Interval
    last: Interval


def theil_sen(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The median of the slopes between all pairs of points; 29 wild points in 100 do not carry it away.

    Args:
        x: shape (n,), with at least two different values.
        y: shape (n, k).
    Returns:
        The slopes, shape (k,).
    Source: Sen, Estimates of the regression coefficient based on Kendall's tau (1968).
    """
    i, j = np.triu_indices(len(x), 1)
    different = x[i] != x[j]
    i, j = i[different], j[different]
    slopes: np.ndarray = np.median((y[j] - y[i]) / (x[j] - x[i])[:, None], axis=0)
    return slopes


def exponents(times: Times, sizes: Sizes) -> list[Exponent]:
    """An exponent of everything that was timed at two sizes or more, the function itself too, and conforms."""
    return [_exponent(times, backend, points) for backend, points in _lines(times, sizes)]


def _exponent(times: Times, backend: str, points: list[tuple[int, int]]) -> Exponent:
    x = np.log([inputs for inputs, _ in points])
    logs = times.estimates[[row for _, row in points]]
    ends = [int(np.flatnonzero(x < x[-1])[-1]), len(x) - 1]
    return Exponent(
        group=times.cells[points[-1][1]].group,
        backend=backend,
        sizes=len(set(x)),
        overall=logs.through(lambda y: theil_sen(x, y)).intervals()[0],
        last=logs[ends].through(lambda y: theil_sen(x[ends], y)).intervals()[0],
    )


def _lines(times: Times, sizes: Sizes) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """For each case, operator and backend: entries of the inputs and the row, the smallest first."""
    lines: dict[tuple[Group, str], list[tuple[int, int]]] = {}
    for row, pooled in enumerate(times.cells):
        if pooled.conforms and (entries := sizes(pooled.group.case, pooled.group.size)):
            lines.setdefault((pooled.group._replace(size=""), pooled.backend), []).append((entries.inputs, row))
    for (_, backend), points in lines.items():
        if len({inputs for inputs, _ in points}) > 1:
            yield backend, sorted(points)
