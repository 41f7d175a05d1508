"""Lists, tuples and dictionaries of arrays: the same to each array, and which arrays there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any


def each(tree: Any, function: Callable[[Any], Any]) -> Any:
    """`tree` with `function` applied to what is no list, tuple or dictionary."""
    if isinstance(tree, dict):
        return {key: each(part, function) for key, part in tree.items()}
    if isinstance(tree, tuple | list):
        return rebuilt(tree, [each(part, function) for part in tree])
    return function(tree)


def leaves(tree: Any) -> Iterator[Any]:
    """What is no list, tuple or dictionary, from left to right."""
    if isinstance(tree, dict | tuple | list):
        for part in tree.values() if isinstance(tree, dict) else tree:
            yield from leaves(part)
    else:
        yield tree


def rebuilt(sequence: Any, parts: Sequence[Any]) -> Any:
    """A list, tuple or named tuple like `sequence` of `parts`."""
    return type(sequence)(*parts) if hasattr(sequence, "_fields") else type(sequence)(parts)
