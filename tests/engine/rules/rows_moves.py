"""Rows of the functions of whole arrays: moves, selections, reductions, running functions, sorting, products."""

from __future__ import annotations

import numpy as np
from engine.checks import normal
from engine.truths import Row, row

X = normal(2, 3)
CUBE = normal(2, 3, 2)
MASK = np.array([[True, False, True], [True, True, False]])
QUARTERS = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
ZEROS = [[0.0, 2.0, 3.0], [0.0, 0.0, -1.5], [1.2, 0.7, 0.4]]


def moves(f, x=X) -> Row:
    """A row of a linear function, after one with a second derivative: else an error in that would leave no trace."""
    return row(lambda xp, x: f(xp, x * x * x), x)


def masked(name, neutral, **options):
    """A reduction with `where`, and the same by the oracle, which has no such keyword."""
    return row(
        lambda xp, x: getattr(xp, name)(x, axis=1, where=MASK, **options),
        X,
        reference=lambda xp, x: getattr(xp, name)(xp.where(xp.asarray(MASK.tolist()), x, neutral), axis=1),
    )


def centred(xp, x, mask):
    """Σ (x − x̄)² over the entries chosen, a row at a time, and how many they are."""
    count = mask.sum(1, keepdims=True)
    mean = xp.sum(x * mask, axis=1, keepdims=True) / count
    return xp.sum((x - mean) * (x - mean) * mask, axis=1), count[:, 0]


# fmt: off
ROWS: dict[str, list[Row]] = {
    "asarray":            [moves(lambda xp, x: xp.asarray([x[0, 0], x[1, 2]]), X)],
    "astype":             [moves(lambda xp, x: xp.astype(x, xp.float64))],
    "broadcast_arrays":   [moves(lambda xp, x: xp.broadcast_arrays(x, x[0])[1])],
    "broadcast_to":       [moves(lambda xp, x: xp.broadcast_to(x, (2, 2, 3)))],
    "concat":             [moves(lambda xp, x: xp.concat([x, x * x], axis=1)), moves(lambda xp, x: xp.concat([x, x[0]], axis=None))],
    "expand_dims":        [moves(lambda xp, x: xp.expand_dims(x, axis=1))],
    "flip":               [moves(lambda xp, x: xp.flip(x)), moves(lambda xp, x: xp.flip(x, axis=-1))],
    "full":               [moves(lambda xp, x: xp.full((2, 2), x[0, 1]))],
    "full_like":          [moves(lambda xp, x: xp.full_like(x, x[0, 1]))],
    "linspace":           [row(lambda xp, x, y: xp.linspace(x * x, y, 5), 0.3, 2.0,
                               reference=lambda xp, x, y: x * x * QUARTERS[::-1] + y * QUARTERS),
                           row(lambda xp, x: xp.linspace(x, 1.0, 4, endpoint=False), 0.3,
                               reference=lambda xp, x: x * (1.0 - QUARTERS[:4]) + QUARTERS[:4])],
    "matrix_transpose":   [moves(lambda xp, x: xp.matrix_transpose(x), CUBE)],
    "meshgrid":           [moves(lambda xp, x: xp.stack(xp.meshgrid(x[0], x[1, :2]))),
                           moves(lambda xp, x: xp.meshgrid(x[0], x[1, :2], x[0, :1], indexing="ij")[1])],
    "moveaxis":           [moves(lambda xp, x: xp.moveaxis(x, 0, -1), CUBE)],
    "permute_dims":       [moves(lambda xp, x: xp.permute_dims(x, (2, 0, 1)), CUBE)],
    "repeat":             [moves(lambda xp, x: xp.repeat(x, 2, axis=1))],
    "reshape":            [moves(lambda xp, x: xp.reshape(x, (3, -1)))],
    "roll":               [moves(lambda xp, x: xp.roll(x, 1, axis=1)), moves(lambda xp, x: xp.roll(x, 2))],
    "squeeze":            [moves(lambda xp, x: xp.squeeze(x[:, None], axis=1))],
    "stack":              [moves(lambda xp, x: xp.stack([x, x * x], axis=1))],
    "swapaxes":           [row(lambda xp, x: xp.swapaxes(x * x * x, 0, 2), CUBE,
                               reference=lambda xp, x: xp.permute_dims(x * x * x, (2, 1, 0)))],
    "take":               [moves(lambda xp, x: xp.take(x, np.array([2, 0, 2]), axis=1))],
    "take_along_axis":    [moves(lambda xp, x: xp.take_along_axis(x, np.array([[2, 0], [1, 1]]), axis=1))],
    "tile":               [moves(lambda xp, x: xp.tile(x, (2, 1, 2)))],
    "tril":               [moves(lambda xp, x: xp.tril(x)), moves(lambda xp, x: xp.tril(x, k=1), CUBE)],
    "triu":               [moves(lambda xp, x: xp.triu(x)), moves(lambda xp, x: xp.triu(x, k=-1), CUBE)],
    "unstack":            [moves(lambda xp, x: xp.unstack(x, axis=1)[1])],

    "sum":                [moves(lambda xp, x: xp.sum(x)), moves(lambda xp, x: xp.sum(x, axis=(0, -1), keepdims=True), CUBE),
                           masked("sum", 0.0)],
    "mean":               [moves(lambda xp, x: xp.mean(x)), moves(lambda xp, x: xp.mean(x, axis=-1), CUBE),
                           row(lambda xp, x: xp.mean(x * x, axis=1, where=MASK), X,
                               reference=lambda xp, x: xp.sum(x * x * MASK, axis=1) / MASK.sum(1))],
    "prod":               [row(lambda xp, x: xp.prod(x, axis=1), ZEROS), row(lambda xp, x: xp.prod(x), CUBE),
                           masked("prod", 1.0, initial=1.0)],
    "max":                [moves(lambda xp, x: xp.max(x)), moves(lambda xp, x: xp.max(x, axis=(0, 2)), CUBE),
                           masked("max", -9.0, initial=-9.0)],
    "min":                [moves(lambda xp, x: xp.min(x)), moves(lambda xp, x: xp.min(x, axis=1, keepdims=True)),
                           masked("min", 9.0, initial=9.0)],
    "var":                [row(lambda xp, x: xp.var(x), X), row(lambda xp, x: xp.var(x, axis=0, correction=1), CUBE),
                           row(lambda xp, x: xp.var(x, axis=1, ddof=1, where=MASK), X,
                               reference=lambda xp, x: (lambda s, n: s / (n - 1))(*centred(xp, x, MASK)))],
    "std":                [row(lambda xp, x: xp.std(x), X), row(lambda xp, x: xp.std(x, axis=1, correction=1), CUBE),
                           row(lambda xp, x: xp.std(x, axis=1, where=MASK), X,
                               reference=lambda xp, x: (lambda s, n: xp.sqrt(s / n))(*centred(xp, x, MASK)))],

    "cumulative_sum":     [moves(lambda xp, x: xp.cumulative_sum(x, axis=1)),
                           moves(lambda xp, x: xp.cumulative_sum(x[0], include_initial=True))],
    "cumulative_prod":    [row(lambda xp, x: xp.cumulative_prod(x, axis=1), ZEROS),
                           row(lambda xp, x: xp.cumulative_prod(x, axis=-2, include_initial=True), CUBE),
                           row(lambda xp, x: xp.cumulative_prod(x), [0.3, 0.0, 2.0, 0.0, 1.5])],
    "cumsum":             [row(lambda xp, x: xp.cumsum(x * x), X,
                               reference=lambda xp, x: xp.cumulative_sum(xp.reshape(x * x, (-1,))))],
    "cumprod":            [row(lambda xp, x: xp.cumprod(x), X,
                               reference=lambda xp, x: xp.cumulative_prod(xp.reshape(x, (-1,))))],
    "diff":               [moves(lambda xp, x: xp.diff(x)), moves(lambda xp, x: xp.diff(x, axis=0, n=2), CUBE.reshape(4, 3)),
                           moves(lambda xp, x: xp.diff(x, axis=1, prepend=x[:, :1] * x[:, :1], append=x[:, :2]))],
    "sort":               [moves(lambda xp, x: xp.sort(x)), row(lambda xp, x: xp.sort(x, axis=0, descending=True), X,
                                                                  reference=lambda xp, x: xp.flip(xp.sort(x, axis=0), axis=0))],

    "einsum":             [row(lambda xp, x, y: xp.einsum("ij,kj->ik", x, y), X, normal(4, 3))],
    "kron":               [row(lambda xp, x, y: xp.kron(x, y), X, normal(2, 2),
                               reference=lambda xp, x, y: xp.reshape(xp.einsum("ij,kl->ikjl", x, y), (4, 6))),
                           row(lambda xp, x, y: xp.kron(x, y), X, normal(4),
                               reference=lambda xp, x, y: xp.reshape(xp.einsum("ij,l->ijl", x, y), (2, 12)))],
    "matmul":             [row(lambda xp, x, y: xp.matmul(x, y), CUBE, normal(2, 4))],
    "outer":              [row(lambda xp, x, y: xp.outer(x, y), normal(3), normal(2),
                               reference=lambda xp, x, y: xp.linalg.outer(x, y))],
    "tensordot":          [row(lambda xp, x, y: xp.tensordot(x, y, axes=1), X, normal(3, 2))],
    "vecdot":             [row(lambda xp, x, y: xp.vecdot(x, y), X, normal(3)),
                           row(lambda xp, x, y: xp.vecdot(x, y, axis=0), X, normal(2, 3, seed=1))],
}
# fmt: on
