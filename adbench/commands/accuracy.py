"""`adbench run --accuracy`: the board of ulps, function by function."""

from __future__ import annotations

import fnmatch
import os
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from rich.progress import Progress

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
from adbench.report.console import progress_bars, wide_console
from adbench.results import Accuracy, Started

Truths = dict[tuple[str, str], SweptTruth]


def accuracy(
    patterns: Sequence[str],
    *,
    backends: Sequence[str] = (),
    dtypes: Sequence[str] = (),
    json: Path | None = None,
    jobs: int = 0,
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
    chosen = list(backends) or [b for b in known if b not in NOT_IN_A_BARE_RUN]
    dtypes = dtypes or plan.CORE_DTYPES
    start, lines, versions = time.monotonic(), list[Accuracy](), dict.fromkeys(chosen, "")
    with Journal(json, environment.header(environment.command_line())) as journal, progress_bars() as progress:
        truths = _truths(functions, dtypes, progress)
        swept = [name for name in functions if (name, dtypes[0]) in truths]
        bars = {b: progress.add_task(b, total=len(swept) * len(dtypes)) for b in chosen}

        def see(backend: str, name: str, dtype: str, answers: list[Swept]) -> None:
            for one in answers:
                lines.append(judge(name, backend, dtype, one, truths[name, dtype]))
                journal.write(lines[-1])
            progress.advance(bars[backend])

        def started(backend: str, version: str) -> None:
            versions[backend] = version
            journal.write(Started(backend=backend, version=version))

        def skipped(backend: str, why: str) -> None:
            progress.console.print(f"skipped: {why}", style="yellow", highlight=False, markup=False, soft_wrap=True)
            progress.remove_task(bars[backend])

        board = Board(required=backends, see=see, started=started, skipped=skipped)
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


def _truths(functions: Sequence[str], dtypes: Sequence[str], progress: Progress) -> Truths:
    """By function and dtype, those that the oracle has."""
    truths: Truths = {}
    bar = progress.add_task("truth", total=len(functions))
    for name in functions:
        with suppress(Unsupported):
            truths |= {(name, dtype): swept_truth(name, dtype) for dtype in dtypes}
        progress.advance(bar)
    progress.remove_task(bar)
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
