"""Declaring a primitive of one's own."""

import numpy as np
import pytest
from engine.checks import check, normal, positive

from adbench.engine import bilinear, elementwise, grad, jvp, linear, primitive
from adbench.engine import numpy as xp

cube = elementwise(lambda x: x**3, lambda y, x: 3.0 * x * x)
fused = elementwise(
    lambda x, y, z: x * y + z, lambda w, x, y, z: y, lambda w, x, y, z: x, 1
)  # fmt: skip
shifted = elementwise(lambda x, y: x * np.round(y), lambda z, x, y: np.round(y), None)
even = linear(
    lambda x, start=0: x[start::2], lambda y_bar, x, start=0: xp.reshape(interleave(y_bar, start), x.shape)
)
scalar_product = bilinear(np.dot, lambda z_bar, x, y: z_bar * y, lambda z_bar, x, y: x * z_bar)
powered = primitive(
    lambda x, *, n: x**n,
    jvp=[lambda x_dot, y, x, *, n: x_dot * n * x ** (n - 1)],
    vjp=[lambda y_bar, y, x, *, n: y_bar * n * x ** (n - 1)],
)


def interleave(y, start):
    return xp.stack([xp.zeros_like(y), y] if start else [y, xp.zeros_like(y)], axis=1)


def test_elementwise():
    check(cube, normal(3))


def test_elementwise_of_three():
    check(fused, normal(3), normal(2, 1), normal(1))


def test_elementwise_without_derivative_in_an_operand():
    check(lambda x: shifted(x, np.array(3.2)), normal(3))
    assert grad(shifted, 1)(np.array(2.0), np.array(3.2)) == 0


@pytest.mark.parametrize("start", [0, 1])
def test_linear(start):
    check(lambda x: even(x * x, start), normal(4))
    check(lambda x: even(x * x, start=start), normal(4))


def test_bilinear():
    check(scalar_product, normal(3), normal(3, seed=1))


def test_general_with_parameters():
    check(lambda x: powered(x, n=3), positive(3))


def test_rules_of_inactive_operands_are_not_evaluated():
    def never(*_):
        raise AssertionError("evaluated")

    half = elementwise(np.multiply, lambda z, x, y: y, never)
    assert grad(half)(2.0, 3.0) == 3
    assert jvp(lambda x: half(x, 3.0), (2.0,), (1.0,)) == (6, 3)


def test_name_for_messages():
    assert xp.sin.__name__ == "sin"
    assert xp.special.expit.__name__ == "expit"
