"""Elementwise rules: in ulps against 60 digits, at kinks, broadcast, and to second order."""

import mpmath
import numpy as np
import pytest
from engine.checks import check, normal, positive
from hypothesis import given, settings
from hypothesis.extra.numpy import mutually_broadcastable_shapes

from adbench.engine import grad, jvp, vjp
from adbench.engine import numpy as xp

mpmath.mp.dps = 60
ULPS = 4.0  # a partial is a handful of correctly rounded operations and functions good to an ulp each

# name: (function of mpmath for the derivative, ordinary and hard points)
DERIVATIVES = {
    "abs": (mpmath.sign, [-2.0, 1e-300, 3.0]),
    "square": (lambda x: 2 * x, [0.0, -3.0, 1e150]),
    "sqrt": (lambda x: 1 / (2 * mpmath.sqrt(x)), [1e-300, 0.3, 4.0]),
    "reciprocal": (lambda x: -1 / x**2, [-0.3, 1e100, 7.0]),
    "exp": (mpmath.exp, [-700.0, 0.3, 700.0]),
    "exp2": (lambda x: mpmath.log(2) * mpmath.mpf(2) ** x, [-1000.0, 0.3, 1000.0]),
    "expm1": (mpmath.exp, [1e-12, -40.0, 1.0]),
    "log": (lambda x: 1 / x, [1e-300, 0.3, 1e300]),
    "log1p": (lambda x: 1 / (1 + x), [1e-17, -0.999999, 1e300]),
    "log2": (lambda x: 1 / (x * mpmath.log(2)), [1e-300, 0.3]),
    "log10": (lambda x: 1 / (x * mpmath.log(10)), [1e-300, 0.3]),
    "sin": (mpmath.cos, [-1.3, 1e-9, 100.0]),
    "cos": (lambda x: -mpmath.sin(x), [-1.3, 1e-9, 100.0]),
    "tan": (lambda x: mpmath.sec(x) ** 2, [-1.3, 1e-9, 0.4]),
    "asin": (lambda x: 1 / mpmath.sqrt(1 - x * x), [-0.9999999, 0.3, 0.999999999]),
    "acos": (lambda x: -1 / mpmath.sqrt(1 - x * x), [-0.9999999, 0.3, 0.999999999]),
    "atan": (lambda x: 1 / (1 + x * x), [1e-200, 0.5, -1e150]),
    "sinh": (mpmath.cosh, [-3.0, 1e-9, 700.0]),
    "cosh": (mpmath.sinh, [-3.0, 1e-9, 700.0]),
    "tanh": (lambda x: mpmath.sech(x) ** 2, [1e-9, 0.5, 19.0, -40.0, 200.0, 356.0]),
    "asinh": (lambda x: 1 / mpmath.sqrt(1 + x * x), [1e-9, 0.5, -1e200]),
    "acosh": (lambda x: 1 / mpmath.sqrt(x * x - 1), [1.000000001, 3.0, 1e200]),
    "atanh": (lambda x: 1 / (1 - x * x), [-0.99999999, 0.2]),
    "special.expit": (
        lambda x: mpmath.exp(-x) / (1 + mpmath.exp(-x)) ** 2,
        [1.0, -40.0, 40.0, 700.0, -700.0],
    ),
    "special.log_expit": (lambda x: 1 / (1 + mpmath.exp(x)), [0.1, 36.0, 700.0, -700.0]),
}


def named(name):
    return (
        getattr(xp.special, name.removeprefix("special."))
        if name.startswith("special.")
        else getattr(xp, name)
    )


def ulps(actual, expected):
    """The distance in units of the last place of the correctly rounded value."""
    return float(
        abs(mpmath.mpf(float(actual)) - expected) / mpmath.mpf(float(np.spacing(abs(float(expected)))))
    )


@pytest.mark.parametrize(
    ("name", "point"), [(n, p) for n, (_, points) in DERIVATIVES.items() for p in points]
)
def test_derivative_to_a_few_ulps(name, point):
    expected = DERIVATIVES[name][0](mpmath.mpf(point))
    x = np.array(point)
    assert ulps(grad(named(name))(x), expected) <= ULPS
    assert ulps(jvp(named(name), (x,), (np.array(1.0),))[1], expected) <= ULPS


@pytest.mark.parametrize("name", [n for n in DERIVATIVES if n != "acosh"])
def test_second_order(name):
    check(named(name), positive(3))


def test_second_order_of_acosh():
    check(xp.acosh, 1 + positive(3))


BINARY = [
    "add",
    "subtract",
    "multiply",
    "divide",
    "power",
    "maximum",
    "minimum",
    "atan2",
    "hypot",
    "logaddexp",
    "copysign",
    "remainder",
]


@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize("shapes", [((3,), ()), ((2, 1), (1, 3)), ((2, 3), (3,)), ((), ())])
def test_binary(name, shapes):
    check(getattr(xp, name), positive(*shapes[0]) + 0.1, 2 * positive(*shapes[1], seed=1))


@settings(max_examples=60, deadline=None)
@given(mutually_broadcastable_shapes(num_shapes=2, max_dims=4, max_side=3, min_side=0))
def test_broadcasting_is_undone(shapes):
    """Σ z̄ x y: the cotangent of an operand is the product with the other, summed to its shape."""
    x, y = normal(*shapes.input_shapes[0]), normal(*shapes.input_shapes[1], seed=1)
    z, pullback = vjp(xp.multiply, x, y)
    z_bar = normal(*shapes.result_shape, seed=2)
    x_bar, y_bar = pullback(z_bar)
    assert z.shape == shapes.result_shape
    assert (x_bar.shape, y_bar.shape) == (x.shape, y.shape)
    x_dot, y_dot = normal(*x.shape, seed=3), normal(*y.shape, seed=4)
    z_dot = jvp(xp.multiply, (x, y), (x_dot, y_dot))[1]
    left, right = np.sum(z_bar * z_dot), np.sum(x_bar * x_dot) + np.sum(y_bar * y_dot)
    np.testing.assert_allclose(left, right, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("f", [xp.add, xp.subtract, lambda x, y: xp.where(x > 0, x, y)])
def test_forward_mode_broadcasts_a_constant_partial(f):
    y, y_dot = jvp(lambda x: f(x, np.ones((2, 3))), (np.arange(3.0),), (np.ones(3),))
    assert y.shape == y_dot.shape == (2, 3)


@pytest.mark.parametrize("exponent", [0, 1, 2, 3, 2.0, np.float64(2), np.array(2.0), np.array(3.0), -1])
@pytest.mark.parametrize("base", [-2.0, 0.5])
def test_power_of_any_base_to_an_integer(base, exponent):
    assert grad(lambda x: x**exponent)(np.array(base)) == pytest.approx(
        float(exponent) * base ** (float(exponent) - 1)
    )


def test_power_at_zero():
    zero = np.array(0.0)
    assert grad(lambda x: x**0)(zero) == 0
    assert grad(lambda x: x**1)(zero) == 1
    assert grad(lambda x: x**2)(zero) == 0
    assert grad(grad(lambda x: x**2))(zero) == 2
    assert grad(grad(lambda x: xp.power(x, np.array(2.0))))(zero) == 2
    assert grad(xp.power, (0, 1))(zero, zero) == (0, 0)
    assert grad(xp.power, (0, 1))(zero, np.array(2.0)) == (0, 0)


def test_power_partial_that_is_not_asked_for_is_not_evaluated():
    with np.errstate(all="raise"):
        assert grad(lambda x: xp.power(x, np.array(3.0)))(np.array(-2.0)) == 12


def test_power_mixed_second_derivative_at_exponent_zero():
    """∂²xʸ/∂y∂x = xʸ⁻¹ (1 + y log x), which is 1/x at y = 0."""
    mixed = grad(lambda y: grad(lambda x: xp.power(x, y))(np.array(4.0)))(np.array(0.0))
    assert mixed == pytest.approx(0.25, rel=1e-15)


def test_conventions_at_kinks():
    zero = np.array(0.0)
    assert grad(xp.abs)(zero) == 0
    assert grad(xp.sqrt)(zero) == np.inf
    assert grad(lambda x: xp.maximum(x, 0))(zero) == 0.5
    assert grad(xp.maximum, (0, 1))(zero, zero) == (0.5, 0.5)
    assert grad(xp.minimum, (0, 1))(zero, zero) == (0.5, 0.5)
    assert grad(xp.hypot, (0, 1))(zero, zero) == (0, 0)
    assert grad(xp.logaddexp, (0, 1))(np.array(-np.inf), np.array(-np.inf)) == (0.5, 0.5)


def test_logaddexp_far_apart():
    x, y = np.array(1000.0), np.array(-1000.0)
    assert grad(xp.logaddexp, (0, 1))(x, y) == (1, 0)
    assert grad(xp.logaddexp, (0, 1))(y, x) == (0, 1)


@pytest.mark.parametrize("name", ["floor", "ceil", "round", "trunc", "sign"])
def test_derivative_of_steps_is_zero(name):
    x = np.array([-1.3, 0.4, 2.6])
    np.testing.assert_array_equal(grad(lambda x: xp.sum(getattr(xp, name)(x) * x))(x), getattr(np, name)(x))


def test_where_keeps_infinities_of_the_other_branch_out():
    x = np.array([0.0, 4.0])
    safe = grad(lambda x: xp.sum(xp.where(x > 0, xp.sqrt(xp.where(x > 0, x, 1.0)), 0.0)))
    np.testing.assert_array_equal(safe(x), [0, 0.25])
    _, pullback = vjp(lambda x: xp.where(np.array([True, False]), x, 0.0), np.ones(2))
    np.testing.assert_array_equal(pullback(np.array([2.0, np.inf]))[0], [2, 0])


def test_clip():
    x = np.array([-2.0, 0.5, 3.0])
    check(lambda x, low, high: xp.clip(x, low, high), x, np.array(0.0), np.array([1.0, 1.5, 2.0]))
    check(lambda x: xp.clip(x, max=1.0), x)
    np.testing.assert_array_equal(grad(lambda x: xp.sum(xp.clip(x)))(x), 1)
