"""A traced array looks like an array."""

import numpy as np
import pytest
from engine.checks import check, normal, positive

from adbench.engine import errors, grad, vjp
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


@pytest.mark.parametrize("name", ["exp", "sin", "hypot"])
def test_ufunc_without_rule_says_what_to_use(name):
    with pytest.raises(errors.NoRule, match=f"numpy.{name} has no derivative rule.*adbench.engine.numpy"):
        grad(lambda x: getattr(np, name)(*([x] * getattr(np, name).nin)))(1.0)


def test_function_without_rule_says_what_to_use():
    with pytest.raises(errors.NoRule, match=r"numpy\.sum has no"):
        grad(lambda x: np.sum(x))(np.ones(2))
    with pytest.raises(errors.NoRule, match=r"numpy\.linalg\.det has no"):
        grad(lambda x: np.linalg.det(x))(np.eye(2))
    with pytest.raises(errors.NoRule, match=r"numpy\.add has no"):
        grad(lambda x: np.add.reduce(x))(np.ones(2))


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
