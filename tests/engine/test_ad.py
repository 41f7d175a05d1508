"""The derivative operators: nesting, structure, contracts, errors."""

import numpy as np
import pytest
from engine.checks import assert_close, normal

from adbench.engine import (
    custom_vjp,
    errors,
    grad,
    jacfwd,
    jacrev,
    jvp,
    stop_gradient,
    value_and_grad,
    vjp,
)
from adbench.engine import numpy as xp

ONE = np.array(1.0)


def by_reverse(f):
    return grad(f)


def by_forward(f):
    return lambda x: jvp(f, (np.asarray(x) if isinstance(x, float) else x,), (ONE,))[1]


MODES = {"f": by_forward, "r": by_reverse}
NESTINGS = [a + b for a in MODES for b in MODES]


@pytest.mark.parametrize("nesting", NESTINGS)
def test_perturbations_are_not_confused(nesting):
    """d/dx (x · d/dy (x + y)) is 1, not 2."""
    outer, inner = (MODES[m] for m in nesting)
    assert outer(lambda x: x * inner(lambda y: x + y)(1.0))(3.0) == 1


@pytest.mark.parametrize("nesting", NESTINGS)
def test_inner_function_closes_over_the_outer_variable(nesting):
    """d/dx d/dy (x² y³) = 6 x y²."""
    outer, inner = (MODES[m] for m in nesting)
    assert outer(lambda x: inner(lambda y: x**2 * y**3)(5.0))(2.0) == 6 * 2 * 25


@pytest.mark.parametrize("nesting", [a + b for a in NESTINGS for b in MODES])
def test_third_derivatives(nesting):
    def third(f):
        for mode in nesting:
            f = MODES[mode](f)
        return f

    assert third(lambda x: x**4)(np.array(2.0)) == 48
    np.testing.assert_allclose(third(xp.sin)(np.array(0.3)), -np.cos(0.3), rtol=1e-15)
    t = np.tanh(0.3)
    np.testing.assert_allclose(third(xp.tanh)(np.array(0.3)), (1 - t**2) * (6 * t**2 - 2), rtol=1e-14)


def test_pullback_of_one_level_inside_another():
    """The cotangent may be traced at a newer level than the pullback."""
    _, pullback = vjp(lambda x: x**3, np.array(2.0))
    assert grad(lambda c: pullback(c)[0] * c)(np.array(5.0)) == 2 * 12 * 5


def test_pullback_may_be_called_again():
    y, pullback = vjp(xp.sin, normal(3))
    first, second = pullback(np.ones(3)), pullback(2 * np.ones(3))
    np.testing.assert_array_equal(2 * first[0], second[0])
    assert y.shape == (3,)


def test_pullback_after_an_error_starts_afresh():
    failing = [True]

    def rule(y_bar, y, x):
        if failing[0]:
            raise RuntimeError("planted")
        return y_bar

    g = custom_vjp(lambda x: x, rule)
    _, pullback = vjp(lambda x: g(x) + 2 * x, np.array(1.0))
    with pytest.raises(RuntimeError, match="planted"):
        pullback(1.0)
    failing[0] = False
    assert pullback(1.0) == (3,)


def test_argnums_and_keywords():
    def f(x, y, *, power=1):
        return xp.sum(x * y**power)

    x, y = np.array([1.0, 2.0]), np.array([3.0, 5.0])
    np.testing.assert_array_equal(grad(f, 1)(x, y, power=2), 2 * x * y)
    value, (x_bar, y_bar) = value_and_grad(f, (0, 1))(x, y)
    assert value == 13
    np.testing.assert_array_equal(x_bar, y)
    np.testing.assert_array_equal(y_bar, x)


def test_tuples_of_outputs():
    def f(x):
        return xp.sum(x), x * 2, 7.0

    x = np.array([1.0, 2.0])
    y, y_dot = jvp(f, (x,), (x,))
    assert (y[0], y_dot[0], y_dot[2]) == (3, 3, 0)
    _, pullback = vjp(f, x)
    np.testing.assert_array_equal(pullback((np.array(10.0), np.ones(2), np.array(1.0)))[0], [12, 12])


def test_output_returned_twice():
    _, pullback = vjp(lambda x: (x, x), np.ones(2))
    np.testing.assert_array_equal(pullback((np.ones(2), 2 * np.ones(2)))[0], [3, 3])


def test_stop_gradient():
    assert grad(lambda x: stop_gradient(x) * x)(np.array(3.0)) == 3
    assert grad(grad(lambda x: stop_gradient(x) * x * x))(np.array(3.0)) == 6


@pytest.mark.parametrize("f", [lambda x, y: 3.0, lambda x, y: xp.sum(y), lambda x, y: np.array(2.0)])
def test_unused_input_has_derivative_zero(f):
    x = np.ones(3, np.float32)
    x_bar = grad(f)(x, np.ones(2))
    assert x_bar.dtype == np.float32
    np.testing.assert_array_equal(x_bar, np.zeros(3))
    _, y_dot = jvp(lambda x: f(x, np.ones(2)), (x,), (x,))
    assert y_dot == 0
    np.testing.assert_array_equal(jacrev(f)(x, np.ones(2)), np.zeros(3))
    np.testing.assert_array_equal(jacfwd(f)(x, np.ones(2)), np.zeros(3))


FLOAT32 = {
    "python constant": lambda x: xp.sum(x * 2.0 + 1),
    "reflected constant": lambda x: xp.sum(1 / (2.0 - x) + 2.0**x),
    "float64 constant": lambda x: xp.sum(x * np.float64(2)),
    "float64 array": lambda x: xp.sum(x + np.ones((2, 1))),
    "transcendental": lambda x: xp.mean(
        xp.tanh(x) + xp.log2(x) + xp.exp2(x) + xp.atan(x) + xp.special.expit(x)
    ),
    "kinks": lambda x: xp.sum(xp.maximum(x, 0.5) + xp.abs(x) + xp.where(x > 0.3, x, 0.0)),
    "reductions": lambda x: xp.std(x) + xp.prod(x) + xp.max(x) + xp.linalg.vector_norm(x, ord=3),
    "softmax": lambda x: xp.max(xp.special.softmax(x)) + xp.special.logsumexp(x),
    "linalg": lambda x: xp.linalg.det(xp.expand_dims(x, axis=1) * x + np.eye(4, dtype=np.float32)),
}


@pytest.mark.parametrize("name", FLOAT32)
def test_float32_stays_float32(name):
    x = np.linspace(0.1, 0.8, 4, dtype=np.float32)
    x_bar = grad(FLOAT32[name])(x)
    assert x_bar.dtype == np.float32
    y, y_dot = jvp(FLOAT32[name], (x,), (x,))
    assert y_dot.dtype == y.dtype == FLOAT32[name](x).dtype
    assert_close(x_bar, grad(FLOAT32[name])(x.astype(float)), 1e-5)


def test_scalars_stay_numpy():
    for x in (np.array(2.0), np.float64(2.0), 2.0):
        for result in (
            grad(lambda x: x * x)(x),
            *jvp(lambda x: 1 / x, (x,), (1.0,)),
            *vjp(lambda x: x, x)[1](1.0),
        ):
            assert isinstance(result, np.ndarray | np.floating)


def test_results_share_no_memory():
    x, y_bar = np.ones(3), np.ones(3)
    x_bar, other = vjp(lambda x, y: x + y, x, x)[1](y_bar)
    x_bar += 1
    np.testing.assert_array_equal(other, 1)
    np.testing.assert_array_equal(y_bar, 1)
    gradient = grad(xp.sum)(x)
    gradient[0] = 5
    np.testing.assert_array_equal(gradient, [5, 1, 1])


def test_inputs_are_only_read():
    x = np.arange(1.0, 4.0)
    x.flags.writeable = False
    np.testing.assert_array_equal(grad(lambda x: xp.sum(x[::-1] * x))(x[::2]), 2 * x[::-2])


@pytest.mark.parametrize("bad", [np.array(3), True, "a", np.array([object()])])
def test_input_without_derivative_is_refused_by_name(bad):
    def f(weight, count):
        return weight * count

    with pytest.raises(errors.NotDifferentiable, match="argument 'count' of f has dtype"):
        grad(f, 1)(1.0, bad)
    with pytest.raises(errors.NotDifferentiable, match="'weight'"):
        jvp(f, (bad, 1.0), (1.0, 1.0))
    assert grad(f)(2.0, np.array(3)) == 3


def test_gradient_of_a_vector_is_refused():
    with pytest.raises(errors.NotScalar, match=r"shape \(3,\).*jacrev.*vjp"):
        grad(lambda x: x * 2)(np.ones(3))
    with pytest.raises(errors.NotScalar):
        grad(lambda x: np.ones(2))(np.ones(3))
    with pytest.raises(errors.NotScalar, match="a tuple"):
        grad(lambda x: (x * x,))(1.0)


def test_wrong_shapes_are_refused():
    x = np.ones(3)
    with pytest.raises(errors.ShapeMismatch, match=r"tangent 0 has shape \(4,\), expected \(3,\)"):
        jvp(lambda x: x, (x,), (np.ones(4),))
    with pytest.raises(errors.ShapeMismatch, match="cotangent 0"):
        vjp(lambda x: x, x)[1](1.0)
    with pytest.raises(errors.EngineError, match="1 primals and 2 tangents"):
        jvp(lambda x: x, (x,), (x, x))


@pytest.mark.parametrize("result", [None, "text", {"a": None}])
def test_output_that_is_no_array_is_refused(result):
    with pytest.raises(errors.EngineError, match="expected an array"):
        grad(lambda x: result)(np.ones(3))
