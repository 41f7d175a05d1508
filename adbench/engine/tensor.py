"""`Tensor`: reverse mode as one writes it on a blackboard, with `backward()` and `grad` in place of `grad(f)`.

    x = Tensor([[1.0, 2.0], [2.0, -1.0]])
    y = (x * 2 - 1).maximum(0).sum()
    y.backward()
    x.grad

A Tensor is a `Node` whose tape stays open. It is a class of its own only so as to carry `grad`; operators, methods
and rules are those of every node. All Tensors share one tape, which keeps none of them: what a Tensor was computed
from is reachable from itself, through its operands, and goes when it goes.

That tape has the lowest level there is, so to `grad`, `jvp` and the rest a Tensor is a constant: their results are
Tensors again, and `grad(f)(tensor).sum().backward()` gives second derivatives.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from adbench.engine.core import Array, Node, Tape, Tracer, WholeTape, history, operation, pulled
from adbench.engine.drawing import Graph, graph_of_tensor
from adbench.engine.errors import NotDifferentiable, NotScalar, ValueIsTraced
from adbench.engine.inputs import ADVICE, fitting


def forget(node: Node) -> None:
    """Record nothing: a Tensor's history hangs on itself."""


OPEN = WholeTape(forget)


class Tensor(Node):
    """An array that remembers how it was computed.

    Args:
        data: array, number or nested list; copied. Floats keep their dtype, integers become float64.
        tape, pull, x, y: as for `Node`; given by operations alone.

    Attributes:
        data: the plain array; to update a parameter in place, write `w.data -= rate * w.grad`.
        grad: the sum of the cotangents that `backward` has brought here, or None.
    """

    __slots__ = ("grad",)
    plainly = "x.data"

    def __init__(self, data: Any, tape: Tape = OPEN, pull: Any = None, x: Any = None, y: Any = None) -> None:
        super().__init__(floating(data) if pull is None else data, tape, pull, x, y)
        self.grad: Array | None = None

    def backward(self, y_bar: Any = None) -> None:
        """Add to `grad` of this Tensor, and of every one that it was computed from, its share of a derivative.

        Args:
            y_bar: the cotangent, of this Tensor's shape: what the numbers in `grad` are derivatives of is the sum of
                `y_bar` times this. A scalar needs none.
        Raises:
            NotScalar: there is no `y_bar` and this is not a scalar.
            ShapeMismatch: `y_bar` has another shape.
        """
        if y_bar is None and self.shape:
            raise NotScalar(
                f"backward() of a Tensor of shape {self.shape}, expected a scalar; take its sum first, or give a "
                "cotangent of that shape, such as y.backward(np.ones_like(y))"
            )
        y_bar = fitting("cotangent", 0, 1.0 if y_bar is None else y_bar, self)
        if isinstance(y_bar, Tracer):
            raise ValueIsTraced("backward() keeps plain arrays in grad; for a cotangent that is traced use vjp")
        self.bar = y_bar
        try:
            found = list(pulled(history(self)))
        except BaseException:
            for node in history(self):
                node.bar = None  # or the next pass would start from what this one left
            raise
        for node, bar in found:  # once nothing can fail: all of them or none
            assert isinstance(node, Tensor)
            node.grad = np.array(bar) if node.grad is None else node.grad + bar

    def zero_grad(self) -> None:
        """Set `grad` of this Tensor, and of every one that it was computed from, to None."""
        for node in history(self):
            assert isinstance(node, Tensor)
            node.grad = None

    def graph(self, rankdir: str = "LR") -> Graph:
        """The graph of what this was computed from, with the gradients that `backward` has left; see `drawing`."""
        return graph_of_tensor(self, rankdir)

    @property
    def data(self) -> Array:
        """The plain array."""
        return self.value

    @data.setter
    def data(self, data: Any) -> None:
        new = np.asarray(data, self.dtype)
        if new.shape != self.shape:
            raise ValueError(f"data of shape {new.shape} for a Tensor of shape {self.shape}")
        self.value = new

    @property
    def op(self) -> str:
        """The name of the operation that this is the result of; empty for one that was made from numbers."""
        return operation(self)

    def item(self) -> float:
        """The only entry, as a Python number without a derivative."""
        return float(self.value.item())

    def __deepcopy__(self, memo: Any) -> Tensor:
        """A parameter of its own for one made from numbers; the same for a result, which has a history."""
        return self if self.pull else Tensor(self.value)

    def __repr__(self) -> str:
        """The values, summarised if there are many, and the operation."""
        values = np.array2string(np.asarray(self.value), separator=", ", prefix="Tensor(", threshold=20)
        dtype = "" if self.dtype == np.float64 else f", dtype={self.dtype}"
        return f"Tensor({values}{dtype}{f', op={self.op}' if self.op else ''})"


def floating(data: Any) -> Array:
    """A copy of `data` as an array with a floating-point dtype."""
    if isinstance(data, Tracer):
        raise ValueIsTraced(
            "Tensor() of an array that is traced already; use the array as it is, "
            "or Tensor(stop_gradient(x)) for its values without their derivative"
        )
    x = np.array(data)
    if x.dtype.kind in "iub":
        return x.astype(np.float64)
    if x.dtype.kind != "f":
        raise NotDifferentiable(f"Tensor() of dtype {x.dtype}, expected real numbers{ADVICE.get(x.dtype.kind, '')}")
    return x
