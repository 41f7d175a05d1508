"""`adbench run`: conformance of cases on backends."""

from __future__ import annotations

import os
import shlex
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from adbench import environment, expectations, plan, registry
from adbench.backend import OPERATORS
from adbench.case import DTYPES
from adbench.commands.certification import certify
from adbench.coverage import Coverage
from adbench.errors import AdbenchError, BackendFailed, BackendNotInstalled, NothingRan
from adbench.journal import Journal
from adbench.ledger import Ledger
from adbench.oracle import store
from adbench.plan import Cell
from adbench.report.console import wide_console
from adbench.report.progress import Progress
from adbench.report.tally import Tally
from adbench.report.terminal import print_summary
from adbench.results import Outcome, Started
from adbench.runner import cluster
from adbench.runner.checker import CELL_SECONDS, MEMORY_BYTES
from adbench.runner.conformance import Run
from adbench.runner.devices import reach
from adbench.runner.interpreters import interpreters
from adbench.runner.protocol import Ready
from adbench.shard import part

TIERS = ("core", "full")
NOT_IN_A_BARE_RUN = ("manual", "finite", *registry.ONLY_BY_NAME)


def run(
    patterns: Sequence[str],
    *,
    backends: Sequence[str] = (),
    pythons: Sequence[str] = (),
    operators: Sequence[str] = (),
    dtypes: Sequence[str] = (),
    sizes: Sequence[str] = (),
    variants: Sequence[str] = (),
    tier: str = "core",
    case_files: tuple[str, ...] = (),
    expectations_files: Sequence[str] = (),
    json: Path | None = None,
    resume: bool = False,
    shard: str = "",
    jobs: int = 0,
    cell_seconds: float = CELL_SECONDS,
    memory: int = MEMORY_BYTES >> 20,
    scheduler: str = "",
    device: str = "cpu",
    verbose: bool = False,
    progress: str = "auto",
    rules: Callable[[Coverage, Tally], int] | None = None,
) -> int:
    """Check the selected cells and print what came of them.

    Args:
        variants: which variants of the cases, `none` for the cases as they are.
        resume: go on with the run that `json` holds a part of.
        shard: `i/n`, to take that part of the cells.
        cell_seconds: time limit of a cell.
        memory: megabytes that a worker may hold; 0 for no limit.
        scheduler: address of a Dask cluster's, to run the cells there.
        device: where the arrays are; what a backend has not is unsupported.
        rules: record the derivative rules that cells reach, and in place of the summary call this, which gives the
            exit code.
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
    plan.check_names("variant", variants, (plan.PLAIN, *plan.VARIANTS))
    plan.check_names("backend", [b for b in backends if ":" not in b or b in known], known)
    all_cases = registry.load_cases(case_files)
    cases = registry.select_cases(all_cases, patterns)
    plan.check_names("tier", [tier], TIERS)
    if tier == "core" and not patterns:
        cases = [case for case in cases if case.tier == "core"]
    sized = plan.with_sizes(cases, sizes, full=tier == "full")
    asked = [*operators, *dtypes, *sizes, *variants]
    operators = operators or (OPERATORS if tier == "full" else plan.CORE_OPERATORS)
    dtypes = dtypes or (DTYPES if tier == "full" else plan.CORE_DTYPES)
    made = ["" if v == plan.PLAIN else v for v in variants] or ["", *plan.VARIANTS[: None if tier == "full" else 0]]
    if "" not in made and not set(operators) & set(plan.CORE_OPERATORS):
        raise NothingRan(f"variants are of {' and '.join(plan.CORE_OPERATORS)}, and not of {', '.join(operators)}")
    if scheduler and pythons:
        raise AdbenchError("--python means nothing with --scheduler: its path is one of this machine")
    elsewhere = interpreters(pythons, backends, cases, case_files)
    chosen = elsewhere.columns(backends or [b for b in known if b not in NOT_IN_A_BARE_RUN])
    whole = msgspec.structs.replace(
        plan.plan(sized, chosen, operators, dtypes, device, made), rules=rules is not None
    )
    if next(whole.cells(), None) is None:
        raise NothingRan(f"no cells selected: {_why_none(whole)}")
    if not scheduler:  # the nodes of a cluster have their own
        reach(device, chosen, elsewhere, case_files)
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
    hazards = [case.name for case in cases if "hazard" in case.tags]
    ledger = Ledger(whole, deviations, by_case=verbose, hazards=hazards)
    not_started: AdbenchError | None = None
    with (
        Progress("run", progress) as bars,
        cluster.connected(scheduler) as client,
        Journal(json, header, ledger.replay if resume else None) as journal,
    ):
        before = ledger.tally.all.cells
        cells = list(ledger.left(msgspec.structs.replace(whole, cases=mine).cells()))
        if resume:
            left = "nothing to do" if journal.finished else f"{len(cells)} to go"
            print(f"{json}: {before} cells are done, {left}", file=sys.stderr, flush=True)
        if not journal.finished:
            certify([(all_cases[s.case], s.size) for s in mine], case_files, jobs, bars)
            runner = partial(
                partial(cluster.ClusterRun, client) if client else partial(Run, interpreters=elsewhere),
                case_files=case_files,
                required=elsewhere.columns(backends),
                seconds=cell_seconds,
                memory_bytes=memory << 20,
            )
            try:
                _conform(runner, cells, jobs, ledger, journal, bars, elsewhere.environment, rules is not None)
            except (BackendFailed, BackendNotInstalled) as error:  # told when all the others are done
                not_started = error
            if not ledger.tally.all.cells:
                raise not_started or NothingRan("nothing ran: none of the backends is installed")
            if not not_started:  # or --resume would have nothing to do
                journal.close(time.monotonic() - start)
    if rules is not None:
        code = rules(ledger.coverage, ledger.tally)
        if not_started:
            raise not_started
        return code
    complete = tier == "full" and not (patterns or asked or shard)
    healed = ledger.healing.healed(complete=complete)
    extra = "".join(f" --cases {shlex.quote(file)}" for file in case_files)
    extra += f" --device {shlex.quote(device)}" * (device != "cpu")
    print_summary(console, ledger.tally, ledger.versions, healed, extra=extra, options=elsewhere.options)
    total = ledger.tally.all.cells
    here = f", {total - before} of them now" if before else ""
    console.print(f"{total} cells{here} in {time.monotonic() - start:.1f} s", style="dim", highlight=False)
    if not_started:
        raise not_started
    return 1 if ledger.tally.all.failed or healed else 0


def _conform(
    runner: Callable[..., Any],
    cells: Sequence[Cell],
    jobs: int,
    ledger: Ledger,
    journal: Journal,
    bars: Progress,
    environment_of: Callable[[str], Any],
    record: bool,
) -> None:
    """Check the cells, and write, count and show each outcome as it comes; and the rules of backends, to `record`."""
    left = Counter(cell.backend for cell in cells)
    bar = {backend: bars.add_task(backend, total=number) for backend, number in left.items()}
    rules: dict[str, dict[str, Any]] = {}

    def see(outcome: Outcome) -> None:
        journal.write(ledger.take(outcome))
        bars.advance(bar[outcome.backend], outcome.status)

    def started(backend: str, version: str) -> None:
        line = Started(backend=backend, version=version, environment=environment_of(backend), **rules.get(backend, {}))
        if ledger.start(line):
            journal.write(line)

    def skipped(backend: str, why: str) -> None:
        ledger.skip(backend, why)
        bars.skip(backend, why)
        bars.remove_task(bar[backend])

    def expected(outcome: Outcome) -> bool:
        return bool(ledger.explained(outcome).known)

    def recorded(backend: str, ready: Ready) -> None:
        rules[backend] = {"rules": ready.rules, "left_out": ready.left_out}

    if record:
        runner = partial(runner, recorded=recorded)
    runner(see=see, started=started, skipped=skipped, expected=expected).conform(cells, jobs)


def _why_none(empty: plan.Plan) -> str:
    """Why a plan has no cells."""
    if empty.cases and not any(sized.runs_on(backend) for sized in empty.cases for backend in empty.backends):
        apis = sorted({api for sized in empty.cases for api in sized.apis})
        return f"the chosen cases are of functions of {', '.join(apis)}, which none of the chosen backends offers"
    return "no chosen case has these sizes, dtypes and operators"
