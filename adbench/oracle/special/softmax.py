"""logsumexp, softmax and log_softmax over jets, with the largest entry taken out: nothing overflows, none cancels.

    log Σ eˣ = xₖ + log(1 + Σ' e^(xᵢ − xₖ)),  xₖ the largest, Σ' over the others

which is smooth where entries tie. Where all but xₖ are negligible, log(1 + …) keeps the digits of what they add.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from adbench.oracle.arrays import Axis, elementwise, jets, rows_of
from adbench.oracle.functions import TABLE
from adbench.oracle.jet import Jet, jet

_exp, _log, _log1p = (elementwise(TABLE[name], 1) for name in ("exp", "log", "log1p"))


def logsumexp(a: Any, axis: Axis = None, b: Any = None, keepdims: bool = False) -> Any:
    """log Σ b eᵃ over one axis, several or all; b broadcasts against a."""
    rows, axes = rows_of(a, axis)
    weights = None if b is None else rows_of(np.broadcast_to(jets(b), np.shape(a)), axis)[0]
    made = np.empty(rows.shape[:-1], dtype=object)
    for index in np.ndindex(made.shape):
        made[index] = _of_row(rows[index], None if weights is None else weights[index])
    return np.expand_dims(made, tuple(axes)) if keepdims else made[()]


def _of_row(row: np.ndarray, weights: np.ndarray | None) -> Any:
    if not row.size:
        return jet(-np.inf)
    k = _largest(row)
    if weights is None:
        return row[k] + _rest(row, k)
    return row[k] + TABLE["log"](jet(sum(weights * _exp(row - row[k]))))


def _rest(row: np.ndarray, k: int) -> Jet:
    """log(1 + Σ' e^(xᵢ − xₖ))."""
    return TABLE["log1p"](jet(sum(_exp(np.delete(row, k) - row[k]))))


def softmax(x: Any, axis: Axis = None) -> Any:
    """eˣ / Σ eˣ over one axis, several or all."""
    return _each_row(x, axis, lambda row: _normalised(_exp(row - jet(row[_largest(row)].value.mid()))))


def _normalised(e: np.ndarray) -> np.ndarray:
    return np.asarray(e / sum(e))


def log_softmax(x: Any, axis: Axis = None) -> Any:
    """x − log Σ eˣ over one axis, several or all."""

    def of_row(row: np.ndarray) -> np.ndarray:
        k = _largest(row)
        rest = _rest(row, k)
        return np.array([-rest if i == k else x - row[k] - rest for i, x in enumerate(row)], dtype=object)

    return _each_row(x, axis, of_row)


def _largest(row: Any) -> int:
    """Where the largest entry is; at a tie, any of them."""
    return max(range(len(row)), key=lambda i: row[i].value.mid())


def _each_row(x: Any, axis: Axis, of_row: Any) -> Any:
    x = jets(x)
    rows, axes = rows_of(x, axis)
    made = np.empty(rows.shape, dtype=object)
    for index in np.ndindex(rows.shape[:-1]):
        if rows.shape[-1]:
            made[index] = of_row(rows[index])
    kept = [i for i in range(x.ndim) if i not in axes]
    whole = made.reshape([x.shape[i] for i in kept + axes])
    return whole.transpose(np.argsort(kept + axes))[()]
