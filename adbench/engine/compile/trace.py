"""From a function and example arguments to a Python function that computes the same, a line an operation."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from adbench.engine.compile import blocks, buffers, emit, passes, signature
from adbench.engine.compile.errors import CannotCompile
from adbench.engine.compile.instruction import Instruction, instructions_in, mapped
from adbench.engine.compile.names import Names
from adbench.engine.compile.program import Program
from adbench.engine.compile.symbol import Symbol, unwrapped
from adbench.engine.core import Tracer

Function = Callable[..., Any]
serial = itertools.count(1)


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A program with its outputs, which are nested instructions and constants."""

    inputs: list[Instruction]
    instructions: list[Instruction]
    outputs: Any


def compiled(f: Function, args: tuple[Any, ...], otherwise: Function) -> Function:
    """The function of `args` for arguments of their shapes and dtypes; it hands others over to `otherwise`."""
    title = signature.title(f)
    source, namespace = written(record(f, args), title, signature.parameters(f, len(args)), args)
    namespace["otherwise"] = otherwise
    function = emit.defined(source, title, f"<compiled {title} {next(serial)}>", namespace)
    function.source = source  # type: ignore[attr-defined]
    return function


def record(f: Function, args: tuple[Any, ...]) -> Recorded:
    """Run `f` once, on stand-ins.

    Raises:
        CannotCompile: `f` does what depends on the entries of its arguments, or returns something else than arrays.
    """
    program = Program()
    symbols = mapped(lambda x: Symbol(program, program.input(x)) if signature.is_array(x) else x, args)
    outputs = mapped(output, f(*symbols))
    instructions = passes.living(program.instructions, instructions_in(outputs))
    buffers.keep_at_hand(instructions)  # while the values take the memory that is there
    for instruction in (*program.instructions, *program.inputs):
        instruction.value = None
    return Recorded(inputs=program.inputs, instructions=instructions, outputs=outputs)


def output(x: Any) -> Any:
    """What a function may return: an array that was computed, or a constant."""
    if isinstance(x, Tracer):
        raise CannotCompile("the function returned an array of a derivative that has ended", "return its value")
    if isinstance(x, Symbol) or x is None or isinstance(x, np.ndarray | np.generic | int | float | complex):
        return unwrapped(x)
    raise CannotCompile(f"the function returned a {type(x).__name__}", "return arrays, or tuples and lists of them")


def written(recorded: Recorded, title: str, parameters: list[str], args: tuple[Any, ...]) -> tuple[str, dict[str, Any]]:
    """The source of a program, and the objects that its names refer to."""
    names = Names(title, "otherwise")
    parameters = [names.new(p) for p in parameters]
    call = f"return otherwise({', '.join(parameters)})"
    guards, arrays = signature.guards(names, call, list(zip(parameters, args, strict=True)))
    names.of |= dict(zip(recorded.inputs, arrays, strict=True))
    outputs, own = instructions_in(recorded.outputs), buffers.ownership(recorded.instructions)
    writer = emit.Writer(names)
    body = writer.body(blocks.blocked(recorded.instructions, outputs), outputs)
    result = writer.result(recorded.outputs, own)
    lines = [f"    {line}\n" for line in (*guards, *body, f"return {result}")]
    return f"{names.legend()}def {title}({', '.join(parameters)}):\n{''.join(lines)}", names.namespace
