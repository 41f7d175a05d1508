"""Rules that the user gives."""

import numpy as np
import pytest
from engine.checks import check

from adbench.engine import Tensor, custom_jvp, custom_vjp, errors, grad, jvp, vjp
from adbench.engine import numpy as xp

sigmoid = custom_vjp(
    lambda x: 1 / (1 + xp.exp(-x)),
    lambda y_bar, y, x: y_bar * y * (1 - y),
    lambda x_dot, y, x: x_dot * y * (1 - y),
)
X = np.array(0.3)


def test_both_modes_use_the_rules():
    rule = custom_vjp(lambda x: x * 2, lambda y_bar, y, x: y_bar * 7, lambda x_dot, y, x: x_dot * 5)
    assert rule(X) == 0.6
    assert grad(rule)(X) == 7
    assert jvp(rule, (X,), (np.array(1.0),))[1] == 5


def test_rules_are_differentiated_in_turn():
    s = 1 / (1 + np.exp(-0.3))
    expected = s * (1 - s) * (1 - 2 * s)

    def by_forward(f):
        return lambda x: jvp(f, (x,), (np.array(1.0),))[1]

    for outer in (grad, by_forward):
        for inner in (grad, by_forward):
            assert outer(inner(sigmoid))(X) == pytest.approx(expected, rel=1e-14)


def test_several_primals():
    product = custom_vjp(
        lambda x, y: x * y,
        lambda z_bar, z, x, y: (z_bar * y, z_bar * x),
        lambda dots, z, x, y: dots[0] * y + x * dots[1],
    )
    x, y = np.array([1.0, 2.0]), np.array([3.0, 5.0])
    _, pullback = vjp(product, x, y)
    np.testing.assert_array_equal(pullback(np.ones(2)), [y, x])
    np.testing.assert_array_equal(jvp(lambda x: product(x, y), (x,), (np.ones(2),))[1], y)


def test_forward_mode_without_a_rule_is_refused():
    def halve(x):
        return x / 2

    with pytest.raises(errors.NoForwardRule, match="halve has a custom vjp and no custom jvp"):
        jvp(custom_vjp(halve, lambda y_bar, y, x: y_bar / 2), (X,), (X,))


def test_wrong_shape_from_a_rule_is_refused():
    def double(x):
        return x * 2

    wrong = custom_vjp(double, lambda y_bar, y, x: np.ones(4), lambda x_dot, y, x: np.ones(4))
    with pytest.raises(errors.ShapeMismatch, match=r"vjp rule of double gave shape \(4,\), expected \(3,\)"):
        grad(lambda x: xp.sum(wrong(x)))(np.ones(3))
    with pytest.raises(errors.ShapeMismatch, match="jvp rule of double"):
        jvp(wrong, (np.ones(3),), (np.ones(3),))
    too_many = custom_vjp(double, lambda y_bar, y, x: (y_bar, y_bar))
    with pytest.raises(errors.ShapeMismatch, match="gave 2 cotangents, expected 1"):
        grad(lambda x: xp.sum(too_many(x)))(np.ones(3))


cube = custom_jvp(lambda x: x**3, lambda x_dot, y, x: 3 * x**2 * x_dot)
ratio = custom_jvp(
    lambda x, y: x / y,
    lambda dots, z, x, y: (dots[0] - z * dots[1]) / y,
)


def test_custom_jvp_in_both_modes_and_all_orders():
    check(cube, np.array([0.3, -0.7]))
    check(ratio, np.array([0.3, -0.7]), np.array([1.5, 0.5]))
    check(lambda x: ratio(x, x * x + 1), np.array([0.3, -0.7]))


def test_custom_jvp_uses_the_rule():
    odd = custom_jvp(lambda x: x * 2, lambda x_dot, y, x: 7 * x_dot)
    assert odd(X) == 0.6
    assert grad(odd)(X) == jvp(odd, (X,), (np.array(1.0),))[1] == 7
    constant = custom_jvp(lambda x: x * 2, lambda x_dot, y, x: np.zeros(x.shape))
    assert grad(constant)(X) == jvp(constant, (X,), (np.array(1.0),))[1] == 0


def test_custom_jvp_that_sums():
    total = custom_jvp(lambda x: xp.sum(x * x), lambda x_dot, y, x: xp.sum(2 * x * x_dot))
    check(total, np.array([0.3, -0.7]))
    gradient = grad(total)(np.array([1.0, 2.0], np.float32))
    assert gradient.dtype == np.float32
    np.testing.assert_array_equal(gradient, [2, 4])
    t = Tensor([1.0, 2.0])
    total(t).backward()
    np.testing.assert_array_equal(t.grad, [2, 4])


def test_custom_jvp_of_a_wrong_shape_is_refused_in_both_modes():
    def double(x):
        return x * 2

    wrong = custom_jvp(double, lambda x_dot, y, x: x_dot[0])
    for use in (lambda x: jvp(wrong, (x,), (x,)), lambda x: grad(lambda x: xp.sum(wrong(x)))(x)):
        with pytest.raises(errors.ShapeMismatch, match=r"jvp rule of double gave shape \(\), expected \(3,\)"):
            use(np.ones(3))
