"""The tables that `adbench bench` prints."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from adbench.results import Sample
from adbench.timing.ratios import Row, geometric_mean, rows


def timings(samples: Sequence[Sample]) -> RenderableType:
    """A table of every timed derivative, geometric means a backend, and what was left out of them."""
    found = [row for row in rows(samples) if row.sample.operator != "primal"]
    return Group(_table(found), Text(), _means(found), *_left_out(samples))


def _table(found: Sequence[Row]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("case", no_wrap=True)
    for column in ("backend", "minimum", "median", "first call", "× primal", "× manual"):
        table.add_column(column, justify="left" if column == "backend" else "right", no_wrap=True)
    previous = ""
    for row in found:
        sample = row.sample
        title = f"{sample.case}[{sample.size}] {sample.operator} {sample.dtype}"
        table.add_row(
            Text(title if title != previous else ""),
            Text(sample.backend + ("" if sample.conforms else " ✗"), "" if sample.conforms else "red"),
            _seconds(row.minimum_seconds),
            _seconds(row.median_seconds),
            _seconds(sample.first_call_seconds or 0.0),
            _ratio(row.to_primal),
            _ratio(row.to_manual),
        )
        previous = title
    return table


def _means(found: Sequence[Row]) -> Table:
    """Geometric means over cells that conform; a sum would be the largest case's alone."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for column in ("geometric mean over cells", "cells", "× primal", "× manual"):
        table.add_column(column, justify="left" if "mean" in column else "right")
    for backend in dict.fromkeys(row.sample.backend for row in found):
        mine = [row for row in found if row.sample.backend == backend and row.sample.conforms]
        primal = geometric_mean([r.to_primal for r in mine if r.to_primal is not None])
        manual = geometric_mean([r.to_manual for r in mine if r.to_manual is not None])
        table.add_row(backend, str(len(mine)), _ratio(primal), _ratio(manual))
    return table


def _left_out(samples: Sequence[Sample]) -> list[RenderableType]:
    lines: list[RenderableType] = []
    wrong = [s for s in samples if s.status == "timed" and not s.conforms]
    if wrong:
        lines += [Text("\nnot ranked, because the derivative does not conform (✗):", "red")]
        lines += [Text(f"  {s.cell}") for s in wrong]
    lost = [s for s in samples if s.status not in ("timed", "unsupported")]
    if lost:
        lines += [Text("\nnot timed:", "red"), *(Text(f"  {s.cell}: {s.status}: {s.message}") for s in lost)]
    absent: dict[tuple[str, str], int] = {}
    for s in samples:
        if s.status == "unsupported":
            absent[s.backend, s.message] = absent.get((s.backend, s.message), 0) + 1
    lines += [Text(f"unsupported ×{n}: {why}", "dim") for (_, why), n in absent.items()]
    return lines


def _seconds(t: float) -> str:
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if t * factor >= 1 or unit == "µs":
            return f"{t * factor:.3g} {unit}" if t * factor < 1000 else f"{t * factor:.0f} {unit}"
    raise AssertionError


def _ratio(x: float | None) -> str:
    return "–" if x is None else f"{x:.2f}" if x < 100 else f"{x:.0f}"
