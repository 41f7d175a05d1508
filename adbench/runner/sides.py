"""What `adbench compare A B` is told to compare: `BACKEND` or `BACKEND=PYTHON`, several backends joined by commas."""

from __future__ import annotations

from collections.abc import Sequence

from adbench import plan, registry
from adbench.case import Case
from adbench.errors import AdbenchError
from adbench.runner.interpreters import interpreter
from adbench.runner.pairs import Couple, Side


def couples(base: str, head: str, cases: Sequence[Case] = (), case_files: tuple[str, ...] = ()) -> list[Couple]:
    """The first backend of the base and that of the head, the second ones, and so on.

    Args:
        cases: what will be timed, which must be the same under an interpreter of its own.
    Raises:
        AdbenchError: unknown names, no executable, or not as many backends on one side as on the other.
        BackendFailed, BackendNotInstalled: adbench, or the library, cannot be had there.
    """
    bases, heads = _sides("base", base, cases, case_files), _sides("head", head, cases, case_files)
    if len(bases) != len(heads):
        raise AdbenchError(f"{base} has {len(bases)} and {head} {len(heads)} backends, which are compared one by one")
    return list(zip(bases, heads, strict=True))


def _sides(role: str, text: str, cases: Sequence[Case], case_files: tuple[str, ...]) -> list[Side]:
    names, equals, path = text.partition("=")
    backends = [name for name in names.split(",") if name]
    if not backends or len(set(backends)) < len(backends) or (equals and not path):
        raise AdbenchError(f"{text!r} is no side of a comparison, which is BACKEND, BACKEND=PYTHON, or a results file")
    known = registry.backend_names()
    plan.check_names("backend", [name for name in backends if ":" not in name or name in known], known)
    if not path:
        return [Side(role=role, backend=name) for name in backends]
    found = [interpreter(f"{name}={path}", cases, case_files) for name in backends]
    return [Side(role=role, backend=one.backend, python=one.path, environment=one.environment) for one in found]
