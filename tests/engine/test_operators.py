"""A traced array looks like an array."""

import numpy as np
import pytest
from engine.checks import FINITE, assert_close, check, finite_jacobian, normal, positive

from adbench.engine import errors, grad, jacfwd, jacrev, vjp
from adbench.engine import numpy as xp

M = normal(3, 3)
EXPRESSIONS = {
    "x + a": lambda x: x + M,
    "a + x": lambda x: M + x,
    "x - 2": lambda x: x - 2,
    "2 - x": lambda x: 2 - x,
    "a - x": lambda x: M - x,
    "float64 - x": lambda x: np.float64(2) - x,
    "x * a": lambda x: x * M,
    "a * x": lambda x: M * x,
    "float64 * x": lambda x: np.float64(2) * x,
    "x / a": lambda x: x / M,
    "1 / x": lambda x: 1 / x,
    "a / x": lambda x: M / x,
    "x ** 2": lambda x: x**2,
    "x ** x": lambda x: x**x,
    "2 ** x": lambda x: 2**x,
    "a ** x": lambda x: np.abs(M) ** x,
    "x @ a": lambda x: x @ M,
    "a @ x": lambda x: M @ x,
    "x % 0.7": lambda x: x % 0.7,
    "-x": lambda x: -x,
    "+x": lambda x: +x,
    "abs": lambda x: abs(x),
    "T": lambda x: x.T @ M,
    "mT": lambda x: M @ x.mT,
    "sum": lambda x: x.sum(axis=0, keepdims=True) * x,
    "mean": lambda x: x.mean(axis=-1) * 2,
    "iteration": lambda x: sum(row * i for i, row in enumerate(x)),
    "augmented": lambda x: augmented(x),
}


def augmented(x):
    y = x + 0
    y += 1
    y *= x
    return y


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_expression(name):
    check(EXPRESSIONS[name], positive(3, 3))


def test_attributes():
    seen = {}

    def f(x):
        seen.update(shape=x.shape, ndim=x.ndim, size=x.size, dtype=x.dtype, device=x.device, length=len(x))
        seen.update(np_shape=np.shape(x), text=repr(x).split("(")[0])
        return xp.sum(x)

    vjp(f, np.ones((2, 3), np.float32))
    assert seen == {
        "shape": (2, 3), "ndim": 2, "size": 6, "dtype": np.float32, "device": "cpu", "length": 2,
        "np_shape": (2, 3), "text": "Node",
    }  # fmt: skip


def test_comparisons_see_values_and_give_plain_arrays():
    seen = []

    def f(x):
        seen.extend([x > 0, x >= x, x < np.zeros(2), np.zeros(2) < x, x == x, x != 0.0, x >= 0])
        return xp.sum(x)

    vjp(f, np.array([-1.0, 2.0]))
    expected = [[0, 1], [1, 1], [1, 0], [0, 1], [1, 1], [1, 1], [0, 1]]
    for result, truth in zip(seen, expected, strict=True):
        assert type(result) is np.ndarray
        np.testing.assert_array_equal(result, np.array(truth, bool))


def test_control_flow_on_values():
    def f(x):
        return x * x if x > 0 else -x

    assert grad(f)(3.0) == 6
    assert grad(f)(-3.0) == -1
    assert grad(lambda x: x if x else 2 * x)(0.0) == 2


METHODS = {
    "exp": (lambda x: x.exp(), np.exp),
    "log": (lambda x: x.log(), np.log),
    "tanh": (lambda x: x.tanh(), np.tanh),
    "sigmoid": (lambda x: x.sigmoid(), lambda x: 1 / (1 + np.exp(-x))),
    "relu": (lambda x: (x - 0.5).relu(), lambda x: np.maximum(x - 0.5, 0)),
    "maximum": (lambda x: x.maximum(0.5), lambda x: np.maximum(x, 0.5)),
    "max": (lambda x: x.max(axis=0), lambda x: np.max(x, axis=0)),
    "min": (lambda x: x.min(axis=-1, keepdims=True), lambda x: np.min(x, axis=-1, keepdims=True)),
    "var": (lambda x: x.var(), np.var),
    "reshape": (lambda x: x.reshape(1, -1) * x.ravel(), lambda x: x.reshape(1, -1) * x.ravel()),
    "transpose": (lambda x: x.transpose(1, 0) @ x, lambda x: x.T @ x),
    "softmax": (lambda x: x.softmax(axis=1), lambda x: np.exp(x) / np.exp(x).sum(1, keepdims=True)),
}


@pytest.mark.parametrize("name", METHODS)
def test_method(name):
    f, expected = METHODS[name]
    x = positive(3, 3)
    np.testing.assert_allclose(vjp(f, x)[0], expected(x), rtol=1e-14)
    for jacobian in (jacrev, jacfwd):
        assert_close(jacobian(f)(x), finite_jacobian(expected, x), FINITE)


def test_relu_at_zero_has_derivative_zero():
    assert grad(lambda x: x.relu())(0.0) == 0


def test_lists_as_operands():
    x = np.array([1.0, 2.0])
    np.testing.assert_array_equal(grad(lambda x: x @ [3, 4])(x), [3, 4])
    np.testing.assert_array_equal(grad(lambda x: ([3, 4] @ x) + ([1, 2] * x).sum())(x), [4, 6])
    np.testing.assert_array_equal(vjp(lambda x: x / [2, 4], x)[1](np.ones(2))[0], [0.5, 0.25])


def test_formatting_shows_values():
    seen = []
    grad(lambda x: seen.append(f"{x:.2f}") or x)(1.234)
    assert seen == ["1.23"]


@pytest.mark.parametrize(
    ("misuse", "advice"),
    [
        (lambda x: float(x[0]), "stop_gradient"),
        (lambda x: int(x[0]), "stop_gradient"),
        (lambda x: np.asarray(x), "adbench.engine.numpy"),
        (lambda x: x.__setitem__(0, 1.0), "where, concat or stack"),
        (lambda x: np.zeros(2).__iadd__(x), "a = a"),
    ],
)
def test_misuse_says_what_to_do_instead(misuse, advice):
    with pytest.raises(errors.ValueIsTraced, match=advice):
        grad(misuse)(np.ones(2))


def test_length_of_a_scalar():
    with pytest.raises(TypeError):
        grad(lambda x: len(x))(1.0)
