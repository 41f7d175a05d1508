"""Linear algebra that factorises."""

import numpy as np
import pytest
from engine.checks import assert_close, check, normal

from adbench.engine import grad, jacfwd, jacrev
from adbench.engine import numpy as xp

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
