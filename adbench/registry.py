"""Which cases and backends there are: our own, those of installed plug-ins, and those a user names by path."""

from __future__ import annotations

import ast
import fnmatch
import hashlib
import importlib
import importlib.util
import pkgutil
import traceback
from collections.abc import Iterable, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType

import adbench.backends
import adbench.cases
from adbench.backend import Backend
from adbench.case import DEFINED, Case, defined_by
from adbench.errors import (
    AdbenchError,
    BackendFailed,
    BackendNotInstalled,
    BrokenFile,
    InvalidCase,
    UnknownName,
    describe,
)

ONLY_BY_NAME = ("torch:compile",)  # backends that nobody waits for unasked: seconds a call to compile


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
    for case in (case for module in modules for case in defined_by(module.__name__)):
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
    if path.suffix != ".py":
        raise BrokenFile(str(path), None, "not a Python file")
    folder = hashlib.sha256(str(path.absolute().parent).encode()).hexdigest()[:12]  # two files may have one name
    module = ModuleType(f"{folder}.{path.stem}")
    module.__file__ = str(path)
    DEFINED.pop(module.__name__, None)  # a file that is loaded again replaces its cases
    try:  # no bytecode on disk, which Python would take for current if the file is changed within the second
        exec(compile(path.read_bytes(), str(path.absolute()), "exec"), module.__dict__)
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


def digests(cases: Iterable[Case]) -> dict[str, str]:
    """By the name of a case, a digest of the file that defines it, or of the files of its family's folder."""
    cases = list(cases)
    one_of = {case.path: case for case in cases}
    made = {path: hashlib.sha256(b"".join(map(Path.read_bytes, _files(case)))) for path, case in one_of.items()}
    return {case.name: made[case.path].hexdigest()[:16] for case in cases}


def _files(case: Case) -> list[Path]:
    path = Path(case.path)
    return sorted(path.parent.glob("*.py")) if path.parent.name == case.family else [path]


def select_cases(cases: dict[str, Case], patterns: Sequence[str]) -> list[Case]:
    """Cases whose name matches any of the shell globs, in catalogue order; no pattern selects all.

    A family's name alone stands for all of its cases.

    Raises:
        UnknownName: a pattern matches nothing.
    """
    chosen = matching("case", patterns, cases)
    return [c for name, c in cases.items() if name in chosen]


def matching(kind: str, patterns: Sequence[str], names: Iterable[str]) -> set[str]:
    """The names that match any of the shell globs, all where there is none; a family's stands for its cases.

    Args:
        kind: what they name, e.g. "backend"; only a "case" has a family.
    Raises:
        UnknownName: a pattern matches nothing.
    """
    known = set(names)
    families = {name.partition(".")[0] for name in known} if kind == "case" else set()
    chosen = set() if patterns else known
    for pattern in patterns:
        hits = {n for n in known if fnmatch.fnmatchcase(n, pattern)}
        if pattern in families:
            hits |= {n for n in known if n.partition(".")[0] == pattern}
        if not hits:
            raise UnknownName(kind, pattern, known | families)
        chosen |= hits
    return chosen


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
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    except SyntaxError as error:
        raise BrokenFile(str(path), error.lineno, f"SyntaxError: {error.msg}") from error
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if [getattr(t, "id", "") for t in targets] == ["BACKENDS"]:
                try:
                    return dict(ast.literal_eval(node.value))
                except (ValueError, TypeError) as error:
                    reason = "BACKENDS must be written out, a dictionary of names to class names"
                    raise BrokenFile(str(path), node.lineno, reason) from error
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
    if name not in known and not all(part.isidentifier() for part in (attribute, *module_name.split("."))):
        raise UnknownName("backend", name, known)
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing == module_name.partition(".")[0]:
            raise UnknownName("backend", name, known) from error
        install = f'"adbench-suite[{name.partition(":")[0]}]"' if name in known else missing
        message = f"backend {name} cannot start: {missing} is not installed; pip install {install}"
        raise BackendNotInstalled(message) from error
    except Exception as error:
        spec = importlib.util.find_spec(module_name)
        raise _broken(error, str(spec.origin) if spec else module_name) from error
    cls = getattr(module, attribute, None)
    if not (isinstance(cls, type) and issubclass(cls, Backend)):
        raise UnknownName("backend", name, known)
    try:
        return cls()
    except Exception as error:
        raise BackendFailed(f"backend {name} does not start: {describe(error)}") from error
