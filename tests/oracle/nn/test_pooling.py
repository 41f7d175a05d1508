"""Pooling against torch with every keyword, and small ones by hand."""

from __future__ import annotations

import pytest
from oracle.arrays import active, jacobian, values
from oracle.nn.checks import NN, check_as_torch, normal

from adbench.errors import Undecided
from adbench.oracle.namespace import jets

POOLS = [
    (2, {}),
    (3, {"stride": 2}),
    (3, {"stride": 1, "padding": 1}),
    (2, {"stride": 3, "padding": 1}),
    (2, {"ceil_mode": True}),
    (3, {"stride": 2, "padding": 1, "ceil_mode": True}),
    (2, {"stride": 3, "padding": 1, "ceil_mode": True}),
]


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


@pytest.mark.parametrize("options", [{"dilation": 2}, {"dilation": 2, "padding": 1, "stride": 2, "ceil_mode": True}])
def test_maxima_of_entries_apart(options):
    functional = pytest.importorskip("torch.nn.functional")
    for name, x in (("max_pool1d", normal(2, 2, 7)), ("max_pool2d", normal(1, 2, 5, 6))):
        check_as_torch(
            lambda x, name=name: getattr(NN, name)(x, 2, **options),
            lambda x, name=name: getattr(functional, name)(x, 2, **options),
            x,
        )


def test_a_divisor_of_ones_own():
    functional = pytest.importorskip("torch.nn.functional")
    options = {"stride": 2, "padding": 1, "ceil_mode": True, "divisor_override": 5}
    check_as_torch(
        lambda x: NN.avg_pool2d(x, 3, **options), lambda x: functional.avg_pool2d(x, 3, **options), normal(1, 2, 5, 6)
    )


def test_pooling_by_hand():
    x = active([[[1.0, 5.0, 2.0, 3.0]]])
    assert jacobian(NN.max_pool1d(x, 2), 4).tolist() == [[0, 1, 0, 0], [0, 0, 0, 1]]
    assert jacobian(NN.avg_pool1d(x, 2, stride=1), 4)[1].tolist() == [0, 0.5, 0.5, 0]


def test_a_window_with_two_largest_entries_is_undecided():
    with pytest.raises(Undecided):
        NN.max_pool1d(active([[[1.0, 1.0]]]), 2)
    assert values(NN.max_pool1d(jets([[[1.0, 1.0]]]), 2)).tolist() == [[[1]]]
