"""The files that a case file is made of: itself, and what it imports from beside it or from our own cases."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

import adbench.cases


def files_of(path: str) -> list[Path]:
    """A case file and the files that it imports, directly or not, sorted; not those of installed libraries."""
    first = Path(path).resolve()
    ours = [first.parent, *(Path(folder).resolve() for folder in adbench.cases.__path__)]
    found, left = set[Path](), [first]
    while left:
        file = left.pop()
        if file.suffix == ".py" and file not in found and any(file.is_relative_to(folder) for folder in ours):
            found.add(file)
            left += _imported(file)
    return sorted(found)


def _imported(file: Path) -> Iterator[Path]:
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _found(alias.name, ())
        elif isinstance(node, ast.ImportFrom):
            names = [alias.name for alias in node.names]
            if node.level:  # `from .a import b`: a, and b in it if that is a module
                inside = f"{node.module}." if node.module else ""
                for name in (*filter(None, [node.module]), *(inside + name for name in names)):
                    yield from _below(file.parents[node.level - 1], name)
            else:
                yield from _found(node.module or "", names)


def _found(module: str, names: Iterable[str]) -> Iterator[Path]:
    """A module, and those of the names that are modules in it."""
    try:
        spec = find_spec(module)
    except (ImportError, ValueError):  # who needs it finds out
        return
    if spec is None:
        return
    if spec.has_location and spec.origin is not None:
        yield Path(spec.origin).resolve()
    for folder in spec.submodule_search_locations or ():
        for name in names:
            yield from _below(Path(folder).resolve(), name)


def _below(folder: Path, name: str) -> Iterator[Path]:
    place = folder.joinpath(*name.split("."))
    yield from filter(Path.is_file, (place.with_suffix(".py"), place / "__init__.py"))
