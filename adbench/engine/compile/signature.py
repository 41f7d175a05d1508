"""What a compiled function is compiled for: the shapes and dtypes of its arrays, and everything else by value."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from adbench.engine.arrays import StandIn
from adbench.engine.compile.errors import CannotCompile
from adbench.engine.compile.names import Names
from adbench.engine.core import Tracer

NATIVE = {np.dtype(c) for c in "?bBhHiIlLqQefdgFDG"}


def is_array(x: Any) -> bool:
    """Whether `x` is an input of the program, and not a parameter of it."""
    return isinstance(x, np.ndarray | np.generic) and x.dtype.kind in "biufc"


def is_traced(x: Any) -> bool:
    """Whether an array that is being differentiated or compiled is in nested arguments."""
    if isinstance(x, tuple | list):
        return any(map(is_traced, x))
    return any(map(is_traced, x.values())) if isinstance(x, dict) else isinstance(x, Tracer | StandIn)


def of(x: Any) -> Any:
    """The signature of nested arguments, hashable, and equal where one program serves both.

    Raises:
        CannotCompile: an argument is a subclass of NumPy's array, or cannot be compared with another.
    """
    if isinstance(x, tuple | list):
        return (type(x), *map(of, x))
    if isinstance(x, dict):
        return (dict, *[(key, of(value)) for key, value in x.items()])
    if is_array(x):
        if isinstance(x, np.ndarray) and type(x) is not np.ndarray:
            raise CannotCompile(f"an argument is a {type(x).__name__}", "pass a plain array, np.asarray(x)")
        return (type(x), x.shape, x.dtype)
    try:
        hash(x)
    except TypeError:
        raise CannotCompile(f"an argument is a {type(x).__name__}", "pass arrays, numbers and text") from None
    return (type(x), repr(x) if isinstance(x, float) else x)


def native(x: Any) -> Any:
    """Nested arguments with the very dtype objects that guards look for: an unpickled array has one of its own."""
    if isinstance(x, dict):
        return {key: native(value) for key, value in x.items()}
    if isinstance(x, tuple | list):
        items = [native(item) for item in x]
        return type(x)(*items) if hasattr(x, "_fields") else type(x)(items)
    if isinstance(x, np.ndarray) and x.dtype in NATIVE:
        return x.view(np.dtype(x.dtype.char))
    return x


def parameters(f: Callable[..., Any], count: int) -> list[str]:
    """Names for `count` positional arguments of `f`: its own where it has them."""
    try:
        known = inspect.signature(f).parameters.values()
    except (TypeError, ValueError):
        known = ()  # type: ignore[assignment]
    named = [p.name for p in known if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return [named[i] if i < len(named) else f"x{i}" for i in range(count)]


def title(f: Callable[..., Any]) -> str:
    """A name for the compiled function, such as `gradient_of_ridge`."""
    name = getattr(f, "__name__", type(f).__name__)
    inner = getattr(f, "__wrapped__", None) or getattr(f, "func", None)
    name = name if name.isidentifier() else "compiled"
    return f"{name}_of_{title(inner)}" if inner is not None and name != "partial" else title(inner) if inner else name


def guards(names: Names, call: str, arguments: Sequence[tuple[str, Any]]) -> tuple[list[str], list[str]]:
    """The lines that make sure that the arguments are what the program is for, and take nested ones apart.

    Args:
        names: the names of the source, among them those of the arguments.
        call: what is returned for other arguments.
        arguments: names and examples.
    Returns:
        The lines, and the names of the arrays in them, in the order of `program.leaves`.
    """
    lines: list[str] = []
    if arguments:
        conditions = [f"    {'and ' if i else ''}{condition(names, *a)}" for i, a in enumerate(arguments)]
        lines = ["if not (", *conditions, "):", f"    {call}"]
    arrays: list[str] = []
    for name, x in arguments:
        if is_array(x):
            arrays.append(name)
        elif isinstance(x, tuple | list | dict) and x:
            keys = list(x) if isinstance(x, dict) else range(len(x))
            items = [(names.new(f"{name}_{key}"), x[key]) for key in keys]
            values = f"{name}.values()" if isinstance(x, dict) else name
            lines.append(f"{', '.join(item for item, _ in items)}{',' if len(x) == 1 else ''} = {values}")
            further, found = guards(names, call, items)
            lines, arrays = lines + further, arrays + found
    return lines, arrays


def condition(names: Names, name: str, x: Any) -> str:
    """What holds for an argument that the program is for."""
    is_one = f"{name}.__class__ is {names.bind(type(x), type(x).__name__)}"
    if isinstance(x, np.ndarray):
        dtype = f"is {names.bind(x.dtype, x.dtype.name)}" if x.dtype in NATIVE else f"== {x.dtype.str!r}"
        return f"{is_one} and {name}.shape == {x.shape} and {name}.dtype {dtype}"
    if is_array(x):
        return is_one
    if isinstance(x, dict):
        return f"{is_one} and list({name}) == {list(x)!r}"
    if isinstance(x, tuple | list):
        return f"{is_one} and len({name}) == {len(x)}"
    if x is None or isinstance(x, bool):
        return f"{name} is {x}"
    if isinstance(x, int | str):
        return f"{is_one} and {name} == {x!r}"
    if isinstance(x, float):
        return f"{is_one} and repr({name}) == {repr(x)!r}"
    known = names.bind(x, getattr(x, "__name__", "parameter"))
    return f"({name} is {known} or {name} == {known})"
