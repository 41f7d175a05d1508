"""The functions that programs are written in, beside NumPy's own: how each is spelled, and what it gives.

The same thing is said in one way only (`expand_dims`, `squeeze` and `x[:, None]` are all a `reshape`), so that it is
seen to be the same, and in the way that costs least: a method of an array takes a tenth of the time of a function
of NumPy's that is written in Python.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from adbench.engine.arrays import add_reduce, maximum_reduce, minimum_reduce, multiply_reduce

Array = Any


def reshape(x: Array, shape: tuple[int, ...]) -> Array:
    """`x` in another shape."""
    return x.reshape(shape)


def transpose(x: Array, axes: tuple[int, ...]) -> Array:
    """`x` with its axes in another order."""
    return x.transpose(axes)


def spread(x: Array, shape: tuple[int, ...]) -> Array:
    """A new array of `shape`, into which `x` is broadcast."""
    y = np.empty(shape, x.dtype)
    y[...] = x
    return y


def cast(x: Array, dtype: np.dtype[Any]) -> Array:
    """`x` in another dtype."""
    return x.astype(dtype)


def dot(x: Array, y: Array) -> Array:
    """`x @ y` for arrays of one or two axes, in half of its time when they are small."""
    return x.dot(y)


INFIX: dict[Any, str] = {
    np.add: "+", np.subtract: "-", np.multiply: "*", np.divide: "/", np.matmul: "@",
    np.less: "<", np.less_equal: "<=", np.greater: ">", np.greater_equal: ">=", np.equal: "==", np.not_equal: "!=",
    np.bitwise_and: "&", np.bitwise_or: "|", np.bitwise_xor: "^",
}  # fmt: skip
PREFIX: dict[Any, str] = {np.negative: "-", np.invert: "~"}

VIEWS: tuple[Any, ...] = (reshape, transpose, operator.getitem)
"""What may share memory with its first operand and with nothing else."""

FRESH: set[Any] = {
    spread, cast, dot, np.where, np.stack, np.concatenate, np.linalg.solve, np.linalg.inv, np.linalg.det,
    np.linalg.cholesky, np.tril, np.triu, np.roll, np.zeros_like, np.ones_like,
    add_reduce, multiply_reduce, maximum_reduce, minimum_reduce,
}  # fmt: skip
"""What gives a new array, beside ufuncs; any other function may return a view of any operand."""


def is_fresh(function: Any) -> bool:
    """Whether the result of `function` shares memory with nothing."""
    of = getattr(function, "__self__", None)  # a reduction is a method
    return function in FRESH or isinstance(function, np.ufunc) or isinstance(of, np.ufunc)
