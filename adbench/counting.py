"""Counting what a call makes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass
class Made:
    """How many instances there were."""

    count: int = 0


@contextmanager
def made(cls: Any) -> Iterator[Made]:
    """Count the instances of a class that are initialised meanwhile, in any thread."""
    seen, initialise = Made(), cls.__init__

    def counted(self: Any, *args: Any, **options: Any) -> None:
        seen.count += 1
        initialise(self, *args, **options)

    cls.__init__ = counted
    try:
        yield seen
    finally:
        cls.__init__ = initialise
