"""Scaled dot-product attention against torch with every mask, and softmax by its axis."""

from __future__ import annotations

import numpy as np
import pytest
from oracle.arrays import active, jacobian, values
from oracle.nn.checks import NN, check_as_torch, normal

from adbench.oracle.namespace import jets

QUERY, KEY, VALUE = normal(2, 3, 4), normal(2, 5, 4, seed=1), normal(2, 5, 2, seed=2)
MASK = np.random.default_rng(0).uniform(size=(3, 5)) < 0.6
MASK[:, 0] = True  # torch's rows that take no part are not numbers
MASKS = {"none": None, "booleans": MASK, "numbers": normal(3, 5, seed=4), "stack": normal(2, 3, 5, seed=5)}


@pytest.mark.parametrize("scale", [None, 0.7])
@pytest.mark.parametrize(
    "mask", [None, MASK, normal(3, 5, seed=4), normal(2, 3, 5, seed=5)], ids=["no", "bool", "add", "stack"]
)
def test_attention_is_torchs(mask, scale):
    torch = pytest.importorskip("torch")
    theirs = None if mask is None else torch.tensor(mask)
    check_as_torch(
        lambda q, k, v: NN.scaled_dot_product_attention(q, k, v, mask, scale=scale),
        lambda q, k, v: torch.nn.functional.scaled_dot_product_attention(q, k, v, theirs, scale=scale),
        QUERY,
        KEY,
        VALUE,
    )


def test_causal_attention_is_torchs():
    functional = pytest.importorskip("torch.nn.functional")
    check_as_torch(
        lambda q, k, v: NN.scaled_dot_product_attention(q, k, v, is_causal=True),
        lambda q, k, v: functional.scaled_dot_product_attention(q, k, v, is_causal=True),
        QUERY,
        KEY,
        VALUE,
    )


def test_a_mask_of_numbers_is_differentiated():
    functional = pytest.importorskip("torch.nn.functional")
    check_as_torch(
        lambda m: NN.scaled_dot_product_attention(QUERY, KEY, VALUE, m),
        lambda m: functional.scaled_dot_product_attention(*map(m.new_tensor, (QUERY, KEY, VALUE)), m),
        normal(3, 5, seed=4),
    )


def test_what_takes_no_part_has_exactly_no_derivative():
    y = NN.scaled_dot_product_attention(
        jets([[1.0]]), jets([[1.0], [2.0]]), active([[3.0], [5.0]]), np.array([[False, True]])
    )
    assert values(y).tolist() == [[5]]
    assert jacobian(y, 2).tolist() == [[0, 1]]


def test_attention_by_hand():
    """Equal scores average the values."""
    y = NN.scaled_dot_product_attention(jets(np.zeros((1, 2))), jets(normal(2, 2)), active([[1.0], [4.0]]))
    assert values(y)[0, 0] == pytest.approx(2.5, rel=1e-15)
    np.testing.assert_allclose(jacobian(y, 2), [[0.5, 0.5]], rtol=1e-15)


@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_softmax_takes_an_axis(name, axis):
    functional = pytest.importorskip("torch.nn.functional")
    check_as_torch(
        lambda x: getattr(NN, name)(x, axis=axis), lambda x: getattr(functional, name)(x, dim=axis), normal(2, 3, 2)
    )
