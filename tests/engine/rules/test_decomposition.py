"""Linear algebra that factorises."""

import numpy as np
import pytest
import scipy.linalg
from engine.checks import assert_close, check, normal

from adbench.engine import errors, grad, jacfwd, jacrev
from adbench.engine import numpy as xp
from adbench.engine.rules import determinant

WELL = 3 * np.eye(3)


@pytest.mark.parametrize("shapes", [((3, 3), (3,)), ((3, 3), (3, 2)), ((2, 3, 3), (3,)), ((2, 3, 3), (3, 2))])
def test_solve(shapes):
    a, b = normal(*shapes[0]) + WELL, normal(*shapes[1])
    np.testing.assert_allclose(xp.linalg.solve(a, b), np.linalg.solve(a, b), rtol=1e-14)
    check(xp.linalg.solve, a, b)


@pytest.mark.parametrize("name", ["inv", "det", "trace"])
@pytest.mark.parametrize("shape", [(3, 3), (2, 3, 3)])
def test_of_a_square_matrix(name, shape):
    check(getattr(xp.linalg, name), normal(*shape) + WELL)


def test_slogdet_of_a_negative_determinant():
    x = normal(2, 3, 3) - WELL
    sign, logarithm = xp.linalg.slogdet(x)
    np.testing.assert_array_equal(sign, np.linalg.slogdet(x).sign)
    np.testing.assert_allclose(logarithm, np.linalg.slogdet(x).logabsdet, rtol=1e-15)
    check(lambda x: xp.linalg.slogdet(x).logabsdet, x)


def test_gradient_of_logdet_is_the_transposed_inverse():
    x = normal(3, 3) + WELL
    assert_close(grad(lambda x: xp.linalg.slogdet(x)[1])(x), np.linalg.inv(x).T, 1e-15)


@pytest.mark.parametrize("shape", [(3, 3), (2, 3, 3)])
def test_cholesky(shape):
    check(lambda x: xp.linalg.cholesky(x @ xp.matrix_transpose(x) + WELL), normal(*shape))


def test_both_modes_of_cholesky_take_the_symmetric_part():
    x = normal(3, 3)
    x = x @ x.T + WELL
    forward, reverse = jacfwd(xp.linalg.cholesky)(x), jacrev(xp.linalg.cholesky)(x)
    assert_close(forward, reverse, 1e-14)
    assert_close(reverse, np.swapaxes(reverse, -1, -2), 1e-14)


def test_det_of_a_singular_matrix_to_second_order():
    x = np.arange(9.0).reshape(3, 3)
    check(xp.linalg.det, x)
    check(xp.linalg.det, np.stack([x, np.eye(3), np.zeros((3, 3))]))


def test_derivative_of_det_of_a_singular_matrix_is_exact_where_it_can_be():
    x = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]])
    cofactors = [[-3, 6, -3], [6, -12, 6], [-3, 6, -3]]
    np.testing.assert_allclose(grad(xp.linalg.det)(x), cofactors, rtol=1e-15)


def test_det_of_a_large_singular_matrix():
    n = determinant.MANY + 2
    x = normal(n, n) / np.sqrt(n)
    x[0] = x[1] + x[2]
    large, many = grad(xp.linalg.det)(x), determinant.minors(x)
    np.testing.assert_allclose(large, many, rtol=0, atol=1e-12 * np.abs(many).max())


def test_slogdet_of_a_complex_matrix():
    x = normal(3, 3) + 1j * normal(3, 3, seed=1)
    sign, logarithm = xp.linalg.slogdet(x)
    np.testing.assert_allclose(sign * np.exp(logarithm), np.linalg.det(x), rtol=1e-14)


@pytest.mark.parametrize("n", [2, 3])
def test_triangular_solve_looks_at_one_triangle(n):
    a, b = normal(2, n, n) + 3 * np.eye(n), normal(2, n, 2)
    bar = grad(lambda a: xp.sum(xp.linalg.solve_triangular(a, b, lower=True)))(a)
    np.testing.assert_array_equal(np.triu(bar, 1), 0)
    np.testing.assert_allclose(xp.linalg.solve_triangular(a, b, lower=True), np.linalg.solve(np.tril(a), b), rtol=1e-13)
    adjoint = xp.linalg.solve_triangular(1j * a, b, trans="C")
    np.testing.assert_allclose(adjoint, np.linalg.solve(np.conj((1j * np.triu(a)).mT), b), rtol=1e-13)


def test_pinv_of_constant_rank():
    """Along matrices of rank one."""
    x, y = normal(3), normal(2)
    check(lambda x: xp.linalg.pinv(xp.linalg.outer(x, y)), x)


def test_what_is_not_determined_is_refused():
    """The added vectors are any basis of what is left; without a derivative they are NumPy's."""
    tall, wide = normal(3, 2), normal(2, 3)
    for operator in (jacfwd, jacrev):
        with pytest.raises(errors.NotDetermined, match=r"the last 1 columns of U are .* take full_matrices=False"):
            operator(lambda x: xp.linalg.svd(x)[0])(tall)
        with pytest.raises(errors.NotDetermined, match="the last 1 rows of Vh"):
            operator(lambda x: np.linalg.svd(x)[1])(wide)
        with pytest.raises(errors.NotDetermined, match=r"the last 1 columns of Q are .* take mode='reduced'"):
            operator(lambda x: xp.linalg.qr(x, mode="complete")[1])(tall)
    for x in (tall, wide):
        for got, expected in zip(xp.linalg.svd(x), np.linalg.svd(x), strict=True):
            np.testing.assert_array_equal(got, expected)
    for got, expected in zip(xp.linalg.qr(tall, mode="complete"), np.linalg.qr(tall, "complete"), strict=True):
        np.testing.assert_array_equal(got, expected)
    assert jacrev(lambda x: xp.linalg.qr(x, mode="complete")[1])(wide).shape == (2, 3, 2, 3)


def test_options_that_there_are_not():
    with pytest.raises(ValueError, match="no ord 3"):
        xp.linalg.matrix_norm(np.eye(2), ord=3)
    with pytest.raises(ValueError, match="two or more"):
        xp.linalg.multi_dot([np.eye(2)])


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("order", ["fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf])
def test_matrix_norms_are_numpys(order, keepdims):
    x = normal(2, 3, 4)
    expected = np.linalg.norm(x, order, (-2, -1), keepdims)
    np.testing.assert_allclose(xp.linalg.matrix_norm(x, ord=order, keepdims=keepdims), expected, rtol=1e-14)


def test_multi_dot_chooses_the_order():
    """(1000, 2) (2, 1000) (1000, 1): from the right it takes 4 thousand multiplications, from the left 3 million."""
    arrays = normal(1000, 2), normal(2, 1000), normal(1000)
    np.testing.assert_allclose(xp.linalg.multi_dot(arrays), arrays[0] @ (arrays[1] @ arrays[2]), rtol=1e-15)


@pytest.mark.parametrize("scale", [0.0, 1e-9, 1.0, 30.0])
def test_expm_is_scipys(scale):
    x = scale * normal(2, 4, 4)
    np.testing.assert_allclose(xp.linalg.expm(x), scipy.linalg.expm(x), rtol=1e-11)
