"""The rules of HIPS autograd: what `autograd.core` has in `primitive_vjps` and `primitive_jvps`.

A rule counts as used when its function has been called. What others define by `autograd.extend` is none of autograd's.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable
from functools import cache, wraps
from typing import Any

import autograd.numpy
import autograd.scipy
from autograd.core import primitive_jvps, primitive_vjps

TABLES = (("jvp", primitive_jvps), ("vjp", primitive_vjps))


def names() -> frozenset[str]:
    """Every rule, called as its function is in autograd's modules: `vjp:numpy.linalg.norm`."""
    return frozenset(rule for rule, _, _ in _registered())


@cache
def used() -> set[str]:
    """The rules called so far; the first call begins to record."""
    seen: set[str] = set()
    for rule, table, function in _registered():
        table[function] = _recorded(rule, table[function], seen.add)
    return seen


def _recorded(rule: str, made: Callable[..., Any], record: Callable[[str], None]) -> Callable[..., Any]:
    @wraps(made)
    def recorded(*args: Any) -> Any:
        result = made(*args)  # first: it may say that there is none for these operands
        record(rule)
        return result

    return recorded


@cache
def _registered() -> list[tuple[str, dict[Any, Any], Any]]:
    """Each rule's name, its table and its key there."""
    known = _names()
    return [
        (f"{direction}:{known[id(function)]}", table, function)
        for direction, table in TABLES
        for function in table
        if id(function) in known
    ]


def _names() -> dict[int, str]:
    """By identity, the shortest name under which autograd has a function."""
    for package in (autograd.numpy, autograd.scipy):
        for info in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            importlib.import_module(info.name)
    found: dict[int, str] = {}
    modules = [name for name in sys.modules if name.startswith("autograd.")]
    for module in sorted(modules, key=lambda name: (name.count("."), len(name), name)):
        for name, thing in vars(sys.modules[module]).items():
            found.setdefault(id(thing), f"{module.removeprefix('autograd.')}.{name}")
            if isinstance(thing, type):
                for method, function in vars(thing).items():
                    found.setdefault(id(function), f"{module.removeprefix('autograd.')}.{name}.{method}")
    return found
