"""The derivative operators: `jvp` and `vjp`, and those that follow from them.

Shapes, for `f` of an array of shape X to one of shape Y:

| operator | takes | gives |
|---|---|---|
| `jvp(f, (x,), (x_dot,))` | x_dot: X | y: Y, y_dot = J x_dot: Y |
| `vjp(f, x)` | | y: Y, and `pullback(y_bar)`, which gives (Jᵀ y_bar,): X |
| `grad(f)` | Y = () | X |
| `jacfwd(f)`, `jacrev(f)` | | Y + X |
| `hessian(f)` | | Y + X + X |
| `hvp(f, (x,), (x_dot,))` | Y = (), x_dot: X | (H x_dot,): X |

Every derivative has the dtype of what it is taken of or with respect to. An input that the function does not
use has derivative zero. All operators nest, in every order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from adbench.engine.core import Array, Dual, Node, Tape, Tracer, backward, levels, plain
from adbench.engine.errors import EngineError, NotScalar
from adbench.engine.inputs import differentiable, fitting, name_of
from adbench.engine.rules.shape import reshape, stack

Function = Callable[..., Any]
Argnums = int | tuple[int, ...]


def jvp(f: Function, primals: Sequence[Array], tangents: Sequence[Array]) -> tuple[Any, Any]:
    """The value of `f` and the product of its Jacobian with `tangents`, by forward mode.

    Args:
        f: function of arrays to an array or a tuple of arrays.
        primals: its arguments, float64 or float32.
        tangents: one for each primal, of its shape.
    Returns:
        `f(*primals)` and its tangent, of the same structure, shapes and dtypes.
    Raises:
        NotDifferentiable: a primal is not a real floating-point array.
        ShapeMismatch: a tangent has not the shape of its primal.
    Source: Griewank & Walther, Evaluating Derivatives (2008), §3.1.
    """
    if len(primals) != len(tangents):
        raise EngineError(
            f"jvp got {len(primals)} primals and {len(tangents)} tangents, expected as many of both"
        )
    level = next(levels)
    values = [differentiable(f, i, x) for i, x in enumerate(primals)]
    dots = [fitting("tangent", i, t, x) for i, (t, x) in enumerate(zip(tangents, values, strict=True))]
    y = f(*[Dual(x, level, x_dot) for x, x_dot in zip(values, dots, strict=True)])
    outputs = outputs_of(f, y)
    pairs = [(o.value, o.dot) if at(o, level) else (o, np.zeros(o.shape, o.dtype)) for o in outputs]
    if isinstance(y, tuple | list):
        return tuple(value for value, _ in pairs), tuple(dot for _, dot in pairs)
    return pairs[0]


def vjp(f: Function, *primals: Array) -> tuple[Any, Callable[[Any], tuple[Array, ...]]]:
    """The value of `f`, and the function that multiplies by its transposed Jacobian, by reverse mode.

    Args:
        f: function of arrays to an array or a tuple of arrays.
        primals: its arguments, float64 or float32.
    Returns:
        `f(*primals)`, and `pullback(y_bar)`, which takes a cotangent of the shape of the value (a tuple for a
        tuple) to a tuple with a cotangent for each primal, and may be called any number of times.
    Raises:
        NotDifferentiable: a primal is not a real floating-point array.
        ShapeMismatch: from the pullback, if `y_bar` has not the shape of the value.
    Source: Griewank & Walther, Evaluating Derivatives (2008), §3.2.
    """
    nodes, roots, y = record(f, primals, {}, range(len(primals)))
    level = roots[0].level if roots else 0
    outputs = outputs_of(f, y)
    several = isinstance(y, tuple | list)
    values = [o.value if at(o, level) else o for o in outputs]

    def pullback(y_bar: Any) -> tuple[Array, ...]:
        y_bars = y_bar if several else (y_bar,)
        if len(y_bars) != len(values):
            raise EngineError(f"pullback got {len(y_bars)} cotangents, expected {len(values)}")
        bars = [fitting("cotangent", i, b, v) for i, (b, v) in enumerate(zip(y_bars, values, strict=True))]
        try:
            for output, bar in zip(outputs, bars, strict=True):
                if at(output, level):
                    output.bar = bar if output.bar is None else output.bar + bar
            backward(nodes.copy())
            return cotangents(roots, bars)
        except BaseException:
            for node in (*nodes, *roots):
                node.bar = None  # or the next call would start from what this one left
            raise

    return (tuple(values) if several else values[0]), pullback


def value_and_grad(f: Function, argnums: Argnums = 0) -> Callable[..., tuple[Array, Any]]:
    """The function that gives `f` and its gradient.

    Args:
        f: function to a scalar.
        argnums: the positions of the arguments to differentiate with respect to.
    Returns:
        A function of the same arguments to the value and to an array like the argument, or to a tuple of
        arrays if `argnums` is a tuple.
    Raises:
        NotScalar: `f` gives something else than a scalar.
        NotDifferentiable: an argument is not a real floating-point array.
    """
    positions = argnums if isinstance(argnums, tuple) else (argnums,)

    def evaluate(*args: Any, **options: Any) -> tuple[Array, Any]:
        nodes, roots, y = record(f, args, options, positions)
        if at(y, roots[0].level):
            value = y.value
            if value.shape:
                raise not_scalar(f, value)
            y.bar = value.dtype.type(1)
            backward(nodes)
        else:
            (value,) = outputs_of(f, y)
            if value.shape:
                raise not_scalar(f, value)
        x_bars = cotangents(roots)
        return value, x_bars if isinstance(argnums, tuple) else x_bars[0]

    return evaluate


def grad(f: Function, argnums: Argnums = 0) -> Callable[..., Any]:
    """The gradient of a scalar function; see `value_and_grad`."""
    evaluate = value_and_grad(f, argnums)

    def gradient(*args: Any, **options: Any) -> Any:
        return evaluate(*args, **options)[1]

    return gradient


def jacrev(f: Function, argnums: Argnums = 0) -> Callable[..., Any]:
    """The Jacobian of `f` a row at a time, by reverse mode: for more inputs than outputs.

    Args:
        f: function to an array.
        argnums: the positions of the arguments to differentiate with respect to.
    Returns:
        A function of the same arguments to an array of shape `output.shape + input.shape`, or to a tuple of
        them if `argnums` is a tuple.
    """

    def jacobian(*args: Any, **options: Any) -> Any:
        g, primals = restricted(f, args, options, argnums)
        y, pullback = vjp(g, *primals)
        rows = [pullback(e) for e in basis(y)]
        blocks = [
            assembled([row[k] for row in rows], y.shape + np.shape(plain(x)), x)
            for k, x in enumerate(primals)
        ]
        return tuple(blocks) if isinstance(argnums, tuple) else blocks[0]

    return jacobian


def jacfwd(f: Function, argnums: Argnums = 0) -> Callable[..., Any]:
    """The Jacobian of `f` a column at a time, by forward mode: for more outputs than inputs; see `jacrev`."""

    def jacobian(*args: Any, **options: Any) -> Any:
        g, primals = restricted(f, args, options, argnums)
        blocks = []
        for k, x in enumerate(primals):
            alone = only(g, primals, k)
            columns = [jvp(alone, (x,), (e,))[1] for e in basis(x)]
            shape = columns[0].shape if columns else outputs_of(f, g(*primals))[0].shape
            columns = [reshape(c, (-1, 1)) for c in columns]
            blocks.append(assembled(columns, shape + x.shape, x, axis=1))
        return tuple(blocks) if isinstance(argnums, tuple) else blocks[0]

    return jacobian


def hessian(f: Function, argnums: Argnums = 0) -> Callable[..., Any]:
    """The second derivative of `f`, forward over reverse.

    Args:
        f: function to an array.
        argnums: the positions of the arguments to differentiate with respect to.
    Returns:
        A function of the same arguments to an array of shape `output.shape + input.shape + input.shape`;
        for a tuple of positions to a tuple of tuples of them, a row for each position.
    """
    if not isinstance(argnums, tuple):
        return jacfwd(jacrev(f, argnums), argnums)
    rows = [[jacfwd(jacrev(f, i), j) for j in argnums] for i in argnums]
    return lambda *args, **options: tuple(tuple(block(*args, **options) for block in row) for row in rows)


def hvp(f: Function, primals: Sequence[Array], tangents: Sequence[Array]) -> tuple[Array, ...]:
    """The product of the Hessian of a scalar `f` with `tangents`, forward over reverse.

    Returns:
        A tuple with an array like each primal.
    """
    product: tuple[Array, ...] = jvp(grad(f, tuple(range(len(primals)))), primals, tangents)[1]
    return product


def stop_gradient(x: Array) -> Array:
    """`x` as a constant: its derivative is zero, at every level."""
    return plain(x)


def record(
    f: Function, args: Sequence[Any], options: dict[str, Any], positions: Sequence[int]
) -> tuple[list[Node], list[Node], Any]:
    """Run `f` with the arguments at `positions` on a tape.

    Returns:
        The nodes in creation order, the inputs' nodes, and what `f` returned.
    """
    nodes: list[Node] = []
    tape = Tape(nodes.append)
    inputs = list(args)
    for i in positions:
        inputs[i] = Node(differentiable(f, i, args[i]), tape, None, None, None)
    roots = nodes.copy()
    nodes.clear()  # nothing is pulled back further than the inputs
    try:
        return nodes, roots, f(*inputs, **options)
    finally:
        tape.close()


def cotangents(roots: Sequence[Node], given: Sequence[Array] = ()) -> tuple[Array, ...]:
    """Take the cotangents of the inputs, each as an array that nothing else refers to."""
    taken: list[Array] = []
    for root in roots:
        x_bar, root.bar = root.bar, None
        if x_bar is None:
            x_bar = np.zeros(root.value.shape, root.value.dtype)
        elif x_bar.__class__ is np.ndarray and (x_bar.base is not None or is_among(x_bar, taken, given)):
            x_bar = x_bar.copy()
        taken.append(x_bar)
    return tuple(taken)


def is_among(x: Array, *lists: Sequence[Array]) -> bool:
    """Whether `x` is in one of the lists itself, and not only equal to what is."""
    return any(x is other for others in lists if others for other in others)


def at(y: Any, level: int) -> bool:
    """Whether `y` depends on the inputs of `level`."""
    return isinstance(y, Tracer) and y.level == level


def outputs_of(f: Function, y: Any) -> list[Any]:
    """What `f` returned, as a list of arrays."""
    outputs = [
        o if isinstance(o, Tracer) else np.asarray(o) for o in (y if isinstance(y, tuple | list) else [y])
    ]
    for output in outputs:
        if plain(output).dtype.kind not in "fiub":
            raise EngineError(
                f"{name_of(f)} returned {type(y).__name__}, expected an array or a tuple of arrays"
            )
    return outputs


def not_scalar(f: Function, value: Array) -> NotScalar:
    """The error of a gradient of something else than a scalar."""
    return NotScalar(
        f"grad of {name_of(f)}, which returned shape {value.shape}, expected a scalar; "
        "use jacrev for its Jacobian or vjp for a product with it"
    )


def restricted(
    f: Function, args: Sequence[Any], options: dict[str, Any], argnums: Argnums
) -> tuple[Function, list[Array]]:
    """`f` as a function of the arguments at `argnums` alone, and these."""
    positions = argnums if isinstance(argnums, tuple) else (argnums,)

    def g(*chosen: Array) -> Any:
        filled = list(args)
        for i, x in zip(positions, chosen, strict=True):
            filled[i] = x
        return f(*filled, **options)

    g.__name__ = name_of(f)
    return g, [differentiable(f, i, args[i]) for i in positions]


def only(g: Function, primals: Sequence[Array], k: int) -> Function:
    """`g` as a function of its argument `k` alone."""
    return lambda x: g(*primals[:k], x, *primals[k + 1 :])


def basis(x: Array) -> list[Array]:
    """The unit vectors of the shape and dtype of `x`."""
    return list(np.eye(x.size, dtype=x.dtype).reshape(x.size, *x.shape))


def assembled(parts: Sequence[Array], shape: tuple[int, ...], x: Array, axis: int = 0) -> Array:
    """Rows or columns of a Jacobian as one array; without any, which has no entries."""
    if not parts:
        return np.zeros(shape, x.dtype)
    return reshape(stack(parts) if axis == 0 else stack(parts, axis=1), shape)
