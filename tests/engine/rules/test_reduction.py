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
    check(lambda x: reduce(x, axis=axis, keepdims=keepdims), x, second=keepdims and name not in ("sum", "max"))


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


@pytest.mark.parametrize("name", ["sum", "prod", "mean", "var", "std", "max", "min"])
@pytest.mark.parametrize("axis", [None, 0, (0, -1)])
def test_chosen_entries_are_numpys(name, axis):
    x, where = normal(2, 3, 2), np.arange(12).reshape(2, 3, 2) % 5 > 0
    options = {"initial": 0.1} if name in ("sum", "prod", "max", "min") else {}
    got = getattr(xp, name)(x, axis=axis, where=where, keepdims=True, **options)
    np.testing.assert_allclose(got, getattr(np, name)(x, axis=axis, where=where, keepdims=True, **options), rtol=1e-14)
    check(lambda x: getattr(xp, name)(x, axis=axis, where=where, **options), x, second=False)


def test_initial_may_be_traced():
    check(lambda x, y: xp.sum(x, initial=y) * xp.prod(x, axis=0, initial=y), normal(3), np.array(1.5))


def test_extremum_of_chosen_entries_needs_an_initial_value():
    with pytest.raises(ValueError, match="needs an initial value"):
        xp.max(np.ones(2), where=np.array([True, False]))


@pytest.mark.parametrize("name", ["sort", "argsort"])
@pytest.mark.parametrize("descending", [False, True])
def test_sorting_ties_keep_their_order(name, descending):
    x = np.array([[2.0, 1.0, 2.0, 1.0, 3.0]])
    expected = np.argsort(-x if descending else x, axis=1, kind="stable")
    got = getattr(xp, name)(x, axis=1, descending=descending)
    np.testing.assert_array_equal(got, expected if name == "argsort" else np.take_along_axis(x, expected, 1))


def test_running_functions_need_an_axis():
    for f in (xp.cumulative_sum, xp.cumulative_prod):
        with pytest.raises(ValueError, match="2 dimensions needs an axis"):
            f(np.ones((2, 2)))


def test_running_product_with_zeros_to_second_order():
    check(xp.cumulative_prod, [2.0, 0.0, 3.0, 0.0, 5.0])
    np.testing.assert_array_equal(grad(lambda x: xp.cumulative_prod(x)[2])(np.array([2.0, 0.0, 3.0])), [0, 6, 0])
