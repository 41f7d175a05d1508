"""The four ways to declare a primitive; both modes, all orders and broadcasting follow from a declaration.

| kind | declared by | because |
|---|---|---|
| elementwise | its partials | the Jacobian is diagonal: JVP and VJP are the same product |
| linear | its transpose | it is its own JVP |
| bilinear | two transposes | it is linear in each operand |
| any other | a JVP and a VJP for each operand | |

Rules are written in the engine's own operations and in Python's operators, which is what makes derivatives
differentiable again. A rule that is not needed is never evaluated.
"""

from __future__ import annotations

import functools
import inspect
import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy import ndarray

from adbench.engine.batching import RULES, aligned, batched
from adbench.engine.core import Array, Batched, Large, Node, Tracer, accumulate, plain
from adbench.engine.dispatch import FREE, Function, Rule, binary, dual, innermost, named, nary, unary
from adbench.engine.large import apart, reading, split

SHAPE_ALONE = ((),)  # what transposes read of the values, see `reading`
THE_OTHER = ((1,), (0,))

Partial = Callable[..., Array] | int | None


def elementwise(fn: Function, *partials: Partial, inner: Function | None = None) -> Function:
    """A primitive that acts on each entry of its broadcast operands.

    Args:
        fn: function over plain arrays.
        partials: for each operand `partial(z, x, y, …) -> ∂z/∂operand`, with the result `z` first; or 1 or
            −1, which cost nothing; or None where the derivative is zero.
        inner: the same function as `fn`, to be used where an operand is known to be an array: Python's
            operators, which are much faster than ufuncs on NumPy scalars.
    Returns:
        The function over traced and plain arrays.
    """
    if len(partials) == 1:
        assert partials[0] is not None
        return reading(unary(fn, partials[0], inner), partials)
    terms = [times(p, len(partials)) for p in partials]
    frozen = [i for i, p in enumerate(partials) if p is None]
    if len(partials) == 2 and not frozen:
        op = binary(fn, terms, terms, inner)
    else:
        op = nary(fn, summed(terms), by_position(terms), frozen)
    RULES[op] = aligned
    return reading(op, partials)


def linear(fn: Function, transpose: Rule) -> Function:
    """A primitive that is linear in its first operand; what follows it is not differentiated.

    Args:
        fn: function over a plain array and parameters.
        transpose: `transpose(y_bar, x, *parameters) -> x_bar`; it may look at no more of the primal `x` than
            its shape and dtype.
    """

    if len(inspect.signature(transpose).parameters) == 2:
        return linear_map(fn, transpose)

    def op(x: Array, *args: Any, **options: Any) -> Array:
        if not isinstance(x, Tracer):
            return fn(x, *args, **options)
        if x.__class__ is Batched:
            return batched(op, x.axis, (x, *args), options)
        if x.__class__ is Large:
            return apart(op, x.level, (x, *args), options)
        primal = x.value
        below = fn if primal.__class__ is ndarray else op
        y = below(primal, *args, **options)
        if isinstance(x, Node):
            return split(op, (0,), x.__class__(y, x.tape, pull, x, (args, options)))
        return dual(y, x.level, op(x.dot, *args, **options))

    def pull(node: Node, y_bar: Array) -> None:
        x = node.x
        args, options = node.y
        accumulate(x, transpose(y_bar, x.value, *args, **options))

    return reading(named(op, fn, pull), SHAPE_ALONE)


def linear_map(fn: Function, transpose: Rule) -> Function:
    """A `linear` primitive without parameters, which then cost nothing."""

    def op(x: Array) -> Array:
        if not isinstance(x, Tracer):
            return fn(x)
        if x.__class__ is Batched:
            return batched(op, x.axis, (x,))
        if x.__class__ is Large:
            return apart(op, x.level, (x,))
        primal = x.value
        y = fn(primal) if primal.__class__ is ndarray else op(primal)
        if isinstance(x, Node):
            return x.__class__(y, x.tape, pull, x, None)
        return dual(y, x.level, op(x.dot))

    def pull(node: Node, y_bar: Array) -> None:
        x = node.x
        x_bar = transpose(y_bar, x.value)
        x.bar = x_bar if x.bar is None else x.bar + x_bar

    return reading(named(op, fn, pull), SHAPE_ALONE)


def bilinear(fn: Function, transpose_x: Rule, transpose_y: Rule, inner: Function | None = None) -> Function:
    """A primitive that is linear in each of two operands.

    Args:
        fn: function over two plain arrays.
        transpose_x: `(z_bar, x, y) -> x_bar`, of which axes added by broadcasting are summed out afterwards.
        transpose_y: `(z_bar, x, y) -> y_bar`, likewise.
        inner: as for `elementwise`.
    """
    op = binary(
        fn,
        (lambda x_dot, z, x, y: op(x_dot, y), lambda y_dot, z, x, y: op(x, y_dot)),
        (lambda z_bar, z, x, y: transpose_x(z_bar, x, y), lambda z_bar, z, x, y: transpose_y(z_bar, x, y)),
        inner,
    )
    return reading(op, THE_OTHER)


def primitive(fn: Function, *, jvp: Sequence[Rule | None] | Rule, vjp: Sequence[Rule | None] | Rule) -> Function:
    """Any differentiable function of arrays, by position, and of parameters, by keyword.

    Args:
        fn: function over plain arrays.
        jvp: for each operand `rule(x_dot, y, *primals, **parameters)`, its part of `y_dot`, or None where the
            derivative is zero. For a variable number of operands one rule, which takes a dictionary from the
            operands' positions to their tangents.
        vjp: likewise `rule(y_bar, y, *primals, **parameters)`, the cotangent of the operand; or one rule,
            which takes the operand's position before `y_bar`.
    """
    frozen = [] if callable(jvp) else [i for i, rule in enumerate(jvp) if rule is None]
    op = nary(fn, summed(jvp), by_position(vjp), frozen)
    return op if callable(vjp) else reading(op, tuple(vjp), skipped=1)


def piecewise_constant(fn: Function) -> Function:
    """A function whose derivative is zero wherever it has one: it sees plain arrays and returns them."""

    def op(*args: Any, **options: Any) -> Any:
        values = [plain(a) for a in args]
        if Batched in [v.__class__ for v in values]:
            return batched(op, innermost(values)[0][0][1].axis, values, options)
        return fn(*values, **options)

    if isinstance(fn, np.ufunc):
        RULES[op] = aligned
    return named(op, fn)


def times(partial: Partial, arity: int) -> Any:
    """The rule of both modes: the tangent or cotangent times a partial."""
    if partial is None:
        return None
    if not callable(partial):
        return FREE[partial]
    if arity == 2:
        return lambda t, z, x, y: t * partial(z, x, y)
    return lambda t, *values: t * partial(*values)


def summed(rules: Any) -> Any:
    """One rule for all tangents: the sum of the operands' parts."""
    if callable(rules):
        return rules

    def jvp(dots: dict[int, Array], y: Array, *primals: Array, **options: Any) -> Array:
        return functools.reduce(operator.add, [rules[i](t, y, *primals, **options) for i, t in dots.items()])

    return jvp


def by_position(rules: Any) -> Any:
    """One rule that takes the operand's position first."""
    if callable(rules):
        return rules
    return lambda i, *args, **options: rules[i](*args, **options)
