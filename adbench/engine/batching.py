"""How a primitive meets a batch of examples: see `mapping`.

An operation at the level of a `vmap` asks `RULES` how to do all examples in one call of itself, one level
down. An elementwise function lines up the axes of its operands; `rules/batched.py` has the rules of the
others. A primitive without one runs an example at a time, so that every primitive works.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from numpy import ndarray, zeros

from adbench.engine import tree
from adbench.engine.arrays import StandIn
from adbench.engine.core import Array, Axis, Batched, Tracer
from adbench.engine.errors import ExamplesDiffer

Rule = Callable[..., Any]
RULES: dict[Callable[..., Any], Rule] = {}
"""For a primitive `op` the rule `(op, axis, args, options)` to its result one level down, with the batch axis first."""


def batched(op: Callable[..., Any], axis: Axis, args: Sequence[Any], options: dict[str, Any] | None = None) -> Any:
    """A primitive at the level of `axis`."""
    rule: Rule = RULES.get(op, by_loop)
    y = rule(op, axis, args, options or {})
    return Batched(y, axis) if y.__class__ is ndarray else tree.mapped(lambda part: rewrapped(part, axis), y)


def rewrapped(y: Any, axis: Axis) -> Any:
    """A result as a batch along `axis`, if it is an array at all."""
    return Batched(y, axis) if isinstance(y, Tracer | StandIn | ndarray) else y


def aligned(op: Rule, axis: Axis, args: Sequence[Any], options: dict[str, Any]) -> Array:
    """The rule of an elementwise function: bring all examples to the same number of axes."""
    rank = max([getattr(a, "ndim", 0) for a in args])
    return op(*[lifted(a, axis, rank) for a in args], **options)


def lifted(x: Any, axis: Axis, rank: int = 0) -> Any:
    """`x` one level down, with axes of length 1 between batch and example to give the latter at least `rank` axes."""
    if x.__class__ is not Batched or x.axis is not axis:
        return x
    value = x.value
    missing = rank + 1 - value.ndim
    if missing <= 0:
        return value
    shape = value.shape
    return value.reshape((shape[0],) + (1,) * missing + shape[1:])


def by_loop(f: Callable[..., Any], axis: Axis, args: Sequence[Any], options: dict[str, Any]) -> Any:
    """The fallback: an example at a time, and the results stacked."""
    if not axis.size:
        nothing = called(f, axis, args, options, None)
        return tree.mapped(lambda y: zeros((0, *getattr(y, "shape", ())), getattr(y, "dtype", float)), nothing)
    return joined([called(f, axis, args, options, i) for i in range(axis.size)], axis)


def called(f: Callable[..., Any], axis: Axis, args: Sequence[Any], options: dict[str, Any], i: int | None) -> Any:
    """`f` of example `i`, or for None of zeros like an example."""
    values, settings = tree.mapped(lambda x: example(x, axis, i), (tuple(args), options))
    return f(*values, **settings)


def example(x: Any, axis: Axis, i: int | None) -> Any:
    """Example `i` of `x`, or for None zeros like one, if `x` is a batch along `axis`; otherwise `x`."""
    if x.__class__ is not Batched or x.axis is not axis:
        return x
    return zeros(x.shape, x.dtype) if i is None else x.value[i]


def joined(results: Sequence[Any], axis: Axis) -> Any:
    """The results of all examples with the batch axis first."""
    columns = zip(*[tree.leaves(y) for y in results], strict=True)
    return tree.rebuilt(results[0], iter([stacked(column, axis) for column in columns]))


def stacked(parts: Sequence[Any], axis: Axis) -> Array:
    """An array of each example as one array."""
    from adbench.engine.rules.shape import stack  # which needs this file

    shapes = {getattr(y, "shape", ()) for y in parts}
    if len(shapes) > 1:
        raise ExamplesDiffer(f"the results of a batch have shapes {sorted(shapes)}, expected one shape", axis.level)
    return stack(parts, axis=0)
