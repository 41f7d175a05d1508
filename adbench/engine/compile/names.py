"""The names that a source is written with, and the objects that they stand for."""

from __future__ import annotations

import keyword
from typing import Any

import numpy as np

BUILTIN = ("float", "len", "list", "range", "repr", "slice")  # what the source calls by these names


class Names:
    """The names of one source, each for one object."""

    def __init__(self, *taken: str) -> None:
        self.namespace: dict[str, Any] = {}
        self.taken = {*BUILTIN, *taken}
        self.of: dict[Any, str] = {}
        self.constants: dict[Any, str] = {}

    def new(self, wanted: str) -> str:
        """A name that nothing has yet."""
        wanted = wanted if wanted.isidentifier() and not keyword.iskeyword(wanted) else "x"
        name, n = wanted, 0
        while name in self.taken:
            n += 1
            name = f"{wanted}_{n}"
        self.taken.add(name)
        return name

    def bind(self, thing: Any, wanted: str) -> str:
        """The name of an object that the source refers to."""
        by_value = callable(thing) and not isinstance(thing, type)  # `np.add.reduce` is a new object each time
        key = thing if by_value else id(thing)
        if key not in self.of:
            self.of[key] = self.new(wanted)
            self.namespace[self.of[key]] = thing
        return self.of[key]

    def legend(self) -> str:
        """A comment that says what the constants are."""
        arrays = [(name, x) for name, x in self.namespace.items() if isinstance(x, np.ndarray)]
        lines = [f"# {name} is {x if not x.ndim else 'an array'} of {x.dtype}, shape {x.shape}\n" for name, x in arrays]
        return "".join(lines)

    def function(self, function: Any) -> str:
        """The name of a function; a ufunc's method has the ufunc's too."""
        ufunc = getattr(function, "__self__", None)
        name = f"{ufunc.__name__}_{function.__name__}" if isinstance(ufunc, np.ufunc) else function.__name__
        return self.bind(function, name.lstrip("_"))
