"""`adbench run`: conformance of cases on backends."""

from __future__ import annotations

import os
import shlex
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from adbench import environment, expectations, plan, registry
from adbench.backend import OPERATORS
from adbench.case import DTYPES
from adbench.commands.certification import certify
from adbench.errors import AdbenchError, NothingRan
from adbench.report.console import wide_console
from adbench.report.progress import Progress
from adbench.report.terminal import APPLICABLE, print_summary
from adbench.results import Outcome, Started, Writer
from adbench.runner import cluster
from adbench.runner.checker import CELL_SECONDS, MEMORY_BYTES
from adbench.runner.conformance import Run
from adbench.runner.interpreters import interpreters

TIERS = ("core", "full")
NOT_IN_A_BARE_RUN = ("manual", "finite")


def run(
    patterns: Sequence[str],
    *,
    backends: Sequence[str] = (),
    pythons: Sequence[str] = (),
    operators: Sequence[str] = (),
    dtypes: Sequence[str] = (),
    sizes: Sequence[str] = (),
    tier: str = "core",
    case_files: tuple[str, ...] = (),
    expectations_files: Sequence[str] = (),
    json: Path | None = None,
    jobs: int = 0,
    cell_seconds: float = CELL_SECONDS,
    memory: int = MEMORY_BYTES >> 20,
    scheduler: str = "",
    verbose: bool = False,
    progress: str = "auto",
) -> int:
    """Check the selected cells and print what came of them.

    Args:
        cell_seconds: time limit of a cell.
        memory: megabytes that a worker may hold; 0 for no limit.
        scheduler: address of a Dask cluster's, to run the cells there.
    Returns:
        The exit code: 0 as expected, 1 for a failure without a recorded reason or a deviation that is gone.
    Raises:
        AdbenchError: wrong input, a backend that was asked for does not start, or nothing to run.
    """
    console = wide_console()
    known = registry.backend_names()
    plan.check_names("operator", operators, OPERATORS)
    plan.check_names("dtype", dtypes, DTYPES)
    plan.check_names("backend", [b for b in backends if ":" not in b or b in known], known)
    all_cases = registry.load_cases(case_files)
    cases = registry.select_cases(all_cases, patterns)
    plan.check_names("tier", [tier], TIERS)
    kinks = [case for case in cases if case.admissible_sets]
    if len(kinks) == len(cases):
        raise NothingRan(f"{kinks[0].name} lies at a kink; `adbench certify` checks its admissible set")
    cases = [case for case in cases if not case.admissible_sets]
    sized = plan.with_sizes(cases, sizes, full=tier == "full")
    asked = [*operators, *dtypes, *sizes]
    operators = operators or (OPERATORS if tier == "full" else plan.CORE_OPERATORS)
    dtypes = dtypes or (DTYPES if tier == "full" else plan.CORE_DTYPES)
    if scheduler and pythons:
        raise AdbenchError("--python means nothing with --scheduler: its path is one of this machine")
    elsewhere = interpreters(pythons, backends, cases, case_files)
    chosen = elsewhere.columns(backends or [b for b in known if b not in NOT_IN_A_BARE_RUN])
    cells = plan.plan(sized, chosen, operators, dtypes)
    if not cells:
        raise NothingRan("no cells selected: no chosen case has these sizes and dtypes")
    deviations = expectations.load_defaults()
    for file in expectations_files:
        deviations += expectations.load(Path(file), known_cases=all_cases)
    jobs = jobs or os.cpu_count() or 1
    start = time.monotonic()
    outcomes: list[Outcome] = []
    versions: dict[str, str] = dict.fromkeys(chosen, "")
    admitted: dict[str, list[expectations.Deviation]] = {}
    with (
        Progress("run", progress) as bars,
        cluster.connected(scheduler) as client,
        Writer(json, environment.header(environment.command_line())) as writer,
    ):
        certify(sized, case_files, jobs, bars)
        bar = {b: bars.add_task(b, total=sum(c.backend == b for c in cells)) for b in chosen}

        def see(outcome: Outcome) -> None:
            outcome = expectations.explain(outcome, admitted.get(outcome.backend, deviations))
            outcomes.append(outcome)
            writer.write(outcome)
            bars.advance(bar[outcome.backend], outcome.status)

        def started(backend: str, version: str) -> None:
            versions[backend] = version
            admitted[backend] = [d for d in deviations if d.admits(version)]
            writer.write(Started(backend=backend, version=version, environment=elsewhere.environment(backend)))

        def skipped(backend: str, why: str) -> None:
            bars.skip(backend, why)
            bars.remove_task(bar[backend])

        kind = partial(cluster.ClusterRun, client) if client else partial(Run, interpreters=elsewhere)
        runner = kind(
            case_files=case_files,
            required=elsewhere.columns(backends),
            see=see,
            started=started,
            skipped=skipped,
            seconds=cell_seconds,
            memory_bytes=memory << 20,
        )
        runner.conform(cells, jobs)
        writer.close(time.monotonic() - start)
    if not outcomes:
        raise NothingRan("nothing ran: none of the backends is installed")
    order = {cell.id: i for i, cell in enumerate(cells)}
    outcomes.sort(key=lambda o: order[o.cell])
    complete = tier == "full" and not (patterns or asked)
    healed = expectations.healed(outcomes, deviations, versions, complete=complete)
    extra = "".join(f" --cases {shlex.quote(file)}" for file in case_files)
    print_summary(console, outcomes, versions, healed, verbose=verbose, extra=extra, options=elsewhere.options)
    console.print(f"{len(outcomes)} cells in {time.monotonic() - start:.1f} s", style="dim", highlight=False)
    unexpected = any(o.status in APPLICABLE and o.status != "pass" and not o.known for o in outcomes)
    return 1 if unexpected or healed else 0
