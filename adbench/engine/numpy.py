"""The array API standard (2024.12) over plain and traced arrays, with `linalg`, `fft`, `special` and `einsum`.

    from adbench.engine import numpy as xp
    xp.sum(xp.exp(-x), axis=0, keepdims=True)

A function without a derivative (comparisons, rounding, argmax, creation) sees the values and returns plain
arrays; a name that is missing here has no rule.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from adbench.engine import fft, linalg, special
from adbench.engine.arrays import StandIn
from adbench.engine.core import Array, Tracer
from adbench.engine.errors import no_such_name
from adbench.engine.primitive import piecewise_constant
from adbench.engine.rules import (
    elementwise,
    indexing,
    moments,
    order,
    parts,
    product,
    reduction,
    removable,
    scans,
    shape,
)
from adbench.engine.rules.shape import astype, broadcast_to, stack

__all__ = ["asarray", "fft", "full", "full_like", "linalg", "linspace", "special"]

RULES = {
    elementwise: """
        abs acos acosh add asin asinh atan atan2 atanh ceil clip copysign cos cosh divide exp exp2 expm1 floor
        hypot log log10 log1p log2 logaddexp maximum minimum multiply negative positive power reciprocal
        remainder round sign sin sinh sqrt square subtract tan tanh trunc where
    """,
    indexing: "take take_along_axis",
    moments: "std var",
    order: "argsort sort",
    parts: "conj imag real",
    product: "einsum kron matmul outer tensordot vecdot",
    reduction: "max mean min prod sum",
    scans: "cumprod cumsum cumulative_prod cumulative_sum diff",
    shape: """
        astype broadcast_arrays broadcast_to concat expand_dims flip matrix_transpose meshgrid moveaxis permute_dims
        repeat reshape roll squeeze stack swapaxes tile tril triu unstack
    """,
    removable: "sinc",
}
PLAIN = """
    all any argmax argmin array_equal bitwise_and bitwise_invert bitwise_left_shift bitwise_or bitwise_right_shift
    bitwise_xor count_nonzero empty_like equal floor_divide greater greater_equal isfinite isinf isnan less
    less_equal logical_and logical_not logical_or logical_xor nextafter nonzero not_equal ones_like result_type
    searchsorted signbit
    unique_all unique_counts unique_inverse unique_values zeros_like
"""
CREATION = """
    arange bool broadcast_shapes can_cast complex128 complex64 e empty euler_gamma eye finfo float32 float64
    from_dlpack iinfo inf int16 int32 int64 int8 isdtype nan newaxis ones pi uint16 uint32
    uint64 uint8 zeros
"""

TRACED = (Tracer, StandIn)

for module, names in RULES.items():
    globals().update({name: getattr(module, name) for name in names.split()})
globals().update({name: piecewise_constant(getattr(np, name)) for name in PLAIN.split()})
globals().update({name: getattr(np, name) for name in CREATION.split()})
pow = elementwise.power


def __getattr__(name: str) -> Any:
    """Say what is missing."""
    raise no_such_name("adbench.engine.numpy", name)


def asarray(x: Any, /, *, dtype: Any = None, device: Any = None, copy: bool | None = None) -> Array:
    """`x` as an array; a list may hold traced arrays."""
    if isinstance(x, TRACED):
        return x if dtype is None else astype(x, dtype)
    if isinstance(x, list | tuple) and holds_traced(x):
        return stack([asarray(item, dtype=dtype) for item in x])
    return np.asarray(x, dtype=dtype, copy=copy)


def full(shape: int | tuple[int, ...], fill_value: Array, *, dtype: Any = None, device: Any = None) -> Array:
    """An array of which every entry is `fill_value`, which may be traced."""
    if not isinstance(fill_value, TRACED):
        return np.full(shape, fill_value, dtype=dtype)
    filled = broadcast_to(fill_value, (shape,) if isinstance(shape, int) else tuple(shape))
    return filled if dtype is None else astype(filled, dtype)


def full_like(x: Array, /, fill_value: Array, *, dtype: Any = None, device: Any = None) -> Array:
    """An array like `x` of which every entry is `fill_value`, which may be traced."""
    return full(x.shape, fill_value, dtype=x.dtype if dtype is None else dtype)


def linspace(
    start: Array, stop: Array, /, num: int, *, dtype: Any = None, device: Any = None, endpoint: bool = True
) -> Array:
    """Numbers at equal distances from `start` to `stop`, which may be traced."""
    if not isinstance(start, TRACED) and not isinstance(stop, TRACED):
        return np.linspace(start, stop, num, endpoint=endpoint, dtype=dtype)
    t = np.linspace(0.0, 1.0, num, endpoint=endpoint)
    y = (1.0 - t) * start + t * stop
    return y if dtype is None else astype(y, dtype)


def holds_traced(items: Any) -> bool:
    """Whether a nested list has a traced array in it."""
    return any(holds_traced(i) if isinstance(i, list | tuple) else isinstance(i, TRACED) for i in items)
