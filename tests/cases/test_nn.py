"""Functions of neural networks: proofs, derivatives known by other means, and planted mistakes."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest
from adbench.cases.nn import activations

from adbench import plain
from adbench.case import defined_by
from adbench.cases import nn
from adbench.errors import InvalidCase
from adbench.oracle.certify import prove
from adbench.oracle.nn import NN

FAMILY = {case.name.removeprefix("nn."): case for case in defined_by(nn.__name__)}


@cache
def truths(name, size="small"):
    return prove(FAMILY[name], size).truths


def jacobian(name, wrt="x"):
    """In float64, of shape (outputs, inputs)."""
    truth = truths(name)["float64"]
    return truth.jacobian[wrt].high.reshape(truth.value.high.size, -1)


def inputs(name):
    return truths(name)["float64"].inputs


@pytest.mark.parametrize("name", FAMILY)
def test_proves(name):
    case, proof = FAMILY[name], prove(FAMILY[name], "small")
    assert case.formula
    assert set(proof.truths) == set(case.dtypes)
    assert set(proof.proved) == set(case.jacobians)


@pytest.mark.parametrize("size", ["scalar", "empty"])
@pytest.mark.parametrize("name", ["elu", "gelu", "softplus_beta"])
def test_proves_in_other_shapes(name, size):
    shape = activations.SHAPES[size]["shape"]
    assert truths(name, size)["float32"].jacobian["x"].high.shape == shape + shape


def test_every_function_is_called():
    called = set()

    class Recording:
        def __getattr__(self, name):
            called.add(name)
            return getattr(plain.NAMESPACE.nn, name)

    xp = SimpleNamespace(nn=Recording())
    with np.errstate(all="ignore"):
        for case in FAMILY.values():
            case.function(xp, **case.make_inputs("small"))
    assert called == set(NN)


def test_closed_forms_keep_shape_and_dtype():
    for case in (case for case in FAMILY.values() if case.jacobians):
        for size in case.sizes:
            x = case.make_inputs(size)["x"].astype(case.dtypes[-1])
            with np.errstate(all="ignore"):
                J = case.jacobians["x"](plain.NAMESPACE, x=x)
            assert (J.shape, J.dtype) == (x.shape + x.shape, case.dtypes[-1]), case.name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("elu_at_100", [1.0, math.exp(-100)]),
        ("elu_far", [1.0, math.exp(-30)]),
        ("selu_tiny", [activations.SELU_SCALE, activations.SELU_SCALE * activations.SELU_ALPHA]),
        ("gelu_tiny", [0.5, 0.5]),
        ("gelu_at_100", [1.0, 0.0]),
        ("silu_at_100", [1.0, -99 * math.exp(-100)]),
        ("mish_at_20", [1.0, -19 * math.exp(-20)]),
        ("softplus_at_100", [1.0, math.exp(-100)]),
        ("softplus_beta_at_20", [1.0, math.exp(-50)]),
        ("log_sigmoid_at_100", [math.exp(-100), 1.0]),
        ("sigmoid_at_700", [math.exp(-700), math.exp(-700)]),
        ("soft_sign_far", [(1 + 1e6) ** -2, (1 + 1e6) ** -2]),
    ],
)
def test_slopes_that_are_known_by_other_means(name, expected):
    np.testing.assert_allclose(np.diagonal(jacobian(name)), expected, rtol=1e-7, atol=1e-320)


def test_softmax_has_the_covariance_of_a_choice():
    J, x = jacobian("softmax_apart"), inputs("softmax_apart")["x"]
    for i, row in enumerate(np.exp(x - x.max(axis=1, keepdims=True))):
        s, block = row / row.sum(), J.reshape(2, 3, 2, 3)[i, :, i]
        np.testing.assert_allclose(block[0, 1:], -s[0] * s[1:], rtol=1e-12)
        np.testing.assert_allclose(block.sum(axis=0), 0, atol=1e-16)


def test_a_transposed_convolution_is_the_adjoint():
    """⟨conv x, y⟩ = ⟨x, conv_transpose y⟩, with the same options and kernel."""
    shapes = [(1, 2, 7), (3, 2, 3), (1, 3, 4)]
    x, weight, y = (np.random.default_rng(i).standard_normal(shape) for i, shape in enumerate(shapes))
    xp, options = plain.NAMESPACE, {"stride": 2, "padding": 1}
    left = np.sum(xp.nn.conv1d(x, weight, **options) * y)
    assert np.sum(x * xp.nn.conv_transpose1d(y, weight, **options)) == pytest.approx(left, rel=1e-13)


def test_a_running_mean_shifts_and_a_normalised_row_does_not_follow_its_mean():
    scale = 1 / np.sqrt(inputs("batch_norm_statistics")["var"] + 1e-5)
    J = jacobian("batch_norm_statistics", "mean").reshape(3, 2, 2, 2)
    for channel in range(2):
        np.testing.assert_allclose(J[:, channel, :, channel], -scale[channel], rtol=1e-14)
    J = jacobian("layer_norm_nearly_constant").reshape(2, 4, 2, 4)
    np.testing.assert_allclose(J[0, :, 0].sum(axis=1), 0, atol=1e-10)


def test_every_window_of_a_pool_has_one_largest_entry():
    for name in ("max_pool1d_padding", "max_pool2d_ceil"):
        J = jacobian(name)
        assert set(J.ravel()) == {0.0, 1.0}
        assert (J.sum(axis=1) == 1).all()


def test_an_average_that_leaves_padding_out_has_weights_that_add_up():
    assert jacobian("avg_pool1d_without_padding").sum(axis=1) == pytest.approx(1)
    assert jacobian("avg_pool1d_padding").sum(axis=1).min() == pytest.approx(2 / 3)


def test_logits_that_are_right_have_a_gradient_left():
    J = np.diagonal(jacobian("bce_with_logits_at_100"))
    np.testing.assert_allclose(J[:2], [-math.exp(-100), math.exp(-100)], rtol=1e-12)
    assert jacobian("cross_entropy_sure")[0, 0] == pytest.approx(-math.exp(-40) - math.exp(-41), rel=1e-12)


def test_distances_change_along_unit_vectors():
    x, y = inputs("cdist_near")["x"], inputs("cdist_near")["y"]
    J = jacobian("cdist_near").reshape(2, 2, 2, 2)
    for i in range(2):
        step = x[i] - y[i]
        np.testing.assert_allclose(J[i, i, i], step / np.hypot(*step), rtol=1e-12)


def test_a_slope_that_forgets_a_term_is_refused():
    case = FAMILY["gelu"]
    planted = {"x": activations.diagonal(lambda xp, x: xp.special.ndtr(x))}
    with pytest.raises(InvalidCase, match="wrong at entry"):
        prove(replace(case, jacobians=planted), "small")


def test_hazards_are_tagged():
    tagged = {name for name, case in FAMILY.items() if "hazard" in case.tags}
    assert {"gelu_at_20", "layer_norm_offset", "cdist_near", "cross_entropy_at_1000", "attention_sure"} <= tagged
    assert not tagged & {"gelu", "layer_norm", "cdist", "conv2d"}
