"""One primitive at one level: unwrap the operands, evaluate one level down, wrap the result.

The three functions here take a function over plain arrays and its rules, and return the function over
traced arrays. `jvp(x_dot, y, *primals)` gives the part of `y_dot` due to one operand, and
`vjp(y_bar, y, *primals)` the part of the cotangent of one operand. What is known when a primitive is declared
(its arity, which operand a rule is for) is settled then, so that a call decides only on levels and on mode.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import FunctionType
from typing import Any

import numpy as np
from numpy import ndarray

from adbench.engine.arrays import broadcast
from adbench.engine.batching import batched
from adbench.engine.core import Array, Batched, Dual, Large, Node, Tracer, accumulate, plain
from adbench.engine.large import apart, split

SCALARS = (float, int)  # beside a Python number nothing is broadcast or promoted, so nothing need be undone
SEQUENCES = (list, tuple)  # operands that NumPy takes for arrays, and rules do not

Function = Callable[..., Any]
Rule = Callable[..., Any]

DECLARED: dict[Function, tuple[Rule, ...]] = {}
"""Every primitive with a derivative, and how cotangents are pulled back through it."""


def same(t: Array, *primals: Array) -> Array:
    """The rule of a partial that is 1."""
    return t


def negated(t: Array, *primals: Array) -> Array:
    """The rule of a partial that is −1."""
    return -t


def pull_same(node: Node, y_bar: Array) -> None:
    """Pull back through `same`, for the only operand of a node."""
    x = node.x
    x.bar = y_bar if x.bar is None else x.bar + y_bar


def pull_negated(node: Node, y_bar: Array) -> None:
    """Pull back through `negated`, for the only operand of a node."""
    x = node.x
    x.bar = -y_bar if x.bar is None else x.bar - y_bar


FREE = {1: same, -1: negated}
FREE_PULLS: dict[Any, Callable[..., None]] = {same: pull_same, negated: pull_negated}


def unary(fn: Function, partial: Rule | int, inner: Function | None = None) -> Function:
    """An elementwise primitive of one array; nothing is broadcast or promoted, so nothing need be undone.

    Args:
        fn: function over a plain array.
        partial: `partial(y, x) -> ∂y/∂x`, the diagonal of the Jacobian; or 1 or −1.
        inner: evaluates it one level down where that is faster than `fn`.
    """

    def op(x: Array) -> Array:
        if x.__class__ is Node:  # first what is asked for most
            primal = x.value
            y = fn(primal) if primal.__class__ is ndarray else below(primal)
            return Node(y, x.tape, pull, x, None)
        if not isinstance(x, Tracer):
            return fn(x)
        if x.__class__ is Large:
            return apart(op, x.level, (x,))
        primal = x.value
        y = below(primal)
        if x.__class__ is Batched:
            return Batched(y, x.axis)
        if isinstance(x, Node):
            return x.__class__(y, x.tape, pull, x, None)  # a kind of Node: a Tensor
        return Dual(y, x.level, free(x.dot) if free else x.dot * by_x(y, primal))

    def pull(node: Node, y_bar: Array) -> None:
        x = node.x
        x_bar = y_bar * by_x(node.value, x.value)
        x.bar = x_bar if x.bar is None else x.bar + x_bar

    by_x: Any = partial
    free = None if callable(partial) else FREE[partial]
    pull = own(FREE_PULLS.get(free, pull), "pull")
    below: Function = inner or op
    return named(op, fn, pull)


def binary(fn: Function, jvps: Sequence[Rule], vjps: Sequence[Rule], inner: Function | None = None) -> Function:
    """A primitive of two arrays, of which the ones at the higher level are active."""
    (jvp_x, jvp_y), (vjp_x, vjp_y) = jvps, vjps

    def op(x: Array, y: Array) -> Array:
        if x.__class__ is Node and y.__class__ in SCALARS:  # first what is asked for most
            return Node(below(x.value, y), x.tape, pull_x_alone, x, y)
        if y.__class__ is Node and x.__class__ in SCALARS:
            return Node(below(x, y.value), y.tape, pull_y_alone, y, x)
        level_x = x.level if isinstance(x, Tracer) else 0
        level_y = y.level if isinstance(y, Tracer) else 0
        if level_x > level_y:
            v = x.value
            if y.__class__ is not ndarray and y.__class__ in SEQUENCES:
                y = np.asarray(y)
            if x.__class__ is Node:
                return split(op, (0,), Node(below(v, y), x.tape, pull_x, x, y))
            if x.__class__ is Large:
                return apart(op, x.level, (x, y))
            if x.__class__ is Batched:
                return batched(op, x.axis, (x, y))
            z = below(v, y)
            if x.__class__ is not Dual:
                return x.__class__(z, x.tape, pull_x, x, y)
            return dual(z, level_x, jvp_x(x.dot, z, v, y))
        if level_y > level_x:
            w = y.value
            if x.__class__ is not ndarray and x.__class__ in SEQUENCES:
                x = np.asarray(x)
            if y.__class__ is Node:
                return split(op, (1,), Node(below(x, w), y.tape, pull_y, x, y))
            if y.__class__ is Large:
                return apart(op, y.level, (x, y))
            if y.__class__ is Batched:
                return batched(op, y.axis, (x, y))
            z = below(x, w)
            if y.__class__ is not Dual:
                return y.__class__(z, y.tape, pull_y, x, y)
            return dual(z, level_y, jvp_y(y.dot, z, x, w))
        if not level_x:
            return fn(x, y)
        v, w = x.value, y.value
        if x.__class__ is y.__class__ is Node:
            return split(op, (0, 1), Node(below(v, w), x.tape, pull_xy, x, y))
        if x.__class__ is Large or y.__class__ is Large:
            return apart(op, level_x, (x, y))
        if x.__class__ is Batched:
            return batched(op, x.axis, (x, y))
        z = below(v, w)
        if x.__class__ is not Dual:
            return x.__class__(z, x.tape, pull_xy, x, y)
        return dual(z, level_x, jvp_x(x.dot, z, v, w) + jvp_y(y.dot, z, v, w))

    def pull_x(node: Node, z_bar: Array) -> None:
        x = node.x
        accumulate(x, vjp_x(z_bar, node.value, x.value, node.y))

    def pull_y(node: Node, z_bar: Array) -> None:
        y = node.y
        accumulate(y, vjp_y(z_bar, node.value, node.x, y.value))

    def pull_x_alone(node: Node, z_bar: Array) -> None:
        x = node.x
        x_bar = vjp_x(z_bar, node.value, x.value, node.y)
        x.bar = x_bar if x.bar is None else x.bar + x_bar

    def pull_y_alone(node: Node, z_bar: Array) -> None:
        y = node.x  # the only operand comes first
        y_bar = vjp_y(z_bar, node.value, node.y, y.value)
        y.bar = y_bar if y.bar is None else y.bar + y_bar

    def pull_xy(node: Node, z_bar: Array) -> None:
        x, y, z = node.x, node.y, node.value
        v, w = x.value, y.value
        accumulate(x, vjp_x(z_bar, z, v, w))
        accumulate(y, vjp_y(z_bar, z, v, w))

    pull_x_alone = own(FREE_PULLS.get(vjp_x, pull_x_alone), "pull_x_alone")
    pull_y_alone = own(FREE_PULLS.get(vjp_y, pull_y_alone), "pull_y_alone")
    below: Function = inner or op
    return named(op, fn, pull_x, pull_y, pull_x_alone, pull_y_alone, pull_xy)


def nary(fn: Function, jvp: Rule, vjp: Rule, frozen: Sequence[int] = ()) -> Function:
    """A primitive of any number of arrays and of keywords, which are not differentiated.

    Args:
        fn: function over plain arrays.
        jvp: `jvp(dots, y, *primals, **options) -> y_dot`, where `dots` maps positions to tangents.
        vjp: `vjp(i, y_bar, y, *primals, **options)`, the part of the cotangent of operand `i`.
        frozen: positions of operands without a derivative.
    """

    def op(*args: Array, **options: Any) -> Array:
        if frozen:
            args = tuple(plain(a) if i in frozen else a for i, a in enumerate(args))
        active, primals = innermost(args)
        if not active:
            return fn(*args, **options)
        first = active[0][1]
        if first.__class__ is Batched:
            return batched(op, first.axis, args, options)
        y = op(*primals, **options)
        if first.__class__ is not Dual:
            return split(op, range(len(args)), first.__class__(y, first.tape, pull, active, (primals, options)))
        dots = {i: x.dot for i, x in active}
        return dual(y, first.level, jvp(dots, y, *primals, **options))

    def pull(node: Node, y_bar: Array) -> None:
        primals, options = node.y
        for i, x in node.x:
            accumulate(x, vjp(i, y_bar, node.value, *primals, **options))

    return named(op, fn, pull)


def innermost(args: Sequence[Array]) -> tuple[list[tuple[int, Any]], list[Array]]:
    """The operands of the highest level with their positions, and all operands with these one level down."""
    level = max([a.level for a in args if isinstance(a, Tracer)], default=0)
    active, primals = [], list(args)
    for i, a in enumerate(args):
        if isinstance(a, Tracer) and a.level == level:
            active.append((i, a.node if a.__class__ is Large else a))
            primals[i] = a.value
    return active, primals


def dual(y: Array, level: int, y_dot: Array) -> Dual:
    """A `Dual` whose tangent is broadcast and cast to the primal's shape and dtype."""
    if y_dot.shape != y.shape:
        y_dot = y_dot.broadcast_to(y.shape) if isinstance(y_dot, Tracer) else broadcast(y_dot, y.shape)
    if y_dot.dtype != y.dtype:
        y_dot = y_dot.astype(y.dtype)
    return Dual(y, level, y_dot)


def named(op: Function, fn: Function, *pulls: Callable[..., None]) -> Function:
    """Give `op` the name of the function that it differentiates, and each pull `name.role`, e.g. "add.pull_xy"."""
    op.__name__ = op.__qualname__ = fn.__name__.lstrip("_")
    for pull in pulls:
        pull.__qualname__ = f"{op.__name__}.{pull.__name__}"
    if pulls:
        DECLARED[op] = pulls
    return op


def own(pull: Any, role: str) -> Any:
    """A copy of `pull` for one primitive alone, so that a node's pull can say which."""
    return FunctionType(pull.__code__, pull.__globals__, role, pull.__defaults__, pull.__closure__)
