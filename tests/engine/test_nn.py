"""Functions of neural networks: values are the oracle's, whatever the options; the cases hold their derivatives."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from engine.checks import check, normal

from adbench.engine import compile, grad, nn, vmap
from adbench.engine import numpy as xp
from adbench.oracle.nn import NN

LINE, IMAGE = normal(2, 4, 7), normal(1, 2, 5, 6)
CALLS = [
    ("conv1d", (LINE, normal(2, 2, 3, seed=1), normal(2, seed=2)), {"stride": 2, "padding": 1, "groups": 2}),
    ("conv1d", (LINE, normal(3, 4, 2, seed=1)), {"padding": "same", "dilation": 2}),
    ("conv1d", (LINE, normal(3, 4, 2, seed=1)), {"padding": "valid"}),
    ("conv2d", (IMAGE, normal(3, 2, 2, 3, seed=1)), {"stride": (1, 2), "padding": (2, 0), "dilation": (2, 1)}),
    ("conv3d", (normal(1, 2, 2, 3, 3), normal(2, 1, 2, 2, 2, seed=1)), {"groups": 2, "padding": (0, 1, 1)}),
    ("conv_transpose1d", (LINE, normal(4, 1, 3, seed=1)),
     {"stride": 3, "padding": 1, "output_padding": 2, "groups": 2, "dilation": 2}),
    ("conv_transpose2d", (IMAGE, normal(2, 3, 2, 2, seed=1), normal(3, seed=2)), {"stride": (2, 1), "padding": (0, 1)}),
    ("max_pool1d", (LINE, 2), {"stride": 3, "padding": 1, "ceil_mode": True}),
    ("max_pool1d", (LINE, 3), {"dilation": 2, "stride": 1, "padding": 1}),
    ("max_pool2d", (IMAGE, (3, 2)), {"stride": 2, "ceil_mode": True}),
    ("avg_pool1d", (LINE, 3), {"stride": 2, "padding": 1, "ceil_mode": True}),
    ("avg_pool1d", (LINE, 3), {"stride": 2, "padding": 1, "ceil_mode": True, "count_include_pad": False}),
    ("avg_pool2d", (IMAGE, 3), {"stride": 2, "padding": 1, "ceil_mode": True}),
    ("avg_pool2d", (IMAGE, (3, 2)), {"divisor_override": 4}),
    ("glu", (LINE,), {"axis": 1}),
    ("batch_norm", (LINE, normal(4), normal(4, seed=1) ** 2), {"eps": 0.1}),
    ("group_norm", (LINE, 2, normal(4), normal(4, seed=1)), {}),
    ("normalize", (LINE,), {"p": 3.0, "axis": 2}),
    ("cosine_similarity", (LINE, normal(2, 4, 7, seed=1)), {"axis": 2}),
    ("cross_entropy", (LINE, np.array([[0, 3, 1, 2, 0, 1, 3]] * 2), normal(4) ** 2), {"label_smoothing": 0.3}),
    ("cross_entropy", (LINE, np.abs(LINE), normal(4) ** 2), {"reduction": "sum"}),
    ("kl_div", (LINE, np.abs(LINE)), {"reduction": "batchmean"}),
    ("smooth_l1", (LINE, 0 * LINE), {"beta": 0.0}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "operands", "options"), CALLS, ids=[call[0] for call in CALLS])
def test_values_are_the_oracles(name, operands, options):
    expected = np.asarray(NN[name](*operands, **options), dtype=object)
    y = np.asarray(getattr(nn, name)(*operands, **options))
    assert y.shape == expected.shape
    np.testing.assert_allclose(y, np.vectorize(lambda j: float(j.value.mid()))(expected), rtol=1e-13, atol=1e-15)


def test_there_is_every_function_of_the_oracle_and_no_other():
    assert {name for names in nn.NAMES.values() for name in names.split()} == set(NN)
    assert all(callable(getattr(nn, name)) for name in NN)


@pytest.mark.parametrize(
    ("name", "operands", "options"), [CALLS[i] for i in (0, 5, 7, 11)], ids=["conv", "transpose", "max", "avg"]
)
def test_derivatives_of_what_moves_windows(name, operands, options):
    arrays = [x for x in operands if isinstance(x, np.ndarray)]
    check(lambda *xs: getattr(nn, name)(*xs, *operands[len(arrays) :], **options), *arrays, second=False)


def test_compiled_and_in_batches():
    weight = normal(3, 2, 3, seed=1)

    def f(x):
        return xp.sum(nn.log_softmax(nn.max_pool1d(nn.gelu(nn.conv1d(x, weight, padding=1)), 2), axis=1)[0, 0])

    batch = normal(4, 1, 2, 6)
    each = np.stack([grad(f)(x) for x in batch])
    np.testing.assert_allclose(vmap(grad(f))(batch), each, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(compile(grad(f), batch[0])(batch[1]), each[1], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "elu", "selu", "celu", "hard_tanh", "hard_swish"])
def test_far_out_nothing_overflows(name):
    x = np.array([1e4, -1e4])
    with np.errstate(all="raise", under="ignore"):
        gradient = grad(lambda x: xp.sum(getattr(nn, name)(x)))(x)
    assert np.isfinite(gradient).all()


def test_what_is_not_there_is_named():
    with pytest.raises(AttributeError, match=r"adbench\.engine\.nn has no 'dropout'"):
        nn.dropout  # noqa: B018


def test_an_unknown_approximation_is_refused():
    with pytest.raises(ValueError, match='approximate is \'erf\', expected "none" or "tanh"'):
        nn.gelu(LINE, approximate="erf")


def test_an_unknown_reduction_is_refused():
    with pytest.raises(ValueError, match="reduction is 'max', expected one of none, mean, sum"):
        nn.mse(LINE, LINE, reduction="max")


def test_importing_does_without_scipy():
    code = "import sys, adbench.engine.nn; print('scipy' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"
