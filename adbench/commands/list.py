"""`adbench list`: what there is."""

from __future__ import annotations

import inspect
from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from adbench import expectations, plan, registry
from adbench.backend import OPERATORS, Backend
from adbench.case import Case
from adbench.errors import BackendNotInstalled
from adbench.report.console import wide_console
from adbench.runner.interpreters import interpreters

KINDS = ("cases", "backends", "operators", "deviations")


def list_(kind: str, patterns: Sequence[str], case_files: tuple[str, ...], pythons: Sequence[str] = ()) -> int:
    """Print the cases (those that match, if patterns are given), backends, operators or known deviations."""
    plan.check_names("kind", [kind], KINDS)
    console = wide_console()
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    if kind == "operators":
        for column in ("operator", "what it gives"):
            table.add_column(column)
        for name in OPERATORS:
            summary = (inspect.getdoc(getattr(Backend, name)) or "").partition("\n\n")[0]
            table.add_row(name, summary.replace("\n", " "))
    elif kind == "backends":
        _backends(table, pythons)
    elif kind == "deviations":
        _deviations(table)
    else:
        _cases(table, patterns, case_files)
    console.print(table)
    return 0


def _cases(table: Table, patterns: Sequence[str], case_files: tuple[str, ...]) -> None:
    for column in ("case", "wrt", "sizes", "tags", "function"):
        table.add_column(column, no_wrap=column != "function")
    for case in registry.select_cases(registry.load_cases(case_files), patterns):
        table.add_row(case.name, ", ".join(case.wrt), _sizes(case), ", ".join(case.tags), Text(case.formula))


def _sizes(case: Case) -> str:
    """The sizes by name, of the published ones the first and the last."""
    listed, published = ", ".join(case.sizes), list(case.published)
    return f"{listed}; {published[0]} … {published[-1]}" if published else listed


def _backends(table: Table, pythons: Sequence[str]) -> None:
    for column in ("backend", "version", "defined in"):
        table.add_column(column)
    for name, target in registry.backend_names().items():
        try:
            version = registry.load_backend(name).version()
        except BackendNotInstalled as error:
            version = str(error).partition("; ")[2]
        table.add_row(name, Text(version), target)
    for column, one in interpreters(pythons, ()).found.items():
        table.add_row(column, one.version, f"{one.path}, Python {one.environment['python']}")


def _deviations(table: Table) -> None:
    for column in ("backend", "cells", "reason"):
        table.add_column(column)
    for deviation in expectations.load_defaults(fuzzed=True):
        variant = f"~{_joined(deviation.variant)}" if deviation.variant else ""
        cells = [_joined(deviation.case) + variant, _joined(deviation.operator), _joined(deviation.dtype)]
        library = f"{_joined(deviation.backend)} {deviation.versions}".rstrip()
        table.add_row(library, Text("\n".join(cells)), Text(deviation.reason))
        table.add_row()


def _joined(globs: str | tuple[str, ...]) -> str:
    return globs if isinstance(globs, str) else ", ".join(globs)
