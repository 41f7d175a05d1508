"""`adbench list`: what there is."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from adbench import expectations, plan, registry
from adbench.backend import OPERATORS
from adbench.errors import BackendNotInstalled
from adbench.report.console import wide_console

KINDS = ("cases", "backends", "operators", "deviations")


def list_(kind: str, patterns: Sequence[str], case_files: tuple[str, ...]) -> int:
    """Print the cases (those that match, if patterns are given), backends, operators or known deviations."""
    plan.check_names("kind", [kind], KINDS)
    console = wide_console()
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    if kind == "operators":
        table.add_column("operator")
        for name in OPERATORS:
            table.add_row(name)
    elif kind == "backends":
        _backends(table)
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
        table.add_row(case.name, ", ".join(case.wrt), ", ".join(case.sizes), ", ".join(case.tags), Text(case.formula))


def _backends(table: Table) -> None:
    for column in ("backend", "version", "defined in"):
        table.add_column(column)
    for name, target in registry.backend_names().items():
        try:
            version = registry.load_backend(name).version()
        except BackendNotInstalled as error:
            version = str(error).partition("; ")[2]
        table.add_row(name, Text(version), target)


def _deviations(table: Table) -> None:
    for column in ("backend", "cells", "reason"):
        table.add_column(column)
    for deviation in expectations.load_defaults(fuzzed=True):
        cells = [deviation.case, deviation.operator, deviation.dtype]
        table.add_row(_joined(deviation.backend), Text("\n".join(map(_joined, cells))), Text(deviation.reason))
        table.add_row()


def _joined(globs: str | tuple[str, ...]) -> str:
    return globs if isinstance(globs, str) else ", ".join(globs)
