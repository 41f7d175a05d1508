"""The two derivative operators, `jvp` and `vjp`, and the gradient.

Shapes, for `f` of an array of shape X to one of shape Y; `jacobian.py` has what follows from these:

| operator | takes | gives |
|---|---|---|
| `jvp(f, (x,), (x_dot,))` | x_dot: X | y: Y, y_dot = J x_dot: Y |
| `vjp(f, x)` | | y: Y, and `pullback(y_bar)`, which gives (Jᵀ y_bar,): X |
| `grad(f)` | Y = () | X |

Every derivative has the dtype of what it is taken of or with respect to. An input that the function does not
use has derivative zero. All operators nest, in every order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from adbench.engine.arrays import as_array
from adbench.engine.core import Array, Dual, Node, Tape, Tracer, backward, levels, plain
from adbench.engine.errors import EngineError, NotScalar
from adbench.engine.inputs import differentiable, fitting, name_of

Function = Callable[..., Any]
Argnums = int | tuple[int, ...]

ONE = np.float64(1)  # the cotangent of a scalar result; made once, since making it costs as much as an operation


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
        raise EngineError(f"jvp got {len(primals)} primals and {len(tangents)} tangents, expected as many of both")
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

    def value_and_gradient(*args: Any, **options: Any) -> tuple[Array, Any]:
        return pulled_back(f, argnums, args, options)

    value_and_gradient.__wrapped__ = f  # type: ignore[attr-defined]  # its signature is that of `f`
    return value_and_gradient


def grad(f: Function, argnums: Argnums = 0) -> Callable[..., Any]:
    """The gradient of a scalar function; see `value_and_grad`."""

    def gradient(*args: Any, **options: Any) -> Any:
        return pulled_back(f, argnums, args, options)[1]

    gradient.__wrapped__ = f  # type: ignore[attr-defined]
    return gradient


def pulled_back(
    f: Function, argnums: Argnums, args: Sequence[Any], options: dict[str, Any]
) -> tuple[Array, Any]:
    """The value of a scalar function and its gradient."""
    single = argnums.__class__ is int
    nodes, roots, y = record(f, args, options, (argnums,) if single else argnums)  # type: ignore[arg-type]
    if y.__class__ is Node and y.level == roots[0].level:
        value = y.value
        if value.shape:
            raise not_scalar(f, y)
        y.bar = ONE if value.__class__ is np.float64 else value.dtype.type(1)
        backward(nodes)
    else:
        value = outputs_of(f, y)[0]
        if isinstance(y, tuple | list) or value.shape:
            raise not_scalar(f, y)
    x_bars = cotangents(roots)
    return value, x_bars[0] if single else x_bars


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
    roots: list[Node] = []  # not among the nodes: nothing is pulled back further than the inputs
    nodes: list[Node] = []
    tape = Tape(roots.append)
    inputs = list(args)
    for i in positions:
        inputs[i] = Node(differentiable(f, i, args[i]), tape, None, None, None)
    tape.record = nodes.append
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
        elif x_bar.__class__ is np.ndarray and (
            x_bar.base is not None or ((taken or given) and is_among(x_bar, taken, given))
        ):
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
    outputs = [o if isinstance(o, Tracer) else as_array(o) for o in (y if isinstance(y, tuple | list) else [y])]
    for output in outputs:
        if plain(output).dtype.kind not in "fiub":
            raise EngineError(f"{name_of(f)} returned {type(y).__name__}, expected an array or a tuple of arrays")
    return outputs


def not_scalar(f: Function, y: Any) -> NotScalar:
    """The error of a gradient of something else than a scalar."""
    result = f"a {type(y).__name__}" if isinstance(y, tuple | list) else f"shape {np.shape(plain(y))}"
    return NotScalar(
        f"grad of {name_of(f)}, which returned {result}, expected a scalar; "
        "use jacrev for its Jacobian or vjp for a product with it"
    )
