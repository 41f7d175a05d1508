"""Functions whose derivative their author gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from adbench.engine.arrays import as_array
from adbench.engine.core import Array, Node, Tracer, accumulate
from adbench.engine.dispatch import dual, innermost
from adbench.engine.errors import NoForwardRule, ShapeMismatch
from adbench.engine.inputs import name_of


def custom_vjp(
    f: Callable[..., Array], vjp: Callable[..., Any], jvp: Callable[..., Array] | None = None
) -> Callable[..., Array]:
    """A function like `f` with rules of its own; they are differentiated in turn for higher orders.

    Args:
        f: function of arrays to an array.
        vjp: `vjp(y_bar, y, *primals)`, the cotangent of the primal, or a tuple with one for each of several.
        jvp: `jvp(x_dot, y, *primals)`, the tangent of the result; of several primals it takes a tuple of
            tangents. Without it forward mode raises NoForwardRule.
    Returns:
        The function over traced and plain arrays.
    Raises:
        ShapeMismatch: a rule gave an array of the wrong shape.
    """
    name = name_of(f)

    def op(*args: Array) -> Array:
        active, primals = innermost(args)
        if not active:
            return f(*args)
        y = op(*primals)
        first = active[0][1]
        if first.__class__ is Node:
            return Node(y, first.tape, pull, active, primals)
        if jvp is None:
            raise NoForwardRule(name)
        tangents = dict(active)
        dots = tuple(
            tangents[i].dot if i in tangents else np.zeros(np.shape(x), np.result_type(x))
            for i, x in enumerate(primals)
        )
        y_dot = jvp(dots[0] if len(dots) == 1 else dots, y, *primals)
        return dual(y, first.level, checked(y_dot, y, f"the jvp rule of {name}"))

    def pull(node: Node, y_bar: Array) -> None:
        x_bars = vjp(y_bar, node.value, *node.y)
        if not isinstance(x_bars, tuple | list):
            x_bars = (x_bars,)
        if len(x_bars) != len(node.y):
            raise ShapeMismatch(f"the vjp rule of {name} gave {len(x_bars)} cotangents, expected {len(node.y)}")
        for i, x in node.x:
            accumulate(x, checked(x_bars[i], x.value, f"the vjp rule of {name}"))

    op.__name__ = op.__qualname__ = name
    op.__doc__ = f.__doc__
    return op


def checked(t: Any, primal: Array, rule: str) -> Array:
    """What a rule gave, once its shape is right."""
    if not isinstance(t, Tracer):
        t = as_array(t)
    if t.shape != primal.shape:
        raise ShapeMismatch(f"{rule} gave shape {t.shape}, expected {primal.shape} like its primal")
    return t
