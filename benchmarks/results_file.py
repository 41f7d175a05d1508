"""Seconds to read a results file of 10⁶ outcomes, and memory of a run's parent: `python benchmarks/results_file.py`.

The outcomes are those of a real run under other names. Reading takes turns with msgspec's bare decoding of the same
lines; both are CPU time. The parent writes, counts and shows outcomes that no worker has to make.
"""

from __future__ import annotations

import argparse
import itertools
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from adbench import environment
from adbench.commands import run
from adbench.expectations import load_defaults
from adbench.journal import Journal
from adbench.ledger import Ledger
from adbench.plan import Cell, Plan, SizedCase
from adbench.report.console import progress_bars
from adbench.results import Line, Outcome, read

OUTCOMES, ROUNDS = 1_000_000, 2
READ_SECONDS, PARENT_MEGABYTES = 10.0, 200.0  # the figures to reach, the second for 10⁵ cells
OPERATORS = ("jvp", "vjp", "jacfwd", "jacrev")
MEASURED = ["regression", "--tier", "full", "--backend", "numpy,finite"]  # some of it fails, with long messages


def main() -> None:
    """Print what was measured beside the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parent", nargs=2, metavar=("FOLDER", "CELLS"), help=argparse.SUPPRESS)
    parser.add_argument("--outcomes", type=int, default=OUTCOMES)
    options = parser.parse_args()
    if options.parent:
        parent(Path(options.parent[0]), int(options.parent[1]))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command = [sys.executable, "-m", "adbench", "run", *MEASURED, "--json", str(folder / "real.jsonl")]
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        reading(folder, options.outcomes)
        for cells in (1_000, options.outcomes // 10):
            (folder / "parent.jsonl").unlink(missing_ok=True)
            for _ in ("begun", "resumed"):
                again = [sys.executable, __file__, "--parent", name, str(cells)]
                subprocess.run(again, check=True, stderr=subprocess.DEVNULL)


def reading(folder: Path, number: int) -> None:
    """Time `read` and the bare decoder, in turns."""
    path, plan = folder / "many.jsonl", plan_of(number)
    with Journal(path, environment.header("", plan=plan)) as journal:
        for outcome in itertools.starmap(renamed, zip(plan.cells(), itertools.cycle(real(folder)), strict=False)):
            journal.write(outcome)
        journal.close(0.0)
    print(f"{number} outcomes, {path.stat().st_size / 1e6:.0f} MB", flush=True)
    taken = [(seconds(read, path), seconds(bare, path)) for _ in range(ROUNDS)]
    ours, theirs = map(min, zip(*taken, strict=True))
    print(f"read {ours:.2f} s, wanted {READ_SECONDS:g} s at most for 10⁶; bare msgspec {theirs:.2f} s", flush=True)
    print(f"read over bare msgspec {ours / theirs:.2f}", flush=True)
    path.unlink()


def parent(folder: Path, number: int) -> None:
    """What `adbench run` does beside its workers, for so many cells; goes on with a file that is there."""
    before, plan = peak_megabytes(), plan_of(number)
    ledger, start = Ledger(plan, load_defaults()), time.process_time()
    header = environment.header("", plan=plan)
    run.Run = lambda see, started, **_: Workers(see, started, real(folder))  # type: ignore[assignment, misc]
    with Journal(folder / "parent.jsonl", header, ledger.replay) as journal, progress_bars() as progress:
        done, cells = ledger.tally.all.cells, list(ledger.left(plan.cells()))
        if not journal.finished:
            run._conform(cells, ledger, journal, progress, required=(), case_files=(), jobs=1)
            journal.close(0.0)
    micros = (time.process_time() - start) / number * 1e6
    what = f"parent of {number} cells, {done} of them done before"
    wanted = f", wanted {PARENT_MEGABYTES:g}" if number == OUTCOMES // 10 else ""
    print(f"{what}: {micros:.0f} µs a cell, {peak_megabytes():.0f} MB ({before:.0f} to begin with{wanted})", flush=True)


class Workers:
    """Answers at once, with outcomes of another run."""

    def __init__(
        self, see: Callable[[Outcome], None], started: Callable[[str, str], None], outcomes: list[Outcome]
    ) -> None:
        self._see, self._started, self._outcomes = see, started, outcomes

    def conform(self, cells: list[Cell], jobs: int) -> None:
        self._started("numpy", "0")
        for cell, outcome in zip(cells, itertools.cycle(self._outcomes), strict=False):
            self._see(renamed(cell, outcome))


def plan_of(number: int) -> Plan:
    """A plan of so many cells of one backend."""
    count = number // len(OPERATORS)
    cases = tuple(SizedCase(case=f"many.case_{i}", size="small", dtypes=("float64",)) for i in range(count))
    return Plan(cases=cases, backends=("numpy",), operators=OPERATORS)


def real(folder: Path) -> list[Outcome]:
    """The outcomes of the real run."""
    return [line for line in read(folder / "real.jsonl") if isinstance(line, Outcome)]


def renamed(cell: Cell, outcome: Outcome) -> Outcome:
    return msgspec.structs.replace(outcome, **cell.fields())


def bare(path: Path) -> Iterator[Any]:
    decode = msgspec.json.Decoder(Line).decode
    with path.open("rb") as file:
        for line in file:
            yield decode(line)


def seconds(way: Callable[[Path], Iterator[Any]], path: Path) -> float:
    """CPU time of reading all."""
    start = time.process_time()
    for _ in way(path):
        pass
    return time.process_time() - start


def peak_megabytes() -> float:
    """Largest resident memory of this program; that of `getrusage` may be of the process that started it."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) / 1024


if __name__ == "__main__":
    main()
