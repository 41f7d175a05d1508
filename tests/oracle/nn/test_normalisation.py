"""Normalisations against torch with every keyword, and layer_norm by hand."""

from __future__ import annotations

import numpy as np
import pytest
from oracle.arrays import active, curvature, jacobian, values
from oracle.nn.checks import NN, check_as_torch, normal

from adbench.oracle.namespace import jets

WITH = [(), ("weight",), ("weight", "bias")]


def affine(names, shape):
    return [normal(*shape, seed=1 + i) + 0.5 for i, _ in enumerate(names)]


@pytest.mark.parametrize("eps", [1e-5, 0.1])
@pytest.mark.parametrize("shape", [(4,), (3, 4)])
@pytest.mark.parametrize("names", WITH)
def test_layer_norm(names, shape, eps):
    torch = pytest.importorskip("torch")
    check_as_torch(
        lambda x, *p: NN.layer_norm(x, shape, *p, eps=eps),
        lambda x, *p: torch.nn.functional.layer_norm(x, shape, *p, eps=eps),
        normal(2, 3, 4),
        *affine(names, shape),
    )


@pytest.mark.parametrize("shape", [(4,), (3, 4)])
@pytest.mark.parametrize("names", WITH[:2])
def test_rms_norm(names, shape):
    torch = pytest.importorskip("torch")
    check_as_torch(
        lambda x, *p: NN.rms_norm(x, shape, *p, eps=0.01),
        lambda x, *p: torch.nn.functional.rms_norm(x, shape, *p, eps=0.01),
        normal(2, 3, 4),
        *affine(names, shape),
    )


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("shape", [(4, 3), (2, 3, 4), (2, 3, 2, 2)])
@pytest.mark.parametrize("names", WITH)
def test_batch_norm(names, shape, training):
    torch = pytest.importorskip("torch")
    mean, variance = normal(3, seed=5), np.exp(normal(3, seed=6))

    def theirs(x, *p):
        running = (torch.tensor(mean), torch.tensor(variance))
        return torch.nn.functional.batch_norm(x, *running, *p, training=training, eps=0.01)

    check_as_torch(
        lambda x, *p: NN.batch_norm(x, mean, variance, *p, training=training, eps=0.01),
        theirs,
        normal(*shape),
        *affine(names, (3,)),
    )


@pytest.mark.parametrize("groups", [1, 2, 4])
@pytest.mark.parametrize("names", WITH)
def test_group_norm(names, groups):
    torch = pytest.importorskip("torch")
    check_as_torch(
        lambda x, *p: NN.group_norm(x, groups, *p, eps=0.01),
        lambda x, *p: torch.nn.functional.group_norm(x, groups, *p, eps=0.01),
        normal(2, 4, 3),
        *affine(names, (4,)),
    )


@pytest.mark.parametrize("names", WITH)
def test_instance_norm(names):
    torch = pytest.importorskip("torch")

    def theirs(x, *p):
        return torch.nn.functional.instance_norm(x, eps=0.01, **dict(zip(names, p, strict=True)))

    check_as_torch(
        lambda x, *p: NN.instance_norm(x, eps=0.01, **dict(zip(names, p, strict=True))),
        theirs,
        normal(2, 3, 4),
        *affine(names, (3,)),
    )


@pytest.mark.parametrize("p", [1.0, 2.0, 3.0])
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_normalize(axis, p):
    torch = pytest.importorskip("torch")
    check_as_torch(
        lambda x: NN.normalize(x, p, axis=axis), lambda x: torch.nn.functional.normalize(x, p, dim=axis), normal(2, 3)
    )


def test_a_short_vector_is_divided_by_the_least_length():
    assert values(NN.normalize(jets([[3.0, 4.0]]), eps=8.0)).tolist() == [[0.375, 0.5]]


def test_one_axis_may_be_a_number():
    x = normal(2, 3)
    assert values(NN.layer_norm(jets(x), 3)).tolist() == values(NN.layer_norm(jets(x), (3,))).tolist()


def test_a_shape_that_is_not_the_last_axes_is_refused():
    with pytest.raises(ValueError, match=r"the last axes of shape \(2, 3\) are not \(2,\)"):
        NN.layer_norm(jets(normal(2, 3)), (2,))


def test_layer_norm_by_hand():
    """y = c/s with c = x − x̄, s² = c·c/n + ε: ∂yᵢ/∂xⱼ = (δ − 1/n)/s − cᵢcⱼ/(n s³), and its own derivative along v."""
    x, v, n, eps = np.array([1.0, -2.0, 4.0]), np.array([1.0, 2.0, 3.0]), 3, 0.25
    c, u = x - x.mean(), v - v.mean()
    s, centre = np.sqrt(c @ c / n + eps), np.eye(n) - 1 / n
    s_dot = c @ u / (n * s)
    first = centre / s - np.outer(c, c) / (n * s**3)
    second = (
        -centre * s_dot / s**2
        - (np.outer(u, c) + np.outer(c, u)) / (n * s**3)
        + 3 * np.outer(c, c) * s_dot / (n * s**4)
    )
    y = NN.layer_norm(active(x), 3, eps=eps)
    np.testing.assert_allclose(values(y), c / s, rtol=1e-14)
    np.testing.assert_allclose(jacobian(y, n), first, rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(curvature(y, n), second, rtol=1e-13, atol=1e-15)
