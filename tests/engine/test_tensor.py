"""Tensor: the lecture notes' way of working, on the engine's own tape."""

import gc
import weakref

import numpy as np
import pytest
from engine.checks import ROUNDING, assert_close, finite_jacobian, normal

from adbench.engine import Tensor, custom_vjp, errors, grad, hvp, jvp, stop_gradient
from adbench.engine import numpy as xp
from adbench.engine.core import Dual, Node


def test_first_example_of_the_notes():
    x = Tensor([[1.0, 2.0], [2.0, -1.0]])
    y = (x * 2 - 1).maximum(0).sum(axis=-1)
    y.backward(np.ones_like(y))
    np.testing.assert_array_equal(y.data, [4, 3])
    np.testing.assert_array_equal(x.grad, [[2, 2], [2, 0]])


def test_second_example_of_the_notes():
    def f(x):
        b = [1, 0]
        return (x @ b) * (-x * x).sum(axis=-1).exp()

    x = Tensor([1, 2])
    out = f(x)
    out.backward(1)
    np.testing.assert_allclose(x.grad, [-0.00673795, -0.02695179], atol=5e-9)
    assert repr(Tensor([1, 2]).sum()) == "Tensor(3., op=sum)"


def test_third_example_of_the_notes():
    """x = 2, a = x², b = 5a, c = ab, L = −c: every value and every gradient on the slide."""
    x = Tensor(2)
    a = x**2
    b = 5 * a
    c = a * b
    loss = -c
    loss.backward()
    assert [v.item() for v in (x, a, b, c, loss)] == [2, 4, 20, 80, -80]
    assert [v.grad for v in (x, a, b, c, loss)] == [-160, -40, -4, -1, 1]


M = normal(2, 2)
EXPRESSIONS = {
    "2 - x": lambda x: 2 - x,
    "1 / x": lambda x: 1 / x,
    "x ** 2": lambda x: x**2,
    "x ** 3": lambda x: x**3,
    "2 ** x": lambda x: 2**x,
    "x @ x": lambda x: x @ x,
    "a @ x": lambda x: M @ x,
    "a * x": lambda x: M * x,
    "float64 * x": lambda x: np.float64(2) * x,
    "np.exp": np.exp,
    "np.sum": lambda x: np.sum(x * x, axis=0),
    "xp.tanh": xp.tanh,
    "xp.stack": lambda x: xp.stack([x, 2 * x]),
    "abs": abs,
    "x % 0.7": lambda x: x % 0.7,
    "index": lambda x: x[0, 1] * x[:, 0],
    "twice the same entry": lambda x: x[[0, 0, 1]],
    "iteration": lambda x: sum(row for row in x),
    "methods": lambda x: x.exp().log() + x.tanh() * x.sigmoid() + x.relu(),
    "reductions": lambda x: x.mean(axis=1, keepdims=True) + x.max() - x.min(axis=0),
    "T": lambda x: x.T @ x.reshape(4)[:2],
    "float32 array": lambda x: x * np.ones(2, np.float32),
}


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_expression(name):
    f, x = EXPRESSIONS[name], normal(2, 2)  # of both signs
    t = Tensor(x)
    y = f(t)
    assert isinstance(y, Tensor)
    y_bar = normal(*y.shape, seed=1)
    y.backward(y_bar)

    def by_numpy(x):
        inside = []
        jvp(lambda x: inside.append(f(x)) or x, (x,), (x,))
        return np.sum(y_bar * inside[0].value)

    assert_close(t.grad, finite_jacobian(by_numpy, x), 1e-8)
    assert_close(t.grad, grad(lambda x: xp.sum(y_bar * f(x)))(x), ROUNDING)


def test_grad_accumulates_until_it_is_zeroed():
    w = Tensor([1.0, 2.0])
    assert w.grad is None
    (w * w).sum().backward()
    (w * 3).sum().backward()
    np.testing.assert_array_equal(w.grad, [5, 7])
    w.zero_grad()
    assert w.grad is None


def test_backward_twice_from_the_same_result():
    """The second pass starts afresh inside, and adds up outside."""
    x = Tensor(3.0)
    a = x * x
    y = a * 2
    y.backward()
    y.backward()
    assert (x.grad, a.grad, y.grad) == (24, 4, 2)
    y.zero_grad()
    assert x.grad is a.grad is y.grad is None


def test_grad_is_an_array_of_ones_own():
    x, z = Tensor(np.ones(2)), Tensor(np.ones(2))
    (x + z).sum().backward()
    x.grad[0] = 7
    np.testing.assert_array_equal(z.grad, [1, 1])


def test_data_is_a_copy_and_dtype_is_kept():
    a = np.array([1.0, 2.0], np.float32)
    x = Tensor(a)
    x.data -= 1
    np.testing.assert_array_equal(a, [1, 2])
    np.testing.assert_array_equal(x.data, [0, 1])
    y = (x * 2 + np.ones(2)).sum()
    y.backward()
    assert (x.dtype, x.grad.dtype) == (np.float32, np.float32)
    assert Tensor([True, False]).dtype == Tensor(3).dtype == np.float64
    with pytest.raises(ValueError, match=r"data of shape \(3,\)"):
        x.data = np.ones(3)


def test_descent_reaches_the_least_squares_solution():
    X, y = normal(8, 2), normal(8)
    w = Tensor(np.zeros(2))
    for _ in range(500):
        loss = ((X @ w - y) ** 2).mean()
        w.zero_grad()
        loss.backward()
        w.data -= 0.2 * w.grad
    np.testing.assert_allclose(w.data, np.linalg.lstsq(X, y)[0], rtol=1e-8)


def test_repr():
    assert repr(Tensor([1, 2])) == "Tensor([1., 2.])"
    assert repr(Tensor(np.float32(2)) * 2) == "Tensor(4., dtype=float32, op=multiply)"
    assert "..." in repr(Tensor(np.zeros(1000)))
    assert f"{Tensor(1.234):.2f}" == "1.23"


def test_attributes():
    x = Tensor(np.ones((2, 3)))
    assert (x.shape, x.ndim, x.size, len(x), x.dtype) == ((2, 3), 2, 6, 2, np.float64)
    assert isinstance(x, Node)
    assert type(stop_gradient(x)) is np.ndarray
    assert [type(r) for r in x] == [Tensor, Tensor]


def test_derivatives_of_tensors_are_tensors():
    """grad sees a Tensor as a constant further out, so a gradient can be differentiated again."""
    x = Tensor([1.0, 2.0])
    gradient = grad(lambda v: (v**3).sum())(x)
    gradient.sum().backward()
    np.testing.assert_array_equal(gradient.data, [3, 12])
    np.testing.assert_array_equal(x.grad, [6, 12])
    x.zero_grad()
    grad(lambda v: (v * v * x).sum())(np.array([3.0, 5.0])).sum().backward()
    np.testing.assert_array_equal(x.grad, [6, 10])
    x.zero_grad()
    y, y_dot = jvp(lambda v: v * x, (np.ones(2),), (np.ones(2),))
    (y.sum() + (y_dot * y_dot).sum()).backward()
    np.testing.assert_array_equal(x.grad, [1 + 2, 1 + 4])
    assert isinstance(hvp(lambda v: (v**3).sum(), (x,), (np.ones(2),))[0], Tensor)


def test_custom_rules():
    double = custom_vjp(lambda x: x * 2, lambda y_bar, y, x: y_bar * 7)
    x = Tensor(1.0)
    y = double(x)
    y.backward()
    assert (y.item(), x.grad, y.op) == (2, 7, "<lambda>")


def test_error_in_a_rule_leaves_the_next_pass_right():
    failing = [True]

    def rule(y_bar, y, x):
        if failing[0]:
            raise RuntimeError("planted")
        return y_bar

    x = Tensor(1.0)
    y = custom_vjp(lambda x: x, rule)(x * 1.0) + 2 * x
    with pytest.raises(RuntimeError, match="planted"):
        y.backward()
    assert x.grad is y.grad is None
    failing[0] = False
    y.backward()
    assert x.grad == 3


def test_misuse():
    x = Tensor([1.0, 2.0])
    with pytest.raises(errors.NotScalar, match=r"shape \(2,\).*backward\(np.ones_like\(y\)\)"):
        (x * 2).backward()
    with pytest.raises(errors.ShapeMismatch, match=r"cotangent 0 has shape \(3,\)"):
        x.backward(np.ones(3))
    with pytest.raises(errors.ValueIsTraced, match="traced already"):
        grad(lambda v: Tensor(v))(1.0)
    with pytest.raises(errors.ValueIsTraced, match="use vjp"):
        grad(lambda c: x.sum().backward(c))(1.0)
    for bad in ("text", [object()], 1j):
        with pytest.raises(errors.NotDifferentiable, match=r"Tensor\(\) of dtype"):
            Tensor(bad)
    with pytest.raises(AttributeError):
        x.no_such_thing  # noqa: B018


def test_deep_history_is_walked_and_freed_without_recursion():
    x = Tensor(1.0)
    y = x
    for _ in range(200_000):
        y = -y
    y.backward()
    assert x.grad == 1
    del y


def test_wide_history_visits_each_node_once():
    x = Tensor(1.0)
    y = x
    for _ in range(1000):
        y = 0.5 * (y + y)
    y.backward()
    assert x.grad == 1


def test_history_goes_with_the_result_and_leaves_no_cycle():
    gc.collect()
    gc.disable()
    try:
        before = sum(type(o) in (Node, Dual, Tensor) for o in gc.get_objects())
        x = Tensor(np.ones(3))
        y = x * 2
        kept = weakref.ref(y.value)
        z = (y * y).sum()
        z.backward()
        assert kept() is not None
        del y, z
        assert kept() is None
        del x
        assert sum(type(o) in (Node, Dual, Tensor) for o in gc.get_objects()) == before
    finally:
        gc.enable()
