"""`adbench bench`: times of the bench cases."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from adbench import environment, plan, registry
from adbench.backend import OPERATORS
from adbench.case import DTYPES
from adbench.commands.certification import certify
from adbench.commands.timings import print_timings
from adbench.errors import NothingRan
from adbench.journal import Journal
from adbench.report.console import wide_console
from adbench.report.progress import Progress
from adbench.results import Sample, Started
from adbench.runner.bench import Bench
from adbench.runner.interpreters import interpreters


def bench(
    patterns: Sequence[str],
    *,
    backends: Sequence[str] = (),
    pythons: Sequence[str] = (),
    operators: Sequence[str] = (),
    dtypes: Sequence[str] = (),
    sizes: Sequence[str] = (),
    case_files: tuple[str, ...] = (),
    json: Path | None = None,
    threads: int = 1,
    verbose: bool = False,
    scaling: bool = False,
    progress: str = "auto",
) -> int:
    """Time the selected bench cases at all of their sizes (or those named) and print ratios.

    Returns:
        The exit code, 0.
    Raises:
        AdbenchError: wrong input, a backend that was asked for does not start, or nothing to time.
    """
    console, known = wide_console(), registry.backend_names()
    plan.check_names("operator", operators, OPERATORS)
    plan.check_names("dtype", dtypes, DTYPES)
    plan.check_names("backend", [b for b in backends if ":" not in b or b in known], known)
    cases = [c for c in registry.select_cases(registry.load_cases(case_files), patterns) if c.bench]
    plan.check_names("size", sizes, {size for case in cases for size in case.sizes})
    work = [
        (case, size, dtype)
        for case in cases
        for size in case.sizes
        if size in sizes or not sizes
        for dtype in (dtypes or ("float64",))
        if dtype in case.dtypes
    ]
    if not work:
        raise NothingRan("nothing to time: none of the chosen cases is a bench case with these sizes and dtypes")
    elsewhere = interpreters(pythons, backends, cases, case_files)
    start, samples = time.monotonic(), list[Sample]()
    with Progress("bench", progress) as bars:
        certify(plan.with_sizes(cases, ()), case_files, os.cpu_count() or 1, bars)
        runner = Bench(
            elsewhere.columns(backends or known),
            required=elsewhere.columns(backends),
            interpreters=elsewhere,
            case_files=case_files,
            threads=threads,
            skipped=bars.skip,
        )
        with closing(runner), Journal(json, environment.header(environment.command_line(), threads)) as journal:
            for backend, version in runner.versions.items():
                facts = elsewhere.environment(backend)
                journal.write(Started(backend=backend, version=version, environment=facts))
            timed = ("primal", *(operators or ("vjp",)))
            bar = bars.add_task("timing", total=len(work) * len(runner.versions) * len(timed), stage="bench")
            for case, size, dtype in work:
                bars.rename(bar, f"{case.name}[{size}]")
                for sample in runner.measure(case, size, timed, dtype):
                    samples.append(sample)
                    journal.write(sample)
                    bars.advance(bar, sample.status)
            journal.close(time.monotonic() - start)
    print_timings(console, samples, cases, verbose=verbose, scaling=scaling)
    console.print(f"{len(work)} cases and sizes in {time.monotonic() - start:.1f} s", style="dim", highlight=False)
    return 0
