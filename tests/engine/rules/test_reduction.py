"""Sums, products, extrema, moments, norms: over every form of axis."""

import numpy as np
import pytest
from engine.checks import check, normal

from adbench.engine import grad, vjp
from adbench.engine import numpy as xp

AXES = [None, 0, -1, (0, 2), (-1, 0), (0, 1, 2)]
REDUCTIONS = ["sum", "mean", "prod", "max", "min", "var", "std"]


@pytest.mark.parametrize("name", REDUCTIONS)
@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("keepdims", [False, True])
def test_reduction(name, axis, keepdims):
    reduce, x = getattr(xp, name), normal(2, 3, 2)
    np.testing.assert_allclose(
        reduce(x, axis=axis, keepdims=keepdims),
        getattr(np, name)(x, axis=axis, keepdims=keepdims),
        rtol=1e-14,
    )
    check(
        lambda x: reduce(x, axis=axis, keepdims=keepdims), x, second=keepdims and name not in ("sum", "max")
    )


@pytest.mark.parametrize("name", ["sum", "mean", "prod", "max", "min"])
def test_reduction_over_no_axis(name):
    check(lambda x: getattr(xp, name)(x * x, axis=()), normal(2, 3))


@pytest.mark.parametrize("order", [1, 2, 3, 2.5, np.inf, -np.inf])
@pytest.mark.parametrize("axis", [None, 1, (0, 2)])
def test_vector_norm(order, axis):
    x = normal(2, 3, 2)
    check(lambda x: xp.linalg.vector_norm(x, axis=axis, ord=order), x, second=order == 2)
    np.testing.assert_allclose(
        xp.linalg.vector_norm(x, axis=axis, ord=order),
        np.linalg.vector_norm(x, axis=axis, ord=order),
        rtol=1e-14,
    )


@pytest.mark.parametrize("order", [1, 2, 3])
def test_norm_at_zero_has_the_least_subgradient(order):
    np.testing.assert_array_equal(grad(lambda x: xp.linalg.vector_norm(x, ord=order))(np.zeros(3)), 0)


def test_matrix_norm():
    check(xp.linalg.matrix_norm, normal(2, 3, 3))


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        ([2.0, 3.0, 5.0], [15, 10, 6]),
        ([0.0, 3.0, 5.0], [15, 0, 0]),
        ([0.0, 3.0, 0.0], [0, 0, 0]),
        ([1e-200, 1e-200, 1e200], [1, 1, 0]),  # y / x would be 0
        ([7.0], [1]),
    ],
)
def test_prod_without_division(x, expected):
    np.testing.assert_array_equal(grad(xp.prod)(np.array(x)), expected)


def test_prod_with_zeros_to_second_order():
    check(xp.prod, [0.0, 2.0, 0.0, 3.0, 5.0])


def test_ties_of_extrema_are_shared():
    x = np.array([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]])
    np.testing.assert_allclose(grad(lambda x: xp.sum(xp.max(x, axis=1)))(x), [[0, 0.5, 0.5], [1 / 3] * 3])
    np.testing.assert_allclose(grad(xp.min)(x), [[1, 0, 0], [0, 0, 0]])


def test_std_of_a_constant_vector_has_derivative_zero():
    np.testing.assert_array_equal(grad(xp.std)(np.ones(3)), 0)


@pytest.mark.parametrize("name", ["var", "std"])
def test_correction(name):
    x = normal(4, 2)
    check(lambda x: getattr(xp, name)(x, axis=0, correction=1), x)
    np.testing.assert_allclose(
        getattr(xp, name)(x, axis=0, correction=1), getattr(np, name)(x, axis=0, correction=1), rtol=1e-14
    )


@pytest.mark.parametrize("include_initial", [False, True])
@pytest.mark.parametrize("axis", [0, -1])
def test_cumulative_sum(axis, include_initial):
    check(lambda x: xp.cumulative_sum(x * x, axis=axis, include_initial=include_initial), normal(2, 3))


def test_cumulative_sum_of_a_vector_needs_no_axis():
    check(lambda x: xp.cumulative_sum(x * x), normal(4))


def test_empty_axis():
    x = np.ones((2, 0))
    np.testing.assert_array_equal(vjp(lambda x: xp.sum(x, axis=1), x)[1](np.ones(2))[0], x)
    np.testing.assert_array_equal(vjp(lambda x: xp.prod(x, axis=1), x)[1](np.ones(2))[0], x)


def test_dtype_of_a_sum():
    y, pullback = vjp(lambda x: xp.sum(x, dtype=xp.float64), np.ones(3, np.float32))
    assert y.dtype == np.float64
    assert pullback(y)[0].dtype == np.float32
