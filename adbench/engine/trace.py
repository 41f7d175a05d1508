"""Running a function on a tape: what goes in, what comes out, what is refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from adbench.engine import tree
from adbench.engine.arrays import as_array
from adbench.engine.core import Array, Large, Node, Tape, Tracer, plain
from adbench.engine.errors import EngineError, NotScalar
from adbench.engine.inputs import differentiable, fitting, name_of, parameter, quoted
from adbench.engine.large import is_large
from adbench.engine.rules.parts import conj
from adbench.engine.rules.shape import astype

Function = Callable[..., Any]


def record(
    f: Function,
    args: Sequence[Any],
    options: dict[str, Any],
    positions: Sequence[int],
    kind: type[Tape] = Tape,
) -> tuple[list[Node], list[Node], Any]:
    """Run `f` with the arguments at `positions` on a tape of a `kind`.

    Returns:
        The nodes in creation order, the inputs' nodes, and what `f` returned.
    """
    roots: list[Node] = []  # not among the nodes: nothing is pulled back further than the inputs
    nodes: list[Node] = []
    tape = kind(roots.append)
    inputs = list(args)
    for i in positions:
        value = differentiable(f, i, args[i], "fc")
        node = Node(value, tape, None, None, None)
        inputs[i] = Large(value, node) if is_large(value, tape) else node
    tape.record = nodes.append
    try:
        return nodes, roots, f(*inputs, **options)
    finally:
        tape.close()


def of_leaves(
    f: Function, args: Sequence[Any], options: dict[str, Any], positions: Sequence[int]
) -> tuple[Function, list[Array]]:
    """`f` as a function of the leaves of the arguments at `positions`, and these; see `tree`."""
    return tree.flattened(f, [parameter(f, i) for i in positions], args, options, positions)


def outputs_of(f: Function, y: Any) -> list[Any]:
    """What `f` returned, as a list of arrays."""
    if y.__class__ is Node:  # first what is asked for most
        return [y]
    outputs = [o if isinstance(o, Tracer) else as_array(o) for o in tree.leaves(y)]
    for output in outputs:
        if plain(output).dtype.kind not in "fiubc":
            what = f"{type(y).__name__} with dtype {plain(output).dtype}"
            raise EngineError(f"{name_of(f)} returned {what}, expected an array or a tuple of arrays")
    return outputs


def seeds(y_bar: Any, y: Any) -> list[Array | None]:
    """The cotangents of the leaves of `y`, each of its shape and dtype; None in a tree is that of nothing."""
    if not tree.is_tree(y):  # first what is asked for most
        return [fitting("cotangent", 0, y_bar, y)]
    y_bars = tree.leaves_like("cotangent", y_bar, y)
    pairs = enumerate(zip(y_bars, tree.leaves(y), strict=True))
    return [None if b is None else fitting("cotangent", i, b, v) for i, (b, v) in pairs]


def at(y: Any, level: int) -> bool:
    """Whether `y` depends on the inputs of `level`."""
    return isinstance(y, Tracer) and y.level == level


def cotangents(roots: Sequence[Node], given: Sequence[Array] = ()) -> tuple[Array, ...]:
    """Take the cotangents of the inputs, each as an array that nothing else refers to."""
    taken: list[Array] = []
    for root in roots:
        x_bar, root.bar = root.bar, None
        if x_bar is None:
            x_bar = np.zeros(root.value.shape, root.value.dtype)
        elif root.value.dtype.kind == "c":
            x_bar = conj(astype(x_bar, root.value.dtype))
        elif x_bar.__class__ is np.ndarray and (
            x_bar.base is not None or ((taken or given) and is_among(x_bar, taken, given))
        ):
            x_bar = x_bar.copy()
        taken.append(x_bar)
    return tuple(taken)


def is_among(x: Array, *lists: Sequence[Array]) -> bool:
    """Whether `x` is in one of the lists itself, and not only equal to what is."""
    return any(x is other for others in lists if others for other in others)


def function_of_arrays(f: Function, operator: str = "grad") -> None:
    """Refuse what is not a function, such as the `f(x)` of `grad(f(x))`."""
    if not callable(f):
        raise EngineError(
            f"{operator} got a {type(f).__name__}, expected a function; "
            f"write {operator}(f)(x), not {operator}(f(x))"
        )


def one_like(f: Function, y: Array) -> Array:
    """The cotangent of a scalar result, of its dtype."""
    if y.dtype.kind != "f":
        raise NotScalar(f"grad of {name_of(f)}, which returned dtype {y.dtype}, expected a real scalar")
    return y.dtype.type(1)


def not_scalar(f: Function, y: Any) -> NotScalar:
    """The error of a gradient of something else than a scalar."""
    result = f"a {type(y).__name__}" if tree.is_tree(y) else f"shape {np.shape(plain(y))}"
    return NotScalar(
        f"grad of {name_of(f)}, which returned {result}, expected a scalar; "
        "use jacrev for its Jacobian or vjp for a product with it"
    )


def missing_argument(f: Function, positions: Sequence[int], given: int, operator: str = "grad") -> EngineError:
    """The error of a derivative by an argument that was not given by position."""
    wanted = " and ".join(quoted(parameter(f, i)) for i in positions if not -given <= i < given)
    return EngineError(
        f"{operator} of {name_of(f)} by {wanted}, which got {given} arguments by position; "
        "give by position what is differentiated"
    )
