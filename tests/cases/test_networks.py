"""Neural networks: proofs, the lecture notes' own backpropagation, other implementations, and planted mistakes."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from adbench.cases.networks import common, losses

from adbench import plain
from adbench.case import defined_by
from adbench.cases import networks
from adbench.errors import InvalidCase
from adbench.oracle.certify import prove

FAMILY = {case.name.removeprefix("networks."): case for case in defined_by(networks.__name__)}
BENCH = ["two_layer_nll", "mlp_3", "softmax_cross_entropy", "attention", "rnn"]


@cache
def proof(name):
    return prove(FAMILY[name], "small")


def truths(name):
    return proof(name).truths


def jacobian(name, wrt):
    return truths(name)["float64"].jacobian[wrt].high


def value(name, **inputs):
    return FAMILY[name].function(plain.NAMESPACE, **inputs)


@pytest.mark.parametrize("name", FAMILY)
def test_proves(name):
    case, proven = FAMILY[name], proof(name)
    assert case.formula
    assert set(proven.truths) == set(case.dtypes)
    assert set(proven.proved) - {"vjp"} == set(case.wrt) == set(case.jacobians)
    assert {truth.bound for truth in proven.truths.values()} == {"radius"}


def test_the_catalogue_is_complete():
    assert set(FAMILY) == {
        "dense", "tanh_layer", "tanh_layer_saturated", "squared_loss", "two_layer", "two_layer_nll",
        "mlp_1", "mlp_3", "mlp_8", "relu_net",
        "softmax_cross_entropy", "cross_entropy_composed", "cross_entropy_chosen", "cross_entropy_fused",
        "cross_entropy_confident",
        "attention", "attention_causal", "attention_heads",
        "conv1d", "conv1d_channels", "conv1d_strided", "conv1d_dilated", "conv1d_padded",
        "layer_norm", "layer_norm_constant_row", "layer_norm_offset", "lstm_cell", "rnn", "rnn_by_inputs",
    }  # fmt: skip
    assert {name for name, case in FAMILY.items() if case.bench} == set(BENCH)


PULLED = [(name, dtype) for name, case in FAMILY.items() if case.pullback is not None for dtype in case.dtypes]


@pytest.mark.parametrize(("name", "dtype"), PULLED)
def test_pullbacks_by_hand_are_within_tolerance(name, dtype):
    truth = truths(name)[dtype]
    inputs = {k: x.astype(dtype) for k, x in truth.inputs.items()}
    pulled = FAMILY[name].pullback(plain.NAMESPACE, truth.cotangent.astype(dtype), **inputs)
    for wrt in FAMILY[name].wrt:
        assert pulled[wrt].dtype == dtype
        assert (truth.vjp[wrt].error(pulled[wrt]) <= truth.vjp[wrt].tolerance).all()


@pytest.mark.parametrize("name", BENCH)
@pytest.mark.parametrize("size", ["medium", "large"])
def test_timed_sizes_stay_finite_in_float32(name, size):
    case = FAMILY[name]
    inputs = {k: x.astype("float32") for k, x in case.make_inputs(size).items()}
    y = case.function(plain.NAMESPACE, **inputs)
    pulled = case.pullback(plain.NAMESPACE, np.ones_like(y), **inputs)
    assert all(np.isfinite(x_bar).all() and x_bar.dtype == np.float32 for x_bar in pulled.values())
    assert all(np.abs(x_bar).max() > 1e-6 for x_bar in pulled.values())


# What the notes say


def note_004(x, A, b):
    """The function NN of the notes, letter by letter."""
    M, N = A.shape
    z = A.dot(x) + b
    f = np.tanh(z)
    dfdz = np.diag(1 - f**2)
    dzdA = np.zeros((M, M, N))
    for i in range(M):
        dzdA[i, i, :] = x.T
    dfdx = np.einsum("il, lj", dfdz, A)
    dfdb = np.einsum("il, lj", dfdz, np.eye(M))
    dfdA = np.einsum("il, ljk", dfdz, dzdA)
    return f, dfdA, dfdb, dfdx


def test_the_tanh_layer_is_the_notes_function():
    truth = truths("tanh_layer")["float64"]
    f, dfdA, dfdb, dfdx = note_004(**truth.inputs)
    np.testing.assert_allclose(truth.value.high, f, rtol=1e-14)
    for wrt, expected in {"A": dfdA, "b": dfdb, "x": dfdx}.items():
        np.testing.assert_allclose(jacobian("tanh_layer", wrt), expected, rtol=1e-13)


def test_the_squared_loss_is_the_notes_product_of_partial_derivatives():
    A, b, x, y = truths("squared_loss")["float64"].inputs.values()
    f, df_dA, df_db, _ = note_004(x, A, b)
    dL_de, de_df = (y - f), -np.eye(3)
    np.testing.assert_allclose(jacobian("squared_loss", "b"), dL_de @ de_df @ df_db, rtol=1e-13)
    np.testing.assert_allclose(jacobian("squared_loss", "A"), np.einsum("e,ef,fjk", dL_de, de_df, df_dA), rtol=1e-13)


def test_a_network_of_two_layers_is_the_notes_sum_over_its_neurons():
    w0, W, X = truths("two_layer")["float64"].inputs.values()
    sigma = lambda z: 1 / (1 + np.exp(-z))
    by_neuron = [sum(w0[j] * sigma(sum(x[k] * W[j, k] for k in range(3))) for j in range(5)) for x in X]
    np.testing.assert_allclose(truths("two_layer")["float64"].value.high, by_neuron, rtol=1e-14)
    assert [jacobian("two_layer_nll", wrt).shape for wrt in ("w0", "W")] == [(5,), (5, 3)]


def test_the_loss_of_two_layers_is_the_notes_log_likelihood():
    w0, W, X, y = truths("two_layer_nll")["float64"].inputs.values()
    p = 1 / (1 + np.exp(-value("two_layer", w0=w0, W=W, X=X)))
    likelihood = -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))
    assert truths("two_layer_nll")["float64"].value.high == pytest.approx(likelihood, rel=1e-14)


@pytest.mark.parametrize("layers", [1, 3, 8])
def test_a_deep_network_is_the_notes_backpropagation(layers):
    """δ_K = ∂L/∂f_K, δ_k = δ_{k+1} ∂f_{k+1}/∂f_k, with the Jacobians of whole layers, a row of the batch at a time."""
    A, b, X, Y = truths(f"mlp_{layers}")["float64"].inputs.values()
    by_A, by_b = np.zeros_like(A), np.zeros_like(b)
    for x, y in zip(X, Y, strict=True):
        f = [x]
        for k in range(layers):
            f.append(np.tanh(A[k] @ f[k] + b[k]))
        delta = -2 * (y - f[-1])
        for k in reversed(range(layers)):
            _, df_dA, df_db, df_dx = note_004(f[k], A[k], b[k])
            by_A[k] += np.einsum("i,ijk", delta, df_dA)
            by_b[k] += delta @ df_db
            delta = delta @ df_dx
    np.testing.assert_allclose(jacobian(f"mlp_{layers}", "A"), by_A, rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(jacobian(f"mlp_{layers}", "b"), by_b, rtol=1e-11, atol=1e-13)


# What must hold


def test_some_units_are_active_and_some_are_not():
    A1, b1, A2, b2, X = truths("relu_net")["float64"].inputs.values()
    z1 = X @ A1.T + b1
    for z in (z1, np.maximum(z1, 0) @ A2.T + b2):
        assert 0.2 < (z > 0).mean() < 0.8


def test_the_three_ways_to_write_cross_entropy_agree():
    Z, T, labels = np.random.default_rng(0).standard_normal((4, 5)), np.eye(5)[losses.LABELS], losses.LABELS
    composed = value("cross_entropy_composed", Z=Z, T=T)
    assert composed == pytest.approx(-np.log(common.softmax(np, Z)[range(4), labels]).sum(), rel=1e-14)
    assert value("cross_entropy_chosen", Z=Z, labels=labels) == pytest.approx(composed, rel=1e-14)
    assert value("cross_entropy_fused", Z=Z, T=T) == pytest.approx(composed, rel=1e-14)


def test_confident_logits_still_have_a_gradient():
    by_Z = jacobian("cross_entropy_confident", "Z")
    assert (by_Z != 0).all()
    np.testing.assert_allclose(np.diag(by_Z)[:2], [-np.exp(-30.0) - np.exp(-35.0), -np.exp(-34.0)], rtol=1e-12)


def test_nobody_attends_to_what_comes_later():
    for wrt in ("K", "V"):
        by = jacobian("attention_causal", wrt)
        for m, n in np.ndindex(4, 4):
            assert (by[m, :, n] == 0).all() == (n > m or (wrt == "K" and m == 0))


def test_heads_do_not_see_each_other():
    heads = truths("attention_heads")["float64"]
    for wrt in ("Q", "K", "V"):
        assert (heads.jacobian[wrt].high[0, :, :, 1] == 0).all()
    alone = {k: x[1] for k, x in heads.inputs.items()}
    np.testing.assert_allclose(heads.value.high[1], value("attention", **alone), rtol=1e-14)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("conv1d_channels", {}),
        ("conv1d_strided", {"stride": 2}),
        ("conv1d_dilated", {"dilation": 2}),
        ("conv1d_padded", {"padding": 1}),
    ],
)
def test_convolutions_are_torchs(name, options):
    torch = pytest.importorskip("torch")
    truth = truths(name)["float64"]
    x, w = (torch.asarray(truth.inputs[k]) for k in ("x", "w"))
    np.testing.assert_allclose(truth.value.high, torch.conv1d(x[None], w, **options)[0], rtol=1e-13)


def test_a_convolution_of_one_channel_is_numpys_correlation():
    truth = truths("conv1d")["float64"]
    np.testing.assert_allclose(truth.value.high, np.correlate(*truth.inputs.values(), "valid"), rtol=1e-14)


@pytest.mark.parametrize("name", ["layer_norm", "layer_norm_constant_row", "layer_norm_offset"])
def test_a_normalised_row_does_not_see_an_offset(name):
    by_X = jacobian(name, "X")
    np.testing.assert_allclose(by_X.sum(axis=-1), 0, atol=1e-13 * np.abs(by_X).max())


def test_the_lstm_cell_is_torchs():
    torch = pytest.importorskip("torch")
    truth = truths("lstm_cell")["float64"]
    x, h, c, W, U, b = (torch.asarray(v) for v in truth.inputs.values())
    expected = torch.lstm_cell(x[None], (h[None], c[None]), W, U, b, torch.zeros_like(b))
    np.testing.assert_allclose(truth.value.high, torch.cat(expected), rtol=1e-13)


def test_a_recurrence_of_one_step_is_a_layer():
    inputs = FAMILY["rnn"].make_inputs("small")
    W, U, b, start, X, Y = (inputs[k] for k in ("W", "U", "b", "start", "X", "Y"))
    one = value("rnn", **{**inputs, "X": X[:1], "Y": Y[:1]})
    layers = [value("squared_loss", A=W, b=b + U @ h, x=x, y=y) for h, x, y in zip(start, X[0], Y[0], strict=True)]
    assert one == pytest.approx(sum(layers), rel=1e-14)


# Mistakes


def half_of_bias(xp, y_bar, **inputs):
    pulled = FAMILY["mlp_1"].pullback(xp, y_bar, **inputs)
    return {**pulled, "b": pulled["b"] * 0.5}


def without_the_sum(xp, y_bar, Q, K, V):
    """The softmax's cotangent without the part that comes through its normaliser."""
    pulled = FAMILY["attention"].pullback(xp, y_bar, Q=Q, K=K, V=V)
    P = common.softmax(xp, Q @ K.T / np.sqrt(2.0))
    return {**pulled, "Q": P * (y_bar @ V.T) @ K / np.sqrt(2.0)}


@pytest.mark.parametrize(("name", "wrong"), [("mlp_1", half_of_bias), ("attention", without_the_sum)])
def test_a_wrong_pullback_is_refused(name, wrong):
    with pytest.raises(InvalidCase, match=r"vjp of [bQ] is wrong at entry"):
        prove(replace(FAMILY[name], pullback=wrong, jacobians={}), "small")
