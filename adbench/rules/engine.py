"""The rules of our own engine: a pair for each primitive that is declared in `adbench.engine`.

A forward rule counts as used when it has given a tangent, a reverse rule when a cotangent has been pulled through it.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections import Counter
from functools import cache, wraps
from typing import Any

import adbench.engine
from adbench.engine.core import Dual, Node
from adbench.engine.dispatch import DECLARED


def names() -> frozenset[str]:
    """Every rule, called after its primitive: `jvp:sin`."""
    return frozenset(f"{direction}:{name}" for name in _primitives().values() for direction in ("jvp", "vjp"))


@cache
def used() -> set[str]:
    """The rules evaluated so far; the first call begins to record."""
    seen: set[str] = set()
    _record_forward(_primitives(), seen)
    _record_reverse(_primitives(), seen)
    return seen


@cache
def _primitives() -> dict[Any, str]:
    """The engine's primitives and their names: their own, or where two have the same, that of a variable that holds it.

    What users declare by `adbench.engine.primitive` is not the engine's.
    """
    packages = pkgutil.walk_packages(adbench.engine.__path__, adbench.engine.__name__ + ".")
    modules = [importlib.import_module(package.name) for package in packages]
    held: dict[Any, set[str]] = {}
    for module in modules:
        for name, thing in vars(module).items():
            if callable(thing) and thing in DECLARED:
                held.setdefault(thing, set()).add(name.lstrip("_"))
    own = Counter(op.__name__ for op in held)
    return {op: op.__name__ if own[op.__name__] == 1 else min(names, key=len) for op, names in held.items()}


def _record_forward(primitives: dict[Any, str], seen: set[str]) -> None:
    """A tangent is put in a `Dual` by the primitive that it is of, at times through `dispatch.dual`."""
    initialise = Dual.__init__

    def recorded(self: Dual, *args: Any) -> None:
        initialise(self, *args)
        frame = sys._getframe(1)
        if frame.f_code.co_name == "dual" and frame.f_back:
            frame = frame.f_back
        if (op := frame.f_locals.get("op")) in primitives:
            seen.add(f"jvp:{primitives[op]}")

    # A method is put in another's place on purpose: nothing is recorded, and nothing slower, until it is asked for.
    Dual.__init__ = recorded  # type: ignore[method-assign, assignment]


def _record_reverse(primitives: dict[Any, str], seen: set[str]) -> None:
    initialise = Node.__init__

    def recorded_pull(name: str, pull: Any) -> Any:
        @wraps(pull)
        def recorded(node: Node, bar: Any) -> None:
            pull(node, bar)
            seen.add(name)

        return recorded

    pulls = {pull: recorded_pull(f"vjp:{name}", pull) for op, name in primitives.items() for pull in DECLARED[op]}

    def recorded(self: Node, value: Any, tape: Any, pull: Any, x: Any, y: Any) -> None:
        initialise(self, value, tape, pulls.get(pull, pull), x, y)

    Node.__init__ = recorded  # type: ignore[method-assign]  # likewise
