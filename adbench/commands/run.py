"""`adbench run`: conformance of cases on backends."""

from __future__ import annotations

import itertools
import os
import shlex
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec
from rich.progress import Progress

from adbench import environment, expectations, plan, registry
from adbench.backend import OPERATORS
from adbench.case import DTYPES
from adbench.commands.certification import certify
from adbench.errors import AdbenchError, NothingRan
from adbench.journal import Journal
from adbench.ledger import Ledger
from adbench.oracle import store
from adbench.plan import Cell
from adbench.report.console import progress_bars, wide_console
from adbench.report.terminal import print_summary
from adbench.results import Outcome, Started
from adbench.runner.conformance import Run
from adbench.shard import part

TIERS = ("core", "full")
CELLS_A_LINE = 500  # where there is no terminal for bars, in a CI's log
NOT_IN_A_BARE_RUN = ("manual", "finite")


def run(
    patterns: Sequence[str],
    *,
    backends: Sequence[str] = (),
    operators: Sequence[str] = (),
    dtypes: Sequence[str] = (),
    sizes: Sequence[str] = (),
    tier: str = "core",
    case_files: tuple[str, ...] = (),
    expectations_files: Sequence[str] = (),
    json: Path | None = None,
    resume: bool = False,
    shard: str = "",
    jobs: int = 0,
    verbose: bool = False,
) -> int:
    """Check the selected cells and print what came of them.

    Args:
        resume: go on with the run that `json` holds a part of.
        shard: `i/n`, to take that part of the cells.
    Returns:
        The exit code: 0 as expected, 1 for a failure without a recorded reason or a deviation that is gone.
    Raises:
        AdbenchError: wrong input, a backend that was asked for does not start, or nothing to run.
    """
    if resume and not json:
        raise AdbenchError("--resume goes on with the run of a results file; name it with --json")
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
    chosen = list(backends) or [b for b in known if b not in NOT_IN_A_BARE_RUN]
    operators = operators or (OPERATORS if tier == "full" else plan.CORE_OPERATORS)
    dtypes = dtypes or (DTYPES if tier == "full" else plan.CORE_DTYPES)
    whole = plan.plan(sized, chosen, operators, dtypes)
    if not whole.cases or not chosen:
        raise NothingRan("no cells selected: no chosen case has these sizes and dtypes")
    mine = part(shard, whole.cases, all_cases) if shard else whole.cases
    deviations = expectations.load_defaults()
    for file in expectations_files:
        deviations += expectations.load(Path(file), known_cases=all_cases)
    jobs = jobs or os.cpu_count() or 1
    start = time.monotonic()
    header = environment.header(
        environment.command_line(),
        plan=msgspec.structs.replace(whole, shard=shard),
        digests={s.id: store.digest(all_cases[s.case], s.size) for s in whole.cases},
    )
    ledger = Ledger(whole, deviations, by_case=verbose)
    with Journal(json, header, ledger.replay if resume else None) as journal, progress_bars() as progress:
        before = ledger.tally.all.cells
        cells = list(ledger.left(msgspec.structs.replace(whole, cases=mine).cells()))
        if resume:
            left = "nothing to do" if journal.finished else f"{len(cells)} to go"
            print(f"{json}: {before} cells are done, {left}", file=sys.stderr, flush=True)
        if not journal.finished:
            certify([(all_cases[s.case], s.size) for s in mine], case_files, jobs, progress)
            _conform(cells, ledger, journal, progress, required=backends, case_files=case_files, jobs=jobs)
            if not ledger.tally.all.cells:
                raise NothingRan("nothing ran: none of the backends is installed")
            journal.close(time.monotonic() - start)
    complete = tier == "full" and not (patterns or asked or shard)
    healed = ledger.healing.healed(complete=complete)
    extra = "".join(f" --cases {shlex.quote(file)}" for file in case_files)
    print_summary(console, ledger.tally, ledger.versions, healed, extra=extra)
    total = ledger.tally.all.cells
    here = f", {total - before} of them now" if before else ""
    console.print(f"{total} cells{here} in {time.monotonic() - start:.1f} s", style="dim", highlight=False)
    return 1 if ledger.tally.all.failed or healed else 0


def _conform(
    cells: Sequence[Cell],
    ledger: Ledger,
    journal: Journal,
    progress: Progress,
    *,
    required: Sequence[str],
    case_files: tuple[str, ...],
    jobs: int,
) -> None:
    """Check the cells, and write, count and show each outcome as it comes."""
    left = Counter(cell.backend for cell in cells)
    bars = {backend: progress.add_task(backend, total=number) for backend, number in left.items()}
    done = itertools.count(1)

    def see(outcome: Outcome) -> None:
        journal.write(ledger.take(outcome))
        progress.advance(bars[outcome.backend])
        if (n := next(done)) % CELLS_A_LINE == 0 and not progress.console.is_terminal:
            print(f"{n} of {len(cells)} cells", file=sys.stderr, flush=True)

    def started(backend: str, version: str) -> None:
        if ledger.start(line := Started(backend=backend, version=version)):
            journal.write(line)

    def skipped(backend: str, why: str) -> None:
        ledger.skip(backend, why)
        progress.console.print(f"skipped: {why}", style="yellow", highlight=False, markup=False, soft_wrap=True)
        progress.remove_task(bars[backend])

    Run(case_files=case_files, required=required, see=see, started=started, skipped=skipped).conform(cells, jobs)
