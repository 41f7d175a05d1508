"""Linear layers and convolutions against torch with every keyword, and a small one by hand."""

from __future__ import annotations

import numpy as np
import pytest
from oracle.arrays import active, jacobian, values
from oracle.nn.checks import NN, check_as_torch, normal

OPTIONS = [
    {},
    {"stride": 2},
    {"padding": 1},
    {"dilation": 2},
    {"stride": 3, "padding": 2, "dilation": 2},
    {"padding": "same"},
    {"padding": "same", "dilation": 2},
    {"padding": "valid"},
    {"groups": 2},
    {"groups": 2, "stride": 2, "padding": 1},
]


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("shape", [(3,), (2, 3), (2, 2, 3)])
def test_linear(shape, bias):
    functional = pytest.importorskip("torch.nn.functional")
    check_as_torch(NN.linear, functional.linear, normal(*shape), normal(4, 3, seed=1), *[normal(4, seed=2)] * bias)


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_conv1d(options, bias):
    functional = pytest.importorskip("torch.nn.functional")
    x, weight = normal(2, 4, 7), normal(4, 4 // options.get("groups", 1), 3, seed=1)
    check_as_torch(
        lambda *p: NN.conv1d(*p, **options),
        lambda *p: functional.conv1d(*p, **options),
        x,
        weight,
        *[normal(4, seed=2)] * bias,
    )


@pytest.mark.parametrize("options", [*OPTIONS, {"stride": (1, 2), "padding": (2, 0), "dilation": (2, 1)}], ids=str)
@pytest.mark.parametrize("kernel", [(2, 3), (1, 1)])
@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
def test_conv2d(kernel, options):
    functional = pytest.importorskip("torch.nn.functional")
    x, weight = normal(1, 2, 5, 6), normal(2, 2 // options.get("groups", 1), *kernel, seed=1)
    check_as_torch(
        lambda *p: NN.conv2d(*p, **options),
        lambda *p: functional.conv2d(*p, **options),
        x,
        weight,
        normal(2, seed=2),
    )


@pytest.mark.parametrize("options", [{}, {"stride": (1, 2, 1), "padding": (0, 1, 0)}, {"groups": 2}], ids=str)
def test_conv3d(options):
    functional = pytest.importorskip("torch.nn.functional")
    x, weight = normal(1, 2, 2, 3, 3), normal(2, 2 // options.get("groups", 1), 2, 2, 2, seed=1)
    check_as_torch(
        lambda *p: NN.conv3d(*p, **options), lambda *p: functional.conv3d(*p, **options), x, weight, normal(2, seed=2)
    )


TRANSPOSED = [
    {},
    {"stride": 2},
    {"padding": 1},
    {"dilation": 2, "padding": 2},
    {"stride": 3, "padding": 1, "output_padding": 2},
    {"groups": 2, "stride": 2, "dilation": 2, "output_padding": 1},
]


@pytest.mark.parametrize("ndim", [1, 2])
@pytest.mark.parametrize("options", TRANSPOSED, ids=str)
def test_transposed_convolutions(options, ndim):
    functional = pytest.importorskip("torch.nn.functional")
    groups = options.get("groups", 1)
    x, weight = normal(1, 2, *(4, 3)[:ndim]), normal(2, 4 // groups, *(3, 2)[:ndim], seed=1)
    check_as_torch(
        lambda *p: getattr(NN, f"conv_transpose{ndim}d")(*p, **options),
        lambda *p: getattr(functional, f"conv_transpose{ndim}d")(*p, **options),
        x,
        weight,
        normal(4, seed=2),
    )


def test_a_convolution_by_hand():
    """Cross-correlation: yᵢ = w₀ xᵢ + w₁ xᵢ₊₁."""
    x, weight = np.array([[[1.0, 2.0, 4.0]]]), np.array([[[3.0, -1.0]]])
    y = NN.conv1d(active(x), weight)
    assert values(y).tolist() == [[[1.0, 2.0]]]
    assert jacobian(y, 3).tolist() == [[3, -1, 0], [0, 3, -1]]
    y = NN.conv1d(x, active(weight), padding=1)
    assert jacobian(y, 2).tolist() == [[0, 1], [1, 2], [2, 4], [4, 0]]
