"""Selection of entries."""

import numpy as np
import pytest
from engine.checks import check, normal

from adbench.engine import grad
from adbench.engine import numpy as xp

INDICES = {
    "number": np.s_[1],
    "negative": np.s_[-1, ..., 0],
    "backwards": np.s_[..., ::-1],
    "newaxis": np.s_[:, None, 1:],
    "list": [0, 0, 1],
    "arrays": np.s_[:, [0, 2, 0], [1, 1, 1]],
    "arrays apart": np.s_[[0, 1, 0], :, [1, 1, 1]],
    "mask": np.array([True, False]),
    "full mask": normal(2, 3, 2) > 0,
    "empty": np.s_[:, 1:1],
}


@pytest.mark.parametrize("name", INDICES)
def test_index(name):
    if name == "empty":
        x = normal(2, 3, 2)
        np.testing.assert_array_equal(grad(lambda x: xp.sum(x[INDICES[name]]))(x), 0)
    else:
        check(lambda x: (x * x)[INDICES[name]], normal(2, 3, 2))


def test_entry_taken_twice_adds_up():
    x = np.array([2.0, 3.0])
    np.testing.assert_array_equal(grad(lambda x: xp.sum(x[[0, 0, 1, 0]]))(x), [3, 1])
    np.testing.assert_array_equal(grad(lambda x: x[0] * x[0])(x), [4, 0])


def test_index_chosen_by_value():
    x = np.array([2.0, 5.0, 3.0])
    np.testing.assert_array_equal(grad(lambda x: x[xp.argmax(x)] ** 2)(x), [0, 10, 0])


def test_take():
    x = normal(2, 3, 2)
    check(lambda x: xp.take(x * x, np.array([0, 0, 2]), axis=1), x)
    check(lambda x: xp.take(x * x, np.array([0, 0, 11])), x)


def test_take_along_axis():
    order = np.argsort(normal(2, 3), axis=-1)
    check(lambda x: xp.take_along_axis(x * x, order, axis=-1), normal(2, 3))
    np.testing.assert_array_equal(
        xp.take_along_axis(normal(2, 3), order, axis=-1), np.take_along_axis(normal(2, 3), order, axis=-1)
    )


@pytest.mark.parametrize("offset", [-3, -1, 0, 1, 5])
def test_diagonal(offset):
    x = normal(2, 3, 4)
    np.testing.assert_array_equal(xp.linalg.diagonal(x, offset=offset), np.linalg.diagonal(x, offset=offset))
    bar = grad(lambda x: xp.sum(xp.linalg.diagonal(x, offset=offset)))(x)
    np.testing.assert_array_equal(bar, np.broadcast_to(np.eye(3, 4, offset), x.shape))
