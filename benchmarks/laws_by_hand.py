"""Gradients of large arrays twice: by the engine, and with the same NumPy calls written by hand.

The programs by hand keep what their way back needs and drop the rest, as one would write them.
"""

from __future__ import annotations

import numpy as np

from adbench.engine import grad
from adbench.engine import numpy as xp

rng = np.random.default_rng(0)
X, y, w = rng.standard_normal((10_000, 500)), rng.standard_normal(10_000), rng.standard_normal(500)
x = rng.standard_normal(1_000_000)
W, V, batch = (rng.standard_normal(shape) / 20 for shape in ((400, 400), (400, 400), (2000, 400)))
labels = rng.integers(0, 400, 2000)


def ridge(w):
    r = y - X @ w
    return xp.sum(r * r) + 0.7 * xp.sum(w * w)


def ridge_by_hand():
    r = y - X @ w
    np.sum(r * r) + 0.7 * np.sum(w * w)
    r_bar = r + r
    return X.T @ -r_bar + 0.7 * (w + w)


def sigmoids(x):
    for _ in range(3):
        x = 1 / (1 + xp.exp(-x))
    return xp.sum(x)


def sigmoids_by_hand():
    kept, s = [], x
    for _ in range(3):
        e = np.exp(-s)
        s = 1 / (1 + e)
        kept.append((e, s))
    np.sum(s)
    bar = np.broadcast_to(np.float64(1), s.shape)
    while kept:
        e, s = kept.pop()
        bar = -(bar * (-s * s) * e)
    return bar


def two_layers(W):
    h = xp.tanh(batch @ W)
    z = h @ V
    return xp.mean(xp.special.logsumexp(z, axis=1) - xp.take_along_axis(z, labels[:, None], axis=1)[:, 0])


def two_layers_by_hand():
    a = batch @ W
    h = np.tanh(a)
    z = h @ V
    top = z.max(1, keepdims=True)
    e = np.exp(z - top)
    total = e.sum(1, keepdims=True)
    rows = np.arange(len(z))
    np.mean((np.log(total) + top)[:, 0] - z[rows, labels])
    e /= total
    e[rows, labels] -= 1
    e /= len(z)
    decay = np.exp(-2 * np.abs(a))
    return batch.T @ ((e @ V.T) * (4 * decay / np.square(1 + decay)))


ridge_gradient, sigmoid_gradient, layers_gradient = grad(ridge), grad(sigmoids), grad(two_layers)
PROGRAMS = {
    "ridge, 10000 × 500": (lambda: ridge_gradient(w), ridge_by_hand),
    "3 sigmoids of 10⁶": (lambda: sigmoid_gradient(x), sigmoids_by_hand),
    "2 layers, 2000 × 400": (lambda: layers_gradient(W), two_layers_by_hand),
}
