"""Linear layers, convolutions and pooling against torch with every keyword, and small ones by hand."""

from __future__ import annotations

import numpy as np
import pytest
from oracle.arrays import active, jacobian, values
from oracle.nn.checks import NN, check_as_torch, normal

from adbench.errors import Undecided
from adbench.oracle.namespace import jets

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


POOLS = [(2, {}), (3, {"stride": 2}), (3, {"stride": 1, "padding": 1}), (2, {"stride": 3, "padding": 1})]


@pytest.mark.parametrize(("size", "options"), POOLS)
@pytest.mark.parametrize("ndim", [1, 2])
def test_pooling(ndim, size, options):
    functional = pytest.importorskip("torch.nn.functional")
    x = normal(2, 2, 7) if ndim == 1 else normal(1, 2, 5, 6)
    for kind in ("max", "avg"):
        name = f"{kind}_pool{ndim}d"
        check_as_torch(
            lambda x, name=name: getattr(NN, name)(x, size, **options),
            lambda x, name=name: getattr(functional, name)(x, size, **options),
            x,
        )


@pytest.mark.parametrize("ndim", [1, 2])
def test_averages_may_leave_padding_out(ndim):
    functional = pytest.importorskip("torch.nn.functional")
    name, x = f"avg_pool{ndim}d", normal(2, 2, 7) if ndim == 1 else normal(1, 2, 5, 6)
    options = {"stride": 2, "padding": 1, "count_include_pad": False}
    check_as_torch(
        lambda x: getattr(NN, name)(x, 3, **options), lambda x: getattr(functional, name)(x, 3, **options), x
    )


def test_sizes_by_axis():
    functional = pytest.importorskip("torch.nn.functional")
    for name in ("max_pool2d", "avg_pool2d"):
        check_as_torch(
            lambda x, name=name: getattr(NN, name)(x, (2, 3), (1, 2), (1, 0)),
            lambda x, name=name: getattr(functional, name)(x, (2, 3), (1, 2), (1, 0)),
            normal(1, 2, 5, 6),
        )


def test_a_convolution_by_hand():
    """Cross-correlation: yᵢ = w₀ xᵢ + w₁ xᵢ₊₁."""
    x, weight = np.array([[[1.0, 2.0, 4.0]]]), np.array([[[3.0, -1.0]]])
    y = NN.conv1d(active(x), weight)
    assert values(y).tolist() == [[[1.0, 2.0]]]
    assert jacobian(y, 3).tolist() == [[3, -1, 0], [0, 3, -1]]
    y = NN.conv1d(x, active(weight), padding=1)
    assert jacobian(y, 2).tolist() == [[0, 1], [1, 2], [2, 4], [4, 0]]


def test_pooling_by_hand():
    x = active([[[1.0, 5.0, 2.0, 3.0]]])
    assert jacobian(NN.max_pool1d(x, 2), 4).tolist() == [[0, 1, 0, 0], [0, 0, 0, 1]]
    assert jacobian(NN.avg_pool1d(x, 2, stride=1), 4)[1].tolist() == [0, 0.5, 0.5, 0]


def test_a_window_with_two_largest_entries_is_undecided():
    with pytest.raises(Undecided):
        NN.max_pool1d(active([[[1.0, 1.0]]]), 2)
    assert values(NN.max_pool1d(jets([[[1.0, 1.0]]]), 2)).tolist() == [[[1]]]
