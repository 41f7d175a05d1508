"""`adbench conventions`: what each backend answers at kinks, as a table, as data, and as a page of docs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from adbench import conventions as data
from adbench import plan, registry
from adbench.backend import FIRST_ORDER
from adbench.commands.certification import certify
from adbench.commands.run import NOT_IN_A_BARE_RUN
from adbench.errors import AdbenchError, NothingRan
from adbench.report.console import wide_console
from adbench.report.conventions import differences, page, terminal
from adbench.report.progress import Progress
from adbench.results import Outcome
from adbench.runner.conformance import Run
from adbench.runner.interpreters import interpreters


def conventions(
    patterns: Sequence[str],
    *,
    backends: Sequence[str] = (),
    pythons: Sequence[str] = (),
    case_files: tuple[str, ...] = (),
    out: Path | None = None,
    page_file: Path | None = None,
    jobs: int = 0,
    progress: str = "auto",
) -> int:
    """Ask each backend for its derivatives at the chosen kinks, and print them.

    Args:
        out: folder to write a file a backend in; others in it stay.
        page_file: Markdown page to write, of all files in `out`.
    Returns:
        The exit code, 0: `adbench run` judges.
    Raises:
        AdbenchError: wrong input, a backend that was asked for does not start, or nothing to run.
    """
    if (out or page_file) and patterns:
        raise AdbenchError("--out and --page hold every kink; leave the names of cases out")
    console, known = wide_console(), registry.backend_names()
    plan.check_names("backend", [b for b in backends if ":" not in b or b in known], known)
    cases = [c for c in registry.select_cases(registry.load_cases(case_files), patterns) if c.admissible_sets]
    if not cases:
        raise NothingRan("none of the chosen cases lies at a kink")
    elsewhere = interpreters(pythons, backends, cases, case_files)
    chosen = elsewhere.columns(backends or [b for b in known if b not in NOT_IN_A_BARE_RUN])
    cells = list(plan.plan(plan.with_sizes(cases, ()), chosen, FIRST_ORDER, plan.CORE_DTYPES).cells())
    origins: dict[str, data.Origin] = {}
    lines: dict[str, list[data.Convention]] = {name: [] for name in chosen}
    with Progress("conventions", progress) as bars:
        certify([(case, next(iter(case.sizes))) for case in cases], case_files, jobs or os.cpu_count() or 1, bars)
        bar = {name: bars.add_task(name, total=len(cells) // len(chosen)) for name in chosen}

        def see(outcome: Outcome) -> None:
            lines[outcome.backend].append(data.convention_of(outcome))
            bars.advance(bar[outcome.backend])

        def started(backend: str, version: str) -> None:
            release = version.partition("+")[0]  # without what was built for which machine
            origins[backend] = data.Origin(backend=backend, version=release)

        def skipped(backend: str, why: str) -> None:
            bars.skip(backend, why)
            bars.remove_task(bar[backend])

        Run(
            case_files=case_files,
            required=elsewhere.columns(backends),
            see=see,
            started=started,
            skipped=skipped,
            interpreters=elsewhere,
        ).conform(cells, jobs or os.cpu_count() or 1)
    if not origins:
        raise NothingRan("nothing ran: none of the backends is installed")
    found = {name: (origins[name], lines[name]) for name in chosen if name in origins}
    console.print(terminal(cases, found))
    if out:
        for origin, of_one in found.values():
            data.write(out, origin, of_one)
        found = data.read_folder(out)
    if page_file:
        _write(page_file, page(cases, found))
    return 0


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise AdbenchError(f"cannot write {path}: {error.strerror}") from error


def diff(old: Path, new: Path) -> int:
    """Print what differs between two files of conventions.

    Returns:
        The exit code: 0 if nothing does, else 1.
    Raises:
        AdbenchError: one cannot be read.
    """
    (before, was), (after, is_now) = data.read(old), data.read(new)
    console, found = wide_console(), data.changes(was, is_now)
    if found:
        console.print(differences(found, before, after))
    names = f"{before.backend} {before.version} and {after.backend} {after.version}"
    console.print(f"{len(found)} of {len({*_keys(was), *_keys(is_now)})} answers differ between {names}")
    return 1 if found else 0


def _keys(lines: Sequence[data.Convention]) -> list[tuple[str, str]]:
    return [(line.case, line.operator) for line in lines]
