"""`adbench compare A B`: whether B is slower than A, measured side by side, or from two results files."""

from __future__ import annotations

import math
import os
import shlex
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace

from adbench import environment, plan, registry
from adbench.backend import OPERATORS
from adbench.case import DTYPES, Case
from adbench.commands.certification import certify
from adbench.errors import NothingRan
from adbench.journal import Journal
from adbench.plan import Cell
from adbench.report.comparison import between, judge
from adbench.report.progress import Progress
from adbench.results import Sample, Started, Verdict
from adbench.runner.pairs import Couple, Pairs, Side
from adbench.runner.sides import couples
from adbench.timing import sequential
from adbench.timing.paired import fastest, ratios
from adbench.timing.sequential import Evidence

SMALLEST, ALPHA = 3.0, 0.01  # per cent, and a chance
FALSE_ALARMS = "Where nothing has changed, at most {:.3g} of such comparisons call any of their cells slower or faster."


def compare(
    base: str,
    head: str,
    patterns: Sequence[str] = (),
    *,
    operators: Sequence[str] = (),
    dtypes: Sequence[str] = (),
    sizes: Sequence[str] = (),
    device: str = "cpu",
    case_files: tuple[str, ...] = (),
    json: Path | None = None,
    threads: int = 1,
    smallest: float = SMALLEST,
    alpha: float = ALPHA,
    seconds: float = 0.0,
    progress: str = "auto",
) -> int:
    """Time base and head in turn, in as many fresh processes as it takes to decide, and print a verdict a cell.

    Args:
        base, head: a backend each, or `backend=PYTHON`.
        device: where the arrays are.
        smallest: the smallest change of interest, in per cent.
        alpha: the chance that a comparison in which nothing has changed calls any of its cells slower or faster.
        seconds: after which no more processes are started; 0 for no limit.
    Returns:
        The exit code: 3 where a cell is slower, else 0.
    Raises:
        AdbenchError: wrong input, or a side does not start.
        NothingRan: there is no cell that could be judged.
    """
    cases, work = _work(patterns, operators, dtypes, sizes, case_files)
    given, start = couples(base, head, cases, case_files), time.monotonic()
    with (
        Progress("compare", progress) as bars,
        Journal(json, environment.header(environment.command_line(), threads)) as journal,
    ):
        certify(plan.with_sizes(cases, ()), case_files, os.cpu_count() or 1, bars)
        times = defaultdict[str, list[float]](list)

        def started(side: Side, version: str) -> None:
            journal.write(Started(backend=side.column, version=version, environment=dict(side.environment)))

        def keep(sample: Sample) -> None:
            journal.write(sample)
            if sample.samples:
                times[sample.cell].append(fastest(sample.samples))

        def measure(some: Sequence[Cell]) -> Mapping[Cell, float]:
            bar = bars.add_task("a pair of processes", total=len(some), stage="compare")
            ratios = pairs.measure(some, lambda: bars.advance(bar))
            bars.remove_task(bar)
            return ratios

        pairs = Pairs(given, case_files=case_files, threads=threads, keep=keep)
        pairs.reach(device)
        cells = [replace(cell, backend=b.backend, device=device) for b, _ in given for cell in work]
        wrong = _wrong(cells, cases, pairs, started)
        found = sequential.compare(
            [cell for cell in cells if cell not in wrong],
            measure,
            smallest=math.log1p(smallest / 100),
            alpha=alpha,
            over=lambda: 0 < seconds < time.monotonic() - start,
        )
        verdicts = []
        for cell in cells:
            couple, why = pairs.couple(cell), wrong.get(cell) or pairs.lost.get(cell, "")
            said = _verdict(cell, couple, found.get(cell), why, times)
            verdicts.append(replace(said, command=_command(cell, couple, case_files, threads)))
            journal.write(verdicts[-1])
        took = time.monotonic() - start
        journal.close(took)
    a_cell = f"{took:.1f} s, {took / len(cells):.2g} s a cell; {sum(v.pairs for v in verdicts)} pairs of timings."
    return judge(verdicts, [a_cell, FALSE_ALARMS.format(alpha)])


def _work(
    patterns: Sequence[str],
    operators: Sequence[str],
    dtypes: Sequence[str],
    sizes: Sequence[str],
    case_files: tuple[str, ...],
) -> tuple[list[Case], list[Cell]]:
    """The chosen cases, and their cells without a backend."""
    plan.check_names("operator", operators, ("primal", *OPERATORS))
    plan.check_names("dtype", dtypes, DTYPES)
    cases = [c for c in registry.select_cases(registry.load_cases(case_files), patterns) if c.bench]
    plan.check_names("size", sizes, {size for case in cases for size in case.all_sizes})
    work = [
        Cell(case=case.name, size=size, operator=operator, dtype=dtype, backend="")
        for case in cases
        for size in case.sizes_named(sizes)
        for operator in (operators or ("vjp",))
        for dtype in (dtypes or ("float64",))
        if dtype in case.dtypes
    ]
    if not work:
        raise NothingRan("nothing to compare: none of the chosen cases is a bench case with these sizes and dtypes")
    return cases, work


def _wrong(
    cells: Sequence[Cell], cases: Sequence[Case], pairs: Pairs, started: Callable[[Side, str], None]
) -> dict[Cell, str]:
    """Of cells whose derivative is wrong at the size that the oracle certifies, how."""
    first = {case.name: next(iter(case.sizes)) for case in cases}
    certified = {cell: replace(cell, size=first[cell.case]) for cell in cells if cell.operator != "primal"}
    wrong = pairs.check(list(dict.fromkeys(certified.values())), started)
    return {cell: wrong[checked] for cell, checked in certified.items() if checked in wrong}


def _verdict(
    cell: Cell, couple: Couple, evidence: Evidence | None, why: str, times: Mapping[str, Sequence[float]]
) -> Verdict:
    base, head = couple
    base_seconds, head_seconds = (statistics.median(times.get(side.of(cell).id) or [math.nan]) for side in couple)
    said = Verdict(
        cell=replace(cell, backend=between(base.backend, head.backend)).id,
        case=cell.case,
        size=cell.size,
        operator=cell.operator,
        dtype=cell.dtype,
        device=cell.device,
        base=base.column,
        head=head.column,
        status="not conforming",
        base_seconds=None if math.isnan(base_seconds) else base_seconds,
        head_seconds=None if math.isnan(head_seconds) else head_seconds,
        message=why,
    )
    if evidence is None:
        return said
    pairs = len(evidence.screening) + len(evidence.confirming)
    return replace(said, status=evidence.verdict, pairs=pairs, **ratios(evidence.estimate if pairs else None))


def _command(cell: Cell, couple: Couple, case_files: tuple[str, ...], threads: int) -> str:
    words = ["adbench", "compare", *(side.option for side in couple), cell.case]
    words += ["--size", cell.size, "--operator", cell.operator, "--dtype", cell.dtype]
    words += ["--device", cell.device] if cell.device != "cpu" else []
    words += [word for file in case_files for word in ("--cases", file)]
    words += ["--threads", str(threads)] if threads > 1 else []
    return shlex.join(words)
