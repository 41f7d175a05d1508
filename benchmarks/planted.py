"""Backends with a slowdown of known size: a call is 20 calls of a library in a row, or 21, or 22.

`planted:numpy_20` is made of the backend `numpy`, `planted:jax_jit_21` of `jax:jit`. For `compare_power.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from adbench.backend import Backend
from adbench.registry import load_backend


@cache
def __getattr__(name: str) -> type[Backend]:
    library, _, times = name.rpartition("_")
    if not times.isdecimal():
        raise AttributeError(name)
    return planted(library.replace("_", ":"), int(times))


def planted(library: str, times: int) -> type[Backend]:
    """The backend of that name, each of whose calls is `times` calls."""
    base = type(load_backend(library))

    class Planted(base):  # type: ignore[misc, valid-type]
        name = f"{library}×{times}"

        def prepare(self, operator: str, f: Any, primals: Any) -> Callable[..., Any]:
            call = super().prepare(operator, f, primals)

            def again(*arguments: Any) -> Any:
                for _ in range(times - 1):
                    self.synchronize(call(*arguments))
                return call(*arguments)

            return again

    return Planted
