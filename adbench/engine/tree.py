"""Nested dictionaries, lists and tuples of arrays, called trees: taken apart into leaves and put together again.

The operators know arrays only. Where an argument is a tree they differentiate `flattened` in place of the function:
the same function of the leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from numpy import ndarray

from adbench.engine.errors import StructureMismatch

Tree = Any
SEQUENCES = (list, tuple)
CONTAINERS = (dict, *SEQUENCES)


def is_tree(x: Any) -> bool:
    """Whether `x` has leaves, rather than being one."""
    return x.__class__ is not ndarray and isinstance(x, CONTAINERS)


def any_tree(arguments: Sequence[Any]) -> bool:
    """Whether one of the arguments is a tree; a loop, since every derivative asks."""
    for x in arguments:  # noqa: SIM110
        if x.__class__ is not ndarray and isinstance(x, CONTAINERS):
            return True
    return False


def leaves(x: Tree) -> list[Any]:
    """The leaves of `x`, in the order of its dictionaries and sequences."""
    if not is_tree(x):
        return [x]
    return [leaf for part in (x.values() if isinstance(x, dict) else x) for leaf in leaves(part)]


def rebuilt(x: Tree, parts: Iterator[Any]) -> Tree:
    """A tree like `x` whose leaves are the next of `parts`."""
    if not is_tree(x):
        return next(parts)
    if isinstance(x, dict):
        return {key: rebuilt(part, parts) for key, part in x.items()}
    return like(x, [rebuilt(part, parts) for part in x])


def like(x: Any, items: list[Any]) -> Any:
    """A list, tuple or named tuple like `x` of other items."""
    return x.__class__(*items) if hasattr(x, "_fields") else items if isinstance(x, list) else tuple(items)


def mapped(f: Callable[[Any], Any], x: Tree) -> Tree:
    """A tree like `x` with `f` of each leaf."""
    return rebuilt(x, iter([f(leaf) for leaf in leaves(x)]))


def leaves_like(kind: str, x: Tree, like: Tree, path: str = "") -> list[Any]:
    """The leaves of `x`, in the order of `like`.

    Raises:
        StructureMismatch: `x` is not nested as `like` is.
    """
    if not is_tree(like):
        return [x]
    if isinstance(like, dict):
        if not isinstance(x, dict) or x.keys() != like.keys():
            got = f"the keys {list(x)}" if isinstance(x, dict) else f"a {type(x).__name__}"
            raise StructureMismatch(f"{kind}{path} is {got}, expected a dict with the keys {list(like)}")
        return [leaf for key in like for leaf in leaves_like(kind, x[key], like[key], f"{path}[{key!r}]")]
    if not isinstance(x, list | tuple) or len(x) != len(like):
        got = f"{len(x)} of them" if isinstance(x, list | tuple) else f"a {type(x).__name__}"
        raise StructureMismatch(f"{kind}{path} is {got}, expected a {type(like).__name__} of {len(like)}")
    return [
        leaf for i, (part, other) in enumerate(zip(x, like, strict=True))
        for leaf in leaves_like(kind, part, other, f"{path}[{i}]")
    ]  # fmt: skip


def paths(x: Tree, name: str) -> list[str]:
    """What to call the leaves of `x` in a message, e.g. params['w'][0]."""
    if not is_tree(x):
        return [name]
    items = x.items() if isinstance(x, dict) else enumerate(x)
    return [path for key, part in items for path in paths(part, f"{name}[{key!r}]")]


def flattened(
    f: Callable[..., Any], names: Sequence[str], args: Sequence[Any], options: dict[str, Any], positions: Sequence[int]
) -> tuple[Callable[..., Any], list[Any]]:
    """`f` as a function of the leaves of its arguments at `positions` alone, and these leaves."""
    chosen = [args[i] for i in positions]

    def g(*parts: Any) -> Any:
        filled = list(args)
        for i, x in zip(positions, rebuilt(chosen, iter(parts)), strict=True):
            filled[i] = x
        return f(*filled, **options)

    g.__name__ = getattr(f, "__name__", repr(f))
    g.parameter_names = [path for x, name in zip(chosen, names, strict=True) for path in paths(x, name)]  # type: ignore[attr-defined]
    return g, leaves(chosen)
