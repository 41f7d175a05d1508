"""logsumexp, softmax, log_softmax."""

import numpy as np
import pytest
import scipy.special
from engine.checks import check, normal

from adbench.engine import grad
from adbench.engine import numpy as xp

AXES = [None, 0, -1, (0, 2)]


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("keepdims", [False, True])
def test_logsumexp(axis, keepdims):
    x = normal(2, 3, 2)
    expected = scipy.special.logsumexp(x, axis=axis, keepdims=keepdims)
    np.testing.assert_allclose(xp.special.logsumexp(x, axis=axis, keepdims=keepdims), expected, rtol=1e-14)
    check(lambda x: xp.special.logsumexp(x, axis=axis, keepdims=keepdims), x, second=keepdims)


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_softmax(name, axis):
    x = normal(2, 3, 2)
    expected = getattr(scipy.special, name)(x, axis=axis)
    np.testing.assert_allclose(getattr(xp.special, name)(x, axis=axis), expected, rtol=1e-14)
    check(lambda x: getattr(xp.special, name)(x, axis=axis), x, second=axis == -1)


def test_gradient_of_logsumexp_far_out():
    np.testing.assert_array_equal(grad(xp.special.logsumexp)(np.array([1000.0, -1000.0])), [1, 0])
    np.testing.assert_array_equal(grad(xp.special.logsumexp)(np.array([5.0, -np.inf])), [1, 0])
