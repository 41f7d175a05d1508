"""The rules of JAX: what `jax.interpreters.ad` has in `primitive_jvps`, and in its two tables of transposes.

JAX differentiates forward, and for reverse mode transposes what is linear then: `vjp:` stands for a transpose. A rule
counts as used when its function has been called, which for a compiled function is when it is traced.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from jax._src.interpreters import ad  # `jax.interpreters.ad` lacks the table that is preferred to the other
from jax.interpreters.ad import primitive_jvps, primitive_transposes

FANCY: dict[Any, Any] = getattr(ad, "fancy_transposes", {})  # older versions have none
TABLES = (("jvp", primitive_jvps), ("vjp", primitive_transposes), ("vjp", FANCY))


@cache
def names() -> frozenset[str]:
    """Every rule, called after its primitive: `jvp:dot_general`."""
    return frozenset(f"{direction}:{primitive.name}" for direction, table in TABLES for primitive in table)


@cache
def used() -> set[str]:
    """The rules called so far; the first call begins to record."""
    names()
    seen: set[str] = set()
    for direction, table in TABLES:
        for primitive in table:
            table[primitive] = _recorded(f"{direction}:{primitive.name}", table[primitive], seen.add)
    return seen


def _recorded(name: str, rule: Callable[..., Any], record: Callable[[str], None]) -> Callable[..., Any]:
    @wraps(rule)
    def recorded(*args: Any, **params: Any) -> Any:
        result = rule(*args, **params)
        record(name)
        return result

    return recorded
