"""Which cases and backends there are: our own, those of installed plug-ins, and those a user names by path."""

from __future__ import annotations

import fnmatch
import importlib
import importlib.util
import pkgutil
import traceback
from collections.abc import Iterable, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import adbench.backends
import adbench.cases
from adbench.case import DEFINED, Case
from adbench.errors import AdbenchError, BackendNotInstalled, BrokenFile, InvalidCase, UnknownName

if TYPE_CHECKING:
    from adbench.backend import Backend


def load_cases(paths: Iterable[str] = ()) -> dict[str, Case]:
    """All cases by name: the families of `cases/`, the entry points `adbench.cases`, and the files in `paths`.

    Raises:
        BrokenFile: a file cannot be imported.
        InvalidCase: two cases have one name, or a case is malformed.
    """
    modules = [_import(f"adbench.cases.{info.name}") for info in pkgutil.iter_modules(adbench.cases.__path__)]
    modules += [_import(point.module) for point in entry_points(group="adbench.cases")]
    modules += [_import_file(Path(path)) for path in paths]
    named: dict[str, Case] = {}
    for case in (case for module in modules for case in DEFINED.get(module.__name__, [])):
        other = named.setdefault(case.name, case)
        if other is not case:
            raise InvalidCase(f"{case.where}: another case has this name, {other.path}:{other.line}")
    return named


def _import(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except Exception as error:
        raise _broken(error, name) from error


def _import_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise BrokenFile(str(path), None, "no such file")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise BrokenFile(str(path), None, "not a Python file")
    module = importlib.util.module_from_spec(spec)
    DEFINED.pop(module.__name__, None)  # a file that is loaded again replaces its cases
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise _broken(error, str(path)) from error
    return module


def _broken(error: Exception, where: str) -> AdbenchError:
    """The error with the innermost place in the user's own file."""
    if isinstance(error, AdbenchError):
        return error
    if isinstance(error, SyntaxError):
        return BrokenFile(error.filename or where, error.lineno, f"SyntaxError: {error.msg}")
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "importlib" not in f.filename]
    last = next((f for f in reversed(frames) if Path(f.filename) == Path(where).absolute()), frames[-1])
    return BrokenFile(last.filename, last.lineno, f"{type(error).__name__}: {error}")


def select_cases(cases: dict[str, Case], patterns: Sequence[str]) -> list[Case]:
    """Cases whose name matches any of the shell globs, in catalogue order; no pattern selects all.

    A family's name alone stands for all of its cases.

    Raises:
        UnknownName: a pattern matches nothing.
    """
    if not patterns:
        return list(cases.values())
    chosen: dict[str, Case] = {}
    for pattern in patterns:
        hits = {name: c for name, c in cases.items() if c.family == pattern or fnmatch.fnmatchcase(name, pattern)}
        if not hits:
            raise UnknownName("case", pattern, [*cases, *{c.family for c in cases.values()}])
        chosen |= hits
    return [c for name, c in cases.items() if name in chosen]


def backend_names() -> dict[str, str]:
    """Every backend's name and where it is defined, as `module:Class`; nothing of a library is imported.

    An adapter module declares its backends in `BACKENDS`, name to class name, beside its code.
    """
    table: dict[str, str] = {}
    for info in sorted(pkgutil.iter_modules(adbench.backends.__path__), key=lambda i: i.name):
        spec = importlib.util.find_spec(f"adbench.backends.{info.name}")
        assert spec is not None
        assert spec.origin is not None
        for name, cls in _declared(Path(spec.origin)).items():
            table[name] = f"adbench.backends.{info.name}:{cls}"
    table |= {point.name: point.value for point in entry_points(group="adbench.backends")}
    return table


def _declared(path: Path) -> dict[str, str]:
    """`BACKENDS` of an adapter file, read without running it."""
    import ast

    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    for node in tree.body:
        if isinstance(node, ast.Assign) and [getattr(t, "id", "") for t in node.targets] == ["BACKENDS"]:
            return dict(ast.literal_eval(node.value))
    return {}


def load_backend(name: str) -> Backend:
    """Import the adapter of a backend, and with it the library.

    Args:
        name: a known name, or `package.module:Class` of an adapter of your own.
    Raises:
        UnknownName: there is no such backend.
        BackendNotInstalled: its library is not installed.
        BrokenFile: the adapter cannot be imported.
    """
    known = backend_names()
    target = known.get(name, name)
    module_name, _, attribute = target.partition(":")
    if name not in known and not attribute.isidentifier():
        raise UnknownName("backend", name, known)
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing == module_name.partition(".")[0]:
            raise UnknownName("backend", name, known) from error
        raise BackendNotInstalled(name, name.partition(":")[0], f"{missing} is not installed") from error
    except Exception as error:
        raise _broken(error, module_name) from error
    if not hasattr(module, attribute):
        raise UnknownName("backend", name, known)
    backend: Backend = getattr(module, attribute)()
    return backend
