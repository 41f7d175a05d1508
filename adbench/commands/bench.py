"""`adbench bench`: times of the bench cases."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from adbench import environment, plan, registry
from adbench.backend import OPERATORS
from adbench.case import DTYPES
from adbench.commands.certification import certify
from adbench.commands.timings import print_timings
from adbench.errors import NothingRan
from adbench.journal import Journal
from adbench.plan import Cell
from adbench.report.console import wide_console
from adbench.report.progress import Progress
from adbench.results import Sample, Started
from adbench.runner.bench import Bench, Budget
from adbench.runner.checker import MEMORY_BYTES
from adbench.runner.conformity import Conformity
from adbench.runner.devices import reach
from adbench.runner.interpreters import interpreters
from adbench.runner.passes import PROCESSES, passes

CELL_SECONDS = 0.75
WIDTH = 1.0


def bench(
    patterns: Sequence[str],
    *,
    backends: Sequence[str] = (),
    pythons: Sequence[str] = (),
    operators: Sequence[str] = (),
    dtypes: Sequence[str] = (),
    sizes: Sequence[str] = (),
    device: str = "cpu",
    case_files: tuple[str, ...] = (),
    json: Path | None = None,
    threads: Sequence[int] = (1,),
    processes: int = PROCESSES,
    cell_seconds: float = CELL_SECONDS,
    width: float = WIDTH,
    memory: int = MEMORY_BYTES >> 20,
    verbose: bool = False,
    scaling: bool = False,
    progress: str = "auto",
) -> int:
    """Time the selected bench cases and print ratios.

    Args:
        sizes: their names; without any, the first and the last of each case, or with `scaling` all but the published.
        device: where the arrays are; what a backend has not is unsupported.
        threads: that a library may use; several are timed one after the other, in processes of their own.
        processes: fresh ones of each backend, one after the other.
        cell_seconds: that the samples of a cell may take, over all of its processes.
        width: of a median's interval to either side, in percent, at which sampling ends early.
        memory: MB that a process may hold; 0 for no limit.
        verbose: print the times of every cell.
        scaling: print exponents and crossovers too.
    Returns:
        The exit code, 0.
    Raises:
        AdbenchError: wrong input, a backend that was asked for does not start, or nothing to time.
    """
    console, known = wide_console(), registry.backend_names()
    plan.check_names("operator", operators, OPERATORS)
    plan.check_names("dtype", dtypes, DTYPES)
    plan.check_names("backend", [b for b in backends if ":" not in b or b in known], known)
    derivatives = tuple(operators or ("vjp",))
    cases = [c for c in registry.select_cases(registry.load_cases(case_files), patterns) if c.bench]
    cases = [c for c in cases if any(map(c.takes, derivatives))]
    plan.check_names("size", sizes, {size for case in cases for size in case.all_sizes})
    work = [
        (case, size, dtype)
        for case in cases
        for size in (case.sizes_named(sizes) if sizes or scaling else case.extremes)
        for dtype in (dtypes or ("float64",))
        if dtype in case.dtypes
    ]
    if not work:
        what = "operators, sizes and dtypes"
        raise NothingRan(f"nothing to time: none of the chosen cases is a bench case with these {what}")
    elsewhere = interpreters(pythons, backends, cases, case_files)
    timed, start, samples = ("primal", *derivatives), time.monotonic(), list[Sample]()
    required = elsewhere.columns(backends)
    chosen = elsewhere.columns(backends or [name for name in known if name not in registry.ONLY_BY_NAME])
    reach(device, chosen, elsewhere, case_files)
    with (
        Progress("bench", progress) as bars,
        Journal(json, environment.header(environment.command_line(), _recorded(threads))) as journal,
    ):
        certify(plan.with_sizes(cases, ()), case_files, os.cpu_count() or 1, bars)

        def started(backend: str, version: str) -> None:
            journal.write(Started(backend=backend, version=version, environment=elsewhere.environment(backend)))

        conforms = Conformity(
            cases,
            chosen,
            timed[1:],
            dtypes or ("float64",),
            required=required,
            case_files=case_files,
            started=started,
            skipped=bars.skip,
            interpreters=elsewhere,
            device=device,
        )

        def bench(process: int, threads: int) -> Bench:
            return Bench(
                conforms.backends,
                required=required,
                case_files=case_files,
                threads=threads,
                interpreters=elsewhere,
                process=process,
                budget=Budget(seconds=cell_seconds / processes, width=width / 100),
                memory_bytes=memory << 20,
            )

        groups = [
            [
                Cell(case=case.name, size=size, operator=o, dtype=dtype, backend=b, device=device)
                for b in conforms.backends
                for o in timed
                if case.takes(o)
            ]
            for case, size, dtype in work
        ]
        bar = bars.add_task("timing", total=processes * len(threads) * sum(map(len, groups)), stage="bench")
        for sample in passes(groups, bench, processes=processes, threads=threads):
            samples.append(replace(sample, conforms=conforms(sample)))
            journal.write(samples[-1])
            bars.rename(bar, f"{sample.case}[{sample.size}]")
            bars.advance(bar, sample.status)
        journal.close(time.monotonic() - start)
    print_timings(console, samples, cases, verbose=verbose, scaling=scaling)
    console.print(f"{len(work)} cases and sizes in {time.monotonic() - start:.1f} s", style="dim", highlight=False)
    return 0


def _recorded(threads: Sequence[int]) -> int | str:
    return threads[0] if len(threads) == 1 else ",".join(map(str, threads))
