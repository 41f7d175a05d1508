"""The stand-in for an array: what is done with it is recorded, through NumPy's own protocols.

A `Symbol` lies below all duals and nodes, where the engine expects a plain array. Operators and ufuncs reach it by
`__array_ufunc__`, functions of NumPy by `__array_function__`, methods by name. Whatever needs the entries of the
array is refused with the place in the user's code.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import numpy as np

from adbench.engine.arrays import StandIn
from adbench.engine.compile import lower
from adbench.engine.compile.errors import CannotCompile, DependsOnData
from adbench.engine.compile.instruction import Instruction, mapped
from adbench.engine.compile.program import Program
from adbench.engine.core import Tracer


class Symbol(StandIn, np.lib.mixins.NDArrayOperatorsMixin):
    """An array whose shape and dtype are known and whose entries are not."""

    __slots__ = ("instruction", "program")

    def __init__(self, program: Program, instruction: Instruction) -> None:
        self.program = program
        self.instruction = instruction

    def record(self, function: Callable[..., Any], *args: Any, **options: Any) -> Any:
        args, options = mapped(unwrapped, args), mapped(unwrapped, options)
        return wrapped(self.program, self.program.record(function, *args, **options))

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        if any(isinstance(x, Tracer) for x in inputs):
            return NotImplemented
        if any(out is not None for out in options.pop("out", ())) or method == "at":
            raise CannotCompile(f"numpy.{ufunc.__name__} writes into an array", "build a new one, `a = a + x`")
        if method == "reduce":
            return lower.reduce(getattr(ufunc, method), *inputs, **options)
        return self.record(ufunc if method == "__call__" else getattr(ufunc, method), *inputs, **options)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        if any(issubclass(t, Tracer) for t in types):
            return NotImplemented
        if function in lower.STATIC:
            return function(*mapped(example, args), **mapped(example, options))
        if function in lower.WRITES:
            raise CannotCompile(f"numpy.{function.__name__} writes into an array", BUILD)
        if function in lower.SHAPED_BY_DATA or (function is np.where and len(args) == 1):
            raise DependsOnData(f"the shape of what numpy.{function.__name__} gives depends on the entries", ADVICE)
        lowered = lower.FUNCTIONS.get(function)
        return lowered(*args, **options) if lowered else self.record(function, *args, **options)

    @property
    def shape(self) -> Any:
        return self.instruction.shape

    @property
    def dtype(self) -> Any:
        return self.instruction.dtype

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return int(np.prod(self.shape, dtype=int))

    @property
    def nbytes(self) -> int:
        return self.size * int(self.dtype.itemsize)

    @property
    def T(self) -> Any:  # noqa: N802
        return lower.transpose(self)

    @property
    def mT(self) -> Any:  # noqa: N802
        return np.matrix_transpose(self)

    @property
    def real(self) -> Any:
        return self if self.dtype.kind != "c" else self.record(np.real, self)

    def __pow__(self, exponent: Any) -> Any:
        promotes_nothing = type(exponent) in (int, float) and self.dtype.kind == "f"
        as_numpy_does = POWERS.get(exponent) if promotes_nothing else None
        return as_numpy_does(self) if as_numpy_does else np.power(self, exponent)

    def __getitem__(self, index: Any) -> Any:
        for part in index if isinstance(index, tuple) else (index,):
            if isinstance(part, Symbol) and part.dtype.kind == "b":
                raise DependsOnData("how many entries a computed mask selects depends on the data", ADVICE)
        return self.record(operator.getitem, self, index)

    def __setitem__(self, index: Any, value: Any) -> NoReturn:
        raise CannotCompile("an array that is being compiled cannot be assigned to", BUILD)

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len() of an array without axes")
        return int(self.shape[0])

    def __iter__(self) -> Iterator[Any]:
        return iter([self[i] for i in range(len(self))])

    def __repr__(self) -> str:
        return f"Symbol(shape={self.shape}, dtype={self.dtype})"

    def __getattr__(self, name: str) -> Any:
        method = lower.METHODS.get(name)
        if method is None:
            raise AttributeError(f"an array that is being compiled has no {name!r}")
        return lambda *args, **options: method(self, *args, **options)


POWERS: dict[float, Any] = {1: np.positive, 2: np.square, 0.5: np.sqrt, -1: np.reciprocal}
"""What the operator `**` of NumPy's arrays does for these exponents; `np.power` does not."""
BUILD = "build a new one with where, concat or stack"
ADVICE = "compile takes one program for all data of a shape: use where, or leave this function uncompiled"


def refusal(what: str) -> Callable[..., NoReturn]:
    """A method that says what was asked for."""

    def refuse(self: Symbol, *args: Any, **options: Any) -> NoReturn:
        raise DependsOnData(what, ADVICE)

    return refuse


for _name, _what in {
    "__bool__": "an `if`, `while`, `and`, `or` or `not` depends on the entries of an array",
    "__float__": "float() asks for the entry of an array",
    "__int__": "int() asks for the entry of an array",
    "__complex__": "complex() asks for the entry of an array",
    "__index__": "an index or a length depends on the entries of an array",
    "__array__": "the entries of an array are asked for",
    "__contains__": "`in` depends on the entries of an array",
    "item": "item() asks for the entry of an array",
    "tolist": "tolist() asks for the entries of an array",
    "nonzero": "the shape of what nonzero gives depends on the entries",
    "tobytes": "tobytes() asks for the entries of an array",
}.items():
    setattr(Symbol, _name, refusal(_what))


def unwrapped(x: Any) -> Any:
    """The instruction behind a symbol."""
    return x.instruction if isinstance(x, Symbol) else x


def example(x: Any) -> Any:
    """The value of a symbol on the example inputs, for functions that look at shape and dtype alone."""
    return x.instruction.value if isinstance(x, Symbol) else x


def wrapped(program: Program, instruction: Instruction) -> Any:
    """A symbol; several, in the structure that the function returned, where it returned several."""
    value = instruction.value
    if not isinstance(value, tuple | list):
        return Symbol(program, instruction)
    items = [wrapped(program, program.record(operator.getitem, instruction, i)) for i in range(len(value))]
    return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
