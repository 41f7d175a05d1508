"""Simplifications that change no bit of the result, made as an instruction is recorded.

Exact means exact: x + 0.0 stays, since it turns −0.0 into 0.0, and so does x · 0.0, which may be NaN; but x + x is
2 x, a − (−b) is a + b, and (−a) · b is −(a · b), which a further negation then undoes. A number that an array holds
everywhere is kept as that number until the array's shape is needed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeGuard

import numpy as np

from adbench.engine.arrays import add_reduce, multiply_reduce
from adbench.engine.compile import vocabulary
from adbench.engine.compile.instruction import Instruction

if TYPE_CHECKING:
    from adbench.engine.compile.program import Program

Rule = Callable[..., Instruction | None]
Array = Any


def arguments(function: Any, args: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments with constants as scalars where the function broadcasts and no operand's shape is lost."""
    if not isinstance(function, np.ufunc) and function is not np.where:
        return args
    args = tuple(uniform(a) if isinstance(a, np.ndarray) else a for a in args)
    if isinstance(function, np.ufunc) and function.nin == 2 and function.signature is None:
        args = in_loop_dtype(function, args)
        if function in (np.add, np.multiply) and all(isinstance(a, Instruction) for a in args):
            args = tuple(sorted(args, key=lambda a: a.index))  # x · y is y · x
    return args


def uniform(x: Any) -> Any:
    """An array of which all entries are the same, as a scalar that remembers its shape; any other as it is."""
    if not x.size or x.dtype.kind not in "fiub":
        return x
    first = x[(0,) * x.ndim]
    if any(x.strides) and not (x.flat[x.size // 2] == first and (x == first).all()):
        return x
    if not first and x.dtype.kind == "f" and np.signbit(x).any() != np.signbit(x).all():
        return x
    return first if not x.ndim else np.broadcast_to(first, x.shape)


def in_loop_dtype(function: np.ufunc, args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Scalar constants in the dtype that the ufunc casts them to: `2 * x` and `np.float64(2) * x` are one thing."""
    kinds = [a.dtype if hasattr(a, "dtype") else np.dtype(bool) if a is True or a is False else type(a) for a in args]
    loop = function.resolve_dtypes((*kinds, *[None] * function.nout))
    return tuple(
        a if isinstance(a, Instruction) or np.ndim(a) else dtype.type(a)
        for a, dtype in zip(args, loop[: function.nin], strict=True)
    )


def simpler(
    program: Program, function: Any, args: tuple[Any, ...], options: dict[str, Any], value: Any
) -> Instruction | None:
    """An instruction that computes the same with less, or None."""
    if options:
        return None
    if isinstance(function, np.ufunc) and function.signature is None and function.nout == 1:
        found = unspread(program, function, args, value)
        if found is not None:
            return found
    rule = RULES.get(function)
    return rule(program, value, *args) if rule else None


def unspread(program: Program, function: Any, args: tuple[Any, ...], value: Any) -> Instruction | None:
    """f(spread(x), y) as f(x, y), which NumPy broadcasts itself, spread afterwards where y is too small for that."""
    small = tuple(narrow(a) for a in args)
    if all(a is b for a, b in zip(small, args, strict=True)):
        return None
    return spread_to(program, program.record(function, *small), np.shape(value))


def narrow(x: Any) -> Any:
    """What `x` was broadcast from."""
    if isinstance(x, np.ndarray) and x.ndim and x.size and not any(x.strides):
        return x[(0,) * x.ndim]
    return x.args[0] if isinstance(x, Instruction) and x.function is vocabulary.spread else x


def spread_to(program: Program, x: Instruction, shape: tuple[int, ...]) -> Instruction:
    return x if x.shape == shape else program.record(vocabulary.spread, x, shape)


def is_like(x: Any, value: Any) -> TypeGuard[Instruction]:
    """Whether `x` is an instruction with the shape and dtype of `value`."""
    return isinstance(x, Instruction) and x.shape == np.shape(value) and x.dtype == np.result_type(value)


def negated(x: Any) -> Instruction | None:
    """What `x` is the negative of; None if it is not written as one."""
    if isinstance(x, Instruction) and x.function is np.negative:
        inner: Instruction = x.args[0]
        return inner
    return None


def is_scalar(x: Any) -> bool:
    return isinstance(x, np.generic | int | float)


def is_number(x: Any, number: float) -> bool:
    """Whether `x` is a constant with this value, in which −0.0 and 0.0 differ."""
    return is_scalar(x) and x == number and (number != 0 or math.copysign(1.0, x) == math.copysign(1.0, number))


def add(program: Program, value: Array, x: Any, y: Any) -> Instruction | None:
    for a, b in ((x, y), (y, x)):
        if is_like(a, value) and (is_number(b, -0.0) or (is_scalar(b) and value.dtype.kind in "iu" and b == 0)):
            return a
        if (inner := negated(b)) is not None and value.dtype.kind == "f":
            return program.record(np.subtract, a, inner)
    if x is y and value.dtype.kind in "f":
        return program.record(np.multiply, 2.0, x)
    return None


def subtract(program: Program, value: Array, x: Any, y: Any) -> Instruction | None:
    if is_like(x, value) and is_number(y, 0.0):
        return x
    if (inner := negated(y)) is not None and value.dtype.kind == "f":
        return program.record(np.add, x, inner)
    return None


def multiply(program: Program, value: Array, x: Any, y: Any) -> Instruction | None:
    if value.dtype.kind != "f":
        return None
    for a, b in ((x, y), (y, x)):
        if is_number(b, 1.0) and is_like(a, value):
            return a
        if is_number(b, -1.0):
            return program.record(np.negative, a)
        if (inner := negated(a)) is not None:
            if is_scalar(b):
                return program.record(np.multiply, -b, inner)
            if a.shape == np.shape(value):
                return program.record(np.negative, program.record(np.multiply, inner, b))
    return None


def divide(program: Program, value: Array, x: Any, y: Any) -> Instruction | None:
    if value.dtype.kind != "f":
        return None
    if is_scalar(y) and is_like(x, value):
        if y == 1:
            return x
        if y and math.isfinite(1 / float(y)) and abs(math.frexp(y)[0]) == 0.5 and abs(y) < 2.0**100:
            return program.record(np.multiply, x, 1 / y)  # a power of two
    if (inner := negated(x)) is not None and x.shape == np.shape(value):
        return program.record(np.negative, program.record(np.divide, inner, y))
    if (inner := negated(y)) is not None:
        if is_scalar(x):
            return program.record(np.divide, -x, inner)
        if y.shape == np.shape(value):
            return program.record(np.negative, program.record(np.divide, x, inner))
    return None


def negative(program: Program, value: Array, x: Any) -> Instruction | None:
    if value.dtype.kind != "f":
        return None
    if (inner := negated(x)) is not None:
        return inner
    if x.function is np.multiply:
        a, b = x.args
        if is_scalar(a) or is_scalar(b):
            return program.record(np.multiply, *((-a, b) if is_scalar(a) else (a, -b)))
    return None


def power(program: Program, value: Array, x: Any, y: Any) -> Instruction | None:
    if value.dtype.kind != "f" or not is_like(x, value):
        return None
    return program.record(np.multiply, x, x) if is_number(y, 2.0) else x if is_number(y, 1.0) else None


def square(program: Program, value: Array, x: Any) -> Instruction | None:
    return program.record(np.multiply, x, x)


def reciprocal(program: Program, value: Array, x: Any) -> Instruction | None:
    return program.record(np.divide, 1.0, x) if value.dtype.kind == "f" else None


def itself(program: Program, value: Any, x: Any) -> Instruction | None:
    return x if is_like(x, value) else None


def conjugate(program: Program, value: Any, x: Any) -> Instruction | None:
    return None if value.dtype.kind == "c" else itself(program, value, x)


def reshape(program: Program, value: Array, x: Instruction, shape: tuple[int, ...]) -> Instruction | None:
    if x.shape == shape:
        return x
    return program.record(vocabulary.reshape, x.args[0], shape) if x.function is vocabulary.reshape else None


def transpose(program: Program, value: Array, x: Instruction, axes: tuple[int, ...]) -> Instruction | None:
    if axes == tuple(range(len(axes))):
        return x
    if x.function is vocabulary.transpose:
        return program.record(vocabulary.transpose, x.args[0], tuple(x.args[1][i] for i in axes))
    return None


def spread(program: Program, value: Array, x: Instruction, shape: tuple[int, ...]) -> Instruction | None:
    if x.shape == shape:
        return x
    return program.record(vocabulary.spread, x.args[0], shape) if x.function is vocabulary.spread else None


def cast(program: Program, value: Array, x: Instruction, dtype: Any) -> Instruction | None:
    return x if x.dtype == dtype else None


def reduced(program: Program, value: Array, x: Any, *parameters: Any) -> Instruction | None:
    """A reduction over no axes."""
    return x if not x.shape and is_like(x, value) else None


def added(program: Program, value: Array, x: Any, *parameters: Any) -> Instruction | None:
    """The sum of the rows of a matrix as its product with ones, which takes half of the time.

    It costs no digits: NumPy adds rows one by one. Along a row it adds pairwise, with fewer roundings: that stays.
    """
    if len(x.shape) == 2 and parameters == (0,) and is_product(x, value):
        return program.record(vocabulary.dot, program.ones(x.shape[0], x.dtype), x)
    return reduced(program, value, x, *parameters)


def is_product(x: Any, value: Any) -> bool:
    """Whether BLAS multiplies arrays of the dtype of `x`, and `value` has it too."""
    return x.dtype.char in "fd" and x.dtype == value.dtype


def matmul(program: Program, value: Array, x: Any, y: Any) -> Instruction | None:
    """Aᵀ v as v A, which needs no view; and products of one or two axes as `dot`, which costs half when small."""
    flat = isinstance(x, Instruction) and x.function is vocabulary.transpose and np.ndim(value) == 1
    if flat and len(x.shape) == 2 and len(np.shape(getattr(y, "value", y))) == 1:
        x, y = y, x.args[0]
    shapes = [a.shape for a in (x, y)]
    if all(1 <= len(s) <= 2 for s in shapes) and is_product(x, value) and is_product(y, value):
        return program.record(vocabulary.dot, x, y)
    return None


RULES: dict[Any, Rule] = {
    np.add: add, np.subtract: subtract, np.multiply: multiply, np.divide: divide, np.negative: negative,
    np.power: power, np.square: square, np.reciprocal: reciprocal, np.matmul: matmul,
    np.positive: itself, np.conjugate: conjugate,
    vocabulary.reshape: reshape, vocabulary.transpose: transpose, vocabulary.spread: spread, vocabulary.cast: cast,
    add_reduce: added, multiply_reduce: reduced,
}  # fmt: skip
