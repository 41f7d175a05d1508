"""The two derivative operators, `jvp` and `vjp`, and the gradient.

Shapes, for `f` of an array of shape X to one of shape Y; `jacobian.py` has what follows from these:

| operator | takes | gives |
|---|---|---|
| `jvp(f, (x,), (x_dot,))` | x_dot: X | y: Y, y_dot = J x_dot: Y |
| `vjp(f, x)` | | y: Y, and `pullback(y_bar)`, which gives (Jᵀ y_bar,): X |
| `grad(f)` | Y = () | X |

An argument may be a tree: a nested dictionary, list or tuple of arrays; its tangent, cotangent or gradient is then
a tree of the same structure (see `tree`). Every derivative has the dtype of what it is taken of or with respect to.
With complex numbers, J is the real Jacobian of the parts: for a holomorphic f that is y_dot = f'(x) x_dot and
x_bar = conj(f'(x)) y_bar. An input that the function does not use has derivative zero. All operators nest, in every
order.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from adbench.engine import tree
from adbench.engine.core import Array, Dual, Large, Node, backward, levels, plain
from adbench.engine.errors import EngineError, StructureMismatch
from adbench.engine.inputs import differentiable, fitting
from adbench.engine.rules.parts import conj
from adbench.engine.trace import (
    at,
    cotangents,
    function_of_arrays,
    missing_argument,
    not_scalar,
    of_leaves,
    one_like,
    record,
    seeds,
)
from adbench.engine.trace import outputs_of as outputs_of

Function = Callable[..., Any]
Argnums = int | tuple[int, ...]

ONE = np.float64(1)  # the cotangent of a scalar result; made once, since making it costs as much as an operation


def jvp(f: Function, primals: Sequence[Array], tangents: Sequence[Array]) -> tuple[Any, Any]:
    """The value of `f` and the product of its Jacobian with `tangents`, by forward mode.

    Args:
        f: function of arrays, or trees of them, to an array or a tree of arrays.
        primals: its arguments, float64, float32 or complex.
        tangents: one for each primal, of its shape and structure.
    Returns:
        `f(*primals)` and its tangent, of the same structure, shapes and dtypes.
    Raises:
        NotDifferentiable: a primal is not a floating-point array.
        ShapeMismatch: a tangent has not the shape of its primal.
        StructureMismatch: the tangents are not nested as the primals are.
    Source: Griewank & Walther, Evaluating Derivatives (2008), §3.1.
    """
    if not (isinstance(primals, tree.SEQUENCES) and isinstance(tangents, tree.SEQUENCES)):
        raise StructureMismatch("jvp takes a tuple of primals and one of tangents, as in jvp(f, (x,), (x_dot,))")
    if len(primals) != len(tangents):
        counts = f"{len(primals)} primals and {len(tangents)} tangents"
        raise StructureMismatch(f"jvp got {counts}, expected as many of both")
    if tree.any_tree(primals):
        g, parts = of_leaves(f, primals, {}, range(len(primals)))
        return jvp(g, parts, tree.leaves_like("tangent", tangents, primals))
    level = next(levels)
    values = [differentiable(f, i, x, "fc") for i, x in enumerate(primals)]
    dots = [fitting("tangent", i, t, x) for i, (t, x) in enumerate(zip(tangents, values, strict=True))]
    y = f(*[Dual(x, level, x_dot) for x, x_dot in zip(values, dots, strict=True)])
    outputs = outputs_of(f, y)
    pairs = [(o.value, o.dot) if at(o, level) else (o, np.zeros(o.shape, o.dtype)) for o in outputs]
    if not tree.is_tree(y):
        return pairs[0]
    return tree.rebuilt(y, iter([value for value, _ in pairs])), tree.rebuilt(y, iter([dot for _, dot in pairs]))


def vjp(f: Function, *primals: Array) -> tuple[Any, Callable[[Any], tuple[Array, ...]]]:
    """The value of `f`, and the function that multiplies by its transposed Jacobian, by reverse mode.

    Args:
        f: function of arrays, or trees of them, to an array or a tree of arrays.
        primals: its arguments, float64, float32 or complex.
    Returns:
        `f(*primals)`, and `pullback(y_bar)`, which takes a cotangent of the shape and structure of the value to a
        tuple with a cotangent for each primal, and may be called any number of times. Where the value is a tree,
        None stands for a leaf that nothing flows from, not even the zero that an infinite derivative turns into NaN.
    Raises:
        NotDifferentiable: a primal is not a floating-point array.
        ShapeMismatch: from the pullback, if `y_bar` has not the shape of the value.
        StructureMismatch: from the pullback, if `y_bar` is not nested as the value is.
    Source: Griewank & Walther, Evaluating Derivatives (2008), §3.2.
    """
    if tree.any_tree(primals):
        g, parts = of_leaves(f, primals, {}, range(len(primals)))
        y, of_parts = vjp(g, *parts)
        return y, lambda y_bar: tree.rebuilt(primals, iter(of_parts(y_bar)))
    collecting = gc.isenabled()
    gc.disable()  # see `pulled_back`
    try:
        nodes, roots, y = record(f, primals, {}, range(len(primals)))
    finally:
        if collecting:
            gc.enable()
    values, ends = outputs_of(f, y), []
    level = roots[0].level if roots else 0
    for i, output in enumerate(values):
        if at(output, level):
            values[i] = output.value
            ends.append((i, output.node if output.__class__ is Large else output))
    value = tree.rebuilt(y, iter(values)) if tree.is_tree(y) else values[0]

    def pullback(y_bar: Any) -> tuple[Array, ...]:
        bars = seeds(y_bar, value)
        try:
            for i, node in ends:
                bar = bars[i]
                if bar is None:
                    continue
                if bar.dtype.kind == "c":
                    bar = conj(bar)  # see rules.parts: inside a cotangent pairs without a conjugate
                node.bar = bar if node.bar is None else node.bar + bar
            backward(nodes.copy())
            return cotangents(roots, bars)
        except BaseException:
            for node in (*nodes, *roots):
                node.bar = None  # or the next call would start from what this one left
            raise

    return value, pullback


def linearize(f: Function, *primals: Array) -> tuple[Any, Callable[..., Any]]:
    """The value of `f`, and the function that multiplies by its Jacobian, for many tangents at one point.

    The pullback is linear, so its own pullback is the Jacobian: Jᵀ transposed again. `f` runs once and its pullback
    once, on a tape each, which live as long as the function that is given back. A product is a pass over the second
    tape. On five layers tanh(A x) of 5 and of 300 the two tapes took 1.3 to 1.7 times as long as one `jvp`, and a
    product half as long: this pays from the third tangent on.

    Args:
        f: function of arrays, or trees of them, to an array or a tree of arrays.
        primals: its arguments, float64 or float32.
    Returns:
        `f(*primals)`, and `pushforward(*tangents)`, which takes a tangent for each primal to the tangent of the
        value, and may be called any number of times.
    """
    y, pullback = vjp(f, *primals)
    origin = tree.mapped(lambda v: np.zeros(v.shape, v.dtype), y)
    _, transpose = vjp(pullback, origin)
    return y, lambda *tangents: transpose(tangents)[0]


def value_and_grad(f: Function, argnums: Argnums = 0) -> Callable[..., tuple[Array, Any]]:
    """The function that gives `f` and its gradient.

    Args:
        f: function to a scalar.
        argnums: the positions of the arguments to differentiate with respect to.
    Returns:
        A function of the same arguments to the value and to an array or a tree like the argument, or to a tuple of
        them if `argnums` is a tuple.
    Raises:
        NotScalar: `f` gives something else than a scalar.
        NotDifferentiable: an argument is not a real floating-point array.
    """
    function_of_arrays(f)

    def value_and_gradient(*args: Any, **options: Any) -> tuple[Array, Any]:
        return pulled_back(f, argnums, args, options)

    value_and_gradient.__wrapped__ = f  # type: ignore[attr-defined]  # its signature is that of `f`
    return value_and_gradient


def grad(f: Function, argnums: Argnums = 0) -> Callable[..., Any]:
    """The gradient of a scalar function; see `value_and_grad`."""
    function_of_arrays(f)

    def gradient(*args: Any, **options: Any) -> Any:
        return pulled_back(f, argnums, args, options)[1]

    gradient.__wrapped__ = f  # type: ignore[attr-defined]
    return gradient


def pulled_back(
    f: Function, argnums: Argnums, args: Sequence[Any], options: dict[str, Any]
) -> tuple[Array, Any]:
    """The value of a scalar function and its gradient.

    The garbage collector is held off meanwhile: a node dies when it is pulled back and not before, and looking
    for dead ones among a million, again and again, takes longer than the gradient.
    """
    single = argnums.__class__ is int
    positions: Any = (argnums,) if single else argnums
    try:  # costs nothing where nothing is wrong
        nested = tree.is_tree(args[positions[0]]) if single else tree.any_tree([args[i] for i in positions])
    except IndexError:
        raise missing_argument(f, positions, len(args)) from None
    except TypeError:
        raise EngineError(f"argnums is {argnums!r}, expected an integer or a tuple of integers") from None
    if nested:
        g, parts = of_leaves(f, args, options, positions)
        value, x_bars = pulled_back(g, tuple(range(len(parts))), parts, {})
        trees = tree.rebuilt(tuple(args[i] for i in positions), iter(x_bars))
        return value, trees[0] if single else trees
    collecting = gc.isenabled()
    gc.disable()
    try:
        nodes, roots, y = record(f, args, options, positions)
        if y.__class__ is Node and y.level == roots[0].level:
            value = y.value
            if value.shape:
                raise not_scalar(f, y)
            y.bar = ONE if value.__class__ is np.float64 else one_like(f, value)
            del y  # every other node lives through it; without it each dies once it has been pulled back
            backward(nodes)
        else:
            value = outputs_of(f, y)[0]
            if tree.is_tree(y) or value.shape:
                raise not_scalar(f, y)
        x_bars = cotangents(roots)
    finally:
        if collecting:
            gc.enable()
    return value, x_bars[0] if single else x_bars


def stop_gradient(x: Array) -> Array:
    """`x`, an array or a tree, as a constant: its derivative is zero, at every level."""
    return tree.mapped(plain, x) if tree.is_tree(x) else plain(x)
