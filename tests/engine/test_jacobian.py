"""Jacobians and Hessians."""

import numpy as np
import pytest
from engine.checks import assert_close, normal

from adbench.engine import errors, hessian, hvp, jacfwd, jacrev
from adbench.engine import numpy as xp

ONE = np.array(1.0)


@pytest.mark.parametrize("jacobian", [jacfwd, jacrev])
def test_jacobian_shapes(jacobian):
    x, y = normal(2, 3), normal(4)

    def f(x, y):
        return xp.sum(x) * xp.stack([y, y])

    by_x, by_y = jacobian(f, (0, 1))(x, y)
    assert by_x.shape == (2, 4, 2, 3)
    assert by_y.shape == (2, 4, 4)
    assert_close(by_y, np.sum(x) * np.stack([np.eye(4), np.eye(4)]), 1e-14)
    assert jacobian(lambda x: xp.sum(x * x))(x).shape == (2, 3)
    assert jacobian(lambda x: x)(np.zeros((0, 2))).shape == (0, 2, 0, 2)


def test_hessian_and_hvp():
    x, a = normal(3), normal(3, 3)
    v = normal(3, seed=1)

    def f(x):
        return x @ a @ x

    assert_close(hessian(f)(x), a + a.T, 1e-14)
    assert_close(hvp(f, (x,), (v,))[0], (a + a.T) @ v, 1e-14)
    assert hessian(lambda x: x * x)(x).shape == (3, 3, 3)


def test_hessian_blocks():
    blocks = hessian(lambda x, y: xp.sum(x) * xp.sum(y * y), (0, 1))(normal(2), np.array([1.0, 2.0, 3.0]))
    assert [[b.shape for b in row] for row in blocks] == [[(2, 2), (2, 3)], [(3, 2), (3, 3)]]
    np.testing.assert_array_equal(blocks[0][1], [[2, 4, 6]] * 2)


def test_hvp_of_several_primals():
    products = hvp(lambda x, y: x * x * y, (np.array(3.0), np.array(5.0)), (ONE, np.array(2.0)))
    assert products == (2 * 5 * 1 + 2 * 3 * 2, 2 * 3 * 1)


def test_jacobian_by_complex_inputs_is_refused():
    with pytest.raises(errors.NotDifferentiable, match="real and imaginary parts"):
        jacrev(lambda z: z * z)(np.ones(2, complex))
