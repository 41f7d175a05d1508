"""A function of one example made a function of a batch of them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from adbench.engine import tree
from adbench.engine.arrays import as_array
from adbench.engine.batching import by_loop
from adbench.engine.core import Array, Axis, Batched, Tracer
from adbench.engine.errors import EngineError, ExamplesDiffer
from adbench.engine.inputs import name_of
from adbench.engine.rules import batched  # noqa: F401  declares the rules
from adbench.engine.rules.shape import broadcast_to, moveaxis

Axes = int | None | Sequence[int | None]


def vmap(f: Callable[..., Any], in_axes: Axes = 0, out_axes: int | Sequence[int] = 0) -> Callable[..., Any]:
    """`f` of every example in a batch, in as many calls of NumPy as `f` of one.

    A function that asks a traced array for a Python value, as an `if` does, is called an example at a time
    instead, unless all examples have the same.

    Args:
        f: function of arrays, or of lists, tuples and dictionaries of them, to the same.
        in_axes: for each argument the axis along which its examples lie, or None if all share it; one number
            for all arguments.
        out_axes: the axis along which the examples of a result are to lie; one number for all results.
    Returns:
        A function of the batches, and of keywords that all examples share, to a batch of results.
    Raises:
        EngineError: there is no batch, or the batches differ in length.
    """

    def mapped(*args: Any, **options: Any) -> Any:
        axes = tuple(in_axes) if isinstance(in_axes, Sequence) else (in_axes,) * len(args)
        if len(axes) != len(args):
            raise EngineError(f"vmap of {name_of(f)} got {len(args)} arguments, expected {len(axes)} as in in_axes")
        fronted = [
            a if i is None else tree.mapped(functools.partial(to_front, i), a) for a, i in zip(args, axes, strict=True)
        ]
        batches = [i is not None for i in axes]
        sizes = {x.shape[0] for a, is_batch in zip(fronted, batches, strict=True) if is_batch for x in tree.leaves(a)}
        if len(sizes) != 1:
            raise EngineError(f"vmap of {name_of(f)} got batches of lengths {sorted(sizes)}, expected one length")
        y = run(lambda *xs: f(*xs, **options), fronted, batches, Axis(sizes.pop()))
        if isinstance(out_axes, int):
            return tree.mapped(functools.partial(from_front, out_axes), y)
        placed = zip(y, out_axes, strict=True)
        return tree.like(y, [tree.mapped(functools.partial(from_front, i), part) for part, i in placed])

    return mapped


def run(f: Callable[..., Any], args: Sequence[Any], batches: Sequence[bool], axis: Axis) -> Any:
    """`f` at the level of `axis`, which is the first of the arguments that are batches and of every result."""
    values = [tree.mapped(lambda x: Batched(x, axis), a) if b else a for a, b in zip(args, batches, strict=True)]
    try:
        return tree.mapped(lambda y: spread_out(y, axis), f(*values))
    except ExamplesDiffer as refusal:
        if refusal.level != axis.level:
            raise
    return by_loop(f, axis, values, {})


def spread_out(y: Any, axis: Axis) -> Array:
    """A result with the batch axis first, repeated if it is the same for all examples."""
    if y.__class__ is Batched and y.axis is axis:
        return y.value
    return broadcast_to(y, (axis.size, *np.shape(y)))


def to_front(source: int, x: Any) -> Array:
    """`x` as an array with axis `source` first."""
    x = x if isinstance(x, Tracer) else as_array(x)
    if not -x.ndim <= source < x.ndim:
        raise EngineError(f"vmap over axis {source} of an array with shape {x.shape}")
    return moveaxis(x, source, 0) if source else x


def from_front(destination: int, y: Array) -> Array:
    """A result with its first axis at `destination`."""
    return moveaxis(y, 0, destination) if destination else y
