"""Losses with their reductions, "none", "mean" or "sum", and distances between points."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from adbench.engine import numpy as xp
from adbench.engine.core import Array
from adbench.engine.numpy import special

REDUCTIONS: dict[str, Callable[[Array], Array]] = {"none": lambda x: x, "mean": xp.mean, "sum": xp.sum}


def _reduced(losses: Array, reduction: str) -> Array:
    if reduction not in REDUCTIONS:
        raise ValueError(f"reduction is {reduction!r}, expected one of {', '.join(REDUCTIONS)}")
    return REDUCTIONS[reduction](losses)


def mse(x: Array, target: Array, *, reduction: str = "mean") -> Array:
    """(x − t)²."""
    return _reduced(xp.square(x - target), reduction)


def l1(x: Array, target: Array, *, reduction: str = "mean") -> Array:
    """|x − t|."""
    return _reduced(xp.abs(x - target), reduction)


def huber(x: Array, target: Array, *, delta: float = 1.0, reduction: str = "mean") -> Array:
    """r²/2 of r = x − t, and δ (|r| − δ/2) beyond δ."""
    residual = x - target
    size = xp.abs(residual)
    losses = xp.where(size < delta, xp.square(residual) / 2, delta * (size - delta / 2))
    return _reduced(losses, reduction)


def smooth_l1(x: Array, target: Array, *, beta: float = 1.0, reduction: str = "mean") -> Array:
    """r²/(2β) of r = x − t, and |r| − β/2 beyond β."""
    return huber(x, target, delta=beta, reduction=reduction) / beta if beta else l1(x, target, reduction=reduction)


def bce(x: Array, target: Array, weight: Array | None = None, *, reduction: str = "mean") -> Array:
    """−w (t log x + (1 − t) log(1 − x)) of probabilities."""
    return _weighted(-(target * xp.log(x) + (1 - target) * xp.log1p(-x)), weight, reduction)


def bce_with_logits(
    x: Array, target: Array, weight: Array | None = None, pos_weight: Array | None = None, *, reduction: str = "mean"
) -> Array:
    """−w (p t log σ(x) + (1 − t) log σ(−x)): neither term cancels the other, however far out x lies."""
    positive = target if pos_weight is None else target * pos_weight
    losses = -(positive * special.log_expit(x) + (1 - target) * special.log_expit(-x))
    return _weighted(losses, weight, reduction)


def _weighted(losses: Array, weight: Array | None, reduction: str) -> Array:
    return _reduced(losses if weight is None else losses * weight, reduction)


def kl_div(x: Array, target: Array, *, reduction: str = "mean", log_target: bool = False) -> Array:
    """t (log t − x) of log-probabilities x; with `log_target` the target is a logarithm too. There is one reduction
    more, "batchmean", of the sum over the length of the first axis."""
    losses = xp.exp(target) * (target - x) if log_target else target * (xp.log(target) - x)
    return xp.sum(losses) / x.shape[0] if reduction == "batchmean" else _reduced(losses, reduction)


def poisson_nll(
    x: Array, target: Array, log_input: bool = True, *, eps: float = 1e-8, reduction: str = "mean"
) -> Array:
    """eˣ − t x; where x is no logarithm x − t log(x + eps)."""
    return _reduced(xp.exp(x) - target * x if log_input else x - target * xp.log(x + eps), reduction)


def gaussian_nll(
    x: Array, target: Array, var: Array, full: bool = False, *, eps: float = 1e-6, reduction: str = "mean"
) -> Array:
    """(log v + (x − t)²/v) / 2 with v = max(var, eps); `full` adds log(2π) / 2."""
    var = xp.maximum(var, eps)
    losses = (xp.log(var) + xp.square(x - target) / var) / 2
    return _reduced(losses + math.log(2 * math.pi) / 2 if full else losses, reduction)


def nll(x: Array, target: Array, weight: Array | None = None, *, reduction: str = "mean") -> Array:
    """−w[t] x[t] of log-probabilities (batch, classes, …) at integer targets (batch, …); the mean is weighted."""
    losses = -_at(x, target)
    if weight is None:
        return _reduced(losses, reduction)
    weights = weight[target]
    losses = losses * weights
    return xp.sum(losses) / xp.sum(weights) if reduction == "mean" else _reduced(losses, reduction)


def cross_entropy(
    x: Array, target: Array, weight: Array | None = None, *, reduction: str = "mean", label_smoothing: float = 0.0
) -> Array:
    """−Σ w p log softmax(x) over the classes, axis 1; targets are integers, or probabilities p of x's shape."""
    log_p, share = special.log_softmax(x, axis=1), label_smoothing / x.shape[1]
    of_probabilities = target.shape == x.shape
    if not of_probabilities and not label_smoothing:
        return nll(log_p, target, weight, reduction=reduction)
    by_class = log_p if weight is None else log_p * xp.reshape(weight, (-1,) + (1,) * (x.ndim - 2))
    if of_probabilities:
        losses = -xp.sum((target * (1 - label_smoothing) + share) * by_class, axis=1)
    else:
        losses = -(1 - label_smoothing) * _at(by_class, target) - share * xp.sum(by_class, axis=1)
    if reduction != "mean":
        return _reduced(losses, reduction)
    total = xp.sum(weight[target]) if weight is not None and not of_probabilities else math.prod(losses.shape)
    return xp.sum(losses) / total


def _at(x: Array, target: Any) -> Array:
    """Of the classes along axis 1 the one that each target names."""
    return xp.take_along_axis(x, np.expand_dims(target, 1), axis=1)[:, 0]


def cosine_similarity(x1: Array, x2: Array, axis: int = 1, eps: float = 1e-8) -> Array:
    """x1 · x2 / (max(‖x1‖, eps) max(‖x2‖, eps)) along an axis."""
    lengths = [xp.maximum(xp.linalg.vector_norm(x, axis=axis), eps) for x in (x1, x2)]
    return xp.sum(x1 * x2, axis=axis) / (lengths[0] * lengths[1])


def cdist(x1: Array, x2: Array, p: float = 2.0) -> Array:
    """‖x1[…, i, :] − x2[…, j, :]‖ₚ; its derivative by points that coincide is 0."""
    return xp.linalg.vector_norm(x1[..., :, None, :] - x2[..., None, :, :], axis=-1, ord=p)
