"""logsumexp, softmax and log_softmax: SciPy's shapes and keywords, derivatives in closed form, digits far out."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import scipy.special
from flint import arb, arb_mat
from mpmath import mpf
from oracle.special.checks import holds

from adbench.oracle.jet import Jet
from adbench.oracle.namespace import SPECIAL, jets
from adbench.oracle.precision import working

X = np.random.default_rng(0).uniform(-3, 3, (2, 3, 2))
AXES = [None, 0, 1, -1, (0, 2), (-1, 1)]


def middles(y):
    y = np.asarray(y, dtype=object)
    return np.array([float(j.value.mid()) for j in y.flat]).reshape(y.shape)


def second_order(x):
    """A jet for each entry with a direction of its own, and the second order along (1, 2, …)."""
    rows = np.eye(len(x), dtype=int).tolist()
    return np.array([Jet(arb(float(x[k])), arb_mat([row]), arb(k + 1)) for k, row in enumerate(rows)])


def exact_softmax(x):
    powers = [mpmath.exp(mpf(float(e))) for e in x]
    return [p / mpmath.fsum(powers) for p in powers]


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("axis", AXES)
def test_logsumexp_takes_scipys_keywords(axis, keepdims):
    for b in (None, np.array([[1.0, 0.5], [2.0, 3.0], [0.25, 1.5]])):
        expected = scipy.special.logsumexp(X, axis=axis, b=b, keepdims=keepdims)
        got = SPECIAL.logsumexp(jets(X), axis=axis, b=b, keepdims=keepdims)
        assert np.shape(got) == np.shape(expected)
        np.testing.assert_allclose(middles(got), expected, rtol=1e-14)


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_softmax_over_axes(name, axis):
    got = getattr(SPECIAL, name)(jets(X), axis=axis)
    np.testing.assert_allclose(middles(got), getattr(scipy.special, name)(X, axis=axis), rtol=1e-14, atol=1e-15)


def test_of_nothing():
    assert SPECIAL.logsumexp(jets(np.zeros(0))).value == -arb("inf")
    assert SPECIAL.softmax(jets(np.zeros((2, 0))), axis=1).shape == (2, 0)
    assert SPECIAL.softmax(jets(np.zeros((0, 2))), axis=1).shape == (0, 2)


@pytest.mark.parametrize("x", [(0.3, -1.2, 2.0), (1.0, 1.0, 1.0), (1000.0, -1000.0, 999.0), (0.0, 40.0, -40.0)])
@pytest.mark.parametrize("bits", [53, 320])
def test_derivatives_to_second_order_keep_their_digits(x, bits):
    """With p = softmax(x) and v = (1, 2, 3): ∇ lse = p, H v = p (v − p·v); log_softmaxᵢ = xᵢ − lse."""
    p = exact_softmax(x)
    mean = mpmath.fsum((k + 1) * q for k, q in enumerate(p))
    with working(bits):
        y, logs = SPECIAL.logsumexp(second_order(x)), SPECIAL.log_softmax(second_order(x))
        probabilities = SPECIAL.softmax(second_order(x))
    for k in range(3):
        curvature = p[k] * (k + 1 - mean)
        assert holds(y.dot[0, k], p[k])
        assert y.dot[0, k].rad() <= abs(y.dot[0, k].mid()) * arb(2) ** (6 - bits)
        assert holds(y.mixed[0, k], curvature)
        assert holds(probabilities[k].value, p[k])
        assert holds(probabilities[k].along, curvature)
        for i in range(3):
            assert holds(logs[i].dot[0, k], (i == k) - p[k])
            assert holds(logs[i].mixed[0, k], -curvature)
            assert holds(probabilities[i].dot[0, k], p[i] * ((i == k) - p[k]))


def test_the_log_of_what_is_almost_1_keeps_its_digits():
    """log softmax of (0, −100) in its first entry is −log(1 + e⁻¹⁰⁰)."""
    ball = SPECIAL.log_softmax(jets([0.0, -100.0]))[0].value
    assert holds(ball, -mpmath.log1p(mpmath.exp(-100)))
    assert ball.rad() <= abs(ball.mid()) * 1e-14


def test_weights_have_derivatives_too():
    """∂/∂bₖ log Σ b eˣ = e^(xₖ) / Σ b eˣ, and a weight of 0 takes no part."""
    x, b = np.array([0.5, -1.0, 2.0]), second_order([2.0, 0.0, 0.25])
    y, powers = SPECIAL.logsumexp(x, b=b), [mpmath.exp(mpf(e)) for e in (0.5, -1.0, 2.0)]
    total = 2 * powers[0] + powers[2] / 4
    assert holds(y.value, mpmath.log(total))
    for k in range(3):
        assert holds(y.dot[0, k], powers[k] / total)
