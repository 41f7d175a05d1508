"""Hold a function to finite differences, its modes to each other, its second order to its first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from adbench.engine import jacfwd, jacrev

STEP = np.cbrt(np.finfo(float).eps)  # balances truncation O(h²) against rounding O(eps/h)
FINITE = 1e-8  # STEP² is 4e-11; two digits for third derivatives and condition
ROUNDING = 1e-12  # a few thousand roundings of the largest entry


def finite_jacobian(f: Callable[..., Any], x: np.ndarray) -> np.ndarray:
    """Central differences of `f` at `x`, shape `output.shape + input.shape`."""
    columns = []
    for i in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[i] = STEP
        columns.append((np.asarray(f(x + e)) - np.asarray(f(x - e))) / (2 * STEP))
    return np.stack(columns, axis=-1).reshape(columns[0].shape + x.shape)


def assert_close(actual: Any, expected: Any, tolerance: float) -> None:
    """Compare shapes, and entries against the scale of all entries."""
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.shape == expected.shape
    scale = max(1.0, float(np.max(np.abs(expected), initial=0.0)))
    np.testing.assert_allclose(actual, expected, rtol=0, atol=tolerance * scale)


def check(f: Callable[..., Any], *primals: Any, second: bool = True) -> None:
    """Check the derivatives of `f` in both modes, and with `second` in all four nestings."""
    arrays = [np.asarray(x, dtype=float) for x in primals]
    everything = tuple(range(len(arrays)))
    forward, reverse = jacfwd(f, everything)(*arrays), jacrev(f, everything)(*arrays)
    for k, x in enumerate(arrays):

        def alone(x: Any, k: int = k) -> Any:
            return f(*arrays[:k], x, *arrays[k + 1 :])

        expected = finite_jacobian(alone, x)
        assert_close(forward[k], expected, FINITE)
        assert_close(reverse[k], forward[k], ROUNDING)
        if second:
            check_second_order(alone, x)


def check_second_order(f: Callable[..., Any], x: np.ndarray) -> None:
    """Check ff, fr, rf and rr against differences of the first derivative."""
    expected = finite_jacobian(jacrev(f), x)
    for outer in (jacfwd, jacrev):
        for inner in (jacfwd, jacrev):
            assert_close(outer(inner(f))(x), expected, FINITE)


def normal(*shape: int, seed: int = 0) -> np.ndarray:
    """Reproducible normal numbers."""
    return np.random.default_rng([seed, *shape]).normal(size=shape)


def positive(*shape: int, seed: int = 0) -> np.ndarray:
    """Reproducible numbers between 0.3 and 0.8: inside the domain of every function but acosh."""
    return np.random.default_rng([seed, *shape]).uniform(0.3, 0.8, size=shape)
