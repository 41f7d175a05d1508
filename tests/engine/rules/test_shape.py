"""Functions that move entries."""

import numpy as np
import pytest
from engine.checks import check, normal

from adbench.engine import grad, jvp, vjp
from adbench.engine import numpy as xp

MOVES = {
    "reshape": lambda x: xp.reshape(x, (4, -1)),
    "reshape by keyword": lambda x: xp.reshape(x, shape=(12,)),
    "method reshape": lambda x: x.reshape(3, 4),
    "permute_dims": lambda x: xp.permute_dims(x, (2, 0, 1)),
    "permute_dims negative": lambda x: xp.permute_dims(x, (-1, 0, 1)),
    "matrix_transpose": xp.matrix_transpose,
    "swapaxes": lambda x: xp.swapaxes(x, 0, -1),
    "moveaxis": lambda x: xp.moveaxis(x, 0, -1),
    "moveaxis several": lambda x: xp.moveaxis(x, (0, 1), (-1, 0)),
    "moveaxis by keyword": lambda x: xp.moveaxis(x, source=0, destination=1),
    "expand_dims": lambda x: xp.expand_dims(x, axis=1),
    "squeeze": lambda x: xp.squeeze(xp.expand_dims(x, axis=(0, 2)), axis=(0, 2)),
    "broadcast_to": lambda x: xp.broadcast_to(x, (2, 2, 3, 2)),
    "broadcast_arrays": lambda x: xp.broadcast_arrays(x[0], x)[0],
    "flip": xp.flip,
    "flip axes": lambda x: xp.flip(x, axis=(0, -1)),
    "roll": lambda x: xp.roll(x, 2),
    "roll axes": lambda x: xp.roll(x, shift=(1, -1), axis=(0, 1)),
    "repeat": lambda x: xp.repeat(x, 2),
    "repeat unequally": lambda x: xp.repeat(x, np.array([1, 3]), axis=0),
    "tile": lambda x: xp.tile(x, (2, 1, 1, 3)),
    "tile fewer": lambda x: xp.tile(x, (2,)),
    "tril": xp.tril,
    "triu": lambda x: xp.triu(x, k=1),
    "stack": lambda x: xp.stack([x, 2 * x, np.ones((2, 3, 2))], axis=-1),
    "concat": lambda x: xp.concat([x, np.ones((2, 1, 2)), x * x], axis=1),
    "concat flat": lambda x: xp.concat([x, x[0]], axis=None),
    "unstack": lambda x: xp.unstack(x, axis=1)[1],
    "asarray of a list": lambda x: xp.asarray([x[0, 0, 0], [x[1, 1, 1]][0], 3.0]),
    "full": lambda x: xp.full((2, 3), x[0, 0, 0]),
    "full_like": lambda x: xp.full_like(x, x[1, 0, 0]),
}


@pytest.mark.parametrize("name", MOVES)
def test_move(name):
    check(lambda x: MOVES[name](x * x), normal(2, 3, 2))


@pytest.mark.parametrize("name", MOVES)
def test_plain_arrays_give_the_value_of_traced_ones(name):
    x = normal(2, 3, 2)
    np.testing.assert_array_equal(MOVES[name](x), vjp(MOVES[name], x)[0])


@pytest.mark.parametrize("n", [3, 100_000])  # a small and a large array are broadcast differently
def test_broadcast_to(n):
    x = np.arange(n, dtype=float)
    y, pullback = vjp(lambda x: xp.broadcast_to(x, (2, n)), x)
    np.testing.assert_array_equal(y, np.broadcast_to(x, (2, n)))
    np.testing.assert_array_equal(pullback(np.ones((2, n)))[0], 2)


def test_astype_casts_both_ways():
    x = np.ones(2, np.float32)
    y, y_dot = jvp(lambda x: xp.astype(x, xp.float64), (x,), (x,))
    assert y.dtype == y_dot.dtype == np.float64
    assert grad(lambda x: xp.sum(xp.astype(x, xp.float64) * 2))(x).dtype == np.float32
    assert isinstance(grad(lambda x: xp.sum(x * xp.astype(x, xp.int64)))(x), np.ndarray)
