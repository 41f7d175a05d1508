"""Functions of shapes and indices, which are NumPy's own, and those that create arrays or ask for their dtype."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np

from adbench.oracle.arrays import elementwise, jets, of_array
from adbench.oracle.elementwise import booleans, trunc
from adbench.oracle.jet import jet

FLOAT = np.dtype(object)  # the one dtype that real numbers have here
COMPLEX = np.dtype(np.complex128)  # what a case asks for; arrays of complex jets are object arrays too

OF_SHAPE = (
    "reshape", "squeeze", "broadcast_to", "flip", "roll", "repeat", "tile", "matrix_transpose", "moveaxis",
    "tensordot",
)  # fmt: skip
CREATING = (
    "zeros", "ones", "empty", "eye", "arange", "full", "asarray", "zeros_like", "ones_like", "empty_like", "full_like",
)  # fmt: skip


def _created(create: Callable[..., Any]) -> Callable[..., Any]:
    """A creation function of NumPy's whose exact numbers become jets, complex ones if the dtype is complex.

    Those of an integer or boolean dtype are indices and masks, and stay NumPy's own.
    """

    def made(*args: Any, dtype: Any = None, device: Any = None, copy: Any = None, **kwargs: Any) -> Any:
        if dtype is not None and np.dtype(dtype).kind in "iub":
            return create(*args, dtype=dtype, **kwargs)
        return _as_complex(jets(create(*args, **kwargs))) if is_complex(dtype) else jets(create(*args, **kwargs))

    return made


def is_complex(dtype: Any) -> bool:
    """Whether a dtype is one of complex numbers."""
    return dtype is not None and np.dtype(dtype).kind == "c"


def _as_complex(x: np.ndarray) -> np.ndarray:
    return np.asarray(x + 0j, dtype=object)


def linspace(
    start: Any, stop: Any, /, num: int, *, endpoint: bool = True, dtype: Any = None, device: Any = None
) -> Any:
    """Numbers at equal distances."""
    gaps = num - 1 if endpoint else num
    return np.array([jet(start) + (jet(stop) - start) * i / max(gaps, 1) for i in range(num)], dtype=object)


def _joined(join: Callable[..., Any]) -> Callable[..., Any]:
    def joined(arrays: Any, /, *, axis: int | None = 0) -> Any:
        return join([np.asarray(a, dtype=object) for a in arrays], axis=axis)

    return joined


def _expand_dims(x: Any, /, *, axis: int | tuple[int, ...] = 0) -> Any:
    return np.expand_dims(np.asarray(x, dtype=object), axis)


def _permute_dims(x: Any, /, axes: tuple[int, ...]) -> Any:
    return np.transpose(np.asarray(x, dtype=object), axes)


def _unstack(x: Any, /, *, axis: int = 0) -> tuple[Any, ...]:
    return tuple(row[()] for row in np.moveaxis(jets(x), axis, 0))


def _take(x: Any, indices: Any, /, *, axis: int | None = None) -> Any:
    return np.take(np.asarray(x, dtype=object), np.asarray(indices, dtype=np.int64), axis=axis)


def _take_along_axis(x: Any, indices: Any, /, *, axis: int = -1) -> Any:
    x, indices = jets(x), np.asarray(indices, dtype=np.int64)
    others = np.broadcast_shapes(_without(x.shape, axis), _without(indices.shape, axis))
    return np.take_along_axis(_broadcast_but(x, axis, others), _broadcast_but(indices, axis, others), axis=axis)


def _without(shape: tuple[int, ...], axis: int) -> tuple[int, ...]:
    return tuple(np.delete(shape, axis))


def _broadcast_but(x: np.ndarray, axis: int, others: tuple[int, ...]) -> np.ndarray:
    shape = list(others)
    shape.insert(axis % x.ndim, x.shape[axis])
    return np.broadcast_to(x, shape)


def _where(condition: Any, x: Any, y: Any, /) -> Any:
    return np.where(booleans(condition), jets(x), jets(y))[()]


def _masked(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of NumPy's that fills with integer zeros."""
    return lambda x, /, *, k=0: jets(function(np.asarray(x, dtype=object), k=k))


def _meshgrid(*arrays: Any, indexing: Literal["xy", "ij"] = "xy") -> list[Any]:
    return list(np.meshgrid(*(jets(a) for a in arrays), indexing=indexing))


def _broadcast_arrays(*arrays: Any) -> list[Any]:
    return list(np.broadcast_arrays(*(jets(a) for a in arrays)))


def _einsum(subscripts: str, *operands: Any) -> Any:
    return np.einsum(subscripts, *(np.asarray(x, dtype=object) for x in operands))


def astype(x: Any, dtype: Any, /, *, copy: bool = True, device: Any = None) -> Any:
    """Jets for a float dtype; for integers and booleans, which carry no derivative, NumPy's own numbers.

    Raises:
        Undecided: a number lies at an integer, where truncation jumps, and a derivative is asked for.
    """
    kind = np.dtype(dtype).kind
    if kind in "fO":
        return jets(x)
    if kind == "c":
        return _as_complex(jets(x))
    if kind == "b":
        return booleans(x)
    return np.asarray(elementwise(lambda e: int(trunc(e).value.unique_fmpz()), 1)(x)).astype(dtype)


KINDS = {
    "bool": "b",
    "signed integer": "i",
    "unsigned integer": "u",
    "integral": "iu",
    "real floating": "fO",
    "complex floating": "c",
}


def isdtype(dtype: Any, kind: Any, /) -> bool:
    """Whether a dtype is of a kind of the standard's, of one of several, or equal to another dtype."""
    if isinstance(kind, tuple):
        return any(isdtype(dtype, k) for k in kind)
    if kind == "numeric":
        return isdtype(dtype, ("integral", "real floating", "complex floating"))
    if isinstance(kind, str) and kind in KINDS:
        return np.dtype(dtype).kind in KINDS[kind]
    return bool(np.dtype(dtype) == np.dtype(kind))


def result_type(*operands: Any) -> Any:
    """The dtype of an operation: real numbers, if there is one among the operands, else NumPy's; complex ones first."""
    dtypes = [getattr(o, "dtype", o) for o in operands]
    if any(isinstance(d, complex) or (not isinstance(d, int | float) and is_complex(d)) for d in dtypes):
        return COMPLEX
    if any(isinstance(d, float) or (not isinstance(d, int) and np.dtype(d).kind in "fO") for d in dtypes):
        return FLOAT
    return np.result_type(*dtypes)


SHAPES: dict[str, Callable[..., Any]] = {
    **{name: of_array(getattr(np, name)) for name in OF_SHAPE},
    **{name: _created(getattr(np, name)) for name in CREATING},
    "linspace": linspace,
    "concat": _joined(np.concatenate),
    "stack": _joined(np.stack),
    "unstack": _unstack,
    "expand_dims": _expand_dims,
    "permute_dims": _permute_dims,
    "take": _take,
    "take_along_axis": _take_along_axis,
    "where": _where,
    "tril": _masked(np.tril),
    "triu": _masked(np.triu),
    "meshgrid": _meshgrid,
    "broadcast_arrays": _broadcast_arrays,
    "einsum": _einsum,
    "astype": astype,
    "isdtype": isdtype,
    "result_type": result_type,
}
