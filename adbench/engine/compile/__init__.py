"""`compile`: a function traced once, as straight-line NumPy source that can be printed, read and stepped through.

To read it: `symbol` (the stand-ins that record), `program` (`instruction`s, each once), `fold` (exact simplifications),
`passes` and `buffers` (what is used later, and memory), `signature` (what a program is for), `emit` (source),
`trace` (all of these in order).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from adbench.engine.compile import signature
from adbench.engine.compile.errors import CannotCompile, DependsOnData
from adbench.engine.compile.trace import compiled

__all__ = ["CannotCompile", "DependsOnData", "compile"]

PROGRAMS = 16  # of one function: beyond, the one unused for longest is forgotten


def compile(f: Callable[..., Any], *example: Any) -> Callable[..., Any]:
    """`f` as one straight-line program of NumPy calls.

    `f` is run once, on stand-ins with the shapes and dtypes of `example`; what it did is simplified and written down
    as Python source. The result takes the place of `f`, and computes what `f` does to the bit or nearly so.

    - Other shapes or dtypes, and other values of arguments that are not arrays, are compiled when they first occur;
      the last `PROGRAMS` are kept.
    - Arrays that `f` closes over are constants, as they were: a later change in place is not seen.
    - What `f` does beside computing arrays (printing, random numbers, global state) happens while it is traced, and
      not again.
    - Of traced arrays, inside another derivative or another `compile`, it is `f` itself.

    Args:
        f: function of arrays, and of tuples, lists and dictionaries of them, to the same; for instance `grad(g)`.
        example: arguments of `f`, by position.
    Returns:
        The compiled function; its attribute `source` is the program for `example`. Results are new arrays.
    Raises:
        DependsOnData: what `f` does depends on the entries of its arguments; the message tells where.
        CannotCompile: `f` writes into an array, or returns something else than arrays.
    """
    programs: OrderedDict[Any, Callable[..., Any]] = OrderedDict()

    def otherwise(*args: Any) -> Any:
        if signature.is_traced(args):
            return f(*args)
        args = signature.native(args)
        return program(args)(*args)

    def program(args: tuple[Any, ...]) -> Callable[..., Any]:
        key = signature.of(args)
        if key not in programs:
            programs[key] = compiled(f, args, otherwise)
        programs.move_to_end(key)
        if len(programs) > PROGRAMS:
            programs.popitem(last=False)
        return programs[key]

    return program(signature.native(example))
