"""What makes a batch look like one of its examples, where that differs from other traced arrays.

NumPy's own functions work on batches of plain values, since derivative rules apply them to such. What only an
example can answer, such as the number that it holds, raises `ExamplesDiffer`, and `vmap` takes them singly.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from adbench.engine import tree
from adbench.engine.batching import RULES, aligned, batched, by_loop, rewrapped
from adbench.engine.core import Axis, Batched, Tracer, plain
from adbench.engine.errors import ExamplesDiffer


def is_plain_batch(arguments: Any) -> bool:
    """Whether there is a batch among the arrays, and none of them is being differentiated."""
    traced = [x for x in tree.leaves(arguments) if isinstance(x, Tracer)]
    return bool(traced) and all(plain(x) is x for x in traced)


def innermost_axis(arguments: Any) -> Axis:
    """The batch axis of the highest level."""
    axis: Axis = max((x for x in tree.leaves(arguments) if x.__class__ is Batched), key=lambda x: x.level).axis
    return axis


def of_ufunc(ufunc: Any, method: str, inputs: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """A ufunc, or a method of one, of batches."""
    axis = innermost_axis(inputs)
    called = ufunc if method == "__call__" else getattr(ufunc, method)
    if method == "__call__" and ufunc.signature is None:
        y = aligned(ufunc, axis, inputs, options)
    elif method == "reduce" and len(inputs) == 1:
        y = called(inputs[0].value, **{**options, "axis": within(inputs[0], options.get("axis", 0))})
    else:
        y = by_loop(called, axis, inputs, options)
    return tree.mapped(lambda part: rewrapped(part, axis), y)


def of_function(function: Callable[..., Any], args: Any, options: dict[str, Any]) -> Any:
    """Another function of NumPy, of batches."""
    return batched(function, innermost_axis((args, options)), args, options)


def within(x: Batched, axis: int | tuple[int, ...] | None) -> tuple[int, ...]:
    """Axes of an example as axes of the batch."""
    axes = range(x.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    return tuple(a % x.ndim + 1 for a in axes)


def stand_in(x: Any) -> Any:
    """A plain array of the shape and dtype of `x`, to ask for these."""
    x = plain(x)
    return np.broadcast_to(np.empty((), x.dtype), x.shape) if x.__class__ is Batched else x


def entries(x: Any) -> Any:
    """The array with all examples, outside batches first."""
    while isinstance(x, Tracer):
        x = x.value
    return x


def truth(x: Batched) -> bool:
    """What Python asks for in an `if`, if all examples agree."""
    if x.size != 1:
        return bool(np.empty(x.shape))  # raises, as NumPy does
    answers = entries(x).astype(bool)
    if answers.all() or not answers.any():
        return bool(answers.any())
    raise ExamplesDiffer("the examples of a batch branch differently; use where", x.level)


def refused(x: Batched, *args: Any, **options: Any) -> NoReturn:
    """What Python or NumPy calls for a number or a buffer."""
    raise ExamplesDiffer("a batch has no plain value in common; use the functions of adbench.engine.numpy", x.level)


def infix(ufunc: Any) -> Callable[..., Any]:
    """A ufunc as an operator."""
    return lambda x, y: ufunc(x, y)


METHODS: dict[str, Any] = {
    "shape": property(lambda x: x.value.shape[1:]),
    "ndim": property(lambda x: x.value.ndim - 1),
    "size": property(lambda x: math.prod(x.value.shape[1:])),
    "any": lambda x: bool(entries(x).any()),  # of any example: a rule asks whether a case has to be treated at all
    "all": lambda x: bool(entries(x).all()),
    **dict.fromkeys(("__and__", "__rand__"), infix(np.bitwise_and)),  # of masks, which commute
    **dict.fromkeys(("__or__", "__ror__"), infix(np.bitwise_or)),
    **dict.fromkeys(("__xor__", "__rxor__"), infix(np.bitwise_xor)),
    "__invert__": lambda x: np.invert(x),
    "__bool__": truth,
    **dict.fromkeys(("__array__", "__complex__", "__float__", "__index__", "__int__"), refused),
}


def install() -> None:
    """Give `Batched` everything above."""
    for name, method in METHODS.items():
        setattr(Batched, name, method)
    RULES[np.where] = aligned


install()
