"""Functions whose derivative their author gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy import ndarray

from adbench.engine.ad import vjp as reverse
from adbench.engine.arrays import as_array
from adbench.engine.batching import batched
from adbench.engine.core import Array, Batched, Dual, Large, Node, Tracer, accumulate
from adbench.engine.dispatch import dual, innermost
from adbench.engine.errors import NoForwardRule, ShapeMismatch
from adbench.engine.inputs import name_of
from adbench.engine.large import apart, reading, split


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
        x = args[0] if len(args) == 1 else None
        if x.__class__ is Node:  # first what is asked for most: a gradient, and the derivative of one
            if x.value.__class__ is ndarray:
                return Node(f(x.value), x.tape, pull_alone, x, None)
            if x.value.__class__ is Dual:
                return split(op, (0,), Node(op(x.value), x.tape, pull_alone, x, None))
        elif x.__class__ is Dual and jvp is not None and x.value.__class__ is ndarray:
            y = f(x.value)
            return dual(y, x.level, checked(jvp(x.dot, y, x.value), y, f"the jvp rule of {name}"))
        if x.__class__ is Large:
            return apart(op, x.level, args)
        active, primals = innermost(args)
        if not active:
            return f(*args)
        first = active[0][1]
        if first.__class__ is Batched:
            return batched(op, first.axis, args)
        y = op(*primals)
        if first.__class__ is not Dual:
            return split(op, range(len(args)), first.__class__(y, first.tape, pull, active, primals))
        if jvp is None:
            raise NoForwardRule(name)
        return dual(y, first.level, tangent(jvp, {i: x.dot for i, x in active}, y, primals, name))

    def pull(node: Node, y_bar: Array) -> None:
        x_bars = one_each(vjp(y_bar, node.value, *node.y), len(node.y), name)
        for i, x in node.x:
            accumulate(x, checked(x_bars[i], x.value, f"the vjp rule of {name}"))

    def pull_alone(node: Node, y_bar: Array) -> None:
        x = node.x
        x_bar = vjp(y_bar, node.value, x.value)
        if x_bar.__class__ is not ndarray or x_bar.shape != x.value.shape:
            x_bar = checked(one_each(x_bar, 1, name)[0], x.value, f"the vjp rule of {name}")
        accumulate(x, x_bar)

    op.__name__ = op.__qualname__ = name
    op.__doc__ = f.__doc__
    pull.__qualname__, pull_alone.__qualname__ = f"{name}.pull", f"{name}.pull_alone"
    return reading(op, vjp, skipped=1)


def custom_jvp(f: Callable[..., Array], jvp: Callable[..., Array]) -> Callable[..., Array]:
    """A function like `f` whose tangent its author gives; reverse mode transposes the rule.

    Args:
        f: function of arrays to an array.
        jvp: `jvp(x_dot, y, *primals)`, the tangent of the result, linear in `x_dot` and written in the engine's
            operations; of several primals it takes a tuple of tangents.
    Returns:
        The function over traced and plain arrays.
    Raises:
        ShapeMismatch: the rule gave an array of the wrong shape.
    """
    name = name_of(f)

    def op(*args: Array) -> Array:
        active, primals = innermost(args)
        if not active:
            return f(*args)
        first = active[0][1]
        if first.__class__ is Batched:
            return batched(op, first.axis, args)
        y = op(*primals)
        if first.__class__ is not Dual:
            return split(op, range(len(args)), first.__class__(y, first.tape, pull, active, primals))
        return dual(y, first.level, tangent(jvp, {i: x.dot for i, x in active}, y, primals, name))

    def pull(node: Node, y_bar: Array) -> None:
        positions = [i for i, _ in node.x]

        def rule(*dots: Array) -> Array:
            return tangent(jvp, dict(zip(positions, dots, strict=True)), node.value, node.y, name)

        # The rule is linear, so that its derivative is the same everywhere: taken at 0.
        _, transpose = reverse(rule, *[np.zeros(x.shape, x.dtype) for _, x in node.x])
        for (_, x), x_bar in zip(node.x, transpose(y_bar), strict=True):
            accumulate(x, x_bar)

    op.__name__ = op.__qualname__ = name
    op.__doc__ = f.__doc__
    pull.__qualname__ = f"{name}.pull"
    return op


def tangent(
    jvp: Callable[..., Array], known: dict[int, Array], y: Array, primals: Sequence[Array], name: str
) -> Array:
    """The tangent that a rule gives, where the tangents that are not known are zero."""
    dots = tuple(
        known[i] if i in known else np.zeros(np.shape(x), np.result_type(x)) for i, x in enumerate(primals)
    )
    y_dot = jvp(dots[0] if len(dots) == 1 else dots, y, *primals)
    return checked(y_dot, y, f"the jvp rule of {name}")


def one_each(x_bars: Any, count: int, name: str) -> Any:
    """What a vjp rule gave as a tuple of `count` cotangents."""
    if not isinstance(x_bars, tuple | list):
        x_bars = (x_bars,)
    if len(x_bars) != count:
        raise ShapeMismatch(f"the vjp rule of {name} gave {len(x_bars)} cotangents, expected {count}")
    return x_bars


def checked(t: Any, primal: Array, rule: str) -> Array:
    """What a rule gave, once its shape is right."""
    if not isinstance(t, Tracer):
        t = as_array(t)
    if t.shape != primal.shape:
        raise ShapeMismatch(f"{rule} gave shape {t.shape}, expected {primal.shape} like its primal")
    return t
