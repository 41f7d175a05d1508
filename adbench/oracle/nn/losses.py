"""Losses over jets with their reductions, and the distances between two sets of points."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from adbench.oracle.arrays import elementwise, jets
from adbench.oracle.functions import TABLE, square
from adbench.oracle.jet import Jet, jet
from adbench.oracle.linalg import vector_norm
from adbench.oracle.reductions import mean, sum_
from adbench.oracle.special.softmax import log_softmax


def _reduced(losses: Any, reduction: str) -> Any:
    if reduction not in REDUCTIONS:
        raise ValueError(f"reduction is {reduction!r}, expected one of {', '.join(REDUCTIONS)}")
    return REDUCTIONS[reduction](losses)


REDUCTIONS: dict[str, Callable[[Any], Any]] = {"none": lambda x: x, "mean": mean, "sum": sum_}


def _of_residual(loss: Callable[..., Jet]) -> Callable[..., Any]:
    """A loss of x − target entry by entry."""

    def reduced(x: Any, target: Any, *, reduction: str = "mean", **options: float) -> Any:
        residual = jets(x) - jets(target)
        return _reduced(elementwise(lambda r: loss(r, **options), 1)(residual), reduction)

    return reduced


def _huber(r: Jet, delta: float = 1.0) -> Any:
    """r²/2, and δ (|r| − δ/2) beyond δ: the same slope on either side, another curvature."""
    if -delta < r and r < delta:
        return square(r) / 2
    return (abs(r) - jet(delta) / 2) * delta


def _smooth_l1(r: Jet, beta: float = 1.0) -> Any:
    """r²/(2β), and |r| − β/2 beyond β."""
    if beta == 0:
        return abs(r)
    return _huber(r, beta) / beta


def bce_with_logits(x: Any, target: Any, weight: Any = None, pos_weight: Any = None, *, reduction: str = "mean") -> Any:
    """−w (p t log σ(x) + (1 − t) log(1 − σ(x))), as (1 − t) x − (1 + (p − 1) t) log σ(x)."""
    x, target = jets(x), jets(target)
    positive = 1 if pos_weight is None else (jets(pos_weight) - 1) * target + 1
    losses = (1 - target) * x - positive * elementwise(TABLE["log_expit"], 1)(x)
    return _reduced(losses if weight is None else losses * jets(weight), reduction)


def nll(x: Any, target: Any, weight: Any = None, *, reduction: str = "mean") -> Any:
    """−w[t] x[t] of log-probabilities (batch, classes, …) at integer targets (batch, …); the mean is weighted."""
    x, target = np.moveaxis(jets(x), 1, -1), np.asarray(target, dtype=np.int64)
    weights = jets(np.ones(x.shape[-1]) if weight is None else weight)[target]
    losses = -np.take_along_axis(x, target[..., None], axis=-1)[..., 0] * weights
    return sum_(losses) / sum_(weights) if reduction == "mean" else _reduced(losses, reduction)


def cross_entropy(
    x: Any, target: Any, weight: Any = None, *, reduction: str = "mean", label_smoothing: float = 0.0
) -> Any:
    """−Σ w p log softmax(x) over the classes, axis 1; targets are integers, or probabilities p of x's shape."""
    log_p = log_softmax(x, 1)
    if np.shape(target) != np.shape(x) and not label_smoothing:
        return nll(log_p, target, weight, reduction=reduction)
    x = jets(x)
    classes = x.shape[1]
    weights = jets(np.ones(classes) if weight is None else weight)
    by_class = np.moveaxis(log_p, 1, -1) * weights
    if np.shape(target) == x.shape:
        p = np.moveaxis(jets(target), 1, -1)
        smoothed = p * (1 - jet(label_smoothing)) + jet(label_smoothing) / classes
        losses = -sum_(smoothed * by_class, axis=-1)
        return sum_(losses) / losses.size if reduction == "mean" else _reduced(losses, reduction)
    target = np.asarray(target, dtype=np.int64)
    chosen = np.take_along_axis(by_class, target[..., None], axis=-1)[..., 0]
    losses = -chosen * (1 - jet(label_smoothing)) - sum_(by_class, axis=-1) * (jet(label_smoothing) / classes)
    return sum_(losses) / sum_(weights[target]) if reduction == "mean" else _reduced(losses, reduction)


def cdist(x1: Any, x2: Any, p: float = 2.0) -> Any:
    """‖x1[…, i, :] − x2[…, j, :]‖ₚ, Undecided where two points coincide."""
    return vector_norm(jets(x1)[..., :, None, :] - jets(x2)[..., None, :, :], axis=-1, ord=p)


LOSSES: dict[str, Callable[..., Any]] = {
    "mse": _of_residual(square),
    "l1": _of_residual(abs),
    "huber": _of_residual(_huber),
    "smooth_l1": _of_residual(_smooth_l1),
    "bce_with_logits": bce_with_logits,
    "nll": nll,
    "cross_entropy": cross_entropy,
}
