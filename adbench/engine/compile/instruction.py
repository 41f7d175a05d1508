"""An instruction: a function and its operands; and what walks through nested operands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Function = Callable[..., Any]


class Instruction:
    """The result of a function, or an input of the program, which has none."""

    __slots__ = ("args", "dtype", "function", "index", "operands", "options", "scalar", "shape", "value")

    def __init__(self, index: int, function: Function | None, args: tuple[Any, ...], options: Any, value: Any) -> None:
        self.index = index
        self.function = function
        self.args = args
        self.options: dict[str, Any] = options
        self.operands = instructions_in((args, options))  # in order
        self.value = value  # on the example inputs; forgotten when the program has been recorded
        self.scalar = not isinstance(value, np.ndarray)
        several = isinstance(value, tuple | list)
        self.shape: Any = None if several else np.shape(value)
        self.dtype: Any = None if several else np.result_type(value)


def mapped(f: Callable[[Any], Any], x: Any) -> Any:
    """`f` of every leaf of nested tuples, lists, dictionaries and slices."""
    if isinstance(x, tuple) and hasattr(x, "_fields"):
        return type(x)(*[mapped(f, item) for item in x])
    if isinstance(x, tuple | list):
        return type(x)([mapped(f, item) for item in x])
    if isinstance(x, dict):
        return {name: mapped(f, item) for name, item in x.items()}
    if isinstance(x, slice):
        return slice(mapped(f, x.start), mapped(f, x.stop), mapped(f, x.step))
    return f(x)


def valued(x: Any) -> Any:
    """`x` with the example values of the instructions in it."""
    return mapped(lambda leaf: leaf.value if isinstance(leaf, Instruction) else leaf, x)


def leaves(x: Any) -> list[Any]:
    """What `mapped` is applied to, in order."""
    found: list[Any] = []
    mapped(found.append, x)
    return found


def instructions_in(x: Any) -> list[Instruction]:
    """The instructions among the leaves of `x`."""
    return [leaf for leaf in leaves(x) if isinstance(leaf, Instruction)]
