"""Asks the workers of the chosen backends for their sweeps, a process a backend and `jobs` of them at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Literal

from adbench.accuracy.answer import Swept, questions
from adbench.errors import BackendNotInstalled
from adbench.runner import protocol
from adbench.runner.interpreters import HERE, Interpreters
from adbench.runner.process import Worker, WorkerDied, WorkerTimedOut

SWEEP_SECONDS = 60.0

See = Callable[[str, str, str, list[Swept]], None]  # backend, function, dtype and all that was answered


class Board:
    """The sweeps of one run.

    Args:
        required: backends that were asked for by name; one of them that is missing ends the run.
        interpreters: those of backends that have their own.
        see: told of the answers for each function, from one thread at a time.
        started: told of a backend and its version when its worker is up.
        skipped: told of a backend that is not installed and was not asked for, and why.
    """

    def __init__(
        self,
        *,
        required: Sequence[str],
        see: See,
        started: Callable[[str, str], None],
        skipped: Callable[[str, str], None],
        interpreters: Interpreters = HERE,
    ) -> None:
        self._required, self._see, self._started, self._skipped = required, see, started, skipped
        self._interpreters = interpreters
        self._lock, self._stop = threading.Lock(), threading.Event()
        self._workers: set[Worker] = set()

    def sweep(self, functions: Sequence[str], backends: Sequence[str], dtypes: Sequence[str], jobs: int) -> None:
        """Sweep every function on every backend.

        Raises:
            AdbenchError: a backend that was asked for does not start.
        """
        work = [(name, dtype) for name in functions for dtype in dtypes]
        with ThreadPoolExecutor(jobs) as pool:
            running = [pool.submit(self._backend, backend, work) for backend in backends]
            try:
                for future in as_completed(running):
                    future.result()
            except BaseException:
                self._stop.set()
                for worker in list(self._workers):
                    worker.kill()
                raise

    def _backend(self, backend: str, work: Sequence[tuple[str, str]]) -> None:
        worker = self._start(backend)
        if worker is None:
            return
        try:
            for name, dtype in work:
                try:
                    answers = self._ask(worker, name, dtype)
                except (WorkerDied, WorkerTimedOut) as error:
                    if self._stop.is_set():  # it was killed, and not by its library
                        return
                    answers = _lost(name, error)
                    self._end(worker)
                    worker = self._open(backend)
                with self._lock:
                    self._see(backend, name, dtype, answers)
        finally:
            self._end(worker)

    def _ask(self, worker: Worker, name: str, dtype: str) -> list[Swept]:
        reply = worker.ask(protocol.Sweep(name, dtype), SWEEP_SECONDS)
        assert isinstance(reply, protocol.Answers)
        return reply.swept

    def _start(self, backend: str) -> Worker | None:
        try:
            worker = self._open(backend)
        except BackendNotInstalled as error:
            if backend in self._required:
                raise
            with self._lock:
                self._skipped(backend, str(error))
            return None
        with self._lock:
            self._started(backend, worker.version)
        return worker

    def _open(self, backend: str) -> Worker:
        worker = Worker(backend, python=self._interpreters.path(backend))
        self._workers.add(worker)
        return worker

    def _end(self, worker: Worker) -> None:
        self._workers.discard(worker)
        worker.close()


def _lost(name: str, error: WorkerDied | WorkerTimedOut) -> list[Swept]:
    """What stands for all answers of a function at which the process was lost."""
    status: Literal["crash", "timeout"] = "timeout" if isinstance(error, WorkerTimedOut) else "crash"
    return [Swept(mode=m, operand=o, status=status, message=str(error)) for m, o in questions(name)]
