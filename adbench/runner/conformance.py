"""Runs cells through `jobs` processes at once, each of one backend; every outcome is handed on as it comes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from adbench.errors import AdbenchError, BackendNotInstalled
from adbench.plan import Cell
from adbench.results import Outcome
from adbench.runner.checker import CELL_SECONDS, LOST, MEMORY_BYTES, Checker, Gone, lost
from adbench.runner.deal import Queue, deal, most_in_need
from adbench.runner.interpreters import HERE, Interpreters
from adbench.runner.protocol import Ready

MOST_CRASHES = 20  # a backend that dies this often unexpectedly is broken as a whole; the rest of its cells say so


class Run:
    """One conformance run.

    Args:
        case_files: files given by `--cases`.
        required: backends that were asked for by name; one of them that is missing is an error.
        interpreters: those of backends that have their own.
        see: told of each outcome, from one thread at a time.
        started: told of a backend and its version when its first worker is up.
        skipped: told of a backend that does not start, and why.
        recorded: told of a backend's derivative rules before it is started; without it none are recorded.
        expected: whether a loss has a recorded reason, so that the backend is not given up for it.
        seconds: time limit of a cell.
        memory_bytes: resident memory of a worker beyond which it is killed; 0 for no limit.
    """

    def __init__(
        self,
        *,
        case_files: tuple[str, ...],
        required: Sequence[str],
        see: Callable[[Outcome], None],
        started: Callable[[str, str], None],
        skipped: Callable[[str, str], None],
        recorded: Callable[[str, Ready], None] | None = None,
        expected: Callable[[Outcome], bool] = lambda outcome: False,
        interpreters: Interpreters = HERE,
        seconds: float = CELL_SECONDS,
        memory_bytes: int = MEMORY_BYTES,
    ) -> None:
        self._case_files, self._required = case_files, required
        self._seconds, self._memory_bytes = seconds, memory_bytes
        self._see, self._started, self._skipped, self._expected = see, started, skipped, expected
        self._recorded, self._interpreters = recorded, interpreters
        self._lock, self._stop = threading.Lock(), threading.Event()
        self._queues: list[Queue] = []
        self._checkers: set[Checker] = set()
        self._failures: list[AdbenchError] = []

    def conform(self, cells: Iterable[Cell], jobs: int) -> None:
        """Check every cell.

        Raises:
            AdbenchError: a backend that was asked for, or that is installed, does not start; raised when the others
                are done.
        """
        self._queues = deal(cells)
        with ThreadPoolExecutor(jobs) as pool:
            hands = [pool.submit(self._work) for _ in range(jobs)]
            try:
                for hand in as_completed(hands):
                    hand.result()
            except BaseException:
                self._stop.set()
                for checker in list(self._checkers):
                    checker.stop()
                raise
        if self._failures:
            raise self._failures[0]

    def _work(self) -> None:
        """Serve one backend after the other, until no cells wait anywhere."""
        while not self._stop.is_set():
            with self._lock:
                queue = most_in_need(self._queues)
                if queue is None:
                    return
                queue.hands += 1
            try:
                self._serve(queue)
            finally:
                with self._lock:
                    queue.hands -= 1

    def _serve(self, queue: Queue) -> None:
        checker = Checker(
            queue.backend,
            self._case_files,
            python=self._interpreters.path(queue.backend),
            seconds=self._seconds,
            memory_bytes=self._memory_bytes,
            record=self._recorded is not None,
        )
        self._checkers.add(checker)
        try:
            if self._stop.is_set() or not self._start(queue, checker):
                return
            while not self._stop.is_set():
                with self._lock:
                    cells = queue.take()
                if not cells:
                    return
                self._check(queue, checker, cells)
        finally:
            self._checkers.discard(checker)
            checker.close()

    def _start(self, queue: Queue, checker: Checker) -> bool:
        """Whether the backend starts; if it does not, say so once and give its cells up."""
        try:
            version = checker.start()
        except AdbenchError as error:
            with self._lock:
                if not self._stop.is_set():
                    self._not_started(queue, error)
            return False
        with self._lock:
            if not queue.started:
                queue.started = True
                if self._recorded:
                    self._recorded(queue.backend, checker.ready)
                self._started(queue.backend, version)
        return True

    def _not_started(self, queue: Queue, error: AdbenchError) -> None:
        queue.full = True
        if queue.batches and not queue.started:
            queue.batches.clear()
            self._skipped(queue.backend, str(error))
            if queue.backend in self._required or not isinstance(error, BackendNotInstalled):
                self._failures.append(error)

    def _check(self, queue: Queue, checker: Checker, cells: Sequence[Cell]) -> None:
        """Hand on an outcome of each cell, also where the backend is given up."""
        done = 0
        try:
            for outcome in () if queue.given_up else checker.check(cells):
                self._hand_on(queue, outcome)
                done += 1
                if queue.given_up:
                    break
        except Gone as error:
            queue.given_up = f"not run: {error}"
        if queue.given_up:
            for cell in cells[done:]:
                self._hand_on(queue, lost(cell, "crash", queue.given_up))

    def _hand_on(self, queue: Queue, outcome: Outcome) -> None:
        with self._lock:
            if self._stop.is_set():
                return
            self._see(outcome)
            queue.losses += outcome.status in LOST and not self._expected(outcome)
            if queue.losses >= MOST_CRASHES and not queue.given_up:
                queue.given_up = f"not run: {queue.backend} was given up after it was lost on {queue.losses} cells"
