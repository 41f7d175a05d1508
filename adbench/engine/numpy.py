"""The array API standard (2024.12) over plain and traced arrays, with `linalg`, `fft`, `special` and NumPy's own names.

    from adbench.engine import numpy as xp
    xp.sum(xp.exp(-x), axis=0, keepdims=True)

A function without a derivative (comparisons, rounding, argmax, creation) sees the values and returns plain
arrays; a name that is missing here has no rule.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from adbench.engine import creation, fft, linalg, special
from adbench.engine.errors import no_such_name
from adbench.engine.numpy_names import arranging, calculus, joining, padding, products, statistics, ufuncs
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

__all__ = ["fft", "linalg", "special"]

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
BEYOND = {  # the standard: NumPy's own names, and those for which NumPy has more arguments
    arranging: """
        atleast_1d atleast_2d atleast_3d choose compress diag diagflat diagonal extract fliplr flipud piecewise ravel
        reshape resize rollaxis rot90 select take trace transpose
    """,
    calculus: "ediff1d gradient interp trapezoid unwrap",
    creation: "array asarray full full_like geomspace linspace logspace",
    joining: """
        append array_split block column_stack concatenate delete dsplit dstack hsplit hstack insert split tile vsplit
        vstack
    """,
    padding: "pad",
    products: "convolve correlate cross dot einsum inner outer polyder polymul polyval vander vdot",
    special: "i0",
    statistics: """
        average corrcoef cov median nancumprod nancumsum nanmax nanmean nanmedian nanmin nanprod nanquantile nanstd
        nansum nanvar partition percentile ptp quantile
    """,
    ufuncs: """
        angle cbrt deg2rad divmod fabs float_power fmax fmin fmod heaviside ldexp logaddexp2 modf nan_to_num rad2deg
        rint
    """,
}
ALSO = {  # other names for the same
    "absolute": "abs", "amax": "max", "amin": "min", "arccos": "acos", "arccosh": "acosh", "arcsin": "asin",
    "arcsinh": "asinh", "arctan": "atan", "arctan2": "atan2", "arctanh": "atanh", "around": "round",
    "conjugate": "conj", "degrees": "rad2deg", "mod": "remainder", "radians": "deg2rad", "true_divide": "divide",
}  # fmt: skip
PLAIN = """
    all any argmax argmin array_equal bitwise_and bitwise_invert bitwise_left_shift bitwise_or bitwise_right_shift
    bitwise_xor count_nonzero empty_like equal floor_divide greater greater_equal isfinite isinf isnan less
    less_equal logical_and logical_not logical_or logical_xor nextafter nonzero not_equal ones_like result_type
    searchsorted signbit
    unique_all unique_counts unique_inverse unique_values zeros_like
"""
CREATION = """
    arange bool broadcast_shapes can_cast complex128 complex64 e empty euler_gamma eye finfo float32 float64
    from_dlpack iinfo inf int16 int32 int64 int8 isdtype ix_ nan newaxis ones pi uint16 uint32
    uint64 uint8 zeros
"""

for module, names in (*RULES.items(), *BEYOND.items()):
    globals().update({name: getattr(module, name) for name in names.split()})
globals().update({theirs: globals()[ours] for theirs, ours in ALSO.items()})
globals().update({name: piecewise_constant(getattr(np, name)) for name in PLAIN.split()})
globals().update({name: getattr(np, name) for name in CREATION.split()})
pow = elementwise.power


def __getattr__(name: str) -> Any:
    """Say what is missing."""
    raise no_such_name("adbench.engine.numpy", name)
