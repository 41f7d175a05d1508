"""The same entries, where a fresh array would not have them."""

import numpy as np
import pytest

from adbench.layouts import readonly, strided

ARRAYS = [
    np.array(1.5),
    np.arange(3.0),
    np.arange(6, dtype=np.float32).reshape(2, 3),
    np.arange(24).reshape(2, 3, 4),
    np.array([True, False]),
    np.empty((0, 3)),
]


@pytest.mark.parametrize("layout", [strided, readonly])
@pytest.mark.parametrize("x", ARRAYS, ids=lambda x: f"{x.dtype}{x.shape}")
def test_a_layout_changes_no_entry(layout, x):
    made = layout(x)
    assert (made.dtype, made.shape) == (x.dtype, x.shape)
    np.testing.assert_array_equal(made, x)
    assert not np.shares_memory(made, x)


@pytest.mark.parametrize("x", [x for x in ARRAYS if x.size > 1], ids=lambda x: f"{x.dtype}{x.shape}")
def test_what_is_strided_runs_backwards_over_every_other_entry(x):
    steps = strided(x).strides
    assert steps == tuple(sorted(steps, reverse=True))  # all negative, the first axis the densest
    assert steps[0] == -2 * x.itemsize
    assert strided(x).base.size == 2**x.ndim * x.size


def test_what_is_read_only_cannot_be_written():
    with pytest.raises(ValueError, match="read-only"):
        readonly(np.arange(3.0))[0] = 1.0
