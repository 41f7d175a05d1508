"""The same entries elsewhere in memory: layouts of NumPy's arrays that a fresh array does not have."""

from __future__ import annotations

import numpy as np


def strided(x: np.ndarray) -> np.ndarray:
    """A view of every other entry of a larger array, backwards and in Fortran's order; between are NaNs, or ones."""
    between = np.nan if x.dtype.kind in "fc" else 1
    if not x.ndim:
        return np.array([between, x.item()], dtype=x.dtype)[1:].reshape(())
    view = np.full([2 * n for n in x.shape], between, dtype=x.dtype, order="F")[(slice(None, None, -2),) * x.ndim]
    view[...] = x
    return view


def readonly(x: np.ndarray) -> np.ndarray:
    """A copy that cannot be written."""
    copy = x.copy()
    copy.flags.writeable = False
    return copy


LAYOUTS = {"strided": strided, "readonly": readonly}
