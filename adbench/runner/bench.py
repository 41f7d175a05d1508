"""Times cells: each backend in a fresh process, the samples of a case interleaved round by round."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from msgspec.structs import replace

from adbench.errors import AdbenchError, BackendNotInstalled
from adbench.plan import Cell
from adbench.results import Sample
from adbench.runner import protocol
from adbench.runner.checker import MEMORY_BYTES
from adbench.runner.interpreters import HERE, Interpreters
from adbench.runner.process import Worker
from adbench.runner.seat import Seat
from adbench.timing.call import failed
from adbench.timing.narrow import is_narrow
from adbench.timing.warm import FEWEST_SAMPLES

ANSWER_SECONDS = 60.0  # for making a call ready, compiling included, and for a sample
GRACE = 3.0  # times the budget that the first few samples may take


@dataclass(frozen=True, kw_only=True)
class Budget:
    """What the samples of a cell may take in one process.

    Attributes:
        seconds: after which no sample is begun, but for the first three, which may take `GRACE` times as long.
        rounds: samples at most.
        width: of the median's interval to either side, as a part of it; sampling ends when all cells of a case have it.
    """

    seconds: float = 0.25
    rounds: int = 8
    width: float = 0.01


@dataclass
class _Running:
    """A cell that is being sampled."""

    cell: Cell
    ready: protocol.Prepared
    samples: list[float] = field(default_factory=list)
    lost: Sample | None = None

    @property
    def spent(self) -> float:
        return sum(self.samples) * self.ready.number

    def is_within(self, seconds: float) -> bool:
        """Whether another sample may be taken."""
        return self.lost is None and self.spent < seconds * (GRACE if len(self.samples) < FEWEST_SAMPLES else 1)


class Bench:
    """One fresh process of each of the chosen backends, kept from case to case.

    Args:
        required: backends that were asked for by name; one that is missing ends the run.
        threads: that their libraries may use.
        skipped: told of a backend that is not installed and was not asked for, and why.
        interpreters: those of backends that have their own.
        process: the number that samples are marked with: the how manieth fresh process of its backend it is.
        memory_bytes: that a process may hold; 0 for no limit.
        compiled: whether processes find on disk what others compiled; of no use where compiling is timed.
    Raises:
        AdbenchError: a required backend does not start.
    """

    def __init__(
        self,
        backends: Sequence[str],
        *,
        required: Sequence[str] = (),
        case_files: tuple[str, ...] = (),
        threads: int = 1,
        skipped: Callable[[str, str], None] = lambda name, why: None,
        interpreters: Interpreters = HERE,
        process: int = 0,
        budget: Budget = Budget(),
        memory_bytes: int = MEMORY_BYTES,
        compiled: bool = False,
    ) -> None:
        self._threads, self._process, self._budget = threads, process, budget

        def start(name: str) -> Worker:
            return Worker(
                name,
                case_files,
                threads,
                python=interpreters.path(name),
                memory_bytes=memory_bytes,
                compiled=compiled,
            )

        def sit(name: str) -> Seat | AdbenchError:
            try:
                return Seat(lambda: start(name), ANSWER_SECONDS, memory_bytes)
            except AdbenchError as error:
                return error

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            seats = dict(zip(backends, pool.map(sit, backends), strict=True))
        self._seats = {name: seat for name, seat in seats.items() if not isinstance(seat, AdbenchError)}
        for name, error in seats.items():
            if isinstance(error, BackendNotInstalled) and name not in required:
                skipped(name, str(error))
            elif isinstance(error, AdbenchError):
                self.close()
                raise error

    @property
    def versions(self) -> dict[str, str]:
        """Version of each backend that runs."""
        return {name: seat.version for name, seat in self._seats.items()}

    def measure(self, cells: Sequence[Cell]) -> list[Sample]:
        """Time cells of one case at one size, a sample of each in turn, in a new random order each round.

        Args:
            cells: each of a backend that runs. They need not be of one operator or one dtype.
        Returns:
            A `Sample` of each, in order.
        """
        for backend in {cell.backend for cell in cells}:
            self._seats[backend].renew()
        order = random.Random(f"{self._process} {cells[0].id}" if cells else 0)
        made = {cell: self._prepare(cell) for cell in order.sample(cells, len(cells))}
        running = [one for one in made.values() if isinstance(one, _Running)]
        for _ in range(self._budget.rounds):
            alive = [one for one in running if one.is_within(self._budget.seconds)]
            if not alive or self._enough(alive):
                break
            for one in order.sample(alive, len(alive)):
                self._sample(one)
        return [self._outcome(made[cell]) for cell in cells]

    def close(self) -> None:
        """End every process."""
        for seat in self._seats.values():
            seat.close()

    def _prepare(self, cell: Cell) -> _Running | Sample:
        ready = self._seats[cell.backend].prepare(cell, GRACE * self._budget.seconds)
        if isinstance(ready, Sample):
            return ready
        return _Running(cell, ready)

    def _sample(self, one: _Running) -> None:
        taken = self._seats[one.cell.backend].measure(one.cell, one.ready.number, GRACE * self._budget.seconds)
        if isinstance(taken, Sample):
            one.lost = taken
        else:
            one.samples.append(taken)

    def _enough(self, alive: Iterable[_Running]) -> bool:
        return all(is_narrow(one.samples, self._budget.width) for one in alive)

    def _outcome(self, one: _Running | Sample) -> Sample:
        sample = one if isinstance(one, Sample) else one.lost or self._timed(one)
        return replace(sample, process=self._process, threads=self._threads)

    def _timed(self, one: _Running) -> Sample:
        ready, samples = one.ready, one.samples
        if len(samples) < min(FEWEST_SAMPLES, self._budget.rounds):
            took = f"{len(samples)} of at least {FEWEST_SAMPLES} samples took {one.spent:.3g} s"
            return failed(one.cell, "too slow", f"{took}; they may take {GRACE * self._budget.seconds:.3g}")
        return Sample(
            **one.cell.fields(),
            status="timed",
            prepare_seconds=ready.prepare_seconds,
            warm_up=ready.warm_up,
            number=ready.number,
            samples=tuple(samples),
            peak_bytes=ready.peak_bytes,
            counters=ready.counters,
            message=ready.note,
        )
