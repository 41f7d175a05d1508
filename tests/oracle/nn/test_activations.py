"""Activations against torch and by hand; at their kinks they are Undecided."""

from __future__ import annotations

import math

import numpy as np
import pytest
from oracle.arrays import active, curvature, jacobian, values
from oracle.nn.checks import NN, check_as_torch, normal

from adbench.errors import Undecided
from adbench.oracle.namespace import jets

X = np.concatenate([normal(3, 4).ravel(), [-6.0, 5.5, 30.0, -30.0]]).reshape(4, 4)
TORCHS = {"log_sigmoid": "logsigmoid", "hard_tanh": "hardtanh", "hard_swish": "hardswish", "soft_sign": "softsign"}
CALLS = [
    ("relu", {}),
    ("leaky_relu", {}),
    ("leaky_relu", {"negative_slope": 0.3}),
    ("elu", {}),
    ("elu", {"alpha": 0.4}),
    ("selu", {}),
    ("celu", {}),
    ("celu", {"alpha": 2.5}),
    ("gelu", {}),
    ("gelu", {"approximate": "tanh"}),
    ("silu", {}),
    ("sigmoid", {}),
    ("softplus", {"threshold": 1000.0}),
    ("softplus", {"beta": 2.5, "threshold": 1000.0}),
    ("log_sigmoid", {}),
    ("hard_tanh", {}),
    ("hard_tanh", {"min_val": -0.25, "max_val": 2.0}),
    ("relu6", {}),
    ("hard_swish", {}),
    ("mish", {}),
    ("soft_sign", {}),
]


@pytest.mark.parametrize(("name", "options"), CALLS)
def test_activations_are_torchs(name, options):
    functional = pytest.importorskip("torch.nn.functional")
    ours = {k: v for k, v in options.items() if k != "threshold"}  # above it torch's softplus is x
    check_as_torch(
        lambda x: getattr(NN, name)(x, **ours),
        lambda x: getattr(functional, TORCHS.get(name, name))(x, **options),
        X,
        atol=1e-13,  # torch's gelu of −30 is an error function's underflow
    )


@pytest.mark.parametrize("weights", [3, 1])
def test_prelu_is_torchs(weights):
    functional = pytest.importorskip("torch.nn.functional")
    check_as_torch(NN.prelu, functional.prelu, normal(2, 3, 2), normal(weights, seed=1))


@pytest.mark.parametrize("axis", [-1, 0, 1])
def test_glu_is_torchs(axis):
    functional = pytest.importorskip("torch.nn.functional")
    check_as_torch(lambda x: NN.glu(x, axis=axis), lambda x: functional.glu(x, dim=axis), normal(2, 4, 2))


def test_hard_sigmoid_is_torchs_by_way_of_relu6():
    """The derivative of torch's own takes 1/6 in float32, and is off by 3e-8 (torch 2.13)."""
    functional = pytest.importorskip("torch.nn.functional")
    check_as_torch(NN.hard_sigmoid, lambda x: functional.relu6(x + 3) / 6, X)


@pytest.mark.parametrize(
    ("name", "kinks"),
    [("relu", [0.0]), ("leaky_relu", [0.0]), ("hard_tanh", [-1.0, 1.0]), ("hard_sigmoid", [-3.0, 3.0]),
     ("relu6", [0.0, 6.0]), ("hard_swish", [-3.0, 3.0])],
)
def test_kinks_are_undecided(name, kinks):
    for x in kinks:
        with pytest.raises(Undecided):
            getattr(NN, name)(active([x]))


def test_an_unknown_approximation_is_refused():
    with pytest.raises(ValueError, match='approximate is \'erf\', expected "none" or "tanh"'):
        NN.gelu(jets([1.0]), approximate="erf")


def test_by_hand():
    """σ' = σ (1 − σ), silu' = σ + x σ', softplus' = σ(βx), gelu' = Φ + x φ, with their second derivatives."""
    x = 0.75
    s = 1 / (1 + math.exp(-x))
    slope, bend = s * (1 - s), s * (1 - s) * (1 - 2 * s)
    bell = math.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    expected = {
        "sigmoid": (s, slope, bend),
        "silu": (x * s, s + x * slope, 2 * slope + x * bend),
        "softplus": (math.log1p(math.exp(x)), s, slope),
        "log_sigmoid": (math.log(s), 1 - s, -slope),
        "gelu": (x * math.erfc(-x / math.sqrt(2)) / 2, math.erfc(-x / math.sqrt(2)) / 2 + x * bell, (2 - x * x) * bell),
    }
    for name, (value, first, second) in expected.items():
        y = getattr(NN, name)(active([x]))
        assert values(y)[0] == pytest.approx(value, rel=1e-14)
        assert jacobian(y, 1)[0, 0] == pytest.approx(first, rel=1e-14)
        assert curvature(y, 1)[0, 0] == pytest.approx(second, rel=1e-13)


def test_exponential_branches_by_hand():
    """Below 0 elu is α (eˣ − 1), selu λα (eˣ − 1), celu α (e^(x/α) − 1)."""
    for name, scale, rate in (
        ("elu", 0.5, 1.0),
        ("celu", 0.5, 2.0),
        ("selu", 1.0507009873554805 * 1.6732632423543772, 1),
    ):
        options = {} if name == "selu" else {"alpha": 0.5}
        y = getattr(NN, name)(active([-1.25]), **options)
        assert values(y)[0] == pytest.approx(scale * math.expm1(-1.25 * rate), rel=1e-14)
        assert jacobian(y, 1)[0, 0] == pytest.approx(scale * rate * math.exp(-1.25 * rate), rel=1e-14)
        assert curvature(y, 1)[0, 0] == pytest.approx(scale * rate**2 * math.exp(-1.25 * rate), rel=1e-14)


@pytest.mark.parametrize("x", [-745.0, 745.0, 40.0])
def test_far_out_the_digits_stay(x):
    y = NN.softplus(active([x]))[0]
    assert y.value.rel_accuracy_bits() >= 48
    assert y.dot[0, 0].rel_accuracy_bits() >= 48
