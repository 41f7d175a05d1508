"""Reductions over one axis, several or all, and the running and differencing functions along one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from adbench.errors import Undecided
from adbench.oracle import functions
from adbench.oracle.arrays import Axis, elementwise, jets, rows_of
from adbench.oracle.dual import ground
from adbench.oracle.elementwise import booleans
from adbench.oracle.jet import jet


def reduction(of_rows: Callable[[np.ndarray], Any]) -> Callable[..., Any]:
    """A reduction over axes, from one over the last axis."""

    def reduce(x: Any, /, *, axis: Axis = None, keepdims: bool = False, dtype: Any = None) -> Any:
        rows, axes = rows_of(x, axis)
        y = np.asarray(of_rows(rows), dtype=object)
        return np.expand_dims(y, tuple(axes)) if keepdims else y[()]

    return reduce


sum_ = reduction(lambda rows: jets(np.add.reduce(rows, axis=-1)))
prod = reduction(lambda rows: jets(np.multiply.reduce(rows, axis=-1)))
max_ = reduction(lambda rows: elementwise(functions.maximum, 2).reduce(rows, axis=-1))
min_ = reduction(lambda rows: elementwise(functions.minimum, 2).reduce(rows, axis=-1))
mean = reduction(lambda rows: _ratio(rows, rows.shape[-1]))


def _ratio(rows: np.ndarray, count: float) -> np.ndarray:
    """Sums of rows over a count; not a number where that is 0."""
    total = jets(np.add.reduce(rows, axis=-1))
    return total / jet(count) if count else jets(np.full(total.shape, np.nan))


def var(x: Any, /, *, axis: Axis = None, correction: float = 0.0, keepdims: bool = False) -> Any:
    """Σ (x − x̄)² / (n − correction)."""

    def of_rows(rows: np.ndarray) -> np.ndarray:
        n = rows.shape[-1]
        centred = rows - _ratio(rows, n)[..., None]
        return _ratio(elementwise(functions.square, 1)(centred), max(n - correction, 0))

    return reduction(of_rows)(x, axis=axis, keepdims=keepdims)


def std(x: Any, /, *, axis: Axis = None, correction: float = 0.0, keepdims: bool = False) -> Any:
    """√var.

    Raises:
        Undecided: of a constant vector, where a derivative is asked for.
    """
    rows = rows_of(x, axis)[0]
    if rows.shape[-1] == 1 and correction < 1:  # 0 whatever the number, and the root of var has no derivative there
        return jets(var(x, axis=axis, keepdims=keepdims)) * 0
    for index in np.ndindex(rows.shape[:-1] if rows.size else (0,)):
        row = rows[index]
        balls = [ground(e).value for e in row]
        constant = all(ball.is_exact() and ball == balls[0] for ball in balls)
        if constant and not all(e.is_constant for e in row):
            raise Undecided(f"std of {row.size} times {balls[0]}: the inputs lie at a kink")
    return elementwise(functions.sqrt, 1)(var(x, axis=axis, correction=correction, keepdims=keepdims))


def _running(step: Callable[[Any, Any], Any], start: int) -> Callable[..., Any]:
    def run(x: Any, /, *, axis: int | None = None, include_initial: bool = False, dtype: Any = None) -> Any:
        x = jets(x)
        if axis is None and x.ndim != 1:
            raise ValueError(f"axis must be given for an array of {x.ndim} dimensions")
        x = np.moveaxis(x, 0 if axis is None else axis, 0)
        made = [jets(np.full(x.shape[1:], start))] if include_initial else []
        for i, row in enumerate(x):
            made.append(step(made[-1], row) if i else row)
        joined = np.stack([jets(m) for m in made]) if made else x
        return np.moveaxis(joined, 0, 0 if axis is None else axis)

    return run


cumulative_sum = _running(np.add, 0)
cumulative_prod = _running(np.multiply, 1)


def diff(x: Any, /, *, axis: int = -1, n: int = 1, prepend: Any = None, append: Any = None) -> Any:
    """Differences of neighbours along an axis, n times."""
    ends = (prepend, jets(x), append)
    y = np.concatenate([jets(part) for part in ends if part is not None], axis=axis)
    for _ in range(n):
        y = np.moveaxis(y, axis, 0)
        y = np.moveaxis(y[1:] - y[:-1], 0, axis)
    return y


def _of_truth(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x, /, *, axis=None, keepdims=False: function(booleans(x), axis=axis, keepdims=keepdims)


REDUCTIONS: dict[str, Callable[..., Any]] = {
    "sum": sum_,
    "prod": prod,
    "mean": mean,
    "max": max_,
    "min": min_,
    "var": var,
    "std": std,
    "cumulative_sum": cumulative_sum,
    "cumulative_prod": cumulative_prod,
    "diff": diff,
    "all": _of_truth(np.all),
    "any": _of_truth(np.any),
    "count_nonzero": _of_truth(np.count_nonzero),
}
