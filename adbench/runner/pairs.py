"""Times the two sides of a comparison: fresh processes of both, side by side, their samples taken in turn."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from msgspec.structs import replace

from adbench.plan import Cell
from adbench.results import Outcome, Sample
from adbench.runner.bench import Bench, Budget
from adbench.runner.conformance import Run
from adbench.runner.devices import reach
from adbench.runner.interpreters import Interpreter, Interpreters
from adbench.timing.paired import log_ratio

BUDGET = Budget(seconds=0.5, rounds=24, width=0.0)


@dataclass(frozen=True, kw_only=True)
class Side:
    """One backend of the two that are compared.

    Attributes:
        role: `base` or `head`.
        python: the interpreter to run it under, as on the command line; empty for this one.
        environment: the versions of Python and NumPy there.
    """

    role: str
    backend: str
    python: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def column(self) -> str:
        """The backend's name in timings."""
        return f"{self.backend}@{self.role}"

    @property
    def option(self) -> str:
        """What it is given by on the command line."""
        return f"{self.backend}={self.python}" if self.python else self.backend

    def of(self, cell: Cell) -> Cell:
        """The cell on this side."""
        return replace(cell, backend=self.column)


Couple = tuple[Side, Side]


class Pairs:
    """Pairs of processes, of a base and a head each.

    Args:
        couples: the bases and the heads; their cells, whose derivatives are right, have the name of the base's backend.
        keep: told of everything that is measured, base first.
    Attributes:
        lost: why a cell cannot be measured.
    """

    def __init__(
        self,
        couples: Sequence[Couple],
        *,
        case_files: tuple[str, ...] = (),
        threads: int = 1,
        keep: Callable[[Sample], None] = lambda sample: None,
    ) -> None:
        self._couples = {base.backend: (base, head) for base, head in couples}
        self._case_files, self._threads, self._keep = case_files, threads, keep
        self._sides = [side for couple in couples for side in couple]
        self._columns = [side.column for side in self._sides]
        self._interpreters = Interpreters(
            {s.column: Interpreter(backend=s.backend, path=s.python or sys.executable) for s in self._sides}
        )
        self._pairs = 0
        self.lost: dict[Cell, str] = {}

    def couple(self, cell: Cell) -> Couple:
        """The base and the head of a cell."""
        return self._couples[cell.backend]

    def reach(self, device: str) -> None:
        """See that a side has the device.

        Raises:
            AdbenchError: none has, or one does not start.
        """
        reach(device, self._columns, self._interpreters, self._case_files)

    def check(self, cells: Sequence[Cell], started: Callable[[Side, str], None]) -> dict[Cell, str]:
        """Of cells in which a side's derivative is wrong, how.

        Args:
            cells: at sizes that the oracle certifies.
            started: told of each side and the version of its library.
        Raises:
            AdbenchError: a side does not start.
        """
        by_column = {side.column: side for side in self._sides}
        sided = [(side.of(cell), cell) for cell in cells for side in self.couple(cell)]
        by_id, wrong = {on_side.id: cell for on_side, cell in sided}, dict[Cell, str]()

        def see(outcome: Outcome) -> None:
            if outcome.status not in ("pass", "unsupported"):
                role = by_column[outcome.backend].role
                wrong.setdefault(by_id[outcome.cell], f"{role}: {outcome.status}: {outcome.message}")

        run = Run(
            case_files=self._case_files,
            required=self._columns,
            see=see,
            started=lambda column, version: started(by_column[column], version),
            skipped=lambda column, why: None,
            interpreters=self._interpreters,
        )
        run.conform([on_side for on_side, _ in sided], os.cpu_count() or 1)
        return wrong

    def measure(self, cells: Sequence[Cell], seen: Callable[[], None] = lambda: None) -> dict[Cell, float]:
        """The log ratio of each cell, head over base, by a fresh process of each; none of a cell that is lost.

        Args:
            seen: told whenever a cell is done with.
        Raises:
            AdbenchError: a side does not start.
        """
        process, ratios = self._pairs, dict[Cell, float]()
        self._pairs += 1
        for backend, couple in self._couples.items():
            if not (mine := [cell for cell in cells if cell.backend == backend]):
                continue
            with closing(self._open(couple, process)) as bench:
                for cell in random.Random(process).sample(mine, len(mine)):  # what ran before may linger
                    base, head = bench.measure([side.of(cell) for side in couple])
                    for side, sample in zip(couple, (base, head), strict=True):
                        self._take(cell, side, sample)
                    if cell not in self.lost:
                        ratios[cell] = log_ratio(base.samples, head.samples)
                    seen()
        return ratios

    def _take(self, cell: Cell, side: Side, sample: Sample) -> None:
        if sample.status == "timed":
            self._keep(replace(sample, conforms=True))  # or it would not be timed
        else:
            self._keep(sample)
            self.lost.setdefault(cell, f"{side.role}: {sample.status}: {sample.message}")

    def _open(self, couple: Couple, process: int) -> Bench:
        """A process of each, in a random order: that which starts first may get the better core."""
        columns = [side.column for side in random.Random(process).sample(couple, 2)]
        return Bench(
            columns,
            required=columns,
            case_files=self._case_files,
            threads=self._threads,
            interpreters=self._interpreters,
            process=process,
            budget=BUDGET,
            compiled=True,
        )
