"""A program as a list of instructions, each recorded once: what is computed twice is the same instruction.

An instruction is a function of NumPy's, or one of `vocabulary.py`, and its operands: other instructions, arrays
that are constants, and parameters such as axes. While it is recorded it is also evaluated, on the example inputs, so
that shapes and dtypes are NumPy's own.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from adbench.engine.compile import fold
from adbench.engine.compile.instruction import Function, Instruction, valued

TINY = 64  # bytes; constants up to here are told apart by their contents, larger ones by which object they are


class Program:
    """Instructions in the order in which they were first asked for."""

    def __init__(self) -> None:
        self.inputs: list[Instruction] = []
        self.instructions: list[Instruction] = []
        self.known: dict[Any, Instruction] = {}
        self.kept: list[Any] = []  # constants whose identity is in a key
        self.of_ones: dict[Any, Any] = {}

    def input(self, value: Any) -> Instruction:
        """A new input with an example of its value."""
        self.inputs.append(Instruction(-1 - len(self.inputs), None, (), {}, value))
        return self.inputs[-1]

    def record(self, function: Function, *args: Any, **options: Any) -> Instruction:
        """The instruction for `function(*args, **options)`, in whose arguments instructions may be nested.

        It is a simpler one where `fold.py` knows one, and an old one if there is one.
        """
        args = fold.arguments(function, args)
        key = (function, self.key(args), self.key(options))
        if key not in self.known:
            value = function(*valued(args), **valued(options))
            simpler = fold.simpler(self, function, args, options, value)
            self.known[key] = simpler or self.append(function, args, options, value)
        return self.known[key]

    def ones(self, n: int, dtype: np.dtype[Any]) -> Any:
        """The same vector of ones each time."""
        return self.of_ones.setdefault((n, dtype), np.ones(n, dtype))

    def append(self, function: Function, args: tuple[Any, ...], options: dict[str, Any], value: Any) -> Instruction:
        """A new instruction."""
        self.instructions.append(Instruction(len(self.instructions), function, args, options, value))
        return self.instructions[-1]

    def key(self, x: Any) -> Any:
        """Something hashable that is equal for equal arguments alone: 0.0 is not −0.0, nor 1 True or 1.0."""
        if isinstance(x, tuple | list):
            return (type(x), *map(self.key, x))
        if isinstance(x, dict):
            return tuple((name, self.key(value)) for name, value in sorted(x.items()))
        if isinstance(x, slice):
            return (slice, self.key(x.start), self.key(x.stop), self.key(x.step))
        if isinstance(x, np.ndarray | np.generic) and x.nbytes <= TINY and x.dtype.kind != "O":
            return (type(x), x.dtype, x.shape, x.tobytes())
        if isinstance(x, int | float | complex):
            return (type(x), repr(x))
        if isinstance(x, np.ndarray):
            self.kept.append(x)
            return id(x)
        return x
