"""The tables that `adbench bench` prints: the ranking, where each library is fast, and the cells behind them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.console import Group, RenderableType
from rich.text import Text

from adbench.report.quantities import blocks, estimated, ratio, seconds, size, sureness, table
from adbench.results import Sample
from adbench.timing.breakdown import parts
from adbench.timing.intervals import CONFIDENCE
from adbench.timing.pool import Pooled, Times
from adbench.timing.profiles import TAUS
from adbench.timing.ranking import Ranking, Standing, ranking
from adbench.timing.ratios import Row, rows

FEW = 8  # cases at a size, by operator and dtype, whose cells are shown without being asked for


def timings(times: Times, width: int, *, verbose: bool = False) -> RenderableType:
    """The tables.

    Args:
        width: columns of the terminal.
        verbose: show every cell, and name everything that was left out.
    """
    found, board = rows(times), ranking(times)
    groups = {row.pooled.group for row in found}
    shown: list[RenderableType] = []
    if verbose or len(groups) <= FEW:
        shown += [*_cells(found), Text()]
    if len(board.problems) > 1 and board.standings:
        shown += [_ranking(board), *_parts(times, board, width)]
    shown += [*_left_out(times, board, verbose), _spread(times)]
    if not verbose and len(groups) > FEW:
        shown.append(Text(f"-v prints the times of all {len(found)} cells", "dim"))
    return Group(*shown)


def _ranking(board: Ranking) -> RenderableType:
    many, libraries = len(board.shared), len(board.standings)
    of = "" if many == len(board.problems) else f", of {len(board.problems)}"
    title = f"Geometric means over the {many} problems (case[size], operator) that all {libraries} libraries have{of}"
    grid = table(
        *("", "library", "× fastest", "× primal", "× manual"),
        *("fastest", *(f"≤{tau:g}×" for tau in TAUS[1:]), "area", "compile"),
        left=["library"],
    )
    grid.columns[1].no_wrap = False  # an adapter's path may be long
    for place, standing in enumerate(board.standings, 1):
        grid.add_row(f"≈{place}" if standing.tied else f"{place}", *_standing(standing))
    return Group(Text(title, "bold"), grid)


def _standing(s: Standing) -> Iterator[str]:
    yield s.backend
    yield from (estimated(interval) for interval in (s.to_fastest, s.to_primal, s.to_manual))
    yield from (f"{share:.0%}" for share in s.shares)
    yield f"{s.area:.2f}"
    yield seconds(s.compile_seconds)


def _parts(times: Times, board: Ranking, width: int) -> list[RenderableType]:
    """Geometric means of the ratios to the fastest, by operator, by size, by family."""
    found = parts(times, board)
    if not found:
        return []
    names = [s.backend for s in board.standings]
    first = max(len(part.name) for part in found) + 16
    shown: list[RenderableType] = [Text("\nWhere: × fastest, geometric means", "bold")]
    for block in blocks(names, width - first, max(len(part) for name in names for part in _split(name))):
        grid = table("", "problems", *("\n:".join(_split(name)) for name in block))
        for kind, of_kind in groupby(found, key=lambda part: part.kind):
            grid.add_row(Text(f"by {kind}", "dim"))
            for part in of_kind:
                best = min(part.to_fastest.values())
                entries = (Text(ratio(x), "bold green" if x == best else "") for x in map(part.to_fastest.get, block))
                grid.add_row(f"  {part.name}", str(part.problems), *entries)
        shown.append(grid)
    return shown


def _split(backend: str) -> list[str]:
    """A library and its configuration."""
    return backend.split(":", 1)


COLUMNS = ("", "time", "minimum", "× primal", "× manual", "× fastest", "compile", "memory")


def _cells(found: Sequence[Row]) -> list[RenderableType]:
    """A table for each case at a size, operator and dtype, all with the same columns, named once."""
    entries = [list(_cell(row)) for row in found]
    widths = [max(len(text) for text in column) for column in zip(COLUMNS, *entries, strict=True)]
    shown: list[RenderableType] = []
    for group, pairs in groupby(zip(found, entries, strict=True), key=lambda pair: pair[0].pooled.group):
        of_group = list(pairs)
        grid = table(*COLUMNS)
        grid.show_header = not shown
        for column, width in zip(grid.columns, widths, strict=True):
            column.width = width
        for _, texts in of_group:
            grid.add_row(*texts)
        counted = "; ".join(_counted(row.pooled) for row, _ in of_group if row.pooled.counters)
        shown += [Text(str(group), "bold"), grid, *([Text(f"  {counted}", "dim")] if counted else [])]
    return shown


def _counted(pooled: Pooled) -> str:
    """What depends on no machine."""
    counts = (f"{name.replace('_', ' ')} {count}" for name, count in pooled.counters.items())
    return f"{pooled.backend}: {', '.join(counts)}"


def _cell(row: Row) -> Iterator[Text]:
    pooled = row.pooled
    yield Text(f"  {pooled.backend}") if pooled.conforms else Text(f"  {pooled.backend} ✗", "red")
    yield Text(f"{seconds(row.seconds.value)} {sureness(row.seconds)}")
    yield Text(seconds(pooled.minimum_seconds))
    yield from (Text(estimated(interval)) for interval in (row.to_primal, row.to_manual))
    yield Text("fastest", "bold green") if row.is_fastest else Text(estimated(row.to_fastest))
    yield Text(seconds(pooled.compile_seconds))
    yield Text("–" if pooled.peak_bytes is None else size(pooled.peak_bytes))


def _left_out(times: Times, board: Ranking, verbose: bool) -> list[Text]:
    wrong = [(p.backend, p.id) for p in times.cells if not p.conforms]
    lost = [(p, s) for p in (*times.cells, *times.untimed) for s in p.lost]
    failed = [
        (f"{s.backend}, {s.status}", f"{_which(p, s)}: {s.message}") for p, s in lost if s.status != "unsupported"
    ]
    absent = [(f"{s.backend}: {s.message}", p.id) for p, s in lost if s.status == "unsupported"]
    notes = [(f"{s.backend}: {s.message}", _which(p, s)) for p in times.cells for s in p.timed if s.message]
    few = [f"  {b}: {n} of {len(board.problems)}" for b, n in board.few.items() if n]
    return [
        *_named("✗ in no ranking, because the derivative does not conform:", "red", wrong, verbose),
        *_named("not timed:", "red", failed, verbose),
        *_named("unsupported:", "dim", absent, verbose),
        *_named("noted of what was timed:", "yellow", notes, verbose),
        *([Text("\nnot ranked, because too few problems were timed:", "yellow")] if few else []),
        *map(Text, few),
    ]


def _which(pooled: Pooled, line: Sample) -> str:
    """The cell, and the process where others found something else."""
    return f"{pooled.id} in process {line.process}" if pooled.timed else pooled.id


def _named(title: str, style: str, found: Sequence[tuple[str, str]], verbose: bool) -> list[Text]:
    """What was left out, by its reason; of many cells the first."""
    by_reason: dict[str, dict[str, None]] = {}
    for reason, name in found:
        by_reason.setdefault(reason, {})[name] = None  # processes that say the same say it once
    lines = [Text(f"\n{title}", style)] if found else []
    for reason, names in by_reason.items():
        lines.append(Text(f"  {reason}"))
        shown = list(names)[: None if verbose else 1]
        lines += [Text(f"    {name}") for name in shown]
        if more := len(names) - len(shown):
            lines[-1].append(f" and {more} more")
    return lines


def _spread(times: Times) -> Text:
    """What the intervals are about."""
    counts = [len(p.timed) for p in times.cells]
    alone = counts.count(1)
    over = f"{max(counts)} processes" if max(counts) > 1 else "the rounds of one process, where another may lie outside"
    also = f"; of {alone} cells over the rounds of the one process that timed them" if 0 < alone < len(counts) else ""
    return Text(f"\n±3%: from 1.03 times less to 1.03 times more, a {CONFIDENCE:.0%} interval over {over}{also}", "dim")
