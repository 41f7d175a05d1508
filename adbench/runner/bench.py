"""Times cells: every backend in a process of its own, their samples interleaved round by round."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from adbench.case import Case
from adbench.errors import BackendNotInstalled
from adbench.plan import Cell
from adbench.results import Sample
from adbench.runner import protocol
from adbench.runner.interpreters import HERE, Interpreters
from adbench.runner.process import Worker, WorkerDied, WorkerTimedOut
from adbench.timing.call import failed

SAMPLE_SECONDS = 0.005  # 50,000 times the grain of the clock, and short beside the machine's slow drifts
ROUNDS = 15
CELL_SECONDS = 1.0  # of sampling, a cell; slow calls get fewer rounds, never fewer than three
REQUEST_SECONDS = 120.0


@dataclass
class _Running:
    """A cell that is being sampled."""

    cell: Cell
    prepare_seconds: float
    warm_up: tuple[float, ...]
    number: int
    rounds: int
    conforms: bool
    samples: list[float] = field(default_factory=list)
    lost: Sample | None = None


class Bench:
    """Workers of the chosen backends, kept alive from case to case.

    Args:
        required: backends that were asked for by name; one that is missing ends the run.
        interpreters: those of backends that have their own.
        skipped: told of a backend that is not installed and was not asked for, and why.
    Raises:
        AdbenchError: a required backend does not start.
    """

    def __init__(
        self,
        backends: Sequence[str],
        *,
        required: Sequence[str],
        case_files: tuple[str, ...],
        threads: int,
        skipped: Callable[[str, str], None],
        interpreters: Interpreters = HERE,
    ) -> None:
        self._case_files, self._threads, self._interpreters = case_files, threads, interpreters
        self._workers: dict[str, Worker] = {}
        self._conforming: dict[Cell, bool] = {}
        try:
            for name in backends:
                self._open(name, skipped, optional=name not in required)
        except BaseException:
            self.close()
            raise

    def _open(self, name: str, skipped: Callable[[str, str], None], *, optional: bool) -> None:
        try:
            self._workers[name] = self._start(name)
        except BackendNotInstalled as error:
            if not optional:
                raise
            skipped(name, str(error))

    @property
    def versions(self) -> dict[str, str]:
        """Version of each backend that runs."""
        return {name: worker.version for name, worker in self._workers.items()}

    def measure(self, case: Case, size: str, operators: Sequence[str], dtype: str) -> list[Sample]:
        """Time one case at one size on every backend, samples interleaved in a new order each round."""
        cells = [
            Cell(case=case.name, size=size, operator=operator, dtype=dtype, backend=backend)
            for backend in self._workers
            for operator in operators
        ]
        small = next(iter(case.sizes))
        conforming = [self._conforms(cell, small) for cell in cells]  # before anything is prepared that may be lost
        made: list[_Running | Sample] = []
        for cell, conforms in zip(cells, conforming, strict=True):
            made.append(self._prepare(cell, conforms))
            if isinstance(lost := made[-1], Sample) and lost.status in ("crash", "timeout"):
                self._revive(made, cell.backend)
        running = [m for m in made if isinstance(m, _Running)]
        order = random.Random(case.name + size)
        for index in range(max((r.rounds for r in running), default=0)):
            alive = [r for r in running if index < r.rounds]
            for one in order.sample(alive, len(alive)):
                if one.lost is None:
                    reply = self._ask(one.cell, protocol.Measure(one.cell, one.number))
                    if isinstance(reply, protocol.Measured):
                        one.samples.append(reply.seconds)
                    elif isinstance(reply, Sample):
                        one.lost = reply
                        self._revive(running, one.cell.backend)
        return [m if isinstance(m, Sample) else _sample(m) for m in made]

    def close(self) -> None:
        """End every worker."""
        for worker in self._workers.values():
            worker.close()

    def _start(self, name: str) -> Worker:
        return Worker(name, self._case_files, self._threads, python=self._interpreters.path(name))

    def _revive(self, made: Sequence[_Running | Sample], backend: str) -> None:
        """Prepare again, in the new worker, what the one that died had prepared."""
        for one in made:
            if isinstance(one, _Running) and one.cell.backend == backend and one.lost is None:
                reply = self._ask(one.cell, protocol.Prepare(one.cell))
                one.lost = reply if isinstance(reply, Sample) else reply.failed  # type: ignore[union-attr]

    def _prepare(self, cell: Cell, conforms: bool) -> _Running | Sample:
        reply = self._ask(cell, protocol.Prepare(cell))
        if isinstance(reply, Sample):
            return reply
        assert isinstance(reply, protocol.Prepared)
        if reply.failed is not None:
            return reply.failed
        number = max(1, math.ceil(SAMPLE_SECONDS / max(reply.seconds, 1e-9)))
        rounds = max(3, min(ROUNDS, int(CELL_SECONDS / (number * max(reply.seconds, 1e-9)))))
        return _Running(cell, reply.prepare_seconds, reply.warm_up, number, rounds, conforms)

    def _conforms(self, cell: Cell, small: str) -> bool:
        """Whether the backend gives the right derivative of the case, at the size that the oracle certifies."""
        if cell.operator == "primal":
            return True
        checked = Cell(case=cell.case, size=small, operator=cell.operator, dtype=cell.dtype, backend=cell.backend)
        if checked not in self._conforming:
            reply = self._ask(checked, protocol.Check(checked))
            self._conforming[checked] = isinstance(reply, protocol.Checked) and reply.outcome.status == "pass"
        return self._conforming[checked]

    def _ask(self, cell: Cell, request: protocol.Request) -> protocol.Reply | Sample:
        """The worker's reply; where it died or hung, a `Sample` that says so, and a new worker."""
        try:
            return self._workers[cell.backend].ask(request, REQUEST_SECONDS)
        except (WorkerDied, WorkerTimedOut) as error:
            self._workers[cell.backend] = self._start(cell.backend)
            return failed(cell, "timeout" if isinstance(error, WorkerTimedOut) else "crash", str(error))


def _sample(one: _Running) -> Sample:
    if one.lost is not None:
        return one.lost
    cell = one.cell
    return Sample(
        **cell.fields(),
        status="timed",
        prepare_seconds=one.prepare_seconds,
        warm_up=one.warm_up,
        number=one.number,
        samples=tuple(one.samples),
        conforms=one.conforms,
    )
