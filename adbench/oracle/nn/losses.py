"""Losses over jets with their reductions, and the distances between two sets of points."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from flint import arb

from adbench.oracle.arrays import elementwise, jets
from adbench.oracle.functions import TABLE, maximum, square
from adbench.oracle.jet import Jet, jet
from adbench.oracle.linalg import vector_norm
from adbench.oracle.reductions import mean, sum_
from adbench.oracle.special.softmax import log_softmax

_exp, _log, _log1p, _log_expit = (elementwise(TABLE[name], 1) for name in ("exp", "log", "log1p", "log_expit"))
_square = elementwise(square, 1)


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


def bce(x: Any, target: Any, weight: Any = None, *, reduction: str = "mean") -> Any:
    """−w (t log x + (1 − t) log(1 − x)) of probabilities."""
    x, target = jets(x), jets(target)
    return _weighted(-(target * _log(x) + (1 - target) * _log1p(-x)), weight, reduction)


def bce_with_logits(x: Any, target: Any, weight: Any = None, pos_weight: Any = None, *, reduction: str = "mean") -> Any:
    """−w (p t log σ(x) + (1 − t) log σ(−x)): neither term cancels the other, however far out x lies."""
    x, target = jets(x), jets(target)
    positive = target if pos_weight is None else target * jets(pos_weight)
    return _weighted(-(positive * _log_expit(x) + (1 - target) * _log_expit(-x)), weight, reduction)


def _weighted(losses: Any, weight: Any, reduction: str) -> Any:
    return _reduced(losses if weight is None else losses * jets(weight), reduction)


def kl_div(x: Any, target: Any, *, reduction: str = "mean", log_target: bool = False) -> Any:
    """t (log t − x) of log-probabilities x; with `log_target` the target is a logarithm too."""
    x, target = jets(x), jets(target)
    losses = _exp(target) * (target - x) if log_target else target * (_log(target) - x)
    return sum_(losses) / len(losses) if reduction == "batchmean" else _reduced(losses, reduction)


def poisson_nll(x: Any, target: Any, log_input: bool = True, *, eps: float = 1e-8, reduction: str = "mean") -> Any:
    """eˣ − t x; where x is no logarithm x − t log(x + eps)."""
    x, target = jets(x), jets(target)
    return _reduced(_exp(x) - target * x if log_input else x - target * _log(x + eps), reduction)


def gaussian_nll(
    x: Any, target: Any, var: Any, full: bool = False, *, eps: float = 1e-6, reduction: str = "mean"
) -> Any:
    """(log v + (x − t)²/v) / 2 with v = max(var, eps); `full` adds log(2π) / 2."""
    var = elementwise(maximum, 2)(jets(var), eps)
    losses = (_log(var) + _square(jets(x) - jets(target)) / var) / 2
    return _reduced(losses + TABLE["log"](Jet(2 * arb.pi())) / 2 if full else losses, reduction)


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


def cosine_similarity(x1: Any, x2: Any, axis: int = 1, eps: float = 1e-8) -> Any:
    """x1 · x2 / (max(‖x1‖, eps) max(‖x2‖, eps)) along an axis."""
    x1, x2 = jets(x1), jets(x2)
    lengths = [elementwise(maximum, 2)(vector_norm(x, axis=axis), eps) for x in (x1, x2)]
    return sum_(x1 * x2, axis=axis) / (lengths[0] * lengths[1])


def cdist(x1: Any, x2: Any, p: float = 2.0) -> Any:
    """‖x1[…, i, :] − x2[…, j, :]‖ₚ, Undecided where two points coincide."""
    return vector_norm(jets(x1)[..., :, None, :] - jets(x2)[..., None, :, :], axis=-1, ord=p)


LOSSES: dict[str, Callable[..., Any]] = {
    "mse": _of_residual(square),
    "l1": _of_residual(abs),
    "huber": _of_residual(_huber),
    "smooth_l1": _of_residual(_smooth_l1),
    "bce": bce,
    "bce_with_logits": bce_with_logits,
    "kl_div": kl_div,
    "poisson_nll": poisson_nll,
    "gaussian_nll": gaussian_nll,
    "nll": nll,
    "cross_entropy": cross_entropy,
}
