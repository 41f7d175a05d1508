"""The values that flow through a differentiated function, and the pass backwards over them.

Forward mode runs a function on `Dual`s: a primal and its tangent. Reverse mode runs it on `Node`s, which
append themselves to a tape as they are created, and then walks the tape backwards. A value may itself be a
`Dual` or a `Node` of a derivative further out: that is all there is to nesting.

Why levels. In

    d/dx (x · d/dy (x + y))    at x = 3

the inner derivative is 1, so the outer one is 1. Without levels the inner derivative cannot tell the outer
variable's tangent from its own: x is a dual with tangent 1 as well, x + y has tangent 2, and the answer is 2.
So every derivative takes a number from a counter. An operation belongs to the innermost level among its
operands, which is the highest number; operands of other levels are constants to it. A `vmap` takes a level as
well, and runs its function on values that are `Batched`.
Source: Siskind & Pearlmutter, Perturbation confusion and referential transparency (2005).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from numpy import ndarray

from adbench.engine.errors import BatchTooLarge, TraceEnded

Array = Any
"""A NumPy array or scalar, or a `Tracer` around one."""

levels = itertools.count(1)


class Tracer:
    """An array that is being differentiated; `adbench.engine.operators` gives it the methods of an array.

    What was made as a root may have `squared`: a function and the operands of which it gives the square.
    """

    __slots__ = ("squared",)
    value: Array
    level: int
    squared: tuple[Callable[..., Array], tuple[Array, ...]]
    plainly = "stop_gradient(x)"  # for messages: how to get at the values without their derivative
    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...


class Dual(Tracer):
    """A primal and its tangent, which has the primal's shape and dtype."""

    __slots__ = ("dot", "level", "value")

    def __init__(self, value: Array, level: int, dot: Array) -> None:
        self.value = value
        self.level = level
        self.dot = dot


class Large(Tracer):
    """A large value of reverse mode, apart from its node, which keeps it only if a rule will read it; see `large`."""

    __slots__ = ("level", "node", "value")

    def __init__(self, value: Array, node: Node) -> None:
        self.value = value
        self.node = node
        self.level = node.level


class Axis:
    """The batch axis of one `vmap`: its level, its length, and the most bytes that its values held at a time.

    With a limit, a value beyond it raises BatchTooLarge.
    """

    __slots__ = ("held_bytes", "level", "limit_bytes", "peak_bytes", "size")

    def __init__(self, size: int, limit_bytes: float = math.inf) -> None:
        self.level = next(levels)
        self.size = size
        self.limit_bytes = limit_bytes
        self.held_bytes = self.peak_bytes = 0


class Batched(Tracer):
    """Examples along a leading axis, computed all at once; it looks like one example."""

    __slots__ = ("axis", "level", "size_bytes", "value")

    def __init__(self, value: Array, axis: Axis) -> None:
        self.value = value
        self.axis = axis
        self.level = axis.level
        self.size_bytes = value.nbytes if value.__class__ is ndarray else bytes_of(value)
        axis.held_bytes += self.size_bytes
        if axis.held_bytes > axis.peak_bytes:
            axis.peak_bytes = axis.held_bytes
            if axis.peak_bytes > axis.limit_bytes:
                raise BatchTooLarge(axis.level)

    def __del__(self) -> None:
        self.axis.held_bytes -= self.size_bytes


def bytes_of(x: Array) -> int:
    """The bytes of a value with its tangents, at all levels."""
    if x.__class__ is Dual:
        return bytes_of(x.value) + bytes_of(x.dot)
    return bytes_of(x.value) if isinstance(x, Tracer) else int(x.nbytes)


class Tape:
    """The nodes of one level in creation order, which is a topological order.

    Every node refers to its tape, so a tape that held its nodes would close a reference cycle and keep the
    arrays until the garbage collector ran. It holds only the way to append to a list that its owner holds.
    """

    __slots__ = ("level", "record")
    whole = False

    def __init__(self, record: Callable[[Node], None]) -> None:
        self.level = next(levels)
        self.record = record

    def close(self) -> None:
        """Let go of the list and refuse further nodes."""
        self.record = refuse


class WholeTape(Tape):
    """A tape whose nodes keep all their values, large ones too."""

    __slots__ = ()
    whole = True


def refuse(node: Node) -> None:
    """Record nothing: the function under this tape has returned."""
    raise TraceEnded(
        "a traced array was used after the function being differentiated had returned; "
        "return it from the function instead of storing it elsewhere"
    )


class Node(Tracer):
    """The value of one operation on a tape, and how to pull a cotangent back through it.

    `pull(node, bar)` adds to the `bar` of the operands, which it finds in `x` and `y`. It is a function of
    the primitive and not a closure of the node, so that a node costs one small object. A large `value` that no
    rule reads has an empty array in its place.
    """

    __slots__ = ("bar", "level", "pull", "tape", "value", "x", "y")

    def __init__(self, value: Array, tape: Tape, pull: Any, x: Any, y: Any) -> None:
        self.value = value
        self.tape = tape
        self.level = tape.level
        self.pull = pull
        self.x = x
        self.y = y
        self.bar: Array = None
        tape.record(self)


def backward(nodes: list[Node]) -> None:
    """Pull cotangents back to the inputs, from the node created last to the first, and empty the list."""
    while nodes:
        node = nodes.pop()
        bar = node.bar
        if bar is not None:
            node.bar = None  # each node is met once: nobody will ask for it again
            node.pull(node, bar)


def pulled(nodes: list[Node]) -> Iterator[tuple[Node, Array]]:
    """The same pass for those who look on: each node that a cotangent reaches, with its cotangent, inputs too."""
    while nodes:
        node = nodes.pop()
        bar = node.bar
        if bar is not None:
            node.bar = None
            yield node, bar
            if node.pull is not None:
                node.pull(node, bar)


def operation(node: Node) -> str:
    """The name of the operation that `node` is the result of; empty for an input."""
    name = node.pull.__qualname__.rpartition(".")[0] if node.pull else ""
    return "sum" if name == "total" else name


def operands(node: Node) -> list[Node]:
    """The nodes that `node.pull` adds to, in order; each is of the same level, as operands of others are constants."""
    held = [x for _, x in node.x] if isinstance(node.x, list) else [node.x, node.y]
    return [x for x in held if isinstance(x, Node) and x.level == node.level]


def history(root: Node) -> list[Node]:
    """All nodes that `root` was computed from, each after its operands, and `root` last."""
    order: list[Node] = []
    seen: set[int] = set()
    waiting = [(root, False)]
    while waiting:
        node, ready = waiting.pop()
        if ready:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            waiting.append((node, True))
            waiting.extend((x, False) for x in reversed(operands(node)))
    return order


def accumulate(x: Node, x_bar: Array) -> None:
    """Add to the cotangent of `x`; the only place where broadcasting and promotion are undone."""
    primal = x.value
    if x_bar.shape != primal.shape or x_bar.dtype is not primal.dtype:
        x_bar = unbroadcast(x_bar, primal)
    bar = x.bar
    x.bar = x_bar if bar is None else bar + x_bar


def unbroadcast(x_bar: Array, x: Array) -> Array:
    """Sum `x_bar` over the axes along which `x` was broadcast, and give it the shape and dtype of `x`."""
    shape = x.shape
    added = x_bar.ndim - len(shape)
    stretched = [added + i for i, n in enumerate(shape) if n == 1 != x_bar.shape[added + i]]
    axes = (*range(added), *stretched)
    if axes:
        x_bar = x_bar.sum(axes)
    if x_bar.shape != shape:
        x_bar = x_bar.reshape(shape)
    if x_bar.dtype == x.dtype:
        return x_bar
    if x_bar.dtype.kind == "c" and x.dtype.kind != "c" and not isinstance(x_bar, Tracer):
        x_bar = x_bar.real  # of a real primal; NumPy would warn of the imaginary part
    return x_bar.astype(x.dtype)


def plain(x: Any) -> Any:
    """The array inside all derivatives, still batched where it was: what a function without a derivative sees."""
    while isinstance(x, Tracer):
        if x.__class__ is Batched:
            value = plain(x.value)
            return x if value is x.value else Batched(value, x.axis)
        x = x.value
    return x
