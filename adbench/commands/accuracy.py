"""`adbench run --accuracy`: the board of ulps, function by function."""

from __future__ import annotations

import fnmatch
import os
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from adbench import environment, plan, registry
from adbench.accuracy.answer import Swept
from adbench.accuracy.board import Board
from adbench.accuracy.judge import judge
from adbench.accuracy.table import FUNCTIONS
from adbench.accuracy.truth import SweptTruth, swept_truth
from adbench.case import DTYPES
from adbench.commands.run import NOT_IN_A_BARE_RUN
from adbench.errors import NothingRan, UnknownName, Unsupported
from adbench.journal import Journal
from adbench.report.accuracy import print_board
from adbench.report.console import wide_console
from adbench.report.progress import Progress
from adbench.results import Accuracy, Started
from adbench.runner.interpreters import interpreters

Truths = dict[tuple[str, str], SweptTruth]


def accuracy(
    patterns: Sequence[str],
    *,
    backends: Sequence[str] = (),
    pythons: Sequence[str] = (),
    dtypes: Sequence[str] = (),
    json: Path | None = None,
    jobs: int = 0,
    progress: str = "auto",
) -> int:
    """Sweep the chosen functions of the table on the chosen backends and print how far off they are.

    Returns:
        The exit code, 0: the board judges nobody.
    Raises:
        AdbenchError: wrong input, a backend that was asked for does not start, or nothing to run.
    """
    console, known = wide_console(), registry.backend_names()
    plan.check_names("dtype", dtypes, DTYPES)
    plan.check_names("backend", [b for b in backends if ":" not in b or b in known], known)
    functions = select(patterns)
    elsewhere = interpreters(pythons, backends)
    chosen = elsewhere.columns(backends or [b for b in known if b not in NOT_IN_A_BARE_RUN])
    dtypes = dtypes or plan.CORE_DTYPES
    start, lines, versions = time.monotonic(), list[Accuracy](), dict.fromkeys(chosen, "")
    header = environment.header(environment.command_line())
    with Progress("accuracy", progress) as bars, Journal(json, header) as journal:
        truths = _truths(functions, dtypes, bars)
        swept = [name for name in functions if (name, dtypes[0]) in truths]
        bar = {b: bars.add_task(b, total=len(swept) * len(dtypes)) for b in chosen}

        def see(backend: str, name: str, dtype: str, answers: list[Swept]) -> None:
            for one in answers:
                lines.append(judge(name, backend, dtype, one, truths[name, dtype]))
                journal.write(lines[-1])
            bars.advance(bar[backend])

        def started(backend: str, version: str) -> None:
            versions[backend] = version
            journal.write(Started(backend=backend, version=version, environment=elsewhere.environment(backend)))

        def skipped(backend: str, why: str) -> None:
            bars.skip(backend, why)
            bars.remove_task(bar[backend])

        board = Board(
            required=elsewhere.columns(backends), interpreters=elsewhere, see=see, started=started, skipped=skipped
        )
        board.sweep(swept, chosen, dtypes, jobs or os.cpu_count() or 1)
        journal.close(time.monotonic() - start)
    if not swept:
        raise NothingRan(f"nothing ran: the oracle lacks {', '.join(functions)}")
    if not lines:
        raise NothingRan("nothing ran: none of the backends is installed")
    lines.sort(key=lambda line: (functions.index(line.function), chosen.index(line.backend)))
    print_board(console, lines, versions, [name for name in functions if name not in swept])
    console.print(f"{len(swept)} functions in {time.monotonic() - start:.1f} s", style="dim", highlight=False)
    return 0


def _truths(functions: Sequence[str], dtypes: Sequence[str], bars: Progress) -> Truths:
    """By function and dtype, those that the oracle has."""
    truths: Truths = {}
    bar = bars.add_task("truth", total=len(functions), stage="truth")
    for name in functions:
        with suppress(Unsupported):
            truths |= {(name, dtype): swept_truth(name, dtype) for dtype in dtypes}
        bars.advance(bar)
    bars.remove_task(bar)
    return truths


def select(patterns: Sequence[str]) -> list[str]:
    """Names of the table's functions that match any pattern; `expit` finds `special.expit`.

    Raises:
        UnknownName: a pattern matches none.
    """
    chosen = set[str]()
    for pattern in patterns:
        hits = {n for n in FUNCTIONS if fnmatch.fnmatchcase(n, pattern) or n == f"special.{pattern}"}
        if not hits:
            raise UnknownName("function", pattern, FUNCTIONS)
        chosen |= hits
    return [name for name in FUNCTIONS if name in chosen or not patterns]
