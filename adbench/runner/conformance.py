"""Runs cells through workers, a process a backend and `jobs` of them at once; each outcome is handed on as it comes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from adbench.errors import BackendFailed, BackendNotInstalled
from adbench.plan import Cell
from adbench.results import Outcome
from adbench.runner import protocol
from adbench.runner.interpreters import HERE, Interpreters
from adbench.runner.process import Worker, WorkerDied, WorkerTimedOut

CELL_SECONDS = 120.0
CELLS_A_WORKER = 1000  # then a new process: JAX keeps every kernel that it compiled, a gigabyte in so many cells
MOST_CRASHES = 20  # a backend that dies this often is broken as a whole; the rest of its cells say so


class Run:
    """One conformance run.

    Args:
        case_files: files given by `--cases`.
        required: backends that were asked for by name; one of them that is missing ends the run.
        interpreters: those of backends that have their own.
        seconds: time limit of a cell.
        see: told of each outcome, from one thread at a time.
        started: told of a backend and its version when its worker is up.
        skipped: told of a backend that is not installed and was not asked for, and why.
    """

    def __init__(
        self,
        *,
        case_files: tuple[str, ...],
        required: Sequence[str],
        see: Callable[[Outcome], None],
        started: Callable[[str, str], None],
        skipped: Callable[[str, str], None],
        interpreters: Interpreters = HERE,
        seconds: float = CELL_SECONDS,
    ) -> None:
        self._case_files, self._required, self._seconds = case_files, required, seconds
        self._see, self._started, self._skipped = see, started, skipped
        self._interpreters = interpreters
        self._lock, self._stop = threading.Lock(), threading.Event()
        self._workers: set[Worker] = set()

    def conform(self, cells: Iterable[Cell], jobs: int) -> None:
        """Check every cell.

        Raises:
            AdbenchError: a backend that was asked for does not start.
        """
        by_backend: dict[str, list[Cell]] = {}
        for cell in cells:
            by_backend.setdefault(cell.backend, []).append(cell)
        with ThreadPoolExecutor(jobs) as pool:
            running = [pool.submit(self._backend, name, mine) for name, mine in by_backend.items()]
            try:
                for future in as_completed(running):
                    future.result()
            except BaseException:
                self._stop.set()
                for worker in list(self._workers):
                    worker.kill()
                raise

    def _backend(self, name: str, cells: list[Cell]) -> None:
        worker = self._start(name)
        if worker is None:
            return
        self._workers.add(worker)
        crashes = 0
        try:
            for done, cell in enumerate(cells, 1):
                if self._stop.is_set():
                    return
                outcome = self._check(worker, cell)
                if self._stop.is_set():  # the worker was killed, and not by its library
                    return
                self._hand_on(outcome)
                crashes += outcome.status in ("crash", "timeout")
                if crashes == MOST_CRASHES:
                    raise BackendFailed(f"backend {name} crashed or hung on {crashes} cells; giving it up")
                spent = outcome.status in ("crash", "timeout") or done % CELLS_A_WORKER == 0
                if spent and done < len(cells):
                    self._end(worker)
                    worker = self._open(name)
                    self._workers.add(worker)
        finally:
            self._end(worker)

    def _end(self, worker: Worker) -> None:
        self._workers.discard(worker)
        worker.close()

    def _open(self, name: str) -> Worker:
        return Worker(name, self._case_files, python=self._interpreters.path(name))

    def _start(self, name: str) -> Worker | None:
        try:
            worker = self._open(name)
        except BackendNotInstalled as error:
            if name in self._required:
                raise
            with self._lock:
                self._skipped(name, str(error))
            return None
        with self._lock:
            self._started(name, worker.version)
        return worker

    def _check(self, worker: Worker, cell: Cell) -> Outcome:
        try:
            reply = worker.ask(protocol.Check(cell), self._seconds)
        except WorkerDied as error:
            return _lost(cell, "crash", str(error))
        except WorkerTimedOut as error:
            return _lost(cell, "timeout", str(error))
        assert isinstance(reply, protocol.Checked)
        return reply.outcome

    def _hand_on(self, outcome: Outcome) -> None:
        with self._lock:
            self._see(outcome)


def _lost(cell: Cell, status: str, message: str) -> Outcome:
    return Outcome(
        **cell.fields(),
        status=status,  # type: ignore[arg-type]
        message=message,
    )
