"""The array namespace of the oracle: the standard's names over NumPy object arrays of jets.

Shapes, indexing and broadcasting are NumPy's own; arithmetic comes from the jets' operators.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from adbench.namespace import Namespace
from adbench.oracle import functions, linalg
from adbench.oracle.jet import Jet, jet

Axis = int | tuple[int, ...] | None


def jets(x: Any) -> np.ndarray:
    """Anything array-like as an object array of jets; its numbers become constants."""
    array = np.asarray(x, dtype=object)
    return np.asarray(_as_jets(array) if array.size else array, dtype=object)  # a ufunc unwraps shape ()


_as_jets = np.frompyfunc(jet, 1, 1)


def _elementwise(function: Callable[..., Jet], arity: int) -> Any:
    return np.frompyfunc(function, arity, 1)


def _constant(create: Callable[..., Any]) -> Callable[..., Any]:
    """A creation function of NumPy's whose exact numbers become jets; dtype and device mean nothing here."""

    def made(*args: Any, dtype: Any = None, device: Any = None, **kwargs: Any) -> Any:
        return jets(create(*args, **kwargs))

    return made


def _reduction(step: Any) -> Callable[..., Any]:
    def reduce(x: Any, /, *, axis: Axis = None, keepdims: bool = False) -> Any:
        x = jets(x)
        axes = _axes(axis, x.ndim)
        kept = [i for i in range(x.ndim) if i not in axes]
        count = math.prod(x.shape[i] for i in axes)  # −1 would be ambiguous where there are no entries
        rows = x.transpose(kept + axes).reshape([x.shape[i] for i in kept] + [count])
        y = step.reduce(rows, axis=-1)
        return np.expand_dims(np.asarray(y, dtype=object), tuple(axes)) if keepdims else y

    return reduce


def _axes(axis: Axis, ndim: int) -> list[int]:
    return sorted(normalize_axis_tuple(range(ndim) if axis is None else axis, ndim))


_maximum, _minimum = _elementwise(functions.maximum, 2), _elementwise(functions.minimum, 2)
_sum, _prod = _reduction(np.add), _reduction(np.multiply)


def _mean(x: Any, /, *, axis: Axis = None, keepdims: bool = False) -> Any:
    x = np.asarray(x, dtype=object)
    count = int(np.prod([x.shape[i] for i in _axes(axis, x.ndim)]))
    return _sum(x, axis=axis, keepdims=keepdims) / count


def _joined(join: Callable[..., Any]) -> Callable[..., Any]:
    def joined(arrays: Any, /, *, axis: int | None = 0) -> Any:
        return join([np.asarray(a, dtype=object) for a in arrays], axis=axis)

    return joined


def _of_array(function: Callable[..., Any]) -> Callable[..., Any]:
    """A NumPy function of one array's shape, which must not see a bare jet."""
    return lambda x, *args, **kwargs: function(np.asarray(x, dtype=object), *args, **kwargs)


def _where(condition: Any, x: Any, y: Any) -> Any:
    return np.where(np.asarray(condition, dtype=bool), jets(x), jets(y))


def _permute_dims(x: Any, axes: tuple[int, ...]) -> Any:
    return np.transpose(np.asarray(x, dtype=object), axes)


def _einsum(subscripts: str, *operands: Any) -> Any:
    return np.einsum(subscripts, *(np.asarray(x, dtype=object) for x in operands))


# Names by what becomes of them here.
AS_IN_NUMPY = (
    "add", "subtract", "multiply", "divide", "negative", "matmul",
    "greater", "greater_equal", "less", "less_equal", "equal", "not_equal",
)  # fmt: skip
OF_SHAPE = (
    "reshape", "expand_dims", "squeeze", "broadcast_to", "flip", "roll", "repeat", "tile", "take", "matrix_transpose",
    "moveaxis", "tensordot",
)  # fmt: skip
CREATING = ("zeros", "ones", "eye", "arange", "full", "asarray", "zeros_like", "ones_like", "full_like")
OF_TWO = ("atan2", "hypot", "logaddexp", "copysign")
OF_SPECIAL = ("expit", "log_expit")
OF_ONE = ("sqrt", "square", "sign")

LINALG = Namespace(
    "the oracle's linalg",
    None,
    {name: getattr(linalg, name) for name in linalg.__all__ if name.islower()},  # the others are result types
)

NAMESPACE = Namespace(
    "the oracle",
    None,
    {
        **{name: _elementwise(function, 1) for name, function in functions.TABLE.items() if name not in OF_SPECIAL},
        **{name: _elementwise(getattr(functions, name), 1) for name in OF_ONE},
        **{name: _elementwise(getattr(functions, name), 2) for name in OF_TWO},
        **{name: getattr(np, name) for name in AS_IN_NUMPY},
        **{name: _of_array(getattr(np, name)) for name in OF_SHAPE},
        **{name: _constant(getattr(np, name)) for name in CREATING},
        "abs": np.abs,
        "pow": _elementwise(functions.power, 2),
        "maximum": _maximum,
        "minimum": _minimum,
        "sum": _sum,
        "prod": _prod,
        "mean": _mean,
        "max": _reduction(_maximum),
        "min": _reduction(_minimum),
        "where": _where,
        "concat": _joined(np.concatenate),
        "stack": _joined(np.stack),
        "permute_dims": _permute_dims,
        "vecdot": lambda x, y, /, *, axis=-1: _sum(x * y, axis=axis),
        "einsum": _einsum,
        "float64": np.dtype(object),
        "float32": np.dtype(object),
        "linalg": LINALG,
        "special": Namespace(
            "the oracle's special", None, {name: _elementwise(functions.TABLE[name], 1) for name in OF_SPECIAL}
        ),
        # The derivative that a case supplies is what a backend is tested for; the truth ignores it.
        "ad": Namespace("the oracle's ad", None, {"custom_vjp": lambda f, vjp, jvp=None: f}),
    },
)
