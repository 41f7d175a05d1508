"""The tables of `adbench bench --scaling`: exponents of time, and where forward and reverse mode change places."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from adbench.report.quantities import blocks, estimated, number, sureness, table
from adbench.timing.crossover import balances, crossovers
from adbench.timing.intervals import Interval
from adbench.timing.pool import Times, by_backend
from adbench.timing.scaling import Exponent, Sizes, exponents

ENTRY = "1.23±0.45→1.23"


def scaling(times: Times, sizes: Sizes, width: int) -> RenderableType:
    """The tables.

    Args:
        sizes: what is known of a case at a size.
        width: columns of the terminal.
    """
    found = exponents(times, sizes)
    if not found:
        return Text("\nno exponents: nothing was timed at two sizes or more of a case that is known here")
    return Group(*_exponents(found, width), *_crossovers(times, sizes), *_balances(times, sizes))


def _exponents(found: Sequence[Exponent], width: int) -> list[RenderableType]:
    several = len({e.group.dtype for e in found}) > 1
    by_row: dict[str, dict[str, Exponent]] = {}
    for e in found:
        title = str(e.group._replace(size="", dtype=e.group.dtype if several else ""))
        by_row.setdefault(title, {})[e.backend] = e
    backends = sorted({e.backend for e in found}, key=by_backend)
    shown: list[RenderableType] = [
        Text("\nGrowth: p of time ∝ (entries of all inputs)ᵖ, over all sizes → between the two largest", "bold")
    ]
    for block in blocks(backends, width - max(map(len, by_row)) - 2, len(ENTRY)):
        grid = table("", *block)
        for title, row in by_row.items():
            grid.add_row(title, *(_exponent(row.get(backend)) for backend in block))
        shown.append(grid)
    return shown


def _exponent(found: Exponent | None) -> str:
    if found is None:
        return "–"
    return f"{found.overall.value:.2f}{_half(found.overall)}" + (f"→{found.last.value:.2f}" if found.sizes > 2 else "")


def _half(interval: Interval) -> str:
    return f"±{interval.high - interval.value:.2f}" if interval.known else "±?"


def _crossovers(times: Times, sizes: Sizes) -> list[RenderableType]:
    found = crossovers(times, sizes)
    if not found:
        return []
    grid = table("", "library", "entries of the inputs", "faster from there on", left=["library"])
    for c in found:
        at = f"{number(c.entries.value)} {sureness(c.entries)}"
        grid.add_row(str(c.group._replace(size="", operator="")), c.backend, at, c.above)
    return [Text("\nWhere forward and reverse mode change places, by size", "bold"), grid]


def _balances(times: Times, sizes: Sizes) -> list[RenderableType]:
    found = balances(times, sizes)
    if not found:
        return [Text("\nno crossovers: they need both jacfwd and jacrev; -o jacfwd,jacrev times them", "dim")]
    grid = table("", "dtype", "shapes", "jacrev faster", "from inputs an output", left=["dtype"])
    for b in found:
        where = str(b.group._replace(operator=""))
        grid.add_row(b.backend, where, str(b.shapes), f"{b.reverse:.0%}", estimated(b.columns_per_row))
    return [Text("\nWhere they do, by the shape of the Jacobian over all cases", "bold"), grid]
