"""The Jacobian as a linear function, from one call."""

import numpy as np
import pytest
from engine.checks import assert_close, normal

from adbench.engine import custom_vjp, errors, grad, jacfwd, jvp, linearize
from adbench.engine import numpy as xp

A = normal(3, 3)


def f(x, y):
    return xp.tanh(A @ x) * y[0] + xp.special.softmax(x) * xp.sum(y)


def test_products_agree_with_jvp():
    x, y = normal(3), normal(2)
    value, pushforward = linearize(f, x, y)
    np.testing.assert_array_equal(value, f(x, y))
    for seed in range(3):
        dots = normal(3, seed=seed), normal(2, seed=seed)
        assert_close(pushforward(*dots), jvp(f, (x, y), dots)[1], 1e-14)


def test_calls_the_function_once():
    calls = []

    def counted(x):
        calls.append(x)
        return x * x

    _, pushforward = linearize(counted, np.array(3.0))
    assert [pushforward(1.0), pushforward(2.0)] == [6, 12]
    assert len(calls) == 1


def test_tuples_unused_inputs_and_constants():
    y, pushforward = linearize(lambda x, y: (x * 2, np.ones(2)), np.ones(3, np.float32), np.ones(2))
    assert [v.shape for v in y] == [(3,), (2,)]
    first, second = pushforward(np.ones(3), np.ones(2))
    assert first.dtype == np.float32
    np.testing.assert_array_equal(first, [2, 2, 2])
    np.testing.assert_array_equal(second, [0, 0])


def test_nests():
    def slope(x):
        return linearize(xp.sin, x)[1](1.0)

    assert grad(slope)(0.3) == -np.sin(0.3)
    assert jvp(slope, (0.3,), (1.0,))[1] == -np.sin(0.3)
    assert linearize(grad(xp.sin), 0.3)[1](1.0) == -np.sin(0.3)
    x = normal(2)
    doubled = jacfwd(lambda x: linearize(lambda y: x * y * y, x)[1](np.ones(2)))(x)
    assert_close(doubled, 4 * np.diag(x), 1e-14)


def test_reverse_rules_suffice():
    halve = custom_vjp(lambda x: x / 2, lambda y_bar, y, x: y_bar / 2)
    assert linearize(halve, 3.0)[1](1.0) == 0.5


def test_wrong_tangents_are_refused():
    _, pushforward = linearize(lambda x: x * 2, np.ones(3))
    with pytest.raises(errors.ShapeMismatch, match=r"shape \(2,\), expected \(3,\)"):
        pushforward(np.ones(2))
    with pytest.raises(errors.StructureMismatch, match="2 of them, expected a tuple of 1"):
        pushforward(np.ones(3), np.ones(3))
