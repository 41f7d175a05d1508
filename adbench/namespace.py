"""The array namespace `xp` that a case is written in: the array API standard plus the extensions of DESIGN.

An adapter builds one from its library's own module and a table of the names that the library spells otherwise.
A name that a library lacks is `Unsupported`, by name, when a case uses it.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from types import ModuleType
from typing import Any

from adbench.errors import Unsupported


class Namespace:
    """A view of a library's module under the standard's names.

    Args:
        name: the backend's name, for messages.
        module: where a name is looked up when the table does not have it; None looks nowhere.
        table: standard name to the library's own function, or to a nested `Namespace`.
    """

    def __init__(self, name: str, module: ModuleType | object | None, table: Mapping[str, Any]) -> None:
        self._name, self._module = name, module
        self.__dict__.update(table)

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        try:
            value = getattr(self._module, attribute)
        except AttributeError:
            value = self._submodule(attribute)
        if isinstance(value, ModuleType):
            value = Namespace(f"{self._name}.{attribute}", value, {})
        setattr(self, attribute, value)  # the next look-up is as cheap as a module's
        return value

    def _submodule(self, name: str) -> ModuleType:
        """Of a package what nobody has imported yet."""
        if isinstance(self._module, ModuleType):
            with suppress(ModuleNotFoundError):
                return import_module(f"{self._module.__name__}.{name}")
        raise Unsupported(f"{self._name} has no {name}") from None
