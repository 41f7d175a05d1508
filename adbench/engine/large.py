"""Large values, of which the tape keeps those alone that a rule will read.

A `Node` keeps its value until it is pulled back. That costs little for a small value, and has to be for one that a
rule reads, the rule of its own operation or of a later one. Any other large value, such as the sum in
1 / (1 + exp(−x)), is held by a `Large`, with which the function goes on in place of the node: when the function has no
more use for it, it is gone. The node has in its place an array of its shape and dtype that takes no memory, each entry
the same NaN.

What a rule reads can be seen in its code: it is every parameter that is mentioned there.
"""

from __future__ import annotations

import dis
import functools
import inspect
import re
from collections.abc import Callable, Collection, Sequence
from types import CodeType, FunctionType
from typing import Any

from numpy import ndarray

from adbench.engine.arrays import broadcast
from adbench.engine.core import Array, Large, Tape, Tracer, plain

Function = Callable[..., Any]
LARGE_BYTES = 2**16  # where letting go, which takes some 2 µs an operation, begins to pay
RESULT = -1  # in place of an operand's position
ALL = range(RESULT, 100)


def reading(op: Function, rules: Any, skipped: int = 0) -> Function:
    """Note of a primitive what the rules of its cotangents read.

    Args:
        op: the primitive; without this note its rules read everything.
        rules: one for each operand, or one for all: a function whose parameters are `skipped` others, the result and
            the operands; the positions that it reads; or 1, −1 or None, which read nothing.
    """
    op.rules = rules, skipped  # type: ignore[attr-defined]
    return op


def read(op: Function, active: Sequence[int]) -> set[int]:
    """The positions of what the rules of the operands at `active` read."""
    rules, skipped = getattr(op, "rules", (ALL, 0))
    chosen = [rules[i] for i in active] if isinstance(rules, tuple) else [rules]
    return {position for rule in chosen for position in positions(rule, skipped)}


def positions(rule: Any, skipped: int) -> Collection[int]:
    """The positions of what one rule reads."""
    if rule is None or isinstance(rule, int):
        return ()
    if isinstance(rule, FunctionType):
        return mentioned(rule.__code__, skipped)
    return ALL if callable(rule) else rule


@functools.cache
def mentioned(code: CodeType, skipped: int) -> Collection[int]:
    """The positions of the parameters that a function's code mentions; all, where it takes any number of them."""
    if code.co_flags & inspect.CO_VARARGS:
        return ALL
    words = {word for step in dis.get_instructions(code) for word in re.findall(r"\w+", step.argrepr)}
    return [
        i + RESULT
        for i, name in enumerate(code.co_varnames[skipped : code.co_argcount])
        if name in words or name in code.co_cellvars
    ]


def is_large(x: Array, tape: Tape) -> bool:
    """Whether a value is one to let go of: not small, of a kind that has a NaN, and no batch."""
    x = plain(x)
    return x.__class__ is ndarray and x.nbytes >= LARGE_BYTES and x.dtype.kind in "fc" and not tape.whole


def hollow(x: Array) -> Array:
    """An array with the shape and dtype of `x` and without its memory."""
    return broadcast(x.dtype.type("nan"), x.shape)


def split(op: Function, active: Sequence[int], node: Any) -> Any:
    """The node of a result of `op`, whose operands at `active` are differentiated; a `Large` in its place if large."""
    value = node.value
    if (value.__class__ is ndarray and value.nbytes < LARGE_BYTES) or not is_large(value, node.tape):
        return node
    if RESULT not in read(op, active):
        node.value = hollow(value)
    return Large(value, node)


def apart(op: Function, level: int, args: Sequence[Any], options: dict[str, Any] | None = None) -> Any:
    """An operation at `level`, some of whose operands are `Large`: on their nodes, with their values back meanwhile."""
    active = [i for i, x in enumerate(args) if isinstance(x, Tracer) and x.level == level]
    large = [(i, args[i], args[i].node.value) for i in active if args[i].__class__ is Large]
    nodes = list(args)
    for i, x, _ in large:
        x.node.value = x.value
        nodes[i] = x.node
    y = op(*nodes, **(options or {}))
    for _, x, kept in large:
        x.node.value = kept
    needed = read(op, active)
    for i, x, _ in large:
        if i in needed:
            x.node.value = x.value
    return y if y.__class__ is Large else split(op, active, y)
