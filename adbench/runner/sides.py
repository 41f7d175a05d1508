"""What `adbench compare A B` is told to compare: `BACKEND` or `BACKEND=PYTHON`, several backends joined by commas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from adbench import __version__, plan, registry
from adbench.case import Case
from adbench.errors import AdbenchError
from adbench.runner.interpreters import Interpreter, interpreter
from adbench.runner.pairs import Couple, Side


def couples(base: str, head: str, cases: Sequence[Case] = (), case_files: tuple[str, ...] = ()) -> list[Couple]:
    """The first backend of the base and that of the head, the second ones, and so on.

    Args:
        cases: what will be timed, which must be the same under an interpreter of its own.
    Raises:
        AdbenchError: unknown names, no executable, or not as many backends on one side as on the other.
        BackendFailed, BackendNotInstalled: adbench, or the library, cannot be had there.
    """
    known = registry.backend_names()
    bases, heads = _names(base, known), _names(head, known)
    if len(bases) != len(heads):
        raise AdbenchError(f"{base} has {len(bases)} and {head} {len(heads)} backends, which are compared one by one")
    old, new = (_found(text, names, cases, case_files) for text, names in ((base, bases), (head, heads)))
    for a, b in zip(old, new, strict=True):
        if a.path != b.path and a.version == b.version == __version__ and a.folder == b.folder:
            raise AdbenchError(
                f"{a.option} and {b.option} both import adbench from {a.folder}, so there is nothing to compare; "
                "set PYTHONSAFEPATH=1 or unset PYTHONPATH"
            )
    return [(_side("base", a), _side("head", b)) for a, b in zip(old, new, strict=True)]


def _names(text: str, known: Iterable[str]) -> list[str]:
    before, equals, path = text.partition("=")
    names = [name for name in before.split(",") if name]
    if not names or len(set(names)) < len(names) or (equals and not path):
        raise AdbenchError(f"{text!r} is no side of a comparison, which is BACKEND, BACKEND=PYTHON, or a results file")
    plan.check_names("backend", [name for name in names if ":" not in name or name in known], known)
    return names


def _found(text: str, names: Sequence[str], cases: Sequence[Case], case_files: tuple[str, ...]) -> list[Interpreter]:
    _, _, path = text.partition("=")
    if not path:
        return [Interpreter(backend=name, path="") for name in names]
    return [interpreter(f"{name}={path}", cases, case_files) for name in names]


def _side(role: str, one: Interpreter) -> Side:
    return Side(role=role, backend=one.backend, python=one.path, environment=one.environment)
