"""What the runner adds to the checks: time a cell, and memory of the parent.

    python benchmarks/runner_overhead.py [--cells 100000] [--jobs 2]

Two kinds of cells: no-ops, of a backend that refuses at once, where all that is measured is the runner; and true
ones, checked by a run and, in turns with it, by the same checks called in one process. CPU times are those of parent
and workers together, which other programs on the machine do not stretch as they stretch wall times. The parent holds
what `adbench run` holds: its modules, the cells, the tally of the outcomes, the results file.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

TESTS = str(Path(__file__).parent.parent / "tests")
sys.path.append(TESTS)
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [TESTS, os.environ.get("PYTHONPATH")]))

from adbench import environment  # noqa: E402
from adbench.backend import FIRST_ORDER  # noqa: E402
from adbench.case import DTYPES  # noqa: E402
from adbench.cli import app  # noqa: E402, F401 (what the parent of a run has loaded)
from adbench.commands import run as _command  # noqa: E402, F401
from adbench.conformance.check import check_cell  # noqa: E402
from adbench.journal import Journal  # noqa: E402
from adbench.plan import Cell  # noqa: E402
from adbench.registry import load_backend, load_cases  # noqa: E402
from adbench.report.tally import Tally  # noqa: E402
from adbench.results import Outcome  # noqa: E402
from adbench.runner.conformance import Run  # noqa: E402
from adbench.runner.worker import Desk  # noqa: E402

NO_OP, TRUE = "fakes.idle:Idle", "manual"
CASES = ("matmul.matmat", "broadcast.add_row_column", "calculus.product_sine", "calculus.log_sum")
ROUNDS = 5
OVERHEAD_FIGURE, WALL_FIGURE, MEMORY_FIGURE = 1.0, 100.0, 200.0  # ms a cell, s and MB for 10⁵ cells


def main() -> None:
    """Measure both kinds and print them beside their figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=100_000)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    no_ops(options.cells, options.jobs)
    true_cells()


def no_ops(count: int, jobs: int) -> None:
    """A run of cells that are nothing but the runner's work."""
    cells = planned(NO_OP, count)
    before = peak_mb()
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder, Journal(Path(folder) / "r.jsonl", environment.header("")) as journal:

        def see(outcome: Outcome) -> None:
            tally.see(outcome, tally.all.cells)
            journal.write(outcome)

        wall, cpu = timed(lambda: conform(cells, see, jobs))
    assert (tally.all.cells, tally.all.applicable) == (count, 0)
    print(f"{count} no-op cells, {jobs} jobs, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    figure = WALL_FIGURE * count / 100_000
    report("wall time", wall, figure, "s")
    report("CPU time by cores, were they ours alone", cpu / (os.cpu_count() or 1), figure, "s")
    report("CPU time a cell", 1e3 * cpu / count, OVERHEAD_FIGURE, "ms")
    report(f"parent's peak memory ({before:.0f} before the run)", peak_mb(), MEMORY_FIGURE, "MB")


def true_cells() -> None:
    """The same cells in a run and in one process, in turns; the difference is the runner's."""
    cells = planned(TRUE, 4000)
    desk = Desk(load_backend(TRUE), load_cases())

    def in_one_process() -> None:
        for cell in cells:
            check_cell(cell, desk._subject_of(cell))

    start_only = planned(TRUE, 1)
    runs, bare, starts = [], [], []
    for _ in range(ROUNDS):
        runs.append(timed(lambda: conform(cells, lambda outcome: None, 1))[1])
        bare.append(timed(in_one_process)[1])
        starts.append(timed(lambda: conform(start_only, lambda outcome: None, 1))[1])
    workers = len(cells) // 1000  # each serves a thousand cells
    added = (min(runs) - workers * min(starts) - min(bare)) / len(cells)
    print(f"{len(cells)} true cells, {ROUNDS} rounds in turns, CPU time, minima")
    print(f"  checks alone {1e3 * min(bare) / len(cells):.3f} ms a cell; start of a worker {min(starts):.2f} s")
    report("added by the runner, a cell", 1e3 * added, OVERHEAD_FIGURE, "ms")
    print(f"  a run, starts of workers included, over the checks alone: × {min(runs) / min(bare):.2f}")


def planned(backend: str, count: int) -> list[Cell]:
    """Cells in the order of a plan: eight share a truth by case and size; devices make as many as are wanted."""
    cells: list[Cell] = []
    while len(cells) < count:
        device = "cpu" if backend == TRUE else f"cpu{len(cells)}"
        cells += [
            Cell(case=case, size="small", operator=operator, dtype=dtype, backend=backend, device=device)
            for case in CASES
            for dtype in DTYPES
            for operator in FIRST_ORDER
        ]
    return cells[:count]


def conform(cells: Sequence[Cell], see: Callable[[Outcome], None], jobs: int) -> None:
    """A conformance run."""
    Run(
        case_files=(),
        required=[cells[0].backend],
        see=see,
        started=lambda backend, version: None,
        skipped=lambda backend, why: None,
    ).conform(cells, jobs)


def timed(call: Callable[[], None]) -> tuple[float, float]:
    """Wall and CPU seconds, those of processes that have ended included."""
    start, before = time.perf_counter(), cpu_seconds()
    call()
    return time.perf_counter() - start, cpu_seconds() - before


def cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def report(what: str, got: float, figure: float, unit: str) -> None:
    verdict = "reached" if got <= figure else "NOT reached"
    print(f"  {what:46}{got:9.3g} {unit}   figure {figure:g} {unit}, {verdict}", flush=True)


if __name__ == "__main__":
    main()
