"""Arrays of jets to differentiate by, and what they carry, as arrays of float64: for the tests of the namespace."""

from __future__ import annotations

from typing import Any

import hypothesis.extra.numpy as hnp
import numpy as np
from flint import arb, arb_mat
from hypothesis import strategies as st

from adbench.oracle.jet import Jet, jet

# distinct and exact in 53 bits, sums of squares too
DISTINCT = st.integers(-4000, 4000).map(lambda n: n / 64)


def arrays(draw: Any, *, min_dims: int = 0, max_dims: int = 3, min_side: int = 0) -> np.ndarray:
    """An array of distinct numbers."""
    shape = draw(hnp.array_shapes(min_dims=min_dims, max_dims=max_dims, min_side=min_side, max_side=3))
    return np.asarray(draw(hnp.arrays(np.float64, shape, elements=DISTINCT, unique=True)))


def active(x: Any, along: Any = None) -> np.ndarray:
    """Jets of x with a direction for each entry, and a second order along `along`, by default along 1, 2, 3, …"""
    x = np.asarray(x, dtype=float)
    v = np.arange(1.0, x.size + 1) if along is None else np.ravel(along)
    made = np.empty(x.shape, dtype=object)
    for k, index in enumerate(np.ndindex(x.shape)):
        row = [arb(int(i == k)) for i in range(x.size)]
        made[index] = Jet(arb(float(x[index])), arb_mat(1, x.size, row), arb(float(v[k])))
    return made


def values(y: Any) -> np.ndarray:
    """The middles of jets, or numbers as they are."""
    y = np.asarray(y)
    if y.dtype != object:
        return y
    return np.array([float(jet(e).value.mid()) for e in y.flat]).reshape(y.shape)


def jacobian(y: Any, size: int) -> np.ndarray:
    """Rows of first derivatives by the `size` entries, shape (y.size, size)."""
    return _rows(y, size, "dot")


def curvature(y: Any, size: int) -> np.ndarray:
    """Second derivatives along the second direction by the entries, shape (y.size, size)."""
    return _rows(y, size, "mixed")


def _rows(y: Any, size: int, part: str) -> np.ndarray:
    parts = [getattr(jet(e), part) for e in np.asarray(y, dtype=object).flat]
    rows = [[0.0] * size if p is None else [float(e.mid()) for e in p.entries()] for p in parts]
    return np.array(rows).reshape(len(rows), size)
