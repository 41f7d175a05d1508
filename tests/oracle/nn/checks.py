"""Hold the oracle's fused functions to torch's: values, and gradients of a weighted sum, in float64."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from oracle.arrays import active, jacobian, values

from adbench.oracle.namespace import NAMESPACE as XP
from adbench.oracle.namespace import jets

NN = XP.nn
RTOL = 1e-12  # torch's rounding


def normal(*shape: int, seed: int = 0) -> np.ndarray:
    """Random numbers, none of them at a kink."""
    return np.asarray(np.random.default_rng([seed, *shape]).standard_normal(shape))


def check_as_torch(
    ours: Callable[..., Any], theirs: Callable[..., Any], *inputs: np.ndarray, atol: float = 1e-14
) -> None:
    """The same value, and the same gradient by each input.

    Args:
        ours, theirs: of jets and of torch's tensors, an argument an input.
    """
    torch = pytest.importorskip("torch")
    tensors = [torch.tensor(x, requires_grad=True) for x in inputs]
    expected = theirs(*tensors)
    got = np.asarray(ours(*(jets(x) for x in inputs)), dtype=object)
    assert got.shape == tuple(expected.shape)
    np.testing.assert_allclose(values(got), expected.detach().numpy(), rtol=RTOL, atol=atol)
    weights = normal(*got.shape, seed=9)
    gradients = torch.autograd.grad(expected, tensors, torch.tensor(weights), allow_unused=True)
    for i, (x, theirs_of) in enumerate(zip(inputs, gradients, strict=True)):
        y = ours(*(active(x) if j == i else jets(other) for j, other in enumerate(inputs)))
        gradient = (weights.ravel() @ jacobian(y, x.size)).reshape(x.shape)
        true = np.zeros(x.shape) if theirs_of is None else theirs_of.numpy()
        np.testing.assert_allclose(gradient, true, rtol=RTOL, atol=atol)
