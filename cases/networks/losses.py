"""Softmax and cross entropy, with labels T as rows of one 1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from adbench.cases.linalg.common import eye
from adbench.cases.networks.common import HAZARD, Inputs, by_pullback, drawn, fixed, softmax

from adbench.case import case


@case(
    wrt=("W", "b", "X"),
    sizes={
        "small": {"m": 4, "n": 3, "k": 5},
        "medium": {"m": 500, "n": 50, "k": 10},
        "large": {"m": 10_000, "n": 100, "k": 20},
    },
    source="lecture notes 004, cross entropy cost and maximum likelihood estimation",
    bench=True,
)
def softmax_cross_entropy(xp, W, b, X, T):
    """−Σ T log softmax(XWᵀ + b); W (k, n), b (k,), X (m, n), T (m, k)."""
    z = X @ W.T + b
    return xp.sum(xp.special.logsumexp(z, axis=-1)) - xp.sum(T * z)


@softmax_cross_entropy.inputs
def _(rng, m, n, k):
    return {**drawn(W=("k", "n"), b=("k",), X=("m", "n"))(rng, m=m, n=n, k=k), "T": np.eye(k)[rng.integers(0, k, m)]}


@softmax_cross_entropy.vjp
def _(xp, y_bar, W, b, X, T):
    z_bar = y_bar * (softmax(xp, X @ W.T + b) - T)
    return {"W": z_bar.T @ X, "b": xp.sum(z_bar, axis=0), "X": z_bar @ W}


by_pullback(softmax_cross_entropy)


def composed(xp, Z, T):
    """−Σ T log softmax(Z), written out; Z and T (4, 5)."""
    return -xp.sum(T * xp.log(softmax(xp, Z)))


def chosen(xp, Z, labels):
    """−Σ log softmax(Z)[label], each entry chosen by its label; Z (4, 5), labels (4,)."""
    shifted = Z - xp.max(Z, axis=-1, keepdims=True)
    normaliser = xp.log(xp.sum(xp.exp(shifted), axis=-1))
    return xp.sum(normaliser - shifted[xp.arange(Z.shape[0], dtype=xp.int64), labels])


def fused(xp, Z, T):
    """−Σ T log_softmax(Z), the library's own; Z and T (4, 5)."""
    return -xp.sum(T * xp.special.log_softmax(Z, axis=-1))


def confident(xp, Z, T):
    """−Σ T log_softmax(Z) where each label has nearly all, and softmax(Z) − T is not 0 all the same; Z and T (3, 3)."""
    return fused(xp, Z, T)


def less_labels(xp, Z, T):
    """softmax(Z) ΣT − T, as Σ over others of pₖ Tⱼ − pⱼ Tₖ: where pₖ rounds to 1, pₖ − 1 would be 0."""
    P, others = softmax(xp, Z), 1 - eye(xp, Z)
    return P * (T @ others) - T * (P @ others)


def _define_cross_entropy(function: Callable[..., Any], inputs: Callable[..., Inputs], **fields: Any) -> None:
    name = f"cross_entropy_{function.__name__}"
    made = case(name=name, wrt=("Z",), source="the loss of a classifier", **fields)(function)
    made.inputs(inputs)

    @made.jacobian("Z")
    def _(xp, Z, T=None, labels=None):
        T = xp.asarray(np.eye(Z.shape[1])[labels], dtype=Z.dtype) if T is None else T
        return less_labels(xp, Z, T)


LABELS = np.array([1, 4, 0, 1])
CONFIDENT = fixed(Z=[[30.0, 0.0, -5.0], [-40.0, 35.0, 1.0], [2.0, 700.0, 740.0]], T=np.eye(3))
_define_cross_entropy(composed, lambda rng: {"Z": rng.standard_normal((4, 5)), "T": np.eye(5)[LABELS]})
_define_cross_entropy(chosen, lambda rng: {"Z": rng.standard_normal((4, 5)), "labels": LABELS})
_define_cross_entropy(fused, lambda rng: {"Z": rng.standard_normal((4, 5)), "T": np.eye(5)[LABELS]})
_define_cross_entropy(confident, CONFIDENT, dtypes=("float64",), tags=HAZARD)
